"""Money that reaches a card from elsewhere, as from the medical insurance (manual row D4): how much, and its bonus."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from cscli.domain.ledger import Entry, Ledger
from cscli.domain.rulebook import Bonus, Scheme
from cscli.domain.value import Value
from cscli.errors import Refused


class Source(Value):
    """Where the money of a top-up comes from, and what stood there before; None where that is of no matter."""

    scheme: Scheme
    holding: Decimal | None = None


def judge(ledger: Ledger, source: Source, amount: Decimal, customer: str) -> None:
    """Raise `Refused` where the scheme leaves less to be taken, from its source or for the customer."""
    scheme, rule = source.scheme, f"members.scheme.{source.scheme.id}"
    facts = {"scheme": scheme.name, "amount": amount, "id": customer}
    if scheme.keep is not None:
        free = max(Decimal(0), (source.holding or Decimal(0)) - scheme.keep)
        if amount > free:
            raise Refused("refused.scheme.keep", rule=f"{rule}.keep", keep=scheme.keep, free=free, **facts)
    if scheme.most is not None:
        taken = sum((entry.amount for entry in under(ledger, scheme) if entry.type == "topup"), Decimal(0))
        if taken + amount > scheme.most:
            raise Refused("refused.scheme.most", rule=f"{rule}.most", most=scheme.most, taken=taken, **facts)


def under(ledger: Ledger, scheme: Scheme) -> Iterator[Entry]:
    """Yield the entries that a scheme brought."""
    return (entry for entry in ledger if entry.scheme == scheme.id)


def bonus_of(
    ledger: Ledger, tiers: Sequence[Bonus], scheme: Scheme, amount: Decimal, day: date, zone: ZoneInfo
) -> tuple[int, Bonus | None, Decimal]:
    """Return the number (from 1) and the tier that a customer's top-ups under a scheme reach now, and what it adds.

    They are reckoned together, so that who brings the money in parts has no more and no less; a tier is given once.
    """
    best: tuple[int, Bonus | None, Decimal] = (0, None, Decimal(0))
    for number, tier in enumerate(tiers, start=1):
        if tier.scheme != scheme.id or not _within(tier, day):
            continue
        known = [entry for entry in under(ledger, scheme) if _within(tier, entry.at.astimezone(zone).date())]
        reached = amount + sum((entry.amount for entry in known if entry.type == "topup"), Decimal(0))
        had = sum((entry.amount for entry in known if entry.type == "bonus"), Decimal(0))
        given = any(entry.rule == f"members.bonus[{number}]" for entry in known)
        more = best[1] is None or tier.at_least > best[1].at_least
        if reached >= tier.at_least and more and not given:
            best = (number, tier, max(Decimal(0), tier.bonus - had))
    return best


def _within(tier: Bonus, day: date) -> bool:
    return (tier.since is None or tier.since <= day) and (tier.until is None or day <= tier.until)
