"""What must hold for a rulebook beside its shape: named checks, each a pure function to what is wrong with it.

The key of each finding says where it is to be mended, as `service.badminton.price[2]`, counted from 1.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain.calendar import HOLIDAY, WEEKDAYS
from cscli.domain.findings import Finding
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import PriceBand, Service
from cscli.domain.values import BadValue, Duration, Period

SEVERITIES = ("minor", "major", "critical")
CLOCK_SPANS = (
    "step", "duration", "shortest", "longest", "buffer_before", "buffer_after", "hold_for", "advance", "lead",
    "change_notice", "cancel_notice", "no_show_after",
)  # fmt: skip
Problem = tuple[str, dict[str, object]]  # the key of the sentence, the facts
Check = Callable[[Rulebook], Iterator[Problem]]


def find_problems(rulebook: Rulebook, path: str, metrics: Collection[str]) -> tuple[Finding, ...]:
    """Return everything wrong with a rulebook; `metrics` are the ids a target may be set for."""
    found = [problem for check in CHECKS for problem in check(rulebook)]
    found += targets_are_readable(rulebook, metrics)
    return tuple(Finding(path, None, rule, facts) for rule, facts in found)


def fatal(rulebook: Rulebook, path: str) -> Finding | None:
    """Return the first thing without which the desk cannot work at all; cheap enough to be asked at every start."""
    found = next((problem for check in FATAL for problem in check(rulebook)), None)
    return Finding(path, None, found[0], found[1]) if found else None


def timezone_is_known(rulebook: Rulebook) -> Iterator[Problem]:
    """The desk's clock hangs in a time zone there is."""
    try:
        ZoneInfo(rulebook.desk.timezone)
    except (OSError, ValueError, KeyError):  # what it raises depends on how the name is wrong
        yield "check.rulebook.timezone", {"key": "desk.timezone", "value": rulebook.desk.timezone}


def spans_are_of_the_clock(rulebook: Rulebook) -> Iterator[Problem]:
    """A service's spans are time on the clock, for a working day has no length of its own; steps have some length."""
    for service in rulebook.service:
        for name in CLOCK_SPANS:
            span: Duration | None = getattr(service, name)
            if span is None:
                continue
            facts: dict[str, object] = {"key": f"service.{service.id}.{name}", "value": str(span)}
            if span.working:
                yield "check.rulebook.working_span", facts
            elif not span.amount and name in ("step", "duration", "hold_for"):
                yield "check.rulebook.no_span", facts


def ids_are_unique(rulebook: Rulebook) -> Iterator[Problem]:
    """No two entries of a list have one id."""
    lists: dict[str, Iterable[Any]] = {
        "service": rulebook.service,
        "resource": rulebook.resource,
        "complaint.category": rulebook.complaint.category,
        "complaint.cause": rulebook.complaint.cause,
        "complaint.standard": rulebook.complaint.standard,
        "complaint.severity": rulebook.complaint.severity,
        "members.level": rulebook.members.level,
        "members.card": rulebook.members.card,
        "kpi": rulebook.kpi,
    }
    for key, entries in lists.items():
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                yield "check.rulebook.twice", {"key": key, "value": entry.id}
            seen.add(entry.id)


def groups_have_resources(rulebook: Rulebook) -> Iterator[Problem]:
    """Every group a service needs has a resource."""
    groups = {resource.group for resource in rulebook.resource}
    for service in rulebook.service:
        for group in service.resources:
            if group not in groups:
                yield "check.rulebook.group", {"key": f"service.{service.id}.resources", "value": group}


def bands_end_after_they_begin(rulebook: Rulebook) -> Iterator[Problem]:
    """A price's hours end after they begin, and so do a class's."""
    for service in rulebook.service:
        lists: dict[str, Iterable[Any]] = {"price": service.price, "timetable": service.timetable}
        for name, entries in lists.items():
            for number, entry in enumerate(entries, start=1):
                if entry.to <= entry.from_:
                    key = f"service.{service.id}.{name}[{number}]"
                    yield "check.rulebook.band", {"key": key, "value": f"{_clock(entry.from_)}-{_clock(entry.to)}"}


def bands_do_not_overlap(rulebook: Rulebook) -> Iterator[Problem]:
    """No two prices of a service speak of the same time of the same day."""
    for service in rulebook.service:
        for (first, one), (second, other) in combinations(enumerate(service.price, start=1), 2):
            days = [day for day in _days(service, one) if day in _days(service, other)]
            begin, end = max(one.from_, other.from_), min(one.to, other.to)
            if days and begin < end:
                key = f"service.{service.id}.price[{second}]"
                yield "check.rulebook.overlap", {"key": key, "other": first, "value": _times(days, begin, end)}


def prices_have_no_gap(rulebook: Rulebook) -> Iterator[Problem]:
    """A service sold by the hour has a price for every hour the desk is open."""
    for service in rulebook.service:
        if service.timetable or not any(band.per == "hour" for band in service.price):
            continue
        gaps: dict[tuple[int, int], list[str]] = {}
        for day, periods in _open(rulebook, service).items():
            for gap in _gaps(service, day, periods):
                gaps.setdefault(gap, []).append(day)
        for (begin, end), days in gaps.items():
            yield "check.rulebook.gap", {"key": f"service.{service.id}.price", "value": _times(days, begin, end)}


def severities_are_three(rulebook: Rulebook) -> Iterator[Problem]:
    """Each severity has its deadlines."""
    known = {severity.id for severity in rulebook.complaint.severity}
    for severity in SEVERITIES:
        if severity not in known:
            yield "check.rulebook.severity", {"key": "complaint.severity", "value": severity}


def desk_opens(rulebook: Rulebook) -> Iterator[Problem]:
    """The desk is open at some time of the week."""
    if not any(periods for day, periods in rulebook.calendar.open.items() if day != HOLIDAY):
        yield "check.rulebook.never_open", {"key": "calendar.open"}


def targets_are_readable(rulebook: Rulebook, metrics: Collection[str]) -> Iterator[Problem]:
    """A target is a number for a metric there is."""
    for rule in rulebook.kpi:
        if rule.id not in metrics:
            yield "check.rulebook.metric", {"key": "kpi", "value": rule.id}
        elif not _readable(rule.target):
            yield "check.rulebook.target", {"key": f"kpi.{rule.id}.target", "value": rule.target}


def office_has_hours(rulebook: Rulebook) -> Iterator[Problem]:
    """Deadlines in working time need some working time."""
    hours = rulebook.calendar.office or rulebook.calendar.open
    if not any(hours.get(day) for day in ("mon", "tue", "wed", "thu", "fri")):
        yield "check.rulebook.no_office", {"key": "calendar.office"}


FATAL: tuple[Check, ...] = (timezone_is_known, spans_are_of_the_clock, office_has_hours)
CHECKS: tuple[Check, ...] = (
    *FATAL,
    ids_are_unique,
    groups_have_resources,
    bands_end_after_they_begin,
    bands_do_not_overlap,
    prices_have_no_gap,
    severities_are_three,
    desk_opens,
)


def _readable(target: str) -> bool:
    words = target.strip()
    try:
        return Duration.parse(words).unit != "wd"
    except BadValue:
        pass  # a plain number or a rate, then
    try:
        return Decimal(words.removesuffix("%").strip()).is_finite()
    except InvalidOperation:
        return False


def _days(service: Service, band: PriceBand) -> tuple[str, ...]:
    """Return the days a price speaks of; holidays are days of their own where some price names them."""
    if band.days:
        return tuple(band.days)
    return (*WEEKDAYS, HOLIDAY) if any(HOLIDAY in other.days for other in service.price) else tuple(WEEKDAYS)


def _open(rulebook: Rulebook, service: Service) -> dict[str, tuple[Period, ...]]:
    """Return when the desk is open on each day prices speak of; a holiday without hours has those of its weekday."""
    days = {str(day): periods for day, periods in rulebook.calendar.open.items()}
    own = days.pop(HOLIDAY, None)
    if any(HOLIDAY in band.days for band in service.price):
        days[HOLIDAY] = own if own is not None else tuple(period for periods in days.values() for period in periods)
    return days


def _gaps(service: Service, day: str, periods: tuple[Period, ...]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a day's hours, in minutes after midnight, for which no price stands."""
    bands = sorted((band.from_, band.to) for band in service.price if day in _days(service, band))
    told = -1
    for period in sorted(periods):
        reached = max(period.start, told)
        for begin, end in [*bands, (period.end, period.end)]:
            if reached < min(begin, period.end):
                yield reached, min(begin, period.end)
            reached = max(reached, end)
        told = max(told, period.end)


def _times(days: Iterable[str], begin: int, end: int) -> str:
    return f"{' '.join(days)} {_clock(begin)}-{_clock(end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
