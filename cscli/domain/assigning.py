"""Assigning a visit: who is to make it, and when; whether they can, and what could be had instead (manual row E4).

The function takes the visit as it was and returns it as it is afterwards; nothing else is touched.
"""

from collections.abc import Iterator
from datetime import datetime

from cscli.domain import availability, pricing, states, windows
from cscli.domain.availability import HOURS, OUT, Free, allocate, is_open, outage
from cscli.domain.booking import Booking, BookingEvent, order_of, untimed, usual_shares
from cscli.domain.calling_off import difference
from cscli.domain.order import Order, span_of
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.placing import Situation, priced
from cscli.domain.record import Act, deltas, live
from cscli.domain.services import Resource
from cscli.domain.value import Value, replace
from cscli.domain.visiting import visit_of
from cscli.errors import Refused, Unavailable

MEASURES = ("booking.shortest", "booking.longest")
AHEAD = 5  # days on which the same technician's next times are looked for: over a weekend
PLANNED = ("start", "end", "resources", "shares", "price")


class Task(Value):
    """Who is to make a visit, and when; no time said leaves the one there is.

    `owner` is the login (or the technician's id) of who must accept it; `technician` is the resource that is taken.
    """

    owner: str
    technician: Resource | None = None
    start: datetime | None = None
    end: datetime | None = None


def assign(booking: Booking, task: Task, situation: Situation, act: Act, *, permit: Permit | None = None) -> Booking:
    """Assign a visit, or assign it anew until somebody has arrived; whoever it goes to must accept it.

    One as soon as possible keeps its span and occupies nobody until a time is said; one whose time has passed is given
    a new one. `situation.slots` must leave this visit's own slots out. Raises `Unavailable`, with who else is free and
    when this technician is, where the technician is taken, off duty or out of service then.
    """
    service = visit_of(booking, situation.rulebook)
    states.step(states.BOOKING, booking.status, "assigned")
    technician = task.technician
    if technician is not None and technician.group not in service.resources:
        raise Refused("refused.booking.resource", rule="service.resources", resource=technician.id,
                      service=service.name)  # fmt: skip
    if technician is None and service.resources:
        known = tuple(one.id for group in service.resources for one in situation.rulebook.group(group))
        raise Refused("refused.booking.technician", rule="service.resources", service=service.name, known=known)
    if task.start is None and is_late(booking, act.at):
        raise Refused("refused.booking.assign_past", rule="booking.past", start=booking.start, id=booking.id)
    start = task.start or booking.start
    end = task.end or booking.end
    if task.start is not None and task.end is None:
        usual = span_of(service, situation.calendar, start)
        end = start + (usual if untimed(booking) else booking.end - booking.start)
    names = (technician.id,) if technician else ()
    after = replace(booking, assigned_to=task.owner, start=start, end=end, resources=names, shares=())
    order = order_of(after, situation.rulebook, situation.patron.level)
    moved = (start, end) != (booking.start, booking.end)
    overrode = _judge(order, situation, act, permit) if moved else ()
    if technician is not None and not order.soon:
        despite = _off_duty(order, technician, situation, permit)
        found = allocate(situation.rulebook, situation.calendar, order, situation.slots, despite)
        if found is None:
            raise _unavailable(order, technician, situation, act)
        overrode += despite
        shares = () if found.shares == usual_shares(found.resources, order.units) else found.shares
        after = replace(after, resources=found.resources, shares=shares)
    if moved:
        parts = priced(order, situation)
        after = replace(after, price=pricing.total(parts), price_parts=parts)
    changes = deltas(booking, after, PLANNED)
    if not changes and booking.assigned_to == task.owner:
        raise Refused("refused.nothing_changes", rule="booking.assign", id=booking.id)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="assigned",
        owner=task.owner,
        changes=changes or None,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return difference(live(after, act, event, accepted_at=None), service, situation.calendar, act)


def is_late(booking: Booking, at: datetime) -> bool:
    """Whether the time of a visit has passed, and nobody can be sent for it any more."""
    return not untimed(booking) and booking.start < at


def _judge(order: Order, situation: Situation, act: Act, permit: Permit | None) -> tuple[str, ...]:
    """Return the rules of a visit's time that had to be set aside; the customer's windows do not bind who plans it."""
    if order.end <= order.start:
        raise Refused("refused.booking.order", rule="booking.order", start=order.start, end=order.end)
    if order.start < act.at:
        raise Refused("refused.booking.past", rule="booking.past", start=order.start)
    found = windows.breaches(situation.rulebook, situation.calendar, order, situation.patron, act.at)
    return set_aside([breach for breach in found if breach.rule in MEASURES], permit)


def _off_duty(order: Order, technician: Resource, situation: Situation, permit: Permit | None) -> tuple[str, ...]:
    """Return the rules by which a technician is not to be had then and that a permit sets aside; none without one."""
    if permit is None:
        return ()
    zone = situation.calendar.zone
    facts = {"service": order.service.name, "start": order.start.astimezone(zone)}
    breaches = []
    if technician.open and not is_open(technician, situation.calendar, order.start, order.end):
        hours = situation.calendar.keeping(technician.open).opening_on(order.start.astimezone(zone).date())
        breaches.append(Breach(HOURS, {**facts, "hours": hours, "end": order.end.astimezone(zone)}))
    period = outage(technician, order.start, order.end)
    if period is not None:
        told = {"resource": technician.name, "reason": period.reason, "until": period.to.astimezone(zone)}
        breaches.append(Breach(OUT, {**facts, **told}))
    return set_aside(breaches, permit)


def _unavailable(order: Order, technician: Resource, situation: Situation, act: Act) -> Unavailable:
    """Return the error that a technician is not to be had then, with why and what could be had instead."""
    calendar = situation.calendar
    facts: dict[str, object] = {
        "resource": technician.name,
        "start": order.start.astimezone(calendar.zone),
        "end": order.end.astimezone(calendar.zone),
    }
    others = (*_others(order, technician, situation), *_own_times(order, technician, situation, act))
    period = outage(technician, order.start, order.end)
    if period is not None:
        until = period.to.astimezone(calendar.zone)
        return _but_for(
            OUT, Unavailable("unavailable.technician_out", others, until=until, reason=period.reason, **facts)
        )
    if technician.open and not is_open(technician, calendar, order.start, order.end):
        return _but_for(HOURS, Unavailable("unavailable.technician_hours", others, **facts))
    return Unavailable("unavailable.technician", others, **facts)


def _but_for(rule: str, problem: Unavailable) -> Unavailable:
    """Return the error as one that is no more once its rule is set aside."""
    problem.overridable = rule
    return problem


def _others(order: Order, technician: Resource, situation: Situation) -> Iterator[Free]:
    """Yield the wished time with who else could come then."""
    names = tuple(
        one.id
        for one in situation.rulebook.group(technician.group)
        if one.id != technician.id
        and allocate(situation.rulebook, situation.calendar, replace(order, resources=(one.id,)), situation.slots)
    )
    if names:
        zone = situation.calendar.zone
        yield Free(order.start.astimezone(zone), order.end.astimezone(zone), names, len(names))


def _own_times(order: Order, technician: Resource, situation: Situation, act: Act) -> tuple[Free, ...]:
    """Return the nearest times at which the same technician could come in the hours they or the desk keep."""
    rulebook, calendar = situation.rulebook, situation.calendar
    here = order.start.astimezone(calendar.zone)
    first, last = max(act.at, windows.local_midnight(here, 0)), windows.local_midnight(here, AHEAD)
    times = availability.free_times(rulebook, calendar, order, situation.slots, first, last, order.end - order.start)
    open_ = (free for free in times if is_open(technician, calendar, free.start, free.end))
    return availability.nearest(open_, order.start, rulebook.booking.alternatives)
