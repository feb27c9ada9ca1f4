"""`cscli booking list`: looking without changing anything."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from cscli.commands import booking_lists as lists
from cscli.commands import people, words
from cscli.commands.booking_lists import Sheet
from cscli.commands.listing import Listing, print_list
from cscli.commands.options import FORMATS, Format, Json, Limit, Sort
from cscli.desk import Desk
from cscli.domain import states
from cscli.errors import UsageProblem
from cscli.render.booking import booking_data
from cscli.render.view import View

SORTS = ("start", "received_at", "status", "service", "customer", "id")


def list_(
    ctx: typer.Context,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.list_day")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="opt.since")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="opt.until")] = None,
    status: Annotated[list[str] | None, typer.Option("--status", metavar="STATE", help="opt.status")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID|PHONE", help="opt.list_customer")] = None,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.service")] = None,
    resource: Annotated[str | None, typer.Option("--resource", metavar="ID", help="opt.list_resource")] = None,
    series: Annotated[str | None, typer.Option("--series", metavar="ID", help="opt.list_series")] = None,
    assigned_to: Annotated[str | None, typer.Option("--assigned-to", metavar="WHO", help="opt.assigned_to")] = None,
    affected_by: Annotated[
        str | None, typer.Option("--affected-by", metavar="RESOURCE", help="opt.affected_by")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="TIME", help="opt.affected_from")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="TIME", help="opt.affected_to")] = None,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="opt.incomplete")] = False,
    without_spend: Annotated[bool, typer.Option("--without-spend", help="opt.without_spend")] = False,
    refunds: Annotated[bool, typer.Option("--refunds", help="opt.refunds")] = False,
    overridden: Annotated[bool, typer.Option("--overridden", help="opt.overridden")] = False,
    late: Annotated[bool, typer.Option("--late", help="opt.late")] = False,
    everything: Annotated[bool, typer.Option("--all", help="opt.all")] = False,
    form: Format = "table",
    limit: Limit = 50,
    sort: Sort = None,
    as_json: Json = False,
) -> None:
    """List bookings: those still to come, or those of a day, a customer, a state; or what is to be seen to."""
    desk = Desk(ctx.obj, as_json=as_json)
    sheet = _sheet({
        "--assigned-to": lambda: lists.assigned_to(desk, assigned_to) if assigned_to else None,
        "--affected-by": lambda: lists.affected_by(desk, affected_by, first, last) if affected_by else None,
        "--incomplete": lambda: lists.incomplete(desk) if incomplete else None,
        "--without-spend": lambda: lists.without_spend(desk) if without_spend else None,
        "--refunds": lambda: lists.refunds(desk) if refunds else None,
    })  # fmt: skip
    sheet = lists.usual(desk) if sheet is lists.USUAL else sheet
    if (first or last) and not affected_by:
        raise UsageProblem("usage.needs", option="--from" if first else "--to", other="--affected-by")
    clauses = _wanted(desk, day, since, until, status)
    if customer:
        clauses.append(("b.customer = ?", people.resolve(desk, customer).id))
    if service:
        clauses.append(("b.service = ?", desk.rulebook.service_named(service).id))
    if resource:
        clauses.append(("' ' || b.resources || ' ' LIKE ?", f"% {desk.rulebook.resource_named(resource).id} %"))
    if series:
        one = desk.store.load(desk.store.resolve(series, "booking"))
        clauses.append(("b.series = ?", one.series or one.id))
    clauses += [("b.overridden",)] if overridden else []
    clauses += [("b.late",)] if late else []
    if not clauses and not everything and (assigned_to or not sheet.clause):
        begun = () if assigned_to else (int(desk.now.timestamp()),)  # what somebody must see to may be late
        clauses.append((f"{lists.STANDING}{' AND b.end >= ?' if begun else ''}", *begun))
    clauses += [(sheet.clause, *sheet.values)] if sheet.clause else []
    order = words.choice(sort, SORTS, "--sort") if sort else sheet.order or "start"
    newest = (
        " DESC"
        if sort is None and not (day or since or series) and (everything or customer or status or overridden or late)
        else ""
    )
    where = " AND ".join(f"({clause})" for clause, *_ in clauses)
    view = people.view(desk)
    print_list(
        desk,
        Listing(
            noun="booking",
            question="SELECT b.*, c.name, c.phone, c.has_card, c.cards, c.has_email"
            f" FROM booking b LEFT JOIN customer c ON c.id = b.customer {'WHERE ' + where if where else ''}"
            f" ORDER BY b.{order}{newest}, b.start{newest}, b.id",
            values=tuple(value for _, *values in clauses for value in values),
            columns=sheet.columns,
            align=sheet.align,
            row=lambda row: _row(view, sheet, row),
            record=lambda record_id: _data(view, sheet, desk.store.load(record_id)),
            plain=lambda row: lists.plain(desk, sheet, row),
        ),
        words.choice(form, FORMATS, "--format"),
        limit,
    )


def _sheet(asked: Mapping[str, Callable[[], Sheet | None]]) -> Sheet:
    """Return the one list that was asked for; raises `UsageProblem` where several were."""
    found = {option: sheet for option, make in asked.items() if (sheet := make()) is not None}
    if len(found) > 1:
        one, other, *_ = found
        raise UsageProblem("usage.both", first=one, second=other)
    return next(iter(found.values()), lists.USUAL)


def _wanted(
    desk: Desk, day: str | None, since: str | None, until: str | None, status: list[str] | None
) -> list[tuple[Any, ...]]:
    """Return the clauses of time and state, each with its values."""
    clauses: list[tuple[Any, ...]] = []
    if day:
        first = words.day(day, desk.now)
        ends = int(first.timestamp()), int((first + timedelta(days=1)).timestamp())
        clauses.append(("b.start >= ? AND b.start < ?", *ends))
    if since:
        clauses.append(("b.start >= ?", int(words.day(since, desk.now).timestamp())))
    if until:
        clauses.append(("b.start < ?", int((words.day(until, desk.now) + timedelta(days=1)).timestamp())))
    if status:
        chosen = [words.choice(name, states.BOOKING_STATES, "--status") for name in status]
        clauses.append((f"b.status IN ({', '.join('?' * len(chosen))})", *chosen))
    return clauses


def _row(view: View, sheet: Sheet, row: dict[str, Any]) -> tuple[str, ...]:
    told = {**lists.cells(view, row), **sheet.more(row)}
    return tuple(told[column] for column in sheet.columns)


def _data(view: View, sheet: Sheet, record: Any) -> dict[str, Any]:
    data = booking_data(view, record)
    data["derived"] |= sheet.data(record)
    return data
