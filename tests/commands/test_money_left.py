"""Money that is left at the end: what is owed is shown and asked for, what is too much is not swallowed."""

import json

import pytest

from tests.commands.profiles import by_profile, with_staff
from tests.conftest import DeskFolder

COURT = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'today 19:00'"  # 15.00
LATER = "2026-11-20T20:00:00"


@pytest.fixture
def club(desk: DeskFolder) -> DeskFolder:
    """Return the sports club with an agent and a supervisor, and a court taken for Friday 19:00."""
    with_staff(by_profile(desk, "sports-club"), li_na="agent", wang_wei="supervisor")
    desk.ok(COURT)
    return desk


def test_what_is_still_owed_stands_on_the_card_with_the_command_that_takes_it(club: DeskFolder) -> None:
    card = club.ok("booking complete $BK1", now=LATER)

    assert "Paid      0.00 CNY  (still owed: 15.00 CNY)\n" in card
    assert "Next      15.00 is still owed: cscli booking pay BK-000000-000001\n" in card
    assert "still owed" not in club.ok("booking pay $BK1 --method cash", now=LATER)


def test_a_booking_that_owes_is_closed_only_by_who_may_let_it_go(club: DeskFolder) -> None:
    club.ok("booking complete $BK1 --paid 10", now=LATER)

    owing = club.run("booking close $BK1 --rating 5", now=LATER)
    asked = club.run("booking close $BK1 --rating 5 --override --reason 熟客", now=LATER)
    let_go = club.ok("booking close $BK1 --rating 5 --override --reason 熟客", by="wang.wei", now=LATER)

    assert (owing.code, asked.code) == (4, 4)
    assert owing.err == (
        "Refused: 5.00 is still owed for BK-000000-000001 (rule booking.owed); take it with"
        " `cscli booking pay BK-000000-000001` first. A supervisor can add --override --reason.\n"
    )
    assert "closed  (completed)  overridden" in let_go
    assert "熟客; 5/5; set aside: booking.owed" in club.ok("booking show $BK1", now=LATER)


@pytest.mark.row("D7")
@pytest.mark.parametrize(
    ("phoned", "said", "fee", "mark"),
    [
        ("--phoned", "telephoned", "0.00 CNY\n", ""),
        ("", "not telephoned", "15.00 CNY  (still owed: 15.00 CNY)\n", "owes 15.00"),
    ],
)
def test_a_no_show_says_whether_somebody_telephoned_and_what_it_costs(
    club: DeskFolder, phoned: str, said: str, fee: str, mark: str
) -> None:
    card = club.ok(f"booking no-show $BK1 {phoned}", now=LATER)

    assert f"No-show   {said}\n" in card
    assert f"Fee       {fee}" in card
    assert said in club.ok("booking show $BK1", now=LATER).rpartition("no-show")[2]
    for page in ("booking print --kind dispatch", "booking list --all"):
        money = next(line for line in club.ok(page, now=LATER).splitlines() if "王**" in line)
        assert mark in money
        assert bool(mark) or not ("owes" in money or "paid" in money)


def test_more_than_is_owed_is_refused_unless_it_is_said_so(club: DeskFolder) -> None:
    too_much = club.run("booking pay $BK1 --amount 100 --method cash")
    club.ok("booking pay $BK1 --amount 15 --method cash")
    again = club.run("booking pay $BK1 --amount 15 --method cash")
    meant = club.ok("booking pay $BK1 --amount 15 --method cash --more")

    assert too_much.err == (
        "Refused: 15.00 is owed for BK-000000-000001, not 100.00 (rule booking.pay); where more is meant, add --more.\n"
    )
    assert again.err.startswith("Refused: 0.00 is owed")
    assert "Paid      30.00 CNY" in meant


def test_once_it_has_begun_a_clerk_notes_a_no_show_and_only_a_supervisor_cancels(club: DeskFolder) -> None:
    begun = "2026-11-20T19:25:00"

    refused = club.run("booking cancel $BK1 --reason 堵车 --phoned", now=begun)
    by_supervisor = club.ok("booking cancel $BK1 --reason 堵车 --override", by="wang.wei", now=begun)

    assert refused.code == 4
    assert "rule booking.cancel_started" in refused.err
    assert "cscli booking no-show BK-000000-000001" in refused.err
    assert "Cancelled  25 min after the start: 堵车\n" in by_supervisor
    assert "Fee        15.00 CNY  (still owed: 15.00 CNY)\n" in by_supervisor
    assert "堵车; by the customer; late; 25 min after the start" in club.ok("booking show $BK1", now=begun)


def test_who_telephones_after_the_start_that_nobody_comes_is_a_no_show_at_once(club: DeskFolder) -> None:
    card = club.ok("booking no-show $BK1 --phoned", now="2026-11-20T19:05:00")

    assert "no-show\n" in card
    assert "Fee       0.00 CNY\n" in card


def test_money_that_goes_back_names_the_command_that_pays_it_out(club: DeskFolder) -> None:
    club.ok("booking pay $BK1 --method cash")

    card = club.ok("booking cancel $BK1 --reason 病了")

    assert "Next       15.00 goes back, finance pays it out: cscli booking refund BK-000000-000001\n" in card


@pytest.mark.parametrize(
    ("paid", "said", "back"),
    [
        (("mobile",), "", "mobile"),  # as it was paid
        (("cash", "transfer"), "", None),  # no way has brought the 14.00
        (("cash", "transfer"), "--method transfer", "transfer"),
        (("mobile",), "--method cash", "cash"),  # as it is said
        ((), "", None),
    ],
)
def test_money_goes_back_as_it_came(club: DeskFolder, paid: tuple[str, ...], said: str, back: str | None) -> None:
    for method in paid:
        club.ok(f"booking pay $BK1 --amount 7.00 --method {method}")
    club.ok("booking cancel $BK1 --reason 病了")

    result = club.run(f"booking refund $BK1 {said} --json", by="wang.wei")

    assert result.code == (0 if back else 4)
    if back:
        assert json.loads(result.out)["events"][-1]["method"] == back


def test_more_than_came_in_one_way_is_paid_out_as_somebody_says(club: DeskFolder) -> None:
    club.ok("booking pay $BK1 --amount 10 --method mobile")
    club.ok("booking pay $BK1 --amount 5 --method transfer")
    club.ok("booking cancel $BK1 --reason 病了")

    refused = club.run("booking refund $BK1", by="wang.wei")
    club.ok("booking refund $BK1 --method cash", by="wang.wei")

    assert (refused.code, refused.err) == (4, (
        "Refused: 15.00 goes back for BK-000000-000001, which is more than came in one way (10.00 by mobile, 5.00 by"
        " transfer; rule booking.refund); say with --method how it is paid out.\n"
    ))  # fmt: skip


def test_a_no_show_that_gets_nothing_back_is_told_its_fee_and_no_refund(club: DeskFolder) -> None:
    club.ok("booking pay $BK1 --method mobile")

    card = club.ok("booking no-show $BK1", now="2026-11-20T19:31:00")

    assert "Fee       15.00 CNY\n" in card
    assert "efund" not in card


def test_who_pays_after_the_hold_has_run_out_hears_that_nobody_keeps_the_place(club: DeskFolder) -> None:
    club.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00' --hold")

    in_time = club.run("booking pay $BK2 --amount 5.00", now="2026-11-20T14:29:00")
    late = club.run("booking pay $BK2", now="2026-11-20T14:31:00")

    assert (in_time.code, in_time.err) == (0, "")
    assert (late.code, late.err) == (0, (
        "Note: the hold on BK-000000-000002 ran out at 2026-11-20 Fri 14:30 and nobody keeps the place any more;"
        " `cscli booking confirm BK-000000-000002` looks whether it is still free.\n"
    ))  # fmt: skip
