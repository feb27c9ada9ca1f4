"""The gallery of errors: what a user may do wrong, the sentence it gives, the exit code; nothing is changed by any."""

import gc
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PYTHON, DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton"
GALLERY = (
    (2, "bookng list"),
    (2, "booking lst"),
    (2, "booking list --stauts confirmed"),
    (2, "booking list --status confirmd"),
    (2, "booking list --limit many"),
    (2, "booking list --format excel"),
    (2, "booking show"),
    (2, "booking show 7F3K9Q extra"),
    (2, "booking list --day 2026-02-30"),
    (2, "--lang fr booking list"),
    (2, f"{TAKE}"),
    (2, f"{TAKE} --start"),
    (2, f'{TAKE} --start "2026-11-31 19:00"'),
    (2, f'{TAKE} --start "tomorrow"'),
    (2, f'{TAKE} --start "tomorrow 19:00" --for soon'),
    (2, f'{TAKE} --start "tomorrow 19:00" --for 1h --end "tomorrow 20:00"'),
    (2, f'{TAKE} --start "tomorrow 19:00" --channel fax'),
    (2, 'booking create --customer 王小明 --phone 12 --service badminton --start "tomorrow 19:00"'),
    (2, 'booking create --customer 王小明 --service badminton --start "tomorrow 19:00"'),
    (2, "booking cancel $BK1"),
    (2, "booking close $BK1 --rating 6"),
    (2, "booking complete $BK1 --paid lots"),
    (2, "booking pay $BK1 --amount 1.234"),
    (2, "booking pay $BK1 --amount 10 --method gold"),
    (2, "booking check-arrival $BK1 --seen asleep"),
    (2, "booking cancel $BK1 --reason x --by-side guest"),
    (2, "booking cancel $BK1 --reason x --cause weather"),
    (2, f'{TAKE} --start "tomorrow 19:00" --set shoes=2'),
    (2, f'{TAKE} --start "tomorrow 22:00" --for 1h --override'),
    (3, "booking show 0000ZZ"),
    (3, "booking show ../../etc/passwd"),
    (3, 'booking create --customer 王小明 --phone 13800000001 --service squash --start "tomorrow 19:00"'),
    (3, f'{TAKE} --start "tomorrow 19:00" --resource court-99'),
    (3, f'{TAKE} --start "tomorrow 19:00" --route north'),
    (4, f'{TAKE} --start "tomorrow 19:00" --class first'),
    (4, f'{TAKE} --start "tomorrow 19:00" --resource court-1 --resource court-2'),
    (4, f'{TAKE} --start "tomorrow 19:00" --end "tomorrow 18:00"'),
    (4, f'{TAKE} --start "today 13:00"'),
    (4, f'{TAKE} --start "tomorrow 22:00" --for 1h'),
    (4, f'{TAKE} --start "sun 10:00"'),
    (4, f'{TAKE} --start "tomorrow 19:10"'),
    (4, f'{TAKE} --start "tomorrow 19:00" --for 30m'),
    (4, f'{TAKE} --start "tomorrow 10:00" --for 5h'),
    (4, f'{TAKE} --start "tomorrow 19:00" --units 5'),
    (4, f'{TAKE} --start "tomorrow 19:00" --resource yoga-room'),
    (4, 'booking create --customer 王小明 --phone 13800000001 --service yoga --start "tomorrow 19:00"'),
    (4, "booking arrive $BK1 --at 'tomorrow 19:00'"),
    (4, "booking arrive $BK1 --at '13:00'"),
    (4, "booking complete $BK1"),
    (4, "booking no-show $BK1"),
    (4, "booking close $BK1"),
    (4, "booking change $BK1"),
    (4, "booking refund $BK1"),
    (4, "booking spend $BK1 --amount 380"),
    (4, "booking check-arrival $BK1 --seen seated"),
    (4, "booking cancel $BK1 --reason x --at '13:00'"),
    (4, "booking reopen $BK1 --reason x"),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_mistake_gives_one_sentence_and_changes_nothing(
    desk: DeskFolder, golden: Callable[[str, str], None], lang: str
) -> None:
    desk.ok(f'{TAKE} --start "tomorrow 19:00" --for 1h')
    head = desk.git("rev-parse", "HEAD")
    page = []
    for code, line in GALLERY:
        result = desk.run(line, lang=lang)
        assert result.code == code, f"{line}: {result.code} {result.err}"
        assert result.out == "", line
        assert len(result.err.splitlines()) == 1, f"{line}: {result.err}"
        page.append(f"$ cscli {line}\n[{result.code}] {result.err}")

    golden(f"errors.{lang}", "\n".join(page))
    assert desk.git("rev-parse", "HEAD") == head
    assert desk.git("status", "--porcelain") == ""


def test_a_folder_that_is_no_desk(desk: DeskFolder, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    nowhere = DeskFolder(empty, desk.patch).run("booking list")
    named = desk.run(f"--desk {empty} booking list")

    assert nowhere.code == named.code == 3
    assert "cscli init" in nowhere.err
    assert "holds no records/desk.toml" in named.err


def test_a_desk_that_is_no_repository(desk: DeskFolder) -> None:
    shutil.rmtree(desk.home / ".git")

    result = desk.run("booking list")

    assert result.code == 8
    assert "git init" in result.err


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "cut": (lambda text: text[: text.index("name =")] + 'name = "', "records/desk.toml:6"),
    "unknown key": (lambda text: text.replace('currency = "CNY"', 'curency = "CNY"'), "curency"),
    "missing key": (lambda text: text.replace('timezone = "Asia/Shanghai"\n', ""), "desk.timezone is missing"),
    "bad hours": (lambda text: text.replace('"13:00-22:30"', '"22:30-13:00"', 1), 'write "13:00-22:30"'),
    "bad span": (lambda text: text.replace('advance = "1d"', 'advance = "one day"', 1), '"30m", "2h", "1d"'),
    "negative price": (lambda text: text.replace('amount = "10.00"', 'amount = "-10.00"'), "below zero"),
    "number for text": (lambda text: text.replace('amount = "10.00"', "amount = 10"), "amount"),
    "bad choice": (lambda text: text.replace('kind = "slot"', 'kind = "court"', 1), "slot"),
    "conflict": (lambda text: f"<<<<<<< HEAD\n{text}=======\n>>>>>>> other\n", "conflict markers"),
    "bad zone": (lambda text: text.replace("Asia/Shanghai", "Asia/Atlantis"), "Asia/Atlantis"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_hand_broken_rulebook_names_file_key_and_remedy(desk: DeskFolder, how: str) -> None:
    breaking, said = BROKEN[how]
    path = desk.home / "records" / "desk.toml"
    path.write_text(breaking(path.read_text(encoding="utf-8")), encoding="utf-8")

    for line in ("booking list", f'{TAKE} --start "tomorrow 19:00"', "kpi", "report daily"):
        result = desk.run(line)
        assert result.code == 6, f"{line}: {result.err}"
        assert "records/desk.toml" in result.err
        assert said in result.err
        assert len(result.err.splitlines()) == 1
    checked = desk.run("check")
    assert checked.code == 6
    assert said in checked.out + checked.err


def test_errors_come_as_json_where_json_was_asked_for(desk: DeskFolder) -> None:
    result = desk.run("booking show 0000ZZ --json")

    assert result.code == 3
    assert result.err == '{"error": {"exit": 3, "key": "not_found.id", "message": "Nothing has the id 0000ZZ."}}\n'


def test_a_fault_of_the_program_is_no_traceback(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    from cscli.store.store import Store

    def broken(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Store, "resolve", broken)

    result = desk.run("booking show 7F3K9Q")

    assert result.code == 1
    assert "Traceback" not in result.err
    details = Path(result.err.split("written to ")[1].strip().rstrip("."))
    assert "RuntimeError: a fault" in details.read_text()
    details.unlink()


def without_power(desk: DeskFolder, line: str) -> int:
    """Say a command as somebody who may not write where files forbid it; root lays its privilege down first."""
    humble = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    env = {**os.environ, "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}
    words = [*humble, PYTHON, "-m", "cscli", *shlex.split(line)]
    return subprocess.run(words, cwd=desk.home, env=env, capture_output=True, check=False).returncode


def test_a_read_only_desk_can_be_read(desk: DeskFolder) -> None:
    desk.ok(f'{TAKE} --start "tomorrow 19:00"')
    gc.collect()  # the command's index is closed, which takes away a file
    everything = [desk.home, *desk.home.rglob("*")]
    for path in everything:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert without_power(desk, "booking list") == 0
        assert without_power(desk, "kpi") == 0
        assert without_power(desk, f'{TAKE} --start "tomorrow 20:00"') == 8
    finally:
        for path in everything:
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert desk.git("rev-list", "--count", "HEAD") == "2\n"
