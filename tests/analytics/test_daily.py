"""The daily report: one Friday of the club, counted by hand, as it stood at its end whatever came later."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cscli.analytics import daily
from cscli.analytics.standing import WAITING, Standing, complaint_at, standing, waiting_booking
from cscli.domain import complaint as complaints
from cscli.domain.rulebook import KpiTarget, Rulebook
from cscli.store import queries
from cscli.store.index import Index
from tests.analytics.counting import booked, books, complained, event, member, when
from tests.builders import (
    COMPLAINT_ID,
    SHANGHAI,
    a_booking,
    a_calendar,
    a_complaint,
    an_act,
    at,
    rulebook,
)

FRIDAY = date(2026, 11, 20)
NOTHING = Standing(open=0, overdue=(), at_risk=(), items=(), total=0, late=0)


def report(*facts: Any, now: str = "2026-11-21 08:00", rules: Rulebook | None = None, **said: Any) -> daily.DailyReport:
    opened = books(*facts, now=now, rules=rules)
    return daily.report(opened, **{"day": FRIDAY, "before": (), "arriving": (), "state": NOTHING, **said})


def test_the_days_bookings() -> None:
    found = report(
        booked("A", units=2), booked("B", outcome="cancelled", ended_at="12:00"),
        booked("C", "2026-11-19 09:00", outcome="completed", ended_at="20:00"),
        booked("D", "2026-11-19 09:00", outcome="no_show", ended_at="20:00"),
        booked("E", outcome="unmet", ended_at="09:01"),
        booked("F", "2026-11-19 23:00", answered_at="09:00"),  # answered in the morning
        booked("G", "2026-11-19 09:00", answered_at=None),
        event("A", "10:00", "changed"), event("A", "11:00", "changed"),
    )  # fmt: skip

    assert found.bookings == daily.BookingCounts(
        created=3, units=4, feedback=4, cancelled=1, completed=1, no_shows=1, unmet=1, changed=2, seated=1
    )


def test_each_service_in_the_rulebooks_order() -> None:
    found = report(booked("A", service="yoga"), booked("B", units=2), booked("C", service="gone"))

    assert [(line.id, line.name, line.created, line.units) for line in found.services] == [
        ("badminton", "羽毛球", 1, 2),
        ("yoga", "瑜伽", 1, 1),
        ("gone", None, 1, 1),
    ]


def test_the_usual_is_the_mean_of_four_weeks() -> None:
    before = ({"created": 3, "units": 5}, {"created": 6, "units": 6, "completed": 2}, {"created": 0}, {"created": 1})

    found = report(before=before)

    assert found.usual == {"created": (10, 4), "units": (11, 4), "completed": (2, 4), "cancelled": (0, 4)}


@pytest.mark.parametrize(
    ("first", "weeks"), [("2026-01-05 09:00", 4), ("2026-11-06 12:00", 2), ("2026-11-20 08:00", 0)]
)
def test_weeks_before_the_desk_began_are_left_out(first: str, weeks: int) -> None:
    spans = daily.earlier_days(FRIDAY, at("2026-11-21 08:00"), when(first))

    assert [span.start.date() for span in spans] == [FRIDAY - timedelta(weeks=week) for week in range(1, weeks + 1)]


def test_takings_by_method_the_largest_first() -> None:
    found = report(
        booked("A"),
        event("A", "10:00", "paid", amount=1500, method="cash"),
        event("A", "11:00", "paid", amount=4000, method="card"),
        event("A", "12:00", "paid", amount=-500, method="cash"),
        event("A", "13:00", "paid", amount=100),
    )

    assert found.takings == (("card", 4000), ("cash", 1500), ("", 100))
    assert found.refunds == 500


def test_members_and_complaints_of_the_day() -> None:
    old: dict[str, Any] = {"customer": "CU-2", "joined": member("CU-2", "2026-01-01").joined}
    found = report(
        member("CU-1", "2026-11-20"),
        booked("A", **old),
        complained("C1", resolved_at="17:00"),
        complained("C2", "2026-11-18 09:00", status="closed", ended_at="18:00"),
        event("C2", "18:00", "closed"),
    )

    assert (found.members_new, found.members_old) == (1, 1)
    assert found.complaints == daily.ComplaintCounts(received=1, resolved=1, closed=1, open=1, overdue=0, at_risk=0)


def test_only_metrics_with_a_target_are_lights() -> None:
    rules = rulebook(kpi=(KpiTarget(id="on_time_handling", target="95%"),))

    found = report(booked("A", answered_at="10:00"), rules=rules)

    assert [(line.id, line.met) for line in found.kpi] == [("on_time_handling", False)]


def test_tomorrow_by_the_hour_and_who_is_vip() -> None:
    start = when("2026-11-21 19:00") or 0
    arriving = [("A", start, 2, False, "badminton"), ("B", start + 1800, 1, True, "yoga")]

    found = report(arriving=arriving)

    assert found.tomorrow == date(2026, 11, 21)
    assert found.hours == (daily.Hour(hour=19, bookings=2, units=3),)
    assert [(guest.booking, guest.name) for guest in found.guests] == [("B", "瑜伽")]


@pytest.mark.parametrize(
    ("now", "as_of", "until"),
    [
        ("2026-11-20 21:00", "2026-11-20 21:00:00", "2026-11-21 00:00"),
        ("2026-11-21 08:00", "2026-11-20 23:59:59", "2026-11-22 00:00"),
        ("2026-12-24 08:00", "2026-11-20 23:59:59", "2026-11-22 00:00"),
    ],
)
def test_a_day_is_reported_as_it_stood_at_its_end(now: str, as_of: str, until: str) -> None:
    assert daily.horizon(FRIDAY, at(now)) == (at(as_of), at(until))


# --- how things stand ---------------------------------------------------------------------------------------------


def stand(*found: Any, now: str, within: timedelta = timedelta(hours=4)) -> Standing:
    return standing(found, (), rulebook(), a_calendar(), at(now), within)


@pytest.mark.parametrize(
    ("now", "overdue", "at_risk"),
    [
        ("2026-11-20 09:30", (), ()),
        ("2026-11-20 10:00", (), (COMPLAINT_ID,)),  # to be acknowledged by 14:00
        ("2026-11-20 14:00", (), (COMPLAINT_ID,)),
        ("2026-11-20 14:01", (COMPLAINT_ID,), ()),
    ],
)
def test_at_risk_then_overdue(now: str, overdue: tuple[str, ...], at_risk: tuple[str, ...]) -> None:
    found = stand(a_complaint(), now=now)

    assert (found.open, found.overdue, found.at_risk) == (1, overdue, at_risk)


def test_a_closed_complaint_is_neither_open_nor_overdue() -> None:
    assert stand(a_complaint("closed"), now="2026-12-24 09:00").open == 0


def test_what_came_later_is_undone() -> None:
    closed = a_complaint("closed")

    for until, moment in (("received", "09:00"), ("judged", "10:30"), ("planned", "14:59"), ("resolved", "15:00")):
        past = complaint_at(closed, at(f"2026-11-20 {moment}"))
        then = a_complaint(until)
        assert (past.status, past.judgement, past.measures, past.events) == (
            then.status,
            then.judgement,
            then.measures,
            then.events,
        )


def test_the_severity_and_the_owner_of_the_time() -> None:
    rules = rulebook()
    taken = complaints.acknowledge(a_complaint(), an_act("2026-11-20 09:30"))
    graver = complaints.assess(taken, rules, an_act("2026-11-20 10:00"), severity="major")
    handed = complaints.hand_over(graver, an_act("2026-11-20 11:00"), owner="chen.jie")

    assert complaint_at(handed, at("2026-11-20 09:45")).severity == "minor"
    assert complaint_at(handed, at("2026-11-20 10:30")).owner == "li.na"
    assert complaint_at(handed, at("2026-11-20 11:00")).owner == "chen.jie"


# --- read from an index -------------------------------------------------------------------------------------------


def index_of(tmp_path: Path, *records: Any) -> Index:
    index = Index(tmp_path / "index.sqlite")
    for record in records:
        index.enter_record(record)
    return index


def test_a_guest_registered_as_missing_after_midnight_was_still_awaited_before(tmp_path: Path) -> None:
    missed = a_booking("no_show", start="2026-11-20 23:45")  # noted at 00:15
    index = index_of(tmp_path, missed)

    rows = queries.ended_since(index, WAITING, when("23:59") or 0)
    later = queries.ended_since(index, WAITING, when("2026-11-21 00:15") or 0)
    index.close()

    assert [row[0] for row in rows] == [missed.id]
    assert later == []


def test_requests_and_missing_guests_wait(tmp_path: Path) -> None:
    held = a_booking("requested", id="BK-261120-000001")
    absent = a_booking("confirmed", id="BK-261120-000002", start="2026-11-20 19:00")
    to_come = a_booking("confirmed", id="BK-261120-000003")
    index = index_of(tmp_path, held, absent, to_come)

    rows = [dict(zip(WAITING, row, strict=True)) for row in queries.waiting(index, WAITING, when("21:00") or 0)]
    index.close()
    found = standing(
        (),
        [waiting_booking(row, SHANGHAI) for row in rows],
        rulebook(),
        a_calendar(),
        at("2026-11-20 21:00"),
        timedelta(),
    )

    assert [(item.record, item.kind, item.due) for item in found.items] == [
        ("BK-261120-000001", "confirm", at("2026-11-20 10:30")),
        ("BK-261120-000002", "arrival", at("2026-11-20 19:30")),
    ]


def test_the_counts_of_an_earlier_day(tmp_path: Path) -> None:
    records = (
        a_booking("closed", id="BK-261120-000001", start="2026-11-20 18:00"),
        a_booking("cancelled", id="BK-261120-000002", units=2),
    )
    index = index_of(tmp_path, *records)

    found = queries.day_counts(index, when("00:00") or 0, when("2026-11-21 00:00") or 0)
    index.close()

    assert found == {"created": 2, "units": 3, "completed": 1, "cancelled": 1}
