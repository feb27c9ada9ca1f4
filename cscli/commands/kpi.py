"""`cscli kpi`: the metrics of a period, broken down, or with the records behind one of them."""

from typing import Annotated

import typer

from cscli.analytics import breakdown as broken
from cscli.analytics.kpi import KNOWN, explain, table_of
from cscli.commands import words
from cscli.commands.figures import books_of, period_of
from cscli.commands.options import FORMATS, Format, Json
from cscli.desk import Desk
from cscli.errors import UsageProblem
from cscli.render import kpi as pages
from cscli.terminal import json_text, say, screen_width


def kpi(
    ctx: typer.Context,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.kpi_day")] = None,
    week: Annotated[str | None, typer.Option("--week", metavar="2026-W47", help="opt.kpi_week")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="2026-11", help="opt.kpi_month")] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", metavar="2026-Q4", help="opt.kpi_quarter")] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="2026", help="opt.kpi_year")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="opt.kpi_from")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY", help="opt.kpi_to")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHAT", help="opt.kpi_by")] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="ID,ID", help="opt.kpi_only")] = None,
    why: Annotated[str | None, typer.Option("--explain", metavar="ID", help="opt.kpi_explain")] = None,
    form: Format = "table",
    as_json: Json = False,
) -> None:
    """Print the metrics of a period."""
    form = "json" if as_json else words.choice(form, FORMATS, "--format")
    desk = Desk(ctx.obj, as_json=form == "json")
    if by is not None and why is not None:
        raise UsageProblem("usage.both", first="--by", second="--explain")
    chosen = _chosen(only)
    said = {"day": day, "week": week, "month": month, "quarter": quarter, "year": year}
    books = books_of(desk, period_of(desk, said, since, until))
    width = screen_width()
    if why is not None:
        explained = explain(books, words.choice(why, tuple(KNOWN), "--explain"))
        _print(desk, form, pages.explanation_page(explained, form, width) if form != "json" else "",
               pages.explanation_data(explained))  # fmt: skip
    elif by is not None:
        dimension = words.choice(by, broken.DIMENSIONS, "--by")
        _possible(chosen, dimension)
        parts = broken.breakdown(books, dimension, chosen)
        _print(desk, form, pages.breakdown_page(parts, form, width) if form != "json" else "",
               pages.breakdown_data(parts))  # fmt: skip
    else:
        table = table_of(books, chosen)
        _print(desk, form, pages.kpi_page(table, form, width) if form != "json" else "", pages.kpi_data(table))


def _chosen(only: str | None) -> tuple[str, ...]:
    """Return the metrics named with `--only`, each a known one."""
    if only is None:
        return ()
    named = (name.strip() for name in only.split(","))
    return tuple(words.choice(name, tuple(KNOWN), "--only") for name in named if name)


def _possible(chosen: tuple[str, ...], dimension: str) -> None:
    """Refuse a metric that cannot be broken down in this way, naming those that can."""
    possible = broken.metrics_for(dimension)
    for name in chosen:
        words.choice(name, possible, f"--by {dimension}")


def _print(desk: Desk, form: str, text: str, data: object) -> None:
    desk.tell_recovery()
    desk.tell_findings()
    say(json_text(data) if form == "json" else text)
