"""What a card says at its end: what a wish was offered instead, and which command comes next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cscli.i18n import language, t
from cscli.i18n.forms import stretch
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking

Lines = list[tuple[str, str]]


def alternatives_told(view: View, booking: "Booking") -> Lines:
    """Return what somebody whose wish could not be met was offered instead, and the answer (manual row A4)."""
    event = next((event for event in reversed(booking.events) if event.type == "unmet"), None)
    if event is None or booking.outcome != "unmet":
        return []
    told, day = [], ""
    for text in event.alternatives:
        said, _, rest = text.partition(" ")
        told.append(_told(view, booking, text, same_day=said == day))
        day = said if rest else ""
    lines = [(t("label.field.alternatives"), ", ".join(told) or t("label.none"))]
    answer = next((known.answer for known in reversed(booking.events) if known.answer), None)
    return [*lines, (t("tell.field.answer"), visible(answer))] if answer else lines


def _told(view: View, booking: "Booking", text: str, *, same_day: bool) -> str:
    """Return an alternative as it is said: its day with the weekday once, from when to when, and where by its name."""
    day, _, rest = text.partition(" ")
    clock, _, place = rest.partition(" ")
    try:
        start = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=view.rulebook.zone)
    except ValueError:  # a person wrote it in words of their own
        return visible(text)
    names = {known.id: known.name for known in view.rulebook.resource}
    where = " + ".join(visible(names.get(name, name)) for name in place.split("+") if name)
    end = start + (booking.end - booking.start)
    time = f"{start:%H:%M}-{end:%H:%M}" if same_day else stretch(start, end, language())
    return f"{time} {where}".strip()


def next_steps(view: View, booking: "Booking", events: Sequence[str]) -> Lines:
    """Return which command comes after what just happened, where one does."""
    first = any(known.prepaid for known in view.rulebook.service if known.id == booking.service)
    happened = [event.removeprefix("booking.") for event in events if event.startswith("booking.")]
    found = [_next(booking, event, first) for event in happened]
    keys = list(dict.fromkeys(key for key in found if key))
    facts = {"id": booking.id, **_amounts(booking)}
    return [(t("tell.field.next") if number == 0 else "", t(key, **facts)) for number, key in enumerate(keys)]


def _amounts(booking: "Booking") -> dict[str, object]:
    from cscli.domain.booking import owed, promised

    return {"owed": owed(booking), "promised": promised(booking)}


def _next(booking: "Booking", event: str, prepaid: bool) -> str | None:
    """Return the key of the sentence that names the command after an event, None where nothing waits.

    What is `prepaid` and promised is paid before it begins, if it owes anything (manual row B3).
    """
    amounts = _amounts(booking)
    last = booking.events[-1]
    if event in ("confirmed", "changed", "paid") and prepaid and amounts["owed"] and booking.status == "confirmed":
        return "tell.next.pay"
    if event in ("cancelled", "no_show", "changed", "completed") and amounts["promised"]:
        return "tell.next.refund"
    if event in ("completed", "no_show", "cancelled") and amounts["owed"] and booking.status != "closed":
        return "tell.next.pay"
    if event == "checked" and last.seen in ("absent", "late") and last.spoke_with == "merchant":
        return "tell.next.ask_guest"
    if event == "checked" and last.seen == "absent":
        return "tell.next.absent"
    if event == "checked" and last.seen == "cancelled":
        return "tell.next.called_off"
    if event == "unmet" or (event == "declined" and booking.waitlisted):
        return "tell.next.waiting"
    return "tell.next.declined" if event == "declined" else None


def promise_told(view: View, booking: "Booking") -> Lines:
    """Return how soon somebody is promised for a visit (row E4), and that the customer wishes for a later time."""
    from cscli.domain.booking import untimed
    from cscli.domain.patron import Patron, respond_by, response_time

    if booking.respond_by is None or untimed(booking) or view.person is None:
        return []
    patron = Patron(level=view.person.level, contract=view.person.contract)
    within = response_time(view.rulebook.visit, patron)
    by = respond_by(view.rulebook.visit, view.calendar, patron, booking.received_at).astimezone(view.rulebook.zone)
    late = booking.start - by
    key = "tell.promise.later" if late > timedelta() else "tell.promise.kept"
    return [(t("tell.field.promise"), t(key, within=within, by=by, late=late))]
