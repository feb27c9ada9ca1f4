"""Recurring bookings: the dates a series asks for, each judged as a single booking is, and what becomes of them all.

A date that cannot be had is a conflict with its reason; the dates of a series compete with one another too. Unless
conflicts may be left out (`skip`), one of them refuses the whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from cscli.domain import arranging, calling_off, moving, patron, states
from cscli.domain.booking import Booking, Cause, Side, slots_of, untimed
from cscli.domain.calendar import Calendar
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.patron import NOBODY, Patron, Taken
from cscli.domain.permit import Permit
from cscli.domain.placing import Situation, Wish, order_for
from cscli.domain.record import Act
from cscli.domain.rhythm import Date, clock, later, wall
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.settling import covering
from cscli.domain.value import Value, replace
from cscli.domain.values import fixed
from cscli.errors import CscliError, Refused, Unavailable

WHICH = ("this", "following", "all")
NEAR = timedelta(days=2)  # alternatives are looked for on the day itself
WEEK = timedelta(days=8)  # a quota of the week looks this far
SECONDS_A_DAY = 86_400


class Conflict(Value):
    """A date that cannot be had, or a booking of the series that cannot be changed, and why."""

    day: str
    start: datetime | None
    problem: CscliError
    id: str | None = None


class Step(Value, kw_only=False):
    """What becomes of one booking of a series; `before` is None where it is new."""

    before: Booking | None
    after: Booking


class Outcome(Value, kw_only=False):
    """What becomes of a series, in the order of the clock; `same` are other bookings of the customer at its times."""

    steps: tuple[Step, ...]
    conflicts: tuple[Conflict, ...]
    same: tuple[str, ...] = ()

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """The bookings as they are afterwards."""
        return tuple(step.after for step in self.steps)


class Move(Value, kw_only=False):
    """A booking of a series, and what is wanted of it; `problem` is why that cannot be had."""

    booking: Booking
    wanted: Wanted
    problem: Refused | None = None


# --- what is there ----------------------------------------------------------------------------------------------

T = TypeVar("T", Slot, Taken)


class Days(Generic[T]):
    """Things with a start and an end, found by the days (UTC) they touch: a long series looks at few of them a date.

    `key` tells whose a thing is.
    """

    def __init__(self, key: Callable[[T], str], known: Iterable[T] = ()) -> None:
        self._key: Callable[[T], str] = key
        self._days: dict[int, list[T]] = {}
        for thing in known:
            self.add(thing)

    def add(self, thing: T) -> None:
        """Take one in."""
        for day in range(_day(thing.start), _day(thing.end) + 1):
            self._days.setdefault(day, []).append(thing)

    def drop(self, thing: T) -> None:
        """Take out what is of the same key and touches the same days."""
        for day in range(_day(thing.start), _day(thing.end) + 1):
            whose = self._key(thing)
            self._days[day] = [known for known in self._days.get(day, ()) if self._key(known) != whose]

    def between(self, begin: datetime, end: datetime) -> list[T]:
        """Return each thing that touches the days from one moment to another, once."""
        first, found = _day(begin), []
        for day in range(first, _day(end) + 1):
            found += [thing for thing in self._days.get(day, ()) if day == first or _day(thing.start) == day]
        return found


def _day(at: datetime) -> int:
    return int(at.timestamp()) // SECONDS_A_DAY


class Page:
    """The open page of the book while a series is written: what is taken, and what each customer has."""

    def __init__(self, situation: Situation, patrons: Mapping[str | None, Patron], now: datetime) -> None:
        self.situation = situation
        self.now = now
        self._slots = {resource: Days(_booking_of, slots) for resource, slots in situation.slots.items()}
        self._patrons = dict(patrons)
        self._near = {name: Days(_id_of, known.taken) for name, known in patrons.items()}
        self._all = {name: {taken.id: taken for taken in known.taken} for name, known in patrons.items()}

    def around(self, begin: datetime, end: datetime, customer: str | None) -> Situation:
        """Return what a decision about a time rests on: no more of the book than it needs."""
        last = max(begin, end)
        slots = {resource: days.between(begin - NEAR, last + NEAR) for resource, days in self._slots.items()}
        known = self._patrons.get(customer, NOBODY)
        if self._all.get(customer):
            of_all = self.situation.rulebook.booking.quota.open is not None  # such a quota counts every one
            near = self._all[customer].values() if of_all else self._near[customer].between(begin - WEEK, last + WEEK)
            known = replace(known, taken=tuple(near))
        return replace(self.situation, slots=slots, patron=known, ahead=0)

    def enter(self, booking: Booking) -> None:
        """Write a booking in: later dates compete with it."""
        for slot in slots_of(booking, self._service(booking), self.now):
            self._slots.setdefault(slot.resource, Days(_booking_of)).add(slot)
        known = self._patrons.get(booking.customer)
        if known is None or booking.status not in states.OCCUPYING:
            return
        taken = _taken(booking)
        self._near[booking.customer].add(taken)
        self._all[booking.customer][taken.id] = taken
        missed = known.missed
        if booking.events[0].priority:  # used once: the count of misses begins anew (manual row D6)
            missed = tuple(miss for miss in missed if miss.service != booking.service)
        self._patrons[booking.customer] = replace(known, missed=missed, visits_left=_visits(known, booking, -1))

    def leave(self, booking: Booking) -> None:
        """Cross a booking out, that it does not stand in its own way."""
        for slot in slots_of(booking, self._service(booking), self.now):
            if slot.resource in self._slots:
                self._slots[slot.resource].drop(slot)
        if booking.customer in self._all:
            self._near[booking.customer].drop(_taken(booking))
            self._all[booking.customer].pop(booking.id, None)
            known = self._patrons[booking.customer]
            self._patrons[booking.customer] = replace(known, visits_left=_visits(known, booking, 1))

    def _service(self, booking: Booking) -> Service | None:
        known = self.situation.rulebook.service
        return next((service for service in known if service.id == booking.service), None)


def _visits(known: Patron, booking: Booking, sign: int) -> int | None:
    """Return the visits left on a pass once those of a booking are promised (-1), or no longer (+1)."""
    if known.visits_left is None or known.card is None or covering(booking) != known.card.id:
        return known.visits_left
    return known.visits_left + sign * booking.units


def _booking_of(slot: Slot) -> str:
    return slot.booking


def _id_of(taken: Taken) -> str:
    return taken.id


def _taken(booking: Booking) -> Taken:
    soon = untimed(booking)
    return Taken(id=booking.id, service=booking.service, start=booking.start, end=booking.end, soon=soon)


# --- taking -----------------------------------------------------------------------------------------------------


def take(
    wish: Wish,
    wanted: Sequence[Date],
    situation: Situation,
    act: Act,
    *,
    ids: Sequence[str],
    customer: str | None,
    skip: bool = False,
    confirm: bool | None = None,
    waitlist: bool = False,
    answer: str | None = None,
    permit: Permit | None = None,
) -> Outcome:
    """Take a booking on every date, each with its id; `situation` must reach from the first to the last.

    Raises what is wrong with the wish itself; `Unavailable` where some date has nothing free, `Refused` where rules
    forbid some, with the `conflicts`, unless these are to be skipped and others are left.
    """
    _in_time(act)
    order_for(wish, situation)
    page = Page(situation, {customer: situation.patron}, act.at)
    bookings: list[Booking] = []
    conflicts: list[Conflict] = []
    same: dict[str, None] = {}
    for date_, record_id in zip(wanted, ids, strict=True):
        if date_.start is None:
            conflicts.append(Conflict(day=date_.day, start=None, problem=_no_such_day(date_)))
            continue
        said = {**wish.words, "entry_seconds": None} if bookings else wish.words  # they were entered in one go
        one = replace(wish, start=date_.start, end=date_.end, words=said)
        here = page.around(*order_for(one, situation).occupied, customer)
        try:
            taken = arranging.create(
                one, here, act, record_id=record_id, customer=customer, confirm=confirm, waitlist=waitlist,
                answer=answer, permit=permit,
            )  # fmt: skip
        except (Refused, Unavailable) as problem:
            conflicts.append(Conflict(day=date_.day, start=date_.start, problem=problem))
            continue
        taken = replace(taken, series=bookings[0].id if bookings else taken.id)
        same.update(dict.fromkeys(_duplicates(taken, here)))
        page.enter(taken)
        bookings.append(taken)
    steps = tuple(Step(before=None, after=taken) for taken in bookings)
    others = tuple(name for name in same if name not in set(ids))
    return _settled(Outcome(steps=steps, conflicts=tuple(conflicts), same=others), "refused.series", skip=skip)


def _no_such_day(wanted: Date) -> Refused:
    if wanted.skipped:
        return _no_such_time(datetime.fromisoformat(f"{wanted.day} {wanted.skipped}"))
    month, _, number = wanted.day.rpartition("-")
    return Refused("refused.series.no_such_day", rule="series", month=month, number=number)


def _no_such_time(shown: datetime) -> Refused:
    return Refused("refused.series.no_such_time", rule="series", day=shown.date(), time=f"{shown:%H:%M}")


def _duplicates(taken: Booking, here: Situation) -> tuple[str, ...]:
    """Return the customer's other bookings at the same time."""
    if taken.status not in states.OCCUPYING:
        return ()
    service = here.rulebook.service_named(taken.service)
    return patron.duplicates(here.patron, service, taken.start, taken.end)


def _in_time(act: Act) -> None:
    """Raise `Refused` for what lies in the future: that is wrong with every date alike."""
    if act.at > act.now:
        raise Refused("refused.future", rule="time", at=act.at)


def _settled(found: Outcome, key: str, *, skip: bool) -> Outcome:
    """Return an outcome that may be written; raises the refusal of the whole where it may not."""
    if not found.conflicts or (skip and found.steps):
        return found
    first = found.conflicts[0].problem
    if not found.steps and all(_alike(conflict.problem, first) for conflict in found.conflicts):
        raise first  # nothing about the dates is wrong
    free = not any(isinstance(conflict.problem, Unavailable) for conflict in found.conflicts)
    kind = Refused if free else Unavailable
    number, every = len(found.conflicts), len(found.conflicts) + len(found.steps)
    name = key if found.steps else f"{key}.none"
    raise kind(name, rule="series", number=number, every=every, conflicts=found.conflicts)


def _alike(one: CscliError, other: CscliError) -> bool:
    return (type(one), one.key, one.facts) == (type(other), other.key, other.facts)


# --- changing and calling off -----------------------------------------------------------------------------------


def can_still(booking: Booking, event: Literal["changed", "cancelled"], at: datetime) -> bool:
    """Whether a booking of a series is still to come, in a state in which this may happen to it."""
    return states.target(states.BOOKING, booking.status, event) is not None and booking.start > at


def moved(anchor: Booking, wanted: Wanted, other: Booking, zone: ZoneInfo, *, by_clock: bool = False) -> Move:
    """Return what is wanted of another booking of the series when this is wanted of one.

    A new start moves each by the same days, to the time on the clock on the wall that was said, whatever its own was.
    One that the clocks leap over on the night of a date is a problem of that date alone. A new end keeps the new
    length, or with `by_clock` the time of day.
    """
    begin = wanted.start or anchor.start
    said = wanted.shown is not None and clock(wanted.shown, zone) == begin  # not with an offset, nor as "in 2 hours"
    meant = wanted.shown if said and wanted.shown else wall(begin, zone)
    start = other.start
    if wanted.start is not None:
        days = meant.date() - wall(anchor.start, zone).date()
        here = datetime.combine(wall(other.start, zone).date() + days, meant.time())
        start = clock(here, zone)
        if wall(start, zone) != here:
            return Move(booking=other, wanted=replace(wanted, start=start, end=None, shown=None),
                        problem=_no_such_time(here))  # fmt: skip
    end = None
    if wanted.end is not None and by_clock:
        end = clock(wall(start, zone) + (wall(wanted.end, zone) - wall(begin, zone)), zone)
    elif wanted.end is not None:
        end = later(start, fixed(wanted.end) - fixed(begin), zone)
    return Move(booking=other, wanted=replace(wanted, start=start if wanted.start else None, end=end, shown=None))


def change(
    moves: Sequence[Move],
    situation: Situation,
    patrons: Mapping[str | None, Patron],
    act: Act,
    *,
    cause: Cause,
    skip: bool = False,
    permit: Permit | None = None,
) -> Outcome:
    """Change bookings of a series, as if one after the other: those that move later, the last one first.

    What stays as it is counts as taken; what has moved is free. `situation` must hold what is taken at the old times
    and the new, `patrons` each customer with what they have. A booking about which nothing would be different is left
    out. Raises as `take` does.
    """
    _in_time(act)
    page = Page(situation, patrons, act.at)
    steps: list[Step] = []
    conflicts: list[Conflict] = []
    unchanged: Refused | None = None
    forward = any(move.wanted.start is not None and move.wanted.start > move.booking.start for move in moves)
    for move in sorted(moves, key=lambda move: move.booking.start, reverse=forward):
        before = move.booking
        if move.problem is not None:
            conflicts.append(_conflict(before, move.problem, situation.calendar.zone))
            continue
        begin = move.wanted.start or before.start
        page.leave(before)
        here = page.around(begin, move.wanted.end or begin + (before.end - before.start), before.customer)
        after = before
        try:
            after = moving.change(before, move.wanted, here, act, cause=cause, permit=permit)
            steps.append(Step(before=before, after=after))
        except (Refused, Unavailable) as problem:
            if isinstance(problem, Refused) and problem.key == "refused.nothing_changes":
                unchanged = unchanged or problem
            else:
                conflicts.append(_conflict(before, problem, situation.calendar.zone))
        page.enter(after)
    if unchanged is not None and not steps and not conflicts:
        raise unchanged
    return _settled(_ordered(steps, conflicts), "refused.series_change", skip=skip)


def cancel(
    bookings: Sequence[Booking],
    rulebook: Rulebook,
    calendar: Calendar,
    act: Act,
    *,
    reason: str,
    side: Side = "customer",
    cause: Cause | None = None,
    phoned: bool = False,
    skip: bool = False,
    permit: Permit | None = None,
) -> Outcome:
    """Cancel bookings of a series, each with its own notice and refund; raises as `take` does."""
    _in_time(act)
    steps: list[Step] = []
    conflicts: list[Conflict] = []
    for before in bookings:
        try:
            after = calling_off.cancel(
                before, rulebook, calendar, act, reason=reason, side=side, cause=cause, phoned=phoned, permit=permit
            )
            steps.append(Step(before=before, after=after))
        except Refused as problem:
            conflicts.append(_conflict(before, problem, calendar.zone))
    return _settled(_ordered(steps, conflicts), "refused.series_cancel", skip=skip)


def _conflict(booking: Booking, problem: CscliError, zone: ZoneInfo) -> Conflict:
    here = fixed(booking.start.astimezone(zone))
    return Conflict(day=f"{here:%Y-%m-%d}", start=here, problem=problem, id=booking.id)


def _ordered(steps: Sequence[Step], conflicts: Sequence[Conflict]) -> Outcome:
    """Return an outcome in the order of the clock."""
    return Outcome(
        steps=tuple(sorted(steps, key=lambda step: (step.after.start, step.after.id))),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.day)),
    )
