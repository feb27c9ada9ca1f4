"""Arithmetic of working time: how much lies between two moments, where a deadline falls, and why.

Everything is counted on real instants. Stretches are half-open: a moment at closing time is outside, but a
target used up exactly at closing time ends there. Pauses may overlap and come in any order; where they
overlap they count once, and a pause without an end is one that still stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from cscli.domain.calendar import NEVER, ONE_DAY, SATURDAY, Calendar, Stretch, local
from cscli.domain.value import Value
from cscli.domain.values import Duration, fixed
from cscli.errors import Refused

Pauses = Sequence[tuple[datetime, datetime | None]]
ZERO = timedelta(0)
COUNTED = ("office", "adjusted", "clock")


class Segment(Value, kw_only=False):
    """One piece of an explanation, [start, end) in the desk's zone.

    `reason` is `office` or `adjusted` (an adjusted working day) or `clock` (any time of day) when counted, else
    `paused`, `closed`, `weekend`, `holiday` or `closure`; `detail` is the name of the holiday or the reason of the
    closure.
    """

    start: datetime
    end: datetime
    counted: bool
    reason: str
    detail: str | None = None

    @property
    def length(self) -> timedelta:
        """The elapsed time of the piece, clock changes taken into account."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


def between(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
    """Return the working time in [start, end) not paused; nothing when `end` is not after `start`."""
    closed, standing = _settle(pauses)
    first, until = start.astimezone(UTC), end.astimezone(UTC)
    until = until if standing is None else min(until, standing)
    return _sum(_unpaused(calendar.office_stretches(first, until), closed)) if first < until else ZERO


def elapsed(start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
    """Return the real time in [start, end) not paused; nothing when `end` is not after `start`."""
    closed, standing = _settle(pauses)
    first, until = start.astimezone(UTC), end.astimezone(UTC)
    until = until if standing is None else min(until, standing)
    return _sum(_unpaused([(first, until)], closed)) if first < until else ZERO


def add(calendar: Calendar, start: datetime, duration: Duration, pauses: Pauses = ()) -> datetime | None:
    """Return the moment a duration ends, in the desk's zone; None while an open pause begun before it stands.

    Minutes and hours are elapsed time; a day of the clock (`d`) is the same local time on the next date,
    which is not 24 hours where the clock changes; pauses push these out by their elapsed length. Working
    minutes and hours run in office time that is not paused. Working days end at the same time of day, brought
    into that day's hours (inside a break: where the break begins), then are pushed out by the paused office
    time. Raises `Refused` when a working duration meets a calendar without hours.
    """
    closed, standing = _settle(pauses)
    start = start.astimezone(UTC)
    if duration.unit == "wd":
        end = _working_days(calendar, start, duration.amount, closed, standing)
    elif duration.working:
        end = _run(calendar, start, duration.delta, closed, standing)
    else:
        end = _elapsed(_plain(calendar, start, duration), start, closed, standing)
    return end.astimezone(calendar.zone) if end else None


def reach(calendar: Calendar, at: datetime, span: Duration) -> timedelta:
    """Return a span from `at` on as time on the clock, for one that counts working time too."""
    end = add(calendar, at, span)
    return fixed(end) - fixed(at) if end is not None else timedelta()


def segments(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()) -> list[Segment]:
    """Return [start, end) piece by piece without gaps; the counted pieces add up to `between`.

    Paused time is shown where it took away office time; outside hours the hours are the reason.
    """
    closed = _until(end, pauses)
    pieces: list[Segment] = []
    reached, end = start.astimezone(UTC), end.astimezone(UTC)
    for opens, closes in calendar.office_stretches(start, end):
        pieces += _idle(calendar, reached, opens)
        pieces += _office(calendar, opens, closes, closed)
        reached = closes
    pieces += _idle(calendar, reached, end)
    return _joined(pieces)


def passing(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()) -> list[Segment]:
    """Return [start, end) piece by piece as the clock goes, paused or not; the counted ones add up to `elapsed`."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    return list(_cut(calendar, first, last, _until(end, pauses), "clock")) if first < last else []


# --- pauses -------------------------------------------------------------------------------------------------


def _settle(pauses: Pauses) -> tuple[list[Stretch], datetime | None]:
    """Return the ended pauses, in order and apart, and since when the clock stands, if it does."""
    standing = min((begin.astimezone(UTC) for begin, end in pauses if end is None), default=None)
    closed: list[Stretch] = []
    for begin, end in sorted((b.astimezone(UTC), e.astimezone(UTC)) for b, e in pauses if e is not None):
        end = end if standing is None else min(end, standing)
        if end <= begin:
            continue
        if closed and begin <= closed[-1][1]:
            closed[-1] = (closed[-1][0], max(closed[-1][1], end))
        else:
            closed.append((begin, end))
    return closed, standing


def _until(end: datetime, pauses: Pauses) -> list[Stretch]:
    """Return the pauses as they are seen at a moment: one that still stands reaches to it."""
    closed, standing = _settle(pauses)
    if standing is not None and standing < end:
        closed.append((standing, max(standing, end.astimezone(UTC))))
    return closed


def _unpaused(stretches: Iterable[Stretch], pauses: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield what the pauses leave of the stretches; both in order."""
    passed = 0
    for opens, closes in stretches:
        while passed < len(pauses) and pauses[passed][1] <= opens:
            passed += 1
        at = passed
        while at < len(pauses) and pauses[at][0] < closes:
            if pauses[at][0] > opens:
                yield opens, pauses[at][0]
            opens = pauses[at][1]
            at += 1
        if opens < closes:
            yield opens, closes


def _sum(stretches: Iterable[Stretch]) -> timedelta:
    return sum((closes - opens for opens, closes in stretches), ZERO)


# --- the three kinds of duration ----------------------------------------------------------------------------


def _plain(calendar: Calendar, start: datetime, duration: Duration) -> datetime:
    """Return where a duration of the clock would end without pauses."""
    if duration.unit != "d" or not duration.amount:
        return start + duration.delta
    wall = start.astimezone(calendar.zone)
    return _same_time(calendar, wall, wall.date() + timedelta(days=duration.amount))


def _elapsed(end: datetime, start: datetime, pauses: Sequence[Stretch], standing: datetime | None) -> datetime | None:
    """Push an end out by each pause that began before it."""
    for begin, over in pauses:
        if begin >= end:
            break
        end += max(over - max(begin, start), ZERO)
    return None if standing is not None and standing < end else end


def _run(
    calendar: Calendar, start: datetime, span: timedelta, pauses: Sequence[Stretch], standing: datetime | None
) -> datetime | None:
    """Use up a span of working time; None when the clock stops for good before that."""
    left = span
    for opens, closes in _unpaused(calendar.office_stretches(start, standing), pauses):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def _working_days(
    calendar: Calendar, start: datetime, count: int, pauses: Sequence[Stretch], standing: datetime | None
) -> datetime | None:
    """Count working days, then give back the working time the pauses took."""
    begin, _ = next(calendar.office_stretches(start, None))
    end = begin
    if count:
        wall = begin.astimezone(calendar.zone)
        day = _workday_after(calendar, wall.date(), count)
        end = _into(_same_time(calendar, wall, day), calendar.office_of(day))
    if standing is not None and standing < end:
        return None
    whole = _sum(calendar.office_stretches(begin, end))
    lost = whole - _sum(_unpaused(calendar.office_stretches(begin, end), pauses)) if pauses else ZERO
    return _run(calendar, end, lost, pauses, standing) if lost else end


def _workday_after(calendar: Calendar, day: date, count: int) -> date:
    """Return the `count`-th day after `day` that has office hours."""
    barren = 0
    while count:
        day += ONE_DAY
        if calendar.office_of(day):
            count, barren = count - 1, 0
        elif (barren := barren + 1) > NEVER:
            raise Refused("worktime.never_open")
    return day


def _same_time(calendar: Calendar, wall: datetime, day: date) -> datetime:
    """Return the instant of a local time of day, to the second, on another date."""
    rest = timedelta(seconds=wall.second, microseconds=wall.microsecond)
    return local(calendar.zone, day, wall.hour * 60 + wall.minute).astimezone(UTC) + rest


def _into(moment: datetime, hours: Sequence[Stretch]) -> datetime:
    """Bring a moment into the hours of its day: early to the opening, after a period to where that ends."""
    landed = hours[0][0]
    for opens, closes in hours:
        if moment < opens:
            break
        landed = min(moment, closes)
    return landed


# --- explanations -------------------------------------------------------------------------------------------


def _office(calendar: Calendar, opens: datetime, closes: datetime, pauses: Sequence[Stretch]) -> Iterator[Segment]:
    """Yield a stretch of office time, cut where it was paused."""
    reason = "adjusted" if calendar.is_adjusted(opens.astimezone(calendar.zone).date()) else "office"
    yield from _cut(calendar, opens, closes, pauses, reason)


def _cut(
    calendar: Calendar, opens: datetime, closes: datetime, pauses: Sequence[Stretch], reason: str
) -> Iterator[Segment]:
    """Yield a stretch that counts for a reason, cut where it was paused."""
    reached = opens
    for first, last in _unpaused([(opens, closes)], pauses):
        if reached < first:
            yield _segment(calendar, reached, first, "paused")
        yield _segment(calendar, first, last, reason)
        reached = last
    if reached < closes:
        yield _segment(calendar, reached, closes, "paused")


def _idle(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Segment]:
    """Yield a stretch outside office hours, day by day."""
    while start < end:
        day = start.astimezone(calendar.zone).date()
        midnight = local(calendar.zone, day + ONE_DAY, 0).astimezone(UTC)
        until = min(midnight, end) if midnight > start else end
        yield _segment(calendar, start, until, *_why_idle(calendar, day))
        start = until


def _why_idle(calendar: Calendar, day: date) -> tuple[str, str | None]:
    if calendar.is_closed(day):
        return "closure", calendar.closures[day]
    if calendar.office_on(day):
        return "closed", None
    if calendar.is_holiday(day):
        return "holiday", calendar.holiday_name(day)
    return ("weekend" if day.weekday() >= SATURDAY else "closed"), None


def _segment(calendar: Calendar, start: datetime, end: datetime, reason: str, detail: str | None = None) -> Segment:
    counted = reason in COUNTED
    return Segment(start.astimezone(calendar.zone), end.astimezone(calendar.zone), counted, reason, detail)


def _joined(pieces: Iterable[Segment]) -> list[Segment]:
    """Join neighbours that say the same."""
    joined: list[Segment] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and (last.reason, last.detail) == (piece.reason, piece.detail):
            joined[-1] = Segment(last.start, piece.end, last.counted, last.reason, last.detail)
        else:
            joined.append(piece)
    return joined
