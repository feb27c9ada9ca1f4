"""Pages that a desk writes outside its records: reports that cron leaves for somebody to read."""

from pathlib import Path

from cscli.store import files


def write_page(path: Path, text: str) -> None:
    """Write a page in one step: who reads it sees the old one or the new one whole. Raises `OutsideFailed`."""
    files.write(path.absolute(), f"{text}\n".encode(), 0o644)
