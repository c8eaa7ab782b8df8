"""One formula of real variables: its derivatives, its text, its numbers to any precision, and whether two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import mpmath
import sympy

from gradcli.calculus.symbolic.derive import gradient
from gradcli.calculus.symbolic.elements import Arithmetic, Numerals
from gradcli.calculus.symbolic.functions import Absolute, Flat
from gradcli.calculus.symbolic.limits import NoSymbolicForm
from gradcli.calculus.symbolic.numbers import Undefined, Value, evaluate, evaluate_with_scale
from gradcli.calculus.symbolic.reading import Reading, scalar
from gradcli.calculus.symbolic.text import LanguagePrinter, Unprintable
from gradcli.language import Expr
from gradcli.language.tree import NOWHERE, Program

DIGITS = (30, 60, 120)
"""Working precisions at which a difference is computed."""
GUARD = 12
"""Digits that rounding may have spoilt: a difference counts when it is larger than the others of the largest number on
the way to it."""
FAINT = 1e-20
"""What noise must be below, relative to the values and to one, for nothing to be hidden in it."""


class Contrast(Enum):
    """How two formulas compare at a point."""

    EQUAL = "equal"
    """But for what 120 digits cannot tell apart."""
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    """One has no value there, or too large a one, or too much cancels."""


class Formula:
    """A SymPy expression of named real variables."""

    def __init__(self, expression: Any, symbols: Mapping[str, Any]) -> None:
        self.expression = expression
        self.symbols = dict(symbols)

    @classmethod
    def read(cls, expression: Expr, names: Sequence[str]) -> Formula:
        """The formula of a scalar expression of the named scalars; literals are exact. Raises NoSymbolicForm."""
        symbols = {name: sympy.Symbol(name, real=True) for name in names}
        environment = {name: scalar(symbol) for name, symbol in symbols.items()}
        try:
            entries = Reading(Arithmetic(Numerals.EXACT), environment).program(Program((), expression, (), NOWHERE))
        except NoSymbolicForm:
            raise
        except Exception as error:  # whatever SymPy may throw at a formula it does not like
            raise NoSymbolicForm(f"SymPy failed: {type(error).__name__}") from error
        if entries.ndim:
            raise NoSymbolicForm("not a scalar")
        return cls(entries[()], symbols)

    def derivative(self, variables: Sequence[str]) -> Formula:
        """The derivative by one variable after another. Raises NoSymbolicForm."""
        expression = self.expression
        try:
            for name in variables:
                symbol = self.symbols[name]
                expression = gradient(expression, [symbol])[symbol]
        except NoSymbolicForm:
            raise
        except Exception as error:
            raise NoSymbolicForm(f"SymPy failed: {type(error).__name__}") from error
        return Formula(expression, self.symbols)

    def value(self, point: Mapping[str, float]) -> Value:
        """The value at a point, to about 20 digits, or Undefined. Raises NoSymbolicForm."""
        return evaluate(self.expression, self._point(point))

    def is_negative(self, point: Mapping[str, float]) -> bool:
        """Whether the value at a point is certainly below zero. Raises NoSymbolicForm."""
        value, noise = self._number(point, DIGITS[-1])
        return value is not None and bool(value < -noise)

    def text(self) -> str | None:
        """The formula in our own language, None where it has no word for a part."""
        expression = self.expression.xreplace(dict.fromkeys(self.expression.atoms(Flat), sympy.S.Zero))
        try:
            return str(LanguagePrinter(frozenset(self.symbols)).doprint(expression))
        except Unprintable:
            return None

    def contrast(self, other: Formula, point: Mapping[str, float]) -> tuple[Contrast, Any]:
        """How `other` compares at a point, and the difference where there is one. Raises NoSymbolicForm."""
        clear = False
        for digits in DIGITS:
            (own, noise), (theirs, further) = self._number(point, digits), other._number(point, digits)
            if own is None or theirs is None:
                return Contrast.UNKNOWN, None
            with mpmath.workdps(digits):
                difference = theirs - own
                if abs(difference) > noise + further:
                    return Contrast.DIFFERENT, difference
                if difference == 0 and digits == DIGITS[0]:
                    return Contrast.EQUAL, None
            clear = noise + further < FAINT * max(abs(own), abs(theirs), 1)
        return (Contrast.EQUAL if clear else Contrast.UNKNOWN), None

    def _number(self, point: Mapping[str, float], digits: int) -> tuple[Any | None, Any]:
        """The value at a point, computed with some digits, and its noise; None where it is undefined or infinite."""
        value, scale = evaluate_with_scale(self.expression, self._point(point), digits)
        if isinstance(value, Undefined) or not mpmath.isfinite(value):
            return None, scale
        return value, scale * mpmath.mpf(10) ** (GUARD - digits)

    def _point(self, point: Mapping[str, float]) -> dict[Any, Any]:
        return {symbol: mpmath.mpf(point[name]) for name, symbol in self.symbols.items()}


def simplifies_to_zero(expression: Expr, other: Expr, names: Sequence[str]) -> bool:
    """Whether SymPy simplifies the difference of two scalar expressions to zero.

    It may take any time and memory: for a process that can be killed. Raises NoSymbolicForm.
    """
    first, second = Formula.read(expression, names), Formula.read(other, names)
    difference = first.expression - second.expression
    plain = difference.replace(Absolute, sympy.Abs)
    return bool(sympy.simplify(plain) == 0)
