"""The fields a desk has of its own: what is said is read as declared, what a file holds must be what is declared."""

from datetime import date, datetime
from typing import Any

import pytest

from cscli.domain.extra import misfits, read_extra
from cscli.domain.rulebook import ExtraField
from cscli.domain.values import BadValue
from tests.builders import SHANGHAI, at

CHOICES = ("红", "蓝")


def a_field(kind: Any) -> ExtraField:
    return ExtraField(id="mark", name="标记", type=kind, choices=CHOICES if kind == "choice" else ())


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("text", "  Café  ", "Café"),
        ("whole", "-3", -3),
        ("money", "15.5", "15.50"),
        ("day", "2026-11-20", date(2026, 11, 20)),
        ("moment", "2026-11-20T19:00", at("2026-11-20 19:00")),  # in the desk's zone where none is said
        ("moment", "2026-11-20T19:00+00:00", datetime.fromisoformat("2026-11-20T19:00+00:00")),
        ("yes_no", "Yes", True),
        ("yes_no", "否", False),
        ("choice", "蓝", "蓝"),
    ],
)
def test_what_is_said_is_kept_as_declared_and_fits(kind: str, said: str, kept: object) -> None:
    field = a_field(kind)

    read = read_extra(field, said, SHANGHAI)

    assert (read, type(read)) == (kept, type(kept))
    assert misfits((field,), {"mark": read}) == ()


@pytest.mark.parametrize(
    ("kind", "said", "key"),
    [
        ("whole", "1.5", "value.extra"),
        ("whole", "", "value.extra"),
        ("money", "15.555", "value.money"),
        ("day", "2026-02-30", "value.extra"),
        ("day", "0001-01-01", "value.year"),
        ("moment", "tomorrow", "value.extra"),
        ("yes_no", "perhaps", "value.extra"),
        ("choice", "绿", "value.extra_choice"),
    ],
)
def test_what_does_not_fit_is_not_taken(kind: str, said: str, key: str) -> None:
    with pytest.raises(BadValue) as problem:
        read_extra(a_field(kind), said, SHANGHAI)

    assert problem.value.key == key


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 3),
        ("text", ("a", "b")),
        ("whole", "3"),
        ("whole", True),  # yes is no number
        ("money", "much"),
        ("money", 15),
        ("day", at("2026-11-20 00:00")),  # a moment is no day
        ("moment", date(2026, 11, 20)),
        ("yes_no", 1),
        ("choice", "绿"),
    ],
)
def test_a_value_put_in_by_hand_must_be_what_is_declared(kind: str, value: object) -> None:
    assert misfits((a_field(kind),), {"mark": value}) == ("mark",)


def test_a_field_nobody_declared_does_not_fit() -> None:
    assert misfits((a_field("text"),), {"mark": "x", "colour": "red"}) == ("colour",)
