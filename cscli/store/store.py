"""The store's only face: read what a decision rests on, write what it decided, one commit a change."""

import errno
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cscli.domain import ids, masks
from cscli.domain.findings import Finding
from cscli.domain.value import NOTHING
from cscli.errors import Busy, DataProblem, NotFound, OutsideFailed
from cscli.store import codec, files, layout, shape
from cscli.store.fresh import Freshness, Progress, _silent
from cscli.store.git import Repository
from cscli.store.index import Index
from cscli.store.journal import Journal, Recovered
from cscli.store.reading import model_of

if TYPE_CHECKING:
    from cscli.domain.calendar import Calendar
    from cscli.domain.occupancy import Slot
    from cscli.domain.record import Change
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.staff import Staff
    from cscli.store.history import RuleDeed

PATIENCE = 10.0
READ_ONLY = (errno.EROFS, errno.EACCES)  # such a disk can still be read
MOMENT = 2.0  # seconds a change takes at most, or the last breath of one whose process was killed
RECENT = 0.5  # seconds for which a first look holds


class Store:
    """One desk's archive. Open it, ask it, and write only inside `with store.writing():`."""

    def __init__(self, home: Path, *, patience: float = PATIENCE, progress: Progress = _silent) -> None:
        self.home = home
        self.repo = Repository(home)
        self.patience = patience
        self.recovered: Recovered | None = None
        self._folder = self.repo.dir / "cscli"
        try:
            if not self._folder.is_dir():
                self._folder.mkdir()
                self._folder.chmod(0o2770 if self.repo.shared else 0o750)
        except OSError as problem:
            if not self._folder.is_dir() and problem.errno not in READ_ONLY:
                raise OutsideFailed(
                    "disk.write", path=str(self._folder), problem=os.strerror(problem.errno or 0)
                ) from None
        self.journal = Journal(self._folder, home)
        self.index = Index(self._folder / "index.sqlite", self._mend, self.repo.file_mode)
        self.fresh = Freshness(home, self.repo, self.index, progress)
        self._read: dict[str, bytes] = {}
        self._writing = False
        if self.journal.pending():
            self._recover_if_free()
        self._refresh()
        self._looked = time.monotonic()

    def close(self) -> None:
        """Let go of everything; safe to call twice."""
        self.index.close()

    def _refresh(self, *, again: bool = False) -> None:
        try:
            changed = self.fresh.refresh(again=again)
            if any(path.startswith((layout.RULEBOOK, layout.CALENDAR)) for path in changed):
                self.__dict__.pop("rulebook", None)
                self.__dict__.pop("calendar", None)
        except self.index.Failed as problem:
            self._mend(problem)

    def _mend(self, problem: Exception) -> None:
        """Help an index that failed: wait for nobody, write nothing where nothing may be written, else begin anew."""
        said = str(problem)
        if "full" in said:
            raise OutsideFailed("disk.write", path=str(self.index.path), problem=said) from None
        if "locked" in said or "busy" in said:
            raise Busy("busy.lock", seconds=round(self.patience)) from None
        self.index.rebuild(in_memory="readonly" in said or "unable to open" in said)
        self.fresh.refresh()

    def _recover_if_free(self) -> None:
        try:
            with files.locked(
                self._folder / "lock", 0 if self.journal.batch.path.exists() else MOMENT, self.repo.file_mode
            ) as handle:
                self.repo.held = (handle,)
                self.recovered = self.journal.recover(self.repo)
        except Busy:
            return  # a living process is at work: its change is not ours to end
        finally:
            self.repo.held = ()

    # --- rules --------------------------------------------------------------------------------------------------

    @cached_property
    def rulebook(self) -> "Rulebook":
        """The desk's rules; raises `DataProblem` with the first finding where they cannot be read."""
        rulebook: Rulebook = self._special(layout.RULEBOOK, model_of("desk"))
        return rulebook

    @cached_property
    def calendar(self) -> "Calendar":
        """Opening and working days under the rules, with the desk's own files on announced years."""
        announced: dict[date, bool] = {}
        for (path,) in self.index.all(
            "SELECT path FROM file WHERE folder = ? ORDER BY path", layout.CALENDAR.rstrip("/")
        ):
            year = self._special(path, model_of("calendar"))
            announced.update(dict.fromkeys(year.off, False))
            announced.update(dict.fromkeys(year.work, True))
        return self.rulebook.make_calendar(announced)

    def staff(self, login: str) -> "Staff | None":
        """Return the file of a member of staff, None where there is none."""
        path = f"{layout.STAFF}/{login}.toml"
        if "/" in login or self.index.one("SELECT 1 FROM file WHERE path = ?", path) is None:
            return None
        person: Staff = self._special(path, model_of("staff"))
        return person

    def has_staff(self) -> bool:
        """Return whether the desk keeps files of its staff at all."""
        return self.index.one("SELECT 1 FROM file WHERE folder = ?", layout.STAFF) is not None

    def _special(self, path: str, kind: Any) -> Any:
        findings = self._findings_of(path)
        raw = files.read(self.home / path)
        if findings or raw is None:
            first = findings[0] if findings else Finding(path, None, "file.unreadable")
            raise DataProblem("data.file", path=path, line=first.line, finding=first)
        data = self.index.rules(raw) if path == layout.RULEBOOK else None
        return shape.build(kind, codec.parse(raw, path) if data is None else data)

    def _findings_of(self, path: str) -> list[Finding]:
        return [finding for finding in self.index.findings() if finding.path == path]

    # --- records ------------------------------------------------------------------------------------------------

    def resolve(self, word: str, kind: str | None = None) -> str:
        """Return the id that `word` means: a whole id, or a beginning or ending that only one has.

        Raises `NotFound`, with the candidates where there are several.
        """
        wanted = word.strip().upper()
        plain = wanted.replace("-", "").isalnum() and wanted.isascii() and len(wanted) <= ids.LENGTH
        if not plain:
            raise NotFound("not_found.id", value=masks.mask_word(word))
        for clause, values in (
            ("id = ?", (wanted,)),
            ("id >= ? AND id < ?", (wanted, wanted + "~")),
            ("tail >= ? AND tail < ?", (wanted, wanted + "~")),
            ("id LIKE ?", (f"%{wanted}",)),
        ):
            rows = self.index.all(
                f"SELECT id FROM file WHERE {clause} AND (? IS NULL OR kind = ?) ORDER BY id LIMIT 6",
                *values, kind, kind,
            )  # fmt: skip
            if len(rows) == 1:
                return str(rows[0][0])
            if rows:
                raise NotFound("not_found.ambiguous", value=word, candidates=tuple(row[0] for row in rows))
        self._not_even_broken(wanted)
        raise NotFound("not_found.id", value=masks.mask_word(word))

    def _not_even_broken(self, wanted: str) -> None:
        """Say so where a record exists but its file cannot be read."""
        for finding in self.index.findings():
            if wanted in finding.path.rsplit("/", 1)[1].upper():
                raise DataProblem("data.file", path=finding.path, line=finding.line, finding=finding)

    def load(self, record_id: str, wanted: str | None = None) -> Any:
        """Return a record, of the kind that is `wanted`; the index has proven its file, so it is only built.

        Raises `NotFound`.
        """
        kind = ids.kind_of(record_id)
        if wanted not in (None, kind):
            raise NotFound("not_found.id", value=record_id if kind else masks.mask_word(record_id))
        path = layout.path_of(record_id) if kind else ""
        if kind is None or (raw := files.read(self.home / path)) is None:
            raise NotFound("not_found.id", value=record_id)
        if self.index.one("SELECT 1 FROM file WHERE id = ?", record_id) is None:
            self._not_even_broken(record_id)
        self._read[path] = raw
        return shape.build(model_of(kind), codec.parse(raw, path))

    def exists(self, record_id: str) -> bool:
        """Return whether a record has a file."""
        return ids.kind_of(record_id) is not None and (self.home / layout.path_of(record_id)).exists()

    def find_customers(self, word: str) -> tuple[str, ...]:
        """Return the customers a contact word such as `phone:13800000001` leads to."""
        found = self.index.all(
            "SELECT DISTINCT customer FROM contact WHERE digest = ? ORDER BY customer", self.index.digest(word)
        )
        return tuple(row[0] for row in found)

    def slots(
        self, resources: Iterable[str], start: datetime, end: datetime, now: datetime, without: str | None = None
    ) -> dict[str, "tuple[Slot, ...]"]:
        """Return what takes these resources around [start, end), each service's buffers added."""
        from cscli.store.taken import slots

        return slots(self.index, self.rulebook, resources, start, end, now, without)

    def rows(self, question: str, *values: Any) -> list[dict[str, Any]]:
        """Return the index's answer to a question in SQL, each row with its columns' names."""
        return list(self.index.named(question, *values))

    def reckon(self) -> None:
        """Work out the deadlines of complaints where records or rules have changed since that was done last."""
        from cscli.store import clocks

        clocks.reckon(self.index, self.rulebook, self.calendar)

    def announced(self, year: int) -> bool:
        """Return whether a year's holidays are known, without loading them where deadlines were reckoned by them."""
        from cscli.store import clocks

        return clocks.announced(self.index, year) or self.calendar.announced(year)

    def detached(self) -> bool:
        """Return whether commits go to no branch: the next checkout would leave them behind."""
        return not (self.repo.dir / "HEAD").read_text().startswith("ref:")

    def findings(self) -> list[Finding]:
        """Return what is wrong with single files."""
        return self.index.findings()

    def missing(self) -> tuple[str, ...]:
        """Return the files that git keeps and the disk does not: nothing of a desk is ever deleted by it."""
        names = self.repo.ask("ls-files", "-z", "--deleted", "--", layout.RECORDS).split(b"\0")
        return tuple(name.decode("utf-8", "replace") for name in names if name)

    # --- writing ------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator["Store"]:
        """Hold the desk while something is decided and written; what was cut short before is ended first."""
        with files.locked(self._folder / "lock", self.patience, self.repo.file_mode) as handle:
            self.repo.held = (handle,)
            self.repo.foresee_commit()
            recovered = self.journal.recover(self.repo)
            if recovered:
                self.recovered = recovered
            for leftover in self._folder.glob(f"{files.TEMPORARY}*"):
                leftover.unlink(missing_ok=True)  # of a run that was killed: it may hold a person's data
            self._refresh(again=time.monotonic() - self._looked < RECENT)
            self._writing = True
            try:
                yield self
            finally:
                self._writing = False
                self.repo.held = ()
                self.repo.foresee_nothing()

    def apply(self, change: "Change", now: datetime) -> tuple[str, ...]:
        """Write a change and commit it, as one; returns the paths written.

        Raises with everything as it was: `DataProblem` where a file was edited by hand since it was read or a record
        would not be valid, `OutsideFailed` where the disk or git says no.
        """
        if not self._writing:
            raise RuntimeError("apply outside of writing()")
        from cscli.store.history import message_of

        before, after, proven = self.prepare(change)
        self._commit(before, after, proven, message_of(change), change.by, now)
        return tuple(after)

    def rules_text(self) -> str:
        """Return the rulebook's text as it stands."""
        return (files.read(self.home / layout.RULEBOOK) or b"").decode("utf-8", "replace")

    def replace_rules(self, before: str, after: str, deed: "RuleDeed", now: datetime) -> None:
        """Write another rulebook and commit it, as one; raises as `apply` does, with everything as it was."""
        if not self._writing:
            raise RuntimeError("replace_rules outside of writing()")
        from cscli.store.history import message_of_rules

        path = layout.RULEBOOK
        try:
            codec.load(model_of("desk"), after.encode(), path)
        except codec.Unreadable as problem:
            raise DataProblem("data.value", finding=problem.findings[0], path=path, line=None) from None
        if files.read(self.home / path) != before.encode():
            raise DataProblem("data.edited", path=path, line=None)
        self._commit(
            {path: before.encode()}, {path: after.encode()}, NOTHING, message_of_rules(deed, now), deed.by, now
        )
        for name in ("rulebook", "calendar"):
            self.__dict__.pop(name, None)

    def put_staff(self, person: "Staff", message: str, by: str, now: datetime) -> None:
        """Write the file of a member of staff and commit it, as one; raises as `apply` does."""
        path = f"{layout.STAFF}/{person.login}.toml"
        text = codec.dump(codec.prove(type(person), shape.plain(person), path)).encode()
        self._commit({path: files.read(self.home / path)}, {path: text}, NOTHING, message, by, now)

    def _commit(
        self,
        before: Mapping[str, bytes | None],
        after: Mapping[str, bytes],
        proven: Mapping[str, Any],
        message: str,
        by: str,
        now: datetime,
    ) -> None:
        """Write files and commit them, as one; raises with everything as it was."""
        for folder in {(self.home / path).parent for path in after}:
            files.refuse_links(folder, self.home)  # before the journal: git could not take such a change back either
        self.repo.ready()
        seen = self.fresh.git_signature()
        trusted = seen == self.index.meta("git_index")
        self.journal.begin(before, after)
        try:
            self._write(after, self.repo.file_mode)
            followed = self.repo.commit(after, message, by, now)
        except BaseException:
            self._settle()
            raise
        self._look_again(after, proven, trusted=trusted and followed)
        if followed:
            self.journal.end()  # else the next command brings git's index up to date
        self._read.update(after)

    @property
    def is_writing(self) -> bool:
        """Whether the desk is held for writing."""
        return self._writing

    def has_reference(self, kind: str, reference: str) -> bool:
        """Return whether a record of this kind came from elsewhere under this reference."""
        return self.index.one(f"SELECT 1 FROM {kind} WHERE external_ref = ?", reference) is not None

    def has_id(self, record_id: str) -> bool:
        """Return whether the index knows a record; cheaper than `exists` for thousands of questions."""
        return self.index.one("SELECT 1 FROM file WHERE id = ?", record_id) is not None

    def prepare(self, change: "Change") -> tuple[dict[str, bytes | None], dict[str, bytes], dict[str, Any]]:
        """Return each file's text before and after, and the record proven of it; raises as `apply` does."""
        before: dict[str, bytes | None] = {}
        after: dict[str, bytes] = {}
        records: dict[str, Any] = {}
        many = len(change.revisions) > files.FEW
        dump = _quick_dump if many else codec.dump
        for revision in change.revisions:
            record = revision.after
            path = layout.path_of(record.id)
            try:
                proven = codec.prove(type(record), shape.plain(record), path)
            except codec.Unreadable as problem:
                first = problem.findings[0]
                raise DataProblem("data.value", finding=first, path=path, line=None) from None
            now = files.read(self.home / path)
            if now != (self._read.get(path) if revision.before is not None else None):
                raise DataProblem("data.edited", path=path, line=None)
            before[path] = now
            records[path] = proven
            after[path] = dump(proven).encode()  # as it was proven: text in its normal form
        return before, after, records

    def _write(self, after: Mapping[str, bytes], mode: int) -> None:
        for folder in sorted({(self.home / path).parent for path in after}):
            files.make_folders(folder, self.home, shared=self.repo.shared)
        files.write_all({self.home / path: data for path, data in after.items()}, mode)

    def _look_again(
        self, after: Mapping[str, bytes], proven: Mapping[str, Any] = NOTHING, *, trusted: bool = False
    ) -> None:
        """Bring the index up to date with what was written; it may fail, for the next command looks for itself."""
        import sqlite3

        try:
            self.fresh.follow(after, {path: (after[path], record) for path, record in proven.items()})
            self.index.remember("git_index", self.fresh.git_signature() if trusted else None)
        except (sqlite3.Error, Busy):
            return  # git's index is not the remembered one now: everything will be looked through

    def _settle(self) -> None:
        """End a change that went wrong on the way: git is asked whether it has it, else the files go back."""
        with suppress(OutsideFailed, Busy):
            self.journal.recover(self.repo)
        self._look_again({})


def _quick_dump(record: Any) -> str:
    from cscli.store.quick import quick_dump  # loaded only where many are written

    return quick_dump(record)
