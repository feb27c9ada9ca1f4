"""`cscli explain`: prices, refunds, hours and windows as a clerk reads them out, in both languages."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import PROJECT, DeskFolder

Golden = Callable[[str, str], None]
TAKE = 'booking create --customer 王小明 --phone 13800000001 --service badminton --start "tomorrow 19:00" --for 1h'
LEVELS = '[[members.level]]\nid = "vip"'


def explained(desk: DeskFolder, line: str, **context: str) -> dict[str, Any]:
    """Return an explanation as programs have it."""
    data: dict[str, Any] = json.loads(desk.ok(f"explain {line} --json", **context))
    return data


def profile(desk: DeskFolder, name: str) -> None:
    """Give the desk the rulebook of a profile."""
    page = PROJECT / "templates" / "profiles" / f"{name}.en.toml"
    desk.rules(lambda _: page.read_text(encoding="utf-8"))


def pages(desk: DeskFolder, lines: tuple[str, ...], lang: str, **context: str) -> str:
    """Return what some explanations look like."""
    return "\n".join(f"$ cscli {line}\n{desk.ok(line, lang=lang, **context)}" for line in lines)


# --- price ------------------------------------------------------------------------------------------------------

PRICES = (
    'explain price --service badminton --start "fri 17:00" --for 2h --units 2',
    'explain price --service badminton --start "sat 10:00" --for 2h',
    'explain price --service yoga --start "sat 18:30" --units 2',
    'explain price --service badminton --start "fri 21:00" --for 4h',
    "explain price $BK1",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_prices_are_explained_band_by_band(desk: DeskFolder, golden: Golden, lang: str) -> None:
    desk.ok(TAKE)

    golden(f"explain-price.{lang}", pages(desk, PRICES, lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_booking_keeps_the_price_of_its_day_and_is_told_that_of_today(
    desk: DeskFolder, golden: Golden, lang: str
) -> None:
    desk.ok(TAKE)
    desk.rules(
        lambda text: text.replace('amount = "15.00"\ndays = ["sat", "sun"]', 'amount = "18.00"\ndays = ["sat", "sun"]')
    )
    dearer = desk.ok("explain price $BK1", lang=lang)
    desk.rules(lambda text: text.replace('id = "badminton"', 'id = "feather-ball"'))

    golden(f"explain-price-then.{lang}", f"{dearer}\n{desk.ok('explain price $BK1', lang=lang)}")


def test_the_json_of_a_price_has_its_arithmetic(desk: DeskFolder) -> None:
    data = explained(desk, 'price --service badminton --start "fri 17:00" --for 2h --units 2')

    assert (data["total"], data["service"], data["units"], data["card"]) == ("50.00", "badminton", 2, None)
    assert [(part["minutes"], part["rate"], part["amount"], part["rule"]) for part in data["parts"]] == [
        (60, "10.00", "20.00", "service.badminton.price[1]"),
        (60, "15.00", "30.00", "service.badminton.price[2]"),
    ]
    assert [band["decides"] for band in data["bands"]] == [True, True, False]
    assert [verdict["reason"] for verdict in data["bands"][2]["verdicts"]] == ["days"]


def test_a_bookings_price_then_and_today_are_told_apart(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    same = explained(desk, "price $BK1")
    desk.rules(
        lambda text: text.replace('amount = "15.00"\ndays = ["sat", "sun"]', 'amount = "18.00"\ndays = ["sat", "sun"]')
    )
    dearer = explained(desk, "price $BK1")
    desk.rules(lambda text: text.replace('id = "badminton"', 'id = "feather-ball"'))
    gone = explained(desk, "price $BK1")

    assert (same["total"], same["booking"]["price"], same["booking"]["same"]) == ("15.00", "15.00", True)
    assert (dearer["total"], dearer["booking"]["price"], dearer["booking"]["same"]) == ("18.00", "15.00", False)
    assert (gone["total"], gone["booking"]["price"], gone["booking"]["same"]) == (None, "15.00", False)


def test_a_customers_level_and_card_decide_as_they_would_for_a_booking(desk: DeskFolder) -> None:
    desk.rules(
        lambda text: text.replace(
            '\n[[service.price]]                     # 手册 "周一',
            '\n[[service.price]]\nper = "hour"\namount = "6.00"\nlevel = ["vip"]\n\n[[service.price]]  # 手册 "周一',
            1,
        )
    )
    desk.ok("customer create --name 王小明 --phone 13800000001 --level vip")
    court = 'price --service badminton --start "sat 10:00" --for 2h'

    vip, guest = explained(desk, f"{court} --customer 13800000001"), explained(desk, court)

    assert (vip["total"], vip["level"], vip["bands"][0]["decides"]) == ("12.00", "vip", True)
    assert (guest["total"], guest["level"], guest["bands"][0]["verdicts"][0]["reason"]) == ("30.00", None, "level")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_fares_are_explained_by_route_and_class(desk: DeskFolder, golden: Golden, lang: str) -> None:
    profile(desk, "coach")

    golden(f"explain-fare.{lang}", pages(desk, (
        'explain price --service line --start "tomorrow 09:00" --route airport-out --class business --party 3',
        'explain price --service charter --start "tomorrow 21:00" --for 2h --party 30',
    ), lang))  # fmt: skip


def test_where_no_price_holds_it_says_so_and_what_to_add(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('days = ["sat", "sun"]\n', 'days = ["sun"]\n'))

    page = desk.ok('explain price --service badminton --start "sat 10:00"')

    assert page.startswith(
        "Price    none: no price holds at 2026-11-21 Sat 10:00; add a [[service.price]] for 羽毛球\n"
    )
    assert explained(desk, 'price --service badminton --start "sat 10:00"')["gap"] == "2026-11-21T10:00:00+08:00"


# --- refund -----------------------------------------------------------------------------------------------------


def coach(desk: DeskFolder) -> None:
    """Have two seats of a coach booked for tomorrow 09:00 and paid: 76.00."""
    profile(desk, "coach")
    desk.ok(
        "booking create --customer 王小明 --phone 13800000001 --service line --start 'tomorrow 09:00'"
        " --route airport-out --class standard --boarding 'Coach terminal' --party 2"
    )
    desk.ok("booking pay $BK1")
    desk.ok("booking confirm $BK1")


REFUNDS = (
    "explain refund $BK1 --at '2026-11-20 14:00'",
    "explain refund $BK1 --at '2026-11-21 08:00' --phoned",
    "explain refund $BK1 --at '2026-11-21 09:05'",
    "explain refund $BK1 --no-show --phoned",
    "explain refund $BK1 --cause resource",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_refunds_are_explained_tier_by_tier(desk: DeskFolder, golden: Golden, lang: str) -> None:
    coach(desk)

    golden(f"explain-refund.{lang}", pages(desk, REFUNDS, lang))


@pytest.mark.parametrize(
    ("line", "amount", "fee", "minutes", "rule"),
    [
        ("--at '2026-11-20 14:00'", "60.80", "15.20", 1140, "service.line.refund[2]"),  # 19 h: 20 % of 76.00
        ("--at '2026-11-21 07:00'", "60.80", "15.20", 120, "service.line.refund[2]"),
        ("--at '2026-11-21 07:01'", "38.00", "38.00", 119, "service.line.refund[3]"),
        ("--at '2026-11-21 09:05'", "0.00", "76.00", -5, "service.line.refund[4]"),
        ("--cause desk_error", "76.00", "0.00", 1140, None),
    ],
)
def test_the_json_of_a_refund_has_notice_to_the_minute(
    desk: DeskFolder, line: str, amount: str, fee: str, minutes: int, rule: str | None
) -> None:
    coach(desk)

    data = explained(desk, f"refund $BK1 {line}")

    assert (data["amount"], data["fee"], data["paid"], data["notice_minutes"]) == (amount, fee, "76.00", minutes)
    assert data["rule"] == rule
    assert [tier["rule"] for tier in data["tiers"] if tier["decides"]] == ([rule] if rule else [])
    assert data["told"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_decided_when_it_was_called_off_is_explained_later(
    desk: DeskFolder, golden: Golden, lang: str
) -> None:
    coach(desk)
    desk.ok("booking cancel $BK1 --reason x --phoned", now="2026-11-20T15:30:00")
    desk.ok("booking refund $BK1 --method transfer", now="2026-11-23T10:00:00")

    golden(f"explain-refund-then.{lang}", desk.ok("explain refund $BK1", lang=lang, now="2026-12-01T10:00:00"))


def test_a_no_show_is_explained_as_the_desk_books_it(desk: DeskFolder) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 10:00'")
    before = explained(desk, "refund $BK1 --no-show")
    missed = json.loads(desk.ok("booking no-show $BK1 --json", now="2026-11-21T10:31:00"))  # 15.00 an hour

    owing = desk.ok("explain refund $BK1", now="2026-11-21T11:00:00")
    desk.ok("booking pay $BK1 --amount 9.00", now="2026-11-21T12:00:00")
    partly = explained(desk, "refund $BK1")
    desk.ok("booking pay $BK1", now="2026-11-21T12:05:00")
    page = desk.ok("explain refund $BK1", now="2026-11-21T12:06:00")
    paid = explained(desk, "refund $BK1")

    assert (missed["fee"], before["fee"], before["owed"], before["paid_since"]) == ("15.00", "15.00", "15.00", None)
    assert "Refund      none: nothing was paid by then\n" in owing
    assert "Fee         100% of 15.00 = 15.00, whatever was paid: the place was kept\n" in owing
    assert "Still owed  15.00 CNY\n" in owing
    assert (partly["fee"], partly["paid"], partly["paid_since"], partly["owed"]) == ("15.00", "0.00", "9.00", "6.00")
    assert "Still owed  0.00 CNY (paid since: 15.00)\n" in page
    assert (paid["amount"], paid["owed"], paid["paid_since"]) == ("0.00", "0.00", "15.00")


def test_a_fee_that_was_let_go_is_not_still_owed(desk: DeskFolder) -> None:
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 10:00'")
    desk.ok("booking no-show $BK1", now="2026-11-21T10:31:00")
    desk.ok("booking close $BK1 --unreachable --override --reason 老顾客", now="2026-11-21T12:00:00", by="wang.wei")

    page = desk.ok("explain refund $BK1", now="2026-11-21T12:06:00")

    assert "Still owed  15.00 CNY, let go when it was closed (paid since: 0.00)\n" in page


def test_a_short_notice_says_who_may_set_it_aside(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('advance = "1d"     ', 'cancel_notice = "2h"\nadvance = "1d"     ', 1))
    desk.ok(TAKE)

    page = desk.ok("explain refund $BK1 --at '2026-11-21 18:00'")

    assert "Cancelling  needs 2 h: too short, supervisor may set booking.cancel_notice aside\n" in page
    assert "Refund      none: nothing was paid\n" in page


# --- hours ------------------------------------------------------------------------------------------------------

YEAR = "schema = 1\noff = [2027-02-05]\nwork = [2027-02-07]\n"
CLOSED = '[[calendar.closed]]\nfrom = 2027-03-01\nto = 2027-03-03\nreason = "地板翻修"\n\n'
SPECIAL = '[[calendar.special]]\nday = 2027-03-06\nhours = ["10:00-16:00"]\nreason = "比赛"\n\n'
OUT = 'name = "3号场"\nout = [{ from = 2026-12-01T09:00:00+08:00, to = 2026-12-03T18:00:00+08:00, reason = "换灯" }]'
OWN = 'name = "2号场"\nopen = { sat = ["07:00-09:00"] }'
HOURS = (
    "explain hours today",
    "explain hours 2026-10-01",
    "explain hours 2026-10-10",
    "explain hours 2027-02-05",
    "explain hours 2027-02-07",
    "explain hours 2027-03-02",
    "explain hours 2027-03-06",
    "explain hours 2026-11-21 --resource court-2",
    "explain hours 2026-11-23 --resource court-2",
    "explain hours 2026-12-02",
    "explain hours 2028-05-05",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hours_are_explained_by_the_table_that_decided(desk: DeskFolder, golden: Golden, lang: str) -> None:
    folder = desk.home / "records" / "calendar"
    folder.mkdir()
    (folder / "2027.toml").write_text(YEAR, encoding="utf-8")
    desk.rules(
        lambda text: (
            text.replace("[calendar.office]", f"{CLOSED}{SPECIAL}[calendar.office]")
            .replace('name = "3号场"', OUT)
            .replace('name = "2号场"', OWN)
        )
    )

    golden(f"explain-hours.{lang}", pages(desk, HOURS, lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_opening_that_the_clock_skips_is_told(desk: DeskFolder, golden: Golden, lang: str) -> None:
    desk.rules(
        lambda text: text.replace("Asia/Shanghai", "Europe/Berlin").replace(
            'sun = ["09:00-22:30"]', 'sun = ["02:15-02:45", "09:00-22:30"]'
        )
    )
    desk.ok("check")

    golden(f"explain-clock.{lang}", pages(desk, ("explain hours 2027-03-28", "explain hours 2027-10-31"), lang))


def test_the_json_of_a_day_has_hours_and_their_source(desk: DeskFolder) -> None:
    data = explained(desk, "hours 2026-10-10")

    assert (data["open"], data["why"], data["rule"]) == (["09:00-22:30"], "weekday", "calendar.open.sat")
    assert (data["office"], data["workday"], data["adjusted"]) == (["09:00-12:00", "13:00-18:00"], True, True)
    assert (data["holiday"], data["announced"], data["out_of_service"], data["clock"]) == (False, True, [], [])


# --- window -----------------------------------------------------------------------------------------------------

WINDOWS = (
    'explain window --service badminton --start "sat 10:00" --for 1h',
    'explain window --service badminton --start "sun 08:10" --for 30m --units 5 --party 3 --resource court-3',
    'explain window --service yoga --start "sat 18:30" --customer 13800000001',
)
STRICT = 'lead = "2h"\nchange_notice = "4h"\ncancel_notice = "1d"\nleast_party = 4\nadvance = "1d"     '


def strict(text: str) -> str:
    """Return the club's rulebook with more rules about courts, and quotas."""
    return (
        text.replace('advance = "1d"     ', STRICT, 1)
        .replace("# quota = { open = 8, day = 4 }", "quota = { open = 8, day = 4 }")
        .replace('duplicates = "warn"', 'duplicates = "refuse"')
        .replace(
            'reopen = ["supervisor"]', 'reopen = ["supervisor"]\nrules = { "booking.units" = ["agent", "supervisor"] }'
        )
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_windows_are_explained_rule_by_rule(desk: DeskFolder, golden: Golden, lang: str) -> None:
    desk.rules(lambda text: strict(text).replace('name = "3号场"', OUT.replace("2026-12-01", "2026-11-20")))
    desk.ok("customer create --name 王小明 --phone 13800000001")

    golden(f"explain-window.{lang}", pages(desk, WINDOWS, lang))


def test_what_is_told_to_be_allowed_is_what_can_be_booked(desk: DeskFolder) -> None:
    """Given many times, a booking is taken where the window says yes, and refused by the first rule that it names."""
    desk.rules(strict)
    for start in (
        "sat 09:00",
        "sat 08:30",
        "sun 10:00",
        "fri 15:30",
        "fri 16:00",
        "sat 22:00",
        "sat 10:10",
        "fri 13:00",
    ):
        for more in ("--for 1h --party 4", "--for 5h --party 4", "--for 1h --party 2", "--for 1h --party 4 --units 5"):
            words = f'--service badminton --start "{start}" {more}'
            said = explained(desk, f"window {words}")
            broken = [rule["rule"] for rule in said["rules"] if rule["holds"] is False]

            taken = desk.run(f"booking create --customer 王小明 --phone 13800000001 --dry-run {words}")

            assert said["allowed"] == (taken.code == 0), words
            if broken and broken[0] not in ("booking.past", "booking.closed_day"):
                assert f"rule {broken[0]}" in taken.err, words


def test_the_json_of_a_window_has_its_moments(desk: DeskFolder) -> None:
    desk.rules(strict)

    data = explained(desk, 'window --service badminton --start "sat 10:00" --party 4')

    assert (data["allowed"], data["book_from"], data["book_until"]) == (
        True, "2026-11-20T00:00:00+08:00", "2026-11-21T08:00:00+08:00",
    )  # fmt: skip
    assert (data["change_until"], data["cancel_until"]) == ("2026-11-21T06:00:00+08:00", "2026-11-20T10:00:00+08:00")
    units = next(rule for rule in data["rules"] if rule["rule"] == "booking.units")
    assert (units["key"], units["roles"]) == ("service.badminton.most_units", ["agent", "supervisor"])


# --- what may go wrong ------------------------------------------------------------------------------------------

MISTAKES = (
    (2, "explain price"),
    (2, "explain price 7F3K9Q --service badminton"),
    (2, "explain price --service badminton"),
    (2, "explain price --service badminton --start soon"),
    (2, "explain refund"),
    (2, "explain refund $BK1 --cause weather"),
    (2, "explain hours"),
    (2, "explain hours 2026-02-30"),
    (2, "explain window --start 'sat 10:00'"),
    (2, "explain why"),
    (3, "explain price 0000ZZ"),
    (3, "explain price --service squash --start 'sat 10:00'"),
    (3, "explain price --service badminton --start 'sat 10:00' --customer 13900000000"),
    (3, "explain hours today --resource court-99"),
    (4, "explain price --service badminton --start 'sat 10:00' --end 'sat 09:00'"),
    (4, "explain window --service badminton --start 'sat 10:00' --end 'sat 10:00'"),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_mistake_gives_one_sentence(desk: DeskFolder, golden: Golden, lang: str) -> None:
    desk.ok(TAKE)
    page = []
    for code, line in MISTAKES:
        result = desk.run(line, lang=lang)
        assert (result.code, result.out) == (code, ""), line
        assert len(result.err.splitlines()) == 1, line
        page.append(f"$ cscli {line}\n[{result.code}] {result.err}")

    golden(f"explain-errors.{lang}", "\n".join(page))


def test_explaining_changes_nothing_and_shows_no_person(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    head = desk.git("rev-parse", "HEAD")

    shown = pages(desk, ("explain price $BK1", "explain refund $BK1", "explain window --service badminton --start"
                         " 'sat 19:00' --customer 13800000001"), "en")  # fmt: skip

    assert "王小明" not in shown
    assert "13800000001" not in shown.replace("--customer 13800000001", "")
    assert desk.git("rev-parse", "HEAD") == head
    assert desk.git("status", "--porcelain") == ""
