"""From types to JSON Schema, draft 2020-12: what an editor is told about a desk's files while they are written.

Made by the same walk over the domain's types as the proof (`cscli.store.shape`), so that the two cannot differ: what
the proof refuses for its form, an editor marks. Only what reckons (is this day before that one) is left to the proof.
"""

import re
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

from cscli.domain.value import defaults_of, types_of
from cscli.domain.values import Form
from cscli.store.reading import model_of
from cscli.store.shape import MAPPINGS, is_value, key_of, peel

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = ("desk", "booking", "complaint", "customer", "staff", "calendar")
PLAIN = {str: "string", int: "integer", bool: "boolean"}
FORMATS: dict[type, str] = {datetime: "date-time", date: "date"}

Schema = dict[str, Any]


def json_schema(kind: str) -> Schema:
    """Return the schema of one of `KINDS` of files."""
    model = model_of(kind)
    definitions: dict[str, Schema] = {}
    own = _table(model, definitions)
    return {"$schema": DRAFT, **own, "$defs": dict(sorted(definitions.items()))}


def _table(kind: Any, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a kind of value, its title from the name, its description from the docstring."""
    defaults = defaults_of(kind)
    properties = {}
    for name, annotation in types_of(kind).items():
        schema = _schema(annotation, definitions)
        default = _default(annotation, defaults.get(name))
        properties[key_of(name)] = schema if default is None else {**schema, "default": default}
    return {
        "title": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).capitalize(),
        "description": (kind.__doc__ or "").strip().partition("\n")[0],
        "type": "object",
        "properties": properties,
        "required": [key_of(name) for name in types_of(kind) if name not in defaults],
        "additionalProperties": False,
    }


def _schema(annotation: Any, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of one type; that TOML has no null is why a key that may be left out is not nullable."""
    bare, form, _ = peel(annotation)
    origin = get_origin(bare)
    if form is not None:
        return _form(form)
    if origin is Literal:
        return {"enum": list(get_args(bare))}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(bare)[0], definitions)}
    if origin in MAPPINGS:
        keys, values = get_args(bare)
        return _mapping(keys, values, definitions)
    if not is_value(bare):
        return {"type": PLAIN[bare]}
    if bare.__name__ not in definitions:
        definitions[bare.__name__] = {}  # holds its place, so that a type may speak of itself
        definitions[bare.__name__] = _table(bare, definitions)
    return {"$ref": f"#/$defs/{bare.__name__}"}


def _mapping(keys: Any, values: Any, definitions: dict[str, Schema]) -> Schema:
    inner = _schema(values, definitions)
    names = _schema(keys, definitions)
    if "enum" in names:  # listed one by one, an editor can offer them
        return {
            "type": "object",
            "properties": dict.fromkeys(names["enum"], inner),
            "additionalProperties": False,
        }
    return {"type": "object", "propertyNames": names, "additionalProperties": inner}


def _form(form: Form) -> Schema:
    """Return the schema of a form; dates and moments are texts to JSON Schema, as TOML editors read it."""
    if form.raw is object:
        return {"type": ["string", "integer", "boolean", "array"], "items": {"type": "string"}}
    schema: Schema = {"type": PLAIN.get(form.raw, "string")}
    if form.raw in FORMATS:
        schema["format"] = FORMATS[form.raw]
    bounds = {"pattern": form.pattern, "minimum": form.low, "maximum": form.high}
    return schema | {name: bound for name, bound in bounds.items() if bound is not None}


def _default(annotation: Any, value: Any) -> Any:
    """Return what stands for a key that is left out, None where that is nothing or a whole table."""
    _, form, _ = peel(annotation)
    if value is not None and form is not None:
        return form.write(value)
    if isinstance(value, tuple) and value and all(isinstance(part, str) for part in value):
        return list(value)
    return value if isinstance(value, str | int) else None
