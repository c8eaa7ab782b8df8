"""Walking the tree: every sub-expression, and the names whose values must come from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gradcli.language.tree import (
    Attribute,
    Call,
    Comparison,
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
    match node:
        case Sum(terms=terms):
            return tuple(term.value for term in terms)
        case Product(factors=factors):
            return tuple(factor.value for factor in factors)
        case Power(base=base, exponent=exponent):
            return (base, exponent)
        case Negation(operand=operand):
            return (operand,)
        case Comparison(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments, keywords=keywords):
            return (*arguments, *(keyword.value for keyword in keywords))
        case Index():
            return (node.value, *_index_children(node))
        case Attribute(value=value):
            return (value,)
        case TensorLiteral(elements=elements):
            return elements
        case _:
            return ()


def _index_children(node: Index) -> Iterator[Expr]:
    for item in node.items:
        if isinstance(item, Slice):
            yield from (part for part in (item.lower, item.upper, item.step) if part is not None)
        elif not isinstance(item, IndexEllipsis):
            yield item


def walk(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression, the expression itself first, left to right, each before those below it."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def expressions(program: Program) -> tuple[Expr, ...]:
    """The expressions of a program in the order in which they are evaluated: what is assigned, then the result."""
    return (*(assignment.value for assignment in program.assignments), program.result)


def free_names(
    program: Program, constants: Collection[str] = frozenset(), bound: Collection[str] = ()
) -> tuple[str, ...]:
    """The names whose values must come from outside the statements, in order of first appearance.

    A name counts where it is read before anything is assigned to it: `x` in `y = 3*x; x = 1; x*y`. A name in
    `constants` (`pi`, `e`) counts only where somebody bound it: it is in `bound`, or the program itself binds it
    after `at`. The bindings' own values are constant and are not looked at.
    """
    given = {*bound, *(binding.name for binding in program.bindings)}
    assigned: set[str] = set()
    found: dict[str, None] = {}
    targets = [*((assignment.value, assignment.name) for assignment in program.assignments), (program.result, None)]
    for value, target in targets:
        for node in walk(value):
            if (
                isinstance(node, Name)
                and node.name not in assigned
                and (node.name not in constants or node.name in given)
            ):
                found[node.name] = None
        if target is not None:
            assigned.add(target)
    return tuple(found)
