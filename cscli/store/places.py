"""Where a key stands: in a file's text, for a person with an editor, and in words, for one with a command."""

import re
from collections.abc import Iterator
from typing import Any

Place = tuple[object, ...]  # names of keys, numbers in lists counted from 0
HEADER = re.compile(r"^\s*(\[{1,2})\s*([^\]]+?)\s*\]")
NAME = re.compile(r"\s*\"[^\"]*\"|\s*'[^']*'|[^.]+")
KEY = re.compile(r"^\s*([\w.\"' -]+?)\s*=")


def said(place: Place, data: Any) -> str:
    """Return a place as it is named to people: `service.badminton.price[2]`, entries with an id by that."""
    words = ""
    for part in place:
        entry: Any = None
        if isinstance(data, dict):
            entry = data.get(part)
        elif isinstance(data, list | tuple) and isinstance(part, int) and part < len(data):
            entry = data[part]
        if isinstance(part, int):
            name = entry.get("id") if isinstance(entry, dict) else None
            words += f".{_quoted(name)}" if isinstance(name, str) else f"[{part + 1}]"
        elif part != "[key]":  # pydantic's mark for a key that does not fit
            words += f".{_quoted(str(part))}"
        data = entry
    return words.removeprefix(".")


def _quoted(name: str) -> str:
    return f'"{name}"' if "." in name else name


def line_of(text: str, place: Place) -> int | None:
    """Return the line where a key stands, as well as plain text can tell; the nearest above it where it is missing."""
    best, depth = None, 0
    for number, here in _statements(text):
        if depth < len(here) <= len(place) and place[: len(here)] == here:
            best, depth = number, len(here)
    return best


def _statements(text: str) -> Iterator[tuple[int, Place]]:
    """Yield (line, place) of headers, of keys, and of tables that begin a line of a list."""
    counts: dict[Place, int] = {}
    table: Place = ()
    last: Place = ()
    entry = -1
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = HEADER.match(line), KEY.match(line)
        if header and not line.startswith((" ", "\t")):
            table = last = _table(header[2], counts, many=header[1] == "[[")
            yield number, table
        elif key and not line.lstrip().startswith(("{", "#")):
            last, entry = (*table, *_names(key[1])), -1
            yield number, last
        elif line.lstrip().startswith("{"):
            entry += 1
            yield number, (*last, entry)


def _table(header: str, counts: dict[Place, int], *, many: bool) -> Place:
    """Return the place of a table, the numbers of the lists it stands in included."""
    place: Place = ()
    names = _names(header)
    for depth, name in enumerate(names, start=1):
        place = (*place, name)
        if many and depth == len(names):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip().strip("\"'") for name in NAME.findall(dotted))
