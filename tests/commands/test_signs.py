"""Signs that cannot be seen: none get into a name that heads a page or signs a deed, none reach the terminal."""

import json
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

HIDDEN = ["A\x1b[31mB", "A\x07", "A\x7f", "\u202eA"]
COMPLAIN = "complaint create --customer 王小明 --phone 13800000001 --content 凉水 --category service"


@pytest.mark.parametrize("name", HIDDEN, ids=ascii)
def test_a_desk_is_not_called_by_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    result = DeskFolder(tmp_path, monkeypatch).run(f"init club --name '{name}'")

    assert (result.code, result.err.startswith("--name is ")) == (2, True)
    assert result.err.rstrip("\n").isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_desk_may_be_called_by_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    DeskFolder(tmp_path, monkeypatch).ok(r"""init club --name 'The "C:\new" 俱乐部'""")

    assert "1 file, no findings" in DeskFolder(tmp_path / "club", monkeypatch).ok("check")


@pytest.mark.parametrize("name", ["\u200b", "\u202e", "\x07", "\x1b[31mX", "li.na\x07", "li.na\x7f"], ids=ascii)
def test_nobody_signs_with_them(desk: DeskFolder, name: str) -> None:
    by_variable = desk.run("customer create --name 王小明", by=name)
    by_option = desk.run(f"--by '{name}' customer create --name 王小明")

    assert (by_variable.code, by_option.code) == (2, 2)
    assert by_variable.err.rstrip("\n").isprintable()
    assert not (desk.home / "records" / "customers").exists()


@pytest.mark.parametrize("name", ["", " "])
def test_an_option_that_names_nobody_is_refused(desk: DeskFolder, name: str) -> None:
    result = desk.run(f"--by '{name}' customer create --name 王小明")

    assert (result.code, "--by says nothing" in result.err) == (2, True)


def test_a_note_shows_them(desk: DeskFolder) -> None:
    desk.ok("staff add li.na --name 李娜 --role supervisor")
    desk.ok(COMPLAIN)
    told = desk.run("complaint hand-over $CP1 --to '\x1b[31mX\x07' --reason 病假")

    assert "\\x1b[31mX\\x07" in told.err
    assert "\x1b" not in told.err
    assert "\x07" not in told.err


# --- notes and JSON ---------------------------------------------------------------------------------------------


def test_with_json_an_error_is_one_document(desk: DeskFolder) -> None:
    desk.ok("staff add li.na --name 李娜 --role supervisor")
    desk.ok(COMPLAIN)

    refused = desk.run("complaint resume $CP1 --json", by="nobody")
    plain = desk.run("complaint resume $CP1", by="nobody")

    assert refused.code == plain.code != 0
    said = json.loads(refused.err)
    assert len(said["notes"]) == 1
    assert plain.err == f"{said['notes'][0]}\n{said['error']['message']}\n"


def test_with_json_a_note_is_said_where_all_went_well(desk: DeskFolder) -> None:
    desk.ok("staff add li.na --name 李娜 --role supervisor")

    done = desk.run(f"{COMPLAIN} --json", by="nobody")

    assert (done.code, "nobody" in done.err) == (0, True)
    assert json.loads(done.out)["status"] == "received"
    assert "notes" not in json.loads(desk.run("complaint show CP-1 --json").err)
