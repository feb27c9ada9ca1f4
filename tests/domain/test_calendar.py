"""Which days work, when the desk is open, and what a clock change does to its hours.

China's days are typed from the State Council's yearly notices on the arrangement of holidays.
"""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cscli.domain.calendar import WEEKDAYS, Calendar, Hours, local
from cscli.domain.value import replace
from cscli.domain.values import Duration, Period
from cscli.domain.worktime import add
from cscli.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALL_DAY = "00:00-24:00"

OFF = {
    2024: "01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10 09-15..09-17 10-01..10-07",
    2025: "01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
    2026: "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
}
WORKING_WEEKENDS = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


def hours(mon_fri: str = "", sat: str = "", sun: str = "") -> Hours:
    """Write a week as `hours("10:00-12:00 13:00-18:00", sat="10:00-14:00")`."""
    week = dict.fromkeys(WEEKDAYS[:5], mon_fri) | {"sat": sat, "sun": sun}
    return {day: tuple(Period.parse(text) for text in said.split()) for day, said in week.items()}


def a_desk(week: Hours, zone: str = "Asia/Shanghai", country: str | None = None) -> Calendar:
    return Calendar(ZoneInfo(zone), country, opening=week, office=week)


def a_chinese_desk(week: Hours | None = None) -> Calendar:
    return a_desk(week or hours("09:00-18:00"), country="CN")


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def periods(*texts: str) -> tuple[Period, ...]:
    return tuple(Period.parse(text) for text in texts)


def days_of(year: int, said: str) -> set[date]:
    found: set[date] = set()
    for part in said.split():
        first, _, last = part.partition("..")
        start, end = day(f"{year}-{first}"), day(f"{year}-{last or first}")
        found |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return found


# --- China ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_every_day_of_an_announced_year_in_china_works_or_rests_as_the_notice_says(year: int, count: int) -> None:
    desk = a_chinese_desk()
    off, adjusted = days_of(year, OFF[year]), days_of(year, WORKING_WEEKENDS[year])
    whole_year = days_of(year, "01-01..12-31")

    working = {d for d in whole_year if d in adjusted or (d.weekday() < 5 and d not in off)}

    assert {d for d in whole_year if desk.is_workday(d)} == working
    assert {d for d in whole_year if desk.is_holiday(d)} == off
    assert {d for d in whole_year if desk.is_adjusted(d)} == adjusted
    assert len(working) == count


def test_a_holiday_has_its_name_and_an_ordinary_or_working_weekend_has_none() -> None:
    desk = a_chinese_desk()
    assert desk.holiday_name(day("2025-10-01")) == "National Day"
    assert desk.holiday_name(day("2025-10-06")) == "Mid-autumn Festival"
    assert desk.holiday_name(day("2025-10-18")) is None
    assert desk.holiday_name(day("2025-10-11")) is None
    assert a_desk(hours("09:00-18:00")).holiday_name(day("2025-10-01")) is None


def test_an_adjusted_saturday_has_the_hours_of_monday_unless_it_has_its_own() -> None:
    saturday = day("2026-05-09")
    assert a_chinese_desk().office_on(saturday) == periods("09:00-18:00")
    assert a_chinese_desk().opening_on(saturday) == periods("09:00-18:00")
    own = a_chinese_desk(hours("09:00-18:00", sat="10:00-14:00"))
    assert own.office_on(saturday) == periods("10:00-14:00")


def test_an_adjusted_saturday_at_a_desk_shut_on_mondays_has_the_hours_of_tuesday() -> None:
    week = {**hours("10:00-16:00"), "mon": ()}
    desk = a_chinese_desk(week)
    assert desk.office_on(day("2026-05-09")) == periods("10:00-16:00")
    assert desk.office_on(day("2026-05-11")) == ()
    only_saturdays = a_chinese_desk(hours(sat="10:00-14:00"))
    assert only_saturdays.office_on(day("2026-09-20")) == ()


def test_an_ordinary_saturday_in_china_is_open_but_runs_no_working_time() -> None:
    desk = a_chinese_desk(hours("09:00-18:00", sat="09:00-18:00"))
    assert desk.opening_on(day("2026-05-16")) == periods("09:00-18:00")
    assert desk.office_on(day("2026-05-16")) == ()


def test_office_hours_named_for_saturdays_make_them_working_days_but_no_holiday_and_no_adjusted_day() -> None:
    week = hours("09:00-18:00", sat="09:00-12:00")
    desk = replace(a_chinese_desk(week), weekends=True)
    assert desk.office_on(day("2026-05-16")) == periods("09:00-12:00")
    assert not desk.is_adjusted(day("2026-05-16"))
    assert desk.office_on(day("2026-10-03")) == ()  # in the week of National Day
    assert desk.is_adjusted(day("2026-10-10"))
    assert desk.office_on(day("2026-05-17")) == ()  # a Sunday without hours
    assert desk.office_on(day("2027-05-15")) == periods("09:00-12:00")  # a year not yet announced
    assert add(desk, at("2026-11-20 17:00"), Duration.parse("4wh")) == at("2026-11-21 12:00")


def test_a_year_not_yet_announced_is_counted_monday_to_friday_and_says_so() -> None:
    desk = a_chinese_desk()
    assert [year for year in (2003, 2024, 2025, 2026, 2027) if not desk.announced(year)] == [2003, 2027]
    assert desk.is_workday(day("2027-10-01"))
    assert not desk.is_workday(day("2027-10-02"))
    assert not desk.is_holiday(day("2027-10-01"))


def test_the_desks_own_list_for_a_year_makes_it_announced_and_wins_over_the_library() -> None:
    desk = replace(
        a_chinese_desk(),
        workdays={day("2027-10-01"): False, day("2027-10-09"): True, day("2026-10-08"): False},
    )
    assert desk.announced(2027)
    assert desk.is_holiday(day("2027-10-01"))
    assert desk.office_on(day("2027-10-09")) == periods("09:00-18:00")
    assert desk.office_on(day("2026-10-08")) == ()


def test_one_extra_open_day_does_not_make_a_year_announced() -> None:
    assert not replace(a_chinese_desk(), workdays={day("2027-10-09"): True}).announced(2027)


def test_outside_china_every_year_counts_as_announced() -> None:
    assert a_desk(hours("09:00-17:00")).announced(2099)


def test_the_holiday_tables_are_loaded_only_when_a_chinese_day_is_asked_for() -> None:
    script = "import sys, cscli.domain.calendar; print('chinese_calendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "False\n"


# --- own dates ------------------------------------------------------------------------------------------


def test_without_a_country_a_workday_is_any_weekday_with_office_hours() -> None:
    desk = a_desk(hours("09:00-17:00", sat="11:00-14:30"))
    assert [desk.is_workday(day(f"2006-01-0{n}")) for n in range(1, 8)] == [False] + [True] * 6


def test_a_closure_shuts_the_desk_and_stops_working_time_even_against_special_hours() -> None:
    desk = replace(
        a_desk(hours("09:00-17:00")),
        closures={day("2026-06-03"): "装修"},
        special={day("2026-06-03"): periods("10:00-12:00")},
    )
    assert desk.is_closed(day("2026-06-03"))
    assert desk.opening_on(day("2026-06-03")) == ()
    assert desk.office_on(day("2026-06-03")) == ()
    assert not desk.is_workday(day("2026-06-03"))


def test_an_extra_open_day_lifts_a_closure_and_opens_a_day_that_has_no_hours() -> None:
    desk = replace(
        a_desk(hours("09:00-17:00")),
        closures={day("2026-06-07"): "summer break"},
        workdays={day("2026-06-07"): True},
    )
    assert desk.opening_on(day("2026-06-07")) == periods("09:00-17:00")
    assert desk.office_on(day("2026-06-07")) == periods("09:00-17:00")
    assert desk.is_adjusted(day("2026-06-07"))


def test_special_hours_win_over_holiday_hours_which_win_over_the_weekday() -> None:
    week = {**hours("09:00-22:00"), "holiday": periods("10:00-20:00")}
    desk = Calendar(SHANGHAI, "CN", week, hours("09:00-18:00"), special={day("2026-10-01"): periods("12:00-15:00")})
    assert desk.opening_on(day("2026-10-01")) == periods("12:00-15:00")
    assert desk.opening_on(day("2026-10-02")) == periods("10:00-20:00")
    assert desk.opening_on(day("2026-10-08")) == periods("09:00-22:00")


def test_special_hours_are_no_office_hours() -> None:
    desk = replace(a_desk(hours("09:00-17:00")), special={day("2026-06-06"): periods("10:00-12:00")})
    assert desk.opening_on(day("2026-06-06")) == periods("10:00-12:00")
    assert desk.office_on(day("2026-06-06")) == ()


# --- open or not ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        ("2026-06-01 10:00", "2026-06-01 12:00", True),
        ("2026-06-01 09:59", "2026-06-01 11:00", False),
        ("2026-06-01 11:00", "2026-06-01 12:01", False),
        ("2026-06-01 11:00", "2026-06-01 14:00", False),
        ("2026-06-01 13:00", "2026-06-01 15:00", True),
        ("2026-06-01 10:00", "2026-06-01 10:00", True),
        ("2026-06-01 12:00", "2026-06-01 12:00", False),
    ],
)
def test_a_stretch_is_open_when_it_fits_between_the_breaks(start: str, end: str, is_open: bool) -> None:
    desk = a_desk(hours("10:00-12:00 13:00-14:00 14:00-18:00"))
    assert desk.is_open(at(start), at(end)) is is_open


def test_a_late_table_is_open_over_midnight_when_the_next_day_opens_at_midnight() -> None:
    friday_night = at("2026-06-05 23:00"), at("2026-06-06 01:00")
    assert a_desk(hours("18:00-24:00", sat="00:00-02:00")).is_open(*friday_night)
    assert not a_desk(hours("18:00-24:00", sat="00:01-02:00")).is_open(*friday_night)


def test_periods_out_of_order_or_overlapping_are_counted_once() -> None:
    desk = a_desk(hours("13:00-18:00 09:00-14:00"))
    monday = at("2026-06-01 00:00")
    pieces = list(desk.office_stretches(monday, monday + timedelta(days=1)))
    assert pieces == [(at("2026-06-01 09:00"), at("2026-06-01 18:00"))]


def test_segments_are_clipped_to_what_was_asked_for() -> None:
    desk = a_desk(hours("10:00-12:00 13:00-18:00"))
    assert list(desk.opening_segments(at("2026-06-01 11:00"), at("2026-06-01 13:30"))) == [
        (at("2026-06-01 11:00"), at("2026-06-01 12:00")),
        (at("2026-06-01 13:00"), at("2026-06-01 13:30")),
    ]


def test_looking_for_office_time_without_end_gives_up_where_there_is_none() -> None:
    with pytest.raises(Refused, match="never_open"):
        next(a_desk(hours()).office_stretches(at("2026-06-01 10:00"), None))


# --- the clock changes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "said", "instant"),
    [
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T03:30:00+02:00"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00"),
        ("America/New_York", "2026-03-08 02:30", "2026-03-08T03:30:00-04:00"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01T01:30:00-04:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04T02:45:00+11:00"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-05T01:45:00+11:00"),
        ("Asia/Shanghai", "2026-06-01 22:30", "2026-06-01T22:30:00+08:00"),
    ],
)
def test_a_skipped_local_time_moves_forward_and_a_repeated_one_is_the_first(zone: str, said: str, instant: str) -> None:
    wall = datetime.fromisoformat(said)
    assert local(ZoneInfo(zone), wall.date(), wall.hour * 60 + wall.minute).isoformat() == instant


def test_24_00_is_the_midnight_that_ends_the_day() -> None:
    assert local(SHANGHAI, day("2024-02-29"), 1440).isoformat() == "2024-03-01T00:00:00+08:00"


@pytest.mark.parametrize(
    ("zone", "monday", "open_hours"),
    [
        ("Europe/Berlin", "2026-03-23", 167),
        ("Europe/Berlin", "2026-10-19", 169),
        ("America/New_York", "2026-03-02", 167),
        ("America/New_York", "2026-10-26", 169),
        ("Australia/Lord_Howe", "2026-09-28", 167.5),
        ("Australia/Lord_Howe", "2026-03-30", 168.5),
        ("Asia/Shanghai", "2026-03-23", 168),
    ],
)
def test_a_desk_that_never_shuts_is_open_for_the_real_hours_of_the_week(
    zone: str, monday: str, open_hours: float
) -> None:
    desk = a_desk(hours(ALL_DAY, ALL_DAY, ALL_DAY), zone)
    start = local(desk.zone, day(monday), 0)
    end = local(desk.zone, day(monday) + timedelta(days=7), 0)

    pieces = list(desk.opening_segments(start, end))

    assert sum((b.astimezone(UTC) - a.astimezone(UTC) for a, b in pieces), timedelta()) == timedelta(hours=open_hours)
    assert desk.is_open(start, end)


def test_a_period_inside_the_skipped_hour_is_moved_and_not_counted_twice() -> None:
    desk = a_desk(hours(sun="02:15-02:45 03:00-04:00"), "Europe/Berlin")
    pieces = list(
        desk.opening_segments(at("2026-03-29 00:00", ZoneInfo("UTC")), at("2026-03-30 00:00", ZoneInfo("UTC")))
    )
    assert [(a.isoformat(), b.isoformat()) for a, b in pieces] == [
        ("2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00")
    ]


def test_a_date_that_a_country_skipped_altogether_is_not_counted_twice() -> None:
    # Samoa went from Thursday 29 December 2011 straight to Saturday the 31st.
    desk = a_desk(hours(*["09:00-17:00"] * 3), "Pacific/Apia")
    pieces = list(desk.opening_segments(at("2011-12-29 00:00", desk.zone), at("2012-01-01 00:00", desk.zone)))
    assert [(a.isoformat(), b.isoformat()) for a, b in pieces] == [
        ("2011-12-29T09:00:00-10:00", "2011-12-29T17:00:00-10:00"),
        ("2011-12-31T09:00:00+14:00", "2011-12-31T17:00:00+14:00"),
    ]


def test_a_period_whose_start_is_skipped_beyond_its_end_falls_away() -> None:
    assert a_desk(hours(sun="02:30-03:00"), "Europe/Berlin").opening_of(day("2026-03-29")) == ()


def test_hours_that_a_clock_change_pushes_over_midnight_count_on_the_next_date() -> None:
    # Nuuk went from Saturday 23:00 straight to Sunday 00:00, so that 23:30 was 00:30.
    desk = a_desk(hours(sat="22:00-23:30"), "America/Nuuk")
    assert desk.is_open(at("2024-03-31 00:00", desk.zone), at("2024-03-31 00:30", desk.zone))


def test_a_date_that_begins_twice_is_open_in_between() -> None:
    # St John's went back from Sunday 00:01 to Saturday 23:01.
    desk = a_desk(hours(ALL_DAY, ALL_DAY, ALL_DAY), "America/St_Johns")
    second_half_past_eleven = at("2006-10-28 23:30", desk.zone).replace(fold=1)
    assert desk.is_open(at("2006-10-28 22:00", desk.zone), second_half_past_eleven)
