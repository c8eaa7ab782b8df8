"""Tasks in, Results out: what workers run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from gradcli.batch import writers
from gradcli.batch.entries import BadValueError, problem_of
from gradcli.batch.points import solve_points
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Status, Task, TaskResult
from gradcli.calculus.results import Verdict
from gradcli.language import DiagnosticError
from gradcli.problem import Solution, calculate_batched, read, solve
from gradcli.streams.codes import OUT_OF_MEMORY
from gradcli.streams.lost import bug, whole

T = TypeVar("T")

STATUSES = {
    Verdict.AGREES: Status.AGREES,
    Verdict.CORRECTED: Status.CORRECTED,
    Verdict.DIFFERS: Status.DIFFERS,
    Verdict.UNDECIDED: Status.UNDECIDED,
    Verdict.SKIPPED: Status.UNCHECKED,
}


BATCHED: Final = 16
"""Problems of which one step is done before the next: few enough for what they need to stay in a processor's cache."""


def work(tasks: Sequence[Task], settings: BatchSettings) -> list[TaskResult]:
    """Solve the problems; one TaskResult for each, in their order, whatever they are."""
    known = solve_points(tasks, settings)
    if not settings.formulas:
        plain = [task for task in tasks if task.number not in known and not settings.checks(task.number)]
        for start in range(0, len(plain), BATCHED):
            known.update(_batched(plain[start : start + BATCHED], settings))
    return [known.get(task.number) or solved(task, settings) for task in tasks]


def _batched(tasks: Sequence[Task], settings: BatchSettings) -> dict[int, TaskResult]:
    """The results of problems that need no SymPy, by their numbers.

    One that fails at any step is left out, to be solved by itself, which says why.
    """
    problems = [_attempt(problem_of, task.entry, settings) for task in tasks]
    readings = [_attempt(read, problem) for problem in problems]
    solutions = _attempt(calculate_batched, readings) or [None] * len(tasks)
    records = [
        _attempt(writers.record, solution, task, settings) for solution, task in zip(solutions, tasks, strict=True)
    ]
    return {
        task.number: TaskResult(task.number, Status.UNCHECKED, record)
        for task, record in zip(tasks, records, strict=True)
        if record is not None
    }


def _attempt(step: Callable[..., T], subject: object, *more: object) -> T | None:
    """What a step makes of its subject; None where there is no subject, or the step fails."""
    if subject is None:
        return None
    try:
        return step(subject, *more)
    except Exception:
        return None


def solved(task: Task, settings: BatchSettings) -> TaskResult:
    """Solve one problem; what cannot be solved is a TaskResult that says why."""
    if task.entry is None:
        return writers.failed(task, settings)
    try:
        check = settings.checks(task.number)
        problem = problem_of(task.entry, settings)
        solution = solve(problem, check=check, formulas=settings.formulas, full=settings.full)
        return TaskResult(task.number, status_of(solution), writers.record(solution, task, settings))
    except DiagnosticError as error:
        return writers.failed(task, settings, error.diagnostic)
    except BadValueError as fault:
        return writers.failed(task, settings, fault.diagnostic, fault.value)
    except MemoryError:
        return writers.failed(task, settings, whole(task.text, OUT_OF_MEMORY, "this needs more memory than there is"))
    except Exception as error:
        return writers.failed(task, settings, bug(task.text, error))


def status_of(solution: Solution) -> Status:
    """What became of a problem that was solved."""
    return Status.UNCHECKED if solution.check is None else STATUSES[solution.check.verdict]
