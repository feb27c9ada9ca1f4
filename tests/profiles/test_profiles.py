"""The five worked rulebooks: each is whole in both languages, makes a desk that works at once, and keeps its manual."""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cscli.domain.rulebook import Rulebook
from cscli.store import codec
from cscli.store.founding import PROFILES, templates
from tests.conftest import PROJECT, DeskFolder

LANGUAGES = ("zh", "en")
PROSE = (
    "name",
    "address",
    "reason",
    "gift",
    "exclusions",
    "origin",
    "destination",
    "boarding",
    "choices",
    "language",
    "condition",
    "area",
)
CALLER = "--customer 王小明 --phone 13800000001"
ORDERS = {
    "booking-desk": "--service consultation --start 'mon 10:00' --details 'which model fits'",
    "coach": "--service line --start 'tomorrow 09:00' --route airport-out --class business --boarding 'Coach terminal'"
    " --party 2",
    "restaurant": "--service table --start 'tomorrow 18:00' --party 6 --resource restaurant-2",
    "sports-club": "--service badminton --start 'tomorrow 19:00'",
    "call-centre": "--service on-site --start 'mon 10:00' --address '7 Peach Road' --details 'does not print'",
}
OTHERS = {
    "repair": ("booking-desk", "--service repair --start 'mon 14:00' --details 'no power'"),
    "meeting": ("booking-desk", "--service meeting --start 'mon 14:00' --party 8 --details 'kick-off'"),
    "night coach": (
        "coach",
        "--service line --start 'tomorrow 23:30' --route airport-in --class standard --boarding 'Airport arrivals'"
        " --party 1",
    ),
    "night charter": (
        "coach",
        "--service charter --start 'tomorrow 23:00' --for 3h --origin Museum --destination Lake --party 30",
    ),
    "yoga": ("sports-club", "--service yoga --start 'tomorrow 18:30' --units 2"),
}


def page(profile: str, lang: str) -> Path:
    """Return the file of a profile in a language."""
    return templates() / "profiles" / f"{profile}.{lang}.toml"


def rulebook(profile: str, lang: str = "en") -> Rulebook:
    """Return a profile as the desk reads it."""
    path = page(profile, lang)
    return codec.load(Rulebook, path.read_bytes(), path.name)


def bones(data: Any, key: str = "") -> Any:
    """Return TOML data without what is written for people to read: of that, only how much there is."""
    if isinstance(data, dict):
        return {name: bones(value, name) for name, value in data.items()}
    if isinstance(data, list):
        return [bones(entry, key) for entry in data]
    return type(data) if key in PROSE else data


def said(*values: object) -> str:
    """Return values as a rulebook writes them, in a row."""
    return " ".join(map(str, values))


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskFolder:
    """Return an empty folder in which a desk is to be made."""
    return DeskFolder(tmp_path, monkeypatch)


# --- the files --------------------------------------------------------------------------------------------------


def test_there_are_five_in_two_languages() -> None:
    found = sorted(path.name for path in (templates() / "profiles").iterdir())

    assert found == sorted(f"{profile}.{lang}.toml" for profile in PROFILES for lang in LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_each_is_a_rulebook_for_every_part_of_a_desk(profile: str, lang: str) -> None:
    rules = rulebook(profile, lang)

    assert rules.desk.language == lang
    assert rules.service and rules.resource and rules.kpi
    assert rules.complaint.category and rules.complaint.cause and rules.complaint.standard
    assert [severity.id for severity in rules.complaint.severity] == ["minor", "major", "critical"]


@pytest.mark.parametrize("profile", PROFILES)
def test_both_languages_say_the_same(profile: str) -> None:
    chinese, english = (page(profile, lang).read_text(encoding="utf-8") for lang in LANGUAGES)

    assert bones(tomllib.loads(chinese)) == bones(tomllib.loads(english))
    assert len(chinese.splitlines()) == len(english.splitlines())
    assert english.isascii()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_each_begins_by_saying_what_it_is_and_what_to_do(profile: str, lang: str) -> None:
    schema, hint = page(profile, lang).read_text(encoding="utf-8").splitlines()[:2]

    assert schema == "#:schema desk.schema.json"
    assert "cscli check" in hint


def test_the_sample_desk_is_the_sports_club() -> None:
    assert (PROJECT / "records" / "desk.toml").read_bytes() == page("sports-club", "zh").read_bytes()


# --- cscli init -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_new_desk_of_each_profile_has_no_findings(new: DeskFolder, profile: str, lang: str) -> None:
    new.ok(f"init . --profile {profile}", lang=lang)

    assert (new.home / "records" / "desk.toml").read_bytes() == page(profile, lang).read_bytes()
    assert new.ok("check") == "1 file, no findings\n"
    assert new.git("status", "--porcelain") == ""


def test_without_a_profile_it_is_a_booking_desk(new: DeskFolder) -> None:
    new.ok("init .")

    assert (new.home / "records" / "desk.toml").read_bytes() == page("booking-desk", "en").read_bytes()


def test_a_new_desk_bears_the_name_it_is_given(new: DeskFolder) -> None:
    new.ok("init . --profile restaurant --name '订座 \"一\"'")

    assert new.store().rulebook.desk.name == '订座 "一"'
    assert new.ok("check") == "1 file, no findings\n"


def test_a_profile_misspelt_is_guessed_and_nothing_made(new: DeskFolder) -> None:
    result = new.run("init . --profile cooch")

    assert result.code == 2
    assert "Did you mean coach?" in result.err
    assert "booking-desk, coach, restaurant, sports-club, call-centre" in result.err
    assert not (new.home / "records").exists()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_first_order_can_be_taken_right_after_init(new: DeskFolder, profile: str) -> None:
    new.ok(f"init . --profile {profile}")

    new.ok(f"booking create {CALLER} {ORDERS[profile]}")

    assert "BK-000000-000001" in new.ok("booking list")
    assert new.ok("check") == "3 files, no findings\n"


@pytest.mark.parametrize("what", OTHERS)
def test_every_other_service_can_be_had_too(new: DeskFolder, what: str) -> None:
    profile, order = OTHERS[what]
    new.ok(f"init . --profile {profile}")

    new.ok(f"booking create {CALLER} {order}")

    assert new.ok("check") == "3 files, no findings\n"


# --- the manuals' own numbers -----------------------------------------------------------------------------------


def test_a_coach_is_refunded_by_notice() -> None:
    for service in rulebook("coach").service:
        tiers = [said(tier.fee, "after" if tier.after_start else tier.notice) for tier in service.refund]

        assert service.prepaid
        assert tiers == ["0% 24h", "20% 2h", "50% 0m", "100% after"]
        assert {said(tier.within) for tier in service.refund} == {"7wd"}


def test_a_coach_runs_there_and_back_without_being_in_two_places() -> None:
    (line, _) = rulebook("coach").service
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    trips = sorted(
        (coach, week.index(day) * 1440 + trip.from_, trip.minutes, str(trip.route))
        for trip in line.timetable
        for coach in trip.resources
        for day in trip.days
    )

    for (coach, start, minutes, route), (next_coach, next_start, _, next_route) in pairwise(trips):
        if coach == next_coach:
            assert start + minutes <= next_start, (coach, start)
            assert {route.rpartition("-")[2], next_route.rpartition("-")[2]} == {"out", "in"}, (coach, start)


def test_the_restaurant_keeps_the_manuals_minutes_and_points() -> None:
    rules = rulebook("restaurant")
    (table,), points = rules.service, rules.members.points

    assert points is not None
    assert said(rules.booking.enter_within_seconds, rules.booking.answer_within) == "60 3m"
    assert said(table.check_arrival_after, table.confirmation) == "10m separate"
    assert said(*table.valid) == "resource card customer phone spend details"
    assert said(points.points, points.per) == "2 100.00"
    assert said(*rules.members.gathering) == "gold"
    assert {bool(known.exclusions) for known in rules.resource if known.discount} == {True}


def test_the_sports_club_keeps_the_manuals_prices_and_cards() -> None:
    rules = rulebook("sports-club")
    badminton, cards = rules.service_named("badminton"), {card.id: card for card in rules.members.card}

    assert badminton.priority is not None
    assert said(badminton.advance, badminton.priority.misses, badminton.priority.advance) == "1d 3 2d"
    assert said(*(band.amount for band in badminton.price)) == "10.00 15.00 15.00"
    assert said(cards["stored-value"].fee, cards["stored-value"].fee_waived_from) == "10.00 100.00"
    assert said(cards["annual"].price, cards["annual"].months, cards["annual"].personal) == "800.00 12 True"
    assert said(cards["yoga-season"].price, cards["yoga-season"].visits) == "550.00 30"
    assert said(cards["yoga-year"].price, cards["yoga-year"].visits) == "1980.00 158"


def test_the_call_centre_is_there_in_time_and_settles_every_complaint_in_two_working_days() -> None:
    rules = rulebook("call-centre")

    assert said(rules.visit.contract, rules.visit.others) == "24h 48h"
    assert [said(severity.resolve) for severity in rules.complaint.severity] == ["2wd", "2wd", "1wd"]
