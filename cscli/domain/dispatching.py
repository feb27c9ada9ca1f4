"""The sheet of a day: which vehicle runs when with whom, which visit is whose, what takes place where (rows B2, E4)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cscli.domain.booking import Booking, shares_of
from cscli.domain.calendar import Calendar, local
from cscli.domain.order import departures
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import Value
from cscli.domain.values import fixed

GOING = ("confirmed", "in_service", "completed", "no_show")  # whose seat is sold, whoever came
OPEN = ("requested", "confirmed", "in_service")


class Seats(Value, kw_only=False):
    """How many seats of a class are sold, and how many there are; without classes the name is empty."""

    name: str
    sold: int
    room: int


class Run(Value):
    """A vehicle on its way: when, on which route, with whom; `held` are seats that nobody has confirmed yet."""

    service: Service
    start: datetime
    end: datetime
    vehicle: Resource | None
    route: str | None = None
    drivers: tuple[Resource, ...] = ()
    bookings: tuple[Booking, ...] = ()
    seats: tuple[Seats, ...] = ()
    held: int = 0


def runs(day: date, bookings: Iterable[Booking], rulebook: Rulebook, calendar: Calendar, now: datetime) -> list[Run]:
    """Return the trips of a day by vehicle, in the rulebook's order and then by time; an empty departure is one too.

    Those that are on the road still from a day before are among them, where `bookings` has any of theirs.
    """
    found: list[Run] = []
    taken = list(bookings)
    for service in rulebook.service:
        if service.kind == "trip":
            found += _runs_of(
                service, day, [one for one in taken if one.service == service.id], rulebook, calendar, now
            )
    place = {member.id: number for number, member in enumerate(rulebook.resource)}
    return sorted(found, key=lambda run: (place.get(run.vehicle.id, -1) if run.vehicle else -1, run.start))


def _runs_of(
    service: Service, day: date, bookings: list[Booking], rulebook: Rulebook, calendar: Calendar, now: datetime
) -> list[Run]:
    vehicles = {member.id: member for member in rulebook.group(service.resources[0])} if service.resources else {}
    parties: dict[tuple[datetime, datetime, str | None, str | None], list[tuple[Booking, int]]] = {}
    for departure in departures(service, day):
        start = fixed(local(calendar.zone, day, departure.from_))
        end = start + timedelta(minutes=departure.minutes)
        for name in departure.resources or (None,):
            parties[start, end, departure.route, name] = []
    for booking in bookings:
        span = fixed(booking.start.astimezone(calendar.zone)), fixed(booking.end.astimezone(calendar.zone))
        shares = zip(booking.resources, shares_of(booking), strict=True)
        taken: list[tuple[str | None, int]] = [(name, units) for name, units in shares if name in vehicles]
        for name, units in taken or [(None, booking.units)]:
            parties.setdefault((*span, booking.route, name), []).append((booking, units))
    found = []
    for (start, end, route, name), party in parties.items():
        going = sorted((one for one in party if _goes(one[0])), key=lambda one: _boarding(one[0], service))
        held = [one for one in party if one[0].status == "requested" and _held(one[0], now)]
        if name is None and not going and not held and (start, end, route) in {key[:3] for key in parties if key[3]}:
            continue  # any vehicle will do, and one is known by now
        vehicle = vehicles.get(name) if name else None
        whole = service.takes.get(service.resources[0]) == "whole" if service.resources else False
        found.append(
            Run(
                service=service,
                start=start,
                end=end,
                vehicle=vehicle,
                route=route,
                drivers=_drivers(party, vehicles, rulebook),
                bookings=tuple(booking for booking, _ in going),
                seats=_seats(going, vehicle, whole=whole),
                held=sum(_heads(booking, units, whole=whole) for booking, units in held),
            )
        )
    return found


def _goes(booking: Booking) -> bool:
    return (booking.outcome or booking.status) in GOING


def _held(booking: Booking, now: datetime) -> bool:
    return booking.hold_until is None or booking.hold_until > now


def _heads(booking: Booking, units: int, *, whole: bool) -> int:
    """Return how many seats a booking fills: of a charter as many as travel."""
    return booking.party or 0 if whole else units


def _seats(going: list[tuple[Booking, int]], vehicle: Resource | None, *, whole: bool) -> tuple[Seats, ...]:
    if whole or vehicle is None or not vehicle.classes:
        sold = sum(_heads(booking, units, whole=whole) for booking, units in going)
        room = (vehicle.seats or vehicle.room) if vehicle else 0
        return (Seats("", sold, room),)
    return tuple(
        Seats(name, sum(units for booking, units in going if booking.seat_class == name), room)
        for name, room in vehicle.classes.items()
    )


def _drivers(
    party: list[tuple[Booking, int]], vehicles: dict[str, Resource], rulebook: Rulebook
) -> tuple[Resource, ...]:
    """Return who or what goes along: the resources of the bookings that are no vehicles."""
    names = dict.fromkeys(name for booking, _ in party for name in booking.resources if name not in vehicles)
    return tuple(known for known in rulebook.resource if known.id in names)


def _boarding(booking: Booking, service: Service) -> tuple[int, str, datetime, str]:
    """Return what sorts passengers by where they get on, in the order of the route."""
    points = next((route.boarding for route in service.route if route.id == booking.route), ())
    point = booking.boarding_point or ""
    return (points.index(point) if point in points else len(points), point, booking.received_at, booking.id)


def visits(bookings: Iterable[Booking], rulebook: Rulebook, day: date | None = None) -> dict[str, list[Booking]]:
    """Return the visits by who is to make them, earliest deadline first; those of nobody come first.

    They are those still open, and of a `day` those that were made on it, too.
    """
    kinds = {service.id for service in rulebook.service if service.kind == "visit"}
    found: dict[str, list[Booking]] = {}
    for booking in sorted(
        bookings, key=lambda one: (one.assigned_to or "", one.start, one.respond_by or one.end, one.id)
    ):
        made = day is not None and _goes(booking) and _day_of(booking, rulebook) == day
        if booking.service in kinds and (booking.status in OPEN or made):
            found.setdefault(booking.assigned_to or "", []).append(booking)
    return found


def _day_of(booking: Booking, rulebook: Rulebook) -> date:
    """Return the day on which somebody was there for a visit, else the one for which it was promised."""
    return (booking.arrived_at or booking.start).astimezone(rulebook.zone).date()


def places(bookings: Iterable[Booking], rulebook: Rulebook) -> dict[str, list[Booking]]:
    """Return what else takes place by resource, in the rulebook's order and then by time; what has none comes last."""
    other = {service.id for service in rulebook.service if service.kind in ("trip", "visit")}
    order = {member.id: number for number, member in enumerate(rulebook.resource)}
    found: dict[str, list[Booking]] = {}
    for booking in sorted(bookings, key=lambda one: (one.start, one.id)):
        if booking.service not in other and _goes(booking):
            for name in booking.resources or (booking.merchant or "",):
                found.setdefault(name, []).append(booking)
    return dict(sorted(found.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0])))
