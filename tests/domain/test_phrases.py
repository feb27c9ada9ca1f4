"""What people say for a day, a moment and a length of time, and what the desk understands.

Said on Wednesday 2026-11-18 at half past ten in Shanghai, unless the test says otherwise.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.domain.phrases import parse_day, parse_moment, parse_span
from cscli.errors import UsageProblem

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=SHANGHAI)


def day(said: str) -> str:
    return parse_day(said, NOW).isoformat()


def moment(said: str, now: datetime = NOW) -> str:
    return parse_moment(said, now).isoformat(" ", "minutes")


# --- days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026/11/22", "2026-11-22"),
        ("2026.11.22", "2026-11-22"),
        ("20261122", "2026-11-22"),
        ("2026年11月22日", "2026-11-22"),
        ("２０２６－１１－２２", "2026-11-22"),
        ("11-22", "2026-11-22"),
        ("11/22", "2026-11-22"),
        ("11月22日", "2026-11-22"),
        (" 11 月 22 号 ", "2026-11-22"),
        ("十一月二十二号", "2026-11-22"),
        ("明年1月3日", "2027-01-03"),
        ("去年12月31日", "2025-12-31"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_a_date_is_read_in_the_ways_it_is_written(said: str, meant: str) -> None:
    assert day(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("6-1", "2026-06-01"),  # 170 days back: a thing of this year
        ("5-22", "2026-05-22"),  # exactly 180 days back
        ("5-21", "2027-05-21"),  # 181 days back: next year's
        ("1月5日", "2027-01-05"),
        ("12-31", "2026-12-31"),
    ],
)
def test_a_date_without_its_year_is_the_one_nearby(said: str, meant: str) -> None:
    assert day(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("22日", "2026-11-22"),
        ("22号", "2026-11-22"),
        ("18号", "2026-11-18"),  # today is not past
        ("5号", "2026-12-05"),
        ("下个月5号", "2026-12-05"),
        ("本月5号", "2026-11-05"),
        ("上月31日", "2026-10-31"),
    ],
)
def test_a_day_of_the_month_that_is_past_is_next_months(said: str, meant: str) -> None:
    assert day(said) == meant


def test_a_day_of_the_month_turns_the_year_in_december() -> None:
    christmas_eve = datetime(2026, 12, 24, 9, 0, tzinfo=SHANGHAI)

    assert parse_day("3号", christmas_eve) == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("today", "2026-11-18"),
        ("Tomorrow", "2026-11-19"),
        ("yesterday", "2026-11-17"),
        ("今天", "2026-11-18"),
        ("明天", "2026-11-19"),
        ("后天", "2026-11-20"),
        ("大后天", "2026-11-21"),
        ("昨天", "2026-11-17"),
        ("前天", "2026-11-16"),
        ("+3d", "2026-11-21"),
        ("-1d", "2026-11-17"),
        ("+1w", "2026-11-25"),
        ("三天后", "2026-11-21"),
        ("两周后", "2026-12-02"),
        ("3天前", "2026-11-15"),
        ("3 days ago", "2026-11-15"),
        ("in 2 days", "2026-11-20"),
    ],
)
def test_a_day_is_counted_from_today(said: str, meant: str) -> None:
    assert day(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("wed", "2026-11-18"),  # today is Wednesday
        ("周三", "2026-11-18"),
        ("fri", "2026-11-20"),
        ("Friday", "2026-11-20"),
        ("周五", "2026-11-20"),
        ("星期五", "2026-11-20"),
        ("礼拜五", "2026-11-20"),
        ("周5", "2026-11-20"),
        ("周日", "2026-11-22"),
        ("周天", "2026-11-22"),
        ("mon", "2026-11-23"),
        ("周二", "2026-11-24"),
        ("本周五", "2026-11-20"),
        ("这周一", "2026-11-16"),
        ("this mon", "2026-11-16"),
        ("下周五", "2026-11-27"),
        ("下周 五", "2026-11-27"),
        ("下个星期一", "2026-11-23"),
        ("next fri", "2026-11-27"),
        ("next sun", "2026-11-29"),
        ("下下周一", "2026-11-30"),
        ("上周五", "2026-11-13"),
        ("last fri", "2026-11-13"),
        ("上上周日", "2026-11-08"),
    ],
)
def test_a_weekday_alone_is_the_coming_one_and_with_a_week_it_is_that_weeks(said: str, meant: str) -> None:
    assert day(said) == meant


def test_a_weekday_said_with_a_date_confirms_it() -> None:
    assert day("11月22日周日") == "2026-11-22"
    assert day("2026-11-22 (周日)") == "2026-11-22"
    assert day("2026-11-22 Sun") == "2026-11-22"


def test_a_weekday_that_is_not_the_dates_is_told() -> None:
    with pytest.raises(UsageProblem) as problem:
        day("11月22日周六")

    assert problem.value.key == "words.day_weekday"
    assert problem.value.facts == {"value": "11月22日周六", "day": date(2026, 11, 22)}


@pytest.mark.parametrize(
    "said",
    [
        "", "someday", "2026-13-01", "31日", "0号", "13月1日", "周八", "下", "星期",
        "next", "sat-sun", "+3h", "+0m", "+1.5d", "+99999d", "0226-11-22", "9999-12-31", "2026-11-22 19:00",
        "明天的明天", "\ud800", "+", "天后", "d", "1" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_what_was_said(said: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        day(said)

    assert (problem.value.key, problem.value.facts) == ("words.day", {"value": said})


@pytest.mark.parametrize(
    ("said", "month", "number"),
    [
        ("2027-02-29", "2027-02", 29), ("2026/02/30", "2026-02", 30), ("2027年2月29日", "2027-02", 29),
        ("20270431", "2027-04", 31), ("2-29", "2026-02", 29), ("明年2月29号", "2027-02", 29),
    ],
)  # fmt: skip
def test_a_date_of_which_there_is_none_is_told_as_such(said: str, month: str, number: int) -> None:
    for read in (day, lambda text: moment(f"{text} 19:00"), moment):
        with pytest.raises(UsageProblem) as problem:
            read(said)

        told = problem.value.facts
        assert (problem.value.key, told["month"], told["number"]) == ("words.no_such_day", month, number)


# --- moments ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-22T19:00", "2026-11-22 19:00+08:00"),
        ("2026-11-22 19:00", "2026-11-22 19:00+08:00"),
        ("2026-11-22 19:00:30", "2026-11-22 19:00+08:00"),
        ("2026-11-22T19:00:00.5+09:00", "2026-11-22 18:00+08:00"),
        ("2026-11-22T11:00Z", "2026-11-22 19:00+08:00"),
        ("2026-11-22 19:00:00 +0800", "2026-11-22 19:00+08:00"),
        ("20261122T190000Z", "2026-11-23 03:00+08:00"),
        ("2026/11/22 9:05", "2026-11-22 09:05+08:00"),
        ("2026-11-22 周日 19:00", "2026-11-22 19:00+08:00"),
        ("11-22 7点", "2026-11-22 07:00+08:00"),
        ("11-22 三点", "2026-11-22 03:00+08:00"),
        ("11月22日19点", "2026-11-22 19:00+08:00"),
    ],
)
def test_a_stamp_or_a_date_with_a_time_is_a_moment_of_the_desks_zone(said: str, meant: str) -> None:
    assert moment(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("明天 19:00", "2026-11-19 19:00+08:00"),
        ("明天　１９：００", "2026-11-19 19:00+08:00"),
        ("明天19点", "2026-11-19 19:00+08:00"),
        ("下周五 19点半", "2026-11-27 19:30+08:00"),
        ("下周五19点30分", "2026-11-27 19:30+08:00"),
        ("周六下午3点", "2026-11-21 15:00+08:00"),
        ("周三三点", "2026-11-18 03:00+08:00"),
        ("周二十一点", "2026-11-24 11:00+08:00"),
        ("晚上7点", "2026-11-18 19:00+08:00"),
        ("晚上七点一刻", "2026-11-18 19:15+08:00"),
        ("今晚七点四十五", "2026-11-18 19:45+08:00"),
        ("明早8点零五分", "2026-11-19 08:05+08:00"),
        ("周五晚八点", "2026-11-20 20:00+08:00"),
        ("上午9:30", "2026-11-18 09:30+08:00"),
        ("中午12点", "2026-11-18 12:00+08:00"),
        ("中午一点", "2026-11-18 13:00+08:00"),
        ("明天中午", "2026-11-19 12:00+08:00"),
        ("下午15:00", "2026-11-18 15:00+08:00"),
        ("下午12点半", "2026-11-18 12:30+08:00"),
        ("三天后下午两点", "2026-11-21 14:00+08:00"),
        ("19:00", "2026-11-18 19:00+08:00"),
        ("7点整", "2026-11-18 07:00+08:00"),
        ("tomorrow 7pm", "2026-11-19 19:00+08:00"),
        ("tomorrow at 7:30 p.m.", "2026-11-19 19:30+08:00"),
        ("7pm tomorrow", "2026-11-19 19:00+08:00"),
        ("19:00 on fri", "2026-11-20 19:00+08:00"),
        ("12am", "2026-11-18 00:00+08:00"),
        ("12pm", "2026-11-18 12:00+08:00"),
        ("fri 19:00", "2026-11-20 19:00+08:00"),
        ("+1d 9:00", "2026-11-19 09:00+08:00"),
    ],
)
def test_a_day_and_a_time_are_a_moment(said: str, meant: str) -> None:
    assert moment(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-22 24:00", "2026-11-23 00:00+08:00"),
        ("2026-11-22T24:00", "2026-11-23 00:00+08:00"),
        ("明天晚上12点", "2026-11-20 00:00+08:00"),
        ("今晚12点半", "2026-11-19 00:30+08:00"),
        ("明天凌晨12点", "2026-11-19 00:00+08:00"),
        ("2026-12-31 24:00", "2027-01-01 00:00+08:00"),
    ],
)
def test_midnight_belongs_to_the_day_it_is_said_with(said: str, meant: str) -> None:
    assert moment(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("now", "2026-11-18 10:30+08:00"),
        ("现在", "2026-11-18 10:30+08:00"),
        ("+2h", "2026-11-18 12:30+08:00"),
        ("+30m", "2026-11-18 11:00+08:00"),
        ("+0m", "2026-11-18 10:30+08:00"),
        ("+1d2h", "2026-11-19 12:30+08:00"),
        ("-90m", "2026-11-18 09:00+08:00"),
        ("+1h30m", "2026-11-18 12:00+08:00"),
        ("半小时后", "2026-11-18 11:00+08:00"),
        ("两个小时之后", "2026-11-18 12:30+08:00"),
        ("20分钟前", "2026-11-18 10:10+08:00"),
        ("20 minutes ago", "2026-11-18 10:10+08:00"),
        ("in 1.5h", "2026-11-18 12:00+08:00"),
    ],
)
def test_a_moment_is_counted_from_now(said: str, meant: str) -> None:
    assert moment(said) == meant


def test_a_moment_is_in_whole_seconds() -> None:
    now = NOW.replace(second=7, microsecond=123456)

    assert parse_moment("now", now) == datetime(2026, 11, 18, 10, 30, 7, tzinfo=SHANGHAI)


@pytest.mark.parametrize("said", ["2026-11-22", "明天", "fri", "+3d", "明天晚上", "下周五"])
def test_a_day_alone_is_no_moment(said: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        moment(said)

    assert (problem.value.key, problem.value.facts) == ("words.moment_no_time", {"value": said})


@pytest.mark.parametrize(
    "said",
    [
        "", "soon", "25:00", "24:30", "19:60", "19:00:60", "明天7", "上午15点", "晚上2点", "凌晨9点", "13pm", "0am",
        "晚上7pm", "2026-11-22 19:00+25:00", "0001-01-01 00:00", "9999-12-31 24:00", "+99999999h",
        "明天 19:00 20:00", "2026-11-2219:00", "\ud800 19:00", "::", "点",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_what_was_said(said: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        moment(said)

    assert (problem.value.key, problem.value.facts) == ("words.moment", {"value": said})


def test_a_time_that_the_clocks_leap_over_moves_forward_by_the_leap() -> None:
    before = datetime(2026, 3, 7, 12, 0, tzinfo=NEW_YORK)

    assert moment("2026-03-08 02:30", before) == "2026-03-08 03:30-04:00"
    for said in ("2026-03-08 02:30", "明天02:30", "20260308 0230"):
        with pytest.raises(UsageProblem) as problem:
            parse_moment(said, before, exact=True)
        told = problem.value.facts
        assert (problem.value.key, told["time"], told["next"]) == ("words.no_such_time", "02:30", "03:30")
    assert parse_moment("2026-03-08 03:30", before, exact=True) == parse_moment("2026-03-08 02:30", before)
    assert parse_moment("+14h30m", before, exact=True) == parse_moment("2026-03-08 03:30", before)
    assert moment("tomorrow 2:30am", before) == "2026-03-08 03:30-04:00"


def test_a_time_that_comes_twice_is_the_first() -> None:
    before = datetime(2026, 10, 31, 12, 0, tzinfo=NEW_YORK)

    assert moment("2026-11-01 01:30", before) == "2026-11-01 01:30-04:00"
    assert moment("2026-11-01 01:30-05:00", before) == "2026-11-01 01:30-05:00"


def test_an_offset_counts_elapsed_time() -> None:
    midnight = datetime(2026, 3, 8, 0, 0, tzinfo=NEW_YORK)

    assert moment("+3h", midnight) == "2026-03-08 04:00-04:00"


# --- lengths ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("1h", 60),
        ("90m", 90),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("1.5h", 90),
        ("１小时", 60),
        ("一小时", 60),
        ("半小时", 30),
        ("半个小时", 30),
        ("1个半小时", 90),
        ("一个半小时", 90),
        ("两个钟头", 120),
        ("90分钟", 90),
        ("三刻钟", 45),
        ("1小时30分", 90),
        ("2天", 2880),
        ("2d", 2880),
        ("1周", 10080),
        ("1d12h", 2160),
        ("3660d", 5_270_400),
    ],
)
def test_a_length_of_time_is_read(said: str, minutes: int) -> None:
    assert parse_span(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "said",
    ["", "90", "0m", "0h0m", "-1h", "+1h", "0.5m", "1.33h", "1h30", "h", "半天", "1m1h", "\udfff", "9" * 100, "3661d",
     "3660d1m", "999999w"],
)  # fmt: skip
def test_what_is_no_length_is_refused_with_what_was_said(said: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        parse_span(said)

    assert (problem.value.key, problem.value.facts) == ("words.span", {"value": said})


# --- whatever is typed ------------------------------------------------------------------------------------------

SCRAPS = [
    *"明天后前周下上本五日号月年点半刻分个十二零今早晚中午 +-:/.()tzdhmw01①ﷺ\ud800\u200b",
    "星期", "小时", "晚上", "凌晨", "am", "pm", "fri", "next ", "in ", " ago", "at ", "on ", "now",
    "24", "31", "99", "2026", "0000", "9999", "2026-11-22", "19:00", "+14:00",
]  # fmt: skip
TYPED = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=[])),
    st.lists(st.sampled_from(SCRAPS), max_size=8).map("".join),
)
CLOCKS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(TYPED, CLOCKS, st.sampled_from([SHANGHAI, NEW_YORK]))
def test_whatever_is_typed_is_read_or_refused(said: str, at: datetime, zone: ZoneInfo) -> None:
    now = at.astimezone(zone)

    with suppress(UsageProblem):
        parse_day(said, now)
    with suppress(UsageProblem):
        assert parse_moment(said, now).tzinfo is zone
    with suppress(UsageProblem):
        assert parse_span(said) > timedelta(0)


@given(CLOCKS, st.sampled_from([SHANGHAI, NEW_YORK]))
def test_what_is_printed_is_understood_again(at: datetime, zone: ZoneInfo) -> None:
    moment_meant = at.astimezone(zone).replace(microsecond=0)

    assert parse_moment(moment_meant.isoformat(), NOW.astimezone(zone)) == moment_meant
    assert parse_day(moment_meant.date().isoformat(), NOW) == moment_meant.date()
