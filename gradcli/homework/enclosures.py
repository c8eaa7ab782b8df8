"""Where the value of a formula certainly lies: interval arithmetic in floats.

The arithmetic of intervals (Moore, Interval Analysis, 1966; Higham, Accuracy and Stability of Numerical Algorithms,
section 26.4): of every part of a formula the two floats are computed between which its value lies, and each operation
rounds them outwards. IEEE 754 rounds the four operations and the square root correctly, so that the next float is
enough; of the functions of the mathematical library, which promise less, the result is widened by SLACK units in the
last place. So an enclosure holds whatever cancels; what is left of a value that cancels is a wide one. Functions that
jump have none, and neither has a part that may lie outside its domain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from gradcli.language import Expr, walk
from gradcli.language.tree import Call, Name, Negation, Number, Power, Product, Sum

Interval: TypeAlias = tuple[float, float]
"""The lower and the upper bound; both finite."""
Box: TypeAlias = Mapping[str, Interval]
"""Where each variable lies."""

SLACK: Final = 8
"""Units in the last place that a function of the mathematical library may be off."""
EXACT_INTEGERS: Final = 2.0**53
"""Below this every integer is a float."""
TURNS: Final = 1e6
"""The largest angle whose sine the mathematical library is trusted with."""
MAX_EXPONENT: Final = 1000
"""The largest exponent for which powers are taken to be integer powers."""


class _NoEnclosureError(Exception):
    """Nothing certain can be said."""


def at(point: Mapping[str, float]) -> Box:
    """The box that is one point."""
    return {name: (value, value) for name, value in point.items()}


def enclosure(expression: Expr, box: Box) -> Interval | None:
    """An interval in which the values on a box lie; None where that cannot be said. Literals are exact decimals."""
    try:
        return _enclosed(expression, box)
    except (_NoEnclosureError, OverflowError, ValueError, ZeroDivisionError, RecursionError):
        return None


def can_be_enclosed(expression: Expr) -> bool:
    """Whether the formula has only parts that can have enclosures: then it has no jumps."""
    return all(
        _function_of(node) is not None if isinstance(node, Call) else type(node) in _READERS
        for node in walk(expression)
    )


def mean_slope(expression: Expr, box: Box, name: str) -> Interval | None:
    """Where the mean slope along a variable, from one side of a box to the other, lies. By the mean value theorem a
    function has this slope somewhere in between."""
    low, high = box[name]
    first, second = (enclosure(expression, {**box, name: (end, end)}) for end in (low, high))
    if first is None or second is None or low == high:
        return None
    return _over(_outwards(second[0] - first[1], second[1] - first[0]), _outwards(high - low, high - low))


def _enclosed(node: Expr, box: Box) -> Interval:
    reader = _READERS.get(type(node))
    if reader is None:
        raise _NoEnclosureError
    return reader(node, box)


def _number(node: Number, box: Box) -> Interval:
    value = node.value
    if node.text.isdigit() and value <= EXACT_INTEGERS:
        return value, value
    return _outwards(value, value)


def _name(node: Name, box: Box) -> Interval:
    found = box.get(node.name) or _CONSTANTS.get(node.name)
    if found is None:
        raise _NoEnclosureError
    return found


def _negation(node: Negation, box: Box) -> Interval:
    low, high = _enclosed(node.operand, box)
    return -high, -low


def _sum(node: Sum, box: Box) -> Interval:
    low, high = _enclosed(node.terms[0].value, box)
    for term in node.terms[1:]:
        below, above = _enclosed(term.value, box)
        low, high = _outwards(low - above, high - below) if term.negative else _outwards(low + below, high + above)
    return low, high


def _product(node: Product, box: Box) -> Interval:
    total = _enclosed(node.factors[0].value, box)
    for factor in node.factors[1:]:
        value = _enclosed(factor.value, box)
        if factor.operator == "*":
            total = _times(total, value)
        elif factor.operator == "/":
            total = _over(total, value)
        else:
            raise _NoEnclosureError
    return total


def _power(node: Power, box: Box) -> Interval:
    exponent = _enclosed(node.exponent, box)
    if isinstance(node.base, Name) and node.base.name == "e" and "e" not in box:
        return _exp(exponent)
    base = _enclosed(node.base, box)
    low, high = exponent
    if low == high and low.is_integer():
        return _whole_power(base, int(low))
    if not base[0] > 0:
        raise _NoEnclosureError
    return _widened([math.pow(each, power) for each in base for power in exponent])


def _call(node: Call, box: Box) -> Interval:
    function = _function_of(node)
    if function is None:
        raise _NoEnclosureError
    return function(_enclosed(node.arguments[0], box))


def _function_of(node: Call) -> Callable[[Interval], Interval] | None:
    return None if len(node.arguments) != 1 or node.keywords else _FUNCTIONS.get(node.function)


def _outwards(low: float, high: float) -> Interval:
    """The interval with its ends moved to the next floats. Raises where one is infinite or no number."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise _NoEnclosureError
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)


def _widened(values: list[float]) -> Interval:
    """From the least to the largest of what the mathematical library says, and what it may be off."""
    low, high = min(values), max(values)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise _NoEnclosureError
    return low - SLACK * math.ulp(low), high + SLACK * math.ulp(high)


def _times(first: Interval, second: Interval) -> Interval:
    (a, b), (c, d) = first, second
    products = (a * c, a * d, b * c, b * d)
    return _outwards(min(products), max(products))


def _over(above: Interval, below: Interval) -> Interval:
    (a, b), (c, d) = above, below
    if c <= 0 <= d:
        raise _NoEnclosureError
    quotients = (a / c, a / d, b / c, b / d)
    return _outwards(min(quotients), max(quotients))


def _whole_power(base: Interval, exponent: int) -> Interval:
    if abs(exponent) > MAX_EXPONENT:
        raise _NoEnclosureError
    if exponent < 0:
        return _over(_ONE, _whole_power(base, -exponent))
    if exponent <= 1:
        return base if exponent else _ONE
    low, high = base
    if exponent % 2 == 0:
        low, high = _abs(base)
    return _widened([math.pow(low, exponent), math.pow(high, exponent)])


def _abs(u: Interval) -> Interval:
    low, high = u
    if low >= 0:
        return u
    return (-high, -low) if high <= 0 else (0.0, max(-low, high))


def _sqrt(u: Interval) -> Interval:
    low, high = u
    return _outwards(math.sqrt(low), math.sqrt(high))


def _increasing(function: Callable[[float], float]) -> Callable[[Interval], Interval]:
    return lambda u: _widened([function(u[0]), function(u[1])])


def _wave(function: Callable[[float], float]) -> Callable[[Interval], Interval]:
    """Sine or cosine, which change by no more than their argument does."""

    def enclosed(u: Interval) -> Interval:
        low, high = u
        middle = low + (high - low) / 2
        if abs(middle) > TURNS:
            raise _NoEnclosureError
        value = function(middle)
        spread = math.nextafter(max(middle - low, high - middle), math.inf) + SLACK * math.ulp(1.0)
        return max(-1.0, value - spread), min(1.0, value + spread)

    return enclosed


def _reciprocal(function: Callable[[Interval], Interval]) -> Callable[[Interval], Interval]:
    return lambda u: _over(_ONE, function(u))


def _tan(u: Interval) -> Interval:
    return _over(_sin(u), _cos(u))


def _cot(u: Interval) -> Interval:
    return _over(_cos(u), _sin(u))


def _acos(u: Interval) -> Interval:
    return _widened([math.acos(u[1]), math.acos(u[0])])


def _cosh(u: Interval) -> Interval:
    low, high = _abs(u)
    return _widened([math.cosh(low), math.cosh(high)])


def _square(u: Interval) -> Interval:
    return _whole_power(u, 2)


_ONE: Final = (1.0, 1.0)
_sin, _cos = _wave(math.sin), _wave(math.cos)
_exp = _increasing(math.exp)
_CONSTANTS: Final[Mapping[str, Interval]] = {
    name: _outwards(value, value) for name, value in (("pi", math.pi), ("e", math.e), ("tau", math.tau))
}
_INCREASING: Final = (
    "log",
    "log2",
    "log10",
    "log1p",
    "expm1",
    "asin",
    "atan",
    "sinh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
)
_FUNCTIONS: Final[Mapping[str, Callable[[Interval], Interval]]] = {
    **{name: _increasing(getattr(math, name)) for name in _INCREASING},
    "exp": _exp,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "cot": _cot,
    "sec": _reciprocal(_cos),
    "csc": _reciprocal(_sin),
    "acos": _acos,
    "cosh": _cosh,
    "abs": _abs,
    "sqrt": _sqrt,
    "square": _square,
    "reciprocal": lambda u: _over(_ONE, u),
}
"""Functions of one number; whatever is none of these has no enclosure."""
_READERS: Final[Mapping[type, Callable[[Any, Box], Interval]]] = {
    Number: _number,
    Name: _name,
    Negation: _negation,
    Sum: _sum,
    Product: _product,
    Power: _power,
    Call: _call,
}
