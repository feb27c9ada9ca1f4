"""The index: a derived SQLite file inside git's folder that may be thrown away at any moment.

It holds what lists and figures need, never the truth. Whether it still speaks of the files as they are is proven by
`cscli.store.fresh` before every answer.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cscli.domain import states
from cscli.domain.findings import Finding
from cscli.errors import Busy
from cscli.store import codec, familiar, rows
from cscli.store.files import Signature

VERSION = 34
LOCK_PATIENCE = 10  # seconds
CACHE = 64_000  # KB of memory while an index is filled
FILES = """
CREATE TABLE file (path TEXT PRIMARY KEY, folder TEXT NOT NULL, mtime INTEGER, ctime INTEGER, size INTEGER,
    inode INTEGER, kind TEXT, id TEXT, tail TEXT, loose INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE TABLE folder (path TEXT PRIMARY KEY, mtime INTEGER) WITHOUT ROWID;
CREATE TABLE finding (path TEXT, line INTEGER, rule TEXT, facts TEXT);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
INDEXES = f"""
CREATE INDEX file_folder ON file (folder);
CREATE INDEX file_id ON file (id);
CREATE INDEX file_tail ON file (tail);
CREATE INDEX file_loose ON file (path) WHERE loose;
CREATE INDEX finding_path ON finding (path);
CREATE INDEX booking_start ON booking (start, "end");
CREATE INDEX booking_received ON booking (received_at);
CREATE INDEX booking_ended ON booking (ended_at);
CREATE INDEX booking_arrived ON booking (arrived_at) WHERE arrived_at IS NOT NULL;
CREATE INDEX booking_rated ON booking (rated_at) WHERE rated_at IS NOT NULL;
CREATE INDEX booking_answered ON booking (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX booking_customer ON booking (customer, start);
CREATE INDEX booking_unmet ON booking (customer, service) WHERE outcome = 'unmet';
CREATE INDEX booking_waiting ON booking (start) WHERE waitlisted;
CREATE INDEX booking_offered ON booking (customer) WHERE waitlisted AND status = 'requested';
CREATE INDEX booking_priority ON booking (customer, service) WHERE priority;
CREATE INDEX booking_series ON booking (series, start) WHERE series IS NOT NULL;
CREATE INDEX booking_refund ON booking (refund_due) WHERE refund_due IS NOT NULL;
CREATE INDEX booking_open ON booking (status, start) WHERE status IN {rows.sql_list(states.OCCUPYING)};
CREATE INDEX booking_unpaid ON booking (service) WHERE owed > 0 AND status IN {rows.sql_list(states.OWING)};
CREATE INDEX booking_moved ON booking (start) WHERE moved_at IS NOT NULL;
CREATE INDEX booking_asked ON booking (asked_at) WHERE asked_at IS NOT NULL;
CREATE INDEX booking_visit ON booking (respond_by) WHERE respond_by IS NOT NULL AND status = 'confirmed';
CREATE INDEX booking_audit ON booking (audit_since) WHERE audit_since IS NOT NULL;
CREATE INDEX booking_assigned ON booking (assigned_to, start) WHERE assigned_to IS NOT NULL;
CREATE INDEX booking_called_off ON booking (start) WHERE status = 'cancelled';
CREATE INDEX booking_given ON booking (service, ended_at) WHERE status = 'completed';
CREATE INDEX booking_ref ON booking (external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX complaint_received ON complaint (received_at);
CREATE INDEX complaint_ended ON complaint (ended_at, received_at);
CREATE INDEX complaint_customer ON complaint (customer);
CREATE INDEX complaint_status ON complaint (status);
CREATE INDEX complaint_reckoned ON complaint (reckoned) WHERE reckoned IS NOT NULL;
CREATE INDEX complaint_stale ON complaint (status) WHERE reckoned IS NULL;
CREATE INDEX complaint_last ON complaint (last_at);
CREATE INDEX complaint_due ON complaint (due) WHERE due IS NOT NULL;
CREATE INDEX complaint_runs_on ON complaint (runs_on) WHERE runs_on = 1 AND status = 'closed';
CREATE INDEX complaint_merged ON complaint (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX deadline_due ON deadline (due, record, kind, weight);
CREATE INDEX deadline_record ON deadline (record);
CREATE INDEX measure_record ON measure (record);
CREATE INDEX measure_planned ON measure (planned_at);
CREATE INDEX measure_done ON measure (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX measure_open ON measure (due) WHERE done_at IS NULL;
CREATE INDEX measure_verified ON measure (verified_at) WHERE verified_at IS NOT NULL;
CREATE INDEX complaint_ref ON complaint (external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX customer_joined ON customer (joined);
CREATE INDEX event_at ON event (kind, type, at);
CREATE INDEX event_record ON event (record);
CREATE INDEX slot_day ON slot (resource, day);
CREATE INDEX slot_booking ON slot (booking);
CREATE INDEX contact_digest ON contact (digest);
CREATE INDEX contact_customer ON contact (customer);
"""


def _schema() -> str:
    def table(name: str, columns: Iterable[str]) -> str:
        listed = ", ".join(f'"{column}"' for column in columns)
        return f"CREATE TABLE {name} ({listed});\n"

    return (
        FILES
        + "".join(
            table(kind, [name for name, _ in columns]).replace('("id"', '("id" TEXT PRIMARY KEY', 1)
            for kind, columns in rows.COLUMNS.items()
        )
        + table("event", rows.EVENT_COLUMNS)
        + table("slot", rows.SLOT_COLUMNS)
        + table("deadline", rows.DEADLINE_COLUMNS)
        + table("measure", rows.MEASURE_COLUMNS)
        + table("contact", rows.CONTACT_COLUMNS)
        + INDEXES
    )


def digest_of(word: str, salt: bytes) -> str:
    """Return the keyed digest of a contact."""
    try:  # hashlib's own, without loading OpenSSL for it
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

    return blake2b(word.encode("utf-8", "surrogatepass"), key=salt, digest_size=16).hexdigest()


def file_row(path: str, stat: Signature, kind: str | None, record_id: str | None, loose: bool) -> tuple[Any, ...]:
    """Return the row of a file as it was when it was read."""
    return (path, path.rsplit("/", 1)[0], *stat, kind, record_id, record_id and record_id[-6:], int(loose))


class Index:
    """An open index; every method is one question or one entry, and nothing here judges."""

    Failed = sqlite3.DatabaseError

    def __init__(self, path: Path, mend: Callable[[Exception], None] | None = None, mode: int = 0o640) -> None:
        self.path = path
        self.mode = mode
        self.mend = mend  # what to do where an answer fails, before the question is put once more
        self.db = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect(str(self.path))
        except sqlite3.DatabaseError as problem:
            if "locked" in str(problem):
                raise Busy("busy.lock", seconds=LOCK_PATIENCE) from None
            self._discard()
        try:
            return self._connect(str(self.path))
        except sqlite3.DatabaseError:  # a disk that cannot be written: the answer is right, only slower
            return self._connect(":memory:")

    def _connect(self, name: str) -> sqlite3.Connection:
        if name != ":memory:" and not self.path.exists():
            with suppress(OSError):
                handle = os.open(self.path, os.O_CREAT | os.O_RDWR, self.mode)
                os.fchmod(handle, self.mode)
                os.close(handle)
        db = sqlite3.connect(name, timeout=LOCK_PATIENCE, isolation_level=None)
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                if version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise sqlite3.DatabaseError("an index of another version")
                db.execute("PRAGMA journal_mode=WAL")
                db.execute("BEGIN IMMEDIATE")
                if not db.execute("PRAGMA user_version").fetchone()[0]:
                    for statement in _schema().split(";\n"):
                        db.execute(statement)
                    db.execute("INSERT INTO meta VALUES ('salt', ?)", (os.urandom(16).hex(),))
                    db.execute(f"PRAGMA user_version={VERSION}")
                db.execute("COMMIT")
            db.execute("PRAGMA synchronous=NORMAL")
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self.path}{suffix}").unlink()

    def rebuild(self, *, in_memory: bool = False) -> None:
        """Begin anew, empty: with a new file, or without any where none may be written."""
        self.db.close()
        if in_memory:
            self.db = self._connect(":memory:")
            return
        self._discard()
        self.db = self._open()

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Enter many things as one, or none of them."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    # --- questions ----------------------------------------------------------------------------------------------

    def all(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return every row of an answer."""
        return self._ask(question, values)[1]

    def one(self, question: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of an answer."""
        rows = self._ask(question, values)[1]
        return rows[0] if rows else None

    def named(self, question: str, *values: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of an answer with their columns' names."""
        names, rows = self._ask(question, values)
        for row in rows:
            yield dict(zip(names, row, strict=True))

    def _ask(self, question: str, values: tuple[Any, ...]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return an answer's columns and rows; a damaged index is mended and asked once more."""
        for last in (False, True):
            try:
                cursor = self.db.execute(question, values)
                return [column[0] for column in cursor.description or ()], cursor.fetchall()
            except sqlite3.DatabaseError as problem:
                if last or self.mend is None:
                    raise
                self.mend(problem)
        raise AssertionError("unreachable")

    def meta(self, key: str) -> str | None:
        """Return a remembered value."""
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        return row[0] if row else None

    def remember(self, key: str, value: str | None) -> None:
        """Remember a value; None forgets it."""
        if value is None:
            self.db.execute("DELETE FROM meta WHERE key = ?", (key,))
        else:
            self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def keep_rules(self, raw: bytes) -> None:
        """Keep the rulebook's data as the desk itself would write it, which is read in no time, beside its text."""
        kept = None
        with suppress(codec.Unreadable):
            kept = familiar.write(codec.parse(raw, ""))
        self.remember("rules", kept)
        self.remember("rules_of", raw.decode() if kept else None)

    def rules(self, raw: bytes) -> dict[str, Any] | None:
        """Return the data of the rulebook with exactly this text; None where it is not kept."""
        kept = self.meta("rules")
        return familiar.read(kept) if kept and self.meta("rules_of") == raw.decode("utf-8", "replace") else None

    def findings(self) -> list[Finding]:
        """Return what is wrong with single files, as far as reading them told."""
        found = self.all("SELECT path, line, rule, facts FROM finding ORDER BY path, line")
        if not found:
            return []
        import json

        return [Finding(path, line, rule, json.loads(facts)) for path, line, rule, facts in found]

    def digest(self, word: str) -> str:
        """Return the keyed digest under which a contact is kept."""
        return digest_of(word, self.salt)

    @property
    def salt(self) -> bytes:
        """The key of this index's digests."""
        return bytes.fromhex(self.meta("salt") or "")

    def is_empty(self) -> bool:
        """Return whether the index knows no file yet."""
        return self.one("SELECT 1 FROM file LIMIT 1") is None

    # --- entries ------------------------------------------------------------------------------------------------

    def forget(self, path: str) -> list[tuple[Any, ...]]:
        """Take out everything that was known from a file; return the slots its booking took."""
        row = self.one("SELECT id, kind FROM file WHERE path = ?", path)
        if row is None:
            return []
        record_id, kind = row
        held: list[tuple[Any, ...]] = []
        self.db.execute("DELETE FROM file WHERE path = ?", (path,))
        self.db.execute("DELETE FROM finding WHERE path = ?", (path,))
        if kind == "booking":
            name = path.rsplit("/", 1)[1].removesuffix(".toml")
            held = self.all("SELECT * FROM slot WHERE booking = ?", name)
            self.db.execute("DELETE FROM slot WHERE booking = ?", (name,))
        if record_id is not None and kind in rows.COLUMNS:
            self.db.execute(f"DELETE FROM {kind} WHERE id = ?", (record_id,))
            if kind == "customer":
                self.db.execute("DELETE FROM contact WHERE customer = ?", (record_id,))
            else:
                self.db.execute("DELETE FROM event WHERE record = ?", (record_id,))
                self.db.execute("DELETE FROM deadline WHERE record = ?", (record_id,))
                self.db.execute("DELETE FROM measure WHERE record = ?", (record_id,))
        return held

    def hold(self, slots: Iterable[tuple[Any, ...]]) -> None:
        """Keep what a booking took before its file became unreadable: it may not be sold again meanwhile."""
        same = "resource = ? AND day = ? AND start = ? AND end = ? AND booking = ? AND seat_class IS ?"
        for row in slots:
            resource, day, start, end, units, booking, _, _, seat_class = row
            place = (resource, day, start, end, booking, seat_class)
            known = self.one(f"SELECT units FROM slot WHERE {same}", *place)
            if known is None:
                self._insert("slot", row)
            elif known[0] < units:
                self.db.execute(f"UPDATE slot SET units = ? WHERE {same}", (units, *place))

    def enter_file(
        self,
        path: str,
        stat: Signature,
        kind: str | None,
        record_id: str | None,
        findings: Sequence[Finding],
        loose: bool,
    ) -> None:
        """Note a file as it was when it was read, and what was wrong with it."""
        self._insert("file", file_row(path, stat, kind, record_id, loose))
        for finding in findings:
            import json

            facts = json.dumps(dict(finding.facts), ensure_ascii=False, default=str)
            self.db.execute("INSERT INTO finding VALUES (?, ?, ?, ?)", (path, finding.line, finding.rule, facts))

    def enter_record(self, record: Any) -> None:
        """Note a record that was read."""
        for table, row in rows.all_rows(record, self.digest):
            self._insert(table, row)

    def _insert(self, table: str, row: Sequence[Any]) -> None:
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)

    def insert(self, table: str, found: Sequence[Sequence[Any]]) -> None:
        """Note many rows of a table."""
        if found:
            marks = ", ".join("?" * len(found[0]))
            self.db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", found)

    @contextmanager
    def without_indexes(self) -> Iterator[None]:
        """Let many rows come in first and sort them afterwards, which takes a fraction of the time."""
        for (name,) in self.all("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
            self.db.execute(f"DROP INDEX {name}")
        self.db.execute(f"PRAGMA cache_size=-{CACHE}")
        yield
        for statement in INDEXES.split(";\n"):
            self.db.execute(statement)

    def settle(self) -> None:
        """Bring what was written home from SQLite's log; after much of it, every command would read that log first."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
