"""From types to files: what the values of the domain say, turned into readers, writers and proofs.

Four things are made from one type: `plain` (value to TOML data), `build` (TOML data already proven to value, no
questions asked), `proof` (a pydantic-core validator that refuses what does not fit) and `sure` (the value of data that
fits beyond doubt). `build` and `sure` exist because pydantic takes longer to load than the rest of most commands: what
was proven when it was written is only built, and of a record or two pydantic is asked only where there is a doubt.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from cscli.domain.value import Value, defaults_of, types_of
from cscli.domain.values import Form

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def memo(function: F) -> F:
    """Remember a function's answers for each type it is asked about."""
    return cast(F, cache(function))


Reader = Callable[[Any], Any]
Writer = Callable[[Any], Any]


REQUIRED = object()
MAPPINGS = (dict, Mapping)


def is_value(kind: Any) -> bool:
    """Return whether a type is one of the domain's values."""
    return isinstance(kind, type) and issubclass(kind, Value)


def key_of(name: str) -> str:
    """Return a field's key in the file: `from_` is `from`, which Python keeps for itself."""
    return name.rstrip("_")


def peel(annotation: Any) -> tuple[Any, Form | None, bool]:
    """Return (bare type, its form if it has one, whether None is allowed)."""
    optional = False
    if get_origin(annotation) in (UnionType, Union):
        inner = [part for part in get_args(annotation) if part is not NoneType]
        optional = len(inner) < len(get_args(annotation))
        annotation = inner[0]
    if get_origin(annotation) is Annotated:
        bare, *marks = get_args(annotation)
        return bare, next((mark for mark in marks if isinstance(mark, Form)), None), optional
    return annotation, None, optional


def _same(value: Any) -> Any:
    return value


@memo
def _reader(annotation: Any) -> Reader:
    bare, form, _ = peel(annotation)
    origin = get_origin(bare)
    if form is not None:
        return form.read
    if origin is tuple:
        item = _reader(get_args(bare)[0])
        return tuple if item is _same else lambda raw: tuple(map(item, raw))
    if origin in MAPPINGS:
        value = _reader(get_args(bare)[1])
        return dict if value is _same else lambda raw: {key: value(part) for key, part in raw.items()}
    if is_value(bare):
        return lambda raw: build(bare, raw)
    return _same


@memo
def _writer(annotation: Any) -> Writer:
    bare, form, _ = peel(annotation)
    origin = get_origin(bare)
    if form is not None:
        return form.write
    if origin is tuple:
        item = _writer(get_args(bare)[0])
        return list if item is _same else lambda value: [item(part) for part in value]
    if origin in MAPPINGS:
        entry = _writer(get_args(bare)[1])
        return lambda value: {key: entry(part) for key, part in value.items()}
    if is_value(bare):
        return plain
    return _same


@memo
def _readers(kind: Any) -> tuple[tuple[str, str, Reader], ...]:
    return tuple((name, key_of(name), _reader(annotation)) for name, annotation in types_of(kind).items())


@memo
def _writers(kind: Any) -> tuple[tuple[str, str, Writer, Any], ...]:
    defaults = defaults_of(kind)
    return tuple(
        (name, key_of(name), _writer(annotation), defaults.get(name, REQUIRED))
        for name, annotation in types_of(kind).items()
    )


ALWAYS = ("schema", "units", "channel")  # said even where the default would do: the file should explain itself


def plain(value: Any) -> dict[str, Any]:
    """Return a record as TOML data, in field order; what equals its default is left out."""
    data = {}
    for name, key, write, empty in _writers(type(value)):
        part = getattr(value, name)
        if part is not None and (part != empty or name in ALWAYS):
            data[key] = write(part)
    return data


def build(kind: type, data: Mapping[str, Any]) -> Any:
    """Return the value `data` stands for; only for data proven before, since nothing is checked here."""
    return kind(**{name: read(data[key]) for name, key, read in _readers(kind) if key in data})


# --- data that fits beyond doubt ----------------------------------------------------------------------------------


class Doubt(ValueError):
    """Data that may not fit: pydantic is to be asked, which says what is wrong and where."""


def sure(kind: type[T], data: Any) -> T:
    """Return the value that `data` stands for; raises `Doubt` or `BadValue` wherever pydantic might refuse it."""
    asking, required = _askers(kind)
    if type(data) is not dict or not required <= data.keys() <= asking.keys():
        raise Doubt
    named = (asking[key] for key in data)
    return kind(**{name: ask(raw) for (name, ask), raw in zip(named, data.values(), strict=True)})


@memo
def _askers(kind: Any) -> tuple[dict[str, tuple[str, Reader]], set[str]]:
    """Return the name and the asking reader of each key, and the keys that must be there."""
    types, defaults = types_of(kind), defaults_of(kind)
    asking = {key_of(name): (name, _asker(annotation)) for name, annotation in types.items()}
    return asking, {key_of(name) for name in types.keys() - defaults.keys()}


@memo
def _asker(annotation: Any) -> Reader:
    """Return a reader that takes what is of exactly the type its field names; nothing is empty in a file."""
    bare, form, _ = peel(annotation)
    origin = get_origin(bare)
    if form is not None:
        return _typed(form.raw, form.read) if form.raw in (str, int) else form.read
    if origin is Literal:
        return lambda raw: _one_of(get_args(bare), raw)
    if origin is tuple:
        item = _asker(get_args(bare)[0])
        return _typed(list, lambda raw: tuple(map(item, raw)))
    if origin in MAPPINGS:
        name, value = map(_asker, get_args(bare))
        return _typed(dict, lambda raw: {name(key): value(part) for key, part in raw.items()})
    if is_value(bare):
        return partial(sure, bare)
    return _typed(bare, _encodable if bare is str else _same)


def _typed(kind: type, read: Reader) -> Reader:
    def ask(raw: Any) -> Any:
        if type(raw) is not kind:
            raise Doubt
        return read(raw)

    return ask


def _one_of(known: tuple[Any, ...], raw: Any) -> Any:
    if type(raw) is not str or raw not in known:
        raise Doubt
    return raw


def _encodable(text: str) -> str:
    text.encode()
    return text


# --- proof --------------------------------------------------------------------------------------------------------

PROOFS: dict[Any, "SchemaValidator"] = {}  # those made so far: where there is one, it is quicker than being sure


def _schema(annotation: Any) -> dict[str, Any]:
    """Return the pydantic-core schema of one type, as the plain data it is."""
    bare, form, optional = peel(annotation)
    origin = get_origin(bare)
    if form is not None:
        schema = _form_schema(form)
    elif origin is Literal:
        schema = {"type": "literal", "expected": list(get_args(bare))}
    elif origin is tuple:
        schema = {"type": "tuple", "items_schema": [_schema(get_args(bare)[0])], "variadic_item_index": 0}
    elif origin in MAPPINGS:
        keys, values = get_args(bare)
        schema = {"type": "dict", "keys_schema": _schema(keys), "values_schema": _schema(values)}
    elif is_value(bare):
        schema = _value_schema(bare)
    else:
        schema = {"type": {str: "str", int: "int", bool: "bool"}[bare], "strict": True}
    return {"type": "nullable", "schema": schema} if optional else schema


def _form_schema(form: Form) -> dict[str, Any]:
    check = {"type": "no-info", "function": form.read}
    if form.raw in (str, int):
        raw = {"type": "str" if form.raw is str else "int", "strict": True}
        return {"type": "function-after", "schema": raw, "function": check}
    return {"type": "function-plain", "function": check}


@memo
def _value_schema(kind: Any) -> dict[str, Any]:
    """Return the schema of a kind of value; pydantic-core fills its fields as it would a dataclass's."""
    parts = []
    defaults = defaults_of(kind)
    for name, annotation in types_of(kind).items():
        schema = _schema(annotation)
        if name in defaults:
            default = partial(_same, defaults[name])  # a factory: pydantic would copy what it cannot hash
            schema = {"type": "default", "schema": schema, "default_factory": default}
        alias = {"validation_alias": key_of(name)} if key_of(name) != name else {}
        parts.append({"type": "dataclass-field", "name": name, "schema": schema, "kw_only": True, **alias})
    return {
        "type": "dataclass",
        "cls": kind,
        "schema": {
            "type": "dataclass-args",
            "dataclass_name": kind.__name__,
            "fields": parts,
            "extra_behavior": "forbid",
        },
        "fields": list(types_of(kind)),
    }


def proof(kind: Any) -> "SchemaValidator":
    """Return the validator of a kind; `validate_python` gives the value or raises pydantic's `ValidationError`."""
    if kind not in PROOFS:
        from pydantic_core import SchemaValidator

        schema: Any = _value_schema(kind)
        PROOFS[kind] = SchemaValidator(schema)
    return PROOFS[kind]
