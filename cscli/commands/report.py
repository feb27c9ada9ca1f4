"""`cscli report NAME`: the pages that managers read."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cscli.analytics import daily
from cscli.analytics.facts import ends_of
from cscli.analytics.periods import day_span
from cscli.analytics.standing import reach
from cscli.commands import words
from cscli.commands.agenda import read_standing
from cscli.commands.figures import books_of, report_day, seconds
from cscli.commands.options import Json
from cscli.desk import Desk, say
from cscli.errors import UsageProblem
from cscli.pager import screen_width
from cscli.store import queries
from cscli.store.pages import outside, write_page

NAMES = ("daily",)
FORMATS = ("text", "md", "json")


def report(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="daily", help="opt.report_name", show_default=False)],
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.report_day")] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|md|json", help="opt.report_format")] = "text",
    digest: Annotated[bool, typer.Option("--digest", help="opt.digest")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="opt.out")] = None,
    as_json: Json = False,
) -> None:
    """Print a report, or write it into a file."""
    words.choice(name, NAMES, "NAME")
    form = "json" if as_json else words.choice(form, FORMATS, "--format")
    if digest and form != "text":
        raise UsageProblem("usage.both", first="--digest", second="--json" if as_json else "--format")
    desk = Desk(ctx.obj, as_json=form == "json")
    found = read_daily(desk, day)
    desk.tell_recovery()
    desk.tell_findings()
    text = _written(found, form, digest, None if out else screen_width())
    if out is None:
        say(text)
    else:
        write_page(outside(desk.home, out), text)


def read_daily(desk: Desk, said: str | None) -> daily.DailyReport:
    """Read and count one day."""
    day = report_day(desk, said)
    zone, index = desk.rulebook.zone, desk.store.index
    at, until = daily.horizon(day, desk.now)
    books = books_of(desk, day_span(day, zone))
    earlier = daily.earlier_days(day, desk.now, queries.first_received(index))
    next_day = ends_of(day_span(day + timedelta(days=1), zone))
    return daily.report(
        books,
        day=day,
        before=[queries.day_counts(index, *ends_of(span)) for span in earlier],
        arriving=queries.arriving(index, *next_day, seconds(at)),
        state=read_standing(desk, at, reach(desk.calendar, at, desk.rulebook.report.at_risk), until=until),
        left_out=len({finding.path for finding in desk.store.findings()}),
    )


def _written(found: daily.DailyReport, form: str, digest: bool, width: int | None) -> str:
    from cscli.render import daily as pages

    if digest:
        return pages.digest(found)
    if form == "json":
        return json.dumps(pages.daily_data(found), ensure_ascii=False, indent=2)
    return pages.daily_page(found, form, width)
