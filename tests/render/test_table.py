"""Tables, Markdown, CSV and cards as they are printed."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from cscli.render.table import card, csv_text, guarded, markdown, table

HEADERS = ["编号", "客户", "金额"]
ROWS = [["B-7", "王小明", "80.00"], ["B-12", "Li 🏸", "1200.50"]]

CELLS = st.one_of(
    st.text(alphabet=st.sampled_from("羽毛球场地王小明，。（）ab1 -.é🏸👍🏽❤️👨‍👩‍👧🇨🇳\u0301|\\")),
    st.text(alphabet=st.characters(exclude_categories=[])),
)


def page(text: str) -> list[str]:
    return text.split("\n")


def test_a_table_is_aligned_by_what_is_seen() -> None:
    shown = table(ROWS, HEADERS, align="llr")

    assert page(shown) == [
        "编号  客户       金额",
        "----  ------  -------",
        "B-7   王小明    80.00",
        "B-12  Li 🏸   1200.50",
    ]


def test_numbers_stay_as_they_are_written() -> None:
    shown = table([["007", "1e5", " x"], ["1.10", "True", "y"]], ["a", "b", "c"])

    assert page(shown) == [
        "a     b     c",
        "----  ----  --",
        "007   1e5    x",
        "1.10  True  y",
    ]


def test_a_table_without_rows_shows_its_headers() -> None:
    assert page(table([], ["编号", "客户"])) == ["编号  客户", "----  ----"]


def test_no_cell_can_break_its_line_or_the_terminal() -> None:
    shown = table([["a\nb", "\x1b[2J\u202e"]], ["x", "y"])

    assert page(shown) == ["x     y", "----  -------------", r"a\nb  \x1b[2J\u202e"]


def test_the_widest_text_is_cut_where_the_terminal_is_narrow() -> None:
    shown = table([["B-7", "想要靠窗的位置", "80.00"]], ["编号", "要求", "金额"], align="llr", max_width=22)

    assert page(shown) == [
        "编号  要求       金额",
        "----  --------  -----",
        "B-7   想要靠..  80.00",
    ]


def test_a_row_with_too_few_cells_is_a_fault() -> None:
    with pytest.raises(ValueError, match="argument"):
        table([["only one"]], ["a", "b"])


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.sampled_from(["", "r", "rr", "lrl"]))
def test_columns_line_up_whatever_the_cells_hold(rows: list[tuple[str, str, str]], align: str) -> None:
    """Given a last column one sign wide, when the table is drawn, then it stands at the same column in every line."""
    shown = table([[*row, "|"] for row in rows], ["一", "two", "🏸", "|"], align=align)

    lines = page(shown)
    assert len(lines) == len(rows) + 2
    assert len({wcswidth(line) for line in lines}) == 1
    assert {line[-1] for line in lines} == {"|", "-"}


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.integers(7, 60))
def test_no_row_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], max_width: int) -> None:
    shown = table(rows, ["编号", "客户", "金额"], align="llr", max_width=max_width)

    assert max(wcswidth(line) for line in page(shown)) <= max_width


def test_markdown_is_a_pipe_table_that_reads_well_in_source() -> None:
    shown = markdown(ROWS, HEADERS, "llr")

    assert page(shown) == [
        "| 编号   | 客户   |    金额 |",
        "|:-------|:-------|--------:|",
        "| B-7    | 王小明 |   80.00 |",
        "| B-12   | Li 🏸  | 1200.50 |",
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("one\ntwo", "one<br>two"),
        ("<b>", r"\<b>"),
        ("*!*", r"\*!\*"),
        ("no_show", "no_show"),
        ("_so_", r"\_so\_"),
        ("[x](y)", r"\[x](y)"),
        ("&lt; & co", r"\&lt; & co"),
        ("\x1b", r"\\x1b"),
    ],
)
def test_markdown_shows_the_signs_that_were_written(cell: str, shown: str) -> None:
    _, _, row = page(markdown([[cell]], ["x"]))

    assert row.strip("| ") == shown


def test_csv_has_a_line_for_each_row_and_quotes_what_needs_it() -> None:
    text = csv_text([["王小明", 'said "no", left'], ["", "a\r\nb"]], ["客户", "备注"])

    assert text == '客户,备注\n王小明,"said ""no"", left"\n,"a\r\nb"\n'


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("-15.00", "-15.00"),
        ("+8613800000001", "+8613800000001"),
        ("1=1", "1=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_for_a_spreadsheet(cell: str, kept: str) -> None:
    assert guarded(cell) == kept
    assert csv_text([[cell, "x"]], ["a", "b"]).startswith("a,b\n")


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_csv_is_read_again_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = csv_text(rows, ["a", "b"])

    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([guarded(first), guarded(second)] for first, second in rows)]


def test_a_card_puts_values_under_one_another() -> None:
    shown = card([("编号", "B-7"), ("Customer", "王小明"), ("备注", "first line\n第二行\r\n\x1b"), ("x", "")])

    assert page(shown) == [
        "编号      B-7",
        "Customer  王小明",
        "备注      first line",
        "          第二行",
        r"          \x1b",
        "x",
    ]


def test_a_card_without_pairs_is_empty() -> None:
    assert card([]) == ""
