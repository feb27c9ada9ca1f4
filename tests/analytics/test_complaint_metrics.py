"""The metrics of complaints, with deadlines worked out by hand.

Minor ones are to be acknowledged within 4 working hours and resolved within 2 working days; the office works from 9 to
12 and from 13 to 18, Monday to Friday. 2026-11-20 is a Friday.
"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.analytics.breakdown import SHORT, breakdown
from cscli.analytics.facts import OfficeClock
from cscli.analytics.kpi import table_of
from cscli.analytics.metrics import Metric, tally
from cscli.analytics.periods import day_span
from cscli.domain import worktime
from cscli.domain.value import replace
from tests.analytics.counting import NOVEMBER, booked, books, complained, count, event, parts, value
from tests.builders import SHANGHAI, a_calendar, at


def test_an_answer_at_the_deadline_is_in_time() -> None:
    # received 09:00: four working hours end at 14:00, the break taken off
    met = complained("A", acknowledged_at="14:00")
    missed = complained("B", acknowledged_at="14:01")

    assert parts(books(met, missed), "ack_on_time") == (1, 2)


@pytest.mark.parametrize(("now", "expected"), [("14:00", (0, 0)), ("14:01", (0, 1))])
def test_open_it_counts_only_once_it_is_overdue(now: str, expected: tuple[int, int]) -> None:
    assert parts(books(complained("A"), now=f"2026-11-20 {now}"), "ack_on_time") == expected


def test_a_late_answer_is_missed_on_the_day_of_its_deadline_and_only_there() -> None:
    late = complained("A", "2026-11-18 17:00", acknowledged_at="09:30")  # due on the 19th at 12:00
    opened = books(late, now="2026-11-21 00:00")
    thursday = replace(opened, period=day_span(date(2026, 11, 19), SHANGHAI))

    assert parts(thursday, "ack_on_time") == (0, 1)
    assert parts(opened, "ack_on_time") == (0, 0)


def test_the_days_add_up_to_the_month() -> None:
    rows = (
        complained("A", "2026-11-18 17:00", acknowledged_at="09:30"),
        complained("B", "2026-11-19 09:00", acknowledged_at="2026-11-19 09:10", resolved_at="11:00"),
        complained("C", "2026-11-19 17:30"),
        complained("D", "2026-11-20 17:30", acknowledged_at="2026-11-20 17:40"),
    )
    month = books(*rows, period=NOVEMBER, now="2026-11-26 00:00")
    days = [
        replace(month, period=day_span(date(2026, 11, 16) + timedelta(days=number), SHANGHAI)) for number in range(10)
    ]

    for name in ("ack_on_time", "resolve_on_time"):
        each = [parts(day, name) for day in days]
        assert tuple(map(sum, zip(*each, strict=True))) == parts(month, name)
    assert parts(month, "ack_on_time") == (2, 4)
    assert parts(month, "resolve_on_time") == (1, 4)


def test_withdrawn_before_the_deadline_it_is_in_neither() -> None:
    gone = complained("A", status="withdrawn", ended_at="10:00")

    assert parts(books(gone), "ack_on_time") == (0, 0)


def test_times_run_in_working_hours() -> None:
    # 60, 120 and 240 working minutes
    opened = books(
        complained("A", "11:30", acknowledged_at="13:30"),
        complained("B", "07:00", acknowledged_at="11:00"),
        complained("C", "2026-11-19 16:00", acknowledged_at="11:00"),
    )

    def minutes(name: str) -> float | None:
        found = value(opened, name)
        return found[0] / found[1] if found else None

    assert minutes("ack_time_mean") == (60 + 120 + 240) / 3
    assert minutes("ack_time_median") == 120
    assert minutes("ack_time_p90") == 240


MONDAY = int(at("2026-11-16 00:00").timestamp())
moments = st.integers(0, 14 * 86_400).map(lambda seconds: MONDAY + seconds)


@given(moments, moments)
def test_the_clock_of_the_office_agrees_with_the_arithmetic_of_working_time(start: int, end: int) -> None:
    calendar = a_calendar()
    clock = OfficeClock(calendar, MONDAY, MONDAY + 14 * 86_400)

    first, last = (datetime.fromtimestamp(moment, SHANGHAI) for moment in (start, end))
    assert clock.between(start, end) == worktime.between(calendar, first, last).total_seconds()


@pytest.mark.parametrize(("many", "expected"), [(1, 1), (9, 9), (10, 9), (11, 10), (20, 18)])
def test_the_p90_is_the_nearest_rank(many: int, expected: int) -> None:
    metric = Metric(id="x", entries=lambda _: iter(()), sum="p90")
    entries = [(booked("A"), 0, number, 1) for number in range(many, 0, -1)]

    assert tally(metric, entries).value == (expected, 1)


def test_open_at_the_end_is_what_was_not_over_by_then() -> None:
    opened = books(
        complained("open"),
        complained("closed today", status="closed", ended_at="18:00"),
        complained("closed tomorrow", status="closed", ended_at="2026-11-21 09:00"),
        complained("from before", "2026-11-10 09:00"),
        complained("to come", "2026-11-21 09:00"),
        complained("open again", "2026-11-10 09:00", status="in_progress", reopened=1, ended_at="2026-11-12 09:00"),
        complained("again tomorrow", "2026-11-10 09:00", status="in_progress", reopened=1, ended_at="10:00"),
        turns=(
            ("open again", counted("2026-11-12 09:00"), "closed"),
            ("open again", counted("2026-11-13 09:00"), "reopened"),
            ("again tomorrow", counted("2026-11-20 10:00"), "closed"),
            ("again tomorrow", counted("2026-11-21 09:00"), "reopened"),
        ),
        now="2026-11-22 00:00",
    )

    assert count(opened, "complaints_open") == 4


def counted(text: str) -> int:
    return complained("x", text).received_at


def test_settled_by_the_first_receiver() -> None:
    opened = books(
        complained("own", resolved_at="11:00"), event("own", "11:00", "resolved"),
        complained("other", resolved_at="11:00"), event("other", "11:00", "resolved", by="chen.jie"),
        complained("handed", resolved_at="11:00", handed_over=1), event("handed", "11:00", "resolved"),
        complained("back", resolved_at="11:00", reopened=1), event("back", "11:00", "resolved"),
        event("handed", "10:00", "handed_over"), event("handed", "10:30", "handed_over"),
    )  # fmt: skip

    assert parts(opened, "first_contact_resolution") == (1, 4)
    assert parts(opened, "reopen_rate") == (1, 4)
    assert parts(opened, "escalation_rate") == (1, 4)


def test_follow_ups_that_reached_somebody() -> None:
    opened = books(
        complained("A"),
        event("A", "10:00", "followed_up", reached=0),
        event("A", "11:00", "followed_up", reached=1, satisfied=0),
        event("A", "12:00", "followed_up", reached=1, satisfied=1),
    )

    assert parts(opened, "complaint_satisfaction") == (1, 2)


def test_valid_complaints_against_completed_bookings() -> None:
    opened = books(
        complained("A", judgement="valid", judged_at="10:00"),
        complained("B", judgement="invalid", judged_at="10:00"),
        *(booked(f"K{number}", outcome="completed", ended_at="20:00") for number in range(40)),
    )

    (line,) = table_of(opened, ("complaints_per_1000",)).lines
    assert line.tally.value == (1000, 40)
    assert parts(opened, "valid_rate") == (1, 2)


def test_causes_are_a_pareto() -> None:
    causes = ["staff"] * 5 + ["process"] * 3 + [None] * 6

    found = breakdown(books(*(complained(f"C{n}", cause=cause) for n, cause in enumerate(causes))), "cause")

    assert [(group.key, group.name, group.share, group.cumulated) for group in found.groups] == [
        ("staff", "人员", (5, 8), (5, 8)),
        ("process", "流程", (3, 8), (8, 8)),
        ("", None, None, None),  # the largest, but it is no cause: last, and not in the shares
    ]


@pytest.mark.parametrize("by", ["cause", "department", "person", "resource"])
def test_what_has_no_value_stands_last(by: str) -> None:
    opened = books(
        complained("A"), complained("B"), complained("C", cause="staff", against="department:x person:y resource:z")
    )

    assert [group.key for group in breakdown(opened, by, ("complaints_received",)).groups][-1] == ""


@pytest.mark.parametrize("by", ["category", "cause", "severity", "department", "agent", "channel"])
def test_complaints_are_told_by_the_same_figures_in_every_way(by: str) -> None:
    opened = books(
        complained("A", cause="staff", against="department:front", judgement="valid", judged_at="10:00",
                   acknowledged_at="09:30", resolved_at="11:00", status="closed", ended_at="15:00"),
        event("A", "14:00", "followed_up", reached=1, satisfied=1), event("A", "15:00", "closed"),
    )  # fmt: skip

    (group,) = breakdown(opened, by).groups

    told = {line.id: line.tally.value for line in group.lines if line.id in SHORT["complaint"]}
    assert told == {
        "complaints_received": (1, 1), "complaints_closed": (1, 1), "ack_on_time": (1, 1), "resolve_on_time": (1, 1),
        "valid_rate": (1, 1), "complaint_satisfaction": (1, 1),
    }  # fmt: skip


def test_departments_come_from_what_it_is_against() -> None:
    opened = books(
        complained("A", against="person:li.na department:front"),
        complained("B", against="department:front department:pool"),
        complained("C"),
    )

    found = breakdown(opened, "department", ("complaints_received",))

    assert [(group.key, group.lines[0].tally.numerator) for group in found.groups] == [
        ("front", (2, 1)),
        ("pool", (1, 1)),
        ("", (1, 1)),
    ]
