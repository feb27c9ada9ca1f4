"""What the booking commands share: reading what a decision rests on, writing it, showing the booking it leaves."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cscli.commands import people, words
from cscli.desk import Desk
from cscli.domain import patron
from cscli.domain.booking import Booking
from cscli.domain.patron import NOBODY, Missed, Patron, Taken
from cscli.domain.record import Act, Change, Revision
from cscli.domain.values import fixed
from cscli.errors import UsageProblem
from cscli.render.booking import booking_card, booking_data
from cscli.store import queries

if TYPE_CHECKING:
    from cscli.domain.arranging import Situation
    from cscli.domain.customer import Customer

AROUND = timedelta(days=2)  # alternatives are looked for this far from the wished time
WEEK = timedelta(days=8)  # how far back a customer's bookings matter for a quota of the week


def situation(
    desk: Desk, service: str, begin: datetime, end: datetime, person: "Customer | None", without: str | None = None
) -> "Situation":
    """Read what a decision about a time rests on: rules, calendar, what is taken around it, who the customer is."""
    from cscli.domain.arranging import Situation

    groups = desk.rulebook.service_named(service).resources
    members = {resource.id for group in groups for resource in desk.rulebook.group(group)}
    slots = desk.store.slots(sorted(members), begin - AROUND, max(begin, end) + AROUND, desk.now, without)
    known = patron_of(desk, person, begin, without)
    return Situation(rulebook=desk.rulebook, calendar=desk.calendar, slots=slots, patron=known)


def patron_of(desk: Desk, person: "Customer | None", begin: datetime, without: str | None = None) -> Patron:
    """Return what is known of a customer that a decision about a booking rests on."""
    if person is None:
        return NOBODY
    zone = desk.rulebook.zone

    def at(seconds: int) -> datetime:
        return fixed(datetime.fromtimestamp(seconds, zone))

    since, now = int((min(begin, desk.now) - WEEK).timestamp()), int(desk.now.timestamp())
    card = person.card
    return Patron(
        id=person.id,
        level=person.level,
        contract=person.contract,
        card=next((known for known in desk.rulebook.members.card if card and known.id == card.type), None),
        card_until=card.valid_to if card else None,
        taken=tuple(
            Taken(id=record, service=service, start=at(start), end=at(end))
            for record, service, start, end in queries.taken_by(desk.store.index, person.id, since, now)
            if record != without
        ),
        missed=tuple(
            Missed(service=service, start=at(start))
            for service, start in queries.missed_by(desk.store.index, person.id)
        ),
    )


def person_of(desk: Desk, booking: Booking) -> "Customer | None":
    """Return the customer of a booking, None where none is named."""
    person: Customer | None = desk.store.load(booking.customer) if booking.customer else None
    return person


def situation_of(desk: Desk, booking: Booking) -> "Situation":
    """Read what a decision about a booking at its own time rests on, the booking itself left out."""
    person = person_of(desk, booking)
    return situation(desk, booking.service, booking.start, booking.end, person, booking.id)


def load(desk: Desk, word: str) -> Booking:
    """Return the booking that an id, or part of one, means."""
    found: Booking = desk.store.load(desk.store.resolve(word, "booking"))
    return found


def tell(desk: Desk, change: Change, *, brief: bool = False) -> None:
    """Show the booking a change leaves behind, ready to be read back to the customer; `brief` is its first line."""
    record = change.revisions[0].after
    assert isinstance(record, Booking)
    opened = next(
        (
            revision.after
            for revision in change.revisions[1:]
            if revision.before is None and revision.after.kind == "customer"
        ),
        None,
    )
    view = people.view(desk, record.customer, opened)
    desk.show(
        lambda: booking_card(view, record, change.events).partition("\n" if brief else "\0")[0],
        lambda: booking_data(view, record),
    )


def move(desk: Desk, word: str, decide: Callable[[Booking, Act], Booking]) -> Booking:
    """Load the booking that is meant, decide what becomes of it, write and show it; returns it as it is then."""

    def change() -> Change:
        before = load(desk, word)
        return Change(revisions=(Revision(before=before, after=decide(before, desk.act)),), by=desk.by)

    written = desk.write(change)
    tell(desk, written)
    after = written.revisions[0].after
    assert isinstance(after, Booking)
    return after


def extras(desk: Desk, said: list[str] | None, *, whole: bool = True) -> Mapping[str, Any]:
    """Return the values of `--set KEY=VALUE` as the rulebook's own fields want them.

    `whole` asks for those that are required; raises `UsageProblem` for unknown and unfitting ones.
    """
    from cscli.domain.extra import read_extra

    fields = desk.rulebook.extra.booking
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


def duplicate_ids(known: Patron, taken: Booking, desk: Desk) -> tuple[str, ...]:
    """Return the customer's other bookings of the same service at the same time, where the rulebook wants them told."""
    if desk.rulebook.booking.duplicates != "warn" or taken.status not in ("requested", "confirmed"):
        return ()
    return patron.duplicates(known, desk.rulebook.service_named(taken.service), taken.start, taken.end)
