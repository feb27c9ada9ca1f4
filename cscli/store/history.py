"""What git keeps of a change beside the files: one English sentence, and trailers a program can read."""

from cscli import __version__
from cscli.domain.record import Change

SUBJECTS = {
    "booking.created": "Take booking",
    "booking.confirmed": "Confirm booking",
    "booking.unmet": "Note unmet request",
    "booking.changed": "Change booking",
    "booking.cancelled": "Cancel booking",
    "booking.arrived": "Note arrival for booking",
    "booking.completed": "Complete booking",
    "booking.no_show": "Note no-show of booking",
    "booking.closed": "Close booking",
    "booking.reopened": "Reopen booking",
    "booking.paid": "Note payment for booking",
    "complaint.created": "Receive complaint",
    "complaint.acknowledged": "Acknowledge complaint",
    "complaint.assessed": "Assess complaint",
    "complaint.judged": "Judge complaint",
    "complaint.planned": "Plan measures for complaint",
    "complaint.resolved": "Resolve complaint",
    "complaint.followed_up": "Follow up complaint",
    "complaint.closed": "Close complaint",
    "complaint.withdrawn": "Withdraw complaint",
    "complaint.reopened": "Reopen complaint",
    "customer.created": "Open customer file",
    "customer.changed": "Change customer file",
    "customer.revealed": "Reveal customer file",
}
WEIGHT = ("complaint", "booking", "customer")  # which record of a change gives the sentence


def message_of(change: Change) -> str:
    """Return a commit message: the sentence of the weightiest record's last event, then the trailers.

    A change of many records names how many and lists none: the files of the commit do.
    """
    if change.summary:
        lines = [change.summary, "", f"Cscli-Event: {change.events[0]}"]
    else:
        first = min(change.revisions, key=lambda revision: WEIGHT.index(revision.after.kind))
        lines = [f"{SUBJECTS[_telling(first.events)]} {first.after.id}", ""]
        lines += [f"Cscli-Record: {revision.after.id}" for revision in change.revisions]
        lines += [f"Cscli-Event: {event}" for event in change.events]
    by = " ".join(change.by.split())
    return "\n".join([*lines, f"Cscli-By: {by}", f"Cscli-Version: {__version__}", ""])


def _telling(events: tuple[str, ...]) -> str:
    """Return the event that names the change: taking and confirming at once is taking, closing in one go is closing."""
    return events[0] if events[0].endswith(".created") else events[-1]
