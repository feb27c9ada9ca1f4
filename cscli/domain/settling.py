"""Settling a booking with the customer's card: what touches a booking and a customer's ledger at once.

A stored-value card pays (manual row D8), a pass gives a visit when its guest comes (row D11), spending earns points
(row C8). Every function takes both as they were and returns both as they are afterwards; nothing else is touched.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from cscli.domain import calling_off, ledger, membership, pricing, serving
from cscli.domain.booking import Booking, Method, order_of, promised
from cscli.domain.calendar import Calendar
from cscli.domain.customer import Card, Customer
from cscli.domain.ledger import Entry
from cscli.domain.pricing import COVERED
from cscli.domain.record import Act, deltas
from cscli.domain.rulebook import CardType, Points, Rulebook
from cscli.domain.value import Value, replace
from cscli.errors import Refused

RULE = "members.card."


class Settled(Value):
    """A booking with its customer's file; `shown` is a card that was shown to pay with.

    `holder` is the file of whoever holds that card where it is somebody else.
    """

    booking: Booking
    customer: Customer | None = None
    shown: Card | None = None
    holder: Customer | None = None

    @property
    def payer(self) -> Customer | None:
        """Whose card pays."""
        return self.holder or self.customer


def covering(booking: Booking) -> str | None:
    """Return the id of the card type that pays for a booking, None where money does."""
    rules = [part.rule or "" for part in booking.price_parts if part.per == COVERED]
    return rules[0].removeprefix(RULE) if rules else None


def arrive(
    both: Settled,
    rulebook: Rulebook,
    calendar: Calendar,
    act: Act,
    *,
    table_no: str | None = None,
    ordinary: bool = False,
) -> Settled:
    """Note that the guest is here; a card that pays for the service must be valid, and a pass loses a visit.

    A card that is shown pays from now on; `ordinary` has the ordinary price charged instead of what a card pays.
    """
    after = replace(both, booking=serving.arrive(both.booking, rulebook, act, table_no=table_no))
    return _admitted(after, rulebook, calendar, act, ordinary=ordinary, must_pay=both.shown is not None)


def complete(
    both: Settled,
    rulebook: Rulebook,
    calendar: Calendar,
    act: Act,
    *,
    result: str | None = None,
    ordinary: bool = False,
    must_pay: bool = False,
) -> Settled:
    """Note that the service was given, and its result; a guest whose arrival was not noted is admitted now.

    `must_pay` refuses a card shown that does not pay for the service, because no money is to come off it.
    """
    came = both.booking.arrived_at is not None
    after = replace(both, booking=serving.complete(both.booking, act, result))
    return after if came else _admitted(after, rulebook, calendar, act, ordinary=ordinary, must_pay=must_pay)


def pay(both: Settled, rulebook: Rulebook, act: Act, amount: Decimal, method: Method, *, more: bool = False) -> Settled:
    """Note a payment; "by card" takes it off the stored-value card of whoever pays.

    A customer whose card carries no money pays by a bank's card, which is noted and no more. Raises `Refused` where the
    balance does not reach, or the card shown carries no money or is somebody else's in person, and for more than is
    owed unless `more` says that it is meant.
    """
    after = replace(both, booking=serving.pay(both.booking, act, amount, method, more=more))
    payer = both.payer
    if method != "card" or payer is None:
        return after
    _judge_holder(both, rulebook)
    if not both.shown and not membership.pays_by_card(payer, rulebook.members):
        return after
    charged = membership.charge(payer, rulebook, _posted(payer, act), amount, booking=both.booking.id)
    return _with_payer(after, charged)


def pay_out(both: Settled, rulebook: Rulebook, act: Act, method: Method) -> Settled:
    """Pay out what was promised back; "by card" puts it on the customer's stored-value card.

    What came off that card goes back there: paid out otherwise, what the desk gave away would become money, and what
    stands in the ledger could be had once more. Raises `Refused` for another method that would pay out more than the
    rest.
    """
    due, customer = promised(both.booking), both.customer
    after = replace(both, booking=calling_off.pay_out(both.booking, act, method))
    most = _beside_card(both)
    if method != "card" and due > most:
        raise Refused("refused.members.to_card", rule="booking.refund", id=both.booking.id, amount=due, most=most)
    if method != "card" or customer is None or not membership.pays_by_card(customer, rulebook.members):
        return after
    back = membership.put_back(customer, rulebook, _posted(customer, act), due, booking=both.booking.id)
    return replace(after, customer=back)


def as_paid(both: Settled) -> Method:
    """Return how money goes back where nobody says how: as it was paid last, or to the card it must go back to.

    Raises `Refused` where more goes back than came that way: who pays it out says how.
    """
    left: dict[Method, Decimal] = {}
    last: Method | None = None
    for event in both.booking.events:
        if event.type in ("paid", "refunded") and event.method and event.amount is not None:
            last = event.method if event.type == "paid" else last
            sign = 1 if event.type == "paid" else -1
            left[event.method] = left.get(event.method, Decimal(0)) + sign * event.amount
    due = promised(both.booking)
    way = "card" if last is None or due > _beside_card(both) else last
    if last is not None and due > left.get(way, Decimal(0)):
        facts = {"id": both.booking.id, "amount": due, "ways": tuple(pair for pair in left.items() if pair[1] > 0)}
        raise Refused("refused.refund.method", rule="booking.refund", **facts)
    return way


def _beside_card(both: Settled) -> Decimal:
    """Return how much of what was paid for a booking did not come off its customer's card."""
    carried = ledger.held_of(both.customer.ledger, both.booking.id) if both.customer is not None else Decimal(0)
    return max(Decimal(0), both.booking.paid - carried)


def spend(both: Settled, rulebook: Rulebook, act: Act, amount: Decimal) -> Settled:
    """Note the guest's bill and write down the points it brings; a bill put right puts the points right.

    Points that have been given out already are not taken back below zero.
    """
    after = replace(both, booking=serving.spend(both.booking, act, amount))
    rules, customer = rulebook.members.points, both.customer
    if rules is None or customer is None or not earns(rules, customer):
        return after
    known = sum(entry.points for entry in ledger.of_booking(customer.ledger, both.booking.id, "points"))
    more = max(points_of(rules, amount) - known, -ledger.standing(customer.ledger).points)
    if not more:
        return after
    line = Entry(
        at=_posted(customer, act).at, by=act.by, type="points", points=more, booking=both.booking.id,
        rule="members.points",
    )  # fmt: skip
    return replace(after, customer=membership.post(customer, rulebook, _posted(customer, act), line))


def points_of(rules: Points, spend: Decimal) -> int:
    """Return the points that a bill brings: so many for each full amount."""
    return rules.points * int(spend // rules.per) if rules.per else 0


def earns(rules: Points, customer: Customer) -> bool:
    """Whether a customer gathers points: who holds a card of the types named, or everybody where none is."""
    return not rules.cards or any(card.type in rules.cards for card in customer.all_cards)


def _admitted(
    both: Settled, rulebook: Rulebook, calendar: Calendar, act: Act, *, ordinary: bool, must_pay: bool
) -> Settled:
    """Let the guest in by the card that pays for the booking, if one does."""
    booking = both.booking
    if not ordinary and both.shown is None and covering(booking) is None:
        return both
    service = rulebook.service_named(booking.service)
    level = both.customer.level if both.customer else None
    order = order_of(booking, rulebook, level)
    if ordinary:
        return _repriced(both, pricing.price(order, calendar), rulebook, calendar, act)
    kind, card, shown = None, both.shown, False
    if card is not None:
        _judge_holder(both, rulebook)
        kind = membership.type_of(rulebook.members, card)
        shown = kind is not None and service.id in kind.services
        if not shown and must_pay:
            raise Refused("refused.members.does_not_pay", rule=_rule(kind), card=_name(kind), service=service.name)
    payer = both.payer if shown else both.customer
    if not shown:
        kind = next((known for known in rulebook.members.card if known.id == covering(booking)), None)
        card = membership.held(payer, kind) if payer is not None and kind is not None else None
    if kind is None or payer is None:
        return both
    _judge_card(kind, card, payer, booking.start.astimezone(rulebook.zone).date())
    if shown and covering(booking) != kind.id:
        both = _repriced(both, pricing.by_card(order, kind), rulebook, calendar, act)
    if kind.kind != "pass":
        return both
    line = Entry(
        at=_posted(payer, act).at, by=act.by, type="visit", visits=-booking.units, card=kind.id, booking=booking.id,
        rule=_rule(kind),
    )  # fmt: skip
    after = membership.post(payer, rulebook, _posted(payer, act), line)
    return _with_payer(both, after) if shown else replace(both, customer=after)


def _judge_card(kind: CardType, card: Card | None, payer: Customer, day: date) -> None:
    """Refuse a card that is not held any more or does not hold on the day."""
    facts: dict[str, Any] = {"rule": _rule(kind), "card": kind.name, "type": kind.id, "id": payer.id, "day": day}
    if card is None:
        raise Refused("refused.members.gone", **facts)
    if card.valid_from is not None and day < card.valid_from:
        raise Refused("refused.members.not_yet", first=card.valid_from, **facts)
    if not membership.is_valid(card, day):
        raise Refused("refused.members.expired", until=card.valid_to, **facts)


def _judge_holder(both: Settled, rulebook: Rulebook) -> None:
    """Refuse somebody else's card that is in its holder's name."""
    kind = membership.type_of(rulebook.members, both.shown)
    if both.holder is not None and kind is not None and kind.personal:
        raise Refused("refused.members.personal", rule=f"{_rule(kind)}.personal", card=kind.name)


def _repriced(
    both: Settled, parts: tuple[pricing.PricePart, ...], rulebook: Rulebook, calendar: Calendar, act: Act
) -> Settled:
    """Return the booking at another price, told with what was just noted; what was paid too much goes back."""
    before = both.booking
    service = rulebook.service_named(before.service)
    after = replace(before, price=pricing.total(parts), price_parts=parts)
    after = calling_off.difference(after, service, calendar, act)
    changes = deltas(before, after, ("price",))
    if changes:
        *past, last = before.events
        off = calling_off.kept_back(before, after)
        told = replace(last, changes={**(last.changes or {}), **changes}, set_off=off)
        after = replace(after, events=(*past, told))
    return replace(both, booking=after)


def _with_payer(both: Settled, payer: Customer) -> Settled:
    return replace(both, holder=payer) if both.holder is not None else replace(both, customer=payer)


def _posted(customer: Customer, act: Act) -> Act:
    """Return the act as a ledger takes it: never before what stands in the file already."""
    last = customer.last_at
    return replace(act, at=last) if last is not None and last > act.at else act


def _name(kind: CardType | None) -> str:
    return kind.name if kind else "-"


def _rule(kind: CardType | None) -> str:
    return f"{RULE}{kind.id}" if kind else RULE.rstrip(".")
