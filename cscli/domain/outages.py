"""A resource that fails: where the bookings on it could go instead."""

from cscli.domain.availability import allocate
from cscli.domain.booking import Booking, order_of
from cscli.domain.calendar import Calendar
from cscli.domain.occupancy import Slots
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import replace
from cscli.errors import NotFound


def could_move_to(
    booking: Booking, resource: str, rulebook: Rulebook, calendar: Calendar, slots: Slots
) -> tuple[str, ...]:
    """Return what of a resource's group could take its place in a booking at the booking's own time.

    The other resources of the booking stay as they are. `slots` are those of every group its service needs; the
    booking's own are overlooked.
    """
    try:
        order, group = order_of(booking, rulebook), rulebook.resource_named(resource).group
    except NotFound:  # the rulebook has forgotten the service: nothing can be said
        return ()
    rest = with_it(booking, resource)
    others = {name: tuple(slot for slot in taken if slot.booking != booking.id) for name, taken in slots.items()}
    found = []
    for candidate in rulebook.group(group):
        if candidate.id in booking.resources:
            continue
        wanted = replace(order, resources=(*rest, candidate.id))
        place = allocate(rulebook, calendar, wanted, others)
        if place is not None and candidate.id in place.resources:
            found.append(candidate.id)
    return tuple(found)


def with_it(booking: Booking, resource: str) -> tuple[str, ...]:
    """Return the booking's resources besides one: the driver of a coach that fails."""
    return tuple(name for name in booking.resources if name != resource)


def next_step(booking: Booking, resource: str, places: tuple[str, ...], day: str) -> str:
    """Return the command that moves a booking to the first place it could go to, or looks for another time."""
    if booking.respond_by is not None and places:
        return f"cscli booking assign {booking.id} --to {places[0]}"
    if places:
        names = " ".join(f"--resource {name}" for name in (places[0], *with_it(booking, resource)))
        return f"cscli booking change {booking.id} {names} --cause resource"
    return f"cscli booking free --service {booking.service} --day {day}"
