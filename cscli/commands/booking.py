"""`cscli booking create|change|cancel`: take a booking, move it, call it off."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import booking_needs as needs
from cscli.commands import people, words
from cscli.commands.bookings import (
    confirm_or_leave,
    duplicate_ids,
    extras,
    load,
    missed_days,
    move,
    person_of,
    situation,
    with_line,
    write_and_tell,
)
from cscli.commands.options import (
    Address,
    Answer,
    At,
    Boarding,
    BookingId,
    Cause,
    Channel,
    CustomerName,
    Destination,
    Details,
    DryRun,
    EmailAddress,
    End,
    Extra,
    Json,
    LastDay,
    Length,
    NewCustomer,
    Number,
    Origin,
    Override,
    Party,
    PhoneNumber,
    Reason,
    Repeat,
    Resources,
    Route,
    SeatClass,
    ServiceName,
    Skip,
    Source,
    Special,
    Start,
    TableNo,
    Units,
    Which,
    Yes,
)
from cscli.desk import Desk
from cscli.domain import arranging, booking
from cscli.domain.booking import Booking, untimed
from cscli.domain.placing import Wish
from cscli.domain.record import Act, Change, Revision
from cscli.errors import UsageProblem
from cscli.i18n import t
from cscli.terminal import ask, interactive, say_aside

if TYPE_CHECKING:
    from cscli.domain.moving import Wanted
    from cscli.domain.services import Service

WORDS = ("source", "details", "special", "address", "merchant", "origin", "destination")  # they decide nothing


def create(
    ctx: typer.Context,
    customer: CustomerName = None,
    phone: PhoneNumber = None,
    email: EmailAddress = None,
    service: ServiceName = None,
    start: Start = None,
    end: End = None,
    length: Length = None,
    units: Units = None,
    party: Party = None,
    resource: Resources = None,
    route: Route = None,
    seat_class: SeatClass = None,
    boarding: Boarding = None,
    origin: Origin = None,
    destination: Destination = None,
    passenger: Annotated[
        list[str] | None, typer.Option("--passenger", metavar="CUSTOMER", help="opt.passenger")
    ] = None,
    merchant: Annotated[str | None, typer.Option("--merchant", metavar="NAME", help="opt.merchant")] = None,
    address: Address = None,
    channel: Channel = "phone",
    source: Source = None,
    details: Details = None,
    vip: Annotated[bool, typer.Option("--vip", help="opt.vip")] = False,
    special: Special = None,
    extra: Extra = None,
    confirm: Annotated[bool | None, typer.Option("--confirm/--hold", help="opt.confirm")] = None,
    waitlist: Annotated[bool, typer.Option("--waitlist", help="opt.waitlist")] = False,
    answer: Answer = None,
    repeat: Repeat = None,
    count: Number = None,
    until: LastDay = None,
    skip: Skip = False,
    entry_seconds: Annotated[
        int | None, typer.Option("--entry-seconds", metavar="N", min=0, help="opt.entry_seconds")
    ] = None,
    new_customer: NewCustomer = False,
    yes: Yes = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a booking, or say what could be had instead."""
    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    asked = customer is None and phone is None and service is None and interactive()  # a caller says who first
    customer = ask(customer, "--customer", "ask.customer") if asked else customer
    wanted = desk.rulebook.service_named(
        ask(service, "--service", "ask.service", known=words.listed(desk.rulebook.service))
    )
    soon = wanted.kind == "visit" and start is None  # as soon as the rulebook promises
    if soon and (length or end):
        raise UsageProblem("usage.needs", option="--for" if length else "--end", other="--start")
    full = needs.complete(
        desk, wanted,
        {
            "customer": customer, "phone": phone, "email": email, "party": party, "route": route,
            "seat_class": seat_class, "boarding_point": words.text(boarding), "resource": resource,
            "merchant": words.text(merchant), "source": words.text(source), "details": words.text(details),
            "special": words.text(special), "address": words.text(address), "origin": words.text(origin),
            "destination": words.text(destination),
        },
        start=None if soon else start or "",
    )  # fmt: skip
    begin = desk.act.at if soon else words.moment(ask(full["start"], "--start", "ask.start"), desk.at)
    customer, phone, email, party, resource = (
        full[name] for name in ("customer", "phone", "email", "party", "resource")
    )
    if resource and full["merchant"]:
        raise UsageProblem("usage.both", first="--resource", second="--merchant")
    said = {name: full[name] for name in WORDS} | {"entry_seconds": entry_seconds}
    permit = desk.permit(override, reason)
    wish = Wish(
        service=wanted.id,
        start=begin,
        soon=soon,
        end=words.window(begin, end, length, desk.now),
        resources=tuple(words.place(desk.rulebook, wanted, name) for name in resource or ()),
        units=units,
        party=party,
        route=full["route"],
        seat_class=full["seat_class"],
        boarding_point=full["boarding_point"],
        channel=words.choice(channel, booking.CHANNELS, "--channel"),  # type: ignore[arg-type]  # proven just now
        vip=vip,
        words={
            **{name: value for name, value in said.items() if value is not None},
            "passengers": tuple(
                people.resolve(desk, words.name(name, "--passenger") or "").id for name in passenger or ()
            ),
            "extra": extras(desk, extra),
        },
    )

    met: list[people.Found] = []

    def who() -> people.Found:
        person = people.find_or_open(desk, customer, phone, email, new=new_customer)
        people.required(wanted, person)
        met.append(person)
        return person

    if repeat or count or until or skip:
        from cscli.commands import booking_series

        words.need(full["start"], "--start")
        plan = booking_series.plan(desk, repeat, count, until, skip=skip, by_clock=end is not None)
        booking_series.take(desk, wish, plan, who, yes=yes, confirm=confirm, waitlist=waitlist,
                            answer=words.text(answer), permit=permit)  # fmt: skip
        people.tell_elsewhere(met[-1])
        return
    record_id = desk.new_id("booking", desk.at.date())
    more: dict[str, Any] = {}
    heard = words.text(answer)

    def decide() -> Change:
        person = who()
        last = wish.end or begin + wanted.duration.delta
        facts = with_line(desk, situation(desk, wanted.id, begin, last, person.record), begin, last)
        taken = arranging.create(
            wish, facts, desk.act, record_id=record_id, customer=person.id, confirm=confirm, waitlist=waitlist,
            answer=heard, permit=permit,
        )  # fmt: skip
        more["duplicates"] = list(duplicate_ids(facts, taken, desk))
        more.update(_better(desk, wanted, taken))
        if taken.status == "unmet":
            more["misses"] = missed_days(desk, person.id, taken.service, taken.start)
        return Change(revisions=(Revision(before=None, after=taken), *person.revisions), by=desk.by)

    def warn() -> None:
        from cscli.domain.phrases import comes_twice

        people.tell_elsewhere(met[-1])
        if comes_twice(begin, desk.rulebook.zone):
            say_aside(t("note.twice", time=f"{begin:%H:%M}", offset=f"{begin.isoformat()[-6:]}"))
        if more["duplicates"]:
            say_aside(t("note.duplicate", known=tuple(more["duplicates"])))

    write_and_tell(desk, decide, yes=yes, warn=warn, derived=more)
    if "recommended" in more:
        say_aside(t("note.recommended", recommended=tuple(more["recommended"])))
    ahead = wanted.priority
    if ahead is not None and more.get("misses", 0) >= ahead.misses:
        say_aside(t("note.priority", misses=more["misses"], service=wanted.name, advance=ahead.advance))


def _better(desk: Desk, wanted: "Service", taken: Booking) -> dict[str, Any]:
    """Return which merchants to recommend to a guest whose table is at one without a contract (manual row C7)."""
    if wanted.kind != "table" or taken.status == "unmet":
        return {}
    from cscli.domain.recommending import instead

    better = instead(taken, wanted, desk.rulebook)
    return {"recommended": [one.name for one in better]} if better else {}


def change(
    ctx: typer.Context,
    record: BookingId,
    service: ServiceName = None,
    start: Start = None,
    end: End = None,
    length: Length = None,
    units: Units = None,
    party: Party = None,
    resource: Resources = None,
    route: Route = None,
    seat_class: SeatClass = None,
    boarding: Boarding = None,
    origin: Origin = None,
    destination: Destination = None,
    address: Address = None,
    table_no: TableNo = None,
    source: Source = None,
    details: Details = None,
    special: Special = None,
    extra: Extra = None,
    vip: Annotated[bool | None, typer.Option("--vip/--no-vip", help="opt.vip")] = None,
    cause: Cause = "customer",
    which: Which = "this",
    skip: Skip = False,
    yes: Yes = False,
    override: Override = False,
    reason: Reason = None,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Move a booking or put its words right; availability and price are decided anew."""
    from cscli.domain import moving

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why: Any = words.choice(cause, booking.CAUSES, "--cause")
    permit = desk.permit(override, reason)
    said = {
        "details": words.text(details), "special": words.text(special), "source": words.text(source),
        "origin": words.text(origin), "destination": words.text(destination), "boarding_point": words.text(boarding),
        "address": words.text(address), "table_no": words.text(table_no), "vip": vip,
    }  # fmt: skip
    own = extras(desk, extra, whole=False)
    many = several(which, skip)

    def wanted_of(before: Booking) -> "Wanted":
        own_day = None if untimed(before) else before.start  # a time alone keeps it
        begin = words.moment(start, desk.at, own_day, exact=not many) if start else None
        offer = desk.rulebook.service_named(service or before.service)
        return moving.Wanted(
            service=offer.id if service else None,
            start=begin,
            shown=words.shown(start, desk.at, own_day) if start else None,
            end=words.window(begin or before.start, end, length, desk.now),
            resources=tuple(words.place(desk.rulebook, offer, name) for name in resource) if resource else None,
            units=units,
            party=party,
            route=route,
            seat_class=seat_class,
            words={
                **{name: value for name, value in said.items() if value is not None},
                **({"extra": {**before.extra, **own}} if own else {}),
            },
        )

    def decide(before: Booking, act: Act) -> Booking:
        wanted = wanted_of(before)
        first = wanted.start or before.start
        last = wanted.end or first + (before.end - before.start)
        name = wanted.service or before.service
        facts = situation(desk, name, first, last, person_of(desk, before), before.id)
        facts = with_line(desk, facts, first, last)
        return moving.change(before, wanted, facts, act, cause=why, permit=permit)

    if many:
        from cscli.commands import booking_series

        clock = end is not None
        booking_series.change(
            desk, record, which, wanted_of, yes=yes, by_clock=clock, skip=skip, cause=why, permit=permit
        )  # fmt: skip
        return
    moved = move(desk, record, decide, yes=yes)
    _tell_moved(desk, moved)


def _tell_moved(desk: Desk, moved: Booking) -> None:
    """Say what is to be told of a table that was moved: to the merchant, and of one without a contract (row C7)."""
    wanted = desk.rulebook.service_named(moved.service)
    changes = moved.events[-1].changes or {}
    if wanted.kind != "table" or not any(name in changes for name in booking.TOLD_OF):
        return
    if wanted.confirmation == "separate" and booking.unsaid_since(moved):
        say_aside(t("note.told.other" if "resources" in changes else "note.told.moved", id=moved.id))
    better = _better(desk, wanted, moved) if "resources" in changes else {}
    if better:
        say_aside(t("note.recommended", recommended=tuple(better["recommended"])))


def cancel(
    ctx: typer.Context,
    record: BookingId,
    reason: Reason = None,
    by_side: Annotated[str, typer.Option("--by-side", metavar="customer|desk", help="opt.by_side")] = "customer",
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="customer|desk_error|resource", help="opt.cancel_cause")
    ] = None,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned_cancel")] = False,
    which: Which = "this",
    skip: Skip = False,
    yes: Yes = False,
    override: Override = False,
    at: At = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Cancel a booking: the reason stays with it, the notice that was given, and what goes back to the customer."""
    from cscli.domain import calling_off

    desk = Desk(ctx.obj, at=at, as_json=as_json, dry_run=dry_run)
    why = ask(reason, "--reason", "ask.reason")
    side: Any = words.choice(by_side, booking.SIDES, "--by-side")
    whose: Any = words.optional_choice(cause, booking.CAUSES, "--cause")
    permit = desk.permit(override, why)

    def decide(before: Booking, act: Act) -> Booking:
        return calling_off.cancel(
            before, desk.rulebook, desk.calendar, act, reason=why, side=side, cause=whose, phoned=phoned, permit=permit
        )

    if several(which, skip):
        from cscli.commands import booking_series

        booking_series.cancel(
            desk, record, which, yes=yes, skip=skip, reason=why, side=side, cause=whose, phoned=phoned, permit=permit
        )  # fmt: skip
        return
    if not yes and desk.can_ask:
        _tell_refund(desk.decide(lambda: decide(load(desk, record), desk.act)))
    move(desk, record, decide)


def several(which: str, skip: bool) -> bool:
    """Whether more than one booking of a series is meant; raises `UsageProblem` where one leaves nothing to skip."""
    meant = which.strip() != "this"
    if meant:
        from cscli.domain.series import WHICH

        words.choice(which, WHICH, "--which")
    if skip and not meant:
        raise UsageProblem("usage.needs", option="--skip", other="--which following")
    return meant


def _tell_refund(after: Booking) -> None:
    """Say what would go back before it is booked (manual row B4), where anything was paid; ends the command on a no."""
    if not after.paid:
        return
    refund = after.refund[-1]
    say_aside(t("ask.refund_facts", amount=refund.amount, fee=refund.fee, paid=after.paid, expected=refund.expected))
    confirm_or_leave("ask.refund")
