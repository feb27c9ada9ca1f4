"""Git, by its own program: find the repository, commit exactly some paths, keep git's index right.

A commit is written by `git fast-import`, whose cost does not grow with the store; hooks or signing in the user's
configuration take the ordinary `git commit --only` instead. Either way git's index follows, or a person's next
`git commit` would take the new records out of HEAD again.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cscli.domain.value import Value
from cscli.errors import Busy, OutsideFailed

if TYPE_CHECKING:
    from subprocess import CompletedProcess, Popen

COMMIT_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")
FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
LARGE_INDEX = 2_000_000  # bytes; from here on a split index pays, below it every git tool should be able to read it
MANY = 50  # files from which on saving work is worth more than doing two things at once
INDEX_LOCK = "index.lock"
OURS = b"cscli\n"  # git's own lock holds an index, or nothing yet
CONFIG = ("git", "config", "--list", "-z")
DURABLE = ("-c", "core.fsync=committed,loose-object,reference")


class Person(Value, kw_only=False):
    """A name and an address as git keeps them."""

    name: str
    email: str

    def __str__(self) -> str:
        clean = "".join(" " if sign in "<>\n\r\0" else sign for sign in self.name).strip() or "unknown"
        return f"{clean} <{''.join(sign for sign in self.email if sign not in '<> ' and sign.isprintable())}>"


class Repository:
    """The git repository a desk lives in; `prefix` is the desk's folder below its top, with a trailing slash."""

    def __init__(self, home: Path) -> None:
        for folder in (home, *home.parents):
            dot_git = folder / ".git"
            if dot_git.exists():
                self.top = folder
                self.dir = _git_dir(dot_git)
                break
        else:
            raise OutsideFailed("git.no_repository", path=str(home))
        common = self.dir / "commondir"
        try:
            self.common = (self.dir / common.read_text().strip()).resolve() if common.is_file() else self.dir
        except OSError:
            raise OutsideFailed("git.no_repository", path=str(home)) from None
        relative = home.relative_to(self.top).as_posix()
        self.prefix = "" if relative == "." else f"{relative}/"
        self.home = home
        self._asked: Popen[bytes] | None = None
        self.held: tuple[int, ...] = ()  # the lock of a change under way, which git processes hold with us

    def run(
        self, *words: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> "CompletedProcess[bytes]":
        """Run git in the desk's folder and return what it said; raises `OutsideFailed` only where git is missing."""
        from subprocess import PIPE, CompletedProcess, Popen  # most commands only look, and need no git

        words = ("git", *words)
        try:
            process = Popen(
                words,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=self.home,
                env={**_environment(), **(env or {})},
                pass_fds=self.held,
            )
        except FileNotFoundError:
            raise OutsideFailed("git.missing") from None
        with process:
            try:
                out, err = process.communicate(data)
            except BaseException:
                process.communicate()  # git is waited for, not killed: it would leave its lock behind
                raise
        return CompletedProcess(words, process.returncode, out, err)

    def ask(self, *words: str, data: bytes | None = None) -> bytes:
        """Run git and return its standard output; raises `OutsideFailed` with git's own words where it fails."""
        done = self.run(*words, data=data)
        if done.returncode:
            raise OutsideFailed("git.failed", words=words[0], problem=_last_words(done.stderr))
        return done.stdout

    def foresee_commit(self) -> None:
        """Ask git for its configuration already, while something else is done."""
        if "config" not in self.__dict__ and self._asked is None:
            from subprocess import DEVNULL, PIPE, Popen

            with suppress(FileNotFoundError):
                self._asked = Popen(
                    CONFIG, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, cwd=self.home, env=_environment()
                )

    @cached_property
    def config(self) -> Mapping[str, str]:
        """Git's whole configuration as it applies here, keys in lower case, the last value winning."""
        asked, self._asked = self._asked, None
        said = asked.communicate()[0] if asked else None
        if said is None or (asked and asked.returncode):
            said = self.ask(*CONFIG[1:])
        found = {}
        for entry in said.decode("utf-8", "replace").split("\0"):
            key, said_value, value = entry.partition("\n")
            found[key.lower()] = value if said_value else "true"
        return found

    def says(self, key: str) -> bool:
        """Return whether a setting is true, as git reads truth: a key without a value is."""
        return self.config.get(key, "no").lower() not in ("", "no", "false", "off", "0")

    def foresee_nothing(self) -> None:
        """Take git's answer back that nobody needed."""
        if self._asked is not None:
            self._asked.communicate()
            self._asked = None

    @cached_property
    def committer(self) -> Person:
        """Who git says works here; raises `OutsideFailed` where nobody was named."""
        env, config = os.environ, self.config
        name = env.get("GIT_COMMITTER_NAME") or config.get("committer.name") or config.get("user.name")
        email = env.get("GIT_COMMITTER_EMAIL") or config.get("committer.email") or config.get("user.email")
        if not name or not email:
            raise OutsideFailed("git.no_identity")
        return Person(name, email)

    @property
    def file_mode(self) -> int:
        """The mode new files get: the group may read, and write where the repository is shared."""
        return 0o660 if self.shared else 0o640

    @property
    def shared(self) -> bool:
        """Whether the group writes here too: git opens its own folder to the group where it is told so."""
        return bool(self.dir.stat().st_mode & 0o020)

    @property
    def index_file(self) -> Path:
        """Git's own index."""
        return self.dir / "index"

    def branch(self) -> str | None:
        """Return the full name of the branch HEAD points to, None when detached or kept in another ref format."""
        try:
            head = (self.dir / "HEAD").read_text().strip()
        except OSError:
            raise OutsideFailed("git.no_repository", path=str(self.home)) from None
        name = head.removeprefix("ref: ")
        return name if name != head and name.startswith("refs/heads/") and name != "refs/heads/.invalid" else None

    def has_commits(self) -> bool:
        """Return whether the current branch has a commit at all."""
        return self.run("rev-parse", "--verify", "--quiet", "HEAD").returncode == 0

    def head(self) -> str | None:
        """Return the id of HEAD's commit, None before the first."""
        return self.run("rev-parse", "--verify", "--quiet", "HEAD").stdout.decode().strip() or None

    def blob(self, path: str) -> bytes | None:
        """Return the content HEAD has at a path of the desk, None where it has none."""
        done = self.run("cat-file", "blob", f"HEAD:{self.prefix}{path}")
        return done.stdout if done.returncode == 0 else None

    def _hooked(self) -> bool:
        hooks = self.config.get("core.hookspath")
        folder = (self.top / Path(hooks).expanduser()) if hooks else self.common / "hooks"
        return any(os.access(folder / name, os.X_OK) for name in COMMIT_HOOKS)

    def ready(self) -> None:
        """Make sure a commit can be made at all; raises `OutsideFailed` or `Busy` before anything is written."""
        _ = self.committer
        for name in (INDEX_LOCK, "rebase-merge", "rebase-apply"):  # a rebase's end would leave our commits behind
            if (self.dir / name).exists():
                raise Busy("busy.git" if name == INDEX_LOCK else "busy.rebase", path=str(self.dir / name))

    def commit(self, files: Mapping[str, bytes], message: str, author: str, when: datetime) -> bool:
        """Commit exactly `files` (paths of the desk, already on disk); return whether git's index could follow.

        `author` is a name; the address is the committer's. Raises `OutsideFailed` or `Busy` with nothing committed;
        after a hook's refusal the index is ahead until the files are back and `follow` is called for them.
        """
        who = Person(author, self.committer.email)
        slow = self.says("commit.gpgsign") or self._hooked()
        branch = None if slow else self.branch()
        done = False
        if branch is not None:
            with self._index_held() as copy:
                try:
                    if len(files) > MANY:  # before the index follows, or each content would be stored twice
                        done = self._fast_import(branch, files, message, who, when)
                    with self._following(list(files), copy):
                        done = done or self._fast_import(branch, files, message, who, when)
                    if done:
                        copy.replace(self.index_file)
                except OutsideFailed:
                    if not done:
                        raise
                    return False  # the commit stands; the next command brings the index along
        if not done:
            self.follow(list(files))
            self._plain_commit(list(files), message, who, when)
        return True

    @contextmanager
    def _index_held(self) -> Iterator[Path]:
        """Keep everybody else's git from git's index while a commit is made; gives a copy that is to take its place.

        A person's `git commit` in between would otherwise take our files into theirs, or out of HEAD. Raises `Busy`.
        """
        lock, copy = self.dir / INDEX_LOCK, self.dir / "cscli" / "next-index"
        try:
            handle = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            raise Busy("busy.git", path=str(lock)) from None
        except OSError as problem:
            raise OutsideFailed("disk.write", path=str(lock), problem=os.strerror(problem.errno or 0)) from None
        try:
            os.write(handle, OURS)
            os.close(handle)
            copy.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                copy.write_bytes(self.index_file.read_bytes())
                copy.chmod(self.index_file.stat().st_mode & 0o777)
            yield copy
        finally:
            copy.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)

    def release_index(self) -> None:
        """Take away the hold on git's index that a killed command left; call it under the lock only."""
        lock = self.dir / INDEX_LOCK
        with suppress(OSError):
            if lock.read_bytes() == OURS:
                lock.unlink()

    def _fast_import(
        self, branch: str, files: Mapping[str, bytes], message: str, author: Person, when: datetime
    ) -> bool:
        """Commit by fast-import; False where the branch has no commit yet."""
        stamp = f"{int(when.timestamp())} {when:%z}".encode()
        text = message.encode()
        parts = [
            b"commit %s\n" % branch.encode(),
            b"author %s %s\n" % (str(author).encode(), stamp),
            b"committer %s %s\n" % (str(self.committer).encode(), stamp),
            b"data %d\n%s\n" % (len(text), text),
            b"from %s^0\n" % branch.encode(),
        ]
        for path, content in files.items():
            parts.append(b"M 100644 inline %s\n" % _quoted(self.prefix + path))
            parts += (b"data %d\n" % len(content), content, b"\n")
        parts.append(b"\ndone\n")
        stream = b"".join(parts)
        said = b""
        for _ in range(3):  # somebody's own `git commit` may move the branch under our hands: then once more
            done = self.run(*DURABLE, "fast-import", "--quiet", "--done", "--date-format=raw", data=stream)
            if done.returncode == 0:
                return True
            said = done.stderr
            self._sweep_crash_reports()
            if b"not found" in said or b"Not a valid commit" in said or b"Invalid ref name" in said:
                if not self.has_commits():
                    return False
                break
            if b"does not contain" not in said:
                break
        raise OutsideFailed("git.failed", words="fast-import", problem=_last_words(said))

    def _sweep_crash_reports(self) -> None:
        for report in self.common.glob("fast_import_crash_*"):
            with suppress(OSError):
                report.unlink()

    def _plain_commit(self, paths: Sequence[str], message: str, author: Person, when: datetime) -> None:
        """Commit with hooks and signing, only these paths, whatever else is staged."""
        stamp = f"{int(when.timestamp())} {when:%z}"
        env = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_DATE": stamp,
        }
        names = b"\0".join(path.encode() for path in paths)
        words = ("commit", "--quiet", "--cleanup=verbatim", "--only", "--pathspec-from-file=-", "--pathspec-file-nul")
        with _message_file(self.dir, message) as file:
            done = self.run("--literal-pathspecs", *words, "-F", str(file), data=names, env=env)
        if done.returncode:
            said = _last_words(done.stderr or done.stdout)
            raise OutsideFailed("git.refused" if said != "?" else "git.silent", problem=said, code=done.returncode)
        self.follow(paths)  # a hook may have written them anew

    def follow(self, paths: Sequence[str]) -> None:
        """Bring git's index up to date with these paths as they are on disk, gone ones taken out."""
        with self._following(paths):
            pass

    @contextmanager
    def _following(self, paths: Sequence[str], index: Path | None = None) -> Iterator[None]:
        """Bring git's index up to date while something else is done; raises `OutsideFailed` at the end if it failed."""
        from subprocess import DEVNULL, PIPE, Popen

        words = ["git", *self._split_index(), "update-index", "--add", "--remove", "-z", "--stdin"]
        names = b"\0".join(path.encode() for path in paths)
        with Popen(
            words,
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=PIPE,
            cwd=self.home,
            env={**_environment(), **({"GIT_INDEX_FILE": str(index)} if index else {})},
            pass_fds=self.held,
        ) as process:
            assert process.stdin is not None
            assert process.stderr is not None
            with suppress(BrokenPipeError):  # git gave up at once: it says why below
                process.stdin.write(names)
                process.stdin.close()
            try:
                yield
            finally:
                said = process.stderr.read()
                process.wait()
        if process.returncode:
            raise OutsideFailed("git.failed", words="update-index", problem=_last_words(said))

    def _split_index(self) -> tuple[str, ...]:
        """Return the option that keeps a large index in two files, of which a small one is written each time."""
        try:
            large = self.index_file.stat().st_size > LARGE_INDEX
        except OSError:
            large = False
        return ("-c", "core.splitIndex=true") if large and "core.splitindex" not in self.config else ()


def make_repository(folder: Path) -> None:
    """Make a git repository; raises `OutsideFailed`."""
    import subprocess

    try:
        done = subprocess.run(["git", "init", "--quiet", str(folder)], capture_output=True, env=_environment())
    except FileNotFoundError:
        raise OutsideFailed("git.missing") from None
    if done.returncode:
        raise OutsideFailed("git.failed", words="init", problem=_last_words(done.stderr))


@contextmanager
def _message_file(folder: Path, message: str) -> Iterator[Path]:
    """Keep a commit message on disk for as long as git reads it: `-F -` is taken by the list of paths."""
    path = folder / f"CSCLI_MSG.{os.getpid()}"
    path.write_text(message, encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _git_dir(dot_git: Path) -> Path:
    """Return the folder behind `.git`, which is a file in work trees and submodules."""
    if dot_git.is_dir():
        return dot_git
    target = dot_git.read_text(encoding="utf-8", errors="surrogateescape").strip().removeprefix("gitdir: ")
    return (dot_git.parent / target).resolve()


def _environment() -> dict[str, str]:
    """Return the environment for git: not the one a hook of another repository may have handed down."""
    env = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    env.update(GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0", LC_ALL="C.UTF-8")
    return env


def _quoted(path: str) -> bytes:
    """Return a path as fast-import takes it."""
    if any(sign in path for sign in '"\\\n'):
        path = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return path.encode("utf-8", "surrogateescape")


def _last_words(text: bytes) -> str:
    """Return the line of git's output that says most: the first `fatal:` or `error:`, else the last one."""
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (telling or lines[-1:] or ["?"])[0]
