"""The way of real data through the desk: a repository, a rulebook, one import, the figures."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.real import cfpb, hotel

HERE = Path(__file__).parent
NOW = "2026-11-21T12:00:00"
PERIODS = {"hotel": ("2013-06-01", "2017-10-01"), "cfpb": ("2013-06-01", "2017-12-31")}
KINDS = {"hotel": "booking", "cfpb": "complaint"}
HOTEL = {
    "bookings_created": "40060",
    "bookings_completed": "28938",
    "bookings_cancelled": "10831",
    "no_shows": "291",
    "cancellation_rate": "10831/40060 = 27.0 %",
    "no_show_rate": "291/29229 = 1.0 %",
    "change_rate": "7808/40060 = 19.5 %",
}
CFPB = {
    "complaints_received": "3186",
    "complaints_resolved": "3157",
    "ack_on_time": "3093/3186 = 97.1 %",
    "complaint_satisfaction": "2534/3129 = 81.0 %",
    "reopen_rate": "595/3157 = 18.8 %",
}


@dataclass(frozen=True)
class Walk:
    """What came out: the import's counts, the figures as written, how long the import took and its memory in KB."""

    home: Path
    counts: dict[str, Any]
    figures: dict[str, str]
    seconds: float
    peak: int


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Say a command to the desk of a folder, as a process of its own."""
    env = {
        **os.environ,
        "CSCLI_NOW": NOW,
        "CSCLI_BY": "desk",
        "CSCLI_LANG": "en",
        "PYTHONPATH": str(HERE.parent.parent),
    }
    return subprocess.run(
        [sys.executable, "-m", "cscli", *words], cwd=home, env=env, capture_output=True, text=True, check=False
    )


def make_desk(home: Path, name: str) -> Path:
    """Make an empty desk with one of the rulebooks beside this file."""
    (home / "records").mkdir(parents=True)
    (home / "records" / "desk.toml").write_bytes((HERE / f"{name}.toml").read_bytes())
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "Open desk")):
        identity = ("-c", "user.name=Desk", "-c", "user.email=desk@example.invalid")
        subprocess.run(["git", *identity, *words], cwd=home, check=True, capture_output=True)
    for key, value in (("user.name", "Desk"), ("user.email", "desk@example.invalid")):
        subprocess.run(["git", "config", key, value], cwd=home, check=True)
    return home


def walk(home: Path, name: str, rows: Iterable[Mapping[str, str]]) -> Walk:
    """Import rows of one of the files into a new desk and return what came out."""
    import resource

    make_desk(home, name)
    table = home.parent / f"{name}.csv"
    (hotel if name == "hotel" else cfpb).write(rows, table)
    began = time.monotonic()
    done = command(home, "import", KINDS[name], str(table), "--json")
    seconds = time.monotonic() - began
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Walk(home, json.loads(done.stdout), figures(home, name), seconds, peak)


def figures(home: Path, name: str) -> dict[str, str]:
    """Return the desk's own figures over the whole of the data, as `3` or `1/3 = 33.3 %`."""
    first, last = PERIODS[name]
    done = command(home, "kpi", "--from", first, "--to", last, "--json")
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return {metric["id"]: _written(metric) for metric in json.loads(done.stdout)["metrics"]}


def reported(home: Path) -> dict[str, Any]:
    """Return the desk's own report on all complaints of the data."""
    first, last = PERIODS["cfpb"]
    done = command(home, "report", "complaints", "--from", first, "--to", last, "--json")
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _written(metric: Mapping[str, Any]) -> str:
    over, under = metric["numerator"], metric["denominator"]
    if metric["unit"] != "rate":
        return str(metric["value"])
    if not under:
        return "-"
    tenths = Fraction(over, under) * 1000
    rounded = int(tenths + Fraction(1, 2))
    return f"{over}/{under} = {rounded // 10}.{rounded % 10} %"
