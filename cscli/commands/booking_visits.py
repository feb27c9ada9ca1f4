"""`cscli booking assign|accept|audit`: who makes a visit on site, and whether it was made well (manual row E4)."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cscli.commands import words
from cscli.commands.bookings import load, move, person_of, situation
from cscli.commands.options import At, BookingId, DryRun, End, Json, Length, Override, Reason, Start
from cscli.desk import Desk
from cscli.domain import visiting
from cscli.domain.booking import Booking, untimed
from cscli.domain.record import Act
from cscli.errors import NotFound, UsageProblem
from cscli.terminal import ask, interactive

if TYPE_CHECKING:
    from cscli.domain.services import Resource

SPAN = timedelta(days=4)  # with what `situation` adds, as far as other times are looked for


def assign(
    ctx: typer.Context,
    record: BookingId,
    to: Annotated[list[str] | None, typer.Option("--to", metavar="WHO", help="opt.assign_to")] = None,
    start: Start = None,
    end: End = None,
    length: Length = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give a visit to somebody, at a time or as soon as possible; or give one that is assigned its time."""
    from cscli.domain import assigning

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit = desk.permit(override, reason)
    named, known = tuple(to or ()), load(desk, record)
    if not named and known.assigned_to is None:
        named = (ask(None, "--to", "ask.technician"),)
    if start is None and interactive() and assigning.is_late(known, desk.at):
        start = ask(None, "--start", "ask.start", read=lambda said: words.moment(said, desk.at))

    def decide(before: Booking, act: Act) -> Booking:
        begin = words.moment(start, desk.at, None if untimed(before) else before.start) if start else None
        if begin is None and untimed(before) and (length or end):
            raise UsageProblem("usage.needs", option="--for" if length else "--end", other="--start")
        owner, technician = _whom(desk, before, named)
        first = begin or before.start
        last = words.window(first, end, length, desk.now)
        facts = situation(desk, before.service, first, (last or first) + SPAN, person_of(desk, before), before.id)
        task = assigning.Task(owner=owner, technician=technician, start=begin, end=last)
        return assigning.assign(before, task, facts, act, permit=permit)

    move(desk, record, decide)


def accept(
    ctx: typer.Context,
    record: BookingId,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Accept a visit that is assigned to you, or to a technician who has no login; that confirms it."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit = desk.permit(override, reason)

    def decide(before: Booking, act: Act) -> Booking:
        return visiting.accept(before, desk.rulebook, act, behalf=_behalf(desk, before, act.by), permit=permit)

    move(desk, record, decide)


def _behalf(desk: Desk, before: Booking, by: str) -> bool:
    """Whether somebody of the desk says for a technician, who has no login, that a visit is accepted."""
    technicians = {resource.id for resource in desk.rulebook.resource}
    return before.assigned_to in technicians and by not in technicians and desk.store.staff(before.assigned_to) is None


def audit(
    ctx: typer.Context,
    record: BookingId,
    failed: Annotated[bool, typer.Option("--failed", help="opt.audit_failed")] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.note")] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that a visit was made well, or what it left to be done; only the roles the rulebook names may."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    desk.allow(desk.rulebook.roles.audit)
    said = words.text(ask(note, "--note", "ask.audit_note") if failed else note)
    permit = desk.permit(override, reason)

    def decide(before: Booking, act: Act) -> Booking:
        return visiting.audit(before, desk.rulebook, act, good=not failed, note=said, permit=permit)

    move(desk, record, decide)


def _whom(desk: Desk, before: Booking, named: tuple[str, ...]) -> "tuple[str, Resource | None]":
    """Return who must accept the visit, and the technician it takes; as it stands where nobody is named.

    A word is a technician of the rulebook, a login, or both at once. Raises `NotFound` for one that is neither; a desk
    without files of its staff takes any other word for a login.
    """
    known = {word: resource for resource in desk.rulebook.resource for word in (resource.id, resource.name)}
    if not named and before.assigned_to is not None:
        return before.assigned_to, next((known[name] for name in before.resources if name in known), None)
    technicians = {known[word].id: known[word] for word in named if word in known}
    logins = [word for word in named if word not in known or desk.store.staff(word) is not None]
    unknown = next((word for word in logins if desk.store.has_staff() and desk.store.staff(word) is None), None)
    if unknown is not None:
        groups = desk.rulebook.service_named(before.service).resources
        listed = tuple(resource.id for resource in desk.rulebook.resource if resource.group in groups)
        raise NotFound("not_found.technician", value=unknown, known=listed or ("-",))
    if len(technicians) > 1 or len(set(logins)) > 1:
        raise UsageProblem("usage.both", first=f"--to {named[0]}", second=f"--to {named[1]}")
    technician = next(iter(technicians.values()), None)
    return next(iter(logins), technician.id if technician else ""), technician
