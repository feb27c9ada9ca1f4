"""Bookings as a user's terminal shows them, in both languages; the pages are kept under tests/golden."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
TAKE = 'booking create --customer 王小明 --phone 13800000001 --service badminton --start "tomorrow 19:00" --for 1h'
SESSION = (
    ("14:00", f"{TAKE} --party 4 --special 轮椅 --vip"),
    ("14:01", "booking free --service badminton --day tomorrow --from 18:00 --to 20:00"),
    ("14:02", 'booking change $BK1 --start "tomorrow 17:30" --cause customer'),
    ("14:03", "booking list"),
    ("14:04", f"{TAKE} --units 2"),
    ("14:05", "booking pay $BK2 --method mobile"),
    ("14:06", "booking cancel $BK2 --reason 'has a cold' --phoned"),
    ("14:06", "booking refund $BK2 --method mobile"),
    ("14:06", "booking show $BK2"),
    ("14:07", 'booking create --customer 王小明 --phone 13800000001 --service yoga --start "sat 18:30" --hold'),
    ("14:08", "booking confirm $BK3"),
    ("tomorrow 17:31", "booking arrive $BK1"),
    ("tomorrow 18:30", "booking complete $BK1 --paid 12.50 --method card"),
    ("tomorrow 18:31", "booking pay $BK1 --method cash"),
    ("tomorrow 18:40", "booking close $BK1 --rating 5 --feedback 很好"),
    ("tomorrow 19:05", "booking no-show $BK3 --phoned"),
    ("tomorrow 19:10", "booking close $BK3 --unreachable"),
    ("tomorrow 19:11", "booking show $BK1"),
    ("tomorrow 19:12", "booking list --all"),
)


def moment(said: str) -> str:
    """Return the session's clock as the desk takes it."""
    day, _, time = said.rpartition(" ")
    return f"2026-11-{21 if day else 20}T{time}:00"


@pytest.mark.row("A1", "A3", "A6", "A7")
@pytest.mark.row("D5")
@pytest.mark.row("D7", lacking="the register as a form")
@pytest.mark.row("D8")
@pytest.mark.row("D11")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_day_of_bookings_reads_like_this(desk: DeskFolder, golden: Golden, lang: str) -> None:
    page = []
    for said, line in SESSION:
        result = desk.run(line, now=moment(said), lang=lang)
        assert result.code == 0, f"{line}: {result.err}"
        page.append(f"$ cscli {line}\n{result.out}{result.err}")

    golden(f"booking-session.{lang}", "\n".join(page))
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("rev-list", "--count", "HEAD") == "15\n"


@pytest.mark.row("D7", lacking="the register as a form")
def test_who_telephones_to_be_late_keeps_the_court_and_is_billed_from_the_time_booked(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --resource court-1")  # 19:00 to 20:00; without a word it is a no-show from 19:30 on
    desk.ok("booking check-arrival $BK1 --with customer --seen late --minutes 45", now="2026-11-21T18:40:00")

    quiet = json.loads(desk.ok("due --json", now="2026-11-21T19:44:00"))
    early = desk.run("booking no-show $BK1", now="2026-11-21T19:44:00")
    taken = desk.run(f"{TAKE.replace('tomorrow 19:00', '19:30')} --resource court-1", now="2026-11-21T19:30:00")
    there = json.loads(desk.ok("booking arrive $BK1 --json", now="2026-11-21T19:45:00"))

    assert quiet == []
    assert (early.code, "wait 45 min from 2026-11-21 Sat 19:00" in early.err) == (4, True)
    assert taken.code == 5
    assert (there["late_minutes"], there["price"]) == (45, "15.00")


@pytest.mark.row("D7", lacking="the register as a form")
def test_a_guest_who_said_when_to_come_is_missing_from_then_on(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    desk.ok("booking check-arrival $BK1 --with customer --seen late --minutes 45", now="2026-11-21T18:40:00")

    (missing,) = json.loads(desk.ok("due --json", now="2026-11-21T19:45:00"))
    told = json.loads(desk.ok("booking no-show $BK1 --phoned --json", now="2026-11-21T19:45:00"))

    assert (missing["kind"], missing["due"]) == ("arrival", "2026-11-21T19:45:00+08:00")
    assert (told["outcome"], told["events"][-1]["phoned"]) == ("no_show", True)


def test_only_a_late_guest_is_heard_of_before_the_time(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    for seen in ("--with customer --seen absent", "--with merchant --seen late"):
        refused = desk.run(f"booking check-arrival $BK1 {seen}", now="2026-11-21T18:40:00")
        assert (refused.code, "it begins at 2026-11-21 Sat 19:00" in refused.err) == (4, True)


@pytest.mark.row("A4")
def test_a_full_house_offers_other_times_and_can_note_the_wish(desk: DeskFolder, golden: Golden) -> None:
    court = f"{TAKE} --resource court-1"
    desk.ok(court)

    refused = desk.run(court)
    as_data = desk.run(f"{court} --json")
    noted = desk.ok(f"{court} --waitlist")

    assert refused.code == as_data.code == 5
    golden("booking-full.en", refused.err + noted)
    told = json.loads(as_data.err)
    assert told["error"]["key"] == "unavailable.named"
    starts = [free["start"][11:16] for free in told["alternatives"]]
    assert starts == ["17:30", "18:00", "18:30", "19:00", "19:30", "20:00"]


def test_the_json_of_a_booking_has_the_keys_of_its_file_and_derived(desk: DeskFolder) -> None:
    taken = json.loads(desk.ok(f"{TAKE} --json"))
    listed = json.loads(desk.ok("booking list --json"))
    shown = json.loads(desk.ok("booking show $BK1 --json"))

    assert list(taken)[:4] == ["schema", "id", "status", "outcome"]
    assert taken["price"] == "15.00"
    assert taken["start"] == "2026-11-21T19:00:00+08:00"
    assert taken["feedback"] is None
    assert [event["type"] for event in taken["events"]] == ["created", "confirmed"]
    assert taken["derived"]["minutes"] == 60
    assert listed == [shown]


def test_lists_come_as_csv_and_markdown_too(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    csv = desk.ok("booking list --format csv").splitlines()
    markdown = desk.ok("booking list --format md").splitlines()

    assert csv == [
        "id,status,outcome,start,end,service,resources,units,customer,customer_name,price,vip,special,series,late,overridden,owed,phoned",
        "BK-000000-000001,confirmed,,2026-11-21T19:00:00+08:00,2026-11-21T20:00:00+08:00,badminton,court-1,1,"
        "CU-000000-000001,王**,15.00,false,,,false,false,15.00,",
    ]
    assert markdown[1].startswith("|:--")


def test_an_id_may_be_shortened_to_what_only_it_has(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --json")
    record = desk.id_of("BK1")

    for part in (record, record[10:], record[-4:], record.lower(), record[:14]):
        assert desk.ok(f"booking show {part}").startswith("Booking   BK-000000-000001"), part


def test_two_ids_that_begin_alike_are_listed(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    desk.ok(TAKE)

    result = desk.run("booking show BK-2611")

    assert result.code == 3
    assert "BK-000000-000001" in result.err
    assert "BK-000000-000002" in result.err


def test_personal_data_stays_in_the_customers_file(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --details 'birthday'")
    out = desk.ok("booking list") + desk.ok("booking show $BK1")

    records = {path: path.read_text() for path in (desk.home / "records").rglob("*.toml")}
    holding = {path.parts[-5] for path, text in records.items() if "王小明" in text or "13800000001" in text}
    assert holding == {"customers"}
    assert "王小明" not in out
    assert "13800000001" not in out
    assert "138****0001" in out
    index = (desk.home / ".git" / "cscli" / "index.sqlite").read_bytes()
    assert b"13800000001" not in index
    assert "王小明".encode() not in index


def test_revealing_is_recorded_before_it_is_shown(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    shown = desk.ok("booking show $BK1 --reveal --reason 'lost property'")

    assert "王小明  13800000001" in shown
    assert "Reveal customer file" in desk.git("log", "-1", "--format=%s")
    assert 'reason = "lost property"' in next((desk.home / "records/customers").rglob("*.toml")).read_text()


def test_a_second_person_with_the_same_phone_must_be_said(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    asked = desk.run(TAKE.replace("王小明", "李四"))
    desk.ok(f"{TAKE.replace('王小明', '李四')} --new-customer")

    assert asked.code == 3
    assert "138****0001 already belongs to CU-000000-000001 王**" in asked.err
    assert len(list((desk.home / "records/customers").rglob("*.toml"))) == 2


def test_a_known_customer_is_found_by_phone_or_id(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    again = TAKE.replace("--customer 王小明 ", "")
    desk.ok(again)
    desk.ok(TAKE.replace("--customer 王小明 --phone 13800000001", "--customer $CU1"))
    desk.ok(TAKE.replace("--customer 王小明 --phone 13800000001", "--customer 13800000001"))
    desk.ok(TAKE.replace("--customer 王小明", "--customer $CU1"))

    assert len(list((desk.home / "records/customers").rglob("*.toml"))) == 1
    assert len(desk.ok("booking list --customer $CU1").splitlines()) == 7


def employ(desk: DeskFolder, **roles: str) -> None:
    """Give the desk files of its staff; a dot in a login is said as two underscores."""
    staff = desk.home / "records" / "staff"
    staff.mkdir()
    for login, role in roles.items():
        name = login.replace("__", ".")
        (staff / f"{name}.toml").write_text(f'schema = 1\nlogin = "{name}"\nrole = "{role}"\n')


@pytest.mark.row("A6", lacking="sending the message")
def test_an_override_takes_a_reason_and_a_role(desk: DeskFolder) -> None:
    employ(desk, li__na="agent", wang__wei="supervisor")
    late = TAKE.replace("tomorrow 19:00", "tomorrow 22:00")

    assert desk.run(late).code == 4
    assert desk.run(f"{late} --override").code == 2
    agent = desk.run(f"{late} --override --reason 'trainer stays'")
    assert (agent.code, "li.na has the role agent" in agent.err) == (4, True)
    shown = desk.ok(f"{late} --override --reason 'trainer stays'", by="wang.wei")
    assert "overridden" in shown
    assert "set aside: booking.hours" in desk.ok("booking show $BK1")


def test_the_rulebook_names_who_may_set_which_rule_aside(desk: DeskFolder) -> None:
    may = '[roles.rules]\n"booking.advance" = ["agent", "supervisor"]\n\n[report]'
    desk.rules(
        lambda text: text.replace("[report]", may).replace('advance = "1d"', 'advance = "1d"\ncancel_notice = "2d"', 1)
    )
    employ(desk, li__na="agent", wang__wei="supervisor", guo__min="auditor")
    ahead = TAKE.replace("tomorrow 19:00", "sun 19:00")

    assert desk.run(ahead).code == 4
    shown = desk.ok(f"{ahead} --override --reason 'regular guest'")
    late = desk.run("booking cancel $BK1 --reason 'has a cold' --override", now="2026-11-21T19:00:00")
    nobody = desk.run(f"{ahead} --override --reason 'regular guest'", by="guo.min")

    assert "BK-000000-000001  confirmed" in shown
    assert (late.code, nobody.code) == (4, 4)
    assert "li.na has the role agent" in late.err
    assert "guo.min has the role auditor" in nobody.err
    desk.ok("booking cancel $BK1 --reason 'has a cold' --override", by="wang.wei", now="2026-11-21T19:00:00")
    assert "set aside: booking.cancel_notice" in desk.ok("booking show $BK1")


def test_only_some_may_pay_a_refund_out(desk: DeskFolder) -> None:
    employ(desk, li__na="agent", chen__jie="finance")
    desk.ok(TAKE)
    desk.ok("booking pay $BK1 --method cash")
    desk.ok("booking cancel $BK1 --reason 'has a cold'")

    refused = desk.run("booking refund $BK1 --method cash")
    settled = desk.ok("booking refund $BK1 --method cash", by="chen.jie")

    assert refused.code == 4
    assert "li.na has the role agent" in refused.err
    assert "15.00 CNY went back" in settled
    assert desk.run("booking refund $BK1 --method cash", by="chen.jie").code == 4  # not twice
    assert desk.ok("check") == "5 files, no findings\n"


def test_hostile_words_are_text_and_nothing_else(desk: DeskFolder) -> None:
    for hostile in ("--upload-pack=touch x", "../../etc", "\x1b]0;owned\x07", "=cmd()", "{{ 7*7 }}", "a\nid = 1"):
        words = hostile.replace("'", "")
        desk.ok(f"{TAKE} --details '{words}' --resource court-{1 + len(desk.names) % 12}")
    listed = desk.ok("booking list --format csv")
    shown = desk.ok("booking show $BK3")

    assert "\x1b" not in listed + shown
    assert "\\x1b]0;owned\\x07" in shown
    assert "a\\nid = 1" in desk.ok("booking show $BK6") or "id = 1" in desk.ok("booking show $BK6")
    assert desk.git("status", "--porcelain") == ""
