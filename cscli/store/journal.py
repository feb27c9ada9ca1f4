"""The journal: what a change is about to do, so that a change cut short is finished or undone by the next command.

An ordinary change is noted whole, with every text before and after. Of a batch, which only adds files, a list grows
while they are written: a line for each, durable before the file is there, with a digest that tells our file from one
that somebody has edited since.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from cscli.domain.value import Value
from cscli.store import files, layout
from cscli.store.git import Repository

NAME = "pending"
NEW = -1  # the length of a text that was not there before
BATCH = "pending.batch"
Entries = dict[str, tuple[bytes | None, bytes]]  # a path's text before and after
WAIT = 10.0  # seconds for a git that outlived its command to end


class Recovered(Value, kw_only=False):
    """What was found lying about: whether git had it already (`finished`), and files edited since (`kept`)."""

    finished: bool
    paths: tuple[str, ...]
    kept: tuple[str, ...]


class Journal:
    """One pending change at most: paths of the desk with their text before (None: new) and after; or one batch."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.path = folder / NAME
        self.batch = BatchList(folder, home)
        self.home = home

    def pending(self) -> bool:
        """Return whether a change was begun and not ended."""
        return self.path.exists() or self.batch.path.exists()

    def begin(self, before: Mapping[str, bytes | None], after: Mapping[str, bytes]) -> None:
        """Note a change before its first file is touched."""
        parts = []
        for path, new in after.items():
            old = before[path]
            parts.append(f"{path}\t{NEW if old is None else len(old)}\t{len(new)}\n".encode())
            parts += [old or b"", new]
        files.write(self.path, b"".join(parts), 0o600)

    def end(self) -> None:
        """Note that the change is whole, or undone."""
        self.path.unlink(missing_ok=True)

    def recover(self, repo: Repository) -> Recovered | None:
        """Finish a change that git already has, undo one it has not; call it under the lock only."""
        if self.pending():
            repo.release_index()
        if self.batch.path.exists():
            return self.batch.recover(repo)
        raw = files.read(self.path)
        if raw is None:
            return None
        try:
            entries = _entries(raw)
        except ValueError:
            entries = {}  # not ours, or spoiled: there is nothing to go by
        paths = tuple(entries)
        finished = _has_any(repo, {path: after for path, (_, after) in entries.items()})
        kept = () if finished else self._undo(entries, repo.file_mode)
        self._sweep(paths)
        if paths:
            repo.follow(paths)
        self.end()
        shown = paths if len(paths) <= files.FEW else (paths[0], f"+{len(paths) - 1}")
        return Recovered(finished, shown, kept)

    def _undo(self, entries: Entries, mode: int) -> tuple[str, ...]:
        """Put every file back; returns those that somebody has edited since, whose work stays."""
        kept = []
        back: dict[Path, bytes] = {}
        new: list[Path] = []
        for path, (before, after) in entries.items():
            file = self.home / path
            now = files.read(file)
            if now not in (after, before, None):
                kept.append(path)
            elif before is None:
                new.append(file)
            elif now != before:
                back[file] = before
        files.remove_all(new)
        files.write_all(back, mode)
        return tuple(kept)

    def _sweep(self, paths: tuple[str, ...]) -> None:
        for folder in {(self.home / path).parent for path in paths}:
            if folder.is_dir():
                for leftover in folder.glob(f"{files.TEMPORARY}*"):
                    leftover.unlink(missing_ok=True)


class BatchList:
    """The files of a batch: `digest path` a line. The lock on the list is handed on to git, so that it outlives us."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.path = folder / BATCH
        self.home = home
        self.handle = -1

    def begin(self) -> None:
        """Start an empty list."""
        self.handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        files.sync_folder(self.path.parent)

    def add(self, entries: Iterable[tuple[str, bytes]]) -> None:
        """Note some files with their content, durably, before the first of them is written."""
        os.write(self.handle, "".join(f"{digest(data)} {path}\n" for path, data in entries).encode())
        os.fdatasync(self.handle)

    def end(self) -> None:
        """Note that the batch is whole, or undone."""
        self.path.unlink(missing_ok=True)
        self.let_go()

    def let_go(self) -> None:
        """Close the list without ending the batch: the next command will."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def entries(self) -> Iterator[tuple[str, str]]:
        """Yield (path, digest) of every file; a last line cut short speaks of a file that was never begun."""
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found, _, path = line[:-1].partition(" ")
                if line.endswith("\n") and layout.is_record(path):
                    yield path, found

    def paths(self) -> Iterator[str]:
        """Yield every file's path."""
        return (path for path, _ in self.entries())

    def undo(self) -> tuple[str, ...]:
        """Remove the files of the batch that are as it wrote them, and folders left empty; returns those kept."""
        kept = []
        folders = set()
        for path, wanted in self.entries():
            file = self.home / path
            data = files.read(file)
            folders.add(path.rpartition("/")[0])
            if data is None:
                continue
            if data and digest(data) != wanted:
                kept.append(path)
                continue
            file.unlink(missing_ok=True)
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):
                for part in (folder, folder[:-3], folder[:-6]):  # the day, its month, its year
                    (self.home / part).rmdir()
        os.sync()
        return tuple(kept)

    def recover(self, repo: Repository) -> Recovered:
        """Finish a batch that git already has, undo one it has not; raises `Busy` while its git is still at work."""
        with files.locked(self.path, WAIT):
            found = self.settle(repo)
            self.path.unlink()
        return found

    def settle(self, repo: Repository) -> Recovered:
        """Bring git's index up to date with a batch that HEAD has; remove the files of one that it has not."""
        from cscli.store import git_batch

        names = [path for path, _ in islice(self.entries(), 1)]
        many = sum(1 for _ in self.entries())
        finished = many > 0 and digest(repo.blob(names[0]) or b"") == next(self.entries())[1]
        kept: tuple[str, ...] = ()
        if finished:
            git_batch.follow(repo, self.paths(), many)
        else:
            kept = self.undo()
        git_batch.sweep(repo)
        if many > 1:
            names.append(f"+{many - 1}")
        return Recovered(finished, tuple(names), kept)


def _has_any(repo: Repository, texts: Mapping[str, bytes]) -> bool:
    """Return whether HEAD has any of these texts: a commit has all or none, but some may have changed again since."""
    if len(texts) <= files.FEW or "\n" in repo.prefix:
        return any(repo.blob(path) == text for path, text in texts.items())
    asked = "".join(f"HEAD:{repo.prefix}{path}\n" for path in texts)
    said = repo.ask("cat-file", "--batch", data=asked.encode("utf-8", "surrogateescape"))
    place = 0
    for text in texts.values():
        end = said.index(b"\n", place)
        words = said[place:end].split(b" ")
        place = end + 1
        if words[-1] == b"missing" or not words[-1].isdigit():
            continue
        if said[place : place + int(words[-1])] == text:
            return True
        place += int(words[-1]) + 1
    return False


def _entries(raw: bytes) -> Entries:
    """Return a journal's entries; raises `ValueError` for anything but records of the desk with their texts."""
    found: Entries = {}
    place = 0
    while place < len(raw):
        end = raw.index(b"\n", place)
        path, old, new = raw[place:end].decode().split("\t")
        first, last = max(0, int(old)), int(new)
        place = end + 1 + first + last
        if last < 0 or place > len(raw) or not layout.is_written(path):
            raise ValueError("no journal")
        before, after = raw[end + 1 : end + 1 + first], raw[place - last : place]
        found[path] = (None if int(old) == NEW else before, after)
    return found


def digest(data: bytes) -> str:
    """Return what tells one content from another."""
    from hashlib import blake2b

    return blake2b(data, digest_size=8).hexdigest()
