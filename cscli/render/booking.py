"""Bookings as cards to be read to the customer, as lists, and as data."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cscli.domain import masks
from cscli.i18n import label, language, t
from cscli.i18n.forms import elapsed, fact, money, stretch
from cscli.render.next_step import alternatives_told, next_steps, promise_told
from cscli.render.promises import fees_told, promise_lines
from cscli.render.units import unit_of, units_of
from cscli.render.view import View, unwritten
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.customer import Customer


def booking_card(
    view: View,
    booking: "Booking",
    events: Sequence[str] = (),
    *,
    reveal: bool = False,
    more: Sequence[tuple[str, str]] = (),
) -> str:
    """Return a booking as the clerk reads it back: id and state first, then what, when, for whom, price, rule.

    `more` are lines that stand with the money: what was taken off the customer's card, and what is left.
    """
    from cscli.render.table import card

    lines = [*unwritten(view), (t("label.field.booking"), _headline(booking))]
    lines.append((t("label.field.service"), _what(view, booking)))
    lines.append((t("label.field.time"), _when(view, booking)))
    if "booking.changed" in events:
        lines += _before(view, booking)
    if booking.series:
        lines.append((t("label.field.series"), booking.series))
    if view.person is not None:
        lines.append((t("label.field.customer"), person_line(view.person, new=view.opened, reveal=reveal)))
    if booking.vip:
        lines.append((t("label.field.vip"), t("label.yes")))
    for name in WORDS:
        value = getattr(booking, name)
        if value and not (booking.respond_by and name == "late_minutes"):
            words = t("tell.late_minutes", minutes=value) if name == "late_minutes" else visible(str(value))
            lines.append((t(f"label.field.{name}"), words))
    lines += [(extra_name(view, name), visible(str(value))) for name, value in booking.extra.items()]
    lines += _visit(view, booking)
    if "booking.created" in events:
        lines += promise_told(view, booking)
    lines += _order(view, booking)
    lines += _asked(view, booking)
    lines += _informed(view, booking)
    lines += _ahead(view, booking)
    lines += _absent(booking)
    lines += [*_money(view, booking), *more]
    lines += promise_lines(view, booking)
    if "booking.created" in events:
        lines += fees_told(view, booking)
    if booking.result:
        lines.append((t("label.told.result"), visible(booking.result)))
    if booking.rating is not None:
        lines.append((t("label.field.rating"), f"{booking.rating}/5"))
    if booking.feedback:
        lines.append((t("label.field.feedback"), visible(booking.feedback)))
    lines += alternatives_told(view, booking)
    return card([*lines, *next_steps(view, booking, events)], view.width)


WORDS = (
    "special", "details", "source", "party", "address", "merchant", "table_no", "late_minutes",
)  # fmt: skip


def _order(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return what the guest must be told of a merchant, and what a completed order lacks (manual rows C7, C10)."""
    from cscli.domain.booking import lacking
    from cscli.render.history import check_words
    from cscli.render.merchant import merchant_lines

    lines = merchant_lines(view.rulebook, booking)
    check = next((event for event in reversed(booking.events) if event.type == "checked"), None)
    if check is not None and booking.status == "confirmed":
        lines.append((t("label.field.check"), f"{check.at.astimezone(view.rulebook.zone):%H:%M}  {check_words(check)}"))
    service = next((known for known in view.rulebook.service if known.id == booking.service), None)
    if service is not None and service.valid and booking.outcome == "completed":
        missing = lacking(booking, service, view.person, view.rulebook.members.gathering)
        names = tuple(label("needed", name) for name in missing)
        lines += [(t("label.field.lacking"), ", ".join(names))] if names else []
    return lines


def _visit(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return who makes a visit and has accepted it, by when somebody must be there, was there, and what was found."""
    from cscli.domain.booking import untimed

    zone = view.rulebook.zone
    lines = []
    if booking.assigned_to:
        taken = booking.accepted_at
        words = t("label.visit.accepted", at=taken.astimezone(zone)) if taken else t("label.visit.waiting")
        lines.append((t("label.field.assigned_to"), f"{visible(resource_name(view, booking.assigned_to))}  {words}"))
    if booking.respond_by and booking.status in ("requested", "confirmed") and not untimed(booking):
        by, over = booking.respond_by.astimezone(zone), booking.start - booking.respond_by
        words = t("label.visit.planned_late", late=over) if over > timedelta() else ""
        lines.append((t("label.field.respond_by"), f"{fact(by, language())}  {words}".strip()))
    for event in booking.events:
        if event.type == "arrived" and event.notice is not None:
            took = t("label.visit.took", notice=event.notice, required=event.notice_required)
            late = timedelta(minutes=booking.late_minutes or 0)
            met = t("label.visit.late", late=late) if event.late else t("label.visit.in_time")
            lines.append((t("label.field.response"), f"{took}, {met}"))
        elif event.type == "audited":
            found = [t("label.visit.good" if event.agreed else "label.visit.wanting"), visible(event.by)]
            lines.append((t("label.field.audit"), "  ".join([*found, *([visible(event.note)] if event.note else [])])))
    return lines


def _asked(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return a line for each department that was asked, with what it said (manual row A4)."""
    lines = []
    for asked in booking.coordination:
        name = next(
            (known.name for known in view.rulebook.department if known.id == asked.department), asked.department
        )
        said = {None: "waiting", True: "agreed", False: "refused"}[asked.agreed]
        words = [name, t(f"label.coordination.{said}"), visible(asked.answer or asked.question or "")]
        lines.append((t("label.field.coordination"), "  ".join(word for word in words if word)))
    return lines


def _informed(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return who was told of a booking (manual row A8), and of a cancellation who was not yet (row A7)."""
    if booking.status != "cancelled" and not any(event.told for event in booking.events):
        return []
    from cscli.domain.due_bookings import awaited, to_tell
    from cscli.render.history import addressee

    service = next((known for known in view.rulebook.service if known.id == booking.service), None)
    known = awaited(booking)
    sides = {"told": known.told, "to_tell": to_tell(known, service)}
    return [
        (t(f"label.told.{side}"), ", ".join(addressee(view.rulebook, name) for name in names))
        for side, names in sides.items()
        if names
    ]


def _ahead(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return that the customer's unmet requests let it in beyond the window (manual row D6)."""
    rules = next((known.priority for known in view.rulebook.service if known.id == booking.service), None)
    if rules is None or not any(event.priority for event in booking.events):
        return []
    return [(t("label.field.priority"), t("label.priority.used", misses=rules.misses))]


def _absent(booking: "Booking") -> list[tuple[str, str]]:
    """Return whether somebody who did not come had telephoned (manual row D7)."""
    phoned = next((event.phoned for event in reversed(booking.events) if event.type == "no_show"), None)
    return [] if phoned is None else [(t("label.status.no_show").capitalize(), _phoned(phoned))]


def _phoned(phoned: bool) -> str:
    return t(f"label.flag.phoned.{'yes' if phoned else 'no'}")


def _money(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return what it costs, what was paid, what is still owed, and what goes back."""
    from cscli.domain.booking import owed

    currency = view.rulebook.desk.currency
    lines = []
    if booking.price is not None:
        lines.append((t("label.field.price"), price_line(view, booking)))
    due = owed(booking) if booking.status != "closed" else Decimal(0)
    rest = t("tell.owed", due=due, currency=currency) if due else ""
    called_off = booking.fee is not None and booking.outcome in ("cancelled", "no_show")
    returned = sum((event.amount or Decimal(0) for event in booking.events if event.type == "refunded"), Decimal(0))
    if booking.paid or returned or (due and booking.status == "completed"):
        key = "tell.paid.kept" if returned else "tell.paid"
        words = t(key, amount=booking.paid + returned, currency=currency, returned=returned, kept=booking.paid)
        lines.append((t("label.field.paid"), words if called_off else f"{words}  {rest}".strip()))
    back = [refund for refund in booking.refund if refund.amount]
    if called_off and (due or not back) and (booking.fee or booking.outcome == "no_show"):
        lines.append((t("tell.field.fee"), f"{money(booking.fee)} {currency}  {rest}".strip()))
    for refund in back:
        words = t(f"label.refund.{refund.state}", amount=refund.amount, currency=currency, fee=refund.fee,
                  expected=refund.expected)  # fmt: skip
        lines.append((t("label.field.refund"), words))
    if booking.spend is not None:
        lines.append((t("label.field.spend"), f"{money(booking.spend)} {currency}"))
    return lines


def extra_name(view: View, field: str) -> str:
    """Return the name of an additional field, its id where the rulebook has forgotten it."""
    return next((known.name for known in view.rulebook.extra.booking if known.id == field), field)


def _headline(booking: "Booking") -> str:
    words = [booking.id, label("status", booking.status)]
    if booking.status == "closed" and booking.outcome:
        words.append(f"({label('status', booking.outcome)})")
    last = booking.events[-1]
    if last.late or any(event.late for event in booking.events):
        words.append(t("label.late"))
    if any(event.overrode for event in booking.events):
        words.append(t("label.overridden"))
    return "  ".join(words)


def _what(view: View, booking: "Booking") -> str:
    names = [resource_name(view, resource) for resource in booking.resources]
    parts = [service_name(view, booking.service), _way(booking), class_name(booking.seat_class), ", ".join(names)]
    parts.append(units_of(view.rulebook, booking))
    return "  ".join(part for part in parts if part)


def class_name(seat_class: str | None) -> str:
    """Return a seat class in words where the desk has a word for it."""
    return visible(label("seat_class", seat_class)) if seat_class else ""


def _way(booking: "Booking") -> str:
    """Return from where to where a trip goes, and where the passengers get on."""
    if not (booking.origin or booking.destination):
        return ""
    way = f"{visible(booking.origin or '?')} -> {visible(booking.destination or '?')}"
    return f"{way}  {t('label.boarding', point=visible(booking.boarding_point))}" if booking.boarding_point else way


def _when(view: View, booking: "Booking") -> str:
    from cscli.domain.booking import untimed

    zone = view.rulebook.zone
    start, end = booking.start.astimezone(zone), booking.end.astimezone(zone)
    if untimed(booking):
        return t("label.visit.soon", by=end)
    return f"{stretch(start, end, language())}  ({elapsed(booking.end - booking.start, language())})"


def _before(view: View, booking: "Booking") -> list[tuple[str, str]]:
    """Return the time and the place that a booking had before it was changed, as far as they are others now."""
    changes: Any = booking.events[-1].changes or {}
    zone = view.rulebook.zone
    words = []
    if "start" in changes or "end" in changes:
        start, end = ((changes[name].from_ if name in changes else getattr(booking, name)) for name in ("start", "end"))
        words.append(stretch(start.astimezone(zone), end.astimezone(zone), language()))
    if "resources" in changes:
        words.append(", ".join(resource_name(view, name) for name in changes["resources"].from_ or ()))
    told = "  ".join(word for word in words if word)
    return [(t("tell.field.before"), told)] if told else []


def price_line(view: View, booking: "Booking") -> str:
    """Return the price and how it came about."""
    zone, parts, units = view.rulebook.zone, booking.price_parts, booking.units
    service = next((known for known in view.rulebook.service if known.id == booking.service), None)
    told = []
    for part in parts:
        hours = Decimal(int((part.to - part.from_).total_seconds())) / 3600
        number = units if part.per in ("hour", "unit") else round(part.amount / part.rate) if part.rate else 1
        words = t(
            f"tell.per.{unit_of(service)}" if part.per == "unit" else f"label.price.{part.per}",
            time=f"{part.from_.astimezone(zone):%H:%M}-{part.to.astimezone(zone):%H:%M}",
            hours=f"{hours.normalize():f}" if hours == round(hours, 2) else f"{hours:.2f}",
            rate=part.rate,
            name=part.band or part.rule or "",
            times=f" x {number}" if number > 1 else "",
        )
        told.append(f"{words} = {money(part.amount)}" if len(parts) > 1 else words)
    return f"{money(booking.price)} {view.rulebook.desk.currency}  = {' + '.join(told)}"


def service_name(view: View, service_id: str) -> str:
    """Return a service's name, its id where the rulebook has forgotten it."""
    return next((service.name for service in view.rulebook.service if service.id == service_id), service_id)


def resource_name(view: View, resource_id: str) -> str:
    """Return a resource's name, its id where the rulebook has forgotten it."""
    return next((resource.name for resource in view.rulebook.resource if resource.id == resource_id), resource_id)


def person_line(person: "Customer", *, new: bool = False, reveal: bool = False) -> str:
    """Return a customer as lists may show one: masked name and number, the id for the rest."""
    name = person.name or "" if reveal else masks.mask_name(person.name)
    reached = next(iter((*person.phones, *person.emails)), "")  # who has no phone is written to
    words = [
        visible(name),
        visible(reached if reveal else masks.mask_contact(reached)),
        f"({person.id})",
        t("label.new") if new else "",
    ]
    return "  ".join(word for word in words if word)


def booking_data(view: View, booking: "Booking") -> dict[str, Any]:
    """Return a booking for programs, with what can be derived under `derived`."""
    from cscli.domain.booking import notice_of
    from cscli.render.data import record_data

    data = record_data(booking)
    data["derived"] = {
        "minutes": int((booking.end - booking.start).total_seconds() // 60),
        "notice": str(notice_of(booking, view.now)),
        "late": any(event.late for event in booking.events),
        "overridden": any(event.overrode for event in booking.events),
        "dry_run": view.dry_run,
    }
    if booking.respond_by is not None:
        data["derived"]["response"] = _response_data(view, booking)
    return data


def _response_data(view: View, booking: "Booking") -> dict[str, Any]:
    """Return how soon somebody was there for a visit, None where nobody has been there yet, and whether in time."""
    from cscli.domain.visiting import audited, response

    took, by = response(booking), booking.respond_by or booking.received_at
    missed = False if booking.status in ("requested", "confirmed") and view.now > by else None
    return {
        "minutes": int(took.total_seconds() // 60) if took is not None else None,
        "promised_minutes": int((by - booking.received_at).total_seconds() // 60),
        "met": booking.arrived_at <= by if booking.arrived_at else missed,
        "audited": audited(booking),
    }
