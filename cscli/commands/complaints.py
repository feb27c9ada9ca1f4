"""What the verbs of `cscli complaint` share: load, decide, write, show; names and measures as they are said."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.colleagues import person
from cscli.desk import Desk
from cscli.domain.case import Complaint, Measure
from cscli.domain.casework import may
from cscli.domain.record import Act, Change, Revision
from cscli.domain.value import replace
from cscli.domain.values import fixed
from cscli.errors import UsageProblem
from cscli.terminal import ask, interactive

BOOKING = "booking:"
PERSON = "person:"
LAST_MINUTE = time(23, 59)
MEANS = "phone|visit|message|email|letter"
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.note")]
Severity = Annotated[str | None, typer.Option("--severity", metavar="minor|major|critical", help="opt.severity")]
Category = Annotated[str | None, typer.Option("--category", metavar="ID", help="opt.category")]
Against = Annotated[list[str] | None, typer.Option("--against", metavar="KIND:NAME", help="opt.against")]
Apology = Annotated[bool, typer.Option("--apology", help="opt.apology")]
Told = Annotated[str, typer.Option("--means", metavar=MEANS, help="opt.told_means")]
MeasureText = Annotated[list[str] | None, typer.Option("--measure", metavar="TEXT", help="opt.measure")]
MeasureOwner = Annotated[list[str] | None, typer.Option("--owner", metavar="NAME", help="opt.measure_owner")]
MeasureDue = Annotated[list[str] | None, typer.Option("--due", metavar="TIME", help="opt.measure_due")]


def load(desk: Desk, word: str) -> Complaint:
    """Return the complaint an id, or part of one, leads to."""
    found: Complaint = desk.store.load(desk.store.resolve(word, "complaint"))
    return found


def ready(desk: Desk, word: str, step: str | Callable[[Complaint], None]) -> None:
    """Refuse at a terminal what may not be done to a complaint yet, before anything is asked about it.

    `step` is the event, or what refuses it.
    """
    if interactive():
        found = load(desk, word)
        may(found, step) if isinstance(step, str) else step(found)


def move(desk: Desk, word: str, decide: Callable[[Complaint, Act], Complaint]) -> Complaint:
    """Load the complaint that is meant, decide what becomes of it, write and show it; return what it is now."""

    def change() -> Change:
        before = load(desk, word)
        return Change(revisions=(Revision(before=before, after=decide(before, desk.act)),), by=desk.by)

    return tell(desk, desk.write(change))


def tell(desk: Desk, change: Change) -> Complaint:
    """Show the complaint a change leaves behind, and return it."""
    from cscli.render.complaint import complaint_card, complaint_data

    record = change.revisions[0].after
    assert isinstance(record, Complaint)
    view = people.view(desk, record.customer, change.revisions)
    desk.show(
        lambda: complaint_card(view, record),
        lambda: complaint_data(view, record),
    )
    return record


def target(desk: Desk, entry: str) -> str:
    """Return what a complaint is against: a booking by its whole id, one of the staff by login."""
    if entry.startswith(PERSON):
        return f"{PERSON}{person(desk, entry.removeprefix(PERSON), '--against') or ''}"
    if not entry.startswith(BOOKING):
        return entry
    return f"{BOOKING}{desk.store.resolve(entry.removeprefix(BOOKING), 'booking')}"


def measures(
    desk: Desk, what: Sequence[str], owners: Sequence[str], dues: Sequence[str], kind: Any = "remedy"
) -> tuple[Measure, ...]:
    """Return the measures that were said in step: the first with the first owner and the first deadline, and so on."""
    if what and not owners and not dues and interactive():
        owners = [ask(None, "--owner", "ask.measure_owner") for _ in what]
        dues = [ask(None, "--due", "ask.measure_due") for _ in what]
    if not len(what) == len(owners) == len(dues):
        raise UsageProblem("usage.in_step", measures=len(what), owners=len(owners), dues=len(dues))
    said = (
        Measure(what=words.text(text) or "", owner=person(desk, owner, "--owner") or "", due=deadline(desk, due))
        for text, owner, due in zip(what, owners, dues, strict=True)
    )
    return tuple(replace(measure, kind=kind) for measure in said)


def deadline(desk: Desk, text: str) -> datetime:
    """Return until when something is to be done; a day alone is the end of its office hours, or of the day itself."""
    from cscli.domain.phrases import parse_day

    try:
        day = parse_day(text, desk.at)
    except UsageProblem:
        return words.moment(text, desk.at)
    hours = desk.calendar.office_of(day)
    return fixed(hours[-1][1] if hours else datetime.combine(day, LAST_MINUTE, desk.rulebook.zone))
