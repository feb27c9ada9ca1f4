"""Colleagues as they are named on the command line: by login, by name, or by role; slips of the keyboard are met."""

from cscli.commands import words
from cscli.desk import Desk, alike
from cscli.domain.staff import ROLES
from cscli.errors import Refused
from cscli.i18n import t
from cscli.terminal import say_aside


def person(desk: Desk, text: str | None, option: str) -> str | None:
    """Return a colleague as they are kept, by login where the desk keeps files of its staff; None for nothing.

    Whoever is none of the staff and no role either is told, or refused, as `roles.strangers` has it: what belongs to
    nobody is seen to by nobody.
    """
    said = " ".join((words.name(text, option) or "").split())
    if not said or not desk.store.has_staff() or said in ROLES:
        return said or None
    names = desk.colleagues
    if alike(said) in names:
        return names[alike(said)]
    way = desk.rulebook.roles.strangers
    if way != "ignore":
        from cscli.domain.near import nearest

        near = nearest(alike(said), names)
        facts = {"option": option, "value": said, "near": names[near] if near else ""}
        if way == "refuse":
            raise Refused("refused.staff.unknown_near" if near else "refused.staff.unknown", rule="roles.strangers",
                          **facts)  # fmt: skip
        say_aside(t("note.unknown.near" if near else "note.unknown", **facts))
    return said


def login_of(desk: Desk, text: str) -> str:
    """Return who is meant, by login where a colleague is called so, else as it was said."""
    said = " ".join((words.text(text) or "").split())
    return desk.colleagues.get(alike(said), said)


def owners(desk: Desk, text: str) -> tuple[str, ...]:
    """Return whose things to do are meant: those of a colleague, and of the role they have."""
    login = login_of(desk, text)
    colleague = desk.store.staff(login)
    return (login, colleague.role) if colleague else (login,)
