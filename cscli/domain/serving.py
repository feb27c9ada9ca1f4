"""A booking's life once it is promised: the guest is awaited, comes, is served, pays, says how it was.

Every function takes the booking as it was and returns it as it is afterwards; nothing else is touched.
"""

from datetime import timedelta
from decimal import Decimal

from cscli.domain import states, visiting
from cscli.domain.booking import Booking, BookingEvent, Method, Seen, Spoke, owed, promised
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.record import Act, live
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import replace
from cscli.errors import Refused


def check_arrival(
    booking: Booking, act: Act, *, spoke_with: Spoke, seen: Seen, minutes: int | None = None, note: str | None = None
) -> Booking:
    """Note what the merchant or the guest said about the arrival (manual row C5); the state stays as it is.

    A guest may telephone beforehand that they will be late (row D7); all else is known once it has begun.
    """
    states.step(states.BOOKING, booking.status, "checked")
    if act.at < booking.start and (spoke_with, seen) != ("customer", "late"):
        raise Refused("refused.booking.not_begun", rule="booking.check_arrival", start=booking.start)
    event = BookingEvent(
        at=act.at, by=act.by, type="checked", spoke_with=spoke_with, seen=seen, minutes=minutes, reason=note
    )
    return live(booking, act, event)


def arrive(booking: Booking, rulebook: Rulebook, act: Act, *, table_no: str | None = None) -> Booking:
    """Note that the guest is here and the service begins; hours too early it is somebody else's booking.

    A late guest is billed from the time that was booked (manual row D7): the price stays, the minutes are noted.
    """
    states.step(states.BOOKING, booking.status, "arrived")
    early = rulebook.service_named(booking.service).arrive_before
    if act.at < booking.start - early.delta:
        raise Refused("refused.booking.too_early", rule="booking.arrive_before", start=booking.start, early=early)
    if booking.respond_by is not None:
        return visiting.arrive(booking, act)
    late = max(0, (act.at - booking.start) // timedelta(minutes=1))
    event = BookingEvent(at=act.at, by=act.by, type="arrived")
    return live(
        booking,
        act,
        event,
        arrived_at=act.at,
        late_minutes=late or None,
        table_no=table_no or booking.table_no,
    )


def complete(booking: Booking, act: Act, result: str | None = None) -> Booking:
    """Note that the service was given, and what came of it; of a visit only where somebody had arrived."""
    if act.at < booking.start:
        raise Refused("refused.booking.not_begun", rule="booking.complete", start=booking.start)
    if booking.respond_by is not None and booking.status == "confirmed":
        raise Refused("refused.booking.not_there", rule="booking.arrive", id=booking.id)
    event = BookingEvent(at=act.at, by=act.by, type="completed")
    return live(booking, act, event, outcome="completed", result=result or booking.result)


def pay(booking: Booking, act: Act, amount: Decimal, method: Method | None, *, more: bool = False) -> Booking:
    """Note a payment; a request that is paid in full is held until it is confirmed, however long that takes (B2).

    One whose hold has run out gets nothing back by it: the place may be another's by now, and confirming asks again.
    Raises `Refused` for more than is owed, which is a slip of the hand unless `more` says that it is meant.
    """
    states.step(states.BOOKING, booking.status, "paid")
    if booking.price is not None and amount > owed(booking) and not more:
        raise Refused("refused.booking.overpaid", rule="booking.pay", id=booking.id, amount=amount,
                      owed=owed(booking))  # fmt: skip
    event = BookingEvent(at=act.at, by=act.by, type="paid", amount=amount, method=method)
    after = live(booking, act, event, paid=booking.paid + amount)
    holds = booking.hold_until is not None and act.now < booking.hold_until
    settled = after.status == "requested" and after.price is not None and not owed(after)
    return replace(after, hold_until=None) if holds and settled else after


def spend(booking: Booking, act: Act, amount: Decimal) -> Booking:
    """Note the guest's bill at the merchant, after the meal (manual row C8)."""
    return live(booking, act, BookingEvent(at=act.at, by=act.by, type="spent", amount=amount), spend=amount)


def close(
    booking: Booking,
    act: Act,
    *,
    rating: int | None = None,
    feedback: str | None = None,
    unreachable: bool = False,
    permit: Permit | None = None,
) -> Booking:
    """Close a booking that has ended, with the customer's rating or the note that nobody could be reached.

    Money promised back must have been paid out, and a visit audited well, for a closed booking is frozen. So must what
    the customer owes have been paid, unless somebody who may lets it go (rule booking.owed).
    """
    if unreachable and (rating is not None or feedback is not None):
        raise Refused("refused.booking.rating_unreachable", rule="booking.close", id=booking.id)
    states.step(states.BOOKING, booking.status, "closed")
    if promised(booking):
        raise Refused("refused.booking.refund_open", rule="booking.close", id=booking.id, amount=promised(booking))
    visiting.must_be_audited(booking)
    owing = Breach("booking.owed", {"id": booking.id, "amount": owed(booking)})
    overrode = set_aside((owing,) if owed(booking) else (), permit)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="closed",
        rating=rating,
        unreachable=unreachable or None,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return live(booking, act, event, rating=rating or booking.rating, feedback=feedback or booking.feedback)


def reopen(booking: Booking, act: Act, *, reason: str) -> Booking:
    """Open a closed booking again, with a reason; it returns to how it ended."""
    return live(booking, act, BookingEvent(at=act.at, by=act.by, type="reopened", reason=reason))
