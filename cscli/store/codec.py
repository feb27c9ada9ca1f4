"""Records as text: canonical TOML out, proven values in, and findings that name the line.

`dump(load(text)) == text` for every file the tool wrote. Lists of tables are always written as `[[...]]` blocks, one
form for short and long ones alike, so that one more event shows in a diff as added lines only.
"""

from contextlib import suppress
from typing import Any, TypeVar

from cscli.domain.findings import Finding
from cscli.store import familiar, shape

T = TypeVar("T")

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
    if len(raw) > LARGEST:
        raise Unreadable((Finding(path, None, "file.too_large", {"bytes": len(raw)}),))
    if raw.startswith(BOM):
        raise Unreadable((Finding(path, 1, "file.bom", {}),))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        from cscli.store import faults

        raise Unreadable((faults.of_bytes(raw, problem, path),)) from None
    data = familiar.read(text)
    return _parse_any(text, path) if data is None else data


def _parse_any(text: str, path: str) -> dict[str, Any]:
    """Return the data of a text that a person may have written."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        from cscli.store import faults

        raise Unreadable((faults.of_text(text, problem, path),)) from None
    except RecursionError:
        raise Unreadable((Finding(path, None, "file.not_toml", {"path": path}),)) from None


def prove(kind: type[T], data: dict[str, Any], path: str, text: str = "") -> T:
    """Return the value that `data` stands for; raises `Unreadable` with a finding for each key that does not fit."""
    if kind not in shape.PROOFS:
        with suppress(ValueError):
            return shape.sure(kind, data)
    from pydantic_core import ValidationError

    try:
        return shape.proof(kind).validate_python(data)  # type: ignore[no-any-return]  # the kind says what comes out
    except ValidationError as problem:
        from cscli.store import faults

        errors = problem.errors(include_url=False)
        raise Unreadable(tuple(faults.of_value(error, path, text, data, kind) for error in errors)) from None


def load(kind: type[T], raw: bytes, path: str) -> T:
    """Return the proven value of a file's bytes; raises `Unreadable`."""
    return prove(kind, parse(raw, path), path, raw.decode("utf-8", "replace"))
