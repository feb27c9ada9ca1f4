"""The examples that the help of `complaint` gives: each one works at the sample desk as it is written there."""

import re
import shlex
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import PROJECT, DeskFolder

MONDAY = "2026-11-23T10:00:00"
TAKEN = "create --customer 张三 --category facility --content 灯坏了"
AT_WORK = ("acknowledge $X", "assess $X")
JUDGED = (*AT_WORK, "judge $X --valid --criterion courtesy")
PLANNED = (*JUDGED, "plan $X --measure a --owner li.na --due '2026-12-01 18:00'")
RESOLVED = (*PLANNED, "resolve $X --response refund --decision b")
TOLD = (*RESOLVED, "communicate $X --accepted")
CALLED = (*TOLD, "follow-up $X --satisfied --rating 4")
CURED = (*PLANNED, "correct $X --measure c --owner li.na --due '2026-12-01 18:00'", "plan $X --done 2")
BEFORE = {
    "judge": AT_WORK, "plan": JUDGED, "resolve": PLANNED, "communicate": RESOLVED, "follow-up": TOLD, "close": CALLED,
    "reopen": CALLED, "investigate": AT_WORK, "progress": AT_WORK, "hold": AT_WORK, "correct": PLANNED,
    "resume": (*AT_WORK, "hold $X --reason d"), "verify": CURED, "assess": AT_WORK[:1],
}  # fmt: skip


def examples(lang: str) -> list[str]:
    """Return the command lines in the help of every verb, without the word cscli."""
    words = import_module(f"cscli.i18n.{lang}.complaints").TEXT
    pages = [text for key, text in words.items() if key.startswith("help.complaint.")]
    return [line.removeprefix("cscli ") for page in pages for line in page.split("\n") if line.startswith("cscli ")]


@pytest.fixture
def sample(desk: DeskFolder) -> DeskFolder:
    """Return a copy of the sample desk on the Monday after its two weeks."""
    shutil.rmtree(desk.home / "records")
    shutil.copytree(PROJECT / "records", desk.home / "records")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "The club")
    desk.now = MONDAY
    return desk


def taken(desk: DeskFolder, *steps: str, severity: str = "minor") -> str:
    """Take a complaint, lead it some steps on, and return its id."""
    found = re.search(r"CP-\d{6}-[0-9A-Z]{6}", desk.ok(f"complaint {TAKEN} --severity {severity}"))
    assert found is not None
    record = desk.id_of(f"CP{int(found[0][-6:])}")
    for step in steps:
        by = "wang.wei" if step.startswith("verify") else "li.na"
        desk.ok(f"complaint {step.replace('$X', record)}", by=by)
    return record


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_example_works_at_the_sample_desk(sample: DeskFolder, tmp_path: Path, lang: str) -> None:
    seen = set()
    for line in examples(lang):
        verb = shlex.split(line)[1]
        steps = BEFORE.get(verb, ())
        if verb == "plan" and "--done" in line:
            steps = PLANNED
        grave = "major" if "notice" in line else "minor"
        record = taken(sample, *steps, severity=grave) if "7F3K9Q" in line else ""
        other = taken(sample) if "M3T8WX" in line else ""
        said = line.replace("7F3K9Q", record).replace("M3T8WX", other).replace("/tmp/", f"{tmp_path}/")  # noqa: S108

        result = sample.run(said, lang=lang, by="wang.wei" if verb in ("close", "verify") else "li.na")

        assert result.code == 0, f"{said}: {result.err}"
        seen.add(verb)
    assert len(seen) == 24


def test_the_example_of_taking_one_opens_a_new_file_of_nobody_else(sample: DeskFolder) -> None:
    line = next(line for line in examples("en") if line.startswith("complaint create"))
    people = len(list((sample.home / "records/customers").rglob("*.toml")))

    sample.ok(line)

    assert len(list((sample.home / "records/customers").rglob("*.toml"))) == people + 1
