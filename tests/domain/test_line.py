"""The line: who asks only now, or wants to move, takes nothing that somebody who waits would have had.

Three courts; those who wait want one of them on Saturday at seven.
"""

from typing import Any

import pytest

from cscli.domain import moving
from cscli.domain.arranging import create
from cscli.domain.booking import Booking
from cscli.domain.moving import Wanted
from cscli.domain.permit import Permit
from cscli.domain.placing import Situation, Wish
from cscli.domain.value import replace
from cscli.errors import Refused
from tests.builders import a_booking, a_permit, at, refusal
from tests.domain.test_queue import EIGHT, SEVEN, TWO_PM, a_desk, a_wish, court, offered

MINE = "CU-261120-ZZZZZZ"


def a_line(*waiting: Booking, taken: tuple[int, ...] = (1, 2)) -> Situation:
    """Return a desk at which some courts are taken at seven and these customers wait."""
    return replace(a_desk(*(court(number) for number in taken)), waiting=waiting)


def take(desk: Situation, *, permit: Permit | None = None, waitlist: bool = False, **said: Any) -> Booking:
    """Return the booking of a customer who asks only now."""
    wish = Wish(service="badminton", start=at(SEVEN), end=at(EIGHT), **said)
    return create(wish, desk, TWO_PM, record_id="BK-261120-QQQQQQ", customer=MINE, permit=permit, waitlist=waitlist)


def test_the_last_court_is_for_who_waits_first() -> None:
    late, early = a_wish("B", since="10:05"), a_wish("A", since="10:00")

    facts = refusal(Refused, "refused.booking.queue_order", lambda: take(a_line(late, early)))

    assert (facts["first"], facts["since"], facts["rule"]) == (early.id, early.received_at, "booking.queue_order")


def test_where_everybody_can_be_served_nobody_is_turned_away() -> None:
    assert take(a_line(a_wish(), taken=(1,))).resources == ("court-2",)
    refusal(Refused, "refused.booking.queue_order", lambda: take(a_line(a_wish("A"), a_wish("B"), taken=(1,))))
    assert take(a_line(a_wish(units=2))).resources == ("court-3",)  # there are not two courts for them anyway


@pytest.mark.parametrize(
    "other",
    [
        a_wish(resources=("court-2",)),
        a_wish(start=EIGHT),
        a_wish(service="yoga"),
        a_wish(waitlisted=False),
        offered(a_wish(), when="13:50"),  # holds an offer that stands until 14:20
        offered(a_wish(), when="13:00"),  # had one and let it run out
    ],
    ids=["another court", "another time", "another service", "waits no more", "on offer", "offer run out"],
)
def test_who_loses_nothing_stands_in_nobodys_way(other: Booking) -> None:
    assert take(a_line(other)).status == "confirmed"


def test_a_permit_sets_the_line_aside_and_is_kept() -> None:
    taken = take(a_line(a_wish()), permit=a_permit("the mayor"))

    assert (taken.events[0].overrode, taken.events[0].reason) == (("booking.queue_order",), "the mayor")


def test_a_wish_joins_the_line_though_something_is_free() -> None:
    wish = take(a_line(a_wish()), waitlist=True)

    assert (wish.status, wish.waitlisted, wish.resources, wish.shares) == ("unmet", True, (), ())
    assert "2026-11-21 19:00" not in " ".join(wish.events[-1].alternatives)


def test_who_waits_in_person_takes_the_own_turn() -> None:
    own, later, earlier = a_wish("B", since="10:05", customer=MINE), a_wish("C", since="10:10"), a_wish("A")

    assert take(a_line(own, later)).status == "confirmed"
    refusal(Refused, "refused.booking.queue_order", lambda: take(a_line(own, earlier)))


# --- moving -----------------------------------------------------------------------------------------------------


def move(desk: Situation, *, permit: Permit | None = None, **wanted: Any) -> Booking:
    """Return a booking of court 3, Saturday from eight to nine, after a change."""
    before = a_booking("confirmed", EIGHT, resources=("court-3",), customer=MINE)
    return moving.change(before, Wanted(**wanted), desk, TWO_PM, cause="customer", permit=permit)


def test_nobody_moves_into_what_others_wait_for() -> None:
    desk = a_line(a_wish())

    refusal(Refused, "refused.booking.queue_order", lambda: move(desk, start=at(SEVEN)))
    refusal(Refused, "refused.booking.queue_order", lambda: move(desk, start=at(SEVEN), end=at("2026-11-21 21:00")))
    moved = move(desk, start=at(SEVEN), permit=a_permit())
    assert (moved.start, moved.events[-1].overrode) == (at(SEVEN), ("booking.queue_order",))


def test_what_somebody_has_already_they_may_keep_for_longer() -> None:
    waits_for_eight = a_wish(start=EIGHT)
    desk = replace(
        a_desk(court(1, EIGHT, "2026-11-21 22:00"), court(2, EIGHT, "2026-11-21 22:00")), waiting=(waits_for_eight,)
    )

    assert move(desk, end=at("2026-11-21 22:00")).end == at("2026-11-21 22:00")


def test_words_are_put_right_whoever_waits() -> None:
    assert move(a_line(a_wish(start=EIGHT)), words={"details": "two rackets"}).details == "two rackets"
