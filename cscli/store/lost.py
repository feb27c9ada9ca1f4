"""What a booking whose file cannot be read took when it last could be: git keeps the versions before.

The time it takes up may not be sold again while somebody mends the file: neither what the index knew, which is held
beside this, nor what git has it at now, on either side of a merge that is not done.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from cscli.domain.booking import Booking
from cscli.errors import OutsideFailed
from cscli.store import codec, rows
from cscli.store.git import Repository
from cscli.store.reading import misplaced

FAR = 20  # versions of a file that are looked back through


def slots_lost(repo: Repository, paths: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the slots of these bookings as git's last readable version of each has them; none where there is none.

    In a merge with conflicts that is one version of each side.
    """
    slots: dict[tuple[Any, ...], None] = {}
    with suppress(OutsideFailed):  # no git, or nothing in it: there is no version to be had
        heads = _contents(repo, [f"HEAD:{repo.prefix}{path}" for path in paths])
        for path, head in zip(paths, heads, strict=True):
            record = next((found for raw in _versions(repo, path, head) if (found := _readable(raw, path))), None)
            for known in (record, *_sides(repo, path)):
                slots |= dict.fromkeys(rows.slot_rows(known) if known else ())
    return list(slots)


def _sides(repo: Repository, path: str) -> Iterator[Booking | None]:
    """Yield the booking as each side of a merge has it, where the sides contradict each other."""
    told = repo.ask("--literal-pathspecs", "ls-files", "--unmerged", "-z", "--", path).split(b"\0")
    names = [line.split()[1].decode() for line in told if line]
    yield from (_readable(raw, path) for raw in _contents(repo, names) if raw is not None) if names else ()


def _versions(repo: Repository, path: str, head: bytes | None) -> Iterator[bytes]:
    """Yield what git kept at a path, the newest first."""
    if head is not None:
        yield head
    known = repo.ask("--literal-pathspecs", "rev-list", f"--max-count={FAR}", "HEAD", "--", path).decode().split()
    yield from (
        raw for raw in _contents(repo, [f"{commit}:{repo.prefix}{path}" for commit in known]) if raw is not None
    )


def _contents(repo: Repository, names: Sequence[str]) -> list[bytes | None]:
    """Return what git keeps under names such as `HEAD:a/b.toml`, None for each that it does not have."""
    said = repo.ask("cat-file", "--batch", data="".join(f"{name}\n" for name in names).encode())
    found: list[bytes | None] = []
    for _ in names:
        head, _, said = said.partition(b"\n")
        size = head.rpartition(b" ")[2]
        found.append(said[: int(size)] if size.isdigit() else None)
        said = said[int(size) + 1 :] if size.isdigit() else said
    return found


def _readable(raw: bytes, path: str) -> Booking | None:
    try:
        record = codec.load(Booking, raw, path)
    except codec.Unreadable:
        return None
    return None if misplaced("booking", record, path) else record
