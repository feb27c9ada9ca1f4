"""A complaint at work: put right, looked into, told of, waiting for its customer, handed on, answered, a duplicate."""

from typing import Any

import pytest

from cscli.domain import answering, case, complaint
from cscli.domain.case import Complaint
from cscli.domain.complaint_rules import External
from cscli.domain.record import Delta
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import replace
from cscli.errors import NotFound, Refused, UsageProblem
from tests.builders import (
    COMPLAINT_ID,
    a_complaint,
    a_permit,
    an_act,
    at,
    complaint_rules,
    refusal,
    rulebook,
)

LATER = "2026-11-23 10:00"
OTHER_ID = "CP-261120-9M2KQ4"
ANOTHER = replace(a_complaint(), id=OTHER_ID)


# --- putting right what was taken down ------------------------------------------------------------------------------


def change(before: Complaint, by: str = "li.na", when: str = LATER, **words: Any) -> Complaint:
    return complaint.change(before, rulebook(), an_act(when, by), **words)


def test_a_change_keeps_what_was_said_before_and_why() -> None:
    changed = change(a_complaint(), content="教练态度不好", category="设施", reason="听错了")

    assert (changed.status, changed.content, changed.category) == ("received", "教练态度不好", "facility")
    assert (changed.events[-1].type, changed.events[-1].reason) == ("changed", "听错了")
    assert changed.events[-1].changes == {
        "category": Delta(from_="service", to="facility"),
        "content": Delta(from_="前台态度不好", to="教练态度不好"),
    }


def test_what_is_not_said_stays() -> None:
    changed = change(a_complaint(remedy="退款"), severity="重大")

    assert (changed.severity, changed.remedy, changed.content) == ("major", "退款", "前台态度不好")


def test_saying_the_same_changes_nothing() -> None:
    facts = refusal(Refused, "refused.nothing_changes", lambda: change(a_complaint(), severity="minor"))

    assert facts == {"rule": "complaint.change", "id": COMPLAINT_ID}


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [
        ({"content": " "}, Refused, "refused.complaint.blank"),
        ({"severity": "awful"}, NotFound, "rulebook.no_severity"),
        ({"category": "weather"}, NotFound, "rulebook.no_category"),
        ({"against": ("wang.wei",)}, UsageProblem, "value.against"),
        ({"occurred_at": at("2026-11-20 09:01")}, Refused, "refused.future"),  # a minute after it was received
    ],
)
def test_a_change_is_held_to_the_rules_of_the_receipt(words: dict[str, Any], kind: Any, key: str) -> None:
    refusal(kind, key, lambda: change(a_complaint(), **words))


def test_a_complaint_does_not_come_to_be_against_its_owner() -> None:
    facts = refusal(Refused, "refused.complaint.self", lambda: change(a_complaint(), against=("person:Li.Na",)))

    assert facts["person"] == "li.na"
    assert change(a_complaint(owner="chen.jie"), against=("person:li.na",)).against == ("person:li.na",)


def test_whom_it_is_against_does_not_turn_it_away() -> None:
    """Given a complaint against him that is his by permit, one rule is broken, not one twice."""
    his = a_complaint(against=("person:wang.wei",))
    refusal(Refused, "refused.complaint.self", lambda: change(his, by="wang.wei", against=("department:bar",)))

    own = replace(his, owner="wang.wei")
    changed = change(own, "wang.wei", against=("person:wang.wei", "department:bar"), permit=a_permit("主管同意"))

    assert (changed.events[-1].overrode, changed.events[-1].reason) == (("complaint.self",), "主管同意")


# --- looking into it ------------------------------------------------------------------------------------------------


def test_an_investigation_names_who_looked_into_it() -> None:
    own = complaint.investigate(a_complaint("assessed"), an_act(LATER), findings="录像属实")
    hers = complaint.investigate(a_complaint("assessed"), an_act(LATER), findings="录像属实", investigator="chen.jie")

    assert (own.events[-1].note, own.events[-1].owner, own.status) == ("录像属实", "li.na", "assessed")
    assert (hers.events[-1].owner, hers.owner) == ("chen.jie", "li.na")  # it is not handed over by that


def test_an_investigation_finds_something() -> None:
    facts = refusal(
        Refused,
        "refused.complaint.blank",
        lambda: complaint.investigate(a_complaint("assessed"), an_act(LATER), findings="\t"),
    )

    assert facts == {"rule": "complaint.investigate", "id": COMPLAINT_ID, "what": "findings"}


def test_there_may_be_more_than_one() -> None:
    again = complaint.investigate(a_complaint("planned"), an_act(LATER), findings="另有证人")

    assert [event.type for event in again.events].count("investigated") == 2


# --- word to the customer -------------------------------------------------------------------------------------------


def test_progress_keeps_what_was_told_and_how() -> None:
    event = complaint.progress(a_complaint("planned"), an_act(LATER), told="周三答复", means="message").events[-1]

    assert (event.type, event.note, event.means) == ("progressed", "周三答复", "message")


def test_progress_tells_something() -> None:
    facts = refusal(
        Refused,
        "refused.complaint.blank",
        lambda: complaint.progress(a_complaint("planned"), an_act(LATER), told=""),
    )

    assert facts == {"rule": "complaint.progress", "id": COMPLAINT_ID, "what": "told"}


def test_the_customer_heard_last_when_they_were_last_spoken_to() -> None:
    told = [
        case.told_at(a_complaint()),
        case.told_at(a_complaint("acknowledged")),
        case.told_at(complaint.progress(a_complaint("planned"), an_act("2026-11-20 14:00"), told="周三答复")),
        case.told_at(a_complaint("resolved")),  # decided, not yet told
        case.told_at(a_complaint("communicated")),
        case.told_at(a_complaint("followed_up")),
        case.told_at(answering.follow_up(a_complaint("communicated"), an_act(LATER), reached=False)),
    ]

    assert told == [
        None, at("2026-11-20 09:30"), at("2026-11-20 14:00"), at("2026-11-20 09:30"), at("2026-11-20 15:30"),
        at("2026-11-20 16:00"), at("2026-11-20 15:30"),
    ]  # fmt: skip


# --- waiting for the customer ---------------------------------------------------------------------------------------


def hold(before: Complaint, when: str, until: str | None = None) -> Complaint:
    return complaint.hold(before, an_act(when), reason="等客户提供照片", until=at(until) if until else None)


def test_a_complaint_waits_and_goes_on() -> None:
    held = hold(a_complaint("planned"), "2026-11-20 12:00", until="2026-11-24 09:00")
    resumed = complaint.resume(held, an_act(LATER), note="照片已到")

    standing = case.hold(held)
    assert standing is not None
    assert (standing.reason, standing.until) == ("等客户提供照片", at("2026-11-24 09:00"))
    assert (held.status, case.pauses(held)) == ("in_progress", ((at("2026-11-20 12:00"), None),))
    assert (case.hold(resumed), resumed.events[-1].note) == (None, "照片已到")
    assert case.pauses(resumed) == ((at("2026-11-20 12:00"), at(LATER)),)


def test_it_does_not_begin_to_wait_twice() -> None:
    held = hold(a_complaint("planned"), "2026-11-20 12:00")

    facts = refusal(Refused, "refused.complaint.held", lambda: hold(held, LATER))

    assert facts == {"rule": "complaint.hold", "id": COMPLAINT_ID, "at": at("2026-11-20 12:00")}


def test_it_does_not_go_on_where_it_did_not_wait() -> None:
    facts = refusal(
        Refused, "refused.complaint.not_held", lambda: complaint.resume(a_complaint("planned"), an_act(LATER))
    )

    assert facts == {"rule": "complaint.resume", "id": COMPLAINT_ID}


@pytest.mark.parametrize("until", ["2026-11-23 09:59", "2026-11-23 10:00"])
def test_the_customer_is_asked_again_later_not_before(until: str) -> None:
    facts = refusal(Refused, "refused.complaint.hold_past", lambda: hold(a_complaint("planned"), LATER, until))

    assert facts["until"] == at(until)


def test_waiting_says_for_what() -> None:
    refusal(
        Refused, "refused.complaint.blank", lambda: complaint.hold(a_complaint("planned"), an_act(LATER), reason=" ")
    )


def test_nobody_waits_before_the_customer_had_an_answer() -> None:
    refusal(Refused, "state.illegal", lambda: hold(a_complaint(), LATER))


@pytest.mark.parametrize("end", ["resolved", "withdrawn", "merged"])
def test_whatever_takes_it_out_of_work_ends_the_waiting(end: str) -> None:
    held = hold(a_complaint("planned"), "2026-11-20 12:00")
    over = {
        "resolved": lambda: answering.resolve(held, an_act(LATER), response="apology", decision="道歉"),
        "withdrawn": lambda: complaint.withdraw(held, an_act(LATER), reason="误会"),
        "merged": lambda: complaint.merge(held, an_act(LATER), into=ANOTHER),
    }[end]()

    assert (case.hold(over), case.pauses(over)) == (None, ((at("2026-11-20 12:00"), at(LATER)),))


def test_taken_up_again_it_does_not_wait() -> None:
    held = hold(a_complaint("planned"), "2026-11-20 12:00")
    over = answering.resolve(held, an_act(LATER), response="apology", decision="道歉")
    reopened = complaint.reopen(over, an_act(LATER), reason="复发")

    assert case.hold(reopened) is None
    assert len(case.pauses(hold(reopened, LATER))) == 2


# --- handing over ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", ["received", "acknowledged", "assessed", "planned", "resolved"])
def test_any_open_complaint_is_handed_over_and_keeps_its_state(until: str) -> None:
    before = a_complaint(until)
    handed = complaint.hand_over(before, an_act(LATER), owner="chen.jie", reason="休假")

    assert (handed.status, handed.owner, handed.first_receiver) == (before.status, "chen.jie", "li.na")


# --- the decision told ----------------------------------------------------------------------------------------------

HOTLINE = External(id="hotline", name="12315", phone="12315")
COURT = External(id="court", name="人民法院")


def with_routes(*routes: External) -> Rulebook:
    return rulebook(complaint=complaint_rules(external=routes))


def tell(rules: Rulebook, before: Complaint | None = None, **words: Any) -> Complaint:
    return answering.communicate(before or a_complaint("resolved"), rules, an_act(LATER), **words)


@pytest.mark.parametrize("accepted", [True, None])
def test_who_accepts_or_is_still_thinking_is_sent_nowhere(accepted: bool | None) -> None:
    told = tell(with_routes(HOTLINE), accepted=accepted, means="letter", note="已寄出")

    event = told.events[-1]
    assert (told.status, told.accepted, told.external) == ("resolved", accepted, None)
    assert (event.means, event.note, event.accepted, event.external) == ("letter", "已寄出", accepted, None)


def test_of_who_does_not_accept_it_is_said_where_else_they_were_told_to_turn() -> None:
    """Given even one way alone, it is named: nobody has told the customer of it by leaving it out."""
    told = tell(with_routes(HOTLINE), accepted=False, external="hotline")

    assert (told.accepted, told.external, told.events[-1].external) == (False, "hotline", "hotline")
    refusal(Refused, "refused.complaint.external", lambda: tell(with_routes(HOTLINE), accepted=False))


def test_of_several_ways_one_is_named() -> None:
    two = with_routes(HOTLINE, COURT)

    facts = refusal(Refused, "refused.complaint.external", lambda: tell(two, accepted=False))

    assert facts == {
        "rule": "complaint.communicate",
        "id": COMPLAINT_ID,
        "known": ("hotline (12315)", "court (人民法院)"),
    }
    assert tell(two, accepted=False, external="人民法院").external == "court"


def test_a_desk_without_ways_names_none_or_its_own() -> None:
    assert tell(rulebook(), accepted=False).external is None
    assert tell(rulebook(), accepted=False, external="mayor").external == "mayor"


def test_a_way_nobody_listed_is_not_found() -> None:
    facts = refusal(
        NotFound, "rulebook.no_external", lambda: tell(with_routes(HOTLINE), accepted=False, external="mayor")
    )

    assert facts == {"value": "mayor", "known": ("hotline",)}


@pytest.mark.parametrize("accepted", [True, None])
def test_only_who_does_not_accept_needs_one(accepted: bool | None) -> None:
    facts = refusal(
        Refused,
        "refused.complaint.external_for",
        lambda: tell(with_routes(HOTLINE), accepted=accepted, external="hotline"),
    )

    assert facts == {"rule": "complaint.communicate", "id": COMPLAINT_ID}


def test_a_decision_told_twice_leaves_the_last_word() -> None:
    refused = tell(with_routes(HOTLINE), accepted=False, external="hotline")
    accepted = tell(with_routes(HOTLINE), refused, accepted=True)

    assert (accepted.accepted, accepted.external) == (True, None)


# --- duplicates -----------------------------------------------------------------------------------------------------


def test_a_duplicate_points_to_the_one_that_stays() -> None:
    merged = complaint.merge(a_complaint("planned"), an_act(LATER), into=ANOTHER, reason="同一件事")

    assert (merged.status, merged.merged_into) == ("merged", OTHER_ID)
    assert (merged.events[-1].into, merged.events[-1].reason) == (OTHER_ID, "同一件事")


def test_a_complaint_is_no_duplicate_of_itself() -> None:
    facts = refusal(
        Refused,
        "refused.complaint.own_duplicate",
        lambda: complaint.merge(a_complaint(), an_act(LATER), into=a_complaint("planned")),
    )

    assert facts == {"rule": "complaint.link", "id": COMPLAINT_ID}


def test_nor_of_a_duplicate() -> None:
    third = replace(a_complaint(), id="CP-261120-QQQQQQ")
    duplicate = complaint.merge(ANOTHER, an_act(LATER), into=a_complaint())

    facts = refusal(
        Refused,
        "refused.complaint.duplicate_too",
        lambda: complaint.merge(third, an_act(LATER), into=duplicate),
    )
    back = refusal(
        Refused,
        "refused.complaint.duplicate_of_this",
        lambda: complaint.merge(a_complaint(), an_act(LATER), into=duplicate),
    )

    assert (facts["other"], facts["into"]) == (OTHER_ID, COMPLAINT_ID)
    assert (back["other"], back["id"]) == (OTHER_ID, COMPLAINT_ID)


def test_nor_of_one_that_is_closed_and_goes_on_no_more() -> None:
    closed = replace(a_complaint("closed"), id=OTHER_ID)

    facts = refusal(
        Refused,
        "refused.complaint.closed_target",
        lambda: complaint.merge(a_complaint(), an_act(LATER), into=closed),
    )

    assert facts == {"rule": "complaint.link", "id": COMPLAINT_ID, "other": OTHER_ID}


def test_a_complaint_in_which_another_customers_is_counted_is_not_taken_back() -> None:
    own = complaint.merge(ANOTHER, an_act(LATER), into=a_complaint())
    others = replace(own, id="CP-261120-QQQQQQ", customer="CU-261120-AAAAAA")

    facts = refusal(
        Refused,
        "refused.complaint.others",
        lambda: complaint.withdraw(a_complaint(), an_act(LATER), reason="误会", twins=(own, others)),
    )

    assert facts["others"] == ("CP-261120-QQQQQQ",)
    assert complaint.withdraw(a_complaint(), an_act(LATER), reason="误会", twins=(own,)).status == "withdrawn"


def test_taking_a_duplicate_back_is_no_solution_that_went_back() -> None:
    merged = complaint.merge(a_complaint("planned"), an_act(LATER), into=ANOTHER)
    reopened = complaint.reopen(merged, an_act(LATER), reason="不是一件事")

    assert case.gone_back(reopened) == ()


def test_a_duplicate_that_was_none_begins_at_its_receipt() -> None:
    merged = complaint.merge(a_complaint("planned"), an_act(LATER), into=ANOTHER)
    reopened = complaint.reopen(merged, an_act(LATER), reason="不是一件事")
    again = complaint.acknowledge(reopened, an_act("2026-11-24 10:00"))

    assert (reopened.status, reopened.merged_into) == ("received", None)
    assert case.acknowledged_at(again) == at("2026-11-20 09:30")  # its first answer stays the first


# --- taking it back -------------------------------------------------------------------------------------------------


def test_a_complaint_taken_back_stays_so() -> None:
    withdrawn = complaint.withdraw(a_complaint("resolved"), an_act(LATER), reason="误会")

    assert (withdrawn.status, case.withdrawn_at(withdrawn)) == ("withdrawn", at(LATER))
    refusal(Refused, "state.illegal", lambda: complaint.reopen(withdrawn, an_act(LATER), reason="复发"))


def test_whom_it_is_against_neither_takes_it_back_nor_calls_it_a_duplicate() -> None:
    his, act = a_complaint(against=("person:wang.wei",)), an_act(LATER, "wang.wei")

    refusal(Refused, "refused.complaint.self", lambda: complaint.withdraw(his, act, reason="误会"))
    refusal(Refused, "refused.complaint.self", lambda: complaint.merge(his, act, into=ANOTHER))


@pytest.mark.parametrize("when", ["2026-11-20 10:59", "2026-11-19 12:00"])
def test_no_step_lies_before_the_one_it_follows(when: str) -> None:
    facts = refusal(
        Refused,
        "refused.backwards",
        lambda: complaint.progress(a_complaint("planned"), an_act(when, now=LATER), told="周三答复"),
    )

    assert (facts["at"], facts["last"]) == (at(when), at("2026-11-20 11:00"))
