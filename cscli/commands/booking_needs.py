"""What the rulebook wants said with a booking: asked for at a terminal, else named all at once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cscli.commands import people, words
from cscli.desk import Desk
from cscli.domain.services import Service
from cscli.errors import UsageProblem
from cscli.i18n import t
from cscli.terminal import ask, interactive

OPTIONS = {"boarding_point": "--boarding", "seat_class": "--class", "contact": "--phone / --email"}
Known = Sequence[tuple[str, str]]

if TYPE_CHECKING:
    from cscli.domain.customer import Customer


def option_of(name: str) -> str:
    """Return the option by which a field is said."""
    return OPTIONS.get(name, f"--{name.replace('_', '-')}")


def complete(desk: Desk, service: Service, said: Mapping[str, Any], *, start: str | None) -> dict[str, Any]:
    """Return what was said, completed with what the rulebook requires of a service and nobody has said.

    A `start` of None is a visit as soon as possible. At a terminal each is asked for in turn, the start first, what can
    be chosen from a list; elsewhere `UsageProblem` names all that are missing.
    """
    found = {**said, "start": start}
    wanted = [name for name in service.required if name in found or name == "contact"]
    if not interactive():
        missing = [*(["start"] if start == "" else []), *(name for name in wanted if _lacks(desk, name, found))]
        if missing:
            options = tuple(option_of(name) for name in missing)
            key = "usage.missing" if missing == ["start"] else "usage.required"
            raise UsageProblem(key, service=service.name, option=options if len(options) > 1 else options[0])
        return found
    if start == "":
        found["start"] = ask(None, "--start", "ask.start", read=lambda said: words.moment(said, desk.at))
    for name in wanted:  # an answer may tell what would be asked next
        if _lacks(desk, name, found):
            found |= _answer(desk, service, name, found)
    return found


def _lacks(desk: Desk, name: str, found: Mapping[str, Any]) -> bool:
    """Whether a field still has to be said: a known number tells who it is, a file the number, a route the way."""
    if found.get(name) is not None:
        return False
    if name == "customer":
        return _person(desk, found) is None
    if name in ("phone", "contact") and "@" in (found.get("customer") or ""):
        return False  # an address is nobody's name: who cannot be found by it is told so
    if name == "phone":
        person = _person(desk, found)
        return person is None or not person.phones
    if name == "contact":
        if found.get("phone") is not None or found.get("email") is not None:
            return False
        person = _person(desk, found)
        return person is None or not (person.phones or person.emails)
    if name in ("origin", "destination"):
        return found.get("route") is None
    return name != "resource" or found.get("merchant") is None


def _person(desk: Desk, found: Mapping[str, Any]) -> "Customer | None":
    """Return whom a name, a number or an address leads to, None where nobody is known by it."""
    if found.get("customer"):
        return people.named(desk, found["customer"])
    phone, email = found.get("phone"), found.get("email")
    reached = [f"phone:{words.phone(phone)}"] if phone else []
    reached += [f"email:{words.email(email).casefold()}"] if email else []
    known = next((ids[0] for ids in map(desk.store.find_customers, reached) if ids), None)
    person: Customer | None = desk.store.load(known, "customer") if known else None
    return person


def _answer(desk: Desk, service: Service, name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for one field, for a number as one, for a contact as a number or an address."""
    key = {"customer": "ask.customer", "phone": "ask.phone", "contact": "ask.contact"}.get(name, f"label.needed.{name}")
    if name == "party":
        return {name: int(ask(None, "--party", key, read=_number))}
    if name == "phone":
        return {name: ask(None, "--phone", key, read=words.phone)}
    if name == "contact":
        reached = ask(None, option_of(name), key, read=words.contact)
        return {"email" if "@" in reached else "phone": reached}
    known = _choices(desk, service, name, found)
    said = ask(None, option_of(name), key, known=known)
    return {name: [said] if name == "resource" else said}


def _choices(desk: Desk, service: Service, name: str, found: Mapping[str, Any]) -> Known:
    """Return what can be chosen from: routes, the classes there are, where the route stops, the places."""
    members = [known for group in service.resources for known in desk.rulebook.group(group)]
    if name == "route":
        return words.listed(service.route)
    if name == "seat_class":
        return tuple((known, known) for known in dict.fromkeys(each for one in members for each in one.classes))
    if name == "boarding_point":
        stops = next((route.boarding for route in service.route if route.id == found.get("route")), ())
        return tuple((stop, stop) for stop in stops)
    return words.listed(members) if name == "resource" else ()


def _number(said: str) -> int:
    if not said.isdecimal() or int(said) < 1:
        raise UsageProblem("usage.bad_value", option=t("label.needed.party"), value=said)
    return int(said)
