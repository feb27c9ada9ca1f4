"""What a booking takes off a customer's card, and what it brings: money, visits and points, counted by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import customer, ledger, membership, pricing, settling
from cscli.domain.booking import Booking, order_of
from cscli.domain.customer import Card, Customer
from cscli.domain.refunds import Refund
from cscli.domain.rulebook import CardType, MemberRules, Points, Rulebook
from cscli.domain.settling import Settled
from cscli.domain.value import replace
from cscli.errors import Refused
from tests.builders import CUSTOMER_ID, a_booking, a_calendar, an_act, refusal, rulebook

MONEY = CardType(id="stored", name="充值卡")
SEASON = CardType(id="season", name="季卡", kind="pass", months=3, visits=2, services=("yoga",))
YEAR = CardType(id="annual", name="年卡", kind="annual", months=12, personal=True, services=("yoga",))
RULES = rulebook(members=MemberRules(card=(MONEY, SEASON, YEAR), points=Points(points=2, per=Decimal(100))))
OTHER_ID = "CU-261120-ZZZZZZ"
DAY = "2026-11-21"


def somebody(*cards: CardType, money: str = "0", record_id: str = CUSTOMER_ID) -> Customer:
    """Return a customer with some cards, and so much on the card."""
    person = customer.create(an_act(), record_id=record_id)
    for kind in cards:
        person = membership.issue(person, RULES, an_act(), kind, number=f"88{record_id[-4:]}")
    return membership.top_up(person, RULES, an_act(), Decimal(money), "cash") if Decimal(money) else person


def court(status: str = "in_service", **changes: Any) -> Booking:
    """Return a court on Saturday evening for 15.00."""
    return a_booking(status, start=f"{DAY} 18:30", **changes)


def a_class(kind: CardType | None, units: int = 1) -> Booking:
    """Return a place in the yoga class on Saturday evening that a card pays for; without one it costs 20.00."""
    booking = a_booking(start=f"{DAY} 18:30", service="yoga", resources=("yoga-room",), units=units)
    order = order_of(booking, RULES)
    parts = pricing.by_card(order, kind) if kind else pricing.price(order, a_calendar())
    return replace(booking, price=pricing.total(parts), price_parts=parts)


def arrive(both: Settled, when: str = f"{DAY} 18:20", rules: Rulebook = RULES, **how: Any) -> Settled:
    """Return both after the guest came."""
    return settling.arrive(both, rules, a_calendar(), an_act(when), **how)


def stands(person: Customer | None) -> tuple[str, int, dict[str, int]]:
    """Return balance, points, visits."""
    assert person is not None
    sums = ledger.standing(person.ledger)
    return str(sums.balance), sums.points, dict(sums.visits)


# --- money ------------------------------------------------------------------------------------------------------


def pay(both: Settled, amount: str = "15.00", method: Any = "card") -> Settled:
    """Return both after a payment at the end of the hour."""
    return settling.pay(both, RULES, an_act(f"{DAY} 19:30"), Decimal(amount), method)


def test_by_card_comes_off_the_stored_value_card() -> None:
    after = pay(Settled(booking=court(), customer=somebody(MONEY, money="100")))

    assert after.booking.paid == Decimal(15)
    assert stands(after.customer)[0] == "85.00"
    assert after.customer is not None
    entry = after.customer.ledger[-1]
    assert (entry.type, entry.booking, entry.at) == ("charge", after.booking.id, after.booking.events[-1].at)


@pytest.mark.parametrize("person", [None, somebody(), somebody(MONEY), somebody(SEASON)])
def test_without_money_on_a_card_it_is_a_banks_card(person: Customer | None) -> None:
    after = pay(Settled(booking=court(), customer=person))

    assert after.booking.paid == Decimal(15)
    assert after.customer is person


def test_cash_leaves_the_card_alone() -> None:
    rich = somebody(MONEY, money="100")

    assert pay(Settled(booking=court(), customer=rich), method="cash").customer is rich


def test_a_balance_that_does_not_reach_is_told() -> None:
    poor = Settled(booking=court(), customer=somebody(MONEY, money="14.99"))

    facts = refusal(Refused, "refused.members.balance", lambda: pay(poor))

    assert (facts["had"], facts["taken"], facts["rule"]) == (Decimal("14.99"), Decimal(15), "members.credit")


def test_a_friends_card_may_pay_unless_it_is_in_the_friends_name() -> None:
    friend = somebody(MONEY, YEAR, money="100", record_id=OTHER_ID)
    year, money = friend.all_cards
    both = Settled(booking=court(), customer=somebody(), holder=friend)

    after = pay(replace(both, shown=money))

    assert (stands(after.holder)[0], after.customer) == ("85.00", both.customer)
    facts = refusal(Refused, "refused.members.personal", lambda: pay(replace(both, shown=year)))
    assert facts["rule"] == "members.card.annual.personal"


def test_what_goes_back_by_card_is_put_on_it() -> None:
    paid = pay(Settled(booking=court("confirmed"), customer=somebody(MONEY, money="100")))
    back = replace(paid.booking, refund=(a_refund("15.00"),))

    after = settling.pay_out(replace(paid, booking=back), RULES, an_act(f"{DAY} 20:00"), "card")

    assert (after.booking.paid, stands(after.customer)[0]) == (Decimal(0), "100.00")


def test_what_came_off_the_card_goes_back_there_and_only_once() -> None:
    paid = pay(Settled(booking=court("confirmed"), customer=somebody(MONEY, money="100")))
    told = replace(paid, booking=replace(paid.booking, refund=(a_refund("15.00"),)))

    def back(both: Settled, method: Any) -> Settled:
        return settling.pay_out(both, RULES, an_act(f"{DAY} 20:00"), method)

    assert refusal(Refused, "refused.members.to_card", lambda: back(told, "cash"))["most"] == Decimal(0)
    assert refusal(Refused, "refused.members.refund", lambda: returned(told, "0.01"))["most"] == Decimal(0)
    again = back(told, "card")
    assert stands(again.customer)[0] == "100.00"
    refusal(Refused, "refused.members.refund", lambda: returned(again, "0.01"))


def returned(both: Settled, amount: str) -> Customer:
    """Return the customer's file after so much was put back on the card without a booking."""
    assert both.customer is not None
    return membership.put_back(both.customer, RULES, an_act(f"{DAY} 21:00"), Decimal(amount), "退票")


def test_what_was_paid_in_cash_beside_the_card_may_go_back_in_cash() -> None:
    first = pay(Settled(booking=court("confirmed"), customer=somebody(MONEY, money="100")), "10.00")
    both = pay(first, "5.00", "cash")

    def back(amount: str) -> Settled:
        told = replace(both.booking, refund=(a_refund(amount),))
        return settling.pay_out(replace(both, booking=told), RULES, an_act(f"{DAY} 20:00"), "cash")

    assert (back("5.00").booking.paid, stands(back("5.00").customer)[0]) == (Decimal(10), "90.00")
    assert refusal(Refused, "refused.members.to_card", lambda: back("5.01"))["most"] == Decimal(5)


def test_what_was_charged_beside_a_booking_is_put_back_freely() -> None:
    person = somebody(MONEY, money="100")
    drinks = membership.charge(person, RULES, an_act(f"{DAY} 19:00"), Decimal(8), "饮料", booking=court().id)

    assert stands(returned(Settled(booking=court(), customer=drinks), "8"))[0] == "100.00"


def a_refund(amount: str) -> Refund:
    """Return a refund that was told and is not paid out yet."""
    told = an_act(f"{DAY} 19:40").at
    return Refund(at=told, why="cancelled", fee=Decimal(0), amount=Decimal(amount), expected=date(2026, 11, 28))


# --- visits -----------------------------------------------------------------------------------------------------


def test_a_pass_loses_a_visit_when_its_guest_comes_and_only_then() -> None:
    here = arrive(Settled(booking=a_class(SEASON), customer=somebody(SEASON)))
    done = settling.complete(here, RULES, a_calendar(), an_act(f"{DAY} 19:30"))

    assert stands(here.customer)[2] == {"season": 1}
    assert (done.booking.status, done.customer) == ("completed", here.customer)


def test_a_guest_whose_arrival_nobody_noted_is_admitted_at_the_end() -> None:
    both = Settled(booking=a_class(SEASON), customer=somebody(SEASON))

    done = settling.complete(both, RULES, a_calendar(), an_act(f"{DAY} 19:30"))

    assert stands(done.customer)[2] == {"season": 1}


def test_each_place_is_a_visit() -> None:
    person = somebody(SEASON)

    assert stands(arrive(Settled(booking=a_class(SEASON, units=2), customer=person)).customer)[2] == {"season": 0}
    facts = refusal(
        Refused,
        "refused.members.visits",
        lambda: arrive(Settled(booking=a_class(SEASON, units=3), customer=person)),
    )
    assert (facts["had"], facts["taken"], facts["rule"]) == (2, 3, "members.card.season")


def test_of_several_cards_the_one_that_costs_no_visit_pays() -> None:
    held = somebody(YEAR, SEASON, MONEY)

    def paying(day: str, service: str = "yoga") -> str | None:
        card = membership.card_for(held, RULES.members, service, date.fromisoformat(day))
        return card.type if card else None

    assert [paying(DAY), paying("2027-02-19"), paying("2027-11-20"), paying(DAY, "badminton")] == [
        "annual", "annual", "stored", "stored",
    ]  # fmt: skip
    spring = replace(held, cards=tuple(card for card in held.cards if card.type != "annual"))
    last = membership.card_for(spring, RULES.members, "yoga", date(2027, 2, 19))
    assert last is not None and last.type == "season"


def test_an_annual_card_gives_no_visits_away() -> None:
    person = somebody(YEAR)

    assert arrive(Settled(booking=a_class(YEAR), customer=person)).customer is person


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("refused.members.expired", {"valid_to": "2026-11-20"}),
        ("refused.members.not_yet", {"valid_from": "2026-11-22"}),
    ],
)
def test_a_card_that_does_not_hold_on_the_day_is_refused(key: str, changes: dict[str, str]) -> None:
    person = somebody(YEAR)
    dates = {name: date.fromisoformat(text) for name, text in changes.items()}
    other = replace(person, card=replace(person.card or Card(number="x"), **dates))

    refusal(Refused, key, lambda: arrive(Settled(booking=a_class(YEAR), customer=other)))


def test_a_card_that_was_given_up_is_refused() -> None:
    refusal(
        Refused,
        "refused.members.gone",
        lambda: arrive(Settled(booking=a_class(SEASON), customer=somebody(MONEY))),
    )


def test_the_ordinary_price_can_be_taken_instead() -> None:
    person = somebody()

    after = arrive(Settled(booking=a_class(SEASON), customer=person), ordinary=True)

    assert (after.booking.price, after.customer) == (Decimal(20), person)
    assert after.booking.events[-1].type == "arrived"
    assert {name: (delta.from_, delta.to) for name, delta in (after.booking.events[-1].changes or {}).items()} == {
        "price": ("0.00", "20.00")
    }


def test_a_card_shown_at_the_door_pays_from_then_on() -> None:
    friend = somebody(SEASON, record_id=OTHER_ID)
    asked = replace(a_class(None), paid=Decimal(20))
    both = Settled(booking=asked, customer=somebody(), shown=friend.card, holder=friend)

    after = arrive(both)

    assert (after.booking.price, settling.covering(after.booking)) == (Decimal(0), "season")
    assert stands(after.holder)[2] == {"season": 1}
    assert [refund.amount for refund in after.booking.refund] == [Decimal(20)]


def test_a_card_shown_must_pay_and_be_its_holders_own() -> None:
    friend = somebody(MONEY, YEAR, record_id=OTHER_ID)
    year, money = friend.all_cards
    both = Settled(booking=a_class(None), customer=somebody(), holder=friend)

    refusal(Refused, "refused.members.personal", lambda: arrive(replace(both, shown=year)))
    refusal(Refused, "refused.members.does_not_pay", lambda: arrive(replace(both, shown=money)))


# --- points -----------------------------------------------------------------------------------------------------


def spend(both: Settled, amount: str, when: str = f"{DAY} 21:00", rules: Rulebook = RULES) -> Settled:
    """Return both after the guest's bill was told."""
    return settling.spend(both, rules, an_act(when), Decimal(amount))


@pytest.mark.parametrize(("bill", "points"), [("99.99", 0), ("100", 2), ("380", 6), ("400.00", 8), ("0", 0)])
def test_two_points_for_each_full_hundred(bill: str, points: int) -> None:
    after = spend(Settled(booking=court(), customer=somebody()), bill)

    assert (after.booking.spend, stands(after.customer)[1]) == (Decimal(bill), points)


def test_a_bill_put_right_puts_the_points_right() -> None:
    both = spend(Settled(booking=court(), customer=somebody()), "380")

    more, less = spend(both, "410"), spend(both, "150")

    assert (stands(more.customer)[1], stands(less.customer)[1]) == (8, 2)
    assert [entry.points for entry in (less.customer or somebody()).ledger] == [6, -4]
    assert spend(both, "399").customer is both.customer


def test_points_that_were_given_out_are_not_taken_back_below_zero() -> None:
    both = spend(Settled(booking=court(), customer=somebody()), "380")
    assert both.customer is not None
    swapped = membership.adjust(both.customer, RULES, an_act(f"{DAY} 21:30"), points=-5, note="换礼品")

    after = spend(replace(both, customer=swapped), "100", when=f"{DAY} 22:00")

    assert stands(after.customer)[1] == 0


def test_only_the_cards_that_the_rulebook_names_gather_points() -> None:
    gold = replace(RULES.members.points or Points(points=1, per=Decimal(1)), cards=("season",))
    rules = replace(RULES, members=replace(RULES.members, points=gold))

    assert stands(spend(Settled(booking=court(), customer=somebody(SEASON)), "380", rules=rules).customer)[1] == 6
    plain = somebody(MONEY)
    assert spend(Settled(booking=court(), customer=plain), "380", rules=rules).customer is plain


def test_what_happened_before_the_files_last_word_is_written_down_behind_it() -> None:
    seen = customer.reveal(somebody(MONEY, money="100"), an_act(f"{DAY} 20:00"))
    late = an_act(f"{DAY} 19:30", now=f"{DAY} 20:05")

    after = settling.pay(Settled(booking=court(), customer=seen), RULES, late, Decimal(15), "card")

    assert after.booking.events[-1].at == an_act(f"{DAY} 19:30").at
    assert after.customer is not None and after.customer.ledger[-1].at == an_act(f"{DAY} 20:00").at
