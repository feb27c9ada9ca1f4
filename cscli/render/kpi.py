"""Metrics as a table, as Markdown, as CSV, and as data for programs."""

from collections.abc import Sequence
from typing import Any

from cscli.analytics import complaint_metrics
from cscli.analytics.breakdown import PARETO, Breakdown, Group
from cscli.analytics.kpi import Explanation, KpiLine, KpiTable
from cscli.analytics.metrics import Exact
from cscli.analytics.periods import Between
from cscli.i18n import known, label, t
from cscli.render.width import visible

NOTHING = "-"
DIGITS = {"count": 0, "rate": 1, "money": 2, "minutes": 1, "hours": 1, "rating": 1, "per_1000": 1}
COLUMNS = ("metric", "value", "parts", "target", "met", "id")
ALIGN = "lrrrll"


# --- figures ------------------------------------------------------------------------------------------------------


def rounded(value: Exact, digits: int) -> str:
    """Return an exact figure with so many places, half rounded up (away from zero)."""
    above, below = value
    scaled = (2 * abs(above) * 10**digits + below) // (2 * below)
    sign = "-" if above < 0 and scaled else ""
    whole, rest = divmod(scaled, 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def figure(value: Exact | None, unit: str) -> str:
    """Return a figure in its unit: `83.3%`, `150.00`, `4.0`, `12.5 min`; `-` where there is none."""
    if value is None:
        return NOTHING
    if unit == "rate":
        return f"{rounded((value[0] * 100, value[1]), 1)}%"
    text = rounded(value, DIGITS[unit])
    return t(f"kpi.unit.{unit}", value=text) if unit in ("minutes", "hours") else text


def parts(line: KpiLine) -> str:
    """Return what was divided by what, how many values a mean or median rests on, nothing for a count."""
    tally = line.tally
    if tally.denominator is None:
        return ""
    if line.id == "utilisation" and tally.numerator is not None:
        return "/".join(rounded((seconds[0], seconds[1] * 3600), 0) for seconds in (tally.numerator, tally.denominator))
    number = rounded(tally.denominator, 0)
    if tally.numerator is None or line.unit in ("minutes", "hours"):
        return f"n={number}"
    return f"{rounded(tally.numerator, 0)}/{number}"


def target(line: KpiLine) -> str:
    """Return a target with the side on which the good figures lie: `>=95.0%`."""
    if line.target is None:
        return ""
    return f"{'>=' if line.better == 'higher' else '<='}{figure(line.target, line.unit)}"


def met(line: KpiLine) -> str:
    """Return whether the target was met, in a word."""
    if line.target is None or line.met is None:
        return ""
    return t("kpi.met") if line.met else t("kpi.missed")


def name(line: KpiLine) -> str:
    """Return a metric's name."""
    return t(f"kpi.name.{line.id}")


def row(line: KpiLine) -> tuple[str, ...]:
    """Return a metric as a row of `COLUMNS`."""
    return name(line), figure(line.tally.value, line.unit), parts(line), target(line), met(line), line.id


# --- pages --------------------------------------------------------------------------------------------------------


def kpi_page(table: KpiTable, form: str = "table", width: int | None = None) -> str:
    """Return the metrics as a page; those with a target come first, in Markdown and on the terminal."""
    if form == "csv":
        return _written([row(line) for line in table.lines], COLUMNS, ALIGN, form)
    others = [line for line in table.lines if line.target is None]
    rows = [row(line) for line in (*table.aimed, *others)]
    return f"{_heading(period_text(table.period), form)}\n\n{_written(rows, _heads(COLUMNS), ALIGN, form, width)}"


def breakdown_page(found: Breakdown, form: str = "table", width: int | None = None) -> str:
    """Return a row for each group, a column for each metric, and the whole as the last row."""
    ranked = found.by in PARETO
    ids = [line.id for line in found.total.lines]
    heads = (t(f"kpi.by.{found.by}"), *(t(f"kpi.name.{metric}") for metric in ids))
    csv_heads = (found.by, *ids)
    rows = [(group_name(found.by, group), *(figure(line.tally.value, line.unit) for line in group.lines))
            for group in found.groups]  # fmt: skip
    if ranked:
        heads += (t("kpi.column.share"), t("kpi.column.cumulated"))
        csv_heads += ("share", "cumulated")
        rows = [
            (*cells, figure(group.share, "rate"), figure(group.cumulated, "rate"))
            for cells, group in zip(rows, found.groups, strict=True)
        ]
    align = "l" + "r" * (len(heads) - 1)
    if form == "csv":
        return _written(rows, csv_heads, align, form)
    whole = (t("kpi.total"), *(figure(line.tally.value, line.unit) for line in found.total.lines))
    rows.append((*whole, *([""] * (len(heads) - len(whole)))))
    width = width if form == "table" else None
    apart = [list(range(len(heads)))] if width is None else _apart(ids, rows, heads, width)
    written = []
    for places in apart:
        told = [_only(places, row) for row in rows]
        named = _narrow(_only(places, csv_heads), told, _only(places, heads), width)
        written.append(_written(told, named, "".join(_only(places, align)), form, width))
    return "\n\n".join((_heading(period_text(found.total.period), form), *written))


def _narrow(
    keys: Sequence[str], rows: Sequence[Sequence[str]], heads: Sequence[str], width: int | None
) -> Sequence[str]:
    """Return the heads of columns, in short words where the full ones leave no room: cut, several would be alike."""
    from cscli.render import table

    if width is None or table.fits([*rows, heads], width):
        return heads
    return [t(f"kpi.short.{key}") if known(f"kpi.short.{key}") else head
            for key, head in zip(keys, heads, strict=True)]  # fmt: skip


def _apart(ids: Sequence[str], rows: Sequence[Sequence[str]], heads: Sequence[str], width: int) -> list[list[int]]:
    """Return which columns stand in one table: all; where there is no room, first of bookings, then of complaints."""
    from cscli.render import table

    of_complaints = [metric.id for metric in complaint_metrics.METRICS]
    sides = [[place for place, known in enumerate(ids, start=1) if (known in of_complaints) is side]
             for side in (False, True)]  # fmt: skip
    if not all(sides) or table.fits([*rows, heads], width):
        return [list(range(len(heads)))]
    return [[0, *side] for side in sides]


def _only(places: Sequence[int], cells: Sequence[str]) -> list[str]:
    return [cells[place] for place in places]


def group_name(by: str, group: Group) -> str:
    """Return what a group is called: the rulebook's name, our word for a closed set, else as it is written."""
    return value_name(by, group.key, group.name)


def value_name(by: str, key: str, named: str | None) -> str:
    """Return what a value of a dimension is called; `named` is its name in the rulebook."""
    if not key:
        return t("kpi.nobody")
    if named:
        return visible(named)
    if by in ("channel", "severity"):
        return label(by, key)
    return t(f"kpi.{by}.{key}") if known(f"kpi.{by}.{key}") else visible(key)


def explanation_page(found: Explanation, form: str = "table", width: int | None = None) -> str:
    """Return a metric's figure and every record behind it with what it counts."""
    line = found.line
    unit = line.unit if line.unit in ("money", "minutes", "hours") else "count"
    divided = line.tally.denominator is not None and line.tally.numerator is not None
    heads: tuple[str, ...] = ("record", "at", "numerator", *(("denominator",) if divided else ()))
    rows = [
        (
            record.id,
            f"{record.at:%Y-%m-%d %H:%M}",
            figure(record.numerator, unit),
            *((str(record.denominator),) if divided else ()),
        )
        for record in found.records
    ]
    align = "llrr"
    if form == "csv":
        return _written(rows, heads, align, form)
    said = t(
        "kpi.explained",
        name=name(line),
        id=line.id,
        value=figure(line.tally.value, line.unit),
        parts=parts(line) or figure(line.tally.value, line.unit),
    )
    counted = _written(rows, _heads(heads), align, form, width) if rows else t("kpi.no_records")
    rule = t(f"kpi.rule.{line.id}")
    return f"{_heading(period_text(found.period), form)}\n\n{said}\n{rule}\n\n{counted}"


def period_text(period: Between) -> str:
    """Return a period as its days, both included; a single one once."""
    first, last = _days(period)
    return first if first == last else f"{first} - {last}"


def _days(period: Between) -> tuple[str, str]:
    from datetime import UTC, timedelta

    last = (period.end.astimezone(UTC) - timedelta(seconds=1)).astimezone(period.end.tzinfo)
    return f"{period.start:%Y-%m-%d}", f"{last:%Y-%m-%d}"


def _heads(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(t(f"kpi.column.{column}") for column in columns)


def _heading(text: str, form: str) -> str:
    return f"## {t('kpi.title', period=text)}" if form == "md" else t("kpi.title", period=text)


def _written(
    rows: Sequence[Sequence[str]], heads: Sequence[str], align: str, form: str, width: int | None = None
) -> str:
    from cscli.render import table

    if form == "csv":
        return table.csv_text(rows, heads)
    if form == "md":
        return table.markdown(rows, heads, align)
    return table.table(rows, heads, align=align, max_width=width)


# --- data ---------------------------------------------------------------------------------------------------------


def number(value: Exact | None) -> int | float | None:
    """Return a figure for programs: a whole number where it is one."""
    if value is None:
        return None
    above, below = value
    return above // below if above % below == 0 else above / below


def line_data(line: KpiLine) -> dict[str, Any]:
    """Return a metric for programs; a rate as a fraction (0.8), whole even when it is 1.0."""
    value = number(line.tally.value)
    goal = number(line.target)
    if line.unit not in ("count", "money"):
        value = float(value) if value is not None else None
        goal = float(goal) if goal is not None else None
    return {
        "id": line.id,
        "value": value,
        "numerator": number(line.tally.numerator),
        "denominator": number(line.tally.denominator),
        "unit": line.unit,
        "target": goal,
        "met": line.met,
    }


def kpi_data(table: KpiTable) -> dict[str, Any]:
    """Return the metrics for programs, in the order of the catalogue; the end of the period is outside."""
    return {
        "from": table.period.start.isoformat(),
        "to": table.period.end.isoformat(),
        "metrics": [line_data(line) for line in table.lines],
    }


def breakdown_data(found: Breakdown) -> dict[str, Any]:
    """Return a breakdown for programs: the whole as `kpi_data`, then the groups."""
    return {
        **kpi_data(found.total),
        "by": found.by,
        "groups": [
            {
                "key": group.key or None,
                "name": group.name,
                **({"share": number(group.share), "cumulated": number(group.cumulated)} if found.by in PARETO else {}),
                "metrics": [line_data(line) for line in group.lines],
            }
            for group in found.groups
        ],
    }


def explanation_data(found: Explanation) -> dict[str, Any]:
    """Return what stands behind a metric for programs."""
    return {
        "from": found.period.start.isoformat(),
        "to": found.period.end.isoformat(),
        "metrics": [line_data(found.line)],
        "numerator": list(found.above),
        "denominator": list(found.below),
        "records": [
            {
                "id": record.id,
                "at": record.at.isoformat(),
                "numerator": number(record.numerator),
                "denominator": record.denominator,
            }
            for record in found.records
        ],
    }
