"""`cscli init`: make a desk."""

from pathlib import Path
from typing import Annotated

import typer

from cscli import i18n
from cscli.desk import say
from cscli.store.founding import found


def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="opt.init_folder")] = ".",
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="opt.init_name")] = None,
) -> None:
    """Make a desk: a rulebook to fill in, in a git repository."""
    home = Path(folder).expanduser().resolve()
    found(home, i18n.language(), name)
    say(i18n.t("note.founded", path=home))
