"""A customer: who a record is about, the only place where a person's data stands."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from cscli.domain import states
from cscli.domain.ledger import Entry
from cscli.domain.masks import mask_email, mask_name, mask_number
from cscli.domain.record import Act, Delta, Event, Plain, Record, deltas, live
from cscli.domain.value import NOTHING, Value, replace
from cscli.domain.values import Day, Moment, Name, Phone, Slug, Text
from cscli.errors import Refused

CustomerEventType = Literal["created", "changed", "card_issued", "revealed"]


class CustomerEvent(Event):
    """What happened to a customer's file; `revealed` is somebody having looked at the unmasked data.

    `card` is the type of a card that was issued.
    """

    type: CustomerEventType
    reason: Text | None = None
    card: Slug | None = None
    changes: dict[str, Delta] | None = None


class Card(Value):
    """A membership card (manual row D4): its number, its type, and the first and last day it holds."""

    number: Text
    type: Slug | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class Customer(Record):
    """A customer as the file holds it; `joined` is the day somebody became a member.

    `card` is the one issued last, `cards` are those held beside it. The money on the ledger is the customer's,
    whichever cards are held.
    """

    kind: ClassVar[str] = "customer"
    table: ClassVar[states.Table] = states.CUSTOMER
    streams: ClassVar[tuple[str, ...]] = ("events", "ledger")

    status: Literal["known"] = "known"
    name: Name | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Text, ...] = ()
    address: Text | None = None
    id_number: Text | None = None
    sex: Literal["male", "female"] | None = None
    birth_month: Text | None = None
    level: Slug | None = None
    contract: bool = False
    joined: Day | None = None
    tags: tuple[Text, ...] = ()
    note: Text | None = None
    received_at: Moment
    external_ref: Text | None = None
    extra: Mapping[Slug, Plain] = NOTHING
    card: Card | None = None
    cards: tuple[Card, ...] = ()
    ledger: tuple[Entry, ...] = ()
    events: tuple[CustomerEvent, ...] = ()

    @property
    def all_cards(self) -> tuple[Card, ...]:
        """Every card the customer holds, the one issued last first."""
        return (self.card, *self.cards) if self.card else self.cards


PERSONAL = ("name", "phones", "emails", "address", "id_number", "sex", "birth_month", "note", "card", "cards")
CHANGEABLE = (
    "name", "phones", "emails", "address", "id_number", "sex", "birth_month", "level", "contract", "joined", "tags",
    "note",
)  # fmt: skip


def create(act: Act, *, record_id: str, **fields: Any) -> Customer:
    """Open a customer's file; `fields` are those of `Customer`."""
    customer = Customer(id=record_id, received_at=act.at, **fields)
    return live(customer, act, CustomerEvent(at=act.at, by=act.by, type="created"))


def change(customer: Customer, act: Act, *, card: Card | None = None, **fields: Any) -> Customer:
    """Change what is known of a customer; raises `Refused` where nothing would be different."""
    after = replace(customer, **fields, card=card or customer.card)
    differences = deltas(customer, after, CHANGEABLE)
    if card is not None and card != customer.card:
        before = customer.card.number if customer.card else None
        differences["card"] = Delta(from_=before, to=card.number)
    if not differences and after.extra == customer.extra:
        raise Refused("refused.nothing_changes", rule="customer.change", id=customer.id)
    return live(after, act, CustomerEvent(at=act.at, by=act.by, type="changed", changes=differences or None))


def reveal(customer: Customer, act: Act, reason: str | None = None) -> Customer:
    """Note that somebody was shown the customer's data unmasked."""
    return live(customer, act, CustomerEvent(at=act.at, by=act.by, type="revealed", reason=reason))


def masked(customer: Customer) -> Customer:
    """Return the customer with everything personal masked or left out."""
    card = customer.card
    return replace(
        customer,
        name=mask_name(customer.name) or None,
        phones=tuple(mask_number(phone) for phone in customer.phones),
        emails=tuple(mask_email(email) for email in customer.emails),
        address="***" if customer.address else None,
        id_number=mask_number(customer.id_number) or None,
        birth_month=None,
        note="***" if customer.note else None,
        extra=dict.fromkeys(customer.extra, "***"),  # the employer may tell who it is as well as the name
        card=replace(card, number=mask_number(card.number)) if card else None,
        cards=tuple(replace(other, number=mask_number(other.number)) for other in customer.cards),
        events=tuple(replace(event, changes=_hidden(event.changes)) for event in customer.events),
    )


def _hidden(changes: dict[str, Delta] | None) -> dict[str, Delta] | None:
    if changes is None:
        return None
    return {name: Delta(to="***") if name in PERSONAL else delta for name, delta in changes.items()}
