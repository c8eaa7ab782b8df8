"""Numbers as people read them (some significant digits) and as machines do (round trip)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.calculus.results import Array

DEFAULT_DIGITS = 6
LARGEST_WHOLE = 1e15
"""Whole numbers below it are exact in float64 and are shown in full, unless a number of digits is asked for."""
THRESHOLD = 1000
"""Tensors with more entries are summarised for people."""


def number_text(value: float, digits: int | None = None) -> str:
    """A number to `digits` significant digits (6, and whole numbers in full, where None)."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    value = float(value)
    if digits is None and value.is_integer() and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    text = f"{value:.{digits or DEFAULT_DIGITS}g}"
    return "0" if text == "-0" else text


def exact_text(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    value = float(value)
    if value.is_integer() and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    return repr(value)


def array_text(array: Array, digits: int | None = None, width: int = 80) -> str:
    """A tensor as nested brackets, entries aligned, over several lines where it has rows; a 0-dim one as a number."""
    if array.ndim == 0:
        return number_text(array.item(), digits)
    if array.ndim == 1 and array.size <= THRESHOLD:
        line = "[" + ", ".join(number_text(value, digits) for value in array.tolist()) + "]"
        if len(line) <= width:
            return line
    shown = _summary(array) if array.size > THRESHOLD else array
    longest = max((len(number_text(value, digits)) for value in shown.ravel().tolist()), default=1)
    return np.array2string(
        array,
        separator=", ",
        formatter={"all": lambda value: number_text(value, digits).rjust(longest)},  # type: ignore[arg-type]
        max_line_width=max(width, longest + 8),
        threshold=THRESHOLD,
    )


def _summary(array: Array) -> Array:
    for axis, size in enumerate(array.shape):
        if size > 6:
            array = np.take(array, [0, 1, 2, -3, -2, -1], axis)
    return array


def exact_array_text(array: Array, digits: int | None = None) -> str:
    """A tensor on one line, each number read back exactly (or to `digits`)."""
    return _nested(array.tolist(), digits)


def _nested(value: Any, digits: int | None) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(each, digits) for each in value) + "]"
    return exact_text(value) if digits is None else number_text(value, digits)


def plain(value: Any) -> Any:
    """A number, array or nested list for JSON: NaN and infinities as strings."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
