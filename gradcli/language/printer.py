"""Tree to plain ASCII text, with as few brackets as parse back to the same tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from gradcli.language.tree import (
    Attribute,
    Call,
    Comparison,
    Constant,
    Expr,
    Index,
    IndexItem,
    Keyword,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Program,
    Slice,
    Sum,
    TensorLiteral,
    Text,
)
from gradcli.language.tree import Ellipsis as IndexEllipsis
from gradcli.language.vocabulary import ATTRIBUTE_FUNCTIONS

_COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _POSTFIX, _VALUE = range(7)
_SPACED: Final = {"@": " @ ", "%": " % "}

_Piece: TypeAlias = "str | tuple[Expr, int]"
"""Text, or a node with the level that it must at least bind at to stand without brackets."""


def to_text(node: Expr | Program) -> str:
    """The node in plain ASCII: explicit `*`, `**` for powers, every function called with brackets.

    The text parses back to the same tree, given the same vocabulary and the same variables, for every tree that the
    parser makes; a tree made elsewhere gets brackets where the parser would otherwise group in another way. Does not
    recurse.
    """
    if isinstance(node, Program):
        return _program(node)
    parts: list[str] = []
    stack: list[_Piece] = [(node, _COMPARISON)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            parts.append(piece)
            continue
        inner, level = piece
        pieces = list(_LAYOUTS[type(inner)](inner))
        if _level(inner) < level:
            pieces = ["(", *pieces, ")"]
        pieces.reverse()
        stack += pieces
    return "".join(parts)


def _program(program: Program) -> str:
    statements = [f"{assignment.name} = {to_text(assignment.value)}" for assignment in program.assignments]
    text = "; ".join([*statements, to_text(program.result)])
    if not program.bindings:
        return text
    return f"{text} at {', '.join(f'{binding.name}={to_text(binding.value)}' for binding in program.bindings)}"


def _level(node: Expr) -> int:
    if isinstance(node, Number) and node.text.startswith("-"):
        return _SIGN
    return _LEVELS.get(type(node), _VALUE)


def _sum(node: Sum) -> Iterator[_Piece]:
    for place, term in enumerate(node.terms):
        if place:
            yield " - " if term.negative else " + "
        elif term.negative:
            yield "-"
        yield (term.value, _SIGN if term.negative and not place else _PRODUCT)


def _product(node: Product) -> Iterator[_Piece]:
    for place, factor in enumerate(node.factors):
        if place:
            yield _SPACED.get(factor.operator, factor.operator)
        yield (factor.value, _SIGN)


def _index(node: Index) -> Sequence[_Piece]:
    return ((node.value, _VALUE), "[", *_separated([_index_item(item) for item in node.items]), "]")


def _literal(node: TensorLiteral) -> Sequence[_Piece]:
    return ("[", *_separated([((element, _COMPARISON),) for element in node.elements]), "]")


def _text(node: Text) -> Sequence[_Piece]:
    return (f'"{node.value}"' if "'" in node.value else f"'{node.value}'",)


def _call(node: Call) -> Iterator[_Piece]:
    if node.function in ATTRIBUTE_FUNCTIONS and len(node.arguments) == 1 and not node.keywords:
        yield from ((node.arguments[0], _VALUE), f".{node.function}")
        return
    arguments: list[Sequence[_Piece]] = [((argument, _COMPARISON),) for argument in node.arguments]
    arguments += [_keyword(keyword) for keyword in node.keywords]
    function = node.function if len(node.function) > 1 else f"torch.{node.function}"
    yield from (f"{function}(", *_separated(arguments), ")")


def _keyword(keyword: Keyword) -> Sequence[_Piece]:
    return (f"{keyword.name}=", (keyword.value, _COMPARISON))


def _index_item(item: IndexItem) -> Sequence[_Piece]:
    if isinstance(item, IndexEllipsis):
        return ("...",)
    if not isinstance(item, Slice):
        return ((item, _COMPARISON),)
    pieces: list[_Piece] = []
    if item.lower is not None:
        pieces.append((item.lower, _COMPARISON))
    pieces.append(":")
    if item.upper is not None:
        pieces.append((item.upper, _COMPARISON))
    if item.step is not None:
        pieces += [":", (item.step, _COMPARISON)]
    return pieces


def _separated(items: Sequence[Sequence[_Piece]]) -> Iterator[_Piece]:
    for place, item in enumerate(items):
        if place:
            yield ", "
        yield from item


_LEVELS: Final[dict[type, int]] = {
    Comparison: _COMPARISON,
    Sum: _SUM,
    Product: _PRODUCT,
    Negation: _SIGN,
    Power: _POWER,
    Number: _POSTFIX,
}
"""How tightly what a node is binds; the others are values."""
_LAYOUTS: Final[dict[type, Callable[[Any], Iterable[_Piece]]]] = {
    Number: lambda node: (node.text,),
    Name: lambda node: (node.name,),
    Constant: lambda node: (str(node.value),),
    Text: _text,
    Sum: _sum,
    Product: _product,
    Negation: lambda node: ("-", (node.operand, _SIGN)),
    Power: lambda node: ((node.base, _POSTFIX), "**", (node.exponent, _SIGN)),
    Comparison: lambda node: ((node.left, _SUM), f" {node.operator} ", (node.right, _SUM)),
    Call: _call,
    Attribute: lambda node: ((node.value, _VALUE), f".{node.name}"),
    Index: _index,
    TensorLiteral: _literal,
}
"""The pieces of a node."""
