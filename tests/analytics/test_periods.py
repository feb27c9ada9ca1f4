"""The stretches of time a report covers, with their ends worked out from a wall calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.analytics.periods import (
    Between,
    day_span,
    month_span,
    quarter_span,
    range_span,
    week_span,
    year_span,
)
from cscli.errors import UsageProblem

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def ends(span: Between) -> tuple[str, str]:
    return span.start.isoformat(" ", "minutes"), span.end.isoformat(" ", "minutes")


def test_a_day_goes_from_midnight_to_midnight() -> None:
    span = day_span(date(2026, 11, 22), SHANGHAI)

    assert ends(span) == ("2026-11-22 00:00+08:00", "2026-11-23 00:00+08:00")
    assert span.length == timedelta(hours=24)


def test_the_end_is_outside() -> None:
    span = day_span(date(2026, 11, 22), SHANGHAI)

    assert datetime(2026, 11, 22, tzinfo=SHANGHAI) in span
    assert datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC) in span
    assert datetime(2026, 11, 22, 16, 0, tzinfo=UTC) not in span
    assert datetime(2026, 11, 21, 23, 59, 59, tzinfo=SHANGHAI) not in span


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    spring = day_span(date(2026, 3, 8), NEW_YORK)
    autumn = day_span(date(2026, 11, 1), NEW_YORK)

    assert ends(spring) == ("2026-03-08 00:00-05:00", "2026-03-09 00:00-04:00")
    assert spring.length == timedelta(hours=23)
    assert autumn.length == timedelta(hours=25)


def test_a_day_without_a_midnight_begins_after_the_leap() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")

    span = day_span(date(2018, 11, 4), sao_paulo)

    assert ends(span) == ("2018-11-04 01:00-02:00", "2018-11-05 00:00-02:00")
    assert span.length == timedelta(hours=23)


def test_a_day_with_two_midnights_begins_at_the_first() -> None:
    havana = ZoneInfo("America/Havana")
    second_midnight = datetime(2026, 11, 1, 0, 30, tzinfo=havana, fold=1)

    span = day_span(date(2026, 11, 1), havana)

    assert span.length == timedelta(hours=25)
    assert second_midnight in span
    assert second_midnight not in day_span(date(2026, 10, 31), havana)


@pytest.mark.parametrize(
    ("said", "first", "end"),
    [
        ("2026-W47", "2026-11-16", "2026-11-23"),
        ("2026w47", "2026-11-16", "2026-11-23"),
        ("2026年第47周", "2026-11-16", "2026-11-23"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
    ],
)
def test_a_week_is_the_iso_week(said: str, first: str, end: str) -> None:
    assert ends(week_span(said, SHANGHAI)) == (f"{first} 00:00+08:00", f"{end} 00:00+08:00")


@pytest.mark.parametrize(
    ("said", "first", "end"),
    [
        ("2026-11", "2026-11-01", "2026-12-01"),
        ("２０２６－１２", "2026-12-01", "2027-01-01"),
        ("2026年2月", "2026-02-01", "2026-03-01"),
    ],
)
def test_a_month_is_the_calendar_month(said: str, first: str, end: str) -> None:
    assert ends(month_span(said, SHANGHAI)) == (f"{first} 00:00+08:00", f"{end} 00:00+08:00")


@pytest.mark.parametrize(
    ("said", "first", "end"),
    [
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026q4", "2026-10-01", "2027-01-01"),
        ("2026年第2季度", "2026-04-01", "2026-07-01"),
    ],
)
def test_a_quarter_is_three_calendar_months(said: str, first: str, end: str) -> None:
    assert ends(quarter_span(said, SHANGHAI)) == (f"{first} 00:00+08:00", f"{end} 00:00+08:00")


def test_a_year_is_the_calendar_year() -> None:
    assert ends(year_span("2026", SHANGHAI)) == ("2026-01-01 00:00+08:00", "2027-01-01 00:00+08:00")
    assert year_span("2026年", SHANGHAI) == year_span("2026", SHANGHAI)


def test_a_range_of_days_includes_its_last() -> None:
    span = range_span(date(2026, 11, 1), date(2026, 11, 7), SHANGHAI)

    assert ends(span) == ("2026-11-01 00:00+08:00", "2026-11-08 00:00+08:00")


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageProblem) as problem:
        range_span(date(2026, 11, 7), date(2026, 11, 1), SHANGHAI)

    assert problem.value.key == "words.range"
    assert problem.value.facts == {"first": date(2026, 11, 7), "last": date(2026, 11, 1)}


@pytest.mark.parametrize(
    ("read", "key", "said"),
    [
        (week_span, "words.week", "2027-W53"),
        (week_span, "words.week", "2026-W00"),
        (week_span, "words.week", "2026-47"),
        (month_span, "words.month", "2026-13"),
        (month_span, "words.month", "2026-00"),
        (month_span, "words.month", "11-2026"),
        (quarter_span, "words.quarter", "2026-Q5"),
        (quarter_span, "words.quarter", ""),
        (year_span, "words.year", "26"),
        (year_span, "words.year", "9999"),
        (year_span, "words.year", "\ud800"),
    ],
)
def test_what_is_no_period_is_refused(read: Callable[[str, tzinfo], Between], key: str, said: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        read(said, SHANGHAI)

    assert (problem.value.key, problem.value.facts) == (key, {"value": said})


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from([SHANGHAI, NEW_YORK]))
def test_days_follow_one_another_without_gap_or_overlap(day: date, zone: ZoneInfo) -> None:
    this, following = day_span(day, zone), day_span(day + timedelta(days=1), zone)

    assert this.end.timestamp() == following.start.timestamp()
    assert this.end not in this
    assert this.end in following


@given(st.integers(1900, 2199), st.sampled_from([SHANGHAI, NEW_YORK]))
def test_a_year_is_its_quarters_and_its_months(year: int, zone: ZoneInfo) -> None:
    whole = year_span(f"{year}", zone)
    quarters = [quarter_span(f"{year}-Q{number}", zone) for number in range(1, 5)]
    months = [month_span(f"{year}-{number:02d}", zone) for number in range(1, 13)]

    for parts in (quarters, months):
        assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
        assert sum((part.length for part in parts), timedelta()) == whole.length
