"""The complaint report of a desk that lived through a November: read by a manager, by a program, by a browser."""

import json
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import PYTHON, DeskFolder, make_desk

Golden = Callable[[str, str], None]
HOSTILE = "<script>alert(1)</script>&\"'"
FRIDAY = "2026-11-27T18:00:00"


def at(day: int, time: str, month: int = 11) -> str:
    """Return a moment of 2026."""
    return f"2026-{month:02d}-{day:02d}T{time}:00"


def take(desk: DeskFolder, now: str, who: str, phone: str, rest: str) -> None:
    desk.ok(f"complaint create --customer {who} --phone {phone} {rest}", now=now)


def live(desk: DeskFolder, complaint: str, *steps: tuple[str, str]) -> None:
    """Take a complaint through steps: when, and what."""
    for now, step in steps:
        verb, _, rest = step.partition(" ")
        by = "zhao.lei" if verb == "verify" else "wang.wei"  # who carried a measure out does not judge its effect
        desk.ok(f"complaint {verb} {complaint} {rest}", now=now, by=by)


LIVED: dict[str, DeskFolder] = {}


@pytest.fixture
def club(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> DeskFolder:
    """Return a desk that has lived through its November: once, and then a copy for each test."""
    if "model" not in LIVED:
        LIVED["model"] = DeskFolder(make_desk(tmp_path_factory.mktemp("club") / "desk"), monkeypatch)
        november(LIVED["model"])
    model = LIVED["model"]
    shutil.copytree(model.home, tmp_path / "desk", symlinks=True)
    return DeskFolder(tmp_path / "desk", monkeypatch, now=FRIDAY, names=dict(model.names))


def november(desk: DeskFolder) -> None:
    """Live through five complaints, one of them a duplicate, and two bookings that took place.

    CP1 王小明, October: facility, valid, closed content. CP2 王小明: facility, court 3; it waited from Monday to
    Tuesday for the customer; not reached, then content; closed; its corrective measure had no effect. CP3 王小明: CP2
    once more, merged. CP4 王小明: service, against zhao.min; not content, so open again, its measure never done. CP5,
    a customer with a hostile name: billing, never answered.
    """
    wang = ("王小明", "13800000001")
    take(desk, at(12, "10:00", 10), *wang, "--category facility --content 灯坏了")
    live(
        desk, "$CP1",
        (at(12, "10:20", 10), "acknowledge"), (at(12, "10:30", 10), "assess"),
        (at(12, "11:00", 10), "investigate --findings 灯管老化"),
        (at(12, "11:10", 10), "judge --valid --criterion clean-safe"),
        (at(12, "11:20", 10), "plan --measure 换灯管 --owner wang.wei --due '10-12 18:00'"),
        (at(12, "13:50", 10), "plan --done 1"),
        (at(12, "14:00", 10), "resolve --response repair --decision 已换灯管"),
        (at(12, "14:10", 10), "communicate --accepted"), (at(13, "10:00", 10), "follow-up --satisfied --rating 5"),
        (at(13, "10:10", 10), "close --cause maintenance"),
    )  # fmt: skip
    take(desk, at(9, "10:00"), *wang, "--category facility --content 3号场漏水 --against resource:court-3")
    take(desk, at(9, "10:05"), *wang, "--category facility --content 3号场还在漏")
    live(desk, "$CP3", (at(9, "10:10"), "link --to $CP2"))
    live(
        desk, "$CP2",
        (at(9, "10:30"), "acknowledge --apology"), (at(9, "11:00"), "assess"), (at(9, "11:30"), "hold --reason 等照片"),
        (at(10, "14:00"), "resume"), (at(10, "14:10"), "investigate --findings 屋顶接缝开裂"),
        (at(10, "14:20"), "judge --valid --criterion clean-safe"),
        (at(10, "14:30"), "plan --measure 补接缝 --owner wang.wei --due '11-11 12:00'"),
        (at(10, "16:30"), "plan --done 1"), (at(10, "17:00"), "resolve --response repair --decision 已补好"),
        (at(10, "17:10"), "communicate --accepted"), (at(11, "10:00"), "follow-up --unreached --note 无人接听"),
        (at(12, "10:00"), "follow-up --satisfied --rating 4"), (at(12, "10:10"), "close --cause maintenance"),
        (at(12, "11:00"), "correct --measure 每周查屋顶 --owner wang.wei --due '11-16 18:00'"),
        (at(16, "17:00"), "plan --done 2"), (at(25, "10:00"), "verify 2 --ineffective --note 又漏了"),
    )  # fmt: skip
    take(
        desk,
        at(16, "09:00"),
        *wang,
        "--category service --content 前台不耐烦 --against person:zhao.min --severity major",
    )
    live(
        desk, "$CP4",
        (at(16, "09:30"), "acknowledge"), (at(16, "10:00"), "assess"),
        (at(16, "10:30"), "investigate --findings 录像属实"), (at(16, "11:00"), "judge --valid --criterion courtesy"),
        (at(16, "11:10"), "plan --measure 与当事人谈话 --owner wang.wei --due '11-17 18:00'"),
        (at(16, "14:00"), "resolve --response apology --decision 已道歉"), (at(16, "14:10"), "communicate --accepted"),
        (at(17, "10:00"), "follow-up --unsatisfied --note 要本人道歉"),
    )  # fmt: skip
    take(
        desk,
        at(20, "09:00"),
        f"'{HOSTILE.replace(chr(39), '’')}'",
        "13800000002",
        "--category billing --content 多收了",
    )
    for number, day in enumerate((9, 10), start=1):
        booked = f"booking create --customer {wang[0]} --phone {wang[1]} --service badminton --start '11-{day} 19:00'"
        desk.ok(booked, now=at(day, "14:00"))
        desk.ok(f"booking complete $BK{number}", now=at(day, "20:00"))


def told(desk: DeskFolder, words: str = "", **context: str) -> Any:
    """Return the report as data."""
    return json.loads(desk.ok(f"report complaints {words} --json", **context))


# --- what a manager reads -------------------------------------------------------------------------------------------


@pytest.mark.row("B6", "C1", "C2", "E1", "E6")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_manager_reads_what_november_brought(club: DeskFolder, golden: Golden, lang: str) -> None:
    golden(f"complaint-report.{lang}", club.ok("report complaints", lang=lang))


def test_the_numbers_are_those_that_a_hand_counts(club: DeskFolder) -> None:
    found = told(club)

    assert found["complaints"] == {"received": 3, "resolved": 2, "closed": 1, "open": 2, "overdue": 2}
    values = {metric["id"]: (metric["numerator"], metric["denominator"]) for metric in found["metrics"]}
    assert values["valid_rate"] == (2, 2)
    assert values["ack_on_time"] == (2, 3)
    assert values["resolve_on_time"] == (2, 3)
    assert values["complaint_satisfaction"] == (1, 2)
    assert values["first_contact_resolution"] == (0, 2)  # wang.wei settled what li.na had taken
    assert values["corrective_verified_rate"] == (0, 1)
    assert values["complaints_per_1000"] == (2, 2)
    # CP2: 10:00 to 11:30 and 14:00 to 17:00 of the next day; CP4: 09:00 to 14:00 less the break at noon
    mean = next(metric for metric in found["metrics"] if metric["id"] == "resolve_time_mean")
    assert mean["value"] == (4.5 + 4) / 2
    assert [(one["key"], one["count"], one["valid"]) for one in found["by"]["category"]] == [
        ("billing", 1, 0), ("facility", 1, 1), ("service", 1, 1),
    ]  # fmt: skip
    assert [(one["key"], one["count"], one["cumulated"]) for one in found["by"]["cause"]] == [
        ("maintenance", 1, 1.0), (None, 2, None),  # of the open ones nobody knows yet
    ]  # fmt: skip
    assert [(one["name"], one["count"], one["in_year"]) for one in found["repeats"]] == [("王**", 2, 3)]
    called = {how: [(one["complaint"], one["note"], one["cause"], one["came"]) for one in found[how]]
              for how in ("unreached", "dissatisfied")}  # fmt: skip
    assert called["unreached"] == [("CP-000000-000002", "无人接听", "maintenance", "content")]
    assert called["dissatisfied"] == [("CP-000000-000004", "要本人道歉", None, "open")]
    assert found["measures"]["corrective"] == {
        "planned": 1, "done": 1, "overdue": 0, "effective": 0, "ineffective": 1,
    }  # fmt: skip
    assert [(one["complaint"], one["number"], one["what"]) for one in found["ineffective"]] == [
        ("CP-000000-000002", 2, "每周查屋顶")
    ]
    assert [(one["complaint"], one["number"], one["what"], one["owner"], one["due"]) for one in
            found["overdue_measures"]] == [
        ("CP-000000-000004", 1, "与当事人谈话", "wang.wei", "2026-11-17T18:00:00+08:00"),
    ]  # fmt: skip
    assert [(one["month"], one["received"], one["valid"]) for one in found["trend"][-2:]] == [
        ("2026-10", 1, 1), ("2026-11", 3, 2),
    ]  # fmt: skip


def test_a_duplicate_is_in_no_count(club: DeskFolder) -> None:
    assert "CP-000000-000003" not in json.dumps(told(club))
    assert "CP-000000-000003" not in club.ok("customer show 13800000001")
    assert "CP-000000-000003" not in club.ok("customer show 13800000001 --json")
    kpi = json.loads(club.ok("kpi --month 2026-11 --only complaints_received,complaints_open --by category --json"))
    assert [metric["value"] for metric in kpi["metrics"]] == [3, 2]
    status = json.loads(club.ok("status --json", now=at(9, "10:30")))
    assert status["complaints"]["open"] == 1  # CP2; its duplicate was merged by then
    daily = json.loads(club.ok("report daily --day 2026-11-09 --json"))
    assert (daily["complaints"]["received"], daily["complaints"]["open"]) == (1, 1)


def test_a_month_that_is_over_is_told_as_it_stood_then(club: DeskFolder) -> None:
    running = told(club, "--from 2026-11-01 --to 2026-11-18", now="2026-11-18T23:59:59")
    since = told(club, "--from 2026-11-01 --to 2026-11-18")  # CP2's measure was verified since

    assert running["over"] is False and since["over"] is True
    assert since["late"] == running["late"]
    assert since["complaints"] == running["complaints"]


def test_other_periods_can_be_asked_for(club: DeskFolder) -> None:
    for words, expected in (
        ("--month 2026-10", 1), ("--quarter 2026-Q4", 4), ("--year 2026", 4), ("--week 2026-W46", 1),
        ("--day 2026-11-20", 1), ("--from 2026-11-16 --to 2026-11-20", 2), ("--month 2025-01", 0),
    ):  # fmt: skip
        assert told(club, words)["complaints"]["received"] == expected, words


# --- what a browser shows -------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Notes which tags a page has, with what they refer to, and that each is closed."""

    OPEN = ("meta", "rect", "path", "circle", "polyline")

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.standing: list[str] = []
        self.said: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.said += attrs
        if tag not in self.OPEN:
            self.standing.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.said += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.standing.pop() == tag


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["complaints", "daily"])
def test_the_page_is_whole_in_itself_and_obeys_nobody(club: DeskFolder, name: str, lang: str) -> None:
    club.rules(lambda text: text.replace('name = "收费结算"', f"name = '''{HOSTILE}'''"))

    page = club.ok(f"report {name} --format html", lang=lang)

    tags = Tags()
    tags.feed(page)
    assert page.startswith(f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">')
    assert tags.standing == []
    assert not {"script", "link", "img", "iframe", "object"} & set(tags.tags)
    assert not [name for name, _ in tags.said if name.startswith("on") or name in ("src", "href")]
    assert "url(" not in page and "@import" not in page and "http" not in page
    assert "@page { size: A4" in page and "prefers-color-scheme: dark" in page and "@media print" in page


def test_hostile_names_are_shown_and_not_obeyed(club: DeskFolder) -> None:
    club.rules(lambda text: text.replace('name = "收费结算"', f"name = '''{HOSTILE}'''"))

    page = club.ok("report complaints --format html")
    marked = club.ok("report complaints --format md")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#x27;" in page
    assert "<script" not in page
    assert "<script" not in marked.replace("\\<script", "")


def test_the_charts_are_drawings_that_say_what_they_show(club: DeskFolder) -> None:
    page = club.ok("report complaints --format html")

    charts = [ElementTree.fromstring(f"<svg{part.split('</svg>')[0]}</svg>") for part in page.split("<svg")[1:]]  # noqa: S314 - our own
    named = [title.text for chart in charts for title in chart.iter("title")]
    assert named == [
        "Causes: complaints, and the share of all up to each",
        "Complaints received, and how many customers were content",
    ]
    trend = charts[-1]
    assert len([rect for rect in trend.iter("rect") if rect.get("class") == "column"]) == 12


# --- what does not stop it ------------------------------------------------------------------------------------------


def test_a_broken_file_is_left_out_and_said(club: DeskFolder) -> None:
    path = min((club.home / "records" / "complaints").rglob("*.toml"))
    path.write_text("<<<<<<< ours", encoding="utf-8")

    result = club.run("report complaints")

    assert result.code == 0
    assert "1 file could not be read and is not counted" in result.out
    assert "left out" in result.err or path.name in result.err
    assert told(club)["left_out"] == 1
    assert told(club)["trend"][-2]["received"] == 0


def test_an_empty_desk_has_a_report_too(desk: DeskFolder) -> None:
    page = desk.ok("report complaints")

    assert "received 0, of these valid 0, resolved in time -, satisfied -, still open 0, of these late 0" in " ".join(
        page.split()
    )
    assert "By category" not in page
    assert "</html>" in desk.ok("report complaints --format html")


def test_it_is_written_into_a_file_in_one_step(club: DeskFolder) -> None:
    assert club.ok("report complaints --format md --out ../november.md") == ""

    text = (club.home.parent / "november.md").read_text(encoding="utf-8")
    assert text.startswith(
        "# 爱玛会体育俱乐部, complaints 2026-11-01 - 2026-11-30, still running, as of 2026-11-27 Fri 18:00"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("daily --month 2026-11", "Option --month means nothing to report daily, which knows --day, --digest."),
        ("complaints --digest", "Option --digest means nothing to report complaints"),
        ("complaints --month 2026-11 --year 2026", "--month"),
        ("complaint", "complaints"),
        ("complaints --format pdf", "html"),
    ],
)
def test_what_a_report_does_not_know_is_said(desk: DeskFolder, words: str, said: str) -> None:
    result = desk.run(f"report {words}")

    assert result.code == 2
    assert said in result.err


@pytest.mark.parametrize(
    ("words", "rooms"),
    [
        ("daily", {"commands.report_daily", "render.daily"}),
        ("complaints", {"commands.report_complaints", "render.complaints", "i18n.en.reports"}),
        ("complaints --format html", {"render.html", "render.drawing"}),
    ],
)
def test_a_report_loads_its_own_rooms_only(club: DeskFolder, words: str, rooms: set[str]) -> None:
    program = (
        "import sys; from cscli import app\n"
        f"app.run({['report', *words.split()]!r})\nprint(*sys.modules, file=sys.stderr)"
    )
    club.ok("status")  # the index is there already
    done = subprocess.run([PYTHON, "-c", program], cwd=club.home, capture_output=True, text=True, check=True)

    loaded = set(done.stderr.splitlines()[-1].split())
    of_reports = {
        "commands.report_daily", "commands.report_complaints", "render.daily", "render.complaints", "i18n.en.reports",
        "render.html", "render.drawing", "render.complaints_data",
    }  # fmt: skip
    if "html" in words:
        rooms = rooms | {"commands.report_complaints", "render.complaints", "i18n.en.reports"}
    assert {room for room in of_reports if f"cscli.{room}" in loaded} == rooms
    assert not {"pydantic", "tabulate", "jinja2", "tomlkit"} & loaded
