"""Derivatives of SymPy expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from gradcli.calculus.entries.arithmetic import Element, NoForm
from gradcli.calculus.symbolic.limits import MAX_DIFFERENTIATIONS


def gradient(expression: Element, symbols: Sequence[Any]) -> dict[Any, Any]:
    """The derivative by each symbol; a term is differentiated only by the symbols that it holds."""
    wanted = set(symbols)
    parts: dict[Any, list[Any]] = {symbol: [] for symbol in symbols}
    remaining = MAX_DIFFERENTIATIONS
    for term in sympy.Add.make_args(expression):
        coefficient, rest = term.as_coeff_Mul()
        for symbol in rest.free_symbols & wanted:
            remaining -= 1
            if remaining < 0:
                raise NoForm("the formula is too large for SymPy")
            parts[symbol].append(sympy.Mul(coefficient, rest.diff(symbol)))
    return {symbol: sympy.Add(*terms) for symbol, terms in parts.items()}
