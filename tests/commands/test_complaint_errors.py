"""What can go wrong with a complaint: each mistake is said in one sentence with the way out, and changes nothing."""

from collections.abc import Callable

import pytest

from tests.conftest import DeskFolder

Golden = Callable[[str, str], None]
TAKE = "complaint create --customer 王小明 --phone 13800000001 --category service --content 态度不好"
WORK = (
    "acknowledge $CP1",
    "assess $CP1",
    "investigate $CP1 --findings 属实",
)
ANSWER = (
    "judge $CP1 --valid --criterion courtesy",
    "plan $CP1 --measure 谈话 --owner wang.wei --due 'mon 12:00'",
    "resolve $CP1 --response apology --decision 道歉",
)
TOLD = ("communicate $CP1 --accepted", "follow-up $CP1 --satisfied")
CURE = ("correct $CP1 --measure 培训 --owner wang.wei --due 'mon 18:00'",)
GALLERY: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a step before its time", (), "follow-up $CP1 --satisfied"),
    ("a judgement before the assessment", (), "judge $CP1 --valid --criterion courtesy"),
    ("a severity the rulebook does not know", (), "assess $CP1 --severity huge"),
    ("findings that say nothing", WORK[:2], "investigate $CP1 --findings ' '"),
    ("judged twice", (*WORK, ANSWER[0]), "judge $CP1 --valid --criterion courtesy"),
    ("valid, but against what", WORK, "judge $CP1 --valid"),
    ("a plan without an owner", (*WORK, ANSWER[0]), "plan $CP1 --measure 谈话 --owner ' ' --due 'mon 12:00'"),
    ("a plan out of step", (*WORK, ANSWER[0]), "plan $CP1 --measure 谈话 --due 'mon 12:00'"),
    ("a plan for yesterday", (*WORK, ANSWER[0]), "plan $CP1 --measure 谈话 --owner li.na --due '2026-11-19 12:00'"),
    ("no word to the customer before the first answer", (), "progress $CP1 --told 在查"),
    ("held for nothing", WORK, "hold $CP1 --reason ' '"),
    ("held until yesterday", WORK, "hold $CP1 --reason 等小票 --until '2026-11-19 12:00'"),
    ("held twice", (*WORK, "hold $CP1 --reason 等小票"), "hold $CP1 --reason 等小票"),
    ("resumed without a pause", WORK, "resume $CP1"),
    ("handed over to its owner", WORK, "hand-over $CP1 --to li.na --reason 换班"),
    ("resolved before it was judged", (*WORK, ANSWER[1]), "resolve $CP1 --response apology --decision 道歉"),
    ("a compensation of how much", (*WORK, *ANSWER[:2]), "resolve $CP1 --response compensation --decision 赔偿"),
    ("external, though accepted", (*WORK, *ANSWER), "communicate $CP1 --accepted --external consumer-hotline"),
    ("external, but where", (*WORK, *ANSWER), "communicate $CP1 --rejected --external moon"),
    ("reached, but what did they say", (*WORK, *ANSWER), "follow-up $CP1"),
    ("not reached, yet rated", (*WORK, *ANSWER), "follow-up $CP1 --unreached --rating 5"),
    ("closed with steps missing", (*WORK, *ANSWER), "close $CP1"),
    ("closed for a cause nobody knows", (*WORK, *ANSWER, *TOLD, *CURE), "close $CP1 --cause moon"),
    ("signed off by who resolved it", (*WORK, *ANSWER, *TOLD, *CURE), "close $CP1 --cause conduct"),
    ("a remedy is not verified", (*WORK, *ANSWER), "verify $CP1 1 --effective"),
    ("verified before it was done", (*WORK, *ANSWER, *CURE), "verify $CP1 2 --effective"),
    ("verified twice", (*WORK, *ANSWER, *CURE, "plan $CP1 --done 2", "verify $CP1 2 --effective"),
     "verify $CP1 2 --ineffective"),
    ("a measure there is not", (*WORK, *ANSWER), "plan $CP1 --done 9"),
    ("a duplicate of itself", (), "link $CP1 --to $CP1"),
    ("a duplicate of nothing", (), "link $CP1 --to ZZZZZZ"),
    ("nothing changes", (), "change $CP1 --category service"),
    ("it happened after it was received", (), "change $CP1 --occurred '2026-11-20 18:00'"),
    ("against somebody of no kind", (), "change $CP1 --against 王伟"),
    ("times that run backwards", WORK[:1], "assess $CP1 --at '2026-11-20 13:00'"),
    ("something still to come", (), "acknowledge $CP1 --at '2026-11-20 15:00'"),
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_mistake_is_told_with_the_way_out_and_changes_nothing(desk: DeskFolder, golden: Golden, lang: str) -> None:
    page = []
    for name, before, line in GALLERY:
        desk.names.clear()
        desk.ok(f"{TAKE} --severity major")
        for step in before:
            desk.ok(f"complaint {step}")
        head = desk.git("rev-parse", "HEAD")

        result = desk.run(f"complaint {line}", lang=lang)

        assert result.code in (2, 3, 4), name
        assert (desk.git("rev-parse", "HEAD"), desk.git("status", "--porcelain")) == (head, ""), name
        page.append(f"# {name}\n$ cscli complaint {line}\n{result.err}exit {result.code}\n")

    golden(f"complaint-errors.{lang}", "\n".join(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nobody_handles_a_complaint_against_themselves(desk: DeskFolder, golden: Golden, lang: str) -> None:
    """Every step that decides something is refused to the one it is against, and to hand it to them."""
    desk.ok(f"{TAKE} --against person:zhao.min")
    page = []
    steps = (
        ((), "change $CP1 --category booking"),
        (WORK[:1], "assess $CP1 --severity minor"),
        (WORK[1:2], "investigate $CP1 --findings 没有"),
        (WORK[2:], "judge $CP1 --invalid --note 没有"),
        (ANSWER[:1], "hand-over $CP1 --to zhao.min --reason 换班"),
        (ANSWER[1:2], "resolve $CP1 --response explanation --decision 没有"),
        (ANSWER[2:], "follow-up $CP1 --satisfied"),
        (TOLD, "close $CP1 --cause conduct"),
    )
    for before, line in steps:
        for step in before:
            desk.ok(f"complaint {step}")

        refused = desk.run(f"complaint {line}", by="zhao.min", lang=lang)

        assert refused.code == 4, line
        page.append(f"$ cscli complaint {line}\n{refused.err}")

    golden(f"complaint-self.{lang}", "\n".join(page))
