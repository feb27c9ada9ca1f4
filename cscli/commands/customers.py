"""What the commands about customers share: ids of the rulebook, numbers that only one has, showing the file left."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cscli.commands import people
from cscli.desk import Desk
from cscli.domain import masks
from cscli.domain.record import Act, Change, Revision
from cscli.domain.values import BadValue, read_slug
from cscli.errors import NotFound, Refused, UsageProblem
from cscli.render.customer import customer_card, customer_data

if TYPE_CHECKING:
    from cscli.domain.customer import Customer


def listed(entries: Any, value: str, key: str) -> str:
    """Return the id of the entry with this id or name; where the rulebook lists none, any id will do."""
    found = next((entry.id for entry in entries if value in (entry.id, entry.name)), None)
    if found is not None:
        return str(found)
    if entries:
        raise NotFound(key, value=value, known=tuple(entry.id for entry in entries))
    try:
        return read_slug(value)
    except BadValue as problem:
        raise UsageProblem(problem.key, **problem.facts) from None


def alone(desk: Desk, before: Any, after: Any) -> None:
    """Refuse a phone, e-mail or card number that is new in this file and stands in somebody else's."""
    for word in sorted(_numbers(after) - _numbers(before)):
        for holder in desk.store.find_customers(word):
            if holder != after.id:
                shown = masks.mask_contact(word.partition(":")[2])
                raise Refused("refused.customer.exists", rule="customer.unique", id=holder, number=shown)


def _numbers(record: Any) -> set[str]:
    """Return the words by which a customer is found and no other should be."""
    if record is None:
        return set()
    found = {f"phone:{phone}" for phone in record.phones} | {f"card:{card.number}" for card in record.all_cards}
    return found | {f"email:{email.casefold()}" for email in record.emails}


def tell(desk: Desk, change: Change) -> None:
    """Show the file a change leaves behind, masked, and what was entered in its ledger."""
    from cscli.domain.customer import Customer, masked

    record, entries = change.revisions[0].after, change.revisions[0].added("ledger")
    assert isinstance(record, Customer)
    shown = masked(record)
    view = people.view(desk)
    desk.show(
        lambda: customer_card(view, shown, entries),
        lambda: customer_data(shown, masked=True, dry_run=desk.dry_run, entered=entries),
    )


def move(desk: Desk, word: str, decide: Callable[["Customer", Act], "Customer"]) -> None:
    """Load the customer that is meant, decide what becomes of the file, write and show it."""

    def change() -> Change:
        before = people.resolve(desk, word)
        after = decide(before, desk.act)
        alone(desk, before, after)
        return Change(revisions=(Revision(before=before, after=after),), by=desk.by)

    tell(desk, desk.write(change))
