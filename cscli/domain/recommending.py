"""Which merchant to recommend to a guest with no clear target (manual row C7)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from cscli.domain.availability import Free
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import Value


class Offer(Value, kw_only=False):
    """A merchant, and the times at which a table could be had there."""

    merchant: Resource
    starts: tuple[datetime, ...]


def offers(
    times: Iterable[Free], service: Service, rulebook: Rulebook, *, only_good: bool = False
) -> tuple[Offer, ...]:
    """Return the merchants with a table at one of these times, the one to recommend first.

    Recommended merchants come first, then those under contract, the larger discount, the smaller minimum spend, and the
    rulebook's order. `only_good` leaves out those without a contract, to which nobody is led.
    """
    starts: dict[str, list[datetime]] = {}
    for time in times:
        for name in time.resources:
            starts.setdefault(name, []).append(time.start)
    members = [member for group in service.resources for member in rulebook.group(group) if member.id in starts]
    fitting = [member for member in members if member.contracted or not only_good]
    return tuple(Offer(member, tuple(starts[member.id])) for member in sorted(fitting, key=_worth))


def _worth(merchant: Resource) -> tuple[bool, bool, Decimal, Decimal]:
    """Return what sorts the better merchant first."""
    none = Decimal(0)
    return (
        not merchant.recommended,
        not merchant.contracted,
        -(merchant.discount or none),
        merchant.minimum_spend or none,
    )
