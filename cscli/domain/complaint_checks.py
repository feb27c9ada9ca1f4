"""What must hold for the file of a complaint: duplicates, pauses, measures, words, and a header the events bear out."""

from collections.abc import Iterator
from typing import Any

from cscli.domain import ids
from cscli.domain.case import decided
from cscli.domain.findings import Finding
from cscli.domain.ground import Ground
from cscli.domain.values import says_something

SELF = "complaint.self"
ENDED = ("closed", "withdrawn", "merged")  # none of them can be handed over


def duplicate_points_to_another(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A duplicate points to a complaint that is there, and from there no way leads back to it."""
    into = getattr(record, "merged_into", None)
    if into is None:
        return
    if ids.kind_of(into) not in (None, "complaint"):
        yield Finding(path, None, "check.merged_kind", {"into": into})
    elif into != record.id and not ground.exists(into):
        yield Finding(path, None, "check.merged", {"into": into})
    elif _leads_back(record.id, into, ground):
        yield Finding(path, None, "check.merged_circle", {"into": into})


def _leads_back(start: str, into: str, ground: Ground) -> bool:
    """Whether going on from one duplicate to what it is merged into ends where it began."""
    seen: set[str] = set()
    at: str | None = into
    while at is not None and at != start and at not in seen:
        seen.add(at)
        at = ground.merged.get(at)
    return at == start


def pauses_alternate(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A complaint begins to wait for its customer only where it does not, and goes on only where it did."""
    del ground
    if record.kind != "complaint":
        return
    waits = False
    for number, event in enumerate(record.events, start=1):
        if (event.type == "held" and waits) or (event.type == "resumed" and not waits):
            yield Finding(path, None, "check.pauses", {"number": number, "event": event.type})
        if event.type in ("held", "resumed", "resolved", "withdrawn", "merged"):
            waits = event.type == "held"


def measures_are_those_of_the_events(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """There are as many measures as were planned; those done, verified and found to help are those of the events."""
    del ground
    if record.kind != "complaint":
        return
    measures = tuple(enumerate(record.measures, start=1))
    said = {
        "measures": len(measures),
        "done": [number for number, measure in measures if measure.done_at is not None],
        "verified": [number for number, measure in measures if measure.verified_at is not None],
        "effective": [number for number, measure in measures if measure.effective],
    }
    told = {
        "measures": sum(event.measures or 0 for event in record.events),
        "done": sorted(event.measure or 0 for event in record.events if event.type == "measure_done"),
        "verified": sorted(event.measure or 0 for event in record.events if event.type == "verified"),
        "effective": sorted(event.measure or 0 for event in record.events if event.effective),
    }
    for what in said:
        if said[what] != told[what]:
            facts = {"field": f"measures ({what})", "said": _shown(said[what]), "told": _shown(told[what])}
            yield Finding(path, None, "check.header", facts)


def measures_have_the_moments_of_the_events(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A measure was done, and verified, when the event with its number says."""
    del ground
    if record.kind != "complaint" or not record.measures:
        return
    for kind, field in (("measure_done", "done_at"), ("verified", "verified_at")):
        moments = {event.measure: event.at for event in record.events if event.type == kind}
        for number, measure in enumerate(record.measures, start=1):
            said, told = getattr(measure, field), moments.get(number)
            if said is not None and told is not None and said != told:  # one without the other is told already
                facts = {"field": f"measures[{number}].{field}", "said": said, "told": told}
                yield Finding(path, None, "check.header", facts)


def header_says_how_grave_it_is(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """The severity is that of the last event that states one, if any did."""
    del ground
    if record.kind != "complaint":
        return
    last = chained = None
    for event in record.events:
        delta = (event.changes or {}).get("severity")
        chained = chained if delta is None else delta.to
        last = event.severity or (last if delta is None else delta.to)
    if last is not None and last not in (record.severity, chained):  # what changes tell, their chain has proven
        yield Finding(path, None, "check.header", {"field": "severity", "said": record.severity, "told": _shown(last)})


def header_says_who_took_it(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Who received it first is who noted its receipt; it belongs to whom it was given then, until it is handed over.

    An import may know the owner of a complaint without an event that says so: where none does, any will do.
    """
    del ground
    if record.kind != "complaint" or not record.events or record.events[0].type != "created":
        return
    told = {"first_receiver": record.events[0].by}
    if record.events[0].owner and all(event.type != "handed_over" for event in record.events):
        told["owner"] = record.events[0].owner
    for field, last in told.items():
        said = getattr(record, field)
        if said != last:
            yield Finding(path, None, "check.header", {"field": field, "said": said, "told": last})


def header_says_what_was_decided(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Judgement, decision, the customer's word and cause are those of the last event that said so, if any did."""
    del ground
    if record.kind != "complaint":
        return
    for field, last in decided(record.events).items():
        said = getattr(record, field)
        if said != last:
            yield Finding(path, None, "check.header", {"field": field, "said": _shown(said), "told": _shown(last)})


def words_say_something(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """What is complained about, and what a measure is and whose, is said with signs that can be seen."""
    del ground
    if record.kind != "complaint":
        return
    said = {"content": record.content}
    for number, measure in enumerate(record.measures, start=1):
        said |= {f"measures[{number}].what": measure.what, f"measures[{number}].owner": measure.owner}
    for field, words in said.items():
        if not says_something(words):
            yield Finding(path, None, "check.blank", {"field": field})


def happened_before_it_was_received(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Nobody complains of what is still to happen."""
    del ground
    if record.kind == "complaint" and record.occurred_at is not None and record.occurred_at > record.received_at:
        facts = {"at": record.occurred_at, "received": record.received_at}
        yield Finding(path, None, "check.occurred", facts)


def nobody_owns_their_own_case(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """An open complaint does not belong to the person it is against, unless that rule was set aside for it.

    One that is at its end may: what a table brought in is history, and nobody can hand it over any more.
    """
    del ground
    if record.kind != "complaint" or not record.against or record.status in ENDED:
        return
    own = f"person:{record.owner}".casefold() in (entry.casefold() for entry in record.against)
    if own and all(SELF not in event.overrode for event in record.events):
        yield Finding(path, None, "check.self", {"person": record.owner})


CHECKS = (
    duplicate_points_to_another,
    pauses_alternate,
    measures_are_those_of_the_events,
    measures_have_the_moments_of_the_events,
    header_says_how_grave_it_is,
    header_says_who_took_it,
    header_says_what_was_decided,
    words_say_something,
    happened_before_it_was_received,
    nobody_owns_their_own_case,
)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)
