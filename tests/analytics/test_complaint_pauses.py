"""Complaints that wait for their customer, measures that are proven, and whom a complaint is against.

Minor ones are to be resolved within 2 working days; the office works from 9 to 12 and from 13 to 18, Monday to Friday.
2026-11-20 is a Friday: what was received then at 09:00 is due on Tuesday the 24th at 09:00.
"""

from fractions import Fraction

import pytest

from cscli.analytics.breakdown import breakdown
from cscli.analytics.facts import pauses_of
from cscli.analytics.kpi import explain
from cscli.domain.services import Resource, Service
from tests.analytics.counting import NOVEMBER, booked, books, complained, event, parts, value, when
from tests.builders import badminton, rulebook

FRIDAY_TO_MONDAY = ("2026-11-20 10:00", "2026-11-23 10:00")  # 7 working hours of Friday and 1 of Monday


def waited(*stretches: tuple[str, str | None]) -> str:
    """Return pauses as a row has them."""
    return " ".join(f"{when(begin)}-{'' if over is None else when(over)}" for begin, over in stretches)


def test_pauses_are_read_as_they_are_kept() -> None:
    row = complained("A", pauses=waited(FRIDAY_TO_MONDAY, ("2026-11-24 09:00", None)))

    assert pauses_of(row) == [
        (when("2026-11-20 10:00"), when("2026-11-23 10:00")),
        (when("2026-11-24 09:00"), None),
    ]


@pytest.mark.parametrize(
    ("resolved", "pauses", "expected"),
    [
        ("2026-11-24 09:00", "", (1, 1)),
        ("2026-11-24 09:01", "", (0, 1)),
        # the 8 working hours that were waited are given back: due on Tuesday at 18:00
        ("2026-11-24 18:00", waited(FRIDAY_TO_MONDAY), (1, 1)),
        ("2026-11-25 09:01", waited(FRIDAY_TO_MONDAY), (0, 1)),
        # what was waited after the deadline gives nothing back
        ("2026-11-24 18:00", waited(("2026-11-24 10:00", "2026-11-24 17:00")), (0, 1)),
        # nor what was waited in a second round
        ("2026-11-24 09:01", waited(("2026-11-26 10:00", None)), (0, 1)),
    ],
)
def test_waiting_for_the_customer_puts_off_the_deadline(resolved: str, pauses: str, expected: tuple[int, int]) -> None:
    row = complained("A", resolved_at=resolved, pauses=pauses)

    assert parts(books(row, period=NOVEMBER, now="2026-11-30 12:00"), "resolve_on_time") == expected


def test_while_it_waits_there_is_no_deadline() -> None:
    waiting = complained("A", pauses=waited(("2026-11-20 10:00", None)))
    late_before = complained("B", pauses=waited(("2026-11-24 10:00", None)))  # begun an hour after the deadline

    opened = books(waiting, late_before, period=NOVEMBER, now="2026-11-30 12:00")

    assert parts(opened, "resolve_on_time") == (0, 1)
    assert explain(opened, "resolve_on_time").below == ("B",)
    assert parts(opened, "ack_on_time") == (0, 2)  # the first answer waits for nobody


def test_the_time_to_resolve_leaves_out_what_was_waited() -> None:
    opened = books(
        complained("A", resolved_at="2026-11-24 17:00", pauses=waited(FRIDAY_TO_MONDAY)),  # 23 h, of these 8 waited
        complained("B", resolved_at="15:00"),  # 5 h, the break at noon taken off
        complained("C", resolved_at="16:00", pauses=waited(("11:00", "13:30"), ("14:00", "14:30"))),  # 6 h less 2 h
        complained("D", acknowledged_at="10:00", pauses=waited(("09:30", "09:45"))),  # still open
        period=NOVEMBER,
        now="2026-11-30 12:00",
    )

    def hours(name: str) -> Fraction | None:
        found = value(opened, name)
        return Fraction(*found) if found else None

    assert hours("resolve_time_mean") == Fraction(15 + 5 + 4, 3)
    assert hours("resolve_time_median") == 5
    assert hours("resolve_time_p90") == 15
    assert value(opened, "ack_time_mean") == (60 * 60, 60)  # minutes: nothing is taken off a first answer
    assert [int(record.numerator[0]) for record in explain(opened, "resolve_time_mean").records] == [
        5 * 3600, 4 * 3600, 15 * 3600
    ]  # fmt: skip


@pytest.mark.row("C4")
def test_settled_at_the_first_contact_needs_no_second_one() -> None:
    resolved = {"resolved_at": "15:00"}
    rows = (
        complained("own", **resolved),
        complained("asked", pauses=waited(("10:00", "11:00")), **resolved),
        complained("again", again=1, **resolved),
        complained("asked later", pauses=waited(("2026-11-21 10:00", None)), **resolved),
    )

    opened = books(*rows, *(event(row.id, "15:00", "resolved") for row in rows))

    assert parts(opened, "first_contact_resolution") == (2, 4)
    assert explain(opened, "first_contact_resolution").above == ("asked later", "own")


def test_measures_found_effective_among_those_looked_at() -> None:
    opened = books(
        complained("A", cause="staff"),
        complained("B", "2026-11-02 09:00", cause="process", status="closed", ended_at="2026-11-03 09:00"),
        event("A", "10:00", "verified", effective=1),
        event("A", "11:00", "verified", effective=0),
        event("B", "12:00", "verified", effective=1),  # long after its closing
        event("B", "2026-11-19 12:00", "verified", effective=1),  # not of this day
        event("gone", "12:00", "verified", effective=1),  # of a duplicate, which has no row
    )

    assert parts(opened, "corrective_verified_rate") == (2, 3)
    by_cause = breakdown(opened, "cause", ("corrective_verified_rate",))
    assert {group.key: group.lines[0].tally.value for group in by_cause.groups} == {"staff": (1, 2), "process": (1, 1)}


RESTAURANTS = (
    Resource(id="south", name="城南小馆", group="tables"),
    Resource(id="north", name="北门酒家", group="tables"),
    Resource(id="court-1", name="1号场", group="badminton-court"),
)


def test_whom_and_what_it_is_against() -> None:
    rules = rulebook(
        resource=RESTAURANTS,
        service=(badminton(), Service(id="dinner", name="晚餐", kind="table", resources=("tables",))),
    )
    opened = books(
        complained("A", against="person:li.na person:zhao.min department:front"),
        complained("B", against="resource:court-1 person:li.na"),
        complained("C", against="resource:south booking:BK-1"),  # the same merchant, said twice
        complained("D", against="booking:BK-2"),  # a merchant that the rulebook does not list
        complained("E", against="booking:BK-3"),  # of a court: no merchant
        booked("BK-9"),
        rules=rules,
        places=(
            ("BK-1", "dinner", "south", None), ("BK-2", "dinner", "", "河边面馆"),
            ("BK-3", "badminton", "court-1", None),
        ),
    )  # fmt: skip

    def counted(by: str) -> dict[str, int]:
        found = breakdown(opened, by, ("complaints_received",))
        return {
            group.key: group.lines[0].tally.numerator[0] for group in found.groups if group.lines[0].tally.numerator
        }

    assert counted("person") == {"li.na": 2, "zhao.min": 1, "": 3}
    assert counted("department") == {"front": 1, "": 4}
    assert counted("resource") == {"court-1": 2, "south": 1, "": 2}  # one of them by the booking it is about
    assert counted("merchant") == {"south": 1, "河边面馆": 1, "": 3}
    assert {group.name for group in breakdown(opened, "merchant", ("complaints_received",)).groups} == {
        "城南小馆", None
    }  # fmt: skip
