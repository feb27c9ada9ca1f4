"""Why a price, a refund, a day's hours or a window is what it is; every number counted by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import explaining, explaining_times
from cscli.domain.booking import BookingEvent
from cscli.domain.calendar import Calendar
from cscli.domain.explaining import PriceSaid, RefundSaid
from cscli.domain.explaining_times import HoursSaid, WindowSaid
from cscli.domain.patron import NOBODY, Missed, Patron, Taken
from cscli.domain.refunds import Facts, Refund
from cscli.domain.rulebook import BookingRules, CardType, Closure, Quota, Roles, Rulebook, SpecialDay
from cscli.domain.services import Outage, PriceBand, Priority, RefundTier, Service
from cscli.domain.value import replace
from cscli.domain.values import Duration, Fee, Period, fixed
from cscli.errors import Refused
from tests.builders import WEEK, a_booking, a_calendar, an_order, at, badminton, duration, refusal, rulebook, yoga

CLUB = rulebook()
CALENDAR = a_calendar()
NOW = at("2026-11-20 12:00")


# --- price ------------------------------------------------------------------------------------------------------


def explained(start: str, end: str, service: Service | None = None, **more: Any) -> PriceSaid:
    """Return how the price of an order comes about, of a court if nothing else is said."""
    card = more.pop("card", None)
    return explaining.price(an_order(service, start, end, **more), CALENDAR, card)


def verdicts(said: PriceSaid) -> list[list[tuple[str, str, str | None]]]:
    """Return what each band says: from when to when, why not."""
    return [
        [(f"{one.start:%H:%M}", f"{one.end:%H:%M}", one.reason) for one in band.verdicts]
        for band in said.bands
    ]  # fmt: skip


def test_a_friday_evening_is_priced_by_two_bands_and_not_by_the_weekends() -> None:
    said = explained("2026-11-20 17:00", "2026-11-20 18:30")

    assert said.total == Decimal("17.50")  # 60 min at 10.00, 30 min at 15.00
    assert [(str(part.amount), part.rule) for part in said.parts] == [
        ("10.00", "service.badminton.price[1]"),
        ("7.50", "service.badminton.price[2]"),
    ]
    assert verdicts(said) == [
        [("17:00", "18:00", None), ("18:00", "18:30", "time")],
        [("17:00", "18:00", "time"), ("18:00", "18:30", None)],
        [("17:00", "18:30", "days")],
    ]
    assert [band.decides for band in said.bands] == [True, True, False]


def test_a_later_band_that_would_fit_is_said_to_come_too_late() -> None:
    member = PriceBand(per="hour", amount=Decimal(8), level=("vip",))
    usual = PriceBand(per="hour", amount=Decimal(12))
    court = badminton(price=(member, usual))

    vip = explained("2026-11-20 14:00", "2026-11-20 15:00", court, level="vip")
    guest = explained("2026-11-20 14:00", "2026-11-20 15:00", court)

    assert (vip.total, verdicts(vip)) == (
        Decimal("8.00"),
        [[("14:00", "15:00", None)], [("14:00", "15:00", "earlier")]],
    )
    assert (guest.total, verdicts(guest)) == (
        Decimal("12.00"),
        [[("14:00", "15:00", "level")], [("14:00", "15:00", None)]],
    )


def test_what_is_charged_once_is_decided_by_the_start_alone() -> None:
    lunch = PriceBand(per="visit", amount=Decimal(30), to=15 * 60)
    later = PriceBand(per="hour", amount=Decimal(10))

    said = explained("2026-11-20 14:00", "2026-11-20 16:00", badminton(price=(lunch, later)))

    assert said.total == Decimal("30.00")
    assert verdicts(said) == [[("14:00", "16:00", None)], [("14:00", "16:00", "earlier")]]


def test_a_visit_price_that_begins_after_the_start_is_not_asked_for() -> None:
    hourly = PriceBand(per="hour", amount=Decimal(10), to=15 * 60)
    evening = PriceBand(per="visit", amount=Decimal(30), from_=15 * 60)

    said = explained("2026-11-20 14:00", "2026-11-20 16:00", badminton(price=(hourly, evening)))

    assert said.total == Decimal("10.00")
    assert verdicts(said) == [
        [("14:00", "15:00", None), ("15:00", "16:00", "time")],
        [("14:00", "15:00", "time"), ("15:00", "16:00", "start")],
    ]


def test_a_gap_is_explained_where_a_booking_would_be_refused() -> None:
    said = explained("2026-11-20 17:00", "2026-11-20 19:00", badminton(price=badminton().price[:1]))

    assert (said.total, said.parts) == (None, ())
    assert said.gap == at("2026-11-20 18:00")
    assert verdicts(said) == [[("17:00", "18:00", None), ("18:00", "19:00", "time")]]


def test_a_card_that_pays_leaves_what_it_would_have_cost() -> None:
    year = CardType(id="year", name="年卡", kind="annual", services=("badminton",))

    said = explained("2026-11-20 17:00", "2026-11-20 18:00", card=year)

    assert (said.total, said.plain, said.card) == (Decimal("0.00"), Decimal("10.00"), year)
    assert said.parts[0].rule == "members.card.year"


def test_a_service_without_prices_and_a_visit_without_a_time_have_none() -> None:
    free = explained("2026-11-20 14:00", "2026-11-20 15:00", badminton(price=()))
    soon = explained("2026-11-20 14:00", "2026-11-22 14:00", soon=True)

    assert (free.total, free.bands, free.gap) == (None, (), None)
    assert (soon.total, soon.bands, soon.gap) == (None, (), None)


def test_an_order_that_ends_before_it_begins_is_refused() -> None:
    refusal(Refused, "refused.booking.order", lambda: explained("2026-11-20 14:00", "2026-11-20 14:00"))


# --- refund -----------------------------------------------------------------------------------------------------

COACH = badminton(
    refund=(
        RefundTier(fee=Fee.parse("0%"), notice=duration("24h"), within=duration("7wd")),
        RefundTier(fee=Fee.parse("20%"), notice=duration("2h"), within=duration("7wd")),
        RefundTier(fee=Fee.parse("50%"), within=duration("7wd")),
        RefundTier(fee=Fee.parse("100%"), after_start=True),
    )
)


def refunded(when: str, service: Service = COACH, **more: Any) -> RefundSaid:
    """Return how the refund of 38.00 paid for Saturday 19:00 comes about."""
    words: dict[str, Any] = {"start": at("2026-11-21 19:00"), "at": at(when), "price": Decimal(38), "paid": Decimal(38)}
    return explaining.refund(service, CALENDAR, Facts(**(words | more)))


def reasons(said: RefundSaid) -> list[str | None]:
    """Return why each tier does not decide."""
    return [known.reason for known in said.tiers]


@pytest.mark.parametrize(
    ("when", "fee", "back", "said"),
    [
        ("2026-11-20 19:00:00", "0.00", "38.00", [None, "earlier", "earlier", "not_started"]),
        ("2026-11-20 19:00:01", "7.60", "30.40", ["notice", None, "earlier", "not_started"]),
        ("2026-11-21 17:00:00", "7.60", "30.40", ["notice", None, "earlier", "not_started"]),
        ("2026-11-21 17:00:01", "19.00", "19.00", ["notice", "notice", None, "not_started"]),
        ("2026-11-21 19:00:00", "38.00", "0.00", ["started", "started", "started", None]),
    ],
)
def test_each_tier_says_why_it_does_not_decide(when: str, fee: str, back: str, said: list[str | None]) -> None:
    answer = refunded(when)

    assert (str(answer.quote.fee), str(answer.quote.amount)) == (fee, back)
    assert reasons(answer) == said


def test_seven_working_days_from_friday_end_on_tuesday_week() -> None:
    answer = refunded("2026-11-20 14:00")

    assert answer.within == Duration(7, "wd")
    assert answer.quote.expected == date(2026, 12, 1)  # 23 24 25 26 27 30 November, 1 December


def test_what_was_not_the_customers_doing_costs_nothing_whatever_the_tiers_say() -> None:
    answer = refunded("2026-11-21 18:59", cause="resource")

    assert reasons(answer) == ["blameless"] * 4
    assert (answer.asked, answer.quote.amount) == (Decimal(0), Decimal(38))


def test_a_fee_is_cut_to_what_was_paid() -> None:
    answer = refunded("2026-11-21 18:59", paid=Decimal(10))

    assert (answer.asked, answer.quote.fee, answer.quote.amount) == (Decimal("19.00"), Decimal(10), Decimal(0))


def test_a_booking_that_was_called_off_is_explained_as_it_was_decided_then() -> None:
    given = Refund(at=at("2026-11-21 18:00"), why="cancelled", tier="service.badminton.refund[3]", fee=Decimal(10),
                   amount=Decimal(10), expected=date(2026, 12, 1))  # fmt: skip
    gone = a_booking("cancelled", price=Decimal(20), paid=Decimal(20), refund=(given,))
    ending = BookingEvent(at=at("2026-11-21 18:00"), by="li.na", type="cancelled", cause="customer", phoned=True)
    gone = replace(gone, events=(*gone.events[:-1], ending))

    facts = explaining.called_off(gone)

    assert facts is not None
    assert (facts.at, facts.paid, facts.phoned, facts.absent) == (at("2026-11-21 18:00"), Decimal(20), True, False)
    paid_out = replace(gone, paid=Decimal(10), refund=(replace(given, state="paid", paid_at=at("2026-11-24 09:00")),))
    assert explaining.called_off(paid_out) == facts
    assert explaining.called_off(a_booking()) is None


# --- hours ------------------------------------------------------------------------------------------------------


def hours(day: str, book: Rulebook = CLUB, calendar: Calendar | None = None, resource: int | None = None) -> HoursSaid:
    """Return which table gives a day its hours; `resource` is the place of one in the list."""
    known = book.resource[resource] if resource is not None else None
    return explaining_times.hours(book, calendar or a_calendar(book), date.fromisoformat(day), known)


def of_china(book: Rulebook = CLUB, **changes: Any) -> Rulebook:
    """Return a club under China's calendar."""
    return replace(book, calendar=replace(book.calendar, country="CN", **changes))


def periods(*words: str) -> tuple[Period, ...]:
    """Return hours."""
    return tuple(map(Period.parse, words))


def test_the_weekday_decides_where_nothing_else_does() -> None:
    friday, saturday = hours("2026-11-20"), hours("2026-11-21")

    assert (friday.why, friday.rule, friday.opening) == ("weekday", "calendar.open.fri", periods("13:00-22:30"))
    assert (friday.works, friday.office) == (True, periods("09:00-12:00", "13:00-18:00"))
    assert (saturday.rule, saturday.works, saturday.office) == ("calendar.open.sat", False, ())


def test_a_closure_decides_before_special_hours_and_the_later_entry_before_the_earlier() -> None:
    book = replace(CLUB, calendar=replace(
        CLUB.calendar,
        closed=(
            Closure(from_=date(2027, 2, 1), to=date(2027, 2, 28), reason="works"),
            Closure(from_=date(2027, 2, 5), reason="festival"),
        ),
        special=(
            SpecialDay(day=date(2027, 2, 5), hours=periods("10:00-12:00"), reason="a"),
            SpecialDay(day=date(2027, 3, 5), hours=periods("10:00-12:00"), reason="tournament"),
        ),
    ))  # fmt: skip

    shut, works, special = hours("2027-02-05", book), hours("2027-02-08", book), hours("2027-03-05", book)

    assert (shut.why, shut.rule, shut.reason, shut.opening) == ("closed", "calendar.closed[2]", "festival", ())
    assert (works.rule, works.reason) == ("calendar.closed[1]", "works")
    assert (special.why, special.rule, special.reason) == ("special", "calendar.special[2]", "tournament")
    assert special.opening == periods("10:00-12:00")


def test_national_day_has_the_hours_of_holidays_where_there_are_some() -> None:
    shut = of_china(open={**CLUB.calendar.open, "holiday": ()})

    usual, none = hours("2026-10-01", of_china()), hours("2026-10-01", shut)

    assert (usual.why, usual.rule, usual.holiday_name) == ("weekday", "calendar.open.thu", "National Day")
    assert (none.why, none.rule, none.opening) == ("holiday", "calendar.open.holiday", ())
    assert (none.works, none.office) == (False, ())


def test_an_adjusted_saturday_has_mondays_hours_where_saturdays_have_none() -> None:
    weekdays = of_china(open={day: CLUB.calendar.open[day] for day in WEEK})

    said = hours("2026-10-10", weekdays)  # works in place of a day of the National Day week

    assert (said.why, said.rule, said.adjusted) == ("adjusted", "calendar.open.mon", True)
    assert (said.opening, said.office) == (periods("13:00-22:30"), periods("09:00-12:00", "13:00-18:00"))
    assert hours("2026-10-17", weekdays).why == "none"


def test_the_desks_own_word_on_a_day_wins() -> None:
    book = of_china()
    own = book.make_calendar({date(2027, 2, 5): False, date(2027, 2, 6): True})

    off, on = hours("2027-02-05", book, own), hours("2027-02-06", book, own)

    assert (off.own, off.holiday, off.holiday_name, off.works) == (False, True, None, False)
    assert (on.own, on.works, on.adjusted) == (True, True, True)
    assert hours("2027-02-05", book).announced is False
    assert off.announced is True


def test_a_court_with_hours_of_its_own_and_out_of_service() -> None:
    week = Outage(from_=at("2026-11-20 09:00"), to=at("2026-11-27 18:00"), reason="new floor")
    court = replace(CLUB.resource[0], open={"fri": periods("07:00-09:00")}, out=(week,))
    book = replace(CLUB, resource=(court, *CLUB.resource[1:]))

    own, others = hours("2026-11-20", book, resource=0), hours("2026-11-20", book, resource=1)

    assert (own.rule, own.opening) == ("resource.court-1.open.fri", periods("07:00-09:00"))
    assert own.out == ((court, week),)
    assert (others.rule, others.opening, others.out) == ("calendar.open.fri", periods("13:00-22:30"), ())
    assert hours("2026-11-20", book).out == ((court, week),)
    assert hours("2026-11-28", book).out == ()
    assert hours("2026-11-21", book, resource=0).why == "none"


def test_times_that_the_clock_skips_or_shows_twice_are_told() -> None:
    berlin = replace(CLUB, desk=replace(CLUB.desk, timezone="Europe/Berlin"), calendar=replace(
        CLUB.calendar, open={"sun": periods("02:30-12:00")}))  # fmt: skip

    spring, autumn = hours("2027-03-28", berlin), hours("2027-10-31", berlin)

    (skipped,), (twice,) = spring.odd, autumn.odd
    assert (skipped.minute, skipped.how) == (150, "skipped")
    assert fixed(skipped.at).isoformat() == "2027-03-28T03:30:00+02:00"
    assert (twice.minute, twice.how) == (150, "twice")
    assert fixed(twice.at).isoformat() == "2027-10-31T02:30:00+02:00"
    assert hours("2027-04-04", berlin).odd == ()


# --- window -----------------------------------------------------------------------------------------------------


def window(
    start: str, end: str, service: Service | None = None, patron: Patron = NOBODY, book: Rulebook = CLUB, **more: Any
) -> WindowSaid:
    """Return what the rules say on Friday noon of an order."""
    return explaining_times.window(book, a_calendar(book), an_order(service, start, end, **more), patron, NOW)


def judged(said: WindowSaid) -> dict[str, bool | None]:
    """Return of each rule whether it holds."""
    return {rule.rule.removeprefix("booking."): rule.holds for rule in said.rules}


def facts_of(said: WindowSaid, rule: str) -> dict[str, object]:
    """Return what a rule compares."""
    return dict(next(known.facts for known in said.rules if known.rule == f"booking.{rule}"))


def test_an_order_within_all_rules_says_which_there_are() -> None:
    said = window("2026-11-21 10:00", "2026-11-21 11:00", badminton(advance=duration("1d")))

    assert said.allowed
    assert judged(said) == {
        "past": True, "hours": True, "advance": True, "lead": None, "shortest": None, "longest": None, "step": True,
        "units": True, "most_party": None, "least_party": None, "quota_open": None, "quota_day": None,
        "quota_week": None, "duplicate": None,
    }  # fmt: skip
    assert (said.first, said.last) == (at("2026-11-20 00:00"), at("2026-11-21 10:00"))
    assert said.change_until == said.cancel_until == at("2026-11-21 10:00")


def test_every_rule_that_is_broken_is_told_with_what_it_compares() -> None:
    strict = badminton(
        advance=duration("1d"), lead=duration("3d"), shortest=duration("2h"), longest=duration("3h"), least_party=4,
        change_notice=duration("4h"), cancel_notice=duration("1d"),
    )  # fmt: skip

    said = window("2026-11-22 08:10", "2026-11-22 09:10", strict, units=2, party=3)

    assert [rule for rule, holds in judged(said).items() if holds is False] == [
        "hours", "advance", "lead", "shortest", "step", "units", "least_party",
    ]  # fmt: skip
    assert facts_of(said, "hours") == {"place": "1号场", "hours": periods("09:00-22:30")}
    assert facts_of(said, "advance") == {"advance": duration("1d"), "first": at("2026-11-21 00:00")}
    assert facts_of(said, "lead")["last"] == at("2026-11-19 08:10")
    assert facts_of(said, "units") == {"limit": 1, "given": 2}
    assert (said.first, said.last) == (at("2026-11-21 00:00"), at("2026-11-19 08:10"))
    assert (said.change_until, said.cancel_until) == (at("2026-11-22 04:10"), at("2026-11-21 08:10"))


def test_hours_of_advance_count_as_they_pass() -> None:
    court = badminton(advance=duration("22h"))

    tomorrow = window("2026-11-21 10:00", "2026-11-21 11:00", court)  # a second more than 22 hours from now

    assert (tomorrow.allowed, tomorrow.first) == (False, at("2026-11-20 12:00:01"))
    assert window("2026-11-21 09:30", "2026-11-21 10:30", court).allowed


def missed(*days: str) -> Patron:
    """Return a customer whose wishes for these days could not be met."""
    return Patron(id="CU-1", missed=tuple(Missed(service="badminton", start=at(f"{day} 19:00")) for day in days))


def test_misses_that_give_priority_are_counted_and_their_window_told() -> None:
    court = badminton(advance=duration("1d"), priority=Priority(misses=3, advance=duration("2d")))
    two, three = missed("2026-11-16", "2026-11-17"), missed("2026-11-16", "2026-11-17", "2026-11-18")

    without = window("2026-11-22 10:00", "2026-11-22 11:00", court, two)
    with_it = window("2026-11-22 10:00", "2026-11-22 11:00", court, three)

    assert (without.allowed, facts_of(without, "advance")["misses"], without.first) == (
        False,
        2,
        at("2026-11-21 00:00"),
    )
    assert (with_it.allowed, facts_of(with_it, "advance")["misses"], with_it.first) == (True, 3, at("2026-11-20 00:00"))
    said = [rule.said for rule in (*without.rules, *with_it.rules) if rule.rule == "booking.advance"]
    assert said == ["explain.window.advance_priority", "explain.window.advance_used"]


def test_quotas_are_counted_for_a_customer_and_for_nobody_else() -> None:
    book = replace(CLUB, booking=BookingRules(quota=Quota(open=3, day=1, week=5), duplicates="refuse"))
    taken = tuple(
        Taken(id=f"BK-{number}", service="badminton", start=at(f"{day} 10:00"), end=at(f"{day} 11:00"))
        for number, day in enumerate(("2026-11-16", "2026-11-21", "2026-11-22"))
    )
    known = Patron(id="CU-1", taken=taken)

    said = window("2026-11-21 10:30", "2026-11-21 11:30", patron=known, book=book)

    assert facts_of(said, "quota_open") == {"most": 3, "number": 2}
    assert facts_of(said, "quota_day") == {"most": 1, "number": 1}
    assert facts_of(said, "quota_week") == {"most": 5, "number": 3}
    assert facts_of(said, "duplicate") == {"known": ("BK-1",)}
    assert [rule for rule, holds in judged(said).items() if holds is False] == ["quota_day", "duplicate"]
    assert judged(window("2026-11-21 10:30", "2026-11-21 11:30", book=book))["quota_day"] is None


def test_a_class_says_when_it_takes_place_that_day() -> None:
    on_time = window("2026-11-21 18:30", "2026-11-21 19:30", yoga())
    too_early = window("2026-11-21 18:00", "2026-11-21 19:00", yoga())
    friday = window("2026-11-27 18:30", "2026-11-27 19:30", yoga())

    assert (on_time.allowed, facts_of(on_time, "timetable")) == (True, {"times": ("18:30-19:30",)})
    assert judged(too_early)["timetable"] is False
    assert facts_of(friday, "timetable") == {"times": ("-",)}


def test_a_court_asked_for_by_name_says_whether_it_is_in_service() -> None:
    week = Outage(from_=at("2026-11-20 09:00"), to=at("2026-11-27 18:00"), reason="new floor")
    book = replace(CLUB, resource=(replace(CLUB.resource[0], out=(week,)), *CLUB.resource[1:]))

    out = window("2026-11-21 10:00", "2026-11-21 11:00", book=book, resources=("court-1",))
    fine = window("2026-11-21 10:00", "2026-11-21 11:00", book=book, resources=("court-2",))

    assert facts_of(out, "out_of_service") == {
        "resource": "1号场", "until": at("2026-11-27 18:00"), "reason": "new floor",
    }  # fmt: skip
    assert (out.allowed, fine.allowed) == (False, True)


def test_who_may_set_a_rule_aside_is_told_for_each() -> None:
    book = replace(CLUB, roles=Roles(rules={"booking.units": ("agent", "supervisor")}))

    said = window("2026-11-21 10:00", "2026-11-21 11:00", book=book)
    roles = {rule.rule: rule.roles for rule in said.rules}

    assert roles["booking.units"] == ("agent", "supervisor")
    assert roles["booking.hours"] == ("supervisor",)
    assert roles["booking.past"] == ()


def test_what_has_passed_is_allowed_to_nobody() -> None:
    said = window("2026-11-20 11:00", "2026-11-20 12:00")

    assert judged(said)["past"] is False
    assert not said.allowed
