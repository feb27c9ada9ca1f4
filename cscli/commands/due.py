"""`cscli due`: what is to be done by when, and by whom."""

from typing import Annotated

import typer

from cscli.commands import words
from cscli.commands.agenda import first_due
from cscli.commands.options import FORMATS, Format, Json, Limit
from cscli.commands.unannounced import tell_items
from cscli.desk import Desk
from cscli.domain.values import fixed
from cscli.i18n import t
from cscli.terminal import json_text, say, say_aside, screen_width


def due(
    ctx: typer.Context,
    within: Annotated[str | None, typer.Option("--within", metavar="SPAN", help="opt.due_within")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="opt.due_owner")] = None,
    by_owner: Annotated[bool, typer.Option("--by-owner", help="opt.by_owner")] = False,
    form: Format = "table",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what is to be done, what is overdue first."""
    from cscli.render.due import due_data, due_page, severities

    form = "json" if as_json else words.choice(form, FORMATS, "--format")
    desk = Desk(ctx.obj, as_json=form == "json")
    whose, within = words.name(owner, "--owner"), words.name(within, "--within")
    until = fixed(desk.now) + words.within(within, desk.now, desk.calendar) if within else None
    items, more = first_due(desk, until, _owners(desk, whose), limit)
    named = severities(desk.rulebook)
    desk.tell_recovery()
    desk.tell_findings()
    if form == "json":
        say(json_text(due_data(items, named)))
    else:
        say(due_page(items, named, form, by_owner=by_owner, width=screen_width()))
    tell_items(desk, items)
    if more:
        say_aside(t("note.more", limit=limit))


def _owners(desk: Desk, whose: str | None) -> tuple[str, ...]:
    if whose is None:
        return ()
    from cscli.commands.colleagues import owners

    return owners(desk, whose)
