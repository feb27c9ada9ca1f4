"""Papers as they come out of the printer: confirmations, entry tickets, sheets of a day, a desk's own templates."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cscli.render.width import width
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
Profile = Callable[..., DeskFolder]
CALLER = "--customer 王小明 --phone 13800000001"
TAKE = f"booking create {CALLER} --service badminton --start 'tomorrow 19:00' --resource court-3"
LATE = "2026-11-21T19:10:00"
VISIT = "booking create --service on-site --address '7 Peach Road' --details 'does not print'"


def tails_named(desk: DeskFolder, page: str) -> str:
    """Return a page on which the tail of an id is that of its name too."""
    for record, name in desk.names.items():
        page = page.replace(record[-6:], name[-6:])
    return page


def template(desk: DeskFolder, text: str, name: str = "booking-confirmation", folder: str = "templates") -> None:
    """Give the desk a template of its own."""
    path = desk.home / folder / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# --- confirmations ----------------------------------------------------------------------------------------------


@pytest.mark.row("A5", lacking="sending it")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_confirmation_says_what_when_where_the_rule_and_how_to_reach_us(
    profile: Profile, golden: Golden, lang: str
) -> None:
    desk = profile("booking-desk", lang)
    desk.ok(
        "booking create --customer 王小明 --phone 13800000001 --service consultation --start 'mon 10:00'"
        " --details '打印机卡纸, 还想问一下换哪一种型号的硒鼓比较合适, 以及保修期内上门是否收费' --set model=LJ-200"
        " --special 轮椅 --resource consultant-2",
        lang=lang,
    )

    page = desk.ok("booking print $BK1", lang=lang)

    laid_out = [desk.ok(f"booking print $BK1 --format {form}", lang=lang) for form in ("md", "html")]

    golden(f"confirmation.{lang}", "\n".join([page, *laid_out]))
    assert max(map(width, page.splitlines())) <= 60  # A5


def test_the_customer_is_addressed_in_full_only_when_that_is_noted(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    masked = desk.ok("booking print $BK1")
    shown = desk.ok("booking print $BK1 --reveal --reason 'sent by e-mail'")

    assert "Customer        王**  138****0001\n" in masked
    assert "Customer        王小明  13800000001\n" in shown
    assert desk.git("log", "-1", "--format=%s").startswith("Reveal customer file CU-")
    assert 'reason = "sent by e-mail"' in next((desk.home / "records/customers").rglob("*.toml")).read_text()


@pytest.mark.parametrize(
    ("lines", "kind", "status"),
    [
        (["--hold"], "", "requested"),
        (["--hold"], "--kind confirmation", "requested"),
        ([""], "--kind ticket", "confirmed"),
        (["", "booking cancel $BK1 --reason ill"], "--kind confirmation", "cancelled"),
        ([""], "--kind cancellation", "confirmed"),
    ],
)
def test_no_paper_is_printed_for_what_does_not_stand(
    desk: DeskFolder, lines: list[str], kind: str, status: str
) -> None:
    desk.ok(f"{TAKE} {lines[0]}")
    for line in lines[1:]:
        desk.ok(line)

    result = desk.run(f"booking print $BK1 {kind}")

    assert result.code == 4
    assert result.err == (
        f"Refused: BK-000000-000001 is {status}; a confirmation can be printed once it is confirmed, an entry ticket "
        "while the guest is here, the confirmation of a cancellation once it is cancelled (rule booking.print).\n"
    )


# --- entry tickets (manual rows D7, D8) -------------------------------------------------------------------------


@pytest.mark.row("D7", lacking="the register as a form")
@pytest.mark.row("D8")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_late_guest_gets_a_ticket_that_is_billed_from_the_time_booked(
    desk: DeskFolder, golden: Golden, lang: str
) -> None:
    desk.ok(f"{TAKE} --party 4")
    desk.ok("booking arrive $BK1", now=LATE)

    ticket = desk.ok("booking print $BK1", now=LATE, lang=lang)
    left = desk.ok("booking complete $BK1 --paid 15.00", now="2026-11-21T20:00:00")

    golden(f"entry-ticket.{lang}", tails_named(desk, ticket))
    assert "Paid      15.00 CNY" in left
    assert desk.run("booking print $BK1", now="2026-11-21T20:01:00").code == 4


# --- a day ------------------------------------------------------------------------------------------------------


@pytest.mark.row("E4")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_visits_stand_by_who_makes_them(profile: Profile, golden: Golden, lang: str) -> None:
    desk = profile("call-centre", lang)
    desk.ok(f"{VISIT} --customer 王小明 --phone 13800000001 --start 'mon 10:00' --vip")
    desk.ok(f"{VISIT} --customer 李四 --phone 13800000002", now="2026-11-20T15:00:00")
    desk.ok(f"{VISIT} --customer 张三 --phone 13800000003 --start 'mon 14:00' --special 狗", now="2026-11-20T15:10:00")
    desk.ok("booking assign $BK1 --to technician-1", now="2026-11-20T16:00:00")
    desk.ok("booking accept $BK1", now="2026-11-20T16:05:00", by="technician-1")
    desk.ok("booking assign $BK3 --to technician-1", now="2026-11-20T16:10:00")

    page = desk.ok("booking print --day mon", now="2026-11-20T17:00:00", lang=lang)
    own = desk.ok("booking print --day mon --resource technician-1", now="2026-11-20T17:00:00", lang=lang)

    golden(f"visits-sheet.{lang}", tails_named(desk, page))
    assert ("王**" in own, "李*" in own, "张*" in own) == (True, False, True)


@pytest.mark.row("A8", lacking="sending the reminder")
def test_the_staff_see_what_is_to_be_prepared(profile: Profile, golden: Golden) -> None:
    desk = profile("booking-desk", "zh")
    desk.ok("booking create --customer 王小明 --phone 13800000001 --service meeting --start 'mon 14:00' --party 8"
            " --details 投影仪 --vip")  # fmt: skip
    desk.ok("booking create --customer 李四 --phone 13800000002 --service consultation --start 'mon 10:00'"
            " --details '选型 {{ 7*7 }}'")  # fmt: skip

    page = desk.ok("booking print --day mon", lang="zh")

    golden("preparation.zh", tails_named(desk, page))


def test_the_driver_may_be_given_names_and_phones_if_that_is_noted(profile: Profile) -> None:
    desk = profile("coach")
    desk.ok(f"booking create {CALLER} --service line --start 'tomorrow 09:00' --route airport-out --class standard"
            " --boarding 'Coach terminal' --party 1")  # fmt: skip
    desk.ok("booking pay $BK1")
    desk.ok("booking confirm $BK1")

    sheet = desk.ok("booking print --day tomorrow --resource line-1 --reveal --reason 'the bus may be late'")

    assert "\n  王小明 13800000001      1  standard  Coach terminal" in sheet
    assert "Reveal customer file" in desk.git("log", "-1", "--format=%s")


def test_an_empty_day_says_so(desk: DeskFolder) -> None:
    assert desk.ok("booking print --day 2026-12-24").endswith("\n\nNothing is booked.\n")


def test_all_confirmations_of_a_day_come_one_after_another(desk: DeskFolder) -> None:
    for court, time in ((1, "19:00"), (2, "18:00")):
        desk.ok(TAKE.replace("court-3", f"court-{court}").replace("19:00", time))
    desk.ok(f"{TAKE} --hold")

    pages = desk.ok("booking print --kind confirmation --day tomorrow").split(f"\n\n{'-' * 60}\n\n")
    one = desk.ok("booking print --kind confirmation --day tomorrow --resource court-1")

    assert [page.splitlines()[1] for page in pages] == [
        "Confirmation of booking BK-000000-000002", "Confirmation of booking BK-000000-000001",
    ]  # fmt: skip
    assert one.count("Confirmation of booking") == 1
    assert desk.ok("booking print --kind ticket --day tomorrow") == "No bookings.\n"


# --- templates of the desk's own --------------------------------------------------------------------------------


def test_a_desks_own_template_wins_and_that_of_the_language_first(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    template(desk, "Own: {{ service }}, {{ when }}\n")
    assert desk.ok("booking print $BK1") == "Own: 羽毛球, 2026-11-21 Sat 19:00-20:00\n"
    template(desk, "中文: {{ tail }}", folder="templates/zh")
    assert desk.ok("booking print $BK1", lang="zh") == f"中文: {desk.id_of('BK1')[-6:]}\n"
    assert desk.ok("booking print $BK1").startswith("Own: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Dear\n{{ custmer.name }}",
            "templates/booking-confirmation.txt:2: names custmer, which this paper does not know; compare it with the "
            "packaged template\n",
        ),
        (
            "{% if price %}\n",
            "templates/booking-confirmation.txt:1: is not written as a template should be: ",
        ),
        (
            "{{ price * 1000 }}",
            "templates/booking-confirmation.txt:1: does what a template may not: call something, or multiply text\n",
        ),
    ],
)
def test_a_broken_template_is_one_sentence_with_its_line(desk: DeskFolder, text: str, said: str) -> None:
    desk.ok(TAKE)
    template(desk, text)

    result = desk.run("booking print $BK1")

    assert result.code == 6
    assert result.err.startswith(said)
    assert len(result.err.splitlines()) == 1


def test_a_template_that_is_no_text_is_told_too(desk: DeskFolder) -> None:
    desk.ok(TAKE)
    template(desk, "")
    (desk.home / "templates/booking-confirmation.txt").write_bytes(b"ok\n\xff\xfe")

    result = desk.run("booking print $BK1", lang="zh")

    assert (result.code, result.err) == (6, "templates/booking-confirmation.txt:2: 不是 UTF-8 文本; 请另存为 UTF-8\n")


def test_what_customers_say_is_text_on_every_paper(desk: DeskFolder) -> None:
    for number, hostile in enumerate(("{{ 7*7 }}", "{% for x in y %}", "\x1b]0;owned\x07", "a\nb", "=cmd()"), start=1):
        desk.ok(f"{TAKE.replace('court-3', f'court-{number}')} --details '{hostile}' --special '{hostile}'")

    for number, shown in enumerate(("{{ 7*7 }}", "{% for x in y %}", "\\x1b]0;owned\\x07", "a\\nb", "=cmd()"), start=1):
        assert f"Details         {shown}\n" in desk.ok(f"booking print $BK{number}")
    sheet = desk.ok("booking print --day tomorrow")
    assert "\x1b" not in sheet
    assert sheet.count("{{ 7*7 }}") == 2


# --- files and programs -----------------------------------------------------------------------------------------


def test_a_paper_goes_into_a_file_but_not_among_the_records(desk: DeskFolder, tmp_path: Path) -> None:
    desk.ok(TAKE)

    told = desk.ok(f"booking print $BK1 --out {tmp_path / 'card.txt'}")
    inside = desk.run("booking print $BK1 --out records/card.txt")

    assert told == ""
    assert (tmp_path / "card.txt").read_text().splitlines()[1] == f"Confirmation of booking {desk.id_of('BK1')}"
    assert (inside.code, (desk.home / "records/card.txt").exists()) == (4, False)
    assert desk.git("status", "--porcelain") == ""


def test_programs_get_each_paper_with_its_kind(desk: DeskFolder) -> None:
    desk.ok(TAKE)

    (paper,) = json.loads(desk.ok("booking print $BK1 --json"))
    (sheet,) = json.loads(desk.ok("booking print --day tomorrow --json"))

    assert (paper["kind"], paper["record"]) == ("confirmation", "BK-000000-000001")
    assert f"{paper['text']}\n" == desk.ok("booking print $BK1")
    assert (sheet["kind"], sheet["day"]) == ("dispatch", "2026-11-21")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("booking print 7F3K9Q", 3, "Nothing has the id 7F3K9Q.\n"),
        ("booking print --kind tiket", 2, "--kind cannot be tiket. Did you mean ticket? It is one of"),
        ("booking print $BK1 --kind dispatch", 2, "The sheet is of a day, not of one booking; say --day.\n"),
        ("booking print $BK1 --day tomorrow", 2, "Say either ID or --day, not both.\n"),
        ("booking print --day someday", 2, "someday is not a day; write 2026-11-22, tomorrow or fri.\n"),
        ("booking print --resource court-99", 3, "The rulebook knows no resource court-99; it knows"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_told_with_what_can(desk: DeskFolder, line: str, code: int, said: str) -> None:
    desk.ok(TAKE)

    result = desk.run(line)

    assert result.code == code
    assert result.err.startswith(said)
