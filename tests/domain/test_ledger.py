"""Members' cards and what stands on them, counted by hand; and random years of a ledger against plain lists."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.domain import booking, checks, customer, ledger, membership
from cscli.domain.customer import Customer
from cscli.domain.ground import Ground
from cscli.domain.ledger import Entry
from cscli.domain.record import Act
from cscli.domain.rulebook import Bonus, CardType, MemberRules, Rulebook, Scheme
from cscli.domain.schemes import Source
from cscli.domain.value import replace
from cscli.errors import Refused
from cscli.i18n import known
from cscli.store import codec
from cscli.store.history import SUBJECTS
from tests.builders import CUSTOMER_ID, an_act, at, refusal, rulebook

MONEY = CardType(id="stored", name="充值卡", fee=Decimal(10), fee_waived_from=Decimal(100))
YEAR = CardType(id="annual", name="年卡", kind="annual", price=Decimal(800), months=12, personal=True)
SEASON = CardType(
    id="season", name="季卡", kind="pass", price=Decimal(550), months=3, visits=30, services=("yoga",)
)  # fmt: skip
CHIP = CardType(id="chip", name="手环", kind="single", fee=Decimal(5), services=("badminton",))
SPRING = (
    Bonus(at_least=Decimal(500), bonus=Decimal(20)),
    Bonus(at_least=Decimal(1000), bonus=Decimal(500), gift="代金券", since=date(2026, 3, 1), until=date(2026, 3, 31)),
    Bonus(at_least=Decimal(200), gift="毛巾"),
)


def rules(**changes: Any) -> Rulebook:
    """Return the club's rules with four types of cards; `changes` are those of its `[members]`."""
    return rulebook(members=MemberRules(card=(MONEY, YEAR, SEASON, CHIP)).__replace__(**changes))


def somebody(*cards: CardType, **topup: str) -> Customer:
    """Return a customer of Friday 2026-11-20, 09:00, who was issued some cards, all numbered 8800."""
    person = customer.create(an_act(), record_id=CUSTOMER_ID, name="王小明")
    for kind in cards:
        person = membership.issue(person, rules(), an_act(), kind, number="8800")
    return top_up(person, topup["topup"]) if topup else person


def top_up(person: Customer, amount: str, book: Rulebook | None = None, when: str = "2026-11-20 09:00") -> Customer:
    """Return the customer after so much was paid in cash."""
    return membership.top_up(person, book or rules(), an_act(when), Decimal(amount), "cash")


def told(person: Customer) -> list[tuple[str, str]]:
    """Return the ledger as type and amount."""
    return [(entry.type, f"{entry.amount:.2f}") for entry in person.ledger]


def balance(person: Customer) -> str:
    """Return what stands on the card."""
    return str(ledger.standing(person.ledger).balance)


# --- sums -------------------------------------------------------------------------------------------------------


def line(amount: str = "0", points: int = 0, visits: int = 0, card: str | None = None) -> Entry:
    """Return an adjustment of these sums."""
    return Entry(
        at=at("2026-11-20 09:00"), by="li.na", type="adjustment", amount=Decimal(amount), points=points, visits=visits,
        card=card,
    )  # fmt: skip


def test_sums_run_from_entry_to_entry() -> None:
    lines = (line("100.00"), line("-33.00", points=6), line(visits=30, card="season"), line(visits=-1, card="season"))

    running = [(str(stands.balance), stands.points, dict(stands.visits)) for _, stands in ledger.running(lines)]

    assert running == [
        ("100.00", 0, {}),
        ("67.00", 6, {}),
        ("67.00", 6, {"season": 30}),
        ("67.00", 6, {"season": 29}),
    ]


@pytest.mark.parametrize(
    ("lines", "credit", "short"),
    [
        ([line("10"), line("-10")], "0", None),
        ([line("10"), line("-10.01"), line("5")], "0", (1, "balance", "10.00", "10.01")),
        ([line("10"), line("-30")], "20", None),
        ([line("-20.01")], "20", (0, "balance", "0.00", "20.01")),
        ([line(points=5), line(points=-6)], "0", (1, "points", "5", "6")),
        ([line(visits=1, card="a"), line(visits=-1, card="b")], "0", (1, "visits", "0", "1")),
        ([line(visits=2, card="a"), line(visits=-1, card="a"), line(visits=-1, card="a")], "0", None),
    ],
)
def test_the_first_entry_that_takes_more_than_there_is(lines: list[Entry], credit: str, short: Any) -> None:
    found = ledger.shortfall(lines, Decimal(credit))

    assert (found and (found.place, found.what, str(found.had), str(found.taken))) == short


def test_what_only_adds_is_never_short() -> None:
    low = (line("-50"), line("10"))  # as another rulebook once allowed

    assert ledger.shortfall(low, Decimal(0), since=1) is None
    assert ledger.shortfall((*low, line("-1")), Decimal(0), since=2) is not None


# --- cards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-11-20", 12, "2027-11-19"),
        ("2026-12-15", 1, "2027-01-14"),
        ("2027-03-01", 12, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-01-01", 24, "2027-12-31"),
    ],
)
def test_a_card_holds_to_the_day_before_the_same_day(first: str, months: int, last: str) -> None:
    assert membership.runs_until(date.fromisoformat(first), months) == date.fromisoformat(last)


@pytest.mark.row("D4", lacking="the application form")
def test_the_first_top_up_decides_about_the_fee() -> None:
    card = somebody(MONEY)

    assert told(card) == []
    assert told(top_up(card, "100.00")) == [("topup", "100.00"), ("card_fee", "0.00")]
    assert top_up(card, "100.00").ledger[1].waived == Decimal(10)
    assert told(top_up(card, "99.99")) == [("topup", "99.99"), ("card_fee", "-10.00")]
    assert told(top_up(top_up(card, "50"), "500"))[2:] == [("topup", "500.00")]


def test_a_fee_that_cannot_be_paid_from_the_first_top_up_is_refused() -> None:
    facts = refusal(Refused, "refused.members.balance", lambda: top_up(somebody(MONEY), "9.99"))

    assert (facts["had"], facts["taken"]) == (Decimal("9.99"), Decimal(10))


def test_who_gets_the_first_card_joins_that_day() -> None:
    card = somebody(MONEY)

    assert card.joined == date(2026, 11, 20)
    assert card.card is not None and (card.card.number, card.card.valid_to) == ("8800", None)


def test_price_and_fee_are_paid_when_a_card_is_issued() -> None:
    band, season = somebody(CHIP), somebody(SEASON)

    assert told(band) == [("payment", "5.00"), ("card_fee", "-5.00")]
    assert told(season) == [("payment", "550.00"), ("charge", "-550.00")]
    assert ledger.standing(season.ledger).visits == {"season": 30}
    assert balance(season) == "0.00"


def test_a_pass_may_be_paid_from_the_card() -> None:
    rich = somebody(MONEY, topup="600")
    both = membership.issue(rich, rules(), an_act(), SEASON, method="card")

    assert balance(both) == "50.00"
    assert [card.type for card in both.all_cards] == ["season", "stored"]
    assert {card.number for card in both.all_cards} == {"8800"}
    refusal(
        Refused,
        "refused.members.balance",
        lambda: membership.issue(rich, rules(), an_act(), YEAR, method="card"),
    )


def test_a_pass_renewed_in_time_goes_on_and_keeps_its_visits() -> None:
    renewed = membership.issue(somebody(SEASON), rules(), an_act("2027-02-01 09:00"), SEASON)

    assert renewed.card is not None
    assert (renewed.card.valid_from, renewed.card.valid_to) == (date(2026, 11, 20), date(2027, 5, 19))
    assert ledger.standing(renewed.ledger).visits == {"season": 60}


def test_the_visits_of_a_pass_that_ran_out_are_gone() -> None:
    renewed = membership.issue(somebody(SEASON), rules(), an_act("2027-02-20 09:00"), SEASON)

    assert renewed.card is not None
    assert (renewed.card.valid_from, renewed.card.valid_to) == (date(2027, 2, 20), date(2027, 5, 19))
    assert [(entry.type, entry.visits) for entry in renewed.ledger if entry.visits] == [
        ("charge", 30), ("expired", -30), ("charge", 30),
    ]  # fmt: skip


def test_a_lost_card_gets_another_number_and_keeps_the_rest() -> None:
    card = somebody(MONEY, topup="100")

    new = membership.replace_lost(card, rules(), an_act(), MONEY, number="8801")

    assert new.card is not None and new.card.number == "8801"
    assert told(new)[2:] == [("payment", "10.00"), ("card_fee", "-10.00")]
    assert balance(new) == "100.00"
    refusal(Refused, "refused.members.held", lambda: membership.issue(card, rules(), an_act(), MONEY, number="8801"))
    refusal(
        Refused,
        "refused.members.not_held",
        lambda: membership.replace_lost(card, rules(), an_act(), YEAR, number="8801"),
    )
    refusal(
        Refused,
        "refused.nothing_changes",
        lambda: membership.replace_lost(card, rules(), an_act(), MONEY, number="8800"),
    )


def test_a_card_written_down_by_hand_takes_the_type_it_is_issued_with() -> None:
    known_before = customer.create(an_act(), record_id=CUSTOMER_ID, card=customer.Card(number="77"))

    issued = membership.issue(known_before, rules(), an_act(), MONEY)

    assert [(card.number, card.type) for card in issued.all_cards] == [("77", "stored")]
    nobody = customer.create(an_act(), record_id=CUSTOMER_ID)
    refusal(Refused, "refused.members.no_number", lambda: membership.issue(nobody, rules(), an_act(), MONEY))


# --- money ------------------------------------------------------------------------------------------------------


@pytest.mark.row("D3", lacking="the register as a form")
@pytest.mark.parametrize(
    ("amount", "when", "brings"),
    [
        ("199.99", "2026-03-15", []),
        ("200", "2026-03-15", [("gift", "0.00", "毛巾")]),
        ("999.99", "2026-03-15", [("bonus", "20.00", None)]),
        ("1000", "2026-03-01", [("bonus", "500.00", "代金券")]),
        ("1000", "2026-03-31", [("bonus", "500.00", "代金券")]),
        ("1000", "2026-04-01", [("bonus", "20.00", None)]),
    ],
)
def test_a_top_up_brings_the_bonus_of_its_tier_and_day(amount: str, when: str, brings: list[Any]) -> None:
    free = replace(MONEY, fee=Decimal(0), fee_waived_from=None)
    book = rules(card=(free,), bonus=SPRING)
    act = an_act("2026-02-01 09:00")
    card = membership.issue(customer.create(act, record_id=CUSTOMER_ID), book, act, free, number="8800")

    entries = top_up(card, amount, book, f"{when} 09:00").ledger[1:]

    assert [(entry.type, f"{entry.amount:.2f}", entry.note) for entry in entries] == brings


INSURED = Scheme(id="insurance", name="医保卡办卡", keep=Decimal(3000), most=Decimal(2000))
FROM_INSURANCE = (
    Bonus(at_least=Decimal(100), bonus=Decimal(5)),
    Bonus(scheme="insurance", at_least=Decimal(1000), bonus=Decimal(500), until=date(2026, 3, 31)),
    Bonus(scheme="insurance", at_least=Decimal(2000), bonus=Decimal(900), gift="代金券", until=date(2026, 3, 31)),
)


def insured(*tops: str, holding: str = "9000") -> Customer:
    """Return a customer of March who put so much on a card from the medical insurance, day by day."""
    free = replace(MONEY, fee=Decimal(0), fee_waived_from=None)
    book = rules(card=(free,), scheme=(INSURED,), bonus=FROM_INSURANCE)
    act = an_act("2026-02-01 09:00")
    person = membership.issue(customer.create(act, record_id=CUSTOMER_ID), book, act, free, number="8800")
    source = Source(scheme=INSURED, holding=Decimal(holding))
    for day, amount in enumerate(tops, start=28):
        act = an_act(f"2026-03-{day} 09:00" if day < 32 else "2026-04-01 09:00")
        person = membership.top_up(person, book, act, Decimal(amount), "cash", source=source)
    return person


@pytest.mark.row("D4")
@pytest.mark.parametrize(
    ("tops", "bonuses"),
    [
        (["999.99"], []),
        (["1000"], ["500.00"]),
        (["1000", "999.99"], ["500.00"]),  # a tier is given once
        (["500", "500"], ["500.00"]),  # in parts it comes to the same
        (["1000", "1000"], ["500.00", "400.00"]),
        (["2000"], ["900.00"]),
        (["0.01", "0.01", "0.01", "0.01", "1000"], []),  # on 1 April it is over
    ],
)
def test_a_scheme_brings_its_own_bonus_once_however_the_money_comes(tops: list[str], bonuses: list[str]) -> None:
    entries = insured(*tops).ledger

    assert [f"{entry.amount:.2f}" for entry in entries if entry.type == "bonus"] == bonuses
    assert {entry.scheme for entry in entries} == {"insurance"}


def test_a_scheme_leaves_what_must_stay_and_ends_at_its_most() -> None:
    assert balance(insured("2000", holding="5000")) == "2900.00"
    kept = refusal(Refused, "refused.scheme.keep", lambda: insured("1000.01", holding="4000"))
    assert (kept["free"], kept["rule"]) == (Decimal(1000), "members.scheme.insurance.keep")
    full = refusal(Refused, "refused.scheme.most", lambda: insured("1500", "500.01"))
    assert (full["taken"], full["most"]) == (Decimal(1500), Decimal(2000))


def test_money_goes_below_zero_only_as_far_as_the_rulebook_says() -> None:
    card = somebody(MONEY, topup="100")

    def charged(amount: str, credit: str) -> str:
        book = rules(credit=Decimal(credit))
        return balance(membership.charge(card, book, an_act(), Decimal(amount)))

    assert charged("100", "0") == "0.00"
    assert charged("120", "20") == "-20.00"
    facts = refusal(Refused, "refused.members.balance", lambda: charged("120.01", "20"))
    assert facts["rule"] == "members.credit"


def test_back_on_the_card_goes_no_more_than_was_charged() -> None:
    card = membership.charge(somebody(MONEY, topup="100"), rules(), an_act(), Decimal(33), "游泳票")

    def put_back(amount: str) -> Customer:
        return membership.put_back(card, rules(), an_act(), Decimal(amount), "退票")

    assert balance(put_back("33")) == "100.00"
    assert refusal(Refused, "refused.members.refund", lambda: put_back("33.01"))["most"] == Decimal("33.00")
    again = put_back("30")
    refusal(Refused, "refused.members.refund", lambda: membership.put_back(again, rules(), an_act(), Decimal(4)))


def test_what_was_given_is_not_paid_out() -> None:
    card = membership.give(somebody(MONEY, topup="100"), rules(), an_act(), amount=Decimal(50), note="开业")

    paid = membership.pay_out(card, rules(), an_act(), Decimal(100), "cash", "退会")

    assert (told(paid)[-1], paid.ledger[-1].method) == (("payout", "-100.00"), "cash")
    facts = refusal(
        Refused,
        "refused.members.payout",
        lambda: membership.pay_out(card, rules(), an_act(), Decimal("100.01"), "cash", "退会"),
    )
    assert (facts["most"], facts["given"]) == (Decimal(100), Decimal(50))


def test_money_needs_a_card_that_carries_it() -> None:
    for deed in (
        lambda: top_up(somebody(SEASON), "100"),
        lambda: membership.charge(somebody(), rules(), an_act(), Decimal(1)),
        lambda: membership.give(somebody(YEAR), rules(), an_act(), amount=Decimal(1), note="x"),
    ):
        refusal(Refused, "refused.members.no_stored", deed)
    assert membership.give(somebody(), rules(), an_act(), points=5, note="生日").ledger[0].points == 5


def test_sums_are_put_right_but_not_below_zero() -> None:
    card = somebody(SEASON)

    def adjusted(**sums: Any) -> Customer:
        return membership.adjust(card, rules(), an_act(), **sums, note="录错")

    assert ledger.standing(adjusted(visits=-30, kind=SEASON).ledger).visits == {"season": 0}
    refusal(Refused, "refused.members.visits", lambda: adjusted(visits=-31, kind=SEASON))
    refusal(Refused, "refused.members.points", lambda: adjusted(points=-1))


def test_entries_do_not_lie_in_the_future_nor_before_what_stands_in_the_file() -> None:
    card = somebody(MONEY, topup="100")
    seen = customer.reveal(card, an_act("2026-11-20 11:00"))

    refusal(Refused, "refused.backwards", lambda: top_up(seen, "5", when="2026-11-20 10:00"))
    ahead = an_act("2026-11-20 12:00", now="2026-11-20 11:30")
    refusal(Refused, "refused.future", lambda: membership.charge(seen, rules(), ahead, Decimal(5)))


# --- what it is kept as -----------------------------------------------------------------------------------------


def test_a_file_with_a_ledger_reads_as_it_was_written() -> None:
    card = membership.issue(somebody(MONEY, topup="600"), rules(), an_act(), SEASON, method="card")

    text = codec.dump(card)

    assert codec.load(Customer, text.encode(), "x.toml") == card
    assert text.count("[[ledger]]") == 3
    assert 'amount = "-550.00"' in text


def test_masked_every_card_number_is() -> None:
    card = customer.masked(membership.issue(somebody(MONEY), rules(), an_act(), YEAR, number="990011223344"))

    assert [one.number for one in card.all_cards] == ["990****3344", "8***"]


def test_every_entry_has_its_sentence_in_git_and_its_word() -> None:
    assert [name for name in ledger.ENTRY_TYPES if f"customer.{name}" not in SUBJECTS] == []
    assert [name for name in ledger.ENTRY_TYPES if not known(f"label.event.{name}")] == []
    assert ledger.METHODS == booking.METHODS


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ([line("-1")], "check.ledger.balance"),
        ([line(points=-1)], "check.ledger.points"),
        ([line(visits=-1, card="season")], "check.ledger.visits"),
        ([replace(line("1"), booking="BK-261120-ZZZZZZ")], "check.ledger.booking"),
        ([line("1"), replace(line("1"), at=at("2026-11-20 08:00"))], "check.ledger.order"),
    ],
)
def test_what_a_ledger_must_not_hold_is_found(entries: list[Entry], rule: str) -> None:
    broken = replace(somebody(), ledger=tuple(entries))
    ground = Ground(rulebook=rules(), exists=lambda _: False, now=at("2026-11-20 12:00"))

    assert [found.rule for found in checks.find_problems([("x.toml", broken)], ground)] == [rule]


# --- random years against plain lists ---------------------------------------------------------------------------

Op = tuple[str, int]
BOOK = rules(credit=Decimal(3), bonus=(Bonus(at_least=Decimal(5), bonus=Decimal(1)),))
MOVES: dict[str, Callable[[Customer, Act, int], Customer]] = {
    "topup": lambda card, act, n: membership.top_up(card, BOOK, act, Decimal(n) / 100, "cash"),
    "charge": lambda card, act, n: membership.charge(card, BOOK, act, Decimal(n) / 100),
    "back": lambda card, act, n: membership.put_back(card, BOOK, act, Decimal(n) / 100),
    "out": lambda card, act, n: membership.pay_out(card, BOOK, act, Decimal(n) / 100, "cash", "x"),
    "gift": lambda card, act, n: membership.give(card, BOOK, act, amount=Decimal(n) / 100, note="x"),
    "points": lambda card, act, n: membership.adjust(card, BOOK, act, points=n - 300, note="x"),
    "visits": lambda card, act, n: membership.adjust(card, BOOK, act, visits=n % 7 - 5, kind=SEASON, note="x"),
}


def reckoned(ops: list[Op]) -> tuple[list[int], list[int], list[int], list[bool]]:
    """Return cents, points and visits as plain lists, and which steps were allowed, the slow way."""
    cents, charged, given, points, visits = [0], [55000], [0], [0], [30]  # the pass was charged and paid in cash
    went: list[bool] = []
    fee_settled = False
    for move, n in ops:
        if move == "topup":
            fee = 0 if fee_settled or n >= 10000 else 1000
            bonus = 100 if n >= 500 else 0
            well = sum(cents) + n + bonus - fee >= -300
            steps, taken, gifts = [n, bonus, -fee], fee, bonus
            fee_settled = fee_settled or well
        elif move == "charge":
            well, steps, taken, gifts = sum(cents) - n >= -300, [-n], n, 0
        elif move == "back":
            well, steps, taken, gifts = n <= sum(charged), [n], -n, 0
        elif move == "out":
            well, steps, taken, gifts = n <= max(0, sum(cents) - sum(given)), [-n], 0, 0
        elif move == "gift":
            well, steps, taken, gifts = True, [n], 0, n
        else:
            sums, change = (points, n - 300) if move == "points" else (visits, n % 7 - 5)
            well = change >= 0 or sum(sums) + change >= 0
            sums += [change] if well else []
            steps, taken, gifts = [], 0, 0
        if well:
            cents += steps
            charged.append(taken)
            given.append(gifts)
        went.append(well)
    return cents, points, visits, went


@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(1, 12000)), max_size=25))
def test_a_ledger_comes_to_what_plain_lists_come_to(ops: list[Op]) -> None:
    card, went = somebody(MONEY, SEASON), []
    for number, (move, n) in enumerate(ops):
        try:
            card = MOVES[move](card, an_act(f"2026-11-20 10:{number:02d}"), n)
            went.append(True)
        except Refused:
            went.append(False)

    cents, points, visits, allowed = reckoned(ops)
    stands = ledger.standing(card.ledger)
    assert went == allowed
    assert stands.balance * 100 == sum(cents)
    assert (stands.points, stands.visits["season"]) == (sum(points), sum(visits))
    assert ledger.shortfall(card.ledger, Decimal(3)) is None
