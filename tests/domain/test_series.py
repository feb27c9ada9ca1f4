"""Recurring bookings: which dates they ask for, how each is judged, and what becomes of them all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cscli.domain.booking import Booking, slots_of
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.patron import NOBODY, Missed, Patron
from cscli.domain.placing import Situation, Wish
from cscli.domain.rhythm import Date, Repeat, Rhythm, dates
from cscli.domain.rulebook import BookingRules, CardType, Quota, Rulebook
from cscli.domain.series import Conflict, Outcome, can_still, cancel, change, moved, take
from cscli.domain.services import Priority, RefundTier
from cscli.domain.value import replace
from cscli.domain.values import Fee
from cscli.errors import CscliError, NotFound, Refused, Unavailable, UsageProblem
from tests.builders import (
    CUSTOMER_ID,
    SHANGHAI,
    a_booking,
    a_calendar,
    an_act,
    at,
    badminton,
    duration,
    refusal,
    rulebook,
    yoga,
)

BERLIN = ZoneInfo("Europe/Berlin")  # summer time began on Sunday 2026-03-29 at 02:00 and ends on 2026-10-25 at 03:00


def berlin(text: str) -> datetime:
    """Return a moment in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def starts(
    first: datetime, every: Rhythm, count: int | None = None, until: date | None = None, zone: ZoneInfo = SHANGHAI
) -> list[str]:
    """Return the dates of a series as `2026-11-24 19:00`, those of months without the day as `2027-02-31 -`."""
    found = dates(first, None, Repeat(every=every, count=count, until=until), zone)
    return [f"{one.day} {one.start:%H:%M}" if one.start else f"{one.day} -" for one in found]


# --- dates ------------------------------------------------------------------------------------------------------


def test_every_rhythm_counts_from_the_first_date() -> None:
    first = at("2026-12-24 19:00")

    assert starts(first, "daily", 3) == ["2026-12-24 19:00", "2026-12-25 19:00", "2026-12-26 19:00"]
    assert starts(first, "weekly", 3) == ["2026-12-24 19:00", "2026-12-31 19:00", "2027-01-07 19:00"]
    assert starts(first, "fortnightly", 3) == ["2026-12-24 19:00", "2027-01-07 19:00", "2027-01-21 19:00"]
    assert starts(first, "monthly", 3) == ["2026-12-24 19:00", "2027-01-24 19:00", "2027-02-24 19:00"]


def test_the_last_day_counts() -> None:
    first = at("2026-11-24 19:00")

    assert starts(first, "weekly", until=date(2026, 12, 8)) == [
        "2026-11-24 19:00",
        "2026-12-01 19:00",
        "2026-12-08 19:00",
    ]
    assert starts(first, "weekly", until=date(2026, 12, 7)) == ["2026-11-24 19:00", "2026-12-01 19:00"]
    assert starts(first, "weekly", until=date(2026, 11, 24)) == ["2026-11-24 19:00"]


def test_a_month_without_the_day_is_a_date_without_a_start() -> None:
    assert starts(at("2027-01-31 19:00"), "monthly", 4) == [
        "2027-01-31 19:00",
        "2027-02-31 -",
        "2027-03-31 19:00",
        "2027-04-31 -",
    ]
    assert starts(at("2026-12-30 19:00"), "monthly", 3) == ["2026-12-30 19:00", "2027-01-30 19:00", "2027-02-30 -"]
    assert starts(at("2027-01-29 19:00"), "monthly", 2) == ["2027-01-29 19:00", "2027-02-29 -"]
    assert starts(at("2028-01-29 19:00"), "monthly", 2) == ["2028-01-29 19:00", "2028-02-29 19:00"]
    assert starts(at("2027-01-31 19:00"), "monthly", until=date(2027, 2, 28)) == ["2027-01-31 19:00"]


def test_the_clock_on_the_wall_stays_when_summer_begins_and_ends() -> None:
    spring = dates(berlin("2026-03-16 19:00"), None, Repeat(every="weekly", count=4), BERLIN)
    autumn = dates(berlin("2026-10-18 19:00"), None, Repeat(every="weekly", count=2), BERLIN)

    assert [one.start.isoformat() for one in (*spring, *autumn) if one.start] == [
        "2026-03-16T19:00:00+01:00",
        "2026-03-23T19:00:00+01:00",
        "2026-03-30T19:00:00+02:00",
        "2026-04-06T19:00:00+02:00",
        "2026-10-18T19:00:00+02:00",
        "2026-10-25T19:00:00+01:00",
    ]


def test_a_time_the_clocks_leap_over_is_none_that_night_and_one_that_comes_twice_is_the_first() -> None:
    leap = dates(berlin("2026-03-28 02:30"), berlin("2026-03-28 03:30"), Repeat(every="daily", count=3), BERLIN)
    twice = dates(berlin("2026-10-24 02:30"), None, Repeat(every="daily", count=2), BERLIN)

    assert [(f"{one.start}", f"{one.end}") for one in leap] == [
        ("2026-03-28 02:30:00+01:00", "2026-03-28 03:30:00+01:00"),
        ("None", "None"),
        ("2026-03-30 02:30:00+02:00", "2026-03-30 03:30:00+02:00"),
    ]
    assert [one.skipped for one in leap] == [None, "02:30", None]
    assert f"{twice[1].start}" == "2026-10-25 02:30:00+02:00"


def test_an_end_said_by_the_clock_stays_at_its_time_a_length_stays_as_long() -> None:
    night = berlin("2026-03-27 22:00"), berlin("2026-03-28 04:00")
    repeat = Repeat(every="daily", count=2)

    by_clock = dates(*night, repeat, BERLIN, by_clock=True)
    by_length = dates(*night, repeat, BERLIN)

    assert f"{by_clock[1].end}" == "2026-03-29 04:00:00+02:00"  # five hours of that night
    assert f"{by_length[1].end}" == "2026-03-29 05:00:00+02:00"  # six


def test_too_many_dates_and_a_last_day_before_the_first_are_slips() -> None:
    first = at("2026-11-24 19:00")

    assert len(starts(first, "daily", 1000)) == 1000
    refusal(UsageProblem, "usage.series_long", lambda: starts(first, "daily", 1001))
    refusal(UsageProblem, "usage.series_long", lambda: starts(first, "weekly", until=date(2199, 1, 1)))
    refusal(UsageProblem, "words.range", lambda: starts(first, "weekly", until=date(2026, 11, 23)))
    refusal(UsageProblem, "value.year", lambda: starts(at("2199-06-01 19:00"), "monthly", 9))


# --- taking -----------------------------------------------------------------------------------------------------


def situation(*slots: Slot, patron: Patron = NOBODY, rules: Rulebook | None = None) -> Situation:
    """Return a club of three courts on which these slots are taken."""
    rules = rules or rulebook()
    taken: dict[str, tuple[Slot, ...]] = {court.id: () for court in rules.resource}
    for slot in slots:
        taken[slot.resource] = (*taken[slot.resource], slot)
    return Situation(rulebook=rules, calendar=a_calendar(rules), slots=taken, patron=patron)


def full(day: str, courts: int = 3) -> tuple[Slot, ...]:
    """Return what others have on a day from 19:00 to 20:00: all three courts, or the first few."""
    start, end = at(f"{day} 19:00"), at(f"{day} 20:00")
    return tuple(Slot(f"court-{number}", start, end, 1, "BK-261101-OTHERS") for number in range(1, courts + 1))


def days(*said: str, hour: str = "19:00") -> tuple[Date, ...]:
    """Return dates of an hour each."""
    return tuple(Date(day, at(f"{day} {hour}"), None) for day in said)


TUESDAYS = ("2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22")


def taken(wanted: Sequence[Date], facts: Situation, wish: dict[str, Any] | None = None, **how: Any) -> Outcome:
    """Take a series on 2026-11-20 at 09:00; ids end in its dates' numbers."""
    return take(
        Wish(**{"service": "badminton", "start": wanted[0].start or at("2026-11-24 19:00"), **(wish or {})}),
        wanted,
        facts,
        an_act(),
        ids=[f"BK-261120-00000{number}" for number in range(1, len(wanted) + 1)],
        customer=CUSTOMER_ID,
        **how,
    )


def conflicts_of(kind: type[CscliError], deed: Any) -> tuple[Conflict, ...]:
    """Return the conflicts with which a deed is refused."""
    with pytest.raises(kind) as problem:
        deed()
    found: tuple[Conflict, ...] = problem.value.facts["conflicts"]  # type: ignore[assignment]  # so it is raised
    return found


def test_every_booking_of_a_series_names_the_first_and_is_a_booking_like_any_other() -> None:
    found = taken(days(*TUESDAYS), situation())

    assert [booking.series for booking in found.bookings] == ["BK-261120-000001"] * 5
    assert [booking.id[-1] for booking in found.bookings] == ["1", "2", "3", "4", "5"]
    assert {booking.status for booking in found.bookings} == {"confirmed"}
    assert {booking.resources for booking in found.bookings} == {("court-1",)}
    assert [booking.price for booking in found.bookings] == [Decimal("15.00")] * 5
    assert found.conflicts == ()


@pytest.mark.parametrize("number", range(5))
def test_whichever_date_is_taken_it_is_found(number: int) -> None:
    """Given every court taken on one of five dates, that date is the conflict: not only the first two are looked at."""
    facts = situation(*full(TUESDAYS[number]))

    (found,) = conflicts_of(Unavailable, lambda: taken(days(*TUESDAYS), facts))

    assert (found.day, found.problem.key) == (TUESDAYS[number], "unavailable")
    assert isinstance(found.problem, Unavailable)
    assert found.problem.alternatives


def test_conflicts_are_left_out_when_they_may_be() -> None:
    """Given the first date taken, the series bears the id of the first that is left; other courts are used."""
    facts = situation(*full("2026-11-24"), *full("2026-12-08", courts=2))

    found = taken(days(*TUESDAYS), facts, skip=True)

    assert [conflict.day for conflict in found.conflicts] == ["2026-11-24"]
    assert {booking.series for booking in found.bookings} == {"BK-261120-000002"}
    assert [booking.resources[0] for booking in found.bookings] == ["court-1", "court-3", "court-1", "court-1"]


def test_with_nothing_left_skipping_does_not_help() -> None:
    facts = situation(*full("2026-11-24"), *full("2026-12-01"))

    with pytest.raises(Unavailable) as problem:
        taken(days("2026-11-24", "2026-12-01"), facts, skip=True)

    assert problem.value.key == "refused.series.none"


def test_rules_alone_are_a_refusal_one_date_with_nothing_free_makes_it_unavailable() -> None:
    rules = rulebook(service=(badminton(advance=duration("7d")), yoga()))  # to Friday 2026-11-27

    (late,) = conflicts_of(Refused, lambda: taken(days("2026-11-24", "2026-12-01"), situation(rules=rules)))
    both = conflicts_of(
        Unavailable,
        lambda: taken(days("2026-11-24", "2026-11-25", "2026-12-01"), situation(*full("2026-11-24"), rules=rules)),
    )

    assert (late.day, late.problem.key) == ("2026-12-01", "refused.booking.advance")
    assert [conflict.problem.key for conflict in both] == ["unavailable", "refused.booking.advance"]


def test_a_month_without_the_day_is_a_conflict_of_its_own() -> None:
    wanted = dates(at("2026-12-31 19:00"), None, Repeat(every="monthly", count=3), SHANGHAI)

    (found,) = conflicts_of(Refused, lambda: taken(wanted, situation()))

    assert (found.day, found.start, found.problem.key) == ("2027-02-31", None, "refused.series.no_such_day")
    assert found.problem.facts == {"rule": "series", "month": "2027-02", "number": "31"}
    assert len(taken(wanted, situation(), skip=True).bookings) == 2


def test_what_is_wrong_with_every_date_alike_is_said_once() -> None:
    week = days("2026-11-24", "2026-12-01")

    refusal(NotFound, "rulebook.no_resource", lambda: taken(week, situation(), {"resources": ("court-9",)}))
    refusal(Refused, "refused.booking.resource", lambda: taken(week, situation(), {"resources": ("yoga-room",)}))


def test_the_dates_of_a_series_compete_with_one_another() -> None:
    """Given an hour of cleaning that lasts to the next evening, every second day of one court is left."""
    rules = rulebook(service=(badminton(buffer_after=duration("24h")), yoga()))
    week = days("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")

    found = taken(week, situation(rules=rules), {"resources": ("court-1",)}, skip=True)

    assert [f"{booking.start:%d}" for booking in found.bookings] == ["23", "25", "27"]
    assert [conflict.day for conflict in found.conflicts] == ["2026-11-24", "2026-11-26"]


def test_two_series_compete_for_the_last_court() -> None:
    """Given courts 1 and 2 taken on two of three evenings, a first series leaves only the other evening."""
    others = (*full("2026-11-24", courts=2), *full("2026-12-08", courts=2))
    first = taken(days(*TUESDAYS[:3]), situation(*others))
    own = [slot for booking in first.bookings for slot in slots_of(booking, badminton())]

    both = conflicts_of(Unavailable, lambda: taken(days(*TUESDAYS[:3]), situation(*others, *own)))

    assert [booking.resources[0] for booking in first.bookings] == ["court-3", "court-1", "court-3"]
    assert [conflict.day for conflict in both] == ["2026-11-24", "2026-12-08"]


def test_quotas_count_the_dates_of_the_series_itself() -> None:
    """Given two a week (Mon-Sun) and four in all, from Saturday on: Sat Sun | Mon Tue, then the quotas are used up."""
    week = days("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-30")
    by_week = rulebook(booking=BookingRules(quota=Quota(week=2)))
    by_number = rulebook(booking=BookingRules(quota=Quota(open=4)))
    member = Patron(id=CUSTOMER_ID)

    weekly = taken(week, situation(patron=member, rules=by_week), skip=True)
    open_ = taken(week, situation(patron=member, rules=by_number), skip=True)

    assert [(one.day, one.problem.key) for one in weekly.conflicts] == [("2026-11-25", "refused.booking.quota_week")]
    assert [one.day for one in open_.conflicts] == ["2026-11-25", "2026-11-30"]
    assert open_.conflicts[0].problem.key == "refused.booking.quota_open"


def test_priority_serves_one_date_of_a_series() -> None:
    """Given three missed days, one court may be booked a day further ahead: once (manual row D6)."""
    rules = rulebook(
        service=(badminton(advance=duration("1d"), priority=Priority(misses=3, advance=duration("4d"))), yoga())
    )
    missed = tuple(Missed(service="badminton", start=at(f"2026-11-1{day} 19:00")) for day in (6, 7, 8))
    facts = situation(patron=Patron(id=CUSTOMER_ID, missed=missed), rules=rules)

    found = taken(days("2026-11-21", "2026-11-22", "2026-11-23"), facts, skip=True)

    assert [booking.events[0].priority for booking in found.bookings] == [None, True]
    assert [(one.day, one.problem.key) for one in found.conflicts] == [("2026-11-23", "refused.booking.advance")]


def test_a_pass_pays_for_as_many_dates_as_it_has_visits() -> None:
    pass_ = CardType(id="yoga-pass", name="瑜伽卡", kind="pass", visits=30, services=("yoga",))
    facts = situation(patron=Patron(id=CUSTOMER_ID, card=pass_, visits_left=2))
    classes = days("2026-11-21", "2026-11-22", "2026-11-24", hour="18:30")

    found = taken(classes, facts, {"service": "yoga"})

    assert [booking.price for booking in found.bookings] == [Decimal("0.00"), Decimal("0.00"), Decimal("20.00")]


def test_each_date_has_its_own_price() -> None:
    """Given Friday, Saturday and Monday at 15:00, afternoons of working days cost 10, weekends 15."""
    found = taken(days("2026-11-27", "2026-11-28", "2026-11-30", hour="15:00"), situation())

    assert [booking.price for booking in found.bookings] == [Decimal("10.00"), Decimal("15.00"), Decimal("10.00")]


def test_a_wish_for_a_full_date_may_be_noted_with_the_series() -> None:
    found = taken(days(*TUESDAYS[:3]), situation(*full("2026-12-01")), waitlist=True)

    assert [booking.status for booking in found.bookings] == ["confirmed", "unmet", "confirmed"]
    assert len({booking.series for booking in found.bookings}) == 1


def test_the_seconds_of_entering_it_are_noted_once() -> None:
    found = taken(days(*TUESDAYS[:3]), situation(), {"words": {"entry_seconds": 48}})

    assert [booking.entry_seconds for booking in found.bookings] == [48, None, None]


# --- changing ---------------------------------------------------------------------------------------------------


def a_series(*said: str, **more: Any) -> tuple[Booking, ...]:
    """Return a series of court 1 on these days from 19:00 to 20:00, confirmed on Friday 2026-11-20 at 10:01."""
    return tuple(
        a_booking(start=f"{day} 19:00", id=f"BK-261120-00000{number}", series="BK-261120-000001", **more)
        for number, day in enumerate(said, start=1)
    )


def changed(
    bookings: Sequence[Booking], wanted: Wanted, *others: Slot, rules: Rulebook | None = None, **how: Any
) -> Outcome:
    """Change a series at 12:00 as is wanted of its first, on courts where it and others have their places."""
    own = [slot for booking in bookings for slot in slots_of(booking, badminton())]
    facts = situation(*own, *others, rules=rules)
    moves = [moved(bookings[0], wanted, one, SHANGHAI) for one in bookings]
    act = an_act("2026-11-20 12:00")
    return change(moves, facts, {CUSTOMER_ID: Patron(id=CUSTOMER_ID)}, act, cause="customer", **how)


def test_a_new_start_moves_each_by_the_same_days_and_time() -> None:
    found = changed(a_series(*TUESDAYS[:3]), Wanted(start=at("2026-11-25 17:30")))

    assert [f"{step.after.start:%m-%d %H:%M}" for step in found.steps] == ["11-25 17:30", "12-02 17:30", "12-09 17:30"]
    assert [step.after.price for step in found.steps] == [Decimal("12.50")] * 3  # 30 min at 15, 30 min at 10
    assert [f"{step.before.start:%m-%d}" for step in found.steps if step.before] == ["11-24", "12-01", "12-08"]


@pytest.mark.parametrize("start", ["2026-12-01 19:00", "2026-11-17 19:00"], ids=["later", "earlier"])
def test_a_series_may_move_onto_its_own_places(start: str) -> None:
    """Given one court each Tuesday and a move by a week, the places of the series itself are not in its way."""
    bookings = a_series("2026-12-01", "2026-12-08", "2026-12-15")
    others = [
        Slot(f"court-{court}", at(f"{day} 19:00"), at(f"{day} 20:00"), 1, "BK-261101-OTHERS")
        for day in ("2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22")
        for court in (2, 3)
    ]
    forth = start > "2026-11-24"
    wanted = Wanted(start=at("2026-12-08 19:00") if forth else at("2026-11-24 19:00"))

    found = changed(bookings, wanted, *others)

    assert {step.after.resources for step in found.steps} == {("court-1",)}
    assert [f"{step.after.start:%m-%d}" for step in found.steps] == (
        ["12-08", "12-15", "12-22"] if forth else ["11-24", "12-01", "12-08"]
    )


def test_one_that_cannot_move_stops_all_or_stays_where_it_is() -> None:
    """Given the last new date full, those before it that would take its place stay too."""
    bookings = a_series("2026-12-01", "2026-12-08")
    others = [
        Slot(court, at(f"{day} 19:00"), at(f"{day} 20:00"), 1, "BK-261101-OTHERS")
        for day, courts in (("2026-12-08", ("court-2", "court-3")), ("2026-12-15", ("court-1", "court-2", "court-3")))
        for court in courts
    ]
    by_a_week = Wanted(start=at("2026-12-08 19:00"))
    by_an_hour = Wanted(start=at("2026-12-01 20:00"))
    at_eight = Slot("court-1", at("2026-12-08 20:00"), at("2026-12-08 21:00"), 3, "BK-261101-OTHERS")
    more = [replace(at_eight, resource=court) for court in ("court-1", "court-2", "court-3")]

    both = conflicts_of(Unavailable, lambda: changed(bookings, by_a_week, *others))
    one = changed(bookings, by_an_hour, *more, skip=True)

    assert [(conflict.day, conflict.id) for conflict in both] == [
        ("2026-12-01", "BK-261120-000001"),
        ("2026-12-08", "BK-261120-000002"),
    ]
    assert [step.after.id for step in one.steps] == ["BK-261120-000001"]
    assert [conflict.id for conflict in one.conflicts] == ["BK-261120-000002"]


def test_a_move_keeps_the_clock_on_the_wall_over_the_end_of_summer() -> None:
    first = a_booking(start="2026-10-20 19:00")
    first = replace(first, start=berlin("2026-10-20 19:00"), end=berlin("2026-10-20 20:00"))
    later = replace(first, start=berlin("2026-10-27 19:00"), end=berlin("2026-10-27 20:00"))

    shifted = moved(first, Wanted(start=berlin("2026-10-21 18:00")), later, BERLIN).wanted
    longer = moved(first, Wanted(end=berlin("2026-10-20 21:30")), later, BERLIN, by_clock=True).wanted

    assert (f"{shifted.start}", shifted.end) == ("2026-10-28 18:00:00+01:00", None)
    assert (longer.start, f"{longer.end}") == (None, "2026-10-27 21:30:00+01:00")


def test_a_start_is_the_time_of_day_of_all_also_of_one_that_was_moved_by_hand() -> None:
    first, by_hand = a_series(*TUESDAYS[:2])
    by_hand = replace(by_hand, start=by_hand.start + timedelta(hours=1), end=by_hand.end + timedelta(hours=1))

    again = moved(first, Wanted(start=at(f"{TUESDAYS[0]} 15:00") + timedelta(days=1)), by_hand, SHANGHAI).wanted

    assert f"{again.start:%Y-%m-%d %H:%M}" == f"{by_hand.start + timedelta(days=1):%Y-%m-%d} 15:00"


def test_a_start_that_the_clocks_leap_over_is_a_conflict_of_its_date() -> None:
    first = replace(a_booking(), start=berlin("2026-03-28 19:00"), end=berlin("2026-03-28 20:00"))
    night = replace(first, start=berlin("2026-03-29 19:00"), end=berlin("2026-03-29 20:00"))
    wanted = Wanted(start=berlin("2026-03-28 02:30"))

    assert moved(first, wanted, first, BERLIN).problem is None
    problem = moved(first, wanted, night, BERLIN).problem
    assert problem is not None
    assert (problem.key, problem.facts["time"]) == ("refused.series.no_such_time", "02:30")


def test_words_change_everywhere_and_one_that_has_them_already_is_left_out() -> None:
    bookings = a_series(*TUESDAYS[:3])
    bookings = (replace(bookings[0], details="team"), *bookings[1:])

    found = changed(bookings, Wanted(words={"details": "team"}))

    assert [step.after.id[-1] for step in found.steps] == ["2", "3"]
    refusal(
        Refused,
        "refused.nothing_changes",
        lambda: changed(a_series(*TUESDAYS, details="team"), Wanted(words={"details": "team"})),
    )


def test_only_those_still_to_come_in_a_state_that_allows_it_are_meant() -> None:
    noon = at("2026-11-24 12:00")

    assert can_still(a_booking(start="2026-11-24 12:01"), "changed", noon)
    assert can_still(a_booking("requested", start="2026-11-24 12:01"), "cancelled", noon)
    assert not can_still(a_booking(start="2026-11-24 12:00"), "changed", noon)
    assert not can_still(a_booking("cancelled", start="2026-11-25 12:00"), "cancelled", noon)
    assert not can_still(a_booking("completed", start="2026-11-21 12:00"), "changed", noon)


# --- calling off ------------------------------------------------------------------------------------------------


def test_each_is_cancelled_with_its_own_notice_and_refund() -> None:
    """Given free cancelling up to a day before and half the price after that, 7.50 and 0.00 are kept of 15.00 each."""
    tiers = (
        RefundTier(fee=Fee.parse("0%"), notice=duration("1d")),
        RefundTier(fee=Fee.parse("50%")),
    )
    rules = rulebook(service=(badminton(refund=tiers), yoga()))
    bookings = a_series("2026-11-21", "2026-11-28", paid=Decimal("15.00"))
    act = an_act("2026-11-20 20:00")

    found = cancel(bookings, rules, a_calendar(rules), act, reason="moves away")

    assert [booking.status for booking in found.bookings] == ["cancelled", "cancelled"]
    assert [(refund.fee, refund.amount) for one in found.bookings for refund in one.refund] == [
        (Decimal("7.50"), Decimal("7.50")),
        (Decimal("0.00"), Decimal("15.00")),
    ]


def test_one_with_too_little_notice_stops_all_or_stays() -> None:
    rules = rulebook(service=(badminton(cancel_notice=duration("24h")), yoga()))
    bookings = a_series("2026-11-21", "2026-11-28")
    act = an_act("2026-11-20 20:00")  # 23 hours before the first

    def call_off(skip: bool) -> Outcome:
        return cancel(bookings, rules, a_calendar(rules), act, reason="moves away", skip=skip)

    (late,) = conflicts_of(Refused, lambda: call_off(skip=False))
    found = call_off(skip=True)

    assert (late.id, late.problem.key) == ("BK-261120-000001", "refused.booking.cancel_notice")
    assert [booking.id for booking in found.bookings] == ["BK-261120-000002"]
