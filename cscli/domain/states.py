"""The states of a booking, of a complaint and of a customer: one table each, one gate for all.

A table says for each event from which state it leads to which. An event that leaves the state alone says so with
the state itself; `STAYS` marks one that may happen in any state; `OUTCOME` leads back to how the booking ended.
The diagrams in the README are drawn from these tables.
"""

from collections.abc import Iterable, Mapping

from cscli.errors import Refused

Table = Mapping[str, Mapping[str, str]]
CONTENT = 4  # ratings from here on are those of a customer who is content
START = ""
ANY = "*"
STAYS = "="
OUTCOME = "@outcome"

BOOKING: Table = {
    "created": {START: "requested"},
    "confirmed": {"requested": "confirmed", "unmet": "confirmed"},
    "unmet": {"requested": "unmet"},
    "offered": {"unmet": "requested"},
    "declined": {"requested": "unmet", "unmet": STAYS},
    "coordinated": {"requested": STAYS, "confirmed": STAYS, "unmet": STAYS},
    "assigned": {"requested": STAYS, "confirmed": STAYS},
    "accepted": {"requested": "confirmed", "confirmed": STAYS},
    "changed": {"requested": "requested", "confirmed": "confirmed"},
    "cancelled": {"requested": "cancelled", "confirmed": "cancelled"},
    "informed": {"confirmed": STAYS, "cancelled": STAYS},
    "checked": {"confirmed": STAYS},
    "arrived": {"confirmed": "in_service"},
    "extended": {"confirmed": STAYS, "in_service": STAYS},
    "completed": {"confirmed": "completed", "in_service": "completed"},
    "audited": {"completed": STAYS},
    "spent": {"in_service": STAYS, "completed": STAYS},
    "no_show": {"confirmed": "no_show"},
    "closed": {"completed": "closed", "no_show": "closed", "cancelled": "closed", "unmet": "closed"},
    "reopened": {"closed": OUTCOME},
    "paid": dict.fromkeys(("requested", "confirmed", "in_service", "completed", "no_show", "cancelled"), STAYS),
    "refunded": dict.fromkeys(("requested", "confirmed", "in_service", "completed", "no_show", "cancelled"), STAYS),
}
BOOKING_STATES = ("requested", "confirmed", "in_service", "completed", "no_show", "cancelled", "unmet", "closed")
ENDED = ("closed",)  # where the outcome stays what it was
OUTCOMES = ("completed", "no_show", "cancelled", "unmet")
OWING = ("confirmed", "in_service", "completed", "no_show", "cancelled")  # where what is owed can still be asked for
OCCUPYING = ("requested", "confirmed", "in_service")

OPEN_COMPLAINT = ("received", "acknowledged", "assessed", "in_progress", "resolved")
HANDLED = ("assessed", "in_progress")  # the facts are gathered and judged, measures are carried out
PAUSABLE = ("acknowledged", *HANDLED)  # where the answer may wait for the customer
AFTERWARDS = ("in_progress", "resolved", "closed")  # measures run on after the closing
COMPLAINT: Table = {
    "created": {START: "received"},
    "changed": dict.fromkeys(OPEN_COMPLAINT, STAYS),
    "acknowledged": {"received": "acknowledged"},
    "assessed": {"acknowledged": "assessed", **dict.fromkeys(HANDLED, STAYS)},
    "investigated": dict.fromkeys(HANDLED, STAYS),
    "judged": dict.fromkeys(HANDLED, STAYS),
    "planned": {"assessed": "in_progress", "in_progress": STAYS},
    "reported": dict.fromkeys(OPEN_COMPLAINT, STAYS),
    "progressed": dict.fromkeys((*PAUSABLE, "resolved"), STAYS),
    "held": dict.fromkeys(PAUSABLE, STAYS),
    "resumed": dict.fromkeys(PAUSABLE, STAYS),
    "handed_over": dict.fromkeys(OPEN_COMPLAINT, STAYS),
    "measure_done": dict.fromkeys(AFTERWARDS, STAYS),
    "resolved": {"in_progress": "resolved"},
    "communicated": {"resolved": STAYS},
    "followed_up": {"resolved": STAYS},
    "closed": {"resolved": "closed"},
    "corrected": dict.fromkeys(AFTERWARDS, STAYS),
    "verified": dict.fromkeys(AFTERWARDS, STAYS),
    "withdrawn": dict.fromkeys(OPEN_COMPLAINT, "withdrawn"),
    "merged": dict.fromkeys(OPEN_COMPLAINT, "merged"),
    "reopened": {"resolved": "in_progress", "closed": "in_progress", "merged": "received"},
}
COMPLAINT_STATES = (*OPEN_COMPLAINT, "closed", "withdrawn", "merged")

CUSTOMER: Table = {
    "created": {START: "known"},
    "changed": {ANY: STAYS},
    "card_issued": {ANY: STAYS},
    "revealed": {ANY: STAYS},
}


def target(table: Table, status: str, event: str, outcome: str | None = None) -> str | None:
    """Return the state `event` leads to from `status`, or None where it may not happen."""
    row = table[event]
    reached = row.get(status) or (row.get(ANY) if status != START else None)
    if reached == STAYS:
        return status
    return outcome if reached == OUTCOME else reached


def legal(table: Table, status: str) -> tuple[str, ...]:
    """Return the events that may happen in `status`, in the table's order."""
    return tuple(event for event in table if target(table, status, event, outcome="completed") is not None)


def step(table: Table, status: str, event: str, outcome: str | None = None) -> str:
    """Return the state after `event`; raises `Refused` with the events that would be legal."""
    reached = target(table, status, event, outcome)
    if reached is None:
        noun = "complaint" if table is COMPLAINT else "booking"
        raise Refused("state.illegal", status=status, event=event, legal=legal(table, status), noun=noun, rule="states")
    return reached


def walk(table: Table, events: Iterable[str], outcomes: Iterable[str] = OUTCOMES) -> tuple[str, str | None, int | None]:
    """Return (state, outcome, index of the first illegal event or None) after living through `events`."""
    status, outcome = START, None
    ends = frozenset(outcomes)
    for number, event in enumerate(events):
        reached = target(table, status, event, outcome) if event in table else None
        if reached is None:
            return status, outcome, number
        if reached in ends:
            outcome = reached
        elif reached not in ENDED:
            outcome = None
        status = reached
    return status, outcome, None
