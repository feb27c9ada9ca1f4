"""`cscli explain price|refund|hours|window|sla`: which rule decided, and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import bookings, people, words
from cscli.commands.options import (
    BookingId,
    ComplaintId,
    End,
    Json,
    Length,
    Party,
    Resources,
    Route,
    SeatClass,
    ServiceName,
    Start,
    Units,
)
from cscli.desk import Desk
from cscli.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.explaining import PriceSaid
    from cscli.domain.order import Order
    from cscli.domain.placing import Situation

Customer = Annotated[str | None, typer.Option("--customer", metavar="CUSTOMER", help="opt.explain_customer")]
MaybeBooking = Annotated[str | None, typer.Argument(metavar="[ID]", help="opt.explain_booking", show_default=False)]
Asked = tuple["Order", "Situation"]


def price(
    ctx: typer.Context,
    record: MaybeBooking = None,
    service: ServiceName = None,
    start: Start = None,
    end: End = None,
    length: Length = None,
    units: Units = None,
    party: Party = None,
    seat_class: SeatClass = None,
    route: Route = None,
    customer: Customer = None,
    as_json: Json = False,
) -> None:
    """Show how a price comes about: of an order that is described, or of a booking, then and by today's rules."""
    from cscli.domain.pricing import unsaid
    from cscli.render.explain import price_data, price_page
    from cscli.render.problem import OPTION

    desk = Desk(ctx.obj, as_json=as_json)
    if record is not None and service is not None:
        raise UsageProblem("usage.both", first="ID", second="--service")
    if record is None and service is None:
        raise UsageProblem("usage.either", first="ID", second="--service")
    booking: Booking | None = None
    if record is not None:
        booking = bookings.load(desk, record)
        said = _price_of(desk, booking)
    else:
        order, facts = _order(
            desk, service, start, end, length, customer,
            units=units, party=party, seat_class=seat_class, route=route,
        )  # fmt: skip
        said = _price(desk, order, facts)
        lacking = unsaid(order, desk.calendar) if said.gap else ()
        if lacking:  # more rules would not help: it was not said which of those there are
            raise UsageProblem(
                "usage.required", service=order.service.name, option=tuple(OPTION[one] for one in lacking)
            )
    view = people.view(desk)
    desk.show(lambda: price_page(view, said, booking), lambda: price_data(said, booking))


def _price_of(desk: Desk, booking: "Booking") -> "PriceSaid | None":
    """Return what a booking costs by today's rules; None where they have forgotten its service."""
    from cscli.domain.booking import order_of

    try:
        facts = bookings.situation_of(desk, booking)
    except NotFound as problem:
        if problem.key != "rulebook.no_service":
            raise
        return None
    return _price(desk, order_of(booking, desk.rulebook, facts.patron.level), facts)


def _price(desk: Desk, order: "Order", facts: "Situation") -> "PriceSaid":
    from cscli.domain import explaining
    from cscli.domain.patron import covered_by

    day = order.start.astimezone(desk.rulebook.zone).date()
    return explaining.price(order, desk.calendar, covered_by(facts.patron, order.service, day, order.units))


def _order(
    desk: Desk,
    service: str | None,
    start: str | None,
    end: str | None,
    length: str | None,
    customer: str | None,
    **more: Any,
) -> Asked:
    """Return the order that is described, with what a decision about it rests on."""
    from cscli.domain.placing import Wish, order_for

    wanted = desk.rulebook.service_named(words.need(service, "--service"))
    begin = words.moment(words.need(start, "--start"), desk.now)
    finish = words.window(begin, end, length, desk.now)
    person = people.resolve(desk, customer) if customer else None
    facts = bookings.situation(desk, wanted.id, begin, finish or begin, person)
    return order_for(Wish(service=wanted.id, start=begin, end=finish, **more), facts), facts


def refund(
    ctx: typer.Context,
    record: BookingId,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="opt.explain_at")] = None,
    phoned: Annotated[bool, typer.Option("--phoned", help="opt.phoned_cancel")] = False,
    absent: Annotated[bool, typer.Option("--no-show", help="opt.explain_absent")] = False,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="customer|desk_error|resource", help="opt.cancel_cause")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what would go back if a booking were called off, or what went back when it was."""
    from cscli.domain import explaining
    from cscli.domain.booking import CAUSES
    from cscli.domain.calling_off import facts_of
    from cscli.render.explain import refund_data, refund_page

    desk = Desk(ctx.obj, as_json=as_json)
    whose = words.optional_choice(cause, CAUSES, "--cause")
    booking = bookings.load(desk, record)
    service = desk.rulebook.service_named(booking.service)
    facts = explaining.called_off(booking) if not (at or phoned or absent or whose) else None
    told = next((known for known in reversed(booking.refund) if known.why != "changed"), None) if facts else None
    if facts is None:
        when = words.moment(at, desk.now) if at else desk.act.at
        if absent and not at:  # nobody is missed before that
            when = max(when, booking.start + service.no_show_after.delta)
        facts = facts_of(booking, when, cause=whose or "customer", phoned=phoned, absent=absent)
        since = None
    else:
        since = explaining.paid_since(booking)
    said = explaining.refund(service, desk.calendar, facts)
    view = people.view(desk)
    desk.show(lambda: refund_page(view, booking, said, told, since), lambda: refund_data(booking, said, told, since))


def hours(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DAY", help="opt.explain_day", show_default=False)],
    resource: Annotated[str | None, typer.Option("--resource", metavar="ID", help="opt.explain_resource")] = None,
    as_json: Json = False,
) -> None:
    """Show which table gives a day its hours, for the desk or for a resource."""
    from cscli.domain import explaining_times
    from cscli.domain.phrases import parse_day
    from cscli.render.explain_times import hours_data, hours_page

    desk = Desk(ctx.obj, as_json=as_json)
    known = desk.rulebook.resource_named(resource) if resource else None
    said = explaining_times.hours(desk.rulebook, desk.calendar, parse_day(day, desk.now), known)
    view = people.view(desk)
    desk.show(lambda: hours_page(view, said), lambda: hours_data(said))


def window(
    ctx: typer.Context,
    service: ServiceName = None,
    start: Start = None,
    end: End = None,
    length: Length = None,
    units: Units = None,
    party: Party = None,
    resource: Resources = None,
    seat_class: SeatClass = None,
    route: Route = None,
    customer: Customer = None,
    as_json: Json = False,
) -> None:
    """Show what every rule of time and measure says of an order, until when what is free, and who may override."""
    from cscli.domain import explaining_times
    from cscli.errors import Refused
    from cscli.render.explain_times import window_data, window_page

    desk = Desk(ctx.obj, as_json=as_json)
    wanted = desk.rulebook.service_named(words.need(service, "--service"))
    asked = tuple(words.place(desk.rulebook, wanted, name) for name in resource or ())
    order, facts = _order(
        desk, service, start, end, length, customer,
        units=units, party=party, seat_class=seat_class, route=route, resources=asked,
    )  # fmt: skip
    if order.end <= order.start:
        raise Refused("refused.booking.order", rule="booking.order", start=order.start, end=order.end)
    said = explaining_times.window(desk.rulebook, desk.calendar, order, facts.patron, desk.now)
    view = people.view(desk)
    desk.show(lambda: window_page(view, said), lambda: window_data(said))


def sla(
    ctx: typer.Context,
    record: ComplaintId,
    name: Annotated[str | None, typer.Option("--name", metavar="DEADLINE", help="opt.explain_sla")] = None,
    as_json: Json = False,
) -> None:
    """Show how the deadlines of a complaint come about: the rule, since when, and every piece of time."""
    from cscli.commands import complaints
    from cscli.domain import explaining_sla
    from cscli.render.explain_sla import sla_data, sla_page

    chosen = words.optional_choice(name, explaining_sla.NAMES, "--name")
    desk = Desk(ctx.obj, as_json=as_json)
    found = complaints.load(desk, record)
    said = explaining_sla.explain(found, desk.rulebook, desk.calendar, desk.now)
    names = tuple(dict.fromkeys(one.deadline.name for one in said.deadlines))
    if chosen is not None and chosen not in names:
        raise NotFound("not_found.deadline", id=found.id, value=chosen, known=names or ("-",))
    view = people.view(desk)
    desk.show(lambda: sla_page(view, said, chosen), lambda: sla_data(said, chosen))
