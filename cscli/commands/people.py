"""Which customer is meant: found by id, card, phone or e-mail, or opened on the fly."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cscli.commands import words
from cscli.desk import Desk
from cscli.domain import ids, masks
from cscli.domain.record import Change, Revision
from cscli.domain.value import Value, replace
from cscli.errors import DataProblem, NotFound, UsageProblem
from cscli.i18n import t
from cscli.render.view import View
from cscli.terminal import say_aside, screen_width

if TYPE_CHECKING:
    from cscli.domain.customer import Customer
    from cscli.domain.services import Service


class Found(Value, kw_only=False):
    """A customer, and the revision that opens the file or adds to it.

    `elsewhere` are contacts that were said and are not in the file, each with the files it stands in.
    """

    record: "Customer | None"
    revisions: tuple[Revision, ...] = ()
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def id(self) -> str | None:
        """The customer's id, None where nobody was named."""
        return self.record.id if self.record else None


def find_or_open(
    desk: Desk, name: str | None, phone: str | None, email: str | None = None, *, new: bool = False, **fields: Any
) -> Found:
    """Return the customer that a name, id, card, phone or e-mail leads to; one that nobody has opens a new file.

    A file without a number, or without an address, keeps the first one that is said, unless somebody else has it.

    Call it inside the store's `writing`. Raises `NotFound` with the candidates where a number belongs to somebody of
    another name and `new` does not say that this is a second person.
    """
    said = words.name(name, "--customer")
    number, address = words.phone(phone) if phone else None, words.email(email) if email else None
    if said and new and _is_id(said):
        raise UsageProblem("usage.new_customer", value=said)
    if said and not new:
        known = named(desk, said)
        if known is not None:
            return _reached(desk, known, number, address)
        if "@" in said:  # an address is nobody's name
            raise NotFound("not_found.customer", value=masks.mask_email(said))
    reached = {f"phone:{number}": number, f"email:{address and address.casefold()}": address}
    for word, shown in reached.items():
        holders = [desk.store.load(found) for found in desk.store.find_customers(word)] if shown and not new else []
        same = [holder for holder in holders if said in (None, holder.name)]
        if len(same) == 1:
            return _reached(desk, same[0], number, address)
        if holders:
            raise NotFound(
                "not_found.phone_taken",
                phone=masks.mask_contact(shown or ""),
                candidates=tuple(f"{holder.id} {masks.mask_name(holder.name)}" for holder in holders),
            )
    if said is None and number is None and address is None:
        return Found(None)
    if said is None:
        raise UsageProblem("usage.missing", option="--customer")
    if number is not None and said.strip("+").replace(" ", "").isdigit():
        raise UsageProblem("usage.number_name", phone=masks.mask_contact(number))
    from cscli.domain import customer

    act = desk.act
    opened = customer.create(
        act,
        record_id=desk.new_id("customer", desk.at.date()),
        name=said,
        phones=(number,) if number else (),
        emails=(address,) if address else (),
        **fields,
    )
    return Found(opened, (Revision(before=None, after=opened),))


def _reached(desk: Desk, known: "Customer", number: str | None, address: str | None) -> Found:
    """Return a known customer with the number and the address that were said now.

    They come into the file now where what is recorded lies before what happened to the file last.
    """
    from cscli.domain import customer

    said = {number: (f"phone:{number}", known.phones), address: (f"email:{(address or '').casefold()}", known.emails)}
    fields: dict[str, tuple[str, ...]] = {}
    elsewhere = []
    for contact, (word, held) in said.items():
        if contact is None or contact.casefold() in [one.casefold() for one in held]:
            continue
        holders = desk.store.find_customers(word)
        if held or holders:
            elsewhere.append((contact, holders))
        else:
            fields["phones" if contact == number else "emails"] = (contact,)
    if not fields:
        return Found(known, elsewhere=tuple(elsewhere))
    act = desk.act
    if known.last_at is not None and act.at < known.last_at:
        act = replace(act, at=act.now)
    after = customer.change(known, act, **fields)  # type: ignore[arg-type]  # never its card
    return Found(after, (Revision(before=known, after=after),), tuple(elsewhere))


def tell_elsewhere(found: Found) -> None:
    """Say which contacts were said that are not in the customer's file, and how they come into it."""
    for contact, holders in found.elsewhere:
        key = "note.elsewhere.taken" if holders else "note.elsewhere"
        say_aside(t(key, contact=masks.mask_contact(contact), id=found.id, option=_option(contact), holders=holders))


def required(service: "Service", found: Found) -> None:
    """Raise `UsageProblem` where the customer's file lacks what the rulebook wants with this service."""
    try:
        words.required_of_customer(service, found.record)
    except UsageProblem as problem:
        for contact, holders in found.elsewhere:
            if _option(contact) in str(problem.facts["option"]):
                raise UsageProblem("usage.contact_taken", contact=masks.mask_contact(contact), id=found.id,
                                   option=_option(contact), holders=holders) from None  # fmt: skip
        raise


def _option(contact: str) -> str:
    return "--email" if "@" in contact else "--phone"


def _is_id(word: str) -> bool:
    return ids.kind_of(word.upper()) == "customer" or word.upper().startswith("CU-")


def named(desk: Desk, word: str) -> "Customer | None":
    """Return the customer a word names: an id, card number, phone or e-mail; None for what can only be a name."""
    store = desk.store
    if _is_id(word):
        found: Customer = store.load(store.resolve(word, "customer"))
        return found
    for known in (f"card:{word}", f"phone:{word}", f"email:{word.strip().casefold()}"):
        holders = store.find_customers(known)
        if len(holders) == 1:
            holder: Customer = store.load(holders[0])
            return holder
        if holders:
            raise NotFound("not_found.ambiguous", value=masks.mask_contact(word), candidates=holders)
    return None


def resolve(desk: Desk, word: str) -> "Customer":
    """Return the customer an id (or part of one), card, phone or whole name leads to; raises `NotFound`."""
    found = named(desk, word)
    if found is not None:
        return found
    holders = desk.store.find_customers(f"name:{words.text(word)}")
    if len(holders) > 1:
        raise NotFound("not_found.ambiguous", value=masks.mask_name(word), candidates=holders)
    try:
        record: Customer = desk.store.load(holders[0] if holders else desk.store.resolve(word, "customer"))
    except NotFound as problem:
        if problem.key != "not_found.id":
            raise
        number = word.replace(" ", "").replace("-", "").lstrip("+").isdigit()
        shown = masks.mask_contact(word) if number or "@" in word else masks.mask_name(word)
        raise NotFound("not_found.customer", value=shown) from None  # what leads to nobody is said back masked
    return record


def view(desk: Desk, customer_id: str | None = None, revisions: Sequence[Revision] = ()) -> View:
    """Return what a page about a record of this customer is drawn with; a file that cannot be read is left out.

    The file is as the `revisions` leave it, which a dry run has not written.
    """
    own = next((known for known in revisions if known.after.id == customer_id), None)
    person: Any = own.after if own else None
    if person is None and customer_id is not None:
        try:
            person = desk.store.load(customer_id, "customer")
        except (NotFound, DataProblem):
            person = None
    return View(
        rulebook=desk.rulebook,
        calendar=desk.calendar,
        now=desk.now,
        person=person,
        opened=own is not None and own.before is None,
        dry_run=desk.dry_run,
        width=screen_width(),
    )


def reveal(desk: Desk, customer_ids: tuple[str, ...], reason: str | None) -> None:
    """Note in each customer's file that the unmasked data was looked at, before it is shown."""

    from cscli.domain import customer

    def decide() -> Change:
        revisions = []
        for record_id in dict.fromkeys(customer_ids):
            before = desk.store.load(record_id)
            revisions.append(Revision(before=before, after=customer.reveal(before, desk.act, words.text(reason))))
        return Change(revisions=tuple(revisions), by=desk.by)

    desk.write(decide)
