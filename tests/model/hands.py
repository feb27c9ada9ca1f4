"""Two pairs of hands that do the same: one calls the house's own functions, one types commands at a real desk."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from cscli.domain import arranging, calling_off, moving, queue, serving
from cscli.domain.booking import Booking, held, promised, shares_of, slots_of
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.patron import Patron
from cscli.domain.placing import Situation, Wish
from cscli.domain.record import Act
from cscli.domain.rulebook import Rulebook
from cscli.domain.values import fixed
from cscli.errors import Refused, Unavailable
from cscli.store import codec
from tests.conftest import DeskFolder
from tests.model.slow import Asked

PHONES = {None: "13800000001", "gold": "13800000002"}


@dataclass
class Seen:
    """A booking as the house shows it; `flow` is what came in by its events, less what went out."""

    status: str
    start: int
    end: int
    units: int
    places: list[tuple[str, int]]
    price: Decimal | None
    paid: Decimal
    flow: Decimal
    back: list[tuple[Decimal, Decimal, bool]]
    hold_until: int | None


@dataclass
class Answer:
    """What the house said: `done` with the booking as it is then, `refused` with the rule, or `unavailable`."""

    verdict: str
    number: str = ""
    seen: Seen | None = None
    why: str = ""


@dataclass
class Move:
    """What a change asks for; None leaves a thing as it is."""

    start: int | None = None
    end: int | None = None
    units: int | None = None
    party: int | None = None
    seat_class: str | None = None
    resources: tuple[str, ...] | None = None


class Hands(Protocol):
    """Whoever works at a desk."""

    def create(self, asked: Asked, now: int, *, waitlist: bool, confirm: bool | None) -> Answer:
        """Take a booking."""

    def change(self, number: str, move: Move, now: int) -> Answer:
        """Change a booking at the customer's wish."""

    def step(self, number: str, verb: str, now: int, **more: Any) -> Answer:
        """Do one of the short steps: confirm, cancel, arrive, complete, no_show, pay, refund, close."""


def at(second: int, rules: Rulebook) -> datetime:
    """Return a second as the desk writes it."""
    return fixed(datetime.fromtimestamp(second, rules.zone))


class Functions:
    """The house's own functions, with the records in a list."""

    def __init__(self, text: str) -> None:
        self.rules: Rulebook = codec.load(Rulebook, text.encode(), "desk.toml")
        self.calendar = self.rules.make_calendar({})
        self.records: dict[str, Booking] = {}
        self.levels: dict[str, str | None] = {}

    def situation(self, now: int, level: str | None, without: str | None = None) -> Situation:
        """Return what a decision rests on, one booking left out."""
        slots: dict[str, list[Slot]] = {}
        for number, known in self.records.items():
            if number != without:
                service = self.rules.service_named(known.service)
                for slot in slots_of(known, service, at(now, self.rules)):
                    slots.setdefault(slot.resource, []).append(slot)
        return Situation(
            rulebook=self.rules,
            calendar=self.calendar,
            slots=slots,
            patron=Patron(level=level),
            waiting=tuple(known for number, known in self.records.items() if known.waitlisted and number != without),
        )

    def act(self, now: int) -> Act:
        """Return who does something at a moment."""
        return Act(by="li.na", at=at(now, self.rules), now=at(now, self.rules))

    def answer(self, number: str, deed: Callable[[], Booking]) -> Answer:
        """Do something and return what came of it."""
        try:
            record = deed()
        except Refused as problem:
            return Answer("refused", why=problem.key)
        except Unavailable as problem:
            return Answer("unavailable", why=problem.key)
        self.records[number] = record
        return Answer("done", number, seen_of(record))

    def create(self, asked: Asked, now: int, *, waitlist: bool, confirm: bool | None) -> Answer:
        """Take a booking."""
        number = f"BK-261120-{len(self.records):06d}"
        wish = Wish(
            service=asked.service, start=at(asked.start, self.rules), end=at(asked.end, self.rules), units=asked.units,
            party=asked.party, seat_class=asked.seat_class, resources=asked.resources,
        )  # fmt: skip
        self.levels[number] = asked.level
        facts = self.situation(now, asked.level)
        return self.answer(
            number,
            lambda: arranging.create(
                wish, facts, self.act(now), record_id=number, customer=None, waitlist=waitlist, confirm=confirm
            ),
        )

    def change(self, number: str, move: Move, now: int) -> Answer:
        """Change a booking at the customer's wish."""
        wanted = Wanted(
            start=None if move.start is None else at(move.start, self.rules),
            end=None if move.end is None else at(move.end, self.rules),
            units=move.units, party=move.party, seat_class=move.seat_class, resources=move.resources,
        )  # fmt: skip
        facts = self.situation(now, self.levels[number], number)
        record = self.records[number]
        return self.answer(number, lambda: moving.change(record, wanted, facts, self.act(now), cause="customer"))

    def confirmed(self, number: str, now: int) -> Booking:
        """Return a booking once it is confirmed; a wish that waits is taken from the queue."""
        record, facts, act = self.records[number], self.situation(now, self.levels[number], number), self.act(now)
        if record.status == "unmet":
            return queue.accept(record, facts, act)
        return arranging.confirm(record, facts, act)

    def paid(self, number: str, now: int, amount: Decimal, *, more: bool) -> Booking:
        """Return a booking with a payment, which is not taken for what cannot be had."""
        record, act = self.records[number], self.act(now)
        arranging.must_be_had(record, self.situation(now, self.levels[number], number), act)
        return serving.pay(record, act, amount, "cash", more=more)

    def step(self, number: str, verb: str, now: int, **more: Any) -> Answer:
        """Do one of the short steps."""
        record, rules, act = self.records[number], self.rules, self.act(now)
        deeds: dict[str, Callable[[], Booking]] = {
            "confirm": lambda: self.confirmed(number, now),
            "cancel": lambda: calling_off.cancel(record, rules, self.calendar, act, reason="ill", **more),
            "no_show": lambda: calling_off.no_show(record, rules, self.calendar, act, **more),
            "refund": lambda: calling_off.pay_out(record, act, "cash"),
            "arrive": lambda: serving.arrive(record, rules, act),
            "complete": lambda: serving.complete(record, act),
            "close": lambda: serving.close(record, act, unreachable=True),
            "pay": lambda: self.paid(number, now, more["amount"], more=more["more"]),
        }
        return self.answer(number, deeds[verb])


def seen_of(record: Booking) -> Seen:
    """Return a record as it is compared."""
    assert held(record) + promised(record) == record.paid
    flow = sum(
        ((-1 if event.type == "refunded" else 1) * (event.amount or Decimal(0)) for event in record.events
         if event.type in ("paid", "refunded")),
        Decimal(0),
    )  # fmt: skip
    return Seen(
        status=record.status,
        start=int(record.start.timestamp()),
        end=int(record.end.timestamp()),
        units=record.units,
        places=list(zip(record.resources, shares_of(record), strict=True)),
        price=record.price,
        paid=record.paid,
        flow=flow,
        back=[(one.fee, one.amount, one.state == "paid") for one in record.refund],
        hold_until=int(record.hold_until.timestamp()) if record.hold_until else None,
    )


class Commands:
    """The command line on a real desk, spoken to as a clerk would."""

    def __init__(self, desk: DeskFolder, text: str, now: int) -> None:
        self.desk = desk
        self.rules: Rulebook = codec.load(Rulebook, text.encode(), "desk.toml")
        desk.rules(lambda _: text)
        for level, phone in PHONES.items():
            more = f" --level {level}" if level else ""
            desk.ok(f"customer create --name 王小明 --phone {phone}{more}", now=self.iso(now))

    def iso(self, second: int) -> str:
        """Return a second as the clock of a desk is set."""
        return at(second, self.rules).isoformat()

    def say(self, number: str, line: str, now: int) -> Answer:
        """Say a command and return what came of it."""
        result = self.desk.run(f"{line} --json", now=self.iso(now))
        if result.code == 0:
            record = json.loads(result.out)
            return Answer("done", number or f"${record['id'][:2]}{int(record['id'][10:])}", seen_in(record))
        assert result.code in (4, 5), f"{line}: {result.code} {result.err}"
        error = json.loads(result.err[result.err.index("{") :])["error"]
        return Answer({4: "refused", 5: "unavailable"}[result.code], why=error["key"])

    def create(self, asked: Asked, now: int, *, waitlist: bool, confirm: bool | None) -> Answer:
        """Take a booking."""
        words = [
            f"booking create --phone {PHONES[asked.level]} --service {asked.service} --units {asked.units}",
            f"--start {self.iso(asked.start)} --for {(asked.end - asked.start) // 60}m",
            *(f"--resource {name}" for name in asked.resources),
        ]
        words += [f"--party {asked.party}"] if asked.party else []
        words += [f"--class {asked.seat_class}"] if asked.seat_class else []
        words += ["--waitlist"] if waitlist else []
        words += [] if confirm is None else ["--confirm" if confirm else "--hold"]
        return self.say("", " ".join(words), now)

    def change(self, number: str, move: Move, now: int) -> Answer:
        """Change a booking at the customer's wish."""
        words = [f"booking change {number} --cause customer"]
        words += [f"--start {self.iso(move.start)}"] if move.start is not None else []
        words += [f"--end {self.iso(move.end)}"] if move.end is not None else []
        words += [f"--units {move.units}"] if move.units else []
        words += [f"--party {move.party}"] if move.party else []
        words += [f"--class {move.seat_class}"] if move.seat_class else []
        words += [f"--resource {name}" for name in move.resources or ()]
        return self.say(number, " ".join(words), now)

    def step(self, number: str, verb: str, now: int, **more: Any) -> Answer:
        """Do one of the short steps."""
        words = f"booking {verb.replace('_', '-')} {number}"
        if verb == "cancel":
            words += f" --reason ill --cause {more['cause']}"
        words += " --phoned" if more.get("phoned") else ""
        words += f" --amount {more['amount']} --method cash" if verb == "pay" else ""
        words += " --more" if more.get("more") else ""
        words += " --method cash" if verb == "refund" else ""
        words += " --unreachable" if verb == "close" else ""
        return self.say(number, words, now)


def seen_in(record: dict[str, Any]) -> Seen:
    """Return a record of the command line as it is compared."""
    units, names = record["units"], record["resources"]
    shares = record["shares"] or ([units] if len(names) == 1 else [1] * len(names))
    flow = Decimal(0)
    for event in record["events"]:
        if event["type"] in ("paid", "refunded"):
            flow += (-1 if event["type"] == "refunded" else 1) * Decimal(event["amount"])

    def second(text: str | None) -> int | None:
        return int(datetime.fromisoformat(text).timestamp()) if text else None

    return Seen(
        status=record["status"],
        start=second(record["start"]) or 0,
        end=second(record["end"]) or 0,
        units=units,
        places=list(zip(names, shares, strict=True)),
        price=None if record["price"] is None else Decimal(record["price"]),
        paid=Decimal(record["paid"]),
        flow=flow,
        back=[(Decimal(one["fee"]), Decimal(one["amount"]), one["state"] == "paid") for one in record["refund"]],
        hold_until=second(record["hold_until"]),
    )
