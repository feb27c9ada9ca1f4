"""What of a complaint its deadlines rest on, read off its biography; the index keeps it, so that no file is read."""

from datetime import datetime

from cscli.domain import case
from cscli.domain.case import Complaint, planned_at
from cscli.domain.value import Value

Pauses = tuple[tuple[datetime, datetime | None], ...]


class Task(Value, kw_only=False):
    """A measure: to be carried out by `due`, and where it `improves`, to be proven effective after that."""

    number: int
    since: datetime
    due: datetime
    done_at: datetime | None
    owner: str
    improves: bool
    verified_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether it is still to be carried out, or to be proven."""
        return self.done_at is None or (self.improves and self.verified_at is None)


class Clock(Value):
    """How a complaint stands, as far as any deadline depends on it.

    `opened_at` is since when it is to be resolved: its receipt, or when it was opened again. `calls` are the tries to
    call back about the present solution, each with whether somebody was reached. `looked_into`: what happened was
    found out; `judged`: whether it is valid was said; `lacks_cure`: no measure stands that removes its cause.
    `failed_at` is when the last one was found without effect in whose place none stands.
    """

    status: str
    severity: str
    received_at: datetime
    opened_at: datetime
    owner: str
    severe_at: datetime | None = None
    reported_at: datetime | None = None
    named: bool = True
    looked_into: bool = False
    judged: bool = False
    valid: bool = False
    apologised: bool = False
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
    return Clock(
        status=complaint.status,
        severity=complaint.severity,
        received_at=complaint.received_at,
        opened_at=case.opened_at(complaint),
        owner=complaint.owner,
        severe_at=case.severe_since(complaint),
        reported_at=case.reported_at(complaint),
        named=complaint.customer is not None,
        looked_into=any(event.type == "investigated" for event in complaint.events),
        judged=complaint.judgement is not None,
        valid=complaint.judgement == "valid",
        apologised=case.apologised(complaint),
        lacks_cure=not case.cured(complaint),
        acknowledged_at=case.acknowledged_at(complaint),
        told_at=case.told_at(complaint),
        resolved_at=case.resolved_at(complaint),
        communicated_at=case.communicated_at(complaint),
        ended_at=case.withdrawn_at(complaint) or case.closed_at(complaint),
        failed_at=case.failed_at(complaint),
        held_at=holding.at if holding else None,
        held_until=holding.until if holding else None,
        pauses=case.pauses(complaint),
        calls=tuple((event.at, bool(event.reached)) for event in case.calls_back(complaint)),
        tasks=tuple(_tasks(complaint)),
    )


def runs_on(clock: Clock) -> bool:
    """Whether something is still to be done, or proven, even where the complaint is closed."""
    return any(task.waits for task in clock.tasks) or clock.failed_at is not None


def _tasks(complaint: Complaint) -> list[Task]:
    """Return the measures with when each was planned."""
    return [
        Task(number, since, one.due, one.done_at, one.owner, one.improves, one.verified_at)
        for number, (one, since) in enumerate(zip(complaint.measures, planned_at(complaint), strict=True), start=1)
    ]
