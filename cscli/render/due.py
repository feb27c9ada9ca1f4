"""What is to be done, as lines, as a table, and as data; and the one screen of `status`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cscli.domain.due import DueItem
from cscli.domain.rulebook import Rulebook
from cscli.domain.staff import ROLES
from cscli.i18n import label, language, t
from cscli.i18n.forms import moment
from cscli.render.width import visible

LINE = 4
PLAIN = ("due", "overdue", "kind", "record", "what", "owner", "command")
Names = Mapping[str, str]


def severities(rulebook: Rulebook) -> dict[str, str]:
    """Return what the rulebook calls each severity."""
    return {known.id: known.name for known in rulebook.complaint.severity}


def sentence(item: DueItem, named: Names) -> str:
    """Return what is to be done, in words; `named` are the severities as the rulebook calls them."""
    facts: dict[str, Any] = {
        key: visible(value) if isinstance(value, str) else value for key, value in item.facts.items()
    }
    if "severity" in facts:
        known = named.get(facts["severity"])
        facts["severity"] = visible(known) if known else label("severity", facts["severity"])
    if "deadline" in facts:
        facts["deadline"] = label("deadline", facts["deadline"])
    if "seen" in facts:
        facts["seen"] = label("seen", facts["seen"])
    marks = tuple(t(f"label.mark.{mark}") for mark in facts.pop("marks", ()))
    return t(item.what, **facts) + (f" [{', '.join(marks)}]" if marks else "")


def due_data(items: Sequence[DueItem], named: Names) -> list[dict[str, Any]]:
    """Return things to do for programs."""
    return [
        {
            "due": item.due.isoformat(),
            "overdue": item.overdue,
            "kind": item.kind,
            "record": item.record,
            "what": sentence(item, named),
            "owner": item.owner,
            "command": item.command,
        }
        for item in items
    ]


def due_rows(items: Sequence[DueItem], named: Names) -> list[tuple[str, ...]]:
    """Return things to do as rows: when, whether late, what, whose, and the command that settles it."""
    return [
        (
            moment(item.due, language()),
            t("due.overdue") if item.overdue else "",
            sentence(item, named),
            owner_name(item.owner),
            item.command,
        )
        for item in items
    ]


def owner_name(owner: str | None) -> str:
    """Return whose a thing to do is."""
    if owner is None:
        return t("due.anybody")
    return t(f"due.{owner}") if owner in ROLES else visible(owner)


def due_heads() -> tuple[str, ...]:
    """Return the heads of the columns of `due_rows`."""
    return tuple(t(f"due.column.{column}") for column in ("due", "late", "what", "owner", "command"))


def due_page(
    items: Sequence[DueItem], named: Names, form: str = "table", *, by_owner: bool = False, width: int | None = None
) -> str:
    """Return things to do as a table, or one for each owner; as CSV what programs are told."""
    from cscli.render import table

    if form == "csv":
        from cscli.render.plain import plain_text

        return table.csv_text([[plain_text(one[key]) for key in PLAIN] for one in due_data(items, named)], PLAIN)
    if not items:
        return t("due.nothing")
    if not by_owner:
        return _table(items, named, form, width)
    owners = dict.fromkeys(sorted((item.owner or "" for item in items), key=lambda owner: (not owner, owner)))
    pages = []
    for owner in owners:
        own = [item for item in items if (item.owner or "") == owner]
        head = t("due.of", owner=owner_name(owner or None), number=len(own))
        pages.append(f"{'### ' if form == 'md' else ''}{head}\n\n{_table(own, named, form, width)}")
    return "\n\n".join(pages)


def _table(items: Sequence[DueItem], named: Names, form: str, width: int | None) -> str:
    from cscli.render import table

    if form == "md":
        return table.markdown(due_rows(items, named), due_heads())
    rows = due_rows(items, named)
    if width is None or table.fits([*rows, due_heads()], width):
        return table.table(rows, due_heads(), max_width=width)
    return "\n".join(map(table.shortened, map(_block, rows)))


def _block(row: tuple[str, ...]) -> str:
    """Return one thing to do as a narrow screen shows it: when and whose, what, and the command in full."""
    due, late, what, owner, command = row
    return f"{'  '.join(part for part in (due, late, owner) if part)}\n  {what}\n  $ {command}"


def status_page(
    rulebook: Rulebook,
    now: datetime,
    data: Mapping[str, Any],
    within: timedelta,
    urgent: Sequence[DueItem],
    total: int,
    width: int | None,
) -> str:
    """Return the desk on one screen: its counts, then the first of the `total` things that are late or soon due."""
    from cscli.render import table

    bookings, complaints = data["bookings"], data["complaints"]
    today = bookings["today"]
    states = ", ".join(f"{label('status', state)} {number}" for state, number in today.items())
    pairs = [
        (t("report.status.bookings"), f"{sum(today.values())} ({states})" if today else "0"),
        (t("report.status.waiting"), str(bookings["to_confirm"])),
        (t("report.status.complaints"), str(complaints["open"])),
        (t("report.status.overdue"), _ids(complaints["overdue"])),
        (t("report.status.at_risk", within=within), _ids(complaints["at_risk"])),
        (t("report.status.items"), str(data["overdue"])),
        (t("report.status.findings"), str(data["findings"])),
    ]
    for resource, stranded in bookings["stranded"].items():
        command = f"cscli booking list --affected-by {visible(resource)}"
        pairs.append((t("report.status.stranded"), f"{_ids(stranded)}  {command}"))
    head = t("report.status.title", desk=visible(rulebook.desk.name), at=now)
    page = f"{head}\n\n{table.card(pairs)}"
    if not urgent:
        return page
    shown = due_page(urgent, severities(rulebook), width=width)
    more = f"\n{t('report.more', number=total - len(urgent))}" if total > len(urgent) else ""
    return f"{page}\n\n{shown}{more}"


def _ids(records: Sequence[str]) -> str:
    """Return how many, and which ones as far as a line holds them."""
    if not records:
        return "0"
    rest = ", .." if len(records) > LINE else ""
    return f"{len(records)} ({', '.join(records[:LINE])}{rest})"
