"""Every record of the store, one at a time, in the order of their paths."""

from collections.abc import Callable, Iterator
from typing import Any

from cscli.store import codec, files, shape
from cscli.store.reading import RECORD_KINDS, model_of
from cscli.store.store import Store

Progress = Callable[[int, int], None]
STEP = 500  # records between two strokes of the progress bar


def every_record(store: Store, progress: Progress) -> Iterator[tuple[str, Any]]:
    """Yield (path, record) for every file the index has proven; nothing is kept, so any store fits into memory."""
    marks = ", ".join("?" * len(RECORD_KINDS))
    where = f"FROM file WHERE id IS NOT NULL AND kind IN ({marks})"
    ((total,),) = store.index.all(f"SELECT count(*) {where}", *RECORD_KINDS)
    cursor = store.index.db.execute(f"SELECT path, kind {where} ORDER BY path", RECORD_KINDS)
    for number, (path, kind) in enumerate(cursor):
        if number % STEP == 0:
            progress(number, total)
        raw = files.read(store.home / path)
        if raw is not None:
            yield path, shape.build(model_of(kind), codec.parse(raw, path))
    progress(total, total)
