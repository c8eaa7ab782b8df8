"""The functions of the vocabulary on numbers, and what lets them be applied to what carries derivatives, too.

A Function is called with numbers, or with Elements (duals, series), which know how to continue it by its derivatives:
these are SymPy's, in the generated module `rules`, which `table` reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeAlias

from flint import acb, arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.numbers import NAN, Number, PiMultiple, Tie, ball, divide, is_zero, sign


class Element:
    """A number together with its derivatives.

    Inside a derivative, an element has elements for numbers: its `level` says how far inside it belongs. Elements of a
    lower level are constant there.
    """

    __slots__ = ()

    level = 0

    def applied(self, function: Function, operands: tuple[Any, ...]) -> Any:
        """`function` of operands of which this is one."""
        raise NotImplementedError

    def sign(self) -> int:
        """-1, 0 or 1 near the point, and at it. Raises Tie where it is zero here and not nearby, and Undecided."""
        raise NotImplementedError

    def floor(self) -> Number:
        """The largest integer below, near the point and at it. Raises Tie at a jump, and Undecided."""
        raise NotImplementedError

    def constant(self) -> Number:
        """The number alone, which is none of these."""
        raise NotImplementedError

    def vanishes(self) -> bool:
        """Whether the number and all of its derivatives are exactly zero."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        raise NotImplementedError

    def __neg__(self) -> Any:
        raise NotImplementedError

    def __sub__(self, other: Any) -> Any:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Any:
        return self.__neg__().__add__(other)


class Function:
    """A function of numbers by its name."""

    __slots__ = ("name", "of_numbers")

    def __init__(self, name: str, of_numbers: Callable[..., Number]) -> None:
        self.name, self.of_numbers = name, of_numbers

    def __call__(self, *operands: Any) -> Any:
        """The value at numbers, or what the element of the highest level makes of it."""
        highest: Element | None = None
        for operand in operands:
            if isinstance(operand, Element) and (highest is None or operand.level > highest.level):
                highest = operand
        return self.of_numbers(*operands) if highest is None else highest.applied(self, operands)

    def __repr__(self) -> str:
        return f"Function({self.name})"


def _method(name: str) -> Callable[[Number], Number]:
    def compute(x: Number) -> Number:
        return getattr(x if isinstance(x, arb) else arb(x), name)()

    return compute


def _at_reciprocal(name: str) -> Callable[[Number], Number]:
    function = _method(name)
    return lambda x: function(divide(1, x))


def _sqrt(x: Number) -> Number:
    if type(x) is fmpq and x >= 0 and x.p.is_square() and x.q.is_square():
        return fmpq(x.p.isqrt(), x.q.isqrt())
    return ball(x).sqrt()


def _tan(x: Number) -> Number:
    return divide(x.sin(), x.cos()) if isinstance(x, PiMultiple) else ball(x).tan()


def _log(x: Number, base: Number | None = None) -> Number:
    natural = ball(x).log()
    return natural if base is None else divide(natural, ball(base).log())


def _lgamma(x: Number) -> Number:
    x = ball(x)
    return x.lgamma() if x > 0 else abs(x.gamma()).log()


def _polygamma(order: int, x: Number) -> Number:
    """The derivatives of digamma: by Hurwitz's zeta function, left of zero by reflection."""
    x = ball(x)
    if order == 0:
        if x > 0:
            return x.digamma()
        return (1 - x).digamma() - arb.pi() * (arb.pi() * x).cot()  # FLINT knows nothing of wide balls left of zero
    if x > 0:
        value = arb(order + 1).zeta(x) * arb(order).gamma() * order
        return value if order % 2 else -value
    if order == 1:
        return (arb.pi() / (arb.pi() * x).sin()) ** 2 - arb(2).zeta(1 - x)
    return acb(x).polygamma(order).real


def _atan2(y: Number, x: Number) -> Number:
    if is_zero(y) and is_zero(x):
        return NAN
    return arb.atan2(ball(y), ball(x))


def _xlogy(x: Number, y: Number) -> Number:
    return fmpq(0) if is_zero(x) else x * ball(y).log()


def _sinc(x: Number) -> Number:
    return fmpq(1) if is_zero(x) else divide((pi() * x).sin(), pi() * x)


@cache
def native(name: str) -> Function:
    """A function that FLINT has, or one of those that decide."""
    return Function(name, NATIVE[name])


Rule: TypeAlias = tuple[Callable[..., Any] | None, *tuple[Callable[..., Any], ...]]
"""A function on numbers and Elements: its value in terms of native ones (None of a native one), then its partial
derivatives by each operand."""


def let(part: Callable[..., Any], then: Callable[..., Any]) -> Callable[..., Any]:
    """A function of operands and of a part that is made of them, which it has several times, as one of the operands."""
    return lambda *operands: then(*operands, part(*operands))


# What decides. In values a tie is decided as the function is defined; derivatives have no say there.


def positive(x: Any) -> int:
    """1 where x is positive, else 0. Raises Tie (of an Element) and Undecided."""
    return int(sign_of(x) > 0)


def zero(x: Any) -> int:
    """1 where x is zero, else 0. Raises Tie (of an Element) and Undecided."""
    return int(sign_of(x) == 0)


def positive_off_zero(x: Any) -> int:
    """1 where x is positive, 0 where it is negative. Raises Tie at zero, and Undecided."""
    return int(sign_off_zero(x) > 0)


def zero_off_zero(x: Any) -> int:
    """0. Raises Tie at zero, and Undecided."""
    sign_off_zero(x)
    return 0


def sign_off_zero(x: Any) -> int:
    """-1 or 1. Raises Tie at zero, and Undecided."""
    found = sign_of(x)
    if found == 0:
        raise Tie
    return found


def flat(x: Any) -> int:
    """0, the derivative of floor. Raises Tie at the integers, and Undecided."""
    if isinstance(x, Element):
        x.floor()
    elif numbers.is_integer(x):
        raise Tie
    else:
        numbers.floor(x)
    return 0


def sign_of(x: Any) -> int:
    """-1, 0 or 1. Raises Tie (of an Element) and Undecided."""
    return x.sign() if isinstance(x, Element) else sign(x)


def constant_of(x: Any) -> Number:
    """The number alone."""
    return x.constant() if isinstance(x, Element) else x


def vanishes(x: Any) -> bool:
    """Whether a number, with all of its derivatives, is exactly zero."""
    return x.vanishes() if isinstance(x, Element) else is_zero(x)


def _sign(x: Any) -> Number:
    return fmpq(sign_of(x))


def _absolute(x: Any) -> Any:
    if isinstance(x, Element):
        return x if x.sign() >= 0 else -x
    return abs(x)


def _maximum(*values: Any) -> Any:
    found = values[0]
    for value in values[1:]:
        difference = value - found
        if isinstance(difference, Element) and difference.vanishes():
            continue  # the two meet as smoothly as is asked for: there is no kink
        if sign_of(difference) > 0:
            found = value
    return found


def _minimum(*values: Any) -> Any:
    return -_maximum(*[-value for value in values])


DECIDING: Final[dict[str, Callable[..., Any]]] = {
    "abs": _absolute,
    "sign": _sign,
    "maximum": _maximum,
    "minimum": _minimum,
    "fmax": _maximum,
    "fmin": _minimum,
}
"""Functions that decide for one of their operands, of numbers and of Elements."""
METHODS: Final = (
    *("exp", "expm1", "log1p", "sin", "cos", "sec", "csc", "cot", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "sech", "csch", "coth", "asinh", "acosh", "atanh"),
    *("erf", "erfc", "erfinv", "gamma"),
)
"""The functions that FLINT has by the same name."""
RECIPROCAL: Final = {
    "asec": "acos",
    "acsc": "asin",
    "acot": "atan",
    "asech": "acosh",
    "acsch": "asinh",
    "acoth": "atanh",
}
"""Functions of 1/x."""
NATIVE: Final[dict[str, Callable[..., Number]]] = {
    **{name: _method(name) for name in METHODS},
    **{name: _at_reciprocal(other) for name, other in RECIPROCAL.items()},
    **DECIDING,
    "sqrt": _sqrt,
    "tan": _tan,
    "log": _log,
    "lgamma": _lgamma,
    "polygamma": _polygamma,
    "atan2": _atan2,
    "xlogy": _xlogy,
    "divide": divide,
    "power": numbers.power,
    "floor": numbers.floor,
    "round": numbers.nearest_integer,
}
"""Functions on numbers, which rules make the others of."""
REMOVABLE: Final[dict[str, Callable[..., Number]]] = {"sinc": _sinc}
"""Functions on numbers that have a value where their rule has none."""

divided: Final = native("divide")
raised: Final = native("power")
absolute: Final = native("abs")
maximum: Final = native("maximum")
exp: Final = native("exp")
sqrt: Final = native("sqrt")


def pi() -> Number:
    """pi, which knows that it is."""
    return PiMultiple.of(fmpq(1))
