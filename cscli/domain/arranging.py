"""Arranging a booking: taking it, holding it, and promising it.

Every function takes what a decision rests on and returns the booking as it is afterwards; nothing else is touched.
"""

from datetime import datetime
from decimal import Decimal

from cscli.domain import pricing, states, windows
from cscli.domain.availability import Allocation, Free, allocate
from cscli.domain.booking import Booking, BookingEvent, Coordination, asked_for, let_go, order_of
from cscli.domain.patron import is_vip, respond_by
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.placing import (
    Situation,
    Wish,
    alternatives,
    confirmed,
    held_until,
    journey,
    judge,
    order_for,
    place,
    priced,
    said_shares,
    unavailable,
    unready,
)
from cscli.domain.record import Act, deltas, live
from cscli.domain.services import Service
from cscli.domain.value import replace
from cscli.errors import Refused


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
        shares=said_shares(found, order.units) if found else (),
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
    return replace(booking, hold_until=None if booking.coordination else held_until(booking, service, act.at))


def in_line(booking: Booking, situation: Situation, now: datetime, before: Booking | None = None) -> tuple[Breach, ...]:
    """Return the breach of taking what somebody who waits would have had; most desks have nobody who does."""
    if not situation.waiting:
        return ()
    from cscli.domain import line

    return line.breaches(booking, situation, now, before)


def _tell(free: Free) -> str:
    return f"{free.start:%Y-%m-%d %H:%M} {'+'.join(free.resources[:1])}".strip()


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


def must_be_had(booking: Booking, situation: Situation, act: Act) -> None:
    """Raise what confirming a request that nothing is kept for would: money is not taken for what cannot be had.

    That is `Unavailable`, or `Refused` where its time has come.
    """
    if booking.respond_by is not None or not let_go(booking, act.now):
        return
    if booking.start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=booking.start)
    if not booking.merchant:
        _kept(booking, situation, act)


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


def _too_soon(service: Service, price: Decimal | None) -> tuple[Breach, ...]:
    """Return the breaches of promising a booking as it is taken: nobody has been asked, and nothing paid."""
    found = (
        *([windows.coordination("", service.departments)] if service.departments else []),
        *([windows.prepaid("", price)] if service.prepaid and price else []),
    )
    return tuple(replace(breach, said=f"refused.{breach.rule}_first") for breach in found)  # it has no id to name yet
