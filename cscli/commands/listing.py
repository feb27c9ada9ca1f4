"""What every list command does with its answer: rows as a table, CSV or Markdown, records as JSON."""

import shutil
import sys
from collections.abc import Callable
from typing import Any

from cscli.desk import Desk, say
from cscli.domain.value import Value
from cscli.i18n import t


class Listing(Value):
    """One list: the question to the index, how a row reads, and the whole record for programs."""

    noun: str
    question: str
    values: tuple[Any, ...]
    columns: tuple[str, ...]
    align: str
    row: Callable[[dict[str, Any]], tuple[str, ...]]
    record: Callable[[str], dict[str, Any]]


def print_list(desk: Desk, listing: Listing, form: str, limit: int) -> None:
    """Print a list; `limit` 0 is all of it. How many were left out is said on standard error."""
    rows = desk.store.rows(f"{listing.question} LIMIT ?", *listing.values, limit + 1 if limit else -1)
    more = bool(limit) and len(rows) > limit
    rows = rows[:limit] if limit else rows
    desk.tell_recovery()
    desk.tell_findings()
    if desk.as_json or form == "json":
        import json

        say(json.dumps([listing.record(row["id"]) for row in rows], ensure_ascii=False, indent=2))
    else:
        say(_written(listing, rows, form))
    if more:
        sys.stdout.flush()
        sys.stderr.write(f"{t('note.more', limit=limit)}\n")


def _written(listing: Listing, rows: list[dict[str, Any]], form: str) -> str:
    from cscli.render import table

    headers = [t(f"label.column.{name}") for name in listing.columns]
    cells = [listing.row(row) for row in rows]
    if form == "csv":
        return table.csv_text(cells, listing.columns)
    if form == "md":
        return table.markdown(cells, headers, listing.align)
    if not rows:
        return t(f"label.empty.{listing.noun}")
    return table.table(cells, headers, align=listing.align, max_width=terminal_width())


def terminal_width() -> int | None:
    """Return how wide a page may be; None where it is not a terminal that shows it."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
