"""What the rulebook requires with a booking is asked for at a terminal, and named all at once elsewhere."""

import json

import pytest

from tests.commands.profiles import by_profile
from tests.commands.test_terminal import on_terminal
from tests.conftest import DeskFolder


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("", "--start, --customer, --phone, --route, --boarding, --class, --party"),
        ("--start 'tomorrow 09:00' --customer 王小明 --phone 13800000001", "--route, --boarding, --class, --party"),
        ("--start 'tomorrow 09:00' --phone 13800000001 --route airport-out --class business --party 2",
         "--customer, --boarding"),
    ],
)  # fmt: skip
def test_elsewhere_all_that_is_missing_is_named_at_once_by_the_options_there_are(
    desk: DeskFolder, said: str, missing: str
) -> None:
    by_profile(desk, "coach")

    result = desk.run(f"booking create --service line {said}")

    assert (result.code, result.err) == (2, f"Line needs {missing}: the rulebook asks for it.\n")


def test_what_stands_in_the_customers_file_is_not_asked_for_again(desk: DeskFolder) -> None:
    by_profile(desk, "booking-desk")
    desk.ok("customer create --name 王小明 --phone 13800000001")

    result = desk.run("booking create --service consultation --customer $CU1 --start 'mon 10:00'")

    assert result.err == "Consultation needs --details: the rulebook asks for it.\n"


def test_the_first_number_of_a_known_customer_is_kept_in_the_file(desk: DeskFolder) -> None:
    by_profile(desk, "coach")
    desk.ok("customer create --name 王小明 --email wang@example.com")

    taken = json.loads(desk.ok(
        "booking create --service line --customer $CU1 --phone 13800000001 --start 'tomorrow 09:00' "
        "--route airport-out --boarding 'Coach terminal' --class business --party 1 --yes --json"
    ))  # fmt: skip

    file = json.loads(desk.ok("customer show $CU1 --reveal --reason test --json"))
    assert (taken["customer"], file["phones"]) == (file["id"], ["13800000001"])
    assert [event["type"] for event in file["events"]][:2] == ["created", "changed"]


def test_another_number_than_the_files_or_somebody_elses_is_not_put_into_it(desk: DeskFolder) -> None:
    desk.ok("customer create --name 王小明 --phone 13800000001")
    desk.ok("customer create --name 李雷 --email li@example.com")
    line = "complaint create --content slow --category service --customer"

    other = desk.run(f"{line} $CU1 --phone 13900000009")
    taken = desk.run(f"{line} $CU2 --phone 13800000001")

    assert (other.code, other.err.count("139****0009 is not in the file of CU-")) == (0, 1)
    assert (taken.code, taken.err.count("138****0001 stands in the file of CU-")) == (0, 1)
    files = [json.loads(desk.ok(f"customer show {who} --json")) for who in ("$CU1", "$CU2")]
    assert [len(file["phones"]) for file in files] == [1, 0]


def test_at_a_terminal_each_is_asked_for_and_what_can_be_chosen_is_listed(desk: DeskFolder) -> None:
    by_profile(desk, "coach")
    answers = "王小明\n13800000001\n1\n1\nbusiness\nmany\n2\n"  # customer, phone, route, boarding, class, party

    code, screen = on_terminal(
        desk, "booking", "create", "--service", "line", "--start", "tomorrow 09:00", "--yes", answers=answers
    )

    assert code == 0, screen
    assert "1 City to airport (airport-out)" in screen
    assert "2 People's Square" in screen
    (taken,) = json.loads(desk.ok("booking list --all --json"))
    assert (taken["route"], taken["boarding_point"], taken["seat_class"], taken["party"]) == (
        "airport-out", "Coach terminal", "business", 2,
    )  # fmt: skip


def test_an_address_is_asked_for_too(desk: DeskFolder) -> None:
    by_profile(desk, "call-centre")

    code, screen = on_terminal(
        desk, "booking", "create", "--service", "on-site", "--customer", "王小明", "--phone", "13800000001", "--yes",
        answers="桃源路7号\n打印机不工作\n",
    )  # fmt: skip

    assert code == 0, screen
    (taken,) = json.loads(desk.ok("booking list --all --json"))
    assert (taken["address"], taken["details"]) == ("桃源路7号", "打印机不工作")
