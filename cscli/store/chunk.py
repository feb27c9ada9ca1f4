"""One chunk of a batch put away: its files on the disk, its rows in the index."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cscli.domain import ids
from cscli.errors import DataProblem, OutsideFailed
from cscli.store.files import Signature, signature
from cscli.store.index import Index

GROUP_WRITES = 0o020
Row = tuple[Any, ...]


class Chunk(NamedTuple):
    """Some records ready to be stored, as plain data: (folder, name, content) of each file, and the index's rows."""

    files: list[tuple[str, str, bytes]]
    tables: dict[str, list[Row]]


def store_chunk(chunk: Chunk, index: Index, home: str, mode: int, made: set[str]) -> None:
    """Write the files of a chunk and enter its rows into the index; `made` are the folders known to be there."""
    entered = []
    for folder, name, data in chunk.files:
        if folder not in made:
            _make_folder(home, folder, shared=bool(mode & GROUP_WRITES))
            made.add(folder)
        path = f"{folder}/{name}"
        stat = _create(f"{home}/{path}", data, mode)
        record_id = name[:-5]
        kind = ids.KINDS[record_id[:2]]
        entered.append((path, folder, *stat, kind, record_id, record_id[-6:], 0))
    _enter(index, entered, chunk.tables)


def _make_folder(home: str, folder: str, *, shared: bool) -> None:
    """Do what `files.make_folders` does, durable only when the whole disk is synced."""
    path = home
    for part in folder.split("/"):
        path = f"{path}/{part}"
        try:
            os.mkdir(path)  # noqa: PTH102 - thousands of them
            if shared:
                os.chmod(path, 0o2770)  # noqa: PTH101, S103 - the group is meant
        except FileExistsError:
            if os.path.islink(path):  # noqa: PTH114 - as above
                raise DataProblem("data.symlink", path=path[len(home) + 1 :], line=None) from None
        except OSError as problem:
            raise OutsideFailed("disk.write", path=path, problem=os.strerror(problem.errno or 0)) from problem


def _create(path: str, data: bytes, mode: int) -> Signature:
    """Write a new file; it is durable only when the whole disk is synced."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            if os.write(handle, data) != len(data):
                raise OSError(28, "short write")
            stat = os.fstat(handle)
            if stat.st_mode & 0o777 != mode:  # as asked for, whatever the umask takes away
                os.fchmod(handle, mode)
                stat = os.fstat(handle)
            return signature(stat)
        finally:
            os.close(handle)
    except OSError as problem:
        raise OutsideFailed("disk.write", path=path, problem=os.strerror(problem.errno or 0)) from problem


def _enter(index: Index, files: Sequence[Row], tables: Mapping[str, Sequence[Row]]) -> None:
    """Enter records into the index, all at once; what another command read of them meanwhile is replaced."""
    db = index.db
    db.execute("BEGIN IMMEDIATE")
    try:
        before = db.total_changes
        _insert(db, "file", files, "INSERT OR IGNORE")
        if db.total_changes - before != len(files):
            for row in files:
                index.forget(row[0])
                _insert(db, "file", [row])
        for table, found in tables.items():
            _insert(db, table, found)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _insert(db: sqlite3.Connection, table: str, found: Sequence[Row], verb: str = "INSERT") -> None:
    if found:
        marks = ", ".join("?" * len(found[0]))
        db.executemany(f"{verb} INTO {table} VALUES ({marks})", found)
