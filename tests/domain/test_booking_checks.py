"""A booking's header against its events: what cannot have come about by what was lived is found, and what can is not.

The booking is of court 1, Saturday 2026-11-21 19:00-20:00, for 15.00; now it is Friday noon.
"""

from decimal import Decimal

import pytest

from cscli.domain import calling_off, checks, pricing, serving
from cscli.domain.booking import Booking, order_of
from cscli.domain.ground import Ground
from cscli.domain.value import replace
from tests.builders import a_booking, a_calendar, an_act, at, rulebook

GROUND = Ground(rulebook=rulebook(), exists=lambda _: True, now=at("2026-11-20 12:00"))
SETTLED = serving.pay(a_booking("completed"), an_act("2026-11-21 20:55"), Decimal("15.00"), "cash")
CLOSED = serving.close(SETTLED, an_act("2026-11-21 21:00"), rating=4)
PAID = serving.pay(a_booking(), an_act("2026-11-20 10:05"), Decimal("15.00"), "cash")
OFF = calling_off.cancel(PAID, rulebook(), a_calendar(), an_act("2026-11-20 10:10"), reason="病了")
BACK = calling_off.pay_out(OFF, an_act("2026-11-20 10:15"), "cash")


def found(booking: Booking) -> list[str]:
    """Return what is wrong with a booking, without the name of the check's room."""
    return [finding.rule.removeprefix("check.") for finding in checks.find_problems([("x.toml", booking)], GROUND)]


def priced(booking: Booking | None = None) -> Booking:
    """Return a booking with its price in parts, as it was taken."""
    booking = booking or a_booking()
    parts = pricing.price(order_of(booking, rulebook()), a_calendar())
    return replace(booking, price=pricing.total(parts), price_parts=parts)


@pytest.mark.parametrize(
    "sound",
    [priced(), CLOSED, OFF, BACK, a_booking("requested"), a_booking("unmet", waitlisted=True, resources=()),
     a_booking(units=2, resources=("court-1", "court-2")), a_booking(merchant="老正兴", resources=())],
)  # fmt: skip
def test_what_was_lived_is_sound(sound: Booking) -> None:
    assert found(sound) == []


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (replace(priced(), start=at("2026-11-21 18:00")), "booking.price_time"),
        (replace(priced(), end=at("2026-11-21 21:00")), "booking.price_time"),
        (replace(priced(), price=Decimal("14.99")), "booking.price"),
        (replace(priced(), price=None), "booking.price"),
        (a_booking(hold_until=at("2026-11-20 13:00")), "booking.hold"),
        (a_booking("cancelled", hold_until=at("2026-11-20 13:00")), "booking.hold"),
        (a_booking(waitlisted=True), "booking.waitlisted"),
        (a_booking("requested", waitlisted=True), "booking.waitlisted"),
        (a_booking(rating=5), "header"),
        (replace(CLOSED, rating=5), "header"),
        (replace(CLOSED, rating=None), "header"),
        (a_booking("completed", spend=Decimal(380)), "header"),
        (a_booking(arrived_at=at("2026-11-20 11:00")), "header"),
        (a_booking(accepted_at=at("2026-11-20 11:00")), "header"),
        (replace(PAID, refund=OFF.refund), "booking.refund"),
        (replace(BACK, refund=OFF.refund), "booking.refund_paid"),
        (replace(OFF, refund=BACK.refund), "booking.refund_paid"),
    ],
)
def test_what_cannot_have_come_about_is_found(broken: Booking, rule: str) -> None:
    assert found(broken) == [rule]
