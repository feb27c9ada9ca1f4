"""`cscli report daily`: one day of the desk, or its one-line digest."""

from datetime import timedelta

from cscli.analytics import daily
from cscli.analytics.facts import ends_of
from cscli.analytics.periods import day_span
from cscli.commands.agenda import read_standing
from cscli.commands.figures import Asked, books_of, report_day, seconds, unreadable
from cscli.desk import Desk
from cscli.domain.worktime import reach
from cscli.render import daily as pages
from cscli.store import queries
from cscli.terminal import json_text

FORMATS = ("text", "md", "html", "json")
OPTIONS = ("--day", "--digest")


def written(desk: Desk, asked: Asked) -> str:
    """Return the report of a day in the form asked for."""
    found = read(desk, asked.said["day"])
    if asked.digest:
        return pages.digest(found)
    if asked.form == "json":
        return json_text(pages.daily_data(found))
    return pages.daily_page(found, asked.form, asked.width)


def read(desk: Desk, said: str | None) -> daily.DailyReport:
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
        left_out=unreadable(desk),
    )
