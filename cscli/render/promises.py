"""What a customer must be told of a promise, each thing under its own label: held until when, changed until when.

Everything is said as it holds now: a time that has passed is told as passed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from cscli.domain.values import Duration
from cscli.i18n import t
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.services import RefundTier, Service

OPEN = ("requested", "confirmed")
Lines = list[tuple[str, str]]


def promise_lines(view: View, booking: "Booking") -> Lines:
    """Return until when a booking is held, changed and cancelled, what is to be done next, and how it was cancelled."""
    lines = [*_held(view, booking), *_notices(view, booking), *_cancelled(booking)]
    return [(t(f"tell.field.{name}"), words) for name, words in lines]


def _held(view: View, booking: "Booking") -> Lines:
    """Return how long a request is held or an offer stands, and the commands that end it."""
    if booking.status != "requested":
        return []
    until = booking.hold_until.astimezone(view.rulebook.zone) if booking.hold_until else None
    over = until is not None and until <= view.now
    if until and booking.waitlisted:
        return [
            ("offer", t("tell.offer.over" if over else "tell.offer.stands", until=until)),
            ("next", t("tell.next.anew" if over else "tell.next.taken", id=booking.id)),
        ]
    held = [("held", t("tell.held.over" if over else "tell.held.until", until=until))] if until else []
    if booking.respond_by is None and booking.start <= view.now:
        return [*held, ("next", t("tell.next.unconfirmed", id=booking.id))]
    service = _service(view, booking)
    silent = [asked.asked_at for asked in booking.coordination if asked.agreed is None]
    if until is None and service is not None and silent:
        due = min(min(silent) + service.hold_for.delta, booking.start).astimezone(view.rulebook.zone)
        return [("held", t("tell.held.asking", due=due)), ("next", t("tell.next.coordinate", id=booking.id))]
    paid = any(event.type == "paid" for event in booking.events)
    prepaid = service is not None and service.prepaid and service.kind != "visit"
    return [*held, *_settled(view, booking, prepaid=prepaid, over=over)] if until or (prepaid and paid) else []


def _settled(view: View, booking: "Booking", *, prepaid: bool, over: bool) -> Lines:
    """Return which command comes once it is known what can be had: what is `prepaid` is paid, then it is confirmed."""
    from cscli.domain.booking import owed

    due, no = owed(booking) if prepaid else Decimal(0), _refused(view, booking)
    key = "no" if no else "over" if over else "confirm"
    if due and not no:
        key = "over_pay" if over else "pay"
    return [("next", t(f"tell.next.{key}", id=booking.id, owed=due, departments=no))]


def _refused(view: View, booking: "Booking") -> tuple[str, ...]:
    return tuple(_department(view, asked.department) for asked in booking.coordination if asked.agreed is False)


def _department(view: View, name: str) -> str:
    return visible(next((known.name for known in view.rulebook.department if known.id == name), name))


def _service(view: View, booking: "Booking") -> "Service | None":
    return next((known for known in view.rulebook.service if known.id == booking.service), None)


def _notices(view: View, booking: "Booking") -> Lines:
    """Return until when a booking may be changed and cancelled; one line where that is the same."""
    service = _service(view, booking)
    if service is None or booking.status not in OPEN:
        return []
    change, cancel = (_until(view, booking, notice) for notice in (service.change_notice, service.cancel_notice))
    if change == cancel:
        return [("both", t("tell.both", words=change) if view.now <= _last(booking, service.change_notice) else change)]
    return [("change", change), ("cancel", cancel)]


def _last(booking: "Booking", notice: Duration) -> datetime:
    """Return the last moment at which a notice is kept."""
    from cscli.domain.booking import begins

    return begins(booking) - notice.delta


def _until(view: View, booking: "Booking", notice: Duration) -> str:
    from cscli.domain.booking import begins, untimed

    def here(at: datetime) -> datetime:
        return at.astimezone(view.rulebook.zone)

    start, last = begins(booking), _last(booking, notice)
    if view.now >= start:
        return t("tell.notice.begun", start=here(start))
    if view.now > last:
        return t("tell.notice.over", notice=notice, until=here(last))
    if untimed(booking):
        return t("tell.notice.untimed", until=here(last))
    return t("tell.notice.until", until=here(last), notice=notice) if notice.amount else t("tell.notice.any")


def _cancelled(booking: "Booking") -> Lines:
    """Return with how much notice a booking was cancelled, and why."""
    from cscli.domain.booking import begins

    lines = []
    for event in booking.events:
        if event.type == "cancelled" and event.notice is not None and event.notice_required is not None:
            needed, after = event.notice_required, event.at - begins(booking)
            begun = after >= timedelta()
            key = "tell.cancelled.begun" if begun else "tell.cancelled.late" if event.late else "tell.cancelled"
            notice = timedelta(minutes=after // timedelta(minutes=1)) if begun else event.notice
            required = t("tell.required", required=needed) if needed.amount else ""
            words = t(key, notice=notice, required=required, reason=visible(event.reason or ""))
            lines.append(("cancelled", words))
    return lines


def fees_told(view: View, booking: "Booking") -> Lines:
    """Return what calling it off will cost, as the customer hears it when a booking is taken (manual row B4).

    It is said where something is kept before the start, when cancelling is free to do but not free.
    """
    service = _service(view, booking)
    tiers = service.refund if service is not None and booking.price and booking.status in OPEN else ()
    if not any((tier.fee.percent or tier.fee.amount) and not tier.after_start for tier in tiers):
        return []
    words = t("tell.fees.between").join(f"{_asked(tier)}: {tier.fee}" for tier in tiers)
    return [(t("tell.field.fees"), words)]


def _asked(tier: "RefundTier") -> str:
    """Return what a refund tier is called, else what it asks for."""
    if tier.name or tier.after_start:
        return visible(tier.name or t("explain.asks.after"))
    return t("explain.asks.notice", notice=tier.notice) if tier.notice.amount else t("explain.asks.before")


def shared_lines(view: View, bookings: "Sequence[Booking]") -> Lines:
    """Return what must be told of all bookings of a series together: the hold they share, and the notice of each."""
    first = bookings[0]
    if any(booking.status not in OPEN for booking in bookings):
        return []
    lines = []
    if first.hold_until and len({booking.hold_until for booking in bookings}) == 1:
        over = first.hold_until <= view.now
        until = first.hold_until.astimezone(view.rulebook.zone)
        lines.append(("held", t("tell.held.over" if over else "tell.held.until", until=until)))
    service = _service(view, first)
    if service is not None:
        change, cancel = _each(service.change_notice), _each(service.cancel_notice)
        one = change == cancel
        lines += [("both", t("tell.both", words=change))] if one else [("change", change), ("cancel", cancel)]
    return [(t(f"tell.field.{name}"), words) for name, words in lines]


def _each(notice: Duration) -> str:
    return t("tell.each.until", notice=notice) if notice.amount else t("tell.each.any")
