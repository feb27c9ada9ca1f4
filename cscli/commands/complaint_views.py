"""`cscli complaint show|list`: looking without changing anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.colleagues import login_of
from cscli.commands.listing import Listing, print_list
from cscli.commands.options import FORMATS, ComplaintId, Format, Json, Limit, Reason, Reveal, Sort
from cscli.desk import Desk
from cscli.domain import states
from cscli.errors import UsageProblem
from cscli.i18n import label, language, t
from cscli.i18n.forms import moment
from cscli.render.history import rule_name
from cscli.render.width import visible
from cscli.store import case_queries

if TYPE_CHECKING:
    from cscli.domain.case import Complaint
    from cscli.render.view import View

COLUMNS = ("id", "status", "severity", "category", "received", "owner", "due", "name")
SORTS = ("due", "received_at", "severity", "status", "category", "owner", "customer", "id")
OPEN = f"({', '.join(repr(state) for state in states.OPEN_COMPLAINT)})"


def show(
    ctx: typer.Context, record: ComplaintId, reveal: Reveal = False, reason: Reason = None, as_json: Json = False
) -> None:
    """Show a complaint with its deadlines, the steps that are missing, and its biography."""
    from cscli.render.complaint import complaint_card, complaint_data
    from cscli.render.history import history_table

    desk = Desk(ctx.obj, as_json=as_json)
    found = desk.store.load(desk.store.resolve(record, "complaint"))
    if reveal and found.customer:
        people.reveal(desk, (found.customer,), reason)
    view = people.view(desk, found.customer)
    twins = case_queries.duplicates(desk.store.index, found.id)
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
    cause: Annotated[str | None, typer.Option("--cause", metavar="ID", help="opt.list_cause")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="opt.list_owner")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID|PHONE", help="opt.list_customer")] = None,
    against: Annotated[str | None, typer.Option("--against", metavar="KIND:NAME", help="opt.list_against")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="NAME", help="opt.list_person")] = None,
    department: Annotated[str | None, typer.Option("--department", metavar="NAME", help="opt.list_department")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="opt.received_since")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="opt.received_until")] = None,
    due_by: Annotated[str | None, typer.Option("--due-by", metavar="TIME", help="opt.list_due_by")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="opt.overdue")] = False,
    at_risk: Annotated[bool, typer.Option("--at-risk", help="opt.at_risk")] = False,
    within: Annotated[str | None, typer.Option("--within", metavar="SPAN", help="opt.list_within")] = None,
    held: Annotated[bool, typer.Option("--held", help="opt.list_held")] = False,
    everything: Annotated[bool, typer.Option("--all", help="opt.list_all")] = False,
    form: Format = "table",
    limit: Limit = 50,
    sort: Sort = None,
    as_json: Json = False,
) -> None:
    """List the complaints still open, most urgent first; or those of a time, a customer, a state."""
    words.filled(
        severity=severity, category=category, cause=cause, owner=owner, customer=customer, against=against,
        person=person, department=department, since=since, until=until, due_by=due_by, within=within,
    )  # fmt: skip
    desk = Desk(ctx.obj, as_json=as_json)
    rules = desk.rulebook.complaint
    wanted = _Wanted()
    if status:
        chosen = [words.choice(name, states.COMPLAINT_STATES, "--status") for name in status]
        wanted.add(f"k.status IN ({', '.join('?' * len(chosen))})", *chosen)
    if severity:
        wanted.add("k.severity = ?", desk.rulebook.severity(severity).id)
    if category or cause:
        from cscli.domain.casework import named

        if category:
            wanted.add("k.category = ?", named(rules.category, category, "rulebook.no_category"))
        if cause:
            wanted.add("k.cause = ?", named(rules.cause, cause, "rulebook.no_cause"))
    if owner:
        wanted.add("k.owner = ?", login_of(desk, owner))
    if customer:
        wanted.add("k.customer = ?", people.resolve(desk, customer).id)
    targets = [against, *(f"{kind}:{name}" for kind, name in (("person", person), ("department", department)) if name)]
    for entry in filter(None, targets):
        wanted.add("instr(' ' || k.against || ' ', ' ' || ? || ' ')", _against(desk, entry))
    _received(desk, wanted, since, until)
    if held:
        wanted.add("k.held")
    urgent = _urgent(desk, wanted, due_by=due_by, overdue=overdue, at_risk=at_risk, within=within)
    if held or (not everything and (urgent or not (status or customer or since or until or cause))):
        by = "+k.status" if urgent else "k.status"  # what is due is found by when, not by state
        wanted.add(f"{by} IN ({', '.join('?' * len(states.OPEN_COMPLAINT))})", *states.OPEN_COMPLAINT)
    order = words.choice(sort or "due", SORTS, "--sort")
    form = words.choice(form, FORMATS, "--format")
    desk.store.reckon()
    print_list(desk, _listing(desk, wanted, order), form, limit)


class _Wanted:
    """What a list asks for: the clauses of its question, and their values."""

    def __init__(self) -> None:
        self.clauses: list[str] = []
        self.source = "complaint k"
        self.due = "k.due"  # what of a complaint is shown, and comes first
        self.values: list[Any] = []

    def add(self, clause: str, *values: Any) -> None:
        """Ask for one thing more."""
        self.clauses.append(clause)
        self.values.extend(values)

    def where(self) -> str:
        """Return all of it as SQL."""
        return f"WHERE {' AND '.join(self.clauses)}" if self.clauses else ""


def _received(desk: Desk, wanted: _Wanted, since: str | None, until: str | None) -> None:
    """Ask for complaints received from one day to another, both included."""
    first, last = (words.day(day, desk.now) if day else None for day in (since, until))
    if first is not None:
        wanted.add("k.received_at >= ?", int(first.timestamp()))
    if last is not None:
        wanted.add("k.received_at < ?", int((last + timedelta(days=1)).timestamp()))
    if first is not None and last is not None and last < first:
        raise UsageProblem("usage.order", first=since, last=until)


def _urgent(
    desk: Desk, wanted: _Wanted, *, due_by: str | None, overdue: bool, at_risk: bool, within: str | None
) -> bool:
    """Ask for complaints with something due by then, gone by, or soon to be; return whether any of it was asked for."""
    now = int(desk.now.timestamp())
    if due_by:
        wanted.add("k.due <= ?", int(words.moment(due_by, desk.now).timestamp()))
    asked = []
    if overdue:
        asked.append(f"k.due < {now}")
    if at_risk or within:
        from cscli.domain.worktime import reach

        risk = desk.rulebook.report.at_risk
        span = words.within(within, desk.now, desk.calendar) if within else reach(desk.calendar, desk.now, risk)
        end = now + int(span.total_seconds())
        owing = case_queries.owing(now, end)  # whether or not something else is late already
        if overdue:
            asked.append(f"k.id IN (SELECT record FROM ({owing}))")
        else:
            wanted.source, wanted.due = f"({owing}) o CROSS JOIN complaint k ON k.id = o.record", "o.due"
    if asked:
        wanted.add(f"({' OR '.join(asked)})")
    return bool(asked or due_by or wanted.due != "k.due")


def _listing(desk: Desk, wanted: _Wanted, order: str) -> Listing:
    """Return the list in its order: what is due first, then the graver and the newer one; ended ones last."""
    view = people.view(desk)
    ranked = "CASE k.severity WHEN 'critical' THEN 0 WHEN 'major' THEN 1 ELSE 2 END"
    urgent = f"k.status NOT IN {OPEN}, {wanted.due} IS NULL, {wanted.due}, {ranked}, -k.received_at"
    orders = {"due": urgent, "severity": ranked}
    return Listing(
        noun="complaint",
        question=f"""SELECT k.*, {wanted.due} AS due, c.name AS name FROM {wanted.source}
            LEFT JOIN customer c ON c.id = k.customer {wanted.where()}
            ORDER BY {orders.get(order, f"k.{order}")}, k.received_at, k.id""",
        values=tuple(wanted.values),
        columns=COLUMNS,
        align="llllllll",
        row=lambda row: _row(desk, row),
        record=lambda record_id: _data(view, desk.store.load(record_id)),
        aside=lambda rows: _aside(desk, rows),
    )


def _data(view: "View", found: "Complaint") -> dict[str, Any]:
    from cscli.render.complaint import complaint_data

    return complaint_data(view, found)


def _aside(desk: Desk, rows: Sequence[dict[str, Any]]) -> None:
    """Say whether a deadline shown depends on a year whose holidays are not announced."""
    from cscli.commands.unannounced import tell

    shown = (row for row in rows if row["due"] is not None)
    tell(desk, ((row["id"], datetime.fromtimestamp(row["due"], desk.rulebook.zone), None) for row in shown))


def _against(desk: Desk, entry: str) -> str:
    """Return what complaints may be against: a booking by its whole id, a person by login, what is listed by its id."""
    kind, _, name = entry.partition(":")
    if kind == "booking":
        return f"booking:{desk.store.resolve(name, 'booking')}"
    if kind == "person":
        return f"person:{login_of(desk, name)}"
    if kind == "department":
        return f"department:{next((known.id for known in desk.rulebook.department if known.name == name), name)}"
    return f"resource:{desk.rulebook.resource_named(name).id}" if kind == "resource" else entry


def _row(desk: Desk, row: dict[str, Any]) -> tuple[str, ...]:
    zone = desk.rulebook.zone
    due = datetime.fromtimestamp(row["due"], zone) if row["due"] is not None else None  # of an ended one, a measure's
    shown = moment(due, language()) if due else ""
    if due is not None and due < desk.now:
        shown = f"{shown} {t('label.mark.overdue')}"
    elif due is None and row["held"]:
        shown = t("label.mark.held")
    return (
        row["id"],
        label("status", row["status"]),
        rule_name(desk.rulebook, "severity", row["severity"]),
        rule_name(desk.rulebook, "category", row["category"]),
        moment(datetime.fromtimestamp(row["received_at"], zone), language()),
        visible(row["owner"]),
        shown,
        row["name"] or "",
    )
