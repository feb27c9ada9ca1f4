"""Recurring bookings as a user's terminal shows them, and what a series leaves in the files and in git."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cscli.store.index import Index
from tests.commands.test_terminal import on_terminal
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
WANG = "--customer 王小明 --phone 13800000001"
TAKE = f"booking create {WANG} --service badminton --for 1h"
WEEKLY = f'{TAKE} --start "2026-11-24 19:00" --repeat weekly --count 4'  # Tuesdays: 11-24, 12-01, 12-08, 12-15
OTHERS = 'booking create --customer 李四 --phone 13900000002 --service badminton --start "2026-12-08 19:00" --for 1h'
SESSION = (
    ("14:00", f"{WEEKLY} --party 4 --details 训练"),
    ("14:02", f"{WEEKLY} --units 4"),
    ("14:03", f"{WEEKLY} --units 4 --skip"),
    ("14:04", f'{TAKE} --start "2026-12-31 19:00" --repeat monthly --until 2027-03-30'),
    ("14:05", "booking pay $BK2 --amount 15.00 --method cash"),
    ("14:06", "booking list --series $BK1"),
    ("14:07", 'booking change $BK2 --which following --start "2026-12-02 17:30" --cause customer'),
    ("14:08", "booking show $BK3"),
    ("11-24 17:30", "booking cancel $BK2 --which all --reason 搬家 --phoned"),
    ("11-24 17:31", "booking cancel $BK2 --which all --reason 搬家 --phoned --skip"),
    ("11-24 17:32", "booking list --series $BK1"),
)
CODES = {1: 5, 3: 4, 8: 4}  # what is refused


def ahead(text: str) -> str:
    """Return the rules with courts to be had 90 days ahead, changed and cancelled until two hours before."""
    return text.replace("priority = {", "# priority = {", 1).replace(
        'advance = "1d"                        #', 'advance = "90d"\nchange_notice = "2h"\ncancel_notice = "2h" #', 1
    )


@pytest.fixture
def club(desk: DeskFolder) -> DeskFolder:
    """Return a club at which courts may be had 90 days ahead."""
    desk.rules(ahead)
    return desk


def taken_by_others(club: DeskFolder, courts: int = 11) -> None:
    """Let others have courts 2 to 12, or the first of these, on 2026-12-08 at 19:00."""
    for court in range(2, 2 + courts):
        club.ok(f"{OTHERS} --resource court-{court}", now="2026-11-20T13:00:00")
    club.names.clear()


def moment(said: str) -> str:
    """Return the session's clock as the desk takes it."""
    day, _, time = said.rpartition(" ")
    return f"2026-{day or '11-20'}T{time}:00"


def subjects(club: DeskFolder) -> list[str]:
    """Return the sentences of the desk's commits, the newest first."""
    return club.git("log", "--format=%s").splitlines()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_series_is_taken_moved_and_called_off_like_this(club: DeskFolder, golden: Golden, lang: str) -> None:
    taken_by_others(club)
    page = []
    for number, (said, line) in enumerate(SESSION):
        result = club.run(line, now=moment(said), lang=lang)
        assert result.code == CODES.get(number, 0), f"{line}: {result.err}"
        page.append(f"$ cscli {line}\n{result.out}{result.err}")

    golden(f"series-session.{lang}", "\n".join(page))
    assert club.git("status", "--porcelain") == ""
    assert subjects(club)[:5] == [
        "Cancel 3 bookings of a series",
        "Change 3 bookings of a series",
        f"Note payment for booking {club.id_of('BK2')}",
        "Take 3 bookings of a series",
        "Take 4 bookings of a series",
    ]
    assert "no findings" in club.ok("check")


def test_all_or_nothing_writes_nothing(club: DeskFolder) -> None:
    """Given one of four Tuesdays full, nothing is written: no booking, no customer, no commit."""
    taken_by_others(club)
    head = club.git("rev-parse", "HEAD")
    records = sorted((club.home / "records").rglob("*.toml"))

    result = club.run(WEEKLY.replace("王小明", "赵六").replace("13800000001", "13700000003") + " --units 2")

    assert (result.code, result.out) == (5, "")
    assert "2026-12-08 Tue 19:00" in result.err
    assert club.git("rev-parse", "HEAD") == head
    assert sorted((club.home / "records").rglob("*.toml")) == records
    assert club.git("status", "--porcelain") == ""


def test_the_json_of_a_series_has_its_bookings_and_its_conflicts(club: DeskFolder) -> None:
    taken_by_others(club)
    refused = club.run(f"{WEEKLY} --units 2 --json")
    taken = json.loads(club.ok(f"{WEEKLY} --units 2 --skip --json"))
    shown = json.loads(club.ok("booking show $BK1 --json"))

    told = json.loads(refused.err)
    assert (refused.code, refused.out) == (5, "")
    assert (told["error"]["exit"], told["error"]["key"]) == (5, "refused.series")
    assert [one["start"] for one in told["conflicts"]] == ["2026-12-08T19:00:00+08:00"]
    assert list(taken) == ["series", "bookings", "conflicts", "derived"]
    assert taken["series"] == taken["bookings"][0]["id"] == "BK-000000-000001"
    assert taken["bookings"][0] == shown
    assert [one["start"][:10] for one in taken["bookings"]] == ["2026-11-24", "2026-12-01", "2026-12-15"]
    assert {one["series"] for one in taken["bookings"]} == {"BK-000000-000001"}
    assert list(taken["conflicts"][0]) == ["day", "start", "id", "key", "message", "alternatives"]
    assert taken["conflicts"][0]["key"] == "unavailable"
    assert taken["conflicts"][0]["alternatives"][0]["start"] == "2026-12-08T17:00:00+08:00"
    assert taken["derived"]["price"] == "90.00"


def test_a_dry_run_shows_the_series_and_writes_nothing(club: DeskFolder) -> None:
    head = club.git("rev-parse", "HEAD")

    out = club.ok(f"{WEEKLY} --dry-run")

    assert out.startswith("Dry run   nothing was written\nSeries    BK-000000-000001  4 bookings  confirmed\n")
    assert club.git("rev-parse", "HEAD") == head
    assert club.git("status", "--porcelain") == ""


def test_one_date_of_a_series_may_be_changed_alone(club: DeskFolder) -> None:
    club.ok(WEEKLY)
    club.ok('booking change $BK2 --start "2026-12-01 20:00"')
    club.ok("booking cancel $BK3 --reason ill")

    listed = json.loads(club.ok("booking list --series $BK4 --json"))

    assert [(one["start"][5:16], one["status"]) for one in listed] == [
        ("11-24T19:00", "confirmed"),
        ("12-01T20:00", "confirmed"),
        ("12-08T19:00", "cancelled"),
        ("12-15T19:00", "confirmed"),
    ]
    assert {one["series"] for one in listed} == {"BK-000000-000001"}


def test_following_are_those_from_this_one_on_and_all_are_those_still_to_come(club: DeskFolder) -> None:
    club.ok(WEEKLY)

    following = json.loads(club.ok("booking change $BK3 --which following --details team --json"))
    later = "2026-12-02T12:00:00"
    every = json.loads(club.ok("booking change $BK1 --which all --special 轮椅 --json", now=later))
    ended = club.run("booking cancel $BK1 --which all --reason ill", now="2026-12-16T12:00:00")

    assert [one["id"][-1] for one in following["bookings"]] == ["3", "4"]
    assert [one["id"][-1] for one in every["bookings"]] == ["3", "4"]  # two have begun and stay as they are
    assert (ended.code, "none of the series of BK-000000-000001 is still to come" in ended.err) == (4, True)


def test_a_move_over_the_place_of_another_stops_all(club: DeskFolder) -> None:
    club.ok(f"{WEEKLY} --resource court-1")
    for court in range(1, 13):
        club.ok(f"{OTHERS.replace('12-08 19:00', '12-09 19:00')} --resource court-{court}")
    head = club.git("rev-parse", "HEAD")

    refused = club.run('booking change $BK1 --which all --start "2026-11-25 19:00"')
    moved = json.loads(club.ok('booking change $BK1 --which all --start "2026-11-25 19:00" --skip --json'))

    assert (refused.code, "2026-12-08 Tue 19:00" in refused.err) == (5, True)
    assert club.git("rev-parse", "HEAD~1") == head
    assert [one["start"][5:10] for one in moved["bookings"]] == ["11-25", "12-02", "12-16"]
    assert [(one["id"], one["key"]) for one in moved["conflicts"]] == [("BK-000000-000003", "unavailable")]


def test_what_a_series_sets_free_is_offered_to_who_waits(club: DeskFolder) -> None:
    club.ok(f"{WEEKLY} --resource court-1")
    taken_by_others(club)
    club.ok(f"{OTHERS} --waitlist")

    listed = json.loads(club.ok("booking list --service badminton --json --limit 0"))
    series = next(one["series"] for one in listed if one["series"])
    said = json.loads(
        club.ok(f"booking cancel {club.id_of(series[:2] + str(int(series[-6:])))} --which all --reason ill --json")
    )

    assert said["waiting"] == ["BK-000000-000001"]


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("--repeat weekly", 2, "Say one of --count and --until."),
        ("--repeat weekly --count 3 --until 2026-12-24", 2, "Say either --count or --until, not both."),
        ("--count 3", 2, "--repeat is missing."),
        ("--skip", 2, "--repeat is missing."),
        ("--repeat weakly --count 3", 2, "Did you mean weekly?"),
        ("--repeat daily --until 2026-11-01", 2, "lies before"),
        ("--repeat daily --count 1001", 2, "at most 1000 dates"),
        ("--repeat weekly --count 3 --resource yoga-room", 4, "does not serve"),
    ],
)
def test_what_cannot_be_meant_is_said(club: DeskFolder, said: str, code: int, words: str) -> None:
    result = club.run(f'{TAKE} --start "2026-11-24 19:00" {said}')

    assert (result.code, words in result.err) == (code, True), result.err


def test_which_is_for_a_series_and_skip_for_more_than_one(club: DeskFolder) -> None:
    club.ok(f'{TAKE} --start "2026-11-24 19:00"')

    single = club.run("booking cancel $BK1 --which all --reason ill")
    alone = club.run("booking cancel $BK1 --skip --reason ill")

    assert (single.code, "BK-000000-000001 is no part of a series" in single.err) == (4, True)
    assert (alone.code, "--skip needs --which following" in alone.err) == (2, True)


def test_a_supervisor_may_set_a_rule_aside_for_all_dates(club: DeskFolder) -> None:
    late = WEEKLY.replace("19:00", "22:00")  # the club closes at 22:30

    refused = club.run(late)
    told = json.loads(club.ok(f"{late} --override --reason 'club night' --json"))

    assert refused.code == 4
    assert refused.err.count("is not within the opening hours") == 4
    assert {tuple(one["events"][0]["overrode"]) for one in told["bookings"]} == {("booking.hours",)}


@pytest.mark.row("D5")
@pytest.mark.parametrize(("answer", "saved"), [("y", True), ("n", False)])
def test_a_series_is_read_back_before_it_is_saved(club: DeskFolder, answer: str, saved: bool) -> None:
    words = ["booking", "create", "--customer", "王小明", "--phone", "13800000001", "--service", "badminton"]
    words += ["--start", "2026-11-24 19:00", "--repeat", "weekly", "--count", "3"]

    code, screen = on_terminal(club, *words, answers=f"{answer}\n")

    asked = screen.index("Read it back to the customer.")
    assert code == 0
    assert screen.index("45.00 CNY in all") < screen.index("2026-12-08 Tue 19:00-20:00") < asked
    assert ("Nothing was written." in screen) == (not saved)
    assert (subjects(club)[0] == "Take 3 bookings of a series") == saved


def test_what_goes_back_in_all_is_told_before_a_series_is_cancelled(club: DeskFolder) -> None:
    club.ok(f"{WEEKLY}")
    for number in (1, 2):
        club.ok(f"booking pay $BK{number} --amount 15.00 --method cash")
    words = ["booking", "cancel", club.id_of("BK1"), "--which", "all", "--reason", "ill"]

    _, screen = on_terminal(club, *words, answers="n\n")

    assert "Of 30.00 paid, 30.00 goes back (fee 0.00)" in screen
    assert "Nothing was written." in screen
    assert len(json.loads(club.ok("booking list --status confirmed --json"))) == 4


def test_the_index_is_asked_as_often_for_forty_dates_as_for_four(
    club: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given series of four and of forty days, deciding on them asks the index the same number of questions."""
    club.ok(f"{TAKE} --start 2026-11-23T15:00 --dry-run")  # a first command makes the index
    counts = []
    for number, start in ((4, "2026-11-24 15:00"), (40, "2026-11-24 17:00")):
        asked: list[str] = []
        with monkeypatch.context() as patch:
            patch.setattr(Index, "all", _noting(Index.all, asked))
            patch.setattr(Index, "one", _noting(Index.one, asked))
            club.ok(f'{TAKE} --start "{start}" --repeat daily --count {number} --dry-run')
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] < 40


def _noting(real: Callable[..., Any], notes: list[str]) -> Callable[..., Any]:
    """Return a question to the index that is noted each time it is put."""

    def noted(self: Index, question: str, *values: Any) -> Any:
        notes.append(question)
        return real(self, question, *values)

    return noted
