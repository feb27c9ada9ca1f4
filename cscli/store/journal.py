"""The journal: what a change is about to do, so that a change cut short is finished or undone by the next command."""

from collections.abc import Mapping
from pathlib import Path

from cscli.domain.value import Value
from cscli.store import files
from cscli.store.git import Repository

NAME = "pending.json"


class Recovered(Value, kw_only=False):
    """What was found lying about: whether git had it already (`finished`), and files edited since (`kept`)."""

    finished: bool
    paths: tuple[str, ...]
    kept: tuple[str, ...]


class Journal:
    """One pending change at most: paths of the desk with their text before (None: new) and after."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.path = folder / NAME
        self.home = home

    def pending(self) -> bool:
        """Return whether a change was begun and not ended."""
        return self.path.exists()

    def begin(self, before: Mapping[str, bytes | None], after: Mapping[str, bytes]) -> None:
        """Note a change before its first file is touched."""
        import json

        entries = {path: [_text(before[path]), _text(after[path])] for path in after}
        files.write(self.path, json.dumps(entries).encode(), 0o600)

    def end(self) -> None:
        """Note that the change is whole, or undone."""
        self.path.unlink(missing_ok=True)

    def recover(self, repo: Repository) -> Recovered | None:
        """Finish a change that git already has, undo one it has not; call it under the lock only."""
        raw = files.read(self.path)
        if raw is None:
            return None
        import json

        try:
            entries: dict[str, list[str | None]] = json.loads(raw)
        except ValueError:
            entries = {}  # cut short while it was written itself: nothing had been touched yet
        paths = tuple(entries)
        finished = bool(paths) and repo.blob(paths[0]) == _bytes(entries[paths[0]][1])
        kept: tuple[str, ...] = ()
        if not finished:
            kept = tuple(path for path, (before, after) in entries.items() if not self._undo(path, before, after))
        self._sweep(paths)
        if paths:
            repo.follow(paths)
        self.end()
        return Recovered(finished, paths, kept)

    def _undo(self, path: str, before: str | None, after: str | None) -> bool:
        """Put one file back; False where somebody has edited it since, whose work stays."""
        file = self.home / path
        now = files.read(file)
        if now is None and before is None:
            return True
        if now not in (_bytes(after), _bytes(before), None):
            return False
        if before is None:
            files.remove(file)
        elif now != _bytes(before):
            files.write(file, before.encode(), 0o640)
        return True

    def _sweep(self, paths: tuple[str, ...]) -> None:
        for folder in {(self.home / path).parent for path in paths}:
            if folder.is_dir():
                for leftover in folder.glob(f"{files.TEMPORARY}*"):
                    leftover.unlink(missing_ok=True)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
