"""One file of the desk, read and proven: which model it has, what it says, and what is wrong with it."""

import os
from typing import Any

from cscli.domain.findings import Finding
from cscli.domain.value import Value, replace
from cscli.store import codec, files, layout
from cscli.store.files import Signature

RECORD_KINDS = ("booking", "complaint", "customer")
ODD = "/?"  # ends the name of what cannot be looked into
NO_STAT: Signature = (0, 0, 0, 0)
UNWRITTEN: tuple[bytes | None, Any] = (None, None)


def model_of(kind: str) -> Any:
    """Return the model of a kind of file; imported only where a file of the kind is read."""
    if kind == "booking":
        from cscli.domain.booking import Booking

        return Booking
    if kind == "complaint":
        from cscli.domain.case import Complaint

        return Complaint
    if kind == "customer":
        from cscli.domain.customer import Customer

        return Customer
    if kind == "staff":
        from cscli.domain.staff import Staff

        return Staff
    from cscli.domain.rulebook import Rulebook, YearRules

    return Rulebook if kind == "desk" else YearRules


class Page(Value, kw_only=False):
    """A file as it was found: its signature, its kind, what is wrong with it, and its record where that is sound."""

    path: str
    stat: Signature
    kind: str | None
    findings: tuple[Finding, ...] = ()
    record: Any = None


def signature_of(home: str, path: str) -> Signature | None:
    """Return the signature of a file as it is now, None where there is none."""
    if path.endswith(ODD):
        return NO_STAT
    try:
        return files.signature(os.lstat(f"{home}/{path}"))
    except OSError:
        return None


def examine(home: str, path: str, written: tuple[bytes | None, Any] = UNWRITTEN) -> Page | None:
    """Read and prove a file; None where it is gone. One found as it was `written` is believed."""
    if path.endswith(ODD):
        rule = "file.name" if "\\" in path else "file.unreadable"
        return Page(path, NO_STAT, None, (Finding(path.removesuffix(ODD), None, rule),))
    stat, place = signature_of(home, path), f"{home}/{path}"
    if stat is None:
        return None
    kind = layout.kind_at(path)
    if kind is None:
        linked = os.path.islink(place)  # noqa: PTH114 - thousands of files
        if not linked and not path.endswith(".toml") and os.path.isdir(place):  # noqa: PTH112
            return None  # a folder now where a file or a link was
        return Page(path, stat, None, (Finding(path, None, "file.symlink" if linked else "file.stray"),))
    try:
        record = _proven(home, path, kind, written)
        findings = misplaced(kind, record, path)
    except codec.Unreadable as problem:
        record, findings = None, problem.findings
    if kind == "customer":
        findings = tuple(map(_hidden, findings))
    return Page(path, stat, kind, findings, None if findings or kind not in RECORD_KINDS else record)


def _proven(home: str, path: str, kind: str, written: tuple[bytes | None, Any]) -> Any:
    raw = files.read(f"{home}/{path}")
    if raw is None:
        rule = "file.symlink" if os.path.islink(f"{home}/{path}") else "file.unreadable"  # noqa: PTH114 - thousands
        raise codec.Unreadable((Finding(path, None, rule),))
    return written[1] if raw == written[0] else codec.load(model_of(kind), raw, path)


def _hidden(finding: Finding) -> Finding:
    """Return a finding on a customer's file with the value that stands there masked."""
    from cscli.domain.masks import mask_number

    value = finding.facts.get("value")
    return finding if value is None else replace(finding, facts={**finding.facts, "value": mask_number(str(value))})


def misplaced(kind: str, record: Any, path: str) -> tuple[Finding, ...]:
    """Return what is wrong between a file's name and its content: the name is the identity."""
    name = path.rsplit("/", 1)[1].removesuffix(".toml")
    if kind in RECORD_KINDS:
        if layout.misnamed(path):
            return (Finding(path, None, "file.misnamed", {"id": record.id}),)
        if not record.events:
            return (Finding(path, None, "file.no_events"),)
        if record.id != name or record.kind != kind:
            return (Finding(path, None, "file.identity", {"id": record.id, "name": name}),)
    if kind == "staff" and record.login != name:
        return (Finding(path, None, "file.identity", {"id": record.login, "name": name}),)
    if kind == "desk":
        from cscli.domain.rulebook_checks import fatal

        found = fatal(record, path)
        return (found,) if found else ()
    year = layout.calendar_year(path) if kind == "calendar" else None
    if kind == "calendar" and year is None:
        return (Finding(path, None, "file.misnamed", {"id": name}),)
    return calendar_findings(record, path, year) if year is not None else ()


def calendar_findings(record: Any, path: str, year: int) -> tuple[Finding, ...]:
    """Return what is wrong with a year's days off and days of work: each is of the year, and in one of the lists."""
    found = [
        Finding(path, None, "file.calendar_year", {"day": day, "key": key, "year": year})
        for key, days in (("off", record.off), ("work", record.work))
        for day in days
        if day.year != year
    ]
    both = sorted(set(record.off) & set(record.work))
    return (*found, *(Finding(path, None, "file.calendar_both", {"day": day}) for day in both))
