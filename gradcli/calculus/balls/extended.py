"""Functions of `arb` with the values that IEEE 754 gives at poles, at edges of domains and at infinities.

`arb` says nan wherever it has no ball. Here nan is IEEE's alone (`log(-1)`), an exact pole has its infinity, and what a
ball leaves open, because it holds a pole or an edge, is unknown: [0 +/- inf], which is finite nowhere and exact
nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

from flint import arb

Function: TypeAlias = Callable[[arb], arb]
Constant: TypeAlias = Callable[[], arb]

UNKNOWN: Final = arb(0, arb.pos_inf())
"""What could be anything."""
LARGEST_WHOLE: Final = 1 << 64
"""Whole exponents up to this are written out."""
SMALL_EXPONENT: Final = 1 << 20
"""Whole exponents up to this are products, which hold where `arb`'s own powers of a ball round zero do not."""


def is_unknown(x: arb) -> bool:
    """Whether nothing is known of a number, not even that it is one."""
    return not (x.is_finite() or x.is_nan() or x.is_exact())


def is_infinite(x: arb) -> bool:
    """Whether a number is certainly an infinity."""
    return bool(x.is_exact()) and not (x.is_finite() or x.is_nan())


def settled(result: arb, *operands: arb) -> arb:
    """A result, unknown where `arb` says nan though the operands do not make it IEEE's: some are not exact, and none
    is nan."""
    if not result.is_nan() or any(each.is_nan() for each in operands):
        return result
    return result if all(each.is_exact() for each in operands) else UNKNOWN


def quotient(a: arb, b: arb) -> arb:
    """a / b; by an exact zero the infinity of the numerator's sign, nan of zero."""
    if not b.is_zero():
        return settled(a / b, a, b)
    if a > 0:
        return arb.pos_inf()
    if a < 0:
        return arb.neg_inf()
    return arb.nan() if a.is_zero() or a.is_nan() else UNKNOWN


# Powers.


def power(b: arb, e: arb) -> arb:
    """b ** e."""
    if e.is_zero() or (b.is_exact() and b == 1):
        return arb(1)
    if b.is_nan() or e.is_nan():
        return arb.nan()
    if e.is_integer() and abs(e) <= LARGEST_WHOLE:
        return _whole_power(b, int(e.fmpz()))
    if not (b.is_finite() and e.is_finite()):
        return _infinite_power(b, e)
    if b > 0:
        return settled(b**e, b, e)
    if b.is_zero():
        return arb(0) if e > 0 else arb.pos_inf() if e < 0 else UNKNOWN
    if b < 0 and e.is_integer() and e.man_exp()[1] > 0:
        return settled((-b) ** e, b, e)
    return arb.nan() if b < 0 and not e.contains_integer() else UNKNOWN


Factor = TypeVar("Factor")


def _whole_power(b: arb, e: int) -> arb:
    if e < 0:
        return quotient(arb(1), _whole_power(b, -e))
    if e > SMALL_EXPONENT and not b.contains(0):
        return settled(b**e, b)
    return repeated_product(b, e, arb(1))


def repeated_product(base: Factor, exponent: int, one: Factor) -> Factor:
    """base ** exponent, of an exponent that is not negative, by squaring: what multiplies keeps what it knows."""
    found: Any = one
    for digit in bin(exponent)[2:]:
        found = found * found
        if digit == "1":
            found = found * base
    product: Factor = found
    return product


def _infinite_power(b: arb, e: arb) -> arb:
    """A power with an infinity, the exponent no whole number."""
    if is_unknown(b) or is_unknown(e):
        return UNKNOWN
    if not is_infinite(e):
        return arb.pos_inf() if e > 0 else arb(0)
    size = abs(b)
    if size > 1:
        return arb.pos_inf() if e > 0 else arb(0)
    if size < 1:
        return arb(0) if e > 0 else arb.pos_inf()
    return arb(1) if size.is_exact() else UNKNOWN


def cbrt(x: arb) -> arb:
    """The real cube root."""
    if x.is_zero() or not x.is_finite():
        return x
    if x > 0:
        return x.root(3)
    return -(-x).root(3) if x < 0 else UNKNOWN


# Functions that `arb` has.


def _extended(
    apply: Function,
    infinities: tuple[Constant, Constant],
    edges: tuple[tuple[int, Constant], ...] = (),
    domain: tuple[int | None, int | None] = (None, None),
) -> Function:
    """A function of `arb` extended.

    `infinities` are the values at -inf and inf, `edges` those at points where `apply` gives nan though there is one,
    and outside `domain` the value is nan; values are given as functions, since the precision is that of the call.
    """
    low, high = domain

    def function(x: arb) -> arb:
        if x.is_nan():
            return x
        if is_infinite(x):
            return infinities[x > 0]()
        found = apply(x)
        if not found.is_nan():
            return found
        for point, value in edges:
            if x == point:
                return value()
        outside = (low is not None and x < low) or (high is not None and x > high)
        return arb.nan() if outside else UNKNOWN

    return function


def _at(value: int) -> Constant:
    return lambda: arb(value)


def _half_pi() -> arb:
    return arb.pi() / 2


_INF: Final = arb.pos_inf
_MINUS_INF: Final = arb.neg_inf
_NAN: Final = arb.nan
_NO_LIMIT: Final = (_NAN, _NAN)
_ONE_SIDE: Final = (_NAN, _INF)

FUNCTIONS: Final[dict[str, Function]] = {
    "exp": _extended(arb.exp, (_at(0), _INF)),
    "expm1": _extended(arb.expm1, (_at(-1), _INF)),
    "log": _extended(arb.log, _ONE_SIDE, ((0, _MINUS_INF),), (0, None)),
    "log1p": _extended(arb.log1p, _ONE_SIDE, ((-1, _MINUS_INF),), (-1, None)),
    "sqrt": _extended(arb.sqrt, _ONE_SIDE, (), (0, None)),
    "cbrt": cbrt,
    "sin": _extended(arb.sin, _NO_LIMIT),
    "cos": _extended(arb.cos, _NO_LIMIT),
    "tan": _extended(arb.tan, _NO_LIMIT),
    "arcsin": _extended(arb.asin, _NO_LIMIT, (), (-1, 1)),
    "arccos": _extended(arb.acos, _NO_LIMIT, (), (-1, 1)),
    "arctan": _extended(arb.atan, (lambda: -_half_pi(), _half_pi)),
    "sinh": _extended(arb.sinh, (_MINUS_INF, _INF)),
    "cosh": _extended(arb.cosh, (_INF, _INF)),
    "tanh": _extended(arb.tanh, (_at(-1), _at(1))),
    "arcsinh": _extended(arb.asinh, (_MINUS_INF, _INF)),
    "arccosh": _extended(arb.acosh, _ONE_SIDE, (), (1, None)),
    "arctanh": _extended(arb.atanh, _NO_LIMIT, ((-1, _MINUS_INF), (1, _INF)), (-1, 1)),
    "erf": _extended(arb.erf, (_at(-1), _at(1))),
    "erfc": _extended(arb.erfc, (_at(2), _at(0))),
    "erfinv": _extended(arb.erfinv, _NO_LIMIT, (), (-1, 1)),
}
"""Functions of one number, by NumPy's names, or torch's where NumPy has none."""


# The gamma function and its derivatives.


def _is_pole(x: arb) -> bool:
    return bool(x.is_integer()) and x <= 0


def lgamma(x: arb) -> arb:
    """The logarithm of the size of the gamma function; infinite at the poles and at the infinities."""
    if is_infinite(x) or _is_pole(x):
        return arb.pos_inf()
    return x.lgamma() if x > 0 else settled(abs(x.gamma()).log(), x)


def polygamma(n: int, x: arb) -> arb:
    """The n-th derivative of digamma; at the poles as torch has it."""
    if x.is_nan():
        return x
    even = n % 2 == 0
    if is_infinite(x):
        return arb.nan() if x < 0 else arb(0) if n else arb.pos_inf()
    if _is_pole(x):
        if n == 0 and not x.is_zero():
            return arb.nan()
        return arb.neg_inf() if even else arb.pos_inf()
    if n == 0:
        return settled(x.digamma(), x)
    if x > 0:
        size = arb(n).fac() * arb(n + 1).zeta(x)
        return -size if even else size
    if not x < 0:
        return UNKNOWN
    mirrored = polygamma(n, 1 - x)
    return settled((mirrored if even else -mirrored) - _cotangent_derivative(n, x), x)


def _cotangent_derivative(n: int, x: arb) -> arb:
    """The n-th derivative of pi*cot(pi*x), a polynomial in the cotangent: its derivative is -pi*(1 + cot**2)."""
    coefficients = [0, 1]
    for _ in range(n):
        slope = [k * each for k, each in enumerate(coefficients)][1:]
        coefficients = [
            -(slope[k] if k < len(slope) else 0) - (slope[k - 2] if k >= 2 else 0) for k in range(len(slope) + 2)
        ]
    cotangent, total = x.cot_pi(), arb(0)
    for each in reversed(coefficients):
        total = total * cotangent + each
    return arb.pi() ** (n + 1) * total
