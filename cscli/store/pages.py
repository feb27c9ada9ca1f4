"""Pages that a desk writes outside its records: reports that cron leaves for somebody to read."""

from pathlib import Path

from cscli.errors import Refused
from cscli.store import files, layout


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
