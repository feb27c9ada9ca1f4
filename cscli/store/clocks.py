"""Deadlines in the index: worked out again where a complaint, the rulebook, the calendar or the holidays have changed.

They are never a source: what a card shows is reckoned from the file. The index tells which complaints have what due, so
that a desk with ten thousand open ones neither reads nor reckons ten thousand to name the first fifty.
"""

from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from cscli.domain.calendar import Calendar
from cscli.domain.rulebook import Rulebook
from cscli.domain.values import FIRST_YEAR, LAST_YEAR
from cscli.errors import Refused
from cscli.store.clock_text import unpack
from cscli.store.index import Index
from cscli.store.queries import FOREVER, OPEN_COMPLAINT
from cscli.store.rows import DEADLINE_COLUMNS, PROMISE, TASK, WARNING

PLACES = ", ".join("?" * len(DEADLINE_COLUMNS))
MANY = 1000  # complaints reckoned at once, after which SQLite's log is brought home: every command would read it
STALE = f"""SELECT id, clock FROM complaint WHERE rowid IN (
    SELECT rowid FROM complaint WHERE reckoned IS NULL
        AND status IN {OPEN_COMPLAINT}
    UNION SELECT rowid FROM complaint INDEXED BY complaint_runs_on
        WHERE runs_on = 1 AND status = 'closed' AND reckoned IS NULL)"""


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
    present = stamp(index, rulebook, calendar)
    if index.meta("reckoned") == present and index.one(STALE) is None:
        return
    try:
        _enter(index, present, rulebook, calendar)
    except index.Failed as problem:
        if index.mend is None:
            raise
        index.mend(problem)
        _enter(index, present, rulebook, calendar)


def announced(index: Index, year: int) -> bool:
    """Return whether a year's holidays were known when the deadlines were last reckoned."""
    return str(year) in (index.meta("announced") or "").split()


def _enter(index: Index, present: str, rulebook: Rulebook, calendar: Calendar) -> None:
    """Ask what is stale once nobody else can write, for what was entered anew meanwhile has another clock."""
    with index.writing():
        if index.meta("reckoned") != present:
            index.db.execute("UPDATE complaint SET reckoned = NULL WHERE reckoned IS NOT NULL")
            index.remember("reckoned", present)
            years = (str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1) if calendar.announced(year))
            index.remember("announced", " ".join(years))
        stale = index.db.execute(STALE).fetchall()
        rows = list(_rows(stale, rulebook, calendar))
        first: dict[str, int] = {}
        for record, due, *_, weight in rows:
            if weight == PROMISE:
                first[record] = min(due, first.get(record, due))
        index.db.executemany("DELETE FROM deadline WHERE record = ?", ((record,) for record, _ in stale))
        index.db.executemany(f"INSERT INTO deadline VALUES ({PLACES})", rows)
        dues = ((first.get(record), record) for record, _ in stale)
        index.db.executemany("UPDATE complaint SET reckoned = 1, due = ? WHERE id = ?", dues)
    if len(stale) > MANY:
        index.settle()


def _rows(stale: Iterable[tuple[Any, ...]], rulebook: Rulebook, calendar: Calendar) -> Iterator[tuple[Any, ...]]:
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
                weight = PROMISE if one.promised else WARNING if one.warns else TASK
                share = None if one.share is None else str(one.share)
                seen = due if one.kind == "alarm" else 0, int(one.until.timestamp()) if one.until else FOREVER
                yield record, due, one.kind, one.owner, one.verb, one.number, one.promise, share, *seen, weight
        except Refused:
            continue
