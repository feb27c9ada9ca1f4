"""What must hold for a whole store: named checks, each a pure function from a record to what is wrong with it.

Records pass by one at a time, each before every check: a store of any size fits into memory. Only what occupies
resources is remembered, for who sits where twice can be told at the end alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from cscli.domain import booking_checks, complaint_checks, ids, states
from cscli.domain.findings import Finding
from cscli.domain.ground import Ground
from cscli.domain.masks import mask_word
from cscli.domain.occupancy import Slot, overloads
from cscli.domain.record import plain_value
from cscli.domain.rulebook import Rulebook
from cscli.domain.values import names_somebody

RULED = ("service", "category", "severity", "criterion", "cause", "external", "level")
Check = Callable[[str, Any, Ground], Iterable[Finding]]


Taken = tuple[int, int, int, str, str | None]  # from when to when in seconds, units, path, seat class: very many


def find_problems(records: Iterable[tuple[str, Any]], ground: Ground) -> Iterator[Finding]:
    """Yield what is wrong with a store's records, then which resources carry more than they can."""
    taken: dict[str, list[Taken]] = {}
    for path, record in records:
        for check in CHECKS:
            yield from check(path, record, ground)
        for slot in _slots(record, ground):
            entry = int(slot.start.timestamp()), int(slot.end.timestamp()), slot.units, path, slot.seat_class
            taken.setdefault(slot.resource, []).append(entry)
    yield from overbooked(taken, ground.rulebook)


# --- references -------------------------------------------------------------------------------------------------


def customer_has_a_file(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A record's customer has a file."""
    customer = getattr(record, "customer", None)
    if customer is not None and not ground.exists(customer):
        known = customer if ids.kind_of(customer) else mask_word(customer)  # else it may be a person's name
        yield Finding(path, None, "check.customer", {"id": known})


def against_is_there(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """What a complaint is against is there: the booking has a file, the rulebook knows the resource."""
    for entry in getattr(record, "against", ()):
        kind, _, name = entry.partition(":")
        gone = kind == "booking" and not ground.exists(name)
        if gone or (kind == "resource" and name not in ground.known["resource"]):
            yield Finding(path, None, "check.against", {"against": entry})


def rulebook_knows(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """The rulebook knows the ids a record names; where it lists none of a kind but what can be booked, any will do."""
    if _is_ruled(record, ground):
        return  # the rules of today tell more of it
    cards = [("card.type", card.type) for card in getattr(record, "all_cards", ())]
    resources = [("resource", name) for name in getattr(record, "resources", ())]
    named = [(field, getattr(record, field, None)) for field in RULED]
    for field, value in (*resources, *named, *cards):
        known = ground.known[field]
        if value is not None and value not in known and (known or field in ("service", "resource")):
            yield Finding(path, None, "check.unknown", {"field": field, "value": value})


def rules_still_allow(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A booking still to come is one that the rules of today allow."""
    if ground.calendar is not None and _is_ruled(record, ground):
        from cscli.domain.ruled import breached

        for rule, facts in breached(record, ground.rulebook, ground.calendar, ground.now, ground.beside(record)):
            yield Finding(path, None, rule, facts)


def _is_ruled(record: Any, ground: Ground) -> bool:
    if record.kind != "booking" or ground.calendar is None:
        return False
    from cscli.domain.ruled import is_to_come

    return is_to_come(record, ground.now)


# --- biography --------------------------------------------------------------------------------------------------


def moves_are_legal(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Every event could happen in the state it met; the first that could not is named."""
    del ground
    status, _, wrong = states.walk(record.table, [event.type for event in record.events])
    if wrong is None:
        return
    event = record.events[wrong].type
    if status == states.START:
        yield Finding(path, None, "check.first", {"event": event})
    else:
        yield Finding(path, None, "check.illegal", {"number": wrong + 1, "event": event, "status": status})


def header_agrees_with_events(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """State, outcome and owner are those the events lead to."""
    del ground
    status, outcome, wrong = states.walk(record.table, [event.type for event in record.events])
    told: dict[str, object] = {} if wrong is not None else {"status": status}
    if record.kind == "booking" and wrong is None:
        told["outcome"] = outcome
    owners = [event.owner for event in record.events if event.type == "handed_over"]
    if owners:
        told["owner"] = owners[-1]
    assigned = [event.owner for event in record.events if event.type == "assigned"]
    if assigned:
        told["assigned_to"] = assigned[-1]
    for field, last in told.items():
        said = getattr(record, field)
        if said != last:
            yield Finding(path, None, "check.header", {"field": field, "said": _shown(said), "told": _shown(last)})


def changes_form_a_chain(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Each change of a field begins where the one before ended, and the last ends at what the header says."""
    del ground
    stood: dict[str, object] = {}
    for number, event in enumerate(record.events, start=1):
        for field, delta in (event.changes or {}).items():
            if field in stood and not _same(stood[field], delta.from_):
                yield Finding(path, None, "check.chain", {"field": field, "number": number})
            stood[field] = delta.to
        if event.type == "confirmed":  # a wish that is confirmed gets its resources then
            for field in {"resources", "shares"} - (event.changes or {}).keys():
                stood.pop(field, None)
    personal = _personal(record)
    for field, last in stood.items():
        if not hasattr(record, field):
            yield Finding(path, None, "check.field", {"field": field})
        elif not _same(last, _header(record, field)):
            said, told = ("***", "***") if field in personal else (_shown(_header(record, field)), _shown(last))
            yield Finding(path, None, "check.header", {"field": field, "said": said, "told": told})


def events_follow_the_clock(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """No event, and no entry of a ledger, lies before the one it follows."""
    del ground
    for stream in record.streams:
        rule = "check.order" if stream == "events" else f"check.{stream}.order"
        for number, (first, second) in enumerate(pairwise(getattr(record, stream)), start=2):
            if second.at < first.at:
                yield Finding(path, None, rule, {"number": number, "at": second.at, "last": first.at})


def life_begins_with_its_receipt(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A record has events, and was received when the first of them happened."""
    del ground
    if not record.events:
        yield Finding(path, None, "check.no_events")
    elif record.events[0].at != record.received_at:
        yield Finding(path, None, "check.received", {"at": record.received_at, "first": record.events[0].at})


def events_say_who(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Every event names who did it, on one line."""
    del ground
    for number, event in enumerate(record.past, start=1):
        plain = event.by.isprintable() and event.by and not event.by.isspace()
        if not plain and not names_somebody(event.by):
            yield Finding(path, None, "check.by", {"number": number, "event": event.type})


def ends_after_it_begins(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A booking ends after it begins."""
    del ground
    if record.kind == "booking" and record.end <= record.start:
        yield Finding(path, None, "check.end", {"start": record.start, "end": record.end})


def shares_fit_the_resources(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A booking says of each of its resources how many units it takes, or of none."""
    del ground
    if record.kind == "booking" and record.shares and len(record.shares) != len(record.resources):
        yield Finding(path, None, "check.shares", {"shares": len(record.shares), "resources": len(record.resources)})


def ledger_adds_up(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """At no point of a ledger is more taken than there is: money (the rulebook's credit apart), points, visits."""
    if record.kind != "customer" or not record.ledger:
        return
    from cscli.domain.ledger import shortfall

    short = shortfall(record.ledger, ground.rulebook.members.credit)
    if short is not None:
        facts = {"number": short.place + 1, "had": short.had, "taken": short.taken}
        yield Finding(path, None, f"check.ledger.{short.what}", facts)
    for number, entry in enumerate(record.ledger, start=1):
        if entry.booking is not None and not ground.exists(entry.booking):
            yield Finding(path, None, "check.ledger.booking", {"number": number, "id": entry.booking})


def money_adds_up(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """What a booking has been paid is what its events say: payments less what was paid back."""
    del ground
    if record.kind != "booking":
        return
    sign = {"paid": 1, "refunded": -1}
    told = sum((sign.get(event.type, 0) * (event.amount or 0) for event in record.events), Decimal(0))
    if record.paid != told:
        yield Finding(path, None, "check.header", {"field": "paid", "said": record.paid, "told": told})


def extra_is_declared(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """The rulebook declares the additional fields of a record, and they hold what it declares."""
    said = getattr(record, "extra", None)
    if not said:
        return
    from cscli.domain.extra import misfits

    fields = {field.id: field for field in getattr(ground.rulebook.extra, record.kind)}
    for name in misfits(fields.values(), said):
        if name not in fields:
            yield Finding(path, None, "check.extra_unknown", {"field": name, "kind": record.kind})
        elif fields[name].type == "choice":
            facts = {"field": name, "value": said[name], "known": fields[name].choices}
            yield Finding(path, None, "check.extra_choice", facts)
        else:
            facts = {"field": name, "value": said[name], "extra_type": fields[name].type}
            yield Finding(path, None, "check.extra", facts)


CHECKS: tuple[Check, ...] = (
    customer_has_a_file,
    against_is_there,
    rulebook_knows,
    rules_still_allow,
    moves_are_legal,
    header_agrees_with_events,
    changes_form_a_chain,
    events_follow_the_clock,
    life_begins_with_its_receipt,
    events_say_who,
    ends_after_it_begins,
    shares_fit_the_resources,
    money_adds_up,
    extra_is_declared,
    ledger_adds_up,
    *booking_checks.CHECKS,
    *complaint_checks.CHECKS,
)


# --- occupancy --------------------------------------------------------------------------------------------------


def overbooked(taken: Mapping[str, list[Taken]], rulebook: Rulebook) -> Iterator[Finding]:
    """No resource, and no seat class of one, carries more than it can; every booking that takes part is told, once."""
    for resource in rulebook.resource:
        slots = [
            Slot(resource.id, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC), units, path, name)
            for start, end, units, path, name in taken.get(resource.id, ())
        ]
        told: set[tuple[str, ...]] = set()
        over = [(*found, resource.room, "") for found in overloads(slots, resource.room)]
        for name, places in resource.classes.items():
            own = [slot for slot in slots if slot.seat_class == name]
            over += [(*found, places, name) for found in overloads(own, places)]
        for at, units, paths, capacity, seat_class in over:
            if paths in told:
                continue
            told.add(paths)
            facts = {
                "resource": " ".join((resource.name, *([seat_class] if seat_class else []))),
                "at": at.astimezone(rulebook.zone),
                "units": units,
                "capacity": capacity,
                "bookings": tuple(map(_id_in, paths)),
            }
            yield from (Finding(path, None, "check.overbooked", {**facts, "id": _id_in(path)}) for path in paths)


def _id_in(path: str) -> str:
    """Return the id of the record that a file holds."""
    return path.rpartition("/")[2].removesuffix(".toml")


def _slots(record: Any, ground: Ground) -> tuple[Slot, ...]:
    """Return what a booking occupies; nothing where that cannot be said, which is told already."""
    if record.kind != "booking" or record.status not in states.OCCUPYING:
        return ()
    from cscli.domain.booking import slots_of

    if record.end <= record.start or (record.shares and len(record.shares) != len(record.resources)):
        return ()
    service = next((known for known in ground.rulebook.service if known.id == record.service), None)
    return slots_of(record, service, ground.now)


# --- small words ------------------------------------------------------------------------------------------------


def _header(record: Any, field: str) -> object:
    """Return what the header says of a field, as changes write it."""
    if field == "card":
        return record.card.number if record.card else None
    return plain_value(getattr(record, field))


def _same(first: object, second: object) -> bool:
    """Whether two sides of a change say the same; moments may be written with different offsets."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first.astimezone(UTC) == second.astimezone(UTC)
    return _flat(first) == _flat(second)


def _flat(value: object) -> object:
    """Return a value without the difference between nothing and an empty list."""
    if isinstance(value, tuple | list):
        return tuple(map(str, value)) or None
    return value


def _shown(value: object) -> str:
    return "-" if value is None or value == () else str(value)


def _personal(record: Any) -> tuple[str, ...]:
    """Return the fields of a record whose values may not be told: those of a person."""
    if record.kind != "customer":
        return ()
    from cscli.domain.customer import PERSONAL

    return PERSONAL
