"""An edit of the rulebook as a person reviews it: what changed, and the lines of the file that do."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cscli.i18n import t
from cscli.render.data import jsonable
from cscli.render.width import visible
from cscli.store.rule_keys import toml_text

if TYPE_CHECKING:
    from cscli.store.rule_edit import Edited

AROUND = 2  # unchanged lines shown on either side
NAMED = 5  # bookings that are named; all of them are for `cscli check` to list


def edit_text(edited: "Edited", what: str, illegal: Sequence[str], *, dry_run: bool) -> str:
    """Return what an edit does, and how many bookings it makes illegal; in a dry run the lines of the file too."""
    was, now = (visible(toml_text(side)) if side is not None else "-" for side in (edited.was, edited.now))
    lines = [t(f"note.rules.{what}", key=edited.key, **({"was": was, "now": now} if what == "changed" else {}))]
    if dry_run:
        lines += [t("note.rules.dry_run"), "", *map(visible, diff(edited.before, edited.after))]
    if illegal:
        more = ("..",) if len(illegal) > NAMED else ()
        lines.append(t("note.rules.illegal", number=len(illegal), ids=(*illegal[:NAMED], *more)))
    return "\n".join(lines)


def edit_data(edited: "Edited", what: str, illegal: Sequence[str], *, dry_run: bool) -> dict[str, Any]:
    """Return an edit for programs."""
    return {
        "key": edited.key,
        "what": what,
        "from": jsonable(edited.was),
        "to": jsonable(edited.now),
        "dry_run": dry_run,
        "diff": list(diff(edited.before, edited.after)),
        "illegal": list(illegal),
    }


def diff(before: str, after: str) -> Iterator[str]:
    """Yield the lines that differ, marked - and +, with a few around them; `@@` and the line's number before each."""
    from difflib import SequenceMatcher

    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)  # lines that occur often are no junk here
    for group in matcher.get_grouped_opcodes(AROUND):
        yield f"@@ {group[0][1] + 1}"
        for tag, first, last, begin, end in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[first:last])
            else:
                yield from (f"-{line}" for line in old[first:last])
                yield from (f"+{line}" for line in new[begin:end])
