"""A booking: the promise of a service at a time, as its file holds it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cscli.domain import states
from cscli.domain.ids import BookingId, CustomerId
from cscli.domain.pricing import PricePart
from cscli.domain.record import Delta, Event, Plain, Record
from cscli.domain.refunds import Refund
from cscli.domain.value import NOTHING, Value
from cscli.domain.values import Count, Duration, Moment, Money, Positive, Price, Rating, Slug, Span, Text

if TYPE_CHECKING:
    from cscli.domain.occupancy import Slot
    from cscli.domain.order import Order
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.services import Service

Channel = Literal["phone", "online", "email", "walk_in", "app", "other"]
CHANNELS = ("phone", "online", "email", "walk_in", "app", "other")
Outcome = Literal["completed", "no_show", "cancelled", "unmet"]
Cause = Literal["customer", "desk_error", "resource"]
CAUSES = ("customer", "desk_error", "resource")
Side = Literal["customer", "desk"]
SIDES = ("customer", "desk")
Method = Literal["card", "cash", "transfer", "mobile", "other"]
METHODS = ("card", "cash", "transfer", "mobile", "other")
Spoke = Literal["merchant", "customer"]
SPOKE = ("merchant", "customer")
Seen = Literal["seated", "late", "absent", "cancelled"]
SEEN = ("seated", "late", "absent", "cancelled")
MERCHANT, GUEST = "merchant", "customer"  # who may be told beside staff and departments
TOLD_OF = ("service", "start", "end", "resources", "units", "party")  # what a merchant must know of
BookingEventType = Literal[
    "created", "confirmed", "unmet", "offered", "declined", "coordinated", "assigned", "accepted", "changed",
    "cancelled", "informed", "checked", "arrived", "extended", "completed", "audited", "spent", "no_show", "closed",
    "reopened", "paid", "refunded",
]  # fmt: skip


class BookingEvent(Event):
    """What happened to a booking; `notice` and `notice_required` are what a rule compared, `overrode` what it lost.

    `asked` are resources the customer asked for by name. `alternatives` were told; `answer` is what a department or the
    customer said; `until` is how long an offer stands. `spoke_with` and `seen` are of an arrival check; `minutes` is
    how late a guest will be, or how long after the start it was cancelled; `owner` is who a visit was assigned to;
    of what was cancelled `until` is when its hold had run out;
    `agreed` and `note` are what its audit found; `told` are those who heard of it: to prepare, or that it is cancelled;
    `set_off` is how much of a refund told before is kept for a dearer price.
    """

    type: BookingEventType
    cause: Cause | None = None
    side: Side | None = None
    reason: Text | None = None
    phoned: bool | None = None
    late: bool | None = None
    notice: Span | None = None
    notice_required: Span | None = None
    priority: bool | None = None
    overrode: tuple[Text, ...] = ()
    asked: tuple[Slug, ...] = ()
    alternatives: tuple[Text, ...] = ()
    answer: Text | None = None
    until: Moment | None = None
    department: Slug | None = None
    agreed: bool | None = None
    note: Text | None = None
    owner: Text | None = None
    told: tuple[Text, ...] = ()
    spoke_with: Spoke | None = None
    seen: Seen | None = None
    minutes: Count | None = None
    amount: Money | None = None
    set_off: Money | None = None
    method: Method | None = None
    rating: Rating | None = None
    unreachable: bool | None = None
    changes: dict[str, Delta] | None = None


class Coordination(Value):
    """A department asked about a booking, and what it said; `agreed` None while no answer has come."""

    department: Slug
    asked_at: Moment
    question: Text | None = None
    agreed: bool | None = None
    answer: Text | None = None
    answered_at: Moment | None = None


class Booking(Record):
    """A booking as its file holds it.

    `paid` is the money the desk holds for it; `fee` is what calling it off costs the customer; `result` is what came
    of the service (row A8); `spend` is the guest's bill at a merchant; `merchant` is one the rulebook does not list;
    `passengers` are customers' ids; `series` is the id of the first of a recurring booking. `respond_by` is when
    somebody must be at the customer's, of a visit only.
    """

    kind: ClassVar[str] = "booking"
    table: ClassVar[states.Table] = states.BOOKING

    status: Literal[
        "requested", "confirmed", "in_service", "completed", "no_show", "cancelled", "unmet", "closed"
    ]  # fmt: skip
    outcome: Outcome | None = None
    customer: CustomerId | None = None
    channel: Channel = "phone"
    source: Text | None = None
    service: Slug
    route: Slug | None = None
    seat_class: Slug | None = None
    start: Moment
    end: Moment
    resources: tuple[Slug, ...] = ()
    shares: tuple[Positive, ...] = ()
    units: Positive = 1
    party: Positive | None = None
    details: Text | None = None
    vip: bool = False
    special: Text | None = None
    origin: Text | None = None
    destination: Text | None = None
    boarding_point: Text | None = None
    passengers: tuple[CustomerId, ...] = ()
    merchant: Text | None = None
    table_no: Text | None = None
    address: Text | None = None
    respond_by: Moment | None = None
    assigned_to: Text | None = None
    accepted_at: Moment | None = None
    arrived_at: Moment | None = None
    late_minutes: Count | None = None
    price: Price | None = None
    paid: Price = Decimal(0)
    fee: Price | None = None
    spend: Price | None = None
    result: Text | None = None
    rating: Rating | None = None
    feedback: Text | None = None
    entry_seconds: Count | None = None
    series: BookingId | None = None
    waitlisted: bool = False
    hold_until: Moment | None = None
    received_at: Moment
    external_ref: Text | None = None
    extra: Mapping[Slug, Plain] = NOTHING
    price_parts: tuple[PricePart, ...] = ()
    refund: tuple[Refund, ...] = ()
    coordination: tuple[Coordination, ...] = ()
    events: tuple[BookingEvent, ...] = ()


def slots_of(booking: Booking, service: "Service | None", now: datetime | None = None) -> "tuple[Slot, ...]":
    """Return what a booking occupies: nothing once it has ended, nor when a request's hold has run out before `now`."""
    from cscli.domain.occupancy import Slot

    if booking.status not in states.OCCUPYING or untimed(booking):
        return ()
    if now and lapsed(booking, now):
        return ()
    before = service.buffer_before.delta if service else timedelta()
    after = service.buffer_after.delta if service else timedelta()
    shares = shares_of(booking)
    return tuple(
        Slot(resource, booking.start - before, booking.end + after, units, booking.id, booking.seat_class)
        for resource, units in zip(booking.resources, shares, strict=True)
    )


def shares_of(booking: Booking) -> tuple[int, ...]:
    """Return how many units of each of its resources a booking takes: all of a single one, else one each."""
    return booking.shares or usual_shares(booking.resources, booking.units)


def usual_shares(resources: tuple[str, ...], units: int) -> tuple[int, ...]:
    """Return the shares that need not be said: all units of a single resource, else one of each."""
    return (units,) if len(resources) == 1 else (1,) * len(resources)


def untimed(booking: Booking) -> bool:
    """Whether a visit wished for as soon as possible has no time yet: it lies between receipt and `respond_by`.

    It occupies nobody until a time is said.
    """
    return booking.respond_by is not None and (booking.start, booking.end) == (booking.received_at, booking.respond_by)


def begins(booking: Booking) -> datetime:
    """Return the moment to which notice is counted: the start, or when somebody must be there at the latest."""
    return booking.end if untimed(booking) else booking.start


def lapsed(booking: Booking, at: datetime) -> bool:
    """Whether the hold of a request has run out at a moment, and it occupies nothing any more."""
    return booking.status == "requested" and booking.hold_until is not None and booking.hold_until <= at


def let_go(booking: Booking, at: datetime) -> bool:
    """Whether nothing is kept for a request any more: its hold ran out, or its time came unconfirmed."""
    return lapsed(booking, at) or (booking.status == "requested" and at >= begins(booking))


def notice_of(booking: Booking, at: datetime) -> Duration:
    """Return how long before the start `at` lies, in whole minutes, none once it has begun.

    Years ahead it is in hours: a span is written with six digits.
    """
    minutes = max(0, int((begins(booking) - at) // timedelta(minutes=1)))
    return Duration(minutes, "m") if minutes < 1_000_000 else Duration(minutes // 60, "h")


def order_of(booking: Booking, rulebook: "Rulebook", level: str | None = None) -> "Order":
    """Return what a booking asks of its service; raises `NotFound` where the rulebook has forgotten the service."""
    from cscli.domain.order import Order

    return Order(
        service=rulebook.service_named(booking.service),
        start=booking.start,
        end=booking.end,
        units=booking.units,
        party=booking.party,
        route=booking.route,
        seat_class=booking.seat_class,
        level=level,
        resources=booking.resources,
        soon=untimed(booking),
    )


def promised(booking: Booking) -> Decimal:
    """Return how much of what was paid goes back already: refunds told and not yet paid out."""
    return sum((refund.amount for refund in booking.refund if refund.state == "submitted"), Decimal(0))


def held(booking: Booking) -> Decimal:
    """Return the money the desk holds for a booking and has not promised back."""
    return booking.paid - promised(booking)


def owed(booking: Booking) -> Decimal:
    """Return what is still to be paid: of the price, or of the fee once it was called off; none where more was paid."""
    due = booking.fee if booking.outcome in ("cancelled", "no_show", "unmet") else booking.price
    return max(Decimal(0), (due or Decimal(0)) - held(booking))


def asked_for(booking: Booking) -> tuple[str, ...]:
    """Return the resources that were asked for by name and are promised: nobody is moved off them unasked."""
    named = next((event.asked for event in reversed(booking.events) if event.asked), ())
    return tuple(name for name in named if name in booking.resources)


def unanswered(booking: Booking) -> tuple[Coordination, ...]:
    """Return the departments that an open booking still waits for (manual row A4)."""
    if booking.status not in ("requested", "confirmed"):
        return ()
    return tuple(entry for entry in booking.coordination if entry.agreed is None)


def heard(booking: Booking) -> tuple[str, ...]:
    """Return who was told of a booking as it is: to prepare for it, or since it was cancelled to stand down."""
    names: list[str] = []
    for event in reversed(booking.events):
        if event.type in ("changed", "cancelled"):
            break
        names = [*event.told, *names]
    return tuple(dict.fromkeys(names))


def unsaid_since(booking: Booking) -> datetime | None:
    """Return since when a merchant does not know how a confirmed booking was moved (manual row C5); None where they do.

    They have said yes to it as it is, given the number of the table, or were told.
    """
    since = None
    for event in reversed(booking.events if booking.status == "confirmed" else ()):
        changes = event.changes or {}
        if event.type == "confirmed" or MERCHANT in event.told:
            break
        if "table_no" in changes and changes["table_no"].to is not None:
            break
        if event.type == "changed" and any(name in changes for name in TOLD_OF):
            since = event.at
    return since


def last_check(booking: Booking) -> tuple[str, datetime, datetime | None] | None:
    """Return the last answer about an arrival (manual row C5): who said what, when, and when the guest is to be there.

    The first is such as `merchant late`; the last is known only where somebody said how late.
    """
    event = next((event for event in reversed(booking.events) if event.type == "checked"), None)
    if event is None:
        return None
    late = event.seen == "late" and event.minutes is not None
    expected = booking.start + timedelta(minutes=event.minutes or 0) if late else None
    return f"{event.spoke_with} {event.seen}", event.at, expected


def lacking(booking: Booking, service: "Service", person: Any, gathering: Collection[str] = ()) -> tuple[str, ...]:
    """Return what an order lacks to be a valid one (manual row C10); `person` is the customer's file, None without."""
    from cscli.domain import valid

    wanted = service.valid or service.required
    said = [name for name in wanted if getattr(booking, name, None)]
    known = {"phone": person.phones, "email": person.emails, "card": person.card} if person and person.name else None
    return valid.lacking(
        wanted,
        said=[*said, "resource"] if booking.resources or booking.merchant else said,
        customer=booking.customer is not None,
        person=[name for name, value in known.items() if value] if known else None,
        cards=[card.type for card in person.all_cards] if person else (),
        gathering=gathering,
    )
