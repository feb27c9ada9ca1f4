"""The waiting list, offers, answers and departments as the desk lives them, on the desks of the manuals' profiles."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cscli.store import queries
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Profile = Callable[..., DeskFolder]


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Return a maker of new desks: Friday 2026-11-20, 14:00, li.na."""

    def make(name: str, lang: str = "en") -> DeskFolder:
        home = tmp_path / name
        home.mkdir()
        made = DeskFolder(home, monkeypatch)
        made.ok(f"init . --profile {name}", lang=lang)
        return made

    return make


def page_of(desk: DeskFolder, lines: tuple[tuple[str, str], ...], lang: str) -> str:
    """Return what a terminal shows when these lines are said, each at its time of Friday; none may be a mistake."""
    page = []
    for time, line in lines:
        result = desk.run(line, now=f"2026-11-20T{time}:00", lang=lang)
        assert result.code in (0, 4, 5), f"{line}: {result.err}"
        page.append(f"$ cscli {line}\n{result.out}{result.err}")
    return "\n".join(page)


def person(number: int) -> str:
    """Return the words that name a customer: names are numbers, so are phones."""
    return f"--customer 客{'一二三四五六七八九'[number - 1]} --phone 1380000000{number}"


def fill(desk: DeskFolder, start: str = "tomorrow 19:00", service: str = "tennis", now: str | None = None) -> None:
    """Give all three tennis courts, or all twelve of badminton, to customers 1 to 3: BK1 to BK3 on a new desk."""
    units = "--units 4" if service == "badminton" else ""
    for number in (1, 2, 3):
        taken = desk.run(f"booking create {person(number)} --service {service} --start '{start}' {units}", now=now)
        assert taken.code == 0, taken.err


def wish(desk: DeskFolder, number: int, start: str = "tomorrow 19:00", service: str = "tennis", **said: str) -> str:
    """Put a customer on the waiting list; returns what was said aside."""
    line = f"booking create {person(number)} --service {service} --start '{start}' --waitlist"
    taken = desk.run(line, **said)
    assert (taken.code, "unmet" in taken.out) == (0, True), taken.err or taken.out
    return taken.err


def as_staff(desk: DeskFolder) -> None:
    """Open files of a clerk and of a supervisor."""
    staff = desk.home / "records" / "staff"
    staff.mkdir()
    for login, role in (("li.na", "agent"), ("wang.wei", "supervisor")):
        (staff / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')


# --- the waiting list -------------------------------------------------------------------------------------------

SESSION = (
    ("14:10", "booking waitlist"),
    ("14:11", "booking cancel $BK2 --reason 'has a cold' --phoned"),
    ("14:12", "booking waitlist --service tennis --day tomorrow"),
    ("14:13", "booking offer $BK5"),
    ("14:14", "booking offer $BK4"),
    ("14:15", "booking offer $BK5"),
    ("14:16", "booking waitlist"),
    ("14:50", "booking waitlist"),
    ("14:51", "booking offer $BK5 --until 20m"),
    ("14:52", "booking confirm $BK4"),
    ("14:53", "booking confirm $BK5"),
    ("14:54", "booking decline $BK4 --answer '另找时间' --keep"),
    ("14:55", "booking confirm $BK4 --start 'tomorrow 20:00' --answer '八点也行'"),
    ("14:56", "booking show $BK4"),
    ("14:57", "booking waitlist"),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_court_comes_free_and_goes_down_the_queue(profile: Profile, golden: Golden, lang: str) -> None:
    desk = profile("sports-club", lang)
    fill(desk)
    wish(desk, 4, now="2026-11-20T14:04:00")
    wish(desk, 5, now="2026-11-20T14:05:00")
    desk.ok(
        f"booking create {person(6)} --service tennis --start 'tomorrow 19:30' --resource tennis-3 --vip --waitlist",
        now="2026-11-20T14:06:00",
    )

    golden(f"queue-session.{lang}", page_of(desk, SESSION, lang))

    assert desk.ok("check").endswith("no findings\n")
    assert desk.git("status", "--porcelain") == ""


def test_an_offered_court_is_nobody_elses_until_the_offer_runs_out(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4)
    desk.ok("booking cancel $BK1 --reason ill")
    desk.ok("booking offer $BK4 --until 14:30")
    walk_in = f"booking create {person(5)} --service tennis --start 'tomorrow 19:00'"

    assert desk.run(walk_in, now="2026-11-20T14:29:59").code == 5
    assert "tennis-1" in desk.ok(f"{walk_in} --json", now="2026-11-20T14:30:00")
    too_late = desk.run("booking confirm $BK4", now="2026-11-20T14:31:00")
    assert too_late.code == 5
    assert "2026-11-21 Sat 20:00-21:00" in too_late.err
    taken = desk.ok("booking confirm $BK4 --start 'tomorrow 20:00'", now="2026-11-20T14:32:00")
    assert "confirmed" in taken
    assert desk.ok("check", now="2026-11-20T14:33:00").endswith("no findings\n")


def test_programs_are_told_who_waits(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    for number in (4, 5, 6, 7):
        wish(desk, number, now=f"2026-11-20T14:0{number}:00")
    desk.now = "2026-11-20T14:10:00"

    foretold = json.loads(desk.ok("booking cancel $BK1 --reason ill --json --dry-run"))
    cancelled = json.loads(desk.ok("booking cancel $BK1 --reason ill --json"))
    moved = json.loads(desk.ok("booking change $BK2 --start 'tomorrow 21:00' --json"))
    worded = json.loads(desk.ok("booking change $BK3 --details doubles --json"))

    names = [f"BK-000000-00000{number}" for number in (4, 5, 6)]  # as the page names the first three
    assert foretold["waiting"] == cancelled["waiting"] == moved["waiting"] == names
    assert "waiting" not in worded
    offered = json.loads(desk.ok("booking offer $BK4 --json"))
    assert (offered["status"], offered["hold_until"]) == ("requested", "2026-11-20T14:40:00+08:00")
    first, second, *_ = json.loads(desk.ok("booking waitlist --json"))
    assert first["derived"]["queue"] == {
        "number": 1,
        "since": "2026-11-20T14:04:00+08:00",
        "start": "2026-11-21T19:00:00+08:00",
        "end": "2026-11-21T20:00:00+08:00",
        "resources": [],
        "name": "客*",
        "phone": "138****0004",
        "missed": 1,
        "offer": {"until": "2026-11-20T14:40:00+08:00", "stands": True},
        "free_now": [],
    }
    assert (second["derived"]["queue"]["number"], second["derived"]["queue"]["free_now"]) == (2, ["tennis-2"])


def test_the_list_comes_in_every_form_and_as_short_as_is_wished(profile: Profile) -> None:
    desk = profile("sports-club")
    assert desk.ok("booking waitlist") == "Nobody waits.\n"
    fill(desk)
    wish(desk, 4)
    wish(desk, 5, start="tomorrow 19:30", now="2026-11-20T14:05:00")

    csv = desk.ok("booking waitlist --format csv").splitlines()
    short = desk.run("booking waitlist --limit 1")

    heads = (
        "number,id,since,service,start,end,resources,units,customer,name,phone,missed,offer_until,free_now,vip,special"
    )
    second = dict(zip(heads.split(","), csv[2].split(","), strict=True))
    assert csv[0] == heads
    assert (second["number"], second["id"], second["service"]) == ("2", "BK-000000-000005", "tennis")
    assert (second["since"], second["start"]) == ("2026-11-20T14:05:00+08:00", "2026-11-21T19:30:00+08:00")
    assert (second["name"], second["phone"], second["missed"]) == ("客*", "138****0005", "1")
    assert desk.ok("booking waitlist --format md").splitlines()[1].startswith("|------:|:--")
    assert (len(short.out.splitlines()), "first 1" in short.err) == (3, True)
    assert desk.ok("booking waitlist --day today") == desk.ok("booking waitlist --service yoga") == "Nobody waits.\n"
    assert desk.ok("booking waitlist", now="2026-11-21T19:00:00").count("BK-") == 1  # the first one's time has come


def test_who_gives_up_a_place_too_late_to_cancel_it_still_makes_room(profile: Profile) -> None:
    desk = profile("sports-club")
    long = f"booking create {person(1)} --service tennis --start 'tomorrow 18:00' --for 3h --resource tennis-"
    for number in (1, 2, 3):
        desk.ok(f"{long}{number}")
    wish(desk, 4, start="tomorrow 20:00")
    line = "waiting: BK-000000-000004 客* since 2026-11-20 Fri 14:00, cscli booking offer BK-000000-000004"

    early = "2026-11-21T19:30:00"
    assert line in desk.ok("booking no-show $BK1", now=early)
    desk.ok("booking arrive $BK2", now="2026-11-21T18:00:00")
    assert line in desk.ok("booking complete $BK2", now=early)
    desk.ok("booking offer $BK4", now=early)
    assert line not in desk.ok("booking no-show $BK3", now="2026-11-21T19:31:00")  # holds an offer already


def test_who_declines_makes_room_for_the_next(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4, now="2026-11-20T14:04:00")
    wish(desk, 5, now="2026-11-20T14:05:00")
    desk.now = "2026-11-20T14:10:00"
    desk.ok("booking cancel $BK1 --reason ill")
    desk.ok("booking offer $BK4")

    said = desk.ok("booking decline $BK4 --reason 'found another club'")

    assert "cscli booking offer BK-000000-000005" in said
    assert "BK-000000-000004" not in desk.ok("booking waitlist")
    gone = desk.run("booking offer $BK4")
    assert (gone.code, "not on the waiting list" in gone.err) == (4, True)
    assert "found another club" in desk.ok("booking show $BK4")
    assert "Note declined offer of booking" in desk.git("log", "-1", "--format=%s")


def test_the_queues_order_can_be_set_aside_by_a_supervisor_with_a_reason(profile: Profile) -> None:
    desk = profile("sports-club")
    as_staff(desk)
    fill(desk)
    wish(desk, 4, now="2026-11-20T14:04:00")
    wish(desk, 5, now="2026-11-20T14:05:00")
    desk.now = "2026-11-20T14:10:00"
    desk.ok("booking cancel $BK1 --reason ill")

    assert desk.run("booking offer $BK5").code == desk.run("booking confirm $BK5").code == 4
    clerk = desk.run("booking offer $BK5 --override --reason 'plays in the league'")
    assert (clerk.code, "role agent" in clerk.err) == (4, True)
    desk.ok("booking offer $BK5 --override --reason 'plays in the league'", by="wang.wei")
    assert "set aside: booking.queue_order" in desk.ok("booking show $BK5")


def test_the_second_of_the_queue_need_not_wait_where_there_is_enough_for_both(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4, now="2026-11-20T14:04:00")
    wish(desk, 5, now="2026-11-20T14:05:00")
    desk.now = "2026-11-20T14:10:00"
    desk.ok("booking cancel $BK1 --reason ill")
    desk.ok("booking cancel $BK2 --reason ill")

    assert "stands until" in desk.ok("booking offer $BK5 --dry-run")
    assert "confirmed" in desk.ok("booking confirm $BK5")
    assert "stands until" in desk.ok("booking offer $BK4")


def test_clearing_away_is_part_of_what_somebody_waits_for(profile: Profile) -> None:
    desk = profile("sports-club")
    desk.rules(lambda text: text.replace('id = "tennis"\n', 'id = "tennis"\nbuffer_after = "30m"\n'))
    fill(desk)
    wish(desk, 4)
    desk.ok("booking cancel $BK1 --reason ill")

    refused = desk.run(f"booking create {person(7)} --service tennis --start 'tomorrow 20:00'")

    assert (refused.code, "booking.queue_order" in refused.err) == (4, True), refused.err


def test_looking_for_who_waits_asks_the_index_one_question_and_reads_no_other_booking(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4)
    store = desk.store()
    asked: list[str] = []
    store.index.db.set_trace_callback(asked.append)

    found = queries.in_queue(store.index, 0, 1, 2_000_000_000)

    assert len(found) == len(asked) == 1
    store.index.db.set_trace_callback(None)
    plan = [row[-1] for row in store.index.all(f"EXPLAIN QUERY PLAN {asked[0]}")]
    store.close()
    assert any("USING INDEX booking_waiting" in step for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan


# --- unmet requests and priority (manual row D6) ----------------------------------------------------------------


@pytest.mark.row("D6")
def test_after_three_misses_a_member_may_book_one_court_ahead(profile: Profile) -> None:
    desk = profile("sports-club")
    friday, saturday, sunday, monday = (f"2026-11-{day}T14:00:00" for day in (20, 21, 22, 23))
    member, ahead = person(4), "--service badminton --start '2026-11-24 19:00'"

    def miss(now: str, start: str = "tomorrow 19:00") -> str:
        return wish(desk, 4, start=start, service="badminton", now=now)

    fill(desk, service="badminton", now=friday)
    assert miss(friday) == ""
    assert "already has" in miss(friday, "tomorrow 19:30")  # two wishes for one day are one miss
    register = desk.ok("booking list --status unmet", now=friday)
    assert (register.count("missed 1"), register.count("客*")) == (2, 2)

    fill(desk, service="badminton", now=saturday)
    assert miss(saturday) == ""
    not_yet = desk.run(f"booking create {member} --service badminton --start '2026-11-23 19:00'", now=saturday)
    assert (not_yet.code, "rule booking.advance" in not_yet.err) == (4, True)

    fill(desk, service="badminton", now=sunday)
    assert desk.ok(f"booking list --customer {desk.id_of('CU4')} --all", now=saturday).count("missed 2") == 3
    assert miss(sunday) == (
        "Note: 3 requests for Badminton could not be met. The customer may now book one ahead of the others, "
        "up to 2 days ahead.\n"
    )
    assert desk.ok("booking list --status unmet", now=sunday).count("missed 3") == 4

    two_courts = desk.run(f"booking create {member} {ahead} --units 2", now=sunday)
    assert (two_courts.code, "rule booking.advance" in two_courts.err) == (4, True)
    stranger = desk.run(f"booking create {person(5)} {ahead}", now=sunday)
    assert (stranger.code, "rule booking.advance" in stranger.err) == (4, True)
    taken = desk.ok(f"booking create {member} {ahead}", now=sunday)
    assert "confirmed" in taken
    assert "Priority  used: 3 misses" in taken
    second = desk.run(f"booking create {member} {ahead}", now=sunday)
    assert (second.code, "rule booking.advance" in second.err) == (4, True)

    assert desk.ok("booking list --status unmet", now=sunday).count("missed 0") == 4
    for number, units in ((1, 4), (2, 4), (3, 3)):  # the member's own court is the twelfth
        desk.ok(
            f"booking create {person(number)} --service badminton --start 'tomorrow 19:00' --units {units}", now=monday
        )
    assert miss(monday) == ""
    assert desk.ok("booking list --status unmet", now=monday).count("missed 1") == 5
    assert desk.ok("check", now=monday).endswith("no findings\n")


@pytest.mark.row("D6")
def test_a_court_booked_by_priority_may_be_moved_and_the_desk_that_calls_it_off_gives_priority_back(
    profile: Profile,
) -> None:
    desk = profile("sports-club")
    days = [f"2026-11-{day}T14:00:00" for day in (20, 21, 22)]
    for day in days:
        fill(desk, service="badminton", now=day)
        wish(desk, 4, service="badminton", now=day)
    ahead = f"booking create {person(4)} --service badminton --start '2026-11-24 19:00'"
    taken = desk.ok(ahead, now=days[-1]).split()[1].replace("-000000-", "").lstrip("BK").lstrip("0")

    desk.ok(f"booking change $BK{taken} --start '2026-11-24 20:00' --cause customer", now=days[-1])
    assert desk.run(ahead, now=days[-1]).code == 4  # it is used all the same

    desk.ok(f"booking cancel $BK{taken} --reason broken --by-side desk --cause resource", now=days[-1])
    assert "confirmed" in desk.ok(ahead, now=days[-1])


def test_a_wish_that_is_met_in_the_end_is_no_miss(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4)

    def missed() -> int:
        taken = desk.ok(
            f"booking create {person(4)} --service tennis --start 'tomorrow 19:30' --waitlist --json --dry-run"
        )
        return int(json.loads(taken)["derived"]["misses"])

    assert missed() == 1
    desk.ok("booking cancel $BK1 --reason ill")
    desk.ok("booking offer $BK4")
    assert "missed 1" not in desk.ok("booking list")
    assert desk.ok("booking waitlist --format csv").splitlines()[1].split(",")[11] == "1"  # counts until it is taken
    desk.ok("booking confirm $BK4")
    fill_day = desk.ok(f"booking create {person(5)} --service tennis --start 'tomorrow 19:00' --waitlist --json")
    assert json.loads(fill_day)["derived"]["misses"] == 1
    assert missed() == 1


# --- answers and departments (manual row A4) --------------------------------------------------------------------

CALLER = "--customer 李四 --phone 13800000002"
ORDERS = (
    ("14:00", "booking free --service consultation --day 2026-11-23 --from 10:00 --to 11:00"),
    ("14:01", f"booking create {CALLER} --service consultation --start '2026-11-23 10:00' --details 'which model'"),
    ("14:02", f"booking create {CALLER} --service repair --start '2026-11-23 10:00' --details 'pump leaks'"),
    ("14:03", "booking confirm $BK2"),
    ("14:04", "booking coordinate $BK2 --ask service --question 'two people needed'"),
    ("14:05", "booking coordinate $BK2 --answer parts --yes --note 'two in stock'"),
    ("14:06", "booking coordinate $BK2 --answer service --no --note 'one is on leave'"),
    ("14:07", "booking confirm $BK2"),
    ("14:08", "booking coordinate $BK2 --answer service --yes --note 'somebody swaps'"),
    ("14:09", "booking confirm $BK2"),
    ("14:10", "booking show $BK2"),
)


@pytest.mark.row("A4")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_repair_is_arranged_with_the_departments(profile: Profile, golden: Golden, lang: str) -> None:
    desk = profile("booking-desk", lang)

    golden(f"coordination-session.{lang}", page_of(desk, ORDERS, lang))

    assert "Coordinate booking" in desk.git("log", "-3", "--format=%s")
    assert desk.ok("check").endswith("no findings\n")


@pytest.mark.row("A4")
def test_where_nothing_is_free_the_customer_hears_what_could_be_had_and_the_answer_is_kept(profile: Profile) -> None:
    desk = profile("booking-desk")
    order = "--service meeting --start '2026-11-23 10:00' --party 15 --details kick-off"
    desk.ok(f"booking create {person(1)} {order}")

    full = desk.run(f"booking create {CALLER} {order}")
    noted = desk.ok(f"booking create {CALLER} {order} --waitlist --answer 'asks the boss, calls back'")
    shown = desk.ok("booking show $BK2", now="2026-11-20T14:30:00")
    taken = desk.ok(
        "booking confirm $BK2 --start '2026-11-23 11:00' --answer 'eleven will do'", now="2026-11-20T15:00:00"
    )

    assert full.code == 5
    assert "2026-11-23 Mon 11:00-12:00" in full.err
    assert ("unmet" in noted, "11:00-12:00 Room 3" in noted) == (True, True)
    assert "Answer    asks the boss, calls back\n" in noted
    assert "Answer    asks the boss, calls back\n" in shown
    assert "BK-000000-000002  confirmed" in taken
    story = desk.ok("booking show $BK2")
    assert "asks the boss, calls back" in story
    assert "eleven will do; time: 2026-11-23 Mon 10:00-11:00 -> 11:00-12:00" in story


def test_a_service_confirmed_at_once_waits_for_its_departments_and_never_runs_out_meanwhile(desk: DeskFolder) -> None:
    asks = '\nconfirmation = "immediate"\ndepartments = ["front-hall"]\n'
    desk.rules(lambda text: text.replace('\nconfirmation = "immediate"\n', asks, 1))
    take = f"booking create {person(1)} --service badminton --start '2026-11-21 19:00' --resource court-1"

    waits = json.loads(desk.ok(f"{take} --json"))
    assert (waits["status"], waits["hold_until"], waits["coordination"][0]["agreed"]) == ("requested", None, None)
    assert "Held      until the departments answer, which is due" in desk.ok("booking show $BK1")
    assert desk.run(take, now="2026-11-21T12:00:00").code == 5  # a day later it is still kept
    pushed = desk.run(f"{take.replace('court-1', 'court-2')} --confirm")
    assert (pushed.code, "前厅部 must agree first" in pushed.err) == (4, True)

    said = desk.ok("booking coordinate $BK1 --answer 前厅部 --yes --json", now="2026-11-21T12:00:00")
    assert json.loads(said)["hold_until"] == "2026-11-21T12:30:00+08:00"
    assert "confirmed" in desk.ok("booking confirm $BK1", now="2026-11-21T12:10:00")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("coordinate $BK1", 2, "Say one of --ask and --answer"),
        ("coordinate $BK1 --ask parts --answer parts --yes", 2, "Say one of --ask and --answer"),
        ("coordinate $BK1 --answer parts", 2, "--yes|--no is missing"),
        ("coordinate $BK1 --ask service --yes", 2, "--yes|--no needs --answer with it"),
        ("coordinate $BK1 --answer parts --yes --question 'is it there'", 2, "--question needs --ask with it"),
        ("coordinate $BK1 --ask kitchen", 3, "it knows Customer bookings (front)"),
        ("coordinate $BK1 --ask parts", 4, "cscli booking coordinate BK-000000-000001 --answer parts --yes|--no"),
        ("coordinate $BK1 --answer front --yes", 4, "cscli booking coordinate BK-000000-000001 --ask front"),
        ("offer $BK1", 4, "it is requested, so offer is not possible"),
        ("decline $BK1", 4, "not on the waiting list"),
        ("confirm $BK1 --start 'mon 11:00'", 4, "cscli booking change BK-000000-000001"),
        ("waitlist --service kitchen", 3, "knows no service kitchen"),
        ("waitlist --format xml", 2, "table, json, csv, md"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_can(profile: Profile, line: str, code: int, said: str) -> None:
    desk = profile("booking-desk")
    desk.ok(f"booking create {person(1)} --service repair --start 'mon 10:00' --details pump")

    result = desk.run(f"booking {line}")

    assert result.code == code, result.err
    assert said in result.err
    assert desk.git("rev-list", "--count", "HEAD") == "2\n"


def test_a_dry_run_of_each_step_writes_nothing(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4)
    desk.ok("booking cancel $BK1 --reason ill")
    head = desk.git("rev-parse", "HEAD")

    for line in ("offer $BK4", "decline $BK4 --answer no", "confirm $BK4 --start 'tomorrow 20:00'"):
        assert "nothing was written" in desk.ok(f"booking {line} --dry-run"), line
    assert desk.git("rev-parse", "HEAD") == head
    assert desk.git("status", "--porcelain") == ""


def test_what_happened_earlier_is_noted_with_its_time(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4)
    desk.ok("booking cancel $BK1 --reason ill")

    offered = json.loads(desk.ok("booking offer $BK4 --at 14:20 --until 30m --json", now="2026-11-20T14:30:00"))
    taken = json.loads(desk.ok("booking confirm $BK4 --at 14:40 --json", now="2026-11-20T14:45:00"))

    assert offered["hold_until"] == "2026-11-20T14:50:00+08:00"
    assert taken["events"][-1]["at"] == "2026-11-20T14:40:00+08:00"


# --- quotas and duplicates --------------------------------------------------------------------------------------

AGAIN = f"booking create {person(1)} --service badminton --start 'tomorrow 19:30'"


def test_a_second_booking_at_the_same_time_is_told(desk: DeskFolder) -> None:
    first = json.loads(desk.ok(f"{AGAIN} --json"))

    second = desk.run(f"{AGAIN.replace('19:30', '20:00')} --json")

    assert (first["derived"]["duplicates"], second.code) == ([], 0)
    assert json.loads(second.out)["derived"]["duplicates"] == ["BK-000000-000001"]
    assert second.err == "Note: the same customer already has BK-000000-000001 at this time.\n"
    after = desk.run(AGAIN.replace("19:30", "21:00"))  # begins when the second one ends
    assert (after.code, after.err) == (0, "")


def test_the_same_wish_twice_is_told(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)

    assert "already has" not in wish(desk, 4)
    assert "already has BK-000000-000004 at this time" in wish(desk, 4, "tomorrow 19:30")
    assert "already has" not in wish(desk, 5)  # somebody else's


def test_a_desk_may_refuse_duplicates_and_a_supervisor_may_let_one_pass(desk: DeskFolder) -> None:
    as_staff(desk)
    desk.rules(lambda text: text.replace('duplicates = "warn"', 'duplicates = "refuse"'))
    desk.ok(AGAIN)

    refused = desk.run(AGAIN)
    clerk = desk.run(f"{AGAIN} --override --reason 'two teams'")
    passed = desk.run(f"{AGAIN} --override --reason 'two teams' --json", by="wang.wei")

    assert (refused.code, "rule booking.duplicate" in refused.err) == (4, True)
    assert (clerk.code, "role agent" in clerk.err) == (4, True)
    told = json.loads(passed.out)
    assert (told["derived"]["duplicates"], told["events"][0]["overrode"]) == (
        ["BK-000000-000001"],
        ["booking.duplicate"],
    )


def test_a_desk_may_let_duplicates_pass_in_silence(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('duplicates = "warn"', 'duplicates = "ignore"'))
    desk.ok(AGAIN)

    again = desk.run(f"{AGAIN} --json")

    assert (again.code, again.err, json.loads(again.out)["derived"]["duplicates"]) == (0, "", [])


@pytest.mark.parametrize(
    ("quota", "starts", "rule"),
    [
        ("open = 2", ("tomorrow 15:00", "tomorrow 17:00", "today 20:00"), "booking.quota_open"),
        ("day = 2", ("tomorrow 15:00", "tomorrow 17:00", "tomorrow 20:00"), "booking.quota_day"),
        ("week = 2", ("today 20:00", "tomorrow 17:00", "tomorrow 20:00"), "booking.quota_week"),
    ],
)
def test_a_quota_is_kept_and_a_supervisor_may_go_beyond_it(
    desk: DeskFolder, quota: str, starts: tuple[str, str, str], rule: str
) -> None:
    as_staff(desk)
    desk.rules(lambda text: text.replace("# quota = { open = 8, day = 4 }", f"quota = {{ {quota} }} #"))
    first, second, third = (f"booking create {person(1)} --service badminton --start '{start}'" for start in starts)
    desk.ok(first)
    desk.ok(second)

    refused = desk.run(third)
    clerk = desk.run(f"{third} --override --reason 'club match'")

    assert (refused.code, f"rule {rule}" in refused.err) == (4, True)
    assert clerk.code == 4
    desk.ok(
        third.replace("1380000000", "1390000000").replace("客一", "客九")
    )  # another customer has a quota of her own
    passed = json.loads(desk.ok(f"{third} --override --reason 'club match' --json", by="wang.wei"))
    assert passed["events"][0]["overrode"] == [rule]
    desk.ok("booking cancel $BK1 --reason ill", by="wang.wei")
    assert desk.run(f"{third.replace('20:00', '21:00')}").code == 4  # two of the three are left


def test_who_asks_only_now_does_not_get_what_somebody_waits_for(profile: Profile) -> None:
    desk = profile("sports-club")
    fill(desk)
    wish(desk, 4)
    desk.ok("booking cancel $BK2 --reason x --phoned --yes")
    take = f"booking create {person(5)} --service tennis --start 'tomorrow 19:00' --yes"

    refused = desk.run(take)
    series = desk.run(f"{take} --repeat daily --count 1")
    waits = desk.run(f"{take} --waitlist", now="2026-11-20T14:05:00")

    assert (refused.code, "comes first" in refused.err) == (4, True)
    assert (series.code, "comes first" in series.err) == (4, True)
    assert (waits.code, "unmet" in waits.out) == (0, True)
    desk.ok(f"booking create {person(4)} --service tennis --start 'tomorrow 19:00' --yes", now="2026-11-20T14:06:00")
