"""A booking: the promise of a service at a time, from the wish to its end.

Every function takes the booking as it was and returns it as it is afterwards; nothing else is touched.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from cscli.domain import pricing, states
from cscli.domain.availability import (
    Allocation,
    Breach,
    Free,
    Slot,
    allocate,
    breaches,
    free_times,
    horizon,
    local_midnight,
    nearest,
    span_of,
)
from cscli.domain.calendar import Calendar
from cscli.domain.record import Act, Delta, Event, Record, deltas, live
from cscli.domain.rulebook import Rulebook, Service
from cscli.domain.value import Value, replace
from cscli.domain.values import Count, Duration, Moment, Money, Positive, Price, Rating, Slug, Span, Text
from cscli.errors import Refused, Unavailable

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


class Wish(Value):
    """What a customer asks for; times in the desk's zone, `end` None for the service's usual length."""

    service: str
    start: datetime
    end: datetime | None = None
    resources: tuple[str, ...] = ()
    units: int = 1
    party: int | None = None
    channel: Channel = "phone"
    source: str | None = None
    details: str | None = None
    vip: bool = False
    special: str | None = None
    entry_seconds: int | None = None


class Desk(Value):
    """What a decision about bookings rests on: the rules, the calendar, and what is taken around the wished time."""

    rulebook: Rulebook
    calendar: Calendar
    slots: dict[str, tuple[Slot, ...]]


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


def create(
    wish: Wish,
    desk: Desk,
    act: Act,
    *,
    record_id: str,
    customer: str | None,
    confirm: bool | None = None,
    waitlist: bool = False,
    permit: str | None = None,
) -> Booking:
    """Take a booking: confirmed at once where the service says so, held where not, unmet where nothing is free.

    `confirm` overrules the service's own way; `permit` is the reason of somebody allowed to override rules. Raises
    `Refused` for a rule, `Unavailable` with alternatives where nothing is free and `waitlist` is not set.
    """
    service = desk.rulebook.service_named(wish.service)
    for name in (name for name in wish.resources if desk.rulebook.resource_named(name).group not in service.resources):
        raise Refused("refused.booking.resource", rule="service.resources", resource=name, service=service.id)
    start = wish.start
    end = wish.end or start + span_of(service, desk.calendar, start)
    overrode = _judge_time(service, desk, start, end, wish.units, act, permit)
    parts = pricing.price(service, desk.calendar, start, end, wish.units, wish.party)
    found = _allocate(desk, service, start, end, wish.units, wish.resources)
    booking = Booking(
        id=record_id,
        status="requested",
        customer=customer,
        channel=wish.channel,
        source=wish.source,
        service=service.id,
        start=start,
        end=end,
        resources=found.resources if found else (),
        shares=_said_shares(found.resources, found.shares, wish.units) if found else (),
        units=wish.units,
        party=wish.party,
        details=wish.details,
        vip=wish.vip,
        special=wish.special,
        price=pricing.total(parts),
        price_parts=parts,
        entry_seconds=wish.entry_seconds,
        received_at=act.at,
    )
    booking = live(
        booking,
        act,
        BookingEvent(at=act.at, by=act.by, type="created", overrode=overrode, reason=permit if overrode else None),
    )
    if found is None:
        others = alternatives(desk, service, start, end, wish.units, act)
        if not waitlist:
            raise Unavailable("unavailable", others, service=service.id, start=start, end=end)
        told = tuple(_tell(free) for free in others)
        event = BookingEvent(at=act.at, by=act.by, type="unmet", alternatives=told)
        return live(booking, act, event, outcome="unmet", waitlisted=True)
    at_once = confirm if confirm is not None else service.confirmation == "immediate"
    if at_once:
        return _confirmed(booking, act)
    return replace(booking, hold_until=act.at + service.hold_for.delta)


def _tell(free: Free) -> str:
    return f"{free.start:%Y-%m-%d %H:%M} {'+'.join(free.resources[:1])}".strip()


def _confirmed(booking: Booking, act: Act) -> Booking:
    event = BookingEvent(at=act.at, by=act.by, type="confirmed")
    return live(booking, act, event, hold_until=None, waitlisted=False, outcome=None)


def _said_shares(resources: tuple[str, ...], shares: tuple[int, ...], units: int) -> tuple[int, ...]:
    usual = (units,) if len(resources) == 1 else (1,) * len(resources)
    return () if shares == usual else shares


def _judge_time(
    service: Service, desk: Desk, start: datetime, end: datetime, units: int, act: Act, permit: str | None
) -> tuple[str, ...]:
    """Return the rules that had to be overridden; raises `Refused` for the first one without a permit."""
    if end <= start:
        raise Refused("refused.booking.order", rule="booking.order", start=start, end=end)
    if start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=start)
    found = breaches(service, desk.calendar, start, end, units, act.at)
    if found and permit is None:
        raise found[0].refusal()
    return tuple(breach.rule for breach in found)


def _allocate(
    desk: Desk, service: Service, start: datetime, end: datetime, units: int, asked: tuple[str, ...]
) -> Allocation | None:
    named = tuple(desk.rulebook.resource_named(name).id for name in asked)
    return allocate(desk.rulebook, service, desk.slots, start, end, units, named)


def alternatives(
    desk: Desk, service: Service, start: datetime, end: datetime, units: int, act: Act
) -> tuple[Free, ...]:
    """Return the nearest times that could be had instead, the same time on another resource among them."""
    here = start.astimezone(desk.calendar.zone)
    first = max(act.at, local_midnight(here, 0))
    last = local_midnight(here, 1)
    if service.advance is not None:
        last = min(last, horizon(service.advance, act.at.astimezone(desk.calendar.zone)))
    span = None if service.timetable else end - start
    times = free_times(desk.rulebook, desk.calendar, service, desk.slots, first, last, units, span)
    return nearest(times, start, desk.rulebook.booking.alternatives)


def confirm(booking: Booking, desk: Desk, act: Act) -> Booking:
    """Confirm a request, or an unmet wish for which something has come free; availability is checked again."""
    states.step(states.BOOKING, booking.status, "confirmed")
    service = desk.rulebook.service_named(booking.service)
    if booking.start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=booking.start)
    found = _allocate(desk, service, booking.start, booking.end, booking.units, booking.resources)
    if found is None:
        others = alternatives(desk, service, booking.start, booking.end, booking.units, act)
        raise Unavailable("unavailable", others, service=service.id, start=booking.start, end=booking.end)
    shares = _said_shares(found.resources, found.shares, booking.units)
    return _confirmed(replace(booking, resources=found.resources, shares=shares), act)


class Wanted(Value):
    """What a change asks for; None leaves a field as it is."""

    service: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    resources: tuple[str, ...] | None = None
    units: int | None = None
    party: int | None = None
    details: str | None = None
    special: str | None = None
    vip: bool | None = None


CHANGEABLE = (
    "service", "start", "end", "resources", "shares", "units", "party", "details", "vip", "special", "price",
)  # fmt: skip


def change(
    booking: Booking,
    wanted: Wanted,
    desk: Desk,
    act: Act,
    *,
    cause: Cause,
    permit: str | None = None,
) -> Booking:
    """Change a booking before its time, notice kept, availability and price decided anew.

    `desk.slots` must leave this booking's own slots out. A change that only touches words needs no notice. A new start
    keeps the length unless an end is given too.
    """
    states.step(states.BOOKING, booking.status, "changed")
    service = desk.rulebook.service_named(wanted.service or booking.service)
    start = wanted.start or booking.start
    end = wanted.end or (start + (booking.end - booking.start) if wanted.start else booking.end)
    units = wanted.units or booking.units
    moved = (start, end, units, service.id) != (booking.start, booking.end, booking.units, booking.service)
    words = {
        name: getattr(wanted, name)
        for name in ("party", "details", "special", "vip")
        if getattr(wanted, name) is not None
    }
    changed = replace(booking, **words)
    overrode: tuple[str, ...] = ()
    notice, required = notice_of(booking, act.at), service.change_notice
    if moved or wanted.resources is not None:
        late = _notice_breach("change_notice", booking, notice, required, cause)
        if late and permit is None:
            raise late.refusal()
        overrode = _judge_time(service, desk, start, end, units, act, permit) if moved else ()
        overrode = ((late.rule,) if late else ()) + overrode
        asked = wanted.resources
        if asked is None:
            asked = booking.resources if service.id == booking.service and units == booking.units else ()
        found = _allocate(desk, service, start, end, units, asked)
        if found is None and wanted.resources is None:
            found = _allocate(desk, service, start, end, units, ())
        if found is None:
            others = alternatives(desk, service, start, end, units, act)
            raise Unavailable("unavailable", others, service=service.id, start=start, end=end)
        parts = pricing.price(service, desk.calendar, start, end, units, changed.party)
        changed = replace(
            changed,
            service=service.id,
            start=start,
            end=end,
            units=units,
            resources=found.resources,
            shares=_said_shares(found.resources, found.shares, units),
            price=pricing.total(parts),
            price_parts=parts,
        )
    differences = deltas(booking, changed, CHANGEABLE)
    if not differences:
        raise Refused("refused.nothing_changes", rule="booking.change", id=booking.id)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="changed",
        cause=cause,
        changes=differences,
        overrode=overrode,
        reason=permit if overrode else None,
    )
    return live(changed, act, event)


def notice_of(booking: Booking, at: datetime) -> Duration:
    """Return how long before the start `at` lies, in whole minutes, none once it has begun."""
    return Duration(max(0, int((booking.start - at) // timedelta(minutes=1))), "m")


def _notice_breach(
    rule: str, booking: Booking, notice: Duration, required: Duration, cause: str | None
) -> Breach | None:
    """Return the breach of a notice rule; what the desk itself got wrong needs no notice from the customer."""
    if cause in ("desk_error", "resource", "desk") or notice.delta >= required.delta:
        return None
    return Breach(f"booking.{rule}", {"id": booking.id, "notice": notice, "required": required})


def cancel(
    booking: Booking,
    rulebook: Rulebook,
    act: Act,
    *,
    reason: str,
    side: Side = "customer",
    phoned: bool = False,
    permit: str | None = None,
) -> Booking:
    """Cancel a booking before it is used; the notice given and the notice required are kept with it."""
    states.step(states.BOOKING, booking.status, "cancelled")
    service = rulebook.service_named(booking.service)
    notice, required = notice_of(booking, act.at), service.cancel_notice
    breach = _notice_breach("cancel_notice", booking, notice, required, side)
    if side == "customer" and act.at >= booking.start:
        breach = Breach("booking.cancel_started", {"id": booking.id, "start": booking.start})
    if breach and permit is None:
        raise breach.refusal()
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="cancelled",
        cause="desk_error" if side == "desk" else "customer",
        side=side,
        reason=reason,
        phoned=phoned or None,
        late=breach is not None,
        notice=notice,
        notice_required=required,
        overrode=(breach.rule,) if breach else (),
    )
    return live(booking, act, event, outcome="cancelled", hold_until=None)


def arrive(booking: Booking, act: Act) -> Booking:
    """Note that the guest is here and the service begins."""
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
