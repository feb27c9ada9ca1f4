"""When those who give a service are reminded of it: before the start, and while somebody is there to hear it."""

from datetime import UTC, datetime, timedelta

from cscli.domain.calendar import Calendar

HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)
GLANCE, LOOK = timedelta(days=3), timedelta(days=31)


def reminded_from(calendar: Calendar, due: datetime) -> datetime:
    """Return since when a reminder stands that is due at a moment (manual row A8).

    Where the desk is shut then, that is an hour before it last closes until then, or when it last opens.
    """
    if calendar.is_open(due, due):
        return due
    for span in (GLANCE, LOOK):
        opened: datetime | None = None
        closed = due
        for opens, closes in calendar.opening_segments(due - span, due):
            opened = opened if opened is not None and opens == closed else opens
            closed = closes
        if opened is not None:
            last = closed.astimezone(UTC) - HOUR
            return max(opened.astimezone(UTC), last).astimezone(due.tzinfo)
    return due


def brought_forward(calendar: Calendar, at: datetime) -> timedelta:
    """Return by how much a reminder that stands at a moment may be due later: until the desk opens again, at most."""
    here = at.astimezone(UTC)
    if calendar.is_open(here, here + HOUR + MOMENT):
        return timedelta()
    closed = here
    for opens, closes in calendar.opening_segments(here, here + LOOK):
        if opens.astimezone(UTC) > closed:
            return opens.astimezone(UTC) - here
        closed = closes.astimezone(UTC)
    return LOOK
