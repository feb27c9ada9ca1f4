"""The desk and its slow, obvious double say the same, whatever comes; and what they once disagreed about, by name."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cscli.domain import arranging, moving, serving
from cscli.domain.booking import Booking, slots_of
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.placing import Situation, Wish
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import replace
from cscli.domain.values import Period
from cscli.errors import Unavailable
from cscli.store import codec, shape
from tests.builders import BOOKING_ID, WEEK, WEEKEND, a_calendar, an_act, at, badminton, duration, refusal
from tests.builders import rulebook as a_rulebook
from tests.conftest import PROJECT
from tests.model.__main__ import typed
from tests.model.hands import Answer, Functions
from tests.model.slow import Asked, Known, SlowDesk
from tests.model.walk import DisagreementError, Walk, story

LONG = bool(os.environ.get("CSCLI_TORTURE"))
STORIES, TYPED = (200, 20) if LONG else (10, 2)


@pytest.mark.parametrize("seed", range(STORIES))
def test_both_desks_take_refuse_charge_and_pay_back_alike(seed: int) -> None:
    story(seed, 150)


@pytest.mark.parametrize("seed", range(TYPED))
def test_a_real_desk_spoken_to_by_commands_does_too(tmp_path: Path, seed: int) -> None:
    typed(1000 + seed, tmp_path / "desk", 30)


@pytest.mark.parametrize("profile", ["sports-club", "restaurant"])
def test_under_the_worked_rulebooks_they_agree_as_well(profile: str) -> None:
    text = (PROJECT / "templates" / "profiles" / f"{profile}.zh.toml").read_text(encoding="utf-8")
    for seed in range(20 if LONG else 4):
        Walk(seed, text, int(at("2026-11-20 07:00").timestamp()), Functions(text)).run(120)


# --- the double itself ------------------------------------------------------------------------------------------

RULES = """
[desk]
timezone = "Asia/Shanghai"
[calendar.open]
sat = ["09:00-22:00"]
[[resource]]
id = "hall"
group = "hall"
classes = { front = 2, back = 3 }
[[service]]
id = "seat"
kind = "appointment"
step = "1m"
resources = ["hall"]
buffer_after = "30m"
[[service.price]]
per = "hour"
amount = "10.00"
to = "18:00"
[[service.price]]
per = "hour"
amount = "15.50"
[[service.refund]]
notice = "24h"
fee = "0%"
[[service.refund]]
fee = "33%"
"""
SIX = int(at("2026-11-21 18:00").timestamp())
HOUR = 3600


def seats(units: int, seat_class: str | None = None, start: int = SIX) -> Asked:
    """Return a wish for an hour from six."""
    return Asked("seat", start, start + HOUR, units=units, seat_class=seat_class)


def test_the_double_counts_places_and_classes_by_the_minute() -> None:
    slow = SlowDesk(RULES)
    slow.bookings["a"] = Known(seats(2, "front"), "confirmed", None, [("hall", 2)])

    assert slow.fits(seats(3, "back"), 0)
    assert not slow.fits(seats(1, "front"), 0)
    assert not slow.fits(seats(4), 0)
    assert not slow.fits(seats(1, "front", SIX + HOUR + 1740), 0)  # 29 of the 30 minutes of clearing away
    assert slow.fits(seats(1, "front", SIX + HOUR + 1800), 0)


def test_the_double_knows_when_somebody_who_waits_may_lose() -> None:
    slow = SlowDesk(RULES)
    slow.bookings["a"] = Known(seats(1, "front"), "confirmed", None, [("hall", 1)])
    slow.bookings["b"] = Known(seats(2, "back"), "unmet", None)

    assert not slow.in_the_way(seats(1), 0)  # three at the back, two waited for
    assert slow.in_the_way(seats(2), 0)
    assert slow.in_the_way(seats(3, start=SIX + HOUR + 1740), 0)
    assert not slow.in_the_way(seats(3, start=SIX + HOUR + 1800), 0)
    slow.bookings["b"].asked.units = 4  # more than there are: nobody who waits can lose that
    assert not slow.in_the_way(seats(3), 0)


def test_the_double_charges_by_the_minute_and_keeps_by_the_second() -> None:
    slow = SlowDesk(RULES)
    half_before = Asked("seat", SIX - 1200, SIX + 2400)  # 20 minutes at 10.00, 40 at 15.50
    known = Known(half_before, "confirmed", slow.price(half_before), paid_in=Decimal("20.00"))  # type: ignore[arg-type]

    assert known.price == Decimal("3.33") + Decimal("10.33")
    day_before = half_before.start - 24 * HOUR
    assert slow.fee(known, day_before, phoned=False, absent=False, cause="customer") == 0
    assert slow.fee(known, day_before + 1, phoned=False, absent=False, cause="customer") == Decimal("4.51")
    assert slow.fee(known, day_before + 1, phoned=False, absent=False, cause="resource") == 0


def test_a_desk_that_sold_twice_would_be_found_out() -> None:
    slow = SlowDesk(RULES)
    slow.bookings["a"] = Known(seats(3, "back"), "confirmed", None, [("hall", 3)])
    slow.bookings["b"] = Known(seats(1, "back", SIX + 1800), "confirmed", None, [("hall", 1)])

    assert {minute * 60 for _, minute in slow.oversold(0)} == set(range(SIX + 1800, SIX + HOUR + 1800, 60))


def test_a_disagreement_names_the_seed_that_plays_it_again() -> None:
    class Liar:
        """Hands that say yes to everything and do nothing."""

        def __getattr__(self, name: str) -> Any:
            return lambda *_, **__: Answer("done", "BK-1")

    with pytest.raises(DisagreementError, match="seed 7, step"):
        Walk(7, RULES, SIX - 40 * HOUR, Liar()).run(50)


# --- what they once disagreed about -----------------------------------------------------------------------------


def a_desk(service: Service, *resources: Resource, taken: tuple[Slot, ...] = ()) -> Situation:
    """Return what a decision rests on."""
    rules: Rulebook = a_rulebook(service=(service,))
    rules = replace(rules, resource=(*rules.resource, *resources))
    slots = {slot.resource: tuple(one for one in taken if one.resource == slot.resource) for slot in taken}
    return Situation(rulebook=rules, calendar=a_calendar(rules), slots=slots)


def take(desk: Situation, **more: Any) -> Booking:
    """Take an hour on Saturday at seven in the evening."""
    wish = Wish(service=desk.rulebook.service[0].id, start=at("2026-11-21 19:00"), **more)
    return arranging.create(wish, desk, an_act("2026-11-20 14:00"), record_id=BOOKING_ID, customer=None)


def test_more_people_on_a_court_do_not_make_more_courts() -> None:
    desk = a_desk(badminton(most_units=3))
    alone = take(desk, party=1)

    together = moving.change(alone, Wanted(party=3), desk, an_act("2026-11-20 15:00"), cause="customer")

    assert (together.party, together.units, together.resources) == (3, 1, ("court-1",))


def test_a_trainer_who_is_off_then_gives_way_to_one_who_is_there() -> None:
    early, late = (
        {day: (Period.parse(hours),) for day in (*WEEK, *WEEKEND)} for hours in ("09:00-20:00", "09:00-22:30")
    )
    trainers = (Resource(id="trainer-1", name="教练一", group="trainer", open=early),
                Resource(id="trainer-2", name="教练二", group="trainer", open=late))  # fmt: skip
    desk = a_desk(badminton(resources=("trainer",)), *trainers)
    lesson = take(desk)

    moved = moving.change(
        lesson, Wanted(start=at("2026-11-21 20:00")), desk, an_act("2026-11-20 15:00"), cause="customer"
    )

    assert (lesson.resources, moved.resources) == (("trainer-1",), ("trainer-2",))


def test_a_payment_after_the_hold_has_run_out_takes_nobodys_place() -> None:
    desk = a_desk(badminton(confirmation="separate", hold_for=duration("30m")))
    held = take(desk)

    in_time = serving.pay(held, an_act("2026-11-20 14:29"), Decimal("15.00"), "cash")
    too_late = serving.pay(held, an_act("2026-11-20 14:30"), Decimal("15.00"), "cash")
    told_late = serving.pay(held, an_act("2026-11-20 14:29", now="2026-11-20 15:00"), Decimal("15.00"), "cash")

    assert slots_of(in_time, badminton(), at("2026-11-21 10:00")) != ()
    for paid in (too_late, told_late):
        assert paid.hold_until == at("2026-11-20 14:30")
        assert slots_of(paid, badminton(), at("2026-11-20 15:00")) == ()


def test_units_that_spread_unevenly_can_be_written_down() -> None:
    halls = (
        Resource(id="hall-1", name="一号馆", group="hall", capacity=2),
        Resource(id="hall-2", name="二号馆", group="hall"),
    )
    desk = a_desk(badminton(resources=("hall",), most_units=3), *halls)
    one = take(desk)

    three = moving.change(one, Wanted(units=3), desk, an_act("2026-11-20 15:00"), cause="customer")

    assert (three.resources, three.shares) == (("hall-1", "hall-2"), (2, 1))
    assert codec.prove(Booking, shape.plain(three), "x.toml") == three
    assert codec.load(Booking, codec.dump(three).encode(), "x.toml") == three


def test_a_table_moves_with_its_merchant_or_not_at_all() -> None:
    def restaurant(number: int) -> Resource:
        return Resource(id=f"restaurant-{number}", name=f"餐厅{number}", group="restaurant", capacity=2)

    full = Slot("restaurant-1", at("2026-11-21 20:00"), at("2026-11-21 21:00"), 2, "other")
    meal = badminton(kind="table", resources=("restaurant",), most_units=2, price=())
    desk = a_desk(meal, restaurant(1), restaurant(2), taken=(full,))
    ordered = take(desk, resources=("restaurant-1",))

    later = Wanted(start=at("2026-11-21 20:00"))
    refusal(
        Unavailable,
        "unavailable.named",
        lambda: moving.change(ordered, later, desk, an_act("2026-11-20 15:00"), cause="customer"),
    )
    two = moving.change(ordered, Wanted(units=2), desk, an_act("2026-11-20 15:00"), cause="customer")
    assert (two.resources, two.units) == (("restaurant-1",), 2)
