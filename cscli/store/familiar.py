"""TOML as the desk itself writes it, read several times faster than TOML at large.

Nearly every file was written by the desk: one key a line, each value in one of few forms. A text with anything else
in it (a comment, an escape, a space too many) is left to `tomllib`, which also says what is wrong with it.
"""

from collections.abc import Iterator
from datetime import date, datetime
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
                key = key if _is_bare(key) else _quoted(key)
                if key in table:
                    return None
                table[key] = _entries(lines) if value == "[" else _value(value)
            elif line:
                table = _table(line, data)
    except (Unfamiliar, ValueError):
        return None
    return data


def _is_bare(name: str) -> bool:
    return name.isascii() and (name.isidentifier() or name.replace("-", "_").isidentifier())


def _quoted(word: str) -> str:
    text = word[1:-1]
    if word != f'"{text}"' or '"' in text or "\\" in text or not text.isprintable():
        raise Unfamiliar
    return text


def _value(word: str) -> Any:
    first = word[:1]
    if first == '"':
        return _quoted(word)
    if len(word) == 25:
        return _moment(word)
    if len(word) == 10 and word[4] == word[7] == "-":
        return date.fromisoformat(word)
    if word.isdigit() and word.isascii() and (first != "0" or word == "0"):
        return int(word)
    if word in ("true", "false"):
        return word == "true"
    raise Unfamiliar


def _moment(word: str) -> datetime:
    """Read `2026-11-20 14:00:00+08:00`, in this form only; `fromisoformat` sees to the digits."""
    dashed, colons = word[4] == word[7] == "-", word[13] == word[16] == word[22] == ":"
    if not (dashed and colons and word[10] == " " and word[19] in "+-" and word[23] in "012345"):
        raise Unfamiliar
    return datetime.fromisoformat(word)


def _entries(lines: Iterator[str]) -> list[Any]:
    """Read a list of values, one a line, up to its end."""
    found: list[Any] = []
    for line in lines:
        if line == "]":
            return found
        if line[:4] != "    " or line[-1:] != ",":
            raise Unfamiliar
        found.append(_value(line[4:-1]))
    raise Unfamiliar


def _table(header: str, data: Table) -> Table:
    """Return the new table that a header begins: `[extra]`, `[[events]]`, `[events.changes.start]`."""
    many = header[:2] == "[["
    names = (header[2:-2] if many else header[1:-1]).split(".")
    if header != (f"[[{'.'.join(names)}]]" if many else f"[{'.'.join(names)}]"):
        raise Unfamiliar
    if not all(map(_is_bare, names)):
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


def write(data: Table) -> str | None:
    """Return a text that `read` makes the same data of; None where there is none."""
    lines: list[str] = []
    _write(data, "", lines)
    text = "\n".join(lines)
    return text if read(text) == data else None


def _write(table: Table, place: str, lines: list[str]) -> None:
    below: list[tuple[str, str, Table]] = []
    for name, value in table.items():
        where = f"{place}.{name}" if place else name
        if type(value) is dict:
            below.append((where, f"[{where}]", value))
        elif type(value) is list and value and type(value[0]) is dict:
            below += [(where, f"[[{where}]]", entry) for entry in value]
        elif type(value) is list:
            lines += [f"{_key(name)} = [", *(f"    {_word(item)}," for item in value), "]"]
        else:
            lines.append(f"{_key(name)} = {_word(value)}")
    for where, header, inner in below:
        lines.append(header)
        _write(inner, where, lines)


def _key(name: str) -> str:
    return name if _is_bare(name) else f'"{name}"'


def _word(value: Any) -> str:
    if type(value) is str:
        return f'"{value}"'
    return str(value).lower() if type(value) is bool else str(value)
