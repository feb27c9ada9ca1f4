"""Explaining what money came to: which band or tier decided, and why the others did not."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from cscli.domain import pricing, refunds
from cscli.domain.booking import Booking, BookingEvent, held
from cscli.domain.calendar import Calendar
from cscli.domain.calling_off import facts_of
from cscli.domain.order import Order
from cscli.domain.pricing import Piece, PricePart
from cscli.domain.refunds import Facts, Quote
from cscli.domain.rulebook import CardType
from cscli.domain.services import PriceBand, RefundTier, Service
from cscli.domain.value import Value, replace
from cscli.domain.values import Duration
from cscli.errors import Refused


class Verdict(Value, kw_only=False):
    """A stretch of an order and why a band says nothing of it; None where the band decides.

    Beside what `pricing.misfit` says it may be `earlier` (an earlier band decided) or `start` (what is charged once is
    asked for at the start alone).
    """

    start: datetime
    end: datetime
    reason: str | None


class BandSaid(Value):
    """What one band of a price list says of an order; `number` is counted from 1."""

    number: int
    band: PriceBand
    verdicts: tuple[Verdict, ...]

    @property
    def decides(self) -> bool:
        """Whether any of the order is priced by this band."""
        return any(verdict.reason is None for verdict in self.verdicts)


class PriceSaid(Value):
    """How a price comes about; `total` is None where there is none, `gap` is from when on no band fits.

    `card` is the customer's where it pays; then `plain` is what it would cost without.
    """

    order: Order
    parts: tuple[PricePart, ...]
    bands: tuple[BandSaid, ...]
    total: Decimal | None
    plain: Decimal | None = None
    card: CardType | None = None
    gap: datetime | None = None


class TierSaid(Value):
    """Why a refund tier does not decide: a misfit, `earlier` (another does), or `Facts.free`; None where it does.

    `number` is counted from 1.
    """

    number: int
    tier: RefundTier
    reason: str | None


class RefundSaid(Value):
    """How a refund comes about; `asked` is the fee before it is cut to what was paid, `within` how long it takes.

    `fee` is what calling it off costs: once it has begun, whatever was paid.
    """

    service: Service
    facts: Facts
    tiers: tuple[TierSaid, ...]
    asked: Decimal
    fee: Decimal
    within: Duration
    quote: Quote


def price(order: Order, calendar: Calendar, card: CardType | None = None) -> PriceSaid:
    """Return how the price of an order comes about; raises `Refused` for one that ends before it begins.

    An order without a time has one price only where prices do not depend on it.
    """
    if order.end <= order.start:
        raise Refused("refused.booking.order", rule="booking.order", start=order.start, end=order.end)
    if order.soon and pricing.needs_a_time(order.service):
        return PriceSaid(order=order, parts=(), bands=(), total=None)
    parts: tuple[PricePart, ...] = ()
    gap: datetime | None = None
    try:
        parts = pricing.price(order, calendar)
    except Refused:
        gap = next(piece.start for piece in pricing.pieces(order, calendar) if piece.number is None)
    plain = pricing.total(parts)
    if card is not None:
        parts = pricing.by_card(order, card)
    return PriceSaid(
        order=order,
        parts=parts,
        bands=tuple(_bands(order, calendar)),
        total=pricing.total(parts),
        plain=plain if card is not None else None,
        card=card,
        gap=gap if card is None else None,
    )


def _bands(order: Order, calendar: Calendar) -> Iterator[BandSaid]:
    """Yield what every band says of an order, in the order of the rulebook."""
    price_list = order.service.price
    pieces = tuple(pricing.pieces(order, calendar)) if price_list else ()
    first = pieces[0].number if pieces else None
    if first is not None and price_list[first - 1].per != "hour":  # charged once, by the start
        pieces = (Piece(order.start, order.end, first),)
    for number, band in enumerate(price_list, start=1):
        verdicts: list[Verdict] = []
        for place, piece in enumerate(pieces):
            reason = pricing.misfit(band, order, calendar, piece.start)
            if reason is None and piece.number != number:
                reason = "earlier"
            elif reason is None and place and band.per != "hour":
                reason = "start"
            if verdicts and verdicts[-1].reason == reason:
                verdicts[-1] = replace(verdicts[-1], end=piece.end)
            else:
                verdicts.append(Verdict(piece.start, piece.end, reason))
        yield BandSaid(number=number, band=band, verdicts=tuple(verdicts))


def refund(service: Service, calendar: Calendar, facts: Facts) -> RefundSaid:
    """Return how a refund comes about."""
    quote = refunds.quote(service, calendar, facts)
    tiers = []
    for number, tier in enumerate(service.refund, start=1):
        reason = facts.free or refunds.misfit(tier, facts)
        if reason is None and number != quote.number:
            reason = "earlier"
        tiers.append(TierSaid(number=number, tier=tier, reason=reason))
    decisive = service.refund[quote.number - 1] if quote.number else None
    return RefundSaid(
        service=service,
        facts=facts,
        tiers=tuple(tiers),
        asked=refunds.fee_of(decisive, facts) if decisive else Decimal(0),
        fee=refunds.cost(service, facts, quote),
        within=decisive.within if decisive else refunds.longest(service, calendar, facts.at),
        quote=quote,
    )


def called_off(booking: Booking) -> Facts | None:
    """Return what the refund of a booking that was called off was decided on; None for one that was not.

    What was paid then is what the desk holds now, with what it has promised or paid back since, less what came later.
    """
    ending = _ending(booking)
    if ending is None:
        return None
    returned = sum((known.amount for known in booking.refund if known.why in ("cancelled", "no_show")), Decimal(0))
    facts = facts_of(
        booking,
        ending.at,
        cause=ending.cause or "customer",
        phoned=bool(ending.phoned),
        absent=ending.type == "no_show",
    )
    promised = any(event.type in ("confirmed", "accepted") for event in booking.events)
    kept = ending.until is None and (promised or ending.at < facts.start)
    return replace(facts, paid=max(Decimal(0), held(booking) + returned - paid_since(booking)), kept=kept)


def paid_since(booking: Booking) -> Decimal:
    """Return what was paid after a booking was called off."""
    ending = _ending(booking)
    later = booking.events[booking.events.index(ending) :] if ending else ()
    return sum((event.amount or Decimal(0) for event in later if event.type == "paid"), Decimal(0))


def _ending(booking: Booking) -> BookingEvent | None:
    """Return the event by which a booking was called off, None where it was not."""
    if booking.outcome not in ("cancelled", "no_show"):
        return None
    return next((event for event in reversed(booking.events) if event.type in ("cancelled", "no_show")), None)
