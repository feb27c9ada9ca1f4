"""An order: a wish made exact. What availability, the rules of time and the prices are asked about."""

from datetime import date, datetime, timedelta

from cscli.domain.calendar import WEEKDAYS, Calendar
from cscli.domain.services import Departure, Service
from cscli.domain.value import Value


class Order(Value):
    """What of a service is wanted, when, and how much; `resources` are those asked for by name.

    `level` is the customer's, by which prices may differ. Times carry their offset; a visit as `soon` as possible has
    no time yet, only the span in which somebody must come.
    """

    service: Service
    start: datetime
    end: datetime
    units: int = 1
    party: int | None = None
    route: str | None = None
    seat_class: str | None = None
    level: str | None = None
    resources: tuple[str, ...] = ()
    soon: bool = False

    @property
    def occupied(self) -> tuple[datetime, datetime]:
        """The time the resources are taken for, buffers included."""
        return self.start - self.service.buffer_before.delta, self.end + self.service.buffer_after.delta


def departures(service: Service, day: date, route: str | None = None) -> tuple[Departure, ...]:
    """Return the classes or trips of a day, earliest first; `route` leaves the others out."""
    return tuple(
        sorted(
            (
                departure
                for departure in service.timetable
                if WEEKDAYS[day.weekday()] in departure.days
                and (departure.since is None or departure.since <= day)
                and (departure.until is None or day <= departure.until)
                and route in (None, departure.route)
            ),
            key=lambda departure: departure.from_,
        )
    )


def departure_at(service: Service, calendar: Calendar, start: datetime, route: str | None = None) -> Departure | None:
    """Return the class or trip that begins at a moment, None where none does."""
    here = start.astimezone(calendar.zone)
    minute = here.hour * 60 + here.minute
    return next((known for known in departures(service, here.date(), route) if known.from_ == minute), None)


def span_of(service: Service, calendar: Calendar, start: datetime, route: str | None = None) -> timedelta:
    """Return how long the service lasts when nothing else is said: the class's time, or the usual duration."""
    departure = departure_at(service, calendar, start, route)
    return timedelta(minutes=departure.minutes) if departure else service.duration.delta
