"""What the booking commands share: reading what a decision rests on, writing it, showing the booking it leaves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from cscli.commands import people, words
from cscli.desk import Desk
from cscli.domain import patron, states
from cscli.domain.booking import Booking, untimed
from cscli.domain.patron import NOBODY, Missed, Patron, Taken
from cscli.domain.record import Act, Change, Revision
from cscli.domain.value import NOTHING, replace
from cscli.domain.values import fixed
from cscli.errors import DataProblem, NotFound, Refused, UsageProblem
from cscli.i18n import t
from cscli.render.booking import booking_card, booking_data
from cscli.store import queries
from cscli.terminal import say_aside

if TYPE_CHECKING:
    from cscli.domain.customer import Customer
    from cscli.domain.placing import Situation
    from cscli.domain.rulebook import ExtraField

AROUND = timedelta(days=2)  # alternatives are looked for this far from the wished time
FORTNIGHT = 14  # days on which another class or trip is looked for
NAMED = 3  # how many of the queue are named when something comes free
WEEK = timedelta(days=8)  # how far back a customer's bookings matter for a quota of the week


def situation(
    desk: Desk, service: str, begin: datetime, end: datetime, person: "Customer | None", without: str | None = None
) -> "Situation":
    """Read what a decision about a time rests on: rules, calendar, what is taken around it, who the customer is."""
    from cscli.domain.placing import Situation

    rules = desk.rulebook.service_named(service)
    members = {resource.id for group in rules.resources for resource in desk.rulebook.group(group)}
    ahead = FORTNIGHT if rules.timetable else 0
    around = AROUND + timedelta(days=ahead)
    last = max(end, begin + rules.duration.delta) + around  # without an end it lasts as long as usual
    slots = desk.store.slots(sorted(members), begin - around, last, desk.now, without)
    known = patron_of(desk, person, begin, without, rules.id)
    return Situation(rulebook=desk.rulebook, calendar=desk.calendar, slots=slots, patron=known, ahead=ahead)


def with_line(desk: Desk, facts: "Situation", begin: datetime, end: datetime) -> "Situation":
    """Return what a decision rests on with those who wait for some of the time from `begin` to `end` already."""
    pad = _between(desk)
    waiting, _ = waiting_list(desk, begin - pad, max(end, begin + timedelta(minutes=1)) + pad)
    return replace(facts, waiting=waiting) if waiting else facts


def _between(desk: Desk) -> timedelta:
    """Return how far apart two may want one place: the longest that a service takes to clear away and to set up."""
    return max((known.buffer_before.delta + known.buffer_after.delta for known in desk.rulebook.service),
               default=timedelta())  # fmt: skip


def patron_of(
    desk: Desk,
    person: "Customer | None",
    begin: datetime,
    without: str | None = None,
    service: str | None = None,
) -> Patron:
    """Return what is known of a customer that a decision about a booking of a service rests on."""
    if person is None:
        return NOBODY
    zone = desk.rulebook.zone

    def at(seconds: int) -> datetime:
        return fixed(datetime.fromtimestamp(seconds, zone))

    since, now = int((min(begin, desk.now) - WEEK).timestamp()), int(desk.now.timestamp())
    card, visits_left = person.card, None
    if card is not None:
        from cscli.commands.cards import card_that_pays

        card, visits_left = card_that_pays(desk, person, service, begin, without)
    return Patron(
        id=person.id,
        level=person.level,
        contract=person.contract,
        card=next((known for known in desk.rulebook.members.card if card and known.id == card.type), None),
        card_until=card.valid_to if card else None,
        visits_left=visits_left,
        taken=tuple(
            Taken(id=record, service=service, start=at(start), end=at(end), soon=bool(soon))
            for record, service, start, end, soon in queries.taken_by(desk.store.index, person.id, since, now)
            if record != without
        ),
        missed=tuple(
            Missed(service=service, start=at(start))
            for service, start in queries.missed_by(desk.store.index, person.id, without)
        ),
    )


def person_of(desk: Desk, booking: Booking) -> "Customer | None":
    """Return the customer of a booking, None where none is named."""
    person: Customer | None = desk.store.load(booking.customer, "customer") if booking.customer else None
    return person


def situation_of(desk: Desk, booking: Booking) -> "Situation":
    """Read what a decision about a booking at its own time rests on, the booking itself left out."""
    person = person_of(desk, booking)
    return situation(desk, booking.service, booking.start, booking.end, person, booking.id)


def load(desk: Desk, word: str) -> Booking:
    """Return the booking that an id, or part of one, means."""
    found: Booking = desk.store.load(desk.store.resolve(word, "booking"))
    return found


def tell(
    desk: Desk,
    change: Change,
    *,
    brief: bool = False,
    unsaved: bool = False,
    derived: Mapping[str, Any] = NOTHING,
) -> None:
    """Show the booking a change leaves behind, ready to be read back to the customer; `brief` is its first line.

    Where something came free, those in the queue who could have it are named; `derived` is more for programs.
    """
    record = change.revisions[0].after
    assert isinstance(record, Booking)
    view = replace(people.view(desk, record.customer, change.revisions), unsaved=unsaved)
    heirs = next_in_queue(desk, change.revisions[0])
    grown = tuple(known for known in change.revisions[1:] if known.after.kind == "customer" and known.added("ledger"))

    def text() -> str:
        more: list[tuple[str, str]] = []
        if grown:
            from cscli.render.customer import settled_lines

            more = settled_lines(view, grown)
        page = booking_card(view, record, change.events, more=more).partition("\n" if brief else "\0")[0]
        if not heirs:
            return page
        from cscli.render.queue import waiting_lines

        return "\n".join([page, *waiting_lines(view, heirs)])

    def data() -> dict[str, Any]:
        told = booking_data(view, record)
        if grown:
            from cscli.render.customer import settled_data

            told["derived"]["settled"] = settled_data(grown)
        told["derived"].update(derived)
        return told if heirs is None else {**told, "waiting": [booking.id for booking, _ in heirs]}

    desk.show(text, data)


def write_and_tell(
    desk: Desk,
    decide: Callable[[], Change],
    *,
    yes: bool,
    warn: Callable[[], None] = lambda: None,
    derived: Mapping[str, Any] = NOTHING,
) -> Change:
    """Write what is decided and show it; at a terminal it is read back first where the rulebook says so (row D5).

    `warn` says aside, once, what whoever took it has to know of it: before they are asked whether it is right.
    """
    if yes or not desk.rulebook.booking.read_back or not desk.can_ask:
        written = desk.write(decide)
        tell(desk, written, derived=derived)
        warn()
        return written
    shown = desk.decide(decide)
    tell(desk, shown, unsaved=True)
    warn()
    confirm_or_leave("ask.read_back")
    written = desk.write(lambda: _as_read_back(shown, decide()))
    tell(desk, written, brief=True, derived=derived)
    return written


def confirm_or_leave(key: str) -> None:
    """Ask whether it is right; ends the command where it is not."""
    import typer

    if not typer.confirm(t(key), default=True, err=True):
        say_aside(t("note.not_written"))
        raise typer.Exit


def _as_read_back(shown: Change, change: Change) -> Change:
    """Return the change where it is what was read back; raises `Refused` where somebody was quicker meanwhile."""
    promises = [
        (taken.status, taken.start, taken.end, taken.resources, taken.price)
        for taken in (shown.revisions[0].after, change.revisions[0].after)
        if isinstance(taken, Booking)
    ]
    if promises[0] != promises[1]:
        raise Refused("refused.booking.meanwhile", rule="booking.read_back")
    return change


def move(desk: Desk, word: str, decide: Callable[[Booking, Act], Booking], *, yes: bool = True) -> Booking:
    """Load the booking that is meant, decide what becomes of it, write and show it; returns it as it is then.

    Unless `yes` says that nobody is to be asked, it is read back before it is written.
    """

    def change() -> Change:
        before = load(desk, word)
        return Change(revisions=(Revision(before=before, after=decide(before, desk.act)),), by=desk.by)

    written = write_and_tell(desk, change, yes=yes)
    after = written.revisions[0].after
    assert isinstance(after, Booking)
    return after


def extras(desk: Desk, said: list[str] | None, *, whole: bool = True, kind: str = "booking") -> Mapping[str, Any]:
    """Return the values of `--set KEY=VALUE` as the rulebook's own fields for a kind of record want them.

    `whole` asks for those that are required; raises `UsageProblem` for unknown and unfitting ones.
    """
    from cscli.domain.extra import read_extra

    fields: tuple[ExtraField, ...] = getattr(desk.rulebook.extra, kind)
    found: dict[str, Any] = {}
    for pair in said or ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageProblem("usage.set", value=pair)
        known = next((field for field in fields if name in (field.id, field.name)), None)
        if known is None:
            raise UsageProblem("usage.extra_field", value=name, known=tuple(field.id for field in fields) or ("-",))
        found[known.id] = words.value(lambda text, field=known: read_extra(field, text, desk.now.tzinfo), value)  # type: ignore[misc]
    missing = next((field for field in fields if field.required and field.id not in found), None)
    if whole and missing is not None:
        raise UsageProblem("usage.missing", option=f"--set {missing.id}=")
    return found


def duplicate_ids(facts: "Situation", taken: Booking, desk: Desk) -> tuple[str, ...]:
    """Return the customer's other bookings at the same time, or of a wish those of the same, if they are to be told."""
    if desk.rulebook.booking.duplicates == "ignore" or taken.customer is None:
        return ()
    if taken.status == "unmet":
        same = (known for known in facts.waiting if (known.customer, known.service) == (taken.customer, taken.service))
        return tuple(known.id for known in same if known.start < taken.end and known.end > taken.start)
    service = desk.rulebook.service_named(taken.service)
    return patron.duplicates(facts.patron, service, taken.start, taken.end, soon=untimed(taken))


# --- the queue --------------------------------------------------------------------------------------------------


def missed_days(desk: Desk, customer: str | None, service: str, more: datetime | None = None) -> int:
    """Return on how many days a customer could not be given a service since priority was last used (manual row D6).

    `more` is one that is being noted just now.
    """
    rules = next((known for known in desk.rulebook.service if known.id == service), None)
    if customer is None or rules is None:
        return 0
    zone = desk.rulebook.zone
    moments = [
        datetime.fromtimestamp(start, zone)
        for name, start in queries.missed_by(desk.store.index, customer)
        if name == service
    ]
    missed = tuple(Missed(service=service, start=at) for at in (*moments, *([more] if more else [])))
    return patron.misses(replace(NOBODY, missed=missed), rules, zone)


def waiting_list(
    desk: Desk, begin: datetime | None = None, end: datetime | None = None
) -> tuple[tuple[Booking, ...], dict[str, tuple[str, str]]]:
    """Return those who wait, in the order of receipt, with masked name and phone; with a time, those who wait for it.

    One whose file cannot be read just now is left out.
    """
    first, last = (int(at.timestamp()) if at else None for at in (begin, end))
    found: list[Booking] = []
    names: dict[str, tuple[str, str]] = {}
    for record, name, phone in queries.in_queue(desk.store.index, int(desk.now.timestamp()), first, last):
        try:
            found.append(desk.store.load(record))
        except (NotFound, DataProblem):
            continue
        names[record] = (name or "", phone or "")
    return tuple(found), names


def situation_for(desk: Desk, bookings: Sequence[Booking], without: str | None = None) -> "Situation":
    """Read what is taken around several wishes, once for all; of their customers nothing is known."""
    from cscli.domain.placing import Situation

    wanted = {booking.service for booking in bookings}
    groups = {group for service in desk.rulebook.service if service.id in wanted for group in service.resources}
    members = sorted(resource.id for resource in desk.rulebook.resource if resource.group in groups)
    slots: dict[str, Any] = {}
    if bookings and members:
        begin, finish = min(one.start for one in bookings), max(one.end for one in bookings)
        slots = desk.store.slots(members, begin, finish, desk.now, without)
    return Situation(rulebook=desk.rulebook, calendar=desk.calendar, slots=slots)


def could_be_had(desk: Desk, bookings: Sequence[Booking]) -> dict[str, tuple[str, ...]]:
    """Return for each wish the resources it could have right now, none where there is not enough."""
    from cscli.domain import line

    facts = situation_for(desk, [line.wish_of(booking) for booking in bookings])
    found: dict[str, tuple[str, ...]] = {}
    for booking in bookings:
        try:
            had = line.could_have(booking, facts)
        except NotFound:  # the rulebook has forgotten the service
            continue
        found[booking.id] = had.resources if had else ()
    return found


def next_in_queue(desk: Desk, revision: Revision) -> tuple[tuple[Booking, str], ...] | None:
    """Return the first in the queue who could have what a change of a booking set free, with their masked names.

    None where nothing came free. It costs one question where nobody waits.
    """
    before, after = revision.before, revision.after
    if not isinstance(before, Booking) or not isinstance(after, Booking) or before.status not in states.OCCUPYING:
        return None
    from cscli.domain import line, queue
    from cscli.domain.booking import slots_of

    freed = queue.came_free(before, after, desk.rulebook, desk.now)
    if not freed:
        return None
    pad = _between(desk)
    begin, finish = min(slot.start for slot in freed) - pad, max(slot.end for slot in freed) + pad
    waiting, names = waiting_list(desk, begin, finish)
    others = [booking for booking in waiting if booking.id != after.id]
    facts = situation_for(desk, [line.wish_of(booking) for booking in others], before.id)
    taken = dict(facts.slots)
    service = next((known for known in desk.rulebook.service if known.id == after.service), None)
    for slot in slots_of(after, service, desk.now):
        taken[slot.resource] = (*taken.get(slot.resource, ()), slot)
    found = queue.heirs(others, freed, replace(facts, slots=taken), desk.now)
    return tuple((booking, names[booking.id][0]) for booking in islice(found, NAMED))
