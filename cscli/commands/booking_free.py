"""`cscli booking free`: what could be had when, and which merchant to recommend."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import words
from cscli.commands.options import (
    FORMATS,
    Format,
    Json,
    Limit,
    Party,
    Resources,
    Route,
    SeatClass,
    Units,
)
from cscli.desk import Desk
from cscli.domain import availability
from cscli.errors import UsageProblem
from cscli.i18n import t
from cscli.pager import screen_width

if TYPE_CHECKING:
    from cscli.domain.availability import Free
    from cscli.domain.recommending import Offer
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.services import Service


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
    recommend: Annotated[bool, typer.Option("--recommend", help="opt.recommend")] = False,
    area: Annotated[str | None, typer.Option("--area", metavar="TEXT", help="opt.area")] = None,
    form: Format = "table",
    limit: Limit = 0,
    as_json: Json = False,
) -> None:
    """List the times at which a service could be had, and what is free then; of tables, the merchants to recommend."""
    from cscli.analytics.periods import day_span
    from cscli.commands.bookings import situation
    from cscli.domain.arranging import Wish, order_for
    from cscli.domain.phrases import parse_day, parse_moment, parse_span

    form = "json" if as_json else words.choice(form, FORMATS, "--format")
    desk = Desk(ctx.obj, as_json=form == "json")
    wanted = desk.rulebook.service_named(words.need(service, "--service"))
    if recommend and wanted.kind != "table":
        raise UsageProblem("usage.recommend", service=wanted.name)
    near = _area(desk, wanted, area)
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
    nothing = t("label.no_free", service=wanted.name, day=said)
    if wanted.kind != "table":
        some = times[: limit or None]
        desk.show(lambda: _times(some, form, desk.rulebook) or nothing, lambda: _data(times, (), limit))
        return
    from cscli.domain.recommending import offers

    found = offers(times, wanted, desk.rulebook, only_good=recommend, area=near)
    step = wanted.step.delta
    desk.show(lambda: _merchants(found[: limit or None], step, form) or nothing, lambda: _data(times, found, limit))


def _area(desk: Desk, service: "Service", said: str | None) -> str | None:
    """Return the part of town that was said; raises `UsageProblem` where the service has nothing there."""
    from cscli.domain.recommending import areas

    if said is None:
        return None
    if service.kind != "table":
        raise UsageProblem("usage.area", service=service.name)
    return words.choice(words.text(said) or "", areas(service, desk.rulebook), "--area")


def _times(times: "list[Free]", form: str, rulebook: "Rulebook") -> str:
    """Return free times as a list; nothing for a table without rows."""
    from cscli.render import table
    from cscli.render.problem import alternatives_text, free_data, names_of

    if form in ("csv", "md"):
        rows = [(data["start"], data["end"], " ".join(data["resources"]), str(data["units"]))
                for data in map(free_data, times)]  # fmt: skip
        names = ("start", "end", "resources", "units")
        return table.csv_text(rows, names) if form == "csv" else table.markdown(rows, names, "lllr")
    return alternatives_text(times, names_of(rulebook)) if times else ""


def _merchants(offers: "tuple[Offer, ...]", step: Any, form: str) -> str:
    """Return merchants as a list, the one to recommend first; nothing for a table without rows."""
    from cscli.render import merchant, table

    rows = merchant.offer_rows(offers, step)
    heads = [t(f"label.column.{name}") for name in merchant.COLUMNS]
    if form == "csv":
        return table.csv_text(merchant.offer_plain(offers), merchant.PLAIN)
    if form == "md":
        return table.markdown(rows, heads, merchant.ALIGN)
    return table.table(rows, heads, align=merchant.ALIGN, max_width=screen_width()) if rows else ""


def _data(times: "list[Free]", offers: "tuple[Offer, ...]", limit: int) -> list[dict[str, Any]]:
    """Return free times for programs; of tables each with its merchants, the one to recommend first."""
    from cscli.render.merchant import merchant_data
    from cscli.render.problem import free_data

    told = []
    for time in times:
        data = free_data(time)
        if offers:
            known = [offer.merchant for offer in offers if offer.merchant.id in time.resources]
            data |= {"resources": [one.id for one in known], "merchants": [merchant_data(one) for one in known]}
        if data["resources"] or not offers:
            told.append(data)
    return told[: limit or None]
