"""Small programs about torch.autograd, run alike on the engine and on torch: what they show is recorded from torch."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

SOURCES = Path(__file__).parent / "sources"


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """The definitions of each section, and the expressions after `>>> ` that are shown; `---` starts a new section."""
    for section in re.split(r"^---$", text, flags=re.MULTILINE):
        lines = section.strip("\n").splitlines()
        shown = [line[4:] for line in lines if line.startswith(">>> ")]
        definitions = "\n".join("" if line.startswith(">>> ") else line for line in lines)
        yield definitions, shown


def results(library: Any, path: Path) -> dict[str, list[str]]:
    """By expression, what it shows: printed lines, value or error, warnings."""
    found: dict[str, list[str]] = {}
    for definitions, expressions in _sections(path.read_text()):
        for expression in expressions:
            assert expression not in found, f"{expression} stands twice in {path.name}"
            found[expression] = _shown(library, definitions, expression)
    return found


def _shown(library: Any, definitions: str, expression: str) -> list[str]:
    lines: list[str] = []
    scope: dict[str, Any] = {"torch": library, "copy": copy, "show": lambda *values: lines.append(_texts(values))}
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            exec(compile(definitions, "<definitions>", "exec"), scope)
            lines.append(_texts([eval(expression, scope)]))
        except Exception as error:
            lines.append(f"{type(error).__name__}: {error}")
    for warning in caught:
        text = str(warning.message).split(" (Triggered internally")[0]
        if "jit.script" not in text and warning.category is not RuntimeWarning:
            lines.append(f"{warning.category.__name__}: {text}")
    return [re.sub(r"0x[0-9a-f]+", "0x…", line) for line in lines]


def _texts(values: Any) -> str:
    return " ".join(repr(each) if not isinstance(each, str) else each for each in values)
