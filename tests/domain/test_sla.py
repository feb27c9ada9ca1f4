"""Deadlines of complaints. Office: Mon-Fri 9-12 and 13-18; 2026-11-20 is a Friday. All figures counted by hand."""

from datetime import date, timedelta

import pytest

from cscli.domain import answering, sla
from cscli.domain import complaint as complaints
from cscli.domain.case import Complaint
from cscli.domain.sla import Deadline
from tests.builders import a_calendar, a_complaint, an_act, at, complaint_rules, duration, rulebook


def deadline(name: str, complaint: Complaint, now: str) -> Deadline:
    return {found.name: found for found in sla.deadlines(complaint, rulebook(), a_calendar(), at(now))}[name]


def names(complaint: Complaint, now: str) -> list[str]:
    return [found.name for found in sla.deadlines(complaint, rulebook(), a_calendar(), at(now))]


@pytest.mark.parametrize(
    ("severity", "received", "acknowledge", "resolve"),
    [
        pytest.param("minor", "2026-11-20 09:00", "2026-11-20 14:00", "2026-11-24 09:00", id="over lunch"),
        pytest.param("minor", "2026-11-21 10:00", "2026-11-23 14:00", "2026-11-25 09:00", id="on a Saturday"),
        pytest.param("minor", "2026-11-20 16:00", "2026-11-23 11:00", "2026-11-24 16:00", id="over the weekend"),
        pytest.param("major", "2026-11-20 17:30", "2026-11-23 09:30", "2026-11-23 17:30", id="late on Friday"),
        pytest.param("major", "2026-11-20 17:00", "2026-11-20 18:00", "2026-11-23 17:00", id="ends at closing time"),
        pytest.param("critical", "2026-11-20 22:00", "2026-11-20 22:30", "2026-11-21 02:00", id="by the clock"),
    ],
)
def test_severity_sets_the_deadlines(severity: str, received: str, acknowledge: str, resolve: str) -> None:
    complaint = a_complaint(severity=severity, received=received)

    assert deadline("acknowledge", complaint, received).due == at(acknowledge)
    assert deadline("resolve", complaint, received).due == at(resolve)


def test_a_day_off_and_an_adjusted_working_day_move_the_deadline() -> None:
    calendar = a_calendar(announced={date(2026, 11, 21): True, date(2026, 11, 23): False})

    found = sla.deadlines(a_complaint(), rulebook(), calendar, at("2026-11-20 09:00"))

    assert [one.due for one in found] == [at("2026-11-20 14:00"), at("2026-11-24 09:00")]  # Fri, Sat, then Tue


@pytest.mark.parametrize(
    ("now", "met", "elapsed"),
    [
        ("2026-11-20 09:00", None, 0),
        ("2026-11-20 12:30", None, 180),  # lunch does not count
        ("2026-11-20 14:00", None, 240),
        ("2026-11-20 14:01", False, 241),
        ("2026-11-22 12:00", False, 480),  # nor does the weekend
    ],
)
def test_an_open_deadline_is_missed_only_after_it(now: str, met: bool | None, elapsed: int) -> None:
    found = deadline("acknowledge", a_complaint(), now)

    assert (found.met, found.elapsed_minutes, found.target_minutes) == (met, elapsed, 240)


@pytest.mark.parametrize(("answered", "met"), [("2026-11-20 14:00", True), ("2026-11-20 14:01", False)])
def test_an_answer_at_the_due_time_is_in_time(answered: str, met: bool) -> None:
    complaint = complaints.acknowledge(a_complaint(), an_act(answered))

    found = deadline("acknowledge", complaint, "2026-11-30 09:00")

    assert (found.met, found.met_at) == (met, at(answered))


def test_clock_targets_elapse_by_the_clock() -> None:
    found = deadline("resolve", a_complaint(severity="critical", received="2026-11-20 22:00"), "2026-11-21 00:30")

    assert (found.elapsed_minutes, found.target_minutes, found.target) == (150, 240, duration("4h"))


def test_working_days_are_shown_in_office_minutes() -> None:
    found = deadline("resolve", a_complaint("resolved"), "2026-11-30 09:00")

    assert (found.elapsed_minutes, found.target_minutes, found.met) == (300, 960, True)  # 9-12 and 13-15 of 2 x 8 h


def test_calling_back_counts_from_the_solution() -> None:
    assert names(a_complaint("planned"), "2026-11-20 12:00") == ["acknowledge", "resolve", "measure"]

    found = deadline("follow_up", a_complaint("resolved"), "2026-11-20 15:00")

    assert (found.since, found.due, found.met) == (at("2026-11-20 15:00"), at("2026-11-24 15:00"), None)


def test_calling_back_is_done_when_the_customer_was_reached() -> None:
    found = deadline("follow_up", a_complaint("followed_up"), "2026-11-30 09:00")

    assert (found.met_at, found.met) == (at("2026-11-20 16:00"), True)


def test_calling_back_is_done_with_the_last_try_the_rulebook_asks_for() -> None:
    once = answering.follow_up(a_complaint("resolved"), an_act("2026-11-20 16:00"), reached=False)
    twice = answering.follow_up(once, an_act("2026-11-23 10:00"), reached=False)

    assert deadline("follow_up", once, "2026-11-23 10:00").met_at is None
    assert deadline("follow_up", twice, "2026-11-23 10:00").met_at == at("2026-11-23 10:00")


def test_after_a_reopening_resolving_counts_anew() -> None:
    unhappy = answering.follow_up(a_complaint("resolved"), an_act("2026-11-23 10:00"), reached=True, satisfied=False)

    found = deadline("resolve", unhappy, "2026-11-23 10:00")

    assert (found.since, found.due, found.met) == (at("2026-11-23 10:00"), at("2026-11-25 10:00"), None)
    assert "follow_up" not in names(unhappy, "2026-11-23 10:00")


def test_an_open_measure_has_a_deadline_until_it_is_done() -> None:
    planned = a_complaint("planned")  # at 11:00 on Friday, the measure due on Tuesday at 18:00

    found = deadline("measure", planned, "2026-11-20 12:30")
    done = answering.finish_measure(planned, an_act("2026-11-24 10:00"), number=1)

    assert (found.number, found.owner, found.since) == (1, "chen.jie", at("2026-11-20 11:00"))
    assert (found.elapsed_minutes, found.target_minutes, found.met) == (90, 4 * 1440 + 420, None)
    assert deadline("measure", planned, "2026-11-24 18:01").met is False
    kept = deadline("measure", done, "2026-11-25 10:00")
    assert (kept.met, kept.met_at) == (True, at("2026-11-24 10:00"))
    late = answering.finish_measure(planned, an_act("2026-11-24 18:01"), number=1)
    assert deadline("measure", late, "2026-11-25 10:00").met is False


def test_a_measure_runs_on_after_the_closing_but_not_after_a_withdrawal() -> None:
    withdrawn = complaints.withdraw(a_complaint("planned"), an_act("2026-11-20 12:00"), reason="客户撤回")

    assert names(a_complaint("closed"), "2026-11-30 09:00") == [
        "acknowledge", "resolve", "communicate", "follow_up", "measure",
    ]  # fmt: skip
    assert names(withdrawn, "2026-11-30 09:00") == ["acknowledge"]


def test_nobody_waits_for_what_was_withdrawn_in_time() -> None:
    in_time = a_complaint("withdrawn")  # half an hour after its receipt
    late = complaints.withdraw(a_complaint(), an_act("2026-11-20 15:00"), reason="客户撤回")

    assert names(in_time, "2026-11-30 09:00") == []
    assert [(one.name, one.met, one.elapsed_minutes) for one in sla.deadlines(
        late, rulebook(), a_calendar(), at("2026-11-30 09:00")
    )] == [("acknowledge", False, 300)]  # fmt: skip


def test_a_severity_the_rulebook_no_longer_has_sets_no_deadlines() -> None:
    book = rulebook(complaint=complaint_rules(severity=complaint_rules().severity[1:]))

    assert sla.deadlines(a_complaint(severity="minor"), book, a_calendar(), at("2026-11-20 09:00")) == ()


@pytest.mark.parametrize(
    ("now", "risky"),
    [("2026-11-20 11:59", False), ("2026-11-20 12:00", True), ("2026-11-20 14:00", True), ("2026-11-20 14:01", False)],
)
def test_at_risk_is_still_in_time_but_not_for_long(now: str, risky: bool) -> None:
    found = deadline("acknowledge", a_complaint(), now)  # due at 14:00

    assert sla.at_risk(found, at(now), timedelta(hours=2)) is risky


def test_what_is_done_is_not_at_risk() -> None:
    found = deadline("acknowledge", a_complaint("acknowledged"), "2026-11-20 13:59")

    assert not sla.at_risk(found, at("2026-11-20 13:59"), timedelta(hours=2))
