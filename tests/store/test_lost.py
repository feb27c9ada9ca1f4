"""A booking whose file cannot be read keeps its time, also where the index that knew of it is gone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cscli.store import fresh, index
from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --resource court-1"
MARK = "<<<<<<< HEAD\n"


@pytest.fixture(params=[fresh.SMALL, 0], ids=["small store", "large store"])
def desk(request: pytest.FixtureRequest, desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> DeskFolder:
    """A desk with one booking, looked through as a small store is and as a large one is."""
    monkeypatch.setattr(fresh, "SMALL", request.param)
    desk.ok(f'{TAKE} --start "2026-11-21 10:00"')
    return desk


def file_of(desk: DeskFolder) -> Path:
    """Return the booking's file."""
    (path,) = (desk.home / "records" / "bookings").rglob("*.toml")
    return path


def break_off(desk: DeskFolder) -> None:
    """Leave in the booking's file what a merge leaves."""
    path = file_of(desk)
    path.write_text(path.read_text() + MARK)


def later(text: str) -> str:
    """Return a booking's text with its time five hours later."""
    return text.replace(" 10:00:", " 15:00:").replace(" 11:00:", " 16:00:")


def again(desk: DeskFolder) -> int:
    """Ask for the same time once more and return the exit code."""
    return desk.run(f'{TAKE} --start "2026-11-21 10:00"').code


def forget(desk: DeskFolder) -> None:
    """Throw the index away."""
    shutil.rmtree(desk.home / ".git" / "cscli")


def test_the_time_is_held_by_the_index(desk: DeskFolder) -> None:
    break_off(desk)

    assert again(desk) == 5


def test_the_time_is_held_where_the_index_is_gone(desk: DeskFolder) -> None:
    break_off(desk)
    forget(desk)

    assert again(desk) == 5
    assert again(desk) == 5  # it stays held


def test_the_time_is_held_after_a_change_of_the_index(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    break_off(desk)
    desk.run("booking list")
    monkeypatch.setattr(index, "VERSION", index.VERSION + 1)

    assert again(desk) == 5


def test_the_time_is_held_in_a_new_clone_where_the_broken_file_was_committed(
    desk: DeskFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        break_off(desk)
        desk.git("commit", "-qam", "By hand")
    subprocess.run(["git", "clone", "-q", desk.home, tmp_path / "clone"], check=True)

    assert again(DeskFolder(tmp_path / "clone", monkeypatch)) == 5


def test_the_time_is_held_in_a_desk_below_the_top_of_a_repository(
    desk: DeskFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(desk.home / "records", tmp_path / "top" / "the desk" / "records")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "All")):
        subprocess.run(["git", *words], cwd=tmp_path / "top", check=True)
    below = DeskFolder(tmp_path / "top" / "the desk", monkeypatch)
    break_off(below)

    assert again(below) == 5


def test_what_was_called_off_is_not_held(desk: DeskFolder) -> None:
    desk.ok(f"booking cancel {file_of(desk).stem} --reason rain")
    break_off(desk)
    forget(desk)

    assert again(desk) == 0


def test_what_git_never_had_holds_nothing(desk: DeskFolder) -> None:
    path = file_of(desk)
    text = path.read_text()
    copy = path.with_name(f"{path.stem[:-6]}ABCDEF.toml")
    copy.write_text(later(text.replace(path.stem, copy.stem)) + MARK)
    forget(desk)

    assert desk.run(f'{TAKE} --start "2026-11-21 15:00"').code == 0
    assert again(desk) == 5


def test_a_file_that_was_mended_holds_what_it_says(desk: DeskFolder) -> None:
    break_off(desk)
    forget(desk)
    desk.run("booking list")
    path = file_of(desk)
    path.write_text(later(path.read_text().removesuffix(MARK)))

    assert again(desk) == 0
    assert desk.run(f'{TAKE} --start "2026-11-21 15:00"').code == 5


def test_the_time_is_held_on_both_sides_of_a_merge_that_is_not_done(desk: DeskFolder) -> None:
    """Given a booking moved to court 2 in another clone and to court 3 here, neither is sold while they contradict."""
    other = desk.home.parent / "other"
    desk.git("clone", "-q", ".", str(other))
    ours = file_of(desk)
    theirs = other / ours.relative_to(desk.home)
    for path, court in ((ours, "court-3"), (theirs, "court-2")):
        path.write_text(path.read_text().replace("court-1", court))
        run = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qam", court]
        subprocess.run(run, cwd=path.parent, check=True)
    subprocess.run(["git", "pull", "-q", "--no-rebase", str(other), "HEAD"], cwd=desk.home, check=False)

    sold = [desk.run(f'{TAKE[:-1]}{n} --start "2026-11-21 10:00"').code for n in (2, 3)]

    assert sold == [5, 5]


def test_what_git_has_and_what_the_index_knew_are_both_held(desk: DeskFolder) -> None:
    path = file_of(desk)
    path.write_text(path.read_text().replace("court-1", "court-4"))
    desk.run("booking list")
    desk.git("checkout", "--", "records")
    break_off(desk)

    assert [desk.run(f'{TAKE[:-1]}{n} --start "2026-11-21 10:00"').code for n in (1, 4)] == [5, 5]


@pytest.mark.parametrize("away", ["deleted", "renamed", "moved"])
@pytest.mark.parametrize("known", [True, False])
def test_a_file_taken_away_by_mistake_keeps_its_time_until_git_lets_it_go(
    desk: DeskFolder, away: str, known: bool
) -> None:
    path = file_of(desk)
    places = {"renamed": path.with_suffix(".bak"), "moved": path.parents[1] / "01" / path.name}
    if away == "deleted":
        path.unlink()
    else:
        places[away].parent.mkdir(exist_ok=True)
        path.rename(places[away])
    if not known:
        forget(desk)

    taken = desk.run(f'{TAKE} --start "2026-11-21 10:00"')
    listed, check = desk.run("booking list"), desk.run("check")
    places.get(away, path).unlink(missing_ok=True)
    desk.git("commit", "-qam", "Take it out")

    assert taken.code == 5
    assert "left out" in listed.err
    assert check.out.count("is in git and not on the disk") == 1
    assert again(desk) == 0
