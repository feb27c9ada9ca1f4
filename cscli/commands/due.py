"""`cscli due`: what is to be done by when, and by whom; and the reading it shares with status and report."""

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer

from cscli.analytics.standing import WAITING, Standing, complaint_at, furthest, standing, waiting_booking
from cscli.commands import words
from cscli.commands.figures import seconds
from cscli.commands.options import FORMATS, Format, Json
from cscli.desk import Desk, say
from cscli.domain.phrases import parse_span
from cscli.domain.values import fixed
from cscli.pager import screen_width
from cscli.store import queries


def read_standing(desk: Desk, at: datetime, within: timedelta) -> Standing:
    """Return how things stand at `at`, which may lie before now: what came later is undone.

    Bookings are judged by their rows; of complaints the files are read, but only those open at the time.
    """
    index, moment, zone = desk.store.index, seconds(at), desk.rulebook.zone
    found = [desk.store.load(record) for record in queries.standing(index, moment)]
    ahead = int(furthest(desk.rulebook).total_seconds())
    rows = [dict(zip(WAITING, row, strict=True)) for row in queries.waiting(index, WAITING, moment, ahead)]
    bookings = [waiting_booking(row, zone) for row in rows]
    if at < desk.now:
        ended = [dict(zip(WAITING, row, strict=True)) for row in queries.ended_since(index, WAITING, moment)]
        bookings += [waiting_booking(row, zone, as_confirmed=True) for row in ended]
    complaints = [complaint_at(complaint, at) for complaint in found]
    return standing(complaints, bookings, desk.rulebook, desk.calendar, at, within)


def due(
    ctx: typer.Context,
    within: Annotated[str | None, typer.Option("--within", metavar="SPAN", help="opt.due_within")] = None,
    by_owner: Annotated[bool, typer.Option("--by-owner", help="opt.by_owner")] = False,
    form: Format = "table",
    as_json: Json = False,
) -> None:
    """List what is to be done, what is overdue first."""
    from cscli.render.due import due_data, due_page

    form = "json" if as_json else words.choice(form, FORMATS, "--format")
    desk = Desk(ctx.obj, as_json=form == "json")
    span = parse_span(within) if within else None
    items = read_standing(desk, desk.now, span or timedelta()).items
    if span is not None:
        items = tuple(item for item in items if item.due <= fixed(desk.now) + span)
    desk.tell_recovery()
    desk.tell_findings()
    if form == "json":
        say(json.dumps(due_data(items), ensure_ascii=False, indent=2))
    else:
        say(due_page(items, form, by_owner=by_owner, width=screen_width()))
