"""What a desk has behind it costs nothing: the index's own steps are counted, with a long past and without one.

SQLite works a question off in small steps, each row it looks at some of them. Where the same command takes as many with
100,000 past bookings as with none, no row of the past was looked at.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cscli.analytics.facts import COLUMNS
from cscli.analytics.improvement import MeasureRow
from cscli.store import case_queries, clocks, queries, rows
from cscli.store.index import Index
from tests.conftest import DeskFolder

PAST = 100_000
SOME = 500  # steps more are no row of the past, but a folder looked at once more
DAY = 86_400
NOON = 1_763_611_200  # 2025-11-20 12:00 in Shanghai: a year before the desk's own day
TAKE = "booking create --customer $CU1 --service badminton --start 'tomorrow 19:00' --resource court-1"


COUNT = f"WITH RECURSIVE past(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM past WHERE n < {PAST} - 1)"
BOOKINGS = f"""
    INSERT INTO booking (id, status, outcome, waitlisted, customer, service, resources, shares, units, start, "end",
        received_at, ended_at)
    {COUNT} SELECT printf('BK-251120-%06d', n), iif(n % 5, 'closed', 'unmet'), iif(n % 5, 'completed', 'unmet'),
        n % 5 = 0, iif(n % 5, :customer, printf('CU-251120-%06d', n)), 'badminton', iif(n % 5, 'court-1', ''), '1', 1,
        :noon - n * 3600, :noon - n * 3600 + 3600, :noon - n * 3600 - 86400, :noon - n * 3600 + 3600 FROM past
"""
SLOTS = f"""
    INSERT INTO slot (resource, day, start, "end", units, booking, service)
    {COUNT} SELECT 'court-1', (:noon - n * 3600) / 86400, :noon - n * 3600, :noon - n * 3600 + 3600, 1,
        printf('BK-251120-%06d', n), 'badminton' FROM past
"""
COMPLAINTS = f"""
    INSERT INTO complaint (id, status, severity, category, received_at, closed_at, ended_at, reopened, against, pauses)
    {COUNT} SELECT printf('CP-251120-%06d', n), 'closed', 'minor', 'service', :noon - n * 3600,
        :noon - n * 3600 + 86400, :noon - n * 3600 + 86400, 0, '', '' FROM past WHERE n % 10 = 0
"""


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
    """Return a desk whose index has a long past: one customer on one court, hour by hour for years.

    Every fifth hour somebody else waited in vain, and waits still, though the day has gone by; every tenth there was a
    complaint. The court is taken still at every one of those hours, as by bookings that nobody ever ended.
    """
    desk.ok("customer create --name 王小明 --phone 13800000001")
    db = sqlite3.connect(desk.home / ".git" / "cscli" / "index.sqlite", isolation_level=None)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    for statement in (BOOKINGS, SLOTS, COMPLAINTS):
        db.execute(statement, {"noon": NOON, "customer": desk.id_of("CU1")})
    db.execute("COMMIT")
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
    "report complaints",
)


def test_a_long_past_is_not_looked_at(aged: DeskFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import make_desk

    young = DeskFolder(make_desk(tmp_path / "young"), monkeypatch)
    young.ok("customer create --name 王小明 --phone 13800000001")
    steps = Steps(monkeypatch)

    taken = {line: (steps.of(young, line), steps.of(aged, line)) for line in (TAKE, *LOOKS)}

    more = {line: both for line, both in taken.items() if both[1] > both[0] + SOME}
    assert more == {}
    assert all(first > 40 for first, _ in taken.values())  # the count counts


def plans(tmp_path: Path, *questions: Callable[[Index], object]) -> list[str]:
    """Return how SQLite would go about each question that is put to an empty index."""
    index = Index(tmp_path / "index.sqlite")
    told: list[str] = []
    ask = index._ask

    def explained(question: str, values: tuple[Any, ...]) -> Any:
        told.extend(str(row[3]) for row in index.db.execute(f"EXPLAIN QUERY PLAN {question}", values))
        return ask(question, values)

    index._ask = explained  # type: ignore[method-assign]
    for put in questions:
        put(index)
    index.close()
    return told


def scans(told: list[str]) -> list[str]:
    """Return where a table would be read from end to end; an index that holds a few of its rows only may be."""
    few = ("SUBQUERY", "USING INDEX complaint_runs_on")
    return [line for line in told if line.startswith("SCAN") and not any(part in line for part in few)]


def test_what_every_day_asks_is_found_by_an_index(tmp_path: Path) -> None:
    columns = [name for name, _ in rows.COLUMNS["booking"]]
    told = plans(
        tmp_path,
        lambda index: queries.taken_by(index, "CU-1", NOON, NOON),
        lambda index: queries.missed_by(index, "CU-1"),
        lambda index: queries.in_queue(index, NOON),
        lambda index: queries.in_queue(index, NOON, NOON, NOON + DAY),
        lambda index: queries.waiting(index, columns, NOON),
        lambda index: queries.waiting(index, columns, NOON, DAY, ("line", "charter")),
        lambda index: queries.ended_since(index, columns, NOON),
        lambda index: queries.requests(index),
        lambda index: queries.states_of(index, NOON, NOON + DAY),
        lambda index: queries.arriving(index, NOON, NOON + DAY, NOON),
        lambda index: queries.standing(index, NOON),
        lambda index: queries.has_later(index, NOON),
        lambda index: queries.open_complaints(index),
        lambda index: queries.late_complaints(index, NOON, DAY),
        lambda index: queries.waiting_complaints(index, NOON, NOON + DAY, (), 50),
        lambda index: queries.waiting_complaints(index, NOON, NOON + DAY, ("li.na", "agent"), 50),
        lambda index: queries.waiting_counts(index, NOON, NOON + DAY),
        lambda index: index.all(clocks.STALE),
    )

    assert told
    assert scans(told) == []


def test_what_the_complaint_report_asks_is_found_by_an_index(tmp_path: Path) -> None:
    told = plans(
        tmp_path,
        lambda index: queries.case_figures(index, COLUMNS, NOON, NOON + DAY),
        lambda index: queries.among(index, "SELECT id, service FROM booking WHERE id IN", ("BK-1", "BK-2")),
        lambda index: case_queries.completed(index, NOON, NOON + DAY),
        lambda index: case_queries.measures(index, MeasureRow._fields, NOON, NOON + DAY, NOON),
        lambda index: case_queries.late(index, NOON),
        lambda index: case_queries.open_at(index, NOON),
        lambda index: case_queries.names(index, ("CU-1",)),
    )

    assert told
    assert scans(told) == []
