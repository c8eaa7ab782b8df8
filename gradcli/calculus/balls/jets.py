"""Jet: a ball that moves. Its Taylor series in a parameter t goes with it through all operations.

When a variable is x0 + t, the engine's gradient is a series whose coefficients are the further derivatives divided by
factorials: one backward pass by the engine's own rules gives all orders. What decides (comparisons, whole parts, signs)
goes by the number at t = 0, as rules that are recorded and differentiated once more have it; only what is equal at
t = 0 alone is left undecided, since rules ask for it where a formula has a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from flint import arb, arb_series, ctx

from gradcli.calculus.balls import extended
from gradcli.calculus.balls.element import OPERATION, Ball, Work, ball, whole_number
from gradcli.calculus.balls.numbers import Undecided


class Jet(Ball):
    """A ball and its series: `arb` is the number at t = 0, by the rules of Ball, `series` has its coefficients and
    those of t, t**2, …; where these are not known they are not finite."""

    __slots__ = ("series",)

    moves: ClassVar[bool] = True

    def __init__(self, value: arb, series: arb_series) -> None:
        super().__init__(value)
        self.series = series
        Work.spend(ctx.cap * ctx.cap + OPERATION)

    def __eq__(self, other: object) -> bool:
        """Whether it is another number; raises Undecided where it is so at t = 0 alone, as at removable points."""
        b = ball(other)
        equal = Ball.__eq__(self, b)
        if equal and b is not self and any(not each.is_zero() for each in list(self.series - _series(b))[1:]):
            raise Undecided("a quantity is compared with what it is at this point alone")
        return equal

    # Arithmetic.

    def __add__(self, other: Any) -> Ball:
        b = ball(other)
        value = Ball.__add__(self, b)
        return value if b is self._negative else _jet(value.arb, self.series + _series(b))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Ball:
        b = ball(other)
        value = Ball.__sub__(self, b)
        return value if b is self else _jet(value.arb, self.series - _series(b))

    def __rsub__(self, other: Any) -> Ball:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Ball:
        b = ball(other)
        return _jet(Ball.__mul__(self, b).arb, self.series * _series(b))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Ball:
        return _quotient(self, ball(other))

    def __rtruediv__(self, other: Any) -> Ball:
        return _quotient(ball(other), self)

    def __pow__(self, other: Any) -> Ball:
        return _power(self, ball(other))

    def __rpow__(self, other: Any) -> Ball:
        return _power(ball(other), self)

    def __neg__(self) -> Ball:
        if self._negative is None:
            self._negative = Jet(-self.arb, -self.series)
            self._negative._negative = self
        return self._negative

    def __abs__(self) -> Ball:
        if self.arb > 0:
            return self
        if self.arb < 0:
            return -self
        return Ball(self.arb) if self.arb.is_zero() else _jet(abs(self.arb), _unknown())

    fabs = absolute = __abs__

    # Functions; those of one number follow the class.

    def arctan2(self, other: Any) -> Ball:
        """The angle of the point (other, self)."""
        return _angle(self, ball(other))

    def angle_under(self, other: Ball) -> Ball:
        """arctan2(other, self)."""
        return _angle(other, self)

    def exp2(self) -> Ball:
        """2 to its power."""
        return _power(ball(2), self)

    def lgamma(self) -> Ball:
        """The logarithm of the size of the gamma function."""
        return _by_derivatives(self, extended.lgamma(self.arb), lambda x, k: extended.polygamma(k - 1, x))

    def polygamma(self, n: int) -> Ball:
        """The n-th derivative of digamma."""
        return _by_derivatives(self, extended.polygamma(n, self.arb), lambda x, k: extended.polygamma(n + k, x))


def _series(value: Ball) -> Any:
    """A ball as an operand of series: the number that it is, unless it moves."""
    return value.series if isinstance(value, Jet) else value.arb


def _unknown() -> Any:
    """A series of which nothing is known."""
    return arb_series([arb.nan()] * ctx.cap)


def _jet(value: arb, series: arb_series) -> Jet:
    """The jet of a number by Ball's rules, and of its series, which is nobody else's."""
    if value.is_finite():
        series[0] = value
    return Jet(value, series)


def _quotient(a: Ball, b: Ball) -> Jet:
    value = extended.quotient(a.arb, b.arb)
    return _jet(value, _unknown() if b.arb.contains(0) or not b.arb.is_finite() else _series(a) / _series(b))


# Powers.


def _power(base: Ball, exponent: Ball) -> Ball:
    b, e = base.arb, exponent.arb
    value = extended.power(b, e)
    if isinstance(exponent, Jet):
        return _jet(value, _moving_power(base, exponent, value))
    if e.is_integer() and (b.contains(0) or abs(e) <= 3):
        return _whole_power(base, whole_number(e)) if abs(e) <= extended.SMALL_EXPONENT else _jet(value, _unknown())
    if b.contains(0) or not b.is_finite():
        return _jet(value, _unknown())
    return _jet(value, (_logarithm_from(_series(base)) * e).exp() * value)


def _whole_power(base: Ball, exponent: int) -> Ball:
    if exponent < 0:
        return 1 / _whole_power(base, -exponent)
    return extended.repeated_product(base, exponent, ball(1))


def _moving_power(base: Ball, exponent: Jet, value: arb) -> Any:
    b = base.arb
    if b.is_zero() and not base.moves and exponent.arb > 0:
        return arb_series([0])
    if not b > 0 or not b.is_finite():
        return _unknown()
    rate = exponent.series * (_logarithm_from(_series(base)) + b.log())
    return _moved(rate).exp() * value


def _logarithm_from(x: Any) -> Any:
    """log(x / x0), of a number or a series."""
    if isinstance(x, arb):
        return arb(0)
    ratio = x / x[0]
    ratio[0] = arb(1)
    return ratio.log()


# Functions of one number: the number is Ball's, the rest of the series these.


def _integral(x: Any, slope: Any) -> Any:
    """The series without its number, of a function of x whose derivative at x is `slope`."""
    return (slope * x.derivative()).integral()


def _moved(x: Any) -> Any:
    """x - x0."""
    return x - x[0]


def _angle(y: Ball, x: Ball) -> Jet:
    value = Ball(y.arb).arctan2(Ball(x.arb)).arb
    top, right = (each.series if isinstance(each, Jet) else arb_series([each.arb]) for each in (y, x))
    square = right * right + top * top
    if square[0].contains(0) or not square[0].is_finite():
        return _jet(value, _unknown())
    return _jet(value, ((right * top.derivative() - top * right.derivative()) / square).integral())


def _by_derivatives(x: Jet, value: arb, derivative: Callable[[arb, int], arb]) -> Jet:
    """A function by its value and its derivatives (of the order given) at the number that x is at t = 0."""
    if not value.is_finite():
        return _jet(value, _unknown())
    moved, total = _moved(x.series), arb_series([0])
    for k in range(ctx.cap - 1, 0, -1):
        total = (total + derivative(x.arb, k) / arb(k).fac()) * moved
    return _jet(value, total)


def _sinh(x: Any, value: arb) -> Any:
    e = _moved(x).exp()
    return (value * (e + 1 / e) + x[0].cosh() * (e - 1 / e)) / 2


def _cosh(x: Any, value: arb) -> Any:
    e = _moved(x).exp()
    return (value * (e + 1 / e) + x[0].sinh() * (e - 1 / e)) / 2


def _tanh(x: Any, value: arb) -> Any:
    e = (_moved(x) * 2).exp()
    tangent = (e - 1) / (e + 1)
    return x[0].sech() ** 2 * tangent / (1 + value * tangent)


def _exp(x: Any, value: arb) -> Any:
    return _moved(x).exp() * value


def _gauss(x: Any) -> Any:
    return (-x * x).exp() * (2 / arb.pi().sqrt())


def _erfinv(x: Any, value: arb) -> Any:
    half_root_pi = arb.pi().sqrt() / 2
    y = arb_series([value])
    for _ in range(ctx.cap):  # each time one coefficient more is right
        y = _integral(x, (y * y).exp() * half_root_pi)
        y[0] = value
    return y


def _root(degree: int) -> Callable[[Any, arb], Any]:
    return lambda x, value: (_logarithm_from(x) / degree).exp() * value


_CONTINUED: Final[dict[str, Callable[[Any, arb], Any]]] = {
    "exp": _exp,
    "expm1": lambda x, value: _moved(x).exp() * x[0].exp(),
    "log": lambda x, value: _logarithm_from(x),
    "log1p": lambda x, value: _logarithm_from(1 + x),
    "sqrt": _root(2),
    "cbrt": _root(3),
    "sin": lambda x, value: x.sin(),
    "cos": lambda x, value: x.cos(),
    "tan": lambda x, value: x.tan(),
    "arcsin": lambda x, value: _integral(x, ((1 - x) * (1 + x)).rsqrt()),
    "arccos": lambda x, value: -_integral(x, ((1 - x) * (1 + x)).rsqrt()),
    "arctan": lambda x, value: _integral(x, 1 / (1 + x * x)),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "arcsinh": lambda x, value: _integral(x, (1 + x * x).rsqrt()),
    "arccosh": lambda x, value: _integral(x, ((x - 1) * (x + 1)).rsqrt()),
    "arctanh": lambda x, value: _integral(x, 1 / ((1 - x) * (1 + x))),
    "erf": lambda x, value: _integral(x, _gauss(x)),
    "erfc": lambda x, value: -_integral(x, _gauss(x)),
    "erfinv": _erfinv,
}
"""The series of functions of a series and of their value at its number; the first coefficient is not looked at."""


def _continue(name: str, continued: Callable[[Any, arb], Any]) -> None:
    """Give Jet the method `name`."""
    number = extended.FUNCTIONS[name]

    def method(self: Jet) -> Jet:
        value = number(self.arb)
        if not value.is_finite():
            return _jet(value, _unknown())
        try:
            return _jet(value, continued(self.series, value))
        except (ZeroDivisionError, ValueError):  # no series there: a root at zero
            return _jet(value, _unknown())

    method.__name__ = method.__qualname__ = name
    setattr(Jet, name, method)


for _name, _function in _CONTINUED.items():
    _continue(_name, _function)


def exponential_of_integral(number: Ball, pairs: Iterable[tuple[Ball, Ball]]) -> Jet:
    """The jet that is `number` at t = 0, and whose logarithm has the sum of a b' over the pairs as its derivative."""
    rate = arb_series([0])
    for a, b in pairs:
        if isinstance(b, Jet):
            rate = rate + b.series.derivative() * _series(a)
    return _jet(number.arb, rate.integral().exp() * number.arb)


# Into and out of series.


@contextmanager
def series_of(order: int) -> Iterator[None]:
    """Let series have the powers of t up to `order`."""
    cap, ctx.cap = ctx.cap, order + 1
    try:
        yield
    finally:
        ctx.cap = cap


def moving(number: Ball) -> Jet:
    """A variable as x0 + t."""
    return Jet(number.arb, arb_series([number.arb, 1]))


def at_rest(value: Ball) -> Ball:
    """What a ball is at t = 0."""
    return Ball(value.arb) if value.moves else value


def derivative_of(value: Ball, order: int) -> Ball:
    """The derivative by t of an order, at t = 0; unknown where the series is."""
    if not isinstance(value, Jet):
        return Ball(arb(0))
    coefficient = value.series[order]
    return Ball(coefficient * arb(order).fac() if coefficient.is_finite() else extended.UNKNOWN)
