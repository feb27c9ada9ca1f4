"""The sheet of a day keeps the visits that were made; a technician without a login is spoken for by the desk."""

import json

import pytest

from tests.commands.profiles import by_profile, with_staff
from tests.conftest import DeskFolder

ORDER = "booking create --service on-site --address 桃源路7号 --details 打印机 --customer 王小明 --phone 13800000001"


@pytest.fixture
def centre(desk: DeskFolder) -> DeskFolder:
    """Return the call centre on Friday at 14:00, with an agent who takes calls."""
    return with_staff(by_profile(desk, "call-centre"), li_na="agent")


@pytest.mark.row("E4")
def test_a_visit_that_was_made_stays_on_the_sheet_of_its_day(centre: DeskFolder) -> None:
    centre.ok(ORDER)
    centre.ok("booking assign $BK1 --to technician-2 --start 15:00 --for 1h")
    centre.ok("booking accept $BK1")
    centre.ok("booking arrive $BK1", now="2026-11-20T15:05:00")
    centre.ok("booking complete $BK1", now="2026-11-20T16:00:00")

    today = centre.ok("booking print --kind dispatch", now="2026-11-20T16:30:00")
    tomorrow = centre.ok("booking print --kind dispatch --day tomorrow", now="2026-11-20T16:30:00")

    assert "15:00-16:00  On-site visit" in today
    assert "(completed)" in today
    assert "Nothing is booked." in tomorrow


def test_on_an_empty_sheet_nothing_is_revealed(centre: DeskFolder) -> None:
    centre.ok(f"{ORDER} --start 'mon 10:00'")
    centre.ok("booking assign $BK1 --to technician-1")
    head = centre.git("rev-parse", "HEAD")

    empty = centre.ok("booking print --kind dispatch --day 2026-12-01 --resource technician-2 --reveal --reason x")

    assert "Nothing is booked." in empty
    assert centre.git("rev-parse", "HEAD") == head


@pytest.mark.row("E4")
def test_the_desk_says_for_a_technician_without_a_login_that_a_visit_is_accepted(centre: DeskFolder) -> None:
    centre.ok(ORDER)
    centre.ok("booking assign $BK1 --to technician-2 --start 15:00 --for 1h")

    other = centre.run("booking accept $BK1", by="technician-1")
    accepted = centre.ok("booking accept $BK1")

    assert (other.code, "rule booking.accept" in other.err) == (4, True)
    assert "confirmed" in accepted
    assert "accepted 2026-11-20 Fri 14:00" in accepted


def test_who_has_a_login_accepts_in_person(centre: DeskFolder) -> None:
    with_staff(centre, zhou_yu="agent")
    centre.ok(ORDER)
    centre.ok("booking assign $BK1 --to technician-2 --to zhou.yu --start 15:00 --for 1h")

    assert centre.run("booking accept $BK1").code == 4
    assert "confirmed" in centre.ok("booking accept $BK1", by="zhou.yu")


@pytest.mark.row("E4")
@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-11-20 15:30", "Promise      within 48 h, by 2026-11-22 Sun 14:00\n"),
        ("2026-11-23 10:00", "by 2026-11-22 Sun 14:00; note: the time wished for lies 20 h after that\n"),
    ],
)
def test_the_promise_is_told_and_a_wish_beyond_it_is_noted(centre: DeskFolder, start: str, said: str) -> None:
    card = centre.ok(f"{ORDER} --start '{start}'")

    assert said.split("  ")[-1] in card
    assert "Promise" in card
    assert "Promise" not in centre.ok("booking show $BK1")


def test_a_merchant_the_rulebook_does_not_list_stands_where_the_place_stands(desk: DeskFolder) -> None:
    by_profile(desk, "restaurant")
    desk.ok(
        "booking create --service table --customer 王小明 --phone 13800000001 --merchant 老王饭店 --details x --party 4"
        " --start 'tomorrow 18:00'"
    )

    assert "老王饭店" in desk.ok("booking list")


@pytest.mark.parametrize("profile", ["booking-desk", "coach", "restaurant", "sports-club", "call-centre"])
def test_the_first_example_of_setting_a_rule_works_on_every_profile(desk: DeskFolder, profile: str) -> None:
    by_profile(desk, profile)
    example = next(
        line.strip() for line in desk.ok("rule set --help").splitlines() if line.strip().startswith("cscli rule set")
    )

    assert desk.run(example.removeprefix("cscli ")).code == 0
    assert desk.ok("rule show booking").count("= 5") == 1


def test_a_new_desk_has_the_schema_its_rulebook_points_at(desk: DeskFolder) -> None:
    desk.ok("init new-desk --profile coach")
    home = desk.home / "new-desk"

    first = (home / "records" / "desk.toml").read_text(encoding="utf-8").splitlines()[0]
    schema = json.loads((home / "records" / first.removeprefix("#:schema ")).read_text(encoding="utf-8"))

    assert schema == json.loads(desk.ok("schema desk"))
    assert desk.run(f"--desk {home} check").code == 0
    assert "desk.schema.json" in desk.git("ls-files")
    assert desk.git("status", "--porcelain") == ""
