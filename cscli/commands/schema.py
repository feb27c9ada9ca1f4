"""`cscli schema KIND`: what may stand in a file, for editors and programs."""

from typing import Annotated

import typer

from cscli.commands import words
from cscli.commands.options import Json
from cscli.terminal import json_text, say

KINDS = "desk|booking|complaint|customer|staff|calendar"


def schema(
    kind: Annotated[str, typer.Argument(metavar=KINDS, help="opt.schema_kind", show_default=False)],
    as_json: Json = False,  # noqa: ARG001 - it is JSON however it is asked for
) -> None:
    """Print the JSON Schema of a kind of file."""
    from cscli.store.schema import json_schema

    say(json_text(json_schema(words.choice(kind, KINDS.split("|"), "KIND"))))
