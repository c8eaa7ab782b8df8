"""Arithmetic on the entries of a tensor: SymPy expressions, or floats where many entries are held at numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

import mpmath
import sympy
from sympy import Add, Float, Integer, Mul, Pow, Rational, S, Symbol

from gradcli.calculus.symbolic.functions import Absolute, Detached, Floor, IsZero, Maximum, Positive, Sign, Where
from gradcli.calculus.symbolic.limits import Budget, NoSymbolicForm
from gradcli.calculus.symbolic.numbers import Undefined, evaluate_once

Element: TypeAlias = Any
"""A SymPy expression or a float."""

DIGITS = 40
NEAR_TIE = 1e-14
"""Relative difference of two numbers that rounding may make equal or exchange."""
MAX_BITS = 20_000
"""Bits of an exact constant; a larger one becomes a 40-digit number."""
MAX_EXACT = 64
"""The largest argument of a function that is still evaluated exactly."""
MAX_EXPONENT = 4_096
"""The largest exponent that stays exact."""
SOFTPLUS_THRESHOLD = Integer(20)
"""Where torch's softplus becomes the identity."""
LEAKY_SLOPE = Rational(1, 100)


class Numerals(Enum):
    """What the numbers of a program become."""

    EXACT = "exact"
    """Literals are read as the rationals they are written as, pi as itself: for formulas."""
    BINARY = "binary"
    """Every number is the one the engine holds, to 40 digits: for the check."""
    FLOAT = "float"
    """Numbers are floats, and stay floats until they meet a symbol: for the check of large tensors."""


class Arithmetic:
    """Builds entries from entries.

    With `shaken`, every result and leaf carries a symbol of its own for its relative rounding error, and functions
    whose derivative is computed from their rounded value carry two more for the absolute error of that: the
    sensitivity of a derivative to these symbols is the rounding error that floats cannot avoid.
    """

    def __init__(self, numerals: Numerals, shaken: bool = False, single: bool = False) -> None:
        self.numerals = numerals
        self.budget = Budget()
        self.errors: list[Any] = []
        self.shaken = shaken
        self._single = single

    # Leaves

    def literal(self, text: str, value: float) -> Element:
        """A number that the user wrote."""
        if self.numerals is not Numerals.EXACT:
            return self.hold(value)
        return _exact(text, value)

    def constant(self, exact: Any) -> Element:
        """pi and its kin."""
        return exact if self.numerals is Numerals.EXACT else self.hold(float(exact))

    def hold(self, value: float) -> Element:
        """A number of the working precision."""
        rounded = _to_single(value) if self._single else float(value)
        if self.numerals is Numerals.FLOAT:
            return rounded
        return self.leaf(exact_float(rounded))

    def leaf(self, value: Element) -> Element:
        """One occurrence of a variable or number."""
        return value if isinstance(value, float) or not self.shaken or value == 0 else self._rounded(value)

    # Operations

    def add(self, terms: Sequence[Element]) -> Element:
        """The sum."""
        floats = [term for term in terms if isinstance(term, float)]
        if len(floats) == len(terms):
            return _float_sum(floats)
        symbols = [term for term in terms if not isinstance(term, float)]
        self.budget.operations(len(symbols))
        if floats:
            symbols.append(exact_float(_float_sum(floats)))
        return self._result(Add(*symbols))

    def subtract(self, left: Element, right: Element) -> Element:
        """left - right."""
        return self.add((left, self.negative(right)))

    def negative(self, value: Element) -> Element:
        """-value."""
        return -value if isinstance(value, float) else Mul(S.NegativeOne, value)

    def multiply(self, *factors: Element) -> Element:
        """The product."""
        if all(isinstance(factor, float) for factor in factors):
            return math.prod(factors)
        self.budget.operations(len(factors))
        return self._result(Mul(*(as_expression(factor) for factor in factors)))

    def divide(self, left: Element, right: Element) -> Element:
        """left / right; by a zero that is a number, as floats do it."""
        if isinstance(left, float) and isinstance(right, float):
            return _float_divide(left, right)
        right = as_expression(right)
        if right.is_Number and right.is_zero:
            raise NoSymbolicForm("division by zero")
        self.budget.operations(2)
        return self._result(Mul(as_expression(left), self._power(right, S.NegativeOne)))

    def power(self, base: Element, exponent: Element) -> Element:
        """base ** exponent."""
        if isinstance(base, float) and isinstance(exponent, float):
            return _float_power(base, exponent)
        self.budget.function()
        return self._result(self._power(as_expression(base), self.steady(as_expression(exponent))))

    def compare(self, symbol: str, left: Element, right: Element) -> Element:
        """1 or 0, or what decides between them where a symbol has a say."""
        if isinstance(left, float) and isinstance(right, float):
            return float(COMPARISONS[symbol](left, right))
        difference = self._settled(self.steady(as_expression(left)) - self.steady(as_expression(right)))
        if difference.is_Number:
            self._refuse_near_tie(difference, as_expression(left))
            return S.One if COMPARISONS[symbol](difference, 0) else S.Zero
        self.budget.function()
        if symbol in ("==", "!="):
            equal = IsZero(difference)
            return equal if symbol == "==" else 1 - equal
        return Positive(difference if symbol in (">", ">=") else -difference)

    def _refuse_near_tie(self, difference: Any, side: Any) -> None:
        """Floats may decide otherwise where the sides are equal but for rounding: 3/10 > 0.3."""
        size = self._settled(abs(self.steady(side)))
        if self.numerals is not Numerals.EXACT and 0 < abs(difference) <= NEAR_TIE * size:
            raise NoSymbolicForm("the sides of a comparison are equal but for rounding")

    def largest(self, values: Sequence[Element]) -> Element:
        """The largest, which no number alone decides."""
        return Maximum(*values)

    def steady(self, value: Any) -> Any:
        """`value` without rounding errors, if it is a number but for them."""
        if not self.shaken or not value.free_symbols <= set(self.errors):
            return value
        return value.xreplace(dict.fromkeys(value.free_symbols, S.Zero))

    def apply(self, name: str, *arguments: Element) -> Element:
        """The function `name` of the vocabulary, entry by entry."""
        if all(isinstance(argument, float) for argument in arguments):
            return self._apply_to_floats(name, arguments)
        self.budget.function()
        expressions = [as_expression(argument) for argument in arguments]
        if name == "pow":
            expressions[1] = self.steady(expressions[1])
        result = self._settled(ELEMENTWISE[name](self, *expressions))
        if name in SATURATING:
            result = self.saturated(result, expressions[: 2 if name == "logaddexp" else 1])
        return self._result(result)

    def saturated(self, result: Element, arguments: Sequence[Element]) -> Element:
        """`result`, whose derivatives by `arguments` are rounded to absolute accuracy.

        sin and cos have derivatives of every order, which do not vanish together.
        """
        if not self.shaken:
            return result
        moving = [one for one in arguments if not isinstance(one, float) and not one.free_symbols <= set(self.errors)]
        doubts = [Mul(self._error(), wave(one)) for one in moving for wave in (sympy.sin, sympy.cos)]
        return Add(result, *doubts)

    def _apply_to_floats(self, name: str, arguments: Sequence[float]) -> float:
        function = FLOATS.get(name)
        if function is not None:
            try:
                return float(function(*arguments))
            except OverflowError:
                return math.inf
            except ValueError:
                return math.nan
        numbers = Arithmetic(Numerals.BINARY)
        return to_float(ELEMENTWISE[name](numbers, *(exact_float(argument) for argument in arguments)))

    def _power(self, base: Any, exponent: Any) -> Any:
        if exponent.is_Number and abs(exponent) > MAX_EXPONENT:
            exponent = _inexact(exponent)
        coefficient = base.as_coeff_Mul()[0]
        if exponent.is_Rational and _bits(coefficient) * abs(exponent.p) > MAX_BITS:
            exponent = _inexact(exponent)
        if not (base.is_number and exponent.is_number):
            return Pow(base, exponent)
        if base.is_Rational and exponent.is_Integer and not (base.is_zero and exponent.is_negative):
            return Pow(base, exponent)
        if self.numerals is Numerals.EXACT and base.is_Rational and exponent.is_Rational and not base.is_negative:
            return (
                Pow(base, exponent) if _bits(base) <= MAX_EXACT else self._settled(Pow(base, exponent, evaluate=False))
            )
        return self._settled(Pow(base, exponent, evaluate=False))

    def _settled(self, value: Any) -> Any:
        """A constant as one number, unless formulas want it as written."""
        if not value.is_number or value.is_Number:
            return value
        if self.numerals is Numerals.EXACT and _is_tame(value):
            return value
        number = evaluate_once(value, {}, DIGITS)
        if isinstance(number, Undefined):
            raise NoSymbolicForm(f"a constant is not defined: {number.reason}")
        return _from_real(number)

    def _result(self, value: Any) -> Any:
        self.budget.formula(value)
        return self._rounded(value) if self.shaken else value

    def _rounded(self, value: Any) -> Any:
        return Mul(value, Add(S.One, self._error()))

    def _error(self) -> Any:
        self.errors.append(Symbol(f"rounding{len(self.errors)}", real=True))
        return self.errors[-1]

    # What builders of composite functions use: without budget and without rounding.

    def exp(self, value: Any) -> Any:
        """e ** value."""
        return sympy.exp(_inexact(value) if _is_large(value) else value)

    def log(self, value: Any) -> Any:
        """The natural logarithm."""
        if value.is_Number and (value.is_zero or value.is_negative):
            raise NoSymbolicForm("the logarithm of a number that is not positive")
        return sympy.log(_inexact(value) if _is_large(value) else value)

    def root(self, value: Any) -> Any:
        """The square root."""
        return self._power(value, S.Half)


def exact_float(value: float) -> Any:
    """A float as the number it is: an Integer where it is one, else 40 digits."""
    if value != value:
        return S.NaN
    if math.isinf(value):
        return S.Infinity if value > 0 else S.NegativeInfinity
    if value == int(value) and abs(value) < 1e15:
        return Integer(int(value))
    return Float(value, DIGITS)


def as_expression(value: Element) -> Any:
    """A float as SymPy's number, anything else as it is."""
    return exact_float(value) if isinstance(value, float) else value


def to_float(value: Any) -> float:
    """A constant expression as a float; nan where it is undefined."""
    if isinstance(value, float):
        return value
    number = evaluate_once(value, {}, DIGITS)
    return math.nan if isinstance(number, Undefined) else float(number)


def _exact(text: str, value: float) -> Any:
    decimal = Decimal(text)
    if abs(decimal.adjusted()) > 300 or len(text) > 100:
        return exact_float(value)
    return Rational(*decimal.as_integer_ratio())


def _to_single(value: float) -> float:
    import numpy as np

    with np.errstate(all="ignore"):
        return float(np.float32(value))


def _from_real(number: Any) -> Any:
    if mpmath.isinf(number):
        return S.Infinity if number > 0 else S.NegativeInfinity
    return Integer(0) if number == 0 else Float(number, DIGITS)


def _bits(number: Any) -> int:
    if not number.is_Rational:
        return 0
    return max(int(abs(number.p)).bit_length(), int(number.q).bit_length())


def _inexact(number: Any) -> Any:
    return Float(number, DIGITS) if number.is_Number else number


def _is_large(value: Any) -> bool:
    return bool(value.is_Rational) and _bits(value) > MAX_EXACT


def _is_tame(value: Any) -> bool:
    """Whether a constant expression is made of small numbers only."""
    return not any(atom.is_Float or _is_large(atom) for atom in value.atoms(sympy.Number))


def _float_sum(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return sum(values)


def _float_divide(left: float, right: float) -> float:
    if right != 0:
        return left / right
    return math.nan if left == 0 or left != left else math.copysign(math.inf, left) * math.copysign(1, right)


def _float_power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


Builder: TypeAlias = Callable[..., Any]


def _gamma(a: Arithmetic, x: Any) -> Any:
    if x.is_Number and not (x.is_Integer and 0 < x <= MAX_EXACT):
        return sympy.gamma(_inexact(x), evaluate=False)
    return sympy.gamma(x)


def _lgamma(a: Arithmetic, x: Any) -> Any:
    if x.is_Number:
        return sympy.loggamma(_inexact(x), evaluate=False)
    return sympy.loggamma(x)


def _digamma(a: Arithmetic, x: Any) -> Any:
    if x.is_Number:
        return sympy.polygamma(S.Zero, _inexact(x), evaluate=False)
    return sympy.polygamma(S.Zero, x)


def _trigonometric(name: str) -> Builder:
    function = getattr(sympy, name)
    return lambda a, x: function(_inexact(x) if _is_large(x) else x)


def _log(a: Arithmetic, x: Any, base: Any = None) -> Any:
    return a.log(x) if base is None else a.log(x) / a.log(base)


def _ceil(a: Arithmetic, x: Any) -> Any:
    return -Floor(-x)


def _trunc(a: Arithmetic, x: Any) -> Any:
    return Where(Positive(x), Floor(x), -Floor(-x))


def _clamp(a: Arithmetic, x: Any, low: Any = None, high: Any = None) -> Any:
    if low is not None:
        x = Maximum(x, low)
    return x if high is None else _minimum(a, x, high)


def _minimum(a: Arithmetic, x: Any, y: Any) -> Any:
    return -Maximum(-x, -y)


def _xlogy(a: Arithmetic, x: Any, y: Any) -> Any:
    return S.Zero if x.is_zero else Mul(x, a.log(y))


def _sigmoid(a: Arithmetic, x: Any) -> Any:
    return 1 / (1 + a.exp(-x))


def _softplus(a: Arithmetic, x: Any, beta: Any = S.One, threshold: Any = SOFTPLUS_THRESHOLD) -> Any:
    return Where(Positive(beta * x - threshold), x, a.log(1 + a.exp(beta * x)) / beta)


def _elu(a: Arithmetic, x: Any, alpha: Any = S.One) -> Any:
    return Where(Positive(x), x, alpha * (a.exp(x) - 1))


def _selu(a: Arithmetic, x: Any) -> Any:
    alpha, scale = (
        Rational(number) for number in ("1.6732632423543772848170429916717", "1.0507009873554804934193349852946")
    )
    return scale * Where(Positive(x), x, alpha * (a.exp(x) - 1))


def _gelu(a: Arithmetic, x: Any) -> Any:
    return x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2


def _gelu_tanh(a: Arithmetic, x: Any) -> Any:
    return x * (1 + sympy.tanh(sympy.sqrt(2 / sympy.pi) * (x + Rational("0.044715") * x**3))) / 2


def _relu(a: Arithmetic, x: Any) -> Any:
    return Maximum(x, S.Zero)


def _sinc(a: Arithmetic, x: Any) -> Any:
    return sympy.sinc(sympy.pi * x)


def _wrapped(remainder: Callable[[Any, Any], Any]) -> Builder:
    return lambda a, x, y: x - y * remainder(a, x / y)


ELEMENTWISE: Mapping[str, Builder] = {
    **{name: _trigonometric(name) for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{name: _trigonometric(name) for name in ("asin", "acos", "atan", "asec", "acsc", "acot")},
    **{name: _trigonometric(name) for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
    **{name: _trigonometric(name) for name in ("asinh", "acosh", "atanh", "asech", "acsch", "acoth")},
    **{name: _trigonometric(name) for name in ("erf", "erfc", "erfinv")},
    "atan2": lambda a, x, other: sympy.atan2(x, other),
    "sinc": _sinc,
    "deg2rad": lambda a, x: sympy.pi * x / 180,
    "rad2deg": lambda a, x: 180 * x / sympy.pi,
    "hypot": lambda a, x, other: a.root(x**2 + other**2),
    "exp": lambda a, x: a.exp(x),
    "exp2": lambda a, x: a._power(Integer(2), x),
    "expm1": lambda a, x: a.exp(x) - 1,
    "log": _log,
    "log1p": lambda a, x: a.log(1 + x),
    "log2": lambda a, x: a.log(x) / sympy.log(2),
    "log10": lambda a, x: a.log(x) / sympy.log(10),
    "sqrt": lambda a, x: a.root(x),
    "cbrt": lambda a, x: Sign(x) * a._power(Absolute(x), Rational(1, 3)),
    "rsqrt": lambda a, x: 1 / a.root(x),
    "reciprocal": lambda a, x: a._power(x, S.NegativeOne),
    "square": lambda a, x: a._power(x, Integer(2)),
    "pow": lambda a, x, exponent: a._power(x, exponent),
    "xlogy": _xlogy,
    "logaddexp": lambda a, x, other: a.log(a.exp(x) + a.exp(other)),
    "abs": lambda a, x: Absolute(x),
    "sign": lambda a, x: S.Zero if x.is_zero else Sign(x),
    "floor": lambda a, x: Floor(x),
    "ceil": _ceil,
    "round": lambda a, x: Floor(x + S.Half),
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
    "lgamma": _lgamma,
    "digamma": _digamma,
    "gamma": _gamma,
    "factorial": lambda a, x: _gamma(a, x + 1),
    "logit": lambda a, x: a.log(x / (1 - x)),
    "sigmoid": _sigmoid,
    "relu": _relu,
    "relu6": lambda a, x: _clamp(a, x, S.Zero, Integer(6)),
    "leaky_relu": lambda a, x, slope=LEAKY_SLOPE: Where(Positive(x), x, slope * x),
    "elu": _elu,
    "selu": _selu,
    "gelu": _gelu,
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
"""Names of the vocabulary (and a few that only builders use) to what makes an entry from entries."""


def _truth(value: Any) -> Any:
    if isinstance(value, (Positive, IsZero)) or value in (S.Zero, S.One):
        return value
    return 1 - IsZero(value)


SATURATING = frozenset(
    {"tanh", "coth", "sech", "sigmoid", "erf", "erfc", "gelu", "gelu_tanh", "silu", "mish", "softplus", "logsigmoid"}
    | {"expm1", "logit", "asin", "acos", "atan", "atanh", "asinh", "tanhshrink", "selu", "elu", "logaddexp", "sinc"}
)
"""Functions whose derivative is computed from a value that is rounded to absolute, not relative, accuracy."""

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

FLOATS: Mapping[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh")},
    **{name: getattr(math, name) for name in ("tanh", "asinh", "acosh", "atanh", "exp", "expm1", "log", "log1p")},
    **{name: getattr(math, name) for name in ("log2", "log10", "sqrt", "erf", "erfc", "hypot", "lgamma", "trunc")},
    "abs": abs,
    "square": lambda x: x * x,
    "reciprocal": lambda x: _float_divide(1.0, x),
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "round": lambda x: float(round(x)),
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x)),
    "softplus": lambda x: x if x > 20 else math.log1p(math.exp(x)),
    "maximum": max,
    "minimum": min,
    "pow": _float_power,
    "where": lambda condition, x, y: x if condition else y,
    "positive": lambda x: float(x > 0),
    "is_zero": lambda x: float(x == 0),
    "detach": lambda x: x,
    "logical_not": lambda x: float(not x),
    "logical_and": lambda x, y: float(bool(x) and bool(y)),
    "logical_or": lambda x, y: float(bool(x) or bool(y)),
    "isnan": lambda x: float(x != x),
}
"""The commonest functions on floats; the others go by way of 40 digits."""
