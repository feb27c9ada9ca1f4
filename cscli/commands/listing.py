"""What every list command does with its answer: rows as a table, CSV or Markdown, records as JSON."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cscli.desk import Desk
from cscli.domain.value import Value
from cscli.i18n import t
from cscli.terminal import json_text, say, screen_width

WHOLE = ("id", "status", "start", "due")  # columns that are never cut, however narrow the terminal
FIRST = ("number", "id", "status", "start", "service")  # what the first line of a folded row says
SPARE = ("units", "price", "marks", "received", "category")  # columns that go first


class Listing(Value):
    """One list: the question to the index, how a row reads, and the whole record for programs.

    A spreadsheet gets what `plain` says of a row under `keys`; without them what the index says for the columns.
    `aside` says what is to be known of the rows shown. One that `folds`, or names commands, has no cell cut: where the
    rows are too wide each goes on in further lines.
    """

    noun: str
    question: str
    values: tuple[Any, ...]
    columns: tuple[str, ...]
    align: str
    row: Callable[[dict[str, Any]], tuple[str, ...]]
    record: Callable[[str], dict[str, Any]]
    keys: tuple[str, ...] = ()
    plain: Callable[[dict[str, Any]], Mapping[str, str]] | None = None
    aside: Callable[[Sequence[dict[str, Any]]], None] | None = None
    folds: bool = False


def print_list(desk: Desk, listing: Listing, form: str, limit: int) -> None:
    """Print a list; `limit` 0 is all of it. How many were left out is said on standard error."""
    rows = desk.store.rows(f"{listing.question} LIMIT ?", *listing.values, limit + 1 if limit else -1)
    more = bool(limit) and len(rows) > limit
    rows = rows[:limit] if limit else rows
    desk.tell_recovery()
    desk.tell_findings()
    if desk.as_json or form == "json":
        say(json_text([listing.record(row["id"]) for row in rows]))
    else:
        say(_written(desk, listing, rows, form), long=form == "table")
    if listing.aside is not None:
        listing.aside(rows)
    if more:
        sys.stdout.flush()
        sys.stderr.write(f"{t('note.more', limit=limit)}\n")


def _written(desk: Desk, listing: Listing, rows: list[dict[str, Any]], form: str) -> str:
    from cscli.render import table

    if form == "csv":
        return _data(desk, listing, rows)
    headers = [t(f"label.column.{name}") for name in listing.columns]
    cells = [listing.row(row) for row in rows]
    if form == "md":
        return table.markdown(cells, headers, listing.align)
    if not rows:
        return t(f"label.empty.{listing.noun}")
    room, command = screen_width(), _place("command", listing.columns)
    if (listing.folds or command is not None) and room is not None and not table.fits([headers, *cells], room):
        first = [place for place, name in enumerate(listing.columns) if name in FIRST]
        return table.blocks(cells, headers, room, first=first, last=command)
    whole = [place for place, name in enumerate(listing.columns) if name in WHOLE]
    spare = [listing.columns.index(name) for name in SPARE if name in listing.columns]
    return table.table(cells, headers, align=listing.align, max_width=room, whole=whole, spare=spare)


def _place(name: str, columns: Sequence[str]) -> int | None:
    return columns.index(name) if name in columns else None


def _data(desk: Desk, listing: Listing, rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV: what a program would read, not what a person would."""
    from cscli.render.plain import plain_keys, plain_row
    from cscli.render.table import csv_text

    keys = listing.keys or plain_keys(listing.columns)
    zone = desk.rulebook.zone
    told = [listing.plain(row) if listing.plain else plain_row(row, keys, zone) for row in rows]
    return csv_text([[one.get(key, "") for key in keys] for one in told], keys)
