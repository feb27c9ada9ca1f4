"""A complaint: an expression of dissatisfaction that expects an answer, from its receipt until the customer is content.

Every function takes the complaint as it was and returns it as it is afterwards; nothing else is touched. `permit` is
somebody's wish to set rules aside: what was overridden is kept on the event.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from cscli.domain import states
from cscli.domain.case import (
    AGAINST_KINDS,
    CHANNELS,
    JUDGEMENTS,
    MEANS,
    RESPONSES,
    Channel,
    Complaint,
    ComplaintEvent,
    Judgement,
    Means,
    Measure,
    Response,
    judged_at,
    read_against,
    tries,
)
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.record import Act, deltas, live
from cscli.domain.rulebook import Category, Named, Rulebook
from cscli.domain.value import Value, replace
from cscli.domain.values import BadValue, read_slug
from cscli.errors import NotFound, Refused, UsageProblem

__all__ = [
    "AGAINST_KINDS", "CHANNELS", "JUDGEMENTS", "MEANS", "RESPONSES", "Channel", "Complaint", "ComplaintEvent",
    "Grievance", "Judgement", "Means", "Measure", "Response", "acknowledge", "assess", "category_named", "close",
    "create", "finish_measure", "follow_up", "hand_over", "judge", "plan", "read_against", "reopen", "resolve",
    "withdraw",
]  # fmt: skip
UNSATISFIED = "unsatisfied"


class Grievance(Value):
    """What a customer brings: `remedy` is what would put it right for them, `immediate` that it cannot wait."""

    content: str
    category: str
    severity: str = "minor"
    channel: Channel = "phone"
    remedy: str | None = None
    against: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    safety: bool = False
    immediate: bool = False
    external_ref: str | None = None


def create(
    grievance: Grievance,
    rulebook: Rulebook,
    act: Act,
    *,
    record_id: str,
    customer: str | None,
    owner: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Take a complaint; it belongs to its first receiver unless another `owner` is named (B5, D2).

    Nobody may own a complaint against themselves. Raises `UsageProblem` for an `against` that has not the form,
    `NotFound` for what the rulebook does not know.
    """
    _need(grievance.content, "content", "create", record_id)
    if grievance.occurred_at is not None and grievance.occurred_at > act.at:
        raise Refused("refused.future", rule="time", at=grievance.occurred_at)
    against = tuple(_against(entry, rulebook) for entry in grievance.against)
    keeper = owner or act.by
    overrode = _impartial(record_id, against, keeper, permit)
    complaint = Complaint(
        id=record_id,
        status="received",
        customer=customer,
        channel=grievance.channel,
        category=category_named(rulebook, grievance.category),
        severity=rulebook.severity(grievance.severity).id,
        content=grievance.content,
        remedy=grievance.remedy,
        against=against,
        owner=keeper,
        first_receiver=act.by,
        occurred_at=grievance.occurred_at,
        received_at=act.at,
        safety=grievance.safety,
        immediate=grievance.immediate,
        external_ref=grievance.external_ref,
    )
    event = ComplaintEvent(at=act.at, by=act.by, type="created", overrode=overrode, reason=reason_of(permit, overrode))
    return _live(complaint, act, event)


def acknowledge(complaint: Complaint, act: Act, *, note: str | None = None, apology: bool = False) -> Complaint:
    """Note the first answer to the customer, and whether an apology came with it (B5)."""
    event = ComplaintEvent(at=act.at, by=act.by, type="acknowledged", note=note, apology=apology)
    return _live(complaint, act, event)


def assess(
    complaint: Complaint,
    rulebook: Rulebook,
    act: Act,
    *,
    severity: str | None = None,
    category: str | None = None,
    safety: bool | None = None,
    immediate: bool | None = None,
    note: str | None = None,
) -> Complaint:
    """Settle nature and severity (B5, ISO 10002); None leaves a field as it was taken down."""
    states.step(states.COMPLAINT, complaint.status, "assessed")
    assessed = replace(
        complaint,
        severity=rulebook.severity(severity or complaint.severity).id,
        category=category_named(rulebook, category or complaint.category),
        safety=complaint.safety if safety is None else safety,
        immediate=complaint.immediate if immediate is None else immediate,
    )
    event = ComplaintEvent(
        at=act.at,
        by=act.by,
        type="assessed",
        severity=assessed.severity,
        note=note,
        changes=deltas(complaint, assessed, ("severity", "category", "safety", "immediate")) or None,
    )
    return _live(assessed, act, event)


def judge(
    complaint: Complaint,
    rulebook: Rulebook,
    act: Act,
    *,
    judgement: Judgement,
    criterion: str | None = None,
    note: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Find a complaint valid, naming the service standard that was broken, or invalid, with what was explained (E1).

    A desk whose rulebook lists no standards need not name one. Once only, unless it was reopened since.
    """
    states.step(states.COMPLAINT, complaint.status, "judged")
    earlier = judged_at(complaint)
    if earlier is not None:
        raise _refused("judged", "judge", complaint.id, judgement=complaint.judgement, at=earlier)
    overrode = _impartial(complaint.id, complaint.against, act.by, permit)
    standards = rulebook.complaint.standard
    named = _listed(standards, criterion, "rulebook.no_standard") if criterion else None
    if judgement == "valid" and standards and named is None:
        known = tuple(standard.id for standard in standards)
        raise _refused("criterion", "judge", complaint.id, known=known)
    if judgement == "invalid":
        _need(note, "explanation", "judge", complaint.id)
    event = ComplaintEvent(
        at=act.at,
        by=act.by,
        type="judged",
        judgement=judgement,
        criterion=named,
        note=note,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return _live(complaint, act, event, judgement=judgement, criterion=named)


def plan(complaint: Complaint, act: Act, *, measures: Sequence[Measure], note: str | None = None) -> Complaint:
    """Add measures to the plan, each with its owner and a deadline still to come (B5).

    Only for a complaint judged invalid may there be none: what it needs is the explanation.
    """
    states.step(states.COMPLAINT, complaint.status, "planned")
    if not measures and complaint.judgement != "invalid":
        raise _refused("no_measures", "plan", complaint.id)
    for measure in measures:
        _need(measure.what, "measure", "plan", complaint.id)
        if not measure.owner.strip():
            raise _refused("measure_owner", "plan", complaint.id, what=measure.what)
        if measure.due < act.at:
            raise _refused("measure_past", "plan", complaint.id, what=measure.what, due=measure.due)
    event = ComplaintEvent(at=act.at, by=act.by, type="planned", measures=len(measures), note=note)
    return _live(complaint, act, event, measures=(*complaint.measures, *measures))


def finish_measure(complaint: Complaint, act: Act, *, number: int, note: str | None = None) -> Complaint:
    """Note that a measure was carried out, counted from 1; it may be after the closing. Raises `NotFound`."""
    states.step(states.COMPLAINT, complaint.status, "measure_done")
    if not 1 <= number <= len(complaint.measures):
        known = tuple(str(place) for place in range(1, len(complaint.measures) + 1))
        raise NotFound("complaint.no_measure", id=complaint.id, value=str(number), known=known)
    measures = list(complaint.measures)
    measure = measures[number - 1]
    if measure.done_at is not None:
        raise _refused("measure_done", "plan", complaint.id, number=number, what=measure.what, at=measure.done_at)
    measures[number - 1] = replace(measure, done_at=act.at)
    event = ComplaintEvent(at=act.at, by=act.by, type="measure_done", measure=number, note=note)
    return _live(complaint, act, event, measures=tuple(measures))


def hand_over(
    complaint: Complaint, act: Act, *, owner: str, reason: str | None = None, permit: Permit | None = None
) -> Complaint:
    """Give a complaint to another owner, who may not be the person it is against (D2)."""
    states.step(states.COMPLAINT, complaint.status, "handed_over")
    if owner == complaint.owner:
        raise Refused("refused.nothing_changes", rule="complaint.hand_over", id=complaint.id)
    overrode = _impartial(complaint.id, complaint.against, owner, permit)
    event = ComplaintEvent(
        at=act.at,
        by=act.by,
        type="handed_over",
        owner=owner,
        overrode=overrode,
        reason=reason_of(permit, overrode) or reason,
        note=reason if overrode else None,
    )
    return _live(complaint, act, event, owner=owner)


def resolve(
    complaint: Complaint,
    act: Act,
    *,
    response: Response,
    decision: str,
    compensation: Decimal | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Note the decision told to the customer and what they get; a complaint must have been judged before.

    What the customer said of an earlier solution is not their word on this one: it leaves the header.
    """
    states.step(states.COMPLAINT, complaint.status, "resolved")
    if complaint.judgement is None:
        raise _refused("unjudged", "resolve", complaint.id)
    overrode = _impartial(complaint.id, complaint.against, act.by, permit)
    _need(decision, "decision", "resolve", complaint.id)
    if response == "compensation" and compensation is None:
        raise _refused("amount", "resolve", complaint.id)
    given: dict[str, Any] = {"response": response, "decision": decision, "compensation": compensation}
    event = ComplaintEvent(
        at=act.at, by=act.by, type="resolved", overrode=overrode, reason=reason_of(permit, overrode), **given
    )
    return _live(complaint, act, event, satisfied=None, rating=None, **given)


def follow_up(
    complaint: Complaint,
    act: Act,
    *,
    reached: bool,
    satisfied: bool | None = None,
    rating: int | None = None,
    means: Means = "phone",
    note: str | None = None,
) -> Complaint:
    """Note a call back; a customer who is not satisfied has the complaint opened again (B5, E1)."""
    states.step(states.COMPLAINT, complaint.status, "followed_up")
    if reached and satisfied is None:
        raise _refused("no_answer", "follow_up", complaint.id)
    if not reached and (satisfied is not None or rating is not None):
        raise _refused("unreached", "follow_up", complaint.id)
    event = ComplaintEvent(
        at=act.at,
        by=act.by,
        type="followed_up",
        means=means,
        reached=reached,
        satisfied=satisfied,
        rating=rating,
        note=note,
    )
    if not reached:
        return _live(complaint, act, event)
    called = _live(complaint, act, event, satisfied=satisfied, rating=rating)
    return called if satisfied else reopen(called, act, reason=UNSATISFIED)


def close(
    complaint: Complaint,
    rulebook: Rulebook,
    act: Act,
    *,
    cause: str | None = None,
    note: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Close a resolved complaint with its cause; all missing steps are named at once (B5, ISO 10002).

    The follow-up is done when the customer was reached and satisfied, or could not be reached as many times as the
    rulebook asks. `note` is the improvement.
    """
    states.step(states.COMPLAINT, complaint.status, "closed")
    overrode = _impartial(complaint.id, complaint.against, act.by, permit)
    known = _listed(rulebook.complaint.cause, cause, "rulebook.no_cause") if cause else complaint.cause
    wanted, tried = rulebook.complaint.follow_up_tries, tries(complaint)
    steps = {
        "judgement": complaint.judgement is not None,
        "cause": known is not None,
        "decision": complaint.decision is not None,
        "follow_up": complaint.satisfied is True or (complaint.satisfied is None and tried >= wanted),
    }
    missing = tuple(step for step, done in steps.items() if not done)
    facts = {"id": complaint.id, "missing": missing, "tries": tried, "wanted": wanted}
    overrode += set_aside((Breach("complaint.close", facts),) if missing else (), permit)
    event = ComplaintEvent(
        at=act.at,
        by=act.by,
        type="closed",
        cause=known,
        note=note,
        missing=missing,
        overrode=overrode,
        reason=reason_of(permit, overrode),
    )
    return _live(complaint, act, event, cause=known)


def withdraw(complaint: Complaint, act: Act, *, reason: str) -> Complaint:
    """Note that the customer takes the complaint back, or that it should never have been one."""
    _need(reason, "reason", "cancel", complaint.id)
    return _live(complaint, act, ComplaintEvent(at=act.at, by=act.by, type="withdrawn", reason=reason))


def reopen(complaint: Complaint, act: Act, *, reason: str) -> Complaint:
    """Take a resolved or closed complaint up again; it may then be judged anew."""
    _need(reason, "reason", "reopen", complaint.id)
    return _live(complaint, act, ComplaintEvent(at=act.at, by=act.by, type="reopened", reason=reason))


def category_named(rulebook: Rulebook, value: str) -> str:
    """Return the id of the category with this id or name; raises `NotFound`."""
    return _listed(rulebook.complaint.category, value, "rulebook.no_category")


def _listed(entries: Sequence[Category | Named], value: str, key: str) -> str:
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


def _against(entry: str, rulebook: Rulebook) -> str:
    try:
        kind, _, name = read_against(entry).partition(":")
    except BadValue as problem:
        raise UsageProblem(problem.key, **problem.facts) from None
    return f"{kind}:{rulebook.resource_named(name).id}" if kind == "resource" else entry


def _impartial(record_id: str, against: tuple[str, ...], who: str, permit: Permit | None) -> tuple[str, ...]:
    """Return the rule a permit sets aside where somebody would handle a complaint against themselves."""
    if f"person:{who}".casefold() not in (entry.casefold() for entry in against):
        return ()
    return set_aside((Breach("complaint.self", {"id": record_id, "person": who}),), permit)


def _refused(key: str, rule: str, record_id: str, **facts: object) -> Refused:
    return Refused(f"refused.complaint.{key}", rule=f"complaint.{rule}", id=record_id, **facts)


def _need(text: str | None, what: str, rule: str, record_id: str) -> None:
    """Refuse words that say nothing."""
    if not (text or "").strip():
        raise _refused("blank", rule, record_id, what=what)


def _live(complaint: Complaint, act: Act, event: ComplaintEvent, **header: Any) -> Complaint:
    after: Complaint = live(complaint, act, event, **header)
    return after
