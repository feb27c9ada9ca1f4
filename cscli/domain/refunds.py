"""What goes back when a booking is called off: the first tier that fits, the fee it keeps, and when the money comes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from cscli.domain.services import RefundTier, Service
from cscli.domain.value import Value
from cscli.domain.values import Day, Duration, Moment, Price, Text, round_money

if TYPE_CHECKING:
    from cscli.domain.calendar import Calendar

Why = Literal["cancelled", "no_show", "changed"]
BLAMELESS = ("desk_error", "resource")  # causes for which a customer pays nothing


class Refund(Value):
    """Money to go back to a customer: submitted when it was told, paid by finance later.

    `tier` is the rule that decided, None where nothing may be kept; `fee` is what was kept.
    """

    at: Moment
    why: Why
    tier: Text | None = None
    fee: Price
    amount: Price
    state: Literal["submitted", "paid"] = "submitted"
    expected: Day
    paid_at: Moment | None = None


class Facts(Value):
    """What a refund is decided on: when and how a booking is called off, what it costs, and what was paid.

    `cause` is whose doing it is; `absent` is a guest who did not come; `kept` is whether a place was kept for them.
    """

    start: datetime
    at: datetime
    price: Decimal
    paid: Decimal
    units: int = 1
    cause: str = "customer"
    phoned: bool = False
    absent: bool = False
    kept: bool = True

    @property
    def notice(self) -> timedelta:
        """How long before the start it is; below zero once it has begun."""
        return self.start - self.at

    @property
    def free(self) -> str | None:
        """Why it costs nothing whatever the tiers say: `blameless`, or `let_go` where nothing was kept; else None."""
        return "blameless" if self.cause in BLAMELESS else None if self.kept else "let_go"

    @property
    def begun(self) -> bool:
        """Whether it had begun, or nobody came."""
        return self.absent or self.at >= self.start


class Quote(Value):
    """What would be kept and what would go back; `number` is the tier's, counted from 1, None where none applies."""

    number: int | None
    fee: Decimal
    amount: Decimal
    expected: date


def quote(service: Service, calendar: "Calendar", facts: Facts) -> Quote:
    """Return what goes back: what was paid less the fee of the first tier that fits, which is never more than that.

    What the desk or a resource got wrong costs the customer nothing, nor does what the desk kept no place for.
    """
    number = None
    if facts.free is None:
        tiers = enumerate(service.refund, start=1)
        number = next((number for number, tier in tiers if misfit(tier, facts) is None), None)
    tier = service.refund[number - 1] if number else None
    fee = min(fee_of(tier, facts), facts.paid) if tier else Decimal(0)
    within = tier.within if tier else longest(service, calendar, facts.at)
    return Quote(number=number, fee=fee, amount=facts.paid - fee, expected=arrival(calendar, facts.at, within))


def misfit(tier: RefundTier, facts: Facts) -> str | None:
    """Return why a tier says nothing of a case: started, not_started, phoned or notice; None where it fits.

    Notice is compared to the second: exactly 24 hours are 24 hours.
    """
    if facts.begun != tier.after_start:
        return "started" if facts.begun else "not_started"
    if tier.phoned is not None and tier.phoned != facts.phoned:
        return "phoned"
    if not facts.begun and facts.notice < tier.notice.delta:
        return "notice"
    return None


def longest(service: Service, calendar: "Calendar", at: datetime) -> Duration:
    """Return how long money takes that no tier decides about: the longest that any of the service's tiers allows."""
    terms = [tier.within for tier in service.refund]
    return max(terms, key=lambda within: arrival(calendar, at, within), default=RefundTier.within)


def arrival(calendar: "Calendar", at: datetime, within: Duration) -> date:
    """Return the day by which money submitted at a moment has arrived: days of the calendar, or working days."""
    if within.working:
        from cscli.domain import worktime

        due = worktime.add(calendar, at, within)
        return (due or at).astimezone(calendar.zone).date()
    return (at.astimezone(calendar.zone) + within.delta).date()


def submitted(service: Service, calendar: "Calendar", facts: Facts, why: Why) -> Refund | None:
    """Return the refund that a booking called off leaves to be paid; None where nothing was paid."""
    if facts.paid <= 0:
        return None
    told = quote(service, calendar, facts)
    return Refund(
        at=facts.at,
        why=why,
        tier=rule_of(service, told.number),
        fee=told.fee,
        amount=told.amount,
        state="submitted" if told.amount else "paid",
        expected=told.expected,
        paid_at=None if told.amount else facts.at,
    )


def rule_of(service: Service, number: int | None) -> str | None:
    """Return the id of a refund tier, as the rulebook's findings name it."""
    return f"service.{service.id}.refund[{number}]" if number else None


def cost(service: Service, facts: Facts, found: Quote) -> Decimal:
    """Return what calling it off costs the customer.

    Before the start no more is kept than was paid; once it has begun the place was kept for the customer, and the fee
    is owed whatever was paid.
    """
    return fee_of(service.refund[found.number - 1], facts) if facts.begun and found.number else found.fee


def fee_of(tier: RefundTier, facts: Facts) -> Decimal:
    """Return the fee a tier asks for, whatever was paid."""
    if tier.fee.percent is not None:
        return round_money(facts.price * tier.fee.percent / 100)
    amount = tier.fee.amount or Decimal(0)
    return amount * facts.units if tier.per == "unit" else amount
