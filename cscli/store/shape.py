"""From types to files: what the values of the domain say, turned into readers, writers and proofs.

Three things are made from one type: `plain` (value to TOML data), `build` (TOML data already proven to value, no
questions asked) and `proof` (a pydantic-core validator that refuses what does not fit). `build` exists because most
commands read what was proven when it was written, and pydantic costs more than the rest of such a command.
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


@memo
def proof(kind: Any) -> "SchemaValidator":
    """Return the validator of a kind; `validate_python` gives the value or raises pydantic's `ValidationError`."""
    from pydantic_core import SchemaValidator

    schema: Any = _value_schema(kind)
    return SchemaValidator(schema)
