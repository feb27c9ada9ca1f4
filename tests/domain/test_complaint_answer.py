"""A complaint from its solution until the customer is content, what its biography tells, every step in every state."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import answering, case, complaint, states
from cscli.domain.case import Complaint
from cscli.domain.record import Act
from cscli.errors import NotFound, Refused
from tests.builders import COMPLAINT_ID, a_complaint, a_measure, a_permit, an_act, at, refusal, rulebook

LATER = "2026-11-23 10:00"


# --- resolving and calling back -----------------------------------------------------------------------------------


def resolve(before: Complaint, when: str = LATER, **words: Any) -> Complaint:
    return answering.resolve(before, an_act(when), **({"response": "apology", "decision": "当面道歉"} | words))


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
    assert (called.events[-1].reason, case.reopened(called)) == ("unsatisfied", 1)


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
        "missing": ("cause", "follow_up"),
        "tries": 0,
        "wanted": 2,
    }


def test_a_supervisor_closes_without_them_and_gives_a_reason() -> None:
    closed = close(a_complaint("resolved"), cause=None, permit=a_permit("客户已出国"))

    event = closed.events[-1]
    assert closed.status == "closed"
    assert (event.overrode, event.missing, event.reason) == (
        ("complaint.close",), ("cause", "follow_up"), "客户已出国",
    )  # fmt: skip
    assert dict(case.completeness(closed))["followed_up"] is False


def test_a_permit_that_was_not_needed_is_not_kept() -> None:
    event = close(a_complaint("followed_up"), permit=a_permit("以防万一")).events[-1]

    assert (event.overrode, event.reason) == ((), None)


def test_a_customer_never_reached_is_given_up_after_the_tries_of_the_rulebook() -> None:
    once = call(a_complaint("resolved"), reached=False)
    twice = call(once, reached=False)

    facts = refusal(Refused, "refused.complaint.close", lambda: close(once))

    assert (facts["missing"], facts["tries"], facts["wanted"]) == (("follow_up",), 1, 2)
    assert close(twice).status == "closed"


def test_tries_for_an_earlier_solution_do_not_count() -> None:
    tried = call(call(a_complaint("resolved"), reached=False), reached=False)
    again = resolve(complaint.reopen(tried, an_act(LATER), reason="新证据"))

    assert refusal(Refused, "refused.complaint.close", lambda: close(again))["missing"] == ("follow_up",)


def test_a_customer_still_unsatisfied_needs_a_supervisor() -> None:
    again = resolve(call(a_complaint("resolved"), reached=True, satisfied=False))

    assert refusal(Refused, "refused.complaint.close", lambda: close(again))["missing"] == ("follow_up",)
    assert close(again, permit=a_permit("已尽力")).events[-1].missing == ("follow_up",)


def test_a_cause_nobody_listed_is_not_found() -> None:
    facts = refusal(NotFound, "rulebook.no_cause", lambda: close(a_complaint("followed_up"), cause="weather"))

    assert facts == {"value": "weather", "known": ("staff", "facility", "process")}


def test_an_illegal_step_is_refused_before_anything_is_missing() -> None:
    refusal(Refused, "state.illegal", lambda: close(a_complaint("planned"), cause=None))


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

    assert (reopened.status, case.reopened(reopened), case.closed_at(reopened)) == ("in_progress", 1, None)


# --- what the biography tells -------------------------------------------------------------------------------------


def test_moments_of_a_life() -> None:
    closed = a_complaint("closed")

    assert case.acknowledged_at(closed) == at("2026-11-20 09:30")
    assert case.first_resolved_at(closed) == case.resolved_at(closed) == at("2026-11-20 15:00")
    assert case.closed_at(closed) == at("2026-11-20 17:00")
    assert (case.reopened_at(closed), case.withdrawn_at(closed), case.reopened(closed)) == (None, None, 0)


def test_moments_of_a_second_round() -> None:
    unhappy = call(a_complaint("resolved"), "2026-11-20 16:00", reached=True, satisfied=False)
    again = resolve(unhappy, "2026-11-23 09:00")

    assert (case.resolved_at(unhappy), case.reopened_at(unhappy)) == (None, at("2026-11-20 16:00"))
    assert case.first_resolved_at(again) == at("2026-11-20 15:00")
    assert case.resolved_at(again) == at("2026-11-23 09:00")
    assert (case.followed_up(unhappy), case.followed_up(again)) == (False, False)


@pytest.mark.parametrize(
    ("until", "done"),
    [
        ("received", 1),
        ("acknowledged", 2),
        ("assessed", 3),
        ("judged", 4),
        ("planned", 5),
        ("resolved", 6),
        ("followed_up", 7),
        ("closed", 8),
    ],
)
def test_completeness_names_the_steps_in_order(until: str, done: int) -> None:
    steps = ("received", "acknowledged", "assessed", "judged", "planned", "resolved", "followed_up", "closed")

    assert case.completeness(a_complaint(until)) == tuple((step, place < done) for place, step in enumerate(steps))


def test_a_reopening_undoes_the_last_three_steps() -> None:
    reopened = complaint.reopen(a_complaint("closed"), an_act(LATER), reason="复发")

    assert [step for step, done in case.completeness(reopened) if not done] == ["resolved", "followed_up", "closed"]


def test_a_customer_given_up_in_a_regular_closing_counts_as_followed_up() -> None:
    twice = call(call(a_complaint("resolved"), reached=False), reached=False)

    assert dict(case.completeness(twice))["followed_up"] is False
    assert dict(case.completeness(close(twice)))["followed_up"] is True


# --- every operation in every state ---------------------------------------------------------------------------------

# Written by hand: which operation is legal in which state.
LEGAL = {
    "received": {"acknowledge", "hand_over", "withdraw"},
    "acknowledged": {"assess", "hand_over", "withdraw"},
    "assessed": {"judge", "plan", "hand_over", "withdraw"},
    "in_progress": {"judge", "plan", "finish_measure", "resolve", "hand_over", "withdraw"},
    "resolved": {"finish_measure", "follow_up", "close", "hand_over", "withdraw", "reopen"},
    "closed": {"finish_measure", "reopen"},
    "withdrawn": set[str](),
}
OPERATIONS: dict[str, Callable[[Complaint, Act], Complaint]] = {
    "acknowledge": complaint.acknowledge,
    "assess": lambda before, act: complaint.assess(before, rulebook(), act),
    "judge": lambda before, act: complaint.judge(before, rulebook(), act, judgement="valid", criterion="polite"),
    "plan": lambda before, act: answering.plan(before, act, measures=(a_measure(due="2026-11-30 18:00"),)),
    "finish_measure": lambda before, act: answering.finish_measure(before, act, number=1),
    "hand_over": lambda before, act: complaint.hand_over(before, act, owner="chen.jie"),
    "resolve": lambda before, act: answering.resolve(before, act, response="apology", decision="道歉"),
    "follow_up": lambda before, act: answering.follow_up(before, act, reached=True, satisfied=True),
    "close": lambda before, act: answering.close(before, rulebook(), act, cause="staff", permit=a_permit("主管同意")),
    "withdraw": lambda before, act: complaint.withdraw(before, act, reason="误会"),
    "reopen": lambda before, act: complaint.reopen(before, act, reason="复发"),
}


def standing_in(status: str, operation: str) -> Complaint:
    """Return a complaint in a state; for a judgement or a solution, one where nothing else stands in the way."""
    if status == "in_progress":
        planned = a_complaint("planned")
        return (
            complaint.reopen(a_complaint("closed"), an_act(LATER), reason="复发") if operation == "judge" else planned
        )
    return a_complaint(status)


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
        facts = refusal(Refused, "state.illegal", lambda: OPERATIONS[operation](before, an_act(LATER)))
        assert facts["status"] == status


def test_what_happened_cannot_lie_ahead_or_before_the_last_event() -> None:
    ahead = an_act("2026-11-23 10:00", now="2026-11-23 09:00")

    refusal(Refused, "refused.future", lambda: complaint.acknowledge(a_complaint(), ahead))
    refusal(Refused, "refused.backwards", lambda: complaint.acknowledge(a_complaint(), an_act("2026-11-20 08:59")))
