"""`cscli explain sla`: why a complaint is due when it is, as a clerk reads it to a customer or a manager."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cscli.render.width import width
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
CREATE = "complaint create --customer 王小明 --phone 13800000001 --category service --content 前台态度不好"


def explained(desk: DeskFolder, line: str, **context: str) -> dict[str, Any]:
    """Return an explanation as programs have it."""
    data: dict[str, Any] = json.loads(desk.ok(f"explain sla {line} --json", **context))
    return data


def before_the_holidays(desk: DeskFolder) -> None:
    """Take a complaint before the National Day, make it a major one, and wait for the customer at noon."""
    desk.ok(CREATE, now="2026-09-29T16:20:00")
    desk.ok("complaint acknowledge $CP1 --apology", now="2026-09-29T17:00:00")
    desk.ok("complaint assess $CP1 --severity major", now="2026-09-30T09:30:00", by="chen.jie")
    desk.ok("complaint hold $CP1 --reason 请提供小票", now="2026-09-30T11:30:00")
    desk.ok("complaint resume $CP1", now="2026-09-30T14:00:00")


@pytest.mark.row("B5", "E1")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_deadline_is_explained_piece_by_piece(desk: DeskFolder, golden: Golden, lang: str) -> None:
    before_the_holidays(desk)

    page = desk.ok("explain sla $CP1", now="2026-10-10T10:30:00", lang=lang)

    golden(f"explain-sla.{lang}", page)
    assert max(map(width, page.splitlines())) <= 120


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_solution_and_what_comes_after_it_are_explained(desk: DeskFolder, golden: Golden, lang: str) -> None:
    """In a year that is not announced, with a measure that somebody gave a moment for."""
    now = "2031-12-31T15:00:00"
    desk.ok(CREATE, now="2031-12-31T09:00:00")
    desk.ok("complaint acknowledge $CP1", now="2031-12-31T09:30:00")
    desk.ok("complaint assess $CP1", now="2031-12-31T10:00:00")
    desk.ok("complaint judge $CP1 --valid --criterion courtesy", now="2031-12-31T10:10:00")
    desk.ok("complaint plan $CP1 --measure 培训 --owner chen.jie --due '2032-01-02 18:00'", now="2031-12-31T10:20:00")
    desk.ok("complaint resolve $CP1 --response apology --decision 当面道歉", now="2031-12-31T11:00:00")

    golden(f"explain-sla-after.{lang}", desk.ok("explain sla $CP1", now=now, lang=lang))


def test_only_the_deadline_that_is_asked_for_is_explained(desk: DeskFolder) -> None:
    desk.ok(CREATE)

    page = desk.ok("explain sla $CP1 --name acknowledge", now="2026-11-20T15:00:00")

    assert page == (
        "Deadlines  first answer: by 2026-11-20 Fri 18:00; 3 h left\n"
        "Complaint  CP-000000-000001  received  一般\n"
        "Severity   一般: 2026-11-20 Fri 14:00 create (li.na)\n"
        "\n"
        "Deadline     first answer\n"
        "Due          by 2026-11-20 Fri 18:00; 3 h left\n"
        "Decided by   complaint.severity.minor.acknowledge = 4 working h\n"
        "Counts from  2026-11-20 Fri 14:00: the complaint was received\n"
        "Used         1 h of 4 h (working time)\n"
        "Escalation   50%: 2026-11-20 Fri 16:00 will tell li.na\n"
        "             80%: 2026-11-20 Fri 17:12 will tell supervisor\n"
        "             100%: 2026-11-20 Fri 18:00 will tell supervisor\n"
        "\n"
        "from                  to     counts  sum  why           here\n"
        "--------------------  -----  ------  ---  ------------  ----\n"
        "2026-11-20 Fri 14:00  15:00  1 h     1 h  office hours  now\n"
        "2026-11-20 Fri 15:00  18:00  3 h     4 h  office hours  due\n"
    )


def test_the_clock_that_is_changed_is_told(desk: DeskFolder) -> None:
    """Berlin, October 25th 2026: an hour comes twice."""
    desk.rules(
        lambda text: text.replace("Asia/Shanghai", "Europe/Berlin").replace(
            'acknowledge = "4wh"\nresolve = "2wd"', 'acknowledge = "4wh"\nresolve = "2d"'
        )
    )
    desk.ok(CREATE, now="2026-10-24T12:00:00")

    page = desk.ok("explain sla $CP1 --name resolve", now="2026-10-24T12:00:00")

    assert "\nClock        changed on the way: 2 days are 1 h longer than 24 h each\n" in page
    assert page.splitlines()[-1] == (
        "2026-10-24 Sat 12:00  2026-10-26 Mon 12:00  49 h    49 h  counts day and night  due"
    )


def test_the_json_has_every_piece_with_its_running_sum(desk: DeskFolder) -> None:
    before_the_holidays(desk)

    data = explained(desk, "$CP1 --name resolve", now="2026-10-10T10:30:00")
    (solution,) = data["deadlines"]

    assert (data["status"], data["severity"], [known["severity"] for known in data["severities"]]) == (
        "assessed", "major", ["minor", "major"],
    )  # fmt: skip
    assert (solution["rule"], solution["target"], solution["since_why"]) == (
        "complaint.severity.major.resolve", "2wd", "received",
    )  # fmt: skip
    # Sep 29 100 min, Sep 30 150 + 240, Oct 8 180 + 290 to the due moment; 90 of the 150 min of waiting are office time
    assert (solution["due"], solution["target_minutes"]) == ("2026-10-08T17:50:00+08:00", 960)
    assert (solution["paused_minutes"], solution["due_without_pauses"]) == (90, "2026-10-08T16:20:00+08:00")
    assert solution["working_days"] == ["2026-09-30", "2026-10-08"]
    assert [(alarm["share"], alarm["at"][:16], alarm["heard"]) for alarm in solution["alarms"]] == [
        ("50", "2026-09-30T17:50", True), ("80", "2026-10-08T14:38", True), ("100", "2026-10-08T17:50", True),
    ]  # fmt: skip
    due = next(piece for piece in solution["segments"] if piece["ends"] == ["due"])
    assert (due["counted_minutes"], due["to"]) == (960, solution["due"])
    assert solution["segments"][8] == {
        "from": "2026-10-01T00:00:00+08:00", "to": "2026-10-08T00:00:00+08:00", "counted": False,
        "reason": "holiday", "detail": "National Day", "seconds": 604800, "counted_minutes": 490, "ends": [],
    }  # fmt: skip
    assert solution["segments"][-1]["reason"] == "adjusted"


def opened_again(desk: DeskFolder) -> None:
    """Solve a complaint in time, open it again after the weekend, and leave it lying for five weeks."""
    desk.ok(CREATE)
    plan = "plan $CP1 --measure 培训 --owner li.na --due '2026-11-21 18:00'"
    solution = "resolve $CP1 --response apology --decision 道歉"
    for verb in ("acknowledge $CP1", "assess $CP1", "judge $CP1 --invalid --note 无误", plan, solution):
        desk.ok(f"complaint {verb}", now="2026-11-20T16:00:00")
    desk.ok("complaint reopen $CP1 --reason 又发生了", now="2026-11-23T10:00:00")
    desk.ok("complaint resolve $CP1 --response refund --decision 退款", now="2026-12-21T11:00:00")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_round_is_explained_and_long_stretches_are_short(desk: DeskFolder, golden: Golden, lang: str) -> None:
    opened_again(desk)

    page = desk.ok("explain sla $CP1 --name resolve", now="2026-12-21T12:00:00", lang=lang)

    golden(f"explain-sla-rounds.{lang}", page)
    assert max(map(width, page.splitlines())) <= 120


def test_programs_get_every_round_and_every_piece(desk: DeskFolder) -> None:
    opened_again(desk)

    data = explained(desk, "$CP1 --name resolve", now="2026-12-21T12:00:00")

    assert [(one["round"], one["met"]) for one in data["deadlines"]] == [(1, True), (2, False)]
    # Friday 14-18, Monday 9-18 without lunch, 19 days of 8 hours, and Monday 9-11
    assert data["total_minutes"] == (4 + 8 + 19 * 8 + 2) * 60
    assert len(data["deadlines"][1]["segments"]) > 60


def test_what_waits_is_reckoned_again_and_the_last_moment_is_in_time(desk: DeskFolder) -> None:
    desk.ok(CREATE)
    desk.ok("complaint acknowledge $CP1", now="2026-11-20T18:00:00")
    desk.ok("complaint assess $CP1", now="2026-11-23T09:00:00")
    desk.ok("complaint hold $CP1 --reason 请提供小票", now="2026-11-23T10:00:00")

    page = desk.ok("explain sla $CP1", now="2026-12-21T10:00:00")

    assert "first answer: by 2026-11-20 Fri 18:00; done at 2026-11-20 Fri 18:00, exactly in time\n" in page
    assert "solution: it waits for the customer, the clock stands still: reckoned again when it goes on\n" in page
    assert "2026-11-24 Tue 2026-12-18 Fri - 19 working days, waiting for the customer" in " ".join(page.split())


def test_a_duplicate_and_a_complaint_without_deadlines_say_why(desk: DeskFolder) -> None:
    desk.ok(CREATE)
    desk.ok(CREATE)
    desk.ok(CREATE)
    desk.ok("complaint link $CP2 --to $CP1")
    desk.ok("complaint cancel $CP3 --reason 误会")

    assert desk.ok("explain sla $CP2").startswith(
        "Deadlines  none: it is a duplicate of CP-000000-000001 and goes its way\n"
    )
    assert desk.ok("explain sla $CP3").startswith("Deadlines  none: it is over, and nothing is waited for\n")
    assert explained(desk, "$CP3")["deadlines"] == []


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("explain sla", 2, "ID is missing.\n"),
        ("explain sla $CP1 --name resolv", 2, "--name cannot be resolv. Did you mean resolve? It is one of"),
        ("explain sla 0000ZZ", 3, "Nothing has the id 0000ZZ.\n"),
        (
            "explain sla $CP1 --name follow-up",
            3,
            "CP-000000-000001 has no deadline follow_up; it has acknowledge, resolve.\n",
        ),
    ],
)
def test_what_cannot_be_explained_is_told_in_one_sentence(desk: DeskFolder, line: str, code: int, said: str) -> None:
    desk.ok(CREATE)

    result = desk.run(line)

    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(said)
    assert len(result.err.splitlines()) == 1


def test_explaining_changes_nothing_and_shows_no_person(desk: DeskFolder) -> None:
    desk.ok(CREATE)
    head = desk.git("rev-parse", "HEAD")

    shown = desk.ok("explain sla $CP1") + desk.ok("explain sla $CP1 --json")

    assert "王" not in shown
    assert "13800000001" not in shown
    assert desk.git("rev-parse", "HEAD") == head
