"""The metrics of bookings at their edges, and against a second count that is slow and obvious."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.analytics.breakdown import breakdown
from cscli.analytics.facts import BookingRow
from cscli.analytics.kpi import table_of
from cscli.analytics.periods import day_span
from cscli.domain.rulebook import BookingRules, KpiTarget, Rulebook
from cscli.domain.services import Outage
from cscli.domain.value import replace
from cscli.domain.values import Period
from tests.analytics.counting import NOVEMBER, booked, books, count, event, member, parts, value, when
from tests.builders import SHANGHAI, at, badminton, duration, rulebook

# --- which moment counts ------------------------------------------------------------------------------------------


def test_a_period_begins_at_midnight_and_ends_before_the_next() -> None:
    opened = books(
        booked("A", "2026-11-19 23:59"), booked("B", "00:00"), booked("C", "23:59"), booked("D", "2026-11-21 00:00")
    )

    assert count(opened, "bookings_created") == 2


def test_units_are_counted_beside_bookings() -> None:
    opened = books(booked("A", units=4), booked("B", outcome="completed", ended_at="20:00", units=2))

    assert count(opened, "units_created") == 6
    assert count(opened, "units_completed") == 2


@pytest.mark.parametrize(("answered", "expected"), [("09:10", (1, 1)), ("09:11", (0, 1))])
def test_an_answer_at_the_limit_is_in_time(answered: str, expected: tuple[int, int]) -> None:
    assert parts(books(booked("A", "09:00", answered_at=answered)), "on_time_handling") == expected


@pytest.mark.parametrize(("now", "expected"), [("09:10", (0, 0)), ("09:11", (0, 1))])
def test_without_an_answer_it_is_late_only_after_the_limit(now: str, expected: tuple[int, int]) -> None:
    opened = books(booked("A", "09:00", answered_at=None), now=f"2026-11-20 {now}")

    assert parts(opened, "on_time_handling") == expected


def test_what_the_customer_took_back_before_the_limit_needs_no_answer() -> None:
    quick = booked("A", "09:00", answered_at=None, outcome="cancelled", ended_at="09:05")
    slow = booked("B", "09:00", answered_at=None, outcome="cancelled", ended_at="09:20")

    assert parts(books(quick, slow), "on_time_handling") == (0, 1)


def test_a_limit_in_working_time_runs_in_office_hours() -> None:
    rules = rulebook(booking=BookingRules(answer_within=duration("30wm")))
    early = booked("A", "07:00", answered_at="09:30")  # the office opens at nine
    late = booked("B", "11:50", answered_at="13:21")  # and rests from twelve to one

    assert parts(books(early, late, rules=rules), "on_time_handling") == (1, 2)


# --- accuracy -----------------------------------------------------------------------------------------------------


SAID = "party details source"


def test_each_kind_of_desk_error_counts_once() -> None:
    rules = rulebook(service=(badminton(required=("customer", "phone", "party", "details", "card", "source")),))
    whole: dict[str, Any] = {
        "said": SAID, "customer_name": "王**", "customer_phone": "138****0001",
        "has_card": True,
    }  # fmt: skip
    rows = [
        booked("right", **whole),
        booked("changed", **whole, desk_errors=2),
        booked("blamed", **whole),
        *(booked(f"no {name}", **{**whole, name: None}) for name in whole if name.endswith(("phone", "card"))),
        *(booked(f"no {name}", **{**whole, "said": SAID.replace(name, "")}) for name in SAID.split()),
        booked("nobody", **{**whole, "customer": None}),
    ]
    opened = books(*rows, rules=rules, blame=(("booking", "person:li.na booking:blamed"), ("service", "booking:right")))

    assert parts(opened, "booking_accuracy") == (1, 9)


def test_an_erased_person_changes_no_figure() -> None:
    rules = rulebook(service=(badminton(required=("customer", "phone", "card")),))
    erased = booked("A", customer_name="", customer_phone="", has_card=False)

    assert parts(books(erased, rules=rules), "booking_accuracy") == (1, 1)


def test_an_order_is_valid_with_all_its_fields() -> None:
    rules = rulebook(service=(badminton(required=("customer", "party")),))
    opened = books(
        booked("A", outcome="completed", ended_at="20:00", said="party resource"),
        booked("B", outcome="completed", ended_at="20:00", said="resource"),
        booked("C", said="party resource"),
        rules=rules,
    )

    assert parts(opened, "valid_order_rate") == (1, 2)


def test_what_makes_an_order_valid_may_be_more_than_what_is_asked_first() -> None:
    rules = rulebook(service=(badminton(required=("customer",), valid=("customer", "email", "resource", "spend")),))
    full: dict[str, Any] = {"outcome": "completed", "ended_at": "20:00", "has_email": True, "customer_name": "王**",
            "said": "resource spend"}  # fmt: skip
    opened = books(
        booked("A", **full),
        booked("B", **{**full, "said": "resource"}),  # nobody noted what the guest spent
        booked("C", **{**full, "has_email": False}),
        booked("D", **{**full, "has_email": False, "customer_name": ""}),  # erased since
        booked("E", **{**full, "customer": None}),
        rules=rules,
    )

    assert parts(opened, "valid_order_rate") == (2, 5)
    assert parts(opened, "booking_accuracy") == (4, 5)  # at the receipt only the customer is asked for


# --- money, ratings, times ----------------------------------------------------------------------------------------


def test_money_is_counted_when_it_moves() -> None:
    opened = books(
        booked("A", outcome="completed", ended_at="20:00", price=1500),
        booked("B", price=9900),
        event("A", "19:00", "paid", amount=2000, method="cash"),
        event("A", "20:00", "refunded", amount=500, method="cash"),
        event("B", "2026-11-21 08:00", "paid", amount=9900, method="card"),
    )

    assert value(opened, "revenue") == (1500, 100)
    assert value(opened, "takings") == (2000, 100)
    assert value(opened, "refunds") == (500, 100)


def test_a_rating_counts_on_the_day_it_was_given() -> None:
    late = booked("A", "2026-11-18 09:00", outcome="completed", ended_at="2026-11-18 20:00", rating=4, rated_at="10:00")
    imported = booked("B", "2026-11-18 09:00", outcome="completed", ended_at="20:00", rating=2)

    assert parts(books(late, imported), "csat") == (1, 2)
    assert value(books(late, imported), "rating_mean") == (6, 2)


def test_a_median_of_two_is_their_mean() -> None:
    opened = books(booked("A", "09:00", start="10:00"), booked("B", "09:00", start="13:00"))

    found = value(opened, "lead_time_median")

    assert found is not None and found[0] / found[1] == 2.5  # hours


def test_nothing_to_divide_by_gives_no_value() -> None:
    opened = books()

    assert [line.id for line in table_of(opened).lines if line.tally.value is None and line.sum == "count"] == []
    assert value(opened, "csat") is None
    assert value(opened, "lead_time_median") is None
    assert count(opened, "bookings_created") == 0


def test_late_cancellations_are_those_inside_the_notice() -> None:
    opened = books(
        booked("A", outcome="cancelled", ended_at="12:00"),
        booked("B", outcome="cancelled", ended_at="12:00"),
        event("A", "12:00", "cancelled", late=1),
        event("B", "12:00", "cancelled", late=0),
    )

    assert count(opened, "bookings_cancelled") == 2
    assert count(opened, "late_cancellations") == 1


# --- utilisation --------------------------------------------------------------------------------------------------


def hours(found: tuple[int, int]) -> tuple[float, float]:
    return found[0] / 3600, found[1] / 3600


def test_utilisation_weighs_by_capacity_inside_the_opening_hours() -> None:
    # open 13:00-22:30: three courts and a room for twenty make 9.5 x 23 hours
    opened = books(
        booked("A", start="12:00", end="14:00"),  # one hour inside
        booked("B", start="19:00", end="20:00", service="yoga", resources="yoga-room", shares="8"),
        booked("C", start="20:00", end="21:00", outcome="no_show", status="no_show"),
        booked("D", start="20:00", end="21:00", outcome="cancelled", status="cancelled"),
        booked("E", start="20:00", end="21:00", status="requested"),
        booked("F", "2026-11-19 09:00", start="22:00", end="2026-11-21 14:00"),  # half an hour of the Friday
        booked("G", start="15:00", end="16:00", resources="court-1 court-2", shares="1 1"),
        booked("H", start="15:00", end="16:00", resources="bicycle", shares="1"),
    )

    assert hours(parts(opened, "utilisation")) == (1 + 8 + 1 + 0.5 + 2, 9.5 * 23)


def with_court_1(**changes: Any) -> Rulebook:
    """Return the club's rules with court 1 otherwise."""
    first, *others = rulebook().resource
    return rulebook(resource=(replace(first, **changes), *others))


def of_court_1(rules: Rulebook, *rows: BookingRow) -> tuple[float, float]:
    """Return the hours court 1 was taken and could be had; two courts and the room could be had 9.5 x 22 hours."""
    taken, could = hours(parts(books(*rows, rules=rules), "utilisation"))
    return taken, could - 9.5 * 22


def test_a_court_with_hours_of_its_own_is_measured_by_them() -> None:
    mornings = with_court_1(open={"fri": (Period.parse("08:00-12:00"), Period.parse("14:00-15:00"))})

    # ten to one is two hours of the morning; the desk itself opens at 13:00
    assert of_court_1(mornings, booked("A", start="10:00", end="13:00")) == (2, 5)


@pytest.mark.parametrize(
    ("first", "last", "could"),
    [
        ("2026-11-20 15:00", "2026-11-20 17:00", 7.5),
        ("2026-11-20 10:00", "2026-11-20 14:00", 8.5),  # an hour of it while open
        ("2026-11-20 22:00", "2026-11-21 14:00", 9),
        ("2026-11-20 23:00", "2026-11-21 14:00", 9.5),
        ("2026-11-19 00:00", "2026-11-22 00:00", 0),
    ],
)
def test_time_out_of_service_could_not_be_had(first: str, last: str, could: float) -> None:
    out = with_court_1(out=(Outage(from_=at(first), to=at(last), reason="地板翻修"),))

    assert of_court_1(out, booked("A", start="19:00", end="20:00")) == (1 if could else 0, could)


def test_the_classes_of_a_coach_add_up_to_what_could_be_had() -> None:
    coach = with_court_1(classes={"first": 2, "second": 4})

    assert of_court_1(coach, booked("A", start="19:00", end="20:00", shares="3")) == (3, 9.5 * 6)


def test_utilisation_of_each_resource() -> None:
    opened = books(booked("G", start="15:00", end="16:00", resources="court-1 court-2", shares="1 1"))

    found = breakdown(opened, "resource", ("utilisation",))

    shares = {group.key: group.lines[0].tally.value for group in found.groups}
    assert list(shares) == ["court-1", "court-2", "court-3", "yoga-room"]
    assert shares["court-1"] == (3600, 34200)
    assert shares["court-3"] == (0, 34200)


# --- members ------------------------------------------------------------------------------------------------------


def test_members_are_new_on_their_day_and_old_from_the_next() -> None:
    def of(customer: str, joined: str) -> dict[str, Any]:
        return {"customer": customer, "joined": member(customer, joined).joined}

    opened = books(
        member("CU-1", "2026-11-20"), member("CU-2", "2026-11-19"), member("CU-3", "2026-11-21"),
        booked("A", **of("CU-1", "2026-11-20")), booked("B", **of("CU-2", "2026-11-19")),
        booked("C", **of("CU-2", "2026-11-19")), booked("D", customer="CU-9"),
    )  # fmt: skip

    assert count(opened, "members_new") == 1
    assert count(opened, "members_old") == 1


# --- targets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "better", "met"),
    [
        ("50%", "higher", True),
        ("0.5", "higher", True),
        ("50.1%", "higher", False),
        ("50", "higher", True),
        ("50%", "lower", True),
        ("49%", "lower", False),
        ("as good as can be", "higher", None),
    ],
)
def test_a_target_is_met_at_its_value(target: str, better: Any, met: bool | None) -> None:
    rules = rulebook(kpi=(KpiTarget(id="on_time_handling", target=target, better=better),))
    opened = books(booked("A"), booked("B", "09:00", answered_at="09:30"), rules=rules)

    table = table_of(opened, ("on_time_handling",))

    assert table.lines[0].met is met


def test_without_a_figure_no_target_is_met_or_missed() -> None:
    rules = rulebook(kpi=(KpiTarget(id="csat", target="90%"),))

    (line,) = table_of(books(rules=rules), ("csat",)).lines

    assert (line.target, line.met) == ((90, 100), None)


# --- breakdowns ---------------------------------------------------------------------------------------------------


def test_groups_come_in_the_rulebooks_order_and_time_as_it_passes() -> None:
    rows = (
        booked("A", "18:00", service="yoga"),
        booked("B", "09:00"),
        booked("C", "2026-11-02 09:00", service="gone"),
    )
    opened = books(*rows, period=NOVEMBER)

    assert [group.key for group in breakdown(opened, "service").groups] == ["badminton", "yoga", "gone"]
    assert [group.key for group in breakdown(opened, "hour").groups] == ["09", "18"]
    assert [group.key for group in breakdown(opened, "weekday").groups] == ["mon", "fri"]
    assert [group.key for group in breakdown(opened, "day").groups] == ["2026-11-02", "2026-11-20"]


# --- against a count that is slow and obvious ---------------------------------------------------------------------

START = at("2026-11-17 00:00")
moments = st.integers(0, 7 * 24 * 60).map(lambda minutes: int((START + timedelta(minutes=minutes)).timestamp()))


@st.composite
def lives(draw: st.DrawFn) -> BookingRow:
    received = draw(moments)
    outcome = draw(st.sampled_from([None, "completed", "no_show", "cancelled", "unmet"]))
    ended = received + draw(st.integers(0, 3 * 86_400)) if outcome else None
    answer = draw(st.one_of(st.none(), st.integers(0, 1200)))
    rating = draw(st.one_of(st.none(), st.integers(1, 5))) if outcome == "completed" else None
    return BookingRow(
        id=f"BK-{draw(st.integers(0, 10**9))}",
        status=outcome or "confirmed",
        received_at=received,
        service=draw(st.sampled_from(["badminton", "yoga"])),
        customer=draw(st.sampled_from([None, "CU-1"])),
        outcome=outcome,
        ended_at=ended,
        answered_at=received + answer if answer is not None else None,
        rating=rating,
        rated_at=ended if rating else None,
        changed=draw(st.integers(0, 2)),
        desk_errors=draw(st.integers(0, 1)),
    )


def slowly(rows: list[BookingRow], first: int, last: int, now: int) -> dict[str, tuple[int, int]]:
    """Count the main rates one booking after the other, word by word as they are defined."""
    found = dict.fromkeys(
        ("cancellation_rate", "unmet_rate", "change_rate", "no_show_rate", "csat", "on_time_handling",
         "booking_accuracy"), (0, 0),
    )  # fmt: skip

    def add(name: str, above: bool) -> None:
        found[name] = (found[name][0] + int(above), found[name][1] + 1)

    for row in rows:
        if first <= row.received_at < last:
            add("cancellation_rate", row.outcome == "cancelled")
            add("unmet_rate", row.outcome == "unmet")
            add("change_rate", row.changed >= 1)
            add("booking_accuracy", row.desk_errors == 0 and row.customer is not None)
            deadline = row.received_at + 600
            if row.answered_at is not None:
                add("on_time_handling", row.answered_at <= deadline)
            elif now > deadline and not (row.ended_at is not None and row.ended_at <= deadline):
                add("on_time_handling", False)
        if row.ended_at is not None and first <= row.ended_at < last:
            if row.outcome == "completed":
                add("no_show_rate", False)
            if row.outcome == "no_show":
                add("no_show_rate", True)
            if row.rating is not None:
                add("csat", row.rating in (4, 5))
    return found


@given(st.lists(lives(), max_size=12, unique_by=lambda row: row.id))
def test_the_rates_agree_with_the_slow_count(rows: list[BookingRow]) -> None:
    opened = books(*rows, now="2026-11-20 12:00")
    first, last, now = when("00:00") or 0, when("2026-11-21 00:00") or 0, when("12:00") or 0

    assert {name: parts(opened, name) for name in slowly([], 0, 0, 0)} == slowly(rows, first, last, now)


@given(st.lists(lives(), max_size=12, unique_by=lambda row: row.id))
def test_the_figures_of_the_days_add_up_to_the_months(rows: list[BookingRow]) -> None:
    whole = books(*rows, period=NOVEMBER, now="2026-12-05 00:00")
    days = [
        replace(whole, period=day_span((START + timedelta(days=number)).date(), SHANGHAI)) for number in range(-1, 14)
    ]

    for name in ("bookings_created", "bookings_completed", "on_time_handling", "no_show_rate", "csat"):
        each = [parts(day, name) for day in days]
        assert (sum(above for above, _ in each), sum(below for _, below in each)) == parts(whole, name)


@given(st.lists(lives(), max_size=12, unique_by=lambda row: row.id))
def test_the_groups_add_up_to_the_whole(rows: list[BookingRow]) -> None:
    found = breakdown(books(*rows), "service", ("on_time_handling",))

    (line,) = found.total.lines
    assert line.tally.denominator is not None
    below = [group.lines[0].tally.denominator for group in found.groups]
    assert sum(part[0] for part in below if part) == line.tally.denominator[0]
