"""Records as text: canonical TOML out, proven values in, and findings that name the line.

`dump(load(text)) == text` for every file the tool wrote. Lists of tables are always written as `[[...]]` blocks, one
form for short and long ones alike, so that one more event shows in a diff as added lines only.
"""

import re
import tomllib
from typing import Any, TypeVar

from cscli.domain.findings import Finding
from cscli.domain.values import BadValue
from cscli.store import shape
from cscli.store.places import line_of, said

T = TypeVar("T")

CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
DATE = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d[^ ,\]}#]*)?")
LARGEST = 1_000_000
BOM = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """A text that is not what its place asks for; `findings` say where and why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.findings = findings


def dump(record: Any) -> str:
    """Return a record as canonical TOML."""
    return dump_plain(shape.plain(record))


def dump_plain(data: dict[str, Any]) -> str:
    """Return TOML data as canonical text: plain values first, then tables, then lists of tables."""
    import tomli_w

    lists = {key: value for key, value in data.items() if _is_tables(value)}
    text = tomli_w.dumps({key: value for key, value in data.items() if key not in lists})
    parts = [text] if text else []
    for key, tables in lists.items():
        for table in tables:
            _, _, body = tomli_w.dumps({key: table}).partition("\n")
            parts.append(f"[[{key}]]\n{body}")
    return "\n".join(parts)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def parse(raw: bytes, path: str) -> dict[str, Any]:
    """Return the TOML data of a file's bytes; raises `Unreadable`."""
    try:
        if len(raw) > LARGEST:
            raise Unreadable((Finding(path, None, "file.too_large", {"bytes": len(raw)}),))
        if raw.startswith(BOM):
            raise Unreadable((Finding(path, 1, "file.bom", {}),))
        text = raw.decode("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise Unreadable((Finding(path, line, "file.not_utf8", {}),)) from None
    except tomllib.TOMLDecodeError as problem:
        marker = CONFLICT.search(text)
        if marker:
            line = text.count("\n", 0, marker.start()) + 1
            raise Unreadable((Finding(path, line, "file.conflict", {}),)) from None
        at_line = re.search(r"at line (\d+), column (\d+)", str(problem))
        line_number = int(at_line[1]) if at_line else text.count("\n") + 1
        dated = at_line and "Invalid date" in str(problem)
        day = DATE.search(text.split("\n")[line_number - 1], int(at_line[2]) - 1) if at_line and dated else None
        if day:  # a 29 February that is none
            raise Unreadable((Finding(path, line_number, "file.no_such_day", {"value": day[0]}),)) from None
        raise Unreadable((Finding(path, line_number, "file.not_toml", {}),)) from None
    except RecursionError:
        raise Unreadable((Finding(path, None, "file.not_toml", {}),)) from None
    return data


def prove(kind: type[T], data: dict[str, Any], path: str, text: str = "") -> T:
    """Return the value that `data` stands for; raises `Unreadable` with a finding for each key that does not fit."""
    from pydantic_core import ValidationError

    try:
        return shape.proof(kind).validate_python(data)  # type: ignore[no-any-return]  # the kind says what comes out
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        raise Unreadable(tuple(_finding(error, path, text, data) for error in errors)) from None


def load(kind: type[T], raw: bytes, path: str) -> T:
    """Return the proven value of a file's bytes; raises `Unreadable`."""
    return prove(kind, parse(raw, path), path, raw.decode("utf-8", "replace"))


def _finding(error: Any, path: str, text: str, data: dict[str, Any]) -> Finding:
    place = tuple(part for part in error["loc"])
    cause = error.get("ctx", {}).get("error")
    facts: dict[str, object] = {"key": said(place, data)}
    if isinstance(cause, BadValue):
        return Finding(path, line_of(text, place), cause.key, {**cause.facts, **facts})
    key = {
        "missing": "key.missing",
        "unexpected_keyword_argument": "key.unknown",
        "literal_error": "key.choice",
    }.get(error["type"], "key.type")
    if key == "key.choice":
        facts["known"] = error["ctx"]["expected"].replace("'", "")
    elif key == "key.type":
        facts["wanted"] = error["type"].removesuffix("_type")
    if key not in ("key.missing", "key.unknown"):
        facts["value"] = error.get("input")
    return Finding(path, line_of(text, place), key, facts)
