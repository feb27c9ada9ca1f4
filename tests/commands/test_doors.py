"""What no door lets in: names that say nothing, numbers no file could hold, words that are no id."""

import json
import os
import subprocess

import pytest

from cscli.commands import due
from tests.conftest import PYTHON, DeskFolder

COURT = "--service badminton --start 'tomorrow 19:00' --yes"
TAKE = f"booking create --customer 王小明 --phone 13800000001 {COURT}"
BLANK = (" ", "\u3000", "\n", "\u200b", "")


def unchanged(desk: DeskFolder, line: str, code: int = 2) -> str:
    """Return what is said of a line that must be refused with this exit code and leave nothing behind."""
    head = desk.git("rev-parse", "HEAD")
    result = desk.run(line)
    assert (result.code, result.out) == (code, ""), f"{line}: {result.code} {result.err}"
    assert desk.git("rev-parse", "HEAD") == head
    return result.err


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BLANK, ids=ascii)
def test_a_name_that_says_nothing_opens_no_file(desk: DeskFolder, name: str) -> None:
    said = unchanged(desk, f"booking create --customer '{name}' --phone 13900000010 {COURT}")

    assert said == "--customer says nothing; write what it is to be.\n"
    assert unchanged(desk, f"complaint create --customer '{name}' --phone 13900000010 --category facility --content x")
    assert unchanged(desk, f"customer create --name '{name}' --phone 13900000010")
    assert unchanged(desk, f"{TAKE} --passenger '{name}'").startswith("--passenger says nothing")


@pytest.mark.parametrize("name", [r" ", r"\u3000", r"\n", r"\u200b"])
def test_a_name_that_says_nothing_in_a_file_is_a_finding_and_stops_nobody(desk: DeskFolder, name: str) -> None:
    desk.ok(TAKE)
    path = next((desk.home / "records" / "customers").rglob("*.toml"))
    path.write_text(path.read_text(encoding="utf-8").replace('"王小明"', f'"{name}"'), encoding="utf-8")

    checked = desk.run("check")
    listed = desk.run("booking list --day tomorrow")

    assert checked.code == 6
    assert "name: says nothing; write a name, or take the line out" in checked.out
    assert (listed.code, "badminton" in listed.out or "羽毛球" in listed.out) == (0, True)


# --- ids --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [" ", "", "a" * 50_000, "é" * 3_000, "BK-261120-7F3K9QX"], ids=lambda word: word[:5])
@pytest.mark.parametrize(
    "line",
    ["booking show", "booking cancel --reason x", "complaint show", "customer show", "customer statement", "log",
     "booking print confirmation", "explain price", "check records/x"],
)  # fmt: skip
def test_a_word_that_can_be_no_id_leads_nowhere(desk: DeskFolder, line: str, word: str) -> None:
    desk.ok(TAKE)

    result = desk.run(f"{line} '{word}'" if not line.startswith("check") else f"{line}'{word}'")

    assert result.code in (2, 3), result
    assert len(result.err) < 700


# --- numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "option"),
    [
        (f"{TAKE} --party 99999999999", "--party"),
        (f"{TAKE} --entry-seconds 99999999999", "--entry-seconds"),
        ("customer gift $CU1 --points 99999999999", "--points"),
        ("customer adjust $CU1 --visits 99999999999 --type yoga-season --reason x", "--visits"),
    ],
)
@pytest.mark.parametrize("dry", ["", " --dry-run"])
def test_a_number_that_no_file_holds_names_its_option(desk: DeskFolder, line: str, option: str, dry: str) -> None:
    desk.ok("customer create --name 王小明 --phone 13800000001 --card 88 --card-type yoga-season")

    said = unchanged(desk, f"{line}{dry}")

    assert said.startswith(f"{option} cannot be 99999999999; it must be ")
    assert "records/" not in said


def test_a_card_beyond_all_calendars_is_a_mistake_of_the_command_line(desk: DeskFolder) -> None:
    desk.ok("customer create --name 王小明 --phone 13800000001")

    line = "customer card $CU1 --type annual --number 1 --from 2199-12-01"

    assert "outside the years 1971 to 2199" in unchanged(desk, line)
    assert unchanged(desk, f"{line} --dry-run")


def test_who_does_it_has_a_name_of_some_length(desk: DeskFolder) -> None:
    assert unchanged(desk, f"--by {'a' * 201} {TAKE}") == "--by is too long; at most 200 characters are kept.\n"
    desk.ok(f"--by {'a' * 200} {TAKE}")


@pytest.mark.parametrize("option", ["--paid", "--spend"])
def test_an_amount_of_nothing_is_no_amount(desk: DeskFolder, option: str) -> None:
    desk.ok(TAKE)

    result = desk.run(f"booking complete $BK1 {option} ''", now="2026-11-21T20:00:00")

    assert (result.code, "says nothing" in result.err) == (2, True)


@pytest.mark.parametrize("line", ["booking list", "customer list", "complaint list", "booking waitlist", "log"])
def test_a_list_is_not_longer_than_can_be_counted(desk: DeskFolder, line: str) -> None:
    assert unchanged(desk, f"{line} --limit 99999999999999999999").startswith("--limit cannot be 9999")


# --- what is left empty, and what no calendar holds -------------------------------------------------------------------


@pytest.mark.parametrize("value", BLANK, ids=ascii)
@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("due", "--owner"),
        ("due", "--within"),
        ("status", "--within"),
        ("complaint list", "--owner"),
        ("complaint list", "--due-by"),
        ("complaint hold $CP1 --reason 等回信", "--until"),
    ],
)
def test_an_option_left_empty_is_told_and_not_passed_over(desk: DeskFolder, line: str, option: str, value: str) -> None:
    desk.ok("complaint create --customer 王小明 --phone 13800000001 --category facility --content x")

    assert unchanged(desk, f"{line} {option} '{value}'") == f"{option} says nothing; write what it is to be.\n"


@pytest.mark.parametrize("line", ["due", "status", "complaint list"])
def test_a_span_beyond_all_calendars_is_no_length_of_time(desk: DeskFolder, line: str) -> None:
    said = "999999w is not a length of time; write 1h, 90m or 1h30m.\n"

    assert unchanged(desk, f"{line} --within 999999w") == said
    desk.ok(f"{line} --within 3660d")


def test_a_day_before_all_calendars_is_told_by_its_year(desk: DeskFolder) -> None:
    take = "complaint create --customer 王小明 --phone 13800000001 --category facility --content x"

    said = unchanged(desk, f"{take} --occurred '1900-01-01 10:00'")

    assert "lies outside the years 1971 to 2199" in said


def test_a_fault_of_the_program_is_told_to_programs_too(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(due, "first_due", broken)

    result = desk.run("due --json")

    error = json.loads(result.err)["error"]
    assert (result.code, error["exit"], error["key"]) == (1, 1, "fault")
    assert error["message"].startswith("A fault of the program, not yours; the details were written to ")


def test_complaints_are_found_by_what_a_colleague_is_called(desk: DeskFolder) -> None:
    desk.ok("staff add li.na --name 'Li Na' --role supervisor")
    desk.ok("staff add wang.wei --name 'Wang Wei'")
    desk.ok("complaint create --customer 王小明 --content slow --category service --against person:wang.wei")

    for login, name in (("li.na", "Li Na"), ("wang.wei", "Wang Wei")):
        options = ("--owner ",) if login == "li.na" else ("--person ", "--against person:")
        for said in (login, login.upper(), name, name.lower().replace(" ", "  ")):
            for option in options:
                assert "CP-000000-000001" in desk.ok(f"complaint list {option}'{said}'"), said
    assert "CP-000000-000001" not in desk.ok("complaint list --owner wang.wei")


@pytest.mark.parametrize("words", [["booking", "list"], ["booking", "create", "--help"], ["status", "--json"]])
def test_a_reader_that_leaves_early_makes_no_command_fail(desk: DeskFolder, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run([PYTHON, "-m", "cscli", *words], cwd=desk.home, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")


def test_what_a_terminal_would_obey_is_escaped_in_json(desk: DeskFolder) -> None:
    said = "\x9b31m\u202e红"
    take = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'"

    taken = desk.ok(f"{take} --details '{said}' --json")

    assert json.loads(taken)["details"] == said
    assert "\\u009b31m\\u202e红" in taken
