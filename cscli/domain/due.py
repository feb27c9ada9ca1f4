"""What is to be done by when: items that name the command which settles them.

What gives rise to them stands in `due_complaints` and `due_bookings`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from cscli.domain.value import Value

SUPERVISOR, FINANCE = "supervisor", "finance"


class DueItem(Value):
    """One thing to do; `what` is the key of its sentence, `owner` None where anybody on duty may do it.

    `kind` is what it is: for a complaint `report`, `alarm`, `apology`, `close`, or the name of a deadline as in `sla`;
    for a booking `confirm`, `unconfirmed`, `refused`, `offer`, `offer_over`, `coordinate`, `remind`, `remind_guest`,
    `tell_merchant`, `check_arrival`, `ask_guest`, `called_off`, `stand_down`, `arrival`, `complete`, `assign`,
    `accept`, `there`, `audit`, `rate`, `bill`, `pay`, `fee` or `refund`.
    """

    due: datetime
    overdue: bool
    kind: str
    record: str
    what: str
    facts: Mapping[str, object]
    owner: str | None
    command: str


def in_order(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Return items earliest first, those of one moment by record and kind."""
    return tuple(sorted(items, key=lambda item: (item.due.astimezone(UTC), item.record, item.kind)))


def due_item(
    noun: str,
    kind: str,
    due: datetime,
    record: str,
    facts: Mapping[str, object],
    owner: str | None,
    now: datetime,
    command: str,
) -> DueItem:
    """Return a thing to do about a record of a noun; it is overdue once its moment has passed, in real time."""
    return DueItem(
        due=due,
        overdue=now.astimezone(UTC) > due.astimezone(UTC),
        kind=kind,
        record=record,
        what=f"due.{noun}.{kind}",
        facts=facts,
        owner=owner,
        command=command,
    )
