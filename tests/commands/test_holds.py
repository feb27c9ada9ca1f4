"""A hold that has run out is no promise, and a department's no is told as what it is."""

import pytest

from tests.commands.conftest import Profile
from tests.commands.profiles import by_profile
from tests.commands.test_terminal import on_terminal
from tests.conftest import DeskFolder

CALLER = "--customer 王小明 --phone 13800000001"


def test_a_hold_that_has_run_out_is_said_to_have(desk: DeskFolder) -> None:
    desk.ok(f"booking create {CALLER} --service badminton --start 'tomorrow 19:00' --hold")

    before = desk.ok("booking show $BK1", now="2026-11-20T14:29:00")
    after = desk.ok("booking show $BK1", now="2026-11-20T14:30:00")

    assert "Held      until 2026-11-20 Fri 14:30\n" in before
    assert "Held      ran out 2026-11-20 Fri 14:30: the place was released, another may have it by now\n" in after
    assert "cscli booking confirm BK-000000-000001" in after
    assert "hold ran out" not in desk.ok("booking list", now="2026-11-20T14:29:00")
    assert "hold ran out" in desk.ok("booking list", now="2026-11-20T14:30:00")


@pytest.fixture
def repair(desk: DeskFolder) -> DeskFolder:
    """Return a booking desk with a repair taken on Friday at 14:00; the parts department is asked."""
    by_profile(desk, "booking-desk")
    desk.ok(f"booking create {CALLER} --service repair --details 屏幕 --start 'mon 10:00'")
    return desk


@pytest.mark.row("A4")
def test_while_a_department_is_silent_the_card_says_until_when_it_should_answer(repair: DeskFolder) -> None:
    late = repair.ok("booking show $BK1", now="2026-11-20T19:00:00")

    assert "Held      until the departments answer, which is due 2026-11-20 Fri 18:00\n" in late
    taken = "booking create --customer 李四 --phone 13800000002 --service repair --details x --start 'mon 10:00'"
    assert "technician-1" not in repair.ok(taken, now="2026-11-20T19:00:00")  # still held


@pytest.mark.row("A4")
def test_a_department_that_says_no_leaves_the_customer_to_change_or_cancel(repair: DeskFolder) -> None:
    card = repair.ok("booking coordinate $BK1 --answer parts --no --note 没有货", now="2026-11-20T15:00:00")

    assert "refused: cscli booking change BK-000000-000001, or cscli booking cancel BK-000000-000001\n" in card
    assert "Held      until 2026-11-20 Fri 19:00\n" in card
    assert "cscli booking confirm" not in card


@pytest.mark.row("A4")
def test_what_a_department_refused_is_to_be_changed_or_cancelled_and_not_confirmed(repair: DeskFolder) -> None:
    repair.ok("booking coordinate $BK1 --answer parts --no", now="2026-11-20T15:00:00")

    todo = repair.ok("due")
    over = repair.ok("booking show $BK1", now="2026-11-20T20:00:00")

    assert "refused booking BK-000000-000001 for 2026-11-23 Mon 10:00: change or cancel it" in todo
    assert "cscli booking change BK-000000-000001" in todo
    assert "booking confirm" not in todo + over  # it would be refused
    assert "refused: cscli booking change BK-000000-000001, or cscli booking cancel BK-000000-000001\n" in over


def test_a_hold_ends_at_the_bookings_own_start(repair: DeskFolder) -> None:
    repair.ok(
        "booking create --customer 李四 --phone 13800000002 --service repair --details x --start 'mon 13:00'",
        now="2026-11-23T08:59:00",
    )

    asked = repair.ok("booking show $BK2", now="2026-11-23T09:00:00")
    agreed = repair.ok("booking coordinate $BK2 --answer parts --yes", now="2026-11-23T12:59:00")

    assert "Held      until the departments answer, which is due 2026-11-23 Mon 12:59\n" in asked
    assert "Held      until 2026-11-23 Mon 13:00\n" in agreed


def test_a_request_moved_nearer_is_held_no_longer_than_to_its_new_start(desk: DeskFolder) -> None:
    desk.ok(f"booking create {CALLER} --service badminton --start 'today 20:00' --hold", now="2026-11-20T14:20:00")

    card = desk.ok("booking change $BK1 --start 'today 14:30' --cause customer", now="2026-11-20T14:21:00")

    assert "Held      until 2026-11-20 Fri 14:30\n" in card  # by its service 14:50


@pytest.mark.row("A4")
def test_who_would_confirm_before_a_department_was_asked_is_told_to_leave_that_out(desk: DeskFolder) -> None:
    by_profile(desk, "booking-desk")

    refused = desk.run(f"booking create {CALLER} --service repair --details 屏幕 --start 'mon 10:00' --confirm")

    assert (refused.code, "leave out --confirm, and it is held while they are asked" in refused.err) == (4, True)
    assert "booking coordinate" not in refused.err  # there is no booking yet


def test_the_command_that_due_names_for_a_department_asks_for_its_word(repair: DeskFolder) -> None:
    command = f"cscli booking coordinate {repair.id_of('BK1')} --answer parts"
    assert command in repair.run("due --format csv").out.replace("BK-000000-000001", repair.id_of("BK1"))

    code, screen = on_terminal(repair, *command.split()[1:], answers="y\n")

    assert code == 0
    assert "Does it agree" in screen
    assert "agreed" in repair.ok("booking show $BK1")


# --- what nothing is kept for any more --------------------------------------------------------------------------

LAST_SEATS = "--service line --start 'tomorrow 14:00' --route airport-out --class business --boarding 'Coach terminal'"


@pytest.fixture
def lapsed(profile: Profile) -> DeskFolder:
    """Return a coach company: six of nine seats held from 14:00 to 14:30, 48.00 of 348.00 paid, and let go."""
    desk = profile("coach")
    desk.ok(f"booking create {CALLER} {LAST_SEATS} --party 6")
    desk.ok("booking pay $BK1 --amount 48 --method mobile", now="2026-11-20T14:10:00")
    return desk


def taken_by_another(desk: DeskFolder) -> None:
    """Have another customer take six of the seats after the hold has run out."""
    other = CALLER.replace("王小明", "李四").replace("0001", "0002")
    desk.ok(f"booking create {other} {LAST_SEATS} --party 6", now="2026-11-20T14:35:00")


def test_no_money_is_taken_for_a_lapsed_request_whose_places_are_gone(lapsed: DeskFolder) -> None:
    free = lapsed.run("booking pay $BK1 --amount 2 --method mobile", now="2026-11-20T14:31:00")
    taken_by_another(lapsed)

    gone = lapsed.run("booking pay $BK1 --method mobile", now="2026-11-20T14:40:00")

    assert (free.code, "nobody keeps the place any more" in free.err) == (0, True)
    assert (gone.code, "Nothing is free in business for Line" in gone.err) == (5, True)
    assert "Paid      50.00 CNY" in lapsed.ok("booking show $BK1", now="2026-11-20T14:41:00")


def test_calling_off_what_nothing_is_kept_for_costs_nothing(lapsed: DeskFolder) -> None:
    taken_by_another(lapsed)
    later = "2026-11-21T11:00:00"  # three hours before: of what is kept 20 % would be the fee

    told = lapsed.ok("explain refund $BK1", now=later)
    dry = lapsed.ok("booking cancel $BK1 --reason 没座位 --dry-run", now=later)
    card = lapsed.ok("booking cancel $BK1 --reason 没座位", now=later)
    afterwards = lapsed.ok("explain refund $BK1", now="2026-11-21T15:00:00")

    for page in (told, afterwards):
        assert "Refund      48.00 CNY of 48.00 paid\n" in page
        assert "0.00: nothing was kept for the customer any more\n" in page
    for page in (dry, card):
        assert "48.00 CNY goes back" in page
        assert "(fee 0.00)" in page
    assert "hold ran out 2026-11-20 Fri 14:30\n" in lapsed.ok("booking show $BK1", now=later)


def test_while_it_is_held_the_fee_is_taken(lapsed: DeskFolder) -> None:
    card = lapsed.ok("booking cancel $BK1 --reason x", now="2026-11-20T14:29:00")  # 23 hours 31 minutes before

    assert "Refund     0.00" not in card
    assert "Fee        48.00 CNY\n" in card  # 20 % of 348.00 is 69.60, cut to what was paid


def test_a_request_whose_time_has_come_is_cleared_by_the_command_that_is_named(lapsed: DeskFolder) -> None:
    begun = "2026-11-21T14:05:00"

    card = lapsed.ok("booking show $BK1", now=begun)
    listed = lapsed.ok("due", now=begun)
    paid = lapsed.run("booking pay $BK1", now=begun)
    cancelled = lapsed.ok("booking cancel $BK1 --reason 没有确认", now=begun)

    assert "Next      its time has come and it was not confirmed: cscli booking cancel BK-000000-000001\n" in card
    assert "The time of 2026-11-21 Sat 14:00 has come and booking BK-000000-000001 was not confirmed" in listed
    assert "cscli booking cancel BK-000000-000001" in listed
    assert paid.code == 4
    assert "48.00 CNY goes back" in cancelled
    assert "late" not in cancelled
    assert "BK-000000-000001" not in lapsed.ok("due", now=begun)


def test_what_is_paid_first_is_paid_before_it_is_confirmed(lapsed: DeskFolder) -> None:
    held = lapsed.ok("booking show $BK1", now="2026-11-20T14:20:00")
    listed = lapsed.ok("due", now="2026-11-20T14:20:00")
    over = lapsed.ok("booking show $BK1", now="2026-11-20T14:30:00")
    paid = lapsed.ok("booking pay $BK1 --method mobile", now="2026-11-20T14:20:00")

    assert "Next      300.00 is still owed: cscli booking pay BK-000000-000001\n" in held
    assert "cscli booking pay BK-000000-000001" in listed
    assert "cscli booking confirm" not in held + listed
    assert "still wanted, 300.00 is to be paid: cscli booking pay BK-000000-000001, else:" in over
    assert "Next      cscli booking confirm BK-000000-000001\n" in paid
