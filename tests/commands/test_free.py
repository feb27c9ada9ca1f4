"""What `booking free` offers can be booked, and where there is nothing it says why and what next."""

import json

import pytest

from tests.commands.profiles import by_profile
from tests.conftest import DeskFolder

CALLER = "--customer 王小明 --phone 13800000001"


@pytest.fixture
def club(desk: DeskFolder) -> DeskFolder:
    """Return the sports club, on Friday at 14:00."""
    return by_profile(desk, "sports-club")


def test_beyond_the_window_nothing_is_offered_and_the_rule_is_named(club: DeskFolder) -> None:
    page = club.ok("booking free --service badminton --day 2026-11-25")

    assert "rule booking.advance" in page
    assert json.loads(club.ok("booking free --service badminton --day 2026-11-25 --json")) == []
    assert club.run(f"booking create {CALLER} --service badminton --start '2026-11-25 19:00'").code == 4


def test_too_long_a_time_is_not_offered(club: DeskFolder) -> None:
    assert "rule booking.longest" in club.ok("booking free --service badminton --day tomorrow --for 5h")


def test_what_comes_too_soon_is_left_out_with_the_rule_beside_it(desk: DeskFolder) -> None:
    by_profile(desk, "booking-desk")  # a consultation takes an hour's notice

    found = desk.run("booking free --service consultation --day today")

    assert "2026-11-20 Fri 15:00" in found.out
    assert "14:30" not in found.out
    assert found.err.startswith("Times that may not be booked are left out. Refused: Consultation must be booked 1 h")


def test_visits_are_offered_and_taken_in_the_hours_of_the_desk_alone(desk: DeskFolder) -> None:
    by_profile(desk, "call-centre")  # 9:00-17:30, a visit takes two hours
    order = f"booking create {CALLER} --service on-site --address 桃源路7号 --details 打印机"

    starts = [time["start"][11:16] for time in json.loads(desk.ok("booking free --service on-site --day mon --json"))]
    night = desk.run(f"{order} --start 'sun 03:00'")
    why = desk.ok("explain window --service on-site --start 'sun 03:00'")

    assert (starts[0], starts[-1]) == ("09:00", "15:30")
    assert (night.code, "booking.closed_day" in night.err) == (4, True)
    assert "booking.closed_day" in why.partition("Service")[0]
    assert desk.run(f"{order} --start 'mon 15:30'").code == 0


@pytest.mark.parametrize(("profile", "service"), [("booking-desk", "consultation"), ("call-centre", "on-site")])
def test_appointments_and_visits_keep_their_steps(desk: DeskFolder, profile: str, service: str) -> None:
    by_profile(desk, profile)

    odd = desk.run(f"booking create {CALLER} --service {service} --address x --details x --start 'mon 10:10'")
    why = desk.ok(f"explain window --service {service} --start 'mon 10:10'")

    assert (odd.code, "booking.step" in odd.err) == (4, True)
    assert "begins and ends on every 30 min" in why


def test_where_only_the_court_that_was_named_is_taken_it_is_said(club: DeskFolder) -> None:
    take = f"booking create {CALLER} --service badminton --start 'today 19:00' --resource court-3"
    club.ok(take)

    full = club.run(take)
    listed = club.ok("booking free --service badminton --resource court-3 --from 19:00 --to 20:00")

    assert full.code == 5
    assert full.err.startswith("Court 3 is taken at 2026-11-20 Fri 19:00-20:00; other places")
    assert "Court 3 is taken all through" in listed


def test_a_narrowed_search_says_its_range_and_the_next_free_time(club: DeskFolder) -> None:
    club.ok(f"booking create {CALLER} --service badminton --start 'today 19:00' --units 4")
    for units in (4, 4):
        club.ok(f"booking create {CALLER} --service badminton --start 'today 19:00' --units {units}")

    page = club.ok("booking free --service badminton --from 19:00 --to 20:00")

    assert page == (
        "Nothing is free for Badminton on 2026-11-20 Fri from 19:00 to 20:00."
        " The next free time is 2026-11-20 Fri 20:00-21:00.\n"
    )


def test_what_somebody_waits_for_is_not_listed_for_others(club: DeskFolder) -> None:
    book = f"booking create {CALLER} --service badminton --start 'today 19:00' --units"
    for number in (4, 4, 4):
        club.ok(f"{book} {number}")
    club.ok(f"{book} 1 --waitlist".replace("13800000001", "13800000002").replace("王小明", "李雷"))
    club.ok("booking cancel $BK1 --reason ill --yes")
    free = "booking free --service badminton --from 19:00 --to 20:00"

    three = club.run(f"{free} --units 3")
    four = club.run(f"{free} --units 4")

    assert "2026-11-20 Fri 19:00-20:00" in three.out
    assert "comes first (rule booking.queue_order)" in four.out
    refused = club.run(f"{book} 4 --new-customer".replace("13800000001", "13800000003").replace("王小明", "韩梅"))
    assert (refused.code, "booking.queue_order" in refused.err) == (4, True)


def test_a_party_too_large_for_one_table_hears_how_many_would_do(desk: DeskFolder) -> None:
    by_profile(desk, "restaurant")

    found = desk.ok("booking free --service table --party 25 --day tomorrow --from 18:00 --to 19:30")
    order = f"booking create {CALLER} --service table --details 靠窗 --resource restaurant-2 --start 'tomorrow 18:00'"
    full = desk.run(f"{order} --party 25")

    assert found == (
        "No single place for Table holds 25 people on 2026-11-21 Sat; 3 together do: add --units 3.\n"  # tables for ten
    )
    assert full.code == 5
    assert "3 there do: add --units 3," in full.err
    assert desk.run(f"{order} --party 25 --units 3").code == 0


@pytest.mark.row("B2")
def test_trips_are_listed_with_route_free_seats_by_class_and_fare(desk: DeskFolder) -> None:
    by_profile(desk, "coach")
    desk.ok(
        f"booking create {CALLER} --service line --route airport-out --class business --boarding 'Coach terminal'"
        " --party 2 --start 'tomorrow 09:00'"
    )

    page = desk.ok("booking free --service line --day tomorrow --route airport-out")
    (trip,) = json.loads(desk.ok("booking free --service line --day tomorrow --from 09:00 --to 10:30 --json"))

    (nine,) = [line for line in page.splitlines() if "09:00-10:10" in line]
    business = next(known for known in trip["classes"] if known["id"] == "business")
    assert "City to airport (airport-out)" in nine
    assert f"business {business['free']} x 58.00" in nine
    assert (trip["route"], business["fare"]) == ("airport-out", "58.00")
    whole = json.loads(desk.ok("booking free --service line --day 2026-11-25 --from 09:00 --to 10:30 --json"))
    assert next(known["free"] for known in whole[0]["classes"] if known["id"] == "business") == business["free"] + 2


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Line has no trip at 2026-11-21 Sat 12:00"), ("zh", "在 2026-11-21 周六 12:00 没有班次")]
)
def test_a_trip_there_is_not_names_the_nearest_and_a_command_that_lists_them(
    desk: DeskFolder, lang: str, said: str
) -> None:
    by_profile(desk, "coach", lang)
    page = desk.run(
        f"booking create {CALLER} --service line --route airport-out --class business --boarding X --party 1"
        " --start 'tomorrow 12:00'"
    )

    assert page.code == 4
    assert said in page.err
    assert "2026-11-21" in page.err and "09:00" in page.err and "14:00" in page.err
    assert "`cscli booking free --service line --day 2026-11-21 --route airport-out`" in page.err


def test_a_fare_asked_for_without_its_class_says_what_is_missing(desk: DeskFolder) -> None:
    by_profile(desk, "coach")

    route_only = desk.run("explain price --service line --route airport-out --start 'tomorrow 09:00'")
    neither = desk.run("explain price --service line --start 'tomorrow 09:00'")

    assert (route_only.code, route_only.err) == (2, "Line needs --class: the rulebook asks for it.\n")
    assert (neither.code, neither.err) == (2, "Line needs --route, --class: the rulebook asks for it.\n")


def test_who_is_elsewhere_at_the_time_is_told_of_though_it_is_another_service(club: DeskFolder) -> None:
    club.ok(f"booking create {CALLER} --service badminton --start 'today 19:00'")

    taken = club.run(f"booking create {CALLER} --service tennis --start 'today 19:30'")
    why = club.ok("explain window --service tennis --start 'today 19:30' --customer 13800000001")

    assert (taken.code, taken.err) == (0, "Note: the same customer already has BK-000000-000001 at this time.\n")
    assert "at the same time, told only: BK-000000-000001" in why


def test_an_unknown_place_names_those_of_the_service_alone(club: DeskFolder) -> None:
    unknown = club.run(f"booking create {CALLER} --service tennis --start 'today 19:00' --resource court-99")

    assert unknown.code == 3
    assert "tennis-1" in unknown.err
    assert "court-1)" not in unknown.err


ROOM = (
    "--customer 王小明 --phone 13800000001 --service meeting --details 例会 --start '2026-11-23 10:00'"
    " --resource room-1"
)


def test_a_room_too_small_for_the_party_is_not_said_to_be_taken(desk: DeskFolder) -> None:
    office = by_profile(desk, "booking-desk")  # room 1 seats 6, room 2 seats 12

    refused = office.run(f"booking create {ROOM} --party 8")
    free = office.ok("booking free --service meeting --day 2026-11-23 --resource room-1 --party 8")
    office.ok(f"booking create {ROOM} --party 6")
    moved = office.run("booking change $BK1 --party 8 --resource room-1")

    name = refused.err.partition(" seats ")[0]
    assert (refused.code, moved.code) == (5, 5)
    assert "seats 6, too few for 8 people: name a larger one with --resource, or none.\n" in refused.err
    assert refused.err.count(name) == 1  # what is told instead is the other rooms
    assert "seats 6, too few for 8 people: name a larger one" in moved.err
    assert free.endswith("seats 6, too few for 8 people: leave out --resource, or ask for more with --units.\n")


def test_a_table_too_small_names_how_many_there_would_do(desk: DeskFolder) -> None:
    centre = by_profile(desk, "restaurant")  # restaurant 4 has six tables of four

    refused = centre.run(
        "booking create --customer 王小明 --phone 13800000001 --service table --start 'tomorrow 18:00' --party 9"
        " --resource restaurant-4"
    )

    assert refused.code == 5
    assert "seats 4, too few for 9 people; 3 there do: add --units 3, or name another with --resource." in refused.err
