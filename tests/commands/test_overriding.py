"""A refusal names who may set its rule aside: the roles that the rulebook names for that rule."""

import pytest

from tests.commands.profiles import by_profile
from tests.conftest import DeskFolder

CONSULT = "booking create --customer 王小明 --phone 13800000001 --service consultation --details 报税"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "An agent or a supervisor can add --override --reason.\n"),
        ("zh", "坐席或主管可加 --override --reason。\n"),
    ],
)
def test_a_rule_that_agents_may_set_aside_names_them(desk: DeskFolder, lang: str, said: str) -> None:
    by_profile(desk, "booking-desk", lang)

    soon = desk.run(f"{CONSULT} --start 14:30")

    assert soon.code == 4
    assert "booking.lead" in soon.err
    assert soon.err.endswith(said)


def test_any_other_rule_names_the_supervisor(desk: DeskFolder) -> None:
    by_profile(desk, "booking-desk")

    late = desk.run(f"{CONSULT} --start '2027-03-01 10:00'")

    assert "booking.advance" in late.err
    assert late.err.endswith("A supervisor can add --override --reason.\n")


def test_what_no_role_can_set_aside_names_nobody(desk: DeskFolder) -> None:
    by_profile(desk, "booking-desk")

    assert "--override" not in desk.run(f"{CONSULT} --start 13:00").err  # has passed


def test_what_a_refusal_to_close_names_is_taken_there(desk: DeskFolder) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'today 19:00'")
    soon = "2026-11-20T19:05:00"

    refused = desk.run("booking close $BK1 --outcome no_show", now=soon)
    told = desk.ok("booking close $BK1 --outcome no_show --override --reason 已离店", by="wang.wei", now=soon)

    assert "(rule booking.no_show_after). A supervisor can add --override --reason.\n" in refused.err
    assert "closed  (no-show)" in told
