"""The point of a question in exact numbers: 0.1 is 1/10, and pi/4 is itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.entries import Reading
from gradcli.calculus.entries.arithmetic import Value, each_entry
from gradcli.calculus.results import Question
from gradcli.language import tree


def exact_values(question: Question) -> dict[str, Value]:
    """The values of the variables, exactly, or to the present precision where they are given as expressions: numbers,
    or arrays of numbers."""
    found: dict[str, Value] = {}
    for name, values in question.point.items():
        given = question.exact.get(name)
        if given is None:
            found[name] = exact_entries(values)
        elif type(given) is tree.Number:
            found[name] = numbers.decimal(given.text)
        else:
            found[name] = _element(Reading(BallArithmetic(), {}).value(given))
    return found


def _element(value: Value) -> Value:
    """What an array without dimensions holds; any other value as it is."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def exact_entries(values: Any) -> Value:
    """An array of floats as the decimals that they are: a number, or an array of numbers."""
    array = np.asarray(values)
    exact = _of_single if array.dtype == np.float32 else numbers.from_float
    if array.ndim == 0:
        return exact(float(array))
    return each_entry(lambda each: exact(float(each)), array)


def _of_single(value: float) -> Number:
    """The shortest decimal that reads back to a float32."""
    return numbers.decimal(str(np.float32(value))) if math.isfinite(value) else numbers.from_float(value)
