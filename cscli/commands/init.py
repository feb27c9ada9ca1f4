"""`cscli init`: make a desk."""

from pathlib import Path
from typing import Annotated

import typer

from cscli import i18n
from cscli.commands import words
from cscli.store.founding import PROFILES, found
from cscli.terminal import say

KINDS = "|".join(PROFILES)


def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="opt.init_folder")] = ".",
    profile: Annotated[str, typer.Option("--profile", metavar=KINDS, help="opt.init_profile")] = PROFILES[0],
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="opt.init_name")] = None,
) -> None:
    """Make a desk: the worked rulebook of a profile, in a git repository."""
    kind = words.choice(profile, PROFILES, "--profile")
    home = Path(folder).expanduser().resolve()
    found(home, i18n.language(), kind, words.line(name, "--name"))
    say(i18n.t("note.founded", path=home))
