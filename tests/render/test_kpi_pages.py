"""Figures and reports as pages and as data: how numbers are rounded, what each column says, in both languages."""

import json
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from cscli import i18n
from cscli.analytics import daily
from cscli.analytics.breakdown import DIMENSIONS, SHORT, breakdown
from cscli.analytics.kpi import METRICS, explain, table_of
from cscli.analytics.metrics import Exact
from cscli.analytics.standing import standing
from cscli.domain.rulebook import KpiTarget
from cscli.domain.value import replace
from cscli.render import daily as daily_pages
from cscli.render import due as due_pages
from cscli.render import kpi as pages
from tests.analytics.counting import booked, books, complained, event, member
from tests.builders import a_calendar, a_complaint, at, rulebook


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use("en")
    yield
    i18n.use(before)


TARGETS = rulebook(
    kpi=(
        KpiTarget(id="on_time_handling", target="95%"),
        KpiTarget(id="no_show_rate", target="5%", better="lower"),
        KpiTarget(id="csat", target="90%"),
    )
)


def two_bookings() -> Any:
    return books(
        booked("BK-261120-000001", outcome="completed", ended_at="20:00"),
        booked("BK-261120-000002", "09:00", answered_at="09:30"),
        rules=TARGETS,
    )


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ((5, 6), "rate", "83.3%"),
        ((1, 800), "rate", "0.1%"),  # 0.125 goes down, 0.15 goes up
        ((3, 2000), "rate", "0.2%"),
        ((8, 2), "rating", "4.0"),
        ((25, 6), "rating", "4.2"),
        ((1500, 100), "money", "15.00"),
        ((-1, 8), "money", "-0.13"),
        ((-1, 1000), "money", "0.00"),
        ((25, 2), "minutes", "12.5 min"),
        ((7, 1), "count", "7"),
        (None, "rate", "-"),
    ],
)
def test_a_figure_is_rounded_once_half_up(value: Exact | None, unit: str, shown: str) -> None:
    assert pages.figure(value, unit) == shown


def test_each_row_says_name_value_parts_target_and_whether_it_was_met() -> None:
    rows = {line.id: pages.row(line) for line in table_of(two_bookings()).lines}

    assert rows["on_time_handling"] == ("handled on time", "50.0%", "1/2", ">=95.0%", "miss", "on_time_handling")
    assert rows["no_show_rate"] == ("no-show rate", "0.0%", "0/1", "<=5.0%", "ok", "no_show_rate")
    assert rows["csat"] == ("satisfied guests", "-", "0/0", ">=90.0%", "", "csat")
    assert rows["bookings_created"] == ("bookings received", "2", "", "", "", "bookings_created")
    assert rows["lead_time_median"] == ("median lead time", "10.0 h", "n=2", "", "", "lead_time_median")


def test_what_has_a_target_comes_first() -> None:
    lines = pages.kpi_page(table_of(two_bookings())).splitlines()

    assert lines[0] == "Metrics 2026-11-20"
    assert [line.split()[-1] for line in lines[4:8]] == ["on_time_handling", "csat", "no_show_rate", "bookings_created"]


def test_the_same_in_chinese_markdown() -> None:
    i18n.use("zh")

    page = pages.kpi_page(table_of(two_bookings(), ("on_time_handling",)), "md")

    assert page.splitlines()[0] == "## 指标 2026-11-20"
    assert "及时处理率" in page and "未达" in page


def test_csv_has_the_names_of_the_columns_as_heads() -> None:
    page = pages.kpi_page(table_of(two_bookings(), ("bookings_created",)), "csv")

    assert page.splitlines() == [
        "metric,value,parts,target,met,id",
        "bookings received,2,,,,bookings_created",
    ]


def test_a_pareto_shows_share_and_cumulated_share() -> None:
    causes = ["staff", "staff", "staff", "process"]
    found = breakdown(
        books(*(complained(f"C{number}", cause=cause) for number, cause in enumerate(causes))),
        "cause",
        ("complaints_received",),
    )

    rows = [line.split() for line in pages.breakdown_page(found).splitlines()[4:]]

    assert rows == [["人员", "3", "75.0%", "75.0%"], ["流程", "1", "25.0%", "100.0%"], ["total", "4"]]


def test_where_there_is_no_room_the_heads_of_columns_are_short_and_differ() -> None:
    found = breakdown(books(booked("K")), "service")

    narrow, wide = (pages.breakdown_page(found, width=width).splitlines()[2] for width in (80, 200))

    assert narrow.split("  ") == [
        "service", "booked", "units", "done", "cancelled", "no-shows", "unmet", "on time", "satisfied",
    ]  # fmt: skip
    assert "bookings received" in wide and "satisfied guests" in wide
    assert pages.breakdown_page(found, "md", 80).count("bookings") == 3


def test_the_short_heads_of_a_pareto_fit_as_well() -> None:
    found = breakdown(books(complained("A", cause="staff")), "cause")

    head = pages.breakdown_page(found, width=80).splitlines()[2]

    assert head.split() == [
        "cause", "received", "closed", "answered", "resolved", "valid", "content", "share", "cumul.",
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["channel", "agent"])
def test_where_there_is_no_room_bookings_and_complaints_stand_in_tables_of_their_own(by: str) -> None:
    found = breakdown(books(booked("K"), complained("A")), by)

    wide, narrow = (pages.breakdown_page(found, width=width).split("\n\n")[1:] for width in (None, 140))

    heads = [part.splitlines()[0] for part in narrow]
    assert len(wide) == 1 and len(heads) == 2
    assert "bookings received" in heads[0] and "complaints" not in heads[0]
    assert "complaints closed" in heads[1] and "bookings" not in heads[1]
    assert [line.split()[-1] for line in narrow[0].splitlines()[-1:]] == ["-"]
    assert len(pages.breakdown_page(found, "md", 100).split("\n\n")) == 2
    assert pages.breakdown_page(found, "csv", 100).splitlines()[0] == f"{by},{','.join(SHORT['both'])}"


def test_the_records_behind_a_figure() -> None:
    page = pages.explanation_page(explain(two_bookings(), "on_time_handling"))

    assert "handled on time (on_time_handling): 50.0%, from 1/2" in page
    assert [line.split() for line in page.splitlines()[-2:]] == [
        ["BK-261120-000001", "2026-11-20", "09:00", "1", "1"],
        ["BK-261120-000002", "2026-11-20", "09:00", "0", "1"],
    ]


# --- the contract with programs -----------------------------------------------------------------------------------


def test_kpi_as_data() -> None:
    data = pages.kpi_data(table_of(two_bookings(), ("bookings_created", "on_time_handling", "csat")))

    assert data == {
        "from": "2026-11-20T00:00:00+08:00",
        "to": "2026-11-21T00:00:00+08:00",
        "metrics": [
            {"id": "bookings_created", "value": 2, "numerator": 2, "denominator": None, "unit": "count",
             "target": None, "met": None},
            {"id": "on_time_handling", "value": 0.5, "numerator": 1, "denominator": 2, "unit": "rate", "target": 0.95,
             "met": False},
            {"id": "csat", "value": None, "numerator": 0, "denominator": 0, "unit": "rate", "target": 0.9,
             "met": None},
        ],
    }  # fmt: skip


def test_everything_can_be_written_as_json() -> None:
    opened = two_bookings()

    for data in (
        pages.kpi_data(table_of(opened)),
        *(pages.explanation_data(explain(opened, metric.id)) for metric in METRICS),
        *(pages.breakdown_data(breakdown(opened, by)) for by in DIMENSIONS),
    ):
        assert json.loads(json.dumps(data)) == data


# --- the daily report ---------------------------------------------------------------------------------------------


def a_day(now: str = "2026-11-21 08:00") -> daily.DailyReport:
    opened = books(
        booked("BK-261120-000001", units=3, outcome="completed", ended_at="20:00", customer="CU-2",
               joined=member("CU-2", "2026-01-01").joined),
        booked("BK-261120-000002", outcome="cancelled", ended_at="12:00"),
        member("CU-1", "2026-11-20"),
        event("BK-261120-000001", "20:00", "paid", amount=4500, method="card"),
        complained("CP-261120-7F3K9Q"),
        rules=TARGETS, now=now,
    )  # fmt: skip
    as_of, _ = daily.horizon(date(2026, 11, 20), at(now))
    state = standing((a_complaint(),), (), TARGETS, a_calendar(), as_of, as_of - as_of)
    start = int(at("2026-11-21 19:00").timestamp())
    return daily.report(
        opened,
        day=date(2026, 11, 20),
        before=({"created": 1}, {"created": 2}),
        arriving=[("BK-261119-000009", start, 2, True, "badminton")],
        state=state,
        left_out=1,
    )


def test_the_digest_is_one_line_in_either_language() -> None:
    assert daily_pages.digest(a_day()) == ("11-20 orders 2, units 4, came 1, cancelled 1, new members 1, old members 1")
    i18n.use("zh")
    assert daily_pages.digest(a_day()) == "11-20 订单2,桌/场4,到场1,取消1,新会员1,老会员1"


def test_the_digest_of_a_restaurant_counts_tables_and_who_has_dined() -> None:
    day = replace(a_day(), tables=True)

    assert daily_pages.digest(day) == "11-20 orders 2, tables 4, dined 1, cancelled 1, new members 1, old members 1"
    i18n.use("zh")
    assert daily_pages.digest(day) == "11-20 订单2,桌/场4,到场1,取消1,新会员1,老会员1"


def test_the_daily_report_as_data() -> None:
    data = daily_pages.daily_data(a_day())

    assert data["day"] == "2026-11-20"
    assert data["bookings"] == {
        "created": 2, "units": 4, "feedback": 2, "cancelled": 1, "seated": 1, "completed": 1, "no_shows": 0, "unmet": 0,
        "changed": 0,
    }  # fmt: skip
    assert data["members"] == {"new": 1, "old": 1}
    assert data["complaints"] == {
        "received": 1, "resolved": 0, "closed": 0, "open": 1, "overdue": 1, "at_risk": 0,
    }  # fmt: skip
    assert data["takings"] == {"card": "45.00"}
    assert data["tomorrow"]["hours"] == [{"hour": 19, "bookings": 1, "units": 2}]
    assert json.loads(json.dumps(data)) == data


def test_the_daily_report_as_a_page() -> None:
    page = daily_pages.daily_page(a_day())

    lines = page.splitlines()
    assert lines[0] == "晨光体育俱乐部, 2026-11-20 Fri, no public holiday"
    assert "1 file could not be read and is not counted; see cscli check." in lines
    heads = [line for line in lines if line.startswith("[")]
    assert heads == [
        "[Bookings]",
        "[Members and takings]",
        "[Complaints]",
        "[Targets]",
        "[The next day, 2026-11-21 Sat]",
        "[To do: 1]",
    ]
    assert ["orders", "2", "1.5", "+0.5"] in [line.split() for line in lines]
    assert "VIP 19:00 羽毛球 BK-261119-000009" in lines
    assert any("CP-261120-7F3K9Q" in line and "overdue" in line for line in lines)


def test_markdown_has_the_same_parts() -> None:
    page = daily_pages.daily_page(a_day("2026-11-20 21:00"), "md")

    assert page.startswith("# 晨光体育俱乐部, 2026-11-20 Fri, no public holiday, day not over\n\n")
    assert [line for line in page.splitlines() if line.startswith("## ")][-1] == "## To do: 1"


def test_things_to_do_by_owner() -> None:
    items = standing((a_complaint(),), (), TARGETS, a_calendar(), at("2026-11-20 21:00"), at("2026-11-20 21:00")
                     - at("2026-11-20 21:00")).items  # fmt: skip

    page = due_pages.due_page(items, due_pages.severities(TARGETS), by_owner=True)

    assert page.splitlines()[0] == "li.na: 2"
    assert [item["kind"] for item in due_pages.due_data(items, {})] == ["acknowledge", "resolve"]
    assert due_pages.due_page((), {}) == "Nothing is to be done."


def test_a_severity_has_the_rulebooks_name_and_our_word_where_the_rulebook_has_forgotten_it() -> None:
    (item, _) = standing((a_complaint(),), (), TARGETS, a_calendar(), at("2026-11-20 21:00"),
                         at("2026-11-20 21:00") - at("2026-11-20 21:00")).items  # fmt: skip

    assert due_pages.sentence(item, {"minor": "一般"}) == f"Acknowledge 一般 complaint {item.record}"
    assert due_pages.sentence(item, {}) == f"Acknowledge minor complaint {item.record}"


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["figures", "pages"])
def test_both_languages_say_the_same_things(room: str) -> None:
    chinese = import_module(f"cscli.i18n.zh.{room}").TEXT
    english = import_module(f"cscli.i18n.en.{room}").TEXT

    assert chinese.keys() == english.keys()
    for key in chinese:
        assert set(_names(chinese[key])) == set(_names(english[key])), key


def _names(text: str) -> list[str]:
    from string import Formatter

    return [name for _, name, _, _ in Formatter().parse(text) if name]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_metric_and_every_way_to_break_it_down_has_words(language: str) -> None:
    i18n.use(language)

    assert [metric.id for metric in METRICS if not i18n.known(f"kpi.name.{metric.id}")] == []
    assert [metric.id for metric in METRICS if not i18n.known(f"kpi.rule.{metric.id}")] == []
    assert [by for by in DIMENSIONS if not i18n.known(f"kpi.by.{by}")] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_sign_of_ambiguous_width_is_used(language: str) -> None:
    from unicodedata import east_asian_width

    for room in ("figures", "pages"):
        for key, text in import_module(f"cscli.i18n.{language}.{room}").TEXT.items():
            assert [sign for sign in text if east_asian_width(sign) == "A"] == [], key
