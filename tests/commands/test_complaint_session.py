"""Complaints as the front desk lives them: one page a story, read from the top."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
CREATE = (
    "complaint create --customer 王小明 --phone 13800000001 --category booking --severity major"
    " --content '订了3号场, 到场却已被占用' --remedy 退款 --against person:wang.wei --occurred '今天 13:00'"
)


def at(time: str, day: int = 20) -> str:
    """Return a moment of November 2026."""
    return f"2026-11-{day}T{time}:00"


def taken(desk: DeskFolder) -> None:
    """Have a booking of tomorrow and a complaint about it, received at 14:00."""
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'")
    desk.ok(f"{CREATE} --against booking:$BK1")


def until_resolved(desk: DeskFolder) -> None:
    """Lead the complaint through its steps to a refund at 16:00."""
    taken(desk)
    desk.ok("complaint acknowledge $CP1 --apology", now=at("14:20"))
    desk.ok("complaint assess $CP1", now=at("14:30"), by="chen.jie")
    desk.ok("complaint investigate $CP1 --findings 录音里没有复诵", now=at("14:35"), by="chen.jie")
    desk.ok("complaint judge $CP1 --valid --criterion read-back", now=at("14:40"))
    plan = "complaint plan $CP1 --measure 重新培训前台 --owner chen.jie --due 'fri 18:00'"
    desk.ok(f"{plan} --measure 道歉信 --owner li.na --due 'tomorrow 12:00'", now=at("14:50"))
    decision = "complaint resolve $CP1 --response refund --decision 退还场地费 --compensation 15"
    desk.ok(decision, now=at("16:00"))


@pytest.mark.row("D2")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_complaint_is_taken_shown_and_listed(desk: DeskFolder, golden: Golden, lang: str) -> None:
    desk.ok("customer create --name 王小明 --phone 13800000001 --card 8800123456 --id-number 320600199001011234")
    desk.ok("booking create --customer 8800123456 --service badminton --start 'tomorrow 19:00'")

    page = desk.ok(f"{CREATE} --against booking:$BK1", lang=lang)
    page += "\n" + desk.ok("complaint acknowledge $CP1 --apology", now=at("14:20"), lang=lang)
    page += "\n" + desk.ok("complaint show $CP1", now=at("15:00"), lang=lang)
    page += "\n" + desk.ok("complaint list", now=at("15:00"), lang=lang)

    golden(f"complaint_{lang}", page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_complaint_is_led_to_its_end(desk: DeskFolder, golden: Golden, lang: str) -> None:
    until_resolved(desk)

    desk.ok("complaint communicate $CP1 --rejected --external consumer-hotline --note 还想要道歉", now=at("16:30"))
    desk.ok("complaint follow-up $CP1 --unsatisfied --rating 2 --note '还想要道歉'", now=at("17:00"))
    desk.ok("complaint resolve $CP1 --response apology --decision 当面道歉", now=at("17:10"))
    desk.ok("complaint communicate $CP1 --accepted --means visit", now=at("17:15"))
    desk.ok("complaint follow-up $CP1 --satisfied --rating 4 --means visit", now=at("17:20"))
    desk.ok("complaint plan $CP1 --done 2 --note 已寄出", now=at("17:25"))
    desk.ok("complaint correct $CP1 --measure 张贴复诵卡 --owner chen.jie --due 'mon 18:00'", now=at("17:28"))
    desk.ok("complaint close $CP1 --cause entry --note 录入后复诵", now=at("17:30"), by="chen.jie")

    golden(f"complaint_closed_{lang}", desk.ok("complaint show $CP1", now=at("19:00"), lang=lang))
    assert desk.ok("complaint list") == "No complaints.\n"
    assert "CP-000000-000001" in desk.ok("complaint list --all")


def test_closing_names_every_missing_step(desk: DeskFolder) -> None:
    until_resolved(desk)

    refused = desk.run("complaint close $CP1", now=at("16:10"))

    assert refused.code == 4
    assert "it lacks cause, telling the decision, follow-up, corrective action" in refused.err
    closed = desk.run("complaint close $CP1 --cause entry --override --reason 主管同意", now=at("16:20"))
    assert closed.code == 0
    assert "overridden" in closed.out


def test_an_invalid_complaint_is_explained(desk: DeskFolder) -> None:
    taken(desk)
    desk.ok("complaint acknowledge $CP1")
    desk.ok("complaint assess $CP1")

    bare = desk.run("complaint judge $CP1 --invalid")
    assert (bare.code, bare.err) == (2, "--note is missing.\n")
    desk.ok("complaint judge $CP1 --invalid --note 场地按约保留")
    desk.ok("complaint plan $CP1")
    desk.ok("complaint resolve $CP1 --response explanation --decision 已向客户说明")

    assert "Judgement      invalid" in desk.ok("complaint show $CP1")


@pytest.mark.row("D2")
def test_nobody_handles_a_complaint_against_themselves(desk: DeskFolder) -> None:
    taken(desk)

    refused = desk.run("complaint hand-over $CP1 --to wang.wei --reason 换班")
    given = desk.run("complaint hand-over $CP1 --to chen.jie --reason 换班")

    assert refused.code == 4
    assert "against wang.wei" in refused.err
    assert "chen.jie (first received by li.na)" in given.out


def test_the_most_urgent_comes_first_and_the_late_are_found(desk: DeskFolder) -> None:
    taken(desk)  # major: an answer within 1 working hour, by 15:00
    desk.ok("complaint create --customer 张三 --phone 13800000002 --category service --content 等太久", now=at("14:05"))
    critical = "complaint create --customer 李四 --phone 13800000003 --category facility --content 灯掉了"
    desk.ok(f"{critical} --severity critical --safety", now=at("14:10"))  # within 30 working minutes, by 14:40

    def listed(options: str, now: str) -> list[str]:
        return [line[:16] for line in desk.ok(f"complaint list {options} --format csv", now=now).splitlines()[1:]]

    ids = [row["id"] for row in json.loads(desk.ok("complaint list --json", now=at("14:15")))]
    assert ids == ["CP-000000-000003", "CP-000000-000001", "CP-000000-000002"]
    assert len(listed("--overdue", at("14:45"))) == 1
    assert listed("--within 4h", at("14:45")) == ["CP-000000-000001"]  # the minor one has till Monday morning
    assert listed("--at-risk", at("14:45")) == ["CP-000000-000001", "CP-000000-000002"]  # within four hours of work
    assert listed("--within 3d", at("14:45")) == ["CP-000000-000001", "CP-000000-000002", "CP-000000-000003"]
    status = json.loads(desk.ok("status --json --within 3d", now=at("14:45")))["complaints"]
    assert sorted(status["at_risk"]) == ["CP-000000-000001", "CP-000000-000002", "CP-000000-000003"]  # its solution
    assert status["overdue"] == listed("--overdue", at("14:45")) == ["CP-000000-000003"]
    assert len(listed("--severity critical", at("14:45"))) == 1
    assert len(listed("--against booking:$BK1", at("14:45"))) == 1
    assert len(listed("--customer 13800000002", at("14:45"))) == 1
    assert listed("--owner nobody", at("14:45")) == []


def test_an_ended_complaint_with_a_measure_gone_by_is_listed_with_all(desk: DeskFolder) -> None:
    until_resolved(desk)
    desk.ok("complaint communicate $CP1 --accepted", now=at("16:05"))
    desk.ok("complaint follow-up $CP1 --satisfied", now=at("16:20"))
    desk.ok("complaint correct $CP1 --measure 锁定场地 --owner chen.jie --due '2026-12-01 18:00'", now=at("16:25"))
    closed = desk.run("complaint close $CP1 --cause entry", now=at("16:30"), by="chen.jie")

    assert "Note: not yet carried out: measure 1, 2; `cscli complaint plan CP-" in closed.err
    assert desk.ok("complaint list --overdue --format csv", now="2026-11-23T09:00").count("CP-") == 0
    assert "Fri 18:00 overdue" in desk.ok("complaint list --overdue --all", now="2026-11-23T09:00")
    for number in (1, 2):
        desk.ok(f"complaint plan $CP1 --done {number}", now="2026-11-23T09:30")
    assert desk.ok("complaint list --overdue --all --format csv", now="2026-11-23T09:40").count("CP-") == 0


def test_what_waits_for_its_closing_alone_is_due_to_whom_may_close_it(desk: DeskFolder) -> None:
    until_resolved(desk)
    desk.ok("complaint communicate $CP1 --accepted", now=at("16:05"))
    desk.ok("complaint follow-up $CP1 --satisfied", now=at("16:20"))
    uncured = desk.ok("complaint show $CP1", now=at("16:25"))
    desk.ok("complaint correct $CP1 --measure 锁定场地 --owner chen.jie --due '2026-12-01 18:00'", now=at("16:25"))

    items = json.loads(desk.ok("due --json", now=at("16:30")))

    assert "cscli complaint correct CP-000000-000001" in uncured
    (closing,) = (item for item in items if item["kind"] == "close")
    assert (closing["owner"], closing["overdue"]) == ("supervisor", False)  # the severity asks for another's hand
    assert closing["command"] == "cscli complaint close CP-000000-000001"


def test_a_customer_nobody_reaches_is_tried_as_often_as_the_rulebook_asks(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace("follow_up_tries = 3", "follow_up_tries = 2"))
    until_resolved(desk)
    desk.ok("complaint communicate $CP1 --accepted", now=at("16:05"))

    once = desk.ok("complaint follow-up $CP1 --unreached", now=at("16:20"))
    twice = desk.ok("complaint follow-up $CP1 --unreached", now=at("17:20"))

    assert "missing: follow-up, closing" in once
    assert "missing: closing" in twice


def test_the_supervisor_is_told_in_person(desk: DeskFolder) -> None:
    desk.ok("staff add wang.wei --role supervisor")
    desk.ok("staff add zhao.min --role supervisor", by="wang.wei")
    for login in ("li.na", "chen.jie"):
        desk.ok(f"staff add {login}", by="wang.wei")
    taken(desk)  # against wang.wei

    nobody = desk.run("complaint report $CP1")
    agent = desk.run("complaint report $CP1 --to chen.jie")
    self = desk.run("complaint report $CP1 --to wang.wei")
    told = desk.ok("complaint report $CP1 --to zhao.min")

    assert (nobody.code, agent.code, self.code) == (4, 4, 4)
    assert "chen.jie is no supervisor (rule complaint.report); --to names one: wang.wei, zhao.min." in agent.err
    assert "tell another supervisor" in self.err
    assert "report to the supervisor" not in told


def test_while_there_is_no_supervisor_anybody_adds_the_first(desk: DeskFolder) -> None:
    desk.ok("staff add li.na")
    desk.ok("staff add wang.wei --role supervisor")

    assert desk.run("staff add chen.jie").code == 4
    desk.ok("staff add chen.jie", by="wang.wei")


def test_a_day_is_as_much_as_somebody_may_remember(desk: DeskFolder) -> None:
    day = json.loads(
        desk.ok("complaint create --customer 张三 --category service --content 等 --occurred yesterday --json")
    )

    assert day["occurred_at"] == "2026-11-19T00:00:00+08:00"
    assert desk.run("complaint list --since 2026-11-30 --until 2026-11-01").code == 2


def test_what_is_soon_may_be_said_in_working_time(desk: DeskFolder) -> None:
    desk.ok(
        "complaint create --customer 张三 --category service --content 等", now="2026-11-20T17:00:00"
    )  # 4wh: Monday

    near = desk.ok("complaint list --within 3wh --format csv", now="2026-11-20T17:05:00")
    far = desk.ok("complaint list --within 4wh --format csv", now="2026-11-20T17:05:00")

    assert (near.count("CP-"), far.count("CP-")) == (0, 1)


def test_linked_by_mistake_it_has_waited_all_the_while(desk: DeskFolder) -> None:
    taken(desk)
    desk.ok("complaint create --customer 李四 --phone 13800000003 --category facility --content 灯 --severity major")
    before = json.loads(desk.ok("complaint show $CP1 --json"))["derived"]["deadlines"][1]

    linked = desk.run("complaint link $CP1 --to $CP2", now=at("15:00"))
    desk.ok("complaint reopen $CP1 --reason 不是一件事", now="2026-11-23T09:30:00")

    after = json.loads(desk.ok("complaint show $CP1 --json"))["derived"]["deadlines"][1]
    assert "Note: CP-000000-000002 is of another customer, or of another category." in linked.err
    assert (after["name"], after["due"]) == ("resolve", before["due"])


def test_the_json_of_a_complaint_tells_its_deadlines(desk: DeskFolder) -> None:
    until_resolved(desk)

    derived = json.loads(desk.ok("complaint show $CP1 --json", now=at("17:00")))["derived"]

    assert derived["deadlines"] == [
        {"name": "acknowledge", "due": "2026-11-20T15:00:00+08:00", "met": True, "elapsed_minutes": 20,
         "target_minutes": 60, "announced": True},
        {"name": "resolve", "due": "2026-11-24T14:00:00+08:00", "met": True, "elapsed_minutes": 120,
         "target_minutes": 960, "announced": True},
        {"name": "communicate", "due": "2026-11-23T16:00:00+08:00", "met": None, "elapsed_minutes": 60,
         "target_minutes": 480, "announced": True},
        {"name": "follow_up", "due": "2026-11-23T16:00:00+08:00", "met": None, "elapsed_minutes": 60,
         "target_minutes": 480, "announced": True},
        {"name": "correct", "due": "2026-11-27T16:00:00+08:00", "met": None, "elapsed_minutes": 60,
         "target_minutes": 2400, "announced": True},
        {"name": "measure", "due": "2026-11-20T18:00:00+08:00", "met": None, "elapsed_minutes": 130,
         "target_minutes": 190, "announced": True, "number": 1, "owner": "chen.jie"},
        {"name": "measure", "due": "2026-11-21T12:00:00+08:00", "met": None, "elapsed_minutes": 130,
         "target_minutes": 1270, "announced": True, "number": 2, "owner": "li.na"},
    ]  # fmt: skip
    steps = derived["completeness"]
    assert [step for step, done in steps.items() if not done] == ["communicated", "followed_up", "closed"]


def test_a_dry_run_writes_nothing(desk: DeskFolder) -> None:
    before = desk.git("rev-parse", "HEAD")

    page = desk.ok(f"{CREATE} --dry-run")

    assert "nothing was written" in page
    assert desk.git("rev-parse", "HEAD") == before
    assert desk.ok("complaint list") == "No complaints.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("plan $CP1 --measure a --owner b", 2, "Say --measure, --owner and --due in step"),
        ("plan $CP1 --done 1 --measure a", 2, "either --done or --measure"),
        ("plan $CP1 --done 1", 4, "it is received"),
        ("judge $CP1", 2, "--valid|--invalid is missing"),
        ("follow-up $CP1", 2, "--satisfied|--unsatisfied|--unreached is missing"),
        ("resolve $CP1 --response refnd --decision x", 2, "Did you mean refund?"),
        ("resolve $CP1 --response refund --decision x", 4, "resolve is not possible"),
        ("close $CP1 --override", 2, "--override needs --reason"),
        ("reopen $CP1 --reason again", 4, "it is received"),
        ("cancel $CP1", 2, "--reason is missing"),
        ("show ZZZZZZ", 3, "Nothing has the id ZZZZZZ"),
        ("list --status resolvd", 2, "Did you mean resolved?"),
        ("create --customer x --category nix --content y", 3, "no complaint category nix"),
        ("create --customer x --category booking --content y --against li.na", 2, "does not say who or what"),
        ("create --customer x --category booking --content y --against booking:ZZZZZZ", 3, "Nothing has the id"),
    ],
)
def test_what_cannot_be_done_is_said(desk: DeskFolder, words: str, code: int, said: str) -> None:
    taken(desk)

    result = desk.run(f"complaint {words}")

    assert (result.code, result.out) == (code, "")
    assert said in result.err


def test_personal_data_stands_in_the_customers_file_only(desk: DeskFolder) -> None:
    taken(desk)

    files = desk.git("grep", "-l", "13800000001").split()

    assert [path.split("/")[1] for path in files] == ["customers"]
    assert "13800000001" not in desk.git("log", "--format=%B")
    assert "王小明" not in desk.git("log", "--format=%B") + desk.ok("complaint show $CP1") + desk.ok("complaint list")
    assert "13800000001" in desk.ok("complaint show $CP1 --reveal --reason 回电")
    assert "回电" in desk.ok("log $CU1")


def test_a_name_that_a_terminal_would_obey_stands_in_a_spreadsheet_as_what_it_is(desk: DeskFolder) -> None:
    owner = "x\x1b[31mRED\u202eRTL"
    create = "complaint create --customer 王小明 --phone 13800000001 --category service --content x"
    desk.ok(f"{create} --owner '{owner}'")

    for line in ("complaint list", "due"):
        told = desk.ok(f"{line} --format csv")
        assert r"x\x1b[31mRED\u202eRTL" in told
        assert not {"\x1b", "\u202e"} & set(told)


def test_a_department_is_one_however_it_is_named(desk: DeskFolder) -> None:
    """Given a complaint against a department by its name and one by its id, both count for the same one."""
    usual = "complaint create --customer 王小明 --phone 13800000001 --category service --content 等太久 --against"
    named = desk.ok(f"{usual} department:前厅部")
    desk.ok(f"{usual} department:front-hall")
    unknown = desk.run(f"{usual} department:nobody")

    by = json.loads(desk.ok("kpi --by department --json --month 2026-11"))
    for word in ("前厅部", "front-hall"):
        assert len(json.loads(desk.ok(f"complaint list --department {word} --json"))) == 2
    assert "前厅部" in named
    assert (unknown.code, "front-hall" in unknown.err) == (3, True)
    assert [group["name"] for group in by["groups"]] == ["前厅部"]


def test_what_is_late_with_one_thing_and_about_to_miss_another_is_at_risk_too(desk: DeskFolder) -> None:
    taken(desk)  # major: an answer by 15:00, a solution by Tuesday
    now = "2026-11-24T09:00:00"

    listed = json.loads(desk.ok("complaint list --within 9h --json", now=now))
    status = json.loads(desk.ok("status --within 9h --json", now=now))["complaints"]

    assert [row["id"] for row in listed] == ["CP-000000-000001"]
    assert "2026-11-24 Tue" in desk.ok("complaint list --within 9h", now=now)
    assert status["overdue"] == status["at_risk"] == ["CP-000000-000001"]
