"""Moving a booking: a time without a day keeps the booking's own day, old and new are shown, and it is read back."""

import json

import pytest

from tests.commands.test_terminal import on_terminal
from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton"


def times(desk: DeskFolder, line: str) -> list[str]:
    """Return the starts of the bookings a list shows."""
    return sorted(booking["start"][:16] for booking in json.loads(desk.ok(f"{line} --json")))


@pytest.mark.parametrize(
    ("said", "start"),
    [("20:00", "2026-11-21T20:00"), ("晚上8点", "2026-11-21T20:00"), ("today 20:00", "2026-11-20T20:00")],
)
def test_a_time_without_a_day_keeps_the_bookings_own_day(desk: DeskFolder, said: str, start: str) -> None:
    desk.ok(f"{TAKE} --start 'tomorrow 19:00'")  # Saturday; today is Friday

    desk.ok(f"booking change $BK1 --start '{said}'")

    assert times(desk, "booking list --all") == [start]


def test_the_old_time_stands_beside_the_new_one(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --start 'tomorrow 19:00' --resource court-3")

    card = desk.ok("booking change $BK1 --start 20:00 --resource court-5")

    assert "Time      2026-11-21 Sat 20:00-21:00  (1 h)\n" in card
    assert "Before    2026-11-21 Sat 19:00-20:00  3号场\n" in card
    assert "Before" not in desk.ok("booking show $BK1")


def test_each_date_of_a_series_keeps_its_own_day(desk: DeskFolder) -> None:
    desk.ok(
        "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'"
        " --repeat weekly --count 3 --override --reason 长期客户"
    )

    desk.ok("booking change $BK1 --which all --start 20:00 --override --reason 长期客户")

    assert times(desk, "booking list --all") == ["2026-11-21T20:00", "2026-11-28T20:00", "2026-12-05T20:00"]


@pytest.mark.row("D5")
@pytest.mark.parametrize(("answer", "start"), [("y", "2026-11-21T20:00"), ("n", "2026-11-21T19:00")])
def test_a_change_is_read_back_before_it_is_saved(desk: DeskFolder, answer: str, start: str) -> None:
    taken = desk.run(f"{TAKE} --start 'tomorrow 19:00'")
    assert taken.code == 0

    code, screen = on_terminal(desk, "booking", "change", desk.id_of("BK1"), "--start", "20:00", answers=f"{answer}\n")

    assert code == 0
    assert screen.index("Sat 20:00-21:00") < screen.index("Sat 19:00-20:00") < screen.index("Read it back")
    assert times(desk, "booking list --all") == [start]


@pytest.mark.row("D5")
def test_a_change_of_a_series_is_read_back_too(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --start 'tomorrow 19:00' --repeat daily --count 2 --override --reason 长期客户")

    code, screen = on_terminal(
        desk, "booking", "change", desk.id_of("BK1"), "--which", "all", "--start", "20:00", "--override", "--reason",
        "长期客户", answers="n\n",
    )  # fmt: skip

    assert code == 0
    assert "Read it back" in screen
    assert times(desk, "booking list --all") == ["2026-11-21T19:00", "2026-11-22T19:00"]


def test_what_is_offered_instead_at_a_time_alone_is_on_the_day_of_the_wish(desk: DeskFolder) -> None:
    for court in range(12):
        desk.ok(f"{TAKE} --start 'tomorrow 19:00' --resource court-{court + 1}")
    desk.ok(
        "booking create --customer 李四 --phone 13800000002 --service badminton --start 'tomorrow 19:00' --waitlist"
    )

    desk.ok("booking confirm $BK13 --start 20:00")

    assert times(desk, "booking list --customer 13800000002") == ["2026-11-21T20:00"]
