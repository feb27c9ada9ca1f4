"""What complaints wait for: the next step within its time, who hears that time runs out, measures and their proof."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from cscli.domain import case, sla
from cscli.domain.calendar import Calendar
from cscli.domain.case import Complaint
from cscli.domain.clock import Clock, clock_of
from cscli.domain.due import SUPERVISOR, DueItem, due_item, in_order
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Deadline
from cscli.domain.value import Value, replace

TASKS = ("measure", "correct", "verify")  # run on after the closing


class Waiting(Value, kw_only=False):
    """Something a complaint waits for, due at a moment, whose it is to see to.

    `kind` is `report`, `alarm`, or the name of a deadline as in `sla`; `number` is the measure's. An alarm, which is
    heard from its moment until the same person hears the next one, says of which promise which `share` of the time has
    gone by.
    """

    kind: str
    due: datetime
    owner: str
    number: int | None = None
    promise: str | None = None
    share: Decimal | None = None
    until: datetime | None = None

    def shows(self, now: datetime) -> bool:
        """Whether it is there to be seen already."""
        return self.kind != "alarm" or (self.due <= now and (self.until is None or now < self.until))

    @property
    def warns(self) -> bool:
        """Whether it only says that time runs out: nothing of it can be late."""
        return self.share is not None and self.share < 100

    @property
    def promised(self) -> bool:
        """Whether the complaint is late with it."""
        return self.kind not in ("report", "alarm")


def waiting(clock: Clock, found: Sequence[Deadline], rulebook: Rulebook, calendar: Calendar) -> Iterator[Waiting]:
    """Yield what a complaint waits for, from its deadlines as `sla.deadlines` gives them.

    A severity that the supervisor is to hear of is an item for them from when it was set until they were told (B5).
    """
    going = clock.status not in ("closed", "withdrawn", "merged")
    since = clock.severe_at or clock.received_at
    untold = clock.reported_at is None or clock.reported_at < since
    if going and untold and _reported(clock, rulebook):
        yield Waiting("report", since, SUPERVISOR)
    for deadline in found:
        if deadline.due is not None and deadline.met_at is None and (going or deadline.name in TASKS):
            yield Waiting(deadline.name, deadline.due, deadline.owner or clock.owner, deadline.number)
    if going:
        rungs = sla.alarms(clock, found, rulebook, calendar)
        for place, rung in enumerate(rungs):
            above = (one.at for one in rungs[place + 1 :] if (one.name, one.who) == (rung.name, rung.who))
            yield Waiting("alarm", rung.at, rung.who, None, rung.name, rung.share, next(above, None))


def complaint_items(
    complaint: Complaint, found: Sequence[Deadline], rulebook: Rulebook, calendar: Calendar, now: datetime
) -> tuple[DueItem, ...]:
    """Return what a complaint waits for at a moment, earliest first."""
    seen = (one for one in waiting(clock_of(complaint), found, rulebook, calendar) if one.shows(now))
    return in_order(waiting_item(complaint, one, now) for one in seen)


def waiting_item(complaint: Complaint, one: Waiting, now: datetime) -> DueItem:
    """Return what a complaint waits for as a thing to do."""
    facts: dict[str, object] = {"id": complaint.id, "severity": complaint.severity}
    command = next_step(complaint)
    if one.share is not None:
        facts |= {"deadline": one.promise, "share": f"{one.share:f}"}
        command = f"cscli complaint show {complaint.id}"
    elif one.number is not None:
        facts |= {"number": str(one.number), "measure": complaint.measures[one.number - 1].what}
        done = f"verify {complaint.id} {one.number}", f"plan {complaint.id} --done {one.number}"
        verb = done[0] if one.kind == "verify" else done[1]
        command = f"cscli complaint {verb}"
    elif one.kind in COMMANDS:
        command = f"cscli complaint {COMMANDS[one.kind]} {complaint.id}"
    item = due_item("complaint", one.kind, one.due, complaint.id, facts, one.owner, now, command)
    return replace(item, overdue=False) if one.warns else item


COMMANDS = {
    "report": "report",
    "progress": "progress", "chase": "resume", "communicate": "communicate", "follow_up": "follow-up",
    "correct": "correct",
}  # fmt: skip


def _reported(clock: Clock, rulebook: Rulebook) -> bool:
    return any(known.report for known in rulebook.complaint.severity if known.id == clock.severity)


def next_step(complaint: Complaint) -> str:
    """Return the command that brings an open complaint one step on."""
    return f"cscli complaint {_verb(complaint)} {complaint.id}"


def _verb(complaint: Complaint) -> str:
    if case.hold(complaint) is not None:
        return "resume"
    steps = {"received": "acknowledge", "acknowledged": "assess"}
    if complaint.status in steps:
        return steps[complaint.status]
    if complaint.status == "resolved":
        untold = complaint.customer is not None and case.communicated_at(complaint) is None
        called = complaint.customer is None or case.followed_up(complaint)
        return "communicate" if untold else "close" if called else "follow-up"
    if complaint.judgement is None:
        known = any(event.type == "investigated" for event in complaint.events)
        return "judge" if known else "investigate"
    return "plan" if complaint.status == "assessed" else "resolve"
