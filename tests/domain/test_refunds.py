"""Refunds: which tier decides to the second, what is kept of what was paid, when the money arrives; sums by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import calling_off, moving, overstay, pricing, refunds, serving
from cscli.domain.booking import Booking, held, owed, promised
from cscli.domain.moving import Wanted
from cscli.domain.placing import Situation
from cscli.domain.refunds import Facts, Quote, Refund, misfit, quote
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import RefundTier, Service
from cscli.domain.value import replace
from cscli.domain.values import Fee
from cscli.errors import Refused
from tests.builders import a_booking, a_calendar, a_permit, an_act, an_order, at, badminton, duration, refusal, rulebook

CALENDAR = a_calendar(rulebook())
CHINA = a_calendar(replace(rulebook(), calendar=replace(rulebook().calendar, country="CN")))
START = "2026-11-21 19:00"  # a Saturday


def a_tier(fee: str, notice: str = "0m", **words: Any) -> RefundTier:
    """Return a tier; a fee is written as in the rulebook, "20%" or "5.00"."""
    return RefundTier(fee=Fee.parse(fee), notice=duration(notice), **words)


# The coach's tiers (manual row B4): a day ahead free, two hours ahead 20 %, before the start half, afterwards all.
COACH = badminton(
    refund=(a_tier("0%", "24h"), a_tier("20%", "2h"), a_tier("50%"), a_tier("100%", after_start=True)),
)
# The club's tiers (manual row D7): before the start free, afterwards free for those who telephoned.
CLUB = badminton(refund=(a_tier("0%"), a_tier("0%", after_start=True, phoned=True), a_tier("100%", after_start=True)))


def told(service: Service = COACH, when: str = "2026-11-20 10:00", *, seconds: int = 0, **more: Any) -> Quote:
    """Return what goes back of 100.00 paid for Saturday 19:00, called off at a moment, so many seconds later."""
    said = {"price": Decimal("100.00"), "paid": Decimal("100.00")} | more
    facts = Facts(start=at(START), at=at(when) + timedelta(seconds=seconds), **said)
    return quote(service, CALENDAR, facts)


def a_refund(amount: str) -> Refund:
    """Return a fare difference that was told and has not gone back yet."""
    return Refund(at=at("2026-11-20 12:00"), why="changed", fee=Decimal(0), amount=Decimal(amount),
                  expected=date(2026, 11, 27))  # fmt: skip


def sums(found: Quote) -> tuple[int | None, str, str]:
    """Return the number of the tier, what is kept and what goes back."""
    return found.number, str(found.fee), str(found.amount)


# --- which tier ---------------------------------------------------------------------------------------------------


@pytest.mark.row("B4")
@pytest.mark.parametrize(
    ("when", "seconds", "expected"),
    [
        ("2026-11-18 09:00", 0, (1, "0.00", "100.00")),
        ("2026-11-20 19:00", 0, (1, "0.00", "100.00")),  # 24 hours are 24 hours
        ("2026-11-20 19:00", 1, (2, "20.00", "80.00")),
        ("2026-11-21 17:00", 0, (2, "20.00", "80.00")),
        ("2026-11-21 17:00", 1, (3, "50.00", "50.00")),
        ("2026-11-21 19:00", -1, (3, "50.00", "50.00")),
        ("2026-11-21 19:00", 0, (4, "100.00", "0.00")),  # it has begun
        ("2026-11-21 19:00", 1, (4, "100.00", "0.00")),
        ("2026-11-23 19:00", 0, (4, "100.00", "0.00")),  # two days after is not two days before
    ],
)
def test_the_tier_goes_by_the_notice_to_the_second(when: str, seconds: int, expected: tuple[int, str, str]) -> None:
    assert sums(told(when=when, seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("when", "number"),
    [("2026-10-24T13:00:00+02:00", 1), ("2026-10-24T13:00:01+02:00", 2), ("2026-10-24T12:00:00+02:00", 1)],
)
def test_a_day_of_notice_is_24_hours_when_the_clock_is_changed_too(when: str, number: int) -> None:
    start = datetime.fromisoformat("2026-10-25T12:00:00+01:00")  # the night before has an hour more
    facts = Facts(start=start, at=datetime.fromisoformat(when), price=Decimal(100), paid=Decimal(100))

    assert quote(COACH, CALENDAR, facts).number == number


def test_the_first_tier_that_fits_decides() -> None:
    turned = badminton(refund=(a_tier("50%"), a_tier("0%", "24h")))

    assert sums(told(turned, "2026-11-18 09:00")) == (1, "50.00", "50.00")


def test_a_service_without_tiers_keeps_nothing() -> None:
    plain = told(badminton(), "2026-11-21 19:30")

    assert (plain.number, plain.fee, plain.amount) == (None, Decimal(0), Decimal("100.00"))


def test_where_no_tier_speaks_of_the_time_after_the_start_nothing_is_kept() -> None:
    before = badminton(refund=(a_tier("50%"),))

    assert told(before, "2026-11-21 18:59").number == 1
    assert told(before, "2026-11-21 19:00").number is None


@pytest.mark.row("D7", lacking="the register as a form")
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"when": "2026-11-21 18:59"}, (1, "0.00", "100.00")),
        ({"when": "2026-11-21 19:30", "absent": True, "phoned": True}, (2, "0.00", "100.00")),
        ({"when": "2026-11-21 19:30", "absent": True, "phoned": False}, (3, "100.00", "0.00")),
        ({"when": "2026-11-21 19:30", "phoned": True}, (2, "0.00", "100.00")),
        # noted as missing before the hour was full: a guest who does not come has the tiers of those who do not come
        ({"when": "2026-11-21 18:59", "absent": True}, (3, "100.00", "0.00")),
    ],
)
def test_a_no_show_pays_unless_they_telephoned(facts: dict[str, Any], expected: tuple[int, str, str]) -> None:
    assert sums(told(CLUB, **facts)) == expected


def test_a_tier_for_those_who_did_not_telephone_passes_over_those_who_did() -> None:
    strict = badminton(refund=(a_tier("30%", phoned=False), a_tier("10%")))

    assert sums(told(strict, phoned=False)) == (1, "30.00", "70.00")
    assert sums(told(strict, phoned=True)) == (2, "10.00", "90.00")


@pytest.mark.parametrize(
    ("tier", "when", "more", "why"),
    [
        (a_tier("0%", "24h"), "2026-11-20 19:00", {}, None),
        (a_tier("0%", "24h"), "2026-11-20 19:01", {}, "notice"),
        (a_tier("0%"), "2026-11-21 19:00", {}, "started"),
        (a_tier("0%"), "2026-11-21 10:00", {"absent": True}, "started"),
        (a_tier("0%", after_start=True), "2026-11-21 18:59", {}, "not_started"),
        (a_tier("0%", after_start=True), "2026-11-21 19:00", {}, None),
        (a_tier("0%", after_start=True, phoned=True), "2026-11-21 19:00", {}, "phoned"),
        (a_tier("0%", phoned=False), "2026-11-21 10:00", {"phoned": True}, "phoned"),
    ],
)
def test_why_a_tier_does_not_fit(tier: RefundTier, when: str, more: Any, why: str | None) -> None:
    facts = Facts(start=at(START), at=at(when), price=Decimal(100), paid=Decimal(100), **more)

    assert misfit(tier, facts) == why


@pytest.mark.parametrize("cause", ["desk_error", "resource"])
@pytest.mark.parametrize("when", ["2026-11-21 18:59", "2026-11-21 19:30"])
def test_what_the_desk_got_wrong_costs_the_customer_nothing(cause: str, when: str) -> None:
    assert sums(told(COACH, when, cause=cause)) == (None, "0", "100.00")


# --- what is kept -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fee", "price", "kept"),
    [
        ("20%", "33.33", "6.67"),  # 6.666
        ("50%", "0.01", "0.01"),  # half a cent is rounded up
        ("50%", "0.05", "0.03"),
        ("10%", "0.04", "0.00"),
        ("12.5%", "10.00", "1.25"),
        ("100%", "33.33", "33.33"),
        ("0%", "33.33", "0.00"),
    ],
)
def test_a_share_is_rounded_to_the_cent_half_up(fee: str, price: str, kept: str) -> None:
    found = told(badminton(refund=(a_tier(fee),)), price=Decimal(price), paid=Decimal(price))

    assert (str(found.fee), found.amount) == (kept, Decimal(price) - Decimal(kept))


@pytest.mark.parametrize(
    ("tier", "kept"),
    [
        (a_tier("5.00"), "5.00"),
        (a_tier("5.00", per="booking"), "5.00"),
        (a_tier("5.00", per="unit"), "15.00"),  # added up, not that of one
        (a_tier("20%", per="unit"), "20.00"),  # a share of the price is of all units already
    ],
)
def test_an_amount_is_kept_per_booking_or_for_each_unit(tier: RefundTier, kept: str) -> None:
    assert str(told(badminton(refund=(tier,)), units=3).fee) == kept


@pytest.mark.parametrize(
    ("paid", "kept", "back"),
    [
        ("100.00", "50.00", "50.00"),
        ("60.00", "50.00", "10.00"),  # the share is of the price, not of what was paid so far
        ("50.00", "50.00", "0.00"),
        ("30.00", "30.00", "0.00"),  # never more than was paid
        ("120.00", "50.00", "70.00"),
    ],
)
def test_what_was_paid_less_the_fee_goes_back(paid: str, kept: str, back: str) -> None:
    found = told(badminton(refund=(a_tier("50%"),)), paid=Decimal(paid))

    assert (str(found.fee), str(found.amount)) == (kept, back)


def test_an_amount_above_what_was_paid_is_what_was_paid() -> None:
    assert sums(told(badminton(refund=(a_tier("80.00", per="unit"),)), units=3)) == (1, "100.00", "0.00")


# --- when the money arrives ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submitted", "within", "expected"),
    [
        ("2026-09-30 10:00", "7d", date(2026, 10, 7)),
        ("2026-09-30 23:59", "0d", date(2026, 9, 30)),
        # National Day: 1 to 7 October are off, Saturday the 10th works
        ("2026-09-30 10:00", "1wd", date(2026, 10, 8)),
        ("2026-09-30 10:00", "2wd", date(2026, 10, 9)),
        ("2026-09-30 10:00", "3wd", date(2026, 10, 10)),
        ("2026-09-30 10:00", "4wd", date(2026, 10, 12)),
        ("2026-10-01 10:00", "1wd", date(2026, 10, 9)),  # counted from the opening on the 8th
        ("2026-10-01 10:00", "36h", date(2026, 10, 2)),
    ],
)
def test_the_day_the_money_arrives_is_counted_over_the_holidays(submitted: str, within: str, expected: date) -> None:
    assert refunds.arrival(CHINA, at(submitted), duration(within)) == expected


def test_each_tier_has_its_own_time() -> None:
    slow = badminton(refund=(a_tier("0%", "24h", within=duration("3d")), a_tier("20%", within=duration("2wd"))))

    assert told(slow, "2026-11-20 10:00").expected == date(2026, 11, 23)
    assert told(slow, "2026-11-21 10:00").expected == date(2026, 11, 25)  # Saturday: two days from Monday's opening
    assert told(badminton(), "2026-11-20 10:00").expected == date(2026, 11, 27)


def test_money_that_no_tier_decides_about_takes_the_longest_of_the_services_terms() -> None:
    # a Friday: seven days end on 27 November, seven working days on 1 December, ten days on 30 November
    mixed = badminton(refund=(a_tier("0%", "24h", within=duration("7wd")), a_tier("20%", within=duration("10d"))))

    for cause in ("desk_error", "resource"):
        assert told(mixed, "2026-11-20 10:00", cause=cause).expected == date(2026, 12, 1)
        assert told(badminton(), "2026-11-20 10:00", cause=cause).expected == date(2026, 11, 27)
    assert told(mixed, "2026-11-20 10:00").expected == date(2026, 12, 1)
    after = told(mixed, "2026-11-21 19:30")  # no tier speaks of the time after the start; from Monday's opening on
    assert (after.number, after.expected) == (None, date(2026, 12, 2))


# --- with a booking -----------------------------------------------------------------------------------------------


def rules(service: Service) -> Rulebook:
    return rulebook(service=(service,))


def a_paid_booking(amount: str = "100.00", **changes: Any) -> Booking:
    """Return a booking for 100.00 on Saturday 19:00, of which an amount was paid on Friday 10:01."""
    booked = a_booking(price=Decimal("100.00"), **changes)
    return serving.pay(booked, an_act("2026-11-20 10:01"), Decimal(amount), "card") if Decimal(amount) else booked


def cancelled(booking: Booking, when: str, service: Service = COACH, **words: Any) -> Booking:
    """Return a booking called off by its customer."""
    return calling_off.cancel(booking, rules(service), CALENDAR, an_act(when), **({"reason": "病了"} | words))


@pytest.mark.row("B4")
def test_a_cancelled_booking_leaves_a_refund_that_finance_pays_out_later() -> None:
    called_off = cancelled(a_paid_booking(), "2026-11-21 10:00")

    (refund,) = called_off.refund
    assert (refund.why, refund.tier, refund.state) == ("cancelled", "service.badminton.refund[2]", "submitted")
    assert (str(refund.fee), str(refund.amount), refund.at) == ("20.00", "80.00", at("2026-11-21 10:00"))
    assert refund.expected == date(2026, 11, 28)
    assert (called_off.paid, held(called_off)) == (Decimal("100.00"), Decimal("20.00"))

    settled = calling_off.pay_out(called_off, an_act("2026-11-24 09:00", by="chen.jie"), "transfer")

    assert (settled.status, settled.paid, held(settled)) == ("cancelled", Decimal("20.00"), Decimal("20.00"))
    assert (settled.refund[0].state, settled.refund[0].paid_at) == ("paid", at("2026-11-24 09:00"))
    last = settled.events[-1]
    assert (last.type, last.by, last.amount, last.method) == ("refunded", "chen.jie", Decimal("80.00"), "transfer")


def test_what_is_explained_is_what_is_booked() -> None:
    paid = a_paid_booking("70.00")
    facts = calling_off.facts_of(paid, at("2026-11-21 18:00"))

    quoted = quote(COACH, CALENDAR, facts)
    (refund,) = cancelled(paid, "2026-11-21 18:00").refund

    assert (quoted.fee, quoted.amount, quoted.expected) == (refund.fee, refund.amount, refund.expected)
    assert (str(refund.fee), str(refund.amount)) == ("50.00", "20.00")


def test_where_nothing_was_paid_nothing_goes_back() -> None:
    assert cancelled(a_paid_booking("0"), "2026-11-21 10:00").refund == ()
    refusal(
        Refused,
        "refused.booking.no_refund",
        lambda: calling_off.pay_out(cancelled(a_paid_booking("0"), "2026-11-21 10:00"), an_act(START), "cash"),
    )


def test_a_refund_of_nothing_is_settled_at_once() -> None:
    called_off = cancelled(a_paid_booking("10.00"), "2026-11-21 10:00")  # the fee of 20.00 takes it all

    (refund,) = called_off.refund
    assert (str(refund.fee), str(refund.amount), refund.state) == ("10.00", "0.00", "paid")
    assert refund.paid_at == at("2026-11-21 10:00")
    refusal(Refused, "refused.booking.no_refund", lambda: calling_off.pay_out(called_off, an_act(START), "cash"))


def test_money_paid_twice_comes_back_but_for_one_fee() -> None:
    twice = serving.pay(a_paid_booking("60.00"), an_act("2026-11-20 11:00"), Decimal("60.00"), "cash", more=True)

    (refund,) = cancelled(twice, "2026-11-21 10:00").refund

    assert (twice.paid, str(refund.fee), str(refund.amount)) == (Decimal("120.00"), "20.00", "100.00")


def test_three_seats_cost_three_fees() -> None:
    per_seat = badminton(refund=(a_tier("5.00", per="unit"),))

    (refund,) = cancelled(a_paid_booking(units=3, shares=(3,)), "2026-11-21 10:00", per_seat).refund

    assert (str(refund.fee), str(refund.amount)) == ("15.00", "85.00")


def test_the_desk_that_cancels_gives_everything_back() -> None:
    called_off = cancelled(a_paid_booking(), "2026-11-21 18:59", side="desk", reason="停电")

    (refund,) = called_off.refund
    assert (called_off.events[-1].cause, called_off.events[-1].late) == ("resource", False)
    assert (refund.tier, refund.fee, str(refund.amount)) == (None, Decimal(0), "100.00")


@pytest.mark.parametrize(("phoned", "kept"), [(True, "0.00"), (False, "100.00")])
def test_a_missed_booking_is_refunded_as_the_tiers_say(phoned: bool, kept: str) -> None:
    missed = calling_off.no_show(a_paid_booking(), rules(CLUB), CALENDAR, an_act("2026-11-21 19:30"), phoned=phoned)

    (refund,) = missed.refund
    assert (missed.status, refund.why, str(refund.fee)) == ("no_show", "no_show", kept)


@pytest.mark.parametrize("service", [badminton(), COACH])
def test_after_the_start_nobody_cancels_but_by_permit(service: Service) -> None:
    paid = a_paid_booking()

    refusal(Refused, "refused.booking.cancel_started", lambda: cancelled(paid, "2026-11-21 19:00", service))
    by_permit = cancelled(paid, "2026-11-21 19:10", service, permit=a_permit("主管同意"))
    assert by_permit.events[-1].overrode == ("booking.cancel_started",)
    assert (by_permit.events[-1].late, by_permit.events[-1].minutes) == (True, 10)


def test_what_is_called_off_after_the_start_costs_its_whole_fee_whatever_was_paid() -> None:
    unpaid, partly = a_paid_booking("0.00"), a_paid_booking("30.00")

    missed = calling_off.no_show(unpaid, rules(CLUB), CALENDAR, an_act("2026-11-21 19:30"), phoned=False)
    told = calling_off.no_show(unpaid, rules(CLUB), CALENDAR, an_act("2026-11-21 19:05"), phoned=True)
    half = calling_off.no_show(partly, rules(CLUB), CALENDAR, an_act("2026-11-21 19:30"), phoned=False)

    assert [(one.fee, owed(one)) for one in (missed, told, half)] == [
        (Decimal("100.00"), Decimal("100.00")), (Decimal(0), Decimal(0)), (Decimal("100.00"), Decimal("70.00")),
    ]  # fmt: skip


def test_before_the_start_no_more_is_kept_than_was_paid() -> None:
    called_off = cancelled(a_paid_booking("10.00"), "2026-11-21 10:00")  # the tier asks for 20.00

    assert (called_off.fee, owed(called_off)) == (Decimal("10.00"), Decimal(0))


def test_who_telephones_that_nobody_comes_is_not_waited_for() -> None:
    early = an_act("2026-11-21 19:05")

    silent = lambda: calling_off.no_show(a_paid_booking(), rules(CLUB), CALENDAR, early, phoned=False)  # noqa: E731
    facts = refusal(Refused, "refused.booking.no_show_after", silent)
    assert str(facts["wait"]) == "30m"
    assert calling_off.no_show(a_paid_booking(), rules(CLUB), CALENDAR, early, phoned=True).status == "no_show"


def test_a_booking_is_not_closed_while_money_is_promised() -> None:
    called_off = cancelled(a_paid_booking(), "2026-11-21 10:00")

    facts = refusal(Refused, "refused.booking.refund_open", lambda: serving.close(called_off, an_act(START)))
    assert facts["amount"] == Decimal("80.00")
    settled = calling_off.pay_out(called_off, an_act(START), "cash")
    assert serving.close(settled, an_act(START)).status == "closed"


# --- fare differences ---------------------------------------------------------------------------------------------


def moved(booking: Booking, start: str, when: str = "2026-11-20 12:00") -> Booking:
    """Return a booking moved to another time, at the prices of the club."""
    situation = Situation(rulebook=rules(badminton()), calendar=CALENDAR, slots={})
    return moving.change(booking, Wanted(start=at(start)), situation, an_act(when), cause="customer")


@pytest.mark.row("B3")
def test_a_fare_difference_goes_back_without_a_fee() -> None:
    paid = serving.pay(a_booking(), an_act("2026-11-20 10:01"), Decimal("15.00"), "card")

    cheaper = moved(paid, "2026-11-23 14:00")  # Monday afternoon: 10.00

    (refund,) = cheaper.refund
    assert (str(cheaper.price), refund.why, str(refund.fee), str(refund.amount)) == ("10.00", "changed", "0", "5.00")
    assert (held(cheaper), owed(cheaper)) == (Decimal("10.00"), Decimal(0))


def test_a_dearer_time_is_owed() -> None:
    paid = serving.pay(a_booking(start="2026-11-23 14:00", price=Decimal("10.00")), an_act("2026-11-20 10:01"),
                       Decimal("10.00"), "card")  # fmt: skip

    dearer = moved(paid, START)

    assert (str(dearer.price), dearer.refund, owed(dearer)) == ("15.00", (), Decimal("5.00"))


def test_there_and_back_again_promises_nothing_twice() -> None:
    paid = serving.pay(a_booking(), an_act("2026-11-20 10:01"), Decimal("15.00"), "card")

    there = moved(paid, "2026-11-23 14:00")
    back = moved(there, START, "2026-11-20 12:05")
    again = moved(back, "2026-11-23 15:00", "2026-11-20 12:10")

    # the 5.00 that were to go back are kept for the dearer time; a second time cheaper they go back again
    assert [str(refund.amount) for refund in there.refund] == ["5.00"]
    assert (back.refund, owed(back)) == ((), Decimal(0))
    assert back.events[-1].set_off == Decimal("5.00")
    assert [str(refund.amount) for refund in again.refund] == ["5.00"]
    assert again.events[-1].set_off is None


@pytest.mark.parametrize(
    ("price", "left", "owing"),
    [
        ("10.00", ["4.00", "6.00"], "0.00"),  # as dear as now: all goes back as it was told
        ("13.00", ["4.00", "3.00"], "0.00"),  # what was told last is kept first
        ("16.00", ["4.00"], "0.00"),
        ("18.00", ["2.00"], "0.00"),
        ("20.00", [], "0.00"),
        ("27.50", [], "7.50"),  # the rest is asked for
    ],
)
def test_what_is_still_to_go_back_is_kept_for_a_dearer_fare(price: str, left: list[str], owing: str) -> None:
    told = [a_refund("4.00"), a_refund("6.00")]
    booking = a_booking(paid=Decimal("20.00"), price=Decimal(price), refund=tuple(told))

    settled = calling_off.difference(booking, badminton(), CALENDAR, an_act("2026-11-20 12:10"))

    assert [str(refund.amount) for refund in settled.refund] == left
    assert owed(settled) == Decimal(owing)
    assert held(settled) + promised(settled) == Decimal("20.00")


def test_what_has_gone_back_is_not_kept_any_more() -> None:
    paid = serving.pay(a_booking(), an_act("2026-11-20 10:01"), Decimal("15.00"), "card")
    gone = calling_off.pay_out(moved(paid, "2026-11-23 14:00"), an_act("2026-11-20 12:01"), "card")

    back = moved(gone, START, "2026-11-20 12:05")

    assert [(str(refund.amount), refund.state) for refund in back.refund] == [("5.00", "paid")]
    assert (owed(back), back.paid) == (Decimal("5.00"), Decimal("10.00"))


def test_who_stays_longer_keeps_what_was_to_go_back() -> None:
    parts = pricing.price(an_order(badminton(), "2026-11-20 14:00"), CALENDAR)  # 10.00 the hour
    booking = a_booking(start="2026-11-20 14:00", price=Decimal("10.00"), price_parts=parts)
    paid = serving.pay(booking, an_act("2026-11-20 10:01"), Decimal("14.00"), "card", more=True)
    pending = replace(paid, refund=(replace(a_refund("4.00"), at=paid.events[-1].at),))
    situation = Situation(rulebook=rules(badminton()), calendar=CALENDAR, slots={})

    longer = overstay.extend(pending, at("2026-11-20 15:30"), situation, an_act("2026-11-20 14:50"))

    assert (str(longer.price), longer.refund, owed(longer)) == ("15.00", (), Decimal("1.00"))
    assert longer.events[-1].set_off == Decimal("4.00")


def test_a_cancellation_gives_back_what_is_not_promised_yet() -> None:
    paid = serving.pay(a_booking(), an_act("2026-11-20 10:01"), Decimal("15.00"), "card")
    cheaper = moved(paid, "2026-11-23 14:00")

    called_off = cancelled(cheaper, "2026-11-23 13:00", COACH)  # an hour ahead: half of 10.00 is kept

    assert [(refund.why, str(refund.amount)) for refund in called_off.refund] == [
        ("changed", "5.00"),
        ("cancelled", "5.00"),
    ]
    settled = calling_off.pay_out(called_off, an_act("2026-11-24 09:00"), "card")
    assert (settled.events[-1].amount, settled.paid) == (Decimal("10.00"), Decimal("5.00"))
