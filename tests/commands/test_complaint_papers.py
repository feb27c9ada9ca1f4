"""A complaint on paper: the record of manuals D and E on one page, and the word to the supervisor (manual B)."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from cscli.render.width import width
from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
CREATE = (
    "complaint create --customer 8800123456 --category booking --severity major --remedy 退款并当面道歉"
    " --against person:wang.wei --against resource:court-3 --occurred '今天 13:00'"
)
CONTENT = "订了3号场, 到场却已被占用; 前台说没有登记, 态度冷淡, 等了四十分钟"
HOSTILE = "<script>alert('x')</script> | `rm` [a](http://b) & {{ 7*7 }} \"q\" *b*"
ROWS = 66  # lines of 10 points on one A4 page


def at(time: str, day: int = 20) -> str:
    """Return a moment of November 2026."""
    return f"2026-11-{day}T{time}:00"


def member(desk: DeskFolder) -> None:
    """Open the file of a member with everything the register asks for."""
    desk.ok(
        "customer create --name 王小明 --phone 13800000001 --phone 13900000002 --email wang@example.com"
        " --card 8800123456 --id-number 320600199001011234 --address 南通市桃园路7号502室 --sex male"
    )


def staffed(desk: DeskFolder) -> None:
    """Give the desk files of its staff, all of the front hall."""
    folder = desk.home / "records" / "staff"
    folder.mkdir()
    for login, name in (("li.na", "李娜"), ("wang.wei", "王伟"), ("chen.jie", "陈洁"), ("zhao.lei", "赵磊")):
        text = f'login = "{login}"\nname = "{name}"\nrole = "supervisor"\nteam = "front-hall"\n'
        (folder / f"{login}.toml").write_text(text, encoding="utf-8")


def slight_ones_go_unreported(desk: DeskFolder) -> None:
    """Let the supervisor hear of none but the graver complaints."""
    desk.rules(lambda text: text.replace("report = true", "report = false", 1))


def to_the_end(desk: DeskFolder) -> None:
    """Lead a complaint from its receipt to the proof that the cause is removed."""
    desk.ok(f"{CREATE} --content '{CONTENT}'")
    desk.ok("complaint acknowledge $CP1 --apology", now=at("14:20"))
    desk.ok("complaint assess $CP1", now=at("14:30"), by="chen.jie")
    desk.ok("complaint investigate $CP1 --findings 系统记录显示3号场重复售出", now=at("14:40"), by="chen.jie")
    desk.ok("complaint judge $CP1 --valid --criterion read-back --note 订场时没有复诵", now=at("14:50"), by="chen.jie")
    desk.ok("complaint plan $CP1 --measure 重新培训前台 --owner chen.jie --due 'fri 18:00'", now=at("15:00"))
    desk.ok("complaint correct $CP1 --measure 锁定场地 --owner chen.jie --due '2026-12-01 18:00'", now=at("15:05"))
    desk.ok("complaint resolve $CP1 --response refund --decision 退还场地费 --compensation 15", now=at("16:00"))
    desk.ok("complaint communicate $CP1 --accepted", now=at("16:10"))
    desk.ok("complaint follow-up $CP1 --satisfied --rating 4 --means visit --note 接受道歉", now=at("17:00"))
    desk.ok("complaint plan $CP1 --done 2", now=at("17:10"))
    desk.ok("complaint close $CP1 --cause entry --note 录入后复诵 --signed-by wang.wei", now=at("17:20"), by="zhao.lei")
    desk.ok("complaint verify $CP1 2 --effective --note 此后未再重复售场", now=at("17:20", 23), by="zhao.lei")


def printed(desk: DeskFolder, form: str = "text", more: str = "", **context: str) -> str:
    """Return the record as it comes out of the printer."""
    return desk.ok(f"complaint print $CP1 --format {form} {more}", now=at("10:00", 24), **context)


# --- the record -------------------------------------------------------------------------------------------------


@pytest.mark.row("D2", "E1")
@pytest.mark.parametrize("form", ["text", "md", "html"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_record_has_every_field_of_the_register(desk: DeskFolder, golden: Golden, lang: str, form: str) -> None:
    member(desk)
    staffed(desk)
    to_the_end(desk)

    page = printed(desk, form, lang=lang)

    golden(f"complaint-record-{form}.{lang}", page)
    if form == "text":
        assert max(map(width, page.splitlines())) <= 76
        assert len(page.splitlines()) <= ROWS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_recorded_leaves_a_line_for_the_pen(desk: DeskFolder, golden: Golden, lang: str) -> None:
    """Somebody has complained; nothing has been done yet."""
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    golden(f"complaint-record-blank.{lang}", printed(desk, lang=lang))
    assert '<span class="by"></span><span>____-__-__</span>' in printed(desk, "html")


def test_each_decision_and_each_step_stand_in_the_order_of_time(desk: DeskFolder) -> None:
    """Two rounds: the first decision was not accepted, the second one was."""
    member(desk)
    staffed(desk)
    desk.ok(f"{CREATE} --content '{CONTENT}'")
    desk.ok("complaint acknowledge $CP1", now=at("14:20"))
    desk.ok("complaint assess $CP1 --note 涉及多人", now=at("14:30"), by="chen.jie")
    desk.ok("complaint judge $CP1 --valid --criterion read-back", now=at("14:50"), by="chen.jie")
    desk.ok("complaint plan $CP1 --measure 培训 --owner chen.jie --due 'fri 18:00'", now=at("15:00"))
    desk.ok("complaint resolve $CP1 --response apology --decision 当面道歉", now=at("15:10"))
    desk.ok("complaint communicate $CP1 --rejected --external consumer-hotline", now=at("15:20"))
    desk.ok("complaint reopen $CP1 --reason 要求退款", now=at("15:30"))
    desk.ok("complaint plan $CP1 --measure 退款 --owner li.na --due 'fri 18:00'", now=at("15:40"))
    desk.ok("complaint plan $CP1 --done 2", now=at("15:50"))
    desk.ok("complaint correct $CP1 --measure 锁定场地 --owner chen.jie --due '2026-12-01 18:00'", now=at("15:55"))
    desk.ok("complaint resolve $CP1 --response refund --decision 退还场地费 --compensation 15", now=at("16:00"))
    desk.ok("complaint communicate $CP1 --accepted", now=at("16:10"))
    desk.ok("complaint follow-up $CP1 --satisfied --rating 4", now=at("17:00"))
    desk.ok("complaint close $CP1 --cause entry --note 录入后复诵 --signed-by wang.wei", now=at("17:20"), by="zhao.lei")

    page = printed(desk, "md", lang="zh")
    cells = {
        line.split(" | ")[0][2:]: line.split(" | ")[1][:-2].split("<br>") for line in page.splitlines() if "|" in line
    }

    day = "2026-11-20 周五"
    assert cells["处理意见"] == [
        f"{day} 15:10  道歉  当面道歉; 不接受",
        f"{day} 16:00  退款  15.00 CNY  退还场地费; 接受",
    ]
    assert cells["处理摘要"] == [
        f"{day} 14:20  答复  li.na",
        f"{day} 14:30  评估  chen.jie: 涉及多人; 重大",
        f"{day} 15:00  1. 培训 (chen.jie): {day} 18:00 前",
        f"{day} 15:30  重新打开  li.na: 要求退款",
        f"{day} 15:40  2. 退款 (li.na): {day} 15:50 已完成",
        f"{day} 17:20  结案  zhao.lei: 录入错误; wang.wei 签字",
    ]
    assert cells["改正措施"] == [
        "3. 锁定场地 (chen.jie): 2026-12-01 周二 18:00 前",
        f"{day} 17:20  zhao.lei: 录入后复诵",
    ]
    assert cells["投诉人意见"] == [
        f"{day} 15:20 电话告知: 不接受, 已告知可向全国12315消费者投诉平台 (12315) 反映",
        f"{day} 16:10 电话告知: 接受",
        "满意  4/5",
    ]
    assert len(printed(desk).splitlines()) <= ROWS


def test_a_signature_of_before_a_reopening_does_not_count(desk: DeskFolder) -> None:
    member(desk)
    to_the_end(desk)
    desk.ok("complaint reopen $CP1 --reason 又发生了", now=at("09:00", 24))

    assert "\nSigned for the side complained against: ____________________  ____-__-__\n" in printed(desk)


# --- personal data ----------------------------------------------------------------------------------------------

PERSONAL = ("王小明", "13800000001", "13900000002", "wang@example.com", "8800123456", "320600199001011234", "桃园路")


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_personal_data_is_masked_unless_that_is_noted(desk: DeskFolder, form: str) -> None:
    member(desk)
    desk.ok(f"{CREATE} --content '{CONTENT}'")
    head = desk.git("rev-parse", "HEAD")

    masked = printed(desk, form)
    assert [word for word in PERSONAL if word in masked] == []
    assert desk.git("rev-parse", "HEAD") == head

    shown = printed(desk, form, "--reveal --reason 存档")
    assert [word for word in PERSONAL if word not in shown] == []
    assert desk.git("log", "-1", "--format=%s").startswith("Reveal customer file CU-")
    assert 'reason = "存档"' in next((desk.home / "records/customers").rglob("*.toml")).read_text(encoding="utf-8")


def test_a_refused_paper_reveals_nothing(desk: DeskFolder) -> None:
    slight_ones_go_unreported(desk)
    member(desk)
    desk.ok(f"{CREATE} --content '{CONTENT}'".replace("major", "minor"))
    head = desk.git("rev-parse", "HEAD")

    assert desk.run("complaint print $CP1 --reveal --out records/page.txt").code == 4
    assert desk.run("complaint print $CP1 --reveal --kind notice").code == 4
    assert desk.git("rev-parse", "HEAD") == head


# --- what people say is text ------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser would see: which elements there are, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; none may ask for anything from elsewhere."""
        self.elements.add(tag)
        assert not {"src", "href", "onload", "onerror", "onclick"} & {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Gather what is read."""
        self.text += data


def hostile(desk: DeskFolder) -> None:
    """Have a complaint in which everybody's words look like markup."""
    desk.run(f'customer create --phone 13800000001 --card 8800123456 --name "{HOSTILE.replace(chr(34), "")}"')
    words = HOSTILE.replace('"', "”")
    desk.ok(f'{CREATE} --content "{words}"')
    desk.ok("complaint acknowledge $CP1", now=at("14:10"))
    desk.ok("complaint assess $CP1", now=at("14:20"))
    desk.ok(f'complaint investigate $CP1 --findings "{words}"', now=at("14:30"))


def test_in_html_hostile_words_are_shown_and_never_obeyed(desk: DeskFolder) -> None:
    hostile(desk)

    page = printed(desk, "html", "--reveal --reason x")
    seen = Page(page)

    assert "script" not in seen.elements
    assert "<script>" not in page
    assert seen.text.count("<script>alert('x')</script> | `rm`") == 3
    assert "{{ 7*7 }}" in seen.text
    assert "a" not in seen.elements


def test_in_markdown_hostile_words_stay_in_their_cell(desk: DeskFolder) -> None:
    hostile(desk)

    page = printed(desk, "md", "--reveal --reason x")
    row = next(line for line in page.splitlines() if line.startswith("| In brief"))

    assert re.split(r"(?<!\\)\|", row)[1:-1] == [
        " In brief ",
        " \\<script>alert('x')\\</script> \\| \\`rm\\` \\[a](http://b) & {{ 7\\*7 }} ”q” \\*b\\* ",
    ]
    assert "<script>" not in page.replace("\\<script>", "")


def test_lines_of_a_complaint_stay_lines_and_controls_are_shown(desk: DeskFolder) -> None:
    desk.ok("complaint create --customer 李四 --category facility --content 'one\ntwo\x1b[31m'")

    assert "\nIn brief        one\n                two\\x1b[31m\n" in printed(desk)
    assert "| In brief | one<br>two\\\\x1b\\[31m |" in printed(desk, "md")
    assert '<td colspan="3">one\ntwo\\x1b[31m</td>' in printed(desk, "html")


# --- one page ---------------------------------------------------------------------------------------------------


def test_a_long_story_is_cut_to_one_page_and_that_is_told(desk: DeskFolder) -> None:
    member(desk)
    story = CONTENT * 40
    desk.ok(f"{CREATE} --content '{story}'")
    desk.ok("complaint acknowledge $CP1 --apology", now=at("14:10"))
    desk.ok("complaint assess $CP1", now=at("14:20"))
    for minute in (30, 40, 50):
        desk.ok(f"complaint investigate $CP1 --findings '{story}'", now=at(f"14:{minute}"))
        desk.ok(f"complaint plan $CP1 --measure '{story}' --owner li.na --due 'mon 18:00'", now=at(f"14:{minute}"))

    page = printed(desk)

    assert len(page.splitlines()) <= ROWS
    assert max(map(width, page.splitlines())) <= 76
    assert page.endswith("; texts longer than the page are cut\n")
    assert " ..\n" in page
    assert story in printed(desk, "md")  # which has no page to fit on
    assert "texts longer than the page are cut" in printed(desk, "html")


def test_the_html_page_stands_alone(desk: DeskFolder) -> None:
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    page = printed(desk, "html", lang="zh")

    assert page.startswith('<!doctype html>\n<html lang="zh-CN">\n')
    assert Page(page).elements == {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "table", "colgroup", "col", "tr", "th",
        "td", "div", "span", "footer",
    }  # fmt: skip
    assert "@page { size: A4;" in page
    assert "prefers-color-scheme: dark" in page
    assert "url(" not in page


# --- the word to the supervisor ---------------------------------------------------------------------------------


@pytest.mark.row("B5", lacking="sending it")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_supervisor_is_told_of_a_grave_complaint_at_once(desk: DeskFolder, golden: Golden, lang: str) -> None:
    member(desk)
    staffed(desk)
    desk.ok(f"{CREATE} --content '{CONTENT}' --safety")

    page = desk.ok("complaint print $CP1 --kind notice", lang=lang)

    golden(f"complaint-notice.{lang}", page)
    assert "王**" in page
    assert "王小明" in desk.ok("complaint print $CP1 --kind notice --reveal")


@pytest.mark.row("D2")
def test_the_club_reports_even_a_slight_complaint_and_tells_its_departments_phone(desk: DeskFolder) -> None:
    desk.ok("staff add li.na --name 李娜 --role supervisor --team front-hall")
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    assert "Report 一般 complaint CP-000000-000001 to the supervisor" in desk.ok("due")
    assert "更衣室没有热水" in desk.ok("complaint print $CP1 --kind notice")
    paper = " ".join(desk.ok("complaint print $CP1").split())
    assert "First dept. 前厅部 First receiver 李娜 (li.na)" in paper
    assert "Contact 000-0000-0001" in paper


def test_a_slight_complaint_is_not_reported_where_the_rulebook_says_so(desk: DeskFolder) -> None:
    slight_ones_go_unreported(desk)
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    result = desk.run("complaint print $CP1 --kind notice")

    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "Refused: CP-000000-000001 is minor, which is not reported to the supervisor "
        "(rule complaint.severity.minor.report).\n"
    )


# --- files, programs, mistakes ----------------------------------------------------------------------------------


def test_a_page_goes_into_a_file_but_not_among_the_records(desk: DeskFolder) -> None:
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    told = desk.ok(f"complaint print $CP1 --format html --out {desk.home.parent / 'page.html'}")
    inside = desk.run("complaint print $CP1 --out records/page.txt")

    assert told == ""
    assert (desk.home.parent / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (inside.code, (desk.home / "records/page.txt").exists()) == (4, False)
    assert desk.git("status", "--porcelain") == ""


def test_programs_get_the_page_with_its_kind(desk: DeskFolder) -> None:
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    paper = json.loads(desk.ok("complaint print $CP1 --format md --json"))

    assert (paper["kind"], paper["format"], paper["record"]) == ("record", "md", "CP-000000-000001")
    assert f"{paper['text']}\n" == desk.ok("complaint print $CP1 --format md")


def test_a_desks_own_template_wins_in_each_format(desk: DeskFolder) -> None:
    desk.ok("complaint create --customer 李四 --category facility --content 'a < b'")
    folder = desk.home / "templates"
    folder.mkdir()
    (folder / "complaint-record.html").write_text("<p>{{ content }}</p>\n", encoding="utf-8")
    (folder / "complaint-record.md").write_text("{{ nmae }}\n", encoding="utf-8")

    broken = desk.run("complaint print $CP1 --format md")

    assert desk.ok("complaint print $CP1 --format html") == "<p>a &lt; b</p>\n"
    assert broken.code == 6
    assert broken.err.startswith("templates/complaint-record.md:1: names nmae, which this paper does not know")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("complaint print", 2, "ID is missing.\n"),
        ("complaint print 0000ZZ", 3, "Nothing has the id 0000ZZ.\n"),
        ("complaint print $CP1 --kind notce", 2, "--kind cannot be notce. Did you mean notice? It is one of"),
        ("complaint print $CP1 --format pdf", 2, "--format cannot be pdf"),
        (
            "complaint print $CP1 --kind notice --format html",
            2,
            "The word to the supervisor is a short text; it cannot be printed as html.\n",
        ),
    ],
)
def test_what_cannot_be_printed_is_told_in_one_sentence(desk: DeskFolder, line: str, code: int, said: str) -> None:
    desk.ok("complaint create --customer 李四 --category facility --content 更衣室没有热水")

    result = desk.run(line)

    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(said)
    assert len(result.err.splitlines()) == 1
