"""The shortest of a few cheap forms of a derivative: as differentiated, without a common factor, in one fraction, …

A form is shown only where it has a value at the very points where the derivative as it was differentiated has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import sympy
from sympy import Add, Mul, Pow, S
from sympy.simplify.fu import TR5, TR6, TR8, TR22, TR2i, hyper_as_trig

from gradcli.calculus.symbolic.decimals import folded
from gradcli.calculus.symbolic.domains import MAX_TERMS, conditions, multiplied_out, terms
from gradcli.calculus.symbolic.functions import Absolute, Flat, Sign
from gradcli.calculus.symbolic.printer import LanguagePrinter, Unprintable

SHORT: Final = 12
"""Characters of a formula of which no other form is tried."""
MAX_NODES: Final = 1_500
"""Nodes of a formula of which other forms are tried."""
FEW_NODES: Final = 400
"""Nodes of one of which all forms are tried."""
MAX_LETTERS: Final = 8
"""What polynomials are made of (variables, functions) where they are to be factored."""
CIRCULAR: Final = (sympy.sin, sympy.cos, sympy.tan, sympy.cot)
HYPERBOLIC: Final = (sympy.sinh, sympy.cosh)
"""Functions whose squares and products are replaced by others of their kind."""


def shortest(expression: Any, names: frozenset[str]) -> str:
    """The shortest text of a derivative, of `names` as variables. Raises Unprintable."""
    printer = LanguagePrinter(names)
    plain = readable(expression)
    best = printer.text(plain)
    nodes = sum(1 for _ in sympy.preorder_traversal(plain))
    if len(best) <= SHORT or nodes > MAX_NODES:
        return best
    tried, needed = {plain}, conditions(plain)
    for form in forms_of(plain, few=nodes <= FEW_NODES):
        candidate = folded(form)
        if candidate in tried:
            continue
        tried.add(candidate)
        try:
            text = printer.text(candidate)
        except Unprintable:
            continue
        if len(text) < len(best) and conditions(candidate) == needed:
            best = text
    return best


def readable(expression: Any) -> Any:
    """Without the slopes of steps, which are zero, with x**y/x as x**(y - 1), and numbers as one."""
    expression = expression.xreplace(dict.fromkeys(expression.atoms(Flat), S.Zero))
    if expression.has(Sign):
        expression = expression.replace(lambda node: node.is_Mul and node.has(Sign), _without_squared_signs)
    if any(power.exp.free_symbols for power in expression.atoms(Pow)):
        expression = expression.replace(lambda node: node.is_Mul, _with_joined_powers)
    return folded(expression)


def _with_joined_powers(product: Any) -> Any:
    """A product with x**y/x as x**(y - 1), which has a value at 0, too, where the derivative has one."""
    powers = [factor.as_base_exp() for factor in product.args]
    by_base: dict[Any, list[Any]] = {}
    for base, exponent in powers:
        by_base.setdefault(base, []).append(exponent)
    joined = {
        base: exponents
        for base, exponents in by_base.items()
        if len(exponents) > 1 and sum(not exponent.is_Rational for exponent in exponents) == 1
    }
    if not joined:
        return product
    rest = [factor for factor, (base, _) in zip(product.args, powers, strict=True) if base not in joined]
    return Mul(*rest, *[Pow(base, Add(*exponents)) for base, exponents in joined.items()])


def _without_squared_signs(product: Any) -> Any:
    """A product without sign(u)**2, which is 1, where it is divided by a power of abs(u)."""
    below = {factor.base for factor in product.args if factor.is_Pow and factor.exp.is_negative}
    kept = [
        factor
        for factor in product.args
        if not (
            factor.is_Pow
            and isinstance(factor.base, Sign)
            and factor.exp.is_even
            and Absolute(factor.base.args[0]) in below
        )
    ]
    return Mul(*kept)


def forms_of(expression: Any, *, few: bool) -> Iterator[Any]:
    """Forms of an expression, the plainest first; of one of more than a few nodes those that take little time."""
    makers: list[Callable[[Any], Any]] = [expanded, sympy.factor_terms, sympy.together]
    if few and any(power.exp.free_symbols for power in expression.atoms(Pow)):
        makers.append(lambda each: sympy.powsimp(sympy.factor_terms(each)))
        makers.append(lambda each: sympy.powsimp(sympy.together(each)))
    if few and (expression.is_Add or any(factor.is_Add for factor in expression.args)):
        makers += [_fraction, _factored]
    if few and _multiplies(expression, CIRCULAR):
        makers += [_as_multiples, _as_secants, partial(_in_one_function, TR6), partial(_in_one_function, TR5)]
    if few and _multiplies(expression, HYPERBOLIC):
        makers += [_as_hyperbolic_multiples, _as_hyperbolic_tangents]
    for maker in makers:
        try:
            yield maker(expression)
        except Exception:  # whatever SymPy throws at a formula that it does not like, the others are left
            continue


def expanded(expression: Any) -> Any:
    """Each term multiplied out, and what it is divided by as it is."""
    return Add(*[_expanded_term(term) for term in Add.make_args(expression)])


def _expanded_term(term: Any) -> Any:
    above, below = sympy.fraction(term)
    return multiplied_out(above) / below


def _multiplies(expression: Any, functions: tuple[type, ...]) -> bool:
    """Whether a product or a power of an expression holds several of the functions, or one several times."""
    for node in sympy.preorder_traversal(expression):
        if node.is_Pow and isinstance(node.base, functions) and node.exp.is_Integer and abs(node.exp) > 1:
            return True
        if node.is_Mul and sum(isinstance(factor.as_base_exp()[0], functions) for factor in node.args) > 1:
            return True
    return False


def _fraction(expression: Any) -> Any:
    """One fraction, multiplied out above the bar, without the common factor of that."""
    above, below = sympy.fraction(sympy.together(expression))
    return sympy.factor_terms(folded(multiplied_out(above))) / below


def _in_one_function(rule: Callable[[Any], Any], expression: Any) -> Any:
    """One fraction, above the bar with 1 - sin(x)**2 for cos(x)**2 (by TR6), or the other way round (by TR5)."""
    above, below = sympy.fraction(sympy.together(expression))
    return sympy.factor_terms(multiplied_out(rule(multiplied_out(above)))) / below


def _as_multiples(expression: Any) -> Any:
    """With sin(2*x) for 2*sin(x)*cos(x), and the other products of sines and cosines as their sums."""
    return TR8(sympy.expand_mul(expression))


def _as_hyperbolic_multiples(expression: Any) -> Any:
    """With sinh(2*x) for 2*sinh(x)*cosh(x), and the like."""
    circular, back = hyper_as_trig(sympy.expand_mul(expression))
    return back(TR8(circular))


def _as_secants(expression: Any) -> Any:
    """With sec(x)**2 for tan(x)**2 + 1, and tan(x) for sin(x)/cos(x)."""
    return TR22(TR2i(sympy.factor_terms(expression)))


def _as_hyperbolic_tangents(expression: Any) -> Any:
    """With tanh(x) for sinh(x)/cosh(x)."""
    circular, back = hyper_as_trig(sympy.factor_terms(expression))
    return back(TR2i(circular))


def _factored(expression: Any) -> Any:
    if terms(expression) > MAX_TERMS or _letters(expression) > MAX_LETTERS:
        return expression
    return sympy.factor(expression)


def _letters(expression: Any) -> int:
    """How many variables and functions an expression is made of."""
    return len(expression.free_symbols) + len(expression.atoms(sympy.Function))
