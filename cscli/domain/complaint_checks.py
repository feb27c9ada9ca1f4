"""What must hold for the file of a complaint: duplicates, pauses, measures, and a header that says what was decided."""

from collections.abc import Iterator
from typing import Any

from cscli.domain.case import decided
from cscli.domain.findings import Finding
from cscli.domain.ground import Ground


def duplicate_points_to_another(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """A duplicate points to a complaint that is there, and not to itself."""
    into = getattr(record, "merged_into", None)
    if into is not None and (into == record.id or not ground.exists(into)):
        yield Finding(path, None, "check.merged", {"into": into})


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


def header_says_what_was_decided(path: str, record: Any, ground: Ground) -> Iterator[Finding]:
    """Judgement, decision, the customer's word and cause are those of the last event that said so, if any did."""
    del ground
    if record.kind != "complaint":
        return
    for field, last in decided(record.events).items():
        said = getattr(record, field)
        if said != last:
            yield Finding(path, None, "check.header", {"field": field, "said": _shown(said), "told": _shown(last)})


CHECKS = (
    duplicate_points_to_another,
    pauses_alternate,
    measures_are_those_of_the_events,
    header_says_what_was_decided,
)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)
