"""`cscli staff`: who works at the desk, and in which role (manual row A1)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import words
from cscli.commands.options import FORMATS, DryRun, Format, Json
from cscli.desk import Desk
from cscli.domain.staff import ROLES
from cscli.domain.values import read_slug
from cscli.errors import NotFound, Refused
from cscli.i18n import label, language, t
from cscli.i18n.forms import day as day_words
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.staff import Staff

COLUMNS = ("login", "name", "role", "team", "joined", "left")

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="opt.login")]
FullName = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="opt.staff_name")]
RoleName = Annotated[str | None, typer.Option("--role", metavar="|".join(ROLES), help="opt.staff_role")]
Team = Annotated[str | None, typer.Option("--team", metavar="ID", help="opt.staff_team")]
Joined = Annotated[str | None, typer.Option("--joined", metavar="DAY", help="opt.staff_joined")]
Left = Annotated[str | None, typer.Option("--left", metavar="DAY", help="opt.staff_left")]


def add(
    ctx: typer.Context,
    login: Login,
    name: FullName = None,
    role: RoleName = "agent",
    team: Team = None,
    joined: Joined = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open the file of somebody who works here; once there is a supervisor, only they open more."""
    from cscli.domain.staff import Staff

    desk = Desk(ctx.obj, as_json=as_json, dry_run=dry_run)
    who = words.value(read_slug, login)
    fields = _fields(desk, name=name, role=role, team=team, joined=joined)
    with desk.store.writing():
        if desk.supervisors:
            desk.allow(("supervisor",))
        if desk.store.staff(who) is not None:
            raise Refused("refused.staff.known", rule="staff.add", login=who)
        _put(desk, Staff(login=who, **fields), "added")


def change(
    ctx: typer.Context,
    login: Login,
    name: FullName = None,
    role: RoleName = None,
    team: Team = None,
    joined: Joined = None,
    left: Left = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give somebody another role, name or team, or note the last day of who leaves; for supervisors."""
    from cscli.domain.value import replace

    desk = Desk(ctx.obj, as_json=as_json, dry_run=dry_run)
    fields = _fields(desk, name=name, role=role, team=team, joined=joined, left=left)
    with desk.store.writing():
        if desk.supervisors:
            desk.allow(("supervisor",))
        before = desk.store.staff(login)
        if before is None:
            raise NotFound("not_found.staff", value=login, known=_logins(desk) or ("-",))
        after = replace(before, **fields)
        if after == before:
            raise Refused("refused.nothing_changes", rule="staff.change", id=login)
        _put(desk, after, "changed")


def list_(ctx: typer.Context, form: Format = "table", as_json: Json = False) -> None:
    """List who works here, and who did."""
    from cscli.render import table

    form = "json" if as_json else words.choice(form, FORMATS, "--format")
    desk = Desk(ctx.obj, as_json=form == "json")
    people = [person for login in _logins(desk) if (person := desk.store.staff(login)) is not None]
    rows = [_row(person) for person in people]
    heads = [t(f"label.staff.{name}") for name in COLUMNS]

    def text() -> str:
        if form == "csv":
            from cscli.render.plain import plain_text

            return table.csv_text([[plain_text(one[name]) for name in COLUMNS] for one in map(_data, people)], COLUMNS)
        if form == "md":
            return table.markdown(rows, heads)
        return table.table(rows, heads) if rows else t("label.staff.nobody")

    desk.show(text, lambda: [_data(person) for person in people])


def _fields(desk: Desk, **said: str | None) -> dict[str, Any]:
    """Return the fields that were said, as they are kept."""
    found: dict[str, Any] = {name: words.text(value) for name, value in said.items() if value is not None}
    if "role" in found:
        found["role"] = words.choice(found["role"], ROLES, "--role")
    if "team" in found:
        found["team"] = words.value(read_slug, found["team"])
    return found | {name: words.day(found[name], desk.now).date() for name in ("joined", "left") if name in found}


def _put(desk: Desk, person: "Staff", what: str) -> None:
    """Write a file of the staff, unless nothing is to be written, and show it."""
    from cscli.store.history import message_of_staff

    if not desk.dry_run:
        desk.store.put_staff(person, message_of_staff(person.login, what, desk.by), desk.by, desk.now)
    desk.show(lambda: "  ".join(part for part in _row(person) if part), lambda: _data(person))


def _logins(desk: Desk) -> tuple[str, ...]:
    return desk.logins


def _row(person: "Staff") -> tuple[str, ...]:
    days = (day_words(day, language()) if day else "" for day in (person.joined, person.left))
    return (person.login, visible(person.name or ""), label("role", person.role), person.team or "", *days)


def _data(person: "Staff") -> dict[str, Any]:
    from cscli.render.data import jsonable

    return {name: jsonable(getattr(person, name)) for name in COLUMNS}
