"""Placing a wish: the order it makes, whether the rules allow it, its price, where there is room, what else there is.

Every function takes what a decision rests on and returns what follows from it; nothing else is touched.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from cscli.domain import pricing, windows
from cscli.domain.availability import Allocation, Free, allocate, free_times, nearest, suited, too_small
from cscli.domain.booking import Booking, BookingEvent, Channel, owed, usual_shares
from cscli.domain.calendar import Calendar
from cscli.domain.occupancy import Slots
from cscli.domain.order import Order, span_of
from cscli.domain.patron import NOBODY, Patron, covered_by, respond_by
from cscli.domain.permit import Breach, Permit, set_aside
from cscli.domain.record import Act, live
from cscli.domain.rulebook import Rulebook, entry_named
from cscli.domain.services import Service
from cscli.domain.value import NOTHING, Value, replace
from cscli.errors import Refused, Unavailable


class Wish(Value):
    """What a customer asks for; times in the desk's zone, `end` None for the service's usual length.

    `units` None is one, or a seat for each of the party where seats or places are booked. A visit wished for as `soon`
    as possible ends when somebody must have been there.
    """

    service: str
    start: datetime
    end: datetime | None = None
    soon: bool = False
    resources: tuple[str, ...] = ()
    units: int | None = None
    party: int | None = None
    route: str | None = None
    seat_class: str | None = None
    boarding_point: str | None = None
    channel: Channel = "phone"
    vip: bool = False
    words: Mapping[str, Any] = NOTHING  # fields that decide nothing: source, details, special, address, extra ...


class Situation(Value):
    """What a decision about bookings rests on: rules, calendar, what is taken around the time, who the customer is.

    `waiting` are those on the waiting list who come before whoever asks only now. `ahead` is how many days before and
    after the wished one are known, for what has set times to be looked for on them.
    """

    rulebook: Rulebook
    calendar: Calendar
    slots: Slots
    patron: Patron = NOBODY
    waiting: tuple[Booking, ...] = ()
    ahead: int = 0


def order_for(wish: Wish, situation: Situation) -> Order:
    """Return a wish as an order; raises `Refused` or `NotFound` for what the service does not have."""
    rulebook = situation.rulebook
    service = rulebook.service_named(wish.service)
    units = wish.units or (wish.party if service.by_head and wish.party else 1)
    route = entry_named(service.route, wish.route, "rulebook.no_route").id if wish.route else None
    classes = {name for group in service.resources for one in rulebook.group(group) for name in one.classes}
    if wish.seat_class is not None and wish.seat_class not in classes:
        raise Refused("refused.booking.seat_class", rule="resource.classes", seat_class=wish.seat_class,
                      known=tuple(sorted(classes)) or ("-",))  # fmt: skip
    for name in wish.resources:
        resource = rulebook.resource_named(name)
        if resource.group not in service.resources:
            raise Refused("refused.booking.resource", rule="service.resources", resource=name, service=service.name)
    for group in service.resources:
        asked = [name for name in wish.resources if rulebook.resource_named(name).group == group]
        if len(asked) > units:
            raise Refused("refused.booking.too_many", rule="booking.units", resources=tuple(asked), units=units)
    start, end = wish.start, wish.end
    if wish.soon:
        end = respond_by(rulebook.visit, situation.calendar, situation.patron, start)
    return Order(
        service=service,
        start=start,
        end=end or start + span_of(service, situation.calendar, start, route),
        units=units,
        party=wish.party,
        route=route,
        seat_class=wish.seat_class,
        level=situation.patron.level,
        resources=wish.resources,
        soon=wish.soon,
    )


def journey(service: Service, route_id: str | None, point: str | None) -> dict[str, Any]:
    """Return where a trip on a route goes; raises `Refused` for a place at which it does not stop."""
    route = next((known for known in service.route if known.id == route_id), None)
    if route is None:
        return {}
    if point and route.boarding and point not in route.boarding:
        raise Refused("refused.booking.boarding", rule="service.route", point=point, known=route.boarding)
    return {"origin": route.origin, "destination": route.destination}


def judge(order: Order, situation: Situation, act: Act, permit: Permit | None) -> tuple[str, ...]:
    """Return the rules that had to be overridden; raises `Refused` for the first one without a permit."""
    if order.end <= order.start:
        raise Refused("refused.booking.order", rule="booking.order", start=order.start, end=order.end)
    if order.start < act.at and not order.soon:
        raise Refused("refused.booking.past", rule="booking.past", start=order.start)
    found = windows.breaches(situation.rulebook, situation.calendar, order, situation.patron, act.at)
    return set_aside(found, permit)


def priced(order: Order, situation: Situation) -> tuple[pricing.PricePart, ...]:
    """Return the parts of the price: none of it is charged where the customer's card pays for the service.

    What depends on the time has no price until there is one.
    """
    day = order.start.astimezone(situation.calendar.zone).date()
    card = covered_by(situation.patron, order.service, day, order.units)
    if order.soon and pricing.needs_a_time(order.service):
        return ()
    return pricing.by_card(order, card) if card else pricing.price(order, situation.calendar)


def alternatives(situation: Situation, order: Order, act: Act) -> tuple[Free, ...]:
    """Return the nearest times that could be had instead, the same time on another resource among them.

    They are of the same day; where a timetable has none left on it, of the days around it.
    """
    zone, service = situation.calendar.zone, order.service
    here = order.start.astimezone(zone)
    span = None if service.timetable else order.end - order.start
    anywhere = replace(order, resources=())
    for days in dict.fromkeys((0, situation.ahead if service.timetable else 0)):
        first = max(act.at + service.lead.delta, windows.local_midnight(here, -days))
        last = windows.local_midnight(here, days + 1)
        if service.advance is not None:
            last = min(last, windows.horizon(service.advance, act.at.astimezone(zone)))
        times = free_times(situation.rulebook, situation.calendar, anywhere, situation.slots, first, last, span)
        found = nearest(times, order.start, situation.rulebook.booking.alternatives)
        if found:
            return found
    return ()


def unavailable(order: Order, situation: Situation, act: Act) -> Unavailable:
    """Return the error that nothing is free, with what could be had instead.

    It says no more than is true: where only what was asked for by name is taken, or a party is too large for one unit.
    """
    rulebook, service = situation.rulebook, order.service
    others = alternatives(situation, order, act)
    zone = situation.calendar.zone  # one of them may lie behind a change of the clock
    ends = {"start": order.start.astimezone(zone), "end": order.end.astimezone(zone)}
    facts: dict[str, object] = {"service": service.name, **ends}
    anywhere = replace(order, resources=())
    if service.kind == "visit" and order.resources:  # who makes it is changed by assigning it
        return Unavailable("unavailable.technician", others, resource=order.resources[0], **facts)
    small = too_small(rulebook, order)
    if small:
        facts |= {"resources": tuple(known.name for known in small), "party": order.party}
        facts |= {"seats": max(known.seats or 0 for known in small) * order.units}
        units = enough_units(order, situation)
        key = "unavailable.small_units" if units else "unavailable.small"
        return Unavailable(key, others, **facts, **({"units": units} if units else {}))
    if order.resources and allocate(rulebook, situation.calendar, anywhere, situation.slots):
        names = tuple(rulebook.resource_named(name).name for name in order.resources)
        return Unavailable("unavailable.named", others, resources=names, **facts)
    if order.seat_class is not None:
        from cscli.domain.trips import other_classes

        classes = other_classes(rulebook, situation.calendar, order, situation.slots)
        if classes:
            return Unavailable("unavailable.class", others, seat_class=order.seat_class, classes=classes, **facts)
    units = enough_units(anywhere, situation)
    if units is not None:
        return Unavailable("unavailable.party", others, party=order.party, units=units, **facts)
    every = tuple(one.id for group in service.resources for one in rulebook.group(group))
    if service.kind == "table" and allocate(
        rulebook, situation.calendar, replace(order, resources=every), situation.slots
    ):
        return Unavailable("unavailable.apart", others, units=order.units, **facts)
    return Unavailable("unavailable", others, **facts)


def enough_units(order: Order, situation: Situation) -> int | None:
    """Return how many units would hold a party that one is too small for; None where no number would."""
    if order.party is None:
        return None
    rulebook, calendar = situation.rulebook, situation.calendar
    more = (replace(order, units=units) for units in range(order.units + 1, order.service.most_units + 1))
    return next((one.units for one in more if allocate(rulebook, calendar, one, situation.slots)), None)


def place(booking: Booking, order: Order, situation: Situation, act: Act, despite: Collection[str] = ()) -> Booking:
    """Return a booking on the resources it is given now; raises `Unavailable` with alternatives.

    Resources it had are asked for first, and others taken where they are gone; but another merchant is another meal: a
    table is left only where it could not seat the party.
    """
    rules, calendar = situation.rulebook, situation.calendar
    found = allocate(rules, calendar, order, situation.slots, despite)
    here = [one.id for group in order.service.resources for one in suited(rules, calendar, order, group)]
    bound = order.service.kind == "table" and any(name in here for name in order.resources)
    if found is None and order.resources and not bound:
        found = allocate(rules, calendar, replace(order, resources=()), situation.slots, despite)
    if found is None:
        raise unavailable(order, situation, act)
    return replace(booking, resources=found.resources, shares=said_shares(found, order.units))


def said_shares(found: Allocation, units: int) -> tuple[int, ...]:
    """Return how many units each resource gives, as a booking keeps it: nothing where that is as usual."""
    return () if found.shares == usual_shares(found.resources, units) else found.shares


def held_until(booking: Booking, service: Service, at: datetime) -> datetime:
    """Return until when a request is held on which only the desk has to say a word: at the latest to its start."""
    return min(at + service.hold_for.delta, booking.start)


def unready(booking: Booking, rulebook: Rulebook) -> tuple[Breach, ...]:
    """Return the breaches of promising what departments have not agreed to, or what is to be paid first and is not."""
    open_ = tuple(asked.department for asked in booking.coordination if not asked.agreed)
    unpaid = rulebook.service_named(booking.service).prepaid and owed(booking)
    return (
        *([windows.coordination(booking.id, open_)] if open_ else []),
        *([windows.prepaid(booking.id, unpaid)] if unpaid else []),
    )


def confirmed(booking: Booking, act: Act, told: Mapping[str, Any] = NOTHING, **header: Any) -> Booking:
    """Return a booking as promised; `told` is what the event says beside that."""
    event = BookingEvent(at=act.at, by=act.by, type="confirmed", **told)
    return live(booking, act, event, hold_until=None, waitlisted=False, outcome=None, **header)
