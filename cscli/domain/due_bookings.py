"""What bookings wait for: their confirmation, the departments, the guest, a visit's next hand, money promised back."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cscli.domain import states
from cscli.domain.booking import (
    GUEST,
    MERCHANT,
    Booking,
    heard,
    last_check,
    owed,
    promised,
    unanswered,
    unsaid_since,
    untimed,
)
from cscli.domain.calendar import Calendar
from cscli.domain.due import FINANCE, DueItem, due_item, in_order
from cscli.domain.preparing import reminded_from
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.value import Value, replace
from cscli.domain.visiting import audited

CALLED_OFF = ("no_show", "cancelled")
NOT_THERE = ("late", "absent")  # what a merchant says of a guest who must be called


class Awaited(Value):
    """What of a booking tells what it waits for; the index keeps it, so that nobody has to read the file.

    `asked` are the departments that have not answered, the first of them asked at `asked_at`. `seen` is the last answer
    about the arrival, such as `merchant late`, and `expected_at` when the guest is to be there then. `audit_since` is
    when a visit was completed that nobody has found good yet. `departments` were asked, of them `agreed` did, `told`
    have heard of it as it is, and `was_promised` is whether anybody ever reckoned with it. It was moved at `moved_at`
    and a merchant does not know. One that was given waits since `ended_at` for its rating and, where the customer's
    `cards` ask for it, for the bill; of a visit `soon` is that it has no time yet.
    """

    id: str
    status: str
    service: str
    start: datetime
    end: datetime
    resources: tuple[str, ...] = ()
    agent: str | None = None
    vip: bool = False
    special: bool = False
    waitlisted: bool = False
    hold_until: datetime | None = None
    paid_at: datetime | None = None
    asked: tuple[str, ...] = ()
    asked_at: datetime | None = None
    seen: str | None = None
    checked_at: datetime | None = None
    expected_at: datetime | None = None
    respond_by: datetime | None = None
    assigned_to: str | None = None
    accepted_at: datetime | None = None
    audit_since: datetime | None = None
    refund_due: date | None = None
    promised: Decimal = Decimal(0)
    owed: Decimal = Decimal(0)
    called_off_at: datetime | None = None
    called_off_by: str | None = None
    was_promised: bool = False
    departments: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    moved_at: datetime | None = None
    soon: bool = False
    ended_at: datetime | None = None
    rated: bool = False
    billed: bool = False
    cards: tuple[str, ...] = ()


def awaited(booking: Booking) -> Awaited:
    """Return what of a booking tells what it waits for; of its customer's cards it says nothing."""
    silent, check = unanswered(booking), last_check(booking)
    done = next((event.at for event in reversed(booking.events) if event.type == "completed"), None)
    unaudited = booking.status == "completed" and booking.respond_by is not None and not audited(booking)
    ended = next((event.at for event in reversed(booking.events) if event.type in states.OUTCOMES), None)
    off = next((event for event in reversed(booking.events) if event.type == "cancelled"), None)
    back = [refund.expected for refund in booking.refund if refund.state == "submitted"]
    return Awaited(
        id=booking.id,
        status=booking.status,
        service=booking.service,
        start=booking.start,
        end=booking.end,
        resources=booking.resources,
        agent=booking.events[0].by if booking.events else None,
        vip=booking.vip,
        special=bool(booking.special),
        waitlisted=booking.waitlisted,
        hold_until=booking.hold_until,
        paid_at=next((event.at for event in reversed(booking.events) if event.type == "paid"), None),
        asked=tuple(entry.department for entry in silent),
        asked_at=min((entry.asked_at for entry in silent), default=None),
        seen=check[0] if check else None,
        checked_at=check[1] if check else None,
        expected_at=check[2] if check else None,
        respond_by=booking.respond_by,
        assigned_to=booking.assigned_to,
        accepted_at=booking.accepted_at,
        audit_since=done if unaudited else None,
        refund_due=min(back, default=None),
        promised=promised(booking),
        owed=owed(booking),
        called_off_at=off.at if off else None,
        called_off_by=off.by if off else None,
        was_promised=any(event.type in ("confirmed", "accepted") for event in booking.events),
        departments=tuple(entry.department for entry in booking.coordination),
        agreed=tuple(entry.department for entry in booking.coordination if entry.agreed),
        told=heard(booking),
        moved_at=unsaid_since(booking),
        soon=untimed(booking),
        ended_at=ended,
        rated=booking.rating is not None,
        billed=booking.spend is not None,
    )


def booking_items(
    booking: Booking | Awaited, rulebook: Rulebook, calendar: Calendar, now: datetime
) -> tuple[DueItem, ...]:
    """Return what a booking waits for at a moment, earliest first.

    A request waits for its confirmation, a department for its answer, the staff are reminded before the start, the
    guest is asked after and at last missing, a visit goes from hand to hand, and money promised back is overdue. What
    has no time of its own, a reminder and an audit, is never overdue.
    """
    one = awaited(booking) if isinstance(booking, Booking) else booking
    service = next((known for known in rulebook.service if known.id == one.service), None)
    items = [
        *_coordination(one, service, rulebook, now),
        *_money(one, service, rulebook, now),
        *_stand_down(one, service, rulebook, now),
        *_afterwards(one, service, rulebook, now),
    ]
    if service is not None and service.kind == "visit":
        items += _visit(one, now)
    else:
        items += _promise(one, service, rulebook, now)
    if one.status == "in_service" and _passed(one.end, now):
        facts = _facts(one) | {"end": one.end}
        items.append(_of(one, "complete", one.end, facts, now, "complete", one.assigned_to))
    if service is not None and one.status == "confirmed":
        items += _reminders(one, service, rulebook, calendar, now)
    return in_order(items)


def _coordination(one: Awaited, service: Service | None, rulebook: Rulebook, now: datetime) -> Iterator[DueItem]:
    """Yield an item for each department that has not answered, due when a hold would have run out (manual row A4)."""
    if one.asked_at is None or _unconfirmed(one, now):
        return
    due = one.hold_until or min(one.asked_at + (service.hold_for.delta if service else timedelta()), one.start)
    for asked in one.asked:
        name = next((known.name for known in rulebook.department if known.id == asked), asked)
        facts = _facts(one) | {"department": name}
        yield _of(one, "coordinate", due, facts, now, "coordinate", asked, f" --answer {asked}")


def _promise(one: Awaited, service: Service | None, rulebook: Rulebook, now: datetime) -> Iterator[DueItem]:
    """Yield what a booking that is no visit waits for, from the hold to the guest who is missing.

    What is paid first is paid before it is confirmed (manual row B2).
    """
    if _unconfirmed(one, now):
        yield _of(one, "unconfirmed", one.start, _facts(one), now, "cancel")
    elif one.status == "requested" and one.hold_until is not None:
        if not one.waitlisted:
            yield _decision(one, service, one.hold_until, rulebook, now)
        elif one.hold_until > now:
            yield _of(one, "offer", one.hold_until, _facts(one), now, "confirm", one.agent)
        else:
            yield _of(one, "offer_over", one.hold_until, _facts(one), now, "decline")
    elif one.status == "requested" and one.paid_at is not None and not one.asked:
        wait = service.hold_for.delta if service else timedelta()  # paid, so it is held until somebody confirms it (B2)
        yield _decision(one, service, one.paid_at + wait, rulebook, now)
    elif one.status == "confirmed":
        yield from _arrival(one, service, rulebook, now)


def _unconfirmed(one: Awaited, now: datetime) -> bool:
    """Whether the time of a request that is no visit has come, and nobody can confirm it any more."""
    return one.status == "requested" and one.respond_by is None and not one.waitlisted and _passed(one.start, now)


def _decision(one: Awaited, service: Service | None, due: datetime, rulebook: Rulebook, now: datetime) -> DueItem:
    """Return what a request waits for: what becomes of one a department refused (row A4), money, its confirmation."""
    refused = tuple(name_of(rulebook, who) for who in one.departments if who not in (*one.agreed, *one.asked))
    if refused:
        return _of(one, "refused", due, _facts(one) | {"departments": refused}, now, "change")
    if service is not None and service.prepaid and one.owed:
        return _of(one, "pay", due, _facts(one) | {"amount": one.owed}, now, "pay")
    return _of(one, "confirm", due, _facts(one), now, "confirm")


def _arrival(one: Awaited, service: Service | None, rulebook: Rulebook, now: datetime) -> Iterator[DueItem]:
    """Yield whom to ask about the guest: the merchant, then the guest, and the no-show (manual row C5).

    A guest who says when to expect them is asked after again at that time, and is no no-show before it.
    """
    known = one.checked_at is not None and one.checked_at <= now
    who, _, seen = (one.seen or "").partition(" ") if known else ("", "", "")
    asked_at = one.checked_at if known and one.checked_at else one.start
    expected = one.expected_at if known else None
    if seen == "cancelled":
        yield _of(one, "called_off", asked_at, _facts(one), now, "cancel", one.agent, " --phoned")
        return
    absent = (who, seen) == ("customer", "absent")
    if service is not None and service.check_arrival_after is not None and not absent:
        wait = service.check_arrival_after.delta
        if who == "merchant" and seen in NOT_THERE:
            facts = _facts(one) | {"seen": seen}
            yield _of(one, "ask_guest", asked_at, facts, now, "check-arrival", one.agent, " --with customer")
        else:
            due = expected or max(asked_at, one.start, key=datetime.timestamp) + wait
            if _passed(due, now):
                yield _of(one, "check_arrival", due, _facts(one), now, "check-arrival", one.agent, " --with merchant")
    missing = one.start.astimezone(UTC) + (service.no_show_after.delta if service else timedelta())
    due = max(missing, expected.astimezone(UTC) if expected else missing).astimezone(rulebook.zone)
    if _passed(due, now):
        phoned = " --phoned" if absent else ""
        yield _of(one, "arrival", due, _facts(one), now, "no-show", None, phoned)


def _visit(one: Awaited, now: datetime) -> Iterator[DueItem]:
    """Yield the next hand a visit waits for, up to the audit (manual row E4).

    One that is planned is somebody's by the time that is planned, where that lies before the deadline.
    """
    by = one.respond_by or one.end
    if one.accepted_at is None and not one.soon:
        by = min(by, one.start, key=datetime.timestamp)
    facts = _facts(one) | {"by": by}
    if one.status in ("requested", "confirmed"):
        if one.assigned_to is None:
            yield _of(one, "assign", by, facts, now, "assign")
        elif one.accepted_at is None:
            yield _of(one, "accept", by, facts, now, "accept", one.assigned_to)
        else:
            yield _of(one, "there", by, facts, now, "arrive", one.assigned_to)
    elif one.audit_since is not None and _passed(one.audit_since, now):
        yield _of(one, "audit", one.audit_since, _facts(one), now, "audit", overdue=False)


def _reminders(
    one: Awaited, service: Service, rulebook: Rulebook, calendar: Calendar, now: datetime
) -> Iterator[DueItem]:
    """Yield the reminders before the start, from their time on until the start (manual rows A8, C5).

    Who is to be there and was not told yet gets one, and each department that agreed; where nobody is named, anybody.
    A guest at a table is reminded by the clerk who took the order, and a merchant who does not know of a change is told
    of it however early that is.
    """
    if one.moved_at is not None and MERCHANT in to_prepare(one, service) and not _passed(one.start, now):
        where = tuple(known.name for known in rulebook.resource if known.id in one.resources) or (service.name,)
        due, facts = one.moved_at + service.hold_for.delta, _facts(one) | {"what": where}
        yield _of(one, "tell_merchant", due, facts, now, "inform", one.agent, f" --to {MERCHANT}")
    if service.remind_before is None or _passed(one.start, now):
        return
    due = reminded_from(calendar, one.start - service.remind_before.delta)
    if not _passed(due, now):
        return
    names = (known.name for known in rulebook.resource if known.id in one.resources)
    facts = _facts(one) | {"what": (service.name, *names)}
    if service.kind != "table" and not _there(one, service):
        yield _of(one, "remind", due, facts, now, "show", overdue=False)
    for who in to_prepare(one, service):
        if who != MERCHANT:
            kind, owner = ("remind_guest", one.agent) if who == GUEST else ("remind", who)
            yield _of(one, kind, due, facts, now, "inform", owner, f" --to {who}", overdue=False)


def _there(one: Awaited, service: Service | None) -> tuple[str, ...]:
    """Return who is to be there: who was sent, or whose hour was booked."""
    staff = one.resources if service is not None and service.kind == "appointment" else ()
    return (one.assigned_to,) if one.assigned_to else staff


def to_prepare(one: Awaited, service: Service | None) -> tuple[str, ...]:
    """Return who has not been told to prepare for a confirmed booking: who is to be there, departments that agreed.

    Of a table these are also the merchant, who does not know of a change, and the guest, who is reminded.
    """
    if one.status != "confirmed":
        return ()
    table = service if service is not None and service.kind == "table" else None
    called = (
        *((MERCHANT,) if table and table.confirmation == "separate" and one.moved_at else ()),
        *((GUEST,) if table and table.remind_before and GUEST not in one.told else ()),
    )
    staff = dict.fromkeys((*_there(one, service), *one.agreed))
    return (*(name for name in staff if name not in one.told), *called)


def _money(one: Awaited, service: Service | None, rulebook: Rulebook, now: datetime) -> Iterator[DueItem]:
    """Yield what must be paid before the start and is not, as after a change (manual row B3), and the refund overdue.

    The fee of what was called off has no time by which it must be had.

    That is one that should have arrived by a day that is over (manual row B4).
    """
    if service is not None and service.prepaid and one.owed and one.status in states.OWING:
        facts = _facts(one) | {"amount": one.owed}
        if one.status not in CALLED_OFF:
            yield _of(one, "pay", one.start, facts, now, "pay", one.agent)
        elif one.ended_at is not None and _passed(one.ended_at, now):
            yield _of(one, "fee", one.ended_at, facts, now, "pay", one.agent, overdue=False)
    if one.refund_due is None:
        return
    day = one.refund_due + timedelta(days=1)
    due = datetime(day.year, day.month, day.day, tzinfo=rulebook.zone)
    if _passed(due, now):
        facts = {"id": one.id, "amount": one.promised, "expected": one.refund_due}
        yield _of(one, "refund", due, facts, now, "refund", FINANCE, overdue=True)


def _afterwards(one: Awaited, service: Service | None, rulebook: Rulebook, now: datetime) -> Iterator[DueItem]:
    """Yield what is to be asked once the service was given: how it was (row A8), and the guest's bill (row C8)."""
    given = one.ended_at
    if one.status != "completed" or service is None or given is None or not _passed(given, now):
        return
    if service.rate_within is not None and not one.rated:
        yield _of(one, "rate", given + service.rate_within.delta, _facts(one), now, "close", one.agent, " --rating N")
    gathering = rulebook.members.gathering
    asked = "spend" in service.valid and (not gathering or any(card in gathering for card in one.cards))
    if service.bill_within is not None and asked and not one.billed:
        yield _of(one, "bill", given + service.bill_within.delta, _facts(one), now, "spend", one.agent)


def to_tell(one: Awaited, service: Service | None) -> tuple[str, ...]:
    """Return whom a cancellation affects that was not told of it yet (manual row A7), whoever cancelled left out.

    Who was sent, or whose hour was booked, once it was promised; and every department that was asked.
    """
    if one.status != "cancelled":
        return ()
    who = _there(one, service) if one.was_promised or one.assigned_to else ()
    known = {*one.told, one.called_off_by}
    return tuple(name for name in dict.fromkeys((*who, *one.departments)) if name not in known)


def _stand_down(one: Awaited, service: Service | None, rulebook: Rulebook, now: datetime) -> Iterator[DueItem]:
    """Yield an item for each of them, until its time has come, when it is of no use to anybody."""
    if one.called_off_at is None or not _passed(one.called_off_at, now) or _passed(one.start, now):
        return
    for who in to_tell(one, service):
        facts = _facts(one) | {"who": name_of(rulebook, who)}
        yield _of(one, "stand_down", one.start, facts, now, "inform", who, f" --to {who}", overdue=False)


def name_of(rulebook: Rulebook, who: str) -> str:
    """Return the name of a department or a resource, a login as it is."""
    names = {known.id: known.name for known in rulebook.resource}
    names |= {known.id: known.name for known in rulebook.department}
    return names.get(who, who)


def _facts(one: Awaited) -> dict[str, object]:
    """Return the facts of every sentence about a booking; what must stand out is named where there is any (row A3)."""
    marks = tuple(mark for mark, said in (("vip", one.vip), ("special", one.special)) if said)
    return {"id": one.id, "service": one.service, "start": one.start, **({"marks": marks} if marks else {})}


def _passed(due: datetime, now: datetime) -> bool:
    """Whether a moment has come; in real time, for two moments of one zone compare by the clock on the wall."""
    return due.astimezone(UTC) <= now.astimezone(UTC)


def _of(
    one: Awaited,
    kind: str,
    due: datetime,
    facts: Mapping[str, object],
    now: datetime,
    verb: str,
    owner: str | None = None,
    options: str = "",
    *,
    overdue: bool | None = None,
) -> DueItem:
    item = due_item("booking", kind, due, one.id, facts, owner, now, f"cscli booking {verb} {one.id}{options}")
    return item if overdue is None else replace(item, overdue=overdue)
