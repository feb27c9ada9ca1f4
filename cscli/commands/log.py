"""`cscli log [ID]`: who did what and when, from the files' events and git's history."""

from typing import Annotated, Any

import typer

from cscli.commands import people
from cscli.commands.options import Json, Limit
from cscli.desk import Desk
from cscli.i18n import label, language, t
from cscli.i18n.forms import moment
from cscli.render.width import visible
from cscli.store import layout
from cscli.store.history import Commit, changes_of, commits_of_events
from cscli.terminal import say_aside, screen_width

NO_COMMIT = "-"


def log(
    ctx: typer.Context,
    record: Annotated[str | None, typer.Argument(metavar="[ID]", help="opt.log_id", show_default=False)] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Show a record's biography with the commit of each event, or the desk's latest changes."""
    desk = Desk(ctx.obj, as_json=as_json)
    if record is not None:
        return _biography(desk, record)
    return _latest(desk, limit)


def _biography(desk: Desk, word: str) -> None:
    from cscli.render.data import event_data

    record: Any = desk.store.load(desk.store.resolve(word))
    commits = commits_of_events(record, changes_of(desk.store.repo, layout.path_of(record.id)))
    if record.kind == "customer":
        from cscli.domain.customer import masked

        record = masked(record)
    hashes = [commit.hash if commit else None for commit in commits]

    def text() -> str:
        from cscli.render.history import history_lines
        from cscli.render.table import table

        lines = zip(history_lines(people.view(desk), record), hashes, strict=True)
        rows = [(*line[:3], name or NO_COMMIT, line[3]) for line, name in lines]
        heads, width = _heads("at", "by", "event", "commit", "note"), screen_width()
        return f"{record.id}\n\n{table(rows, heads, max_width=width, whole=(0, 1, 2, 3), wrap=True)}"

    desk.show(
        text,
        lambda: [{**event_data(event), "commit": name} for event, name in zip(record.biography, hashes, strict=True)],
        long=True,
    )


def _latest(desk: Desk, limit: int) -> None:
    commits = changes_of(desk.store.repo, None, limit + 1 if limit else 0)
    shown = commits[:limit] if limit else commits

    def text() -> str:
        from cscli.render.table import table

        zone = desk.rulebook.zone
        rows = [
            (
                moment(commit.at.astimezone(zone), language()),
                visible(commit.by),
                commit.hash,
                _deeds(commit),
                " ".join((*commit.records, *map(visible, (*commit.staff, *commit.rules)))),
            )
            for commit in shown
        ]
        heads, width = _heads("at", "by", "commit", "event", "record"), screen_width()
        return table(rows, heads, max_width=width, whole=(0, 1, 2), wrap=True) if rows else t("label.empty.log")

    desk.show(text, lambda: [_data(commit) for commit in shown], long=True)
    if len(commits) > len(shown):
        say_aside(t("note.more", limit=limit))


def _heads(*names: str) -> list[str]:
    return [t(f"label.column.{name}") for name in names]


def _deeds(commit: Commit) -> str:
    """Return what a change did, in the user's words."""
    from cscli.render.history import event_name

    told = []
    for event in dict.fromkeys(commit.events):
        kind, _, name = event.partition(".")
        told.append(t("label.deed", kind=label("kind", kind), event=event_name(kind, name)))
    return ", ".join(told)


def _data(commit: Commit) -> dict[str, Any]:
    return {
        "commit": commit.hash,
        "at": commit.at.isoformat(),
        "by": commit.by,
        "subject": commit.subject,
        "records": list(commit.records),
        "events": list(commit.events),
        "rules": list(commit.rules),
        "staff": list(commit.staff),
    }
