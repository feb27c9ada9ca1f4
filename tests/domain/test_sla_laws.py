"""What holds for the deadlines of any complaint, whatever it has lived through: random stories, and weeks of DST."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscli.domain import case, sla
from cscli.domain import complaint as complaints
from cscli.domain.case import Complaint
from cscli.domain.clock import clock_of
from cscli.domain.complaint_rules import Rung
from cscli.domain.record import Act
from cscli.domain.rulebook import Rulebook
from cscli.domain.sla import Deadline
from cscli.domain.value import replace
from cscli.domain.values import Duration, fixed
from cscli.errors import Refused
from cscli.store.clock_text import pack, unpack
from tests.builders import SHANGHAI, a_calendar, a_complaint, at, complaint_rules, rulebook
from tests.model.complaint_walk import life, rules

MINUTE = timedelta(minutes=1)
RULES = rules()
lives = st.builds(life, st.integers(0, 10_000), st.integers(0, 40))
later = st.integers(0, 20_000).map(lambda minutes: minutes * MINUTE)
lawful = settings(max_examples=60)


def deadlines(complaint: Complaint, now: datetime, book: Rulebook = RULES) -> tuple[Deadline, ...]:
    return sla.deadlines(complaint, book, a_calendar(book), now)


def end_of(complaint: Complaint) -> datetime:
    last = complaint.last_at
    assert last is not None
    return last


@lawful
@given(lives, later)
def test_what_the_index_keeps_tells_the_same_deadlines_as_the_file(complaint: Complaint, on: timedelta) -> None:
    now = end_of(complaint) + on
    kept = unpack(pack(clock_of(complaint)), SHANGHAI)

    assert kept == clock_of(complaint)
    assert sla.deadlines(kept, RULES, a_calendar(), now) == deadlines(complaint, now)


@lawful
@given(lives, later)
def test_when_it_is_asked_moves_no_deadline(complaint: Complaint, on: timedelta) -> None:
    """The index reckons once, at no particular time: what is open must be due at the same moment whenever asked."""
    first = [(one.name, one.number, one.due) for one in deadlines(complaint, complaint.received_at)]
    second = [(one.name, one.number, one.due) for one in deadlines(complaint, end_of(complaint) + on)]

    if complaint.status in ("closed", "withdrawn"):
        first, second = ([one for one in told if one[1] or one[0] == "correct"] for told in (first, second))
    assert first == second


@lawful
@given(lives)
def test_another_severity_and_back_changes_nothing(complaint: Complaint) -> None:
    act = Act(by="li.na", at=end_of(complaint), now=end_of(complaint))
    other = "critical" if complaint.severity != "critical" else "minor"
    try:
        there = complaints.change(complaint, RULES, act, severity=other)
    except Refused:
        return  # it is over
    back = complaints.change(there, RULES, act, severity=complaint.severity)

    assert deadlines(back, act.at) == deadlines(complaint, act.at)


@lawful
@given(lives, later, later)
def test_waiting_for_no_time_changes_nothing_and_waiting_twice_on_end_is_waiting_once(
    complaint: Complaint, first: timedelta, second: timedelta
) -> None:
    if complaint.status not in ("acknowledged", "assessed", "in_progress") or case.hold(complaint) is not None:
        return
    start = end_of(complaint)

    def wait(before: Complaint, since: datetime, end: datetime) -> Complaint:
        held = complaints.hold(before, Act(by="li.na", at=since, now=since), reason="等照片")
        return complaints.resume(held, Act(by="li.na", at=end, now=end))

    now = start + first + second
    assert deadlines(wait(complaint, start, start), now) == tuple(
        replace(one, pauses=(*one.pauses, (start, start))) if one.name in ("resolve", "progress") else one
        for one in deadlines(complaint, now)
    )
    once = wait(complaint, start, now)
    twice = wait(wait(complaint, start, start + first), start + first, now)
    plain = [[replace(one, pauses=()) for one in deadlines(told, now)] for told in (once, twice)]
    assert plain[0] == plain[1]


@lawful
@given(lives)
def test_alarms_lie_between_the_beginning_and_the_end_in_their_order(complaint: Complaint) -> None:
    clock, calendar = clock_of(complaint), a_calendar()
    found = sla.deadlines(clock, RULES, calendar, complaint.received_at)
    told = sla.alarms(clock, found, RULES, calendar)

    for deadline in found:
        rungs = [alarm for alarm in told if alarm.name == deadline.name]
        if not rungs:
            continue
        assert deadline.due is not None
        moments = [deadline.since, *(alarm.at for alarm in rungs), deadline.due]
        assert moments == sorted(moments)
        assert [alarm.share for alarm in rungs] == [50, 80, 100]
        assert moments[-2] == moments[-1]


# --- where the clock on the wall changes ----------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


def in_berlin(resolve: str, *shares: int) -> Rulebook:
    """Return the club, had it moved to Berlin; a minor complaint is resolved within so much."""
    minor, *others = complaint_rules().severity
    severities = (replace(minor, acknowledge=Duration.parse("1h"), resolve=Duration.parse(resolve)), *others)
    ladder = tuple(Rung(at=Decimal(share), who="owner") for share in shares)
    book = rulebook(complaint=complaint_rules(severity=severities, escalation=ladder))
    return replace(book, desk=replace(book.desk, timezone="Europe/Berlin"))


def received(text: str) -> Complaint:
    """Return a complaint taken down at a local time of Berlin, as a file says it."""
    start = fixed(datetime.fromisoformat(text).replace(tzinfo=BERLIN))
    before = a_complaint()
    return replace(before, received_at=start, events=(replace(before.events[0], at=start),))


@pytest.mark.parametrize(
    ("start", "resolve", "due", "minutes"),
    [
        # spring: 02:00 becomes 03:00 on Sunday 2026-03-29
        ("2026-03-28 12:00", "1d", "2026-03-29 12:00", 23 * 60),
        ("2026-03-28 12:00", "24h", "2026-03-29 13:00", 24 * 60),
        ("2026-03-27 16:00", "4wh", "2026-03-30 11:00", 4 * 60),  # Fri 16-18, Mon 9-11
        ("2026-03-27 10:00", "1wd", "2026-03-30 10:00", 8 * 60),
        # autumn: 03:00 becomes 02:00 on Sunday 2026-10-25
        ("2026-10-24 12:00", "1d", "2026-10-25 12:00", 25 * 60),
        ("2026-10-24 12:00", "24h", "2026-10-25 11:00", 24 * 60),
        ("2026-10-23 16:00", "4wh", "2026-10-26 11:00", 4 * 60),
        ("2026-10-23 10:00", "1wd", "2026-10-26 10:00", 8 * 60),
    ],
)
def test_a_weekend_of_a_clock_change(start: str, resolve: str, due: str, minutes: int) -> None:
    book = in_berlin(resolve)
    found = deadlines(received(start), received(start).received_at, book)[1]

    assert found.due is not None
    assert (f"{found.due:%Y-%m-%d %H:%M}", found.target_minutes) == (due, minutes)


@pytest.mark.parametrize("start", ["2026-03-28 12:00", "2026-10-24 12:00"])
def test_no_alarm_comes_after_the_time_it_warns_of(start: str) -> None:
    """Given a day of 23 hours, 99 % of it end before it does."""
    book = in_berlin("1d", 50, 99, 100)
    clock = clock_of(received(start))
    found = sla.deadlines(clock, book, a_calendar(book), clock.received_at)
    told = [alarm.at.astimezone(UTC) for alarm in sla.alarms(clock, found, book, a_calendar(book))
            if alarm.name == "resolve"]  # fmt: skip

    assert told == sorted(told)
    assert told[1] < told[2]


def test_the_hour_that_comes_twice_is_kept_apart_in_the_index() -> None:
    """Given word to the customer at 2:45 before the clock goes back, and a reopening at 2:15 after it, half an hour on.

    By the clock on the wall the word came later; the next one counts from the reopening all the same.
    """
    told = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)
    opened = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=BERLIN)
    minor, *others = complaint_rules().severity
    severities = (replace(minor, progress=Duration.parse("1h")), *others)
    book = replace(in_berlin("4h"), complaint=complaint_rules(severity=severities))
    clock = replace(clock_of(received("2026-10-24 12:00")), told_at=fixed(told), opened_at=fixed(opened))

    kept = unpack(pack(clock), BERLIN)
    (found,) = [one for one in sla.deadlines(kept, book, a_calendar(book), kept.opened_at) if one.name == "progress"]

    assert found.since == fixed(opened)
    assert found.due is not None
    assert found.due.astimezone(UTC) == datetime(2026, 10, 25, 2, 15, tzinfo=UTC)


def test_nothing_of_a_life_is_due_before_it_began() -> None:
    for seed in range(50):
        complaint = life(seed, 25)
        for one in deadlines(complaint, end_of(complaint)):
            assert one.due is None or one.due >= one.since
            assert one.elapsed_minutes >= 0


def test_who_comes_later_is_never_due_earlier() -> None:
    """Given a complaint of each severity at every third quarter of an hour of a fortnight, no deadline moves back."""
    for severity in ("minor", "major", "critical"):
        last: dict[str, datetime] = {}
        for quarter in range(0, 14 * 96, 3):
            start = at("2026-11-16 00:00") + quarter * 15 * MINUTE
            complaint = replace(a_complaint(severity=severity), received_at=start, events=())
            for one in deadlines(complaint, start):
                assert one.due is not None
                assert last.get(one.name, one.due) <= one.due
                last[one.name] = one.due
