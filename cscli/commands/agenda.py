"""Reading what is to be done, shared by `due`, `status` and `report`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cscli.analytics.standing import (
    WAITING,
    Standing,
    asked_for,
    asking,
    complaint_at,
    furthest,
    standing,
    waiting_booking,
)
from cscli.commands.figures import seconds
from cscli.desk import Desk
from cscli.domain.due_bookings import Awaited
from cscli.domain.value import replace
from cscli.store import queries

FOREVER = 1 << 40  # seconds


def read_standing(
    desk: Desk,
    at: datetime,
    within: timedelta,
    *,
    until: datetime | None = None,
    owner: str | None = None,
    most: int = 0,
) -> Standing:
    """Return how things stand at `at`, which may lie before now: what came later is undone.

    What is due `until` then, and `owner`'s, is returned; the first `most` of it, where 0 is all. Bookings are judged by
    their rows. Of the present, the index tells which complaints have anything due, and only their files are read.
    """
    index, moment = desk.store.index, seconds(at)
    bookings = list(_bookings(desk, at, moment))
    if at < desk.now or queries.has_later(index, moment):
        complaints = [complaint_at(desk.store.load(record), at) for record in queries.standing(index, moment)]
        found = standing(complaints, bookings, desk.rulebook, desk.calendar, at, within)
        return asked_for(found, until, owner, most)
    desk.store.reckon()
    horizon = FOREVER if until is None else seconds(until)
    first = queries.waiting_complaints(index, moment, horizon, owner, most)
    read = [desk.store.load(record) for record in first]
    there = asked_for(standing((), bookings, desk.rulebook, desk.calendar, at, within), until, owner, 0)
    found = asked_for(standing(read, bookings, desk.rulebook, desk.calendar, at, within), until, owner, most)
    total, late = queries.waiting_counts(index, moment, horizon, owner)
    overdue, at_risk = queries.late_complaints(index, moment, int(within.total_seconds()))
    return replace(
        found,
        open=queries.open_complaints(index),
        overdue=overdue,
        at_risk=at_risk,
        total=total + there.total,
        late=late + there.late,
    )


def _bookings(desk: Desk, at: datetime, moment: int) -> Iterator[Awaited]:
    """Yield the bookings that somebody may have to see to, as they stood at a moment."""
    index, zone = desk.store.index, desk.rulebook.zone
    ahead = int(furthest(desk.rulebook).total_seconds())
    services, seen = asking(desk.rulebook), set()
    for row in queries.afterwards(index, WAITING, services, moment) if services else ():
        seen.add(row[0])
        yield waiting_booking(dict(zip((*WAITING, "cards"), row, strict=True)), zone)
    for row in queries.waiting(index, WAITING, moment, ahead):
        if row[0] not in seen:
            yield waiting_booking(dict(zip(WAITING, row, strict=True)), zone)
    if at < desk.now:
        for row in queries.ended_since(index, WAITING, moment):
            yield waiting_booking(dict(zip(WAITING, row, strict=True)), zone, as_confirmed=True)
