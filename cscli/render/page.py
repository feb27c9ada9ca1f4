"""What a report is written on: the same parts as plain text, as Markdown, or as a page for the browser."""

from collections.abc import Iterable, Sequence

from cscli.analytics.metrics import Exact
from cscli.i18n import t
from cscli.render.chart import Column, bar

Rows = Sequence[Sequence[str]]
PAPER = 80  # columns of a line where no terminal says how many there are


class Page:
    """Puts a page together part by part; this one is of text or Markdown."""

    def __init__(self, form: str, width: int | None) -> None:
        self.form = form
        self.width = width
        self.blocks: list[str] = []

    def title(self, text: str) -> None:
        """Begin the page."""
        self.blocks.append(f"# {text}" if self.form == "md" else self._packed(text.split(t("report.comma"))))

    def head(self, text: str) -> None:
        """Begin a part."""
        self.blocks.append(f"## {text}" if self.form == "md" else f"[{text}]")

    def line(self, text: str) -> None:
        """Add a line; on a page of text it follows its head without a gap."""
        from cscli.render.width import fold

        self._add(text if self.form == "md" else fold(text, self.width or PAPER))

    def listed(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add names with their values, one after the other."""
        entries = [f"{name} {value}" for name, value in pairs]
        self._add(t("report.comma").join(entries) if self.form == "md" else self._packed(entries))

    def table(self, rows: Rows, prefix: str, columns: Sequence[str], align: str = "") -> None:
        """Add a table whose heads are the words of `prefix`."""
        self.rows(rows, [t(f"{prefix}{column}") for column in columns], align)

    def rows(self, rows: Rows, heads: Sequence[str], align: str = "") -> None:
        """Add a table."""
        from cscli.render import table

        if self.form == "md":
            self.blocks.append(table.markdown(rows, heads, align))
        else:
            self._add(table.table(rows, heads, align=align, max_width=self.width))

    def barred(self, rows: Rows, heads: Sequence[str], align: str, bars: Sequence[Exact]) -> None:
        """Add a table with a bar at the end of each row; where there is no room for bars, without them."""
        from cscli.render import table

        drawn = [(*row, bar(*share)) for row, share in zip(rows, bars, strict=True)]
        if self.width is not None and not table.fits([*drawn, (*heads, "")], self.width):
            self.rows(rows, heads, align)
        else:
            self.rows(drawn, (*heads, ""), align)

    def chart(self, title: str, columns: Sequence[Column], full: int | None = None) -> None:
        """Add a chart; on paper of text the bars of the table say the same."""

    def text(self) -> str:
        """Return the whole page."""
        return "\n\n".join(self.blocks)

    def _packed(self, entries: Sequence[str]) -> str:
        from cscli.render.width import packed

        *told, last = (entry.rstrip() for entry in entries)
        return packed([*(f"{entry}{t('report.comma').rstrip()}" for entry in told), last], self.width or PAPER)

    def _add(self, text: str) -> None:
        if self.form != "md" and self.blocks and self.blocks[-1].startswith("["):
            self.blocks[-1] = f"{self.blocks[-1]}\n{text}"
        else:
            self.blocks.append(text)
