"""The quick reader: what it reads, it reads as `tomllib` does; what it does not know, it leaves alone."""

import tomllib
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscli.store import codec, familiar
from tests.conftest import PROJECT

NAMES = st.sampled_from(["id", "events", "extra", "schema", "from", "no-show", "tags", "x"])
MOMENTS = st.datetimes().flatmap(
    lambda at: st.integers(-1439, 1439).map(
        lambda minutes: at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    )
)
PLAIN = st.one_of(
    st.text(max_size=8), st.integers(), st.booleans(), MOMENTS, st.dates(), st.lists(st.text(max_size=4)),
)  # fmt: skip
TABLES = st.dictionaries(NAMES, PLAIN, max_size=5)
RECORDS = st.dictionaries(NAMES, PLAIN | TABLES | st.lists(st.dictionaries(NAMES, PLAIN | TABLES, max_size=4)))


def as_tomllib(text: str) -> Any:
    """Return what TOML at large makes of a text, None where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@given(RECORDS)
def test_what_the_desk_writes_is_read_as_tomllib_reads_it(record: dict[str, Any]) -> None:
    text = codec.dump_plain(record)
    found = familiar.read(text)

    assert found is None or found == tomllib.loads(text)


SOUND = """\
schema = 1
id = "BK-261120-7F3K9Q"
vip = true
joined = 2026-11-20
note = "早上好"
start = 2026-11-20 14:00:00+08:00
resources = [
    "court-1",
    "court-2",
]
shares = [
    1,
    2,
]
"a.b" = "c"

[extra]
size = 42

[[events]]
at = 2026-11-20 14:00:00+08:00
type = "created"

[[events]]
type = "changed"

[events.changes.start-of]
from = 2026-11-20 14:00:00-00:30
to = 2026-11-20 14:00:00+00:00
"""


def test_every_form_the_desk_writes_is_familiar() -> None:
    found = familiar.read(SOUND)

    assert found == tomllib.loads(SOUND)
    assert found["events"][1]["changes"]["start-of"]["to"].utcoffset() == timedelta()


SIGNS = st.text(alphabet=' \n"[]=.#\\0165:+-aeT\t\r　\x00')


@given(place=st.integers(0, len(SOUND)), gone=st.integers(0, 9), new=SIGNS)
def test_a_file_changed_anywhere_is_read_as_tomllib_reads_it_or_left(place: int, gone: int, new: str) -> None:
    text = SOUND[:place] + new + SOUND[place + gone :]
    found = familiar.read(text)

    assert found is None or found == as_tomllib(text)


@pytest.mark.parametrize(
    "text",
    [
        'a = "x" # a comment',
        "a = 'x'",
        'a = "x\\n"',
        'a = """x"""',
        "a  = 1",
        "a=1",
        "a = 01",
        "a = 1_000",
        "a = -1",
        "a = 1.5",
        "a = ٣",
        'a = "\x01"',
        "a = 2026-02-30",
        "a = 2026-W47-5",
        '"a\\n" = 1',
        '"a = 1',
        "a = 2026-11-20T14:00:00+08:00",
        "a = 2026-11-20 14:00:00Z",
        "a = 2026-11-20 14:00:00+08:60",
        "a = 2026-02-29 14:00:00+08:00",
        "a = 2026-11-20 24:00:00+08:00",
        "a = {b = 1}",
        'a = ["x"]',
        'a = [\n    "x",\n',
        'a = [\n    "x"\n]',
        "a = [\n]\n[[a]]",
        "a = 1\na = 2",
        "a = 1\n[a]",
        "a = 1\n[[a]]",
        "a = 1\n[a.b]",
        "[a]\n[a]",
        "[a]\n[[a]]",
        '["a"]',
        "[a",
        "[[a]",
        "[ a ]",
        "[]",
        "<<<<<<< HEAD",
        "=======",
        "a = 1\r",
        "\ufeffa = 1",
    ],
)
def test_anything_else_is_left_to_tomllib(text: str) -> None:
    assert familiar.read(text) is None


@given(RECORDS)
def test_what_is_kept_is_read_again_as_it_was(data: dict[str, Any]) -> None:
    text = familiar.write(data)

    assert text is None or familiar.read(text) == data == tomllib.loads(text)


@pytest.mark.parametrize("path", [Path("records/desk.toml"), *sorted(Path("templates/profiles").glob("*.toml"))])
def test_every_rulebook_of_ours_can_be_kept(path: Path) -> None:
    data = tomllib.loads((PROJECT / path).read_text(encoding="utf-8"))
    text = familiar.write(data)

    assert text is not None
    assert familiar.read(text) == data


def test_the_sample_desk_is_nearly_all_familiar() -> None:
    files = [path for noun in ("bookings", "customers") for path in Path(PROJECT / "records" / noun).rglob("*.toml")]
    read = [familiar.read(path.read_text(encoding="utf-8")) for path in files]

    assert sum(found is not None for found in read) > 0.9 * len(files) > 0
