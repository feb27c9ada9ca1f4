"""At a terminal the desk asks for what was not said, and reads a booking back before it is saved."""

import os
import pty
import subprocess

import pytest

from tests.conftest import PYTHON, DeskFolder

TAKE = ("booking", "create", "--service", "badminton", "--phone", "13800000001", "--customer", "王小明")


def on_terminal(desk: DeskFolder, *words: str, answers: str = "", lang: str = "en") -> tuple[int, str]:
    """Run a command on a terminal of its own, type the answers, and return exit code and screen."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": lang, "TERM": "xterm"}
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


def test_what_was_not_said_is_asked_for(desk: DeskFolder) -> None:
    code, screen = on_terminal(desk, *TAKE, "--yes", answers="明天 19点\n", lang="zh")

    assert code == 0
    assert "开始时间" in screen
    assert "2026-11-21 周六 19:00-20:00" in screen


def test_without_a_terminal_nothing_is_asked(desk: DeskFolder) -> None:
    result = desk.run(" ".join(TAKE))

    assert (result.code, result.err) == (2, "--start is missing.\n")
