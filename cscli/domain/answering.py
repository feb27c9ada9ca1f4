"""The answer to a complaint: the plan and its measures, the decision, what the customer says of it, and the closing.

As in `complaint`, every function takes the complaint as it was and returns it as it is afterwards.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cscli.domain import case, states
from cscli.domain.case import UNSAID, Complaint, Means, Measure, Response
from cscli.domain.casework import (
    happened,
    impartial,
    may,
    measure_at,
    named,
    need,
    own_case,
    permitted,
    planned,
    refused,
    with_measure,
)
from cscli.domain.complaint import reopen
from cscli.domain.complaint_rules import External
from cscli.domain.permit import Breach, Permit
from cscli.domain.record import Act
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import replace

UNSATISFIED = "unsatisfied"


def plan(
    complaint: Complaint,
    act: Act,
    *,
    measures: Sequence[Measure],
    note: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Add measures to the plan, each with its owner and a deadline still to come (B5).

    Only for a complaint judged invalid may there be none: what it needs is the explanation.
    """
    may(complaint, "planned")
    if not measures and complaint.judgement != "invalid":
        raise refused("no_measures", "plan", complaint.id)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    header = {"measures": planned(complaint, measures, act, "plan")}
    return happened(complaint, act, "planned", measures=len(measures), note=note, header=header, **kept)


def finish_measure(complaint: Complaint, act: Act, *, number: int, note: str | None = None) -> Complaint:
    """Note that a measure was carried out, counted from 1; it may be after the closing. Raises `NotFound`.

    Whom the complaint is against speaks for their own measures only.
    """
    may(complaint, "measure_done")
    measure = measure_at(complaint, number)
    if measure.owner.casefold() != act.by.casefold():
        for breach in own_case(complaint.id, complaint.against, act.by):
            raise breach.refusal()
    if measure.done_at is not None:
        raise refused("measure_done", "plan", complaint.id, number=number, what=measure.what, at=measure.done_at)
    header = {"measures": with_measure(complaint, number, replace(measure, done_at=act.at))}
    return happened(complaint, act, "measure_done", measure=number, note=note, header=header)


def may_resolve(complaint: Complaint) -> None:
    """Refuse a solution of what nobody has judged, or that is in no state for one."""
    may(complaint, "resolved")
    if complaint.judgement is None:
        raise refused("unjudged", "resolve", complaint.id)


def resolve(
    complaint: Complaint,
    act: Act,
    *,
    response: Response,
    decision: str,
    compensation: Decimal | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Note the decision and what the customer gets; a complaint must have been judged before (E1).

    What the customer said of an earlier solution is not their word on this one: it leaves the header. If the complaint
    waited for the customer, it does so no longer.
    """
    may_resolve(complaint)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    need(decision, "decision", "resolve", complaint.id)
    if not compensation and (response == "compensation" or compensation is not None):
        raise refused("amount", "resolve", complaint.id)
    given: dict[str, Any] = {"response": response, "decision": decision, "compensation": compensation}
    return happened(complaint, act, "resolved", header={**dict.fromkeys(UNSAID), **given}, **given, **kept)


def communicate(
    complaint: Complaint,
    rulebook: Rulebook,
    act: Act,
    *,
    accepted: bool | None = None,
    external: str | None = None,
    means: Means = "phone",
    note: str | None = None,
    apology: bool = False,
    permit: Permit | None = None,
) -> Complaint:
    """Note that the customer was told of the decision, and whether they accept it (ISO 10002 8.8, 8.9).

    One who does not accept it is told where else to turn, where the rulebook knows of such a place; whatever they said
    of the solution before is not their word any more.
    """
    may(complaint, "communicated")
    known = rulebook.complaint.external
    place = named(known, external, "rulebook.no_external") if external else None
    if place is not None and accepted is not False:
        raise refused("external_for", "communicate", complaint.id)
    if accepted is False and place is None and known:
        raise refused("external", "communicate", complaint.id, known=tuple(map(_place, known)))
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    told: dict[str, Any] = {"accepted": accepted, "external": place}
    unsaid = {"satisfied": None, "rating": None} if accepted is False else {}
    kept |= {"apology": True} if apology else {}
    return happened(complaint, act, "communicated", means=means, note=note, header=told | unsaid, **told, **kept)


def _place(place: External) -> str:
    """Return where else a customer may turn, with what the clerk has to tell them."""
    return f"{place.id} ({' '.join(dict.fromkeys(filter(None, (place.name, place.phone))))})"


def follow_up(
    complaint: Complaint,
    act: Act,
    *,
    reached: bool,
    satisfied: bool | None = None,
    rating: int | None = None,
    means: Means = "phone",
    note: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Note a call back; a customer who is not satisfied has the complaint opened again (B5, E1).

    Nobody asks whether the customer is content with a complaint against themselves.
    """
    may(complaint, "followed_up")
    if reached and satisfied is None:
        raise refused("no_answer", "follow_up", complaint.id)
    if not reached and (satisfied is not None or rating is not None):
        raise refused("unreached", "follow_up", complaint.id)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    answer: dict[str, Any] = {"satisfied": satisfied, "rating": rating} if reached else {}
    called = happened(
        complaint, act, "followed_up", means=means, reached=reached, note=note, header=answer, **answer, **kept
    )  # fmt: skip
    return reopen(called, act, reason=UNSATISFIED, permit=permit) if satisfied is False else called


def may_close(complaint: Complaint, rulebook: Rulebook, cause: str | None) -> None:
    """Refuse to close what is not resolved yet, every step that is ahead named, or is in no state for it."""
    if complaint.status in states.OPEN_COMPLAINT[:-1]:
        ahead = [step for step, done in case.completeness(complaint, rulebook.complaint.follow_up_tries) if not done]
        lacking = (*(step for step in ahead if step != "closed"), *(() if cause or complaint.cause else ("cause",)))
        raise refused("close_early", "close", complaint.id, missing=lacking)
    may(complaint, "closed")


def close(
    complaint: Complaint,
    rulebook: Rulebook,
    act: Act,
    *,
    cause: str | None = None,
    note: str | None = None,
    signed_by: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Close a resolved complaint with its cause; all missing steps are named at once (B5, ISO 10002).

    The follow-up is done when the customer was reached and satisfied, or could not be reached as many times as the
    rulebook asks; where nobody left a name there is none. Where its severity asks for it, a valid one needs a measure
    against its cause, and somebody else than who resolved it signs it off. One that is not resolved yet cannot be
    closed by any permit: what it lacks up to there is named as well. `signed_by` is who signed for the side it is
    against (D2), `note` is the improvement.
    """
    rules = rulebook.complaint
    severity = next((kind for kind in rules.severity if kind.id == complaint.severity), None)
    known = named(rules.cause, cause, "rulebook.no_cause") if cause else complaint.cause
    may_close(complaint, rulebook, known)
    given_up = complaint.satisfied is None and case.tries(complaint) >= rules.follow_up_tries
    steps = {"judgement": complaint.judgement is not None, "cause": known is not None}
    if complaint.customer is not None:
        steps |= {
            "communicated": case.communicated_at(complaint) is not None,
            "follow_up": complaint.satisfied is True or given_up,
        }
        if severity is not None and severity.apology and complaint.judgement == "valid":
            steps["apology"] = case.apologised(complaint)
    if severity is not None and severity.corrective and complaint.judgement == "valid":
        steps["corrective"] = case.cured(complaint)
    missing = tuple(step for step, done in steps.items() if not done)
    breaches = own_case(complaint.id, complaint.against, act.by)
    if missing:
        breaches.append(Breach("complaint.close", {"id": complaint.id, "missing": missing}))
    if severity is not None and severity.sign_off and act.by.casefold() == (resolver(complaint) or "").casefold():
        breaches.append(Breach("complaint.sign_off", {"id": complaint.id, "person": act.by}))
    kept = permitted(breaches, permit)
    return happened(
        complaint, act, "closed", cause=known, note=note, signed_by=signed_by, missing=missing,
        header={"cause": known}, **kept,
    )  # fmt: skip


def resolver(complaint: Complaint) -> str | None:
    """Return who found the present solution."""
    return next((event.by for event in reversed(complaint.events) if event.type == "resolved"), None)
