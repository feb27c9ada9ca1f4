"""The table of metrics for a period: each figure exact, against its target, with the records behind it on request."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from cscli.analytics import booking_metrics, complaint_metrics
from cscli.analytics.facts import Books
from cscli.analytics.metrics import SCALE, Exact, Metric, Tally, tally
from cscli.analytics.periods import Between
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value
from cscli.domain.values import BadValue, Duration

METRICS: tuple[Metric, ...] = booking_metrics.METRICS + complaint_metrics.METRICS
KNOWN = {metric.id: metric for metric in METRICS}


class KpiLine(Value):
    """One metric: its figure, what it was to be, and whether it was; `met` is None without a figure or a target.

    `said` is the target as the rulebook writes it.
    """

    id: str
    unit: str
    sum: str
    tally: Tally
    target: Exact | None = None
    said: str | None = None
    better: str = "higher"
    met: bool | None = None


class KpiTable(Value):
    """The metrics of one period, in the order of the catalogue."""

    period: Between
    lines: tuple[KpiLine, ...]

    @property
    def aimed(self) -> tuple[KpiLine, ...]:
        """The lines with a target."""
        return tuple(line for line in self.lines if line.target is not None)


class Witness(Value):
    """One record behind a figure: when it counted, and what it adds above and below the line."""

    id: str
    at: datetime
    numerator: Exact
    denominator: int


class Explanation(Value):
    """A metric's line with every record behind it, earliest first."""

    period: Between
    line: KpiLine
    records: tuple[Witness, ...]

    @property
    def above(self) -> tuple[str, ...]:
        """The ids behind the numerator, each once."""
        return tuple(dict.fromkeys(record.id for record in self.records if record.numerator[0]))

    @property
    def below(self) -> tuple[str, ...]:
        """The ids behind the denominator, each once."""
        return tuple(dict.fromkeys(record.id for record in self.records if record.denominator))


def table_of(books: Books, only: Iterable[str] = ()) -> KpiTable:
    """Return the metrics of the period for which the books lie open."""
    wanted = frozenset(only)
    lines = [
        line_of(metric, tally(metric, metric.entries(books)), books.rulebook)
        for metric in METRICS
        if not wanted or metric.id in wanted
    ]
    return KpiTable(period=books.period, lines=tuple(lines))


def line_of(metric: Metric, figure: Tally, rulebook: Rulebook) -> KpiLine:
    """Return a metric's line with its target, where the rulebook sets one that can be read."""
    rule = next((known for known in rulebook.kpi if known.id == metric.id), None)
    target = read_target(rule.target, metric) if rule else None
    if rule is None or target is None:
        return KpiLine(id=metric.id, unit=metric.unit, sum=metric.sum, tally=figure, better=metric.better)
    return KpiLine(
        id=metric.id,
        unit=metric.unit,
        sum=metric.sum,
        tally=figure,
        target=target,
        said=rule.target,
        better=rule.better or metric.better,
        met=_met(figure.value, target, rule.better or metric.better),
    )


def read_target(text: str, metric: Metric) -> Exact | None:
    """Return a target such as `95%`, `4.5`, `10` or `30m` in the metric's unit; None where it cannot be read.

    A rate above 1 is meant in per cent; a span of days is none, for a working day has no fixed length.
    """
    words = text.strip()
    if metric.unit in ("minutes", "hours"):
        try:
            span = Duration.parse(words)
            return (span.minutes, 60 if metric.unit == "hours" else 1) if span.unit != "wd" else None
        except BadValue:
            pass  # a plain number, then
    try:
        number = Decimal(words.removesuffix("%").strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    above, below = number.as_integer_ratio()
    percent = words.endswith("%") or (metric.unit == "rate" and number > 1)
    return (above, below * 100) if percent else (above, below)


def _met(value: Exact | None, target: Exact, better: str) -> bool | None:
    if value is None:
        return None
    reached, wanted = value[0] * target[1], target[0] * value[1]
    return reached >= wanted if better == "higher" else reached <= wanted


def explain(books: Books, metric_id: str) -> Explanation:
    """Return a metric with the records behind it; each moment of a record is one line."""
    metric = KNOWN[metric_id]
    entries = list(metric.entries(books))
    zone = books.calendar.zone
    scale = (1, 1) if metric.unit == "per_1000" else SCALE.get(metric.unit, (1, 1))
    records = [
        Witness(id=row.id, at=datetime.fromtimestamp(at, zone), numerator=(int(above) * scale[0], scale[1]),
                denominator=below)
        for row, at, above, below in sorted(entries, key=lambda entry: (entry[1], entry[0].id))
    ]  # fmt: skip
    line = line_of(metric, tally(metric, entries), books.rulebook)
    return Explanation(period=books.period, line=line, records=tuple(records))
