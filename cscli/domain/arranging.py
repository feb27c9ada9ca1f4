"""Arranging a booking: finding it a time and a place, holding it, and saying what else could be had.

Every function takes what a decision rests on and returns the booking as it is afterwards; nothing else is touched.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from cscli.domain import pricing, states, windows
from cscli.domain.availability import Allocation, Free, allocate, free_times, nearest, suited
from cscli.domain.booking import (
    Booking,
    BookingEvent,
    Channel,
    Coordination,
    asked_for,
    order_of,
    owed,
    usual_shares,
)
from cscli.domain.calendar import Calendar
from cscli.domain.occupancy import Slots
from cscli.domain.order import Order, span_of
from cscli.domain.patron import NOBODY, Patron, covered_by, is_vip, respond_by
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.record import Act, deltas, live
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

    `waiting` are those on the waiting list who come before whoever asks only now.
    """

    rulebook: Rulebook
    calendar: Calendar
    slots: Slots
    patron: Patron = NOBODY
    waiting: tuple[Booking, ...] = ()


def create(
    wish: Wish,
    situation: Situation,
    act: Act,
    *,
    record_id: str,
    customer: str | None,
    confirm: bool | None = None,
    waitlist: bool = False,
    answer: str | None = None,
    permit: Permit | None = None,
) -> Booking:
    """Take a booking: confirmed at once where the service says so, held where not, unmet where nothing is free.

    `confirm` overrules the service's own way; `answer` is what the customer said to the alternatives (manual row A4).
    What somebody waits for already is theirs: with `waitlist` the wish joins them. Raises `Refused` for a rule,
    `Unavailable` with alternatives where nothing is free and `waitlist` is not set.
    """
    rulebook, calendar, patron = situation.rulebook, situation.calendar, situation.patron
    wish = replace(wish, start=act.at) if wish.soon else wish
    order = order_for(wish, situation)
    service = order.service
    visit = service.kind == "visit"
    if visit and wish.resources:
        raise Refused("refused.booking.assign_later", rule="booking.assign", service=service.name)
    overrode = judge(order, situation, act, permit)
    parts = priced(order, situation)
    later = bool(wish.words.get("merchant")) or visit  # a place nobody here keeps, or somebody who is assigned later
    found = Allocation((), ()) if later else allocate(rulebook, calendar, order, situation.slots, overrode)
    if found and confirm and not visit:
        overrode += set_aside(_too_soon(service, pricing.total(parts)), permit)
    words = {**journey(service, order.route, wish.boarding_point), **wish.words}
    booking = Booking(
        id=record_id,
        status="requested",
        customer=customer,
        channel=wish.channel,
        service=service.id,
        route=order.route,
        seat_class=wish.seat_class,
        start=order.start,
        end=order.end,
        resources=found.resources if found else order.resources,  # a wish keeps what was asked for by name
        shares=_said_shares(found, order.units) if found else (),
        units=order.units,
        party=wish.party,
        vip=wish.vip or is_vip(patron, rulebook),
        boarding_point=wish.boarding_point,
        respond_by=max(respond_by(rulebook.visit, calendar, patron, act.at), order.start) if visit else None,
        price=pricing.total(parts),
        price_parts=parts,
        received_at=act.at,
        coordination=tuple(Coordination(department=name, asked_at=act.at) for name in service.departments),
        **words,
    )
    ahead = in_line(booking, situation, act.now) if found else ()
    if ahead and waitlist and permit is None:
        found = None
        booking = replace(booking, resources=order.resources, shares=())
    elif ahead:
        overrode += set_aside(ahead, permit)
    first = BookingEvent(
        at=act.at,
        by=act.by,
        type="created",
        asked=order.resources,
        priority=(found is not None and windows.uses_priority(order, patron, calendar, act.at)) or None,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    booking = live(booking, act, first)
    if found is None:
        if not waitlist:
            raise unavailable(order, situation, act)
        others = (free for free in alternatives(situation, order, act) if not ahead or free.start != order.start)
        heard = tuple(_tell(free) for free in others)
        event = BookingEvent(at=act.at, by=act.by, type="unmet", alternatives=heard, answer=answer)
        return live(booking, act, event, outcome="unmet", waitlisted=True)
    if visit:
        return booking  # whoever accepts it confirms it
    by_itself = service.confirmation == "immediate" and not _too_soon(service, booking.price)
    if confirm if confirm is not None else by_itself:
        return confirmed(booking, act)
    # While departments deliberate nothing runs out: the customer is not to lose the place to a colleague's silence.
    return replace(booking, hold_until=None if booking.coordination else act.at + service.hold_for.delta)


def in_line(booking: Booking, situation: Situation, now: datetime, before: Booking | None = None) -> tuple[Breach, ...]:
    """Return the breach of taking what somebody who waits would have had; most desks have nobody who does."""
    if not situation.waiting:
        return ()
    from cscli.domain import line

    return line.breaches(booking, situation, now, before)


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


def _tell(free: Free) -> str:
    return f"{free.start:%Y-%m-%d %H:%M} {'+'.join(free.resources[:1])}".strip()


def confirmed(booking: Booking, act: Act, told: Mapping[str, Any] = NOTHING, **header: Any) -> Booking:
    """Return a booking as promised; `told` is what the event says beside that."""
    event = BookingEvent(at=act.at, by=act.by, type="confirmed", **told)
    return live(booking, act, event, hold_until=None, waitlisted=False, outcome=None, **header)


def _said_shares(found: Allocation, units: int) -> tuple[int, ...]:
    return () if found.shares == usual_shares(found.resources, units) else found.shares


def priced(order: Order, situation: Situation) -> tuple[pricing.PricePart, ...]:
    """Return the parts of the price: none of it is charged where the customer's card pays for the service.

    What depends on the time has no price until there is one.
    """
    day = order.start.astimezone(situation.calendar.zone).date()
    card = covered_by(situation.patron, order.service, day, order.units)
    if order.soon and pricing.needs_a_time(order.service):
        return ()
    return pricing.by_card(order, card) if card else pricing.price(order, situation.calendar)


def judge(order: Order, situation: Situation, act: Act, permit: Permit | None) -> tuple[str, ...]:
    """Return the rules that had to be overridden; raises `Refused` for the first one without a permit."""
    if order.end <= order.start:
        raise Refused("refused.booking.order", rule="booking.order", start=order.start, end=order.end)
    if order.start < act.at and not order.soon:
        raise Refused("refused.booking.past", rule="booking.past", start=order.start)
    found = windows.breaches(situation.rulebook, situation.calendar, order, situation.patron, act.at)
    return set_aside(found, permit)


def alternatives(situation: Situation, order: Order, act: Act) -> tuple[Free, ...]:
    """Return the nearest times that could be had instead, the same time on another resource among them."""
    zone, service = situation.calendar.zone, order.service
    here = order.start.astimezone(zone)
    first = max(act.at + service.lead.delta, windows.local_midnight(here, 0))
    last = windows.local_midnight(here, 1)
    if service.advance is not None:
        last = min(last, windows.horizon(service.advance, act.at.astimezone(zone)))
    span = None if service.timetable else order.end - order.start
    anywhere = replace(order, resources=())
    times = free_times(situation.rulebook, situation.calendar, anywhere, situation.slots, first, last, span)
    return nearest(times, order.start, situation.rulebook.booking.alternatives)


def unavailable(order: Order, situation: Situation, act: Act) -> Unavailable:
    """Return the error that nothing is free, with what could be had instead.

    It says no more than is true: where only what was asked for by name is taken, or a party is too large for one unit.
    """
    rulebook, service = situation.rulebook, order.service
    others = alternatives(situation, order, act)
    facts: dict[str, object] = {"service": service.name, "start": order.start, "end": order.end}
    anywhere = replace(order, resources=())
    if service.kind == "visit" and order.resources:  # who makes it is changed by assigning it
        return Unavailable("unavailable.technician", others, resource=order.resources[0], **facts)
    if order.resources and allocate(rulebook, situation.calendar, anywhere, situation.slots):
        names = tuple(rulebook.resource_named(name).name for name in order.resources)
        return Unavailable("unavailable.named", others, resources=names, **facts)
    units = enough_units(anywhere, situation)
    if units is not None:
        return Unavailable("unavailable.party", others, party=order.party, units=units, **facts)
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
    return replace(booking, resources=found.resources, shares=_said_shares(found, order.units))


def confirm(
    booking: Booking, situation: Situation, act: Act, *, table_no: str | None = None, permit: Permit | None = None
) -> Booking:
    """Confirm a request, or an unmet wish for which something has come free; availability is checked again.

    `table_no` is what the merchant said on the telephone (manual row C5). Departments that were asked must have agreed,
    and what is prepaid must be paid.
    """
    states.step(states.BOOKING, booking.status, "confirmed")
    if situation.rulebook.service_named(booking.service).kind == "visit":
        raise Refused("refused.booking.assign", rule="booking.assign", id=booking.id)
    if booking.start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=booking.start)
    overrode = set_aside(unready(booking, situation.rulebook), permit)
    held = booking if booking.merchant else _kept(booking, situation, act)
    changes = deltas(booking, held, ("resources", "shares"))
    told = {"changes": changes or None, "overrode": overrode, "reason": reason_of(permit, overrode)}
    return confirmed(held, act, told, table_no=table_no or booking.table_no)


def _kept(booking: Booking, situation: Situation, act: Act) -> Booking:
    """Return a booking on what it holds, or on others of the kind where these were not asked for by name.

    What was set aside for it stays so. Raises `Unavailable` with alternatives.
    """
    despite = tuple(dict.fromkeys(rule for event in booking.events for rule in event.overrode))
    order = order_of(booking, situation.rulebook, situation.patron.level)
    gone = allocate(situation.rulebook, situation.calendar, order, situation.slots, despite) is None
    if gone and asked_for(booking):
        raise unavailable(order, situation, act)
    return place(booking, order, situation, act, despite)


def unready(booking: Booking, rulebook: Rulebook) -> tuple[Breach, ...]:
    """Return the breaches of promising what departments have not agreed to, or what is to be paid first and is not."""
    open_ = tuple(asked.department for asked in booking.coordination if not asked.agreed)
    unpaid = rulebook.service_named(booking.service).prepaid and owed(booking)
    return (
        *([windows.coordination(booking.id, open_)] if open_ else []),
        *([windows.prepaid(booking.id, unpaid)] if unpaid else []),
    )


def _too_soon(service: Service, price: Decimal | None) -> tuple[Breach, ...]:
    """Return the breaches of promising a booking as it is taken: nobody has been asked, and nothing paid."""
    return (
        *([windows.coordination("ID", service.departments)] if service.departments else []),
        *([windows.prepaid("ID", price)] if service.prepaid and price else []),
    )
