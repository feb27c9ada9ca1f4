"""Measures so that a complaint does not come back: planned, carried out, found to help or not. Fri 2026-11-20."""

import pytest

from cscli.domain import answering, complaint, improving, sla
from cscli.domain.case import Complaint, Effort, Measure
from cscli.domain.clock import clock_of, runs_on
from cscli.domain.value import replace
from cscli.errors import NotFound, Refused
from tests.builders import COMPLAINT_ID, a_calendar, a_complaint, a_measure, an_act, at, refusal, rulebook

MONDAY, TUESDAY, WEDNESDAY = "2026-11-23 10:00", "2026-11-24 10:00", "2026-11-25 10:00"


def cure(what: str = "新订服务规范", kind: Effort = "corrective", due: str = "2026-11-30 18:00") -> Measure:
    return replace(a_measure(what, due=due), kind=kind)


def corrected(*measures: Measure, until: str = "closed", when: str = MONDAY) -> Complaint:
    return improving.correct(a_complaint(until), an_act(when), measures=measures or (cure(),))


def verify(before: Complaint, number: int = 2, *, effective: bool = True, when: str = WEDNESDAY) -> Complaint:
    return improving.verify(before, an_act(when), number=number, effective=effective, note="一个月无同类投诉")


def done(before: Complaint, number: int = 2, when: str = TUESDAY) -> Complaint:
    return answering.finish_measure(before, an_act(when), number=number)


@pytest.mark.parametrize("until", ["planned", "resolved", "closed"])
def test_a_cause_is_removed_before_the_closing_or_after(until: str) -> None:
    after = corrected(cure(), cure("推广到各店", "preventive"), until=until)

    assert after.status == a_complaint(until).status
    assert [measure.kind for measure in after.measures] == ["remedy", "corrective", "preventive"]
    assert (after.events[-1].type, after.events[-1].measures) == ("corrected", 2)


def test_there_is_something_to_be_done_by_somebody_in_time() -> None:
    closed = a_complaint("closed")

    def correct(*measures: Measure) -> Complaint:
        return improving.correct(closed, an_act(MONDAY), measures=measures)

    refusal(Refused, "refused.complaint.no_measures", correct)
    refusal(Refused, "refused.complaint.blank", lambda: correct(cure(" ")))
    refusal(Refused, "refused.complaint.measure_owner", lambda: correct(replace(cure(), owner=" ")))
    facts = refusal(Refused, "refused.complaint.measure_past", lambda: correct(cure(due="2026-11-23 09:59")))
    assert facts["rule"] == "complaint.correct"


def test_what_was_carried_out_is_found_to_help() -> None:
    proven = verify(done(corrected()))

    measure = proven.measures[1]
    assert (measure.done_at, measure.verified_at, measure.effective) == (at(TUESDAY), at(WEDNESDAY), True)
    event = proven.events[-1]
    assert (event.type, event.measure, event.effective, event.note) == ("verified", 2, True, "一个月无同类投诉")
    assert not runs_on(clock_of(done(proven, 1, WEDNESDAY)))


def test_what_was_not_carried_out_is_not_proven() -> None:
    facts = refusal(Refused, "refused.complaint.verify_undone", lambda: verify(corrected()))

    assert facts == {"rule": "complaint.verify", "id": COMPLAINT_ID, "number": 2, "what": "新订服务规范"}


def test_a_remedy_is_not_proven() -> None:
    facts = refusal(Refused, "refused.complaint.verify_remedy", lambda: verify(done(corrected(), 1), 1))

    assert facts["what"] == "重新培训前台"


def test_it_is_proven_once() -> None:
    facts = refusal(Refused, "refused.complaint.verified", lambda: verify(verify(done(corrected()))))

    assert (facts["number"], facts["at"]) == (2, at(WEDNESDAY))


@pytest.mark.parametrize("number", [0, 3])
def test_a_measure_there_is_not_is_not_found(number: int) -> None:
    facts = refusal(NotFound, "complaint.no_measure", lambda: verify(corrected(), number))

    assert facts == {"id": COMPLAINT_ID, "value": str(number), "known": ("1", "2")}


# --- what is due ----------------------------------------------------------------------------------------------------


def due(of: Complaint, now: str = WEDNESDAY) -> dict[str, str]:
    """Return what runs on, each with when it is due; the club proves within 20 working days, corrects within 5."""
    found = sla.deadlines(of, rulebook(), a_calendar(), at(now))
    return {f"{one.name} {one.number or ''}".strip(): f"{one.due:%m-%d %H:%M}" for one in found
            if one.name in ("measure", "correct", "verify") and one.met_at is None}  # fmt: skip


def test_what_was_carried_out_waits_for_its_proof() -> None:
    assert due(corrected()) == {"measure 1": "11-24 18:00", "measure 2": "11-30 18:00"}
    # 20 working days after Tuesday 24 November: four weeks, Tuesday 22 December
    assert due(done(corrected())) == {"measure 1": "11-24 18:00", "verify 2": "12-22 10:00"}
    assert due(verify(done(corrected()))) == {"measure 1": "11-24 18:00"}


def test_where_it_did_not_help_another_one_is_due() -> None:
    failed = verify(done(done(corrected(), 1), 2), effective=False)

    assert due(failed) == {"correct": "12-02 10:00"}  # 5 working days after Wednesday 25 November
    again = improving.correct(failed, an_act(WEDNESDAY), measures=(cure("另想办法", due="2026-12-11 18:00"),))
    assert due(again) == {"measure 3": "12-11 18:00"}


def test_while_another_stands_none_is_due() -> None:
    two = done(done(done(corrected(cure(), cure("推广到各店", "preventive")), 1), 2), 3)

    assert due(verify(two, 3, effective=False)) == {"verify 2": "12-22 10:00"}


def test_what_keeps_it_from_happening_elsewhere_removes_no_cause() -> None:
    """Given a corrective measure that did not help and a preventive one that stands: the cause is still there."""
    two = done(done(done(corrected(cure(), cure("推广到各店", "preventive")), 1), 2), 3)

    assert due(verify(two, 2, effective=False)) == {"correct": "12-02 10:00", "verify 3": "12-22 10:00"}


def test_another_one_is_due_from_the_last_failure_whichever_measure_that_was() -> None:
    two = done(done(done(corrected(cure(), cure("推广到各店", "preventive")), 1), 2), 3)
    failed = verify(verify(two, 3, effective=False, when=TUESDAY), 2, effective=False, when="2026-11-27 10:00")

    assert due(failed, "2026-11-27 10:00") == {"correct": "12-04 10:00"}


def test_a_grave_valid_complaint_waits_for_a_cure_from_its_solution() -> None:
    from tests.domain.test_complaint_answer import strict

    def waits(of: Complaint) -> list[str]:
        found = sla.deadlines(of, strict(corrective=True), a_calendar(), at(MONDAY))
        return [f"{one.due:%m-%d %H:%M}" for one in found if one.name == "correct"]

    major = a_complaint("resolved", severity="major")  # on Friday at 15:00
    assert waits(major) == ["11-27 15:00"]
    assert waits(a_complaint("planned", severity="major")) == []
    assert waits(a_complaint("resolved")) == []
    assert waits(replace(major, judgement="invalid")) == []
    assert waits(improving.correct(major, an_act(MONDAY), measures=(cure(),))) == []


def test_a_complaint_taken_back_waits_for_no_measure() -> None:
    assert due(complaint.withdraw(corrected(until="planned"), an_act(TUESDAY), reason="误会")) == {}
