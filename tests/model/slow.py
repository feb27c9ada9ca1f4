"""The slow desk: who has what at every single minute, what each minute costs, what goes back to the second.

It is written from the rulebook's page and shares nothing with the house but the file of rules, which it reads with the
standard library. Times are whole seconds since 1970; what is sold is looked at minute by minute, in lists.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPANS = {"m": 60, "h": 3600, "d": 86_400}
STANDING = ("requested", "confirmed", "in_service")
STEPPED = ("slot", "appointment", "visit")
PAYABLE = ("requested", "confirmed", "in_service", "completed", "no_show", "cancelled")


def span(text: str) -> int:
    """Return a span of the rulebook in seconds."""
    return int(text[:-1]) * SPANS[text[-1]]


def clock(text: str) -> int:
    """Return a time of day in minutes after midnight."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def cents(amount: Decimal) -> Decimal:
    """Return an amount in whole cents, half a cent up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Asked:
    """What is wished for, from one second to another; None and nothing leave open what they do not say."""

    service: str
    start: int
    end: int
    units: int = 1
    party: int | None = None
    seat_class: str | None = None
    level: str | None = None
    resources: tuple[str, ...] = ()


@dataclass
class Back:
    """Money that goes back: what was kept, what goes, whether it has gone."""

    fee: Decimal
    amount: Decimal
    gone: bool


@dataclass
class Known:
    """A booking as the slow desk knows it; `places` are the resources it was really given, each with its units."""

    asked: Asked
    status: str
    price: Decimal | None
    places: list[tuple[str, int]] = field(default_factory=list)
    named: tuple[str, ...] = ()  # what was asked for by name last
    hold_until: int | None = None
    paid_in: Decimal = Decimal(0)
    paid_out: Decimal = Decimal(0)
    later: Decimal = Decimal(0)  # paid after it was called off
    back: list[Back] = field(default_factory=list)
    charge: Decimal | None = None  # what calling it off costs
    since: int = 0  # when it was received

    @property
    def owed(self) -> Decimal:
        """What is still to be paid: of the price, or of what calling it off costs."""
        due = self.charge if self.status in ("cancelled", "no_show", "unmet") else self.price
        return max(Decimal(0), (due or Decimal(0)) - self.held)

    @property
    def promised(self) -> Decimal:
        """What was told to go back and has not gone."""
        return sum((one.amount for one in self.back if not one.gone), Decimal(0))

    @property
    def held(self) -> Decimal:
        """What the desk has and need not give back."""
        return self.paid_in - self.paid_out - self.promised

    def take_back(self, owing: Decimal) -> None:
        """Keep of what was told to go back as much as is owed now, from the last that was told on."""
        while owing > 0 and self.promised:
            last = [one for one in self.back if not one.gone][-1]
            kept = min(owing, last.amount)
            last.amount, owing = last.amount - kept, owing - kept
            if not last.amount:
                self.back.remove(last)


class SlowDesk:
    """A desk under the rules of a text; every question is answered by looking at everything."""

    def __init__(self, text: str) -> None:
        self.rules: dict[str, Any] = tomllib.loads(text)
        self.zone = ZoneInfo(self.rules["desk"]["timezone"])
        self.services: dict[str, dict[str, Any]] = {one["id"]: one for one in self.rules["service"]}
        self.resources: dict[str, dict[str, Any]] = {one["id"]: one for one in self.rules["resource"]}
        self.bookings: dict[str, Known] = {}
        self.local = cache(self._local)

    # --- time ---------------------------------------------------------------------------------------------------

    def _local(self, minute: int) -> datetime:
        return datetime.fromtimestamp(minute * 60, self.zone)

    def span_of(self, service: str, key: str, usual: str) -> int:
        """Return a span of a service in seconds."""
        return span(self.services[service].get(key, usual))

    def is_open(self, name: str | None, minute: int) -> bool:
        """Whether a minute lies in the hours of a resource, or in those of the desk."""
        here = self.local(minute)
        calendar = self.rules["calendar"]
        if self.is_shut(minute):
            return False
        hours = calendar["open"]
        special = [one["hours"] for one in calendar.get("special", ()) if one["day"] == here.date()]
        today = special[0] if special else hours.get(DAYS[here.weekday()], ())
        if name is not None and self.resources[name].get("open"):
            today = self.resources[name]["open"].get(DAYS[here.weekday()], ())
        now = here.hour * 60 + here.minute
        return any(clock(one.split("-")[0]) <= now < clock(one.split("-")[1]) for one in today)

    def is_shut(self, minute: int) -> bool:
        """Whether a minute lies on a day on which nothing takes place."""
        day = self.local(minute).date()
        return any(
            shut["from"] <= day <= shut.get("to", shut["from"]) for shut in self.rules["calendar"].get("closed", ())
        )

    def is_out(self, name: str, minute: int) -> bool:
        """Whether a resource is out of service in a minute."""
        outages = self.resources[name].get("out", ())
        return any(one["from"].timestamp() <= minute * 60 < one["to"].timestamp() for one in outages)

    # --- what is taken ------------------------------------------------------------------------------------------

    def room(self, name: str) -> int:
        """Return how many units a resource carries."""
        resource = self.resources[name]
        return sum(resource.get("classes", {}).values()) or int(resource.get("capacity", 1))

    def stands(self, known: Known, now: int) -> bool:
        """Whether a booking takes anything: not once it has ended, nor when its hold has run out."""
        if known.status not in STANDING:
            return False
        return not (known.status == "requested" and known.hold_until is not None and known.hold_until <= now)

    def taken(self, name: str, minute: int, now: int, without: str | None, seat_class: str | None = None) -> int:
        """Return how many units of a resource (of a seat class of it) are taken in a minute."""
        total = 0
        for number, known in self.bookings.items():
            if number == without or not self.stands(known, now):
                continue
            service = known.asked.service
            first = known.asked.start - self.span_of(service, "buffer_before", "0m")
            last = known.asked.end + self.span_of(service, "buffer_after", "0m")
            if not first <= minute * 60 < last or seat_class not in (None, known.asked.seat_class):
                continue
            total += sum(units for place, units in known.places if place == name)
        return total

    def left(self, name: str, asked: Asked, now: int, without: str | None) -> int:
        """Return how many units of a resource are free in every minute that is asked for, the set-up included."""
        first = asked.start - self.span_of(asked.service, "buffer_before", "0m")
        last = asked.end + self.span_of(asked.service, "buffer_after", "0m")
        classes = self.resources[name].get("classes", {})
        free = self.room(name)
        for minute in range(first // 60, last // 60):
            free = min(free, self.room(name) - self.taken(name, minute, now, without))
            if asked.seat_class is not None and classes:
                own = self.taken(name, minute, now, without, asked.seat_class)
                free = min(free, classes.get(asked.seat_class, 0) - own)
        return free

    def suited(self, asked: Asked, group: str) -> list[str]:
        """Return the resources of a group that could serve a wish at some time: asked for, with class and seats."""
        members = [name for name, one in self.resources.items() if one["group"] == group]
        trip = self.departure(asked)
        if trip is not None and any(name in members for name in trip.get("resources", ())):
            members = [name for name in members if name in trip["resources"]]
        if any(self.resources[name]["group"] == group for name in asked.resources):
            members = [name for name in members if name in asked.resources]
        found = []
        for name in members:
            one = self.resources[name]
            classes, seats = one.get("classes"), one.get("seats")
            if asked.seat_class is not None and classes and asked.seat_class not in classes:
                continue
            if seats and asked.party and seats * asked.units < asked.party:
                continue
            found.append(name)
        return found

    def usable(self, asked: Asked, group: str) -> list[str]:
        """Return the suited resources that are open and in service all the time."""
        minutes = range(asked.start // 60, asked.end // 60)
        timed = bool(self.services[asked.service].get("timetable"))
        if timed and self.is_shut(asked.start // 60):
            return []
        return [
            name
            for name in self.suited(asked, group)
            if all((timed or self.is_open(name, at)) and not self.is_out(name, at) for at in minutes)
        ]

    def fits(self, asked: Asked, now: int, without: str | None = None) -> bool:
        """Whether every group that the service needs has enough free: one resource for all, or units here and there.

        A wish that names several tables is none that is walked.
        """
        service = self.services[asked.service]
        for group in service.get("resources", ()):
            takes = service.get("takes", {}).get(group, "units")
            free = {name: self.left(name, asked, now, without) for name in self.usable(asked, group)}
            if takes == "units" and service["kind"] == "table":  # a party eats at one place
                enough = any(units >= asked.units for units in free.values())
            elif takes == "units":
                enough = sum(max(0, units) for units in free.values()) >= asked.units
            elif takes == "one":
                enough = any(units >= 1 for units in free.values())
            else:
                enough = any(units >= self.room(name) for name, units in free.items())
            if not enough:
                return False
        return True

    def needs(self, asked: Asked, group: str) -> int:
        """Return how many units of a group a wish takes, or how many whole resources."""
        return asked.units if self.services[asked.service].get("takes", {}).get(group, "units") == "units" else 1

    def in_line(self, asked: Asked, now: int, own: str | None = None) -> list[Asked]:
        """Return those who wait and whom a wish touches: at its time, or at the time of another whom it touches."""
        first, last = (self.span_of(asked.service, key, "0m") for key in ("buffer_before", "buffer_after"))
        touched = [asked]
        left = [
            other.asked
            for name, other in self.bookings.items()
            if other.status == "unmet" and name != own and other.asked.service == asked.service
            and other.asked.start > now
        ]  # fmt: skip
        while True:
            more = [
                other for other in left
                if any(other.start - first < one.end + last and one.start - first < other.end + last for one in touched)
            ]  # fmt: skip
            if not more:
                return touched[1:]
            touched += more
            left = [other for other in left if other not in more]

    def in_the_way(self, asked: Asked, now: int, own: str | None = None) -> bool:
        """Whether somebody who waits may lose by a wish; not where there is enough for it and for all of them.

        Whoever could not be served anyway loses nothing.
        """
        line = self.in_line(asked, now, own)
        return any(not self._enough(other, [asked, *line], now, own) for other in line if self.fits(other, now, own))

    def only_one(self, asked: Asked, now: int, own: str | None = None) -> Asked | None:
        """Return who waits where it is one alone, for longer and of another level, and could be served just now."""
        line, since = self.in_line(asked, now, own), self.bookings[own].since if own else now
        earlier = [one.asked for one in self.bookings.values() if one.since < since]
        waiting = [one.asked for name, one in self.bookings.items() if one.status == "unmet" and name != own]
        if len(line) != 1 or line[0] not in earlier or asked.level in [one.level for one in waiting]:
            return None
        return line[0] if self.fits(line[0], now) else None

    def _enough(self, other: Asked, all_of_them: list[Asked], now: int, own: str | None) -> bool:
        """Whether there is enough for somebody whatever the others are given."""
        for group in self.services[other.service].get("resources", ()):
            takes = self.services[other.service].get("takes", {}).get(group, "units")
            free = [(name, self.left(name, other, now, own)) for name in self.usable(other, group)]
            if takes == "units":
                room = sum(max(0, units) for _, units in free)
            else:
                room = sum(units >= (1 if takes == "one" else self.room(name)) for name, units in free)
            if room < sum(self.needs(one, group) for one in all_of_them):
                return False
        return True

    def oversold(self, now: int) -> list[tuple[str, int]]:
        """Return every resource and minute at which more is taken than there is."""
        found = []
        times = [known.asked for known in self.bookings.values() if self.stands(known, now)]
        for name, one in self.resources.items():
            for minute in {at for asked in times for at in range(asked.start // 60 - 60, asked.end // 60 + 60)}:
                over = self.taken(name, minute, now, None) > self.room(name)
                for seat_class, places in one.get("classes", {}).items():
                    over = over or self.taken(name, minute, now, None, seat_class) > places
                if over:
                    found.append((name, minute))
        return found

    def wrong_places(self, asked: Asked, places: list[tuple[str, int]]) -> list[str]:
        """Return what is wrong with the resources a wish was given: of another group, shut, or not as many as asked."""
        service = self.services[asked.service]
        wrong = []
        for group in service.get("resources", ()):
            takes = service.get("takes", {}).get(group, "units")
            mine = [(name, units) for name, units in places if self.resources[name]["group"] == group]
            wrong += [f"{name} cannot serve it" for name, _ in mine if name not in self.usable(asked, group)]
            due = {"units": asked.units, "one": 1, "whole": self.room(mine[0][0]) if mine else 0}[takes]
            if service["kind"] == "table" and len(mine) > 1:
                wrong.append(f"{mine} are two places for one party")
            if sum(units for _, units in mine) != due:
                wrong.append(f"{mine} is not {due} of {group}")
        groups = service.get("resources", ())
        return wrong + [f"{name} is of no group" for name, _ in places if self.resources[name]["group"] not in groups]

    # --- what may be wished for ---------------------------------------------------------------------------------

    def departure(self, asked: Asked) -> dict[str, Any] | None:
        """Return the class or trip that begins then."""
        here = self.local(asked.start // 60)
        for trip in self.services[asked.service].get("timetable", ()):
            if DAYS[here.weekday()] in trip["days"] and clock(trip["from"]) == here.hour * 60 + here.minute:
                return dict(trip)
        return None

    def allowed(self, asked: Asked, now: int) -> bool:
        """Whether the rules of time and measure let a wish in, wherever it might be put."""
        service, length = self.services[asked.service], asked.end - asked.start
        if asked.start < now or length <= 0:
            return False
        if service.get("timetable"):
            trip = None if self.is_shut(asked.start // 60) else self.departure(asked)
            if trip is None or length != ((clock(trip["to"]) - clock(trip["from"]) - 1) % 1440 + 1) * 60:
                return False
        else:
            for group in service.get("resources", ()):
                able, minutes = self.suited(asked, group), range(asked.start // 60, asked.end // 60)
                if able and not any(all(self.is_open(name, at) for at in minutes) for name in able):
                    return False
        minutes = range(asked.start // 60, asked.end // 60)
        if any(self.is_out(name, at) for name in asked.resources for at in minutes):
            return False
        return self._window(service, asked, now) and self._measures(service, asked)

    def _window(self, service: dict[str, Any], asked: Asked, now: int) -> bool:
        ahead = service.get("advance")
        if ahead is not None and ahead.endswith("d"):
            days = self.local(asked.start // 60).date() - self.local(now // 60).date()
            if days.days > int(ahead[:-1]):
                return False
        elif ahead is not None and asked.start >= now + span(ahead):
            return False
        return asked.start - now >= span(service.get("lead", "0m"))

    def by_head(self, name: str) -> bool:
        """Whether each of a party takes a seat or place."""
        service = self.services[name]
        return service["kind"] in ("trip", "class") and "whole" not in service.get("takes", {}).values()

    def _measures(self, service: dict[str, Any], asked: Asked) -> bool:
        length, party = asked.end - asked.start, asked.party
        if length < span(service.get("shortest", "0m")) or length > span(service.get("longest", "999d")):
            return False
        here, step = self.local(asked.start // 60), span(service.get("step", "30m")) // 60
        if service["kind"] in STEPPED and ((here.hour * 60 + here.minute) % step or length % (step * 60)):
            return False
        if asked.units > service.get("most_units", 1):
            return False
        if party is not None and self.by_head(asked.service):
            charged = any(band["per"] == "person" for band in service.get("price", ()))
            if asked.units < party or (charged and asked.units > party):
                return False
        return party is None or service.get("least_party", 1) <= party <= service.get("most_party", 10**6)

    # --- money --------------------------------------------------------------------------------------------------

    def band(self, asked: Asked, minute: int) -> int | None:
        """Return the number of the first price band that fits a minute, None in a gap."""
        here = self.local(minute)
        for number, one in enumerate(self.services[asked.service].get("price", ())):
            fits = (
                clock(one.get("from", "00:00")) <= here.hour * 60 + here.minute < clock(one.get("to", "24:00"))
                and one.get("since", here.date()) <= here.date() <= one.get("until", here.date())
                and DAYS[here.weekday()] in one.get("days", DAYS)
                and one.get("seat_class") in (None, asked.seat_class)
                and asked.level in one.get("level", (asked.level,))
            )
            if fits:
                return number
        return None

    def price(self, asked: Asked) -> Decimal | str | None:
        """Return what a wish costs: None where nothing is priced, `"gap"` where the bands say nothing of some minute.

        The minutes under one amount (of one name) are one part of the price, which is rounded once.
        """
        bands = self.services[asked.service].get("price", ())
        if not bands:
            return None
        first = self.band(asked, asked.start // 60)
        if first is None:
            return "gap"
        if bands[first]["per"] != "hour":
            number = {"unit": asked.units, "person": asked.party or asked.units}.get(bands[first]["per"], 1)
            return cents(Decimal(bands[first]["amount"]) * number)
        parts: list[tuple[tuple[str, str], int]] = []
        for minute in range(asked.start // 60, asked.end // 60):
            found = self.band(asked, minute)
            if found is None:
                return "gap"
            tag = (bands[found]["amount"], bands[found].get("name", ""))
            if parts and parts[-1][0] == tag:
                parts[-1] = (tag, parts[-1][1] + 1)
            else:
                parts.append((tag, 1))
        return sum((cents(Decimal(tag[0]) * asked.units * count / 60) for tag, count in parts), Decimal(0))

    def fee(self, known: Known, at: int, *, phoned: bool, absent: bool, cause: str) -> Decimal:
        """Return what calling a booking off costs: by the first tier that fits, before the start no more than paid."""
        if cause != "customer" or (self.let_go(known, at) and not absent):
            return Decimal(0)
        service, paid = self.services[known.asked.service], known.held
        begun = absent or at >= known.asked.start
        for tier in service.get("refund", ()):
            if bool(tier.get("after_start")) != begun or tier.get("phoned") not in (None, phoned):
                continue
            if not begun and known.asked.start - at < span(tier.get("notice", "0m")):
                continue
            if tier["fee"].endswith("%"):
                base = paid if known.price is None else known.price
                fee = cents(base * Decimal(tier["fee"][:-1]) / 100)
            else:
                fee = Decimal(tier["fee"]) * (known.asked.units if tier.get("per") == "unit" else 1)
            return fee if begun else min(fee, paid)
        return Decimal(0)

    def call_off(self, known: Known, status: str, at: int, *, phoned: bool, cause: str = "customer") -> None:
        """End a booking, and note what goes back of what was paid."""
        charge = self.fee(known, at, phoned=phoned, absent=status == "no_show", cause=cause)
        known.charge = None if known.price is None else charge
        if known.held > 0:
            fee = min(charge, known.held)
            amount = known.held - fee
            known.back.append(Back(fee, amount, gone=not amount))
        known.status = status

    # --- what may be done with a booking ------------------------------------------------------------------------

    def may_cancel(self, known: Known, at: int, cause: str) -> bool:
        """Whether a booking can be cancelled: what the desk or a resource did wrong needs no notice.

        Nor does what is let go. Once it has begun a customer is a no-show.
        """
        if known.status not in ("requested", "confirmed"):
            return False
        if cause != "customer" or self.let_go(known, at):
            return True
        notice = self.span_of(known.asked.service, "cancel_notice", "0m")
        return at < known.asked.start and known.asked.start - at >= notice

    def let_go(self, known: Known, at: int) -> bool:
        """Whether nothing is kept for a request any more: its hold ran out, or its time came."""
        over = known.hold_until is not None and known.hold_until <= at
        return known.status == "requested" and (over or known.asked.start <= at)

    def may_move(self, known: Known, at: int) -> bool:
        """Whether a customer can still change a booking."""
        left = known.asked.start - at
        return max(0, left // 60 * 60) >= self.span_of(known.asked.service, "change_notice", "0m")


def moment(second: int) -> datetime:
    """Return a second as a moment."""
    return datetime.fromtimestamp(second, UTC)
