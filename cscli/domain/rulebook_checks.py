"""What must hold for a rulebook beside its shape: named checks, each a pure function to what is wrong with it.

The key of each finding says where it is to be mended, as `service.badminton.price[2]`, counted from 1.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain import price_checks, promise_checks, timetable_checks
from cscli.domain.calendar import HOLIDAY
from cscli.domain.findings import Finding
from cscli.domain.price_checks import Problem
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import defaults_of
from cscli.domain.values import BadValue, Duration, Period, says_something

CLOCK_SPANS = (
    "step", "duration", "shortest", "longest", "buffer_before", "buffer_after", "hold_for", "offer_for", "advance",
    "lead", "change_notice", "cancel_notice", "remind_before", "arrive_before", "check_arrival_after", "no_show_after",
    "rate_within", "bill_within",
)  # fmt: skip
SOME_TIME = ("step", "duration", "hold_for", "offer_for")  # a length of none would make no sense
OVERRIDABLE = (
    "booking.hours", "booking.closed_day", "booking.timetable", "booking.out_of_service", "booking.advance",
    "booking.lead", "booking.shortest", "booking.longest", "booking.step", "booking.units", "booking.most_party",
    "booking.least_party", "booking.quota_open", "booking.quota_day", "booking.quota_week", "booking.duplicate",
    "booking.coordination", "booking.prepaid", "booking.change_notice", "booking.cancel_notice",
    "booking.cancel_started", "booking.owed", "booking.no_show_after", "booking.overstay", "booking.queue_order",
    "booking.accept", "booking.audit_self",
    "complaint.self", "complaint.close", "complaint.sign_off", "complaint.verify_own", "complaint.link",
)  # fmt: skip
OF_THE_MACHINE = ("localtime", "posixrules", "Factory")  # files beside the time zones, other on each machine
MANY, SOME = 12, 3  # of more names than can be read in one go only some are told
Check = Callable[[Rulebook], Iterator[Problem]]


def find_problems(
    rulebook: Rulebook,
    path: str,
    metrics: Collection[str],
    today: date | None = None,
    logins: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Return everything wrong with a rulebook.

    `metrics` are the ids a target may be set for; prices with dates are looked at from `today` on; `logins`
    are those of the staff, none where the desk keeps no files of them.
    """
    found = [problem for check in CHECKS for problem in check(rulebook)]
    if not any(spans_are_of_the_clock(rulebook)):
        found += [problem for check in RECKONING for problem in check(rulebook)]
        found += price_checks.prices_have_no_gap(rulebook, today)
    found += targets_are_readable(rulebook, metrics)
    found += promise_checks.rungs_name_staff(rulebook, logins)
    return tuple(Finding(path, None, rule, facts) for rule, facts in found)


def fatal(rulebook: Rulebook, path: str) -> Finding | None:
    """Return the first thing without which the desk cannot work at all; cheap enough to be asked at every start."""
    found = next((problem for check in FATAL for problem in check(rulebook)), None)
    return Finding(path, None, found[0], found[1]) if found else None


# --- time -------------------------------------------------------------------------------------------------------


def timezone_is_known(rulebook: Rulebook) -> Iterator[Problem]:
    """The desk's clock hangs in a time zone there is, and in the same one on every machine."""
    name = rulebook.desk.timezone
    try:
        ZoneInfo(name)
        if name in OF_THE_MACHINE or name.startswith(("posix/", "right/")):
            yield "check.rulebook.timezone", {"key": "desk.timezone", "value": name}
    except (OSError, ValueError, KeyError):  # what it raises depends on how the name is wrong
        yield "check.rulebook.timezone", {"key": "desk.timezone", "value": rulebook.desk.timezone}


def spans_are_of_the_clock(rulebook: Rulebook) -> Iterator[Problem]:
    """A service's spans are time on the clock, for a working day has no length of its own; steps have some length."""
    for key, span in _spans(rulebook):
        if span.working:
            yield "check.rulebook.working_span", {"key": key, "value": str(span)}
        elif not span.amount and key.rpartition(".")[2] in SOME_TIME:
            yield "check.rulebook.no_span", {"key": key, "value": str(span)}


def _spans(rulebook: Rulebook) -> Iterator[tuple[str, Duration]]:
    """Yield every span that is counted on the clock, with its key."""
    for service in rulebook.service:
        own = f"service.{service.id}"
        for name in CLOCK_SPANS:
            span: Duration | None = getattr(service, name)
            if span is not None:
                yield f"{own}.{name}", span
        for number, tier in enumerate(service.refund, start=1):
            yield f"{own}.refund[{number}].notice", tier.notice
        if service.priority is not None:
            yield f"{own}.priority.advance", service.priority.advance


def desk_has_a_name(rulebook: Rulebook) -> Iterator[Problem]:
    """The desk is called something, on one line: it heads pages and papers."""
    name = rulebook.desk.name
    if not says_something(name) or not name.isprintable():
        yield "check.rulebook.name", {"key": "desk.name"}


def office_has_hours(rulebook: Rulebook) -> Iterator[Problem]:
    """Deadlines in working time need some working time."""
    hours = rulebook.calendar.office or rulebook.calendar.open
    if not any(hours.get(day) for day in ("mon", "tue", "wed", "thu", "fri")):
        yield "check.rulebook.no_office", {"key": "calendar.office"}


def desk_opens(rulebook: Rulebook) -> Iterator[Problem]:
    """The desk is open at some time of the week."""
    if not any(periods for day, periods in rulebook.calendar.open.items() if day != HOLIDAY):
        yield "check.rulebook.never_open", {"key": "calendar.open"}


def hours_do_not_overlap(rulebook: Rulebook) -> Iterator[Problem]:
    """The periods of a day follow one another."""
    tables: dict[str, Mapping[Any, Sequence[Period]]] = {
        "calendar.open.": rulebook.calendar.open,
        "calendar.office.": rulebook.calendar.office,
        **{f"resource.{resource.id}.open.": resource.open for resource in rulebook.resource},
    }
    days = {f"{key}{day}": periods for key, table in tables.items() for day, periods in table.items()}
    special = enumerate(rulebook.calendar.special, start=1)
    days |= {f"calendar.special[{number}].hours": known.hours for number, known in special}
    for key, periods in days.items():
        for one, other in combinations(sorted(periods), 2):
            if other.start < one.end:
                yield "check.rulebook.hours", {"key": key, "value": str(one), "other": str(other)}


def special_days_are_said_once(rulebook: Rulebook) -> Iterator[Problem]:
    """A day has special hours once."""
    seen: dict[date, int] = {}
    for number, known in enumerate(rulebook.calendar.special, start=1):
        if known.day in seen:
            facts = {"key": f"calendar.special[{number}]", "value": known.day, "other": seen[known.day]}
            yield "check.rulebook.special", facts
        seen.setdefault(known.day, number)


def spans_of_days_are_in_order(rulebook: Rulebook) -> Iterator[Problem]:
    """What lasts from one day or moment to another ends no sooner than it begins."""
    spans: list[tuple[str, Any, Any]] = [
        (f"resource.{resource.id}.out[{number}].to", period.from_, period.to)
        for resource in rulebook.resource
        for number, period in enumerate(resource.out, start=1)
    ]
    closed = enumerate(rulebook.calendar.closed, start=1)
    spans += [(f"calendar.closed[{number}].to", known.from_, known.to) for number, known in closed]
    bonus = enumerate(rulebook.members.bonus, start=1)
    spans += [(f"members.bonus[{number}].until", known.since, known.until) for number, known in bonus]
    for service in rulebook.service:
        lists: dict[str, Iterable[Any]] = {"price": service.price, "timetable": service.timetable}
        spans += [
            (f"service.{service.id}.{name}[{number}].until", entry.since, entry.until)
            for name, entries in lists.items()
            for number, entry in enumerate(entries, start=1)
        ]
    for key, first, last in spans:
        if first is None or last is None:
            continue
        if last < first or (isinstance(last, datetime) and last == first):  # a day is whole, a moment has no length
            yield "check.rulebook.order", {"key": key, "first": first, "last": last}


def priority_is_longer(rulebook: Rulebook) -> Iterator[Problem]:
    """Priority lets somebody book further ahead than everybody may (manual row D6)."""
    for service in rulebook.service:
        priority, key = service.priority, f"service.{service.id}.priority"
        if priority is None:
            continue
        if service.advance is None:
            yield "check.rulebook.priority_alone", {"key": key, "missing": f"service.{service.id}.advance"}
        elif priority.advance.minutes <= service.advance.minutes:
            said = {"value": str(priority.advance), "advance": str(service.advance)}
            yield "check.rulebook.priority", {"key": f"{key}.advance", **said}


# --- what there is ----------------------------------------------------------------------------------------------


def ids_are_unique(rulebook: Rulebook) -> Iterator[Problem]:
    """No two entries of a list have one id."""
    lists: dict[str, Iterable[Any]] = {
        "service": rulebook.service,
        "resource": rulebook.resource,
        "department": rulebook.department,
        "complaint.category": rulebook.complaint.category,
        "complaint.cause": rulebook.complaint.cause,
        "complaint.standard": rulebook.complaint.standard,
        "complaint.severity": rulebook.complaint.severity,
        "complaint.external": rulebook.complaint.external,
        "members.level": rulebook.members.level,
        "members.card": rulebook.members.card,
        "members.scheme": rulebook.members.scheme,
        "extra.booking": rulebook.extra.booking,
        "extra.complaint": rulebook.extra.complaint,
        "extra.customer": rulebook.extra.customer,
        "kpi": rulebook.kpi,
        **{f"service.{service.id}.route": service.route for service in rulebook.service},
    }
    for key, entries in lists.items():
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                yield "check.rulebook.twice", {"key": key, "value": entry.id}
            seen.add(entry.id)


def groups_have_resources(rulebook: Rulebook) -> Iterator[Problem]:
    """Every group a service needs has a resource."""
    groups = tuple(dict.fromkeys(resource.group for resource in rulebook.resource))
    for service in rulebook.service:
        for group in service.resources:
            if group not in groups:
                yield "check.rulebook.group", {"key": f"service.{service.id}.resources", "value": group}


def ids_are_known(rulebook: Rulebook) -> Iterator[Problem]:
    """Whatever the rulebook names by its id is there."""
    for key, values, known in (*_named_by_services(rulebook), *_named_elsewhere(rulebook)):
        for value in values:
            if value not in known:
                yield "check.rulebook.unknown", {"key": key, "value": value, "known": _near(value, known)}


def _near(value: str | None, known: Collection[str]) -> tuple[str, ...]:
    """Return what there is, of very many the nearest to what was written, or the first."""
    if len(known) <= MANY:
        return tuple(known) or ("-",)
    from difflib import get_close_matches

    return (*(get_close_matches(value or "", list(known), SOME, 0.5) or sorted(known)[:SOME]), "..")


Names = tuple[str, Iterable[str | None], Collection[str]]  # where, what is named there, what there is


def _named_by_services(rulebook: Rulebook) -> Iterator[Names]:
    levels, departments = _ids(rulebook.members.level), _ids(rulebook.department)
    for service in rulebook.service:
        own = f"service.{service.id}"
        members = [member for group in service.resources for member in rulebook.group(group)]
        classes = tuple(dict.fromkeys(name for member in members for name in member.classes))
        routes = _ids(service.route)
        told = rulebook.lacks_group(service)  # and the rest of its resources follows from it
        yield f"{own}.takes", () if told else service.takes, service.resources
        yield f"{own}.departments", service.departments, departments
        for number, band in enumerate(service.price, start=1):
            key = f"{own}.price[{number}]"
            yield f"{key}.route", [band.route] if band.route else [], routes
            yield f"{key}.seat_class", [band.seat_class] if band.seat_class and not told else [], classes
            yield f"{key}.level", band.level, levels
        for number, departure in enumerate(service.timetable, start=1):
            key = f"{own}.timetable[{number}]"
            yield f"{key}.route", [departure.route] if departure.route else [], routes
            yield f"{key}.resources", () if told else departure.resources, _ids(members)


def _named_elsewhere(rulebook: Rulebook) -> Iterator[Names]:
    members = rulebook.members
    yield "visit.level", rulebook.visit.level, _ids(members.level)
    yield "roles.rules", rulebook.roles.rules, OVERRIDABLE
    for card in members.card:
        yield f"members.card.{card.id}.services", card.services, _ids(rulebook.service)
    for number, bonus in enumerate(members.bonus, start=1):
        yield f"members.bonus[{number}].scheme", [bonus.scheme] if bonus.scheme else [], _ids(members.scheme)
    if members.points is not None:
        yield "members.points.cards", members.points.cards, _ids(members.card)


def _ids(entries: Iterable[Any]) -> tuple[str, ...]:
    return tuple(entry.id for entry in entries)


def classes_agree_with_capacity(rulebook: Rulebook) -> Iterator[Problem]:
    """Seat classes add up to the capacity, where that is said as well."""
    for resource in rulebook.resource:
        places = sum(resource.classes.values())
        if resource.classes and resource.capacity not in (1, places):
            facts = {"key": f"resource.{resource.id}.capacity", "value": resource.capacity, "places": places}
            yield "check.rulebook.capacity", facts


def measures_agree(rulebook: Rulebook) -> Iterator[Problem]:
    """What is asked for at least is no more than is allowed at most, and the usual length is allowed."""
    for service in rulebook.service:
        own = f"service.{service.id}"
        least, most = service.least_party, service.most_party
        if least is not None and most is not None and least > most:
            yield "check.rulebook.most", {"key": f"{own}.most_party", "value": most, "least": least}
        shortest, longest, usual = service.shortest, service.longest, service.duration
        if shortest is not None and longest is not None and shortest.minutes > longest.minutes:
            yield "check.rulebook.most", {"key": f"{own}.longest", "value": str(longest), "least": str(shortest)}
        elif not service.timetable:
            if shortest is not None and usual.minutes < shortest.minutes:
                yield "check.rulebook.usual_short", _usual(own, usual, shortest)
            if longest is not None and usual.minutes > longest.minutes:
                yield "check.rulebook.usual_long", _usual(own, usual, longest)


def _usual(own: str, usual: Duration, limit: Duration) -> dict[str, object]:
    return {"key": f"{own}.duration", "value": str(usual), "limit": str(limit)}


# --- what belongs together --------------------------------------------------------------------------------------


def passes_have_visits(rulebook: Rulebook) -> Iterator[Problem]:
    """A pass says how many visits it holds (manual row D11)."""
    for card in rulebook.members.card:
        if card.kind == "pass" and card.visits is None:
            yield "check.rulebook.pass", {"key": f"members.card.{card.id}.visits"}


def visits_have_a_response_time(rulebook: Rulebook) -> Iterator[Problem]:
    """A desk that sends somebody out says how soon (manual row E4)."""
    said = rulebook.visit is not defaults_of(Rulebook)["visit"]  # a table in the file makes a value of its own
    visit = next((service for service in rulebook.service if service.kind == "visit"), None)
    if visit is not None and not said:
        yield "check.rulebook.visit", {"key": "visit", "service": visit.id}


def choices_can_be_made(rulebook: Rulebook) -> Iterator[Problem]:
    """A field to be chosen has something to choose from."""
    extra = rulebook.extra
    for kind, fields in (("booking", extra.booking), ("complaint", extra.complaint), ("customer", extra.customer)):
        for field in fields:
            if field.type == "choice" and not field.choices:
                yield "check.rulebook.choices", {"key": f"extra.{kind}.{field.id}.choices"}


def targets_are_readable(rulebook: Rulebook, metrics: Collection[str]) -> Iterator[Problem]:
    """A target is a number for a metric there is."""
    for rule in rulebook.kpi:
        if rule.id not in metrics:
            yield "check.rulebook.metric", {"key": "kpi", "value": rule.id, "known": _near(rule.id, metrics)}
        elif not _readable(rule.target):
            yield "check.rulebook.target", {"key": f"kpi.{rule.id}.target", "value": rule.target}


def _readable(target: str) -> bool:
    words = target.strip()
    try:
        return Duration.parse(words).unit != "wd"
    except BadValue:
        pass  # a plain number or a rate, then
    try:
        number = Decimal(words.removesuffix("%").strip())
        return number.is_finite() and (not words.endswith("%") or 0 <= number <= 100)
    except InvalidOperation:
        return False


FATAL: tuple[Check, ...] = (timezone_is_known, spans_are_of_the_clock, office_has_hours)
CHECKS: tuple[Check, ...] = (
    *FATAL,
    desk_has_a_name,
    desk_opens,
    hours_do_not_overlap,
    special_days_are_said_once,
    spans_of_days_are_in_order,
    ids_are_unique,
    groups_have_resources,
    ids_are_known,
    classes_agree_with_capacity,
    *timetable_checks.CHECKS,
    passes_have_visits,
    visits_have_a_response_time,
    choices_can_be_made,
    *promise_checks.CHECKS,
    price_checks.services_have_hours,
    price_checks.bands_end_after_they_begin,
    price_checks.bands_do_not_overlap,
    price_checks.bands_are_reached,
    price_checks.departures_have_a_price,
)
RECKONING: tuple[Check, ...] = (measures_agree, priority_is_longer, price_checks.tiers_are_reached)  # with spans
