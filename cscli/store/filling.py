"""The index filled from nothing: files read and proven by as many processes as there are processors.

What a process of its own finds comes back as plain rows, a part at a time and in order; only the desk's own process
speaks with SQLite.
"""

import json
import marshal
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from io import BufferedReader
from typing import Any

from cscli.store import rows, shape
from cscli.store.index import Index, digest_of, file_row
from cscli.store.reading import RECORD_KINDS, examine, model_of

PART = 500  # files between two strokes of the progress bar
Tables = dict[str, list[tuple[Any, ...]]]
Progress = Callable[[int, int], None]


def fill(index: Index, home: str, paths: Sequence[str], tracked: frozenset[str] | None, progress: Progress) -> None:
    """Enter all of these files into an empty index; the caller holds its transaction."""
    salt = index.salt

    def prepare(part: Sequence[str]) -> Tables:
        return tables_of(home, part, tracked, salt)

    for kind in RECORD_KINDS:
        shape.proof(model_of(kind))  # for many it is quicker, and each process has it
    parts = [paths[start : start + PART] for start in range(0, len(paths), PART)]
    with index.without_indexes():
        for number, tables in enumerate(spread(prepare, parts)):
            progress(number * PART, len(paths))
            for table, found in tables.items():
                index.insert(table, found)


def tables_of(home: str, paths: Sequence[str], tracked: frozenset[str] | None, salt: bytes) -> Tables:
    """Return the rows of some files, by table."""
    tables: Tables = {"file": [], "finding": []}
    digest = partial(digest_of, salt=salt)
    for path in paths:
        page = examine(home, path)
        if page is None:
            continue
        record = page.record
        loose = tracked is not None and path not in tracked
        tables["file"].append(file_row(path, page.stat, page.kind, record and record.id, loose))
        for finding in page.findings:
            facts = json.dumps(dict(finding.facts), ensure_ascii=False, default=str)
            tables["finding"].append((path, finding.line, finding.rule, facts))
        if record is None:
            continue
        for table, row in rows.all_rows(record, digest):
            tables.setdefault(table, []).append(row)
    return tables


# --- several processes --------------------------------------------------------------------------------------------


def spread(work: Callable[[Any], Any], parts: Sequence[Any]) -> Iterator[Any]:
    """Yield `work` of each part, in order, done by several processes; what it returns must be plain data.

    A process that ended before its time leaves its parts to this one, where what went wrong can be raised.
    """
    number = min(os.cpu_count() or 1, len(parts))
    if number < 2:
        yield from map(work, parts)
        return
    started = [_start(work, parts[first::number]) for first in range(number)]
    try:
        for place, part in enumerate(parts):
            try:
                done = marshal.load(started[place % number][1])  # noqa: S302 - from our own process
            except (EOFError, ValueError, TypeError):
                done = work(part)
            yield done
    finally:
        for process, pipe in started:
            pipe.close()
            os.waitpid(process, 0)


def _start(work: Callable[[Any], Any], parts: Sequence[Any]) -> tuple[int, BufferedReader]:
    """Start a process that does these parts; when nobody reads on, it ends."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, os.fdopen(reading, "rb")
    with suppress(BaseException):  # it shares nothing with its parent but what was there: no clean-up is its to do
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            for part in parts:
                marshal.dump(work(part), pipe)
                pipe.flush()
    os._exit(0)
