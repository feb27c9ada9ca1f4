"""`cscli rule`: a manager changes the rules of a running desk; comments stay, bookings are never rewritten."""

import json
from collections.abc import Callable

import pytest

from cscli.store.git import Repository
from tests.conftest import PROJECT, DeskFolder

Golden = Callable[[str, str], None]
TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton"
SESSION = (
    "rule show service.badminton.price",
    "rule show service.badminton.lead",
    "rule show members.points",
    "rule set service.badminton.no_show_after 45m --dry-run",
    "rule set service.badminton.no_show_after 45m",
    "rule set 'service.badminton.price[2].amount' 16.00",
    "rule set desk.phone 0513-55550000",
    "rule set calendar.open.sat 09:00-12:00,13:00-22:30",
    "rule add resource.court-3.out from='2026-12-01 09:00' to='2026-12-03 18:00' reason=地板翻修 --dry-run",
    "rule add resource.court-3.out from='2026-12-01 09:00' to='2026-12-03 18:00' reason=地板翻修",
    "rule add calendar.closed from=2027-02-05 to=2027-02-12 reason=春节",
    "rule remove 'calendar.closed[1]'",
    "check",
    "log",
)


def rulebook(desk: DeskFolder) -> str:
    """Return the rulebook's text."""
    return (desk.home / "records" / "desk.toml").read_text(encoding="utf-8")


def staff(desk: DeskFolder) -> None:
    """Let the desk keep files of an agent and a supervisor."""
    folder = desk.home / "records" / "staff"
    folder.mkdir()
    for login, role in (("li.na", "agent"), ("wang.wei", "supervisor")):
        (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n')


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_manager_changes_the_rules(desk: DeskFolder, golden: Golden, lang: str) -> None:
    page = "\n".join(f"$ cscli {line}\n{desk.ok(line, lang=lang)}" for line in SESSION)

    for number, name in enumerate(desk.git("log", "--format=%h").split()):
        page = page.replace(name, f"commit{number}")
    golden(f"rule-session.{lang}", page)
    assert desk.git("status", "--porcelain") == ""


def test_every_comment_of_the_rulebook_is_still_there_afterwards(desk: DeskFolder) -> None:
    before = rulebook(desk)
    for line in SESSION[4:12]:
        desk.ok(line)

    comments = [line[line.index("# ") :] for line in before.splitlines() if "# " in line]
    after = rulebook(desk)
    assert len(comments) > 50
    assert [comment for comment in comments if comment not in after] == []
    assert desk.store().rulebook.service_named("badminton").no_show_after.minutes == 45


def test_a_change_is_one_commit_with_its_trailers(desk: DeskFolder) -> None:
    desk.ok("rule set service.badminton.no_show_after 45m --at '13:30'", by="chen.jie")

    assert desk.git("log", "-1", "--format=%an%n%B").splitlines() == [
        "chen.jie",
        "Change the rules: service.badminton.no_show_after",
        "",
        "Cscli-Rule: service.badminton.no_show_after",
        "Cscli-Event: rules.changed",
        "Cscli-At: 2026-11-20T13:30:00+08:00",
        "Cscli-By: chen.jie",
        "Cscli-Version: 0.1.0",
        "",
    ]
    assert desk.git("show", "--format=", "--numstat").split() == ["1", "1", "records/desk.toml"]
    (change,) = json.loads(desk.ok("log --json"))
    assert (change["events"], change["rules"]) == (["rules.changed"], ["service.badminton.no_show_after"])


def test_the_next_command_works_by_the_new_rule(desk: DeskFolder) -> None:
    late = f'{TAKE} --start "tomorrow 22:00" --for 1h'
    assert desk.run(late).code == 4

    desk.ok("rule set calendar.open.sat 09:00-23:00")

    desk.ok(late)


def test_what_would_not_hold_is_refused_with_every_finding(desk: DeskFolder, golden: Golden) -> None:
    before, head = rulebook(desk), desk.git("rev-parse", "HEAD")
    lines = (
        "rule set service.badminton.step 0m",
        "rule set service.badminton.step half",
        "rule set service.badminton.advance 2d",
        "rule set 'service.badminton.price[1].amount' 10.005",
        "rule set 'service.badminton.price[2].from' 17:00",
        "rule set service.yoga.kind lesson",
        "rule add calendar.closed to=2027-02-12 reason=春节",
        "rule add resource id=court-1 name=x group=badminton-court",
        "rule remove desk.name",
        "rule remove resource.yoga-room",
    )
    page = []
    for line in lines:
        for lang in ("zh", "en"):
            result = desk.run(line, lang=lang)
            assert (result.code, result.out) == (4, ""), line
            page.append(f"$ cscli {line}\n[{result.code}] {result.err}")

    golden("rule-refused", "\n".join(page))
    assert (rulebook(desk), desk.git("rev-parse", "HEAD")) == (before, head)
    as_data = json.loads(desk.run("rule set service.badminton.step 0m --json").err)
    assert [found["rule"] for found in as_data["findings"]] == ["check.rulebook.no_span"]


def test_what_was_wrong_before_does_not_stand_in_the_way(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('services = ["yoga"]', 'services = ["joga"]'))
    desk.rules(lambda text: text.replace('days = ["sat", "sun"]\n', 'days = ["sat"]\n'))

    desk.ok("rule set desk.phone 0513-55550000")
    desk.ok("rule remove members.card.yoga-season")

    assert desk.run("rule set members.card.yoga-year.services joga,yogi").code == 4
    assert desk.run("check").code == 6


MISTAKES = (
    (2, "rule"),
    (2, "rule chang service.badminton.advance 2d"),
    (2, "rule set service.badminton.advance"),
    (2, "rule set service..advance 2d"),
    (2, "rule set service.badminton.advanse 2d"),
    (2, "rule set service.badminton 2d"),
    (2, "rule set service.badminton.price 2d"),
    (2, "rule set service.badminton.advance.days 2"),
    (2, "rule set service.badminton.most_units many"),
    (2, "rule set booking.read_back maybe"),
    (2, "rule set members.bonus[1].since someday"),
    (2, "rule add calendar.closed"),
    (2, "rule add calendar.closed 春节"),
    (2, "rule add calendar.closed form=2027-02-05"),
    (2, "rule add desk name=x"),
    (3, "rule set service.squash.advance 2d"),
    (3, "rule set 'service.badminton.price[4].amount' 1.00"),
    (3, "rule remove 'calendar.closed[1]'"),
    (4, "rule set service.badminton.advance 1d"),
    (4, "rule remove desk.phone"),
    (4, "rule set desk.phone 1 --at 'tomorrow 9:00'"),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_mistake_gives_one_sentence_and_changes_nothing(desk: DeskFolder, golden: Golden, lang: str) -> None:
    head = desk.git("rev-parse", "HEAD")
    page = []
    for code, line in MISTAKES[1:]:
        result = desk.run(line, lang=lang)
        assert (result.code, result.out) == (code, ""), f"{line}: {result.err}"
        assert len(result.err.splitlines()) == 1, line
        page.append(f"$ cscli {line}\n[{result.code}] {result.err}")

    golden(f"rule-errors.{lang}", "\n".join(page))
    assert desk.git("rev-parse", "HEAD") == head
    assert desk.git("status", "--porcelain") == ""


def test_only_who_may_override_may_change_the_rules(desk: DeskFolder) -> None:
    desk.ok("rule set desk.phone 1000")  # nobody has a file yet: everybody is trusted
    staff(desk)

    for line in ("rule set desk.phone 2000", "rule add department id=a name=A", "rule remove desk.phone"):
        refused = desk.run(line)
        assert (refused.code, "li.na has the role agent" in refused.err) == (4, True), line
        assert desk.run(f"{line} --dry-run").code == 4
    desk.ok("rule show desk.phone")
    desk.ok("rule set desk.phone 2000", by="wang.wei")


# --- bookings that a change makes illegal -----------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bookings_that_no_longer_hold_are_told_and_left_as_they_are(
    desk: DeskFolder, golden: Golden, lang: str
) -> None:
    for start, more in (("19:00", "--resource court-3"), ("21:30", "--units 2"), ("10:00", "--resource court-4")):
        desk.ok(f'{TAKE} --start "tomorrow {start}" {more}')
    kept = {path: path.read_bytes() for path in (desk.home / "records" / "bookings").rglob("*.toml")}
    page = []
    for line in (
        "rule set calendar.open.sat 09:00-22:00 --dry-run --json",
        "rule set calendar.open.sat 09:00-22:00",
        "rule add resource.court-3.out from='2026-11-21 18:00' to='2026-11-23 12:00' reason=换灯",
        "rule set service.badminton.most_units 1",
        "rule remove resource.court-4",
        "check records/bookings",
    ):
        result = desk.run(line, lang=lang)
        assert result.code == (6 if line.startswith("check") else 0), result.err
        if "--json" in line:
            assert json.loads(result.out)["illegal"] == ["BK-000000-000002"]
        else:
            told = result.out.splitlines(keepends=True)  # check goes by path, and ids are made by chance
            page.append(f"$ cscli {line}\n{''.join(sorted(told) if line.startswith('check') else told)}")

    golden(f"rule-illegal.{lang}", "\n".join(page))
    assert {path: path.read_bytes() for path in kept} == kept


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("'service.badminton.price[1].amount' -5", "-5 is below zero; write an amount such as 15.00"),
        ("'service.badminton.refund[3].fee' -10% --dry-run", "-10% is not a share"),
        ("service.badminton.no_show_after -1h", "-1h is not a span"),  # -h is help
    ],
)
def test_a_value_below_zero_is_a_value_and_no_option(desk: DeskFolder, line: str, said: str) -> None:
    result = desk.run(f"rule set {line}")

    assert (result.code, said in result.err) == (4, True), result.err


def test_what_a_service_takes_beside_now_is_told_and_booked_by_the_command_that_check_names(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --start 'tomorrow 19:00' --resource court-3")

    told = desk.ok("rule set service.badminton.resources badminton-court,tennis-court")
    found = desk.run("check")

    assert "No longer allowed of the bookings still to come: 1 (BK-000000-000001)" in told
    command = "booking change BK-000000-000001 --resource court-3"
    assert found.code == 6
    assert f"0 of tennis-court are booked, 1 are taken now; book them with `cscli {command}`" in found.out
    desk.ok(command.replace("BK-000000-000001", "$BK1"))
    assert desk.run("check").code == 0


def test_every_rule_that_holds_at_the_taking_is_asked_of_what_was_taken(desk: DeskFolder) -> None:
    for who, phone in (("Chen", "13800000001"), ("Chen", "13800000001"), ("Wu", "13800000002")):
        desk.ok(f'booking create --customer {who} --phone {phone} --service badminton --start "tomorrow 10:00" '
                "--for 2h --party 8")  # fmt: skip
    for rule, number in (
        ("service.badminton.longest 1h", 3),
        ("service.badminton.most_party 4", 3),
        ("service.badminton.required customer,phone,details", 3),
        ("booking.quota.open 1", 1),
        ("booking.duplicates refuse", 1),
        ("service.badminton.advance 1h", 0),
    ):
        told = desk.ok(f"rule set {rule}")
        assert (f"still to come: {number} " in told) if number else ("still to come" not in told), rule
    found = desk.run("check records/bookings").out.splitlines()
    assert len(found) == 3 * 3 + 2
    assert sum("the customer has BK-" in line for line in found) == 1
    assert sum("wants details said now" in line for line in found) == 3


def test_bookings_found_once_are_not_found_twice(desk: DeskFolder) -> None:
    """Given a service that went, check says so of what is still to come, and of the past what it ever said."""
    desk.ok(f'{TAKE} --start "tomorrow 19:00"')
    desk.ok(f'{TAKE} --start "14:30"')
    desk.rules(lambda text: text.replace('id = "badminton"', 'id = "feather-ball"'))

    findings = json.loads(desk.run("check records/bookings --json", now="2026-11-20T16:00:00").out)["findings"]

    assert sorted(finding["rule"] for finding in findings) == ["check.unknown", "ruled.service"]


def test_what_was_set_aside_when_it_was_booked_is_no_finding(desk: DeskFolder) -> None:
    desk.ok(f'{TAKE} --start "tomorrow 22:00" --for 1h --override --reason "the trainer stays"')

    assert desk.ok("check") == "3 files, no findings\n"


def test_findings_of_bookings_end_with_them(desk: DeskFolder) -> None:
    desk.ok(f'{TAKE} --start "tomorrow 21:30"')
    desk.ok("rule set calendar.open.sat 09:00-22:00")
    assert desk.run("check").code == 6

    assert desk.ok("check", now="2026-11-21T21:31:00") == "3 files, no findings\n"
    desk.ok("booking cancel $BK1 --reason 'closing earlier' --by-side desk")
    assert desk.ok("check") == "3 files, no findings\n"


# --- one at a time, whole or not at all -------------------------------------------------------------------------


def test_a_change_that_git_refuses_leaves_everything_as_it_was(desk: DeskFolder) -> None:
    before, head = rulebook(desk), desk.git("rev-parse", "HEAD")
    hook = desk.home / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'error: not today' >&2\nexit 1\n")
    hook.chmod(0o755)

    refused = desk.run("rule set desk.phone 1000")

    assert (refused.code, "not today" in refused.err) == (8, True)
    assert (rulebook(desk), desk.git("rev-parse", "HEAD")) == (before, head)
    hook.unlink()
    desk.ok("rule set desk.phone 1000")
    assert desk.git("status", "--porcelain") == ""


def test_a_change_cut_short_is_undone_by_the_next_command(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rulebook(desk)
    with monkeypatch.context() as patched:
        patched.setattr("cscli.store.store.Store._settle", lambda _: None)  # as if the power had gone
        patched.setattr(Repository, "commit", lambda *_: 1 / 0)
        assert desk.run("rule set desk.phone 1000").code == 1
    assert "1000" in rulebook(desk)

    result = desk.run("rule show desk.name")

    assert "A change cut short earlier was undone: records/desk.toml." in result.err
    assert rulebook(desk) == before


def test_a_rulebook_that_cannot_be_read_is_mended_by_hand(desk: DeskFolder) -> None:
    path = desk.home / "records" / "desk.toml"
    path.write_text(rulebook(desk).replace('amount = "10.00"', 'amount = "-10.00"'), encoding="utf-8")

    for line in ("rule show", "rule set desk.phone 1000", "explain hours today"):
        result = desk.run(line)
        assert (result.code, "below zero" in result.err) == (6, True), line


# --- showing ----------------------------------------------------------------------------------------------------


def test_everything_that_is_shown_can_be_set(desk: DeskFolder) -> None:
    """Given each key that `rule show` prints, `rule set` knows it: what stands there already is no change."""
    listed = json.loads(desk.ok("rule show --json"))

    assert len(listed) > 200
    for key in list(listed)[::20]:
        value = listed[key]
        said = ",".join(value) if isinstance(value, list) else str(value).lower() if value in (True, False) else value
        result = desk.run(f"rule set '{key}' '{said}' --dry-run")
        assert (result.code, "nothing about" in result.err) == (4, True), f"{key}: {result.err}"


def test_a_part_of_the_rules_is_shown_in_the_order_of_the_file(desk: DeskFolder) -> None:
    assert desk.ok("rule show calendar.office").splitlines() == [
        f'calendar.office.{day} = ["09:00-12:00", "13:00-18:00"]' for day in ("mon", "tue", "wed", "thu", "fri")
    ]
    assert desk.ok("rule show service.羽毛球.priority") == (
        'service.badminton.priority.misses = 3\nservice.badminton.priority.advance = "2d"\n'
    )
    assert json.loads(desk.ok("rule show service.badminton.lead --json")) == {"service.badminton.lead": "0m"}
    assert json.loads(desk.ok("rule show desk.phone --json")) == {"desk.phone": None}


@pytest.mark.parametrize("profile", ["booking-desk", "coach", "restaurant", "call-centre"])
def test_every_profile_can_be_edited(desk: DeskFolder, profile: str) -> None:
    page = PROJECT / "templates" / "profiles" / f"{profile}.zh.toml"
    desk.rules(lambda _: page.read_text(encoding="utf-8"))

    desk.ok("rule set desk.phone 0513-55550000")
    desk.ok("rule add calendar.closed from=2027-02-05 reason=春节")
    desk.ok("rule set booking.alternatives 5")
    desk.ok("rule remove 'calendar.closed[1]'")

    assert desk.ok("check") == "1 file, no findings\n"
    assert len(rulebook(desk).splitlines()) == len(page.read_text(encoding="utf-8").splitlines())
