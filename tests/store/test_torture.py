"""What a desk must survive: many hands at once, kill -9 at any moment, files mangled in any way.

The short form runs with all tests; `make torture` (CSCLI_TORTURE=1) runs the long one.
"""

import json
import os
import random
import signal
import subprocess
import threading
from pathlib import Path

from tests.conftest import PYTHON, DeskFolder

LONG = bool(os.environ.get("CSCLI_TORTURE"))
TAKE = ["booking", "create", "--customer", "王小明", "--phone", "13800000001", "--service"]


def started(desk: DeskFolder, *words: str) -> "subprocess.Popen[str]":
    """Start a command as a process of its own."""
    env = {**os.environ, "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en", "CSCLI_PATIENCE": "60"}
    return subprocess.Popen(
        [PYTHON, "-m", "cscli", *words], cwd=desk.home, env=env, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def sound(desk: DeskFolder) -> None:
    """The desk is whole: nothing to find, nothing uncommitted, nothing broken in git."""
    assert desk.run("check").code == 0
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("fsck", "--no-dangling") == ""


def many_hands(desk: DeskFolder, *lines: tuple[str, ...]) -> list[tuple[str, int]]:
    """Let several processes say these commands over and over at once; return the last word of each and how it ended."""
    hands, tries = (8, 50) if LONG else (4, 5)
    ended: list[tuple[str, int]] = []

    def hand(first: int) -> None:
        for number in range(first, first + tries):
            words = lines[number % len(lines)]
            process = started(desk, *words)
            process.communicate()
            ended.append((words[-1], process.returncode))

    threads = [threading.Thread(target=hand, args=(number,)) for number in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == hands * tries
    return ended


def test_many_hands_sell_twelve_courts_twelve_times(desk: DeskFolder) -> None:
    """Given several processes that ask for the same hour, exactly as many succeed as there are courts."""
    ended = many_hands(desk, (*TAKE, "badminton", "--start", "2026-11-21 19:00"))

    codes = [code for _, code in ended]
    assert codes.count(0) == 12
    assert codes.count(5) == len(codes) - 12
    assert len(json.loads(desk.ok("booking list --json --limit 0"))) == 12
    sound(desk)


COACH = """
[[resource]]
id = "bus-1"
name = "Bus 1"
group = "bus"
classes = { front = 3, back = 5 }

[[service]]
id = "seat"
name = "Seat"
kind = "appointment"
resources = ["bus"]
confirmation = "separate"
hold_for = "30m"
"""


def test_many_hands_hold_the_seats_of_each_class_once_and_once_more_when_the_holds_have_run_out(
    desk: DeskFolder,
) -> None:
    """Given a coach of three seats in front and five behind, as many are held; half an hour later as many again."""
    desk.rules(lambda text: text + COACH)
    seat = (*TAKE, "seat", "--start", "2026-11-21 19:00", "--class")

    for desk.now in ("2026-11-20T14:00:00", "2026-11-20T14:30:00"):
        ended = many_hands(desk, (*seat, "front"), (*seat, "back"))
        assert sorted(name for name, code in ended if code == 0) == ["back"] * 5 + ["front"] * 3
        assert {code for _, code in ended} == {0, 5}

    held = json.loads(desk_raw(desk, "booking list --json --limit 0"))
    first = next(record["id"] for record in held if record["received_at"].startswith("2026-11-20T14:00"))
    last = next(record["id"] for record in held if record["received_at"].startswith("2026-11-20T14:30"))
    assert len(held) == 16
    assert desk.run(f"booking confirm {first}").code == 5
    assert {code for _, code in many_hands(desk, ("booking", "confirm", last))} == {0, 4}
    sound(desk)


def test_kill_9_at_any_moment_loses_nothing_acknowledged(desk: DeskFolder) -> None:
    """Given commands killed after a random time, what was acknowledged is there and the rest is whole."""
    chance = random.Random(9)  # noqa: S311 - a draw, not a secret
    acknowledged: set[str] = set()
    for number in range(500 if LONG else 12):
        day, hour = divmod(number, 13)
        start = f"2026-11-{20 + day % 2} {9 + hour}:00" if day % 2 else f"2026-11-20 {15 + hour % 7}:00"
        service = chance.choice(("badminton", "tennis", "table-tennis"))
        process = started(desk, *TAKE, service, "--start", start, "--json")
        killer = threading.Timer(chance.uniform(0.03, 0.2), process.send_signal, (signal.SIGKILL,))
        killer.start()
        out, _ = process.communicate()
        killer.cancel()
        if process.returncode == 0:
            acknowledged.add(json.loads(out)["id"])

        kept = {record["id"] for record in json.loads(desk_raw(desk, "booking list --all --limit 0 --json"))}
        assert acknowledged <= kept
        assert desk.git("status", "--porcelain") == ""
    sound(desk)


def desk_raw(desk: DeskFolder, line: str) -> str:
    """Say a command and return what it printed, ids as they are."""
    before = dict(desk.names)
    out = desk.ok(line)
    for record_id, name in desk.names.items():
        out = out.replace(name, record_id)
    desk.names = before
    return out


def mangled(chance: random.Random, data: bytes) -> bytes:
    """Return a file's bytes after an accident."""
    kind = chance.randrange(10)
    place = chance.randrange(len(data))
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
    if kind == 2:
        return data[:place] + b"<<<<<<< HEAD\n" + data[place:]
    if kind == 3:
        return b"\xef\xbb\xbf" + data
    if kind == 4:
        return data.replace(b"\n", b"\r\n")
    if kind == 5:
        return data[:place] + b"\x00" + data[place:]
    if kind == 6:
        return data * 2
    lines = data.splitlines(keepends=True)
    line = chance.randrange(len(lines))
    if kind == 7:
        del lines[line]
    elif kind == 8:
        lines.insert(line, lines[chance.randrange(len(lines))])
    else:
        lines[line] = lines[line].replace(b'"', b"") if b'"' in lines[line] else lines[line].replace(b"= ", b'= "x')
    return b"".join(lines)


def details(said: str) -> str:
    """Return what a fault of the program left in its file."""
    found = Path(said.split("written to ")[-1].strip().rstrip("."))
    return found.read_text()[-600:] if found.is_file() else ""


def test_mangled_files_are_reported_and_the_rest_is_served(desk: DeskFolder) -> None:
    """Given a record mangled in any way, no command ends in a fault, and what is left out is said."""
    chance = random.Random(7)  # noqa: S311 - a draw, not a secret
    desk.ok('booking create --customer 王小明 --phone 13800000001 --service badminton --start "2026-11-21 19:00"')
    desk.ok('booking create --customer 王小明 --phone 13800000001 --service badminton --start "2026-11-21 20:00"')
    paths = sorted((desk.home / "records").rglob("*.toml"))
    for _ in range(10_000 if LONG else 60):
        path = chance.choice(paths)
        sane = path.read_bytes()
        path.write_bytes(mangled(chance, sane))
        for line in ("booking list", "check", "kpi"):
            result = desk.run(line)
            assert result.code in (0, 6), f"{line}: {result.err}\n{details(result.err)}\n{path.read_bytes()!r}"
            assert "Traceback" not in result.err
        path.write_bytes(sane)
    sound(desk)


def test_a_huge_file_and_a_folder_in_a_files_place_are_findings(desk: DeskFolder) -> None:
    desk.ok('booking create --customer 王小明 --phone 13800000001 --service badminton --start "2026-11-21 19:00"')
    path = next((desk.home / "records" / "bookings").rglob("*.toml"))
    huge: Path = path.with_name("BK-261120-AAAAAA.toml")
    huge.write_bytes(b"x = 1\n" * 2_000_000)
    path.with_name("BK-261120-BBBBBB.toml").mkdir()

    result = desk.run("booking list")

    assert result.code == 0
    assert len(result.out.splitlines()) == 3
    assert "could not be read" in result.err
