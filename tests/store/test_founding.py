"""Founding a desk that fails leaves nothing behind: no folder, no repository, no rulebook, nothing noted in git."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import DeskFolder


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let git know nobody."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in ("GIT_COMMITTER_NAME", "GIT_AUTHOR_NAME", "EMAIL"):
        monkeypatch.delenv(name, raising=False)


def test_without_git_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))

    result = DeskFolder(tmp_path, monkeypatch).run("init far/away/club")

    assert (result.code, "Git is not installed" in result.err) == (8, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("nobody")
def test_without_an_identity_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "note.txt").write_text("mine")

    fresh = DeskFolder(tmp_path, monkeypatch).run("init club")
    beside = DeskFolder(tmp_path, monkeypatch).run("init letters")

    assert (fresh.code, beside.code) == (8, 8)
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["note.txt"]


@pytest.mark.usefixtures("nobody")
def test_in_a_repository_that_was_there_only_the_rulebook_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)

    result = DeskFolder(tmp_path, monkeypatch).run("init .")

    assert result.code == 8
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
    said = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout == ""


@pytest.mark.usefixtures("nobody")
def test_a_schema_that_stood_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = tmp_path / "club" / "records" / "desk.schema.json"
    schema.parent.mkdir(parents=True)
    schema.write_text("{}")

    assert DeskFolder(tmp_path, monkeypatch).run("init club").code == 8
    assert [path.name for path in schema.parent.iterdir()] == ["desk.schema.json"]
    assert schema.read_text() == "{}"


@pytest.mark.usefixtures("nobody")
def test_a_schema_that_git_knew_is_still_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = tmp_path / "records" / "desk.schema.json"
    schema.parent.mkdir()
    schema.write_text("{}")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.invalid"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "One"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)

    assert DeskFolder(tmp_path, monkeypatch).run("init .").code == 8
    said = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout == ""


def test_a_name_is_said_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = DeskFolder(tmp_path, monkeypatch)

    assert desk.run("init blank --name ' '").code == 2
    desk.ok("init club --name 'The\n  Club'")
    assert 'name = "The Club"' in (tmp_path / "club" / "records" / "desk.toml").read_text(encoding="utf-8")
