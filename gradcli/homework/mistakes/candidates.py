"""A question's wrong answers, each computed once: a matrix of values for each entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from gradcli.calculus.steps import Unexplained, differentiate
from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import negated, plus, power, times
from gradcli.homework.asked import Form
from gradcli.homework.mistakes.derivations import Candidate, rewritten_derivatives, wrong_derivatives
from gradcli.homework.mistakes.functions import DEGREES, DEGREES_MESSAGE, degrees
from gradcli.homework.mistakes.grids import AnswerGrid, PointGrid
from gradcli.homework.mistakes.implicit import implicit_mistakes
from gradcli.homework.mistakes.matching import agrees
from gradcli.homework.mistakes.table import ALONE, THROUGHOUT, WHOLES, rank
from gradcli.homework.question import Question
from gradcli.homework.sampling.evaluation import Floats
from gradcli.homework.sampling.reference import AskedEntry
from gradcli.language import Expr
from gradcli.language.rewriting import substituted, transformed
from gradcli.language.sentences import Part, Sentence, filled_in, joined
from gradcli.language.tree import Call, Derivative, Factor, Name, Negation, Power, Product
from gradcli.language.values import replace

MOST: Final = 12
"""Variables of which pairs are exchanged."""


def wrong_evaluations(formula: Expr, question: Question) -> Iterator[Candidate]:
    """The formula with a sign, an exchange of values, a misread power, or degrees."""
    where = Sentence(formula)
    for how, wrong in _slips(formula, question):
        if wrong != formula:
            message = filled_in(WHOLES["evaluated-wrongly"], {"how": how})
            yield Candidate("evaluated-wrongly", message, where, wrong, (), ALONE)
    in_degrees = transformed(formula, lambda node: degrees(node, frozenset()) or node)
    if in_degrees != formula:
        yield Candidate(DEGREES, Sentence(DEGREES_MESSAGE), where, in_degrees, (), ALONE)


def _slips(formula: Expr, question: Question) -> Iterator[tuple[Sentence, Expr]]:
    scalars = [name for name, value in question.at.items() if not np.ndim(value)]
    for name in scalars:
        minus = {name: negated(Name(name))}
        yield Sentence("at ", Name(name), f" = {-float(question.at[name]):g}"), substituted(formula, minus)
    pairs = [(first, second) for at, first in enumerate(scalars[:MOST]) for second in scalars[at + 1 : MOST]]
    for first, second in pairs:
        exchanged = {first: Name(second), second: Name(first)}
        how = Sentence("with the values of ", Name(first), " and ", Name(second), " exchanged")
        yield how, substituted(formula, exchanged)
    yield Sentence("the minus is not part of the power: -a^2 is not (-a)^2"), transformed(formula, _sign_within)
    yield Sentence("the factor is not part of the power: 2 a^2 is not (2 a)^2"), transformed(formula, _factor_within)


def _sign_within(node: Expr) -> Expr:
    match node:
        case Negation(operand=Power(base=base, exponent=exponent)):
            return power(negated(base), exponent)
        case _:
            return node


def _factor_within(node: Expr) -> Expr:
    match node:
        case Product(
            factors=(Factor(value=first), Factor(value=Power(base=base, exponent=exponent), operator="*"), *rest)
        ) if number_of(first) is not None:
            raised = power(times(first, base), exponent)
            return raised if not rest else Product((Factor(raised), *rest))
        case _:
            return node


class Wrongs:
    """Wrong versions of one entry: `rows[i]` has the values of `candidates[i]`, the simplest first."""

    def __init__(self, grid: AnswerGrid, entry: int, candidates: Iterable[Candidate]) -> None:
        found = sorted(candidates, key=lambda each: (each.simplicity, rank(each.mistake)))
        self.candidates: list[Candidate] = []
        rows: list[Floats] = []
        right = grid.expected[entry]
        known: dict[tuple[Expr, tuple[str, ...]], Floats | None] = {}
        for candidate in found:
            key = (candidate.expression, candidate.variables)
            if key not in known:
                known[key] = grid.values(*key)
            row = known[key]
            says_something = row is not None and np.any(row[np.isfinite(row)] != 0) and not agrees(row, right)
            if row is not None and says_something and not self._is_known(candidate, row, rows):
                self.candidates.append(candidate)
                rows.append(row)
        self.rows: Floats = np.array(rows).reshape(len(rows), right.size)

    def _is_known(self, candidate: Candidate, row: Floats, rows: Sequence[Floats]) -> bool:
        """Whether a simpler candidate of the same name has the same values."""
        return any(
            known.mistake == candidate.mistake and np.array_equal(other, row, equal_nan=True)
            for known, other in zip(self.candidates, rows, strict=True)
        )


def direct(grid: AnswerGrid, entry: int) -> Iterator[Candidate]:
    """Mistakes in the function as it is written, and with the answer as a whole."""
    question = grid.question
    if question.form is Form.VALUE:
        return
    if question.curve is not None:
        yield from implicit_mistakes(question.curve, question.order, question.names)
        return
    asked = grid.asked[entry]
    names = question.names
    yield from wrong_derivatives(asked.expression, asked.variables, names, grid.tensors)
    yield from _wholes(asked, names, grid)
    if isinstance(grid, PointGrid):
        right = _formula(asked, grid)
        if right is not None:
            yield from wrong_evaluations(right, question)


def rewritten(grid: AnswerGrid, entry: int) -> Iterator[Candidate]:
    """Mistakes of those who write the function in another way: for answers that nothing else explains."""
    if grid.question.form not in (Form.VALUE, Form.IMPLICIT):
        asked = grid.asked[entry]
        yield from rewritten_derivatives(asked.expression, asked.variables, grid.question.names, grid.tensors)


def _whole(
    mistake: str, asked: AskedEntry, found: Expr | None = None, by: Sequence[str] = (), **pieces: Part
) -> Candidate:
    """Another expression, or the function, to be differentiated by other variables than it is asked to be."""
    message, where = filled_in(WHOLES[mistake], pieces), Sentence(asked.expression)
    return Candidate(mistake, message, where, asked.expression if found is None else found, tuple(by), ALONE)


def _wholes(asked: AskedEntry, names: Sequence[str], grid: AnswerGrid) -> Iterator[Candidate]:
    """The function itself, derivatives of other orders, and by another variable."""
    variables, order = asked.variables, len(asked.variables)
    first = variables[0]
    if isinstance(grid, PointGrid) and len(grid.asked) * grid.expected.shape[1] > 1:
        yield replace(_whole("point-copied", asked, Name(variables[-1])), simplicity=THROUGHOUT)
    if asked.expression != Name(first):
        yield _whole("function-copied", asked)
    match asked.expression:
        case Call(function="sum" | "mean", arguments=(summed,), keywords=()) if summed != Name(first):
            yield replace(_whole("function-copied", asked, summed), where=Sentence(summed))
    if grid.question.form is Form.PARTIAL:
        yield from _partials(asked)
    elif order > 1:
        yield _whole("derivative-missing", asked, by=variables[:-1], order=str(order - 1), wanted=str(order))
    yield _whole("derivative-extra", asked, by=(*variables, variables[-1]), order=str(order + 1), wanted=str(order))
    if grid.question.form is Form.DERIVATIVE:
        for name in names:
            if name != first:
                yield _whole("wrong-variable", asked, by=(name,) * order, name=Name(name))


def _partials(asked: AskedEntry) -> Iterator[Candidate]:
    """Mixed partial derivatives with one differentiation missing, by one variable alone, added or multiplied."""
    variables = asked.variables
    for name in dict.fromkeys(variables):
        place = variables.index(name)
        left = (*variables[:place], *variables[place + 1 :])
        yield _whole("partial-missing", asked, by=left, left=_names(left), name=Name(name))
        often = (name,) * len(variables)
        yield _whole("partial-one-variable", asked, by=often, name=Name(name), wanted=_names(variables))
    slopes = [Derivative(asked.expression, name) for name in dict.fromkeys(variables)]
    yield _whole("partials-added", asked, plus(*slopes))
    yield _whole("partials-multiplied", asked, times(*slopes))


def _names(names: Sequence[str]) -> Sentence:
    return joined(" and ", map(Sentence, map(Name, names)))


def _formula(asked: AskedEntry, grid: AnswerGrid) -> Expr | None:
    """The right derivative as a formula."""
    expression = asked.expression
    try:
        for variable in asked.variables:
            expression = differentiate(expression, variable, tensors=grid.tensors).result
    except Unexplained:
        return None
    return expression
