"""New trees from old ones: a node with other children, and names replaced by expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from gradcli.language.traversal import children, walk
from gradcli.language.tree import (
    Attribute,
    Call,
    Comparison,
    Derivative,
    Equation,
    Expr,
    Index,
    IndexItem,
    Name,
    Negation,
    Power,
    Product,
    Program,
    Slice,
    Sum,
    TensorLiteral,
    bound_name,
)
from gradcli.language.tree import Ellipsis as IndexEllipsis
from gradcli.language.values import replace

Place: TypeAlias = tuple[int, ...]
"""Where a sub-expression stands in a tree: the number of the child (as `children` gives them) at each level down."""


def at_place(expr: Expr, place: Place) -> Expr:
    """The sub-expression at a place. Raises IndexError where there is none."""
    for index in place:
        expr = children(expr)[index]
    return expr


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """The expression with every name in `values` replaced. Parts without such names are shared. Does not recurse.

    A derivative by a name that is replaced becomes one at what that is replaced by: `d/dx x^2` with 3 for x is 6.
    """
    if any([type(node) is Derivative for node in post_order(expr)]):  # noqa: C419 (a list is quicker)
        expr = transformed(expr, lambda node: _at_its_point(node, values))
    return transformed(expr, lambda node: values.get(node.name, node) if isinstance(node, Name) else node)


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """The expression with other names, also of what is differentiated by. Does not recurse."""

    def change(node: Expr) -> Expr:
        if isinstance(node, Name):
            return replace(node, name=names.get(node.name, node.name))
        if isinstance(node, Derivative) and node.point is None:
            return replace(node, variable=names.get(node.variable, node.variable))
        return node

    return transformed(expr, change)


def _at_its_point(node: Expr, values: Mapping[str, Expr]) -> Expr:
    """A derivative by a name in `values` as one by a bound variable, at that name."""
    if not isinstance(node, Derivative) or node.point is not None or node.variable not in values:
        return node
    bound = bound_name(node.variable, {each.name for each in post_order(node.expression) if isinstance(each, Name)})
    expression = renamed(node.expression, {node.variable: bound})
    return replace(node, expression=expression, variable=bound, point=Name(node.variable, node.span))


def written_out(program: Program, most: int) -> Expr | None:
    """The result of a program with every assigned name replaced by what it stands for; None where that, or what one of
    the names stands for, has more than `most` nodes. They are counted before they are made."""
    known: dict[str, Expr] = {}
    sizes: dict[str, int] = {}
    result = program.result
    for target, expression in [*((each.name, each.value) for each in program.assignments), ("", program.result)]:
        size = sum(sizes.get(node.name, 1) if isinstance(node, Name) else 1 for node in walk(expression))
        if size > most:
            return None
        result = substituted(expression, known) if known else expression
        known[target], sizes[target] = result, size
    return result


def transformed(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` applied to every node, after the nodes below it. Does not recurse."""
    done: dict[int, Expr] = {}
    for node in post_order(expr):
        below = children(node)
        parts = [done[id(child)] for child in below]
        same = all(new is old for new, old in zip(parts, below, strict=True))
        done[id(node)] = change(node if same else rebuilt(node, parts))
    return done[id(expr)]


def post_order(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression after those below it, left to right; one that is shared comes once. Does not recurse."""
    done: set[int] = set()
    stack = [(expr, False)]
    while stack:
        node, is_ready = stack.pop()
        if id(node) in done:
            continue
        below = () if is_ready else children(node)
        if below:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(below))
            continue
        done.add(id(node))
        yield node


def rebuilt(node: Expr, parts: Sequence[Expr]) -> Expr:
    """The node with other children, as many as it has, in the order of `children`."""
    match node:
        case Sum(terms=terms):
            return replace(
                node, terms=tuple(replace(term, value=part) for term, part in zip(terms, parts, strict=True))
            )
        case Product(factors=factors):
            changed = (replace(factor, value=part) for factor, part in zip(factors, parts, strict=True))
            return replace(node, factors=tuple(changed))
        case Power():
            return replace(node, base=parts[0], exponent=parts[1])
        case Negation():
            return replace(node, operand=parts[0])
        case Comparison() | Equation():
            return replace(node, left=parts[0], right=parts[1])
        case Derivative():
            return replace(node, expression=parts[0], point=parts[1] if len(parts) > 1 else None)
        case Call():
            return _rebuilt_call(node, parts)
        case Index():
            return _rebuilt_index(node, parts)
        case Attribute():
            return replace(node, value=parts[0])
        case TensorLiteral():
            return replace(node, elements=tuple(parts))
        case _:
            return node


def _rebuilt_call(node: Call, parts: Sequence[Expr]) -> Call:
    count = len(node.arguments)
    keywords = (replace(word, value=part) for word, part in zip(node.keywords, parts[count:], strict=True))
    return replace(node, arguments=tuple(parts[:count]), keywords=tuple(keywords))


def _rebuilt_index(node: Index, parts: Sequence[Expr]) -> Index:
    rest = iter(parts)
    value = next(rest)
    return replace(node, value=value, items=tuple(_rebuilt_item(item, rest) for item in node.items))


def _rebuilt_item(item: IndexItem, rest: Iterator[Expr]) -> IndexItem:
    if isinstance(item, IndexEllipsis):
        return item
    if not isinstance(item, Slice):
        return next(rest)
    names = [name for name in ("lower", "upper", "step") if getattr(item, name) is not None]
    return replace(item, **{name: next(rest) for name in names})
