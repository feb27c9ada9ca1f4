"""What takes resources at a time, told by the index."""

from collections.abc import Iterable
from datetime import UTC, datetime

from cscli.domain.occupancy import Slot
from cscli.domain.rulebook import Rulebook
from cscli.store.index import Index
from cscli.store.rows import DAY


def slots(
    index: Index,
    rulebook: Rulebook,
    resources: Iterable[str],
    start: datetime,
    end: datetime,
    now: datetime,
    without: str | None = None,
) -> dict[str, tuple[Slot, ...]]:
    """Return what takes these resources around [start, end), each service's buffers added, one booking left out.

    Holds that have run out by `now` take nothing. Only the days in question are looked at, however long the
    resource's past is.
    """
    buffers = {service.id: (service.buffer_before.delta, service.buffer_after.delta) for service in rulebook.service}
    margin = max((before + after for before, after in buffers.values()), default=None)
    pad = int(margin.total_seconds()) if margin else 0
    first, last = (int(start.timestamp()) - pad) // DAY, (int(end.timestamp()) + pad) // DAY
    found: dict[str, tuple[Slot, ...]] = {}
    for resource in resources:
        rows = index.all(
            "SELECT DISTINCT start, end, units, booking, service, seat_class FROM slot"
            " WHERE resource = ? AND day BETWEEN ? AND ?"
            " AND (hold_until IS NULL OR hold_until > ?) AND booking IS NOT ?",
            resource, first, last, int(now.timestamp()), without,
        )  # fmt: skip
        slots = []
        for begin, finish, units, booking, service, seat_class in rows:
            before, after = buffers.get(service, (None, None))
            taken_from, taken_to = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(finish, UTC)
            if before is not None and after is not None:
                taken_from, taken_to = taken_from - before, taken_to + after
            slots.append(Slot(resource, taken_from, taken_to, units, booking, seat_class))
        found[resource] = tuple(slots)
    return found
