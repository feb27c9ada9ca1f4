"""What git keeps of a change beside the files: one English sentence, and trailers a program can read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cscli import __version__
from cscli.domain.record import Change
from cscli.domain.value import Value
from cscli.store import layout
from cscli.store.git import Repository

SUBJECTS = {
    "booking.created": "Take booking",
    "booking.confirmed": "Confirm booking",
    "booking.unmet": "Note unmet request",
    "booking.offered": "Offer what has come free to booking",
    "booking.declined": "Note declined offer of booking",
    "booking.coordinated": "Coordinate booking",
    "booking.assigned": "Assign booking",
    "booking.accepted": "Accept booking",
    "booking.changed": "Change booking",
    "booking.cancelled": "Cancel booking",
    "booking.checked": "Check arrival for booking",
    "booking.informed": "Note who was told of booking",
    "booking.arrived": "Note arrival for booking",
    "booking.extended": "Extend booking",
    "booking.completed": "Complete booking",
    "booking.no_show": "Note no-show of booking",
    "booking.closed": "Close booking",
    "booking.reopened": "Reopen booking",
    "booking.audited": "Audit booking",
    "booking.spent": "Note spending for booking",
    "booking.paid": "Note payment for booking",
    "booking.refunded": "Pay out refund for booking",
    "complaint.created": "Receive complaint",
    "complaint.changed": "Change complaint",
    "complaint.acknowledged": "Acknowledge complaint",
    "complaint.assessed": "Assess complaint",
    "complaint.investigated": "Investigate complaint",
    "complaint.judged": "Judge complaint",
    "complaint.planned": "Plan measures for complaint",
    "complaint.measure_done": "Note a measure done for complaint",
    "complaint.reported": "Report complaint to the supervisor",
    "complaint.progressed": "Note word to the customer for complaint",
    "complaint.held": "Hold complaint",
    "complaint.resumed": "Resume complaint",
    "complaint.resolved": "Resolve complaint",
    "complaint.communicated": "Note decision told for complaint",
    "complaint.followed_up": "Follow up complaint",
    "complaint.handed_over": "Hand over complaint",
    "complaint.closed": "Close complaint",
    "complaint.corrected": "Plan improvement for complaint",
    "complaint.verified": "Verify a measure for complaint",
    "complaint.withdrawn": "Withdraw complaint",
    "complaint.merged": "Merge complaint",
    "complaint.reopened": "Reopen complaint",
    "customer.created": "Open customer file",
    "customer.changed": "Change customer file",
    "customer.revealed": "Reveal customer file",
    "customer.card_issued": "Issue card to customer",
    "customer.topup": "Top up card of customer",
    "customer.payment": "Take payment of customer",
    "customer.bonus": "Add bonus for customer",
    "customer.gift": "Give to customer",
    "customer.card_fee": "Charge card fee to customer",
    "customer.charge": "Charge card of customer",
    "customer.refund": "Refund to card of customer",
    "customer.payout": "Pay out to customer",
    "customer.points": "Note points of customer",
    "customer.visit": "Note visit of customer",
    "customer.expired": "Write off visits of customer",
    "customer.adjustment": "Adjust ledger of customer",
}
LISTED = 100  # records of one change up to which each is named in its message
WEIGHT = ("complaint", "booking", "customer")  # which record of a change gives the sentence
ASIDE = ("booking.paid", "booking.spent", "customer.bonus", "customer.gift", "customer.card_fee")  # come with others


def message_of(change: Change) -> str:
    """Return a commit message: the sentence of the weightiest record's last event, then the trailers.

    A change of many records names how many, and of a great many lists none: the files of the commit do. What happened
    to them is said once; of a batch, which brings records with their whole past, only how that began.
    """
    if change.summary:
        several = len(change.revisions) > 1
        happened = dict.fromkeys(change.events if several else change.events[:1])
        lines = [change.summary, ""]
        if several and len(change.revisions) <= LISTED:
            lines += [f"Cscli-Record: {revision.after.id}" for revision in change.revisions]
        lines += [f"Cscli-Event: {event}" for event in happened]
    else:
        first = min(change.revisions, key=lambda revision: WEIGHT.index(revision.after.kind))
        lines = [f"{SUBJECTS[_telling(first.events)]} {first.after.id}", ""]
        lines += [f"Cscli-Record: {revision.after.id}" for revision in change.revisions]
        lines += [f"Cscli-Event: {event}" for event in change.events]
    by = " ".join(change.by.split())
    return "\n".join([*lines, f"Cscli-By: {by}", f"Cscli-Version: {__version__}", ""])


RULES = {"changed": "Change the rules", "added": "Add to the rules", "removed": "Remove from the rules"}


class RuleDeed(Value):
    """What is done to the rulebook: changed, added or removed, at which key, by whom, and when it happened."""

    what: str
    key: str
    by: str
    at: datetime


def message_of_staff(login: str, what: str, by: str) -> str:
    """Return the commit message of a file of the staff: added or changed, by whom."""
    subject = f"{'Add' if what == 'added' else 'Change'} member of staff {login}"
    lines = [subject, "", f"Cscli-Event: staff.{what}", f"Cscli-By: {' '.join(by.split())}"]
    return "\n".join([*lines, f"Cscli-Version: {__version__}", ""])


def message_of_rules(deed: RuleDeed, now: datetime) -> str:
    """Return the commit message of an edited rulebook; when it happened is said where that was not now."""
    lines = [f"{RULES[deed.what]}: {deed.key}", "", f"Cscli-Rule: {deed.key}", f"Cscli-Event: rules.{deed.what}"]
    lines += [f"Cscli-At: {deed.at.isoformat()}"] if deed.at != now else []
    return "\n".join([*lines, f"Cscli-By: {' '.join(deed.by.split())}", f"Cscli-Version: {__version__}", ""])


def _telling(events: tuple[str, ...]) -> str:
    """Return the event that names the change: taking and confirming at once is taking, closing in one go is closing."""
    told = [event for event in events if event not in ASIDE] or events
    return told[0] if told[0].endswith((".created", ".card_issued")) else told[-1]


class Commit(Value):
    """One change of the desk as git keeps it: `at` is when it was written down, `events` as `booking.cancelled`.

    `rules` are the keys of the rulebook that were edited, `staff` the logins of those whose file was.
    """

    hash: str
    at: datetime
    by: str
    subject: str
    records: tuple[str, ...]
    events: tuple[str, ...]
    rules: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


FIELDS = (
    "%h", "%aI", "%an", "%s",
    *(f"%(trailers:key={key},valueonly,separator=%x2C)" for key in ("Cscli-Record", "Cscli-Event", "Cscli-Rule")),
)  # fmt: skip


def changes_of(repo: Repository, path: str | None, limit: int = 0) -> tuple[Commit, ...]:
    """Return the changes of one file, or of the whole desk where `path` is None, newest first; `limit` 0 is all.

    Of the whole desk only what the desk itself wrote: a person's own commits carry no trailers.
    """
    if not repo.has_commits():
        return ()
    words = ["log", "--no-show-signature", f"--format={'%x00'.join(FIELDS)}%x00", "-z"]
    words += [f"--max-count={limit}"] if limit else []
    words += ["--grep=^Cscli-Event: "] if path is None else []
    said = repo.ask(*words, "--", path or layout.RECORDS).decode("utf-8", "replace")
    parts = said.split("\0")
    width = len(FIELDS) + 1  # -z ends a commit with one more zero
    return tuple(_commit(parts[place : place + width]) for place in range(0, len(parts) - width + 1, width))


def _commit(fields: Sequence[str]) -> Commit:
    name, at, by, subject, records, events, rules = fields[: len(FIELDS)]
    colleague = events.strip().startswith("staff.")  # the subject ends with the login
    return Commit(
        hash=name,
        at=datetime.fromisoformat(at),
        by=by,
        subject=subject,
        records=tuple(word.strip() for word in records.split(",") if word.strip()),
        events=tuple(word.strip() for word in events.split(",") if word.strip()),
        rules=tuple(word.strip() for word in rules.split(",") if word.strip()),
        staff=(subject.rpartition(" ")[2],) if colleague else (),
    )


def commits_of_events(record: Any, commits: Sequence[Commit]) -> tuple[Commit | None, ...]:
    """Return for each event of a record's biography the commit that brought it, None where no commit says so.

    Streams are only ever added to, so commits and each stream come in one order; `commits` are those of the record's
    file.
    """
    brought: dict[int, Commit] = {}
    for stream in record.streams:
        events = getattr(record, stream)
        place = 0
        for commit in reversed(commits):
            for event in commit.events:
                kind, _, name = event.partition(".")
                here = next((n for n in range(place, len(events)) if events[n].type == name), None)
                if kind == record.kind and here is not None:
                    brought[id(events[here])] = commit
                    place = here + 1
    return tuple(brought.get(id(event)) for event in record.biography)
