"""What the confirmation of a cancellation is filled with: what was cancelled and when, what money goes back."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cscli.domain.booking import Booking, promised
from cscli.i18n import label, language
from cscli.i18n.forms import day, elapsed, moment, money, span
from cscli.render.paper_facts import booking_facts
from cscli.render.view import View

if TYPE_CHECKING:
    from cscli.domain.refunds import Refund


def cancellation_facts(view: View, booking: Booking, *, reveal: bool = False) -> dict[str, Any]:
    """Return what the confirmation of a cancellation says (manual rows A7, B4); `returns` are the sums that go back.

    `back` is what is still to go back, `returned` what has. `given` is how long before the start it was, which is
    nothing once that has come, and `required` what the rule asks.
    """
    event = next(event for event in reversed(booking.events) if event.type == "cancelled")
    needed, begun = event.notice_required, event.minutes is not None
    back = sum((event.amount or Decimal(0) for event in booking.events if event.type == "refunded"), Decimal(0))
    received = booking.paid + back
    open_ = promised(booking)
    return {
        **booking_facts(view, booking, reveal=reveal),
        "cancelled": moment(event.at.astimezone(view.rulebook.zone), language()),
        "given": elapsed(event.notice.delta, language()) if event.notice is not None and not begun else "",
        "required": span(needed, language()) if needed is not None and needed.amount else "",
        "late": bool(event.late),
        "paid": money(received) if received else "",
        "fee": money(booking.fee) if booking.fee is not None and (booking.fee or received) else "",
        "back": money(open_) if received and (open_ or not back) else "",
        "returned": money(back) if back else "",
        "returns": [_returned(view, booking, refund) for refund in booking.refund],
    }


def _returned(view: View, booking: Booking, refund: "Refund") -> dict[str, str]:
    """Return a sum that goes back: by when it is expected, or when and how it was paid out."""
    zone = view.rulebook.zone
    paid = refund.paid_at
    by = next((event.method for event in booking.events if event.type == "refunded" and event.at == paid), None)
    return {
        "amount": money(refund.amount),
        "expected": day(refund.expected, language()),
        "paid_on": day(paid.astimezone(zone).date(), language()) if paid else "",
        "method": label("method", by) if by else "",
    }
