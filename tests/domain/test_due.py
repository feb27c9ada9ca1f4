"""Due items: what waits, for whom, until when, and the command that settles it."""

from decimal import Decimal

import pytest

from cscli.domain import answering, due, due_bookings, due_complaints, improving, sla
from cscli.domain import complaint as complaints
from cscli.domain.case import Complaint
from cscli.domain.complaint_rules import Rung
from cscli.domain.due import DueItem
from cscli.domain.value import replace
from tests.builders import (
    BOOKING_ID,
    COMPLAINT_ID,
    a_booking,
    a_calendar,
    a_complaint,
    a_measure,
    an_act,
    at,
    badminton,
    complaint_rules,
    duration,
    rulebook,
)


def items(complaint: Complaint, now: str) -> tuple[DueItem, ...]:
    deadlines = sla.deadlines(complaint, rulebook(), a_calendar(), at(now))
    return due_complaints.complaint_items(complaint, deadlines, rulebook(), a_calendar(), at(now))


def kinds(complaint: Complaint, now: str) -> list[str]:
    return [item.kind for item in items(complaint, now)]


def test_a_new_complaint_waits_for_its_acknowledgement() -> None:
    first = items(a_complaint(), "2026-11-20 10:00")[0]

    assert first == DueItem(
        due=at("2026-11-20 14:00"),
        overdue=False,
        kind="acknowledge",
        record=COMPLAINT_ID,
        what="due.complaint.acknowledge",
        facts={"id": COMPLAINT_ID, "severity": "minor"},
        owner="li.na",
        command=f"cscli complaint acknowledge {COMPLAINT_ID}",
    )


@pytest.mark.parametrize(("now", "overdue"), [("2026-11-20 14:00", False), ("2026-11-20 14:01", True)])
def test_an_item_is_overdue_only_after_its_time(now: str, overdue: bool) -> None:
    assert items(a_complaint(), now)[0].overdue is overdue


@pytest.mark.parametrize(
    ("until", "waiting"),
    [
        ("received", ["acknowledge", "resolve"]),
        ("acknowledged", ["resolve"]),
        ("assessed", ["resolve"]),
        ("planned", ["resolve", "measure"]),  # Tuesday 09:00, Tuesday 18:00
        ("resolved", ["communicate", "follow_up", "measure"]),  # Monday 15:00, Tuesday 15:00, Tuesday 18:00
        ("communicated", ["follow_up", "measure"]),
        ("followed_up", ["close", "measure"]),
        ("closed", ["measure"]),
        ("withdrawn", []),
    ],
)
def test_each_step_leaves_the_rest_waiting_earliest_first(until: str, waiting: list[str]) -> None:
    assert kinds(a_complaint(until), "2026-11-20 18:00") == waiting


@pytest.mark.parametrize(
    ("until", "verb"),
    [
        ("received", "acknowledge"),
        ("acknowledged", "assess"),
        ("assessed", "investigate"),
        ("investigated", "judge"),
        ("judged", "plan"),
        ("planned", "resolve"),
    ],
)
def test_the_command_is_the_next_step_that_is_legal(until: str, verb: str) -> None:
    found = {item.kind: item for item in items(a_complaint(until), "2026-11-20 18:00")}

    assert found["resolve"].command == f"cscli complaint {verb} {COMPLAINT_ID}"


def test_a_complaint_planned_before_it_was_judged_waits_for_the_judgement() -> None:
    planned = answering.plan(a_complaint("investigated"), an_act("2026-11-20 11:00"), measures=(a_measure(),))

    assert items(planned, "2026-11-20 12:00")[0].command == f"cscli complaint judge {COMPLAINT_ID}"


def test_telling_and_calling_back_are_settled_by_their_own_commands() -> None:
    commands = [item.command for item in items(a_complaint("resolved"), "2026-11-20 18:00")[:2]]

    assert commands == [f"cscli complaint communicate {COMPLAINT_ID}", f"cscli complaint follow-up {COMPLAINT_ID}"]


def test_who_waits_for_the_customer_asks_again_and_nothing_else() -> None:
    held = complaints.hold(a_complaint("planned"), an_act("2026-11-20 12:00"), reason="等照片")

    found = items(held, "2026-11-20 18:00")

    assert [(item.kind, item.command) for item in found] == [
        ("chase", f"cscli complaint resume {COMPLAINT_ID}"),
        ("measure", f"cscli complaint plan {COMPLAINT_ID} --done 1"),
    ]  # begun at lunch on Friday, 2 working days count from 13:00; the measure is due on Tuesday at 18:00
    assert found[0].due == at("2026-11-24 13:00")


def test_a_proof_and_another_measure_have_their_commands() -> None:
    cure = replace(a_measure("新规范", due="2026-11-30 18:00"), kind="corrective")
    corrected = improving.correct(a_complaint("closed"), an_act("2026-11-23 10:00"), measures=(cure,))
    done = answering.finish_measure(corrected, an_act("2026-11-24 10:00"), number=2)
    failed = improving.verify(done, an_act("2026-11-25 10:00"), number=2, effective=False)

    proof = {item.kind: item for item in items(done, "2026-11-25 09:00")}["verify"]
    another = {item.kind: item for item in items(failed, "2026-11-26 09:00")}["correct"]

    assert (proof.command, proof.owner) == (f"cscli complaint verify {COMPLAINT_ID} 2", "li.na")
    assert proof.facts == {"id": COMPLAINT_ID, "severity": "minor", "number": "2", "measure": "新规范"}
    assert (another.command, another.owner) == (f"cscli complaint correct {COMPLAINT_ID}", "li.na")


def test_an_alarm_shows_when_its_time_has_come_and_is_never_late_before_the_whole_time_is_up() -> None:
    """Given a ladder at 50 and 100 %, 4 working hours from Friday 9:00 are half gone at 11:00 and gone at 14:00."""
    half, whole = Rung(at=Decimal(50), who="owner"), Rung(at=Decimal(100), who="supervisor")
    book = rulebook(complaint=complaint_rules(escalation=(half, whole)))

    def alarms(now: str) -> list[tuple[str, str | None, bool]]:
        deadlines = sla.deadlines(a_complaint(), book, a_calendar(), at(now))
        found = due_complaints.complaint_items(a_complaint(), deadlines, book, a_calendar(), at(now))
        return [(f"{item.due:%H:%M}", item.owner, item.overdue) for item in found
                if item.kind == "alarm" and item.facts["deadline"] == "acknowledge"]  # fmt: skip

    assert alarms("2026-11-20 10:59") == []
    assert alarms("2026-11-20 11:00") == [("11:00", "li.na", False)]
    assert alarms("2026-11-20 13:59") == [("11:00", "li.na", False)]
    assert alarms("2026-11-20 14:00") == [("14:00", "supervisor", False)]  # the owner has the late answer itself
    assert alarms("2026-11-20 14:01") == [("14:00", "supervisor", True)]


def test_an_alarm_steps_aside_when_the_same_person_hears_the_next() -> None:
    """Given the supervisor on the two upper rungs: only the higher one that was reached is still to be seen to."""
    ladder = [
        Rung(at=Decimal(share), who=who) for share, who in ((50, "owner"), (80, "supervisor"), (100, "supervisor"))
    ]
    book = rulebook(complaint=complaint_rules(escalation=ladder))

    def heard(now: str) -> list[tuple[object, str | None]]:
        deadlines = sla.deadlines(a_complaint(), book, a_calendar(), at(now))
        found = due_complaints.complaint_items(a_complaint(), deadlines, book, a_calendar(), at(now))
        return [(item.facts["share"], item.owner) for item in found
                if item.kind == "alarm" and item.facts["deadline"] == "acknowledge"]  # fmt: skip

    assert heard("2026-11-20 11:00") == [("50", "li.na")]
    assert heard("2026-11-20 13:59") == [("50", "li.na"), ("80", "supervisor")]
    assert heard("2026-11-20 14:00") == [("100", "supervisor")]


def test_a_measure_waits_for_its_own_owner() -> None:
    found = items(a_complaint("closed"), "2026-11-25 09:00")[0]

    assert (found.due, found.overdue, found.owner) == (at("2026-11-24 18:00"), True, "chen.jie")
    assert found.facts == {"id": COMPLAINT_ID, "severity": "minor", "number": "1", "measure": "重新培训前台"}
    assert found.command == f"cscli complaint plan {COMPLAINT_ID} --done 1"


@pytest.mark.parametrize(
    ("severity", "until", "reported"),
    [
        ("minor", "received", False),
        ("major", "received", True),
        ("critical", "received", True),
        ("major", "acknowledged", True),
        ("major", "planned", True),
        ("major", "closed", False),
        ("major", "withdrawn", False),
    ],
)
def test_a_grave_complaint_waits_for_the_supervisor(severity: str, until: str, reported: bool) -> None:
    assert ("report" in kinds(a_complaint(until, severity=severity), "2026-11-20 10:00")) is reported


def test_who_was_told_is_told_anew_of_another_severity() -> None:
    """Given a minor complaint found to be major at ten, reported at eleven, and critical at twelve."""
    small = a_complaint("acknowledged")
    grave = complaints.assess(small, rulebook(), an_act("2026-11-20 10:00"), severity="major")
    told = complaints.report(grave, an_act("2026-11-20 11:00", "wang.wei"), to="zhao.min")
    graver = complaints.change(told, rulebook(), an_act("2026-11-20 12:00"), severity="critical")

    def reports(one: Complaint) -> list[str]:
        return [f"{item.due:%H:%M} {item.owner} {item.command.split()[2]}" for item in items(one, "2026-11-20 12:00")
                if item.kind == "report"]  # fmt: skip

    assert reports(small) == []
    assert reports(grave) == ["10:00 supervisor report"]
    assert (reports(told), told.events[-1].owner) == ([], "zhao.min")
    assert reports(graver) == ["12:00 supervisor report"]


def test_the_order_of_what_happened_tells_what_was_told_before_another_severity() -> None:
    told = complaints.report(a_complaint(severity="major"), an_act("2026-11-20 09:10", "wang.wei"))
    graver = complaints.change(told, rulebook(), an_act("2026-11-20 09:10"), severity="critical", reason="伤了人")

    assert "report" not in kinds(told, "2026-11-20 09:10")
    assert "report" in kinds(graver, "2026-11-20 09:10")


def test_an_apology_that_was_asked_for_is_made_up_for_before_the_closing() -> None:
    asked = tuple(replace(known, apology=True, corrective=False) for known in rulebook().complaint.severity)
    book = replace(rulebook(), complaint=replace(rulebook().complaint, severity=asked))
    events = tuple(replace(event, apology=None) for event in a_complaint("followed_up").events)
    without = replace(
        a_complaint("followed_up"),
        events=tuple(replace(event, response="refund" if event.response else None) for event in events),
        response="refund",
    )

    def waits(found: Complaint) -> list[tuple[str, str]]:
        deadlines = sla.deadlines(found, book, a_calendar(), at("2026-11-20 16:30"))
        due = due_complaints.complaint_items(found, deadlines, book, a_calendar(), at("2026-11-20 16:30"))
        return [(item.kind, item.command) for item in due if item.kind in ("apology", "close")]

    assert waits(without) == [("apology", f"cscli complaint progress --apology {COMPLAINT_ID}")]
    assert due_complaints.next_step(without, book) == f"cscli complaint progress --apology {COMPLAINT_ID}"
    made = complaints.progress(without, an_act("2026-11-20 16:20"), told="电话致歉", apology=True)
    assert waits(made) == [("close", f"cscli complaint close {COMPLAINT_ID}")]


def test_a_report_is_the_supervisors_from_the_receipt_on() -> None:
    first = items(a_complaint(severity="major"), "2026-11-20 09:01")[0]

    assert (first.kind, first.due, first.overdue, first.owner) == (
        "report", at("2026-11-20 09:00"), True, "supervisor",
    )  # fmt: skip


def test_a_late_complaint_that_is_over_waits_for_nothing() -> None:
    late = complaints.withdraw(a_complaint(), an_act("2026-11-20 17:00"), reason="客户撤回")

    assert kinds(late, "2026-11-30 09:00") == []


# --- bookings -----------------------------------------------------------------------------------------------------


def test_a_held_request_waits_for_its_confirmation() -> None:
    (found,) = due_bookings.booking_items(a_booking("requested"), rulebook(), a_calendar(), at("2026-11-20 10:31"))

    assert (found.kind, found.due, found.overdue) == ("confirm", at("2026-11-20 10:30"), True)
    assert (found.what, found.owner) == ("due.booking.confirm", None)
    assert found.command == f"cscli booking confirm {BOOKING_ID}"


def test_a_request_that_is_not_held_has_no_time() -> None:
    assert (
        due_bookings.booking_items(
            a_booking("requested", hold_until=None), rulebook(), a_calendar(), at("2026-11-20 10:31")
        )
        == ()
    )


@pytest.mark.parametrize(
    ("now", "overdue"), [("2026-11-21 19:29", None), ("2026-11-21 19:30", False), ("2026-11-21 19:31", True)]
)
def test_a_guest_is_missing_once_the_time_allowed_is_over(now: str, overdue: bool | None) -> None:
    found = due_bookings.booking_items(
        a_booking("confirmed", start="2026-11-21 19:00"), rulebook(), a_calendar(), at(now)
    )

    assert [item.overdue for item in found] == ([] if overdue is None else [overdue])


def test_a_missing_guest_is_settled_as_a_no_show() -> None:
    book = rulebook(service=(badminton(no_show_after=duration("15m")),))

    (found,) = due_bookings.booking_items(
        a_booking(start="2026-11-21 19:00"), book, a_calendar(), at("2026-11-21 20:00")
    )

    assert (found.kind, found.due) == ("arrival", at("2026-11-21 19:15"))
    assert found.facts == {"id": BOOKING_ID, "service": "badminton", "start": at("2026-11-21 19:00")}
    assert found.command == f"cscli booking no-show {BOOKING_ID}"


def test_a_service_the_rulebook_no_longer_has_allows_no_waiting() -> None:
    (found,) = due_bookings.booking_items(
        a_booking(start="2026-11-21 19:00"), rulebook(service=()), a_calendar(), at("2026-11-21 20:00")
    )

    assert found.due == at("2026-11-21 19:00")


@pytest.mark.parametrize("status", ["completed", "no_show", "cancelled", "unmet", "closed"])
def test_a_booking_that_ended_waits_for_nothing(status: str) -> None:
    assert due_bookings.booking_items(a_booking(status), rulebook(), a_calendar(), at("2026-11-30 09:00")) == ()


def test_items_of_many_records_stand_earliest_first() -> None:
    late = due_bookings.booking_items(
        a_booking("requested"), rulebook(), a_calendar(), at("2026-11-20 11:00")
    )  # due 10:30

    found = due.in_order((*items(a_complaint(severity="major"), "2026-11-20 11:00"), *late))

    assert [item.kind for item in found] == ["report", "acknowledge", "confirm", "resolve"]  # 9:00 10:00 10:30 Mon
