"""What must hold for the rulebook's promises on complaints: severities, and the ladder by which they are escalated."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from cscli.domain.case import SEVERITIES
from cscli.domain.price_checks import Problem
from cscli.domain.rulebook import Rulebook
from cscli.domain.staff import ROLES
from cscli.domain.values import Duration

PROMISED = ("acknowledge", "progress", "resolve", "communicate", "follow_up")
WHO = ("owner", *ROLES)
UNIT = {"m": ("clock", 1), "h": ("clock", 60), "d": ("clock", 1440), "wm": ("working", 1), "wh": ("working", 60),
        "wd": ("days", 1)}  # fmt: skip


def severities_are_three(rulebook: Rulebook) -> Iterator[Problem]:
    """Each severity has its deadlines."""
    known = {severity.id for severity in rulebook.complaint.severity}
    for severity in SEVERITIES:
        if severity not in known:
            yield "check.rulebook.severity", {"key": "complaint.severity", "value": severity}


def answers_come_before_solutions(rulebook: Rulebook) -> Iterator[Problem]:
    """The first answer, and word to the customer, are not due later than the solution; only like spans compare."""
    for severity in rulebook.complaint.severity:
        for name in ("acknowledge", "progress"):
            span: Duration | None = getattr(severity, name)
            if span is None:
                continue
            kind, length = _measured(span)
            limit, most = _measured(severity.resolve)
            if kind == limit and length > most:
                facts = {"value": str(span), "other": str(severity.resolve)}
                yield "check.rulebook.promise", {"key": f"complaint.severity.{severity.id}.{name}", **facts}


def promises_take_time(rulebook: Rulebook) -> Iterator[Problem]:
    """What is promised is due some time after it begins, or it would be late at once."""
    rules = rulebook.complaint
    spans: dict[str, Duration | None] = {
        f"severity.{severity.id}.{name}": getattr(severity, name) for severity in rules.severity for name in PROMISED
    }
    spans |= {name: getattr(rules, name) for name in ("chase", "correct", "verify")}
    for key, span in spans.items():
        if span is not None and not span.amount:
            yield "check.rulebook.no_span", {"key": f"complaint.{key}", "value": str(span)}


def rungs_have_their_place(rulebook: Rulebook) -> Iterator[Problem]:
    """A rung of the ladder stands somewhere above the ground, and whom it names is no slip of the keyboard."""
    for number, rung in enumerate(rulebook.complaint.escalation, start=1):
        key = f"complaint.escalation[{number}]"
        if not rung.at:
            yield "check.rulebook.rung", {"key": f"{key}.at"}
        near = get_close_matches(rung.who, WHO, 1, 0.8)
        if near and rung.who not in WHO:
            yield "check.rulebook.who", {"key": f"{key}.who", "value": rung.who, "near": near[0]}


def rungs_name_staff(rulebook: Rulebook, logins: Collection[str]) -> Iterator[Problem]:
    """A rung of the ladder names a role or somebody of the staff, where the desk keeps files of its staff."""
    for number, rung in enumerate(rulebook.complaint.escalation, start=1):
        slip = get_close_matches(rung.who, WHO, 1, 0.8)  # told already
        if logins and rung.who not in (*WHO, *logins) and not slip:
            key = f"complaint.escalation[{number}].who"
            yield "check.rulebook.no_login", {"key": key, "value": rung.who}


CHECKS = (severities_are_three, answers_come_before_solutions, promises_take_time, rungs_have_their_place)


def _measured(span: Duration) -> tuple[str, int]:
    kind, minutes = UNIT[span.unit]
    return kind, span.amount * minutes
