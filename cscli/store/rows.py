"""What the index keeps of each record: the columns of its tables, each with how it is read off the record.

Times are whole seconds since 1970, money is whole cents, lists are joined by spaces. Nothing personal stands in clear:
of a customer the index keeps the masked name and keyed digests of the numbers that find the file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from cscli.domain import states
from cscli.domain.masks import mask_name, mask_number

if TYPE_CHECKING:
    from cscli.domain.booking import Booking, BookingEvent, Coordination
    from cscli.domain.case import Complaint
    from cscli.domain.customer import Customer

ASKED = (
    "party", "details", "source", "special", "address", "origin", "destination", "boarding_point", "route",
    "seat_class", "spend", "rating",
)  # fmt: skip
Column = tuple[str, Callable[[Any], Any]]
Heard = tuple[bool | None, bool | None]


def sql_list(words: Iterable[str]) -> str:
    """Return words of our own as SQL has a list of them."""
    return f"({', '.join(repr(word) for word in words)})"


def seconds(at: datetime | None) -> int | None:
    """Return a moment as whole seconds since 1970."""
    return int(at.timestamp()) if at is not None else None


def cents(amount: Decimal | None) -> int | None:
    """Return an amount as whole cents."""
    return int(amount.scaleb(2)) if amount is not None else None


def _when(*types: str, last: bool = False) -> Callable[[Any], int | None]:
    """Return a reader of the time of the first (or last) event of one of these types."""

    def read(record: Any) -> int | None:
        events = reversed(record.events) if last else record.events
        return next((seconds(event.at) for event in events if event.type in types), None)

    return read


def _count(event_type: str, **wanted: object) -> Callable[[Any], int]:
    """Return a counter of the events of a type whose fields have the wanted values."""

    def read(record: Any) -> int:
        return sum(
            event.type == event_type and all(getattr(event, name) == value for name, value in wanted.items())
            for event in record.events
        )

    return read


def _phoned(record: "Booking") -> bool | None:
    """Return whether somebody who did not come had telephoned (manual row D7); None where that is not known."""
    return next((event.phoned for event in reversed(record.events) if event.type == "no_show"), None)


def _called_off_by(record: "Booking") -> str | None:
    return next((event.by for event in reversed(record.events) if event.type == "cancelled"), None)


def _rated_at(record: "Booking") -> int | None:
    return next((seconds(event.at) for event in reversed(record.events) if event.rating), None)


def _answered_at(record: "Booking") -> int | None:
    """Return when the customer had a first answer: confirmed, a visit accepted, unmet, or declined by the desk."""
    answers = (e for e in record.events if e.type in ("confirmed", "accepted", "unmet") or e.side == "desk")
    return next((seconds(event.at) for event in answers), None)


def _pauses(record: "Complaint") -> str:
    """Return when a complaint waited for its customer, as `from-to` in seconds; `from-` is still going on."""
    from cscli.domain.case import pauses

    return " ".join(f"{seconds(begin)}-{'' if end is None else seconds(end)}" for begin, end in pauses(record))


def _is_held(record: "Complaint") -> bool:
    from cscli.domain.case import hold

    return hold(record) is not None


def _gone_back(record: "Complaint") -> int:
    from cscli.domain.case import gone_back

    return len(gone_back(record))


def _clock(record: "Complaint") -> str:
    """Return what the complaint's deadlines rest on, packed."""
    from cscli.domain.clock import clock_of
    from cscli.store.clock_text import pack

    return pack(clock_of(record))


def _runs_on(record: "Complaint") -> bool:
    from cscli.domain.clock import clock_of, runs_on

    return bool(record.measures) and runs_on(clock_of(record))


def _complaint_end(record: "Complaint") -> int | None:
    """Return when it was closed or withdrawn last; a duplicate has no end of its own, for it is in no count."""
    return None if record.status == "merged" else _when("closed", "withdrawn", last=True)(record)


def _refund_due(record: "Booking") -> int | None:
    """Return the day (as an ordinal) by which money that was promised back should have arrived."""
    return min((known.expected.toordinal() for known in record.refund if known.state == "submitted"), default=None)


def _promised(record: "Booking") -> int | None:
    from cscli.domain.booking import promised

    return cents(promised(record)) if record.refund else 0


def _owed(record: "Booking") -> int | None:
    from cscli.domain.booking import owed

    return cents(owed(record))


def _check(record: "Booking") -> tuple[str, datetime, datetime | None] | None:
    """Return the last answer about the arrival."""
    from cscli.domain.booking import last_check

    return last_check(record)


def _unanswered(record: "Booking") -> tuple["Coordination", ...]:
    """Return the departments that have not answered."""
    from cscli.domain.booking import unanswered

    return unanswered(record) if record.coordination else ()


def _audit_since(record: "Booking") -> int | None:
    """Return since when a visit that was made waits for somebody to find it good."""
    if record.status != "completed" or record.respond_by is None:
        return None
    from cscli.domain.visiting import audited

    return None if audited(record) else _when("completed", last=True)(record)


def _said(record: "Booking") -> str:
    """Return which of the fields that the rulebook may ask for a booking says."""
    said = [name for name in ASKED if getattr(record, name)]
    return " ".join([*said, "resource"] if record.resources or record.merchant else said)


def _priority(record: "Booking") -> bool:
    """Whether priority was used for a booking; the desk that calls it off gives it back (manual row D6)."""
    from cscli.domain.refunds import BLAMELESS

    off = any(event.type == "cancelled" and event.cause in BLAMELESS for event in record.events)
    return not off and any(event.priority for event in record.events)


def _desk_errors(record: "Booking") -> int:
    return sum(event.cause == "desk_error" for event in record.events)


def _told(record: "Booking") -> str:
    from cscli.domain.booking import heard

    return "\n".join(heard(record))


def _moved_at(record: "Booking") -> int | None:
    from cscli.domain.booking import unsaid_since

    return seconds(unsaid_since(record))


def _shares(record: "Booking") -> str:
    """Return what a booking takes of each of its resources; nothing while a visit has no time yet."""
    from cscli.domain.booking import shares_of, untimed

    return "" if untimed(record) else " ".join(map(str, shares_of(record)))


def _plain(name: str) -> Column:
    return name, attrgetter(name)


def _moment(name: str) -> Column:
    return name, lambda record: seconds(getattr(record, name))


def _joined(name: str) -> Column:
    return name, lambda record: " ".join(getattr(record, name))


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "booking": (
        *map(_plain, ("id", "status", "outcome", "customer", "channel", "source", "service")),
        _joined("resources"),
        ("agent", lambda record: record.events[0].by),
        *map(_moment, ("start", "end", "received_at", "hold_until", "respond_by", "accepted_at")),
        *map(_plain, ("units", "party", "vip", "special", "entry_seconds", "rating", "waitlisted", "external_ref")),
        *map(_plain, ("route", "seat_class", "series", "assigned_to", "merchant")),
        ("price", lambda record: cents(record.price)),
        ("spend", lambda record: cents(record.spend)),
        ("priority", _priority),
        ("overridden", lambda record: any(event.overrode for event in record.events)),
        ("late", lambda record: any(event.late for event in record.events)),
        ("refund_due", _refund_due),
        ("arrived_at", _when("arrived")),
        ("paid_at", _when("paid", last=True)),
        ("promised", _promised),
        ("owed", _owed),
        ("checked_at", _when("checked", last=True)),
        ("seen", lambda record: check[0] if (check := _check(record)) else None),
        ("expected_at", lambda record: seconds(check[2]) if (check := _check(record)) else None),
        ("asked", lambda record: " ".join(entry.department for entry in _unanswered(record))),
        ("asked_at", lambda record: min((seconds(entry.asked_at) or 0 for entry in _unanswered(record)), default=None)),
        ("audit_since", _audit_since),
        ("shares", _shares),
        ("said", _said),
        ("answered_at", _answered_at),
        ("ended_at", _when(*states.OUTCOMES, last=True)),
        ("closed_at", _when("closed", last=True)),
        ("rated_at", _rated_at),
        ("phoned", _phoned),
        ("called_off_at", _when("cancelled", last=True)),
        ("called_off_by", _called_off_by),
        ("was_promised", lambda record: any(event.type in ("confirmed", "accepted") for event in record.events)),
        ("departments", lambda record: " ".join(entry.department for entry in record.coordination)),
        ("agreed", lambda record: " ".join(entry.department for entry in record.coordination if entry.agreed)),
        ("told", _told),
        ("moved_at", _moved_at),
        ("changed", _count("changed")),
        ("desk_errors", _desk_errors),
    ),
    "complaint": (
        *map(_plain, ("id", "status", "customer", "channel", "category", "severity", "owner", "first_receiver")),
        _joined("against"),
        ("agent", lambda record: record.events[0].by),
        *map(_moment, ("received_at",)),
        *map(_plain, ("judgement", "criterion", "cause", "satisfied", "merged_into", "external_ref")),
        ("acknowledged_at", _when("acknowledged")),
        ("judged_at", _when("judged", last=True)),
        ("resolved_at", _when("resolved")),
        ("resolved_last", _when("resolved", last=True)),
        ("closed_at", _when("closed", last=True)),
        ("ended_at", _complaint_end),
        ("reopened", _gone_back),
        ("handed_over", _count("handed_over")),
        ("last_at", lambda record: seconds(record.last_at)),
        ("runs_on", _runs_on),
        ("held", _is_held),
        ("pauses", _pauses),
        ("clock", _clock),
        ("reckoned", lambda _: None),  # whether its deadlines were worked out: entered anew, not yet
        ("due", lambda _: None),  # when the first of them falls due, then
    ),
    "customer": (
        *map(_plain, ("id", "level", "contract", "external_ref")),
        ("name", lambda record: mask_name(record.name)),
        ("has_email", lambda record: bool(record.emails)),
        ("phone", lambda record: mask_number(record.phones[0]) if record.phones else ""),
        ("has_card", lambda record: record.card is not None),
        ("card_type", lambda record: record.card.type if record.card else None),
        ("cards", lambda record: " ".join(card.type for card in record.all_cards if card.type)),
        ("joined", lambda record: record.joined.toordinal() if record.joined else None),
        _moment("received_at"),
    ),
}

EVENT_COLUMNS = ("record", "kind", "at", "type", "by", "cause", "late", "reached", "satisfied", "effective", "amount",
                 "method")  # fmt: skip
DEADLINE_COLUMNS = (
    "record", "due", "kind", "owner", "verb", "number", "promise", "share", "shows", "hides", "weight",
)  # fmt: skip
MEASURE_COLUMNS = ("record", "number", "kind", "owner", "planned_at", "due", "done_at", "verified_at", "effective")
SLOT_COLUMNS = ("resource", "day", "start", "end", "units", "booking", "service", "hold_until", "seat_class")
CONTACT_COLUMNS = ("digest", "customer")
PROMISE, TASK, WARNING = 2, 1, 0  # the weights of a deadline: it makes the complaint late, only itself, or nothing
DAY = 86_400


def record_row(record: "Booking | Complaint | Customer") -> tuple[Any, ...]:
    """Return a record's row, in the order of its `COLUMNS`."""
    return tuple(read(record) for _, read in COLUMNS[record.kind])


def _heard(event: "BookingEvent") -> Heard:
    """Return whether the customer was reached after a booking, and was content (manual row E6); None where unsaid."""
    if event.rating is None:
        return (False if event.unreachable else None), None
    return True, event.rating >= states.CONTENT


def event_rows(record: "Booking | Complaint") -> Iterator[tuple[Any, ...]]:
    """Yield a row for each event of a booking or complaint."""
    heard: Callable[[Any], Heard] = _heard if record.kind == "booking" else attrgetter("reached", "satisfied")
    for event in record.events:
        yield (
            record.id,
            record.kind,
            seconds(event.at),
            event.type,
            event.by,
            getattr(event, "cause", None),
            getattr(event, "late", None),
            *heard(event),
            getattr(event, "effective", None),
            cents(getattr(event, "amount", None)),
            getattr(event, "method", None),
        )


def measure_rows(complaint: "Complaint") -> Iterator[tuple[Any, ...]]:
    """Yield a row for each measure of a complaint; one that no event tells of was planned at the receipt."""
    from cscli.domain.case import planned_at

    for number, (measure, since) in enumerate(zip(complaint.measures, planned_at(complaint), strict=True), start=1):
        yield (
            complaint.id,
            number,
            measure.kind,
            measure.owner,
            seconds(since),
            *(seconds(at) for at in (measure.due, measure.done_at, measure.verified_at)),
            measure.effective,
        )


def all_rows(record: Any, digest: Callable[[str], str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield every row of a record with its table; `digest` is what contacts are kept as."""
    yield record.kind, record_row(record)
    if record.kind == "customer":
        yield from (("contact", (digest(word), record.id)) for word in contacts(record))
        return
    yield from (("event", row) for row in event_rows(record))
    if record.kind == "booking":
        yield from (("slot", row) for row in slot_rows(record))
    else:
        yield from (("measure", row) for row in measure_rows(record))


def contacts(customer: "Customer") -> Iterator[str]:
    """Yield the words by which a customer is found: phones, e-mails, card numbers, foreign reference, whole name."""
    yield from (f"phone:{phone}" for phone in customer.phones)
    yield from dict.fromkeys(f"email:{email.casefold()}" for email in customer.emails)
    yield from dict.fromkeys(f"card:{card.number}" for card in customer.all_cards)
    if customer.external_ref:
        yield f"ref:{customer.external_ref}"
    if customer.name:
        yield f"name:{customer.name}"


def slot_rows(booking: "Booking") -> Iterator[tuple[Any, ...]]:
    """Yield a row for each resource and each day (UTC) that a booking occupies; buffers are added when read."""
    from cscli.domain.booking import shares_of, untimed

    if booking.status not in states.OCCUPYING or untimed(booking):
        return
    start, end, hold = int(booking.start.timestamp()), int(booking.end.timestamp()), seconds(booking.hold_until)
    for resource, units in zip(booking.resources, shares_of(booking), strict=False):
        for day in range(start // DAY, (end - 1) // DAY + 1):
            yield (resource, day, start, end, units, booking.id, booking.service, hold, booking.seat_class)
