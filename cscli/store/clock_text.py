"""A complaint's clock as the index keeps it: one text, its moments as whole seconds since 1970."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain.clock import Clock, Task
from cscli.domain.value import fields_of
from cscli.domain.values import fixed


def pack(clock: Clock) -> str:
    """Return a clock as text."""
    import json

    return json.dumps([_packed(value) for value in _values(clock)], separators=(",", ":"))


def unpack(text: str, zone: ZoneInfo) -> Clock:
    """Return the clock that was packed, its moments with the offsets of a zone: so they compare as time passes."""
    import json

    said = dict(zip(fields_of(Clock), (_unpacked(value, zone) for value in json.loads(text)), strict=True))
    said["tasks"] = tuple(Task(*task) for task in said["tasks"])
    return Clock(**said)


def _values(value: Any) -> list[Any]:
    return [getattr(value, name) for name in fields_of(type(value))]


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": int(value.timestamp())}
    if isinstance(value, Task):
        return [_packed(part) for part in _values(value)]
    return [_packed(part) for part in value] if isinstance(value, tuple) else value


def _unpacked(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, dict):
        return fixed(datetime.fromtimestamp(value["at"], zone))
    return tuple(_unpacked(part, zone) for part in value) if isinstance(value, list) else value
