"""The worked example of the metrics' definition: seven bookings of one Friday, every figure counted by hand there.

B1 received 09:00 confirmed 09:04, completed 19:00 rated 5. B2 received 09:10 confirmed 09:30. B3 received 10:00, unmet
10:02. B4 received 11:00, confirmed 11:01, cancelled 15:00 by the customer. B5 received 12:00, confirmed 12:05, changed
12:20 (desk error), completed 20:00 rated 3. B6 received on the 19th, no-show on the 20th at 18:30. B7 received 23:55,
not answered; it is midnight now. The limit is ten minutes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cscli.analytics.facts import COLUMNS, Books, ends_of, facts_of
from cscli.analytics.kpi import KpiLine, explain, table_of
from cscli.domain.booking import Booking, BookingEvent
from cscli.domain.value import replace
from cscli.render import kpi as pages
from cscli.store import queries
from cscli.store.index import Index
from tests.analytics.counting import FRIDAY, NOVEMBER, booked, books, event
from tests.builders import a_booking, a_calendar, at, rulebook

YESTERDAY = "2026-11-19 20:00"


def as_facts() -> Books:
    return books(
        booked("B1", "09:00", answered_at="09:04", outcome="completed", ended_at="19:00", rating=5, rated_at="19:00"),
        booked("B2", "09:10", answered_at="09:30"),
        booked("B3", "10:00", answered_at="10:02", outcome="unmet", ended_at="10:02"),
        booked("B4", "11:00", answered_at="11:01", outcome="cancelled", ended_at="15:00"),
        booked("B5", "12:00", answered_at="12:05", outcome="completed", ended_at="20:00", rating=3, rated_at="20:00",
               changed=1, desk_errors=1),
        booked("B6", YESTERDAY, answered_at=YESTERDAY, outcome="no_show", ended_at="18:30"),
        booked("B7", "23:55", answered_at=None, status="requested"),
        event("B4", "15:00", "cancelled"),
        event("B5", "12:20", "changed"),
    )  # fmt: skip


def life(name: str, received: str, *events: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> Booking:
    """Return a booking that lived through these events, the first at its receipt."""
    kinds = ["created", *(found[1] for found in events)]
    outcomes = [kind for kind in kinds if kind in ("completed", "no_show", "cancelled", "unmet")]
    outcome: Any = outcomes[-1] if outcomes else None
    status: Any = outcome if outcomes else "confirmed" if "confirmed" in kinds else "requested"
    past = [BookingEvent(at=moment(received), by="li.na", type="created")]
    for time, kind, *more in events:
        past.append(BookingEvent(at=moment(time), by="li.na", type=kind, **(more[0] if more else {})))  # type: ignore[arg-type]
    rating = next((found.rating for found in past if found.rating), None)
    return replace(
        a_booking(start="2026-11-20 18:00"),
        id=f"BK-261120-{name.rjust(6, '0')}",
        status=status,
        outcome=outcome,
        received_at=moment(received),
        rating=rating,
        events=tuple(past),
    )


def moment(text: str) -> Any:
    return at(text if len(text) > 5 else f"2026-11-20 {text}")


LIVES = (
    life("B1", "09:00", ("09:04", "confirmed"), ("19:00", "completed"), ("19:00", "closed", {"rating": 5})),
    life("B2", "09:10", ("09:30", "confirmed")),
    life("B3", "10:00", ("10:02", "unmet")),
    life("B4", "11:00", ("11:01", "confirmed"), ("15:00", "cancelled", {"side": "customer", "cause": "customer"})),
    life("B5", "12:00", ("12:05", "confirmed"), ("12:20", "changed", {"cause": "desk_error"}), ("20:00", "completed"),
         ("20:00", "closed", {"rating": 3})),
    life("B6", YESTERDAY, (YESTERDAY, "confirmed"), ("18:30", "no_show")),
    life("B7", "23:55"),
)  # fmt: skip


def through_an_index(tmp_path: Path) -> Books:
    index = Index(tmp_path / "index.sqlite")
    for booking in LIVES:
        index.enter_record(booking)
    parts = queries.figures(index, COLUMNS, *ends_of(FRIDAY))
    index.close()
    return Books(
        facts=facts_of(parts),
        rulebook=rulebook(),
        calendar=a_calendar(),
        period=FRIDAY,
        now=at("2026-11-21 00:00"),
    )


@pytest.fixture(params=["facts", "index"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    yield as_facts() if request.param == "facts" else through_an_index(tmp_path)


def line(opened: Books, name: str) -> KpiLine:
    (found,) = table_of(opened, (name,)).lines
    return found


@pytest.mark.parametrize(
    ("metric", "parts", "shown"),
    [
        ("bookings_created", "", "6"),
        ("on_time_handling", "4/5", "80.0%"),
        ("booking_accuracy", "5/6", "83.3%"),
        ("bookings_completed", "", "2"),
        ("no_shows", "", "1"),
        ("no_show_rate", "1/3", "33.3%"),
        ("cancellation_rate", "1/6", "16.7%"),
        ("csat", "1/2", "50.0%"),
        ("rating_mean", "8/2", "4.0"),
        ("feedback_rate", "2/2", "100.0%"),
        ("unmet_rate", "1/6", "16.7%"),
        ("change_rate", "1/6", "16.7%"),
        ("bookings_changed", "", "1"),
        ("bookings_cancelled", "", "1"),
        ("unmet_requests", "", "1"),
    ],
)
def test_every_figure_is_the_one_counted_by_hand(opened: Books, metric: str, parts: str, shown: str) -> None:
    found = line(opened, metric)

    assert (pages.parts(found), pages.figure(found.tally.value, found.unit)) == (parts, shown)


def test_the_records_behind_a_rate_can_be_named() -> None:
    found = explain(as_facts(), "on_time_handling")

    assert found.above == ("B1", "B3", "B4", "B5")
    assert found.below == ("B1", "B2", "B3", "B4", "B5")


def test_the_seventh_is_late_once_its_limit_has_run_out() -> None:
    opened = as_facts()
    later = replace(opened, now=at("2026-11-21 00:06"))

    assert pages.parts(line(later, "on_time_handling")) == "4/6"


def test_the_month_has_the_booking_of_the_nineteenth_too() -> None:
    opened = replace(as_facts(), period=NOVEMBER)

    assert pages.parts(line(opened, "cancellation_rate")) == "1/7"
    assert pages.parts(line(opened, "on_time_handling")) == "5/6"
    assert pages.parts(line(opened, "no_show_rate")) == "1/3"
