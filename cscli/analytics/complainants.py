"""Who complained in the period and before, who could not be reached, who was not content (manual row E6)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cscli.analytics.facts import Books, ComplaintRow, EventRow
from cscli.analytics.periods import Between
from cscli.domain.case import ComplaintEvent
from cscli.domain.value import Value

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
    """A complaint whose customer was not reached, or not content: how many times, why, and what came of it since.

    `note` is the last word on it in the period, None where there is none or it was not read.
    """

    complaint: str
    name: str
    category: str
    owner: str
    times: int
    came: str
    cause: str | None = None
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


def calls(books: Books, *, reached: bool) -> dict[str, int]:
    """Return how often each complaint's customer was called back in the period in vain, or was not content."""
    times: Counter[str] = Counter()
    for event in books.facts.complaint_events:
        if event.type == "followed_up" and event.record in books.complaint and books.inside(event.at):
            times[event.record] += _wanted(event, reached=reached)
    return {record: number for record, number in times.items() if number}


def _wanted(event: EventRow | ComplaintEvent, *, reached: bool) -> bool:
    """Return whether a call back reached somebody who was not content, or, if not `reached`, nobody."""
    return bool(event.reached) and not event.satisfied if reached else not event.reached


def to_note(books: Books, *, reached: bool) -> list[str]:
    """Return the complaints of `calls` in the order of their receipt."""
    rows = [books.complaint[record] for record in calls(books, reached=reached)]
    return [row.id for row in sorted(rows, key=lambda row: (row.received_at, row.id))]


def note_of(books: Books, events: Iterable[ComplaintEvent], *, reached: bool) -> str | None:
    """Return the last note on those calls back of a complaint that `calls` counts."""
    notes = [
        event.note
        for event in events
        if event.type == "followed_up" and books.inside(int(event.at.timestamp())) and _wanted(event, reached=reached)
    ]
    return next((note for note in reversed(notes) if note), None)


def called(
    books: Books, names: Mapping[str, str], notes: Mapping[tuple[str, bool], str], *, reached: bool
) -> tuple[Called, ...]:
    """Return the complaints of `calls` in the order of their receipt, each with what came of it since.

    `notes` are the words of `note_of` by complaint and `reached`, as far as they were read.
    """
    found = calls(books, reached=reached)
    rows = [books.complaint[record] for record in to_note(books, reached=reached)]
    return tuple(
        Called(
            complaint=row.id,
            name=names.get(row.customer or "", ""),
            category=row.category,
            owner=row.owner,
            times=found[row.id],
            came=came_of(row),
            cause=row.cause,
            note=notes.get((row.id, reached)),
        )
        for row in rows
    )


def came_of(row: ComplaintRow) -> str:
    """Return what came of a complaint after the call back: its customer content in the end, given up, still open."""
    if row.status in ("resolved", "closed") and row.satisfied:
        return "content"
    if row.status == "closed":
        return "unreached" if row.satisfied is None else "discontent"
    return row.status if row.status in ("withdrawn", "resolved") else "open"


def named(books: Books) -> tuple[str, ...]:
    """Return the customers whom the report names, each once."""
    called_back = [books.complaint[record].customer for how in (True, False) for record in calls(books, reached=how)]
    found = dict.fromkeys([*repeat_complainants(books), *called_back])
    return tuple(customer for customer in found if customer is not None)
