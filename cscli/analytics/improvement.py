"""What is done so that complaints do not come back, and whether it worked (manual row E1, ISO 10002 8.7)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cscli.analytics.facts import Books
from cscli.domain.case import EFFORTS
from cscli.domain.value import Value


class MeasureRow(NamedTuple):
    """A measure, with how its complaint stands; times are whole seconds since 1970."""

    record: str
    number: int
    kind: str
    owner: str
    planned_at: int
    due: int
    done_at: int | None = None
    verified_at: int | None = None
    effective: bool | None = None
    status: str = ""
    ended_at: int | None = None


class MeasureCounts(Value):
    """Measures of a kind: planned, done and looked at in the period, overdue at its end."""

    kind: str
    planned: int
    done: int
    overdue: int
    effective: int
    ineffective: int


class Failed(Value):
    """A measure found without effect; `what` is None where its words were not read."""

    complaint: str
    number: int
    what: str | None
    kind: str
    owner: str
    verified_at: datetime


class Undone(Value):
    """A measure that stood to be done too late: whose it was, and when it was due; `what` as in `Failed`."""

    complaint: str
    number: int
    what: str | None
    kind: str
    owner: str
    due: datetime


def measure_counts(books: Books, rows: Sequence[MeasureRow]) -> Iterable[MeasureCounts]:
    """Yield the counts of each kind of measure."""
    for kind in EFFORTS:
        own = [row for row in rows if row.kind == kind]
        proven = [row for row in own if books.inside(row.verified_at)]
        yield MeasureCounts(
            kind=kind,
            planned=sum(books.inside(row.planned_at) for row in own),
            done=sum(books.inside(row.done_at) for row in own),
            overdue=sum(_overdue(row, books.last_moment) for row in own),
            effective=sum(bool(row.effective) for row in proven),
            ineffective=sum(not row.effective for row in proven),
        )


def _overdue(row: MeasureRow, at: int) -> bool:
    """Return whether a measure stood to be done too late; nobody waits for those of a complaint taken back."""
    given_up = row.status == "withdrawn" and row.ended_at is not None and row.ended_at <= at
    return row.planned_at <= at and row.due < at and (row.done_at is None or row.done_at > at) and not given_up


def ineffective(books: Books, rows: Iterable[MeasureRow]) -> list[MeasureRow]:
    """Return the measures found without effect in the period, in the order in which that was found."""
    found = [row for row in rows if books.inside(row.verified_at) and not row.effective]
    return sorted(found, key=lambda row: (row.verified_at or 0, row.record, row.number))


def failed(books: Books, rows: Sequence[MeasureRow], texts: Mapping[tuple[str, int], str]) -> Iterable[Failed]:
    """Yield the measures found without effect in the period, with their words as far as those were read."""
    for row in ineffective(books, rows):
        yield Failed(
            complaint=row.record,
            number=row.number,
            what=texts.get((row.record, row.number)),
            kind=row.kind,
            owner=row.owner,
            verified_at=datetime.fromtimestamp(row.verified_at or 0, books.calendar.zone),
        )


def overdue(books: Books, rows: Iterable[MeasureRow]) -> list[MeasureRow]:
    """Return the measures that stood to be done too late at the end of the period, what has waited longest first."""
    found = [row for row in rows if _overdue(row, books.last_moment)]
    return sorted(found, key=lambda row: (row.due, row.record, row.number))


def undone(books: Books, rows: Sequence[MeasureRow], texts: Mapping[tuple[str, int], str]) -> Iterable[Undone]:
    """Yield the measures overdue at the end of the period, with their words as far as those were read."""
    for row in overdue(books, rows):
        yield Undone(
            complaint=row.record,
            number=row.number,
            what=texts.get((row.record, row.number)),
            kind=row.kind,
            owner=row.owner,
            due=datetime.fromtimestamp(row.due, books.calendar.zone),
        )
