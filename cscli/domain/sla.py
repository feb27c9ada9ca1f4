"""Deadlines of a complaint: worked out from the rulebook and the biography each time, never kept.

A deadline is met when done at or before it falls due. Times count in working time where the rulebook says so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cscli.domain import case, worktime
from cscli.domain.calendar import Calendar
from cscli.domain.case import Complaint
from cscli.domain.rulebook import Rulebook, Severity
from cscli.domain.value import Value
from cscli.domain.values import Duration

MINUTE = timedelta(minutes=1)


class Deadline(Value):
    """What is to be done (`acknowledge`, `resolve`, `follow_up`, `measure`), since when and until when.

    `met` is None while there is still time. Minutes are working minutes where the target is working time; those of a
    target in working days are the office minutes up to the due time. `number` and `owner` are those of a measure.
    """

    name: str
    since: datetime
    due: datetime | None
    target: Duration
    met_at: datetime | None
    met: bool | None
    elapsed_minutes: int
    target_minutes: int | None
    number: int | None = None
    owner: str | None = None


def deadlines(complaint: Complaint, rulebook: Rulebook, calendar: Calendar, now: datetime) -> tuple[Deadline, ...]:
    """Return the deadlines of a complaint: those its severity sets, then each measure not yet done.

    Resolving counts from the receipt, after a reopening from there; calling back from the solution that stands now.
    What was still in time when the complaint was closed or withdrawn is left out: nobody waits for it any more. A
    severity the rulebook no longer has sets no deadlines.
    """
    ended = case.withdrawn_at(complaint) or case.closed_at(complaint)
    stop = min(now, ended) if ended else now
    severity = next((known for known in rulebook.complaint.severity if known.id == complaint.severity), None)
    found = list(_promises(complaint, severity, rulebook, calendar, stop)) if severity else []
    if ended:
        found = [deadline for deadline in found if deadline.met is not None]
    if complaint.status != "withdrawn":
        found += _measures(complaint, now)
    return tuple(found)


def at_risk(deadline: Deadline, now: datetime, within: timedelta) -> bool:
    """Whether a deadline still open and in time falls due within the given span of the clock."""
    if deadline.met is not None or deadline.due is None:
        return False
    return _apart(now, deadline.due) <= within


def _promises(
    complaint: Complaint, severity: Severity, rulebook: Rulebook, calendar: Calendar, stop: datetime
) -> Iterator[Deadline]:
    received, resolved = complaint.received_at, case.resolved_at(complaint)
    acknowledged, opened = case.acknowledged_at(complaint), case.reopened_at(complaint) or received
    yield _deadline("acknowledge", received, severity.acknowledge, acknowledged, calendar, stop)
    yield _deadline("resolve", opened, severity.resolve, resolved, calendar, stop)
    if resolved is not None:
        called = _called_back(complaint, rulebook.complaint.follow_up_tries)
        yield _deadline("follow_up", resolved, severity.follow_up, called, calendar, stop)


def _called_back(complaint: Complaint, wanted: int) -> datetime | None:
    """Return when the customer was reached, or was tried for the last time the rulebook asks for."""
    missed = 0
    for call in case.calls_back(complaint):
        missed += not call.reached
        if call.reached or missed >= wanted:
            return call.at
    return None


def _deadline(
    name: str, since: datetime, target: Duration, met_at: datetime | None, calendar: Calendar, stop: datetime
) -> Deadline:
    due = worktime.add(calendar, since, target)
    end = met_at or stop
    length = None
    if due is not None:
        length = _minutes(since, due, calendar, working=True) if target.unit == "wd" else target.minutes
    return Deadline(
        name=name,
        since=since,
        due=due,
        target=target,
        met_at=met_at,
        met=_met(due, met_at, stop),
        elapsed_minutes=_minutes(since, end, calendar, working=target.working),
        target_minutes=length,
    )


def _measures(complaint: Complaint, now: datetime) -> Iterator[Deadline]:
    """Yield the measures not yet done; they run on after the closing (B5). Their time runs on the clock."""
    planned = [event.at for event in complaint.events for _ in range(event.measures or 0)]
    for number, measure in enumerate(complaint.measures, start=1):
        if measure.done:
            continue
        since = planned[number - 1] if number <= len(planned) else complaint.received_at
        target = Duration(max(0, _apart(since, measure.due) // MINUTE), "m")
        yield Deadline(
            name="measure",
            since=since,
            due=measure.due,
            target=target,
            met_at=None,
            met=_met(measure.due, None, now),
            elapsed_minutes=max(0, _apart(since, now) // MINUTE),
            target_minutes=target.minutes,
            number=number,
            owner=measure.owner,
        )


def _met(due: datetime | None, met_at: datetime | None, now: datetime) -> bool | None:
    if due is None:
        return None if met_at is None else True
    if met_at is not None:
        return _apart(met_at, due) >= timedelta()
    return False if _apart(now, due) < timedelta() else None


def _minutes(start: datetime, end: datetime, calendar: Calendar, *, working: bool) -> int:
    """Return the whole minutes gone by, none when `end` is not after `start`."""
    gone = worktime.between(calendar, start, end) if working else _apart(start, end)
    return max(0, gone // MINUTE)


def _apart(start: datetime, end: datetime) -> timedelta:
    """Return the real time from one moment to the other; two times of one zone would subtract by the wall clock."""
    return end.astimezone(UTC) - start.astimezone(UTC)
