"""The daily report as numbers and ids: what the day brought, how it stands, what comes tomorrow, what is to be done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from cscli.analytics.facts import Books
from cscli.analytics.kpi import KpiLine, table_of
from cscli.analytics.metrics import Exact
from cscli.analytics.periods import Between, day_span
from cscli.analytics.standing import Standing
from cscli.domain.due import DueItem
from cscli.domain.value import Value

WEEKS = 4
COMPARED = ("created", "units", "completed", "cancelled")


class BookingCounts(Value):
    """What a day did to bookings; `feedback` is how many orders were answered in it: yes, or no (manual row C9).

    `seated` are the guests who came, those who are still there among them; `completed` are those who have been served.
    """

    created: int
    units: int
    feedback: int
    cancelled: int
    completed: int
    no_shows: int
    unmet: int
    changed: int
    seated: int = 0


class ServiceCounts(Value):
    """One service on one day; `name` is the rulebook's, None where it no longer has it."""

    id: str
    name: str | None
    created: int
    units: int
    completed: int
    cancelled: int
    no_shows: int


class ComplaintCounts(Value):
    """Complaints of the day, and how they stood at its end."""

    received: int
    resolved: int
    closed: int
    open: int
    overdue: int
    at_risk: int


class Hour(Value):
    """How many bookings and units begin in one hour of the day."""

    hour: int
    bookings: int
    units: int


class Guest(Value):
    """A booking marked VIP."""

    booking: str
    start: datetime
    service: str
    name: str | None


class DailyReport(Value):
    """One day of a desk.

    `usual` is the mean of the same weekday in the last four weeks, as far as the desk has existed; empty for a new
    one. Money is cents. `to_do` is what is overdue at the end of the day, or now while it has not ended, and what falls
    due up to the end of the day, or of the next where the day is over; `severities` are the rulebook's names in it.
    `left_out` counts files that could not be read; at a desk with `tables` a unit is a table, and who came has dined.
    """

    desk: str
    day: date
    holiday: bool
    holiday_name: str | None
    closed: str | None
    over: bool
    bookings: BookingCounts
    usual: Mapping[str, Exact]
    services: tuple[ServiceCounts, ...]
    members_new: int
    members_old: int
    takings: tuple[tuple[str, int], ...]
    refunds: int
    complaints: ComplaintCounts
    kpi: tuple[KpiLine, ...]
    tomorrow: date
    hours: tuple[Hour, ...]
    guests: tuple[Guest, ...]
    to_do: tuple[DueItem, ...]
    severities: Mapping[str, str]
    left_out: int = 0
    tables: bool = False


def horizon(day: date, now: datetime) -> tuple[datetime, datetime]:
    """Return as of when a day is reported, its last second or now, and up to when what falls due is listed."""
    zone = now.tzinfo
    if zone is None:
        raise ValueError("`now` must be aware")
    span = day_span(day, zone)
    if now.timestamp() < span.end.timestamp():
        return now, span.end
    last = datetime.fromtimestamp(span.end.timestamp() - 1, zone)
    return last, day_span(day + timedelta(days=1), zone).end


def earlier_days(day: date, now: datetime, first: int | None) -> list[Between]:
    """Return the same weekday of the last four weeks, from the day of the first booking (seconds) on."""
    zone = now.tzinfo
    if zone is None or first is None:
        return []
    days = [day_span(day - timedelta(weeks=week), zone) for week in range(1, WEEKS + 1)]
    return [span for span in days if span.end.timestamp() > first]


def report(
    books: Books,
    *,
    day: date,
    before: Sequence[Mapping[str, int]],
    arriving: Iterable[tuple[str, int, int, bool, str]],
    state: Standing,
    left_out: int = 0,
) -> DailyReport:
    """Return the report of the day for which the books lie open.

    `before` are the counts of the same weekday in earlier weeks, `arriving` what begins the day after as
    (id, start, units, VIP, service), `state` how things stand at the moment that `horizon` gives.
    """
    figures = {line.id: line for line in table_of(books).lines}

    def count(name: str) -> int:
        top = figures[name].tally.numerator
        return top[0] if top else 0

    _, until = horizon(day, books.now)
    tomorrow = list(arriving)
    zone = books.calendar.zone
    names = {service.id: service.name for service in books.rulebook.service}
    return DailyReport(
        desk=books.rulebook.desk.name,
        day=day,
        holiday=books.calendar.is_holiday(day),
        holiday_name=books.calendar.holiday_name(day),
        closed=books.calendar.closures.get(day) if books.calendar.is_closed(day) else None,
        over=books.seen_at >= books.ends[1],
        bookings=BookingCounts(
            created=count("bookings_created"),
            units=count("units_created"),
            feedback=sum(books.inside(row.answered_at) for row in books.facts.bookings),
            cancelled=count("bookings_cancelled"),
            completed=count("bookings_completed"),
            no_shows=count("no_shows"),
            unmet=count("unmet_requests"),
            changed=count("bookings_changed"),
            seated=count("bookings_seated"),
        ),
        usual={name: (sum(counts.get(name, 0) for counts in before), len(before)) for name in COMPARED}
        if before
        else {},
        services=_services(books),
        members_new=count("members_new"),
        members_old=count("members_old"),
        takings=_takings(books),
        refunds=count("refunds"),
        complaints=ComplaintCounts(
            received=count("complaints_received"),
            resolved=count("complaints_resolved"),
            closed=count("complaints_closed"),
            open=count("complaints_open"),
            overdue=len(state.overdue),
            at_risk=len(state.at_risk),
        ),
        kpi=tuple(line for line in figures.values() if line.target is not None),
        tomorrow=day + timedelta(days=1),
        hours=_hours(tomorrow, zone),
        guests=tuple(
            Guest(booking=id_, start=datetime.fromtimestamp(start, zone), service=service, name=names.get(service))
            for id_, start, _, vip, service in tomorrow
            if vip
        ),
        to_do=tuple(item for item in state.items if item.due < until),
        severities={known.id: known.name for known in books.rulebook.complaint.severity},
        left_out=left_out,
        tables=any(service.kind == "table" for service in books.rulebook.service),
    )


def _services(books: Books) -> tuple[ServiceCounts, ...]:
    """Return the services that had something to do, in the rulebook's order."""
    created: Counter[str] = Counter()
    units: Counter[str] = Counter()
    ends: Counter[tuple[str, str]] = Counter()
    for row in books.received:
        created[row.service] += 1
        units[row.service] += row.units
    for row in books.ended:
        ends[row.service, row.outcome or ""] += 1
    named = {service.id: service.name for service in books.rulebook.service}
    seen = created.keys() | {service for service, _ in ends}
    ordered = [*(name for name in named if name in seen), *sorted(seen - named.keys())]
    return tuple(
        ServiceCounts(
            id=name,
            name=named.get(name),
            created=created[name],
            units=units[name],
            completed=ends[name, "completed"],
            cancelled=ends[name, "cancelled"],
            no_shows=ends[name, "no_show"],
        )
        for name in ordered
    )


def _takings(books: Books) -> tuple[tuple[str, int], ...]:
    """Return what was paid by each method, in cents, the largest first; "" where the method was not noted."""
    sums: Counter[str] = Counter()
    for event in books.facts.booking_events:
        if event.type == "paid" and (event.amount or 0) > 0 and books.inside(event.at):
            sums[event.method or ""] += event.amount or 0
    return tuple(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0])))


def _hours(tomorrow: Iterable[tuple[str, int, int, bool, str]], zone: object) -> tuple[Hour, ...]:
    bookings: Counter[int] = Counter()
    units: Counter[int] = Counter()
    for _, start, taken, _, _ in tomorrow:
        hour = datetime.fromtimestamp(start, zone).hour  # type: ignore[arg-type]  # a time zone
        bookings[hour] += 1
        units[hour] += taken
    return tuple(Hour(hour=hour, bookings=bookings[hour], units=units[hour]) for hour in sorted(bookings))
