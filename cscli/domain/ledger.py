"""A customer's ledger: what was put on the card and taken off it, entry by entry. No sum is kept, all are derived."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal, get_args

from cscli.domain.ids import BookingId
from cscli.domain.record import Event
from cscli.domain.value import NOTHING, Value
from cscli.domain.values import Form, Money, Price, Slug, Text, read_whole

EntryType = Literal[
    "topup", "payment", "bonus", "gift", "card_fee", "charge", "refund", "payout", "points", "visit", "expired",
    "adjustment",
]  # fmt: skip
ENTRY_TYPES: tuple[str, ...] = get_args(EntryType)
Method = Literal["card", "cash", "transfer", "mobile", "other"]
METHODS: tuple[str, ...] = get_args(Method)
MOST = 1_000_000
Signed = Annotated[int, Form("whole", int, read_whole(-MOST, MOST))]


class Entry(Event):
    """One line of the ledger: `amount`, `points` and `visits` raise what stands there, or lower it below zero.

    `method` is how money reached the desk or left it, None where none did. `card` is the card type whose visits, price
    or fee it is; `waived` a fee that was not charged; `scheme` where the money comes from; `rule` what of the rulebook
    decided.
    """

    type: EntryType
    amount: Money = Decimal(0)
    points: Signed = 0
    visits: Signed = 0
    card: Slug | None = None
    booking: BookingId | None = None
    method: Method | None = None
    waived: Price | None = None
    scheme: Slug | None = None
    rule: Text | None = None
    note: Text | None = None


Ledger = Sequence[Entry]


class Standing(Value):
    """What a ledger comes to: money, points, and the visits left of each card type that has had any."""

    balance: Decimal = Decimal("0.00")
    points: int = 0
    visits: Mapping[str, int] = NOTHING


class Shortfall(Value):
    """The first entry that takes more than there is: its place, of what, what was there and what it takes."""

    place: int
    what: Literal["balance", "points", "visits"]
    had: Decimal | int
    taken: Decimal | int


def standing(ledger: Ledger) -> Standing:
    """Return what the entries come to."""
    last = Standing()
    for _, after in running(ledger):
        last = after
    return last


def running(ledger: Ledger) -> Iterator[tuple[Entry, Standing]]:
    """Yield each entry with what stood there after it."""
    balance, points = Decimal("0.00"), 0
    visits: dict[str, int] = {}
    for entry in ledger:
        balance += entry.amount
        points += entry.points
        if entry.visits:
            visits[entry.card or ""] = visits.get(entry.card or "", 0) + entry.visits
        yield entry, Standing(balance=balance, points=points, visits=dict(visits))


def shortfall(ledger: Ledger, credit: Decimal = Decimal(0), since: int = 0) -> Shortfall | None:
    """Return the first entry, from the place `since` on, that takes more than there is; None where none does.

    Money may go `credit` below zero. What only adds is never short, however low it stands.
    """
    before = Standing()
    for place, (entry, after) in enumerate(running(ledger)):
        if place >= since:
            short = _short(entry, before, after, credit)
            if short is not None:
                return Shortfall(place=place, what=short[0], had=short[1], taken=short[2])
        before = after
    return None


def _short(
    entry: Entry, before: Standing, after: Standing, credit: Decimal
) -> tuple[Literal["balance", "points", "visits"], Decimal | int, Decimal | int] | None:
    card = entry.card or ""
    if entry.amount < 0 and after.balance < -credit:
        return "balance", before.balance, -entry.amount
    if entry.points < 0 and after.points < 0:
        return "points", before.points, -entry.points
    if entry.visits < 0 and after.visits.get(card, 0) < 0:
        return "visits", before.visits.get(card, 0), -entry.visits
    return None


def holds_money(ledger: Ledger) -> bool:
    """Whether money has ever moved on the card: else what is paid "by card" is paid by a bank's."""
    return any(entry.amount for entry in ledger)


def pays_booking(entry: Entry) -> bool:
    """Whether an entry is a booking's price or what goes back of it; what a clerk charged beside it says what for."""
    return entry.booking is not None and entry.note is None and entry.type in ("charge", "refund")


def held_of(ledger: Ledger, booking: str) -> Decimal:
    """Return the money of a booking that came off the card and has not gone back there."""
    paid = (entry.amount for entry in ledger if entry.booking == booking and pays_booking(entry))
    return max(Decimal(0), -sum(paid, Decimal(0)))


def of_booking(ledger: Ledger, booking: str, *types: str) -> tuple[Entry, ...]:
    """Return the entries of some types that a booking brought."""
    return tuple(entry for entry in ledger if entry.booking == booking and entry.type in types)
