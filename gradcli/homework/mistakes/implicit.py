"""Mistakes in implicit differentiation: of one variable by another, along the curve of an equation.

Each side is differentiated by the rules with y' for the derivative of y, and the result solved for y'. The wrong
versions have a wrong derivative of a side, or a wrong solution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from gradcli.calculus.implicit import along
from gradcli.calculus.steps.trees import ONE, ZERO, minus, names_in, negated, over
from gradcli.homework.asked import ImplicitCurve
from gradcli.homework.mistakes.derivations import ORDINALS, Candidate, Differentiation
from gradcli.homework.mistakes.table import ALONE, SOMEWHERE, THROUGHOUT, WHOLES
from gradcli.language import Expr
from gradcli.language.rewriting import substituted
from gradcli.language.sentences import Part, Sentence, filled_in
from gradcli.language.tree import Name, Sum, Term
from gradcli.language.values import frozen, replace

INNER: Final = "implicit-inner-missing"
CONSTANT: Final = "implicit-constant"
INVERTED: Final = "implicit-inverted"
SIGN: Final = "implicit-sign"
UNDIVIDED: Final = "implicit-not-divided"
KEPT: Final = "constant-kept"
IMPLICIT: Final[Mapping[str, str]] = MappingProxyType(
    {
        INNER: "implicit differentiation: {of} depends on {by}, and the factor {slope} is missing",
        CONSTANT: "implicit differentiation: {of} is taken for a constant, and depends on {by}",
        INVERTED: "implicit differentiation: the fraction is upside down, this is d{by}/d{of}{sign}",
        SIGN: "implicit differentiation: the minus is lost when the equation is solved for {slope}",
        UNDIVIDED: "implicit differentiation: solved for {slope}, the rest is divided by the factor of {slope}",
    }
)
"""What is said of each."""


@frozen
class _Solution:
    """How an equation between derivatives is solved for the slope."""

    curve: ImplicitCurve
    slope: Name
    order: int

    def solved(self, left: Expr, right: Expr) -> Expr:
        """The derivative, of the asked order, of those who differentiate the sides so."""
        constant, coefficient = self.parts(left, right)
        return self.raised(negated(over(constant, coefficient)))

    def parts(self, left: Expr, right: Expr) -> tuple[Expr, Expr]:
        """What stands without the slope, and what is multiplied by it."""
        whole = minus(left, right)
        constant = self.where_slope_is(whole, ZERO)
        return constant, minus(self.where_slope_is(whole, ONE), constant)

    def where_slope_is(self, expression: Expr, value: Expr) -> Expr:
        """The expression with another slope."""
        return substituted(expression, {self.slope.name: value})

    def raised(self, first: Expr) -> Expr:
        """The derivative of the asked order where the first one is this."""
        found = first
        for _ in range(self.order - 1):
            found = along(found, first, self.curve.by, self.curve.of)
        return found

    def said(self, mistake: str, **pieces: str) -> Sentence:
        """What is said of a mistake."""
        curve = self.curve
        named: dict[str, Part] = {"of": Name(curve.of), "by": Name(curve.by), "slope": self.slope.name}
        return filled_in(IMPLICIT[mistake], named | pieces)


def implicit_mistakes(curve: ImplicitCurve, order: int, names: Sequence[str]) -> Iterator[Candidate]:
    """Every typical mistake in the implicit derivative of this order; `names` are all variables."""
    slope = Name(f"d{curve.of}/d{curve.by}")  # no text can have such a name
    left, right = (
        Differentiation(side, curve.by, None, {curve.of: slope}) for side in (curve.equation.left, curve.equation.right)
    )
    if left.step is None or right.step is None:
        return
    solution = _Solution(curve, slope, order)
    others = [name for name in names if name != curve.of]
    yield from _by_rules(solution, left, right, others)
    yield from _constants_kept(solution, left, right)
    yield from _by_terms(solution, left.step.result, right.step.result)
    yield from _wholes(solution, left.step.result, right.step.result)


def _by_rules(
    solution: _Solution, left: Differentiation, right: Differentiation, others: Sequence[str]
) -> Iterator[Candidate]:
    """A wrong rule on one side, or on both."""
    assert left.step is not None
    assert right.step is not None
    for again, candidate in left.candidates(others):
        if candidate.simplicity == THROUGHOUT:
            both = next(again(right.expression, right.variable), None)
            if both is not None:
                yield replace(candidate, expression=solution.solved(candidate.expression, both))
        yield replace(candidate, expression=solution.solved(candidate.expression, right.step.result))
    for _, candidate in right.candidates(others):
        yield replace(candidate, expression=solution.solved(left.step.result, candidate.expression))


def _constants_kept(solution: _Solution, left: Differentiation, right: Differentiation) -> Iterator[Candidate]:
    """A side that does not vary is kept as it is."""
    assert left.step is not None
    assert right.step is not None
    for side, wrong in (
        (left.expression, (left.expression, right.step.result)),
        (right.expression, (left.step.result, right.expression)),
    ):
        if not {solution.curve.by, solution.curve.of} & names_in(side) and side != ZERO:
            message = Sentence("constant rule: the derivative of the constant ", side, " is 0, and it is kept")
            yield Candidate(KEPT, message, Sentence(side), solution.solved(*wrong))


def _by_terms(solution: _Solution, left: Expr, right: Expr) -> Iterator[Candidate]:
    """One term of the differentiated equation without its slope, or as if the other variable were a constant."""
    for at, side in enumerate((left, right)):
        terms = side.terms if isinstance(side, Sum) else (Term(side),)
        for place, term in enumerate(terms):
            if solution.slope.name not in names_in(term.value):
                continue
            for mistake, value in ((INNER, ONE), (CONSTANT, ZERO)):
                changed = replace(term, value=solution.where_slope_is(term.value, value))
                wrong = (*terms[:place], changed, *terms[place + 1 :])
                whole = Sum(wrong) if len(wrong) > 1 else changed.value
                sides = (whole, right) if at == 0 else (left, whole)
                where = Sentence(term.value)
                yield Candidate(mistake, solution.said(mistake), where, solution.solved(*sides), (), SOMEWHERE)


def _wholes(solution: _Solution, left: Expr, right: Expr) -> Iterator[Candidate]:
    """No slope anywhere, a wrong solution, and derivatives of other orders."""
    curve, order = solution.curve, solution.order
    where = Sentence(curve.equation)
    constant, coefficient = solution.parts(left, right)

    def whole(mistake: str, message: Sentence, expression: Expr, simplicity: int = ALONE) -> Candidate:
        return Candidate(mistake, message, where, expression, (), simplicity)

    without = minus(*(solution.where_slope_is(side, ONE) for side in (left, right)))
    yield whole(INNER, solution.said(INNER), without)
    yield whole(CONSTANT, solution.said(CONSTANT), constant)
    yield whole(UNDIVIDED, solution.said(UNDIVIDED), negated(constant))
    ratio, inverse = over(constant, coefficient), over(coefficient, constant)
    yield whole(SIGN, solution.said(SIGN), solution.raised(ratio), THROUGHOUT)
    yield whole(INVERTED, solution.said(INVERTED, sign=""), solution.raised(negated(inverse)), THROUGHOUT)
    yield whole(INVERTED, solution.said(INVERTED, sign=", and its minus is lost"), solution.raised(inverse))
    yield from _last_differentiation(solution, negated(ratio))
    for mistake, other in (("derivative-missing", order - 1), ("derivative-extra", order + 1)):
        if other:
            found = replace(solution, order=other).solved(left, right)
            yield whole(mistake, filled_in(WHOLES[mistake], {"order": str(other), "wanted": str(order)}), found)


def _last_differentiation(solution: _Solution, first: Expr) -> Iterator[Candidate]:
    """The right derivative of the order before, differentiated without the slope."""
    curve, order = solution.curve, solution.order
    if order < 2:
        return
    before = replace(solution, order=order - 1).raised(first)
    for mistake, slope in ((INNER, ONE), (CONSTANT, ZERO)):
        message = solution.said(mistake) + f", in the {ORDINALS[order - 1]} differentiation"
        yield Candidate(
            mistake, message, Sentence(curve.equation), along(before, slope, curve.by, curve.of), (), SOMEWHERE
        )
