"""A complaint: an expression of dissatisfaction that expects an answer, from its receipt to the judgement.

Every function takes the complaint as it was and returns it as it is afterwards; nothing else is touched. `permit` is
somebody's wish to set rules aside: what was overridden is kept on the event. How it goes on stands in `answering`, what
is done so that it does not happen again in `improving`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cscli.domain import case
from cscli.domain.case import Channel, Complaint, Judgement, Means
from cscli.domain.casework import (
    category_named,
    happened,
    impartial,
    may,
    named,
    need,
    own_case,
    permitted,
    refused,
    target_named,
)
from cscli.domain.permit import Breach, Permit
from cscli.domain.record import Act, deltas
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value, replace
from cscli.errors import Refused

CHANGEABLE = ("customer", "channel", "category", "severity", "content", "remedy", "against", "occurred_at")


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
    """Take a complaint; it belongs to its first receiver unless another `owner` is named (B5, C4, D2).

    Nobody may own a complaint against themselves. Raises `UsageProblem` for an `against` that has not the form,
    `NotFound` for what the rulebook does not know.
    """
    need(grievance.content, "content", "create", record_id)
    _is_past(grievance.occurred_at, act.at)
    against = tuple(dict.fromkeys(target_named(entry, rulebook) for entry in grievance.against))
    keeper = owner or act.by
    if owner is None and permit is None and own_case(record_id, against, keeper):
        raise refused("self_take", "self", record_id, person=keeper)
    kept = impartial(record_id, against, keeper, permit)
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
    return happened(complaint, act, "created", owner=None if keeper == act.by else keeper, **kept)


def change(
    complaint: Complaint,
    rulebook: Rulebook,
    act: Act,
    *,
    reason: str | None = None,
    permit: Permit | None = None,
    **fields: Any,
) -> Complaint:
    """Put right what was taken down; `fields` are those of `CHANGEABLE`, None leaves one as it is.

    Another severity sets other deadlines, from the receipt on. It may not be against its owner, nor against who changes
    it.
    """
    may(complaint, "changed")
    said = {name: value for name, value in fields.items() if value is not None}
    if "content" in said:
        need(said["content"], "content", "change", complaint.id)
    if "category" in said:
        said["category"] = category_named(rulebook, said["category"])
    if "severity" in said:
        said["severity"] = rulebook.severity(said["severity"]).id
    if "against" in said:
        said["against"] = tuple(dict.fromkeys(target_named(entry, rulebook) for entry in said["against"]))
    _is_past(said.get("occurred_at"), complaint.received_at)
    after = replace(complaint, **said)
    changes = deltas(complaint, after, CHANGEABLE)
    if not changes:
        raise Refused("refused.nothing_changes", rule="complaint.change", id=complaint.id)
    own = own_case(complaint.id, complaint.against, act.by)
    if not own and "against" in changes:
        own = own_case(complaint.id, after.against, complaint.owner)
    kept = permitted(own, permit)
    return happened(after, act, "changed", changes=changes, **({"reason": reason} | kept))


def acknowledge(
    complaint: Complaint, act: Act, *, note: str | None = None, apology: bool = False, permit: Permit | None = None
) -> Complaint:
    """Note the first answer to the customer, and whether an apology came with it (B5)."""
    may(complaint, "acknowledged")
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    return happened(complaint, act, "acknowledged", note=note, apology=apology, **kept)


def report(complaint: Complaint, act: Act, *, to: str | None = None, note: str | None = None) -> Complaint:
    """Note that the supervisor was told of a grave complaint, and in person whom (B5).

    Whoever it is against may tell of it, but is nobody to be told. Another severity is told anew.
    """
    may(complaint, "reported")
    if own_case(complaint.id, complaint.against, to or act.by):
        raise refused("report_self", "report", complaint.id, person=to or act.by)
    return happened(complaint, act, "reported", owner=to, note=note)


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
    permit: Permit | None = None,
) -> Complaint:
    """Settle nature and severity, or settle them anew (B5, ISO 10002); None leaves a field as it was taken down."""
    may(complaint, "assessed")
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    assessed = replace(
        complaint,
        severity=rulebook.severity(severity).id if severity else complaint.severity,
        category=category_named(rulebook, category) if category else complaint.category,
        safety=complaint.safety if safety is None else safety,
        immediate=complaint.immediate if immediate is None else immediate,
    )
    changes = deltas(complaint, assessed, ("severity", "category", "safety", "immediate")) or None
    return happened(assessed, act, "assessed", severity=assessed.severity, note=note, changes=changes, **kept)


def investigate(
    complaint: Complaint, act: Act, *, findings: str, investigator: str | None = None, permit: Permit | None = None
) -> Complaint:
    """Note what was found out, and by whom; nobody looks into a complaint against themselves (E1, C1)."""
    may(complaint, "investigated")
    need(findings, "findings", "investigate", complaint.id)
    who = investigator or act.by
    kept = impartial(complaint.id, complaint.against, who, permit)
    return happened(complaint, act, "investigated", note=findings, owner=who, **kept)


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
    may(complaint, "judged")
    earlier = case.judged_at(complaint)
    if earlier is not None:
        raise refused("judged", "judge", complaint.id, judgement=complaint.judgement, at=earlier)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    standards = rulebook.complaint.standard
    broken = named(standards, criterion, "rulebook.no_standard") if criterion else None
    if judgement == "valid" and standards and broken is None:
        raise refused("criterion", "judge", complaint.id, known=tuple(standard.id for standard in standards))
    if judgement == "invalid":
        need(note, "explanation", "judge", complaint.id)
    found: dict[str, Any] = {"judgement": judgement, "criterion": broken}
    return happened(complaint, act, "judged", note=note, header=found, **found, **kept)


# --- while it is at work ----------------------------------------------------------------------------------------


def progress(
    complaint: Complaint,
    act: Act,
    *,
    told: str,
    means: Means = "phone",
    apology: bool = False,
    permit: Permit | None = None,
) -> Complaint:
    """Note what the customer was told of how it goes, and whether an apology came with it (B5, ISO 10002 8.4)."""
    may(complaint, "progressed")
    need(told, "told", "progress", complaint.id)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    kept |= {"apology": True} if apology else {}
    return happened(complaint, act, "progressed", note=told, means=means, **kept)


def hold(
    complaint: Complaint, act: Act, *, reason: str, until: datetime | None = None, permit: Permit | None = None
) -> Complaint:
    """Let a complaint wait for its customer: the time to resolve it stands still until it goes on.

    `until` is when the customer is to be asked again, else the rulebook says.
    """
    may(complaint, "held")
    need(reason, "reason", "hold", complaint.id)
    standing = case.hold(complaint)
    if standing is not None:
        raise refused("held", "hold", complaint.id, at=standing.at)
    if until is not None and until <= act.at:
        raise refused("hold_past", "hold", complaint.id, until=until)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    return happened(complaint, act, "held", until=until, **({"reason": reason} | kept))


def resume(complaint: Complaint, act: Act, *, note: str | None = None, permit: Permit | None = None) -> Complaint:
    """Note that the customer has answered: the time runs again."""
    may(complaint, "resumed")
    if case.hold(complaint) is None:
        raise refused("not_held", "resume", complaint.id)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    return happened(complaint, act, "resumed", note=note, **kept)


def hand_over(
    complaint: Complaint, act: Act, *, owner: str, reason: str | None = None, permit: Permit | None = None
) -> Complaint:
    """Give a complaint to another owner, who may not be the person it is against (C4, D2)."""
    may(complaint, "handed_over")
    if owner == complaint.owner:
        raise Refused("refused.nothing_changes", rule="complaint.hand_over", id=complaint.id)
    kept = impartial(complaint.id, complaint.against, owner, permit)
    told = {"reason": reason} | kept
    note = reason if kept else None
    return happened(complaint, act, "handed_over", owner=owner, note=note, header={"owner": owner}, **told)


# --- ends that are no answer ------------------------------------------------------------------------------------


def withdraw(
    complaint: Complaint, act: Act, *, reason: str, twins: Sequence[Complaint] = (), permit: Permit | None = None
) -> Complaint:
    """Note that the customer takes the complaint back, or that it should never have been one.

    Whom it is against does not put it away. `twins` are its duplicates: what another customer complains of goes on, so
    it is refused while it counts here.
    """
    may(complaint, "withdrawn")
    need(reason, "reason", "cancel", complaint.id)
    others = tuple(twin.id for twin in twins if twin.customer != complaint.customer)
    if others:
        raise refused("others", "cancel", complaint.id, others=others, first=others[0])
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    return happened(complaint, act, "withdrawn", **({"reason": reason} | kept))


def merge(
    complaint: Complaint, act: Act, *, into: Complaint, reason: str | None = None, permit: Permit | None = None
) -> Complaint:
    """Note that a complaint says again what another one says already: it points there, and is in no count any more.

    Raises `Refused` for itself, for one that is a duplicate in its turn, was taken back or is closed, for whom it is
    against, and where the one that stays is taken less seriously: its deadlines would be the later ones.
    """
    may(complaint, "merged")
    if into.id == complaint.id:
        raise refused("own_duplicate", "link", complaint.id)
    if into.merged_into == complaint.id:
        raise refused("duplicate_of_this", "link", complaint.id, other=into.id)
    if into.merged_into is not None:
        raise refused("duplicate_too", "link", complaint.id, other=into.id, into=into.merged_into)
    if into.status == "withdrawn":
        raise refused("withdrawn_target", "link", complaint.id, other=into.id)
    if into.status == "closed":
        raise refused("closed_target", "link", complaint.id, other=into.id)
    breaches = own_case(complaint.id, complaint.against, act.by)
    if case.graver(complaint, into):
        facts = {"id": complaint.id, "other": into.id, "severity": complaint.severity, "than": into.severity}
        breaches.append(Breach("complaint.link", facts))
    kept = permitted(breaches, permit)
    told = {"reason": reason} | kept
    return happened(complaint, act, "merged", into=into.id, header={"merged_into": into.id}, **told)


def reopen(complaint: Complaint, act: Act, *, reason: str, permit: Permit | None = None) -> Complaint:
    """Take a resolved, closed or merged complaint up again; it may then be judged anew.

    What the customer said of the solution there was is not their word on the next one: it leaves the header.
    """
    may(complaint, "reopened")
    need(reason, "reason", "reopen", complaint.id)
    anew: dict[str, Any] = {"accepted": None, "external": None, "merged_into": None}
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    return happened(complaint, act, "reopened", header=anew, **({"reason": reason} | kept))


def _is_past(occurred: datetime | None, at: datetime) -> None:
    """Refuse that something happened after it was complained about."""
    if occurred is not None and occurred > at:
        raise Refused("refused.future", rule="time", at=occurred)
