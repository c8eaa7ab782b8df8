"""Ball: a real number that is known to within a bound, the element of the arrays on which the engine runs exactly.

A ball holds one number: the one that the calculation would give without rounding. What the bound leaves open is never
guessed: a comparison that the ball does not decide raises Undecided, and the calculation is run again at a higher
precision. Besides real numbers a ball may be an infinity or nan, by IEEE 754's rules (`1/0`, `log(-1)`), and it may be
unknown: the quotient by a ball that holds zero can be anything. Zero has no sign.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from flint import arb, ctx, fmpq

SMALL_EXPONENT: Final = 1 << 20
"""Whole exponents up to this are products, which hold where `arb`'s own powers of a ball round zero do not."""


class Undecided(Exception):  # noqa: N818 (an outcome, not a fault)
    """The balls do not decide what the calculation asks: a higher precision may."""


class NoBalls(Exception):  # noqa: N818 (an outcome, not a fault)
    """The calculation cannot run on balls at any precision; the text says why."""


class Ball:
    """One number. `arb` is its midpoint and radius; all operations round to the precision of `flint.ctx`.

    One and the same ball equals itself, whatever its radius; its negative is one and the same, too, so that the size of
    an element, taken again, is what it was.
    """

    __slots__ = ("_negative", "arb")

    moves: ClassVar[bool] = False
    """Whether it depends on the parameter of a Taylor series (`jets`)."""

    def __init__(self, value: arb) -> None:
        self.arb = value
        self._negative: Ball | None = None

    def __repr__(self) -> str:
        return f"Ball({self.arb.str(20, radius=True)})"

    __hash__ = None  # type: ignore[assignment]

    # What it is.

    def is_unknown(self) -> bool:
        """Whether nothing is known of it, not even that it is a number."""
        return not (self.arb.is_finite() or self.arb.is_nan() or self.arb.is_exact())

    def isnan(self) -> bool:
        """Whether it is nan. Raises Undecided where it is unknown."""
        self._known()
        return bool(self.arb.is_nan())

    def isinf(self) -> bool:
        """Whether it is infinite. Raises Undecided where it is unknown."""
        self._known()
        return not (self.arb.is_finite() or self.arb.is_nan())

    def isfinite(self) -> bool:
        """Whether it is a real number. Raises Undecided where it is unknown."""
        self._known()
        return bool(self.arb.is_finite())

    def signbit(self) -> bool:
        """Whether it is negative."""
        return self < 0

    def _known(self) -> None:
        if self.is_unknown():
            raise Undecided("a quantity is not known to be finite")

    # Comparisons.

    def __bool__(self) -> bool:
        return self != 0

    def __eq__(self, other: object) -> bool:
        return _decided(self, ball(other), "==", "!=")

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return _decided(self, ball(other), "<", ">=")

    def __le__(self, other: Any) -> bool:
        return _decided(self, ball(other), "<=", ">")

    def __gt__(self, other: Any) -> bool:
        return _decided(self, ball(other), ">", "<=")

    def __ge__(self, other: Any) -> bool:
        return _decided(self, ball(other), ">=", "<")

    # Arithmetic.

    def __add__(self, other: Any) -> Ball:
        b = ball(other)
        return _settled(self.arb + b.arb, self, b)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Ball:
        b = ball(other)
        if b is self and self.arb.is_finite():
            return Ball(arb(0))
        return _settled(self.arb - b.arb, self, b)

    def __rsub__(self, other: Any) -> Ball:
        return ball(other) - self

    def __mul__(self, other: Any) -> Ball:
        b = ball(other)
        return _settled(self.arb * b.arb, self, b)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Ball:
        b = ball(other)
        if b.arb.is_zero():
            return _by_zero(self)
        return _settled(self.arb / b.arb, self, b)

    def __rtruediv__(self, other: Any) -> Ball:
        return ball(other) / self

    def __floordiv__(self, other: Any) -> Ball:
        quotient: Ball = self / other
        return quotient.floor()

    def __rfloordiv__(self, other: Any) -> Ball:
        return ball(other) // self

    def __mod__(self, other: Any) -> Ball:
        b = ball(other)
        rest: Ball = self.fmod(b)
        return rest + b if rest != 0 and (rest < 0) != (b < 0) else rest

    def __rmod__(self, other: Any) -> Ball:
        return ball(other) % self

    def fmod(self, other: Any) -> Ball:
        """The rest of the division truncated to a whole number, as IEEE 754 has it for zeros and infinities."""
        b = ball(other)
        if self.isinf() or b == 0:
            return Ball(arb.nan())
        if b.isinf() and self.isfinite():
            return self
        return self - b * (self / b).trunc()

    def __pow__(self, other: Any) -> Ball:
        return _power(self, ball(other))

    def __rpow__(self, other: Any) -> Ball:
        return _power(ball(other), self)

    def __neg__(self) -> Ball:
        if self._negative is None:
            self._negative = Ball(-self.arb)
            self._negative._negative = self
        return self._negative

    def __pos__(self) -> Ball:
        return self

    def __abs__(self) -> Ball:
        if self.arb > 0:
            return self
        return -self if self.arb < 0 else Ball(abs(self.arb))

    fabs = absolute = __abs__

    def conjugate(self) -> Ball:
        """Itself: it is real."""
        return self

    # Signs and whole numbers.

    def sign(self) -> Ball:
        """-1, 0 or 1; nan of nan."""
        if self.isnan():
            return self
        return ball(int(self > 0) - int(self < 0))

    def floor(self) -> Ball:
        """The largest whole number below."""
        if not self.isfinite():
            return self
        found = self.arb.floor()
        if not found.is_exact():
            raise Undecided("a quantity is too near a whole number to tell on which side it is")
        return Ball(found)

    def ceil(self) -> Ball:
        """The smallest whole number above."""
        return -(-self).floor()

    def trunc(self) -> Ball:
        """The whole part."""
        if self.arb > -1 and self.arb < 1:
            return Ball(arb(0))
        return self.floor() if self > 0 else self.ceil()

    def rint(self) -> Ball:
        """The nearest whole number, halves to the even one."""
        moved = self + 0.5
        found = moved.floor()
        if moved.arb.is_integer():
            whole = whole_number(found.arb)
            return Ball(arb(whole - whole % 2))
        return found

    # Of two.

    def maximum(self, other: Any) -> Ball:
        """The larger; nan beside nan."""
        b = ball(other)
        if self.isnan() or b.isnan():
            return Ball(arb.nan())
        return self if self >= b else b

    def minimum(self, other: Any) -> Ball:
        """The smaller; nan beside nan."""
        b = ball(other)
        if self.isnan() or b.isnan():
            return Ball(arb.nan())
        return self if self <= b else b

    def fmax(self, other: Any) -> Ball:
        """The larger; beside nan the other."""
        b = ball(other)
        return b if self.isnan() else self if b.isnan() else self.maximum(b)

    def fmin(self, other: Any) -> Ball:
        """The smaller; beside nan the other."""
        b = ball(other)
        return b if self.isnan() else self if b.isnan() else self.minimum(b)

    def copysign(self, other: Any) -> Ball:
        """Its size with the sign of another."""
        return -abs(self) if ball(other) < 0 else abs(self)

    def hypot(self, other: Any) -> Ball:
        """The root of the sum of squares."""
        b = ball(other)
        if self.isinf() or b.isinf():
            return Ball(arb.pos_inf())
        return (self * self + b * b).sqrt()

    def arctan2(self, other: Any) -> Ball:
        """The angle of the point (other, self)."""
        b = ball(other)
        if b.moves and not self.moves:
            return b.angle_under(self)
        if self.isfinite() and b.isfinite():
            return _settled(arb.atan2(self.arb, b.arb), self, b)
        if self.isnan() or b.isnan():
            return Ball(arb.nan())
        if self.isfinite():
            return Ball(arb(0)) if b > 0 else Ball(-arb.pi() if self < 0 else arb.pi())
        eighths = 2 if b.isfinite() else 1 if b > 0 else 3
        return Ball(arb.pi() * eighths / 4) * self.sign()

    def angle_under(self, other: Ball) -> Ball:
        """arctan2(other, self)."""
        return other.arctan2(self)

    def roughly_larger(self, other: Any) -> Ball:
        """The one of two that is larger as far as the midpoints show: for shifts, which any number near serves as."""
        b = ball(other)
        return b if self.arb.mid() < b.arb.mid() else self

    def logaddexp(self, other: Any) -> Ball:
        """The logarithm of the sum of the exponentials."""
        b = ball(other)
        if self.isinf() or b.isinf():
            return self.maximum(b)
        larger = self.roughly_larger(b)
        return larger + ((b if larger is self else self) - larger).exp().log1p()

    def logaddexp2(self, other: Any) -> Ball:
        """The same to base 2."""
        b = ball(other)
        if self.isinf() or b.isinf():
            return self.maximum(b)
        return self + (1 + (b - self).exp2()).log2()

    # Powers and roots that are made of others; the other functions follow the class.

    def square(self) -> Ball:
        """The product with itself."""
        return self * self

    def reciprocal(self) -> Ball:
        """One over it."""
        return 1 / self

    def cbrt(self) -> Ball:
        """The real cube root."""
        if not self.isfinite() or self.arb.is_zero():
            return self
        return Ball(abs(self.arb).root(3)) * self.sign()

    def log2(self) -> Ball:
        """The logarithm to base 2."""
        return self.log() / Ball(arb.const_log2())

    def log10(self) -> Ball:
        """The logarithm to base 10."""
        return self.log() / Ball(arb.const_log10())

    def exp2(self) -> Ball:
        """2 to its power."""
        return _power(ball(2), self)

    def deg2rad(self) -> Ball:
        """Degrees as radians."""
        return self * Ball(arb.pi() / 180)

    def rad2deg(self) -> Ball:
        """Radians as degrees."""
        return self * Ball(180 / arb.pi())

    radians, degrees = deg2rad, rad2deg

    def lgamma(self) -> Ball:
        """The logarithm of the size of the gamma function; infinite at the poles and at the infinities."""
        if self.isinf() or self._is_pole():
            return Ball(arb.pos_inf())
        if self.arb > 0:
            return Ball(self.arb.lgamma())
        return _settled(abs(self.arb.gamma()).log(), self)

    def digamma(self) -> Ball:
        """The derivative of lgamma; at the poles as torch has it."""
        return self.polygamma(0)

    def polygamma(self, n: int) -> Ball:
        """The n-th derivative of digamma; at the poles as torch has it."""
        if self.arb.is_nan():
            return self
        if self.isinf():
            return _nan_below(self, Ball(arb.pos_inf()) if n == 0 else Ball(arb(0)))
        even = n % 2 == 0
        if self._is_pole():
            if n == 0:
                return Ball(arb.neg_inf() if self.arb.is_zero() else arb.nan())
            return Ball(arb.neg_inf() if even else arb.pos_inf())
        if n == 0:
            return _settled(self.arb.digamma(), self)
        if self.arb > 0:
            size = arb(n).fac() * arb(n + 1).zeta(self.arb)
            return Ball(-size if even else size)
        if not self.arb < 0:
            return UNKNOWN
        mirrored = (1 - self).polygamma(n)
        return _settled((mirrored.arb if even else -mirrored.arb) - _cotangent_derivative(n, self.arb), self)

    def _is_pole(self) -> bool:
        return bool(self.arb.is_integer()) and self.arb <= 0

    if TYPE_CHECKING:  # what `_function` gives it

        def exp(self) -> Ball: ...  # noqa: D102
        def log(self) -> Ball: ...  # noqa: D102
        def log1p(self) -> Ball: ...  # noqa: D102
        def sqrt(self) -> Ball: ...  # noqa: D102


UNKNOWN: Final = Ball(arb(0, arb.pos_inf()))
"""What could be anything."""


def ball(value: Any) -> Ball:
    """A number as a ball: a ball as it is, a float as the shortest decimal that reads back to it, a number with an
    `exact` value (what a program writes, a constant of a rule) as that.

    Raises NoBalls on anything else.
    """
    if isinstance(value, Ball):
        return value
    exact = getattr(value, "exact", None)
    if exact is not None:
        return ball(exact)
    if isinstance(value, (bool, int)):
        return Ball(arb(int(value)))
    if isinstance(value, float):
        return ball(_decimal(float(value)))
    if isinstance(value, fmpq):
        return _of_rational(value, ctx.prec)
    if isinstance(value, arb):
        return Ball(value)
    if hasattr(value, "item"):
        return ball(value.item())
    raise NoBalls(f"{type(value).__name__} has no value as a ball")


@lru_cache(4096)
def _of_rational(value: fmpq, bits: int) -> Ball:
    """A rational as a ball, one and the same each time: what is written twice is equal."""
    return Ball(arb(value))


@lru_cache(4096)
def _decimal(value: float) -> Any:
    """The shortest decimal that reads back to a float, as a rational."""
    if value - value != 0:
        return arb.nan() if value != value else arb.pos_inf() if value > 0 else arb.neg_inf()
    return fmpq(*Decimal(repr(value)).as_integer_ratio())


def whole_number(value: arb) -> int:
    """The whole number that a ball is. Raises Undecided where it holds none, or more than one."""
    found = value.unique_fmpz()
    if found is None:
        raise Undecided("a quantity is too near a whole number to tell which it is")
    return int(found)


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _decided(a: Ball, b: Ball, test: str, opposite: str) -> bool:
    """Whether `test` holds of two numbers: False beside nan. Raises Undecided where neither it nor the opposite is
    certain."""
    if a.isnan() or b.isnan():
        return False
    if a is b:
        return test in ("==", "<=", ">=")
    if _TESTS[test](a.arb, b.arb):
        return True
    if _TESTS[opposite](a.arb, b.arb):
        return False
    raise Undecided("a comparison is too near to call")


def _settled(result: arb, *operands: Ball) -> Ball:
    """A result, unknown where `arb` says nan though the operands do not make it IEEE's: some are not exact, and none
    is nan."""
    if not result.is_nan() or any(each.arb.is_nan() for each in operands):
        return Ball(result)
    return Ball(result) if all(each.arb.is_exact() for each in operands) else UNKNOWN


def _by_zero(numerator: Ball) -> Ball:
    """A quotient by an exact zero: the infinity of the numerator's sign, nan of zero."""
    a = numerator.arb
    if a > 0:
        return Ball(arb.pos_inf())
    if a < 0:
        return Ball(arb.neg_inf())
    return Ball(arb.nan()) if a.is_zero() or a.is_nan() else UNKNOWN


def _nan_below(x: Ball, above: Ball) -> Ball:
    return above if x > 0 else Ball(arb.nan())


# Powers.


def _power(base: Ball, exponent: Ball) -> Ball:
    """base ** exponent, by IEEE's rules for zeros, infinities and negative bases."""
    b, e = base.arb, exponent.arb
    if e.is_zero() or (b == 1 and b.is_exact()):
        return ball(1)
    if b.is_nan() or e.is_nan():
        return Ball(arb.nan())
    if e.is_integer():
        return _whole_power(base, whole_number(e))
    if not (b.is_finite() and e.is_finite()):
        return _infinite_power(base, exponent)
    if b > 0:
        return _settled(b**e, base, exponent)
    if b.is_zero():
        if e > 0:
            return ball(0)
        return Ball(arb.pos_inf()) if e < 0 else UNKNOWN
    if b < 0 and not e.contains_integer():
        return Ball(arb.nan())
    return UNKNOWN


def _whole_power(base: Ball, exponent: int) -> Ball:
    if exponent < 0:
        return 1 / _whole_power(base, -exponent)
    if exponent > SMALL_EXPONENT and not base.arb.contains(0):
        return _settled(base.arb**exponent, base)
    result = ball(1)
    for digit in bin(exponent)[2:]:
        result = result * result
        if digit == "1":
            result = result * base
    return result


def _infinite_power(base: Ball, exponent: Ball) -> Ball:
    """A power with an infinity, the exponent no whole number."""
    if exponent.is_unknown() or base.is_unknown():
        return UNKNOWN
    infinity, zero = Ball(arb.pos_inf()), ball(0)
    if exponent.isinf():
        size = abs(base)
        if size == 1:
            return ball(1)
        return infinity if (size > 1) == (exponent > 0) else zero
    return infinity if exponent > 0 else zero


# Functions that `arb` has.


def _function(
    name: str,
    apply: Callable[[arb], arb],
    infinities: tuple[Any, Any],
    edges: tuple[tuple[float, Any], ...] = (),
    domain: tuple[float | None, float | None] = (None, None),
) -> None:
    """Give Ball the method `name`.

    `infinities` are the values at -inf and inf, `edges` those at points where `apply` gives nan though there is one,
    and outside `domain` the value is nan; values are given as functions, since the precision is that of the call.
    """
    low, high = domain

    def method(self: Ball) -> Ball:
        x = self.arb
        if x.is_nan():
            return self
        if not x.is_finite() and x.is_exact():
            return Ball(infinities[x > 0]())
        found = apply(x)
        if not found.is_nan():
            return Ball(found)
        for point, value in edges:
            if x == point:
                return Ball(value())
        if (low is not None and x < low) or (high is not None and x > high):
            return Ball(arb.nan())
        return UNKNOWN

    method.__name__ = method.__qualname__ = name
    setattr(Ball, name, method)


def _at(value: int) -> Callable[[], arb]:
    return lambda: arb(value)


def _half_pi() -> arb:
    return arb.pi() / 2


_INF: Final = arb.pos_inf
_MINUS_INF: Final = arb.neg_inf
_NAN: Final = arb.nan
_NO_LIMIT: Final = (_NAN, _NAN)
_ONE_SIDE: Final = (_NAN, _INF)

_function("exp", arb.exp, (_at(0), _INF))
_function("expm1", arb.expm1, (_at(-1), _INF))
_function("log", arb.log, _ONE_SIDE, ((0, _MINUS_INF),), (0, None))
_function("log1p", arb.log1p, _ONE_SIDE, ((-1, _MINUS_INF),), (-1, None))
_function("sqrt", arb.sqrt, _ONE_SIDE, (), (0, None))
_function("sin", arb.sin, _NO_LIMIT)
_function("cos", arb.cos, _NO_LIMIT)
_function("tan", arb.tan, _NO_LIMIT)
_function("arcsin", arb.asin, _NO_LIMIT, (), (-1, 1))
_function("arccos", arb.acos, _NO_LIMIT, (), (-1, 1))
_function("arctan", arb.atan, (lambda: -_half_pi(), _half_pi))
_function("sinh", arb.sinh, (_MINUS_INF, _INF))
_function("cosh", arb.cosh, (_INF, _INF))
_function("tanh", arb.tanh, (_at(-1), _at(1)))
_function("arcsinh", arb.asinh, (_MINUS_INF, _INF))
_function("arccosh", arb.acosh, _ONE_SIDE, (), (1, None))
_function("arctanh", arb.atanh, _NO_LIMIT, ((-1, _MINUS_INF), (1, _INF)), (-1, 1))
_function("erf", arb.erf, (_at(-1), _at(1)))
_function("erfc", arb.erfc, (_at(2), _at(0)))
_function("erfinv", arb.erfinv, _NO_LIMIT, (), (-1, 1))


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
