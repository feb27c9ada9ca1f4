"""What is done so that a complaint does not come back: corrective and preventive measures, and whether they worked.

It may run on after the closing (E1, ISO 10002 8.7; GB/T 19012).
"""

from collections.abc import Sequence

from cscli.domain.case import Complaint, Measure
from cscli.domain.casework import (
    happened,
    impartial,
    may,
    measure_at,
    own_case,
    permitted,
    planned,
    refused,
    with_measure,
)
from cscli.domain.permit import Breach, Permit
from cscli.domain.record import Act
from cscli.domain.value import replace


def correct(
    complaint: Complaint,
    act: Act,
    *,
    measures: Sequence[Measure],
    note: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Add measures that remove the cause or keep it from happening elsewhere, each with owner and deadline."""
    may(complaint, "corrected")
    if not measures:
        raise refused("no_measures", "correct", complaint.id)
    kept = impartial(complaint.id, complaint.against, act.by, permit)
    header = {"measures": planned(complaint, measures, act, "correct")}
    return happened(complaint, act, "corrected", measures=len(measures), note=note, header=header, **kept)


def verify(
    complaint: Complaint,
    act: Act,
    *,
    number: int,
    effective: bool,
    note: str | None = None,
    permit: Permit | None = None,
) -> Complaint:
    """Note whether a measure that was carried out had its effect, once.

    Neither whom the complaint is against judges it, nor who carried it out. Raises `NotFound` for an unknown number.
    """
    may(complaint, "verified")
    measure = measure_at(complaint, number)
    if not measure.improves:
        raise refused("verify_remedy", "verify", complaint.id, number=number, what=measure.what)
    if measure.done_at is None:
        raise refused("verify_undone", "verify", complaint.id, number=number, what=measure.what)
    if measure.verified_at is not None:
        raise refused("verified", "verify", complaint.id, number=number, what=measure.what, at=measure.verified_at)
    breaches = own_case(complaint.id, complaint.against, act.by)
    if measure.owner.casefold() == act.by.casefold():
        facts = {"id": complaint.id, "number": number, "what": measure.what, "person": act.by}
        breaches.append(Breach("complaint.verify_own", facts))
    kept = permitted(breaches, permit)
    proven = replace(measure, verified_at=act.at, effective=effective)
    return happened(
        complaint, act, "verified", measure=number, effective=effective, note=note,
        header={"measures": with_measure(complaint, number, proven)}, **kept,
    )  # fmt: skip
