"""Explaining time: which table gives a day its hours, and what each rule of booking compares."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from cscli.domain import windows
from cscli.domain.availability import outage, suited
from cscli.domain.calendar import HOLIDAY, ONE_DAY, WEEKDAYS, Calendar, local
from cscli.domain.order import Order, departures
from cscli.domain.patron import Patron, duplicates, misses, quota_counts
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Outage, Resource
from cscli.domain.staff import Role
from cscli.domain.value import NOTHING, Value
from cscli.domain.values import Duration, Period, fixed, write_clock


class Odd(Value, kw_only=False):
    """A time of day that the clock does not show once: `skipped` on that day, then it is `at`; or shown `twice`."""

    minute: int
    how: str
    at: datetime


class HoursSaid(Value):
    """The hours of a day and where they stand.

    `why` is closed, special, holiday, weekday, adjusted (a day that works though it usually does not) or none; `rule`
    is the key that says so, `reason` what a person wrote there. `own` is the desk's own word on the day: True it works.
    `announced` is whether the year's holidays are known.
    """

    day: date
    resource: Resource | None
    why: str
    rule: str
    reason: str | None
    opening: tuple[Period, ...]
    office: tuple[Period, ...]
    works: bool
    adjusted: bool
    holiday: bool
    holiday_name: str | None
    own: bool | None
    announced: bool
    out: tuple[tuple[Resource, Outage], ...]
    odd: tuple[Odd, ...]


def hours(rulebook: Rulebook, calendar: Calendar, day: date, resource: Resource | None = None) -> HoursSaid:
    """Return which table gives a day its hours: the resource's own where it keeps some, else the desk's."""
    own = resource is not None and bool(resource.open)
    keeping = calendar.keeping(resource.open) if resource and own else calendar
    table = f"resource.{resource.id}.open" if resource and own else "calendar.open"
    opening = keeping.opening_on(day)
    why, rule, reason = _source(rulebook, keeping, day, table)
    midnight, next_midnight = local(calendar.zone, day, 0), local(calendar.zone, day + ONE_DAY, 0)
    members = (resource,) if resource else rulebook.resource
    outages = ((member, outage(member, midnight, next_midnight)) for member in members)
    return HoursSaid(
        day=day,
        resource=resource,
        why=why,
        rule=rule,
        reason=reason,
        opening=opening,
        office=calendar.office_on(day),
        works=calendar.is_workday(day),
        adjusted=calendar.is_adjusted(day),
        holiday=calendar.is_holiday(day),
        holiday_name=calendar.holiday_name(day),
        own=calendar.workdays.get(day),
        announced=calendar.announced(day.year),
        out=tuple((member, period) for member, period in outages if period is not None),
        odd=tuple(_odd(calendar.zone, day, _minutes(rulebook, calendar, day, opening))),
    )


def _source(rulebook: Rulebook, calendar: Calendar, day: date, table: str) -> tuple[str, str, str | None]:
    """Return why a day has its hours, under which key that stands, and the reason written there."""
    name = WEEKDAYS[day.weekday()]
    if calendar.is_closed(day):
        closed = enumerate(rulebook.calendar.closed, start=1)
        number = max(number for number, known in closed if known.from_ <= day <= (known.to or known.from_))
        return "closed", f"calendar.closed[{number}]", rulebook.calendar.closed[number - 1].reason
    if day in calendar.special:
        special = enumerate(rulebook.calendar.special, start=1)
        number = max(number for number, known in special if known.day == day)
        return "special", f"calendar.special[{number}]", rulebook.calendar.special[number - 1].reason
    if HOLIDAY in calendar.opening and calendar.is_holiday(day):
        return "holiday", f"{table}.{HOLIDAY}", None
    if calendar.opening.get(name):
        return "weekday", f"{table}.{name}", None
    if calendar.opening_on(day):
        like = next(other for other in WEEKDAYS if calendar.opening.get(other))
        return "adjusted", f"{table}.{like}", None
    return "none", f"{table}.{name}", None


def _minutes(rulebook: Rulebook, calendar: Calendar, day: date, opening: tuple[Period, ...]) -> set[int]:
    """Return the times of day at which something begins or ends: opening, office, classes and trips."""
    edges = {minute for period in (*opening, *calendar.office_on(day)) for minute in (period.start, period.end)}
    trips = [departure for service in rulebook.service for departure in departures(service, day)]
    return edges | {minute for departure in trips for minute in (departure.from_, departure.to)}


def _odd(zone: ZoneInfo, day: date, minutes: set[int]) -> Iterator[Odd]:
    for minute in sorted(minutes):
        at = local(zone, day, minute)
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - hands of a clock
        if at.replace(tzinfo=None) != wall:
            yield Odd(minute, "skipped", at)
        elif at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset():
            yield Odd(minute, "twice", at)


class Judged(Value):
    """What one rule compares: `key` is where it stands, `said` the sentence and `facts` its facts.

    `holds` None is a rule that the service does not have. `roles` may set it aside.
    """

    rule: str
    key: str
    holds: bool | None
    said: str
    facts: Mapping[str, object] = NOTHING
    roles: tuple[Role, ...] = ()


class WindowSaid(Value):
    """What the rules of time and measure say of an order.

    It can be booked from `first` (None: at once) until `last`, changed until `change_until` and cancelled until
    `cancel_until` without anybody setting a rule aside.
    """

    order: Order
    now: datetime
    rules: tuple[Judged, ...]
    first: datetime | None
    last: datetime
    change_until: datetime
    cancel_until: datetime

    @property
    def allowed(self) -> bool:
        """Whether the order may be taken now."""
        return all(rule.holds is not False for rule in self.rules)


def window(rulebook: Rulebook, calendar: Calendar, order: Order, patron: Patron, now: datetime) -> WindowSaid:
    """Return what every rule compares for an order wished for at `now`."""
    service, zone = order.service, calendar.zone
    start = order.start.astimezone(zone)
    broken = {breach.rule: breach.facts for breach in windows.breaches(rulebook, calendar, order, patron, now)}
    rules = (
        _judged("past", "", order.start >= now, "past", {"now": now.astimezone(zone)}),
        *_of_place(rulebook, calendar, order, broken),
        *_of_window(calendar, order, patron, now, broken),
        *_of_measure(order, broken),
        *_of_patron(rulebook, calendar, order, patron, now, broken),
    )
    told = {rule.rule for rule in rules}
    rules += tuple(
        Judged(rule=rule, key="", holds=False, said=f"refused.{rule}", facts={**facts, "rule": rule})
        for rule, facts in broken.items()
        if rule not in told  # whatever else is compared is at least said to be broken
    )
    first = None
    if service.advance is not None:
        reach = service.advance
        if service.priority is not None and misses(patron, service, zone) >= service.priority.misses:
            reach = service.priority.advance if order.units == 1 else reach
        first = _opens(start, reach)
    return WindowSaid(
        order=order,
        now=now,
        rules=tuple(
            rule if rule.rule == "booking.past" else _with_roles(rule, rulebook.roles.may_override(rule.rule))
            for rule in rules
        ),
        first=first,
        last=(fixed(start) - service.lead.delta).astimezone(zone),
        change_until=(fixed(start) - service.change_notice.delta).astimezone(zone),
        cancel_until=(fixed(start) - service.cancel_notice.delta).astimezone(zone),
    )


def _opens(start: datetime, advance: Duration) -> datetime:
    """Return the first moment from which a start is within the window: midnight where days are counted."""
    if advance.unit == "d":
        return windows.local_midnight(start, -advance.amount)
    return (fixed(start) - advance.delta + timedelta(seconds=1)).astimezone(start.tzinfo)


def _judged(rule: str, key: str, holds: bool | None, said: str, facts: Mapping[str, object] = NOTHING) -> Judged:
    return Judged(rule=f"booking.{rule}", key=key, holds=holds, said=f"explain.window.{said}", facts=facts)


def _with_roles(rule: Judged, roles: tuple[Role, ...]) -> Judged:
    return Judged(rule=rule.rule, key=rule.key, holds=rule.holds, said=rule.said, facts=rule.facts, roles=roles)


Broken = Mapping[str, Mapping[str, object]]


def _of_place(rulebook: Rulebook, calendar: Calendar, order: Order, broken: Broken) -> Iterator[Judged]:
    """Yield what the hours say, or the timetable, and whether what was asked for by name is in service."""
    service, start = order.service, order.start.astimezone(calendar.zone)
    if "booking.closed_day" in broken and service.timetable:
        said = hours(rulebook, calendar, start.date())
        yield _judged("closed_day", said.rule, False, "closed", {"place": rulebook.desk.name, "hours": said.opening})
    if service.timetable:
        known = departures(service, start.date(), order.route)
        times = tuple(f"{write_clock(departure.from_)}-{write_clock(departure.to)}" for departure in known)
        facts = {"times": times or ("-",)}
        key = f"service.{service.id}.timetable"
        yield _judged("timetable", key, "booking.timetable" not in broken, "timetable", facts)
    elif not order.soon:
        yield _of_hours(rulebook, calendar, order, broken)
    asked = [one for group in service.resources for one in rulebook.group(group) if one.id in order.resources]
    for resource in asked:
        period = outage(resource, order.start, order.end)
        facts_of = {"resource": resource.name}
        if period is None:
            yield _judged("out_of_service", f"resource.{resource.id}.out", True, "in_service", facts_of)
        else:
            times_of = {"until": period.to.astimezone(calendar.zone), "reason": period.reason}
            yield _judged("out_of_service", f"resource.{resource.id}.out", False, "out", {**facts_of, **times_of})


def _of_hours(rulebook: Rulebook, calendar: Calendar, order: Order, broken: Broken) -> Judged:
    """Return what the hours of the place say: of the first resource that could serve, else the desk's."""
    day = order.start.astimezone(calendar.zone).date()
    groups = [suited(rulebook, calendar, order, group) for group in order.service.resources]
    members = [member for group in groups for member in group]
    if "booking.closed_day" in broken or "booking.hours" in broken:
        shut = (one for one in members if not _keeping(calendar, one).is_open(order.start, order.end))
        place = next(shut, None)
    else:
        place = members[0] if members else None
    said = hours(rulebook, calendar, day, place)
    facts = {"place": place.name if place else rulebook.desk.name, "hours": said.opening}
    if "booking.closed_day" in broken:
        return _judged("closed_day", said.rule, False, "closed", facts)
    return _judged("hours", said.rule, "booking.hours" not in broken, "hours" if said.opening else "closed", facts)


def _keeping(calendar: Calendar, resource: Resource) -> Calendar:
    return calendar.keeping(resource.open) if resource.open else calendar


def _of_window(calendar: Calendar, order: Order, patron: Patron, now: datetime, broken: Broken) -> Iterator[Judged]:
    """Yield how far ahead and how late it may be booked, and what unmet requests give (manual row D6)."""
    service, start, own = order.service, order.start.astimezone(calendar.zone), f"service.{order.service.id}"
    if service.advance is None:
        yield _judged("advance", f"{own}.advance", None, "free")
    else:
        facts: dict[str, object] = {"advance": service.advance, "first": _opens(start, service.advance)}
        if service.priority is None:
            yield _judged("advance", f"{own}.advance", "booking.advance" not in broken, "advance", facts)
        else:
            facts |= {
                "misses": misses(patron, service, calendar.zone),
                "needed": service.priority.misses,
                "earlier": _opens(start, service.priority.advance),
            }
            used = windows.uses_priority(order, patron, calendar, now)
            said = "advance_used" if used else "advance_priority"
            yield _judged("advance", f"{own}.advance", "booking.advance" not in broken, said, facts)
    if not service.lead.amount:
        yield _judged("lead", f"{own}.lead", None, "free")
    else:
        lead = {"lead": service.lead, "last": (fixed(start) - service.lead.delta).astimezone(calendar.zone)}
        yield _judged("lead", f"{own}.lead", "booking.lead" not in broken, "lead", lead)


def _of_measure(order: Order, broken: Broken) -> Iterator[Judged]:
    """Yield what is said of length, steps, units and people."""
    service, own = order.service, f"service.{order.service.id}"
    length = fixed(order.end).astimezone(UTC) - fixed(order.start).astimezone(UTC)
    limits: tuple[tuple[str, object, object], ...] = (
        ("shortest", service.shortest, length),
        ("longest", service.longest, length),
        ("step", service.step if windows.stepped(order) else None, length),
        ("units", service.most_units, order.units),
        ("most_party", service.most_party if order.party is not None else None, order.party),
        ("least_party", service.least_party if order.party is not None else None, order.party),
    )
    for name, limit, given in limits:
        key = f"{own}.{'most_units' if name == 'units' else name}"
        if limit is None:
            yield _judged(name, key, None, "free")
        elif name == "units" and (windows.few_for(order) or windows.spare_for(order)):
            yield _judged(
                name, key, False, "heads" if windows.few_for(order) else "spare", {"given": given, "party": order.party}
            )
        else:
            facts = {"limit": limit, "given": given}
            yield _judged(name, key, f"booking.{name}" not in broken, name, facts)


def _of_patron(
    rulebook: Rulebook, calendar: Calendar, order: Order, patron: Patron, now: datetime, broken: Broken
) -> Iterator[Judged]:
    """Yield the customer's quotas and bookings at the same time."""
    counts = quota_counts(rulebook.booking.quota, patron, order.start, now, calendar.zone)
    for name, (most, number) in counts.items():
        key = f"booking.quota.{name}"
        if most is None or patron.id is None:
            yield _judged(f"quota_{name}", key, None, "free")
        else:
            yield _judged(f"quota_{name}", key, number < most, f"quota_{name}", {"most": most, "number": number})
    same = duplicates(patron, order.service, order.start, order.end, soon=order.soon)
    policy = rulebook.booking.duplicates
    said = f"duplicate_{policy}" if same else "duplicate_none"
    holds = "booking.duplicate" not in broken if policy == "refuse" else None
    yield _judged("duplicate", "booking.duplicates", holds, said, {"known": same})
