"""Deadlines in the index: worked out again where a complaint, the rulebook, the calendar or the holidays have changed.

They are never a source. What is shown of a complaint is reckoned from its file; the index only tells which complaints
have anything due, so that a desk with ten thousand open ones does not read ten thousand files to name the first fifty.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain.calendar import Calendar
from cscli.domain.clock import Clock, Task
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import fields_of
from cscli.domain.values import fixed
from cscli.errors import Refused
from cscli.store.index import Index

PROMISE, TASK, WARNING = 2, 1, 0
WAITING = """SELECT id, clock FROM complaint WHERE reckoned IS NOT ?1 AND rowid IN (
    SELECT rowid FROM complaint WHERE status IN ('received', 'acknowledged', 'assessed', 'in_progress', 'resolved')
    UNION SELECT rowid FROM complaint INDEXED BY complaint_runs_on WHERE runs_on AND status = 'closed')"""


def pack(clock: Clock) -> str:
    """Return a clock as text."""
    import json

    return json.dumps([_packed(value) for value in _values(clock)], separators=(",", ":"))


def unpack(text: str, zone: ZoneInfo) -> Clock:
    """Return the clock that was packed, its moments with the offsets of a zone: so they compare as time passes."""
    import json

    said = dict(zip(fields_of(Clock), (_unpacked(value, zone) for value in json.loads(text)), strict=True))
    said["tasks"] = tuple(Task(*task) for task in said["tasks"])
    return Clock(**said)


def _values(value: Any) -> list[Any]:
    return [getattr(value, name) for name in fields_of(type(value))]


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": int(value.timestamp())}
    if isinstance(value, Task):
        return [_packed(part) for part in _values(value)]
    return [_packed(part) for part in value] if isinstance(value, tuple) else value


def _unpacked(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, dict):
        return fixed(datetime.fromtimestamp(value["at"], zone))
    return tuple(_unpacked(part, zone) for part in value) if isinstance(value, list) else value


def stamp(index: Index, rulebook: Rulebook, calendar: Calendar) -> str:
    """Return what tells one state of the rules from another: promises, calendar, the library that knows holidays.

    It is read off the rules that are reckoned by, not off their files, which may have changed since they were read.
    """
    library = PathFinder.find_spec("chinese_calendar")
    places = (library.submodule_search_locations or ()) if library else ()
    known = [Path(folder).stat().st_mtime_ns for folder in places]
    return index.digest(repr((rulebook.complaint, calendar, known)))


def reckon(index: Index, rulebook: Rulebook, calendar: Calendar) -> None:
    """Work out the deadlines that are not those of the present rules; an index that cannot take them is mended."""
    import sqlite3

    present = stamp(index, rulebook, calendar)
    if index.one(WAITING, present) is None:
        return
    try:
        _enter(index, present, rulebook, calendar)
    except sqlite3.DatabaseError as problem:
        if index.mend is None:
            raise
        index.mend(problem)
        _enter(index, present, rulebook, calendar)


def _enter(index: Index, present: str, rulebook: Rulebook, calendar: Calendar) -> None:
    """Ask what is stale once nobody else can write, for what was entered anew meanwhile has another clock."""
    index.db.execute("BEGIN IMMEDIATE")
    try:
        stale = index.db.execute(WAITING, (present,)).fetchall()
        index.db.executemany("DELETE FROM deadline WHERE record = ?", ((record,) for record, _ in stale))
        index.db.executemany("INSERT INTO deadline VALUES (?, ?, ?, ?, ?, ?)", _rows(stale, rulebook, calendar))
        index.db.executemany(
            "UPDATE complaint SET reckoned = ? WHERE id = ?", ((present, record) for record, _ in stale)
        )
        index.db.execute("COMMIT")
    except BaseException:
        if index.db.in_transaction:
            index.db.execute("ROLLBACK")
        raise


def _rows(
    stale: Iterable[tuple[Any, ...]], rulebook: Rulebook, calendar: Calendar
) -> Iterator[tuple[str, int, str, str, int, int]]:
    """Yield a row for everything a complaint waits for; none where the rules allow no reckoning, which `check` says.

    Its weight is `PROMISE` where it makes the complaint late, `TASK` where only itself, else `WARNING`.
    """
    from cscli.domain import sla
    from cscli.domain.due_complaints import waiting

    zone = rulebook.zone
    for record, packed in stale:
        clock = unpack(packed, zone)
        try:
            found = sla.deadlines(clock, rulebook, calendar, clock.received_at)
            for one in waiting(clock, found, rulebook, calendar):
                due = int(one.due.timestamp())
                weight = PROMISE if one.deadline is not None else WARNING if one.warns else TASK
                yield record, due, one.kind, one.owner, 0 if one.alarm is None else due, weight
        except Refused:
            continue
