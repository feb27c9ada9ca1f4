"""A guest who stays longer than was booked: settled by the time used (manual row D8), where the place is free."""

from datetime import datetime

from cscli.domain import pricing, states
from cscli.domain.availability import allocate
from cscli.domain.booking import Booking, BookingEvent, order_of
from cscli.domain.calling_off import kept_back, set_off
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.placing import Situation
from cscli.domain.pricing import COVERED
from cscli.domain.record import Act, deltas, live
from cscli.domain.value import replace
from cscli.errors import Refused


def extend(
    booking: Booking, until: datetime, situation: Situation, act: Act, *, permit: Permit | None = None
) -> Booking:
    """Return a booking that lasts until later, the longer time priced by the bands; what was priced before stays.

    `situation.slots` must leave this booking's own slots out. Raises `Refused` where somebody else has the place then,
    or it is closed. What is not sold by the hour costs no more, nor does what a card pays for.
    """
    states.step(states.BOOKING, booking.status, "extended")
    if act.at < booking.start:
        raise Refused("refused.booking.not_begun", rule="booking.extend", start=booking.start)
    if until <= booking.end:
        raise Refused("refused.booking.extend", rule="booking.extend", id=booking.id, end=booking.end)
    whole = order_of(booking, situation.rulebook, situation.patron.level)
    longer = replace(whole, start=booking.end, end=until)
    free = booking.merchant or allocate(situation.rulebook, situation.calendar, longer, situation.slots)
    facts = {"id": booking.id, "service": whole.service.name, "start": booking.end, "end": until}
    overrode = set_aside(() if free else (Breach("booking.overstay", facts),), permit)
    more: tuple[pricing.PricePart, ...] = ()
    if not any(part.per == COVERED for part in booking.price_parts):
        more = tuple(part for part in pricing.price(longer, situation.calendar) if part.per == "hour")
    parts = (*booking.price_parts, *more)
    price = pricing.total(parts) if more else booking.price
    after = set_off(replace(booking, end=until, price=price, price_parts=parts))
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="extended",
        changes=deltas(booking, after, ("end", "price")),
        set_off=kept_back(booking, after),
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return live(after, act, event)
