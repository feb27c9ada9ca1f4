"""What must hold for a booking beside its shape: that what it names is there, and that its header is what was lived.

Each is a pure function from a record to what is wrong with it, as in `cscli.domain.checks`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cscli.domain import ids
from cscli.domain.findings import Finding

if TYPE_CHECKING:
    from cscli.domain.checks import Ground

Check = Callable[[str, Any, "Ground"], Iterable[Finding]]


# --- references -------------------------------------------------------------------------------------------------


def references_are_there(path: str, record: Any, ground: "Ground") -> Iterator[Finding]:
    """Whom a booking takes along and the series it is part of have files; a customer is no other kind of record."""
    customer = getattr(record, "customer", None)
    if customer is not None and ids.kind_of(customer) not in (None, "customer"):
        yield Finding(path, None, "check.booking.customer", {"id": customer})
    for name in getattr(record, "passengers", ()):
        if not ground.exists(name):
            yield Finding(path, None, "check.booking.passenger", {"id": name})
    series = getattr(record, "series", None)
    if series is not None and not ground.exists(series):
        yield Finding(path, None, "check.booking.series", {"id": series})


CHECKS: tuple[Check, ...] = (references_are_there,)
