"""What the checks of a store hold records against."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from cscli.domain.calendar import Calendar
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import NOTHING, Value


class Ground(Value):
    """What records are held against: the rules, which ids have a file, and the moment up to which holds have run.

    Bookings still to come are held against the rules of today only where there is a `calendar`; `beside` says what
    their customers had when they were taken. `merged` says of each duplicate which complaint it is merged into.
    """

    rulebook: Rulebook
    exists: Callable[[str], bool]
    now: datetime
    calendar: Calendar | None = None
    beside: Callable[[Any], Any] = lambda _: None
    merged: Mapping[str, str] = NOTHING

    @cached_property
    def known(self) -> Mapping[str, frozenset[str]]:
        """The ids the rulebook lists, by the field that names them."""
        book = self.rulebook
        lists: dict[str, Iterable[Any]] = {
            "service": book.service,
            "resource": book.resource,
            "category": book.complaint.category,
            "severity": book.complaint.severity,
            "criterion": book.complaint.standard,
            "cause": book.complaint.cause,
            "external": book.complaint.external,
            "level": book.members.level,
            "card.type": book.members.card,
        }
        return {field: frozenset(entry.id for entry in entries) for field, entries in lists.items()}
