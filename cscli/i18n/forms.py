"""How moments, spans, amounts and lists are written in each language, and how a sentence takes them in."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cscli.domain.values import Duration, Period

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
UNITS = {
    "zh": {"m": "分钟", "h": "小时", "d": "天", "wm": "工作分钟", "wh": "工作小时", "wd": "个工作日"},
    "en": {"m": "min", "h": "h", "d": "days", "wm": "working min", "wh": "working h", "wd": "working days"},
}
COMMA = {"zh": "、", "en": ", "}
EDGE = "\x00"  # stands at both ends of a fact while its sentence is put together
BLANK = re.compile(f"(?<=(.)) {EDGE}(?=(.))|(?<=(.)){EDGE} (?=(.))", re.DOTALL)  # a class of signs compiles slowly


def weekday(day: date, language: str) -> str:
    """Return the short name of a day of the week."""
    return WEEKDAYS[language][day.weekday()]


def day(value: date, language: str) -> str:
    """Return a day with its weekday: `2026-11-22 周日`."""
    return f"{value:%Y-%m-%d} {weekday(value, language)}"


def moment(value: datetime, language: str) -> str:
    """Return a moment with its weekday: `2026-11-22 周日 19:00`."""
    return f"{day(value, language)} {value:%H:%M}"


def stretch(start: datetime, end: datetime, language: str) -> str:
    """Return a time from start to end; the day is said again only where it is another one.

    Where the clocks are changed meanwhile, the offsets tell what the hands do not.
    """
    if end.date() == start.date() and end.utcoffset() != start.utcoffset():
        return f"{moment(start, language)}{offset(start)}-{end:%H:%M}{offset(end)}"
    if end.date() == start.date():
        return f"{moment(start, language)}-{end:%H:%M}"
    if end - start <= timedelta(days=1) and end.hour == end.minute == 0:
        return f"{moment(start, language)}-24:00"
    return f"{moment(start, language)} - {moment(end, language)}"


def offset(value: datetime) -> str:
    """Return how far the clocks are from those of Greenwich: ` (UTC-05:00)`."""
    return f" (UTC{value.isoformat()[-6:]})"


def span(value: Duration, language: str) -> str:
    """Return a span of time in words."""
    amount, unit = value.amount, value.unit
    if unit == "m" and amount >= 60:
        hours, minutes = divmod(amount, 60)
        words = UNITS[language]
        days, hours = divmod(hours, 24)
        parts = [(days, "d"), (hours, "h"), (minutes, "m")]
        return " ".join(span(Duration(number, name), language) if name == "d" else f"{number} {words[name]}"
                        for number, name in parts if number)  # fmt: skip
    name = UNITS[language][unit]
    if language == "en" and unit in ("d", "wd") and amount == 1:
        name = name.removesuffix("s")
    return f"{amount} {name}"


def elapsed(value: timedelta, language: str) -> str:
    """Return a length of time in whole minutes, in words."""
    return span(Duration(int(value.total_seconds() // 60), "m"), language)


def money(value: Decimal | int | None) -> str:
    """Return an amount with two places; whole numbers are cents."""
    if value is None:
        return ""
    amount = Decimal(value).scaleb(-2) if isinstance(value, int) else value
    return f"{amount:.2f}"


def fact(value: Any, language: str) -> str:
    """Return a fact as it stands in a sentence."""
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, Duration):
        return span(value, language)
    if isinstance(value, timedelta):
        return elapsed(value, language)
    if isinstance(value, Decimal):
        return money(value)
    if isinstance(value, Period):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return COMMA[language].join(fact(part, language) for part in value)
    return str(value)


class Said(str):
    """A fact in a sentence; a number can choose between two words: `{number:table|tables}`."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if self.lstrip("+-") == "1" else many) if bar else super().__format__(spec)


def fill(sentence: str, facts: Mapping[str, Any], language: str) -> str:
    """Return a sentence with its facts.

    Between Chinese and Latin words or digits a Chinese sentence has a space, between two Chinese ones it has none:
    which a fact is shows only here. A space that parts two facts stays.
    """
    said = {name: Said(fact(value, language)) for name, value in facts.items()}
    if language != "zh" or (" {" not in sentence and "} " not in sentence) or "!r}" in sentence:
        return sentence.format_map(said)
    edged = {name: _Edged(value) for name, value in said.items()}
    return BLANK.sub(_joined, sentence.format_map(edged)).replace(EDGE, "")


def _joined(blank: re.Match[str]) -> str:
    """Return nothing for a blank between two Chinese signs, which are written without; any other stays."""
    return "" if all("\u4e00" <= sign <= "\u9fff" for sign in blank.groups() if sign) else blank[0]


class _Edged(Said):
    """A fact that shows where it begins and ends."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return f"{EDGE}{super().__format__(spec)}{EDGE}"
