"""The metrics of complaints: each function yields which complaint counts, when, above and below the line."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from cscli.analytics.facts import Books, ComplaintRow, pauses_of
from cscli.analytics.metrics import Entry, Metric
from cscli.domain import worktime
from cscli.domain.values import Duration

ENDS = ("closed", "withdrawn")


def received(books: Books) -> Iterator[Entry]:
    """Complaints received."""
    return ((row, row.received_at, 1, 0) for row in books.facts.complaints if books.inside(row.received_at))


def happened(books: Books, *, event: str) -> Iterator[Entry]:
    """Events of a type."""
    for found in books.facts.complaint_events:
        row = books.complaint.get(found.record)
        if found.type == event and row is not None and books.inside(found.at):
            yield row, found.at, 1, 0


def resolved(books: Books) -> Iterator[Entry]:
    """Complaints resolved for the first time."""
    return ((row, at, 1, 0) for row, at in _first_resolved(books))


def _first_resolved(books: Books) -> Iterator[tuple[ComplaintRow, int]]:
    for row in books.facts.complaints:
        if row.resolved_at is not None and books.inside(row.resolved_at):
            yield row, row.resolved_at


def still_open(books: Books) -> Iterator[Entry]:
    """Complaints neither closed nor withdrawn when the period ended, or now while it has not ended."""
    at = books.last_moment
    turns: dict[str, str] = {}
    for record, when, kind in books.facts.turns:
        if when <= at:
            turns[record] = kind
    for row in books.facts.complaints:
        if row.received_at > at:
            continue
        over = turns.get(row.id) in ENDS if row.reopened else row.ended_at is not None and row.ended_at <= at
        if not over:
            yield row, at, 1, 0


def valid_rate(books: Books) -> Iterator[Entry]:
    """Complaints found valid among those judged."""
    for row in books.facts.complaints:
        if row.judged_at is not None and books.inside(row.judged_at):
            yield row, row.judged_at, row.judgement == "valid", 1


def promised(books: Books, *, promise: str) -> Iterator[Entry]:
    """Complaints whose promise (`acknowledge`, `resolve`) was kept, among those where that is decided.

    Each counts once, at the earlier of its answer and its deadline: answered in time at the answer, late or not at all
    at the deadline. So the figures of the days add up to the month's; counted at both, a complaint answered the day
    after its deadline would be missed twice. Withdrawn or closed before the deadline without an answer: in neither.
    Waiting for the customer puts off the deadline of the solution; while it goes on there is none, so: in neither.
    """
    targets = _targets(books, promise)
    start, end = books.ends
    for row in books.facts.complaints:
        answered = row.acknowledged_at if promise == "acknowledge" else row.resolved_at
        target = targets.get(row.severity)
        if target is None or row.received_at >= end or (answered is not None and answered < start):
            continue
        due = _due(books, row, target, paused=promise == "resolve")
        if answered is not None and (due is None or answered <= due):
            kept, at = 1, answered
        elif (
            due is None
            or due >= books.seen_at
            or (answered is None and row.ended_at is not None and row.ended_at <= due)
        ):
            continue
        else:
            kept, at = 0, due
        if start <= at < end:
            yield row, at, kept, 1


def _targets(books: Books, promise: str) -> dict[str, Duration]:
    return {
        severity.id: severity.acknowledge if promise == "acknowledge" else severity.resolve
        for severity in books.rulebook.complaint.severity
    }


def _due(books: Books, row: ComplaintRow, target: Duration, *, paused: bool) -> int | None:
    """Return when a promise falls due; None while it waits for the customer. Pauses of a second round do not count."""
    pauses = [
        (_moment(books, begin), _moment(books, over) if over is not None else None)
        for begin, over in (pauses_of(row) if paused else ())
        if row.resolved_at is None or begin < row.resolved_at
    ]
    end = worktime.add(books.calendar, _moment(books, row.received_at), target, pauses)
    return int(end.timestamp()) if end is not None else None


def _moment(books: Books, at: int) -> datetime:
    return datetime.fromtimestamp(at, books.calendar.zone)


def waits(books: Books, *, promise: str) -> Iterator[Entry]:
    """Working seconds from the receipt to the (first) answer; while it waited for the customer none went by."""
    for row in books.facts.complaints:
        at = row.acknowledged_at if promise == "acknowledge" else row.resolved_at
        if at is not None and books.inside(at):
            pauses = pauses_of(row) if promise == "resolve" and row.pauses else ()
            yield row, at, books.office.unpaused(row.received_at, at, pauses), 1


def reopen_rate(books: Books) -> Iterator[Entry]:
    """Complaints that went back at least once, among those resolved for the first time."""
    return ((row, at, row.reopened > 0, 1) for row, at in _first_resolved(books))


def satisfaction(books: Books) -> Iterator[Entry]:
    """Satisfied customers among those reached by a follow-up."""
    for found in books.facts.complaint_events:
        row = books.complaint.get(found.record)
        if found.type == "followed_up" and found.reached and row is not None and books.inside(found.at):
            yield row, found.at, bool(found.satisfied), 1


def per_1000(books: Books) -> Iterator[Entry]:
    """Valid complaints received against bookings completed."""
    for row in books.facts.complaints:
        if row.judgement == "valid" and books.inside(row.received_at):
            yield row, row.received_at, 1, 0
    for booking in books.ended:
        if booking.outcome == "completed":
            yield booking, booking.ended_at or 0, 0, 1


def verified(books: Books) -> Iterator[Entry]:
    """Corrective and preventive measures that had their effect, among those looked at (E1, ISO 10002 8.7)."""
    for found in books.facts.complaint_events:
        row = books.complaint.get(found.record)
        if found.type == "verified" and row is not None and books.inside(found.at):
            yield row, found.at, bool(found.effective), 1


def first_contact(books: Books) -> Iterator[Entry]:
    """Complaints that their first receiver settled at the first contact, among those settled (C4).

    A second contact is where the customer was asked for something more, came with the same again, or was not content
    so that it was opened again.
    """
    settled_by = {(event.record, event.at): event.by for event in books.facts.complaint_events
                  if event.type == "resolved"}  # fmt: skip
    for row, at in _first_resolved(books):
        own = settled_by.get((row.id, at)) == row.first_receiver
        again = row.handed_over or row.reopened or row.again or any(begin < at for begin, _ in pauses_of(row))
        yield row, at, own and not again, 1


def escalation_rate(books: Books) -> Iterator[Entry]:
    """Complaints handed over in the period, each once, against those received."""
    yield from ((row, at, 0, 1) for row, at, _, _ in received(books))
    seen = set()
    for row, at, _, _ in happened(books, event="handed_over"):
        if row.id not in seen:
            seen.add(row.id)
            yield row, at, 1, 0


WHEN = ("weekday", "hour", "day", "month")
ABOUT = ("category", "cause", "severity", "department", "person", "resource", "merchant", "agent", "channel")
HOW = (*ABOUT, *WHEN)

METRICS: tuple[Metric, ...] = (
    Metric(id="complaints_received", entries=received, better="lower", by=HOW),
    Metric(id="complaints_resolved", entries=resolved, by=HOW),
    Metric(id="complaints_closed", entries=partial(happened, event="closed"), by=HOW),
    Metric(id="complaints_open", entries=still_open, better="lower", by=ABOUT),
    Metric(id="ack_on_time", entries=partial(promised, promise="acknowledge"), unit="rate", sum="ratio", by=HOW),
    Metric(id="resolve_on_time", entries=partial(promised, promise="resolve"), unit="rate", sum="ratio", by=HOW),
    Metric(id="complaint_satisfaction", entries=satisfaction, unit="rate", sum="ratio", by=HOW),
    Metric(id="first_contact_resolution", entries=first_contact, unit="rate", sum="ratio", by=HOW),
    Metric(id="reopen_rate", entries=reopen_rate, unit="rate", sum="ratio", better="lower", by=HOW),
    Metric(id="escalation_rate", entries=escalation_rate, unit="rate", sum="ratio", better="lower", by=HOW),
    Metric(id="valid_rate", entries=valid_rate, unit="rate", sum="ratio", better="lower", by=HOW),
    Metric(id="corrective_verified_rate", entries=verified, unit="rate", sum="ratio", by=HOW),
    Metric(id="complaints_per_1000", entries=per_1000, unit="per_1000", sum="ratio", better="lower", by=WHEN),
    Metric(id="ack_time_mean", entries=partial(waits, promise="acknowledge"), unit="minutes", sum="ratio",
           better="lower", by=HOW),
    Metric(id="ack_time_median", entries=partial(waits, promise="acknowledge"), unit="minutes", sum="median",
           better="lower", by=HOW),
    Metric(id="ack_time_p90", entries=partial(waits, promise="acknowledge"), unit="minutes", sum="p90",
           better="lower", by=HOW),
    Metric(id="resolve_time_mean", entries=partial(waits, promise="resolve"), unit="hours", sum="ratio",
           better="lower", by=HOW),
    Metric(id="resolve_time_median", entries=partial(waits, promise="resolve"), unit="hours", sum="median",
           better="lower", by=HOW),
    Metric(id="resolve_time_p90", entries=partial(waits, promise="resolve"), unit="hours", sum="p90",
           better="lower", by=HOW),
)  # fmt: skip
