"""What the units of a service are called: tables, seats, vehicles, places."""

from typing import TYPE_CHECKING

from cscli.i18n import t

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.services import Service


def unit_of(service: "Service | None") -> str:
    """Return what is counted of a service; of one the rulebook has forgotten, times of the clock."""
    if service is None:
        return "slot"
    if service.kind == "trip":
        return "vehicle" if "whole" in service.takes.values() else "seat"
    return {"table": "table", "class": "place", "appointment": "place", "visit": "visit"}.get(service.kind, "slot")


def units_text(rulebook: "Rulebook", service_id: str, number: int) -> str:
    """Return how many units were booked, in the service's own word."""
    service = next((known for known in rulebook.service if known.id == service_id), None)
    return t(f"tell.units.{unit_of(service)}", number=number)


def units_of(rulebook: "Rulebook", booking: "Booking") -> str:
    """Return how many units a booking has, where its resources do not show it: one, or each resource once."""
    if booking.units in (1, len(booking.resources)):
        return ""
    return units_text(rulebook, booking.service, booking.units)
