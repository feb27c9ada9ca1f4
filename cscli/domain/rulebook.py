"""The rulebook: the typed shape of `records/desk.toml`, the management manual the desk obeys."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from cscli.domain.calendar import WEEKDAYS, Calendar
from cscli.domain.complaint_rules import ComplaintRules, Severity
from cscli.domain.services import DayName, Resource, Service
from cscli.domain.staff import Role
from cscli.domain.value import NOTHING, Value
from cscli.domain.values import (
    SCHEMA,
    Day,
    Duration,
    Hours,
    Months,
    Positive,
    Price,
    Schema,
    Slug,
    Term,
    Text,
)
from cscli.errors import NotFound


class Entry(Protocol):
    """What the rulebook's lists hold: an id, and the name people read."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


E = TypeVar("E", bound=Entry)


def entry_named(entries: Sequence[E], word: str, key: str) -> E:
    """Return the entry with this id or name; raises `NotFound` with this key."""
    for entry in entries:
        if word in (entry.id, entry.name):
            return entry
    raise NotFound(key, value=word, known=_listed(entries))


class DeskInfo(Value):
    """`[desk]`: who this desk is and where its clock hangs."""

    name: Text
    timezone: Text
    currency: Text = "CNY"
    language: Literal["zh", "en"] = "zh"
    phone: Text | None = None
    email: Text | None = None
    address: Text | None = None


class Closure(Value):
    """`[[calendar.closed]]`: the desk is shut on these days, both ends included."""

    from_: Day
    to: Day | None = None
    reason: Text


class SpecialDay(Value):
    """`[[calendar.special]]`: other opening hours on one day."""

    day: Day
    hours: tuple[Hours, ...]
    reason: Text


class CalendarRules(Value):
    """`[calendar]`: opening hours, office hours for working time, whose holidays count."""

    country: Literal["CN"] | None = None
    open: Mapping[DayName, tuple[Hours, ...]]
    office: Mapping[DayName, tuple[Hours, ...]] = NOTHING
    closed: tuple[Closure, ...] = ()
    special: tuple[SpecialDay, ...] = ()


class Quota(Value):
    """`[booking.quota]`: how many bookings a customer may have: still to come, of one day, of one week (Mon-Sun)."""

    open: Positive | None = None
    day: Positive | None = None
    week: Positive | None = None


class BookingRules(Value):
    """`[booking]`: how soon a booking is answered and entered, what is offered instead, whether it is read back.

    A second booking of a customer at the same time is a duplicate: told (`warn`), refused, or let pass (`ignore`).
    """

    answer_within: Term = Duration(10, "m")
    enter_within_seconds: Positive = 60
    alternatives: Positive = 3
    read_back: bool = False
    duplicates: Literal["warn", "refuse", "ignore"] = "warn"
    quota: Quota = Quota()


class VisitRules(Value):
    """`[visit]`: how soon somebody is there (manual row E4): by contract, by the customer's level, for all others."""

    contract: Term = Duration(24, "h")
    others: Term = Duration(48, "h")
    level: Mapping[Slug, Term] = NOTHING


class Department(Value):
    """`[[department]]`: somebody in the house who is asked about a booking, or told of it."""

    id: Slug
    name: Text
    phone: Text | None = None
    email: Text | None = None


class ExtraField(Value):
    """`[[extra.booking]]` and the like: a field of this desk alone, kept under `[extra]` of its records."""

    id: Slug
    name: Text
    type: Literal["text", "whole", "money", "day", "moment", "yes_no", "choice"] = "text"
    required: bool = False
    choices: tuple[Text, ...] = ()


class ExtraRules(Value):
    """`[extra]`: the additional fields of each kind of record."""

    booking: tuple[ExtraField, ...] = ()
    complaint: tuple[ExtraField, ...] = ()
    customer: tuple[ExtraField, ...] = ()


class Level(Value):
    """`[[members.level]]`: how a customer ranks; every booking of a `vip` one is marked as such."""

    id: Slug
    name: Text
    vip: bool = False


class CardType(Value):
    """`[[members.card]]`: a kind of membership card (manual rows D4, D11).

    A `stored` card carries money, a `pass` so many `visits`; an `annual` or `single` one pays for the `services` it
    names while it is valid, as a pass does. `fee` is charged when it is issued, unless the first top-up reaches
    `fee_waived_from`; `price` is what an annual card or a pass costs; without `months` it never runs out. A `personal`
    one serves nobody but its holder.
    """

    id: Slug
    name: Text
    kind: Literal["stored", "single", "annual", "pass"] = "stored"
    fee: Price = Decimal(0)
    fee_waived_from: Price | None = None
    price: Price | None = None
    months: Months | None = None
    visits: Positive | None = None
    personal: bool = False
    services: tuple[Slug, ...] = ()


class Scheme(Value):
    """`[[members.scheme]]`: money that reaches a card from elsewhere, as from the medical insurance (manual row D4).

    A customer may put on `most` under it in all. What the money comes from must `keep` so much; `condition` is what
    the desk has to look at before it takes the money.
    """

    id: Slug
    name: Text
    most: Price | None = None
    keep: Price | None = None
    condition: Text | None = None


class Bonus(Value):
    """`[[members.bonus]]`: what a top-up of at least so much adds to the card, between two days if they are said.

    One of a `scheme` goes by all that a customer puts on under it between those days, and is given once.
    """

    scheme: Slug | None = None
    at_least: Price
    bonus: Price = Decimal(0)
    gift: Text | None = None
    since: Day | None = None
    until: Day | None = None


class Points(Value):
    """`[members.points]`: points for each full amount a guest spends (manual row C8: 2 for each full 100).

    `cards` are the card types whose holders gather them; where none is named, every customer does.
    """

    points: Positive
    per: Price
    cards: tuple[Slug, ...] = ()


class MemberRules(Value):
    """`[members]`: levels, cards, what topping up and spending bring; `credit` is how far below zero a card may go."""

    level: tuple[Level, ...] = ()
    card: tuple[CardType, ...] = ()
    scheme: tuple[Scheme, ...] = ()
    bonus: tuple[Bonus, ...] = ()
    points: Points | None = None
    credit: Price = Decimal(0)

    @property
    def gathering(self) -> tuple[str, ...]:
        """The card types whose holders gather points, so that their bill is asked for; none where everybody's is."""
        return self.points.cards if self.points else ()


class KpiTarget(Value):
    """`[[kpi]]`: a metric's target; `better` says on which side of it the good figures lie, if not as usual."""

    id: Slug
    target: Text
    better: Literal["higher", "lower"] | None = None


class Roles(Value):
    """`[roles]`: which staff roles may do what only some may.

    `override` is for any rule; `rules` names, by the rule's id such as `booking.cancel_notice`, who may set that one
    aside in their place. `refund` pays money out, gives it away and puts a ledger right, `audit` judges a visit that
    somebody else made. `strangers` are those without a file, or who have left, where the desk keeps files of its staff:
    told (`warn`), refused, or let pass.
    """

    override: tuple[Role, ...] = ("supervisor",)
    reopen: tuple[Role, ...] = ("supervisor",)
    refund: tuple[Role, ...] = ("finance", "supervisor")
    audit: tuple[Role, ...] = ("supervisor", "auditor")
    rules: Mapping[Text, tuple[Role, ...]] = NOTHING
    strangers: Literal["warn", "refuse", "ignore"] = "warn"

    def may_override(self, rule: str) -> tuple[Role, ...]:
        """Return the roles that may set a rule aside."""
        return self.rules.get(rule, self.override)


class ReportRules(Value):
    """`[report]`: how long before its deadline a complaint counts as at risk."""

    at_risk: Term = Duration(4, "h")


class Rulebook(Value):
    """The whole of `records/desk.toml`."""

    schema: Schema = SCHEMA
    desk: DeskInfo
    calendar: CalendarRules
    booking: BookingRules = BookingRules()
    visit: VisitRules = VisitRules()
    complaint: ComplaintRules
    members: MemberRules = MemberRules()
    extra: ExtraRules = ExtraRules()
    roles: Roles = Roles()
    report: ReportRules = ReportRules()
    department: tuple[Department, ...] = ()
    resource: tuple[Resource, ...] = ()
    service: tuple[Service, ...] = ()
    kpi: tuple[KpiTarget, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.desk.timezone)

    def service_named(self, word: str) -> Service:
        """Return the service with this id or name; raises `NotFound`."""
        return entry_named(self.service, word, "rulebook.no_service")

    def resource_named(self, word: str) -> Resource:
        """Return the resource with this id or name; raises `NotFound`."""
        return entry_named(self.resource, word, "rulebook.no_resource")

    def group(self, group_id: str) -> tuple[Resource, ...]:
        """Return the resources of a group, in the rulebook's order."""
        return tuple(resource for resource in self.resource if resource.group == group_id)

    def lacks_group(self, service: Service) -> bool:
        """Whether a group that a service needs has no resource, so that nothing can be said of what it runs with."""
        return not all(self.group(group) for group in service.resources)

    def severity(self, word: str) -> Severity:
        """Return a severity's rules; raises `NotFound`."""
        return entry_named(self.complaint.severity, word, "rulebook.no_severity")

    def make_calendar(self, announced: Mapping[date, bool]) -> Calendar:
        """Return the calendar of opening and working days; `announced` are the desk's own off and working days."""
        rules = self.calendar
        closures: dict[date, str] = {}
        for closure in rules.closed:
            last = closure.to or closure.from_
            for ordinal in range(closure.from_.toordinal(), last.toordinal() + 1):
                closures[date.fromordinal(ordinal)] = closure.reason
        return Calendar(
            zone=self.zone,
            country=rules.country,
            opening={str(day): hours for day, hours in rules.open.items()},
            office={str(day): hours for day, hours in (rules.office or rules.open).items() if day in WEEKDAYS},
            weekends=bool(rules.office),
            closures=closures,
            special={special.day: special.hours for special in rules.special},
            workdays=dict(announced),
        )


class YearRules(Value):
    """`records/calendar/2027.toml`: days off and days of work as announced; they win over any library."""

    schema: Schema = SCHEMA
    off: tuple[Day, ...] = ()
    work: tuple[Day, ...] = ()


def _listed(entries: Sequence[Any]) -> tuple[str, ...]:
    """Return what the rulebook knows of a kind as a person may be told: names, with ids where they differ."""
    return tuple(entry.id if entry.id == entry.name else f"{entry.name} ({entry.id})" for entry in entries) or ("-",)
