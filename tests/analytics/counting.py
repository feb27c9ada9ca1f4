"""Rows and books for the tests of the accounts room, each saying the one interesting thing; all on 2026-11-20."""

from datetime import date
from typing import Any

from cscli.analytics.facts import BookingRow, Books, ComplaintRow, CustomerRow, EventRow, Facts
from cscli.analytics.kpi import KNOWN
from cscli.analytics.metrics import Exact, tally
from cscli.analytics.periods import Between, day_span, month_span
from cscli.domain.rulebook import Rulebook
from tests.builders import SHANGHAI, a_calendar, at, rulebook

DAY = "2026-11-20"
FRIDAY = day_span(date(2026, 11, 20), SHANGHAI)
NOVEMBER = month_span("2026-11", SHANGHAI)


def when(text: str | None) -> int | None:
    """Return a time of day, or a whole moment, as whole seconds."""
    if text is None:
        return None
    return int(at(text if len(text) > 5 else f"{DAY} {text}").timestamp())


def _timed(said: dict[str, Any]) -> dict[str, Any]:
    return {name: when(value) if name in TIMES and isinstance(value, str) else value for name, value in said.items()}


TIMES = ("start", "end", "answered_at", "ended_at", "rated_at", "judged_at", "acknowledged_at",
         "resolved_at")  # fmt: skip


def booked(name: str, received: str = "09:00", **said: Any) -> BookingRow:
    """Return a badminton booking of a known customer, answered on the spot, for the evening."""
    usual: dict[str, Any] = {
        "status": "confirmed", "service": "badminton", "customer": "CU-1", "agent": "li.na", "answered_at": received,
        "start": "19:00", "end": "20:00", "resources": "court-1", "shares": "1",
    }  # fmt: skip
    return BookingRow(id=name, received_at=when(received) or 0, **_timed(usual | said))


def complained(name: str, received: str = "09:00", **said: Any) -> ComplaintRow:
    """Return a minor complaint about the service, taken by li.na."""
    usual: dict[str, Any] = {
        "status": "received", "category": "service", "severity": "minor", "owner": "li.na", "first_receiver": "li.na",
    }  # fmt: skip
    return ComplaintRow(id=name, received_at=when(received) or 0, **_timed(usual | said))


def event(record: str, time: str, kind: str, **said: Any) -> EventRow:
    """Return an event by li.na."""
    return EventRow(record, when(time) or 0, kind, **{"by": "li.na", **said})


def member(name: str, joined: str, level: str | None = None) -> CustomerRow:
    """Return a customer who joined on a day."""
    return CustomerRow(name, date.fromisoformat(joined).toordinal(), level)


def books(
    *facts: Any, now: str = "2026-11-21 00:00", period: Between = FRIDAY, rules: Rulebook | None = None, **more: Any
) -> Books:
    """Return the books with these rows in them, each where it belongs."""
    bookings = tuple(row for row in facts if isinstance(row, BookingRow))
    ids = {row.id for row in bookings}
    events = [row for row in facts if isinstance(row, EventRow)]
    found = Facts(
        bookings=bookings,
        booking_events=tuple(row for row in events if row.record in ids),
        complaints=tuple(row for row in facts if isinstance(row, ComplaintRow)),
        complaint_events=tuple(row for row in events if row.record not in ids),
        customers=tuple(row for row in facts if isinstance(row, CustomerRow)),
        **more,
    )
    rules = rules or rulebook()
    return Books(facts=found, rulebook=rules, calendar=a_calendar(rules), period=period, now=at(now))


def parts(opened: Books, name: str) -> tuple[int, int]:
    """Return what stands above and below the line of a rate, as counted."""
    entries = list(KNOWN[name].entries(opened))
    return sum(int(entry[2]) for entry in entries), sum(int(entry[3]) for entry in entries)


def value(opened: Books, name: str) -> Exact | None:
    """Return a metric's exact value."""
    metric = KNOWN[name]
    return tally(metric, metric.entries(opened)).value


def count(opened: Books, name: str) -> int:
    """Return a metric that is a plain count."""
    found = value(opened, name)
    assert found is not None and found[1] == 1
    return int(found[0])
