"""Charts: a bar of signs for a page of text, and the columns that `drawing` draws for the browser."""

from typing import NamedTuple

from cscli.analytics.metrics import Exact

LONGEST = 20  # signs of a whole bar of text


class Column(NamedTuple):
    """One column of a chart: its label, its height, and where the line beside the columns passes (0 to 1), if it does.

    `said` is what is written beside the point of the line.
    """

    label: str
    height: int
    line: Exact | None = None
    said: str = ""


def bar(part: int, whole: int, longest: int = LONGEST) -> str:
    """Return a bar of signs; what is there at all has at least one."""
    if part <= 0 or whole <= 0:
        return ""
    return "#" * max(1, (2 * part * longest + whole) // (2 * whole))
