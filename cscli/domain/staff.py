"""A member of staff: the login that stands behind `by`, and the role it has."""

from datetime import date
from typing import Literal, get_args

from cscli.domain.value import Value
from cscli.domain.values import SCHEMA, Day, Schema, Slug, Text

Role = Literal["agent", "supervisor", "finance", "auditor"]
ROLES: tuple[str, ...] = get_args(Role)


class Staff(Value):
    """One file of `records/staff/`, named by login."""

    schema: Schema = SCHEMA
    login: Slug
    name: Text | None = None
    role: Role = "agent"
    team: Slug | None = None
    joined: Day | None = None
    left: Day | None = None

    def works_on(self, day: date) -> bool:
        """Whether they have not left before a day."""
        return self.left is None or day <= self.left
