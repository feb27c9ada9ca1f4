"""TOML as the desk itself writes it, read several times faster than TOML at large.

Nearly every file was written by the desk: one key a line, each value in one of few forms. A text with anything else
in it (a comment, an escape, a space too many) is left to `tomllib`, which also says what is wrong with it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

Table = dict[str, Any]


class Unfamiliar(Exception):
    """Something the desk would have written otherwise."""


def read(text: str) -> Table | None:
    """Return the data of a text, exactly as `tomllib.loads` would; None where that is better asked."""
    data: Table = {}
    table = data
    lines = iter(text.split("\n"))
    try:
        for line in lines:
            key, is_value, value = line.partition(" = ")
            if is_value:
                if key in table or not (key.isidentifier() and key.isascii()):
                    return None
                table[key] = _texts(lines) if value == "[" else _value(value)
            elif line:
                table = _table(line, data)
    except (Unfamiliar, ValueError):
        return None
    return data


def _value(word: str) -> Any:
    first = word[:1]
    if first == '"':
        return _text(word)
    if len(word) == 25:
        return _moment(word)
    if word.isdigit() and word.isascii() and (first != "0" or word == "0"):
        return int(word)
    if word in ("true", "false"):
        return word == "true"
    raise Unfamiliar


def _text(word: str) -> str:
    text = word[1:-1]
    if len(word) < 2 or word[0] != '"' or word[-1] != '"' or '"' in text or "\\" in text or not text.isprintable():
        raise Unfamiliar
    return text


def _moment(word: str) -> datetime:
    """Read `2026-11-20 14:00:00+08:00`, in this form only; `fromisoformat` sees to the digits."""
    dashed, colons = word[4] == word[7] == "-", word[13] == word[16] == word[22] == ":"
    if not (dashed and colons and word[10] == " " and word[19] in "+-" and word[23] in "012345"):
        raise Unfamiliar
    return datetime.fromisoformat(word)


def _texts(lines: Iterator[str]) -> list[str]:
    """Read a list of texts, one a line, up to its end."""
    found: list[str] = []
    for line in lines:
        if line == "]":
            return found
        if line[:4] != "    " or line[-1:] != ",":
            raise Unfamiliar
        found.append(_text(line[4:-1]))
    raise Unfamiliar


def _table(header: str, data: Table) -> Table:
    """Return the new table that a header begins: `[extra]`, `[[events]]`, `[events.changes.start]`."""
    many = header[:2] == "[["
    names = (header[2:-2] if many else header[1:-1]).split(".")
    if header != (f"[[{'.'.join(names)}]]" if many else f"[{'.'.join(names)}]"):
        raise Unfamiliar
    if not all(name.isidentifier() and name.isascii() for name in names):
        raise Unfamiliar
    inside: Any = data
    for name in names[:-1]:
        inside = inside.setdefault(name, {})
        inside = inside[-1] if type(inside) is list else inside
        if type(inside) is not dict:
            raise Unfamiliar
    new: Table = {}
    name = names[-1]
    if not many:
        if name in inside:
            raise Unfamiliar
        inside[name] = new
        return new
    entries = inside.setdefault(name, [new])
    if type(entries) is not list or not entries or type(entries[0]) is not dict:
        raise Unfamiliar
    if entries[-1] is not new:
        entries.append(new)
    return new
