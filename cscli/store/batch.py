"""Many new records as one change: written together, proven one by one, one commit.

What a single change does for one file is done here for many at a time: the list of what is to be written is made
durable, then the files are written, the disk is synced once, git commits. Cut short anywhere, the list says what to
take back (`journal.BatchList`). Memory does not grow with the number of records.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from cscli.domain.record import Change, Record, Revision
from cscli.domain.value import Value
from cscli.errors import Busy, DataProblem, OutsideFailed
from cscli.store import codec, git_batch, layout, rows, shape
from cscli.store.files import Signature, signature
from cscli.store.history import message_of

if TYPE_CHECKING:
    from cscli.store.store import Store

CHUNK = 4000
CACHE = 64_000  # KB for SQLite while a batch is entered
SPECIAL = re.compile(r'[\x00-\x08\x0a-\x1f\x7f"\\]')
Summary = Callable[[int], str]


class Written(Value, kw_only=False):
    """What became of a batch: how many records, and the commit; None where there was nothing to write."""

    count: int = 0
    commit: str | None = None


class _Entry:
    """One record on its way: where it goes, what stands in its file, and the file's signature once it is there."""

    __slots__ = ("data", "folder", "path", "record", "stat")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.folder = _folder_of(record.id[:9])
        self.path = f"{self.folder}/{record.id}.toml"
        plain = shape.plain(record)
        try:
            codec.prove(type(record), plain, self.path)
        except codec.Unreadable as problem:
            raise DataProblem("data.value", finding=problem.findings[0], path=self.path, line=None) from None
        self.data = canonical(plain).encode()
        self.stat: Signature = (0, 0, 0, 0)


@lru_cache(maxsize=1024)
def _folder_of(prefix: str) -> str:
    """Return the folder of all records whose ids begin so: those of a kind and a day."""
    return layout.path_of(f"{prefix}-000000").rpartition("/")[0]


def apply(store: "Store", records: Iterator[Record], summary: Summary, by: str, now: datetime) -> Written:
    """Write new records and commit them as one; `summary` makes the commit's sentence of their number.

    Raises with everything as it was, as `Store.apply` does. When git's index cannot follow after the commit, the next
    command sees to it.
    """
    first = next(records, None)
    if first is None:
        return Written()
    store.repo.ready()
    seen = store.fresh.git_signature()
    trusted = seen == store.index.meta("git_index")
    listed = store.journal.batch
    listed.begin()
    git = None
    try:
        git = git_batch.Importer(store.repo, listed.handle)
        with _room_to_work(store.index.db):
            folders = _write(store, git, chain((first,), records))
        os.sync()
        change = Change(revisions=(Revision(before=None, after=first),), by=by, summary=summary(git.count))
        commit = git.commit(listed.paths, message_of(change), by, now)
    except BaseException:
        if git is not None:
            git.abandon()
        listed.undo()
        listed.end()
        store.fresh.refresh()
        raise
    _remember(store, folders)
    try:
        git_batch.follow(store.repo, listed.paths(), git.count, listed.handle)
    except (OutsideFailed, Busy):  # the records are committed: nothing to take back
        listed.let_go()
    else:
        if trusted:
            store.index.remember("git_index", store.fresh.git_signature())
        listed.end()
    return Written(git.count, commit)


def _write(store: "Store", git: git_batch.Importer, records: Iterator[Record]) -> set[str]:
    """Write the records' files, chunk by chunk, and return the folders they went to."""
    folders: set[str] = set()
    mode = store.repo.file_mode
    home = str(store.home)
    while chunk := _prepare(records, git):
        store.journal.batch.add((entry.path, entry.data) for entry in chunk)
        for entry in chunk:
            if entry.folder not in folders:
                _make_folder(home, entry.folder)
                folders.add(entry.folder)
            entry.stat = _create(f"{home}/{entry.path}", entry.data, mode)
        _enter(store, chunk)
    return folders


def _prepare(records: Iterator[Record], git: git_batch.Importer) -> list[_Entry]:
    """Return the next records proven and written out; git stores their contents while the next ones are at hand."""
    chunk = []
    for record in islice(records, CHUNK):
        entry = _Entry(record)
        git.blob(entry.data)
        chunk.append(entry)
    return chunk


def _make_folder(home: str, folder: str) -> None:
    """Create a folder and what is missing above it; refuses to walk through a symbolic link."""
    path = home
    for part in folder.split("/"):
        path = f"{path}/{part}"
        try:
            os.mkdir(path)  # noqa: PTH102 - thousands of them
        except FileExistsError:
            if os.path.islink(path):  # noqa: PTH114 - as above
                raise DataProblem("file.symlink", path=path[len(home) + 1 :], line=None) from None
        except OSError as problem:
            raise OutsideFailed("disk.write", path=path, problem=os.strerror(problem.errno or 0)) from problem


def _create(path: str, data: bytes, mode: int) -> Signature:
    """Write a new file; it is durable only when the whole disk is synced."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            if os.write(handle, data) != len(data):
                raise OSError(28, "short write")
            return signature(os.fstat(handle))
        finally:
            os.close(handle)
    except OSError as problem:
        raise OutsideFailed("disk.write", path=path, problem=os.strerror(problem.errno or 0)) from problem


# --- the index ----------------------------------------------------------------------------------------------------


def _enter(store: "Store", chunk: Sequence[_Entry]) -> None:
    """Enter records into the index, all at once; what another command read of them meanwhile is replaced."""
    db = store.index.db
    db.execute("BEGIN IMMEDIATE")
    try:
        before = db.total_changes
        files = [_file_row(entry) for entry in chunk]
        _insert(db, "file", files, "INSERT OR IGNORE")
        if db.total_changes - before != len(chunk):
            for entry, row in zip(chunk, files, strict=True):
                store.index.forget(entry.path, entry.record.id, entry.record.kind)
                _insert(db, "file", [row])
        tables: dict[str, list[tuple[Any, ...]]] = {"event": [], "slot": [], "contact": []}
        for entry in chunk:
            record = entry.record
            tables.setdefault(record.kind, []).append(rows.record_row(record))
            if record.kind == "customer":
                tables["contact"] += [(store.index.digest(word), record.id) for word in rows.contacts(record)]
                continue
            tables["event"].extend(rows.event_rows(record))
            if record.kind == "booking":
                tables["slot"].extend(rows.slot_rows(record))
        for table, found in tables.items():
            _insert(db, table, found)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


@contextmanager
def _room_to_work(db: sqlite3.Connection) -> Iterator[None]:
    """Give SQLite the memory that thousands of entries in any order need, and put its log away once at the end."""
    (cache,) = db.execute("PRAGMA cache_size").fetchone()
    (pages,) = db.execute("PRAGMA wal_autocheckpoint").fetchone()
    db.execute(f"PRAGMA cache_size=-{CACHE}")
    db.execute("PRAGMA wal_autocheckpoint=0")
    try:
        yield
    finally:
        db.execute(f"PRAGMA cache_size={cache}")
        db.execute(f"PRAGMA wal_autocheckpoint={pages}")


def _file_row(entry: _Entry) -> tuple[Any, ...]:
    record_id = entry.record.id
    return (entry.path, entry.folder, *entry.stat, entry.record.kind, record_id, record_id[-6:], 0)


def _insert(db: sqlite3.Connection, table: str, found: Sequence[tuple[Any, ...]], verb: str = "INSERT") -> None:
    if found:
        marks = ", ".join("?" * len(found[0]))
        db.executemany(f"{verb} INTO {table} VALUES ({marks})", found)


def _remember(store: "Store", folders: Iterable[str]) -> None:
    """Note the times of the folders written to; of one that holds a file unknown to the index, nothing is noted."""
    db = store.index.db
    above = {folder.rsplit("/", depth)[0] for folder in folders for depth in (1, 2, 3)}
    ours = {*folders, *above}
    db.execute("BEGIN IMMEDIATE")
    for folder in sorted(ours):
        try:
            mtime = (store.home / folder).stat().st_mtime_ns
            with os.scandir(store.home / folder) as entries:
                names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except OSError:
            continue
        inside = [name for name in names if not (name[0].startswith(".") or name[0] == "README.md")]
        (known,) = store.index.one("SELECT count(*) FROM file WHERE folder = ?", folder) or (0,)
        below = (f"{folder}/{name}" for name, is_folder in inside if is_folder)
        if sum(not is_folder for _, is_folder in inside) == known and all(
            path in ours or store.index.one("SELECT 1 FROM folder WHERE path = ?", path) for path in below
        ):
            db.execute("INSERT OR REPLACE INTO folder VALUES (?, ?)", (folder, mtime))
    db.execute("COMMIT")


# --- small helps --------------------------------------------------------------------------------------------------


class Seen:
    """Which words came by already; kept on disk when there are many."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("CREATE TABLE seen (word TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def first(self, word: str) -> bool:
        """Return whether this is the first time, and remember it."""
        return self._db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (word,)).rowcount == 1

    def close(self) -> None:
        """Forget everything."""
        with suppress(sqlite3.Error):
            self._db.close()


_written: dict[int, tuple[datetime, str]] = {}  # by identity: equal moments of other offsets are written otherwise


def canonical(data: dict[str, Any]) -> str:
    """Return what `codec.dump_plain` returns, several times faster for the plain files that batches consist of."""
    head = []
    blocks = []
    for key, value in data.items():
        kind = type(value)
        if kind is list and value and type(value[0]) is dict:
            for table in value:
                body = []
                for name, part in table.items():
                    text = _literal(part)
                    if text is None:
                        return codec.dump_plain(data)
                    body.append(f"{name} = {text}\n")
                blocks.append(f"[[{key}]]\n{''.join(body)}")
            continue
        text = _literal(value)
        if text is None:
            return codec.dump_plain(data)
        head.append(f"{key} = {text}\n")
    return "\n".join(["".join(head), *blocks])


def _literal(value: Any) -> str | None:
    """Return a plain value as TOML, None for what is left to the codec."""
    kind = type(value)
    if kind is str:
        return None if SPECIAL.search(value) else f'"{value}"'
    if kind is datetime:
        known = _written.get(id(value))
        if known is None or known[0] is not value:
            if len(_written) > CHUNK:
                _written.clear()
            known = _written[id(value)] = (value, str(value))
        return known[1]
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is list and value and all(type(item) is str and not SPECIAL.search(item) for item in value):
        return "[\n{},\n]".format(",\n".join(f'    "{item}"' for item in value))
    return None
