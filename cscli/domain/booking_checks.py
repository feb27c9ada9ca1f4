"""What must hold for a booking beside its shape: that what it names is there, and that its header is what was lived.

Each is a pure function from a record to what is wrong with it, as in `cscli.domain.checks`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cscli.domain import ids
from cscli.domain.findings import Finding

if TYPE_CHECKING:
    from cscli.domain.ground import Ground

Check = Callable[[str, Any, "Ground"], Iterable[Finding]]


# --- references -------------------------------------------------------------------------------------------------


def references_are_there(path: str, record: Any, ground: "Ground") -> Iterator[Finding]:
    """Whom a booking takes along and the series it is part of have files; a customer is no other kind of record."""
    customer = getattr(record, "customer", None)
    if customer is not None and ids.kind_of(customer) not in (None, "customer"):
        yield Finding(path, None, "check.booking.customer", {"id": customer})
    for name in getattr(record, "passengers", ()):
        if not ground.exists(name):
            yield Finding(path, None, "check.booking.passenger", {"id": name})
    series = getattr(record, "series", None)
    if series is not None and not ground.exists(series):
        yield Finding(path, None, "check.booking.series", {"id": series})


# --- what the events say ----------------------------------------------------------------------------------------


def header_tells_the_events(path: str, record: Any, ground: "Ground") -> Iterator[Finding]:
    """What is written down when something happens is what happened last: rating, bill, arrival, acceptance."""
    del ground
    if record.kind != "booking":
        return
    since = max((place for place, event in enumerate(record.events) if event.type == "assigned"), default=0)
    told = {
        "rating": _last(record.events, "rating"),
        "spend": _last(record.events, "amount", "spent"),
        "arrived_at": _last(record.events, "at", "arrived"),
        "accepted_at": _last(record.events[since:], "at", "accepted"),
    }
    for field, value in told.items():
        said = getattr(record, field)
        older = said is None and field.endswith("_at")  # files of before these moments were kept in the header
        if said != value and not older:
            facts = {"field": field, "said": "-" if said is None else said, "told": "-" if value is None else value}
            yield Finding(path, None, "check.header", facts)


def _last(events: Sequence[Any], field: str, kind: str | None = None) -> Any:
    """Return what the last event (of a kind) that says something of a field says of it, None where none does."""
    said = (getattr(event, field) for event in reversed(events) if kind in (None, event.type))
    return next((value for value in said if value is not None), None)


def only_who_waits_is_waiting(path: str, record: Any, ground: "Ground") -> Iterator[Finding]:
    """A hold is of a request alone; on the waiting list is who could not be served, until something is promised."""
    del ground
    if record.kind != "booking":
        return
    lived = {event.type for event in record.events}
    if record.hold_until is not None and record.status != "requested":
        yield Finding(path, None, "check.booking.hold", {"status": record.status})
    if record.waitlisted and ("unmet" not in lived or lived & {"confirmed", "accepted"}):
        yield Finding(path, None, "check.booking.waitlisted", {"status": record.status})


BROUGHT = {"cancelled": ("cancelled",), "no_show": ("no_show",)}  # events that bring a refund; a difference any other


def refunds_have_their_events(path: str, record: Any, ground: "Ground") -> Iterator[Finding]:
    """Money goes back because something happened in that moment, and is paid out when an event says so."""
    del ground
    if record.kind != "booking":
        return
    for number, refund in enumerate(record.refund, start=1):
        then = {event.type for event in record.events if event.at == refund.at}
        brought = then & set(BROUGHT[refund.why]) if refund.why in BROUGHT else then
        if not brought:
            yield Finding(path, None, "check.booking.refund", {"number": number, "at": refund.at})
    said = sum((refund.amount for refund in record.refund if refund.state == "paid"), Decimal(0))
    told = sum((event.amount or 0 for event in record.events if event.type == "refunded"), Decimal(0))
    if said != told:
        yield Finding(path, None, "check.booking.refund_paid", {"said": said, "told": told})


# --- price ------------------------------------------------------------------------------------------------------


def price_is_its_parts(path: str, record: Any, ground: "Ground") -> Iterator[Finding]:
    """A price is the sum of its parts, and these are of the time that is booked."""
    parts = getattr(record, "price_parts", ())
    if not parts:
        return
    told = sum((part.amount for part in parts), Decimal(0))
    if record.price != told:
        said = "-" if record.price is None else record.price
        yield Finding(path, None, "check.booking.price", {"said": said, "told": told})
    service = next((known for known in ground.rulebook.service if known.id == record.service), None)
    hourly = parts[0].per == "hour" and (service is None or any(band.per != "hour" for band in service.price))
    whole = hourly or parts[-1].to == record.end  # beside a price by the hour another band may take the rest
    if parts[0].from_ != record.start or not whole:
        facts = {"from": parts[0].from_, "to": parts[-1].to, "start": record.start, "end": record.end}
        yield Finding(path, None, "check.booking.price_time", facts)


CHECKS: tuple[Check, ...] = (
    references_are_there,
    header_tells_the_events,
    only_who_waits_is_waiting,
    refunds_have_their_events,
    price_is_its_parts,
)
