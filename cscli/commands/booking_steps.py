"""`cscli booking confirm|arrive|complete|…`: the steps of a booking's life, each one word of the table of states."""

from typing import Annotated, Any

import typer

from cscli.commands import words
from cscli.commands.bookings import confirm_or_leave, load, move, person_of, situation, situation_of
from cscli.commands.options import (
    Answer,
    At,
    BookingId,
    DryRun,
    Json,
    Length,
    Override,
    PayMethod,
    PayOut,
    Reason,
    Resources,
    Start,
    TableNo,
    Yes,
)
from cscli.commands.settlements import Ordinary, ShownCard, settle
from cscli.desk import Desk
from cscli.domain import booking, calling_off, serving, settling
from cscli.domain.booking import Booking
from cscli.domain.permit import Permit
from cscli.domain.record import Act
from cscli.domain.settling import Settled
from cscli.domain.value import replace
from cscli.errors import Refused, UsageProblem
from cscli.i18n import t
from cscli.terminal import ask, say_aside

More = Annotated[bool, typer.Option("--more", help="opt.more")]


def confirm(
    ctx: typer.Context,
    record: BookingId,
    start: Start = None,
    length: Length = None,
    resource: Resources = None,
    answer: Answer = None,
    table_no: TableNo = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Confirm a request or an offer, or give an unmet wish what has come free, at another time where one is said."""
    from cscli.domain import arranging

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit, table, told = desk.permit(override, reason), words.text(table_no), words.text(answer)
    if table is None and desk.can_ask and _lacks_table(desk, load(desk, record)):
        table = words.text(ask(None, "--table-no", "ask.table_no", blank=True)) or None

    def decide(before: Booking, act: Act) -> Booking:
        if table and before.status == "confirmed":
            raise Refused("refused.booking.confirmed_table", rule="states", id=before.id, table=table)
        if before.status == "unmet" or before.waitlisted:
            from cscli.commands.booking_queue import Said, take

            said = Said(start=start, length=length, resources=resource)
            wish = replace(before, table_no=table or before.table_no)
            return take(desk, wish, act, said, answer=told, permit=permit)
        if start or length or resource or told:
            raise Refused("refused.booking.confirm_moves", rule="booking.confirm", id=before.id)
        return arranging.confirm(before, situation_of(desk, before), act, table_no=table, permit=permit)

    after = move(desk, record, decide)
    if _lacks_table(desk, after):
        say_aside(t("note.table_no", id=after.id))


def _lacks_table(desk: Desk, known: Booking) -> bool:
    """Whether the guest still has to be told the number of the table (manual row C5)."""
    kind = next((service.kind for service in desk.rulebook.service if service.id == known.service), None)
    return kind == "table" and known.table_no is None and known.status in ("requested", "confirmed", "unmet")


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

    def decide(both: Settled, act: Act) -> Settled:
        after = serving.check_arrival(both.booking, act, spoke_with=who, seen=what, minutes=minutes, note=said)
        both = replace(both, booking=after)
        return settling.arrive(both, desk.rulebook, desk.calendar, act) if what == "seated" else both

    settle(desk, record, decide)


def arrive(
    ctx: typer.Context,
    record: BookingId,
    table_no: TableNo = None,
    card: ShownCard = None,
    no_card: Ordinary = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the guest is here; a pass that pays for it loses a visit."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    table = words.text(table_no)
    _one_of(card, no_card)

    def decide(both: Settled, act: Act) -> Settled:
        return settling.arrive(both, desk.rulebook, desk.calendar, act, table_no=table, ordinary=no_card)

    settle(desk, record, decide, card=card)


def extend(
    ctx: typer.Context,
    record: BookingId,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="opt.used_until")] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Let a guest who is here stay longer; the longer time is priced by the rulebook."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = ask(until, "--until", "ask.used_until")
    permit = desk.permit(override, reason)
    move(desk, record, lambda before, act: _longer(desk, before, said, act, permit))


def _longer(desk: Desk, before: Booking, until: str, act: Act, permit: Permit | None) -> Booking:
    """Return a booking that lasts until the time said; a time alone is one of the day on which it began."""
    from cscli.domain import overstay

    end = words.need(words.window(before.start, until, None, desk.now), "--until")
    facts = situation(desk, before.service, before.end, max(end, before.end), person_of(desk, before), before.id)
    return overstay.extend(before, end, facts, act, permit=permit)


def complete(
    ctx: typer.Context,
    record: BookingId,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="opt.used_until")] = None,
    result: Annotated[str | None, typer.Option("--result", metavar="TEXT", help="opt.result")] = None,
    paid: Annotated[str | None, typer.Option("--paid", metavar="AMOUNT", help="opt.paid")] = None,
    method: PayMethod = "card",
    spend: Annotated[str | None, typer.Option("--spend", metavar="AMOUNT", help="opt.spend")] = None,
    more: More = False,
    card: ShownCard = None,
    no_card: Ordinary = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the service was given, what was paid for it, and what the guest spent."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    amount = words.amount(paid) if paid is not None else None
    bill = words.amount(spend) if spend is not None else None
    how: Any = words.choice(method, booking.METHODS, "--method")
    permit, came = desk.permit(override, reason), words.text(result)
    _one_of(card, no_card)

    def decide(both: Settled, act: Act) -> Settled:
        must_pay = card is not None and not amount
        if until is not None:
            longer = _longer(desk, both.booking, until, act, permit)
            if longer.end > act.at:
                raise Refused("refused.future", rule="time", at=longer.end)
            both = replace(both, booking=longer)
        both = settling.complete(
            both, desk.rulebook, desk.calendar, act, result=came, ordinary=no_card, must_pay=must_pay
        )
        both = settling.spend(both, desk.rulebook, act, bill) if bill is not None else both
        return settling.pay(both, desk.rulebook, act, amount, how, more=more) if amount else both

    settle(desk, record, decide, card=card, money=bill is not None or (bool(amount) and how == "card"))


def _one_of(card: str | None, no_card: bool) -> None:
    if card and no_card:
        raise UsageProblem("usage.both", first="--card", second="--no-card")


def pay(
    ctx: typer.Context,
    record: BookingId,
    amount: Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="opt.paid")] = None,
    method: PayMethod = "card",
    more: More = False,
    card: ShownCard = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note a payment: what is still owed, unless another amount is said."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = words.amount(amount) if amount is not None else None
    how: Any = words.choice(method, booking.METHODS, "--method")

    def decide(both: Settled, act: Act) -> Settled:
        due = booking.owed(both.booking) if said is None else said
        if not due:
            raise UsageProblem("usage.nothing_owed", id=both.booking.id)
        if booking.let_go(both.booking, act.now):
            from cscli.domain import arranging

            arranging.must_be_had(both.booking, situation_of(desk, both.booking), act)
        return settling.pay(both, desk.rulebook, act, due, how, more=more)

    after = settle(desk, record, decide, card=card, money=how == "card")
    if booking.lapsed(after, desk.now):
        say_aside(t("note.hold_out", id=after.id, until=after.hold_until))


def refund(
    ctx: typer.Context,
    record: BookingId,
    method: PayOut = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Pay out what was promised back; only the roles the rulebook names may."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    desk.allow(desk.rulebook.roles.refund)
    how: Any = words.optional_choice(method, booking.METHODS, "--method")

    def decide(both: Settled, act: Act) -> Settled:
        return settling.pay_out(both, desk.rulebook, act, how or settling.as_paid(both))

    settle(desk, record, decide, money=True)


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
    settle(desk, record, lambda both, act: settling.spend(both, desk.rulebook, act, bill), money=True)


def no_show(
    ctx: typer.Context,
    record: BookingId,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned")] = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that nobody came; what that costs is said first."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit = desk.permit(override, reason)

    def decide(before: Booking, act: Act) -> Booking:
        return calling_off.no_show(before, desk.rulebook, desk.calendar, act, phoned=phoned, permit=permit)

    if not yes and desk.can_ask:
        fee = desk.decide(lambda: decide(load(desk, record), desk.act)).fee
        if fee:
            say_aside(t("ask.no_show.told", fee=fee))
            confirm_or_leave("ask.no_show")
    move(desk, record, decide)


def close(
    ctx: typer.Context,
    record: BookingId,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="completed|no_show", help="opt.outcome")] = None,
    rating: Annotated[int | None, typer.Option("--rating", metavar="1..5", min=1, max=5, help="opt.rating")] = None,
    feedback: Annotated[str | None, typer.Option("--feedback", metavar="TEXT", help="opt.feedback")] = None,
    unreachable: Annotated[bool, typer.Option("--unreachable", help="opt.unreachable")] = False,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned")] = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Close a booking that has ended, with the customer's rating; `--outcome` ends it in the same go."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ended = words.optional_choice(outcome, ("completed", "no_show"), "--outcome")
    said = words.text(feedback)
    if phoned and ended != "no_show":
        raise UsageProblem("usage.needs", option="--phoned", other="--outcome no_show")
    permit = desk.permit(override, reason)

    def decide(both: Settled, act: Act) -> Settled:
        before = both.booking
        if ended == "completed" and before.outcome != "completed":
            both = settling.complete(both, desk.rulebook, desk.calendar, act)
        elif ended == "no_show" and before.outcome != "no_show":
            missed = calling_off.no_show(before, desk.rulebook, desk.calendar, act, phoned=phoned, permit=permit)
            both = replace(both, booking=missed)
        after = serving.close(both.booking, act, rating=rating, feedback=said, unreachable=unreachable, permit=permit)
        return replace(both, booking=after)

    after = settle(desk, record, decide)
    if unreachable and after.rating is not None:  # what was said before the booking was opened again was said
        say_aside(t("note.rating_stands", rating=after.rating))


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
