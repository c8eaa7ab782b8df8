"""Formulas as people write them: seeded, mixed, of many shapes, in a spelling that gradcli, SymPy and Python share.

A formula is a sum of one to three terms; a term is a polynomial, a product, a quotient or a composition of what a
calculus course has, in one or two variables, with constants of its own. `shape` says what is left of a formula without
its constants.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

NUMBER = re.compile(r"(?<![\w.])\d+\.\d+")


@dataclass(frozen=True)
class Formula:
    """An expression and the values of its variables."""

    text: str
    point: dict[str, float]

    @property
    def line(self) -> str:
        """The line of a batch file."""
        return f"{self.text} at {', '.join(f'{name}={value}' for name, value in self.point.items())}"


def formulas(count: int, seed: int = 0) -> list[Formula]:
    """`count` distinct formulas."""
    source = random.Random(seed)
    found: dict[str, Formula] = {}
    while len(found) < count:
        names = ("x",) if source.random() < 0.6 else ("x", "y")
        text = _sum(source, names)
        used = [name for name in names if re.search(rf"\b{name}\b", text)]
        found[text] = Formula(text, {name: round(source.uniform(0.3, 2.2), 3) for name in used})
    return list(found.values())


def shape(text: str) -> str:
    """A formula with its constants taken out."""
    return NUMBER.sub("c", text)


def _sum(source: random.Random, names: tuple[str, ...]) -> str:
    terms = [_term(source, names) for _ in range(source.choice((1, 1, 2, 2, 3)))]
    signs = [source.choice((" + ", " - ")) for _ in terms[1:]]
    return terms[0] + "".join(sign + term for sign, term in zip(signs, terms[1:], strict=True))


def _term(source: random.Random, names: tuple[str, ...]) -> str:
    kind = source.choice(("polynomial", "product", "quotient", "composition", "power", "wave"))
    if kind == "polynomial":
        return _polynomial(source, source.choice(names))
    if kind == "product":
        return f"{_constant(source)}*{_factor(source, names)}*{_factor(source, names)}"
    if kind == "quotient":
        return f"{_factor(source, names)}/({_constant(source)} + {source.choice(names)}**2)"
    if kind == "composition":
        return f"{_constant(source)}*{_positive(source, names)}"
    if kind == "power":
        return f"({_linear(source, names)})**{source.choice((2, 3, 4))}"
    return f"{_constant(source)}*{source.choice(('sin', 'cos'))}({_linear(source, names)})"


def _factor(source: random.Random, names: tuple[str, ...]) -> str:
    name = source.choice(names)
    function = source.choice(("sin", "cos", "exp", "tanh", "atan"))
    return source.choice((name, f"{name}**2", f"({_linear(source, names)})", f"{function}({_constant(source)}*{name})"))


def _positive(source: random.Random, names: tuple[str, ...]) -> str:
    """A composition whose inner function is positive wherever the variables are."""
    name = source.choice(names)
    inner = source.choice((f"{name}**2 + {_constant(source)}", f"{_constant(source)}*{name} + {_constant(source)}"))
    return f"{source.choice(('sqrt', 'log', 'atan'))}({inner})" if source.random() < 0.7 else f"exp(-({inner}))"


def _polynomial(source: random.Random, name: str) -> str:
    degree = source.choice((2, 3, 4))
    powers = [f"{_constant(source)}*{name}**{power}" for power in range(degree, 1, -1) if source.random() < 0.8]
    return " + ".join([*powers, f"{_constant(source)}*{name}", _constant(source)])


def _linear(source: random.Random, names: tuple[str, ...]) -> str:
    return f"{_constant(source)}*{source.choice(names)} + {_constant(source)}"


def _constant(source: random.Random) -> str:
    return f"{source.uniform(0.2, 4):.2f}"
