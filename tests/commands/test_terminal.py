"""At a terminal the desk asks for what was not said, and reads a booking back before it is saved."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from wcwidth import wcswidth

from tests.conftest import PYTHON, DeskFolder

TAKE = ("booking", "create", "--service", "badminton", "--phone", "13800000001", "--customer", "王小明")


def on_terminal(
    desk: DeskFolder,
    *words: str,
    answers: str = "",
    lang: str = "en",
    size: tuple[int, int] = (100, 60),
    pager: str = "cat",
) -> tuple[int, str]:
    """Run a command on a terminal of so many columns and lines, type the answers, return exit code and screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "LESS")}
    env |= {"CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": lang, "TERM": "xterm", "PAGER": pager}
    process = subprocess.Popen(
        [PYTHON, "-m", "cscli", *words], cwd=desk.home, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    screen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the terminal's other end was closed
            break
        if not part:
            break
        screen += part
    os.close(ours)
    return process.wait(), screen.decode().replace("\r\n", "\n")


@pytest.mark.row("D7")
@pytest.mark.parametrize(("answer", "status"), [("y", "no_show"), ("n", "confirmed")])
def test_what_a_guest_who_did_not_come_is_charged_is_said_before_it_is(
    desk: DeskFolder, answer: str, status: str
) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'today 15:00'")
    desk.now = "2026-11-20T15:31:00"

    code, screen = on_terminal(desk, "booking", "no-show", desk.id_of("BK1"), answers=f"{answer}\n")

    assert code == 0
    assert "Who does not come is charged 10.00" in screen
    assert json.loads(desk.ok("booking show $BK1 --json"))["status"] == status


@pytest.mark.row("D5")
@pytest.mark.parametrize(("answer", "saved"), [("y", True), ("", True), ("n", False)])
def test_a_booking_is_read_back_before_it_is_saved(desk: DeskFolder, answer: str, saved: bool) -> None:
    code, screen = on_terminal(desk, *TAKE, "--start", "tomorrow 19:00", answers=f"{answer}\n")

    assert code == 0
    asked = screen.index("Read it back to the customer.")
    assert screen.index("2026-11-21 Sat 19:00-20:00") < asked
    assert screen.index("15.00 CNY") < asked
    assert ("Nothing was written." in screen) == (not saved)
    assert desk.git("rev-list", "--count", "HEAD") == ("2\n" if saved else "1\n")


@pytest.mark.row("D5")
def test_what_is_read_back_is_what_is_saved_and_said_not_to_be_yet(desk: DeskFolder) -> None:
    import re

    _, screen = on_terminal(desk, *TAKE, "--start", "tomorrow 19:00", answers="y\n")

    card, question, saved = screen.partition("Read it back to the customer.")
    (file,) = (desk.home / "records" / "customers").rglob("*.toml")
    assert re.findall(r"CU-\d{6}-\w{6}", card) == [file.stem]
    assert (bool(question), "nothing is saved yet" in card, "not" in saved) == (True, True, False)
    assert "nothing is saved yet" not in desk.ok("booking list --json")


@pytest.mark.parametrize("more", [(), ("--repeat", "weekly", "--count", "2")])
def test_a_second_booking_at_the_same_time_is_told_before_it_is_asked_about(
    desk: DeskFolder, more: tuple[str, ...]
) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'")

    options = (*more, "--override", "--reason", "x") if more else more
    code, screen = on_terminal(desk, *TAKE, "--start", "tomorrow 19:00", *options, answers="n\n")

    assert code == 0
    assert screen.count("at this time") == 1, screen
    assert screen.index("at this time") < screen.index("Read it back to the customer.")


def test_what_was_not_said_is_asked_for(desk: DeskFolder) -> None:
    code, screen = on_terminal(desk, *TAKE, "--yes", answers="明天 19点\n", lang="zh")

    assert code == 0
    assert "开始时间" in screen
    assert "2026-11-21 周六 19:00-20:00" in screen


def test_the_start_of_a_series_is_asked_for_too(desk: DeskFolder) -> None:
    code, screen = on_terminal(desk, *TAKE, "--repeat", "weekly", "--count", "1", "--yes", answers="tomorrow 19:00\n")

    assert (code, "2026-11-21 Sat 19:00" in screen) == (0, True)


def test_without_a_terminal_nothing_is_asked(desk: DeskFolder) -> None:
    result = desk.run(" ".join(TAKE))

    assert (result.code, result.err) == (2, "--start is missing.\n")


def test_the_customer_is_asked_for_first_where_nothing_was_said(desk: DeskFolder) -> None:
    answers = "王小明\n羽毛球\n明天 19点\n13800000001\n"
    code, screen = on_terminal(desk, "booking", "create", "--yes", answers=answers)

    assert code == 0
    assert screen.index("Customer:") < screen.index("Service:") < screen.index("Start:") < screen.index("Phone:")


@pytest.mark.parametrize(("phone", "kept"), [("none\n13800000001", 1), ("", 0)])
def test_whoever_complains_is_asked_for_a_number_and_may_leave_none(desk: DeskFolder, phone: str, kept: int) -> None:
    words = ("complaint", "create", "--content", "等太久", "--category", "service")

    code, screen = on_terminal(desk, *words, answers=f"王小明\n{phone}\n")

    assert (code, "Phone (Enter where none is left)" in screen) == (0, True)
    (file,) = (desk.home / "records" / "customers").rglob("*.toml")
    assert file.read_text(encoding="utf-8").count("13800000001") == kept


def test_a_known_number_is_not_asked_for_again(desk: DeskFolder) -> None:
    desk.ok("customer create --name 王小明 --phone 13800000001")

    code, screen = on_terminal(
        desk, "complaint", "create", "--content", "等太久", "--category", "service", answers="13800000001\n"
    )

    assert (code, "Phone" in screen) == (0, False)


def test_the_reason_that_is_asked_for_serves_the_override_too(desk: DeskFolder) -> None:
    desk.ok("complaint create --content 等太久 --category service --customer 王小明 --phone 13800000001")
    (file,) = (desk.home / "records" / "complaints").rglob("*.toml")

    code, screen = on_terminal(desk, "complaint", "cancel", file.stem, "--override", answers="她放下了\n")

    assert (code, "--override" in screen) == (0, False), screen
    assert 'reason = "她放下了"' in file.read_text(encoding="utf-8")


# --- what a terminal has room for -------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [100, 80, 60, 44])
def test_a_narrow_list_keeps_id_state_and_time_and_gives_the_rest(desk: DeskFolder, columns: int) -> None:
    words = "--vip --special 轮椅 --resource court-1 --resource court-2 --resource court-3 --units 3"
    desk.ok(
        f"booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00' {words}"
    )

    _, screen = on_terminal(desk, "booking", "list", size=(columns, 40))
    lines = [line for line in screen.splitlines() if line]

    assert all(wcswidth(line) <= columns for line in lines)
    assert "confirmed" in lines[2]
    assert "11-21 19:00-20:00" in lines[2] or "11-21 Sat 19:00-20:00" in lines[2]
    assert len(lines[2].split()[0].rpartition("-")[2]) == 6


@pytest.mark.parametrize(
    "line",
    [
        "explain window --service badminton --start '2026-11-21 10:00' --customer 13800000001",
        "explain price --service badminton --start '2026-11-21 17:00' --for 2h",
        "booking show $BK1",
        "log $BK1",
    ],
)
def test_long_cells_go_on_in_further_lines_and_nothing_is_lost(desk: DeskFolder, line: str) -> None:
    import shlex

    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'")
    desk.ok(
        "booking change $BK1 --start 'tomorrow 17:00' --details '第一次来, 想要靠门的场地, 并请准备两副球拍和一筒球'"
    )
    record = desk.id_of("BK1")
    words = [word.replace("$BK1", record) for word in shlex.split(line)]

    _, screen = on_terminal(desk, *words, size=(80, 100))

    assert all(wcswidth(shown) <= 80 for shown in screen.splitlines())
    assert ".." not in screen


def test_the_waiting_list_keeps_whom_to_ring_and_when_on_a_narrow_screen(desk: DeskFolder) -> None:
    for number in range(1, 6):
        desk.ok(f"booking create --customer 王小明{number} --phone 1380000000{number} --service yoga --units 4"
                " --start 'sat 18:30'")  # fmt: skip
    desk.ok("booking create --customer 李四 --phone 13800000009 --service yoga --start 'sat 18:30' --waitlist --vip")

    _, screen = on_terminal(desk, "booking", "waitlist", size=(80, 60))

    assert all(wcswidth(line) <= 80 for line in screen.splitlines())
    assert "11-21 Sat 18:30-19:30" in screen
    assert "138****0009" in screen
    assert ".." not in screen
    _, roomy = on_terminal(desk, "booking", "waitlist", size=(200, 60))
    assert roomy.splitlines()[1].startswith("---")


def test_what_an_outage_touches_keeps_its_command_and_place_on_a_narrow_screen(desk: DeskFolder) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'sat 19:00'"
            " --resource court-3")  # fmt: skip
    words = ("booking", "list", "--affected-by", "court-3", "--from", "sat 08:00", "--to", "sat 23:00")

    _, screen = on_terminal(desk, *words, size=(80, 60))

    assert f"$ cscli booking change {desk.id_of('BK1')} --resource court-1" in screen
    assert "could move to: 1号场" in screen
    assert "11-21 Sat 19:00-20:00" in screen
    assert ".." not in screen


@pytest.mark.parametrize(
    ("profile", "line", "kept"),
    [
        ("restaurant", "booking free --service table --day tomorrow --from 18:00 --party 6", "000-0000-0005"),
        ("coach", "booking free --service line --day tomorrow", "business 9 x 58.00"),
    ],
)
@pytest.mark.parametrize("columns", [80, 60])
def test_free_tables_and_trips_fit_the_screen_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, line: str, kept: str, columns: int
) -> None:
    desk = DeskFolder(tmp_path, monkeypatch)
    desk.ok(f"init . --profile {profile}")

    _, screen = on_terminal(desk, *line.split(), size=(columns, 60))

    assert all(wcswidth(shown) <= columns for shown in screen.splitlines())
    assert kept in screen
    assert ".." not in screen


def test_long_lists_go_through_the_pager_on_a_terminal_only(desk: DeskFolder) -> None:
    for court in range(1, 13):
        desk.ok(f"booking create --service badminton --start 'tomorrow 19:00' --resource court-{court}"
                " --customer 王小明 --phone 13800000001")  # fmt: skip

    _, paged = on_terminal(desk, "booking", "list", size=(100, 10), pager="head -3")
    _, roomy = on_terminal(desk, "booking", "list", size=(100, 40), pager="head -3")
    missing, whole = on_terminal(desk, "booking", "list", size=(100, 10), pager="no-such-pager")
    _, rules = on_terminal(desk, "rule", "show", size=(100, 10), pager="head -3")
    _, data = on_terminal(desk, "booking", "list", "--format", "csv", size=(100, 10), pager="head -3")

    assert len(paged.splitlines()) == len(rules.splitlines()) == 3
    assert len(roomy.splitlines()) == 14
    assert (missing, len(whole.splitlines())) == (0, 14)
    assert len(data.splitlines()) == 13


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_narrow_list_of_complaints_keeps_when_each_is_due_and_that_it_is_late(desk: DeskFolder, lang: str) -> None:
    desk.ok(
        "complaint create --customer 王小明 --phone 13800000001 --category booking --content 订错了 --owner wang.wei"
    )
    desk.now = "2026-11-26T10:00:00"

    _, screen = on_terminal(desk, "complaint", "list", "--overdue", lang=lang, size=(80, 40))

    row = next(line for line in screen.splitlines() if "wang.wei" in line)
    assert {"en": "11-20 18:00 overdue", "zh": "11-20 18:00 逾期"}[lang] in row
    assert all(wcswidth(line) <= 80 for line in screen.splitlines())


@pytest.mark.parametrize("verb", ["resolve", "follow-up", "close"])
def test_what_may_not_be_done_yet_is_refused_before_anything_is_asked(desk: DeskFolder, verb: str) -> None:
    desk.ok("complaint create --customer 王小明 --phone 13800000001 --category service --content 等太久")
    for step in ("acknowledge $CP1", "assess $CP1", "plan $CP1 --measure 道歉 --owner li.na --due '2026-11-23 12:00'"):
        desk.ok(f"complaint {step}")

    code, screen = on_terminal(desk, "complaint", verb, desk.id_of("CP1"))

    assert code == 4
    assert "Refused" in screen.splitlines()[0]
