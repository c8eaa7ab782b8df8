"""Ball: a real number that is known to within a bound, the element of the arrays on which the engine runs exactly.

A ball holds one number: the one that the calculation would give without rounding. What the bound leaves open is never
guessed: a comparison that the ball does not decide raises Undecided, and the calculation is run again at a higher
precision. Besides real numbers a ball may be an infinity or nan, by IEEE 754's rules (`1/0`, `log(-1)`), and it may be
unknown: the quotient by a ball that holds zero can be anything. Zero has no sign.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar, Final

from flint import arb, ctx, fmpq

from gradcli.calculus.balls import extended
from gradcli.calculus.balls.numbers import Undecided, from_float


class NoBalls(Exception):  # noqa: N818 (an outcome, not a fault)
    """The calculation cannot run on balls at any precision; the text says why."""


MAX_WORK: Final = 20_000_000
"""Products of coefficients of series that a calculation of high order may take: about a second."""
FIRST_BITS: Final = 512
"""Precision from which a product costs more."""
OPERATION: Final = 100
"""What an operation on arrays, or on series, takes besides, in such products."""
ELEMENT: Final = 30
"""What an operation on a ball takes."""


class Work:
    """The measure of the one calculation that runs at a time; one without bound where `left` is None."""

    left: ClassVar[int | None] = None

    @staticmethod
    @contextmanager
    def bounded(bits: int) -> Iterator[None]:
        """Bound what is calculated within it, with so many bits."""
        Work.left = MAX_WORK * FIRST_BITS // max(FIRST_BITS, bits)
        try:
            yield
        finally:
            Work.left = None

    @staticmethod
    def spend(products: int) -> None:
        """Take from what is left. Raises NoBalls where that is nothing."""
        if Work.left is not None:
            Work.left -= products
            if Work.left < 0:
                raise NoBalls("there is too much to calculate")


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

    # What it is.

    def is_unknown(self) -> bool:
        """Whether nothing is known of it, not even that it is a number."""
        return extended.is_unknown(self.arb)

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
        return _decided(self, ball(other), operator.eq, operator.ne)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return _decided(self, ball(other), operator.lt, operator.ge)

    def __le__(self, other: Any) -> bool:
        return _decided(self, ball(other), operator.le, operator.gt)

    def __gt__(self, other: Any) -> bool:
        return _decided(self, ball(other), operator.gt, operator.le)

    def __ge__(self, other: Any) -> bool:
        return _decided(self, ball(other), operator.ge, operator.lt)

    # Arithmetic.

    def __add__(self, other: Any) -> Ball:
        b = ball(other)
        if b is self._negative and self.arb.is_finite():
            return Ball(arb(0))
        return Ball(extended.settled(self.arb + b.arb, self.arb, b.arb))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Ball:
        b = ball(other)
        if b is self and self.arb.is_finite():
            return Ball(arb(0))
        return Ball(extended.settled(self.arb - b.arb, self.arb, b.arb))

    def __rsub__(self, other: Any) -> Ball:
        return ball(other) - self

    def __mul__(self, other: Any) -> Ball:
        b = ball(other)
        return Ball(extended.settled(self.arb * b.arb, self.arb, b.arb))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Ball:
        return Ball(extended.quotient(self.arb, ball(other).arb))

    def __rtruediv__(self, other: Any) -> Ball:
        return ball(other) / self

    def __floordiv__(self, other: Any) -> Ball:
        whole: Ball = self / other
        return whole.floor()

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
        return Ball(extended.power(self.arb, ball(other).arb))

    def __rpow__(self, other: Any) -> Ball:
        return Ball(extended.power(ball(other).arb, self.arb))

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
            return Ball(extended.settled(arb.atan2(self.arb, b.arb), self.arb, b.arb))
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

    # What is made of others; the functions of `extended` follow the class.

    def square(self) -> Ball:
        """The product with itself."""
        return self * self

    def reciprocal(self) -> Ball:
        """One over it."""
        return 1 / self

    def log2(self) -> Ball:
        """The logarithm to base 2."""
        return self.log() / Ball(arb.const_log2())

    def log10(self) -> Ball:
        """The logarithm to base 10."""
        return self.log() / Ball(arb.const_log10())

    def exp2(self) -> Ball:
        """2 to its power."""
        return Ball(extended.power(arb(2), self.arb))

    def deg2rad(self) -> Ball:
        """Degrees as radians."""
        return self * Ball(arb.pi() / 180)

    def rad2deg(self) -> Ball:
        """Radians as degrees."""
        return self * Ball(180 / arb.pi())

    radians, degrees = deg2rad, rad2deg

    def lgamma(self) -> Ball:
        """The logarithm of the size of the gamma function."""
        return Ball(extended.lgamma(self.arb))

    def digamma(self) -> Ball:
        """The derivative of lgamma."""
        return self.polygamma(0)

    def polygamma(self, n: int) -> Ball:
        """The n-th derivative of digamma."""
        return Ball(extended.polygamma(n, self.arb))

    exp: Callable[[], Ball]
    log: Callable[[], Ball]
    log1p: Callable[[], Ball]
    sqrt: Callable[[], Ball]


def _method(name: str, function: extended.Function) -> Callable[[Ball], Ball]:
    def method(self: Ball) -> Ball:
        return Ball(function(self.arb))

    method.__name__ = method.__qualname__ = name
    return method


for _name, _apply in extended.FUNCTIONS.items():
    setattr(Ball, _name, _method(_name, _apply))


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
        return ball(from_float(float(value)))
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


def whole_number(value: arb) -> int:
    """The whole number that a ball is. Raises Undecided where it holds none, or more than one."""
    found = value.unique_fmpz() if value.bits() <= ctx.prec and abs(value) <= (1 << ctx.prec) else None
    if found is None:
        raise Undecided("a quantity is too near a whole number to tell which it is")
    return int(found)


def _decided(a: Ball, b: Ball, test: Callable[[Any, Any], bool], opposite: Callable[[Any, Any], bool]) -> bool:
    """Whether `test` holds of two numbers: False beside nan. Raises Undecided where neither it nor the opposite is
    certain."""
    if a.isnan() or b.isnan():
        return False
    if a is b:
        return test(0, 0)
    if test(a.arb, b.arb):
        return True
    if opposite(a.arb, b.arb):
        return False
    raise Undecided("a comparison is too near to call")
