"""Calling a booking off: cancelled, or nobody came; what notice was given, what goes back, and paying it out.

Every function takes the booking as it was and returns it as it is afterwards; nothing else is touched.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from cscli.domain import refunds, states
from cscli.domain.booking import (
    Booking,
    BookingEvent,
    Cause,
    Method,
    Side,
    begins,
    held,
    lapsed,
    last_check,
    let_go,
    notice_of,
    owed,
    promised,
)
from cscli.domain.calendar import Calendar
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.record import Act, live
from cscli.domain.refunds import BLAMELESS, Facts
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.value import replace
from cscli.domain.values import Duration
from cscli.errors import Refused

MINUTE = timedelta(minutes=1)


def notice_breach(
    rule: str, booking: Booking, notice: Duration, required: Duration, cause: str | None
) -> Breach | None:
    """Return the breach of a notice rule; what the desk itself got wrong needs no notice from the customer."""
    if cause in BLAMELESS or notice.delta >= required.delta:
        return None
    return Breach(f"booking.{rule}", {"id": booking.id, "notice": notice, "required": required})


def facts_of(
    booking: Booking, at: datetime, *, cause: str = "customer", phoned: bool = False, absent: bool = False
) -> Facts:
    """Return what the refund of a booking called off at a moment is decided on."""
    return Facts(
        start=begins(booking),
        at=at,
        price=booking.price if booking.price is not None else held(booking),
        paid=max(Decimal(0), held(booking)),
        units=booking.units,
        cause=cause,
        phoned=phoned,
        absent=absent,
        kept=not let_go(booking, at),
    )


def cancel(
    booking: Booking,
    rulebook: Rulebook,
    calendar: Calendar,
    act: Act,
    *,
    reason: str,
    side: Side = "customer",
    cause: Cause | None = None,
    phoned: bool = False,
    permit: Permit | None = None,
) -> Booking:
    """Cancel a booking before it is used; the notice given and the notice required are kept with it, and the refund.

    The desk that cancels does so because a resource failed unless `cause` says that it made an error. Once it has
    begun, a customer no longer cancels: who does not come is a no-show, by telephone or not (rule cancel_started). A
    request that nothing is kept for any more is cancelled at any time.
    """
    states.step(states.BOOKING, booking.status, "cancelled")
    service = rulebook.service_named(booking.service)
    notice, required = notice_of(booking, act.at), service.cancel_notice
    whose = cause or ("resource" if side == "desk" else "customer")
    breach = notice_breach("cancel_notice", booking, notice, required, whose)
    begun = act.at >= begins(booking)
    gone = let_go(booking, act.at)
    if gone:
        breach = None
    elif whose == "customer" and begun:
        heard = last_check(booking)  # who said so when asked after has called off, and is no no-show (manual row C5)
        told_so = heard is not None and heard[0].endswith(" cancelled")
        breach = None if told_so else Breach("booking.cancel_started", {"id": booking.id, "start": booking.start})
    overrode = set_aside((breach,) if breach else (), permit)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="cancelled",
        cause=whose,
        side=side,
        reason=reason,
        phoned=phoned or None,
        late=breach is not None or (begun and whose == "customer" and not gone),
        notice=notice,
        notice_required=required,
        minutes=int((act.at - begins(booking)) // MINUTE) if begun else None,
        until=booking.hold_until if lapsed(booking, act.at) else None,
        overrode=overrode,
    )
    facts = facts_of(booking, act.at, cause=whose, phoned=phoned)
    refund = refunds.submitted(service, calendar, facts, "cancelled")
    return live(
        booking,
        act,
        event,
        outcome="cancelled",
        hold_until=None,
        fee=_fee(booking, service, calendar, facts),
        refund=_added(booking, refund),
    )


def inform(booking: Booking, act: Act, who: tuple[str, ...]) -> Booking:
    """Note that somebody was told: of a cancellation (manual row A7), or before it begins to prepare (row A8).

    Raises `Refused` where nobody is left to tell.
    """
    states.step(states.BOOKING, booking.status, "informed")
    if not who:
        key = "refused.told.nobody" if booking.status == "cancelled" else "refused.told.ready"
        raise Refused(key, rule="booking.inform", id=booking.id)
    return live(booking, act, BookingEvent(at=act.at, by=act.by, type="informed", told=who))


def no_show(
    booking: Booking,
    rulebook: Rulebook,
    calendar: Calendar,
    act: Act,
    *,
    phoned: bool,
    permit: Permit | None = None,
) -> Booking:
    """Note that nobody came, once the time the rulebook allows has gone by; `phoned` is "said so by telephone".

    Who telephoned to be later than that is waited for as long as they said (manual rows C5, D7); who telephoned that
    nobody comes is not waited for.
    """
    states.step(states.BOOKING, booking.status, "no_show")
    service, heard = rulebook.service_named(booking.service), last_check(booking)
    wait = service.no_show_after
    if heard and heard[2] is not None and heard[2] - booking.start > wait.delta:
        wait = Duration(int((heard[2] - booking.start) // timedelta(minutes=1)), "m")
    breach = Breach("booking.no_show_after", {"start": booking.start, "wait": wait})
    if act.at < booking.start:
        raise breach.refusal()
    early = not phoned and act.at < booking.start + wait.delta
    overrode = set_aside((breach,) if early else (), permit)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="no_show",
        phoned=phoned,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    facts = facts_of(booking, act.at, phoned=phoned, absent=True)
    refund = refunds.submitted(service, calendar, facts, "no_show")
    fee = _fee(booking, service, calendar, facts)
    return live(booking, act, event, outcome="no_show", fee=fee, refund=_added(booking, refund))


def difference(booking: Booking, service: Service, calendar: Calendar, act: Act) -> Booking:
    """Return a changed booking with the fare difference to be returned, where more was paid than it costs now (B3).

    Where it costs more than was kept, what was to go back is kept first, and only the rest is owed.
    """
    over = held(booking) - (booking.price or Decimal(0))
    if over <= 0 or booking.price is None:
        return set_off(booking)
    facts = Facts(start=booking.start, at=act.at, price=over, paid=over, cause="resource")  # no fee on a difference
    return replace(booking, refund=_added(booking, refunds.submitted(service, calendar, facts, "changed")))


def set_off(booking: Booking) -> Booking:
    """Return a booking whose refunds not yet paid out are less by what it owes, the last one told first."""
    owing, kept = owed(booking), []
    for refund in reversed(booking.refund):
        off = min(refund.amount, owing) if refund.state == "submitted" else Decimal(0)
        owing -= off
        if not off or refund.amount > off:
            kept.append(replace(refund, amount=refund.amount - off) if off else refund)
    return replace(booking, refund=tuple(reversed(kept)))


def kept_back(before: Booking, after: Booking) -> Decimal | None:
    """Return how much less goes back than was told, as an event notes it; None where it is not less."""
    less = promised(before) - promised(after)
    return less if less > 0 else None


def pay_out(booking: Booking, act: Act, method: Method | None) -> Booking:
    """Pay out every refund that was submitted (row B4: finance settles it later); raises `Refused` without one."""
    due = sum((refund.amount for refund in booking.refund if refund.state == "submitted"), Decimal(0))
    if not due:
        raise Refused("refused.booking.no_refund", rule="booking.refund", id=booking.id)
    settled = tuple(
        replace(refund, state="paid", paid_at=act.at) if refund.state == "submitted" else refund
        for refund in booking.refund
    )
    event = BookingEvent(at=act.at, by=act.by, type="refunded", amount=due, method=method)
    return live(booking, act, event, refund=settled, paid=booking.paid - due)


def _fee(booking: Booking, service: Service, calendar: Calendar, facts: Facts) -> Decimal | None:
    """Return what calling a booking off costs, None where it has no price."""
    found = refunds.quote(service, calendar, facts)
    return None if booking.price is None else refunds.cost(service, facts, found)


def _added(booking: Booking, refund: refunds.Refund | None) -> tuple[refunds.Refund, ...]:
    return booking.refund if refund is None else (*booking.refund, refund)
