"""What a page is drawn with besides its record."""

from datetime import datetime
from typing import TYPE_CHECKING

from cscli.domain.calendar import Calendar
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import Value

if TYPE_CHECKING:
    from cscli.domain.customer import Customer


class View(Value):
    """The rules, the calendar, the present moment, and the customer the record is about where there is one.

    `opened` says that the customer's file is new with this change, `dry_run` that nothing was written; `width` is how
    wide a page may be, None where it is not a terminal that shows it.
    """

    rulebook: Rulebook
    calendar: Calendar
    now: datetime
    person: "Customer | None" = None
    opened: bool = False
    width: int | None = None
    dry_run: bool = False
