"""The expression tree as LaTeX, for the mathematics mode of any document.

What is written here reads back to the same tree (`gradcli.language.latex`), given the same variables: brackets stand
where the language needs them, as in `language.printer`, and fractions, roots and cases close what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeAlias

from gradcli.language import Expr, children, to_text, walk
from gradcli.language.rewriting import post_order
from gradcli.language.tree import (
    BOUND,
    Attribute,
    Call,
    Comparison,
    Constant,
    Derivative,
    Equation,
    Index,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Sum,
    TensorLiteral,
    Text,
)
from gradcli.language.values import frozen
from gradcli.language.vocabulary import ATTRIBUTE_FUNCTIONS, DTYPE_NAMES

_COMPARISON, _SUM, _PRODUCT, _FRACTION, _SIGN, _POWER, _POSTFIX, _VALUE = range(8)

GREEK: Final = frozenset({
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta"),
    *("Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"),
})  # fmt: skip
"""Names that LaTeX has a letter for."""
FUNCTIONS: Final = {
    **{name: f"\\{name}" for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "exp")},
    **{name: f"\\{name}" for name in ("max", "min", "det")},
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "log": r"\ln",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "gamma": r"\Gamma",
    "digamma": r"\psi",
}
OPEN_FUNCTIONS: Final = frozenset(
    {f"\\{name}" for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "ln")}
    | {r"\arcsin", r"\arccos", r"\arctan"}
)
"""Functions that a textbook writes without brackets before a letter."""
_HIDES: Final = {"gamma": "Gamma", "digamma": "psi"}
"""Functions whose letter may be a variable's, too."""
COMPARISONS: Final = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "==", "!=": r"\ne"}
_SIGNS: Final = {"//": r"\mathbin{//}", "%": r"\bmod", "@": r"\mathbin{@}"}
_OPERATORS: Final = ("\\cdot", *COMPARISONS.values(), *_SIGNS.values())
_DIFFERENTIAL: Final = re.compile(rf"d (?!(?:{'|'.join(map(re.escape, _OPERATORS))}) )[A-Za-z\\]")
"""What below the line looks like the `dx` of a derivative."""
_INDEXED: Final = re.compile(r"([A-Za-z]+)(?:_([A-Za-z0-9]+)|([0-9]+))")
_BRACED: Final = re.compile(r"\^\{([A-Za-z0-9])\}")
"""An exponent that needs no braces."""
_FUNCTION_LETTERS: Final = frozenset({"f", "g", "h"})


@frozen
class _Piece:
    """The LaTeX of a sub-expression, how closely it binds, and the entries of a list; `open` is another text for where
    nothing follows that could belong to the argument of its last function."""

    text: str
    level: int
    entries: tuple[str, ...] = ()
    open: str = ""

    def within(self, level: int) -> str:
        """The text, in brackets where its surroundings bind more closely."""
        return self.text if self.level >= level else _bracketed(self.text)

    def opened(self) -> _Piece:
        """The piece as it is where nothing follows."""
        return _Piece(self.open, self.level, self.entries) if self.open else self


_Below: TypeAlias = Sequence[_Piece]


def to_latex(expr: Expr) -> str:
    """The expression in LaTeX. Does not recurse."""
    names = _names_in(expr)
    done: dict[int, _Piece] = {}
    for node in post_order(expr):
        done[id(node)] = _piece(node, [done[id(child)] for child in children(node)], names)
    return done[id(expr)].text


def to_textbook(expr: Expr) -> str:
    """The expression in LaTeX as a textbook sets it: `2 x \\sin x + x^2 \\cos^2 x`.

    Brackets around the argument of a function, and braces around an exponent, are left out where these are but a letter
    or a digit. Does not recurse.
    """
    names = _names_in(expr)
    done: dict[int, _Piece] = {}
    for node in post_order(expr):
        done[id(node)] = _textbook_piece(node, [done[id(child)] for child in children(node)], names)
    return _BRACED.sub(r"^\1", done[id(expr)].opened().text)


def _names_in(expr: Expr) -> set[str]:
    names = {node.name for node in walk(expr) if isinstance(node, Name)}
    return names | {node.variable.rstrip(BOUND) for node in walk(expr) if isinstance(node, Derivative)}


def name_latex(name: str) -> str:
    """A name: `x`, `\\alpha`, `x_{1}`, `\\mathrm{rate}`."""
    name = name.rstrip(BOUND)
    found = _INDEXED.fullmatch(name)
    if found is None or name in DTYPE_NAMES:
        return _stem(name)
    index = found[2] or found[3]
    shown = index if len(index) == 1 or index.isdigit() else f"\\mathrm{{{index}}}"
    return f"{_stem(found[1])}_{{{shown}}}"


def _stem(name: str) -> str:
    if name == "inf":
        return r"\infty"
    if name in GREEK:
        return f"\\{name}"
    return name if len(name) == 1 else f"\\mathrm{{{_escaped(name)}}}"


def _name(name: str, names: Collection[str]) -> str:
    """A name as `name_latex` has it, or letter by letter where another name looks the same."""
    plain = name.rstrip(BOUND)
    found = _INDEXED.fullmatch(plain)
    if found and found[3] and f"{found[1]}_{found[3]}" in names:
        return f"\\mathrm{{{plain}}}"
    return name_latex(plain)


def _piece(node: Expr, below: _Below, names: Collection[str]) -> _Piece:
    match node:
        case Number(text=text):
            return _number(text)
        case Name(name=name):
            return _Piece(_name(name, names), _VALUE)
        case Constant(value=value):
            return _Piece(f"\\mathrm{{{value}}}", _VALUE)
        case Text(value=value):
            quote = '"' if "'" in value else "'"
            return _Piece(f"\\text{{{quote}{_escaped(value)}{quote}}}", _VALUE)
        case Negation():
            return _Piece(f"-{below[0].within(_SIGN)}", _SIGN)
        case Sum():
            return _Piece(_sum(node, below), _SUM)
        case Product():
            return _product(node, below)
        case Power():
            return _Piece(f"{below[0].within(_POSTFIX)}^{{{below[1].text}}}", _POWER)
        case Comparison(operator=operator):
            return _Piece(f"{below[0].within(_SUM)} {COMPARISONS[operator]} {below[1].within(_SUM)}", _COMPARISON)
        case Call():
            return _call(node, below, names)
        case TensorLiteral():
            return _Piece(_matrix(node, below), _VALUE, tuple(piece.text for piece in below))
        case Attribute(name=name):
            return _Piece(f"{below[0].within(_VALUE)}.\\mathrm{{{_escaped(name)}}}", _VALUE)
        case Index():
            inside = to_text(Index(Name("x"), node.items))[2:-1]
            return _Piece(f"{below[0].within(_VALUE)}_{{\\mathtt{{{_escaped(inside)}}}}}", _POSTFIX)
        case Derivative():
            return _derivative(node, below, names)
        case Equation():
            return _Piece(f"{below[0].text} = {below[1].text}", _COMPARISON)


def _textbook_piece(node: Expr, below: _Below, names: Collection[str]) -> _Piece:
    """The same with an open text, too, where there is one."""
    match node:
        case Call() if (found := _applied(node, below, names)) is not None:
            return found
        case Power(base=Call() as call, exponent=Number(text=text)) if text.isdigit() and int(text) > 1:
            inner = _open_argument(call, names)
            base, exponent = below
            if inner is not None:
                name = FUNCTIONS[call.function]
                return _Piece(f"{base.text}^{{{text}}}", _POWER, open=f"{name}^{{{text}}} {inner}")
            return _piece(node, [base, exponent.opened()], names)
        case Power():
            return _piece(node, [below[0], below[1].opened()], names)
        case Negation():
            closed = _piece(node, below, names)
            return _Piece(closed.text, closed.level, open=_piece(node, [below[0].opened()], names).text)
        case Product():
            closed = _piece(node, _opened_within(node, below, last=False), names)
            opened = _piece(node, _opened_within(node, below, last=True), names)
            return _Piece(closed.text, closed.level, open=opened.text)
        case Attribute() | Index():
            return _piece(node, below, names)
        case Call(function=function) if function in ATTRIBUTE_FUNCTIONS:
            return _piece(node, below, names)
        case _:
            return _piece(node, [piece.opened() for piece in below], names)


def _opened_within(node: Product, below: _Below, *, last: bool) -> list[_Piece]:
    """The factors, open where a bar, braces or the next function ends them, and the last one if nothing follows."""
    operators = [*(factor.operator for factor in node.factors), ""]
    found = list(below)
    for place, piece in enumerate(below):
        ends = operators[place + 1] == "/" or (place > 0 and operators[place] == "/")
        is_last = place + 1 == len(below)
        before_function = not is_last and operators[place + 1] == "*" and _starts_with_function(below[place + 1].text)
        if ends or (is_last and last) or before_function:
            found[place] = piece.opened()
    return found


def _starts_with_function(text: str) -> bool:
    return any(re.match(rf"{re.escape(name)}(?![A-Za-z])", text) for name in OPEN_FUNCTIONS)


def _applied(node: Call, below: _Below, names: Collection[str]) -> _Piece | None:
    """A function of a letter, which needs no brackets; None of any other call."""
    inner = _open_argument(node, names)
    if inner is None:
        return None
    closed = _piece(node, below, names)
    return _Piece(closed.text, closed.level, open=f"{FUNCTIONS[node.function]} {inner}")


def _open_argument(node: Call, names: Collection[str]) -> str | None:
    """The argument of a function where it needs no brackets: a letter, or one with a number before it."""
    if FUNCTIONS.get(node.function) not in OPEN_FUNCTIONS or len(node.arguments) != 1 or node.keywords:
        return None
    argument = node.arguments[0]
    number = ""
    if isinstance(argument, Product) and len(argument.factors) == 2:
        first, second = argument.factors
        if second.operator != "*" or not isinstance(first.value, Number) or not first.value.text.isdigit():
            return None
        number, argument = f"{first.value.text} ", second.value
    if not isinstance(argument, Name):
        return None
    text = _name(argument.name, names)
    return number + text if len(text) == 1 or argument.name in GREEK else None


def _derivative(node: Derivative, below: _Below, names: Collection[str]) -> _Piece:
    sign = r"\partial " if "d" in names else "d"
    variable, order = _name(node.variable, names), "" if node.order == 1 else f"^{{{node.order}}}"
    above = f"{sign.strip()}{order}"
    text = f"\\frac{{{above}}}{{{sign}{variable}{order}}} {_bracketed(below[0].text)}"
    if node.point is None:
        return _Piece(text, _PRODUCT)
    return _Piece(f"\\left. {text} \\right|_{{{variable}={below[1].text}}}", _SIGN)


def _number(text: str) -> _Piece:
    mantissa, has_exponent, exponent = text.lower().partition("e")
    level = _SIGN if text[0] == "-" else _POSTFIX
    if has_exponent:
        return _Piece(f"{mantissa} \\cdot 10^{{{int(exponent)}}}", _SIGN)
    return _Piece(mantissa, level)


def _sum(node: Sum, below: _Below) -> str:
    first, *rest = zip(node.terms, below, strict=True)
    parts = [f"-{first[1].within(_SIGN)}" if first[0].negative else first[1].within(_PRODUCT)]
    for term, piece in rest:
        text = piece.within(_PRODUCT)
        parts.append(f"{'-' if term.negative else '+'} {_bracketed(text) if text[0] == '-' else text}")
    return " ".join(parts)


def _product(node: Product, below: _Below) -> _Piece:
    """The factors from left to right; a division closes what stands before it as the numerator of a fraction."""
    values = [factor.value for factor in node.factors]
    first = below[0]
    text, level = first.text, first.level
    if isinstance(values[0], Product):  # brackets that make another tree
        text, level = _bracketed(text), _VALUE
    for place, (factor, piece) in enumerate(zip(node.factors[1:], below[1:], strict=True), 1):
        if factor.operator == "/":
            text, level = _fraction(text, piece.text, signed=isinstance(values[0], Negation)), _FRACTION
        else:
            text = text if level >= _SIGN or place > 1 else _bracketed(text)
            text, level = _continued(text, values[place - 1], factor.operator, piece), _PRODUCT
    return _Piece(text, level if text[0] != "-" else _PRODUCT)


def _fraction(above: str, below: str, *, signed: bool) -> str:
    """A fraction, its first factor's sign before it; what only looks like a derivative's operator has a dot."""
    if above[0] == "d" and _DIFFERENTIAL.match(below):
        below = f"d \\cdot {below[2:]}"
    return f"-\\frac{{{above[1:]}}}{{{below}}}" if signed and above[0] == "-" else f"\\frac{{{above}}}{{{below}}}"


def _continued(text: str, before: Expr, operator: str, piece: _Piece) -> str:
    """A product with one more factor; a dot before digits, and where a bracket could be a function's or an index's."""
    right = piece.text if piece.level == _FRACTION or piece.level > _SIGN else _bracketed(piece.text)
    if operator != "*":
        return f"{text} {_SIGNS[operator]} {right}"
    if right.startswith("10^{") and text[-1].isdigit():  # which would be one number
        right = f"{{10}}{right[2:]}"
    name = before.name if isinstance(before, Name) else ""
    applied = right.startswith("\\left(") and (len(name) > 1 or name in _FUNCTION_LETTERS)
    if applied or right[0].isdigit() or right.startswith(("{", "\\left[", "\\begin{bmatrix}")):
        return f"{text} \\cdot {right}"
    return f"{text} {right}"


def _call(node: Call, below: _Below, names: Collection[str]) -> _Piece:
    plain = not node.keywords
    if plain and len(below) == 1 and node.function in ATTRIBUTE_FUNCTIONS:
        if node.function == "T":
            return _Piece(f"{below[0].within(_VALUE)}^{{\\top}}", _POSTFIX - 1)
        return _Piece(f"{below[0].within(_VALUE)}.\\mathrm{{{node.function}}}", _VALUE)
    if plain and len(below) == 2 and node.function == "log":
        return _Piece(_logarithm(*below), _VALUE)
    special = _SPECIAL.get(node.function)
    if plain and special is not None and len(below) == special[0]:
        return _Piece(special[1](below), special[2])
    words = [f"\\mathrm{{{_escaped(word.name)}}}=" for word in node.keywords]
    labels = [""] * len(node.arguments) + words
    inside = ", ".join(label + piece.text for label, piece in zip(labels, below, strict=True))
    name = FUNCTIONS.get(node.function)
    if name is None or _HIDES.get(node.function) in names:
        name = f"\\operatorname{{{_escaped(node.function)}}}"
    return _Piece(name + _bracketed(inside), _VALUE)


def _logarithm(argument: _Piece, base: _Piece) -> str:
    """The logarithm to a base; where a function of its own is written so, the name stands upright by itself."""
    name = r"\operatorname{log}" if base.text in ("2", "10", "e") else r"\log"
    return f"{name}_{{{base.text}}}{_bracketed(argument.text)}"


def _cases(below: _Below) -> str:
    condition, chosen, otherwise = (piece.text for piece in below)
    first = f"{chosen} & \\text{{if }} {condition}"
    if otherwise.startswith(_CASES[0]) and otherwise.endswith(_CASES[1]) and below[2].level == _COMPARISON:
        rest = otherwise.removeprefix(_CASES[0]).removesuffix(_CASES[1])
    else:
        rest = f"{otherwise} & \\text{{otherwise}}"
    return f"{_CASES[0]}{first} \\\\ {rest}{_CASES[1]}"


_CASES: Final = (r"\begin{cases} ", r" \end{cases}")


def _delimited(left: str, right: str) -> Callable[[_Below], str]:
    return lambda below: f"\\left{left} {below[0].text} \\right{right}"


_SPECIAL: Final[dict[str, tuple[int, Callable[[_Below], str], int]]] = {
    "sqrt": (1, lambda below: f"\\sqrt{{{below[0].text}}}", _VALUE),
    "cbrt": (1, lambda below: f"\\sqrt[3]{{{below[0].text}}}", _VALUE),
    "abs": (1, _delimited("|", "|"), _VALUE),
    "norm": (1, _delimited(r"\|", r"\|"), _VALUE),
    "floor": (1, _delimited(r"\lfloor", r"\rfloor"), _VALUE),
    "ceil": (1, _delimited(r"\lceil", r"\rceil"), _VALUE),
    "where": (3, _cases, _COMPARISON),
}
"""Functions with a notation of their own: how many arguments they then have, the notation, how closely it binds."""


def _matrix(node: TensorLiteral, below: _Below) -> str:
    """Rows of equal length as a matrix; any other list in square brackets."""
    rows = [each for each in node.elements if isinstance(each, TensorLiteral)]
    flat = not any(isinstance(entry, TensorLiteral) for row in rows for entry in row.elements)
    lengths = {len(row.elements) for row in rows}
    if len(rows) == len(node.elements) and flat and len(lengths) == 1 and max(lengths) > 1:
        cells = r" \\ ".join(" & ".join(piece.entries) for piece in below)
        return f"\\begin{{bmatrix}} {cells} \\end{{bmatrix}}"
    entries = ", ".join(piece.text for piece in below)
    return f"\\left[{entries}{',' if len(below) == 1 else ''}\\right]"


def _bracketed(text: str) -> str:
    return f"\\left({text}\\right)"


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "_%&#${}" else character for character in text)
