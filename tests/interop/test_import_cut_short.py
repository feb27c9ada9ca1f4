"""An import cut short: killed, the disk full, a process gone. The store is whole, and the next command says so."""

import os
import subprocess
import sys

import pytest

from cscli.store import batch, hand
from tests.conftest import PROJECT, DeskFolder
from tests.interop.tables import check_is_clean, counts, many, put, records_of

STEPS = {
    "before the first list": "journal.BatchList.add",
    "after the list, before its files": "chunk._create",
    "before the index": "chunk._enter",
    "while the hand writes": "hand.Hand.finish",
    "before the sync": "batch.os.sync",
    "before the commit": "git_batch.Importer.commit",
    "before git's index": "git_batch.follow",
    "before the end": "journal.BatchList.end",
}
OFTEN = {  # after how many times: 11 rows with a customer each, four records a chunk, are six chunks
    "before the first list": (0, 1, 5),
    "after the list, before its files": (0, 1, 3),
    "before the index": (0,),
    "while the hand writes": (0, 1, 4),
    "before the sync": (0,),
    "before the commit": (0,),
    "before git's index": (0,),
    "before the end": (0,),
}
KILL = """
import os, sys
from cscli.store import batch, chunk, git_batch, hand, journal
from cscli import app
batch.CHUNK = 4
place, after = sys.argv[1], int(sys.argv[2])
owner = {"batch": batch, "chunk": chunk, "git_batch": git_batch, "hand": hand, "journal": journal}[place.split(".")[0]]
*path, name = place.split(".")[1:]
for part in path:
    owner = getattr(owner, part)
real = getattr(owner, name)
def dying(*given, **named):
    global after
    after -= 1
    if after < 0:
        os.kill(os.getpid(), 9)
    return real(*given, **named)
setattr(owner, name, dying)
sys.exit(app.run(["import", "booking", "../old.csv"]))
"""


@pytest.mark.parametrize(
    ("step", "after"), [(step, after) for step, times in OFTEN.items() for after in times], ids=str
)
def test_killed_anywhere_the_next_command_makes_the_store_whole_and_says_so(
    desk: DeskFolder, step: str, after: int
) -> None:
    put(desk, many(11))
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}
    run = subprocess.run(
        [sys.executable, "-c", KILL, STEPS[step], str(after)], cwd=desk.home, env=env, capture_output=True, check=False
    )
    assert run.returncode == -9, run.stderr.decode()

    done = desk.run("booking list --all")

    committed = desk.git("rev-list", "--count", "HEAD").strip() == "2"
    word = "finished" if committed else "undone"
    assert f"A change cut short earlier was {word}" in done.err
    assert len(records_of(desk)) == (11 if committed else 0)
    check_is_clean(desk)
    assert counts(desk, "booking ../old.csv")["imported"] == (0 if committed else 11)
    check_is_clean(desk)


def test_a_record_edited_after_the_kill_is_kept(desk: DeskFolder) -> None:
    put(desk, many(3))
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}
    place = STEPS["before the commit"]
    subprocess.run([sys.executable, "-c", KILL, place, "0"], cwd=desk.home, env=env, capture_output=True, check=False)
    edited = records_of(desk)[0]
    edited.write_text(edited.read_text(encoding="utf-8").replace("units = 1", "units = 2"), encoding="utf-8")

    done = desk.run("booking list --all")

    assert "Edited since and left as they are" in done.err
    assert records_of(desk) == [edited]


def test_a_full_disk_takes_everything_back(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk, many(11))
    monkeypatch.setattr(batch, "CHUNK", 4)
    real, written = os.write, []

    def full(handle: int, data: bytes) -> int:
        if data.startswith(b"schema"):
            written.append(handle)
            if len(written) > 2:
                raise OSError(28, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", full)
    done = desk.run("import booking ../old.csv")
    monkeypatch.setattr(os, "write", real)

    assert (done.code, "No space left" in done.err) == (8, True)
    assert records_of(desk) == []
    check_is_clean(desk)


@pytest.mark.parametrize("words", ["import sys; sys.exit(1)", "import os; os.kill(os.getpid(), 9)"])
def test_a_hand_that_dies_takes_everything_back(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    put(desk, many(11))
    monkeypatch.setattr(batch, "CHUNK", 4)
    monkeypatch.setattr(hand, "BEGIN", words)

    done = desk.run("import booking ../old.csv")

    assert (done.code, "cannot be written" in done.err) == (8, True)
    assert records_of(desk) == []
    check_is_clean(desk)


def test_what_stands_in_the_hands_way_is_said_and_stays(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk, many(11))
    monkeypatch.setattr(batch, "CHUNK", 4)
    outside = desk.home.parent / "outside"
    outside.mkdir()
    (desk.home / "records" / "bookings" / "2026" / "10").mkdir(parents=True)
    (desk.home / "records" / "bookings" / "2026" / "10" / "10").symlink_to(outside)

    done = desk.run("import booking ../old.csv")

    assert (done.code, "symbolic link" in done.err) == (6, True)
    assert list(outside.iterdir()) == []
    assert desk.git("rev-list", "--count", "HEAD").strip() == "1"
