"""What a page is drawn with besides its record."""

from datetime import datetime
from typing import TYPE_CHECKING

from cscli.domain.calendar import Calendar
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value
from cscli.i18n import t

if TYPE_CHECKING:
    from cscli.domain.customer import Customer


class View(Value):
    """The rules, the calendar, the present moment, and the customer the record is about where there is one.

    `opened` says that the customer's file is new with this change, `dry_run` that nothing was written, `unsaved` that
    it is read back before it is; `width` is how wide a page may be, None where it is not a terminal that shows it.
    """

    rulebook: Rulebook
    calendar: Calendar
    now: datetime
    person: "Customer | None" = None
    opened: bool = False
    width: int | None = None
    dry_run: bool = False
    unsaved: bool = False


def unwritten(view: View) -> list[tuple[str, str]]:
    """Return the line above a card that says why nothing was written, or not yet; none where it was."""
    if view.dry_run:
        return [(t("label.field.dry_run"), t("label.dry_run"))]
    return [(t("label.field.unsaved"), t("label.unsaved"))] if view.unsaved else []
