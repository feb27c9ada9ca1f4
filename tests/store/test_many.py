"""Many records in one change: as whole as one record, wherever the process is killed, and durable before it is told."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cscli.store import files
from cscli.store.git import Repository
from cscli.store.quick import canonical
from tests.conftest import PYTHON, DeskFolder

NUMBER = 12  # more than are synced one by one
WANG = "--customer 王小明 --phone 13800000001 --service badminton --for 1h"
TAKE = f'booking create {WANG} --start "2026-11-21 15:00" --repeat daily --count {NUMBER}'
MOVE = 'booking change $BK1 --which all --start "2026-11-21 17:00"'
KILLED = 9

KILLER = """
import os, sys
from importlib import import_module
place, name, number, after = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "after"
module, _, kind = place.partition(":")
holder = import_module(module)
holder = getattr(holder, kind) if kind else holder
real, calls = getattr(holder, name), [0]
def step(*words, **named):
    ours = name != "replace" or ".cscli-tmp-" in str(words[0]) and "pending" not in str(words[0])
    calls[0] += ours
    if ours and calls[0] == number and not after:
        os._exit(9)
    done = real(*words, **named)
    if ours and calls[0] == number and after:
        os._exit(9)
    return done
setattr(holder, name, step)
from cscli import app
os._exit(app.run(sys.argv[5:]))
"""

STEPS = {
    "before the journal": ("cscli.store.journal:Journal", "begin", 1, "before"),
    "after the journal": ("cscli.store.journal:Journal", "begin", 1, "after"),
    "while files are written beside their places": ("cscli.store.files", "_create", 7, "after"),
    "while they are synced": ("cscli.store.files", "_sync_file", 7, "before"),
    "while they take their places": ("pathlib:Path", "replace", 7, "after"),
    "when all are in their places": ("pathlib:Path", "replace", NUMBER, "after"),
    "before git is told": ("cscli.store.git:Repository", "_fast_import", 1, "before"),
    "when git has it": ("cscli.store.git:Repository", "_fast_import", 1, "after"),
    "before the index follows": ("cscli.store.fresh:Freshness", "follow", 1, "before"),
    "before the journal is ended": ("cscli.store.journal:Journal", "end", 1, "before"),
}
LAST_WITHOUT = "before git is told"  # from the next step on, git has it


@pytest.fixture
def club(desk: DeskFolder) -> DeskFolder:
    """Return a desk at which courts may be had half a year ahead, with one booking."""
    desk.rules(
        lambda text: text.replace('advance = "1d"', 'advance = "180d"').replace("priority = {", "# priority = {")
    )
    desk.ok(f'booking create {WANG} --start "2026-11-20 20:00"')
    return desk


def killed(club: DeskFolder, line: str, step: tuple[str, str, int, str]) -> None:
    """Say a command in a process of its own that dies at a step, nothing cleaned up."""
    env = {**os.environ, "CSCLI_NOW": club.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}
    words = [PYTHON, "-c", KILLER, *map(str, step), *line.split("\0")]
    done = subprocess.run(words, cwd=club.home, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == KILLED, done.stderr


def said(club: DeskFolder, line: str) -> str:
    """Return a command line as separate words."""
    import shlex

    name, _, rest = line.partition("$BK1")
    return "\0".join(shlex.split(f"{name}{club.id_of('BK1')}{rest}" if rest else line))


def standing(club: DeskFolder) -> list[str]:
    """Return when the bookings of the series begin, and prove that the desk is whole."""
    listed = club.run("booking list --all --limit 0 --json")
    assert listed.code == 0, listed.err
    found = [one["start"][5:16] for one in json.loads(listed.out) if one["series"]]
    assert club.git("status", "--porcelain") == ""
    assert club.git("fsck", "--no-dangling") == ""
    assert not (club.home / ".git" / "cscli" / "pending").exists()
    assert not (club.home / ".git" / "index.lock").exists()
    assert not list((club.home / "records").glob("**/.cscli-tmp-*"))
    assert club.run("check").code == 0
    return sorted(found)


DAYS = [f"11-{day}" if day < 31 else f"12-{day - 30:02d}" for day in range(21, 21 + NUMBER)]
AT_THREE, AT_FIVE = [f"{day}T15:00" for day in DAYS], [f"{day}T17:00" for day in DAYS]


@pytest.mark.parametrize("step", STEPS)
def test_a_series_killed_at_any_step_is_there_whole_or_not_at_all(club: DeskFolder, step: str) -> None:
    killed(club, said(club, TAKE), STEPS[step])

    found = standing(club)

    names = list(STEPS)
    assert found == ([] if names.index(step) <= names.index(LAST_WITHOUT) else AT_THREE)
    assert len(json.loads(club.ok(f"{TAKE} --json"))["bookings"]) == NUMBER


@pytest.mark.parametrize("step", [step for step in STEPS if step != "before the journal"])
def test_a_changed_series_killed_at_any_step_is_all_old_or_all_new(club: DeskFolder, step: str) -> None:
    club.names.clear()
    club.ok(TAKE)
    killed(club, said(club, MOVE), STEPS[step])

    found = standing(club)

    names = list(STEPS)
    assert found == (AT_THREE if names.index(step) <= names.index(LAST_WITHOUT) else AT_FIVE)


def test_what_was_cut_short_is_told_in_a_few_words(club: DeskFolder) -> None:
    killed(club, said(club, TAKE), STEPS["before git is told"])

    result = club.run("booking list")

    assert "cut short earlier was undone: records/bookings/" in result.err
    assert f"+{NUMBER - 1}" in result.err


def test_a_file_edited_after_the_kill_is_left_to_whoever_edited_it(club: DeskFolder) -> None:
    """Given a move of twelve cut short and one of them edited by hand since, eleven go back and that one stays."""
    club.names.clear()
    club.ok(TAKE)
    killed(club, said(club, MOVE), STEPS["before git is told"])
    path = next((club.home / "records/bookings").rglob(f"{club.id_of('BK3')}.toml"))
    path.write_text(path.read_text().replace("units = 1", "units = 1\nparty = 3"))

    result = club.run("booking list --series $BK1 --json")

    starts = sorted(one["start"][5:16] for one in json.loads(result.out))
    assert "Edited since and left as they are" in result.err
    assert starts == sorted([*AT_THREE[:2], AT_FIVE[2], *AT_THREE[3:]])
    assert "party = 3" in path.read_text()


def test_every_file_is_synced_before_it_takes_its_place_and_all_before_git_is_told(
    club: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a series, what happens to the disk comes in this order: the journal, contents, names, the commit."""
    told: list[str] = []

    def noting(holder: Any, name: str, what: str, mine: Callable[[Any], bool] = lambda _: True) -> None:
        real = getattr(holder, name)

        def noted(*words: Any, **named: Any) -> Any:
            done = real(*words, **named)
            if mine(words[0]):
                told.append(what)
            return done

        monkeypatch.setattr(holder, name, noted)

    def of_records(path: Any) -> bool:
        return "bookings" in Path(path).parts

    noting(files, "write", "journal", lambda path: path.name == "pending")
    noting(files, "_create", "written")
    noting(files, "_sync_file", "synced")
    noting(Path, "replace", "placed", of_records)
    noting(files, "sync_folder", "names synced", of_records)
    noting(Repository, "_fast_import", "committed")

    club.ok(TAKE)

    assert told == [
        "journal",
        *["written"] * NUMBER,
        *["synced"] * NUMBER,
        *["placed"] * NUMBER,
        "names synced",
        "committed",
    ]


def test_a_disk_that_fails_half_way_leaves_everything_as_it_was(
    club: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = club.git("rev-parse", "HEAD")
    real, calls = files._sync_file, [0]

    def failing(path: Path) -> None:
        calls[0] += 1
        if calls[0] == 7:
            raise OSError(5, "Input/output error")
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_sync_file", failing)
        result = club.run(TAKE)

    assert result.code == 8
    assert "Input/output error" in result.err
    assert club.git("rev-parse", "HEAD") == head
    assert standing(club) == []


def test_many_records_are_stored_by_git_once(club: DeskFolder) -> None:
    """Given a series of a hundred and ten, git keeps the contents in the commit's own pack and nowhere else."""
    before = objects(club)

    club.ok(f'booking create {WANG} --start "2026-11-21 21:00" --repeat daily --count 110')

    assert objects(club)["count"] == before["count"]
    assert objects(club)["prune-packable"] == "0"
    assert objects(club)["packs"] == "1"
    assert club.git("status", "--porcelain") == ""


def objects(club: DeskFolder) -> dict[str, str]:
    """Return what git counts: `count` is of contents kept one by one, `prune-packable` of those kept twice."""
    return dict(line.split(": ") for line in club.git("count-objects", "-v").splitlines())


def test_a_series_reads_the_same_whether_written_quickly_or_not(club: DeskFolder) -> None:
    """Given a series, each of its files is what the ordinary way of writing makes of it."""
    from cscli.store import codec, shape
    from cscli.store.reading import model_of

    club.ok(f"{TAKE} --details '\"quoted\" 训练\n二'")
    club.ok('booking change $BK2 --which all --start "2026-11-21 17:00"')

    paths = sorted((club.home / "records" / "bookings").rglob("*.toml"))
    assert len(paths) == NUMBER + 1
    for path in paths:
        record = codec.load(model_of("booking"), path.read_bytes(), path.name)
        assert path.read_text(encoding="utf-8") == codec.dump(record) == canonical(shape.plain(record))
