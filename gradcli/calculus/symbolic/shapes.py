"""Derivatives in the forms that SymPy has names for.

They may take any time and memory: for a process that can be killed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import sympy

from gradcli.calculus.entries.arithmetic import NoForm
from gradcli.calculus.results import Question, Shape, Variables
from gradcli.calculus.symbolic.decimals import folded
from gradcli.calculus.symbolic.domains import same_domain
from gradcli.calculus.symbolic.forms import readable
from gradcli.calculus.symbolic.functions import Absolute, Sign
from gradcli.calculus.symbolic.printer import LanguagePrinter, Unprintable
from gradcli.calculus.symbolic.text import derivatives
from gradcli.language.values import frozen

MAKERS: Final[Mapping[Shape, Callable[[Any], Any]]] = {
    Shape.SIMPLIFY: sympy.simplify,
    Shape.EXPAND: sympy.expand,
    Shape.FACTOR: sympy.factor,
    Shape.TOGETHER: sympy.together,
}


@frozen
class Shaped:
    """A derivative in the form that was asked for. `elsewhere` says that this form has no value where the derivative as
    it was differentiated has one, or the other way round."""

    text: str
    elsewhere: bool


def shaped(question: Question, shape: Shape) -> dict[Variables, Shaped]:
    """The derivatives in a form, but those that have none. Raises NoForm, and whatever SymPy raises."""
    printer = LanguagePrinter(frozenset(question.point))
    found: dict[Variables, Shaped] = {}
    for variables, entries in derivatives(question):
        try:
            found[variables] = _shaped(entries, shape, printer)
        except (NoForm, Unprintable):
            continue
    return found


def _shaped(entries: Any, shape: Shape, printer: LanguagePrinter) -> Shaped:
    """One derivative in a form, a tensor as the list of its entries. Raises NoForm or Unprintable."""
    if entries.ndim:
        parts = [_shaped(entries[place, ...], shape, printer) for place in range(len(entries))]
        return Shaped(f"[{', '.join(part.text for part in parts)}]", any(part.elsewhere for part in parts))
    plain = readable(entries[()]())
    made = folded(_in_our_functions(MAKERS[shape](_in_its_functions(plain))))
    return Shaped(printer.text(made), not same_domain(plain, made))


def _in_its_functions(expression: Any) -> Any:
    """With SymPy's own functions in the place of ours that know less, where they are the same."""
    return expression.replace(Absolute, sympy.Abs).replace(Sign, sympy.sign)


def _in_our_functions(expression: Any) -> Any:
    return expression.replace(sympy.Abs, Absolute).replace(sympy.sign, Sign)
