"""The one door: a Problem goes in, a Solution or a located Diagnostic comes out.

One-liner, batch and grading all pass here; printing is somebody else's job.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from gradcli.asked import DerivedRun, asked, derived_question, exact_parts, value_by
from gradcli.calculus.implicit import Derived
from gradcli.calculus.notes import kink_notes, product_notes
from gradcli.calculus.results import (
    Array,
    Check,
    Evaluation,
    Exact,
    Formulas,
    Method,
    Numbers,
    Question,
    Request,
    Values,
    Verdict,
)
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
from gradcli.language.conventions import KEYBOARD, Conventions
from gradcli.language.names import DIFFERENTIATED, name_of, unused_note, values_by_name, variables_of
from gradcli.language.suggestions import for_name
from gradcli.language.tree import Equation, Name, Number
from gradcli.language.values import field, frozen, replace
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary

if TYPE_CHECKING:
    from gradcli.calculus.evaluate import Evaluator

DIAGONAL: Final = Note("f goes entry by entry: this is the diagonal of the Jacobian (--jacobian gives all of it)")
DTYPES = ("float64", "float32")
MOST_ORDER: Final = 50
"""The highest order of a derivative."""
MOST_DIGITS: Final = 1_000
"""The most significant digits that are certified."""
ABOUT_A_VARIABLE: Final = Conventions(equation=True)
"""Of a text about which it is asked how one variable depends on another."""
Reshape: TypeAlias = Callable[[Question, Formulas], Formulas]
"""Puts formulas, which come in the shortest of a few forms, into another form."""


@frozen
class Problem:
    """A calculation, as it is asked for.

    `text` is an expression or a program, with or without `at …`. `bindings` gives variables their values besides
    those, as arrays or as expressions of constants, and `wrt` are the variables to differentiate by, None for all that
    are free: names as anybody writes them (`θ`, `x₁`). `cotangent` goes with Request.VJP. `dtype` is one of DTYPES.
    `digits` are the significant digits to be shown, None for as many as are usual. `shared` bindings are the columns of
    a table, of which a problem need not use all; of others each that is not used is noted. `of` is the variable of an
    equation whose derivative is asked for, None where that is clear. `partial` are the variables of a mixed partial
    derivative, one after the other.
    """

    text: str
    bindings: Mapping[str, Array | Expr] = field(default_factory=dict)
    wrt: tuple[str, ...] | None = None
    request: Request = Request.GRADIENT
    order: int = 1
    cotangent: Array | None = None
    dtype: str = "float64"
    digits: int | None = None
    shared: bool = False
    of: str | None = None
    partial: tuple[str, ...] = ()


@frozen
class Solution:
    """What came of a Problem.

    `evaluation` is what the engine found, None where no variable has a value: then there are only `formulas`. `check`
    is None where none was asked for. `of` is the variable whose derivative an equation gives, None of a function.
    `exact` has the exact forms of the numbers where they were asked for.
    """

    problem: Problem
    program: Program
    wrt: tuple[str, ...]
    notes: tuple[Note, ...]
    evaluation: Evaluation | None = None
    formulas: Formulas = field(default_factory=Formulas)
    check: Check | None = None
    of: str | None = None
    exact: Exact | None = None

    @property
    def function(self) -> str:
        """What is differentiated, as labels call it."""
        return self.of or "f"

    @property
    def request(self) -> Request:
        """Which derivatives these are: of a tensor by numbers all, where its gradient was asked for."""
        return self.problem.request if self.evaluation is None else self.evaluation.question.request

    @property
    def numbers(self) -> Numbers:
        """The numbers to show: certified ones where the check found some."""
        if self.check is not None and self.check.numbers is not None:
            return self.check.numbers
        assert self.evaluation is not None
        return Numbers(self.evaluation.value, self.evaluation.derivatives)

    @property
    def reading(self) -> str:
        """The expression in plain ASCII, as it was read."""
        program = self.program
        return to_text(replace(program, bindings=()) if program.assignments else program.result)


def solve(
    problem: Problem,
    *,
    check: bool = True,
    formulas: bool = True,
    full: bool = False,
    reshape: Reshape | None = None,
    exact: bool = False,
    on_value: Callable[[Solution], None] | None = None,
    on_check: Callable[[Solution], None] | None = None,
) -> Solution:
    """Calculate, differentiate and check.

    `on_value` is called as soon as the engine has its numbers; `on_check` when these are checked, before SymPy is
    loaded, which is asked for the `formulas` alone. These are in the shortest of a few forms, unless `reshape` puts
    them into another; long ones are left out unless `full`. With `exact` the numbers that are checked come in exact
    form, too. Raises DiagnosticError.
    """
    found = read(problem)
    if found.is_open:
        return _symbolic_only(found, full, reshape)
    solution, verify = _derived(found) if found.derived else _evaluated(found)
    if on_value is not None:
        on_value(solution)
    if check:
        solution = verify()
        if on_check is not None:
            on_check(solution)
    if exact and solution.check is not None:
        solution = _with_exact(found, solution, full)
    return _with_formulas(found, solution, full, reshape) if formulas and found.wrt else solution


@frozen
class Found:
    """A Problem as it was read: its variables `names`, those to differentiate by, and the values given.

    `derived` are the derivatives that are expressions of their own, none where those of the program are asked for: of
    the variable `of` where that is given by an equation.
    """

    problem: Problem
    parsed: Parsed
    point: Mapping[str, Array]
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    derived: tuple[Derived, ...] = ()
    of: str | None = None

    @property
    def exact(self) -> Mapping[str, Expr]:
        """The values that are given as expressions."""
        given: dict[str, Expr] = {
            name: value for name, value in self.problem.bindings.items() if isinstance(value, Expr)
        }
        given.update({binding.name: binding.value for binding in self.parsed.program.bindings})
        return given

    @property
    def is_open(self) -> bool:
        """Whether the variables have no values: formulas alone are asked for."""
        return any([name not in self.point for name in self.names])  # noqa: C419 (a list is quicker)

    def fault(self, code: str, message: str, help_: str | None = None) -> DiagnosticError:
        """What is wrong with what is asked of the result."""
        span = self.parsed.program.result.span
        return DiagnosticError(Diagnostic(code, message, span, self.parsed.source, help_))


def read(problem: Problem) -> Found:
    """The problem's text and its variables. Raises DiagnosticError, also where only some variables have a value, or it
    is not clear which derivative is asked for."""
    problem = _with_plain_names(problem)
    conventions = KEYBOARD if problem.of is None else ABOUT_A_VARIABLE
    parsed = parse(problem.text, vocabulary(), problem.bindings, conventions)
    point = _point(problem, parsed)
    names = _free_names(parsed, point)
    wrt, notes = _variables(problem, parsed, names)
    unbound = [name for name in names if name not in point]
    if unbound and isinstance(parsed.program.result, Equation):
        given = {**problem.bindings, **{each.name: each.value for each in parsed.program.bindings}}
        known = value_by(parsed.program, unbound, given)
        problem = replace(problem, bindings={**problem.bindings, **known})
        point = _point(problem, parsed)
        unbound = [name for name in names if name not in point]
    if unbound and point:
        raise _unbound(unbound[0], point, parsed)
    if len(point) > len(names) and not problem.shared:
        notes = (*notes, *_unused(parsed, point, names))
    if notes:
        parsed = replace(parsed, notes=(*parsed.notes, *notes))
    found = Found(problem, parsed, point, names, wrt)
    return asked(found) if problem.partial or problem.of or isinstance(parsed.program.result, Equation) else found


def _with_plain_names(problem: Problem) -> Problem:
    """The problem with its names as its text reads them. Raises DiagnosticError where one cannot be bound."""
    written = tuple(problem.bindings)
    names = _plain_names(written)
    wrt = None if problem.wrt is None else variables_of(problem.wrt, vocabulary())
    of = None if problem.of is None else name_of(problem.of, vocabulary(), DIFFERENTIATED)
    partial = tuple([name_of(each, vocabulary(), DIFFERENTIATED) for each in problem.partial])
    if (names, wrt, of, partial) == (written, problem.wrt, problem.of, problem.partial):
        return problem
    bindings = dict(zip(names, problem.bindings.values(), strict=True))
    return replace(problem, bindings=bindings, wrt=wrt, of=of, partial=partial)


@lru_cache(maxsize=64)
def _plain_names(written: tuple[str, ...]) -> tuple[str, ...]:
    """The names of bindings as the language reads them, kept for batches. Raises DiagnosticError."""
    return tuple(values_by_name(((name, None) for name in written), vocabulary()))


def _unused(parsed: Parsed, point: Mapping[str, Array], names: tuple[str, ...]) -> tuple[Note, ...]:
    """Notes on the values that are given to names which the formula does not use."""
    spans = {binding.name: binding.name_span for binding in parsed.program.bindings}
    used = parsed.mentioned.union(names, [each.name for each in parsed.program.definitions])
    return tuple(unused_note(name, spans.get(name)) for name in point if name not in used)


def _free_names(parsed: Parsed, point: Mapping[str, Array]) -> tuple[str, ...]:
    if parsed.names is None or isinstance(parsed.program.result, Equation):
        return free_names(parsed.program, CONSTANTS, point)
    return tuple([name for name in parsed.names if name not in CONSTANTS or name in point])


def calculate_batched(readings: Sequence[Found | None]) -> list[Solution | None]:
    """What `solve` gives Problems that were read, without check and formulas.

    None for those that must be solved one by one, as all that fail are.
    """
    from gradcli.calculus.batched import evaluate_batched

    questions = [None if found is None or found.is_open or found.derived else _question(found) for found in readings]
    evaluations = evaluate_batched(questions)
    return [
        None if found is None or evaluated is None else _solution(found, *evaluated)
        for found, evaluated in zip(readings, evaluations, strict=True)
    ]


def _symbolic_only(found: Found, full: bool, reshape: Reshape | None) -> Solution:
    """The derivatives as formulas alone. Raises DiagnosticError where there is none to show."""
    problem, parsed = found.problem, found.parsed
    anywhere = dict.fromkeys((*found.names, *found.wrt), np.zeros(()))
    question = Question(parsed.program, anywhere, found.wrt, problem.request, problem.order)
    formulas = _formulas_of(found, question, full, reshape)
    if not formulas.derivatives and not formulas.lengths:
        values = " ".join(f"{name}=…" for name in found.names)
        message = f"there is no formula of the derivative: {formulas.reason}"
        raise found.fault("E320", message, f"give the variables values to calculate it: {values}")
    notes = (*parsed.notes, *formulas.notes)
    return Solution(problem, parsed.program, found.wrt, notes, formulas=formulas, of=found.of)


def _formulas_of(found: Found, question: Question, full: bool, reshape: Reshape | None) -> Formulas:
    """The formulas of the derivatives that are asked for; a derivative that is an expression is that one's formula."""
    if not found.derived:
        return _formulas(question, full, reshape)
    each = [
        (derived.variables, _formulas(derived_question(found, derived, question.point), full, reshape))
        for derived in found.derived
    ]
    return Formulas(
        {variables: text for variables, made in each for text in made.derivatives.values()},
        {variables: length for variables, made in each for length in made.lengths.values()},
        next((made.reason for _, made in each if made.reason is not None), None),
        tuple(note for _, made in each for note in made.notes),
    )


def _formulas(question: Question, full: bool, reshape: Reshape | None) -> Formulas:
    from gradcli.calculus import symbolic

    if question.request is Request.DIAGONAL:
        from gradcli.calculus.elementwise import of_numbers

        question = of_numbers(question)
    formulas = symbolic.formulas(question, full=full)
    return formulas if reshape is None else reshape(question, formulas)


def _evaluated(found: Found) -> tuple[Solution, Callable[[], Solution]]:
    """The engine's numbers with what is to be said of them, and what checks them."""
    evaluation, evaluator = _evaluation(found, _question(found))
    solution = _solution(found, evaluation, evaluator)
    return solution, lambda: _checked(found, solution, evaluator.value_of)


def _evaluation(found: Found, question: Question) -> tuple[Evaluation, Evaluator]:
    from gradcli.calculus.evaluate import Failure
    from gradcli.calculus.evaluation import evaluate

    try:
        return evaluate(question)
    except Failure as failure:
        for note in product_notes(question, failure.values, found.parsed.source):
            failure.help = note.message
        raise failure.diagnostic(found.parsed.source) from failure


def _question(found: Found) -> Question:
    problem, program = found.problem, found.parsed.program
    point = {**dict.fromkeys(found.wrt, np.zeros((), problem.dtype)), **found.point}
    return Question(program, point, found.wrt, problem.request, problem.order, problem.cotangent, found.exact)


def _solution(found: Found, evaluation: Evaluation, evaluator: Evaluator) -> Solution:
    """The engine's numbers with what is to be said of them."""
    parsed = found.parsed
    kinks = kink_notes(evaluation.question, evaluator.value_of, evaluator.of_interest)
    products = product_notes(evaluation.question, evaluator.value_of, parsed.source)
    if evaluation.question.request is Request.DIAGONAL:
        products = (*products, DIAGONAL)
    if products:
        evaluation = replace(evaluation, notes=(*evaluation.notes, *products))
    notes = (*parsed.notes, *evaluation.notes, *kinks)
    return Solution(found.problem, parsed.program, found.wrt, notes, evaluation)


def _with_formulas(found: Found, solution: Solution, full: bool, reshape: Reshape | None) -> Solution:
    """The solution with SymPy's formulas, which must be one truth with what was checked."""
    assert solution.evaluation is not None
    question = solution.evaluation.question
    formulas = _formulas_of(found, question, full, reshape)
    solution = replace(solution, formulas=formulas, notes=(*solution.notes, *formulas.notes))
    if solution.check is None or not formulas.derivatives:
        return solution
    from gradcli.calculus.formula_checks import with_formulas

    check, formulas = with_formulas(solution.check, formulas, question)
    return replace(solution, formulas=formulas, check=check)


def _with_exact(found: Found, solution: Solution, full: bool) -> Solution:
    """The solution with its certified numbers in exact form, and notes on those that have none."""
    from gradcli.calculus import exact

    check, evaluation = solution.check, solution.evaluation
    assert check is not None
    assert evaluation is not None
    if found.derived:
        parts, moved = exact_parts(found, check)
    elif evaluation.question.request is Request.DIAGONAL:
        from gradcli.calculus.elementwise import entries_of

        parts, moved = exact.asked_of_entries(entries_of(evaluation.question), check), False
    else:
        parts, moved = exact.asked_of(evaluation.question, check), False
    if moved:
        note = Note("there are no exact values: the point was moved onto the curve")
        return replace(solution, exact=Exact(), notes=(*solution.notes, note))
    known = exact.exact(parts, full=full)
    notes = exact.notes(known, solution.function)
    if evaluation.question.request is Request.DIAGONAL and check.method is Method.EXACT_SAMPLED:
        notes = (Note("exact values are looked for where entries are checked: of so many, in a sample"), *notes)
    return replace(solution, exact=known, notes=(*solution.notes, *notes))


def _checked(read: Found, solution: Solution, values: Values) -> Solution:
    from gradcli.calculus import evaluate
    from gradcli.calculus.check import check

    evaluation, digits = solution.evaluation, solution.problem.digits
    assert evaluation is not None
    question = evaluation.question
    found = check(evaluation, lambda point: evaluate.value_at(question, point), values, digits=digits)
    return replace(solution, check=found, notes=_notes_beside(found, read, solution))


def _notes_beside(check: Check, read: Found, solution: Solution) -> tuple[Note, ...]:
    """The notes that say what the check does not: it speaks of kinks, too, and of some that only floats are on."""
    assert solution.evaluation is not None
    before = (*read.parsed.notes, *solution.evaluation.notes)
    kinks = () if check.verdict is Verdict.CORRECTED else solution.notes[len(before) :]
    reason = _without_counts(check.reason or "")
    return (*before, *(note for note in kinks if _without_counts(note.message) not in reason))


def _without_counts(message: str) -> str:
    """The message without at how many entries that is."""
    return re.sub(r" \(\d+ of \d+ entries\)", "", message)


def _derived(found: Found) -> tuple[Solution, Callable[[], Solution]]:
    """The engine's numbers of derivatives that are expressions, and what checks them. Raises DiagnosticError."""
    run = DerivedRun(found)
    notes = (*found.parsed.notes, *run.notes)
    solution = Solution(
        found.problem, found.parsed.program, found.wrt, (*notes, *run.kinks), run.evaluation, of=found.of
    )

    def verify() -> Solution:
        checked = run.check()
        kinks = [] if run.has_no_slope else [each for each in run.kinks if each.message not in (checked.reason or "")]
        return replace(solution, check=checked, notes=(*notes, *kinks))

    return solution, verify


def _point(problem: Problem, parsed: Parsed) -> dict[str, Array]:
    """The values of the variables: the problem's bindings and those of `at …`, in the working dtype."""
    kind = np.float32 if problem.dtype == "float32" else np.float64
    point = {
        name: _constant(value, parsed, kind) if isinstance(value, Expr) else np.asarray(value, kind)
        for name, value in problem.bindings.items()
    }
    for binding in parsed.program.bindings:
        if binding.name in point:
            raise _located(parsed, "E203", f"{binding.name} is given twice", binding.name_span, "give it one value")
        if isinstance(binding.value, Number) and kind is np.float64:  # most are, and the engine need not be asked
            point[binding.name] = np.asarray(binding.value.value)
        else:
            point[binding.name] = _constant(binding.value, parsed, kind)
    for each in parsed.program.ranges:
        if each.name not in point:
            from gradcli.language.ranges import one_wanted  # with exact numbers, needed for ranges only

            raise DiagnosticError(one_wanted(each, parsed.source))
    return point


def _constant(value: Expr, parsed: Parsed, kind: type[np.float32 | np.float64]) -> Array:
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    try:
        return evaluate.constant(value, dtypes.OF_NUMPY[np.dtype(kind)]).astype(kind)
    except evaluate.Failure as failure:
        raise failure.diagnostic(parsed.source) from failure


def _located(parsed: Parsed, code: str, message: str, span: Span, help_: str | None) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, message, span, parsed.source, help_))


def _variables(problem: Problem, parsed: Parsed, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """The variables to differentiate by, and notes on those that do not occur. Raises DiagnosticError."""
    wrt = tuple(dict.fromkeys(problem.partial)) or problem.wrt
    if wrt is None:
        return names, ()
    there = f"its variables: {', '.join(names) or 'none'}"
    for assignment in parsed.program.assignments:
        if assignment.name in wrt and assignment.name not in names:
            message = f"{assignment.name} is what the program makes of its variables, and no variable itself"
            raise _located(parsed, "E202", message, assignment.name_span, there)
    absent = [name for name in wrt if name not in names]
    say = "{} does not occur in the expression, so the derivative by it is 0; {}"
    return wrt, tuple(Note(say.format(name, there)) for name in absent)


def _unbound(name: str, point: Mapping[str, Array], parsed: Parsed) -> DiagnosticError:
    nodes = (node for expression in expressions(parsed.program) for node in walk(expression))
    span = next(node.span for node in nodes if isinstance(node, Name) and node.name == name)
    hint = _without(name, point, parsed) or for_name(name, tuple(point), tuple(OPERATIONS))
    return _located(parsed, "E201", f"{name} has no value", span, hint or f"give it one: {name}=…")


def _without(name: str, point: Mapping[str, Array], parsed: Parsed) -> str | None:
    """What others read who have a product in the place of an unbound name, as `2^x3^x` has; None where nobody does."""
    for note in parsed.notes:
        names = () if note.other is None else {node.name for node in walk(note.other) if isinstance(node, Name)}
        if note.other is not None and name not in names and all(each in point or each in CONSTANTS for each in names):
            return f"did you mean {to_text(note.other)}?"
    return None


__all__ = [
    "DIAGONAL",
    "DTYPES",
    "DiagnosticError",
    "Found",
    "Problem",
    "Reshape",
    "Solution",
    "calculate_batched",
    "read",
    "solve",
]
