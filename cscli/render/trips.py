"""Trips with free seats, as a table and as data: when, where to, which class at what fare."""

from collections.abc import Callable, Sequence
from typing import Any

from cscli.domain.trips import Trip
from cscli.i18n import language, t
from cscli.i18n.forms import money, stretch
from cscli.render.booking import class_name
from cscli.render.problem import Names
from cscli.render.refusal import free_data
from cscli.render.width import visible

COLUMNS = ("start", "end", "route", "resources", "units", "classes")


def trip_table(trips: Sequence[Trip], form: str, names: Names, max_width: int | None = None) -> str:
    """Return trips as a list, vehicles by their names; nothing for a table without rows.

    Where a table is wider than may be, each trip goes on in a further line.
    """
    from cscli.render import table

    if form in ("csv", "md"):
        rows = [_row(trip) for trip in trips]
        return table.csv_text(rows, COLUMNS) if form == "csv" else table.markdown(rows, COLUMNS, "llllrl")
    if not trips:
        return ""
    lines = [
        (
            stretch(trip.free.start, trip.free.end, language()),
            f"{visible(trip.route.name)} ({trip.route.id})" if trip.route else "",
            " ".join(visible(names.get(name, name)) for name in trip.free.resources),
            _seats(trip, class_name),
        )
        for trip in trips
    ]
    heads = (t("label.column.time"), t("hint.column.route"), t("label.column.free"), t("hint.column.seats"))
    if max_width is None or table.fits([heads, *lines], max_width):
        return table.table(lines, heads, max_width=max_width)
    return table.blocks(lines, heads, max_width, first=(0, 1))


def trip_data(trip: Trip) -> dict[str, Any]:
    """Return a trip for programs: what every free time says, and its route, classes and fares."""
    classes = [
        {"id": one.name or None, "free": one.free, "fare": money(one.fare) if one.fare is not None else None}
        for one in trip.classes
    ]
    return {**free_data(trip.free), "route": trip.route.id if trip.route else None, "classes": classes}


def _row(trip: Trip) -> tuple[str, ...]:
    data = free_data(trip.free)
    route = trip.route.id if trip.route else ""
    return (data["start"], data["end"], route, " ".join(data["resources"]), str(data["units"]), _seats(trip, visible))


def _seats(trip: Trip, called: Callable[[str], str]) -> str:
    """Return the free seats of each class with the fare of one."""
    told = (f"{called(one.name)} {one.free}".strip() + (f" x {money(one.fare)}" if one.fare is not None else "")
            for one in trip.classes)  # fmt: skip
    return "  ".join(told)
