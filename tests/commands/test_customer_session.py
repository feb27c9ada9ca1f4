"""Customers' files as the front desk keeps them: masked wherever nobody needs more."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
ANN = (
    "customer create --name 'Ann Lee' --phone '138 0000 0002' --email ann@example.cn --address '7 Peach Road'"
    " --id-number 320600199001011234 --sex female --birth-month 1990-5 --level 贵宾会员 --contract --card 8800123456"
    " --card-type annual --card-to 2027-11-19 --joined 2026-01-02 --note 'likes court 3' --tag team"
)


@pytest.mark.row("D4", lacking="the application form")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_is_opened_shown_and_listed(desk: DeskFolder, golden: Golden, lang: str) -> None:
    page = desk.ok(ANN, lang=lang)
    desk.ok("booking create --customer 8800123456 --service badminton --start 'tomorrow 19:00'")
    desk.ok("complaint create --customer 8800123456 --category facility --content '灯掉了'")

    page += "\n" + desk.ok("customer show 13800000002", lang=lang)
    page += "\n" + desk.ok("customer list", lang=lang)

    golden(f"customer_{lang}", page)


def test_what_is_revealed_is_recorded_first(desk: DeskFolder) -> None:
    desk.ok(ANN)

    page = desk.ok("customer show $CU1 --reveal --reason 'checking the ID'", by="chen.jie")

    assert "320600199001011234" in page
    assert "chen.jie  revealed  checking the ID" in page
    assert "customer: revealed" in desk.ok("log --limit 1")
    assert "320600199001011234" not in desk.ok("customer show $CU1")


def test_the_json_is_masked_too(desk: DeskFolder) -> None:
    desk.ok(ANN)

    masked = json.loads(desk.ok("customer show $CU1 --json"))
    plain = json.loads(desk.ok("customer show $CU1 --json --reveal --reason export"))

    assert (masked["phones"], masked["card"]["number"], masked["name"]) == (["138****0002"], "880****3456", "Ann L.")
    assert masked["derived"]["masked"]
    assert (plain["phones"], plain["card"]["number"], plain["birth_month"]) == (
        ["13800000002"],
        "8800123456",
        "1990-05",
    )
    assert [event["type"] for event in plain["events"]] == ["created", "revealed"]


def test_a_change_says_what_was_changed_and_hides_the_rest(desk: DeskFolder) -> None:
    desk.ok(ANN)

    desk.ok("customer change 8800123456 --phone 13900001111 --address '' --level regular --no-contract")

    page = desk.ok("customer show 13900001111")
    assert "\nAddress" not in page
    assert "Level: 贵宾会员 -> 普通会员" in page
    assert "Phone: ***" in page
    assert "13800000002" not in page


@pytest.mark.row("D4", lacking="the application form")
def test_two_files_do_not_share_a_number_unless_somebody_says_so(desk: DeskFolder) -> None:
    desk.ok(ANN)

    for line in ("--phone 13800000002", "--card 8800123456"):
        refused = desk.run(f"customer create --name 'Bob Lee' {line}")
        assert refused.code == 4
        assert "stands in the file of CU-000000-000001" in refused.err
        assert "13800000002" not in refused.err
    desk.ok("customer create --name 'Bob Lee' --phone 13800000002 --new-customer")
    desk.ok("customer change $CU2 --note 'the brother'")  # what was agreed to once is not asked again

    assert desk.run("customer change $CU2 --card 8800123456").code == 4


def test_lists_can_be_narrowed(desk: DeskFolder) -> None:
    desk.ok(ANN)
    desk.ok("customer create --name 王小明 --phone 13800000001 --level regular", now="2026-11-25T10:00:00")

    def names(options: str) -> list[str]:
        return [row["name"] for row in json.loads(desk.ok(f"customer list {options} --json"))]

    assert names("") == ["王**", "Ann L."]
    assert names("--level vip") == ["Ann L."]
    assert names("--tag team") == ["Ann L."]
    assert names("--tag team --tag other") == []
    assert names("--since 2026-11-25") == ["王**"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("create", 2, "--name is missing"),
        ("create --name x --level gold", 3, "no customer level gold; it knows regular, vip"),
        ("create --name x --card 1 --card-type gold", 3, "no card type gold"),
        ("create --name x --card-type annual", 2, "--card is missing"),
        ("create --name x --email nobody", 2, "n*** is not an e-mail address"),
        ("create --name x --phone 1380000000x", 2, "138****000x is not a phone number"),
        ("create --name x --sex f", 2, "it is one of male, female"),
        ("create --name x --birth-month may", 2, "--birth-month as 5 or 1990-05"),
        ("create --name x --card 1 --card-from 2026-02-01 --card-to 2026-01-01", 2, "lies before"),
        ("show 13900000000", 3, "No customer is known by 139****0000"),
        ("show 李小四", 3, "No customer is known by 李**"),
        ("show CU-261120-000000", 3, "Nothing has the id"),
        ("change 13800000002 --level vip", 4, "nothing about CU-000000-000001 would be different"),
    ],
)
def test_what_cannot_be_done_is_said_without_personal_data(desk: DeskFolder, words: str, code: int, said: str) -> None:
    desk.ok(ANN)

    result = desk.run(f"customer {words}")

    assert (result.code, result.out) == (code, "")
    assert said in result.err


def test_no_commit_tells_who_somebody_is(desk: DeskFolder) -> None:
    desk.ok(ANN)
    desk.ok("customer change $CU1 --name 'Ann Smith'")

    messages = desk.git("log", "--format=%B")

    assert not [word for word in ("Ann", "Smith", "13800000002", "8800123456", "Peach") if word in messages]


@pytest.mark.parametrize("name", ["13911112222", "139 1111 2222"])
def test_a_number_is_nobodys_name(desk: DeskFolder, name: str) -> None:
    taken = desk.run(
        f"booking create --customer '{name}' --phone 13911112222 --service tennis --start 'tomorrow 10:00'"
    )

    assert (taken.code, "139****2222 is no customer's number yet" in taken.err) == (2, True)
    assert desk.ok("customer list --format csv").count("CU-") == 0
