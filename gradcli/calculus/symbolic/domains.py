"""Where a SymPy expression of real variables has no value: what a form of it must not forget, nor bring in.

Forms that cancel are shorter and say more than is true: `x/x` is 1 but at 0. `conditions` collects what must hold of
the parts for the whole to have a value, so that two expressions can be compared in that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import sympy
from sympy import Mul, S

from gradcli.calculus.symbolic.decimals import exact

Condition: TypeAlias = tuple[str, Any]
"""A word and the expression of which it must hold: ("nonzero", x - 1), ("nonnegative", x)."""
MAX_TERMS: Final = 60
"""Terms that a product may have when it is multiplied out."""
NONZERO, NONNEGATIVE = "nonzero", "nonnegative"
POLES: Final = {
    "tan": sympy.cos,
    "sec": sympy.cos,
    "cot": sympy.sin,
    "csc": sympy.sin,
    "coth": sympy.sinh,
    "csch": sympy.sinh,
}
"""Functions that have no value where another function of the same argument is zero."""
TOTAL: Final = frozenset({
    *("sin", "cos", "exp", "sinh", "cosh", "tanh", "sech", "atan", "asinh", "erf", "erfc", "sinc"),
    *("Absolute", "Sign", "Positive", "IsZero", "Maximum", "Where", "Branch", "Floor", "Flat", "Round", "Detached"),
})  # fmt: skip
"""Functions that have a value everywhere; of the others each argument is a condition of its own."""


def same_domain(expression: Any, other: Any) -> bool:
    """Whether two expressions have values at the same points, as far as their parts tell."""
    return conditions(expression) == conditions(other)


def conditions(expression: Any) -> frozenset[Condition]:
    """What must hold for an expression to have a value, in a form that does not depend on how it is written."""
    found: set[Condition] = set()
    for node in sympy.preorder_traversal(exact(expression)):
        found.update(_conditions(node))
    return frozenset(found)


def _conditions(node: Any) -> Iterator[Condition]:
    if node.is_Pow:
        yield from _of_power(node.base, node.exp)
    elif node.is_Function:
        name = type(node).__name__
        if name == "log":
            yield from _nonnegative(node.args[0])
            yield from nonzero(node.args[0])
        elif name in POLES:
            yield from nonzero(POLES[name](node.args[0]))
        elif name not in TOTAL:
            yield "polygamma" if "gamma" in name else name, node.args[-1]


def _of_power(base: Any, exponent: Any) -> Iterator[Condition]:
    if base.is_positive:
        return
    if not exponent.is_Integer:
        yield from _nonnegative(base)
    if not exponent.is_Rational or exponent.is_negative:
        yield from nonzero(base)


def _nonnegative(base: Any) -> Iterator[Condition]:
    if not base.is_nonnegative:
        yield NONNEGATIVE, multiplied_out(base).primitive()[1]


def nonzero(base: Any) -> Iterator[Condition]:
    """The conditions for a base not to be zero: one for each irreducible factor."""
    for factor in Mul.make_args(base):
        if factor.is_Pow and factor.exp.is_Rational:
            yield from nonzero(factor.base)
        elif factor.is_Function and type(factor).__name__ == "Absolute":
            yield from nonzero(factor.args[0])
        elif not factor.is_nonzero:
            yield from _irreducible(factor)


def _irreducible(base: Any) -> Iterator[Condition]:
    if base.is_Add and terms(base) <= MAX_TERMS:
        factored = sympy.factor(base)
        if not factored.is_Add:
            yield from nonzero(factored)
            return
        base = multiplied_out(base).primitive()[1]
    if base.is_Add and len(base.args) == 2 and _never_cancels(*base.args):
        return
    yield NONZERO, -base if base.could_extract_minus_sign() else base


def _never_cancels(first: Any, second: Any) -> bool:
    """Whether two terms never add up to zero since their squares are never equal: x and sqrt(x**2 + 1)."""
    difference = first**2 - second**2
    return bool(terms(difference) <= MAX_TERMS and multiplied_out(difference).is_nonzero)


def multiplied_out(expression: Any) -> Any:
    """The expression without brackets, where it has not too many terms then."""
    if terms(expression) > MAX_TERMS:
        return expression
    return sympy.expand(expression, power_base=False, power_exp=False, log=False)


def terms(expression: Any) -> int:
    """How many terms an expression has when its products and whole powers are multiplied out."""
    if expression.is_Add:
        return sum(terms(term) for term in expression.args)
    if expression.is_Mul:
        count = 1
        for factor in expression.args:
            count *= terms(factor)
        return count
    if expression.is_Pow and expression.exp.is_Integer and expression.exp is not S.NegativeOne:
        count = terms(expression.base)
        return int(sympy.binomial(count + abs(int(expression.exp)) - 1, count - 1)) if count > 1 else 1
    return 1
