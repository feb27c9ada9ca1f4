"""Values of the desk and how each looks in a file: money, moments, spans of time, contacts.

A `Form` is put on a field with `Annotated`; the codec reads and writes by it, so that the form of a value is said
once. Reading refuses with `BadValue`, whose key names the sentence.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from cscli.domain.value import Value

CENT = Decimal("0.01")
MINUTES_A_DAY = 1440
MINUTES_OF_OFFICE = 480  # of a day, where a limit is set to working time
SCHEMA = 1  # of every file of a desk
FIRST_YEAR, LAST_YEAR = 1971, 2199  # of what a desk records; beyond, reckoning with time zones fails


class BadValue(ValueError):
    """A value that has not the form its field asks for; `key` names the sentence, `facts` fill it."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Form(Value, kw_only=False):
    """How one kind of value is kept in a file.

    `raw` is the TOML type it is kept as; `read` turns that into the value and raises `BadValue`; `write` turns the
    value back (the identity where both are the same). `pattern`, `low` and `high` tell an editor what may be written.
    """

    name: str
    raw: type
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value
    pattern: str | None = None
    low: int | None = None
    high: int | None = None

    __eq__ = object.__eq__  # each form is made once, and asked for its hash by every annotation it stands in
    __hash__ = object.__hash__


def clean_text(text: str) -> str:
    """Return `text` as the desk keeps it: NFC, line ends as LF, no lone surrogates."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise BadValue("value.text", value=text.encode("utf-8", "replace").decode()) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# The patterns below tell editors what may be written. Reading does the same without them: a command is done in less
# time than it takes to compile a few.


def _is_number(text: str, most: int) -> bool:
    """Return whether a text is up to `most` digits, and no more than two places behind a point."""
    whole, point, places = text.partition(".")
    return _is_whole(whole, most) and (not point or _is_whole(places, 2))


def _is_whole(text: str, most: int) -> bool:
    return len(text) <= most and text.isascii() and text.isdigit()


def says_something(text: str) -> bool:
    """Whether there is a sign in a text that can be seen: blanks, line ends and the like are none."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def names_somebody(text: str) -> bool:
    """Whether a text can stand for whoever did something: it says something, without control characters."""
    if text.isprintable():
        return says_something(text)
    return says_something(text) and not any(sign < " " or sign == "\x7f" for sign in text)


def read_name(text: str) -> str:
    """Read what somebody or something is called, which must say something."""
    if not says_something(text):
        raise BadValue("value.blank")
    return clean_text(text)


# --- money ------------------------------------------------------------------------------------------------------

MONEY_PATTERN = r"^-?\d{1,12}(\.\d{1,2})?$"


def read_money(text: str) -> Decimal:
    """Read an amount such as `"15.00"`; more than two places are refused, not rounded."""
    if not _is_number(text.removeprefix("-"), 12):
        raise BadValue("value.money", value=text)
    return Decimal(text).quantize(CENT)


def round_money(amount: Decimal) -> Decimal:
    """Return an amount in whole cents, half a cent rounded up (away from zero)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def write_money(amount: Decimal) -> str:
    """Write an amount with two places."""
    return str(round_money(amount))


def read_positive_money(text: str) -> Decimal:
    """Read an amount that may not be below zero."""
    amount = read_money(text)
    if amount < 0:
        raise BadValue("value.money_negative", value=text)
    return amount


PRICE_PATTERN = r"^\d{1,12}(\.\d{1,2})?$"
SHARE_PATTERN = r"^(100(\.00?)?|\d{1,2}(\.\d{1,2})?)%$"
FEE_PATTERN = rf"{PRICE_PATTERN}|{SHARE_PATTERN}"


def read_percent(text: str) -> Decimal:
    """Read a share such as `"20%"` as its number, 0 to 100."""
    number = text.removesuffix("%")
    if number == text or not _is_number(number, 3) or Decimal(number) > 100:
        raise BadValue("value.percent", value=text)
    return Decimal(number)


def write_percent(share: Decimal) -> str:
    """Write a share as it is read."""
    return f"{share:f}%"


class Fee(Value, kw_only=False):
    """What is kept: `percent` of a price, or an `amount`; one of them is None. Written `"20%"` or `"5.00"`."""

    percent: Decimal | None
    amount: Decimal | None

    @classmethod
    def parse(cls, text: str) -> "Fee":
        """Read the written form; raises `BadValue`."""
        if text.endswith("%"):
            return cls(read_percent(text), None)
        return cls(None, read_positive_money(text))

    def __str__(self) -> str:
        return write_money(self.amount) if self.percent is None and self.amount is not None else f"{self.percent:f}%"


# --- spans of time ----------------------------------------------------------------------------------------------

DIGITS = "0123456789"
UNITS = {"m": 1, "h": 60, "d": MINUTES_A_DAY, "wm": 1, "wh": 60, "wd": None}
DURATION_PATTERN = r"^(\d{1,6})(m|h|d|wm|wh|wd)$"


class Duration(Value, kw_only=False):
    """A span such as `30m`, `2h`, `1d`; `90wm`, `4wh` count working time, `2wd` working days."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read the written form; raises `BadValue`."""
        unit = text.lstrip(DIGITS)
        amount = text[: len(text) - len(unit)]
        if unit not in UNITS or not _is_whole(amount, 6):
            raise BadValue("value.duration", value=text)
        return cls(int(amount), unit)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def working(self) -> bool:
        """Whether only time inside working hours counts."""
        return self.unit.startswith("w")

    @property
    def minutes(self) -> int:
        """The span in minutes; a day of the clock is 1,440. Working days have no fixed length: asking is an error."""
        factor = UNITS[self.unit]
        if factor is None:
            raise ValueError(f"{self} has no fixed number of minutes")
        return self.amount * factor

    @property
    def delta(self) -> timedelta:
        """The span as elapsed time."""
        return timedelta(minutes=self.minutes)


def read_span(most: str) -> Callable[[str], Duration]:
    """Return a reader of spans of at most so many days: a slip of the keyboard would reach beyond all calendars.

    Time of the office passes more slowly than that of the clock: 8 hours of it are counted as a day.
    """
    limit = Duration.parse(most)

    def read(text: str) -> Duration:
        span = Duration.parse(text)
        factor = UNITS[span.unit]
        minutes_a_day = MINUTES_OF_OFFICE if span.working and factor else MINUTES_A_DAY
        if span.amount * (factor or MINUTES_A_DAY) * MINUTES_A_DAY > limit.minutes * minutes_a_day:
            raise BadValue("value.span_long", value=text, most=most)
        return span

    return read


# --- moments and times of day -----------------------------------------------------------------------------------


def read_moment(value: datetime) -> datetime:
    """Read a point in time; it must carry its offset and whole seconds, or the file would not say when it was."""
    if not isinstance(value, datetime):
        raise BadValue("value.moment", value=value)
    offset = value.utcoffset()
    if offset is None:
        raise BadValue("value.moment_naive", value=value.isoformat())
    if not FIRST_YEAR <= value.year <= LAST_YEAR:  # asked first: the oldest offsets are no whole minutes
        raise BadValue("value.year", value=value.isoformat())
    if offset.seconds % 60 or value.microsecond:
        raise BadValue("value.moment_fine", value=value.isoformat())
    return value


def fixed(at: datetime) -> datetime:
    """Return the same instant with its offset alone.

    Two moments of one time zone subtract by the clock on the wall; with fixed offsets they subtract as time passes.
    """
    offset = at.utcoffset()
    return at if offset is None else at.astimezone(timezone(offset))


def read_day(value: date) -> date:
    """Read a calendar day."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise BadValue("value.day", value=value)
    if not 1800 <= value.year <= LAST_YEAR:
        raise BadValue("value.year", value=value.isoformat())
    return value


CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"
PERIOD_PATTERN = r"^ *([01]\d|2[0-3]):[0-5]\d *- *(([01]\d|2[0-3]):[0-5]\d|24:00) *$"
MOMENT_PATTERN = r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.0+)?([Zz]|[+-]\d\d:\d\d)$"
DAY_PATTERN = r"^\d{4}-\d\d-\d\d$"


def read_clock(text: str) -> int:
    """Read a time of day such as `"22:30"` as minutes after midnight; `"24:00"` is the end of the day."""
    hours, colon, minutes = text[:2], text[2:3], text[3:]
    two_each = len(text) == 5 and colon == ":" and _is_whole(hours, 2) and _is_whole(minutes, 2)
    if not two_each or (text != "24:00" and (hours > "23" or minutes > "59")):
        raise BadValue("value.clock", value=text)
    return int(hours) * 60 + int(minutes)


def write_clock(minutes: int) -> str:
    """Write minutes after midnight as a time of day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Period(Value, kw_only=False):
    """A stretch of one day, [start, end), in minutes after midnight; written `"13:00-22:30"`."""

    start: int
    end: int

    def __lt__(self, other: "Period") -> bool:
        return (self.start, self.end) < (other.start, other.end)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read the written form; raises `BadValue` when it ends before it begins."""
        first, dash, last = text.partition("-")
        if not dash:
            raise BadValue("value.period", value=text)
        period = cls(read_clock(first.strip()), read_clock(last.strip()))
        if period.end <= period.start:
            raise BadValue("value.period_order", value=text)
        return period

    def __str__(self) -> str:
        return f"{write_clock(self.start)}-{write_clock(self.end)}"


# --- contacts ---------------------------------------------------------------------------------------------------

PHONE_PATTERN = r"^\+?\d{3,20}$"


def read_phone(text: str) -> str:
    """Read a phone number: spaces, dashes and brackets fall away, China's +86 before a mobile number too.

    Short service numbers such as 95555 and 12345 are numbers like any other.
    """
    if _is_whole(text, 20) and len(text) > 2 and not text.startswith("0086"):
        return text
    number = re.sub(r"[\s\-().()]", "", unicodedata.normalize("NFKC", text))
    if re.match(r"^(\+86|0086)1[3-9]\d{9}$", number, re.ASCII):
        number = number[-11:]
    if not re.match(PHONE_PATTERN, number, re.ASCII):
        raise BadValue("value.phone", value=text)
    return number


def read_whole(low: int, high: int) -> Callable[[int], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(value: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadValue("value.whole", value=value, low=low, high=high)
        return value

    return read


SLUG_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789._-"


def read_schema(value: int) -> int:
    """Read the form a file is written in; there has been one so far."""
    if isinstance(value, bool) or value != SCHEMA:
        raise BadValue("value.schema", value=value, known=SCHEMA)
    return value


SLUG_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"


def read_slug(text: str) -> str:
    """Read an id of the rulebook or a login: lower-case letters, digits, dots, dashes and underscores."""
    if not 0 < len(text) <= 64 or text[0] in "._-" or text.strip(SLUG_SIGNS):
        raise BadValue("value.slug", value=text)
    return text


def _whole(low: int, high: int) -> Form:
    return Form("whole", int, read_whole(low, high), low=low, high=high)


Money = Annotated[Decimal, Form("money", str, read_money, write_money, MONEY_PATTERN)]
Price = Annotated[Decimal, Form("price", str, read_positive_money, write_money, PRICE_PATTERN)]
Percent = Annotated[Decimal, Form("percent", str, read_percent, write_percent, SHARE_PATTERN)]
Rate = Annotated[Fee, Form("fee", str, Fee.parse, str, FEE_PATTERN)]
Span = Annotated[Duration, Form("duration", str, Duration.parse, str, DURATION_PATTERN)]
Term = Annotated[Duration, Form("duration", str, read_span("3660d"), str, DURATION_PATTERN)]  # windows, notices, holds
Length = Annotated[
    Duration, Form("duration", str, read_span("366d"), str, DURATION_PATTERN)
]  # how long something takes
Buffer = Annotated[Duration, Form("duration", str, read_span("31d"), str, DURATION_PATTERN)]  # before and after it
Months = Annotated[int, _whole(1, 600)]
Moment = Annotated[datetime, Form("moment", datetime, read_moment, pattern=MOMENT_PATTERN)]
Day = Annotated[date, Form("day", date, read_day, pattern=DAY_PATTERN)]
Clock = Annotated[int, Form("clock", str, read_clock, write_clock, CLOCK_PATTERN)]
Hours = Annotated[Period, Form("period", str, Period.parse, str, PERIOD_PATTERN)]
Phone = Annotated[str, Form("phone", str, read_phone)]
Slug = Annotated[str, Form("slug", str, read_slug, pattern=SLUG_PATTERN)]
Text = Annotated[str, Form("text", str, clean_text)]
Schema = Annotated[int, Form("schema", int, read_schema, low=SCHEMA, high=SCHEMA)]
Name = Annotated[str, Form("name", str, read_name, pattern=r"\S")]
Count = Annotated[int, _whole(0, 1_000_000)]
Positive = Annotated[int, _whole(1, 1_000_000)]
Rating = Annotated[int, _whole(1, 5)]
