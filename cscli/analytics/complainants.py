"""Who complained in the period and before, who could not be reached, who was not content (manual row E6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from cscli.analytics.facts import BookingRow, Books, ComplaintRow, EventRow
from cscli.analytics.periods import Between
from cscli.domain.case import ComplaintEvent
from cscli.domain.states import CONTENT
from cscli.domain.value import Value

if TYPE_CHECKING:
    from cscli.domain.booking import Booking

OFTEN = 2  # complaints that make a repeat complainant of who complained in the period, in the year up to its end


class Repeat(Value):
    """A customer who complained in the period and often: in it, in the year up to its end; `name` is masked."""

    customer: str
    name: str
    count: int
    in_year: int
    categories: tuple[str, ...]
    complaints: tuple[str, ...]


class Called(Value):
    """A complaint or a booking whose customer was not reached, or not content: how often, what came of it since.

    `about` is its category or service, `owner` who saw to it; `by` asked the customer last, `at` that time. `rating` is
    that of a booking, `note` the last word in the period, None where there is none or it was not read.
    """

    kind: Literal["complaint", "booking"]
    record: str
    name: str
    about: str
    owner: str
    by: str
    at: datetime
    times: int
    came: str
    cause: str | None = None
    rating: int | None = None
    note: str | None = None


def year_before(period: Between) -> int:
    """Return the second at which the year begins that ends with the period."""
    end = period.end
    day = min(end.day, 28) if end.month == 2 else end.day
    return int(end.replace(year=end.year - 1, day=day).timestamp())


def repeats(books: Books, names: Mapping[str, str]) -> tuple[Repeat, ...]:
    """Return who complained in the period, and often in the year up to its end, the most frequent first."""
    year = year_before(books.period)
    found = [
        Repeat(
            customer=customer,
            name=names.get(customer, ""),
            count=sum(books.inside(row.received_at) for row in rows),
            in_year=sum(row.received_at >= year for row in rows),
            categories=tuple(dict.fromkeys(row.category for row in rows)),
            complaints=tuple(row.id for row in rows),
        )
        for customer, rows in repeat_complainants(books).items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, -one.in_year, one.customer)))


def repeat_complainants(books: Books) -> dict[str, list[ComplaintRow]]:
    """Return the customers who complained in the period and often, with what they complained of, earliest first."""
    first = min(year_before(books.period), books.ends[0])
    own: dict[str, list[ComplaintRow]] = defaultdict(list)
    for row in sorted(books.facts.complaints, key=lambda row: (row.received_at, row.id)):
        if row.customer is not None and first <= row.received_at < books.ends[1]:
            own[row.customer].append(row)
    return {customer: rows for customer, rows in own.items() if _often(books, rows)}


def _often(books: Books, rows: Sequence[ComplaintRow]) -> bool:
    """Return whether somebody complained in the period and once more within the year, or in a longer period itself."""
    return len(rows) >= OFTEN and any(books.inside(row.received_at) for row in rows)


def calls(books: Books, *, reached: bool) -> dict[str, list[EventRow]]:
    """Return when customers were asked in the period in vain, or were not content, by complaint and by booking.

    A booking is left out where a complaint against it is there already: nothing is told twice.
    """
    found: dict[str, list[EventRow]] = defaultdict(list)
    for event in books.facts.complaint_events:
        if event.type == "followed_up" and event.record in books.complaint and _counts(books, event, reached=reached):
            found[event.record].append(event)
    told = {target for record in found for target in books.complaint[record].against.split()}
    for event in books.facts.booking_events:
        known = event.type == "closed" and event.record in books.booking and f"booking:{event.record}" not in told
        if known and _counts(books, event, reached=reached):
            found[event.record].append(event)
    return found


def _counts(books: Books, event: EventRow, *, reached: bool) -> bool:
    return books.inside(event.at) and _wanted(event, reached=reached)


def _wanted(event: EventRow | ComplaintEvent, *, reached: bool) -> bool:
    """Return whether a call back reached somebody who was not content, or, if not `reached`, nobody."""
    if reached:
        return bool(event.reached) and not event.satisfied
    return event.reached is not None and not event.reached


def to_note(books: Books, *, reached: bool) -> list[str]:
    """Return the complaints and bookings of `calls` in the order of their receipt."""
    return [row.id for row in _rows(books, calls(books, reached=reached))]


def _rows(books: Books, records: Iterable[str]) -> list[BookingRow | ComplaintRow]:
    rows = [books.complaint.get(record) or books.booking[record] for record in records]
    return sorted(rows, key=lambda row: (row.received_at, row.id))


def note_of(books: Books, events: Iterable[ComplaintEvent], *, reached: bool) -> str | None:
    """Return the last note on those calls back of a complaint that `calls` counts."""
    notes = [
        event.note
        for event in events
        if event.type == "followed_up" and books.inside(int(event.at.timestamp())) and _wanted(event, reached=reached)
    ]
    return next((note for note in reversed(notes) if note), None)


def words_of(books: Books, booking: "Booking") -> str | None:
    """Return what the customer said of a booking when it was closed last; None where that was after the period."""
    closed = max((event.at for event in booking.events if event.type == "closed"), default=None)
    return booking.feedback if closed is not None and books.inside(int(closed.timestamp())) else None


def called(
    books: Books, names: Mapping[str, str], notes: Mapping[tuple[str, bool], str], *, reached: bool
) -> tuple[Called, ...]:
    """Return the complaints and bookings of `calls` in the order of their receipt, each with what came of it since.

    `notes` are the words of `note_of` and `words_of` by record and `reached`, as far as they were read.
    """
    found = calls(books, reached=reached)
    return tuple(_called(books, row, found[row.id], names, notes.get((row.id, reached))) for row in _rows(books, found))


def _called(
    books: Books, row: BookingRow | ComplaintRow, found: Sequence[EventRow], names: Mapping[str, str], note: str | None
) -> Called:
    last = max(found, key=lambda event: event.at)
    if isinstance(row, ComplaintRow):
        own: dict[str, Any] = {"about": row.category, "owner": row.owner, "came": came_of(row), "cause": row.cause}
    else:
        own = {"about": row.service, "owner": row.assigned_to or row.agent, "came": thought_of(row),
               "rating": row.rating}  # fmt: skip
    return Called(
        kind="complaint" if isinstance(row, ComplaintRow) else "booking",
        record=row.id,
        name=names.get(row.customer or "", ""),
        by=last.by,
        at=datetime.fromtimestamp(last.at, books.calendar.zone),
        times=len(found),
        note=note,
        **own,
    )


def came_of(row: ComplaintRow) -> str:
    """Return what came of a complaint after the call back: its customer content in the end, given up, still open."""
    if row.status in ("resolved", "closed") and row.satisfied:
        return "content"
    if row.status == "closed":
        return "unreached" if row.satisfied is None else "discontent"
    return row.status if row.status in ("withdrawn", "resolved") else "open"


def thought_of(row: BookingRow) -> str:
    """Return what its customer thinks of a booking in the end; one that was opened again is at work."""
    if row.status != "closed":
        return "open"
    if row.rating is None:
        return "unreached"
    return "content" if row.rating >= CONTENT else "discontent"


def named(books: Books) -> tuple[str, ...]:
    """Return the customers whom the report names, each once."""
    called_back = [row.customer for how in (True, False) for row in _rows(books, calls(books, reached=how))]
    found = dict.fromkeys([*repeat_complainants(books), *called_back])
    return tuple(customer for customer in found if customer is not None)
