"""Many new files in one commit: blobs go to git while the files are written, the commit follows when all are there.

One `git fast-import` takes the contents as they come. Where hooks or signing are configured, HEAD is detached or the
branch has no commit yet, it only stores the contents, and an ordinary `git commit` of an index of its own makes the
commit: what a person has staged meanwhile is not in it.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cscli.errors import OutsideFailed
from cscli.store.git import DURABLE, Person, Repository, _environment, _last_words

if TYPE_CHECKING:
    from subprocess import Popen

Paths = Callable[[], Iterable[str]]
BUFFER = 1 << 16
PIPE = 1 << 20  # bytes on their way to git, so that neither waits for the other; Linux only
ROOM_FOR = 20_000  # entries of git's index from where on it is split, which keeps later commits cheap


class Importer:
    """One running `git fast-import`; `lock` is a file handle that git inherits, so that its end can be waited for."""

    def __init__(self, repo: Repository, lock: int) -> None:
        self.repo = repo
        self.lock = lock
        self.count = 0
        self._process = _start(repo, (*DURABLE, "fast-import", "--quiet", "--done", "--date-format=raw"), lock)

    def blob(self, data: bytes) -> None:
        """Give git the content of the next file."""
        self.count += 1
        self._send(b"blob\nmark :%d\ndata %d\n%b\n" % (self.count, len(data), data))

    def commit(self, paths: Paths, message: str, author: str, when: datetime) -> str:
        """Commit the contents under `paths` (of the desk, in the order of the blobs); returns the commit's id.

        Raises `OutsideFailed` with nothing committed. Git's index is left as it was: see `follow`.
        """
        who = Person(author, self.repo.committer.email)
        branch = None if self._needs_git_commit() or not self.repo.has_commits() else self.repo.branch()
        if branch is None:
            self._end()
            return self._plain_commit(paths, message, who, when)
        stamp = f"{int(when.timestamp())} {when:%z}".encode()
        text = message.encode()
        top = self.count + 1
        self._send(
            b"commit %b\nmark :%d\nauthor %b %b\ncommitter %b %b\ndata %d\n%b\nfrom %b^0\n"
            % (
                branch.encode(), top, str(who).encode(), stamp, str(self.repo.committer).encode(), stamp,
                len(text), text, branch.encode(),
            )
        )  # fmt: skip
        prefix = self.repo.prefix.encode("utf-8", "surrogateescape")
        quoted = any(sign in prefix for sign in b'"\\\n')
        for number, path in enumerate(paths(), start=1):
            place = prefix + path.encode()
            if quoted:
                place = b'"%b"' % place.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
            self._send(b"M 100644 :%d %b\n" % (number, place))
        self._send(b"\nget-mark :%d\n" % top)
        said, failed = self._end(checked=False)
        if failed:
            if b"does not contain" not in failed:
                raise OutsideFailed("git.failed", words="fast-import", problem=_last_words(failed))
            # somebody's own `git commit` moved the branch under our hands; the contents are stored already
            return self._plain_commit(paths, message, who, when)
        return said.decode().strip()

    def abandon(self) -> None:
        """Let git go without a commit."""
        with suppress(OSError):
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                if stream:
                    stream.close()
        self._process.wait()
        sweep(self.repo)

    def _send(self, words: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(words)
        except OSError:
            _, failed = self._end(checked=False)
            raise OutsideFailed("git.failed", words="fast-import", problem=_last_words(failed)) from None

    def _end(self, checked: bool = True) -> tuple[bytes, bytes]:
        """Tell git that this was all and return what it said, and what it said went wrong."""
        said, failed = _finish(self._process, b"done\n")
        if self._process.returncode == 0:
            return said, b""
        sweep(self.repo)
        if checked:
            raise OutsideFailed("git.failed", words="fast-import", problem=_last_words(failed))
        return said, failed or b"?"

    def _needs_git_commit(self) -> bool:
        return self.repo.config.get("commit.gpgsign", "").lower() in ("true", "yes", "on", "1") or self.repo._hooked()

    def _plain_commit(self, paths: Paths, message: str, author: Person, when: datetime) -> str:
        """Commit by `git commit` from an index of its own: HEAD and these paths, whatever else is staged."""
        stamp = f"{int(when.timestamp())} {when:%z}"
        with _own_index(self.repo) as env:
            if self.repo.has_commits():
                self._ask(env, "read-tree", "HEAD")
            _feed(self.repo, paths(), self.lock, env, "update-index", "--add", "-z", "--stdin")
            env = {
                **env,
                "GIT_AUTHOR_NAME": author.name,
                "GIT_AUTHOR_EMAIL": author.email,
                "GIT_AUTHOR_DATE": stamp,
                "GIT_COMMITTER_DATE": stamp,
            }
            process = _start(self.repo, ("commit", "--quiet", "--cleanup=verbatim", "-F", "-"), self.lock, env)
            said, failed = _finish(process, message.encode())
            if process.returncode:
                why = _last_words(failed or said)
                raise OutsideFailed("git.refused" if why != "?" else "git.silent", problem=why, code=process.returncode)
        return self.repo.head() or ""

    def _ask(self, env: Mapping[str, str], *words: str) -> None:
        done = self.repo.run(*words, env=env)
        if done.returncode:
            raise OutsideFailed("git.failed", words=words[0], problem=_last_words(done.stderr))


def follow(repo: Repository, paths: Iterable[str], many: int, lock: int | None = None) -> None:
    """Bring git's index up to date with these paths as they are on disk, gone ones taken out."""
    split = ("-c", "core.splitIndex=true") if many > ROOM_FOR and "core.splitindex" not in repo.config else ()
    _feed(repo, paths, lock, {}, *split, "update-index", "--add", "--remove", "-z", "--stdin")


def sweep(repo: Repository) -> None:
    """Remove the reports that a `git fast-import` leaves behind when it is cut short."""
    for report in repo.common.glob("fast_import_crash_*"):
        with suppress(OSError):
            report.unlink()


def start(words: Sequence[str], folder: Path | None, lock: int | None, **env: str) -> "Popen[bytes]":
    """Start a program that is fed and heard through pipes, and that inherits the handle of a lock."""
    import subprocess

    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, bufsize=BUFFER,
        env={**_environment(), **env}, pass_fds=() if lock is None else (lock,),
    )  # fmt: skip
    with suppress(OSError, AttributeError):
        fcntl.fcntl(process.stdin or 0, fcntl.F_SETPIPE_SZ, PIPE)
    return process


def _start(
    repo: Repository, words: Iterable[str], lock: int | None, env: Mapping[str, str] | None = None
) -> "Popen[bytes]":
    try:
        return start(("git", *words), repo.home, lock, **(env or {}))
    except FileNotFoundError:
        raise OutsideFailed("git.missing") from None


def _finish(process: "Popen[bytes]", last: bytes) -> tuple[bytes, bytes]:
    stdin: IO[bytes] | None = process.stdin
    assert stdin is not None
    with suppress(OSError):
        stdin.write(last)
        stdin.flush()
    with suppress(OSError):
        stdin.close()
    process.stdin = None
    return process.communicate()


def _feed(repo: Repository, paths: Iterable[str], lock: int | None, env: Mapping[str, str], *words: str) -> None:
    """Run git with a list of paths on its standard input; raises `OutsideFailed` with its own words."""
    process = _start(repo, words, lock, env)
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        for path in paths:
            process.stdin.write(path.encode() + b"\0")
    _, failed = _finish(process, b"")
    if process.returncode:
        raise OutsideFailed("git.failed", words="update-index", problem=_last_words(failed))


@contextmanager
def _own_index(repo: Repository) -> Iterator[dict[str, str]]:
    """Give git an index of its own for as long as a commit is made."""
    import os

    path = repo.dir / f"cscli-index.{os.getpid()}"
    try:
        yield {"GIT_INDEX_FILE": str(path)}
    finally:
        for leftover in (path, Path(f"{path}.lock")):
            leftover.unlink(missing_ok=True)
