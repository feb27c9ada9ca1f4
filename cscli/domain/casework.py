"""What every step of a complaint is held against: who may not handle it, words that say something, known ids.

The steps themselves stand in `complaint` (receipt to judgement), `answering` (plan to closing) and `improving` (what is
done so that it does not happen again).
"""

from collections.abc import Sequence
from typing import Any

from cscli.domain import states
from cscli.domain.case import Complaint, ComplaintEvent, Measure, read_against
from cscli.domain.complaint_rules import Category, External, Named
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.record import Act, live
from cscli.domain.rulebook import Rulebook, entry_named
from cscli.domain.values import BadValue, read_slug, says_something
from cscli.errors import NotFound, Refused, UsageProblem


def happened(
    complaint: Complaint, act: Act, type_: Any, *, header: dict[str, Any] | None = None, **facts: Any
) -> Complaint:
    """Return the complaint after an event of this type; raises `Refused` where its state does not allow it."""
    event = ComplaintEvent(at=act.at, by=act.by, type=type_, **facts)
    after: Complaint = live(complaint, act, event, **(header or {}))
    return after


def may(complaint: Complaint, event: str) -> None:
    """Refuse a step that the complaint's state does not allow, before anything else is said of it."""
    states.step(states.COMPLAINT, complaint.status, event)


def refused(key: str, rule: str, record_id: str, **facts: object) -> Refused:
    """Return the refusal of a step; `key` names the sentence below `refused.complaint`."""
    return Refused(f"refused.complaint.{key}", rule=f"complaint.{rule}", id=record_id, **facts)


def need(text: str | None, what: str, rule: str, record_id: str) -> None:
    """Refuse words that say nothing."""
    if not says_something(text or ""):
        raise refused("blank", rule, record_id, what=what)


def impartial(record_id: str, against: tuple[str, ...], who: str, permit: Permit | None) -> dict[str, Any]:
    """Return what is kept of the rule that nobody handles a complaint against themselves, where a permit sets it aside.

    Raises `Refused` without one.
    """
    return permitted(own_case(record_id, against, who), permit)


def own_case(record_id: str, against: tuple[str, ...], who: str) -> list[Breach]:
    """Return the breach of somebody who handles a complaint against themselves; none of anybody else."""
    own = f"person:{who}".casefold() in (entry.casefold() for entry in against)
    return [Breach("complaint.self", {"id": record_id, "person": who})] if own else []


def permitted(breaches: Sequence[Breach], permit: Permit | None) -> dict[str, Any]:
    """Return which rules a permit sets aside and why, as an event keeps it; raises `Refused` where it may not."""
    overrode = set_aside(breaches, permit)
    return {"overrode": overrode, "reason": reason_of(permit, overrode)} if overrode else {}


def category_named(rulebook: Rulebook, value: str) -> str:
    """Return the id of the category with this id or name; raises `NotFound`."""
    return named(rulebook.complaint.category, value, "rulebook.no_category")


def named(entries: Sequence[Category | Named | External], value: str, key: str) -> str:
    """Return the id of the entry with this id or name; where the rulebook lists none, any id will do."""
    for entry in entries:
        if value in (entry.id, entry.name):
            return entry.id
    if entries:
        raise NotFound(key, value=value, known=tuple(entry.id for entry in entries))
    try:
        return read_slug(value)
    except BadValue as problem:
        raise UsageProblem(problem.key, **problem.facts) from None


def target_named(entry: str, rulebook: Rulebook) -> str:
    """Return what a complaint is against, as it is kept: what the rulebook lists, by its id.

    Raises `NotFound` where it lists others, `UsageProblem` where it has not the form.
    """
    kind, _, name = entry.partition(":")
    if kind == "resource":
        return f"{kind}:{rulebook.resource_named(name).id}"
    if kind == "department" and rulebook.department:
        return f"{kind}:{entry_named(rulebook.department, name, 'rulebook.no_department').id}"
    try:
        return read_against(entry)
    except BadValue as problem:
        raise UsageProblem(problem.key, **problem.facts) from None


def planned(complaint: Complaint, measures: Sequence[Measure], act: Act, rule: str) -> tuple[Measure, ...]:
    """Return the measures of a complaint with more; each new one says what, by whom, and until when still to come."""
    for measure in measures:
        need(measure.what, "measure", rule, complaint.id)
        if not says_something(measure.owner):
            raise refused("measure_owner", rule, complaint.id, what=measure.what)
        if measure.due < act.at:
            raise refused("measure_past", rule, complaint.id, what=measure.what, due=measure.due)
    return (*complaint.measures, *measures)


def measure_at(complaint: Complaint, number: int) -> Measure:
    """Return the measure with a number, counted from 1; raises `NotFound`."""
    if not 1 <= number <= len(complaint.measures):
        known = tuple(str(place) for place in range(1, len(complaint.measures) + 1))
        raise NotFound("complaint.no_measure", id=complaint.id, value=str(number), known=known)
    return complaint.measures[number - 1]


def with_measure(complaint: Complaint, number: int, measure: Measure) -> tuple[Measure, ...]:
    """Return the measures of a complaint with one of them in another state."""
    return (*complaint.measures[: number - 1], measure, *complaint.measures[number:])
