"""A coach company on its own profile: seats by class, papers, changes, and refunds that finance pays out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Company = Callable[..., DeskFolder]
PASSENGER = "--customer 王小明 --phone 13800000001"
WORDS = {"zh": ("客运中心", "人民广场"), "en": ("Coach terminal", "People's Square")}
FORMS = ("md", "html")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Return a maker of new companies in a language: Friday 2026-11-20, 14:00, li.na."""

    def make(lang: str = "en") -> DeskFolder:
        made = DeskFolder(tmp_path, monkeypatch)
        made.ok("init . --profile coach", lang=lang)
        return made

    return make


def seat(start: str = "tomorrow 09:00", seat_class: str = "standard", party: int = 2, lang: str = "en") -> str:
    """Return the words that order seats to the airport from the first stop."""
    return (
        f"booking create {PASSENGER} --service line --start '{start}' --route airport-out --class {seat_class}"
        f' --boarding "{WORDS[lang][0]}" --party {party}'
    )


def tails_named(desk: DeskFolder, page: str) -> str:
    """Return a page on which the tail of an id is that of its name too."""
    for record, name in desk.names.items():
        page = page.replace(record[-6:], name[-6:])
    return page


def paid(desk: DeskFolder, line: str, number: int = 1) -> None:
    """Order seats, pay for them, and confirm them."""
    desk.ok(line)
    desk.ok(f"booking pay $BK{number} --method mobile", now="2026-11-20T14:04:00")
    desk.ok(f"booking confirm $BK{number}", now="2026-11-20T14:05:00")


def staffed(desk: DeskFolder) -> DeskFolder:
    """Return the company with files of its staff: an agent, a supervisor, and somebody of finance."""
    folder = desk.home / "records" / "staff"
    folder.mkdir()
    for login, role in (("li.na", "agent"), ("wang.wei", "supervisor"), ("zhou.yun", "finance")):
        (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')
    return desk


# --- B2: order, pay, confirm, dispatch --------------------------------------------------------------------------


@pytest.mark.row("B2")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_seats_from_the_order_to_the_dispatch_sheet(company: Company, golden: Golden, lang: str) -> None:
    desk = company(lang)
    other = seat("tomorrow 09:00", party=1, lang=lang).replace("王小明", "李四").replace("0001", "0002")
    held = seat("tomorrow 09:00", party=3, lang=lang).replace("王小明", "张三").replace("0001", "0003")
    session = (
        ("14:00", "booking free --service line --day tomorrow --route airport-out --class business --party 2"),
        ("14:00", f"{seat('tomorrow 09:00', 'business', lang=lang)} --special 轮椅 --vip"),
        ("14:04", "booking pay $BK1 --method mobile"),
        ("14:05", "booking confirm $BK1"),
        ("14:06", "booking print $BK1"),
        ("14:07", other.replace(WORDS[lang][0], WORDS[lang][1])),
        ("14:08", "booking confirm $BK2"),
        ("14:08", "booking pay $BK2 --method cash"),
        ("14:08", "booking confirm $BK2"),
        ("14:09", held),
        ("14:10", "booking list --sort received_at"),
        ("14:15", "booking print --kind dispatch --day tomorrow --resource line-1"),
    )
    page, codes = [], []
    for said, line in session:
        result = desk.run(line, now=f"2026-11-20T{said}:00", lang=lang)
        codes.append(result.code)
        page.append(f"$ cscli {line}\n{tails_named(desk, result.out)}{result.err}")

    assert codes == [0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0]  # nobody has paid for the second order yet
    golden(f"coach-session.{lang}", "\n".join(page))


@pytest.mark.row("B2")
def test_a_class_is_sold_out_while_another_has_seats(company: Company) -> None:
    desk = company()
    paid(desk, seat(seat_class="business", party=9))  # nine there are

    refused = desk.run(seat(seat_class="business", party=1), now="2026-11-20T14:06:00")
    desk.ok(seat(seat_class="standard", party=10), now="2026-11-20T14:06:00")
    sheet = desk.ok("booking print --day tomorrow", now="2026-11-20T14:07:00")

    assert (refused.code, refused.err.splitlines()[0]) == (
        5, "Nothing is free in business for Line at 2026-11-21 Sat 09:00-10:10; on the same trip there is standard:"
        " 36 free at 38.00 (--class).",
    )  # fmt: skip
    assert "seats sold: standard 0/36  business 9/9   held: 10" in sheet


@pytest.mark.row("B2")
def test_seats_are_confirmed_once_they_are_paid_unless_a_supervisor_answers_for_it(company: Company) -> None:
    desk = staffed(company())
    at_once = desk.run(f"{seat()} --confirm")
    desk.ok(seat())
    desk.ok("booking pay $BK1 --amount 70.00")

    unpaid = desk.run("booking confirm $BK1")
    by_agent = desk.run("booking confirm $BK1 --override --reason 'on account'")
    told = json.loads(desk.ok("booking confirm $BK1 --override --reason 'on account' --json", by="wang.wei"))

    assert (at_once.code, "once 76.00 is paid (rule booking.prepaid); leave out --confirm" in at_once.err) == (4, True)
    assert (unpaid.code, "and 6.00 is not (rule booking.prepaid)" in unpaid.err) == (4, True)
    assert (by_agent.code, "li.na has the role agent" in by_agent.err) == (4, True)
    assert (told["status"], told["events"][-1]["overrode"]) == ("confirmed", ["booking.prepaid"])


@pytest.mark.row("B3")
def test_a_change_that_costs_more_is_due_to_be_paid_until_it_is(company: Company) -> None:
    desk = company()
    desk.ok(seat())
    desk.ok("booking pay $BK1 --amount 70.00")
    rest = desk.ok("booking pay $BK1 --method mobile", now="2026-11-20T14:04:00")
    desk.ok("booking confirm $BK1", now="2026-11-20T14:05:00")
    dearer = desk.ok("booking change $BK1 --class business --party 2", now="2026-11-20T14:06:00")
    shown = [item for item in json.loads(desk.ok("due --json", now="2026-11-20T14:07:00")) if item["kind"] == "pay"]
    in_part = desk.ok("booking pay $BK1 --amount 10.00", now="2026-11-20T14:08:00")
    paid_up = desk.ok("booking pay $BK1 --method mobile", now="2026-11-20T14:09:00")

    assert "Next      cscli booking confirm BK-000000-000001\n" in rest
    assert "Next      40.00 is still owed: cscli booking pay BK-000000-000001\n" in dearer
    assert "Next      30.00 is still owed: cscli booking pay BK-000000-000001\n" in in_part
    assert "Next" not in paid_up
    assert [(item["owner"], item["due"][:16], item["command"]) for item in shown] == [
        ("li.na", "2026-11-21T09:00", "cscli booking pay BK-000000-000001")
    ]
    assert shown[0]["what"] == (
        "Take 40.00 for 2026-11-21 Sat 09:00, which is paid beforehand, booking BK-000000-000001"
    )
    assert json.loads(desk.ok("due --json", now="2026-11-20T14:10:00")) == []


@pytest.mark.row("B3")
def test_a_paid_request_that_comes_to_owe_names_the_payment_first(company: Company) -> None:
    desk = company()
    desk.ok(seat())
    desk.ok("booking pay $BK1 --method mobile", now="2026-11-20T14:04:00")

    dearer = desk.ok("booking change $BK1 --class business", now="2026-11-20T14:06:00")

    assert "Next      40.00 is still owed: cscli booking pay BK-000000-000001\n" in dearer


def test_a_charter_takes_the_coach_and_its_driver_whoever_travels(company: Company) -> None:
    desk = company()
    desk.ok(f"booking create {PASSENGER} --service charter --start 'tomorrow 20:00' --for 6h --origin Museum"
            " --destination Lake --party 30 --resource coach-2")  # fmt: skip
    desk.ok("booking coordinate $BK1 --answer dispatch --yes", now="2026-11-20T14:02:00")
    desk.ok("booking pay $BK1 --method transfer", now="2026-11-20T14:02:30")
    desk.ok("booking confirm $BK1", now="2026-11-20T14:03:00")

    sheet = desk.ok("booking print --day tomorrow --service charter", now="2026-11-20T14:04:00")
    card = desk.ok("booking print $BK1", now="2026-11-20T14:04:00")

    assert "== Charter coach 2\n\n20:00-02:00 +1  Charter: Museum -> Lake\n" in sheet
    assert "  driver: Driver 1   seats sold: 30/45\n" in sheet
    assert "Vehicle         Charter coach 2\n" in card
    assert "Seats" not in card


def test_a_vehicle_that_is_out_of_service_says_so_on_the_sheet(company: Company) -> None:
    desk = company()
    desk.rules(lambda text: text.replace(
        'id = "line-2"', 'id = "line-2"\nout = [{ from = 2026-11-21T06:00:00+08:00, to = 2026-11-21T12:00:00+08:00,'
        ' reason = "brakes" }]'))  # fmt: skip

    sheet = desk.ok("booking print --day tomorrow --resource line-2")

    assert sheet.count("OUT OF SERVICE: brakes -> 2026-11-21 Sat 12:00\n") == 2  # 07:30 and 09:30


def test_the_list_says_which_fares_are_not_paid_yet(company: Company) -> None:
    desk = company()
    paid(desk, seat())  # two seats at 38.00
    desk.now = "2026-11-20T14:10:00"
    desk.ok("booking change $BK1 --class business")  # at 58.00

    marks = desk.ok("booking list").splitlines()[-1]
    desk.ok("booking pay $BK1 --amount 15.00")
    partly = desk.ok("booking list").strip()
    desk.ok("booking pay $BK1")

    assert marks.endswith("owes 40.00")
    assert partly.endswith("owes 25.00")
    assert desk.ok("booking list").strip().endswith(" 116.00")


# --- B3: change -------------------------------------------------------------------------------------------------


@pytest.mark.row("B3")
def test_a_dearer_seat_leaves_the_difference_to_pay_and_a_cheaper_one_returns_it(company: Company) -> None:
    desk = company()
    paid(desk, seat())  # 76.00

    dearer = json.loads(desk.ok("booking change $BK1 --class business --json", now="2026-11-20T15:00:00"))
    listed = desk.ok("booking list", now="2026-11-20T15:00:00").strip()
    confirmation = desk.ok("booking print $BK1", now="2026-11-20T15:00:00")
    desk.ok("booking pay $BK1 --method mobile", now="2026-11-20T15:01:00")
    cheaper = json.loads(
        desk.ok("booking change $BK1 --class standard --start 'tomorrow 14:00' --json", now="2026-11-20T15:02:00")
    )

    assert (dearer["price"], dearer["paid"]) == ("116.00", "76.00")
    assert listed.endswith("owes 40.00")
    assert "Still to pay    40.00 CNY\n" in confirmation
    assert (cheaper["price"], cheaper["paid"]) == ("76.00", "116.00")
    (back,) = cheaper["refund"]
    assert (back["why"], back["amount"], back["fee"], back["state"]) == ("changed", "40.00", "0.00", "submitted")
    shown = desk.ok("booking print $BK1", now="2026-11-20T15:03:00")
    assert "2026-11-21 Sat 14:00-15:10" in shown
    assert "Still to pay" not in shown


@pytest.mark.row("B3")
@pytest.mark.parametrize(
    ("change", "price", "back", "owes"),
    [
        ("--class business", "116.00", [], "0.00"),  # as it was: nothing goes back, nothing is owed
        ("--route campus-out --start 'tomorrow 16:00'", "130.00", [], "14.00"),  # two at 65.00
        ("--units 3 --party 3", "114.00", ["2.00"], "0.00"),  # three at 38.00
    ],
)
def test_a_change_back_up_is_settled_with_what_was_to_go_back(
    company: Company, change: str, price: str, back: list[str], owes: str
) -> None:
    desk = company()
    paid(desk, seat(seat_class="business"))  # 116.00
    desk.ok("booking change $BK1 --class standard", now="2026-11-20T14:10:00")  # 76.00: 40.00 go back

    told = json.loads(desk.ok(f"booking change $BK1 {change} --json", now="2026-11-20T14:11:00"))
    shown = desk.ok("booking show $BK1", now="2026-11-20T14:12:00")
    checked = desk.ok("check", now="2026-11-20T14:12:00")

    assert (told["price"], told["paid"]) == (price, "116.00")
    assert ("owed" in shown, f"(still owed: {owes} CNY)" in shown) == (owes != "0.00", owes != "0.00")
    assert [refund["amount"] for refund in told["refund"]] == back
    kept = "38.00" if back else "40.00"
    assert told["events"][-1]["set_off"] == kept
    assert f"{kept} of the refund kept for the new price" in " ".join(shown.split())
    assert "refund" not in checked


@pytest.mark.row("B3")
def test_a_change_looks_the_trips_up_again_and_names_others(company: Company) -> None:
    desk = company()
    paid(desk, seat("tomorrow 14:00", "business", 9))
    paid(desk, seat("tomorrow 09:00", "business", 1).replace("王小明", "李四").replace("0001", "0002"), 2)

    full = desk.run("booking change $BK2 --start 'tomorrow 14:00'", now="2026-11-20T15:00:00")
    late = desk.run("booking change $BK2 --start 'tomorrow 20:30'", now="2026-11-21T07:01:00")

    assert full.code == 5
    assert "2026-11-21 Sat 20:30-21:40" in full.err
    assert (late.code, "(rule booking.change_notice)" in late.err) == (4, True)


# --- B4: refund -------------------------------------------------------------------------------------------------


@pytest.mark.row("B4")
@pytest.mark.parametrize(
    ("now", "fee", "amount"),
    [
        ("2026-11-20T09:00:00", "0.00", "116.00"),  # a day ahead to the second
        ("2026-11-20T09:00:01", "23.20", "92.80"),  # a fifth
        ("2026-11-21T07:00:00", "23.20", "92.80"),
        ("2026-11-21T07:00:01", "58.00", "58.00"),  # half
    ],
)
def test_the_refund_is_told_before_it_is_booked(company: Company, now: str, fee: str, amount: str) -> None:
    desk = company()
    at = "2026-11-20T08:00:00"
    for line in (seat(seat_class="business"), "booking pay $BK1 --method mobile", "booking confirm $BK1"):
        desk.ok(line, now=at)

    told = json.loads(desk.ok("booking cancel $BK1 --reason ill --dry-run --json", now=now))

    (refund,) = told["refund"]
    assert (refund["fee"], refund["amount"]) == (fee, amount)
    assert json.loads(desk.ok("booking show $BK1 --json", now=now))["status"] == "confirmed"


@pytest.mark.row("B4")
@pytest.mark.parametrize(
    "line", ["cancel $BK1 --reason ill", "cancel $BK1 --reason broken --by-side desk", "change $BK1 --class standard"]
)
def test_all_money_takes_as_long_as_the_line_says(company: Company, line: str) -> None:
    desk = company()
    paid(desk, seat(seat_class="business"))

    told = json.loads(desk.ok(f"booking {line} --json", now="2026-11-20T14:10:00"))

    assert [refund["expected"] for refund in told["refund"]] == ["2026-12-01"]  # seven working days


@pytest.mark.row("B4")
def test_a_refund_waits_for_finance_is_overdue_and_is_paid_out(company: Company) -> None:
    desk = staffed(company())
    paid(desk, seat("tomorrow 20:30"))
    desk.ok("booking cancel $BK1 --reason ill", now="2026-11-20T15:00:00")  # 76.00 back by 1 December: 7 working days

    listed = desk.ok("booking list --refunds --format csv", now="2026-12-01T09:00:00").splitlines()
    in_time = json.loads(desk.ok("due --json", now="2026-12-01T23:00:00"))
    late = json.loads(desk.ok("due --json", now="2026-12-02T08:00:00"))
    table = desk.ok("booking list --refunds", now="2026-12-02T08:00:00")
    by_agent = desk.run("booking refund $BK1 --method mobile", now="2026-12-02T08:30:00")
    by_supervisor = desk.run("booking refund $BK1", now="2026-12-02T08:30:00", by="wang.wei")
    desk.ok("booking refund $BK1 --method mobile", now="2026-12-02T09:00:00", by="zhou.yun")

    row = dict(zip(listed[0].split(","), listed[1].split(","), strict=True))
    assert (row["id"], row["status"], row["service"]) == ("BK-000000-000001", "cancelled", "line")
    assert (row["start"], row["promised"]) == ("2026-11-21T20:30:00+08:00", "76.00")
    assert row["refund_due"] == "2026-12-01"
    assert in_time == []
    assert [(item["kind"], item["owner"], item["overdue"], item["due"]) for item in late] == [
        ("refund", "finance", True, "2026-12-02T00:00:00+08:00"),
    ]
    assert late[0]["what"] == "Pay out 76.00 for booking BK-000000-000001, promised by 2026-12-01 Tue"
    assert "2026-12-01 Tue overdue" in table
    assert (by_agent.code, "li.na has the role agent" in by_agent.err) == (4, True)
    assert by_supervisor.code == 4  # the profile lets finance alone
    assert json.loads(desk.ok("due --json", now="2026-12-02T09:01:00")) == []
    assert desk.ok("booking list --refunds", now="2026-12-02T09:01:00") == "No bookings.\n"


# --- a trip over midnight ---------------------------------------------------------------------------------------


@pytest.mark.row("B2")
def test_a_coach_that_is_on_the_road_still_is_on_the_sheet_of_the_next_day(company: Company) -> None:
    desk = company()
    desk.ok(f"booking create {PASSENGER} --service charter --start 'today 20:00' --for 12h --party 20"
            " --origin City --destination Sea")  # fmt: skip
    desk.ok("booking coordinate $BK1 --answer dispatch --yes")
    desk.ok("booking pay $BK1 --method mobile")
    desk.ok("booking confirm $BK1")

    first, second, third = (
        desk.ok(f"booking print --kind dispatch --service charter --day {day}") for day in ("today", "tomorrow", "sun")
    )

    assert "20:00-08:00 +1  Charter: City -> Sea\n" in first
    assert "2026-11-20 Fri 20:00 - 2026-11-21 Sat 08:00  Charter: City -> Sea\n" in second
    assert "seats sold: 20/45" in second
    assert "Nothing is booked.\n" in third
    assert "Airport coach" not in first + second  # of another service
    assert "Charter" in desk.ok("booking print --day tomorrow --resource coach-1")


# --- what the customer is told of money -------------------------------------------------------------------------


@pytest.mark.row("B3")
@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Goes back       38.00 CNY, by 2026-12-01 Tue\n"),
        ("zh", "应退        38.00 CNY, 预计 2026-12-01 周二 前到账\n"),
    ],
)
def test_the_confirmation_of_a_change_says_what_goes_back_until_it_has(company: Company, lang: str, line: str) -> None:
    desk = staffed(company(lang))
    paid(desk, seat(lang=lang))
    desk.ok("booking change $BK1 --party 1", now="2026-11-20T14:10:00")

    changed = desk.ok("booking print $BK1", now="2026-11-20T14:11:00", lang=lang)
    pages = [desk.ok(f"booking print $BK1 --format {form}", now="2026-11-20T14:11:00", lang=lang) for form in FORMS]
    desk.ok("booking refund $BK1", now="2026-11-20T14:12:00", by="zhou.yun")
    afterwards = desk.ok("booking print $BK1", now="2026-11-20T14:13:00", lang=lang)

    assert line in changed
    assert line[:4] not in afterwards
    assert all(line.strip().partition("  ")[2].strip() in page for page in pages)


@pytest.mark.row("B4")
def test_what_calling_it_off_costs_is_read_back_when_it_is_taken(company: Company) -> None:
    desk = company()

    taken = desk.ok(seat())

    assert "Fee       24 hours ahead or more: 0%; 2 hours ahead or more: 20%; before departure: 50%;" in taken
    assert "after departure, or a no-show: 100%" in taken
    assert "24 hours ahead" not in desk.ok("booking show $BK1")


def test_a_change_after_the_start_is_told_that_it_has_begun(company: Company) -> None:
    desk = company()
    paid(desk, seat())

    late = desk.run("booking change $BK1 --start 2026-11-24T09:00", now="2026-11-23T10:00:00")

    assert (late.code, late.err) == (4, (
        "Refused: it began at 2026-11-21 Sat 09:00, and changing needs 2 h notice (rule booking.change_notice)."
        " A supervisor can add --override --reason.\n"
    ))  # fmt: skip
