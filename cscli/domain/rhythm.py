"""The dates of a recurring booking: at the same time by the clock on the wall, whatever the clocks do meanwhile."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from cscli.domain.value import Value
from cscli.domain.values import LAST_YEAR, fixed
from cscli.errors import UsageProblem

Rhythm = Literal["daily", "weekly", "fortnightly", "monthly"]
RHYTHMS = ("daily", "weekly", "fortnightly", "monthly")
STEPS = {"daily": 1, "weekly": 7, "fortnightly": 14}  # days
MOST = 1000  # dates of one series; more is a slip of the keyboard


class Repeat(Value):
    """How often a booking is to recur: so many dates in all, or up to and with a day; one of the two is said."""

    every: Rhythm
    count: int | None = None
    until: date | None = None


class Date(Value, kw_only=False):
    """One date a series asks for: the day as it was meant (`2027-02-31`), and from when to when.

    `start` is None where the month has no such day, or the clocks leap over the time that night, which `skipped` then
    says; `end` is None for the service's usual length.
    """

    day: str
    start: datetime | None
    end: datetime | None = None
    skipped: str | None = None


def dates(
    start: datetime, end: datetime | None, repeat: Repeat, zone: ZoneInfo, *, by_clock: bool = False
) -> tuple[Date, ...]:
    """Return every date of a series that begins at `start`: at the same time by the clock on the wall of `zone`.

    The length stays, or with `by_clock` the time of day at which it ends. A month without the day of the first date is
    a date too, one without a start, and so is a night in which the clocks leap over the time. Raises `UsageProblem` for
    a last day before the first, and for too many dates.
    """
    first = wall(start, zone)
    if repeat.until is not None and repeat.until < first.date():
        raise UsageProblem("words.range", first=first.date(), last=repeat.until)
    span = None if end is None else wall(end, zone) - first if by_clock else fixed(end) - fixed(start)
    found = tuple(islice(_days(first.date(), repeat), MOST + 1))
    if len(found) > MOST:
        raise UsageProblem("usage.series_long", most=MOST)
    made = []
    for year, month, number in found:
        day = f"{year}-{month:02d}-{number:02d}"
        try:
            here = first.replace(year=year, month=month, day=number)
        except ValueError:
            made.append(Date(day, None))
            continue
        if year > LAST_YEAR:
            raise UsageProblem("value.year", value=day)
        begin = clock(here, zone)
        if wall(begin, zone) != here:
            made.append(Date(day, None, skipped=f"{here:%H:%M}"))
            continue
        finish = None if span is None else clock(here + span, zone) if by_clock else later(begin, span, zone)
        made.append(Date(day, begin, finish))
    return tuple(made)


def _days(first: date, repeat: Repeat) -> Iterator[tuple[int, int, int]]:
    """Yield year, month and day of each date; of a month that has no such day, too."""
    last = (repeat.until.year, repeat.until.month, repeat.until.day) if repeat.until else None
    for number in range(repeat.count or MOST + 1):
        if repeat.every == "monthly":
            years, month = divmod(first.month - 1 + number, 12)
            day = (first.year + years, month + 1, first.day)
        else:
            here = first + timedelta(days=STEPS[repeat.every] * number)
            day = (here.year, here.month, here.day)
        if last is not None and day > last:
            return
        yield day


def later(at: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """Return the moment when so much time has passed, as the clock on the wall shows it then."""
    return fixed((fixed(at) + span).astimezone(zone))


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock on the wall shows at a moment."""
    return at.astimezone(zone).replace(tzinfo=None)


def clock(shown: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clock on the wall shows a time.

    A time that a clock change skips moves forward by the gap; one that comes twice is the first.
    """
    return fixed(shown.replace(tzinfo=zone).astimezone(UTC).astimezone(zone))
