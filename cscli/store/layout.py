"""Where things are: a record's path follows from its id and never changes."""

from datetime import date
from pathlib import Path

from cscli.domain import ids

RECORDS = "records"
RULEBOOK = f"{RECORDS}/desk.toml"
SCHEMA = f"{RECORDS}/desk.schema.json"
STAFF = f"{RECORDS}/staff"
CALENDAR = f"{RECORDS}/calendar/"
FOLDERS = {"booking": "bookings", "complaint": "complaints", "customer": "customers"}
BOOKINGS = f"{RECORDS}/{FOLDERS['booking']}"
KIND_OF_FOLDER = {folder: kind for kind, folder in FOLDERS.items()}


def path_of(record_id: str) -> str:
    """Return the path of a record below the desk, with forward slashes."""
    kind = ids.kind_of(record_id)
    if kind is None:
        raise ValueError(f"{record_id!r} is not an id")
    day = record_id[3:9]
    return f"{RECORDS}/{FOLDERS[kind]}/20{day[:2]}/{day[2:4]}/{day[4:]}/{record_id}.toml"


def kind_at(path: str) -> str | None:
    """Return what kind of file belongs at a path: a record's kind, `desk`, `staff`, `calendar`, or None."""
    if path == RULEBOOK:
        return "desk"
    parts = path.split("/")
    if not path.endswith(".toml") or len(parts) < 3:
        return None
    if parts[1] in ("staff", "calendar"):
        return parts[1] if len(parts) == 3 else None
    return KIND_OF_FOLDER.get(parts[1])


def misnamed(path: str) -> bool:
    """Return whether a record's file lies where its name does not belong."""
    name = path.rsplit("/", 1)[1].removesuffix(".toml")
    return ids.kind_of(name) is None or path_of(name) != path


def is_record(path: str) -> bool:
    """Return whether a path is one that a record of this desk has."""
    return kind_at(path) in FOLDERS and not misnamed(path)


def is_written(path: str) -> bool:
    """Return whether a path is one that the desk itself writes: a record's, or the rulebook's."""
    return path == RULEBOOK or is_record(path)


def calendar_year(path: str) -> int | None:
    """Return the year a calendar file speaks of."""
    name = path.rsplit("/", 1)[1].removesuffix(".toml")
    return int(name) if name.isdecimal() and len(name) == 4 and date.min.year <= int(name) else None


def find_home(start: Path) -> Path | None:
    """Return the nearest folder upwards from `start` that holds a rulebook, as git finds `.git`."""
    for folder in (start, *start.parents):
        if (folder / RULEBOOK).is_file():
            return folder
    return None
