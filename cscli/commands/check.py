"""`cscli check`: prove the whole store, and say where it is not what it should be."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cscli.commands.options import Json
from cscli.desk import Desk
from cscli.domain import masks
from cscli.domain.findings import Finding
from cscli.domain.value import replace
from cscli.errors import DataProblem, Exit, NotFound
from cscli.i18n import t
from cscli.render.problem import finding_data, finding_text
from cscli.store import layout
from cscli.terminal import json_text, progress, say

CUSTOMERS = f"{layout.RECORDS}/{layout.FOLDERS['customer']}/"
MERGED = "SELECT id, merged_into FROM complaint WHERE merged_into IS NOT NULL"
LONGEST = 4096  # no path is longer


def check(
    ctx: typer.Context,
    path: Annotated[str | None, typer.Argument(metavar="[PATH]", help="opt.check_path", show_default=False)] = None,
    as_json: Json = False,
) -> int:
    """Print what is wrong with the store, a line each; exit 6 where anything is."""
    desk = Desk(ctx.obj, as_json=as_json)
    below = _below(desk, path)
    under = "FROM file WHERE ?1 = '' OR path = ?1 OR path LIKE ?1 || '/%'"
    number = desk.store.rows(f"SELECT count(*) AS number {under}", below)[0]["number"]
    if below and not number:
        raise NotFound("not_found.path", path=below)
    findings = [found for found in _findings(desk) if not below or f"{found.path}/".startswith(f"{below}/")]
    findings = [_discreet(found) for found in sorted(findings, key=lambda found: found.order)]
    desk.tell_recovery()
    if as_json:
        data = {"files": number, "findings": [finding_data(found) for found in findings]}
        say(json_text(data))
    else:
        say("\n".join(map(finding_text, findings)) or t("check.clean", number=number))
    return Exit.FINDINGS if findings else Exit.DONE


def _below(desk: Desk, path: str | None) -> str:
    """Return the path below the desk that was meant, empty for all of it."""
    if path is None:
        return ""
    words = path.removeprefix(f"{desk.home}/").removesuffix("/")
    if len(words) > LONGEST:
        raise NotFound("not_found.path", path=words)
    return "" if words in (".", str(desk.home)) else words.removeprefix("./")


def _findings(desk: Desk) -> list[Finding]:
    """Return what is wrong with single files, with the rulebook, and with the records as a whole."""
    from cscli.analytics.kpi import KNOWN
    from cscli.commands.beside import beside_of
    from cscli.domain import checks, rulebook_checks
    from cscli.domain.ground import Ground
    from cscli.store.queries import staff_logins
    from cscli.store.sweep import every_record

    found = desk.store.findings()
    gone = {finding.path for finding in found if finding.rule == "file.missing"}
    found += [Finding(path, None, "file.missing") for path in desk.store.missing() if path not in gone]
    try:
        rulebook = desk.rulebook
    except DataProblem as problem:  # without rules there is nothing to hold the records against
        first = problem.facts.get("finding")
        return [*found, first] if isinstance(first, Finding) and first not in found else found
    logins = staff_logins(desk.store.index)
    wrong = rulebook_checks.find_problems(rulebook, layout.RULEBOOK, KNOWN, desk.now.date(), logins)
    if wrong:
        from cscli.store.rule_edit import placed

        found += placed(wrong, desk.store.rules_text())
    if rulebook_checks.fatal(rulebook, layout.RULEBOOK) is not None:
        return found
    try:
        calendar = desk.calendar
    except DataProblem:  # a year that cannot be read is among the findings already
        calendar = None
    merged = {row["id"]: row["merged_into"] for row in desk.store.rows(MERGED)}
    ground = Ground(
        rulebook=rulebook, exists=desk.store.exists, now=desk.now, calendar=calendar,
        beside=beside_of(desk) if calendar else lambda _: None, merged=merged,
    )  # fmt: skip
    return found + list(checks.find_problems(every_record(desk.store, progress), ground))


def _discreet(finding: Finding) -> Finding:
    """Return a finding that tells nothing of a customer: what stands in such a file is shown masked."""
    if not finding.path.startswith(CUSTOMERS) or "value" not in finding.facts:
        return finding
    facts: Mapping[str, Any] = {**finding.facts, "value": masks.mask_number(str(finding.facts["value"]))}
    return replace(finding, facts=facts)
