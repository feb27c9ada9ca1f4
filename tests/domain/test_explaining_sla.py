"""How deadlines are explained: every piece of time counted by hand, and the counted ones against the target.

The office works Mon-Fri 9-12 and 13-18; 2026-11-20 is a Friday.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscli.domain import answering, case, improving
from cscli.domain import complaint as complaints
from cscli.domain.case import Complaint
from cscli.domain.complaint_rules import Rung
from cscli.domain.explaining_sla import DeadlineSaid, explain
from cscli.domain.rulebook import Closure, Rulebook
from cscli.domain.value import replace
from cscli.errors import Refused
from tests.builders import a_calendar, a_complaint, a_measure, an_act, at, complaint_rules, duration, rulebook

CHINA = replace(rulebook(), calendar=replace(rulebook().calendar, country="CN"))


def with_targets(rules: Rulebook | None = None, **targets: str) -> Rulebook:
    """Return the club's rules with other targets for a minor complaint."""
    rules = rules or rulebook()
    minor, *others = rules.complaint.severity
    minor = replace(minor, **{name: duration(text) for name, text in targets.items()})
    return replace(rules, complaint=replace(rules.complaint, severity=(minor, *others)))


def said(
    complaint: Complaint, name: str = "resolve", now: str = "2026-11-20 17:00", rules: Rulebook | None = None,
    days: dict[date, bool] | None = None,
) -> DeadlineSaid:  # fmt: skip
    """Return the explanation of one deadline of a complaint."""
    rules = rules or rulebook()
    found = explain(complaint, rules, a_calendar(rules, days), at(now).astimezone(rules.zone))
    return next(one for one in reversed(found.deadlines) if one.deadline.name == name)


def told(one: DeadlineSaid) -> list[str]:
    """Return the pieces as a page has them: from, to, why, what has counted, what falls there."""
    return [
        " ".join(
            (f"{piece.start:%d %H:%M}-{piece.end:%d %H:%M}", piece.reason, _hours(piece.total), *piece.ends)
        )
        for piece in one.pieces
    ]  # fmt: skip


def _hours(total: timedelta) -> str:
    minutes = total // timedelta(minutes=1)
    return f"{minutes // 60}:{minutes % 60:02}"


# --- what counts and what does not ------------------------------------------------------------------------------


def test_lunch_the_night_and_the_weekend_do_not_count() -> None:
    one = said(a_complaint(received="2026-11-20 11:00"), rules=with_targets(resolve="7wh"))

    assert told(one) == [
        "20 11:00-20 12:00 office 1:00",
        "20 12:00-20 13:00 break 1:00",
        "20 13:00-20 17:00 office 5:00 now",
        "20 17:00-20 18:00 office 6:00",
        "20 18:00-21 00:00 closed 6:00",
        "21 00:00-23 00:00 weekend 6:00",
        "23 00:00-23 09:00 closed 6:00",
        "23 09:00-23 10:00 office 7:00 due",
    ]
    assert one.deadline.due == at("2026-11-23 10:00")


def test_a_clock_that_starts_outside_hours_begins_at_the_next_opening() -> None:
    one = said(a_complaint(received="2026-11-21 10:00"), now="2026-11-23 10:30", rules=with_targets(resolve="1wh"))

    assert (one.why, one.begins) == ("received", at("2026-11-23 09:00"))
    assert told(one) == [
        "21 10:00-23 00:00 weekend 0:00",
        "23 00:00-23 09:00 closed 0:00",
        "23 09:00-23 10:00 office 1:00 due",
        "23 10:00-23 10:30 office 1:30 now",
    ]


def test_the_national_day_is_named_and_the_saturday_after_it_works() -> None:
    """2026: October 1st to 7th are off, Saturday the 10th works in their place."""
    late = a_complaint(received="2026-09-30 17:00")

    one = said(late, now="2026-09-30 17:00", rules=with_targets(CHINA, resolve="18wh"))

    assert [(piece.reason, piece.detail) for piece in one.pieces if piece.reason == "holiday"] == [
        ("holiday", "National Day")
    ]
    assert told(one)[2:4] == ["01 00:00-08 00:00 holiday 1:00", "08 00:00-08 09:00 closed 1:00"]
    assert told(one)[-1] == "10 09:00-10 10:00 adjusted 18:00 due"
    assert one.unknown == ()


def test_a_closure_says_its_reason_and_a_day_off_of_the_desk_has_no_name() -> None:
    shut = Closure(from_=date(2026, 11, 23), reason="地板翻修")
    rules = with_targets(resolve="9wh")
    rules = replace(rules, calendar=replace(rules.calendar, closed=(shut,)))

    one = said(a_complaint(received="2026-11-20 17:00"), rules=rules, days={date(2026, 11, 24): False})

    assert [(piece.reason, piece.detail) for piece in one.pieces][2:5] == [
        ("weekend", None), ("closure", "地板翻修"), ("holiday", None),
    ]  # fmt: skip
    assert one.deadline.due == at("2026-11-25 18:00")


def test_a_year_that_is_not_announced_is_warned_of() -> None:
    rules = with_targets(CHINA, resolve="3wd")

    assert said(a_complaint(received="2031-12-30 10:00"), now="2031-12-30 10:00", rules=rules).unknown == (2031, 2032)
    assert said(a_complaint(received="2026-11-20 10:00"), rules=rules).unknown == ()
    clock = with_targets(CHINA, resolve="3d")
    assert said(a_complaint(received="2031-12-30 10:00"), now="2031-12-30 10:00", rules=clock).unknown == ()


# --- waiting for the customer -----------------------------------------------------------------------------------


def waited(begin: str, end: str | None, received: str = "2026-11-19 10:00") -> Complaint:
    """Return a complaint that waited for its customer from one moment to another, or still does."""
    held = complaints.hold(a_complaint("assessed", received=received), an_act(begin), reason="请提供小票")
    return held if end is None else complaints.resume(held, an_act(end))


def test_a_pause_over_night_takes_away_office_time_only() -> None:
    one = said(waited("2026-11-19 17:00", "2026-11-20 10:00"), rules=with_targets(resolve="8wh"))

    assert told(one) == [
        "19 10:00-19 12:00 office 2:00",
        "19 12:00-19 13:00 break 2:00",
        "19 13:00-19 17:00 office 6:00",
        "19 17:00-19 18:00 paused 6:00",
        "19 18:00-20 09:00 closed 6:00",
        "20 09:00-20 10:00 paused 6:00",
        "20 10:00-20 12:00 office 8:00 due",
        "20 12:00-20 13:00 break 8:00",
        "20 13:00-20 17:00 office 12:00 now",
    ]
    assert one.paused == timedelta(hours=2)
    assert one.plain == at("2026-11-20 10:00")  # 8 working hours after Thursday 10:00, had nobody waited


def test_two_working_days_are_named_and_pushed_out_by_what_was_waited() -> None:
    one = said(waited("2026-11-19 17:00", "2026-11-20 10:00"))

    assert one.days == (date(2026, 11, 20), date(2026, 11, 23))
    assert (one.plain, one.deadline.due) == (at("2026-11-23 10:00"), at("2026-11-23 13:00") - timedelta(hours=1))


def test_while_it_waits_there_is_no_due_moment_and_nothing_counts() -> None:
    one = said(waited("2026-11-19 17:00", None))

    assert one.deadline.due is None
    assert told(one)[-2:] == ["20 12:00-20 13:00 break 6:00", "20 13:00-20 17:00 paused 6:00 now"]


def test_time_of_the_clock_is_paused_as_it_passes() -> None:
    held = complaints.hold(
        a_complaint("assessed", severity="critical", received="2026-11-20 09:00"), an_act("2026-11-20 11:00"),
        reason="请提供小票",
    )  # fmt: skip
    critical = complaints.resume(held, an_act("2026-11-20 12:30"))

    assert told(said(critical)) == [
        "20 09:00-20 11:00 clock 2:00",
        "20 11:00-20 12:30 paused 2:00",
        "20 12:30-20 14:30 clock 4:00 due",
        "20 14:30-20 17:00 clock 6:30 now",
    ]


# --- since when, and by which rule ------------------------------------------------------------------------------


def test_a_reopened_complaint_counts_anew() -> None:
    once = a_complaint("communicated")
    again = complaints.reopen(once, an_act("2026-11-24 10:00"), reason="又发生了")

    one = said(again, now="2026-11-24 11:00")

    assert (one.why, one.deadline.since) == ("reopened", at("2026-11-24 10:00"))
    assert one.deadline.due == at("2026-11-26 10:00")
    assert said(again, "acknowledge", now="2026-11-24 11:00").why == "received"


def test_every_round_is_explained_with_its_own_waiting_and_verdict() -> None:
    """Two rounds: Friday 9:00 to 15:00, Tuesday 10:00 to Thursday 16:00 with two office hours of waiting."""
    again = complaints.reopen(a_complaint("communicated"), an_act("2026-11-24 10:00"), reason="又发生了")
    held = complaints.hold(again, an_act("2026-11-24 15:00"), reason="请提供小票")
    going = complaints.resume(held, an_act("2026-11-24 17:00"))
    solved = answering.resolve(going, an_act("2026-11-26 16:00"), response="other", decision="换场")

    found = explain(solved, rulebook(), a_calendar(), at("2026-11-27 10:00"))
    first, second = (one for one in found.deadlines if one.deadline.name == "resolve")

    assert (first.round, first.why, first.deadline.met, first.paused) == (1, "received", True, timedelta())
    assert (first.deadline.due, first.deadline.met_at) == (at("2026-11-24 09:00"), at("2026-11-20 15:00"))
    assert first.deadline.elapsed_minutes == 5 * 60
    assert (second.round, second.why, second.deadline.met, second.paused) == (2, "reopened", False, timedelta(hours=2))
    assert second.deadline.due == at("2026-11-26 12:00")  # two days on it is 10:00, and two hours were waited
    assert second.deadline.elapsed_minutes == (7 - 2 + 8 + 6) * 60
    assert found.total == timedelta(hours=8 + 8 + 8 - 2 + 8 + 6)  # Friday, Monday, Tuesday, Wednesday, Thursday
    assert [(one.deadline.name, one.round) for one in found.deadlines[:6]] == [
        ("acknowledge", None), ("resolve", 1), ("communicate", 1), ("resolve", 2), ("communicate", 2), ("follow_up", 2),
    ]  # fmt: skip


def test_the_first_round_of_one_that_was_no_duplicate_counts_from_the_receipt() -> None:
    merged = complaints.merge(
        a_complaint("planned"), an_act("2026-11-23 10:00"), into=replace(a_complaint(), id="CP-261120-9M2KQ4")
    )
    back = complaints.reopen(merged, an_act("2026-11-23 11:00"), reason="不是一件事")
    taken = complaints.acknowledge(back, an_act("2026-11-23 11:10"))
    going = complaints.assess(taken, rulebook(), an_act("2026-11-23 11:20"))
    planned = answering.plan(going, an_act("2026-11-23 11:30"), measures=(a_measure(),))
    solved = answering.resolve(planned, an_act("2026-11-23 15:00"), response="other", decision="换场")
    again = complaints.reopen(solved, an_act("2026-11-24 10:00"), reason="又发生了")

    found = explain(again, rulebook(), a_calendar(), at("2026-11-24 11:00"))
    first, second = (one for one in found.deadlines if one.deadline.name == "resolve")

    assert (first.deadline.since, second.deadline.since) == (at("2026-11-20 09:00"), at("2026-11-24 10:00"))
    assert len(case.gone_back(again)) == 1


def test_one_round_is_not_numbered_and_one_that_runs_has_no_total() -> None:
    again = complaints.reopen(a_complaint("communicated"), an_act("2026-11-24 10:00"), reason="又发生了")

    assert said(a_complaint("resolved")).round is None
    assert explain(again, rulebook(), a_calendar(), at("2026-11-24 11:00")).total is None


def test_another_severity_on_the_way_is_told_with_its_event() -> None:
    graver = complaints.assess(
        a_complaint("acknowledged"), rulebook(), an_act("2026-11-20 10:00", "chen.jie"), severity="major"
    )
    again = complaints.change(graver, rulebook(), an_act("2026-11-20 11:00"), severity="critical", reason="更严重")

    one = said(again)

    assert [(known.severity, known.event, known.by, known.rule, str(known.target)) for known in one.settings] == [
        ("minor", "created", "li.na", "complaint.severity.minor.resolve", "2wd"),
        ("major", "assessed", "chen.jie", "complaint.severity.major.resolve", "1wd"),
        ("critical", "changed", "li.na", "complaint.severity.critical.resolve", "4h"),
    ]
    assert (one.deadline.rule, one.deadline.since) == ("complaint.severity.critical.resolve", at("2026-11-20 09:00"))


def test_a_severity_the_rulebook_has_forgotten_is_told_without_a_target() -> None:
    graver = complaints.assess(a_complaint("acknowledged"), rulebook(), an_act("2026-11-20 10:00"), severity="major")
    without = replace(rulebook(), complaint=complaint_rules(severity=rulebook().complaint.severity[1:]))

    assert said(graver, rules=without).settings[0].target is None
    minor = explain(a_complaint(), without, a_calendar(without), at("2026-11-20 10:00"))
    assert minor.deadlines == ()


@pytest.mark.parametrize(
    ("name", "why", "since"),
    [
        ("acknowledge", "received", "2026-11-20 09:00"),
        ("communicate", "resolved", "2026-11-20 15:00"),
        ("follow_up", "resolved", "2026-11-20 15:00"),
        ("measure", "planned", "2026-11-20 11:00"),
        ("correct", "resolved", "2026-11-20 15:00"),
    ],
)
def test_each_deadline_counts_from_its_own_beginning(name: str, why: str, since: str) -> None:
    minor, *others = rulebook().complaint.severity
    rules = replace(
        rulebook(), complaint=complaint_rules(severity=(replace(minor, corrective=True), *others))
    )  # fmt: skip

    one = said(a_complaint("resolved"), name, rules=rules)

    assert (one.why, one.deadline.since) == (why, at(since))


def test_word_to_the_customer_counts_from_the_last_one_or_from_the_reopening() -> None:
    rules = with_targets(progress="1wd")
    progressed = complaints.progress(a_complaint("planned"), an_act("2026-11-20 14:00"), told="正在调看录像")
    again = complaints.reopen(a_complaint("communicated"), an_act("2026-11-24 10:00"), reason="又发生了")

    assert said(progressed, "progress", rules=rules).why == "told"
    assert said(again, "progress", now="2026-11-24 11:00", rules=rules).why == "reopened"


def test_a_proof_counts_from_the_doing_and_a_new_measure_from_the_one_that_failed() -> None:
    cure = improving.correct(
        a_complaint("resolved"), an_act("2026-11-20 16:00"), measures=(replace(a_measure(), kind="corrective"),)
    )
    done = answering.finish_measure(cure, an_act("2026-11-23 10:00"), number=2)
    failed = improving.verify(done, an_act("2026-11-30 10:00", "wang.wei"), number=2, effective=False)

    assert said(done, "verify", now="2026-11-23 11:00").why == "done"
    assert said(failed, "correct", now="2026-11-30 11:00").why == "ineffective"


def test_a_moment_that_somebody_named_counts_by_the_clock() -> None:
    one = said(a_complaint("planned"), "measure")

    assert (one.deadline.rule, one.settings, one.days) == ("complaint.plan", (), ())
    assert told(one) == ["20 11:00-20 17:00 clock 6:00 now", "20 17:00-24 18:00 clock 103:00 due"]


# --- up to when -------------------------------------------------------------------------------------------------


def test_what_was_done_ends_at_the_doing_or_at_the_due_moment_whichever_is_later() -> None:
    early = said(a_complaint("acknowledged"), "acknowledge", now="2027-03-01 10:00")
    late = complaints.acknowledge(a_complaint(), an_act("2026-11-20 15:00"))

    assert told(early)[0::3] == ["20 09:00-20 09:30 office 0:30 met", "20 13:00-20 14:00 office 4:00 due"]
    assert told(said(late, "acknowledge", now="2027-03-01 10:00"))[-1] == "20 14:00-20 15:00 office 5:00 met"


def test_what_was_never_done_ends_with_the_complaint() -> None:
    taken_back = complaints.withdraw(a_complaint("planned"), an_act("2026-11-25 10:00"), reason="客户撤回")

    one = said(taken_back, now="2027-03-01 10:00")

    assert (one.deadline.met, told(one)[-1]) == (False, "25 09:00-25 10:00 office 25:00 ended")


def test_rungs_stand_at_their_deadline_while_the_complaint_is_open() -> None:
    rules = replace(rulebook(), complaint=complaint_rules(escalation=(Rung(at=50, who="owner"),)))  # type: ignore[arg-type]

    (alarm,) = said(a_complaint("acknowledged"), rules=rules).alarms

    assert (alarm.who, alarm.at) == ("li.na", at("2026-11-20 18:00"))  # 8 of 16 hours
    assert said(a_complaint("acknowledged"), "acknowledge", rules=rules).alarms == ()
    late = complaints.withdraw(a_complaint(), an_act("2026-11-30 10:00"), reason="客户撤回")
    assert said(late, now="2026-12-01 10:00", rules=rules).alarms == ()


def test_a_desk_that_never_works_is_told() -> None:
    rules = replace(rulebook(), calendar=replace(rulebook().calendar, open={}, office={}))

    with pytest.raises(Refused):
        explain(a_complaint(), rules, a_calendar(rules), at("2026-11-20 10:00"))


# --- clocks that change -----------------------------------------------------------------------------------------


def test_a_day_on_which_the_clock_is_changed_has_another_length() -> None:
    """Berlin, October 25th 2026: 03:00 becomes 02:00, so that one day lasts 25 hours; March 28th 2027 has 23."""
    berlin = ZoneInfo("Europe/Berlin")
    rules = with_targets(resolve="1d")
    rules = replace(rules, desk=replace(rules.desk, timezone="Europe/Berlin"))

    for start, shift in (("2026-10-24 12:00", 1), ("2027-03-27 12:00", -1), ("2026-11-20 12:00", 0)):
        since = datetime.fromisoformat(start).replace(tzinfo=berlin)
        one = said(a_complaint(received=f"{since.astimezone(at(start).tzinfo):%Y-%m-%d %H:%M}"), now=start, rules=rules)
        assert one.shift == timedelta(hours=shift)
        assert one.pieces[-1].total == timedelta(hours=24 + shift)
        assert f"{one.deadline.due:%H:%M}" == "12:00"


# --- the counted pieces add up ----------------------------------------------------------------------------------

MOMENTS = st.integers(0, 60 * 24 * 60)  # minutes of sixty days


@settings(max_examples=200)
@given(
    start=MOMENTS,
    amount=st.integers(0, 40 * 60),
    unit=st.sampled_from(["wm", "m"]),
    pause=st.lists(st.tuples(MOMENTS, st.integers(1, 4000)), max_size=3),
    now=MOMENTS,
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_up_to_the_due_moment_exactly_the_target_has_counted(
    start: int, amount: int, unit: str, pause: list[tuple[int, int]], now: int, zone: str
) -> None:
    first = datetime(2026, 9, 15, tzinfo=UTC)
    rules = with_targets(CHINA, resolve=f"{amount}{unit}")
    rules = replace(rules, desk=replace(rules.desk, timezone=zone))
    events: list[Any] = []
    for begin, minutes in sorted(pause):
        events += [
            case.ComplaintEvent(at=first + timedelta(minutes=begin), by="li.na", type="held"),
            case.ComplaintEvent(at=first + timedelta(minutes=begin + minutes), by="li.na", type="resumed"),
        ]
    complaint = replace(a_complaint(), received_at=first + timedelta(minutes=start), events=tuple(events))

    found = explain(complaint, rules, a_calendar(rules), first + timedelta(minutes=now))
    one = next(known for known in found.deadlines if known.deadline.name == "resolve")

    assert one.deadline.due is not None
    counted = sum(
        (piece.length for piece in one.pieces if piece.counted and piece.end <= one.deadline.due), timedelta()
    )
    assert counted == timedelta(minutes=amount)
    assert all(before.end == after.start for before, after in zip(one.pieces, one.pieces[1:], strict=False))
    assert all(piece.length > timedelta() for piece in one.pieces)
