"""Seats by the head at the command line: as many as people come, on an order, a change and a series."""

import json

import pytest

from tests.commands.profiles import by_profile, with_staff
from tests.conftest import DeskFolder

SEATS = (
    "booking create --customer 王小明 --phone 13800000001 --service line --route airport-out --class business"
    ' --boarding "Coach terminal" --start "tomorrow 09:00"'
)


@pytest.fixture
def coaches(desk: DeskFolder) -> DeskFolder:
    """Return a coach company: nine seats of the business class at 58.00 go to the airport tomorrow at nine."""
    return by_profile(desk, "coach")


def test_eight_do_not_travel_on_one_seat(coaches: DeskFolder) -> None:
    refused = coaches.run(f"{SEATS} --party 8 --units 1")
    series = coaches.run(f"{SEATS} --party 8 --units 1 --repeat daily --count 2")
    told = json.loads(coaches.ok(f"{SEATS} --party 8 --json"))
    full = coaches.run(f"{SEATS} --party 8")

    assert (refused.code, series.code, full.code) == (4, 4, 5)
    assert "each of 8 people takes a place of Line, and 1 would be booked; say --units 8" in refused.err
    assert "(rule booking.units)" in series.err
    assert (told["units"], told["price"]) == (8, "464.00")


def test_a_change_leaves_nobody_without_a_seat(coaches: DeskFolder) -> None:
    coaches.ok(f"{SEATS} --party 5")

    fewer = coaches.run("booking change $BK1 --units 3")
    both = json.loads(coaches.ok("booking change $BK1 --units 3 --party 3 --json"))

    assert (fewer.code, "each of 5 people" in fewer.err) == (4, True)
    assert (both["units"], both["party"], both["price"]) == (3, 3, "174.00")


def test_who_may_lets_a_child_travel_on_a_lap(coaches: DeskFolder) -> None:
    with_staff(coaches, wang_wei="supervisor")

    told = json.loads(
        coaches.ok(f"{SEATS} --party 2 --units 1 --override --reason 'a child of one' --json", by="wang.wei")
    )

    assert (told["units"], told["events"][0]["overrode"]) == (1, ["booking.units"])


def test_the_window_is_explained_by_the_same_rule(coaches: DeskFolder) -> None:
    words = "explain window --service line --route airport-out --start 'tomorrow 09:00' --party 8 --units 1"
    told = json.loads(coaches.ok(f"{words} --json"))

    (units,) = [rule for rule in told["rules"] if rule["rule"] == "booking.units"]
    assert units["holds"] is False
    assert "1 for 8 people, each of whom takes one" in coaches.ok(words)
