"""Valid orders (manual row C10): what an order lacks of what its service wants, over plain facts.

Bookings, the index and the figures say the same of an order because all of them ask here.
"""

from collections.abc import Collection, Iterable

OF_PERSON = ("phone", "email", "contact", "card")


def lacking(
    wanted: Iterable[str],
    *,
    said: Collection[str],
    customer: bool,
    person: Collection[str] | None,
    cards: Collection[str],
    gathering: Collection[str] = (),
) -> tuple[str, ...]:
    """Return what an order lacks of what is `wanted`.

    `said` are the fields it fills in, `person` which of phone, email and card are on the customer's file, `cards` the
    types of the customer's cards. A file that was erased or cannot be read is None: what is gone with it is not held
    against the order. Where only some card types are `gathering` points, the bill is asked of their holders alone.
    """
    bill = not gathering or any(card in gathering for card in cards)
    return tuple(name for name in wanted if not _has(name, said, customer, person, bill))


def _has(name: str, said: Collection[str], customer: bool, person: Collection[str] | None, bill: bool) -> bool:
    if name == "customer":
        return customer
    if name in OF_PERSON:
        there = {"phone", "email"} if name == "contact" else {name}
        return customer and (person is None or not there.isdisjoint(person))
    return name in said or (name == "spend" and not bill)
