"""Every sentence a person can read, in Chinese and in English.

`use` is called once, at the front door; `t` finds the sentence of a key and fills in its facts. A room of words is
loaded when the first of its keys is asked for, so that a command pays only for the words it says.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from cscli.i18n.forms import fill

LANGUAGES = ("zh", "en")
ROOMS = {"help": "help", "opt": "help", "usage": "errors", "label": "labels", "value": "errors", "kpi": "figures",
         "report": "pages", "report.complaints": "reports",
         "due": "pages", "explain": "explain", "ruled": "rules", "check.rulebook": "rules",
         "refused.rules": "rules", "usage.rules": "rules", "note.rules": "rules", "help.explain": "rules",
         "help.schema": "rules", "help.rule": "rules", "not_found.rules": "rules", "help.complaint": "complaints",
         "complaint": "complaints", "refused.complaint": "complaints", "label.complaint": "complaints",
         "label.deadline": "complaints", "label.step": "complaints", "label.judgement": "complaints",
         "label.response": "complaints", "label.means": "complaints", "label.effect": "complaints",
         "label.effort": "complaints", "due.complaint": "complaints", "tell": "cards",
         "refused.scheme": "people", "usage.number_name": "people", "refused.refund": "people", "note.scheme": "people",
         "refused.told": "people", "note.told": "people",
         "label.told": "people", "label.role": "people", "label.a_role": "people", "refused.staff": "people",
         "note.stranger": "people", "note.unknown": "people", "help.staff": "people", "label.staff": "people",
         "check.booking": "proofs", "check.overbooked": "proofs", "key": "proofs", "hint": "hints",
         "unavailable.class": "hints", "ask.no_show": "hints", "busy.rebase": "hints",
         "note.detached": "hints"}  # fmt: skip
OTHER = "errors"


class _Voice:
    """The language spoken in this process, and the rooms of words opened so far."""

    def __init__(self) -> None:
        self.language = "zh"
        self.rooms: dict[tuple[str, str], Mapping[str, str]] = {}

    def room(self, name: str) -> Mapping[str, str]:
        place = (self.language, name)
        if place not in self.rooms:
            self.rooms[place] = import_module(f"cscli.i18n.{self.language}.{name}").TEXT
        return self.rooms[place]


_voice = _Voice()


def _room_of(key: str) -> str:
    """Return the room in which a key's sentence stands: that of its first two words, else of its first."""
    first, _, rest = key.partition(".")
    return ROOMS.get(f"{first}.{rest.partition('.')[0]}") or ROOMS.get(first, OTHER)


def use(language: str) -> None:
    """Speak this language from now on; one of `LANGUAGES`."""
    _voice.language = language


def language() -> str:
    """Return the language spoken."""
    return _voice.language


def known(key: str) -> bool:
    """Return whether a key has a sentence."""
    return key in _voice.room(_room_of(key))


def t(key: str, /, **facts: Any) -> str:
    """Return the sentence of `key` with its facts filled in; a key without a sentence is shown as itself."""
    sentence = _voice.room(_room_of(key)).get(key)
    if sentence is None:
        return key
    if not facts:
        return sentence
    return fill(sentence, facts, _voice.language)


def label(group: str, value: object) -> str:
    """Return the word for a value of a closed set, such as `label("status", "confirmed")`; unknown ones as they are."""
    key = f"label.{group}.{value}"
    return t(key) if known(key) else str(value)
