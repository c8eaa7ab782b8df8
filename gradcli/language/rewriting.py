"""Trees taken apart and put together: what is below a node, a node with other children, names replaced."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from gradcli.language import tree
from gradcli.language.tree import BOUND, Derivative, Expr, Name, Program, bound_name
from gradcli.language.values import replace

Piece = TypeVar("Piece", tree.Term, tree.Factor, tree.Keyword)
Place: TypeAlias = tuple[int, ...]
"""Where a sub-expression stands in a tree: the number of the child (as `children` gives them) at each level down."""


def children(node: Expr) -> tuple[Expr, ...]:
    """The expressions directly below a node, in the order of the text."""
    below = _CHILDREN.get(type(node))
    return () if below is None else below(node)


def _index_children(node: tree.Index) -> Iterator[Expr]:
    for item in node.items:
        if isinstance(item, tree.Slice):
            yield from (part for part in (item.lower, item.upper, item.step) if part is not None)
        elif not isinstance(item, tree.IndexEllipsis):
            yield item


_CHILDREN: Final[dict[type, Callable[[Any], tuple[Expr, ...]]]] = {
    tree.Sum: lambda node: tuple([term.value for term in node.terms]),
    tree.Product: lambda node: tuple([factor.value for factor in node.factors]),
    tree.Power: lambda node: (node.base, node.exponent),
    tree.Negation: lambda node: (node.operand,),
    tree.Comparison: lambda node: (node.left, node.right),
    tree.Call: lambda node: (*node.arguments, *[keyword.value for keyword in node.keywords]),
    tree.Index: lambda node: (node.value, *_index_children(node)),
    tree.Attribute: lambda node: (node.value,),
    tree.TensorLiteral: lambda node: node.elements,
    Derivative: lambda node: (node.expression,) if node.point is None else (node.expression, node.point),
    tree.Equation: lambda node: (node.left, node.right),
}
"""What is below a node, by its kind; nothing is below the others."""


def rebuilt(node: Expr, parts: Sequence[Expr]) -> Expr:
    """The node with other children, as many as it has, in the order of `children`."""
    fields = _FIELDS.get(type(node))
    return node if fields is None else replace(node, **fields(node, parts))


def _with_values(pieces: Sequence[Piece], values: Sequence[Expr]) -> tuple[Piece, ...]:
    return tuple(replace(piece, value=value) for piece, value in zip(pieces, values, strict=True))


def _with_parts(item: tree.IndexItem, rest: Iterator[Expr]) -> tree.IndexItem:
    """The item of an index with as many of the rest as it has parts."""
    if isinstance(item, tree.IndexEllipsis):
        return item
    if not isinstance(item, tree.Slice):
        return next(rest)
    names = [name for name in ("lower", "upper", "step") if getattr(item, name) is not None]
    return replace(item, **{name: next(rest) for name in names})


def _index_fields(node: tree.Index, parts: Sequence[Expr]) -> dict[str, Any]:
    rest = iter(parts)
    return {"value": next(rest), "items": tuple(_with_parts(item, rest) for item in node.items)}


def _call_fields(node: tree.Call, parts: Sequence[Expr]) -> dict[str, Any]:
    count = len(node.arguments)
    return {"arguments": tuple(parts[:count]), "keywords": _with_values(node.keywords, parts[count:])}


_FIELDS: Final[dict[type, Callable[[Any, Sequence[Expr]], dict[str, Any]]]] = {
    tree.Sum: lambda node, parts: {"terms": _with_values(node.terms, parts)},
    tree.Product: lambda node, parts: {"factors": _with_values(node.factors, parts)},
    tree.Power: lambda node, parts: {"base": parts[0], "exponent": parts[1]},
    tree.Negation: lambda node, parts: {"operand": parts[0]},
    tree.Comparison: lambda node, parts: {"left": parts[0], "right": parts[1]},
    tree.Call: _call_fields,
    tree.Index: _index_fields,
    tree.Attribute: lambda node, parts: {"value": parts[0]},
    tree.TensorLiteral: lambda node, parts: {"elements": tuple(parts)},
    Derivative: lambda node, parts: {"expression": parts[0], "point": parts[1] if len(parts) > 1 else None},
    tree.Equation: lambda node, parts: {"left": parts[0], "right": parts[1]},
}
"""The fields of a node that hold other children, by its kind."""


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
    program: Program, constants: Collection[str] = frozenset(), bound: Collection[str] = ()
) -> tuple[str, ...]:
    """The names whose values must come from outside the statements, in order of first appearance.

    A name counts where it is read before anything is assigned to it: `x` in `y = 3*x; x = 1; x*y`.
    A name in `constants` (`pi`, `e`) counts only where it is in `bound`, or the program itself binds it after `at`.
    A name that is bound in a Derivative does not count, and the bindings' own values, which are constant, are left out.
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


def at_place(expr: Expr, place: Place) -> Expr:
    """The sub-expression at a place. Raises IndexError where there is none."""
    for index in place:
        expr = children(expr)[index]
    return expr


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """The expression with every name in `values` replaced. Parts without such names are shared. Does not recurse.

    A derivative by a name that is replaced becomes one at what that is replaced by: `d/dx x^2` with 3 for x is 6.
    """
    if has_derivatives(expr):
        expr = transformed(expr, lambda node: _at_its_point(node, values))
    return transformed(expr, lambda node: values.get(node.name, node) if isinstance(node, Name) else node)


def has_derivatives(expr: Expr) -> bool:
    """Whether there is a derivative in an expression."""
    return Derivative in map(type, post_order(expr))


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
    """The result of a program with every assigned name replaced by what it stands for.

    None where that, or what one of the names stands for, has more than `most` nodes, which are counted before.
    """
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
