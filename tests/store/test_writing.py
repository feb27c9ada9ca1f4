"""Writing: one change is one commit, everything or nothing, wherever it is cut short."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cscli.store import files, fresh, git, journal, store
from cscli.store.git import Repository
from tests.conftest import PYTHON, DeskFolder

TAKE = 'booking create --customer 王小明 --phone 13800000001 --service badminton --start "2026-11-21 19:00" --for 1h'


class Killed(BaseException):
    """Stands for the moment a process is killed: nothing catches it, nothing is cleaned up."""


def test_a_change_is_one_commit_of_exactly_its_own_files(desk: DeskFolder) -> None:
    (desk.home / "note.txt").write_text("half done")
    desk.git("add", "note.txt")

    desk.ok(TAKE)

    changed = desk.git("show", "--name-only", "--format=", "HEAD").split()
    assert [path.split("/")[1] for path in changed] == ["bookings", "customers"]
    assert desk.git("status", "--porcelain") == "A  note.txt\n"


def test_a_commit_says_in_trailers_what_happened(desk: DeskFolder) -> None:
    out = desk.ok(f"{TAKE} --json")

    message = desk.git("log", "-1", "--format=%B")
    assert '"id": "BK-000000-000001"' in out
    assert message.startswith(f"Take booking {desk.id_of('BK1')}\n")
    assert "Cscli-Event: booking.created\nCscli-Event: booking.confirmed\nCscli-Event: customer.created\n" in message
    assert "Cscli-By: li.na\n" in message
    assert "王" not in message
    assert "13800000001" not in message


def test_a_plain_git_commit_afterwards_keeps_the_new_records(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    (desk.home / "note.txt").write_text("a note")

    desk.git("add", "note.txt")
    desk.git("commit", "-qm", "A note")

    assert desk.git("status", "--porcelain") == ""
    assert len(desk.git("ls-tree", "-r", "--name-only", "HEAD", "records/bookings").split()) == 1


def test_of_a_hook_that_says_nothing_its_exit_is_told(desk: DeskFolder) -> None:
    hook = desk.home / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    result = desk.run("customer create --name 王小明")

    assert (result.code, "without a word (exit 1), as a hook of the repository may do" in result.err) == (8, True)


def test_hooks_are_honoured_and_a_refusing_one_leaves_everything_as_it_was(desk: DeskFolder) -> None:
    hook = desk.home / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n")
    hook.chmod(0o755)
    head = desk.git("rev-parse", "HEAD")

    result = desk.run(TAKE)

    assert result.code == 8
    assert "not on a Friday" in result.err
    assert desk.git("rev-parse", "HEAD") == head
    assert desk.git("status", "--porcelain") == ""
    hook.write_text("#!/bin/sh\nexit 0\n")
    desk.ok(TAKE)
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("rev-list", "--count", "HEAD") == "2\n"


def test_nothing_is_written_without_a_git_identity(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.delenv("GIT_COMMITTER_NAME", raising=False)
    monkeypatch.delenv("EMAIL", raising=False)

    result = desk.run(TAKE)

    assert result.code == 8
    assert "git config user.name" in result.err
    assert not list((desk.home / "records").glob("bookings/**/*.toml"))


def test_a_foreign_index_lock_is_waited_for_by_the_user_not_by_the_desk(desk: DeskFolder) -> None:
    lock = desk.home / ".git" / "index.lock"
    lock.touch()

    result = desk.run(TAKE)

    assert result.code == 7
    assert "index.lock" in result.err
    lock.unlink()
    assert desk.git("status", "--porcelain") == ""


def test_a_desk_held_by_another_command_is_busy(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ok(TAKE)
    monkeypatch.setenv("CSCLI_PATIENCE", "0.05")

    with files.locked(desk.home / ".git" / "cscli" / "lock", 1):
        result = desk.run(TAKE)
        listed = desk.run("booking list")

    assert result.code == 7
    assert listed.code == 0


def test_while_a_rebase_is_under_way_nothing_is_written(desk: DeskFolder) -> None:
    (desk.home / ".git" / "rebase-merge").mkdir()

    taken = desk.run("customer create --name 王小明 --phone 13800000001")

    assert (taken.code, "git rebase --abort" in taken.err) == (7, True)
    assert desk.git("status", "--porcelain") == ""


def test_who_writes_on_no_branch_is_told(desk: DeskFolder) -> None:
    desk.git("checkout", "-q", "--detach")

    taken = desk.run("customer create --name 王小明 --phone 13800000001")

    assert (taken.code, "git is on no branch" in taken.err) == (0, True)


def test_a_detached_head_and_a_first_commit_work_too(tmp_path: Path, desk: DeskFolder) -> None:
    desk.git("checkout", "-q", "--detach")
    desk.ok(TAKE)
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("rev-list", "--count", "HEAD") == "2\n"

    fresh = tmp_path / "fresh" / "records"
    fresh.mkdir(parents=True)
    (fresh / "desk.toml").write_bytes((desk.home / "records" / "desk.toml").read_bytes())
    subprocess.run(["git", "init", "-q"], cwd=fresh.parent, check=True)
    new = DeskFolder(fresh.parent, desk.patch)
    new.ok(TAKE)
    assert new.git("rev-list", "--count", "HEAD") == "1\n"


def test_a_desk_may_live_below_the_top_of_its_repository(tmp_path: Path, desk: DeskFolder) -> None:
    inner = tmp_path / "team" / "部门 one"
    (inner / "records").mkdir(parents=True)
    (inner / "records" / "desk.toml").write_bytes((desk.home / "records" / "desk.toml").read_bytes())
    subprocess.run(["git", "init", "-q"], cwd=inner.parent, check=True)
    subprocess.run(["git", "add", "-A"], cwd=inner.parent, check=True)
    subprocess.run(["git", "commit", "-qm", "Open"], cwd=inner.parent, check=True)
    new = DeskFolder(inner, desk.patch)

    new.ok(TAKE)

    assert new.git("status", "--porcelain") == ""
    assert "部门 one/records/bookings" in new.git("-c", "core.quotePath=false", "show", "--name-only", "--format=")


STEPS: list[tuple[str, Any, str]] = [
    ("the journal is begun", journal.Journal, "begin"),
    ("a file is written", files, "write"),
    ("git is told", git.Repository, "commit"),
    ("the index follows", fresh.Freshness, "follow"),
    ("the journal is ended", journal.Journal, "end"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("place", "name"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
def test_a_run_killed_at_any_step_loses_nothing_acknowledged(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, after: bool
) -> None:
    """Given a change cut short before or after a step, the next command finds the desk whole, old or new."""
    desk.ok(TAKE)
    first = desk.id_of("BK1")
    head = desk.git("rev-parse", "HEAD").strip()
    with monkeypatch.context() as patch:
        patch.setattr(place, name, _killing(getattr(place, name), after))
        patch.setattr(store.Store, "_settle", lambda *_: None)
        with pytest.raises(Killed):
            desk.run(TAKE.replace("19:00", "20:00"))

    listed = desk.run("booking list --all --json")

    committed = desk.git("rev-parse", "HEAD").strip() != head
    assert listed.code == 0
    assert first in desk.names
    assert listed.out.count('"status": "confirmed"') == (2 if committed else 1)
    assert desk.git("status", "--porcelain") == ""
    assert not (desk.home / ".git" / "cscli" / "pending").exists()
    assert not list((desk.home / "records").glob("**/.cscli-tmp-*"))
    assert desk.run(TAKE.replace("19:00", "21:00")).code == 0


def _killing(real: Callable[..., Any], after: bool) -> Callable[..., Any]:
    """Return a function that is killed before or after it does its work."""

    def step(*words: Any, **named: Any) -> Any:
        if after:
            real(*words, **named)
        raise Killed

    return step


def test_the_next_command_says_what_it_undid(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Repository, "commit", _killing(Repository.commit, after=False))
        patch.setattr(store.Store, "_settle", lambda *_: None)
        with pytest.raises(Killed):
            desk.run(TAKE)

    result = desk.run("booking list")

    assert "cut short earlier was undone: records/bookings/" in result.err


def test_a_file_edited_by_hand_meanwhile_is_not_overwritten(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ok(TAKE)
    path = next((desk.home / "records" / "bookings").glob("**/*.toml"))
    real = store.Store.prepare

    def edited_meanwhile(self: store.Store, change: Any) -> Any:
        path.write_text(path.read_text().replace("units = 1", "units = 1\nparty = 3"))
        return real(self, change)

    monkeypatch.setattr(store.Store, "prepare", edited_meanwhile)

    result = desk.run("booking cancel $BK1 --reason ill")

    assert result.code == 6
    assert "edited" in result.err
    assert "party = 3" in path.read_text()
    assert 'status = "confirmed"' in path.read_text()


def test_a_dry_run_writes_and_commits_nothing(desk: DeskFolder) -> None:
    head = desk.git("rev-parse", "HEAD")

    out = desk.ok(f"{TAKE} --dry-run")

    assert "nothing was written" in out
    assert desk.git("rev-parse", "HEAD") == head
    assert desk.git("status", "--porcelain") == ""


def test_many_processes_on_one_slot_sell_it_once(desk: DeskFolder) -> None:
    """Given four processes asking for the same court at the same time, exactly one gets it (manual row D5)."""
    command = [PYTHON, "-m", "cscli", "booking", "create", "--customer", "王小明", "--phone", "13800000001"]
    command += ["--service", "badminton", "--start", "2026-11-21 19:00", "--for", "1h", "--resource", "court-1"]
    env = {**os.environ, "CSCLI_NOW": desk.now, "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}

    running = [
        subprocess.Popen(command, cwd=desk.home, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    codes = [process.wait() for process in running]
    for process in running:
        process.communicate()

    assert sorted(codes) == [0] + [5] * 7
    assert desk.git("rev-list", "--count", "HEAD") == "2\n"
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("fsck", "--no-dangling") == ""


def test_the_cost_of_a_create_does_not_grow_with_the_store(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a desk with few and with many bookings, a create starts as many processes and reads as many files."""
    desk.ok("booking list")  # a new index asks git once which files are gone
    counts = []
    for number in range(2):
        for hour in range(13, 21) if number else ():
            desk.ok(TAKE.replace("2026-11-21 19:00", f"2026-11-20 {hour}:00"), now="2026-11-20T12:00:00")
        started: list[str] = []
        read: list[Path] = []
        with monkeypatch.context() as patch:
            patch.setattr(subprocess.Popen, "__init__", _noting(subprocess.Popen.__init__, started, 1))
            patch.setattr(files, "read", _noting(files.read, read, 0))
            desk.ok(TAKE.replace("19:00", f"{9 + number}:00"))
        counts.append((len(started), len(read)))

    assert counts[0][0] == 3  # git config, git fast-import, git update-index
    assert counts[1][0] == 3
    assert counts[1][1] <= counts[0][1] + 2


def _noting(real: Callable[..., Any], notes: list[Any], place: int) -> Callable[..., Any]:
    """Return a function that notes one of its arguments each time it is called."""

    def noted(*words: Any, **named: Any) -> Any:
        notes.append(words[place])
        return real(*words, **named)

    return noted


def test_a_lock_on_gits_index_taken_at_the_last_moment_changes_nothing(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = desk.home / ".git" / "index.lock"
    real = Repository.ready

    def ready(self: Repository) -> None:
        real(self)
        lock.touch()

    monkeypatch.setattr(Repository, "ready", ready)

    assert desk.run(TAKE).code == 7

    lock.unlink()
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("rev-list", "--count", "HEAD") == "1\n"


def test_an_index_that_cannot_follow_does_not_undo_the_commit(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a commit after which git's index could not be written, the booking stands; the next command mends it."""
    with monkeypatch.context() as patch:
        patch.setattr(Repository, "_split_index", lambda _: ("--no-such-option",))
        assert "confirmed" in desk.ok(TAKE)

    assert len(desk.ok("booking list").splitlines()) == 3
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("rev-list", "--count", "HEAD") == "2\n"


def test_a_person_cannot_commit_in_the_middle_of_a_commit_of_ours(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given somebody's git add and git commit just while a booking is committed, theirs has to wait."""
    (desk.home / "note.txt").write_text("mine")
    real = Repository._fast_import
    said: list[str] = []

    def meanwhile(self: Repository, *words: Any) -> bool:
        for command in (["git", "add", "note.txt"], ["git", "commit", "-qam", "Everything"]):
            done = subprocess.run(command, cwd=desk.home, capture_output=True, text=True, check=False)
            said.append(done.stderr)
            assert done.returncode != 0
        return real(self, *words)

    monkeypatch.setattr(Repository, "_fast_import", meanwhile)

    desk.ok(TAKE)

    assert all("index.lock" in stderr for stderr in said)
    assert [path.split("/")[1] for path in desk.git("show", "--name-only", "--format=").split()] == [
        "bookings",
        "customers",
    ]
    assert desk.git("status", "--porcelain") == "?? note.txt\n"
    desk.git("add", "note.txt")
    desk.git("commit", "-qm", "A note")
    assert desk.git("show", "--name-only", "--format=") == "note.txt\n"


def test_a_damaged_journal_blocks_nothing_and_reaches_nothing_outside(desk: DeskFolder, tmp_path: Path) -> None:
    desk.ok(TAKE)
    journal_file = desk.home / ".git" / "cscli" / "pending"
    outside = tmp_path / "victim"
    outside.write_text("mine")
    for spoiled in ("", "x", "[1]\n", "records/desk.toml\t-1\t1\nx", "../victim\t4\t4\nevilmine", "a\tb\tc\n", "\0\n"):
        journal_file.write_text(spoiled)
        assert desk.run("booking list").code == 0
        assert not journal_file.exists()
    assert outside.read_text() == "mine"


def test_personal_data_of_a_killed_run_does_not_stay_behind(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    leftover = desk.home / ".git" / "cscli" / ".cscli-tmp-1-pending"
    leftover.write_text("13800000001")

    desk.ok(TAKE.replace("19:00", "20:00"))

    assert not leftover.exists()
