"""What stands beside a refusal: the error as data for programs, what could be had instead, and which dates conflict."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cscli.domain.availability import Free
from cscli.domain.value import NOTHING
from cscli.errors import CscliError, Unavailable
from cscli.i18n import language, t
from cscli.i18n.forms import stretch, weekday
from cscli.render.problem import Names, finding_data, named, problem_text
from cscli.render.table import table

if TYPE_CHECKING:
    from cscli.domain.series import Conflict

FEW = 4  # alternatives a line can hold
SHOWN = 5  # names that a cell can hold


def problem_data(problem: CscliError, names: Names = NOTHING) -> dict[str, Any]:
    """Return an error for programs: exit code, key, sentence, and alternatives where there are some."""
    data: dict[str, Any] = {
        "error": {"exit": int(problem.exit), "key": problem.key, "message": problem_text(problem, names)},
    }
    if isinstance(problem, Unavailable):
        data["alternatives"] = [free_data(free) for free in alternatives_of(problem)]
    facts: dict[str, Any] = dict(problem.facts)
    if "conflicts" in facts:
        data["conflicts"] = conflicts_data(facts["conflicts"])
    if "candidates" in facts:
        data["candidates"] = list(facts["candidates"])
    if "findings" in facts:
        data["findings"] = [finding_data(found) for found in facts["findings"]]
    return data


def alternatives_text(times: Sequence[object], names: Names = NOTHING) -> str:
    """Return free times as a table; resources by their names."""
    rows = [
        (
            stretch(one.start, one.end, language()),
            _some([named(name, names) for name in one.resources]),
            str(one.units),
        )
        for one in times
        if isinstance(one, Free)
    ]
    return table(rows, (t("label.column.time"), t("label.column.free"), t("label.column.units")), align="llr")


def _some(names: Sequence[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = len(names) - SHOWN
    return " ".join(names if more <= 0 else (*names[:SHOWN], f"+{more}"))


def conflicts_text(conflicts: "Sequence[Conflict]", names: Names = NOTHING) -> str:
    """Return conflicts as a table: which date, why not, and what could be had instead that day."""
    rows = []
    for conflict in conflicts:
        when = f"{conflict.day} {weekday(conflict.start, language())} {conflict.start:%H:%M}" if conflict.start else ""
        free = alternatives_of(conflict.problem)
        instead = " ".join(f"{time.start:%H:%M}" for time in nearest(free, conflict))
        rows.append((conflict.id or "", when or conflict.day, problem_text(conflict.problem, names), instead))
    columns = ["id", "start", "why", "instead"]
    shown = [place for place in range(4) if place in (1, 2) or any(row[place] for row in rows)]
    headers = [t(f"label.column.{columns[place]}") for place in shown]
    return table([tuple(row[place] for place in shown) for row in rows], headers)


def nearest(free: Sequence[Free], conflict: "Conflict") -> list[Free]:
    """Return the few times that lie nearest to the one that was wanted, in the order of the clock."""
    wanted = conflict.start
    if wanted is None:
        return []
    near = sorted(free, key=lambda time: (abs(time.start - wanted), time.start))[:FEW]
    return sorted(near, key=lambda time: time.start)


def conflicts_data(conflicts: "Sequence[Conflict]") -> list[dict[str, Any]]:
    """Return conflicts for programs; `start` is null in a month without such a day, which `day` names."""
    return [
        {
            "day": conflict.day,
            "start": conflict.start.isoformat() if conflict.start else None,
            "id": conflict.id,
            "key": conflict.problem.key,
            "message": problem_text(conflict.problem),
            "alternatives": [free_data(free) for free in alternatives_of(conflict.problem)],
        }
        for conflict in conflicts
    ]


def alternatives_of(problem: CscliError) -> tuple[Free, ...]:
    """Return the times that could be had instead."""
    found = problem.alternatives if isinstance(problem, Unavailable) else ()
    return tuple(free for free in found if isinstance(free, Free))


def free_data(free: Free) -> dict[str, Any]:
    """Return a free time for programs."""
    return {
        "start": free.start.isoformat(),
        "end": free.end.isoformat(),
        "resources": list(free.resources),
        "units": free.units,
    }
