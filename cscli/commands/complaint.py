"""`cscli complaint create|change|acknowledge|assess|investigate|judge`: from the receipt to the judgement."""

from typing import Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.colleagues import person
from cscli.commands.complaints import Against, Apology, Category, Note, Severity, move, ready, target, tell
from cscli.commands.options import (
    At,
    Channel,
    ComplaintId,
    CustomerName,
    DryRun,
    Json,
    NewCustomer,
    Override,
    PhoneNumber,
    Reason,
)
from cscli.commands.words import listed, words_for
from cscli.desk import Desk
from cscli.domain import case, complaint
from cscli.domain.complaint import Grievance
from cscli.domain.record import Change, Revision
from cscli.terminal import ask, interactive

JUDGEMENT = "--valid|--invalid"
Content = Annotated[str | None, typer.Option("--content", metavar="TEXT", help="opt.content")]
Remedy = Annotated[str | None, typer.Option("--remedy", metavar="TEXT", help="opt.remedy")]
Occurred = Annotated[str | None, typer.Option("--occurred", metavar="TIME", help="opt.occurred")]


def create(
    ctx: typer.Context,
    customer: CustomerName = None,
    phone: PhoneNumber = None,
    content: Content = None,
    category: Category = None,
    severity: Severity = "minor",
    against: Against = None,
    remedy: Remedy = None,
    channel: Channel = "phone",
    occurred: Occurred = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="opt.owner")] = None,
    safety: Annotated[bool, typer.Option("--safety", help="opt.safety")] = False,
    immediate: Annotated[bool, typer.Option("--immediate", help="opt.immediate")] = False,
    new_customer: NewCustomer = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a complaint; it belongs to whoever takes it until it is handed over."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    if phone is None:
        customer = ask(customer, "--customer", "ask.customer")
        if interactive() and people.named(desk, customer) is None:  # a name: the number tells whose it is
            phone = ask(None, "--phone", "ask.phone_or_none", read=words.phone, blank=True) or None
    grievance = Grievance(
        content=words.need(words.text(ask(content, "--content", "ask.content")), "--content"),
        category=ask(category, "--category", "ask.category", known=listed(desk.rulebook.complaint.category)),
        severity=severity or "minor",
        channel=words.choice(channel, case.CHANNELS, "--channel"),  # type: ignore[arg-type]  # proven just now
        remedy=words.text(remedy),
        against=tuple(target(desk, entry) for entry in against or ()),
        occurred_at=words.moment_or_day(occurred, desk.at) if occurred else None,
        safety=safety,
        immediate=immediate,
    )
    permit = desk.permit(override, reason)

    met: list[people.Found] = []

    def decide() -> Change:
        who = people.find_or_open(desk, customer, phone, new=new_customer)
        met.append(who)
        taken = complaint.create(
            grievance,
            desk.rulebook,
            desk.act,
            record_id=desk.new_id("complaint", desk.at.date()),
            customer=who.id,
            owner=person(desk, owner, "--owner"),
            permit=permit,
        )
        return Change(revisions=(Revision(before=None, after=taken), *who.revisions), by=desk.by)

    tell(desk, desk.write(decide))
    people.tell_elsewhere(met[-1])


def change(
    ctx: typer.Context,
    record: ComplaintId,
    content: Content = None,
    category: Category = None,
    severity: Severity = None,
    against: Against = None,
    remedy: Remedy = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="phone|online|email|walk_in|app|other", help="opt.channel")
    ] = None,
    occurred: Occurred = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID|PHONE", help="opt.complaint_customer")
    ] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put right what was taken down; another severity sets other deadlines."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said: dict[str, Any] = {
        "content": words.text(content),
        "category": category,
        "severity": severity,
        "against": tuple(target(desk, entry) for entry in against) if against else None,
        "remedy": words.text(remedy),
        "channel": words.optional_choice(channel, case.CHANNELS, "--channel"),
        "occurred_at": words.moment_or_day(occurred, desk.at) if occurred else None,
        "customer": people.resolve(desk, customer).id if customer else None,
    }
    why, permit = words.text(reason), desk.permit(override, reason)
    move(
        desk,
        record,
        lambda before, act: complaint.change(before, desk.rulebook, act, reason=why, permit=permit, **said),
    )


def acknowledge(
    ctx: typer.Context,
    record: ComplaintId,
    apology: Apology = False,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note the first answer to the customer."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said, permit = words.text(note), desk.permit(override, reason)
    move(
        desk, record, lambda before, act: complaint.acknowledge(before, act, note=said, apology=apology, permit=permit)
    )


def assess(
    ctx: typer.Context,
    record: ComplaintId,
    severity: Severity = None,
    category: Category = None,
    safety: Annotated[bool | None, typer.Option("--safety/--no-safety", help="opt.safety")] = None,
    immediate: Annotated[bool | None, typer.Option("--immediate/--no-immediate", help="opt.immediate")] = None,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Settle nature and severity; what is not said stays as it was taken down."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    settled: dict[str, Any] = {
        "severity": severity,
        "category": category,
        "safety": safety,
        "immediate": immediate,
        "note": words.text(note),
        "permit": desk.permit(override, reason),
    }
    move(desk, record, lambda before, act: complaint.assess(before, desk.rulebook, act, **settled))


def investigate(
    ctx: typer.Context,
    record: ComplaintId,
    findings: Annotated[str | None, typer.Option("--findings", metavar="TEXT", help="opt.findings")] = None,
    investigator: Annotated[str | None, typer.Option("--investigator", metavar="NAME", help="opt.investigator")] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note what was found out, and by whom."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "investigated")
    found = words.need(words.text(ask(findings, "--findings", "ask.findings")), "--findings")
    who, permit = person(desk, investigator, "--investigator"), desk.permit(override, reason)
    move(
        desk,
        record,
        lambda before, act: complaint.investigate(before, act, findings=found, investigator=who, permit=permit),
    )


def judge(
    ctx: typer.Context,
    record: ComplaintId,
    valid: Annotated[bool | None, typer.Option("--valid/--invalid", help="opt.valid")] = None,
    criterion: Annotated[str | None, typer.Option("--criterion", metavar="ID", help="opt.criterion")] = None,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Find a complaint valid, naming the standard that was broken, or invalid, with what was explained."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "judged")
    said = {True: "valid", False: "invalid", None: None}[valid]
    found: Any = words.choice(
        ask(said, JUDGEMENT, "ask.judgement", known=words_for("judgement", case.JUDGEMENTS)),
        case.JUDGEMENTS,
        JUDGEMENT,
    )
    named = criterion
    if named is None and found == "valid" and desk.rulebook.complaint.standard and interactive():
        named = ask(None, "--criterion", "ask.criterion", known=listed(desk.rulebook.complaint.standard))
    told = words.text(ask(note, "--note", "ask.explanation")) if found == "invalid" else words.text(note)
    permit = desk.permit(override, reason)
    move(
        desk,
        record,
        lambda before, act: complaint.judge(
            before, desk.rulebook, act, judgement=found, criterion=named, note=told, permit=permit
        ),
    )
