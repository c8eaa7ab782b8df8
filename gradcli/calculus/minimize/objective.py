"""A program as a function of one flat vector, by the engine: value, gradient and Hessian, each counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcli.calculus.differentiate import differentiated
from gradcli.calculus.evaluate import Failure, evaluator_of, silence
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.minimize.search import Chosen, Sample, Vector
from gradcli.calculus.results import Array, Question, Request
from gradcli.language.values import replace


class Objective:
    """The program of a question, as a Smooth function of the variables that the question differentiates by.

    With `maximize` it is the program's negative. `lowest` is the sample with the lowest value within the domain so far.
    Where the engine fails beside the start (it inverts a singular matrix, say), the function is undefined.
    """

    def __init__(self, question: Question, *, maximize: bool = False) -> None:
        self.question = question
        self.sign = -1.0 if maximize else 1.0
        self.evaluations = 0
        self.hessians = 0
        self.lowest: Sample | None = None
        self._shapes = {name: np.shape(question.point[name]) for name in question.wrt}
        self.start = self.flat({name: question.point[name] for name in question.wrt})

    @property
    def size(self) -> int:
        """How many variables there are, each entry of a tensor one."""
        return self.start.size

    def flat(self, arrays: Mapping[str, Array]) -> Vector:
        """The entries of arrays by variable in one vector."""
        return np.concatenate([np.ravel(arrays[name]) for name in self._shapes] or [np.zeros(0)]).astype(np.float64)

    def arrays(self, x: Vector | Chosen) -> dict[str, Array]:
        """The entries of a vector as arrays by variable."""
        found: dict[str, Array] = {}
        at = 0
        for name, shape in self._shapes.items():
            size = int(np.prod(shape, dtype=int))
            found[name] = np.array(x[at : at + size]).reshape(shape)
            at += size
        return found

    def entries(self) -> list[tuple[str, tuple[int, ...]]]:
        """The variable and the place in it of every entry of a vector."""
        return [(name, place) for name, shape in self._shapes.items() for place in np.ndindex(*shape)]

    def asked_at(self, x: Vector, request: Request = Request.GRADIENT) -> Question:
        """The question at another point."""
        kept = {name: value for name, value in self.question.exact.items() if name not in self._shapes}
        return replace(self.question, point={**self.question.point, **self.arrays(x)}, exact=kept, request=request)

    def at(self, x: Vector) -> Sample:
        """The value and the gradient at a point: one evaluation."""
        try:
            sample = self.first_at(x)
        except Failure:
            return Sample(x, np.nan, np.full(x.shape, np.nan))
        if sample.is_finite and (self.lowest is None or sample.value < self.lowest.value):
            self.lowest = sample
        return sample

    def first_at(self, x: Vector) -> Sample:
        """The same. Raises Failure where the engine cannot calculate it."""
        self.evaluations += 1
        question = self.asked_at(x)
        evaluator, leaves = evaluator_of(question)
        with silence():
            value = evaluator.run(question.program)
            derivatives = differentiated(question, value, leaves)
        gradient = self.flat({name: derivatives[name,] for name in self._shapes})
        return Sample(x, self.sign * float(np.ravel(value._array)[0]), self.sign * gradient)

    def hessian(self, x: Vector) -> Vector:
        """The second derivatives at a point, nan where the engine has none: one evaluation more than variables."""
        self.hessians += 1
        try:
            blocks = evaluate(self.asked_at(x, Request.HESSIAN))[0].derivatives
        except Failure:
            return np.full((x.size, x.size), np.nan)
        sizes = {name: int(np.prod(shape, dtype=int)) for name, shape in self._shapes.items()}
        rows = [
            [np.reshape(blocks[one, other], (sizes[one], sizes[other])) for other in self._shapes]
            for one in self._shapes
        ]
        return np.asarray(self.sign * np.block(rows), np.float64)

    @property
    def spent(self) -> int:
        """All evaluations, those that Hessians amount to among them."""
        return self.evaluations + self.hessians * (self.size + 1)
