"""The index is never believed unchecked: whatever changed behind its back shows in the very next answer."""

import os
import sqlite3
from pathlib import Path

import pytest

from cscli.store import codec, fresh, store
from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton"


@pytest.fixture(params=[fresh.SMALL, 0], ids=["small store", "large store"])
def desk(request: pytest.FixtureRequest, desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> DeskFolder:
    """A desk with two bookings, looked through as a small store is and as a large one is."""
    monkeypatch.setattr(fresh, "SMALL", request.param)
    desk.ok(f'{TAKE} --start "2026-11-21 10:00"')
    desk.ok(f'{TAKE} --start "2026-11-21 12:00"')
    desk.ok("booking list")
    return desk


def files_of(desk: DeskFolder, kind: str = "bookings") -> list[Path]:
    """Return the files of a kind in the order of their bookings."""
    found = (desk.home / "records" / kind).glob("**/*.toml")
    return sorted(found, key=lambda path: "10:00" not in path.read_text())


def test_an_edit_in_place_shows(desk: DeskFolder) -> None:
    first = files_of(desk)[0]
    with first.open("r+") as file:
        text = file.read().replace("units = 1", "units = 3")
        file.seek(0)
        file.write(text)

    assert "    3  " in desk.ok("booking list").splitlines()[2]


def test_an_edit_in_place_that_git_has_been_told_of_shows_too(desk: DeskFolder) -> None:
    first = files_of(desk)[0]
    first.write_text(first.read_text().replace("units = 1", "units = 3"))
    desk.git("commit", "-qam", "By hand")

    assert "    3  " in desk.ok("booking list").splitlines()[2]


def test_an_edit_that_keeps_size_and_time_shows(desk: DeskFolder) -> None:
    first = files_of(desk)[0]
    stat = first.stat()
    first.write_text(first.read_text().replace("units = 1", "units = 3"))
    os.utime(first, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert "    3  " in desk.ok("booking list").splitlines()[2]


def test_a_deleted_file_is_gone(desk: DeskFolder) -> None:
    files_of(desk)[0].unlink()

    assert len(desk.ok("booking list").splitlines()) == 3


def test_a_deleted_folder_is_gone(desk: DeskFolder) -> None:
    for path in files_of(desk):
        path.unlink()
    (desk.home / "records/bookings/2026/11/20").rmdir()

    assert desk.ok("booking list") == "No bookings.\n"


def test_a_checkout_and_a_merge_show(desk: DeskFolder) -> None:
    desk.git("checkout", "-q", "-b", "other", "HEAD~1")
    assert len(desk.ok("booking list").splitlines()) == 3
    desk.git("checkout", "-q", "main")
    assert len(desk.ok("booking list").splitlines()) == 4
    desk.git("checkout", "-q", "other")
    desk.ok(f'{TAKE} --start "2026-11-21 15:00"')
    desk.git("checkout", "-q", "main")
    desk.git("merge", "-q", "--no-edit", "other")
    assert len(desk.ok("booking list").splitlines()) == 5


def test_a_file_put_there_by_hand_shows_and_can_be_changed_again(desk: DeskFolder) -> None:
    first = files_of(desk)[0]
    copy = first.with_name("BK-261120-ZZZZZZ.toml")
    copy.write_text(first.read_text().replace(first.stem, copy.stem).replace("court-1", "court-9"))
    assert len(desk.ok("booking list").splitlines()) == 5

    copy.write_text(copy.read_text().replace("units = 1", "units = 3"))
    assert "    3  " in desk.ok("booking list --resource court-9").splitlines()[2]


def test_a_damaged_index_is_rebuilt_without_asking(desk: DeskFolder) -> None:
    index = desk.home / ".git" / "cscli" / "index.sqlite"
    before = desk.ok("booking list")
    for damage in (b"", b"not a database, but a long enough text to look like one" * 99, index.read_bytes()[:5000]):
        for path in index.parent.glob("index.sqlite*"):
            path.unlink()
        index.write_bytes(damage)

        assert desk.ok("booking list") == before


def test_an_index_of_another_version_is_rebuilt(desk: DeskFolder) -> None:
    before = desk.ok("booking list")
    with sqlite3.connect(desk.home / ".git" / "cscli" / "index.sqlite") as db:
        db.execute("PRAGMA user_version=9999")

    assert desk.ok("booking list") == before


def test_an_unchanged_store_reads_no_record(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(codec, "load", lambda _kind, _raw, path: read.append(path))
    desk.ok("booking list")

    assert read == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"<<<<<<< HEAD\nid = 1\n=======\nid = 2\n>>>>>>> other\n", "conflict markers"),
        (b"id = ", "not TOML"),
        (b"", "missing"),
        (b"\x00" * 50, "not TOML"),
        (b'schema = 1\nid = "BK-261120-AAAAAA"\n', "missing"),
    ],
    ids=["bytes", "conflict", "cut", "empty", "NUL", "keys"],
)
def test_a_broken_file_is_a_finding_and_the_rest_is_served(desk: DeskFolder, broken: bytes, said: str) -> None:
    first = files_of(desk)[0]
    first.write_bytes(broken)

    result = desk.run("booking list")

    assert result.code == 0
    assert len(result.out.splitlines()) == 3
    assert "1 file could not be read" in result.err
    shown = desk.run(f"booking show {first.stem}")
    assert shown.code == 6
    assert said in shown.err


def test_a_link_out_of_the_desk_is_not_followed(desk: DeskFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    first = files_of(desk)[0]
    outside.write_text(first.read_text())
    first.unlink()
    first.symlink_to(outside)

    result = desk.run("booking list")

    assert len(result.out.splitlines()) == 3
    assert "could not be read" in result.err


@pytest.mark.parametrize("name", ["records/bookings", "records/bookings/2026"])
def test_nothing_is_written_behind_a_linked_folder(desk: DeskFolder, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    folder = desk.home / name
    folder.rename(outside)
    folder.symlink_to(outside)
    before = sorted(outside.rglob("*"))

    taken = desk.run(f'{TAKE} --start "2026-11-21 15:00"')
    checked = desk.run("check")

    assert (taken.code, taken.err) == (6, f"{name} is a symbolic link; the desk keeps plain files only.\n")
    assert sorted(outside.rglob("*")) == before
    assert (checked.code, f"{name}: is a symbolic link" in checked.out) == (6, True)

    folder.unlink()
    outside.rename(folder)
    assert desk.run("check").code == 0
    desk.ok(f'{TAKE} --start "2026-11-21 15:00"')


@pytest.mark.parametrize("how", ["conflict", "moved"])
def test_a_booking_that_cannot_be_read_keeps_its_court(desk: DeskFolder, how: str) -> None:
    """Given the only taken court's file broken by a merge or moved elsewhere, the court is not sold again."""
    first = files_of(desk)[0]
    sane = first.read_text()
    again = f'{TAKE} --start "2026-11-21 10:00" --resource court-1'
    if how == "conflict":
        first.write_text(sane.replace("units = 1", "<<<<<<< HEAD\nunits = 1"))
    else:
        elsewhere = first.parent.parent / "19"
        elsewhere.mkdir()
        first.rename(elsewhere / first.name)

    assert desk.run(again).code == 5

    if how == "conflict":
        first.write_text(sane)
        desk.ok("booking cancel $BK1 --reason ill")
        desk.ok(again)
        assert desk.run("check").code == 0


def test_what_cannot_be_looked_into_is_said(desk: DeskFolder) -> None:
    folder = files_of(desk)[0].parent
    (folder / b"\xff.toml".decode("utf-8", "surrogateescape")).touch()
    (folder / "BK-261120-AAAAAA.toml").mkdir()

    result = desk.run("check")

    assert result.code == 6
    assert "is not UTF-8; rename it" in result.out
    assert "BK-000000-000003.toml: cannot be read as a file" in result.out


def test_rules_changed_in_place_count_at_once(desk: DeskFolder) -> None:
    rules = desk.home / "records" / "desk.toml"
    text = rules.read_text()
    with rules.open("r+") as file:
        file.write(text.replace("Badminton", "Badmint0n").replace("羽毛球", "羽毛毬"))

    assert "Badmint0n" in desk.ok("booking list") or "羽毛毬" in desk.ok("booking list")


def test_rules_are_kept_only_for_the_text_they_were_made_of(desk: DeskFolder) -> None:
    raw = (desk.home / "records" / "desk.toml").read_bytes()
    opened = store.Store(desk.home)

    assert opened.index.rules(raw) == codec.parse(raw, "")
    assert opened.index.rules(raw + b"\n") is None
    opened.index.keep_rules(b"= no rules")
    assert opened.index.rules(raw) is None
