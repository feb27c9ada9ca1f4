"""Whom a call centre calls again: visits and complaints whose customer was not reached, or not content (row E6).

Six companies had a technician on Friday 2026-11-20; the desk calls them back on Monday. 甲 was not reached, 乙 gave
2 of 5, 丙 gave 5, 丁 gave 1 and complained of that very visit and was not content with the answer either, 戊 was asked
nothing, 己 is called on the first of December.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.commands.test_visit_session import ORDER, call_centre
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
CALLS = (
    ("11-23T09:00", "desk", "booking close $BK1 --unreachable"),
    ("11-23T09:10", "chen.jie", "booking close $BK2 --rating 2 --feedback '来了两次才修好'"),
    ("11-23T09:20", "desk", "booking close $BK3 --rating 5 --feedback '很快'"),
    ("11-23T09:30", "desk", "booking close $BK4 --rating 1 --feedback '一直没修好'"),
    ("11-23T09:40", "desk", "booking close $BK5"),
    ("12-01T09:00", "desk", "booking close $BK6 --unreachable"),
)
COMPLAINT = (
    ("11-23T10:00", "desk", "create --customer 丁公司 --phone 13800000004 --category on-site --content '一直没修好'"
     " --against booking:$BK4"),
    ("11-23T10:05", "desk", "acknowledge $CP1 --apology"),
    ("11-23T10:10", "desk", "assess $CP1"),
    ("11-23T10:20", "desk", "investigate $CP1 --findings '缺配件'"),
    ("11-23T10:30", "desk", "judge $CP1 --valid --criterion response-time"),
    ("11-23T10:40", "desk", "plan $CP1 --measure '换配件' --owner chen.jie --due 'tomorrow 17:00'"),
    ("11-24T09:30", "chen.jie", "plan $CP1 --done 1"),
    ("11-24T10:00", "desk", "resolve $CP1 --response apology --decision '已换配件'"),
    ("11-24T10:05", "desk", "communicate $CP1 --accepted"),
    ("11-25T10:00", "desk", "follow-up $CP1 --unreached --note '无人接听'"),
    ("11-26T10:00", "chen.jie", "follow-up $CP1 --unsatisfied --note '又坏了'"),
)  # fmt: skip
NOW = "2026-12-02T09:00:00"


def played(desk: DeskFolder, lang: str = "zh") -> DeskFolder:
    """Return the call centre after its visits, the calls and 丁's complaint."""
    call_centre(desk, lang)
    for number, name in enumerate("甲乙丙丁戊己", start=1):
        hour = 8 + number
        visit = (
            ("desk", f"08:0{number}", f"{ORDER} 1380000000{number} --customer {name}公司"),
            (
                "desk",
                "08:10",
                f"booking assign $BK{number} --to technician-{number % 2 + 1} --start {hour}:00 --for 1h",
            ),
            (f"technician-{number % 2 + 1}", "08:20", f"booking accept $BK{number}"),
            (f"technician-{number % 2 + 1}", f"{hour:02d}:00", f"booking arrive $BK{number}"),
            (f"technician-{number % 2 + 1}", f"{hour:02d}:50", f"booking complete $BK{number}"),
            ("wang.wei", "18:00", f"booking audit $BK{number}"),
        )
        for by, time, line in visit:
            desk.ok(line, by=by, now=f"2026-11-20T{time}:00")
    for when, by, line in (*CALLS, *((when, by, f"complaint {line}") for when, by, line in COMPLAINT)):
        desk.ok(line, by=by, now=f"2026-{when}:00")
    return desk


def lists(desk: DeskFolder, words: str = "--month 2026-11") -> dict[str, list[dict[str, Any]]]:
    """Return both lists of a period as programs read them."""
    told = json.loads(desk.ok(f"report complaints {words} --json", now=NOW))
    return {name: told[name] for name in ("unreached", "dissatisfied")}


def part(page: str, *heads: str) -> str:
    """Return the parts of a page under these heads."""
    return "\n\n".join(block for block in page.split("\n\n") if block[1:].startswith(heads))


@pytest.mark.row("E6")
def test_visits_and_complaints_stand_in_one_list_each(desk: DeskFolder) -> None:
    found = lists(played(desk))

    told = {
        name: [(one["booking"] or one["complaint"], one["owner"], one["by"], one["at"][5:16], one["times"],
                one["rating"], one["note"], one["came"]) for one in listed]
        for name, listed in found.items()
    }  # fmt: skip
    assert told == {
        "unreached": [
            ("BK-000000-000001", "technician-2", "desk", "11-23T09:00", 1, None, None, "unreached"),
            ("CP-000000-000001", "desk", "desk", "11-25T10:00", 1, None, "无人接听", "open"),
            # 丁's visit is not in it: she was reached and gave 1
        ],
        "dissatisfied": [
            ("BK-000000-000002", "technician-1", "chen.jie", "11-23T09:10", 1, 2, "来了两次才修好", "discontent"),
            (
                "CP-000000-000001",
                "desk",
                "chen.jie",
                "11-26T10:00",
                1,
                None,
                "又坏了",
                "open",
            ),  # BK4 is what it is about
        ],
    }
    assert [one["name"] for one in found["dissatisfied"]] == ["乙**", "丁**"]
    assert [(one["service"], one["category"]) for one in found["unreached"]] == [("on-site", None), (None, "on-site")]


@pytest.mark.row("E6")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_lists_read_like_this(desk: DeskFolder, golden: Golden, lang: str) -> None:
    played(desk, lang)
    heads = ("回访联系不到的客户", "回访不满意的客户", "Customers who could not", "Customers who were not")

    page = desk.ok("report complaints --month 2026-11", now=NOW, lang=lang)

    golden(f"not-content.{lang}", part(page, *heads) + "\n")


@pytest.mark.row("E6")
@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_names_the_visits_too(desk: DeskFolder, form: str, lang: str) -> None:
    page = played(desk, lang).ok(f"report complaints --month 2026-11 --format {form}", now=NOW, lang=lang)

    for words in (
        "BK-000000-000001",
        "BK-000000-000002",
        "2/5 来了两次才修好",
        "technician-1",
        "chen.jie",
        "2026-11-23",
    ):
        assert words in page.replace("\\-", "-").replace("\\.", "."), words
    for number in (3, 4, 5, 6):
        assert f"BK-000000-00000{number}" not in page


@pytest.mark.row("E6")
def test_a_visit_stands_in_the_period_in_which_its_customer_was_called(desk: DeskFolder) -> None:
    played(desk)

    december = lists(desk, "--month 2026-12")

    assert [one["booking"] for one in december["unreached"]] == ["BK-000000-000006"]
    assert december["dissatisfied"] == []


@pytest.mark.row("E6")
def test_without_the_complaint_the_visit_it_was_about_stands_there_itself(desk: DeskFolder) -> None:
    played(desk)

    before = lists(desk, "--day 2026-11-23")  # the follow-ups came later

    assert [one["booking"] for one in before["dissatisfied"]] == ["BK-000000-000002", "BK-000000-000004"]
    assert [(one["rating"], one["note"]) for one in before["dissatisfied"]] == [
        (2, "来了两次才修好"), (1, "一直没修好"),
    ]  # fmt: skip


@pytest.mark.row("E6")
def test_who_was_called_again_and_content_then_says_so(desk: DeskFolder) -> None:
    played(desk)
    for number, words in ((1, "--rating 4 --feedback '好用'"), (2, "--unreachable")):
        desk.ok(f"booking reopen $BK{number} --reason '再次回访'", now="2026-11-27T09:00:00")
        came = {one["booking"]: one["came"] for listed in lists(desk).values() for one in listed}
        assert came[f"BK-000000-00000{number}"] == "open"
        closed = desk.run(f"booking close $BK{number} {words}", now="2026-11-27T09:30:00")
        assert ("/5 given before stands and counts" in closed.err) == (
            number == 2
        )  # who was not reached took nothing back

    found = lists(desk)

    assert [(one["booking"], one["at"][5:16], one["came"], one["note"]) for one in found["unreached"][:2]] == [
        ("BK-000000-000001", "11-23T09:00", "content", "好用"),
        ("BK-000000-000002", "11-27T09:30", "discontent", "来了两次才修好"),
    ]
    assert [one["booking"] for one in found["dissatisfied"]] == ["BK-000000-000002", None]
