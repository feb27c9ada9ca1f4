"""How things stand at a moment: complaints as they were then, what is overdue or at risk, and what is to be done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain import case, sla, states
from cscli.domain.booking import Booking
from cscli.domain.calendar import Calendar
from cscli.domain.case import Complaint, ComplaintEvent, Measure
from cscli.domain.due import DueItem, in_order
from cscli.domain.due_bookings import Awaited, booking_items
from cscli.domain.due_complaints import complaint_items
from cscli.domain.preparing import brought_forward
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Deadline
from cscli.domain.value import Value, replace

TIMES = (
    "start", "end", "hold_until", "paid_at", "asked_at", "checked_at", "expected_at", "respond_by", "accepted_at",
    "audit_since", "called_off_at", "moved_at", "received_at",
)  # fmt: skip
WAITING = (
    "id", "status", "service", "resources", "agent", "vip", "special", "waitlisted", *TIMES, "asked", "seen",
    "assigned_to", "refund_due", "promised", "owed", "called_off_by", "was_promised", "departments", "agreed", "told",
    "ended_at",
    "rating", "spend",
)  # fmt: skip


class Standing(Value):
    """How many complaints are open, which are late or soon will be, and what is to be done, earliest first.

    `items` may be only the first of `total`; of all of them `late` are overdue.
    """

    open: int
    overdue: tuple[str, ...]
    at_risk: tuple[str, ...]
    items: tuple[DueItem, ...]
    total: int
    late: int


def standing(
    complaints: Iterable[Complaint],
    bookings: Iterable[Booking | Awaited],
    rulebook: Rulebook,
    calendar: Calendar,
    at: datetime,
    within: timedelta,
) -> Standing:
    """Return how things stand at `at`; at risk is a complaint with a deadline still kept that falls due `within`."""
    still_open, overdue, at_risk = 0, [], []
    items: list[DueItem] = []
    for complaint in complaints:
        deadlines = sla.deadlines(complaint, rulebook, calendar, at)
        items += complaint_items(complaint, deadlines, rulebook, calendar, at)
        if complaint.status not in states.OPEN_COMPLAINT:
            continue
        still_open += 1
        if any(_late(deadline) for deadline in deadlines):
            overdue.append(complaint.id)
        if any(sla.at_risk(deadline, at, within) for deadline in deadlines):
            at_risk.append(complaint.id)
    for booking in bookings:
        items += booking_items(booking, rulebook, calendar, at)
    return Standing(
        open=still_open,
        overdue=tuple(overdue),
        at_risk=tuple(at_risk),
        items=in_order(items),
        total=len(items),
        late=sum(item.overdue for item in items),
    )


def wanted(items: Iterable[DueItem], until: datetime | None, owners: Sequence[str] = ()) -> tuple[DueItem, ...]:
    """Return what is to be done by then, and by one of these; by whomever where none is named."""
    return tuple(
        item for item in items
        if (until is None or item.due <= until) and (not owners or item.owner in owners)
    )  # fmt: skip


def narrowed(found: Standing, items: tuple[DueItem, ...], most: int) -> Standing:
    """Return how things stand with these things to do, of which the first `most` are shown; 0 is all."""
    late = sum(item.overdue for item in items)
    return replace(found, items=items[:most] if most else items, total=len(items), late=late)


def _late(deadline: Deadline) -> bool:
    return deadline.met is False and deadline.met_at is None


def waiting_booking(row: Mapping[str, Any], zone: ZoneInfo, *, as_confirmed: bool = False) -> Awaited:
    """Return what a list of things to do has to know of a booking, from its row with the columns of `WAITING`.

    `as_confirmed` is of one that has ended since: what came with its end is left out.
    """
    told: dict[str, Any] = {
        name: datetime.fromtimestamp(row[name], zone) if row[name] is not None else None for name in TIMES
    }
    if as_confirmed:
        told |= {"status": "confirmed", "audit_since": None, "called_off_at": None}
    else:
        back = row["refund_due"]
        told |= {
            "status": row["status"],
            "refund_due": date.fromordinal(back) if back is not None else None,
            **{name: Decimal(row[name] or 0).scaleb(-2) for name in ("promised", "owed")},
            "ended_at": datetime.fromtimestamp(row["ended_at"], zone) if row["ended_at"] is not None else None,
        }
    told |= {name: row[name] for name in ("id", "service", "agent", "seen", "assigned_to", "called_off_by")}
    told |= {name: bool(row[name]) for name in ("vip", "special", "waitlisted", "was_promised")}
    told |= {name: tuple((row[name] or "").split()) for name in ("resources", "asked", "departments", "agreed")}
    told |= {"told": tuple((row["told"] or "").splitlines()), "cards": tuple((row.get("cards") or "").split())}
    told |= {"soon": told["respond_by"] is not None and row["start"] == row["received_at"]
             and row["end"] == row["respond_by"]}  # fmt: skip
    del told["received_at"]
    told |= {"rated": row["rating"] is not None, "billed": row["spend"] is not None}
    return Awaited(**told)


def furthest(rulebook: Rulebook, calendar: Calendar, at: datetime) -> timedelta:
    """Return how far ahead of a moment lies the last start of which somebody may have to be reminded then."""
    before = [service.remind_before.delta for service in rulebook.service if service.remind_before]
    return max(before) + brought_forward(calendar, at) if before else timedelta()


def asking(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the services of which something is to be asked once they were given (manual rows A8, C8)."""
    return tuple(known.id for known in rulebook.service if known.rate_within or known.bill_within)


def paid_first(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the services that are paid before they are given (manual row B2)."""
    return tuple(known.id for known in rulebook.service if known.prepaid)


def complaint_at(complaint: Complaint, at: datetime) -> Complaint:
    """Return a complaint as it stood at `at`, which is not before its receipt: what came later is undone."""
    events = tuple(event for event in complaint.events if event.at <= at)
    later = complaint.events[len(events) :]
    if not later or not events:
        return complaint
    status, _, _ = states.walk(complaint.table, [event.type for event in events])
    header: dict[str, Any] = {}
    for event in reversed(later):
        for name, delta in (event.changes or {}).items():
            header[name] = delta.from_
    planned = sum(event.measures or 0 for event in events)
    return replace(
        complaint,
        status=status,
        events=events,
        owner=_owner(complaint, events, later),
        measures=tuple(_measure_at(measure, at) for measure in complaint.measures[:planned]),
        **case.decided(events),
        **header,
    )


def _measure_at(measure: Measure, at: datetime) -> Measure:
    """Return a measure as it stood at a moment."""
    verified = measure.verified_at is not None and measure.verified_at <= at
    return replace(
        measure,
        done_at=measure.done_at if measure.done_at and measure.done_at <= at else None,
        verified_at=measure.verified_at if verified else None,
        effective=measure.effective if verified else None,
    )


def _owner(complaint: Complaint, events: tuple[ComplaintEvent, ...], later: tuple[ComplaintEvent, ...]) -> str:
    """Return whose it was: the last one it was given to; its first receiver where that came only later."""
    if not any(event.type == "handed_over" for event in later):
        return complaint.owner
    owners = [event.owner for event in events if event.type in ("created", "handed_over") and event.owner]
    return owners[-1] if owners else complaint.first_receiver
