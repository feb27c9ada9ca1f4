"""Occupancy: peak load over half-open times decides, and a slow obvious model agrees."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.domain.booking import slots_of
from cscli.domain.occupancy import Slot, left, overloads, peak
from cscli.domain.services import Resource
from tests.builders import a_booking, at, badminton, duration

DAY = at("2026-11-21 00:00")


def minute(number: int) -> datetime:
    """Return a minute of the day."""
    return DAY + timedelta(minutes=number)


def taken(start: int, end: int, units: int = 1, seat_class: str | None = None) -> Slot:
    """Return units taken from one minute of the day to another."""
    return Slot("court-1", minute(start), minute(end), units, f"b{start}-{end}", seat_class)


def slow_peak(slots: list[Slot], start: int, end: int) -> int:
    """Return the largest load of any minute, by asking every slot at every minute."""
    return max(sum(slot.units for slot in slots if slot.start <= minute(now) < slot.end) for now in range(start, end))


# --- the peak -----------------------------------------------------------------------------------------------------


def test_ending_and_starting_at_the_same_moment_is_no_conflict() -> None:
    assert peak([taken(60, 120)], minute(120), minute(180)) == 0
    assert peak([taken(60, 120)], minute(0), minute(60)) == 0
    assert peak([taken(60, 120)], minute(119), minute(121)) == 1


def test_a_short_booking_inside_a_long_one_counts() -> None:
    assert peak([taken(0, 600), taken(200, 210)], minute(100), minute(300)) == 2


def test_bookings_that_follow_one_another_do_not_add_up() -> None:
    assert peak([taken(0, 60), taken(60, 120), taken(120, 180)], minute(0), minute(180)) == 1


def test_units_are_counted_not_bookings() -> None:
    assert peak([taken(0, 60, units=7), taken(30, 90, units=5)], minute(0), minute(90)) == 12


SLOTS = st.lists(
    st.tuples(st.integers(0, 58), st.integers(1, 59), st.integers(1, 4)).map(
        lambda drawn: taken(drawn[0], drawn[0] + drawn[1], drawn[2])
    ),
    max_size=12,
)


@given(SLOTS, st.integers(0, 100), st.integers(1, 20))
def test_the_peak_is_that_of_the_slow_model(slots: list[Slot], start: int, length: int) -> None:
    assert peak(slots, minute(start), minute(start + length)) == slow_peak(slots, start, start + length)


@given(SLOTS, st.integers(1, 6))
def test_an_overload_is_found_exactly_where_the_slow_model_finds_one(slots: list[Slot], capacity: int) -> None:
    found = overloads(slots, capacity)

    assert bool(found) == (slow_peak(slots, 0, 120) > capacity)
    assert all(load > capacity for _, load, _ in found)


# --- what is left of a resource -----------------------------------------------------------------------------------

COACH = Resource(id="court-1", name="客车", group="coach", classes={"first": 2, "second": 4})


def free(*slots: Slot, seat_class: str | None = None) -> int:
    """Return how many seats of the coach are left in the first hour."""
    return left(COACH, {"court-1": slots}, minute(0), minute(60), seat_class)


def test_the_classes_of_a_coach_add_up_to_its_seats() -> None:
    assert (COACH.room, free(), free(seat_class="first"), free(seat_class="second")) == (6, 6, 2, 4)


def test_a_class_is_sold_out_while_others_are_not() -> None:
    sold = taken(0, 60, 2, "first")

    assert (free(sold, seat_class="first"), free(sold, seat_class="second"), free(sold)) == (0, 4, 4)


def test_seats_without_a_class_are_taken_from_the_whole() -> None:
    anywhere = taken(0, 60, 5)

    assert (free(anywhere, seat_class="first"), free(anywhere, seat_class="second"), free(anywhere)) == (1, 1, 1)


def test_a_class_the_resource_does_not_have_has_no_seat() -> None:
    assert free(seat_class="sleeper") == 0


def test_a_resource_without_classes_has_its_capacity_whatever_class_is_asked_for() -> None:
    court = Resource(id="court-1", name="1号场", group="court", capacity=3)

    assert left(court, {"court-1": (taken(0, 60),)}, minute(0), minute(60), "first") == 2


# --- what a booking occupies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["requested", "confirmed", "in_service"])
def test_what_stands_occupies_with_set_up_and_clean_up(status: str) -> None:
    service = badminton(buffer_before=duration("10m"), buffer_after=duration("20m"))

    (slot,) = slots_of(a_booking(status), service)

    assert (slot.resource, slot.start, slot.end, slot.units) == (
        "court-1", at("2026-11-21 18:50"), at("2026-11-21 20:20"), 1,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["completed", "no_show", "cancelled", "unmet", "closed"])
def test_what_has_ended_occupies_nothing(status: str) -> None:
    assert slots_of(a_booking(status), badminton()) == ()


def test_each_resource_of_a_booking_is_taken_by_its_share_and_class() -> None:
    booking = a_booking(resources=("bus-1", "driver-1"), shares=(3, 1), units=3, seat_class="first")

    assert [(slot.resource, slot.units, slot.seat_class) for slot in slots_of(booking, None)] == [
        ("bus-1", 3, "first"),
        ("driver-1", 1, "first"),
    ]


def test_a_held_request_occupies_until_its_hold_runs_out() -> None:
    held = a_booking("requested")  # until 10:30

    assert slots_of(held, badminton(), at("2026-11-20 10:29")) != ()
    assert slots_of(held, badminton(), at("2026-11-20 10:30")) == ()
