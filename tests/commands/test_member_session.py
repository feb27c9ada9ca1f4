"""Members' cards as a clerk lives with them: issued, topped up, paid with, renewed; the pages stand in tests/golden."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
WANG = "customer create --name 王小明 --phone 13800000001"
STORED = "customer card $CU1 --type stored-value --number 8800123456"
YOGA = "booking create --customer $CU1 --service yoga --start 'tomorrow 18:30' --yes"
COURT = "booking create --customer $CU1 --service badminton --start 'today 19:00' --yes"
SESSION = (
    ("14:00", WANG),
    ("14:01", STORED),
    ("14:02", "customer topup 8800123456 --amount 100 --method cash"),
    ("14:05", "customer card $CU1 --type yoga-season --method mobile"),
    ("14:06", YOGA),
    ("14:07", COURT),
    ("14:30", "customer charge 8800123456 --amount 33 --for 游泳票"),
    ("19:00", "booking arrive $BK2"),
    ("20:00", "booking complete $BK2 --paid 15 --method card"),
    ("tomorrow 18:25", "booking arrive $BK1"),
    ("tomorrow 19:30", "booking complete $BK1"),
    ("tomorrow 19:35", "customer statement 8800123456"),
    ("tomorrow 19:36", "customer show $CU1"),
)
TABLE = "booking create --service table --start 'tomorrow 18:00' --party 6 --resource restaurant-2 --details 靠窗"


def moment(said: str) -> str:
    """Return the session's clock as the desk takes it."""
    day, _, time = said.rpartition(" ")
    return f"2026-11-{21 if day else 20}T{time}:00"


def a_desk(folder: Path, patch: pytest.MonkeyPatch, profile: str, lang: str = "en") -> DeskFolder:
    """Return a new desk of a profile, on Friday 2026-11-20 at 14:00."""
    desk = DeskFolder(folder, patch)
    desk.ok(f"init . --profile {profile}", lang=lang)
    return desk


@pytest.fixture
def club(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskFolder:
    """Return the sports club with one customer, who holds nothing yet."""
    desk = a_desk(tmp_path, monkeypatch, "sports-club")
    desk.ok(WANG)
    return desk


def rich(club: DeskFolder, amount: str = "100") -> DeskFolder:
    """Return the club whose customer holds a stored-value card with so much on it."""
    club.ok(f"{STORED} --topup {amount}")
    return club


def sums(desk: DeskFolder) -> tuple[str, int, dict[str, int]]:
    """Return the customer's balance, points and visits, as the statement tells them."""
    told = json.loads(desk.ok("customer statement $CU1 --json"))
    return told["balance"], told["points_total"], told["visits_left"]


@pytest.mark.row("D4", lacking="the application form")
@pytest.mark.row("D11")
@pytest.mark.row("D8")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_days_of_a_member_read_like_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden, lang: str
) -> None:
    club = a_desk(tmp_path, monkeypatch, "sports-club", lang)
    page = []
    for said, line in SESSION:
        result = club.run(line, now=moment(said), lang=lang)
        assert result.code == 0, f"{line}: {result.err}"
        page.append(f"$ cscli {line}\n{result.out}{result.err}")

    golden(f"member-session.{lang}", "\n".join(page))
    assert club.git("rev-list", "--count", "HEAD") == "12\n"  # two lines only look
    assert club.ok("check", lang="en") == "4 files, no findings\n"


def test_what_is_done_to_booking_and_card_is_one_commit(club: DeskFolder) -> None:
    rich(club).ok(COURT)

    club.ok("booking complete $BK1 --paid 15", now=moment("20:00"))

    message = (
        club.git("log", "-1", "--format=%s%n%b").replace(club.id_of("BK1"), "BK1").replace(club.id_of("CU1"), "CU1")
    )
    assert message.splitlines()[0] == "Complete booking BK1"
    assert [line for line in message.splitlines() if line.startswith(("Cscli-Record", "Cscli-Event"))] == [
        "Cscli-Record: BK1",
        "Cscli-Record: CU1",
        "Cscli-Event: booking.completed",
        "Cscli-Event: booking.paid",
        "Cscli-Event: customer.charge",
    ]
    assert "BK-000000-000001" in club.ok("log $CU1").splitlines()[-1]
    assert json.loads(club.ok("log $CU1 --json"))[-1]["commit"] == club.git("log", "-1", "--format=%h").strip()


# --- cards ------------------------------------------------------------------------------------------------------


@pytest.mark.row("D4", lacking="the application form")
@pytest.mark.parametrize(
    ("words", "balance", "waived"), [("100", "100.00", True), ("99.99", "89.99", False), ("20", "10.00", False)]
)
def test_the_first_top_up_of_100_saves_the_fee(club: DeskFolder, words: str, balance: str, waived: bool) -> None:
    at_once = club.ok(f"{STORED} --topup {words} --dry-run")
    club.ok(STORED)
    later = club.ok(f"customer topup 8800123456 --amount {words}")

    assert f"Balance   {balance} CNY" in at_once
    assert f"Balance   {balance} CNY" in later
    assert ("10.00 waived" in later, "card fee  -10.00" in later) == (waived, not waived)
    assert "card fee" not in club.ok("customer topup 8800123456 --amount 5")


def test_a_lost_card_is_found_by_its_new_number_only(club: DeskFolder) -> None:
    rich(club)

    page = club.ok("customer card 8800123456 --type stored-value --number 8800999999 --lost")

    assert "880****9999" in page
    assert "card fee  -10.00" in page
    assert club.ok("customer show 8800999999").startswith("Customer  CU-000000-000001")
    assert club.run("customer show 8800123456").code == 3
    assert sums(club)[0] == "100.00"


def test_of_one_card_nobody_asks_which_is_lost_and_of_several_they_are_named(club: DeskFolder) -> None:
    rich(club)

    assert "880****9999" in club.ok("customer card $CU1 --number 8800999999 --lost")

    club.ok("customer card $CU1 --type yoga-season --number 5501")
    several = club.run("customer card $CU1 --number 5502 --lost")
    assert (several.code, several.err) == (2, "--type is missing: which card is lost, yoga-season, stored-value?\n")


def test_a_number_stands_in_one_file_only(club: DeskFolder) -> None:
    rich(club).ok("customer create --name 李四 --phone 13900000002")

    refused = club.run("customer card 13900000002 --type annual --number 8800123456")

    assert refused.code == 4
    assert "stands in the file of CU-000000-000001" in refused.err
    assert "8800123456" not in refused.err


def test_a_member_is_found_by_every_card(club: DeskFolder) -> None:
    rich(club, "900").ok("customer card $CU1 --type annual --number 7700 --method card")

    assert sums(club)[0] == "100.00"
    assert club.ok("customer show 7700") == club.ok("customer show 8800123456")


# --- passes -----------------------------------------------------------------------------------------------------


@pytest.mark.row("D11")
def test_the_last_visit_is_sold_once(club: DeskFolder) -> None:
    club.ok("customer card $CU1 --type yoga-season --number 7700")
    club.ok("customer adjust $CU1 --visits -29 --type yoga-season --reason 旧系统已用")

    first, second = club.ok(YOGA), club.ok(YOGA.replace("'tomorrow", "'sun"))

    assert "0.00 CNY  = paid by Yoga season pass" in first
    assert "20.00 CNY" in second
    assert club.run(YOGA.replace("'tomorrow", "'mon")).code == 4  # there is no class on Mondays
    club.ok("booking cancel $BK1 --reason 改期 --yes")
    assert "0.00 CNY" in club.ok(YOGA.replace("'tomorrow", "'tue"))


@pytest.mark.row("D11")
def test_a_pass_that_ran_out_or_is_used_up_is_refused_and_the_ordinary_price_can_be_taken(club: DeskFolder) -> None:
    club.ok("customer card $CU1 --type yoga-season --number 7700")
    club.ok(YOGA)
    club.ok("customer adjust $CU1 --visits -30 --type yoga-season --reason 录错")

    used_up = club.run("booking arrive $BK1", now=moment("tomorrow 18:25"))
    page = club.ok("booking arrive $BK1 --no-card", now=moment("tomorrow 18:25"))

    assert used_up.code == 4
    assert "Yoga season pass 0 visits are left" in used_up.err
    assert "20.00 CNY" in page
    assert "Price: 0.00 -> 20.00" in club.ok("booking show $BK1", now=moment("tomorrow 18:26"))
    club.ok("customer change $CU1 --card-to 2026-11-20", now=moment("tomorrow 19:00"))
    club.ok("customer adjust $CU1 --visits 1 --type yoga-season --reason 录错", now=moment("tomorrow 19:00"))
    assert "20.00 CNY" in club.ok(YOGA.replace("'tomorrow", "'sun"), now=moment("tomorrow 19:00"))


@pytest.mark.row("D11")
def test_an_annual_card_is_its_holders_own(club: DeskFolder) -> None:
    club.ok("customer card $CU1 --type annual --number 7700")
    table = "booking create --service table-tennis --start 'today 19:00' --yes"
    assert "0.00 CNY  = paid by Annual card" in club.ok(f"{table} --customer $CU1")
    assert "8.00 CNY" in club.ok(f"{table} --customer 李四 --phone 13900000002")

    refused = club.run("booking arrive $BK2 --card 7700", now=moment("19:00"))

    assert refused.code == 4
    assert "in its holder's name" in refused.err
    assert "in service" in club.ok("booking arrive $BK1", now=moment("19:00"))


def test_a_friends_pass_may_pay_at_the_door(club: DeskFolder) -> None:
    club.ok("customer card $CU1 --type yoga-season --number 7700")
    club.ok("booking create --customer 李四 --phone 13900000002 --service yoga --start 'tomorrow 18:30' --yes")

    page = club.ok("booking arrive $BK1 --card 7700", now=moment("tomorrow 18:25"))

    assert "-1, 29 left  Yoga season pass" in page
    assert "0.00 CNY  = paid by Yoga season pass" in page
    assert sums(club)[2] == {"yoga-season": 29}


# --- money ------------------------------------------------------------------------------------------------------


@pytest.mark.row("D8")
def test_a_card_that_does_not_reach_pays_nothing_and_says_what_to_do(club: DeskFolder) -> None:
    rich(club, "20").ok(COURT)
    before = club.git("rev-parse", "HEAD")

    refused = club.run("booking complete $BK1 --paid 15", now=moment("20:00"))

    assert refused.code == 4
    assert "the balance is 10.00 CNY" in refused.err
    assert "customer topup CU-000000-000001" in refused.err
    assert club.git("rev-parse", "HEAD") == before
    club.ok("booking complete $BK1 --paid 15 --method cash", now=moment("20:00"))
    assert sums(club)[0] == "10.00"


def test_what_is_owed_can_be_paid_and_paid_back_by_card(club: DeskFolder) -> None:
    rich(club).ok(COURT)
    assert "-15.00 CNY, 85.00 left" in club.ok("booking pay $BK1")
    club.ok("booking cancel $BK1 --reason 感冒 --phoned --yes")

    page = club.ok("booking refund $BK1")

    assert "+15.00 CNY, 100.00 left" in page
    assert sums(club)[0] == "100.00"


def test_credit_is_the_rulebooks_to_give(club: DeskFolder) -> None:
    rich(club, "100").rules(
        lambda text: text.replace("[[members.level]]", '[members]\ncredit = "20.00"\n\n[[members.level]]', 1)
    )

    assert club.run("customer charge $CU1 --amount 120.01 --for 超市").code == 4
    assert "Balance   -20.00 CNY" in club.ok("customer charge $CU1 --amount 120 --for 超市")
    assert club.ok("check") == "2 files, no findings\n"
    club.rules(lambda text: text.replace('credit = "20.00"\n', ""))
    assert "takes 120.00 off a balance of 100.00" in club.run("check").out


@pytest.mark.row("D3", lacking="the register as a form")
@pytest.mark.row("D13", lacking="the stock")
def test_what_is_given_stands_in_the_ledger_with_its_reason(club: DeskFolder) -> None:
    rich(club).ok("customer gift $CU1 --amount 20 --note 开业周")
    club.ok("customer gift $CU1 --points 8")
    club.ok("customer gift $CU1 --note '毛巾一条'")

    assert sums(club)[:2] == ("120.00", 8)
    assert "毛巾一条" in club.ok("customer statement $CU1").splitlines()[-1]
    promotion = club.ok("customer topup $CU1 --amount 1000", now="2027-03-05T14:00:00")
    assert "bonus" not in promotion  # the rulebook's month has passed


@pytest.mark.row("D4")
def test_a_card_from_the_medical_insurance(club: DeskFolder) -> None:
    march = "2026-03-05T14:00:00"
    club.ok("customer create --name 李四 --phone 13900000002", now=march)
    club.ok("customer card $CU2 --type stored-value --number 7700", now=march)
    plain = club.ok("customer topup $CU2 --amount 1000 --dry-run", now=march)
    short = club.run("customer topup $CU2 --amount 1000 --scheme medical-insurance --holding 3999", now=march)
    given = club.run("customer topup $CU2 --amount 1000 --scheme medical-insurance --holding 4000", now=march)

    assert "bonus" not in plain
    assert short.code == 4
    assert "3000.00 stays where the money comes from, so 999.00 can be taken" in short.err
    assert "Balance   1500.00 CNY" in given.out
    assert "运动装备代金券500, 演出门票代金券500" in given.out or "vouchers" in given.out
    assert "the insurance card is of Nantong city" in given.err
    again = club.ok("customer topup $CU2 --amount 1000 --scheme medical-insurance --holding 4000", now=march)
    assert "Balance   2500.00 CNY" in again
    over = club.run("customer topup $CU2 --amount 0.01 --scheme medical-insurance --holding 4000", now=march)
    assert "has had 2000.00 by Medical insurance and 2000.00 is the most" in over.err
    assert club.run("customer topup $CU2 --amount 5 --scheme medical-insurance", now=march).code == 2
    assert club.run("customer topup $CU2 --amount 5 --holding 5", now=march).code == 2
    assert club.ok("check") == "3 files, no findings\n"


def test_only_some_may_give_money_back_or_put_sums_right(club: DeskFolder) -> None:
    rich(club).ok("customer charge $CU1 --amount 33 --for 游泳票")
    staff = club.home / "records" / "staff"
    staff.mkdir()
    for login, role in (("li.na", "agent"), ("zhao.min", "finance")):
        (staff / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')

    for line in ("refund $CU1 --amount 33 --reason 退票", "adjust $CU1 --amount -1 --reason 录错"):
        refused = club.run(f"customer {line}")
        assert (refused.code, "li.na has the role agent" in refused.err) == (4, True)
        club.ok(f"customer {line}", by="zhao.min")
    club.ok("customer refund $CU1 --amount 50 --method cash --reason 退会", by="zhao.min")

    assert sums(club)[0] == "49.00"
    assert [entry["type"] for entry in json.loads(club.ok("customer show $CU1 --json"))["ledger"]] == [
        "topup", "card_fee", "charge", "refund", "adjustment", "payout",
    ]  # fmt: skip


def test_a_statement_can_begin_later_and_be_taken_elsewhere(club: DeskFolder) -> None:
    rich(club).ok("customer charge $CU1 --amount 30 --for 卡丁车", now=moment("tomorrow 10:00"))
    club.ok("customer charge $CU1 --amount 33 --for 游泳票", now=moment("tomorrow 11:00"))

    since = club.ok("customer statement $CU1 --since 2026-11-21", now=moment("tomorrow 12:00"))
    last = club.ok("customer statement $CU1 --limit 1", now=moment("tomorrow 12:00"))
    csv = club.ok("customer statement $CU1 --format csv").splitlines()
    data = json.loads(club.ok("customer statement $CU1 --since 2026-11-21 --format json"))

    assert since.startswith("Balance   37.00 CNY\nCustomer  CU-000000-000001  王**")
    assert [line.split()[-1] for line in since.splitlines() if "brought forward" in line] == ["100.00"]
    assert [line.split()[-1] for line in last.splitlines() if "brought forward" in line] == ["70.00"]
    assert csv[0] == "at,type,amount,points,visits,balance,points_total,by,method,card,booking,waived,note"
    assert csv[-1] == "2026-11-21T11:00:00+08:00,charge,-33.00,,,37.00,0,li.na,,,,,游泳票"
    assert club.ok("customer statement $CU1 --format md").splitlines()[0].startswith("| when")
    assert (data["balance"], data["forward"]["balance"]) == ("37.00", "100.00")
    assert [(entry["amount"], entry["balance"]) for entry in data["entries"]] == [
        ("-30.00", "70.00"),
        ("-33.00", "37.00"),
    ]


@pytest.mark.parametrize(("by", "code"), [("he.jing", 0), ("li.na", 4), ("sun.yu", 4), ("nobody", 4)])
def test_gifts_are_given_by_those_who_may_put_a_ledger_right(club: DeskFolder, by: str, code: int) -> None:
    rich(club)
    staff = club.home / "records" / "staff"
    staff.mkdir()
    for login, role in (("li.na", "agent"), ("he.jing", "finance"), ("sun.yu", "auditor")):
        (staff / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')

    for line in ("customer gift $CU1 --amount 20", "customer gift $CU1 --points 5"):
        assert club.run(line, by=by).code == code


def test_a_gift_does_not_become_cash_by_way_of_a_booking(club: DeskFolder) -> None:
    rich(club, "20").ok("customer gift $CU1 --amount 5")  # 10.00 of it was the fee
    club.ok(COURT)
    club.ok("booking pay $BK1")
    club.ok("booking cancel $BK1 --reason x --phoned --yes")

    refused = club.run("booking refund $BK1 --method cash")

    assert (refused.code, "--method card" in refused.err) == (4, True)
    assert club.run("customer refund $CU1 --amount 15 --reason x").code == 4
    club.ok("booking refund $BK1")
    assert sums(club)[0] == "15.00"
    assert club.run("customer refund $CU1 --amount 10.01 --method cash --reason x").code == 4


def test_a_statement_of_nothing_says_so(club: DeskFolder) -> None:
    assert club.ok("customer statement $CU1").endswith("\nNothing has been entered yet.\n")


def test_a_dry_run_writes_nothing(club: DeskFolder) -> None:
    rich(club).ok(COURT)
    head = club.git("rev-parse", "HEAD")

    for line in (
        "customer topup $CU1 --amount 5",
        "customer card $CU1 --type annual",
        "customer gift $CU1 --points 5",
        "booking pay $BK1",
    ):
        club.run(f"{line} --dry-run")

    assert club.git("rev-parse", "HEAD") == head
    assert club.git("status", "--porcelain") == ""
    assert sums(club)[0] == "100.00"


def test_a_ledger_broken_by_hand_is_found(club: DeskFolder) -> None:
    rich(club).ok("customer charge $CU1 --amount 30 --for 卡丁车")
    path = next((club.home / "records" / "customers").rglob("*.toml"))
    path.write_text(
        path.read_text(encoding="utf-8").replace('amount = "-30.00"', 'amount = "-130.00"'), encoding="utf-8"
    )

    result = club.run("check")

    assert result.code == 6
    assert "ledger entry 3 takes 130.00 off a balance of 100.00" in result.out


def test_a_file_that_cannot_be_read_keeps_no_guest_outside_but_takes_no_money_blindly(club: DeskFolder) -> None:
    rich(club).ok(COURT)
    path = next((club.home / "records" / "customers").rglob("*.toml"))
    path.write_text("nonsense\n")

    assert club.run("booking arrive $BK1", now=moment("19:00")).code == 0
    assert club.run("booking complete $BK1 --paid 15", now=moment("20:00")).code == 6
    assert club.run("booking complete $BK1 --paid 15 --method cash", now=moment("20:00")).code == 0


REFUSED = (
    "customer card $CU1 --type gold --number 1",
    "customer card $CU2 --type annual",
    "customer card $CU1 --type stored-value --number 8800999999",
    "customer card $CU1 --type stored-value --lost",
    "customer card $CU1 --type annual --number 1 --lost",
    "customer card $CU1 --type annual --number 1 --lost --topup 5",
    "customer topup $CU1",
    "customer topup $CU1 --amount 0",
    "customer topup $CU1 --amount -5",
    "customer topup $CU1 --amount 5 --method carf",
    "customer topup $CU2 --amount 5",
    "customer charge $CU1 --amount 5",
    "customer charge $CU1 --amount 500 --for x",
    "customer refund $CU1 --amount 5 --reason x",
    "customer refund $CU1 --amount 500 --reason x --method cash",
    "customer gift $CU1",
    "customer adjust $CU1 --points -5 --reason x",
    "customer adjust $CU1 --visits 5 --reason x",
    "booking arrive $BK1 --card 990000000099",
    "booking arrive $BK1 --card 8800123456",
    "booking arrive $BK1 --card 8800123456 --no-card",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_done_says_why_and_what_to_do(club: DeskFolder, golden: Golden, lang: str) -> None:
    rich(club).ok("customer create --name 李四 --phone 13900000002")
    club.ok(COURT)
    page = []
    for line in REFUSED:
        result = club.run(line, lang=lang, now=moment("18:55"))
        assert (result.code in (2, 3, 4), result.out) == (True, ""), line
        page.append(f"$ cscli {line}\n{result.err}")

    golden(f"member-refused.{lang}", "\n".join(page))


# --- the restaurant's gold card ---------------------------------------------------------------------------------


@pytest.mark.row("C8")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_gold_cards_spending_brings_points_and_is_missed_until_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden, lang: str
) -> None:
    desk = a_desk(tmp_path, monkeypatch, "restaurant", lang)
    for said, line in (
        ("14:00", WANG),
        ("14:01", "customer card $CU1 --type gold --number 6600123456"),
        ("14:02", f"{TABLE} --customer $CU1"),
        ("14:04", "booking confirm $BK1 --table-no 8"),
        ("tomorrow 18:10", "booking arrive $BK1"),
        ("tomorrow 20:00", "booking complete $BK1"),
    ):
        desk.ok(line, now=moment(said))
    evening = {"now": moment("tomorrow 20:30"), "by": "chen.jie", "lang": lang}

    missing = desk.ok("booking list --without-spend", **evening)
    told = desk.ok("booking spend $BK1 --amount 380", **evening)
    nothing = desk.ok("booking list --without-spend", **evening)
    put_right = desk.ok("booking spend $BK1 --amount 419.50", **evening)
    page = [missing, nothing, desk.ok("customer statement $CU1", **evening)]

    points = {"en": ("+6 points, 6 in all", "+2 points, 8 in all"), "zh": ("+6 分, 共 6 分", "+2 分, 共 8 分")}[lang]
    assert points[0] in told
    assert points[1] in put_right
    golden(f"gold-card.{lang}", "\n".join(page))


@pytest.mark.row("C8")
def test_a_plain_member_gathers_no_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = a_desk(tmp_path, monkeypatch, "restaurant")
    desk.ok(WANG)
    desk.ok("customer card $CU1 --type member --number 6600123456")
    desk.ok(f"{TABLE} --customer $CU1 --confirm")

    page = desk.ok("booking complete $BK1 --spend 380", now=moment("tomorrow 20:00"))

    assert "points" not in page
    assert sums(desk) == ("0.00", 0, {})
