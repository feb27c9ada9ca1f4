"""Visits on site as a call centre takes, assigns, makes and audits them; the pages are kept under tests/golden."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import PROJECT, DeskFolder

Golden = Callable[[str, str], None]
ORDER = "booking create --service on-site --address '桃源路7号' --details '打印机不工作' --phone"
SESSION = (
    ("20T14:00", "desk", "customer create --name 甲公司 --phone 13800000001 --contract"),
    ("20T14:00", "desk", "customer create --name 乙公司 --phone 13800000002 --level vip --contract"),
    ("20T14:00", "desk", "customer create --name 丙公司 --phone 13800000003"),
    ("20T14:01", "desk", f"{ORDER} 13800000001"),
    ("20T14:02", "desk", f"{ORDER} 13800000002"),
    ("20T14:03", "desk", f"{ORDER} 13800000003"),
    ("20T14:04", "desk", "booking accept $BK1"),
    ("20T14:05", "desk", "booking assign $BK2 --to technician-1 --start 15:00 --for 1h"),
    ("20T14:06", "desk", "booking assign $BK1 --to technician-1 --start 15:30"),
    ("20T14:07", "desk", "booking assign $BK1 --to technician-2 --start 15:30"),
    ("20T14:08", "desk", "booking assign $BK3 --to technician-1"),
    ("20T14:09", "technician-2", "booking accept $BK2"),
    ("20T14:10", "technician-1", "booking accept $BK2"),
    ("20T14:11", "technician-2", "booking accept $BK1"),
    ("20T14:12", "technician-1", "booking accept $BK3"),
    ("20T15:02", "technician-1", "booking arrive $BK2"),
    ("20T15:50", "technician-1", "booking complete $BK2"),
    ("20T16:00", "technician-1", "booking audit $BK2"),
    ("20T16:01", "desk", "booking close $BK2 --rating 5"),
    ("20T16:02", "desk", "booking audit $BK2 --note '回访满意'"),
    ("20T16:03", "desk", "booking close $BK2 --rating 5"),
    ("21T15:06", "technician-2", "booking arrive $BK1"),
    ("21T16:30", "technician-2", "booking complete $BK1"),
    ("21T16:40", "desk", "booking audit $BK1 --failed --note '仍卡纸'"),
    ("21T16:41", "desk", "booking close $BK1"),
    ("22T14:04", "technician-1", "booking arrive $BK3"),
    ("22T14:05", "desk", "booking show $BK1"),
    ("22T14:06", "desk", "booking list --all"),
)
NO = (6, 8, 11, 17, 18, 24)  # the lines that are refused, counted from 0


def call_centre(desk: DeskFolder, lang: str = "zh") -> DeskFolder:
    """Return the desk with the rules of a call centre."""
    page = (PROJECT / "templates" / "profiles" / f"call-centre.{lang}.toml").read_text(encoding="utf-8")
    desk.rules(lambda _: page)
    desk.by = "desk"
    return desk


def staffed(desk: DeskFolder) -> DeskFolder:
    """Return the call centre with files of its staff."""
    folder = call_centre(desk).home / "records" / "staff"
    folder.mkdir()
    for login, role in (("desk", "agent"), ("zhou.yu", "agent"), ("wang.wei", "supervisor"), ("lu.an", "auditor")):
        (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')
    return desk


@pytest.mark.row("E4")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_visit_from_the_order_to_the_audit_reads_like_this(desk: DeskFolder, golden: Golden, lang: str) -> None:
    call_centre(desk, lang)
    page, refused = [], []
    for number, (when, by, line) in enumerate(SESSION):
        result = desk.run(line, now=f"2026-11-{when}:00", by=by, lang=lang)
        refused += [number] if result.code else []
        assert result.code in (0, 4, 5), f"{line}: {result.err}"
        page.append(f"{by}$ cscli {line}\n{result.out}{result.err}")

    golden(f"visit-session.{lang}", "\n".join(page))
    assert tuple(refused) == NO
    assert desk.ok("check", now="2026-11-22T15:00:00").endswith(("no findings\n", "没有发现问题\n"))
    assert desk.git("status", "--porcelain") == ""


@pytest.mark.row("E4")
def test_the_response_time_stands_in_the_json(desk: DeskFolder) -> None:
    call_centre(desk)
    desk.ok("customer create --name 甲公司 --phone 13800000001 --contract")
    taken = json.loads(desk.ok(f"{ORDER} 13800000001 --json"))
    assert taken["respond_by"] == "2026-11-21T14:00:00+08:00"
    assert taken["derived"]["response"] == {"minutes": None, "promised_minutes": 1440, "met": None, "audited": False}

    desk.ok("booking assign $BK1 --to technician-3")
    overdue = json.loads(desk.ok("booking show $BK1 --json", now="2026-11-21T14:01:00"))
    assert overdue["derived"]["response"]["met"] is False
    desk.ok("booking accept $BK1", by="technician-3")
    there = json.loads(desk.ok("booking arrive $BK1 --json", now="2026-11-21T13:59:00"))

    assert there["derived"]["response"] == {"minutes": 1439, "promised_minutes": 1440, "met": True, "audited": False}
    assert (there["events"][-1]["late"], there["late_minutes"]) == (False, None)


def test_a_technician_and_a_login_may_stand_for_one_another_or_side_by_side(desk: DeskFolder) -> None:
    staffed(desk)
    desk.ok(f"{ORDER} 13800000001 --customer 甲公司")

    nobody = desk.run("booking assign $BK1 --to technician-9")
    login = desk.run("booking assign $BK1 --to zhou.yu")
    two = desk.run("booking assign $BK1 --to technician-1 --to technician-2")
    desk.ok("booking assign $BK1 --to technician-1 --to zhou.yu --start 'tomorrow 10:00'")

    assert (nobody.code, "technician-1, technician-2" in nobody.err) == (3, True)
    assert (login.code, "name one with --to" in login.err) == (4, True)
    assert two.code == 2
    assert desk.run("booking accept $BK1", by="technician-1").code == 4
    assert "accepted" in desk.ok("booking accept $BK1", by="zhou.yu")


def test_only_the_roles_of_the_rulebook_audit(desk: DeskFolder) -> None:
    staffed(desk)
    desk.ok(f"{ORDER} 13800000001 --customer 甲公司")
    desk.ok("booking assign $BK1 --to technician-1 --to zhou.yu")
    desk.ok("booking accept $BK1", by="zhou.yu")
    desk.ok("booking arrive $BK1", by="zhou.yu", now="2026-11-20T16:00:00")
    desk.ok("booking complete $BK1", by="wang.wei", now="2026-11-20T17:00:00")
    later = "2026-11-20T17:30:00"

    agent = desk.run("booking audit $BK1", by="desk", now=later)
    own = desk.run("booking audit $BK1", by="wang.wei", now=later)
    blank = desk.run("booking audit $BK1 --failed", by="lu.an", now=later)

    assert (agent.code, "desk has the role agent" in agent.err) == (4, True)
    assert (own.code, "booking.audit_self" in own.err) == (4, True)
    assert (blank.code, "--note" in blank.err) == (2, True)
    assert "set aside: booking.audit_self" in desk.ok(
        "booking audit $BK1 --override --reason 'nobody else on duty'", by="wang.wei", now=later
    ) + desk.ok("booking show $BK1", now=later)


def test_a_visit_as_soon_as_possible_has_no_length_yet(desk: DeskFolder) -> None:
    call_centre(desk)

    for line in (f"{ORDER} 13800000001 --customer 甲公司 --for 2h", f"{ORDER} 13800000001 --end 'tomorrow 10:00'"):
        refused = desk.run(line)
        assert (refused.code, "needs --start with it" in refused.err) == (2, True)
    desk.ok(f"{ORDER} 13800000001 --customer 甲公司")
    assert desk.run("booking assign $BK1 --to technician-1 --for 2h").code == 2


def test_nothing_is_written_with_dry_run_and_backdated_with_at(desk: DeskFolder) -> None:
    call_centre(desk)
    desk.ok(f"{ORDER} 13800000001 --customer 甲公司")

    tried = desk.ok("booking assign $BK1 --to technician-1 --dry-run")
    desk.ok("booking assign $BK1 --to technician-1 --at 14:10", now="2026-11-20T14:30:00")

    assert "nothing was written" in tried
    assert desk.git("log", "-1", "--format=%s") == f"Assign booking {desk.id_of('BK1')}\n"
    shown = json.loads(desk.ok("booking show $BK1 --json", now="2026-11-20T14:30:00"))
    assert [event["at"][11:16] for event in shown["events"]] == ["14:00", "14:10"]


def test_a_visit_accepted_is_a_visit_answered_and_one_without_a_time_uses_nobody(desk: DeskFolder) -> None:
    call_centre(desk)
    desk.ok(f"{ORDER} 13800000001 --customer 甲公司")
    desk.ok("booking assign $BK1 --to technician-1", now="2026-11-20T14:10:00")
    desk.ok("booking accept $BK1", by="technician-1", now="2026-11-20T14:20:00")

    told = json.loads(desk.ok("kpi --day 2026-11-20 --json", now="2026-11-20T15:00:00"))

    figures = {metric["id"]: metric for metric in told["metrics"]}
    assert (figures["on_time_handling"]["numerator"], figures["on_time_handling"]["denominator"]) == (1, 1)
    assert figures["utilisation"]["numerator"] == 0
    assert "上门工程师一" in desk.ok("booking free --service on-site --day today", now="2026-11-20T14:30:00")
