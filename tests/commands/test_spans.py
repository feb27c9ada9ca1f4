"""Spans of the rulebook: one beyond all calendars is refused, and no command stumbles over the longest there may be."""

import pytest

from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --yes"
OWN = "service.badminton"
LONGEST = {
    f"{OWN}.buffer_before": "31d",
    f"{OWN}.buffer_after": "31d",
    f"{OWN}.remind_before": "3660d",
    f"{OWN}.arrive_before": "3660d",
    f"{OWN}.check_arrival_after": "3660d",
    f"{OWN}.no_show_after": "3660d",
    f"{OWN}.change_notice": "3660d",
    f"{OWN}.cancel_notice": "3660d",
    f"{OWN}.lead": "3660d",
    f"{OWN}.priority.advance": "3660d",
    "service.yoga.advance": "3660d",
    f"{OWN}.hold_for": "3660d",
    f"{OWN}.offer_for": "3660d",
    f"{OWN}.longest": "366d",
    f"{OWN}.refund[1].within": "3660d",
    "booking.answer_within": "3660d",
    "visit.others": "3660wd",
    "visit.contract": "3660d",
    "complaint.severity.minor.resolve": "3660d",
    "complaint.severity.minor.follow_up": "3660wd",
    "complaint.severity.major.resolve": "29280wh",  # 3660 days of 8 hours
    "report.at_risk": "3660d",
}
COMMANDS = (
    f"{TAKE} --start 'tomorrow 20:00'",
    "booking change $BK1 --start 'tomorrow 21:00'",
    "booking free --service badminton --day tomorrow",
    "booking waitlist",
    "explain window --service badminton --start 'tomorrow 19:00'",
    "due",
    "complaint create --customer 王小明 --phone 13800000001 --category facility --content x --remedy y",
    "report daily",
    "kpi",
    "booking confirm $BK1",
    "booking arrive $BK1",
    "booking cancel $BK1 --reason x --phoned --yes",
)


def one_more(span: str) -> str:
    """Return a span that is one longer."""
    number = span.rstrip("hmdw")
    return f"{int(number) + 1}{span[len(number) :]}"


@pytest.mark.parametrize("key", LONGEST)
def test_the_longest_span_stops_no_command_and_a_longer_one_is_refused(desk: DeskFolder, key: str) -> None:
    desk.ok(f"{TAKE} --start 'tomorrow 19:00'")

    longer = desk.run(f"rule set '{key}' {one_more(LONGEST[key])}")
    silly = desk.run(f"rule set '{key}' 999999d")
    desk.ok(f"rule set '{key}' {LONGEST[key]}")

    assert (longer.code, silly.code) == (4, 4)
    assert (
        f'999999d is too long; write "{LONGEST[key].replace("wd", "d").replace("29280wh", "3660d")}" at most'
        in silly.err
    )
    for line in COMMANDS:
        assert desk.run(line).code in (0, 4, 5), line
    assert desk.run("check").code in (0, 6)


@pytest.mark.parametrize("span", ["999999d", "999999h", "99999wd"])
def test_a_span_written_by_hand_is_named_with_file_key_and_remedy(desk: DeskFolder, span: str) -> None:
    desk.rules(lambda text: text.replace('id = "badminton"\n', f'id = "badminton"\nlead = "{span}"\n', 1))

    for line in ("booking list", "due", "check"):
        result = desk.run(line)
        assert result.code == 6
        assert f'lead: {span} is too long; write "3660d" at most' in result.out + result.err
        assert "records/desk.toml:" in result.out + result.err


def test_a_card_runs_for_so_many_months_at_most(desk: DeskFolder) -> None:
    refused = desk.run("rule set members.card.yoga-season.months 1000000")

    assert (refused.code, "from 1 to 600" in refused.err) == (4, True)
