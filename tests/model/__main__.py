"""The long form: `python -m tests.model --hours 24 [--seed N]` walks one story after another until the time is up.

Every tenth story is told on a real desk by the command line. A disagreement ends it; its seed plays the story again.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

import pytest

from tests.conftest import DeskFolder, make_desk
from tests.model.hands import Commands
from tests.model.slow import moment
from tests.model.walk import DisagreementError, story

STEPS, TYPED = 200, 40
GIT = "[user]\n\tname = Desk Test\n\temail = desk@example.invalid\n[init]\n\tdefaultBranch = main\n"


def typed(seed: int, folder: Path, steps: int = TYPED) -> None:
    """Tell one story on a real desk in a folder, which must be whole afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        desk = DeskFolder(make_desk(folder), patch)
        walk = story(seed, steps, lambda text, now: Commands(desk, text, now))
        said = json.loads(desk.run("check --json", now=moment(walk.now).isoformat()).out)
        wrong = [finding for finding in said["findings"] if not finding["path"].endswith("desk.toml")]
        if wrong or desk.git("status", "--porcelain"):
            raise DisagreementError(f"seed {seed}: the desk is not whole afterwards: {wrong}")


def main() -> int:
    """Walk until the time is up."""
    words = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    words.add_argument("--hours", type=float, default=0.02, help="how long to walk (default: about a minute)")
    words.add_argument("--seed", type=int, help="play this story alone")
    said = words.parse_args()
    until = time.monotonic() + said.hours * 3600
    seed = said.seed if said.seed is not None else int(time.time())
    done = 0
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "gitconfig"
        config.write_text(GIT)
        os.environ |= {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1"}
        while True:
            try:
                story(seed, STEPS)
                if seed % 10 == 0:
                    typed(seed, Path(name) / str(seed))
            except Exception:
                traceback.print_exc()
                print(f"again: python -m tests.model --seed {seed}")
                return 1
            done, seed = done + 1, seed + 1
            if said.seed is not None or time.monotonic() > until:
                print(f"{done} stories of {STEPS} steps, the last is {seed - 1}: no disagreement")
                return 0


if __name__ == "__main__":
    sys.exit(main())
