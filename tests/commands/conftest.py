"""What tests of commands share: a new desk by the manual of a profile."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

Profile = Callable[..., DeskFolder]


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Return a maker of new desks: Friday 2026-11-20, 14:00, li.na."""

    def make(name: str, lang: str = "en") -> DeskFolder:
        made = DeskFolder(tmp_path, monkeypatch)
        made.ok(f"init . --profile {name}", lang=lang)
        return made

    return make
