"""What a booking costs: the rulebook's bands laid over its time, part by part."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from cscli.domain.calendar import WEEKDAYS, Calendar, local
from cscli.domain.rulebook import CardType
from cscli.domain.services import PriceBand, Service
from cscli.domain.value import Value
from cscli.domain.values import Moment, Price, Text, fixed, round_money
from cscli.errors import Refused

if TYPE_CHECKING:
    from cscli.domain.order import Order
COVERED = "card"  # what a part of a price is "per" where a card pays for it


class PricePart(Value):
    """One part of a price: from when to when, at which rate per what, what it comes to, and the rule that says so."""

    from_: Moment
    to: Moment
    per: str
    rate: Price
    amount: Price
    band: Text | None = None
    rule: Text | None = None


class Piece(Value, kw_only=False):
    """A stretch of a booking and the number of the band that prices it, None in a gap; counted from 1."""

    start: datetime
    end: datetime
    number: int | None


def price(order: "Order", calendar: Calendar) -> tuple[PricePart, ...]:
    """Return the parts of a booking's price, none for a service without prices; raises `Refused` in a gap of the bands.

    Hourly bands price the time that lies in them, for each unit. Any other band that fits the start is charged once.
    An hour that crosses a band counts for each side with its minutes; a part is rounded once, half up.
    """
    service = order.service
    if not service.price:
        return ()
    lengths: list[tuple[int, datetime, datetime, timedelta]] = []
    for piece in pieces(order, calendar):
        if piece.number is None:
            lacking = unsaid(order, calendar)
            if lacking:
                raise Refused("refused.price.unsaid", rule="service.price", service=service.name, lacking=lacking)
            raise Refused("refused.price.gap", rule="service.price", service=service.name, start=piece.start)
        band = service.price[piece.number - 1]
        if band.per != "hour" and not lengths:
            number = {"unit": order.units, "person": order.party or order.units}.get(band.per, 1)
            return (_part(service, piece.number, order.start, order.end, band.amount * number),)
        if lengths and _alike(service.price[lengths[-1][0] - 1], band):
            known, first, _, length = lengths.pop()
            lengths.append((known, first, piece.end, length + (piece.end - piece.start)))
        elif band.per == "hour":
            lengths.append((piece.number, piece.start, piece.end, piece.end - piece.start))
    return tuple(
        _part(service, number, begin, finish, _hourly(service.price[number - 1], order.units, length))
        for number, begin, finish, length in lengths
    )


def unsaid(order: "Order", calendar: "Calendar") -> tuple[str, ...]:
    """Return which of `route` and `seat_class` must be said before a price fits the start of an order, if none does."""
    reasons = [misfit(band, order, calendar, order.start) for band in order.service.price]
    if None in reasons:
        return ()
    wanted = [name for name in ("route", "seat_class") if getattr(order, name) is None]
    return tuple(name for name in wanted if any(getattr(band, name) is not None for band in order.service.price))


def needs_a_time(service: Service) -> bool:
    """Whether what a service costs depends on when it is had, or on how long it takes."""
    return any(
        band.per == "hour" or band.days or (band.from_, band.to) != (0, 1440) or band.since or band.until
        for band in service.price
    )


def by_card(order: "Order", card: CardType) -> tuple[PricePart, ...]:
    """Return the one part of a price that the customer's card pays for: nothing is charged (manual row D11)."""
    rule = f"members.card.{card.id}"
    return (PricePart(from_=order.start, to=order.end, per=COVERED, rate=Decimal(0), amount=Decimal(0), band=card.name,
                      rule=rule),)  # fmt: skip


def total(parts: tuple[PricePart, ...]) -> Decimal | None:
    """Return the sum of the parts, None where nothing is priced."""
    return round_money(sum((part.amount for part in parts), Decimal(0))) if parts else None


def pieces(order: "Order", calendar: Calendar) -> Iterator[Piece]:
    """Yield the booking's time cut at every midnight and at every edge of a band, each piece with its band."""
    zone = calendar.zone
    edges = sorted({minute for band in order.service.price for minute in (band.from_, band.to)} | {0, 1440})
    day = order.start.astimezone(zone).date()
    last = order.end.astimezone(zone).date()
    cuts = {fixed(order.start), fixed(order.end)}
    while day <= last:
        cuts |= {at for at in (fixed(local(zone, day, edge)) for edge in edges) if order.start < at < order.end}
        day += timedelta(days=1)
    for begin, finish in pairwise(sorted(cuts)):
        fitting = (
            number
            for number, band in enumerate(order.service.price, start=1)
            if misfit(band, order, calendar, begin) is None
        )
        yield Piece(begin, finish, next(fitting, None))


def misfit(band: PriceBand, order: "Order", calendar: Calendar, at: datetime) -> str | None:
    """Return why a band says nothing of a moment: time, dates, days, seat_class, route or level; None where it fits."""
    here = at.astimezone(calendar.zone)
    day, minute = here.date(), here.hour * 60 + here.minute
    if not band.from_ <= minute < band.to:
        return "time"
    if (band.since is not None and day < band.since) or (band.until is not None and band.until < day):
        return "dates"
    if band.days:
        named = any("holiday" in known.days for known in order.service.price)
        name = "holiday" if named and calendar.is_holiday(day) else WEEKDAYS[here.weekday()]
        if name not in band.days:
            return "days"
    if band.seat_class not in (None, order.seat_class):
        return "seat_class"
    if band.route not in (None, order.route):
        return "route"
    if band.level and order.level not in band.level:
        return "level"
    return None


def _alike(one: PriceBand, other: PriceBand) -> bool:
    """Whether time under two bands is one part of the price."""
    return (one.amount, one.name) == (other.amount, other.name)


def _hourly(band: PriceBand, units: int, length: timedelta) -> Decimal:
    return band.amount * units * int(length.total_seconds()) / 3600


def _part(service: Service, number: int, start: datetime, end: datetime, amount: Decimal) -> PricePart:
    band = service.price[number - 1]
    return PricePart(
        from_=start,
        to=end,
        per=band.per,
        rate=band.amount,
        amount=round_money(amount),
        band=band.name,
        rule=f"service.{service.id}.price[{number}]",
    )
