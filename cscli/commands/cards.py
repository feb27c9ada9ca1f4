"""Which of a customer's cards pays for a service, and what is left on it."""

from datetime import datetime

from cscli.desk import Desk
from cscli.domain.customer import Card, Customer
from cscli.domain.ledger import standing
from cscli.domain.membership import card_for, type_of
from cscli.domain.settling import covering


def card_that_pays(
    desk: Desk, person: Customer, service: str | None, begin: datetime, without: str | None
) -> tuple[Card | None, int | None]:
    """Return the customer's card that a decision about a service rests on, and how many visits of it are still free.

    Visits of bookings still to come are not free; `without` is one that does not count.
    """
    rules = desk.rulebook.members
    card = card_for(person, rules, service, begin.astimezone(desk.rulebook.zone).date())
    kind = type_of(rules, card)
    if kind is None or kind.kind != "pass":
        return card, None
    rows = desk.store.rows(
        "SELECT id FROM booking WHERE customer = ? AND status IN ('requested', 'confirmed') AND price = 0"
        " AND id IS NOT ?",
        person.id,
        without,
    )
    promised = (desk.store.load(row["id"]) for row in rows)
    units = sum(booking.units for booking in promised if covering(booking) == kind.id)
    return card, max(0, standing(person.ledger).visits.get(kind.id, 0) - units)
