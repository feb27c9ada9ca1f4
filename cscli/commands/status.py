"""`cscli status`: the desk on one screen."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from cscli.analytics.facts import ends_of
from cscli.analytics.periods import day_span
from cscli.commands import words
from cscli.commands.agenda import read_standing
from cscli.commands.options import Json
from cscli.desk import Desk
from cscli.domain.values import fixed
from cscli.domain.worktime import reach
from cscli.store import queries
from cscli.terminal import screen_width

DAY = 86_400
STRANDED = f"""SELECT DISTINCT s.booking FROM slot s JOIN booking b ON b.id = s.booking
    WHERE s.resource = ?1 AND s.day BETWEEN ?2 / {DAY} AND (?3 - 1) / {DAY} AND s.start < ?3 AND s."end" > ?2
    AND b.start > ?4 AND b.status IN {queries.OPEN_BOOKING} AND (b.hold_until IS NULL OR b.hold_until > ?4)"""
SCREEN = 12  # things to do that fit below the counts


def status(
    ctx: typer.Context,
    within: Annotated[str | None, typer.Option("--within", metavar="SPAN", help="opt.within")] = None,
    as_json: Json = False,
) -> None:
    """Show what is open, late and at risk."""
    desk = Desk(ctx.obj, as_json=as_json)
    within = words.name(within, "--within")
    now, calendar = desk.now, desk.calendar
    span: timedelta = (
        words.within(within, now, calendar) if within else reach(calendar, now, desk.rulebook.report.at_risk)
    )
    state = read_standing(desk, now, span, until=fixed(now) + span, most=SCREEN)
    start, end = ends_of(day_span(now.date(), desk.rulebook.zone))
    today = queries.states_of(desk.store.index, start, end)
    data: dict[str, Any] = {
        "now": now.isoformat(),
        "bookings": {"today": today, "to_confirm": queries.requests(desk.store.index), "stranded": _stranded(desk)},
        "complaints": {
            "open": state.open,
            "overdue": list(state.overdue),
            "at_risk": list(state.at_risk),
            "within_minutes": int(span.total_seconds() // 60),
        },
        "overdue": state.late,
        "findings": len({finding.path for finding in desk.store.findings()}),
    }

    def text() -> str:
        from cscli.render.due import status_page

        width = screen_width()
        return status_page(desk.rulebook, now, data, span, state.items, state.total, width=width)

    desk.show(text, lambda: data)


def _stranded(desk: Desk) -> dict[str, list[str]]:
    """Return the bookings still to come on each resource that is out of service then; most desks have none."""
    found: dict[str, set[str]] = {}
    now = int(desk.now.timestamp())
    for resource in desk.rulebook.resource:
        for period in resource.out:
            first, last = max(now, int(period.from_.timestamp())), int(period.to.timestamp())
            if first < last:
                rows = desk.store.rows(STRANDED, resource.id, first, last, now)
                found.setdefault(resource.id, set()).update(row["booking"] for row in rows)
    return {resource: sorted(bookings) for resource, bookings in found.items() if bookings}
