"""None is sold twice: the cases in which a desk that counts wrongly would do it, each written out by hand."""

from typing import Any

import pytest

from cscli.domain import arranging
from cscli.domain.booking import Booking, slots_of
from cscli.domain.occupancy import Slot
from cscli.domain.placing import Situation, Wish
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.values import Duration
from cscli.errors import Unavailable
from tests.builders import a_calendar, an_act, at, duration, refusal
from tests.builders import rulebook as a_rulebook

DAY = "2026-11-21"
TAKEN = ("12:00", "14:00")


def hall(**changes: Any) -> Service:
    """Return a service of one hall, at any minute."""
    fields: dict[str, Any] = {
        "id": "hall",
        "name": "馆",
        "kind": "appointment",
        "step": duration("1m"),
        "resources": ("hall",),
        "most_units": 9,
    }
    return Service(**{**fields, **changes})


class Desk:
    """A desk with one hall, where bookings are taken one after another."""

    def __init__(self, capacity: int = 1, service: Service | None = None) -> None:
        self.rules: Rulebook = a_rulebook(
            service=(service or hall(),), resource=(Resource(id="hall", name="馆", group="hall", capacity=capacity),)
        )
        self.taken: dict[str, Booking] = {}

    def facts(self, now: str, without: str | None = None) -> Situation:
        """Return what a decision rests on."""
        slots: list[Slot] = []
        for number, known in self.taken.items():
            if number != without:
                slots += slots_of(known, self.rules.service[0], at(now))
        return Situation(rulebook=self.rules, calendar=a_calendar(self.rules), slots={"hall": tuple(slots)})

    def take(self, start: str, end: str, units: int = 1, now: str = "2026-11-20 14:00") -> Booking:
        """Take the hall on Saturday; raises `Unavailable`."""
        number = f"BK-261120-{len(self.taken):06d}"
        wish = Wish(service="hall", start=at(f"{DAY} {start}"), end=at(f"{DAY} {end}"), units=units)
        self.taken[number] = arranging.create(
            wish, self.facts(now), an_act(now), record_id=number, customer=None
        )  # fmt: skip
        return self.taken[number]

    def confirm(self, booking: Booking, now: str) -> Booking:
        """Confirm a request; raises `Unavailable`."""
        self.taken[booking.id] = arranging.confirm(booking, self.facts(now, booking.id), an_act(now))
        return self.taken[booking.id]

    def is_free(self, start: str, end: str, units: int = 1) -> bool:
        """Whether the hall can be had; nothing is taken by asking."""
        try:
            self.take(start, end, units)
        except Unavailable:
            return False
        self.taken.popitem()
        return True


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("10:00", "11:00", True),  # before
        ("10:00", "12:00", True),  # ends where the other begins
        ("10:00", "12:01", False),  # one minute in
        ("11:00", "14:00", False),  # begins before, ends with it
        ("11:00", "15:00", False),  # around it
        ("12:00", "12:30", False),  # begins with it, is shorter
        ("12:00", "14:00", False),  # the same
        ("12:00", "15:00", False),  # begins with it, is longer
        ("12:30", "13:00", False),  # inside
        ("13:00", "14:00", False),  # inside, ends with it
        ("13:59", "15:00", False),  # the last minute
        ("14:00", "15:00", True),  # begins where the other ends
        ("15:00", "16:00", True),  # after
    ],
)
def test_two_times_of_any_length_meet_or_do_not(start: str, end: str, free: bool) -> None:
    desk = Desk()
    desk.take(*TAKEN)

    assert desk.is_free(start, end) is free


def test_short_ones_nested_in_a_long_one_count_where_they_are_only() -> None:
    desk = Desk(capacity=2)
    desk.take("10:00", "18:00")
    desk.take("11:00", "11:30")
    desk.take("13:00", "13:30")

    assert desk.is_free("11:30", "13:00")
    assert not desk.is_free("11:29", "13:00")
    assert not desk.is_free("11:30", "13:01")
    assert not desk.is_free("10:00", "18:00")


def test_three_that_touch_the_time_one_after_another_leave_room_for_one_beside_them() -> None:
    desk = Desk(capacity=2)
    for start, end in (("10:00", "12:00"), ("12:00", "14:00"), ("14:00", "16:00")):
        desk.take(start, end)

    desk.take("10:00", "16:00")
    assert not desk.is_free("12:00", "12:01")


def test_units_add_up_at_the_fullest_minute() -> None:
    desk = Desk(capacity=10)
    desk.take("10:00", "13:00", units=4)
    desk.take("12:00", "15:00", units=3)

    assert desk.is_free("10:00", "15:00", units=3)
    assert not desk.is_free("10:00", "15:00", units=4)
    assert desk.is_free("10:00", "12:00", units=6)
    assert desk.is_free("13:00", "15:00", units=7)
    assert not desk.is_free("12:59", "13:01", units=4)


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [("15:30", "16:00", True), ("15:29", "16:00", False), ("10:00", "10:30", True), ("10:00", "10:31", False)],
)
def test_both_set_up_and_clear_away(start: str, end: str, free: bool) -> None:
    desk = Desk(service=hall(buffer_before=duration("30m"), buffer_after=duration("60m")))
    desk.take(*TAKEN)  # with what goes before and after: 11:30 to 15:00, and as much for whoever comes next

    assert desk.is_free(start, end) is free


def test_of_two_requests_whose_holds_have_run_out_one_is_confirmed() -> None:
    desk = Desk(service=hall(confirmation="separate", hold_for=Duration(30, "m")))
    first = desk.take(*TAKEN)
    refusal(Unavailable, "unavailable", lambda: desk.take(*TAKEN, now="2026-11-20 14:29"))
    second = desk.take("13:00", "15:00", now="2026-11-20 14:30")

    refusal(Unavailable, "unavailable", lambda: desk.confirm(first, "2026-11-20 14:40"))
    assert desk.confirm(first, "2026-11-20 15:00").status == "confirmed"
    refusal(Unavailable, "unavailable", lambda: desk.confirm(second, "2026-11-20 15:01"))


def test_a_request_confirmed_twice_takes_no_more_than_once() -> None:
    desk = Desk(capacity=2, service=hall(confirmation="separate"))
    held = desk.take(*TAKEN)

    desk.confirm(held, "2026-11-20 14:10")

    assert desk.is_free(*TAKEN)
    assert not desk.is_free(*TAKEN, units=2)
