"""A visit on site once it is assigned: accepted, there in time, done, audited by somebody else (manual row E4).

Every function takes the visit as it was and returns it as it is afterwards; nothing else is touched.
"""

from datetime import datetime, timedelta

from cscli.domain import states
from cscli.domain.booking import Booking, BookingEvent
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.record import Act, live
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.values import Duration
from cscli.errors import Refused


def accept(
    booking: Booking, rulebook: Rulebook, act: Act, *, behalf: bool = False, permit: Permit | None = None
) -> Booking:
    """Accept a visit, which confirms it; only whoever it is assigned to can, or somebody who may set that aside.

    On `behalf` of a technician who does not sit at the desk somebody else notes it.
    """
    visit_of(booking, rulebook)
    states.step(states.BOOKING, booking.status, "accepted")
    if booking.assigned_to is None:
        raise Refused("refused.booking.unassigned", rule="booking.assign", id=booking.id)
    if booking.accepted_at is not None:
        raise Refused("refused.booking.accepted", rule="booking.accept", id=booking.id, owner=booking.assigned_to,
                      at=booking.accepted_at)  # fmt: skip
    facts = {"id": booking.id, "owner": booking.assigned_to, "by": act.by}
    overrode = set_aside(() if behalf or act.by == booking.assigned_to else (Breach("booking.accept", facts),), permit)
    event = BookingEvent(at=act.at, by=act.by, type="accepted", overrode=overrode, reason=reason_of(permit, overrode))
    return live(booking, act, event, accepted_at=act.at, hold_until=None)


def arrive(booking: Booking, act: Act) -> Booking:
    """Note that somebody is there: how long after the receipt, and whether that is in time."""
    if booking.accepted_at is None:
        raise Refused("refused.booking.not_accepted", rule="booking.accept", id=booking.id)
    late = lateness(booking, act.at)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="arrived",
        late=late > timedelta(),
        notice=_minutes(act.at - booking.received_at),
        notice_required=_minutes((booking.respond_by or act.at) - booking.received_at),
    )
    return live(booking, act, event, arrived_at=act.at, late_minutes=-(-late // timedelta(minutes=1)) or None)


def audit(
    booking: Booking, rulebook: Rulebook, act: Act, *, good: bool, note: str | None = None, permit: Permit | None = None
) -> Booking:
    """Note whether a visit that was made is found good, by somebody who neither was assigned it nor completed it.

    A visit that was found wanting stays completed and cannot be closed; what is wrong is put right by a new one, and
    this one audited again.
    """
    visit_of(booking, rulebook)
    states.step(states.BOOKING, booking.status, "audited")
    if audited(booking):
        raise Refused("refused.booking.audited", rule="booking.audit", id=booking.id)
    if not good and not (note or "").strip():
        raise Refused("refused.booking.audit_note", rule="booking.audit", id=booking.id)
    facts = {"id": booking.id, "by": act.by}
    overrode = set_aside((Breach("booking.audit_self", facts),) if act.by in makers(booking) else (), permit)
    event = BookingEvent(
        at=act.at,
        by=act.by,
        type="audited",
        agreed=good,
        note=note,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return live(booking, act, event)


def must_be_audited(booking: Booking) -> None:
    """Raise `Refused` for a visit that was made and not found good since."""
    if booking.respond_by is None or booking.outcome != "completed" or audited(booking):
        return
    failed = any(event.type == "audited" for event in booking.events)
    raise Refused("refused.booking.audit_failed" if failed else "refused.booking.audit", rule="booking.audit",
                  id=booking.id)  # fmt: skip


def audited(booking: Booking) -> bool:
    """Whether the last audit found the visit good."""
    return next((bool(event.agreed) for event in reversed(booking.events) if event.type == "audited"), False)


def makers(booking: Booking) -> frozenset[str]:
    """Return who made a visit: who it was assigned to last, and who said that it was done."""
    done = (event.by for event in booking.events if event.type == "completed")
    return frozenset((*done, *((booking.assigned_to,) if booking.assigned_to else ())))


def lateness(booking: Booking, at: datetime) -> timedelta:
    """Return how long after the deadline a moment lies; nothing where it lies before it or there is none."""
    return max(timedelta(), at - booking.respond_by) if booking.respond_by else timedelta()


def response(booking: Booking) -> timedelta | None:
    """Return how long after the receipt somebody was there, None before."""
    return booking.arrived_at - booking.received_at if booking.arrived_at else None


def _minutes(length: timedelta) -> Duration:
    return Duration(max(0, length // timedelta(minutes=1)), "m")


def visit_of(booking: Booking, rulebook: Rulebook) -> Service:
    """Return the service of a visit; raises `Refused` for anything else."""
    service = rulebook.service_named(booking.service)
    if service.kind != "visit":
        raise Refused("refused.booking.no_visit", rule="service.kind", id=booking.id, service=service.name)
    return service
