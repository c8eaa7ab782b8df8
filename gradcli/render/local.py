"""Taylor polynomials and tangents as text, in any spelling of formulas, and as JSON objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from gradcli.calculus.results import Verdict
from gradcli.language import Expr, parse, to_text
from gradcli.language.tree import Equation, Factor, Name, Negation, Number, Power, Product, Sum, Term
from gradcli.local import Coefficient, Monomial, Tangent, Taylor
from gradcli.operations import vocabulary
from gradcli.render.numbers import exact_text, number_text, plain
from gradcli.render.objects import SCHEMA, check_object
from gradcli.render.spelling import Spelling
from gradcli.render.text import STYLES, Row, Style, check_text

_FRACTION: Final = re.compile(r"-?\d{1,20}(/\d{1,20})?")
"""What stands for its decimals even where nothing exact was asked for."""
FLOAT_DIGITS: Final = 17


def polynomial(taylor: Taylor, digits: int | None = None, *, exact: bool = False) -> Expr:
    """The polynomial as an expression."""
    distances = [_distance(name, centre) for name, centre in zip(taylor.variables, taylor.centre, strict=True)]
    parts = [(term.coefficient, _monomial(term, distances)) for term in taylor.terms]
    return _sum([_scaled(_expression(each, digits, exact=exact), factor) for each, factor in parts], flat=1)


def taylor_text(taylor: Taylor, spelling: Spelling, digits: int | None = None, *, exact: bool = False) -> str:
    """The polynomial with the order of what is left out: `1 - x**2/2 + O(x**3)`."""
    text = spelling.write(polynomial(taylor, digits, exact=exact))
    distance: Expr = Name("r")
    if len(taylor.variables) == 1:
        distance = _distance(taylor.variables[0], taylor.centre[0])
    rest = spelling.write(_power(distance, taylor.order + 1))
    left, right = ("\\left(", "\\right)") if spelling is Spelling.LATEX else ("(", ")")
    return f"{text} + O{left}{rest}{right}"


def taylor_rows(taylor: Taylor, spelling: Spelling, digits: int | None, *, exact: bool) -> list[Row]:
    """The polynomial and its check as rows."""
    rows = [Row("taylor", taylor_text(taylor, spelling, digits, exact=exact), style=Style.DERIVATIVE)]
    if len(taylor.variables) > 1:
        at = ", ".join(
            f"{name}={spelling.write(value)}" for name, value in zip(taylor.variables, taylor.centre, strict=True)
        )
        rows.append(Row("r", f"the distance from {at}"))
    return [*rows, *_check_rows(taylor)]


def tangent_equation(tangent: Tangent, digits: int | None = None, *, exact: bool = False) -> Equation:
    """The tangent as an equation: `y = 6*x - 9`, `x = 0`."""
    slopes = [
        _scaled(_expression(slope, digits, exact=exact), Name(name))
        for slope, name in zip(tangent.slopes, tangent.variables, strict=True)
    ]
    constant = _expression(tangent.constant, digits, exact=exact)
    if tangent.height is None:
        return Equation(_sum(slopes), constant)
    return Equation(Name(tangent.height), _sum([*slopes, constant], flat=len(slopes) + 1))


def tangent_rows(tangent: Tangent, spelling: Spelling, digits: int | None, *, exact: bool) -> list[Row]:
    """The tangent and its check as rows."""
    text = spelling.write(tangent_equation(tangent, digits, exact=exact))
    return [Row("tangent", text, style=Style.DERIVATIVE), *_check_rows(tangent)]


def taylor_object(taylor: Taylor, spelling: Spelling, digits: int | None, *, exact: bool) -> dict[str, Any]:
    """A Taylor polynomial as a JSON object: `taylor`, its text without the order of the rest; `at`; `order`; and
    `coefficients`, each with `powers`, `value` and, where it is known, `exact`."""
    return {
        "schema": SCHEMA,
        "expr": to_text(taylor.program),
        "order": taylor.order,
        "at": {name: to_text(value) for name, value in zip(taylor.variables, taylor.centre, strict=True)},
        "taylor": spelling.write(polynomial(taylor, digits, exact=exact)),
        "coefficients": [
            {"powers": dict(zip(taylor.variables, term.powers, strict=True)), **_number_object(term.coefficient)}
            for term in taylor.terms
        ],
        **_check_object(taylor),
    }


def tangent_object(tangent: Tangent, spelling: Spelling, digits: int | None, *, exact: bool) -> dict[str, Any]:
    """A tangent as a JSON object: `tangent`, its equation; `slope` by variable; `constant`. Of a vertical tangent these
    are the factors of the variables and the right side."""
    return {
        "schema": SCHEMA,
        "expr": to_text(tangent.program),
        "tangent": spelling.write(tangent_equation(tangent, digits, exact=exact)),
        "vertical": tangent.height is None,
        "slope": {name: _number_object(slope) for name, slope in zip(tangent.variables, tangent.slopes, strict=True)},
        "constant": _number_object(tangent.constant),
        **_check_object(tangent),
    }


def _check_rows(found: Taylor | Tangent) -> list[Row]:
    check, evaluation = found.checked.check, found.checked.evaluation
    if check is None or evaluation is None:
        return []
    if isinstance(found, Tangent) and (found.height is None or check.verdict is Verdict.CORRECTED):
        return []  # it is of numbers that are not shown
    return [Row("check", check_text(check, evaluation), style=STYLES.get(check.verdict, Style.DOUBTFUL))]


def _check_object(found: Taylor | Tangent) -> dict[str, Any]:
    check = found.checked.check
    known = {} if check is None else {"check": check_object(check)}
    return {**known, "warnings": [note.message for note in found.notes]}


def _number_object(coefficient: Coefficient) -> dict[str, Any]:
    value = plain(coefficient.value) if coefficient.text is None else coefficient.text
    return {"value": value} if coefficient.exact is None else {"value": value, "exact": coefficient.exact}


# Expressions


def _distance(name: str, centre: Expr) -> Expr:
    """x - a, or x where a is 0."""
    if isinstance(centre, Number) and centre.value == 0:
        return Name(name)
    if isinstance(centre, Negation):
        return Sum((Term(Name(name)), Term(centre.operand)))
    return Sum((Term(Name(name)), Term(centre, negative=True)))


def _power(base: Expr, exponent: int) -> Expr:
    return base if exponent == 1 else Power(base, Number(str(exponent), float(exponent)))


def _monomial(term: Monomial, distances: Sequence[Expr]) -> Expr | None:
    """The product of the powers of the distances; None where all are 1."""
    powers = [_power(base, power) for base, power in zip(distances, term.powers, strict=True) if power]
    if not powers:
        return None
    return powers[0] if len(powers) == 1 else Product(tuple(map(Factor, powers)))


def _expression(coefficient: Coefficient, digits: int | None, *, exact: bool) -> Expr:
    """A coefficient as an expression: exact where that was asked for or is short, else its decimals."""
    form = coefficient.exact
    if form is not None and (exact or (digits is None and _FRACTION.fullmatch(form))):
        return parse(form, vocabulary()).program.result
    text = coefficient.text or (
        exact_text(coefficient.value) if digits == FLOAT_DIGITS else number_text(coefficient.value, digits)
    )
    size = Number(text.removeprefix("-"), abs(coefficient.value))
    return Negation(size) if text.startswith("-") else size


def _scaled(coefficient: Expr, factor: Expr | None) -> Expr:
    """A coefficient times a factor; what the coefficient is divided by comes last: `3*x**2/4`."""
    if factor is None:
        return coefficient
    if isinstance(coefficient, Negation):
        return Negation(_scaled(coefficient.operand, factor))
    factors = list(coefficient.factors) if isinstance(coefficient, Product) else [Factor(coefficient)]
    if isinstance(factors[0].value, Negation):
        return Negation(_scaled(_product([Factor(factors[0].value.operand), *factors[1:]]), factor))
    own = list(factor.factors) if isinstance(factor, Product) else [Factor(factor)]
    place = next((at for at, each in enumerate(factors) if each.operator == "/"), len(factors))
    above = [each for each in factors[:place] if not _is(each.value, 1)] + own
    if any(_is(each.value, 0) for each in factors[:place]):
        return Number("0", 0.0)
    return _product([*above, *factors[place:]])


def _product(factors: Sequence[Factor]) -> Expr:
    return factors[0].value if len(factors) == 1 else Product(tuple(factors))


def _is(expression: Expr, value: float) -> bool:
    return isinstance(expression, Number) and expression.value == value


def _sum(parts: Sequence[Expr], flat: int = 0) -> Expr:
    """The sum of what is not 0; of the first `flat` parts those that are sums are joined with it."""
    terms: list[Term] = []
    for place, part in enumerate(parts):
        if _is(part, 0):
            continue
        inner = list(part.terms) if isinstance(part, Sum) and place < flat else [Term(part)]
        for term in inner:
            value, negative = term.value, term.negative
            if isinstance(value, Negation):
                value, negative = value.operand, not negative
            elif isinstance(value, Product) and isinstance(value.factors[0].value, Negation):
                first, *rest = value.factors
                assert isinstance(first.value, Negation)
                value, negative = _product([Factor(first.value.operand), *rest]), not negative
            terms.append(Term(value, negative))
    if not terms:
        return Number("0", 0.0)
    start = _negated(terms[0].value) if terms[0].negative else terms[0].value
    return start if len(terms) == 1 else Sum((Term(start), *terms[1:]))


def _negated(value: Expr) -> Expr:
    """-value, as the language reads `-3*x/4`: the sign is the first factor's."""
    if not isinstance(value, Product):
        return Negation(value)
    first, *rest = value.factors
    return Product((Factor(_negated(first.value)), *rest))
