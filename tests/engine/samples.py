"""What a sample of an operation is: a call, its inputs, and how it is differentiated by differences.

A sample is source text over `torch`, `F`, `S` and the inputs below, so that the same text runs on the engine and on the
real torch. The inputs are seeded and lie away from kinks and ties; what a sample shows at a kink is in `edges.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Sample:
    """A call of an operation.

    `source` is its text, `at` the elements of its differentiable inputs where they are not those of INPUTS. `smooth`
    says whether differences of its value give its gradient, and those of its gradient the second derivatives,
    `node` whether its node and what that saves are torch's, `graph` whether all nodes below are, too, `text` whether
    its printed text is torch's to the last digit, `double` whether it is torch's in double precision, too.
    """

    source: str
    smooth: bool = True
    node: bool = True
    graph: bool = True
    text: bool = True
    double: bool = True
    at: Mapping[str, Any] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs, in order of first use."""
        words = re.findall(r"(?<![\w.])([A-Za-z]\w*)(?![\w(]|\s*=[^=])", self.source)
        return tuple(dict.fromkeys(word for word in words if word in INPUTS or word in CONSTANTS))

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The elements of the differentiable inputs, by name."""
        return {name: INPUTS[name] for name in self.names if name in INPUTS} if self.at is None else self.at

    def __str__(self) -> str:
        points = {} if self.at is None else self.at
        return self.source + "".join(f", {name}={elements}" for name, elements in points.items())


def _random(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).uniform(0.3, 2.2, shape)


def _positive_definite(seed: int, size: int) -> Any:
    matrix = _random(seed, size, size)
    return matrix @ matrix.T + 2 * np.eye(size)


INPUTS: dict[str, Any] = {
    "s": np.float64(0.7),
    "r": np.float64(-1.3),
    "x": np.array([0.55, 2.1, 1.3]),
    "y": np.array([1.6, 0.8, 2.7]),
    "n": np.array([-1.5, 0.75, -0.25]),
    "p": np.array([0.2, 0.55, 0.85]),
    "one": np.array([1.75]),
    "A": _random(1, 3, 3),
    "B": _random(2, 3, 3) - 1,
    "S": _positive_definite(3, 3),
    "M": _random(4, 2, 3) - 1,
    "N": _random(5, 2, 3),
    "K": _random(6, 3, 2),
    "row": _random(7, 1, 3),
    "column": _random(8, 2, 1),
    "X": _random(9, 2, 3, 4),
    "Y": _random(10, 2, 4, 3) - 1,
    "Q": _random(11, 2, 2, 3, 2),
    "z": np.array([2.0, 0.0, 3.0]),
    "empty": np.zeros((0, 3)),
    "b": _random(12, 2),
    "G": np.stack([_positive_definite(13, 2), _positive_definite(14, 2)]),
    "v": np.array([0.5, 1.5, 2.5, 3.5]),
}
"""The differentiable inputs, by name."""

CONSTANTS: dict[str, Any] = {
    "V": _random(15, 2, 3),
    "W": _random(16, 4, 2) - 1,
    "c": np.array([0.25, -1.5, 3.0]),
    "w": np.array([1.0, 2.0, 3.0]),
    "i": np.array([0, 2]),
    "j": np.array([1, 1, 0]),
    "I": np.array([[0, 2], [1, 1], [2, 0]]),
    "k": np.array([[1, 2, 3], [3, 1, 2]]),
    "l": np.array([[2, 1, 4], [1, 2, 3]]),
    "m": np.array([True, False, True]),
    "mm": np.array([[True, False, True], [False, False, True]]),
}
"""The inputs that no gradient goes to."""


def table(*sources: str, **settings: Any) -> list[Sample]:
    """Samples of the same settings."""
    return [Sample(source, **settings) for source in sources]


@cache
def compiled(source: str) -> Any:
    """The sample's text as code."""
    return compile(source, "<sample>", "eval")


def flat(result: Any) -> Iterable[Any]:
    """The tensors of a result, which may be one or a tuple of several."""
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


def weights(array: Any) -> Any:
    """Fixed weights in the shape of an output, by which it is summed up to a number to differentiate."""
    count = np.arange(1, np.size(array) + 1)
    return np.reshape(np.cos(count) + 0.25 * np.sin(3 * count), np.shape(array))
