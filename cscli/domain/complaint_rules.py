"""What the rulebook says of complaints: categories, causes, standards, deadlines of each step, and who hears of it."""

from typing import Literal

from cscli.domain.value import Value
from cscli.domain.values import Duration, Percent, Positive, Slug, Term, Text


class Named(Value):
    """An id of the rulebook with the name people read."""

    id: Slug
    name: Text


class Category(Value):
    """`[[complaint.category]]`: what complaints are about; `booking_error` ones count against booking accuracy."""

    id: Slug
    name: Text
    booking_error: bool = False


class Severity(Value):
    """`[[complaint.severity]]`: how grave, how soon each step is due, and what a complaint of this kind asks for.

    The customer is answered within `acknowledge`, then hears how it goes every `progress`; the complaint is resolved
    within `resolve` of its receipt, from there the customer is told within `communicate` and called back within
    `follow_up`. `report`: the supervisor has it at once. A valid one is not closed before a measure stands that removes
    its cause where it is `corrective`, nor before the customer was apologised to where it asks for an `apology`.
    `sign_off`: who resolved it does not close it.
    """

    id: Literal["minor", "major", "critical"]
    name: Text
    acknowledge: Term
    resolve: Term
    follow_up: Term
    progress: Term | None = None
    communicate: Term = Duration(1, "wd")
    report: bool = False
    corrective: bool = False
    apology: bool = False
    sign_off: bool = False


class Rung(Value):
    """`[[complaint.escalation]]`: who hears of a complaint once so much of the time for a step has gone by.

    `who` is `owner`, a role, or a login; without `severity` it goes for all. `at` is a share of the time to answer, and
    of the time to resolve.
    """

    at: Percent
    who: Slug
    severity: tuple[Literal["minor", "major", "critical"], ...] = ()


class External(Value):
    """`[[complaint.external]]`: where else a customer may turn who does not accept the decision."""

    id: Slug
    name: Text
    phone: Text | None = None


class ComplaintRules(Value):
    """`[complaint]`: categories, causes, service standards, severities, and how often a call back is tried.

    A complaint that waits for its customer is asked after `chase`; a cause is to be removed within `correct` of the
    solution, and whether that worked is looked at within `verify` of its being done.
    """

    category: tuple[Category, ...]
    cause: tuple[Named, ...] = ()
    standard: tuple[Named, ...] = ()
    severity: tuple[Severity, ...]
    escalation: tuple[Rung, ...] = ()
    external: tuple[External, ...] = ()
    follow_up_tries: Positive = 3
    chase: Term = Duration(2, "wd")
    correct: Term = Duration(5, "wd")
    verify: Term = Duration(20, "wd")
