"""A report as one page for the browser: everything in it, nothing from elsewhere, no script; it prints on A4.

Whatever comes from records is shown as `visible` and escaped: in this room, and nowhere else.
"""

from collections.abc import Iterable, Sequence
from html import escape

from cscli.analytics.metrics import Exact
from cscli.i18n import language
from cscli.render.chart import Column
from cscli.render.drawing import bar_svg, columns_svg
from cscli.render.page import Page, Rows
from cscli.render.width import visible

STYLE = """
:root { color-scheme: light dark; --ink: #1c1f23; --soft: #5b6470; --paper: #fff; --rule: #d5dae0; --bar: #3f78b8;
  --line: #b3541e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa4b0; --paper: #16181b; --rule: #3a4048;
  --bar: #6ea3df; --line: #e8935c; } }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; }
p { margin: .3rem 0; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .5rem; margin: .5rem 0; }
dl div { border: 1px solid var(--rule); border-radius: .4rem; padding: .4rem .6rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--rule); text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; overflow-wrap: normal; }
.r { text-align: right; } td:has(> .bar) { width: 22%; }
.bar { display: block; width: 100%; height: .7rem; margin-top: .4rem; }
.chart { display: block; width: 100%; height: auto; margin: .5rem 0; }
.column { fill: var(--bar); } .axis { stroke: var(--soft); } .point { fill: var(--line); }
.line { fill: none; stroke: var(--line); stroke-width: 2; }
.chart text { fill: var(--soft); font-size: 11px; text-anchor: middle; } .chart .number { fill: var(--ink); }
.chart .said { fill: var(--line); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
@page { size: A4; margin: 16mm; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --rule: #bbb; --bar: #3f78b8;
  --line: #b3541e; } body { margin: 0; max-width: none; font-size: 10pt; }
  h2 { break-after: avoid; } tr, svg, dl div { break-inside: avoid; } thead { display: table-header-group; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
TONGUES = {"zh": "zh-CN", "en": "en"}


class HtmlPage(Page):
    """A page for the browser."""

    def __init__(self) -> None:
        super().__init__("html", None)
        self.name = ""

    def title(self, text: str) -> None:
        """Begin the page, and name it."""
        self.name = safe(text)
        self.blocks.append(f"<h1>{self.name}</h1>")

    def head(self, text: str) -> None:
        """Begin a part."""
        self.blocks.append(f"<h2>{safe(text)}</h2>")

    def line(self, text: str) -> None:
        """Add a line."""
        self.blocks.append(f"<p>{safe(text)}</p>")

    def listed(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add names with their values, each in a box."""
        boxes = "".join(f"<div><dt>{safe(name)}</dt><dd>{safe(value)}</dd></div>" for name, value in pairs)
        self.blocks.append(f"<dl>{boxes}</dl>")

    def rows(self, rows: Rows, heads: Sequence[str], align: str = "") -> None:
        """Add a table."""
        self._table([[safe(cell) for cell in row] for row in rows], heads, align)

    def barred(self, rows: Rows, heads: Sequence[str], align: str, bars: Sequence[Exact]) -> None:
        """Add a table with a bar at the end of each row."""
        cells = [[*map(safe, row), bar_svg(*share)] for row, share in zip(rows, bars, strict=True)]
        self._table(cells, (*heads, ""), align)

    def chart(self, title: str, columns: Sequence[Column], full: int | None = None) -> None:
        """Add a chart."""
        drawn = columns_svg(title, columns, full)
        if drawn:
            self.blocks.append(drawn)

    def text(self) -> str:
        """Return the whole page."""
        parts = "\n".join(self.blocks)
        return (
            f'<!doctype html>\n<html lang="{TONGUES[language()]}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{self.name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{parts}\n</body>\n</html>"
        )

    def _table(self, cells: Sequence[Sequence[str]], heads: Sequence[str], align: str) -> None:
        """Add a table of cells that are HTML already."""
        sides = [' class="r"' if align[place : place + 1] == "r" else "" for place in range(len(heads))]
        top = "".join(f"<th{side}>{safe(head)}</th>" for side, head in zip(sides, heads, strict=True))
        lines = "\n".join(
            f"<tr>{''.join(f'<td{side}>{cell}</td>' for side, cell in zip(sides, row, strict=True))}</tr>"
            for row in cells
        )
        self.blocks.append(f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>")


def safe(text: str) -> str:
    """Return text as the browser shows it and does not obey it."""
    return escape(visible(text))
