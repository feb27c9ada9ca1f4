"""The rules of time and measure: what an order may break, to the minute and the unit, and who may set it aside."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cscli import i18n
from cscli.domain.availability import Free
from cscli.domain.order import Order
from cscli.domain.patron import NOBODY, Missed, Patron, Taken, duplicates, is_vip, misses
from cscli.domain.permit import Breach, Permit, reason_of, set_aside
from cscli.domain.rulebook import BookingRules, Closure, Level, MemberRules, Quota, Roles, Rulebook, SpecialDay
from cscli.domain.services import Departure, Kind, Outage, Priority, Resource
from cscli.domain.value import replace
from cscli.domain.values import Period
from cscli.domain.windows import bookable, breaches, horizon, uses_priority
from cscli.errors import Refused
from cscli.render.problem import problem_text
from tests.builders import SHANGHAI, WEEK, WEEKEND, a_calendar, an_order, at, badminton, duration, refusal, rulebook
from tests.builders import yoga as a_class

NOW = "2026-11-20 14:00"  # a Friday
ALL_WEEK: Any = (*WEEK, *WEEKEND)


def found(order: Order, book: Rulebook | None = None, patron: Patron = NOBODY, now: str = NOW) -> tuple[Breach, ...]:
    """Return what an order breaks."""
    book = book or rulebook()
    return breaches(book, a_calendar(book), order, patron, at(now))


def broken(order: Order, book: Rulebook | None = None, patron: Patron = NOBODY, now: str = NOW) -> tuple[str, ...]:
    """Return the rules an order breaks, without the noun."""
    return tuple(breach.rule.removeprefix("booking.") for breach in found(order, book, patron, now))


def facts(order: Order, book: Rulebook, patron: Patron = NOBODY) -> dict[str, object]:
    """Return the facts of the one rule an order breaks."""
    (breach,) = found(order, book, patron)
    return dict(breach.facts)


# --- hours and the window -----------------------------------------------------------------------------------------


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-20 19:00", "2026-11-20 20:00", ()),
        ("2026-11-21 22:00", "2026-11-21 22:30", ()),
        ("2026-11-21 23:30", "2026-11-22 00:30", ("hours",)),
        ("2026-11-21 22:00", "2026-11-21 23:00", ("hours",)),
        ("2026-11-20 12:30", "2026-11-20 13:30", ("hours",)),
        ("2026-11-22 09:00", "2026-11-22 10:00", ("advance",)),
        ("2026-11-20 19:10", "2026-11-20 20:10", ("step",)),
        ("2026-11-20 19:00", "2026-11-20 20:10", ("step",)),
    ],
)
def test_the_court_can_be_had_one_day_ahead_inside_opening_hours(
    start: str, end: str, expected: tuple[str, ...]
) -> None:
    assert broken(an_order(badminton(advance=duration("1d")), start, end)) == expected


@pytest.mark.parametrize(
    ("advance", "now", "first_not"),
    [
        ("1d", "2026-11-20 00:00", "2026-11-22 00:00"),  # days are those of the calendar
        ("1d", "2026-11-20 23:59", "2026-11-22 00:00"),
        ("0d", "2026-11-20 14:00", "2026-11-21 00:00"),
        ("36h", "2026-11-20 14:00", "2026-11-22 02:00"),  # hours are those that pass
        ("30d", "2026-11-20 14:00", "2026-12-21 00:00"),
    ],
)
def test_days_ahead_end_at_midnight_and_hours_as_they_pass(advance: str, now: str, first_not: str) -> None:
    assert horizon(duration(advance), at(now)) == at(first_not)


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        horizon(duration("1d"), at(NOW).replace(tzinfo=None))


@pytest.mark.parametrize(("now", "expected"), [("2026-11-20 17:00", ()), ("2026-11-20 17:01", ("lead",)), (NOW, ())])
def test_the_lead_is_kept_to_the_minute(now: str, expected: tuple[str, ...]) -> None:
    order = an_order(badminton(lead=duration("2h")), "2026-11-20 19:00")

    assert broken(order, now=now) == expected


def test_without_a_window_any_day_can_be_had() -> None:
    assert broken(an_order(badminton(), "2027-11-20 19:00")) == ()


# --- hours of a resource's own ------------------------------------------------------------------------------------


def with_court_1(**changes: Any) -> Rulebook:
    """Return the club's rules with court 1 otherwise."""
    first, *others = rulebook().resource
    return replace(rulebook(), resource=(replace(first, **changes), *others))


def every_day(*hours: str) -> dict[Any, tuple[Period, ...]]:
    return dict.fromkeys(ALL_WEEK, tuple(map(Period.parse, hours)))


MORNINGS = with_court_1(open=every_day("06:00-12:30", "16:00-24:00"))


@pytest.mark.parametrize(
    ("start", "resources", "expected"),
    [
        ("2026-11-21 06:00", (), ()),  # court 1 is open: that is enough
        ("2026-11-21 05:30", (), ("hours",)),
        ("2026-11-21 06:00", ("court-1",), ()),
        ("2026-11-21 06:00", ("court-2",), ("hours",)),
        ("2026-11-21 13:00", ("court-1",), ("hours",)),
        ("2026-11-21 13:00", (), ()),  # the others are open
        ("2026-11-21 23:00", (), ()),
        ("2026-11-21 23:30", (), ("hours",)),  # court 1 closes at midnight, until 06:00
    ],
)
def test_own_hours_stand_in_place_of_the_desks(
    start: str, resources: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert broken(an_order(None, start, resources=resources), MORNINGS) == expected


def test_the_hours_that_are_told_are_those_of_the_resource() -> None:
    told = facts(an_order(None, "2026-11-21 13:00", resources=("court-1",)), MORNINGS)

    assert [str(hours) for hours in told["hours"]] == ["06:00-12:30", "16:00-24:00"]  # type: ignore[attr-defined]


def test_every_group_must_be_open() -> None:
    trainer = Resource(id="trainer-1", name="教练", group="trainer", open=every_day("09:00-12:00"))
    book = replace(rulebook(), resource=(*rulebook().resource, trainer))
    lesson = badminton(resources=("badminton-court", "trainer"))

    assert broken(an_order(lesson, "2026-11-21 11:00"), book) == ()
    assert broken(an_order(lesson, "2026-11-21 11:30"), book) == ("hours",)


def test_a_service_that_needs_no_resource_keeps_the_desks_hours() -> None:
    advice = badminton(resources=(), kind="appointment")

    assert broken(an_order(advice, "2026-11-21 09:00")) == ()
    assert broken(an_order(advice, "2026-11-21 08:30")) == ("hours",)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("slot", ("step",)), ("appointment", ("step",)), ("visit", ("step",)), ("table", ()), ("trip", ())],
)
def test_what_is_planned_begins_on_its_steps_and_a_meal_or_a_charter_when_they_like(
    kind: Kind, expected: tuple[str, ...]
) -> None:
    assert broken(an_order(badminton(kind=kind), "2026-11-21 19:10")) == expected


def test_a_visit_that_is_promised_for_a_time_keeps_hours_and_one_as_soon_as_possible_does_not() -> None:
    visit = badminton(kind="visit")

    assert broken(an_order(visit, "2026-11-21 03:00")) == ("hours",)
    assert broken(an_order(visit, "2026-11-21 03:10", soon=True)) == ()


def test_only_times_that_break_no_rule_can_be_booked() -> None:
    day_ahead = badminton(advance=duration("1d"), lead=duration("2h"))
    now, book = at("2026-11-20 14:00"), rulebook(service=(day_ahead,))
    moments = ("2026-11-20 15:30", "2026-11-20 16:00", "2026-11-21 21:00", "2026-11-22 09:00")
    times = [Free(at(one), at(one) + duration("1h").delta, ("court-1",), 3) for one in moments]

    kept, broken_ = bookable(times, an_order(day_ahead), book, a_calendar(book), now)

    assert [f"{time.start:%d %H:%M}" for time in kept] == ["20 16:00", "21 21:00"]
    assert broken_ is not None and broken_.rule == "booking.lead"


@pytest.mark.parametrize(("kind", "key"), [("class", "refused.booking.timetable"), ("trip", "refused.booking.no_trip")])
def test_what_the_timetable_does_not_have_names_the_nearest_and_the_command(kind: Kind, key: str) -> None:
    book = rulebook(service=(a_class(kind=kind),))  # Tue, Thu, Sat, Sun 18:30
    order = an_order(a_class(kind=kind), "2026-11-21 19:00", route=None)

    (breach,) = breaches(book, a_calendar(book), order, NOBODY, at("2026-11-20 14:00"))

    assert breach.refusal().key == key
    assert breach.facts["nearest"] == (at("2026-11-21 18:30"), at("2026-11-22 18:30"))
    assert breach.facts["command"] == "cscli booking free --service yoga --day 2026-11-21"


# --- closures, special days, out of service -----------------------------------------------------------------------


def closing(*closures: Closure, special: tuple[SpecialDay, ...] = (), **changes: Any) -> Rulebook:
    """Return the club's rules with closures and special days."""
    book = rulebook(**changes)
    return replace(book, calendar=replace(book.calendar, closed=closures, special=special))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-12-23 19:00", ()),
        ("2026-12-24 19:00", ("closed_day",)),
        ("2026-12-25 19:00", ("closed_day",)),
        ("2026-12-26 19:00", ()),
    ],
)
def test_nothing_can_be_had_on_closed_days_both_ends_included(start: str, expected: tuple[str, ...]) -> None:
    book = closing(Closure(from_=date(2026, 12, 24), to=date(2026, 12, 25), reason="盘点"))

    assert broken(an_order(None, start), book) == expected


def test_a_closure_shuts_resources_with_hours_of_their_own_too() -> None:
    shut = closing(Closure(from_=date(2026, 11, 21), reason="盘点"), resource=MORNINGS.resource)

    assert broken(an_order(None, "2026-11-21 07:00"), shut) == ("closed_day",)


def test_a_class_does_not_take_place_on_a_closed_day() -> None:
    shut = closing(Closure(from_=date(2026, 11, 21), reason="盘点"))

    assert broken(an_order(a_class(), "2026-11-21 18:30"), shut) == ("closed_day",)
    assert broken(an_order(a_class(), "2026-11-22 18:30"), shut) == ()


def test_special_hours_are_the_desks_and_not_those_of_a_resource_of_its_own() -> None:
    short = SpecialDay(day=date(2026, 11, 21), hours=(Period.parse("14:00-16:00"),), reason="比赛")
    book = closing(special=(short,), resource=MORNINGS.resource)

    assert broken(an_order(None, "2026-11-21 15:00"), book) == ()
    assert broken(an_order(None, "2026-11-21 19:00", resources=("court-2",)), book) == ("hours",)
    assert broken(an_order(None, "2026-11-21 19:00", resources=("court-1",)), book) == ()


RENOVATED = with_court_1(out=(Outage(from_=at("2026-11-21 10:00"), to=at("2026-11-21 12:00"), reason="地板翻修"),))


@pytest.mark.parametrize(
    ("start", "resources", "expected"),
    [
        ("2026-11-21 11:00", ("court-1",), ("out_of_service",)),
        ("2026-11-21 09:30", ("court-1",), ("out_of_service",)),
        ("2026-11-21 09:00", ("court-1",), ()),  # until 10:00
        ("2026-11-21 12:00", ("court-1",), ()),
        ("2026-11-21 11:00", ("court-2",), ()),
        ("2026-11-21 11:00", (), ()),  # nobody asked for court 1: another will do
    ],
)
def test_an_outage_is_told_to_who_asks_for_the_court(
    start: str, resources: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert broken(an_order(None, start, resources=resources), RENOVATED) == expected


def test_the_outage_is_told_with_its_reason_and_its_end() -> None:
    told = facts(an_order(None, "2026-11-21 11:00", resources=("court-1",)), RENOVATED)

    assert (told["resource"], told["reason"], told["until"]) == ("1号场", "地板翻修", at("2026-11-21 12:00"))


# --- the timetable ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-21 18:30", "2026-11-21 19:30", ()),
        ("2026-11-21 18:30", "2026-11-21 19:00", ("timetable",)),  # half of it cannot be had
        ("2026-11-21 18:00", "2026-11-21 19:00", ("timetable",)),
        ("2026-11-20 18:30", "2026-11-20 19:30", ("timetable",)),  # no class on Fridays
    ],
)
def test_a_class_is_had_as_the_timetable_says(start: str, end: str, expected: tuple[str, ...]) -> None:
    assert broken(an_order(a_class(), start, end)) == expected


def test_a_trip_goes_on_its_route_only_and_outside_the_desks_hours_too() -> None:
    night = Departure(days=ALL_WEEK, from_=23 * 60 + 30, to=40, route="north")
    trip = badminton(kind="trip", timetable=(night,))
    order = an_order(trip, "2026-11-21 23:30", "2026-11-22 00:40", route="north")

    assert broken(order) == ()
    assert broken(replace(order, route="south")) == ("timetable",)


# --- measure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-11-21 13:00", ()),
        ("2026-11-21 12:30", ("shortest",)),
        ("2026-11-21 16:00", ()),
        ("2026-11-21 16:30", ("longest",)),
    ],
)
def test_a_court_has_a_shortest_and_a_longest_time(end: str, expected: tuple[str, ...]) -> None:
    court = badminton(shortest=duration("1h"), longest=duration("4h"))

    assert broken(an_order(court, "2026-11-21 12:00", end)) == expected


@pytest.mark.parametrize(
    ("party", "expected"),
    [(None, ()), (1, ("least_party",)), (2, ()), (10, ()), (11, ("most_party",))],
)
def test_a_party_has_its_limits(party: int | None, expected: tuple[str, ...]) -> None:
    table = badminton(least_party=2, most_party=10)

    assert broken(an_order(table, party=party)) == expected


@pytest.mark.parametrize(("units", "expected"), [(1, ()), (4, ()), (5, ("units",))])
def test_no_more_units_at_once_than_the_service_allows(units: int, expected: tuple[str, ...]) -> None:
    assert broken(an_order(badminton(most_units=4), units=units)) == expected


@pytest.mark.parametrize(
    ("kind", "takes", "party", "units", "expected"),
    [
        ("trip", {}, 4, 4, ()),
        ("trip", {}, 4, 5, ()),  # a seat more, for the luggage
        ("trip", {}, 4, 3, ("units",)),
        ("class", {}, 4, 1, ("units",)),
        ("trip", {}, None, 1, ()),
        ("trip", {"badminton-court": "whole"}, 4, 1, ()),  # the whole coach, however many travel
        ("slot", {}, 4, 1, ()),  # four play on one court
    ],
)
def test_where_each_takes_a_place_there_are_no_fewer_places_than_people(
    kind: Kind, takes: Any, party: int | None, units: int, expected: tuple[str, ...]
) -> None:
    service = badminton(kind=kind, takes=takes, most_units=9)

    assert broken(an_order(service, party=party, units=units)) == expected


def test_all_that_is_wrong_is_found_the_gravest_first() -> None:
    court = badminton(advance=duration("1d"), longest=duration("2h"))
    order = an_order(court, "2026-12-01 05:10", "2026-12-01 08:10", units=2)

    assert broken(order) == ("hours", "advance", "longest", "step", "units")


# --- the customer: quota and duplicates ---------------------------------------------------------------------------


def takes(*starts: str, service: str = "badminton") -> Patron:
    """Return a customer who has these bookings, each an hour long."""
    taken = [
        Taken(id=f"BK-{number}", service=service, start=at(start), end=at(start) + duration("1h").delta)
        for number, start in enumerate(starts, start=1)
    ]
    return Patron(id="CU-1", taken=tuple(taken))


def allowing(**quota: int) -> Rulebook:
    return rulebook(booking=BookingRules(quota=Quota(**quota)))


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (("2026-11-21 10:00",), ()),
        (("2026-11-21 10:00", "2026-11-22 10:00"), ("quota_open",)),
        (("2026-11-20 13:00", "2026-11-22 10:00"), ()),  # over at 14:00, now
        (("2026-11-20 13:01", "2026-11-22 10:00"), ("quota_open",)),  # still playing
    ],
)
def test_so_many_may_be_to_come(taken: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert broken(an_order(None, "2026-11-25 19:00"), allowing(open=2), takes(*taken)) == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (("2026-11-21 10:00",), ()),
        (("2026-11-21 10:00", "2026-11-21 12:00"), ("quota_day",)),
        (("2026-11-21 00:00", "2026-11-21 23:30"), ("quota_day",)),
        (("2026-11-20 23:30", "2026-11-22 00:00"), ()),
    ],
)
def test_so_many_may_be_of_a_day(taken: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert broken(an_order(None, "2026-11-21 19:00"), allowing(day=2), takes(*taken)) == expected


@pytest.mark.parametrize(
    ("wished", "taken", "expected"),
    [
        # the week of Monday 16 to Sunday 22 November
        ("2026-11-22 19:00", ("2026-11-16 14:00", "2026-11-18 14:00"), ("quota_week",)),
        ("2026-11-22 19:00", ("2026-11-15 14:00", "2026-11-23 14:00"), ()),
        ("2026-11-23 19:00", ("2026-11-22 14:00", "2026-11-29 14:00"), ()),
        ("2026-11-23 19:00", ("2026-11-29 14:00", "2026-11-24 14:00"), ("quota_week",)),
        # the last week of a year goes on: Monday 28 December to Sunday 3 January, week 53
        ("2027-01-03 19:00", ("2026-12-28 14:00", "2026-12-31 14:00"), ("quota_week",)),
        ("2027-01-04 19:00", ("2026-12-31 14:00", "2027-01-03 14:00"), ()),
        # the same number of a week in another year is another week
        ("2027-11-22 19:00", ("2026-11-16 14:00", "2026-11-18 14:00"), ()),
    ],
)
def test_so_many_may_be_of_a_week_from_monday_to_sunday(
    wished: str, taken: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert broken(an_order(None, wished), allowing(week=2), takes(*taken)) == expected


def test_a_quota_counts_every_service_and_tells_its_numbers() -> None:
    patron = takes("2026-11-21 10:00", "2026-11-21 12:00", service="yoga")

    told = facts(an_order(None, "2026-11-21 19:00"), allowing(day=2), patron)

    assert (told["most"], told["number"]) == (2, 2)


def test_somebody_the_desk_does_not_know_has_no_quota() -> None:
    assert broken(an_order(), allowing(open=1, day=1, week=1)) == ()


@pytest.mark.parametrize(("way", "expected"), [("refuse", ("duplicate",)), ("warn", ()), ("ignore", ())])
def test_a_second_booking_at_the_same_time_is_refused_where_the_rulebook_says_so(
    way: Any, expected: tuple[str, ...]
) -> None:
    book = rulebook(booking=BookingRules(duplicates=way))

    assert broken(an_order(None, "2026-11-21 19:30"), book, takes("2026-11-21 19:00")) == expected


@pytest.mark.parametrize(
    ("start", "known"),
    [
        ("2026-11-21 19:00", ("BK-1",)),
        ("2026-11-21 19:59", ("BK-1",)),
        ("2026-11-21 18:01", ("BK-1",)),
        ("2026-11-21 20:00", ()),  # ending and beginning at once is no overlap
        ("2026-11-21 18:00", ()),
    ],
)
def test_a_customer_who_has_something_else_at_the_time_has_a_duplicate(start: str, known: tuple[str, ...]) -> None:
    begins = at(start)
    ends = begins + duration("1h").delta

    assert duplicates(takes("2026-11-21 19:00"), badminton(), begins, ends) == known
    assert duplicates(takes("2026-11-21 19:00", service="yoga"), badminton(), begins, ends) == known


def test_a_visit_as_soon_as_possible_has_no_time_at_which_anything_else_could_be() -> None:
    soon = Patron(
        id="CU-1",
        taken=(
            Taken(id="BK-1", service="on-site", start=at("2026-11-20 14:00"), end=at("2026-11-22 14:00"), soon=True),
        ),
    )

    assert duplicates(soon, badminton(), at("2026-11-21 19:00"), at("2026-11-21 20:00")) == ()
    assert duplicates(soon, badminton(id="on-site"), at("2026-11-21 19:00"), at("2026-11-21 20:00")) == ("BK-1",)
    court = takes("2026-11-21 19:00")
    assert duplicates(court, badminton(id="on-site"), at("2026-11-20 14:00"), at("2026-11-22 14:00"), soon=True) == ()


def test_a_customer_of_a_vip_level_is_a_vip() -> None:
    book = rulebook(members=MemberRules(level=(Level(id="gold", name="金"), Level(id="vip", name="贵宾", vip=True))))

    assert [is_vip(Patron(id="CU-1", level=level), book) for level in ("vip", "gold", None, "gone")] == [
        True, False, False, False,
    ]  # fmt: skip


# --- priority after unmet requests --------------------------------------------------------------------------------

COURT = badminton(advance=duration("1d"), priority=Priority(misses=3, advance=duration("2d")), most_units=4)


def missed(*starts: str, service: str = "badminton") -> Patron:
    """Return a customer whose requests for these times could not be met."""
    return Patron(id="CU-1", missed=tuple(Missed(service=service, start=at(start)) for start in starts))


THRICE = ("2026-11-16 19:00", "2026-11-17 19:00", "2026-11-18 19:00")


@pytest.mark.row("D6", lacking="the register as a form")
@pytest.mark.parametrize(
    ("patron", "expected"),
    [
        (missed(), ("advance",)),
        (missed(*THRICE[:2]), ("advance",)),
        (missed(*THRICE), ()),
        (missed(*THRICE[:2], "2026-11-17 20:00", "2026-11-17 21:00"), ("advance",)),  # two days, whatever was tried
        (missed(*THRICE[:2], "2026-11-18 23:59"), ()),
        (missed(*THRICE, service="yoga"), ("advance",)),
    ],
)
def test_three_missed_days_open_the_window_by_a_day(patron: Patron, expected: tuple[str, ...]) -> None:
    assert broken(an_order(COURT, "2026-11-22 19:00"), patron=patron) == expected


@pytest.mark.parametrize(
    ("start", "units", "used"),
    [
        ("2026-11-21 19:00", 1, False),  # inside the window of everybody
        ("2026-11-22 09:00", 1, True),
        ("2026-11-22 21:30", 1, True),
        ("2026-11-23 13:00", 1, False),  # two days ahead, not three
        ("2026-11-22 19:00", 2, False),  # one court
    ],
)
def test_priority_is_for_one_court_beyond_the_window(start: str, units: int, used: bool) -> None:
    order = an_order(COURT, start, units=units)

    assert uses_priority(order, missed(*THRICE), a_calendar(), at(NOW)) is used
    inside = start < "2026-11-22"
    assert broken(order, patron=missed(*THRICE)) == (() if used or inside else ("advance",))


def test_a_service_without_priority_has_none() -> None:
    plain = replace(COURT, priority=None)

    assert broken(an_order(plain, "2026-11-22 19:00"), patron=missed(*THRICE)) == ("advance",)


def test_missed_days_are_counted_in_the_desks_zone() -> None:
    late = at("2026-11-16 23:30")
    utc = Patron(id="CU-1", missed=(Missed(service="badminton", start=late), Missed(service="badminton",
                 start=at("2026-11-17 00:30"))))  # fmt: skip

    assert misses(utc, COURT, SHANGHAI) == 2


# --- who may set a rule aside -------------------------------------------------------------------------------------

ROLES = Roles(override=("supervisor",), rules={"booking.advance": ("agent", "supervisor")})
BEYOND = Breach("booking.advance", {"service": "羽毛球"})
LATE = Breach("booking.cancel_notice", {"id": "BK-1"})


def asked_by(role: str | None, *, trusted: bool = False) -> Permit:
    """Return the wish of somebody of a role to set rules aside, by rules that let agents sell ahead."""
    return Permit(reason="老顾客", by="li.na", role=role, roles=ROLES, trusted=trusted)


def test_the_rulebook_lets_an_agent_set_aside_one_rule_and_not_another() -> None:
    agent = asked_by("agent")

    assert set_aside((BEYOND,), agent) == ("booking.advance",)
    told = refusal(Refused, "refused.role", lambda: set_aside((LATE,), agent))
    assert told == {"rule": "booking.cancel_notice", "by": "li.na", "role": "agent", "allowed": ("supervisor",)}


def test_one_rule_too_many_refuses_the_whole() -> None:
    refusal(Refused, "refused.role", lambda: set_aside((BEYOND, LATE), asked_by("agent")))
    assert set_aside((BEYOND, LATE), asked_by("supervisor")) == ("booking.advance", "booking.cancel_notice")


def test_a_rule_named_for_others_is_not_the_supervisors_any_more() -> None:
    finance = Roles(override=("supervisor",), rules={"booking.cancel_notice": ("finance",)})
    permit = replace(asked_by("supervisor"), roles=finance)

    refusal(Refused, "refused.role", lambda: set_aside((LATE,), permit))
    assert set_aside((LATE,), replace(permit, role="finance")) == ("booking.cancel_notice",)


def test_somebody_without_a_file_is_trusted_only_where_nobody_has_one() -> None:
    told = refusal(Refused, "refused.role", lambda: set_aside((BEYOND,), asked_by(None)))

    assert told["role"] == "-"
    assert set_aside((BEYOND, LATE), asked_by(None, trusted=True)) == ("booking.advance", "booking.cancel_notice")


def test_without_a_permit_the_first_breach_is_the_refusal() -> None:
    told = refusal(Refused, "refused.booking.advance", lambda: set_aside((BEYOND, LATE), None))

    assert told == {"rule": "booking.advance", "service": "羽毛球"}


def test_the_reason_is_kept_only_where_a_rule_was_set_aside() -> None:
    assert reason_of(asked_by("supervisor"), ("booking.advance",)) == "老顾客"
    assert reason_of(asked_by("supervisor"), ()) is None
    assert reason_of(None, ()) is None


EVERY: dict[str, Callable[[], tuple[Breach, ...]]] = {
    "hours": lambda: found(an_order(None, "2026-11-21 05:00")),
    "closed_day": lambda: found(an_order(), closing(Closure(from_=date(2026, 11, 21), reason="盘点"))),
    "timetable": lambda: found(an_order(a_class(), "2026-11-20 18:30")),
    "out_of_service": lambda: found(an_order(None, "2026-11-21 11:00", resources=("court-1",)), RENOVATED),
    "advance": lambda: found(an_order(COURT, "2026-11-22 19:00")),
    "lead": lambda: found(an_order(badminton(lead=duration("2h")), "2026-11-20 15:00")),
    "shortest": lambda: found(an_order(badminton(shortest=duration("2h")))),
    "longest": lambda: found(an_order(badminton(longest=duration("30m")))),
    "step": lambda: found(an_order(None, "2026-11-21 19:10")),
    "units": lambda: found(an_order(units=2)),
    "units for a party": lambda: found(an_order(badminton(kind="trip"), party=2)),
    "most_party": lambda: found(an_order(badminton(most_party=4), party=5)),
    "least_party": lambda: found(an_order(badminton(least_party=4), party=3)),
    "quota_open": lambda: found(an_order(), allowing(open=1), takes("2026-11-25 10:00")),
    "quota_day": lambda: found(an_order(), allowing(day=1), takes("2026-11-21 10:00")),
    "quota_week": lambda: found(an_order(), allowing(week=1), takes("2026-11-20 10:00")),
    "duplicate": lambda: found(an_order(), rulebook(booking=BookingRules(duplicates="refuse")),
                                takes("2026-11-21 19:00")),
}  # fmt: skip


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("rule", EVERY)
def test_every_breach_has_its_sentence_and_all_the_facts_for_it(rule: str, language: str) -> None:
    (breach,) = EVERY[rule]()
    refused = breach.refusal()
    i18n.use(language)

    sentence = problem_text(refused)

    assert breach.rule == f"booking.{rule.split()[0]}"
    assert sentence != refused.key
    assert "{" not in sentence
