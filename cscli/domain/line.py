"""The line: who waits already comes before who asks only now, and before who wants to move (rule booking.queue_order).

Nobody is turned away for others' sake as long as all of them can still be served beside them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cscli.domain.availability import Allocation, Free, allocate
from cscli.domain.booking import Booking, order_of, slots_of
from cscli.domain.occupancy import Slot, Slots
from cscli.domain.order import Order
from cscli.domain.permit import Breach
from cscli.domain.placing import Situation
from cscli.domain.queue import could_have, in_order, passed_over, stands, waits, wish_of
from cscli.domain.value import replace


def breaches(
    booking: Booking, situation: Situation, now: datetime, before: Booking | None = None
) -> tuple[Breach, ...]:
    """Return the breach of taking what somebody in the line would have had, none where nobody loses by it.

    `booking` is as it would be, `before` as it is where it stands already; `situation.slots` hold it neither way.
    """
    service = situation.rulebook.service_named(booking.service)
    line = tuple(_ahead(order_of(booking, situation.rulebook), situation, now, booking))
    taken = slots_of(booking, service, now)
    known = next((one for one in situation.rulebook.service if before and one.id == before.service), None)
    return _loss(line, situation, taken, slots_of(before, known, now) if before else ())


def beside(
    times: Iterable[Free], order: Order, situation: Situation, now: datetime
) -> tuple[tuple[Free, ...], Breach | None]:
    """Return the times whoever asks only now could have beside the line, and the breach of taking the first other."""
    kept: list[Free] = []
    lost: Breach | None = None
    for time in times:
        here = replace(order, start=time.start, end=time.end)
        line = tuple(_ahead(here, situation, now))
        found = allocate(situation.rulebook, situation.calendar, here, situation.slots) if line else None
        loss = _loss(line, situation, _slots(here, found)) if found else ()
        if loss:
            lost = lost or loss[0]
        else:
            kept.append(time)
    return tuple(kept), lost


def _loss(
    line: Sequence[Booking], situation: Situation, taken: tuple[Slot, ...], held: tuple[Slot, ...] = ()
) -> tuple[Breach, ...]:
    """Return the breach of taking these instead of those held before, none where nobody in the line loses by it."""
    if not line or not taken:
        return ()
    still = _served(line, situation, _with(situation.slots, taken))
    had = _served(line, situation, _with(situation.slots, held))
    first = next((other for other in line if other.id in had and other.id not in still), None)
    if first is None:
        return ()
    since = first.received_at.astimezone(situation.rulebook.zone)
    return (Breach("booking.queue_order", {"first": first.id, "since": since}),)


def _ahead(order: Order, situation: Situation, now: datetime, own: Booking | None = None) -> Iterator[Booking]:
    """Yield those in the line who come before an order: all of them, or up to where its `own` customer waits."""
    for other in in_order(situation.waiting):
        if other.service != order.service.id or not waits(other, now) or stands(other, now):
            continue
        if own is not None and (other.id == own.id or (other.customer is not None and other.customer == own.customer)):
            return
        if not passed_over(other, order.start, order.end):
            yield other


def _served(line: Sequence[Booking], situation: Situation, slots: Slots) -> frozenset[str]:
    """Return those in the line who could be served, one after the other, beside what is taken."""
    served = []
    for other in line:
        found = could_have(other, replace(situation, slots=slots))
        if found is None:
            continue
        served.append(other.id)
        slots = _with(slots, _slots(order_of(wish_of(other), situation.rulebook), found, other.id))
    return frozenset(served)


def _slots(order: Order, found: Allocation, booking: str = "") -> tuple[Slot, ...]:
    """Return what an order takes on the resources it is given."""
    begin, finish = order.occupied
    pairs = zip(found.resources, found.shares, strict=True)
    return tuple(Slot(name, begin, finish, units, booking, order.seat_class) for name, units in pairs)


def _with(slots: Slots, more: tuple[Slot, ...]) -> Slots:
    """Return what is taken with more of it."""
    taken = dict(slots)
    for slot in more:
        taken[slot.resource] = (*taken.get(slot.resource, ()), slot)
    return taken
