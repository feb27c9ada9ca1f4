"""Bookings still to come under rules that have changed: what no longer holds for them is told, nothing else.

The booking is of court 1, Saturday 2026-11-21 19:00-20:00; now it is Friday noon.
"""

from decimal import Decimal
from typing import Any

import pytest

from cscli.domain.booking import Booking
from cscli.domain.calendar import Calendar
from cscli.domain.patron import Taken
from cscli.domain.rulebook import BookingRules, Closure, Quota, Rulebook
from cscli.domain.ruled import Beside, breached, is_to_come
from cscli.domain.services import Departure, Outage, PriceBand, Route
from cscli.domain.value import replace
from cscli.domain.values import Duration, Period
from tests.builders import WEEK, a_booking, a_calendar, at, badminton, rulebook, yoga

CLUB = rulebook()
NOW = at("2026-11-20 12:00")
BOOKED = a_booking()
NAMED = frozenset({"customer"})


def broken(
    booking: Booking, book: Rulebook, calendar: Calendar | None = None, beside: Beside | None = None
) -> list[str]:
    """Return the rules of a changed rulebook that a booking breaks."""
    found = breached(booking, book, calendar or a_calendar(book), NOW, beside)
    return [rule.removeprefix("ruled.") for rule, _ in found]


def with_badminton(**changes: Any) -> Rulebook:
    """Return the club with something about badminton changed."""
    return replace(CLUB, service=(badminton(**changes), yoga()))


def with_court(**changes: Any) -> Rulebook:
    """Return the club with something about court 1 changed."""
    first, *others = CLUB.resource
    return replace(CLUB, resource=(replace(first, **changes), *others))


def set_aside(booking: Booking, rule: str) -> Booking:
    """Return a booking for which a rule was set aside when it was taken."""
    first, *others = booking.events
    return replace(booking, events=(replace(first, overrode=(rule,)), *others))


def saturdays(*periods: str) -> Rulebook:
    """Return the club with other hours on Saturdays."""
    hours = {**CLUB.calendar.open, "sat": tuple(map(Period.parse, periods))}
    return replace(CLUB, calendar=replace(CLUB.calendar, open=hours))


def yoga_class(**changes: Any) -> Booking:
    """Return a booking of Saturday's yoga class."""
    words = {"start": at("2026-11-21 18:30"), "end": at("2026-11-21 19:30"), "service": "yoga",
             "resources": ("yoga-room",)}  # fmt: skip
    return replace(BOOKED, **(words | changes))


def test_under_the_rules_it_was_taken_by_a_booking_is_sound() -> None:
    assert broken(BOOKED, CLUB) == []
    assert broken(yoga_class(), CLUB) == []


@pytest.mark.parametrize("status", ["in_service", "completed", "no_show", "cancelled", "unmet", "closed"])
def test_what_has_begun_or_is_off_is_held_to_nothing(status: str) -> None:
    assert broken(a_booking(status), with_badminton(id="squash")) == []


def test_what_stands_and_has_not_begun_is_still_to_come() -> None:
    assert is_to_come(BOOKED, NOW)
    assert is_to_come(a_booking("requested"), NOW)
    assert is_to_come(BOOKED, at("2026-11-21 19:00"))
    assert not is_to_come(BOOKED, at("2026-11-21 19:01"))


def test_a_service_that_went_is_told_and_nothing_more_of_it() -> None:
    assert broken(BOOKED, replace(CLUB, service=(yoga(),))) == ["service"]


def test_a_resource_that_went_or_changed_its_group() -> None:
    assert broken(BOOKED, replace(CLUB, resource=CLUB.resource[1:])) == ["resource"]
    assert broken(BOOKED, with_court(group="squash-court")) == ["group"]


@pytest.mark.parametrize(
    ("booked", "said"),
    [
        (a_booking(resources=()), (0, 1, "NAME")),
        (a_booking(resources=("court-1", "court-2")), (2, 1, "court-1")),
        (a_booking(units=2, resources=("court-1", "court-2", "court-3")), (3, 2, "court-1")),
    ],
)
def test_not_as_many_courts_as_are_booked(booked: Booking, said: tuple[int, int, str]) -> None:
    ((rule, facts),) = breached(booked, with_badminton(most_units=4), a_calendar(CLUB), NOW)

    assert (rule, facts["had"], facts["due"], facts["resource"]) == ("ruled.places", *said)


def test_a_service_that_takes_another_thing_too_now() -> None:
    assert broken(BOOKED, with_badminton(resources=("badminton-court", "yoga-room"))) == ["places"]


def test_a_seat_class_that_went() -> None:
    aboard = replace(BOOKED, seat_class="business")

    assert broken(aboard, with_court(classes={"standard": 30})) == ["seat_class"]
    assert broken(aboard, with_court(classes={"business": 9})) == []


def test_a_court_out_of_service_then() -> None:
    week = Outage(from_=at("2026-11-20 09:00"), to=at("2026-11-27 18:00"), reason="new floor")
    until_then = replace(week, to=at("2026-11-21 19:00"))

    ((rule, facts),) = breached(BOOKED, with_court(out=(week,)), a_calendar(), NOW)
    assert rule == "ruled.out"
    assert (facts["resource"], facts["until"], facts["reason"]) == ("1号场", at("2026-11-27 18:00"), "new floor")
    assert broken(BOOKED, with_court(out=(until_then,))) == []
    assert broken(set_aside(BOOKED, "booking.out_of_service"), with_court(out=(week,))) == []


def test_hours_that_grew_shorter_the_desks_or_the_courts_own() -> None:
    own = {day: (Period.parse("09:00-19:30"),) for day in (*WEEK, "sat")}

    ((rule, facts),) = breached(BOOKED, saturdays("09:00-19:30"), a_calendar(saturdays("09:00-19:30")), NOW)
    assert (rule, facts["place"], facts["hours"]) == ("ruled.hours", "1号场", (Period.parse("09:00-19:30"),))
    assert broken(BOOKED, saturdays("09:00-20:00")) == []
    assert broken(BOOKED, with_court(open=own)) == ["hours"]
    assert broken(set_aside(BOOKED, "booking.hours"), saturdays("09:00-19:30")) == []


def test_a_day_that_is_closed_now() -> None:
    shut = replace(
        CLUB, calendar=replace(CLUB.calendar, closed=(Closure(from_=at("2026-11-21 00:00").date(), reason="x"),))
    )

    assert broken(BOOKED, shut) == ["closed"]
    assert broken(BOOKED, saturdays()) == ["closed"]
    assert broken(set_aside(BOOKED, "booking.closed_day"), shut) == []
    assert broken(yoga_class(), shut) == ["closed"]
    assert broken(set_aside(yoga_class(), "booking.closed_day"), shut) == []


def test_the_desks_own_hours_count_where_no_resource_is_needed() -> None:
    talk = replace(BOOKED, resources=())

    assert broken(talk, with_badminton(resources=())) == []
    assert broken(talk, replace(saturdays("09:00-12:00"), service=(badminton(resources=()), yoga()))) == ["hours"]


def test_a_merchants_table_keeps_the_merchants_hours() -> None:
    assert broken(replace(BOOKED, resources=(), merchant="Lotus"), saturdays()) == []


def test_more_units_than_are_allowed_now() -> None:
    two = replace(BOOKED, units=2, resources=("court-1", "court-2"))

    assert broken(two, with_badminton(most_units=2)) == []
    assert broken(two, with_badminton(most_units=1)) == ["units"]
    assert broken(set_aside(two, "booking.units"), with_badminton(most_units=1)) == []


def test_a_class_that_no_longer_takes_place_or_is_shorter() -> None:
    usual = yoga().timetable[0]
    sundays = replace(CLUB, service=(badminton(), yoga(timetable=(replace(usual, days=("sun",)),))))
    shorter = replace(CLUB, service=(badminton(), yoga(timetable=(replace(usual, to=19 * 60 + 15),))))

    assert broken(yoga_class(), sundays) == ["departure"]
    assert broken(yoga_class(), shorter) == ["length"]
    assert broken(set_aside(yoga_class(), "booking.timetable"), sundays) == []


def test_several_rules_are_told_one_by_one() -> None:
    book = replace(saturdays("09:00-12:00"), service=(badminton(most_units=1), yoga()), resource=CLUB.resource[1:])

    assert broken(replace(BOOKED, units=2, resources=("court-1", "court-2")), book) == ["resource", "hours", "units"]


@pytest.mark.parametrize(
    ("booking", "changes", "rule"),
    [
        (BOOKED, {"longest": Duration(30, "m")}, "longest"),
        (BOOKED, {"shortest": Duration(2, "h")}, "shortest"),
        (replace(BOOKED, start=at("2026-11-21 19:30"), end=at("2026-11-21 20:30")), {"step": Duration(1, "h")}, "step"),
        (replace(BOOKED, party=8), {"most_party": 4}, "most_party"),
        (replace(BOOKED, party=1), {"least_party": 2}, "least_party"),
    ],
)
def test_what_is_too_long_too_short_off_the_steps_or_for_too_many(
    booking: Booking, changes: dict[str, Any], rule: str
) -> None:
    assert broken(booking, CLUB) == []
    assert broken(booking, with_badminton(**changes)) == [rule]
    assert broken(set_aside(booking, f"booking.{rule}"), with_badminton(**changes)) == []


def test_how_far_ahead_and_how_soon_concern_the_taking_alone() -> None:
    assert broken(BOOKED, with_badminton(advance=Duration(0, "d"), lead=Duration(9, "d"))) == []


def test_a_visit_keeps_the_time_somebody_planned_for_it_whatever_the_steps() -> None:
    odd = replace(BOOKED, start=at("2026-11-21 19:10"), end=at("2026-11-21 20:10"))

    assert broken(odd, with_badminton()) == ["step"]
    assert broken(odd, with_badminton(kind="visit")) == []


def had(start: str, end: str, name: str = "BK-261119-000001") -> Taken:
    """Return a booking that the customer had already."""
    return Taken(id=name, service="badminton", start=at(start), end=at(end))


@pytest.mark.parametrize(
    ("quota", "start", "rule"),
    [
        (Quota(open=1), "2026-11-25 19:00", "quota_open"),
        (Quota(day=1), "2026-11-21 09:00", "quota_day"),
        (Quota(week=1), "2026-11-22 09:00", "quota_week"),
        (Quota(week=1), "2026-11-23 09:00", None),
        (Quota(open=2), "2026-11-25 19:00", None),
    ],
)
def test_what_earlier_bookings_of_the_customer_left_no_room_for(quota: Quota, start: str, rule: str | None) -> None:
    book = replace(CLUB, booking=BookingRules(quota=quota))
    beside = Beside(taken=(had(start, f"{start[:11]}{int(start[11:13]) + 1}:00"),), known=NAMED)
    his = replace(BOOKED, customer="CU-261120-9M2KQ4")

    assert broken(his, book, beside=beside) == ([rule] if rule else [])
    assert broken(his, book, beside=Beside(known=NAMED)) == []
    assert broken(his, book) == []
    assert broken(set_aside(his, f"booking.{rule}"), book, beside=beside) == []


def test_two_at_the_same_time_where_one_alone_is_allowed_now() -> None:
    beside = Beside(taken=(had("2026-11-21 19:30", "2026-11-21 20:30"),), known=NAMED)
    his = replace(BOOKED, customer="CU-261120-9M2KQ4")
    book = replace(CLUB, booking=BookingRules(duplicates="refuse"))

    assert broken(his, CLUB, beside=beside) == []
    assert broken(his, book, beside=beside) == ["duplicate"]


def test_what_has_to_be_said_now_and_was_not() -> None:
    book = with_badminton(required=("customer", "phone", "details", "rating", "spend"))
    nobody, reached = Beside(), Beside(known=frozenset({"customer", "phone"}))
    his = replace(BOOKED, customer="CU-261120-9M2KQ4")

    ((_, facts),) = breached(his, book, a_calendar(), NOW, nobody)
    assert facts["needed"] == ("customer", "phone", "details")
    ((_, facts),) = breached(his, book, a_calendar(), NOW, reached)
    assert (facts["needed"], facts["command"]) == (("details",), f"cscli booking change {BOOKED.id}")
    assert broken(replace(his, details="two rackets"), book, beside=reached) == []
    ((_, facts),) = breached(replace(his, details="two rackets"), book, a_calendar(), NOW, nobody)
    assert facts["command"] == "cscli customer change CU-261120-9M2KQ4"


def test_a_stop_that_went_and_a_coach_that_holds_fewer() -> None:
    stops = Route(id="out", name="去程", origin="市区", destination="机场", boarding=("总站",))
    daily: Any = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    line = badminton(kind="trip", route=(stops,), timetable=(Departure(days=daily, from_=1140, to=1200, route="out"),))
    book = replace(CLUB, service=(line,))
    aboard = replace(BOOKED, route="out", boarding_point="广场")

    ((rule, facts),) = breached(aboard, book, a_calendar(), NOW)
    assert (rule, facts["point"], facts["known"]) == ("ruled.boarding", "广场", ("总站",))
    assert broken(replace(aboard, boarding_point="总站"), book) == []
    ((rule, facts),) = breached(replace(BOOKED, party=3), with_court(seats=2), a_calendar(), NOW)
    assert (rule, facts["resource"], facts["party"], facts["seats"]) == ("ruled.seats", ("1号场",), 3, 2)
    assert broken(replace(BOOKED, party=3), with_court(seats=3)) == []
    assert broken(replace(BOOKED, party=3, units=2), with_court(seats=2)) == ["units"]


def test_who_has_more_seats_than_people_where_people_alone_are_charged_now() -> None:
    daily: Any = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    fare = PriceBand(per="person", amount=Decimal(38))
    line = badminton(kind="trip", most_units=4, timetable=(Departure(days=daily, from_=1140, to=1200),))
    spare = replace(BOOKED, party=2, units=3)

    assert broken(spare, replace(CLUB, service=(replace(line, price=()),))) == []
    assert broken(spare, replace(CLUB, service=(replace(line, price=(fare,)),))) == ["heads"]
    assert broken(set_aside(spare, "booking.units"), replace(CLUB, service=(replace(line, price=(fare,)),))) == []
