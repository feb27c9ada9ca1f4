"""What is wrong with a text that is not what its place asks for; loaded only where something is."""

import re
from typing import Any, get_args, get_origin

from cscli.domain.findings import Finding
from cscli.domain.near import nearest
from cscli.domain.value import types_of
from cscli.domain.values import BadValue
from cscli.store.places import line_of, said
from cscli.store.shape import is_value, key_of, peel

CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
DATE = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d[^ ,\]}#]*)?")


def of_bytes(raw: bytes, problem: UnicodeDecodeError, path: str) -> Finding:
    """Return the finding on bytes that are not UTF-8."""
    return Finding(path, raw.count(b"\n", 0, problem.start) + 1, "file.not_utf8", {})


def of_text(text: str, problem: ValueError, path: str) -> Finding:
    """Return the finding on a text that is not TOML: two versions of a file, a day that is none, or no TOML at all."""
    marker = CONFLICT.search(text)
    if marker:
        return Finding(path, text.count("\n", 0, marker.start()) + 1, "file.conflict", {})
    at_line = re.search(r"at line (\d+), column (\d+)", str(problem))
    line = int(at_line[1]) if at_line else text.count("\n") + 1
    dated = at_line and "Invalid date" in str(problem)
    day = DATE.search(text.split("\n")[line - 1], int(at_line[2]) - 1) if at_line and dated else None
    if day:  # a 29 February that is none
        return Finding(path, line, "file.no_such_day", {"value": day[0]})
    return Finding(path, line, "file.not_toml", {"path": path})


def of_value(error: Any, path: str, text: str, data: dict[str, Any], kind: Any = None) -> Finding:
    """Return the finding on a key that does not fit, from one of pydantic's errors."""
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
    near = _near(kind, place) if key == "key.unknown" else None
    if near:
        return Finding(path, line_of(text, place), "key.unknown_near", {**facts, "near": near})
    if key == "key.choice":
        expected = error["ctx"]["expected"]  # a sentence in English: 'a', 'b' or 'c'
        facts["known"] = tuple(re.findall(r"'([^']*)'", expected)) or expected
    elif key == "key.type":
        key, wanted = _mistyped(error["type"].removesuffix("_type"), error.get("input"))
        facts["wanted"] = wanted
    if key not in ("key.missing", "key.unknown"):
        facts["value"] = error.get("input")
    return Finding(path, line_of(text, place), key, facts)


TYPES = ("string", "int", "bool", "tuple")  # of TOML, as pydantic calls them; all else is a table


def _mistyped(wanted: str, value: object) -> tuple[str, str]:
    """Return the sentence on a value of another type, and what is to be written: quotes may be all that is wrong."""
    if wanted == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return "key.quotes", f'"{value}"'
    if wanted == "int" and isinstance(value, str) and value.isdecimal():
        return "key.no_quotes", value
    return "key.type", wanted if wanted in TYPES else "table"


def _near(kind: Any, place: tuple[Any, ...]) -> str | None:
    """Return the key that may have been meant by one that a table of `kind` does not know, None where none is near."""
    here = kind
    for part in place[:-1]:
        bare = peel(here)[0]
        origin = get_origin(bare)
        if is_value(bare):
            here = _keys(bare).get(part)
        else:
            here = get_args(bare)[0 if origin is tuple else -1] if get_args(bare) else None
    bare = peel(here)[0]
    return nearest(str(place[-1]), _keys(bare)) if place and is_value(bare) else None


def _keys(kind: Any) -> dict[str, Any]:
    return {key_of(name): annotation for name, annotation in types_of(kind).items()}
