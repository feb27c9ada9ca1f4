"""What the papers of a complaint are filled with: the record of manuals D and E, and the word to the supervisor (B).

Every fact is text, ready to be read; what was not recorded is empty, so that a template can leave a line for a pen.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from cscli.domain import case, sla, states
from cscli.domain.due_complaints import next_step
from cscli.domain.value import replace
from cscli.i18n import label, language, t
from cscli.i18n.forms import day, moment
from cscli.render.complaint import deadlines_of, decision_words, findings_words, measure_done, target_words
from cscli.render.history import event_name, event_note, rule_name
from cscli.render.paper_facts import TAIL, desk_facts
from cscli.render.view import View
from cscli.render.width import fit, fold, visible, visible_lines

if TYPE_CHECKING:
    from cscli.domain.case import Complaint, ComplaintEvent, Measure
    from cscli.domain.customer import Customer
    from cscli.domain.staff import Staff

Staffs = Mapping[str, "Staff | None"]
HANDLING = (
    "acknowledged", "assessed", "progressed", "held", "resumed", "handed_over", "reopened", "merged", "withdrawn",
    "closed",
)  # fmt: skip
SHORT = 38  # columns that a name, a number or a contact may take beside another
CUT = " .."
BROAD = r"[A-Z@%mw]"  # letters that a browser's fonts make half as wide again as the others
NOTICE = 60  # columns of a line of a short message
ROOM = {"text": (60, 40), "html": (88, 34)}  # columns of a line, and how many lines all long texts have on one A4 page


def record_facts(
    view: View, complaint: "Complaint", staff: Staffs, *, form: str = "text", reveal: bool = False
) -> dict[str, Any]:
    """Return what the record of a complaint says; the customer is masked unless `reveal`.

    The record is one page: where its long texts are more than it holds in this `form`, the longest are `shortened`.
    """
    zone = view.rulebook.zone
    told: dict[str, str] = {
        "matter": _matter(view, complaint),
        "content": visible_lines(complaint.content),
        "remedy": visible_lines(complaint.remedy or ""),
        "findings": "\n".join(findings_words(complaint)),
        "grounds": _grounds(view, complaint),
        "decision": "\n".join(_decisions(view, complaint)),
        "handling": "\n".join(_handling(view, complaint)),
        "opinion": "\n".join(_opinion(view, complaint)),
        "calls": "\n".join(_noted(view, complaint, "followed_up")),
        "correction": "\n".join([*_measures(view, complaint, improving=True), *_improvements(view, complaint)]),
        "verification": "\n".join(_noted(view, complaint, "verified")),
    }
    kept = _fitted(told, *ROOM[form], broad=form == "html") if form in ROOM else told
    address = {"address": complainant(view.person, reveal=reveal)["address"]}
    short = _fitted(address, ROOM["text"][0], 2)  # an address that a person may read on one page has two lines
    closed = case.closed_at(complaint)
    signed = case.signed_by(complaint) if closed else None  # a reopened complaint is signed for anew
    return {
        **desk_facts(view),
        **kept,
        "id": complaint.id,
        "tail": complaint.id[-TAIL:],
        "status": label("status", complaint.status),
        "severity": rule_name(view.rulebook, "severity", complaint.severity),
        "category": rule_name(view.rulebook, "category", complaint.category),
        "received": moment(complaint.received_at.astimezone(zone), language()),
        "channel": label("channel", complaint.channel),
        "occurred": moment(complaint.occurred_at.astimezone(zone), language()) if complaint.occurred_at else "",
        "customer": complainant(view.person, reveal=reveal) | short,
        "against": {
            "person": _joined(_person(name, staff) for name in _against(complaint, "person")),
            "department": _joined(_departments(view, complaint, staff)),
        },
        "first": {
            "receiver": _person(complaint.first_receiver, staff),
            "department": _department(view, complaint.first_receiver, staff),
        },
        "owner": {"name": _person(complaint.owner, staff), "phone": _contact(view, complaint.owner, staff)},
        "judgement": label("judgement", complaint.judgement) if complaint.judgement else "",
        "cause": rule_name(view.rulebook, "cause", complaint.cause) if complaint.cause else "",
        "signed": {
            "by": _short(_person(signed, staff)) if signed else "",
            "day": day(closed.astimezone(zone).date(), language()) if signed and closed else "",
        },
        "shortened": kept != told or short != address,
    }


def complainant(person: "Customer | None", *, reveal: bool) -> dict[str, str]:
    """Return who complains as the register of manual D asks for it, masked unless `reveal`."""
    names = ("card", "name", "sex", "phone", "other", "address", "id_number")
    if person is None:
        return dict.fromkeys(names, "")
    if not reveal:
        from cscli.domain.customer import masked

        person = masked(person)
    phone, *phones = person.phones or ("",)
    found = {
        "card": _joined(card.number for card in person.all_cards),
        "name": person.name or "",
        "sex": label("sex", person.sex) if person.sex else "",
        "phone": phone,
        "id_number": person.id_number or "",
    }
    other = fit(visible(", ".join([*phones, *person.emails])), ROOM["text"][0])
    return {name: _short(words) for name, words in found.items()} | {
        "other": other, "address": visible(person.address or ""),
    }  # fmt: skip


# --- who --------------------------------------------------------------------------------------------------------


def _joined(words: Any) -> str:
    return _short(", ".join(dict.fromkeys(word for word in words if word)))


def _short(words: str) -> str:
    return fit(visible(words), SHORT)


def _person(login: str, staff: Staffs) -> str:
    """Return a member of staff by name where the desk keeps a file of them."""
    known = staff.get(login)
    return _short(f"{known.name} ({login})" if known and known.name else login)


def _against(complaint: "Complaint", kind: str) -> list[str]:
    entries = (entry.partition(":") for entry in complaint.against)
    return [name for found, _, name in entries if found == kind]


def _departments(view: View, complaint: "Complaint", staff: Staffs) -> list[str]:
    """Return the departments complained of, and those of the people complained of."""
    named = {known.id: known.name for known in view.rulebook.department}
    said = [visible(named.get(name, name)) for name in _against(complaint, "department")]
    return said + [_department(view, name, staff) for name in _against(complaint, "person")]


def _department(view: View, login: str, staff: Staffs) -> str:
    """Return the department of a member of staff: the team, by the rulebook's name where it has one."""
    known = staff.get(login)
    team = known.team if known and known.team else ""
    return _short(next((one.name for one in view.rulebook.department if one.id == team), team))


def _contact(view: View, login: str, staff: Staffs) -> str:
    """Return where a member of staff is reached: at the department's phone, else at the desk's."""
    known = staff.get(login)
    team = known.team if known else None
    phone = next((one.phone for one in view.rulebook.department if one.id == team), None)
    return _short(phone or view.rulebook.desk.phone or "")


# --- what -------------------------------------------------------------------------------------------------------


def _matter(view: View, complaint: "Complaint") -> str:
    """Return what is complained of: the category, and the bookings and places it is about."""
    words = [rule_name(view.rulebook, "category", complaint.category)]
    about = [entry for entry in complaint.against if entry.partition(":")[0] in ("booking", "resource")]
    return "  ".join([*words, *(target_words(view, entry) for entry in about)])


def _grounds(view: View, complaint: "Complaint") -> str:
    """Return by which standard a complaint was judged, and what was explained of it."""
    words = [rule_name(view.rulebook, "criterion", complaint.criterion)] if complaint.criterion else []
    notes = [event.note for event in complaint.events if event.type == "judged" and event.note]
    return "\n".join([*words, *(visible_lines(note) for note in notes[-1:])])


def _line(view: View, event: "ComplaintEvent", *words: str) -> str:
    at = moment(event.at.astimezone(view.rulebook.zone), language())
    return "  ".join((at, *words, visible(event.by)))


def _noted(view: View, complaint: "Complaint", kind: str) -> list[str]:
    """Return when each event of a kind happened, by whom, and what it says."""
    found = [event for event in complaint.events if event.type == kind]
    return [_said(_line(view, event), event_note(event, view.rulebook)) for event in found]


def _said(line: str, note: str) -> str:
    return f"{line}: {note}" if note else line


def _handling(view: View, complaint: "Complaint") -> list[str]:
    """Return what was done in the order of time: steps told to the customer, who took over, remedies as planned."""
    zone = view.rulebook.zone
    told = [
        (event.at, _said(_line(view, event, event_name("complaint", event.type)), _noted_step(view, event)))
        for event in complaint.events
        if event.type in HANDLING
    ]
    moments = case.planned_at(complaint)
    for number, (measure, at) in enumerate(zip(complaint.measures, moments, strict=True), start=1):
        if not measure.improves:
            told.append((at, f"{moment(at.astimezone(zone), language())}  {_measure(view, number, measure)}"))
    return [words for _, words in sorted(told, key=lambda one: one[0].astimezone(UTC))]


def _noted_step(view: View, event: "ComplaintEvent") -> str:
    """Return what a step says; what is noted at the closing is an improvement and stands with the corrections."""
    return event_note(replace(event, note=None) if event.type == "closed" else event, view.rulebook)


def _improvements(view: View, complaint: "Complaint") -> list[str]:
    """Return what was improved by the notes of each closing, with its day and who closed."""
    found = [event for event in complaint.events if event.type == "closed" and event.note]
    return [_line(view, event) + ": " + visible_lines(event.note or "") for event in found]


def _decisions(view: View, complaint: "Complaint") -> list[str]:
    """Return each decision with its day and whether the customer accepts it, the first one first."""
    found: list[str] = []
    for event in complaint.events:
        if event.type == "resolved":
            at = moment(event.at.astimezone(view.rulebook.zone), language())
            said = replace(complaint, response=event.response, compensation=event.compensation, decision=event.decision)
            found.append(f"{at}  {decision_words(view, said)}")
        elif event.type == "communicated" and event.accepted is not None and found:
            found[-1] += f"; {_accepted(event.accepted)}"
    return found or ([decision_words(view, complaint)] if complaint.decision else [])


def _accepted(accepted: bool) -> str:
    return t(f"label.complaint.{'accepted' if accepted else 'rejected'}")


def _measures(view: View, complaint: "Complaint", *, improving: bool) -> list[str]:
    """Return the measures that put a complaint right, or those that keep it from coming back, with how they stand."""
    found = enumerate(complaint.measures, start=1)
    return [_measure(view, number, measure) for number, measure in found if measure.improves is improving]


def _measure(view: View, number: int, measure: "Measure") -> str:
    name = t("label.complaint.measure", number=number, what=visible(measure.what), owner=visible(measure.owner))
    zone = view.rulebook.zone
    if measure.done_at is not None:
        return measure_done(view, replace(measure, verified_at=None), name)
    return t("label.complaint.measure_due", name=name, due=measure.due.astimezone(zone))


def _opinion(view: View, complaint: "Complaint") -> list[str]:
    """Return what the customer says of the decision, and of what came of it."""
    told = [event for event in complaint.events if event.type == "communicated"]
    lines = [_answer(view, event) for event in told]
    if complaint.satisfied is not None:
        words = t(f"label.flag.satisfied.{'yes' if complaint.satisfied else 'no'}")
        lines.append(f"{words}  {complaint.rating}/5" if complaint.rating else words)
    return lines


def _answer(view: View, event: "ComplaintEvent") -> str:
    """Return when and how the customer was told, whether they accept it, and where else they were told to turn."""
    at = event.at.astimezone(view.rulebook.zone)
    key = "label.complaint.told_by" if event.means else "label.complaint.told"
    said = [_accepted(event.accepted)] if event.accepted is not None else []
    if event.external:
        place = rule_name(view.rulebook, "external", event.external)
        known = next((one for one in view.rulebook.complaint.external if one.id == event.external), None)
        if known and known.phone:
            place = t("label.complaint.phoned", place=place, phone=visible(known.phone))
        said.append(t("label.complaint.external", place=place))
    said += [visible_lines(event.note)] if event.note else []
    return _said(t(key, at=at, means=label("means", event.means) if event.means else ""), ", ".join(said))


# --- one page ---------------------------------------------------------------------------------------------------


def _fitted(told: Mapping[str, str], columns: int, room: int, *, broad: bool = False) -> dict[str, str]:
    """Return texts that together take no more lines than there is room for; the longest give first.

    With `broad` some letters are counted as wider than others: a page that is not written in columns.
    """
    lines = {name: _lines(words, columns, broad) for name, words in told.items()}
    while sum(lines.values()) > room:
        longest = max(lines, key=lambda name: lines[name])
        if lines[longest] <= 1:
            break
        lines[longest] -= 1
    return {name: _cut(words, columns, lines[name], broad=broad) for name, words in told.items()}


def _lines(words: str, columns: int, broad: bool = False) -> int:
    seen = re.sub(BROAD, r"\g<0>\g<0>", words) if broad else words
    return fold(seen, columns).count("\n") + 1


def _cut(words: str, columns: int, lines: int, *, broad: bool = False) -> str:
    """Return a text, or as much of its beginning as so many lines hold, with a sign that there is more."""
    if _lines(words, columns, broad) <= lines:
        return words
    shortest, longest = 0, len(words)
    while shortest < longest:  # the lines grow with the text, so that the place can be halved in
        middle = (shortest + longest + 1) // 2
        if _lines(words[:middle].rstrip() + CUT, columns, broad) <= lines:
            shortest = middle
        else:
            longest = middle - 1
    return words[:shortest].rstrip() + CUT


# --- the word to the supervisor ---------------------------------------------------------------------------------


def notice_facts(view: View, complaint: "Complaint", staff: Staffs, *, reveal: bool = False) -> dict[str, Any]:
    """Return what the supervisor is told at once of a grave complaint: what, who, whose it is, what is due first."""
    zone = view.rulebook.zone
    person = complainant(view.person, reveal=reveal)
    found = [
        deadline
        for deadline in deadlines_of(view, complaint)
        if deadline.due is not None and deadline.met_at is None and deadline.number is None
    ]
    waiting = [(deadline.name, deadline.due.astimezone(zone)) for deadline in found if deadline.due is not None]
    years = sorted({str(year) for deadline in found for year in sla.unannounced(deadline, view.calendar)})
    marks: Sequence[str] = [t(f"label.mark.{name}") for name in ("safety", "immediate") if getattr(complaint, name)]
    return {
        **desk_facts(view),
        "id": complaint.id,
        "tail": complaint.id[-TAIL:],
        "status": label("status", complaint.status),
        "severity": rule_name(view.rulebook, "severity", complaint.severity),
        "category": rule_name(view.rulebook, "category", complaint.category),
        "received": moment(complaint.received_at.astimezone(zone), language()),
        "channel": label("channel", complaint.channel),
        "marks": list(marks),
        "content": _cut(" ".join(visible_lines(complaint.content).split()), NOTICE, 2),
        "remedy": _cut(" ".join(visible_lines(complaint.remedy or "").split()), NOTICE, 1),
        "against": _joined(target_words(view, entry) for entry in complaint.against),
        "customer": {name: person[name] for name in ("name", "phone")},
        "owner": _person(complaint.owner, staff),
        "deadlines": [
            {"name": t(f"label.deadline.{name}"), "due": moment(due, language())} for name, due in waiting
        ],
        "next": next_step(complaint, view.rulebook) if complaint.status in states.OPEN_COMPLAINT else "",
        "unannounced": t("note.unannounced", years=tuple(years)) if years else "",
    }  # fmt: skip
