"""Moving a booking: another time, place or measure, notice kept, availability and price decided anew."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from cscli.domain import pricing, states, windows
from cscli.domain.arranging import in_line
from cscli.domain.availability import allocate, at_hand, party_counts
from cscli.domain.booking import Booking, BookingEvent, Cause, begins, notice_of, order_of, untimed
from cscli.domain.calling_off import difference, kept_back, notice_breach
from cscli.domain.order import Order, span_of
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.placing import Situation, journey, judge, place, priced, unavailable
from cscli.domain.record import Act, deltas, live
from cscli.domain.rulebook import entry_named
from cscli.domain.services import Service
from cscli.domain.value import NOTHING, Value, replace
from cscli.domain.values import says_something
from cscli.errors import Refused, UsageProblem


class Wanted(Value):
    """What a change asks for; None leaves a field as it is, `words` holds those that decide nothing.

    `shown` is the new start as the clock on the wall would show it, even where a clock change skips that time.
    """

    service: str | None = None
    start: datetime | None = None
    shown: datetime | None = None
    end: datetime | None = None
    resources: tuple[str, ...] | None = None
    units: int | None = None
    party: int | None = None
    route: str | None = None
    seat_class: str | None = None
    words: Mapping[str, Any] = NOTHING


CHANGEABLE = (
    "service", "route", "seat_class", "start", "end", "resources", "shares", "units", "party", "details", "vip",
    "special", "origin", "destination", "boarding_point", "address", "respond_by", "table_no", "source", "price",
)  # fmt: skip
OF_PARTY = ("booking.most_party", "booking.least_party")
MOVING = ("service", "route", "seat_class", "start", "end", "units")


def change(
    booking: Booking,
    wanted: Wanted,
    situation: Situation,
    act: Act,
    *,
    cause: Cause,
    permit: Permit | None = None,
) -> Booking:
    """Change a booking before its time, notice kept, availability and price decided anew; a fare difference is settled.

    `situation.slots` must leave this booking's own slots out. A change that only touches words needs no notice. A new
    start keeps the length unless an end is given too, or the service's own where it has a timetable or is another
    service. Departments that have answered are asked again about another time (row A6). Somebody who was assigned a
    visit keeps it, or the change is not to be had.
    """
    states.step(states.BOOKING, booking.status, "changed")
    changed = replace(booking, **_moved(booking, wanted, situation), **wanted.words)
    order = order_of(changed, situation.rulebook, situation.patron.level)
    _still_told(wanted, order.service)
    visit = order.service.kind == "visit"
    if visit and wanted.resources is not None:
        raise Refused("refused.booking.assign", rule="booking.assign", id=booking.id)
    if order.service.id != booking.service and (visit or booking.respond_by is not None):
        raise Refused("refused.booking.visit_service", rule="booking.change", id=booking.id)
    if changed.respond_by is not None and cause == "customer":  # who wishes for a later time waits for nobody
        changed = replace(changed, respond_by=max(changed.respond_by, changed.start))
    overrode = set_aside(_unasked(booking, order.service), permit)
    sized = changed.party != booking.party and party_counts(situation.rulebook, order.service)
    moved = sized or any(getattr(changed, name) != getattr(booking, name) for name in MOVING)
    if moved or wanted.resources is not None:
        notice, required = notice_of(booking, act.at), order.service.change_notice
        late = notice_breach("change_notice", booking, notice, required, cause)
        if late and act.at >= begins(booking):
            late = replace(late, facts={**late.facts, "start": begins(booking)}, said="refused.booking.change_begun")
        overrode += set_aside((late,) if late else (), permit)
        same = order.service.id == booking.service and order.units == booking.units
        there = at_hand(situation.rulebook, situation.calendar, order) if same else ()
        kept = order.resources if visit or order.service.kind == "table" else there
        order = replace(order, resources=kept if wanted.resources is None else wanted.resources)
        overrode += judge(order, situation, act, permit) if moved else ()
        if not (booking.merchant or order.soon or (visit and not kept)):
            changed = _placed(changed, order, situation, act, overrode, strict=visit or wanted.resources is not None)
            overrode += set_aside(in_line(changed, situation, act.now, booking), permit)
    if changed.party != booking.party and not moved:
        measured = windows.of_measure(situation.calendar, order)
        overrode += set_aside([breach for breach in measured if breach.rule in OF_PARTY], permit)
    if moved or changed.party != booking.party:  # else the price stays that of the rules of its day
        parts = priced(order, situation)
        changed = replace(changed, price=pricing.total(parts), price_parts=parts)
    if order.service.kind == "table" and changed.resources != booking.resources and "table_no" not in wanted.words:
        changed = replace(changed, table_no=None)  # it was one of another merchant's
    changed = _asked_again(booking, changed, act)
    differences = deltas(booking, changed, CHANGEABLE)
    if not differences:
        raise Refused("refused.nothing_changes", rule="booking.change", id=booking.id)
    changed = difference(changed, order.service, situation.calendar, act)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="changed",
        cause=cause,
        asked=wanted.resources or (),
        changes=differences,
        set_off=kept_back(booking, changed),
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return live(changed, act, event)


def _unasked(booking: Booking, service: Service) -> tuple[Breach, ...]:
    """Return the breach of another service whose departments have not agreed yet, none where all have (row A4)."""
    agreed = [asked.department for asked in booking.coordination if asked.agreed]
    missing = tuple(name for name in service.departments if name not in agreed)
    another = service.id != booking.service
    return (windows.coordination(booking.id, missing),) if another and missing else ()


def _asked_again(before: Booking, booking: Booking, act: Act) -> Booking:
    """Return a booking whose departments are asked anew where its time is another; their word was for the old one.

    Of another service they have just been asked. A hold does not run out while they deliberate.
    """
    same = (before.start, before.end) == (booking.start, booking.end)
    if same or booking.service != before.service or all(entry.agreed is None for entry in booking.coordination):
        return booking
    entries = tuple(
        replace(entry, asked_at=act.at, agreed=None, answer=None, answered_at=None)
        if entry.agreed is not None
        else entry
        for entry in booking.coordination
    )
    held = booking.status == "requested" and not booking.waitlisted
    return replace(booking, coordination=entries, hold_until=None if held else booking.hold_until)


def _still_told(wanted: Wanted, service: Service) -> None:
    """Refuse to take out again what the service wants to be told."""
    for name in service.required:
        if name in wanted.words and not says_something(str(wanted.words[name] or "")):
            raise UsageProblem("usage.required", option=f"--{name.replace('_', '-')}", service=service.name)


def _moved(booking: Booking, wanted: Wanted, situation: Situation) -> dict[str, Any]:
    """Return the fields a change moves."""
    service = situation.rulebook.service_named(wanted.service or booking.service)
    route = entry_named(service.route, wanted.route, "rulebook.no_route").id if wanted.route else booking.route
    point = wanted.words.get("boarding_point")
    start = wanted.start or booking.start
    end = booking.end
    if wanted.end is not None:
        end = wanted.end
    elif (
        service.id != booking.service
        or (service.timetable and (wanted.start or wanted.route))
        or (wanted.start and untimed(booking))
    ):
        end = start + span_of(service, situation.calendar, start, route)
    elif wanted.start is not None:
        end = start + (booking.end - booking.start)
    party = wanted.party or booking.party
    hold = booking.hold_until
    by_head = wanted.party is not None and service.by_head and booking.units == booking.party
    return {
        "service": service.id,
        "route": route,
        "seat_class": wanted.seat_class or booking.seat_class,
        "start": start,
        "end": end,
        "units": wanted.units or (wanted.party if by_head and wanted.party else booking.units),
        "party": party,
        "hold_until": min(hold, start) if hold else None,  # moved nearer, it is held no longer than to its new start
        **(journey(service, route, point or booking.boarding_point) if wanted.route or point else {}),
    }


def _placed(
    booking: Booking, order: Order, situation: Situation, act: Act, despite: Collection[str], *, strict: bool
) -> Booking:
    """Return a moved booking on its new resources; `strict` takes those that were asked for and no others."""
    if strict and allocate(situation.rulebook, situation.calendar, order, situation.slots, despite) is None:
        raise unavailable(order, situation, act)
    return place(booking, order, situation, act, despite)
