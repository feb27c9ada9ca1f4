"""`cscli complaint show|list`: looking without changing anything."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.listing import Listing, print_list
from cscli.commands.options import FORMATS, ComplaintId, Format, Json, Limit, Reason, Reveal, Sort
from cscli.desk import Desk
from cscli.domain import states
from cscli.i18n import label, language, t
from cscli.i18n.forms import moment
from cscli.render.complaint import complaint_card, complaint_data, deadlines_of, next_due
from cscli.render.history import history_table, rule_name
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.sla import Deadline

COLUMNS = ("id", "status", "severity", "category", "received", "owner", "due", "name")
SORTS = ("due", "received_at", "severity", "status", "category", "owner", "customer", "id")
DUPLICATES = "SELECT id FROM complaint WHERE merged_into = ? ORDER BY id"
GRAVEST = ("critical", "major", "minor")
NEVER = datetime.max.replace(tzinfo=UTC)


def show(
    ctx: typer.Context, record: ComplaintId, reveal: Reveal = False, reason: Reason = None, as_json: Json = False
) -> None:
    """Show a complaint with its deadlines, the steps that are missing, and its biography."""
    desk = Desk(ctx.obj, as_json=as_json)
    found = desk.store.load(desk.store.resolve(record, "complaint"))
    if reveal and found.customer:
        people.reveal(desk, (found.customer,), reason)
    view = people.view(desk, found.customer)
    twins = tuple(row["id"] for row in desk.store.rows(DUPLICATES, found.id))
    desk.show(
        lambda: f"{complaint_card(view, found, reveal=reveal, duplicates=twins)}\n\n{history_table(view, found)}",
        lambda: complaint_data(view, found, twins),
    )


def list_(
    ctx: typer.Context,
    status: Annotated[list[str] | None, typer.Option("--status", metavar="STATE", help="opt.status")] = None,
    severity: Annotated[
        str | None, typer.Option("--severity", metavar="minor|major|critical", help="opt.list_severity")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="opt.list_category")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="opt.list_owner")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID|PHONE", help="opt.list_customer")] = None,
    against: Annotated[str | None, typer.Option("--against", metavar="KIND:NAME", help="opt.list_against")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="opt.received_since")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="opt.received_until")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="opt.overdue")] = False,
    at_risk: Annotated[bool, typer.Option("--at-risk", help="opt.at_risk")] = False,
    everything: Annotated[bool, typer.Option("--all", help="opt.list_all")] = False,
    form: Format = "table",
    limit: Limit = 50,
    sort: Sort = None,
    as_json: Json = False,
) -> None:
    """List the complaints still open, most urgent first; or those of a time, a customer, a state."""
    desk = Desk(ctx.obj, as_json=as_json)
    wanted = _Wanted()
    if status:
        chosen = [words.choice(name, states.COMPLAINT_STATES, "--status") for name in status]
        wanted.add(f"k.status IN ({', '.join('?' * len(chosen))})", *chosen)
    if severity:
        wanted.add("k.severity = ?", desk.rulebook.severity(severity).id)
    if category:
        wanted.add("k.category = ?", _category(desk, category))
    if owner:
        wanted.add("k.owner = ?", words.text(owner))
    if customer:
        wanted.add("k.customer = ?", people.resolve(desk, customer).id)
    if against:
        wanted.add("instr(' ' || k.against || ' ', ' ' || ? || ' ')", _against(desk, against))
    if since:
        wanted.add("k.received_at >= ?", int(words.day(since, desk.now).timestamp()))
    if until:
        wanted.add("k.received_at < ?", int((words.day(until, desk.now) + timedelta(days=1)).timestamp()))
    if overdue or at_risk or not (status or customer or since or until or everything):
        wanted.add(f"k.status IN ({', '.join('?' * len(states.OPEN_COMPLAINT))})", *states.OPEN_COMPLAINT)
    order = words.choice(sort or "due", SORTS, "--sort")
    form = words.choice(form, FORMATS, "--format")
    print_list(desk, _listing(desk, wanted, order, overdue=overdue, at_risk=at_risk), form, limit)


class _Wanted:
    """What a list asks for: the clauses of its question, and their values."""

    def __init__(self) -> None:
        self.clauses: list[str] = []
        self.values: list[Any] = []

    def add(self, clause: str, *values: Any) -> None:
        """Ask for one thing more."""
        self.clauses.append(clause)
        self.values.extend(values)

    def where(self) -> str:
        """Return all of it as SQL."""
        return f"WHERE {' AND '.join(self.clauses)}" if self.clauses else ""


def _listing(desk: Desk, wanted: _Wanted, order: str, *, overdue: bool, at_risk: bool) -> Listing:
    """Return the list in its order; deadlines are worked out for open complaints only."""
    view = people.view(desk)
    rows = desk.store.rows(
        f"SELECT k.id, k.status, k.severity, k.{order if order != 'due' else 'received_at'} AS sorted"
        f" FROM complaint k {wanted.where()} ORDER BY sorted, k.received_at, k.id",
        *wanted.values,
    )
    known = {
        row["id"]: deadlines_of(view, desk.store.load(row["id"]))
        for row in rows
        if row["status"] in states.OPEN_COMPLAINT
    }
    if overdue or at_risk:
        chosen = _urgent(desk, known, overdue=overdue, at_risk=at_risk)
        rows = [row for row in rows if row["id"] in chosen]
    due = {record: next_due(deadlines) for record, deadlines in known.items()}
    if order == "due":
        rows.sort(key=lambda row: _urgency(row, due))
    elif order == "severity":
        rows.sort(key=lambda row: GRAVEST.index(row["severity"]))
    return Listing(
        noun="complaint",
        question="SELECT k.*, c.name AS name FROM json_each(?) j JOIN complaint k ON k.id = j.value"
        " LEFT JOIN customer c ON c.id = k.customer ORDER BY j.key",
        values=(json_list(row["id"] for row in rows),),
        columns=COLUMNS,
        align="llllllll",
        row=lambda row: _row(desk, row, due.get(row["id"])),
        record=lambda record_id: complaint_data(view, desk.store.load(record_id)),
    )


def json_list(ids: Iterable[str]) -> str:
    """Return ids as a JSON list, for a question that keeps their order; an id has no sign to be escaped."""
    quoted = [f'"{record_id}"' for record_id in ids]
    return f"[{','.join(quoted)}]"


def _urgency(row: dict[str, Any], due: dict[str, datetime | None]) -> tuple[bool, datetime, int, int]:
    """Return where a complaint stands among others: what is due first, then the graver one; ended ones last."""
    if row["id"] not in due:
        return True, NEVER, 0, -row["sorted"]
    return False, due[row["id"]] or NEVER, GRAVEST.index(row["severity"]), row["sorted"]


def _urgent(desk: Desk, known: dict[str, "tuple[Deadline, ...]"], *, overdue: bool, at_risk: bool) -> set[str]:
    """Return the complaints with a deadline that has gone by, or that will soon."""
    from cscli.analytics.standing import reach
    from cscli.domain import sla

    within = reach(desk.calendar, desk.now, desk.rulebook.report.at_risk)
    return {
        record
        for record, deadlines in known.items()
        if (overdue and any(deadline.met is False and deadline.met_at is None for deadline in deadlines))
        or (at_risk and any(sla.at_risk(deadline, desk.now, within) for deadline in deadlines))
    }


def _category(desk: Desk, value: str) -> str:
    from cscli.domain.casework import category_named

    return category_named(desk.rulebook, value)


def _against(desk: Desk, entry: str) -> str:
    """Return what complaints may be against, a booking by its whole id, a resource by its id."""
    kind, _, name = entry.partition(":")
    if kind == "booking":
        return f"booking:{desk.store.resolve(name, 'booking')}"
    return f"resource:{desk.rulebook.resource_named(name).id}" if kind == "resource" else entry


def _row(desk: Desk, row: dict[str, Any], due: datetime | None) -> tuple[str, ...]:
    zone = desk.rulebook.zone
    shown = moment(due.astimezone(zone), language()) if due else ""
    if due is not None and due < desk.now:
        shown = f"{shown} {t('label.mark.overdue')}"
    return (
        row["id"],
        label("status", row["status"]),
        rule_name(desk.rulebook, "severity", row["severity"]),
        rule_name(desk.rulebook, "category", row["category"]),
        moment(datetime.fromtimestamp(row["received_at"], UTC).astimezone(zone), language()),
        visible(row["owner"]),
        shown,
        row["name"] or "",
    )
