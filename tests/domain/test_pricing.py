"""Prices: the bands of manual D5, laid over a booking's time part by part; sums counted by hand."""

from decimal import Decimal

import pytest

from cscli.domain.pricing import price, total
from cscli.domain.services import PriceBand
from cscli.domain.value import replace
from cscli.errors import Refused
from tests.builders import a_calendar, at, badminton, refusal, rulebook, yoga

CALENDAR = a_calendar(rulebook())


def cost(start: str, end: str, units: int = 1) -> Decimal | None:
    """Return what a court costs."""
    return total(price(badminton(), CALENDAR, at(start), at(end), units, None))


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
    assert cost(start, end) == Decimal(amount)


def test_two_courts_cost_twice() -> None:
    assert cost("2026-11-20 17:00", "2026-11-20 19:00", units=2) == Decimal("50.00")


def test_the_parts_are_told() -> None:
    parts = price(badminton(), CALENDAR, at("2026-11-20 17:00"), at("2026-11-20 19:00"), 1, None)

    assert [(f"{part.from_:%H:%M}", f"{part.to:%H:%M}", str(part.amount)) for part in parts] == [
        ("17:00", "18:00", "10.00"),
        ("18:00", "19:00", "15.00"),
    ]


def test_a_visit_costs_once() -> None:
    assert total(price(yoga(), CALENDAR, at("2026-11-21 18:30"), at("2026-11-21 19:30"), 1, None)) == Decimal("20.00")


def test_a_band_for_holidays_wins_on_holidays_only() -> None:
    holiday = PriceBand(per="hour", amount=Decimal("30.00"), days=("holiday",))
    usual = PriceBand(per="hour", amount=Decimal("15.00"), days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    court = badminton(price=(holiday, usual))

    rules = rulebook()
    china = a_calendar(replace(rules, calendar=replace(rules.calendar, country="CN")))

    new_year = price(court, china, at("2026-01-01 14:00"), at("2026-01-01 15:00"), 1, None)
    next_week = price(court, china, at("2026-01-08 14:00"), at("2026-01-08 15:00"), 1, None)

    assert (total(new_year), total(next_week)) == (Decimal("30.00"), Decimal("15.00"))


def test_a_gap_of_the_bands_is_refused() -> None:
    afternoon = badminton(price=badminton().price[:1])

    facts = refusal(
        Refused,
        "refused.price.gap",
        lambda: price(afternoon, CALENDAR, at("2026-11-20 17:00"), at("2026-11-20 19:00"), 1, None),
    )

    assert facts["start"] == at("2026-11-20 18:00")


def test_a_service_without_prices_costs_nothing_to_tell() -> None:
    assert price(badminton(price=()), CALENDAR, at("2026-11-20 17:00"), at("2026-11-20 19:00"), 1, None) == ()
