"""Rows as text: a table for the terminal, one for Markdown, CSV for a spreadsheet, and a card for one record."""

import re
from collections.abc import Collection, Sequence

from cscli.render.width import fit, fold, pad, visible, width

GAP = "  "
FEW = 3  # a column narrower than this says nothing, and goes
READABLE = 8  # columns below which a text column is not cut while another can give
MARKDOWN_SIGNS = r"[\\|<`*\[]|(?<!\w)_|_(?!\w)|&(?=#|\w+;)"
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
ID_HEAD = r"\b(BK|CP|CU)-\d{6}-(?=[0-9A-Z]{6}\b)"
YEAR = r"\b\d{4}-(?=\d\d-\d\d\b)"
WEEKDAY = r"(?<=\d\d-\d\d) (?:周.|Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?= \d\d:)"
PLAIN_NUMBER = r"(?a)[+-]?\d+(\.\d+)?"

Rows = Sequence[Sequence[str]]


def table(
    rows: Rows,
    headers: Sequence[str],
    *,
    align: str = "",
    max_width: int | None = None,
    whole: Collection[int] = (),
    spare: Sequence[int] = (),
    wrap: bool = False,
) -> str:
    """Return a table for the terminal, without a last line end, aligned for Chinese and emoji.

    The columns are filled here because lists are on the way of every day's commands, and tabulate takes longer to load
    than such a command may take. `align` holds a letter for each column, `r` for the right edge, anything else for the
    left. Where `max_width` is given and too small, empty columns go and ids and days are `shortened`; if that is not
    enough, `spare` columns go, one after another; then the widest text columns are cut, then all others down to one
    character, but never those that stand `whole`. With `wrap` cells go on in further lines instead of being cut. Every
    row has as many cells as there are headers, else `ValueError`.
    """
    columns = [[visible(cell) for cell in column] for column in zip(headers, *rows, strict=True)]
    rights = [_to_right(align, place) for place in range(len(columns))]
    if max_width is not None and _together(columns) > max_width:
        kept = [place for place, column in enumerate(columns) if any(column[1:])]
        columns = [[shortened(cell) for cell in columns[place]] for place in kept]
        if _together(columns) > max_width:
            columns = [[re.sub(WEEKDAY, "", cell) for cell in column] for column in columns]
        for place in spare:
            if place in kept and _together(columns) > max_width:
                del columns[kept.index(place)]
                kept.remove(place)
        while whole and not _stands(columns, kept, whole, max_width):
            giving = [number for number, place in enumerate(kept) if place not in whole]
            widest = max(giving, key=lambda number: max(map(width, columns[number])))
            del columns[widest], kept[widest]
        rights = [rights[place] for place in kept]
        room = max_width - len(GAP) * (len(kept) - 1)
        fixed = [place in whole for place in kept]
        limits = _limits([max(map(width, column)) for column in columns], rights, fixed, room)
        if wrap:
            return _wrapped(columns, limits, rights)
        columns = [[fit(cell, limit) for cell in column] for column, limit in zip(columns, limits, strict=True)]
    widths = [max(map(width, column)) for column in columns]
    lines = [
        GAP.join(pad(cell, widths[place], rights[place]) for place, cell in enumerate(cells)).rstrip()
        for cells in zip(*columns, strict=True)
    ]
    lines.insert(1, GAP.join("-" * columns for columns in widths))
    return "\n".join(lines)


def _stands(columns: Sequence[Sequence[str]], kept: Sequence[int], whole: Collection[int], max_width: int) -> bool:
    """Return whether the columns that are not cut leave room for a few signs of each of the others."""
    widths = [max(map(width, column)) for column in columns]
    needed = [own if place in whole else min(own, FEW) for own, place in zip(widths, kept, strict=True)]
    return sum(needed) + len(GAP) * (len(kept) - 1) <= max_width or all(place in whole for place in kept)


def _wrapped(columns: Sequence[Sequence[str]], limits: Sequence[int], rights: Sequence[bool]) -> str:
    """Return a table whose cells go on in further lines, the line under its headers included."""
    lines: list[str] = []
    for number, cells in enumerate(zip(*columns, strict=True)):
        folded = [fold(cell, limit).split("\n") for cell, limit in zip(cells, limits, strict=True)]
        for line in range(max(map(len, folded))):
            parts = [cell[line] if line < len(cell) else "" for cell in folded]
            told = (pad(part, limits[place], rights[place]) for place, part in enumerate(parts))
            lines.append(GAP.join(told).rstrip())
        if number == 0:
            lines.append(GAP.join("-" * limit for limit in limits))
    return "\n".join(lines)


def shortened(text: str) -> str:
    """Return text as a narrow screen shows it: of an id the part that is its own, of a day no year."""
    return re.sub(YEAR, "", re.sub(ID_HEAD, "", text))


def fits(rows: Rows, max_width: int) -> bool:
    """Return whether rows can stand within a width, shortened but not cut."""
    columns = [[shortened(cell) for cell in column] for column in zip(*rows, strict=True)]
    return not rows or _together(columns) <= max_width


def blocks(
    rows: Rows, headers: Sequence[str], max_width: int, *, first: Collection[int], last: int | None = None
) -> str:
    """Return rows as a narrow screen shows them where nothing may be cut: a few lines each, empty cells left out.

    The `first` columns stand in the line above, the others below with their headers, the `last` one, a command, alone.
    """
    told = []
    for row in rows:
        cells = [shortened(visible(cell)) for cell in row]
        told += fold(GAP.join(cells[place] for place in first if cells[place]), max_width).split("\n")
        below: list[str] = []
        for place, cell in enumerate(cells):
            if not cell or place in first or place == last:
                continue
            named = f"{headers[place]}: {cell}"
            if below and width(GAP + below[-1] + GAP + named) <= max_width:
                below[-1] += GAP + named
            else:
                below.append(named)
        told += [GAP + line for long in below for line in fold(long, max_width - len(GAP)).split("\n")]
        if last is not None and row[last]:
            told.append(f"{GAP}$ {visible(row[last])}")
    return "\n".join(told)


def _together(columns: Sequence[Sequence[str]]) -> int:
    """Return how wide columns are beside one another."""
    return sum(max(map(width, column)) for column in columns) + len(GAP) * (len(columns) - 1)


def markdown(rows: Rows, headers: Sequence[str], align: str = "") -> str:
    """Return a GitHub pipe table, without a last line end; signs that Markdown would read are escaped."""
    from tabulate import tabulate

    return tabulate(
        [[markdown_cell(cell) for cell in row] for row in rows],
        headers=[markdown_cell(header) for header in headers],
        tablefmt="pipe",
        colalign=["right" if _to_right(align, place) else "left" for place in range(len(headers))],
        disable_numparse=True,
        preserve_whitespace=True,
    )


def csv_text(rows: Rows, headers: Sequence[str]) -> str:
    """Return CSV by RFC 4180 but with LF at the end of each line; cells are kept exactly, save for `guarded`."""
    import csv

    lines = _Lines()
    # The writer quotes a lone CR or LF only while its own line end has them; `_Lines` takes that end off again.
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in (headers, *rows):
        writer.writerow([guarded(cell) for cell in row])
    return "".join(f"{line}\n" for line in lines)


def guarded(cell: str) -> str:
    """Return `cell` with an apostrophe before what a spreadsheet would take for a formula; plain numbers are not.

    Source: OWASP, CSV Injection.
    """
    return f"'{cell}" if cell.startswith(FORMULA) and not re.fullmatch(PLAIN_NUMBER, cell) else cell


def card(pairs: Sequence[tuple[str, str]], max_width: int | None = None) -> str:
    """Return one line for each label and value, the values under one another, their further lines indented.

    What is wider than `max_width` goes on in further lines.
    """
    labels = [visible(label) for label, _ in pairs]
    edge = max(map(width, labels), default=0)
    lines = []
    for label, (_, value) in zip(labels, pairs, strict=True):
        if max_width is not None and edge + len(GAP) + READABLE < max_width:
            room = max_width - edge - len(GAP)
            value = "\n".join(line if width(line) <= room else fold(line, room) for line in value.split("\n"))
        first, *more = value.replace("\r\n", "\n").split("\n")
        lines.append(pad(label, edge) + GAP + visible(first))
        lines += [" " * edge + GAP + visible(line) for line in more]
    return "\n".join(line.rstrip() for line in lines)


class _Lines(list[str]):
    """Where the CSV writer writes: a list of lines without their ends."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n"))


def _to_right(align: str, place: int) -> bool:
    """Whether the column at `place` stands at the right edge."""
    return align[place : place + 1] == "r"


def _limits(widths: Sequence[int], rights: Sequence[bool], fixed: Sequence[bool], room: int) -> list[int]:
    """Return how wide each column may be so that together they take no more than `room`, save for `fixed` ones."""
    limits = [columns if keep else max(1, min(columns, room)) for columns, keep in zip(widths, fixed, strict=True)]
    everything = [place for place in range(len(limits)) if not fixed[place]]
    texts = [place for place in everything if not rights[place]]
    for least, giving in ((READABLE, texts), (1, everything)):
        while sum(limits) > room and giving:
            widest = max(giving, key=limits.__getitem__)
            if limits[widest] <= least:
                break
            limits[widest] -= 1
    return limits


def markdown_cell(cell: str) -> str:
    """Return `cell` as Markdown shows it: signs escaped, its lines joined by `<br>`."""
    lines = cell.replace("\r\n", "\n").split("\n")
    return "<br>".join(re.sub(MARKDOWN_SIGNS, r"\\\g<0>", visible(line)) for line in lines)
