"""The metrics of bookings and members: each function yields which booking counts, when, above and below the line."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from functools import partial

from cscli.analytics.facts import BookingRow, Books, CustomerRow
from cscli.analytics.metrics import Entry, Metric
from cscli.domain import valid, worktime
from cscli.domain.services import Resource
from cscli.domain.states import CONTENT

NOTHING: frozenset[str] = frozenset()
Stretch = tuple[int, int]  # from second to second
SIMPLE = frozenset(("customer",))  # what most services ask for


def created(books: Books) -> Iterator[Entry]:
    """Bookings received."""
    return ((row, row.received_at, 1, 0) for row in books.received)


def units_created(books: Books) -> Iterator[Entry]:
    """Tables, seats or courts of the bookings received."""
    return ((row, row.received_at, row.units, 0) for row in books.received)


def ended(books: Books, *, outcome: str) -> Iterator[Entry]:
    """Bookings that ended this way in the period."""
    return ((row, row.ended_at or 0, 1, 0) for row in books.ended if row.outcome == outcome)


def seated(books: Books) -> Iterator[Entry]:
    """Bookings whose guests came, whether they have left yet or not (manual row C9).

    They count when they came; where nobody noted that, when the service was completed.
    """
    for row in books.facts.bookings:
        came = row.arrived_at if row.arrived_at is not None else row.ended_at if row.outcome == "completed" else None
        if books.inside(came):
            yield row, came or 0, 1, 0


def units_completed(books: Books) -> Iterator[Entry]:
    """Tables, seats or courts of the bookings completed."""
    return ((row, row.ended_at or 0, row.units, 0) for row in books.ended if row.outcome == "completed")


def revenue(books: Books) -> Iterator[Entry]:
    """Prices of the bookings completed, in cents."""
    return ((row, row.ended_at or 0, row.price or 0, 0) for row in books.ended if row.outcome == "completed")


def happened(books: Books, *, event: str, late: bool = False) -> Iterator[Entry]:
    """Events of a type; with `late` those inside the notice only."""
    for found in books.facts.booking_events:
        if found.type == event and (found.late or not late) and books.inside(found.at):
            row = books.booking.get(found.record)
            if row is not None:
                yield row, found.at, 1, 0


def paid(books: Books, *, sign: int) -> Iterator[Entry]:
    """What was paid (`sign` 1) or paid back (-1), in cents."""
    for found in books.facts.booking_events:
        turned = -1 if found.type == "refunded" else 1
        amount = sign * turned * (found.amount or 0)
        if amount > 0 and found.type in ("paid", "refunded") and books.inside(found.at):
            row = books.booking.get(found.record)
            if row is not None:
                yield row, found.at, amount, 0


def complete_order(row: BookingRow, required: frozenset[str], gathering: Collection[str] = ()) -> bool:
    """Whether a booking says everything its service requires."""
    return row.customer is not None if required == SIMPLE else not lacking(row, required, gathering)


def lacking(row: BookingRow, required: Iterable[str], gathering: Collection[str] = ()) -> tuple[str, ...]:
    """Return what a booking does not say of what its service requires (manual row C10)."""
    person = {"phone": row.customer_phone, "card": row.has_card, "email": row.has_email}
    return valid.lacking(
        required,
        said=row.said.split(),
        customer=row.customer is not None,
        person=[name for name, value in person.items() if value] if row.customer_name else None,
        cards=(row.cards or "").split(),
        gathering=gathering,
    )


def accuracy(books: Books) -> Iterator[Entry]:
    """Bookings without a desk error among those received."""
    blamed, required = books.blamed, books.required
    for row in books.received:
        right = not row.desk_errors and row.id not in blamed
        yield row, row.received_at, right and complete_order(row, required.get(row.service, NOTHING)), 1


def on_time(books: Books) -> Iterator[Entry]:
    """Bookings first answered within the limit, among those answered or whose limit has run out.

    One that the customer took back before anybody had to answer is in neither.
    """
    limit = books.rulebook.booking.answer_within
    fixed = limit.minutes * 60 if limit.unit in ("m", "h") else None
    for row in books.received:
        if fixed is not None:
            due = row.received_at + fixed
        else:
            end = worktime.add(books.calendar, datetime.fromtimestamp(row.received_at, books.calendar.zone), limit)
            due = int(end.timestamp()) if end else books.seen_at + 1
        if row.answered_at is not None:
            yield row, row.received_at, row.answered_at <= due, 1
        elif due < books.seen_at and (row.ended_at is None or row.ended_at > due):
            yield row, row.received_at, 0, 1


def ending_rate(books: Books, *, outcome: str) -> Iterator[Entry]:
    """Bookings received that ended this way, among all received."""
    return ((row, row.received_at, row.outcome == outcome, 1) for row in books.received)


def no_show_rate(books: Books) -> Iterator[Entry]:
    """Guests who did not come, among those who came or should have."""
    for row in books.ended:
        if row.outcome in ("completed", "no_show"):
            yield row, row.ended_at or 0, row.outcome == "no_show", 1


def change_rate(books: Books) -> Iterator[Entry]:
    """Bookings received that were changed at least once, among all received."""
    return ((row, row.received_at, row.changed > 0, 1) for row in books.received)


def feedback_rate(books: Books) -> Iterator[Entry]:
    """Completed bookings with a rating, among those completed."""
    for row in books.ended:
        if row.outcome == "completed":
            yield row, row.ended_at or 0, row.rating is not None, 1


def ratings(books: Books) -> Iterator[tuple[BookingRow, int, int]]:
    """Yield each rating of the period with its moment; one without a moment of its own has that of the end."""
    for row in books.facts.bookings:
        at = row.rated_at or row.ended_at
        if row.rating is not None and at is not None and books.inside(at):
            yield row, at, row.rating


def csat(books: Books) -> Iterator[Entry]:
    """Ratings of 4 and 5 among all."""
    return ((row, at, rating >= CONTENT, 1) for row, at, rating in ratings(books))


def rating_mean(books: Books) -> Iterator[Entry]:
    """The ratings themselves."""
    return ((row, at, rating, 1) for row, at, rating in ratings(books))


def lead_time(books: Books) -> Iterator[Entry]:
    """Seconds from the receipt to the beginning."""
    return ((row, row.received_at, row.start - row.received_at, 1) for row in books.received)


def entry_time(books: Books) -> Iterator[Entry]:
    """Bookings entered within the limit, among those whose entry was timed."""
    limit = books.rulebook.booking.enter_within_seconds
    for row in books.received:
        if row.entry_seconds is not None:
            yield row, row.received_at, row.entry_seconds <= limit, 1


def valid_orders(books: Books) -> Iterator[Entry]:
    """Completed orders that say all that makes one of their service a valid one, among those completed (row C10)."""
    gathering = books.rulebook.members.gathering
    for row in books.ended:
        if row.outcome == "completed":
            yield row, row.ended_at or 0, complete_order(row, books.valid.get(row.service, NOTHING), gathering), 1


def utilisation(books: Books) -> Iterator[Entry]:
    """Seconds of resources taken among those that could be had: hours, less outages, times capacity.

    Taken is what a booking promised and nobody took back, a no-show too, inside those hours, without the time to set up
    and clear away. Resources that no service needs are left out. What could be had is put down to the resource itself,
    once for each stretch.
    """
    groups = {group for service in books.rulebook.service for group in service.resources}
    bookable: dict[str, list[Stretch]] = {}
    hours: dict[int, list[Stretch]] = {}
    for resource in books.rulebook.resource:
        if resource.group in groups:
            calendar = books.calendar.keeping(resource.open) if resource.open else books.calendar
            if id(calendar) not in hours:
                opening = calendar.opening_segments(books.period.start, books.period.end)
                hours[id(calendar)] = [(int(opens.timestamp()), int(closes.timestamp())) for opens, closes in opening]
            bookable[resource.id] = stretches = _in_service(resource, hours[id(calendar)])
            place = BookingRow(id=resource.id, status="", received_at=0, resources=resource.id)
            for opens, closes in stretches:
                yield place, opens, 0, (closes - opens) * resource.room
    ends = {resource: [closes for _, closes in stretches] for resource, stretches in bookable.items()}
    for row in books.facts.bookings:
        if row.status == "requested" or row.outcome in ("cancelled", "unmet") or not row.resources:
            continue
        for resource_id, units in zip(row.resources.split(), map(int, row.shares.split()), strict=False):
            part = row if " " not in row.resources else row._replace(resources=resource_id)
            stretches = bookable.get(resource_id, [])
            for opens, closes in stretches[bisect_right(ends.get(resource_id, []), row.start) :]:
                if opens >= row.end:
                    break
                yield part, max(opens, row.start), (min(closes, row.end) - max(opens, row.start)) * units, 0


def _in_service(resource: Resource, hours: list[Stretch]) -> list[Stretch]:
    """Return what outages leave of a resource's hours."""
    for outage in resource.out:
        begin, end = int(outage.from_.timestamp()), int(outage.to.timestamp())
        hours = [
            piece
            for opens, closes in hours
            for piece in ((opens, min(closes, begin)), (max(opens, end), closes))
            if piece[0] < piece[1]
        ]
    return hours


def members_new(books: Books) -> Iterator[Entry]:
    """Customers who became members."""
    first, last = books.period.start.date(), books.period.end.date()
    for row in books.facts.customers:
        if first.toordinal() <= row.joined < last.toordinal():
            day = date.fromordinal(row.joined)
            midnight = datetime(day.year, day.month, day.day, tzinfo=books.period.start.tzinfo)
            yield row, max(int(midnight.timestamp()), books.ends[0]), 1, 0


def members_old(books: Books) -> Iterator[Entry]:
    """Customers who booked and were members before the period began, each counted once."""
    first = books.period.start.date().toordinal()
    for row in books.received:
        if row.customer is not None and row.joined is not None and row.joined < first:
            yield CustomerRow(row.customer, row.joined, row.level), row.received_at, 1, 0


WHEN = ("weekday", "hour", "day", "month")
HOW = ("service", "resource", "channel", "source", "agent", "level", *WHEN)

METRICS: tuple[Metric, ...] = (
    Metric(id="bookings_created", entries=created, by=HOW),
    Metric(id="units_created", entries=units_created, by=HOW),
    Metric(id="bookings_seated", entries=seated, by=HOW),
    Metric(id="bookings_completed", entries=partial(ended, outcome="completed"), by=HOW),
    Metric(id="units_completed", entries=units_completed, by=HOW),
    Metric(id="on_time_handling", entries=on_time, unit="rate", sum="ratio", by=HOW),
    Metric(id="booking_accuracy", entries=accuracy, unit="rate", sum="ratio", by=HOW),
    Metric(id="csat", entries=csat, unit="rate", sum="ratio", by=HOW),
    Metric(id="rating_mean", entries=rating_mean, unit="rating", sum="ratio", by=HOW),
    Metric(id="feedback_rate", entries=feedback_rate, unit="rate", sum="ratio", by=HOW),
    Metric(id="utilisation", entries=utilisation, unit="rate", sum="ratio", by=("resource", "weekday", "day", "month")),
    Metric(id="bookings_cancelled", entries=partial(ended, outcome="cancelled"), better="lower", by=HOW),
    Metric(id="cancellation_rate", entries=partial(ending_rate, outcome="cancelled"), unit="rate", sum="ratio",
           better="lower", by=HOW),
    Metric(id="late_cancellations", entries=partial(happened, event="cancelled", late=True), better="lower", by=HOW),
    Metric(id="no_shows", entries=partial(ended, outcome="no_show"), better="lower", by=HOW),
    Metric(id="no_show_rate", entries=no_show_rate, unit="rate", sum="ratio", better="lower", by=HOW),
    Metric(id="unmet_requests", entries=partial(ended, outcome="unmet"), better="lower", by=HOW),
    Metric(id="unmet_rate", entries=partial(ending_rate, outcome="unmet"), unit="rate", sum="ratio", better="lower",
           by=HOW),
    Metric(id="bookings_changed", entries=partial(happened, event="changed"), better="lower", by=HOW),
    Metric(id="change_rate", entries=change_rate, unit="rate", sum="ratio", better="lower", by=HOW),
    Metric(id="lead_time_median", entries=lead_time, unit="hours", sum="median", by=HOW),
    Metric(id="entry_time_on_limit", entries=entry_time, unit="rate", sum="ratio", by=HOW),
    Metric(id="valid_order_rate", entries=valid_orders, unit="rate", sum="ratio", by=HOW),
    Metric(id="revenue", entries=revenue, unit="money", by=HOW),
    Metric(id="takings", entries=partial(paid, sign=1), unit="money", by=HOW),
    Metric(id="refunds", entries=partial(paid, sign=-1), unit="money", better="lower", by=HOW),
    Metric(id="members_new", entries=members_new, by=("level", "weekday", "day", "month")),
    Metric(id="members_old", entries=members_old, sum="distinct", by=("level", *WHEN)),
)  # fmt: skip
