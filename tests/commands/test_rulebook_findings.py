"""A rulebook broken by hand, one thing at a time: what `cscli check` says of it, in both languages."""

import json
import re
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
PRICE = '[[service.price]]\nper = "hour"\namount = "12.00"\n'
AFTER = '\n[[service]]\nid = "tennis"'  # badminton's prices stand before it


OFFICE = "".join(f'{day} = ["09:00-12:00", "13:00-18:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri"))


def price(words: str) -> tuple[str, str]:
    """Return the edit that adds a price behind those of badminton."""
    return AFTER, f"\n{PRICE}{words}\n{AFTER}"


EDITS: dict[str, tuple[str, str]] = {
    # what a value may be
    "a negative price": ('amount = "15.00"\ndays = ["sat", "sun"]', 'amount = "-15.00"\ndays = ["sat", "sun"]'),
    "a fee over 100 %": ('fee = "100%"', 'fee = "120%"'),
    "a negative card fee": ('fee = "10.00"', 'fee = "-10.00"'),
    "hours the wrong way round": ('sat = ["09:00-22:30"]', 'sat = ["22:30-09:00"]'),
    "a 29 February that is none": ("since = 2026-03-01", "since = 2026-02-29"),
    "a span without its unit": ('longest = "4h"', 'longest = "4"'),
    "a key misspelt": ("most_units = 4\nconfirm", "most_unit = 4\nconfirm"),
    "a form of tomorrow": ("schema = 1", "schema = 2"),
    "an amount without quotes": ('amount = "15.00"\ndays = ["sat", "sun"]', 'amount = 15\ndays = ["sat", "sun"]'),
    "a number in quotes": ("schema = 1", 'schema = "1"'),
    "a text for a list": ('resources = ["badminton-court"]', 'resources = "badminton-court"'),
    "no name": ('name = "爱玛会体育俱乐部"', 'name = " "'),
    # time
    "a clock that is each machine's own": ("Asia/Shanghai", "localtime"),
    "special hours twice": (
        "[calendar.office]",
        "[[calendar.special]]\nday = 2026-12-01\nhours = []\nreason = 'x'\n"
        "[[calendar.special]]\nday = 2026-12-01\nhours = []\nreason = 'y'\n\n[calendar.office]",
    ),
    "a zone": ("Asia/Shanghai", "Asia/Nantong"),
    "a span of working time": ('no_show_after = "30m"', 'no_show_after = "30wm"'),
    "a step of none": ('step = "30m"', 'step = "0m"'),
    "no office": (OFFICE, 'sat = ["09:00-12:00"]\n'),
    "hours that overlap": ('fri = ["13:00-22:30"]', 'fri = ["13:00-19:00", "18:00-22:30"]'),
    "an outage that ends before it begins": (
        'name = "3号场"',
        'name = "3号场"\nout = [{ from = 2026-12-02T09:00:00+08:00, to = 2026-12-01T09:00:00+08:00, reason = "x" }]',
    ),
    "a bonus that ends before it begins": ("until = 2026-03-31", "until = 2026-02-01"),
    "priority no longer than the window": (
        'priority = { misses = 3, advance = "2d" }',
        'priority = { misses = 3, advance = "1d" }',
    ),
    "priority without a window": (
        'advance = "7d"                        # 课',
        'priority = { misses = 3, advance = "9d" } # 课',
    ),
    # what there is
    "an id twice": ('id = "court-2"', 'id = "court-1"'),
    "a group": ('resources = ["tennis-court"]', 'resources = ["tenis-court"]'),
    "taking of another group": (
        'resources = ["tennis-court"]',
        'resources = ["tennis-court"]\ntakes = { net = "one" }',
    ),
    "a card's service": ('services = ["yoga"]', 'services = ["joga"]'),
    "a role's rule": ('reopen = ["supervisor"]', 'reopen = ["supervisor"]\nrules = { "booking.hour" = ["agent"] }'),
    "classes against the capacity": ("capacity = 20", "capacity = 20\nclasses = { front = 5, back = 10 }"),
    "more at least than at most": (
        "most_units = 4\nconfirm",
        "most_units = 4\nleast_party = 5\nmost_party = 4\nconfirm",
    ),
    "a usual length too short": ('duration = "1h"', 'duration = "30m"'),
    "a usual length too long": ('duration = "1h"', 'duration = "5h"'),
    "a class on no day": ('days = ["tue", "thu", "sat", "sun"]', "days = []"),
    "a class that ends before it begins": ('to = "19:30"', 'to = "18:00"'),
    "a class that begins at midnight of the day before": ('from = "18:30"', 'from = "24:00"'),
    "a class without a timetable": (
        '[[service.timetable]]                 # 手册 "每周二,四,六,日晚上18:30-19:30"\n'
        'days = ["tue", "thu", "sat", "sun"]\nfrom = "18:30"\nto = "19:30"\n',
        "",
    ),
    "a coach on two trips at once": (
        "# --- 投诉",
        '[[resource]]\nid = "bus-1"\nname = "一号车"\ngroup = "bus"\n\n'
        '[[service]]\nid = "bus"\nname = "班车"\nkind = "trip"\nresources = ["bus"]\ntimetable = [\n'
        '  { from = "05:30", to = "06:40", resources = ["bus-1"], days = ["mon"] },\n'
        '  { from = "06:00", to = "08:10", resources = ["bus-1"], days = ["mon"] },\n]\n\n# --- 投诉',
    ),
    "a pass without visits": ("visits = 30\n", ""),
    "a visit without a response time": (
        'id = "tennis"\nname = "网球"\nkind = "slot"',
        'id = "tennis"\nname = "网球"\nkind = "visit"',
    ),
    "a choice of nothing": (
        "# --- 投诉",
        '[[extra.booking]]\nid = "shoes"\nname = "鞋"\ntype = "choice"\n\n# --- 投诉',
    ),
    "a severity": ('id = "critical"', 'id = "minor"'),
    "an answer later than the solution": (
        'acknowledge = "4wh"\nresolve = "2wd"',
        'acknowledge = "3wd"\nresolve = "2wd"',
    ),
    "word to the customer later than the solution": ('progress = "4wh"', 'progress = "2wd"'),
    "a rung on the ground": ('at = "50%"', 'at = "0%"'),
    "a role misspelt": ('at = "100%"\nwho = "supervisor"', 'at = "100%"\nwho = "superviser"'),
    "a rung of nobody": ('at = "100%"\nwho = "supervisor"', 'at = "100%"\nwho = "sun.li"'),
    "a metric": ('id = "csat"', 'id = "csatt"'),
    "a share of more than all": ('target = "98%"', 'target = "101%"'),
    "a target": ('target = "98%"', 'target = "nearly all"'),
    # prices and refunds
    "two prices for one time": price('days = ["mon"]\nfrom = "17:00"\nto = "19:00"'),
    "a price never reached": price('days = ["mon"]\nfrom = "14:00"\nto = "15:00"'),
    "a price the wrong way round": price('days = ["mon"]\nfrom = "12:00"\nto = "11:00"'),
    "an hour without a price": ('from = "18:00"\nto = "24:00"', 'from = "19:00"\nto = "24:00"'),
    "prices that end": ('days = ["sat", "sun"]\n', 'days = ["sat", "sun"]\nuntil = 2026-11-20\n'),
    "a class without a price": (
        'per = "unit"\namount = "20.00"',
        'per = "unit"\namount = "20.00"\ndays = ["tue", "thu"]',
    ),
    "a tier never reached": (
        '{ fee = "0%",   name = "开始前取消" },',
        '{ fee = "0%",   name = "开始前取消" },\n  { fee = "50%", notice = "1h", name = "一小时前" },',
    ),
    "no hours at all": ('group = "tennis-court"', 'group = "tennis-court"\nopen = { mon = [] }'),
}


def staffed(desk: DeskFolder) -> None:
    """Keep a file of one member of staff."""
    (desk.home / "records" / "staff").mkdir()
    (desk.home / "records" / "staff" / "li.na.toml").write_text('schema = 1\nlogin = "li.na"\n', encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_mistake_is_told_with_its_place_and_what_to_write(desk: DeskFolder, golden: Golden, lang: str) -> None:
    path = desk.home / "records" / "desk.toml"
    sound = path.read_text(encoding="utf-8")
    staffed(desk)
    page = []
    for what, (old, new) in EDITS.items():
        assert old in sound, what
        path.write_text(sound.replace(old, new), encoding="utf-8")
        result = desk.run("check", lang=lang)
        assert result.code == 6, what
        assert result.err == "", what
        page.append(f"# {what}\n{result.out}")

    golden(f"rulebook-findings.{lang}", "\n".join(page))


def test_every_check_of_a_rulebook_has_its_place_in_the_gallery(desk: DeskFolder) -> None:
    """Given all the mistakes of the gallery, no sentence about rulebooks is left that none of them brings about."""
    from cscli.i18n.en.rules import TEXT

    path = desk.home / "records" / "desk.toml"
    sound = path.read_text(encoding="utf-8")
    staffed(desk)
    found = set()
    for old, new in EDITS.values():
        path.write_text(sound.replace(old, new), encoding="utf-8")
        found |= {finding["rule"] for finding in json.loads(desk.run("check --json").out)["findings"]}

    sentences = {key for key in TEXT if key.startswith("check.rulebook.")}
    assert sentences - found == {"check.rulebook.never_open"}


def test_a_mistake_names_its_line(desk: DeskFolder) -> None:
    path = desk.home / "records" / "desk.toml"
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    wanted = next(number for number, line in enumerate(lines, start=1) if line == 'days = ["sat", "sun"]') - 1

    path.write_text(text.replace(*EDITS["a negative price"]), encoding="utf-8")

    assert desk.run("check").out == (
        f"records/desk.toml:{wanted}: service.badminton.price[3].amount: "
        "-15.00 is below zero; write an amount such as 15.00.\n"
    )


def test_an_editors_schema_beside_the_rulebook_is_no_stray_file(desk: DeskFolder) -> None:
    first = (desk.home / "records" / "desk.toml").read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"#:schema (.+)", first)
    assert named is not None

    (desk.home / "records" / named[1]).write_text(desk.ok("schema desk"), encoding="utf-8")

    assert desk.ok("check") == "1 file, no findings\n"


@pytest.mark.parametrize("zone", ["posixrules", "localtime", "right/Asia/Shanghai", "posix/Asia/Shanghai"])
def test_a_clock_of_the_machine_stops_every_command_with_its_key(desk: DeskFolder, zone: str) -> None:
    desk.rules(lambda text: text.replace("Asia/Shanghai", zone))

    result = desk.run("booking list")

    assert (result.code, f"desk.timezone: there is no time zone {zone}" in result.err) == (6, True)


def test_a_name_of_several_lines_is_found(desk: DeskFolder) -> None:
    desk.rules(lambda text: text.replace('name = "爱玛会体育俱乐部"', 'name = "one\\ntwo"'))

    assert "desk.name: must say something, on one line" in desk.run("check").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("off = [2027-02-06]\nwork = [2027-02-06]\n", "names 2027-02-06 both in off and in work"),
        ("off = [2028-02-06]\n", "names 2028-02-06 in off, which is no day of 2027"),
    ],
)
def test_a_year_of_its_own_days_is_proven(desk: DeskFolder, text: str, said: str) -> None:
    folder = desk.home / "records" / "calendar"
    folder.mkdir()
    (folder / "2027.toml").write_text(f"schema = 1\n{text}")

    checked = desk.run("check")

    assert (checked.code, said in checked.out) == (6, True), checked.out


def test_a_byte_order_mark_is_called_by_its_name(desk: DeskFolder) -> None:
    path = desk.home / "records" / "desk.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    for line in ("check", "booking list"):
        result = desk.run(line)
        assert result.code == 6
        assert "records/desk.toml:1: begins with a byte order mark (BOM)" in result.out + result.err


def test_a_rule_is_added_with_each_key_once(desk: DeskFolder) -> None:
    result = desk.run("rule add calendar.closed from=2027-02-05 from=2027-02-06 reason=x")

    assert (result.code, result.err) == (2, "calendar.closed.from is said twice; say it once.\n")
