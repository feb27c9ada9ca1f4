"""The two nights on which clocks change, at a desk in Berlin that never closes: 2027-03-28 and 2027-10-31."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.conftest import DeskFolder

ALL_DAY = "".join(f'{day} = ["00:00-24:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


@pytest.fixture
def berlin(desk: DeskFolder) -> DeskFolder:
    """Return the club moved to Berlin, open around the clock and bookable a year ahead."""

    def edit(text: str) -> str:
        before, _, rest = text.partition("[calendar.open]")
        _, _, after = rest.partition("[calendar.office]")
        text = f"{before}[calendar.open]\n{ALL_DAY}\n[calendar.office]{after}"
        text = text.replace("Asia/Shanghai", "Europe/Berlin").replace('country = "CN"', "")
        text = text.replace('advance = "1d"', "").replace('priority = { misses = 3, advance = "2d" }', "")
        return text.replace('from = "13:00"\nto = "18:00"', 'from = "00:00"\nto = "18:00"')

    desk.rules(edit)
    return desk


@pytest.mark.parametrize(("day", "number"), [("2027-03-27", 48), ("2027-03-28", 46), ("2027-10-31", 48)])
def test_free_times_come_once_in_order_and_exist(berlin: DeskFolder, day: str, number: int) -> None:
    """Given steps of half an hour, a night in spring has two fewer; the hour that comes twice in autumn begins once."""
    told = json.loads(berlin.ok(f"booking free --service badminton --day {day} --json", now="2027-03-01T12:00:00"))
    times = [(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in told]

    assert all(first < second for (first, _), (second, _) in pairwise(times))
    assert all(end - start == timedelta(hours=1) for start, end in times)
    zone = berlin.store().rulebook.zone
    assert all(at.astimezone(zone).utcoffset() == at.utcoffset() for pair in times for at in pair)
    assert len(times) == number


TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --yes"
IN_MARCH = "2027-03-01T12:00:00"


@pytest.mark.parametrize("start", ["2027-03-28 02:30", "02:30"])  # a time alone is of the booking's own day
def test_a_series_moved_to_a_time_that_one_night_skips_says_so_and_moves_the_others(
    berlin: DeskFolder, start: str
) -> None:
    berlin.ok(f"{TAKE} --start '2027-03-28 10:00' --repeat daily --count 3", now=IN_MARCH)

    refused = berlin.run(f"booking change $BK1 --start '{start}' --which all", now=IN_MARCH)
    assert refused.code == 4
    assert "There is no 02:30 on 2027-03-28 Sun: the clocks go forward over it that night." in refused.err
    berlin.ok(f"booking change $BK1 --start '{start}' --which all --skip", now=IN_MARCH)

    starts = sorted(one["start"] for one in json.loads(berlin.ok("booking list --all --json", now=IN_MARCH)))
    assert starts == ["2027-03-28T10:00:00+02:00", "2027-03-29T02:30:00+02:00", "2027-03-30T02:30:00+02:00"]


def test_a_time_that_the_night_skips_is_refused_and_not_another_taken(berlin: DeskFolder) -> None:
    refused = berlin.run(f"{TAKE} --start '2027-03-28 02:30'", now=IN_MARCH)

    gap = "There is no 02:30 on 2027-03-28 Sun: the clocks go forward over it that night"
    assert (refused.code, refused.err) == (2, f"{gap}; write 03:30, or another time.\n")
    series = f"{TAKE} --start '2027-03-27 02:30' --repeat daily --count 3"
    assert berlin.run(series, now=IN_MARCH).code == 4
    assert "2027-03-28" in berlin.ok(f"{series} --skip", now=IN_MARCH)
    assert len(json.loads(berlin.ok("booking list --all --json", now=IN_MARCH))) == 2


def test_a_time_that_comes_twice_is_the_first_and_is_told_so(berlin: DeskFolder) -> None:
    taken = berlin.run(f"{TAKE} --start '2027-10-31 02:30'", now="2027-10-01T12:00:00")

    assert (taken.code, taken.err) == (
        0, "Note: 02:30 comes twice that night, for the clocks go back; this is the first one (UTC+02:00).\n"
    )  # fmt: skip
    assert "2027-10-31 Sun 02:30 (UTC+02:00)-02:30 (UTC+01:00)  (1 h)" in taken.out
    free = berlin.ok("booking free --service badminton --day 2027-10-31", now="2027-10-01T12:00:00")
    assert "02:00 (UTC+02:00)-02:00 (UTC+01:00)" in free
    assert "02:30-02:30" not in free


def test_a_refusal_says_the_end_by_the_clock_that_holds_then(berlin: DeskFolder) -> None:
    now = "2027-10-01T12:00:00"
    take = "booking create --customer 王小明 --phone 13800000001 --service badminton --resource court-1 --yes"
    berlin.ok(f"{take} --start '2027-10-31 01:30' --for 2h", now=now)

    refused = berlin.run(f"{take} --start '2027-10-31 01:30' --for 2h", now=now)

    assert (refused.code, "2027-10-31 Sun 01:30 (UTC+02:00)-02:30 (UTC+01:00)" in refused.err) == (5, True)
