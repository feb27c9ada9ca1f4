"""The rules of time and measure that an order may break: hours, window, notice, length, steps, number, quota."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from cscli.domain.availability import Free, closes, is_open, outage, starts, suited
from cscli.domain.calendar import Calendar
from cscli.domain.order import Order, departure_at
from cscli.domain.patron import NOBODY, Patron, duplicates, misses, quota_breach
from cscli.domain.permit import Breach
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.domain.value import replace
from cscli.domain.values import Duration, fixed

STEPPED = ("slot", "appointment", "visit")
NEAR = timedelta(days=2)  # how far from the wish classes and trips are named
NAMED = 4


def breaches(rulebook: Rulebook, calendar: Calendar, order: Order, patron: Patron, now: datetime) -> tuple[Breach, ...]:
    """Return the rules an order breaks, the gravest first."""
    return (
        *_of_hours(rulebook, calendar, order, now),
        *_of_service(rulebook, calendar, order),
        *_of_window(calendar, order, patron, now),
        *of_measure(calendar, order),
        *_of_patron(rulebook, calendar, order, patron, now),
    )


def horizon(advance: Duration, now: datetime) -> datetime:
    """Return the first instant that cannot be booked yet: days count as calendar days, hours as they pass."""
    if advance.unit == "d":
        return local_midnight(now, advance.amount + 1)
    return fixed(now) + advance.delta


def local_midnight(now: datetime, days: int) -> datetime:
    """Return the midnight that begins the day `days` after today, in `now`'s zone."""
    if now.tzinfo is None:
        raise ValueError("a moment without a zone has no day")
    day = now.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def uses_priority(order: Order, patron: Patron, calendar: Calendar, now: datetime) -> bool:
    """Whether an order lies beyond the window and is let in by the customer's unmet requests (manual row D6).

    One unit may be booked so; the booking notes it, and the count begins anew.
    """
    service, here = order.service, now.astimezone(calendar.zone)
    if service.advance is None or service.priority is None or order.start < horizon(service.advance, here):
        return False
    return (
        misses(patron, service, calendar.zone) >= service.priority.misses
        and order.start < horizon(service.priority.advance, here)
        and order.units == 1
    )


def stepped(order: Order) -> bool:
    """Whether an order begins and ends on the steps of its service: a guest's meal and a charter when they like."""
    return order.service.kind in STEPPED and not order.service.timetable and not order.soon


def few_for(order: Order) -> bool:
    """Whether fewer seats or places are asked for than people come, where each of them takes one."""
    return order.service.by_head and order.party is not None and order.units < order.party


def spare_for(order: Order) -> bool:
    """Whether more seats or places are asked for than people come, who alone are charged."""
    charged = any(band.per == "person" for band in order.service.price)
    return order.service.by_head and charged and order.party is not None and order.units > order.party


def bookable(
    times: Iterable[Free], order: Order, rulebook: Rulebook, calendar: Calendar, now: datetime
) -> tuple[tuple[Free, ...], Breach | None]:
    """Return the times at which an order breaks no rule, and the rule that the first of the others breaks."""
    kept: list[Free] = []
    broken: Breach | None = None
    for time in times:
        here = replace(order, start=time.start, end=time.end)
        found = breaches(rulebook, calendar, here, NOBODY, now)
        if found:
            broken = broken or found[0]
        else:
            kept.append(time)
    return tuple(kept), broken


def coordination(booking: str, departments: tuple[str, ...]) -> Breach:
    """Return the breach of promising what a department has not agreed to yet (manual row A4)."""
    return Breach("booking.coordination", {"id": booking, "departments": departments})


def prepaid(booking: str, amount: Decimal) -> Breach:
    """Return the breach of promising what is to be paid first (manual row B2)."""
    return Breach("booking.prepaid", {"id": booking, "amount": amount})


def _breach(rule: str, order: Order, calendar: Calendar, **facts: object) -> Breach:
    here = order.start.astimezone(calendar.zone)
    return Breach(f"booking.{rule}", {"service": order.service.name, "start": here, **facts})


def _of_hours(rulebook: Rulebook, calendar: Calendar, order: Order, now: datetime) -> Iterator[Breach]:
    """Yield that it is not when the timetable has it, or lies outside the hours of whoever could serve it.

    A visit that is promised for a time keeps hours as anything else does; one as soon as possible has no time yet.
    """
    service = order.service
    here = order.start.astimezone(calendar.zone)
    if service.timetable and closes(calendar, order.start):
        yield _breach("closed_day", order, calendar)
    if service.timetable:
        departure = departure_at(service, calendar, order.start, order.route)
        length = (order.end - order.start) // timedelta(minutes=1)
        if departure is None or departure.minutes != length:
            yield _off_timetable(order, calendar, now)
        return
    if order.soon:
        return
    groups = [suited(rulebook, calendar, order, group) for group in service.resources]
    shut = [one for one in groups if one and not any(is_open(each, calendar, order.start, order.end) for each in one)]
    if not shut and (service.resources or calendar.is_open(order.start, order.end)):
        return
    own = next((one for group in shut for one in group if one.open), None)
    hours = (calendar.keeping(own.open) if own else calendar).opening_on(here.date())
    found = _breach("hours", order, calendar, hours=hours, end=order.end.astimezone(calendar.zone))
    yield found if hours else _breach("closed_day", order, calendar)


def _off_timetable(order: Order, calendar: Calendar, now: datetime) -> Breach:
    """Return the breach of a timetable, with the nearest times it does have and the command that lists them."""
    service, here = order.service, order.start.astimezone(calendar.zone)
    around = starts(service, calendar, max(now, here - NEAR), here + NEAR, order.route)
    nearest = sorted(around, key=lambda at: abs(at - order.start))[:NAMED]
    route = f" --route {order.route}" if order.route else ""
    command = f"cscli booking free --service {service.id} --day {here:%Y-%m-%d}{route}"
    told = {"timetable": service.timetable, "nearest": tuple(sorted(nearest)) or ("-",), "command": command}
    said = "refused.booking.no_trip" if service.kind == "trip" else None
    return replace(_breach("timetable", order, calendar, **told), said=said)


def _of_service(rulebook: Rulebook, calendar: Calendar, order: Order) -> Iterator[Breach]:
    """Yield the outage of a resource that was asked for by name; others are passed over in silence."""
    for group in order.service.resources:
        for resource in rulebook.group(group):
            period = outage(resource, order.start, order.end) if resource.id in order.resources else None
            if period is not None:
                until = period.to.astimezone(calendar.zone)
                yield _breach("out_of_service", order, calendar, resource=resource.name, reason=period.reason,
                              until=until)  # fmt: skip


def _of_window(calendar: Calendar, order: Order, patron: Patron, now: datetime) -> Iterator[Breach]:
    service = order.service
    beyond = service.advance is not None and order.start >= horizon(service.advance, now.astimezone(calendar.zone))
    if beyond and not uses_priority(order, patron, calendar, now):
        yield _breach("advance", order, calendar, advance=service.advance)
    if service.lead.amount and not order.soon and order.start - now < service.lead.delta:
        yield _breach("lead", order, calendar, lead=service.lead)


def of_measure(calendar: Calendar, order: Order) -> Iterator[Breach]:
    """Yield that an order is too short, too long, off the steps, or for too many or too few."""
    service, length = order.service, order.end - order.start
    if service.shortest is not None and length < service.shortest.delta and not order.soon:
        yield _breach("shortest", order, calendar, shortest=service.shortest)
    if service.longest is not None and length > service.longest.delta and not order.soon:
        yield _breach("longest", order, calendar, longest=service.longest)
    if stepped(order) and _off_step(service, calendar, order.start, length):
        yield _breach("step", order, calendar, step=service.step)
    if order.units > service.most_units:
        yield _breach("units", order, calendar, units=order.units, most=service.most_units)
    if few_for(order) or spare_for(order):
        told = _breach("units", order, calendar, units=order.units, party=order.party)
        yield replace(told, said=f"refused.booking.{'heads' if few_for(order) else 'spare'}")
    if order.party is not None and service.most_party is not None and order.party > service.most_party:
        yield _breach("most_party", order, calendar, party=order.party, most=service.most_party)
    if order.party is not None and service.least_party is not None and order.party < service.least_party:
        yield _breach("least_party", order, calendar, party=order.party, least=service.least_party)


def _of_patron(rulebook: Rulebook, calendar: Calendar, order: Order, patron: Patron, now: datetime) -> Iterator[Breach]:
    exceeded = quota_breach(rulebook.booking.quota, patron, order.start, now, calendar.zone)
    if exceeded is not None:
        yield exceeded
    same = duplicates(patron, order.service, order.start, order.end, soon=order.soon)
    if same and rulebook.booking.duplicates == "refuse":
        yield _breach("duplicate", order, calendar, known=same)


def _off_step(service: Service, calendar: Calendar, start: datetime, length: timedelta) -> bool:
    here = start.astimezone(calendar.zone)
    midnight = datetime(here.year, here.month, here.day, tzinfo=calendar.zone)
    step = service.step.delta
    return bool((here.replace(tzinfo=None) - midnight.replace(tzinfo=None)) % step or length % step)
