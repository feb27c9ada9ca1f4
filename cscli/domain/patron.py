"""A patron: what the desk knows of the customer that a decision about a booking rests on."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from cscli.domain import worktime
from cscli.domain.calendar import Calendar
from cscli.domain.permit import Breach
from cscli.domain.rulebook import CardType, Quota, Rulebook, VisitRules
from cscli.domain.services import Service
from cscli.domain.value import Value
from cscli.domain.values import Duration, fixed


class Taken(Value):
    """A booking of the customer that stands: what, from when to when; a visit as `soon` as possible has no time yet."""

    id: str
    service: str
    start: datetime
    end: datetime
    soon: bool = False


class Missed(Value):
    """A request of the customer that could not be met, for which day, since priority was last used."""

    service: str
    start: datetime


class Patron(Value):
    """The customer's level, contract and card, the bookings that stand, and the requests that could not be met."""

    id: str | None = None
    level: str | None = None
    contract: bool = False
    card: CardType | None = None
    card_until: date | None = None
    visits_left: int | None = None
    taken: tuple[Taken, ...] = ()
    missed: tuple[Missed, ...] = ()


NOBODY = Patron()


def covered_by(patron: Patron, service: Service, day: date, units: int = 1) -> CardType | None:
    """Return the customer's card where it pays for a service on a day: valid then, with a visit left for each unit."""
    card = patron.card
    if card is None or service.id not in card.services:
        return None
    if patron.card_until is not None and patron.card_until < day:
        return None
    return None if card.kind == "pass" and (patron.visits_left or 0) < units else card


def is_vip(patron: Patron, rulebook: Rulebook) -> bool:
    """Whether every booking of the customer is marked as a VIP's."""
    return any(level.vip for level in rulebook.members.level if level.id == patron.level)


def duplicates(
    patron: Patron, service: Service, start: datetime, end: datetime, *, soon: bool = False
) -> tuple[str, ...]:
    """Return the customer's bookings that overlap [start, end), for nobody is in two places at once.

    What is to happen as `soon` as possible has no time yet: it is the same as another of its own service only.
    """
    return tuple(
        known.id
        for known in patron.taken
        if known.start < end and known.end > start and (known.service == service.id or not (soon or known.soon))
    )


def quota_breach(quota: Quota, patron: Patron, start: datetime, now: datetime, zone: ZoneInfo) -> Breach | None:
    """Return the quota that one more booking would exceed: of those still to come, of its day, of its week."""
    if patron.id is None:
        return None
    for name, (most, number) in quota_counts(quota, patron, start, now, zone).items():
        if most is not None and number >= most:
            return Breach(f"booking.quota_{name}", {"most": most, "number": number, "start": start.astimezone(zone)})
    return None


def quota_counts(
    quota: Quota, patron: Patron, start: datetime, now: datetime, zone: ZoneInfo
) -> dict[str, tuple[int | None, int]]:
    """Return for each quota how many are allowed (None: any number) and how many the customer has already."""
    days = [known.start.astimezone(zone).date() for known in patron.taken]
    day = start.astimezone(zone).date()
    return {
        "open": (quota.open, sum(known.end > now for known in patron.taken)),
        "day": (quota.day, days.count(day)),
        "week": (quota.week, sum(known.isocalendar()[:2] == day.isocalendar()[:2] for known in days)),
    }


def misses(patron: Patron, service: Service, zone: ZoneInfo) -> int:
    """Return for how many days the customer could not be given this service since priority was last used (row D6).

    Several wishes for one day are one miss.
    """
    return len({known.start.astimezone(zone).date() for known in patron.missed if known.service == service.id})


def response_time(rules: VisitRules, patron: Patron) -> Duration:
    """Return how soon somebody must be there (manual row E4): by the customer's level, by contract, or as for all."""
    return rules.level.get(patron.level or "", rules.contract if patron.contract else rules.others)


def respond_by(rules: VisitRules, calendar: Calendar, patron: Patron, at: datetime) -> datetime:
    """Return the moment by which somebody must be there for a visit ordered at `at` (manual row E4)."""
    return fixed(worktime.add(calendar, at, response_time(rules, patron)) or at)
