"""`cscli complaint print`: the customer complaint record on one page, and the word to the supervisor."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import complaints, people, words
from cscli.commands.options import ComplaintId, Json, Reason, Reveal
from cscli.desk import Desk
from cscli.errors import Refused, UsageProblem
from cscli.i18n import language
from cscli.store.pages import outside, template, write_page
from cscli.terminal import json_text, say

if TYPE_CHECKING:
    from cscli.domain.case import Complaint
    from cscli.domain.staff import Staff

KINDS = ("record", "notice")
FORMS = {"text": "txt", "md": "md", "html": "html"}


def print_(
    ctx: typer.Context,
    record: ComplaintId,
    kind: Annotated[str, typer.Option("--kind", metavar="record|notice", help="opt.complaint_paper")] = "record",
    form: Annotated[str, typer.Option("--format", metavar="text|md|html", help="opt.paper_format")] = "text",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="opt.out")] = None,
    reveal: Reveal = False,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Print a complaint's record with every field of the register, or the word to the supervisor about a grave one."""
    kind = words.choice(kind, KINDS, "--kind")
    form = words.choice(form, tuple(FORMS), "--format")
    if kind == "notice" and form != "text":
        raise UsageProblem("usage.notice_text", form=form)
    desk = Desk(ctx.obj, as_json=as_json)
    path = outside(desk.home, out) if out else None  # said before anybody's data is looked at
    found = complaints.load(desk, record)
    if kind == "notice":
        _reported(desk, found)
    if reveal and found.customer:
        people.reveal(desk, (found.customer,), reason)
    text = _paper(desk, found, kind, form, reveal=reveal)
    data = {"kind": kind, "format": form, "record": found.id, "text": text}
    if path is None:
        desk.show(lambda: text, lambda: data)
        return
    write_page(path, text)
    desk.tell_recovery()
    desk.tell_findings()
    if as_json:
        say(json_text(data))


def _reported(desk: Desk, found: "Complaint") -> None:
    """Refuse the word to the supervisor about a complaint whose severity does not ask for it."""
    if not any(known.report for known in desk.rulebook.complaint.severity if known.id == found.severity):
        rule = f"complaint.severity.{found.severity}.report"
        raise Refused("refused.complaint.no_notice", rule=rule, id=found.id, severity=found.severity)


def _paper(desk: Desk, found: "Complaint", kind: str, form: str, *, reveal: bool) -> str:
    from cscli.render.complaint_facts import notice_facts, record_facts
    from cscli.render.paper import paper

    view = people.view(desk, found.customer)
    staff = _staff(desk, found)
    facts: dict[str, Any]
    if kind == "notice":
        facts = notice_facts(view, found, staff, reveal=reveal)
    else:
        facts = record_facts(view, found, staff, form=form, reveal=reveal)
    path, body = template(desk.home, f"complaint-{kind}", language(), FORMS[form])
    return paper(path, body, facts, form)


def _staff(desk: Desk, found: "Complaint") -> dict[str, "Staff | None"]:
    """Return the files of those a complaint names, where the desk keeps some."""
    accused = [entry.removeprefix("person:") for entry in found.against if entry.startswith("person:")]
    signed = [event.signed_by for event in found.events if event.signed_by]
    named = dict.fromkeys([found.first_receiver, found.owner, *accused, *signed])
    return {login: desk.store.staff(login) for login in named}
