"""Lists and what is due, on the desks of the profiles: what stands out, what a failed resource moves, what is whose."""

import csv
import json
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Profile = Callable[..., DeskFolder]
CALLER = "--customer 王小明 --phone 13800000001"
TALK = f"booking create {CALLER} --service consultation --start 'mon 10:00' --details 选型"
COURT = f"booking create {CALLER} --service badminton --start 'tomorrow 19:00'"
CHARTER = "--service charter --start 'tomorrow 10:00' --for 4h --origin Museum --destination Lake --party 30"


def staffed(desk: DeskFolder) -> DeskFolder:
    """Return the desk with files of its staff: an agent and a supervisor."""
    folder = desk.home / "records" / "staff"
    folder.mkdir()
    for login, role in (("li.na", "agent"), ("wang.wei", "supervisor")):
        (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')
    return desk


def out(desk: DeskFolder, resource: str, first: str, last: str, reason: str) -> None:
    """Write into the rulebook that a resource is out of service for some hours of 2026-11-21."""
    period = f'out = [{{ from = 2026-11-21T{first}+08:00, to = 2026-11-21T{last}+08:00, reason = "{reason}" }}]'
    desk.rules(lambda text: text.replace(f'id = "{resource}"', f'id = "{resource}"\n{period}', 1))


def rows(desk: DeskFolder, line: str, **context: str) -> list[dict[str, str]]:
    """Return a list as a person reads it, by column."""
    heads, _, *lines = (cells(line) for line in desk.ok(f"{line} --format md", **context).splitlines())
    return [dict(zip(heads, line, strict=True)) for line in lines]


def cells(line: str) -> list[str]:
    """Return the cells of a line of Markdown."""
    return [cell.strip().replace("\\", "") for cell in line.strip("|").split("|")]


# --- what stands out (manual row A3) ----------------------------------------------------------------------------


@pytest.mark.row("A3")
def test_important_customers_and_special_needs_stand_out_in_every_list(profile: Profile) -> None:
    desk = profile("booking-desk")
    desk.ok("customer create --name 王小明 --phone 13800000001 --level vip --email wang@example.com")
    desk.ok(f"{TALK} --special 轮椅 --channel email --source 网站")
    desk.ok(TALK.replace("王小明", "李四").replace("0001", "0002"))
    now = "2026-11-23T09:00:00"  # within the two hours before, when the staff are reminded

    by_name = {row["customer"]: row["marks"] for row in rows(desk, "booking list", now=now)}
    due = [item["what"] for item in json.loads(desk.ok("due --json", now=now))]
    sheet = desk.ok("booking print --day today", now=now).splitlines()

    assert by_name == {"王**": "VIP special", "李*": ""}
    assert sorted(what.endswith(" [VIP, special]") for what in due) == [False, True]
    assert any("VIP  轮椅" in line for line in sheet)


def test_what_is_to_be_done_is_told_to_a_spreadsheet_as_to_programs(desk: DeskFolder) -> None:
    desk.ok(f"{COURT} --hold")

    heads, *lines = csv.reader(desk.ok("due --format csv").splitlines())
    told = json.loads(desk.ok("due --json"))

    assert heads == ["due", "overdue", "kind", "record", "what", "owner", "command"]
    assert [line[:4] for line in lines] == [["2026-11-20T14:30:00+08:00", "false", "confirm", told[0]["record"]]]
    assert lines[0][4:] == [told[0]["what"], told[0]["owner"] or "", told[0]["command"]]


def test_what_recurs_and_what_was_only_partly_paid_is_marked_too(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('advance = "1d"', 'advance = "30d"'))
    desk.ok(f"{COURT} --repeat weekly --count 2")
    desk.ok("booking pay $BK1 --amount 5.00")

    marks = [row["marks"] for row in rows(desk, "booking list")]

    assert marks == ["series owes 10.00", "series"]  # what is due on leaving is no debt before


def test_after_the_service_what_was_not_paid_is_a_debt(desk: DeskFolder) -> None:
    desk.ok(COURT)
    desk.ok("booking complete $BK1", now="2026-11-21T20:00:00")

    assert [row["marks"] for row in rows(desk, "booking list --all", now="2026-11-21T20:01:00")] == ["owes 15.00"]


# --- a resource fails -------------------------------------------------------------------------------------------


def two_charters(desk: DeskFolder) -> DeskFolder:
    """Return the coach company with two charters tomorrow, 10:00 to 14:00: coach 1 with driver 1, 2 with 2."""
    for number in (1, 2):
        desk.ok(f"booking create --customer 客{number} --phone 1380000000{number} {CHARTER} --resource coach-{number}"
                f" --resource driver-{number}")  # fmt: skip
        desk.ok(f"booking coordinate $BK{number} --answer dispatch --yes", now="2026-11-20T14:05:00")
        desk.ok(f"booking pay $BK{number} --method transfer", now="2026-11-20T14:05:30")
        desk.ok(f"booking confirm $BK{number}", now="2026-11-20T14:06:00")
    return desk


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_when_a_coach_fails_each_booking_says_where_it_could_go(profile: Profile, golden: Golden, lang: str) -> None:
    desk = two_charters(profile("coach", lang))
    out(desk, "coach-1", "12:00:00", "20:00:00", "brakes")
    now = "2026-11-20T15:00:00"

    page = desk.ok("booking list --affected-by coach-1", now=now, lang=lang)
    (told,) = json.loads(desk.ok("booking list --affected-by coach-1 --json", now=now))
    desk.ok(told["derived"]["command"].removeprefix("cscli ").replace("BK-000000-000001", "$BK1"), now=now)
    moved = json.loads(desk.ok("booking show $BK1 --json", now=now))

    golden(f"affected.{lang}", page)
    assert told["id"] == "BK-000000-000001"
    assert told["derived"]["could_move_to"] == ["coach-3"]  # coach 2 is taken
    assert moved["resources"] == ["coach-3", "driver-1"]
    assert desk.ok("booking list --affected-by coach-1", now=now) == "No bookings.\n"


def test_a_driver_who_falls_ill_keeps_the_coach(profile: Profile) -> None:
    desk = two_charters(profile("coach"))

    (row,) = rows(desk, "booking list --affected-by driver-2 --from 'tomorrow 08:00' --to 'tomorrow 18:00'")

    assert (row["also taken"], row["could move to"]) == ("Charter coach 2", "Driver 3")
    assert (
        row["command"]
        == "cscli booking change BK-000000-000002 --resource driver-3 --resource coach-2 --cause resource"
    )


def test_where_nothing_else_is_free_another_time_is_looked_for(desk: DeskFolder) -> None:
    for _ in range(12):
        desk.ok(COURT)
    out(desk, "court-1", "18:00:00", "22:00:00", "light")

    (row,) = rows(desk, "booking list --affected-by court-1")

    assert row["could move to"] == "none"
    assert row["command"] == "cscli booking free --service badminton --day 2026-11-21"


def test_status_leads_to_the_bookings_on_what_is_out_of_service(desk: DeskFolder) -> None:
    desk.ok(f"{COURT} --resource court-1")
    desk.ok(f"{COURT} --resource court-2")
    before = desk.ok("status")
    out(desk, "court-1", "18:00:00", "22:00:00", "light")
    out(desk, "court-2", "21:00:00", "22:00:00", "light")  # the booking is over by then

    found, told = desk.ok("status"), json.loads(desk.ok("status --json"))

    assert "out of service" not in before
    assert "out of service           1 (BK-000000-000001)  cscli booking list --affected-by court-1\n" in found
    assert "court-2" not in found
    assert told["bookings"]["stranded"] == {"court-1": ["BK-000000-000001"]}


@pytest.mark.parametrize(("first", "last", "number"), [
    ("19:59", "21:00", 1), ("20:00", "21:00", 0), ("18:00", "19:00", 0), ("18:00", "19:01", 1),
])  # fmt: skip
def test_a_booking_is_affected_only_where_the_times_touch(desk: DeskFolder, first: str, last: str, number: int) -> None:
    desk.ok(f"{COURT} --resource court-1")

    found = rows(desk, f"booking list --affected-by court-1 --from 'tomorrow {first}' --to 'tomorrow {last}'")

    assert len(found) == number


def test_what_is_over_or_held_no_more_is_not_affected(desk: DeskFolder) -> None:
    desk.ok(f"{COURT} --resource court-1 --hold")  # until 14:30
    line = "booking list --affected-by court-1 --from 'tomorrow 18:00' --to 'tomorrow 22:00'"

    assert len(rows(desk, line, now="2026-11-20T14:29:00")) == 1
    assert len(rows(desk, line, now="2026-11-20T14:30:00")) == 0


# --- whose it is ------------------------------------------------------------------------------------------------


def test_somebodys_visits_are_those_still_to_be_made_with_their_deadline(profile: Profile) -> None:
    desk = profile("call-centre")
    visit = f"booking create {CALLER} --service on-site --address '7 Peach Road' --details 'no power'"
    for start in ("mon 10:00", "mon 14:00", "mon 15:30"):
        desk.ok(f"{visit} --start '{start}'")
    for number, who in ((1, "technician-1"), (2, "technician-1"), (3, "technician-2")):
        desk.ok(f"booking assign $BK{number} --to {who}")
    desk.ok("booking cancel $BK2 --reason mended")

    (row,) = rows(desk, "booking list --assigned-to technician-1", now="2026-11-24T09:00:00")  # late, and still his
    every = rows(desk, "booking list --assigned-to technician-1 --all")

    assert (row["id"], row["there by"]) == ("BK-000000-000001", "2026-11-23 Mon 10:00")
    assert [one["id"] for one in every] == ["BK-000000-000002", "BK-000000-000001"]  # the latest first
    assert rows(desk, "booking list --assigned-to nobody") == []


# --- change, cancel, remind, rate (manual rows A6, A7, A8) ------------------------------------------------------


@pytest.mark.row("A6")
def test_a_change_keeps_its_notice_is_checked_anew_and_is_confirmed_again(profile: Profile) -> None:
    desk = staffed(profile("booking-desk"))
    desk.ok(f"{TALK} --resource consultant-1")
    for number in (2, 3, 4):
        other = TALK.replace("王小明", f"客{number}").replace("0001", f"000{number}").replace("10:00", "15:00")
        desk.ok(f"{other} --resource consultant-{number - 1}")

    full = desk.run("booking change $BK1 --start 'mon 15:00'")
    desk.ok("booking change $BK1 --start 'mon 14:00'")
    again = desk.ok("booking print $BK1")
    late = "booking change $BK1 --start 'mon 16:30'"
    morning = "2026-11-23T10:01:00"  # 3 h 59 min ahead; four are wanted
    refused = desk.run(late, now=morning)
    by_agent = desk.run(f"{late} --override --reason 'train late'", now=morning)
    done = json.loads(desk.ok(f"{late} --override --reason 'train late' --json", now=morning, by="wang.wei"))

    assert full.code == 5
    assert "2026-11-23 Mon 14:00-15:00" in full.err
    assert "When            2026-11-23 Mon 14:00-15:00\n" in again
    assert (refused.code, by_agent.code) == (4, 4)
    assert "changing needs 4 h notice, this is 3 h 59 min before the start (rule booking.change_notice)" in refused.err
    event = done["events"][-1]
    assert (event["by"], event["overrode"], event["reason"]) == (
        "wang.wei", ["booking.change_notice"], "train late",
    )  # fmt: skip


@pytest.mark.row("A7", lacking="sending the notice to staff and departments")
def test_a_cancellation_keeps_its_reason_and_a_late_one_is_marked(profile: Profile) -> None:
    desk = profile("booking-desk")
    desk.ok(TALK)
    desk.ok(TALK.replace("10:00", "16:00"))

    desk.ok("booking cancel $BK1 --reason 出差", now="2026-11-23T06:00:00")  # four hours ahead, to the minute
    refused = desk.run("booking cancel $BK2 --reason 出差", now="2026-11-23T12:01:00")
    desk.ok("booking cancel $BK2 --reason 出差 --override", now="2026-11-23T12:01:00")
    in_time, late = (json.loads(desk.ok(f"booking show $BK{number} --json"))["events"][-1] for number in (1, 2))

    assert (in_time["late"], in_time["notice"], in_time["reason"]) == (False, "240m", "出差")
    assert (late["late"], late["notice"], late["notice_required"]) == (True, "239m", "4h")
    assert refused.code == 4
    marked = {row["id"]: row["marks"] for row in rows(desk, "booking list --all")}
    plain = list(csv.DictReader(desk.ok("booking list --all --format csv").splitlines()))
    assert marked == {"BK-000000-000001": "", "BK-000000-000002": "late overridden"}
    assert "逾时 特批" in desk.ok("booking list --late", lang="zh")
    assert {row["id"]: (row["late"], row["overridden"]) for row in plain} == {
        "BK-000000-000001": ("false", "false"), "BK-000000-000002": ("true", "true"),
    }  # fmt: skip


@pytest.mark.row("A8", lacking="sending the reminder")
def test_the_staff_are_reminded_and_the_customer_rates(profile: Profile) -> None:
    desk = profile("booking-desk")
    desk.ok(TALK)

    before = json.loads(desk.ok("due --json", now="2026-11-20T16:59:00"))
    (reminder,) = json.loads(desk.ok("due --json", now="2026-11-23T09:00:00"))
    desk.ok("booking arrive $BK1", now="2026-11-23T10:00:00")
    (ended,) = json.loads(desk.ok("due --json", now="2026-11-23T11:00:00"))
    desk.ok("booking complete $BK1", now="2026-11-23T11:02:00")
    desk.ok("booking close $BK1 --rating 5 --feedback 讲得清楚", now="2026-11-23T11:10:00")
    rated = json.loads(desk.ok("kpi --day 2026-11-23 --only csat --json", now="2026-11-23T18:00:00"))["metrics"][0]

    assert before == []
    assert (reminder["kind"], reminder["due"], reminder["overdue"]) == ("remind", "2026-11-20T17:00:00+08:00", False)
    assert reminder["what"] == (
        "Prepare for 2026-11-23 Mon 10:00: Consultation, Consultant 1, booking BK-000000-000001"
    )
    assert (ended["kind"], ended["command"]) == ("complete", "cscli booking complete BK-000000-000001")
    assert (rated["numerator"], rated["denominator"]) == (1, 1)


# --- words that do not go together ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("booking list --refunds --incomplete", 2, "Say either --incomplete or --refunds, not both.\n"),
        ("booking list --from tomorrow", 2, "--from needs --affected-by with it.\n"),
        (
            "booking list --affected-by court-1",
            2,
            "The rulebook names no time to come at which 1号场 is out of service; say --from and --to.\n",
        ),
        (
            "booking list --affected-by court-1 --from 'tomorrow 12:00' --to 'tomorrow 11:00'",
            2,
            "tomorrow 11:00 does not lie after tomorrow 12:00.\n",
        ),
        ("booking list --affected-by court-99", 3, "The rulebook knows no resource court-99; it knows"),
        ("booking list --sort marks", 2, "--sort cannot be marks"),
        ("booking free --service badminton --format jsn", 2, "--format cannot be jsn. Did you mean json?"),
    ],
)
def test_what_cannot_be_listed_is_told_with_what_can(desk: DeskFolder, line: str, code: int, said: str) -> None:
    result = desk.run(line)

    assert result.code == code
    assert result.err.startswith(said)


def test_free_times_come_in_every_form_and_as_few_as_is_wished(desk: DeskFolder) -> None:
    line = "booking free --service tennis --day tomorrow --from 18:00 --to 20:00"

    csv = desk.ok(f"{line} --format csv --limit 2").splitlines()
    markdown = desk.ok(f"{line} --format md").splitlines()
    told = json.loads(desk.ok(f"{line} --json --limit 1"))

    assert csv[0] == "start,end,resources,units"
    assert len(csv) == 3
    assert markdown[1].startswith("|:--")
    assert [time["start"] for time in told] == ["2026-11-21T18:00:00+08:00"]
