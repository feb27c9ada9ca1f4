"""Proof that the index still speaks of the files as they are, and the re-reading of those that changed.

Three kinds of change are looked for before every answer. A file added, removed or replaced moves its folder's time. A
file edited in place does not: a small store is looked through file by file; in a large one git is asked, which compares
all files with its own index many times faster, and is believed only while that index is the one last seen here.
Otherwise everything is looked through once.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from cscli.domain.findings import Finding
from cscli.store import codec, files, layout
from cscli.store.files import Signature
from cscli.store.git import Repository
from cscli.store.index import Index


def model_of(kind: str) -> Any:
    """Return the model of a kind of file; imported only where a file of the kind is read."""
    if kind == "booking":
        from cscli.domain.booking import Booking

        return Booking
    if kind == "complaint":
        from cscli.domain.case import Complaint

        return Complaint
    if kind == "customer":
        from cscli.domain.customer import Customer

        return Customer
    if kind == "staff":
        from cscli.domain.staff import Staff

        return Staff
    from cscli.domain.rulebook import Rulebook, YearRules

    return Rulebook if kind == "desk" else YearRules


RECORD_KINDS = ("booking", "complaint", "customer")
SMALL = 1500
Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    return None


class Freshness:
    """Keeps one index true to one desk's files."""

    def __init__(self, home: Path, repo: Repository, index: Index, progress: Progress = _silent) -> None:
        self.home = home
        self.repo = repo
        self.index = index
        self.progress = progress

    def refresh(self) -> tuple[str, ...]:
        """Bring the index up to date and return the paths that had changed behind its back."""
        row = self.index.one("SELECT count(*) FROM file")
        known = row[0] if row else 0
        seen = self.git_signature()
        if known < SMALL or self.index.meta("git_index") != seen:
            changed = self._compare(self._sweep(), self._known())
            if changed or self.index.meta("git_index") != seen:
                self._read(changed, tracked=self._tracked() if known + len(changed) >= SMALL else frozenset())
                self.index.remember("git_index", seen)
            return tuple(changed)
        changed = self._moved() | self._edited()
        if changed:
            self._read(changed)
        return tuple(sorted(changed))

    def git_signature(self) -> str:
        """Return what changes whenever git's index is written by anybody."""
        try:
            return " ".join(map(str, files.signature(self.repo.index_file.stat())))
        except OSError:
            return "none"

    def follow(self, paths: Iterable[str]) -> None:
        """Read again what the desk itself wrote and committed, and whatever else moved in the same folders."""
        own = set(paths)
        found: dict[str, Signature] = {}
        known: dict[str, Signature] = {}
        for folder in {path.rsplit("/", 1)[0] for path in own}:
            found.update(self._scan(folder))
            known.update(self._known(folder))
        changed = self._compare(found, known)
        self._read(own, tracked=None)
        self._read(changed - own)

    # --- what is there ------------------------------------------------------------------------------------------

    def _sweep(self) -> dict[str, Signature]:
        """Return every file of the store with its signature, and note every folder."""
        self.index.db.execute("BEGIN IMMEDIATE")
        self.index.db.execute("DELETE FROM folder")
        found = dict(self._scan(layout.RECORDS, deep=True))
        self.index.db.execute("COMMIT")
        return found

    def _scan(self, folder: str, deep: bool = False) -> Iterator[tuple[str, Signature]]:
        """Yield the files of a folder, and of those below if `deep`; hidden files and a README are nobody's records."""
        try:
            mtime = (self.home / folder).stat().st_mtime_ns
            with os.scandir(self.home / folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            self.index.db.execute("DELETE FROM folder WHERE path = ?", (folder,))
            return
        self.index.db.execute("INSERT OR REPLACE INTO folder VALUES (?, ?)", (folder, mtime))
        for entry in listed:
            if entry.name.startswith(".") or entry.name == "README.md":
                continue
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if deep or self.index.one("SELECT 1 FROM folder WHERE path = ?", path) is None:
                    yield from self._scan(path, deep=True)
            else:
                yield path, files.signature(entry.stat(follow_symlinks=False))

    def _known(self, folder: str | None = None) -> dict[str, Signature]:
        where, values = ("WHERE folder = ?", (folder,)) if folder else ("", ())
        question = f"SELECT path, mtime, ctime, size, inode FROM file {where}"  # noqa: S608 - no value in it
        return {row[0]: row[1:] for row in self.index.all(question, *values)}

    @staticmethod
    def _compare(found: dict[str, Signature], known: dict[str, Signature]) -> set[str]:
        return {path for path, stat in found.items() if known.get(path) != stat} | (known.keys() - found.keys())

    def _moved(self) -> set[str]:
        """Return the files that differ in folders whose time has moved, and files of folders that are gone."""
        changed: set[str] = set()
        for folder, mtime in self.index.all("SELECT path, mtime FROM folder"):
            try:
                if (self.home / folder).stat().st_mtime_ns == mtime:
                    continue
            except OSError:
                pass
            changed |= self._compare(dict(self._scan(folder)), self._known(folder))
        return changed

    def _edited(self) -> set[str]:
        """Return the files edited in place: what git sees differ, and what git does not keep an eye on."""
        names = self.repo.ask("diff-files", "-z", "--name-only", "--relative", "--", layout.RECORDS)
        suspects = {name.decode("utf-8", "surrogateescape") for name in names.split(b"\0") if name}
        suspects |= {path for (path,) in self.index.all("SELECT path FROM file WHERE loose")}
        known = {}
        for path in suspects:
            row = self.index.one("SELECT mtime, ctime, size, inode FROM file WHERE path = ?", path)
            if row:
                known[path] = row
        return {path for path, stat in known.items() if self._stat(path) != stat}

    def _stat(self, path: str) -> Signature | None:
        try:
            return files.signature((self.home / path).lstat())
        except OSError:
            return None

    def _tracked(self) -> frozenset[str]:
        names = self.repo.ask("ls-files", "-z", "--", layout.RECORDS).split(b"\0")
        return frozenset(name.decode("utf-8", "surrogateescape") for name in names if name)

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(self, paths: Iterable[str], tracked: frozenset[str] | None = frozenset()) -> None:
        """Read files again; `tracked` are those git watches, None says git watches them all."""
        ordered = sorted(paths)
        db = self.index.db
        db.execute("BEGIN IMMEDIATE")
        try:
            for number, path in enumerate(ordered):
                if number % 500 == 0:
                    self.progress(number, len(ordered))
                row = self.index.one("SELECT id, kind FROM file WHERE path = ?", path)
                if row:
                    self.index.forget(path, row[0], row[1])
                self._enter(path, loose=tracked is not None and path not in tracked)
            if tracked:
                db.execute("CREATE TEMP TABLE IF NOT EXISTS watched (path TEXT PRIMARY KEY)")
                db.execute("DELETE FROM watched")
                db.executemany("INSERT INTO watched VALUES (?)", ((path,) for path in tracked))
                db.execute("UPDATE file SET loose = path NOT IN (SELECT path FROM watched)")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
        self.progress(len(ordered), len(ordered))

    def _enter(self, path: str, loose: bool) -> None:
        file = self.home / path
        stat = self._stat(path)
        if stat is None:
            return
        kind = layout.kind_at(path)
        if kind is None:
            self.index.enter_file(path, stat, None, None, (Finding(path, None, "file.stray"),), loose)
            return
        findings: tuple[Finding, ...] = ()
        record: Any = None
        raw = files.read(file)
        try:
            if file.is_symlink():
                raise codec.Unreadable((Finding(path, None, "file.symlink"),))
            if raw is None:
                raise codec.Unreadable((Finding(path, None, "file.unreadable"),))
            record = codec.load(model_of(kind), raw, path)
            findings = self._misplaced(kind, record, path)
        except codec.Unreadable as problem:
            findings = problem.findings
        sound = record is not None and not findings and kind in RECORD_KINDS
        self.index.enter_file(path, stat, kind, record.id if sound else None, findings, loose)
        if sound:
            self.index.enter_record(record)

    @staticmethod
    def _misplaced(kind: str, record: Any, path: str) -> tuple[Finding, ...]:
        """Return what is wrong between a file's name and its content: the name is the identity."""
        name = path.rsplit("/", 1)[1].removesuffix(".toml")
        if kind in RECORD_KINDS:
            if layout.misnamed(path):
                return (Finding(path, None, "file.misnamed", {"id": record.id}),)
            if record.id != name or record.kind != kind:
                return (Finding(path, None, "file.identity", {"id": record.id, "name": name}),)
        if kind == "staff" and record.login != name:
            return (Finding(path, None, "file.identity", {"id": record.login, "name": name}),)
        if kind == "calendar" and layout.calendar_year(path) is None:
            return (Finding(path, None, "file.misnamed", {"id": name}),)
        return ()
