"""A series of bookings as a clerk reads it back: what they have in common, a table of dates, what was left out."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cscli.domain.value import Value
from cscli.i18n import label, language, t
from cscli.i18n.forms import elapsed, money, span, stretch, weekday
from cscli.render.booking import (
    WORDS,
    _way,
    booking_data,
    class_name,
    extra_name,
    person_line,
    resource_name,
    service_name,
)
from cscli.render.problem import names_of
from cscli.render.promises import shared_lines
from cscli.render.refusal import conflicts_data, conflicts_text
from cscli.render.table import card, table
from cscli.render.units import units_of
from cscli.render.view import View, unwritten
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.refunds import Refund
    from cscli.domain.series import Outcome, Step


class Told(Value):
    """How a series is told: how often it recurs where that was just said, and how many of it are left as they are."""

    every: str | None = None
    left: int = 0


def series_page(view: View, found: "Outcome", told: Told) -> str:
    """Return what became of a series: one card for all, a table of dates, and the dates left out with their reasons."""
    parts = [card(_card(view, found, told)), _dates(view, found)]
    if found.conflicts:
        every = len(found.conflicts) + len(found.steps)
        head = t("label.series.left_out", number=len(found.conflicts), every=every)
        parts.append(f"{head}\n{conflicts_text(found.conflicts, names_of(view.rulebook))}")
    return "\n\n".join(parts)


def headline(found: "Outcome") -> str:
    """Return the first line of a series: its id, how many bookings, and their state where it is one."""
    bookings = found.bookings
    states = {booking.status for booking in bookings}
    words = [bookings[0].series or "", t("label.series.number", number=len(bookings))]
    return "  ".join([*words, *(label("status", state) for state in states if len(states) == 1)])


def _card(view: View, found: "Outcome", told: Told) -> list[tuple[str, str]]:
    bookings = found.bookings
    first = bookings[0]
    lines = [*unwritten(view), (t("label.field.series"), headline(found))]
    lines += _money(view, found)
    lines.append((t("label.field.service"), _what(view, bookings)))
    when = _when(view, bookings, told)
    if when:
        lines.append((t("label.field.time"), when))
    if view.person is not None:
        lines.append((t("label.field.customer"), person_line(view.person, new=view.opened)))
    if all(booking.vip for booking in bookings):
        lines.append((t("label.field.vip"), t("label.yes")))
    for name in WORDS:
        value = getattr(first, name)
        if value and all(getattr(booking, name) == value for booking in bookings):
            lines.append((t(f"label.field.{name}"), visible(str(value))))
    lines += [
        (extra_name(view, name), visible(str(value)))
        for name, value in first.extra.items()
        if all(booking.extra.get(name) == value for booking in bookings)
    ]
    lines += shared_lines(view, bookings)
    if told.left:
        lines.append((t("label.field.left"), t("label.series.left", number=told.left)))
    return lines


def _money(view: View, found: "Outcome") -> list[tuple[str, str]]:
    """Return what all of it costs, where any of it will take place, and what goes back in all."""
    currency = view.rulebook.desk.currency
    lines = []
    total = price_of([booking for booking in found.bookings if booking.status not in ("cancelled", "unmet")])
    if total is not None:
        before = price_of([step.before for step in found.steps if step.before is not None])
        key = "label.series.price" if before in (None, total) else "label.series.price_was"
        lines.append((t("label.field.price"), t(key, amount=total, currency=currency, before=before)))
    refunds = [refund for step in found.steps for refund in new_refunds(step)]
    if refunds:
        words = t(
            "label.series.refund",
            amount=sum((refund.amount for refund in refunds), Decimal(0)),
            fee=sum((refund.fee for refund in refunds), Decimal(0)),
            expected=max(refund.expected for refund in refunds),
            currency=currency,
        )
        lines.append((t("label.field.refund"), words))
    return lines


def price_of(bookings: "Sequence[Booking]") -> Decimal | None:
    """Return what bookings cost together; None where none of them is priced."""
    prices = [booking.price for booking in bookings if booking.price is not None]
    return sum(prices, Decimal(0)) if prices else None


def new_refunds(step: "Step") -> "tuple[Refund, ...]":
    """Return the refunds that came of a step."""
    return step.after.refund[len(step.before.refund) if step.before else 0 :]


def _what(view: View, bookings: "Sequence[Booking]") -> str:
    """Return the service, and where it is where that is one place for all."""
    first = bookings[0]
    services = dict.fromkeys(service_name(view, booking.service) for booking in bookings)
    parts = [", ".join(services), _way(first), class_name(first.seat_class)]
    if len({booking.resources for booking in bookings}) == 1:
        parts.append(_where(view, first))
    if len({units_of(view.rulebook, booking) for booking in bookings}) == 1:
        parts.append(units_of(view.rulebook, first))
    return "  ".join(part for part in parts if part)


def _where(view: View, booking: "Booking") -> str:
    return ", ".join(resource_name(view, resource) for resource in booking.resources)


def _when(view: View, bookings: "Sequence[Booking]", told: Told) -> str:
    """Return how often, on which day of the week, from when to when, and how long: as far as it is one for all."""
    zone = view.rulebook.zone
    times = [(booking.start.astimezone(zone), booking.end.astimezone(zone)) for booking in bookings]
    parts = [label("rhythm", told.every)] if told.every else []
    start = times[0][0]
    clocks = {f"{begin:%H:%M}-{finish:%H:%M}" for begin, finish in times}
    if len(clocks) == 1:
        same = len({begin.weekday() for begin, _ in times}) == 1
        parts.append(f"{weekday(start, language())} {clocks.pop()}" if same else clocks.pop())
    else:
        parts.append(t("label.series.varying"))
    if len({booking.end - booking.start for booking in bookings}) == 1:
        parts.append(f"({elapsed(bookings[0].end - bookings[0].start, language())})")
    return "  ".join(parts)


def _dates(view: View, found: "Outcome") -> str:
    """Return the table of dates; what is alike for all of them is left to the card."""
    bookings = found.bookings
    columns = ["id", "start"]
    if any(step.before is not None and step.before.start != step.after.start for step in found.steps):
        columns.append("was")
    if len({booking.status for booking in bookings}) > 1:
        columns.append("status")
    if len({booking.resources for booking in bookings}) > 1:
        columns.append("resources")
    if any(booking.price is not None for booking in bookings):
        columns.append("price")
    if any(booking.status == "cancelled" for booking in bookings):
        columns.append("notice")
    if any(new_refunds(step) for step in found.steps):
        columns += ["refund", "fee"]
    rows = [tuple(_cell(view, step, column) for column in columns) for step in found.steps]
    align = "".join("r" if column in ("price", "refund", "fee") else "l" for column in columns)
    return table(rows, [t(f"label.column.{column}") for column in columns], align=align)


def _cell(view: View, step: "Step", column: str) -> str:
    booking = step.after
    if column == "start":
        return _time(view, booking)
    if column == "was":
        return _time(view, step.before) if step.before else ""
    if column == "status":
        return label("status", booking.status)
    if column == "resources":
        return _where(view, booking)
    if column == "price":
        return money(booking.price)
    if column == "notice":
        last = booking.events[-1]
        given = span(last.notice, language()) if last.notice is not None else ""
        return f"{given}  {t('label.late')}" if last.late else given
    refunds = new_refunds(step)
    if column == "refund":
        return money(sum((refund.amount for refund in refunds), Decimal(0))) if refunds else ""
    if column == "fee":
        return money(sum((refund.fee for refund in refunds), Decimal(0))) if refunds else ""
    return booking.id


def _time(view: View, booking: "Booking") -> str:
    zone = view.rulebook.zone
    return stretch(booking.start.astimezone(zone), booking.end.astimezone(zone), language())


def series_data(view: View, found: "Outcome") -> dict[str, Any]:
    """Return what became of a series for programs: its bookings as `booking show` gives them, and its conflicts."""
    refunds = [refund for step in found.steps for refund in new_refunds(step)]
    price = price_of([booking for booking in found.bookings if booking.status not in ("cancelled", "unmet")])
    return {
        "series": found.bookings[0].series,
        "bookings": [booking_data(view, booking) for booking in found.bookings],
        "conflicts": conflicts_data(found.conflicts),
        "derived": {
            "price": None if price is None else money(price),
            "refund": money(sum((refund.amount for refund in refunds), Decimal(0))) if refunds else None,
            "fee": money(sum((refund.fee for refund in refunds), Decimal(0))) if refunds else None,
            "duplicates": list(found.same),
            "dry_run": view.dry_run,
        },
    }
