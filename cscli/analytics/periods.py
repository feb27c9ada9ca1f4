"""Stretches of time that a report covers: a day, an ISO week, a month, a quarter, a year, a range of days.

Each is made of real instants: it begins at the first midnight of its first day in the desk's zone and ends where the
next begins, so a day on which the clocks change has 23 or 25 hours.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cscli.domain.phrases import FIRST_YEAR, LAST_YEAR, local_moment
from cscli.domain.value import Value
from cscli.errors import UsageProblem

WEEK = r"(?a)(\d{4})(?:-?w|年第?)(\d{1,2})周?"
MONTH = r"(?a)(\d{4})(?:[-/.]|年)(\d{1,2})月?"
QUARTER = r"(?a)(\d{4})(?:-?q|年第?)([1-4])(?:季度)?"
YEAR = r"(?a)(\d{4})年?"


class Between(Value, kw_only=False):
    """The time from `start` up to, not including, `end`."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start.timestamp() <= moment.timestamp() < self.end.timestamp()

    @property
    def length(self) -> timedelta:
        """The time that passes; `end - start` would compare the hands of the clock and miss a change to summer time."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


def day_span(day: date, zone: tzinfo) -> Between:
    """Return the day from its midnight to the next."""
    return range_span(day, day, zone)


def range_span(from_day: date, to_day: date, zone: tzinfo) -> Between:
    """Return the days from `from_day` to `to_day`, both included as people count them."""
    if to_day < from_day:
        raise UsageProblem("words.range", first=from_day, last=to_day)
    return Between(_midnight(from_day, zone), _midnight(to_day + timedelta(days=1), zone))


def week_span(text: str, zone: tzinfo) -> Between:
    """Return the ISO week `2026-W47` (also `2026年第47周`), Monday to Sunday."""
    year, week = _numbers(WEEK, text, "words.week")
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise UsageProblem("words.week", value=text) from None
    return range_span(monday, monday + timedelta(days=6), zone)


def month_span(text: str, zone: tzinfo) -> Between:
    """Return the calendar month `2026-11` (also `2026年11月`)."""
    year, month = _numbers(MONTH, text, "words.month")
    if not 1 <= month <= 12:
        raise UsageProblem("words.month", value=text)
    return _months(year, month, 1, zone)


def quarter_span(text: str, zone: tzinfo) -> Between:
    """Return the calendar quarter `2026-Q4` (also `2026年第4季度`)."""
    year, quarter = _numbers(QUARTER, text, "words.quarter")
    return _months(year, 3 * quarter - 2, 3, zone)


def year_span(text: str, zone: tzinfo) -> Between:
    """Return the calendar year `2026` (also `2026年`)."""
    (year,) = _numbers(YEAR, text, "words.year")
    return _months(year, 1, 12, zone)


def _numbers(form: str, text: str, key: str) -> tuple[int, ...]:
    """Return the numbers that `form` finds in `text`, or refuse with the sentence of `key`."""
    found = re.fullmatch(form, unicodedata.normalize("NFKC", text).strip().lower())
    numbers = tuple(int(part) for part in found.groups()) if found else ()
    if not numbers or not FIRST_YEAR <= numbers[0] <= LAST_YEAR:
        raise UsageProblem(key, value=text)
    return numbers


def _months(year: int, month: int, count: int, zone: tzinfo) -> Between:
    """Return `count` calendar months from the first of `month`."""
    years, after = divmod(month - 1 + count, 12)
    return range_span(date(year, month, 1), date(year + years, after + 1, 1) - timedelta(days=1), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of `day`; where the clocks leap over midnight that is the instant after the leap."""
    return local_moment(datetime.combine(day, time()), zone)
