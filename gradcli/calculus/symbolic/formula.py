"""One formula of real variables in SymPy: its derivatives, its text, and whether it simplifies to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from gradcli.calculus.entries import NoForm, Reading, scalar
from gradcli.calculus.symbolic.derive import gradient
from gradcli.calculus.symbolic.elements import SymPyArithmetic
from gradcli.calculus.symbolic.functions import Absolute, Flat
from gradcli.calculus.symbolic.text import LanguagePrinter, Unprintable
from gradcli.language import Expr
from gradcli.language.tree import NOWHERE, Program


class Formula:
    """A SymPy expression of named real variables."""

    def __init__(self, expression: Any, symbols: Mapping[str, Any]) -> None:
        self.expression = expression
        self.symbols = dict(symbols)

    @classmethod
    def read(cls, expression: Expr, names: Sequence[str]) -> Formula:
        """The formula of a scalar expression of the named scalars; literals are exact. Raises NoForm."""
        symbols = {name: sympy.Symbol(name, real=True) for name in names}
        environment = {name: scalar(symbol) for name, symbol in symbols.items()}
        try:
            entries = Reading(SymPyArithmetic(), environment).program(Program((), expression, (), NOWHERE))
        except NoForm:
            raise
        except Exception as error:  # whatever SymPy may throw at a formula it does not like
            raise NoForm(f"SymPy failed: {type(error).__name__}") from error
        if entries.ndim:
            raise NoForm("not a scalar")
        return cls(entries[()], symbols)

    def derivative(self, variables: Sequence[str]) -> Formula:
        """The derivative by one variable after another. Raises NoForm."""
        expression = self.expression
        try:
            for name in variables:
                symbol = self.symbols[name]
                expression = gradient(expression, [symbol])[symbol]
        except NoForm:
            raise
        except Exception as error:
            raise NoForm(f"SymPy failed: {type(error).__name__}") from error
        return Formula(expression, self.symbols)

    def text(self) -> str | None:
        """The formula in our own language, None where it has no word for a part."""
        expression = self.expression.xreplace(dict.fromkeys(self.expression.atoms(Flat), sympy.S.Zero))
        try:
            return str(LanguagePrinter(frozenset(self.symbols)).doprint(expression))
        except Unprintable:
            return None


def simplifies_to_zero(expression: Expr, other: Expr, names: Sequence[str]) -> bool:
    """Whether SymPy simplifies the difference of two scalar expressions to zero.

    It may take any time and memory: for a process that can be killed. Raises NoForm.
    """
    first, second = Formula.read(expression, names), Formula.read(other, names)
    difference = first.expression - second.expression
    plain = difference.replace(Absolute, sympy.Abs)
    return bool(sympy.simplify(plain) == 0)
