"""Questions put to the whole of gradcli, and its answers beside an oracle's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcli.calculus.results import Request, Variables
from gradcli.problem import Problem, Solution
from tests.calculus.oracle import NoDerivative, Oracle

Coordinates = Mapping[str, str | Sequence[str]]
"""The decimal of each scalar variable, the decimals of each vector."""


@dataclass(frozen=True)
class Entry:
    """One entry of an answer: the variables of the derivative (none of the value), its position, the true number, None
    where there is none."""

    variables: Variables
    position: tuple[int, ...]
    true: Any

    def shown(self, solution: Solution, digits: int) -> str:
        """The number that a row shows."""
        numbers = solution.numbers
        text = numbers.texts.get((self.variables, self.position))
        if text is not None:
            return text
        array = np.asarray(numbers.derivatives[self.variables] if self.variables else numbers.value)
        return format(float(array[self.position]), f".{digits}g")


def bindings(point: Coordinates, dtype: str = "float64") -> dict[str, Any]:
    """The point as arrays of floats, which must be these very decimals."""
    kind = np.float32 if dtype == "float32" else np.float64
    found = {}
    for name, value in point.items():
        written = [value] if isinstance(value, str) else list(value)
        floats = [kind(each) for each in written]
        assert all(float(str(a)) == float(b) for a, b in zip(floats, written, strict=True)), (point, "is rounded")
        found[name] = np.array(floats[0] if isinstance(value, str) else floats, kind)
    return found


def problem(text: str, point: Coordinates, **more: Any) -> Problem:
    """A question at a point of decimals."""
    return Problem(text, bindings(point, more.get("dtype", "float64")), **more)


def entries(function: Any, point: Coordinates, request: Request = Request.GRADIENT, order: int = 1) -> Iterator[Entry]:
    """The true value and derivatives; the function takes the entries of all variables one after another."""
    places: list[tuple[str, tuple[int, ...]]] = []
    decimals: dict[str, str] = {}
    for name, value in point.items():
        for at, decimal in enumerate([value] if isinstance(value, str) else value):
            places.append((name, () if isinstance(value, str) else (at,)))
            decimals[f"{name}{at}"] = decimal
    oracle, labels = Oracle(function, decimals), list(decimals)
    yield Entry((), (), true_or_none(oracle))
    for (row, row_at), label in zip(places, labels, strict=True):
        if request is not Request.HESSIAN:
            yield Entry((row,) * order, row_at, true_or_none(oracle, *[label] * order))
            continue
        for (column, column_at), other in zip(places, labels, strict=True):
            yield Entry((row, column), (*row_at, *column_at), true_or_none(oracle, label, other))


def true_or_none(oracle: Oracle, *variables: str) -> Any:
    """What the oracle has to say, None where there is no such number."""
    try:
        return oracle.derivative(*variables) if variables else oracle.value()
    except NoDerivative:
        return None
