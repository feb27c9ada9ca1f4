"""The complaint report as numbers and ids: what came in, why, what was done about it, and whether that worked.

Counted by when a complaint was received, unless it says otherwise; merged duplicates are nowhere (manual rows B6, C1,
C2, E1, E6).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from cscli.analytics.breakdown import NOBODY, breakdown, keys_of, names_of
from cscli.analytics.complainants import Called, Repeat, called, repeats, year_before
from cscli.analytics.complaint_metrics import received
from cscli.analytics.facts import Books, ends_of
from cscli.analytics.improvement import Failed, MeasureCounts, MeasureRow, Undone, failed, measure_counts, undone
from cscli.analytics.kpi import KNOWN, KpiLine, line_of, table_of
from cscli.analytics.metrics import Entry, Exact, Tally, ratio, tally
from cscli.analytics.periods import Between, month_span
from cscli.domain.value import Value

MONTHS = 12
COUNTS = ("complaints_received", "complaints_resolved", "complaints_closed", "complaints_open")
RATES = ("valid_rate", "ack_on_time", "resolve_on_time", "resolve_time_mean", "complaint_satisfaction", "reopen_rate",
         "first_contact_resolution", "escalation_rate", "corrective_verified_rate")  # fmt: skip
DIMENSIONS = ("category", "cause", "severity", "department", "person", "channel", "resource", "merchant")
ALWAYS = ("category", "cause", "severity", "channel")  # the others only where a complaint says any


class Share(Value):
    """One value of a dimension: how many complaints, how many of them valid; `share` is of all, `cumulated` so far.

    Causes are shared out among the complaints that have one; those without (open, withdrawn) have no share.
    """

    key: str
    name: str | None
    count: int
    valid: int
    share: Exact | None
    cumulated: Exact | None = None


class Again(Value):
    """A complaint that was opened again in the period: how often, when last, and how it stands now."""

    complaint: str
    category: str
    owner: str
    times: int
    at: datetime
    status: str


class Month(Value):
    """One month of the trend; `over` says that it is no longer running."""

    month: str
    over: bool
    received: int
    valid: int
    resolve_time: Tally
    satisfaction: Tally


class Late(Value):
    """A complaint that stood open and late: what of it was missed first, and when that was due."""

    complaint: str
    category: str
    severity: str
    owner: str
    missed: str
    due: datetime


class ComplaintReport(Value):
    """Complaints of one period; how things stood is as of `at`, its last second, or now while it is running.

    `valid` counts those received in it that were found valid, whenever that was.
    `came` of those called back and the states of those reopened are as they are now. `left_out` counts files that
    could not be read.
    """

    desk: str
    period: Between
    over: bool
    at: datetime
    valid: int
    lines: tuple[KpiLine, ...]
    rates: tuple[KpiLine, ...]
    shares: Mapping[str, tuple[Share, ...]]
    categories: Mapping[str, str]
    causes: Mapping[str, str]
    severities: Mapping[str, str]
    repeats: tuple[Repeat, ...]
    unreached: tuple[Called, ...]
    dissatisfied: tuple[Called, ...]
    measures: tuple[MeasureCounts, ...]
    undone: tuple[Undone, ...]
    failed: tuple[Failed, ...]
    reopened: tuple[Again, ...]
    trend: tuple[Month, ...]
    late: tuple[Late, ...]
    left_out: int = 0


# --- which time ---------------------------------------------------------------------------------------------------


def months(period: Between) -> tuple[Between, ...]:
    """Return the twelve months up to the one in which the period ends."""
    zone = period.end.tzinfo
    if zone is None:
        raise ValueError("a period must be aware")
    last = _last_day(period)
    numbers = (last.year * 12 + last.month - 1 - back for back in reversed(range(MONTHS)))
    return tuple(month_span(f"{number // 12}-{number % 12 + 1}", zone) for number in numbers)


def whole_span(period: Between) -> Between:
    """Return the time whose rows the report rests on: the period, its trend, and the year up to its end."""
    spans = months(period)
    first = min(period.start, spans[0].start, datetime.fromtimestamp(year_before(period), period.end.tzinfo))
    return Between(first, max(period.end, spans[-1].end))


def _last_day(period: Between) -> date:
    return datetime.fromtimestamp(ends_of(period)[1] - 1, period.end.tzinfo).date()


# --- the report ---------------------------------------------------------------------------------------------------


def report(
    books: Books,
    whole: Books,
    *,
    completed: int,
    measures: Iterable[MeasureRow],
    late: Iterable[tuple[str, str, int]],
    names: Mapping[str, str],
    texts: Mapping[tuple[str, int], str],
    notes: Mapping[tuple[str, bool], str],
    left_out: int = 0,
) -> ComplaintReport:
    """Return the report of the period for which the books lie open; `whole` are those of its `whole_span`.

    `completed` counts the bookings that took place in it, `late` are (id, what was missed first, due) of what stood
    open and late at its end, `names` the masked names of customers, `texts` the words of measures, by complaint and
    number, `notes` those on calls back, by record and whether somebody was reached.
    """
    rows = tuple(measures)
    per_1000 = KNOWN["complaints_per_1000"]
    valid = sum(row.judgement == "valid" for row in books.facts.complaints if books.inside(row.received_at))
    return ComplaintReport(
        desk=books.rulebook.desk.name,
        period=books.period,
        over=books.seen_at >= books.ends[1],
        at=datetime.fromtimestamp(books.last_moment, books.calendar.zone),
        valid=valid,
        lines=table_of(books, COUNTS).lines,
        rates=(*table_of(books, RATES).lines, line_of(per_1000, ratio(per_1000, valid, completed), books.rulebook)),
        shares={by: found for by in DIMENSIONS if _told(found := _shares(books, by)) or by in ALWAYS},
        categories=names_of(books, "category"),
        causes=names_of(books, "cause"),
        severities=names_of(books, "severity"),
        repeats=repeats(books, names),
        unreached=called(books, names, notes, reached=False),
        dissatisfied=called(books, names, notes, reached=True),
        measures=tuple(measure_counts(books, rows)),
        undone=tuple(undone(books, rows, texts)),
        failed=tuple(failed(books, rows, texts)),
        reopened=_reopened(books),
        trend=_trend(whole, months(books.period)),
        late=tuple(_late(books, late)),
        left_out=left_out,
    )


def _told(shares: Sequence[Share]) -> bool:
    return any(share.key != NOBODY for share in shares)


def _shares(books: Books, by: str) -> tuple[Share, ...]:
    """Return the values of a dimension, the most frequent first; what has none is last."""
    entries = list(received(books))
    keys = keys_of(books, by)
    valid = Counter(key for entry in entries if _valid(entry) for key in keys(entry))
    found = breakdown(books, by, ("complaints_received",))
    counts = [(group, (group.lines[0].tally.numerator or (0, 1))[0]) for group in found.groups]
    counts.sort(key=lambda one: (one[0].key == NOBODY, -one[1]))  # stable: what is as frequent stays in its order
    return tuple(
        Share(
            key=group.key,
            name=group.name,
            count=count,
            valid=valid[group.key],
            share=group.share if by == "cause" else (count, len(entries)),
            cumulated=group.cumulated,
        )
        for group, count in counts
    )


def _valid(entry: Entry) -> bool:
    return getattr(entry[0], "judgement", None) == "valid"


def _reopened(books: Books) -> tuple[Again, ...]:
    """Return what was opened again in the period, the last one last; a duplicate taken back before was not."""
    turns: dict[str, list[int]] = defaultdict(list)
    for record, at, kind in books.facts.turns:
        row = books.complaint.get(record)
        if kind == "reopened" and row is not None and (row.resolved_at or 0) <= at and books.inside(at):
            turns[record].append(at)
    rows = [books.complaint[record] for record in turns]
    return tuple(
        Again(
            complaint=row.id,
            category=row.category,
            owner=row.owner,
            times=len(turns[row.id]),
            at=datetime.fromtimestamp(max(turns[row.id]), books.calendar.zone),
            status=row.status,
        )
        for row in sorted(rows, key=lambda row: (max(turns[row.id]), row.id))
    )


# --- over time, and now -------------------------------------------------------------------------------------------


def _trend(whole: Books, spans: Sequence[Between]) -> tuple[Month, ...]:
    """Return the months, each with what fell in it."""
    entries = {name: _by_month(whole, name) for name in
               ("complaints_received", "resolve_time_mean", "complaint_satisfaction")}  # fmt: skip
    found = []
    for span in spans:
        key = f"{span.start:%Y-%m}"
        came = entries["complaints_received"].get(key, [])
        found.append(
            Month(
                month=key,
                over=whole.seen_at >= ends_of(span)[1],
                received=len(came),
                valid=sum(map(_valid, came)),
                resolve_time=_tallied(entries, "resolve_time_mean", key),
                satisfaction=_tallied(entries, "complaint_satisfaction", key),
            )
        )
    return tuple(found)


def _by_month(whole: Books, name: str) -> dict[str, list[Entry]]:
    keys = keys_of(whole, "month")
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in KNOWN[name].entries(whole):
        for key in keys(entry):
            found[key].append(entry)
    return found


def _tallied(entries: Mapping[str, Mapping[str, list[Entry]]], name: str, key: str) -> Tally:
    return tally(KNOWN[name], entries[name].get(key, ()))


def _late(books: Books, late: Iterable[tuple[str, str, int]]) -> Iterable[Late]:
    """Yield what stood open and late, what has waited longest first."""
    for record, missed, due in sorted(late, key=lambda one: (one[2], one[0])):
        row = books.complaint.get(record)
        if row is not None:
            yield Late(
                complaint=record,
                category=row.category,
                severity=row.severity,
                owner=row.owner,
                missed=missed,
                due=datetime.fromtimestamp(due, books.calendar.zone),
            )
