"""The operators of vector calculus, as tensors of derivatives: gradient, divergence, curl, Laplacian, Jacobian, Hessian
and the derivative along a vector.

They are read into lists and sums, so that nobody else needs to know them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from gradcli.language.tree import Expr, Factor, Index, Number, Product, Span, Sum, TensorLiteral, Term
from gradcli.language.vocabulary import Signature

Differentiate: TypeAlias = Callable[[Expr, str, int], Expr]
"""The derivative of an expression by a variable, of an order."""

_BY: Final = ("expression", "variables")
_OF_FIELD: Final = ("field", "variables")
OPERATORS: Final[Mapping[str, Signature]] = {
    "grad": Signature("grad", _BY, 1),
    "gradient": Signature("grad", _BY, 1),
    "laplacian": Signature("laplacian", _BY, 1),
    "hessian": Signature("hessian", _BY, 1),
    "div": Signature("div", _OF_FIELD, 1),
    "divergence": Signature("div", _OF_FIELD, 1),
    "curl": Signature("curl", _OF_FIELD, 1),
    "rot": Signature("curl", _OF_FIELD, 1),
    "jacobian": Signature("jacobian", _OF_FIELD, 1),
    "directional": Signature("directional", ("expression", "vector", "variables"), 2),
}
"""What the operators take, the variables last, by the names that they have."""
OF_COMPONENTS: Final = frozenset({"div", "curl", "jacobian"})
"""The operators of fields, whose components belong to the variables one by one."""
HELP: Final[Mapping[str, str]] = {
    "grad": "write grad(x^2 y, [x, y])",
    "laplacian": "write laplacian(x^2 y, [x, y])",
    "hessian": "write hessian(x^2 y, [x, y])",
    "div": "write div([x^2, x y], [x, y])",
    "curl": "write curl([y, z, x], [x, y, z])",
    "jacobian": "write jacobian([x^2, x y], [x, y])",
    "directional": "write directional(x^2 y, [3/5, 4/5], [x, y])",
}
"""How each is written."""


class FieldError(Exception):
    """What is wrong with the arguments of an operator."""


def applied(
    name: str, arguments: Sequence[Expr], variables: Sequence[str], differentiate: Differentiate, span: Span
) -> tuple[Expr, str]:
    """The operator called `name`, applied; and what is to be said of it, if anything.

    Raises FieldError where a field has not as many components as there are variables.
    """
    value = arguments[0]
    if name == "directional":
        return _directional(value, arguments[1], variables, differentiate, span)
    return _plain(name, value, variables, differentiate, span), ""


def _plain(name: str, value: Expr, variables: Sequence[str], differentiate: Differentiate, span: Span) -> Expr:
    """An operator that takes a value and variables alone, applied."""

    def gradient(of: Expr) -> TensorLiteral:
        return TensorLiteral(tuple(differentiate(of, each, 1) for each in variables), span)

    match name:
        case "grad":
            return gradient(value)
        case "laplacian":
            return _sum([differentiate(value, each, 2) for each in variables], span)
        case "hessian":
            return _hessian(value, variables, differentiate, span)
        case "jacobian":
            rows = value.elements if isinstance(value, TensorLiteral) else (value,)
            return TensorLiteral(tuple(map(gradient, rows)), span)
    components = _components(name, value, variables)
    if name == "div":
        return _sum([differentiate(*pair, 1) for pair in zip(components, variables, strict=True)], span)
    return _curl(components, variables, differentiate, span)


def _components(name: str, field: Expr, variables: Sequence[str]) -> tuple[Expr, ...]:
    """The components of a field, one for each variable."""
    if not isinstance(field, TensorLiteral):
        return tuple(
            Index(field, (Number(str(place), float(place), field.span),), field.span) for place in range(len(variables))
        )
    if len(field.elements) != len(variables):
        count = f"{len(field.elements)} component{'s' * (len(field.elements) != 1)}"
        listed = ", ".join(variables)
        raise FieldError(f"{name} of {count} by {len(variables)} variable{'s' * (len(variables) != 1)} ({listed})")
    return field.elements


def _curl(components: Sequence[Expr], variables: Sequence[str], differentiate: Differentiate, span: Span) -> Expr:
    def turn(first: int, second: int) -> Expr:
        plus, minus = (differentiate(components[of], variables[by], 1) for of, by in ((second, first), (first, second)))
        return Sum((Term(plus), Term(minus, negative=True)), span)

    if len(components) == 2:
        return turn(0, 1)
    if len(components) != 3:
        raise FieldError(f"curl is of two or three components, not {len(components)}")
    return TensorLiteral((turn(1, 2), turn(2, 0), turn(0, 1)), span)


def _hessian(value: Expr, variables: Sequence[str], differentiate: Differentiate, span: Span) -> Expr:
    def entry(first: str, second: str) -> Expr:
        if first == second:
            return differentiate(value, first, 2)
        return differentiate(differentiate(value, first, 1), second, 1)

    rows = (TensorLiteral(tuple(entry(first, second) for second in variables), span) for first in variables)
    return TensorLiteral(tuple(rows), span)


def _directional(
    value: Expr, vector: Expr, variables: Sequence[str], differentiate: Differentiate, span: Span
) -> tuple[Expr, str]:
    """The derivative along a vector as it is written; and a remark unless its length is known to be 1."""
    components = _components("directional", vector, variables)
    terms: list[Expr] = [
        Product((Factor(component), Factor(differentiate(value, variable, 1))), span)
        for component, variable in zip(components, variables, strict=True)
    ]
    from gradcli.language.ranges import plain_value  # with exact numbers, needed here only

    values = [plain_value(component) for component in components]
    length = math.hypot(*[each for each in values if each is not None]) if None not in values else None
    if length is not None and abs(length - 1) < 1e-12:
        return _sum(terms, span), ""
    known = "" if length is None else f", and its length is {length:.6g}"
    return _sum(terms, span), f"the vector is not normalised{known}"


def _sum(terms: Sequence[Expr], span: Span) -> Expr:
    return terms[0] if len(terms) == 1 else Sum(tuple(Term(term) for term in terms), span)
