"""The clocks of a complaint while it waits for its customer, and who hears that they run out. All counted by hand.

Office: Mon-Fri 9-12 and 13-18. Friday 2026-11-20; a minor complaint is resolved within 2 working days, a major one
within 1, a critical one within 4 hours of the clock.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from cscli.domain import answering, sla
from cscli.domain import complaint as complaints
from cscli.domain.case import Complaint
from cscli.domain.clock import clock_of
from cscli.domain.complaint_rules import Rung
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Deadline
from cscli.domain.value import replace
from tests.builders import a_calendar, a_complaint, an_act, at, complaint_rules, duration, rulebook

RULES = rulebook()


def deadline(name: str, complaint: Complaint, now: str, rules: Rulebook = RULES) -> Deadline | None:
    found = {one.name: one for one in sla.deadlines(complaint, rules, a_calendar(), at(now))}
    return found.get(name)


def due(name: str, complaint: Complaint, now: str = "2026-11-25 18:00", rules: Rulebook = RULES) -> str | None:
    """Return when something is due, as `11-24 09:00`; None where it stands still or is not asked."""
    found = deadline(name, complaint, now, rules)
    return f"{found.due:%m-%d %H:%M}" if found and found.due else None


def held(complaint: Complaint, since: str, until: str | None = None) -> Complaint:
    return complaints.hold(complaint, an_act(since), reason="等照片", until=at(until) if until else None)


def paused(complaint: Complaint, since: str, end: str) -> Complaint:
    return complaints.resume(held(complaint, since), an_act(end))


def with_severity(name: str, **changes: object) -> Rulebook:
    severities = tuple(replace(one, **changes) if one.id == name else one for one in complaint_rules().severity)
    return rulebook(complaint=complaint_rules(severity=severities))


# --- resolving ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "end", "resolve"),
    [
        pytest.param("11-20 10:00", "11-20 11:00", "11-24 10:00", id="an hour at work: from Tue 09:00"),
        pytest.param("11-20 12:00", "11-20 13:00", "11-24 09:00", id="over lunch"),
        pytest.param("11-20 11:30", "11-20 13:30", "11-24 10:00", id="round lunch: an hour of it"),
        pytest.param("11-20 18:00", "11-23 09:00", "11-24 09:00", id="over a weekend"),
        pytest.param("11-20 17:00", "11-23 10:00", "11-24 11:00", id="round a weekend: 1 h on Fri, 1 h on Mon"),
        pytest.param("11-20 10:00", "11-23 10:00", "11-24 18:00", id="8 h: 7 h on Fri, 1 h on Mon; at closing time"),
        pytest.param("11-20 10:00", "11-23 10:01", "11-25 09:01", id="a minute more: the next morning"),
        pytest.param("11-23 17:00", "11-24 08:00", "11-24 10:00", id="over a night: 1 h on Mon"),
        pytest.param("11-24 09:00", "11-24 17:00", "11-24 09:00", id="begun when it was due"),
    ],
)
def test_a_pause_gives_back_its_working_time(since: str, end: str, resolve: str) -> None:
    complaint = paused(a_complaint("assessed"), f"2026-{since}", f"2026-{end}")

    assert due("resolve", complaint) == resolve


def test_a_pause_over_a_day_off_counts_no_working_time() -> None:
    from datetime import date

    calendar = a_calendar(announced={date(2026, 11, 23): False})
    complaint = paused(a_complaint("assessed"), "2026-11-20 18:00", "2026-11-24 09:00")

    found = sla.deadlines(complaint, RULES, calendar, at("2026-11-25 18:00"))[1]

    assert found.due == at("2026-11-25 09:00")  # Friday, Tuesday, then Wednesday 9:00: as without the pause


def test_a_clock_of_real_hours_stands_still_for_real_hours() -> None:
    """Given four hours of the clock from 9:00, a pause over lunch from 12:00 to 13:30 moves 13:00 to 14:30."""
    complaint = paused(a_complaint("planned", severity="critical"), "2026-11-20 12:00", "2026-11-20 13:30")

    found = deadline("resolve", complaint, "2026-11-20 14:00")
    assert found is not None
    assert (found.due, found.elapsed_minutes, found.target_minutes) == (at("2026-11-20 14:30"), 210, 240)


def test_while_it_stands_nothing_is_due_but_the_question() -> None:
    standing = held(a_complaint("planned"), "2026-11-20 12:00")

    found = deadline("resolve", standing, "2026-12-24 09:00")
    assert found is not None
    assert (found.due, found.met, found.target_minutes, found.elapsed_minutes) == (None, None, None, 180)
    assert not sla.at_risk(found, at("2026-12-24 09:00"), timedelta(days=99))


def test_what_was_late_before_the_pause_stays_late() -> None:
    late = held(a_complaint("planned"), "2026-11-24 10:00")  # an hour after it was due

    found = deadline("resolve", late, "2026-11-24 11:00")
    assert found is not None
    assert (found.due, found.met) == (at("2026-11-24 09:00"), False)


def test_a_solution_while_it_waits_is_in_time() -> None:
    standing = held(a_complaint("planned"), "2026-11-20 12:00")
    resolved = answering.resolve(standing, an_act("2026-12-24 09:00"), response="apology", decision="道歉")

    found = deadline("resolve", resolved, "2026-12-24 09:00")
    assert found is not None
    assert (found.met, found.elapsed_minutes) == (True, 180)


def test_two_pauses_add_up() -> None:
    twice = paused(
        paused(a_complaint("planned"), "2026-11-20 13:00", "2026-11-20 14:00"), "2026-11-20 15:00", "2026-11-20 17:00"
    )

    assert due("resolve", twice) == "11-24 12:00"  # Tuesday 9:00 and three hours


def test_acknowledging_never_stands_still() -> None:
    """Given a first answer, whatever is waited for afterwards leaves its deadline where it was."""
    answered = a_complaint("acknowledged")
    waiting = paused(answered, "2026-11-20 10:00", "2026-11-20 17:00")

    assert due("acknowledge", answered) == due("acknowledge", waiting) == "11-20 14:00"


# --- another severity -----------------------------------------------------------------------------------------------


def test_another_severity_sets_other_deadlines_from_the_receipt_on() -> None:
    graver = complaints.change(a_complaint("acknowledged"), RULES, an_act("2026-11-20 11:00"), severity="major")

    assert (due("acknowledge", graver), due("resolve", graver)) == ("11-20 10:00", "11-23 09:00")
    back = complaints.change(graver, RULES, an_act("2026-11-20 11:01"), severity="minor")
    assert (due("acknowledge", back), due("resolve", back)) == ("11-20 14:00", "11-24 09:00")


# --- word to the customer -------------------------------------------------------------------------------------------

TELLING = with_severity("minor", progress=duration("4wh"))


@pytest.mark.parametrize(
    ("until", "progress"),
    [
        ("received", None),  # the first answer comes first
        ("acknowledged", "11-20 14:30"),  # 9:30 and 4 working hours
        ("planned", "11-20 14:30"),
        ("resolved", None),
    ],
)
def test_the_customer_hears_of_it_every_so_often(until: str, progress: str | None) -> None:
    assert due("progress", a_complaint(until), rules=TELLING) == progress


def test_word_to_the_customer_counts_from_the_last_word() -> None:
    told = complaints.progress(a_complaint("planned"), an_act("2026-11-20 14:00"), told="周三答复")

    assert due("progress", told, rules=TELLING) == "11-20 18:00"


def test_nobody_owes_word_to_a_customer_who_owes_an_answer() -> None:
    standing = held(a_complaint("planned"), "2026-11-20 12:00")
    resumed = complaints.resume(standing, an_act("2026-11-23 10:00"))

    assert due("progress", standing, rules=TELLING) is None
    # 9:30 to 12:00 are 2 h 30; the rest of 4 h runs from Monday 10:00
    assert due("progress", resumed, rules=TELLING) == "11-23 11:30"


def test_after_a_reopening_word_counts_from_there() -> None:
    reopened = complaints.reopen(a_complaint("closed"), an_act("2026-11-23 10:00"), reason="复发")

    assert due("progress", reopened, rules=TELLING) == "11-23 15:00"


def test_a_desk_that_promises_no_word_owes_none() -> None:
    assert due("progress", a_complaint("planned")) is None


# --- asking the customer again --------------------------------------------------------------------------------------


def test_the_customer_is_asked_again_when_it_was_said_or_when_the_rulebook_says() -> None:
    said = held(a_complaint("planned"), "2026-11-20 12:00", until="2026-11-22 09:00")
    unsaid = held(a_complaint("planned"), "2026-11-20 11:00")

    assert due("chase", said) == "11-22 09:00"
    assert due("chase", unsaid) == "11-24 11:00"  # 2 working days
    assert due("chase", unsaid, rules=rulebook(complaint=complaint_rules(chase=duration("1h")))) == "11-20 12:00"
    assert due("chase", complaints.resume(unsaid, an_act("2026-11-23 10:00"))) is None


# --- telling and calling back ---------------------------------------------------------------------------------------


def test_the_decision_is_told_within_its_time() -> None:
    resolved = a_complaint("resolved")  # Friday 15:00

    assert due("communicate", resolved) == "11-23 15:00"
    assert due("follow_up", resolved) == "11-24 15:00"
    late = answering.communicate(resolved, RULES, an_act("2026-11-23 15:01"), accepted=True)
    found = deadline("communicate", late, "2026-11-25 09:00")
    assert found is not None
    assert (found.met, found.met_at) == (False, at("2026-11-23 15:01"))


def test_where_nobody_left_a_name_nobody_is_told() -> None:
    nameless = replace(a_complaint("resolved"), customer=None)

    assert (due("communicate", nameless), due("follow_up", nameless)) == (None, None)


def test_a_duplicate_has_no_deadlines() -> None:
    other = replace(a_complaint(), id="CP-261120-9M2KQ4")
    merged = complaints.merge(a_complaint("planned"), an_act("2026-11-20 12:00"), into=other)

    assert sla.deadlines(merged, RULES, a_calendar(), at("2026-12-24 09:00")) == ()


def test_a_duplicate_that_was_none_was_answered_when_it_was() -> None:
    other = replace(a_complaint(), id="CP-261120-9M2KQ4")
    merged = complaints.merge(a_complaint("acknowledged"), an_act("2026-11-20 12:00"), into=other)
    reopened = complaints.reopen(merged, an_act("2026-11-23 10:00"), reason="不是一件事")
    again = complaints.acknowledge(reopened, an_act("2026-11-23 11:00"))

    found = deadline("acknowledge", again, "2026-11-25 09:00")
    assert found is not None
    assert (found.met, found.met_at) == (True, at("2026-11-20 09:30"))
    assert due("resolve", again) == "11-24 09:00"  # it has waited all the while, from Friday 9:00 on


# --- escalation -----------------------------------------------------------------------------------------------------

LADDER = (
    Rung(at=Decimal(100), who="wang.wei"),
    Rung(at=Decimal(50), who="owner"),
    Rung(at=Decimal(80), who="supervisor"),
)


def alarms(complaint: Complaint, *rungs: Rung) -> list[str]:
    """Return the rungs as `50 owner 11-20 11:00`, only those of the time to resolve."""
    rules = rulebook(complaint=complaint_rules(escalation=rungs or LADDER))
    clock = clock_of(complaint)
    found = sla.deadlines(clock, rules, a_calendar(), complaint.received_at)
    return [f"{one.share} {one.who} {one.at:%m-%d %H:%M}" for one in sla.alarms(clock, found, rules, a_calendar())
            if one.name == "resolve"]  # fmt: skip


def test_a_ladder_is_climbed_in_working_time() -> None:
    """2 working days from Friday 9:00 are 16 office hours: 8 of them are Friday, 12 h 48 end Monday at 14:48."""
    assert alarms(a_complaint("planned")) == [
        "50 li.na 11-20 18:00", "80 supervisor 11-23 14:48", "100 wang.wei 11-24 09:00",
    ]  # fmt: skip


def test_a_pause_holds_up_what_is_left_of_the_ladder() -> None:
    """Given three hours of waiting on Monday morning, half was gone before; the rest comes three hours later."""
    complaint = paused(a_complaint("planned"), "2026-11-23 09:00", "2026-11-23 12:00")

    assert alarms(complaint) == ["50 li.na 11-20 18:00", "80 supervisor 11-23 17:48", "100 wang.wei 11-24 12:00"]


@pytest.mark.parametrize("severity", ["minor", "critical"])
def test_while_it_stands_nobody_hears_that_its_time_runs_out(severity: str) -> None:
    assert alarms(held(a_complaint("planned", severity=severity), "2026-11-20 12:00")) == []


def test_what_was_late_before_it_stood_still_is_heard_of() -> None:
    late = held(a_complaint("planned", severity="critical"), "2026-11-20 13:30")

    assert alarms(late) == ["50 li.na 11-20 11:00", "80 supervisor 11-20 12:12", "100 wang.wei 11-20 13:00"]


def test_a_clock_of_real_hours_is_climbed_in_real_hours() -> None:
    """Given four hours from 9:00: two end at 11:00, 3 h 12 at 12:12, all at 13:00; the pause takes half an hour."""
    critical = a_complaint("planned", severity="critical")
    later = paused(critical, "2026-11-20 12:00", "2026-11-20 12:30")

    assert alarms(critical) == ["50 li.na 11-20 11:00", "80 supervisor 11-20 12:12", "100 wang.wei 11-20 13:00"]
    assert alarms(later) == ["50 li.na 11-20 11:00", "80 supervisor 11-20 12:42", "100 wang.wei 11-20 13:30"]


def test_a_rung_may_be_for_some_severities_only() -> None:
    grave = Rung(at=Decimal(50), who="supervisor", severity=("major", "critical"))

    assert alarms(a_complaint("planned"), grave) == []
    assert alarms(a_complaint("planned", severity="major"), grave) == ["50 supervisor 11-20 14:00"]


def test_the_owner_is_whose_it_is_now() -> None:
    handed = complaints.hand_over(a_complaint("planned"), an_act("2026-11-20 12:00"), owner="chen.jie")

    assert alarms(handed)[0] == "50 chen.jie 11-20 18:00"


def test_what_is_done_alarms_nobody() -> None:
    assert alarms(a_complaint("resolved")) == []
