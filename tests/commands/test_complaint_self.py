"""Whom a complaint is against does not put it away, unless the desk lets them and says why."""

import pytest

from tests.conftest import DeskFolder

TAKE = "complaint create --customer 王小明 --phone 13800000001 --category service --content 态度不好"


@pytest.mark.parametrize("line", ["cancel $CP1 --reason 误会", "link $CP1 --to $CP2 --reason 同一件事"])
def test_putting_away_a_complaint_against_oneself(desk: DeskFolder, line: str) -> None:
    desk.ok(f"{TAKE} --against person:wang.wei")
    desk.ok(TAKE)

    refused = desk.run(f"complaint {line}", by="wang.wei")
    desk.ok(f"complaint {line} --override", by="wang.wei")

    assert refused.code == 4
    assert "wang.wei" in refused.err
    (path,) = (desk.home / "records" / "complaints").rglob(f"{desk.id_of('CP1')}.toml")
    assert '"complaint.self"' in path.read_text(encoding="utf-8")
