"""The rulebook: the typed shape of `records/desk.toml`, the management manual the desk obeys."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cscli.domain.calendar import WEEKDAYS, Calendar
from cscli.domain.value import NOTHING, Value
from cscli.domain.values import Clock, Count, Day, Duration, Hours, Positive, Price, Slug, Span, Text
from cscli.errors import NotFound

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]


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


class Resource(Value):
    """`[[resource]]`: something a booking occupies; `capacity` is how many units it carries at once."""

    id: Slug
    name: Text
    group: Slug
    capacity: Positive = 1


class PriceBand(Value):
    """`[[service.price]]`: an amount per hour, unit, person or visit, for some days and hours; the first that fits."""

    per: Literal["hour", "unit", "person", "visit"]
    amount: Price
    days: tuple[DayName, ...] = ()
    from_: Clock = 0
    to: Clock = 1440
    name: Text | None = None


class ClassTime(Value):
    """`[[service.timetable]]`: when a class takes place each week."""

    days: tuple[Weekday, ...]
    from_: Clock
    to: Clock


class Service(Value):
    """`[[service]]`: what can be booked, what it occupies and the rules of its promise."""

    id: Slug
    name: Text
    kind: Literal["slot", "class", "appointment", "table", "trip", "visit"]
    resources: tuple[Slug, ...] = ()
    step: Span = Duration(30, "m")
    duration: Span = Duration(1, "h")
    shortest: Span | None = None
    longest: Span | None = None
    buffer_before: Span = Duration(0, "m")
    buffer_after: Span = Duration(0, "m")
    most_units: Positive = 1
    confirmation: Literal["immediate", "separate"] = "immediate"
    hold_for: Span = Duration(30, "m")
    advance: Span | None = None
    lead: Span = Duration(0, "m")
    change_notice: Span = Duration(0, "m")
    cancel_notice: Span = Duration(0, "m")
    arrive_before: Span = Duration(2, "h")
    no_show_after: Span = Duration(30, "m")
    required: tuple[Literal["customer", "phone", "party", "details", "card", "source"], ...] = ("customer",)
    price: tuple[PriceBand, ...] = ()
    timetable: tuple[ClassTime, ...] = ()


class BookingRules(Value):
    """`[booking]`: how soon a booking is answered and entered, what is offered instead, whether it is read back."""

    answer_within: Span = Duration(10, "m")
    enter_within_seconds: Positive = 60
    alternatives: Positive = 3
    read_back: bool = False


class Named(Value):
    """An id of the rulebook with the name people read."""

    id: Slug
    name: Text


class Category(Value):
    """`[[complaint.category]]`: what complaints are about; `booking_error` ones count against booking accuracy."""

    id: Slug
    name: Text
    booking_error: bool = False


class Severity(Value):
    """`[[complaint.severity]]`: how grave, how soon to answer, to resolve and to call back, and who hears of it."""

    id: Literal["minor", "major", "critical"]
    name: Text
    acknowledge: Span
    resolve: Span
    follow_up: Span
    report: bool = False


class ComplaintRules(Value):
    """`[complaint]`: categories, causes, service standards, severities, and how often a call back is tried."""

    category: tuple[Category, ...]
    cause: tuple[Named, ...] = ()
    standard: tuple[Named, ...] = ()
    severity: tuple[Severity, ...]
    follow_up_tries: Positive = 3


class Level(Value):
    """`[[members.level]]`: how a customer ranks."""

    id: Slug
    name: Text


class CardType(Value):
    """`[[members.card]]`: a kind of membership card."""

    id: Slug
    name: Text


class MemberRules(Value):
    """`[members]`: the levels and the cards."""

    level: tuple[Level, ...] = ()
    card: tuple[CardType, ...] = ()


class KpiTarget(Value):
    """`[[kpi]]`: a metric's target; `better` says on which side of it the good figures lie, if not as usual."""

    id: Slug
    target: Text
    better: Literal["higher", "lower"] | None = None


class Roles(Value):
    """`[roles]`: which staff roles may override a rule, and which may reopen a closed booking."""

    override: tuple[Slug, ...] = ("supervisor",)
    reopen: tuple[Slug, ...] = ("supervisor",)


class ReportRules(Value):
    """`[report]`: how long before its deadline a complaint counts as at risk."""

    at_risk: Span = Duration(4, "h")


class Rulebook(Value):
    """The whole of `records/desk.toml`."""

    schema: Count = 1
    desk: DeskInfo
    calendar: CalendarRules
    booking: BookingRules = BookingRules()
    complaint: ComplaintRules
    members: MemberRules = MemberRules()
    roles: Roles = Roles()
    report: ReportRules = ReportRules()
    resource: tuple[Resource, ...] = ()
    service: tuple[Service, ...] = ()
    kpi: tuple[KpiTarget, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.desk.timezone)

    def service_named(self, service_id: str) -> Service:
        """Return the service with this id or name; raises `NotFound`."""
        for service in self.service:
            if service_id in (service.id, service.name):
                return service
        raise NotFound("rulebook.no_service", value=service_id, known=_listed(self.service))

    def resource_named(self, resource_id: str) -> Resource:
        """Return the resource with this id or name; raises `NotFound`."""
        for resource in self.resource:
            if resource_id in (resource.id, resource.name):
                return resource
        raise NotFound("rulebook.no_resource", value=resource_id, known=_listed(self.resource))

    def group(self, group_id: str) -> tuple[Resource, ...]:
        """Return the resources of a group, in the rulebook's order."""
        return tuple(resource for resource in self.resource if resource.group == group_id)

    def severity(self, severity_id: str) -> Severity:
        """Return a severity's rules; raises `NotFound`."""
        for severity in self.complaint.severity:
            if severity_id in (severity.id, severity.name):
                return severity
        known = _listed(self.complaint.severity)
        raise NotFound("rulebook.no_severity", value=severity_id, known=known)

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
            closures=closures,
            special={special.day: special.hours for special in rules.special},
            workdays=dict(announced),
        )


class YearRules(Value):
    """`records/calendar/2027.toml`: days off and days of work as announced; they win over any library."""

    schema: Count = 1
    off: tuple[Day, ...] = ()
    work: tuple[Day, ...] = ()


def _listed(entries: Sequence[Any]) -> tuple[str, ...]:
    """Return what the rulebook knows of a kind as a person may be told: names, with ids where they differ."""
    return tuple(entry.id if entry.id == entry.name else f"{entry.name} ({entry.id})" for entry in entries)
