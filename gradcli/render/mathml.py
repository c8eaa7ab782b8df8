"""The expression tree as MathML, which browsers draw by themselves.

What is written is MathML Core: no script, no font and no style sheet are needed. Products stand side by side, divisions
are fractions, functions have their names on paper (`ln`, `arcsin`, `sin²`).
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
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
from gradcli.render.paper import COMPARISONS, FUNCTIONS, LETTERS, POWERED

_COMPARISON, _SUM, _PRODUCT, _FRACTION, _SIGN, _POWER, _VALUE = range(7)
SMALL: Final = 0.7
"""How wide a raised or lowered character is, of one that is not."""
TIMES: Final = "<mo>\u2062</mo>"
SPACE: Final = '<mspace width="0.17em"/>'
APPLIED: Final = "<mo>\u2061</mo>"
_SIGNS: Final = {"//": "//", "%": "mod", "@": "@"}
_NAMES: Final = {**FUNCTIONS, "gamma": "Γ", "digamma": "ψ"}
_FENCES: Final = {"abs": ("|", "|"), "norm": ("‖", "‖"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}


@frozen
class MathPart:
    """A piece of a formula that is not to be broken; `width` is about how many characters wide it is."""

    markup: str
    width: float


@frozen
class _Piece:
    markup: str
    level: int
    width: float
    is_number: bool = False
    """Whether it begins with a digit."""
    is_call: bool = False
    """Whether it is a function with its brackets, which a little space keeps from its neighbours."""

    def within(self, level: int) -> _Piece:
        """The piece, in brackets where its surroundings bind more closely."""
        return self if self.level >= level else _fenced("(", self, ")")


_Below: TypeAlias = Sequence[_Piece]


def to_mathml(expr: Expr) -> str:
    """The expression as a `math` element. Does not recurse."""
    return _math(_pieces(expr)[id(expr)].markup)


def parts(expr: Expr) -> list[MathPart]:
    """The expression as `math` elements between which a line may be broken: the terms of a sum, with their signs."""
    done = _pieces(expr)
    if not isinstance(expr, Sum):
        whole = done[id(expr)]
        return [MathPart(_math(whole.markup), whole.width)]
    found = []
    for place, term in enumerate(expr.terms):
        piece = _term(done[id(term.value)], negative=term.negative, is_first=place == 0)
        found.append(MathPart(_math(piece.markup), piece.width))
    return found


def _math(markup: str) -> str:
    return f"<math>{markup}</math>"


def _pieces(expr: Expr) -> Mapping[int, _Piece]:
    """The pieces of all parts of an expression, by their identities."""
    done: dict[int, _Piece] = {}
    for node in post_order(expr):
        done[id(node)] = _piece(node, [done[id(child)] for child in children(node)], done)
    return done


def _piece(node: Expr, below: _Below, done: Mapping[int, _Piece]) -> _Piece:
    match node:
        case Number(text=text):
            return _number(text)
        case Name(name=name):
            return _name(name)
        case Constant() | Text():
            return _token("mtext", to_text(node))
        case Negation():
            return _row(_SIGN, _operator("−"), below[0].within(_SIGN))
        case Sum():
            terms = zip(node.terms, below, strict=True)
            found = [
                _term(piece, negative=term.negative, is_first=not place) for place, (term, piece) in enumerate(terms)
            ]
            return _row(_SUM, *found)
        case Product():
            return _product(node, below)
        case Power():
            return _power(node, below, done)
        case Comparison(operator=operator):
            sign = _operator(COMPARISONS.get(operator, operator))
            return _row(_COMPARISON, below[0].within(_SUM), sign, below[1].within(_SUM))
        case Call():
            return _call(node, below)
        case TensorLiteral():
            return _list(node, below, done)
        case Attribute(name=name):
            return _row(_VALUE, below[0].within(_VALUE), _operator("."), _token("mi", name))
        case Index():
            inside = to_text(Index(Name("x"), node.items))[2:-1]
            return _scripted("msub", below[0].within(_VALUE), _token("mtext", inside))
        case Derivative():
            return _derivative(node, below)
        case Equation():
            return _row(_COMPARISON, below[0], _operator("="), below[1])


def _token(tag: str, text: str, level: int = _VALUE, attributes: str = "") -> _Piece:
    return _Piece(f"<{tag}{attributes}>{html.escape(text)}</{tag}>", level, len(text))


def _operator(sign: str) -> _Piece:
    piece = _token("mo", sign)
    return _Piece(piece.markup, _VALUE, piece.width + 1)


def _row(level: int, *pieces: _Piece) -> _Piece:
    markup = "".join(piece.markup for piece in pieces)
    width = sum(piece.width for piece in pieces)
    return _Piece(f"<mrow>{markup}</mrow>", level, width, bool(pieces) and pieces[0].is_number)


def _fenced(left: str, inside: _Piece, right: str) -> _Piece:
    fences = [f'<mo fence="true">{each}</mo>' if each else "" for each in (left, right)]
    return _Piece(f"<mrow>{fences[0]}{inside.markup}{fences[1]}</mrow>", _VALUE, inside.width + 2)


def _listed(pieces: _Below) -> _Piece:
    """Pieces with commas between them."""
    separated = [part for piece in pieces for part in (_token("mo", ","), piece)]
    return _row(_SUM, *separated[1:])


def _number(text: str) -> _Piece:
    mantissa, has_exponent, exponent = text.lower().partition("e")
    sign = [_operator("−")] * mantissa.startswith("-")
    plain = _token("mn", mantissa.removeprefix("-"))
    digits = _Piece(plain.markup, _VALUE, plain.width, is_number=True)
    if not has_exponent:
        return _row(_SIGN, *sign, digits) if sign else digits
    power = _scripted("msup", _token("mn", "10"), _number(str(int(exponent))))
    return _row(_SIGN, *sign, digits, _operator("⋅"), power)


def _name(name: str) -> _Piece:
    """A name with its letter, and what follows an underscore or digits lowered."""
    plain = name.rstrip(BOUND)
    stem, _, index = plain.partition("_")
    if not index:
        stem = plain.rstrip("0123456789")
        index = plain[len(stem) :]
    if plain == "inf":
        return _token("mi", "∞")
    letter = _token("mi", LETTERS.get(plain, LETTERS.get(stem, stem) if index else plain))
    if not index or not stem or plain in LETTERS:
        return letter if stem else _token("mi", plain)
    return _scripted("msub", letter, _token("mn" if index.isdigit() else "mi", index), _VALUE)


def _scripted(tag: str, base: _Piece, script: _Piece, level: int = _POWER) -> _Piece:
    width = base.width + SMALL * script.width
    return _Piece(f"<{tag}>{base.markup}{script.markup}</{tag}>", level, width, base.is_number)


def _term(piece: _Piece, *, negative: bool, is_first: bool) -> _Piece:
    """A term of a sum with its sign."""
    if is_first:
        return _row(_SIGN, _operator("−"), piece.within(_FRACTION)) if negative else piece.within(_PRODUCT)
    begins = piece.markup.removeprefix("<mrow>").startswith("<mo>−")
    value = _fenced("(", piece, ")") if begins else piece.within(_PRODUCT)
    sign = _token("mo", "−" if negative else "+", attributes=' form="infix"')  # also where a line begins with it
    return _row(_PRODUCT, _Piece(sign.markup, _VALUE, 3), value)


def _product(node: Product, below: _Below) -> _Piece:
    """The factors from left to right; a division closes what stands before it as the numerator of a fraction."""
    found = before = below[0]
    for factor, piece in zip(node.factors[1:], below[1:], strict=True):
        if factor.operator == "/":
            width = max(found.width, piece.width)
            found = before = _Piece(f"<mfrac>{found.markup}{piece.markup}</mfrac>", _FRACTION, width)
            continue
        right = piece if piece.level in (_FRACTION, _POWER, _VALUE) else _fenced("(", piece, ")")
        left = found if found.level in (_PRODUCT, _SIGN) else found.within(_FRACTION)
        if factor.operator != "*":
            sign = _operator(_SIGNS[factor.operator])
        else:
            apart = SPACE if before.is_call or right.is_call else ""
            sign = _operator("⋅") if right.is_number else _Piece(TIMES + apart, _VALUE, 0)
        found, before = _row(_PRODUCT, left, sign, right), right
    return found


def _power(node: Power, below: _Below, done: Mapping[int, _Piece]) -> _Piece:
    """A power; of a function that has its exponents at its name, `sin²(x)`."""
    base, exponent = node.base, node.exponent
    raised = isinstance(exponent, Number) and exponent.value >= 2 and exponent.text.isdigit()
    if raised and isinstance(base, Call) and base.function in POWERED and len(base.arguments) == 1:
        name = _scripted("msup", _token("mi", _NAMES.get(base.function, base.function)), below[1])
        return _applied(name, _fenced("(", done[id(base.arguments[0])], ")"))
    return _scripted("msup", below[0].within(_VALUE), _on_one_line(exponent, done))


def _on_one_line(exponent: Expr, done: Mapping[int, _Piece]) -> _Piece:
    """An exponent; a fraction in it has a slash, since one above the other nobody could read it."""
    match exponent:
        case Negation(operand=Product() as product):
            return _row(_SIGN, _operator("−"), _on_one_line(product, done))
        case Product(factors=(*above, Factor(operator="/", value=divisor))) if all(
            factor.operator == "*" for factor in above
        ):
            pieces = [done[id(factor.value)] for factor in above]
            over = _product(Product(tuple(above)), pieces)
            over = _fenced("(", over, ")") if over.level in (_SUM, _COMPARISON) else over
            return _row(_PRODUCT, over, _operator("/"), done[id(divisor)].within(_POWER))
        case _:
            return done[id(exponent)]


def _applied(name: _Piece, brackets: _Piece) -> _Piece:
    row = _row(_VALUE, name, _Piece(APPLIED, _VALUE, 0), brackets)
    return _Piece(row.markup, _VALUE, row.width, is_call=True)


def _call(node: Call, below: _Below) -> _Piece:
    function = node.function
    if not node.keywords:
        if len(below) == 1 and function in _FENCES:
            left, right = _FENCES[function]
            return _fenced(left, below[0], right)
        special = _SPECIAL.get((function, len(below)))
        if special is not None:
            return special(below)
    words = [""] * len(node.arguments) + [word.name for word in node.keywords]
    named = [
        _row(_SUM, _token("mi", word), _operator("="), piece) if word else piece
        for word, piece in zip(words, below, strict=True)
    ]
    return _applied(_token("mi", _NAMES.get(function, function)), _fenced("(", _listed(named), ")"))


def _root(below: _Below) -> _Piece:
    return _Piece(f"<msqrt>{below[0].markup}</msqrt>", _VALUE, below[0].width + 1)


def _cube_root(below: _Below) -> _Piece:
    return _Piece(f"<mroot>{below[0].markup}<mn>3</mn></mroot>", _VALUE, below[0].width + 1)


def _transposed(below: _Below) -> _Piece:
    return _scripted("msup", below[0].within(_VALUE), _token("mo", "⊤"))


def _logarithm(below: _Below) -> _Piece:
    return _applied(_scripted("msub", _token("mi", "log"), below[1]), _fenced("(", below[0], ")"))


def _based(base: str) -> Callable[[_Below], _Piece]:
    return lambda below: _logarithm([below[0], _token("mn", base)])


def _cases(below: _Below) -> _Piece:
    """What holds under a condition, and what holds otherwise."""
    condition, chosen, otherwise = below
    rows = [
        (chosen.markup, f"<mtext>if&#160;</mtext>{condition.markup}"),
        (otherwise.markup, "<mtext>otherwise</mtext>"),
    ]
    cells = "".join(f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>" for value, when in rows)
    width = max(chosen.width, otherwise.width) + max(condition.width + 3, 9) + 2
    return _fenced("{", _Piece(f"<mtable>{cells}</mtable>", _VALUE, width), "")


_SPECIAL: Final[Mapping[tuple[str, int], Callable[[_Below], _Piece]]] = {
    ("sqrt", 1): _root,
    ("cbrt", 1): _cube_root,
    ("T", 1): _transposed,
    ("log", 2): _logarithm,
    ("log2", 1): _based("2"),
    ("log10", 1): _based("10"),
    ("where", 3): _cases,
}
"""Functions with a notation of their own, by how many arguments they then have."""


_BRACKETS: Final = (
    ' style="border-left: 0.08em solid; border-right: 0.08em solid; border-radius: 0.35em; padding: 0 0.2em;"'
)
"""Brackets that are as high as the rows without a font for mathematics."""


def _list(node: TensorLiteral, below: _Below, done: Mapping[int, _Piece]) -> _Piece:
    """Rows of equal length as a matrix; any other list in square brackets."""
    rows = [each.elements for each in node.elements if isinstance(each, TensorLiteral)]
    flat = not any(isinstance(entry, TensorLiteral) for row in rows for entry in row)
    if not rows or len(rows) < len(node.elements) or not flat or len({len(row) for row in rows}) > 1:
        return _fenced("[", _listed(below), "]")
    cells = [[done[id(entry)] for entry in row] for row in rows]
    markup = "".join(f"<mtr>{''.join(f'<mtd>{each.markup}</mtd>' for each in row)}</mtr>" for row in cells)
    width = sum(max(each.width for each in column) + 1 for column in zip(*cells, strict=True))
    return _Piece(f"<mtable{_BRACKETS}>{markup}</mtable>", _VALUE, width + 2)


def _derivative(node: Derivative, below: _Below) -> _Piece:
    variable, letter = _name(node.variable), _token("mi", "d", attributes=' mathvariant="normal"')
    order = _token("mn", str(node.order))
    above = letter if node.order == 1 else _scripted("msup", letter, order)
    by = _row(_VALUE, letter, variable if node.order == 1 else _scripted("msup", variable, order))
    sign = _Piece(f"<mfrac>{above.markup}{by.markup}</mfrac>", _VALUE, by.width)
    whole = _row(_PRODUCT, sign, _fenced("(", below[0], ")"))
    if node.point is None:
        return whole
    at = _row(_SUM, variable, _operator("="), below[1])
    barred = _Piece(f'<mrow>{whole.markup}<mo stretchy="true">|</mo></mrow>', _VALUE, whole.width + 1)
    return _scripted("msub", barred, at)
