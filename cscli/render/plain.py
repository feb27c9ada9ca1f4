"""Rows of the index as data for a spreadsheet: the keys of the record, ids in place of names, ISO 8601 for times."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from cscli.i18n.forms import money
from cscli.render.width import visible

KEYS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "status": ("status",),
    "start": ("outcome", "start", "end"),
    "service": ("service",),
    "resources": ("resources",),
    "with": ("resources",),
    "units": ("units",),
    "name": ("customer", "customer_name"),
    "price": ("price",),
    "marks": ("vip", "special", "series", "late", "overridden", "owed", "phoned"),
    "by": ("agent",),
    "refund": ("promised",),
    "expected": ("refund_due",),
    "respond_by": ("respond_by",),
    "severity": ("severity",),
    "category": ("category",),
    "received": ("received_at",),
    "owner": ("owner",),
    "due": ("due",),
}
MOMENTS = ("start", "end", "received_at", "respond_by", "due")
DAYS = ("refund_due", "joined")
AMOUNTS = ("price", "owed", "promised")
TRUTHS = ("vip", "contract", "late", "overridden", "phoned")
ROWS = {"customer_name": "name"}  # what the index calls otherwise


def plain_keys(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the keys that stand for the columns of a list, each once; a column without any is its own."""
    return tuple(dict.fromkeys(key for column in columns for key in KEYS.get(column, (column,))))


def plain_row(row: Mapping[str, Any], keys: Sequence[str], zone: tzinfo) -> dict[str, str]:
    """Return what a row of the index says under each of the keys it knows."""
    found = {}
    for key in keys:
        name = ROWS.get(key, key)
        if name in row:
            found[key] = _said(key, row[name], zone)
    return found


def _said(key: str, value: Any, zone: tzinfo) -> str:
    if value is None:
        return ""
    if key in MOMENTS:
        return datetime.fromtimestamp(value, zone).isoformat()
    if key in DAYS:
        return date.fromordinal(value).isoformat()
    if key in AMOUNTS:
        return money(value)
    return plain_text(bool(value) if key in TRUTHS else value)


def plain_text(value: Any) -> str:
    """Return a value of JSON as a cell has it: lists joined by spaces, nothing for null, hidden signs as escapes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return visible(" ".join(map(str, value)))
    return "" if value is None else visible(str(value))
