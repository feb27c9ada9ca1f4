"""Explaining deadlines: which rule set the target, since when it counts, and every piece of time on the way.

The deadlines themselves come from `sla`; here is only told how they come about.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from cscli.domain import sla, worktime
from cscli.domain.calendar import ONE_DAY, Calendar
from cscli.domain.case import Complaint
from cscli.domain.clock import Clock, clock_of
from cscli.domain.complaint_rules import Severity
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Alarm, Deadline
from cscli.domain.value import Value, replace
from cscli.domain.values import Duration
from cscli.domain.worktime import ZERO

NAMES = ("acknowledge", "resolve", "progress", "communicate", "follow_up", "chase", "measure", "correct", "verify")
ROUND = ("resolve", "communicate", "follow_up")  # what each round of a complaint owes anew
TASKS = ("measure", "correct", "verify")  # run on after the closing
OVER = ("closed", "withdrawn", "merged")
BY_SEVERITY = "complaint.severity."


class Piece(Value):
    """A stretch of time on a deadline's way, [start, end), that counted or did not, and why.

    `reason` is that of a `Segment`, or `break`: between two office hours of one day. `total` is what has counted up to
    `end`; `ends` says what falls there: `due`, `met`, `now`, or `ended` where the complaint was closed or withdrawn.
    """

    start: datetime
    end: datetime
    counted: bool
    reason: str
    detail: str | None
    length: timedelta
    total: timedelta
    ends: tuple[str, ...]


class Setting(Value):
    """A severity, since when and by which event of whom; `rule` and `target` are what it sets for a deadline."""

    severity: str
    at: datetime
    by: str
    event: str
    rule: str | None = None
    target: Duration | None = None


class DeadlineSaid(Value):
    """A deadline and how it comes about.

    `why` says since when it counts: received, reopened, told, resolved, held, planned, done or ineffective. `begins` is
    when its time first ran, None where it never did. `days` are the working days counted after the one it began on.
    `plain` is when it would be due had nobody waited, `paused` the time of its own that the waiting took. `shift` is
    how much longer its days are than 24 hours each. `unknown` are years on the way whose holidays are not announced.
    `settings` are the severities that set its target, the one that holds last; none where no severity does. `round`
    counts the rounds of a complaint that was solved and opened again, None where one is all there was.
    """

    deadline: Deadline
    why: str
    begins: datetime | None
    days: tuple[date, ...]
    plain: datetime | None
    paused: timedelta
    shift: timedelta
    unknown: tuple[int, ...]
    settings: tuple[Setting, ...]
    alarms: tuple[Alarm, ...]
    pieces: tuple[Piece, ...]
    round: int | None = None


class SlaSaid(Value):
    """The deadlines of a complaint explained, as they stand at a moment; `settings` are its severities over time.

    A complaint that was opened again has each round of `ROUND`, oldest first; `total` is then the working time from
    the receipt to the solution that stands, the waiting taken off.
    """

    complaint: Complaint
    now: datetime
    settings: tuple[Setting, ...]
    deadlines: tuple[DeadlineSaid, ...]
    total: timedelta | None = None


def explain(complaint: Complaint, rulebook: Rulebook, calendar: Calendar, now: datetime) -> SlaSaid:
    """Return how each deadline of a complaint comes about; raises `Refused` for hours in which no time ever runs."""
    clock = clock_of(complaint)
    found = sla.deadlines(clock, rulebook, calendar, now)
    rungs = sla.alarms(clock, found, rulebook, calendar) if complaint.status not in OVER else ()
    history = tuple(severities(complaint))
    said = [
        _said(
            deadline, clock, calendar, now, _settings(deadline, history, rulebook),
            tuple(rung for rung in rungs if rung.name == deadline.name),
        )
        for deadline in found
    ]  # fmt: skip
    earlier = list(rounds(complaint, clock))
    before = [
        replace(_said(deadline, round_, calendar, now, _settings(deadline, history, rulebook), ()), round=number)
        for number, round_ in enumerate(earlier, start=1)
        for deadline in sla.deadlines(round_, rulebook, calendar, now)
        if deadline.name in ROUND and deadline.met_at is not None
    ]
    total = None
    if before:
        place = next((place for place, one in enumerate(said) if one.deadline.name != "acknowledge"), len(said))
        last = [replace(one, round=len(earlier) + 1) if one.deadline.name in ROUND else one for one in said[place:]]
        said = [*said[:place], *before, *last]
        if clock.resolved_at is not None:
            total = worktime.between(calendar, clock.received_at, clock.resolved_at, clock.pauses)
    return SlaSaid(complaint=complaint, now=now, settings=history, deadlines=tuple(said), total=total)


def rounds(complaint: Complaint, clock: Clock) -> Iterator[Clock]:
    """Yield the clock of each earlier round that was solved: from the receipt or a reopening to what came after."""
    opened, solved, told = clock.received_at, None, None
    calls: list[tuple[datetime, bool]] = []
    for event in complaint.events:
        if event.type == "resolved":
            solved, told, calls = event.at, None, []
        elif event.type == "communicated":
            told = event.at
        elif event.type == "followed_up":
            calls.append((event.at, bool(event.reached)))
        elif event.type == "reopened":
            if solved is not None:
                own = tuple(pause for pause in clock.pauses if opened <= pause[0] < solved)
                yield replace(clock, opened_at=opened, resolved_at=solved, communicated_at=told, calls=tuple(calls),
                              pauses=own, ended_at=None)  # fmt: skip
            opened, solved = event.at if solved is not None else opened, None


def severities(complaint: Complaint) -> Iterator[Setting]:
    """Yield which severity a complaint had since when, from the receipt on."""
    changes = [
        (event, event.changes["severity"])
        for event in complaint.events
        if event.changes and "severity" in event.changes
    ]
    first = changes[0][1].from_ if changes else complaint.severity
    yield Setting(severity=str(first), at=complaint.received_at, by=complaint.first_receiver, event="created")
    for event, delta in changes:
        yield Setting(severity=str(delta.to), at=event.at, by=event.by, event=event.type)


def _settings(deadline: Deadline, history: Sequence[Setting], rulebook: Rulebook) -> tuple[Setting, ...]:
    """Return what each severity on the way set for a deadline; nothing for one that no severity sets."""
    if not deadline.rule.startswith(BY_SEVERITY):
        return ()
    field = deadline.rule.rpartition(".")[2]
    known: dict[str, Severity] = {severity.id: severity for severity in rulebook.complaint.severity}
    return tuple(
        Setting(
            severity=setting.severity, at=setting.at, by=setting.by, event=setting.event,
            rule=f"{BY_SEVERITY}{setting.severity}.{field}",
            target=getattr(known.get(setting.severity), field, None),
        )
        for place, setting in enumerate(history)
        if place + 1 == len(history) or history[place + 1].at > deadline.since  # it never applied to this one
    )  # fmt: skip


def _said(
    deadline: Deadline,
    clock: Clock,
    calendar: Calendar,
    now: datetime,
    settings: tuple[Setting, ...],
    alarms: tuple[Alarm, ...],
) -> DeadlineSaid:
    over = clock.ended_at if deadline.name not in TASKS and clock.ended_at and clock.ended_at < now else None
    pieces = tuple(_pieces(deadline, calendar, over or now, "ended" if over else "now"))
    free = () if deadline.by else deadline.pauses
    last = pieces[-1].end if pieces else deadline.since
    end = deadline.due or last
    return DeadlineSaid(
        deadline=deadline,
        why=_why(deadline, clock),
        begins=next((piece.start for piece in pieces if piece.counted), None),
        days=tuple(_days(deadline, calendar)),
        plain=worktime.add(calendar, deadline.since, deadline.target) if free else deadline.due,
        paused=_own(deadline, calendar, end, paused=False) - _own(deadline, calendar, end, paused=True),
        shift=_shift(deadline, calendar),
        unknown=sla.unannounced(deadline, calendar, last),
        settings=settings,
        alarms=alarms,
        pieces=pieces,
    )


# --- since when -------------------------------------------------------------------------------------------------


def _why(deadline: Deadline, clock: Clock) -> str:
    """Return what a deadline counts from."""
    name = deadline.name
    if name == "resolve":
        return "reopened" if clock.opened_at != clock.received_at else "received"
    if name == "progress":
        return "told" if deadline.since == clock.told_at else "reopened"
    if name == "correct":
        return "ineffective" if clock.failed_at is not None else "resolved"
    usual = {"acknowledge": "received", "chase": "held", "measure": "planned", "verify": "done"}
    return usual.get(name, "resolved")


def _days(deadline: Deadline, calendar: Calendar) -> Iterator[date]:
    """Yield the working days a target counts, the first one after that on which it began."""
    if deadline.target.unit != "wd" or deadline.by is not None:
        return
    begin, _ = next(calendar.office_stretches(deadline.since, None))
    day, left = begin.astimezone(calendar.zone).date(), deadline.target.amount
    while left:
        day += ONE_DAY
        if calendar.office_of(day):
            left -= 1
            yield day


# --- how much ---------------------------------------------------------------------------------------------------


def _own(deadline: Deadline, calendar: Calendar, end: datetime, *, paused: bool) -> timedelta:
    """Return how much of a deadline's own kind of time lies before a moment, with or without its pauses."""
    pauses = deadline.pauses if paused else ()
    if deadline.target.working:
        return worktime.between(calendar, deadline.since, end, pauses)
    return worktime.elapsed(deadline.since, end, pauses)


def _shift(deadline: Deadline, calendar: Calendar) -> timedelta:
    """Return how much longer the days of a target are than 24 hours each, because the clock was changed."""
    if deadline.target.unit != "d" or deadline.due is None or deadline.by is not None:
        return ZERO
    return _own(deadline, calendar, deadline.due, paused=True) - deadline.target.delta


# --- piece by piece ---------------------------------------------------------------------------------------------


def _pieces(deadline: Deadline, calendar: Calendar, stop: datetime, stopped: str) -> Iterator[Piece]:
    """Yield the time from the beginning to the last of what falls on it: the due time, and the doing or `stop`."""
    marks: dict[datetime, list[str]] = {}
    last = (("met", deadline.met_at),) if deadline.met_at else ((stopped, stop),)
    for name, moment in (("due", deadline.due), *last):
        if moment is not None:
            marks.setdefault(moment.astimezone(UTC), []).append(name)
    walk = worktime.segments if deadline.target.working else worktime.passing
    reached, total = deadline.since.astimezone(UTC), ZERO
    for cut in sorted(mark for mark in marks if mark > reached):
        segments = walk(calendar, reached, cut, deadline.pauses)
        for place, segment in enumerate(segments, start=1):
            total += segment.length if segment.counted else ZERO
            yield Piece(
                start=segment.start,
                end=segment.end,
                counted=segment.counted,
                reason="break" if _is_break(segment, calendar) else segment.reason,
                detail=segment.detail,
                length=segment.length,
                total=total,
                ends=tuple(marks[cut]) if place == len(segments) else (),
            )
        reached = cut


def _is_break(segment: worktime.Segment, calendar: Calendar) -> bool:
    """Whether a piece lies between two office hours of one day."""
    if segment.reason != "closed" or segment.start.date() != segment.end.date():
        return False
    hours = calendar.office_of(segment.start.date())
    return bool(hours) and hours[0][0] < segment.start.astimezone(UTC) and segment.end.astimezone(UTC) < hours[-1][1]
