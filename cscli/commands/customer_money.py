"""`cscli customer card|topup|charge|refund|gift|adjust|statement`: members' cards and the ledger behind them."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.customers import move
from cscli.commands.options import FORMATS, At, CustomerId, DryRun, Format, Json, Limit, Reason
from cscli.desk import Desk
from cscli.domain.customer import Customer
from cscli.domain.ledger import METHODS, Standing, running
from cscli.domain.record import Act
from cscli.domain.rulebook import CardType, entry_named
from cscli.domain.values import read_money
from cscli.errors import UsageProblem
from cscli.i18n import t
from cscli.terminal import ask, interactive, say_aside

if TYPE_CHECKING:
    from cscli.domain.schemes import Source

MEANS = "card|cash|transfer|mobile|other"

Amount = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="opt.ledger_amount")]
SignedAmount = Annotated[str | None, typer.Option("--amount", metavar="+-AMOUNT", help="opt.signed_amount")]
PaidBy = Annotated[str, typer.Option("--method", metavar=MEANS, help="opt.topup_method")]
LedgerNote = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.note")]
CardTypeId = Annotated[str | None, typer.Option("--type", metavar="ID", help="opt.card_type")]
SchemeId = Annotated[str | None, typer.Option("--scheme", metavar="ID", help="opt.scheme")]
Holding = Annotated[str | None, typer.Option("--holding", metavar="AMOUNT", help="opt.holding")]
ForBooking = Annotated[str | None, typer.Option("--booking", metavar="ID", help="opt.ledger_booking")]


def card(
    ctx: typer.Context,
    record: CustomerId,
    kind: CardTypeId = None,
    number: Annotated[str | None, typer.Option("--number", metavar="NUMBER", help="opt.card_number")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="opt.card_since")] = None,
    topup: Annotated[str | None, typer.Option("--topup", metavar="AMOUNT", help="opt.card_topup")] = None,
    method: Annotated[str, typer.Option("--method", metavar=MEANS, help="opt.card_method")] = "cash",
    scheme: SchemeId = None,
    holding: Holding = None,
    lost: Annotated[bool, typer.Option("--lost", help="opt.card_lost")] = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Issue a card, renew it, or replace a lost one: price, fee, visits and a first top-up in one go."""
    from cscli.domain import membership

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    if lost and (since or topup):
        raise UsageProblem("usage.both", first="--lost", second="--from" if since else "--topup")
    if scheme and not topup:
        raise UsageProblem("usage.needs", option="--scheme", other="--topup")
    kind = _lost_one(desk, record) if lost and kind is None else kind
    what = _kind(desk, ask(kind, "--type", "ask.card_type", known=words.listed(desk.rulebook.members.card)))
    said = (words.text(number) or "").strip() or None
    if said is None and (lost or not people.resolve(desk, record).all_cards):
        said = ask(None, "--number", "ask.card_number").strip()
    first = words.day(since, desk.now).date() if since else None
    money = _positive(topup, "--topup") if topup is not None else None
    how, source = _method(method), _source(desk, scheme, holding)

    def decide(before: Customer, act: Act) -> Customer:
        if lost:
            return membership.replace_lost(before, desk.rulebook, act, what, number=said or "", method=how)
        return membership.issue(
            before, desk.rulebook, act, what, number=said, since=first, topup=money, method=how, source=source
        )

    move(desk, record, decide)
    _tell_condition(source)


def topup(
    ctx: typer.Context,
    record: CustomerId,
    amount: Amount = None,
    method: PaidBy = "cash",
    scheme: SchemeId = None,
    holding: Holding = None,
    note: LedgerNote = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put money on the card; the rulebook's bonus is added, and the first top-up decides about the card's fee."""
    from cscli.domain import membership

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    money, how, said = _asked(amount), _method(method), words.text(note)
    source = _source(desk, scheme, holding)
    move(desk, record, lambda before, act: membership.top_up(before, desk.rulebook, act, money, how, said, source))
    _tell_condition(source)


def charge(
    ctx: typer.Context,
    record: CustomerId,
    amount: Amount = None,
    what: Annotated[str | None, typer.Option("--for", metavar="TEXT", help="opt.charge_for")] = None,
    booking: ForBooking = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take money off the card for something bought at the desk."""
    from cscli.domain import membership

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    money, said = _asked(amount), words.text(ask(what, "--for", "ask.charge_for"))
    about = _booking(desk, booking)
    move(desk, record, lambda before, act: membership.charge(before, desk.rulebook, act, money, said, about))


def refund(
    ctx: typer.Context,
    record: CustomerId,
    amount: Amount = None,
    method: Annotated[str, typer.Option("--method", metavar=MEANS, help="opt.refund_method")] = "card",
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put back on the card what was charged, or pay money out of it; only the roles the rulebook names may."""
    from cscli.domain import membership

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    money, how = _asked(amount), _method(method)
    why = words.text(ask(reason, "--reason", "ask.reason"))
    desk.allow(desk.rulebook.roles.refund)

    def decide(before: Customer, act: Act) -> Customer:
        if how == "card":
            return membership.put_back(before, desk.rulebook, act, money, why)
        return membership.pay_out(before, desk.rulebook, act, money, how, why)

    move(desk, record, decide)


def gift(
    ctx: typer.Context,
    record: CustomerId,
    amount: Amount = None,
    points: Annotated[int, typer.Option("--points", metavar="N", min=0, help="opt.gift_points")] = 0,
    note: LedgerNote = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give money or points away, or a thing that the note names; only the roles the rulebook names may."""
    from cscli.domain import membership

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    money = _positive(amount, "--amount") if amount is not None else Decimal(0)
    said = words.text(note)
    if not (money or points or said):
        raise UsageProblem("usage.missing", option="--amount")
    desk.allow(desk.rulebook.roles.refund)
    move(
        desk,
        record,
        lambda before, act: membership.give(before, desk.rulebook, act, amount=money, points=points, note=said),
    )


def adjust(
    ctx: typer.Context,
    record: CustomerId,
    amount: SignedAmount = None,
    points: Annotated[int, typer.Option("--points", metavar="+-N", help="opt.adjust_points")] = 0,
    visits: Annotated[int, typer.Option("--visits", metavar="+-N", help="opt.adjust_visits")] = 0,
    kind: CardTypeId = None,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put a sum of the ledger right, upwards or downwards; only the roles the rulebook names may."""
    from cscli.domain import membership

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    money = words.value(read_money, amount) if amount is not None else Decimal(0)
    if not (money or points or visits):
        raise UsageProblem("usage.missing", option="--amount")
    what = _kind(desk, words.need(kind, "--type")) if visits else None
    why = ask(reason, "--reason", "ask.reason")
    desk.allow(desk.rulebook.roles.refund)

    def decide(before: Customer, act: Act) -> Customer:
        return membership.adjust(
            before,
            desk.rulebook,
            act,
            amount=money,
            points=points,
            visits=visits,
            kind=what,
            note=words.text(why) or "",
        )

    move(desk, record, decide)


def statement(
    ctx: typer.Context,
    record: CustomerId,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="opt.statement_since")] = None,
    form: Format = "table",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show a customer's ledger with the balance after each entry: the last ones, brought forward from those before."""
    from cscli.domain.customer import masked
    from cscli.render import table
    from cscli.render.customer import (
        ALIGN,
        HEADS,
        PLAIN,
        entry_data,
        standing_data,
        statement_head,
        statement_plain,
        statement_rows,
    )

    how = words.choice(form, FORMATS, "--format")
    desk = Desk(ctx.obj, as_json=as_json or how == "json")
    person = masked(people.resolve(desk, record))
    view = people.view(desk)
    lines = list(running(person.ledger))
    first = words.day(since, desk.now) if since else None
    cut = next((place for place, (entry, _) in enumerate(lines) if first is None or entry.at >= first), len(lines))
    cut = max(cut, len(lines) - limit) if limit else cut
    forward = lines[cut - 1][1] if cut else None
    heads = [t(f"label.column.{name}") for name in HEADS]

    def text() -> str:
        rows = statement_rows(view, lines[cut:], forward)
        if how == "csv":
            return table.csv_text(statement_plain(lines[cut:]), PLAIN)
        if how == "md":
            return table.markdown(rows, heads, ALIGN)
        body = table.table(rows, heads, align=ALIGN) if rows else t("label.empty.ledger")
        return f"{statement_head(view, person)}\n\n{body}"

    def data() -> dict[str, Any]:
        return {
            "customer": person.id,
            **standing_data(lines[-1][1] if lines else Standing()),
            "forward": standing_data(forward) if forward else None,
            "entries": [{**entry_data(entry), **standing_data(stands)} for entry, stands in lines[cut:]],
        }

    desk.show(text, data)


def _kind(desk: Desk, word: str) -> CardType:
    return entry_named(desk.rulebook.members.card, word, "rulebook.no_card_type")


def _lost_one(desk: Desk, record: str) -> str | None:
    """Return the type of the only card a customer holds; raises `UsageProblem` with those of one who holds several."""
    held = tuple(dict.fromkeys(card.type for card in people.resolve(desk, record).all_cards))
    if len(held) > 1 and not interactive():
        raise UsageProblem("usage.which_card", known=held)
    return held[0] if len(held) == 1 else None


def _source(desk: Desk, word: str | None, holding: str | None) -> "Source | None":
    """Return where the money comes from, None for ordinary money; what stands there is asked for where it matters."""
    if word is None:
        if holding is not None:
            raise UsageProblem("usage.needs", option="--holding", other="--scheme")
        return None
    from cscli.domain.schemes import Source

    scheme = entry_named(desk.rulebook.members.scheme, word, "rulebook.no_scheme")
    said = ask(holding, "--holding", "ask.holding", read=words.amount) if scheme.keep is not None else holding
    return Source(scheme=scheme, holding=words.amount(said) if said is not None else None)


def _tell_condition(source: "Source | None") -> None:
    """Say what the desk has to look at, for no rule can (manual row D4)."""
    if source is not None and source.scheme.condition:
        say_aside(t("note.scheme", scheme=source.scheme.name, condition=source.scheme.condition))


def _method(said: str) -> Any:
    return words.choice(said, METHODS, "--method")


def _asked(amount: str | None) -> Decimal:
    return _positive(ask(amount, "--amount", "ask.amount", read=words.amount), "--amount")


def _positive(said: str, option: str) -> Decimal:
    """Return an amount of money above zero."""
    amount = words.amount(said)
    if not amount:
        raise UsageProblem("usage.range", option=option, value=said, range="> 0")
    return amount


def _booking(desk: Desk, word: str | None) -> str | None:
    return desk.store.resolve(word, "booking") if word else None
