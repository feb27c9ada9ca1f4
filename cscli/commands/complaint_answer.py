"""`cscli complaint plan|resolve|communicate|follow-up|close|correct|verify`: the answer, and what is learnt from it."""

from typing import Annotated, Any

import typer

from cscli.commands import words
from cscli.commands.colleagues import person
from cscli.commands.complaints import (
    Apology,
    MeasureDue,
    MeasureOwner,
    MeasureText,
    Note,
    Told,
    load,
    measures,
    move,
    ready,
)
from cscli.commands.options import At, ComplaintId, DryRun, Json, Override, Reason
from cscli.commands.words import listed, words_for
from cscli.desk import Desk
from cscli.domain import answering, case, improving
from cscli.domain.case import Complaint
from cscli.domain.record import Act
from cscli.errors import UsageProblem
from cscli.i18n import t
from cscli.terminal import ask, interactive, say_aside

RESPONSES = "|".join(case.RESPONSES)
ANSWERS = ("satisfied", "unsatisfied", "unreached")
EFFECTS = ("effective", "ineffective")
EFFECT = "--effective|--ineffective"
Number = Annotated[int, typer.Argument(metavar="N", min=1, help="opt.measure_number", show_default=False)]


def plan(
    ctx: typer.Context,
    record: ComplaintId,
    measure: MeasureText = None,
    owner: MeasureOwner = None,
    due: MeasureDue = None,
    done: Annotated[int | None, typer.Option("--done", metavar="N", min=1, help="opt.measure_done")] = None,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add measures, each with its owner and deadline, or note that one was carried out."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "planned" if done is None else "measure_done")
    if done is not None and (measure or owner or due):
        raise UsageProblem("usage.both", first="--done", second="--measure")
    what = measure or []
    if done is None and not what and interactive() and load(desk, record).judgement != "invalid":
        what = [ask(None, "--measure", "ask.measure")]
    planned = measures(desk, what, owner or [], due or [])
    said, permit = words.text(note), desk.permit(override, reason)

    def decide(before: Complaint, act: Act) -> Complaint:
        if done is not None:
            return answering.finish_measure(before, act, number=done, note=said)
        return answering.plan(before, act, measures=planned, note=said, permit=permit)

    move(desk, record, decide)


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
    """Note the decision, and what the customer gets."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, answering.may_resolve)
    given: dict[str, Any] = {
        "response": words.choice(
            ask(response, "--response", "ask.response", known=words_for("response", case.RESPONSES)),
            case.RESPONSES,
            "--response",
        ),
        "decision": words.text(ask(decision, "--decision", "ask.decision")),
        "compensation": words.amount(compensation) if compensation else None,
        "permit": desk.permit(override, reason),
    }
    _tell_undone(move(desk, record, lambda before, act: answering.resolve(before, act, **given)))


def communicate(
    ctx: typer.Context,
    record: ComplaintId,
    accepted: Annotated[bool | None, typer.Option("--accepted/--rejected", help="opt.accepted")] = None,
    external: Annotated[str | None, typer.Option("--external", metavar="ID", help="opt.external")] = None,
    means: Told = "phone",
    apology: Apology = False,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the customer was told of the decision, and whether they accept it."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    places = desk.rulebook.complaint.external
    if accepted is False and external is None and places and interactive():
        external = ask(
            None,
            "--external",
            "ask.external",
            known=tuple((place.id, f"{place.name} {place.phone or ''}".strip()) for place in places),
        )
    told: dict[str, Any] = {
        "accepted": accepted,
        "external": external,
        "means": words.choice(means, case.MEANS, "--means"),
        "note": words.text(note),
        "apology": apology,
        "permit": desk.permit(override, reason),
    }
    move(desk, record, lambda before, act: answering.communicate(before, desk.rulebook, act, **told))


def follow_up(
    ctx: typer.Context,
    record: ComplaintId,
    satisfied: Annotated[bool | None, typer.Option("--satisfied/--unsatisfied", help="opt.satisfied")] = None,
    unreached: Annotated[bool, typer.Option("--unreached", help="opt.unreached")] = False,
    rating: Annotated[int | None, typer.Option("--rating", metavar="1..5", min=1, max=5, help="opt.rating")] = None,
    means: Annotated[str, typer.Option("--means", metavar="phone|visit", help="opt.means")] = "phone",
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note a call back; an unsatisfied customer has the complaint opened again."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "followed_up")
    if satisfied is None and not unreached:
        answer = words.choice(ask(None, "--satisfied|--unsatisfied|--unreached", "ask.answer"), ANSWERS, "--satisfied")
        satisfied, unreached = (None, True) if answer == "unreached" else (answer == "satisfied", False)
    call: dict[str, Any] = {
        "reached": not unreached,
        "satisfied": satisfied,
        "rating": rating,
        "means": words.choice(means, case.CALLS, "--means"),
        "note": words.text(note),
        "permit": desk.permit(override, reason),
    }
    move(desk, record, lambda before, act: answering.follow_up(before, act, **call))


def close(
    ctx: typer.Context,
    record: ComplaintId,
    cause: Annotated[str | None, typer.Option("--cause", metavar="ID", help="opt.complaint_cause")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.improvement")] = None,
    signed_by: Annotated[str | None, typer.Option("--signed-by", metavar="NAME", help="opt.signed_by")] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Close a resolved complaint with its cause; every missing step is named."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, lambda found: answering.may_close(found, desk.rulebook, cause))
    said: dict[str, Any] = {
        "note": words.text(note),
        "signed_by": person(desk, signed_by, "--signed-by"),
        "permit": desk.permit(override, reason),
    }
    if cause is None and said["permit"] is None and interactive() and load(desk, record).cause is None:
        cause = ask(None, "--cause", "ask.cause", known=listed(desk.rulebook.complaint.cause))
    _tell_undone(
        move(desk, record, lambda before, act: answering.close(before, desk.rulebook, act, cause=cause, **said))
    )


def _tell_undone(complaint: Complaint) -> None:
    """Say which measures are still to be carried out that the customer waits for; what improves may take its time."""
    open_ = (number for number, one in enumerate(complaint.measures, 1) if not (one.done or one.improves))
    undone = tuple(map(str, open_))
    if undone:
        say_aside(t("note.undone", id=complaint.id, numbers=undone, first=undone[0]))


def correct(
    ctx: typer.Context,
    record: ComplaintId,
    measure: MeasureText = None,
    owner: MeasureOwner = None,
    due: MeasureDue = None,
    preventive: Annotated[bool, typer.Option("--preventive", help="opt.preventive")] = False,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add measures that keep a complaint from coming back; their effect is verified later."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "corrected")
    what = measure or [ask(None, "--measure", "ask.measure")]
    planned = measures(desk, what, owner or [], due or [], "preventive" if preventive else "corrective")
    said, permit = words.text(note), desk.permit(override, reason)
    move(desk, record, lambda before, act: improving.correct(before, act, measures=planned, note=said, permit=permit))


def verify(
    ctx: typer.Context,
    record: ComplaintId,
    number: Number,
    effective: Annotated[bool | None, typer.Option("--effective/--ineffective", help="opt.effective")] = None,
    note: Note = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note whether a corrective or preventive measure had its effect."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ready(desk, record, "verified")
    if effective is None:
        answer = words.choice(ask(None, EFFECT, "ask.effective", known=words_for("effect", EFFECTS)), EFFECTS, EFFECT)
        effective = answer == "effective"
    found: dict[str, Any] = {
        "number": number,
        "effective": effective,
        "note": words.text(note),
        "permit": desk.permit(override, reason),
    }
    move(desk, record, lambda before, act: improving.verify(before, act, **found))
