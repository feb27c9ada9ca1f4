"""Help pages: as wide as the terminal at most, and examples that can be pasted."""

import re
import shutil

import pytest

from cscli import i18n
from cscli.commands import NOUNS
from cscli.i18n import t
from cscli.render.width import width
from tests.conftest import PROJECT, DeskFolder

COMMANDS = ["", *NOUNS]
COMMANDS += [f"{noun} {verb}" for noun, verbs in NOUNS.items() if not isinstance(verbs, str) for verb in verbs]


def key_of(command: str) -> str:
    """Return the key of a command's help."""
    of_noun = not isinstance(NOUNS.get(command, ""), str)
    return ".".join(["help", *command.split()]) + (".noun" if of_noun or not command else "")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_help_is_wider_than_the_terminal(desk: DeskFolder, lang: str) -> None:
    desk.patch.setenv("COLUMNS", "80")

    pages = {command: desk.ok(f"{command} --help", lang=lang) for command in COMMANDS}

    assert len(pages) > 80
    assert [(name, line) for name, page in pages.items() for line in page.split("\n") if width(line) > 80] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_example_shown_in_several_lines_is_one_command(desk: DeskFolder, lang: str) -> None:
    desk.patch.setenv("COLUMNS", "80")
    for command in COMMANDS:
        page = desk.ok(f"{command} --help", lang=lang)

        shown = re.split(r"\n(?:Example|例子):\n", page)[1:]

        _, _, example = t(key_of(command)).partition("\n\n")
        told = re.sub(r" \\\n +", " ", "".join(shown))
        assert told == "".join(f"  {line}\n" for line in example.splitlines()), command


def test_a_long_example_ends_its_lines_in_a_backslash(desk: DeskFolder) -> None:
    desk.patch.setenv("COLUMNS", "80")

    page = desk.ok("complaint create --help", lang="zh")

    assert page.endswith(
        "例子:\n  cscli complaint create --customer 李雷 --phone 13900000066 \\\n"
        "    --category booking --content '订了场地却被占用' --remedy 退款\n"
    )


def test_no_line_begins_with_a_chinese_comma_after_a_latin_word(desk: DeskFolder) -> None:
    desk.patch.setenv("COLUMNS", "80")

    page = desk.ok("complaint create --help", lang="zh")

    assert re.search(r"\n +、", page) is None


@pytest.mark.parametrize("command", ["", "booking create", "customer create", "customer change", "staff", "staff list"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_example_works_at_the_sample_desk(desk: DeskFolder, command: str, lang: str) -> None:
    shutil.rmtree(desk.home / "records")
    shutil.copytree(PROJECT / "records", desk.home / "records")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "The club")
    i18n.use(lang)
    _, _, example = t(key_of(command)).partition("\n\n")

    assert desk.ok(example.removeprefix("cscli "), lang=lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_example_calls_a_booking_by_a_word(lang: str) -> None:
    i18n.use(lang)

    assert [command for command in COMMANDS if " ID " in t(key_of(command))] == []


def test_chinese_help_has_one_word_for_a_booking(desk: DeskFolder) -> None:
    assert "预约" not in "".join(desk.ok(f"{command} --help", lang="zh") for command in COMMANDS)


def test_a_top_up_says_nothing_of_fees(desk: DeskFolder) -> None:
    assert "fees" not in desk.ok("customer topup --help")
    assert "for fees" in " ".join(desk.ok("customer card --help").split())
