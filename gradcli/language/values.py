"""Immutable value classes that cost next to nothing to define.

`@frozen` is `@dataclass(frozen=True, slots=True)` for what this project needs of it:
fields with annotations and defaults, comparison, hashing, repr, `replace`.
A dataclass compiles half a dozen functions when its class is defined, half a millisecond each:
some forty classes would take a fifth of the start of a one-liner.
Here comparison and repr are shared, and `__init__` is compiled when a class is first instantiated.

That nothing is assigned to a field is the type checker's to hold. A class that refuses it while it runs takes twice as
long to make each instance, a tenth of what an unchecked problem of a batch takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")
Class = TypeVar("Class", bound=type)


class _Field:
    __slots__ = ("compare", "default", "default_factory")

    def __init__(self, default: Any, default_factory: Callable[[], Any] | None, compare: bool) -> None:
        self.default, self.default_factory, self.compare = default, default_factory, compare


_MISSING: Any = object()


def field(*, default: Any = _MISSING, default_factory: Callable[[], Any] | None = None, compare: bool = True) -> Any:
    """A field with a default that is made anew for each instance, or one that comparison leaves out."""
    return _Field(default, default_factory, compare)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Class) -> Class:
    """Make an annotated class an immutable value with slots."""
    names = tuple(getattr(cls, "__annotations__", ()))
    fields = {}
    for name in names:
        default = cls.__dict__.get(name, _MISSING)
        fields[name] = default if isinstance(default, _Field) else _Field(default, None, True)
    body = {
        name: member
        for name, member in cls.__dict__.items()
        if name not in names and name not in ("__dict__", "__weakref__")
    }
    body.update(
        __slots__=names,
        __match_args__=names,
        _fields=fields,
        _values=_getter(names),
        _key=_getter([name for name in names if fields[name].compare]),
        __init__=_first_init,
        __eq__=_eq,
        __hash__=_hash,
        __repr__=body.get("__repr__", _repr),
        __reduce__=_reduce,
    )
    made: Class = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def replace(instance: T, **changes: Any) -> T:
    """A copy with some fields changed."""
    kind: Any = type(instance)
    values = dict(zip(kind._fields, kind._values(instance), strict=True))
    values.update(changes)
    changed: T = kind(*values.values())
    return changed


def _first_init(self: Any, *arguments: Any, **keywords: Any) -> None:
    """Compile the class's `__init__`, put it in the place of this one, and call it."""
    kind = type(self)
    kind.__init__ = _compiled_init(kind)
    kind.__init__(self, *arguments, **keywords)


def _compiled_init(kind: Any) -> Any:
    names: dict[str, Any] = {}
    parameters, lines = [], []
    for name, each in kind._fields.items():
        given = name
        if each.default_factory is not None:
            names[f"_make_{name}"], names["_missing"] = each.default_factory, _MISSING
            parameters.append(f"{name}=_missing")
            given = f"_make_{name}() if {name} is _missing else {name}"
        elif each.default is not _MISSING:
            names[f"_default_{name}"] = each.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f" self.{name} = {given}")
    source = f"def __init__(self, {', '.join(parameters)}):\n" + "\n".join(lines or [" pass"])
    exec(source, names)  # made of the class's own field names alone, as dataclasses make theirs
    return names["__init__"]


def _getter(names: Sequence[str]) -> Any:
    """What takes the values of these fields of an instance, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return staticmethod(lambda self: tuple([getattr(self, name) for name in names]))


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._key(self) == self._key(other)


def _hash(self: Any) -> int:
    return hash((type(self), self._key(self)))


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), self._values(self)
