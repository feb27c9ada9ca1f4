"""A complaint's file broken by hand, one thing at a time: what `cscli check` says of it, in both languages."""

import re
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
LIFE = (
    ("2026-11-16T09:00", "create --category service --content 前台态度不好 --customer 王小明 --phone 13800000001"),
    ("2026-11-16T09:30", "acknowledge $CP1"),
    ("2026-11-16T10:00", "assess $CP1"),
    ("2026-11-16T10:30", "investigate $CP1 --findings 录像属实"),
    ("2026-11-16T11:00", "judge $CP1 --valid --criterion courtesy"),
    ("2026-11-16T11:30", "plan $CP1 --measure 重新培训 --owner chen.jie --due '2026-11-20 18:00'"),
    ("2026-11-16T13:00", "hold $CP1 --reason 等照片"),
    ("2026-11-17T13:00", "resume $CP1"),
    ("2026-11-17T14:00", "resolve $CP1 --response apology --decision 当面道歉"),
    ("2026-11-17T15:00", "communicate $CP1 --accepted"),
    ("2026-11-18T15:00", "follow-up $CP1 --satisfied --rating 4"),
    ("2026-11-18T16:00", "close $CP1 --cause conduct"),
)
EDITS: dict[str, tuple[str, str]] = {
    "an event cut out: when it began to wait": (
        r'\[\[events\]\]\nat = 2026-11-16 13:00:00\+08:00\n(.+\n)*?\n(?=\[\[events)', "",
    ),
    "a measure called done": (r'(what = "重新培训"\n(?:.+\n)*?due = .+\n)', r"\1done_at = 2026-11-19 09:00:00+08:00\n"),
    "a duplicate of nothing": (r'(cause = "conduct"\n)', r'\1merged_into = "CP-261116-ZZZZZZ"\n'),
    "another judgement": (r'^judgement = "valid"', 'judgement = "invalid"'),
    "a customer made content": (r"^rating = 4", "rating = 5"),
    "another cause": (r'^cause = "conduct"', 'cause = "entry"'),
    "less grave than it was assessed": (r'^severity = "minor"', 'severity = "major"'),
    "another first receiver": (r'^first_receiver = "li.na"', 'first_receiver = "chen.jie"'),
    "no words": (r"^content = .+", 'content = " "'),
    "a measure of nobody": (r'^owner = "chen.jie"\ndue', 'owner = ""\ndue'),
    "it happened after it was told": (r"^(received_at = .+)", r"occurred_at = 2026-11-16 09:01:00+08:00\n\1"),
    "a duplicate of a booking": (r'(cause = "conduct"\n)', r'\1merged_into = "BK-261116-ZZZZZZ"\n'),
    "a duplicate of itself": (r'^(id = "(.+)"\n(?:.+\n)*cause = "conduct"\n)', r'\1merged_into = "\2"\n'),
    "noted by nobody": (r'^by = "li.na"', 'by = "\\\\t"'),
    "opened again without an event": (r'^status = "closed"', 'status = "resolved"'),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_thing_broken_by_hand_is_told(desk: DeskFolder, golden: Golden, lang: str) -> None:
    for when, line in LIFE:
        desk.ok(f"complaint {line}", now=f"{when}:00", by="chen.jie" if line.startswith("close") else "li.na")
    (path,) = (desk.home / "records" / "complaints").rglob("*.toml")
    sound = path.read_text(encoding="utf-8")
    assert desk.run("check").code == 0
    page = []
    for what, (old, new) in EDITS.items():
        broken, number = re.subn(old, new, sound, count=1, flags=re.MULTILINE)
        assert number == 1, what
        path.write_text(broken, encoding="utf-8")
        result = desk.run("check", lang=lang)
        assert result.code == 6, what
        page.append(f"# {what}\n{result.out}")

    golden(f"complaint-findings.{lang}", "\n".join(page))
