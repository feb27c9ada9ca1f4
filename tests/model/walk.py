"""A clerk who does whatever comes, on the slow desk and on the real one; after every step both must say the same."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tests.model.hands import Answer, Functions, Hands, Move, Seen
from tests.model.rules import random_rules
from tests.model.slow import PAYABLE, Asked, Back, Known, SlowDesk, clock, span

DEEDS = ("create",) * 9 + ("change",) * 5 + ("pay",) * 3 + ("cancel",) * 3 + ("confirm",) * 3 + (
    "refund", "refund", "arrive", "complete", "no_show", "close",
)  # fmt: skip
NOTHING = Decimal(0)
ORDER = "refused.booking.queue_order"


class DisagreementError(AssertionError):
    """The two desks differ; the seed plays the same story again."""


class Walk:
    """One story: its rules, its clock, what was said so far."""

    def __init__(self, seed: int, text: str, now: int, hands: Hands) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
        self.seed, self.now = seed, now
        self.slow = SlowDesk(text)
        self.hands = hands
        self.story: list[str] = []

    def run(self, steps: int) -> None:
        """Take so many steps, then look at every minute once more."""
        for _ in range(steps):
            self._pass_time()
            deeds = ("create", "create", "confirm") if self._come_free() and self.chance.random() < 0.4 else DEEDS
            deed = self.chance.choice(deeds) if self.slow.bookings else "create"
            getattr(self, deed)()
        self._must(not self.slow.oversold(self.now), "something is sold twice")
        self._balance()

    # --- deeds --------------------------------------------------------------------------------------------------

    def create(self) -> None:
        """Ask for something."""
        asked = self._wish()
        tempting = self._come_free()
        if tempting and self.chance.random() < 0.7:  # what somebody waits for already
            asked = replace(self.chance.choice(tempting).asked, level=self.chance.choice((None, "gold")))
        waitlist = self.chance.random() < 0.25
        confirm = self.chance.choice((None, None, None, True, False))
        service, price = self.slow.services[asked.service], self.slow.price(asked)
        fits = self.slow.fits(asked, self.now)
        behind, alone = self._line(asked)
        self._say(f"create {asked} {waitlist=} {confirm=}")
        answer = self.hands.create(asked, self.now, waitlist=waitlist, confirm=confirm)
        if not self.slow.allowed(asked, self.now) or price == "gap":
            self._expect(answer, "refused")
            return
        refused = ["refused"] if fits and behind and not waitlist else []
        self._expect(answer, "done" if fits or waitlist else "unavailable", *refused)
        if answer.seen is None:
            self._must(answer.verdict != "refused" or answer.why == ORDER, f"refused as {answer.why}")
            return
        at_once = confirm if confirm is not None else service.get("confirmation", "immediate") == "immediate"
        status = ("confirmed" if at_once else "requested") if fits else "unmet"
        if fits and behind and waitlist and answer.seen.status == "unmet":
            status = "unmet"  # others waited already
        known = Known(asked, status, price if isinstance(price, Decimal) else None, since=self.now,
                      named=asked.resources)  # fmt: skip
        if status == "requested":
            known.hold_until = min(self.now + span(service.get("hold_for", "30m")), asked.start)
        self.slow.bookings[answer.number] = known
        self._compare(answer.number, known, answer.seen, asked)
        self._still(alone)

    def change(self) -> None:
        """Move a booking, make it larger, longer or for more, or ask for another place."""
        number, known = self._pick()
        old = known.asked
        move = self._change_of(old)
        new = self._moved(old, move)
        self._say(f"change {number} {move}")
        answer = self.hands.change(number, move, self.now)
        moved = any(getattr(new, name) != getattr(old, name) for name in ("start", "end", "units", "seat_class"))
        moved = moved or (new.party != old.party and self._party_counts(old.service))
        placed = new if move.resources else self._unbound(new)
        behind, alone = self._line(placed)
        price = self.slow.price(new) if moved or new.party != old.party else known.price
        told = self._told(number, new, move, moved=moved, gap=price == "gap")
        late = behind and "done" in told and (moved or bool(move.resources))
        self._expect(answer, *told, *(["refused"] if late else []))
        if answer.seen is None:
            return
        known.named = move.resources or known.named
        known.hold_until = known.hold_until and min(known.hold_until, new.start)
        known.asked, known.price = new, price if isinstance(price, Decimal) else None
        if known.price is not None and known.held > known.price:
            known.back.append(Back(NOTHING, known.held - known.price, gone=False))
        elif known.price is not None:
            known.take_back(known.price - known.held)
        self._compare(number, known, answer.seen, placed if moved or move.resources else None)
        self._still(alone)

    def _told(self, number: str, new: Asked, move: Move, *, moved: bool, gap: bool) -> tuple[str, ...]:
        """Return what a change may be answered with."""
        known = self.slow.bookings[number]
        old, placed = known.asked, moved or bool(move.resources)
        touched = moved or new.party != old.party or bool(move.resources)
        if known.status not in ("requested", "confirmed") or not touched:
            return ("refused",)
        if placed and not self.slow.may_move(known, self.now):
            return ("refused",)
        if moved and not self.slow.allowed(new, self.now):
            return ("refused",)
        if placed and not self.slow.fits(new if move.resources else self._unbound(new), self.now, number):
            return ("unavailable",)
        if gap:
            return ("refused",)
        return ("done",) if moved or not move.resources else ("done", "refused")  # refused where it stood there already

    def confirm(self) -> None:
        """Confirm a request where there is room, one that named its place there alone; or a wish as it was wished."""
        number, known = self._pick("requested", "unmet")
        wish, waits = known.asked, known.status == "unmet"
        wish = wish if waits else self._had(known)
        possible = known.status in ("requested", "unmet") and wish.start >= self.now
        fits = self.slow.fits(wish, self.now, number)
        behind, alone = self._line(wish, number) if waits else (False, None)
        answer = self._step(number, "confirm")
        if not possible or (waits and not self.slow.allowed(wish, self.now)):
            self._expect(answer, "refused")
        elif not fits:
            self._expect(answer, "unavailable")
        else:
            self._expect(answer, "done", *(["refused"] if behind else []))  # who waits longer may come first
        if answer.seen is not None:
            known.status, known.hold_until = "confirmed", None
            self._compare(number, known, answer.seen, wish)
            self._still(alone)

    def _had(self, known: Known) -> Asked:
        """Return what confirming a request asks for; nobody is moved off what they asked for by name."""
        wish = known.asked
        named = any(name in wish.resources for name in known.named)
        return wish if named else self._unbound(replace(wish, resources=self._kept(wish)))

    def _line(self, asked: Asked, own: str | None = None) -> tuple[bool, Asked | None]:
        """Return whether somebody who waits may lose by a wish, and who waits alone and could be served just now."""
        return self.slow.in_the_way(asked, self.now, own), self.slow.only_one(asked, self.now, own)

    def _still(self, alone: Asked | None) -> None:
        """Whoever waited alone and could be served can be served still."""
        self._must(alone is None or self.slow.fits(alone, self.now), f"{alone} waited longer and has lost the place")

    def cancel(self) -> None:
        """Call a booking off."""
        number, known = self._pick()
        line = [name for name, one in self.slow.bookings.items() if self._waited_for(one)]
        if line and self.chance.random() < 0.5:
            number = self.chance.choice(line)
            known = self.slow.bookings[number]
        phoned, cause = self.chance.random() < 0.5, self.chance.choice(("customer",) * 4 + ("desk_error", "resource"))
        answer = self._step(number, "cancel", phoned=phoned, cause=cause)
        self._expect(answer, "done" if self.slow.may_cancel(known, self.now, cause) else "refused")
        if answer.seen is not None:
            self.slow.call_off(known, "cancelled", self.now, phoned=phoned, cause=cause)
            known.hold_until = None
            self._compare(number, known, answer.seen)

    def no_show(self) -> None:
        """Note that nobody came."""
        number, known = self._pick("confirmed")
        phoned = self.chance.random() < 0.3
        wait = 0 if phoned else self.slow.span_of(known.asked.service, "no_show_after", "30m")
        answer = self._step(number, "no_show", phoned=phoned)
        missed = known.status == "confirmed" and self.now >= known.asked.start + wait
        self._expect(answer, "done" if missed else "refused")
        if answer.seen is not None:
            self.slow.call_off(known, "no_show", self.now, phoned=phoned)
            self._compare(number, known, answer.seen)

    def arrive(self) -> None:
        """Note that the guest is here: two hours before the start at most."""
        number, known = self._pick("confirmed")
        self._become(number, known, "arrive", "in_service", ("confirmed",), known.asked.start - 7200)

    def complete(self) -> None:
        """Note that the service was given."""
        number, known = self._pick("confirmed", "in_service")
        self._become(number, known, "complete", "completed", ("confirmed", "in_service"), known.asked.start)

    def close(self) -> None:
        """Close what has ended, where neither side owes anything."""
        number, known = self._pick("completed", "no_show", "cancelled")
        ended = ("completed", "no_show", "cancelled", "unmet") if not (known.promised or known.owed) else ()
        self._become(number, known, "close", "closed", ended, 0)

    def pay(self) -> None:
        """Take money: what is owed, or any other amount; more than is owed only where that is said."""
        number, known = self._pick(*PAYABLE)
        owed, more = known.owed, self.chance.random() < 0.5
        amount = owed if owed > 0 and self.chance.random() < 0.6 else Decimal(self.chance.randint(1, 9999)) / 100
        answer = self._step(number, "pay", amount=amount, more=more)
        taken = known.status in PAYABLE and (more or known.price is None or amount <= owed)
        off = self.slow.let_go(known, self.now)
        gone = off and known.asked.start >= self.now and not self.slow.fits(self._had(known), self.now, number)
        past = off and known.asked.start < self.now
        self._expect(answer, "unavailable" if gone else "done" if taken and not past else "refused")
        if answer.seen is not None:
            known.paid_in += amount
            held = known.status == "requested" and known.hold_until is not None and self.now < known.hold_until
            if held and known.price is not None and known.held >= known.price:
                known.hold_until = None  # paid in full: held until it is confirmed
            known.later += amount if known.status in ("cancelled", "no_show") else NOTHING
            self._compare(number, known, answer.seen)

    def refund(self) -> None:
        """Pay out what was promised back."""
        number, known = self._pick(*PAYABLE)
        due = known.promised
        answer = self._step(number, "refund")
        self._expect(answer, "done" if due and known.status in PAYABLE else "refused")
        if answer.seen is not None:
            known.paid_out += due
            for one in known.back:
                one.gone = True
            self._compare(number, known, answer.seen)

    # --- draws --------------------------------------------------------------------------------------------------

    def _pass_time(self) -> None:
        """Let time go by: a little, some hours, or to the second of a limit and one either side of it."""
        draw = self.chance.random()
        if draw < 0.5 or not self.slow.bookings:
            self.now += self.chance.choice((0, 1, 59, 300, 1800))
        elif draw < 0.65:
            self.now += self.chance.randint(0, 4 * 3600)
        else:
            known = self.chance.choice(list(self.slow.bookings.values()))
            service = self.slow.services[known.asked.service]
            limits = [span(tier["notice"]) for tier in service.get("refund", ()) if "notice" in tier]
            limits += [0, -1800, 7200, span(service.get("cancel_notice", "0m"))]
            aims = [known.asked.start - limit for limit in limits] + [known.hold_until or 0]
            aim = self.chance.choice(aims) + self.chance.choice((-1, 0, 1))
            if self.now <= aim < self.now + 20 * 3600:
                self.now = aim

    def _wish(self, service_id: str | None = None) -> Asked:
        service = self.slow.services[service_id or self.chance.choice(list(self.slow.services))]
        day = (self.now // 86_400 + self.chance.choice((0, 0, 0, 1, 1, 2))) * 86_400
        start, end = day + 900 * self.chance.randrange(96), 0
        for _ in range(12):  # most wishes lie inside the hours
            if start > self.now and self.slow.is_open(None, start // 60) and start % 1800 == 0:
                break
            start = day + 900 * self.chance.randrange(96)
        if service.get("timetable"):
            trip = self.chance.choice(service["timetable"])
            here = datetime.fromtimestamp(start, self.slow.zone)
            hour, minute = divmod(clock(trip["from"]), 60)
            start = int(here.replace(hour=hour, minute=minute).timestamp())
            end = start + ((clock(trip["to"]) - clock(trip["from"]) - 1) % 1440 + 1) * 60
        end = end or start + 1800 * self.chance.choice((1, 2, 2, 3, 4, 5))
        classes = self._classes(service["id"])
        asked = Asked(
            service=service["id"],
            start=start,
            end=end,
            units=self.chance.choice((1, 1, 1, 2, 2, 3)),
            party=self.chance.choice((None, None, 1, 3, 5, 8)),
            seat_class=self.chance.choice(classes) if classes and self.chance.random() < 0.6 else None,
            level=self.chance.choice((None, "gold")),
        )
        if asked.party and self.slow.by_head(asked.service) and self.chance.random() < 0.7:
            asked.units = asked.party  # who orders seats mostly orders one for each
        if self.chance.random() < 0.15:
            asked.resources = (self.chance.choice(self._members(self.chance.choice(service["resources"]))),)
        return asked

    def _classes(self, service_id: str) -> list[str]:
        groups = self.slow.services[service_id]["resources"]
        parts = [one.get("classes", {}) for one in self.slow.resources.values() if one["group"] in groups]
        return sorted({name for part in parts for name in part})

    def _members(self, group: str) -> list[str]:
        return [name for name, one in self.slow.resources.items() if one["group"] == group]

    def _pick(self, *statuses: str) -> tuple[str, Known]:
        """Return a booking, mostly one that stands where the deed is possible."""
        known = list(self.slow.bookings.items())
        fitting = [(number, one) for number, one in known if one.status in (statuses or ("requested", "confirmed"))]
        return self.chance.choice(fitting if fitting and self.chance.random() < 0.85 else known)

    # --- what a change comes to ---------------------------------------------------------------------------------

    def _change_of(self, old: Asked) -> Move:
        """Return what a change asks for."""
        move, service = Move(), self.slow.services[old.service]
        what = self.chance.choice(("start", "units", "party", "place", "start", "end", "class"))
        if what == "start":
            fresh = self._wish(old.service)
            move.start = fresh.start
            move.end = fresh.end if self.chance.random() < 0.5 and not service.get("timetable") else None
        elif what == "end" and not service.get("timetable"):
            move.end = old.end + 1800 * self.chance.choice((-1, 1, 2))
        elif what == "units":
            move.units = self.chance.randint(1, 4)
        elif what == "party":
            move.party = self.chance.randint(1, 8)
        elif what == "class":
            move.seat_class = self.chance.choice(self._classes(old.service) or [None])
        elif what == "place":
            move.resources = (self.chance.choice(self._members(self.chance.choice(service["resources"]))),)
        return move

    def _moved(self, old: Asked, move: Move) -> Asked:
        """Return a wish as a change leaves it."""
        timed = bool(self.slow.services[old.service].get("timetable"))
        new = replace(old, resources=move.resources or self._kept(old))
        if move.start is not None:
            new.start = move.start
            new.end = move.start + (old.end - old.start)
            trip = self.slow.departure(new) if timed else None
            if timed:  # a departure has its own length, and what is none the usual one
                usual = span(self.slow.services[old.service].get("duration", "1h"))
                length = (clock(trip["to"]) - clock(trip["from"]) - 1) % 1440 * 60 + 60 if trip else usual
                new.end = new.start + length
        new.end = move.end if move.end is not None else new.end
        by_head = self.slow.by_head(old.service) and old.units == old.party
        new.seat_class = move.seat_class or old.seat_class
        new.party = move.party or old.party
        new.units = move.units or (move.party if by_head and move.party else old.units)
        return new

    def _kept(self, asked: Asked) -> tuple[str, ...]:
        """Return the places that go with a booking whatever becomes of it: another merchant is another meal."""
        return asked.resources if self.slow.services[asked.service]["kind"] == "table" else ()

    def _unbound(self, asked: Asked) -> Asked:
        """Return a wish without the table it has, where that could not seat the party."""
        groups = self.slow.services[asked.service]["resources"]
        seated = any(name in self.slow.suited(asked, group) for name in asked.resources for group in groups)
        return asked if seated else replace(asked, resources=())

    def _party_counts(self, service_id: str) -> bool:
        service = self.slow.services[service_id]
        seats = any(one.get("seats") for one in self.slow.resources.values() if one["group"] in service["resources"])
        return seats or self.slow.by_head(service_id) or "most_party" in service or "least_party" in service

    # --- comparing ----------------------------------------------------------------------------------------------

    def _come_free(self) -> list[Known]:
        """Return those who wait and could have what they wait for."""
        waiting = [one for one in self.slow.bookings.values() if one.status == "unmet" and one.asked.start > self.now]
        return [one for one in waiting if self.slow.fits(one.asked, self.now)]

    def _waited_for(self, known: Known) -> bool:
        """Whether a booking that stands has what somebody waits for."""
        return known.status in ("requested", "confirmed") and bool(self.slow.in_line(known.asked, self.now))

    def _step(self, number: str, verb: str, **more: object) -> Answer:
        self._say(f"{verb} {number} {more or ''}")
        return self.hands.step(number, verb, self.now, **more)

    def _become(self, number: str, known: Known, verb: str, status: str, where: tuple[str, ...], since: int) -> None:
        answer = self._step(number, verb)
        self._expect(answer, "done" if known.status in where and self.now >= since else "refused")
        if answer.seen is not None:
            known.status = status
            self._compare(number, known, answer.seen)

    def _compare(self, number: str, known: Known, seen: Seen, placed: Asked | None = None) -> None:
        """Both desks must say the same of a booking; one that was placed anew must stand where it may."""
        told = (known.status, known.asked.start, known.asked.end, known.asked.units, known.price, known.hold_until)
        said = (seen.status, seen.start, seen.end, seen.units, seen.price, seen.hold_until)
        self._must(told == said, f"{number} is {told} on the slow desk, {said} on the real one")
        back = [(one.fee, one.amount, one.gone) for one in known.back]
        self._must(back == seen.back, f"{number}: {back} goes back on the slow desk, {seen.back} on the real one")
        paid = known.paid_in - known.paid_out
        self._must(paid == seen.paid == seen.flow, f"{number}: {paid} was paid, the real desk says {seen.paid}")
        if placed is not None and known.status != "unmet":
            wrong = self.slow.wrong_places(placed, seen.places)
            self._must(not wrong, f"{number}: {wrong}")
            known.places = seen.places
            known.asked = replace(known.asked, resources=tuple(name for name, _ in seen.places))
            around = Asked(placed.service, placed.start, placed.end, units=0)
            for name, _ in known.places:
                self._must(self.slow.left(name, around, self.now, None) >= 0, f"{name} is sold twice")
            own = [name for name, _ in known.places if placed.seat_class and self.slow.resources[name].get("classes")]
            around.seat_class = placed.seat_class
            self._must(all(self.slow.left(name, around, self.now, None) >= 0 for name in own), "a class is sold twice")

    def _balance(self) -> None:
        """All the money that came in is held, promised back, paid out, or kept as a fee."""
        for number, known in self.slow.bookings.items():
            fees = sum((one.fee for one in known.back), NOTHING)
            called_off = known.status in ("cancelled", "no_show") and known.back
            kept = fees + known.later if called_off else known.held
            total = kept + known.promised + known.paid_out
            self._must(known.paid_in == total, f"{number}: {known.paid_in} came in, {total} is accounted for")

    def _say(self, line: str) -> None:
        self.story.append(f"{datetime.fromtimestamp(self.now, self.slow.zone):%m-%d %H:%M:%S} {line}")

    def _expect(self, answer: Answer, *verdicts: str) -> None:
        self._must(answer.verdict in verdicts, f"{verdicts} on the slow desk, {answer} on the real one")

    def _must(self, right: bool, problem: str) -> None:
        if not right:
            told = "\n  ".join(self.story[-12:])
            raise DisagreementError(f"seed {self.seed}, step {len(self.story)}: {problem}\n  {told}")


def story(seed: int, steps: int, hands: Callable[[str, int], Hands] = lambda text, _: Functions(text)) -> Walk:
    """Make the rules of a seed and walk so many steps under them; raises `DisagreementError`."""
    text, day = random_rules(random.Random(seed))  # noqa: S311 - a draw, not a secret
    now = int(datetime.fromisoformat(f"{day}T07:00:00+00:00").timestamp())
    walk = Walk(seed, text, now, hands(text, now))
    walk.run(steps)
    return walk
