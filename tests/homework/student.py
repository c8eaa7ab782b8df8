"""A student: random functions, and their derivatives by hand with one rule wrong at one place.

Written apart from the differentiator of the project: derivatives are texts, put together as on paper.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

Node = tuple
"""("x",), ("number", "3"), ("+" | "-" | "*" | "/", left, right), ("^", base, exponent), (function, argument)."""

OUTER = {
    "sin": "cos({u})",
    "cos": "(-sin({u}))",
    "tan": "sec({u})^2",
    "exp": "exp({u})",
    "ln": "1/({u})",
    "sqrt": "1/(2*sqrt({u}))",
    "arctan": "1/(1 + ({u})^2)",
}
WRONG_OUTER = {
    "cos-sign": ("cos", "sin({u})"),
    "sin-sign": ("sin", "(-cos({u}))"),
    "tan-as-sec": ("tan", "sec({u})"),
    "root-half-missing": ("sqrt", "1/sqrt({u})"),
    "logarithm-as-reciprocal": ("ln", "(-1/({u})^2)"),
    "exponential-minus": ("exp", "(-exp({u}))"),
    "arctan-minus": ("arctan", "1/(1 - ({u})^2)"),
}
Parts = tuple[str, str, str, str]
NUMERATOR: Callable[[Parts], str] = "({0[2]})*({0[1]}) - ({0[0]})*({0[3]})".format
PRODUCT: dict[str, Callable[[Parts], str]] = {
    "product-as-product": lambda p: f"({p[2]})*({p[3]})",
    "product-minus": lambda p: f"({p[2]})*({p[1]}) - ({p[0]})*({p[3]})",
    "product-term-missing": lambda p: f"({p[2]})*({p[1]})",
    "product-as-sum": lambda p: f"({p[2]}) + ({p[3]})",
    "product-wrong-partners": lambda p: f"({p[0]})*({p[2]}) + ({p[1]})*({p[3]})",
}
QUOTIENT: dict[str, Callable[[Parts], str]] = {
    "quotient-as-quotient": lambda p: f"({p[2]})/({p[3]})",
    "quotient-plus": lambda p: f"(({p[2]})*({p[1]}) + ({p[0]})*({p[3]}))/({p[1]})^2",
    "quotient-reversed": lambda p: f"(({p[0]})*({p[3]}) - ({p[2]})*({p[1]}))/({p[1]})^2",
    "quotient-denominator-not-squared": lambda p: f"(({p[2]})*({p[1]}) - ({p[0]})*({p[3]}))/({p[1]})",
    "quotient-denominator-missing": lambda p: f"({p[2]})*({p[1]}) - ({p[0]})*({p[3]})",
    "quotient-numerator-squared": lambda p: f"(({p[2]})*({p[1]}) - ({p[0]})*({p[3]}))/({p[0]})^2",
}
POWER = {
    "power-exponent-kept": "{n}*({u})^{n}",
    "power-coefficient-missing": "({u})^({n} - 1)",
    "power-lowered-twice": "{n}*({u})^({n} - 2)",
    "power-raised": "{n}*({u})^({n} + 1)",
}
CHAIN = {
    "chain-inner-missing": "({outer})",
    "chain-inner-added": "({outer}) + ({du})",
    "chain-inner-divided": "({outer})/({du})",
    "chain-outer-at-inner-derivative": "({at_du})",
    "chain-argument-lost": "({at_x})*({du})",
}
OTHERS = ("constant-kept", "constant-factor-lost", "sum-minus-lost")
MISTAKES = (*WRONG_OUTER, *PRODUCT, *QUOTIENT, *POWER, *CHAIN, *OTHERS)


def function(generator: random.Random, depth: int) -> Node:
    """A random function of x."""
    if depth == 0:
        return ("x",)
    kind = generator.choice(["+", "-", "*", "/", "^", "outer", "outer", "scaled", "shifted"])
    if kind == "outer":
        return (generator.choice(list(OUTER)), function(generator, depth - 1))
    inner = function(generator, depth - 1)
    if kind == "^":
        return ("^", inner, str(generator.randint(2, 5)))
    number = ("number", str(generator.randint(2, 9)))
    if kind == "scaled":
        return ("*", number, inner)
    if kind == "shifted":
        return ("+", inner, number)
    return (kind, inner, function(generator, generator.randint(1, depth)))


def text(node: Node) -> str:
    """The function as one writes it."""
    match node:
        case ("x",):
            return "x"
        case ("number", value):
            return value
        case ("^", base, exponent):
            return f"({text(base)})^{exponent}"
        case ("+" | "-" | "*" | "/" as operator, left, right):
            return f"({text(left)}) {operator} ({text(right)})"
        case (name, argument):
            return f"{name}({text(argument)})"
    raise AssertionError(node)


@dataclass
class Student:
    """Differentiates; makes `mistake` at the `turn`th place at which it could be made. `made` counts these places."""

    mistake: str = ""
    turn: int = 0
    made: int = field(default=0)

    def derivative(self, node: Node) -> str:
        """The derivative by x, perhaps wrong."""
        match node:
            case ("x",):
                return "1"
            case ("number", _):
                return "0"
            case ("+" | "-" as operator, left, right):
                return self._sum(operator, left, right)
            case ("*", ("number", factor), right):
                inner = self.derivative(right)
                return inner if self._now("constant-factor-lost") else f"{factor}*({inner})"
            case ("*", left, right):
                return self._combined(left, right, PRODUCT, lambda p: f"({p[2]})*({p[1]}) + ({p[0]})*({p[3]})")
            case ("/", left, right):
                return self._combined(left, right, QUOTIENT, lambda p: f"({NUMERATOR(p)})/({p[1]})^2")
            case ("^", base, exponent):
                wrong = next((form for name, form in POWER.items() if self._now(name)), "{n}*({u})^({n} - 1)")
                return self._chained(base, lambda u: wrong.format(u=u, n=exponent))
            case (name, argument):
                wrongs = (form for mistake, (of, form) in WRONG_OUTER.items() if of == name and self._now(mistake))
                outer = next(wrongs, OUTER[name])
                return self._chained(argument, lambda u: outer.format(u=u))
        raise AssertionError(node)

    def _now(self, mistake: str) -> bool:
        """Whether this is the place to make it."""
        if mistake != self.mistake:
            return False
        self.made += 1
        return self.made - 1 == self.turn

    def _sum(self, operator: str, left: Node, right: Node) -> str:
        first, second = self.derivative(left), self.derivative(right)
        if right[0] == "number" and self._now("constant-kept"):
            second = right[1]
        if operator == "-" and self._now("sum-minus-lost"):
            operator = "+"
        return f"({first}) {operator} ({second})"

    def _combined(
        self, left: Node, right: Node, wrongs: dict[str, Callable[[Parts], str]], rule: Callable[[Parts], str]
    ) -> str:
        parts = (text(left), text(right), self.derivative(left), self.derivative(right))
        return next((wrong for name, wrong in wrongs.items() if self._now(name)), rule)(parts)

    def _chained(self, argument: Node, outer: Callable[[str], str]) -> str:
        if argument == ("x",):
            return outer("x")
        du, u = self.derivative(argument), text(argument)
        form = next((wrong for name, wrong in CHAIN.items() if self._now(name)), "({outer})*({du})")
        return form.format(outer=outer(u), du=du, at_du=outer(du), at_x=outer("x"))


def slip(generator: random.Random, depth: int) -> tuple[str, str, str]:
    """A random function, its derivative with one mistake, and the mistake's name."""
    while True:
        node = function(generator, depth)
        mistake = generator.choice(MISTAKES)
        places = Student(mistake, turn=-1)
        places.derivative(node)
        if places.made:
            turn = generator.randrange(places.made)
            return text(node), Student(mistake, turn).derivative(node), mistake
