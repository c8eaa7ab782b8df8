"""SymPy's formulas as text of our own language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy
from sympy.printing.str import StrPrinter

from gradcli.calculus.entries.arithmetic import NoForm, scalar
from gradcli.calculus.entries.reading import Reading
from gradcli.calculus.results import Formulas, Question, Request, Variables
from gradcli.calculus.symbolic.derive import gradient
from gradcli.calculus.symbolic.elements import SymPyArithmetic
from gradcli.calculus.symbolic.functions import Flat
from gradcli.calculus.symbolic.limits import MAX_FORMULA_LENGTH, Budget
from gradcli.operations import OPERATIONS

RENAMED = {"loggamma": "lgamma", "Absolute": "abs", "Abs": "abs", "Sign": "sign", "Floor": "floor", "Round": "round"}
MAX_NODES = 400
"""Nodes of a formula that may still be short enough."""


class Unprintable(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The formula holds something that our language has no word for."""


class LanguagePrinter(StrPrinter):  # type: ignore[misc]
    """SymPy's printer with our names."""

    def __init__(self, taken: frozenset[str]) -> None:
        super().__init__()
        self._taken = taken

    def _print_Function(self, node: Any) -> str:  # noqa: N802 - SymPy's name
        name = type(node).__name__
        name = RENAMED.get(name, name)
        if name not in OPERATIONS:
            raise Unprintable
        return f"{name}({self.stringify(node.args, ', ')})"

    def _condition(self, condition: Any) -> str:
        if type(condition).__name__ == "Positive":
            return f"{self._print(condition.args[0])} > 0"
        if type(condition).__name__ == "IsZero":
            return f"{self._print(condition.args[0])} == 0"
        raise Unprintable

    def _print_Positive(self, node: Any) -> str:  # noqa: N802
        return f"where({self._condition(node)}, 1, 0)"

    _print_IsZero = _print_Positive  # noqa: N815

    def _print_Where(self, node: Any) -> str:  # noqa: N802
        condition, chosen, otherwise = node.args
        return f"where({self._condition(condition)}, {self._print(chosen)}, {self._print(otherwise)})"

    _print_Branch = _print_Where  # noqa: N815

    def _print_Maximum(self, node: Any) -> str:  # noqa: N802
        if len(node.args) != 2:
            raise Unprintable
        return f"maximum({self._print(node.args[0])}, {self._print(node.args[1])})"

    def _print_Detached(self, node: Any) -> str:  # noqa: N802
        return f"detach({self._print(node.args[0])})"

    def _print_polygamma(self, node: Any) -> str:
        if node.args[0] != 0:
            raise Unprintable
        return f"digamma({self._print(node.args[1])})"

    def _print_sinc(self, node: Any) -> str:
        return f"sinc({self._print(node.args[0] / sympy.pi)})"

    def _print_Exp1(self, node: Any) -> str:  # noqa: N802
        return self._named("e")

    def _print_Pi(self, node: Any) -> str:  # noqa: N802
        return self._named("pi")

    def _print_Float(self, node: Any) -> str:  # noqa: N802
        return repr(float(node))

    def _named(self, name: str) -> str:
        if name in self._taken:
            raise Unprintable
        return name

    def _unprintable(self, node: Any) -> str:
        raise Unprintable

    _print_Infinity = _unprintable  # noqa: N815
    _print_NegativeInfinity = _unprintable  # noqa: N815
    _print_ComplexInfinity = _unprintable  # noqa: N815
    _print_NaN = _unprintable  # noqa: N815
    _print_ImaginaryUnit = _unprintable  # noqa: N815
    _print_Derivative = _unprintable  # noqa: N815
    _print_Subs = _unprintable  # noqa: N815
    _print_Piecewise = _unprintable  # noqa: N815
    emptyPrinter = _unprintable  # noqa: N815


def formulas(question: Question) -> Formulas:
    """The derivatives of a scalar program of scalar variables as text that our own language reads.

    Left out is a derivative that has no form, or a part our language has no word for, or that is longer than
    MAX_FORMULA_LENGTH.
    """
    if question.request is Request.VJP or any(np.asarray(value).ndim for value in question.point.values()):
        return Formulas()
    try:
        return Formulas(_formulas(question))
    except Exception:  # no formula is always an acceptable answer; whatever SymPy throws means just that
        return Formulas()


def _formulas(question: Question) -> dict[Variables, str]:
    symbols = {name: sympy.Symbol(name, real=True) for name in question.point}
    environment = {name: scalar(symbol) for name, symbol in symbols.items()}
    output = Reading(SymPyArithmetic(), environment).program(question.program)
    if output.ndim:
        raise NoForm("the output is not a scalar")
    texts = {}
    for variables in _asked(question):
        expression = _derivative(output[()], [symbols[name] for name in variables])
        text = None if expression is None else to_language(expression, frozenset(symbols))
        if text is not None:
            texts[variables] = text
    return texts


def _derivative(expression: Any, symbols: Sequence[Any]) -> Any:
    """The derivative by the symbols, one after the other; None where it grows too large on the way."""
    budget = Budget()
    for symbol in symbols:
        try:
            budget.formula(expression)
        except NoForm:
            return None
        expression = gradient(expression, [symbol])[symbol]
    return expression


def _asked(question: Question) -> list[Variables]:
    if question.request is Request.HESSIAN:
        return [(row, column) for row in question.wrt for column in question.wrt]
    return [(name,) * question.order for name in question.wrt]


def to_language(expression: Any, names: frozenset[str]) -> str | None:
    """`expression` as text of our language, None where it has no word for it or the text is too long."""
    expression = _readable(expression)
    candidates = [_print(expression, names)]
    if expression.is_Add or expression.is_Mul:
        symbols = expression.free_symbols
        if symbols and _small(expression) and expression.is_polynomial(*symbols):
            candidates.insert(0, _print(sympy.expand(expression), names))
    texts = [text for text in candidates if text is not None]
    shortest = min(texts, key=len, default=None)
    return shortest if shortest is not None and len(shortest) <= MAX_FORMULA_LENGTH else None


def _readable(expression: Any) -> Any:
    """Without the slopes of steps, which are zero, and with powers of one base in one power."""
    expression = expression.xreplace(dict.fromkeys(expression.atoms(Flat), sympy.S.Zero))
    if any(power.exp.free_symbols for power in expression.atoms(sympy.Pow)):
        return sympy.powsimp(expression)
    return expression


def _small(expression: Any) -> bool:
    """Whether expanding is cheap: no high power of a sum."""
    powers = expression.atoms(sympy.Pow)
    return all(not power.base.is_Add or (power.exp.is_Integer and abs(power.exp) <= 6) for power in powers)


def _print(expression: Any, names: frozenset[str]) -> str | None:
    for count, _ in enumerate(sympy.preorder_traversal(expression)):
        if count > MAX_NODES:
            return None
    try:
        return str(LanguagePrinter(names).doprint(expression))
    except Unprintable:
        return None
