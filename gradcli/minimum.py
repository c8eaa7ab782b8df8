"""The door for minima: a Problem with a start goes in; what is found, checked, or a Diagnostic comes out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

import numpy as np

from gradcli.calculus.minimize.descent import MANY
from gradcli.calculus.minimize.first_order import Rule, adam, first_order, momentum, sgd
from gradcli.calculus.minimize.kinks import Sides, sides_of
from gradcli.calculus.minimize.minima import FEW, Settings, minimum
from gradcli.calculus.minimize.objective import Objective
from gradcli.calculus.minimize.polish import inverse_of, size_of
from gradcli.calculus.minimize.search import Box, Chosen, Reason, Sample, Termination, Vector
from gradcli.calculus.results import Array, Check, Evaluation, Question, Request, Verdict
from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, Program, parse, to_text
from gradcli.language.values import field, frozen, replace
from gradcli.operations import vocabulary
from gradcli.problem import Found, Problem, read

TOLERANCE: Final = 1e-8
STEPS: Final = 1_000
RATES: Final = {"sgd": 0.01, "momentum": 0.01, "adam": 0.1}
FAR: Final = 1e-3
"""Newton's step to where the gradient would be zero, relative to the point, that leaves it open whether it is."""
CORRECTIONS: Final = 3
"""Newton's steps with the certified gradient."""
CERTIFIED: Final = 2_000
"""Numbers in the point and the data up to which value, gradient and Hessian are certified."""
NO_START, NOT_SCALAR, BAD_BOUND, NOT_DEFINED, BAD_SETTING = "E350", "E351", "E352", "E353", "E354"


class Algorithm(Enum):
    """The method of a search."""

    BFGS = "bfgs"
    LBFGS = "lbfgs"
    SGD = "sgd"
    MOMENTUM = "momentum"
    ADAM = "adam"


_RULES: Final[Mapping[Algorithm, Callable[[float], Rule]]] = {
    Algorithm.SGD: sgd,
    Algorithm.MOMENTUM: momentum,
    Algorithm.ADAM: adam,
}


@frozen
class SearchPlan:
    """How a minimum is sought.

    `method` None is BFGS, or L-BFGS for many variables. `lr` is the length of step of sgd, momentum and adam. `bounds`
    are the lowest and the highest value by variable, infinite where there is none. `data` are tensors by the names that
    the expression has for them, which are not varied.
    """

    method: Algorithm | None = None
    lr: float | None = None
    steps: int | None = None
    tolerance: float = TOLERANCE
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    maximize: bool = False
    data: Mapping[str, Array] = field(default_factory=dict)
    check: bool = True


@frozen
class Moment:
    """A step of a search: its number, the value and the largest entry of the gradient, and the point."""

    step: int
    value: float
    slope: float
    at: Mapping[str, Array]


@frozen
class Minimum:
    """Where a search ended, why, and what is there.

    `at`, `value` and `grad` are certified where `check` agrees. `kind` is minimum, maximum, saddle, degenerate, kink,
    edge or bound; None where the search did not end at a stationary point. `held` are the variables at bounds, as
    booleans by variable, and `sides` the derivatives on both sides of a kink. `evaluations` are those of value and
    gradient together, `hessians` those of all second derivatives. `limit` is what the function falls towards.
    """

    program: Program
    plan: SearchPlan
    method: Algorithm
    reason: Reason
    at: Mapping[str, Array]
    value: float
    grad: Mapping[str, Array]
    steps: int
    evaluations: int
    hessians: int
    kind: str | None = None
    eigenvalues: tuple[float, ...] = ()
    is_certified: bool = False
    held: Mapping[str, Array] = field(default_factory=dict)
    sides: tuple[Mapping[str, Array], Mapping[str, Array]] | None = None
    check: Check | None = None
    notes: tuple[Note, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether this is what was sought: a minimum (a maximum, where that was), and no check says otherwise."""
        if self.check is not None and self.check.verdict is Verdict.DIFFERS:
            return False
        return self.kind in ("maximum" if self.plan.maximize else "minimum", "kink", "degenerate")

    @property
    def reading(self) -> str:
        """The expression in plain ASCII, as it was read."""
        program = self.program
        return to_text(replace(program, bindings=()) if program.assignments else program.result)


def minimize(
    problem: Problem, plan: SearchPlan | None = None, observe: Callable[[Moment], None] | None = None
) -> Minimum:
    """The minimum of a scalar expression that is found from the values of its variables.

    Those that the problem's `wrt` names are varied, or all but the plan's data. `observe` is told the start and every
    step. Raises DiagnosticError.
    """
    return Search(problem, plan or SearchPlan(), observe).run()


class Search:
    """One search; what it has found so far can be asked for at any time, from another thread, too.

    `objective` is the function that is minimised, `box` the bounds, and `plan` how it is sought.
    """

    def __init__(self, problem: Problem, plan: SearchPlan, observe: Callable[[Moment], None] | None = None) -> None:
        self.plan, self._observe = plan, observe
        self._found = _read(problem, plan)
        self._question = Question(
            self._found.parsed.program, self._found.point, self._found.wrt, exact=self._found.exact
        )
        self.objective = Objective(self._question, maximize=plan.maximize)
        self.box = _box(self.objective, plan)
        self._method = plan.method or (Algorithm.LBFGS if self.objective.size > MANY else Algorithm.BFGS)
        self._steps = 0
        if self._method not in _RULES and plan.lr is not None:
            raise _fault(f"lr={plan.lr:g}", BAD_SETTING, f"{self._method.value} finds its own step lengths", _LR_HELP)

    def run(self) -> Minimum:
        """Search, and look at what is found. Raises DiagnosticError."""
        start = self._first()
        self._tell(0, start)
        with np.errstate(all="ignore"):  # what overflows is looked at where it comes out
            run = self._searched(start)
        self._steps = run.steps
        return _Judged(self, run).minimum()

    @property
    def best(self) -> Minimum | None:
        """The lowest point so far as one that a limit was reached at; None before there is any."""
        sample = self.objective.lowest
        if sample is None:
            return None
        return self.found(Termination(sample, Reason.LIMIT, self._steps, self.box.held(sample.x, sample.gradient)))

    def found(self, run: Termination) -> Minimum:
        """A run's end, without a look at what is there."""
        objective, sample = self.objective, run.sample
        return Minimum(
            self._found.parsed.program,
            self.plan,
            self._method,
            run.reason,
            objective.arrays(sample.x),
            objective.sign * sample.value,
            objective.arrays(objective.sign * sample.gradient),
            run.steps,
            objective.evaluations,
            objective.hessians,
            held=objective.arrays(run.held) if run.held.any() else {},
            notes=self._found.parsed.notes,
        )

    def _first(self) -> Sample:
        """The start. Raises DiagnosticError where nothing can begin there."""
        from gradcli.calculus.evaluate import Failure

        objective, parsed = self.objective, self._found.parsed
        try:
            start = objective.first_at(objective.start)
        except Failure as failure:
            if failure.code == "E310":
                failure.help = "reduce it, as in sum(...) or mean(...)"
            raise failure.diagnostic(parsed.source) from failure
        if not start.is_finite:
            what = f"is {start.value:g}" if not math.isfinite(start.value) else "has no gradient"
            raise DiagnosticError(
                Diagnostic(
                    NOT_DEFINED,
                    f"the function {what} at the start",
                    parsed.program.result.span,
                    parsed.source,
                    "start where it is defined and smooth",
                )
            )
        objective.lowest = start
        return start

    def _searched(self, start: Sample) -> Termination:
        plan, method = self.plan, self._method
        most = STEPS if plan.steps is None else plan.steps
        rule = _RULES.get(method)
        if rule is not None:
            rate = RATES[method.value] if plan.lr is None else plan.lr
            return first_order(self.objective, start, rule(rate), self.box, plan.tolerance, most, self._tell)
        settings = Settings(plan.tolerance, most, method is Algorithm.LBFGS)
        return minimum(self.objective, start, self.box, settings, self._tell)

    def _tell(self, step: int, sample: Sample) -> None:
        self._steps = step
        if self._observe is not None:
            slope = float(np.abs(self.box.projected(sample.x, sample.gradient)).max(initial=0.0))
            sign = self.objective.sign
            self._observe(Moment(step, sign * sample.value, slope, self.objective.arrays(sample.x)))


class _Judged:
    """What is at the end of a search: the certified numbers there, and the Hessian's eigenvalues."""

    def __init__(self, search: Search, run: Termination) -> None:
        self._search, self._objective, self._run = search, search.objective, run

    def minimum(self) -> Minimum:
        """The search's end with what is there."""
        run, objective = self._run, self._objective
        found = self._search.found(run)
        kink = self._kink() if objective.size <= FEW else None
        if kink is not None:
            return replace(
                found,
                kind="kink",
                reason=Reason.KINK,
                sides=(objective.arrays(kink.below), objective.arrays(kink.above)),
            )
        if run.reason not in (Reason.CONVERGED, Reason.FLAT, Reason.BOUND):
            return replace(found, kind="edge" if run.reason is Reason.EDGE else None)
        if objective.size > FEW:
            return self._many(replace(found, kind=self._sought))
        return self._curved(found)

    def _kink(self) -> Sides | None:
        """The two sides of a kink where the search ended unawares: the engine has a slope there by convention."""
        run, objective = self._run, self._objective
        if run.reason not in (Reason.KINK, Reason.CONVERGED, Reason.BOUND, Reason.FLAT):
            return None
        if run.reason is not Reason.KINK and not self._is_singular(run.sample.x):
            return None
        counted = objective.evaluations
        sides = sides_of(objective, run.sample, self._search.box, run.across)
        objective.evaluations = counted
        if sides is None:
            return None
        sign = objective.sign
        return Sides(sign * sides.below, sign * sides.above)

    def _is_singular(self, x: Vector) -> bool:
        from gradcli.calculus.evaluation import evaluate
        from gradcli.calculus.notes import kink_notes

        evaluation, evaluator = evaluate(self._objective.asked_at(x))
        return bool(kink_notes(evaluation.question, evaluator.value_of, evaluator.of_interest))

    @property
    def _is_certifiable(self) -> bool:
        """Whether exact arithmetic is asked, which takes its time for every number."""
        numbers = sum(int(np.size(each)) for each in self._objective.question.point.values())
        return self._search.plan.check and numbers <= CERTIFIED

    def _many(self, found: Minimum) -> Minimum:
        """Of very many variables, with the certified value and gradient alone."""
        if not self._is_certifiable:
            return found
        _, gradient, value, check = self._checked(self._run.sample.x)
        return replace(found, value=value, grad=self._objective.arrays(gradient), check=check)

    def _curved(self, found: Minimum) -> Minimum:
        """With the last digits by the certified gradient, and the eigenvalues of the Hessian."""
        from gradcli.calculus.minimize.nature import curvature

        objective, run = self._objective, self._run
        free = ~run.held
        x = run.sample.x
        hessian = objective.sign * objective.hessian(x)
        check: Check | None = None
        gradient = objective.sign * run.sample.gradient
        exact = None
        if self._is_certifiable:
            x, gradient, value, check = self._certified(x, hessian, free)
            found = replace(found, value=value)
            hessian, exact = self._certified_hessian(x, hessian, free)
        found = replace(found, at=objective.arrays(x), grad=objective.arrays(gradient), check=check)
        if not free.any():
            return replace(found, kind=self._sought)
        if not np.isfinite(hessian[np.ix_(free, free)]).all():
            return replace(found, kind="degenerate")
        bent = curvature(hessian[np.ix_(free, free)], exact)
        kind: str | None = bent.nature.value
        left = inverse_of(objective.sign * hessian, free)
        if left is not None and size_of(left @ np.where(free, gradient, 0.0), x) > FAR:
            kind, found = None, replace(found, reason=Reason.FLAT)
        return replace(found, kind=kind, eigenvalues=bent.eigenvalues, is_certified=bent.is_certified)

    @property
    def _sought(self) -> str:
        return "maximum" if self._search.plan.maximize else "minimum"

    def _certified(self, x: Vector, hessian: Vector, free: Chosen) -> tuple[Vector, Vector, float, Check]:
        """The point to the last digit, by Newton's steps with the certified gradient,
        and that gradient, the certified value, and the check there."""
        inverse = inverse_of(self._objective.sign * hessian, free)
        best = self._checked(x)
        for _ in range(CORRECTIONS):
            x, gradient, _, check = best
            if inverse is None or check.verdict not in (Verdict.AGREES, Verdict.CORRECTED):
                break
            moved = self._search.box.clipped(x - self._objective.sign * (inverse @ np.where(free, gradient, 0.0)))
            if np.array_equal(moved, x) or not np.isfinite(moved).all():
                break
            then = self._checked(moved)
            if not np.abs(then[1][free]).max() < np.abs(gradient[free]).max():
                break
            best = then
        return best

    def _checked(self, x: Vector) -> tuple[Vector, Vector, float, Check]:
        evaluation, check = _check(self._objective.asked_at(x))
        numbers = check.numbers
        value = float(np.ravel(evaluation.value if numbers is None else numbers.value)[0])
        derivatives = evaluation.derivatives if numbers is None else numbers.derivatives
        gradient = self._objective.flat({name: array for (name,), array in derivatives.items()})
        return x, gradient, value, check

    def _certified_hessian(self, x: Vector, hessian: Vector, free: Chosen) -> tuple[Vector, Any]:
        """The Hessian with the certified numbers in it, and its exact entries by the free variables.

        The entries are None where some are unknown.
        """
        from gradcli.calculus.balls.certify import Unknown

        names = self._objective.question.wrt
        _, check = _check(self._objective.asked_at(x, Request.HESSIAN))
        numbers, certified = check.numbers, check.certified
        if numbers is None or len(certified) < len(names) ** 2:
            return hessian, None
        sizes = {name: int(np.size(self._objective.question.point[name])) for name in names}

        def joined(arrays: Mapping[Any, Any]) -> Any:
            return np.block(
                [[np.reshape(arrays[one, other], (sizes[one], sizes[other])) for other in names] for one in names]
            )

        entries = np.array(joined(certified), object)[np.ix_(free, free)]
        if any(each is None or isinstance(each, Unknown) for each in entries.ravel()):
            return hessian, None
        return np.asarray(joined(numbers.derivatives), np.float64), entries.tolist()


def _check(question: Question) -> tuple[Evaluation, Check]:
    from gradcli.calculus.check import check
    from gradcli.calculus.evaluate import value_at
    from gradcli.calculus.evaluation import evaluate

    evaluation, evaluator = evaluate(question)
    return evaluation, check(evaluation, lambda point: value_at(question, point), evaluator.value_of)


_LR_HELP: Final = "a learning rate is for sgd, momentum and adam"


def _fault(text: str, code: str, message: str, help_: str) -> DiagnosticError:
    return DiagnosticError(Diagnostic.of_whole(code, message, text, help_))


def _read(problem: Problem, plan: SearchPlan) -> Found:
    """The problem with its data bound and its variables chosen. Raises DiagnosticError where one has no start."""
    program = parse(problem.text, vocabulary(), {**problem.bindings, **plan.data}).program
    return _with_starts(problem, plan, program)


def _with_starts(problem: Problem, plan: SearchPlan, program: Program) -> Found:
    from gradcli.language import free_names
    from gradcli.operations import CONSTANTS

    given = {**plan.data, **problem.bindings}
    given.update({each.name: each.value for each in program.bindings})
    names = free_names(program, CONSTANTS, given)
    varied = problem.wrt or tuple(name for name in names if name not in plan.data or name in problem.bindings)
    missing = [name for name in names if name not in given]
    absent = [name for name in varied if name not in names and name not in given]
    if absent:
        help_ = f"its variables: {', '.join(names)}" if names else "name one that does"
        raise _fault(problem.text, NO_START, f"{absent[0]} does not occur in the expression", help_)
    call = " ".join(_start_text(name, problem) for name in varied)
    if missing:
        message = f"a search needs a start, and {' and '.join(missing)} {'has' if len(missing) == 1 else 'have'} none"
        raise _fault(problem.text, NO_START, message, f"give one: gradcli minimize '{problem.text}' {call}")
    if not varied:
        raise _fault(problem.text, NO_START, "there is no variable to vary", "name one, as in 'x^2' x=3")
    data = {name: array for name, array in plan.data.items() if name in names and name not in problem.bindings}
    return read(replace(problem, bindings={**problem.bindings, **data}, wrt=varied, request=Request.GRADIENT))


def _start_text(name: str, problem: Problem) -> str:
    """A variable's start as it was given, or one to give."""
    given = problem.bindings.get(name)
    if given is None:
        return f"{name}=1"
    return f"{name}={to_text(given)}" if isinstance(given, Expr) else f"{name}={given.tolist()}"


def _box(objective: Objective, plan: SearchPlan) -> Box:
    """The bounds as vectors. Raises DiagnosticError on those of no variable, or that the start is outside of."""
    if not plan.bounds:
        return Box.everywhere(objective.size)
    names = objective.question.wrt
    for name, (low, high) in plan.bounds.items():
        text = f"{name}={low:g}:{high:g}"
        if name not in names:
            help_ = f"the variables are {', '.join(names)}"
            raise _fault(text, BAD_BOUND, f"there are bounds for {name}, which is not varied", help_)
        if not low <= high:
            help_ = f"write {name}={high:g}:{low:g}"
            raise _fault(text, BAD_BOUND, f"the bounds of {name} leave nothing: {low:g} is above {high:g}", help_)
        start = np.asarray(objective.question.point[name], np.float64)
        if (start < low).any() or (start > high).any():
            message = f"the start of {name} is outside its bounds, {low:g}:{high:g}"
            raise _fault(
                text,
                BAD_BOUND,
                message,
                f"start within them, as in {name}={min(max(float(start.flat[0]), low), high):g}",
            )
    point = objective.question.point
    lower = {name: np.full(np.shape(point[name]), plan.bounds.get(name, (-np.inf, np.inf))[0]) for name in names}
    upper = {name: np.full(np.shape(point[name]), plan.bounds.get(name, (-np.inf, np.inf))[1]) for name in names}
    return Box(objective.flat(lower), objective.flat(upper))
