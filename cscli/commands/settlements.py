"""What booking commands share that touch a customer's card: whose it is, and writing booking and file at once."""

from collections.abc import Callable
from typing import Annotated

import typer

from cscli.commands import words
from cscli.commands.bookings import load, person_of, tell
from cscli.desk import Desk
from cscli.domain.booking import Booking
from cscli.domain.customer import Card, Customer
from cscli.domain.masks import mask_number
from cscli.domain.membership import type_of
from cscli.domain.record import Act, Change, Revision
from cscli.domain.settling import Settled, covering
from cscli.errors import DataProblem, NotFound

ShownCard = Annotated[str | None, typer.Option("--card", metavar="NUMBER", help="opt.shown_card")]
Ordinary = Annotated[bool, typer.Option("--no-card", help="opt.no_card")]


def settle(
    desk: Desk,
    word: str,
    decide: Callable[[Settled, Act], Settled],
    *,
    card: str | None = None,
    money: bool = False,
) -> Booking:
    """Load a booking and its customer's file, decide what becomes of both, write them as one and show the booking.

    Returns it as it is then.

    `card` is the number of a card that is shown. A file that cannot be read is in nobody's way, unless `money` says
    that it is needed.
    """

    def change() -> Change:
        before = load(desk, word)
        person = _person(desk, before, needed=money or card is not None or covering(before) is not None)
        held, holder = _shown(desk, card, before, person) if card else (None, None)
        after = decide(Settled(booking=before, customer=person, shown=held, holder=holder), desk.act)
        files = ((before, after.booking), (person, after.customer), (holder, after.holder))
        revisions = tuple(Revision(before=old, after=new) for old, new in files if old and new and new is not old)
        return Change(revisions=revisions, by=desk.by)

    written = desk.write(change)
    tell(desk, written)
    left = written.revisions[0].after
    assert isinstance(left, Booking)
    return left


def _person(desk: Desk, booking: Booking, *, needed: bool) -> Customer | None:
    try:
        return person_of(desk, booking)
    except (NotFound, DataProblem):
        if needed:
            raise
        return None


def _shown(desk: Desk, number: str, booking: Booking, person: Customer | None) -> tuple[Card, Customer | None]:
    """Return the card of a number, and its holder's file where that is not the booking's customer.

    Where one number stands for several cards, the one that pays for the service is meant.
    """
    said = (words.text(number) or "").strip()
    found = desk.store.find_customers(f"card:{said}")
    if not found:
        raise NotFound("not_found.card", value=mask_number(said))
    if len(found) > 1:
        raise NotFound("not_found.ambiguous", value=mask_number(said), candidates=found)
    own = person is not None and person.id == found[0]
    holder: Customer = person if person is not None and own else desk.store.load(found[0])
    cards = [card for card in holder.all_cards if card.number == said]
    kinds = [type_of(desk.rulebook.members, card) for card in cards]
    paying = (card for card, kind in zip(cards, kinds, strict=True) if kind and booking.service in kind.services)
    return next(paying, cards[0]), None if own else holder
