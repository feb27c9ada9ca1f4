"""The confirmation of a cancellation: what was cancelled, how soon, and by when what was paid comes back (row B4)."""

import json
from collections.abc import Callable

import pytest

from cscli.render.width import width
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Profile = Callable[..., DeskFolder]
STOPS = {"zh": "客运中心", "en": "Coach terminal"}
LATER = "2026-11-20T15:00:00"


def returned(desk: DeskFolder, lang: str = "en", *, pay: bool = True) -> None:
    """Order two seats for tomorrow morning, pay for them, and cancel them an hour later."""
    desk.ok(
        "booking create --customer 王小明 --phone 13800000001 --service line --start 'tomorrow 09:00' --party 2"
        f" --route airport-out --class standard --boarding '{STOPS[lang]}'",
        lang=lang,
    )
    if pay:
        desk.ok("booking pay $BK1 --method mobile")
        desk.ok("booking confirm $BK1")
    desk.ok("booking cancel $BK1 --reason ill", now=LATER)


@pytest.mark.row("B4")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refund_is_confirmed_with_the_fee_and_the_day_on_which_it_is_expected(
    profile: Profile, golden: Golden, lang: str
) -> None:
    desk = profile("coach", lang)
    returned(desk, lang)

    text = desk.ok("booking print $BK1", now=LATER, lang=lang)
    pages = [text, *(desk.ok(f"booking print $BK1 --format {form}", now=LATER, lang=lang) for form in ("md", "html"))]
    desk.ok("booking refund $BK1 --method transfer", now="2026-11-23T10:00:00")
    paid_out = desk.ok("booking print $BK1", now="2026-11-23T10:01:00", lang=lang)

    golden(f"cancellation.{lang}", "\n".join([*pages, paid_out]))
    assert max(map(width, [*text.splitlines(), *paid_out.splitlines()])) <= 60  # A5
    assert "王小明" not in "".join(pages)


@pytest.mark.row("B4")
def test_without_a_payment_it_speaks_of_no_money(profile: Profile) -> None:
    desk = profile("coach")
    returned(desk, pay=False)

    page = desk.ok("booking print $BK1", now=LATER)

    assert "Confirmation of cancellation BK-000000-000001\n" in page
    assert "CNY" not in page
    assert "Cancelled       2026-11-20 Fri 15:00\n" in page


@pytest.mark.row("A7")
def test_a_late_cancellation_names_the_rule_it_broke(profile: Profile) -> None:
    desk = profile("booking-desk")
    talk = "booking create --customer 王小明 --phone 13800000001 --service consultation --details 选型 --start"
    desk.ok(f"{talk} 'mon 10:00'")
    desk.ok(f"{talk} 'mon 14:00'")
    desk.ok("booking cancel $BK1 --reason 出差 --override", now="2026-11-23T08:00:00")
    desk.ok("booking cancel $BK2 --reason 出差", now="2026-11-23T08:00:00")
    desk.ok("booking close $BK2", now="2026-11-23T08:01:00")

    late, in_time = (desk.ok(f"booking print $BK{number}").replace("\n", " ") for number in (1, 2))

    assert "It was cancelled 2 h before the start; the rule asks for 4 h, so it is late." in late
    assert "It was cancelled 6 h before the start; the rule asks for 4 h. " in in_time


def test_what_was_cancelled_once_it_had_begun_owes_its_fee(desk: DeskFolder) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'today 19:00'")
    desk.ok("booking cancel $BK1 --reason 堵车 --override", now="2026-11-20T19:25:00")

    page = desk.ok("booking print $BK1", now="2026-11-20T19:26:00")

    assert "It was cancelled after the start.\n" in page
    assert "Fee             15.00 CNY\nStill to pay    15.00 CNY\n" in page
    assert "Goes back" not in page


def test_those_of_a_day_are_printed_together(profile: Profile) -> None:
    desk = profile("coach")
    returned(desk)

    papers = json.loads(desk.ok("booking print --kind cancellation --day tomorrow --json", now=LATER))
    sheet = desk.ok("booking print --kind confirmation --day tomorrow", now=LATER)

    assert [(paper["kind"], paper["record"]) for paper in papers] == [("cancellation", "BK-000000-000001")]
    assert sheet == "No bookings.\n"


@pytest.mark.parametrize("line", ["--day tomorrow --format html", "$BK1 $BK1 --format md"])
def test_only_one_cancellation_is_printed_in_another_form(profile: Profile, line: str) -> None:
    desk = profile("coach")
    returned(desk)

    result = desk.run(f"booking print {line}", now=LATER)

    assert (result.code, result.out) == (2, "")
    assert "one confirmation is printed, of a booking or a cancellation" in result.err
