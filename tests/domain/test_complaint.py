"""A complaint from its receipt to its plan: what may be done, what is refused, what is kept."""

from collections.abc import Callable
from typing import Any

import pytest

from cscli.domain import answering, complaint, improving
from cscli.domain.case import Complaint, Measure
from cscli.domain.complaint import Grievance
from cscli.domain.permit import Permit
from cscli.domain.record import Delta
from cscli.errors import NotFound, Refused, UsageProblem
from cscli.store import codec
from tests.builders import (
    COMPLAINT_ID,
    CUSTOMER_ID,
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


def take(*, by: str = "li.na", owner: str | None = None, permit: Permit | None = None, **words: Any) -> Complaint:
    grievance = Grievance(**({"content": "等了半小时", "category": "service"} | words))
    return complaint.create(
        grievance, rulebook(), an_act(by=by), record_id=COMPLAINT_ID, customer=CUSTOMER_ID, owner=owner, permit=permit
    )


# --- taking it down -----------------------------------------------------------------------------------------------


def test_a_complaint_belongs_to_its_first_receiver() -> None:
    taken = take(remedy="退款", against=("person:wang.wei",), occurred_at=at("2026-11-19 20:00"))

    assert (taken.status, taken.severity, taken.received_at) == ("received", "minor", at("2026-11-20 09:00"))
    assert (taken.owner, taken.first_receiver) == ("li.na", "li.na")
    assert (taken.remedy, taken.against, taken.customer) == ("退款", ("person:wang.wei",), CUSTOMER_ID)
    assert [event.type for event in taken.events] == ["created"]


def test_another_owner_may_be_named_at_once() -> None:
    taken = take(owner="chen.jie")

    assert (taken.owner, taken.first_receiver) == ("chen.jie", "li.na")


def test_names_of_the_rulebook_are_kept_as_ids() -> None:
    taken = take(category="设施", severity="重大")

    assert (taken.category, taken.severity) == ("facility", "major")


@pytest.mark.parametrize(
    ("word", "key", "known"),
    [
        ("category", "rulebook.no_category", ("service", "facility", "booking")),
        ("severity", "rulebook.no_severity", ("一般 (minor)", "重大 (major)", "紧急 (critical)")),
    ],
)
def test_what_the_rulebook_does_not_know_is_not_found(word: str, key: str, known: tuple[str, ...]) -> None:
    unknown: Any = {word: "weather"}

    facts = refusal(NotFound, key, lambda: take(**unknown))

    assert facts == {"value": "weather", "known": known}


@pytest.mark.parametrize(
    "against",
    ["person:li.na2", "person:王伟", "department:front-desk", "resource:court-1", "booking:BK-261120-7F3K9Q"],
)
def test_complained_against_forms(against: str) -> None:
    assert take(against=(against,)).against == (against,)


@pytest.mark.parametrize(
    "against",
    ["li.na", "person:", "person:li na", "dog:rex", "booking:7F3K9Q", "person:a\n", "booking:CP-261120-7F3K9Q"],
)
def test_complained_against_without_the_form_is_refused(against: str) -> None:
    facts = refusal(UsageProblem, "value.against", lambda: take(against=(against,)))

    assert facts == {"value": against, "known": ("person", "department", "booking", "resource")}


def test_a_resource_complained_against_must_be_in_the_rulebook() -> None:
    assert take(against=("resource:3号场",)).against == ("resource:court-3",)
    refusal(NotFound, "rulebook.no_resource", lambda: take(against=("resource:court-9",)))


def test_what_is_complained_about_has_happened() -> None:
    refusal(Refused, "refused.future", lambda: take(occurred_at=at("2026-11-20 09:01")))


def test_a_complaint_says_something() -> None:
    facts = refusal(Refused, "refused.complaint.blank", lambda: take(content="  "))

    assert facts == {"rule": "complaint.create", "id": COMPLAINT_ID, "what": "content"}


def test_the_file_reads_as_it_was_written() -> None:
    done = a_complaint("closed", against=("department:front-desk",), safety=True)
    text = codec.dump(done)

    assert codec.load(Complaint, text.encode(), "x.toml") == done
    assert codec.dump(codec.load(Complaint, text.encode(), "x.toml")) == text


# --- the person complained against --------------------------------------------------------------------------------

HIM = ("person:wang.wei",)


def against_him(until: str = "received") -> Complaint:
    return a_complaint(until, against=HIM)


BY_HIM = an_act(LATER, "wang.wei")
A_MEASURE = a_measure().__replace__(due=at(LATER))
DEEDS: dict[str, Callable[[Permit | None], Complaint]] = {
    "own": lambda permit: take(by="wang.wei", against=HIM, owner="Wang.Wei", permit=permit),
    "acknowledge": lambda permit: complaint.acknowledge(against_him(), BY_HIM, permit=permit),
    "tell how it goes": lambda permit: complaint.progress(
        against_him("acknowledged"), BY_HIM, told="快了", permit=permit
    ),
    "stop the clock": lambda permit: complaint.hold(
        against_him("acknowledged"), BY_HIM, reason="没有别人当班", permit=permit
    ),
    "let the clock run": lambda permit: complaint.resume(
        complaint.hold(against_him("acknowledged"), an_act("2026-11-20 10:30"), reason="等照片"), BY_HIM, permit=permit
    ),
    "plan": lambda permit: answering.plan(against_him("assessed"), BY_HIM, measures=(A_MEASURE,), permit=permit),
    "tell the decision": lambda permit: answering.communicate(
        against_him("resolved"), rulebook(), BY_HIM, accepted=True, permit=permit
    ),
    "keep it from coming back": lambda permit: improving.correct(
        against_him("closed"), BY_HIM, measures=(A_MEASURE.__replace__(kind="corrective"),), permit=permit
    ),
    "open it again": lambda permit: complaint.reopen(
        against_him("closed"), BY_HIM, reason="没有别人当班", permit=permit
    ),
    "change": lambda permit: complaint.change(against_him(), rulebook(), BY_HIM, severity="major", permit=permit),
    "become the owner's own": lambda permit: complaint.change(
        a_complaint(owner="wang.wei"), rulebook(), an_act(LATER), against=HIM, permit=permit
    ),
    "be handed": lambda permit: complaint.hand_over(against_him(), an_act(LATER), owner="wang.wei", permit=permit),
    "assess": lambda permit: complaint.assess(against_him("acknowledged"), rulebook(), BY_HIM, permit=permit),
    "investigate": lambda permit: complaint.investigate(
        against_him("assessed"), BY_HIM, findings="我没有错", permit=permit
    ),
    "be asked to investigate": lambda permit: complaint.investigate(
        against_him("assessed"), an_act(LATER), findings="他没有错", investigator="wang.wei", permit=permit
    ),
    "judge": lambda permit: complaint.judge(
        against_him("assessed"), rulebook(), BY_HIM, judgement="valid", criterion="polite", permit=permit
    ),
    "resolve": lambda permit: answering.resolve(
        against_him("planned"), BY_HIM, response="apology", decision="道歉", permit=permit
    ),
    "call back": lambda permit: answering.follow_up(
        against_him("communicated"), BY_HIM, reached=True, satisfied=True, permit=permit
    ),
    "close": lambda permit: answering.close(
        against_him("followed_up"), rulebook(), BY_HIM, cause="staff", permit=permit
    ),
    "verify": lambda permit: improving.verify(cured(), BY_HIM, number=2, effective=True, permit=permit),
    "take back": lambda permit: complaint.withdraw(against_him(), BY_HIM, reason="没有别人当班", permit=permit),
    "call a duplicate": lambda permit: complaint.merge(
        against_him(), BY_HIM, into=a_complaint().__replace__(id="CP-261120-9M2KQ4"), permit=permit
    ),
}


def cured() -> Complaint:
    """Return a complaint against him with a second measure, carried out, that is to keep it from coming back."""
    measure = a_measure().__replace__(kind="corrective", due=at(LATER))
    corrected = improving.correct(against_him("closed"), an_act("2026-11-20 18:00"), measures=(measure,))
    return answering.finish_measure(corrected, an_act("2026-11-20 18:00"), number=2)


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_handles_a_complaint_against_themselves(deed: str) -> None:
    facts = refusal(Refused, "refused.complaint.self", lambda: DEEDS[deed](None))

    assert (facts["rule"], facts["id"]) == ("complaint.self", COMPLAINT_ID)
    assert str(facts["person"]).casefold() == "wang.wei"


def test_who_takes_it_against_themselves_says_whose_it_is_to_be() -> None:
    facts = refusal(Refused, "refused.complaint.self_take", lambda: take(by="wang.wei", against=HIM))

    assert facts == {"rule": "complaint.self", "id": COMPLAINT_ID, "person": "wang.wei"}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_permit_lets_them_and_is_kept(deed: str) -> None:
    event = DEEDS[deed](a_permit("没有别人当班")).events[-1]

    assert (event.overrode, event.reason, event.missing) == (("complaint.self",), "没有别人当班", ())


def test_they_may_take_it_down_for_somebody_else() -> None:
    taken = take(by="wang.wei", against=("person:wang.wei",), owner="chen.jie")

    assert (taken.owner, taken.first_receiver, taken.events[0].overrode) == ("chen.jie", "wang.wei", ())


# --- answering and assessing --------------------------------------------------------------------------------------


def test_acknowledging_keeps_the_apology() -> None:
    event = complaint.acknowledge(a_complaint(), an_act("2026-11-20 09:30"), note="已致电", apology=True).events[-1]

    assert (event.type, event.note, event.apology) == ("acknowledged", "已致电", True)


def test_assessing_keeps_what_it_changed() -> None:
    assessed = complaint.assess(
        a_complaint("acknowledged"), rulebook(), an_act(LATER), severity="critical", safety=True
    )

    assert (assessed.severity, assessed.category, assessed.safety, assessed.immediate) == (
        "critical", "service", True, False,
    )  # fmt: skip
    assert assessed.events[-1].changes == {
        "severity": Delta(from_="minor", to="critical"),
        "safety": Delta(from_=False, to=True),
    }


def test_assessing_as_it_was_taken_down_changes_nothing() -> None:
    event = a_complaint("assessed").events[-1]

    assert (event.severity, event.changes) == ("minor", None)


# --- judging ------------------------------------------------------------------------------------------------------


def judge(before: Complaint, when: str = LATER, **words: Any) -> Complaint:
    rules = words.pop("rules", rulebook())
    return complaint.judge(before, rules, an_act(when), **({"judgement": "valid", "criterion": "polite"} | words))


def test_a_valid_complaint_names_the_standard_broken() -> None:
    judged = judge(a_complaint("assessed"), criterion="礼貌待客")

    assert (judged.status, judged.judgement, judged.criterion) == ("assessed", "valid", "polite")


def test_without_a_standard_it_is_not_valid() -> None:
    facts = refusal(Refused, "refused.complaint.criterion", lambda: judge(a_complaint("assessed"), criterion=None))

    assert facts == {"rule": "complaint.judge", "id": COMPLAINT_ID, "known": ("polite", "clean")}


def test_a_standard_nobody_set_is_not_found() -> None:
    facts = refusal(NotFound, "rulebook.no_standard", lambda: judge(a_complaint("assessed"), criterion="cheap"))

    assert facts == {"value": "cheap", "known": ("polite", "clean")}


def test_a_desk_without_standards_judges_without() -> None:
    bare = rulebook(complaint=complaint_rules(standard=()))

    assert judge(a_complaint("assessed"), rules=bare, criterion=None).judgement == "valid"
    assert judge(a_complaint("assessed"), rules=bare, criterion="own-word").criterion == "own-word"
    refusal(UsageProblem, "value.slug", lambda: judge(a_complaint("assessed"), rules=bare, criterion="Own word"))


def test_an_invalid_complaint_gets_an_explanation() -> None:
    judged = judge(a_complaint("assessed"), judgement="invalid", criterion=None, note="已按规定收费")

    assert (judged.judgement, judged.events[-1].note) == ("invalid", "已按规定收费")
    facts = refusal(
        Refused,
        "refused.complaint.blank",
        lambda: judge(a_complaint("assessed"), judgement="invalid", criterion=None),
    )
    assert facts == {"rule": "complaint.judge", "id": COMPLAINT_ID, "what": "explanation"}


def test_judging_twice_is_refused() -> None:
    facts = refusal(Refused, "refused.complaint.judged", lambda: judge(a_complaint("judged")))

    assert facts == {
        "rule": "complaint.judge",
        "id": COMPLAINT_ID,
        "judgement": "valid",
        "at": at("2026-11-20 10:30"),
    }


def test_after_a_reopening_it_may_be_judged_anew() -> None:
    reopened = complaint.reopen(a_complaint("closed"), an_act("2026-11-21 09:00"), reason="客户补充证据")

    assert judge(reopened, judgement="invalid", criterion=None, note="录像为证").judgement == "invalid"


# --- planning -----------------------------------------------------------------------------------------------------


def plan(before: Complaint, *measures: Measure) -> Complaint:
    return answering.plan(before, an_act("2026-11-20 11:00"), measures=measures)


def test_a_plan_adds_to_the_one_before() -> None:
    planned = plan(plan(a_complaint("judged"), a_measure("道歉信")), a_measure("培训"), a_measure("加班次"))

    assert planned.status == "in_progress"
    assert [measure.what for measure in planned.measures] == ["道歉信", "培训", "加班次"]
    assert [event.measures for event in planned.events[-2:]] == [1, 2]


def test_a_measure_has_an_owner() -> None:
    facts = refusal(
        Refused, "refused.complaint.measure_owner", lambda: plan(a_complaint("judged"), a_measure("培训", owner=" "))
    )

    assert facts == {"rule": "complaint.plan", "id": COMPLAINT_ID, "what": "培训"}


def test_a_measure_is_not_due_before_it_is_planned() -> None:
    assert plan(a_complaint("judged"), a_measure(due="2026-11-20 11:00")).measures
    facts = refusal(
        Refused,
        "refused.complaint.measure_past",
        lambda: plan(a_complaint("judged"), a_measure("培训", due="2026-11-20 10:59")),
    )

    assert facts == {"rule": "complaint.plan", "id": COMPLAINT_ID, "what": "培训", "due": at("2026-11-20 10:59")}


def test_only_an_invalid_complaint_is_planned_without_measures() -> None:
    invalid = judge(
        a_complaint("assessed"), "2026-11-20 10:30", judgement="invalid", criterion=None, note="已按规定收费"
    )

    assert plan(invalid).status == "in_progress"
    refusal(Refused, "refused.complaint.no_measures", lambda: plan(a_complaint("judged")))


def test_a_measure_is_done_once() -> None:
    done = answering.finish_measure(a_complaint("closed"), an_act(LATER), number=1)

    assert (done.status, done.measures[0].done, done.measures[0].done_at) == ("closed", True, at(LATER))
    facts = refusal(
        Refused, "refused.complaint.measure_done", lambda: answering.finish_measure(done, an_act(LATER), number=1)
    )
    assert (facts["number"], facts["what"], facts["at"]) == (1, "重新培训前台", at(LATER))


@pytest.mark.parametrize("number", [0, 2])
def test_a_measure_that_was_never_planned_is_not_found(number: int) -> None:
    facts = refusal(
        NotFound,
        "complaint.no_measure",
        lambda: answering.finish_measure(a_complaint("planned"), an_act(LATER), number=number),
    )

    assert facts == {"id": COMPLAINT_ID, "value": str(number), "known": ("1",)}


# --- handing over -------------------------------------------------------------------------------------------------


def test_handing_over_changes_the_owner_not_the_first_receiver() -> None:
    handed = complaint.hand_over(a_complaint(), an_act(LATER), owner="chen.jie", reason="下班")

    assert (handed.status, handed.owner, handed.first_receiver) == ("received", "chen.jie", "li.na")
    assert (handed.events[-1].owner, handed.events[-1].reason) == ("chen.jie", "下班")


def test_handing_over_to_the_owner_changes_nothing() -> None:
    refusal(
        Refused, "refused.nothing_changes", lambda: complaint.hand_over(a_complaint(), an_act(LATER), owner="li.na")
    )


def test_handing_over_by_permit_keeps_why_and_by_what_leave() -> None:
    against_her = a_complaint(against=("person:wang.wei",))
    permit = a_permit("主管同意")

    event = complaint.hand_over(against_her, an_act(LATER), owner="wang.wei", reason="下班", permit=permit).events[-1]

    assert (event.reason, event.note) == ("主管同意", "下班")
