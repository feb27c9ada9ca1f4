"""The forms of values: what the patterns promise to editors is what reading takes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cscli.domain import ids, values
from cscli.domain.values import BadValue, Duration, Fee

FORMS: list[tuple[str, Callable[[str], Any]]] = [
    (values.MONEY_PATTERN, values.read_money),
    (values.DURATION_PATTERN, Duration.parse),
    (values.CLOCK_PATTERN, values.read_clock),
    (values.SLUG_PATTERN, values.read_slug),
]
SHARES: list[tuple[str, Callable[[str], Any]]] = [  # read with zeros in front, too, which no editor needs to offer
    (values.SHARE_PATTERN, values.read_percent),
    (values.FEE_PATTERN, Fee.parse),
]
NEARLY = st.text(alphabet="0129.:%-+mhdw_az \n٣²", max_size=9)


@pytest.mark.parametrize(("pattern", "read"), FORMS + SHARES, ids=[pattern for pattern, _ in FORMS + SHARES])
@given(data=st.data())
def test_what_a_pattern_allows_is_read(pattern: str, read: Callable[[str], Any], data: st.DataObject) -> None:
    read(data.draw(st.from_regex(re.compile(pattern, re.ASCII)).filter(lambda drawn: not drawn.endswith("\n"))))


@pytest.mark.parametrize(("pattern", "read"), FORMS, ids=[pattern for pattern, _ in FORMS])
@given(text=NEARLY)
@example(text="24:00")
@example(text="24:01")
@example(text="12:30\n")
@example(text="²0:00")
def test_what_a_pattern_does_not_allow_is_refused(pattern: str, read: Callable[[str], Any], text: str) -> None:
    if not re.fullmatch(f"(?:{pattern})", text, re.ASCII) or text.endswith("\n"):
        with pytest.raises(BadValue):
            read(text)


@pytest.mark.parametrize("text", ["", "%", "101%", "100.01%", "5.123%", "-5%", "5 %", "5%\n", "1000%", "²%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        values.read_percent(text)


@given(text=st.text(alphabet="0123456789 -+()", max_size=24))
def test_a_number_of_digits_alone_is_read_as_any_other(text: str) -> None:
    try:
        plain = values.read_phone(text)
    except BadValue:
        with pytest.raises(BadValue):
            values.read_phone(f" {text}")
    else:
        assert values.read_phone(f" {text}") == plain


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("BK-261121-7F3K9Q", "booking"),
        ("CP-261120-M3T8WX", "complaint"),
        ("CU-261121-9M2KQ4", "customer"),
        ("XX-261121-9M2KQ4", None),  # no such kind
        ("BK-261321-7F3K9Q", None),  # no such day
        ("BK-26112a-7F3K9Q", None),
        ("BK-261121-7F3K9I", None),  # a letter that is misread
        ("BK-261121-7f3k9q", None),
        ("BK-261121-7F3K9", None),
        ("BK-261121-7F3K9Q\n", None),
        ("BK 261121-7F3K9Q", None),
        ("BK-٢٦١١٢١-7F3K9Q", None),
        ("", None),
    ],
)
def test_an_id_says_its_kind(word: str, kind: str | None) -> None:
    assert ids.kind_of(word) == kind
