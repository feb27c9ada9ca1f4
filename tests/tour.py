"""The main job, from booking to daily report, on a copy of the sample desk: `python -m tests.tour`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent.parent
NOW = "2026-11-20T14:00:00"
EVENING = "2026-11-20T20:30:00"


class Tour:
    """A person at a shell in one desk; what is typed and what comes back is shown."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {**os.environ, "CSCLI_BY": "li.na"}

    def say(self, line: list[str], now: str, by: str = "li.na") -> None:
        """Type one command and show its answer."""
        print(f"\n$ cscli {' '.join(word if ' ' not in word else repr(word) for word in line)}", flush=True)
        env = {**self.env, "CSCLI_NOW": now, "CSCLI_BY": by}
        subprocess.run([sys.executable, "-m", "cscli", *line], cwd=self.home, env=env, check=True)

    def newest(self, noun: str) -> str:
        """Return the id of the record received last."""
        words = [sys.executable, "-m", "cscli", noun, "list", "--all", "--limit", "0", "--json"]
        env = {**self.env, "CSCLI_NOW": EVENING}
        done = subprocess.run(words, cwd=self.home, env=env, check=True, capture_output=True, text=True)
        records = json.loads(done.stdout)
        return str(max(records, key=lambda record: record["received_at"])["id"])


def walk(home: Path) -> None:
    """Take, change, cancel and close bookings, take and close a complaint, print the figures and the history."""
    tour = Tour(home)
    take = ["booking", "create", "--customer", "王小明", "--phone", "13800000001", "--service", "badminton"]
    tour.say(["booking", "free", "--service", "badminton", "--day", "today", "--from", "19:00", "--to", "21:00"], NOW)
    tour.say([*take, "--start", "today 19:00", "--for", "1h", "--party", "4"], NOW)
    first = tour.newest("booking")
    tour.say(["booking", "change", first, "--start", "today 18:00", "--cause", "customer"], "2026-11-20T14:05:00")
    tour.say([*take, "--start", "tomorrow 10:00"], "2026-11-20T14:06:00")
    second = tour.newest("booking")
    tour.say(["booking", "cancel", second, "--reason", "has a cold", "--phoned"], "2026-11-20T14:10:00")
    tour.say(["booking", "arrive", first], "2026-11-20T18:01:00")
    tour.say(["booking", "complete", first, "--paid", "15.00"], "2026-11-20T19:00:00")
    tour.say(["booking", "close", first, "--rating", "5"], "2026-11-20T19:10:00")
    tour.say(
        ["complaint", "create", "--customer", "王小明", "--phone", "13800000001", "--category", "facility",
         "--content", "the light over court 3 flickers", "--remedy", "mend it"], "2026-11-20T14:20:00",
    )  # fmt: skip
    complaint = tour.newest("complaint")
    for now, by, *step in (
        ("2026-11-20T14:25:00", "li.na", "acknowledge", "--apology"),
        ("2026-11-20T14:30:00", "wang.wei", "assess"),
        ("2026-11-20T14:35:00", "li.na", "investigate", "--findings", "the lamp is at the end of its life"),
        ("2026-11-20T14:40:00", "wang.wei", "judge", "--valid", "--criterion", "clean-safe"),
        ("2026-11-20T14:45:00", "wang.wei", "plan", "--measure", "change the lamp", "--owner", "li.na",
         "--due", "2026-11-20 18:00"),
        ("2026-11-20T15:50:00", "li.na", "plan", "--done", "1"),
        ("2026-11-20T16:00:00", "wang.wei", "resolve", "--response", "repair", "--decision", "lamp changed"),
        ("2026-11-20T16:05:00", "li.na", "communicate", "--accepted"),
        ("2026-11-20T17:00:00", "li.na", "follow-up", "--satisfied", "--rating", "5"),
        ("2026-11-20T17:05:00", "wang.wei", "close", "--cause", "maintenance"),
    ):  # fmt: skip
        tour.say(["complaint", step[0], complaint, *step[1:]], now, by)
    tour.say(["kpi", "--day", "2026-11-20"], EVENING)
    tour.say(["report", "daily", "--day", "2026-11-20"], EVENING)
    tour.say(["report", "daily", "--day", "2026-11-20", "--digest"], EVENING)
    print("\n$ git log --oneline", flush=True)
    subprocess.run(["git", "--no-pager", "log", "--oneline", "--format=%h %an: %s"], cwd=home, check=True)


def main() -> None:
    """Copy the sample desk, make it a repository, and walk through it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "desk"
        shutil.copytree(PROJECT / "records", home / "records")
        who = ("-c", "user.name=Tour", "-c", "user.email=tour@example.invalid")
        os.environ.setdefault("GIT_COMMITTER_NAME", "Tour")
        os.environ.setdefault("GIT_COMMITTER_EMAIL", "tour@example.invalid")
        os.environ.setdefault("GIT_AUTHOR_NAME", "Tour")
        os.environ.setdefault("GIT_AUTHOR_EMAIL", "tour@example.invalid")
        for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "The sample desk")):
            subprocess.run(["git", *who, *words], cwd=home, check=True)
        walk(home)


if __name__ == "__main__":
    main()
