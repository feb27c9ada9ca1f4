"""`cscli complaint`: take complaints and lead them to their end, step by step (ISO 10002)."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from cscli.commands import people, words
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
from cscli.desk import Desk, ask, interactive
from cscli.domain import complaint
from cscli.domain.complaint import Complaint, Grievance, Measure
from cscli.domain.record import Act, Change, Revision
from cscli.errors import UsageProblem
from cscli.render.complaint import complaint_card, complaint_data

RESPONSES = "|".join(complaint.RESPONSES)
ANSWERS = ("satisfied", "unsatisfied", "unreached")
JUDGEMENT = "--valid|--invalid"
BOOKING = "booking:"
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.note")]


def create(
    ctx: typer.Context,
    customer: CustomerName = None,
    phone: PhoneNumber = None,
    content: Annotated[str | None, typer.Option("--content", metavar="TEXT", help="opt.content")] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="opt.category")] = None,
    severity: Annotated[str, typer.Option("--severity", metavar="minor|major|critical", help="opt.severity")] = "minor",
    against: Annotated[list[str] | None, typer.Option("--against", metavar="KIND:NAME", help="opt.against")] = None,
    remedy: Annotated[str | None, typer.Option("--remedy", metavar="TEXT", help="opt.remedy")] = None,
    channel: Channel = "phone",
    occurred: Annotated[str | None, typer.Option("--occurred", metavar="TIME", help="opt.occurred")] = None,
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
    grievance = Grievance(
        content=words.need(words.text(ask(content, "--content", "ask.content")), "--content"),
        category=ask(category, "--category", "ask.category", known=listed(desk.rulebook.complaint.category)),
        severity=severity,
        channel=words.choice(channel, complaint.CHANNELS, "--channel"),  # type: ignore[arg-type]  # proven just now
        remedy=words.text(remedy),
        against=tuple(_whole(desk, entry) for entry in against or ()),
        occurred_at=words.moment(occurred, desk.at) if occurred else None,
        safety=safety,
        immediate=immediate,
    )
    permit = desk.permit(override, reason)

    def decide() -> Change:
        person = people.find_or_open(desk, customer, phone, new=new_customer)
        taken = complaint.create(
            grievance,
            desk.rulebook,
            desk.act,
            record_id=desk.new_id("complaint", desk.at.date()),
            customer=person.id,
            owner=_name(owner),
            permit=permit,
        )
        return Change(revisions=(Revision(before=None, after=taken), *person.revisions), by=desk.by)

    _tell(desk, desk.write(decide))


def _name(text: str | None) -> str | None:
    """Return a person's name or login as it is kept: blanks at its ends and double ones are slips of the keyboard."""
    return " ".join((words.text(text) or "").split()) or None


def _whole(desk: Desk, entry: str) -> str:
    """Return what a complaint is against, a booking by its whole id."""
    if not entry.startswith(BOOKING):
        return entry
    return f"{BOOKING}{desk.store.resolve(entry.removeprefix(BOOKING), 'booking')}"


def _tell(desk: Desk, change: Change) -> None:
    """Show the complaint a change leaves behind."""
    record = change.revisions[0].after
    assert isinstance(record, Complaint)
    opened = next((revision.after for revision in change.revisions[1:]), None)
    view = people.view(desk, record.customer, opened)
    desk.show(
        lambda: complaint_card(view, record),
        lambda: complaint_data(view, record),
    )


def _load(desk: Desk, word: str) -> Complaint:
    found: Complaint = desk.store.load(desk.store.resolve(word, "complaint"))
    return found


def _move(desk: Desk, word: str, decide: Callable[[Complaint, Act], Complaint]) -> None:
    """Load the complaint that is meant, decide what becomes of it, write and show it."""

    def change() -> Change:
        before = _load(desk, word)
        return Change(revisions=(Revision(before=before, after=decide(before, desk.act)),), by=desk.by)

    _tell(desk, desk.write(change))


def acknowledge(
    ctx: typer.Context,
    record: ComplaintId,
    apology: Annotated[bool, typer.Option("--apology", help="opt.apology")] = False,
    note: Note = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note the first answer to the customer."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = words.text(note)
    _move(desk, record, lambda before, act: complaint.acknowledge(before, act, note=said, apology=apology))


def assess(
    ctx: typer.Context,
    record: ComplaintId,
    severity: Annotated[
        str | None, typer.Option("--severity", metavar="minor|major|critical", help="opt.severity")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="opt.category")] = None,
    safety: Annotated[bool | None, typer.Option("--safety/--no-safety", help="opt.safety")] = None,
    immediate: Annotated[bool | None, typer.Option("--immediate/--no-immediate", help="opt.immediate")] = None,
    note: Note = None,
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
    }
    _move(desk, record, lambda before, act: complaint.assess(before, desk.rulebook, act, **settled))


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
    said = {True: "valid", False: "invalid", None: None}[valid]
    found: Any = words.choice(
        ask(said, JUDGEMENT, "ask.judgement", known=words_for("judgement", complaint.JUDGEMENTS)),
        complaint.JUDGEMENTS,
        JUDGEMENT,
    )
    named = criterion
    if named is None and found == "valid" and desk.rulebook.complaint.standard and interactive():
        named = ask(None, "--criterion", "ask.criterion", known=listed(desk.rulebook.complaint.standard))
    told = words.text(ask(note, "--note", "ask.explanation")) if found == "invalid" else words.text(note)
    permit = desk.permit(override, reason)
    _move(
        desk,
        record,
        lambda before, act: complaint.judge(
            before, desk.rulebook, act, judgement=found, criterion=named, note=told, permit=permit
        ),
    )


def plan(
    ctx: typer.Context,
    record: ComplaintId,
    measure: Annotated[list[str] | None, typer.Option("--measure", metavar="TEXT", help="opt.measure")] = None,
    owner: Annotated[list[str] | None, typer.Option("--owner", metavar="NAME", help="opt.measure_owner")] = None,
    due: Annotated[list[str] | None, typer.Option("--due", metavar="TIME", help="opt.measure_due")] = None,
    done: Annotated[int | None, typer.Option("--done", metavar="N", min=1, help="opt.measure_done")] = None,
    note: Note = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add measures, each with its owner and deadline, or note that one was carried out."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    if done is not None and (measure or owner or due):
        raise UsageProblem("usage.both", first="--done", second="--measure")
    what = measure or []
    if done is None and not what and interactive() and _load(desk, record).judgement != "invalid":
        what = [ask(None, "--measure", "ask.measure")]
    measures = _measures(desk, what, owner or [], due or [])
    said = words.text(note)

    def decide(before: Complaint, act: Act) -> Complaint:
        if done is not None:
            return complaint.finish_measure(before, act, number=done, note=said)
        return complaint.plan(before, act, measures=measures, note=said)

    _move(desk, record, decide)


def _measures(desk: Desk, what: list[str], owners: list[str], dues: list[str]) -> tuple[Measure, ...]:
    """Return the measures that were said in step: the first with the first owner and the first deadline, and so on."""
    if what and not owners and not dues and interactive():
        owners = [ask(None, "--owner", "ask.measure_owner") for _ in what]
        dues = [ask(None, "--due", "ask.measure_due") for _ in what]
    if not len(what) == len(owners) == len(dues):
        raise UsageProblem("usage.in_step", measures=len(what), owners=len(owners), dues=len(dues))
    return tuple(
        Measure(
            what=words.text(text) or "",
            owner=_name(owner) or "",
            due=words.moment(due, desk.at),
        )
        for text, owner, due in zip(what, owners, dues, strict=True)
    )


def resolve(
    ctx: typer.Context,
    record: ComplaintId,
    response: Annotated[str | None, typer.Option("--response", metavar=RESPONSES, help="opt.response")] = None,
    decision: Annotated[str | None, typer.Option("--decision", metavar="TEXT", help="opt.decision")] = None,
    compensation: Annotated[
        str | None, typer.Option("--compensation", metavar="AMOUNT", help="opt.compensation")
    ] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note the decision that was told to the customer, and what they get."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    given: dict[str, Any] = {
        "response": words.choice(
            ask(response, "--response", "ask.response", known=words_for("response", complaint.RESPONSES)),
            complaint.RESPONSES,
            "--response",
        ),
        "decision": words.text(ask(decision, "--decision", "ask.decision")),
        "compensation": words.amount(compensation) if compensation else None,
        "permit": desk.permit(override, reason),
    }
    _move(desk, record, lambda before, act: complaint.resolve(before, act, **given))


def follow_up(
    ctx: typer.Context,
    record: ComplaintId,
    satisfied: Annotated[bool | None, typer.Option("--satisfied/--unsatisfied", help="opt.satisfied")] = None,
    unreached: Annotated[bool, typer.Option("--unreached", help="opt.unreached")] = False,
    rating: Annotated[int | None, typer.Option("--rating", metavar="1..5", min=1, max=5, help="opt.rating")] = None,
    means: Annotated[str, typer.Option("--means", metavar="phone|visit", help="opt.means")] = "phone",
    note: Note = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note a call back; an unsatisfied customer has the complaint opened again."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    if satisfied is None and not unreached:
        answer = words.choice(ask(None, "--satisfied|--unsatisfied|--unreached", "ask.answer"), ANSWERS, "--satisfied")
        satisfied, unreached = (None, True) if answer == "unreached" else (answer == "satisfied", False)
    call: dict[str, Any] = {
        "reached": not unreached,
        "satisfied": satisfied,
        "rating": rating,
        "means": words.choice(means, complaint.MEANS, "--means"),
        "note": words.text(note),
    }
    _move(desk, record, lambda before, act: complaint.follow_up(before, act, **call))


def close(
    ctx: typer.Context,
    record: ComplaintId,
    cause: Annotated[str | None, typer.Option("--cause", metavar="ID", help="opt.complaint_cause")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.improvement")] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Close a resolved complaint with its cause; every missing step is named."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = words.text(note)
    permit = desk.permit(override, reason)
    if cause is None and permit is None and interactive() and _load(desk, record).cause is None:
        cause = ask(None, "--cause", "ask.cause", known=listed(desk.rulebook.complaint.cause))
    _move(
        desk,
        record,
        lambda before, act: complaint.close(before, desk.rulebook, act, cause=cause, note=said, permit=permit),
    )


def cancel(
    ctx: typer.Context,
    record: ComplaintId,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the customer takes the complaint back."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = words.need(words.text(ask(reason, "--reason", "ask.reason")), "--reason")
    _move(desk, record, lambda before, act: complaint.withdraw(before, act, reason=why))


def reopen(
    ctx: typer.Context,
    record: ComplaintId,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a resolved or closed complaint up again."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = words.need(words.text(ask(reason, "--reason", "ask.reason")), "--reason")
    _move(desk, record, lambda before, act: complaint.reopen(before, act, reason=why))


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
    owner = words.need(_name(ask(to, "--to", "ask.hand_to")), "--to")
    why, permit = words.text(reason), desk.permit(override, reason)
    _move(desk, record, lambda before, act: complaint.hand_over(before, act, owner=owner, reason=why, permit=permit))
