"""One thing broken by hand in a complaint's file: each check finds it, and a sound life has nothing wrong."""

from typing import Any

import pytest

from cscli.domain import complaint as complaints
from cscli.domain import complaint_checks, improving
from cscli.domain.answering import finish_measure
from cscli.domain.case import Complaint, ComplaintEvent
from cscli.domain.findings import Finding
from cscli.domain.ground import Ground
from cscli.domain.value import replace
from tests.builders import a_booking, a_complaint, a_measure, a_permit, an_act, at, rulebook
from tests.model.complaint_walk import life

LATER = "2026-11-23 10:00"
OTHER = replace(a_complaint(), id="CP-261120-9M2KQ4")
ALONE = Ground(rulebook=rulebook(), exists=lambda name: name == OTHER.id, now=at(LATER))


def found(record: Any) -> list[Finding]:
    """Return what the checks of complaints find."""
    return [finding for check in complaint_checks.CHECKS for finding in check("x.toml", record, ALONE)]


def told(record: Any) -> list[tuple[str, object, object]]:
    """Return which fields of a header say something else than the events, with both."""
    return [(str(one.facts["field"]), one.facts["said"], one.facts["told"]) for one in found(record)]


def event(complaint: Complaint, kind: str) -> ComplaintEvent:
    return next(one for one in complaint.events if one.type == kind)


def without(complaint: Complaint, kind: str) -> Complaint:
    """Return a complaint from whose file an event was cut."""
    return replace(complaint, events=tuple(one for one in complaint.events if one.type != kind))


def waited() -> Complaint:
    held = complaints.hold(a_complaint("planned"), an_act("2026-11-20 12:00"), reason="等照片")
    return complaints.resume(held, an_act(LATER))


def cured() -> Complaint:
    cure = replace(a_measure("新规范", due="2026-11-30 18:00"), kind="corrective")
    corrected = improving.correct(a_complaint("closed"), an_act(LATER), measures=(cure,))
    return improving.verify(finish_measure(corrected, an_act(LATER), number=2), an_act(LATER), number=2, effective=True)


def test_any_life_and_any_booking_pass() -> None:
    for seed in range(40):
        record = life(seed, 40)
        merged = replace(record, merged_into=None) if record.merged_into is None else record
        ground = replace(ALONE, exists=lambda _: True)
        assert [list(check("x.toml", merged, ground)) for check in complaint_checks.CHECKS] == [
            [] for _ in complaint_checks.CHECKS
        ]
    assert found(a_booking()) == []
    assert found(waited()) == found(cured()) == []


def merged_into(into: str) -> Complaint:
    """Return a duplicate whose header and event point somewhere."""
    merged = complaints.merge(a_complaint(), an_act(LATER), into=OTHER)
    return replace(merged, merged_into=into, events=(merged.events[0], replace(merged.events[1], into=into)))


@pytest.mark.parametrize(
    ("into", "rule"),
    [
        ("CP-261120-000000", "check.merged"),  # without a file
        ("BK-261120-9M2KQ4", "check.merged_kind"),
        ("CP-261120-7F3K9Q", "check.merged_circle"),  # itself
    ],
)
def test_a_duplicate_points_to_another_complaint_that_is_there(into: str, rule: str) -> None:
    assert found(merged_into(OTHER.id)) == []
    assert [(one.rule, one.facts) for one in found(merged_into(into))] == [(rule, {"into": into})]


@pytest.mark.parametrize(
    ("goes_on", "rules"),
    [
        ({OTHER.id: "CP-261120-3"}, []),  # and ends there
        ({OTHER.id: "CP-261120-7F3K9Q"}, ["check.merged_circle"]),
        ({OTHER.id: "CP-261120-3", "CP-261120-3": "CP-261120-7F3K9Q"}, ["check.merged_circle"]),
        ({OTHER.id: "CP-261120-3", "CP-261120-3": OTHER.id}, []),  # a circle of others, told of them
    ],
)
def test_from_a_duplicate_no_way_leads_back_to_it(goes_on: dict[str, str], rules: list[str]) -> None:
    ground = replace(ALONE, merged=goes_on)
    told = complaint_checks.duplicate_points_to_another("x.toml", merged_into(OTHER.id), ground)

    assert [one.rule for one in told] == rules


def test_waiting_begins_where_it_ended() -> None:
    whole = waited()
    twice = replace(whole, events=(*whole.events[:-1], replace(whole.events[-2], at=whole.events[-1].at)))

    assert [(one.rule, one.facts) for one in found(twice)] == [("check.pauses", {"number": 8, "event": "held"})]


def test_it_goes_on_where_it_waited() -> None:
    assert [(one.rule, one.facts) for one in found(without(waited(), "held"))] == [
        ("check.pauses", {"number": 7, "event": "resumed"})
    ]


def test_there_are_as_many_measures_as_were_planned() -> None:
    assert told(replace(a_complaint("planned"), measures=())) == [("measures (measures)", "0", "1")]


def test_a_measure_is_done_where_the_events_say_so() -> None:
    done = replace(a_complaint("planned").measures[0], done_at=at(LATER))

    assert told(replace(a_complaint("planned"), measures=(done,))) == [("measures (done)", "1", "-")]
    assert told(without(cured(), "measure_done")) == [("measures (done)", "2", "-")]


def test_a_measure_is_proven_where_the_events_say_so() -> None:
    assert told(without(cured(), "verified")) == [
        ("measures (verified)", "2", "-"), ("measures (effective)", "2", "-"),
    ]  # fmt: skip


def test_a_measure_helped_where_the_events_say_so() -> None:
    """Given a proof turned round by hand in the header alone, the event tells it."""
    whole = cured()
    measures = (whole.measures[0], replace(whole.measures[1], effective=False))

    assert told(replace(whole, measures=measures)) == [("measures (effective)", "-", "2")]


@pytest.mark.parametrize(
    ("field", "said", "events_say"),
    [
        ("judgement", "invalid", "valid"),
        ("criterion", "clean", "polite"),
        ("response", "refund", "apology"),
        ("decision", "赔偿", "当面道歉"),
        ("compensation", "5.00", "-"),
        ("accepted", False, "True"),
        ("external", "court", "-"),
        ("satisfied", False, "True"),
        ("rating", 5, "4"),
        ("cause", "process", "staff"),
    ],
)
def test_a_header_says_what_was_decided(field: str, said: object, events_say: str) -> None:
    assert told(replace(a_complaint("closed"), **{field: said})) == [(field, str(said), events_say)]


@pytest.mark.parametrize(
    ("field", "said"),
    [("judgement", "valid"), ("decision", "道歉"), ("satisfied", True), ("cause", "staff"), ("merged_into", OTHER.id)],
)
def test_what_no_event_says_is_not_so(field: str, said: object) -> None:
    assert told(replace(a_complaint("assessed"), **{field: said})) == [(field, str(said), "-")]


def test_a_reopening_takes_the_customers_word_out_of_the_header() -> None:
    reopened = complaints.reopen(a_complaint("closed"), an_act(LATER), reason="复发")

    assert found(reopened) == []
    assert told(replace(reopened, accepted=True)) == [("accepted", "True", "-")]
    assert event(reopened, "communicated").accepted is True


def test_a_measure_was_done_and_verified_when_the_events_say() -> None:
    """Given both moments of the second measure moved back by hand, the events tell when it was."""
    whole = cured()
    early = replace(whole.measures[1], done_at=at("2026-11-21 09:00"), verified_at=at("2026-11-22 09:00"))

    assert told(replace(whole, measures=(whole.measures[0], early))) == [
        ("measures[2].done_at", at("2026-11-21 09:00"), at(LATER)),
        ("measures[2].verified_at", at("2026-11-22 09:00"), at(LATER)),
    ]


def test_it_is_as_grave_as_was_said_last() -> None:
    """Given major by the assessment and critical by a change after it, the change is the last word."""
    assessed = a_complaint("assessed", severity="major")
    changed = complaints.change(assessed, rulebook(), an_act(LATER), severity="critical")

    assert found(assessed) == found(changed) == []
    assert told(replace(assessed, severity="minor")) == [("severity", "minor", "major")]
    assert found(replace(a_complaint(severity="major"), severity="minor")) == []  # nobody has said yet


def test_what_a_change_says_of_the_severity_is_told_once() -> None:
    """Given an assessment that changed it, the chain of changes tells of the header, and nobody else."""
    assessed = complaints.assess(a_complaint("acknowledged"), rulebook(), an_act(LATER), severity="major")

    assert found(assessed) == []
    assert found(replace(assessed, severity="minor")) == []


def test_it_belongs_to_whom_it_was_given_when_it_was_taken() -> None:
    given = a_complaint(owner="chen.jie")
    over = complaints.hand_over(given, an_act(LATER), owner="wang.wei")

    assert found(given) == found(over) == []
    assert told(replace(given, owner="wang.wei")) == [("owner", "wang.wei", "chen.jie")]
    assert found(replace(a_complaint(), owner="wang.wei")) == []  # an import may know it without an event


def test_who_received_it_first_noted_its_receipt() -> None:
    assert told(replace(a_complaint(), first_receiver="chen.jie")) == [("first_receiver", "chen.jie", "li.na")]


@pytest.mark.parametrize("blank", ["", " \n", "\u200b", "\u3000"])
def test_words_say_something(blank: str) -> None:
    planned = a_complaint("planned")
    measure = replace(planned.measures[0], what=blank, owner=blank)

    assert [one.facts for one in found(replace(planned, content=blank, measures=(measure,)))] == [
        {"field": "content"}, {"field": "measures[1].what"}, {"field": "measures[1].owner"},
    ]  # fmt: skip


def test_nobody_complains_of_what_is_still_to_happen() -> None:
    whole = a_complaint()

    assert found(replace(whole, occurred_at=whole.received_at)) == []
    assert [one.rule for one in found(replace(whole, occurred_at=at("2026-11-20 09:01")))] == ["check.occurred"]


def test_nobody_owns_a_complaint_against_themselves() -> None:
    own = replace(a_complaint("planned"), against=("person:Li.Na",))
    allowed = complaints.withdraw(own, an_act(LATER), reason="x", permit=a_permit())
    reopened = replace(allowed, status="received", events=(*own.events, replace(allowed.events[-1], type="held")))

    assert [(one.rule, one.facts) for one in found(own)] == [("check.self", {"person": "li.na"})]
    assert found(replace(own, against=("person:chen.jie", "department:front"))) == []
    assert found(replace(a_complaint("closed"), against=("person:li.na",))) == []  # it cannot be handed over
    assert found(reopened) == []
