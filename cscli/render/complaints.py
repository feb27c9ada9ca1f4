"""The complaint report as a page: in the order in which a manager asks, of text, Markdown or for the browser."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from cscli.analytics.complainants import Called
from cscli.analytics.complaints import ComplaintReport, Month, Share
from cscli.analytics.improvement import MeasureCounts
from cscli.analytics.kpi import KpiLine
from cscli.analytics.metrics import Exact
from cscli.domain.states import CONTENT
from cscli.i18n import label, language, t
from cscli.i18n.forms import elapsed, moment
from cscli.render import kpi
from cscli.render.chart import Column
from cscli.render.page import Page
from cscli.render.pages import page_of
from cscli.render.width import fit, visible

MOST = 30  # of each list that a page holds; how many more there are is said
LINE = 4  # ids in one cell
NOTE = 40  # signs of a note in one cell
WIDEST = 12  # columns of a chart
COUNTS = ("received", "resolved", "closed", "open", "overdue")
ENDS = ("complaints_resolved", "complaints_closed")  # counts that stand beside the rates
MEASURES = ("planned", "done", "overdue", "effective", "ineffective")
T = TypeVar("T")


def complaints_page(report: ComplaintReport, form: str = "text", width: int | None = None) -> str:
    """Return the report as a page."""
    page = page_of(form, width)
    page.title(headline(report))
    if report.left_out:
        page.line(t("report.left_out", number=report.left_out))
    page.listed((t(f"report.complaints.first.{name}"), said) for name, said in _first(report).items())
    page.head(t("report.complaints.rates"))
    ends = [line for line in report.lines if line.id in ENDS]
    page.table([kpi.row(line)[:-1] for line in (*ends, *report.rates)], "kpi.column.", kpi.COLUMNS[:-1], kpi.ALIGN[:-1])
    if any(line.tally.value and line.tally.value[0] for line in report.lines[:1]):
        for by, shares in report.shares.items():
            (_pareto if by == "cause" else _by)(page, by, shares)
    _repeats(page, report)
    _called(page, report, "unreached", report.unreached)
    _called(page, report, "dissatisfied", report.dissatisfied)
    if any(one.kind == "booking" for one in report.dissatisfied):
        page.line(t("report.complaints.dissatisfied.rule", rating=CONTENT))
    _measures(page, report)
    _reopened(page, report)
    _trend(page, report.trend)
    _late(page, report)
    return page.text()


def headline(report: ComplaintReport) -> str:
    """Return the first line: desk, period, and whether it is still running."""
    facts = {"desk": visible(report.desk), "period": kpi.period_text(report.period)}
    if report.over:
        return t("report.complaints.title", **facts)
    return t("report.complaints.running", **facts, at=report.at)


def counts_of(report: ComplaintReport) -> dict[str, int]:
    """Return how many were received, resolved, closed in the period, were open and overdue at its end."""
    numbers = [line.tally.numerator[0] if line.tally.numerator else 0 for line in report.lines]
    return dict(zip(COUNTS, (*numbers, len(report.late)), strict=True))


def _first(report: ComplaintReport) -> dict[str, str]:
    """Return the numbers that matter first: what came, what was right about it, how it went, what is left."""
    counts, rates = counts_of(report), {line.id: line for line in report.rates}
    return {
        "received": str(counts["received"]),
        "valid": str(report.valid),
        "in_time": _of(rates["resolve_on_time"]),
        "satisfied": _of(rates["complaint_satisfaction"]),
        "open": str(counts["open"]),
        "late": str(counts["overdue"]),
    }


def _of(line: KpiLine) -> str:
    """Return how many of how many, and which share that is; of none none."""
    return f"{kpi.parts(line)} ({kpi.figure(line.tally.value, 'rate')})" if line.tally.value else kpi.NOTHING


# --- what it was about --------------------------------------------------------------------------------------------


def _by(page: Page, by: str, shares: Sequence[Share]) -> None:
    page.head(t("report.complaints.by", what=t(f"kpi.by.{by}")))
    heads = [t(f"kpi.by.{by}"), *_heads("count", "valid", "share")]
    rows = [(kpi.value_name(by, one.key, one.name), str(one.count), str(one.valid), kpi.figure(one.share, "rate"))
            for one in shares]  # fmt: skip
    page.barred(rows, heads, "lrrr", [one.share or (0, 1) for one in shares])


def _pareto(page: Page, by: str, shares: Sequence[Share]) -> None:
    """Add the causes, the most frequent first, with how many all up to each make together; below, those without."""
    page.head(t("report.complaints.causes"))
    without = sum(one.count for one in shares if not one.key)
    shares = [one for one in shares if one.key]
    if shares:
        _ranked(page, by, shares)
    if without:
        page.line(t("report.complaints.no_cause", number=without))


def _ranked(page: Page, by: str, shares: Sequence[Share]) -> None:
    heads = [t(f"kpi.by.{by}"), *_heads("count", "valid", "share", "cumulated")]
    named = [kpi.value_name(by, one.key, one.name) for one in shares]
    rows = [
        (name, str(one.count), str(one.valid), kpi.figure(one.share, "rate"), kpi.figure(one.cumulated, "rate"))
        for name, one in zip(named, shares, strict=True)
    ]
    page.barred(rows, heads, "lrrrr", [one.share or (0, 1) for one in shares])
    drawn = [
        Column(name, one.count, one.cumulated, _percent(one.cumulated)) for name, one in zip(named, shares, strict=True)
    ]
    page.chart(t("report.complaints.pareto"), drawn[:WIDEST], sum(one.count for one in shares))


# --- who complains, who is not content ----------------------------------------------------------------------------


def _repeats(page: Page, report: ComplaintReport) -> None:
    page.head(t("report.complaints.repeats", number=len(report.repeats)))
    _list(
        page, report.repeats, ("customer", "in_period", "in_year", "categories", "complaints"), "lrrll",
        lambda one: (visible(one.name) or one.customer, str(one.count), str(one.in_year),
                     _several(_category(report, key) for key in one.categories), _several(one.complaints)),
    )  # fmt: skip


def _called(page: Page, report: ComplaintReport, group: str, called: Sequence[Called]) -> None:
    page.head(t(f"report.complaints.{group}", number=len(called)))
    if called:
        came = dict.fromkeys(one.came for one in called)
        page.listed((t(f"report.complaints.came.{how}"), str(sum(one.came == how for one in called))) for how in came)
    _list(
        page, called,
        ("record", "customer", "owner", "asked_by", "asked_at", "times", "note", "cause", "came"), "lllllrlll",
        lambda one: (one.record, visible(one.name), visible(one.owner), visible(one.by),
                     moment(one.at, language()), str(one.times),
                     fit(_words(one), NOTE) or kpi.NOTHING,
                     kpi.value_name("cause", one.cause, report.causes.get(one.cause)) if one.cause else kpi.NOTHING,
                     t(f"report.complaints.came.{one.came}")),
    )  # fmt: skip


def _words(one: Called) -> str:
    """Return what was said, after the rating that was given."""
    return " ".join(filter(None, (f"{one.rating}/5" if one.rating else "", visible(one.note or ""))))


# --- what was done about it ---------------------------------------------------------------------------------------


def _measures(page: Page, report: ComplaintReport) -> None:
    page.head(t("report.complaints.measures"))
    rows = [(label("effort", found.kind), *measure_numbers(found).values()) for found in report.measures]
    rows.append((t("kpi.total"), *(sum(column) for column in zip(*(row[1:] for row in rows), strict=True))))
    page.rows([[str(cell) for cell in row] for row in rows], _heads("kind", *MEASURES), "lrrrrr")
    page.line(t("report.complaints.measures.rule"))
    if report.undone:
        page.head(t("report.complaints.undone", number=len(report.undone), at=report.at))
        _list(
            page, report.undone, ("complaint", "measure", "kind", "owner", "due", "by"), "llllll",
            lambda one: (one.complaint, f"{one.number} {visible(one.what or '')}".strip(), label("effort", one.kind),
                         visible(one.owner), moment(one.due, language()), elapsed(report.at - one.due, language())),
        )  # fmt: skip
    if report.failed:
        page.head(t("report.complaints.failed", number=len(report.failed)))
        _list(
            page, report.failed, ("complaint", "measure", "kind", "owner", "found"), "lllll",
            lambda one: (one.complaint, f"{one.number} {visible(one.what or '')}".strip(), label("effort", one.kind),
                         visible(one.owner), moment(one.verified_at, language())),
        )  # fmt: skip


def measure_numbers(found: MeasureCounts) -> dict[str, int]:
    """Return the counts of a kind of measure by their names."""
    return {name: getattr(found, name) for name in MEASURES}


def _reopened(page: Page, report: ComplaintReport) -> None:
    page.head(t("report.complaints.reopened", number=len(report.reopened)))
    _list(
        page, report.reopened, ("complaint", "category", "owner", "times", "last", "status"), "lllrll",
        lambda one: (one.complaint, _category(report, one.category), visible(one.owner), str(one.times),
                     moment(one.at, language()), label("status", one.status)),
    )  # fmt: skip


# --- over time, and what is left ----------------------------------------------------------------------------------


def _trend(page: Page, months: Sequence[Month]) -> None:
    page.head(t("report.complaints.trend"))
    highest = max((one.received for one in months), default=0) or 1
    rows = [
        (
            one.month if one.over else t("report.complaints.so_far", month=one.month),
            str(one.received),
            str(one.valid),
            kpi.figure(one.resolve_time.value, "hours"),
            kpi.figure(one.satisfaction.value, "rate"),
        )
        for one in months
    ]
    bars = [(one.received, highest) for one in months]
    page.barred(rows, _heads("month", "received", "valid", "resolve_time", "satisfaction"), "lrrrr", bars)
    drawn = [Column(one.month, one.received, one.satisfaction.value, _percent(one.satisfaction.value))
             for one in months]  # fmt: skip
    page.chart(t("report.complaints.curve"), drawn)


def _late(page: Page, report: ComplaintReport) -> None:
    page.head(t("report.complaints.late", number=len(report.late), at=report.at))
    _list(
        page, report.late, ("complaint", "category", "severity", "owner", "missed", "due", "by"), "lllllll",
        lambda one: (one.complaint, _category(report, one.category), _severity(report, one.severity),
                     visible(one.owner), label("deadline", one.missed), moment(one.due, language()),
                     elapsed(report.at - one.due, language())),
    )  # fmt: skip


def _list(
    page: Page, found: Sequence[T], columns: Sequence[str], align: str, row: Callable[[T], Sequence[str]]
) -> None:
    """Add a table of what was found, or say that there is nothing."""
    if not found:
        page.line(t("report.complaints.none"))
        return
    page.rows([row(one) for one in found[:MOST]], _heads(*columns), align)
    if len(found) > MOST:
        page.line(t("report.complaints.more", number=len(found) - MOST))


def _category(report: ComplaintReport, key: str) -> str:
    return kpi.value_name("category", key, report.categories.get(key))


def _severity(report: ComplaintReport, key: str) -> str:
    return kpi.value_name("severity", key, report.severities.get(key))


def _several(words: Iterable[str]) -> str:
    """Return words one after the other; of many the first few, and how many more there are."""
    every = list(words)
    rest = f" +{len(every) - LINE}" if len(every) > LINE else ""
    return t("report.comma").join(every[:LINE]) + rest


def _heads(*columns: str) -> list[str]:
    return [t(f"report.complaints.column.{column}") for column in columns]


def _percent(value: Exact | None) -> str:
    """Return a share without places, as it stands at a point of a line."""
    return "" if value is None else f"{kpi.rounded((value[0] * 100, value[1]), 0)}%"
