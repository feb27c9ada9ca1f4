"""Identity: a record's id says its kind and the day it was received, and six characters of chance."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from cscli.domain.values import BadValue, Form

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U to be misread
PREFIXES = {"booking": "BK", "complaint": "CP", "customer": "CU"}
KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
CHANCE_BYTES = 4
LENGTH = 16  # signs of a whole id


def make(kind: str, day: date, chance: bytes) -> str:
    """Return an id for a record of `kind` received on `day`; `chance` is at least four random bytes."""
    number = int.from_bytes(chance[:CHANCE_BYTES], "big")
    letters = "".join(ALPHABET[(number >> shift) & 31] for shift in range(25, -1, -5))
    return f"{PREFIXES[kind]}-{day.year % 100:02d}{day.month:02d}{day.day:02d}-{letters}"


def kind_of(record_id: str) -> str | None:
    """Return the kind a whole id names, or None when it is not a whole id."""
    day, letters = record_id[3:9], record_id[10:]
    dashed = len(record_id) == 16 and record_id[2] == record_id[9] == "-"
    if not (dashed and day.isascii() and day.isdigit()) or letters.strip(ALPHABET):
        return None
    try:
        day_of(record_id)
    except ValueError:
        return None
    return KINDS.get(record_id[:2])


def day_of(record_id: str) -> date:
    """Return the day a whole id was made for; two-digit years are of this century."""
    digits = record_id[3:9]
    return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


def reader(kind: str) -> Callable[[str], str]:
    """Return a reader of ids of one kind of record; what is no id at all may be a person's name, and is not told."""

    def read(text: str) -> str:
        if kind_of(text) != kind:
            raise BadValue(f"value.{kind}_id", value=text if kind_of(text) else "***")
        return text

    return read


def _form(kind: str) -> Form:
    return Form(f"{kind}_id", str, reader(kind), pattern=rf"^{PREFIXES[kind]}-\d{{6}}-[{ALPHABET}]{{6}}$")


CustomerId = Annotated[str, _form("customer")]
BookingId = Annotated[str, _form("booking")]
