"""`cscli report NAME`: the pages that managers read.

Each report stands in a room of its own that is loaded when it is named. There, `FORMATS` are the forms it can be
written in, `OPTIONS` the options it understands beside those of every report, and `written` reads, counts and writes.
"""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from cscli.commands import words
from cscli.commands.figures import Asked
from cscli.commands.options import Json
from cscli.desk import Desk
from cscli.errors import UsageProblem
from cscli.store.pages import outside, write_page
from cscli.terminal import say, screen_width

REPORTS = {"daily": "report_daily", "complaints": "report_complaints"}


def report(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="|".join(REPORTS), help="opt.report_name", show_default=False)],
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.report_day")] = None,
    week: Annotated[str | None, typer.Option("--week", metavar="2026-W47", help="opt.kpi_week")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="2026-11", help="opt.report_month")] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="2026-Q4", help="opt.kpi_quarter")] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="2026", help="opt.kpi_year")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="opt.kpi_from")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY", help="opt.kpi_to")] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|md|html|json", help="opt.report_format")] = "text",
    digest: Annotated[bool, typer.Option("--digest", help="opt.digest")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="opt.out")] = None,
    as_json: Json = False,
) -> None:
    """Print a report, or write it into a file."""
    name = words.choice(name, tuple(REPORTS), "NAME")
    room = import_module(f"cscli.commands.{REPORTS[name]}")
    form = "json" if as_json else words.choice(form, room.FORMATS, "--format")
    if digest and form != "text":
        raise UsageProblem("usage.both", first="--digest", second="--json" if as_json else "--format")
    said = {"day": day, "week": week, "month": month, "quarter": quarter, "year": year}
    asked = Asked(said=said, since=since, until=until, form=form, digest=digest, width=None if out else screen_width())
    for option in asked.options:
        if option not in room.OPTIONS:
            raise UsageProblem("usage.not_of_report", option=option, report=name, known=room.OPTIONS)
    desk = Desk(ctx.obj, as_json=form == "json")
    text = room.written(desk, asked)
    desk.tell_recovery()
    desk.tell_findings()
    if out is None:
        say(text)
    else:
        write_page(outside(desk.home, out), text)
