"""Merchants: what the clerk must tell a guest of one, and the list to recommend from (manual rows C5, C7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cscli.i18n import language, t
from cscli.i18n.forms import money
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.booking import Booking
    from cscli.domain.recommending import Offer
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.services import Resource

COLUMNS = ("merchant", "area", "recommended", "contracted", "discount", "minimum_spend", "phone", "free")
ALIGN = "llllrrll"
PLAIN = ("id", "name", "area", "recommended", "contracted", "discount", "minimum_spend", "phone", "starts")
TENTHS = "零一二三四五六七八九"


def merchants_of(rulebook: "Rulebook", booking: "Booking") -> list["Resource"]:
    """Return the merchants of a table booking, as far as the rulebook lists them."""
    tables = {service.id for service in rulebook.service if service.kind == "table"}
    if booking.service not in tables:
        return []
    return [known for known in rulebook.resource if known.id in booking.resources]


def merchant_lines(rulebook: "Rulebook", booking: "Booking") -> list[tuple[str, str]]:
    """Return what the guest must be told of each merchant: discount, minimum spend, and where to telephone."""
    lines = []
    known = merchants_of(rulebook, booking)
    for merchant in known:
        told = [visible(merchant.phone or ""), *terms(merchant, rulebook.desk.currency)]
        line = "  ".join(word for word in told if word)
        if line:
            name = f"{visible(merchant.name)}  " if len(known) > 1 else ""
            lines.append((t("label.field.merchant"), name + line))
    return lines


def terms(merchant: "Resource", currency: str) -> list[str]:
    """Return a merchant's discount, what it does not cover, and minimum spend in words, as far as there are any."""
    words = [t("label.merchant.discount", share=_off(merchant))] if merchant.discount else []
    if merchant.discount and merchant.exclusions:
        words.append(t("label.merchant.exclusions", what=visible(merchant.exclusions)))
    if merchant.minimum_spend:
        words.append(t("label.merchant.minimum", amount=merchant.minimum_spend, currency=currency))
    return words


def offer_rows(offers: Sequence["Offer"], step: timedelta) -> list[tuple[str, ...]]:
    """Return merchants as rows: what speaks for each, its telephone, and from when to when a meal may begin."""
    yes = t("label.yes")
    return [
        (
            visible(offer.merchant.name),
            visible(offer.merchant.area or ""),
            yes if offer.merchant.recommended else "",
            yes if offer.merchant.contracted else "",
            _off(offer.merchant),
            money(offer.merchant.minimum_spend),
            visible(offer.merchant.phone or ""),
            starts_text(offer.starts, step),
        )
        for offer in offers
    ]


def offer_plain(offers: Sequence["Offer"]) -> list[list[str]]:
    """Return merchants for a spreadsheet: each with every time at which a meal may begin."""
    from cscli.render.plain import plain_text

    told = [
        {**merchant_data(offer.merchant), "starts": [start.isoformat() for start in offer.starts]} for offer in offers
    ]
    return [[plain_text(one[key]) for key in PLAIN] for one in told]


def starts_text(starts: Sequence[datetime], step: timedelta) -> str:
    """Return times of a day, what follows step by step joined: `11:00-13:30 17:00`."""
    runs: list[list[datetime]] = []
    for start in sorted(starts):
        if runs and start - runs[-1][-1] == step:
            runs[-1].append(start)
        else:
            runs.append([start])
    return " ".join(f"{run[0]:%H:%M}-{run[-1]:%H:%M}" if len(run) > 1 else f"{run[0]:%H:%M}" for run in runs)


def merchant_data(merchant: "Resource") -> dict[str, Any]:
    """Return what speaks for a merchant, for programs."""
    return {
        "id": merchant.id,
        "name": merchant.name,
        "area": merchant.area,
        "recommended": merchant.recommended,
        "contracted": merchant.contracted,
        "discount": _share(merchant) or None,
        "exclusions": merchant.exclusions,
        "minimum_spend": money(merchant.minimum_spend) or None,
        "phone": merchant.phone,
    }


def _off(merchant: "Resource") -> str:
    """Return a discount as each language says it: `12%`, or by what is left to pay, `八八折`."""
    left = 100 - (merchant.discount or 0)
    if not merchant.discount or left < 10 or language() != "zh":
        return _share(merchant)
    return "".join(TENTHS[int(digit)] for digit in f"{left:f}".replace(".", "").rstrip("0")) + "折"


def _share(merchant: "Resource") -> str:
    return f"{merchant.discount.normalize():f}%" if merchant.discount else ""
