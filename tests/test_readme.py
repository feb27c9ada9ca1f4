"""The README is true: its commands run as they stand, its state tables are those of the code."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

import pytest

from cscli.domain import states
from cscli.errors import Exit
from tests.conftest import PROJECT, PYTHON

README = PROJECT / "README.md"
BEGIN, END = "<!-- states:begin -->", "<!-- states:end -->"
NO_BREAK = "\0"  # stands for a space at which no line ends


def diagram(name: str, table: states.Table, order: tuple[str, ...]) -> Iterator[str]:
    """Yield one line for each state: what may happen in it and where that leads."""
    yield name
    for state in (states.START, *order):
        moves = [
            event if target in (state, states.STAYS) else f"{event} -> {target.replace(states.OUTCOME, 'its outcome')}"
            for event, row in table.items()
            for target in [row.get(state)]
            if target is not None
        ]
        if moves:
            told = ", ".join(move.replace(" ", NO_BREAK) for move in moves)
            lines = wrap(told, 120, initial_indent=f"  {state or '(new)':13} ", subsequent_indent=" " * 16)
            yield from (line.replace(NO_BREAK, " ") for line in lines)


def state_tables() -> str:
    """Return the state tables as the README shows them."""
    lines = [
        *diagram("booking", states.BOOKING, states.BOOKING_STATES),
        *diagram("complaint", states.COMPLAINT, states.COMPLAINT_STATES),
    ]
    return "\n".join([BEGIN, "```", *lines, "```", END])


def test_the_state_tables_are_those_of_the_code(request: pytest.FixtureRequest) -> None:
    text = README.read_text(encoding="utf-8")
    shown = re.compile(f"{BEGIN}.*{END}", re.DOTALL)
    if request.config.getoption("--bless"):
        text = shown.sub(lambda _: state_tables(), text)
        README.write_text(text, encoding="utf-8")

    found = shown.search(text)

    assert found is not None
    assert found[0] == state_tables()


def test_the_exit_codes_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (\d) \|", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert [int(row) for row in rows] == sorted(int(code) for code in Exit)


def blocks() -> Iterator[str]:
    """Yield the README's shell blocks, those that use make left out: the test run is one of them."""
    for block in re.findall(r"^```sh\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        if "make " not in block:
            yield block


def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    """Given the README typed into a shell line by line, no command fails; ID is the last record taken."""
    home = tmp_path / "club"
    shutil.copytree(PROJECT / "records", home / "records")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    command = bin_folder / "cscli"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(PYTHON)} -m cscli "$@"\n')
    command.chmod(0o755)
    script = ["set -e", "git init -q", "git add -A", 'git commit -qm "The club"']
    for block in blocks():
        for line in block.splitlines():
            if line.startswith(("cp -r", "git init")):
                continue
            if line.startswith(("cscli booking create", "cscli complaint create")):
                script.append(f"{line} > created; cat created")
                script.append("ID=$(grep -oE '(BK|CP)-[0-9A-Z-]*' created | head -1)")
            else:
                script.append(re.sub(r"\bID\b", '"$ID"', line))
    env = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}

    done = subprocess.run(
        ["sh", "-c", "\n".join(script)], cwd=home, env=env, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["run", "test", "check", "bless", "bench", "real", "torture", "rows"])
def test_every_target_is_listed_by_make(name: str) -> None:
    listed = subprocess.run(["make", "-s"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    assert f"make {name} " in listed
