"""Arranging a booking: finding it a time and a place, holding it, moving it, and saying what else could be had.

Every function takes what a decision rests on and returns the booking as it is afterwards; nothing else is touched.
"""

from datetime import datetime

from cscli.domain import pricing, states
from cscli.domain.availability import (
    Allocation,
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
from cscli.domain.booking import Booking, BookingEvent, Cause, Channel, notice_breach, notice_of
from cscli.domain.calendar import Calendar
from cscli.domain.record import Act, deltas, live
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.value import Value, replace
from cscli.errors import Refused, Unavailable


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


class Situation(Value):
    """What a decision about bookings rests on: the rules, the calendar, and what is taken around the wished time."""

    rulebook: Rulebook
    calendar: Calendar
    slots: dict[str, tuple[Slot, ...]]


def create(
    wish: Wish,
    situation: Situation,
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
    service = situation.rulebook.service_named(wish.service)
    for name in (
        name for name in wish.resources if situation.rulebook.resource_named(name).group not in service.resources
    ):
        raise Refused("refused.booking.resource", rule="service.resources", resource=name, service=service.name)
    for group in service.resources:
        asked = [name for name in wish.resources if situation.rulebook.resource_named(name).group == group]
        if len(asked) > wish.units:
            raise Refused("refused.booking.too_many", rule="booking.units", resources=tuple(asked), units=wish.units)
    start = wish.start
    end = wish.end or start + span_of(service, situation.calendar, start)
    overrode = _judge_time(service, situation, start, end, wish.units, act, permit)
    parts = pricing.price(service, situation.calendar, start, end, wish.units, wish.party)
    found = _allocate(situation, service, start, end, wish.units, wish.resources)
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
        others = alternatives(situation, service, start, end, wish.units, act)
        if not waitlist:
            raise Unavailable("unavailable", others, service=service.name, start=start, end=end)
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
    service: Service, situation: Situation, start: datetime, end: datetime, units: int, act: Act, permit: str | None
) -> tuple[str, ...]:
    """Return the rules that had to be overridden; raises `Refused` for the first one without a permit."""
    if end <= start:
        raise Refused("refused.booking.order", rule="booking.order", start=start, end=end)
    if start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=start)
    found = breaches(service, situation.calendar, start, end, units, act.at)
    if found and permit is None:
        raise found[0].refusal()
    return tuple(breach.rule for breach in found)


def _allocate(
    situation: Situation, service: Service, start: datetime, end: datetime, units: int, asked: tuple[str, ...]
) -> Allocation | None:
    named = tuple(situation.rulebook.resource_named(name).id for name in asked)
    return allocate(situation.rulebook, service, situation.slots, start, end, units, named)


def alternatives(
    situation: Situation, service: Service, start: datetime, end: datetime, units: int, act: Act
) -> tuple[Free, ...]:
    """Return the nearest times that could be had instead, the same time on another resource among them."""
    here = start.astimezone(situation.calendar.zone)
    first = max(act.at, local_midnight(here, 0))
    last = local_midnight(here, 1)
    if service.advance is not None:
        last = min(last, horizon(service.advance, act.at.astimezone(situation.calendar.zone)))
    span = None if service.timetable else end - start
    times = free_times(situation.rulebook, situation.calendar, service, situation.slots, first, last, units, span)
    return nearest(times, start, situation.rulebook.booking.alternatives)


def confirm(booking: Booking, situation: Situation, act: Act) -> Booking:
    """Confirm a request, or an unmet wish for which something has come free; availability is checked again."""
    states.step(states.BOOKING, booking.status, "confirmed")
    service = situation.rulebook.service_named(booking.service)
    if booking.start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=booking.start)
    found = _allocate(situation, service, booking.start, booking.end, booking.units, booking.resources)
    if found is None:
        others = alternatives(situation, service, booking.start, booking.end, booking.units, act)
        raise Unavailable("unavailable", others, service=service.name, start=booking.start, end=booking.end)
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
    situation: Situation,
    act: Act,
    *,
    cause: Cause,
    permit: str | None = None,
) -> Booking:
    """Change a booking before its time, notice kept, availability and price decided anew.

    `situation.slots` must leave this booking's own slots out. A change that only touches words needs no notice. A new
    start keeps the length unless an end is given too.
    """
    states.step(states.BOOKING, booking.status, "changed")
    service = situation.rulebook.service_named(wanted.service or booking.service)
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
        late = notice_breach("change_notice", booking, notice, required, cause)
        if late and permit is None:
            raise late.refusal()
        overrode = _judge_time(service, situation, start, end, units, act, permit) if moved else ()
        overrode = ((late.rule,) if late else ()) + overrode
        asked = wanted.resources
        if asked is None:
            asked = booking.resources if service.id == booking.service and units == booking.units else ()
        found = _allocate(situation, service, start, end, units, asked)
        if found is None and wanted.resources is None:
            found = _allocate(situation, service, start, end, units, ())
        if found is None:
            others = alternatives(situation, service, start, end, units, act)
            raise Unavailable("unavailable", others, service=service.name, start=start, end=end)
        changed = replace(
            changed,
            service=service.id,
            start=start,
            end=end,
            units=units,
            resources=found.resources,
            shares=_said_shares(found.resources, found.shares, units),
        )
    if moved or changed.party != booking.party:  # else the price stays that of the rules of its day
        parts = pricing.price(service, situation.calendar, start, end, units, changed.party)
        changed = replace(changed, price=pricing.total(parts), price_parts=parts)
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
