"""What can go wrong: each error knows its exit code and its facts, never its sentence.

The sentence is found by the key in `cscli.i18n`, in the user's language, at the front door.
"""

from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """Exit codes of the command line; the table stands in the README."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    UNAVAILABLE = 5
    FINDINGS = 6
    BUSY = 7
    OUTSIDE = 8


class CscliError(Exception):
    """A request that cannot be met; `key` names the sentence, `facts` fill it.

    `overridable` is the rule that somebody may set aside; the desk, which has the rulebook, adds the `roles` that may.
    """

    exit: ClassVar[Exit] = Exit.FAULT
    overridable: str | None = None
    roles: tuple[str, ...] = ()

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts


class UsageProblem(CscliError):
    """The words of the command line do not mean anything here."""

    exit = Exit.USAGE


class NotFound(CscliError):
    """Nothing has that name, or more than one thing has (then `candidates` is among the facts)."""

    exit = Exit.NOT_FOUND


class Refused(CscliError):
    """A rule of the rulebook or the record's state forbids it; `rule` among the facts names which."""

    exit = Exit.REFUSED


class Unavailable(CscliError):
    """Nothing is free; `alternatives` are what could be had instead, ready to be shown."""

    exit = Exit.UNAVAILABLE

    def __init__(self, key: str, /, alternatives: tuple[object, ...] = (), **facts: object) -> None:
        super().__init__(key, **facts)
        self.alternatives = alternatives


class DataProblem(CscliError):
    """A file of the desk is not what it should be: `path`, `line` where known, and what to write."""

    exit = Exit.FINDINGS


class Busy(CscliError):
    """Somebody else holds the desk and did not let go in time."""

    exit = Exit.BUSY


class OutsideFailed(CscliError):
    """Git, the disk, the network or a gateway failed; nothing was changed."""

    exit = Exit.OUTSIDE
