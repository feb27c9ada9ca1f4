"""What is free: which resources an order gets, at which times it could be had, and never more than there is."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.domain.availability import Free, allocate, free_times, nearest, starts, usable
from cscli.domain.occupancy import Slot, Slots
from cscli.domain.order import Order, departure_at, span_of
from cscli.domain.rulebook import Closure, Rulebook
from cscli.domain.services import Departure, Outage, Resource, Service
from cscli.domain.value import replace
from cscli.domain.values import Period
from tests.builders import WEEK, WEEKEND, a_calendar, an_order, at, badminton, duration, rulebook, yoga

DAY = at("2026-11-21 00:00")  # a Saturday, open 9:00-22:30
NOON = "2026-11-21 12:00"
ALL_WEEK: Any = (*WEEK, *WEEKEND)
Given = tuple[tuple[str, ...], tuple[int, ...]]


def minute(number: int) -> datetime:
    """Return a minute of the day."""
    return DAY + timedelta(minutes=number)


def taken(resource: str, start: str, end: str, units: int = 1, seat_class: str | None = None) -> Slots:
    """Return units of one resource taken on the Saturday."""
    slot = Slot(resource, at(f"2026-11-21 {start}"), at(f"2026-11-21 {end}"), units, f"{resource} {start}", seat_class)
    return {resource: (slot,)}


def given_to(order: Order, slots: Slots | None = None, book: Rulebook | None = None, despite: Any = ()) -> Given | None:
    """Return the resources an order gets and how many units of each, None where there is too little."""
    book = book or rulebook()
    found = allocate(book, a_calendar(book), order, slots or {}, despite)
    return (found.resources, found.shares) if found else None


def with_more(*resources: Resource) -> Rulebook:
    """Return the club's rules with more resources."""
    return replace(rulebook(), resource=(*rulebook().resource, *resources))


# --- which resource -----------------------------------------------------------------------------------------------


def test_the_first_free_court_is_given() -> None:
    assert given_to(an_order(None, NOON), taken("court-1", "12:30", "13:30")) == (("court-2",), (1,))


def test_several_courts_are_given_one_unit_each() -> None:
    slots = taken("court-1", "12:00", "13:00")

    assert given_to(an_order(None, NOON, units=2), slots) == (("court-2", "court-3"), (1, 1))
    assert given_to(an_order(None, NOON, units=3), slots) is None


def test_a_class_room_carries_its_places() -> None:
    slots = taken("yoga-room", "18:30", "19:30", units=18)

    assert given_to(an_order(yoga(), "2026-11-21 18:30", units=2), slots) == (("yoga-room",), (2,))
    assert given_to(an_order(yoga(), "2026-11-21 18:30", units=3), slots) is None


def test_an_asked_for_court_is_given_or_none() -> None:
    slots = taken("court-2", "12:00", "13:00")

    assert given_to(an_order(None, NOON, resources=("court-2",)), slots) is None
    assert given_to(an_order(None, NOON, resources=("court-3",)), slots) == (("court-3",), (1,))


def test_set_up_and_clean_up_take_the_court_too() -> None:
    buffered = badminton(buffer_before=duration("10m"), buffer_after=duration("20m"))
    order = an_order(buffered, NOON)  # takes 11:50 to 13:20

    assert order.occupied == (at("2026-11-21 11:50"), at("2026-11-21 13:20"))
    asked = replace(order, resources=("court-1",))
    assert given_to(asked, taken("court-1", "13:20", "14:00")) == (("court-1",), (1,))
    assert given_to(asked, taken("court-1", "13:19", "14:00")) is None
    assert given_to(asked, taken("court-1", "11:00", "11:50")) == (("court-1",), (1,))
    assert given_to(asked, taken("court-1", "11:00", "11:51")) is None


# --- several groups -----------------------------------------------------------------------------------------------

COACHED = with_more(
    Resource(id="coach-1", name="教练一", group="coach"),
    Resource(id="coach-2", name="教练二", group="coach"),
)
LESSON = badminton(resources=("badminton-court", "coach"), takes={"coach": "one"})


def test_every_group_a_service_needs_must_be_free() -> None:
    order = an_order(LESSON, NOON)
    one_away = taken("coach-1", "12:30", "12:40")
    courts_away = {f"court-{number}": taken(f"court-{number}", "12:59", "14:00")[f"court-{number}"] for number in
                   (1, 2, 3)}  # fmt: skip

    assert given_to(order, None, COACHED) == (("court-1", "coach-1"), (1, 1))
    assert given_to(order, one_away, COACHED) == (("court-1", "coach-2"), (1, 1))
    assert given_to(order, {**one_away, **taken("coach-2", "11:00", "12:01")}, COACHED) is None
    assert given_to(order, courts_away, COACHED) is None


def test_one_coach_stands_for_any_number_of_courts() -> None:
    assert given_to(an_order(LESSON, NOON, units=2), None, COACHED) == (("court-1", "court-2", "coach-1"), (1, 1, 1))


def test_one_asked_for_by_name_stands_for_the_own_group_only() -> None:
    order = an_order(LESSON, NOON, resources=("coach-2",))

    assert given_to(order, None, COACHED) == (("court-1", "coach-2"), (1, 1))


# --- seats, classes, whole vehicles -------------------------------------------------------------------------------

COACHES = with_more(
    Resource(id="bus-1", name="一号车", group="bus", classes={"first": 2, "second": 3}),
    Resource(id="bus-2", name="二号车", group="bus", classes={"second": 4}),
)
TRIP = Service(id="trip", name="班车", kind="trip", resources=("bus",), most_units=9)


@pytest.mark.row("B2")
@pytest.mark.parametrize(
    ("seat_class", "seats", "expected"),
    [
        ("first", 2, (("bus-1",), (2,))),
        ("first", 3, None),  # there is no first class on the other coach
        ("second", 3, (("bus-1",), (3,))),
        ("second", 4, (("bus-2",), (4,))),  # together, where one coach has room for all
        ("second", 7, (("bus-1", "bus-2"), (3, 4))),
        ("second", 8, None),
        (None, 5, (("bus-1",), (5,))),
    ],
)
def test_seats_are_given_by_class(seat_class: str | None, seats: int, expected: Given | None) -> None:
    assert given_to(an_order(TRIP, NOON, units=seats, seat_class=seat_class), None, COACHES) == expected


def test_a_class_sold_out_on_one_coach_is_had_on_the_next() -> None:
    sold = taken("bus-1", "12:00", "13:00", 2, "second")

    assert given_to(an_order(TRIP, NOON, units=1, seat_class="second"), sold, COACHES) == (("bus-1",), (1,))
    assert given_to(an_order(TRIP, NOON, units=2, seat_class="second"), sold, COACHES) == (("bus-2",), (2,))


def test_a_chartered_coach_is_taken_whole() -> None:
    charter = replace(TRIP, takes={"bus": "whole"})

    assert given_to(an_order(charter, NOON), None, COACHES) == (("bus-1",), (5,))
    one_seat = taken("bus-1", "12:59", "14:00", 1, "first")
    assert given_to(an_order(charter, NOON), one_seat, COACHES) == (("bus-2",), (4,))
    both = {**one_seat, **taken("bus-2", "11:00", "12:01")}
    assert given_to(an_order(charter, NOON), both, COACHES) is None


TABLES = with_more(
    Resource(id="large", name="大桌", group="table", seats=10),
    Resource(id="small", name="小桌", group="table", seats=4, capacity=2),
    Resource(id="middle", name="中桌", group="table", seats=6),
)
MEAL = Service(id="meal", name="用餐", kind="table", resources=("table",), most_units=3)


@pytest.mark.parametrize(
    ("party", "tables", "expected"),
    [
        (2, 1, (("small",), (1,))),
        (4, 1, (("small",), (1,))),
        (5, 1, (("middle",), (1,))),
        (7, 1, (("large",), (1,))),
        (11, 1, None),
        (8, 2, (("small",), (2,))),  # two tables of four
        (None, 1, (("large",), (1,))),  # nobody said how many come: the rulebook's order
    ],
)
def test_a_party_gets_the_smallest_table_that_seats_it(party: int | None, tables: int, expected: Given | None) -> None:
    assert given_to(an_order(MEAL, NOON, party=party, units=tables), None, TABLES) == expected


def test_a_party_gets_a_larger_table_where_the_small_ones_are_taken() -> None:
    small = taken("small", "12:00", "13:00", 2)

    assert given_to(an_order(MEAL, NOON, party=2), small, TABLES) == (("middle",), (1,))


EATING = with_more(
    Resource(id="north", name="北店", group="table", capacity=3),
    Resource(id="south", name="南店", group="table", capacity=4),
)


@pytest.mark.parametrize(
    ("tables", "named", "expected"),
    [
        (2, (), (("north",), (2,))),
        (3, (), (("south",), (3,))),  # north has two left
        (4, (), None),  # two and three would be enough, but in two houses
        (4, ("south",), None),
        (4, ("north", "south"), (("north", "south"), (2, 2))),  # who names both has both
        (6, ("north", "south"), None),
    ],
)
def test_one_party_is_not_sent_to_two_merchants_unasked(
    tables: int, named: tuple[str, ...], expected: Given | None
) -> None:
    sold = {**taken("north", "12:00", "13:00", 1), **taken("south", "12:00", "13:00", 1)}
    meal = replace(MEAL, most_units=9)

    assert given_to(an_order(meal, NOON, units=tables, resources=named), sold, EATING) == expected


def test_only_merchants_that_take_the_whole_order_are_told() -> None:
    sold = {**taken("north", "12:00", "13:00", 1), **taken("south", "12:00", "13:00", 1)}
    hour = ("2026-11-21 12:00", "2026-11-21 12:30")

    one, three = (free(MEAL, *hour, EATING, sold, units=units)[0] for units in (1, 3))
    both = free(MEAL, *hour, EATING, sold, units=4, resources=("north", "south"))[0]

    assert (one.resources, one.units) == (("north", "south"), 3)  # as many as one of them has
    assert (three.resources, three.units) == (("south",), 3)
    assert free(MEAL, *hour, EATING, sold, units=4) == []
    assert (both.resources, both.units) == (("north", "south"), 5)


# --- hours of its own, out of service -----------------------------------------------------------------------------


def with_court_1(**changes: Any) -> Rulebook:
    """Return the club's rules with court 1 otherwise."""
    first, *others = rulebook().resource
    return replace(rulebook(), resource=(replace(first, **changes), *others))


MORNINGS = with_court_1(open=dict.fromkeys(ALL_WEEK, (Period.parse("06:00-12:30"),)))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-21 07:00", (("court-1",), (1,))),  # before the desk opens, and only there
        ("2026-11-21 11:30", (("court-1",), (1,))),
        ("2026-11-21 11:31", (("court-2",), (1,))),
        ("2026-11-21 05:59", None),
        ("2026-11-21 22:00", None),
    ],
)
def test_a_resource_keeps_its_own_hours_in_place_of_the_desks(start: str, expected: Given | None) -> None:
    assert given_to(an_order(None, start), None, MORNINGS) == expected


RENOVATED = with_court_1(out=(Outage(from_=at("2026-11-21 10:00"), to=at("2026-11-21 12:00"), reason="地板翻修"),))


@pytest.mark.parametrize(
    ("start", "court"),
    [
        ("2026-11-21 09:00", "court-1"),  # until 10:00
        ("2026-11-21 09:01", "court-2"),
        ("2026-11-21 11:59", "court-2"),
        ("2026-11-21 12:00", "court-1"),
    ],
)
def test_a_court_out_of_service_is_passed_over(start: str, court: str) -> None:
    assert given_to(an_order(None, start), None, RENOVATED) == ((court,), (1,))


def test_what_is_set_aside_lets_a_closed_court_be_given() -> None:
    out = an_order(None, "2026-11-21 11:00", resources=("court-1",))
    late = an_order(None, "2026-11-21 23:00")

    assert given_to(out, None, RENOVATED) is None
    assert given_to(out, None, RENOVATED, ("booking.out_of_service",)) == (("court-1",), (1,))
    assert given_to(late) is None
    assert given_to(late, None, None, ("booking.hours",)) == (("court-1",), (1,))


def test_a_closed_day_sells_no_class_unless_it_is_set_aside() -> None:
    shut = closed_on("2026-11-21")
    lesson, court = an_order(yoga(), "2026-11-21 18:30"), an_order(None, "2026-11-21 19:00")

    assert given_to(lesson, None, shut) is None
    assert given_to(lesson, None, shut, ("booking.closed_day",)) == (("yoga-room",), (1,))
    assert given_to(court, None, shut, ("booking.closed_day",)) == (("court-1",), (1,))
    begins = starts(yoga(), a_calendar(shut), at("2026-11-21 00:00"), at("2026-11-23 00:00"))
    assert list(begins) == [at("2026-11-22 18:30")]


def closed_on(day: str) -> Rulebook:
    """Return the club's rules with a day on which it is shut."""
    closure = Closure(from_=at(f"{day} 00:00").date(), reason="盘点")
    return replace(rulebook(), calendar=replace(rulebook().calendar, closed=(closure,)))


# --- classes and trips --------------------------------------------------------------------------------------------

LINE = replace(
    TRIP,
    timetable=(
        Departure(days=ALL_WEEK, from_=8 * 60, to=10 * 60, route="north", resources=("bus-1",)),
        Departure(days=ALL_WEEK, from_=8 * 60, to=9 * 60, route="south", resources=("bus-2",)),
        Departure(days=ALL_WEEK, from_=11 * 60, to=13 * 60, route="north", resources=("bus-2",)),
        Departure(days=("sat",), from_=23 * 60 + 30, to=40, route="north", resources=("bus-1",)),
    ),
)


@pytest.mark.parametrize(
    ("start", "route", "bus"),
    [
        ("2026-11-21 08:00", "north", "bus-1"),
        ("2026-11-21 08:00", "south", "bus-2"),
        ("2026-11-21 11:00", "north", "bus-2"),
    ],
)
def test_a_departure_has_its_vehicle(start: str, route: str, bus: str) -> None:
    order = an_order(LINE, start, route=route, seat_class="second")

    assert given_to(order, None, COACHES) == ((bus,), (1,))


def test_a_full_departure_does_not_spill_into_a_vehicle_that_does_not_go() -> None:
    full = taken("bus-1", "08:00", "10:00", 5)

    assert given_to(an_order(LINE, "2026-11-21 08:00", route="north"), full, COACHES) is None


def test_a_vehicle_that_does_not_make_the_trip_cannot_be_asked_for() -> None:
    order = an_order(LINE, "2026-11-21 08:00", route="north", resources=("bus-2",))

    assert given_to(order, None, COACHES) is None


@pytest.mark.parametrize(("day", "takes"), [("2026-11-21", 70), ("2026-11-20", None)])
def test_the_night_trip_of_a_saturday_ends_on_sunday(day: str, takes: int | None) -> None:
    begins = at(f"{day} 23:30")

    departure = departure_at(LINE, a_calendar(), begins, "north")

    assert (departure.minutes if departure else None) == takes
    usual = duration("1h").delta
    assert span_of(LINE, a_calendar(), begins, "north") == (timedelta(minutes=takes) if takes else usual)


def test_the_night_trip_occupies_its_vehicle_past_midnight() -> None:
    order = an_order(LINE, "2026-11-21 23:30", "2026-11-22 00:40", route="north")
    early = Slot("bus-1", at("2026-11-22 00:30"), at("2026-11-22 05:00"), 5, "an early trip")
    later = replace(early, start=at("2026-11-22 00:40"))

    assert given_to(order, {"bus-1": (early,)}, COACHES) is None
    assert given_to(order, {"bus-1": (later,)}, COACHES) == (("bus-1",), (1,))


def test_a_departure_of_a_season_leaves_with_it() -> None:
    summer = Departure(days=ALL_WEEK, from_=600, to=660, since=date(2026, 7, 1), until=date(2026, 8, 31))
    line = replace(TRIP, timetable=(summer,))

    found = {day: departure_at(line, a_calendar(), at(f"2026-{day} 10:00")) for day in
             ("06-30", "07-01", "08-31", "09-01")}  # fmt: skip

    assert found == {"06-30": None, "07-01": summer, "08-31": summer, "09-01": None}


# --- free times ---------------------------------------------------------------------------------------------------


def free(service: Service, begin: str, finish: str, book: Rulebook | None = None, slots: Slots | None = None,
         **more: Any) -> list[Free]:  # fmt: skip
    """Return the times between two moments at which a service could be had."""
    book = book or rulebook()
    order = an_order(service, begin, **more)
    return list(free_times(book, a_calendar(book), order, slots or {}, at(begin), at(finish)))


def test_free_times_begin_on_the_step_and_end_before_closing() -> None:
    times = free(badminton(), "2026-11-20 00:00", "2026-11-21 00:00")

    assert times[0].start == at("2026-11-20 13:00")
    assert times[1].start == at("2026-11-20 13:30")
    assert times[-1].end == at("2026-11-20 22:30")
    assert {time.units for time in times} == {3}


def test_a_class_is_free_at_its_hours_only() -> None:
    times = free(yoga(), "2026-11-16 00:00", "2026-11-23 00:00")

    assert [time.start for time in times] == [at(f"2026-11-{day} 18:30") for day in (17, 19, 21, 22)]
    assert {time.units for time in times} == {20}


def test_the_nearest_times_lie_on_both_sides() -> None:
    near = nearest(free(badminton(), "2026-11-21 00:00", "2026-11-22 00:00"), at("2026-11-21 19:00"), 2)

    assert [f"{time.start:%H:%M}" for time in near] == ["18:00", "18:30", "19:00", "19:30"]


def test_a_court_with_hours_of_its_own_is_free_before_the_desk_opens() -> None:
    times = free(badminton(), "2026-11-21 00:00", "2026-11-21 10:00", MORNINGS)

    assert [(f"{time.start:%H:%M}", time.resources) for time in times[:2]] == [
        ("06:00", ("court-1",)),
        ("06:30", ("court-1",)),
    ]
    assert [f"{time.start:%H:%M}" for time in times] == ["06:00", "06:30", "07:00", "07:30", "08:00", "08:30", "09:00",
                                                         "09:30"]  # fmt: skip
    assert times[-1].resources == ("court-1", "court-2", "court-3")


def test_a_trip_tells_the_seats_left_of_a_class() -> None:
    sold = taken("bus-1", "08:00", "10:00", 1, "first")

    times = free(LINE, "2026-11-21 00:00", "2026-11-22 00:00", COACHES, sold, route="north", seat_class="first")

    assert [(f"{time.start:%H:%M}", f"{time.end:%H:%M}", time.resources, time.units) for time in times] == [
        ("08:00", "10:00", ("bus-1",), 1),
        ("23:30", "00:40", ("bus-1",), 2),
    ]


def test_whole_coaches_are_counted_as_coaches() -> None:
    charter = replace(TRIP, takes={"bus": "whole"}, step=duration("4h"))
    sold = taken("bus-2", "12:00", "13:00", 1)

    times = free(charter, "2026-11-21 09:00", "2026-11-21 21:00", COACHES, sold)

    assert [(f"{time.start:%H:%M}", time.resources, time.units) for time in times] == [
        ("12:00", ("bus-1",), 1),
        ("16:00", ("bus-1", "bus-2"), 2),
        ("20:00", ("bus-1", "bus-2"), 2),
    ]


def test_only_times_at_which_all_groups_are_free_are_told() -> None:
    away = {**taken("coach-1", "09:00", "22:30"), **taken("coach-2", "09:00", "21:00")}

    times = free(LESSON, "2026-11-21 00:00", "2026-11-22 00:00", COACHED, away)

    assert [(f"{time.start:%H:%M}", time.resources, time.units) for time in times] == [
        ("21:00", ("court-1", "court-2", "court-3", "coach-2"), 1),
        ("21:30", ("court-1", "court-2", "court-3", "coach-2"), 1),
    ]


# --- never more than there is -------------------------------------------------------------------------------------

LENGTH = 90  # minutes of the model's day, which begins at noon
STARTS = 12 * 60
FLEET = with_more(
    Resource(id="van-1", name="一号", group="van", capacity=3),
    Resource(id="van-2", name="二号", group="van", classes={"first": 1, "second": 2}),
    Resource(id="van-3", name="三号", group="van", capacity=2,
             out=(Outage(from_=minute(STARTS + 30), to=minute(STARTS + 50), reason="检修"),)),
    Resource(id="guide-1", name="甲", group="guide"),
    Resource(id="guide-2", name="乙", group="guide", capacity=2),
)  # fmt: skip
ROOM = {"van-1": 3, "van-2": 3, "van-3": 2, "guide-1": 1, "guide-2": 2}
CLASSES = {"first": 1, "second": 2}
GROUPS = {"van": ("van-1", "van-2", "van-3"), "guide": ("guide-1", "guide-2")}


class Asked:
    """One request of the model: minutes after noon, and what of which group it takes."""

    def __init__(self, drawn: tuple[int, int, int, int, str | None, str, bool]) -> None:
        self.start, length, self.buffer, self.units, self.seat_class, self.takes, self.guided = drawn
        self.end = min(self.start + length, LENGTH)

    def __repr__(self) -> str:
        return f"{self.start}-{self.end} ±{self.buffer} {self.units} {self.seat_class} {self.takes} {self.guided}"

    @property
    def occupied(self) -> range:
        return range(self.start - self.buffer, self.end + self.buffer)

    @property
    def groups(self) -> tuple[str, ...]:
        return ("van", "guide") if self.guided else ("van",)

    def order(self) -> Order:
        takes: dict[str, Any] = {"van": self.takes, "guide": "one"}
        buffer = duration(f"{self.buffer}m")
        service = replace(TRIP, resources=self.groups, takes=takes, buffer_before=buffer, buffer_after=buffer)
        start, end = minute(STARTS + self.start), minute(STARTS + self.end)
        return Order(service=service, start=start, end=end, units=self.units, seat_class=self.seat_class)


ASKED = st.lists(
    st.tuples(
        st.integers(0, LENGTH - 1),
        st.integers(1, LENGTH),
        st.sampled_from([0, 0, 5]),
        st.integers(1, 5),
        st.sampled_from([None, None, "first", "second"]),
        st.sampled_from(["units", "units", "one", "whole"]),
        st.booleans(),
    ).map(Asked),
    min_size=1,
    max_size=12,
)


class Ledger:
    """Who has what, written down minute by minute."""

    def __init__(self) -> None:
        self.sold: dict[tuple[str, int], list[tuple[int, str | None]]] = {}

    def free(self, name: str, asked: Asked) -> int:
        """Return how much of a resource is free in every minute a request needs, none while it is out of service."""
        if name == "van-3" and any(30 <= now < 50 for now in range(asked.start, asked.end)):
            return 0
        if name == "van-2" and asked.seat_class and asked.seat_class not in CLASSES:
            return 0
        least = ROOM[name]
        for now in asked.occupied:
            here = self.sold.get((name, now), [])
            least = min(least, ROOM[name] - sum(units for units, _ in here))
            if name == "van-2" and asked.seat_class:
                own = sum(units for units, seat_class in here if seat_class == asked.seat_class)
                least = min(least, CLASSES[asked.seat_class] - own)
        return least

    def fits(self, asked: Asked) -> bool:
        """Whether a request could be met at all."""
        free = {name: self.free(name, asked) for group in asked.groups for name in GROUPS[group]}
        vans = {
            "units": sum(max(0, free[name]) for name in GROUPS["van"]) >= asked.units,
            "one": any(free[name] >= 1 for name in GROUPS["van"]),
            "whole": any(free[name] == ROOM[name] for name in GROUPS["van"]),
        }
        return vans[asked.takes] and (not asked.guided or any(free[name] >= 1 for name in GROUPS["guide"]))

    def write(self, asked: Asked, shares: Mapping[str, int]) -> None:
        """Write down what a request was given."""
        for name, units in shares.items():
            for now in asked.occupied:
                self.sold.setdefault((name, now), []).append((units, asked.seat_class))

    def oversold(self) -> list[tuple[str, int]]:
        """Return where more was given than there is."""
        return [
            (name, now)
            for (name, now), here in self.sold.items()
            if sum(units for units, _ in here) > ROOM[name]
            or (
                name == "van-2"
                and any(
                    sum(units for units, own in here if own == seat_class) > places
                    for seat_class, places in CLASSES.items()
                )
            )
        ]


@given(ASKED)
def test_what_is_given_is_what_the_slow_model_has(requests: list[Asked]) -> None:
    ledger = Ledger()
    slots: dict[str, tuple[Slot, ...]] = {}
    calendar = a_calendar(FLEET)

    for number, asked in enumerate(requests):
        order = asked.order()
        found = allocate(FLEET, calendar, order, slots)

        assert (found is not None) == ledger.fits(asked), asked
        if found is None:
            continue
        shares = dict(zip(found.resources, found.shares, strict=True))
        if asked.takes == "units":
            assert sum(units for name, units in shares.items() if name in GROUPS["van"]) == asked.units
        if "van-3" in shares:
            assert not any(30 <= now < 50 for now in range(asked.start, asked.end))
        for name, units in shares.items():
            begin, finish = order.occupied
            taken_now = Slot(name, begin, finish, units, f"b{number}", asked.seat_class)
            slots[name] = (*slots.get(name, ()), taken_now)
        ledger.write(asked, shares)
        assert ledger.oversold() == []


def test_only_what_is_open_and_in_service_is_usable() -> None:
    order = an_order(None, "2026-11-21 11:00")

    assert [one.id for one in usable(RENOVATED, a_calendar(), order, "badminton-court")] == ["court-2", "court-3"]
