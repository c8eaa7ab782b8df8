"""Answers out of what platforms wrap around them in a cell.

STACK writes `Seed: 12; ans1: 2*x [score]; prt1: # = 1`, wherever Moodle's responses go; a blank input is left out.
Canvas joins several blanks by commas and writes `\\,` for a comma inside of one. PrairieLearn writes JSON by the names
of inputs, WeBWorK the parts of a problem with TABs between them.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from gradcli.homework.classfile.layout import Wrapping

_SEED: Final = re.compile(r"\s*Seed: -?\d+(?:;|\s*$)")
_INPUT: Final = re.compile(r"(?:^|;)\s*(\w+): (.*?) \[(?:score|valid|invalid)\](?=;|\s*$)", re.DOTALL)
_ASSIGNED: Final = re.compile(r"(?:\w+=>[^,]*,)+")
_EQUATION: Final = re.compile(r"\[(?:LaTeX: ?)?([^\]]*)\] \([^()\s]*equation_images[^()\s]*\)")
_COMMA: Final = re.compile(r"(?<!\\),")
_LIST: Final = re.compile(r"\[[^\[\]]*\\,[^\[\]]*\]")


class SeveralError(ValueError):
    """A cell with several answers, none of which the key names; the message says what there are."""


def unwrapped(cell: str, wrapping: Wrapping, name: str) -> str | None:
    """The answer in a cell, None where there is none; `name` is the input that the key names, or empty.

    Raises SeveralError where the cell has several.
    """
    seed = _SEED.match(cell)
    if seed is not None:
        return _one_of({found[1]: found[2] for found in _INPUT.finditer(cell[seed.end() :])}, name)
    if wrapping is Wrapping.CANVAS:
        return _canvas(cell, name)
    if wrapping is Wrapping.PRAIRIELEARN:
        return _prairielearn(cell, name)
    if wrapping is Wrapping.WEBWORK or (name.isdecimal() and "\t" in cell):
        return _numbered(cell.split("\t"), name)
    return cell


def _one_of(inputs: dict[str, str], name: str) -> str | None:
    if name or not inputs:
        return inputs.get(name)
    if len(inputs) > 1:
        raise SeveralError(f"the cell has several answers, {', '.join(inputs)}, and the key does not say which")
    return next(iter(inputs.values()))


def _numbered(parts: list[str], name: str) -> str | None:
    """The part with this number; the only one that is not blank where no number is given."""
    if name.isdecimal():
        return parts[int(name) - 1] if 0 < int(name) <= len(parts) else None
    if len(parts) > 1:
        raise SeveralError(f"the cell has {len(parts)} answers, and the key does not say which")
    return parts[0]


def _canvas(cell: str, name: str) -> str | None:
    cell = _EQUATION.sub(r"\1", cell)
    if name.isdecimal():
        part = _numbered(_COMMA.split(cell), name)
        return None if part is None else part.replace(r"\,", ",")
    cell = _ASSIGNED.sub("", cell, count=1) if "=>" in cell and _ASSIGNED.match(cell) else cell
    # The same two characters are a thin space of LaTeX: they are a comma for certain only between a list's brackets.
    return cell if _COMMA.search(cell) else _LIST.sub(lambda found: found[0].replace(r"\,", ","), cell)


def _prairielearn(cell: str, name: str) -> str | None:
    try:
        content = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    if not isinstance(content, dict):
        return cell
    return _one_of({key: _typed(value) for key, value in content.items()}, name)


def _typed(value: Any) -> str:
    """A submitted value as it was typed; SymPy's come as objects."""
    if isinstance(value, dict) and isinstance(value.get("_value"), (str, int, float)):
        value = value["_value"]
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
