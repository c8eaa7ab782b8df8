"""Derivatives that are expressions of their own: implicit ones of equations, and mixed partial ones.

Which one a problem asks for, and the numbers that come of it: each is the value of an expression with derivatives in
it, which the engine calculates and the check certifies as any other value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gradcli.calculus.implicit import MAX_ORDER, Derived, difference, implicit_derivative, mixed_derivative
from gradcli.calculus.notes import kink_notes
from gradcli.calculus.results import Array, Check, Evaluation, Question, Request, Verdict, entry_label
from gradcli.language import Expr, Note, Program, walk
from gradcli.language.rewriting import substituted
from gradcli.language.tree import Equation, Name, Negation, Number, TensorLiteral
from gradcli.language.values import replace

if TYPE_CHECKING:
    from gradcli.calculus.evaluate import Evaluator
    from gradcli.calculus.exact import Asked
    from gradcli.problem import Found


def asked(found: Found) -> Found:
    """What was read, with the implicit or mixed derivatives asked for. Raises DiagnosticError where unclear."""
    problem, result = found.problem, found.parsed.program.result
    if problem.partial:
        return _mixed(found)
    if not isinstance(result, Equation):
        raise found.fault("E316", f"no equation says how {problem.of} depends on anything", "as in x^2 + y^2 = 25")
    if problem.request is not Request.GRADIENT:
        raise found.fault("E318", "an equation has implicit derivatives alone", "ask for one: --of y --wrt x")
    if problem.order > MAX_ORDER:
        raise found.fault("E319", f"the order of an implicit derivative is at most {MAX_ORDER}", None)
    of, by = _of_and_by(found)
    derived = tuple(implicit_derivative(result, name, of, problem.order) for name in by)
    return replace(found, wrt=by, derived=derived, of=of)


def _mixed(found: Found) -> Found:
    """The same for a mixed partial derivative, whose variables `wrt` has."""
    problem, program = found.problem, found.parsed.program
    if isinstance(program.result, Equation):
        raise found.fault("E316", "an equation has no partial derivatives", "ask for --of y --wrt x")
    if (
        problem.request is not Request.GRADIENT
        or problem.order > 1
        or problem.of is not None
        or problem.wrt is not None
    ):
        raise found.fault("E318", "a mixed partial derivative has no further order or form", None)
    return replace(found, derived=(mixed_derivative(program.result, problem.partial),))


def _of_and_by(found: Found) -> tuple[str, tuple[str, ...]]:
    """The dependent variable of an equation and the independent ones. Raises DiagnosticError where that is not said."""
    names, of, wrt = found.names, found.problem.of, found.problem.wrt
    others = [name for name in names if wrt is None or name not in wrt]
    if of is None and set(names) == {"x", "y"} and "y" in others:
        of = "y"
    elif of is None and wrt is not None and len(others) == 1:
        of = others[0]
    if wrt is None and of in names:
        wrt = tuple(name for name in names if name != of)
    there = ", ".join(names)
    for name in wrt or ():
        if name not in names:
            raise found.fault("E317", f"{name} does not occur in the equation", f"it has {there}")
    if of is None or wrt is None:
        help_text = f"say it, as in --of {of or names[-1]} --wrt {next(name for name in names if name != of)}"
        raise found.fault("E317", f"which variable depends on which is not said: there are {there}", help_text)
    if of not in names or of in wrt:
        raise found.fault("E317", f"{of} is no variable of the equation that depends on others", f"it has {there}")
    return of, wrt


def value_by(program: Program, unbound: Sequence[str], values: Mapping[str, Array | Expr]) -> dict[str, Expr]:
    """The value that an equation such as `y = x^2` gives the one variable that has none, as an expression of constants,
    where all others have one; nothing otherwise."""
    result = program.result
    if not isinstance(result, Equation) or program.assignments or len(unbound) != 1 or not values:
        return {}
    if result.left != Name(unbound[0]) or unbound[0] in {
        each.name for each in walk(result.right) if type(each) is Name
    }:
        return {}
    return {unbound[0]: substituted(result.right, {name: _as_expression(value) for name, value in values.items()})}


def _as_expression(value: Array | Expr) -> Expr:
    """A value as an expression: a tensor as a literal of its entries."""
    if not isinstance(value, np.ndarray):
        return value
    if value.ndim:
        return TensorLiteral(tuple(_as_expression(each) for each in value))
    number = float(value)
    size = Number(repr(abs(number)), abs(number))
    return Negation(size) if number < 0 else size


def derived_question(found: Found, derived: Derived, point: Mapping[str, Array]) -> Question:
    """The question for the value of a derivative's expression at a point."""
    program = replace(found.parsed.program, result=derived.expression)
    return Question(program, point, (), exact=found.exact, label=entry_label(derived.variables, (), found.of or "f"))


def placed(found: Found) -> tuple[Question, tuple[Note, ...]]:
    """The question for what is differentiated, at the point: of an equation that for what is zero, at a point on its
    curve; and what is to be said of that. Raises DiagnosticError where the point is not on it."""
    point = {**dict.fromkeys(found.wrt, np.zeros((), found.problem.dtype)), **found.point}
    program = found.parsed.program
    if found.of is None:
        return Question(program, point, (), exact=found.exact), ()
    assert isinstance(program.result, Equation)
    if any(np.ndim(value) for value in point.values()):
        raise found.fault("E322", "a point of a curve is given by numbers", "give each variable one")
    from gradcli.calculus.balls.curve import OffCurve, on_curve

    zero = Question(replace(program, result=difference(program.result)), point, (), exact=found.exact)
    try:
        moved = on_curve(zero, (found.of, *found.wrt), found.problem.digits or 17)
    except OffCurve as off:
        raise found.fault("E321", off.message, "give a point where the equation holds") from off
    if moved.name is None:
        return moved.question, ()
    message = f"the point was moved onto the curve: {moved.name} = {moved.after} for {moved.before}"
    return moved.question, (Note(message),)


def with_tangent(found: Found, place: Question, checked: Check) -> Check:
    """The check of implicit derivatives, which says so where the curve has no slope at the point."""
    if found.of is None or checked.verdict is not Verdict.UNDECIDED:
        return checked
    from gradcli.calculus.balls.curve import tangent_fault

    faults = [tangent_fault(place, name, found.of) for name in found.wrt]
    fault = next((each for each in faults if each is not None), None)
    return checked if fault is None else replace(checked, reason=fault)


def exact_parts(found: Found, check: Check) -> tuple[list[Asked], bool]:
    """What is known exactly of derivatives that are expressions,
    and whether their point was moved onto the curve: then nothing is exact."""
    from gradcli.calculus.exact import Asked

    place, notes = placed(found)
    if notes:
        return [], True
    parts = []
    if found.of is None and check.certified_value is not None:
        parts.append(Asked(place, (), check.certified_value))
    for each in found.derived:
        if each.variables in check.certified:
            question = replace(derived_question(found, each, place.point), exact=place.exact)
            parts.append(Asked(question, each.variables, check.certified[each.variables]))
    return parts, False


class DerivedRun:
    """The engine's numbers of the derivatives that are expressions, and their check. Raises DiagnosticError."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._place, self.notes = placed(found)
        self.has_no_slope = False
        """Whether the check found that the curve has none at the point."""
        questions = [
            replace(derived_question(found, each, self._place.point), exact=self._place.exact) for each in found.derived
        ]
        if found.of is None:
            questions.insert(0, self._place)
        self._runs = [self._run(each) for each in questions]

    def _run(self, question: Question) -> tuple[Evaluation, Evaluator]:
        from gradcli.calculus.evaluate import Failure
        from gradcli.calculus.evaluation import evaluate

        try:
            return evaluate(question)
        except Failure as failure:
            raise failure.diagnostic(self._found.parsed.source) from failure

    @property
    def kinks(self) -> tuple[Note, ...]:
        """Notes on what is on a kink, or not defined, at the point."""
        found: dict[str, Note] = {}
        for evaluation, evaluator in self._runs:
            for note in kink_notes(evaluation.question, evaluator.value_of, evaluator.of_interest):
                found.setdefault(note.message, note)
        return tuple(found.values())

    @property
    def evaluation(self) -> Evaluation:
        """The numbers as one answer: the value, or that of the variable whose derivative it is."""
        found, runs = self._found, self._runs
        parts = [evaluation for evaluation, _ in (runs if found.of is not None else runs[1:])]
        derivatives = {each.variables: part.value for each, part in zip(found.derived, parts, strict=True)}
        notes = tuple(note for part, _ in runs for note in part.notes)
        question = replace(runs[0][0].question, program=found.parsed.program)
        return Evaluation(question, self._value, None, derivatives, notes)

    @property
    def _value(self) -> Array:
        found = self._found
        return self._runs[0][0].value if found.of is None else self._place.point[found.of]

    def check(self) -> Check:
        """The check of all numbers."""
        from gradcli.calculus import evaluate
        from gradcli.calculus.check import as_derivative, check, joined

        found = self._found
        checks = [
            check(
                evaluation,
                partial(evaluate.value_at, evaluation.question),
                evaluator.value_of,
                digits=found.problem.digits,
            )
            for evaluation, evaluator in self._runs
        ]
        first = [] if found.of is not None else [checks.pop(0)]
        parts = [
            as_derivative(each, derived.variables, self._value)
            for each, derived in zip(checks, found.derived, strict=True)
        ]
        return self._with_tangent(joined([*first, *parts]))

    def _with_tangent(self, checked: Check) -> Check:
        """The check, which says so where the curve has no slope at the point."""
        told = with_tangent(self._found, self._place, checked)
        self.has_no_slope = told is not checked
        return told
