"""Where deadlines fall and how much working time lies between two moments, counted by hand and minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscli.domain.calendar import WEEKDAYS, Calendar
from cscli.domain.value import replace
from cscli.domain.values import Duration, Period
from cscli.domain.worktime import Pauses, add, between, reach, segments
from cscli.errors import Refused
from tests.domain.test_calendar import ALL_DAY, a_chinese_desk, a_desk, hours

MINUTE = timedelta(minutes=1)
TEN_TO_SIX = a_desk(hours("10:00-18:00"))
NINE_TO_FIVE = a_desk(hours("09:00-17:00"))
WITH_LUNCH = a_desk(hours("09:00-12:00 13:00-18:00"))


def at(text: str, desk: Calendar = TEN_TO_SIX) -> datetime:
    """Read `"2026-05-04 10:00"` in the desk's zone; May 4th 2026 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=desk.zone)


def deadline(desk: Calendar, start: str, duration: str, *pauses: tuple[str, str | None]) -> str:
    """Return where the deadline falls, as it would be written; `never` while the clock stands."""
    stood = [(at(begin, desk), at(end, desk) if end else None) for begin, end in pauses]
    end = add(desk, at(start, desk), Duration.parse(duration), stood)
    return end.strftime("%Y-%m-%d %H:%M") if end else "never"


def worked(desk: Calendar, start: str, end: str, *pauses: tuple[str, str | None]) -> float:
    stood = [(at(begin, desk), at(over, desk) if over else None) for begin, over in pauses]
    return between(desk, at(start, desk), at(end, desk), stood) / timedelta(hours=1)


# --- working hours --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("desk", "start", "duration", "end"),
    [
        (TEN_TO_SIX, "2026-05-04 08:00", "1wh", "2026-05-04 11:00"),
        (TEN_TO_SIX, "2026-05-04 20:00", "30wm", "2026-05-05 10:30"),
        (TEN_TO_SIX, "2026-05-08 17:00", "2wh", "2026-05-11 11:00"),
        (TEN_TO_SIX, "2026-05-09 15:00", "24wh", "2026-05-13 18:00"),
        (NINE_TO_FIVE, "2026-05-08 16:30", "1wh", "2026-05-11 09:30"),
        (NINE_TO_FIVE, "2026-05-06 07:00", "2wh", "2026-05-06 11:00"),
    ],
)
def test_the_known_cases_of_the_rulebook(desk: Calendar, start: str, duration: str, end: str) -> None:
    assert deadline(desk, start, duration) == end


def test_the_known_open_times_of_the_first_week_of_2006() -> None:
    long, short = ("09:00-17:00", "10:00-16:00")
    week = {**hours(long, sat="11:00-14:30"), "tue": hours(short)["mon"], "thu": hours(short)["mon"]}
    desk = a_desk(week, "UTC")
    assert worked(desk, "2006-01-01 00:00", "2006-01-08 00:00") == 39.5
    assert worked(desk, "2006-01-05 12:00", "2006-01-06 12:00") == 7


def test_a_target_used_up_at_closing_time_ends_there_and_a_minute_more_goes_to_the_next_opening() -> None:
    assert deadline(TEN_TO_SIX, "2026-05-04 16:00", "2wh") == "2026-05-04 18:00"
    assert deadline(TEN_TO_SIX, "2026-05-04 16:00", "121wm") == "2026-05-05 10:01"


def test_a_clock_started_at_closing_time_starts_at_the_next_opening() -> None:
    assert deadline(TEN_TO_SIX, "2026-05-08 18:00", "1wm") == "2026-05-11 10:01"
    assert deadline(TEN_TO_SIX, "2026-05-08 18:00", "0wm") == "2026-05-11 10:00"
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", "0wm") == "2026-05-04 10:00"


def test_lunch_is_not_working_time() -> None:
    assert deadline(WITH_LUNCH, "2026-05-04 11:30", "1wh") == "2026-05-04 13:30"
    assert deadline(WITH_LUNCH, "2026-05-04 11:30", "30wm") == "2026-05-04 12:00"
    assert deadline(WITH_LUNCH, "2026-05-04 12:15", "8wh") == "2026-05-05 12:00"
    assert worked(WITH_LUNCH, "2026-05-04 11:59", "2026-05-04 13:01") == pytest.approx(2 / 60)


def test_a_shift_to_24_00_goes_on_at_00_00() -> None:
    desk = a_desk(hours("00:00-02:00 22:00-24:00", sat="00:00-02:00"))
    assert deadline(desk, "2026-05-04 23:00", "1wh") == "2026-05-05 00:00"
    assert deadline(desk, "2026-05-08 23:00", "3wh") == "2026-05-09 02:00"


def test_an_end_before_or_at_the_start_holds_no_working_time() -> None:
    assert worked(TEN_TO_SIX, "2026-05-05 12:00", "2026-05-04 12:00") == 0
    assert worked(TEN_TO_SIX, "2026-05-05 12:00", "2026-05-05 12:00") == 0
    assert segments(TEN_TO_SIX, at("2026-05-05 12:00"), at("2026-05-04 12:00")) == []


def test_the_answer_is_in_the_desks_zone_whatever_zone_was_asked_in() -> None:
    end = add(TEN_TO_SIX, datetime(2026, 5, 4, 0, 30, tzinfo=UTC), Duration(4, "wh"))
    assert end is not None
    assert end.isoformat() == "2026-05-04T14:00:00+08:00"


def test_a_desk_that_never_works_is_refused_and_a_clock_duration_does_not_mind() -> None:
    desk = a_desk(hours())
    for duration in ("1wm", "1wh", "1wd"):
        with pytest.raises(Refused, match="never_open"):
            deadline(desk, "2026-05-04 10:00", duration)
    assert deadline(desk, "2026-05-04 10:00", "2h") == "2026-05-04 12:00"


# --- working days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-05-04 11:15", "1wd", "2026-05-05 11:15"),
        ("2026-05-07 11:15", "2wd", "2026-05-11 11:15"),
        ("2026-05-09 12:00", "1wd", "2026-05-12 09:00"),
        ("2026-05-04 20:00", "1wd", "2026-05-06 09:00"),
        ("2026-05-04 07:00", "1wd", "2026-05-05 09:00"),
        ("2026-05-04 12:30", "1wd", "2026-05-05 13:00"),
        ("2026-05-08 18:00", "0wd", "2026-05-11 09:00"),
        ("2028-02-28 17:00", "1wd", "2028-02-29 17:00"),
        ("2028-02-28 17:00", "2wd", "2028-03-01 17:00"),
    ],
)
def test_working_days_end_at_the_same_time_of_day(start: str, duration: str, end: str) -> None:
    assert deadline(WITH_LUNCH, start, duration) == end


def test_the_time_of_day_is_brought_into_the_hours_of_the_last_day() -> None:
    tuesday = hours("11:00-12:00 14:00-15:00")["mon"]
    desk = a_desk({**hours("09:00-18:00"), "tue": tuesday})
    assert deadline(desk, "2026-05-04 09:30", "1wd") == "2026-05-05 11:00"
    assert deadline(desk, "2026-05-04 13:00", "1wd") == "2026-05-05 12:00"
    assert deadline(desk, "2026-05-04 17:00", "1wd") == "2026-05-05 15:00"


def test_a_pause_pushes_working_days_out_by_its_working_time() -> None:
    all_tuesday = ("2026-05-04 20:00", "2026-05-06 08:00")
    assert deadline(TEN_TO_SIX, "2026-05-04 14:00", "2wd", all_tuesday) == "2026-05-07 14:00"
    assert deadline(TEN_TO_SIX, "2026-05-04 14:00", "2wd", ("2026-05-04 20:00", "2026-05-05 09:00")) == (
        "2026-05-06 14:00"
    )
    reaching_over_the_end = ("2026-05-05 17:00", "2026-05-06 11:00")
    assert deadline(TEN_TO_SIX, "2026-05-04 18:00", "1wd", reaching_over_the_end) == "2026-05-06 12:00"


def test_chinas_holidays_and_working_weekends_carry_the_deadline() -> None:
    desk = a_chinese_desk()
    assert deadline(desk, "2024-09-30 17:00", "2wh") == "2024-10-08 10:00"
    assert deadline(desk, "2024-10-11 17:00", "2wh") == "2024-10-12 10:00"
    assert deadline(desk, "2024-09-27 15:00", "1wd") == "2024-09-29 15:00"
    assert deadline(desk, "2024-09-27 15:00", "3wd") == "2024-10-08 15:00"
    assert deadline(desk, "2026-02-13 17:00", "10wh") == "2026-02-14 18:00"
    assert worked(desk, "2025-01-25 00:00", "2025-02-10 00:00") == 6 * 9


# --- the clock on the wall ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "duration", "end"),
    [
        ("Europe/Berlin", "2026-03-28 12:00", "24h", "2026-03-29 13:00"),
        ("Europe/Berlin", "2026-03-28 12:00", "1d", "2026-03-29 12:00"),
        ("Europe/Berlin", "2026-03-28 02:30", "1d", "2026-03-29 03:30"),
        ("Europe/Berlin", "2026-03-28 22:00", "6wh", "2026-03-29 05:00"),
        ("Europe/Berlin", "2026-10-24 22:00", "6wh", "2026-10-25 03:00"),
        ("America/New_York", "2026-10-31 12:00", "24h", "2026-11-01 11:00"),
        ("America/New_York", "2026-03-07 22:00", "6wh", "2026-03-08 05:00"),
        ("America/New_York", "2026-10-31 22:00", "6wh", "2026-11-01 03:00"),
        ("Australia/Lord_Howe", "2026-10-03 22:00", "6wh", "2026-10-04 04:30"),
        ("Australia/Lord_Howe", "2026-04-04 22:00", "6wh", "2026-04-05 03:30"),
        ("Asia/Shanghai", "2024-02-28 12:00", "1d", "2024-02-29 12:00"),
    ],
)
def test_hours_are_real_hours_where_the_clock_changes(zone: str, start: str, duration: str, end: str) -> None:
    nights = "00:00-06:00 22:00-24:00"
    assert deadline(a_desk(hours(nights, nights, nights), zone), start, duration) == end


def test_seconds_are_kept() -> None:
    start = at("2026-05-04 17:59:30")
    ends = [add(TEN_TO_SIX, start, Duration.parse(text)) for text in ("1wm", "1wd", "1d")]
    assert [f"{end:%d %H:%M:%S}" for end in ends if end] == ["05 10:00:30", "05 17:59:30", "05 17:59:30"]


# --- pauses ---------------------------------------------------------------------------------------------


def test_a_pause_over_night_takes_only_its_working_time() -> None:
    overnight = ("2026-05-04 17:00", "2026-05-05 11:00")
    assert worked(TEN_TO_SIX, "2026-05-04 10:00", "2026-05-05 18:00", overnight) == 14
    assert deadline(TEN_TO_SIX, "2026-05-04 16:00", "2wh", overnight) == "2026-05-05 12:00"


def test_overlapping_pauses_count_once_in_any_order() -> None:
    pauses = ("2026-05-04 12:00", "2026-05-04 14:00"), ("2026-05-04 11:00", "2026-05-04 13:00")
    assert worked(TEN_TO_SIX, "2026-05-04 10:00", "2026-05-04 18:00", *pauses) == 5
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", "2h", *pauses) == "2026-05-04 15:00"


def test_pauses_that_touch_are_one_pause_even_for_a_deadline_that_is_due_at_once() -> None:
    touching = ("2026-05-04 09:00", "2026-05-04 11:00"), ("2026-05-04 11:00", "2026-05-04 12:00")
    assert deadline(TEN_TO_SIX, "2026-05-04 10:30", "0m", *touching) == "2026-05-04 12:00"


def test_a_pause_that_begins_at_the_deadline_does_not_move_it() -> None:
    for end in ("2026-05-04 15:00", None):
        for duration in ("2h", "2wh"):
            pause = ("2026-05-04 12:00", end)
            assert deadline(TEN_TO_SIX, "2026-05-04 10:00", duration, pause) == "2026-05-04 12:00"


def test_a_pause_moves_an_elapsed_deadline_by_the_part_after_the_start_and_lets_the_next_one_in() -> None:
    pauses = ("2026-05-04 09:00", "2026-05-04 11:00"), ("2026-05-04 12:30", "2026-05-04 13:00")
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", "2h", *pauses) == "2026-05-04 13:30"


def test_no_working_time_at_all_is_used_up_once_the_clock_runs() -> None:
    pause = ("2026-05-04 10:00", "2026-05-04 12:00")
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", "0wm", pause) == "2026-05-04 12:00"


@pytest.mark.parametrize("duration", ["3h", "1d", "3wh", "1wd"])
def test_while_an_open_pause_stands_there_is_no_deadline(duration: str) -> None:
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", duration, ("2026-05-04 11:00", None)) == "never"
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", duration, ("2026-05-04 09:00", None)) == "never"
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", duration, ("2026-05-06 11:00", None)) != "never"


def test_a_pause_that_ended_may_push_working_days_into_one_that_stands() -> None:
    pauses = ("2026-05-04 12:00", "2026-05-04 17:00"), ("2026-05-05 12:00", None)
    assert deadline(TEN_TO_SIX, "2026-05-04 10:00", "1wd", *pauses) == "never"


def test_an_open_pause_stops_the_count() -> None:
    assert worked(TEN_TO_SIX, "2026-05-04 10:00", "2026-05-08 18:00", ("2026-05-04 12:00", None)) == 2


# --- explanations ---------------------------------------------------------------------------------------


def test_a_span_of_working_time_reaches_over_the_night() -> None:
    assert reach(NINE_TO_FIVE, at("2026-11-20 16:00"), Duration.parse("4h")) == timedelta(hours=4)
    assert reach(NINE_TO_FIVE, at("2026-11-19 16:00"), Duration.parse("4wh")) == timedelta(hours=20)


def test_segments_tell_why_each_stretch_counted_or_not() -> None:
    desk = replace(a_chinese_desk(), closures={date(2026, 5, 7): "盘点"})
    pause = at("2026-05-06 10:00"), at("2026-05-06 11:00")
    told = segments(desk, at("2026-04-30 17:00"), at("2026-05-11 10:00"), [pause])
    assert [(f"{s.start:%m-%d %H:%M}", s.reason, s.detail) for s in told] == [
        ("04-30 17:00", "office", None),
        ("04-30 18:00", "closed", None),
        ("05-01 00:00", "holiday", "Labour Day"),
        ("05-06 00:00", "closed", None),
        ("05-06 09:00", "office", None),
        ("05-06 10:00", "paused", None),
        ("05-06 11:00", "office", None),
        ("05-06 18:00", "closed", None),
        ("05-07 00:00", "closure", "盘点"),
        ("05-08 00:00", "closed", None),
        ("05-08 09:00", "office", None),
        ("05-08 18:00", "closed", None),
        ("05-09 09:00", "adjusted", None),
        ("05-09 18:00", "closed", None),
        ("05-10 00:00", "weekend", None),
        ("05-11 00:00", "closed", None),
        ("05-11 09:00", "office", None),
    ]


# --- laws and a slow second count -----------------------------------------------------------------------

ROUND_THE_CLOCK = "00:00-06:00 09:00-12:00 13:00-18:00 22:00-24:00"
DESKS = [
    a_desk(hours(week, sat), zone)
    for zone in ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai")
    for week, sat in [("09:00-12:00 13:00-18:00", "10:00-14:00"), (ROUND_THE_CLOCK, ""), (ALL_DAY, ALL_DAY)]
]
SPRING = datetime(2026, 3, 25, tzinfo=UTC)  # Berlin changes on the 29th, Lord Howe on April 5th

desks = st.sampled_from(DESKS)
moments = st.integers(0, 14 * 1440).map(lambda n: SPRING + n * MINUTE)
stretches = st.tuples(moments, st.integers(0, 2000)).map(lambda p: (p[0], p[0] + p[1] * MINUTE))
some_pauses = st.lists(stretches, max_size=4)
some_open = st.lists(stretches | st.tuples(moments, st.none()), max_size=4)
minutes = st.integers(1, 1500).map(lambda n: Duration(n, "wm"))
durations = st.builds(Duration, st.integers(0, 9), st.sampled_from(["m", "h", "d", "wm", "wh", "wd"]))
running = st.builds(Duration, st.integers(0, 9), st.sampled_from(["m", "h", "wm", "wh"]))
steady = st.sampled_from([desk for desk in DESKS if desk.zone.key == "Asia/Shanghai"])
lawful = settings(max_examples=200)


def ticks(desk: Calendar, moment: datetime, pauses: Pauses) -> bool:
    """Whether one minute counts, read off the clock on the wall and the list of hours."""
    wall = moment.astimezone(desk.zone)
    of_day = wall.hour * 60 + wall.minute
    return any(p.start <= of_day < p.end for p in desk.office[WEEKDAYS[wall.weekday()]]) and not any(
        begin <= moment and (end is None or moment < end) for begin, end in pauses
    )


@settings(max_examples=100)
@given(desks, moments, st.integers(0, 5000), some_open)
def test_working_time_is_the_number_of_minutes_that_tick(
    desk: Calendar, start: datetime, length: int, pauses: Pauses
) -> None:
    ticked = sum(ticks(desk, start + n * MINUTE, pauses) for n in range(length))
    assert between(desk, start, start + length * MINUTE, pauses) == ticked * MINUTE


@settings(max_examples=100)
@given(desks, moments, st.integers(1, 600), some_pauses)
def test_a_deadline_falls_right_after_its_last_minute_has_ticked(
    desk: Calendar, start: datetime, span: int, pauses: Pauses
) -> None:
    end, left = start, span
    while left:
        left -= ticks(desk, end, pauses)
        end += MINUTE
    assert add(desk, start, Duration(span, "wm"), pauses) == end.astimezone(desk.zone)


@lawful
@given(desks, moments, minutes, some_pauses)
def test_between_takes_back_what_add_gave(desk: Calendar, start: datetime, span: Duration, pauses: Pauses) -> None:
    end = add(desk, start, span, pauses)
    assert end is not None
    assert between(desk, start, end, pauses) == span.delta


@lawful
@given(st.one_of(st.tuples(desks, running), st.tuples(steady, durations)), moments, moments)
def test_who_starts_later_is_never_due_earlier(case: tuple[Calendar, Duration], one: datetime, other: datetime) -> None:
    desk, span = case
    first, second = (add(desk, start, span) for start in sorted([one, other]))
    assert first is not None
    assert second is not None
    assert first.astimezone(UTC) <= second.astimezone(UTC)


def test_but_days_that_end_in_the_skipped_hour_are_moved_past_its_end() -> None:
    desk = a_desk(hours(ALL_DAY, ALL_DAY, ALL_DAY), "Europe/Berlin")
    for duration in ("4d", "4wd"):
        assert deadline(desk, "2026-03-25 02:01", duration) == "2026-03-29 03:01"
        assert deadline(desk, "2026-03-25 03:00", duration) == "2026-03-29 03:00"


@lawful
@given(desks, moments, durations, some_pauses, moments)
def test_a_pause_of_no_length_changes_nothing(
    desk: Calendar, start: datetime, span: Duration, pauses: list[tuple[datetime, datetime]], when: datetime
) -> None:
    assert add(desk, start, span, [*pauses, (when, when)]) == add(desk, start, span, pauses)


@lawful
@given(desks, moments, durations, stretches, st.floats(0, 1))
def test_a_pause_cut_in_two_changes_nothing(
    desk: Calendar, start: datetime, span: Duration, pause: tuple[datetime, datetime], share: float
) -> None:
    begin, end = pause
    cut = begin + int((end - begin) / MINUTE * share) * MINUTE
    assert add(desk, start, span, [(cut, end), (begin, cut)]) == add(desk, start, span, [pause])


@lawful
@given(desks, stretches, some_open)
def test_segments_leave_no_gap_and_add_up(desk: Calendar, asked: tuple[datetime, datetime], pauses: Pauses) -> None:
    told = segments(desk, *asked, pauses)
    edges = [asked[0], *(piece.end.astimezone(UTC) for piece in told)]
    assert [piece.start.astimezone(UTC) for piece in told] == edges[:-1]
    assert edges[-1] == asked[1]
    assert sum((s.length for s in told if s.counted), timedelta()) == between(desk, *asked, pauses)


def test_ten_thousand_deadlines_work_out_the_hours_of_each_day_once(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = replace(a_chinese_desk(), zone=ZoneInfo("Asia/Shanghai"))
    asked: list[date] = []
    hours_of = Calendar.office_on

    def office_on(desk: Calendar, day: date) -> tuple[Period, ...]:
        asked.append(day)
        return hours_of(desk, day)

    monkeypatch.setattr(Calendar, "office_on", office_on)
    start = at("2024-01-01 00:00")
    spans = [Duration(4, "wh"), Duration(3, "wd"), Duration(48, "h")]
    for n in range(10_000):
        add(desk, start + n * 97 * MINUTE, spans[n % 3], [(start, start + timedelta(hours=n % 50))])
    assert len(asked) == len(set(asked))
    assert len(asked) < 10_000 * 97 * MINUTE / timedelta(days=1) + 30  # two years of days, and some beyond
