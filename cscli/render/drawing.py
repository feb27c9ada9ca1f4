"""Bars and columns as SVG, for a page that a browser shows: our own few shapes, nothing from elsewhere.

Colours are the page's: shapes carry a class, the style of the page says how each looks by day, by night, on paper.
"""

from collections.abc import Sequence
from html import escape

from cscli.render.chart import Column
from cscli.render.width import fit, visible

WIDE, HIGH, TOP, FOOT, SIDE = 720, 240, 24, 34, 8  # of a chart, in its own units
NARROW = 9  # signs of a label that a column holds


def bar_svg(part: int, whole: int) -> str:
    """Return a bar as long as its share of the whole width."""
    length = _number(100 * part / whole) if part > 0 and whole > 0 else "0"
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="column" width="{length}" height="10"/></svg>'
    )


def columns_svg(title: str, columns: Sequence[Column], full: int | None = None) -> str:
    """Return columns beside one another, and the line over them; empty where there is nothing to draw.

    A column of `full` reaches the top, else the highest one does; in a Pareto that is the sum of all, so that the line
    of the shares begins at the top of the first column.
    """
    highest = full or max((column.height for column in columns), default=0)
    if highest <= 0:
        return ""
    each = (WIDE - 2 * SIDE) / len(columns)
    floor = HIGH - FOOT
    parts = [f"<title>{_text(title)}</title>",
             f'<path class="axis" d="M{SIDE} {floor}H{WIDE - SIDE}"/>']  # fmt: skip
    points: list[tuple[float, float, str]] = []
    for place, column in enumerate(columns):
        left, middle = SIDE + place * each, SIDE + (place + 0.5) * each
        height = (floor - TOP) * column.height / highest
        parts.append(
            f'<rect class="column" x="{_number(left + each * 0.18)}" y="{_number(floor - height)}" '
            f'width="{_number(each * 0.64)}" height="{_number(height)}"/>'
        )
        parts.append(_label(middle, floor + 14, _cut(column.label, len(columns))))
        parts.append(_label(middle, floor + 27, str(column.height), "number"))
        if column.line is not None:
            above, below = column.line
            points.append((middle, floor - (floor - TOP) * above / below, column.said))
    if points:
        way = " ".join(f"{_number(x)},{_number(y)}" for x, y, _ in points)
        parts.append(f'<polyline class="line" points="{way}"/>')
        for x, y, said in points:
            parts.append(f'<circle class="point" cx="{_number(x)}" cy="{_number(y)}" r="3"/>')
            parts.append(_label(x, y - 7, said, "said"))
    return f'<svg class="chart" viewBox="0 0 {WIDE} {HIGH}" role="img">{"".join(parts)}</svg>'


def _label(x: float, y: float, text: str, kind: str = "label") -> str:
    return f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}">{_text(text)}</text>' if text else ""


def _cut(label: str, columns: int) -> str:
    """Return as much of a label as stands under a column without running into the next."""
    return fit(visible(label), max(NARROW, 96 // columns))


def _text(text: str) -> str:
    return escape(visible(text))


def _number(value: float) -> str:
    """Return a number as short as it can be written, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
