"""Deadlines of a complaint: worked out from the rulebook and the biography each time, never kept in a file.

A deadline is met when done at or before it falls due. Times count in working time where the rulebook says so; while the
complaint waits for its customer, the time to resolve it stands still.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cscli.domain import worktime
from cscli.domain.calendar import Calendar
from cscli.domain.case import Complaint
from cscli.domain.clock import Clock, Pauses, clock_of
from cscli.domain.complaint_rules import Severity
from cscli.domain.due import SUPERVISOR
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value
from cscli.domain.values import Duration

MINUTE = timedelta(minutes=1)
LADDER = ("acknowledge", "resolve")  # the promises whose time is watched by the escalation ladder


class Promise(Value):
    """What is to be done within which time, since when, and when it was done.

    `name` is `acknowledge`, `resolve`, `progress`, `communicate` or `follow_up`, which the customer is owed; `chase`,
    where the customer is asked again; `measure`, `correct` or `verify`, which may run on after the closing. `rule` is
    the key of the rulebook that set the target, `by` a moment that somebody named instead. `number` and `owner` are
    those of a measure.
    """

    name: str
    since: datetime
    target: Duration
    met_at: datetime | None = None
    rule: str
    by: datetime | None = None
    pauses: Pauses = ()
    number: int | None = None
    owner: str | None = None


class Deadline(Promise):
    """A promise on the calendar: until when, and whether that was kept.

    `met` is None while there is still time. Minutes are working minutes where the target is working time; those of a
    target in days are those up to the due time: office minutes of working days, real ones of days of the clock.
    """

    due: datetime | None
    met: bool | None
    elapsed_minutes: int
    target_minutes: int | None


class Alarm(Value):
    """A rung of the escalation ladder: at which moment who hears that so much of a promise's time has gone by."""

    name: str
    share: Decimal
    at: datetime
    who: str


def deadlines(
    complaint: Complaint | Clock, rulebook: Rulebook, calendar: Calendar, now: datetime
) -> tuple[Deadline, ...]:
    """Return the deadlines of a complaint: those its severity sets, then what its measures wait for.

    Resolving counts from the receipt, after a reopening from there; telling and calling back from the solution that
    stands now. What was still in time when the complaint was closed or withdrawn is left out: nobody waits for it any
    more. A severity the rulebook no longer has sets no deadlines, and a duplicate has none.
    """
    clock = clock_of(complaint) if isinstance(complaint, Complaint) else complaint
    stop = min(now, clock.ended_at) if clock.ended_at else now
    owed = [_on_calendar(promise, calendar, stop) for promise in promises(clock, rulebook)]
    if clock.ended_at:
        owed = [deadline for deadline in owed if deadline.met is not None]
    return (*owed, *(_on_calendar(promise, calendar, now) for promise in tasks(clock, rulebook)))


def at_risk(deadline: Deadline, now: datetime, within: timedelta) -> bool:
    """Whether a deadline still open and in time falls due within the given span of the clock."""
    if deadline.met is not None or deadline.due is None:
        return False
    return _apart(now, deadline.due) <= within


def unannounced(deadline: Deadline, calendar: Calendar, last: datetime | None = None) -> tuple[int, ...]:
    """Return the years a deadline depends on whose holidays are not known; the clock depends on none.

    They are those up to `last`, else up to when it is due.
    """
    end = last or deadline.due
    if not deadline.target.working or end is None:
        return ()
    years = range(deadline.since.astimezone(calendar.zone).year, end.astimezone(calendar.zone).year + 1)
    return tuple(year for year in years if not calendar.announced(year))


def alarms(clock: Clock, found: Iterable[Deadline], rulebook: Rulebook, calendar: Calendar) -> tuple[Alarm, ...]:
    """Return the rungs that a complaint's open promises have before them or behind them, the lowest first."""
    rungs = [
        rung for rung in rulebook.complaint.escalation if not rung.severity or clock.severity in rung.severity
    ]  # fmt: skip
    return tuple(
        Alarm(name=deadline.name, share=rung.at, at=at, who=clock.owner if rung.who == "owner" else rung.who)
        for rung in sorted(rungs, key=lambda rung: rung.at)
        for deadline in found
        if deadline.name in LADDER and deadline.met_at is None
        if (at := _rung_at(deadline, rung.at, calendar)) is not None
    )


def _rung_at(deadline: Deadline, share: Decimal, calendar: Calendar) -> datetime | None:
    """Return when a share of a promise's time has gone by; None where it stands still before that."""
    if share >= 100 or deadline.target_minutes is None:
        return deadline.due
    minutes = int(deadline.target_minutes * share // 100)
    span = Duration(minutes, "wm" if deadline.target.working else "m")
    return worktime.add(calendar, deadline.since, span, deadline.pauses)


# --- what is promised -------------------------------------------------------------------------------------------


def promises(clock: Clock, rulebook: Rulebook) -> Iterator[Promise]:
    """Yield what the customer is owed, as the severity sets it, and when to ask a customer who is waited for."""
    severity = next((known for known in rulebook.complaint.severity if known.id == clock.severity), None)
    if clock.status == "merged":
        return
    if severity is not None:
        yield from _owed(clock, severity, rulebook)
    if clock.held_at is not None:
        rules, until = rulebook.complaint, clock.held_until
        target = Duration(max(0, _apart(clock.held_at, until) // MINUTE), "m") if until else rules.chase
        rule = "complaint.hold" if until else "complaint.chase"
        yield Promise(name="chase", since=clock.held_at, target=target, rule=rule, by=until)


def _owed(clock: Clock, severity: Severity, rulebook: Rulebook) -> Iterator[Promise]:
    rule = f"complaint.severity.{severity.id}"
    yield Promise(
        name="acknowledge", since=clock.received_at, target=severity.acknowledge, met_at=clock.acknowledged_at,
        rule=f"{rule}.acknowledge",
    )  # fmt: skip
    yield Promise(
        name="resolve", since=clock.opened_at, target=severity.resolve, met_at=clock.resolved_at,
        rule=f"{rule}.resolve", pauses=clock.pauses,
    )  # fmt: skip
    if clock.resolved_at is None:
        if severity.progress is not None and clock.told_at is not None and clock.held_at is None:
            since = max(clock.told_at, clock.opened_at)
            yield Promise(name="progress", since=since, target=severity.progress, rule=f"{rule}.progress",
                          pauses=clock.pauses)  # fmt: skip
    elif clock.named:
        yield Promise(
            name="communicate", since=clock.resolved_at, target=severity.communicate, met_at=clock.communicated_at,
            rule=f"{rule}.communicate",
        )  # fmt: skip
        yield Promise(
            name="follow_up", since=clock.resolved_at, target=severity.follow_up,
            met_at=called_back(clock, rulebook.complaint.follow_up_tries), rule=f"{rule}.follow_up",
        )  # fmt: skip


def tasks(clock: Clock, rulebook: Rulebook) -> Iterator[Promise]:
    """Yield what is to be done so that it does not happen again, and the measures: they run on after the closing (B5).

    A measure's time runs on the clock; one that removes a cause is looked at once more when it had time to work, and
    where it did not help another one is due (E1).
    """
    if clock.status in ("withdrawn", "merged"):
        return
    rules = rulebook.complaint
    since = clock.failed_at or (clock.resolved_at if clock.ended_at is None and uncured(clock, rulebook) else None)
    if since is not None:
        yield Promise(name="correct", since=since, target=rules.correct, rule="complaint.correct")
    for task in clock.tasks:
        target = Duration(max(0, _apart(task.since, task.due) // MINUTE), "m")
        yield Promise(name="measure", since=task.since, target=target, rule="complaint.plan", by=task.due,
                      number=task.number, owner=task.owner, met_at=task.done_at)  # fmt: skip
        if task.done_at is not None and task.improves:
            own = task.owner.casefold() == clock.owner.casefold()  # who carried it out does not judge its effect
            yield Promise(name="verify", since=task.done_at, target=rules.verify, rule="complaint.verify",
                          number=task.number, owner=SUPERVISOR if own else None, met_at=task.verified_at)  # fmt: skip


def uncured(clock: Clock, rulebook: Rulebook) -> bool:
    """Whether a complaint found valid lacks the measure against its cause that its severity asks for."""
    asked = any(known.corrective for known in rulebook.complaint.severity if known.id == clock.severity)
    return asked and clock.valid and clock.lacks_cure


def unapologised(clock: Clock, rulebook: Rulebook) -> bool:
    """Whether a customer who was right has not heard the apology that the severity asks for."""
    asked = any(known.apology for known in rulebook.complaint.severity if known.id == clock.severity)
    return asked and clock.named and clock.valid and not clock.apologised


def called_back(clock: Clock, wanted: int) -> datetime | None:
    """Return when the customer was reached, or was tried for the last time the rulebook asks for."""
    missed = 0
    for at, reached in clock.calls:
        missed += not reached
        if reached or missed >= wanted:
            return at
    return None


# --- on the calendar --------------------------------------------------------------------------------------------


def _on_calendar(promise: Promise, calendar: Calendar, stop: datetime) -> Deadline:
    """Return a promise with its due time; `stop` is up to when it is looked at while it has not been kept."""
    due = promise.by or worktime.add(calendar, promise.since, promise.target, promise.pauses)
    length = None
    if due is not None:
        days = promise.target.unit in ("wd", "d")
        length = _minutes(promise, due, calendar) if days else promise.target.minutes
    return Deadline(
        **{name: getattr(promise, name) for name in Promise._fields},
        due=due,
        met=_met(due, promise.met_at, stop),
        elapsed_minutes=_minutes(promise, promise.met_at or stop, calendar),
        target_minutes=length,
    )


def _met(due: datetime | None, met_at: datetime | None, now: datetime) -> bool | None:
    if due is None:
        return None if met_at is None else True
    if met_at is not None:
        return _apart(met_at, due) >= timedelta()
    return False if _apart(now, due) < timedelta() else None


def _minutes(promise: Promise, end: datetime, calendar: Calendar) -> int:
    """Return the whole minutes of a promise's own time gone by, none when `end` is not after its beginning."""
    if promise.target.working:
        gone = worktime.between(calendar, promise.since, end, promise.pauses)
    else:
        gone = worktime.elapsed(promise.since, end, promise.pauses)
    return max(0, gone // MINUTE)


def _apart(start: datetime, end: datetime) -> timedelta:
    """Return the real time from one moment to the other; two times of one zone would subtract by the wall clock."""
    return end.astimezone(UTC) - start.astimezone(UTC)
