"""The tree read as ratios in generators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from flint import fmpq

from gradcli.calculus.identity.algebra import HALF, Algebra
from gradcli.calculus.identity.limits import NoProof
from gradcli.calculus.identity.ratios import Ratio
from gradcli.calculus.steps import Unexplained, carried_out
from gradcli.language.tree import (
    Call,
    Comparison,
    Derivative,
    Expr,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Sum,
)
from gradcli.operations import CONSTANTS

MAX_LITERAL: Final = 60
"""Characters of a number that are still read exactly."""


class Reader:
    """Reads trees with one algebra; `values` are those of variables that have one."""

    def __init__(self, algebra: Algebra, values: Mapping[str, Ratio] | None = None) -> None:
        self.algebra, self.table = algebra, algebra.table
        self.values = values or {}

    def read(self, node: Expr) -> Ratio:
        """The ratio of an expression. Raises NoProof."""
        reader = _READERS.get(type(node))
        if reader is None:
            raise NoProof
        return reader(self, node)

    def number(self, node: Number) -> Ratio:
        """A literal, exactly as it is written."""
        if len(node.text) > MAX_LITERAL or abs(node.value) > 1e60 or 0 < abs(node.value) < 1e-60:
            raise NoProof
        if node.text.isdecimal():
            return self.table.constant(fmpq(int(node.text)))
        number = Fraction(node.text)
        return self.table.constant(fmpq(number.numerator, number.denominator))

    def name(self, node: Name) -> Ratio:
        """A variable, or a constant that nobody bound."""
        if node.name in self.values:
            return self.values[node.name]
        if node.name not in CONSTANTS:
            return self.generator("name", node.name)
        if node.name == "e":
            return self.algebra.exp(self.table.one)
        if node.name in ("pi", "tau"):
            return self.pi() * fmpq(2 if node.name == "tau" else 1)
        raise NoProof

    def generator(self, kind: str, *parts: Ratio | str) -> Ratio:
        """The generator with this meaning."""
        return self.table.generator(self.table.number(kind, *parts))

    def pi(self) -> Ratio:
        """The circle's constant."""
        return self.generator("constant", "pi")

    def derivative(self, node: Derivative) -> Ratio:
        """A derivative, carried out by the rules."""
        try:
            return self.read(carried_out(node))
        except Unexplained:
            raise NoProof from None

    def sum(self, node: Sum) -> Ratio:
        """u + v - w."""
        total = self.table.zero
        for term in node.terms:
            total = total - self.read(term.value) if term.negative else total + self.read(term.value)
        return total

    def product(self, node: Product) -> Ratio:
        """u * v / w."""
        result = self.table.one
        for factor in node.factors:
            if factor.operator not in ("*", "/"):
                raise NoProof
            value = self.read(factor.value)
            result = result * value if factor.operator == "*" else result / value
        return result

    def power(self, node: Power) -> Ratio:
        """u ** v."""
        exponent = self.read(node.exponent)
        if isinstance(node.base, Name) and node.base.name == "e" and "e" not in self.values:
            return self.algebra.exp(exponent)
        base, number = self.read(node.base), exponent.number
        if number is not None:
            return self.algebra.power(base, number)
        return self.algebra.exp(exponent * self.algebra.log(base))

    def comparison(self, node: Comparison) -> Ratio:
        """1 where it holds, else 0: a generator, unless the sign of the difference is known."""
        difference, operator = self.read(node.left) - self.read(node.right), node.operator
        sign = self.table.sign(difference)
        if sign is not None and operator in _HOLDS:
            return self.table.one if sign in _HOLDS[operator] else self.table.zero
        if operator in ("<", "<="):
            difference, operator = -difference, ">" if operator == "<" else ">="
        return self.generator("comparison", operator, difference)

    def call(self, node: Call) -> Ratio:
        """A function: by its definition where it has one here, else a generator."""
        if node.keywords:
            raise NoProof
        if node.function == "where":
            return self.where(node)
        arguments = [self.read(argument) for argument in node.arguments]
        definition = _DEFINITIONS.get(node.function)
        if definition is not None and len(arguments) == _ARITY.get(node.function, 1):
            return definition(self, *arguments)
        if node.function in _ODD and len(arguments) == 1:
            return self.odd(node.function, arguments[0])
        return self.generator("call", node.function, *arguments)

    def odd(self, function: str, argument: Ratio) -> Ratio:
        """A generator for an odd function, whose argument begins with a positive number."""
        if argument.above and argument.above.coefficient(0) < 0:
            return -self.odd(function, -argument)
        return self.generator("call", function, argument)

    def inverse(self, function: str, argument: Ratio) -> Ratio:
        """The arcsine or arctangent: of the roots that angles are known of, the angle."""
        sign, square = self.table.sign(argument), (argument * argument).number
        if sign is None or square not in _ANGLES[function]:
            return self.odd(function, argument)
        return self.pi() * (_ANGLES[function][square] * sign)

    def where(self, node: Call) -> Ratio:
        """The side that the condition chooses, where that is known, else a generator."""
        condition = self.read(node.arguments[0])
        number = condition.number
        if number is not None and len(node.arguments) == 3:
            return self.read(node.arguments[1 if number else 2])
        return self.generator("call", "where", condition, *(self.branch(each) for each in node.arguments[1:]))

    def branch(self, node: Expr) -> Ratio:
        """One side of a `where`: what it says of signs holds on that side only."""
        signs, learnt = dict(self.table.signs), self.algebra.learnt
        read = self.read(node)
        self.table.forget(signs)
        self.algebra.learnt = learnt
        return read

    def growing(self, argument: Ratio, sign: int) -> Ratio:
        """exp(u) + sign * exp(-u)."""
        exponential = self.algebra.exp(argument)
        return exponential + exponential.inverse() * fmpq(sign)

    def cube_root(self, argument: Ratio) -> Ratio:
        """The real cube root."""
        if not argument.above:
            return argument
        return argument * self.algebra.power(self.algebra.magnitude(argument), fmpq(-2, 3))


_HOLDS: Final[Mapping[str, tuple[int, ...]]] = {">": (1,), ">=": (0, 1), "<": (-1,), "<=": (-1, 0)}

_ANGLES: Final[Mapping[str, Mapping[fmpq | None, fmpq]]] = {
    "asin": {fmpq(square, 4): fmpq(*part) for square, part in enumerate([(0,), (1, 6), (1, 4), (1, 3), (1, 2)])},
    "atan": {fmpq(0): fmpq(0), fmpq(1, 3): fmpq(1, 6), fmpq(1): fmpq(1, 4), fmpq(3): fmpq(1, 3)},
}
"""Squares of sines and tangents to half turns."""


def _sigmoid(reader: Reader, u: Ratio) -> Ratio:
    return (reader.table.one + reader.algebra.exp(-u)).inverse()


def _tangent(reader: Reader, u: Ratio) -> Ratio:
    cosine, sine = reader.algebra.cosine_and_sine(u)
    return sine / cosine


def _reciprocal(name: str) -> Callable[[Reader, Ratio], Ratio]:
    return lambda reader, u: _DEFINITIONS[name](reader, u).inverse()


def _asinh(reader: Reader, u: Ratio, shift: int = 1) -> Ratio:
    return reader.algebra.log(u + reader.algebra.power(u * u + reader.table.constant(fmpq(shift)), HALF))


def _atanh(reader: Reader, u: Ratio) -> Ratio:
    log, one = reader.algebra.log, reader.table.one
    return (log(one + u) - log(one - u)) * HALF


def _of_inverse(name: str) -> Callable[[Reader, Ratio], Ratio]:
    """A function of 1/u, as the inverse secants are."""
    return lambda reader, u: _DEFINITIONS[name](reader, u.inverse())


_ARITY: Final = {"pow": 2, "xlogy": 2, "hypot": 2, "logaddexp": 2}
_ODD: Final = frozenset({"erf", "erfinv"})
_DEFINITIONS: Final[Mapping[str, Callable[..., Ratio]]] = {
    "sin": lambda reader, u: reader.algebra.cosine_and_sine(u)[1],
    "cos": lambda reader, u: reader.algebra.cosine_and_sine(u)[0],
    "tan": _tangent,
    "cot": _reciprocal("tan"),
    "sec": _reciprocal("cos"),
    "csc": _reciprocal("sin"),
    "asin": lambda reader, u: reader.inverse("asin", u),
    "acos": lambda reader, u: reader.pi() * HALF - reader.inverse("asin", u),
    "atan": lambda reader, u: reader.inverse("atan", u),
    "asec": _of_inverse("acos"),
    "acsc": _of_inverse("asin"),
    "acot": _of_inverse("atan"),
    "sinh": lambda reader, u: reader.growing(u, -1) * HALF,
    "cosh": lambda reader, u: reader.growing(u, 1) * HALF,
    "tanh": lambda reader, u: reader.growing(u, -1) / reader.growing(u, 1),
    "sech": _reciprocal("cosh"),
    "csch": _reciprocal("sinh"),
    "coth": _reciprocal("tanh"),
    "asinh": _asinh,
    "acosh": lambda reader, u: _asinh(reader, u, -1),
    "atanh": _atanh,
    "exp": lambda reader, u: reader.algebra.exp(u),
    "exp2": lambda reader, u: reader.algebra.exp(u * reader.algebra.log(reader.table.constant(fmpq(2)))),
    "expm1": lambda reader, u: reader.algebra.exp(u) - reader.table.one,
    "log": lambda reader, u: reader.algebra.log(u),
    "log1p": lambda reader, u: reader.algebra.log(reader.table.one + u),
    "log2": lambda reader, u: reader.algebra.log(u) / reader.algebra.log(reader.table.constant(fmpq(2))),
    "log10": lambda reader, u: reader.algebra.log(u) / reader.algebra.log(reader.table.constant(fmpq(10))),
    "sqrt": lambda reader, u: reader.algebra.power(u, HALF),
    "cbrt": Reader.cube_root,
    "rsqrt": lambda reader, u: reader.algebra.power(u, -HALF),
    "reciprocal": lambda reader, u: u.inverse(),
    "square": lambda reader, u: u * u,
    "xlogy": lambda reader, u, v: u * reader.algebra.log(v),
    "hypot": lambda reader, u, v: reader.algebra.power(u * u + v * v, HALF),
    "logaddexp": lambda reader, u, v: reader.algebra.log(reader.algebra.exp(u) + reader.algebra.exp(v)),
    "abs": lambda reader, u: reader.algebra.magnitude(u),
    "sign": lambda reader, u: reader.algebra.sign(u),
    "sigmoid": _sigmoid,
    "silu": lambda reader, u: u * _sigmoid(reader, u),
    "logsigmoid": lambda reader, u: -reader.algebra.log(reader.table.one + reader.algebra.exp(-u)),
    "softsign": lambda reader, u: u / (reader.table.one + reader.algebra.magnitude(u)),
    "logit": lambda reader, u: reader.algebra.log(u / (reader.table.one - u)),
    "deg2rad": lambda reader, u: u * reader.pi() * fmpq(1, 180),
    "rad2deg": lambda reader, u: u / reader.pi() * fmpq(180),
}

_READERS: Final[Mapping[type, Callable[[Reader, Any], Ratio]]] = {
    Number: Reader.number,
    Name: Reader.name,
    Negation: lambda reader, node: -reader.read(node.operand),
    Sum: Reader.sum,
    Product: Reader.product,
    Power: Reader.power,
    Comparison: Reader.comparison,
    Derivative: Reader.derivative,
    Call: Reader.call,
}
