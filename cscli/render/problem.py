"""Errors and findings as words, and as data for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cscli.domain.findings import Finding
from cscli.domain.value import NOTHING
from cscli.errors import CscliError
from cscli.i18n import label, language, t
from cscli.i18n.forms import stretch
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.rulebook import Rulebook

VERBS = {
    "created": "", "unmet": "", "confirmed": "confirm", "offered": "offer", "declined": "decline",
    "coordinated": "coordinate", "assigned": "assign", "accepted": "accept", "changed": "change",
    "cancelled": "cancel", "checked": "check-arrival", "arrived": "arrive", "completed": "complete",
    "audited": "audit", "spent": "spend", "no_show": "no-show", "closed": "close", "reopened": "reopen",
    "paid": "pay", "refunded": "refund", "acknowledged": "acknowledge", "assessed": "assess", "judged": "judge",
    "planned": "plan", "measure_done": "plan --done", "handed_over": "hand-over", "resolved": "resolve",
    "followed_up": "follow-up", "withdrawn": "cancel", "investigated": "investigate", "progressed": "progress",
    "reported": "report",
    "held": "hold", "resumed": "resume", "communicated": "communicate", "corrected": "correct",
    "verified": "verify", "merged": "link", "informed": "inform", "extended": "extend",
}  # fmt: skip
Names = Mapping[str, str]
NAMED = ("resource", "resources", "departments", "owner")  # facts that are ids of the rulebook
OPTION = {"route": "--route", "seat_class": "--class"}  # how what a price depends on is said
LONGEST = 200  # characters of a value that an error repeats


def problem_text(problem: CscliError, names: Names = NOTHING) -> str:
    """Return the one sentence of an error, and who may set its rule aside; `names` are the rulebook's for ids."""
    sentence = t(problem.key, **_said(problem, names))
    return f"{sentence}{t('hint.space')}{override_text(problem.roles)}" if problem.roles else sentence


def override_text(roles: Sequence[str]) -> str:
    """Return which roles may set a rule aside, and how."""
    said = t("hint.override", roles=t("hint.or").join(label("a_role", role) for role in roles))
    return said[:1].upper() + said[1:]


def names_of(rulebook: "Rulebook") -> Names:
    """Return the names of what the rulebook lists, by id, as far as sentences name it."""
    departments = {known.id: known.name for known in rulebook.department}
    return {**departments, **{known.id: known.name for known in rulebook.resource}}


def _said(problem: CscliError, names: Names) -> dict[str, Any]:
    """Return an error's facts in words: states and events by their names, a finding by its sentence."""
    facts: dict[str, Any] = {
        name: _shown(value) if isinstance(value, str) else value
        for name, value in problem.facts.items()
        if name != "conflicts"  # a table of its own
    }
    if "event" in facts:
        facts["verb"] = VERBS.get(facts["event"]) or label("event", facts["event"])  # as it is typed
    for name in ("status", "event", "judgement", "extra_type"):
        if name in facts:
            facts[name] = label(name, facts[name])
    facts |= _called(facts, names)
    if "lacking" in facts:
        facts["lacking"] = tuple(f"{label('needed', name)} ({OPTION[name]})" for name in facts["lacking"])
    if "missing" in facts and isinstance(facts["missing"], tuple):
        facts["missing"] = tuple(label("step", step) for step in facts["missing"])
    if "findings" in facts:
        facts["findings"] = "\n".join(finding_text(found) for found in facts["findings"])
    if "classes" in facts:
        facts["seat_class"] = label("seat_class", facts["seat_class"])
        facts["classes"] = tuple(
            t("unavailable.class.free" if one.fare is None else "unavailable.class.fare",
              name=label("seat_class", one.name), free=one.free, fare=one.fare)
            for one in facts["classes"]
        )  # fmt: skip
    if "ways" in facts:
        facts["ways"] = tuple(f"{amount:.2f} {label('method', name)}" for name, amount in facts["ways"])
    finding = facts.pop("finding", None)
    if isinstance(finding, Finding):
        facts["finding"] = finding_text(finding)
    return facts


def _called(facts: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Return what a sentence calls by its name: resources, departments, roles, commands, the time asked for."""
    called: dict[str, Any] = {}
    for name in (*NAMED, "role", "allowed"):
        said = facts.get(name)
        if said is not None:
            words = [role_name(one) if name in ("role", "allowed") else named(one, names) for one in _each(said)]
            called[name] = words[0] if isinstance(said, str) else tuple(words)
    if "legal" in facts:
        called["legal"] = legal_commands(facts["legal"]) or (t("label.none"),)
    if "department" in facts:
        called["department_name"] = named(facts["department"], names)
    if isinstance(facts.get("start"), datetime) and isinstance(facts.get("end"), datetime):
        called["asked"] = stretch(facts["start"], facts["end"], language())
    return called


def _each(said: str | Sequence[str]) -> Sequence[str]:
    return (said,) if isinstance(said, str) else said


def named(word: str, names: Names) -> str:
    """Return what the rulebook calls an id, else the id itself."""
    return visible(names.get(word, word))


def role_name(role: str) -> str:
    """Return a role in words."""
    return label("role", role)


def legal_commands(events: Sequence[str]) -> tuple[str, ...]:
    """Return the verbs that bring these events about, each once; what the desk notes by itself has none."""
    return tuple(dict.fromkeys(VERBS.get(event, event) for event in events if VERBS.get(event) != ""))


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
    if "wanted" in said:
        said["wanted"] = label("toml", said["wanted"])  # what is to be written as it stands has no other name
    if isinstance(said.get("needed"), tuple):
        said["needed"] = tuple(label("needed", name) for name in said["needed"])
    return said


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding for programs."""
    return {"path": finding.path, "line": finding.line, "rule": finding.rule, "message": finding_sentence(finding)}
