"""The sheet of a day: departures with and without passengers, vehicles that share a party, visits by assignee."""

from datetime import date
from typing import Any

import pytest

from cscli.domain import dispatching
from cscli.domain.booking import Booking
from cscli.domain.dispatching import Run, Seats
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Departure, Resource, Route, Service
from cscli.domain.value import replace
from tests.builders import a_booking, a_calendar, at, rulebook

SATURDAY = date(2026, 11, 21)
EVERY_DAY: Any = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def line(**changes: Any) -> Service:
    """Return a line that leaves at 9:00 with bus 1 and at 23:30 with any bus, an hour and ten minutes each."""
    service = Service(
        id="line", name="班线", kind="trip", resources=("bus",),
        route=(Route(id="out", name="去程", origin="市区", destination="机场", boarding=("总站", "广场")),),
        timetable=(
            Departure(days=EVERY_DAY, from_=9 * 60, to=10 * 60 + 10, route="out", resources=("bus-1",)),
            Departure(days=EVERY_DAY, from_=23 * 60 + 30, to=40, route="out"),
        ),
    )  # fmt: skip
    return replace(service, **changes)


def rules(*services: Service) -> Rulebook:
    return rulebook(
        service=services or (line(),),
        resource=(
            Resource(id="bus-1", name="一号车", group="bus", classes={"standard": 4, "business": 2}),
            Resource(id="bus-2", name="二号车", group="bus", capacity=6),
        ),
    )


def seat(number: int, status: str = "confirmed", start: str = "2026-11-21 09:00", **changes: Any) -> Booking:
    """Return one seat to the airport, from the first stop, held until Friday 10:30 where it is a request."""
    told: dict[str, Any] = {
        "id": f"BK-261120-00000{number}", "service": "line", "route": "out", "seat_class": "standard",
        "resources": ("bus-1",), "boarding_point": "总站", **changes,
    }  # fmt: skip
    booking = a_booking(status, start, **told)
    return replace(booking, end=at("2026-11-21 10:10") if start.endswith("09:00") else at("2026-11-22 00:40"))


def runs(*bookings: Booking, book: Rulebook | None = None, now: str = "2026-11-20 10:20") -> list[Run]:
    return dispatching.runs(SATURDAY, bookings, book or rules(), a_calendar(), at(now))


def test_a_departure_nobody_has_booked_is_on_the_sheet_too() -> None:
    night, morning = runs()

    assert (morning.vehicle and morning.vehicle.id, morning.start, morning.end) == (
        "bus-1", at("2026-11-21 09:00"), at("2026-11-21 10:10"),
    )  # fmt: skip
    assert morning.seats == (Seats("standard", 0, 4), Seats("business", 0, 2))
    assert (night.vehicle, night.end) == (None, at("2026-11-22 00:40"))  # arrives on Sunday


def test_seats_are_counted_by_class_and_only_those_that_are_sold() -> None:
    taken = (seat(1, units=2), seat(2, seat_class="business"), seat(3, "cancelled"), seat(4, "no_show"),
             seat(5, "requested", units=3))  # fmt: skip

    (_, morning) = runs(*taken)
    (_, later) = runs(*taken, now="2026-11-20 10:30")  # the hold has run out

    assert morning.seats == (Seats("standard", 3, 4), Seats("business", 1, 2))
    assert [booking.id[-1] for booking in morning.bookings] == ["1", "2", "4"]
    assert (morning.held, later.held) == (3, 0)


def test_a_seat_that_was_sold_stays_so_once_the_booking_is_closed() -> None:
    (_, morning) = runs(seat(1, "closed", outcome="completed"), seat(2, "closed", outcome="cancelled"))

    assert [booking.id[-1] for booking in morning.bookings] == ["1"]


def test_passengers_stand_in_the_order_of_the_stops() -> None:
    (_, morning) = runs(seat(1, boarding_point="路口"), seat(2, boarding_point="广场"), seat(3), seat(4))

    assert [booking.id[-1] for booking in morning.bookings] == ["3", "4", "2", "1"]  # an unknown stop comes last


def test_a_departure_with_any_vehicle_is_that_of_its_passengers() -> None:
    found = runs(seat(1, start="2026-11-21 23:30", resources=("bus-2",), seat_class=None))

    assert [(run.vehicle.id if run.vehicle else None, run.start) for run in found] == [
        ("bus-1", at("2026-11-21 09:00")), ("bus-2", at("2026-11-21 23:30")),
    ]  # fmt: skip


def test_a_party_on_two_vehicles_is_on_both_sheets_with_its_share() -> None:
    party = seat(1, units=5, resources=("bus-1", "bus-2"), shares=(2, 3))

    (_, first, second) = runs(party)

    assert (first.seats[0], second.seats) == (Seats("standard", 2, 4), (Seats("", 3, 6),))
    assert first.bookings == second.bookings == (party,)


def test_a_trip_out_of_the_timetable_is_a_run_of_its_own() -> None:
    extra = replace(seat(1), start=at("2026-11-21 12:00"), end=at("2026-11-21 13:10"))

    assert [f"{run.start:%H:%M}" for run in runs(extra) if run.vehicle] == ["09:00", "12:00"]


def test_a_charter_fills_as_many_seats_as_travel() -> None:
    charter = Service(id="line", name="包车", kind="trip", resources=("bus",), takes={"bus": "whole"})

    (run,) = runs(seat(1, party=30, seat_class=None, resources=("bus-2",)), book=rules(charter))

    assert run.seats == (Seats("", 30, 6),)


@pytest.mark.parametrize(
    ("status", "listed"), [("requested", True), ("confirmed", True), ("in_service", True), ("completed", False)]
)
def test_visits_are_listed_until_they_are_made(status: str, listed: bool) -> None:
    book = rules(Service(id="on-site", name="上门", kind="visit"))
    visit = a_booking(status, service="on-site", resources=(), assigned_to="chen.jie")

    assert ("chen.jie" in dispatching.visits((visit,), book)) is listed


@pytest.mark.parametrize(("day", "listed"), [(21, True), (22, False)])
def test_visits_that_were_made_stand_on_the_sheet_of_their_day(day: int, listed: bool) -> None:
    book = rules(Service(id="on-site", name="上门", kind="visit"))
    made = a_booking("completed", service="on-site", resources=(), assigned_to="chen.jie",
                     arrived_at=at("2026-11-21 19:05"))  # fmt: skip

    assert ("chen.jie" in dispatching.visits((made,), book, date(2026, 11, day))) is listed


def test_visits_of_nobody_come_first_and_each_ones_by_time() -> None:
    book = rules(Service(id="on-site", name="上门", kind="visit"))
    some = [
        a_booking("requested", f"2026-11-21 {time}", id=f"BK-261120-00000{number}", service="on-site", assigned_to=who)
        for number, time, who in ((1, "14:00", "chen.jie"), (2, "10:00", "chen.jie"), (3, "16:00", None))
    ]

    found = dispatching.visits(some, book)

    assert {who: [one.id[-1] for one in own] for who, own in found.items()} == {"": ["3"], "chen.jie": ["2", "1"]}
    assert list(found) == ["", "chen.jie"]
