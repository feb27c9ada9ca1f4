"""How things are said: what holds now, names and commands in sentences, numbers and their words, help on one screen."""

import pytest

from cscli import i18n
from cscli.commands import NOUNS
from cscli.domain import states
from cscli.domain.near import nearest
from cscli.domain.services import Resource
from cscli.i18n import t
from cscli.i18n.forms import fill
from cscli.render.merchant import terms
from cscli.render.problem import VERBS
from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00'"


def notice(desk: DeskFolder, change: str, cancel: str) -> None:
    """Give badminton a notice for changing and one for cancelling."""
    said = f'change_notice = "{change}"\ncancel_notice = "{cancel}"\n'
    desk.rules(lambda text: text.replace('id = "badminton"\n', f'id = "badminton"\n{said}', 1))


@pytest.mark.parametrize(
    ("now", "change", "cancel"),
    [
        ("2026-11-21T14:59:00", "until 2026-11-21 Sat 15:00 (4 h before the start)", "any time before the start"),
        ("2026-11-21T15:00:00", "until 2026-11-21 Sat 15:00 (4 h before the start)", "any time before the start"),
        ("2026-11-21T15:01:00", "no longer: that was to be done 4 h before the start, by 2026-11-21 Sat 15:00",
         "any time before the start"),
    ],
)  # fmt: skip
def test_a_card_says_what_holds_now(desk: DeskFolder, now: str, change: str, cancel: str) -> None:
    notice(desk, "4h", "0m")
    desk.ok(TAKE)

    shown = desk.ok("booking show $BK1", now=now)

    assert f"Change    {change}\n" in shown
    assert f"Cancel    {cancel}\n" in shown


def test_once_it_has_begun_neither_is_possible_any_more(desk: DeskFolder) -> None:
    notice(desk, "4h", "0m")
    desk.ok(TAKE)

    shown = desk.ok("booking show $BK1", now="2026-11-21T19:12:00")

    assert "Notice    no longer: it was to begin at 2026-11-21 Sat 19:00\n" in shown


def test_a_hold_that_ran_out_is_told_as_such_and_the_command_stands_apart(desk: DeskFolder) -> None:
    desk.ok(f"{TAKE} --hold")

    assert "Held      until 2026-11-20 Fri 14:30\nNext      cscli booking confirm BK-000000-000001\n" in desk.ok(
        "booking show $BK1"
    )
    assert "Held      ran out 2026-11-20 Fri 14:30: the place was released, another may have it by now\n" in desk.ok(
        "booking show $BK1", now="2026-11-20T14:30:00"
    )


def test_a_move_is_told_in_as_few_words_as_tell_it(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('advance = "1d"', 'advance = "9d"'))
    desk.ok(TAKE)
    for start, length in (("tomorrow 17:00", "1h"), ("tomorrow 17:00", "2h"), ("2026-11-22 17:00", "2h")):
        desk.ok(f"booking change $BK1 --start '{start}' --for {length}")

    lines = [line for line in desk.ok("booking show $BK1").splitlines() if "li.na  change " in line]

    assert [line.partition("change")[2].strip().partition(";")[0] for line in lines] == [
        "time: 2026-11-21 Sat 19:00-20:00 -> 17:00-18:00",
        "end: 2026-11-21 Sat 18:00 -> 19:00",
        "time: 2026-11-21 Sat 17:00-19:00 -> 2026-11-22 Sun 17:00-19:00",
    ]


def test_every_event_that_a_person_brings_about_has_the_verb_that_is_typed() -> None:
    for noun, table in (("booking", states.BOOKING), ("complaint", states.COMPLAINT)):
        verbs = NOUNS[noun]
        for event in table:
            assert VERBS[event].split(" ")[0] in ("", *verbs), event


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("--passanger", ("--party", "--passenger"), "--passenger"),
        ("--passenger", ("--party", "--phone", "--at"), None),
        ("--note", ("--at", "--route", "--no-vip", "--phone"), None),
        ("--pass", ("--party", "--passenger"), "--passenger"),
        ("monday", ("mon", "tue"), "mon"),
        ("bookng", ("booking", "complaint"), "booking"),
    ],
)
def test_only_what_is_really_near_is_suggested(word: str, known: tuple[str, ...], near: str | None) -> None:
    assert nearest(word, known) == near


def test_an_entry_of_the_rulebook_is_suggested_with_its_whole_key(desk: DeskFolder) -> None:
    assert "Did you mean service.badminton?" in desk.run("rule show badminton").err


def test_money_is_kept_with_two_places_however_it_was_said(desk: DeskFolder) -> None:
    assert '"10.00" -> "18.00"' in desk.ok("rule set 'service.badminton.price[1].amount' 18")


def test_a_range_is_told_in_words(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    assert desk.run("booking close $BK1 --rating 9").err == "--rating cannot be 9; it is from 1 to 5.\n"
    assert desk.run(f"{TAKE} --units 0").err == "--units cannot be 0; it is 1 or more.\n"


def test_roles_are_told_in_words(desk: DeskFolder) -> None:
    folder = desk.home / "records" / "staff"
    folder.mkdir()
    (folder / "li.na.toml").write_text('schema = 1\nlogin = "li.na"\nrole = "agent"\n')
    desk.ok(TAKE)

    refused = desk.run("booking refund $BK1", lang="zh").err

    assert "li.na 的角色是坐席, 此事须由" in refused
    assert "supervisor" not in refused


def test_a_series_is_listed_in_one_order(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('advance = "1d"', 'advance = "30d"'))
    desk.ok(f"{TAKE} --repeat weekly --count 3")

    assert desk.ok("booking list --series $BK1") == desk.ok("booking list --series $BK1 --all")


def test_bookings_for_which_a_rule_was_set_aside_or_that_were_late_can_be_listed(desk: DeskFolder) -> None:
    notice(desk, "0m", "4h")
    for number in (1, 2, 3):
        desk.ok(f"{TAKE} --resource court-{number}")
    desk.ok("booking cancel $BK1 --reason ill --override", now="2026-11-21T18:00:00", by="wang.wei")
    desk.ok("booking cancel $BK2 --reason ill")

    late = desk.ok("booking list --late --format csv", now="2026-11-21T18:00:00").splitlines()
    overridden = desk.ok("booking list --overridden --format csv", now="2026-11-21T18:00:00").splitlines()

    assert [line.partition(",")[0] for line in late[1:]] == ["BK-000000-000001"]
    assert late == overridden


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_help_of_taking_a_booking_fits_on_a_screen(desk: DeskFolder, lang: str) -> None:
    desk.patch.setenv("COLUMNS", "100")
    page = desk.ok("booking create --help", lang=lang)

    assert len(page.splitlines()) <= 40
    for option in ("--customer", "--count", "--entry-seconds", "--passenger", "--dry-run", "--json"):
        assert f"{option} " in page


@pytest.mark.parametrize("noun", ["booking", "customer", "rule", "explain", "staff"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_of_nouns_have_an_example(desk: DeskFolder, noun: str, lang: str) -> None:
    assert f"\n  cscli {noun} " in desk.ok(f"{noun} --help", lang=lang)


# --- how facts stand in a sentence ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "facts", "said"),
    [
        ("{service} 最多提前 {advance} 预订", {"service": "羽毛球", "advance": "1 天"}, "羽毛球最多提前 1 天预订"),
        ("{service} 最多提前 {advance} 预订", {"service": "Yoga", "advance": "1 d"}, "Yoga 最多提前 1 d 预订"),
        ("{a} {b} 没有空闲", {"a": "周六", "b": "羽毛球"}, "周六 羽毛球没有空闲"),
        ("备注 {note}", {"note": "你好 世界"}, "备注你好 世界"),
    ],
)
def test_chinese_words_meet_without_a_space(sentence: str, facts: dict[str, str], said: str) -> None:
    assert fill(sentence, facts, "zh") == said


def test_a_number_chooses_its_word() -> None:
    sentence = "{n} {n:booking|bookings}"

    assert [fill(sentence, {"n": number}, "en") for number in (0, 1, 2, "+1")] == [
        "0 bookings", "1 booking", "2 bookings", "+1 booking",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "said"), [("12", "八八折"), ("20", "八折"), ("12.5", "八七五折"), ("5", "九五折"), ("95", "95%")]
)
def test_a_discount_in_chinese_is_what_is_left_to_pay(share: str, said: str) -> None:
    from decimal import Decimal

    merchant = Resource(id="a", name="A", group="b", discount=Decimal(share))
    i18n.use("zh")
    assert terms(merchant, "CNY") == [said]
    i18n.use("en")
    assert terms(merchant, "CNY") == [t("label.merchant.discount", share=f"{share}%")]
