"""What must hold for the timetables of a rulebook: each class or trip has a day, a beginning, and an end behind it."""

from collections.abc import Iterator

from cscli.domain.price_checks import Problem
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import A_DAY
from cscli.domain.values import write_clock


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


CHECKS = (departures_have_days, departures_end_after_they_begin, classes_have_a_timetable)
