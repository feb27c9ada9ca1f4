"""Bookings still to come against the rules as they are now: which of them a change of the rulebook made illegal.

Nothing is rewritten: a booking keeps what it was promised until somebody speaks with the customer. What was set aside
for it with a permit is not held against it, nor what concerns the moment of taking alone: how far ahead, how soon.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cscli.domain import patron, windows
from cscli.domain.availability import closes, outage
from cscli.domain.booking import Booking, order_of, shares_of, untimed
from cscli.domain.calendar import Calendar
from cscli.domain.order import departure_at
from cscli.domain.patron import NOBODY, Taken
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import Value, replace

Breached = tuple[str, dict[str, object]]  # the key of the sentence, the facts
TO_COME = ("requested", "confirmed")
OF_PERSON = ("customer", "phone", "email", "contact", "card")
AFTERWARDS = ("spend", "rating")  # nobody can say them with a booking


class Beside(Value):
    """What a booking's customer had when it was taken and still has, and what their file says of them."""

    taken: tuple[Taken, ...] = ()
    known: frozenset[str] = frozenset()


def is_to_come(booking: Booking, now: datetime) -> bool:
    """Whether a booking stands and has not begun."""
    return booking.status in TO_COME and booking.start >= now


def breached(
    booking: Booking, rulebook: Rulebook, calendar: Calendar, now: datetime, beside: Beside | None = None
) -> tuple[Breached, ...]:
    """Return the rules of today that a booking still to come breaks; none for one that has begun or is off.

    What rests on the customer is asked only where it is said what there is `beside` the booking.
    """
    if not is_to_come(booking, now):
        return ()
    service = next((known for known in rulebook.service if known.id == booking.service), None)
    start = booking.start.astimezone(calendar.zone)
    told = {"id": booking.id, "start": start}
    if service is None:
        return (("ruled.service", {**told, "service": booking.service}),)
    overrode = {rule for event in booking.events for rule in event.overrode}
    found = [
        *_of_resources(booking, service, rulebook, calendar, overrode),
        *_of_places(booking, service, rulebook),
        *_of_hours(booking, service, rulebook, calendar, overrode),
        *_of_departures(booking, service, calendar, overrode),
        *_of_measure(booking, service, rulebook, calendar, overrode),
        *_of_customer(booking, service, rulebook, calendar, now, beside, overrode),
        *_of_words(booking, service, beside),
    ]
    return tuple((rule, {**told, **facts}) for rule, facts in found)


def _of_resources(
    booking: Booking, service: Service, rulebook: Rulebook, calendar: Calendar, overrode: set[str]
) -> Iterator[Breached]:
    """Yield what is wrong with the resources: gone, of another group, without the class, out of service, too small."""
    known = {resource.id: resource for resource in rulebook.resource}
    for name in booking.resources:
        resource = known.get(name)
        if resource is None:
            yield "ruled.resource", {"resource": name}
            continue
        if resource.group not in service.resources:
            yield "ruled.group", {"resource": resource.name, "service": service.name}
        if booking.seat_class is not None and resource.classes and booking.seat_class not in resource.classes:
            yield "ruled.seat_class", {"resource": resource.name, "seat_class": booking.seat_class}
        period = outage(resource, booking.start, booking.end)
        if period is not None and "booking.out_of_service" not in overrode:
            until = period.to.astimezone(calendar.zone)
            yield "ruled.out", {"resource": resource.name, "until": until, "reason": period.reason}
    for group in service.resources:
        shares = zip(booking.resources, shares_of(booking), strict=False)  # where they do not fit is told elsewhere
        mine = [(known[name], units) for name, units in shares if name in known and known[name].group == group]
        room = sum((place.seats or 0) * units for place, units in mine)
        if mine and all(place.seats for place, _ in mine) and room < (booking.party or 0):
            names = tuple(place.name for place, _ in mine)
            yield "ruled.seats", {"resource": names, "party": booking.party, "seats": room}


def _of_places(booking: Booking, service: Service, rulebook: Rulebook) -> Iterator[Breached]:
    """Yield the groups of which a booking has not what its service takes, no less and no more.

    The command names a resource, for a change that asks for nothing changes nothing.
    """
    group_of = {resource.id: resource.group for resource in rulebook.resource}
    mismatched = booking.shares and len(booking.shares) != len(booking.resources)
    strange = any(group_of.get(name) not in service.resources for name in booking.resources)
    if service.kind == "visit" or booking.merchant or mismatched or strange:  # these are told already
        return
    for group in service.resources:
        shares = zip(booking.resources, shares_of(booking), strict=True)
        mine = [share for name, share in shares if group_of[name] == group]
        takes = service.takes.get(group, "units")
        had, due = (len(mine), 1) if takes == "whole" else (sum(mine), 1 if takes == "one" else booking.units)
        if had != due:
            named = next(iter(booking.resources), "NAME")
            yield "ruled.places", {"group": group, "had": had, "due": due, "resource": named}


def _of_hours(
    booking: Booking, service: Service, rulebook: Rulebook, calendar: Calendar, overrode: set[str]
) -> Iterator[Breached]:
    """Yield the places that are not open during all of a booking: its resources, or the desk where it needs none."""
    if overrode & {"booking.hours", "booking.closed_day"}:
        return
    if service.timetable and closes(calendar, booking.start):
        yield "ruled.closed", {"place": rulebook.desk.name}
    if service.timetable or service.kind == "visit" or booking.merchant:
        return
    known = {resource.id: resource for resource in rulebook.resource}
    places: list[Resource | None] = [known[name] for name in booking.resources if name in known]
    for place in places or ([] if service.resources else [None]):
        hours = calendar.keeping(place.open) if place and place.open else calendar
        if hours.is_open(booking.start, booking.end):
            continue
        periods = hours.opening_on(booking.start.astimezone(calendar.zone).date())
        named = {"place": place.name if place else rulebook.desk.name}
        if periods:
            yield "ruled.hours", {**named, "hours": periods, "end": f"{booking.end.astimezone(calendar.zone):%H:%M}"}
        else:
            yield "ruled.closed", {**named}


def _of_departures(booking: Booking, service: Service, calendar: Calendar, overrode: set[str]) -> Iterator[Breached]:
    """Yield the class or trip that is no longer there at the time, ends at another, or no longer stops there."""
    if not service.timetable or "booking.timetable" in overrode:
        return
    departure = departure_at(service, calendar, booking.start, booking.route)
    route = next((known for known in service.route if known.id == booking.route), None)
    stops = route.boarding if route else ()
    if stops and booking.boarding_point and booking.boarding_point not in stops:
        yield "ruled.boarding", {"service": service.name, "point": booking.boarding_point, "known": stops}
    if departure is None:
        yield "ruled.departure", {"service": service.name}
    elif booking.end - booking.start != timedelta(minutes=departure.minutes):
        until = booking.start + timedelta(minutes=departure.minutes)
        times = {"end": booking.end, "until": until}
        yield (
            "ruled.length",
            {
                "service": service.name,
                **{name: f"{at.astimezone(calendar.zone):%H:%M}" for name, at in times.items()},
            },
        )


def _of_measure(
    booking: Booking, service: Service, rulebook: Rulebook, calendar: Calendar, overrode: set[str]
) -> Iterator[Breached]:
    """Yield what is too short, too long, off the steps, or for too many or too few."""
    for breach in windows.of_measure(calendar, order_of(booking, rulebook)):
        planned = service.kind == "visit" and breach.rule == "booking.step"  # who assigns one is not bound by it
        if planned or breach.rule in overrode:
            continue
        facts = {name: value for name, value in breach.facts.items() if name != "start"}
        name = "heads" if breach.said else breach.rule.removeprefix("booking.")  # more or fewer seats than people
        yield f"ruled.{name}", {**facts, "length": booking.end - booking.start}


def _of_customer(
    booking: Booking,
    service: Service,
    rulebook: Rulebook,
    calendar: Calendar,
    now: datetime,
    beside: Beside | None,
    overrode: set[str],
) -> Iterator[Breached]:
    """Yield the quota that a customer's earlier bookings had filled already, and those of them at the same time."""
    if beside is None or booking.customer is None:
        return
    whose = replace(NOBODY, id=booking.customer, taken=beside.taken)
    exceeded = patron.quota_breach(rulebook.booking.quota, whose, booking.start, now, calendar.zone)
    if exceeded is not None and exceeded.rule not in overrode:
        yield f"ruled.{exceeded.rule.removeprefix('booking.')}", {"most": exceeded.facts["most"]}
    soon = untimed(booking)
    same = patron.duplicates(whose, service, booking.start, booking.end, soon=soon)
    if same and rulebook.booking.duplicates == "refuse" and "booking.duplicate" not in overrode:
        yield "ruled.duplicate", {"known": same}


def _of_words(booking: Booking, service: Service, beside: Beside | None) -> Iterator[Breached]:
    """Yield what has to be said with every booking of the service and was not said with this one."""
    meal = bool(booking.resources or booking.merchant)
    missing = []
    for name in service.required:
        if name in AFTERWARDS or (name in OF_PERSON and beside is None):
            continue
        if name in OF_PERSON:
            said = beside is not None and name in beside.known
        else:
            said = meal if name == "resource" else bool(getattr(booking, name))
        if not said:
            missing.append(name)
    if missing:
        of_file = all(name in OF_PERSON for name in missing) and booking.customer is not None
        command = f"cscli customer change {booking.customer}" if of_file else f"cscli booking change {booking.id}"
        yield "ruled.required", {"service": service.name, "needed": tuple(missing), "command": command}
