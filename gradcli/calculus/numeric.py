"""The second witness where SymPy has no form: finite differences of the program's value.

They are central, extrapolated to a vanishing step, with an estimate of their own error: Ridders, "Accurate computation
of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (1982); here for any stencil whose error is even in the
step, so for higher and mixed derivatives as well.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from gradcli.calculus.results import (
    Array,
    Check,
    Entry,
    Evaluation,
    Method,
    Numbers,
    Place,
    Question,
    Request,
    Variables,
    Verdict,
    entry_label,
)
from gradcli.language.values import frozen, replace

EvaluateValue: TypeAlias = Callable[[Mapping[str, Array]], Array]
"""The program's value at another point."""

Line: TypeAlias = Callable[[float], float]
"""A function of the step away from the point."""
Plane: TypeAlias = Callable[[float, float], float]
"""A function of two steps away from the point."""

SHRINK = 2.0
ROWS = 9
FIRST_STEP = 0.05
"""The first step, relative to the scale of the variable."""
CORNER = 0.5
"""One-sided slopes make a corner if their difference shrinks by less than this while the step shrinks by SHRINK**4."""
MAX_ENTRIES = 32
"""Entries that are compared; each takes some dozens of evaluations."""
MARGIN = 10
"""How many times its own error estimate a difference may be off."""
DECISIVE = 100
"""How many times its own error estimate a difference must be off to be called wrong."""
SIGNIFICANT = 1e-6
"""The relative error from which an entry is called wrong, in float64."""
ROUGH = 0.01
"""The relative error from which differences say nothing of an entry."""
MOST_DIGITS = 15
SEED = 0


@frozen
class _Outcome:
    """One entry: `error` is relative where it was compared; `reason` says why where it does not agree."""

    verdict: Verdict
    error: float | None = None
    reason: str | None = None


def _differs(variables: Variables, position: Place, engine: float, witness: float, who: str) -> _Outcome:
    """The entry is wrong."""
    size = abs(engine - witness)
    error = size / abs(witness) if witness else size
    name = entry_label((), position, f"d/d{' d'.join(variables)}")
    return _Outcome(Verdict.DIFFERS, error, f"{name} is {engine:.17g} by the engine and {witness:.17g} by {who}")


def _conclude(outcomes: Sequence[_Outcome], of: int) -> Check:
    """One wrong entry makes the whole wrong, one doubtful entry doubtful; entries count where they were decided."""
    decided = [outcome for outcome in outcomes if outcome.verdict in (Verdict.AGREES, Verdict.DIFFERS)]
    errors = [outcome.error for outcome in decided if outcome.error is not None]
    for verdict in (Verdict.DIFFERS, Verdict.UNDECIDED):
        found = next((outcome for outcome in outcomes if outcome.verdict is verdict), None)
        if found is not None:
            return Check(verdict, Method.NUMERIC, len(decided), of, max(errors, default=None), found.reason)
    return Check(Verdict.AGREES, Method.NUMERIC, len(decided), of, max(errors, default=None))


@frozen
class _Target:
    """One derivative entry: which array, where in it, and the parts of that position."""

    variables: Variables
    position: Place
    output: Place | None
    inputs: tuple[Entry, ...]


def check_numerically(evaluation: Evaluation, evaluate_value: EvaluateValue) -> Check:
    """The check by finite differences, of a sample of the entries where they are many."""
    question = evaluation.question
    of = sum(np.asarray(array).size for array in evaluation.derivatives.values())
    point = {name: np.asarray(value) for name, value in question.point.items()}
    again = [np.asarray(evaluate_value(point)) for _ in range(2)]
    if not np.array_equal(again[0], again[1], equal_nan=True):
        return Check(Verdict.UNDECIDED, Method.NUMERIC, 0, of, reason="the program is random")
    if not np.all(np.isfinite(again[0])):
        return Check(Verdict.UNDECIDED, Method.NUMERIC, 0, of, reason="the value is not finite here")
    outcomes = [_outcome(evaluation, target, evaluate_value, point) for target in _targets(evaluation)]
    found = _conclude(outcomes, of)
    return _to_digits(found, evaluation) if found.verdict is Verdict.AGREES else found


def _to_digits(found: Check, evaluation: Evaluation) -> Check:
    """The check with the digits to which the differences agree, which are all that is shown of the derivatives."""
    digits = min(MOST_DIGITS, math.floor(-math.log10(found.max_error))) if found.max_error else MOST_DIGITS
    derivatives = {variables: _rounded(array, digits) for variables, array in evaluation.derivatives.items()}
    return replace(found, digits=digits, numbers=Numbers(evaluation.value, derivatives))


def _rounded(array: Array, digits: int) -> Array:
    flat = [float(f"{value:.{digits}g}") for value in np.asarray(array, np.float64).ravel().tolist()]
    return np.array(flat, array.dtype).reshape(array.shape)


def _targets(evaluation: Evaluation) -> Iterator[_Target]:
    places = [
        (variables, place)
        for variables, array in evaluation.derivatives.items()
        for place in _sample(np.asarray(array).shape, random.Random(SEED), len(evaluation.derivatives))
    ]
    for variables, place in places:
        output, inputs = evaluation.question.entry(variables, place)
        yield _Target(variables, place, output, tuple(inputs))


def _sample(shape: tuple[int, ...], chooser: random.Random, arrays: int) -> list[Place]:
    size, count = math.prod(shape), max(1, MAX_ENTRIES // arrays)
    chosen = range(size) if size <= count else sorted(chooser.sample(range(size), count))
    return [tuple(int(at) for at in np.unravel_index(flat, shape)) for flat in chosen]


def _outcome(
    evaluation: Evaluation, target: _Target, evaluate_value: EvaluateValue, point: Mapping[str, Array]
) -> _Outcome:
    engine = float(np.asarray(evaluation.derivatives[target.variables])[target.position])
    if not math.isfinite(engine):
        return _Outcome(Verdict.UNDECIDED, reason="the derivative is not finite here")
    output = _Output(evaluation.question, target.output, evaluate_value, point)
    epsilon = 2.0**-23 if evaluation.value.dtype == np.float32 else 2.0**-52
    for one in set(target.inputs):
        if has_corner(partial(output.along, one), output.scale(one), epsilon):
            return _Outcome(
                Verdict.UNDECIDED,
                reason="finite differences from the left and from the right do not meet: a kink or jump",
            )
    estimate = _estimate(target, output, epsilon)
    return _verdict(target, engine, estimate, epsilon)


@frozen
class _Output:
    """One number of the output (or the weighted sum of all), as a function of steps in some inputs."""

    question: Question
    place: Place | None
    evaluate_value: EvaluateValue
    point: Mapping[str, Array]

    def __call__(self, steps: Mapping[Entry, float]) -> float:
        moved = dict(self.point)
        for (name, place), step in steps.items():
            moved[name] = np.array(moved[name], copy=True)
            moved[name][place] += step
        value = np.asarray(self.evaluate_value(moved), np.float64)
        if self.place is not None:
            return float(value[self.place])
        if self.question.request is Request.VJP and self.question.cotangent is not None:
            return math.fsum((value * np.asarray(self.question.cotangent, np.float64)).ravel())
        return float(value.ravel()[0])

    def along(self, one: Entry, step: float) -> float:
        """The number where one input is a step away."""
        return self({one: step})

    def scale(self, one: Entry) -> float:
        """The size of an input."""
        return max(abs(float(self.point[one[0]][one[1]])), 0.1)


def _estimate(target: _Target, output: _Output, epsilon: float) -> Estimate:
    first = target.inputs[0]
    if len(set(target.inputs)) == 1:
        return derivative(partial(output.along, first), len(target.inputs), output.scale(first), epsilon)
    second = target.inputs[1]
    return mixed_derivative(
        lambda step, other: output({first: step, second: other}), output.scale(first), output.scale(second), epsilon
    )


def _verdict(target: _Target, engine: float, estimate: Estimate, epsilon: float) -> _Outcome:
    off = abs(engine - estimate.value)
    size = max(abs(engine), abs(estimate.value))
    if not math.isfinite(estimate.error) or not math.isfinite(estimate.value):
        return _Outcome(Verdict.UNDECIDED, reason="finite differences do not converge here")
    if off <= max(MARGIN * estimate.error, math.sqrt(epsilon) * size):
        error = max(off, estimate.error) / abs(engine) if engine else 0.0
        return (
            _Outcome(Verdict.AGREES, error)
            if error < ROUGH
            else _Outcome(Verdict.UNDECIDED, reason="finite differences are too rough here")
        )
    if off > DECISIVE * estimate.error and off > SIGNIFICANT * math.sqrt(epsilon / 2**-52) * size:
        return _differs(target.variables, target.position, engine, estimate.value, "finite differences")
    return _Outcome(Verdict.UNDECIDED, reason="finite differences are too rough here")


@frozen
class Estimate:
    """A derivative and how far off it may be."""

    value: float
    error: float


def derivative(function: Line, order: int, scale: float, epsilon: float) -> Estimate:
    """The derivative of `order` at 0; `scale` is the size of the variable, `epsilon` that of rounding."""
    weights = [(-1) ** at * math.comb(order, at) for at in range(order + 1)]

    def difference(step: float) -> tuple[float, float]:
        values = [function((order / 2 - at) * step) for at in range(order + 1)]
        total = math.fsum(weight * value for weight, value in zip(weights, values, strict=True))
        return total / step**order, _rounding(values, 2**order * epsilon) / step**order

    return _extrapolate(difference, scale)


def mixed_derivative(function: Plane, scale: float, other_scale: float, epsilon: float) -> Estimate:
    """The second derivative by two variables at (0, 0) of a function of their steps."""
    ratio = other_scale / scale

    def difference(step: float) -> tuple[float, float]:
        other = step * ratio
        values = [function(step, other), function(step, -other), function(-step, other), function(-step, -other)]
        area = 4 * step * other
        return math.fsum((values[0], -values[1], -values[2], values[3])) / area, _rounding(values, 4 * epsilon) / area

    return _extrapolate(difference, scale)


def has_corner(function: Line, scale: float, epsilon: float) -> bool:
    """Whether the slopes from the left and from the right stay apart however short the step: a kink or jump at 0."""
    middle = function(0.0)
    gaps = []
    for step in (FIRST_STEP * scale * SHRINK**-8, FIRST_STEP * scale * SHRINK**-12):
        right, left = (function(step) - middle) / step, (middle - function(-step)) / step
        noise = _rounding([middle, function(step)], 16 * epsilon) / step
        gaps.append(abs(right - left) if abs(right - left) > noise else 0.0)
    return gaps[1] > 0 and not gaps[1] < CORNER * gaps[0]


def _rounding(values: list[float], relative: float) -> float:
    return relative * max(abs(value) for value in values)


def _extrapolate(difference: Callable[[float], tuple[float, float]], scale: float) -> Estimate:
    """Neville's scheme in the square of the step; the entry that changes least is the answer."""
    best = Estimate(math.nan, math.inf)
    previous: list[float] = []
    step = FIRST_STEP * scale
    for _ in range(ROWS):
        first, rounding = difference(step)
        row = [first]
        factor = SHRINK**2
        for above in previous:
            row.append((factor * row[-1] - above) / (factor - 1))
            factor *= SHRINK**2
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - above)) + rounding
            if error < best.error:
                best = Estimate(row[-1], error)
        previous = row
        step /= SHRINK
    return best
