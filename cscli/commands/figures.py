"""What the commands that count have in common: the period that was meant, and the facts read for it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cscli.analytics.facts import COLUMNS, Books, ends_of, facts_of
from cscli.analytics.periods import (
    Between,
    day_span,
    month_span,
    quarter_span,
    range_span,
    week_span,
    year_span,
)
from cscli.desk import Desk
from cscli.domain.phrases import parse_day
from cscli.domain.value import Value
from cscli.errors import UsageProblem
from cscli.store import queries

SPANS: dict[str, Callable[[str, ZoneInfo], Between]] = {
    "week": week_span,
    "month": month_span,
    "quarter": quarter_span,
    "year": year_span,
}


class Asked(Value):
    """Which report was asked for: its period as it was `said` (by `day`, `week` and so on), and how it is written."""

    said: Mapping[str, str | None]
    since: str | None
    until: str | None
    form: str
    digest: bool
    width: int | None

    @property
    def options(self) -> tuple[str, ...]:
        """The options that were used to say which, as they are typed."""
        used = {**self.said, "from": self.since, "to": self.until, "digest": self.digest or None}
        return tuple(f"--{name}" for name, value in used.items() if value is not None)


def period_of(desk: Desk, said: Mapping[str, str | None], since: str | None, until: str | None) -> Between:
    """Return the one period that was said, this month where none was; `said` by `day`, `week`, `month` and so on."""
    named = {name: text for name, text in said.items() if text is not None}
    zone, now = desk.rulebook.zone, desk.now
    if since or until:
        named["from"] = ""
    if len(named) > 1:
        first, second, *_ = named
        raise UsageProblem("usage.both", first=f"--{first}", second=f"--{second}")
    if since or until:
        first_day = parse_day(since, now) if since else None
        last_day = parse_day(until, now) if until else now.date()
        return range_span(first_day or last_day.replace(day=1), last_day, zone)
    if not named:
        return month_span(f"{now:%Y-%m}", zone)
    ((name, text),) = named.items()
    if name == "day":
        return day_span(parse_day(text, now), zone)
    return SPANS[name](text, zone)


def books_of(desk: Desk, period: Between) -> Books:
    """Return the books of a period: everything its figures rest on, read at one go."""
    parts = queries.figures(desk.store.index, COLUMNS, *ends_of(period))
    return Books(facts=facts_of(parts), rulebook=desk.rulebook, calendar=desk.calendar, period=period, now=desk.now)


def report_day(desk: Desk, said: str | None) -> date:
    """Return the day a report is about: today, or yesterday where the desk has not opened yet today."""
    if said is not None:
        return parse_day(said, desk.now)
    today = desk.now.date()
    hours = desk.calendar.opening_on(today)
    minute = desk.now.hour * 60 + desk.now.minute
    opens = min((period.start for period in hours), default=_usual_opening(desk))
    early = minute < opens
    return today - timedelta(days=1) if early else today


def _usual_opening(desk: Desk) -> int:
    """Return when the desk opens on its other days; on a closed day that is when the report of yesterday ends."""
    starts = [period.start for periods in desk.rulebook.calendar.open.values() for period in periods]
    return min(starts, default=0)


def unreadable(desk: Desk) -> int:
    """Return how many files could not be read and are therefore not counted."""
    return len({finding.path for finding in desk.store.findings()})


def seconds(at: datetime) -> int:
    """Return a moment as whole seconds since 1970."""
    return int(at.timestamp())
