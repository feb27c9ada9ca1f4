"""Importing a file: one commit, a second time nothing, what cannot be taken set aside, and whole whatever happens."""

import csv
import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cscli.store import batch, codec
from cscli.store.quick import canonical
from tests.conftest import DeskFolder
from tests.interop.tables import a_booking, a_complaint, check_is_clean, counts, csv_of, many, put, records_of

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
    assert "1 row has no external_ref" in done.err


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


def test_rejects_never_go_over_the_file_itself(desk: DeskFolder) -> None:
    before = put(desk, [a_booking(1, service="golf")]).read_bytes()

    assert desk.run("import booking ../old.csv --rejects ../desk/../old.csv").code == 2
    assert (desk.home.parent / "old.csv").read_bytes() == before


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


def test_the_fast_way_to_write_a_record_is_the_codecs_own() -> None:
    at = "2026-11-20T09:00:00+08:00"
    shared: dict[str, Any] = {"schema": 1, "vip": True, "units": 2, "at": datetime.fromisoformat(at)}
    for text in ("plain", 'a "quote"', "back\\slash", "two\nlines", "tab\there", "\x00\x1f\x7f", "王小明 🏸", ""):
        for data in (
            {**shared, "name": text, "list": [text, "other"], "empty": []},
            {**shared, "events": [{"type": text, **shared}, {"type": "other", "changes": {"start": {"from": text}}}]},
            {**shared, "table": {"name": text}, "events": [{"late": False, "list": [text]}]},
        ):
            assert canonical(data) == codec.dump_plain(data)


def test_equal_moments_of_other_offsets_keep_their_own_writing() -> None:
    here, there = (datetime.fromisoformat(text) for text in ("2026-11-20T09:00:00+08:00", "2026-11-20T01:00:00+00:00"))

    assert canonical({"a": here, "b": there}) == codec.dump_plain({"a": here, "b": there})


def test_what_is_edited_right_after_the_import_is_seen(desk: DeskFolder) -> None:
    put(desk, many(5))
    counts(desk, "booking ../old.csv")
    first, second, *_ = records_of(desk)

    first.write_text(first.read_text(encoding="utf-8").replace("units = 1", "units = 2"), encoding="utf-8")
    second.unlink()

    rows = desk.store().rows("SELECT id, units FROM booking")
    assert {row["id"]: row["units"] for row in rows}[first.stem] == 2
    assert len(rows) == 4


def test_a_shared_desk_stays_open_to_the_group(desk: DeskFolder) -> None:
    (desk.home / ".git").chmod(0o2775)
    put(desk, many(2))
    counts(desk, "booking ../old.csv")

    file = records_of(desk)[0]
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o7777) == (0o660, 0o2770)
