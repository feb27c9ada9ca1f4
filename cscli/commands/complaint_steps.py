"""`cscli complaint report|progress|hold|resume|hand-over|cancel|link|reopen`: what may happen on the way."""

from typing import Annotated, Any

import typer

from cscli.commands import words
from cscli.commands.colleagues import person
from cscli.commands.complaints import Apology, Note, Told, deadline, load, move, ready
from cscli.commands.options import At, ComplaintId, DryRun, Json, Override, Reason
from cscli.desk import Desk
from cscli.domain import case, complaint
from cscli.domain.case import Complaint
from cscli.domain.casework import refused
from cscli.domain.due import SUPERVISOR
from cscli.domain.record import Act
from cscli.i18n import t
from cscli.store import case_queries
from cscli.terminal import ask, say_aside


def progress(
    ctx: typer.Context,
    record: ComplaintId,
    told: Annotated[str | None, typer.Option("--told", metavar="TEXT", help="opt.told")] = None,
    means: Told = "phone",
    apology: Apology = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note what the customer was told of how it goes."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "progressed")
    said = words.need(words.text(ask(told, "--told", "ask.told")), "--told")
    how: Any = words.choice(means, case.MEANS, "--means")
    permit = desk.permit(override, reason)
    move(
        desk,
        record,
        lambda before, act: complaint.progress(before, act, told=said, means=how, apology=apology, permit=permit),
    )


def report(
    ctx: typer.Context,
    record: ComplaintId,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="opt.report_to")] = None,
    note: Note = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the supervisor was told of it."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    whom, said = _supervisor(desk, person(desk, to, "--to")), words.text(note)
    move(desk, record, lambda before, act: complaint.report(before, act, to=whom, note=said))


def _supervisor(desk: Desk, whom: str | None) -> str | None:
    """Return who was told; where the desk keeps files of its staff, it is a supervisor, else `Refused`."""
    told = desk.by if whom is None else whom
    if told in (SUPERVISOR, *desk.supervisors) or not desk.store.has_staff():
        return whom
    raise refused("report_to", "report", "", person=told, known=desk.supervisors or (SUPERVISOR,))


def hold(
    ctx: typer.Context,
    record: ComplaintId,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="opt.hold_reason")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="opt.hold_until")] = None,
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Let a complaint wait for its customer; the time to resolve it stands still."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "held")
    why = words.need(words.text(ask(reason, "--reason", "ask.hold_reason")), "--reason")
    when, permit = words.name(until, "--until"), desk.permit(override, why)
    asked_again = deadline(desk, when) if when else None
    move(desk, record, lambda before, act: complaint.hold(before, act, reason=why, until=asked_again, permit=permit))


def resume(
    ctx: typer.Context,
    record: ComplaintId,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the customer has answered; the time runs again."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said, permit = words.text(note), desk.permit(override, reason)
    move(desk, record, lambda before, act: complaint.resume(before, act, note=said, permit=permit))


def hand_over(
    ctx: typer.Context,
    record: ComplaintId,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="opt.hand_to")] = None,
    reason: Reason = None,
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give a complaint to another owner."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "handed_over")
    owner = words.need(person(desk, ask(to, "--to", "ask.hand_to"), "--to"), "--to")
    why = words.need(words.text(ask(reason, "--reason", "ask.reason")), "--reason")
    permit = desk.permit(override, why)
    move(desk, record, lambda before, act: complaint.hand_over(before, act, owner=owner, reason=why, permit=permit))


def cancel(
    ctx: typer.Context,
    record: ComplaintId,
    reason: Reason = None,
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the customer takes the complaint back."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "withdrawn")
    why = words.need(words.text(ask(reason, "--reason", "ask.reason")), "--reason")
    permit = desk.permit(override, why)

    def decide(before: Complaint, act: Act) -> Complaint:
        twins = tuple(desk.store.load(one) for one in case_queries.duplicates(desk.store.index, before.id))
        return complaint.withdraw(before, act, reason=why, twins=twins, permit=permit)

    move(desk, record, decide)


def link(
    ctx: typer.Context,
    record: ComplaintId,
    to: Annotated[str | None, typer.Option("--to", metavar="ID", help="opt.link_to")] = None,
    reason: Reason = None,
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that a complaint says again what another one says; only that one counts and goes on."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "merged")
    other = words.need(ask(to, "--to", "ask.link_to"), "--to")
    why, permit = words.text(reason), desk.permit(override, reason)
    linked = move(
        desk,
        record,
        lambda before, act: complaint.merge(before, act, into=load(desk, other), reason=why, permit=permit),
    )
    stays = load(desk, other)
    if (linked.customer, linked.category) != (stays.customer, stays.category):
        say_aside(t("note.link.other", other=stays.id))


def reopen(
    ctx: typer.Context,
    record: ComplaintId,
    reason: Reason = None,
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a resolved, closed or merged complaint up again."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "reopened")
    why = words.need(words.text(ask(reason, "--reason", "ask.reason")), "--reason")
    permit = desk.permit(override, why)

    def decide(before: Complaint, act: Act) -> Complaint:
        if before.status == "closed":  # what was signed off is opened again by whom the rulebook trusts with it
            desk.allow(desk.rulebook.roles.reopen)
        return complaint.reopen(before, act, reason=why, permit=permit)

    move(desk, record, decide)
