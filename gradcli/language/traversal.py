"""Walking the tree: every sub-expression, and the names whose values must come from outside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from gradcli.language.tree import (
    BOUND,
    Attribute,
    Call,
    Comparison,
    Derivative,
    Equation,
    Expr,
    Index,
    Name,
    Negation,
    Power,
    Product,
    Program,
    Slice,
    Sum,
    TensorLiteral,
)
from gradcli.language.tree import Ellipsis as IndexEllipsis


def children(node: Expr) -> tuple[Expr, ...]:
    """The expressions directly below a node, in the order of the text."""
    below = _CHILDREN.get(type(node))
    return () if below is None else below(node)


def _index_children(node: Index) -> Iterator[Expr]:
    for item in node.items:
        if isinstance(item, Slice):
            yield from (part for part in (item.lower, item.upper, item.step) if part is not None)
        elif not isinstance(item, IndexEllipsis):
            yield item


_CHILDREN: Final[dict[type, Callable[[Any], tuple[Expr, ...]]]] = {
    Sum: lambda node: tuple([term.value for term in node.terms]),
    Product: lambda node: tuple([factor.value for factor in node.factors]),
    Power: lambda node: (node.base, node.exponent),
    Negation: lambda node: (node.operand,),
    Comparison: lambda node: (node.left, node.right),
    Call: lambda node: (*node.arguments, *[keyword.value for keyword in node.keywords]),
    Index: lambda node: (node.value, *_index_children(node)),
    Attribute: lambda node: (node.value,),
    TensorLiteral: lambda node: node.elements,
    Derivative: lambda node: (node.expression,) if node.point is None else (node.expression, node.point),
    Equation: lambda node: (node.left, node.right),
}
"""What is below a node, by its kind; nothing is below the others."""


def walk(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression, the expression itself first, left to right, each before those below it."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        below = _CHILDREN.get(type(node))
        if below is not None:
            stack.extend(reversed(below(node)))


def expressions(program: Program) -> tuple[Expr, ...]:
    """The expressions of a program in the order in which they are evaluated: what is assigned, then the result."""
    return (*[assignment.value for assignment in program.assignments], program.result)


def free_names(
    program: Program,
    constants: Collection[str] = frozenset(),
    bound: Collection[str] = (),
) -> tuple[str, ...]:
    """The names whose values must come from outside the statements, in order of first appearance.

    A name counts where it is read before anything is assigned to it: `x` in `y = 3*x; x = 1; x*y`. A name in
    `constants` (`pi`, `e`) counts only where somebody bound it: it is in `bound`, or the program itself binds it
    after `at`. A name that is bound in a Derivative does not count. The bindings' own values are constant and are not
    looked at.
    """
    given = {*bound, *[each.name for each in program.bindings], *[each.name for each in program.ranges]}
    assigned: set[str] = set()
    found: dict[str, None] = {}
    targets = [*[assignment.name for assignment in program.assignments], None]
    for read, target in zip(map(walk, expressions(program)), targets, strict=True):
        for name in dict.fromkeys([node.name for node in read if type(node) is Name]):
            if name not in assigned and (name not in constants or name in given) and not name.endswith(BOUND):
                found[name] = None
        if target is not None:
            assigned.add(target)
    return tuple(found)
