"""The rulebook by its keys: what `service.badminton.price[2].amount` means, what may stand there, what stands there.

Entries of a list that have an id go by it, others by their number, counted from 1. A name with dots stands in quotes.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

from cscli.domain.near import nearest
from cscli.domain.rulebook import Rulebook
from cscli.domain.value import NOTHING, Value, defaults_of, types_of
from cscli.domain.values import BadValue, Form
from cscli.errors import NotFound, UsageProblem
from cscli.store.places import Place, said
from cscli.store.shape import MAPPINGS, is_value, key_of, peel

PART = re.compile(r"""(?:^|\.)(?:"(?P<quoted>[^"]*)"|(?P<name>[^.\[\]"]+))|\[(?P<number>[1-9]\d{0,5})\]""")
TRUE, FALSE = ("true", "yes", "是"), ("false", "no", "否")


class Hear(Value, kw_only=False):
    """How moments and days are read that a person says."""

    moment: Callable[[str], datetime]
    day: Callable[[str], date]


class Spot(Value):
    """A place of the rulebook: the type that belongs there, its key in words, and whether something stands there."""

    place: Place
    annotation: Any
    key: str
    there: bool

    @property
    def entries(self) -> Any:
        """What kind of entries a list of tables holds; None for anything else."""
        bare, form, _ = peel(self.annotation)
        if form is None and get_origin(bare) is tuple and is_value(get_args(bare)[0]):
            return get_args(bare)[0]
        return None

    @property
    def table(self) -> Any:
        """What kind of table belongs there; None for anything else."""
        bare, form, _ = peel(self.annotation)
        return bare if form is None and is_value(bare) else None

    @property
    def is_leaf(self) -> bool:
        """Whether it holds a value, or a list of values, and no table."""
        return self.entries is None and self.table is None and get_origin(peel(self.annotation)[0]) not in MAPPINGS


def spot(key: str, data: Mapping[str, Any]) -> Spot:
    """Return the place a key means in the data of a rulebook; raises `UsageProblem`, or `NotFound` for an entry."""
    place: Place = ()
    annotation: Any = Rulebook
    here: Any = data
    for part in _parts(key):
        words = said(place, data)
        bare, form, _ = peel(annotation)
        origin = get_origin(bare)
        if form is None and is_value(bare):
            annotation = _field(bare, part, words, data if not place else {})
            place, here = (*place, part), here.get(part) if isinstance(here, dict) else None
        elif form is None and origin is tuple:
            number = _entry(part, here or [], words)
            annotation = get_args(bare)[0]
            place, here = (*place, number), here[number]
        elif form is None and origin in MAPPINGS:
            names, annotation = get_args(bare)
            _choice(part, get_args(names) if get_origin(names) is Literal else (str(part),), words)
            place, here = (*place, part), here.get(part) if isinstance(here, dict) else None
        else:
            raise UsageProblem("usage.rules.leaf", key=words)
    return Spot(place=place, annotation=annotation, key=said(place, data), there=here is not None)


def _parts(key: str) -> Iterator[str | int]:
    """Yield the names and numbers of a key, numbers counted from 0."""
    reached = 0
    for found in PART.finditer(key.strip()):
        if found.start() != reached:
            break
        reached = found.end()
        quoted, name, number = found["quoted"], found["name"], found["number"]
        yield int(number) - 1 if number else quoted if quoted is not None else name
    if reached != len(key.strip()) or not key.strip():
        raise UsageProblem("usage.rules.key", value=key)


def _field(kind: Any, part: str | int, words: str, data: Mapping[str, Any] = NOTHING) -> Any:
    fields = {key_of(name): annotation for name, annotation in types_of(kind).items()}
    _choice(part, tuple(fields), words, _entry_called(part, data))
    return fields[str(part)]


def _entry_called(part: str | int, data: Mapping[str, Any]) -> str | None:
    """Return the key of the entry that has this id or name in one of the rulebook's lists."""
    for name, entries in data.items():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and part in (entry.get("id"), entry.get("name")) and "id" in entry:
                return f"{name}.{entry['id']}"
    return None


def _choice(part: str | int, known: tuple[str, ...], words: str, meant: str | None = None) -> None:
    """Raise `UsageProblem` where a key has nothing of this name below it; what may have been meant is suggested."""
    if part in known:
        return
    value = f"[{part + 1}]" if isinstance(part, int) else part
    near = meant or nearest(str(part), known)
    raise UsageProblem(
        "usage.rules.unknown_near" if near else "usage.rules.unknown",
        key=words or "desk.toml", value=value, known=known, near=near or "",
    )  # fmt: skip


def _entry(part: str | int, entries: Any, words: str) -> int:
    """Return the place of an entry in a list, by its id or its name, else by its number; raises `NotFound`."""
    names = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
    if isinstance(part, int) and part < len(entries):
        return part
    for number, entry in enumerate(entries):
        if isinstance(entry, dict) and part in (entry.get("id"), entry.get("name")):
            return number
    known = tuple(str(name) if name else f"[{number}]" for number, name in enumerate(names, start=1)) or ("-",)
    value = f"[{part + 1}]" if isinstance(part, int) else part
    raise NotFound("not_found.rules", key=words, value=value, known=known)


# --- values -----------------------------------------------------------------------------------------------------


def read(annotation: Any, text: str, key: str, hear: Hear) -> Any:
    """Return a value that a person says, as TOML has it; whether it fits is for the proof to say.

    A list may be said with commas. Raises `UsageProblem` where the text cannot be meant for this key.
    """
    bare, form, _ = peel(annotation)
    kind = form.raw if form is not None else bare
    if form is None and get_origin(bare) is tuple:
        if text.strip().startswith("["):
            return _toml(text, key)
        return [read(get_args(bare)[0], part.strip(), key, hear) for part in text.split(",") if part.strip()]
    if form is None and (get_origin(bare) in MAPPINGS or is_value(bare)):
        return _toml(text, key)
    if kind is datetime:
        return hear.moment(text)
    if kind is date:
        return hear.day(text)
    if kind is bool and text.strip().lower() in TRUE + FALSE:
        return text.strip().lower() in TRUE
    if kind is int and re.fullmatch(r"-?\d{1,12}", text.strip(), re.ASCII):
        return int(text)
    if kind in (bool, int):
        raise UsageProblem(f"usage.rules.{'truth' if kind is bool else 'whole'}", key=key, value=text)
    return _canonical(form, text)


def _canonical(form: Form | None, text: str) -> str:
    """Return a text as a value of its kind is written, `18` as `18.00` where it is money.

    One that cannot be read stays as it was said, for the proof to name.
    """
    if form is None:
        return text
    try:
        written = form.write(form.read(text))
    except BadValue:
        return text
    return written if isinstance(written, str) else text


def _toml(text: str, key: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        raise UsageProblem("usage.rules.toml", key=key, value=text) from None


def entry_of(kind: Any, pairs: list[str], key: str, hear: Hear) -> dict[str, Any]:
    """Return an entry of a list said as `key=value` pairs; raises `UsageProblem`."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise UsageProblem("usage.rules.pair", value=pair)
        if name.strip() in found:
            raise UsageProblem("usage.rules.twice", key=f"{key}.{name.strip()}")
        found[name.strip()] = read(_field(kind, name.strip(), key), text, f"{key}.{name.strip()}", hear)
    if not found:
        raise UsageProblem("usage.rules.pair", value="")
    return found


# --- what stands there ------------------------------------------------------------------------------------------


def listed(data: Mapping[str, Any], below: Place = ()) -> Iterator[tuple[str, Any]]:
    """Yield (key, value) of everything that stands at or below a place, lists of values whole."""
    here: Any = data
    for part in below:
        here = here[part]
    yield from _leaves(data, below, here)


def _leaves(data: Mapping[str, Any], place: Place, here: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(here, dict):
        for name, part in here.items():
            yield from _leaves(data, (*place, name), part)
    elif isinstance(here, list) and any(isinstance(part, dict) for part in here):
        for number, part in enumerate(here):
            yield from _leaves(data, (*place, number), part)
    else:
        yield said(place, data), here


def default_at(where: Spot) -> Any:
    """Return what holds at a key that is not said, as TOML has it; None where nothing does."""
    parent = peel(_annotation_at(where.place[:-1]))[0]
    if not is_value(parent):
        return None
    value = {key_of(name): known for name, known in defaults_of(parent).items()}.get(str(where.place[-1]))
    _, form, _ = peel(where.annotation)
    return form.write(value) if form is not None and value is not None else value


def _annotation_at(place: Place) -> Any:
    annotation: Any = Rulebook
    for part in place:
        bare, _, _ = peel(annotation)
        if is_value(bare):
            annotation = {key_of(name): known for name, known in types_of(bare).items()}[str(part)]
        else:
            annotation = get_args(bare)[-1 if get_origin(bare) in MAPPINGS else 0]
    return annotation


def toml_text(value: Any) -> str:
    """Return a plain value as TOML has it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    if isinstance(value, dict):
        words = (f"{name} = {toml_text(part)}" for name, part in value.items())
        return f"{{ {', '.join(words)} }}" if value else "{}"
    return value.isoformat() if isinstance(value, date) else str(value)
