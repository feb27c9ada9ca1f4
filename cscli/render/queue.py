"""The waiting list as a table, who is named when something comes free, and both as data."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cscli.domain import line
from cscli.domain.value import Value
from cscli.i18n import language, t
from cscli.i18n.forms import moment, stretch
from cscli.render.booking import booking_data, class_name, resource_name, service_name
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking

COLUMNS = ("number", "id", "since", "service", "start", "units", "name", "phone", "missed", "offer", "free", "marks")
ALIGN = "rllllrllrlll"
PLAIN = (
    "number", "id", "since", "service", "start", "end", "resources", "units", "customer", "name", "phone", "missed",
    "offer_until", "free_now", "vip", "special",
)  # fmt: skip


class Waiting(Value):
    """Somebody in the queue: the booking with its wish, the number, masked name and phone, and how it stands.

    `missed` is on how many days the customer could not be given this service; `free` are the resources the wish could
    have right now.
    """

    booking: "Booking"
    number: int
    name: str
    phone: str
    missed: int
    free: tuple[str, ...] = ()


def waiting_row(view: View, place: Waiting) -> tuple[str, ...]:
    """Return a line of the waiting list, in the order of `COLUMNS`."""
    zone = view.rulebook.zone
    wish = line.wish_of(place.booking)
    return (
        str(place.number),
        wish.id,
        moment(wish.received_at.astimezone(zone), language()),
        _what(view, wish),
        stretch(wish.start.astimezone(zone), wish.end.astimezone(zone), language()),
        str(wish.units),
        place.name,
        place.phone,
        str(place.missed),
        _offer(view, place.booking),
        " ".join(resource_name(view, name) for name in place.free),
        " ".join(t(f"label.mark.{mark}") for mark, said in (("vip", wish.vip), ("special", wish.special)) if said),
    )


def waiting_data(view: View, place: Waiting) -> dict[str, Any]:
    """Return somebody in the queue for programs: the booking, and under `derived.queue` how it stands there."""
    data = booking_data(view, place.booking)
    held = place.booking.hold_until if line.on_offer(place.booking) else None
    wish = line.wish_of(place.booking)
    data["derived"]["queue"] = {
        "number": place.number,
        "since": place.booking.received_at.isoformat(),
        "start": wish.start.isoformat(),
        "end": wish.end.isoformat(),
        "resources": list(wish.resources),
        "name": place.name,
        "phone": place.phone,
        "missed": place.missed,
        "offer": {"until": held.isoformat(), "stands": line.stands(place.booking, view.now)} if held else None,
        "free_now": list(place.free),
    }
    return data


def waiting_plain(data: Mapping[str, Any]) -> dict[str, str]:
    """Return somebody in the queue for a spreadsheet, from what programs are told."""
    from cscli.render.plain import plain_text

    place = data["derived"]["queue"]
    told = {**data, **place, "offer_until": place["offer"]["until"] if place["offer"] else None}
    return {key: plain_text(told[key]) for key in PLAIN}


def waiting_lines(view: View, heirs: Iterable[tuple["Booking", str]]) -> list[str]:
    """Return a line for each of those in the queue who could have what came free, with the command that offers it."""
    return [
        t("label.waiting", id=booking.id, name=name or "-", since=_here(view, booking.received_at))
        for booking, name in heirs
    ]


def _what(view: View, wish: "Booking") -> str:
    names = " ".join(resource_name(view, name) for name in wish.resources)
    parts = (service_name(view, wish.service), wish.route, class_name(wish.seat_class), names)
    return "  ".join(visible(part) for part in parts if part)


def _offer(view: View, booking: "Booking") -> str:
    """Return until when an offer stands, or that it ran out; it is told with its time where that is not the wish's."""
    if not line.on_offer(booking) or booking.hold_until is None:
        return ""
    key = "label.offer.stands" if line.stands(booking, view.now) else "label.offer.over"
    told = t(key, until=_here(view, booking.hold_until))
    wish = line.wish_of(booking)
    if (wish.start, wish.end) == (booking.start, booking.end):
        return told
    time = stretch(_here(view, booking.start), _here(view, booking.end), language())
    return f"{told}: {time}"


def _here(view: View, at: datetime) -> datetime:
    return at.astimezone(view.rulebook.zone)
