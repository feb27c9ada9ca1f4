"""`cscli rule show|set|add|remove`: the rules as a person reads and changes them, each change proven and one commit."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cscli.commands import words
from cscli.commands.options import At, DryRun, Json
from cscli.desk import Desk
from cscli.domain.rulebook import Rulebook
from cscli.errors import Refused
from cscli.i18n import t
from cscli.render.width import visible
from cscli.store import layout

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.findings import Finding
    from cscli.store.rule_edit import Edited
    from cscli.store.rule_keys import Hear

Key = Annotated[str, typer.Argument(metavar="KEY", help="opt.rule_key", show_default=False)]
MaybeKey = Annotated[str | None, typer.Argument(metavar="[KEY]", help="opt.rule_key", show_default=False)]
TO_COME = "SELECT id FROM booking WHERE start >= ? AND status IN ('requested', 'confirmed') ORDER BY start, id"


def show(ctx: typer.Context, key: MaybeKey = None, as_json: Json = False) -> None:
    """Show the rules at or below a key, each with the key that `rule set` takes."""
    from cscli.store import rule_edit, rule_keys

    desk = Desk(ctx.obj, as_json=as_json)
    _ = desk.rulebook  # one that cannot be read is said to be so
    data = rule_edit.plain(desk.store.rules_text())
    where = rule_keys.spot(key, data) if key is not None else None
    there = where is None or where.there
    found = dict(rule_keys.listed(data, where.place if where else ())) if there else {}
    usual = rule_keys.default_at(where) if where is not None and not there else None

    def text() -> str:
        if found:
            return "\n".join(visible(f"{name} = {rule_keys.toml_text(value)}") for name, value in found.items())
        assert where is not None
        if not where.is_leaf:
            return t("note.rules.empty", key=where.key)
        if usual is None:
            return t("note.rules.unset", key=where.key)
        return t("note.rules.default", line=f"{where.key} = {rule_keys.toml_text(usual)}")

    from cscli.render.data import jsonable

    desk.show(text, lambda: jsonable(found if there else {where.key: usual} if where else {}), long=True)


def set_(
    ctx: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="opt.rule_value", show_default=False)],
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Set one rule."""
    from cscli.store import rule_edit

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = words.text(value) or ""
    _edit(desk, "changed", lambda text: rule_edit.put(text, key, said, _hear(desk)))


def add(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="TABLE", help="opt.rule_list", show_default=False)],
    pairs: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="opt.rule_pairs", show_default=False)],
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add an entry to a list of the rulebook."""
    from cscli.store import rule_edit

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = [words.text(pair) or "" for pair in pairs]
    _edit(desk, "added", lambda text: rule_edit.add(text, key, said, _hear(desk)))


def remove(ctx: typer.Context, key: Key, at: At = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Remove a rule, or an entry of a list."""
    from cscli.store import rule_edit

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    _edit(desk, "removed", lambda text: rule_edit.remove(text, key))


def _hear(desk: Desk) -> "Hear":
    from cscli.domain.phrases import parse_day
    from cscli.store.rule_keys import Hear

    return Hear(moment=lambda text: words.moment(text, desk.now), day=lambda text: parse_day(text, desk.now))


def _edit(desk: Desk, what: str, edit: Callable[[str], "Edited"]) -> None:
    """Edit the rulebook under the lock, prove it, write and commit it, and say what it does to bookings."""
    from cscli.render.rules import edit_data, edit_text
    from cscli.store import rule_edit
    from cscli.store.history import RuleDeed

    desk.allow(desk.rulebook.roles.override)
    act = desk.act
    if act.at > act.now:
        raise Refused("refused.future", rule="time", at=act.at)
    with desk.store.writing():
        old = desk.rulebook
        edited = edit(desk.store.rules_text())
        new = rule_edit.prove(edited)
        worse = _made_wrong(desk, old, new)
        if worse:
            raise rule_edit.refusal(rule_edit.placed(worse, edited.after))
        illegal = _made_illegal(desk, old, new)
        if not desk.dry_run:
            deed = RuleDeed(what=what, key=edited.key, by=act.by, at=act.at)
            desk.store.replace_rules(edited.before, edited.after, deed, act.now)
    desk.show(
        lambda: edit_text(edited, what, illegal, dry_run=desk.dry_run),
        lambda: edit_data(edited, what, illegal, dry_run=desk.dry_run),
    )


def _made_wrong(desk: Desk, old: Rulebook, new: Rulebook) -> "tuple[Finding, ...]":
    """Return what is wrong with the new rules and was not with the old ones."""
    from cscli.analytics.kpi import KNOWN
    from cscli.domain.rulebook_checks import fatal, find_problems
    from cscli.store.queries import staff_logins

    last = fatal(new, layout.RULEBOOK)
    if last is not None:
        return (last,)
    today, logins = desk.now.date(), staff_logins(desk.store.index)
    known = [_unnumbered(found) for found in find_problems(old, layout.RULEBOOK, KNOWN, today, logins)]
    worse = []
    for found in find_problems(new, layout.RULEBOOK, KNOWN, today, logins):
        if _unnumbered(found) in known:
            known.remove(_unnumbered(found))
        else:
            worse.append(found)
    return tuple(worse)


def _unnumbered(found: "Finding") -> tuple[str, dict[str, object]]:
    """Return what a finding says, whatever the number of the entry: those behind one that is removed move up."""
    facts = {name: value for name, value in found.facts.items() if name != "other"}
    return found.rule, {**facts, "key": re.sub(r"\[\d+\]", "[]", str(facts.get("key")))}


def _made_illegal(desk: Desk, old: Rulebook, new: Rulebook) -> tuple[str, ...]:
    """Return the bookings still to come that break a rule of the new rules which they did not break before."""
    from cscli.commands.beside import beside_of
    from cscli.domain.ruled import breached

    before = desk.calendar
    beside = beside_of(desk)
    after = new.make_calendar(before.workdays)
    found = []
    for row in desk.store.rows(TO_COME, int(desk.now.timestamp())):
        booking: Booking = desk.store.load(row["id"])
        known = breached(booking, old, before, desk.now, beside(booking))
        if any(rule not in known for rule in breached(booking, new, after, desk.now, beside(booking))):
            found.append(booking.id)
    return tuple(found)
