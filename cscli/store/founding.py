"""Founding a desk: the folder, the rulebook, the git repository and the first commit."""

from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from cscli.errors import Busy, OutsideFailed, Refused
from cscli.store import files, layout
from cscli.store.git import Repository, make_repository

PROFILES = ("booking-desk", "coach", "restaurant", "sports-club", "call-centre")  # the first where none is named


def templates() -> Path:
    """Return the folder of packaged templates; in a checkout it lies beside the package."""
    package = Path(__file__).parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def found(home: Path, language: str, profile: str, name: str | None) -> None:
    """Make a desk in `home`: the rulebook of a profile with its schema, a repository where there is none, one commit.

    The schema is what the rulebook's first line points editors at; it is theirs alone, the desk never reads it.

    Raises `Refused` where there is a desk already, `OutsideFailed` where the disk or git says no; then nothing is left
    of what was made, and a schema that stood there stands as it was.
    """
    if (home / layout.RULEBOOK).exists():
        raise Refused("refused.desk_exists", rule="init", path=str(home))
    text = (templates() / "profiles" / f"{profile}.{language}.toml").read_text(encoding="utf-8")
    if name:
        import tomli_w

        first = next(line for line in text.splitlines() if line.startswith("name = "))
        text = text.replace(first, tomli_w.dumps({"name": name}).rstrip("\n"), 1)
    folders = [folder for folder in (*reversed(home.parents), home, home / layout.RECORDS) if not folder.exists()]
    repository = not any((folder / ".git").exists() for folder in (home, *home.parents))
    stood = files.read(home / layout.SCHEMA)
    try:
        _lay(home, text, repository=repository)
    except BaseException:
        _take_back(home, folders, stood, repository=repository)
        raise


def _lay(home: Path, text: str, *, repository: bool) -> None:
    """Write a rulebook and commit it, into a repository made for it where that is asked for."""
    try:
        (home / layout.RECORDS).mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutsideFailed("disk.write", path=str(home), problem=str(problem.strerror)) from None
    if repository:
        make_repository(home)
    repo = Repository(home)
    repo.ready()
    files.write(home / layout.RULEBOOK, text.encode(), repo.file_mode)
    files.write(home / layout.SCHEMA, _schema(), repo.file_mode)
    names = (layout.RULEBOOK, layout.SCHEMA)
    repo.ask("add", "--", *names)
    repo.ask("commit", "--quiet", "--only", "-m", "Open the desk", "--", *names)


def _schema() -> bytes:
    import json

    from cscli.store.schema import json_schema

    return f"{json.dumps(json_schema('desk'), ensure_ascii=False, indent=2)}\n".encode()


def _take_back(home: Path, folders: list[Path], schema: bytes | None, *, repository: bool) -> None:
    """Remove what a founding that failed has made: its files, their place in git, the repository, empty folders."""
    names = (layout.RULEBOOK, layout.SCHEMA)
    with suppress(OSError):
        (home / layout.RULEBOOK).unlink(missing_ok=True)
        if schema is None:
            (home / layout.SCHEMA).unlink(missing_ok=True)
        elif schema != files.read(home / layout.SCHEMA):
            (home / layout.SCHEMA).write_bytes(schema)
    if repository:
        rmtree(home / ".git", ignore_errors=True)
    else:
        with suppress(OutsideFailed, Busy):
            Repository(home).ask("reset", "--quiet", "--", *names)
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()
