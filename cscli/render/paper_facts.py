"""What papers are filled with: of a booking, and of a day's sheet. Every fact is text, ready to be read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from cscli.domain import masks
from cscli.domain.booking import Booking, owed, promised, shares_of, untimed
from cscli.domain.dispatching import OPEN, Run
from cscli.i18n import label, language, t
from cscli.i18n.forms import day as written_day
from cscli.i18n.forms import elapsed, money, span, stretch
from cscli.i18n.forms import moment as written
from cscli.render.booking import class_name, extra_name, resource_name, service_name
from cscli.render.merchant import merchants_of, terms
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.customer import Customer

TAIL = 6  # characters of an id by which people know it
Names = Mapping[str, str]


def desk_facts(view: View) -> dict[str, Any]:
    """Return who the desk is and when the paper was made."""
    desk = view.rulebook.desk
    named = {name: visible(getattr(desk, name) or "") for name in ("name", "phone", "email", "address")}
    return {"desk": named, "printed": written(view.now, language()), "currency": desk.currency}


def booking_facts(view: View, booking: Booking, *, reveal: bool = False) -> dict[str, Any]:
    """Return what the papers of one booking say; the customer is masked unless `reveal`."""
    zone = view.rulebook.zone
    start, end = booking.start.astimezone(zone), booking.end.astimezone(zone)
    service = next((known for known in view.rulebook.service if known.id == booking.service), None)
    places = [known for known in view.rulebook.resource if known.id in booking.resources]
    route = next((known.name for known in service.route if known.id == booking.route), "") if service else ""
    arrived = booking.arrived_at.astimezone(zone) if booking.arrived_at else None
    back = [refund.expected for refund in booking.refund if refund.state == "submitted"]
    notice = {
        f"{name}_notice": span(getattr(service, f"{name}_notice"), language())
        if service and getattr(service, f"{name}_notice").amount
        else ""
        for name in ("change", "cancel")
    }
    return {
        **desk_facts(view),
        "id": booking.id,
        "tail": booking.id[-TAIL:],
        "status": label("status", booking.status),
        "kind": service.kind if service else "",
        "customer": person_facts(view.person, reveal=reveal),
        "service": visible(service_name(view, booking.service)),
        "when": t("label.visit.soon", by=end) if untimed(booking) else stretch(start, end, language()),
        "length": "" if untimed(booking) else elapsed(booking.end - booking.start, language()),
        "start": written(start, language()),
        "start_time": f"{start:%H:%M}",
        "end_time": f"{end:%H:%M}",
        "place": ", ".join(visible(resource_name(view, name)) for name in booking.resources),
        "vehicle": visible(places[0].name) if places and service and service.kind == "trip" else "",
        "address": visible(booking.address or next((known.address for known in places if known.address), None) or ""),
        "units": str(booking.units),
        "party": str(booking.party or ""),
        "seats": "" if service and "whole" in service.takes.values() else str(booking.units),
        "seat_class": class_name(booking.seat_class),
        "route": visible(route),
        "origin": visible(booking.origin or ""),
        "destination": visible(booking.destination or ""),
        "boarding_point": visible(booking.boarding_point or ""),
        "merchants": [
            {
                "name": visible(known.name),
                "phone": visible(known.phone or ""),
                "address": visible(known.address or ""),
                "terms": ", ".join(terms(known, view.rulebook.desk.currency)),
            }
            for known in merchants_of(view.rulebook, booking)
        ],
        "merchant": visible(booking.merchant or ""),
        "table_no": visible(booking.table_no or ""),
        "details": visible(booking.details or ""),
        "special": visible(booking.special or ""),
        "vip": booking.vip,
        "extra": [
            {"name": visible(extra_name(view, name)), "value": visible(str(value))}
            for name, value in booking.extra.items()
        ],
        "price": money(booking.price),
        "paid": money(booking.paid) if booking.paid else "",
        "owed": money(owed(booking)) if owed(booking) else "",
        "goes_back": money(promised(booking)) if promised(booking) else "",
        "goes_back_by": written_day(max(back), language()) if back else "",
        "arrived": f"{arrived:%H:%M}" if arrived else "",
        "late": str(booking.late_minutes or ""),
        "refunds": [
            {"name": visible(tier.name), "fee": str(tier.fee)}
            for tier in (service.refund if service else ())
            if tier.name
        ],
        **notice,
    }


def person_facts(person: "Customer | None", *, reveal: bool) -> dict[str, str]:
    """Return how a customer is addressed and reached, masked unless `reveal`."""
    if person is None:
        return {"name": "", "phone": "", "email": ""}
    phone, email = next(iter(person.phones), ""), next(iter(person.emails), "")
    if not reveal:
        return {
            "name": visible(masks.mask_name(person.name)),
            "phone": masks.mask_number(phone),
            "email": visible(masks.mask_email(email)) if email else "",
        }
    return {"name": visible(person.name or ""), "phone": phone, "email": visible(email)}


# --- the sheet of a day -----------------------------------------------------------------------------------------


def dispatch_facts(
    view: View,
    day: date,
    trips: Sequence[Run],
    visits: Mapping[str, Sequence[Booking]],
    places: Mapping[str, Sequence[Booking]],
    names: Names,
) -> dict[str, Any]:
    """Return what the sheet of a day says; `names` are the customers' by booking, as they may be seen."""
    vehicles: dict[str, list[dict[str, Any]]] = {}
    for run in trips:
        name = visible(run.vehicle.name) if run.vehicle else ""
        vehicles.setdefault(name, []).append(_run_facts(view, run, day, names))
    return {
        **desk_facts(view),
        "day": written_day(day, language()),
        "vehicles": [{"name": name, "runs": own} for name, own in vehicles.items()],
        "assignees": [
            {"name": visible(resource_name(view, who)), "tasks": [_task_facts(view, one, names) for one in own]}
            for who, own in visits.items()
        ],
        "places": [
            {"name": visible(resource_name(view, name)), "bookings": [_entry_facts(view, one, names) for one in own]}
            for name, own in places.items()
        ],
    }


def _run_facts(view: View, run: Run, day: date, names: Names) -> dict[str, Any]:
    """Return what the sheet of a day says of a trip; one that began before has its days with its times."""
    from cscli.domain.availability import outage

    zone = view.rulebook.zone
    begin = run.start.astimezone(zone)
    route = next((known for known in run.service.route if known.id == run.route), None)
    closed = outage(run.vehicle, run.start, run.end) if run.vehicle else None
    return {
        "time": stretch(begin, run.end.astimezone(zone), language())
        if begin.date() < day
        else _hours(view, run.start, run.end),
        "service": visible(run.service.name),
        "route": visible(route.name) if route else _ways(run),
        "driver": ", ".join(visible(known.name) for known in run.drivers),
        "seats": "  ".join(f"{class_name(seats.name)} {seats.sold}/{seats.room or '?'}".strip() for seats in run.seats),
        "held": str(run.held or ""),
        "empty": not (run.bookings or run.held or run.drivers or closed),
        "out": f"{visible(closed.reason)} -> {written(closed.to.astimezone(zone), language())}" if closed else "",
        "passengers": [
            {
                "name": names.get(booking.id, ""),
                "seats": _seats_of(run, booking),
                "seat_class": class_name(booking.seat_class),
                "boarding": visible(booking.boarding_point or ""),
                "special": _needs(booking),
                "order": booking.id[-TAIL:],
                "money": _money(booking),
            }
            for booking in run.bookings
        ],
    }


def _ways(run: Run) -> str:
    """Return from where to where a trip without a route goes: as its bookings say."""
    ways = dict.fromkeys(
        f"{visible(one.origin)} -> {visible(one.destination)}" for one in run.bookings if one.origin and one.destination
    )
    return ", ".join(ways)


def _seats_of(run: Run, booking: Booking) -> str:
    """Return how many a booking puts on this vehicle: of a charter as many as travel."""
    if not run.service.resources or run.vehicle is None:
        return str(booking.units)
    if run.service.takes.get(run.service.resources[0]) == "whole":
        return str(booking.party or "")
    return str(dict(zip(booking.resources, shares_of(booking), strict=True)).get(run.vehicle.id, booking.units))


def _task_facts(view: View, booking: Booking, names: Names) -> dict[str, Any]:
    zone = view.rulebook.zone
    return {
        "time": "" if untimed(booking) else _hours(view, booking.start, booking.end),
        "by": written((booking.respond_by or booking.end).astimezone(zone), language()),
        "accepted": booking.accepted_at is not None,
        "done": "" if booking.status in OPEN else label("status", booking.outcome or booking.status),
        "address": visible(booking.address or ""),
        "details": visible(booking.details or ""),
        "special": _needs(booking),
        "name": names.get(booking.id, ""),
        "service": visible(service_name(view, booking.service)),
        "order": booking.id[-TAIL:],
    }


def _entry_facts(view: View, booking: Booking, names: Names) -> dict[str, Any]:
    return {
        "time": _hours(view, booking.start, booking.end),
        "service": visible(service_name(view, booking.service)),
        "name": names.get(booking.id, ""),
        "units": str(booking.units),
        "party": str(booking.party or ""),
        "table_no": visible(booking.table_no or ""),
        "details": visible(booking.details or ""),
        "special": _needs(booking),
        "order": booking.id[-TAIL:],
        "money": _money(booking),
    }


def _hours(view: View, start: Any, end: Any) -> str:
    zone = view.rulebook.zone
    first, last = start.astimezone(zone), end.astimezone(zone)
    days = (last.date() - first.date()).days
    return f"{first:%H:%M}-{last:%H:%M}" + (f" +{days}" if days else "")


def _needs(booking: Booking) -> str:
    """Return what must stand out: VIP, and special needs in the customer's words (manual row A3)."""
    return "  ".join(
        word for word in (t("label.mark.vip") if booking.vip else "", visible(booking.special or "")) if word
    )


def _money(booking: Booking) -> str:
    """Return whether a booking is paid; nothing where it has no price, or was missed and costs nothing."""
    if booking.price is None or booking.fee == 0:
        return ""
    return t("label.mark.owed", amount=owed(booking)) if owed(booking) else t("label.mark.paid")
