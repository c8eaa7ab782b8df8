"""SymPy expressions as high-precision numbers, without rebuilding them.

SymPy's own substitution re-evaluates every node and may then expand an exact tower of powers; here each node is
computed once by mpmath, and whatever would be astronomically large is infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import mpmath
import sympy

from gradcli.calculus.symbolic.functions import Branch, Positive, Where
from gradcli.calculus.symbolic.limits import NoSymbolicForm
from gradcli.language.values import frozen

Real: TypeAlias = Any
"""An mpmath real (mpf)."""

DIGITS = (40, 80, 160)
"""Working precisions, tried until two of them agree to AGREEMENT."""
AGREEMENT = 1e-20
HUGE_MAGNITUDE = 1 << 30
"""Binary exponents beyond which a number counts as infinite, or as zero."""
MAX_REDUCTION = 1 << 14
"""Binary exponents up to which an argument of sine and its kin is reduced by multiples of pi."""


@frozen
class Undefined:
    """No number: why, and whether what is near it stays bounded (so that zero times it is zero)."""

    reason: str
    bounded: bool = False


Value: TypeAlias = Real | Undefined


def evaluate(expression: Any, point: Mapping[Any, Real]) -> Value:
    """The value of `expression` where its symbols have the values of `point`, to about 20 digits.

    Raises NoSymbolicForm where it holds something that has no number.
    """
    previous: Value | None = None
    for digits in DIGITS:
        value = evaluate_once(expression, point, digits)
        if isinstance(value, Undefined) or not mpmath.isfinite(value) or value == 0:
            return value
        if previous is not None and abs(value - previous) <= AGREEMENT * abs(value):
            return value
        previous = value
    return previous


def evaluate_once(expression: Any, point: Mapping[Any, Real], digits: int) -> Value:
    """The value of `expression`, computed with `digits` digits."""
    return _computed(expression, point, digits)[expression]


def evaluate_with_scale(expression: Any, point: Mapping[Any, Real], digits: int) -> tuple[Value, Real]:
    """The value of `expression`, computed with `digits` digits, and the size of the largest number on the way to it:
    what is that much smaller may be nothing but rounding. Literals count only where they are added to something."""
    memory = _computed(expression, point, digits)
    counted = {node for node in memory if not node.is_Number}
    counted.update(argument for node in memory if node.is_Add for argument in node.args)
    values = [memory[node] for node in counted if node in memory]
    sizes = [abs(value) for value in values if not isinstance(value, Undefined) and mpmath.isfinite(value)]
    return memory[expression], max(sizes, default=mpmath.mpf(1))


def _computed(expression: Any, point: Mapping[Any, Real], digits: int) -> dict[Any, Value]:
    """The values of `expression` and of what it is made of."""
    memory: dict[Any, Value] = dict(point)
    stack = [expression]
    with mpmath.workdps(digits):
        while stack:
            node = stack[-1]
            if node in memory:
                stack.pop()
                continue
            missing = [argument for argument in _needed(node, memory) if argument not in memory]
            if missing:
                stack.extend(missing)
                continue
            memory[node] = _bounded(_compute(node, memory))
            stack.pop()
    return memory


def _needed(node: Any, memory: Mapping[Any, Value]) -> Sequence[Any]:
    """The arguments that decide the value of `node`: only the chosen branch, and nothing behind a factor of zero."""
    arguments: tuple[Any, ...] = node.args
    if isinstance(node, Where):
        condition = memory.get(arguments[0])
        if condition is None:
            return arguments[:1]
        if isinstance(condition, Undefined):
            return ()
        return (arguments[2] if condition == 0 else arguments[1],)
    if node.is_Mul:
        switches = [argument for argument in arguments if isinstance(argument, Positive)]
        unknown = [argument for argument in switches if argument not in memory]
        if unknown:
            return unknown
        if any(not isinstance(memory[argument], Undefined) and memory[argument] == 0 for argument in switches):
            return ()
    return arguments


def _bounded(value: Value) -> Value:
    if isinstance(value, Undefined) or not mpmath.isfinite(value) or value == 0:
        return Undefined("undefined") if not isinstance(value, Undefined) and mpmath.isnan(value) else value
    magnitude = mpmath.mag(value)
    if magnitude > HUGE_MAGNITUDE:
        return mpmath.inf if value > 0 else -mpmath.inf
    return mpmath.mpf(0) if magnitude < -HUGE_MAGNITUDE else value


def _compute(node: Any, memory: Mapping[Any, Value]) -> Value:
    if node.is_Number or node.is_NumberSymbol:
        return _constant(node)
    if isinstance(node, Where):
        return _branch(node, memory)
    if node.is_Mul:
        return _product(node, memory)
    values = [memory[argument] for argument in node.args]
    undefined = next((value for value in values if isinstance(value, Undefined)), None)
    if node.is_Add:
        return undefined if undefined is not None else mpmath.fsum(values)
    if undefined is not None:
        return Undefined(undefined.reason)
    function = FUNCTIONS.get(type(node).__name__)
    if function is None:
        raise NoSymbolicForm(f"SymPy leaves {type(node).__name__} unevaluated")
    try:
        value = function(*values)
    except ZeroDivisionError:
        return Undefined("division by zero")
    except (ValueError, OverflowError, ArithmeticError) as error:
        return Undefined(str(error) or "undefined")
    if isinstance(value, mpmath.mpc):
        return Undefined("not a real number") if value.imag != 0 else value.real
    return value


def _constant(node: Any) -> Value:
    if node is sympy.S.Infinity:
        return mpmath.inf
    if node is sympy.S.NegativeInfinity:
        return -mpmath.inf
    if node is sympy.S.NaN or node is sympy.S.ComplexInfinity:
        return Undefined("undefined")
    if node.is_Rational:
        return mpmath.mpf(node.p) / node.q
    if node.is_Float:
        return mpmath.mpf(node._mpf_)
    known = {sympy.pi: mpmath.pi, sympy.E: mpmath.e, sympy.EulerGamma: mpmath.euler}
    if node not in known:
        raise NoSymbolicForm(f"no number for {node}")
    return +known[node]


def _branch(node: Any, memory: Mapping[Any, Value]) -> Value:
    condition = memory[node.args[0]]
    if isinstance(condition, Undefined):
        return Undefined(condition.reason, bounded=not isinstance(node, Branch))
    return memory[node.args[2] if condition == 0 else node.args[1]]


def _product(node: Any, memory: Mapping[Any, Value]) -> Value:
    values = [memory[argument] for argument in node.args if argument in memory]
    if len(values) < len(node.args):  # a switch is off: `_needed` left the rest out
        return mpmath.mpf(0)
    undefined = [value for value in values if isinstance(value, Undefined)]
    if not undefined:
        product = mpmath.fprod(values)
        return Undefined("zero times infinity") if mpmath.isnan(product) else product
    if all(value.bounded for value in undefined):
        numbers = [value for value in values if not isinstance(value, Undefined)]
        if any(value == 0 for value in numbers) and all(mpmath.isfinite(value) for value in numbers):
            return mpmath.mpf(0)
    return undefined[0]


def _positive(x: Real) -> Value:
    return Undefined("a kink or jump", bounded=True) if x == 0 else mpmath.mpf(x > 0)


def _sign(x: Real) -> Value:
    return Undefined("a kink or jump", bounded=True) if x == 0 else mpmath.sign(x)


def _is_zero(x: Real) -> Value:
    return Undefined("a single point", bounded=True) if x == 0 else mpmath.mpf(0)


def _flat(x: Real) -> Value:
    return Undefined("a jump") if mpmath.isint(x) else mpmath.mpf(0)


def _maximum(*values: Real) -> Value:
    return max(values)


def _exp(x: Real) -> Value:
    if abs(x) > HUGE_MAGNITUDE:
        return mpmath.inf if x > 0 else mpmath.mpf(0)
    return mpmath.exp(x)


def _log(x: Real) -> Value:
    return mpmath.log(x) if x > 0 else Undefined("the logarithm of a number that is not positive")


def _power(base: Real, exponent: Real) -> Value:
    if base == 0:
        return _power_of_zero(exponent)
    if base < 0 and not mpmath.isint(exponent):
        return Undefined("a power of a negative number")
    if not mpmath.isfinite(base) or not mpmath.isfinite(exponent):
        return base**exponent
    if abs(exponent * mpmath.log(abs(base), 2)) > HUGE_MAGNITUDE:
        large = (abs(base) > 1) == (exponent > 0)
        sign = -1 if base < 0 and exponent % 2 == 1 else 1
        return sign * mpmath.inf if large else mpmath.mpf(0)
    return base**exponent


def _power_of_zero(exponent: Real) -> Value:
    if exponent > 0:
        return mpmath.mpf(0)
    if exponent == 0:
        return mpmath.mpf(1)
    return mpmath.inf if mpmath.isint(exponent) and exponent % 2 == 0 else Undefined("division by zero")


def _periodic(function: Callable[[Real], Real]) -> Callable[[Real], Value]:
    def compute(x: Real) -> Value:
        if not mpmath.isfinite(x) or (x != 0 and mpmath.mag(x) > MAX_REDUCTION):
            return Undefined("the argument is too large")
        return function(x)

    return compute


def _growing(function: Callable[[Real], Real], sign: Callable[[Real], Real]) -> Callable[[Real], Value]:
    def compute(x: Real) -> Value:
        return sign(x) * mpmath.inf if abs(x) > HUGE_MAGNITUDE else function(x)

    return compute


def _saturating(function: Callable[[Real], Real], limit: Callable[[Real], Real]) -> Callable[[Real], Value]:
    def compute(x: Real) -> Value:
        return limit(x) if abs(x) > HUGE_MAGNITUDE else function(x)

    return compute


def _gamma(x: Real) -> Value:
    if x > 0 and (mpmath.isinf(x) or mpmath.mag(x) > 40):
        return mpmath.inf
    if x < -1e9:
        return Undefined("the argument is too large")
    return mpmath.gamma(x)


def _lgamma(x: Real) -> Value:
    return mpmath.re(mpmath.loggamma(x)) if x > -1e9 else Undefined("the argument is too large")


def _one(x: Real) -> Real:
    return mpmath.mpf(1)


def _zero(x: Real) -> Real:
    return mpmath.mpf(0)


def _two_sided(x: Real) -> Real:
    return mpmath.sign(x)


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "Pow": _power,
    "exp": _exp,
    "log": _log,
    "Positive": _positive,
    "Sign": _sign,
    "sign": _sign,
    "IsZero": _is_zero,
    "Absolute": abs,
    "Abs": abs,
    "Maximum": _maximum,
    "Floor": mpmath.floor,
    "Flat": _flat,
    "Detached": lambda x: x,
    **{name: _periodic(getattr(mpmath, name)) for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{name: getattr(mpmath, name) for name in ("asin", "acos", "atan", "asec", "acsc", "acot", "atan2")},
    **{name: getattr(mpmath, name) for name in ("asinh", "acosh", "atanh", "asech", "acsch", "acoth", "erfinv")},
    "sinh": _growing(mpmath.sinh, _two_sided),
    "cosh": _growing(mpmath.cosh, _one),
    "tanh": _saturating(mpmath.tanh, _two_sided),
    "coth": _saturating(mpmath.coth, _two_sided),
    "sech": _saturating(mpmath.sech, _zero),
    "csch": _saturating(mpmath.csch, _zero),
    "erf": _saturating(mpmath.erf, _two_sided),
    "erfc": _saturating(mpmath.erfc, lambda x: mpmath.mpf(0 if x > 0 else 2)),
    "gamma": _gamma,
    "loggamma": _lgamma,
    "polygamma": lambda order, x: mpmath.polygamma(int(order), x),
    "sinc": _periodic(mpmath.sinc),
}
"""Class names of SymPy's functions and of ours to their numbers."""
