"""The entries of a tensor as SymPy expressions: what every operation is in mathematics.

Numbers are exact, those with a decimal point as the letters of `decimals`, and pi is itself. The derivatives that both
the formulas and the balls' table of rules (`rules`) hold are SymPy's, of what is said here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import sympy
from sympy import Add, Integer, Mul, Pow, Rational, S

from gradcli.calculus.entries.arithmetic import MAX_TIES, Element, Entries, NoForm
from gradcli.calculus.results import COMPARISONS
from gradcli.calculus.symbolic.decimals import decimal, exact
from gradcli.calculus.symbolic.functions import Absolute, Detached, Floor, IsZero, Maximum, Positive, Round, Sign, Where
from gradcli.calculus.symbolic.limits import MAX_DIFFERENTIATIONS, Budget
from gradcli.operations import TABLE

MAX_BITS = 20_000
"""Bits of an exact constant."""
MAX_EXACT = 64
"""Bits of a number of which SymPy may take a function or a root, which it may try to factor."""
MAX_EXPONENT = 4_096
"""The largest exponent of a number."""
SOFTPLUS_THRESHOLD = Integer(20)
"""Where torch's softplus becomes the identity."""
LEAKY_SLOPE = Rational(1, 100)
CONSTANTS: Mapping[str, Any] = {
    "pi": sympy.pi,
    "e": sympy.E,
    "tau": 2 * sympy.pi,
    "inf": S.Infinity,
    "nan": S.NaN,
}


class SymPyArithmetic:
    """Builds expressions from expressions."""

    def __init__(self) -> None:
        self.budget = Budget()

    def literal(self, text: str, value: float) -> Element:
        """A number that the user wrote."""
        if text.isdecimal() and len(text) <= MAX_EXPONENT:
            return Integer(text)
        number = Decimal(text)
        if abs(number.adjusted()) > MAX_EXPONENT or len(text) > MAX_EXPONENT:
            raise NoForm("a number of too many digits")
        return decimal(Rational(*number.as_integer_ratio()))

    def constant(self, name: str) -> Element:
        """pi, e and the like."""
        return CONSTANTS[name]

    def number(self, value: float | Fraction) -> Element:
        """A number of the program's own."""
        if isinstance(value, Fraction):
            return Rational(value.numerator, value.denominator)
        if not math.isfinite(value):
            return CONSTANTS["nan" if value != value else "inf"] * (-1 if value < 0 else 1)
        return decimal(Rational(*Decimal(repr(float(value))).as_integer_ratio()))

    def add(self, terms: Sequence[Element]) -> Element:
        """The sum."""
        self.budget.operations(len(terms))
        return self._result(Add(*terms))

    def negative(self, value: Element) -> Element:
        """-value."""
        return Mul(S.NegativeOne, value)

    def multiply(self, factors: Sequence[Element]) -> Element:
        """The product."""
        self.budget.operations(len(factors))
        return self._result(Mul(*factors))

    def divide(self, left: Element, right: Element) -> Element:
        """left / right."""
        if right.is_Number and right.is_zero:
            raise NoForm("division by zero")
        self.budget.operations(2)
        return self._result(Mul(left, self.raised(right, S.NegativeOne)))

    def power(self, base: Element, exponent: Element) -> Element:
        """base ** exponent."""
        self.budget.function()
        return self._result(self.raised(base, exponent))

    def compare(self, symbol: str, left: Element, right: Element) -> Element:
        """1 or 0, or what decides between them where a variable has a say in it."""
        difference = left - right
        if not difference.is_Number and exact(difference).is_Number:
            difference = exact(difference)
        if difference.is_Number:
            return S.One if COMPARISONS[symbol](difference, 0) else S.Zero
        self.budget.function()
        if symbol in ("==", "!="):
            equal = IsZero(difference)
            return equal if symbol == "==" else 1 - equal
        return Positive(difference if symbol in (">", ">=") else -difference)

    def largest(self, values: Sequence[Element]) -> Element:
        """The largest, which no number alone decides."""
        if len(values) > MAX_TIES:
            raise NoForm("the largest of too many entries")
        self.budget.operations(len(values) ** 2)
        return Maximum(*values)

    def pivot(self, values: Sequence[Element]) -> int:
        """Which formula is not zero nobody knows."""
        raise NoForm("the elimination of a matrix of formulas")

    def ordered(self, values: Sequence[Element]) -> list[int]:
        """The order of formulas is none."""
        raise NoForm("what depends on the order of entries has no formula")

    def apply(self, name: str, *arguments: Element) -> Element:
        """The function `name` of the vocabulary, entry by entry."""
        builder = ELEMENTWISE.get(name)
        if builder is None:
            raise NoForm(f"{name} has no formula")
        self.budget.function()
        return self._result(builder(self, *arguments))

    def derivative(self, function: Callable[[Entries], Entries], values: Entries, order: int) -> Entries:
        """The derivatives by SymPy, at the values."""
        symbols = np.array([sympy.Dummy(real=True) for _ in values.flat], object).reshape(values.shape)
        found = function(symbols)
        by = np.broadcast_to(symbols, found.shape)
        at = dict(zip(symbols.flat, values.flat, strict=True))
        slopes = np.empty(found.shape, object)
        for place in np.ndindex(found.shape):
            slopes[place] = self._differentiated(found[place], by[place], order).xreplace(at)
        return slopes

    def _differentiated(self, expression: Any, symbol: Any, order: int) -> Any:
        for _ in range(order):
            self.budget.function()
            expression = self._result(gradient(sympy.sympify(expression), [symbol])[symbol])
        return expression

    def real(self, value: Element) -> float:
        """The number that an expression is."""
        number = exact(value)
        if not number.is_number:
            raise NoForm("an index or size that depends on a variable")
        return float(number.evalf(20))

    def raised(self, base: Any, exponent: Any) -> Any:
        """base ** exponent, within the limits of exact numbers."""
        if exponent.is_Rational and abs(exponent.p) > MAX_EXPONENT and base.is_number:
            raise NoForm("a number of too many digits")
        if exponent.is_Rational and _bits(base.as_coeff_Mul()[0]) * abs(exponent.p) > MAX_BITS:
            raise NoForm("a number of too many digits")
        if base.is_number and exponent.is_number and not (exponent.is_Integer or _bits(base) <= MAX_EXACT):
            return Pow(base, exponent, evaluate=False)
        return Pow(base, exponent)

    def _result(self, value: Any) -> Any:
        self.budget.formula(value)
        return value

    # What builders of composite functions use: without budget.

    def exp(self, value: Any) -> Any:
        """e ** value."""
        return sympy.exp(_tame(value))

    def log(self, value: Any) -> Any:
        """The natural logarithm."""
        if value.is_Number and (value.is_zero or value.is_negative):
            raise NoForm("the logarithm of a number that is not positive")
        return sympy.log(_tame(value))

    def root(self, value: Any) -> Any:
        """The square root."""
        return self.raised(value, S.Half)


def _tame(value: Any) -> Any:
    """A number of which SymPy may take a function; any other expression as it is."""
    if value.is_Rational and _bits(value) > MAX_EXACT:
        raise NoForm("a function of a number of too many digits")
    return value


def _bits(number: Any) -> int:
    if not number.is_Rational:
        return 0
    return max(int(abs(number.p)).bit_length(), int(number.q).bit_length())


def gradient(expression: Element, symbols: Sequence[Any]) -> dict[Any, Any]:
    """The derivative by each symbol; a term is differentiated only by the symbols that it holds."""
    wanted = set(symbols)
    parts: dict[Any, list[Any]] = {symbol: [] for symbol in symbols}
    remaining = MAX_DIFFERENTIATIONS
    for term in sympy.Add.make_args(expression):
        coefficient, rest = term.as_coeff_Mul()
        for symbol in rest.free_symbols & wanted:
            remaining -= 1
            if remaining < 0:
                raise NoForm("the formula is too large for SymPy")
            parts[symbol].append(sympy.Mul(coefficient, rest.diff(symbol)))
    return {symbol: sympy.Add(*terms) for symbol, terms in parts.items()}


Builder: TypeAlias = Callable[..., Any]


def _gamma(a: SymPyArithmetic, x: Any) -> Any:
    return sympy.gamma(x, evaluate=not x.is_Number or 0 < x <= MAX_EXACT)


def _of_sympy(name: str) -> Builder:
    function = getattr(sympy, name)
    return lambda a, x: function(_tame(x))


def _log(a: SymPyArithmetic, x: Any, base: Any = None) -> Any:
    return a.log(x) if base is None else a.log(x) / a.log(base)


def _trunc(a: SymPyArithmetic, x: Any) -> Any:
    return Where(Positive(x), Floor(x), -Floor(-x))


def _clamp(a: SymPyArithmetic, x: Any, low: Any = None, high: Any = None) -> Any:
    if low is not None:
        x = Maximum(x, low)
    return x if high is None else _minimum(a, x, high)


def _minimum(a: SymPyArithmetic, x: Any, y: Any) -> Any:
    return -Maximum(-x, -y)


def _sigmoid(a: SymPyArithmetic, x: Any) -> Any:
    return 1 / (1 + a.exp(-x))


def _softplus(a: SymPyArithmetic, x: Any, beta: Any = S.One, threshold: Any = SOFTPLUS_THRESHOLD) -> Any:
    return Where(Positive(beta * x - threshold), x, a.log(1 + a.exp(beta * x)) / beta)


def _selu(a: SymPyArithmetic, x: Any) -> Any:
    alpha, scale = (
        Rational(number) for number in ("1.6732632423543772848170429916717", "1.0507009873554804934193349852946")
    )
    return scale * Where(Positive(x), x, alpha * (a.exp(x) - 1))


def _gelu_tanh(a: SymPyArithmetic, x: Any) -> Any:
    return x * (1 + sympy.tanh(sympy.sqrt(2 / sympy.pi) * (x + Rational("0.044715") * x**3))) / 2


def _wrapped(remainder: Callable[[Any, Any], Any]) -> Builder:
    return lambda a, x, y: x - y * remainder(a, x / y)


ELEMENTWISE: Mapping[str, Builder] = {
    **{each.name: _of_sympy(each.name) for each in TABLE if each.prefix and hasattr(sympy, each.name)},
    "atan2": lambda a, x, other: sympy.atan2(x, other),
    "sinc": lambda a, x: sympy.sinc(sympy.pi * x),
    "deg2rad": lambda a, x: sympy.pi * x / 180,
    "rad2deg": lambda a, x: 180 * x / sympy.pi,
    "hypot": lambda a, x, other: a.root(x**2 + other**2),
    "exp": lambda a, x: a.exp(x),
    "exp2": lambda a, x: a.raised(Integer(2), x),
    "expm1": lambda a, x: a.exp(x) - 1,
    "log": _log,
    "log1p": lambda a, x: a.log(1 + x),
    "log2": lambda a, x: a.log(x) / sympy.log(2),
    "log10": lambda a, x: a.log(x) / sympy.log(10),
    "sqrt": lambda a, x: a.root(x),
    "cbrt": lambda a, x: Sign(x) * a.raised(Absolute(x), Rational(1, 3)),
    "rsqrt": lambda a, x: 1 / a.root(x),
    "reciprocal": lambda a, x: a.raised(x, S.NegativeOne),
    "square": lambda a, x: a.raised(x, Integer(2)),
    "pow": lambda a, x, exponent: a.raised(x, exponent),
    "xlogy": lambda a, x, y: S.Zero if x.is_zero else Mul(x, a.log(y)),
    "logaddexp": lambda a, x, other: a.log(a.exp(x) + a.exp(other)),
    "abs": lambda a, x: Absolute(x),
    "sign": lambda a, x: S.Zero if x.is_zero else Sign(x),
    "floor": lambda a, x: Floor(x),
    "ceil": lambda a, x: -Floor(-x),
    "round": lambda a, x: Round(x),
    "trunc": _trunc,
    "frac": lambda a, x: x - _trunc(a, x),
    "fmod": _wrapped(_trunc),
    "remainder": _wrapped(lambda a, quotient: Floor(quotient)),
    "maximum": lambda a, x, other: Maximum(x, other),
    "minimum": _minimum,
    "fmax": lambda a, x, other: Maximum(x, other),
    "fmin": _minimum,
    "heaviside": lambda a, x, values: values if x.is_zero else IsZero(x) * values + Positive(x),
    "clamp": _clamp,
    "where": lambda a, condition, x, y: Where(condition, x, y),
    "lgamma": lambda a, x: sympy.loggamma(x, evaluate=not x.is_Number),
    "digamma": lambda a, x: sympy.polygamma(S.Zero, x, evaluate=not x.is_Number),
    "gamma": _gamma,
    "factorial": lambda a, x: _gamma(a, x + 1),
    "logit": lambda a, x: a.log(x / (1 - x)),
    "sigmoid": _sigmoid,
    "relu": lambda a, x: Maximum(x, S.Zero),
    "relu6": lambda a, x: _clamp(a, x, S.Zero, Integer(6)),
    "leaky_relu": lambda a, x, slope=LEAKY_SLOPE: Where(Positive(x), x, slope * x),
    "elu": lambda a, x, alpha=S.One: Where(Positive(x), x, alpha * (a.exp(x) - 1)),
    "selu": _selu,
    "gelu": lambda a, x: x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "gelu_tanh": _gelu_tanh,
    "silu": lambda a, x: x * _sigmoid(a, x),
    "mish": lambda a, x: x * sympy.tanh(a.log(1 + a.exp(x))),
    "softplus": _softplus,
    "softsign": lambda a, x: x / (1 + Absolute(x)),
    "logsigmoid": lambda a, x: -a.log(1 + a.exp(-x)),
    "hardtanh": lambda a, x, low=S.NegativeOne, high=S.One: _clamp(a, x, low, high),
    "hardsigmoid": lambda a, x: _clamp(a, x / 6 + S.Half, S.Zero, S.One),
    "tanhshrink": lambda a, x: x - sympy.tanh(x),
    "detach": lambda a, x: x if x.is_number else Detached(x),
    "isnan": lambda a, x: S.One if x is S.NaN else S.Zero,
    "positive": lambda a, x: Positive(x),
    "is_zero": lambda a, x: IsZero(x),
    "logical_not": lambda a, x: 1 - _truth(x),
    "logical_and": lambda a, x, other: _truth(x) * _truth(other),
    "logical_or": lambda a, x, other: 1 - (1 - _truth(x)) * (1 - _truth(other)),
}
"""Names of the vocabulary (and a few that only builders use) to what makes an entry from entries: SymPy's function of
the same name, unless another is said."""


def _truth(value: Any) -> Any:
    if isinstance(value, (Positive, IsZero)) or value in (S.Zero, S.One):
        return value
    return 1 - IsZero(value)
