"""Recurring bookings: `cscli booking create --repeat`, and `change` and `cancel` of more than one of a series."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from cscli.commands import people, words
from cscli.commands.bookings import (
    AROUND,
    NAMED,
    confirm_or_leave,
    load,
    next_in_queue,
    patron_of,
    person_of,
    situation,
    with_line,
)
from cscli.desk import Desk
from cscli.domain import rhythm, series, states
from cscli.domain.booking import Booking
from cscli.domain.moving import Wanted
from cscli.domain.patron import Patron
from cscli.domain.placing import Situation, Wish
from cscli.domain.record import Change, Revision
from cscli.domain.rhythm import Repeat
from cscli.domain.series import Move, Outcome, Step
from cscli.domain.value import Value, replace
from cscli.errors import Refused, UsageProblem
from cscli.i18n import t
from cscli.render.series import Told, headline, new_refunds, series_data, series_page
from cscli.store import queries
from cscli.terminal import say_aside

FEW = 5  # other bookings at the same times that are named


class Plan(Value):
    """How a booking is to recur, whether dates may be left out, and whether its end was said by the clock."""

    repeat: Repeat
    skip: bool
    by_clock: bool


def plan(desk: Desk, every: str | None, count: int | None, until: str | None, *, skip: bool, by_clock: bool) -> Plan:
    """Return what `--repeat`, `--count`, `--until` and `--skip` say; raises `UsageProblem`."""
    rhythm_: Any = words.choice(words.need(every, "--repeat"), rhythm.RHYTHMS, "--repeat")
    if count is None and until is None:
        raise UsageProblem("usage.either", first="--count", second="--until")
    if count is not None and until is not None:
        raise UsageProblem("usage.both", first="--count", second="--until")
    last = words.day(until, desk.now).date() if until else None
    return Plan(repeat=Repeat(every=rhythm_, count=count, until=last), skip=skip, by_clock=by_clock)


def take(desk: Desk, wish: Wish, said: Plan, who: Callable[[], people.Found], *, yes: bool, **how: Any) -> None:
    """Take a booking on every date, as one change; `who` finds the customer, `how` is handed on to each date."""
    wanted = rhythm.dates(wish.start, wish.end, said.repeat, desk.rulebook.zone, by_clock=said.by_clock)
    ids = _new_ids(desk, len(wanted))
    starts = [date.start for date in wanted if date.start]
    usual = desk.rulebook.service_named(wish.service).duration.delta
    last = max(date.end or date.start + usual for date in wanted if date.start)
    seen: list[tuple[Outcome, Change]] = []

    def decide() -> Change:
        person = who()
        facts = with_line(desk, situation(desk, wish.service, starts[0], last, person.record), starts[0], last)
        found = series.take(wish, wanted, facts, desk.act, ids=ids, customer=person.id, skip=said.skip, **how)
        change = _change(desk, "Take", found.steps, person.revisions)
        seen.append((found, change))
        return change

    told = Told(every=said.repeat.every)
    asked = not yes and desk.rulebook.booking.read_back and desk.can_ask
    if asked:
        desk.decide(decide)
    else:
        desk.write(decide)
    _show(desk, *seen[-1], told, unsaved=asked)
    same = seen[-1][0].same
    if same and desk.rulebook.booking.duplicates == "warn":
        say_aside(t("note.duplicate", known=same if len(same) <= FEW else (*same[:FEW], f"+{len(same) - FEW}")))
    if asked:
        confirm_or_leave("ask.read_back")
        desk.write(lambda: _as_read_back(seen[0][0], decide(), seen[-1][0]))
        desk.show(lambda: headline(seen[-1][0]), dict)


def change(
    desk: Desk,
    record: str,
    which: str,
    wanted: Callable[[Booking], Wanted],
    *,
    yes: bool,
    by_clock: bool,
    skip: bool,
    **how: Any,
) -> None:
    """Change those of a series that are meant, as one change; `wanted` says what is wanted of one of them."""

    def decide(anchor: Booking, members: Sequence[Booking]) -> Outcome:
        first, zone = wanted(anchor), desk.rulebook.zone
        moves = []
        for member in members:
            move = series.moved(anchor, first, member, zone, by_clock=by_clock)
            own = wanted(member).words if "extra" in first.words else first.words
            moves.append(replace(move, wanted=replace(move.wanted, words=own)))
        facts, patrons = _situation(desk, moves)
        return series.change(moves, facts, patrons, desk.act, skip=skip, **how)

    _move(desk, record, which, "changed", decide, yes=yes)


def cancel(desk: Desk, record: str, which: str, *, yes: bool, skip: bool, reason: str, **how: Any) -> None:
    """Cancel those of a series that are meant, as one change; what goes back in all is told before it is booked."""

    def decide(_: Booking, members: Sequence[Booking]) -> Outcome:
        return series.cancel(members, desk.rulebook, desk.calendar, desk.act, skip=skip, reason=reason, **how)

    if not yes and desk.can_ask:
        anchor, members, _ = _meant(desk, record, which, "cancelled")
        _tell_refunds(desk.decide(lambda: decide(anchor, members)))
    _move(desk, record, which, "cancelled", decide, yes=True)


def _move(
    desk: Desk,
    record: str,
    which: str,
    event: Literal["changed", "cancelled"],
    decide: Callable[[Booking, Sequence[Booking]], Outcome],
    *,
    yes: bool,
) -> None:
    """Load the bookings that are meant, decide what becomes of them, write and show it; read back but for a `yes`."""
    seen: list[tuple[Outcome, int]] = []

    def under_lock() -> Change:
        anchor, members, left = _meant(desk, record, which, event)
        seen.append((decide(anchor, members), left))
        return _change(desk, "Change" if event == "changed" else "Cancel", seen[-1][0].steps)

    if yes or not desk.rulebook.booking.read_back or not desk.can_ask:
        written = desk.write(under_lock)
        found, left = seen[-1]
        _show(desk, found, written, Told(left=left))
        return
    shown = desk.decide(under_lock)
    _show(desk, seen[0][0], shown, Told(left=seen[0][1]), unsaved=True)
    confirm_or_leave("ask.read_back")
    desk.write(lambda: _as_read_back(seen[0][0], under_lock(), seen[-1][0]))
    desk.show(lambda: headline(seen[-1][0]), dict)


def _meant(
    desk: Desk, record: str, which: str, event: Literal["changed", "cancelled"]
) -> tuple[Booking, tuple[Booking, ...], int]:
    """Return the booking that was named, those of its series that are meant, and how many can no longer be."""
    anchor = load(desk, record)
    if anchor.series is None:
        raise Refused("refused.series.single", rule="series", id=anchor.id)
    since = int(anchor.start.timestamp()) if which == "following" else None
    rows = queries.series(desk.store.index, anchor.series, since)
    alive = [record_id for record_id, status in rows if states.target(states.BOOKING, status, event) is not None]
    loaded = [desk.store.load(record_id) for record_id in alive]
    members = tuple(booking for booking in loaded if series.can_still(booking, event, desk.act.at))
    if not members:
        raise Refused("refused.series.ended", rule="series", id=anchor.id)
    return anchor, members, len(rows) - len(members)


def _situation(desk: Desk, moves: Iterable[Move]) -> tuple[Situation, dict[str | None, Patron]]:
    """Read once what a change of many bookings rests on: what is taken at the old times and the new, and by whom."""
    moments = [
        at
        for move in moves
        for at in (move.booking.start, move.booking.end, move.wanted.start, move.wanted.end)
        if at is not None
    ]
    services = dict.fromkeys(move.wanted.service or move.booking.service for move in moves)
    groups = {group for name in services for group in desk.rulebook.service_named(name).resources}
    members = sorted(resource.id for resource in desk.rulebook.resource if resource.group in groups)
    longest = max(move.booking.end - move.booking.start for move in moves)
    begin, finish = min(moments) - AROUND, max(moments) + longest + AROUND
    slots = desk.store.slots(members, begin, finish, desk.now)
    people_ = {move.booking.customer: move.booking for move in moves}
    service = desk.rulebook.service_named(next(iter(services))).id
    patrons = {
        name: patron_of(desk, person_of(desk, booking), min(moments), service=service)
        for name, booking in people_.items()
    }
    facts = Situation(rulebook=desk.rulebook, calendar=desk.calendar, slots=slots)
    return with_line(desk, facts, begin, finish), patrons


def _new_ids(desk: Desk, number: int) -> tuple[str, ...]:
    """Return ids nobody has yet, none of them twice."""
    found: dict[str, None] = {}
    while len(found) < number:
        found[desk.new_id("booking", desk.at.date())] = None
    return tuple(found)


def _change(desk: Desk, verb: str, steps: Sequence[Step], more: Sequence[Revision] = ()) -> Change:
    """Return the steps of a series as one change, with its sentence in git."""
    revisions = tuple(Revision(before=step.before, after=step.after) for step in steps)
    summary = f"{verb} {len(steps)} bookings of a series" if len(steps) > 1 else None
    return Change(revisions=(*revisions, *more), by=desk.by, summary=summary)


def _show(desk: Desk, found: Outcome, change: Change, told: Told, *, unsaved: bool = False) -> None:
    view = replace(people.view(desk, found.bookings[0].customer, change.revisions), unsaved=unsaved)
    heirs = _heirs(desk, change)

    def text() -> str:
        page = series_page(view, found, told)
        if not heirs:
            return page
        from cscli.render.queue import waiting_lines

        return "\n".join([page, "", *waiting_lines(view, heirs)])

    waiting = {"waiting": [booking.id for booking, _ in heirs]} if any(step.before for step in found.steps) else {}
    desk.show(text, lambda: {**series_data(view, found), **waiting})


def _heirs(desk: Desk, change: Change) -> list[tuple[Booking, str]]:
    """Return the first few in the queue who could have what came free, with their masked names."""
    found: dict[str, tuple[Booking, str]] = {}
    for revision in change.revisions:
        for booking, name in (revision.before and next_in_queue(desk, revision)) or ():
            found.setdefault(booking.id, (booking, name))
        if len(found) >= NAMED:
            break
    return list(found.values())[:NAMED]


def _as_read_back(shown: Outcome, change: Change, now: Outcome) -> Change:
    """Return the change where it is what was read back; raises `Refused` where somebody was quicker meanwhile."""

    def promises(found: Outcome) -> list[tuple[Any, ...]]:
        return [(one.id, one.status, one.start, one.end, one.resources, one.price) for one in found.bookings]

    if promises(shown) != promises(now):
        raise Refused("refused.booking.meanwhile", rule="booking.read_back")
    return change


def _tell_refunds(found: Outcome) -> None:
    """Say what would go back in all before it is booked (manual row B4), where anything was paid."""
    refunds = [refund for step in found.steps for refund in new_refunds(step)]
    if not refunds:
        return
    paid = sum((booking.paid for booking in found.bookings), Decimal(0))
    amount = sum((refund.amount for refund in refunds), Decimal(0))
    fee = sum((refund.fee for refund in refunds), Decimal(0))
    last = max(refund.expected for refund in refunds)
    say_aside(t("ask.refund_facts", amount=amount, fee=fee, paid=paid, expected=last))
    confirm_or_leave("ask.refund")
