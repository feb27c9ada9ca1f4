"""What of a complaint its deadlines rest on, read off its biography; the index keeps it, so that no file is read."""

from datetime import datetime

from cscli.domain import case
from cscli.domain.case import Complaint, planned_at
from cscli.domain.value import Value

Pauses = tuple[tuple[datetime, datetime | None], ...]


class Task(Value, kw_only=False):
    """A measure that still waits: to be carried out by `due`, or, where it is `done_at`, to be proven effective."""

    number: int
    since: datetime
    due: datetime
    done_at: datetime | None
    owner: str


class Clock(Value):
    """How a complaint stands, as far as any deadline depends on it.

    `opened_at` is since when it is to be resolved: its receipt, or when it was opened again. `calls` are the tries to
    call back about the present solution, each with whether somebody was reached. `lacks_cure`: no measure stands that
    is to keep it from coming back; `failed_at` is when the last one was found without effect.
    """

    status: str
    severity: str
    received_at: datetime
    opened_at: datetime
    owner: str
    severe_at: datetime | None = None
    reported_at: datetime | None = None
    named: bool = True
    valid: bool = False
    lacks_cure: bool = False
    acknowledged_at: datetime | None = None
    told_at: datetime | None = None
    resolved_at: datetime | None = None
    communicated_at: datetime | None = None
    ended_at: datetime | None = None
    failed_at: datetime | None = None
    held_at: datetime | None = None
    held_until: datetime | None = None
    pauses: Pauses = ()
    calls: tuple[tuple[datetime, bool], ...] = ()
    tasks: tuple[Task, ...] = ()


def clock_of(complaint: Complaint) -> Clock:
    """Return what a complaint's deadlines rest on."""
    holding = case.hold(complaint)
    failed = [one.verified_at for one in complaint.measures if one.verified_at and one.effective is False]
    return Clock(
        status=complaint.status,
        severity=complaint.severity,
        received_at=complaint.received_at,
        opened_at=case.reopened_at(complaint) or complaint.received_at,
        owner=complaint.owner,
        severe_at=case.severe_since(complaint),
        reported_at=case.reported_at(complaint),
        named=complaint.customer is not None,
        valid=complaint.judgement == "valid",
        lacks_cure=not case.improved(complaint),
        acknowledged_at=case.acknowledged_at(complaint),
        told_at=case.told_at(complaint),
        resolved_at=case.resolved_at(complaint),
        communicated_at=case.communicated_at(complaint),
        ended_at=case.withdrawn_at(complaint) or case.closed_at(complaint),
        failed_at=max(failed, default=None),
        held_at=holding.at if holding else None,
        held_until=holding.until if holding else None,
        pauses=case.pauses(complaint),
        calls=tuple((event.at, bool(event.reached)) for event in case.calls_back(complaint)),
        tasks=tuple(_tasks(complaint)),
    )


def runs_on(clock: Clock) -> bool:
    """Whether something is still to be done, or proven, even where the complaint is closed."""
    return bool(clock.tasks) or (clock.lacks_cure and clock.failed_at is not None)


def _tasks(complaint: Complaint) -> list[Task]:
    """Return the measures not yet carried out, and those of which it is not known whether they helped."""
    tasks = []
    for number, (measure, since) in enumerate(zip(complaint.measures, planned_at(complaint), strict=True), start=1):
        if measure.done and (not measure.improves or measure.verified_at is not None):
            continue
        tasks.append(Task(number, since, measure.due, measure.done_at, measure.owner))
    return tasks
