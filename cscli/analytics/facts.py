"""What the accounts room counts: rows as they were read, and the books in which they lie open for one period.

Times are whole seconds since 1970, money is whole cents, lists are joined by spaces, days are ordinals.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from cscli.analytics.periods import Between
from cscli.domain.calendar import Calendar
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value


class BookingRow(NamedTuple):
    """A booking, with the level, the day of joining and what is on file of its customer."""

    id: str
    status: str
    received_at: int
    outcome: str | None = None
    customer: str | None = None
    channel: str = "phone"
    source: str | None = None
    service: str = ""
    resources: str = ""
    shares: str = ""
    agent: str = ""
    start: int = 0
    end: int = 0
    units: int = 1
    party: int | None = None
    vip: bool = False
    rating: int | None = None
    price: int | None = None
    entry_seconds: int | None = None
    said: str = ""
    answered_at: int | None = None
    ended_at: int | None = None
    rated_at: int | None = None
    changed: int = 0
    desk_errors: int = 0
    arrived_at: int | None = None
    assigned_to: str | None = None
    level: str | None = None
    joined: int | None = None
    customer_name: str | None = None
    customer_phone: str | None = None
    has_card: bool | None = None
    cards: str | None = None
    has_email: bool | None = None


class ComplaintRow(NamedTuple):
    """A complaint; `resolved_at` is its first solution, `ended_at` its last closing or its withdrawal.

    `pauses` are when it waited for its customer, as `from-to`; `from-` goes on. `again` counts how often the customer
    came with the same once more.
    """

    id: str
    status: str
    received_at: int
    customer: str | None = None
    channel: str = "phone"
    category: str = ""
    severity: str = ""
    owner: str = ""
    first_receiver: str = ""
    against: str = ""
    judgement: str | None = None
    cause: str | None = None
    judged_at: int | None = None
    acknowledged_at: int | None = None
    resolved_at: int | None = None
    ended_at: int | None = None
    reopened: int = 0
    handed_over: int = 0
    pauses: str = ""
    satisfied: bool | None = None
    again: int = 0


class EventRow(NamedTuple):
    """Something that happened to a booking or a complaint."""

    record: str
    at: int
    type: str
    by: str = ""
    cause: str | None = None
    late: bool | None = None
    reached: bool | None = None
    satisfied: bool | None = None
    effective: bool | None = None
    amount: int | None = None
    method: str | None = None


class CustomerRow(NamedTuple):
    """A customer who became a member on the day `joined`."""

    id: str
    joined: int
    level: str | None = None


Row = BookingRow | ComplaintRow | CustomerRow
COLUMNS: Mapping[str, Sequence[str]] = {
    "booking": BookingRow._fields,
    "event": EventRow._fields,
    "complaint": ComplaintRow._fields,
    "customer": CustomerRow._fields,
}


class Facts(Value):
    """What was read for one period; more than belongs to it does no harm, less would.

    `turns` are (record, at, type) of the closings, withdrawals and reopenings of complaints that were opened again,
    `blame` (category, against) of the valid complaints that name a booking, `places` (id, service, resources, merchant)
    of the bookings that complaints are against. Merged duplicates are in none of it.
    """

    bookings: tuple[BookingRow, ...] = ()
    booking_events: tuple[EventRow, ...] = ()
    complaints: tuple[ComplaintRow, ...] = ()
    complaint_events: tuple[EventRow, ...] = ()
    turns: tuple[tuple[str, int, str], ...] = ()
    blame: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str, str, str | None], ...] = ()
    customers: tuple[CustomerRow, ...] = ()


def facts_of(parts: Mapping[str, Iterable[Sequence[Any]]]) -> Facts:
    """Return the facts made of rows read in the order of `COLUMNS`; a part that was not read is empty."""
    return Facts(
        bookings=tuple(map(BookingRow._make, parts.get("booking", ()))),
        booking_events=tuple(map(EventRow._make, parts.get("event", ()))),
        complaints=tuple(map(ComplaintRow._make, parts["complaint"])),
        complaint_events=tuple(map(EventRow._make, parts["complaint_event"])),
        turns=tuple((record, at, kind) for record, at, kind in parts["turn"]),
        blame=tuple((category, against) for category, against in parts.get("blame", ())),
        places=tuple((name, service, taken, merchant) for name, service, taken, merchant in parts["place"]),
        customers=tuple(map(CustomerRow._make, parts.get("customer", ()))),
    )


def pauses_of(row: ComplaintRow) -> list[tuple[int, int | None]]:
    """Return when a complaint waited for its customer, as seconds; None where it still does."""
    parts = (text.partition("-") for text in row.pauses.split())
    return [(int(begin), int(over) if over else None) for begin, _, over in parts]


def ends_of(period: Between) -> tuple[int, int]:
    """Return a period's ends as whole seconds since 1970."""
    return int(period.start.timestamp()), int(period.end.timestamp())


class OfficeClock:
    """Working time counted up once, so that asking how much lies between two moments is two look-ups.

    It says what `worktime.between` says, for moments within [first, last] and without pauses.
    """

    def __init__(self, calendar: Calendar, first: int, last: int) -> None:
        ends = (datetime.fromtimestamp(at, calendar.zone) for at in (first, last))
        self.stretches = [(int(o.timestamp()), int(c.timestamp())) for o, c in calendar.office_stretches(*ends)]
        self.begins = [opens for opens, _ in self.stretches]
        self.before = [0, *accumulate(closes - opens for opens, closes in self.stretches)]

    def until(self, at: int) -> int:
        """Return the working seconds from the beginning up to `at`."""
        place = bisect_right(self.begins, at) - 1
        if place < 0:
            return 0
        opens, closes = self.stretches[place]
        return self.before[place] + min(at, closes) - opens

    def between(self, start: int, end: int) -> int:
        """Return the working seconds in [start, end)."""
        return max(0, self.until(end) - self.until(start))

    def unpaused(self, start: int, end: int, pauses: Iterable[tuple[int, int | None]]) -> int:
        """Return the working seconds in [start, end) outside the pauses, which do not overlap."""
        lost = (self.between(max(start, begin), min(end, end if over is None else over)) for begin, over in pauses)
        return self.between(start, end) - sum(lost)


class Books(Value):
    """The facts of one period laid open, with the rules they are judged by; what many metrics look at is found once."""

    facts: Facts
    rulebook: Rulebook
    calendar: Calendar
    period: Between
    now: datetime

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The period's ends as whole seconds; the second is outside."""
        return ends_of(self.period)

    @cached_property
    def office(self) -> "OfficeClock":
        """The working time from the oldest complaint on, up to the end of the period."""
        first = min((row.received_at for row in self.facts.complaints), default=self.ends[0])
        return OfficeClock(self.calendar, min(first, self.ends[0]), self.ends[1])

    @cached_property
    def seen_at(self) -> int:
        """The present moment as whole seconds."""
        return int(self.now.timestamp())

    def inside(self, at: int | None) -> bool:
        """Whether something that happened at `at` belongs to the period."""
        start, end = self.ends
        return at is not None and start <= at < end

    @cached_property
    def received(self) -> tuple[BookingRow, ...]:
        """The bookings received in the period."""
        start, end = self.ends
        return tuple(row for row in self.facts.bookings if start <= row.received_at < end)

    @cached_property
    def ended(self) -> tuple[BookingRow, ...]:
        """The bookings whose outcome fell in the period."""
        return tuple(row for row in self.facts.bookings if row.outcome is not None and self.inside(row.ended_at))

    @cached_property
    def booking(self) -> Mapping[str, BookingRow]:
        """Every booking read, by its id."""
        return {row.id: row for row in self.facts.bookings}

    @cached_property
    def complaint(self) -> Mapping[str, ComplaintRow]:
        """Every complaint read, by its id."""
        return {row.id: row for row in self.facts.complaints}

    @cached_property
    def tables(self) -> Mapping[str, frozenset[str]]:
        """The merchants: the resources at which each service books a table."""
        return {
            service.id: frozenset(known.id for group in service.resources for known in self.rulebook.group(group))
            for service in self.rulebook.service
            if service.kind == "table"
        }

    @cached_property
    def guests_of(self) -> Mapping[str, tuple[str, ...]]:
        """The merchants of each table booking that a complaint is against; one the rulebook does not list by name."""
        return {
            name: (
                *(known for known in taken.split() if known in self.tables[service]),
                *([merchant] if merchant else ()),
            )
            for name, service, taken, merchant in self.facts.places
            if service in self.tables
        }

    @cached_property
    def taken_of(self) -> Mapping[str, tuple[str, ...]]:
        """The resources of each booking that a complaint is against."""
        return {name: tuple(taken.split()) for name, _, taken, _ in self.facts.places}

    def targets(self, row: ComplaintRow, kind: str) -> tuple[str, ...]:
        """Return who or what of a kind (`person`, `department`, `resource`, `merchant`) a complaint is against."""
        against = [target.partition(":")[::2] for target in row.against.split()]
        if kind != "merchant":
            named = [name for what, name in against if what == kind]
            if kind == "resource":  # an order complained of is one of what it took
                named += [name for what, book in against if what == "booking" for name in self.taken_of.get(book, ())]
            if kind == "department":  # written by hand, it may be its name
                ids = {known.name: known.id for known in self.rulebook.department}
                named = [ids.get(name, name) for name in named]
            return tuple(dict.fromkeys(named))
        merchants = frozenset().union(*self.tables.values())
        named = [name for what, name in against if what == "resource" and name in merchants]
        named += [name for what, booking in against if what == "booking" for name in self.guests_of.get(booking, ())]
        return tuple(dict.fromkeys(named))

    @cached_property
    def last_moment(self) -> int:
        """The last second of the period that has gone by: how things stood at the end is how they stood then."""
        return min(self.ends[1] - 1, self.seen_at)

    @cached_property
    def required(self) -> Mapping[str, frozenset[str]]:
        """What each service wants to be told before an order is taken."""
        return {service.id: frozenset(service.required) for service in self.rulebook.service}

    @cached_property
    def valid(self) -> Mapping[str, frozenset[str]]:
        """What makes an order of each service a valid one in the end."""
        return {service.id: frozenset(service.valid or service.required) for service in self.rulebook.service}

    @cached_property
    def blamed(self) -> frozenset[str]:
        """The bookings that a valid complaint of a booking error is against."""
        errors = {category.id for category in self.rulebook.complaint.category if category.booking_error}
        return frozenset(
            target.removeprefix("booking:")
            for category, against in self.facts.blame
            if category in errors
            for target in against.split()
            if target.startswith("booking:")
        )
