"""What is to be done by when: complaints and bookings turned into items that name the command which settles them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from cscli.domain.booking import Booking
from cscli.domain.case import Complaint
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Deadline
from cscli.domain.value import Value
from cscli.domain.values import Duration

SUPERVISOR = "supervisor"


class DueItem(Value):
    """One thing to do; `what` is the key of its sentence, `owner` None where anybody on duty may do it.

    `kind` is `report`, `acknowledge`, `resolve`, `follow_up` or `measure` for a complaint, `confirm` or `arrival` for a
    booking.
    """

    due: datetime
    overdue: bool
    kind: str
    record: str
    what: str
    facts: Mapping[str, object]
    owner: str | None
    command: str


def complaint_items(
    complaint: Complaint, deadlines: Sequence[Deadline], rulebook: Rulebook, now: datetime
) -> tuple[DueItem, ...]:
    """Return what a complaint waits for, from its deadlines as `sla.deadlines` gives them.

    A severity that is reported to the supervisor is an item for them from the receipt until it was assessed (B5).
    """
    items = []
    if complaint.status in ("received", "acknowledged") and _reported(complaint, rulebook):
        facts = {"id": complaint.id, "severity": complaint.severity}
        items.append(_item("complaint", "report", complaint.received_at, complaint.id, facts, SUPERVISOR, now,
                           _next_step(complaint)))  # fmt: skip
    for deadline in deadlines:
        if deadline.due is None or deadline.met_at is not None or not _awaited(complaint, deadline):
            continue
        facts = {"id": complaint.id, "severity": complaint.severity}
        command, owner = _next_step(complaint), complaint.owner
        if deadline.number is not None:
            measure = complaint.measures[deadline.number - 1]
            facts |= {"number": str(deadline.number), "measure": measure.what}
            command, owner = f"cscli complaint plan {complaint.id} --done {deadline.number}", measure.owner
        items.append(_item("complaint", deadline.name, deadline.due, complaint.id, facts, owner, now, command))
    return in_order(items)


def booking_items(booking: Booking, rulebook: Rulebook, now: datetime) -> tuple[DueItem, ...]:
    """Return what a booking waits for: a held request its confirmation, a confirmed one whose guest is missing its end.

    The guest is missing once the service's `no_show_after` has gone by. What has ended waits for nothing.
    """
    facts = {"id": booking.id, "service": booking.service, "start": booking.start}
    if booking.status == "requested" and booking.hold_until is not None:
        command = f"cscli booking confirm {booking.id}"
        return (_item("booking", "confirm", booking.hold_until, booking.id, facts, None, now, command),)
    if booking.status == "confirmed":
        wait = next(
            (known.no_show_after for known in rulebook.service if known.id == booking.service), Duration(0, "m")
        )
        due = (booking.start.astimezone(UTC) + wait.delta).astimezone(rulebook.zone)
        if due <= now:
            command = f"cscli booking no-show {booking.id}"
            return (_item("booking", "arrival", due, booking.id, facts, None, now, command),)
    return ()


def in_order(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Return items earliest first, those of one moment by record and kind."""
    return tuple(sorted(items, key=lambda item: (item.due.astimezone(UTC), item.record, item.kind)))


def _item(
    noun: str,
    kind: str,
    due: datetime,
    record: str,
    facts: Mapping[str, object],
    owner: str | None,
    now: datetime,
    command: str,
) -> DueItem:
    return DueItem(
        due=due,
        overdue=now.astimezone(UTC) > due.astimezone(UTC),
        kind=kind,
        record=record,
        what=f"due.{noun}.{kind}",
        facts=facts,
        owner=owner,
        command=command,
    )


def _reported(complaint: Complaint, rulebook: Rulebook) -> bool:
    return any(known.report for known in rulebook.complaint.severity if known.id == complaint.severity)


def _awaited(complaint: Complaint, deadline: Deadline) -> bool:
    """Whether the complaint still stands where the deadline can be met; measures run on after the closing."""
    return deadline.name == "measure" or complaint.status not in ("closed", "withdrawn")


def _next_step(complaint: Complaint) -> str:
    """Return the command that brings an open complaint one step on."""
    verb = {"received": "acknowledge", "acknowledged": "assess", "resolved": "follow-up"}.get(complaint.status)
    if verb is None:
        done = "plan" if complaint.status == "assessed" else "resolve"
        verb = done if complaint.judgement is not None else "judge"
    return f"cscli complaint {verb} {complaint.id}"
