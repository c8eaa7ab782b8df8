"""The shape of an answer, and its entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gradcli.language import Expr, children
from gradcli.language.tree import Factor, Negation, Power, Product, Sum, TensorLiteral, Term
from gradcli.language.values import replace

_CALCULATED: Final = frozenset({Sum, Product, Negation, Power})
"""What is done to a list entry by entry."""


def entries(expression: Expr) -> tuple[tuple[int, ...], tuple[Expr, ...]]:
    """The shape and the entries of an answer; a list of lists has two dimensions. One entry where it is no list, or
    one of unequal rows.

    What is done to a list is done to its entries: 2*[x, y] has the entries 2*x and 2*y.
    """
    if not isinstance(expression, TensorLiteral):
        return _entries_of_lists(expression)
    parts = [entries(element) for element in expression.elements]
    inner = parts[0][0] if parts else ()
    if any(shape != inner for shape, _ in parts):  # nothing of a shape
        return (), (expression,)
    return (len(parts), *inner), tuple(entry for _, found in parts for entry in found)


def _entries_of_lists(expression: Expr) -> tuple[tuple[int, ...], tuple[Expr, ...]]:
    lists = [entries(each) for each in _outermost_lists(expression)]
    if not lists or len({shape for shape, _ in lists}) != 1:
        return (), (expression,)
    shape = lists[0][0]
    count = len(lists[0][1])
    return shape, tuple(_with_entry(expression, place) for place in range(count))


def _outermost_lists(expression: Expr) -> Iterator[TensorLiteral]:
    stack = [expression]
    while stack:
        node = stack.pop()
        if type(node) is TensorLiteral:
            yield node
        elif type(node) in _CALCULATED:
            stack.extend(reversed(children(node)))


def _with_entry(expression: Expr, place: int) -> Expr:
    """The expression with one entry in the place of each list."""
    match expression:
        case TensorLiteral():
            return entries(expression)[1][place]
        case Sum(terms=terms):
            return replace(
                expression, terms=tuple(Term(_with_entry(each.value, place), each.negative) for each in terms)
            )
        case Product(factors=factors):
            parts = tuple(Factor(_with_entry(each.value, place), each.operator) for each in factors)
            return replace(expression, factors=parts)
        case Negation(operand=operand):
            return replace(expression, operand=_with_entry(operand, place))
        case Power(base=base, exponent=exponent):
            return replace(expression, base=_with_entry(base, place), exponent=_with_entry(exponent, place))
        case _:
            return expression
