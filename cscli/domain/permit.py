"""Rules that are broken, and who may set them aside: always by somebody the rulebook allows, always with a reason."""

from collections.abc import Mapping, Sequence

from cscli.domain.rulebook import Roles
from cscli.domain.value import Value
from cscli.errors import Refused


class Breach(Value, kw_only=False):
    """A rule of the rulebook that a wish breaks, with the facts of its sentence; `said` replaces the usual one."""

    rule: str
    facts: Mapping[str, object]
    said: str | None = None

    def refusal(self) -> Refused:
        """Return the error that refuses the wish."""
        refused = Refused(self.said or f"refused.{self.rule}", rule=self.rule, **self.facts)
        refused.overridable = self.rule
        return refused


class Permit(Value):
    """Somebody's wish to set rules aside, with the reason; `role` None is somebody of whom the desk keeps no file."""

    reason: str
    by: str
    role: str | None
    roles: Roles
    trusted: bool = False

    def covers(self, rule: str) -> bool:
        """Whether this rule may be set aside; a desk that keeps no files of its staff trusts everybody."""
        return self.trusted or self.role in self.roles.may_override(rule)


def set_aside(breaches: Sequence[Breach], permit: Permit | None) -> tuple[str, ...]:
    """Return the rules that are set aside; raises `Refused` for the first one that may not be."""
    for breach in breaches:
        if permit is None:
            raise breach.refusal()
        if not permit.covers(breach.rule):
            allowed = permit.roles.may_override(breach.rule)
            raise Refused("refused.role", rule=breach.rule, by=permit.by, role=permit.role or "-", allowed=allowed)
    return tuple(breach.rule for breach in breaches)


def reason_of(permit: Permit | None, overrode: Sequence[str]) -> str | None:
    """Return the reason to be kept with an event: that of the permit, where it was needed."""
    return permit.reason if permit and overrode else None
