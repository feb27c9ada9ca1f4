"""What the index says of a booking, and of the customer a decision rests on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import calling_off, serving
from cscli.domain.booking import Booking
from cscli.domain.value import replace
from cscli.store import queries
from cscli.store.rows import COLUMNS, record_row, slot_rows
from tests.builders import SHANGHAI, a_booking, a_calendar, an_act, at, rulebook
from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton"


def row(booking: Booking) -> dict[str, object]:
    """Return a booking's row by its columns."""
    return dict(zip([name for name, _ in COLUMNS["booking"]], record_row(booking), strict=True))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"resources": ()}, ""),
        ({}, "resource"),
        ({"resources": (), "merchant": "城南小馆"}, "resource"),
        ({"details": "生日", "party": 4}, "party details resource"),
        ({"spend": Decimal("380.00"), "route": "north", "seat_class": "first"}, "route seat_class spend resource"),
    ],
)
def test_the_row_tells_which_fields_an_order_says(changes: dict[str, Any], said: str) -> None:
    assert row(a_booking(**changes))["said"] == said


def test_the_row_tells_the_day_by_which_money_should_have_arrived() -> None:
    paid = serving.pay(a_booking(), an_act("2026-11-20 10:05"), Decimal("15.00"), "cash")
    called_off = calling_off.cancel(paid, rulebook(), a_calendar(), an_act("2026-11-20 10:10"), reason="病了")
    settled = calling_off.pay_out(called_off, an_act("2026-11-20 10:15"), "cash")

    due = date(2026, 11, 27).toordinal()
    assert [row(booking)["refund_due"] for booking in (paid, called_off, settled)] == [None, due, None]


def test_a_trip_over_midnight_stands_on_both_days() -> None:
    night = replace(a_booking(start="2026-11-22 07:30"), end=at("2026-11-22 08:30"))  # 23:30 to 00:30 in UTC

    days = [entry[1] for entry in slot_rows(night)]

    assert days == [at("2026-11-22 07:30").timestamp() // 86_400, at("2026-11-22 08:30").timestamp() // 86_400]
    assert days[1] - days[0] == 1
    until_midnight = replace(night, end=at("2026-11-22 08:00"))
    assert [entry[1] for entry in slot_rows(until_midnight)] == days[:1]


def seconds(text: str) -> int:
    return int(at(text).timestamp())


def taken(desk: DeskFolder, since: str, now: str) -> list[str]:
    """Return which of the customer's bookings count for quotas, from a moment on, by the day and hour they begin."""
    store = desk.store()
    store.resolve(desk.id_of("CU1"), "customer")  # brings the index up to date
    found = queries.taken_by(store.index, desk.id_of("CU1"), seconds(since), seconds(now))
    return [f"{datetime.fromtimestamp(start, SHANGHAI):%d %H}" for _, _, start, *_ in found]


def test_what_stands_or_took_place_counts_for_a_quota_and_what_was_called_off_does_not(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --start 'today 15:00'")
    desk.ok(f"{TAKE} --start 'today 16:00'")
    desk.ok(f"{TAKE} --start 'tomorrow 10:00'")
    desk.ok(f"{TAKE} --start 'tomorrow 11:00'")
    desk.ok(f"{TAKE} --start 'tomorrow 12:00' --hold")  # until half past two
    desk.ok("booking complete $BK1 --paid 10", now="2026-11-20T16:00:00")
    desk.ok("booking close $BK1 --rating 5", now="2026-11-20T16:01:00")
    desk.ok("booking no-show $BK2", now="2026-11-20T16:30:00")
    desk.ok("booking cancel $BK3 --reason x", now="2026-11-20T16:31:00")

    assert taken(desk, "2026-11-20 00:00", "2026-11-20 14:29") == ["20 15", "20 16", "21 11", "21 12"]
    assert taken(desk, "2026-11-20 00:00", "2026-11-20 14:30") == ["20 15", "20 16", "21 11"]
    assert taken(desk, "2026-11-20 16:00", "2026-11-20 16:40") == ["20 16", "21 11"]
