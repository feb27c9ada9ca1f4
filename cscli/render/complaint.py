"""Complaints as cards with their deadlines and missing steps, and as data."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from cscli.domain import masks, states
from cscli.domain.due_complaints import next_step, untold
from cscli.errors import Refused
from cscli.i18n import label, t
from cscli.i18n.forms import money
from cscli.render.booking import person_line, resource_name
from cscli.render.history import rule_name
from cscli.render.view import View
from cscli.render.width import visible, visible_lines

if TYPE_CHECKING:
    from cscli.domain.case import Complaint, Measure
    from cscli.domain.customer import Customer
    from cscli.domain.sla import Deadline


def complaint_card(view: View, complaint: "Complaint", *, reveal: bool = False, duplicates: Sequence[str] = ()) -> str:
    """Return a complaint as its owner needs it: how it stands, what it is about, what is due, what is missing.

    `duplicates` are the complaints that were merged into it.
    """
    from cscli.render.table import card

    lines = [(t("label.field.complaint"), _headline(view, complaint))]
    if view.dry_run:
        lines.insert(0, (t("label.field.dry_run"), t("label.dry_run")))
    if complaint.merged_into:
        lines.append((t("label.field.merged"), t("label.complaint.merged", id=complaint.merged_into)))
    lines += _waiting(view, complaint)
    lines.append((t("label.field.category"), rule_name(view.rulebook, "category", complaint.category)))
    lines.append((t("label.field.received"), _received(view, complaint)))
    if view.person is not None:
        lines.append((t("label.field.customer"), person_words(view.person, new=view.opened, reveal=reveal)))
    lines.append((t("label.field.content"), visible_lines(complaint.content)))
    if complaint.remedy:
        lines.append((t("label.field.remedy"), visible_lines(complaint.remedy)))
    if complaint.against:
        lines.append((t("label.field.against"), ", ".join(target_words(view, entry) for entry in complaint.against)))
    lines.append((t("label.field.owner"), _owner(complaint)))
    lines += _answer(view, complaint)
    deadlines = deadlines_of(view, complaint)
    promises = [_deadline(view, deadline) for deadline in deadlines if deadline.name != "measure"]
    lines.append((t("label.field.deadlines"), "\n".join(promises) or t("label.none")))
    if complaint.measures:
        lines.append((t("label.field.measures"), "\n".join(_measures(view, complaint, deadlines))))
    if duplicates:
        lines.append((t("label.field.duplicates"), ", ".join(duplicates)))
    if complaint.status != "merged":
        lines.append((t("label.field.completeness"), completeness_words(view, complaint)))
    if complaint.status in states.OPEN_COMPLAINT:
        lines.append((t("label.field.next"), next_step(complaint, view.rulebook)))
    if _unreported(view, complaint):
        lines.append((t("label.field.report"), t("label.complaint.report", id=complaint.id)))
    return card(lines, view.width)


def complaint_data(view: View, complaint: "Complaint", duplicates: Sequence[str] = ()) -> dict[str, Any]:
    """Return a complaint for programs, with deadlines and completeness under `derived`."""
    from cscli.domain import case
    from cscli.render.data import record_data

    data = record_data(complaint)
    data["derived"] = {
        "deadlines": [_deadline_data(view, deadline) for deadline in deadlines_of(view, complaint)],
        "completeness": dict(case.completeness(complaint, view.rulebook.complaint.follow_up_tries)),
        "reopened": len(case.gone_back(complaint)),
        "next": next_step(complaint, view.rulebook) if complaint.status in states.OPEN_COMPLAINT else None,
        "on_hold": case.hold(complaint) is not None,
        "duplicates": list(duplicates),
        "overridden": any(event.overrode for event in complaint.events),
        "dry_run": view.dry_run,
    }
    return data


def deadlines_of(view: View, complaint: "Complaint") -> tuple["Deadline", ...]:
    """Return a complaint's deadlines; none where the rulebook's hours do not allow any to be worked out."""
    from cscli.domain import sla

    try:
        return sla.deadlines(complaint, view.rulebook, view.calendar, view.now)
    except Refused:
        return ()


def _headline(view: View, complaint: "Complaint") -> str:
    words = [complaint.id, label("status", complaint.status), rule_name(view.rulebook, "severity", complaint.severity)]
    words += [t(f"label.mark.{name}") for name in ("safety", "immediate") if getattr(complaint, name)]
    if _unreported(view, complaint):
        words.append(t("label.mark.report"))
    if any(event.overrode for event in complaint.events):
        words.append(t("label.overridden"))
    return "  ".join(words)


def _unreported(view: View, complaint: "Complaint") -> bool:
    """Whether the supervisor is still to hear of a complaint."""
    from cscli.domain.clock import clock_of

    return untold(clock_of(complaint), view.rulebook)


def _waiting(view: View, complaint: "Complaint") -> list[tuple[str, str]]:
    """Return since when and for what the complaint waits for its customer."""
    from cscli.domain import case

    held = case.hold(complaint)
    if held is None:
        return []
    words = t(
        "label.complaint.held", at=held.at.astimezone(view.rulebook.zone), reason=visible_lines(held.reason or "")
    )
    return [(t("label.field.held"), words)]


def _received(view: View, complaint: "Complaint") -> str:
    zone = view.rulebook.zone
    channel = label("channel", complaint.channel)
    words = t("label.complaint.received", at=complaint.received_at.astimezone(zone), channel=channel)
    if complaint.occurred_at is None:
        return words
    return f"{words}  {t('label.complaint.occurred', at=complaint.occurred_at.astimezone(zone))}"


def person_words(person: "Customer", *, new: bool, reveal: bool) -> str:
    """Return who complains, with the card and ID number that the register asks for (D2)."""
    words = [person_line(person, new=new, reveal=reveal)]
    for key, number in (("card", person.card.number if person.card else None), ("id_number", person.id_number)):
        if number:
            words.append(f"{t(f'label.field.{key}')} {visible(number) if reveal else masks.mask_number(number)}")
    return "  ".join(words)


def target_words(view: View, entry: str) -> str:
    kind, _, name = entry.partition(":")
    shown = resource_name(view, name) if kind == "resource" else name
    if kind == "department":
        shown = next((known.name for known in view.rulebook.department if known.id == name), name)
    return f"{t(f'label.against.{kind}')} {visible(shown)}"


def _owner(complaint: "Complaint") -> str:
    if complaint.owner == complaint.first_receiver:
        return visible(complaint.owner)
    return t("label.complaint.owner", owner=visible(complaint.owner), first=visible(complaint.first_receiver))


def _answer(view: View, complaint: "Complaint") -> list[tuple[str, str]]:
    """Return what was found and decided, and what the customer says of it, as far as it has come."""
    found = [(t("label.field.findings"), words) for words in findings_words(complaint)]
    if complaint.judgement:
        words = [label("judgement", complaint.judgement)]
        words += [rule_name(view.rulebook, "criterion", complaint.criterion)] if complaint.criterion else []
        words += [
            visible_lines(event.note or "") for event in complaint.events if event.type == "judged" and event.note
        ][-1:]
        found.append((t("label.field.judgement"), "  ".join(words)))
    if complaint.decision:
        found.append((t("label.field.decision"), decision_words(view, complaint)))
    told = _told(view, complaint)
    if told:
        found.append((t("label.field.told"), told))
    if complaint.satisfied is not None:
        words = [t(f"label.flag.satisfied.{'yes' if complaint.satisfied else 'no'}")]
        words += [f"{complaint.rating}/5"] if complaint.rating else []
        found.append((t("label.field.opinion"), "  ".join(words)))
    if complaint.cause:
        found.append((t("label.field.cause"), rule_name(view.rulebook, "cause", complaint.cause)))
    return found


def findings_words(complaint: "Complaint") -> list[str]:
    """Return what was found out, each time with who looked into it."""
    return [
        t("label.complaint.investigated", by=visible(event.owner or event.by), findings=visible_lines(event.note or ""))
        for event in complaint.events
        if event.type == "investigated"
    ]


def decision_words(view: View, complaint: "Complaint") -> str:
    """Return what was decided, and what the customer gets."""
    words = [label("response", complaint.response or "other")]
    if complaint.compensation is not None:
        words.append(f"{money(complaint.compensation)} {view.rulebook.desk.currency}")
    return f"{'  '.join(words)}  {visible_lines(complaint.decision or '')}"


def _told(view: View, complaint: "Complaint") -> str:
    """Return when the customer heard of the decision, whether they accept it, and where else they may turn."""
    from cscli.domain import case

    at = case.communicated_at(complaint)
    words = [t("label.complaint.told", at=at.astimezone(view.rulebook.zone))] if at else []
    if complaint.accepted is not None:
        words.append(t(f"label.complaint.{'accepted' if complaint.accepted else 'rejected'}"))
    if complaint.external:
        place = rule_name(view.rulebook, "external", complaint.external)
        words.append(t("label.complaint.external", place=place))
    return "  ".join(words)


def _deadline(view: View, deadline: "Deadline", name: str | None = None) -> str:
    """Return in words when something is due, how that stands, and which years' holidays it depends on unannounced."""
    from cscli.domain import sla

    words = _stands(view, deadline, name)
    years = sla.unannounced(deadline, view.calendar)
    return t("label.deadline.unannounced", told=words, years=tuple(map(str, years))) if years else words


def _stands(view: View, deadline: "Deadline", name: str | None) -> str:
    """Return in words when something is due, and whether that was met, was missed, or how much is left."""
    if name is None:
        name = t(f"label.deadline.{deadline.name}")
        if deadline.number is not None:
            name = t("label.deadline.numbered", name=name, number=deadline.number)
    if deadline.due is None:
        return t("label.deadline.waiting", name=name)
    zone = view.rulebook.zone
    facts: dict[str, Any] = {"name": name, "due": deadline.due.astimezone(zone)}
    if deadline.met_at is not None:
        facts["at"] = deadline.met_at.astimezone(zone)
        return t("label.deadline.met" if deadline.met else "label.deadline.missed", **facts)
    apart = deadline.due.astimezone(UTC) - view.now.astimezone(UTC)
    if deadline.met is False:
        return t("label.deadline.overdue", **facts, late=-apart)
    return t("label.deadline.left", **facts, left=apart)


def _deadline_data(view: View, deadline: "Deadline") -> dict[str, Any]:
    from cscli.domain import sla

    data: dict[str, Any] = {
        "name": deadline.name,
        "due": deadline.due.isoformat() if deadline.due else None,
        "met": deadline.met,
        "elapsed_minutes": deadline.elapsed_minutes,
        "target_minutes": deadline.target_minutes,
        "announced": not sla.unannounced(deadline, view.calendar),
    }
    if deadline.number is not None:
        data |= {"number": deadline.number, "owner": deadline.owner}
    return data


def _measures(view: View, complaint: "Complaint", deadlines: tuple["Deadline", ...]) -> list[str]:
    """Return each measure with its owner, when it was done or how much is left, and whether it helped."""
    open_ones = {deadline.number: deadline for deadline in deadlines if deadline.name == "measure"}
    told = []
    for number, measure in enumerate(complaint.measures, start=1):
        name = t("label.complaint.measure", number=number, what=visible(measure.what), owner=visible(measure.owner))
        if measure.improves:
            name = t("label.complaint.kind", kind=label("effort", measure.kind), name=name)
        if measure.done:
            told.append(measure_done(view, measure, name))
        else:
            told.append(_deadline(view, open_ones[number], name) if number in open_ones else name)
    return told


def measure_done(view: View, measure: "Measure", name: str) -> str:
    """Return when a measure was carried out, and whether it was found to have helped."""
    zone = view.rulebook.zone
    assert measure.done_at is not None
    late = measure.done_at.astimezone(UTC) - measure.due.astimezone(UTC)
    key = "measure_done" if late <= timedelta() else "measure_late"
    done = t(f"label.complaint.{key}", name=name, at=measure.done_at.astimezone(zone), late=late)
    if measure.verified_at is None:
        return done
    effect = label("effect", "effective" if measure.effective else "ineffective")
    return t("label.complaint.verified", done=done, effect=effect, verified=measure.verified_at.astimezone(zone))


def completeness_words(view: View, complaint: "Complaint") -> str:
    """Return which steps of ISO 10002 are missing."""
    from cscli.domain import case

    steps = case.completeness(complaint, view.rulebook.complaint.follow_up_tries)
    missing = tuple(label("step", step) for step, done in steps if not done)
    done = len(steps) - len(missing)
    if not missing:
        return t("label.complaint.complete", all=len(steps))
    return t("label.complaint.incomplete", done=done, all=len(steps), missing=missing)
