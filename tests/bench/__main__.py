"""Whole commands timed beside their floors, in turn, medians: `python -m tests.bench [10 10000 100000]`.

Floors, measured in the same round: PY is `python -c pass`, TP is `python -c "import typer, pydantic"`, GIT is `git add`
and `git commit` of one file in a repository of the same size. Nothing is written outside a temporary folder.
"""

import compileall
import itertools
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tabulate import tabulate

from cscli.domain import customer, ids
from cscli.domain.booking import Booking, BookingEvent
from cscli.domain.case import Complaint, ComplaintEvent
from cscli.domain.record import Act
from cscli.store import codec, layout
from tests.conftest import PROJECT

ROUNDS = 9
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=ZONE)
CUSTOMERS_PER = 20
COMPLAINTS_PER = 20  # records to one complaint
Command = Callable[[], list[str]]


def fill(home: Path, size: int) -> list[str]:
    """Lay out a desk with `size` records over three years; return the customers' phones."""
    chance = random.Random(size)  # noqa: S311 - a draw, not a secret
    (home / "records").mkdir(parents=True)
    shutil.copy(PROJECT / "records" / "desk.toml", home / "records" / "desk.toml")
    people, phones = [], []
    for number in range(max(1, size // CUSTOMERS_PER)):
        met = NOW - timedelta(minutes=chance.randrange(1, 3 * 365 * 1440))
        record_id = ids.make("customer", met.date(), chance.randbytes(4))
        phones.append(f"139{number:08d}")
        act = Act(by="li.na", at=met, now=met)
        people.append(record_id)
        put(home, customer.create(act, record_id=record_id, name="王小明", phones=(phones[-1],)))
    for number in range(size - len(people)):
        put(home, a_complaint(chance, people) if number % COMPLAINTS_PER == 0 else a_booking(chance, people))
    steps = "init -q -b main|config user.name Bench|config user.email bench@example.invalid|add -A|commit -qm Fill"
    for words in steps.split("|"):
        subprocess.run(["git", *words.split()], cwd=home, check=True)
    return phones


def a_booking(chance: random.Random, people: list[str]) -> Booking:
    """Return a booking that took place some time in the last three years."""
    start = (NOW - timedelta(hours=chance.randrange(24, 3 * 365 * 24))).replace(minute=0)
    taken, end = start - timedelta(hours=4), start + timedelta(hours=1)
    told = [(taken, "created"), (taken, "confirmed"), (end, "completed"), (end + timedelta(minutes=9), "closed")]
    events = tuple(
        BookingEvent(at=at, by="li.na", type=name, rating=5 if name == "closed" else None)  # type: ignore[arg-type]
        for at, name in told
    )
    return Booking(
        id=ids.make("booking", taken.date(), chance.randbytes(4)), status="closed", outcome="completed",
        customer=chance.choice(people), service="badminton", start=start, end=end,
        resources=(f"court-{chance.randrange(1, 13)}",), price=Decimal("15.00"), rating=5, received_at=taken,
        events=events,
    )  # fmt: skip


def a_complaint(chance: random.Random, people: list[str]) -> Complaint:
    """Return a complaint of the last three years, answered after a day, of every third content after a second call."""
    taken = NOW - timedelta(minutes=chance.randrange(4 * 1440, 3 * 365 * 1440))
    steps = [(0, "created"), (1, "acknowledged"), (2, "assessed"), (3, "judged"), (4, "planned"), (24, "resolved")]
    told = [ComplaintEvent(at=taken + timedelta(hours=hour), by="li.na", type=name)  # type: ignore[arg-type]
            for hour, name in steps]  # fmt: skip
    called = (False, True) if chance.randrange(3) == 0 else (True,)
    told += [
        ComplaintEvent(at=taken + timedelta(hours=48 + place), by="li.na", type="followed_up", reached=reached,
                       satisfied=True if reached else None)
        for place, reached in enumerate(called)
    ]  # fmt: skip
    told.append(ComplaintEvent(at=taken + timedelta(hours=72), by="li.na", type="closed", cause="entry"))
    return Complaint(
        id=ids.make("complaint", taken.date(), chance.randbytes(4)), status="closed", customer=chance.choice(people),
        category=chance.choice(("booking", "service", "facility", "billing")), severity="minor", content="x",
        owner="li.na", first_receiver="li.na", received_at=taken, judgement="valid", cause="entry", satisfied=True,
        events=tuple(told),
    )  # fmt: skip


def put(home: Path, record: Booking | Complaint | customer.Customer) -> None:
    """Write a record's file."""
    path = home / layout.path_of(record.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(codec.dump(record), encoding="utf-8")


def timed(command: list[str], cwd: Path) -> float:
    """Return the milliseconds a whole process takes."""
    env = {**os.environ, "CSCLI_NOW": NOW.isoformat(), "CSCLI_BY": "li.na", "CSCLI_LANG": "zh"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True)
    spent = (time.perf_counter() - start) * 1000
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
    return spent


def commands(home: Path, phones: list[str]) -> dict[str, Command]:
    """Return what is timed in a desk, each ready to be asked for its next words."""
    program = [sys.executable, "-m", "cscli"]
    script = Path(sys.executable).with_name("cscli")
    if script.exists():
        program = [str(script)]
    free = itertools.product(range(20, 22), range(13, 22), ("00", "30"), range(1, 13))
    shown = next((home / "records" / "bookings").glob("*/*/*/*.toml")).stem
    files = itertools.cycle(sorted((home / "records" / "bookings").glob("*/*/*/*.toml"))[:20])

    def create() -> list[str]:
        day, hour, half, court = next(slot for slot in free if not (slot[0] == 20 and slot[1] < 15) and slot[2] == "00")
        return [*program, "booking", "create", "--customer", "王小明", "--phone", phones[0], "--service", "badminton",
                "--start", f"2026-11-{day} {hour}:{half}", "--resource", f"court-{court}"]  # fmt: skip

    def edited() -> list[str]:
        with next(files).open("r+", encoding="utf-8") as file:
            text = file.read()
            file.seek(0)
            file.write(text)
        return [*program, "booking", "list", "--customer", phones[0], "--all"]

    def without_index() -> list[str]:
        for path in (home / ".git" / "cscli").glob("index.sqlite*"):
            path.unlink()
        return [*program, "booking", "list", "--customer", phones[0], "--all"]

    return {
        "booking create": create,
        "booking show": lambda: [*program, "booking", "show", shown],
        "booking list (customer)": lambda: [*program, "booking", "list", "--customer", phones[0], "--all"],
        "booking list (day)": lambda: [*program, "booking", "list", "--day", "today"],
        "due": lambda: [*program, "due"],
        "complaint list --at-risk": lambda: [*program, "complaint", "list", "--at-risk"],
        "kpi --month": lambda: [*program, "kpi", "--month", "2026-10"],
        "report daily": lambda: [*program, "report", "daily", "--day", "2026-10-20"],
        "report complaints": lambda: [*program, "report", "complaints", "--month", "2026-10"],
        "list after an edit in place": edited,
        "list without an index": without_index,
    }


def git_floor(home: Path) -> float:
    """Return the milliseconds of `git add` and `git commit` of one file."""
    note = home / "note.txt"
    note.write_text(str(time.perf_counter_ns()), encoding="utf-8")
    return timed(["git", "add", "note.txt"], home) + timed(["git", "commit", "-qm", "note"], home)


REACH = {
    "booking create": 1.7, "booking show": 1.0, "booking list (customer)": 1.0, "booking list (day)": 1.0, "due": 1.0,
    "complaint list --at-risk": 1.0, "kpi --month": 2.5, "report daily": 2.5, "report complaints": 2.5,
}  # fmt: skip


def measure(home: Path, size: int) -> list[tuple[str, ...]]:
    """Return the table's rows for a desk of one size."""
    phones = fill(home, size)
    asked = commands(home, phones)
    floors: dict[str, list[float]] = {"PY": [], "TP": [], "GIT": []}
    times: dict[str, list[float]] = {name: [] for name in asked}
    slow = {"list without an index"}
    for command in asked.values():
        timed(command(), home)
    for turn in range(ROUNDS):
        floors["PY"].append(timed([sys.executable, "-c", "pass"], home))
        floors["TP"].append(timed([sys.executable, "-c", "import typer, pydantic"], home))
        floors["GIT"].append(git_floor(home))
        timed(asked["booking list (day)"](), home)  # a person's commit moves git's index: seen once, outside the clock
        for name, command in asked.items():
            if name not in slow or turn == 0:
                times[name].append(timed(command(), home))
    tp = statistics.median(floors["TP"])
    rows: list[tuple[str, ...]] = []
    for name, found in {**floors, **times}.items():
        middle = statistics.median(found)
        reach = f"{REACH[name]:.1f}" if name in REACH else ""
        rows.append((f"{size}", name, f"{middle:.0f}", f"{middle / tp:.2f}", reach))
    return rows


def main() -> None:
    """Measure desks of the sizes asked for and print one table."""
    sizes = [int(word) for word in sys.argv[1:]] or [10, 10_000]
    rows: list[tuple[str, ...]] = []
    compileall.compile_dir(PROJECT / "cscli", quiet=1)  # a desk runs what is compiled; this is no bench of the compiler
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            rows += measure(Path(folder) / f"desk-{size}", size)
    print(tabulate(rows, headers=("records", "what", "ms (median)", "x TP", "reach"), disable_numparse=True,
                   colalign=("right", "left", "right", "right", "right")))  # fmt: skip


if __name__ == "__main__":
    main()
