"""The word beside deadlines that fall into a year whose public holidays are not announced yet."""

from collections.abc import Iterable
from datetime import datetime

from cscli.desk import Desk
from cscli.domain.due import DueItem
from cscli.i18n import t
from cscli.terminal import say_aside


def tell_items(desk: Desk, items: Iterable[DueItem]) -> None:
    """Say once of the things to do that are shown, as far as they are deadlines of complaints or warn of them."""
    complaints = (item for item in items if item.what.startswith("due.complaint."))
    tell(desk, ((item.record, item.due, str(item.facts.get("deadline", item.kind))) for item in complaints))


def tell(desk: Desk, shown: Iterable[tuple[str, datetime, str | None]]) -> None:
    """Say once which unannounced years the deadlines shown depend on: of these complaints, at these moments, by name.

    One without a name is known by its moment. Files are read only for moments that lie in such a year.
    """
    zone = desk.rulebook.zone
    known: dict[int, bool] = {}
    years: set[int] = set()
    for record, due, name in shown:
        year = due.astimezone(zone).year
        if year not in known:
            known[year] = desk.store.announced(year)
        if not known[year]:
            years.update(_of(desk, record, due, name))
    if years:
        say_aside(t("note.unannounced", years=tuple(map(str, sorted(years)))))


def _of(desk: Desk, record: str, due: datetime, name: str | None) -> set[int]:
    """Return the unannounced years that a complaint's deadline of a name, or at a moment, depends on."""
    from cscli.domain import sla

    found = sla.deadlines(desk.store.load(record), desk.rulebook, desk.calendar, desk.now)
    meant = (one for one in found if (one.name == name if name else one.due == due))
    return {year for one in meant for year in sla.unannounced(one, desk.calendar)}
