"""Taylor polynomials and tangents as text, in any spelling of formulas, and as JSON objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from gradcli.calculus.results import Verdict
from gradcli.language import Expr, parse, to_text
from gradcli.language.tree import Equation, Factor, Name, Negation, Number, Power, Product, Sum, Term
from gradcli.language.values import frozen
from gradcli.local import LocalNumber, Tangent, Taylor, TaylorTerm
from gradcli.operations import vocabulary
from gradcli.render.numbers import FLOAT_DIGITS, exact_text, number_text, plain
from gradcli.render.objects import SCHEMA, check_object
from gradcli.render.spelling import Spelling
from gradcli.render.text import STYLES, Style, TableRow, check_text

_FRACTION: Final = re.compile(r"-?\d{1,20}(/\d{1,20})?")
"""What stands for its decimals even where nothing exact was asked for."""


@frozen
class Presentation:
    """A Taylor polynomial or a tangent as it is shown: in a spelling, to so many digits, in exact form or not."""

    found: Taylor | Tangent
    spelling: Spelling = Spelling.PYTHON
    digits: int | None = None
    exact: bool = False

    @property
    def formula(self) -> Expr:
        """The polynomial, or the tangent as an equation: `y = 6*x - 9`, `x = 0`."""
        return self._polynomial(self.found) if isinstance(self.found, Taylor) else self._equation(self.found)

    def _polynomial(self, taylor: Taylor) -> Expr:
        distances = [_distance(name, centre) for name, centre in zip(taylor.variables, taylor.centre, strict=True)]
        parts = [_scaled(self._number(term.coefficient), _monomial(term, distances)) for term in taylor.terms]
        return _sum(parts, flat=1)

    def _equation(self, tangent: Tangent) -> Equation:
        slopes = [
            _scaled(self._number(slope), Name(name))
            for slope, name in zip(tangent.slopes, tangent.variables, strict=True)
        ]
        constant = self._number(tangent.constant)
        if tangent.height is None:
            return Equation(_sum(slopes), constant)
        return Equation(Name(tangent.height), _sum([*slopes, constant], flat=len(slopes) + 1))

    def _number(self, coefficient: LocalNumber) -> Expr:
        """A coefficient as an expression: exact where that was asked for or is short, else its decimals."""
        form = coefficient.exact
        if form is not None and (self.exact or (self.digits is None and _FRACTION.fullmatch(form))):
            return parse(form, vocabulary()).program.result
        text = coefficient.text or (
            exact_text(coefficient.value)
            if self.digits == FLOAT_DIGITS
            else number_text(coefficient.value, self.digits)
        )
        size = Number(text.removeprefix("-"), abs(coefficient.value))
        return Negation(size) if text.startswith("-") else size

    @property
    def text(self) -> str:
        """The formula in the spelling."""
        return self.spelling.write(self.formula)

    @property
    def whole(self) -> str:
        """The same, of a polynomial with the order of what is left out: `1 - x**2/2 + O(x**3)`."""
        taylor = self.found
        if not isinstance(taylor, Taylor):
            return self.text
        distance: Expr = Name("r")
        if len(taylor.variables) == 1:
            distance = _distance(taylor.variables[0], taylor.centre[0])
        rest = self.spelling.write(_power(distance, taylor.order + 1))
        left, right = ("\\left(", "\\right)") if self.spelling is Spelling.LATEX else ("(", ")")
        return f"{self.text} + O{left}{rest}{right}"

    @property
    def rows(self) -> list[TableRow]:
        """The formula and its check."""
        found = self.found
        if isinstance(found, Tangent):
            return [TableRow("tangent", self.whole, style=Style.DERIVATIVE), *_check_rows(found)]
        rows = [TableRow("taylor", self.whole, style=Style.DERIVATIVE)]
        if len(found.variables) > 1:
            at = ", ".join(
                f"{name}={self.spelling.write(value)}"
                for name, value in zip(found.variables, found.centre, strict=True)
            )
            rows.append(TableRow("r", f"the distance from {at}"))
        return [*rows, *_check_rows(found)]

    @property
    def object(self) -> dict[str, Any]:
        """The JSON object.

        Of a Taylor polynomial it has `taylor`, its text without the order of the rest; `at`; `order`; and
        `coefficients`, each with `powers`, `value` and, where it is known, `exact`. Of a tangent it has `tangent`, its
        equation; `slope` by variable; `constant`: of a vertical one these are the factors of the variables and the
        right side.
        """
        found = self.found
        head = {"schema": SCHEMA, "expr": to_text(found.program)}
        if isinstance(found, Taylor):
            body: dict[str, Any] = {
                "order": found.order,
                "at": {name: to_text(value) for name, value in zip(found.variables, found.centre, strict=True)},
                "taylor": self.text,
                "coefficients": [
                    {"powers": dict(zip(found.variables, term.powers, strict=True)), **_number_object(term.coefficient)}
                    for term in found.terms
                ],
            }
        else:
            slopes = zip(found.variables, found.slopes, strict=True)
            body = {
                "tangent": self.text,
                "vertical": found.height is None,
                "slope": {name: _number_object(slope) for name, slope in slopes},
                "constant": _number_object(found.constant),
            }
        check = found.checked.check
        known = {} if check is None else {"check": check_object(check)}
        return {**head, **body, **known, "warnings": [note.message for note in found.notes]}


def _check_rows(found: Taylor | Tangent) -> list[TableRow]:
    check, evaluation = found.checked.check, found.checked.evaluation
    if check is None or evaluation is None:
        return []
    if isinstance(found, Tangent) and (found.height is None or check.verdict is Verdict.CORRECTED):
        return []  # it is of numbers that are not shown
    return [TableRow("check", check_text(check, evaluation), style=STYLES.get(check.verdict, Style.DOUBTFUL))]


def _number_object(coefficient: LocalNumber) -> dict[str, Any]:
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


def _monomial(term: TaylorTerm, distances: Sequence[Expr]) -> Expr | None:
    """The product of the powers of the distances; None where all are 1."""
    powers = [_power(base, power) for base, power in zip(distances, term.powers, strict=True) if power]
    if not powers:
        return None
    return powers[0] if len(powers) == 1 else Product(tuple(map(Factor, powers)))


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
