"""A large index is filled by several processes; it holds what reading file by file would have put there."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cscli.store import filling, fresh, rows
from cscli.store.store import Store
from tests.conftest import PROJECT, make_desk

TABLES = ("file", "finding", *rows.COLUMNS, "event", "slot")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The sample desk with a few files that are not what they should be."""
    home = make_desk(tmp_path / "desk")
    shutil.copytree(PROJECT / "records", home / "records", dirs_exist_ok=True)
    first, second, third, *_ = sorted((home / "records" / "bookings").rglob("*.toml"))
    first.write_text(first.read_text() + "unknown = 1\n")
    second.write_bytes(b"\xff")
    third.rename(third.with_name("BK-261120-AAAAAA.toml"))
    (home / "records" / "stray.txt").write_text("?")
    (second.parent / "BK-261120-BBBBBB.toml").symlink_to(first)
    customer = next((home / "records" / "customers").rglob("*.toml"))
    customer.write_text(customer.read_text().replace("phones = [", 'joined = "yesterday"\nphones = ['))
    return home


def content(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what a new index holds, table by table."""
    shutil.rmtree(home / ".git" / "cscli", ignore_errors=True)
    store = Store(home)
    held = {table: sorted(store.index.all(f"SELECT * FROM {table}"), key=repr) for table in TABLES}
    held["file"] = [row[:-1] for row in held["file"]]  # of a small store it is not asked which files git watches
    found = store.index.all("SELECT customer, count(*) FROM contact GROUP BY customer ORDER BY customer")
    names = store.index.all("SELECT name FROM sqlite_master ORDER BY name")
    store.close()
    return {**held, "contact": found, "names": names}


def test_several_processes_find_what_one_finds(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one = content(home)
    monkeypatch.setattr(fresh, "SMALL", 0)
    monkeypatch.setattr(filling, "PART", 7)
    for processors in (3, 1):
        monkeypatch.setattr("os.cpu_count", lambda number=processors: number)
        assert content(home) == one_by_one
    assert len(one_by_one["finding"]) > 4


def test_what_a_process_left_undone_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 3)

    def work(part: int) -> Any:
        return {part} if part == 4 else object() if part == 5 else part * part  # a set is plain enough, this is not

    found = list(filling.spread(work, range(9)))

    assert [*found[:4], *found[6:]] == [0, 1, 4, 9, 36, 49, 64]
    assert found[4] == {4}


def test_what_goes_wrong_in_a_process_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    def work(part: int) -> int:
        if part == 5:
            raise ValueError("five")
        return part

    found: Iterator[int] = filling.spread(work, range(8))

    assert [next(found) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(found)
