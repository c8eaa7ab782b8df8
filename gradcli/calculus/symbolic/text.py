"""SymPy's derivatives of a program as text of our own language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import sympy

from gradcli.calculus.entries.arithmetic import NoForm, scalar
from gradcli.calculus.entries.reading import Reading
from gradcli.calculus.results import Formulas, Question, Request, Variables
from gradcli.calculus.symbolic.elements import SymPyArithmetic, gradient
from gradcli.calculus.symbolic.forms import readable, shortest
from gradcli.calculus.symbolic.limits import MAX_ENTRIES, MAX_FORMULA_LENGTH, Budget
from gradcli.calculus.symbolic.printer import Unprintable


def formulas(question: Question, *, full: bool = False) -> Formulas:
    """The derivatives of a program of scalar variables, each in the shortest of a few forms, a small tensor as the list
    of its entries; where nothing is differentiated by, the value.

    Those that are longer than MAX_FORMULA_LENGTH are left out unless `full`, and their lengths given. Left out is, too,
    a derivative that has no form, or a part our language has no word for, and said why.
    """
    if question.request is Request.VJP or any(np.asarray(value).ndim for value in question.point.values()):
        return Formulas(reason="formulas are of numbers, not of tensors")
    try:
        return _formulas(question, full=full)
    except NoForm as absent:
        return Formulas(reason=absent.reason)
    except Exception as error:  # no formula is always an acceptable answer; whatever SymPy throws means just that
        return Formulas(reason=f"SymPy failed: {type(error).__name__}")


def _formulas(question: Question, *, full: bool) -> Formulas:
    names = frozenset(question.point)
    texts: dict[Variables, str] = {}
    lengths: dict[Variables, int] = {}
    reason = None
    for variables, entries in derivatives(question):
        try:
            text = _written(entries, names)
        except (NoForm, Unprintable) as absent:
            reason = str(absent)
            continue
        if full or len(text) <= MAX_FORMULA_LENGTH:
            texts[variables] = text
        else:
            lengths[variables] = len(text)
    return Formulas(texts, lengths, reason)


def _written(entries: Any, names: frozenset[str]) -> str:
    """The shortest forms of a derivative's entries as text. Raises NoForm or Unprintable."""
    if not entries.ndim:
        return shortest(entries[()](), names)
    return f"[{', '.join(_written(entries[place, ...], names) for place in range(len(entries)))}]"


def derivatives(question: Question) -> Iterator[tuple[Variables, Any]]:
    """For each derivative that is asked for an array of what gives its entries. Raises NoForm, and so do they."""
    symbols = {name: sympy.Symbol(name, real=True) for name in question.point}
    environment = {name: scalar(symbol) for name, symbol in symbols.items()}
    output = Reading(SymPyArithmetic(), environment).program(question.program)
    if output.ndim:
        if question.request is Request.HESSIAN or question.order > 1:
            raise NoForm("the output is not a scalar")
        if not 0 < output.size <= MAX_ENTRIES:
            raise NoForm("the output has too many entries")
        if output.size == 1 and question.request is Request.GRADIENT:  # whose derivative is a number, too
            output = output.reshape(())
    for variables in _asked(question):
        by = [symbols[name] for name in variables]
        entries = np.empty(output.shape, object)
        for place in np.ndindex(output.shape):
            entries[place] = partial(_derivative, output[place], by)
        yield variables, entries


def _derivative(expression: Any, symbols: Sequence[Any]) -> Any:
    """The derivative by the symbols, one after the other. Raises NoForm where it grows too large on the way."""
    budget = Budget()
    for place, symbol in enumerate(symbols):
        budget.formula(expression)
        expression = gradient(expression, [symbol])[symbol]
        if place + 1 < len(symbols):
            expression = readable(expression)
    return expression


def _asked(question: Question) -> list[Variables]:
    if question.request is Request.HESSIAN:
        return [(row, column) for row in question.wrt for column in question.wrt]
    if not question.wrt:
        return [()]
    return [(name,) * question.order for name in question.wrt]
