"""The engine's third run: its own forward and backward rules in exact arithmetic with error bounds.

`run` answers a question as `calculus.evaluation.evaluate` does, by the same evaluator, the same graph and the same
rules, on arrays of balls: numbers are what is written, and what comes out contains what the rules would give without
rounding. A wrong rule shows there whatever the point; rounding does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from threading import Lock
from typing import Any, Final

import numpy as np
from flint import arb, ctx

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arrays import BallArray
from gradcli.calculus.balls.element import Ball, NoBalls, Work, ball
from gradcli.calculus.balls.jets import at_rest, derivative_of, moving, series_of
from gradcli.calculus.balls.literal import Literal
from gradcli.calculus.balls.numbers import Undecided
from gradcli.calculus.balls.point import exact_values
from gradcli.calculus.differentiate import differentiated, repeated
from gradcli.calculus.entries.arithmetic import each_entry
from gradcli.calculus.evaluate import CONSTANTS, DTYPES, Evaluator, Failure, recorded_gradient, silence
from gradcli.calculus.results import Array, Question, Variables
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language.tree import Call, Expr, Number
from gradcli.language.values import frozen, replace


class BallNumbers(dtypes.Numbers):
    """The constants of rules, as Literals at the precision of the run."""

    __slots__ = ()

    @property
    def pi(self) -> Any:
        """Pi."""
        return Literal(arb.pi())

    def sqrt(self, number: Any) -> Any:
        """The square root."""
        return Literal(ball(Literal(number)).sqrt())

    def log(self, number: Any) -> Any:
        """The natural logarithm."""
        return Literal(ball(Literal(number)).log())

    def log1p(self, number: Any) -> Any:
        """The natural logarithm of one more."""
        return Literal(ball(Literal(number)).log1p())

    def decimal(self, text: str) -> Any:
        """The number that a decimal writes, exactly."""
        return Literal(numbers.decimal(text))

    def ratio(self, numerator: Any, denominator: Any) -> Any:
        """The quotient; infinite by 0."""
        bottom = Literal(denominator)
        return Literal(numerator) / bottom if bool(bottom) else Literal(arb.pos_inf())


class BallDtype(dtypes.dtype):
    """The engine's element type for balls: floating point, and none of torch's."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("ball", np.object_, dtypes.FLOATING, "Ball")
        self.scalar = BallArray.of
        self.one = BallArray.of(1)
        self.numbers = BallNumbers()

    def cast(self, array: Any) -> Any:
        """Numbers of any kind as balls."""
        return BallArray.of(array)

    def array(self, numbers: Any) -> Any:
        """An array of Python numbers."""
        found = np.empty(len(numbers), object)
        found[:] = numbers
        return BallArray.of(found)

    def full(self, shape: Any, value: Any) -> Any:
        """A shape filled with a number."""
        return BallArray.of(np.broadcast_to(BallArray.of(value).view(np.ndarray), shape).copy())

    def zeros(self, shape: Any) -> Any:
        """Zeros of a shape."""
        return self.full(shape, 0)

    def ones(self, shape: Any) -> Any:
        """Ones of a shape."""
        return self.full(shape, 1)

    def eye(self, rows: int, columns: int) -> Any:
        """The matrix with ones on its diagonal."""
        return BallArray.of(np.eye(rows, columns, dtype=np.int64))


BALL: Final = BallDtype()
PRECISIONS: Final = (128, 512)
FLOAT_BITS: Final = 56
"""Bits to which a number is wanted."""


@frozen
class BallRun:
    """The value and the derivatives by the engine's rules, as arrays of `flint.arb` in the shapes that `evaluate`
    gives: a ball that is not finite and not exact is unknown, nan and the infinities are IEEE 754's."""

    value: Array
    derivatives: Mapping[Variables, Array]


def run(question: Question, point: Mapping[str, Any], bits: int) -> BallRun:
    """The answer of a question by the engine's rules on balls, calculated with `bits` bits.

    `point` gives the variables their exact values in place of the question's: numbers, or arrays of numbers, each a
    `fmpq`, an `arb`, an int, or a float, which is the shortest decimal that reads back to it. A cotangent is read
    likewise. High orders are bounded in what they may take. Raises Undecided where balls do not decide what the
    calculation asks (a higher precision may), NoBalls where a rule has no form on balls, or that bound is met.
    """
    bound = nullcontext() if question.order == 1 else Work.bounded(bits)
    with _engine_on_balls(), ctx.workprec(bits), bound, silence():
        arrays = {name: BallArray.of(np.asarray(value, object)) for name, value in point.items()}
        try:
            value, leaves = _forward(question, arrays)
            if question.order == 1:
                derivatives = differentiated(question, value, leaves)
            else:
                derivatives = dict(_higher(question, arrays, value, leaves))
        except Failure as failure:
            raise NoBalls(failure.message) from failure
        except (RuntimeError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError) as error:
            raise NoBalls(str(error)) from error
        return BallRun(_arbs(value._array), {names: _arbs(found) for names, found in derivatives.items()})


def _forward(question: Question, arrays: Mapping[str, BallArray]) -> tuple[Tensor, dict[str, Tensor]]:
    """The recorded value, and the leaves of the variables to differentiate by. Raises Failure."""
    variables = {name: wrap(array, BALL) for name, array in arrays.items()}
    leaves = {name: variables[name] for name in question.wrt}
    for leaf in leaves.values():
        leaf._requires_grad = True
    return BallEvaluator(variables, BALL).run(question.program), leaves


def _higher(
    question: Question, arrays: Mapping[str, BallArray], value: Tensor, leaves: Mapping[str, Tensor]
) -> Iterator[tuple[Variables, Array]]:
    """The pure partial derivatives of the question's order: by as many recorded passes as floats have, and for the
    orders that are left by the Taylor series of the same passes. Raises Failure."""
    order = question.order
    for name, leaf in leaves.items():
        derivative, done = repeated(value, leaf, order)
        if done == order:
            yield (name,) * order, derivative._array
            continue
        left = order - done
        with series_of(left):
            moved = {**arrays, name: _elementwise(moving, arrays[name])}
            along, along_leaves = _forward(replace(question, wrt=(name,)), moved)
            for _ in range(done):
                along = recorded_gradient(along, along_leaves[name])
            yield (name,) * order, _elementwise(partial(derivative_of, order=left), along._array)


def _elementwise(function: Callable[[Ball], Ball], array: Any) -> BallArray:
    """A function of every ball of an array."""
    return BallArray.of(np.frompyfunc(function, 1, 1)(np.asarray(array, object)))


@contextmanager
def _engine_on_balls() -> Iterator[None]:
    """Let arrays of objects be tensors, and numbers of no dtype be balls.

    Both, like the precision, hold for the whole process, so that one thread at a time runs here.
    """
    with _LOCK:
        default = dtypes.get_default_dtype()
        dtypes.OF_NUMPY[BALL.numpy] = BALL
        dtypes.set_default_dtype(BALL)
        try:
            yield
        finally:
            dtypes.set_default_dtype(default)
            del dtypes.OF_NUMPY[BALL.numpy]


_LOCK: Final = Lock()


class BallEvaluator(Evaluator):
    """Evaluates trees on balls: literals are the decimals that are written, pi and e are themselves."""

    def __init__(self, variables: Mapping[str, Tensor], dtype: dtypes.dtype) -> None:
        super().__init__(variables, dtype)
        self.constants: dict[str, Literal] = {}

    def number(self, literal: Number) -> Any:
        """A literal, exactly."""
        return Literal(numbers.decimal(literal.text))

    def constant(self, name: str) -> Any:
        """pi, e and the like at the precision of the run; a dtype of floats is that of balls."""
        if name in CONSTANTS:
            return self.constants.setdefault(name, _constant(name))
        found = DTYPES.get(name)
        return BALL if found is not None and found.is_floating_point else found

    def visit(self, node: Expr) -> Any:
        """The value of a sub-expression; arrays of what is no ball yet become arrays of balls, and what carries no
        gradient (`detach`) does not move."""
        if isinstance(node, Call) and node.function in RANDOM:
            raise NoBalls("random numbers")
        value = super().visit(node)
        if isinstance(value, Tensor) and value.dtype is BALL:
            if not isinstance(value._array, BallArray):
                value._array = BallArray.of(value._array)
            if not value.requires_grad:
                value._array = _at_rest(value._array)
        return value


def _at_rest(array: BallArray) -> BallArray:
    """An array without what depends on the parameter of a series."""
    moves = any(each.moves for each in array.view(np.ndarray).flat)
    return _elementwise(at_rest, array) if moves else array


_CONSTANTS: Final[dict[str, Callable[[], Any]]] = {
    "pi": arb.pi,
    "e": arb.const_e,
    "tau": lambda: 2 * arb.pi(),
}


def _constant(name: str) -> Literal:
    exact = _CONSTANTS.get(name)
    return Literal(CONSTANTS[name] if exact is None else exact())


RANDOM: Final = frozenset(("rand", "randn", "manual_seed"))
"""Operations that are no functions: another run draws other numbers."""


def _arbs(array: Any) -> Array:
    """An array of balls, or of bools and integers, as an array of `arb`."""
    return each_entry(lambda each: ball(each).arb, np.asarray(array))


def nearest_derivative(question: Question) -> tuple[float, str | None]:
    """The derivative of the question's order by its one variable, which has one element: the float nearest to what
    the engine's rules give without rounding, 0 where no precision tells it from that; or nan, and why it is not known.

    Raises Failure where that cannot be calculated.
    """
    doubt: str | None = None
    for bits in PRECISIONS:
        try:
            entry = _run(question, bits).derivatives[question.wrt * question.order].item()
        except Undecided as undecided:
            doubt = str(undecided)
            continue
        if entry.is_nan():
            return math.nan, None
        if not numbers.is_finite(entry):
            doubt = "it may be infinite, or not exist"
        elif numbers.accuracy(entry) >= FLOAT_BITS:
            return float(numbers.nearest_float(entry)), None
        else:
            doubt = None if entry.contains(0) else "its digits cancel"
    return (0.0 if doubt is None else math.nan), doubt


def _run(question: Question, bits: int) -> BallRun:
    """The engine's rules on balls of so many bits. Raises Undecided, and Failure."""
    try:
        with ctx.workprec(bits):
            point = exact_values(question)
        return run(question, point, bits)
    except NoBalls as absent:
        message = f"derivative {question.order} cannot be calculated here: {absent}"
        raise Failure("E306", message, question.program.result.span, "ask for a lower order") from absent
