"""`cscli booking show|list|free`: looking without changing anything."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.listing import Listing, print_list
from cscli.commands.options import (
    FORMATS,
    BookingId,
    Format,
    Json,
    Limit,
    Party,
    Reason,
    Resources,
    Reveal,
    Route,
    SeatClass,
    Sort,
    Units,
)
from cscli.desk import Desk
from cscli.domain import states
from cscli.errors import UsageProblem
from cscli.i18n import label, language, t
from cscli.i18n.forms import money, stretch
from cscli.render.booking import booking_card, booking_data, resource_name, service_name
from cscli.render.history import history_table
from cscli.render.view import View

COLUMNS = ("id", "status", "start", "service", "resources", "units", "name", "price", "marks")
SORTS = ("start", "received_at", "status", "service", "customer", "id")


def show(
    ctx: typer.Context, record: BookingId, reveal: Reveal = False, reason: Reason = None, as_json: Json = False
) -> None:
    """Show a booking with its biography."""
    desk = Desk(ctx.obj, as_json=as_json)
    found = desk.store.load(desk.store.resolve(record, "booking"))
    if reveal and found.customer:
        people.reveal(desk, (found.customer,), reason)

    view = people.view(desk, found.customer)
    desk.show(
        lambda: f"{booking_card(view, found, reveal=reveal)}\n\n{history_table(view, found)}",
        lambda: booking_data(view, found),
    )


def list_(
    ctx: typer.Context,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.list_day")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="opt.since")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="opt.until")] = None,
    status: Annotated[list[str] | None, typer.Option("--status", metavar="STATE", help="opt.status")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID|PHONE", help="opt.list_customer")] = None,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.service")] = None,
    resource: Annotated[str | None, typer.Option("--resource", metavar="ID", help="opt.list_resource")] = None,
    everything: Annotated[bool, typer.Option("--all", help="opt.all")] = False,
    form: Format = "table",
    limit: Limit = 50,
    sort: Sort = None,
    as_json: Json = False,
) -> None:
    """List bookings: those still to come, or those of a day, a customer, a state."""
    desk = Desk(ctx.obj, as_json=as_json)
    clauses: list[str] = []
    values: list[Any] = []

    def want(clause: str, *wanted: Any) -> None:
        clauses.append(clause)
        values.extend(wanted)

    if day:
        first = words.day(day, desk.now)
        want("b.start >= ? AND b.start < ?", int(first.timestamp()), int((first + timedelta(days=1)).timestamp()))
    if since:
        want("b.start >= ?", int(words.day(since, desk.now).timestamp()))
    if until:
        want("b.start < ?", int((words.day(until, desk.now) + timedelta(days=1)).timestamp()))
    if customer:
        want("b.customer = ?", people.resolve(desk, customer).id)
    if service:
        want("b.service = ?", desk.rulebook.service_named(service).id)
    if resource:
        want("' ' || b.resources || ' ' LIKE ?", f"% {desk.rulebook.resource_named(resource).id} %")
    if status:
        chosen = [words.choice(name, states.BOOKING_STATES, "--status") for name in status]
        want(f"b.status IN ({', '.join('?' * len(chosen))})", *chosen)
    if not clauses and not everything:
        want("b.status IN ('requested', 'confirmed', 'in_service') AND b.end >= ?", int(desk.now.timestamp()))
    order = words.choice(sort or "start", SORTS, "--sort")
    newest = " DESC" if sort is None and not day and not since and (everything or customer or status) else ""
    question = (
        "SELECT b.*, c.name AS name FROM booking b LEFT JOIN customer c ON c.id = b.customer"
        f" {'WHERE ' + ' AND '.join(clauses) if clauses else ''} ORDER BY b.{order}{newest}, b.start{newest}, b.id"
    )
    view = people.view(desk)
    print_list(
        desk,
        Listing(
            noun="booking",
            question=question,
            values=tuple(values),
            columns=COLUMNS,
            align="lllllrlrl",
            row=lambda row: _row(view, row),
            record=lambda record_id: booking_data(view, desk.store.load(record_id)),
        ),
        words.choice(form, FORMATS, "--format"),
        limit,
    )


def _row(view: View, row: dict[str, Any]) -> tuple[str, ...]:
    zone = view.rulebook.zone
    start, end = (datetime.fromtimestamp(row[name], UTC).astimezone(zone) for name in ("start", "end"))
    status = label("status", row["status"])
    if row["status"] == "closed" and row["outcome"]:
        status = f"{status} ({label('status', row['outcome'])})"
    marks = [t("label.mark.vip")] if row["vip"] else []
    marks += [t("label.mark.special")] if row["special"] else []
    return (
        row["id"],
        status,
        stretch(start, end, language()),
        service_name(view, row["service"]),
        " ".join(resource_name(view, name) for name in row["resources"].split()),
        str(row["units"]),
        row["name"] or "",
        money(row["price"]),
        " ".join(marks),
    )


def free(
    ctx: typer.Context,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.service")] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.free_day")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="TIME", help="opt.free_from")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="TIME", help="opt.free_to")] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="SPAN", help="opt.for")] = None,
    units: Units = None,
    party: Party = None,
    resource: Resources = None,
    route: Route = None,
    seat_class: SeatClass = None,
    as_json: Json = False,
) -> None:
    """List the times at which a service could be had, and what is free then."""
    from cscli.analytics.periods import day_span
    from cscli.commands.bookings import situation
    from cscli.domain import availability
    from cscli.domain.arranging import Wish, order_for
    from cscli.domain.phrases import parse_day, parse_moment, parse_span
    from cscli.render.problem import alternatives_text, free_data

    desk = Desk(ctx.obj, as_json=as_json)
    wanted = desk.rulebook.service_named(words.need(service, "--service"))
    said = parse_day(day, desk.now) if day else desk.now.date()
    span = day_span(said, desk.rulebook.zone)
    within = datetime(said.year, said.month, said.day, tzinfo=desk.now.tzinfo)
    begin = max(parse_moment(first, within) if first else span.start, desk.now)
    finish = parse_moment(last, within) if last else span.end
    if finish <= span.start or (first and finish <= parse_moment(first, within)):
        raise UsageProblem("usage.order", first=first or "00:00", last=last or "24:00")
    asked = tuple(desk.rulebook.resource_named(name).id for name in resource or ())
    wish = Wish(
        service=wanted.id, start=begin, units=units, party=party, route=route, seat_class=seat_class, resources=asked
    )
    facts = situation(desk, wanted.id, span.start, span.end, None)
    length_said = parse_span(length) if length else None
    times = [
        time
        for time in availability.free_times(
            desk.rulebook, desk.calendar, order_for(wish, facts), facts.slots, begin, finish, length_said
        )
        if time.end <= finish or not last
    ]

    def text() -> str:
        if not times:
            return t("label.no_free", service=wanted.name, day=said)
        return alternatives_text(times)

    desk.show(text, lambda: [free_data(time) for time in times])
