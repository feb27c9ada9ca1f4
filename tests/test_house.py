"""The rules of the house, read off the code itself.

Floors only look down, rooms are small, each outside thing is touched in one place, every sentence exists in both
languages, and a command loads only what it needs.
"""

import ast
import os
import re
import string
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from cscli.commands import NOUNS
from cscli.domain import states
from cscli.store.history import SUBJECTS
from tests.conftest import PROJECT, PYTHON

HOUSE = PROJECT / "cscli"
FLOORS = [
    {"errors"},
    {"domain"},
    {"store", "analytics", "i18n"},
    {"terminal"},
    {"desk"},
    {"render", "interop"},
    {"commands"},
    {"app"},
    {"start"},
    {"__main__"},
]
LARGEST_ROOM = 400
NOUNS_OF_THE_DOMAIN = {"booking", "complaint", "customer", "staff"}
ROOMS = sorted(HOUSE.rglob("*.py"))


def name_of(room: Path) -> str:
    """Return a room's dotted name below cscli."""
    return ".".join(room.relative_to(HOUSE).with_suffix("").parts)


def floor_of(dotted: str) -> int:
    """Return the number of a room's floor, counted from the cellar."""
    top = dotted.split(".")[0]
    return next(number for number, floor in enumerate(FLOORS) if top in floor)


def imports_of(room: Path, *, running: bool = False) -> Iterator[str]:
    """Yield the dotted names below cscli that a room imports, wherever in the room; those it needs when it runs."""
    house = ast.parse(room.read_text(encoding="utf-8"))
    if running:
        house.body = [
            part for part in house.body if not (isinstance(part, ast.If) and "TYPE_CHECKING" in ast.unparse(part.test))
        ]
    for node in ast.walk(house):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "cscli":
            inner = node.module.partition(".")[2]
            for alias in node.names:
                deeper = f"{inner}.{alias.name}".lstrip(".")
                yield deeper if (HOUSE / (deeper.replace(".", "/") + ".py")).exists() else inner or deeper


@pytest.mark.parametrize("room", [room for room in ROOMS if room.name != "__init__.py"], ids=name_of)
def test_a_room_looks_only_down(room: Path) -> None:
    own = name_of(room)
    for other in imports_of(room):
        if other == "__version__":
            continue
        below = floor_of(other) < floor_of(own)
        same = own.split(".")[0] == other.split(".")[0]
        assert below or same, f"{own} looks up to {other}"


def test_rooms_do_not_go_round_in_circles() -> None:
    rooms = {name_of(room): set(imports_of(room, running=True)) for room in ROOMS if room.name != "__init__.py"}

    order = TopologicalSorter({own: others & set(rooms) for own, others in rooms.items()}).static_order()

    assert set(order) == set(rooms)  # a circle would have been named by CycleError


def test_the_nouns_of_the_domain_do_not_know_one_another() -> None:
    for noun in NOUNS_OF_THE_DOMAIN:
        others = {f"domain.{other}" for other in NOUNS_OF_THE_DOMAIN - {noun}}
        assert not others & set(imports_of(HOUSE / "domain" / f"{noun}.py")), noun


FACE = {  # the rooms of the store that commands may ask; the desk has the store itself
    "case_queries", "clock_text", "founding", "history", "layout", "pages", "queries", "rule_edit", "rule_keys",
    "schema", "sweep",
}  # fmt: skip


def test_commands_speak_to_the_store_by_its_face_only() -> None:
    asked = {
        other.removeprefix("store.")
        for room in (HOUSE / "commands").glob("*.py")
        for other in imports_of(room)
        if other.split(".")[0] == "store"
    }

    assert asked == FACE


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_no_room_is_too_large(room: Path) -> None:
    lines = len(room.read_text(encoding="utf-8").splitlines())

    assert lines <= LARGEST_ROOM, f"{name_of(room)} has {lines} lines: split it by purpose"


CALLS = {
    "print": (r"^print$", {"app"}),
    "the clock": (r"^(datetime|date)\.(now|today|utcnow)$|^time\.(time|monotonic|time_ns|sleep)$", {
        "desk", "store.files", "store.fresh", "store.store",
    }),
    "chance": (r"^os\.urandom$|^(secrets|random|uuid)\.", {"desk", "store.index"}),
    "the screen": (r"^sys\.(stdout|stderr)\.(write|flush)$", {"terminal", "app", "commands.listing"}),
    "the environment": (r"^os\.(environ|getenv)", {"desk", "terminal", "store.git", "store.probe"}),
    "processes": (r"^(subprocess\.)?(run|Popen|check_output)$|^os\.fork$", {
        "store.git", "store.git_batch", "store.filling", "app", "terminal",
    }),
    "the disk": (
        r"^open$|\.open$|^os\.(replace|rename|unlink|fsync|sync|makedirs|mkdir|scandir|write)$|^tempfile\.|"
        r"\.(read_bytes|read_text|write_bytes|unlink|mkdir)$|(?<!formatter)\.write_text$",
        {
            "store.files", "store.fresh", "store.git", "store.git_batch", "store.index", "store.batch", "store.chunk",
            "store.founding", "store.journal", "store.probe", "store.store", "interop.importing", "interop.reader",
            "app",
        },
    ),
}  # fmt: skip


def calls_of(room: Path) -> Iterator[str]:
    """Yield the dotted names a room calls."""
    for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("what", CALLS)
def test_the_outside_is_touched_where_it_lives(what: str) -> None:
    pattern, allowed = CALLS[what]
    touching = {name_of(room) for room in ROOMS if any(re.search(pattern, call) for call in calls_of(room))}

    assert touching == allowed


def test_the_domain_knows_no_files_no_language_and_no_clock() -> None:
    forbidden = {"os", "sys", "pathlib", "subprocess", "sqlite3", "tomllib", "tomli_w", "time", "random", "secrets"}
    for room in (HOUSE / "domain").glob("*.py"):
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not forbidden & {module.split(".")[0] for module in modules}, room.name


# --- words ------------------------------------------------------------------------------------------------------


def words(language: str) -> dict[str, str]:
    """Return every sentence of a language."""
    found: dict[str, str] = {}
    for room in sorted((HOUSE / "i18n" / language).glob("*.py")):
        if room.stem != "__init__":
            text = import_module(f"cscli.i18n.{language}.{room.stem}").TEXT
            assert not found.keys() & text.keys(), f"{room.name} says again {found.keys() & text.keys()}"
            found.update(text)
    return found


def facts_of(sentence: str) -> set[str]:
    """Return the names of the facts a sentence takes."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    english, chinese = words("en"), words("zh")

    assert english.keys() == chinese.keys()
    for key in english:
        assert facts_of(english[key]) == facts_of(chinese[key]), key


KEY = re.compile(
    r"^(help|opt|usage|words|value|not_found|rulebook|state|refused|unavailable|data|file|key|busy|disk|git|note|check|"
    r"import|worktime|label|tell|kpi|report|due|complaint|ask|explain|ruled|hint)\.[a-z0-9_.-]+$|^(unavailable|fault)$"
)
NOT_KEYS = re.compile(r"^(booking|complaint|customer|service|roles|states|kpi\.toml)\b|\.(toml|py|csv|sqlite|json)$")


def test_every_key_the_code_names_has_a_sentence() -> None:
    known = words("en")
    missing = []
    for room in ROOMS:
        if "i18n" in room.parts:
            continue
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            word = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            named = KEY.match(word) and not NOT_KEYS.search(word) and not word.endswith(".")
            if named and word not in known:
                missing.append(f"{name_of(room)}: {word}")

    assert missing == []


FIELDS = ("card_type", "cause", "extra_type", "side")  # whose labels are asked for by the name of a field


def said_in_code() -> tuple[set[str], set[str]]:
    """Return the words the rooms write out, and patterns of those that they put together."""
    said: set[str] = set()
    made: set[str] = set()
    for room in ROOMS:
        if "i18n" in room.parts:
            continue
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values]
                made.add("".join(parts))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "label":
                group = node.args[0]
                made |= {
                    f"label.{name}.+" for name in ([str(group.value)] if isinstance(group, ast.Constant) else FIELDS)
                }
    return said, made | {re.escape(word) + ".+" for word in said if re.fullmatch(r"[a-z_.]+\.", word)}


def test_every_sentence_is_said_somewhere() -> None:
    said, made = said_in_code()
    begun = re.compile("|".join(pattern for pattern in made if re.match(r"[a-z_]+\\?\.", pattern)))
    ends = {
        pattern.removeprefix(".+").replace("\\", "") for pattern in made if re.fullmatch(r"\.\+\\\.[a-z_]+", pattern)
    }

    def is_said(key: str) -> bool:
        stems = [key.removesuffix(end) for end in ends if key.endswith(end)]
        return key in said or begun.fullmatch(key) is not None or any(stem in said for stem in stems)

    assert [key for key in words("en") if not is_said(key)] == []


def test_every_command_and_option_is_explained() -> None:
    known = words("en")
    for noun, verbs in NOUNS.items():
        keys = [f"help.{noun}"] if isinstance(verbs, str) else [f"help.{noun}", f"help.{noun}.noun"]
        keys += [] if isinstance(verbs, str) else [f"help.{noun}.{verb}" for verb in verbs]
        assert [key for key in keys if key not in known] == []


@pytest.mark.parametrize(
    ("kind", "table"), [("booking", states.BOOKING), ("complaint", states.COMPLAINT), ("customer", states.CUSTOMER)]
)
def test_every_event_has_its_sentence_in_git_and_its_word(kind: str, table: states.Table) -> None:
    known = words("en")

    assert [event for event in table if f"{kind}.{event}" not in SUBJECTS] == []
    assert [event for event in table if f"label.event.{event}" not in known] == []


# --- start-up ---------------------------------------------------------------------------------------------------

HEAVY = {"pydantic", "pydantic_core", "rich", "tabulate", "wcwidth", "jinja2", "importlib.metadata", "tomli_w",
         "chinese_calendar", "dataclasses", "json", "csv"}  # fmt: skip


HEAVY |= {"tomllib", "tomlkit", "multiprocessing", "cscli.store.faults", "cscli.store.filling", "cscli.store.batch"}
WRITING = {"cscli.store.history", "cscli.domain.permit", "cscli.domain.arranging", "cscli.domain.customer"}
TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 2026-11-21T10:00"
LOADED = [  # a line, what it must not load, and how many rooms of ours it may load
    ("booking list", {*WRITING, "cscli.domain.booking", "cscli.render.history", "cscli.domain.worktime"}, 52),
    ("booking list --customer 13800000001", {"cscli.store.history", "cscli.domain.booking"}, 54),
    ("booking show LAST", {*WRITING - {"cscli.domain.customer"}, "cscli.commands.booking_lists",
                           "cscli.domain.order", "cscli.domain.occupancy", "cscli.domain.worktime"}, 58),
    ("due", {*WRITING - {"cscli.domain.permit"}, "cscli.analytics.facts", "cscli.render.booking"}, 65),
    (TAKE, {"cscli.commands.booking_series", "cscli.commands.booking_lists", "cscli.analytics"}, 74),
    ("--help", {"cscli.desk", "cscli.store.store"}, 16),
]  # fmt: skip


@pytest.mark.parametrize(("line", "needless", "most"), LOADED, ids=[line[:20] for line, _, _ in LOADED])
def test_a_verb_loads_what_it_needs(tmp_path: Path, line: str, needless: set[str], most: int) -> None:
    from tests.conftest import make_desk

    home = make_desk(tmp_path / "desk")
    env = {**os.environ, "CSCLI_NOW": "2026-11-20T14:00:00+08:00", "CSCLI_BY": "li.na", "CSCLI_LANG": "en"}
    program = "import sys; from cscli import app; code = app.run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"

    def loaded(said: str) -> set[str]:
        words = [PYTHON, "-c", f"{program}; sys.exit(code)", *said.split()]
        done = subprocess.run(words, cwd=home, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return set(done.stderr.splitlines()[-1].split())

    taken = subprocess.run([PYTHON, "-m", "cscli", *TAKE.split()], cwd=home, env=env, capture_output=True, text=True)
    line = line.replace("LAST", taken.stdout.split()[1]).replace("10:00", "12:00")
    loaded(line.replace("12:00", "11:00"))  # what the index has to learn is learnt
    found = loaded(line)
    plain = subprocess.run([PYTHON, "-c", "import sys, typer; print(*sys.modules)"], capture_output=True, text=True)
    ours = {name for name in found if name.startswith("cscli.")}

    allowed = {"tomli_w"} if line.startswith("booking create") else set()
    assert found & (HEAVY | needless) - set(plain.stdout.split()) - allowed == set()
    assert len(ours) <= most, sorted(ours)
