"""Tables from elsewhere for the tests: written the way spreadsheets write them, and the desk's word on them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from tests.conftest import DeskFolder

Row = dict[str, str]


def a_booking(number: int = 1, /, **cells: str) -> Row:
    """Return a row of a court booked, used and done with in October; the cells named stand instead."""
    day = f"2026-10-{1 + number % 28:02d}"
    return {
        "external_ref": f"old-{number}",
        "customer_name": f"Guest {number}",
        "phone": f"1380000{number:04d}",
        "service": "badminton",
        "start": f"{day} 19:00",
        "end": f"{day} 20:00",
        "resources": "court-1",
        "received_at": f"{day} 10:00",
        "confirmed_at": f"{day} 10:04",
        "completed_at": f"{day} 20:00",
        "outcome": "completed",
        **cells,
    }


def a_complaint(number: int = 1, /, **cells: str) -> Row:
    """Return a row of a complaint taken, answered and closed in October; the cells named stand instead."""
    return {
        "external_ref": f"c-{number}",
        "customer_name": f"Guest {number}",
        "phone": f"1380000{number:04d}",
        "category": "service",
        "content": "Waited for half an hour",
        "received_at": "2026-10-12 10:00",
        "acknowledged_at": "2026-10-12 10:30",
        "resolved_at": "2026-10-13 09:00",
        "response": "apology",
        "decision": "Told we are sorry",
        "followed_up_at": "2026-10-14 09:00",
        "satisfied": "yes",
        "closed_at": "2026-10-14 09:10",
        "cause": "",
        **cells,
    }


def csv_of(rows: list[Row], delimiter: str = ",") -> str:
    """Return rows as a table whose columns are those of all rows."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, names, restval="", delimiter=delimiter)
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def put(desk: DeskFolder, rows: list[Row], name: str = "old.csv") -> Path:
    """Write a table beside the desk and return its path."""
    path = desk.home.parent / name
    path.write_text(csv_of(rows), encoding="utf-8", newline="")
    return path


def counts(desk: DeskFolder, words: str, code: int = 0) -> dict[str, Any]:
    """Import with these words and return the counts; the command must end with `code`."""
    result = desk.run(f"import {words} --json")
    assert result.code == code, result.err or result.out
    found: dict[str, Any] = json.loads(result.out)
    return found


def records_of(desk: DeskFolder, folder: str = "bookings") -> list[Path]:
    """Return the files of a kind of record."""
    return sorted((desk.home / "records" / folder).rglob("*.toml"))


def many(number: int, **cells: str) -> list[Row]:
    """Return so many rows of bookings."""
    return [a_booking(place, **cells) for place in range(1, number + 1)]


def check_is_clean(desk: DeskFolder) -> None:
    """Assert that the whole store is what it should be, and that git sees nothing out of place."""
    assert desk.run("check").code == 0, desk.run("check").out
    assert desk.git("status", "--porcelain") == ""
