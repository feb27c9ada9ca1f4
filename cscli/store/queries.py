"""The questions that figures and reports ask of the index; times are whole seconds since 1970, `end` is outside.

Each reads only what the period needs, by the indexes on when something was received, happened or takes place. Which
columns are read is the asker's to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cscli.domain import states
from cscli.store import layout
from cscli.store.index import Index
from cscli.store.rows import PROMISE, sql_list

Rows = list[tuple[Any, ...]]
LONGEST = 366 * 86_400  # a booking that lasts longer than a year is not looked for in the year after
JOINED = {
    "level": "c.level",
    "joined": "c.joined",
    "has_card": "c.has_card",
    "cards": "c.cards",
    "customer_name": "c.name",
    "customer_phone": "c.phone",
    "has_email": "c.has_email",
}
COUNTED = {
    "booking": ("changed", "cancelled", "paid", "refunded"),
    "complaint": ("resolved", "followed_up", "closed", "handed_over", "verified"),
}
DERIVED = {  # how often its customer came with the same again: their duplicates that were merged into it
    "again": "(SELECT count(*) FROM complaint d WHERE d.merged_into = k.id AND d.customer = k.customer)",
}
MOVES = "('created', 'confirmed', 'accepted', 'arrived', 'completed', 'no_show', 'cancelled')"  # that change the state
FORTNIGHT = 14 * 86_400
AT_ONCE = 500  # ids in one question: SQLite binds no more than 999 values everywhere
OPEN_BOOKING = sql_list(states.OCCUPYING)
OWING = sql_list(states.OWING)
OPEN_COMPLAINT = sql_list(states.OPEN_COMPLAINT)


def figures(index: Index, columns: Mapping[str, Sequence[str]], start: int, end: int) -> dict[str, Rows]:
    """Return everything the figures of [start, end) rest on; `columns` for each of the parts returned.

    `booking`: received, answered, ended, rated, changed or paid in the period, or taking place in it. `event`: what
    happened in it, as far as the rows themselves do not tell. `blame`: what valid complaints since the start are
    against. `customer`: who joined in it, by local days, for which a day more is read at either end. And what
    `case_figures` returns.
    """
    return {
        **case_figures(index, columns, start, end),
        "booking": bookings(index, columns["booking"], start, end),
        "event": _events(index, columns["event"], "booking", start, end),
        "blame": index.all(
            "SELECT category, against FROM complaint WHERE received_at >= ? AND judgement = 'valid'"
            " AND status <> 'merged' AND against LIKE '%booking:%' ORDER BY id",
            start,
        ),
        "customer": _joined(index, columns["customer"], start, end),
    }


def case_figures(index: Index, columns: Mapping[str, Sequence[str]], start: int, end: int) -> dict[str, Rows]:
    """Return what the figures of [start, end) say of complaints; merged duplicates are in no part of it.

    `complaint`: alive in it, or with a measure proven in it. `complaint_event`: what happened in it. `turn`: every
    closing, withdrawal and reopening of the complaints of the answer that were opened again. `place`: where the
    bookings they are against took place.
    """
    found = complaints(index, columns["complaint"], start, end)
    return {
        "complaint": found,
        "complaint_event": _events(index, columns["event"], "complaint", start, end),
        "turn": _turns(index, start, end),
        "place": _places(index, [row[columns["complaint"].index("against")] for row in found]),
    }


def bookings(index: Index, columns: Sequence[str], start: int, end: int) -> Rows:
    """Return the bookings that [start, end) has to do with, with what their customers' files say."""
    listed = ", ".join(JOINED.get(name, f'b."{name}"') for name in columns)
    return index.all(
        f"""SELECT {listed} FROM booking b LEFT JOIN customer c ON c.id = b.customer WHERE b.rowid IN (
            SELECT rowid FROM booking WHERE received_at >= ?1 AND received_at < ?2
            UNION SELECT rowid FROM booking WHERE start >= ?1 - {LONGEST} AND start < ?2 AND "end" > ?1
            UNION SELECT rowid FROM booking WHERE ended_at >= ?1 AND ended_at < ?2
            UNION SELECT rowid FROM booking WHERE arrived_at >= ?1 AND arrived_at < ?2
            UNION SELECT rowid FROM booking WHERE rated_at >= ?1 AND rated_at < ?2
            UNION SELECT rowid FROM booking WHERE answered_at >= ?1 AND answered_at < ?2
            UNION SELECT rowid FROM booking WHERE id IN (SELECT record FROM event
                WHERE kind = 'booking' AND type IN {COUNTED["booking"]} AND at >= ?1 AND at < ?2)
        )""",
        start,
        end,
    )


def arriving(index: Index, start: int, end: int, at: int) -> Rows:
    """Return (id, start, units, vip, service) of what stood at `at` to begin in [start, end)."""
    return index.all(
        """SELECT id, start, units, vip, service FROM booking WHERE start >= ?1 AND start < ?2 AND received_at <= ?3
            AND (outcome IS NULL OR outcome NOT IN ('cancelled', 'unmet') OR ended_at > ?3) ORDER BY start, id""",
        start,
        end,
        at,
    )


def staff_logins(index: Index) -> tuple[str, ...]:
    """Return the logins of everybody of whom there is a file."""
    rows = index.all("SELECT path FROM file WHERE folder = ? ORDER BY path", layout.STAFF)
    return tuple(path.rpartition("/")[2].removesuffix(".toml") for (path,) in rows)


def day_counts(index: Index, start: int, end: int) -> dict[str, int]:
    """Return how many bookings, units and outcomes of each kind [start, end) saw."""
    ((created, units),) = index.all(
        "SELECT count(*), coalesce(sum(units), 0) FROM booking WHERE received_at >= ? AND received_at < ?", start, end
    )
    ends = index.all(
        """SELECT outcome, count(*) FROM booking WHERE ended_at >= ? AND ended_at < ? AND outcome IS NOT NULL
            GROUP BY outcome""",
        start,
        end,
    )
    return {"created": created, "units": units, **dict(ends)}


def taken_by(index: Index, customer: str, since: int, now: int) -> Rows:
    """Return (id, service, start, end, soon) of a customer's bookings from `since` on that stand, or took place.

    A visit as `soon` as possible spans from its receipt to when somebody must be there.
    """
    return index.all(
        """SELECT id, service, start, "end", respond_by IS NOT NULL AND start = received_at AND "end" = respond_by
            FROM booking WHERE customer = ?1 AND start >= ?2
            AND status NOT IN ('cancelled', 'unmet') AND (outcome IS NULL OR outcome IN ('completed', 'no_show'))
            AND (hold_until IS NULL OR hold_until > ?3) ORDER BY start, id""",
        customer,
        since,
        now,
    )


def series(index: Index, series_id: str, since: int | None = None) -> Rows:
    """Return (id, status) of the bookings of a series, those that begin from `since` on, in the order of the clock."""
    return index.all(
        """SELECT id, status FROM booking WHERE series = ?1 AND (?2 IS NULL OR start >= ?2) ORDER BY start, id""",
        series_id,
        since,
    )


def missed_by(index: Index, customer: str, without: str | None = None) -> Rows:
    """Return (service, start) of a customer's requests that could not be met since priority was last used for it.

    One to which something was offered counts until it is taken. A use for the booking `without` does not: it is moved.
    """
    since = """b.received_at > coalesce((SELECT max(p.received_at) FROM booking p
                WHERE p.customer = b.customer AND p.service = b.service AND p.priority AND p.id IS NOT ?2), -1)"""
    return index.all(
        f"""SELECT b.service, b.start FROM booking b INDEXED BY booking_unmet
                WHERE b.customer = ?1 AND b.outcome = 'unmet' AND {since}
            UNION ALL SELECT b.service, b.start FROM booking b INDEXED BY booking_offered
                WHERE b.customer = ?1 AND b.waitlisted AND b.status = 'requested' AND {since}
            ORDER BY 2""",
        customer,
        without,
    )


def in_queue(index: Index, now: int, begin: int | None = None, end: int | None = None) -> Rows:
    """Return (id, name, phone) of those who wait for a time after `now`, in the order of receipt; both are masked.

    With a time, those who wait for it; a wish on offer may stand at another time than its own, and is always there.
    """
    return index.all(
        """SELECT b.id, c.name, c.phone FROM booking b LEFT JOIN customer c ON c.id = b.customer
            WHERE b.waitlisted AND b.start > ?1 AND b.status IN ('unmet', 'requested')
            AND (?2 IS NULL OR b.status = 'requested' OR (b.start < ?3 AND b."end" > ?2))
            ORDER BY b.received_at, b.id""",
        now,
        begin,
        end,
    )


def first_received(index: Index) -> int | None:
    """Return when the desk took its first booking."""
    row = index.one("SELECT min(received_at) FROM booking")
    return row[0] if row else None


def states_of(index: Index, start: int, end: int) -> dict[str, int]:
    """Return how many bookings that begin in [start, end) stand in each state."""
    return dict(
        index.all(
            "SELECT status, count(*) FROM booking WHERE start >= ? AND start < ? GROUP BY status ORDER BY status",
            start,
            end,
        )
    )


def requests(index: Index) -> int:
    """Return how many bookings wait for their confirmation."""
    row = index.one(f"SELECT count(*) FROM booking WHERE status = 'requested' AND status IN {OPEN_BOOKING}")
    return int(row[0]) if row else 0


def waiting(index: Index, columns: Sequence[str], now: int, ahead: int = 0, prepaid: Sequence[str] = ()) -> Rows:
    """Return the bookings that somebody may have to see to at `now`.

    Requests, what has begun or begins within `ahead` seconds and has not ended, visits, departments that are silent,
    visits nobody has audited, money that was to be back by now, what was cancelled before its time, what a merchant
    does not know, and what of the `prepaid` services was promised and not paid. Each part is read by an index of its
    own.
    """
    listed = ", ".join(f'"{name}"' for name in columns)
    first = f"""UNION SELECT rowid FROM booking WHERE service IN ({", ".join("?" * len(prepaid))})
                AND owed > 0 AND status IN {OWING}"""
    return index.all(
        f"""SELECT {listed} FROM booking WHERE received_at <= ?1 AND rowid IN (
            SELECT rowid FROM booking WHERE status = 'requested' AND status IN {OPEN_BOOKING}
            UNION SELECT rowid FROM booking WHERE status = 'confirmed' AND start <= ?1 + ?2 AND status IN {OPEN_BOOKING}
            UNION SELECT rowid FROM booking WHERE status = 'in_service' AND start <= ?1 AND status IN {OPEN_BOOKING}
            UNION SELECT rowid FROM booking WHERE respond_by IS NOT NULL AND status = 'confirmed'
            UNION SELECT rowid FROM booking WHERE asked_at IS NOT NULL
            UNION SELECT rowid FROM booking WHERE audit_since <= ?1
            UNION SELECT rowid FROM booking WHERE refund_due <= ?1 / 86400 + 719163
            UNION SELECT rowid FROM booking WHERE status = 'cancelled' AND start > ?1
            UNION SELECT rowid FROM booking WHERE moved_at IS NOT NULL AND start > ?1
            {first if prepaid else ""}
        ) ORDER BY start, id""",
        now,
        ahead,
        *prepaid,
    )


def afterwards(index: Index, columns: Sequence[str], services: Sequence[str], now: int) -> Rows:
    """Return the bookings of some services given in the month before `now` and not closed, with the customers' cards.

    What nobody asked about within a month is looked for in the lists.
    """
    listed = ", ".join(f'b."{name}"' for name in columns)
    return index.all(
        f"""SELECT {listed}, c.cards FROM booking b LEFT JOIN customer c ON c.id = b.customer
            WHERE b.status = 'completed' AND b.service IN ({", ".join("?" * len(services))})
            AND b.ended_at BETWEEN ? AND ? ORDER BY b.start, b.id""",
        *services,
        now - 31 * 86_400,
        now,
    )


def ended_since(index: Index, columns: Sequence[str], at: int) -> Rows:
    """Return the bookings of the fortnight before `at` that stood confirmed then, had begun, and have ended since."""
    listed = ", ".join(f'b."{name}"' for name in columns)
    return index.all(
        f"""SELECT {listed} FROM booking b WHERE b.start <= ?1 AND b.start >= ?1 - {FORTNIGHT} AND b.ended_at > ?1
            AND (SELECT type FROM event e WHERE e.record = b.id AND e.at <= ?1 AND e.type IN {MOVES}
                ORDER BY e.rowid DESC LIMIT 1) = 'confirmed' ORDER BY b.start, b.id""",
        at,
    )


def complaints(index: Index, columns: Sequence[str], start: int, end: int) -> Rows:
    """Return the complaints alive at some time of [start, end), or with a measure proven in it.

    Alive is what was received before its end and is still open, or has ended since its start.
    """
    listed = ", ".join(DERIVED.get(name, f'k."{name}"') for name in columns)
    return index.all(f"SELECT {listed} FROM complaint k WHERE k.rowid IN ({_concerned()})", start, end)


def standing(index: Index, at: int) -> list[str]:
    """Return the complaints that were open at `at`, or closed with a measure still to be done or proven."""
    rows = index.all(
        f"""SELECT id FROM complaint WHERE received_at <= ?1 AND rowid IN (
            SELECT rowid FROM complaint WHERE status IN {OPEN_COMPLAINT}
            UNION SELECT rowid FROM complaint WHERE ended_at >= ?1
            UNION SELECT rowid FROM complaint INDEXED BY complaint_runs_on WHERE runs_on = 1 AND status = 'closed'
        ) ORDER BY id""",
        at,
    )
    return [str(row[0]) for row in rows]


def _concerned() -> str:
    return f"""SELECT rowid FROM complaint WHERE status IN {OPEN_COMPLAINT} AND received_at < ?2
            UNION SELECT rowid FROM complaint WHERE ended_at >= ?1 AND received_at < ?2
            UNION SELECT rowid FROM complaint WHERE status <> 'merged' AND id IN (SELECT record FROM event
                WHERE kind = 'complaint' AND type = 'verified' AND at >= ?1 AND at < ?2)"""


def _turns(index: Index, start: int, end: int) -> Rows:
    """Return (record, at, type) of what opened and ended the complaints that were opened again."""
    return index.all(
        f"""SELECT e.record, e.at, e.type FROM complaint k JOIN event e ON e.record = k.id
            WHERE k.reopened > 0 AND k.rowid IN ({_concerned()})
            AND e.type IN ('closed', 'withdrawn', 'reopened') ORDER BY e.rowid""",
        start,
        end,
    )


def _places(index: Index, against: Sequence[str]) -> Rows:
    """Return (id, service, resources, merchant) of the bookings that complaints are against."""
    named = dict.fromkeys(
        target.removeprefix("booking:") for text in against for target in text.split() if target.startswith("booking:")
    )
    return among(index, "SELECT id, service, resources, merchant FROM booking WHERE id IN", tuple(named))


def among(index: Index, question: str, ids: Sequence[str]) -> Rows:
    """Return the answer to a question that ends with `IN`, for any number of ids."""
    found: Rows = []
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        found += index.all(f"{question} ({', '.join('?' * len(some))})", *some)
    return found


def _events(index: Index, columns: Sequence[str], kind: str, start: int, end: int) -> Rows:
    listed = ", ".join(f'"{name}"' for name in columns)
    return index.all(
        f"SELECT {listed} FROM event WHERE kind = ? AND type IN {COUNTED[kind]} AND at >= ? AND at < ?",
        kind,
        start,
        end,
    )


def _joined(index: Index, columns: Sequence[str], start: int, end: int) -> Rows:
    listed = ", ".join(f'"{name}"' for name in columns)
    first = start // 86_400 + 719_163 - 1  # 1970-01-01 has the ordinal 719,163
    last = end // 86_400 + 719_163 + 1
    return index.all(
        f"SELECT {listed} FROM customer WHERE joined >= ? AND joined <= ? ORDER BY joined, id",
        first,
        last,
    )


# --- how complaints stand, and what they wait for as `cscli.store.clocks` reckoned it ---------------------------

FOREVER = 1 << 40  # seconds: later than anything
SEEN = "d.shows <= ?1 AND d.hides > ?1 AND d.due <= ?2"


def has_later(index: Index, now: int) -> bool:
    """Return whether anything happened to a complaint after `now`: then how it stood is not how it stands."""
    return index.one("SELECT 1 FROM complaint WHERE last_at > ?", now) is not None


def open_complaints(index: Index) -> int:
    """Return how many complaints are open."""
    row = index.one(f"SELECT count(*) FROM complaint WHERE status IN {OPEN_COMPLAINT}")
    return int(row[0]) if row else 0


def late_complaints(index: Index, now: int, within: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the open complaints with a deadline gone by, and those with another one that falls due within a span."""
    rows = index.all(
        f"""SELECT k.id, min(d.due), max(d.due) FROM deadline d CROSS JOIN complaint k ON k.id = d.record
            WHERE d.weight = {PROMISE} AND d.due <= ?1 + ?2 AND k.status IN {OPEN_COMPLAINT}
            GROUP BY k.id ORDER BY k.id""",
        now,
        within,
    )
    return (
        tuple(record for record, first, _ in rows if first < now),
        tuple(record for record, _, last in rows if last >= now),
    )


def waiting_complaints(index: Index, now: int, until: int, owners: Sequence[str], most: int) -> list[tuple[Any, ...]]:
    """Return the `most` things due first of complaints, whoever's where no owner is named; 0 is all.

    Each is the complaint's id and severity, when it is due, and its kind, owner, verb, measure, promise and share as
    `Waiting` has them.
    """
    whose = f"AND d.owner IN ({', '.join('?' * len(owners))})" if owners else ""
    return index.all(
        f"""SELECT d.record, k.severity, d.due, d.kind, d.owner, d.verb, d.number, d.promise, d.share
            FROM deadline d CROSS JOIN complaint k ON k.id = d.record WHERE {SEEN} {whose}
            ORDER BY d.due, d.record, d.kind LIMIT {most or -1}""",
        now,
        until,
        *owners,
    )


def waiting_counts(index: Index, now: int, until: int) -> tuple[int, int]:
    """Return how many things complaints wait for, and how many of them are late."""
    row = index.one(f"SELECT count(*), sum(d.due < ?1 AND d.weight > 0) FROM deadline d WHERE {SEEN}", now, until)
    return (int(row[0]), int(row[1] or 0)) if row else (0, 0)
