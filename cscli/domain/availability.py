"""What is free: which resources an order gets, and at which times it could be had instead."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from cscli.domain.calendar import Calendar, local
from cscli.domain.occupancy import Slots, left
from cscli.domain.order import Order, departure_at, departures, span_of
from cscli.domain.rhythm import later
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import A_DAY, Outage, Resource, Service
from cscli.domain.value import Value, replace
from cscli.domain.values import fixed

HOURS, CLOSED, OUT = "booking.hours", "booking.closed_day", "booking.out_of_service"  # what a permit may set aside


class Free(Value, kw_only=False):
    """A time that could be had: `resources` are those with room, `units` how many one order could get at most."""

    start: datetime
    end: datetime
    resources: tuple[str, ...]
    units: int


class Allocation(Value, kw_only=False):
    """The resources a booking gets, and how many units of each."""

    resources: tuple[str, ...]
    shares: tuple[int, ...]


def is_open(resource: Resource, calendar: Calendar, start: datetime, end: datetime) -> bool:
    """Whether a resource may be used during all of [start, end): in its own hours, else in the desk's."""
    hours = calendar.keeping(resource.open) if resource.open else calendar
    return hours.is_open(start, end)


def closes(calendar: Calendar, start: datetime) -> bool:
    """Whether the desk is shut, for a reason of its own, on the day on which something would begin."""
    return calendar.is_closed(start.astimezone(calendar.zone).date())


def outage(resource: Resource, start: datetime, end: datetime) -> Outage | None:
    """Return the period out of service that touches [start, end), None where there is none."""
    return next((period for period in resource.out if period.from_ < end and period.to > start), None)


def at_hand(rulebook: Rulebook, calendar: Calendar, order: Order) -> tuple[str, ...]:
    """Return the resources an order asks for by name that are open and in service then."""
    groups = order.service.resources
    there = {one.id for group in groups for one in usable(rulebook, calendar, order, group)}
    return tuple(name for name in order.resources if name in there)


def party_counts(rulebook: Rulebook, service: Service) -> bool:
    """Whether how many people come decides where they can be put, or whether they can come at all."""
    seats = any(member.seats for group in service.resources for member in rulebook.group(group))
    return seats or service.by_head or service.least_party is not None or service.most_party is not None


def too_small(rulebook: Rulebook, order: Order) -> tuple[Resource, ...]:
    """Return the resources asked for by name of a group where none of these seats the party, whatever the time."""
    for group in order.service.resources:
        asked = [member for member in rulebook.group(group) if member.id in order.resources]
        if asked and all(member.seats and member.seats * order.units < (order.party or 0) for member in asked):
            return tuple(asked)
    return ()


def suited(rulebook: Rulebook, calendar: Calendar, order: Order, group: str) -> tuple[Resource, ...]:
    """Return the resources of a group that could serve an order at all, whatever the time: the best suited first.

    Those asked for by name stand for their group; of a departure there are its own vehicles only. A seat class must be
    there, and a party must find a seat. The better merchant comes first (manual row C7), then the smallest that holds
    the party.
    """
    members = rulebook.group(group)
    departure = departure_at(order.service, calendar, order.start, order.route) if order.service.timetable else None
    vehicles = tuple(member for member in members if departure and member.id in departure.resources) or members
    named = any(member.id in order.resources for member in members)
    fitting = [
        member
        for member in (one for one in vehicles if one.id in order.resources or not named)
        if (order.seat_class is None or not member.classes or order.seat_class in member.classes)
        and (member.seats is None or order.party is None or member.seats * order.units >= order.party)
    ]
    return tuple(sorted(fitting, key=lambda member: (*member.merit, (member.seats or 0) if order.party else 0)))


def usable(
    rulebook: Rulebook, calendar: Calendar, order: Order, group: str, despite: Collection[str] = ()
) -> tuple[Resource, ...]:
    """Return the suited resources of a group that are open and in service then; `despite` are rules set aside.

    A visit keeps the hours of who makes it where they have some of their own; the desk's do not bind it. A class or a
    trip has its timetable for hours, but takes place on no day on which the desk is shut.
    """
    if order.service.timetable and CLOSED not in despite and closes(calendar, order.start):
        return ()
    timed = bool(order.service.timetable) or HOURS in despite or CLOSED in despite
    visit = order.service.kind == "visit"
    return tuple(
        member
        for member in suited(rulebook, calendar, order, group)
        if (timed or (visit and not member.open) or is_open(member, calendar, order.start, order.end))
        and (OUT in despite or outage(member, order.start, order.end) is None)
    )


def share(order: Order, group: str, resource: Resource) -> int:
    """Return how many units of a resource an order takes where it gets just this one of the group."""
    takes = order.service.takes.get(group, "units")
    return {"units": order.units, "one": 1, "whole": resource.room}[takes]


def spreads(rulebook: Rulebook, order: Order, group: str) -> bool:
    """Whether the units of an order may lie on several of a group, where no single one has them all.

    A party eats at one merchant, unless several were asked for by name.
    """
    if order.service.takes.get(group, "units") != "units":
        return False
    named = sum(member.id in order.resources for member in rulebook.group(group))
    return order.service.kind != "table" or named > 1


def allocate(
    rulebook: Rulebook, calendar: Calendar, order: Order, slots: Slots, despite: Collection[str] = ()
) -> Allocation | None:
    """Return the first free resources of every group the service needs, or None where a group has too little left.

    One resource takes all units where it can; otherwise they spread over the group's where they may.
    """
    begin, finish = order.occupied
    resources: list[str] = []
    shares: list[int] = []
    for group in order.service.resources:
        members = usable(rulebook, calendar, order, group, despite)
        room = [(member, left(member, slots, begin, finish, order.seat_class)) for member in members]
        whole = next((member for member, free in room if free >= share(order, group, member)), None)
        if whole is not None:
            resources.append(whole.id)
            shares.append(share(order, group, whole))
            continue
        if not spreads(rulebook, order, group):
            return None
        needed = order.units
        for member, free in room:
            if needed and free > 0:
                resources.append(member.id)
                shares.append(min(free, needed))
                needed -= shares[-1]
        if needed:
            return None
    return Allocation(tuple(resources), tuple(shares))


def starts(
    service: Service, calendar: Calendar, begin: datetime, finish: datetime, route: str | None = None
) -> Iterator[datetime]:
    """Yield the times in [begin, finish) at which the service may begin: steps of the opening hours, or departures.

    A time that a clock change skips is none; one that comes twice is the first.
    """
    zone = calendar.zone
    day = begin.astimezone(zone).date()
    last = finish.astimezone(zone).date()
    step = service.step.minutes
    while day <= last:
        if service.timetable:
            known = () if calendar.is_closed(day) else departures(service, day, route)
            minutes = [departure.from_ for departure in known]
        else:
            minutes = [
                minute
                for period in calendar.opening_on(day)
                for minute in range(-(-period.start // step) * step, period.end, step)
            ]
        for minute in minutes:
            at = fixed(local(zone, day, minute))
            if begin <= at < finish and (at.hour * 60 + at.minute) == minute % A_DAY:
                yield at
        day += timedelta(days=1)


def free_times(
    rulebook: Rulebook,
    calendar: Calendar,
    order: Order,
    slots: Slots,
    begin: datetime,
    finish: datetime,
    span: timedelta | None = None,
) -> Iterator[Free]:
    """Yield the times in [begin, finish) at which an order could be had for `span`, earliest first.

    The order's own time is of no matter; what else it says is.
    """
    service = order.service
    for start in _all_starts(rulebook, calendar, order, begin, finish):
        end = later(start, span or span_of(service, calendar, start, order.route), calendar.zone)
        here = replace(order, start=start, end=end)
        if not service.timetable and not service.resources and not calendar.is_open(start, end):
            continue
        if allocate(rulebook, calendar, here, slots) is None:
            continue
        from_, to = here.occupied
        names: list[str] = []
        rooms: list[int] = []
        for group in service.resources:
            members = usable(rulebook, calendar, here, group)
            room = [(member, left(member, slots, from_, to, order.seat_class)) for member in members]
            apart, counted = spreads(rulebook, here, group), service.takes.get(group, "units") == "units"
            least = {member.id: 1 if apart else share(here, group, member) for member in members}
            fitting = [(member, free) for member, free in room if free >= least[member.id]]
            names += [member.id for member, _ in fitting]
            units = [free for _, free in fitting]
            rooms.append(sum(units) if apart else max(units, default=0) if counted else len(fitting))
        yield Free(start, end, tuple(names), min(rooms, default=order.units))


def _all_starts(
    rulebook: Rulebook, calendar: Calendar, order: Order, begin: datetime, finish: datetime
) -> Iterator[datetime]:
    """Yield the starts of the desk's hours and of every resource that keeps hours of its own, each once, in order."""
    service = order.service
    own = [
        member.open
        for group in service.resources
        for member in suited(rulebook, calendar, order, group)
        if member.open and not service.timetable
    ]
    if not own:
        yield from starts(service, calendar, begin, finish, order.route)
        return
    calendars = [calendar, *(calendar.keeping(hours) for hours in own)]
    yield from sorted({at for hours in calendars for at in starts(service, hours, begin, finish)})


def nearest(times: Iterable[Free], wanted: datetime, number: int) -> tuple[Free, ...]:
    """Return up to `number` times before and `number` from `wanted` on, in the order of the clock."""
    known = tuple(times)
    before = [time for time in known if time.start < wanted][-number:]
    after = [time for time in known if time.start >= wanted][:number]
    return tuple(before + after)
