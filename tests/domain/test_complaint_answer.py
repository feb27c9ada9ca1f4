"""A complaint from its solution until the customer is content, what its biography tells, every step in every state."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import answering, case, complaint, improving, states
from cscli.domain.case import Complaint, Measure
from cscli.domain.record import Act
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import replace
from cscli.errors import NotFound, Refused
from tests.builders import (
    COMPLAINT_ID,
    a_complaint,
    a_measure,
    a_permit,
    an_act,
    at,
    complaint_rules,
    refusal,
    rulebook,
)

LATER = "2026-11-23 10:00"
STEPS = (  # of ISO 10002, in their order
    "received", "acknowledged", "assessed", "investigated", "judged", "planned", "resolved", "communicated",
    "followed_up", "closed",
)  # fmt: skip


# --- resolving and calling back -----------------------------------------------------------------------------------


def resolve(before: Complaint, when: str = LATER, by: str = "li.na", **words: Any) -> Complaint:
    return answering.resolve(before, an_act(when, by), **({"response": "apology", "decision": "当面道歉"} | words))


def tell(before: Complaint, when: str = LATER, **words: Any) -> Complaint:
    return answering.communicate(before, words.pop("rules", rulebook()), an_act(when), **words)


def call(before: Complaint, when: str = LATER, **words: Any) -> Complaint:
    return answering.follow_up(before, an_act(when), **words)


def test_a_solution_keeps_decision_and_amount() -> None:
    resolved = resolve(a_complaint("planned"), response="compensation", compensation=Decimal("50.00"))

    assert (resolved.status, resolved.response, resolved.decision) == ("resolved", "compensation", "当面道歉")
    assert (resolved.compensation, resolved.events[-1].compensation) == (Decimal("50.00"), Decimal("50.00"))


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"decision": " "}, "refused.complaint.blank"),
        ({"response": "compensation"}, "refused.complaint.amount"),
        ({"response": "refund", "compensation": Decimal(0)}, "refused.complaint.amount"),
    ],
)
def test_a_solution_says_what_the_customer_gets(words: dict[str, Any], key: str) -> None:
    assert refusal(Refused, key, lambda: resolve(a_complaint("planned"), **words))["rule"] == "complaint.resolve"


def test_a_solution_follows_a_judgement() -> None:
    unjudged = answering.plan(a_complaint("assessed"), an_act("2026-11-20 11:00"), measures=(a_measure(),))

    facts = refusal(Refused, "refused.complaint.unjudged", lambda: resolve(unjudged))

    assert facts == {"rule": "complaint.resolve", "id": COMPLAINT_ID}


def test_a_satisfied_customer_leaves_it_resolved() -> None:
    called = call(a_complaint("resolved"), reached=True, satisfied=True, rating=5, means="visit")

    assert (called.status, called.satisfied, called.rating, called.events[-1].means) == ("resolved", True, 5, "visit")


def test_an_unsatisfied_customer_opens_it_again() -> None:
    called = call(a_complaint("resolved"), reached=True, satisfied=False, rating=2)

    assert (called.status, called.satisfied, called.rating) == ("in_progress", False, 2)
    assert [event.type for event in called.events[-2:]] == ["followed_up", "reopened"]
    assert (called.events[-1].reason, len(case.gone_back(called))) == ("unsatisfied", 1)


def test_a_call_back_may_be_a_visit_that_finds_nobody() -> None:
    called = call(a_complaint("communicated"), reached=False, means="visit", note="无人应门")

    event = called.events[-1]
    assert (event.means, event.reached, event.note, called.status) == ("visit", False, "无人应门", "resolved")


def test_nobody_is_called_back_before_there_is_a_solution() -> None:
    facts = refusal(Refused, "state.illegal", lambda: call(a_complaint("planned"), reached=True, satisfied=True))

    assert (facts["status"], facts["event"]) == ("in_progress", "followed_up")


def test_an_unsatisfied_customer_has_not_accepted_it_any_more() -> None:
    told = tell(a_complaint("resolved"), accepted=True)
    unhappy = call(told, reached=True, satisfied=False, rating=1)

    assert (unhappy.accepted, unhappy.external, case.communicated_at(unhappy)) == (None, None, None)
    assert case.tries(unhappy) == 0


def test_a_new_solution_has_not_been_answered_yet() -> None:
    again = resolve(call(a_complaint("resolved"), reached=True, satisfied=False, rating=2))

    assert (again.satisfied, again.rating) == (None, None)


def test_a_customer_not_reached_says_nothing() -> None:
    called = call(a_complaint("resolved"), reached=False)

    assert (called.status, called.satisfied, case.tries(called)) == ("resolved", None, 1)
    refusal(
        Refused, "refused.complaint.unreached", lambda: call(a_complaint("resolved"), reached=False, satisfied=True)
    )
    refusal(Refused, "refused.complaint.unreached", lambda: call(a_complaint("resolved"), reached=False, rating=3))


def test_a_customer_reached_was_asked() -> None:
    refusal(Refused, "refused.complaint.no_answer", lambda: call(a_complaint("resolved"), reached=True))


# --- closing ------------------------------------------------------------------------------------------------------


def close(before: Complaint, when: str = LATER, by: str = "chen.jie", **words: Any) -> Complaint:
    rules = words.pop("rules", rulebook())
    return answering.close(before, rules, an_act(when, by), **({"cause": "staff"} | words))


def test_a_complaint_closes_with_its_cause() -> None:
    closed = close(a_complaint("followed_up"), cause="人员", note="增加晚班")

    assert (closed.status, closed.cause) == ("closed", "staff")
    assert (closed.events[-1].note, closed.events[-1].overrode, closed.events[-1].reason) == ("增加晚班", (), None)


def test_all_missing_steps_are_named_at_once() -> None:
    facts = refusal(Refused, "refused.complaint.close", lambda: close(a_complaint("resolved"), cause=None))

    assert facts == {
        "rule": "complaint.close",
        "id": COMPLAINT_ID,
        "missing": ("cause", "communicated", "follow_up"),
    }


def test_a_supervisor_closes_without_them_and_gives_a_reason() -> None:
    closed = close(a_complaint("resolved"), cause=None, permit=a_permit("客户已出国"))

    event = closed.events[-1]
    assert closed.status == "closed"
    assert (event.overrode, event.missing, event.reason) == (
        ("complaint.close",), ("cause", "communicated", "follow_up"), "客户已出国",
    )  # fmt: skip
    assert dict(case.completeness(closed, 3))["followed_up"] is False


def test_a_permit_that_was_not_needed_is_not_kept() -> None:
    event = close(a_complaint("followed_up"), permit=a_permit("以防万一")).events[-1]

    assert (event.overrode, event.reason) == ((), None)


def test_a_customer_never_reached_is_given_up_after_the_tries_of_the_rulebook() -> None:
    once = call(a_complaint("communicated"), reached=False)
    twice = call(once, reached=False)

    facts = refusal(Refused, "refused.complaint.close", lambda: close(once))

    assert facts["missing"] == ("follow_up",)
    assert close(twice).status == "closed"


def test_tries_for_an_earlier_solution_do_not_count() -> None:
    tried = call(call(a_complaint("resolved"), reached=False), reached=False)
    again = tell(resolve(complaint.reopen(tried, an_act(LATER), reason="新证据")))

    assert refusal(Refused, "refused.complaint.close", lambda: close(again))["missing"] == ("follow_up",)


def test_a_customer_still_unsatisfied_needs_a_supervisor() -> None:
    again = tell(resolve(call(a_complaint("resolved"), reached=True, satisfied=False)))

    assert refusal(Refused, "refused.complaint.close", lambda: close(again))["missing"] == ("follow_up",)
    assert close(again, permit=a_permit("已尽力")).events[-1].missing == ("follow_up",)


def test_a_cause_nobody_listed_is_not_found() -> None:
    facts = refusal(NotFound, "rulebook.no_cause", lambda: close(a_complaint("followed_up"), cause="weather"))

    assert facts == {"value": "weather", "known": ("staff", "facility", "process")}


def test_what_is_not_solved_yet_names_every_step_ahead_whoever_asks() -> None:
    steps = refusal(Refused, "refused.complaint.close_early", lambda: close(a_complaint("received"), cause=None))
    late = refusal(
        Refused, "refused.complaint.close_early", lambda: close(a_complaint("planned"), permit=a_permit("主管同意"))
    )

    assert steps["missing"] == (
        "acknowledged", "assessed", "investigated", "judged", "planned", "resolved", "communicated", "followed_up",
        "cause",
    )  # fmt: skip
    assert late["missing"] == ("resolved", "communicated", "followed_up")
    refusal(Refused, "state.illegal", lambda: close(a_complaint("withdrawn")))


@pytest.mark.parametrize("cause", ["staff", None])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize("cured", [True, False])
def test_each_missing_step_of_a_grave_complaint_is_named(
    cause: str | None, told: bool, called: bool, cured: bool
) -> None:
    before = a_complaint("resolved", severity="major")
    before = tell(before) if told else before
    before = call(before, reached=True, satisfied=True) if called else before
    before = improving.correct(before, an_act(LATER), measures=(cure(),)) if cured else before
    steps = {"cause": cause, "communicated": told, "follow_up": called, "corrective": cured}
    missing = tuple(step for step, done in steps.items() if not done)

    if missing:
        facts = refusal(
            Refused, "refused.complaint.close", lambda: close(before, cause=cause, rules=strict(corrective=True))
        )
        assert facts["missing"] == missing
    else:
        assert close(before, cause=cause, rules=strict(corrective=True)).status == "closed"


def strict(**asked: bool) -> Rulebook:
    """Return the club's rules, asking more of a major complaint."""
    minor, major, critical = complaint_rules().severity
    return rulebook(complaint=complaint_rules(severity=(minor, replace(major, **asked), critical)))


def cure(due: str = "2026-11-30 18:00") -> Measure:
    return replace(a_measure("新订服务规范", due=due), kind="corrective")


def test_a_measure_without_effect_cures_nothing() -> None:
    before = a_complaint("followed_up", severity="major")
    before = improving.correct(before, an_act(LATER), measures=(cure(),))
    before = answering.finish_measure(before, an_act(LATER), number=2)
    failed = improving.verify(before, an_act(LATER), number=2, effective=False)

    facts = refusal(Refused, "refused.complaint.close", lambda: close(failed, rules=strict(corrective=True)))

    assert facts["missing"] == ("corrective",)


def test_an_invalid_complaint_has_no_cause_to_be_removed() -> None:
    invalid = replace(a_complaint("followed_up", severity="major"), judgement="invalid")

    assert close(invalid, rules=strict(corrective=True)).status == "closed"


def test_somebody_else_than_who_resolved_it_signs_it_off() -> None:
    before = a_complaint("followed_up", severity="major")  # resolved by li.na

    facts = refusal(
        Refused, "refused.complaint.sign_off", lambda: close(before, by="li.na", rules=strict(sign_off=True))
    )

    assert facts == {"rule": "complaint.sign_off", "id": COMPLAINT_ID, "person": "li.na"}
    assert close(before, by="chen.jie", rules=strict(sign_off=True)).status == "closed"
    allowed = close(before, by="li.na", rules=strict(sign_off=True), permit=a_permit("只有她当班")).events[-1]
    assert (allowed.overrode, allowed.reason) == (("complaint.sign_off",), "只有她当班")


def test_who_resolved_it_last_counts() -> None:
    reopened = complaint.reopen(a_complaint("closed", severity="major"), an_act(LATER), reason="复发")
    again = call(tell(resolve(reopened, by="chen.jie")), reached=True, satisfied=True)

    refusal(Refused, "refused.complaint.sign_off", lambda: close(again, by="chen.jie", rules=strict(sign_off=True)))
    assert close(again, by="li.na", rules=strict(sign_off=True)).status == "closed"


def test_the_closing_keeps_who_signed_for_the_other_side() -> None:
    assert case.signed_by(close(a_complaint("followed_up"), signed_by="陈经理")) == "陈经理"


# --- taking it back, taking it up again ---------------------------------------------------------------------------


def test_a_complaint_taken_back_keeps_the_reason() -> None:
    withdrawn = complaint.withdraw(a_complaint("planned"), an_act(LATER), reason="误会")

    assert (withdrawn.status, withdrawn.events[-1].reason) == ("withdrawn", "误会")


@pytest.mark.parametrize(
    ("until", "deed"), [("planned", complaint.withdraw), ("closed", complaint.reopen)], ids=["withdraw", "reopen"]
)
def test_it_needs_a_reason(until: str, deed: Callable[..., Complaint]) -> None:
    facts = refusal(Refused, "refused.complaint.blank", lambda: deed(a_complaint(until), an_act(LATER), reason=""))

    assert facts["what"] == "reason"


def test_a_reopened_complaint_is_in_progress() -> None:
    reopened = complaint.reopen(a_complaint("closed"), an_act(LATER), reason="复发")

    assert (reopened.status, len(case.gone_back(reopened)), case.closed_at(reopened)) == ("in_progress", 1, None)


# --- what the biography tells -------------------------------------------------------------------------------------


def test_moments_of_a_life() -> None:
    closed = a_complaint("closed")

    assert case.acknowledged_at(closed) == at("2026-11-20 09:30")
    assert case.resolved_at(closed) == at("2026-11-20 15:00")
    assert case.closed_at(closed) == at("2026-11-20 17:00")
    assert (case.withdrawn_at(closed), case.gone_back(closed)) == (None, ())


def test_moments_of_a_second_round() -> None:
    unhappy = call(a_complaint("resolved"), "2026-11-20 16:00", reached=True, satisfied=False)
    again = resolve(unhappy, "2026-11-23 09:00")

    assert (case.resolved_at(unhappy), case.gone_back(unhappy)) == (None, (at("2026-11-20 16:00"),))
    assert case.resolved_at(again) == at("2026-11-23 09:00")
    assert (case.followed_up(unhappy, 3), case.followed_up(again, 3)) == (False, False)


@pytest.mark.parametrize(
    ("until", "done"),
    [
        ("received", 1),
        ("acknowledged", 2),
        ("assessed", 3),
        ("investigated", 4),
        ("judged", 5),
        ("planned", 6),
        ("resolved", 7),
        ("communicated", 8),
        ("followed_up", 9),
        ("closed", 10),
    ],
)
def test_completeness_names_the_steps_in_order(until: str, done: int) -> None:
    assert case.completeness(a_complaint(until), 3) == tuple((step, place < done) for place, step in enumerate(STEPS))


def test_a_step_left_out_is_missing() -> None:
    unjudged = answering.plan(a_complaint("assessed"), an_act(LATER), measures=(a_measure(due="2026-11-30 18:00"),))

    assert [step for step, done in case.completeness(unjudged, 3) if not done] == [
        "investigated", "judged", "resolved", "communicated", "followed_up", "closed",
    ]  # fmt: skip


def test_a_reopening_undoes_the_last_four_steps() -> None:
    reopened = complaint.reopen(a_complaint("closed"), an_act(LATER), reason="复发")

    assert [step for step, done in case.completeness(reopened, 3) if not done] == [
        "resolved", "communicated", "followed_up", "closed",
    ]  # fmt: skip


def test_where_nobody_left_a_name_nobody_is_told_or_called() -> None:
    nameless = replace(a_complaint("resolved"), customer=None)

    assert [step for step, _ in case.completeness(nameless, 3)] == [
        "received", "acknowledged", "assessed", "investigated", "judged", "planned", "resolved", "closed",
    ]  # fmt: skip
    assert close(nameless).events[-1].missing == ()


def test_a_duplicate_goes_the_way_of_another() -> None:
    merged = complaint.merge(a_complaint("judged"), an_act(LATER), into=ANOTHER)

    assert case.completeness(merged, 3) == ()


def test_a_customer_given_up_in_a_regular_closing_counts_as_followed_up() -> None:
    twice = call(call(a_complaint("communicated"), reached=False), reached=False)

    assert dict(case.completeness(twice, 3))["followed_up"] is False
    assert dict(case.completeness(close(twice), 3))["followed_up"] is True


# --- every operation in every state ---------------------------------------------------------------------------------

# Written by hand: which operation is legal in which state.
ANYWHERE = {"report", "change", "hand_over", "withdraw", "merge"}  # in every open state
AT_WORK = {"progress", "hold", "resume"}
HANDLED = {"assess", "investigate", "judge", "plan"}
IMPROVING = {"finish_measure", "correct", "verify"}  # run on after the closing
LEGAL = {
    "received": ANYWHERE | {"acknowledge"},
    "acknowledged": ANYWHERE | AT_WORK | {"assess"},
    "assessed": ANYWHERE | AT_WORK | HANDLED,
    "in_progress": ANYWHERE | AT_WORK | HANDLED | IMPROVING | {"resolve"},
    "resolved": ANYWHERE | IMPROVING | {"progress", "communicate", "follow_up", "close", "reopen"},
    "closed": IMPROVING | {"reopen"},
    "withdrawn": set[str](),
    "merged": {"reopen"},
}
ANOTHER = replace(a_complaint(), id="CP-261120-9M2KQ4")
NEXT_WEEK = (a_measure(due="2026-11-30 18:00"),)
OPERATIONS: dict[str, Callable[[Complaint, Act], Complaint]] = {
    "change": lambda before, act: complaint.change(before, rulebook(), act, content="两次都这样"),
    "acknowledge": complaint.acknowledge,
    "assess": lambda before, act: complaint.assess(before, rulebook(), act),
    "investigate": lambda before, act: complaint.investigate(before, act, findings="录像属实"),
    "judge": lambda before, act: complaint.judge(before, rulebook(), act, judgement="valid", criterion="polite"),
    "plan": lambda before, act: answering.plan(before, act, measures=NEXT_WEEK),
    "report": lambda before, act: complaint.report(before, act, to="zhao.min"),
    "progress": lambda before, act: complaint.progress(before, act, told="已联系厂家"),
    "hold": lambda before, act: complaint.hold(before, act, reason="等客户提供照片"),
    "resume": complaint.resume,
    "finish_measure": lambda before, act: answering.finish_measure(before, act, number=1),
    "hand_over": lambda before, act: complaint.hand_over(before, act, owner="chen.jie"),
    "resolve": lambda before, act: answering.resolve(before, act, response="apology", decision="道歉"),
    "communicate": lambda before, act: answering.communicate(before, rulebook(), act, accepted=True),
    "follow_up": lambda before, act: answering.follow_up(before, act, reached=True, satisfied=True),
    "close": lambda before, act: answering.close(before, rulebook(), act, cause="staff", permit=a_permit("主管同意")),
    "correct": lambda before, act: improving.correct(before, act, measures=NEXT_WEEK),
    "verify": lambda before, act: improving.verify(before, act, number=1, effective=True),
    "withdraw": lambda before, act: complaint.withdraw(before, act, reason="误会"),
    "merge": lambda before, act: complaint.merge(before, act, into=ANOTHER),
    "reopen": lambda before, act: complaint.reopen(before, act, reason="复发"),
}


def standing_in(status: str, operation: str) -> Complaint:
    """Return a complaint in a state in which nothing but the state could stand in the way."""
    if status == "merged":
        return complaint.merge(a_complaint("planned"), an_act("2026-11-20 12:00"), into=ANOTHER)
    until = {"in_progress": "planned"}.get(status, status)
    found = a_complaint(until)
    if (status, operation) == ("in_progress", "judge"):
        return complaint.reopen(a_complaint("closed"), an_act("2026-11-20 18:00"), reason="复发")
    if operation == "verify" and found.measures:
        done = replace(found.measures[0], kind="corrective", done_at=found.events[-1].at)
        return replace(found, measures=(done,))
    if operation == "resume" and status in ("acknowledged", "assessed", "in_progress"):
        return complaint.hold(found, an_act("2026-11-20 12:00"), reason="等客户提供照片")
    return found


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", states.COMPLAINT_STATES)
def test_every_operation_in_every_state(status: str, operation: str) -> None:
    before = standing_in(status, operation)
    assert before.status == status

    if operation in LEGAL[status]:
        after = OPERATIONS[operation](before, an_act(LATER))
        assert len(after.events) == len(before.events) + 1
        assert states.walk(states.COMPLAINT, [event.type for event in after.events]) == (after.status, None, None)
    else:
        early = operation == "close" and status in states.OPEN_COMPLAINT
        key = "refused.complaint.close_early" if early else "state.illegal"
        facts = refusal(Refused, key, lambda: OPERATIONS[operation](before, an_act(LATER)))
        assert early or facts["status"] == status


def test_every_event_but_the_first_has_its_operation_here() -> None:
    """Given each operation done once, every event of the table has happened."""
    seen = {
        OPERATIONS[operation](standing_in(status, operation), an_act(LATER)).events[-1].type
        for status in LEGAL
        for operation in LEGAL[status]
    }

    assert seen == set(states.COMPLAINT) - {"created"}


def test_what_happened_cannot_lie_ahead_or_before_the_last_event() -> None:
    ahead = an_act("2026-11-23 10:00", now="2026-11-23 09:00")

    refusal(Refused, "refused.future", lambda: complaint.acknowledge(a_complaint(), ahead))
    refusal(Refused, "refused.backwards", lambda: complaint.acknowledge(a_complaint(), an_act("2026-11-20 08:59")))
