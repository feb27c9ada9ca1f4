"""Who has what when: peak load of resources over half-open times, and what is still free.

Ending at 19:00 and starting at 19:00 is no conflict. A resource carries bookings whose units add up to at most its
capacity at every instant; the peak decides, not the number of bookings that touch the time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from cscli.domain.calendar import WEEKDAYS, Calendar, local
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import Value
from cscli.domain.values import Duration, fixed
from cscli.errors import Refused


class Slot(Value, kw_only=False):
    """Units of one resource taken by one booking during [start, end), set-up and clean-up included."""

    resource: str
    start: datetime
    end: datetime
    units: int
    booking: str


class Free(Value, kw_only=False):
    """A time that could be had: `resources` are those that would be taken, `units` how many are left in all."""

    start: datetime
    end: datetime
    resources: tuple[str, ...]
    units: int


def peak(slots: Iterable[Slot], start: datetime, end: datetime) -> int:
    """Return the largest number of units taken at any instant of [start, end)."""
    edges: list[tuple[datetime, int]] = []
    for slot in slots:
        if slot.start < end and slot.end > start:
            edges.append((max(slot.start, start), slot.units))
            edges.append((min(slot.end, end), -slot.units))
    load = most = 0
    for _, units in sorted(edges):  # at the same instant what ends (negative) comes before what begins
        load += units
        most = max(most, load)
    return most


def overloads(slots: Sequence[Slot], capacity: int) -> list[tuple[datetime, int, tuple[str, ...]]]:
    """Return (instant, units taken, bookings) at each instant where a resource's load rises above its capacity."""
    edges = sorted(
        [(slot.start, 1, slot.units, slot.booking) for slot in slots]
        + [(slot.end, 0, -slot.units, slot.booking) for slot in slots]
    )
    load = 0
    present: dict[str, int] = {}
    found = []
    for at, begins, units, booking in edges:
        load += units
        present[booking] = present.get(booking, 0) + units
        if not present[booking]:
            del present[booking]
        if begins and load > capacity:
            found.append((at, load, tuple(sorted(present))))
    return found


def occupied(service: Service, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the time a booking takes its resources for, buffers included."""
    return start - service.buffer_before.delta, end + service.buffer_after.delta


def left(resource: Resource, slots: Mapping[str, Sequence[Slot]], start: datetime, end: datetime) -> int:
    """Return how many units of a resource are free during all of [start, end)."""
    return resource.capacity - peak(slots.get(resource.id, ()), start, end)


class Allocation(Value, kw_only=False):
    """The resources a booking gets, and how many units of each."""

    resources: tuple[str, ...]
    shares: tuple[int, ...]


def allocate(
    rulebook: Rulebook,
    service: Service,
    slots: Mapping[str, Sequence[Slot]],
    start: datetime,
    end: datetime,
    units: int,
    asked: tuple[str, ...] = (),
) -> Allocation | None:
    """Return the first free resources of every group the service needs, or None where a group has too little left.

    One resource takes all units where it can; otherwise units spread over the group's resources in the rulebook's
    order. `asked` narrows the choice: groups of which a resource was asked for take only those.
    """
    begin, finish = occupied(service, start, end)
    resources: list[str] = []
    shares: list[int] = []
    for group in service.resources:
        members = rulebook.group(group)
        named = tuple(member for member in members if member.id in asked)
        room = [(member, left(member, slots, begin, finish)) for member in (named or members)]
        whole = next((member for member, free in room if free >= units), None)
        if whole is not None:
            resources.append(whole.id)
            shares.append(units)
            continue
        needed = units
        for member, free in room:
            if needed and free > 0:
                resources.append(member.id)
                shares.append(min(free, needed))
                needed -= shares[-1]
        if needed:
            return None
    return Allocation(tuple(resources), tuple(shares))


def starts(service: Service, calendar: Calendar, begin: datetime, finish: datetime) -> Iterator[datetime]:
    """Yield the times in [begin, finish) at which the service may begin: steps of the opening hours, or the class."""
    zone = calendar.zone
    day = begin.astimezone(zone).date()
    last = finish.astimezone(zone).date()
    step = service.step.minutes
    while day <= last:
        if service.timetable:
            minutes = sorted(hour.from_ for hour in service.timetable if WEEKDAYS[day.weekday()] in hour.days)
        else:
            minutes = [
                minute
                for period in calendar.opening_on(day)
                for minute in range(-(-period.start // step) * step, period.end, step)
            ]
        for minute in minutes:
            at = fixed(local(zone, day, minute))
            if begin <= at < finish:
                yield at
        day += timedelta(days=1)


def span_of(service: Service, calendar: Calendar, start: datetime) -> timedelta:
    """Return how long the service lasts when nothing else is said: the class's time, or the usual duration."""
    here = start.astimezone(calendar.zone)
    for hour in service.timetable:
        if WEEKDAYS[here.weekday()] in hour.days and hour.from_ == here.hour * 60 + here.minute:
            return timedelta(minutes=hour.to - hour.from_)
    return service.duration.delta


def free_times(
    rulebook: Rulebook,
    calendar: Calendar,
    service: Service,
    slots: Mapping[str, Sequence[Slot]],
    begin: datetime,
    finish: datetime,
    units: int = 1,
    span: timedelta | None = None,
) -> Iterator[Free]:
    """Yield the times in [begin, finish) at which the service could be had for `span`, earliest first."""
    for start in starts(service, calendar, begin, finish):
        end = start + (span or span_of(service, calendar, start))
        if not service.timetable and not calendar.is_open(start, end):
            continue
        if allocate(rulebook, service, slots, start, end, units) is None:
            continue
        from_, to = occupied(service, start, end)
        open_resources: list[str] = []
        rooms: list[int] = []
        for group in service.resources:
            room = [(member.id, left(member, slots, from_, to)) for member in rulebook.group(group)]
            open_resources += [name for name, free in room if free > 0]
            rooms.append(sum(max(free, 0) for _, free in room))
        yield Free(start, end, tuple(open_resources), min(rooms, default=units))


def nearest(times: Iterable[Free], wanted: datetime, number: int) -> tuple[Free, ...]:
    """Return up to `number` times before and `number` from `wanted` on, in the order of the clock."""
    known = tuple(times)
    before = [time for time in known if time.start < wanted][-number:]
    after = [time for time in known if time.start >= wanted][:number]
    return tuple(before + after)


def horizon(advance: Duration, now: datetime) -> datetime:
    """Return the first instant that cannot be booked yet: days count as calendar days, hours as they pass."""
    if advance.unit == "d":
        return local_midnight(now, advance.amount + 1)
    return fixed(now) + advance.delta


def local_midnight(now: datetime, days: int) -> datetime:
    """Return the midnight that begins the day `days` after today, in `now`'s zone."""
    if now.tzinfo is None:
        raise ValueError("a moment without a zone has no day")
    day = now.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


class Breach(Value, kw_only=False):
    """A rule of the rulebook that a wish breaks; a supervisor may override it with a reason."""

    rule: str
    facts: Mapping[str, object]

    def refusal(self) -> Refused:
        """Return the error that refuses the wish."""
        return Refused(f"refused.{self.rule}", rule=self.rule, **self.facts)


def breaches(
    service: Service, calendar: Calendar, start: datetime, end: datetime, units: int, now: datetime
) -> tuple[Breach, ...]:
    """Return the rules a time breaks: hours, window, lead, length, steps, timetable, number of units."""
    found: list[Breach] = []
    zone = calendar.zone
    here, length = start.astimezone(zone), end - start

    def say(rule: str, **facts: object) -> None:
        found.append(Breach(f"booking.{rule}", {"service": service.name, "start": here, **facts}))

    if service.timetable:
        if not any(
            WEEKDAYS[here.weekday()] in hour.days
            and hour.from_ == here.hour * 60 + here.minute
            and hour.to - hour.from_ == length // timedelta(minutes=1)
            for hour in service.timetable
        ):
            say("timetable", timetable=service.timetable)
    elif not calendar.is_open(start, end):
        hours = calendar.opening_on(here.date())
        say("hours" if hours else "closed_day", hours=hours, end=end.astimezone(zone))
    if service.advance is not None and start >= horizon(service.advance, now.astimezone(zone)):
        say("advance", advance=service.advance)
    if service.lead.amount and start - now < service.lead.delta:
        say("lead", lead=service.lead)
    if service.shortest is not None and length < service.shortest.delta:
        say("shortest", shortest=service.shortest)
    if service.longest is not None and length > service.longest.delta:
        say("longest", longest=service.longest)
    if not service.timetable and service.kind == "slot":
        step = service.step.delta
        midnight = datetime(here.year, here.month, here.day, tzinfo=zone)
        if (here.replace(tzinfo=None) - midnight.replace(tzinfo=None)) % step or length % step:
            say("step", step=service.step)
    if units > service.most_units:
        say("units", units=units, most=service.most_units)
    return tuple(found)
