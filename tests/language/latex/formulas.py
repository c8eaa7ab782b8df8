"""Random formulas as another program has them, the same for the same seed, with points at which they are real."""

from __future__ import annotations

import random
from typing import Any

import sympy

SYMBOLS = sympy.symbols("x y z t a b theta alpha omega x_1 x_2 n", positive=True)
PLAIN = (
    *(sympy.sin, sympy.cos, sympy.tan, sympy.exp, sympy.log, sympy.sqrt, sympy.cbrt, sympy.Abs, sympy.sinh, sympy.cosh),
    *(sympy.tanh, sympy.atan, sympy.asinh, sympy.sec, sympy.csc, sympy.cot, sympy.erf, sympy.floor, sympy.ceiling),
    *(sympy.sign, sympy.gamma, sympy.factorial, sympy.acot, sympy.coth, sympy.sech),
)
BOUNDED = (sympy.asin, sympy.acos, sympy.atanh)
"""Functions of numbers between -1 and 1."""


class Formulas:
    """Makes formulas of a few positive symbols."""

    def __init__(self, seed: int, *, piecewise: bool = True) -> None:
        self.random = random.Random(seed)
        self.piecewise = piecewise

    def formula(self, depth: int = 4) -> Any:
        """One formula; deeper ones are larger."""
        choose = self.random.random()
        if depth == 0 or choose < 0.08:
            return self._leaf()
        if choose < 0.28:
            return sympy.Add(*(self.formula(depth - 1) for _ in range(self.random.randint(2, 3))))
        if choose < 0.48:
            return sympy.Mul(*(self.formula(depth - 1) for _ in range(self.random.randint(2, 3))))
        if choose < 0.6:
            return self.formula(depth - 1) / (self.formula(depth - 1) ** 2 + 1)
        if choose < 0.75:
            return self._power(depth - 1)
        if choose < 0.8:
            return self.random.choice(BOUNDED)(sympy.sin(self.formula(depth - 1)) / 2)
        if choose < 0.84 and self.piecewise:
            return self._piecewise(depth - 1)
        if choose < 0.88:
            return self.random.choice((sympy.Max, sympy.Min))(self.formula(depth - 1), self._leaf())
        return self.random.choice(PLAIN)(self.formula(depth - 1))

    def _leaf(self) -> Any:
        choose = self.random.random()
        if choose < 0.6:
            return self.random.choice(SYMBOLS)
        if choose < 0.75:
            return sympy.Integer(self.random.randint(-4, 9))
        if choose < 0.85:
            return sympy.Rational(self.random.randint(-5, 5), self.random.randint(1, 6))
        if choose < 0.92:
            return self.random.choice((sympy.pi, sympy.E))
        return sympy.Float(self.random.choice(("0.5", "1.25", "2.5e-3", "1.5e-7", "3.14")))

    def _power(self, depth: int) -> Any:
        exponent = self.random.choice((2, 3, -1, -2, sympy.Rational(1, 2), sympy.Rational(-1, 2), sympy.Rational(2, 3)))
        if self.random.random() < 0.3:
            return self.random.choice((2, sympy.E, self.random.choice(SYMBOLS))) ** self.formula(depth)
        return (self.formula(depth) ** 2 + 1) ** exponent

    def _piecewise(self, depth: int) -> Any:
        first, second = self.random.sample(SYMBOLS, 2)
        condition = self.random.choice((first > second, first <= 1, sympy.And(first > 1, first < 2)))
        return sympy.Piecewise((self.formula(depth), condition), (self.formula(depth), True))

    def point(self) -> dict[Any, float]:
        """Values of the symbols, away from where functions jump."""
        return {symbol: self.random.uniform(0.3, 1.9) for symbol in SYMBOLS}
