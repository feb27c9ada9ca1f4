"""The line: who waits, and that they come before who asks only now, who wants to move, and who waits less long.

Whoever was received first comes first (rule booking.queue_order); a level moves nobody forward. Nobody is turned away
for others' sake as long as all of them can still be served beside them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from cscli.domain.availability import Allocation, Free, allocate
from cscli.domain.booking import Booking, order_of, slots_of
from cscli.domain.occupancy import Slot, Slots
from cscli.domain.order import Order
from cscli.domain.permit import Breach
from cscli.domain.placing import Situation
from cscli.domain.value import replace

# --- who waits --------------------------------------------------------------------------------------------------


def on_offer(booking: Booking) -> bool:
    """Whether something was offered to a wish, and neither taken nor declined; it may have run out."""
    return booking.status == "requested" and booking.waitlisted


def stands(booking: Booking, now: datetime) -> bool:
    """Whether an offer still holds its resource."""
    return on_offer(booking) and booking.hold_until is not None and booking.hold_until > now


def waits(booking: Booking, now: datetime) -> bool:
    """Whether somebody waits for a time that is still to come, with an offer or without."""
    return booking.waitlisted and booking.status in ("unmet", "requested") and booking.start > now


def wish_of(booking: Booking) -> Booking:
    """Return a booking with the time and the resources that were wished for, whatever was offered since."""
    header: dict[str, Any] = {}
    for event in reversed(booking.events if on_offer(booking) else ()):
        if event.type in ("unmet", "declined"):
            break
        for name, delta in (event.changes or {}).items():
            if name in ("start", "end", "resources"):
                header[name] = delta.from_
    if "resources" in header:
        header["resources"] = tuple(header["resources"] or ())
    return replace(booking, **header, shares=()) if header else booking


def in_order(bookings: Iterable[Booking]) -> tuple[Booking, ...]:
    """Return bookings in the order of their receipt."""
    return tuple(sorted(bookings, key=lambda booking: (booking.received_at, booking.id)))


def number_of(booking: Booking, waiting: Iterable[Booking]) -> int:
    """Return a wish's number in the queue: first is 1; it counts who waits for the same service at the same time."""
    own = wish_of(booking)
    return 1 + sum(_before(other, booking) and _same_time(wish_of(other), own) for other in waiting)


def could_have(booking: Booking, situation: Situation) -> Allocation | None:
    """Return what a wish could have right now, None where there is not enough."""
    wish = wish_of(booking)
    order = order_of(wish, situation.rulebook)
    return allocate(situation.rulebook, situation.calendar, order, situation.slots, granted(booking))


def _before(one: Booking, other: Booking) -> bool:
    return one.service == other.service and (one.received_at, one.id) < (other.received_at, other.id)


def _same_time(one: Booking, other: Booking) -> bool:
    return one.start < other.end and one.end > other.start


def granted(booking: Booking) -> tuple[str, ...]:
    """Return the rules that were set aside for this wish already."""
    return tuple(dict.fromkeys(rule for event in booking.events for rule in event.overrode))


def passed_over(booking: Booking, begin: datetime, finish: datetime) -> bool:
    """Whether an offer for this time was declined or ran out; one that stands is nobody's business here."""
    return any(start < finish and end > begin for start, end in _offered_times(booking))


def _offered_times(booking: Booking) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when each offer was, told from the first wish on."""
    time: dict[str, Any] = {"start": booking.start, "end": booking.end}
    for event in reversed(booking.events):
        time |= {name: delta.from_ for name, delta in (event.changes or {}).items() if name in time}
    for event in booking.events:
        time |= {name: delta.to for name, delta in (event.changes or {}).items() if name in time}
        if event.type == "offered":
            yield time["start"], time["end"]


# --- who comes first --------------------------------------------------------------------------------------------


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
        if own is not None and (_is_of(other, own) or (own.waitlisted and not _before(other, own))):
            return
        if not passed_over(other, order.start, order.end):
            yield other


def _is_of(other: Booking, own: Booking) -> bool:
    return other.id == own.id or (other.customer is not None and other.customer == own.customer)


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
