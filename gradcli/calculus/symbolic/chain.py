"""A fast second witness: SymPy differentiates each operation once, and the chain rule joins them in numbers.

A tree is read with dual numbers (Clifford 1871; forward mode): every entry carries its derivatives by the variables.
What an operation's derivatives are, SymPy says, once for each operation of the vocabulary; its formulas are compiled.
So the witness shares with the engine neither its rules nor its direction, and a formula of a dozen operations takes
microseconds where SymPy needs milliseconds to differentiate it whole.

It only ever says that the engine is right, or nothing: what is doubtful is for `comparison`, which can tell why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray

from gradcli.calculus.results import Check, Evaluation, Method, Question, Request, Variables, Verdict
from gradcli.calculus.symbolic.elements import ELEMENTWISE, Arithmetic, Element, Numerals
from gradcli.calculus.symbolic.limits import NoSymbolicForm
from gradcli.calculus.symbolic.reading import Entries, Reading
from gradcli.language.values import frozen

MAX_VARIABLES = 256
"""Entries of all variables, by each of which every dual number may have a derivative."""
UNITS = 64
"""Units in the last place, of the entry or of its part that was largest, that are rounding."""

Slopes = dict[int, float]
"""The derivatives by the variables, by number; those that are not there are zero."""


class Doubt(Exception):  # noqa: N818 - it is an outcome, not a fault
    """Here this witness has nothing to say: at a kink, at the edge of a domain, beyond the floats."""


class Dual:
    """A number with its derivatives."""

    __slots__ = ("slopes", "value")

    is_number = False

    def __init__(self, value: float, slopes: Slopes) -> None:
        self.value = value
        self.slopes = slopes


class DualArithmetic(Arithmetic):
    """Builds dual numbers from dual numbers; floats, which no variable has a say in, stay floats."""

    def __init__(self, single: bool = False) -> None:
        super().__init__(Numerals.FLOAT, single=single)

    def add(self, terms: Sequence[Element]) -> Element:
        """The sum."""
        slopes: Slopes = {}
        for term in terms:
            if isinstance(term, Dual):
                _accumulate(slopes, term.slopes, 1.0)
        total = math.fsum([_value(term) for term in terms])
        return Dual(total, slopes) if slopes else total

    def negative(self, value: Element) -> Element:
        """-value."""
        return _mapped(value, -_value(value), -1.0)

    def multiply(self, *factors: Element) -> Element:
        """The product."""
        product = factors[0]
        for factor in factors[1:]:
            product = self.operate("multiply", product, factor)
        return product

    def divide(self, left: Element, right: Element) -> Element:
        """left / right."""
        return self.operate("divide", left, right)

    def power(self, base: Element, exponent: Element) -> Element:
        """base ** exponent."""
        return self.operate("power", base, exponent)

    def compare(self, symbol: str, left: Element, right: Element) -> Element:
        """1 or 0; a tie of what depends on a variable is a doubt."""
        a, b = _value(left), _value(right)
        if a == b and (isinstance(left, Dual) or isinstance(right, Dual)):
            raise Doubt
        return super().compare(symbol, a, b)

    def largest(self, values: Sequence[Element]) -> Element:
        """The largest; two largest are a doubt."""
        found, *others = sorted(values, key=_value, reverse=True)
        if others and _value(others[0]) == _value(found):
            raise Doubt
        return found

    def steady(self, value: Any) -> Any:
        """The value itself: nothing is shaken here."""
        return value

    def apply(self, name: str, *arguments: Element) -> Element:
        """The function `name` of the vocabulary."""
        if name == "where" and isinstance(arguments[0], float):
            return arguments[1] if arguments[0] else arguments[2]
        if name == "detach":
            return _value(arguments[0])
        if name == "pow":
            return self.power(*arguments)
        return self.operate(name, *arguments)

    def operate(self, name: str, *operands: Element) -> Element:
        """An operation by its formula and its derivatives, which SymPy gave."""
        self.budget.function()
        numbers = [_value(each) for each in operands]
        formula = local(name, len(operands))
        result = formula.value(*numbers)
        slopes: Slopes = {}
        for place, operand in enumerate(operands):
            if isinstance(operand, Dual):
                _accumulate(slopes, operand.slopes, formula.derivatives[place](*numbers))
        return Dual(result, slopes) if slopes else result


def _value(element: Element) -> float:
    return element.value if isinstance(element, Dual) else float(element)


def _mapped(element: Element, value: float, factor: float) -> Element:
    if not isinstance(element, Dual):
        return value
    return Dual(value, {number: factor * slope for number, slope in element.slopes.items()})


def _accumulate(into: Slopes, slopes: Slopes, factor: float) -> None:
    for number, slope in slopes.items():
        into[number] = into.get(number, 0.0) + factor * slope


# What SymPy says of an operation.


@frozen
class Local:
    """An operation on floats and its partial derivatives, as functions of the same operands."""

    value: Callable[..., float]
    derivatives: tuple[Callable[..., float], ...]


ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, y: x**y,
}


@cache
def local(name: str, count: int) -> Local:
    """The operation `name` on `count` operands, differentiated by SymPy. Raises NoSymbolicForm where it has no form."""
    symbols = [sympy.Symbol(f"x{place}", real=True) for place in range(count)]
    builder = ARITHMETIC.get(name)
    if builder is not None:
        formula = builder(*symbols)
    elif name in ELEMENTWISE:
        formula = ELEMENTWISE[name](Arithmetic(Numerals.EXACT), *symbols)
    else:
        raise NoSymbolicForm(f"{name} has no formula")
    derivatives = [sympy.powsimp(sympy.sympify(formula).diff(symbol)) for symbol in symbols]
    return Local(_compiled(symbols, formula), tuple(_compiled(symbols, each) for each in derivatives))


def _compiled(symbols: Sequence[Any], formula: Any) -> Callable[..., float]:
    compiled: Callable[..., float] = sympy.lambdify(symbols, formula, modules=[FLOAT_FUNCTIONS, "math"], cse=True)
    return compiled


def _positive(x: float) -> float:
    if x == 0:
        raise Doubt
    return float(x > 0)


def _sign(x: float) -> float:
    if x == 0:
        raise Doubt
    return math.copysign(1.0, x)


def _is_zero(x: float) -> float:
    if x == 0:
        raise Doubt
    return 0.0


def _flat(x: float) -> float:
    if x == math.floor(x):
        raise Doubt
    return 0.0


def _where(condition: float, chosen: float, otherwise: float) -> float:
    return chosen if condition else otherwise


def _by_mpmath(name: str) -> Callable[..., float]:
    function = getattr(mpmath, name)

    def compute(*operands: float) -> float:
        result = function(*operands)
        if isinstance(result, mpmath.mpc):
            raise Doubt
        return float(result)

    return compute


FLOAT_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "Positive": _positive,
    "Sign": _sign,
    "sign": _sign,
    "IsZero": _is_zero,
    "Absolute": abs,
    "Abs": abs,
    "Maximum": max,
    "Where": _where,
    "Branch": _where,
    "Floor": lambda x: float(math.floor(x)),
    "Flat": _flat,
    "Detached": lambda x: x,
    "polygamma": lambda order, x: float(mpmath.polygamma(int(order), x)),
    "sinc": lambda x: math.sin(x) / x if x else 1.0,
    **{name: _by_mpmath(name) for name in ("erfinv", "sec", "csc", "cot", "acsc", "asec", "acot")},
    **{name: _by_mpmath(name) for name in ("sech", "csch", "coth", "acsch", "asech", "acoth")},
}
"""What the names in a compiled formula are, besides those of `math`."""


# The comparison.


def agreement(evaluation: Evaluation) -> Check | None:
    """A Check that agrees, None where this witness cannot say so."""
    question = evaluation.question
    if question.request is Request.HESSIAN or question.order > 1 or not evaluation.derivatives:
        return None
    try:
        found = _derivatives(question, evaluation.value.dtype == np.float32)
    except (Doubt, NoSymbolicForm, ArithmeticError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    if found is None or not np.all(np.isfinite(np.asarray(evaluation.value, np.float64))):
        return None
    error, count = 0.0, 0
    epsilon = float(np.finfo(np.float32 if evaluation.value.dtype == np.float32 else np.float64).eps)
    for variables, array in evaluation.derivatives.items():
        witness = found.get(variables)
        engine = np.asarray(array, np.float64)
        if witness is None or witness.shape != engine.shape or not np.all(np.isfinite(engine)):
            return None
        away = np.abs(engine - witness)
        sizes = np.abs(witness)
        if np.any(away > UNITS * epsilon * sizes):
            return None
        nonzero = sizes > 0
        error = max(error, float(np.max(away[nonzero] / sizes[nonzero], initial=0.0)))
        count += engine.size
    return Check(Verdict.AGREES, Method.CHAIN, count, count, error)


def _derivatives(question: Question, single: bool) -> dict[Variables, NDArray[np.float64]] | None:
    """The derivatives that are asked for, by dual numbers; None where the variables have too many entries."""
    sizes = {name: int(np.asarray(question.point[name]).size) for name in question.wrt}
    if sum(sizes.values()) > MAX_VARIABLES:
        return None
    first: dict[str, int] = {}
    environment: dict[str, Entries] = {}
    for name, values in question.point.items():
        array = np.asarray(values, np.float64)
        environment[name] = array.astype(object)
        if name in sizes:
            first[name] = sum(sizes[each] for each in first)
            flat = [Dual(float(value), {first[name] + at: 1.0}) for at, value in enumerate(array.ravel())]
            entries = np.empty(array.size, object)
            entries[:] = flat
            environment[name] = entries.reshape(array.shape)
    output = Reading(DualArithmetic(single), environment).program(question.program)
    rows = np.array([[_slope(entry, at) for at in range(sum(sizes.values()))] for entry in output.ravel()], np.float64)
    rows = rows.reshape(output.size, sum(sizes.values()))
    return dict(_shaped(question, rows, output.shape, first, sizes))


def _slope(entry: Element, number: int) -> float:
    return entry.slopes.get(number, 0.0) if isinstance(entry, Dual) else 0.0


def _shaped(
    question: Question,
    rows: NDArray[np.float64],
    shape: tuple[int, ...],
    first: Mapping[str, int],
    sizes: Mapping[str, int],
) -> Iterator[tuple[Variables, NDArray[np.float64]]]:
    """The derivatives by each variable, in its shape, from the Jacobian by all entries."""
    if question.request is Request.VJP:
        weights = np.ones(shape) if question.cotangent is None else np.broadcast_to(question.cotangent, shape)
        rows = np.asarray(weights, np.float64).reshape(1, -1) @ rows
    for name in question.wrt:
        part = rows[:, first[name] : first[name] + sizes[name]]
        own = np.asarray(question.point[name]).shape
        yield (name,), part.reshape((*shape, *own) if question.request is Request.JACOBIAN else own)
