"""A rulebook with one thing wrong: each check finds it, names the key to be mended, and finds nothing else."""

import ast
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import rulebook_checks
from cscli.domain.complaint_rules import Named, Rung
from cscli.domain.rulebook import (
    Bonus,
    CardType,
    Closure,
    Department,
    ExtraField,
    ExtraRules,
    Level,
    MemberRules,
    Points,
    Roles,
    Rulebook,
    SpecialDay,
    VisitRules,
)
from cscli.domain.services import Departure, Outage, PriceBand, Priority, RefundTier, Resource, Route, Service
from cscli.domain.value import replace
from cscli.domain.values import Fee, Period
from tests.builders import WEEK, at, badminton, complaint_rules, duration, rulebook, yoga
from tests.conftest import PROJECT

CLUB = rulebook()
NEW_YEAR = date(2027, 1, 1)
Found = list[tuple[str, object]]


def problems(book: Rulebook, today: date | None = None, logins: tuple[str, ...] = ()) -> Found:
    """Return what is wrong with a rulebook: rule and key."""
    found = rulebook_checks.find_problems(book, "desk.toml", ("csat",), today, logins)
    return [(finding.rule.removeprefix("check.rulebook."), finding.facts["key"]) for finding in found]


def with_badminton(**changes: Any) -> Rulebook:
    """Return the club with something about badminton changed."""
    return replace(CLUB, service=(badminton(**changes), yoga()))


def with_court(**changes: Any) -> Rulebook:
    """Return the club with something about court 1 changed."""
    first, *others = CLUB.resource
    return replace(CLUB, resource=(replace(first, **changes), *others))


def with_calendar(**changes: Any) -> Rulebook:
    """Return the club with something about its calendar changed."""
    return replace(CLUB, calendar=replace(CLUB.calendar, **changes))


def with_members(**changes: Any) -> Rulebook:
    """Return the club with rules about members."""
    return replace(CLUB, members=MemberRules(**changes))


def with_severity(name: str, **changes: Any) -> Rulebook:
    """Return the club with something about one severity changed."""
    severities = tuple(replace(one, **changes) if one.id == name else one for one in CLUB.complaint.severity)
    return replace(CLUB, complaint=complaint_rules(severity=severities))


def with_rung(share: str, who: str) -> Rulebook:
    """Return the club with a ladder of one rung."""
    return replace(CLUB, complaint=complaint_rules(escalation=(Rung(at=Decimal(share), who=who),)))


def with_yoga(begin: int, end: int, **changes: Any) -> Rulebook:
    """Return the club with a class that takes place at other times."""
    at_once = replace(yoga().timetable[0], from_=begin, to=end)
    return replace(CLUB, service=(badminton(), yoga(timetable=(at_once,), **changes)))


def hours(*periods: str) -> tuple[Period, ...]:
    """Return opening hours."""
    return tuple(map(Period.parse, periods))


def visiting() -> Service:
    """Return a service that sends somebody out."""
    return Service(id="repair", name="上门维修", kind="visit", resources=("badminton-court",))


def test_the_club_has_nothing_wrong() -> None:
    assert problems(CLUB) == []
    assert problems(CLUB, date(2026, 11, 20)) == []


TROUBLE: dict[str, tuple[Rulebook, Found]] = {
    "a zone there is not": (
        replace(CLUB, desk=replace(CLUB.desk, timezone="Asia/Atlantis")),
        [("timezone", "desk.timezone")],
    ),
    "a reminder in working time": (
        with_badminton(remind_before=duration("2wh")),
        [("working_span", "service.badminton.remind_before")],
    ),
    "an arrival check in working time": (
        with_badminton(check_arrival_after=duration("10wm")),
        [("working_span", "service.badminton.check_arrival_after")],
    ),
    "an arrival in working days": (
        with_badminton(arrive_before=duration("1wd")),
        [("working_span", "service.badminton.arrive_before")],
    ),
    "an offer in working time": (
        with_badminton(offer_for=duration("30wm")),
        [("working_span", "service.badminton.offer_for")],
    ),
    "refund notice in working days": (
        with_badminton(refund=(RefundTier(fee=Fee.parse("0%"), notice=duration("1wd")),)),
        [("working_span", "service.badminton.refund[1].notice")],
    ),
    "priority in working days": (
        with_badminton(priority=Priority(misses=3, advance=duration("2wd"))),
        [("working_span", "service.badminton.priority.advance")],
    ),
    "a step of no time": (with_badminton(step=duration("0m")), [("no_span", "service.badminton.step")]),
    "an offer of no time": (with_badminton(offer_for=duration("0m")), [("no_span", "service.badminton.offer_for")]),
    "an office that never works": (
        with_calendar(office={"sat": hours("09:00-12:00")}),
        [("no_office", "calendar.office")],
    ),
    "a desk that never opens": (
        replace(with_calendar(open={}), service=()),
        [("never_open", "calendar.open")],
    ),
    "opening hours that overlap": (
        with_calendar(open={**CLUB.calendar.open, "mon": hours("13:00-18:00", "17:00-22:30")}),
        [("hours", "calendar.open.mon")],
    ),
    "office hours that overlap": (
        with_calendar(office={**CLUB.calendar.office, "fri": hours("13:00-18:00", "09:00-14:00")}),
        [("hours", "calendar.office.fri")],
    ),
    "special hours that overlap": (
        with_calendar(special=(SpecialDay(day=NEW_YEAR, hours=hours("10:00-12:00", "11:00-13:00"), reason="x"),)),
        [("hours", "calendar.special[1].hours")],
    ),
    "a court's hours that overlap": (
        with_court(open={**CLUB.calendar.open, "sat": hours("09:00-12:00", "11:59-22:30")}),
        [("hours", "resource.court-1.open.sat")],
    ),
    "an outage that ends before it begins": (
        with_court(out=(Outage(from_=at("2026-12-02 09:00"), to=at("2026-12-01 09:00"), reason="x"),)),
        [("order", "resource.court-1.out[1].to")],
    ),
    "an outage of no time": (
        with_court(out=(Outage(from_=at("2026-12-02 09:00"), to=at("2026-12-02 09:00"), reason="x"),)),
        [("order", "resource.court-1.out[1].to")],
    ),
    "a closure that ends before it begins": (
        with_calendar(closed=(Closure(from_=date(2027, 2, 12), to=date(2027, 2, 5), reason="x"),)),
        [("order", "calendar.closed[1].to")],
    ),
    "a price that ends before it begins": (
        with_badminton(
            price=(replace(badminton().price[0], since=date(2027, 2, 1), until=date(2027, 1, 31)), *badminton().price)
        ),
        [("order", "service.badminton.price[1].until")],
    ),
    "a class that ends before it begins": (
        replace(CLUB, service=(badminton(), yoga(timetable=(replace(
            yoga().timetable[0], since=date(2027, 2, 1), until=date(2027, 1, 31)),)))),
        [("order", "service.yoga.timetable[1].until")],
    ),
    "a bonus that ends before it begins": (
        with_members(bonus=(Bonus(at_least=Decimal(100), since=date(2026, 3, 2), until=date(2026, 3, 1)),)),
        [("order", "members.bonus[1].until")],
    ),
    "a service twice": (replace(CLUB, service=(badminton(), yoga(), yoga())), [("twice", "service")]),
    "a department twice": (
        replace(CLUB, department=(Department(id="front", name="a"), Department(id="front", name="b"))),
        [("twice", "department")],
    ),
    "a field twice": (
        replace(CLUB, extra=ExtraRules(booking=(ExtraField(id="size", name="a"), ExtraField(id="size", name="b")))),
        [("twice", "extra.booking")],
    ),
    "a group without a resource": (
        with_badminton(resources=("badminton-court", "coach")),
        [("group", "service.badminton.resources")],
    ),
    "taking of a group the service does not need": (
        with_badminton(takes={"driver": "one"}),
        [("unknown", "service.badminton.takes")],
    ),
    "a department there is not": (
        with_badminton(departments=("grounds",)),
        [("unknown", "service.badminton.departments")],
    ),
    "a route there is not": (
        with_badminton(price=(*badminton().price, replace(badminton().price[0], route="north"))),
        [("unknown", "service.badminton.price[4].route"), ("unreached", "service.badminton.price[4]")],
    ),
    "a class there is not": (
        with_badminton(price=(replace(badminton().price[0], seat_class="gold"), *badminton().price)),
        [("unknown", "service.badminton.price[1].seat_class")],
    ),
    "a level there is not": (
        with_badminton(price=(replace(badminton().price[0], level=("gold",)), *badminton().price)),
        [("unknown", "service.badminton.price[1].level")],
    ),
    "a timetable's route there is not": (
        replace(CLUB, service=(badminton(), yoga(timetable=(replace(yoga().timetable[0], route="north"),)))),
        [("unknown", "service.yoga.timetable[1].route")],
    ),
    "a class in a room of another group": (
        replace(CLUB, service=(badminton(), yoga(timetable=(replace(yoga().timetable[0], resources=("court-1",)),)))),
        [("unknown", "service.yoga.timetable[1].resources")],
    ),
    "a card for a service there is not": (
        with_members(card=(CardType(id="year", name="x", kind="annual", services=("squash",)),)),
        [("unknown", "members.card.year.services")],
    ),
    "points for a card there is not": (
        with_members(points=Points(points=2, per=Decimal(100), cards=("gold",))),
        [("unknown", "members.points.cards")],
    ),
    "a response time for a level there is not": (
        replace(CLUB, visit=VisitRules(level={"gold": duration("4h")})),
        [("unknown", "visit.level")],
    ),
    "a role for a rule there is not": (
        replace(CLUB, roles=Roles(rules={"booking.hours": ("agent",), "booking.ours": ("agent",)})),
        [("unknown", "roles.rules")],
    ),
    "classes that contradict the capacity": (
        with_court(capacity=40, classes={"front": 9, "back": 30}),
        [("capacity", "resource.court-1.capacity")],
    ),
    "more at least than at most": (
        with_badminton(least_party=5, most_party=4),
        [("most", "service.badminton.most_party")],
    ),
    "a shortest longer than the longest": (
        with_badminton(shortest=duration("2h"), longest=duration("90m")),
        [("most", "service.badminton.longest")],
    ),
    "a usual length that is too short": (
        with_badminton(shortest=duration("2h")),
        [("usual_short", "service.badminton.duration")],
    ),
    "a usual length that is too long": (
        with_badminton(longest=duration("30m")),
        [("usual_long", "service.badminton.duration")],
    ),
    "priority no longer than the window": (
        with_badminton(advance=duration("2d"), priority=Priority(misses=3, advance=duration("48h"))),
        [("priority", "service.badminton.priority.advance")],
    ),
    "priority without a window": (
        with_badminton(priority=Priority(misses=3, advance=duration("2d"))),
        [("priority_alone", "service.badminton.priority")],
    ),
    "a class on no day": (
        replace(CLUB, service=(badminton(), yoga(timetable=(replace(yoga().timetable[0], days=()),)))),
        [("no_days", "service.yoga.timetable[1].days")],
    ),
    "a class that ends before it began": (
        with_yoga(18 * 60 + 30, 18 * 60),
        [("departure_end", "service.yoga.timetable[1].to")],
    ),
    "a class that ends as it begins": (
        with_yoga(18 * 60 + 30, 18 * 60 + 30),
        [("departure_end", "service.yoga.timetable[1].to")],
    ),
    "a class that begins when the day is over": (
        with_yoga(24 * 60, 25, price=()),
        [("departure_begin", "service.yoga.timetable[1].from")],
    ),
    "a class that never takes place": (
        replace(CLUB, service=(badminton(), yoga(timetable=()))),
        [("no_timetable", "service.yoga.timetable")],
    ),
    "a pass without visits": (
        with_members(card=(CardType(id="season", name="x", kind="pass", services=("yoga",)),)),
        [("pass", "members.card.season.visits")],
    ),
    "visits without a response time": (
        replace(CLUB, service=(*CLUB.service, visiting())),
        [("visit", "visit")],
    ),
    "a choice of nothing": (
        replace(CLUB, extra=ExtraRules(customer=(ExtraField(id="region", name="x", type="choice"),))),
        [("choices", "extra.customer.region.choices")],
    ),
    "a severity missing": (
        replace(CLUB, complaint=complaint_rules(severity=CLUB.complaint.severity[:2])),
        [("severity", "complaint.severity")],
    ),
    "an answer later than the solution": (
        with_severity("minor", acknowledge=duration("3wd")),
        [("promise", "complaint.severity.minor.acknowledge")],
    ),
    "word to the customer later than the solution": (
        with_severity("critical", progress=duration("241m")),
        [("promise", "complaint.severity.critical.progress")],
    ),
    "an answer in no time": (
        with_severity("critical", acknowledge=duration("0m")),
        [("no_span", "complaint.severity.critical.acknowledge")],
    ),
    "word to the customer in no time": (
        with_severity("minor", progress=duration("0wh")),
        [("no_span", "complaint.severity.minor.progress")],
    ),
    "a customer asked again at once": (
        replace(CLUB, complaint=complaint_rules(chase=duration("0wd"))),
        [("no_span", "complaint.chase")],
    ),
    "a rung on the ground": (with_rung("0", "supervisor"), [("rung", "complaint.escalation[1].at")]),
    "a role misspelt": (with_rung("80", "supervizor"), [("who", "complaint.escalation[1].who")]),
}  # fmt: skip


def test_promises_of_another_kind_of_time_are_not_compared() -> None:
    """Given 4 working hours and a clock that runs on, nobody can say which ends first; nor for the same length."""
    assert problems(with_severity("critical", acknowledge=duration("5wh"))) == []
    assert problems(with_severity("minor", acknowledge=duration("999wh"))) == []
    assert problems(with_severity("critical", progress=duration("240m"))) == []


@pytest.mark.parametrize("who", ["owner", "agent", "supervisor", "finance", "auditor", "li.na", "wang.wei"])
def test_a_role_or_a_login_may_stand_on_the_ladder(who: str) -> None:
    assert problems(with_rung("50", who)) == []


@pytest.mark.parametrize(
    ("who", "logins", "found"),
    [
        ("chen.jie", ("li.na", "wang.wei"), [("no_login", "complaint.escalation[1].who")]),
        ("wang.wei", ("li.na", "wang.wei"), []),
        ("owner", ("li.na",), []),
        ("finance", ("li.na",), []),
        ("supervizor", ("li.na",), [("who", "complaint.escalation[1].who")]),  # told once
        ("chen.jie", (), []),  # a desk without files of its staff
    ],
)
def test_a_rung_names_somebody_of_the_staff(who: str, logins: tuple[str, ...], found: Found) -> None:
    assert problems(with_rung("50", who), logins=logins) == found


@pytest.mark.parametrize("what", TROUBLE)
def test_what_is_wrong_is_found_with_its_key_and_nothing_else(what: str) -> None:
    book, wanted = TROUBLE[what]

    assert problems(book) == wanted


def test_what_the_desk_cannot_work_with_is_told_at_every_start() -> None:
    fatal = [what for what, (book, _) in TROUBLE.items() if rulebook_checks.fatal(book, "desk.toml")]

    assert fatal == list(TROUBLE)[:10]  # zone, spans, office
    assert fatal[0] == "a zone there is not"
    assert fatal[-1] == "an office that never works"


def test_a_response_time_that_is_said_is_enough_though_it_is_the_usual_one() -> None:
    said = replace(CLUB, service=(*CLUB.service, visiting()), visit=VisitRules())

    assert problems(said) == []


def test_resources_without_classes_need_no_capacity_and_equal_sums_agree() -> None:
    assert problems(with_court(classes={"front": 9, "back": 30})) == []
    assert problems(with_court(capacity=39, classes={"front": 9, "back": 30})) == []


def test_what_is_known_is_told_with_what_is_not() -> None:
    (finding,) = rulebook_checks.find_problems(
        with_members(level=(Level(id="vip", name="贵宾"),), points=Points(points=2, per=Decimal(100), cards=("gold",)),
                     card=(CardType(id="stored", name="x"),)), "desk.toml", (),
    )  # fmt: skip

    assert finding.facts == {"key": "members.points.cards", "value": "gold", "known": ("stored",)}


def test_a_metric_must_be_there_and_its_target_a_number() -> None:
    from cscli.domain.rulebook import KpiTarget

    book = replace(CLUB, kpi=(KpiTarget(id="smiles", target="5"), KpiTarget(id="csat", target="many")))

    assert problems(book) == [("metric", "kpi"), ("target", "kpi.csat.target")]


def test_routes_of_one_service_differ_and_those_of_two_need_not() -> None:
    north = Route(id="north", name="n", origin="a", destination="b")
    once = replace(CLUB, service=(badminton(route=(north,)), yoga(route=(north,))))
    twice = replace(CLUB, service=(badminton(route=(north, north)), yoga()))

    assert problems(once) == []
    assert problems(twice) == [("twice", "service.badminton.route")]


def test_names_of_levels_and_causes_are_lists_too() -> None:
    cause = Named(id="staff", name="a")
    assert problems(replace(CLUB, complaint=complaint_rules(cause=(cause, cause)))) == [("twice", "complaint.cause")]
    assert problems(with_members(level=(Level(id="vip", name="a"), Level(id="vip", name="b")))) == [
        ("twice", "members.level")
    ]


def test_every_rule_that_can_be_set_aside_can_be_given_to_a_role() -> None:
    """Given the rules named where a breach is made in the domain, each is known to the check of `roles.rules`."""
    named: set[str] = set()
    for room in (PROJECT / "cscli" / "domain").glob("*.py"):
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called, first = ast.unparse(node.func), str(node.args[0].value)
                if called == "Breach":
                    named.add(first)
                elif called in ("_breach", "notice_breach", "windows._breach"):
                    named.add(f"booking.{first}")
    named |= {f"booking.quota_{name}" for name in ("open", "day", "week")}

    assert len(named) > 20
    assert {rule for rule in named if re.fullmatch(r"[a-z_.]+", rule)} == set(rulebook_checks.OVERRIDABLE)


def test_a_resource_alone_needs_no_service() -> None:
    hall = Resource(id="hall", name="礼堂", group="hall", open={day: hours("10:00-12:00") for day in WEEK})

    assert problems(replace(CLUB, resource=(*CLUB.resource, hall))) == []


def test_a_class_may_end_at_midnight_and_a_trip_on_the_next_day() -> None:
    assert problems(with_yoga(23 * 60, 24 * 60)) == []
    assert problems(with_yoga(23 * 60, 60, kind="trip")) == []


# --- vehicles of a timetable ------------------------------------------------------------------------------------

BUSES = (Resource(id="bus-1", name="一号车", group="bus"), Resource(id="bus-2", name="二号车", group="bus"))
DAILY: Any = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def a_run(begin: str, end: str, days: Any = DAILY, vehicle: str = "bus-1", **dates: Any) -> Departure:
    """Return a departure of a line; times are such as `06:00`."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (begin, end))
    return Departure(days=days, from_=first, to=last, resources=(vehicle,), **dates)


def a_line(*runs: Departure) -> Rulebook:
    """Return the club with a bus line that has this timetable."""
    line = Service(id="line", name="班线", kind="trip", resources=("bus",), timetable=runs)
    return replace(CLUB, service=(*CLUB.service, line), resource=(*CLUB.resource, *BUSES))


TWICE = [("departure_twice", "service.line.timetable[2]")]


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ((a_run("05:30", "06:40"), a_run("06:00", "08:10")), TWICE),
        ((a_run("05:30", "06:40"), a_run("06:40", "08:10")), []),
        ((a_run("05:30", "06:40"), a_run("06:00", "08:10", vehicle="bus-2")), []),
        ((a_run("05:30", "06:40", ("mon",)), a_run("06:00", "08:10", ("tue",))), []),
        ((a_run("23:30", "00:40", ("mon",)), a_run("00:30", "01:00", ("tue",))), TWICE),  # it arrives on Tuesday
        ((a_run("23:30", "00:40", ("mon",)), a_run("00:30", "01:00", ("mon",))), []),
        ((a_run("00:30", "01:00", ("mon",)), a_run("23:30", "00:40", ("sun",))), TWICE),  # and over the week's end
        ((a_run("18:00", "17:30"), a_run("20:00", "21:30")), TWICE),  # a slip that makes it 23 and a half hours
        ((a_run("18:00", "17:30"), a_run("06:00", "07:00")), TWICE),
        (
            (a_run("05:30", "06:40", until=date(2026, 11, 20)), a_run("06:00", "08:10", since=date(2026, 11, 21))),
            [],
        ),
        (  # 2026-11-20 is a Friday
            (
                a_run("23:30", "00:40", until=date(2026, 11, 20)),
                a_run("00:30", "01:00", ("sat",), since=date(2026, 11, 21)),
            ),
            TWICE,
        ),
        (
            (
                a_run("23:30", "00:40", until=date(2026, 11, 20)),
                a_run("00:30", "01:00", ("sun",), since=date(2026, 11, 21)),
            ),
            [],
        ),
    ],
)
def test_no_vehicle_is_on_two_trips_at_once(runs: tuple[Departure, ...], found: Found) -> None:
    assert problems(a_line(*runs)) == found


def test_the_ends_of_time_are_reckoned_with() -> None:
    first, last = date.min, date.max

    assert problems(a_line(a_run("05:30", "06:40", since=first), a_run("06:00", "08:10", until=last))) == TWICE
    assert problems(a_line(a_run("05:30", "06:40", since=last), a_run("06:00", "08:10", since=last))) == TWICE


def test_of_a_group_that_is_misspelt_the_cause_alone_is_told() -> None:
    """Given a line whose coaches have classes, priced by class, nothing more can be said of what it runs with."""
    run = a_run("05:30", "06:40")
    line = Service(
        id="line", name="班线", kind="trip", resources=("buss",), takes={"bus": "whole"}, required=("seat_class",),
        timetable=(run,), price=(PriceBand(per="person", amount=Decimal(38), seat_class="standard"),),
    )  # fmt: skip
    coach = Resource(id="bus-1", name="一号车", group="bus", classes={"standard": 36})

    found = problems(replace(CLUB, service=(*CLUB.service, line), resource=(*CLUB.resource, coach)))

    assert found == [("group", "service.line.resources")]
