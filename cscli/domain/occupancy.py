"""Who has what when: peak load of resources over half-open times.

Ending at 19:00 and starting at 19:00 is no conflict. A resource carries bookings whose units add up to at most its
capacity at every instant; the peak decides, not the number of bookings that touch the time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cscli.domain.services import Resource
from cscli.domain.value import Value

Slots = Mapping[str, Sequence["Slot"]]


class Slot(Value, kw_only=False):
    """Units of one resource taken by one booking during [start, end), set-up and clean-up included."""

    resource: str
    start: datetime
    end: datetime
    units: int
    booking: str
    seat_class: str | None = None


def peak(slots: Iterable[Slot], start: datetime, end: datetime) -> int:
    """Return the largest number of units taken at any instant of [start, end)."""
    edges: list[tuple[datetime, int]] = []
    for slot in slots:
        if slot.start < end and slot.end > start:
            edges.append((max(slot.start, start), slot.units))
            edges.append((min(slot.end, end), -slot.units))
    load = most = 0
    for _, units in sorted(edges):  # at the same instant what ends (negative) comes before what begins
        load += units
        most = max(most, load)
    return most


def left(resource: Resource, slots: Slots, start: datetime, end: datetime, seat_class: str | None = None) -> int:
    """Return how many units of a resource, and of its seat class where one is named, are free during [start, end)."""
    taken = slots.get(resource.id, ())
    free = resource.room - peak(taken, start, end)
    if seat_class is None or not resource.classes:
        return free
    own = [slot for slot in taken if slot.seat_class == seat_class]
    return min(free, resource.classes.get(seat_class, 0) - peak(own, start, end))


def overloads(slots: Sequence[Slot], capacity: int) -> list[tuple[datetime, int, tuple[str, ...]]]:
    """Return (instant, units taken, bookings) at each instant where the load rises above the capacity."""
    edges = sorted(
        [(slot.start, 1, slot.units, slot.booking) for slot in slots]
        + [(slot.end, 0, -slot.units, slot.booking) for slot in slots]
    )
    load = 0
    present: dict[str, int] = {}
    found = []
    for at, begins, units, booking in edges:
        load += units
        present[booking] = present.get(booking, 0) + units
        if not present[booking]:
            del present[booking]
        if begins and load > capacity:
            found.append((at, load, tuple(sorted(present))))
    return found
