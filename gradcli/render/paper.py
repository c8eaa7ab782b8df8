"""The expression tree as one writes it on paper: `2x sin(3x) + 3x² cos(3x)`. It reads back to the same tree.

Factors stand side by side where nobody can read that in another way, and have a `·` between them elsewhere: before a
digit, at a name of several letters, after what is divided by. Functions have brackets, whole exponents are raised.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import Enum
from typing import Any, Final, TypeAlias

from gradcli.language import Expr, Program, children, expressions, to_text, walk
from gradcli.language.characters import GREEK, SYMBOLS
from gradcli.language.names import GREEK_NAMES
from gradcli.language.rewriting import post_order
from gradcli.language.tree import (
    BOUND,
    Call,
    Comparison,
    Derivative,
    Equation,
    Factor,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Sum,
    TensorLiteral,
)
from gradcli.language.values import frozen
from gradcli.language.vocabulary import ATTRIBUTE_FUNCTIONS

_COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _VALUE = range(6)
"""How tightly a piece binds."""


class _Kind(Enum):
    """What a piece begins or ends with, for what may stand beside it."""

    DIGIT = "a digit"
    LETTER = "a name that is one letter"
    OPENER = "a letter that a bracket may touch"
    CALL = "a function's name or its closing bracket"
    ROOT = "a root's sign"
    BRACKET = "a bracket"
    RAISED = "a raised number"
    CARET = "an exponent behind ^"
    OTHER = "anything else"


@frozen
class _Piece:
    text: str
    level: int
    first: _Kind
    last: _Kind

    def within(self, level: int) -> _Piece:
        """The piece, in brackets where its surroundings bind more closely."""
        return self if self.level >= level else _bracketed(self.text)


_Below: TypeAlias = Sequence[_Piece]

LETTERS: Final = {name: letter for letter, name in reversed([*GREEK.items(), *SYMBOLS.items()])}
"""Names that are written as Greek letters, or as symbols, and these."""
SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
COMPARISONS: Final = {"<=": "≤", ">=": "≥", "!=": "≠"}
FUNCTIONS: Final = {
    **{"log": "ln", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asec": "arcsec", "acsc": "arccsc"},
    **{"acot": "arccot", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh"},
}
"""Functions of one argument that have another name on paper."""
POWERED: Final = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth"})
"""Functions whose powers are written `sin²(x)`."""
UNTOUCHED: Final = frozenset("dDfgheE")
"""Letters that are not put before a bracket: some read them as functions or operators there."""


def to_paper(node: Expr | Program) -> str:
    """The node as one writes it on paper, in Unicode. It reads back to the same tree, without a note.

    Does not recurse.
    """
    hidden = frozenset(_variables(node)) & GREEK_NAMES
    if not isinstance(node, Program):
        return _text(node, hidden)
    statements = [f"{_name(each.name)} = {_text(each.value, hidden)}" for each in node.assignments]
    text = "; ".join([*statements, _text(node.result, hidden)])
    if not node.bindings:
        return text
    return f"{text} at {', '.join(f'{_name(each.name)}={_text(each.value, hidden)}' for each in node.bindings)}"


def _variables(node: Expr | Program) -> Collection[str]:
    parts = expressions(node) if isinstance(node, Program) else (node,)
    found = {each.name for part in parts for each in walk(part) if isinstance(each, Name)}
    if isinstance(node, Program):
        found.update(each.name for each in node.assignments)
        found.update(each.name for each in node.bindings)
    return found


def _text(expr: Expr, hidden: frozenset[str]) -> str:
    done: dict[int, _Piece] = {}
    for node in post_order(expr):
        layout = _LAYOUTS.get(type(node))
        below = [done[id(child)] for child in children(node)]
        if isinstance(node, Call):
            done[id(node)] = _call(node, below, hidden)
        else:
            done[id(node)] = _other(to_text(node)) if layout is None else layout(node, below)
    return done[id(expr)].text


def _other(text: str, level: int = _VALUE) -> _Piece:
    return _Piece(text, level, _Kind.OTHER, _Kind.OTHER)


def _bracketed(text: str) -> _Piece:
    return _Piece(f"({text})", _VALUE, _Kind.BRACKET, _Kind.BRACKET)


def _number(node: Number, below: _Below) -> _Piece:
    level = _SIGN if node.text.startswith("-") else _VALUE
    last = _Kind.OTHER if node.text == "0" else _Kind.DIGIT  # `0x1` and `0b1` are numbers elsewhere
    return _Piece(node.text, level, _Kind.DIGIT, last)


def _name(name: str) -> str:
    """A name with Greek letters and lowered numbers: `θ`, `x₁`."""
    plain = name.rstrip(BOUND)
    if plain in LETTERS:
        return LETTERS[plain]
    stem = plain.rstrip("0123456789")
    letter = stem if stem == plain or stem in SYMBOLS.values() else LETTERS.get(stem, stem)
    return letter + plain[len(stem) :].translate(SUBSCRIPTS) if len(letter) == 1 else plain


def _of_name(node: Name, below: _Below) -> _Piece:
    text = _name(node.name)
    if len(text.rstrip("₀₁₂₃₄₅₆₇₈₉")) != 1:
        return _other(text)
    if text == "e":  # `2e` is a product, and `2e₁` looks like a number
        return _Piece(text, _VALUE, _Kind.LETTER, _Kind.LETTER)
    first = _Kind.OTHER if text[0] in "eE" else _Kind.LETTER
    touched = text.isascii() and text not in UNTOUCHED
    return _Piece(text, _VALUE, first, _Kind.OPENER if touched else _Kind.LETTER)


def _negation(node: Negation, below: _Below) -> _Piece:
    operand = below[0].within(_SIGN)
    return _Piece(f"-{operand.text}", _SIGN, _Kind.OTHER, operand.last)


def _sum(node: Sum, below: _Below) -> _Piece:
    text = below[0].within(_PRODUCT).text
    text = f"-{below[0].within(_POWER).text}" if node.terms[0].negative else text
    for term, piece in zip(node.terms[1:], below[1:], strict=True):
        value = piece.within(_PRODUCT)
        shown = f"({value.text})" if value.text.startswith("-") else value.text
        text += f" {'-' if term.negative else '+'} {shown}"
    return _other(text, _SUM)


def _product(node: Product, below: _Below) -> _Piece:
    pieces = [below[0].within(_SIGN), *(piece.within(_POWER) for piece in below[1:])]
    divided = False
    text, first = "", pieces[0].first
    for place, (factor, piece) in enumerate(zip(node.factors, pieces, strict=True)):
        divided = divided or factor.operator != "*"
        after = node.factors[place + 1] if place + 1 < len(pieces) else None
        sign = "·" if divided or after is None else _between(piece.last, pieces[place + 1].first)
        if piece.last is _Kind.CARET and after is not None and (sign != " " or after.operator != "*"):
            pieces[place] = piece = _bracketed(piece.text)  # some read `2^x·y` as 2^(x·y)
            first = pieces[0].first
        if place and factor.operator != "*":
            text += _divided(node.factors[place - 1].value, factor, piece)
        else:
            text += piece.text
        if after is not None and after.operator == "*":
            text += sign
    return _Piece(text, _PRODUCT, first, _Kind.OTHER if divided else pieces[-1].last)


def _divided(before: Expr, factor: Factor, piece: _Piece) -> str:
    """An operator other than `*`, and the factor behind it."""
    if factor.operator != "/":
        return f" {factor.operator} {piece.text}"
    base = factor.value.base if isinstance(factor.value, Power) else factor.value
    if not isinstance(base, Name) or len(base.name) == 1 or not base.name.isalpha():
        return f"/{piece.text}"
    is_operator = base.name.startswith("d") and isinstance(before, Name) and before.name.startswith("d")
    return f" / ({piece.text})" if is_operator else f" / {piece.text}"  # some take `a/bc` for a/(b*c)


_BESIDE: Final[dict[tuple[_Kind, _Kind], str]] = {
    (_Kind.DIGIT, _Kind.LETTER): "",
    (_Kind.DIGIT, _Kind.BRACKET): "",
    (_Kind.DIGIT, _Kind.CALL): " ",
    (_Kind.DIGIT, _Kind.ROOT): "",
    (_Kind.BRACKET, _Kind.BRACKET): "",
    (_Kind.RAISED, _Kind.BRACKET): "",
    **{
        (left, right): " "
        for left in (_Kind.LETTER, _Kind.OPENER, _Kind.BRACKET, _Kind.RAISED, _Kind.CARET, _Kind.CALL)
        for right in (_Kind.LETTER, _Kind.CALL)
    },
    (_Kind.OPENER, _Kind.BRACKET): "",
    (_Kind.BRACKET, _Kind.LETTER): "",
}
"""What stands between two factors; a `·` where it is not said."""


def _between(left: _Kind, right: _Kind) -> str:
    return _BESIDE.get((left, _Kind.LETTER if right is _Kind.OPENER else right), "·")


def _power(node: Power, below: _Below) -> _Piece:
    base, exponent = below[0], below[1]
    raised = _raised(node.exponent)
    if raised is not None and isinstance(node.base, Call) and node.base.function in POWERED and raised.isdigit():
        name, _, arguments = base.text.partition("(")
        return _Piece(f"{name}{raised}({arguments}", _POWER, _Kind.CALL, _Kind.CALL)
    is_call = isinstance(node.base, Call) and base.first not in (_Kind.OTHER, _Kind.ROOT)
    if not is_call and not isinstance(node.base, Name | Number):
        base = base if base.first is _Kind.BRACKET and base.last is _Kind.BRACKET else _bracketed(base.text)
    base = _bracketed("d") if base.text == "d" else base.within(_VALUE)  # `d²` may begin an operator
    if raised is not None:
        return _Piece(base.text + raised, _POWER, base.first, _Kind.RAISED)
    simple = isinstance(node.exponent, Name | Number) and exponent.text != "T" and exponent.level == _VALUE
    text = exponent.text if simple else f"({exponent.text})"
    return _Piece(f"{base.text}^{text}", _POWER, base.first, _Kind.CARET)


def _raised(exponent: Expr) -> str | None:
    """A whole number as raised digits; None of anything else."""
    if isinstance(exponent, Negation):
        below = _raised(exponent.operand)
        return f"⁻{below}" if below is not None and not below.startswith("⁻") else None
    if isinstance(exponent, Number) and exponent.text.isdecimal():
        return exponent.text.translate(SUPERSCRIPTS)
    return None


def _comparison(node: Comparison, below: _Below) -> _Piece:
    left, right = (piece.within(_SUM).text for piece in below)
    return _other(f"{left} {COMPARISONS.get(node.operator, node.operator)} {right}", _COMPARISON)


def _call(node: Call, below: _Below, hidden: frozenset[str]) -> _Piece:
    function = node.function
    if len(node.arguments) == 1 and not node.keywords:
        (argument,) = below
        if function in ATTRIBUTE_FUNCTIONS:
            value = argument.text if isinstance(node.arguments[0], Name) else f"({argument.text})"
            return _other(f"{value}.{function}")
        if function in ("sqrt", "cbrt"):
            plain = isinstance(node.arguments[0], Name | Number) and argument.level == _VALUE
            text = argument.text if plain else f"({argument.text})"
            return _Piece(f"{'√' if function == 'sqrt' else '∛'}{text}", _POWER, _Kind.ROOT, _Kind.OTHER)
        if function == "abs" and "|" not in argument.text:
            return _other(f"|{argument.text}|")
        function = FUNCTIONS.get(function, function)
    labels = [""] * len(node.arguments) + [f"{keyword.name}=" for keyword in node.keywords]
    arguments = ", ".join(label + piece.text for label, piece in zip(labels, below, strict=True))
    if len(function) == 1 or function in hidden:
        function = f"torch.{function}"
    return _Piece(f"{function}({arguments})", _VALUE, _Kind.CALL, _Kind.CALL)


def _literal(node: TensorLiteral, below: _Below) -> _Piece:
    return _other(f"[{', '.join(piece.text for piece in below)}]")


def _derivative(node: Derivative, below: _Below) -> _Piece:
    parts = [below[0].text, _name(node.variable)]
    if node.order != 1:
        parts.append(str(node.order))
    if node.point is not None:
        parts.append(f"at={below[1].text}")
    return _other(f"diff({', '.join(parts)})")


def _equation(node: Equation, below: _Below) -> _Piece:
    return _other(f"{below[0].within(_SUM).text} = {below[1].within(_SUM).text}", _COMPARISON)


_LAYOUTS: Final[dict[type, Callable[[Any, _Below], _Piece]]] = {
    Number: _number,
    Name: _of_name,
    Negation: _negation,
    Sum: _sum,
    Product: _product,
    Power: _power,
    Comparison: _comparison,
    TensorLiteral: _literal,
    Derivative: _derivative,
    Equation: _equation,
}
"""The layouts of nodes by their kinds; what is not here is written as plain text."""
