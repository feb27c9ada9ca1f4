"""What bookings wait for: departments, arrivals, reminders, visits from hand to hand, money that should be back."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cscli.analytics.standing import WAITING, asking, furthest, paid_first, waiting_booking
from cscli.domain import customer, due_bookings
from cscli.domain.booking import Booking, BookingEvent, Coordination
from cscli.domain.customer import Card
from cscli.domain.due import DueItem
from cscli.domain.record import Delta
from cscli.domain.refunds import Refund
from cscli.domain.rulebook import Department, MemberRules, Points, Rulebook
from cscli.domain.services import Resource, Service
from cscli.domain.value import replace
from cscli.i18n import known, use
from cscli.store import queries
from cscli.store.index import Index
from tests.builders import (
    BOOKING_ID,
    CUSTOMER_ID,
    SHANGHAI,
    a_booking,
    a_calendar,
    an_act,
    at,
    badminton,
    duration,
    rulebook,
)

START = "2026-11-21 19:00"  # Saturday
KINDS = (
    "confirm", "unconfirmed", "offer", "offer_over", "coordinate", "remind", "remind_guest", "check_arrival",
    "ask_guest", "called_off", "arrival", "complete", "assign", "accept", "there", "audit", "refund",
    "pay", "fee", "tell_merchant",
)  # fmt: skip


def table(**changes: Any) -> Service:
    """Return tables at merchants: asked after 10 minutes after the time, a no-show after 30."""
    service = Service(id="table", name="订桌", kind="table", resources=("merchant",),
                      check_arrival_after=duration("10m"), no_show_after=duration("30m"))  # fmt: skip
    return replace(service, **changes)


def visit(**changes: Any) -> Service:
    """Return visits on site by technicians."""
    return replace(Service(id="on-site", name="上门", kind="visit", resources=("technician",)), **changes)


def rules(*services: Service) -> Rulebook:
    """Return the club's rules with other services, two departments and a merchant."""
    return rulebook(
        service=services,
        department=(Department(id="parts", name="配件部"), Department(id="front", name="前台")),
        resource=(Resource(id="merchant-1", name="样板餐馆", group="merchant"),),
    )


def a_table(status: str = "confirmed", **changes: Any) -> Booking:
    return a_booking(status, START, service="table", resources=("merchant-1",), **changes)


def a_visit(status: str = "requested", **changes: Any) -> Booking:
    """Return a visit received on Friday at 10:00, as soon as possible, in 24 hours at the latest."""
    soon: dict[str, Any] = {
        "start": at("2026-11-20 10:00"),
        "end": at("2026-11-21 10:00"),
        "respond_by": at("2026-11-21 10:00"),
    }
    return replace(a_booking(status, service="on-site", resources=(), hold_until=None), **{**soon, **changes})


def checked(booking: Booking, when: str, who: str, seen: str, minutes: int | None = None) -> Booking:
    """Return a booking after somebody was asked about the guest."""
    event = BookingEvent(at=at(when), by="li.na", type="checked", spoke_with=who, seen=seen, minutes=minutes)  # type: ignore[arg-type]
    return replace(booking, events=(*booking.events, event))


def items(booking: Booking, now: str, *services: Service) -> tuple[DueItem, ...]:
    book = rules(*(services or (table(), visit(), badminton())))
    return due_bookings.booking_items(booking, book, a_calendar(book), at(now))


def kinds(booking: Booking, now: str, *services: Service) -> list[str]:
    return [item.kind for item in items(booking, now, *services)]


# --- holds and offers -------------------------------------------------------------------------------------------


def test_an_offer_waits_for_the_customers_answer_until_it_runs_out() -> None:
    offered = a_booking("requested", waitlisted=True)  # until 10:30

    (open_,) = items(offered, "2026-11-20 10:29")
    (over,) = items(offered, "2026-11-20 10:30")

    assert (open_.kind, open_.overdue, open_.command) == ("offer", False, f"cscli booking confirm {BOOKING_ID}")
    assert (over.kind, over.due, over.command) == (
        "offer_over", at("2026-11-20 10:30"), f"cscli booking decline {BOOKING_ID}",
    )  # fmt: skip


def test_an_open_offer_is_the_clerks_who_took_the_wish() -> None:
    assert items(a_booking("requested", waitlisted=True), "2026-11-20 10:01")[0].owner == "li.na"


def test_a_request_that_is_paid_and_held_for_good_must_still_be_confirmed() -> None:
    event = BookingEvent(at=at("2026-11-20 10:20"), by="li.na", type="paid", amount=Decimal(15))
    held = a_booking("requested", hold_until=None, paid=Decimal(15))
    paid = replace(held, events=(*held.events, event))

    (found,) = items(paid, "2026-11-20 10:51", badminton(hold_for=duration("30m")))

    assert (found.kind, found.due, found.overdue) == ("confirm", at("2026-11-20 10:50"), True)
    assert kinds(replace(paid, coordination=(asked("parts"),)), "2026-11-20 10:51") == ["coordinate"]


def test_a_request_whose_time_has_come_is_cancelled_whoever_is_silent() -> None:
    silent = a_booking("requested", START, hold_until=None, coordination=(asked("parts"),))

    assert kinds(silent, "2026-11-21 18:59") == ["coordinate"]
    (found,) = items(silent, "2026-11-21 19:00")
    assert (found.kind, found.due, found.command) == ("unconfirmed", at(START), f"cscli booking cancel {BOOKING_ID}")


# --- departments ------------------------------------------------------------------------------------------------


def asked(department: str, agreed: bool | None = None) -> Coordination:
    return Coordination(department=department, asked_at=at("2026-11-20 10:00"), agreed=agreed)


def test_each_silent_department_is_asked_again_when_a_hold_would_have_run_out() -> None:
    booking = a_booking("requested", hold_until=None, coordination=(asked("parts"), asked("front", True)))

    (found,) = items(booking, "2026-11-20 14:01", badminton(hold_for=duration("4h")))

    assert (found.kind, found.due, found.overdue) == ("coordinate", at("2026-11-20 14:00"), True)
    assert (found.owner, found.facts["department"]) == ("parts", "配件部")
    assert found.command == f"cscli booking coordinate {BOOKING_ID} --answer parts"


@pytest.mark.parametrize("status", ["cancelled", "completed", "closed"])
def test_nobody_waits_for_a_department_any_more_once_it_is_over(status: str) -> None:
    assert kinds(a_booking(status, coordination=(asked("parts"),)), "2026-11-30 09:00") == []


# --- the guest who is awaited (manual row C5) -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "waiting"),
    [
        ("2026-11-21 19:09", []),
        ("2026-11-21 19:10", ["check_arrival"]),
        ("2026-11-21 19:29", ["check_arrival"]),
        ("2026-11-21 19:30", ["check_arrival", "arrival"]),
    ],
)
def test_the_merchant_is_asked_ten_minutes_after_the_time_and_at_last_it_is_a_no_show(
    now: str, waiting: list[str]
) -> None:
    assert kinds(a_table(), now) == waiting


def test_the_arrival_check_is_the_clerks_who_took_the_order() -> None:
    (found,) = items(a_table(), "2026-11-21 19:11")

    assert (found.due, found.overdue, found.owner) == (at("2026-11-21 19:10"), True, "li.na")
    assert found.command == f"cscli booking check-arrival {BOOKING_ID} --with merchant"


@pytest.mark.parametrize("seen", ["late", "absent"])
def test_a_guest_the_merchant_does_not_see_is_called(seen: str) -> None:
    (found,) = items(checked(a_table(), "2026-11-21 19:12", "merchant", seen), "2026-11-21 19:13")

    assert (found.kind, found.due, found.facts["seen"]) == ("ask_guest", at("2026-11-21 19:12"), seen)
    assert found.command == f"cscli booking check-arrival {BOOKING_ID} --with customer"


def test_a_guest_who_says_how_late_is_asked_after_then_and_is_no_no_show_before() -> None:
    late = checked(a_table(), "2026-11-21 19:15", "customer", "late", 45)

    assert kinds(late, "2026-11-21 19:44") == []
    assert kinds(late, "2026-11-21 19:45") == ["arrival", "check_arrival"]


def test_a_guest_who_is_late_without_saying_how_much_is_asked_after_ten_minutes_on() -> None:
    late = checked(a_table(), "2026-11-21 19:15", "customer", "late")

    assert kinds(late, "2026-11-21 19:24") == []
    assert kinds(late, "2026-11-21 19:25") == ["check_arrival"]


def test_a_guest_who_says_they_do_not_come_is_a_no_show_who_telephoned() -> None:
    absent = checked(a_table(), "2026-11-21 19:15", "customer", "absent")

    assert kinds(absent, "2026-11-21 19:29") == []
    (found,) = items(absent, "2026-11-21 19:30")
    assert found.command == f"cscli booking no-show {BOOKING_ID} --phoned"


@pytest.mark.parametrize("who", ["merchant", "customer"])
def test_a_guest_who_called_off_is_cancelled(who: str) -> None:
    off = checked(a_table(), "2026-11-21 19:12", who, "cancelled")

    (found,) = items(off, "2026-11-21 21:00")

    assert (found.kind, found.due, found.command) == (
        "called_off", at("2026-11-21 19:12"), f"cscli booking cancel {BOOKING_ID} --phoned",
    )  # fmt: skip


def test_what_was_heard_later_is_not_known_yet() -> None:
    later = checked(a_table(), "2026-11-21 19:20", "customer", "absent")

    assert kinds(later, "2026-11-21 19:15") == ["check_arrival"]


# --- reminders and ends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "waiting"),
    [
        ("2026-11-21 16:59", []),
        ("2026-11-21 17:00", ["remind"]),
        ("2026-11-21 18:59", ["remind"]),
        ("2026-11-21 19:00", []),
    ],
)
def test_the_staff_are_reminded_once_from_two_hours_before_until_it_begins(now: str, waiting: list[str]) -> None:
    assert kinds(a_booking(start=START), now, badminton(remind_before=duration("2h"))) == waiting


def test_a_reminder_that_was_not_looked_at_for_an_hour_is_still_there_and_not_overdue() -> None:
    (found,) = items(a_booking(start=START), "2026-11-21 18:00", badminton(remind_before=duration("2h")))

    assert (found.due, found.overdue) == (at("2026-11-21 17:00"), False)
    assert found.facts["what"] == ("羽毛球",)


def test_a_guest_at_a_table_is_reminded_by_the_clerk_who_took_the_order() -> None:
    (found,) = items(a_table(), "2026-11-21 18:00", table(remind_before=duration("2h")))

    assert (found.kind, found.owner, found.facts["what"]) == ("remind_guest", "li.na", ("订桌", "样板餐馆"))


def test_a_request_is_not_prepared_for() -> None:
    held = a_booking("requested", START, hold_until=None)

    assert kinds(held, "2026-11-21 18:00", badminton(remind_before=duration("2h"))) == []


@pytest.mark.parametrize(("now", "waiting"), [("2026-11-21 19:59", []), ("2026-11-21 20:00", ["complete"])])
def test_what_has_ended_is_noted_as_given(now: str, waiting: list[str]) -> None:
    assert kinds(a_booking("in_service", START), now) == waiting


@pytest.mark.row("C5")
def test_a_merchant_who_was_told_yes_to_another_time_hears_of_the_change_until_somebody_says_so() -> None:
    separate = table(confirmation="separate", hold_for=duration("30m"))

    (found,) = items(moved_table(), "2026-11-20 11:01", separate)

    assert (found.kind, found.due, found.overdue) == ("tell_merchant", at("2026-11-20 11:00"), True)
    assert (found.owner, found.facts["what"]) == ("li.na", ("样板餐馆",))
    assert found.command == f"cscli booking inform {BOOKING_ID} --to merchant"
    assert kinds(informed(moved_table(), "merchant"), "2026-11-20 11:01", separate) == []
    assert kinds(moved_table(table_no=Delta(to="8"), party=Delta(to=8)), "2026-11-20 11:01", separate) == []
    assert kinds(moved_table(details=Delta(to="x")), "2026-11-20 11:01", separate) == []
    assert kinds(moved_table(), "2026-11-20 11:01", table()) == []


def test_a_guest_who_was_reminded_is_reminded_no_more_until_it_is_changed() -> None:
    reminding = table(remind_before=duration("2h"))

    assert kinds(a_table(), "2026-11-21 18:00", reminding) == ["remind_guest"]
    assert kinds(informed(a_table(), "customer"), "2026-11-21 18:00", reminding) == []


# --- visits (manual row E4) -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind", "verb", "owner"),
    [
        ({}, "assign", "assign", None),
        ({"assigned_to": "chen.jie"}, "accept", "accept", "chen.jie"),
        (
            {"status": "confirmed", "assigned_to": "chen.jie", "accepted_at": at("2026-11-20 11:00")},
            "there", "arrive", "chen.jie",
        ),
    ],
)  # fmt: skip
def test_a_visit_goes_from_hand_to_hand_until_somebody_is_there(
    changes: dict[str, Any], kind: str, verb: str, owner: str | None
) -> None:
    (found,) = items(a_visit(**changes), "2026-11-21 10:01")

    assert (found.kind, found.owner, found.due, found.overdue) == (kind, owner, at("2026-11-21 10:00"), True)
    assert found.command == f"cscli booking {verb} {BOOKING_ID}"


def test_a_visit_is_listed_long_before_its_deadline() -> None:
    assert [(item.kind, item.overdue) for item in items(a_visit(), "2026-11-20 10:01")] == [("assign", False)]


@pytest.mark.parametrize("owner", [None, "chen.jie"])
def test_a_visit_planned_before_its_deadline_is_somebodys_by_the_time_that_is_planned(owner: str | None) -> None:
    planned = a_visit(assigned_to=owner, start=at("2026-11-20 15:00"), end=at("2026-11-20 17:00"))

    (found,) = items(planned, "2026-11-20 15:01")

    assert (found.kind, found.due) == ("accept" if owner else "assign", at("2026-11-20 15:00"))
    assert (found.overdue, found.facts["by"]) == (True, at("2026-11-20 15:00"))
    (there,) = items(replace(planned, accepted_at=at("2026-11-20 11:00"), assigned_to="x"), "2026-11-20 15:01")
    assert there.due == at("2026-11-21 10:00")


def made(*audits: bool) -> Booking:
    """Return a visit that was completed on Friday at 14:00, and audited so."""
    done = a_visit("completed", assigned_to="chen.jie", accepted_at=at("2026-11-20 11:00"))
    events = [
        replace(event, at=at("2026-11-20 14:00")) if event.type == "completed" else event for event in done.events
    ]
    events += [BookingEvent(at=at("2026-11-20 15:00"), by="wang.wei", type="audited", agreed=good) for good in audits]
    return replace(done, events=tuple(events))


@pytest.mark.parametrize(("audits", "waiting"), [((), ["audit"]), ((False,), ["audit"]), ((True,), []),
                                                 ((False, True), [])])  # fmt: skip
def test_a_visit_waits_until_somebody_finds_it_good(audits: Sequence[bool], waiting: list[str]) -> None:
    assert kinds(made(*audits), "2026-11-25 09:00") == waiting


def test_an_audit_has_no_deadline_of_its_own() -> None:
    (found,) = items(made(), "2026-11-25 09:00")

    assert (found.due, found.overdue) == (at("2026-11-20 14:00"), False)


# --- money (manual row B4) --------------------------------------------------------------------------------------


def owing(*expected: date, state: str = "submitted") -> Booking:
    """Return a cancelled booking with 12.00 to go back by each of these days."""
    back = [
        Refund(at=at("2026-11-20 10:02"), why="cancelled", fee=Decimal(3), amount=Decimal(12), expected=day,
               state=state)  # type: ignore[arg-type]
        for day in expected
    ]  # fmt: skip
    return a_booking("cancelled", refund=tuple(back))


@pytest.mark.parametrize(("now", "waiting"), [("2026-11-27 23:59", []), ("2026-11-28 00:00", ["refund"])])
def test_money_is_overdue_once_the_day_it_was_promised_for_is_over(now: str, waiting: list[str]) -> None:
    assert kinds(owing(date(2026, 11, 27)), now) == waiting


def test_overdue_money_is_finances() -> None:
    (found,) = items(owing(date(2026, 11, 27), date(2026, 11, 30)), "2026-11-28 09:00")

    assert (found.owner, found.overdue, found.command) == ("finance", True, f"cscli booking refund {BOOKING_ID}")
    assert found.facts == {"id": BOOKING_ID, "amount": Decimal(24), "expected": date(2026, 11, 27)}


def test_money_that_was_paid_out_is_nobodys_business_any_more() -> None:
    assert kinds(owing(date(2026, 11, 27), state="paid"), "2026-12-28 09:00") == []


def a_trip(status: str = "confirmed", **changes: Any) -> Booking:
    return a_booking(status, START, service="line", resources=(), **changes)


@pytest.mark.parametrize(("now", "late"), [("2026-11-20 10:05", False), ("2026-11-21 19:01", True)])
def test_what_is_paid_beforehand_and_owes_is_taken_by_the_clerk_before_it_begins(now: str, late: bool) -> None:
    line = Service(id="line", name="班车", kind="trip", prepaid=True)
    owing = a_trip(price=Decimal(116), paid=Decimal(76))

    (found,) = items(owing, now, line)

    assert (found.kind, found.due, found.overdue, found.owner) == ("pay", at(START), late, "li.na")
    assert (found.facts["amount"], found.command) == (Decimal(40), f"cscli booking pay {BOOKING_ID}")
    assert kinds(replace(owing, paid=Decimal(116)), now, line) == []
    assert kinds(owing, "2026-11-20 10:05", replace(line, prepaid=False)) == []
    assert kinds(a_trip("requested", price=Decimal(116), hold_until=None), "2026-11-20 10:05", line) == []


@pytest.mark.parametrize(("status", "kind"), [("no_show", "fee"), ("cancelled", "fee"), ("completed", "pay")])
def test_what_is_owed_of_a_trip_that_is_over_is_taken_by_whoever_took_the_order(status: str, kind: str) -> None:
    line = Service(id="line", name="班车", kind="trip", prepaid=True)
    owing = a_trip(status, price=Decimal(360), fee=None if kind == "pay" else Decimal(360))

    (found,) = items(owing, "2026-11-21 21:00", line)

    assert (found.kind, found.overdue, found.owner) == (kind, kind == "pay", "li.na")
    assert (found.facts["amount"], found.command) == (Decimal(360), f"cscli booking pay {BOOKING_ID}")
    assert kinds(replace(owing, fee=Decimal(0), price=Decimal(0)), "2026-11-21 21:00", line) == []


# --- sentences, and rows of an index ----------------------------------------------------------------------------


def test_what_must_stand_out_is_a_fact_of_every_sentence() -> None:
    (found,) = items(a_table(vip=True, special="轮椅"), "2026-11-21 19:11")

    assert found.facts["marks"] == ("vip", "special")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_thing_to_do_has_its_sentence(kind: str, lang: str) -> None:
    use(lang)

    assert known(f"due.booking.{kind}")


def told_off() -> Booking:
    """Return a cancelled booking of which one of two departments was told."""
    booking = a_table("cancelled", coordination=(asked("parts", True), asked("front", True)))
    event = BookingEvent(at=at("2026-11-20 10:03"), by="li.na", type="informed", told=("parts",))
    return replace(booking, events=(*booking.events, event))


def informed(booking: Booking, who: str) -> Booking:
    """Return a booking of which somebody was told at 11:00."""
    event = BookingEvent(at=at("2026-11-20 11:00"), by="li.na", type="informed", told=(who,))
    return replace(booking, events=(*booking.events, event))


def moved_table(**changes: Delta) -> Booking:
    """Return a confirmed table whose time was changed at 10:30, or something else."""
    what = changes or {"start": Delta(from_=at("2026-11-21 18:00"), to=at(START))}
    event = BookingEvent(at=at("2026-11-20 10:30"), by="li.na", type="changed", cause="customer", changes=what)
    return replace(a_table(), events=(*a_table().events, event))


CASES = {
    "a hold": a_booking("requested"),
    "a request that is paid": replace(
        a_booking("requested", hold_until=None),
        events=(*a_booking("requested").events, BookingEvent(at=at("2026-11-20 10:02"), by="li.na", type="paid")),
    ),
    "an offer": a_booking("requested", waitlisted=True),
    "a silent department": a_booking("requested", hold_until=None, coordination=(asked("parts"), asked("front"))),
    "a silent department, confirmed": a_booking("confirmed", coordination=(asked("parts"),)),
    "a guest at a table": a_table(vip=True, special="轮椅"),
    "a guest who was asked after": checked(a_table(), "2026-11-21 19:15", "merchant", "absent"),
    "a guest who is late": checked(a_table(), "2026-11-21 19:15", "customer", "late", 20),
    "a guest on the court": a_booking("in_service", START),
    "a visit for nobody": a_visit(),
    "a visit of somebody": a_visit(assigned_to="chen.jie"),
    "a visit at a time": a_visit("confirmed", assigned_to="chen.jie", accepted_at=at("2026-11-20 11:00"),
                                 start=at("2026-11-23 09:00"), end=at("2026-11-23 11:00")),
    "a visit that was made": made(),
    "money": owing(date(2026, 11, 21)),
    "a trip that owes": a_trip("confirmed", price=Decimal(116), paid=Decimal(76)),
    "a trip that owes and has begun": a_trip("in_service", price=Decimal(116), paid=Decimal(76)),
    "a guest who has eaten": a_table("completed"),
    "a guest whose bill is known": a_table("completed", spend=Decimal(380)),
    "a guest who has said how it was": a_table("completed", rating=5),
    "a cancellation a department was to hear of": a_table("cancelled", coordination=(asked("parts", True),)),
    "a cancellation that it has heard of": told_off(),
    "a table that was moved": moved_table(),
    "a merchant who was told": informed(moved_table(), "merchant"),
    "a visit planned before its deadline": a_visit(start=at("2026-11-20 12:00"), end=at("2026-11-20 14:00")),
    "a trip nobody came to": a_trip("no_show", price=Decimal(360), fee=Decimal(360)),
    "a visit called off": a_visit("cancelled", assigned_to="chen.jie", start=at(START)),
}  # fmt: skip
HELD = ("gold", "member")  # the cards that the customer holds


@pytest.mark.parametrize("now", ["2026-11-20 10:05", "2026-11-21 18:00", "2026-11-21 19:15", "2026-11-21 21:00",
                                 "2026-11-23 12:00"])  # fmt: skip
@pytest.mark.parametrize("gathering", [(), ("gold",), ("vip",)])
@pytest.mark.parametrize("name", CASES)
def test_the_index_tells_what_the_file_tells(tmp_path: Path, name: str, now: str, gathering: tuple[str, ...]) -> None:
    booking, moment = CASES[name], int(at(now).timestamp())
    after = {"rate_within": duration("1d"), "bill_within": duration("2h")}
    services = (
        table(remind_before=duration("2h"), valid=("spend",), **after),
        visit(),
        badminton(remind_before=duration("3h")),
        Service(id="line", name="班车", kind="trip", prepaid=True),
    )
    first, second = (Card(number=f"8800{number}", type=kind) for number, kind in enumerate(HELD))
    guest = customer.create(an_act("2026-11-19 09:00"), record_id=CUSTOMER_ID, name="王小明")
    guest = replace(guest, card=first, cards=(second,))
    points = Points(points=2, per=Decimal(100), cards=gathering)
    book = replace(rules(*services), members=MemberRules(points=points))
    index = Index(tmp_path / "index.sqlite")
    index.enter_record(booking)
    index.enter_record(guest)
    ahead = int(furthest(book, a_calendar(book), at(now)).total_seconds())

    given = queries.afterwards(index, WAITING, asking(book), moment)
    rows = queries.waiting(index, WAITING, moment, ahead, paid_first(book))
    index.close()

    waiting = [waiting_booking(dict(zip((*WAITING, "cards"), row, strict=True)), SHANGHAI) for row in given]
    waiting += [waiting_booking(dict(zip(WAITING, row, strict=True)), SHANGHAI) for row in rows]
    found = [item for one in waiting for item in due_bookings.booking_items(one, book, a_calendar(book), at(now))]
    known = replace(due_bookings.awaited(booking), cards=HELD)
    assert found == list(due_bookings.booking_items(known, book, a_calendar(book), at(now)))


def test_the_cases_meet_every_question_that_is_asked_afterwards() -> None:
    asks = table(valid=("spend",), rate_within=duration("1d"), bill_within=duration("2h"))
    book = rules(asks, visit(), badminton())

    met = {
        item.kind
        for booking in CASES.values()
        for now in ("2026-11-20 10:05", "2026-11-21 21:00")
        for item in due_bookings.booking_items(booking, book, a_calendar(book), at(now))
    }

    assert {"rate", "bill", "stand_down"} <= met


def test_the_index_is_asked_as_far_ahead_as_the_longest_reminder() -> None:
    book, noon = (
        rules(table(remind_before=duration("2h")), badminton(remind_before=duration("3h"))),
        at("2026-11-21 12:00"),
    )

    assert furthest(book, a_calendar(book), noon) == timedelta(hours=3)
    assert furthest(rules(table()), a_calendar(), at("2026-11-21 22:00")) == timedelta()


def test_what_waits_is_found_without_looking_at_any_past(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    asked_of: list[str] = []
    index.db.set_trace_callback(asked_of.append)
    queries.waiting(index, WAITING, 1_800_000_000, 7200)
    index.db.set_trace_callback(None)

    plan = [row[3] for row in index.db.execute(f"EXPLAIN QUERY PLAN {asked_of[-1]}")]
    index.close()

    assert [step for step in plan if step.startswith("SCAN")] == []
