"""`cscli schema`: what an editor is told, held against an independent validator and against the desk's own proof."""

import json
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cscli.store import codec
from cscli.store.founding import PROFILES, templates
from cscli.store.reading import model_of
from cscli.store.schema import KINDS, json_schema
from tests.conftest import PROJECT, DeskFolder

PAGES = sorted((templates() / "profiles").glob("*.toml"))
FOLDERS = {"booking": "bookings", "complaint": "complaints", "customer": "customers", "staff": "staff"}
Place = tuple[str | int, ...]


def validator(kind: str) -> jsonschema.Draft202012Validator:
    """Return an independent judge of a kind of file."""
    return jsonschema.Draft202012Validator(json_schema(kind))


def as_json(data: Any) -> Any:
    """Return TOML data as an editor hands it to a schema: days and moments are texts."""
    if isinstance(data, dict):
        return {key: as_json(part) for key, part in data.items()}
    if isinstance(data, list):
        return [as_json(part) for part in data]
    return data.isoformat() if isinstance(data, date) else data


def read(path: Path) -> Any:
    """Return what a file says."""
    return as_json(tomllib.loads(path.read_text(encoding="utf-8")))


def refused(kind: str, data: dict[str, Any]) -> bool:
    """Return whether the desk's own proof refuses some data."""
    try:
        codec.prove(model_of(kind), data, "x.toml")
    except codec.Unreadable:
        return True
    return False


# --- what is sound ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_one_of_draft_2020_12(kind: str) -> None:
    schema = json_schema(kind)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_there_are_profiles_to_be_judged() -> None:
    assert len(PAGES) == 2 * len(PROFILES)


@pytest.mark.parametrize("page", [*PAGES, PROJECT / "records" / "desk.toml"], ids=lambda page: page.name)
def test_every_rulebook_is_sound_to_it(page: Path) -> None:
    assert [problem.message for problem in validator("desk").iter_errors(read(page))] == []


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_record_of_the_sample_desk_is_sound_to_it(kind: str) -> None:
    judge = validator(kind)
    files = sorted((PROJECT / "records" / FOLDERS[kind]).rglob("*.toml"))

    assert files
    assert [path.name for path in files if not judge.is_valid(read(path))] == []


def test_a_year_of_days_off_is_sound_to_it() -> None:
    assert validator("calendar").is_valid({"schema": 1, "off": ["2027-02-05"], "work": ["2027-02-07"]})


# --- what is not ------------------------------------------------------------------------------------------------


def changed(data: Any, place: Place, value: Any) -> Any:
    """Return data with another value at a place."""
    data = deepcopy(data)
    here = data
    for part in place[:-1]:
        here = here[part]
    here[place[-1]] = value
    return data


SPORTS = tomllib.loads((templates() / "profiles" / "sports-club.en.toml").read_text(encoding="utf-8"))
WRONG: dict[str, tuple[Place, Any]] = {
    "an unknown key": (("desk", "curency"), "CNY"),
    "an unknown table": (("opening",), {}),
    "a number for a text": (("desk", "name"), 7),
    "a text for a number": (("schema",), "1"),
    "a text for a truth": (("booking", "read_back"), "yes"),
    "a text for a list": (("service", 0, "resources"), "badminton-court"),
    "a choice there is not": (("service", 0, "kind"), "court"),
    "a day there is not": (("service", 0, "price", 0, "days"), ["monday"]),
    "hours on a day there is not": (("calendar", "open", "funday"), ["09:00-12:00"]),
    "an amount below zero": (("service", 0, "price", 0, "amount"), "-10.00"),
    "an amount in thousandths": (("service", 0, "price", 0, "amount"), "10.005"),
    "an amount that is a number": (("service", 0, "price", 0, "amount"), 10),
    "a share over the whole": (("service", 0, "refund", 0, "fee"), "101%"),
    "a span without unit": (("service", 0, "step"), "30"),
    "a span in weeks": (("service", 0, "advance"), "1w"),
    "a time of day there is not": (("service", 0, "price", 0, "from"), "25:00"),
    "hours without a dash": (("calendar", "open", "mon"), ["13:00"]),
    "a count below one": (("service", 0, "most_units"), 0),
    "a count that is none": (("service", 0, "most_units"), 1.5),
    "an id with a blank": (("service", 0, "id"), "my court"),
    "a day as a text that is none": (("members", "bonus", 0, "since"), "next spring"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_it_refuses_the_proof_refuses_too(what: str) -> None:
    place, value = WRONG[what]
    data = changed(SPORTS, place, value)

    assert not validator("desk").is_valid(as_json(data))
    assert refused("desk", data)


@pytest.mark.parametrize("place", [("desk", "timezone"), ("calendar", "open"), ("service", 1, "name"), ("complaint",)])
def test_what_must_be_there_is_missed_by_both(place: Place) -> None:
    data = deepcopy(SPORTS)
    here: Any = data
    for part in place[:-1]:
        here = here[part]
    del here[place[-1]]

    assert not validator("desk").is_valid(as_json(data))
    assert refused("desk", data)


def leaves(data: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of every single value."""
    entries: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, part in entries:
        yield from leaves(part, (*place, key))
    if not isinstance(data, dict | list):
        yield place


@pytest.mark.parametrize("page", PAGES[::2], ids=lambda page: page.name)
def test_no_value_of_a_rulebook_may_be_half_a_number(page: Path) -> None:
    """Given every single value of a rulebook in turn made 3.5, which nothing is, the schema marks each of them."""
    judge, data = validator("desk"), read(page)

    assert [place for place in leaves(data) if judge.is_valid(changed(data, place, 3.5))] == []


@pytest.mark.parametrize("moment", ["2026-11-22T19:00:00", "2026-11-22", "tomorrow", "2026-11-22T19:00:00.5+08:00"])
def test_a_record_says_when_with_its_offset_in_whole_seconds(moment: str) -> None:
    path = next((PROJECT / "records" / "bookings").rglob("*.toml"))
    judge, data = validator("booking"), read(path)

    assert judge.is_valid(data)
    assert not judge.is_valid(data | {"start": moment})


# --- the command ------------------------------------------------------------------------------------------------


def test_it_is_printed_without_a_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = DeskFolder(tmp_path, monkeypatch)

    for kind in KINDS:
        assert json.loads(nowhere.ok(f"schema {kind}")) == json_schema(kind)
    assert nowhere.ok("schema desk --json") == nowhere.ok("schema desk")


def test_an_editor_can_say_what_a_table_is_and_what_stands_for_a_key_left_out() -> None:
    service = json_schema("desk")["$defs"]["PriceBand"]

    assert service["title"] == "Price band"
    assert service["description"] == (
        "`[[service.price]]`: an amount per hour, unit, person, visit or trip; the first band that fits decides."
    )
    assert (service["required"], service["additionalProperties"]) == (["per", "amount"], False)
    assert (service["properties"]["from"]["default"], service["properties"]["to"]["default"]) == ("00:00", "24:00")
    assert list(json_schema("desk")["$defs"]["CalendarRules"]["properties"]["open"]["properties"]) == [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday",
    ]  # fmt: skip


def test_every_table_of_every_kind_says_what_it_is() -> None:
    def tables(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield schema
        yield from schema["$defs"].values()

    for kind in KINDS:
        for table in tables(json_schema(kind)):
            assert table["title"] and table["description"].endswith((".", ":")), table["title"]


def test_a_kind_misspelt_is_guessed(desk: DeskFolder, golden: Callable[[str, str], None]) -> None:
    page = [f"$ cscli schema {kind}\n{desk.run(f'schema {kind}', lang=lang).err}"
            for lang in ("zh", "en") for kind in ("bookin", "invoice")]  # fmt: skip

    golden("schema-errors", "\n".join(page))
    assert desk.run("schema bookin").code == 2
