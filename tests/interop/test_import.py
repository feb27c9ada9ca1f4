"""Importing a file: one commit, a second time nothing, what cannot be taken set aside, and whole whatever happens."""

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cscli.store import batch, codec, hand
from tests.conftest import PROJECT, DeskFolder
from tests.interop.tables import Row, a_booking, a_complaint, counts, csv_of, put, records_of


def many(number: int, **cells: str) -> list[Row]:
    """Return so many rows of bookings."""
    return [a_booking(place, **cells) for place in range(1, number + 1)]


def check_is_clean(desk: DeskFolder) -> None:
    """Assert that the whole store is what it should be, and that git sees nothing out of place."""
    assert desk.run("check").code == 0, desk.run("check").out
    assert desk.git("status", "--porcelain") == ""


# --- what goes in -------------------------------------------------------------------------------------------------


def test_all_rows_go_in_as_one_commit(desk: DeskFolder) -> None:
    put(desk, many(20))

    found = counts(desk, "booking ../old.csv")

    assert found == {
        "read": 20, "imported": 20, "skipped": 0, "rejected": 0, "commit": desk.git("rev-parse", "HEAD").strip(),
    }  # fmt: skip
    assert desk.git("rev-list", "--count", "HEAD").strip() == "2"
    assert desk.git("log", "-1", "--format=%s").strip() == "Import 20 bookings from old.csv"
    assert len(records_of(desk)) == len(records_of(desk, "customers")) == 20
    check_is_clean(desk)


def test_a_second_import_of_the_same_file_changes_nothing(desk: DeskFolder) -> None:
    put(desk, many(5))
    counts(desk, "booking ../old.csv")
    before = desk.git("rev-parse", "HEAD")

    assert counts(desk, "booking ../old.csv") == {
        "read": 5, "imported": 0, "skipped": 5, "rejected": 0, "commit": None,
    }  # fmt: skip
    assert desk.git("rev-parse", "HEAD") == before


def test_a_reference_twice_in_the_file_is_taken_once(desk: DeskFolder) -> None:
    put(desk, [a_booking(1), a_booking(2), a_booking(1)])

    found = counts(desk, "booking ../old.csv")

    assert (found["imported"], found["skipped"]) == (2, 1)


def test_a_customer_is_found_by_what_leads_to_them(desk: DeskFolder) -> None:
    desk.ok("booking create --customer Ma --phone 13900000001 --service badminton --start 19:00")
    put(desk, [
        a_booking(1, customer_name="Ma", phone="139 0000 0001"),  # known to the desk
        a_booking(2, customer_name="Li", phone="13900000002"),  # new
        a_booking(3, customer_name="", phone="13900000002"),  # the same, by phone alone
        a_booking(4, customer_name="Wu", phone="13900000002"),  # a second person with that phone
        a_booking(5, customer_name="Wu", phone=""),  # the only one of that name
        a_booking(6, customer_name="", phone=""),  # nobody
    ])  # fmt: skip

    counts(desk, "booking ../old.csv")

    store = desk.store()
    rows = {row["external_ref"]: row["customer"] for row in store.rows("SELECT external_ref, customer FROM booking")}
    assert len(records_of(desk, "customers")) == 3
    assert rows["old-1"] == store.find_customers("phone:13900000001")[0]
    assert rows["old-2"] == rows["old-3"] != rows["old-4"] == rows["old-5"]
    assert rows["old-6"] is None


def test_a_phone_that_two_have_asks_for_the_name(desk: DeskFolder) -> None:
    put(desk, [
        a_booking(1, customer_name="Li", phone="13900000002"),
        a_booking(2, customer_name="Wu", phone="13900000002"),
        a_booking(3, customer_name="", phone="13900000002"),
    ])  # fmt: skip

    assert counts(desk, "booking ../old.csv", code=6)["rejected"] == 1


def test_complaints_go_in_too(desk: DeskFolder) -> None:
    put(desk, [a_complaint(number) for number in range(1, 4)])

    assert counts(desk, "complaint ../old.csv")["imported"] == 3
    assert len(records_of(desk, "complaints")) == 3
    check_is_clean(desk)


def test_a_dry_run_counts_and_writes_nothing(desk: DeskFolder) -> None:
    put(desk, [*many(3), a_booking(4, service="golf")])

    found = counts(desk, "booking ../old.csv --dry-run", code=6)

    assert found == {"read": 4, "imported": 3, "skipped": 0, "rejected": 1, "commit": None}
    assert records_of(desk) == []
    assert not Path(f"{desk.home.parent}/old.csv.rejected.csv").exists()


def test_the_counts_in_words(desk: DeskFolder) -> None:
    put(desk, [a_booking(1), a_booking(2, service="golf", external_ref="")])

    done = desk.run("import booking ../old.csv")

    assert done.code == 6
    assert done.out.splitlines()[:4] == ["read      2", "imported  1", "skipped   0", "rejected  1"]
    assert "line 3: service: The rulebook knows no service golf" in done.err
    assert "1 row(s) have no external_ref" in done.err


# --- files as others write them -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_told_by_themselves(desk: DeskFolder, encoding: str, delimiter: str) -> None:
    text = csv_of([a_booking(1, customer_name="王小明", service="羽毛球")], delimiter)
    (desk.home.parent / "old.csv").write_bytes(text.encode(encoding))

    assert counts(desk, "booking ../old.csv")["imported"] == 1
    assert "王小明" in records_of(desk, "customers")[0].read_text(encoding="utf-8")


def test_a_packed_file_of_json_lines(desk: DeskFolder) -> None:
    row: dict[str, Any] = {**a_booking(1), "units": 2, "resources": ["court-1", "court-2"], "vip": True, "price": 30.5}
    with gzip.open(desk.home.parent / "old.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(f"{json.dumps(row)}\nnot json\n")

    assert counts(desk, "booking ../old.jsonl.gz", code=6)["imported"] == 1
    text = records_of(desk)[0].read_text(encoding="utf-8")
    assert 'price = "30.50"' in text
    assert "vip = true" in text


def test_the_apostrophe_of_a_spreadsheet_guard_is_taken_off(desk: DeskFolder) -> None:
    put(desk, [a_booking(1, phone="'+8613900000001", details="'=1+1", special="'tis quiet")])

    counts(desk, "booking ../old.csv")

    text = records_of(desk)[0].read_text(encoding="utf-8")
    assert 'details = "=1+1"' in text
    assert 'special = "\'tis quiet"' in text
    assert '"13900000001"' in records_of(desk, "customers")[0].read_text(encoding="utf-8")


def test_columns_are_renamed_and_ignored_as_told(desk: DeskFolder) -> None:
    row = {**a_booking(1), "Tel": "13900000001", "Remarks": "x"}
    del row["phone"]
    put(desk, [row])

    assert counts(desk, "booking ../old.csv --map Tel=phone --map Remarks=-")["imported"] == 1
    assert desk.store().find_customers("phone:13900000001") != ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "There is no column phon here. Did you mean phone?"),
        ("--map phon=telephone", "there is no such column here. Did you mean phone?"),
        ("--map fone=phone", "the file has no column fone. Did you mean phon?"),
        ("--map phon", "write --map THEIRS=OURS"),
        ("--map phon=customer_name", "Two columns of the file are customer_name"),
    ],
)
def test_a_column_that_means_nothing_is_refused_before_anything_is_written(
    desk: DeskFolder, words: str, said: str
) -> None:
    row = a_booking(1)
    row["phon"] = row.pop("phone")
    put(desk, [row])

    done = desk.run(f"import booking ../old.csv {words}")

    assert done.code == 2
    assert said in done.err
    assert records_of(desk) == []


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [(None, 3, "There is no file"), (b"", 6, "no line with the names"), (b"a\xff\xff\xff", 6, "neither UTF-8")],
)
def test_a_file_that_cannot_be_read_says_so(desk: DeskFolder, content: bytes | None, code: int, said: str) -> None:
    if content is not None:
        (desk.home.parent / "old.csv").write_bytes(content)

    done = desk.run("import booking ../old.csv")

    assert (done.code, said in done.err) == (code, True)


# --- what is set aside --------------------------------------------------------------------------------------------


def test_rejected_rows_come_back_with_line_and_reason_and_can_be_put_right_there(desk: DeskFolder) -> None:
    put(desk, [a_booking(1), a_booking(2, service="golf", details="=cmd()"), a_booking(3)])

    assert counts(desk, "booking ../old.csv", code=6)["imported"] == 2
    rejects = desk.home.parent / "old.csv.rejected.csv"
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["line"], row["external_ref"], row["details"]) == ("3", "old-2", "'=cmd()")
    assert row["reason"].startswith("service: The rulebook knows no service golf")

    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("golf,", "tennis,"), encoding="utf-8")
    assert counts(desk, "booking ../old.csv.rejected.csv")["imported"] == 1
    check_is_clean(desk)


def test_rejects_go_where_told_and_only_when_there_are_some(desk: DeskFolder) -> None:
    put(desk, many(1))
    put(desk, [a_booking(2, service="golf")], "bad.csv")

    counts(desk, "booking ../old.csv --rejects ../none.csv")
    counts(desk, "booking ../bad.csv --rejects ../some.csv", code=6)

    assert not (desk.home.parent / "none.csv").exists()
    assert (desk.home.parent / "some.csv").exists()


def test_rows_broken_in_themselves_are_set_aside(desk: DeskFolder) -> None:
    text = csv_of(many(2)).splitlines()
    text.insert(2, f"{text[1]},one,more")
    text.insert(3, text[1].replace("badminton", '"bad"minton'))
    (desk.home.parent / "old.csv").write_text("\n".join(text), encoding="utf-8")

    found = counts(desk, "booking ../old.csv", code=6)

    assert (found["imported"], found["rejected"]) == (2, 2)


# --- afterwards ---------------------------------------------------------------------------------------------------


def test_a_persons_own_commit_afterwards_keeps_every_record(desk: DeskFolder) -> None:
    put(desk, many(150))
    counts(desk, "booking ../old.csv")

    (desk.home / "note.txt").write_text("a note\n", encoding="utf-8")
    desk.git("add", "note.txt")
    desk.git("commit", "-qm", "A note")

    kept = [name for name in desk.git("ls-tree", "-r", "--name-only", "HEAD").splitlines() if "/bookings/" in name]
    assert len(kept) == 150
    check_is_clean(desk)


def test_what_somebody_has_staged_is_not_swept_up(desk: DeskFolder) -> None:
    put(desk, many(3))
    (desk.home / "note.txt").write_text("half done\n", encoding="utf-8")
    desk.git("add", "note.txt")

    counts(desk, "booking ../old.csv")

    assert "note.txt" not in desk.git("ls-tree", "--name-only", "HEAD")
    assert desk.git("status", "--porcelain") == "A  note.txt\n"


def test_the_next_command_reads_no_record_again(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk, many(1600))
    counts(desk, "booking ../old.csv")
    read: list[str] = []
    load = codec.load

    def counted(kind: type[Any], raw: bytes, path: str) -> Any:
        read.append(path)
        return load(kind, raw, path)

    monkeypatch.setattr(codec, "load", counted)
    desk.ok("booking list --all")

    assert [path for path in read if "/bookings/" in path or "/customers/" in path] == []


def test_hooks_are_honoured_and_a_refusal_undoes_everything(desk: DeskFolder) -> None:
    put(desk, many(5))
    hook = desk.home / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)

    refused = desk.run("import booking ../old.csv")
    assert (refused.code, "not today" in refused.err) == (8, True)
    assert records_of(desk) == []
    check_is_clean(desk)

    hook.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    assert counts(desk, "booking ../old.csv")["imported"] == 5
    check_is_clean(desk)


def test_chunks_make_one_commit(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CHUNK", 4)
    put(desk, many(11))

    assert counts(desk, "booking ../old.csv")["imported"] == 11
    assert desk.git("rev-list", "--count", "HEAD").strip() == "2"
    check_is_clean(desk)


def test_files_are_what_the_codec_would_write(desk: DeskFolder) -> None:
    put(desk, [a_booking(1, details='quotes " and \\ and\nlines', resources="court-1 court-2", vip="yes")])
    counts(desk, "booking ../old.csv")

    for path in (*records_of(desk), *records_of(desk, "customers")):
        text = path.read_text(encoding="utf-8")
        assert codec.dump_plain(codec.parse(text.encode(), path.name)) == text


# --- cut short ----------------------------------------------------------------------------------------------------

STEPS = {
    "before the first list": "journal.BatchList.add",
    "after the list, before its files": "batch._create",
    "before the index": "batch._enter",
    "while the hand writes": "hand.Hand.finish",
    "before the sync": "batch.os.sync",
    "before the commit": "git_batch.Importer.commit",
    "before git's index": "git_batch.follow",
    "before the end": "journal.BatchList.end",
}
KILL = """
import os, sys
from cscli.store import batch, git_batch, hand, journal
from cscli import app
batch.CHUNK = 4
place, after = sys.argv[1], int(sys.argv[2])
owner = {"batch": batch, "git_batch": git_batch, "hand": hand, "journal": journal}[place.split(".")[0]]
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


@pytest.mark.parametrize("after", [0, 1, 6])
@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere_the_next_command_makes_the_store_whole_and_says_so(
    desk: DeskFolder, step: str, after: int
) -> None:
    put(desk, many(11))
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}
    run = subprocess.run(
        [sys.executable, "-c", KILL, STEPS[step], str(after)], cwd=desk.home, env=env, capture_output=True, check=False
    )
    if run.returncode == 0:
        pytest.skip("this step is not taken so often")
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
