"""A customer's file as a card, masked unless it was asked for otherwise, and as data."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cscli.i18n import label, language, t
from cscli.i18n.forms import day, moment
from cscli.render.booking import service_name
from cscli.render.history import rule_name
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.customer import Customer

Rows = Sequence[dict[str, Any]]
LAST = 5  # bookings and complaints shown with a customer


def customer_card(view: View, person: "Customer") -> str:
    """Return a customer's file as it is given, masked or not."""
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
        "card": _card(view, person),
        "joined": day(person.joined, language()) if person.joined else None,
        "tags": ", ".join(person.tags),
        "note": person.note,
    }
    for name, text in told.items():
        if text:
            lines.append((t(f"label.field.{name}"), "\n".join(map(visible, text.split("\n")))))
    return card(lines)


def _card(view: View, person: "Customer") -> str | None:
    card = person.card
    if card is None:
        return None
    words = [card.number, rule_name(view.rulebook, "card_type", card.type) if card.type else ""]
    if card.valid_from or card.valid_to:
        ends = {"first": card.valid_from or "", "last": card.valid_to or ""}
        key = "both" if card.valid_from and card.valid_to else "from" if card.valid_from else "until"
        words.append(t(f"label.card.{key}", **ends))
    return "  ".join(word for word in words if word)


def customer_data(
    person: "Customer", *, masked: bool, dry_run: bool = False, bookings: Rows = (), complaints: Rows = ()
) -> dict[str, Any]:
    """Return a customer's file for programs; `derived.masked` says whether anything personal was hidden."""
    from cscli.render.data import record_data

    data = record_data(person)
    data["derived"] = {
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
