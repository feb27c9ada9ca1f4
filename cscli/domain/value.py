"""Values: classes that say their fields once, cannot be changed, and cost nothing to define.

Half of what a short command costs is the making of classes. The standard library's dataclasses write and compile
half a dozen functions for each; here all values share one set. They are declared the same way, and type checkers treat
them as frozen dataclasses (PEP 681).
"""

from collections.abc import Mapping
from inspect import get_annotations
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, Self, TypeVar, dataclass_transform, get_origin

NOTHING: Mapping[Any, Any] = MappingProxyType({})  # the default of fields that map

V = TypeVar("V", bound="Value")


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Value:
    """A frozen value: equal to another of its class with equal fields; fields are named, or given in order.

    A field with a value in the class body may be left out. Defaults are shared, so they must be frozen themselves.
    What a value remembers beside its fields (`functools.cached_property`) is no part of it.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _types: ClassVar[dict[str, Any]] = {}
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Collect the fields of a new class behind those of its base; `options` speak to type checkers only."""
        del options
        super().__init_subclass__()
        own = {name: kind for name, kind in get_annotations(cls).items() if not _of_class(kind)}
        cls._types = {**cls._types, **own}
        cls._fields = tuple(cls._types)
        cls._defaults = {**cls._defaults, **{name: cls.__dict__[name] for name in own if name in cls.__dict__}}

    def __init__(self, *given: Any, **named: Any) -> None:
        cls = type(self)
        fields = self.__dict__
        fields.update(cls._defaults)
        if given:
            fields.update(zip(cls._fields, given, strict=False))
        fields.update(named)
        if fields.keys() != cls._types.keys():
            wrong = sorted(fields.keys() ^ cls._types.keys())
            raise TypeError(f"{cls.__name__} cannot be made: {', '.join(wrong)} missing or unknown")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} stays as it is")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} stays as it is")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, others = self.__dict__, other.__dict__
        return all(mine[name] == others[name] for name in self._fields)

    def __hash__(self) -> int:
        return hash((type(self), *(self.__dict__[name] for name in self._fields)))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({said})"

    def __replace__(self, **changes: Any) -> Self:
        return type(self)(**{**{name: self.__dict__[name] for name in self._fields}, **changes})


def replace(value: V, **changes: Any) -> V:
    """Return a copy of a value with some fields changed."""
    return value.__replace__(**changes)


def fields_of(kind: type[Value]) -> tuple[str, ...]:
    """Return the names of a kind's fields, in order."""
    return kind._fields


def types_of(kind: type[Value]) -> Mapping[str, Any]:
    """Return the annotation of each of a kind's fields."""
    return kind._types


def defaults_of(kind: type[Value]) -> Mapping[str, Any]:
    """Return the fields of a kind that may be left out, with what they are then."""
    return kind._defaults


def _of_class(annotation: Any) -> bool:
    return annotation is ClassVar or get_origin(annotation) is ClassVar
