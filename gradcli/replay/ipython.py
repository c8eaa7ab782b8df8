"""What notebooks import from IPython.display, without IPython: display, clear_output, and objects that are no text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

VERSION: Final = (9, 0, 0, "")
"""The IPython whose names these are; plotting libraries ask for it as well."""
RICH: Final = ("HTML", "Image", "Latex", "Markdown", "Math", "SVG")


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
