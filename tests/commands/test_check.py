"""The whole store proven: what is found, where it says so, and the exit code."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cscli.domain import calling_off, checks, rulebook_checks, serving
from cscli.domain.ground import Ground
from cscli.domain.rulebook import ExtraField, ExtraRules
from cscli.domain.services import Resource
from cscli.domain.value import replace
from tests.builders import BOOKING_ID, a_booking, a_calendar, a_complaint, an_act, at, duration, rulebook
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
        "records/bookings/note.toml:1: is not TOML from here on; mend the line, or bring the last version back with"
        " `git checkout -- records/bookings/note.toml`",
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
    assert desk.ok("check ./records/customers") == "1 file, no findings\n"
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

    lines = path.read_text(encoding="utf-8").splitlines()
    badminton, tennis, target = (
        next(number for number, line in enumerate(lines, start=1) if line.startswith(words))
        for words in ('id = "badminton"', 'resources = ["tenis-court"]', 'target = "many"')
    )
    assert desk.run("check").out.splitlines() == [
        "records/desk.toml: kpi: there is no metric smiles; "
        "write one of ack_on_time, ack_time_mean, ack_time_median, ..",
        f"records/desk.toml:{badminton - 1}: service.badminton.price: no price for opening hours mon tue wed thu fri "
        "17:00-18:00; add a [[service.price]] for them",
        f"records/desk.toml:{tennis}: service.tennis.resources: no resource belongs to tenis-court; "
        "write the group of a [[resource]]",
        f"records/desk.toml:{target}: kpi.booking_accuracy.target: many is no figure there can be; "
        "write 95%, at most 100%, or 4.5 or 30m",
    ]


# --- each check, alone ------------------------------------------------------------------------------------------

GROUND = Ground(rulebook=rulebook(), exists=lambda _: True, now=at("2026-11-20 12:00"))
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
        (replace(SOUND, paid=Decimal("15.00")), "check.header"),
        (replace(SOUND, extra={"colour": "red"}), "check.extra_unknown"),
        (replace(a_complaint(), against=("resource:court-9",)), "check.against"),
        (replace(a_complaint(), category="weather"), "check.unknown"),
        (replace(SOUND, events=(replace(SOUND.events[0], by=""), *SOUND.events[1:])), "check.by"),
        (replace(SOUND, events=(replace(SOUND.events[0], by="li\nna"), *SOUND.events[1:])), "check.by"),
        (replace(SOUND, events=(replace(SOUND.events[0], by="\u200b"), *SOUND.events[1:])), "check.by"),
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


PAID = serving.pay(SOUND, an_act("2026-11-20 10:05"), Decimal("15.00"), "card")


def test_money_is_what_was_paid_less_what_was_paid_back() -> None:
    called_off = calling_off.cancel(PAID, rulebook(), a_calendar(), an_act("2026-11-20 10:10"), reason="病了")
    settled = calling_off.pay_out(called_off, an_act("2026-11-20 10:15"), "cash")

    assert (PAID.paid, called_off.paid, settled.paid) == (Decimal("15.00"), Decimal("15.00"), Decimal("0.00"))
    assert rules_broken(PAID) == rules_broken(called_off) == rules_broken(settled) == []
    (finding,) = checks.find_problems([("x.toml", replace(settled, paid=Decimal("15.00")))], GROUND)
    assert finding.facts == {"field": "paid", "said": Decimal("15.00"), "told": Decimal("0.00")}


FIELDS = (
    ExtraField(id="colour", name="颜色", type="choice", choices=("red", "blue")),
    ExtraField(id="shoes", name="鞋", type="whole"),
)


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        ({}, []),
        ({"colour": "red", "shoes": 2}, []),
        ({"colour": "green"}, ["check.extra_choice"]),
        ({"shoes": "two"}, ["check.extra"]),
        ({"hat": "yes", "shoes": True}, ["check.extra_unknown", "check.extra"]),
    ],
)
def test_additional_fields_are_those_the_rulebook_declares(extra: dict[str, Any], found: list[str]) -> None:
    ground = replace(GROUND, rulebook=rulebook(extra=ExtraRules(booking=FIELDS)))

    assert [known.rule for known in checks.find_problems([("x.toml", replace(SOUND, extra=extra))], ground)] == found


EXTRA = """
[[extra.booking]]
id = "shoes"
name = "鞋"
type = "whole"

[[extra.booking]]
id = "colour"
name = "颜色"
type = "choice"
choices = ["red", "blue"]
"""


def test_money_and_additional_fields_broken_by_hand_are_found(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace("\n[[service]]\n", f"{EXTRA}\n[[service]]\n", 1))
    desk.ok(f"{TAKE} --set shoes=2 --set colour=red")
    desk.ok("booking pay $BK1 --amount 15.00 --method cash")
    assert desk.ok("check") == "3 files, no findings\n"
    path = file_of(desk, "bookings")
    edit(path, 'paid = "15.00"', 'paid = "5.00"')
    edit(path, "shoes = 2", 'shoes = "two"')
    edit(path, 'colour = "red"', 'colour = "green"\nhat = true')

    english, chinese = desk.run("check"), desk.run("check", lang="zh")

    place = "records/bookings/2026/11/20/BK-000000-000001.toml: "
    assert english.code == 6
    assert english.out.splitlines() == [
        f"{place}extra.shoes is two; the rulebook wants a whole number",
        f"{place}extra.colour is green; the rulebook has red, blue",
        f"{place}extra.hat is no field of this desk; declare it with [[extra.booking]] or take it out",
        f"{place}paid says 5.00, the events say 15.00",
    ]
    assert chinese.out.splitlines() == [
        f"{place}extra.shoes 是 two, 规章要求整数",
        f"{place}extra.colour 是 green, 规章里可选 red、blue",
        f"{place}extra.hat 不是本台的字段; 在规章里用 [[extra.booking]] 声明, 或删去",
        f"{place}paid 写的是 5.00, 按事件应为 15.00",
    ]


SEATS = rulebook(
    resource=(Resource(id="court-1", name="1号场", group="badminton-court", classes={"first": 2, "second": 4}),)
)


def test_a_class_sold_twice_is_found_though_the_coach_is_not_full() -> None:
    ground = replace(GROUND, rulebook=SEATS)
    first = replace(a_booking(), seat_class="first", units=2, shares=(2,))
    other = replace(HALF_PAST, id="BK-261120-000001", seat_class="first")
    second = replace(other, seat_class="second", units=4, shares=(4,))

    def found(*records: Any) -> list[dict[str, Any]]:
        named = [(f"{record.id}.toml", record) for record in records]
        return [dict(finding.facts) for finding in checks.find_problems(named, ground)]

    assert found(first, second) == []
    assert [(facts["units"], facts["capacity"]) for facts in found(first, other)] == [(3, 2), (3, 2)]
    too_many = replace(second, units=5, shares=(5,))
    assert {(facts["units"], facts["capacity"]) for facts in found(first, too_many)} == {(5, 4), (7, 6)}


def test_two_on_one_court_are_found_and_one_after_the_other_are_not() -> None:
    other = replace(HALF_PAST, id="BK-261120-000001")
    after = replace(a_booking(start="2026-11-21 20:00"), id="BK-261120-000002")
    gone = replace(a_booking("cancelled"), id="BK-261120-000003")
    held = replace(a_booking("requested"), id="BK-261120-000004")  # held until 10:30, now it is noon

    assert rules_broken(SOUND, after, gone, held) == []
    assert rules_broken(SOUND, other) == ["check.overbooked"] * 2
    named = [(f"bookings/{record.id}.toml", record) for record in (SOUND, other)]
    first, second = (finding.facts for finding in checks.find_problems(named, GROUND))
    assert (first["resource"], first["id"], second["id"]) == ("1号场", other.id, SOUND.id)


def test_rulebook_checks_name_the_key() -> None:
    rules = rulebook()
    badminton, yoga = rules.service
    evening = badminton.price[1]
    broken = replace(
        rules,
        service=(
            replace(badminton, step=duration("1wd"), price=(*badminton.price, replace(evening, from_=17 * 60))),
            replace(yoga, kind="trip", timetable=(replace(yoga.timetable[0], to=60),)),  # arrives at one
            yoga,
        ),
    )

    found = rulebook_checks.find_problems(broken, "desk.toml", ())

    assert [(finding.rule.removeprefix("check.rulebook."), finding.facts["key"]) for finding in found] == [
        ("working_span", "service.badminton.step"),
        ("twice", "service"),
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


def test_a_key_that_is_nearly_one_is_told_with_it_and_one_that_is_none_is_to_go(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('step = "30m"', 'stepp = "30m"\nzzz = 1', 1))

    found = desk.run("check").out

    assert "service.badminton.stepp is not a key the desk knows; write step, or remove it" in found
    assert "service.badminton.zzz is not a key the desk knows; remove it" in found


def test_a_rulebook_that_is_no_toml_is_told_with_what_to_do(desk: DeskFolder) -> None:
    desk.rules(lambda text: f"{text}\nx = [\n")

    refused = desk.run("booking list")

    assert refused.code == 6
    assert "`git checkout -- records/desk.toml`" in refused.err
