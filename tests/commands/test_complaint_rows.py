"""Complaints as the five manuals lead them, each on its own desk: one page a story, from the receipt to what is learnt.

Friday 2026-11-20; 李娜 takes the calls, 陈洁 looks into them, 王伟 is the supervisor.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Founded = Callable[..., DeskFolder]
Story = Iterable[tuple[str, str, str]]
CALLER = "--customer 王小明 --phone 13800000001"
STAFF = (("li.na", "agent"), ("chen.jie", "agent"), ("zhang.san", "agent"), ("wang.wei", "supervisor"))


@pytest.fixture
def founded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Founded:
    """Return a maker of desks by the manual of a profile, with files of their staff."""

    def make(profile: str, lang: str = "en") -> DeskFolder:
        desk = DeskFolder(tmp_path, monkeypatch, lang=lang)
        desk.ok(f"init . --profile {profile}")
        folder = desk.home / "records" / "staff"
        folder.mkdir()
        for login, role in STAFF:
            (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')
        desk.git("add", "-A")
        desk.git("commit", "-qm", "Staff")
        return desk

    return make


def played(desk: DeskFolder, story: Story) -> str:
    """Return the page of a story: who says which command when, and what the desk answers."""
    page = []
    for when, by, line in story:
        result = desk.run(line, now=f"2026-{when}:00", by=by)
        page.append(f"[{when.replace('T', ' ')} {by}] $ cscli {line}\n{result.out}{result.err}")
    return "\n".join(page)


@pytest.mark.row("B5")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_late_coach_is_complained_about_until_the_customer_is_satisfied(
    founded: Founded, golden: Golden, lang: str
) -> None:
    """Apology and record, nature and severity, the supervisor at once, a plan with owners and deadlines, investigation,
    progress told, the result, the return visit, again until satisfied, cause and improvement.
    """
    desk = founded("coach", lang)
    story = (
        ("11-20T09:00", "li.na", f"complaint create {CALLER} --category delay --severity major"
         " --content '车晚到一小时, 误了航班' --remedy '退票并道歉' --against department:dispatch"),
        ("11-20T09:01", "wang.wei", "due --owner supervisor"),
        ("11-20T09:02", "li.na", "complaint report $CP1 --to chen.jie"),
        ("11-20T09:02", "li.na", "complaint report $CP1 --to wang.wei"),
        ("11-20T09:05", "li.na", "complaint acknowledge $CP1 --apology --note '电话致歉'"),
        ("11-20T09:20", "li.na", "complaint assess $CP1 --severity major --category delay"),
        ("11-20T10:00", "chen.jie", "complaint investigate $CP1 --findings '调度漏派, 司机临时顶班'"),
        ("11-20T10:10", "wang.wei", "complaint judge $CP1 --valid --criterion on-time"),
        ("11-20T10:30", "wang.wei", "complaint plan $CP1 --measure '退还票款' --owner li.na --due 'today 17:00'"
         " --measure '与调度核对派车' --owner chen.jie --due 'mon 12:00'"),
        ("11-20T11:00", "li.na", "complaint progress $CP1 --told '正在核对派车, 今天退款'"),
        ("11-20T15:00", "li.na", "complaint plan $CP1 --done 1"),
        ("11-20T15:10", "li.na", "complaint resolve $CP1 --response refund --decision '全额退票' --compensation 90"),
        ("11-20T15:20", "li.na", "complaint communicate $CP1 --accepted"),
        ("11-23T10:00", "li.na", "complaint follow-up $CP1 --unsatisfied --rating 2 --note '还没有收到道歉信'"),
        ("11-23T11:00", "li.na", "complaint resolve $CP1 --response apology --decision '已寄出道歉信'"),
        ("11-23T11:05", "li.na", "complaint communicate $CP1 --means letter --accepted"),
        ("11-23T16:00", "li.na", "complaint follow-up $CP1 --satisfied --rating 4"),
        ("11-23T16:10", "chen.jie", "complaint plan $CP1 --done 2"),
        ("11-23T16:20", "wang.wei", "complaint correct $CP1 --measure '派车前一晚复核' --owner chen.jie"
         " --due '2026-11-27 18:00'"),
        ("11-23T16:30", "wang.wei", "complaint close $CP1 --cause dispatch --note '每晚复核次日派车'"),
        ("11-23T16:40", "wang.wei", "complaint show $CP1"),
    )  # fmt: skip

    golden(f"complaint-coach.{lang}", played(desk, story))

    assert desk.ok("check").count("\n") == 1


@pytest.mark.row("E1")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_valid_complaint_ends_in_a_verified_improvement(founded: Founded, golden: Golden, lang: str) -> None:
    """Within two working days: accepted, verified, judged; apology, plan, solution, a visit, and correction."""
    desk = founded("call-centre", lang)
    story = (
        ("11-20T15:00", "li.na", f"complaint create {CALLER} --category on-site --content '报修两天无人上门'"
         " --remedy '今天上门' --against person:zhang.san"),
        ("11-20T15:05", "li.na", "complaint acknowledge $CP1 --apology"),
        ("11-20T15:10", "zhang.san", "complaint assess $CP1"),
        ("11-20T15:10", "li.na", "complaint assess $CP1"),
        ("11-20T15:30", "chen.jie", "complaint investigate $CP1 --findings '派单后两天未接单'"),
        ("11-20T15:40", "chen.jie", "complaint judge $CP1 --valid --criterion response-time"),
        ("11-20T15:50", "li.na", "complaint plan $CP1 --measure '上门处理' --owner chen.jie --due 'mon 12:00'"),
        ("11-20T16:00", "li.na", "complaint hold $CP1 --reason '企业周一才有人' --until 'mon 09:30'"),
        ("11-23T10:00", "li.na", "due"),
        ("11-23T10:05", "li.na", "complaint resume $CP1 --note '今天上午可以'"),
        ("11-23T11:30", "chen.jie", "complaint plan $CP1 --done 1"),
        ("11-23T11:40", "li.na", "complaint resolve $CP1 --response apology --decision '已修好, 当面致歉'"),
        ("11-23T11:45", "li.na", "complaint communicate $CP1 --means visit --accepted"),
        ("11-24T10:00", "li.na", "complaint follow-up $CP1 --satisfied --rating 5 --means visit"),
        ("11-24T10:05", "li.na", "complaint close $CP1 --cause late"),
        ("11-24T10:10", "wang.wei", "complaint correct $CP1 --measure '超2小时未接单自动提醒' --owner chen.jie"
         " --due '2026-11-30 17:00'"),
        ("11-24T10:15", "wang.wei", "complaint close $CP1 --cause late --signed-by zhang.san"),
        ("11-30T16:00", "chen.jie", "complaint plan $CP1 --done 2"),
        ("11-30T16:05", "wang.wei", "due"),
        ("12-14T10:00", "wang.wei", "complaint verify $CP1 2 --effective --note '两周没有超时接单'"),
        ("12-14T10:05", "wang.wei", "complaint show $CP1"),
    )  # fmt: skip

    golden(f"complaint-call-centre.{lang}", played(desk, story))

    assert desk.ok("due", now="2026-12-14T10:05:00") == desk.ok("due --owner nobody", now="2026-12-14T10:05:00")


@pytest.mark.row("B5", "E1")
@pytest.mark.parametrize("profile", ["coach", "call-centre", "restaurant"])
def test_a_valid_complaint_is_not_closed_without_an_apology(founded: Founded, profile: str) -> None:
    desk = founded(profile)
    rules = desk.store().rulebook.complaint
    lines = (
        f"create {CALLER} --category {rules.category[0].id} --content '等了半小时'", "acknowledge $CP1", "assess $CP1",
        f"judge $CP1 --valid --criterion {rules.standard[0].id}",
        "plan $CP1 --measure 核实 --owner chen.jie --due 'mon 12:00'", "plan $CP1 --done 1",
        "resolve $CP1 --response explanation --decision 说明", "communicate $CP1 --accepted",
        "follow-up $CP1 --satisfied", "correct $CP1 --measure 复核 --owner chen.jie --due '2026-12-01 12:00'",
    )  # fmt: skip
    for line in lines:
        desk.ok(f"complaint {line}", now="2026-11-20T10:00:00")

    refused = desk.run(f"complaint close $CP1 --cause {rules.cause[0].id}", now="2026-11-20T11:00:00", by="wang.wei")

    assert (refused.code, "it lacks apology (rule complaint.close)" in refused.err) == (4, True)


@pytest.mark.row("E1")
def test_an_invalid_complaint_is_explained_and_needs_no_improvement(founded: Founded) -> None:
    desk = founded("call-centre")
    desk.ok(f"complaint create {CALLER} --category phone --content '一直占线'", now="2026-11-20T10:00:00")
    for line in ("acknowledge $CP1", "assess $CP1", "investigate $CP1 --findings '未欠费, 当天线路正常'"):
        desk.ok(f"complaint {line}", now="2026-11-20T10:30:00")
    desk.ok("complaint judge $CP1 --invalid --note '客户拨错号码, 已说明'", now="2026-11-20T10:40:00")
    desk.ok("complaint plan $CP1", now="2026-11-20T10:45:00")
    desk.ok("complaint resolve $CP1 --response explanation --decision '已说明'", now="2026-11-20T10:50:00")
    desk.ok("complaint communicate $CP1 --accepted", now="2026-11-20T10:55:00")
    desk.ok("complaint follow-up $CP1 --satisfied", now="2026-11-20T11:00:00")

    closed = desk.ok("complaint close $CP1 --cause contact-data", now="2026-11-20T11:05:00", by="chen.jie")

    assert "all 10 steps done" in closed
    assert "explanation  已说明" in closed


@pytest.mark.row("C4")
@pytest.mark.row("C1", "C2", lacking="the monthly report")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_guests_complaint_belongs_to_its_first_receiver_until_it_is_handed_over(
    founded: Founded, golden: Golden, lang: str
) -> None:
    desk = founded("restaurant", lang)
    story = (
        ("11-20T12:10", "li.na", f"complaint create {CALLER} --category discount --severity major"
         " --content '说好八折, 结账时餐馆不认' --remedy '补差价' --against resource:restaurant-1"),
        ("11-20T12:12", "li.na", "complaint acknowledge $CP1 --apology"),
        ("11-20T12:15", "wang.wei", "complaint report $CP1 --note '已知悉'"),
        ("11-20T12:30", "li.na", "complaint hand-over $CP1 --to chen.jie --reason '换班'"),
        ("11-20T12:35", "chen.jie", "complaint assess $CP1"),
        ("11-20T12:40", "li.na", "complaint create --customer 李四 --phone 13800000002 --category discount"
         " --content '同桌客人再次来电: 八折没给' --channel online --against resource:restaurant-1"),
        ("11-20T12:41", "li.na", "complaint link $CP2 --to $CP1 --reason '同一桌'"),
        ("11-20T12:45", "chen.jie", "complaint list --against resource:restaurant-1"),
        ("11-20T12:45", "chen.jie", "complaint list --owner chen.jie --all"),
        ("11-20T12:50", "chen.jie", "complaint show $CP1"),
    )  # fmt: skip

    golden(f"complaint-restaurant.{lang}", played(desk, story))

    assert '"complaints_received"' in desk.ok("kpi --day 2026-11-20 --only complaints_received --json")
    assert '"numerator": 1' in desk.ok("kpi --day 2026-11-20 --only complaints_received --json")


@pytest.mark.row("B5", "C1", "D2")
@pytest.mark.parametrize(
    ("profile", "category", "severity", "answer"),
    [
        ("coach", "delay", "critical", "20:00"),
        ("restaurant", "booking", "critical", "19:45"),
        ("restaurant", "discount", "major", "20:00"),
        ("sports-club", "facility", "critical", "20:00"),
    ],
)
def test_a_grave_complaint_on_a_saturday_evening_is_answered_the_same_evening(
    founded: Founded, profile: str, category: str, severity: str, answer: str
) -> None:
    """The desk is open and the customer waits: the first answer runs by the clock, the rest by working time."""
    desk = founded(profile)
    desk.ok(
        f"complaint create {CALLER} --category {category} --severity {severity} --content '没人管'",
        now="2026-11-21T19:30:00",
    )

    items = json.loads(desk.ok("due --json", now="2026-11-21T19:31:00"))
    answers = [item["due"] for item in items if item["kind"] == "acknowledge"]

    assert answers == [f"2026-11-21T{answer}:00+08:00"]


@pytest.mark.row("A8", lacking="sending the reminder")
def test_a_low_rating_of_a_booking_can_become_a_complaint_against_it(founded: Founded) -> None:
    desk = founded("booking-desk")
    order = "--service consultation --start 'mon 10:00' --details 'which model fits'"
    desk.ok(f"booking create {CALLER} {order} --yes", now="2026-11-20T10:00:00")
    desk.ok("booking arrive $BK1", now="2026-11-23T10:00:00")
    desk.ok("booking complete $BK1", now="2026-11-23T11:00:00")
    desk.ok("booking close $BK1 --rating 2 --feedback '等了半小时'", now="2026-11-23T16:00:00")

    taken = desk.ok(
        "complaint create --customer 13800000001 --category delay --content '等了半小时' --against booking:$BK1",
        now="2026-11-23T16:05:00",
    )

    assert "booking BK-000000-000001" in taken
    assert "CP-000000-000001" in desk.ok("complaint list --against booking:$BK1", now="2026-11-23T16:10:00")


@pytest.mark.row("D2")
def test_who_signed_for_the_other_side_is_kept(founded: Founded) -> None:
    desk = founded("sports-club")
    desk.ok(f"complaint create {CALLER} --category service --content '态度差' --against person:zhang.san")
    for by, line in (
        ("li.na", "acknowledge $CP1 --apology"),
        ("li.na", "assess $CP1"),
        ("li.na", "investigate $CP1 --findings '属实'"),
        ("li.na", "judge $CP1 --valid --criterion courtesy"),
        ("li.na", "plan $CP1 --measure 谈话 --owner wang.wei --due 'mon 12:00'"),
        ("li.na", "resolve $CP1 --response apology --decision 道歉"),
        ("li.na", "communicate $CP1 --rejected --external consumer-hotline"),
        ("li.na", "follow-up $CP1 --satisfied"),
    ):
        desk.ok(f"complaint {line}", by=by)

    desk.ok("complaint close $CP1 --cause conduct --signed-by zhang.san", by="wang.wei")

    shown = desk.ok("complaint show $CP1")
    assert "not accepted  told to turn to National consumer complaint platform 12315" in shown
    assert "signed by zhang.san" in shown
