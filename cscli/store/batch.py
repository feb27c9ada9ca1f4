"""Many new records as one change: written together, proven one by one, one commit.

What a single change does for one file is done here for many at a time: the list of what is to be written is made
durable, then the files are written, the disk is synced once, git commits. Cut short anywhere, the list says what to
take back (`journal.BatchList`). Memory does not grow with the number of records.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from cscli.domain.record import Change, Record, Revision
from cscli.domain.value import Value
from cscli.errors import Busy, DataProblem, OutsideFailed
from cscli.store import codec, git_batch, layout, rows, shape
from cscli.store.chunk import Chunk, store_chunk
from cscli.store.fresh import TICK, UNSURE
from cscli.store.hand import Hand
from cscli.store.history import message_of
from cscli.store.quick import canonical

if TYPE_CHECKING:
    from cscli.store.store import Store

CHUNK = 4000
FEW = 500  # records up to which a process of its own would cost more than it saves
Summary = Callable[[int], str]


class Written(Value, kw_only=False):
    """What became of a batch: how many records, and the commit; None where there was nothing to write."""

    count: int = 0
    commit: str | None = None


def apply(store: "Store", records: Iterator[Record], summary: Summary, by: str, now: datetime) -> Written:
    """Write new records and commit them as one; `summary` makes the commit's sentence of their number.

    Raises with everything as it was, as `Store.apply` does. When git's index cannot follow after the commit, the next
    command sees to it.
    """
    if not store.is_writing:
        raise RuntimeError("a batch outside of writing()")
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
        folders = _write(store, git, chain((first,), records))
        os.sync()
        change = Change(revisions=(Revision(before=None, after=first),), by=by, summary=summary(git.count))
        commit = git.commit(listed.paths, message_of(change), by, now)
    except BaseException:
        if git is not None:
            git.abandon()
        listed.settle(store.repo)  # an interruption may have come when the commit was made already
        listed.end()
        store.fresh.refresh()
        raise
    try:
        git_batch.follow(store.repo, listed.paths(), git.count, listed.handle)
    except (OutsideFailed, Busy):  # the records are committed: nothing to take back
        listed.let_go()
    else:
        _remember(store, folders)
        store.index.settle()
        if trusted:
            store.index.remember("git_index", store.fresh.git_signature())
        listed.end()
    return Written(git.count, commit)


def _write(store: "Store", git: git_batch.Importer, records: Iterator[Record]) -> set[str]:
    """Write the records' files, chunk by chunk, and return the folders they went to.

    A first few are written here. If there are more, they are written by a process of its own while the next ones are
    read and proven, which takes as long.
    """
    folders: set[str] = set()
    made: set[str] = set()
    home, mode = str(store.home), store.repo.file_mode
    hand: Hand | None = None
    try:
        while chunk := _prepare(store, git, islice(records, CHUNK if made else min(FEW, CHUNK))):
            store.journal.batch.add((f"{folder}/{name}", data) for folder, name, data in chunk.files)
            folders.update(folder for folder, _, _ in chunk.files)
            if not made:
                store_chunk(chunk, store.index, home, mode, made)
                continue
            hand = hand or Hand(home, store.index.path, mode, store.journal.batch.handle)
            hand.write(chunk)
        if hand is not None:
            hand.finish()
    finally:
        if hand is not None:
            hand.stop()
    return folders


@lru_cache(maxsize=1024)
def _folder_of(prefix: str) -> str:
    """Return the folder of all records whose ids begin so: those of a kind and a day."""
    return layout.path_of(f"{prefix}-000000").rpartition("/")[0]


def _prepare(store: "Store", git: git_batch.Importer, records: Iterator[Record]) -> Chunk | None:
    """Return some records proven and written out; git stores their contents while the next ones are at hand."""
    chunk = Chunk([], {})
    tables = chunk.tables
    for record in records:
        folder, name = _folder_of(record.id[:9]), f"{record.id}.toml"
        plain = shape.plain(record)
        shape.proof(type(record))  # for many it is quicker
        try:
            codec.prove(type(record), plain, name)
        except codec.Unreadable as problem:
            path = f"{folder}/{name}"
            raise DataProblem("data.value", finding=problem.findings[0], path=path, line=None) from None
        data = canonical(plain).encode()
        git.blob(data)
        chunk.files.append((folder, name, data))
        known: Any = record
        for table, row in rows.all_rows(known, store.index.digest):
            tables.setdefault(table, []).append(row)
    return chunk if chunk.files else None


# --- the disk and the index ---------------------------------------------------------------------------------------


def _remember(store: "Store", folders: Iterable[str]) -> None:
    """Note the times of the folders written to, but of those that hold what the index does not know.

    A time is believed as `Freshness` believes it; git's index, written just now, tells what the disk's clock says.
    """
    db = store.index.db
    believed = store.repo.index_file.stat().st_mtime_ns - TICK
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
            noted = mtime if mtime < believed else UNSURE
            db.execute("INSERT OR REPLACE INTO folder VALUES (?, ?)", (folder, noted))
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
