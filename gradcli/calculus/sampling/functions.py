"""A program as a function of one or two variables, with its derivatives, at many points at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from gradcli.calculus.evaluate import Evaluator, Failure, gradients, ones, silence
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.points import is_pointwise
from gradcli.calculus.results import Array, Question
from gradcli.engine import dtypes
from gradcli.engine.modes import no_grad
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language.rewriting import transformed
from gradcli.language.tree import Call, Expr, Program
from gradcli.language.values import frozen, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Derivatives: TypeAlias = Callable[[Floats, int], Floats]
"""The value and the derivatives up to an order, of shape (order + 1, n), at n points."""

EXTREMES: Final = {"max": "maximum", "min": "minimum"}
LARGEST: Final = 1e300
"""Numbers beyond it are taken for infinite: differences of smaller ones are finite."""


@frozen
class Function:
    """A program whose value is a number, as a function of the variables `names`; all others are `fixed`."""

    program: Program
    names: tuple[str, ...]
    fixed: Mapping[str, Array]

    @property
    def is_vectorised(self) -> bool:
        """Whether all points are calculated at once, and not one by one."""
        return is_pointwise(self.program) and not any(value.ndim for value in self.fixed.values())

    @classmethod
    def of_numbers(cls, program: Program, names: tuple[str, ...], fixed: Mapping[str, Array]) -> Function:
        """The function with what means the same of numbers written so that it goes entry by entry of vectors: the
        largest of several numbers is `max(x, y)`, whose second argument would be a dimension there."""
        if any(value.ndim for value in fixed.values()):
            return cls(program, names, fixed)
        assignments = tuple(
            replace(each, value=transformed(each.value, _entry_by_entry)) for each in program.assignments
        )
        result = transformed(program.result, _entry_by_entry)
        return cls(replace(program, assignments=assignments, result=result), names, fixed)

    def derivatives(self, points: Floats, order: int) -> Floats:
        """The value and the derivatives by the first variable, of shape (order + 1, n); nan where there is none, or one
        too large to be drawn. Raises Failure where the program fails whatever the point."""
        if self.is_vectorised:
            found = self._all_at_once(points, order)
        else:
            found = np.array([self._at(float(point), order) for point in points]).reshape(-1, order + 1).T
        found = _drawable(found)
        for above, below in pairwise(found):  # rules go on where the function has no value
            below[np.isnan(above)] = np.nan
        return found

    def with_gradient(self, coordinates: tuple[Floats, ...]) -> Floats:
        """The value and the gradient, of shape (1 + variables, n), at n points; nan as for `derivatives`. Raises
        Failure."""
        if not self.is_vectorised:
            rows = [self._entries(point, self.names) for point in _points(coordinates)]
            return _drawable(np.array(rows).reshape(-1, 1 + len(self.names)).T)
        leaves = [_leaf(values) for values in coordinates]
        with silence():
            value = self._run(dict(zip(self.names, leaves, strict=True)))
            slopes = gradients(value, leaves, ones(value))
        return _drawable(np.array([_spread(each, len(coordinates[0])) for each in (value, *slopes)]))

    def values(self, coordinates: tuple[Floats, ...]) -> Floats:
        """The values at n points, of shape (n,); nan as for `derivatives`. Raises Failure."""
        if not self.is_vectorised:
            return _drawable(np.array([self._entries(point, ())[0] for point in _points(coordinates)], np.float64))
        leaves = [wrap(np.ascontiguousarray(each), dtypes.float64) for each in coordinates]
        with silence(), no_grad():
            value = self._run(dict(zip(self.names, leaves, strict=True)))
        return _drawable(_spread(value, len(coordinates[0])))

    def _all_at_once(self, points: Floats, order: int) -> Floats:
        leaf = _leaf(points)
        with silence():
            value = self._run({self.names[0]: leaf})
            found = [value]
            for _ in range(order):
                found.append(gradients(found[-1], [leaf], ones(found[-1]), create_graph=True)[0])
        return np.array([_spread(each, len(points)) for each in found])

    def _run(self, variables: Mapping[str, Tensor]) -> Tensor:
        fixed = {name: wrap(np.asarray(value, np.float64)[()], dtypes.float64) for name, value in self.fixed.items()}
        return Evaluator({**fixed, **variables}, dtypes.float64).run(self.program)

    def _at(self, point: float, order: int) -> list[float]:
        """The same at one point, by as many evaluations as there are derivatives."""
        found = self._entries((point,), self.names[: min(order, 1)])
        for each in range(2, order + 1):
            found.append(self._entries((point,), self.names[:1], each)[1])
        return found

    def _entries(self, point: tuple[float, ...], wrt: tuple[str, ...], order: int = 1) -> list[float]:
        """The value at one point, then the derivatives by each of these variables."""
        values: dict[str, Array] = {name: np.asarray(each) for name, each in zip(self.names, point, strict=True)}
        evaluation, _ = evaluate(Question(self.program, {**self.fixed, **values}, wrt, order=order))
        if evaluation.value.size != 1:
            message = f"the output has shape {evaluation.value.shape}, and a plot draws numbers"
            help_ = "plot its entries, each as an expression of its own, or reduce it: sum(...), mean(...)"
            raise Failure("E345", message, self.program.result.span, help_)
        found = (evaluation.value, *evaluation.derivatives.values())
        return [float(np.asarray(each).reshape(())[()]) for each in found]


def _points(coordinates: tuple[Floats, ...]) -> Iterable[tuple[float, ...]]:
    return zip(*(each.tolist() for each in coordinates), strict=True)


def _entry_by_entry(node: Expr) -> Expr:
    if not isinstance(node, Call) or node.function not in EXTREMES or node.keywords or len(node.arguments) < 2:
        return node
    function = EXTREMES[node.function]
    return reduce(lambda one, other: Call(function, (one, other), span=node.span), node.arguments)


def _leaf(values: Floats) -> Tensor:
    leaf = wrap(np.ascontiguousarray(values), dtypes.float64)
    leaf.requires_grad_(True)
    return leaf


def _spread(value: Tensor, count: int) -> Floats:
    return np.broadcast_to(np.asarray(value._array, np.float64), (count,))


def _drawable(found: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(found) <= LARGEST, found, np.nan)
