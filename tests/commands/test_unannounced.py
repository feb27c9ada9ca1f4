"""Deadlines that depend on a year whose public holidays China has not announced are told as such, wherever shown.

Wednesday 2026-12-30, 16:00: the first answer is due that day or the next, the solution in 2027.
"""

import json

import pytest

from tests.conftest import DeskFolder

TAKE = "complaint create --customer 王小明 --phone 13800000001 --category facility --content x"
EVE = "2026-12-30T16:00:00"
SAID = "the holidays of 2027 are not announced"
NOTE = "The holidays of 2027 are not announced: deadlines in it are counted Monday to Friday and may change.\n"


def test_a_card_and_its_data_say_it_beside_the_deadline(desk: DeskFolder) -> None:
    card = desk.ok(TAKE, now=EVE)
    told = json.loads(desk.ok("complaint show $CP1 --json", now=EVE))["derived"]["deadlines"]

    lines = [line for line in card.splitlines() if SAID in line]
    assert len(lines) == 1
    assert lines[0].strip().startswith("solution: by 2027-01-")
    assert {one["name"]: one["announced"] for one in told} == {"acknowledge": True, "resolve": False}
    assert "2027 年放假安排尚未公布" in desk.ok("complaint show $CP1", now=EVE, lang="zh")


@pytest.mark.parametrize("line", ["due", "due --format csv", "complaint list"])
def test_a_list_says_it_once_and_only_where_such_a_deadline_is_shown(desk: DeskFolder, line: str) -> None:
    late = "2026-12-31T17:00:00"
    desk.ok(TAKE, now=late)
    desk.ok(TAKE, now=late)

    assert desk.run(line, now=late).err == NOTE
    assert desk.run("due --within 1h", now=late).err == ""


def test_the_word_to_the_supervisor_says_it(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --severity critical", now="2026-12-31T17:50:00")

    assert NOTE in desk.ok("complaint print $CP1 --kind notice", now="2026-12-31T17:50:00")


def test_a_desk_that_wrote_the_year_down_hears_nothing_of_it(desk: DeskFolder) -> None:
    folder = desk.home / "records" / "calendar"
    folder.mkdir()
    (folder / "2027.toml").write_text("schema = 1\noff = [2027-01-01]\n")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "Holidays")

    assert SAID not in desk.ok(TAKE, now=EVE)
    assert desk.run("complaint list", now=EVE).err == ""
