"""What must hold for the prices and refunds of a rulebook: no two for one time, none out of reach, no hour without.

The first band or tier that fits decides. One that names what a later one leaves open is an exception to it, and stands
before it rightly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from cscli.domain.calendar import CHINA, HOLIDAY, SATURDAY, WEEKDAYS
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import A_DAY, PriceBand, RefundTier, Service
from cscli.domain.values import MINUTES_A_DAY, Period, write_clock

Problem = tuple[str, dict[str, object]]  # the key of the sentence, the facts
Stretch = tuple[int, int]  # [start, end) in minutes after midnight
Hours = Mapping[str, Sequence[Stretch]]
A_YEAR = timedelta(days=366)  # how far ahead prices are looked at where a service may be booked however far ahead


def bands_end_after_they_begin(rulebook: Rulebook) -> Iterator[Problem]:
    """A price's hours end after they begin; a trip's may not, for it may arrive on the next day."""
    for service in rulebook.service:
        for number, band in enumerate(service.price, start=1):
            if band.to <= band.from_:
                key = f"service.{service.id}.price[{number}]"
                yield "check.rulebook.band", {"key": key, "value": f"{write_clock(band.from_)}-{write_clock(band.to)}"}


def bands_do_not_overlap(rulebook: Rulebook) -> Iterator[Problem]:
    """No two prices of a service speak of the same order at the same time, unless the first is an exception."""
    for service in rulebook.service:
        for (first, one), (second, other) in combinations(enumerate(service.price, start=1), 2):
            if _takes_all(service, one, other) or _is_exception(one, other) or not _can_meet(one, other):
                continue
            days = [day for day in _days(service, one) if day in _days(service, other)]
            begin, end = max(one.from_, other.from_), min(one.to, other.to)
            if days and begin < end:
                key = f"service.{service.id}.price[{second}]"
                yield "check.rulebook.overlap", {"key": key, "other": first, "value": _times(days, begin, end)}


def bands_are_reached(rulebook: Rulebook) -> Iterator[Problem]:
    """No price stands behind one that takes all it speaks of."""
    for service in rulebook.service:
        for second, other in enumerate(service.price, start=1):
            earlier = enumerate(service.price[: second - 1], start=1)
            first = next((number for number, one in earlier if _takes_all(service, one, other)), None)
            if first is not None:
                yield "check.rulebook.unreached", {"key": f"service.{service.id}.price[{second}]", "other": first}


def tiers_are_reached(rulebook: Rulebook) -> Iterator[Problem]:
    """No refund tier stands behind one that asks for no more notice and takes all it speaks of."""
    for service in rulebook.service:
        for second, other in enumerate(service.refund, start=1):
            earlier = enumerate(service.refund[: second - 1], start=1)
            first = next((number for number, one in earlier if _shadows(one, other)), None)
            if first is not None:
                yield "check.rulebook.tier", {"key": f"service.{service.id}.refund[{second}]", "other": first}


def services_have_hours(rulebook: Rulebook) -> Iterator[Problem]:
    """What is booked by the clock can be had at some time of the week."""
    for service in rulebook.service:
        timed = service.timetable or service.kind == "visit"
        peopled = all(rulebook.group(group) for group in service.resources)  # else that is told already
        if peopled and not timed and not any(hours_of(rulebook, service).values()):
            yield "check.rulebook.no_hours", {"key": f"service.{service.id}"}


def prices_have_no_gap(rulebook: Rulebook, today: date | None = None) -> Iterator[Problem]:
    """A service sold by the hour has a price for every hour it can be had, for every class and route that is asked for.

    A customer of any level has one where a price without level stands. Dates count from `today` as far ahead as the
    service may be booked; without it they are of no matter.
    """
    for service in rulebook.service:
        if service.timetable or not any(band.per == "hour" for band in service.price):
            continue
        hours = hours_of(rulebook, service)
        told: set[tuple[str, str | None]] = set()
        for day in _dates(service, today):
            for words, bands in _asked(rulebook, service, day):
                for time in _uncovered(service, bands, hours):
                    if (time, None) not in told and (time, words) not in told:
                        told.add((time, words or None))
                        since = f" since={day}" if day and day != today else ""
                        value = f"{time}{words}{since}"
                        yield "check.rulebook.gap", {"key": f"service.{service.id}.price", "value": value}


def departures_have_a_price(rulebook: Rulebook) -> Iterator[Problem]:
    """Where some trip or class is priced, each is, for every seat class of what it runs with."""
    for service in rulebook.service:
        told: set[str] = set()
        if rulebook.lacks_group(service):
            continue  # which is told, and the rest follows from it
        for departure in service.timetable if service.price else ():
            for seat_class in _classes(rulebook, service, departure.resources):
                fitting = [
                    band
                    for band in service.price
                    if _open_to(band, seat_class, departure.route) and band.from_ <= departure.from_ < band.to
                ]
                days = [day for day in departure.days if not any(day in _days(service, band) for band in fitting)]
                words = _words(seat_class, departure.route)
                if days and words not in told:
                    told.add(words)
                    value = f"{' '.join(days)} {write_clock(departure.from_)}{words}"
                    yield "check.rulebook.departure_price", {"key": f"service.{service.id}.price", "value": value}


def hours_of(rulebook: Rulebook, service: Service) -> Hours:
    """Return when a service can be had on each day of the week: some resource of every group is open, or the desk is.

    Holidays are a day of their own where some price names them. Where adjusted working days count, a weekend day
    without hours has those of the first working day with some.
    """
    named = any(HOLIDAY in band.days for band in service.price)
    days = (*WEEKDAYS, HOLIDAY) if named else WEEKDAYS
    groups = [
        [member.open or rulebook.calendar.open for member in rulebook.group(group)] for group in service.resources
    ]
    found: dict[str, Sequence[Stretch]] = {}
    for day in days:
        adjusted = rulebook.calendar.country == CHINA
        open_: list[Stretch] | None = None
        for tables in groups or [[rulebook.calendar.open]]:
            here = _joined(period for table in tables for period in _periods(table, day, adjusted))
            open_ = here if open_ is None else _common(open_, here)
        found[day] = open_ or ()
    return found


# --- when two of them meet --------------------------------------------------------------------------------------


def _takes_all(service: Service, one: PriceBand, other: PriceBand) -> bool:
    """Whether whatever `other` fits, `one` fits too."""
    days = set(_days(service, other)) <= set(_days(service, one))
    dates = (one.since or date.min) <= (other.since or date.min) and (other.until or date.max) <= (
        one.until or date.max
    )
    level = not one.level or (bool(other.level) and set(other.level) <= set(one.level))
    same = one.seat_class in (None, other.seat_class) and one.route in (None, other.route)
    return days and dates and level and same and one.from_ <= other.from_ and other.to <= one.to


def _is_exception(one: PriceBand, other: PriceBand) -> bool:
    """Whether a price names what the later one leaves open, or says it more narrowly."""
    dates = (other.since is None and one.since is not None) or (other.until is None and one.until is not None)
    times = (other.from_, other.to) == (0, A_DAY) != (one.from_, one.to)
    level = bool(one.level) and (not other.level or set(one.level) < set(other.level))
    named = (one.seat_class and not other.seat_class) or (one.route and not other.route)
    return bool(dates or times or level or named or (one.days and not other.days))


def _can_meet(one: PriceBand, other: PriceBand) -> bool:
    """Whether some order could fit both, days and times apart."""
    since = max(one.since or date.min, other.since or date.min)
    until = min(one.until or date.max, other.until or date.max)
    classes = {one.seat_class, other.seat_class} - {None}
    routes = {one.route, other.route} - {None}
    levels = not one.level or not other.level or bool(set(one.level) & set(other.level))
    return since <= until and len(classes) < 2 and len(routes) < 2 and levels


def _shadows(one: RefundTier, other: RefundTier) -> bool:
    """Whether whatever `other` fits, `one` fits too; after the start no notice is asked for."""
    if one.after_start != other.after_start or one.phoned not in (None, other.phoned):
        return False
    return one.after_start or one.notice.delta <= other.notice.delta


# --- what is covered --------------------------------------------------------------------------------------------


def _dates(service: Service, today: date | None) -> list[date | None]:
    """Return today, and every later day on which the prices are others, as far ahead as may be booked."""
    if today is None:
        return [None]
    advance = service.advance
    last = today + (timedelta(days=advance.minutes // MINUTES_A_DAY) if advance else A_YEAR)
    edges = {band.since for band in service.price if band.since}
    edges |= {band.until + timedelta(days=1) for band in service.price if band.until}
    return [today, *sorted(day for day in edges if today < day <= last)]


def _asked(rulebook: Rulebook, service: Service, day: date | None) -> Iterator[tuple[str, list[PriceBand]]]:
    """Yield what orders may differ in, in words, each with the prices open to it; first all that hold on a day."""
    dated = [
        band for band in service.price if day is None or (band.since or date.min) <= day <= (band.until or date.max)
    ]
    yield "", dated
    routes: list[str | None] = [route.id for route in service.route]
    for seat_class in _classes(rulebook, service, ()):
        for route in routes if "route" in service.required else [None, *routes]:
            words = _words(seat_class, route)
            yield words, [band for band in dated if _open_to(band, seat_class, route)]


def _classes(rulebook: Rulebook, service: Service, resources: Sequence[str]) -> list[str | None]:
    """Return the seat classes that may be asked for, of these resources or of all; None is "no class said"."""
    members = [member for group in service.resources for member in rulebook.group(group)]
    known = dict.fromkeys(name for one in members if not resources or one.id in resources for name in one.classes)
    return [*known] if known and "seat_class" in service.required else [None, *known]


def _open_to(band: PriceBand, seat_class: str | None, route: str | None) -> bool:
    """Whether a price holds for a class and a route, whatever the customer's level is."""
    return band.seat_class in (None, seat_class) and band.route in (None, route) and not band.level


def _uncovered(service: Service, bands: Sequence[PriceBand], hours: Hours) -> Iterator[str]:
    """Yield, in words, the hours for which none of these prices stands."""
    gaps: dict[Stretch, list[str]] = {}
    for day, periods in hours.items():
        edges = sorted((band.from_, band.to) for band in bands if day in _days(service, band))
        for begin, end in periods:
            reached = begin
            for from_, to in [*edges, (end, end)]:
                if reached < min(from_, end):
                    gaps.setdefault((reached, min(from_, end)), []).append(day)
                reached = max(reached, to)
    for (begin, end), days in gaps.items():
        yield _times(days, begin, end)


def _days(service: Service, band: PriceBand) -> tuple[str, ...]:
    """Return the days a price speaks of; holidays are days of their own where some price names them."""
    if band.days:
        return tuple(band.days)
    return (*WEEKDAYS, HOLIDAY) if any(HOLIDAY in other.days for other in service.price) else WEEKDAYS


def _periods(table: Mapping[Any, Sequence[Period]], day: str, adjusted: bool) -> Sequence[Period]:
    """Return a day's hours: a holiday without any has those of every weekday, for it may fall on each."""
    if day == HOLIDAY and HOLIDAY not in table:
        return [period for name in WEEKDAYS for period in table.get(name, ())]
    own = table.get(day, ())
    if own or not adjusted or day not in WEEKDAYS[SATURDAY:]:
        return own
    return next((table[name] for name in WEEKDAYS[:SATURDAY] if table.get(name)), ())


def _joined(periods: Iterable[Period]) -> list[Stretch]:
    """Return periods in order, those that touch as one."""
    joined: list[Stretch] = []
    for period in sorted(periods):
        if joined and period.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], period.end))
        else:
            joined.append((period.start, period.end))
    return joined


def _common(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Return the time that lies in both."""
    both = [(max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others]
    return sorted(stretch for stretch in both if stretch[0] < stretch[1])


def _words(seat_class: str | None, route: str | None) -> str:
    """Return what an order is for, as the rulebook's keys say it."""
    said = (("seat_class", seat_class), ("route", route))
    return "".join(f" {name}={value}" for name, value in said if value is not None)


def _times(days: Iterable[str], begin: int, end: int) -> str:
    return f"{' '.join(days)} {write_clock(begin)}-{write_clock(end)}"
