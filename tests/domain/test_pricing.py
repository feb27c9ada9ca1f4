"""Prices: the bands of manual D5, laid over a booking's time part by part; sums counted by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.domain.calendar import Calendar
from cscli.domain.pricing import by_card, misfit, price, total
from cscli.domain.rulebook import CardType
from cscli.domain.services import PriceBand, Service
from cscli.domain.value import replace
from cscli.errors import Refused
from tests.builders import WEEK, WEEKEND, a_calendar, an_order, at, badminton, refusal, rulebook, yoga

CALENDAR = a_calendar(rulebook())
CHINA = a_calendar(replace(rulebook(), calendar=replace(rulebook().calendar, country="CN")))


def cost(start: str, end: str, service: Service | None = None, calendar: Calendar = CALENDAR, **more: Any) -> str:
    """Return what an order costs, a court if nothing else is said; nothing where nothing is priced."""
    amount = total(price(an_order(service, start, end, **more), calendar))
    return "" if amount is None else str(amount)


def a_band(amount: str, **words: Any) -> PriceBand:
    """Return an hourly band unless another unit is said."""
    said: dict[str, Any] = {"per": "hour", "amount": Decimal(amount)}
    return PriceBand(**(said | words))


# --- bands of the day and the week --------------------------------------------------------------------------------


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2026-11-20 13:00", "2026-11-20 14:00", "10.00"),
        ("2026-11-20 17:00", "2026-11-20 18:00", "10.00"),
        ("2026-11-20 18:00", "2026-11-20 19:00", "15.00"),
        ("2026-11-20 17:00", "2026-11-20 19:00", "25.00"),
        ("2026-11-20 17:30", "2026-11-20 18:30", "12.50"),
        ("2026-11-21 10:00", "2026-11-21 11:30", "22.50"),
        ("2026-11-20 17:40", "2026-11-20 18:00", "3.33"),
    ],
)
def test_each_part_of_the_time_has_the_price_of_its_band(start: str, end: str, amount: str) -> None:
    assert cost(start, end) == amount


def test_two_courts_cost_twice() -> None:
    assert cost("2026-11-20 17:00", "2026-11-20 19:00", units=2) == "50.00"


def test_the_parts_are_told() -> None:
    parts = price(an_order(None, "2026-11-20 17:00", "2026-11-20 19:00"), CALENDAR)

    assert [(f"{part.from_:%H:%M}", f"{part.to:%H:%M}", str(part.amount), part.rule) for part in parts] == [
        ("17:00", "18:00", "10.00", "service.badminton.price[1]"),
        ("18:00", "19:00", "15.00", "service.badminton.price[2]"),
    ]


def test_bands_of_one_price_are_one_part_and_rounded_once() -> None:
    # Friday 23:40 to Saturday 00:20, 20 min at 10 in each band: twice 3.33 would lose a cent of 6.67
    court = badminton(price=(a_band("10.00", days=WEEK), a_band("10.00", days=WEEKEND)))

    (part,) = price(an_order(court, "2026-11-20 23:40", "2026-11-21 00:20"), CALENDAR)

    assert (str(part.amount), part.from_, part.to) == ("6.67", at("2026-11-20 23:40"), at("2026-11-21 00:20"))


def test_bands_of_one_price_with_names_of_their_own_are_told_apart() -> None:
    court = badminton(price=(a_band("10.00", days=WEEK, name="平日"), a_band("10.00", days=WEEKEND, name="周末")))

    parts = price(an_order(court, "2026-11-20 23:00", "2026-11-21 01:00"), CALENDAR)

    assert [(part.band, str(part.amount)) for part in parts] == [("平日", "10.00"), ("周末", "10.00")]


def test_midnight_changes_the_day_of_the_week() -> None:
    court = badminton(price=(a_band("10.00", days=("fri",)), a_band("18.00", days=("sat",))))

    assert cost("2026-11-20 23:00", "2026-11-21 00:30", court) == "19.00"  # 10 for Friday's hour, 9 for half of 18


def test_a_gap_of_the_bands_is_refused() -> None:
    afternoon = badminton(price=badminton().price[:1])

    facts = refusal(Refused, "refused.price.gap", lambda: cost("2026-11-20 17:00", "2026-11-20 19:00", afternoon))

    assert facts["start"] == at("2026-11-20 18:00")


def test_a_service_without_prices_costs_nothing_to_tell() -> None:
    assert price(an_order(badminton(price=())), CALENDAR) == ()
    assert cost("2026-11-20 17:00", "2026-11-20 19:00", badminton(price=())) == ""


# --- dates and holidays -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2026-06-30 22:00", "2026-06-30 23:00", "15.00"),
        ("2026-07-01 22:00", "2026-07-01 23:00", "20.00"),
        ("2026-08-31 22:00", "2026-08-31 23:00", "20.00"),
        ("2026-09-01 22:00", "2026-09-01 23:00", "15.00"),
        ("2026-06-30 23:00", "2026-07-01 02:00", "55.00"),  # an hour at 15, two at 20
        ("2026-08-31 23:00", "2026-09-01 02:00", "50.00"),  # an hour at 20, two at 15
    ],
)
def test_a_band_of_dates_counts_on_its_first_and_last_day(start: str, end: str, amount: str) -> None:
    summer = a_band("20.00", since=date(2026, 7, 1), until=date(2026, 8, 31))

    assert cost(start, end, badminton(price=(summer, a_band("15.00")))) == amount


def test_a_band_for_holidays_wins_on_holidays_only() -> None:
    court = badminton(price=(a_band("30.00", days=("holiday",)), a_band("15.00", days=(*WEEK, *WEEKEND))))

    assert cost("2026-01-01 14:00", "2026-01-01 15:00", court, CHINA) == "30.00"
    assert cost("2026-01-08 14:00", "2026-01-08 15:00", court, CHINA) == "15.00"
    assert cost("2026-01-01 14:00", "2026-01-01 15:00", court, CALENDAR) == "15.00"  # no country, no holidays


def test_where_holidays_have_a_price_a_weekday_band_does_not_fit_them() -> None:
    # Thursday 2026-10-01 is National Day: the Thursday band stands first, and is passed over
    court = badminton(price=(a_band("15.00", days=("thu",)), a_band("30.00", days=("holiday",))))

    assert cost("2026-10-01 14:00", "2026-10-01 15:00", court, CHINA) == "30.00"
    assert cost("2026-10-01 14:00", "2026-10-01 15:00", badminton(price=court.price[:1]), CHINA) == "15.00"


# --- who, where, on what seat -------------------------------------------------------------------------------------


def test_members_of_a_level_have_a_price_of_their_own() -> None:
    court = badminton(price=(a_band("12.00", level=("gold", "vip")), a_band("15.00")))
    hour = ("2026-11-21 10:00", "2026-11-21 11:00", court)

    assert cost(*hour, level="gold") == "12.00"
    assert cost(*hour, level="regular") == "15.00"
    assert cost(*hour) == "15.00"


def a_coach(*price: PriceBand) -> Service:
    """Return a coach with these fares."""
    return Service(id="coach", name="客运", kind="trip", price=price)


FARES = a_coach(
    a_band("90.00", per="unit", route="north", seat_class="first"),
    a_band("60.00", per="unit", route="north", seat_class="second"),
    a_band("45.00", per="unit", route="south"),
)


@pytest.mark.row("B2")
@pytest.mark.parametrize(
    ("route", "seat_class", "seats", "amount"),
    [
        ("north", "first", 1, "90.00"),
        ("north", "second", 3, "180.00"),
        ("south", "first", 2, "90.00"),
        ("south", None, 1, "45.00"),
    ],
)
def test_the_fare_goes_by_route_and_seat_class(route: str, seat_class: str | None, seats: int, amount: str) -> None:
    fare = cost("2026-11-21 08:00", "2026-11-21 11:00", FARES, route=route, seat_class=seat_class, units=seats)

    assert fare == amount


def test_without_a_class_there_is_no_fare_on_a_route_that_asks_for_one() -> None:
    facts = refusal(
        Refused, "refused.price.unsaid", lambda: cost("2026-11-21 08:00", "2026-11-21 11:00", FARES, route="north")
    )

    assert facts["lacking"] == ("seat_class",)


# --- per what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per", "more", "amount"),
    [
        ("unit", {"units": 3, "party": 7}, "150.00"),
        ("person", {"units": 3, "party": 7}, "350.00"),
        ("person", {"units": 3}, "150.00"),  # as many people as units where nobody said
        ("visit", {"units": 3, "party": 7}, "50.00"),
        ("trip", {"units": 3, "party": 7}, "50.00"),
    ],
)
def test_a_price_by_the_piece_is_charged_once_whatever_the_time(per: Any, more: Any, amount: str) -> None:
    charter = a_coach(a_band("50.00", per=per))

    assert cost("2026-11-21 22:00", "2026-11-22 05:00", charter, **more) == amount


def test_a_price_by_the_piece_is_that_of_the_beginning() -> None:
    night = a_coach(a_band("50.00", per="trip", days=("sat",)), a_band("80.00", per="trip", days=("sun",)))

    assert cost("2026-11-21 23:30", "2026-11-22 00:40", night) == "50.00"
    assert cost("2026-11-22 00:00", "2026-11-22 01:10", night) == "80.00"


def test_a_visit_costs_once() -> None:
    assert cost("2026-11-21 18:30", "2026-11-21 19:30", yoga()) == "20.00"


def test_what_the_card_pays_for_costs_nothing() -> None:
    order = an_order(yoga(), "2026-11-21 18:30")
    card = CardType(id="yoga-season", name="瑜伽季卡", kind="pass", services=("yoga",))

    (part,) = by_card(order, card)

    assert (str(part.amount), part.per, part.band, part.rule) == (
        "0", "card", "瑜伽季卡", "members.card.yoga-season",
    )  # fmt: skip
    assert total((part,)) == Decimal("0.00")


# --- why a band does not fit --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "why"),
    [
        ({"from_": 18 * 60}, "time"),
        ({"to": 14 * 60}, "time"),
        ({"since": date(2026, 11, 22)}, "dates"),
        ({"until": date(2026, 11, 20)}, "dates"),
        ({"days": ("sun",)}, "days"),
        ({"seat_class": "first"}, "seat_class"),
        ({"route": "north"}, "route"),
        ({"level": ("vip",)}, "level"),
        ({"from_": 14 * 60, "to": 15 * 60, "days": ("sat",)}, None),
    ],
)
def test_the_first_reason_against_a_band_is_named(band: dict[str, Any], why: str | None) -> None:
    order = an_order(None, "2026-11-21 14:00")

    assert misfit(a_band("10.00", **band), order, CALENDAR, order.start) == why


# --- when the clock is changed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00", "40.00"),  # the hour from two to three comes twice
        ("2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00", "20.00"),  # and here not at all
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "10.00"),
    ],
)
def test_an_hour_is_an_hour_that_passes(start: str, end: str, amount: str) -> None:
    berlin = a_calendar(rulebook(desk=replace(rulebook().desk, timezone="Europe/Berlin")))
    order = replace(an_order(badminton(price=(a_band("10.00"),))), start=datetime.fromisoformat(start),
                    end=datetime.fromisoformat(end))  # fmt: skip

    assert str(total(price(order, berlin))) == amount


# --- cut anywhere -------------------------------------------------------------------------------------------------

FRIDAY = at("2026-11-20 00:00")


@given(st.integers(0, 2880), st.lists(st.integers(1, 2880), min_size=2, max_size=6, unique=True), st.integers(1, 3))
def test_the_price_of_the_whole_is_that_of_its_pieces(first: int, lengths: list[int], courts: int) -> None:
    court = badminton(price=(a_band("9.97", days=WEEK, from_=0, to=18 * 60), a_band("15.01", days=WEEK, from_=18 * 60),
                             a_band("20.03", days=WEEKEND)))  # fmt: skip
    edges = [FRIDAY + timedelta(minutes=first + length) for length in (0, *sorted(lengths))]

    def amount(begin: int, end: int) -> Decimal:
        order = replace(an_order(court, units=courts), start=edges[begin], end=edges[end])
        return total(price(order, CALENDAR)) or Decimal(0)

    whole = amount(0, -1)
    pieces = sum((amount(number, number + 1) for number in range(len(lengths))), Decimal(0))

    assert abs(whole - pieces) <= Decimal("0.01") * (len(lengths) - 1)
