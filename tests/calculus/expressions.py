"""Random expressions of scalars, each a text in our language and, made beside it, the same in mpmath.

What mpmath computes is written here, from the definitions of the functions, and never read from the text. A function
raises NoDerivative where it is not defined, and TooLarge where mpmath would compute for ever.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mpmath import mp, mpf

from gradcli.operations import TABLE
from tests.calculus.oracle import NoDerivative, real

Values: TypeAlias = Mapping[str, Any]
LARGEST = mpf(10) ** 4000
"""Beyond this, and below its reciprocal, nothing is computed."""
STEEPEST = 5_000
"""The largest argument of what grows like exp."""


MOST_BERNOULLI = 1_200
"""Digits of numbers that are made of Bernoulli numbers."""


class TooLarge(Exception):  # noqa: N818 - it is an answer
    """The numbers are too large for the oracle."""


@dataclass(frozen=True)
class Expression:
    """An expression and its meaning."""

    text: str
    value: Callable[[Values], Any]


def _sized(value: Any) -> Any:
    value = real(value)
    if value and not 1 / LARGEST < abs(value) < LARGEST:
        raise TooLarge
    return value


def _steep(function: Callable[[Any], Any], most: int = STEEPEST) -> Callable[[Any], Any]:
    def compute(x: Any) -> Any:
        if abs(x) > most:
            raise TooLarge
        return function(x)

    return compute


def _whole(x: Any) -> Any:
    """A number that is an integer but for rounding as that integer, any other as it is."""
    near = mp.floor(x + mpf(1) / 2)
    return near if near and abs(x - near) < abs(near) * mpf(10) ** (30 - mp.dps) else x


def _same(x: Any, y: Any) -> bool:
    """Whether two numbers are one but for rounding."""
    return bool(abs(x - y) <= max(abs(x), abs(y)) * mpf(10) ** (30 - mp.dps))


def _floor(x: Any) -> Any:
    return mp.floor(_whole(x))


def _ceil(x: Any) -> Any:
    return mp.ceil(_whole(x))


def _trunc(x: Any) -> Any:
    return _floor(x) if x > 0 else _ceil(x)


def _round(x: Any) -> Any:
    doubled = _whole(2 * x)
    if doubled == mp.floor(doubled) and int(doubled) % 2:
        below = (doubled - 1) / 2
        return below if int(below) % 2 == 0 else below + 1
    return mp.floor(x + mpf(1) / 2)


def _log(x: Any) -> Any:
    if x <= 0:
        raise NoDerivative
    return mp.log(x)


def _sqrt(x: Any) -> Any:
    if x < 0:
        raise NoDerivative
    return mp.sqrt(x)


def _power(x: Any, y: Any) -> Any:
    if y == mp.floor(y):
        if abs(y) > STEEPEST:
            raise TooLarge
        return x ** int(y)
    if x < 0:
        raise NoDerivative
    if x == 0:
        return mpf(0) if y > 0 else 1 / x
    return mp.exp(_exponent(y * mp.log(x)))


def _exponent(x: Any) -> Any:
    if abs(x) > STEEPEST:
        raise TooLarge
    return x


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-_exponent(x)))


def _softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(_exponent(x)))


def _lgamma(x: Any) -> Any:
    _check_precision()
    return mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(_bounded(x))))


def _digamma(x: Any) -> Any:
    _check_precision()
    return mp.digamma(x)


def _check_precision() -> None:
    """Bernoulli numbers take mpmath minutes where there are thousands of digits. Raises TooLarge."""
    if mp.dps > MOST_BERNOULLI:
        raise TooLarge


def _bounded(x: Any) -> Any:
    if abs(x) > 300:
        raise TooLarge
    return x


def _acosh(x: Any) -> Any:
    if x < 1:
        raise NoDerivative
    return mp.log(x + mp.sqrt(x - 1) * mp.sqrt(x + 1))


def _asinh(x: Any) -> Any:
    return mp.sign(x) * mp.log(abs(x) + mp.sqrt(x * x + 1))


def _atanh(x: Any) -> Any:
    if abs(x) >= 1:
        raise NoDerivative
    return (mp.log1p(x) - mp.log1p(-x)) / 2


def _selu(x: Any) -> Any:
    alpha, scale = mpf("1.6732632423543772848170429916717"), mpf("1.0507009873554804934193349852946")
    return scale * (x if x > 0 else alpha * mp.expm1(_exponent(x)))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    **{name: getattr(mp, name) for name in ("sin", "cos", "tan", "sec", "csc", "cot", "asin", "acos", "atan")},
    "asec": lambda x: mp.acos(1 / x),
    "acsc": lambda x: mp.asin(1 / x),
    "acot": lambda x: mp.atan(1 / x),
    **{name: _steep(getattr(mp, name)) for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
    "asech": lambda x: _acosh(1 / x),
    "acsch": lambda x: _asinh(1 / x),
    "acoth": lambda x: _atanh(1 / x),
    "sinc": lambda x: mp.sinpi(x) / (mp.pi * x) if x else mpf(1),
    "deg2rad": lambda x: x * mp.pi / 180,
    "rad2deg": lambda x: x * 180 / mp.pi,
    "exp": _steep(mp.exp),
    "exp2": _steep(lambda x: mpf(2) ** x),
    "expm1": _steep(mp.expm1),
    "log": _log,
    "log1p": lambda x: _log(1 + x),
    "log2": lambda x: _log(x) / mp.log(2),
    "log10": lambda x: _log(x) / mp.log(10),
    "sqrt": _sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "rsqrt": lambda x: 1 / _sqrt(x),
    "reciprocal": lambda x: 1 / x,
    "square": lambda x: x * x,
    "abs": abs,
    "sign": mp.sign,
    "floor": _floor,
    "ceil": _ceil,
    "round": _round,
    "trunc": _trunc,
    "frac": lambda x: x - _trunc(x),
    "erf": _steep(mp.erf, 100),
    "erfc": _steep(mp.erfc, 100),
    "erfinv": mp.erfinv,
    "lgamma": _lgamma,
    "digamma": _digamma,
    "gamma": lambda x: mp.gamma(_bounded(x)),
    "factorial": lambda x: mp.gamma(_bounded(x + 1)),
    "logit": lambda x: _log(x) - _log(1 - x),
    "sigmoid": _sigmoid,
    "relu": lambda x: max(x, mpf(0)),
    "relu6": lambda x: min(max(x, mpf(0)), mpf(6)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else mp.expm1(_exponent(x)),
    "selu": _selu,
    "gelu": _steep(lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, 100),
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * mp.tanh(_softplus(x)),
    "softplus": lambda x: x if x > 20 else _softplus(x),
    "softsign": lambda x: x / (1 + abs(x)),
    "logsigmoid": lambda x: -_softplus(-x),
    "hardtanh": lambda x: min(max(x, mpf(-1)), mpf(1)),
    "hardsigmoid": lambda x: min(max(x / 6 + mpf(1) / 2, mpf(0)), mpf(1)),
    "tanhshrink": lambda x: x - mp.tanh(_exponent(x)),
}
"""Functions of one number by their names in our language, whose definitions are torch's."""
PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "atan2": lambda y, x: mp.atan2(y, x) if x or y else 1 / mpf(0),
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    "pow": _power,
    "xlogy": lambda x, y: x * _log(y) if x else mpf(0),
    "logaddexp": lambda x, y: max(x, y) + _softplus(-abs(x - y)),
    "fmod": lambda x, y: x - y * _trunc(x / y),
    "remainder": lambda x, y: x - y * _floor(x / y),
    "maximum": max,
    "minimum": min,
    "fmax": max,
    "fmin": min,
    "heaviside": lambda x, y: y if x == 0 else mpf(1 if x > 0 else 0),
    "log": lambda x, base: _log(x) / _log(base),
    "clamp": max,
}
"""Functions of two numbers."""


def _variance(*entries: Any) -> Any:
    mean = sum(entries) / len(entries)
    return sum((each - mean) ** 2 for each in entries) / (len(entries) - 1)


def _exponential_sum(*entries: Any) -> Any:
    largest = max(entries)
    return largest + mp.log(sum(mp.exp(_exponent(each - largest)) for each in entries))


FORMS: list[tuple[str, int, Callable[..., Any]]] = [
    *((f"{name}({{}})", 1, function) for name, function in FUNCTIONS.items()),
    *((f"{name}({{}}, {{}})", 2, function) for name, function in PAIRS.items()),
    ("clamp({}, -1, 1.5)", 1, lambda x: min(max(x, mpf(-1)), mpf("1.5"))),
    ("sum([{}, {}, {}])", 3, lambda *entries: sum(entries)),
    ("mean([{}, {}])", 2, lambda x, y: (x + y) / 2),
    ("prod([{}, {}, {}])", 3, lambda x, y, z: x * y * z),
    ("var([{}, {}, {}])", 3, _variance),
    ("std([{}, {}])", 2, lambda x, y: mp.sqrt(_variance(x, y))),
    ("norm([{}, {}])", 2, lambda x, y: mp.sqrt(x * x + y * y)),
    ("amax([{}, {}, {}])", 3, max),
    ("amin([{}, {}, {}])", 3, min),
    ("max({}, {})", 2, max),
    ("min({}, {})", 2, min),
    ("logsumexp([{}, {}], 0)", 2, _exponential_sum),
    ("softmax([{}, {}, {}], 0)[1]", 3, lambda *row: mp.exp(_exponent(row[1] - _exponential_sum(*row)))),
    ("log_softmax([{}, {}], 0)[0]", 2, lambda x, y: -_softplus(y - x)),
    ("dot([{}, {}], [{}, {}])", 4, lambda a, b, c, d: a * c + b * d),
    ("det([[{}, {}], [{}, {}]])", 4, lambda a, b, c, d: a * d - b * c),
    ("mse_loss({}, {})", 2, lambda x, y: (x - y) ** 2),
    ("l1_loss({}, {})", 2, lambda x, y: abs(x - y)),
    ("cumsum([{}, {}], 0)[1]", 2, lambda x, y: x + y),
    ("median([{}, {}, {}])", 3, lambda *entries: sorted(entries)[1]),
]
"""Calls: a text with places, how many, and what it means."""
OPERATORS: list[tuple[str, int, Callable[..., Any]]] = [
    ("({} + {})", 2, lambda x, y: x + y),
    ("({} - {})", 2, lambda x, y: x - y),
    ("({} * {})", 2, lambda x, y: x * y),
    ("({} / {})", 2, lambda x, y: x / y),
    ("(-{})", 1, lambda x: -x),
    ("({})^2", 1, lambda x: x * x),
    ("({})^3", 1, lambda x: x**3),
    ("({})^0.5", 1, _sqrt),
    ("({})^(-1)", 1, lambda x: 1 / x),
    ("({})^0", 1, lambda x: x**0),
    ("({})^({})", 2, _power),
]


@dataclass
class Maker:
    """Makes expressions of the variables x and y, the same for the same seed."""

    seed: int

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def point(self) -> dict[str, str]:
        """Decimals for the variables: ordinary numbers, and those at which much is special."""
        return {name: self._coordinate() for name in ("x", "y")}

    def _coordinate(self) -> str:
        kind = self.random.random()
        if kind < 0.55:
            return f"{self.random.uniform(-3, 3):.3f}1"
        if kind < 0.7:
            return str(self.random.randint(-5, 5))
        if kind < 0.9:
            return self.random.choice(["0", "1", "-1", "0.5", "-0.5", "1e-12", "-1e8"])
        return self.random.choice(["1e300", "-1e300", "1e-300", "-1e-300", "inf", "-inf", "nan"])

    def expression(self, depth: int) -> Expression:
        """An expression of that many levels at most."""
        if depth <= 0 or self.random.random() < 0.1:
            return self._leaf()
        if self.random.random() < 0.05:
            return self._branch(depth)
        form = self.random.choice(OPERATORS if self.random.random() < 0.45 else FORMS)
        text, count, function = form
        parts = [self.expression(depth - 1) for _ in range(count)]

        def value(values: Values) -> Any:
            try:
                return _sized(function(*(part.value(values) for part in parts)))
            except (ZeroDivisionError, ValueError, TypeError) as error:  # poles, and complex numbers in comparisons
                raise NoDerivative from error

        return Expression(text.format(*(part.text for part in parts)), value)

    def _leaf(self) -> Expression:
        text = self.random.choice(["x", "y", "x", "y", "x", "y", "2", "0.5", "3"])
        if text in ("x", "y"):
            return Expression(text, lambda values: values[text])
        return Expression(text, lambda values: mpf(text))

    def _branch(self, depth: int) -> Expression:
        left, right, chosen, other = (self.expression(depth - 1) for _ in range(4))

        def value(values: Values) -> Any:
            # What is not defined is not compared: floats may have an infinity there, which is.
            a, b = left.value(values), right.value(values)
            return (chosen if a > b and not _same(a, b) else other).value(values)

        return Expression(f"where({left.text} > {right.text}, {chosen.text}, {other.text})", value)


SCALAR = {"trigonometry", "elementary", "elementwise", "activation"}
"""The categories of the vocabulary that random expressions of scalars cover."""


def uncovered() -> set[str]:
    """Operations on scalars that no form has."""
    names = {text.partition("(")[0] for text, _, _ in FORMS} | {"where"}
    return {each.name for each in TABLE if each.category in SCALAR} - names
