"""`cscli booking waitlist|offer|decline|coordinate`: who waits, what is offered, what customers and departments say."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from cscli.commands import people, words
from cscli.commands.bookings import (
    could_be_had,
    missed_days,
    move,
    patron_of,
    person_of,
    situation,
    waiting_list,
    with_line,
)
from cscli.commands.listing import Listing, print_list
from cscli.commands.options import (
    FORMATS,
    At,
    BookingId,
    DryRun,
    Format,
    Json,
    Length,
    Limit,
    Override,
    Reason,
    Resources,
    Start,
)
from cscli.desk import Desk
from cscli.domain import line, queue
from cscli.domain.booking import GUEST, MERCHANT, Booking
from cscli.domain.permit import Permit
from cscli.domain.placing import Situation
from cscli.domain.queue import Instead
from cscli.domain.record import Act
from cscli.domain.rulebook import entry_named
from cscli.domain.value import Value
from cscli.domain.values import fixed
from cscli.errors import UsageProblem
from cscli.i18n import t
from cscli.render.queue import ALIGN, COLUMNS, PLAIN, Waiting, waiting_data, waiting_plain, waiting_row
from cscli.terminal import interactive


class Said(Value):
    """What was said in place of the wish: when, for how long, on what; None where nothing was."""

    start: str | None = None
    length: str | None = None
    resources: list[str] | None = None


def waitlist(
    ctx: typer.Context,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.service")] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.queue_day")] = None,
    form: Format = "table",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List those who wait, in order, and whether they could be served right now."""
    desk = Desk(ctx.obj, as_json=as_json)
    form = words.choice(form, FORMATS, "--format")
    wanted = desk.rulebook.service_named(service).id if service else None
    begin = words.day(day, desk.now) if day else None
    everybody, names = waiting_list(desk)
    shown = [
        booking
        for booking in everybody
        if wanted in (None, booking.service) and (begin is None or _on(line.wish_of(booking), begin))
    ]
    free = could_be_had(desk, [booking for booking in shown if not line.stands(booking, desk.now)])
    places = {
        booking.id: Waiting(
            booking=booking,
            number=line.number_of(booking, everybody),
            name=names[booking.id][0],
            phone=names[booking.id][1],
            missed=missed_days(desk, booking.customer, booking.service),
            free=free.get(booking.id, ()),
        )
        for booking in (shown[:limit] if limit else shown)
    }
    view = people.view(desk)
    listed = Listing(
        noun="waiting",
        question="SELECT j.value AS id FROM json_each(?) j ORDER BY j.key",
        values=(f"[{','.join(_quoted(booking.id) for booking in shown)}]",),
        columns=COLUMNS,
        align=ALIGN,
        row=lambda row: waiting_row(view, places[row["id"]]),
        record=lambda record_id: waiting_data(view, places[record_id]),
        keys=PLAIN,
        plain=lambda row: waiting_plain(waiting_data(view, places[row["id"]])),
        folds=True,
    )
    print_list(desk, listed, form, limit)


def _on(wish: Booking, begin: datetime) -> bool:
    return begin <= wish.start < begin + timedelta(days=1)


def _quoted(record_id: str) -> str:
    """Return an id as JSON has it; it has no sign to be escaped."""
    return f'"{record_id}"'


def offer(
    ctx: typer.Context,
    record: BookingId,
    start: Start = None,
    length: Length = None,
    resource: Resources = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME|SPAN", help="opt.offer_until")] = None,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Offer somebody who waits what has come free, and hold it for them until the offer runs out."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit = desk.permit(override, reason)
    ends = _until(desk, until) if until else None
    said = Said(start=start, length=length, resources=resource)

    def decide(before: Booking, act: Act) -> Booking:
        instead, facts = _rests_on(desk, line.wish_of(before), said)
        return queue.offer(before, facts, act, instead=instead, until=ends, permit=permit)

    move(desk, record, decide)


def take(desk: Desk, before: Booking, act: Act, said: Said, *, answer: str | None, permit: Permit | None) -> Booking:
    """Return a wish that was confirmed: what was offered, what came free, or the alternative that was said."""
    instead, facts = _rests_on(desk, before, said)
    return queue.accept(before, facts, act, instead=instead, answer=answer, permit=permit)


def _rests_on(desk: Desk, base: Booking, said: Said) -> tuple[Instead, Situation]:
    """Return what was said in place of a wish, and what a decision about it rests on: who waits too is part of it."""
    start = words.moment(said.start, desk.at, base.start) if said.start else None
    first = start or base.start
    end = words.window(first, None, said.length, desk.now)
    names, service = said.resources, desk.rulebook.service_named(base.service)
    instead = Instead(
        start=start,
        end=end,
        resources=tuple(words.place(desk.rulebook, service, name) for name in names) if names else None,
    )
    last = end or first + (base.end - base.start)
    facts = situation(desk, base.service, first, last, person_of(desk, base), base.id)
    return instead, with_line(desk, facts, first, last)


def _until(desk: Desk, said: str) -> datetime:
    """Return when an offer is to run out: a moment, or a span from when it is made."""
    from cscli.domain.phrases import parse_span

    try:
        return fixed(desk.at) + parse_span(said)
    except UsageProblem:
        return words.moment(said, desk.at)


def decline(
    ctx: typer.Context,
    record: BookingId,
    answer: Annotated[str | None, typer.Option("--answer", "--reason", metavar="TEXT", help="opt.answer")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="opt.keep")] = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the customer says no to an offer or to the alternatives."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    said = words.text(answer)

    def decide(before: Booking, act: Act) -> Booking:
        patron = patron_of(desk, person_of(desk, before), before.start, before.id, before.service)
        facts = Situation(rulebook=desk.rulebook, calendar=desk.calendar, slots={}, patron=patron)
        return queue.decline(before, facts, act, answer=said, keep=keep)

    move(desk, record, decide)


def coordinate(
    ctx: typer.Context,
    record: BookingId,
    asked: Annotated[str | None, typer.Option("--ask", metavar="DEPARTMENT", help="opt.ask_department")] = None,
    question: Annotated[str | None, typer.Option("--question", metavar="TEXT", help="opt.question")] = None,
    answering: Annotated[str | None, typer.Option("--answer", metavar="DEPARTMENT", help="opt.answer_of")] = None,
    agreed: Annotated[bool | None, typer.Option("--yes/--no", help="opt.agreed")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="opt.answer_note")] = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Ask a department about a booking, or note what it said."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    if bool(asked) == bool(answering):
        raise UsageProblem("usage.either", first="--ask", second="--answer")
    if asked and (agreed is not None or note):
        raise UsageProblem("usage.needs", option="--note" if note else "--yes|--no", other="--answer")
    if answering and question:
        raise UsageProblem("usage.needs", option="--question", other="--ask")
    if answering and agreed is None and interactive():
        agreed = typer.confirm(t("ask.agreed"), err=True)
    heard = words.need(agreed, "--yes|--no") if answering else None
    asking, said = words.text(question), words.text(note)

    def decide(before: Booking, act: Act) -> Booking:
        service = desk.rulebook.service_named(before.service)
        word = asked or answering or ""
        known = (entry.department for entry in before.coordination if entry.department == word)
        name = next(known, None) or entry_named(desk.rulebook.department, word, "rulebook.no_department").id
        if heard is None:
            return queue.ask(before, service, name, act, question=asking)
        return queue.answer(before, service, name, act, agreed=heard, note=said)

    move(desk, record, decide)


def inform(
    ctx: typer.Context,
    record: BookingId,
    who: Annotated[list[str] | None, typer.Option("--to", metavar="WHO", help="opt.informed")] = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note who was told to prepare, of a change, or of a cancellation: those named, else all of the staff left."""
    from cscli.domain import calling_off
    from cscli.domain.due_bookings import awaited, name_of, to_prepare, to_tell

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)

    def decide(before: Booking, act: Act) -> Booking:
        service = next((one for one in desk.rulebook.service if one.id == before.service), None)
        known = awaited(before)
        ahead = to_prepare(known, service) if act.at < before.start else ()
        left = to_tell(known, service) or ahead
        names = {word: one for one in left for word in (one, name_of(desk.rulebook, one))}
        stranger = next((word for word in who or () if word not in names), None)
        if left and stranger is not None:
            raise UsageProblem("usage.choice", value=stranger, what="--to", known=left)
        staff = tuple(one for one in left if one not in (GUEST, MERCHANT))  # who calls these says so
        told = tuple(dict.fromkeys(names[word] for word in who)) if who and left else staff or left
        return calling_off.inform(before, act, told)

    move(desk, record, decide)
