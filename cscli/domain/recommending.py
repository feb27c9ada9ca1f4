"""Which merchant to recommend to a guest with no clear target (manual row C7)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from cscli.domain.availability import Free
from cscli.domain.booking import Booking
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import Value


class Offer(Value, kw_only=False):
    """A merchant, and the times at which a table could be had there."""

    merchant: Resource
    starts: tuple[datetime, ...]


def offers(
    times: Iterable[Free], service: Service, rulebook: Rulebook, *, only_good: bool = False, area: str | None = None
) -> tuple[Offer, ...]:
    """Return the merchants with a table at one of these times, the one to recommend first.

    Recommended merchants come first, then those under contract, the larger discount, the smaller minimum spend, and the
    rulebook's order. Of those under contract the ones in the guest's `area` stand before the others. `only_good` leaves
    out those without a contract, to which nobody is led.
    """
    starts: dict[str, list[datetime]] = {}
    for time in times:
        for name in time.resources:
            starts.setdefault(name, []).append(time.start)
    members = [member for group in service.resources for member in rulebook.group(group) if member.id in starts]
    fitting = [member for member in members if member.contracted or not only_good]
    return tuple(
        Offer(member, tuple(starts[member.id])) for member in sorted(fitting, key=lambda one: _worth(one, area))
    )


def areas(service: Service, rulebook: Rulebook) -> tuple[str, ...]:
    """Return the parts of town in which a service has merchants."""
    members = [member for group in service.resources for member in rulebook.group(group)]
    return tuple(dict.fromkeys(member.area for member in members if member.area))


def instead(booking: Booking, service: Service, rulebook: Rulebook) -> tuple[Resource, ...]:
    """Return the merchants to recommend to a guest whose order lies at one without a contract, the best first.

    Those whose tables are too small for so many people are left out.
    """
    members = [member for group in service.resources for member in rulebook.group(group)]
    if any(member.contracted for member in members if member.id in booking.resources):
        return ()
    people = booking.party or 0
    fitting = (one for one in members if one.recommended and (one.seats is None or one.seats * booking.units >= people))
    return tuple(sorted(fitting, key=lambda one: one.merit))


def _worth(merchant: Resource, area: str | None) -> tuple[bool, bool, bool, bool, Decimal, Decimal]:
    """Return what sorts the better merchant first; without an area none is nearer than another."""
    return (area is not None and not merchant.contracted, area is not None and merchant.area != area, *merchant.merit)
