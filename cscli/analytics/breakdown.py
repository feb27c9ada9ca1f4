"""Metrics broken down: by what was booked, by whom, over time; and what complaints are about, most frequent first."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from cscli.analytics.facts import Books, ComplaintRow, Row
from cscli.analytics.kpi import KNOWN, METRICS, KpiLine, KpiTable, line_of, table_of
from cscli.analytics.metrics import Entry, Exact, tally
from cscli.domain.calendar import WEEKDAYS
from cscli.domain.value import Value

Keys = Callable[[Entry], Iterable[str]]
NOBODY = ""  # the key of what has none
PARETO = ("category", "cause")
AGAINST = ("person", "department", "resource", "merchant")
DIMENSIONS = tuple(dict.fromkeys(name for metric in METRICS for name in metric.by))
_COMPLAINT = ("complaints_received", "complaints_closed", "ack_on_time", "resolve_on_time", "valid_rate",
              "complaint_satisfaction")  # fmt: skip
SHORT: Mapping[str, tuple[str, ...]] = {
    "booking": ("bookings_created", "units_created", "bookings_completed", "bookings_cancelled", "no_shows",
                "unmet_requests", "on_time_handling", "csat"),
    "complaint": _COMPLAINT,
    "both": ("bookings_created", "bookings_completed", "on_time_handling", "booking_accuracy", "csat", *_COMPLAINT),
}  # fmt: skip


class Group(Value):
    """One value of a dimension with its figures; `share` and `cumulated` where the groups are ranked by frequency.

    Shares are of what has a value: the group of what has none stands last and has no share.
    """

    key: str
    name: str | None
    lines: tuple[KpiLine, ...]
    share: Exact | None = None
    cumulated: Exact | None = None


class Breakdown(Value):
    """Some metrics in all and for each group."""

    by: str
    total: KpiTable
    groups: tuple[Group, ...]


def metrics_for(by: str) -> tuple[str, ...]:
    """Return the metrics that can be broken down in this way."""
    return tuple(metric.id for metric in METRICS if by in metric.by)


def breakdown(books: Books, by: str, only: Iterable[str] = ()) -> Breakdown:
    """Return the metrics for each value of a dimension; without `only` the handful that says most.

    What belongs to two resources or departments counts under each, and once in all.
    """
    possible = metrics_for(by)
    chosen = [name for name in only if name in possible] or _usual(by, possible)
    keys = keys_of(books, by)
    sorted_out: dict[str, dict[str, list[Entry]]] = {}
    for name in chosen:
        for entry in KNOWN[name].entries(books):
            for key in keys(entry):
                sorted_out.setdefault(key, {}).setdefault(name, []).append(entry)
    names = names_of(books, by)
    groups = [
        Group(
            key=key,
            name=names.get(key),
            lines=tuple(
                line_of(KNOWN[name], tally(KNOWN[name], found.get(name, ())), books.rulebook) for name in chosen
            ),
        )
        for key, found in sorted_out.items()
    ]
    total = table_of(books, chosen)
    lines = {line.id: line for line in total.lines}
    total = KpiTable(period=total.period, lines=tuple(lines[name] for name in chosen))
    return Breakdown(by=by, total=total, groups=_ordered(groups, by, list(names)))


def _usual(by: str, possible: tuple[str, ...]) -> list[str]:
    bookings = "bookings_created" in possible
    kind = "both" if bookings and by in ("agent", "channel") else "booking" if bookings else "complaint"
    return [name for name in SHORT[kind] if name in possible]


def keys_of(books: Books, by: str) -> Keys:
    """Return how an entry's groups are told: from its moment, or from its record."""
    zone = books.calendar.zone
    if by in ("weekday", "hour", "day", "month"):
        form: Callable[[datetime], str] = {
            "weekday": lambda at: WEEKDAYS[at.weekday()],
            "hour": lambda at: f"{at.hour:02d}",
            "day": lambda at: at.date().isoformat(),
            "month": lambda at: f"{at:%Y-%m}",
        }[by]
        return lambda entry: (form(datetime.fromtimestamp(entry[1], zone)),)
    if by in AGAINST:
        return lambda entry: _blamed(books, entry[0], by) or (NOBODY,)
    if by == "agent":
        return lambda entry: (getattr(entry[0], "agent", None) or getattr(entry[0], "owner", None) or NOBODY,)
    return lambda entry: (getattr(entry[0], by, None) or NOBODY,)


def _blamed(books: Books, row: Row, by: str) -> Iterable[str]:
    """Return what a complaint is against, or what a booking takes."""
    if isinstance(row, ComplaintRow):
        return books.targets(row, by)
    return getattr(row, "resources", "").split() if by == "resource" else ()


def names_of(books: Books, by: str) -> dict[str, str]:
    """Return the rulebook's names of a dimension's values, in its order; empty where it names none."""
    book = books.rulebook
    listed: Mapping[str, Iterable[object]] = {
        "service": book.service,
        "resource": book.resource,
        "merchant": book.resource,
        "department": book.department,
        "level": book.members.level,
        "category": book.complaint.category,
        "cause": book.complaint.cause,
        "severity": book.complaint.severity,
    }
    return {str(getattr(entry, "id", "")): str(getattr(entry, "name", "")) for entry in listed.get(by, ())}


def _ordered(groups: list[Group], by: str, named: list[str]) -> tuple[Group, ...]:
    """Put groups in order: time as it passes, the rulebook's in its order, all others the most frequent first.

    What has no value stands last.
    """
    if by == "weekday":
        return tuple(sorted(groups, key=lambda group: WEEKDAYS.index(group.key)))
    if by in ("hour", "day", "month"):
        return tuple(sorted(groups, key=lambda group: group.key))
    if by in PARETO:
        return _pareto(groups)
    if named:
        places = {key: place for place, key in enumerate((*named, *sorted({group.key for group in groups} - {*named})))}
        return tuple(sorted(groups, key=lambda group: (group.key == NOBODY, places[group.key])))
    return _by_size(groups)


def _by_size(groups: list[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (group.key == NOBODY, -_frequency(group), group.key)))


def _pareto(groups: list[Group]) -> tuple[Group, ...]:
    """Return the most frequent first, each with its share and the share of all up to it; last what has no value."""
    ranked = _by_size(groups)
    named = [group for group in ranked if group.key != NOBODY]
    whole = sum(map(_frequency, named))
    reached = 0
    shared = []
    for group in named:
        reached += _frequency(group)
        shared.append(
            Group(
                key=group.key,
                name=group.name,
                lines=group.lines,
                share=(_frequency(group), whole) if whole else None,
                cumulated=(reached, whole) if whole else None,
            )
        )
    return (*shared, *ranked[len(named) :])


def _frequency(group: Group) -> int:
    """Return how often a group occurs: the first of its figures that is a count, else how much its first rests on."""
    for line in group.lines:
        if line.sum == "count" and line.tally.numerator is not None:
            return line.tally.numerator[0]
    first = group.lines[0].tally.denominator
    return first[0] if first else 0
