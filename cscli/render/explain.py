"""Explanations as pages to be read to a customer or a manager, the answer first, and as data."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cscli.domain.calendar import HOLIDAY, WEEKDAYS
from cscli.domain.services import A_DAY, PriceBand, RefundTier, Service
from cscli.domain.values import fixed, write_clock
from cscli.i18n import forms, label, language, t
from cscli.i18n.forms import elapsed, moment, money, span, stretch
from cscli.render.booking import class_name
from cscli.render.data import jsonable
from cscli.render.units import unit_of, units_text
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.explaining import BandSaid, PriceSaid, RefundSaid
    from cscli.domain.order import Order
    from cscli.domain.pricing import PricePart
    from cscli.domain.refunds import Refund

Lines = list[tuple[str, str]]


def page(view: View, lines: Lines, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an explanation: the answer and what it rests on, then every rule in order, where there are any."""
    from cscli.render.table import card, table

    answer = card([(t(f"explain.{name}") if name else "", words) for name, words in lines], view.width)
    if not rows:
        return answer
    heads = [t(f"explain.column.{name}") for name in columns]
    return f"{answer}\n\n{table(rows, heads, max_width=view.width, whole=(0,), wrap=True)}"


# --- price ------------------------------------------------------------------------------------------------------


def price_page(view: View, said: "PriceSaid | None", booking: "Booking | None" = None) -> str:
    """Return how a price comes about; of a booking as it was promised, and by today's rules where they differ.

    `said` is None where the rulebook has forgotten the booking's service.
    """
    if booking is None:
        assert said is not None
        parts = _parts(view, said.parts, said.order.units, said.order.service)
        return page(view, [("price", _total(view, said)), *_what(view, said), *parts], BANDS, _bands(view, said))
    currency = view.rulebook.desk.currency
    then = t("explain.price.then", total=booking.price, currency=currency) if booking.price is not None else ""
    lines: Lines = [("price", then or t("explain.price.unpriced")), ("booking", booking.id)]
    if said is None:
        lines += _parts(view, booking.price_parts, booking.units, None)
        return page(view, [*lines, ("today", t("explain.today.gone", service=visible(booking.service)))], BANDS, ())
    lines += [*_what(view, said), *_parts(view, booking.price_parts, booking.units, said.order.service)]
    if same_price(said, booking):
        lines.append(("today", t("explain.today.same")))
    else:
        lines += [("today", _total(view, said)), *_parts(view, said.parts, said.order.units, said.order.service)]
    return page(view, lines, BANDS, _bands(view, said))


BANDS = ("rule", "price", "when", "verdict")


def same_price(said: "PriceSaid", booking: "Booking") -> bool:
    """Whether a booking costs by today's rules what it was promised for."""
    return said.total == booking.price


def _total(view: View, said: "PriceSaid") -> str:
    """Return the total, or why there is none."""
    service, currency = said.order.service, view.rulebook.desk.currency
    if said.card is not None:
        plain = money(said.plain) if said.plain is not None else t("label.none")
        return t("explain.price.by_card", total=said.total, currency=currency, card=visible(said.card.name),
                 plain=plain)  # fmt: skip
    if said.gap is not None:
        return t("explain.price.gap", start=said.gap.astimezone(view.rulebook.zone), service=visible(service.name))
    if said.total is None:
        return t("explain.price.untimed" if service.price else "explain.price.none")
    return t("explain.price.total", total=said.total, currency=currency)


def _what(view: View, said: "PriceSaid") -> Lines:
    order, zone = said.order, view.rulebook.zone
    words = [visible(order.service.name), class_name(order.seat_class), _route(order)]
    words += [units_text(view.rulebook, order.service.id, order.units)] if order.units > 1 else []
    return [
        ("service", "  ".join(word for word in words if word)),
        ("time", _time(order.start.astimezone(zone), order.end.astimezone(zone))),
    ]


def _route(order: "Order") -> str:
    """Return the name of the route of an order."""
    return visible(next((known.name for known in order.service.route if known.id == order.route), order.route or ""))


def _time(start: datetime, end: datetime) -> str:
    return f"{stretch(start, end, language())}  ({elapsed(fixed(end) - fixed(start), language())})"


def _parts(view: View, parts: Iterable["PricePart"], units: int, service: Service | None) -> Lines:
    """Return a line for each part of a price with its arithmetic."""
    words = [_part(view, part, units, service) for part in parts]
    return [("parts" if place == 0 else "", line) for place, line in enumerate(words)]


def _per(per: str, service: Service | None) -> str:
    """Return what an amount is for, in the service's own word for its units."""
    return t(f"explain.per.{unit_of(service) if per == 'unit' else per}")


def _part(view: View, part: "PricePart", units: int, service: Service | None) -> str:
    if part.per == "card":
        return t("explain.part.card", card=visible(part.band or ""), rule=part.rule or "-")
    zone = view.rulebook.zone
    number = units if part.per == "hour" else round(part.amount / part.rate) if part.rate else 1
    facts = {
        "rate": part.rate,
        "times": f" x {number}" if number > 1 else "",
        "amount": part.amount,
        "rule": part.rule or "-",
    }
    if part.per != "hour":
        return t("explain.part.once", per=_per(part.per, service), **facts)
    time = _clocks(part.from_.astimezone(zone), part.to.astimezone(zone))
    return t("explain.part.hour", time=time, minutes=minutes_of(part), **facts)


def _clocks(start: datetime, end: datetime) -> str:
    """Return a stretch by the clock; with its days where it is over more than one."""
    last = start.date() + timedelta(days=1)
    midnight = (end.date(), end.hour, end.minute) == (last, 0, 0)
    if start.date() != end.date() and not midnight:
        return stretch(start, end, language())
    return f"{start:%H:%M}-{'24:00' if midnight else f'{end:%H:%M}'}"


def minutes_of(part: "PricePart") -> int:
    """Return how long a part of a price lasts, as time passes."""
    return int((fixed(part.to) - fixed(part.from_)).total_seconds() // 60)


def _bands(view: View, said: "PriceSaid") -> list[tuple[str, ...]]:
    service = said.order.service
    return [
        (
            f"service.{service.id}.price[{known.number}]",
            f"{money(known.band.amount)} {_per(known.band.per, service)}",
            _conditions(view, service, known.band),
            _verdict(view, known),
        )
        for known in said.bands
    ]


def _conditions(view: View, service: Service, band: PriceBand) -> str:
    """Return when and for whom a band holds."""
    words = [days_text(band.days)] if band.days else []
    words += [f"{write_clock(band.from_)}-{write_clock(band.to)}"] if (band.from_, band.to) != (0, A_DAY) else []
    words += [t("explain.since", day=band.since)] if band.since else []
    words += [t("explain.until", day=band.until)] if band.until else []
    words += [t("explain.class", name=class_name(band.seat_class))] if band.seat_class else []
    routes = {route.id: route.name for route in service.route}
    words += [t("explain.route", name=visible(routes.get(band.route, band.route)))] if band.route else []
    known = {level.id: level.name for level in view.rulebook.members.level}
    levels = tuple(visible(known.get(level, level)) for level in band.level)
    words += [t("explain.level", names=levels)] if levels else []
    return "  ".join(words) or t("explain.always")


def days_text(days: Iterable[str]) -> str:
    """Return days of the week in words, neighbours as one: `Mon-Fri`."""
    said = set(days)
    names = forms.WEEKDAYS[language()]
    runs: list[list[int]] = []
    for place, day in enumerate(WEEKDAYS):
        if day in said:
            if runs and runs[-1][-1] == place - 1:
                runs[-1].append(place)
            else:
                runs.append([place])
    words = [names[run[0]] if len(run) == 1 else f"{names[run[0]]}-{names[run[-1]]}" for run in runs]
    return " ".join([*words, *([t("explain.holiday")] if HOLIDAY in said else [])])


def _verdict(view: View, known: "BandSaid") -> str:
    """Return whether a band decides, and where or why it does not."""
    if len(known.verdicts) == 1:
        (only,) = known.verdicts
        return t("explain.decides" if only.reason is None else f"explain.misfit.{only.reason}")
    zone, words = view.rulebook.zone, []
    for verdict in known.verdicts:
        time = _clocks(verdict.start.astimezone(zone), verdict.end.astimezone(zone))
        if verdict.reason is None:
            words.append(t("explain.decides_part", time=time))
        else:
            words.append(t("explain.not_part", time=time, reason=t(f"explain.misfit.{verdict.reason}")))
    return "; ".join(words)


def price_data(said: "PriceSaid | None", booking: "Booking | None" = None) -> dict[str, Any]:
    """Return the explanation of a price for programs; `booking` is as it was promised, the rest by today's rules."""
    data: dict[str, Any] = {"total": None, "parts": [], "bands": []}
    if said is not None:
        order = said.order
        data = {
            "total": jsonable(said.total),
            "service": order.service.id,
            **{name: jsonable(getattr(order, name)) for name in ("start", "end", "units", "party", "level")},
            "card": said.card.id if said.card else None,
            "without_card": jsonable(said.plain),
            "gap": jsonable(said.gap),
            "parts": [_part_data(part) for part in said.parts],
            "bands": [_band_data(order.service, known) for known in said.bands],
        }
    if booking is not None:
        parts = [_part_data(part) for part in booking.price_parts]
        same = said is not None and same_price(said, booking)
        data["booking"] = {"id": booking.id, "price": jsonable(booking.price), "parts": parts, "same": same}
    return data


def _part_data(part: "PricePart") -> dict[str, Any]:
    return {**jsonable(part), "minutes": minutes_of(part)}


def _band_data(service: Service, known: "BandSaid") -> dict[str, Any]:
    return {
        "rule": f"service.{service.id}.price[{known.number}]",
        "per": known.band.per,
        "amount": jsonable(known.band.amount),
        "decides": known.decides,
        "verdicts": jsonable(known.verdicts),
    }


# --- refund -----------------------------------------------------------------------------------------------------


def refund_page(
    view: View, booking: "Booking", said: "RefundSaid", told: "Refund | None", since: Decimal | None
) -> str:
    """Return how a refund comes about; `told` is what was told when the booking was called off, if it was.

    `since` is what was paid afterwards, None where it is not called off.
    """
    zone, currency = view.rulebook.zone, view.rulebook.desk.currency
    quote, facts = said.quote, said.facts
    answer = t("explain.refund.total", amount=quote.amount, currency=currency, paid=facts.paid)
    lines: Lines = [
        ("refund", answer if facts.paid else t("explain.refund.unpaid" if since is None else "explain.refund.then")),
        ("booking", booking.id),
        ("service", visible(said.service.name)),
        ("time", stretch(booking.start.astimezone(zone), booking.end.astimezone(zone), language())),
        ("notice", _notice(view, said)),
        ("fee", _fee(said)),
    ]
    owing = _owing(booking, said, since)
    if owing is not None:
        key = "let_go" if booking.status == "closed" and owing else "since" if since else "due"
        lines.append(("owed", t(f"explain.owed.{key}", due=owing, currency=currency, since=since or Decimal("0.00"))))
    if facts.paid:
        within = span(said.within, language())
        lines.append(("expected", t("explain.expected.by", expected=quote.expected, within=within)))
    lines.append(("cancel", _cancelling(view, said)))
    if told is not None:
        tier = told.tier or t("explain.refund.no_tier")
        words = t("explain.refund.was", amount=told.amount, currency=currency, fee=told.fee, tier=tier)
        lines.append(("refund.told", words))
    rows = [
        (
            f"service.{said.service.id}.refund[{known.number}]",
            str(known.tier.fee),
            _asks(known.tier),
            t("explain.decides" if known.reason is None else f"explain.misfit.{known.reason}"),
        )
        for known in said.tiers
    ]
    return page(view, lines, ("rule", "fee", "asks", "verdict"), rows)


def _owing(booking: "Booking", said: "RefundSaid", since: Decimal | None) -> Decimal | None:
    """Return what is (or would be) to be paid still of the fee; None where what was paid covers it."""
    from cscli.domain.booking import owed

    if booking.price is None or said.fee <= said.facts.paid:
        return None
    return said.fee - said.facts.paid if since is None else owed(booking)


def _notice(view: View, said: "RefundSaid") -> str:
    """Return when it is called off and how long before or after the start that is, in whole minutes."""
    facts = said.facts
    words = {"at": moment(facts.at.astimezone(view.rulebook.zone), language())}
    if facts.notice < timedelta():
        notice = t("explain.notice.after", notice=elapsed(-facts.notice, language()), **words)
    elif not facts.notice:
        notice = t("explain.notice.none", **words)
    else:
        notice = t("explain.notice.before", notice=elapsed(facts.notice, language()), **words)
    notice = t("explain.notice.absent", notice=notice) if facts.absent else notice
    return t("explain.notice.phoned", notice=notice) if facts.phoned else notice


def _fee(said: "RefundSaid") -> str:
    """Return the arithmetic of the fee."""
    facts, quote = said.facts, said.quote
    if quote.number is None:
        return t(f"explain.fee.{facts.free or 'none'}", cause=label("cause", facts.cause))
    tier = said.service.refund[quote.number - 1]
    if tier.fee.percent is not None:
        words = t("explain.fee.percent", percent=f"{tier.fee.percent:f}", price=facts.price, fee=said.asked)
    elif tier.per == "unit":
        words = t("explain.fee.units", each=tier.fee.amount, units=facts.units, fee=said.asked)
    else:
        words = t("explain.fee.amount", fee=said.asked)
    if said.asked <= facts.paid:
        return words
    return t("explain.fee.spent", said=words) if facts.begun else t("explain.fee.cut", said=words, paid=facts.paid)


def _cancelling(view: View, said: "RefundSaid") -> str:
    """Return whether the notice that cancelling needs was kept."""
    required = said.service.cancel_notice
    if not required.amount or not said.facts.kept:
        return t("explain.cancel.free")
    if said.facts.notice >= required.delta:
        return t("explain.cancel.kept", required=required)
    roles = view.rulebook.roles.may_override("booking.cancel_notice")
    return t("explain.cancel.short", required=required, roles=tuple(label("role", role) for role in roles))


def _asks(tier: RefundTier) -> str:
    """Return what a refund tier asks for."""
    if tier.after_start:
        words = [t("explain.asks.after")]
    elif tier.notice.amount:
        words = [t("explain.asks.notice", notice=tier.notice)]
    else:
        words = [t("explain.asks.before")]
    if tier.phoned is not None:
        words.append(t("explain.asks.phoned" if tier.phoned else "explain.asks.silent"))
    return "  ".join([*words, *([visible(f"({tier.name})")] if tier.name else [])])


def refund_data(booking: "Booking", said: "RefundSaid", told: "Refund | None", since: Decimal | None) -> dict[str, Any]:
    """Return the explanation of a refund for programs; notice in whole minutes, below zero after the start."""
    quote, facts = said.quote, said.facts
    return {
        "amount": jsonable(quote.amount),
        "fee": jsonable(said.fee),
        "paid": jsonable(facts.paid),
        "paid_since": jsonable(since),
        "owed": jsonable(_owing(booking, said, since) or Decimal("0.00")),
        "price": jsonable(facts.price),
        "booking": booking.id,
        "at": jsonable(facts.at),
        "notice_minutes": int(facts.notice.total_seconds() // 60),
        "phoned": facts.phoned,
        "absent": facts.absent,
        "cause": facts.cause,
        "rule": f"service.{said.service.id}.refund[{quote.number}]" if quote.number else None,
        "fee_asked": jsonable(said.asked),
        "expected": jsonable(quote.expected),
        "within": str(said.within),
        "tiers": [
            {
                "rule": f"service.{said.service.id}.refund[{known.number}]",
                "fee": str(known.tier.fee),
                "decides": known.reason is None,
                "reason": known.reason,
            }
            for known in said.tiers
        ],
        "told": jsonable(told),
    }
