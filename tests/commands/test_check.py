"""The whole store proven: what is found, where it says so, and the exit code."""

import json
from pathlib import Path
from typing import Any

import pytest

from cscli.domain import checks, rulebook_checks
from cscli.domain.value import replace
from tests.builders import BOOKING_ID, a_booking, a_complaint, at, duration, rulebook
from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'"


def file_of(desk: DeskFolder, folder: str) -> Path:
    """Return the one record's file of a kind."""
    return next((desk.home / "records" / folder).rglob("*.toml"))


def edit(path: Path, old: str, new: str) -> None:
    """Edit a record by hand."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_store_has_no_findings(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    desk.ok("booking change $BK1 --start 'tomorrow 20:00' --units 2")
    desk.ok("booking cancel $BK1 --reason x")
    desk.ok("complaint create --customer 13800000001 --category service --content x --against booking:$BK1")
    desk.ok("customer change $CU1 --level vip --card 88001234 --card-type annual --name 王大明")

    assert desk.ok("check") == "4 files, no findings\n"
    assert desk.ok("check", lang="zh") == "4 个文件, 没有问题\n"
    assert json.loads(desk.ok("check --json")) == {"files": 4, "findings": []}


def test_what_was_broken_by_hand_is_found(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    desk.ok("complaint create --customer 13800000001 --category service --content x --against booking:$BK1")
    edit(file_of(desk, "bookings"), 'status = "confirmed"', 'status = "completed"')
    edit(file_of(desk, "complaints"), 'category = "service"', 'category = "sevice"')
    file_of(desk, "customers").unlink()
    (desk.home / "records" / "bookings" / "note.toml").write_text("nonsense\n")

    result = desk.run("check")

    assert result.code == 6
    assert result.out.splitlines() == [
        "records/bookings/2026/11/20/BK-000000-000001.toml: its customer CU-000000-000001 has no file",
        "records/bookings/2026/11/20/BK-000000-000001.toml: status says completed, the events say confirmed",
        "records/bookings/note.toml:1: is not TOML from here on",
        "records/complaints/2026/11/20/CP-000000-000001.toml: its customer CU-000000-000001 has no file",
        "records/complaints/2026/11/20/CP-000000-000001.toml: category is sevice, which the rulebook does not know",
        "records/customers/2026/11/20/CU-000000-000001.toml: "
        "is in git and not on the disk; git checkout brings it back",
    ]


def test_a_part_of_the_store_can_be_asked_about(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    edit(file_of(desk, "bookings"), 'status = "confirmed"', 'status = "completed"')

    assert desk.run("check records/bookings/").code == 6
    assert desk.run(f"check {file_of(desk, 'bookings')}").code == 6
    assert desk.ok("check ./records/customers") == "1 files, no findings\n"
    assert desk.run("check records/nowhere").code == 3


def test_a_finding_in_a_customers_file_tells_nothing_of_them(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    edit(file_of(desk, "customers"), "13800000001", "13800000001 (home)")

    result = desk.run("check --json")

    assert [finding["rule"] for finding in json.loads(result.out)["findings"]] == ["value.phone"]
    assert "13800000001" not in result.out


def test_a_broken_rulebook_is_said_in_its_own_words(desk: DeskFolder) -> None:
    path = desk.home / "records" / "desk.toml"
    edit(path, 'resources = ["tennis-court"]', 'resources = ["tenis-court"]')
    edit(path, 'target = "98%"', 'target = "many"')
    edit(path, 'id = "csat"', 'id = "smiles"')
    edit(path, 'to = "18:00"', 'to = "17:00"')

    assert desk.run("check").out.splitlines() == [
        "records/desk.toml: service.badminton.price: no price for opening hours mon tue wed thu fri 17:00-18:00",
        "records/desk.toml: service.tennis.resources: no resource belongs to tenis-court",
        "records/desk.toml: kpi: there is no metric smiles",
        "records/desk.toml: kpi.booking_accuracy.target: many is no number; write 95%, 4.5 or 30m",
    ]


# --- each check, alone ------------------------------------------------------------------------------------------

GROUND = checks.Ground(rulebook=rulebook(), exists=lambda _: True, now=at("2026-11-20 12:00"))
SOUND = a_booking()
HALF_PAST = a_booking(start="2026-11-21 19:30")


def rules_broken(*records: Any) -> list[str]:
    """Return the rules that some records break."""
    return [
        finding.rule for finding in checks.find_problems([(f"{record.id}.toml", record) for record in records], GROUND)
    ]


def test_sound_records_pass_every_check() -> None:
    lives = ("requested", "confirmed", "unmet", "cancelled", "in_service", "completed", "no_show", "closed")
    for life in lives:
        assert rules_broken(a_booking(life)) == [], life
    for step in ("received", "acknowledged", "assessed", "judged", "planned", "resolved", "followed_up", "closed"):
        assert rules_broken(a_complaint(step)) == [], step


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (replace(SOUND, service="squash"), "check.unknown"),
        (replace(SOUND, resources=("court-9",)), "check.unknown"),
        (replace(SOUND, status="in_service"), "check.header"),
        (replace(SOUND, outcome="cancelled"), "check.header"),
        (replace(SOUND, events=SOUND.events[1:]), "check.first"),
        (replace(SOUND, events=(*SOUND.events, SOUND.events[1])), "check.illegal"),
        (replace(SOUND, events=()), "check.no_events"),
        (replace(SOUND, end=SOUND.start), "check.end"),
        (replace(SOUND, shares=(1, 1)), "check.shares"),
        (replace(SOUND, received_at=at("2026-11-20 09:00")), "check.received"),
        (replace(a_complaint(), against=("resource:court-9",)), "check.against"),
        (replace(a_complaint(), category="weather"), "check.unknown"),
    ],
)
def test_what_a_record_must_not_be(broken: object, rule: str) -> None:
    assert rule in rules_broken(broken)


def test_a_missing_customer_or_booking_is_named() -> None:
    empty = replace(GROUND, exists=lambda _: False)
    complaint = a_complaint(against=(f"booking:{BOOKING_ID}",))

    found = [finding.rule for finding in checks.find_problems([("x.toml", complaint)], empty)]

    assert found == ["check.customer", "check.against"]


def test_events_out_of_order_are_found() -> None:
    first, second = SOUND.events
    late = replace(first, at=at("2026-11-20 11:00"))

    assert rules_broken(replace(SOUND, received_at=late.at, events=(late, second))) == ["check.order"]


def test_two_on_one_court_are_found_and_one_after_the_other_are_not() -> None:
    other = replace(HALF_PAST, id="BK-261120-000001")
    after = replace(a_booking(start="2026-11-21 20:00"), id="BK-261120-000002")
    gone = replace(a_booking("cancelled"), id="BK-261120-000003")
    held = replace(a_booking("requested"), id="BK-261120-000004")  # held until 10:30, now it is noon

    assert rules_broken(SOUND, after, gone, held) == []
    assert rules_broken(SOUND, other) == ["check.overbooked"] * 2


def test_rulebook_checks_name_the_key() -> None:
    rules = rulebook()
    badminton, yoga = rules.service
    evening = badminton.price[1]
    broken = replace(
        rules,
        service=(
            replace(badminton, step=duration("1wd"), price=(*badminton.price, replace(evening, from_=17 * 60))),
            replace(yoga, timetable=(replace(yoga.timetable[0], to=60),)),
            yoga,
        ),
    )

    found = rulebook_checks.find_problems(broken, "desk.toml", ())

    assert [(finding.rule.removeprefix("check.rulebook."), finding.facts["key"]) for finding in found] == [
        ("working_span", "service.badminton.step"),
        ("twice", "service"),
        ("band", "service.yoga.timetable[1]"),
        ("overlap", "service.badminton.price[4]"),
        ("overlap", "service.badminton.price[4]"),
    ]
    fatal = rulebook_checks.fatal(broken, "desk.toml")
    assert fatal is not None and fatal.rule == "check.rulebook.working_span"
    assert rulebook_checks.fatal(rules, "desk.toml") is None


def test_a_record_deleted_by_hand_is_missed(desk: DeskFolder) -> None:
    desk.ok('booking create --customer 王小明 --phone 13800000001 --service badminton --start "tomorrow 19:00"')
    next((desk.home / "records" / "bookings").rglob("*.toml")).unlink()

    result = desk.run("check")

    assert result.code == 6
    assert "is in git and not on the disk" in result.out


def test_nothing_is_written_over_the_desk_itself(desk: DeskFolder) -> None:
    for out in ("records/desk.toml", ".git/HEAD", "records/new.txt"):
        assert desk.run(f"report daily --out {out}").code == 4

    assert desk.git("status", "--porcelain") == ""
