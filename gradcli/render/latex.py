"""The expression tree as LaTeX, for the mathematics mode of any document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from gradcli.language import Expr, children, to_text
from gradcli.language.rewriting import post_order
from gradcli.language.tree import (
    BOUND,
    Attribute,
    Call,
    Comparison,
    Constant,
    Derivative,
    Equation,
    Factor,
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

_SUM, _SIGN, _PRODUCT, _FRACTION, _VALUE = range(5)

GREEK: Final = frozenset({
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta"),
    *("Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
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
COMPARISONS: Final = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}


@frozen
class _Piece:
    """The LaTeX of a sub-expression, and how closely it binds."""

    text: str
    level: int

    def within(self, level: int) -> str:
        """The text, in brackets where its surroundings bind more closely."""
        return self.text if self.level >= level else _bracketed(self.text)


_Below: TypeAlias = Sequence[_Piece]


def to_latex(expr: Expr) -> str:
    """The expression in LaTeX. Does not recurse."""
    done: dict[int, _Piece] = {}
    for node in post_order(expr):
        done[id(node)] = _piece(node, [done[id(child)] for child in children(node)])
    return done[id(expr)].text


def name_latex(name: str) -> str:
    """A name: `x`, `\\alpha`, `x_{1}`, `\\mathrm{rate}`."""
    stem = name.rstrip("0123456789")
    digits = name[len(stem) :]
    stem = stem.rstrip("_") or stem
    if stem in GREEK:
        shown = f"\\{stem}"
    elif len(stem) == 1:
        shown = stem
    else:
        shown = f"\\mathrm{{{_escaped(stem)}}}"
    return f"{shown}_{{{digits}}}" if digits else shown


def _piece(node: Expr, below: _Below) -> _Piece:
    match node:
        case Number(text=text):
            return _Piece(_number(text), _VALUE if "e" not in text.lower() else _PRODUCT)
        case Name(name=name):
            return _Piece(r"\infty" if name == "inf" else name_latex(name), _VALUE)
        case Constant(value=value):
            return _Piece(f"\\mathrm{{{value}}}", _VALUE)
        case Text(value=value):
            return _Piece(f"\\text{{{_escaped(value)}}}", _VALUE)
        case Negation():
            return _Piece(f"-{below[0].within(_PRODUCT)}", _SIGN)
        case Sum():
            return _Piece(_sum(node, below), _SUM)
        case Product():
            return _product(node, below)
        case Power():
            return _Piece(f"{below[0].within(_VALUE)}^{{{below[1].text}}}", _FRACTION)
        case Comparison(operator=operator):
            return _Piece(f"{below[0].text} {COMPARISONS[operator]} {below[1].text}", _SUM)
        case Call():
            return _call(node, below)
        case TensorLiteral():
            return _Piece(_matrix(node, below), _VALUE)
        case Attribute(name=name):
            return _Piece(f"{below[0].within(_VALUE)}.\\mathrm{{{_escaped(name)}}}", _VALUE)
        case Index():
            inside = to_text(Index(Name("x"), node.items))[2:-1]
            return _Piece(f"{below[0].within(_VALUE)}_{{\\mathtt{{{_escaped(inside)}}}}}", _FRACTION)
        case Derivative():
            return _derivative(node, below)
        case Equation():
            return _Piece(f"{below[0].text} = {below[1].text}", _SUM)


def _derivative(node: Derivative, below: _Below) -> _Piece:
    variable, order = name_latex(node.variable.rstrip(BOUND)), "" if node.order == 1 else f"^{{{node.order}}}"
    text = f"\\frac{{d{order}}}{{d{variable}{order}}} {_bracketed(below[0].text)}"
    if node.point is None:
        return _Piece(text, _PRODUCT)
    return _Piece(f"\\left. {text} \\right|_{{{variable}={below[1].text}}}", _VALUE)


def _number(text: str) -> str:
    mantissa, has_exponent, exponent = text.lower().partition("e")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if has_exponent else mantissa


def _sum(node: Sum, below: _Below) -> str:
    first, *rest = zip(node.terms, below, strict=True)
    parts = [first[1].text]
    parts += [f"{'-' if term.negative else '+'} {piece.within(_PRODUCT)}" for term, piece in rest]
    return " ".join(parts)


def _product(node: Product, below: _Below) -> _Piece:
    if any(factor.operator not in "*/" for factor in node.factors):
        return _Piece(_other_product(node.factors, below), _PRODUCT)
    pairs = list(zip(node.factors, below, strict=True))
    above = [piece for factor, piece in pairs if factor.operator == "*"]
    under = [piece for factor, piece in pairs if factor.operator == "/"]
    if not under:
        return _Piece(_juxtaposed(above), _SIGN if above[0].level == _SIGN else _PRODUCT)
    sign, above = _without_sign(above)
    level = _SIGN if sign else _FRACTION
    return _Piece(f"{sign}\\frac{{{_alone(above)}}}{{{_alone(under)}}}", level)


def _without_sign(above: list[_Piece]) -> tuple[str, list[_Piece]]:
    """The minus of a numerator, which stands before the fraction."""
    first = above[0]
    if first.level != _SIGN:
        return "", above
    return "-", [_Piece(first.text.removeprefix("-"), _PRODUCT), *above[1:]]


def _alone(pieces: list[_Piece]) -> str:
    return pieces[0].text if len(pieces) == 1 else _juxtaposed(pieces)


def _juxtaposed(pieces: list[_Piece]) -> str:
    """The factors side by side, with a dot before a digit."""
    first = pieces[0]
    parts = [first.within(_SIGN)]
    for piece in pieces[1:]:
        text = piece.within(_PRODUCT)
        parts.append(f"\\cdot {text}" if text[0].isdigit() else text)
    return " ".join(parts)


def _other_product(factors: Sequence[Factor], below: _Below) -> str:
    """Products with `//`, `%` or `@`, from the left."""
    text = below[0].within(_FRACTION)
    for factor, piece in zip(factors[1:], below[1:], strict=True):
        right = piece.within(_FRACTION)
        match factor.operator:
            case "/":
                text = f"\\frac{{{text}}}{{{piece.text}}}"
            case "//":
                text = f"\\left\\lfloor \\frac{{{text}}}{{{piece.text}}} \\right\\rfloor"
            case "%":
                text = f"\\left({text} \\bmod {right}\\right)"
            case _:
                text = f"{text} {right}"
    return text


def _call(node: Call, below: _Below) -> _Piece:
    special = _SPECIAL.get(node.function)
    if special is not None and len(below) == special[0] and not node.keywords:
        return _Piece(special[1](below), special[2])
    words = [f"\\mathrm{{{_escaped(word.name)}}}=" for word in node.keywords]
    labels = [""] * len(node.arguments) + words
    inside = ", ".join(label + piece.text for label, piece in zip(labels, below, strict=True))
    name = FUNCTIONS.get(node.function, f"\\operatorname{{{_escaped(node.function)}}}")
    return _Piece(name + _bracketed(inside), _VALUE)


def _cases(below: _Below) -> str:
    condition, chosen, otherwise = (piece.text for piece in below)
    return (
        f"\\begin{{cases}} {chosen} & \\text{{if }} {condition} \\\\ {otherwise} & \\text{{otherwise}} \\end{{cases}}"
    )


def _delimited(left: str, right: str) -> Callable[[_Below], str]:
    return lambda below: f"\\left{left} {below[0].text} \\right{right}"


_SPECIAL: Final[dict[str, tuple[int, Callable[[_Below], str], int]]] = {
    "sqrt": (1, lambda below: f"\\sqrt{{{below[0].text}}}", _VALUE),
    "cbrt": (1, lambda below: f"\\sqrt[3]{{{below[0].text}}}", _VALUE),
    "abs": (1, _delimited("|", "|"), _VALUE),
    "floor": (1, _delimited(r"\lfloor", r"\rfloor"), _VALUE),
    "ceil": (1, _delimited(r"\lceil", r"\rceil"), _VALUE),
    "where": (3, _cases, _SUM),
    "logical_and": (2, lambda below: f"{below[0].text} \\text{{ and }} {below[1].text}", _SUM),
    "logical_or": (2, lambda below: f"{below[0].text} \\text{{ or }} {below[1].text}", _SUM),
}
"""Functions with a notation of their own: how many arguments they then have, the notation, how closely it binds."""


def _matrix(node: TensorLiteral, below: _Below) -> str:
    if node.elements and isinstance(node.elements[0], TensorLiteral):
        rows = [piece.text.removeprefix(r"\begin{bmatrix} ").removesuffix(r" \end{bmatrix}") for piece in below]
        inside = r" \\ ".join(rows)
        return f"\\begin{{bmatrix}} {inside} \\end{{bmatrix}}"
    inside = " & ".join(piece.text for piece in below)
    return f"\\begin{{bmatrix}} {inside} \\end{{bmatrix}}"


def _bracketed(text: str) -> str:
    return f"\\left({text}\\right)"


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "_%&#${}" else character for character in text)
