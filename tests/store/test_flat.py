"""What a desk has behind it costs nothing: the index's own steps are counted, with a long past and without one.

SQLite works a question off in small steps, each row it looks at some of them. Where the same command takes as many with
100,000 past bookings as with none, no row of the past was looked at.
"""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from cscli.store import queries, rows
from cscli.store.index import Index
from tests.conftest import DeskFolder

PAST = 100_000
DAY = 86_400
NOON = 1_763_611_200  # 2025-11-20 12:00 in Shanghai: a year before the desk's own day
TAKE = "booking create --customer $CU1 --service badminton --start 'tomorrow 19:00' --resource court-1"


def bookings(customer: str, number: int = PAST) -> Iterator[dict[str, Any]]:
    """Yield bookings of the year before: all of one customer on one court, four completed for each that was unmet."""
    for count in range(number):
        start = NOON - count * 3600
        unmet = count % 5 == 4
        yield {
            "id": f"BK-251120-{count:06d}",
            "status": "unmet" if unmet else "closed",
            "outcome": "unmet" if unmet else "completed",
            "waitlisted": unmet,  # a wish whose day has gone by
            "customer": f"CU-251120-{count:06d}" if unmet else customer,
            "service": "badminton",
            "resources": "" if unmet else "court-1",
            "shares": "1",
            "units": 1,
            "start": start,
            "end": start + 3600,
            "received_at": start - DAY,
            "ended_at": start + 3600,
        }


def complaints(number: int = PAST // 10) -> Iterator[dict[str, Any]]:
    """Yield complaints of the year before that are closed."""
    for count in range(number):
        at = NOON - count * 3600
        closed = {"status": "closed", "received_at": at, "closed_at": at + DAY, "ended_at": at + DAY, "reopened": 0}
        yield {"id": f"CP-251120-{count:06d}", "severity": "minor", "category": "service", **closed}


def enter(db: sqlite3.Connection, table: str, found: Iterator[dict[str, Any]]) -> None:
    """Write rows into a table; what they do not say stays empty."""
    first = next(found)
    names = ", ".join(f'"{name}"' for name in first)
    marks = ", ".join(f":{name}" for name in first)
    db.execute("BEGIN")
    db.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", [first, *found])
    db.execute("COMMIT")


def slots(number: int = PAST) -> Iterator[dict[str, Any]]:
    """Yield what old bookings of the court took; those that nobody ever ended still stand there."""
    for booking in islice(bookings("", number), number):
        start, end = booking["start"], booking["end"]
        yield {"resource": "court-1", "day": start // DAY, "start": start, "end": end, "units": 1,
               "booking": booking["id"], "service": "badminton"}  # fmt: skip


class Steps:
    """Counts the steps of every index that is opened while it looks on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.number = 0
        connect = Index._connect

        def counting(index: Index, name: str) -> sqlite3.Connection:
            db = connect(index, name)
            db.set_progress_handler(self.step, 1)
            return db

        patch.setattr(Index, "_connect", counting)

    def step(self) -> int:
        """Count one."""
        self.number += 1
        return 0

    def of(self, desk: DeskFolder, line: str) -> int:
        """Return how many steps a command takes; it must succeed."""
        self.number = 0
        desk.ok(line)
        return self.number


@pytest.fixture
def aged(desk: DeskFolder) -> DeskFolder:
    """Return a desk whose index has a long past: a customer, a court and a waiting list that were busy for years."""
    desk.ok("customer create --name 王小明 --phone 13800000001")
    db = sqlite3.connect(desk.home / ".git" / "cscli" / "index.sqlite", isolation_level=None)
    enter(db, "booking", bookings(desk.id_of("CU1")))
    enter(db, "slot", slots())
    enter(db, "complaint", complaints())
    db.close()
    return desk


LOOKS = (
    "due",
    "status",
    "booking list",
    "booking list --day tomorrow",
    "booking free --service badminton --day tomorrow",
    "booking waitlist",
    "complaint list",
)


def test_a_long_past_is_not_looked_at(aged: DeskFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import make_desk

    young = DeskFolder(make_desk(tmp_path / "young"), monkeypatch)
    young.ok("customer create --name 王小明 --phone 13800000001")
    steps = Steps(monkeypatch)

    taken = {line: (steps.of(young, line), steps.of(aged, line)) for line in (TAKE, *LOOKS)}

    assert {line: both for line, both in taken.items() if both[1] > both[0] + 40} == {}
    assert all(first > 40 for first, _ in taken.values())  # the count counts


def test_what_every_day_asks_is_found_by_an_index(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    told: list[str] = []
    ask = index._ask

    def explained(question: str, values: tuple[Any, ...]) -> Any:
        told.extend(str(row[3]) for row in index.db.execute(f"EXPLAIN QUERY PLAN {question}", values))
        return ask(question, values)

    index._ask = explained  # type: ignore[method-assign]
    columns = [name for name, _ in rows.COLUMNS["booking"]]
    queries.taken_by(index, "CU-1", NOON, NOON)
    queries.missed_by(index, "CU-1")
    queries.in_queue(index, NOON)
    queries.in_queue(index, NOON, NOON, NOON + DAY)
    queries.waiting(index, columns, NOON)
    queries.ended_since(index, columns, NOON)
    queries.requests(index)
    queries.states_of(index, NOON, NOON + DAY)
    queries.arriving(index, NOON, NOON + DAY, NOON)
    queries.standing(index, NOON)
    index.close()

    assert told
    assert [line for line in told if line.startswith("SCAN") and "SUBQUERY" not in line] == []
