"""Who did what and when: `cscli log`."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'"


def lived_through(desk: DeskFolder) -> None:
    """Have a booking moved and cancelled by three people."""
    desk.ok(TAKE)
    desk.ok("booking change $BK1 --start 'tomorrow 20:00'", now="2026-11-20T15:00:00", by="zhao.min")
    desk.ok("booking cancel $BK1 --reason 临时有事 --phoned", now="2026-11-20T16:00:00", by="chen.jie")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_record_tells_its_life(desk: DeskFolder, golden: Callable[[str, str], None], lang: str) -> None:
    lived_through(desk)
    hashes = desk.git("log", "--format=%h").split()

    page = desk.ok("log $BK1", lang=lang) + "\n" + desk.ok("log", lang=lang)

    for number, name in enumerate(hashes):
        page = page.replace(name, f"commit{number}")
    golden(f"log_{lang}", page)


def test_each_event_names_the_commit_that_brought_it(desk: DeskFolder) -> None:
    lived_through(desk)
    cancelled, changed, taken, _ = desk.git("log", "--format=%h").split()

    events = json.loads(desk.ok("log $BK1 --json"))

    assert [(event["type"], event["commit"]) for event in events] == [
        ("created", taken), ("confirmed", taken), ("changed", changed), ("cancelled", cancelled),
    ]  # fmt: skip


def test_an_event_no_commit_speaks_of_stands_without_one(desk: DeskFolder) -> None:
    lived_through(desk)
    desk.git("checkout", "--orphan", "squashed")
    desk.git("commit", "-qm", "Begin anew")

    assert {event["commit"] for event in json.loads(desk.ok("log $BK1 --json"))} == {None}
    assert desk.ok("log") == "Nothing has been changed yet.\n"


def test_the_latest_changes_come_first_and_only_as_many_as_asked(desk: DeskFolder) -> None:
    lived_through(desk)

    few = desk.run("log --limit 1 --json")
    everything = json.loads(desk.ok("log --json --limit 0"))

    assert [change["events"] for change in json.loads(few.out)] == [["booking.cancelled"]]
    assert "first 1" in few.err
    assert [change["by"] for change in everything] == ["chen.jie", "zhao.min", "li.na"]
    assert everything[2]["records"] == ["BK-000000-000001", "CU-000000-000001"]
    assert everything[2]["subject"] == "Take booking BK-000000-000001"


def test_a_customers_life_is_told_masked(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    desk.ok("customer change $CU1 --name 王大明")

    assert "王大明" not in desk.ok("log $CU1") + desk.ok("log $CU1 --json")


@pytest.mark.parametrize(
    ("lang", "told"), [("en", ("staff: added", "staff: change")), ("zh", ("员工: 新增", "员工: 变更"))]
)
def test_a_file_of_the_staff_is_told_with_the_login(desk: DeskFolder, lang: str, told: tuple[str, str]) -> None:
    desk.ok("staff add li.na --role supervisor")
    desk.ok("staff change li.na --name 李娜")

    changed, added = desk.ok("log", lang=lang).splitlines()[2:]

    assert (told[0] in added, told[1] in changed) == (True, True)
    assert (added.rstrip().endswith("li.na"), changed.rstrip().endswith("li.na")) == (True, True)
    assert json.loads(desk.ok("log --json"))[0]["staff"] == ["li.na"]


def test_nothing_is_known_of_nobody(desk: DeskFolder) -> None:
    result = desk.run("log ZZZZZZ")

    assert (result.code, result.err) == (3, "Nothing has the id ZZZZZZ.\n")


def test_the_bookings_of_a_series_are_named(desk: DeskFolder) -> None:
    weekly = "--customer 王小明 --phone 13800000001 --service yoga --start 'sat 18:30' --repeat daily --count 2"
    desk.ok(f"booking create {weekly}")

    (latest,) = json.loads(desk.ok("log --json --limit 1"))

    taken = json.loads(desk.ok("booking list --json --all"))
    assert sorted(latest["records"]) == sorted([*(one["id"] for one in taken), taken[0]["customer"]])
