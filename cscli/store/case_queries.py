"""The questions that the complaint report asks of the index beside those of every figure; times are whole seconds."""

from collections.abc import Mapping, Sequence

from cscli.store.index import Index
from cscli.store.queries import JOINED, OPEN_COMPLAINT, Rows, among
from cscli.store.rows import PROMISE


def duplicates(index: Index, record: str) -> tuple[str, ...]:
    """Return the complaints that are counted in this one, those that were counted in one of them before included."""
    rows = index.all(
        """WITH RECURSIVE twin(id) AS (SELECT id FROM complaint WHERE merged_into = ?1
            UNION SELECT k.id FROM complaint k JOIN twin ON k.merged_into = twin.id) SELECT id FROM twin ORDER BY id""",
        record,
    )
    return tuple(row[0] for row in rows)


def owing(start: int, end: int) -> str:
    """Return as SQL the complaints (`record`) with a promise that falls `due` from one moment to another, and when."""
    return f"""SELECT record, min(due) AS due FROM deadline
        WHERE due BETWEEN {start} AND {end} AND weight = {PROMISE} GROUP BY record"""


def completed(index: Index, start: int, end: int) -> int:
    """Return how many bookings took place, by when they were noted as completed."""
    row = index.one(
        "SELECT count(*) FROM booking WHERE ended_at >= ? AND ended_at < ? AND outcome = 'completed'", start, end
    )
    return int(row[0]) if row else 0


def closings(index: Index, columns: Mapping[str, Sequence[str]], start: int, end: int) -> dict[str, Rows]:
    """Return the closings of [start, end) of bookings whose customer was not reached or not content.

    `event` are the closings, `booking` the bookings; `columns` for each of them.
    """
    wanted = ", ".join(f'"{name}"' for name in columns["event"])
    events = index.all(
        f"""SELECT {wanted} FROM event WHERE kind = 'booking' AND type = 'closed' AND at >= ? AND at < ?
            AND (reached = 0 OR satisfied = 0)""",
        start,
        end,
    )
    ids = tuple(dict.fromkeys(row[columns["event"].index("record")] for row in events))
    listed = ", ".join(JOINED.get(name, f'b."{name}"') for name in columns["booking"])
    question = f"SELECT {listed} FROM booking b LEFT JOIN customer c ON c.id = b.customer WHERE b.id IN"
    return {"event": events, "booking": among(index, question, ids)}


def measures(index: Index, columns: Sequence[str], start: int, end: int, at: int) -> Rows:
    """Return the measures planned, done or looked at in [start, end), or due before `at` and not done by then.

    Those of merged duplicates are left out.
    """
    listed = ", ".join(f'k."{name}"' if name in ("status", "ended_at") else f'm."{name}"' for name in columns)
    return index.all(
        f"""SELECT {listed} FROM measure m JOIN complaint k ON k.id = m.record WHERE k.status <> 'merged'
            AND m.rowid IN (
            SELECT rowid FROM measure WHERE planned_at >= ?1 AND planned_at < ?2
            UNION SELECT rowid FROM measure WHERE done_at >= ?1 AND done_at < ?2
            UNION SELECT rowid FROM measure WHERE verified_at >= ?1 AND verified_at < ?2
            UNION SELECT rowid FROM measure WHERE done_at IS NULL AND due < ?3
            UNION SELECT rowid FROM measure WHERE done_at > ?3 AND due < ?3
        ) ORDER BY m.record, m.number""",
        start,
        end,
        at,
    )


def late(index: Index, now: int) -> Rows:
    """Return (id, what was missed first, when it was due) of the open complaints that are late now."""
    return index.all(
        f"""SELECT k.id, d.kind, min(d.due) FROM deadline d CROSS JOIN complaint k ON k.id = d.record
            WHERE d.weight = {PROMISE} AND d.due < ?1 AND k.status IN {OPEN_COMPLAINT} GROUP BY k.id""",
        now,
    )


def open_at(index: Index, at: int) -> Rows:
    """Return (id, clock) of the complaints that may have been open at a moment; no clock where it has moved since."""
    return index.all(
        f"""SELECT id, iif(last_at <= ?1, clock, NULL) FROM complaint WHERE received_at <= ?1 AND rowid IN (
            SELECT rowid FROM complaint WHERE status IN {OPEN_COMPLAINT}
            UNION SELECT rowid FROM complaint WHERE ended_at > ?1
        ) ORDER BY id""",
        at,
    )


def names(index: Index, customers: Sequence[str]) -> dict[str, str]:
    """Return the masked names of customers, by their ids."""
    return dict(among(index, "SELECT id, name FROM customer WHERE id IN", customers))
