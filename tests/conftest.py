"""A desk to test on: a real git repository with the project's own sample rulebook, spoken to as a user would."""

import io
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cscli import app
from cscli.store.store import Store

PROJECT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
IDENTITY = ("-c", "user.name=Desk Test", "-c", "user.email=desk@example.invalid")
ID = re.compile(r"(BK|CP|CU)-\d{6}-[0-9A-Z]{6}")

settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # busy is no finding
settings.load_profile("desk")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--bless`, which writes the golden pages anew."""
    parser.addoption("--bless", action="store_true", help="write the golden pages anew")


@dataclass(frozen=True)
class Result:
    """What a command left: exit code, what it printed, what it said aside."""

    code: int
    out: str
    err: str


@dataclass
class DeskFolder:
    """A desk's folder and the person before it; `names` gives each id the one it has on golden pages."""

    home: Path
    patch: pytest.MonkeyPatch
    now: str = "2026-11-20T14:00:00"
    by: str = "li.na"
    lang: str = "en"
    names: dict[str, str] = field(default_factory=dict)

    def run(self, line: str, *, now: str | None = None, by: str | None = None, lang: str | None = None) -> Result:
        """Say one command line, without the word cscli; `$BK1` and the like stand for ids named before."""
        self.patch.chdir(self.home)
        self.patch.setenv("CSCLI_NOW", now or self.now)
        self.patch.setenv("CSCLI_BY", by or self.by)
        self.patch.setenv("CSCLI_LANG", lang or self.lang)
        out, err = io.StringIO(), io.StringIO()
        words = [re.sub(r"\$(\w+\d)", lambda found: self.id_of(found[1]), word) for word in shlex.split(line)]
        with redirect_stdout(out), redirect_stderr(err):
            code = app.run(words)
        return Result(code, self._named(out.getvalue()), self._named(err.getvalue()))

    def ok(self, line: str, **context: str) -> str:
        """Say a command that must succeed and return what it printed."""
        result = self.run(line, **context)
        assert result.code == 0, result.err or result.out
        return result.out

    def id_of(self, name: str) -> str:
        """Return the id that goes by a name such as `BK1`."""
        wanted = f"{name[:2]}-000000-{int(name[2:]):06d}"
        return next(record_id for record_id, known in self.names.items() if known == wanted)

    def _named(self, text: str) -> str:
        """Return text with ids replaced by names as wide as they are, numbered in order of appearance."""

        def name(found: re.Match[str]) -> str:
            kind = found[1]
            number = 1 + sum(known.startswith(kind) for known in self.names.values())
            return self.names.setdefault(found[0], f"{kind}-000000-{number:06d}")

        return ID.sub(name, text)

    def git(self, *words: str) -> str:
        """Ask git about the desk."""
        return subprocess.run(["git", *words], cwd=self.home, check=True, capture_output=True, text=True).stdout

    def store(self) -> Store:
        """Open the desk's archive without a command."""
        return Store(self.home)

    def rules(self, change: Callable[[str], str]) -> None:
        """Edit the rulebook as a manager would, and commit it."""
        path = self.home / "records" / "desk.toml"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.git("commit", "-qam", "Change the rules")


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every test a git of its own, whatever the person who runs it has configured."""
    config = tmp_path_factory.getbasetemp() / "gitconfig"
    if not config.exists():
        config.write_text(
            "[user]\n\tname = Desk Test\n\temail = desk@example.invalid\n[init]\n\tdefaultBranch = main\n"
        )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("CSCLI_DESK", "CSCLI_NOW", "CSCLI_BY", "CSCLI_LANG", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


def make_desk(home: Path) -> Path:
    """Lay out an empty desk with the sample rulebook in a git repository of its own."""
    (home / "records").mkdir(parents=True)
    shutil.copy(PROJECT / "records" / "desk.toml", home / "records" / "desk.toml")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "Open the desk")):
        subprocess.run(["git", *IDENTITY, *words], cwd=home, check=True)
    return home


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskFolder:
    """Return an empty desk: Friday 2026-11-20, 14:00, li.na, English unless a command says otherwise."""
    return DeskFolder(make_desk(tmp_path / "desk"), monkeypatch)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], None]]:
    """Compare a page with the one kept under tests/golden, or keep it where `--bless` was said."""

    def compare(name: str, page: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--bless"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page, encoding="utf-8")
        assert path.exists(), f"no golden page {path.name}: run pytest --bless and read it"
        assert page == path.read_text(encoding="utf-8"), f"{path.name} differs; after reading the diff: pytest --bless"

    yield compare


PYTHON = sys.executable
