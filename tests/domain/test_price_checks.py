"""Prices and refunds that meet, hide one another or leave a gap; what is an exception is none of these.

The club: badminton Mon-Fri 13-18 at 10 (1), Mon-Fri 18-24 at 15 (2), Sat-Sun at 15 (3); open Mon-Fri 13:00-22:30,
Sat-Sun 9:00-22:30.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import rulebook_checks
from cscli.domain.rulebook import Closure, Level, MemberRules, Rulebook
from cscli.domain.services import Departure, PriceBand, RefundTier, Resource, Route, Service
from cscli.domain.value import replace
from cscli.domain.values import Fee, Period
from tests.builders import WEEK, WEEKEND, badminton, duration, rulebook, yoga

CLUB = rulebook()
TODAY = date(2026, 11, 20)
ALL_WEEK = "mon tue wed thu fri sat sun"
WORKDAYS = "mon tue wed thu fri"


def band(**says: Any) -> PriceBand:
    """Return a price of 12 an hour that says what a test wants it to say."""
    usual: dict[str, Any] = {"per": "hour", "amount": Decimal(12)}
    return PriceBand(**(usual | says))


def found(book: Rulebook, today: date | None = None) -> list[tuple[str, ...]]:
    """Return what is wrong with a rulebook's prices: rule, where in badminton it stands, with what, for what."""
    return [
        tuple(
            str(part).removeprefix("check.rulebook.").removeprefix("service.badminton.")
            for part in (finding.rule, *finding.facts.values())
        )
        for finding in rulebook_checks.find_problems(book, "desk.toml", (), today)
    ]


def priced(*bands: PriceBand, **changes: Any) -> Rulebook:
    """Return the club with these prices for badminton."""
    members = MemberRules(level=(Level(id="vip", name="贵宾"), Level(id="gold", name="金卡")))
    return replace(CLUB, service=(badminton(price=bands, **changes), yoga()), members=members)


# --- two for one time -------------------------------------------------------------------------------------------

USUAL = badminton().price


def test_two_prices_for_one_time_are_found_and_which() -> None:
    late = band(days=WEEK, from_=17 * 60, to=19 * 60)

    assert found(priced(*USUAL, late)) == [
        ("overlap", "price[4]", "1", f"{WORKDAYS} 17:00-18:00"),
        ("overlap", "price[4]", "2", f"{WORKDAYS} 18:00-19:00"),
    ]


@pytest.mark.parametrize(
    "exception",
    [
        band(level=("vip",)),
        band(since=date(2026, 12, 24)),
        band(until=date(2026, 12, 24)),
        band(days=("fri",), from_=20 * 60, level=("gold",)),
    ],
)
def test_what_names_more_than_the_later_ones_is_an_exception_to_them(exception: PriceBand) -> None:
    assert found(priced(exception, *USUAL)) == []


def test_an_exception_by_day_or_by_time_stands_before_what_leaves_them_open() -> None:
    assert found(priced(band(days=("holiday",)), band())) == []
    assert found(priced(band(days=WEEKEND), band())) == []
    assert found(priced(band(from_=18 * 60), band())) == []


def test_exceptions_that_meet_one_another_are_two_for_one_time() -> None:
    some, others = band(level=("vip", "gold")), band(level=("gold",))
    disjoint = band(level=("vip",)), band(level=("gold",)), band()

    assert found(priced(others, some, band())) == []  # gold first, then both
    assert found(priced(some, others, band())) == [("unreached", "price[2]", "1")]
    assert found(priced(*disjoint)) == []


def test_dates_that_follow_one_another_do_not_meet() -> None:
    old, new = band(until=date(2026, 12, 31)), band(since=date(2027, 1, 1))
    early = band(since=date(2026, 12, 31), until=date(2027, 6, 30))

    assert found(priced(old, new)) == []
    assert found(priced(old, early)) == [("overlap", "price[2]", "1", f"{ALL_WEEK} 00:00-24:00")]


def test_a_price_behind_one_that_takes_everything_is_never_reached() -> None:
    assert found(priced(band(), band(level=("vip",)))) == [("unreached", "price[2]", "1")]
    assert found(priced(*USUAL, band(days=("tue",), from_=14 * 60, to=15 * 60))) == [("unreached", "price[4]", "1")]
    assert found(priced(*USUAL, USUAL[2])) == [("unreached", "price[4]", "3")]


def test_a_price_whose_hours_are_the_wrong_way_round() -> None:
    assert found(priced(*USUAL, band(days=("mon",), from_=10 * 60, to=9 * 60))) == [("band", "price[4]", "10:00-09:00")]


# --- no price for some hour -------------------------------------------------------------------------------------


def test_hours_of_the_desk_without_a_price_are_named_by_day() -> None:
    assert found(priced(USUAL[0], USUAL[2])) == [("gap", "price", f"{WORKDAYS} 18:00-22:30")]
    assert found(priced(USUAL[0], USUAL[1])) == [("gap", "price", "sat sun 09:00-22:30")]


def test_a_court_with_hours_of_its_own_opens_a_gap_before_the_desk_does() -> None:
    early = {day: (Period.parse("07:00-10:00"),) for day in WEEK}
    court = replace(CLUB.resource[0], open=early)
    book = replace(CLUB, resource=(court, *CLUB.resource[1:]))

    assert found(book) == [("gap", "price", f"{WORKDAYS} 07:00-10:00")]


def test_courts_that_all_keep_hours_of_their_own_need_no_price_for_the_desks() -> None:
    noon = {day: (Period.parse("13:00-14:00"),) for day in WEEK}
    courts = [replace(court, open=noon) if court.group == "badminton-court" else court for court in CLUB.resource]

    assert found(replace(priced(USUAL[0]), resource=tuple(courts))) == []


def test_a_coach_and_a_driver_must_both_be_there_for_an_hour_to_count() -> None:
    morning = {day: (Period.parse("08:00-12:00"),) for day in WEEK}
    late = {day: (Period.parse("11:00-15:00"),) for day in WEEK}
    resources = (
        Resource(id="coach", name="车", group="coach", open=morning),
        Resource(id="driver", name="司机", group="driver", open=late),
    )
    charter = Service(id="badminton", name="包车", kind="trip", resources=("coach", "driver"),
                      price=(band(from_=8 * 60, to=11 * 60),))  # fmt: skip

    assert found(replace(CLUB, service=(charter,), resource=resources)) == [
        ("gap", "price", f"{WORKDAYS} 11:00-12:00"),
    ]


def test_a_price_for_some_level_alone_leaves_the_others_without() -> None:
    assert found(priced(band(level=("vip", "gold")))) == [
        ("gap", "price", f"{WORKDAYS} 13:00-22:30"),
        ("gap", "price", "sat sun 09:00-22:30"),
    ]
    assert found(priced(band(level=("vip",)), band())) == []


def test_a_seat_class_without_a_price_is_named() -> None:
    courts = [replace(court, classes={"centre": 1, "side": 3}) for court in CLUB.resource[:3]]
    book = replace(priced(band(seat_class="centre"), required=("seat_class",)),
                   resource=(*courts, CLUB.resource[3]))  # fmt: skip

    assert found(book) == [
        ("gap", "price", f"{WORKDAYS} 13:00-22:30 seat_class=side"),
        ("gap", "price", "sat sun 09:00-22:30 seat_class=side"),
    ]


def test_where_no_class_need_be_said_an_order_without_one_needs_a_price() -> None:
    courts = [replace(court, classes={"centre": 1}) for court in CLUB.resource[:3]]
    book = replace(priced(band(seat_class="centre")), resource=(*courts, CLUB.resource[3]))

    assert {problem[0] for problem in found(book)} == {"gap"}
    assert found(replace(priced(band(seat_class="centre"), band()), resource=book.resource)) == []


def test_prices_that_end_leave_a_gap_from_then_on() -> None:
    ending = priced(band(until=date(2026, 12, 31)))

    assert found(ending) == []
    assert found(ending, TODAY) == [
        ("gap", "price", f"{WORKDAYS} 13:00-22:30 since=2027-01-01"),
        ("gap", "price", "sat sun 09:00-22:30 since=2027-01-01"),
    ]
    assert found(priced(band(until=date(2026, 12, 31)), band(since=date(2027, 1, 1))), TODAY) == []


def test_what_cannot_be_booked_yet_needs_no_price_yet() -> None:
    ending = priced(band(until=date(2026, 12, 31)), advance=duration("7d"))

    assert found(ending, TODAY) == []
    assert found(ending, date(2026, 12, 24)) == []
    assert len(found(ending, date(2026, 12, 25))) == 2


def test_prices_of_the_past_are_of_no_matter() -> None:
    assert found(priced(band(until=date(2025, 12, 31)), band(since=date(2026, 1, 1))), TODAY) == []
    assert found(priced(band(since=date(2026, 1, 1))), TODAY) == []


def test_an_adjusted_saturday_has_the_hours_of_a_working_day_and_needs_their_price() -> None:
    weekdays = {day: CLUB.calendar.open[day] for day in WEEK}
    book = replace(priced(band(days=WEEK)), calendar=replace(CLUB.calendar, open=weekdays))

    assert found(book) == []
    assert found(replace(book, calendar=replace(book.calendar, country="CN"))) == [
        ("gap", "price", "sat sun 13:00-22:30"),
    ]


def test_holidays_are_a_day_of_their_own_where_some_price_names_them() -> None:
    book = priced(*USUAL, band(days=("holiday",), from_=9 * 60, to=20 * 60))
    shut = replace(book, calendar=replace(book.calendar, open={**book.calendar.open, "holiday": ()}))

    assert found(book) == [("gap", "price", "holiday 20:00-22:30")]
    assert found(shut) == []


def test_what_is_charged_once_needs_no_price_for_every_hour() -> None:
    assert found(priced(band(per="visit", days=WEEK))) == []


def test_a_service_that_can_be_had_at_no_time_is_told_as_that() -> None:
    shut = [replace(one, open={"mon": ()}) if one.group == "badminton-court" else one for one in CLUB.resource]

    assert found(replace(CLUB, resource=tuple(shut))) == [("no_hours", "service.badminton")]
    assert found(replace(CLUB, calendar=replace(
        CLUB.calendar, closed=(Closure(from_=TODAY, reason="x"),)))) == []  # fmt: skip


# --- trips ------------------------------------------------------------------------------------------------------


def line(**changes: Any) -> Rulebook:
    """Return a club that runs a coach north on weekdays at 7:00 and at 23:30, with seats in two classes."""
    service = Service(
        id="badminton",
        name="班车",
        kind="trip",
        resources=("coach",),
        required=("route", "seat_class"),
        route=(Route(id="north", name="北", origin="a", destination="b"),),
        timetable=(
            Departure(days=("mon", "tue", "wed", "thu", "fri"), from_=7 * 60, to=8 * 60, route="north"),
            Departure(days=("mon", "tue", "wed", "thu", "fri"), from_=23 * 60 + 30, to=30, route="north"),
        ),
    )
    coach = Resource(id="coach-1", name="车", group="coach", classes={"standard": 36, "business": 9})
    return replace(CLUB, service=(replace(service, **changes),), resource=(coach,))


def test_every_departure_has_a_price_in_every_class_or_none_has() -> None:
    person: dict[str, Any] = {"per": "person", "route": "north"}

    assert found(line()) == []
    assert found(line(price=(band(seat_class="standard", **person),))) == [
        ("departure_price", "price", f"{WORKDAYS} 07:00 seat_class=business route=north"),
    ]
    assert found(line(price=(band(seat_class="standard", **person), band(seat_class="business", **person)))) == []


def test_a_departure_outside_a_prices_hours_is_named_with_its_days() -> None:
    person: dict[str, Any] = {"per": "person", "route": "north"}
    daytime = band(to=22 * 60, **person)

    assert found(line(price=(daytime,))) == [
        ("departure_price", "price", f"{WORKDAYS} 23:30 seat_class=standard route=north"),
        ("departure_price", "price", f"{WORKDAYS} 23:30 seat_class=business route=north"),
    ]


# --- refunds ----------------------------------------------------------------------------------------------------


def tier(fee: str, notice: str = "0m", **says: Any) -> RefundTier:
    """Return a refund tier."""
    return RefundTier(fee=Fee.parse(fee), notice=duration(notice), **says)


@pytest.mark.parametrize(
    ("tiers", "wanted"),
    [
        ((tier("0%", "24h"), tier("20%", "2h"), tier("50%")), []),
        ((tier("0%", "2h"), tier("20%", "24h")), [("tier", "refund[2]", "1")]),
        ((tier("0%", "1d"), tier("20%", "24h")), [("tier", "refund[2]", "1")]),
        ((tier("0%"), tier("100%", after_start=True)), []),
        ((tier("0%", phoned=True), tier("50%")), []),
        ((tier("0%", "2h", phoned=True), tier("50%", "24h", phoned=False)), []),
        ((tier("50%"), tier("0%", phoned=True)), [("tier", "refund[2]", "1")]),
        ((tier("9%", "3h", after_start=True), tier("8%", "1h", after_start=True)), [("tier", "refund[2]", "1")]),
        (
            (tier("0%", after_start=True, phoned=True), tier("100%", after_start=True), tier("0%", after_start=True)),
            [("tier", "refund[3]", "2")],  # the second takes who telephoned and who did not
        ),
    ],
)
def test_a_tier_behind_one_that_asks_for_no_more_is_never_reached(
    tiers: tuple[RefundTier, ...], wanted: list[tuple[str, ...]]
) -> None:
    assert found(replace(CLUB, service=(badminton(refund=tiers), yoga()))) == wanted
