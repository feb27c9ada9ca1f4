"""Rows become records: the biography they tell, and the reason where they tell what cannot have been."""

from datetime import datetime

import pytest

from cscli.domain.booking import Booking
from cscli.domain.case import Complaint
from cscli.domain.value import replace
from cscli.interop import layouts
from cscli.interop.cells import Frame, Rejected
from tests.builders import at, badminton, rulebook
from tests.interop.tables import Row, a_booking, a_complaint

NOW = "2026-11-20 09:00"


def a_frame(*, history: bool = False, separate: bool = False) -> Frame:
    """Return what rows are read against: the club's rules on 2026-11-20, li.na importing."""
    book = rulebook()
    if separate:
        book = replace(book, service=(badminton(confirmation="separate"),))
    return Frame(book, "li.na", at(NOW), history=history)


def booking(row: Row, frame: Frame | None = None) -> Booking:
    """Return the booking of a row."""
    cells = {name: cell for name, cell in row.items() if cell}
    record = layouts.read("booking", cells, frame or a_frame()).record("BK-261001-7F3K9Q", None)
    assert isinstance(record, Booking)
    return record


def complaint(row: Row) -> Complaint:
    """Return the complaint of a row."""
    cells = {name: cell for name, cell in row.items() if cell}
    record = layouts.read("complaint", cells, a_frame()).record("CP-261001-7F3K9Q", None)
    assert isinstance(record, Complaint)
    return record


def reason(row: Row, kind: str = "booking", frame: Frame | None = None) -> tuple[str, str | None]:
    """Return (key, column) of why a row is rejected."""
    with pytest.raises(Rejected) as problem:
        layouts.read(kind, {name: cell for name, cell in row.items() if cell}, frame or a_frame())
    return problem.value.key, problem.value.column


def biography(record: Booking | Complaint) -> list[str]:
    """Return what happened, in order."""
    return [event.type for event in record.events]


def test_a_row_tells_the_life_of_a_booking() -> None:
    record = booking(
        a_booking(
            changes="2", arrived_at="2026-10-02 19:02", price="30", paid="30", method="cash", closed_at="2026-10-03",
            rating="5",
        )
    )  # fmt: skip

    assert biography(record) == [
        "created", "confirmed", "changed", "changed", "arrived", "completed", "paid", "closed",
    ]  # fmt: skip
    assert (record.status, record.outcome, record.rating) == ("closed", "completed", 5)
    assert str(record.price) == "30.00"


def test_times_are_of_the_desks_zone_and_a_bare_day_is_its_noon() -> None:
    record = booking(a_booking(received_at="2026-10-01", confirmed_at="2026/10/1 14:30", start="2026-10-02T11:00:00Z",
                               end="2026-10-02T20:00+08:00"))  # fmt: skip

    assert record.received_at.isoformat() == "2026-10-01T12:00:00+08:00"
    assert record.events[1].at.isoformat() == "2026-10-01T14:30:00+08:00"
    assert record.start == datetime.fromisoformat("2026-10-02T19:00:00+08:00")


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"cancelled_at": "2026-10-02 12:00", "completed_at": "", "outcome": ""}, ("cancelled", "cancelled")),
        ({"no_show_at": "2026-10-02 20:00", "completed_at": "", "outcome": "no_show"}, ("no_show", "no_show")),
        ({"unmet_at": "2026-10-02 10:01", "confirmed_at": "", "completed_at": "", "outcome": ""}, ("unmet", "unmet")),
        ({"confirmed_at": "", "completed_at": "", "outcome": ""}, ("requested", None)),
        ({"completed_at": "", "outcome": ""}, ("confirmed", None)),
        ({"completed_at": ""}, ("completed", "completed")),
    ],
)
def test_a_state_follows_from_the_moments(cells: Row, wanted: tuple[str, str | None]) -> None:
    record = booking(a_booking(**cells))

    assert (record.status, record.outcome) == wanted


def test_a_cancellation_keeps_whose_it_was_and_why() -> None:
    event = booking(a_booking(cancelled_at="2026-10-02 12:00", completed_at="", outcome="", cancel_side="desk",
                              cancel_reason="roof leaks")).events[-1]  # fmt: skip

    assert (event.side, event.cause, event.reason) == ("desk", "resource", "roof leaks")


def test_what_the_row_leaves_out_is_marked_as_implied() -> None:
    record = booking(a_booking(confirmed_at="", completed_at="", rating="4"))

    assert [(event.type, event.reason) for event in record.events] == [
        ("created", None),
        ("confirmed", "implied"),
        ("completed", "implied"),
        ("closed", "implied"),
    ]
    assert record.events[2].at == record.end


def test_a_service_confirmed_apart_needs_its_moment() -> None:
    assert reason(a_booking(confirmed_at=""), frame=a_frame(separate=True)) == ("import.order", None)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"service": "golf"}, ("rulebook.no_service", "service")),
        ({"service": ""}, ("import.missing", "service")),
        ({"received_at": ""}, ("import.missing", "received_at")),
        ({"received_at": "1999-12-31"}, ("import.year", "received_at")),
        ({"received_at": "yesterday"}, ("import.moment", "received_at")),
        ({"received_at": "2026-02-30"}, ("import.moment", "received_at")),
        ({"resources": "court-77"}, ("rulebook.no_resource", "resources")),
        ({"end": "2026-10-02 18:00"}, ("import.ends_before", "end")),
        ({"confirmed_at": "2026-10-01 10:00"}, ("import.before_received", None)),
        ({"completed_at": "2026-10-02 10:01"}, ("import.order", None)),
        ({"cancelled_at": "2026-10-02 12:00"}, ("import.order", None)),
        ({"outcome": "no_show"}, ("import.contradiction", "outcome")),
        ({"status": "confirmed"}, ("import.contradiction", "status")),
        ({"completed_at": "", "outcome": "cancelled"}, ("import.no_moment", "outcome")),
        ({"completed_at": "2026-11-20 09:01"}, ("refused.future", None)),
        ({"changes": "0", "changed_at": "2026-10-02 10:10"}, ("import.contradiction", "changes")),
        ({"completed_at": "", "outcome": "", "rating": "5"}, ("import.rated_open", "rating")),
        ({"rating": "6"}, ("value.whole", "rating")),
        ({"units": "some"}, ("value.whole", "units")),
        ({"vip": "perhaps"}, ("import.truth", "vip")),
        ({"channel": "pigeon"}, ("import.choice", "channel")),
        ({"phone": "call me"}, ("value.phone", "phone")),
        ({"price": "-1"}, ("value.money_negative", "price")),
        ({"details": "x" * 20_001}, ("import.long", "details")),
        ({"details": "\ud800"}, ("value.text", "details")),
    ],
)
def test_what_cannot_have_been_is_rejected_with_its_reason(cells: Row, wanted: tuple[str, str | None]) -> None:
    assert reason(a_booking(**cells)) == wanted


def test_a_booking_still_to_come_is_taken_only_as_history_where_it_would_occupy() -> None:
    ahead = a_booking(start="2026-11-21 19:00", end="2026-11-21 20:00", completed_at="", outcome="")

    assert reason(ahead) == ("import.future", "start")
    assert booking(ahead, a_frame(history=True)).status == "confirmed"
    assert booking({**ahead, "resources": ""}).status == "confirmed"


def test_resources_go_by_id_or_name_and_several_are_parted() -> None:
    assert booking(a_booking(resources="1号场; court-2")).resources == ("court-1", "court-2")
    assert booking(a_booking(resources="court-1 court-2")).resources == ("court-1", "court-2")


def test_a_row_tells_the_life_of_a_complaint() -> None:
    record = complaint(a_complaint(judged_at="2026-10-12 12:00", judgement="valid", criterion="polite", cause="staff"))

    assert biography(record) == [
        "created", "acknowledged", "assessed", "judged", "planned", "resolved", "followed_up", "closed",
    ]  # fmt: skip
    assert [event.type for event in record.events if event.reason == "implied"] == ["assessed", "planned"]
    assert (record.status, record.satisfied, record.owner) == ("closed", True, "li.na")


def test_whose_a_complaint_is_stands_on_its_receipt_where_somebody_else_took_it() -> None:
    given, own = complaint(a_complaint(owner="chen.jie")), complaint(a_complaint(owner="li.na"))

    assert (given.owner, given.first_receiver, given.events[0].owner) == ("chen.jie", "li.na", "chen.jie")
    assert (own.owner, own.events[0].owner, complaint(a_complaint()).events[0].owner) == ("li.na", None, None)


def test_an_unsatisfied_customer_opens_the_complaint_again_unless_it_was_closed() -> None:
    again = complaint(a_complaint(satisfied="no", closed_at="", cause=""))
    closed = complaint(a_complaint(satisfied="no"))

    assert (again.status, biography(again)[-1]) == ("in_progress", "reopened")
    assert (closed.status, "reopened" in biography(closed)) == ("closed", False)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"category": "weather"}, ("rulebook.no_category", "category")),
        ({"content": ""}, ("import.missing", "content")),
        ({"severity": "dire"}, ("rulebook.no_severity", "severity")),
        ({"judgement": "valid"}, ("import.no_moment", "judgement")),
        ({"judged_at": "2026-10-12 12:00"}, ("import.missing", "judgement")),
        ({"against": "the weather"}, ("value.against", "against")),
        ({"occurred_at": "2026-10-12 11:00"}, ("import.occurred_after", "occurred_at")),
        ({"resolved_at": "2026-10-12 10:10"}, ("import.order", None)),
        ({"withdrawn_at": "2026-10-15"}, ("import.order", None)),
    ],
)
def test_a_complaint_that_cannot_have_been_is_rejected(cells: Row, wanted: tuple[str, str | None]) -> None:
    assert reason(a_complaint(**cells), "complaint") == wanted
