"""What a metric is: a stream of entries, each saying which record counts how much, at which moment; and their sum."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from cscli.analytics.facts import Books, Row
from cscli.domain.value import Value

Unit = Literal["count", "rate", "money", "minutes", "hours", "rating", "per_1000"]
Sum = Literal["count", "ratio", "median", "p90", "distinct"]
SCALE: dict[str, tuple[int, int]] = {"money": (1, 100), "minutes": (1, 60), "hours": (1, 3600), "per_1000": (1000, 1)}

Entry = tuple[Row, int, int, int]  # record, moment, what it adds above, what it adds below the line
Exact = tuple[int, int]  # numerator and denominator, the latter above zero


class Metric(Value):
    """One metric.

    `sum` says how its entries become one figure; seconds and cents are counted, the unit is what they are shown in.
    `by` are the ways in which it may be broken down; a stock, which no moment belongs to, has none.
    """

    id: str
    entries: Callable[[Books], Iterator[Entry]]
    unit: Unit = "count"
    sum: Sum = "count"
    better: Literal["higher", "lower"] = "higher"
    by: tuple[str, ...] = ()


class Tally(Value, kw_only=False):
    """One figure, exact: None where there is nothing to divide by.

    `numerator` and `denominator` are what was counted, in the metric's unit; a plain count has no denominator, and
    a median or a p90 has as denominator how many values there were.
    """

    value: Exact | None
    numerator: Exact | None
    denominator: Exact | None


def tally(metric: Metric, entries: Iterable[Entry]) -> Tally:
    """Return the figure that some entries of a metric make."""
    if metric.sum in ("median", "p90"):
        values = sorted(entry[2] for entry in entries)
        if not values:
            return Tally(None, None, (0, 1))
        times, per = SCALE.get(metric.unit, (1, 1))
        top, below = (_median if metric.sum == "median" else _p90)(values)
        return Tally((top * times, below * per), None, (len(values), 1))
    if metric.sum == "distinct":
        number = len({entry[0].id for entry in entries})
        return Tally((number, 1), (number, 1), None)
    above = below = 0
    for _, _, more, under in entries:
        above += more
        below += under
    return ratio(metric, above, below)


def ratio(metric: Metric, above: int, below: int) -> Tally:
    """Return the figure of a metric from what was counted above and below the line."""
    times, per = SCALE.get(metric.unit, (1, 1))
    if metric.sum == "count":
        return Tally((above * times, per), (above * times, per), None)
    scale = (1, 1) if metric.unit == "per_1000" else (times, per)
    value = (above * times, below * per) if below else None
    return Tally(value, (above * scale[0], scale[1]), (below, 1))


def _median(values: list[int]) -> Exact:
    middle = len(values) // 2
    return (values[middle], 1) if len(values) % 2 else (values[middle - 1] + values[middle], 2)


def _p90(values: list[int]) -> Exact:
    """Return the smallest value that nine tenths do not exceed (nearest rank)."""
    return values[-(-9 * len(values) // 10) - 1], 1
