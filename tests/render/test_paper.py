"""Templates: what they may lay out, what they may not do, and how their mistakes are told."""

import re
from typing import Any

import pytest

from cscli.domain.findings import Finding
from cscli.errors import DataProblem
from cscli.render.paper import paper
from cscli.render.width import fold, width
from cscli.store.founding import templates

FACTS: dict[str, Any] = {
    "name": "王小明",
    "rows": [
        {"who": "王**", "seats": "2", "needs": ""},
        {"who": "Li", "seats": "10", "needs": ""},
    ],
}


def problem(template: str, facts: dict[str, Any] = FACTS) -> Finding:
    """Return what is said to be wrong with a template."""
    with pytest.raises(DataProblem) as found:
        paper("templates/x.txt", template, facts)
    finding = found.value.facts["finding"]
    assert isinstance(finding, Finding)
    assert finding.path == "templates/x.txt"
    return finding


def test_facts_take_their_places_and_line_ends_are_clean() -> None:
    assert paper("x", "\nName: {{ name }}   \n{% if not rows %}none{% endif %}\nend\n\n", FACTS) == "Name: 王小明\nend"


def test_what_a_fact_says_is_text_whatever_it_looks_like() -> None:
    assert paper("x", "{{ name }}", {"name": "{{ 7*7 }}{% raw %}<b>&amp;"}) == "{{ 7*7 }}{% raw %}<b>&amp;"


def test_what_is_too_wide_for_its_column_stands_on_a_line_of_its_own() -> None:
    assert paper("x", "{{ name | pad(4) }}|\n{{ 'abcd' | pad(4) }}|", FACTS) == "王小明\n    |\nabcd|"


def test_chinese_takes_two_columns_when_it_is_padded() -> None:
    assert (
        paper("x", "{{ name | pad(8) }}|{{ name | right(8) }}|{{ 'ab' | pad(4) }}|", FACTS) == "王小明  |  王小明|ab  |"
    )


def test_a_table_leaves_out_columns_without_anything_in_them() -> None:
    told = paper("x", '{{ rows | table("lr", who="客户", seats="座位", needs="特殊需求") }}', FACTS)

    assert told == "客户  座位\n----  ----\n王**     2\nLi      10"


@pytest.mark.parametrize(
    ("text", "columns", "folded"),
    [
        ("a bb ccc", 5, "a bb\nccc"),
        ("一二三四五", 6, "一二三\n四五"),
        ("court 三号 now", 8, "court 三\n号 now"),
        ("一二三, 四五。六", 6, "一二\n三, 四\n五。六"),  # no line begins with a comma or a full stop
        ("abcdefghij", 4, "abcd\nefgh\nij"),
        ("", 4, ""),
        ("ab", 4, "ab"),
    ],
)
def test_text_is_folded_at_spaces_and_between_chinese_characters(text: str, columns: int, folded: str) -> None:
    assert fold(text, columns) == folded
    assert all(width(line) <= columns for line in fold(text, columns).split("\n"))


def test_further_lines_are_indented() -> None:
    assert fold("a bb ccc", 5, 3) == "a bb\n   ccc"


@pytest.mark.parametrize(
    ("template", "line", "rule"),
    [
        ("ok\n{{ nmae }}", 2, "file.template.unknown"),
        ("ok\n\n{% for row in rows %}\n{{ row.which }}\n{% endfor %}", 4, "file.template.unknown"),
        ("ok\n{% if name %}", 2, "file.template.syntax"),
        ("{{ name | shout }}", 1, "file.template.syntax"),
        ("{{ 1 // 0 }}", 1, "file.template.syntax"),
        ("{% include 'desk.toml' %}", 1, "file.template.syntax"),
        ("ok\n{{ 'x' * 1000000000 }}", 2, "file.template.forbidden"),
        ("{{ '%1000000000d' % 1 }}", 1, "file.template.forbidden"),
        ("{{ name.ljust(1000000000) }}", 1, "file.template.forbidden"),
        ("{{ rows.append(1) }}", 1, "file.template.forbidden"),
        ("{{ name.__class__.__mro__ }}", 1, "file.template.forbidden"),
        ("{{ range(10) }}", 1, "file.template.forbidden"),
        ("{{ self.__init__.__globals__ }}", 1, "file.template.forbidden"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(template: str, line: int, rule: str) -> None:
    found = problem(template)

    assert (found.line, found.rule) == (line, rule)


def test_what_is_not_known_is_named() -> None:
    assert problem("{{ nmae }}").facts == {"name": "nmae"}


def test_a_paper_has_an_end() -> None:
    many = {"rows": ["x" * 1000] * 200}
    nested = "{% for a in rows %}{% for b in rows %}{{ a }}{% endfor %}{% endfor %}"  # 40 million characters

    assert problem(nested, many).rule == "file.template.long"


def test_macros_and_the_place_in_a_loop_may_be_used() -> None:
    template = (
        "{% macro of(x) %}<{{ x }}>{% endmacro %}{% for row in rows %}{{ loop.index }}{{ of(row.who) }}{% endfor %}"
    )

    assert paper("x", template, FACTS) == "1<王**>2<Li>"


def test_in_html_a_fact_is_text_and_the_template_is_markup() -> None:
    template = '{% macro of(x) %}<i>{{ x }}</i>{% endmacro %}<b title="{{ name }}">{{ of(name) }}</b>'

    assert paper("x", template, {"name": '<u>"&'}, "html") == (
        '<b title="&lt;u&gt;&#34;&amp;"><i>&lt;u&gt;&#34;&amp;</i></b>'
    )


def test_in_markdown_every_fact_is_text_however_deep_it_lies() -> None:
    facts = {"rows": [{"who": "a|b*c"}], "name": "one\ntwo `x`"}

    assert paper("x", "| {{ rows[0].who }} | {{ name }} |", facts, "md") == "| a\\|b\\*c | one<br>two \\`x\\` |"


def test_lines_that_a_fact_has_are_kept_and_folded_one_by_one() -> None:
    assert fold("a bb ccc\nd", 5, 2) == "a bb\n  ccc\n  d"


TEMPLATES = (
    "booking-confirmation.txt", "dispatch-sheet.txt", "entry-ticket.txt", "complaint-record.txt", "complaint-record.md",
    "complaint-record.html", "complaint-notice.txt", "booking-cancellation.txt", "booking-cancellation.md",
    "booking-cancellation.html",
)  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_both_languages_name_the_same_facts(name: str) -> None:
    def facts(lang: str) -> set[str]:
        text = (templates() / lang / name).read_text(encoding="utf-8")
        code = re.findall(r"\{[{%](.*?)[}%]\}", text, re.DOTALL)
        return {word for part in code for word in re.findall(r"[a-z_.]+", re.sub(r'"[^"]*"', "", part))}

    assert facts("zh") == facts("en")
    assert {"desk.name", "if", "for"} & facts("zh")
