"""The one door: a Problem goes in, a Solution or a located Diagnostic comes out.

One-liner, batch and grading all pass here; printing is somebody else's job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcli.calculus.results import Array, Check, Evaluation, Formulas, Question, Request, Verdict
from gradcli.language import (
    Diagnostic,
    DiagnosticError,
    Expr,
    Note,
    Parsed,
    Program,
    Span,
    expressions,
    free_names,
    parse,
    to_text,
    walk,
)
from gradcli.language.suggestions import for_name
from gradcli.language.tree import Name, Number
from gradcli.language.values import field, frozen, replace
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary

DTYPES = ("float64", "float32")


@frozen
class Problem:
    """A calculation, as it is asked for.

    `text` is an expression or a program, with or without `at …`. `bindings` gives variables their values besides
    those. `wrt` are the variables
    to differentiate by, None for all that are free. `cotangent` goes with Request.VJP. `dtype` is one of DTYPES.
    """

    text: str
    bindings: Mapping[str, Array] = field(default_factory=dict)
    wrt: tuple[str, ...] | None = None
    request: Request = Request.GRADIENT
    order: int = 1
    cotangent: Array | None = None
    dtype: str = "float64"


@frozen
class Solution:
    """What came of a Problem.

    `evaluation` is None where no variable has a value: then there are only `formulas`. `check` is None where none was
    asked for.
    """

    problem: Problem
    program: Program
    wrt: tuple[str, ...]
    notes: tuple[Note, ...]
    evaluation: Evaluation | None = None
    formulas: Formulas = field(default_factory=Formulas)
    check: Check | None = None

    @property
    def reading(self) -> str:
        """The expression in plain ASCII, as it was read."""
        return to_text(replace(self.program, bindings=()))


def solve(
    problem: Problem,
    *,
    check: bool = True,
    quick: bool = False,
    formulas: bool = True,
    on_value: Callable[[Solution], None] | None = None,
    on_formulas: Callable[[Solution], None] | None = None,
) -> Solution:
    """Calculate, differentiate and cross-check.

    `on_value` is called as soon as the engine has its numbers, before SymPy is even loaded; `on_formulas` when the
    derivative is there as a formula, before it is compared. A `quick` check has SymPy differentiate operations, and
    whole formulas only in doubt (see `crosscheck`). Without `check` and `formulas` SymPy takes no part. Raises
    DiagnosticError.
    """
    found = read(problem)
    program, wrt = found.parsed.program, found.wrt
    solution = Solution(problem, program, wrt, found.parsed.notes)
    if found.is_open:
        return _symbolic_only(solution, found.parsed, found.names)
    question = Question(program, found.point, wrt, problem.request, problem.order, problem.cotangent)
    return _numeric(solution, question, found.parsed, check, quick, formulas, on_value, on_formulas)


@frozen
class Found:
    """A Problem as it was read: its variables `names`, those to differentiate by, and the values given."""

    parsed: Parsed
    point: Mapping[str, Array]
    names: tuple[str, ...]
    wrt: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether the variables have no values: formulas alone are asked for."""
        return any(name not in self.point for name in self.names)


def read(problem: Problem) -> Found:
    """The problem's text and its variables. Raises DiagnosticError, also where only some variables have a value."""
    parsed = parse(problem.text, vocabulary(), problem.bindings)
    point = _point(problem, parsed)
    names = free_names(parsed.program, CONSTANTS, point)
    wrt = _variables(problem, parsed, names)
    unbound = [name for name in names if name not in point]
    if unbound and point:
        raise _unbound(unbound[0], point, parsed)
    return Found(parsed, point, names, wrt)


def _symbolic_only(solution: Solution, parsed: Parsed, names: tuple[str, ...]) -> Solution:
    """The derivatives as formulas alone. Raises DiagnosticError where there is none to show."""
    from gradcli.calculus import symbolic

    problem = solution.problem
    anywhere = dict.fromkeys(names, np.zeros(()))
    question = Question(parsed.program, anywhere, solution.wrt, problem.request, problem.order)
    formulas = symbolic.formulas(question)
    if not formulas.derivatives:
        raise _located(
            parsed,
            "E320",
            "the derivative has no short formula",
            parsed.program.result.span,
            f"give the variables values to calculate it: {' '.join(f'{name}=…' for name in names)}",
        )
    return replace(solution, formulas=formulas)


def _numeric(
    solution: Solution,
    question: Question,
    parsed: Parsed,
    check: bool,
    quick: bool,
    formulas: bool,
    on_value: Callable[[Solution], None] | None,
    on_formulas: Callable[[Solution], None] | None,
) -> Solution:
    from gradcli.calculus import evaluate
    from gradcli.calculus.notes import kink_notes

    try:
        evaluation, evaluator = evaluate.evaluate(question)
    except evaluate.Failure as failure:
        raise failure.diagnostic(parsed.source) from failure
    notes = kink_notes(question, evaluator.value_of)
    solution = replace(solution, evaluation=evaluation, notes=(*solution.notes, *evaluation.notes, *notes))
    if on_value is not None:
        on_value(solution)
    if formulas and question.wrt:
        from gradcli.calculus import symbolic

        solution = replace(solution, formulas=symbolic.formulas(question))
        if on_formulas is not None:
            on_formulas(solution)
    if check:
        solution = replace(solution, check=_checked(evaluation, evaluator.value_of, quick))
    return solution


def _checked(evaluation: Evaluation, values: Callable[[Expr], Array | None], quick: bool) -> Check:
    from gradcli.calculus import crosscheck, evaluate

    if not evaluation.derivatives:
        return Check(Verdict.SKIPPED, reason="there is nothing to differentiate by")
    question = evaluation.question
    return crosscheck.check(evaluation, lambda point: evaluate.value_at(question, point), values, quick=quick)


def _point(problem: Problem, parsed: Parsed) -> dict[str, Array]:
    """The values of the variables: the problem's bindings and those of `at …`, in the working dtype."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    dtype = dtypes.float32 if problem.dtype == "float32" else dtypes.float64
    point = {name: np.asarray(value, dtype.numpy) for name, value in problem.bindings.items()}
    for binding in parsed.program.bindings:
        if binding.name in point:
            raise _located(parsed, "E203", f"{binding.name} is given twice", binding.name_span, "give it one value")
        if isinstance(binding.value, Number) and dtype is dtypes.float64:  # most are, and the engine need not be asked
            point[binding.name] = np.asarray(binding.value.value)
            continue
        try:
            point[binding.name] = evaluate.constant(binding.value, dtype).astype(dtype.numpy)
        except evaluate.Failure as failure:
            raise failure.diagnostic(parsed.source) from failure
    return point


def _located(parsed: Parsed, code: str, message: str, span: Span, help: str | None) -> DiagnosticError:  # noqa: A002
    return DiagnosticError(Diagnostic(code, message, span, parsed.source, help))


def _variables(problem: Problem, parsed: Parsed, names: tuple[str, ...]) -> tuple[str, ...]:
    """The variables to differentiate by. Raises DiagnosticError on one that does not occur."""
    if problem.wrt is None:
        return names
    for name in problem.wrt:
        if name not in names:
            there = ", ".join(names) or "none"
            raise _located(
                parsed,
                "E202",
                f"{name} does not occur in the expression, so there is no derivative by it",
                parsed.program.result.span,
                f"its variables: {there}",
            )
    return problem.wrt


def _unbound(name: str, point: Mapping[str, Array], parsed: Parsed) -> DiagnosticError:
    parts = (node for expression in expressions(parsed.program) for node in walk(expression))
    span = next(node.span for node in parts if isinstance(node, Name) and node.name == name)
    hint = for_name(name, tuple(point), tuple(OPERATIONS)) or f"give it one: {name}=…"
    return _located(parsed, "E201", f"{name} has no value", span, hint)


__all__ = ["DTYPES", "DiagnosticError", "Found", "Problem", "Solution", "read", "solve"]
