"""The queue: what is offered to customers who wait, and what they answer; bookings that wait for a department's word.

An offer is a request that holds its resource
until it runs out. Every function takes the booking as it was and returns it as it is afterwards.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from cscli.domain import states, windows
from cscli.domain.availability import allocate, usable
from cscli.domain.booking import Booking, BookingEvent, Coordination, Side, order_of, slots_of
from cscli.domain.line import breaches, could_have, granted, in_order, on_offer, passed_over, stands, waits, wish_of
from cscli.domain.occupancy import Slot, left
from cscli.domain.order import Order, span_of
from cscli.domain.permit import Permit, reason_of, set_aside
from cscli.domain.placing import Situation, confirmed, held_until, place, priced, unavailable, unready
from cscli.domain.pricing import total
from cscli.domain.record import Act, deltas, live
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.value import Value, replace
from cscli.errors import CscliError, NotFound, Refused

TOLD = ("start", "end", "resources", "price")  # what an offer may make other than the wish was


class Instead(Value):
    """What is offered, or taken, in place of what was wished for; None leaves it as it is."""

    start: datetime | None = None
    end: datetime | None = None
    resources: tuple[str, ...] | None = None


AS_WISHED = Instead()


# --- what has come free -----------------------------------------------------------------------------------------


def came_free(before: Booking, after: Booking, rulebook: Rulebook, now: datetime) -> tuple[Slot, ...]:
    """Return what a booking took before a change and takes no more, as far as it is still to come."""
    service = next((known for known in rulebook.service if known.id == before.service), None)
    later = next((known for known in rulebook.service if known.id == after.service), None)
    kept = slots_of(after, later, now)
    return tuple(slot for slot in slots_of(before, service, now) if slot not in kept and slot.end > now)


def heirs(waiting: Iterable[Booking], freed: Sequence[Slot], situation: Situation, now: datetime) -> Iterator[Booking]:
    """Yield those in the queue whose wish could be met by what came free, the first of the queue first.

    Who holds an offer already, or had one for that time and did not take it, is passed over.
    """
    for booking in in_order(waiting):
        try:
            order = order_of(wish_of(booking), situation.rulebook)
        except NotFound:  # the rulebook has forgotten what was wished for
            continue
        begin, finish = order.occupied
        names = {slot.resource for slot in freed if slot.start < finish and slot.end > begin}
        if not names or not waits(booking, now) or stands(booking, now):
            continue
        if not passed_over(booking, order.start, order.end) and _could_use(booking, names, situation):
            yield booking


def _could_use(booking: Booking, names: Collection[str], situation: Situation) -> bool:
    """Whether a wish could be met now, and by one of these resources."""
    order, despite = order_of(wish_of(booking), situation.rulebook), granted(booking)
    begin, finish = order.occupied
    fitting = (
        member
        for group in order.service.resources
        for member in usable(situation.rulebook, situation.calendar, order, group, despite)
        if member.id in names
    )
    room = any(left(member, situation.slots, begin, finish, order.seat_class) > 0 for member in fitting)
    return room and could_have(booking, situation) is not None


# --- offers and answers -----------------------------------------------------------------------------------------


def offer(
    booking: Booking,
    situation: Situation,
    act: Act,
    *,
    instead: Instead = AS_WISHED,
    until: datetime | None = None,
    permit: Permit | None = None,
) -> Booking:
    """Offer a wish what has come free, or something else, and hold it until the offer runs out.

    `until` None is as long as the service says, at most to the start. Nothing is offered that somebody who waits longer
    would have had (rule booking.queue_order). An offer that has run out is taken back; while one stands there is no
    other.
    """
    if stands(booking, act.now):
        raise Refused("refused.booking.on_offer", rule="booking.waitlist", id=booking.id,
                      until=_here(situation, booking.hold_until or act.now))  # fmt: skip
    if on_offer(booking):
        booking = decline(booking, situation, act, side="desk", keep=True)
    states.step(states.BOOKING, booking.status, "offered")
    _must_wait(booking)
    held, overrode, order = _arranged(booking, instead, situation, act, permit)
    ends = until or min(act.at + order.service.offer_for.delta, order.start)
    if not act.at < ends <= order.start:
        raise Refused("refused.booking.offer_until", rule="booking.offer_until", until=_here(situation, ends),
                      start=_here(situation, order.start))  # fmt: skip
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="offered",
        until=ends,
        changes=deltas(booking, held, TOLD) or None,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return live(held, act, event, outcome=None, hold_until=ends)


def accept(
    booking: Booking,
    situation: Situation,
    act: Act,
    *,
    instead: Instead = AS_WISHED,
    answer: str | None = None,
    permit: Permit | None = None,
) -> Booking:
    """Confirm a wish: what was offered, what has come free, or an alternative the customer takes (manual row A4).

    An offer that stands is kept as it was told. Anything else is judged and priced anew, and the queue's order holds.
    """
    states.step(states.BOOKING, booking.status, "confirmed")
    overrode = set_aside(unready(booking, situation.rulebook), permit)
    order = order_of(booking, situation.rulebook)
    if stands(booking, act.now) and instead == AS_WISHED:
        _not_past(booking, act)
        held = place(booking, order, situation, act, granted(booking))
    else:
        held, more, order = _arranged(booking, instead, situation, act, permit)
        overrode += more
    told = {
        "answer": answer,
        "changes": deltas(booking, held, TOLD) or None,
        "priority": windows.uses_priority(order, situation.patron, situation.calendar, act.at) or None,
        "overrode": overrode,
        "reason": reason_of(permit, overrode),
    }
    return confirmed(held, act, told)


def decline(
    booking: Booking,
    situation: Situation,
    act: Act,
    *,
    answer: str | None = None,
    keep: bool = False,
    side: Side | None = None,
) -> Booking:
    """Note that the customer says no to an offer or to the alternatives; the wish is again what it was.

    `keep` leaves it in the queue at its old place; `side` is the desk's where it takes an offer back. Raises `Refused`
    for somebody who does not wait.
    """
    states.step(states.BOOKING, booking.status, "declined")
    _must_wait(booking)
    wish = wish_of(booking)
    back = replace(booking, start=wish.start, end=wish.end, resources=wish.resources, shares=())
    if (back.start, back.end) != (booking.start, booking.end):
        try:
            parts = priced(order_of(back, situation.rulebook, situation.patron.level), situation)
        except CscliError:  # the rules have changed since: a wish needs no price
            parts = ()
        back = replace(back, price=total(parts), price_parts=parts)
    changes = deltas(booking, back, TOLD) or None
    event = BookingEvent(at=act.at, by=act.by, type="declined", answer=answer, side=side, changes=changes)
    return live(back, act, event, outcome="unmet", hold_until=None, waitlisted=keep)


def _must_wait(booking: Booking) -> None:
    if not booking.waitlisted:
        raise Refused("refused.booking.not_waiting", rule="booking.waitlist", id=booking.id)


def _not_past(booking: Booking, act: Act) -> None:
    if booking.start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=booking.start)


def _arranged(
    booking: Booking,
    instead: Instead,
    situation: Situation,
    act: Act,
    permit: Permit | None,
) -> tuple[Booking, tuple[str, ...], Order]:
    """Return a wish on what it gets, the rules set aside for that, and the order that was judged."""
    rulebook, calendar = situation.rulebook, situation.calendar
    service = rulebook.service_named(booking.service)
    start = instead.start or booking.start
    end = instead.end or (
        start + (span_of(service, calendar, start, booking.route) if service.timetable else booking.end - booking.start)
    )
    moved = replace(booking, start=start, end=end)
    if end <= start:
        raise Refused("refused.booking.order", rule="booking.order", start=start, end=end)
    _not_past(moved, act)
    named = _named(wish_of(booking), instead, service, rulebook)
    order = replace(order_of(moved, rulebook, situation.patron.level), resources=named)
    known = granted(booking) if (start, end) == (booking.start, booking.end) else ()
    found = windows.breaches(rulebook, calendar, order, situation.patron, act.at)
    overrode = set_aside([breach for breach in found if breach.rule not in known], permit)
    despite = (*known, *overrode)
    had = booking.resources if on_offer(booking) and instead.resources is None else ()
    held = _held(moved, order, had, situation, act, despite)
    taking = replace(held, status="requested", hold_until=None)
    overrode += set_aside(breaches(taking, situation, act.now, booking), permit)
    parts = priced(order, situation)
    return replace(held, price=total(parts), price_parts=parts), overrode, order


def _named(wish: Booking, instead: Instead, service: Service, rulebook: Rulebook) -> tuple[str, ...]:
    """Return the resources that are asked for by name; raises `Refused` for one that does not serve."""
    for name in instead.resources or ():
        if rulebook.resource_named(name).group not in service.resources:
            raise Refused("refused.booking.resource", rule="service.resources", resource=name, service=service.name)
    return wish.resources if instead.resources is None else instead.resources


def _held(
    booking: Booking,
    order: Order,
    had: tuple[str, ...],
    situation: Situation,
    act: Act,
    despite: Collection[str],
) -> Booking:
    """Return a wish on the resources it `had` on offer, or on those it asks for by name, or on any where it names none.

    Raises `Unavailable` with alternatives: who asked for one court is not given another unasked.
    """
    for one in (replace(order, resources=had), order) if had else (order,):
        if allocate(situation.rulebook, situation.calendar, one, situation.slots, despite) is not None:
            return place(booking, one, situation, act, despite)
    raise unavailable(order, situation, act)


def _here(situation: Situation, at: datetime) -> datetime:
    return at.astimezone(situation.rulebook.zone)


# --- the departments' word (manual row A4) ----------------------------------------------------------------------


def ask(booking: Booking, service: Service, department: str, act: Act, *, question: str | None = None) -> Booking:
    """Ask a department about a booking; one that has answered may be asked again. Raises `Refused` while it has not."""
    asked = next((known for known in booking.coordination if known.department == department), None)
    if asked is not None and asked.agreed is None:
        raise Refused("refused.booking.asked", rule="booking.coordination", id=booking.id, department=department,
                      at=asked.asked_at)  # fmt: skip
    event = BookingEvent(at=act.at, by=act.by, type="coordinated", department=department, reason=question)
    put = Coordination(department=department, asked_at=act.at, question=question)
    return _coordinated(booking, service, act, event, put)


def answer(
    booking: Booking, service: Service, department: str, act: Act, *, agreed: bool, note: str | None = None
) -> Booking:
    """Note what a department said; raises `Refused` for one that was not asked, or says nothing new."""
    asked = next((known for known in booking.coordination if known.department == department), None)
    if asked is None:
        raise Refused("refused.booking.not_asked", rule="booking.coordination", id=booking.id, department=department)
    if (asked.agreed, asked.answer) == (agreed, note):
        raise Refused("refused.nothing_changes", rule="booking.coordination", id=booking.id)
    event = BookingEvent(at=act.at, by=act.by, type="coordinated", department=department, agreed=agreed, answer=note)
    put = replace(asked, agreed=agreed, answer=note, answered_at=act.at)
    return _coordinated(booking, service, act, event, put)


def _coordinated(booking: Booking, service: Service, act: Act, event: BookingEvent, put: Coordination) -> Booking:
    """Return a booking with a department's entry; its hold stops while one is silent, and runs anew from the last word.

    An offer keeps its deadline, for others wait. A hold that has run out stays so: the place may be another's by now.
    """
    known = [put if entry.department == put.department else entry for entry in booking.coordination]
    entries = tuple(known if put in known else (*known, put))
    hold = booking.hold_until
    held = booking.status == "requested" and not booking.waitlisted and service.kind != "visit"
    if held and (hold is None or hold > act.now):
        silent = any(entry.agreed is None for entry in entries)
        hold = None if silent else held_until(booking, service, act.at)
    return live(booking, act, event, coordination=entries, hold_until=hold)
