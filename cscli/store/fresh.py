"""Proof that the index still speaks of the files as they are, and the re-reading of those that changed.

Three kinds of change are looked for before every answer. A file added, removed or replaced moves its folder's time. A
file edited in place does not: a small store is looked through file by file; in a large one git is asked, which compares
all files with its own index many times faster, and is believed only while that index is the one last seen here.
Otherwise everything is looked through once.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cscli.domain.findings import Finding
from cscli.domain.value import NOTHING, Value
from cscli.errors import OutsideFailed
from cscli.store import files, layout, probe, reading
from cscli.store.files import Signature
from cscli.store.git import Repository
from cscli.store.index import Index
from cscli.store.reading import NO_STAT, ODD, UNWRITTEN

SMALL = 1500  # files up to which looking at each is cheaper than asking git
TICK = 50_000_000  # nanoseconds; file systems stamp with clocks that stand still for up to some ten milliseconds
UNSURE = -1
BROKEN = "SELECT path FROM file WHERE kind = 'booking' AND id IS NULL ORDER BY path"
SCHEMA = ".schema.json"  # as the rulebook's first line points editors at it
Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    return None


class Seen(Value):
    """What was found on the disk: files with their signatures, folders with the time of their last change."""

    files: dict[str, Signature]
    folders: dict[str, int]


class Freshness:
    """Keeps one index true to one desk's files."""

    def __init__(self, home: Path, repo: Repository, index: Index, progress: Progress = _silent) -> None:
        self.home = home
        self.repo = repo
        self.index = index
        self.progress = progress

    def refresh(self, *, again: bool = False) -> tuple[str, ...]:
        """Bring the index up to date and return the paths that had changed behind its back.

        `again` is for the moment the lock was had, right after a first look: what other commands wrote since, they have
        entered themselves; what a person edits within these milliseconds counts as edited after the command.
        """
        large = self.index.one("SELECT 1 FROM file LIMIT 1 OFFSET ?", SMALL) is not None
        seen = self.git_signature()
        same_index = self.index.meta("git_index") == seen
        if not large or not same_index:
            seen_now = self._look([layout.RECORDS], deep=True)
            changed = self._compare(seen_now.files, self._known())
            large = large or len(changed) > SMALL
            watched = self._tracked() if large and (changed or not same_index) else None
            if changed or not same_index:
                self._read(changed | (set() if same_index else self._gone()), watched or frozenset())
                self.index.remember("git_index", seen)
            self._note_folders(seen_now.folders, whole=True)
            return tuple(sorted(changed))
        if again:
            return ()
        changed, folders, gone = self._moved()
        changed |= self._edited()
        if changed:
            self._read(changed)
        if folders or gone:
            self._note_folders(folders, gone=gone)
        return tuple(sorted(changed))

    def git_signature(self) -> str:
        """Return what changes whenever git's index is written by anybody."""
        try:
            return " ".join(map(str, files.signature(self.repo.index_file.stat())))
        except OSError:
            return "none"

    def follow(self, paths: Iterable[str], written: Mapping[str, tuple[bytes, Any]] = NOTHING) -> None:
        """Read again what the desk itself wrote and committed, and whatever else moved in the same folders.

        `written` are files with their content and the record proven of it: what is found as it was written is believed.
        """
        own = set(paths)
        folders = {path.rsplit("/", 1)[0] for path in own}
        above = {folder[:place] for folder in folders for place, sign in enumerate(folder) if sign == "/"}
        seen = self._look(sorted(folders))
        known: dict[str, Signature] = {}
        for folder in folders:
            known.update(self._known(folder))
        changed = self._compare(seen.files, known)
        self._read(own, tracked=None, written=written)
        self._read(changed - own)
        self._note_folders({**seen.folders, **self._look(sorted(above - folders)).folders})

    # --- what is there ------------------------------------------------------------------------------------------

    def _look(self, folders: Iterable[str], deep: bool = False) -> "Seen":
        """Return the files in some folders; those below as well if `deep`, or where the index does not know them yet.

        Hidden files, a README and an editor's schemas are nobody's records. What was written a moment ago may be
        written again within the same tick of the clock that stamps files: it is seen, but not believed.
        """
        seen = Seen(files={}, folders={})
        believed = time.time_ns() - TICK
        waiting = list(folders)
        while waiting:
            folder = waiting.pop()
            try:
                mtime = (self.home / folder).stat().st_mtime_ns
                with os.scandir(self.home / folder) as entries:
                    for entry in entries:
                        if entry.name.startswith(".") or entry.name == "README.md" or entry.name.endswith(SCHEMA):
                            continue
                        path = f"{folder}/{entry.name}"
                        if not path.isprintable():  # not UTF-8, or with control signs: named, never opened
                            seen.files[ascii(path).strip("'") + ODD] = NO_STAT
                        elif not entry.is_dir(follow_symlinks=False) or entry.name.endswith(".toml"):
                            seen.files[path] = files.signature(entry.stat(follow_symlinks=False))
                        elif deep or self.index.one("SELECT 1 FROM folder WHERE path = ?", path) is None:
                            waiting.append(path)
            except FileNotFoundError:
                continue
            except OSError:  # a folder that may not be read is said, not passed over
                seen.files[folder + ODD] = NO_STAT
                continue
            seen.folders[folder] = mtime if mtime < believed else UNSURE
        return seen

    def _note_folders(self, seen: Mapping[str, int], *, whole: bool = False, gone: Iterable[str] = ()) -> None:
        """Remember when folders changed last; `whole` says these are all there are, `gone` names those that went."""
        known = dict(self.index.all("SELECT path, mtime FROM folder"))
        news = [(path, mtime) for path, mtime in seen.items() if known.get(path) != mtime]
        lost = [(path,) for path in known if path not in seen] if whole else [(path,) for path in gone]
        if news or lost:
            with self.index.writing():
                self.index.db.executemany("INSERT OR REPLACE INTO folder VALUES (?, ?)", news)
                self.index.db.executemany("DELETE FROM folder WHERE path = ?", lost)

    def _known(self, folder: str | None = None) -> dict[str, Signature]:
        where, values = ("WHERE folder = ?", (folder,)) if folder else ("", ())
        question = f"SELECT path, mtime, ctime, size, inode FROM file {where}"
        return {row[0]: row[1:] for row in self.index.all(question, *values)}

    @staticmethod
    def _compare(found: dict[str, Signature], known: dict[str, Signature]) -> set[str]:
        return {path for path, stat in found.items() if known.get(path) != stat} | (known.keys() - found.keys())

    def _moved(self) -> tuple[set[str], dict[str, int], list[str]]:
        """Return the files that differ in folders whose time has moved or that are gone, and those folders.

        The folders are to be noted once their files have been read, not before: a look cut short must be had again.
        """
        moved, gone = [], []
        home, stat = f"{self.home}/", os.stat  # thousands of folders: pathlib would take longer than the disk
        for folder, mtime in self.index.all("SELECT path, mtime FROM folder"):
            try:
                if stat(home + folder).st_mtime_ns != mtime:
                    moved.append(folder)
            except OSError:
                gone.append(folder)
        if not moved and not gone:
            return set(), {}, []
        seen = self._look(moved)
        known: dict[str, Signature] = {}
        for folder in (*moved, *gone):
            known.update(self._known(folder))
        return self._compare(seen.files, known), seen.folders, gone

    def _edited(self) -> set[str]:
        """Return the files edited in place: what git sees differ, and what git does not keep an eye on."""
        names = probe.answer(str(self.home))
        if names is None:
            names = self.repo.ask(*probe.WORDS[1:])
        suspects = {name.decode("utf-8", "surrogateescape") for name in names.split(b"\0") if name}
        suspects |= {path for (path,) in self.index.all("SELECT path FROM file WHERE loose")}
        known = {}
        for path in suspects:
            row = self.index.one("SELECT mtime, ctime, size, inode FROM file WHERE path = ?", path)
            if row:
                known[path] = row
        return {path for path, stat in known.items() if reading.signature_of(str(self.home), path) != stat}

    def _gone(self) -> set[str]:
        """Return the bookings that git keeps and the disk does not."""
        with suppress(OutsideFailed):  # no git, or nothing in it
            names = self.repo.ask("ls-files", "-z", "--deleted", "--", layout.BOOKINGS).split(b"\0")
            return {name.decode("utf-8", "surrogateescape") for name in names if name}
        return set()

    def _tracked(self) -> frozenset[str]:
        names = self.repo.ask("ls-files", "-z", "-v", "--", layout.RECORDS).split(b"\0")
        watched = (name[2:] for name in names if name.startswith(b"H "))  # other marks: told not to look
        return frozenset(name.decode("utf-8", "surrogateescape") for name in watched)

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(
        self,
        paths: Iterable[str],
        tracked: frozenset[str] | None = frozenset(),
        written: Mapping[str, tuple[bytes, Any]] = NOTHING,
    ) -> None:
        """Read files again; `tracked` are those git watches, None says git watches them all."""
        ordered = sorted(paths)
        db = self.index.db
        db.execute("BEGIN IMMEDIATE")
        try:
            if len(ordered) > SMALL and self.index.is_empty():
                from cscli.store.filling import fill

                fill(self.index, str(self.home), ordered, tracked, self.progress)
                self._hold_lost([path for (path,) in self.index.all(BROKEN)])
                self._keep({path: [] for path in self._gone()})
            else:
                self._enter_each(ordered, tracked, written)
                if tracked:
                    self._watch(tracked)
            if layout.RULEBOOK in ordered:
                self.index.keep_rules(files.read(self.home / layout.RULEBOOK) or b"")
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        if len(ordered) > SMALL:
            self.index.settle()
        self.progress(len(ordered), len(ordered))

    def _watch(self, tracked: frozenset[str]) -> None:
        """Note which files git watches, of those that have not changed as well."""
        db = self.index.db
        db.execute("CREATE TEMP TABLE IF NOT EXISTS watched (path TEXT PRIMARY KEY)")
        db.execute("DELETE FROM watched")
        db.executemany("INSERT INTO watched VALUES (?)", ((path,) for path in tracked))
        db.execute("UPDATE file SET loose = path NOT IN (SELECT path FROM watched)")

    def _enter_each(
        self, paths: Sequence[str], tracked: frozenset[str] | None, written: Mapping[str, tuple[bytes, Any]]
    ) -> None:
        """Enter files one by one in place of what was known of them."""
        held: dict[str, list[tuple[Any, ...]]] = {}
        for path in paths:
            slots = self.index.forget(path)
            if slots:
                held[path.rsplit("/", 1)[1]] = slots
        lost, gone = [], {}
        for number, path in enumerate(paths):
            if number % 500 == 0:
                self.progress(number, len(paths))
            loose = tracked is not None and path not in tracked
            slots = held.get(path.rsplit("/", 1)[1], [])
            entered = self._enter(path, loose, slots, written.get(path, UNWRITTEN))
            if entered is None and layout.kind_at(path) == "booking":
                gone[path] = slots
            elif entered is False:
                lost.append(path)
        self._hold_lost(lost)
        if gone:
            self._keep(gone)

    def _keep(self, gone: Mapping[str, list[tuple[Any, ...]]]) -> None:
        """Keep what bookings took whose files are gone from the disk while git has them; the slots were known of each.

        Whoever took one away by mistake gets it back from git, and finds its time not sold to another meanwhile.
        """
        still = self._gone()
        for path in sorted(gone.keys() & still):
            self.index.enter_file(path, NO_STAT, "booking", None, (Finding(path, None, "file.missing"),), True)
            self.index.hold(gone[path])
        self._hold_lost(sorted(gone.keys() & still))

    def _hold_lost(self, paths: Sequence[str]) -> None:
        """Keep what bookings took whose files cannot be read and of which nothing is held, as far as git knows it."""
        if paths:
            from cscli.store.lost import slots_lost

            self.index.hold(slots_lost(self.repo, paths))

    def _enter(
        self, path: str, loose: bool, held: Sequence[tuple[Any, ...]], written: tuple[bytes | None, Any]
    ) -> bool | None:
        """Read one file; `held` are the slots its booking took before, which it keeps where it cannot be read now.

        Returns False for a booking that cannot be read, None for a file that is gone.
        """
        page = reading.examine(str(self.home), path, written)
        if page is None:
            return None
        record = page.record
        if page.kind == "booking" and record is None:
            self.index.hold(held)
        self.index.enter_file(path, page.stat, page.kind, record and record.id, page.findings, loose)
        if record is not None:
            self.index.enter_record(record)
        return record is not None or page.kind != "booking"
