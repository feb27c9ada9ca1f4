"""The canonical tables of bookings and complaints: their columns, and how a row becomes a record with its biography.

A row tells moments; each moment is an event, and the events in the order of time must be a legal life of the record.
The rules of the desk (notice, prices, opening hours, what is free) are not asked: history is as it was. Three steps
are taken for granted where a later moment needs them and the row does not tell them; such an event says `implied`:

- a booking of a service that confirms at once was confirmed when it was received;
- a complaint that was resolved had been acknowledged, assessed and planned by then at the latest: each is noted at the
  next moment the row tells;
- a booking said to be `completed` or `no_show` without a moment ended so when its time was over, and one that was rated
  without `closed_at` was closed when it ended.

A bare day means its noon, a time without offset is of the desk's zone.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from cscli.domain import states
from cscli.domain.booking import CAUSES, CHANNELS, METHODS, SIDES, Booking, BookingEvent
from cscli.domain.case import CHANNELS as COMPLAINT_CHANNELS
from cscli.domain.case import JUDGEMENTS, RESPONSES, Complaint, ComplaintEvent, decided
from cscli.domain.record import Event
from cscli.domain.services import Service
from cscli.interop import cells
from cscli.interop.cells import Frame, Reader, Rejected

IMPLIED = "implied"
UNSATISFIED = "unsatisfied"
CENTURY = range(2000, 2100)  # the years that an id can tell
WHO: Mapping[str, Reader] = {
    "external_ref": cells.text,
    "customer_name": cells.name,
    "phone": cells.phone,
    "card": cells.text,
    "customer_ref": cells.text,
}
NOTES: Mapping[str, Reader] = {"line": cells.ignored, "reason": cells.ignored}  # what a reject file adds

BOOKING: Mapping[str, Reader] = {
    **WHO,
    "service": cells.service,
    "start": cells.moment,
    "end": cells.moment,
    "units": cells.whole(1, 1_000_000),
    "party": cells.whole(1, 1_000_000),
    "resources": cells.resources,
    "channel": cells.choice(*CHANNELS),
    "source": cells.text,
    "details": cells.text,
    "vip": cells.truth,
    "special": cells.text,
    "price": cells.price,
    "received_at": cells.moment,
    "confirmed_at": cells.moment,
    "unmet_at": cells.moment,
    "changes": cells.whole(0, 1000),
    "changed_at": cells.moment,
    "change_cause": cells.choice(*CAUSES),
    "cancelled_at": cells.moment,
    "cancel_reason": cells.text,
    "cancel_side": cells.choice(*SIDES),
    "arrived_at": cells.moment,
    "completed_at": cells.moment,
    "no_show_at": cells.moment,
    "status": cells.choice(*states.BOOKING_STATES),
    "outcome": cells.choice(*states.OUTCOMES),
    "paid": cells.amount,
    "method": cells.choice(*METHODS),
    "closed_at": cells.moment,
    "rating": cells.whole(1, 5),
    "feedback": cells.text,
    "entry_seconds": cells.whole(0, 1_000_000),
    "by": cells.name,
    **NOTES,
}
COMPLAINT: Mapping[str, Reader] = {
    **WHO,
    "category": cells.category,
    "severity": cells.severity,
    "content": cells.text,
    "remedy": cells.text,
    "against": cells.against,
    "channel": cells.choice(*COMPLAINT_CHANNELS),
    "occurred_at": cells.moment,
    "received_at": cells.moment,
    "acknowledged_at": cells.moment,
    "assessed_at": cells.moment,
    "investigated_at": cells.moment,
    "findings": cells.text,
    "judged_at": cells.moment,
    "judgement": cells.choice(*JUDGEMENTS),
    "criterion": cells.standard,
    "planned_at": cells.moment,
    "response": cells.choice(*RESPONSES),
    "decision": cells.text,
    "compensation": cells.price,
    "resolved_at": cells.moment,
    "communicated_at": cells.moment,
    "accepted": cells.truth,
    "followed_up_at": cells.moment,
    "satisfied": cells.truth,
    "rating": cells.whole(1, 5),
    "closed_at": cells.moment,
    "cause": cells.cause,
    "withdrawn_at": cells.moment,
    "status": cells.choice(*states.COMPLAINT_STATES),
    "owner": cells.name,
    "by": cells.name,
    **NOTES,
}
COLUMNS: Mapping[str, Mapping[str, Reader]] = {"booking": BOOKING, "complaint": COMPLAINT}
NEEDED = {"booking": ("service", "start", "received_at"), "complaint": ("category", "content", "received_at")}


class Draft(NamedTuple):
    """A record but for its id and its customer: the day it was received on, and what the row says of the customer."""

    kind: type[Booking] | type[Complaint]
    day: date
    at: datetime
    by: str
    who: Mapping[str, str]
    fields: dict[str, Any]

    def record(self, record_id: str, customer: str | None) -> Booking | Complaint:
        """Return the record."""
        return self.kind(id=record_id, customer=customer, **self.fields)


Happened = tuple[datetime, int, Event]


def read(kind: str, row: Mapping[str, str], frame: Frame) -> Draft:
    """Return what a row (column to cell, blank ones left out) says of a record of `kind`; raises `Rejected`."""
    values = cells.read_row(row, COLUMNS[kind], frame)
    for column in NEEDED[kind]:
        if column not in values:
            raise Rejected("import.missing", column)
    received: datetime = values["received_at"]
    day = frame.local_day(received)
    if day.year not in CENTURY:
        raise Rejected("import.year", "received_at", value=day.year)
    by = values.get("by") or frame.by
    fields = (_booking if kind == "booking" else _complaint)(values, received, by, frame)
    who: dict[str, str] = {
        name: values[name] for name in ("customer_name", "phone", "card", "customer_ref") if name in values
    }
    model = Booking if kind == "booking" else Complaint
    return Draft(model, day, received, by, who, fields)


def _live(table: states.Table, happened: list[Happened], received: datetime, frame: Frame) -> tuple[str, str | None]:
    """Put what happened in order and return (state, outcome) at its end; raises `Rejected` where it cannot be so."""
    happened.sort(key=_moment_and_rank)
    if happened[0][0] < received:
        first = happened[0]
        raise Rejected("import.before_received", None, event=first[2].type, at=first[0], received=received)
    if happened[-1][0] > frame.now:
        raise Rejected("refused.future", None, at=happened[-1][0])
    status, outcome, wrong = states.walk(table, [event.type for _, _, event in happened])
    if wrong is not None:
        at, _, event = happened[wrong]
        raise Rejected("import.order", None, event=event.type, at=at, status=status)
    return status, outcome


def _moment_and_rank(entry: Happened) -> tuple[datetime, int]:
    return entry[0], entry[1]


def _agree(values: Mapping[str, Any], column: str, found: str | None) -> None:
    """Raise `Rejected` where a column says something else than the moments do."""
    if column in values and values[column] != found:
        raise Rejected("import.contradiction", column, value=values[column], found=found or "-")


# --- bookings -----------------------------------------------------------------------------------------------------

BOOKING_FIELDS = (
    "external_ref", "channel", "source", "units", "party", "resources", "details", "vip", "special", "price",
    "entry_seconds", "rating", "feedback",
)  # fmt: skip


def _booking(values: dict[str, Any], received: datetime, by: str, frame: Frame) -> dict[str, Any]:
    service: Service = values["service"]
    start: datetime = values["start"]
    end: datetime = values.get("end") or start + service.duration.delta
    if end <= start:
        raise Rejected("import.ends_before", "end" if "end" in values else "start", start=start, end=end)
    happened = _booking_events(values, received, by, end, service)
    status, outcome = _live(states.BOOKING, happened, received, frame)
    _agree(values, "outcome", outcome)
    _agree(values, "status", status)
    if start > frame.now and values.get("resources") and status in states.OCCUPYING and not frame.history:
        raise Rejected("import.future", "start", start=start)
    return {
        "status": status,
        "outcome": outcome,
        "service": service.id,
        "start": start,
        "end": end,
        "received_at": received,
        "waitlisted": status == "unmet",
        "arrived_at": values.get("arrived_at"),
        "paid": values.get("paid") or Decimal(0),
        "events": tuple(event for _, _, event in happened),
        **{name: values[name] for name in BOOKING_FIELDS if name in values},
    }


def _booking_events(
    values: Mapping[str, Any], received: datetime, by: str, end: datetime, service: Service
) -> list[Happened]:
    """Return what happened to a booking, each with its place among things of the same moment."""
    happened: list[Happened] = [(received, 0, BookingEvent(at=received, by=by, type="created"))]

    def add(column: str, rank: int, event: Any, **more: Any) -> None:
        at = values.get(column)
        if at is not None:
            happened.append((at, rank, BookingEvent(at=at, by=by, type=event, **more)))

    add("unmet_at", 1, "unmet")
    add("confirmed_at", 2, "confirmed")
    _add_changes(values, received, by, happened)
    if values.get("cancelled_at"):
        side = values.get("cancel_side", "customer")
        whose = "resource" if side == "desk" else "customer"
        add("cancelled_at", 4, "cancelled", cause=whose, side=side, reason=values.get("cancel_reason"))
    add("arrived_at", 5, "arrived")
    add("completed_at", 6, "completed")
    add("no_show_at", 6, "no_show")
    ended = max((entry[0] for entry in happened if entry[2].type in states.OUTCOMES), default=None)
    said = values.get("outcome")
    if said is not None and ended is None:
        if said not in ("completed", "no_show"):
            raise Rejected("import.no_moment", "outcome", value=said, wanted=f"{said}_at")
        ended = end
        happened.append((end, 6, BookingEvent(at=end, by=by, type=said, reason=IMPLIED)))
    types = {event.type for _, _, event in happened}
    used, answered = types & {"arrived", "completed", "no_show"}, types & {"confirmed", "unmet"}
    if service.confirmation == "immediate" and used and not answered:
        happened.append((received, 2, BookingEvent(at=received, by=by, type="confirmed", reason=IMPLIED)))
    if values.get("paid"):
        at = ended or values.get("arrived_at") or values.get("confirmed_at") or received
        paid = BookingEvent(at=at, by=by, type="paid", amount=values["paid"], method=values.get("method"))
        happened.append((at, 7, paid))
    if closed := values.get("closed_at") or (ended if "rating" in values or "feedback" in values else None):
        implied = None if "closed_at" in values else IMPLIED
        event = BookingEvent(at=closed, by=by, type="closed", rating=values.get("rating"), reason=implied)
        happened.append((closed, 8, event))
    elif "rating" in values or "feedback" in values:
        raise Rejected("import.rated_open", "rating" if "rating" in values else "feedback")
    return happened


def _add_changes(values: Mapping[str, Any], received: datetime, by: str, happened: list[Happened]) -> None:
    """Add as many changes as were counted, all at the moment told; without one, when the booking stood."""
    number = values.get("changes", 1 if "changed_at" in values or "change_cause" in values else 0)
    if not number and "changed_at" in values:
        raise Rejected("import.contradiction", "changes", value=0, found="changed_at")
    if number:
        at = values.get("changed_at") or values.get("confirmed_at") or received
        event = BookingEvent(at=at, by=by, type="changed", cause=values.get("change_cause", "customer"))
        happened.extend([(at, 3, event)] * number)


# --- complaints ---------------------------------------------------------------------------------------------------

COMPLAINT_FIELDS = (
    "external_ref", "channel", "category", "content", "remedy", "against", "occurred_at",
)  # fmt: skip
NEEDS_MOMENT = {
    "judgement": "judged_at", "criterion": "judged_at", "response": "resolved_at", "decision": "resolved_at",
    "compensation": "resolved_at", "findings": "investigated_at", "accepted": "communicated_at",
    "satisfied": "followed_up_at", "rating": "followed_up_at", "cause": "closed_at",
}  # fmt: skip
LADDER: tuple[tuple[Any, int, tuple[str, ...]], ...] = (
    ("acknowledged", 1, ("assessed_at", "investigated_at", "judged_at", "planned_at", "resolved_at")),
    ("assessed", 2, ("investigated_at", "judged_at", "planned_at", "resolved_at")),
    ("planned", 5, ("resolved_at",)),
)


def _complaint(values: dict[str, Any], received: datetime, by: str, frame: Frame) -> dict[str, Any]:
    for column, moment in NEEDS_MOMENT.items():
        if column in values and moment not in values:
            raise Rejected("import.no_moment", column, value=str(values[column]), wanted=moment)
    if "occurred_at" in values and values["occurred_at"] > received:
        raise Rejected("import.occurred_after", "occurred_at", at=values["occurred_at"], received=received)
    if "judged_at" in values and "judgement" not in values:
        raise Rejected("import.missing", "judgement")
    severity = values.get("severity") or frame.rulebook.severity("minor").id
    happened = _complaint_events(values, received, by, severity)
    status, _ = _live(states.COMPLAINT, happened, received, frame)
    _agree(values, "status", status)
    return {
        "status": status,
        "severity": severity,
        "owner": values.get("owner") or by,
        "first_receiver": by,
        "received_at": received,
        "events": tuple(event for _, _, event in happened),
        **{name: values[name] for name in COMPLAINT_FIELDS if name in values},
        **decided(event for _, _, event in happened if isinstance(event, ComplaintEvent)),
    }


def _complaint_events(values: Mapping[str, Any], received: datetime, by: str, severity: str) -> list[Happened]:
    """Return what happened to a complaint, each with its place among things of the same moment.

    Whose it is, if not that of who took it, stands on its receipt.
    """
    owner = None if values.get("owner") == by else values.get("owner")
    happened: list[Happened] = [(received, 0, ComplaintEvent(at=received, by=by, type="created", owner=owner))]

    def add(column: str, rank: int, event: Any, **more: Any) -> None:
        at = values.get(column)
        if at is not None:
            happened.append((at, rank, ComplaintEvent(at=at, by=by, type=event, **more)))

    def told(*names: str) -> dict[str, Any]:
        return {name: values[name] for name in names if name in values}

    add("acknowledged_at", 1, "acknowledged")
    add("assessed_at", 2, "assessed", severity=severity)
    add("investigated_at", 3, "investigated", note=values.get("findings"), owner=by)
    add("judged_at", 4, "judged", **told("judgement", "criterion"))
    add("planned_at", 5, "planned", measures=0)
    for event, rank, later in LADDER:
        if f"{event}_at" not in values:
            at = min((values[column] for column in later if column in values), default=None)
            if at is not None:
                implied = ComplaintEvent(at=at, by=by, type=event, reason=IMPLIED)
                happened.append((at, rank, implied))
    add("resolved_at", 6, "resolved", **told("response", "decision", "compensation"))
    add("communicated_at", 7, "communicated", **told("accepted"))
    add("followed_up_at", 8, "followed_up", means="phone", reached="satisfied" in values, **told("satisfied", "rating"))
    if values.get("satisfied") is False and "closed_at" not in values:
        add("followed_up_at", 9, "reopened", reason=UNSATISFIED)
    add("closed_at", 10, "closed", **told("cause"))
    add("withdrawn_at", 11, "withdrawn")
    return happened
