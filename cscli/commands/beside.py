"""What a booking's customer had beside it: read once for each, for bookings still to come held against the rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cscli.desk import Desk
from cscli.domain.booking import Booking
from cscli.domain.patron import Taken
from cscli.domain.ruled import Beside
from cscli.domain.values import fixed
from cscli.errors import DataProblem, NotFound

if TYPE_CHECKING:
    from cscli.domain.customer import Customer

WEEK = timedelta(days=8)  # how far back a customer's bookings matter for a quota of the week
HAD = """SELECT id, service, start, "end", received_at,
        respond_by IS NOT NULL AND start = received_at AND "end" = respond_by AS soon
    FROM booking WHERE customer = ?1 AND start >= ?2
    AND status NOT IN ('cancelled', 'unmet') AND (outcome IS NULL OR outcome IN ('completed', 'no_show'))
    AND (hold_until IS NULL OR hold_until > ?3)"""


def beside_of(desk: Desk) -> Callable[[Booking], Beside]:
    """Return who says what a booking's customer had when it was taken, and what their file says."""
    since, now = int((desk.now - WEEK).timestamp()), int(desk.now.timestamp())
    had: dict[str, list[tuple[tuple[int, str], Taken]]] = {}
    known: dict[str, frozenset[str]] = {}

    def at(seconds: int) -> datetime:
        return fixed(datetime.fromtimestamp(seconds, desk.rulebook.zone))

    def beside(booking: Booking) -> Beside:
        who = booking.customer
        if who is None:
            return Beside()
        if who not in had:
            had[who] = [
                (
                    (row["received_at"], row["id"]),
                    Taken(id=row["id"], service=row["service"], start=at(row["start"]), end=at(row["end"]),
                          soon=bool(row["soon"])),
                )
                for row in desk.store.rows(HAD, who, since, now)
            ]  # fmt: skip
            known[who] = _known(desk, who)
        own = int(booking.received_at.timestamp()), booking.id
        return Beside(taken=tuple(taken for order, taken in had[who] if order < own), known=known[who])

    return beside


def _known(desk: Desk, customer: str) -> frozenset[str]:
    """Return what a customer's file answers of all that may be required; a file that cannot be read is not blamed."""
    try:
        person: Customer = desk.store.load(customer, "customer")
    except (NotFound, DataProblem):
        return frozenset(("customer", "phone", "email", "contact", "card"))
    said = {
        "customer": True,
        "phone": bool(person.phones),
        "email": bool(person.emails),
        "contact": bool(person.phones or person.emails),
        "card": bool(person.all_cards),
    }
    return frozenset(name for name, there in said.items() if there)
