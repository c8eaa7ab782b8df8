"""One formula of real variables in SymPy, and whether it simplifies to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from gradcli.calculus.entries import NoForm, Reading, scalar
from gradcli.calculus.symbolic.decimals import exact
from gradcli.calculus.symbolic.elements import SymPyArithmetic
from gradcli.calculus.symbolic.functions import Absolute
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


def simplifies_to_zero(expression: Expr, other: Expr, names: Sequence[str]) -> bool:
    """Whether SymPy simplifies the difference of two scalar expressions to zero.

    It may take any time and memory: for a process that can be killed. Raises NoForm.
    """
    first, second = Formula.read(expression, names), Formula.read(other, names)
    difference = exact(first.expression - second.expression)
    plain = difference.replace(Absolute, sympy.Abs)
    return bool(sympy.simplify(plain) == 0)
