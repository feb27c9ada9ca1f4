"""The complaint report's contract with programs, its words in both languages, and how bars and columns are drawn."""

import json
from collections.abc import Iterator
from importlib import import_module
from unicodedata import east_asian_width
from xml.etree import ElementTree

import pytest

from cscli import i18n
from cscli.analytics import complaints
from cscli.analytics.complainants import Repeat
from cscli.analytics.improvement import MeasureRow
from cscli.analytics.kpi import KNOWN
from cscli.domain.value import replace
from cscli.render import complaints as pages
from cscli.render.chart import Column, bar
from cscli.render.complaints_data import complaints_data
from cscli.render.drawing import bar_svg, columns_svg
from cscli.render.html import safe
from cscli.render.pages import page_of
from tests.analytics.counting import NOVEMBER, books, complained, event, when


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use("en")
    yield
    i18n.use(before)


def a_report(many: int = 1) -> complaints.ComplaintReport:
    """Return a report of November in which everything happens once, or so many complaints came."""
    rows = [complained(f"CP-261120-{place:06d}", customer="CU-1", judgement="valid", cause="staff", status="resolved",
                       reopened=1) for place in range(many)]  # fmt: skip
    first = rows[0].id
    opened = books(
        *rows, event(first, "10:00", "followed_up", reached=0), event(first, "11:00", "followed_up", reached=1),
        period=NOVEMBER, now="2026-11-24 14:00", turns=((first, when("12:00"), "reopened"),),
    )  # fmt: skip
    measure = MeasureRow(first, 1, "corrective", "chen.jie", when("09:00") or 0, when("18:00") or 0, when("10:00"),
                         when("11:00"), effective=False)  # fmt: skip
    late = MeasureRow(first, 2, "remedy", "zhao.min", when("09:00") or 0, when("19:00") or 0)
    return complaints.report(
        opened,
        replace(opened, period=complaints.whole_span(NOVEMBER)),
        completed=40,
        measures=(measure, late),
        late=[(row.id, "resolve", when("18:00") or 0) for row in rows],
        names={"CU-1": "王**"},
        texts={(first, 1): "每周抽查"},
        notes={(first, False): "无人接听"},
        left_out=1,
    )


# --- the contract with programs -------------------------------------------------------------------------------------


def test_the_keys_of_the_report_never_change() -> None:
    data = complaints_data(a_report(2))

    assert list(data) == [
        "desk", "from", "to", "over", "at", "complaints", "metrics", "by", "repeats", "unreached", "dissatisfied",
        "measures", "ineffective", "reopened", "trend", "late",
        "overdue_measures", "left_out",
    ]  # fmt: skip
    assert (data["from"], data["to"]) == ("2026-11-01T00:00:00+08:00", "2026-12-01T00:00:00+08:00")
    assert data["complaints"] == {"received": 2, "resolved": 0, "closed": 0, "open": 2, "overdue": 2}
    assert {metric["id"] for metric in data["metrics"]} == {*complaints.RATES, "complaints_per_1000"}
    assert data["by"]["cause"] == [
        {"key": "staff", "name": "人员", "count": 2, "valid": 2, "share": 1.0, "cumulated": 1.0}
    ]
    first = "CP-261120-000000"
    called = {
        "complaint": first,
        "booking": None,
        "name": "王**",
        "category": "service",
        "service": None,
        "owner": "li.na",
        "by": "li.na",
        "times": 1,
        "came": "resolved",
        "cause": "staff",
        "rating": None,
    }
    assert data["unreached"] == [{**called, "at": "2026-11-20T10:00:00+08:00", "note": "无人接听"}]
    assert data["dissatisfied"] == [{**called, "at": "2026-11-20T11:00:00+08:00", "note": None}]
    assert data["repeats"] == [
        {"customer": "CU-1", "name": "王**", "count": 2, "in_year": 2, "categories": ["service"],
         "complaints": [first, "CP-261120-000001"]}
    ]  # fmt: skip
    assert data["measures"]["corrective"] == {
        "planned": 1, "done": 1, "overdue": 0, "effective": 0, "ineffective": 1,
    }  # fmt: skip
    assert data["ineffective"] == [
        {"complaint": first, "number": 1, "what": "每周抽查", "kind": "corrective", "owner": "chen.jie",
         "verified_at": "2026-11-20T11:00:00+08:00"}
    ]  # fmt: skip
    assert data["reopened"] == [
        {"complaint": first, "category": "service", "owner": "li.na", "times": 1, "last": "2026-11-20T12:00:00+08:00",
         "status": "resolved"}
    ]  # fmt: skip
    assert data["trend"][-1] == {
        "month": "2026-11", "over": False, "received": 2, "valid": 2, "resolve_hours": None, "satisfaction": 0.0,
    }  # fmt: skip
    assert data["late"][0] == {
        "complaint": first, "category": "service", "severity": "minor", "owner": "li.na", "missed": "resolve",
        "due": "2026-11-20T18:00:00+08:00",
    }  # fmt: skip
    assert data["overdue_measures"] == [
        {"complaint": first, "number": 2, "what": None, "kind": "remedy", "owner": "zhao.min",
         "due": "2026-11-20T19:00:00+08:00"}
    ]  # fmt: skip
    assert data["left_out"] == 1
    assert json.loads(json.dumps(data)) == data


def test_a_page_names_no_more_than_it_holds_and_the_data_all() -> None:
    report = a_report(33)

    page = pages.complaints_page(report)

    assert page.count("  solution  ") == 30
    assert "3 more; --format json lists all." in page
    assert "CP-261120-000003 +29" in page  # the ids of one customer
    assert len(complaints_data(report)["late"]) == 33


def test_every_form_has_the_same_parts() -> None:
    report = a_report()
    text, marked, shown = (pages.complaints_page(report, form) for form in ("text", "md", "html"))

    heads = [line[1:-1] for line in text.splitlines() if line.startswith("[")]
    assert [line[3:] for line in marked.splitlines() if line.startswith("## ")] == heads
    assert [part.split("</h2>")[0] for part in shown.split("<h2>")[1:]] == [safe(head) for head in heads]


def test_the_numbers_that_matter_come_first() -> None:
    parts = pages.complaints_page(a_report(3)).split("\n\n")

    assert parts[2] == (
        "received 3, of these valid 3, resolved in time 0/3 (0.0%), satisfied 0/1 (0.0%),\n"
        "still open 3, of these late 3"
    )


@pytest.mark.parametrize("columns", [None, 60, 80, 200])
def test_a_line_of_numbers_is_as_wide_as_the_terminal_or_paper_and_no_number_leaves_its_name(
    columns: int | None,
) -> None:
    lines = pages.complaints_page(a_report(3), width=columns).split("\n\n")[2].splitlines()

    assert max(map(len, lines)) <= (columns or 80)
    assert ", ".join(line.removesuffix(",") for line in lines) == (
        "received 3, of these valid 3, resolved in time 0/3 (0.0%), satisfied 0/1 (0.0%), still open 3, of these late 3"
    )
    assert pages.complaints_page(a_report(3), "md").count("received 3, of these valid 3, resolved in time 0/3") == 1


def test_a_long_note_is_shortened_on_the_page_and_whole_in_the_data() -> None:
    long = "无人接听, " * 10
    report = a_report()
    called = tuple(replace(one, note=long) for one in report.unreached)

    page = pages.complaints_page(replace(report, unreached=called))

    assert "无人接听, 无人接听, 无人接听, 无人接听.." in page
    assert complaints_data(replace(report, unreached=called))["unreached"][0]["note"] == long


@pytest.mark.parametrize("form", ["text", "html"])
def test_those_without_a_cause_are_said_below_the_causes_and_not_drawn(form: str) -> None:
    causes = ["staff", "staff", "staff", "process", None, None]
    opened = books(
        *(complained(f"CP-261120-{place:06d}", cause=cause) for place, cause in enumerate(causes)),
        period=NOVEMBER, now="2026-11-24 14:00",
    )  # fmt: skip
    report = complaints.report(
        opened, replace(opened, period=complaints.whole_span(NOVEMBER)), completed=0, measures=(), late=(), names={},
        texts={}, notes={},
    )  # fmt: skip

    page = pages.complaints_page(report, form)

    part = page.split("Causes, the most frequent first")[1].split("By severity")[0]
    assert "No cause yet: 2, not in the shares" in part
    assert "75.0%" in part and "100.0%" in part and "(none)" not in part
    if form == "html":
        (drawing,) = [f"<svg{each.split('</svg>')[0]}</svg>" for each in part.split("<svg")[1:] if "<title>" in each]
        drawn = ElementTree.fromstring(drawing)  # noqa: S314 - our own
        assert [text.text for text in drawn.iter("text") if text.get("class") == "number"] == ["3", "1"]


def test_where_there_is_no_room_the_bars_go_first() -> None:
    report = a_report()

    assert "####" in pages.complaints_page(report, width=100)
    narrow = pages.complaints_page(report, width=40)
    assert "#" not in narrow
    assert max(map(len, narrow.split("[By category]")[1].split("[")[0].splitlines())) <= 40


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_everything_has_words(language: str) -> None:
    i18n.use(language)
    fates = ("content", "discontent", "unreached", "withdrawn", "resolved", "open")

    assert [name for name in complaints.RATES if name not in KNOWN] == []
    assert [by for by in complaints.DIMENSIONS if not i18n.known(f"kpi.by.{by}")] == []
    assert [came for came in fates if not i18n.known(f"report.complaints.came.{came}")] == []
    shown = ("record", "owner", "asked_by", "asked_at", "times", "note", "cause", "came")
    columns = (*shown, *Repeat._fields, *pages.MEASURES, "month", "received", "resolve_time", "satisfaction")
    unsaid = [name for name in columns if not i18n.known(f"report.complaints.column.{name}")]
    assert unsaid == ["name"]  # it stands under `customer`


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_sign_of_ambiguous_width_is_used(language: str) -> None:
    for key, text in import_module(f"cscli.i18n.{language}.reports").TEXT.items():
        assert [sign for sign in text if east_asian_width(sign) == "A"] == [], key


# --- drawings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "signs"), [(0, 9, 0), (1, 1000, 1), (1, 2, 10), (37, 100, 7), (3, 8, 8), (9, 9, 20), (1, 0, 0)]
)
def test_a_bar_is_as_long_as_its_share_and_what_is_there_shows(part: int, whole: int, signs: int) -> None:
    assert bar(part, whole) == "#" * signs


@pytest.mark.parametrize(
    ("part", "whole", "width"), [(0, 9, "0"), (1, 3, "33.3"), (1, 2, "50"), (4, 4, "100"), (1, 0, "0")]
)
def test_a_drawn_bar_is_a_share_of_a_hundred(part: int, whole: int, width: str) -> None:
    (drawn,) = ElementTree.fromstring(bar_svg(part, whole))  # noqa: S314 - our own

    assert drawn.get("width") == width


def test_columns_stand_on_the_floor_and_the_highest_reaches_the_top() -> None:
    drawn = ElementTree.fromstring(columns_svg("<i>", [Column("a", 4), Column("b", 1), Column("c", 0)]))  # noqa: S314

    heights = [(rect.get("y"), rect.get("height")) for rect in drawn.iter("rect")]
    assert heights == [("24", "182"), ("160.5", "45.5"), ("206", "0")]
    assert [title.text for title in drawn.iter("title")] == ["<i>"]
    assert list(drawn.iter("polyline")) == []


def test_the_line_of_a_pareto_begins_at_the_top_of_its_first_column() -> None:
    shares = [Column("a", 3, (3, 4), "75%"), Column("b", 1, (4, 4), "100%")]

    drawn = ElementTree.fromstring(columns_svg("x", shares, 4))  # noqa: S314 - our own

    tops = [rect.get("y") for rect in drawn.iter("rect")]
    assert tops == ["69.5", "160.5"]
    assert [circle.get("cy") for circle in drawn.iter("circle")] == ["69.5", "24"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert columns_svg("x", []) == ""
    assert columns_svg("x", [Column("a", 0, (1, 2), "50%")]) == ""


@pytest.mark.parametrize("text", ["<b>", "a\x00b", "\u202e", "\x1b[31m", "'\""])
def test_what_a_browser_or_a_terminal_would_obey_is_written_out(text: str) -> None:
    shown = safe(text)

    assert not {"<", ">", '"', "'", "\x00", "\u202e", "\x1b"} & set(shown)
    page = page_of("html")
    page.title(text)
    page.head(text)
    page.line(text)
    page.listed([(text, text)])
    page.rows([[text]], [text])
    page.barred([[text]], [text], "l", [(1, 2)])
    page.chart(text, [Column(text, 1, (1, 2), text)])
    assert text not in page.text()


def test_an_escape_is_not_believed() -> None:
    assert safe("&amp;") == "&amp;amp;"


def test_a_late_complaint_says_by_how_much() -> None:
    page = pages.complaints_page(a_report())

    (line,) = [line for line in page.splitlines() if "  solution  " in line]
    assert line.endswith("3 days 20 h")
