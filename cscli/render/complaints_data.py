"""The complaint report for programs: keys that keep their meaning, rates as fractions, times of ISO 8601."""

from collections.abc import Sequence
from typing import Any

from cscli.analytics.complainants import Called
from cscli.analytics.complaints import ComplaintReport, Share
from cscli.render.complaints import counts_of, measure_numbers
from cscli.render.kpi import line_data, number


def complaints_data(report: ComplaintReport) -> dict[str, Any]:
    """Return the report with everything that its pages show, and what they leave out for want of room."""
    return {
        "desk": report.desk,
        "from": report.period.start.isoformat(),
        "to": report.period.end.isoformat(),
        "over": report.over,
        "at": report.at.isoformat(),
        "complaints": counts_of(report),
        "metrics": [line_data(line) for line in report.rates],
        "by": {by: [_share(share) for share in shares] for by, shares in report.shares.items()},
        "repeats": [
            {
                "customer": one.customer,
                "name": one.name,
                "count": one.count,
                "in_year": one.in_year,
                "categories": list(one.categories),
                "complaints": list(one.complaints),
            }
            for one in report.repeats
        ],
        "unreached": _called(report.unreached),
        "dissatisfied": _called(report.dissatisfied),
        "measures": {found.kind: measure_numbers(found) for found in report.measures},
        "ineffective": [
            {
                "complaint": one.complaint,
                "number": one.number,
                "what": one.what,
                "kind": one.kind,
                "owner": one.owner,
                "verified_at": one.verified_at.isoformat(),
            }
            for one in report.failed
        ],
        "reopened": [
            {
                "complaint": one.complaint,
                "category": one.category,
                "owner": one.owner,
                "times": one.times,
                "last": one.at.isoformat(),
                "status": one.status,
            }
            for one in report.reopened
        ],
        "trend": [
            {
                "month": one.month,
                "over": one.over,
                "received": one.received,
                "valid": one.valid,
                "resolve_hours": _fraction(one.resolve_time.value),
                "satisfaction": _fraction(one.satisfaction.value),
            }
            for one in report.trend
        ],
        "late": [
            {
                "complaint": one.complaint,
                "category": one.category,
                "severity": one.severity,
                "owner": one.owner,
                "missed": one.missed,
                "due": one.due.isoformat(),
            }
            for one in report.late
        ],
        "overdue_measures": [
            {
                "complaint": one.complaint,
                "number": one.number,
                "what": one.what,
                "kind": one.kind,
                "owner": one.owner,
                "due": one.due.isoformat(),
            }
            for one in report.undone
        ],
        "left_out": report.left_out,
    }


def _share(share: Share) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": share.key or None,
        "name": share.name,
        "count": share.count,
        "valid": share.valid,
        "share": _fraction(share.share),
    }
    ranked = share.cumulated is not None or share.share is None
    return told | {"cumulated": _fraction(share.cumulated)} if ranked else told


def _called(called: Sequence[Called]) -> list[dict[str, Any]]:
    return [
        {
            "complaint": one.record if one.kind == "complaint" else None,
            "booking": one.record if one.kind == "booking" else None,
            "name": one.name,
            "category": one.about if one.kind == "complaint" else None,
            "service": one.about if one.kind == "booking" else None,
            "owner": one.owner,
            "by": one.by,
            "at": one.at.isoformat(),
            "times": one.times,
            "came": one.came,
            "cause": one.cause,
            "rating": one.rating,
            "note": one.note,
        }
        for one in called
    ]


def _fraction(value: tuple[int, int] | None) -> float | None:
    """Return a figure as a fraction, whole even when it is 1.0."""
    found = number(value)
    return None if found is None else float(found)
