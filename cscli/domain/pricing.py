"""What a booking costs: the rulebook's bands laid over its time, part by part."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from cscli.domain.calendar import WEEKDAYS, Calendar, local
from cscli.domain.services import PriceBand, Service
from cscli.domain.value import Value
from cscli.domain.values import Moment, Price, Text, fixed, round_money
from cscli.errors import Refused


class PricePart(Value):
    """One part of a price: from when to when, at which rate per what, and what it comes to."""

    from_: Moment
    to: Moment
    per: str
    rate: Price
    amount: Price
    band: Text | None = None


def price(
    service: Service, calendar: Calendar, start: datetime, end: datetime, units: int, party: int | None
) -> tuple[PricePart, ...]:
    """Return the parts of a booking's price, none for a service without prices; raises `Refused` in a gap of the bands.

    Hourly bands price the time that lies in them, for each unit. A band per unit, person or visit that fits the start
    is charged once. An hour that crosses a band counts for each side with its minutes; a part is rounded once, half up.
    """
    if not service.price:
        return ()
    pieces: list[tuple[PriceBand, datetime, datetime, timedelta]] = []
    for begin, finish in _pieces(service, calendar, start, end):
        band = _band(service, calendar, begin)
        if band is None:
            raise Refused("refused.price.gap", rule="service.price", service=service.name, start=begin)
        if band.per != "hour" and not pieces:
            number = {"unit": units, "person": party or 1, "visit": 1}[band.per]
            return (_part(band, start, end, band.amount * number),)
        if pieces and (pieces[-1][0].amount, pieces[-1][0].name) == (band.amount, band.name):
            known, first, _, length = pieces.pop()
            pieces.append((known, first, finish, length + (finish - begin)))
        elif band.per == "hour":
            pieces.append((band, begin, finish, finish - begin))
    return tuple(
        _part(band, begin, finish, band.amount * units * int(length.total_seconds()) / 3600)
        for band, begin, finish, length in pieces
    )


def total(parts: tuple[PricePart, ...]) -> Decimal | None:
    """Return the sum of the parts, None where nothing is priced."""
    return round_money(sum((part.amount for part in parts), Decimal(0))) if parts else None


def _part(band: PriceBand, start: datetime, end: datetime, amount: Decimal) -> PricePart:
    return PricePart(from_=start, to=end, per=band.per, rate=band.amount, amount=round_money(amount), band=band.name)


def _pieces(
    service: Service, calendar: Calendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield [start, end) cut at every midnight and at every edge of a band."""
    zone = calendar.zone
    edges = sorted({minute for band in service.price for minute in (band.from_, band.to)} | {0, 1440})
    day = start.astimezone(zone).date()
    last = end.astimezone(zone).date()
    cuts = {fixed(start), fixed(end)}
    while day <= last:
        cuts |= {at for at in (fixed(local(zone, day, edge)) for edge in edges) if start < at < end}
        day += timedelta(days=1)
    ordered = sorted(cuts)
    yield from pairwise(ordered)


def _band(service: Service, calendar: Calendar, at: datetime) -> PriceBand | None:
    here = at.astimezone(calendar.zone)
    minute = here.hour * 60 + here.minute
    holidays = any("holiday" in band.days for band in service.price)
    name = "holiday" if holidays and calendar.is_holiday(here.date()) else WEEKDAYS[here.weekday()]
    fitting = (band for band in service.price if band.from_ <= minute < band.to)
    return next((band for band in fitting if not band.days or name in band.days), None)
