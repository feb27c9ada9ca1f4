"""The line: who waits already comes before who asks only now, and before who wants to move (rule booking.queue_order).

Nobody is turned away for others' sake as long as all of them can still be served beside them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cscli.domain.booking import Booking, order_of, slots_of
from cscli.domain.occupancy import Slot, Slots
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
    line = tuple(_ahead(booking, situation, now))
    taken = slots_of(booking, service, now)
    if not line or not taken:
        return ()
    known = next((one for one in situation.rulebook.service if before and one.id == before.service), None)
    still = _served(line, situation, _with(situation.slots, taken))
    had = _served(line, situation, _with(situation.slots, slots_of(before, known, now) if before else ()))
    first = next((other for other in line if other.id in had and other.id not in still), None)
    if first is None:
        return ()
    since = first.received_at.astimezone(situation.rulebook.zone)
    return (Breach("booking.queue_order", {"first": first.id, "since": since}),)


def _ahead(booking: Booking, situation: Situation, now: datetime) -> Iterator[Booking]:
    """Yield those in the line who come before a booking: all of them, or up to where its customer waits in person."""
    for other in in_order(situation.waiting):
        if other.service != booking.service or not waits(other, now) or stands(other, now):
            continue
        if other.id == booking.id or (other.customer is not None and other.customer == booking.customer):
            return
        if not passed_over(other, booking.start, booking.end):
            yield other


def _served(line: Sequence[Booking], situation: Situation, slots: Slots) -> frozenset[str]:
    """Return those in the line who could be served, one after the other, beside what is taken."""
    served = []
    for other in line:
        found = could_have(other, replace(situation, slots=slots))
        if found is None:
            continue
        served.append(other.id)
        wish = wish_of(other)
        begin, finish = order_of(wish, situation.rulebook).occupied
        pairs = zip(found.resources, found.shares, strict=True)
        slots = _with(
            slots, tuple(Slot(name, begin, finish, units, other.id, wish.seat_class) for name, units in pairs)
        )
    return frozenset(served)


def _with(slots: Slots, more: tuple[Slot, ...]) -> Slots:
    """Return what is taken with more of it."""
    taken = dict(slots)
    for slot in more:
        taken[slot.resource] = (*taken.get(slot.resource, ()), slot)
    return taken
