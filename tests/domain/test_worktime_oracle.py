"""A second opinion on working time: the library `workclock`, which shares neither code nor author with this house.

It knows weekly periods, breaks, days off and time zones, but neither pauses nor hours of single dates; what it does not
know is counted minute by minute in `test_worktime`.
"""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from workclock import Break, Holidays, Rule, Schedule, WorkDay

from cscli.domain.calendar import WEEKDAYS, Calendar
from cscli.domain.value import replace
from cscli.domain.values import Duration, Period
from cscli.domain.worktime import add, between

CASES = 3000  # for each desk
MINUTE = timedelta(minutes=1)
Week = Mapping[str, str]

OFFICE = "09:00-12:00 13:00-18:00"
WEEKS: dict[str, Week] = {
    "an office with lunch": dict.fromkeys(WEEKDAYS[:5], OFFICE),
    "a morning on Saturday": {**dict.fromkeys(WEEKDAYS[:5], OFFICE), "sat": "10:00-14:30"},
    "four periods a day": dict.fromkeys(WEEKDAYS, "00:00-06:00 08:15-11:45 12:30-16:00 20:00-24:00"),
    "every day another": {
        "mon": "07:00-11:00",
        "tue": "12:00-12:30 13:00-13:30",
        "thu": "00:00-24:00",
        "fri": "22:00-24:00",
        "sun": "01:30-03:30",
    },
}
OFF = tuple(date(2026, 1, 1) + timedelta(days=n) for n in (0, 40, 41, 42, 87, 120, 121, 182, 275, 276, 297, 298, 358))


def on_the_clock(minutes: int) -> time:
    """Return a time of day; 24:00 is the 00:00 that the library takes for the end of the day."""
    return time(minutes // 60 % 24, minutes % 60)


def periods(said: str) -> tuple[Period, ...]:
    return tuple(map(Period.parse, said.split()))


def ours(week: Week, zone: str) -> Calendar:
    hours = {day: periods(said) for day, said in week.items()}
    return Calendar(zone=ZoneInfo(zone), country=None, opening=hours, office=hours, workdays=dict.fromkeys(OFF, False))


def theirs(week: Week, zone: str) -> Schedule:
    rules: list[Rule] = [
        WorkDay(on_the_clock(period.start), on_the_clock(period.end), days=[WEEKDAYS.index(day)])
        for day, said in week.items()
        for period in periods(said)
    ]
    return Schedule([*rules, Holidays(OFF)], time_zone=ZoneInfo(zone))


ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("what", WEEKS)
def test_both_say_how_much_lies_between_and_where_it_ends(what: str, zone: str) -> None:
    chance = random.Random(f"{what} {zone}")  # noqa: S311 - a draw, not a secret
    calendar, schedule = ours(WEEKS[what], zone), theirs(WEEKS[what], zone)
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [new_year + chance.randrange(360 * 1440) * MINUTE for _ in range(CASES)]
    ends = [start + chance.randrange(14 * 1440) * MINUTE for start in starts]
    spans = [chance.choice((1, 7, 30, 60, 240, 480, 960, 2400, chance.randrange(1, 6000))) for _ in range(CASES)]

    counted = [between(calendar, start, end) for start, end in zip(starts, ends, strict=True)]
    ended = [add(calendar, start, Duration(span, "wm")) for start, span in zip(starts, spans, strict=True)]

    assert counted == schedule.between_many(starts, ends)
    assert [end and end.astimezone(UTC) for end in ended] == [
        schedule.add(start, minutes=span) for start, span in zip(starts, spans, strict=True)
    ]


def test_lunch_said_as_a_break_is_the_same_lunch() -> None:
    calendar = ours(WEEKS["an office with lunch"], "Asia/Shanghai")
    days = list(range(5))
    lunch = Schedule(
        [WorkDay(time(9), time(18), days=days), Break(time(12), time(13)), Holidays(OFF)],
        time_zone=ZoneInfo("Asia/Shanghai"),
    )
    for hour in range(24 * 14):
        start = datetime(2026, 2, 2, tzinfo=UTC) + timedelta(hours=hour)
        assert between(calendar, start, start + timedelta(days=5)) == lunch.between(start, start + timedelta(days=5))


def test_a_pause_is_a_break_of_one_day() -> None:
    """Given that every Wednesday afternoon is paused, ours as a list of pauses agrees with theirs as a weekly break."""
    zone = ZoneInfo("Europe/Berlin")
    calendar = ours(WEEKS["an office with lunch"], "Europe/Berlin")
    days = [WorkDay(time(9), time(12), days=range(5)), WorkDay(time(13), time(18), days=range(5))]
    schedule = Schedule([*days, Break(time(14), time(20), days=[2]), Holidays(OFF)], time_zone=zone)
    wednesdays = [date(2026, 1, 7) + timedelta(weeks=n) for n in range(50)]
    pauses = [(datetime.combine(day, time(14), zone), datetime.combine(day, time(20), zone)) for day in wednesdays]
    chance = random.Random(1)  # noqa: S311 - a draw, not a secret
    for _ in range(500):
        start = datetime(2026, 1, 8, tzinfo=UTC) + chance.randrange(300 * 1440) * MINUTE
        span = chance.randrange(1, 6000)
        end = add(calendar, start, Duration(span, "wm"), pauses)
        assert end is not None
        assert end.astimezone(UTC) == schedule.add(start, minutes=span)
        assert between(calendar, start, end, pauses) == schedule.between(start, end)


# --- the weeks in which clocks change, counted by hand ----------------------------------------------------------------

NIGHTS = dict.fromkeys(WEEKDAYS, "00:00-06:00 22:00-24:00")


@pytest.mark.parametrize(
    ("zone", "sunday", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 55.0),  # seven nights of 8 hours, one of them an hour short: 2:00 to 3:00
        ("Europe/Berlin", "2026-10-25", 57.0),  # an hour long: 2:00 to 3:00 comes twice
        ("America/New_York", "2026-03-08", 55.0),
        ("America/New_York", "2026-11-01", 57.0),  # 1:00 to 2:00 comes twice
        ("Australia/Lord_Howe", "2026-10-04", 55.5),  # half an hour: 2:00 to 2:30 is skipped
        ("Australia/Lord_Howe", "2026-04-05", 56.5),  # 1:30 to 2:00 comes twice
        ("Asia/Shanghai", "2026-03-29", 56.0),
    ],
)
def test_a_week_with_a_clock_change(zone: str, sunday: str, hours: float) -> None:
    calendar = replace(ours(NIGHTS, zone), workdays={})
    last = datetime.fromisoformat(sunday).replace(tzinfo=ZoneInfo(zone))
    monday, next_monday = last - timedelta(days=6), last + timedelta(days=1)

    assert between(calendar, monday, next_monday) == timedelta(hours=hours)
    end = add(calendar, monday, Duration(int(hours * 60), "wm"))
    assert end is not None
    assert f"{end:%Y-%m-%d %H:%M}" == f"{next_monday:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("zone", "start", "span", "end"),
    [
        # Saturday 22:00 and 4 hours of night, over the change
        ("Europe/Berlin", "2026-03-28 22:00", 5 * 60, "2026-03-29 04:00"),  # 22-24, 0-2, 3-4
        ("Europe/Berlin", "2026-10-24 22:00", 5 * 60, "2026-10-25 02:00"),  # 22-24, 0-3, and it is 2 again
        ("America/New_York", "2026-03-07 22:00", 5 * 60, "2026-03-08 04:00"),
        ("America/New_York", "2026-10-31 22:00", 5 * 60, "2026-11-01 02:00"),
        ("Australia/Lord_Howe", "2026-10-03 22:00", 5 * 60, "2026-10-04 03:30"),
        ("Australia/Lord_Howe", "2026-04-04 22:00", 5 * 60, "2026-04-05 02:30"),
    ],
)
def test_a_night_with_a_clock_change(zone: str, start: str, span: int, end: str) -> None:
    calendar = replace(ours(NIGHTS, zone), workdays={})
    begin = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))

    found = add(calendar, begin, Duration(span, "wm"))

    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == end
    assert between(calendar, begin, found) == span * MINUTE
