"""`cscli booking confirm|arrive|complete|…`: the steps of a booking's life, each one word of the table of states."""

from typing import Annotated, Any

import typer

from cscli.commands import words
from cscli.commands.bookings import move, situation_of
from cscli.commands.options import At, BookingId, DryRun, Json, Override, PayMethod, Reason, TableNo
from cscli.desk import Desk, ask
from cscli.domain import booking, calling_off, serving
from cscli.domain.booking import Booking
from cscli.domain.record import Act
from cscli.errors import UsageProblem


def confirm(
    ctx: typer.Context,
    record: BookingId,
    table_no: TableNo = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Confirm a request, or give an unmet wish what has come free."""
    from cscli.domain import arranging

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit, table = desk.permit(override, reason), words.text(table_no)

    def decide(before: Booking, act: Act) -> Booking:
        return arranging.confirm(before, situation_of(desk, before), act, table_no=table, permit=permit)

    move(desk, record, decide)


def check_arrival(
    ctx: typer.Context,
    record: BookingId,
    spoke_with: Annotated[str, typer.Option("--with", metavar="merchant|customer", help="opt.spoke_with")] = "merchant",
    seen: Annotated[str | None, typer.Option("--seen", metavar="seated|late|absent|cancelled", help="opt.seen")] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", metavar="N", min=0, help="opt.minutes")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.note")] = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note what the merchant, then the guest, said about the arrival; a guest who is seated has arrived."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    who: Any = words.choice(spoke_with, booking.SPOKE, "--with")
    known = words.words_for("seen", booking.SEEN)
    what: Any = words.choice(ask(seen, "--seen", "ask.seen", known=known), booking.SEEN, "--seen")
    said = words.text(note)

    def decide(before: Booking, act: Act) -> Booking:
        after = serving.check_arrival(before, act, spoke_with=who, seen=what, minutes=minutes, note=said)
        return serving.arrive(after, desk.rulebook, act) if what == "seated" else after

    move(desk, record, decide)


def arrive(
    ctx: typer.Context,
    record: BookingId,
    table_no: TableNo = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the guest is here."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    table = words.text(table_no)
    move(desk, record, lambda before, act: serving.arrive(before, desk.rulebook, act, table_no=table))


def complete(
    ctx: typer.Context,
    record: BookingId,
    paid: Annotated[str | None, typer.Option("--paid", metavar="AMOUNT", help="opt.paid")] = None,
    method: PayMethod = "card",
    spend: Annotated[str | None, typer.Option("--spend", metavar="AMOUNT", help="opt.spend")] = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the service was given, what was paid for it, and what the guest spent."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    amount = words.amount(paid) if paid else None
    bill = words.amount(spend) if spend else None
    how: Any = words.choice(method, booking.METHODS, "--method")

    def decide(before: Booking, act: Act) -> Booking:
        after = serving.complete(before, act)
        after = serving.spend(after, act, bill) if bill is not None else after
        return serving.pay(after, act, amount, how) if amount else after

    move(desk, record, decide)


def pay(
    ctx: typer.Context,
    record: BookingId,
    amount: Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="opt.paid")] = None,
    method: PayMethod = "card",
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note a payment: what is still owed, unless another amount is said."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = words.amount(amount) if amount is not None else None
    how: Any = words.choice(method, booking.METHODS, "--method")

    def decide(before: Booking, act: Act) -> Booking:
        due = booking.owed(before) if said is None else said
        if not due:
            raise UsageProblem("usage.nothing_owed", id=before.id)
        return serving.pay(before, act, due, how)

    move(desk, record, decide)


def refund(
    ctx: typer.Context,
    record: BookingId,
    method: PayMethod = "card",
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Pay out what was promised back; only the roles the rulebook names may."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    desk.allow(desk.rulebook.roles.refund)
    how: Any = words.choice(method, booking.METHODS, "--method")
    move(desk, record, lambda before, act: calling_off.pay_out(before, act, how))


def spend(
    ctx: typer.Context,
    record: BookingId,
    amount: Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="opt.spend")] = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note the guest's bill at the merchant, after the meal."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    bill = words.amount(ask(amount, "--amount", "ask.spend", read=words.amount))
    move(desk, record, lambda before, act: serving.spend(before, act, bill))


def no_show(
    ctx: typer.Context,
    record: BookingId,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned")] = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that nobody came."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit = desk.permit(override, reason)

    def decide(before: Booking, act: Act) -> Booking:
        return calling_off.no_show(before, desk.rulebook, desk.calendar, act, phoned=phoned, permit=permit)

    move(desk, record, decide)


def close(
    ctx: typer.Context,
    record: BookingId,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="completed|no_show", help="opt.outcome")] = None,
    rating: Annotated[int | None, typer.Option("--rating", metavar="1..5", min=1, max=5, help="opt.rating")] = None,
    feedback: Annotated[str | None, typer.Option("--feedback", metavar="TEXT", help="opt.feedback")] = None,
    unreachable: Annotated[bool, typer.Option("--unreachable", help="opt.unreachable")] = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Close a booking that has ended, with the customer's rating; `--outcome` ends it in the same go."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ended = words.optional_choice(outcome, ("completed", "no_show"), "--outcome")
    said = words.text(feedback)

    def decide(before: Booking, act: Act) -> Booking:
        after = before
        if ended == "completed" and before.outcome != "completed":
            after = serving.complete(before, act)
        elif ended == "no_show" and before.outcome != "no_show":
            after = calling_off.no_show(before, desk.rulebook, desk.calendar, act, phoned=False)
        return serving.close(after, act, rating=rating, feedback=said, unreachable=unreachable)

    move(desk, record, decide)


def reopen(
    ctx: typer.Context,
    record: BookingId,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open a closed booking again; only the roles the rulebook names may."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = ask(reason, "--reason", "ask.reason")
    desk.allow(desk.rulebook.roles.reopen)
    move(desk, record, lambda before, act: serving.reopen(before, act, reason=why))
