"""What stands in one cell of a table from elsewhere, read as a value of the desk.

Every reader takes the cell's text, never blank, and what the desk knows; it raises `BadValue` or a `CscliError`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.values import (
    BadValue,
    clean_text,
    fixed,
    read_money,
    read_phone,
    read_positive_money,
    read_slug,
    read_whole,
)
from cscli.errors import DataProblem, NotFound

YES = ("yes", "true", "1", "y", "是")
NO = ("no", "false", "0", "n", "否")
LONGEST_TEXT = 20_000  # characters: no row can grow into a file too large for a record
DIGITS = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$", re.ASCII)
NOON = 12


class Frame:
    """What rows are read against: the rules, the desk's zone, who imports and when, whether all is history."""

    def __init__(self, rulebook: Rulebook, by: str, now: datetime, *, history: bool = False) -> None:
        self.rulebook = rulebook
        self.zone = rulebook.zone
        self.by = clean_text(by)
        self.now = fixed(now)
        self.history = history
        self.moment: Callable[[str], datetime] = lru_cache(maxsize=8192)(lambda text: read_when(text, self.zone))
        self.local_day: Callable[[datetime], date] = lru_cache(maxsize=8192)(lambda at: at.astimezone(self.zone).date())
        self.services: Mapping[str, Service] = _by_name(rulebook.service)
        self.resources: Mapping[str, str] = {name: entry.id for name, entry in _by_name(rulebook.resource).items()}


Reader = Callable[[str, Frame], Any]


class Rejected(DataProblem):
    """A row that cannot be taken; `column` is the cell to look at, None where it is the row as a whole."""

    def __init__(self, key: str, /, column: str | None = None, **facts: object) -> None:
        super().__init__(key, **facts)
        self.column = column


def _by_name(entries: Sequence[Any]) -> dict[str, Any]:
    """Return the entries of a list of the rulebook by id and by name; an id wins over another's name."""
    return {**{entry.name: entry for entry in entries}, **{entry.id: entry for entry in entries}}


def read_when(text: str, zone: ZoneInfo) -> datetime:
    """Read a moment: ISO, or 2026/11/22 9:30; without offset in the desk's zone, a bare day means its noon."""
    try:
        at = datetime.fromisoformat(text)
        if len(text) <= 10 and ":" not in text:
            at = at.replace(hour=NOON)
    except ValueError:
        found = DIGITS.match(text)
        if not found:
            raise BadValue("import.moment", value=text) from None
        year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups())
        try:
            at = datetime(year or 0, month or 0, day or 0, NOON if hour is None else hour, minute or 0, second or 0)  # noqa: DTZ001 - its zone follows
        except ValueError:
            raise BadValue("import.moment", value=text) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    offset = at.utcoffset()
    if offset is None or offset.seconds % 60:
        raise BadValue("import.moment", value=text)
    return fixed(at.replace(microsecond=0))


def text(cell: str, frame: Frame) -> str:
    """Read words."""
    del frame
    if len(cell) > LONGEST_TEXT:
        raise BadValue("import.long", number=len(cell), most=LONGEST_TEXT)
    return clean_text(cell)


def name(cell: str, frame: Frame) -> str:
    """Read a person's name: spaces within are single ones."""
    return " ".join(text(cell, frame).split())


def moment(cell: str, frame: Frame) -> datetime:
    """Read a moment."""
    return frame.moment(cell)


def phone(cell: str, frame: Frame) -> str:
    """Read a phone number."""
    del frame
    return read_phone(cell)


def price(cell: str, frame: Frame) -> Decimal:
    """Read an amount that is not below zero."""
    del frame
    return read_positive_money(cell)


def amount(cell: str, frame: Frame) -> Decimal:
    """Read an amount; below zero it is a refund."""
    del frame
    return read_money(cell)


def whole(low: int, high: int) -> Reader:
    """Return a reader of whole numbers from `low` to `high`; a spreadsheet's `3.0` is one too."""
    check = read_whole(low, high)

    def read(cell: str, frame: Frame) -> int:
        del frame
        digits = cell.removesuffix(".0")
        if not re.fullmatch(r"-?\d{1,9}", digits, re.ASCII):
            raise BadValue("value.whole", value=cell, low=low, high=high)
        return check(int(digits))

    return read


def truth(cell: str, frame: Frame) -> bool:
    """Read yes or no."""
    del frame
    word = cell.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue("import.truth", value=cell)


def choice(*known: str) -> Reader:
    """Return a reader of one of some words; case and `-` for `_` do not matter."""

    def read(cell: str, frame: Frame) -> str:
        del frame
        word = cell.lower().replace("-", "_").replace(" ", "_")
        if word not in known:
            raise BadValue("import.choice", value=cell, known=known)
        return word

    return read


def service(cell: str, frame: Frame) -> Service:
    """Read a service of the rulebook by id or name."""
    return frame.services.get(cell) or frame.rulebook.service_named(cell)


def resources(cell: str, frame: Frame) -> tuple[str, ...]:
    """Read resources of the rulebook by id or name, parted by commas, semicolons, plus signs or spaces."""
    if cell in frame.resources:
        return (frame.resources[cell],)
    words = re.split(r"\s*[,;+|、]\s*", cell)
    if len(words) == 1:
        words = cell.split()
    found = tuple(frame.resources.get(word) or frame.rulebook.resource_named(word).id for word in words if word)
    return tuple(dict.fromkeys(found))


def category(cell: str, frame: Frame) -> str:
    """Read a complaint's category by id or name."""
    return _listed(cell, frame.rulebook.complaint.category, "rulebook.no_category")


def standard(cell: str, frame: Frame) -> str:
    """Read a service standard by id or name."""
    return _listed(cell, frame.rulebook.complaint.standard, "rulebook.no_standard")


def cause(cell: str, frame: Frame) -> str:
    """Read a complaint's cause by id or name."""
    return _listed(cell, frame.rulebook.complaint.cause, "rulebook.no_cause")


def severity(cell: str, frame: Frame) -> str:
    """Read a severity by id or name."""
    return frame.rulebook.severity(cell).id


def against(cell: str, frame: Frame) -> tuple[str, ...]:
    """Read what a complaint is against, parted by semicolons or spaces."""
    from cscli.domain.case import read_against

    del frame
    return tuple(dict.fromkeys(read_against(word) for word in re.split(r"[;,\s]+", cell) if word))


def ignored(cell: str, frame: Frame) -> None:
    """Read nothing: a column of a reject file that says what was wrong with the row."""
    del cell, frame


def _listed(cell: str, entries: Sequence[Any], key: str) -> str:
    """Return the id of an entry with this id or name; where the rulebook lists none, any id will do."""
    for entry in entries:
        if cell in (entry.id, entry.name):
            return str(entry.id)
    if entries:
        raise NotFound(key, value=cell, known=tuple(entry.id for entry in entries))
    return read_slug(cell)


def read_row(row: Mapping[str, str], readers: Mapping[str, Reader], frame: Frame) -> dict[str, Any]:
    """Return the values of a row's cells; raises `Rejected` naming the column."""
    values = {}
    for column, cell in row.items():
        try:
            values[column] = readers[column](cell, frame)
        except (BadValue, NotFound) as problem:
            raise Rejected(problem.key, column, **problem.facts) from None
    return values
