"""A booking: the promise of a service at a time, from the wish to its end.

Every function takes the booking as it was and returns it as it is afterwards; nothing else is touched.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from cscli.domain import pricing, states
from cscli.domain.availability import (
    Breach,
    Slot,
)
from cscli.domain.record import Act, Delta, Event, Record, live
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.values import Count, Duration, Moment, Money, Positive, Price, Rating, Slug, Span, Text
from cscli.errors import Refused

Channel = Literal["phone", "online", "email", "walk_in", "app", "other"]
CHANNELS = ("phone", "online", "email", "walk_in", "app", "other")
Outcome = Literal["completed", "no_show", "cancelled", "unmet"]
Cause = Literal["customer", "desk_error", "resource"]
CAUSES = ("customer", "desk_error", "resource")
Side = Literal["customer", "desk"]
SIDES = ("customer", "desk")
Method = Literal["card", "cash", "transfer", "mobile", "other"]
METHODS = ("card", "cash", "transfer", "mobile", "other")
BookingEventType = Literal[
    "created", "confirmed", "unmet", "changed", "cancelled", "arrived", "completed", "no_show", "closed", "reopened",
    "paid",
]  # fmt: skip


class BookingEvent(Event):
    """What happened to a booking; `notice` and `notice_required` are what a rule compared, `overrode` what it lost."""

    type: BookingEventType
    cause: Cause | None = None
    side: Side | None = None
    reason: Text | None = None
    phoned: bool | None = None
    late: bool | None = None
    notice: Span | None = None
    notice_required: Span | None = None
    overrode: tuple[Text, ...] = ()
    alternatives: tuple[Text, ...] = ()
    amount: Money | None = None
    method: Method | None = None
    rating: Rating | None = None
    unreachable: bool | None = None
    changes: dict[str, Delta] | None = None


class Booking(Record):
    """A booking as its file holds it."""

    kind: ClassVar[str] = "booking"
    table: ClassVar[states.Table] = states.BOOKING

    status: Literal[
        "requested", "confirmed", "in_service", "completed", "no_show", "cancelled", "unmet", "closed"
    ]  # fmt: skip
    outcome: Outcome | None = None
    customer: Text | None = None
    channel: Channel = "phone"
    source: Text | None = None
    service: Slug
    start: Moment
    end: Moment
    resources: tuple[Slug, ...] = ()
    shares: tuple[Positive, ...] = ()
    units: Positive = 1
    party: Positive | None = None
    details: Text | None = None
    vip: bool = False
    special: Text | None = None
    price: Price | None = None
    rating: Rating | None = None
    feedback: Text | None = None
    entry_seconds: Count | None = None
    waitlisted: bool = False
    hold_until: Moment | None = None
    received_at: Moment
    external_ref: Text | None = None
    price_parts: tuple[pricing.PricePart, ...] = ()
    events: tuple[BookingEvent, ...] = ()


def slots_of(booking: Booking, service: Service | None, now: datetime | None = None) -> tuple[Slot, ...]:
    """Return what a booking occupies: nothing once it has ended, nor when a request's hold has run out before `now`."""
    if booking.status not in states.OCCUPYING:
        return ()
    if booking.status == "requested" and now and booking.hold_until and booking.hold_until <= now:
        return ()
    before = service.buffer_before.delta if service else timedelta()
    after = service.buffer_after.delta if service else timedelta()
    shares = shares_of(booking)
    return tuple(
        Slot(resource, booking.start - before, booking.end + after, units, booking.id)
        for resource, units in zip(booking.resources, shares, strict=True)
    )


def shares_of(booking: Booking) -> tuple[int, ...]:
    """Return how many units of each of its resources a booking takes: all of a single one, else one each."""
    if booking.shares:
        return booking.shares
    return (booking.units,) if len(booking.resources) == 1 else (1,) * len(booking.resources)


def notice_of(booking: Booking, at: datetime) -> Duration:
    """Return how long before the start `at` lies, in whole minutes, none once it has begun."""
    return Duration(max(0, int((booking.start - at) // timedelta(minutes=1))), "m")


def notice_breach(
    rule: str, booking: Booking, notice: Duration, required: Duration, cause: str | None
) -> Breach | None:
    """Return the breach of a notice rule; what the desk itself got wrong needs no notice from the customer."""
    if cause in ("desk_error", "resource") or notice.delta >= required.delta:
        return None
    return Breach(f"booking.{rule}", {"id": booking.id, "notice": notice, "required": required})


def cancel(
    booking: Booking,
    rulebook: Rulebook,
    act: Act,
    *,
    reason: str,
    side: Side = "customer",
    cause: Cause | None = None,
    phoned: bool = False,
    permit: str | None = None,
) -> Booking:
    """Cancel a booking before it is used; the notice given and the notice required are kept with it.

    The desk that cancels does so because a resource failed unless `cause` says that it made an error.
    """
    states.step(states.BOOKING, booking.status, "cancelled")
    service = rulebook.service_named(booking.service)
    notice, required = notice_of(booking, act.at), service.cancel_notice
    whose = cause or ("resource" if side == "desk" else "customer")
    breach = notice_breach("cancel_notice", booking, notice, required, whose)
    if whose == "customer" and act.at >= booking.start:
        breach = Breach("booking.cancel_started", {"id": booking.id, "start": booking.start})
    if breach and permit is None:
        raise breach.refusal()
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="cancelled",
        cause=whose,
        side=side,
        reason=reason,
        phoned=phoned or None,
        late=breach is not None,
        notice=notice,
        notice_required=required,
        overrode=(breach.rule,) if breach else (),
    )
    return live(booking, act, event, outcome="cancelled", hold_until=None)


def arrive(booking: Booking, rulebook: Rulebook, act: Act) -> Booking:
    """Note that the guest is here and the service begins; hours too early it is somebody else's booking."""
    states.step(states.BOOKING, booking.status, "arrived")
    early = rulebook.service_named(booking.service).arrive_before
    if act.at < booking.start - early.delta:
        raise Refused("refused.booking.too_early", rule="booking.arrive_before", start=booking.start, early=early)
    return live(booking, act, BookingEvent(at=act.at, by=act.by, type="arrived"))


def complete(booking: Booking, act: Act) -> Booking:
    """Note that the service was given."""
    if act.at < booking.start:
        raise Refused("refused.booking.not_begun", rule="booking.complete", start=booking.start)
    event = BookingEvent(at=act.at, by=act.by, type="completed")
    return live(booking, act, event, outcome="completed")


def pay(booking: Booking, act: Act, amount: Decimal, method: Method | None) -> Booking:
    """Note a payment, or a refund where `amount` is below zero."""
    return live(booking, act, BookingEvent(at=act.at, by=act.by, type="paid", amount=amount, method=method))


def no_show(booking: Booking, rulebook: Rulebook, act: Act, *, phoned: bool, permit: str | None = None) -> Booking:
    """Note that nobody came, once the time the rulebook allows has gone by; `phoned` is "said so by telephone"."""
    states.step(states.BOOKING, booking.status, "no_show")
    wait = rulebook.service_named(booking.service).no_show_after
    breach = Breach("booking.no_show_after", {"start": booking.start, "wait": wait})
    early = act.at < booking.start + wait.delta
    if act.at < booking.start or (early and permit is None):
        raise breach.refusal()
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="no_show",
        phoned=phoned,
        overrode=(breach.rule,) if early else (),
        reason=permit if early else None,
    )
    return live(booking, act, event, outcome="no_show")


def close(
    booking: Booking,
    act: Act,
    *,
    rating: int | None = None,
    feedback: str | None = None,
    unreachable: bool = False,
) -> Booking:
    """Close a booking that has ended, with the customer's rating or the note that nobody could be reached."""
    if unreachable and (rating is not None or feedback is not None):
        raise Refused("refused.booking.rating_unreachable", rule="booking.close", id=booking.id)
    event = BookingEvent(at=act.at, by=act.by, type="closed", rating=rating, unreachable=unreachable or None)
    return live(booking, act, event, rating=rating or booking.rating, feedback=feedback or booking.feedback)


def reopen(booking: Booking, act: Act, *, reason: str) -> Booking:
    """Open a closed booking again, with a reason; it returns to how it ended."""
    return live(booking, act, BookingEvent(at=act.at, by=act.by, type="reopened", reason=reason))
