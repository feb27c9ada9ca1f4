"""When a reminder stands: from its time, or where the desk is shut then, from the last hour before it shut."""

from datetime import UTC, date, timedelta

import pytest

from cscli.analytics.standing import furthest
from cscli.domain.booking import Booking, BookingEvent, Coordination
from cscli.domain.calendar import Calendar
from cscli.domain.due_bookings import awaited, booking_items, to_prepare, to_tell
from cscli.domain.preparing import reminded_from
from cscli.domain.rulebook import Department
from cscli.domain.services import Resource, Service
from cscli.domain.value import replace
from cscli.domain.values import Period
from tests.builders import BOOKING_ID, SHANGHAI, WEEK, a_booking, a_calendar, at, duration, rulebook

HOLIDAY = date(2026, 11, 24)  # a Tuesday on which the desk is shut


def office(**changes: object) -> Calendar:
    """Return a desk open on working days from 9 to 12 and from 13 to 18, and shut on one Tuesday."""
    hours = {day: (Period.parse("09:00-12:00"), Period.parse("13:00-18:00")) for day in WEEK}
    usual: dict[str, object] = {"opening": hours, "closures": {HOLIDAY: "moving house"}}
    return Calendar(**{"zone": SHANGHAI, "country": None, "office": {}, **usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "since"),
    [
        ("2026-11-20 11:59", "2026-11-20 11:59"),  # Friday, open
        ("2026-11-20 12:00", "2026-11-20 11:00"),  # the lunch hour
        ("2026-11-20 13:00", "2026-11-20 13:00"),
        ("2026-11-20 18:00", "2026-11-20 17:00"),
        ("2026-11-22 12:00", "2026-11-20 17:00"),  # Sunday
        ("2026-11-23 07:00", "2026-11-20 17:00"),  # Monday, before it opens
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-25 07:00", "2026-11-23 17:00"),  # Wednesday, after a day on which it was shut
    ],
)
def test_a_reminder_that_falls_due_while_the_desk_is_shut_stands_from_the_hour_before(due: str, since: str) -> None:
    assert reminded_from(office(), at(due)) == at(since)


def test_a_stretch_of_less_than_an_hour_counts_from_its_opening() -> None:
    short = office(opening={"fri": (Period.parse("09:00-09:30"),)})

    assert reminded_from(short, at("2026-11-23 07:00")) == at("2026-11-20 09:00")


def test_hours_that_meet_at_midnight_are_one() -> None:
    late = office(opening={"fri": (Period.parse("18:00-24:00"),), "sat": (Period.parse("00:00-00:30"),)})

    assert reminded_from(late, at("2026-11-21 07:00")) == at("2026-11-20 23:30")


def test_a_desk_that_never_opened_in_a_month_reminds_at_the_time_itself() -> None:
    assert reminded_from(office(opening={}), at("2026-11-23 07:00")) == at("2026-11-23 07:00")


def test_the_index_is_asked_far_enough_for_every_reminder_and_no_further_while_the_desk_is_open() -> None:
    calendar, before = office(), timedelta(hours=2)
    book = rulebook(service=(talk(),))
    first = at("2026-11-19 00:00")
    starts = [first + timedelta(minutes=20 * step) for step in range(8 * 72)]
    since = {start: reminded_from(calendar, start - before) for start in starts}

    for now in (first + timedelta(minutes=50 * step) for step in range(5 * 28)):
        reach = now + furthest(book, calendar, now)
        assert [start for start in starts if now < start and since[start] <= now and start > reach] == []
    assert furthest(book, calendar, at("2026-11-20 10:59")) == before
    assert furthest(book, calendar, at("2026-11-20 17:00")) == before + timedelta(hours=64)  # until Monday, 9:00
    assert furthest(rulebook(service=()), calendar, at("2026-11-20 17:00")) == timedelta()


# --- whose it is ------------------------------------------------------------------------------------------------


def talk(**changes: object) -> Service:
    """Return consultations by consultants, of whom they are reminded two hours before."""
    usual = {"id": "talk", "name": "咨询", "kind": "appointment", "resources": ("consultant",)}
    return Service(**{**usual, "remind_before": duration("2h"), **changes})  # type: ignore[arg-type]


def agreed(*departments: str) -> tuple[Coordination, ...]:
    return tuple(Coordination(department=name, asked_at=at("2026-11-20 10:00"), agreed=True) for name in departments)


def a_talk(**changes: object) -> Booking:
    """Return a consultation by two on Monday at 9:00."""
    usual = {"service": "talk", "resources": ("consultant-1", "consultant-2")}
    return a_booking("confirmed", "2026-11-23 09:00", **{**usual, **changes})


def reminders(booking: Booking, service: Service, now: str = "2026-11-20 17:30") -> list[tuple[str | None, str]]:
    """Return whose the reminders of a booking are, and the verb that settles each."""
    book = rulebook(
        service=(service,),
        department=(Department(id="parts", name="配件部"),),
        resource=(Resource(id="consultant-1", name="顾问一", group="consultant"),),
    )
    found = booking_items(booking, book, office(), at(now))
    return [(item.owner, item.command.removeprefix("cscli booking ")) for item in found if "remind" in item.kind]


def told(booking: Booking, *events: tuple[str, tuple[str, ...]]) -> Booking:
    """Return a booking after such events on Friday evening, each with who was told in it."""
    more = tuple(BookingEvent(at=at("2026-11-20 17:40"), by="li.na", type=name, told=who)  # type: ignore[arg-type]
                 for name, who in events)  # fmt: skip
    return replace(booking, events=(*booking.events, *more))


def test_each_who_is_to_be_there_and_each_department_that_agreed_is_reminded() -> None:
    assert reminders(a_talk(coordination=agreed("parts")), talk()) == [
        ("consultant-1", f"inform {BOOKING_ID} --to consultant-1"),
        ("consultant-2", f"inform {BOOKING_ID} --to consultant-2"),
        ("parts", f"inform {BOOKING_ID} --to parts"),
    ]
    assert reminders(a_talk(), talk(), "2026-11-20 16:59") == []
    assert reminders(a_talk(), talk(), "2026-11-23 09:00") == []


def test_where_nobody_is_named_the_reminder_is_anybodys() -> None:
    room = a_talk(resources=("room-1",), coordination=agreed("parts"))

    assert reminders(room, talk(kind="slot")) == [
        (None, f"show {BOOKING_ID}"),
        ("parts", f"inform {BOOKING_ID} --to parts"),
    ]


def test_a_visit_is_its_technicians() -> None:
    visit = a_talk(resources=(), assigned_to="technician-1")

    assert reminders(visit, talk(kind="visit")) == [("technician-1", f"inform {BOOKING_ID} --to technician-1")]


def test_who_was_told_is_reminded_no_more_until_it_changes() -> None:
    one = told(a_talk(), ("informed", ("consultant-1",)))
    moved = told(one, ("changed", ()))

    assert [owner for owner, _ in reminders(one, talk())] == ["consultant-2"]
    assert [owner for owner, _ in reminders(moved, talk())] == ["consultant-1", "consultant-2"]


def test_who_was_told_to_prepare_must_still_be_told_to_stand_down() -> None:
    one = told(a_talk(), ("informed", ("consultant-1", "consultant-2")))
    off = replace(told(one, ("cancelled", ())), status="cancelled", outcome="cancelled")
    heard = told(off, ("informed", ("consultant-1",)))

    assert to_prepare(awaited(one), talk()) == to_prepare(awaited(off), talk()) == ()
    assert to_tell(awaited(off), talk()) == ("consultant-1", "consultant-2")
    assert to_tell(awaited(heard), talk()) == ("consultant-2",)


def test_times_are_real_ones() -> None:
    assert reminded_from(a_calendar(), at("2026-11-23 07:00").astimezone(UTC)) == at("2026-11-22 21:30")
