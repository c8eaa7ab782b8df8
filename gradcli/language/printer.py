"""Tree to plain ASCII text, with as few brackets as parse back to the same tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from gradcli.language import tree
from gradcli.language.names import GREEK_NAMES
from gradcli.language.rewriting import expressions, walk
from gradcli.language.tree import BOUND, Definition, Expr, Name, Number, Program
from gradcli.language.vocabulary import ATTRIBUTE_FUNCTIONS

_COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _POSTFIX, _VALUE = range(7)
_SPACED: Final = {"*": "*", "/": "/", "//": "//", "@": " @ ", "%": " % "}


class _Known(dict[int, str]):
    """The texts of nodes that have been written already, by their identities.

    `applied` are the functions with names of Greek letters that have been written.
    `hidden` are those of them that are variables, too.
    """

    __slots__ = ("applied", "hidden")

    def __init__(self, hidden: Collection[str] = ()) -> None:
        self.applied: set[str] = set()
        self.hidden = hidden


def to_text(node: Expr | Program | Definition) -> str:
    """The node in plain ASCII: explicit `*`, `**` for powers, every function called with brackets.

    The text of a tree that the parser makes parses back to it, given the same vocabulary and the same variables.
    A tree made elsewhere gets brackets where the parser would otherwise group in another way.
    A tree may be of any height.
    """
    known = _Known()
    if isinstance(node, Definition):
        return _definition(node, known)
    text = _whole(node, known)
    if known.applied:
        hidden = known.applied & set(_variables(node))
        if hidden:
            return _whole(node, _Known(hidden))
    return text


def _whole(node: Expr | Program, known: _Known) -> str:
    if isinstance(node, Program):
        return _program(node, known)
    try:
        return _written(node, _COMPARISON, known)
    except RecursionError:
        return _from_below(node, known)


def _variables(node: Expr | Program) -> Iterator[str]:
    for part in expressions(node) if isinstance(node, Program) else (node,):
        yield from (each.name for each in walk(part) if isinstance(each, Name))
    if isinstance(node, Program):
        yield from (assignment.name for assignment in node.assignments)
        yield from (binding.name for binding in node.bindings)
        yield from (each.name for each in node.ranges)


def _from_below(node: Expr, known: _Known) -> str:
    """The text of a tree that is too high to be written from above: its lower nodes first."""
    for each in reversed(list(walk(node))):
        known[id(each)] = _LAYOUTS[type(each)](each, known)
    return known[id(node)]


def _program(program: Program, known: _Known) -> str:
    text = _whole(program.result, known)
    if program.assignments:
        text = "; ".join([*(f"{each.name} = {_whole(each.value, known)}" for each in program.assignments), text])
    bound = [f"{each.name}={_whole(each.value, known)}" for each in program.bindings]
    bound += [_range(each, known) for each in program.ranges]
    return f"{text} at {', '.join(bound)}" if bound else text


def _range(span: tree.Range, known: _Known) -> str:
    parts = [each for each in (span.start, span.stop, span.step) if each is not None]
    return f"{span.name}={':'.join([_written(part, _COMPARISON, known) for part in parts])}"


def _definition(node: Definition, known: _Known) -> str:
    return f"{node.name}({', '.join(node.parameters)}) = {_whole(node.body, known)}"


def _written(node: Expr, level: int, known: _Known) -> str:
    """The node's text, in brackets unless it binds at least as tightly as `level`."""
    if type(node) is Name:
        return node.name.rstrip(BOUND)
    kind = type(node)
    text = known.get(id(node)) if known else None
    if text is None:
        text = _LAYOUTS[kind](node, known)
    binds = _LEVELS.get(kind, _VALUE)
    if kind is Number and text[0] == "-":
        binds = _SIGN
    return text if binds >= level else f"({text})"


def _sum(node: tree.Sum, known: _Known) -> str:
    first, *others = node.terms
    text = f"-{_written(first.value, _SIGN, known)}" if first.negative else _written(first.value, _PRODUCT, known)
    return text + "".join([
        (" - " if term.negative else " + ") + _written(term.value, _PRODUCT, known) for term in others
    ])  # fmt: skip


def _product(node: tree.Product, known: _Known) -> str:
    first, *others = node.factors
    return _written(first.value, _SIGN, known) + "".join([
        _SPACED[factor.operator] + _written(factor.value, _SIGN, known) for factor in others
    ])  # fmt: skip


def _power(node: tree.Power, known: _Known) -> str:
    return f"{_written(node.base, _POSTFIX, known)}**{_written(node.exponent, _SIGN, known)}"


def _comparison(node: tree.Comparison, known: _Known) -> str:
    return f"{_written(node.left, _SUM, known)} {node.operator} {_written(node.right, _SUM, known)}"


def _index(node: tree.Index, known: _Known) -> str:
    items = ", ".join([_index_item(item, known) for item in node.items])
    return f"{_written(node.value, _VALUE, known)}[{items}]"


def _literal(node: tree.TensorLiteral, known: _Known) -> str:
    return f"[{', '.join([_written(element, _COMPARISON, known) for element in node.elements])}]"


def _text(node: tree.Text, known: _Known) -> str:
    return f'"{node.value}"' if "'" in node.value else f"'{node.value}'"


def _call(node: tree.Call, known: _Known) -> str:
    if node.function in ATTRIBUTE_FUNCTIONS and len(node.arguments) == 1 and not node.keywords:
        return f"{_written(node.arguments[0], _VALUE, known)}.{node.function}"
    arguments = [_written(argument, _COMPARISON, known) for argument in node.arguments]
    arguments += [_keyword(keyword, known) for keyword in node.keywords]
    function = node.function
    if function in GREEK_NAMES:
        known.applied.add(function)
    if len(function) == 1 or function in known.hidden:
        function = f"torch.{function}"
    return f"{function}({', '.join(arguments)})"


def _derivative(node: tree.Derivative, known: _Known) -> str:
    parts = [_written(node.expression, _COMPARISON, known), node.variable.rstrip(BOUND)]
    if node.order != 1:
        parts.append(str(node.order))
    if node.point is not None:
        parts.append(f"at={_written(node.point, _COMPARISON, known)}")
    return f"diff({', '.join(parts)})"


def _keyword(keyword: tree.Keyword, known: _Known) -> str:
    return f"{keyword.name}={_written(keyword.value, _COMPARISON, known)}"


def _index_item(item: tree.IndexItem, known: _Known) -> str:
    if isinstance(item, tree.IndexEllipsis):
        return "..."
    if not isinstance(item, tree.Slice):
        return _written(item, _COMPARISON, known)
    lower, upper, step = (
        "" if each is None else _written(each, _COMPARISON, known) for each in (item.lower, item.upper, item.step)
    )
    return f"{lower}:{upper}:{step}" if item.step is not None else f"{lower}:{upper}"


_LEVELS: Final[dict[type, int]] = {
    tree.Comparison: _COMPARISON,
    tree.Equation: _COMPARISON,
    tree.Sum: _SUM,
    tree.Product: _PRODUCT,
    tree.Negation: _SIGN,
    tree.Power: _POWER,
    Number: _POSTFIX,
}
"""How tightly what a node is binds; the others are values."""
_LAYOUTS: Final[dict[type, Callable[[Any, _Known], str]]] = {
    Number: lambda node, known: node.text,
    Name: lambda node, known: node.name.rstrip(BOUND),
    tree.Constant: lambda node, known: str(node.value),
    tree.Text: _text,
    tree.Sum: _sum,
    tree.Product: _product,
    tree.Negation: lambda node, known: f"-{_written(node.operand, _SIGN, known)}",
    tree.Power: _power,
    tree.Comparison: _comparison,
    tree.Call: _call,
    tree.Attribute: lambda node, known: f"{_written(node.value, _VALUE, known)}.{node.name}",
    tree.Index: _index,
    tree.TensorLiteral: _literal,
    tree.Derivative: _derivative,
    tree.Equation: lambda node, known: f"{_written(node.left, _SUM, known)} = {_written(node.right, _SUM, known)}",
}
"""The text of a node, by its kind."""
