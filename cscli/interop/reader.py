"""Rows of a file from elsewhere, one by one: CSV as spreadsheets write it, or JSON Lines; packed or not.

The file is read twice, so that it need not be held: once to tell its encoding and how long it is, once for its rows.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from cscli.domain.value import Value
from cscli.errors import DataProblem, NotFound, UsageProblem

FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # what a spreadsheet guard puts an apostrophe before
DELIMITERS = ",;\t"
ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_FIELD = 1_000_000
IGNORED = "-"


class Line(Value, kw_only=False):
    """One row: the number of its first line, its cells by our columns' names (blank ones left out), and as it stood.

    `problem` is the key of what is wrong with the row itself, None where its cells can be read.
    """

    number: int
    cells: Mapping[str, str]
    given: tuple[str, ...] = ()
    problem: str | None = None


class Table:
    """A file of rows; `columns` are its own names of the columns (of JSON Lines, those of ours that rows may have)."""

    def __init__(self, path: Path, known: Iterable[str], renamed: Mapping[str, str]) -> None:
        self.path = path
        self.known = tuple(known)
        self.renamed = dict(renamed)
        self.is_json = path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))
        self.encoding, self.lines = self._look_through()
        self.columns: tuple[str, ...] = self.known
        for theirs, ours in self.renamed.items():
            if ours != IGNORED and ours not in self.known:
                raise _unknown("import.map", ours, self.known, value=f"{theirs}={ours}")

    def rows(self) -> Iterator[Line]:
        """Yield the rows; raises `UsageProblem` for columns that mean nothing here."""
        return self._json_rows() if self.is_json else self._csv_rows()

    # --- the file -----------------------------------------------------------------------------------------------

    def _open(self) -> BinaryIO:
        try:
            file: Any = gzip.GzipFile(self.path) if self.path.name.endswith(".gz") else self.path.open("rb")
        except FileNotFoundError:
            raise NotFound("import.no_file", path=str(self.path)) from None
        except OSError as problem:
            raise DataProblem("import.unreadable", path=str(self.path), problem=problem.strerror) from None
        found: BinaryIO = file
        return found

    def _look_through(self) -> tuple[str, int]:
        """Return the first encoding that fits the whole file, and how many lines it has."""
        from codecs import getincrementaldecoder

        decoders = {name: getincrementaldecoder(name)() for name in ENCODINGS}
        lines = 0
        try:
            with closing(self._open()) as file:
                while True:
                    block = file.read(1 << 20)
                    lines += block.count(b"\n")
                    for name in list(decoders):
                        try:
                            decoders[name].decode(block, final=not block)
                        except UnicodeDecodeError:
                            del decoders[name]
                    if not decoders:
                        raise DataProblem("import.encoding", path=str(self.path))
                    if not block:
                        break
        except (OSError, EOFError) as problem:
            raise DataProblem("import.unreadable", path=str(self.path), problem=str(problem)) from None
        return next(iter(decoders)), lines

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._open(), encoding=self.encoding, newline="")

    # --- CSV ----------------------------------------------------------------------------------------------------

    def _csv_rows(self) -> Iterator[Line]:
        csv.field_size_limit(LONGEST_FIELD)
        with self._text() as file:
            header = file.readline()
            delimiter = max(DELIMITERS, key=header.count)
            self.columns = tuple(cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), ()))
            if not any(self.columns):
                raise DataProblem("import.empty", path=str(self.path))
            ours = self._ours(self.columns)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            width = len(ours)
            number = 2
            while True:
                try:
                    row = next(reader, None)
                except csv.Error:
                    yield Line(number, {}, (), "import.quotes")
                    number = reader.line_num + 2
                    continue
                if row is None:
                    return
                if len(row) > width and any(cell.strip() for cell in row[width:]):
                    yield Line(number, {}, tuple(row), "import.cells")
                elif row:
                    cells = {}
                    for name, cell in zip(ours, row, strict=False):
                        if cell and name is not None and (text := plain(cell)):
                            cells[name] = text
                    if cells or any(row):
                        yield Line(number, cells, tuple(row))
                number = reader.line_num + 2

    def _ours(self, theirs: tuple[str, ...]) -> tuple[str | None, ...]:
        """Return our name of each column, None for one to be ignored."""
        for name in self.renamed:
            if name not in theirs:
                raise _unknown("import.map_their", name, theirs, value=name)
        found = tuple(self._our_name(name) for name in theirs)
        named = [name for name in found if name is not None]
        for name in named:
            if named.count(name) > 1:
                raise UsageProblem("import.column_twice", column=name)
        return found

    def _our_name(self, theirs: str) -> str | None:
        ours = self.renamed.get(theirs, theirs)
        if ours == IGNORED or not ours:
            return None
        if ours in self.known:
            return ours
        if ours.lower() in self.known:
            return ours.lower()
        raise _unknown("import.column", ours, self.known, value=ours)

    # --- JSON Lines ---------------------------------------------------------------------------------------------

    def _json_rows(self) -> Iterator[Line]:
        names: dict[str, str | None] = {}
        with self._text() as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    data = json.loads(line, parse_float=str, parse_int=str)
                except (ValueError, RecursionError):
                    data = None
                if not isinstance(data, dict):
                    yield Line(number, {}, (line.strip(),), "import.not_json")
                    continue
                for theirs in data.keys() - names.keys():
                    names[theirs] = self._our_name(theirs)
                cells = {}
                bad = False
                for theirs, value in data.items():
                    ours = names[theirs]
                    text = plain(_said(value)) if ours is not None and value is not None else ""
                    bad = bad or isinstance(value, dict)
                    if ours is not None and text:
                        cells[ours] = text
                given = tuple(cells.get(name, "") for name in self.known)
                yield Line(number, cells, given, "import.nested" if bad else None)


def plain(cell: str) -> str:
    """Return a cell without the space around it and without the apostrophe of a spreadsheet guard."""
    text = cell.strip()
    if text[:1] == "'" and text[1:2] and text[1] in FORMULA:
        return text[1:].strip()
    return text


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(_said(part) for part in value)
    return str(value)


def _unknown(key: str, word: str, known: Iterable[str], **facts: object) -> UsageProblem:
    """Return the problem of a name that means nothing, with the nearest that does."""
    from difflib import get_close_matches

    names = tuple(known)
    near = get_close_matches(word.lower(), names, 1, 0.5)
    return UsageProblem(f"{key}_near" if near else key, near=near[0] if near else "", known=names, **facts)
