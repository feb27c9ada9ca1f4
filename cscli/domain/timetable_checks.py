"""What must hold for timetables: each class or trip has a day, a beginning, an end behind it, a vehicle of its own."""

from collections.abc import Iterator
from datetime import date

from cscli.domain.calendar import WEEKDAYS
from cscli.domain.price_checks import Problem
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import A_DAY, Departure
from cscli.domain.values import write_clock

Run = tuple[str, Departure]  # the key of a departure, and itself


def departures_have_days(rulebook: Rulebook) -> Iterator[Problem]:
    """A class or trip takes place on some day of the week."""
    for service in rulebook.service:
        for number, departure in enumerate(service.timetable, start=1):
            if not departure.days:
                yield "check.rulebook.no_days", {"key": f"service.{service.id}.timetable[{number}].days"}


def departures_end_after_they_begin(rulebook: Rulebook) -> Iterator[Problem]:
    """A class ends on the day on which it begins, 24:00 at the latest; a trip may arrive on the next day."""
    for service in rulebook.service:
        for number, departure in enumerate(service.timetable, start=1):
            key = f"service.{service.id}.timetable[{number}]"
            if departure.from_ >= A_DAY:
                yield "check.rulebook.departure_begin", {"key": f"{key}.from", "value": write_clock(departure.from_)}
            elif departure.to <= departure.from_ and service.kind != "trip":
                begin, end = write_clock(departure.from_), write_clock(departure.to)
                yield "check.rulebook.departure_end", {"key": f"{key}.to", "value": end, "begin": begin}


def classes_have_a_timetable(rulebook: Rulebook) -> Iterator[Problem]:
    """A class takes place when its timetable has it."""
    for service in rulebook.service:
        if service.kind == "class" and not service.timetable:
            yield "check.rulebook.no_timetable", {"key": f"service.{service.id}.timetable", "service": service.id}


def vehicles_run_once_at_a_time(rulebook: Rulebook) -> Iterator[Problem]:
    """No vehicle is on two trips of the timetables at once; one that arrives on the next day is on the road then."""
    runs: dict[str, list[Run]] = {}
    for service in rulebook.service:
        for number, departure in enumerate(service.timetable if service.kind == "trip" else (), start=1):
            for name in dict.fromkeys(departure.resources):
                runs.setdefault(name, []).append((f"service.{service.id}.timetable[{number}]", departure))
    names = {resource.id: resource.name for resource in rulebook.resource}
    for vehicle, own in runs.items():
        for place, (key, departure) in enumerate(own):
            other = next((known for known in own[:place] if _meet(departure, known[1])), None)
            if other is not None:
                facts = {"resource": names.get(vehicle, vehicle), "value": _times(departure), "times": _times(other[1])}
                yield "check.rulebook.departure_twice", {"key": key, "other": other[0], **facts}


def _meet(one: Departure, other: Departure) -> bool:
    """Whether two departures are on the road at once on some day; neither takes a day or more."""
    return any(_meets(one, other, later) for later in (-1, 0, 1))


def _meets(one: Departure, other: Departure, later: int) -> bool:
    """Whether a departure is on the road with another that begins so many days later."""
    begin = later * A_DAY + other.from_
    if not (one.from_ < begin + other.minutes and begin < one.from_ + one.minutes):
        return False
    first = max((one.since or date.min).toordinal(), (other.since or date.min).toordinal() - later)
    last = min((one.until or date.max).toordinal(), (other.until or date.max).toordinal() - later)
    for day in one.days:
        place = WEEKDAYS.index(day)
        on_it = first + (place + 1 - first) % 7  # the first such day on which both may run; day 1 was a Monday
        if WEEKDAYS[(place + later) % 7] in other.days and on_it <= last:
            return True
    return False


def _times(departure: Departure) -> str:
    over = " +1" if departure.to <= departure.from_ else ""
    return f"{write_clock(departure.from_)}-{write_clock(departure.to)}{over}"


CHECKS = (
    departures_have_days,
    departures_end_after_they_begin,
    classes_have_a_timetable,
    vehicles_run_once_at_a_time,
)
