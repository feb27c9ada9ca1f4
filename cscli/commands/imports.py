"""`cscli import`: take over what was kept elsewhere."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cscli.commands import words
from cscli.commands.options import DryRun, Json
from cscli.desk import Desk
from cscli.errors import Exit, UsageProblem
from cscli.i18n import t
from cscli.render.problem import problem_text
from cscli.render.width import visible
from cscli.store.pages import outside
from cscli.terminal import progress, say_aside

if TYPE_CHECKING:
    from cscli.interop.importing import Outcome, Wanted


def import_(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="opt.import_kind", show_default=False)],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="opt.import_file", show_default=False)],
    renames: Annotated[list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="opt.import_map")] = None,
    history: Annotated[bool, typer.Option("--history", help="opt.import_history")] = False,
    rejects: Annotated[Path | None, typer.Option("--rejects", metavar="PATH", help="opt.import_rejects")] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import bookings or complaints from a file, as one commit."""
    from cscli.interop import importing

    desk = Desk(ctx.obj, as_json=as_json, dry_run=dry_run)
    wanted = importing.Wanted(
        kind=words.choice(kind.removesuffix("s"), importing.KINDS, "KIND"),
        path=file,
        renamed=_renamed(renames or []),
        rejects=rejects or file.with_name(file.name + importing.SUFFIX),
        dry_run=dry_run,
    )
    outside(desk.home, rejects or file.with_name(file.name + importing.SUFFIX))
    if rejects is not None and rejects.resolve() == file.resolve():
        raise UsageProblem("import.rejects_self", path=str(rejects))
    frame = importing.frame_of(desk.store, desk.by, desk.now, history=history)

    def work() -> "Outcome":
        return importing.Import(
            desk.store, frame, wanted, say=lambda problem: visible(problem_text(problem)), chance=os.urandom,
            progress=progress,
        ).run()  # fmt: skip

    if dry_run:
        done = work()
    else:
        with desk.store.writing():
            done = work()
    _show(desk, wanted, done)
    if done.rejected:
        raise typer.Exit(Exit.FINDINGS)


def _show(desk: Desk, wanted: "Wanted", done: "Outcome") -> None:
    """Print the counts, and on standard error what a person should know of them."""
    counts = {name: getattr(done, name) for name in ("read", "imported", "skipped", "rejected", "commit")}
    desk.show(
        lambda: "\n".join(t(f"import.{name}", number=value) for name, value in counts.items() if value is not None),
        lambda: counts,
    )
    if done.opened:
        say_aside(t("import.opened", number=done.opened))
    if done.unnamed:
        say_aside(t("import.unnamed", number=done.unnamed))
    if not desk.as_json:
        for line, reason in done.reasons:
            say_aside(t("import.reason", line=line, reason=reason))
    if done.rejected and not wanted.dry_run:
        say_aside(t("import.rejects", path=str(wanted.rejects)))


def _renamed(said: list[str]) -> dict[str, str]:
    """Return their columns' names with ours, from `theirs=ours`; the last `=` counts."""
    found = {}
    for pair in said:
        theirs, sign, ours = pair.rpartition("=")
        if not sign or not theirs.strip() or not ours.strip():
            raise UsageProblem("import.map_form", value=pair)
        found[theirs.strip()] = ours.strip()
    return found
