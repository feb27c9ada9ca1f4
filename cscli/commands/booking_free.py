"""`cscli booking free`: what could be had when, and which merchant to recommend."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.analytics.periods import day_span
from cscli.commands import words
from cscli.commands.bookings import situation, with_line
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
from cscli.domain.value import replace
from cscli.errors import UsageProblem
from cscli.i18n import language, t
from cscli.i18n.forms import stretch
from cscli.render.problem import names_of, problem_text
from cscli.terminal import say_aside, screen_width

AHEAD = timedelta(days=8)  # how far the next free time is looked for where there is none

if TYPE_CHECKING:
    from cscli.domain.availability import Free
    from cscli.domain.order import Order
    from cscli.domain.permit import Breach
    from cscli.domain.placing import Situation
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
    from cscli.domain import trips
    from cscli.domain.phrases import parse_day, parse_moment, parse_span
    from cscli.domain.placing import Wish, order_for
    from cscli.render.trips import trip_data, trip_table

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
    asked = tuple(words.place(desk.rulebook, wanted, name) for name in resource or ())
    wish = Wish(
        service=wanted.id, start=begin, units=units, party=party, route=route, seat_class=seat_class, resources=asked
    )
    facts = situation(desk, wanted.id, span.start, span.end, None)
    length_said = parse_span(length) if length else None
    order = order_for(wish, facts)
    ends = finish if last else None
    times, broken = _bookable(desk, facts, order, begin, finish, length_said, ends)

    def nothing() -> str:
        narrowed = (begin, finish) if first or last else None
        return _nothing(desk, order, said, broken, narrowed, length_said, _next(desk, order, begin, length_said))

    if broken is not None and times:
        say_aside(t("hint.free.left_out", why=problem_text(broken.refusal(), names_of(desk.rulebook))))
    if wanted.kind == "trip" and wanted.timetable:
        starts_ = {time.start for time in times}
        found_trips = trips.free_trips(desk.rulebook, desk.calendar, order, facts.slots, begin, finish)
        going = [trip for trip in found_trips if trip.free.start in starts_][: limit or None]
        desk.show(
            lambda: trip_table(going, form, names_of(desk.rulebook), screen_width()) or nothing(),
            lambda: [trip_data(trip) for trip in going],
        )
        return
    if wanted.kind != "table":
        desk.show(
            lambda: _times(times[: limit or None], form, desk.rulebook) or nothing(), lambda: _data(times, (), limit)
        )
        return
    from cscli.domain.recommending import offers

    found = offers(times, wanted, desk.rulebook, only_good=recommend, area=near)
    step = wanted.step.delta
    desk.show(lambda: _merchants(found[: limit or None], step, form) or nothing(), lambda: _data(times, found, limit))


def _bookable(
    desk: Desk, facts: "Situation", order: "Order", begin: datetime, finish: datetime, length: timedelta | None,
    ends: datetime | None = None,
) -> "tuple[list[Free], Breach | None]":  # fmt: skip
    """Return the times that are free and may be booked now, and the rule that leaves the first of the others out."""
    from cscli.domain import windows

    found = availability.free_times(desk.rulebook, desk.calendar, order, facts.slots, begin, finish, length)
    inside = [time for time in found if ends is None or time.end <= ends]
    times, broken = windows.bookable(inside, order, desk.rulebook, desk.calendar, desk.now)
    facts = with_line(desk, facts, begin, finish)
    if facts.waiting:
        from cscli.domain import line

        times, lost = line.beside(times, order, facts, desk.now)
        broken = broken or lost
    return list(times), broken


def _next(desk: Desk, order: "Order", begin: datetime, length: timedelta | None) -> "Free | None":
    """Return the next time in the days to come at which an order could be had, None where there is none."""
    facts = situation(desk, order.service.id, begin, begin + AHEAD, None)
    times, _ = _bookable(desk, facts, order, begin, begin + AHEAD, length)
    return times[0] if times else None


def _nothing(
    desk: Desk, order: "Order", day: date, broken: "Breach | None", narrowed: tuple[datetime, datetime] | None,
    length: timedelta | None, later: "Free | None",
) -> str:  # fmt: skip
    """Return why there is nothing: a rule, the resource that was named, a party too large, or that all is taken."""
    if broken is not None:
        problem = broken.refusal()
        problem.roles = desk.rulebook.roles.may_override(broken.rule)
        return problem_text(problem, names_of(desk.rulebook))
    whole = day_span(day, desk.rulebook.zone)
    begin, finish = narrowed or (whole.start, whole.end)
    facts = situation(desk, order.service.id, begin, finish, None)
    said = t("label.no_free", service=order.service.name, day=day)
    if narrowed:
        said = t(
            "hint.free.between", service=order.service.name, day=day, first=f"{begin:%H:%M}", last=f"{finish:%H:%M}"
        )
    small = availability.too_small(desk.rulebook, order)
    if small:
        seats = max(known.seats or 0 for known in small) * order.units
        return t("hint.free.small", resources=tuple(known.name for known in small), seats=seats, party=order.party)
    wider = replace(order, resources=())
    if order.resources and _bookable(desk, facts, wider, max(begin, desk.now), finish, length)[0]:
        names = tuple(desk.rulebook.resource_named(name).name for name in order.resources)
        return t("hint.free.named", resources=names, day=day)
    more = range(order.units + 1, order.service.most_units + 1) if order.party else ()
    for units in more:
        if _bookable(desk, facts, replace(wider, units=units), max(begin, desk.now), finish, length)[0]:
            return t("hint.free.party", party=order.party, units=units, day=day, service=order.service.name)
    if later is None:
        return said
    return f"{said}{t('hint.space')}{t('hint.free.next', time=stretch(later.start, later.end, language()))}"


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
    from cscli.render.refusal import alternatives_text, free_data

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
    room = screen_width()
    if room is None or table.fits([heads, *rows], room):
        return table.table(rows, heads, align=merchant.ALIGN, max_width=room) if rows else ""
    return table.blocks(rows, heads, room, first=(0, 1))


def _data(times: "list[Free]", offers: "tuple[Offer, ...]", limit: int) -> list[dict[str, Any]]:
    """Return free times for programs; of tables each with its merchants, the one to recommend first."""
    from cscli.render.merchant import merchant_data
    from cscli.render.refusal import free_data

    told = []
    for time in times:
        data = free_data(time)
        if offers:
            known = [offer.merchant for offer in offers if offer.merchant.id in time.resources]
            data |= {"resources": [one.id for one in known], "merchants": [merchant_data(one) for one in known]}
        if data["resources"] or not offers:
            told.append(data)
    return told[: limit or None]
