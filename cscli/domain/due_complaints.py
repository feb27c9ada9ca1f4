"""What complaints wait for: the next step within its time, who hears that time runs out, measures and their proof."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from cscli.domain import sla
from cscli.domain.calendar import Calendar
from cscli.domain.case import Complaint
from cscli.domain.clock import Clock, clock_of
from cscli.domain.due import SUPERVISOR, DueItem, due_item, in_order
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Deadline
from cscli.domain.value import Value, replace

TASKS = ("measure", "correct", "verify")  # run on after the closing
LAST = ("apology", "close")  # when all else is done
APOLOGISE = "progress --apology"


class Waiting(Value, kw_only=False):
    """Something a complaint waits for, due at a moment, whose it is to see to; `verb` is that of the command for it.

    `kind` is `report`, `alarm`, `apology`, `close`, or a deadline's name as in `sla`; `number` is the measure's. An
    alarm, which is heard from its moment until the same person hears the next one or is late, says of which promise
    which `share` of the time has gone by.
    """

    kind: str
    due: datetime
    owner: str
    verb: str
    number: int | None = None
    promise: str | None = None
    share: Decimal | None = None
    until: datetime | None = None

    def shows(self, now: datetime) -> bool:
        """Whether it is there to be seen already."""
        return self.kind != "alarm" or (self.due <= now and (self.until is None or now < self.until))

    @property
    def warns(self) -> bool:
        """Whether nothing of it can be late: it only says that time runs out, or that all is done but the last."""
        return self.kind in LAST or (self.share is not None and self.share < 100)

    @property
    def promised(self) -> bool:
        """Whether the complaint is late with it."""
        return self.kind not in ("report", "alarm", *LAST)


def waiting(clock: Clock, found: Sequence[Deadline], rulebook: Rulebook, calendar: Calendar) -> Iterator[Waiting]:
    """Yield what a complaint waits for, from its deadlines as `sla.deadlines` gives them.

    A severity that the supervisor is to hear of is an item for them from when it was set until they were told (B5).
    """
    going = clock.status not in ("closed", "withdrawn", "merged")
    if untold(clock, rulebook):
        yield Waiting("report", clock.severe_at or clock.received_at, SUPERVISOR, "report")
    ready = _ready_at(clock, rulebook)
    if ready is not None:
        signed = any(known.sign_off for known in rulebook.complaint.severity if known.id == clock.severity)
        if sla.unapologised(clock, rulebook):
            yield Waiting("apology", ready, clock.owner, APOLOGISE)
        else:
            yield Waiting("close", ready, SUPERVISOR if signed else clock.owner, "close")
    step = next_verb(clock, rulebook) if going else ""
    for deadline in found:
        if deadline.due is not None and deadline.met_at is None and (going or deadline.name in TASKS):
            verb = VERBS.get(deadline.name, step)
            yield Waiting(deadline.name, deadline.due, deadline.owner or clock.owner, verb, deadline.number)
    if going:
        rungs = sla.alarms(clock, found, rulebook, calendar)
        late = {deadline.name: deadline.due for deadline in found if deadline.number is None}
        for place, rung in enumerate(rungs):
            above = (one.at for one in rungs[place + 1 :] if (one.name, one.who) == (rung.name, rung.who))
            until = next(above, late[rung.name] if rung.who == clock.owner else None)
            yield Waiting("alarm", rung.at, rung.who, "show", None, rung.name, rung.share, until)


def complaint_items(
    complaint: Complaint, found: Sequence[Deadline], rulebook: Rulebook, calendar: Calendar, now: datetime
) -> tuple[DueItem, ...]:
    """Return what a complaint waits for at a moment, earliest first."""
    seen = (one for one in waiting(clock_of(complaint), found, rulebook, calendar) if one.shows(now))
    return in_order(
        waiting_item(complaint.id, complaint.severity, one, now, measure_of(complaint, one.number)) for one in seen
    )


def measure_of(complaint: Complaint, number: int | None) -> str | None:
    """Return what the measure of a number is, counted from 1; None where no number is said or none has it."""
    return complaint.measures[number - 1].what if number and number <= len(complaint.measures) else None


def waiting_item(record: str, severity: str, one: Waiting, now: datetime, measure: str | None = None) -> DueItem:
    """Return what a complaint waits for as a thing to do; `measure` is what is to be carried out or proven."""
    facts: dict[str, object] = {"id": record, "severity": severity}
    command = f"cscli complaint {one.verb} {record}"
    if one.share is not None:
        facts |= {"deadline": one.promise, "share": f"{one.share:f}"}
    elif one.number is not None:
        facts |= {"number": str(one.number), "measure": measure}
        command += f" --done {one.number}" if one.verb == "plan" else f" {one.number}"
    item = due_item("complaint", one.kind, one.due, record, facts, one.owner, now, command)
    return replace(item, overdue=False) if one.warns else item


VERBS = {
    "progress": "progress", "chase": "resume", "communicate": "communicate", "follow_up": "follow-up",
    "correct": "correct", "measure": "plan", "verify": "verify",
}  # fmt: skip


def untold(clock: Clock, rulebook: Rulebook) -> bool:
    """Whether the supervisor is to hear of a complaint of this severity and has not since it was set (B5)."""
    if clock.status in ("closed", "withdrawn", "merged"):
        return False
    told = clock.reported_at is not None
    return not told and any(known.report for known in rulebook.complaint.severity if known.id == clock.severity)


def _ready_at(clock: Clock, rulebook: Rulebook) -> datetime | None:
    """Return since when a solved complaint waits for nothing but an apology and its closing; None while it does."""
    if clock.status != "resolved" or clock.resolved_at is None or sla.uncured(clock, rulebook):
        return None
    called = sla.called_back(clock, rulebook.complaint.follow_up_tries)
    steps = (clock.resolved_at, clock.communicated_at, called) if clock.named else (clock.resolved_at,)
    known = [step for step in steps if step is not None]
    return max(known) if len(known) == len(steps) else None


def next_step(complaint: Complaint, rulebook: Rulebook) -> str:
    """Return the command that brings an open complaint one step on."""
    return f"cscli complaint {next_verb(clock_of(complaint), rulebook)} {complaint.id}"


def next_verb(clock: Clock, rulebook: Rulebook) -> str:
    """Return the verb of the command that brings an open complaint one step on."""
    if clock.held_at is not None:
        return "resume"
    steps = {"received": "acknowledge", "acknowledged": "assess"}
    if clock.status in steps:
        return steps[clock.status]
    if clock.status == "resolved":
        if clock.named and clock.communicated_at is None:
            return "communicate"
        if clock.named and sla.called_back(clock, rulebook.complaint.follow_up_tries) is None:
            return "follow-up"
        if sla.uncured(clock, rulebook):
            return "correct"
        return APOLOGISE if sla.unapologised(clock, rulebook) else "close"
    if not clock.judged:
        return "judge" if clock.looked_into else "investigate"
    return "plan" if clock.status == "assessed" else "resolve"
