"""A booking desk on its own profile: clerks and a supervisor, every channel, changes, cancellations, what is marked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Desk = Callable[..., DeskFolder]
STAFF = (("li.na", "agent", "front"), ("chen.jie", "agent", "business"), ("wang.wei", "supervisor", "front"))
TALK = "booking create --customer 王小明 --phone 13800000001 --service consultation --start 'mon 10:00' --details 选型"
MEET = (
    "booking create --customer 李四 --phone 13800000002 --service meeting --start 'mon 14:00' --party 15 --details 启动"
)
MEND = "booking create --customer 张三 --phone 13800000003 --service repair --start 'mon 14:30' --details 水泵漏水"
SESSION = (
    ("20T14:00", "li.na", "booking free --service consultation --day mon --from 10:00 --to 11:30"),
    ("20T14:01", "li.na", f"{TALK} --entry-seconds 45"),
    ("20T14:02", "li.na", "booking print $BK1"),
    ("20T14:10", "chen.jie", f"{MEET} --channel online --source 网站 --vip --special 投影仪"),
    ("20T14:12", "chen.jie", f"{MEND} --channel email"),
    ("20T14:20", "chen.jie", "booking coordinate $BK3 --answer parts --yes --note 有货"),
    ("20T14:21", "chen.jie", "booking confirm $BK3"),
    ("20T14:30", "li.na", "booking list"),
    ("20T15:00", "li.na", "booking change $BK1 --start 'mon 15:00'"),
    ("23T10:01", "li.na", "booking cancel $BK2 --reason 出差"),
    ("23T10:05", "wang.wei", "booking cancel $BK2 --reason 出差 --override"),
    ("23T10:30", "li.na", "booking cancel $BK3 --reason 已自行修好 --phoned"),
    ("23T11:01", "li.na", "booking change $BK1 --start 'mon 16:30'"),
    ("23T11:02", "li.na", "booking change $BK1 --start 'mon 16:30' --override --reason 火车晚点"),
    ("23T11:05", "wang.wei", "booking change $BK1 --start 'mon 16:30' --override --reason 火车晚点"),
    ("23T11:06", "li.na", "booking print $BK1"),
    ("23T14:30", "li.na", "due"),
    ("23T16:28", "li.na", "booking arrive $BK1"),
    ("23T17:20", "li.na", "booking complete $BK1"),
    ("23T17:40", "chen.jie", "booking close $BK1 --rating 5 --feedback 讲得清楚"),
    ("23T17:41", "li.na", "booking show $BK1"),
    ("23T17:42", "li.na", "booking show $BK2"),
)
REFUSED = (9, 12, 13)  # the lines of the session that are, counted from 0


@pytest.fixture
def front_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a maker of new booking desks with their staff: Friday 2026-11-20, 14:00, li.na."""

    def make(lang: str = "en") -> DeskFolder:
        made = DeskFolder(tmp_path, monkeypatch)
        made.ok("init . --profile booking-desk", lang=lang)
        folder = made.home / "records" / "staff"
        folder.mkdir()
        for login, role, team in STAFF:
            (folder / f"{login}.toml").write_text(
                f'schema = 1\nlogin = "{login}"\nrole = "{role}"\nteam = "{team}"\n', encoding="utf-8"
            )
        made.git("add", "records/staff")
        made.git("commit", "-qm", "Employ two clerks and a supervisor")
        return made

    return make


@pytest.mark.row("A1", "A3", "A6")
@pytest.mark.row("A7", lacking="sending the notice to staff and departments")
@pytest.mark.row("A8", lacking="sending the reminder")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_days_of_a_booking_desk_read_like_this(front_desk: Desk, golden: Golden, lang: str) -> None:
    desk = front_desk(lang)
    page, refused = [], []
    for number, (said, by, line) in enumerate(SESSION):
        result = desk.run(line, now=f"2026-11-{said}:00", by=by, lang=lang)
        assert result.code in (0, 4), f"{line}: {result.err}"
        refused += [number] if result.code else []
        page.append(f"{by}$ cscli {line}\n{result.out}{result.err}")

    golden(f"desk-session.{lang}", "\n".join(page))
    assert tuple(refused) == REFUSED
    assert desk.ok("check", now="2026-11-23T18:00:00", lang="en").endswith("no findings\n")
    assert desk.git("status", "--porcelain") == ""


@pytest.mark.row("A1")
def test_every_event_and_every_commit_names_who_did_it(front_desk: Desk) -> None:
    desk = front_desk()
    desk.ok(TALK)
    desk.ok("booking change $BK1 --start 'mon 11:00'", by="chen.jie")
    desk.ok("booking cancel $BK1 --reason 出差", by="wang.wei")

    told = json.loads(desk.ok("booking show $BK1 --json"))
    by_agent = desk.ok("kpi --day 2026-11-20 --only bookings_created --by agent --format csv").splitlines()

    assert [(event["type"], event["by"]) for event in told["events"]] == [
        ("created", "li.na"), ("confirmed", "li.na"), ("changed", "chen.jie"), ("cancelled", "wang.wei"),
    ]  # fmt: skip
    assert desk.git("log", "-3", "--format=%an").split() == ["wang.wei", "chen.jie", "li.na"]
    assert by_agent[1:] == ["li.na,1"]  # whoever took it


@pytest.mark.row("A2", lacking="three rings: calls")
def test_a_booking_comes_in_by_every_channel_and_each_is_counted(front_desk: Desk) -> None:
    desk = front_desk()
    for number, channel in enumerate(("phone", "online", "email", "walk_in"), start=1):
        other = TALK.replace("王小明", f"客{number}").replace("0001", f"000{number}").replace("10:00", f"1{number}:00")
        desk.ok(f"{other} --channel {channel}")

    counted = desk.ok("kpi --day 2026-11-20 --only bookings_created --by channel --format csv").splitlines()
    fax = desk.run(f"{TALK} --channel fax")

    assert sorted(counted[1:]) == ["by e-mail,1", "by phone,1", "in person,1", "online,1"]
    assert (fax.code, "it is one of phone, online, email, walk_in" in fax.err) == (2, True)


@pytest.mark.row("A3")
def test_what_a_booking_needs_is_asked_for_and_what_it_holds_is_shown(front_desk: Desk) -> None:
    desk = front_desk()
    desk.ok("customer create --name 王小明 --phone 13800000001 --email wang@example.com --level vip")

    without = desk.run(TALK.replace(" --details 选型", ""))
    taken = json.loads(desk.ok(f"{TALK} --channel email --source 网站 --special 轮椅 --set model=LJ-200 --json"))
    shown = desk.ok("booking show $BK1")

    assert (without.code, "--details" in without.err) == (2, True)
    assert (taken["service"], taken["start"], taken["end"], taken["details"]) == (
        "consultation", "2026-11-23T10:00:00+08:00", "2026-11-23T11:00:00+08:00", "选型",
    )  # fmt: skip
    assert (taken["vip"], taken["special"], taken["source"], taken["extra"]) == (
        True,
        "轮椅",
        "网站",
        {"model": "LJ-200"},
    )
    assert all(line in shown for line in ("VIP                  yes\n", "Special              轮椅\n"))


@pytest.mark.row("A3")
def test_who_waits_is_marked_as_everybody_else_is(front_desk: Desk) -> None:
    desk = front_desk()
    desk.ok(MEET)  # the only room for fifteen
    desk.ok(f"{MEET.replace('李四', '赵六').replace('0002', '0004')} --waitlist --vip --special 轮椅")

    (waiting,) = desk.ok("booking waitlist --format csv").splitlines()[1:]
    (listed,) = desk.ok("booking list --status unmet").splitlines()[2:]

    assert waiting.endswith(",true,轮椅")
    assert listed.split()[-5:] == ["赵*", "VIP", "special", "missed", "1"]


@pytest.mark.row("A6")
def test_another_service_waits_for_its_departments_to_agree(front_desk: Desk) -> None:
    desk = front_desk()
    desk.ok(TALK)
    to_repair = "booking change $BK1 --service repair --start 'mon 14:00' --for 2h"

    refused = desk.run(to_repair)
    desk.ok("booking coordinate $BK1 --ask parts --question 有硒鼓吗")
    unanswered = desk.run(to_repair, now="2026-11-20T14:04:00")
    desk.ok("booking coordinate $BK1 --answer parts --yes", now="2026-11-20T14:05:00")
    moved = json.loads(desk.ok(f"{to_repair} --json", now="2026-11-20T14:06:00"))

    assert refused.code == unanswered.code == 4
    assert "parts have not agreed yet (rule booking.coordination)" in refused.err
    assert (moved["status"], moved["service"], moved["resources"]) == ("confirmed", "repair", ["technician-1"])


@pytest.mark.row("A6")
def test_a_supervisor_may_change_the_service_before_the_departments_agree(front_desk: Desk) -> None:
    desk = front_desk()
    desk.ok(TALK)
    pushed = "booking change $BK1 --service repair --start 'mon 14:00' --override --reason 'the chairman waits'"

    clerk = desk.run(pushed)
    told = json.loads(desk.ok(f"{pushed} --json", by="wang.wei"))

    assert (clerk.code, "li.na has the role agent" in clerk.err) == (4, True)
    assert (told["events"][-1]["overrode"], told["events"][-1]["reason"]) == (
        ["booking.coordination"], "the chairman waits",
    )  # fmt: skip
