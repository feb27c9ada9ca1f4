"""When the desk is open and when its working time runs: weekdays, holidays, adjusted working days, own dates.

Hours are said in local time and kept as instants: a local time that a clock change skips moves forward by the
gap, one that comes twice is the first.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain.value import NOTHING, Value, replace
from cscli.domain.values import Period
from cscli.errors import Refused

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
CHINA = "CN"
SATURDAY = 5
ONE_DAY = timedelta(days=1)
NEVER = 3 * 366  # days on end without an hour of work, after which there is none to come

Hours = Mapping[str, tuple[Period, ...]]
Stretch = tuple[datetime, datetime]
Stretches = tuple[Stretch, ...]


def local(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """Return the instant of a local time of day, `minutes` after midnight; 1,440 is the end of the day.

    A time that does not exist moves forward by the gap; one that exists twice is the first.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    return wall.astimezone(UTC).astimezone(zone)


class _PublicDay(Value, kw_only=False):
    works: bool
    name: str | None


@lru_cache(maxsize=1)
def _china() -> tuple[Any, int, int]:
    import chinese_calendar  # here, because most commands ask for no holiday and its tables take time to load

    known = chinese_calendar.constants.holidays
    return chinese_calendar, min(known).year, max(known).year


@lru_cache(maxsize=8192)
def _public_day(day: date) -> _PublicDay | None:
    """Return what China's State Council says of a day; None for a year that is not known."""
    library, first, last = _china()
    if not first <= day.year <= last:
        return None
    off, name = library.get_holiday_detail(day)
    return _PublicDay(works=not off, name=name if off else None)


class Calendar(Value, kw_only=False):
    """The hours of a desk; whatever it is made of must not change afterwards, since days are worked out once.

    `opening` and `office` are keyed by `WEEKDAYS`; `opening` may also say `"holiday"`. `closures` shut the
    desk for a reason; `special` are opening hours of single dates and no office hours. `workdays` is the
    desk's own word on single dates, off (False) or working (True): it wins over closures and over what is
    known of the country, whose holidays count only for `"CN"`. There an ordinary weekend day runs working time only
    with `weekends`, as of a desk that names office hours of its own for it: being open then does not make it one.
    """

    zone: ZoneInfo
    country: str | None
    opening: Hours
    office: Hours
    closures: Mapping[date, str] = NOTHING
    special: Mapping[date, tuple[Period, ...]] = NOTHING
    workdays: Mapping[date, bool] = NOTHING
    weekends: bool = False

    @cached_property
    def _office(self) -> dict[date, Stretches]:
        return {}

    @cached_property
    def _others(self) -> dict[tuple[tuple[str, tuple[Period, ...]], ...], "Calendar"]:
        return {}

    @cached_property
    def _opening(self) -> dict[date, Stretches]:
        return {}

    def keeping(self, opening: Mapping[Any, tuple[Period, ...]]) -> "Calendar":
        """Return this calendar with other weekly opening hours: those of a resource that keeps its own.

        Closures shut the resource too; special hours are the desk's alone.
        """
        key = tuple(sorted((str(day), hours) for day, hours in opening.items()))
        if key not in self._others:
            self._others[key] = replace(self, opening=dict(key), special=NOTHING)
        return self._others[key]

    def is_workday(self, day: date) -> bool:
        """Whether working time runs on a day; in a year China has not announced, Monday to Friday."""
        own = self.workdays.get(day)
        if own is not None:
            return own
        if day in self.closures:
            return False
        usual = bool(self.office.get(WEEKDAYS[day.weekday()]))
        if self.country != CHINA:
            return usual
        weekend, public = day.weekday() >= SATURDAY, _public_day(day)
        if public is None or (weekend and public.name is None and not public.works):
            return (self.weekends and usual) or not weekend
        return public.works

    def is_adjusted(self, day: date) -> bool:
        """Whether a day works that by its weekday would not: 调休, or an extra day of the desk."""
        if not self.is_workday(day):
            return False
        own = self.workdays.get(day, False)
        if self.country == CHINA and day.weekday() >= SATURDAY:
            public = _public_day(day)
            return own or (public is not None and public.works)
        return own and not self.office.get(WEEKDAYS[day.weekday()])

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a public holiday; an ordinary weekend is none."""
        own = self.workdays.get(day)
        return not own if own is not None else self.holiday_name(day) is not None

    def holiday_name(self, day: date) -> str | None:
        """Return the English name of a public holiday, such as `National Day`; own days off have none."""
        if self.country != CHINA or self.workdays.get(day, False):
            return None
        public = _public_day(day)
        return public.name if public else None

    def announced(self, year: int) -> bool:
        """Whether a year's holidays are known, if only from days off in the desk's own list."""
        if self.country != CHINA or _public_day(date(year, 1, 1)) is not None:
            return True
        return any(day.year == year and not works for day, works in self.workdays.items())

    def opening_on(self, day: date) -> tuple[Period, ...]:
        """Return the opening hours of a day: closures win over special, holiday and weekday hours."""
        if self.is_closed(day):
            return ()
        if day in self.special:
            return self.special[day]
        if HOLIDAY in self.opening and self.is_holiday(day):
            return self.opening[HOLIDAY]
        return self._hours(self.opening, day)

    def office_on(self, day: date) -> tuple[Period, ...]:
        """Return the hours of a day in which working time runs; none when it is not a working day."""
        return self._hours(self.office, day) if self.is_workday(day) else ()

    def is_closed(self, day: date) -> bool:
        """Whether the desk is shut that day for a reason of its own."""
        return day in self.closures and not self.workdays.get(day, False)

    def opening_segments(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """Yield the opening time inside [start, end), in the desk's zone.

        Two times of one zone subtract by the clock on the wall: go through UTC to measure a piece.
        """
        for opens, closes in self._stretches(self.opening_of, start, end):
            yield opens.astimezone(self.zone), closes.astimezone(self.zone)

    def is_open(self, start: datetime, end: datetime) -> bool:
        """Whether all of [start, end) lies in one run of opening time; 24:00 and the 00:00 after it are one.

        Where `end` is not after `start`, the moment itself is asked about.
        """
        reached = start.astimezone(UTC)
        end = max(end.astimezone(UTC), reached + timedelta(microseconds=1))
        for opens, closes in self._stretches(self.opening_of, start, end):
            if opens > reached:
                return False
            reached = closes
        return reached >= end

    def office_stretches(self, start: datetime, end: datetime | None) -> Iterator[Stretch]:
        """Yield office time from `start` on, as instants in UTC that can be subtracted.

        Without an end it goes on for ever, and raises `Refused` after three years without an hour of work.
        """
        return self._stretches(self.office_of, start, end)

    def office_of(self, day: date) -> Stretches:
        """Return the office hours of a day as instants in UTC, in order and apart from each other."""
        found = self._office.get(day)
        if found is None:
            found = self._office[day] = self._instants(day, self.office_on(day))
        return found

    def opening_of(self, day: date) -> Stretches:
        """Return the opening hours of a day as instants in UTC, in order and apart from each other."""
        found = self._opening.get(day)
        if found is None:
            found = self._opening[day] = self._instants(day, self.opening_on(day))
        return found

    def _hours(self, table: Hours, day: date) -> tuple[Period, ...]:
        """Return a day's hours; an adjusted or extra day without any has those of Monday, or the next with some."""
        own = table.get(WEEKDAYS[day.weekday()], ())
        if own or not (self.workdays.get(day, False) or self.is_adjusted(day)):
            return own
        return next((table[name] for name in WEEKDAYS[:SATURDAY] if table.get(name)), ())

    def _instants(self, day: date, periods: tuple[Period, ...]) -> Stretches:
        """Turn hours into instants; joined, because a clock change may make periods meet or vanish."""
        joined: list[Stretch] = []
        for opens, closes in sorted(
            (local(self.zone, day, p.start).astimezone(UTC), local(self.zone, day, p.end).astimezone(UTC))
            for p in periods
        ):
            if closes <= opens:
                continue
            if joined and opens <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
            else:
                joined.append((opens, closes))
        return tuple(joined)

    def _stretches(
        self, hours_of: Callable[[date], Stretches], start: datetime, end: datetime | None
    ) -> Iterator[Stretch]:
        """Walk the days, and one more at either end: a clock change at midnight can push hours over it."""
        reached = start.astimezone(UTC)
        end = end.astimezone(UTC) if end else None
        day = reached.astimezone(self.zone).date() - ONE_DAY
        last = end.astimezone(self.zone).date() + ONE_DAY if end else None
        barren = 0
        while last is None or day <= last:
            hours = hours_of(day)
            for opens, closes in hours:
                first, until = max(opens, reached), min(closes, end) if end else closes
                if first < until:
                    yield first, until
                    reached = until
            barren = 0 if hours else barren + 1
            if last is None and barren > NEVER:
                raise Refused("worktime.never_open")
            day += ONE_DAY
