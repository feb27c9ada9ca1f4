"""A random clerk who lives through a complaint, and a slow, obvious double that says how it must stand after each step.

The double knows the state, the owner, whether the customer is waited for, and every single minute in which the time to
resolve has run: those of the clock, and of them those of the office. Times are minutes since Monday 2026-11-16, 0:00.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cscli.domain import answering, case, complaint, improving, sla
from cscli.domain.case import Complaint, Measure
from cscli.domain.complaint import Grievance
from cscli.domain.complaint_rules import Rung
from cscli.domain.record import Act
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import replace
from cscli.domain.values import Duration, read_percent
from cscli.errors import Refused
from tests.builders import COMPLAINT_ID, CUSTOMER_ID, a_calendar, at, complaint_rules, rulebook
from tests.model.walk import DisagreementError

MONDAY = at("2026-11-16 00:00")
WEEK, DAY = 7 * 1440, 1440
OFFICE = [
    day * DAY + minute for day in range(5) for minute in range(DAY) if 540 <= minute < 720 or 780 <= minute < 1080
]
IN_OFFICE = frozenset(OFFICE)  # of a week
TARGETS = {"minor": (16 * 60, True), "major": (8 * 60, True), "critical": (4 * 60, False)}  # minutes, of the office
GRAVER = tuple(TARGETS)
PEOPLE = ("li.na", "chen.jie", "wang.wei")
OPEN = {"received", "acknowledged", "assessed", "in_progress", "resolved"}
AT_WORK = {"acknowledged", "assessed", "in_progress"}
WHERE = {  # which step in which states
    "acknowledge": {"received"},
    "assess": {"acknowledged", "assessed", "in_progress"},
    "investigate": {"assessed", "in_progress"},
    "judge": {"assessed", "in_progress"},
    "plan": {"assessed", "in_progress"},
    "report": OPEN,
    "progress": AT_WORK | {"resolved"},
    "hold": AT_WORK,
    "resume": AT_WORK,
    "hand_over": OPEN,
    "change": OPEN,
    "finish": {"in_progress", "resolved", "closed"},
    "correct": {"in_progress", "resolved", "closed"},
    "verify": {"in_progress", "resolved", "closed"},
    "resolve": {"in_progress"},
    "communicate": {"resolved"},
    "follow_up": {"resolved"},
    "close": {"resolved"},
    "withdraw": OPEN,
    "merge": OPEN,
    "reopen": {"resolved", "closed", "merged"},
}
RARE = ("withdraw", "merge", "reopen")  # they end the story, or begin it anew


def rules() -> Rulebook:
    """Return the club's rules with targets that a minute counts, word to the customer, and a ladder."""
    minor, major, critical = complaint_rules().severity
    span = Duration.parse
    severities = (
        replace(minor, resolve=span("16wh"), progress=span("4wh")),
        replace(major, resolve=span("8wh"), progress=span("2wh"), corrective=True),
        replace(critical, resolve=span("4h"), progress=span("60m")),
    )
    ladder = tuple(Rung(at=read_percent(f"{share}%"), who=who) for share, who in
                   ((50, "owner"), (80, "supervisor"), (100, "wang.wei")))  # fmt: skip
    return rulebook(complaint=complaint_rules(severity=severities, escalation=ladder))


@dataclass
class SlowComplaint:
    """A complaint as a person with a pencil would keep it."""

    now: int
    severity: str
    status: str = "received"
    owner: str = "li.na"
    held: bool = False
    judged: bool = False
    judged_this_round: bool = False
    told: bool = False
    tries: int = 0
    satisfied: bool | None = None
    solved: int | None = None
    ticked: list[int] = field(default_factory=list)  # the minutes of the clock in which the time to resolve has run

    def pass_time(self, until: int) -> None:
        """Let the minutes go by, one by one."""
        while self.now < until:
            waits = self.status in OPEN - {"resolved"} or (self.status == "merged" and self.solved is None)
            if waits and not self.held:
                self.ticked.append(self.now)
            self.now += 1

    def counted(self) -> list[int]:
        """Return the minutes that count towards the target of its severity."""
        return [minute for minute in self.ticked if not TARGETS[self.severity][1] or minute % WEEK in IN_OFFICE]

    def due(self) -> int | None:
        """Return when it is, or was, to be resolved; None while the customer is waited for."""
        target, office = TARGETS[self.severity]
        counted = self.counted()
        minute = self.now if self.solved is None else self.solved
        while len(counted) < target:
            if self.held:
                return None
            if not office or minute % WEEK in IN_OFFICE:
                counted.append(minute)
            minute += 1
        return counted[target - 1] + 1

    def may(self, verb: str, words: dict[str, Any]) -> bool | None:
        """Whether a step must be possible; None where that rests on measures, of which the double knows nothing."""
        if self.status not in WHERE[verb]:
            return False
        closing = self.told and (self.satisfied or (self.satisfied is None and self.tries >= 2))
        return {
            "judge": not self.judged_this_round,
            "hold": not self.held,
            "resume": self.held,
            "hand_over": words.get("owner") != self.owner,
            "change": words.get("severity") != self.severity,
            "resolve": self.judged,
            "merge": GRAVER.index(self.severity) <= GRAVER.index(words.get("than", self.severity)),
            "close": None if closing and self.severity == "major" else bool(closing),
            "finish": None,
            "verify": None,
        }.get(verb, True)

    def do(self, verb: str, words: dict[str, Any]) -> None:
        """Take a step that is possible."""
        leads = {
            "acknowledge": "acknowledged", "resolve": "resolved", "close": "closed", "withdraw": "withdrawn",
            "merge": "merged", "plan": "in_progress",
        }  # fmt: skip
        again = verb == "reopen" or (verb == "follow_up" and words["satisfied"] is False)
        if verb in ("resolve", "reopen", "follow_up"):
            self._hear(verb, words)
        if verb in ("assess", "change"):
            self.severity = words["severity"]
        elif verb == "hand_over":
            self.owner = words["owner"]
        elif verb == "judge":
            self.judged = self.judged_this_round = True
        elif verb == "communicate":
            self.told = True
        self.held = verb == "hold" or (self.held and verb not in ("resume", "resolve", "withdraw", "merge"))
        if again:
            self.status = "received" if self.status == "merged" else "in_progress"
            self.judged_this_round, self.told, self.tries = False, False, 0
            self.ticked, self.solved = [] if self.solved is not None else self.ticked, None
        elif verb == "assess" and self.status == "acknowledged":
            self.status = "assessed"
        else:
            self.status = leads.get(verb, self.status)

    def _hear(self, verb: str, words: dict[str, Any]) -> None:
        """Note what a solution, and a call about it, leave of the customer's word."""
        if verb == "resolve":
            self.satisfied, self.told, self.tries, self.solved = None, False, 0, self.now
        elif verb == "follow_up":
            self.tries += not words["reached"]
            self.satisfied = words["satisfied"] if words["reached"] else self.satisfied


class ComplaintWalk:
    """One story: the complaint as the house keeps it, and its double."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
        self.rules, self.calendar = rules(), a_calendar()
        start = self.chance.randrange(WEEK)
        severity = self.chance.choice(list(TARGETS))
        self.slow = SlowComplaint(start, severity)
        self.story: list[str] = []
        grievance = Grievance(content="等了半小时", category="service", severity=severity)
        self.record = complaint.create(
            grievance, self.rules, self.act("li.na"), record_id=COMPLAINT_ID, customer=CUSTOMER_ID
        )
        self.other = replace(self.record, id="CP-261116-9M2KQ4")

    def act(self, by: str) -> Act:
        """Return who does something now."""
        now = MONDAY + timedelta(minutes=self.slow.now)
        return Act(by=by, at=now, now=now)

    def run(self, steps: int) -> Complaint:
        """Take so many steps and return the complaint."""
        for _ in range(steps):
            self.step()
        return self.record

    def step(self) -> None:
        """Let some time pass, try something, and compare."""
        self.slow.pass_time(self.slow.now + self.chance.choice((0, 1, 7, 30, 60, 180, 600, 1500)))
        self._compare()
        likely = [verb for verb, where in WHERE.items() if self.slow.status in where and verb not in RARE]
        every = list(WHERE) if self.chance.random() < 0.2 or not likely else likely
        verb = self.chance.choice(every)
        words = self._words(verb)
        self.story.append(f"{MONDAY + timedelta(minutes=self.slow.now):%m-%d %H:%M} {verb} {words}")
        wanted = self.slow.may(verb, words)
        try:
            after = self._deed(verb, words)()
        except Refused as problem:
            self._must(wanted is not True, f"{verb} was refused: {problem.key}")
            return
        self._must(wanted is not False, f"{verb} was done")
        self.record = after
        self.slow.do(verb, words)
        self._compare()

    def _words(self, verb: str) -> dict[str, Any]:
        if verb in ("assess", "change"):
            return {"severity": self.chance.choice(list(TARGETS))}
        if verb == "merge":
            return {"than": self.other.severity}
        if verb == "hand_over":
            return {"owner": self.chance.choice(PEOPLE)}
        if verb == "follow_up":
            reached = self.chance.random() < 0.6
            return {"reached": reached, "satisfied": self.chance.random() < 0.6 if reached else None}
        if verb in ("finish", "verify"):
            ripe = [number for number, one in enumerate(self.record.measures, start=1) if one.done == (verb == "verify")
                    and (one.improves or verb == "finish")]  # fmt: skip
            any_one = self.chance.randint(1, max(1, len(self.record.measures)))
            return {"number": self.chance.choice(ripe) if ripe and self.chance.random() < 0.8 else any_one}
        return {}

    def _deed(self, verb: str, words: dict[str, Any]) -> Callable[[], Complaint]:
        record, act = self.record, self.act(self.chance.choice(PEOPLE))
        kind: Any = self.chance.choice(("corrective", "preventive"))
        due = act.at + timedelta(minutes=self.chance.randint(0, 4000))
        measure = Measure(what="重新培训", owner="chen.jie", due=due)
        until = act.at + timedelta(hours=30) if self.chance.random() < 0.5 else None
        effective = self.chance.random() < 0.5
        deeds: dict[str, Callable[[], Complaint]] = {
            "acknowledge": lambda: complaint.acknowledge(record, act),
            "assess": lambda: complaint.assess(record, self.rules, act, **words),
            "investigate": lambda: complaint.investigate(record, act, findings="属实"),
            "judge": lambda: complaint.judge(record, self.rules, act, judgement="valid", criterion="polite"),
            "plan": lambda: answering.plan(record, act, measures=(measure,)),
            "report": lambda: complaint.report(record, act),
            "progress": lambda: complaint.progress(record, act, told="周三答复"),
            "hold": lambda: complaint.hold(record, act, reason="等照片", until=until),
            "resume": lambda: complaint.resume(record, act),
            "hand_over": lambda: complaint.hand_over(record, act, **words),
            "change": lambda: complaint.change(record, self.rules, act, **words),
            "finish": lambda: answering.finish_measure(record, act, **words) if record.measures else _nothing(),
            "correct": lambda: improving.correct(record, act, measures=(replace(measure, kind=kind),)),
            "verify": lambda: (
                improving.verify(record, act, effective=effective, **words) if record.measures else _nothing()
            ),
            "resolve": lambda: answering.resolve(record, act, response="apology", decision="道歉"),
            "communicate": lambda: answering.communicate(record, self.rules, act, accepted=True),
            "follow_up": lambda: answering.follow_up(record, act, **words),
            "close": lambda: answering.close(record, self.rules, act, cause="staff"),
            "withdraw": lambda: complaint.withdraw(record, act, reason="误会"),
            "merge": lambda: complaint.merge(record, act, into=self.other),
            "reopen": lambda: complaint.reopen(record, act, reason="复发"),
        }
        return deeds[verb]

    def _compare(self) -> None:
        """Both must say the same of where it stands, whose it is, and how long the time to resolve has run."""
        record, slow = self.record, self.slow
        told = (slow.status, slow.owner, slow.severity, slow.held)
        said = (record.status, record.owner, record.severity, case.hold(record) is not None)
        self._must(told == said, f"{told} on paper, {said} in the house")
        if slow.status not in OPEN:
            return
        now = MONDAY + timedelta(minutes=slow.now)
        found = {one.name: one for one in sla.deadlines(record, self.rules, self.calendar, now)}["resolve"]
        due = slow.due()
        on_paper = (due, len(slow.counted()))
        in_house = ((found.due - MONDAY) // timedelta(minutes=1) if found.due else None, found.elapsed_minutes)
        self._must(on_paper == in_house, f"due and gone by: {on_paper} on paper, {in_house} in the house")

    def _must(self, right: bool, problem: str) -> None:
        if not right:
            told = "\n  ".join(self.story[-12:])
            raise DisagreementError(f"seed {self.seed}, step {len(self.story)}: {problem}\n  {told}")


def _nothing() -> Complaint:
    raise Refused("state.illegal")


def life(seed: int, steps: int) -> Complaint:
    """Return a complaint that has lived through a random story."""
    return ComplaintWalk(seed).run(steps)
