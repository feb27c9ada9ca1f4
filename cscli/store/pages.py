"""Pages beside the records: what is written for somebody to read, and the templates it is written from."""

from pathlib import Path

from cscli.domain.findings import Finding
from cscli.errors import DataProblem, Refused
from cscli.store import files, layout
from cscli.store.founding import templates


def outside(home: Path, path: Path) -> Path:
    """Return a path that pages may be written to; raises `Refused` for one among the records or inside git."""
    wanted = path.absolute().resolve()
    inner = (home / layout.RECORDS).resolve()
    if inner in (wanted, *wanted.parents) or any(part == ".git" for part in wanted.parts):
        raise Refused("refused.inside_desk", rule="store", path=str(path))
    return wanted


def write_page(path: Path, text: str) -> None:
    """Write a page in one step: who reads it sees the old one or the new one whole. Raises `OutsideFailed`."""
    files.write(path.absolute(), f"{text}\n".encode(), 0o644)


def template(home: Path, name: str, language: str, ending: str = "txt") -> tuple[str, str]:
    """Return a template's path, as a person knows it, and its text: the desk's own before the packaged one.

    Raises `DataProblem` where it is not UTF-8 text.
    """
    own = home / "templates"
    for folder, shown in ((own / language, f"templates/{language}"), (own, "templates")):
        raw = files.read(folder / f"{name}.{ending}")
        if raw is not None:
            return f"{shown}/{name}.{ending}", _decoded(raw, f"{shown}/{name}.{ending}")
    path = templates() / language / f"{name}.{ending}"
    return str(path), _decoded(files.read(path) or b"", str(path))


def _decoded(raw: bytes, path: str) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        finding = Finding(path, line, "file.not_utf8", {})
        raise DataProblem("data.file", path=path, line=line, finding=finding) from None
