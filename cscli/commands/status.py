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
        "bookings": {"today": today, "to_confirm": queries.requests(desk.store.index)},
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
