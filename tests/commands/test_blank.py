"""An option that was said and says nothing is refused, in every command: a filter that filters nothing misleads."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cscli.commands import NOUNS
from cscli.commands.faces import EMPTIED, FREE, noun_command
from tests.conftest import DeskFolder

NUMBERS = ("IntRange", "IntParamType", "FloatRange", "TyperPath")


def verbs() -> Iterator[tuple[str, Any]]:
    """Yield every command with the words that name it."""
    for noun, names in NOUNS.items():
        command = noun_command(noun, names)
        if isinstance(names, str):
            yield noun, command
        else:
            yield from ((f"{noun} {verb}", command.get_command(None, verb)) for verb in names)


def options(command: Any) -> Iterator[Any]:
    """Yield a command's options that take words."""
    for one in command.params:
        if one.param_type_name == "option" and not one.is_flag and type(one.type).__name__ not in NUMBERS:
            yield one


@pytest.mark.parametrize(("words", "command"), list(verbs()), ids=[words for words, _ in verbs()])
def test_no_option_says_nothing(desk: DeskFolder, words: str, command: Any) -> None:
    given = " ".join("1" for one in command.params if one.param_type_name == "argument" and one.required)
    for one in options(command):
        if one.metavar == FREE or one.name in EMPTIED.get(command.help, ()):
            continue
        for blank in ("", " ", "\u200b"):
            result = desk.run(f"{words} {given} {one.opts[-1]} '{blank}'")
            assert (result.code, result.err) == (2, f"{one.opts[-1]} says nothing; write what it is to be.\n")


def test_what_may_be_emptied_is_there() -> None:
    known = {command.help: {one.name for one in options(command)} for _, command in verbs()}

    assert all(names <= known[key] for key, names in EMPTIED.items())


def test_an_empty_text_takes_a_field_out(desk: DeskFolder) -> None:
    desk.ok("customer create --name 王小明 --phone 13800000001 --email wang@example.com")
    desk.ok("customer change $CU1 --phone '' --email ''")

    assert "138****0001" not in desk.ok("customer show $CU1")


def test_what_a_service_wants_to_be_told_is_not_taken_out_again(profile: Callable[..., DeskFolder]) -> None:
    desk = profile("booking-desk")
    meet = (
        "booking create --customer 李四 --phone 13800000002 --service meeting --party 5 --start 'mon 14:00' --details"
    )
    unseen = desk.run(f"{meet} '\u200b'")
    desk.ok(f"{meet} 启动")

    emptied = desk.run("booking change $BK1 --details '' --cause customer")

    assert (unseen.code, "--details says nothing" in unseen.err) == (2, True)
    assert (emptied.code, "--details" in emptied.err) == (2, True)
    assert desk.run("check").code == 0
