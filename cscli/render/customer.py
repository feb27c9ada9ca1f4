"""A customer's file as a card, masked unless it was asked for otherwise, and as data."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cscli.i18n import label, language, t
from cscli.i18n.forms import day, moment, money
from cscli.render.booking import service_name
from cscli.render.history import entered, event_name, rule_name
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.customer import Card, Customer
    from cscli.domain.ledger import Entry, Standing
    from cscli.domain.record import Revision

Rows = Sequence[dict[str, Any]]
LAST = 5  # bookings and complaints shown with a customer


def customer_card(view: View, person: "Customer", entries: Sequence["Entry"] = ()) -> str:
    """Return a customer's file as it is given, masked or not; `entries` are those just made in its ledger."""
    from cscli.render.table import card

    lines = [(t("label.field.customer"), "  ".join(part for part in (person.id, visible(person.name or "")) if part))]
    if view.dry_run:
        lines.insert(0, (t("label.field.dry_run"), t("label.dry_run")))
    told = {
        "phones": ", ".join(person.phones),
        "emails": ", ".join(person.emails),
        "address": person.address,
        "id_number": person.id_number,
        "sex": label("sex", person.sex) if person.sex else None,
        "birth_month": person.birth_month,
        "level": rule_name(view.rulebook, "level", person.level) if person.level else None,
        "contract": t("label.yes") if person.contract else None,
        "card": "\n".join(_card(view, card) for card in person.all_cards),
        **_sums(view, person),
        "entered": "\n".join(_entered(view, entry) for entry in entries),
        "joined": day(person.joined, language()) if person.joined else None,
        "tags": ", ".join(person.tags),
        "note": person.note,
    }
    for name, text in told.items():
        if text:
            lines.append((t(f"label.field.{name}"), "\n".join(map(visible, text.split("\n")))))
    names = {field.id: field.name for field in view.rulebook.extra.customer}
    lines += [(names.get(name, name), visible(str(value))) for name, value in person.extra.items()]
    return card(lines)


def _card(view: View, card: "Card") -> str:
    words = [card.number, rule_name(view.rulebook, "card_type", card.type) if card.type else ""]
    if card.valid_from or card.valid_to:
        ends = {"first": card.valid_from or "", "last": card.valid_to or ""}
        key = "both" if card.valid_from and card.valid_to else "from" if card.valid_from else "until"
        words.append(t(f"label.card.{key}", **ends))
    return "  ".join(word for word in words if word)


def _sums(view: View, person: "Customer") -> dict[str, str]:
    """Return what the ledger comes to, by the field it is shown in; nothing of what was never entered."""
    from cscli.domain import ledger, membership

    stands, currency = ledger.standing(person.ledger), view.rulebook.desk.currency
    told = {}
    if ledger.holds_money(person.ledger):
        told["balance"] = f"{money(stands.balance)} {currency}"
    kind = membership.fee_open(person, view.rulebook.members)
    if kind is not None:
        told["fee_open"] = t("label.card.fee_open", fee=kind.fee, most=kind.fee_waived_from, currency=currency)
    if any(entry.points for entry in person.ledger):
        told["points"] = str(stands.points)
    visits = [f"{rule_name(view.rulebook, 'card_type', card)}  {left}" for card, left in stands.visits.items()]
    return {**told, "visits": "\n".join(visits)} if visits else told


def _entered(view: View, entry: "Entry") -> str:
    """Return an entry as it is read back: what it is, then what it adds or takes."""
    words = [event_name("customer", entry.type), *entered(entry, view.rulebook), visible(entry.note or "")]
    return "  ".join(word for word in words if word)


def settled_lines(view: View, revisions: Sequence["Revision"]) -> list[tuple[str, str]]:
    """Return what a change of a booking did to ledgers, as lines of its card: what moved, and what is left."""
    from cscli.domain import ledger

    lines: list[tuple[str, str]] = []
    for revision in revisions:
        if revision.after.kind != "customer":
            continue
        person: Any = revision.after
        stands = ledger.standing(person.ledger)
        for entry in revision.added("ledger"):
            lines += _settled(view, entry, stands)
    return lines


def _settled(view: View, entry: "Entry", stands: "Standing") -> list[tuple[str, str]]:
    lines = []
    if entry.amount:
        amounts = {"amount": f"{entry.amount:+.2f}", "balance": stands.balance}
        words = t("label.settled.amount", currency=view.rulebook.desk.currency, **amounts)
        lines.append((t("label.field.balance"), words))
    if entry.visits:
        card = rule_name(view.rulebook, "card_type", entry.card or "-")
        left = stands.visits.get(entry.card or "", 0)
        words = t("label.settled.visits", number=f"{entry.visits:+d}", left=left, card=card)
        lines.append((t("label.field.visits"), words))
    if entry.points:
        words = t("label.settled.points", number=f"{entry.points:+d}", total=stands.points)
        lines.append((t("label.field.points"), words))
    return lines


def settled_data(revisions: Sequence["Revision"]) -> list[dict[str, Any]]:
    """Return what a change of a booking did to ledgers, for programs: each entry, and what stands there then."""
    from cscli.domain import ledger

    told = []
    for revision in revisions:
        if revision.after.kind == "customer":
            person: Any = revision.after
            after = standing_data(ledger.standing(person.ledger))
            told += [{"customer": person.id, **entry_data(entry), **after} for entry in revision.added("ledger")]
    return told


def entry_data(entry: "Entry") -> dict[str, Any]:
    """Return an entry with what it says and nothing else."""
    from cscli.render.data import event_data

    data = event_data(entry)
    empty = [name for name in ("amount", "points", "visits") if not getattr(entry, name)]
    return {name: value for name, value in data.items() if name not in empty}


def standing_data(stands: "Standing") -> dict[str, Any]:
    """Return what a ledger comes to, for programs: `visits_left` by card type."""
    from cscli.render.data import jsonable

    return {"balance": jsonable(stands.balance), "points_total": stands.points, "visits_left": dict(stands.visits)}


def customer_data(
    person: "Customer",
    *,
    masked: bool,
    dry_run: bool = False,
    bookings: Rows = (),
    complaints: Rows = (),
    entered: Sequence["Entry"] = (),
) -> dict[str, Any]:
    """Return a customer's file for programs; `derived.masked` says whether anything personal was hidden."""
    from cscli.domain import ledger
    from cscli.render.data import record_data

    data = record_data(person)
    data["ledger"] = [entry_data(entry) for entry in person.ledger]
    data["derived"] = {
        **standing_data(ledger.standing(person.ledger)),
        "entered": [entry_data(entry) for entry in entered],
        "masked": masked,
        "bookings": [row["id"] for row in bookings],
        "complaints": [row["id"] for row in complaints],
        "dry_run": dry_run,
    }
    return data


def past_tables(view: View, bookings: Rows, complaints: Rows) -> list[str]:
    """Return a customer's last bookings and complaints as tables, newest first; none where there are none."""
    from cscli.render.table import table

    zone = view.rulebook.zone

    def when(seconds: int) -> str:
        return moment(datetime.fromtimestamp(seconds, UTC).astimezone(zone), language())

    booked = [
        (row["id"], label("status", row["status"]), when(row["start"]), service_name(view, row["service"]))
        for row in bookings
    ]
    complained = [
        (
            row["id"],
            label("status", row["status"]),
            when(row["received_at"]),
            rule_name(view.rulebook, "category", row["category"]),
        )
        for row in complaints
    ]
    parts = ((booked, ("id", "status", "start", "service")), (complained, ("id", "status", "received", "category")))
    return [table(rows, [t(f"label.column.{name}") for name in heads]) for rows, heads in parts if rows]


HEADS = ("at", "event", "amount", "points", "visits", "balance", "by", "note")
ALIGN = "llrrrrll"
PLAIN = (
    "at", "type", "amount", "points", "visits", "balance", "points_total", "by", "method", "card", "booking", "waived",
    "note",
)  # fmt: skip


def statement_head(view: View, person: "Customer") -> str:
    """Return what the ledger of a customer comes to: the balance first, then points and visits."""
    from cscli.domain import ledger
    from cscli.render.table import card

    balance = ledger.standing(person.ledger).balance
    told = {"balance": f"{money(balance)} {view.rulebook.desk.currency}", **_sums(view, person)}
    who = "  ".join(part for part in (person.id, visible(person.name or "")) if part)
    lines = [(t(f"label.field.{name}"), text) for name, text in told.items()]
    return card([*lines[:1], (t("label.field.customer"), who), *lines[1:]])


def statement_rows(
    view: View, lines: Sequence[tuple["Entry", "Standing"]], forward: "Standing | None"
) -> list[tuple[str, ...]]:
    """Return the lines of a statement with the balance after each; `forward` is what stood there before the first."""
    rows = [_statement_row(view, entry, stands) for entry, stands in lines]
    if forward is None:
        return rows
    return [("", t("label.ledger.forward"), "", "", "", money(forward.balance), "", ""), *rows]


def statement_plain(lines: Sequence[tuple["Entry", "Standing"]]) -> list[list[str]]:
    """Return the entries of a statement for a spreadsheet, each with what stood there after it."""
    from cscli.render.plain import plain_text

    told = [{**entry_data(entry), **standing_data(stands)} for entry, stands in lines]
    return [[plain_text(one.get(key)) for key in PLAIN] for one in told]


def _statement_row(view: View, entry: "Entry", stands: "Standing") -> tuple[str, ...]:
    told = [
        label("method", entry.method) if entry.method else "",
        rule_name(view.rulebook, "scheme", entry.scheme) if entry.scheme else "",
        t("label.ledger.waived", amount=entry.waived) if entry.waived is not None else "",
        rule_name(view.rulebook, "card_type", entry.card) if entry.card else "",
        entry.booking or "",
        visible(entry.note or ""),
    ]
    return (
        moment(entry.at.astimezone(view.rulebook.zone), language()),
        event_name("customer", entry.type),
        f"{entry.amount:+.2f}" if entry.amount else "",
        f"{entry.points:+d}" if entry.points else "",
        f"{entry.visits:+d}" if entry.visits else "",
        money(stands.balance),
        visible(entry.by),
        "; ".join(word for word in told if word),
    )
