"""A hold that has run out is no promise, and a department's no is told as what it is."""

import pytest

from tests.commands.profiles import by_profile
from tests.commands.test_terminal import on_terminal
from tests.conftest import DeskFolder

CALLER = "--customer 王小明 --phone 13800000001"


def test_a_hold_that_has_run_out_is_said_to_have(desk: DeskFolder) -> None:
    desk.ok(f"booking create {CALLER} --service badminton --start 'tomorrow 19:00' --hold")

    before = desk.ok("booking show $BK1", now="2026-11-20T14:29:00")
    after = desk.ok("booking show $BK1", now="2026-11-20T14:30:00")

    assert "Held      until 2026-11-20 Fri 14:30\n" in before
    assert "Held      ran out 2026-11-20 Fri 14:30, and the place is free again\n" in after
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


def test_the_command_that_due_names_for_a_department_asks_for_its_word(repair: DeskFolder) -> None:
    command = f"cscli booking coordinate {repair.id_of('BK1')} --answer parts"
    assert command in repair.run("due --format csv").out.replace("BK-000000-000001", repair.id_of("BK1"))

    code, screen = on_terminal(repair, *command.split()[1:], answers="y\n")

    assert code == 0
    assert "Does it agree" in screen
    assert "agreed" in repair.ok("booking show $BK1")
