"""What can be booked, on what, when and at what price: the typed shape of `[[service]]` and `[[resource]]`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from cscli.domain.value import NOTHING, Value
from cscli.domain.values import (
    Buffer,
    Clock,
    Day,
    Duration,
    Hours,
    Length,
    Moment,
    Percent,
    Positive,
    Price,
    Rate,
    Slug,
    Term,
    Text,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
Kind = Literal["slot", "class", "appointment", "table", "trip", "visit"]
Needed = Literal[
    "customer", "phone", "email", "contact", "card", "party", "details", "source", "special", "address", "origin",
    "destination", "boarding_point", "route", "seat_class", "resource", "spend", "rating",
]  # fmt: skip
A_DAY = 1440


class Outage(Value):
    """`[[resource.out]]`: a resource is out of service from one moment to another."""

    from_: Moment
    to: Moment
    reason: Text


class Resource(Value):
    """`[[resource]]`: something a booking occupies; `capacity` is how many units it carries at once.

    `seats` is how many people one unit holds. `classes` parts the capacity by seat class, whose sum it then is. `open`
    are its own hours, which stand in place of the desk's. A merchant may be `contracted`, give the guest a `discount`
    off the bill that knows `exclusions`, ask for a `minimum_spend`, and be `recommended` to who has no clear target
    (manual row C7); `area` is the part of town, for a guest who wants to eat nearby.
    """

    id: Slug
    name: Text
    group: Slug
    capacity: Positive = 1
    seats: Positive | None = None
    classes: Mapping[Slug, Positive] = NOTHING
    open: Mapping[DayName, tuple[Hours, ...]] = NOTHING
    contracted: bool = False
    discount: Percent | None = None
    exclusions: Text | None = None
    minimum_spend: Price | None = None
    recommended: bool = False
    phone: Text | None = None
    area: Text | None = None
    address: Text | None = None
    out: tuple[Outage, ...] = ()

    @property
    def room(self) -> int:
        """How many units there are in all."""
        return sum(self.classes.values()) or self.capacity

    @property
    def merit(self) -> tuple[bool, bool, Decimal, Decimal]:
        """What sorts the better merchant first: recommended, contracted, the larger discount, the smaller minimum."""
        none = Decimal(0)
        return not self.recommended, not self.contracted, -(self.discount or none), self.minimum_spend or none


class PriceBand(Value):
    """`[[service.price]]`: an amount per hour, unit, person, visit or trip; the first band that fits decides.

    A band fits by weekday (or `holiday`), time of day, dates (`since` and `until` included), seat class, route and the
    customer's level; what it does not name it leaves open. `visit` and `trip` are charged once a booking.
    """

    per: Literal["hour", "unit", "person", "visit", "trip"]
    amount: Price
    days: tuple[DayName, ...] = ()
    from_: Clock = 0
    to: Clock = A_DAY
    since: Day | None = None
    until: Day | None = None
    seat_class: Slug | None = None
    route: Slug | None = None
    level: tuple[Slug, ...] = ()
    name: Text | None = None


class RefundTier(Value):
    """`[[service.refund]]`: what is kept of a price when a booking is called off; the first tier that fits decides.

    A tier fits from its `notice` upwards; `after_start` ones fit once the booking has begun, and no-shows; one that
    says `phoned` fits only those who did (or did not) telephone. `fee` is a share of the price, or an amount `per`
    booking or unit; no more is kept than was paid. The money arrives `within` so many days (`wd`: working days).
    """

    fee: Rate
    per: Literal["booking", "unit"] = "booking"
    notice: Term = Duration(0, "m")
    after_start: bool = False
    phoned: bool | None = None
    within: Term = Duration(7, "d")
    name: Text | None = None


class Departure(Value):
    """`[[service.timetable]]`: when a class or a trip takes place each week, where, and on which route.

    A trip that ends (`to`) no later than it begins arrives on the next day. Without `resources` any of the group does.
    """

    days: tuple[Weekday, ...]
    from_: Clock
    to: Clock
    route: Slug | None = None
    resources: tuple[Slug, ...] = ()
    since: Day | None = None
    until: Day | None = None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return (self.to - self.from_ - 1) % A_DAY + 1


class Route(Value):
    """`[[service.route]]`: from where to where a trip goes, and where one may get on."""

    id: Slug
    name: Text
    origin: Text
    destination: Text
    boarding: tuple[Text, ...] = ()


class Priority(Value):
    """`[service.priority]`: after so many unmet requests a customer may book once further ahead (manual row D6)."""

    misses: Positive
    advance: Term


class Service(Value):
    """`[[service]]`: what can be booked, what it occupies and the rules of its promise.

    One resource of each group in `resources` is needed; `takes` says how much of one: as many as there are `units`,
    just `one` (a driver), or the `whole` (a chartered coach). What is `prepaid` is confirmed once it is paid (row B2).
    `required` must be said before a booking is taken, a `contact` being a phone or an e-mail (row A3); `valid` must be
    there in the end for the order to be a valid one (row C10). Once it was given, the customer is asked how it was
    `rate_within` (row A8), and a bill that is asked for is known `bill_within` (row C8).
    """

    id: Slug
    name: Text
    kind: Kind
    resources: tuple[Slug, ...] = ()
    takes: Mapping[Slug, Literal["units", "one", "whole"]] = NOTHING
    step: Length = Duration(30, "m")
    duration: Length = Duration(1, "h")
    shortest: Length | None = None
    longest: Length | None = None
    buffer_before: Buffer = Duration(0, "m")
    buffer_after: Buffer = Duration(0, "m")
    most_units: Positive = 1
    least_party: Positive | None = None
    most_party: Positive | None = None
    confirmation: Literal["immediate", "separate"] = "immediate"
    prepaid: bool = False
    hold_for: Term = Duration(30, "m")
    offer_for: Term = Duration(30, "m")
    advance: Term | None = None
    lead: Term = Duration(0, "m")
    change_notice: Term = Duration(0, "m")
    cancel_notice: Term = Duration(0, "m")
    remind_before: Term | None = None
    arrive_before: Term = Duration(2, "h")
    check_arrival_after: Term | None = None
    no_show_after: Term = Duration(30, "m")
    rate_within: Term | None = None
    bill_within: Term | None = None
    required: tuple[Needed, ...] = ("customer",)
    valid: tuple[Needed, ...] = ()
    departments: tuple[Slug, ...] = ()
    priority: Priority | None = None
    price: tuple[PriceBand, ...] = ()
    refund: tuple[RefundTier, ...] = ()
    route: tuple[Route, ...] = ()
    timetable: tuple[Departure, ...] = ()

    @property
    def by_head(self) -> bool:
        """Whether each of a party takes a seat or place of its own."""
        return self.kind in ("trip", "class") and "whole" not in self.takes.values()
