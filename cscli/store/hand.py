"""The writing hand: a process that writes a batch's files and index entries while the next records are made ready.

Half of what a batch costs is the disk and SQLite, which need nothing but plain data. The hand reads one chunk at a time
from its standard input and answers each. When whoever feeds it is gone, it ends after the chunk it holds; the lock of
the batch's list is its own too, so that nobody takes back what it is still writing.
"""

import errno
import gc
import json
import marshal
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cscli.errors import CscliError, DataProblem, OutsideFailed

if TYPE_CHECKING:
    from cscli.store.chunk import Chunk

CACHE = 64_000  # KB for SQLite, which enters thousands of rows in any order
SIZE = 8
BEGIN = "import sys; sys.path[:0] = {path!r}; from cscli.store.hand import work; work({home!r}, {index!r}, {mode!r})"


class Hand:
    """One running hand: it writes a chunk while the caller prepares the next; its problems are raised a call later."""

    def __init__(self, home: str, index: Path, mode: int, lock: int) -> None:
        from cscli.store.git_batch import start

        self.home = home
        code = BEGIN.format(path=[entry or "." for entry in sys.path], home=home, index=str(index), mode=mode)
        self._process = start((sys.executable, "-c", code), None, lock)
        self._busy = False

    def write(self, chunk: "Chunk") -> None:
        """Hand over a chunk once the one before is written; raises what went wrong with that one."""
        data = marshal.dumps(tuple(chunk))
        self.finish()
        self._busy = True
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(len(data).to_bytes(SIZE, "big"))
            stdin.write(data)
            stdin.flush()
        except OSError:
            raise self._gone() from None

    def finish(self) -> None:
        """Wait for what was handed over; raises what went wrong with it."""
        if not self._busy:
            return
        self._busy = False
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise self._gone()
        said: dict[str, Any] = json.loads(answer)
        if said:
            kind = DataProblem if said["key"].startswith(("file.", "data.")) else OutsideFailed
            raise kind(said["key"], **said["facts"])

    def _gone(self) -> OutsideFailed:
        """Return the problem of a hand that ended of itself, in its own last words where it had any."""
        _, said = self._process.communicate()
        words = said.decode("utf-8", "replace").strip().splitlines()
        return OutsideFailed("disk.write", path=self.home, problem=words[-1] if words else os.strerror(errno.EPIPE))

    def stop(self) -> None:
        """Let the hand go, and wait until it has."""
        if self._process.poll() is None:
            self._process.communicate()


def work(home: str, index_path: str, mode: int) -> None:
    """Be the hand: write chunk after chunk until there are no more."""
    from cscli.store.chunk import Chunk, store_chunk
    from cscli.store.index import Index

    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever feeds us decides what becomes of the batch
    index = Index(Path(index_path))
    index.db.execute(f"PRAGMA cache_size=-{CACHE}")
    index.db.execute("PRAGMA wal_autocheckpoint=0")
    made: set[str] = set()
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(size := source.read(SIZE)) == SIZE:
        data = source.read(wanted := int.from_bytes(size, "big"))
        if len(data) < wanted:
            break
        answer: dict[str, object] = {}
        try:
            store_chunk(Chunk(*marshal.loads(data)), index, home, mode, made)  # noqa: S302 - from our own process
        except CscliError as problem:
            answer = {"key": problem.key, "facts": problem.facts}
        answers.write(json.dumps(answer, default=str).encode() + b"\n")
        answers.flush()
    index.close()
