"""Records as data for programs: every field of the file, `null` for nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cscli.domain.value import Value, fields_of
from cscli.domain.values import Duration, Period, write_money


def jsonable(value: Any) -> Any:
    """Return a value of a record as JSON has it; keys are those of the files, moments ISO 8601, money text."""
    if isinstance(value, Duration | Period):
        return str(value)
    if isinstance(value, Value):
        return {name.rstrip("_"): jsonable(getattr(value, name)) for name in fields_of(type(value))}
    if isinstance(value, tuple | list):
        return [jsonable(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): jsonable(part) for key, part in value.items()}
    if isinstance(value, Decimal):
        return write_money(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def event_data(event: Any) -> dict[str, Any]:
    """Return an event with what it says and nothing else: most of an event's fields are for other types."""
    said = jsonable(event)
    return {name: value for name, value in said.items() if value not in (None, [], {})}


def record_data(record: Any) -> dict[str, Any]:
    """Return a record with all its fields, events shortened to what they say."""
    data: dict[str, Any] = jsonable(record)
    data["events"] = [event_data(event) for event in record.events]
    return data
