"""Arranging: how a wish becomes an order, what a booking on a coach or at a table is given, and how it is moved."""

from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import arranging, moving
from cscli.domain.booking import Booking
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.patron import NOBODY, Missed, Patron
from cscli.domain.placing import Situation, Wish
from cscli.domain.rulebook import CardType, Level, MemberRules, Rulebook
from cscli.domain.services import Departure, Outage, PriceBand, Priority, Resource, Route, Service
from cscli.domain.value import replace
from cscli.errors import CscliError, NotFound, Refused, Unavailable
from tests.builders import (
    BOOKING_ID,
    CUSTOMER_ID,
    WEEK,
    WEEKEND,
    a_calendar,
    a_permit,
    an_act,
    at,
    badminton,
    duration,
    refusal,
    rulebook,
    yoga,
)

ALL_WEEK: Any = (*WEEK, *WEEKEND)
NOW = "2026-11-20 14:00"
LINE = Service(
    id="line",
    name="班线",
    kind="trip",
    resources=("bus",),
    most_units=5,
    change_notice=duration("2h"),
    route=(
        Route(id="north", name="北线", origin="市区", destination="机场", boarding=("人民广场", "客运站")),
        Route(id="south", name="南线", origin="市区", destination="大学"),
    ),
    price=(
        PriceBand(per="person", amount=Decimal("38.00"), route="north"),
        PriceBand(per="person", amount=Decimal("65.00"), route="south"),
    ),
    timetable=(
        Departure(days=ALL_WEEK, from_=8 * 60, to=9 * 60 + 10, route="north", resources=("bus-1",)),
        Departure(days=ALL_WEEK, from_=10 * 60, to=11 * 60 + 10, route="north", resources=("bus-2",)),
        Departure(days=ALL_WEEK, from_=10 * 60, to=11 * 60 + 30, route="south", resources=("bus-1",)),
    ),
)
MEAL = Service(id="meal", name="用餐", kind="table", resources=("table",), most_party=8, step=duration("30m"))
PLACES = (
    Resource(id="bus-1", name="一号车", group="bus", classes={"first": 2, "second": 4}),
    Resource(id="bus-2", name="二号车", group="bus", classes={"second": 6}),
    Resource(id="small", name="小桌", group="table", seats=4),
    Resource(id="large", name="大桌", group="table", seats=8),
)


def rules(*services: Service, **changes: Any) -> Rulebook:
    """Return the club's rules with coaches and tables."""
    book = rulebook(**changes)
    return replace(book, resource=(*book.resource, *PLACES), service=(*book.service, LINE, MEAL, *services))


def facts(book: Rulebook | None = None, patron: Patron = NOBODY, *taken: Slot) -> Situation:
    """Return what a decision rests on."""
    book = book or rules()
    slots: dict[str, tuple[Slot, ...]] = {}
    for slot in taken:
        slots[slot.resource] = (*slots.get(slot.resource, ()), slot)
    return Situation(rulebook=book, calendar=a_calendar(book), slots=slots, patron=patron)


def take(service: str, start: str, known: Situation | None = None, **words: Any) -> Booking:
    """Take a booking on Friday at 14:00."""
    more = {name: words.pop(name) for name in ("waitlist", "permit", "confirm") if name in words}
    wish = Wish(service=service, start=at(start), **words)
    return arranging.create(wish, known or facts(), an_act(NOW), record_id=BOOKING_ID, customer=CUSTOMER_ID, **more)


def move(booking: Booking, known: Situation | None = None, when: str = "2026-11-20 14:10", **wanted: Any) -> Booking:
    """Change a booking ten minutes later."""
    return moving.change(booking, Wanted(**wanted), known or facts(), an_act(when), cause="customer")


def alternatives_of(service: str, start: str, known: Situation, **words: Any) -> list[str]:
    """Return the times that are offered where nothing is free."""
    with pytest.raises(Unavailable) as caught:
        take(service, start, known, **words)
    return [f"{free.start:%d %H:%M} {free.resources[0]}" for free in caught.value.alternatives]  # type: ignore[attr-defined]


# --- a trip -------------------------------------------------------------------------------------------------------

EIGHT = "2026-11-21 08:00"
TEN = "2026-11-21 10:00"


@pytest.mark.row("B2")
def test_a_trip_takes_a_seat_for_each_passenger_and_says_where_it_goes() -> None:
    booked = take("line", EIGHT, route="north", party=3, seat_class="second", boarding_point="客运站")

    assert (booked.units, booked.party, booked.resources, booked.shares) == (3, 3, ("bus-1",), ())
    assert (booked.origin, booked.destination, booked.boarding_point) == ("市区", "机场", "客运站")
    assert (booked.end, str(booked.price)) == (at("2026-11-21 09:10"), "114.00")


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [
        ({"route": "west"}, NotFound, "rulebook.no_route"),
        ({"route": "north", "boarding_point": "大学"}, Refused, "refused.booking.boarding"),
        ({"route": "north", "seat_class": "sleeper"}, Refused, "refused.booking.seat_class"),
        ({"route": "north", "boarding_point": "火车站"}, Refused, "refused.booking.boarding"),
        ({"route": "north", "resources": ("court-1",)}, Refused, "refused.booking.resource"),
        ({"route": "north", "resources": ("bus-1", "bus-2")}, Refused, "refused.booking.too_many"),
        ({"route": "south"}, Refused, "refused.booking.no_trip"),  # none to the south at eight
    ],
)
def test_what_the_line_does_not_have_is_refused(words: Any, kind: type[CscliError], key: str) -> None:
    refusal(kind, key, lambda: take("line", EIGHT, **words))


@pytest.mark.row("B3")
def test_another_departure_is_made_by_its_own_vehicle() -> None:
    booked = take("line", EIGHT, route="north", party=2)

    moved = move(booked, start=at(TEN))

    assert (booked.resources, moved.resources) == (("bus-1",), ("bus-2",))
    assert (moved.end, str(moved.price)) == (at("2026-11-21 11:10"), "76.00")


def test_another_route_has_its_own_vehicle_length_fare_and_places() -> None:
    moved = move(take("line", TEN, route="north", party=2), route="south")

    assert (moved.resources, moved.end, str(moved.price)) == (("bus-1",), at("2026-11-21 11:30"), "130.00")
    assert (moved.origin, moved.destination) == ("市区", "大学")


def test_a_route_may_be_said_by_its_name() -> None:
    booked = take("line", EIGHT, route="北线", boarding_point="客运站")

    assert (booked.route, booked.resources) == ("north", ("bus-1",))
    assert move(take("line", TEN, route="北线"), route="南线").route == "south"


def test_a_service_without_routes_has_none() -> None:
    told = refusal(NotFound, "rulebook.no_route", lambda: take("badminton", NOON, route="north"))

    assert told["known"] == ("-",)


def test_one_gets_on_where_the_trip_stops_after_a_change_too() -> None:
    booked = take("line", EIGHT, route="north", boarding_point="客运站")

    elsewhere = refusal(Refused, "refused.booking.boarding", lambda: move(booked, words={"boarding_point": "火车站"}))

    assert elsewhere["known"] == ("人民广场", "客运站")
    assert move(booked, words={"boarding_point": "人民广场"}).boarding_point == "人民广场"


def test_no_seat_is_sold_to_two_passengers() -> None:
    told = refusal(Refused, "refused.booking.heads", lambda: take("line", EIGHT, route="north", party=5, units=1))
    booked = take("line", EIGHT, route="north", party=2)
    kept = refusal(Refused, "refused.booking.spare", lambda: take("line", EIGHT, route="north", party=2, units=3))
    spare = take("line", EIGHT, route="north", party=2, units=3, permit=a_permit())  # a seat for the cello

    assert (kept["party"], kept["units"], kept["rule"]) == (2, 3, "booking.units")
    assert (told["party"], told["units"], told["rule"]) == (5, 1, "booking.units")
    refusal(Refused, "refused.booking.heads", lambda: move(booked, units=1))
    refusal(Refused, "refused.booking.heads", lambda: move(spare, party=4))  # three seats are kept for them
    assert (move(spare, party=3).units, move(spare, party=4, units=4).units) == (3, 4)
    assert move(booked, party=1, units=1).units == 1


def test_more_passengers_are_more_seats_as_far_as_there_are_any() -> None:
    booked = take("line", EIGHT, route="north", party=2)
    sold = Slot("bus-1", at(EIGHT), at("2026-11-21 09:10"), 3, "others")

    more = move(booked, facts(None, NOBODY, sold), party=3)

    assert (more.units, more.party, str(more.price)) == (3, 3, "114.00")
    with pytest.raises(Unavailable):
        move(booked, facts(None, NOBODY, sold), party=4)


def test_a_full_coach_offers_the_other_departures_of_its_route() -> None:
    sold = Slot("bus-1", at(EIGHT), at("2026-11-21 09:10"), 6, "others")

    assert alternatives_of("line", EIGHT, facts(None, NOBODY, sold), route="north") == ["21 10:00 bus-2"]


# --- a table ------------------------------------------------------------------------------------------------------

NOON = "2026-11-21 12:00"


def test_a_larger_party_gets_a_larger_table() -> None:
    booked = take("meal", NOON, party=4)

    more = move(booked, party=6)

    assert (booked.resources, more.resources) == (("small",), ("large",))


def test_a_party_too_large_for_what_is_left_keeps_its_table() -> None:
    booked = take("meal", NOON, party=4)
    taken = Slot("large", at(NOON), at("2026-11-21 13:00"), 1, "others")

    with pytest.raises(Unavailable):
        move(booked, facts(None, NOBODY, taken), party=6)
    refusal(Refused, "refused.booking.most_party", lambda: move(booked, party=9))


def test_on_a_court_the_number_of_players_is_a_word() -> None:
    strict = rules(badminton(id="court", change_notice=duration("2h")))
    booked = take("court", "2026-11-20 15:00", facts(strict), party=4)

    assert move(booked, facts(strict), party=2).party == 2


def test_a_merchant_the_rulebook_does_not_list_takes_no_table_of_ours() -> None:
    booked = take("meal", NOON, words={"merchant": "城南小馆"}, party=4)

    assert (booked.status, booked.merchant, booked.resources) == ("confirmed", "城南小馆", ())
    assert move(booked, start=at("2026-11-21 13:00")).resources == ()


# --- moving to and from what is out of service --------------------------------------------------------------------


def renovated() -> Situation:
    """Return the club with court 1 out of service on Saturday morning."""
    first, *others = rulebook().resource
    out = Outage(from_=at("2026-11-21 09:00"), to=at("2026-11-21 12:00"), reason="地板翻修")
    return facts(rules(resource=(replace(first, out=(out,)), *others)))


def test_a_booking_moved_into_an_outage_finds_another_court() -> None:
    booked = take("badminton", "2026-11-21 13:00", renovated())

    moved = move(booked, renovated(), start=at("2026-11-21 10:00"))

    assert (booked.resources, moved.resources) == (("court-1",), ("court-2",))


def test_the_court_that_is_asked_for_must_be_in_service() -> None:
    booked = take("badminton", "2026-11-21 13:00", renovated(), resources=("court-2",))
    ten = at("2026-11-21 10:00")

    told = refusal(
        Refused,
        "refused.booking.out_of_service",
        lambda: move(booked, renovated(), start=ten, resources=("court-1",)),
    )

    assert told["reason"] == "地板翻修"
    assert move(booked, renovated(), start=ten, resources=("court-3",)).resources == ("court-3",)
    by_permit = moving.change(
        booked, Wanted(start=ten, resources=("court-1",)), renovated(), an_act("2026-11-20 14:10"),
        cause="customer", permit=a_permit("只占半场"),
    )  # fmt: skip
    assert (by_permit.resources, by_permit.events[-1].overrode) == (("court-1",), ("booking.out_of_service",))


# --- what is offered instead --------------------------------------------------------------------------------------


def full(start: str, end: str) -> tuple[Slot, ...]:
    """Return every court taken."""
    return tuple(Slot(f"court-{number}", at(start), at(end), 1, "others") for number in (1, 2, 3))


def test_nothing_is_offered_that_is_too_soon_or_too_far_ahead() -> None:
    soon = rules(badminton(id="court", lead=duration("90m"), advance=duration("0d")))
    taken = full("2026-11-20 17:00", "2026-11-20 22:00")

    offered = alternatives_of("court", "2026-11-20 18:00", facts(soon, NOBODY, *taken))

    # it is 14:00: from 15:30 on it can be had, until 16:00 an hour is free; nothing after 22:00 until closing at 22:30
    assert offered == ["20 15:30 court-1", "20 16:00 court-1"]


def test_another_court_at_the_same_time_is_offered_first_of_all() -> None:
    taken = Slot("court-2", at(NOON), at("2026-11-21 13:00"), 1, "others")

    offered = alternatives_of("badminton", NOON, facts(None, NOBODY, taken), resources=("court-2",))

    assert "21 12:00 court-1" in offered


# --- the customer -------------------------------------------------------------------------------------------------

MEMBERS = MemberRules(
    level=(Level(id="vip", name="贵宾", vip=True),),
    card=(CardType(id="season", name="季卡", kind="pass", services=("badminton",)),),
)


def test_a_vip_of_the_members_list_is_marked_on_every_booking() -> None:
    known = facts(rules(members=MEMBERS), Patron(id=CUSTOMER_ID, level="vip"))

    assert take("badminton", NOON, known).vip is True
    assert take("badminton", NOON).vip is False


def test_a_card_with_a_visit_left_pays_the_court() -> None:
    book = rules(members=MEMBERS)
    holder = Patron(id=CUSTOMER_ID, card=book.members.card[0], visits_left=1)

    covered = take("badminton", NOON, facts(book, holder))
    used_up = take("badminton", NOON, facts(book, replace(holder, visits_left=0)))

    assert [(part.per, part.band) for part in covered.price_parts] == [("card", "季卡")]
    assert (covered.price, used_up.price) == (Decimal("0.00"), Decimal("15.00"))


@pytest.mark.row("D6", lacking="the register as a form")
def test_priority_is_noted_on_the_booking_that_used_it() -> None:
    court = badminton(id="court", advance=duration("1d"), priority=Priority(misses=2, advance=duration("3d")))
    missed = tuple(Missed(service="court", start=at(f"2026-11-{day} 19:00")) for day in (17, 18))
    patron = Patron(id=CUSTOMER_ID, missed=missed)

    ahead = take("court", "2026-11-22 19:00", facts(rules(court), patron))
    near = take("court", "2026-11-21 19:00", facts(rules(court), patron))
    taken = full("2026-11-22 19:00", "2026-11-22 20:00")
    in_vain = take("court", "2026-11-22 19:00", facts(rules(court), patron, *taken), waitlist=True)

    assert (ahead.events[0].priority, near.events[0].priority) == (True, None)
    assert (in_vain.status, in_vain.events[0].priority) == ("unmet", None)  # who got nothing has used nothing


def test_a_class_that_is_full_is_offered_on_the_days_around_as_far_as_they_are_known() -> None:
    tuesday = Slot("yoga-room", at("2026-11-24 18:30"), at("2026-11-24 19:30"), 20, "other")
    known = facts(None, NOBODY, tuesday)

    assert alternatives_of("yoga", "2026-11-24 18:30", known) == []
    far = replace(known, ahead=14)
    assert alternatives_of("yoga", "2026-11-24 18:30", far) == [
        "21 18:30 yoga-room", "22 18:30 yoga-room",
        "26 18:30 yoga-room", "28 18:30 yoga-room", "29 18:30 yoga-room",
    ]  # fmt: skip
    near = replace(far, rulebook=rules(service=(badminton(), yoga(advance=duration("7d")))))
    assert alternatives_of("yoga", "2026-11-24 18:30", near)[-1] == "26 18:30 yoga-room"


def test_a_party_that_grows_beyond_what_is_allowed_is_refused_where_nothing_else_changes() -> None:
    small = replace(facts(), rulebook=rules(service=(badminton(most_party=4), yoga())))
    booked = take("badminton", "2026-11-21 19:00", small, party=4)

    refusal(Refused, "refused.booking.most_party", lambda: move(booked, small, party=5))
    assert move(booked, small, party=3).party == 3
