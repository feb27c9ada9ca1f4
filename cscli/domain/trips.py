"""The trips of a timetable that still have seats: route, vehicle, and how many seats of which class at what fare."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from cscli.domain import pricing
from cscli.domain.availability import Free, allocate, free_times
from cscli.domain.calendar import Calendar
from cscli.domain.occupancy import Slots, left
from cscli.domain.order import Order
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Route
from cscli.domain.value import Value, replace
from cscli.errors import Refused


class ClassFree(Value, kw_only=False):
    """A seat class of a trip: how many seats are free, and what one costs; None where the rulebook does not say."""

    name: str
    free: int
    fare: Decimal | None


class Trip(Value, kw_only=False):
    """A trip with a seat to be had."""

    free: Free
    route: Route | None
    classes: tuple[ClassFree, ...]


def free_trips(
    rulebook: Rulebook, calendar: Calendar, order: Order, slots: Slots, begin: datetime, finish: datetime
) -> tuple[Trip, ...]:
    """Return the trips in [begin, finish) on which an order finds its seats, earliest first, one for each route."""
    known = tuple(route for route in order.service.route if order.route in (None, route.id))
    found = [trip for route in known or (None,) for trip in _on(route, rulebook, calendar, order, slots, begin, finish)]
    return tuple(sorted(found, key=lambda trip: (trip.free.start, trip.route.id if trip.route else "")))


def _on(
    route: Route | None,
    rulebook: Rulebook,
    calendar: Calendar,
    order: Order,
    slots: Slots,
    begin: datetime,
    finish: datetime,
) -> Iterator[Trip]:
    way = replace(order, route=route.id if route else None)
    for free in free_times(rulebook, calendar, way, slots, begin, finish):
        here = replace(way, start=free.start, end=free.end)
        yield Trip(free, route, tuple(_classes(rulebook, calendar, here, free, slots)))


def other_classes(rulebook: Rulebook, calendar: Calendar, order: Order, slots: Slots) -> tuple[ClassFree, ...]:
    """Return the other seat classes of the same trip in which an order would find its seats."""
    found: dict[str, ClassFree] = {}
    names = (name for group in order.service.resources for one in rulebook.group(group) for name in one.classes)
    for name in dict.fromkeys(names):
        there = replace(order, seat_class=name, resources=())
        got = allocate(rulebook, calendar, there, slots) if name != order.seat_class else None
        if got is not None:
            free = Free(order.start, order.end, got.resources, order.units)
            found |= {one.name: one for one in _classes(rulebook, calendar, there, free, slots)}
    return tuple(found.values())


def _classes(rulebook: Rulebook, calendar: Calendar, order: Order, free: Free, slots: Slots) -> Iterator[ClassFree]:
    """Yield the classes of the vehicles that go then, as in the rulebook; where there are none, one without a name."""
    vehicles = [known for known in rulebook.resource if known.id in free.resources]
    names: tuple[str | None, ...] = tuple(dict.fromkeys(name for known in vehicles for name in known.classes)) or (
        None,
    )
    begin, finish = order.occupied
    for name in names:
        if order.seat_class in (None, name):
            rooms = [left(known, slots, begin, finish, name) for known in vehicles if not name or name in known.classes]
            yield ClassFree(name or "", sum(room for room in rooms if room > 0), _fare(calendar, order, name))


def _fare(calendar: Calendar, order: Order, name: str | None) -> Decimal | None:
    one = replace(order, seat_class=name, units=1, party=1)
    try:
        return pricing.total(pricing.price(one, calendar))
    except Refused:
        return None
