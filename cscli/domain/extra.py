"""The fields a desk has of its own: what the rulebook declares under `[extra]`, read and proven."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from cscli.domain.rulebook import ExtraField
from cscli.domain.values import MONEY_PATTERN, BadValue, clean_text, read_day, read_moment, read_money

YES, NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")


def read_extra(field: ExtraField, text: str, zone: tzinfo | None) -> Any:
    """Return the value of an additional field as a record keeps it; raises `BadValue`."""
    said = clean_text(text.strip())
    wrong = BadValue("value.extra", value=said, name=field.name, extra_type=field.type)
    try:
        if field.type == "whole":
            return int(said)
        if field.type == "money":
            return str(read_money(said))
        if field.type == "day":
            return read_day(date.fromisoformat(said))
        if field.type == "moment":
            moment = datetime.fromisoformat(said)
            return read_moment(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except BadValue:
        raise
    except ValueError:
        raise wrong from None
    if field.type == "yes_no":
        if said.lower() not in YES + NO:
            raise wrong
        return said.lower() in YES
    if field.type == "choice" and said not in field.choices:
        raise BadValue("value.extra_choice", value=said, name=field.name, known=field.choices)
    return said


KINDS: Mapping[str, type] = {
    "text": str, "whole": int, "money": str, "day": date, "moment": datetime, "yes_no": bool, "choice": str,
}  # fmt: skip


def misfits(fields: Iterable[ExtraField], said: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the additional values of a record that no rule declares, or that are not what it declares."""
    known = {field.id: field for field in fields}
    return tuple(name for name, value in said.items() if name not in known or not _fits(known[name], value))


def _fits(field: ExtraField, value: object) -> bool:
    """Whether a value is what its field declares; yes is no whole number, and a moment no day."""
    if type(value) is not KINDS[field.type]:
        return False
    if field.type == "money":
        return bool(re.match(MONEY_PATTERN, str(value), re.ASCII))
    return field.type != "choice" or value in field.choices
