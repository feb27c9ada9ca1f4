"""How wide text is drawn, and what is shown in place of what cannot be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from cscli.render import width as rules
from cscli.render.width import fit, fold, pad, visible, width

FAMILY = "👨‍👩‍👧"
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("court-3", 7),
        ("王小明", 6),
        ("VIP客户", 7),
        ("，。", 4),
        ("e\u0301", 1),
        ("🏸", 2),
        (FAMILY, 2),
        ("🇨🇳", 2),
        ("❤️", 2),
        ("a\x1bb", 2),
    ],
)
def test_chinese_and_emoji_take_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("羽毛球", 6, "羽毛球"),
        ("羽毛球场地", 8, "羽毛球.."),
        ("羽毛球场地", 7, "羽毛.."),  # no half characters
        ("badminton", 6, "badm.."),
        (f"{FAMILY}{FAMILY}{FAMILY}", 4, f"{FAMILY}.."),
        ("က\u1038" * 3, 4, "က\u1038.."),  # the sign takes a column after a letter, none alone
        ("羽毛球", 2, ".."),
        ("羽毛球", 1, "."),
        ("羽毛球", 0, ""),
        ("羽毛球", -1, ""),
    ],
)
def test_text_is_cut_to_columns(text: str, columns: int, shown: str) -> None:
    assert fit(text, columns) == shown


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("还有 2026-11-20 周五 14:30", 16, ["还有 2026-11-20", "周五 14:30"]),
        ("还有 2026-11-20 周五 14:30", 18, ["还有 2026-11-20", "周五 14:30"]),  # 周 would fit, 五 not
        ("court-3、court-4", 9, ["court-3、", "court-4"]),
        ("use cscli complaint print CP-261120-7F3K9Q --kind notice now", 54,
         ["use", "cscli complaint print CP-261120-7F3K9Q --kind notice", "now"]),
        ("通知: cscli booking show BK-261120-7F3K9Q; 完", 41, ["通知:", "cscli booking show BK-261120-7F3K9Q; 完"]),
        ("cscli complaint print CP-261120-7F3K9Q --kind notice", 30,
         ["cscli complaint print", "CP-261120-7F3K9Q --kind notice"]),  # too long for any line
    ],
)  # fmt: skip
def test_text_is_folded_between_words_and_around_commands(text: str, columns: int, lines: list[str]) -> None:
    assert fold(text, columns).split("\n") == lines


def test_text_is_filled_to_columns() -> None:
    assert pad("王小明", 8) == "王小明  "
    assert pad("王小明", 8, right=True) == "  王小明"
    assert pad("王小明", 4) == "王小明"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王小明 VIP", "王小明 VIP"),
        ("one\ntwo\r\n\tthree", r"one\ntwo\r\n\tthree"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2066a\u2069", r"\u2066a\u2069"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("a\u200db", r"a\u200db"),  # joins no emoji
        ("\u2028", r"\u2028"),
        ("\ud800", r"\ud800"),
        ("\u3164", r"\u3164"),
        ("\u0301a\u0301", "\\u0301a\u0301"),  # an accent with nothing to sit on
        ("\U000e0041", r"\U000e0041"),
        ("全角　空格\u00a0", "全角　空格\u00a0"),
        ("C:\\new", "C:\\new"),
        (FAMILY, FAMILY),
        ("🏳️‍🌈", "🏳️‍🌈"),
        ("👩🏽‍⚕️", "👩🏽‍⚕️"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY_TEXT)
def test_what_is_shown_is_one_line_that_can_be_printed(text: str) -> None:
    shown = visible(text)

    assert "\x1b" not in shown
    assert len(shown.splitlines()) <= 1
    assert wcswidth(shown) >= 0
    shown.encode()
    assert visible(shown) == shown


@given(ANY_TEXT.map(visible), st.integers(0, 30))
def test_cut_and_filled_text_is_as_wide_as_asked(text: str, columns: int) -> None:
    cut = fit(text, columns)

    assert wcswidth(cut) <= columns
    assert wcswidth(pad(cut, columns)) == columns
    assert wcswidth(pad(cut, columns, right=True)) == columns


def test_a_word_without_an_end_is_folded_by_looking_at_each_line_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(text: str) -> int:
        asked.append(text)
        return width(text)

    monkeypatch.setattr(rules, "width", counted)

    lines = fold("x" * 20_000, 60).splitlines()

    assert {len(line) for line in lines} == {60, 20}
    assert len(asked) < 5 * len(lines)
