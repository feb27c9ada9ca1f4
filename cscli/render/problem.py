"""Errors and findings as words, and as data for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from cscli.domain.availability import Free
from cscli.domain.findings import Finding
from cscli.errors import CscliError, Unavailable
from cscli.i18n import label, language, t
from cscli.i18n.forms import stretch
from cscli.render.width import visible

OVERRIDE = "--override"
OPTION = {"route": "--route", "seat_class": "--class"}  # how what a price depends on is said
LONGEST = 200  # characters of a value that an error repeats


def problem_text(problem: CscliError) -> str:
    """Return the one sentence of an error, and who may set its rule aside where somebody may."""
    sentence = t(problem.key, **_said(problem))
    if not problem.roles or OVERRIDE in sentence:
        return sentence
    return f"{sentence}{t('hint.space')}{override_text(problem.roles)}"


def override_text(roles: Sequence[str]) -> str:
    """Return which roles may set a rule aside, and how."""
    said = t("hint.override", roles=t("hint.or").join(t(f"hint.role.{role}") for role in roles))
    return said[:1].upper() + said[1:]


def problem_data(problem: CscliError) -> dict[str, Any]:
    """Return an error for programs: exit code, key, sentence, and alternatives where there are some."""
    data: dict[str, Any] = {
        "error": {"exit": int(problem.exit), "key": problem.key, "message": problem_text(problem)},
    }
    if isinstance(problem, Unavailable):
        data["alternatives"] = [free_data(free) for free in problem.alternatives if isinstance(free, Free)]
    if "conflicts" in problem.facts:
        from cscli.render.series import conflicts_data

        data["conflicts"] = conflicts_data(problem.facts["conflicts"])  # type: ignore[arg-type]  # those of a series
    if "candidates" in problem.facts:
        data["candidates"] = list(problem.facts["candidates"])  # type: ignore[call-overload]  # a tuple of ids
    if "findings" in problem.facts:
        data["findings"] = [finding_data(found) for found in problem.facts["findings"]]  # type: ignore[attr-defined]
    return data


def _said(problem: CscliError) -> dict[str, Any]:
    """Return an error's facts in words: states and events by their names, a finding by its sentence."""
    facts: dict[str, Any] = {
        name: visible(value) if isinstance(value, str) else value
        for name, value in problem.facts.items()
        if name != "conflicts"  # a table of its own
    }
    for name in ("status", "event", "judgement", "extra_type"):
        if name in facts:
            facts[name] = label(name, facts[name])
    if "lacking" in facts:
        facts["lacking"] = tuple(f"{label('needed', name)} ({OPTION[name]})" for name in facts["lacking"])
    if "legal" in facts:
        facts["legal"] = tuple(label("event", event) for event in facts["legal"]) or (t("label.none"),)
    if "missing" in facts and isinstance(facts["missing"], tuple):
        facts["missing"] = tuple(label("step", step) for step in facts["missing"])
    if "findings" in facts:
        facts["findings"] = "\n".join(finding_text(found) for found in facts["findings"])
    finding = facts.pop("finding", None)
    if isinstance(finding, Finding):
        facts["finding"] = finding_text(finding)
    return facts


def finding_text(finding: Finding) -> str:
    """Return a finding as `path:line: what is wrong and what to write`."""
    place = f"{finding.path}:{finding.line}" if finding.line else finding.path
    return f"{visible(place)}: {finding_sentence(finding)}"


def finding_sentence(finding: Finding) -> str:
    """Return what is wrong, without the place; of a value that has not its form, the key first."""
    sentence = t(finding.rule, **_words(finding.facts))
    key = finding.facts.get("key") if finding.rule.startswith("value.") else None
    return f"{visible(str(key))}: {sentence}" if key else sentence


def _shown(value: str) -> str:
    """Return a text as a sentence can hold it: control signs shown, the middle of very long ones left out."""
    value = visible(value)
    return value if len(value) <= LONGEST else f"{value[: LONGEST // 2]}..{value[-LONGEST // 4 :]}"


def _words(facts: Mapping[str, object]) -> dict[str, Any]:
    """Return facts fit for a sentence: control characters shown, states and events by their names."""
    said: dict[str, Any] = {name: _shown(value) if isinstance(value, str) else value for name, value in facts.items()}
    for name in ("status", "event", "judgement", "extra_type"):
        if name in said:
            said[name] = label(name, said[name])
    return said


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding for programs."""
    return {"path": finding.path, "line": finding.line, "rule": finding.rule, "message": finding_sentence(finding)}


def free_data(free: Free) -> dict[str, Any]:
    """Return a free time for programs."""
    return {
        "start": free.start.isoformat(),
        "end": free.end.isoformat(),
        "resources": list(free.resources),
        "units": free.units,
    }


def _some(names: Sequence[str], most: int = 5) -> str:
    """Return the first few names, and how many more there are."""
    more = len(names) - most
    return " ".join(names if more <= 0 else (*names[:most], f"+{more}"))


def alternatives_text(times: Sequence[object]) -> str:
    """Return free times as a table."""
    from cscli.render.table import table

    rows = [
        (stretch(free.start, free.end, language()), _some(free.resources), str(free.units))
        for free in times
        if isinstance(free, Free)
    ]
    return table(rows, (t("label.column.time"), t("label.column.free"), t("label.column.units")), align="llr")
