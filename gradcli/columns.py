"""The columns of a CSV file of numbers, as tensors by their names."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gradcli.calculus.results import Array
from gradcli.language import DiagnosticError
from gradcli.language.names import name_of
from gradcli.operations import vocabulary


class NoColumnsError(ValueError):
    """Why a file gives no columns of numbers."""


def columns_of(file: str | Path) -> Mapping[str, Array]:
    """The columns of numbers by their names, each a float64 vector; others, and those that no variable can be called
    like, are left out.

    Raises OSError, and NoColumnsError for what is no CSV file of numbers.
    """
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            lines = [line for line in csv.reader(stream, strict=True) if any(map(str.strip, line))]
    except UnicodeDecodeError as error:
        raise NoColumnsError(f"it is not UTF-8: byte {error.start + 1} cannot be read") from None
    except csv.Error as error:
        raise NoColumnsError(f"it is no CSV: {error}") from None
    if len(lines) < 2:
        raise NoColumnsError("it has no rows below a line of names")
    header, *body = lines
    for number, line in enumerate(body, 2):
        if len(line) != len(header):
            raise NoColumnsError(f"row {number} has {len(line)} cells, and there are {len(header)} names")
    found: dict[str, Array] = {}
    for index, title in enumerate(header):
        name, values = _name(title.strip()), _numbers([line[index] for line in body])
        if name in found:
            raise NoColumnsError(f"it has two columns called {name}")
        if name is not None and values is not None:
            found[name] = values
    if not found:
        raise NoColumnsError("it has no column of numbers under a name that a variable can have")
    return found


def _name(title: str) -> str | None:
    try:
        return name_of(title, vocabulary(), "a column")
    except DiagnosticError:
        return None


def _numbers(cells: list[str]) -> Array | None:
    try:
        values = np.array([float(cell) for cell in cells], np.float64)
    except ValueError:
        return None
    return values if all(map(math.isfinite, values)) else None
