"""Files on a disk that may fail: durable atomic writes, one lock, and the signature that tells a changed file."""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cscli.errors import Busy, DataProblem, OutsideFailed

Signature = tuple[int, int, int, int]
TEMPORARY = ".cscli-tmp-"
BLOCK = 65_536  # bytes read at once
FEW = 8  # files up to which each is synced by itself


def signature(stat: os.stat_result) -> Signature:
    """Return what changes when a file is edited in place, replaced or restored: times, size, inode."""
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse_links(folder: Path, top: Path) -> None:
    """Raise `DataProblem` for a folder that is, or lies behind, a symbolic link below `top`: it is not the desk's."""
    for part in reversed((folder, *folder.parents)):
        if part != top and part.is_relative_to(top) and part.is_symlink():
            raise DataProblem("data.symlink", path=str(part.relative_to(top)), line=None)


def make_folders(folder: Path, top: Path, *, shared: bool = False) -> None:
    """Create `folder` and what is missing above it, durably; refuses to walk through a symbolic link.

    Where the repository is `shared`, the group may write in it, and what is made there belongs to the group.
    """
    refuse_links(folder, top)
    missing = []
    while folder != top and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    try:
        for part in reversed(missing):
            with suppress(FileExistsError):
                part.mkdir()
                if shared:
                    part.chmod(0o2770)
            sync_folder(part.parent)
    except OSError as problem:
        raise OutsideFailed("disk.write", path=str(folder), problem=os.strerror(problem.errno or 0)) from problem


def write(path: Path, data: bytes, mode: int) -> os.stat_result:
    """Replace a file's content in one step that survives a power cut; returns the new file's stat.

    The old content is there until the new one is whole: temporary file in the same folder, fsync, rename, fsync of the
    folder. Raises `OutsideFailed` where the disk says no.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)  # as asked for, whatever the umask takes away
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        with suppress(OSError):
            temporary.unlink()
        raise OutsideFailed("disk.write", path=str(path), problem=os.strerror(problem.errno or 0)) from problem
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return path.lstat()


def write_all(contents: Mapping[Path, bytes], mode: int) -> None:
    """Replace files as `write` does; many of them in a fraction of the time.

    Many are written beside their places, the disk is synced once, and each is synced once more: that costs little then,
    and is where a disk says what went wrong. Only then do they take their places.
    """
    if len(contents) <= FEW:
        for path, data in contents.items():
            write(path, data, mode)
        return
    folders = sorted({path.parent for path in contents})
    waiting = {path: path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}") for path in contents}
    try:
        for path, temporary in waiting.items():
            _create(temporary, contents[path], mode)
        os.sync()
        for temporary in waiting.values():
            _sync_file(temporary)
        for path, temporary in waiting.items():
            temporary.replace(path)
        for folder in folders:
            sync_folder(folder)
    except BaseException as problem:
        for temporary in waiting.values():
            with suppress(OSError):
                temporary.unlink()
        if not isinstance(problem, OSError):
            raise
        place = problem.filename or folders[0]
        raise OutsideFailed("disk.write", path=str(place), problem=os.strerror(problem.errno or 0)) from problem


def _create(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)  # as asked for, whatever the umask takes away
        file.write(data)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_all(paths: Iterable[Path]) -> None:
    """Remove files durably; one that is not there is fine."""
    folders = set()
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()
            folders.add(path.parent)
    for folder in sorted(folders):
        sync_folder(folder)


def read(path: Path | str) -> bytes | None:
    """Return a regular file's bytes, None where there is none; a symbolic link is not followed."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return b"".join(iter(lambda: os.read(handle, BLOCK), b""))
    except OSError:  # a folder, or a disk that fails
        return None
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, patience: float, mode: int = 0o640) -> Iterator[int]:
    """Hold the lock file at `path`; the kernel lets go when the process ends, however it ends.

    Gives the handle: a child process that is handed it holds the lock too, should its parent be killed. Waits up to
    `patience` seconds; raises `Busy`.
    """
    try:
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
        if new:
            os.fchmod(handle, mode)
    except OSError as problem:
        raise OutsideFailed("disk.write", path=str(path), problem=os.strerror(problem.errno or 0)) from problem
    try:
        limit = time.monotonic() + patience
        pause = 0.002
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= limit:
                    raise Busy("busy.lock", seconds=round(patience)) from None
                time.sleep(pause)
                pause = min(pause * 2, 0.05)
        yield handle
    finally:
        os.close(handle)
