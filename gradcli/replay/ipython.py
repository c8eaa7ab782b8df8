"""IPython as notebooks see it, without IPython: how values are shown, and what they import from IPython.display."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import signature
from types import FunctionType, ModuleType
from typing import Any, Final

VERSION: Final = (9, 0, 0, "")
"""The IPython whose names these are; plotting libraries ask for it as well."""
RICH: Final = ("HTML", "Image", "Latex", "Markdown", "Math", "SVG")


WIDTH: Final = 79
_BRACKETS: Final[dict[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}


def shown(value: Any, indent: int = 0) -> str:
    """The text of a value that stands `indent` columns from the left."""
    kind = type(value)
    if isinstance(value, type):
        return _qualified(value)
    if kind is FunctionType:
        return f"<function {value.__module__}.{value.__qualname__}{signature(value)}>"
    if "__repr__" not in {name for base in kind.__mro__[:-1] for name in vars(base)}:
        return f"<{_qualified(kind)} at {id(value):#x}>"
    text = repr(value)
    if kind not in _BRACKETS or not value or (len(text) + indent <= WIDTH and not _needs_layout(value, text)):
        return text.replace("\n", "\n" + " " * indent)
    opening, closing = _BRACKETS[kind]
    inner = indent + len(opening)
    items = (
        [_pair(key, item, inner) for key, item in value.items()]
        if kind is dict
        else [shown(item, inner) for item in value]
    )
    trailing = "," if kind is tuple and len(items) == 1 else ""
    separator = ", " if len(items) > 1 and len(text) + indent <= WIDTH and "\n" not in text else ",\n" + " " * inner
    return opening + separator.join(items) + trailing + closing


def _needs_layout(value: Any, text: str) -> bool:
    """Whether repr is not what IPython shows: a text of several lines, or a bare object or a class inside."""
    return "\n" in text or " object at 0x" in text or "<class " in text


def _pair(key: Any, value: Any, indent: int) -> str:
    name = f"{shown(key, indent)}: "
    return name + shown(value, indent + len(name))


def _qualified(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ in ("builtins", None) else f"{kind.__module__}.{kind.__qualname__}"


def install(display: Callable[..., None], clear_output: Callable[..., None]) -> None:
    """From now on IPython.display is this, whether IPython is installed or not: nothing else would be captured."""
    package: Any = ModuleType("IPython")
    module: Any = ModuleType("IPython.display")
    module.display = display
    module.clear_output = clear_output
    module.set_matplotlib_formats = set_matplotlib_formats
    for name in RICH:
        setattr(module, name, type(name, (_Rich,), {"__module__": "IPython.core.display"}))
    package.__path__ = []
    package.display = module
    package.get_ipython = lambda: None  # no interactive shell is running, and plotting libraries ask for one
    package.version_info = VERSION
    sys.modules["IPython"] = package
    sys.modules["IPython.display"] = module


def set_matplotlib_formats(*formats: str, **options: Any) -> None:
    """Draw nothing in whatever format: pictures are not compared."""


class _Rich:
    """Something to be drawn by a browser; its text is the bare `<IPython.core.display.HTML object>`."""

    def __init__(self, data: Any = None, **keywords: Any) -> None:
        self.data = data

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__name__} object>"
