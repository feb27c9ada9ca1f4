"""`cscli customer`: open, change, show and list customers' files, the only place where personal data stands."""

import re
from typing import Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.bookings import extras
from cscli.commands.customers import alone, listed, tell
from cscli.commands.listing import Listing, print_list
from cscli.commands.options import (
    FORMATS,
    At,
    CustomerId,
    DryRun,
    Extra,
    Format,
    Json,
    Limit,
    NewCustomer,
    Reason,
    Reveal,
    Sort,
)
from cscli.desk import Desk
from cscli.domain import masks
from cscli.domain.record import Change, Revision
from cscli.domain.value import replace
from cscli.errors import UsageProblem
from cscli.i18n import language, t
from cscli.i18n.forms import day
from cscli.render.customer import LAST, customer_card, customer_data, past_tables
from cscli.render.history import history_table, rule_name
from cscli.terminal import ask

SEXES = ("male", "female")
COLUMNS = ("id", "name", "phone", "level", "card", "contract", "joined")
SORTS = ("received_at", "joined", "level", "card_type", "id")
THEIRS = "WHERE customer = ?"
MONTH = re.compile(r"(\d{4}-)?(0?[1-9]|1[0-2])", re.ASCII)

Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="opt.person_name")]
Phones = Annotated[list[str] | None, typer.Option("--phone", metavar="NUMBER", help="opt.phones")]
Emails = Annotated[list[str] | None, typer.Option("--email", metavar="ADDRESS", help="opt.emails")]
Address = Annotated[str | None, typer.Option("--address", metavar="TEXT", help="opt.address")]
IdNumber = Annotated[str | None, typer.Option("--id-number", metavar="TEXT", help="opt.id_number")]
Sex = Annotated[str | None, typer.Option("--sex", metavar="male|female", help="opt.sex")]
BirthMonth = Annotated[str | None, typer.Option("--birth-month", metavar="MONTH", help="opt.birth_month")]
LevelId = Annotated[str | None, typer.Option("--level", metavar="ID", help="opt.level")]
Contract = Annotated[bool | None, typer.Option("--contract/--no-contract", help="opt.contract")]
CardNumber = Annotated[str | None, typer.Option("--card", metavar="NUMBER", help="opt.card")]
CardTypeId = Annotated[str | None, typer.Option("--card-type", metavar="ID", help="opt.card_type")]
CardFrom = Annotated[str | None, typer.Option("--card-from", metavar="DAY", help="opt.card_from")]
CardTo = Annotated[str | None, typer.Option("--card-to", metavar="DAY", help="opt.card_to")]
Joined = Annotated[str | None, typer.Option("--joined", metavar="DAY", help="opt.joined")]
PersonNote = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.person_note")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TEXT", help="opt.tags")]


def create(
    ctx: typer.Context,
    name: Name = None,
    phone: Phones = None,
    email: Emails = None,
    address: Address = None,
    id_number: IdNumber = None,
    sex: Sex = None,
    birth_month: BirthMonth = None,
    level: LevelId = None,
    contract: Contract = None,
    card: CardNumber = None,
    card_type: CardTypeId = None,
    card_from: CardFrom = None,
    card_to: CardTo = None,
    joined: Joined = None,
    note: PersonNote = None,
    tag: Tags = None,
    extra: Extra = None,
    new_customer: NewCustomer = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open a customer's file; somebody else's phone or card number is refused."""
    from cscli.domain import customer

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    name = ask(name, "--name", "ask.person_name")
    fields = _fields(desk, name=name, phone=phone, email=email, address=address, id_number=id_number, sex=sex,
                     birth_month=birth_month, level=level, contract=contract, joined=joined, note=note,
                     tag=tag)  # fmt: skip
    fields["card"] = _card(desk, None, card, card_type, card_from, card_to)
    fields["extra"] = extras(desk, extra, kind="customer")

    def decide() -> Change:
        opened = customer.create(desk.act, record_id=desk.new_id("customer", desk.at.date()), **fields)
        if not new_customer:
            alone(desk, None, opened)
        return Change(revisions=(Revision(before=None, after=opened),), by=desk.by)

    tell(desk, desk.write(decide))


def change(
    ctx: typer.Context,
    record: CustomerId,
    name: Name = None,
    phone: Phones = None,
    email: Emails = None,
    address: Address = None,
    id_number: IdNumber = None,
    sex: Sex = None,
    birth_month: BirthMonth = None,
    level: LevelId = None,
    contract: Contract = None,
    card: CardNumber = None,
    card_type: CardTypeId = None,
    card_from: CardFrom = None,
    card_to: CardTo = None,
    joined: Joined = None,
    note: PersonNote = None,
    tag: Tags = None,
    extra: Extra = None,
    new_customer: NewCustomer = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Change what is known of a customer; an empty text takes a field out."""
    from cscli.domain import customer

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    fields = _fields(desk, name=name, phone=phone, email=email, address=address, id_number=id_number, sex=sex,
                     birth_month=birth_month, level=level, contract=contract, joined=joined, note=note,
                     tag=tag)  # fmt: skip

    def decide() -> Change:
        before = people.resolve(desk, record)
        own = {**before.extra, **extras(desk, extra, whole=False, kind="customer")}
        held = _card(desk, before.card, card, card_type, card_from, card_to)
        after = customer.change(before, desk.act, card=held, extra=own, **fields)
        if not new_customer:
            alone(desk, before, after)
        return Change(revisions=(Revision(before=before, after=after),), by=desk.by)

    tell(desk, desk.write(decide))


def _fields(desk: Desk, **said: Any) -> dict[str, Any]:
    """Return the fields of a file that were said, as they are kept; an empty text is None."""
    found: dict[str, Any] = {}
    for name in ("name", "address", "id_number", "note"):
        if said[name] is not None:
            found[name] = (words.text(said[name]) or "").strip() or None
    words.name(found.get("name"), "--name")
    if said["phone"] is not None:
        found["phones"] = tuple(dict.fromkeys(_phone(number) for number in said["phone"] if number.strip()))
    if said["email"] is not None:
        found["emails"] = tuple(words.email(address) for address in said["email"] if address.strip())
    if said["tag"] is not None:
        found["tags"] = tuple(dict.fromkeys(words.text(tag) or "" for tag in said["tag"] if tag.strip()))
    if said["sex"] is not None:
        found["sex"] = words.choice(said["sex"], SEXES, "--sex") if said["sex"] else None
    if said["birth_month"] is not None:
        found["birth_month"] = _birth_month(said["birth_month"])
    if said["level"] is not None:
        found["level"] = level_named(desk, said["level"]) if said["level"] else None
    if said["contract"] is not None:
        found["contract"] = said["contract"]
    if said["joined"] is not None:
        found["joined"] = words.day(said["joined"], desk.now).date() if said["joined"] else None
    return found


def _phone(text: str) -> str:
    """Return a phone number as it is kept; a wrong one is said back masked."""
    try:
        return words.phone(text)
    except UsageProblem as problem:
        raise UsageProblem(problem.key, value=masks.mask_number(text)) from None


def _birth_month(text: str) -> str | None:
    if not text:
        return None
    if not MONTH.fullmatch(text):
        raise UsageProblem("usage.birth_month")
    year, dash, month = text.rpartition("-")
    return f"{year}{dash}{int(month):02d}"


def level_named(desk: Desk, value: str) -> str:
    """Return the id of the level with this id or name; raises `NotFound`."""
    return listed(desk.rulebook.members.level, value, "rulebook.no_level")


def _card(desk: Desk, held: Any, number: str | None, card_type: str | None, first: str | None, last: str | None) -> Any:
    """Return the card after what was said of it, None where nothing was."""
    from cscli.domain.customer import Card

    said: dict[str, Any] = {}
    if number is not None:
        said["number"] = words.need((words.text(number) or "").strip() or None, "--card")
    if card_type is not None:
        said["type"] = listed(desk.rulebook.members.card, card_type, "rulebook.no_card_type")
    if first is not None:
        said["valid_from"] = words.day(first, desk.now).date()
    if last is not None:
        said["valid_to"] = words.day(last, desk.now).date()
    if not said:
        return None
    if held is None and number is None:
        raise UsageProblem("usage.missing", option="--card")
    card = replace(held, **said) if held is not None else Card(**said)
    if card.valid_from and card.valid_to and card.valid_to < card.valid_from:
        raise UsageProblem("words.range", first=card.valid_from, last=card.valid_to)
    return card


def show(
    ctx: typer.Context, record: CustomerId, reveal: Reveal = False, reason: Reason = None, as_json: Json = False
) -> None:
    """Show a customer's file with the last bookings and complaints, masked unless revealing it is recorded."""
    from cscli.domain.customer import masked

    desk = Desk(ctx.obj, as_json=as_json)
    found = people.resolve(desk, record)
    if reveal:
        people.reveal(desk, (found.id,), reason)
    shown = desk.store.load(found.id) if reveal else masked(found)
    bookings = desk.store.rows(f"SELECT * FROM booking {THEIRS} ORDER BY start DESC, id LIMIT ?", found.id, LAST)
    complaints = desk.store.rows(
        f"SELECT * FROM complaint {THEIRS} AND status <> 'merged' ORDER BY received_at DESC, id LIMIT ?", found.id, LAST
    )

    def text() -> str:
        view = people.view(desk)
        parts = [customer_card(view, shown), *past_tables(view, bookings, complaints), history_table(view, shown)]
        return "\n\n".join(parts)

    desk.show(text, lambda: customer_data(shown, masked=not reveal, bookings=bookings, complaints=complaints))


def list_(
    ctx: typer.Context,
    level: LevelId = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="opt.joined_since")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TEXT", help="opt.list_tag")] = None,
    form: Format = "table",
    limit: Limit = 50,
    sort: Sort = None,
    as_json: Json = False,
) -> None:
    """List customers' files, masked, the newest first."""
    desk = Desk(ctx.obj, as_json=as_json)
    clauses: list[str] = []
    values: list[Any] = []
    if level:
        clauses.append("level = ?")
        values.append(level_named(desk, level))
    if since:
        clauses.append("received_at >= ?")
        values.append(int(words.day(since, desk.now).timestamp()))
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    if tag:
        where, values = _tagged(desk, where, values, {words.text(word) for word in tag})
    order = words.choice(sort or "received_at", SORTS, "--sort")
    descending = " DESC" if sort is None else ""
    print_list(
        desk,
        Listing(
            noun="customer",
            question=f"SELECT * FROM customer {where} ORDER BY {order}{descending}, id",
            values=tuple(values),
            columns=COLUMNS,
            align="lllllll",
            row=lambda row: _row(desk, row),
            record=lambda record_id: _masked_data(desk, record_id),
            keys=("id", "name", "phone", "level", "card_type", "contract", "joined", "received_at"),
        ),
        words.choice(form, FORMATS, "--format"),
        limit,
    )


def _tagged(desk: Desk, where: str, values: list[Any], tags: set[str | None]) -> tuple[str, list[Any]]:
    """Return the question for the customers that bear every tag; tags stand in the files only."""
    rows = desk.store.rows(f"SELECT id FROM customer {where}", *values)
    bearing = [f'"{row["id"]}"' for row in rows if tags <= set(desk.store.load(row["id"]).tags)]
    return "WHERE id IN (SELECT value FROM json_each(?))", [f"[{','.join(bearing)}]"]


def _masked_data(desk: Desk, record_id: str) -> dict[str, Any]:
    from cscli.domain.customer import masked

    return customer_data(masked(desk.store.load(record_id)), masked=True)


def _row(desk: Desk, row: dict[str, Any]) -> tuple[str, ...]:
    from datetime import date

    return (
        row["id"],
        row["name"] or "",
        row["phone"] or "",
        rule_name(desk.rulebook, "level", row["level"]) if row["level"] else "",
        rule_name(desk.rulebook, "card_type", row["card_type"] or "-") if row["has_card"] else "",
        t("label.yes") if row["contract"] else "",
        day(date.fromordinal(row["joined"]), language()) if row["joined"] else "",
    )
