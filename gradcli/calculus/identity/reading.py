"""The tree read as polynomials in generators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, Final

from gradcli.calculus.identity.algebra import HALF, Algebra
from gradcli.calculus.identity.polynomials import (
    ONE,
    UNIT,
    I,
    NoProof,
    Polynomial,
    Rational,
    add,
    as_number,
    constant,
    key,
    scaled,
)
from gradcli.language.tree import (
    Call,
    Comparison,
    Expr,
    Factor,
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
    """Reads trees with one algebra."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.generators = algebra.generators

    def read(self, node: Expr) -> Polynomial:
        """The polynomial of an expression. Raises NoProof."""
        reader = _READERS.get(type(node))
        if reader is None:
            raise NoProof
        return reader(self, node)

    def number(self, node: Number) -> Polynomial:
        """A literal, exactly as it is written."""
        if len(node.text) > MAX_LITERAL or abs(node.value) > 1e60 or 0 < abs(node.value) < 1e-60:
            raise NoProof
        return constant(int(node.text) if node.text.isdecimal() else Fraction(node.text))

    def name(self, node: Name) -> Polynomial:
        """A variable, or a constant that nobody bound."""
        if node.name not in CONSTANTS:
            return self.generators.monomial(self.generators.number(("name", node.name)))
        if node.name == "e":
            return self.algebra.exp({UNIT: ONE})
        if node.name in ("pi", "tau"):
            return scaled(self.pi(), 2 if node.name == "tau" else 1)
        raise NoProof

    def pi(self) -> Polynomial:
        """The circle's constant."""
        return self.generators.monomial(self.generators.number(("constant", "pi")))

    def negation(self, node: Negation) -> Polynomial:
        """-u."""
        return scaled(self.read(node.operand), -ONE)

    def sum(self, node: Sum) -> Polynomial:
        """u + v - w."""
        total: Polynomial = {}
        for term in node.terms:
            total = add(total, self.read(term.value), -ONE if term.negative else ONE)
        return total

    def product(self, node: Product) -> Polynomial:
        """u * v / w."""
        result: Polynomial = {UNIT: ONE}
        for factor in node.factors:
            result = self.generators.product(result, self._factor(factor))
        return result

    def _factor(self, factor: Factor) -> Polynomial:
        if factor.operator == "*":
            return self.read(factor.value)
        if factor.operator != "/":
            raise NoProof
        below = factor.value
        if isinstance(below, Power):  # so that the base, and not its power, is the generator below
            exponent = as_number(self.read(below.exponent))
            if exponent is not None:
                return self.algebra.power(self.read(below.base), -exponent)
        if isinstance(below, Product):
            inverses = (
                self._factor(Factor(each.value, "/" if each.operator == "*" else "*")) for each in below.factors
            )
            return reduce(self.generators.product, inverses)
        return self.algebra.power(self.read(below), -ONE)

    def power(self, node: Power) -> Polynomial:
        """u ** v."""
        exponent = self.read(node.exponent)
        number = as_number(exponent)
        if isinstance(node.base, Name) and node.base.name == "e":
            return self.algebra.exp(exponent)
        base = self.read(node.base)
        if number is not None:
            return self.algebra.power(base, number)
        return self.algebra.exp(self.generators.product(exponent, self.algebra.log(base)))

    def comparison(self, node: Comparison) -> Polynomial:
        """1 where it holds, else 0: a generator."""
        difference = add(self.read(node.left), self.read(node.right), -ONE)
        operator = node.operator
        if operator in ("<", "<="):
            difference, operator = scaled(difference, -ONE), ">" if operator == "<" else ">="
        return self.generators.monomial(self.generators.number(("comparison", operator, key(difference))))

    def call(self, node: Call) -> Polynomial:
        """A function: by its definition where it has one here, else a generator."""
        if node.keywords:
            raise NoProof
        read = self.branch if node.function == "where" else self.read
        arguments = [read(argument) for argument in node.arguments]
        definition = _DEFINITIONS.get(node.function)
        if definition is not None and len(arguments) == _ARITY.get(node.function, 1):
            return definition(self, *arguments)
        sign = ONE
        if node.function in _ODD and len(arguments) == 1 and arguments[0]:
            lead = arguments[0][min(arguments[0])]
            if lead < 0:
                arguments, sign = [scaled(arguments[0], -ONE)], -ONE
        meaning = ("call", node.function, tuple(key(argument) for argument in arguments))
        return scaled(self.generators.monomial(self.generators.number(meaning)), sign)

    def branch(self, node: Expr) -> Polynomial:
        """One side of a `where`: what it says of signs holds on that side only."""
        signs, learnt = dict(self.generators.signs), self.algebra.learnt
        read = self.read(node)
        self.generators.signs, self.algebra.learnt = signs, learnt
        return read

    def cosine(self, angle: Polynomial) -> Polynomial:
        """cos, as half the sum of cis and its conjugate."""
        return scaled(add(self.algebra.cis(angle), self.algebra.cis(scaled(angle, -ONE))), HALF)

    def sine(self, angle: Polynomial) -> Polynomial:
        """sin, as cis less its conjugate over 2i."""
        difference = add(self.algebra.cis(scaled(angle, -ONE)), self.algebra.cis(angle), -ONE)
        return scaled(self.generators.product({((I, ONE),): ONE}, difference), HALF)

    def over(self, above: Polynomial, below: Polynomial) -> Polynomial:
        """above / below."""
        return self.generators.product(above, self.algebra.power(below, -ONE))

    def growing(self, argument: Polynomial, factor: Rational) -> Polynomial:
        """exp(u) + factor * exp(-u)."""
        return add(self.algebra.exp(argument), self.algebra.exp(scaled(argument, -ONE)), factor)

    def logarithm(self, argument: Polynomial, base: Polynomial) -> Polynomial:
        """The logarithm to another base."""
        return self.over(self.algebra.log(argument), self.algebra.log(base))

    def opposite(self, name: str, argument: Polynomial) -> Polynomial:
        """The arccosine by way of the arcsine."""
        meaning = ("call", name, (key(argument),))
        return add(scaled(self.pi(), HALF), self.generators.monomial(self.generators.number(meaning)), -ONE)

    def root(self, argument: Polynomial) -> Polynomial:
        """The square root."""
        return self.algebra.power(argument, HALF)

    def cube_root(self, argument: Polynomial) -> Polynomial:
        """The real cube root."""
        if not argument:
            return {}
        magnitude = self.algebra.magnitude(argument)
        return self.generators.product(argument, self.algebra.power(magnitude, Fraction(-2, 3)))


_ONE: Final = constant(1)


def _sigmoid(reader: Reader, u: Polynomial) -> Polynomial:
    return reader.over(_ONE, add(_ONE, reader.algebra.exp(scaled(u, -ONE))))


def _reciprocal(name: str) -> Callable[[Reader, Polynomial], Polynomial]:
    return lambda reader, u: reader.over(_ONE, _DEFINITIONS[name](reader, u))


def _asinh(reader: Reader, u: Polynomial, shift: int = 1) -> Polynomial:
    square = add(reader.generators.product(u, u), constant(shift))
    return reader.algebra.log(add(u, reader.root(square)))


def _atanh(reader: Reader, u: Polynomial) -> Polynomial:
    above, below = reader.algebra.log(add(_ONE, u)), reader.algebra.log(add(_ONE, u, -ONE))
    return scaled(add(above, below, -ONE), HALF)


def _odd_call(name: str) -> Callable[[Reader, Polynomial], Polynomial]:
    """A function of 1/u, as the inverse secants are."""
    return lambda reader, u: _DEFINITIONS.get(name, _generator(name))(reader, reader.over(_ONE, u))


def _generator(name: str) -> Callable[[Reader, Polynomial], Polynomial]:
    def make(reader: Reader, u: Polynomial) -> Polynomial:
        meaning = ("call", name, (key(u),))
        return reader.generators.monomial(reader.generators.number(meaning))

    return make


_ARITY: Final = {"pow": 2, "xlogy": 2, "hypot": 2, "logaddexp": 2}
_ODD: Final = frozenset({"asin", "atan", "erf", "erfinv"})
_DEFINITIONS: Final[Mapping[str, Callable[..., Polynomial]]] = {
    "sin": Reader.sine,
    "cos": Reader.cosine,
    "tan": lambda reader, u: reader.over(reader.sine(u), reader.cosine(u)),
    "cot": lambda reader, u: reader.over(reader.cosine(u), reader.sine(u)),
    "sec": _reciprocal("cos"),
    "csc": _reciprocal("sin"),
    "acos": lambda reader, u: reader.opposite("asin", u),
    "asec": _odd_call("acos"),
    "acsc": _odd_call("asin"),
    "acot": _odd_call("atan"),
    "sinh": lambda reader, u: scaled(reader.growing(u, -ONE), HALF),
    "cosh": lambda reader, u: scaled(reader.growing(u, ONE), HALF),
    "tanh": lambda reader, u: reader.over(reader.growing(u, -ONE), reader.growing(u, ONE)),
    "sech": _reciprocal("cosh"),
    "csch": _reciprocal("sinh"),
    "coth": _reciprocal("tanh"),
    "asinh": _asinh,
    "acosh": lambda reader, u: _asinh(reader, u, -1),
    "atanh": _atanh,
    "exp": lambda reader, u: reader.algebra.exp(u),
    "exp2": lambda reader, u: reader.algebra.exp(reader.generators.product(u, reader.algebra.log(constant(2)))),
    "expm1": lambda reader, u: add(reader.algebra.exp(u), _ONE, -ONE),
    "log": lambda reader, u: reader.algebra.log(u),
    "log1p": lambda reader, u: reader.algebra.log(add(_ONE, u)),
    "log2": lambda reader, u: reader.logarithm(u, constant(2)),
    "log10": lambda reader, u: reader.logarithm(u, constant(10)),
    "sqrt": Reader.root,
    "cbrt": Reader.cube_root,
    "rsqrt": lambda reader, u: reader.algebra.power(u, -HALF),
    "reciprocal": lambda reader, u: reader.over(_ONE, u),
    "square": lambda reader, u: reader.generators.product(u, u),
    "xlogy": lambda reader, u, v: reader.generators.product(u, reader.algebra.log(v)),
    "hypot": lambda reader, u, v: reader.root(add(reader.generators.product(u, u), reader.generators.product(v, v))),
    "logaddexp": lambda reader, u, v: reader.algebra.log(add(reader.algebra.exp(u), reader.algebra.exp(v))),
    "abs": lambda reader, u: reader.algebra.magnitude(u),
    "sign": lambda reader, u: reader.algebra.sign(u),
    "sigmoid": _sigmoid,
    "silu": lambda reader, u: reader.generators.product(u, _sigmoid(reader, u)),
    "logsigmoid": lambda reader, u: scaled(reader.algebra.log(add(_ONE, reader.algebra.exp(scaled(u, -ONE)))), -ONE),
    "softsign": lambda reader, u: reader.over(u, add(_ONE, reader.algebra.magnitude(u))),
    "logit": lambda reader, u: reader.algebra.log(reader.over(u, add(_ONE, u, -ONE))),
    "deg2rad": lambda reader, u: scaled(reader.generators.product(u, reader.pi()), Fraction(1, 180)),
    "rad2deg": lambda reader, u: scaled(reader.over(u, reader.pi()), 180),
}

_READERS: Final[Mapping[type, Callable[[Reader, Any], Polynomial]]] = {
    Number: Reader.number,
    Name: Reader.name,
    Negation: Reader.negation,
    Sum: Reader.sum,
    Product: Reader.product,
    Power: Reader.power,
    Comparison: Reader.comparison,
    Call: Reader.call,
}
