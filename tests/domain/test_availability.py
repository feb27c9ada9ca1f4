"""Occupancy: peak load over half-open times decides, and a slow obvious model agrees."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.domain import availability
from cscli.domain.availability import Slot, allocate, breaches, free_times, nearest, overloads, peak
from cscli.domain.services import Resource
from cscli.domain.value import replace
from tests.builders import a_calendar, at, badminton, duration, rulebook, yoga

DAY = at("2026-11-21 00:00")


def taken(start: int, end: int, units: int = 1, resource: str = "court-1") -> Slot:
    """Return units taken from one minute of the day to another."""
    return Slot(resource, DAY + timedelta(minutes=start), DAY + timedelta(minutes=end), units, f"b{start}-{end}")


def minute(number: int) -> datetime:
    """Return a minute of the day."""
    return DAY + timedelta(minutes=number)


def slow_peak(slots: list[Slot], start: int, end: int) -> int:
    """Return the largest load of any minute, by asking every slot at every minute."""
    return max(sum(slot.units for slot in slots if slot.start <= minute(now) < slot.end) for now in range(start, end))


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


def test_the_first_free_court_is_given() -> None:
    slots = {"court-1": (taken(600, 660),), "court-2": (), "court-3": ()}

    given_one = allocate(rulebook(), badminton(), slots, minute(600), minute(660), 1)

    assert given_one is not None
    assert given_one.resources == ("court-2",)


def test_several_courts_are_given_one_unit_each() -> None:
    slots = {"court-1": (taken(600, 660),)}

    given_two = allocate(rulebook(), badminton(), slots, minute(600), minute(660), 2)

    assert given_two is not None
    assert (given_two.resources, given_two.shares) == (("court-2", "court-3"), (1, 1))
    assert allocate(rulebook(), badminton(), slots, minute(600), minute(660), 3) is None


def test_a_class_room_carries_its_places() -> None:
    slots = {"yoga-room": (taken(1110, 1170, units=18, resource="yoga-room"),)}

    assert allocate(rulebook(), yoga(), slots, minute(1110), minute(1170), 2) is not None
    assert allocate(rulebook(), yoga(), slots, minute(1110), minute(1170), 3) is None


def test_every_group_a_service_needs_must_be_free() -> None:
    book = rulebook()
    book = replace(book, resource=(*book.resource, Resource(id="coach-1", name="教练", group="coach")))
    lesson = badminton(resources=("badminton-court", "coach"))

    assert allocate(book, lesson, {}, minute(600), minute(660), 1) is not None
    assert allocate(book, lesson, {"coach-1": (taken(630, 640),)}, minute(600), minute(660), 1) is None


def test_an_asked_for_court_is_given_or_none() -> None:
    slots = {"court-2": (taken(600, 660),)}

    assert allocate(rulebook(), badminton(), slots, minute(600), minute(660), 1, ("court-2",)) is None
    asked = allocate(rulebook(), badminton(), slots, minute(600), minute(660), 1, ("court-3",))
    assert asked is not None
    assert asked.resources == ("court-3",)


def test_set_up_and_clean_up_take_the_court_too() -> None:
    buffered = badminton(buffer_before=duration("10m"), buffer_after=duration("20m"))

    assert availability.occupied(buffered, minute(600), minute(660)) == (minute(590), minute(680))
    assert allocate(rulebook(), buffered, {"court-1": (taken(680, 700),)}, minute(600), minute(660), 1) is not None
    everywhere = {f"court-{number}": (taken(679, 700),) for number in (1, 2, 3)}
    assert allocate(rulebook(), buffered, everywhere, minute(600), minute(660), 1) is None


def test_free_times_begin_on_the_step_and_end_before_closing() -> None:
    book = rulebook()
    calendar = a_calendar(book)

    times = list(free_times(book, calendar, badminton(), {}, at("2026-11-20 00:00"), at("2026-11-21 00:00")))

    assert times[0].start == at("2026-11-20 13:00")
    assert times[1].start == at("2026-11-20 13:30")
    assert times[-1].end == at("2026-11-20 22:30")
    assert {time.units for time in times} == {3}


def test_a_class_is_free_at_its_hours_only() -> None:
    book = rulebook()

    times = list(free_times(book, a_calendar(book), yoga(), {}, at("2026-11-16 00:00"), at("2026-11-23 00:00")))

    assert [time.start for time in times] == [at(f"2026-11-{day} 18:30") for day in (17, 19, 21, 22)]


def test_the_nearest_times_lie_on_both_sides() -> None:
    book = rulebook()
    times = list(free_times(book, a_calendar(book), badminton(), {}, at("2026-11-21 00:00"), at("2026-11-22 00:00")))

    near = nearest(times, at("2026-11-21 19:00"), 2)

    assert [f"{time.start:%H:%M}" for time in near] == ["18:00", "18:30", "19:00", "19:30"]


NOW = at("2026-11-20 14:00")


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("start", "end", "broken"),
    [
        ("2026-11-20 19:00", "2026-11-20 20:00", ()),
        ("2026-11-21 22:00", "2026-11-21 22:30", ()),
        ("2026-11-21 23:30", "2026-11-22 00:30", ("booking.hours",)),
        ("2026-11-21 22:00", "2026-11-21 23:00", ("booking.hours",)),
        ("2026-11-20 12:30", "2026-11-20 13:30", ("booking.hours",)),
        ("2026-11-22 09:00", "2026-11-22 10:00", ("booking.advance",)),
        ("2026-11-20 19:10", "2026-11-20 20:10", ("booking.step",)),
        ("2026-11-20 19:00", "2026-11-20 20:10", ("booking.step",)),
    ],
)
def test_the_court_can_be_had_one_day_ahead_inside_opening_hours(start: str, end: str, broken: tuple[str, ...]) -> None:
    book = rulebook()
    service = badminton(advance=duration("1d"))

    found = breaches(service, a_calendar(book), at(start), at(end), 1, NOW)

    assert tuple(breach.rule for breach in found) == broken
