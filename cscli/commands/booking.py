"""`cscli booking`: take, change and end bookings."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.options import (
    At,
    BookingId,
    Channel,
    CustomerName,
    DryRun,
    Json,
    NewCustomer,
    Override,
    PhoneNumber,
    Reason,
)
from cscli.desk import Desk, ask, say_aside
from cscli.domain import arranging, booking
from cscli.domain.arranging import Wanted, Wish
from cscli.domain.booking import Booking
from cscli.domain.record import Act, Change, Revision
from cscli.errors import Refused, UsageProblem
from cscli.i18n import t
from cscli.render.booking import booking_card, booking_data

PAY_METHODS = "|".join(booking.METHODS)


def _decision(
    desk: Desk, start: datetime, end: datetime, groups: tuple[str, ...], without: str | None = None
) -> arranging.Situation:
    """Read what a decision about a time rests on: rules, calendar, and what is taken some days around it."""
    members = {resource.id for group in groups for resource in desk.rulebook.group(group)}
    day = timedelta(days=2)
    slots = desk.store.slots(sorted(members), start - day, max(start, end) + day, desk.now, without)
    return arranging.Situation(rulebook=desk.rulebook, calendar=desk.calendar, slots=slots)


def create(
    ctx: typer.Context,
    customer: CustomerName = None,
    phone: PhoneNumber = None,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.service")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="TIME", help="opt.start")] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="TIME", help="opt.end")] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="SPAN", help="opt.for")] = None,
    units: Annotated[int, typer.Option("--units", metavar="N", min=1, help="opt.units")] = 1,
    party: Annotated[int | None, typer.Option("--party", metavar="N", min=1, help="opt.party")] = None,
    resource: Annotated[list[str] | None, typer.Option("--resource", metavar="ID", help="opt.resource")] = None,
    channel: Channel = "phone",
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help="opt.source")] = None,
    details: Annotated[str | None, typer.Option("--details", metavar="TEXT", help="opt.details")] = None,
    vip: Annotated[bool, typer.Option("--vip", help="opt.vip")] = False,
    special: Annotated[str | None, typer.Option("--special", metavar="TEXT", help="opt.special")] = None,
    confirm: Annotated[bool | None, typer.Option("--confirm/--hold", help="opt.confirm")] = None,
    waitlist: Annotated[bool, typer.Option("--waitlist", help="opt.waitlist")] = False,
    entry_seconds: Annotated[
        int | None, typer.Option("--entry-seconds", metavar="N", min=0, help="opt.entry_seconds")
    ] = None,
    new_customer: NewCustomer = False,
    yes: Annotated[bool, typer.Option("--yes", help="opt.yes")] = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a booking, or say what could be had instead."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    offered = [(known.id, known.name) for known in desk.rulebook.service]
    wanted = desk.rulebook.service_named(ask(service, "--service", "ask.service", known=offered))
    begin = words.moment(ask(start, "--start", "ask.start", read=lambda said: words.moment(said, desk.at)), desk.at)
    if "customer" in wanted.required and phone is None:
        asked = customer is None
        customer = ask(customer, "--customer", "ask.customer")
        if asked and "phone" in wanted.required and people.named(desk, customer) is None:
            phone = ask(phone, "--phone", "ask.phone", read=words.phone)
    words.required(wanted, party=party, details=details, source=source)
    permit = desk.permit(override, reason)
    wish = Wish(
        service=wanted.id,
        start=begin,
        end=words.window(begin, end, length, desk.now),
        resources=tuple(desk.rulebook.resource_named(name).id for name in resource or ()),
        units=units,
        party=party,
        channel=words.choice(channel, booking.CHANNELS, "--channel"),  # type: ignore[arg-type]  # proven just now
        source=words.text(source),
        details=words.text(details),
        vip=vip,
        special=words.text(special),
        entry_seconds=entry_seconds,
    )

    record_id = desk.new_id("booking", desk.at.date())

    def decide() -> Change:
        person = people.find_or_open(desk, customer, phone, new=new_customer)
        words.required_of_customer(wanted, person.record)
        taken = arranging.create(
            wish,
            _decision(desk, begin, wish.end or begin, wanted.resources),
            desk.act,
            record_id=record_id,
            customer=person.id,
            confirm=confirm,
            waitlist=waitlist,
            permit=permit,
        )
        return Change(revisions=(Revision(before=None, after=taken), *person.revisions), by=desk.by)

    if not yes and desk.rulebook.booking.read_back and desk.can_ask:
        shown = decide()
        _read_back(desk, shown)
        _tell(desk, desk.write(lambda: _as_read_back(shown, decide())), brief=True)
    else:
        _tell(desk, desk.write(decide))


def _read_back(desk: Desk, change: Change) -> None:
    """Show what would be written and ask whether it is right (manual row D5); ends the command where it is not."""
    _tell(desk, change)
    if not typer.confirm(t("ask.read_back"), default=True, err=True):
        say_aside(t("note.not_written"))
        raise typer.Exit


def _as_read_back(shown: Change, change: Change) -> Change:
    """Return the change where it is what was read back; raises `Refused` where somebody was quicker meanwhile."""
    promises = [
        (taken.status, taken.start, taken.end, taken.resources, taken.price)
        for taken in (shown.revisions[0].after, change.revisions[0].after)
        if isinstance(taken, Booking)
    ]
    if promises[0] != promises[1]:
        raise Refused("refused.booking.meanwhile", rule="booking.read_back")
    return change


def _tell(desk: Desk, change: Change, *, brief: bool = False) -> None:
    """Show the booking a change leaves behind, ready to be read back to the customer; `brief` is its first line."""
    record = change.revisions[0].after
    assert isinstance(record, Booking)
    opened = next((revision.after for revision in change.revisions[1:]), None)
    view = people.view(desk, record.customer, opened)
    desk.show(
        lambda: booking_card(view, record, change.events).partition("\n" if brief else "\0")[0],
        lambda: booking_data(view, record),
    )


def _move(desk: Desk, word: str, decide: Callable[[Booking, Act], Booking]) -> None:
    """Load the booking that is meant, decide what becomes of it, write and show it."""

    def change() -> Change:
        before = desk.store.load(desk.store.resolve(word, "booking"))
        return Change(revisions=(Revision(before=before, after=decide(before, desk.act)),), by=desk.by)

    _tell(desk, desk.write(change))


def confirm(
    ctx: typer.Context, record: BookingId, at: At = None, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Confirm a request, or give an unmet wish what has come free."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)

    def decide(before: Booking, act: Act) -> Booking:
        groups = desk.rulebook.service_named(before.service).resources
        return arranging.confirm(before, _decision(desk, before.start, before.end, groups, before.id), act)

    _move(desk, record, decide)


def change(
    ctx: typer.Context,
    record: BookingId,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.service")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="TIME", help="opt.start")] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="TIME", help="opt.end")] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="SPAN", help="opt.for")] = None,
    units: Annotated[int | None, typer.Option("--units", metavar="N", min=1, help="opt.units")] = None,
    party: Annotated[int | None, typer.Option("--party", metavar="N", min=1, help="opt.party")] = None,
    resource: Annotated[list[str] | None, typer.Option("--resource", metavar="ID", help="opt.resource")] = None,
    details: Annotated[str | None, typer.Option("--details", metavar="TEXT", help="opt.details")] = None,
    special: Annotated[str | None, typer.Option("--special", metavar="TEXT", help="opt.special")] = None,
    vip: Annotated[bool | None, typer.Option("--vip/--no-vip", help="opt.vip")] = None,
    cause: Annotated[
        str, typer.Option("--cause", metavar="customer|desk_error|resource", help="opt.cause")
    ] = "customer",
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Move a booking or put its words right; availability and price are decided anew."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = words.choice(cause, booking.CAUSES, "--cause")
    permit = desk.permit(override, reason)

    def decide(before: Booking, act: Act) -> Booking:
        begin = words.moment(start, desk.at) if start else None
        wanted = Wanted(
            service=desk.rulebook.service_named(service).id if service else None,
            start=begin,
            end=words.window(begin or before.start, end, length, desk.now),
            resources=tuple(desk.rulebook.resource_named(name).id for name in resource) if resource else None,
            units=units,
            party=party,
            details=words.text(details),
            special=words.text(special),
            vip=vip,
        )
        groups = desk.rulebook.service_named(wanted.service or before.service).resources
        first = begin or before.start
        last = wanted.end or first + (before.end - before.start)
        facts = _decision(desk, first, last, groups, before.id)
        return arranging.change(before, wanted, facts, act, cause=why, permit=permit)  # type: ignore[arg-type]

    _move(desk, record, decide)


def cancel(
    ctx: typer.Context,
    record: BookingId,
    reason: Reason = None,
    by_side: Annotated[str, typer.Option("--by-side", metavar="customer|desk", help="opt.by_side")] = "customer",
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="customer|desk_error|resource", help="opt.cancel_cause")
    ] = None,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned_cancel")] = False,
    refund: Annotated[str | None, typer.Option("--refund", metavar="AMOUNT", help="opt.refund")] = None,
    method: Annotated[str, typer.Option("--method", metavar=PAY_METHODS, help="opt.method")] = "card",
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Cancel a booking; the reason stays with it, and whether the notice was kept."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = ask(reason, "--reason", "ask.reason")
    side: Any = words.choice(by_side, booking.SIDES, "--by-side")
    whose: Any = words.optional_choice(cause, booking.CAUSES, "--cause")
    permit = desk.permit(override, why)
    back = words.amount(refund) if refund else None
    how: Any = words.choice(method, booking.METHODS, "--method")

    def decide(before: Booking, act: Act) -> Booking:
        after = booking.cancel(
            before, desk.rulebook, act, reason=why, side=side, cause=whose, phoned=phoned, permit=permit
        )
        return booking.pay(after, act, -back, how) if back else after

    _move(desk, record, decide)


def arrive(
    ctx: typer.Context, record: BookingId, at: At = None, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Note that the guest is here."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    _move(desk, record, lambda before, act: booking.arrive(before, desk.rulebook, act))


def complete(
    ctx: typer.Context,
    record: BookingId,
    paid: Annotated[str | None, typer.Option("--paid", metavar="AMOUNT", help="opt.paid")] = None,
    method: Annotated[str, typer.Option("--method", metavar=PAY_METHODS, help="opt.method")] = "card",
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that the service was given, and what was paid for it."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    amount = words.amount(paid) if paid else None
    how: Any = words.choice(method, booking.METHODS, "--method")

    def decide(before: Booking, act: Act) -> Booking:
        after = booking.complete(before, act)
        return booking.pay(after, act, amount, how) if amount else after

    _move(desk, record, decide)


def pay(
    ctx: typer.Context,
    record: BookingId,
    amount: Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help="opt.paid")] = None,
    refund: Annotated[str | None, typer.Option("--refund", metavar="AMOUNT", help="opt.refund")] = None,
    method: Annotated[str, typer.Option("--method", metavar=PAY_METHODS, help="opt.method")] = "card",
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note a payment or a refund."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    if (amount is None) == (refund is None):
        raise UsageProblem("usage.either", first="--amount", second="--refund")
    sum_ = words.amount(amount or "") if amount is not None else -words.amount(refund or "")
    how: Any = words.choice(method, booking.METHODS, "--method")
    _move(desk, record, lambda before, act: booking.pay(before, act, sum_, how))


def no_show(
    ctx: typer.Context,
    record: BookingId,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned")] = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note that nobody came."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    permit = desk.permit(override, reason)
    _move(desk, record, lambda before, act: booking.no_show(before, desk.rulebook, act, phoned=phoned, permit=permit))


def close(
    ctx: typer.Context,
    record: BookingId,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="completed|no_show", help="opt.outcome")] = None,
    rating: Annotated[int | None, typer.Option("--rating", metavar="1..5", min=1, max=5, help="opt.rating")] = None,
    feedback: Annotated[str | None, typer.Option("--feedback", metavar="TEXT", help="opt.feedback")] = None,
    unreachable: Annotated[bool, typer.Option("--unreachable", help="opt.unreachable")] = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Close a booking that has ended, with the customer's rating; `--outcome` ends it in the same go."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    ended = words.optional_choice(outcome, ("completed", "no_show"), "--outcome")
    said = words.text(feedback)

    def decide(before: Booking, act: Act) -> Booking:
        after = before
        if ended == "completed" and before.outcome != "completed":
            after = booking.complete(before, act)
        elif ended == "no_show" and before.outcome != "no_show":
            after = booking.no_show(before, desk.rulebook, act, phoned=False)
        return booking.close(after, act, rating=rating, feedback=said, unreachable=unreachable)

    _move(desk, record, decide)


def reopen(
    ctx: typer.Context,
    record: BookingId,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open a closed booking again; only the roles the rulebook names may."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = desk.permit(True, ask(reason, "--reason", "ask.reason"), desk.rulebook.roles.reopen)
    if why is None:
        raise UsageProblem("usage.missing", option="--reason")
    _move(desk, record, lambda before, act: booking.reopen(before, act, reason=why))
