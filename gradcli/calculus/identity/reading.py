"""The tree read as ratios in generators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Final

from flint import fmpq

from gradcli.calculus.identity.algebra import HALF, Algebra
from gradcli.calculus.identity.limits import NoProof
from gradcli.calculus.identity.ratios import Ratio
from gradcli.calculus.steps import Unexplained, carried_out
from gradcli.language import tree
from gradcli.language.parser import parse
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary

MAX_LITERAL: Final = 60
"""Characters of a number that are still read exactly."""


class RatioReader:
    """Reads trees with one algebra; `values` are those of variables that have one."""

    def __init__(self, algebra: Algebra, values: Mapping[str, Ratio] | None = None) -> None:
        self.algebra, self.table = algebra, algebra.table
        self.values = values or {}

    def read(self, node: tree.Expr) -> Ratio:
        """The ratio of an expression. Raises NoProof."""
        reader = _READERS.get(type(node))
        if reader is None:
            raise NoProof
        return reader(self, node)

    def number(self, node: tree.Number) -> Ratio:
        """A literal, exactly as it is written."""
        if len(node.text) > MAX_LITERAL or abs(node.value) > 1e60 or 0 < abs(node.value) < 1e-60:
            raise NoProof
        if node.text.isdecimal():
            return self.table.constant(fmpq(int(node.text)))
        number = Fraction(node.text)
        return self.table.constant(fmpq(number.numerator, number.denominator))

    def name(self, node: tree.Name) -> Ratio:
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

    def derivative(self, node: tree.Derivative) -> Ratio:
        """A derivative, carried out by the rules."""
        try:
            return self.read(carried_out(node))
        except Unexplained:
            raise NoProof from None

    def sum(self, node: tree.Sum) -> Ratio:
        """u + v - w."""
        total = self.table.zero
        for term in node.terms:
            total = total - self.read(term.value) if term.negative else total + self.read(term.value)
        return total

    def product(self, node: tree.Product) -> Ratio:
        """u * v / w."""
        result = self.table.one
        for factor in node.factors:
            if factor.operator not in ("*", "/"):
                raise NoProof
            value = self.read(factor.value)
            result = result * value if factor.operator == "*" else result / value
        return result

    def power(self, node: tree.Power) -> Ratio:
        """u ** v."""
        exponent = self.read(node.exponent)
        if isinstance(node.base, tree.Name) and node.base.name == "e" and "e" not in self.values:
            return self.algebra.exp(exponent)
        base, number = self.read(node.base), exponent.number
        if number is not None:
            return self.algebra.power(base, number)
        return self.algebra.exp(exponent * self.algebra.log(base))

    def comparison(self, node: tree.Comparison) -> Ratio:
        """1 where it holds, else 0: a generator, unless the sign of the difference is known."""
        difference, operator = self.read(node.left) - self.read(node.right), node.operator
        sign = self.table.sign(difference)
        if sign is not None and operator in _HOLDS:
            return self.table.one if sign in _HOLDS[operator] else self.table.zero
        if operator in ("<", "<="):
            difference, operator = -difference, ">" if operator == "<" else ">="
        return self.generator("comparison", operator, difference)

    def call(self, node: tree.Call) -> Ratio:
        """A function: by its definition where it has one here, else a generator."""
        if node.keywords:
            raise NoProof
        if node.function == "where":
            return self.where(node)
        arguments = [self.read(argument) for argument in node.arguments]
        function = node.function
        if function in _BASIC and len(arguments) == OPERATIONS[function].required:
            return _BASIC[function](self, *arguments)
        defined = _definition(function)
        if defined is not None and len(arguments) == len(defined[0]):
            return RatioReader(self.algebra, dict(zip(defined[0], arguments, strict=True))).read(defined[1])
        if function in _ODD and len(arguments) == 1:
            return self.odd(function, arguments[0])
        return self.generator("call", function, *arguments)

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

    def where(self, node: tree.Call) -> Ratio:
        """The side that the condition chooses, where that is known, else a generator."""
        condition = self.read(node.arguments[0])
        number = condition.number
        if number is not None and len(node.arguments) == 3:
            return self.read(node.arguments[1 if number else 2])
        return self.generator("call", "where", condition, *(self.branch(each) for each in node.arguments[1:]))

    def branch(self, node: tree.Expr) -> Ratio:
        """One side of a `where`: what it says of signs holds on that side only."""
        signs, learnt = dict(self.table.signs), self.algebra.learnt
        read = self.read(node)
        self.table.forget(signs)
        self.algebra.learnt = learnt
        return read

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


@cache
def _definition(function: str) -> tuple[tuple[str, ...], tree.Expr] | None:
    """The names of a function's variables, and what it is in terms of other functions by the vocabulary."""
    operation = OPERATIONS.get(function)
    if operation is None or operation.definition is None:
        return None
    return operation.parameters[: operation.required], parse(operation.definition, vocabulary()).program.result


_ODD: Final = frozenset({"erf", "erfinv"})
_BASIC: Final[Mapping[str, Callable[..., Ratio]]] = {
    "sin": lambda reader, u: reader.algebra.cosine_and_sine(u)[1],
    "cos": lambda reader, u: reader.algebra.cosine_and_sine(u)[0],
    "asin": lambda reader, u: reader.inverse("asin", u),
    "atan": lambda reader, u: reader.inverse("atan", u),
    "exp": lambda reader, u: reader.algebra.exp(u),
    "log": lambda reader, u: reader.algebra.log(u),
    "sqrt": lambda reader, u: reader.algebra.power(u, HALF),
    "rsqrt": lambda reader, u: reader.algebra.power(u, -HALF),
    "cbrt": RatioReader.cube_root,
    "reciprocal": lambda reader, u: u.inverse(),
    "xlogy": lambda reader, u, v: u * reader.algebra.log(v),
    "abs": lambda reader, u: reader.algebra.magnitude(u),
    "sign": lambda reader, u: reader.algebra.sign(u),
}
"""The functions that the others are defined by, and those whose definition is not as short."""

_READERS: Final[Mapping[type, Callable[[RatioReader, Any], Ratio]]] = {
    tree.Number: RatioReader.number,
    tree.Name: RatioReader.name,
    tree.Negation: lambda reader, node: -reader.read(node.operand),
    tree.Sum: RatioReader.sum,
    tree.Product: RatioReader.product,
    tree.Power: RatioReader.power,
    tree.Comparison: RatioReader.comparison,
    tree.Derivative: RatioReader.derivative,
    tree.Call: RatioReader.call,
}
