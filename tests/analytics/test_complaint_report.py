"""The complaint report: one November of the club, counted by hand, while it is running and when it is over."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from cscli.analytics import complainants, complaints, improvement
from cscli.analytics.facts import Books
from cscli.analytics.improvement import MeasureCounts, MeasureRow
from cscli.analytics.periods import day_span, month_span, year_span
from cscli.domain.case import ComplaintEvent
from cscli.domain.value import replace
from tests.analytics.counting import NOVEMBER, books, complained, event, when
from tests.builders import SHANGHAI, at

NOW = "2026-12-02 09:00"


def report(*facts: Any, now: str = NOW, period: Any = NOVEMBER, **said: Any) -> complaints.ComplaintReport:
    turns = said.pop("turns", ())
    opened = books(*facts, now=now, period=period, turns=turns)
    usual: dict[str, Any] = {"completed": 0, "measures": (), "late": (), "names": {}, "texts": {}, "notes": {}}
    whole = replace(opened, period=complaints.whole_span(period))
    return complaints.report(opened, whole, **usual | said)


def figures(found: complaints.ComplaintReport) -> Mapping[str, Any]:
    return {line.id: line.tally.value for line in (*found.lines, *found.rates)}


@pytest.mark.row("C1", "C2")
def test_the_head_counts_what_came_and_how_it_went() -> None:
    found = report(
        complained("A", "2026-11-02 09:00", judgement="valid", judged_at="2026-11-02 10:00",
                   acknowledged_at="2026-11-02 09:30", resolved_at="2026-11-02 11:00", status="closed",
                   ended_at="2026-11-03 09:00"),
        complained("B", "2026-11-04 09:00", judgement="invalid", judged_at="2026-11-04 10:00",
                   acknowledged_at="2026-11-05 09:30"),  # 4 working hours were over
        complained("C", "2026-10-30 09:00", status="closed", ended_at="2026-11-30 23:59"),
        complained("D", "2026-12-01 09:00"),  # not of this month
        event("A", "2026-11-02 15:00", "followed_up", reached=1, satisfied=1),
        event("A", "2026-11-03 09:00", "closed"), event("C", "2026-11-30 23:59", "closed"),
        completed=250,
    )  # fmt: skip

    told = figures(found)
    assert [told[name] for name in complaints.COUNTS] == [(2, 1), (1, 1), (2, 1), (1, 1)]
    assert found.valid == 1
    assert told["valid_rate"] == (1, 2)
    assert told["ack_on_time"] == (1, 2)  # C was never answered, but that was due in October
    assert told["complaint_satisfaction"] == (1, 1)
    assert told["resolve_time_mean"] == (2 * 3600, 3600)
    assert told["complaints_per_1000"] == (1000, 250)


@pytest.mark.parametrize(
    ("now", "over", "as_of"),
    [("2026-11-20 14:00", False, "2026-11-20 14:00:00"), ("2026-12-01 00:00", True, "2026-11-30 23:59:59")],
)
def test_a_period_is_told_as_it_stood_at_its_end_or_now(now: str, over: bool, as_of: str) -> None:
    found = report(now=now)

    assert (found.over, found.at) == (over, at(as_of))


def test_valid_ones_are_counted_among_those_received_whenever_they_were_judged() -> None:
    found = report(
        complained("A", "2026-10-30 09:00", judgement="valid", judged_at="2026-11-02 10:00"),  # of October
        complained("B", "2026-11-30 17:00", judgement="valid", judged_at="2026-12-01 10:00"),
    )

    assert found.valid == 1  # B
    assert figures(found)["valid_rate"] == (1, 1)  # A


def test_measures_count_what_happened_in_the_period_whenever_they_were_planned() -> None:
    before = {"planned_at": when("2026-10-20 12:00")}
    rows = (
        planned("A", 1, "2026-10-25 18:00", done_at="2026-11-02 10:00", **before),
        planned("A", 2, "2026-10-25 18:00", done_at="2026-10-24 10:00", verified_at="2026-11-09 10:00",
                effective=True, **before),
        planned("B", 1, "2026-12-10 18:00"),
    )  # fmt: skip

    (counts,) = [one for one in report(measures=rows).measures if one.kind == "corrective"]

    assert (counts.planned, counts.done, counts.overdue, counts.effective) == (1, 1, 0, 1)


def test_what_it_was_about_and_which_of_it_was_valid() -> None:
    found = report(
        complained("A", category="service", judgement="valid", cause="staff", against="person:li.na department:front"),
        complained("B", category="service", judgement="invalid", cause="process", channel="online"),
        complained("C", category="facility", cause="staff", severity="major"),
    )

    def told(by: str) -> list[tuple[str, int, int, Any]]:
        return [(one.key, one.count, one.valid, one.share) for one in found.shares[by]]

    assert told("category") == [("service", 2, 1, (2, 3)), ("facility", 1, 0, (1, 3))]
    assert told("severity") == [("minor", 2, 1, (2, 3)), ("major", 1, 0, (1, 3))]
    assert told("channel") == [("phone", 2, 1, (2, 3)), ("online", 1, 0, (1, 3))]
    assert told("person") == [("li.na", 1, 1, (1, 3)), ("", 2, 0, (2, 3))]
    assert "resource" not in found.shares  # nobody named one


@pytest.mark.row("E1")
def test_causes_add_up_to_all_of_it() -> None:
    causes = ["process", "staff", "staff", "staff", None]

    found = report(*(complained(f"C{place}", cause=cause) for place, cause in enumerate(causes)))

    assert [(one.key, one.count, one.share, one.cumulated) for one in found.shares["cause"]] == [
        ("staff", 3, (3, 4), (3, 4)),
        ("process", 1, (1, 4), (4, 4)),
        ("", 1, None, None),  # open: nobody knows yet
    ]


def test_every_table_goes_by_size_and_what_has_no_value_is_last() -> None:
    courts = [f"court-{number}" for number in range(1, 13)]
    found = report(
        complained("A", against=f"resource:{courts[0]}"), complained("B", against=f"resource:{courts[11]}"),
        complained("D", against=f"resource:{courts[1]}"),
        complained("C", against=f"resource:{courts[11]} person:li.na"),
        complained("E", severity="major"), complained("F", severity="major"), complained("G", severity="major"),
    )  # fmt: skip

    told = {by: [(one.key, one.count) for one in found.shares[by]] for by in ("resource", "person", "severity")}
    assert told == {
        "resource": [("court-12", 2), ("court-1", 1), ("court-2", 1), ("", 3)],
        "person": [("li.na", 1), ("", 6)],
        "severity": [("minor", 4), ("major", 3)],
    }


# --- who complains again, who is not content ------------------------------------------------------------------------


def test_once_in_the_month_and_twice_in_the_year() -> None:
    rows = (
        complained("A1", "2026-11-02 09:00", customer="A"), complained("A2", "2026-11-20 09:00", customer="A"),
        complained("B1", "2025-12-01 00:00", customer="B"), complained("B2", "2026-06-01 09:00", customer="B"),
        complained("B3", "2026-11-30 23:59", customer="B", category="facility"),
        complained("C1", "2025-11-30 23:59", customer="C"),  # a minute before the year
        complained("C2", "2026-06-01 09:00", customer="C"), complained("C3", "2026-11-20 09:00", customer="C"),
        complained("D1", "2026-10-31 23:59", customer="D"),  # a minute before the month
        complained("D2", "2026-11-01 00:00", customer="D"),
        complained("E1", "2025-11-30 23:59", customer="E"), complained("E2", "2026-11-20 09:00", customer="E"),
        complained("F1", "2026-10-01 09:00", customer="F"), complained("F2", "2026-10-02 09:00", customer="F"),
        complained("N1", "2026-11-20 09:00"), complained("N2", "2026-11-20 09:00"),  # nobody left a name
    )  # fmt: skip

    found = report(*rows, names={"A": "王**"})

    assert [(one.customer, one.name, one.count, one.in_year) for one in found.repeats] == [
        ("A", "王**", 2, 2),
        ("B", "", 1, 3),
        ("C", "", 1, 2),
        ("D", "", 1, 2),
    ]
    assert found.repeats[1].categories == ("service", "facility")
    assert found.repeats[1].complaints == ("B1", "B2", "B3")


@pytest.mark.row("E6", "B6")
def test_who_was_not_reached_or_not_content_and_what_came_of_it() -> None:
    def called(name: str, *calls: tuple[str, bool, bool | None], **said: Any) -> list[Any]:
        told = [event(name, day, "followed_up", reached=reached, satisfied=good) for day, reached, good in calls]
        return [complained(name, "2026-11-02 09:00", **said), *told]

    missed = ("2026-11-10 10:00", False, None)
    again = ("2026-11-11 10:00", False, None)
    angry = ("2026-11-12 10:00", True, False)
    happy = ("2026-11-13 10:00", True, True)
    found = report(
        *called("A", missed, happy, status="closed", satisfied=True, ended_at="2026-11-14 09:00"),
        *called("B", missed, again, status="closed", ended_at="2026-11-14 09:00"),
        *called("C", angry, status="in_progress", satisfied=False),
        *called("D", angry, status="closed", satisfied=False, ended_at="2026-11-14 09:00"),
        *called("E", missed, angry, status="resolved", satisfied=False),
        *called("F", happy, status="closed", satisfied=True, ended_at="2026-11-14 09:00"),
        *called("G", ("2026-10-31 10:00", False, None), status="resolved"),  # called back in October
    )

    assert [(one.record, one.times, one.came) for one in found.unreached] == [
        ("A", 1, "content"), ("B", 2, "unreached"), ("E", 1, "resolved"),
    ]  # fmt: skip
    assert [(one.record, one.times, one.came) for one in found.dissatisfied] == [
        ("C", 1, "open"), ("D", 1, "discontent"), ("E", 1, "resolved"),
    ]  # fmt: skip


def test_why_a_customer_was_not_reached_or_not_content() -> None:
    def call(day: str, note: str | None, *, reached: bool, satisfied: bool | None = None) -> ComplaintEvent:
        return ComplaintEvent(
            at=at(f"2026-{day} 10:00"), by="li.na", type="followed_up", note=note, reached=reached, satisfied=satisfied
        )

    events = (
        call("10-31", "十月的话", reached=False),
        call("11-10", "无人接听", reached=False),
        call("11-11", None, reached=False),  # nothing was noted: the word before it stands
        call("11-12", "要本人道歉", reached=True, satisfied=False),
        call("11-13", "满意了", reached=True, satisfied=True),
    )
    opened = books(period=NOVEMBER)

    assert complainants.note_of(opened, events, reached=False) == "无人接听"
    assert complainants.note_of(opened, events, reached=True) == "要本人道歉"
    assert complainants.note_of(opened, events[:1], reached=False) is None

    found = report(
        complained("A", cause="staff"), event("A", "11:00", "followed_up", reached=0),
        complained("B"), event("B", "11:00", "followed_up", reached=1, satisfied=0),
        notes={("A", False): "无人接听", ("A", True): "别的"},
    )  # fmt: skip
    assert [(one.cause, one.note) for one in found.unreached] == [("staff", "无人接听")]
    assert [(one.cause, one.note) for one in found.dissatisfied] == [(None, None)]


def test_only_customers_who_are_listed_are_named() -> None:
    opened = books(
        complained("A", customer="CU-1"), complained("B", customer="CU-1"), complained("C", customer="CU-2"),
        complained("D", customer="CU-3"), event("D", "11:00", "followed_up", reached=0),
    )  # fmt: skip

    assert sorted(complainants.named(opened)) == ["CU-1", "CU-3"]


# --- measures -------------------------------------------------------------------------------------------------------


def planned(record: str, number: int, due: str, **said: Any) -> MeasureRow:
    """Return a corrective measure planned on the 2nd at noon."""
    moments = {name: when(value) for name, value in said.items() if name in ("done_at", "verified_at", "ended_at")}
    usual = {"kind": "corrective", "owner": "chen.jie", "planned_at": when("2026-11-02 12:00"), "status": "closed"}
    return MeasureRow(record=record, number=number, due=when(due) or 0, **usual | said | moments)


@pytest.mark.row("E1")
def test_measures_and_whether_they_worked() -> None:
    rows = (
        planned("A", 1, "2026-11-05 18:00", kind="remedy", done_at="2026-11-05 10:00"),
        planned("A", 2, "2026-11-10 18:00", done_at="2026-11-09 10:00", verified_at="2026-11-25 10:00", effective=True),
        planned(
            "A", 3, "2026-11-10 18:00", done_at="2026-11-09 10:00", verified_at="2026-11-25 11:00", effective=False
        ),
        planned("B", 1, "2026-11-10 18:00"),  # late and not done
        planned("B", 2, "2026-11-10 18:00", done_at="2026-12-01 10:00"),  # done since
        planned("B", 3, "2026-12-10 18:00"),  # there is time
        planned("C", 1, "2026-11-10 18:00", status="withdrawn", ended_at="2026-11-08 10:00"),
    )

    found = report(measures=rows, texts={("A", 3): "每周抽查"})

    assert found.measures == (
        MeasureCounts(kind="remedy", planned=1, done=1, overdue=0, effective=0, ineffective=0),
        MeasureCounts(kind="corrective", planned=6, done=2, overdue=2, effective=1, ineffective=1),
        MeasureCounts(kind="preventive", planned=0, done=0, overdue=0, effective=0, ineffective=0),
    )
    assert [(one.complaint, one.number, one.what, one.verified_at) for one in found.failed] == [
        ("A", 3, "每周抽查", at("2026-11-25 11:00"))
    ]


def test_which_measures_are_overdue_whose_and_since_when() -> None:
    rows = (
        planned("A", 1, "2026-11-12 18:00"),
        planned("A", 2, "2026-11-10 18:00", done_at="2026-12-01 10:00", owner="zhao.min"),  # done after the month
        planned("B", 1, "2026-11-10 18:00", kind="remedy"),
        planned("B", 2, "2026-11-10 18:00", done_at="2026-11-30 10:00"),  # late, but done in it
        planned("B", 3, "2026-12-10 18:00"),  # there is time
        planned("C", 1, "2026-11-10 18:00", status="withdrawn", ended_at="2026-11-08 10:00"),
    )

    found = report(measures=rows, texts={("A", 1): "每周抽查"})

    assert [(one.complaint, one.number, one.what, one.kind, one.owner, one.due) for one in found.undone] == [
        ("A", 2, None, "corrective", "zhao.min", at("2026-11-10 18:00")),
        ("B", 1, None, "remedy", "chen.jie", at("2026-11-10 18:00")),
        ("A", 1, "每周抽查", "corrective", "chen.jie", at("2026-11-12 18:00")),
    ]
    assert sum(one.overdue for one in found.measures) == len(found.undone)


def test_of_those_without_effect_the_first_found_comes_first() -> None:
    late = planned("A", 1, "2026-11-10 18:00", verified_at="2026-11-25 10:00", effective=False)
    early = planned("B", 1, "2026-11-10 18:00", verified_at="2026-11-24 10:00", effective=False)

    assert improvement.ineffective(books(period=NOVEMBER), (late, early)) == [early, late]


def test_what_was_opened_again_in_the_month() -> None:
    turns = [
        ("A", when("2026-11-02 09:00"), "reopened"),  # linked by mistake: no solution went back
        ("A", when("2026-11-05 09:00"), "reopened"), ("A", when("2026-11-09 09:00"), "closed"),
        ("A", when("2026-11-10 09:00"), "reopened"), ("B", when("2026-10-05 09:00"), "reopened"),
    ]  # fmt: skip
    usual = {"status": "in_progress", "reopened": 2}
    rows = [
        complained("A", "2026-10-01 09:00", resolved_at="2026-11-04 09:00", **usual),
        complained("B", "2026-10-01 09:00", resolved_at="2026-10-04 09:00", **usual),
    ]

    found = report(*rows, turns=tuple(turns))

    assert [(one.complaint, one.times, one.at, one.status) for one in found.reopened] == [
        ("A", 2, at("2026-11-10 09:00"), "in_progress")
    ]


# --- over time ------------------------------------------------------------------------------------------------------


def test_the_last_twelve_months_one_line_each() -> None:
    found = report(
        complained("A", "2025-12-01 09:00", judgement="valid", resolved_at="2025-12-01 12:00"),  # Monday: 3 h
        complained("B", "2026-10-30 09:00", judgement="valid", resolved_at="2026-11-02 10:00"),  # Friday to Monday: 9 h
        complained("C", "2026-11-02 09:00", judgement="invalid", resolved_at="2026-11-02 10:00"),  # 1 h
        complained("D", "2025-11-30 09:00"),  # before it all
        event("B", "2026-11-03 10:00", "followed_up", reached=1, satisfied=0),
        event("C", "2026-11-03 10:00", "followed_up", reached=1, satisfied=1),
        now="2026-11-20 14:00",
    )

    assert [one.month for one in found.trend] == [
        "2025-12", *(f"2026-{month:02d}" for month in range(1, 12))
    ]  # fmt: skip
    by_month = {one.month: one for one in found.trend}
    told = {month: (one.received, one.valid, one.resolve_time.value, one.satisfaction.value)
            for month, one in by_month.items() if one.received or one.resolve_time.value}  # fmt: skip
    assert told == {
        "2025-12": (1, 1, (3 * 3600, 3600), None),
        "2026-10": (1, 1, None, None),
        "2026-11": (1, 0, (10 * 3600, 2 * 3600), (1, 2)),
    }
    assert [one.over for one in found.trend] == [True] * 11 + [False]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (day_span(date(2026, 1, 31), SHANGHAI), "2025-02", "2026-01"),
        (year_span("2026", SHANGHAI), "2026-01", "2026-12"),
        (month_span("2028-02", SHANGHAI), "2027-03", "2028-02"),
    ],
)
def test_the_trend_ends_with_the_month_in_which_the_period_ends(period: Any, first: str, last: str) -> None:
    spans = complaints.months(period)

    assert (f"{spans[0].start:%Y-%m}", f"{spans[-1].start:%Y-%m}", len(spans)) == (first, last, 12)


def test_what_is_read_reaches_over_period_trend_and_year() -> None:
    leap_day = day_span(date(2028, 2, 28), SHANGHAI)  # ends as the 29th begins

    span = complaints.whole_span(leap_day)

    assert (span.start, span.end) == (at("2027-02-28 00:00"), at("2028-03-01 00:00"))


def test_the_longest_late_comes_first() -> None:
    rows = (complained("A", owner="li.na"), complained("B", severity="major", owner="chen.jie"))
    late = [("A", "resolve", when("2026-11-24 09:00") or 0), ("B", "acknowledge", when("2026-11-20 10:00") or 0)]

    found = report(*rows, late=late)

    assert [(one.complaint, one.missed, one.owner, one.due) for one in found.late] == [
        ("B", "acknowledge", "chen.jie", at("2026-11-20 10:00")),
        ("A", "resolve", "li.na", at("2026-11-24 09:00")),
    ]


def test_the_report_counts_as_the_metrics_do() -> None:
    from cscli.analytics.kpi import table_of

    rows = [complained(f"C{day}", f"2026-11-{day:02d} 09:00", resolved_at=f"2026-11-{day + 1:02d} 10:00",
                       judgement="valid", judged_at=f"2026-11-{day:02d} 11:00") for day in range(1, 29)]  # fmt: skip
    opened: Books = books(*rows, now=NOW, period=NOVEMBER)

    metrics = {line.id: line.tally for line in table_of(opened).lines}
    found = report(*rows)

    assert {line.id: line.tally for line in (*found.lines, *found.rates)}.items() <= metrics.items()
