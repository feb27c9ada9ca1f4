"""Members' cards (manual rows D4, D11): issued, replaced, renewed; money put on them, taken off, given back.

Every function takes the customer's file as it was and returns it as it is afterwards; nothing else is touched. What
a rule decided (a bonus, a fee or its waiver) stands in the ledger beside what brought it, with the rule's id.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cscli.domain import ledger, schemes
from cscli.domain.customer import Card, Customer, CustomerEvent
from cscli.domain.ledger import Entry, EntryType, Method
from cscli.domain.record import Act, Delta, deltas, enter, live
from cscli.domain.rulebook import Bonus, CardType, MemberRules, Rulebook
from cscli.domain.schemes import Source
from cscli.domain.value import replace
from cscli.errors import Refused

ONE_DAY = timedelta(days=1)


def type_of(rules: MemberRules, card: Card | None) -> CardType | None:
    """Return what the rulebook says of a card's type; None where it has none, or the rulebook has forgotten it."""
    return next((kind for kind in rules.card if card is not None and kind.id == card.type), None)


def held(customer: Customer, kind: CardType) -> Card | None:
    """Return the card of a type that a customer holds, valid or not."""
    return next((card for card in customer.all_cards if card.type == kind.id), None)


def is_valid(card: Card, day: date) -> bool:
    """Whether a card holds on a day; its first and last day are days on which it does."""
    return (card.valid_from is None or card.valid_from <= day) and (card.valid_to is None or day <= card.valid_to)


def stored(customer: Customer, rules: MemberRules) -> CardType | None:
    """Return the type of the card that carries the customer's money, None where none does."""
    kinds = (type_of(rules, card) for card in customer.all_cards)
    return next((kind for kind in kinds if kind is not None and kind.kind == "stored"), None)


def pays_by_card(customer: Customer, rules: MemberRules) -> bool:
    """Whether what is paid "by card" comes off the customer's ledger; else it is a bank's card, which is not ours."""
    return stored(customer, rules) is not None and ledger.holds_money(customer.ledger)


def card_for(customer: Customer, rules: MemberRules, service: str | None, day: date) -> Card | None:
    """Return the card that pays for a service on a day, one that costs no visit first; else the one issued last."""
    left = ledger.standing(customer.ledger).visits
    costing: Card | None = None
    for card in customer.all_cards:
        kind = type_of(rules, card)
        if kind is None or service not in kind.services or not is_valid(card, day):
            continue
        if kind.kind != "pass":
            return card
        if left.get(kind.id, 0) > 0:
            costing = costing or card
    return costing or customer.card


def fee_open(customer: Customer, rules: MemberRules) -> CardType | None:
    """Return the type of a card whose fee the first top-up is to decide (manual row D4); None where all is settled."""
    for kind in rules.card:
        issued = [event.at for event in customer.events if event.type == "card_issued" and event.card == kind.id]
        waits = issued and kind.fee and kind.fee_waived_from is not None and kind.kind == "stored"
        settled = (entry.type == "card_fee" and entry.card == kind.id for entry in customer.ledger)
        if waits and not any(settled):
            return kind
    return None


def runs_until(first: date, months: int) -> date:
    """Return the last day of a card: the day before the same day so many months on.

    Where that month has no such day its last one is meant: from 29 February a year's card holds to 28 February.
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    begins = date(year, month + 1, 1)
    ends = date(year + month // 11, (month + 1) % 12 + 1, 1) - ONE_DAY
    return ends if first.day > ends.day else begins + timedelta(days=first.day - 2)


# --- cards --------------------------------------------------------------------------------------------------------


def issue(
    customer: Customer,
    rulebook: Rulebook,
    act: Act,
    kind: CardType,
    *,
    number: str | None = None,
    since: date | None = None,
    topup: Decimal | None = None,
    method: Method = "cash",
    source: Source | None = None,
) -> Customer:
    """Issue a card, or renew one: its price and fee are paid, its visits written in, a first top-up put on it.

    Without a `number` it is that of the card held already. A card renewed before it ends goes on from its end, and
    keeps its visits; those of one that has run out are gone. The fee of a stored-value card may wait for the first
    top-up. Raises `Refused` for a second stored-value card.
    """
    day = day_of(rulebook, act)
    old = held(customer, kind) or next((card for card in customer.all_cards if not card.type), None)
    known = old is not None and old.type == kind.id
    if known and kind.kind == "stored":
        raise Refused("refused.members.held", rule=_rule(kind), id=customer.id, card=kind.name, type=kind.id)
    going_on = old is not None and known and since is None and (old.valid_to is None or old.valid_to >= day)
    first = since or day
    if going_on and old is not None and old.valid_to is not None:
        first = old.valid_to + ONE_DAY
    numbers = [number, old.number if old else None, *(card.number for card in customer.all_cards)]
    said = next((one for one in numbers if one), None)
    if said is None:
        raise Refused("refused.members.no_number", rule=_rule(kind), id=customer.id, card=kind.name)
    card = Card(
        number=said,
        type=kind.id,
        valid_from=old.valid_from if going_on and old is not None else first,
        valid_to=runs_until(first, kind.months) if kind.months else None,
    )
    entries: list[Entry] = []
    gone = 0 if going_on else ledger.standing(customer.ledger).visits.get(kind.id, 0)
    if gone > 0:
        entries.append(_entry(act, "expired", visits=-gone, card=kind.id, rule=_rule(kind)))
    waits = kind.kind == "stored" and kind.fee_waived_from is not None
    fee, price = Decimal(0) if waits else kind.fee, kind.price or Decimal(0)
    entries += _payment(customer, rulebook.members, act, fee + price, method)
    if fee:
        entries.append(_entry(act, "card_fee", amount=-fee, card=kind.id, rule=_rule(kind)))
    if price or kind.visits:
        entries.append(_entry(act, "charge", amount=-price, visits=kind.visits or 0, card=kind.id, rule=_rule(kind)))
    after = post(_with_card(customer, act, kind, card, old, day), rulebook, act, *entries)
    return top_up(after, rulebook, act, topup, method, source=source) if topup else after


def replace_lost(
    customer: Customer, rulebook: Rulebook, act: Act, kind: CardType, *, number: str, method: Method = "cash"
) -> Customer:
    """Give a lost card another number for the fee of its type; validity, visits and money stay."""
    old = held(customer, kind)
    if old is None:
        raise Refused("refused.members.not_held", rule=_rule(kind), id=customer.id, card=kind.name, type=kind.id)
    if number == old.number:
        raise Refused("refused.nothing_changes", rule=_rule(kind), id=customer.id)
    entries = _payment(customer, rulebook.members, act, kind.fee, method)
    if kind.fee:
        entries.append(_entry(act, "card_fee", amount=-kind.fee, card=kind.id, rule=_rule(kind)))
    day = day_of(rulebook, act)
    after = _with_card(customer, act, kind, replace(old, number=number), old, day)
    return post(after, rulebook, act, *entries)


def _with_card(customer: Customer, act: Act, kind: CardType, card: Card, old: Card | None, day: date) -> Customer:
    """Return the file with a card in the place of an old one, or before those held beside it; a first one joins."""
    if old is not None:
        first, *others = (card if one == old else one for one in customer.all_cards)
    else:
        first, *others = (card, *customer.all_cards)
    after = replace(customer, card=first, cards=tuple(others), joined=customer.joined or day)
    changes = deltas(customer, after, ("joined",))
    number = customer.card.number if customer.card else None
    if number != first.number:
        changes["card"] = Delta(from_=number, to=first.number)
    event = CustomerEvent(at=act.at, by=act.by, type="card_issued", card=kind.id, changes=changes or None)
    return live(after, act, event)


# --- money --------------------------------------------------------------------------------------------------------


def top_up(
    customer: Customer,
    rulebook: Rulebook,
    act: Act,
    amount: Decimal,
    method: Method,
    note: str | None = None,
    source: Source | None = None,
) -> Customer:
    """Put money on the card, with the bonus of its tier; the first top-up decides about the card's fee.

    Money from a `source` is taken as its scheme allows, and only its own tiers are for it. Raises `Refused`.
    """
    rules = rulebook.members
    _needs_stored(customer, rulebook)
    if source is not None:
        schemes.judge(customer.ledger, source, amount, customer.id)
    entries = [_entry(act, "topup", amount=amount, method=method, scheme=source and source.scheme.id, note=note)]
    day = day_of(rulebook, act)
    if source is not None:
        number, tier, bonus = schemes.bonus_of(customer.ledger, rules.bonus, source.scheme, amount, day, rulebook.zone)
    else:
        number, tier = bonus_of(rules.bonus, amount, day)
        bonus = tier.bonus if tier else Decimal(0)
    if tier is not None:
        told = {"scheme": tier.scheme, "rule": f"members.bonus[{number}]", "note": tier.gift}
        entries.append(_entry(act, "bonus" if bonus else "gift", amount=bonus, **told))
    card = fee_open(customer, rules)
    if card is not None and card.fee_waived_from is not None:
        waived = amount >= card.fee_waived_from
        entries.append(
            _entry(
                act,
                "card_fee",
                amount=Decimal(0) if waived else -card.fee,
                waived=card.fee if waived else None,
                card=card.id,
                rule=_rule(card),
            )
        )
    return post(customer, rulebook, act, *entries)


def bonus_of(tiers: Sequence[Bonus], amount: Decimal, day: date) -> tuple[int, Bonus | None]:
    """Return the number (from 1) and the tier a plain top-up reaches: the highest one that holds on the day."""
    fitting = [
        (number, tier)
        for number, tier in enumerate(tiers, start=1)
        if tier.scheme is None
        and tier.at_least <= amount
        and (tier.since is None or tier.since <= day)
        and (tier.until is None or day <= tier.until)
    ]
    return max(fitting, key=lambda found: found[1].at_least, default=(0, None))


def charge(
    customer: Customer,
    rulebook: Rulebook,
    act: Act,
    amount: Decimal,
    note: str | None = None,
    booking: str | None = None,
) -> Customer:
    """Take money off the card; raises `Refused` where the balance, with the rulebook's credit, does not reach."""
    _needs_stored(customer, rulebook)
    return post(customer, rulebook, act, _entry(act, "charge", amount=-amount, note=note, booking=booking))


def put_back(
    customer: Customer,
    rulebook: Rulebook,
    act: Act,
    amount: Decimal,
    note: str | None = None,
    booking: str | None = None,
) -> Customer:
    """Put money back on the card: of a booking what it promised back, otherwise no more than was ever charged.

    What bookings were paid with goes back by the booking alone, where it is counted: else it could go back twice.
    """
    _needs_stored(customer, rulebook)
    if booking is None:
        moved = (
            entry.amount
            for entry in customer.ledger
            if entry.type in ("charge", "card_fee", "refund") and not ledger.pays_booking(entry)
        )
        most = max(Decimal(0), -sum(moved, Decimal("0.00")))
        if amount > most:
            raise Refused("refused.members.refund", rule="customer.refund", amount=amount, most=most, id=customer.id)
    return post(customer, rulebook, act, _entry(act, "refund", amount=amount, note=note, booking=booking))


def pay_out(
    customer: Customer, rulebook: Rulebook, act: Act, amount: Decimal, method: Method, note: str | None
) -> Customer:
    """Pay money out from the card; what the desk gave (bonus, gift) is not paid out."""
    given = sum((entry.amount for entry in customer.ledger if entry.type in ("bonus", "gift")), Decimal("0.00"))
    most = max(Decimal("0.00"), ledger.standing(customer.ledger).balance - given)
    if amount > most:
        facts = {"amount": amount, "most": most, "given": given, "id": customer.id}
        raise Refused("refused.members.payout", rule="customer.refund", **facts)
    return post(customer, rulebook, act, _entry(act, "payout", amount=-amount, method=method, note=note))


def give(
    customer: Customer, rulebook: Rulebook, act: Act, *, amount: Decimal = Decimal(0), points: int = 0, note: str | None
) -> Customer:
    """Give money or points away, or a thing that the note names (manual row D3)."""
    if amount:
        _needs_stored(customer, rulebook)
    return post(customer, rulebook, act, _entry(act, "gift", amount=amount, points=points, note=note))


def adjust(
    customer: Customer,
    rulebook: Rulebook,
    act: Act,
    *,
    amount: Decimal = Decimal(0),
    points: int = 0,
    visits: int = 0,
    kind: CardType | None = None,
    note: str,
) -> Customer:
    """Put a sum right, upwards or downwards; `kind` is the pass whose visits are meant."""
    if amount:
        _needs_stored(customer, rulebook)
    card = kind.id if kind is not None and visits else None
    entry = _entry(act, "adjustment", amount=amount, points=points, visits=visits, card=card, note=note)
    return post(customer, rulebook, act, entry)


def post(customer: Customer, rulebook: Rulebook, act: Act, *entries: Entry) -> Customer:
    """Write entries into the ledger; raises `Refused` for the first that takes more than there is."""
    if not entries:
        return customer
    rules = rulebook.members
    whole = (*customer.ledger, *entries)
    short = ledger.shortfall(whole, rules.credit, len(customer.ledger))
    if short is not None:
        kind = next((kind for kind in rules.card if kind.id == whole[short.place].card), None)
        facts = {"had": short.had, "taken": short.taken, "id": customer.id, "currency": rulebook.desk.currency}
        rule = {"balance": "members.credit", "points": "members.points"}.get(short.what, _rule(kind))
        raise Refused(
            f"refused.members.{short.what}", rule=rule, credit=rules.credit, card=kind.name if kind else "-",
            type=kind.id if kind else "-", **facts,
        )  # fmt: skip
    return enter(customer, act, "ledger", *entries)


def day_of(rulebook: Rulebook, act: Act) -> date:
    """Return the day, by the desk's clock, on which something is done."""
    return act.at.astimezone(rulebook.zone).date()


def _needs_stored(customer: Customer, rulebook: Rulebook) -> None:
    if stored(customer, rulebook.members) is None:
        known = tuple(kind.id for kind in rulebook.members.card if kind.kind == "stored")
        raise Refused("refused.members.no_stored", rule="members.card", id=customer.id, known=known or ("-",))


def _payment(customer: Customer, rules: MemberRules, act: Act, amount: Decimal, method: Method) -> list[Entry]:
    """Return the money that comes in for what is charged next; none where it is taken off the card itself."""
    if not amount or (method == "card" and pays_by_card(customer, rules)):
        return []
    return [_entry(act, "payment", amount=amount, method=method)]


def _entry(act: Act, kind: EntryType, **fields: Any) -> Entry:
    return Entry(at=act.at, by=act.by, type=kind, **fields)


def _rule(kind: CardType | None) -> str:
    return f"members.card.{kind.id}" if kind else "members.card"
