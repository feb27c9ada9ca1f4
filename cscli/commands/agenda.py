"""Reading what is to be done, shared by `due`, `status` and `report`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from cscli.analytics.standing import (
    WAITING,
    Standing,
    asking,
    complaint_at,
    furthest,
    narrowed,
    paid_first,
    standing,
    waiting_booking,
    wanted,
)
from cscli.desk import Desk
from cscli.domain.due import DueItem, in_order
from cscli.domain.due_bookings import Awaited
from cscli.domain.due_complaints import Waiting, measure_of, waiting_item
from cscli.store import queries


def first_due(desk: Desk, until: datetime | None, owners: Sequence[str], most: int) -> tuple[tuple[DueItem, ...], bool]:
    """Return what is due first, by then and one of these owners', so much of it at most (0: all), and if there is more.

    The index tells which complaints have what due; only their files are read. Bookings are judged by their rows.
    """
    index, now = desk.store.index, desk.now
    if queries.has_later(index, int(now.timestamp())):
        found = read_standing(desk, now, timedelta())
        items = wanted(found.items, until, owners)
    else:
        desk.store.reckon()
        horizon = queries.FOREVER if until is None else int(until.timestamp())
        bookings = wanted(_standing(desk, (), now, timedelta()).items, until, owners)
        items = in_order([*_complaints(desk, now, horizon, owners, most and most + 1), *bookings])
    return (items[:most], len(items) > most) if most else (items, False)


def read_standing(
    desk: Desk, at: datetime, within: timedelta, until: datetime | None = None, most: int = 0
) -> Standing:
    """Return how things stand at `at`, which may lie before now: what came later is undone.

    What is due `until` then is returned; the first `most` of it, where 0 is all.
    """
    index, moment = desk.store.index, int(at.timestamp())
    if at < desk.now or queries.has_later(index, moment):
        found = _standing(desk, queries.standing(index, moment), at, within)
        return narrowed(found, wanted(found.items, until), most)
    desk.store.reckon()
    horizon = queries.FOREVER if until is None else int(until.timestamp())
    bookings = wanted(_standing(desk, (), at, within).items, until)
    items = in_order([*_complaints(desk, at, horizon, (), most), *bookings])
    total, late = queries.waiting_counts(index, moment, horizon)
    overdue, at_risk = queries.late_complaints(index, moment, int(within.total_seconds()))
    return Standing(
        open=queries.open_complaints(index),
        overdue=overdue,
        at_risk=at_risk,
        items=items[:most] if most else items,
        total=total + len(bookings),
        late=late + sum(item.overdue for item in bookings),
    )


def _complaints(desk: Desk, at: datetime, horizon: int, owners: Sequence[str], most: int) -> Iterator[DueItem]:
    """Yield what is due first of complaints as the index has reckoned it; what a measure is stands in its file."""
    zone = desk.rulebook.zone
    for record, severity, due, kind, owner, verb, number, promise, share in queries.waiting_complaints(
        desk.store.index, int(at.timestamp()), horizon, owners, most
    ):
        measure = None if number is None else measure_of(desk.store.load(record), number)
        if number is not None and measure is None:
            continue  # somebody has changed the file since; the next look has it right
        when = datetime.fromtimestamp(due, zone)
        one = Waiting(kind, when, owner, verb, number, promise, None if share is None else Decimal(share))
        yield waiting_item(record, severity, one, at, measure)


def _standing(desk: Desk, complaints: Iterable[str], at: datetime, within: timedelta) -> Standing:
    """Return how these complaints and all bookings stood at a moment."""
    read = [complaint_at(desk.store.load(record), at) for record in complaints]
    return standing(read, _bookings(desk, at, int(at.timestamp())), desk.rulebook, desk.calendar, at, within)


def _bookings(desk: Desk, at: datetime, moment: int) -> Iterator[Awaited]:
    """Yield the bookings that somebody may have to see to, as they stood at a moment."""
    index, zone = desk.store.index, desk.rulebook.zone
    ahead = int(furthest(desk.rulebook, desk.calendar, at).total_seconds())
    services, seen = asking(desk.rulebook), set()
    for row in queries.afterwards(index, WAITING, services, moment) if services else ():
        seen.add(row[0])
        yield waiting_booking(dict(zip((*WAITING, "cards"), row, strict=True)), zone)
    for row in queries.waiting(index, WAITING, moment, ahead, paid_first(desk.rulebook)):
        if row[0] not in seen:
            yield waiting_booking(dict(zip(WAITING, row, strict=True)), zone)
    if at < desk.now:
        for row in queries.ended_since(index, WAITING, moment):
            yield waiting_booking(dict(zip(WAITING, row, strict=True)), zone, as_confirmed=True)
