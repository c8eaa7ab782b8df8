"""Tasks in, Results out: what workers run."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.batch import writers
from gradcli.batch.codes import BUG, OUT_OF_MEMORY
from gradcli.batch.entries import ValueFault, problem_of
from gradcli.batch.lost import whole
from gradcli.batch.points import solve_points
from gradcli.batch.settings import Settings
from gradcli.batch.task import Result, Status, Task
from gradcli.calculus.results import Verdict
from gradcli.language import DiagnosticError
from gradcli.problem import Solution, solve

STATUSES = {
    Verdict.AGREES: Status.AGREES,
    Verdict.DIFFERS: Status.DIFFERS,
    Verdict.UNDECIDED: Status.UNDECIDED,
    Verdict.SKIPPED: Status.UNCHECKED,
}


def work(tasks: Sequence[Task], settings: Settings) -> list[Result]:
    """Solve the problems; one Result for each, in their order, whatever they are."""
    known = solve_points(tasks, settings)
    return [known.get(task.number) or solved(task, settings) for task in tasks]


def solved(task: Task, settings: Settings) -> Result:
    """Solve one problem; what cannot be solved is a Result that says why."""
    if task.entry is None:
        return writers.failed(task, settings)
    try:
        check = settings.checks(task.number)
        problem = problem_of(task.entry, settings)
        solution = solve(problem, check=check, quick=True, formulas=settings.formulas)
        return Result(task.number, _status(solution), writers.record(task, solution, settings))
    except DiagnosticError as error:
        return writers.failed(task, settings, error.diagnostic)
    except ValueFault as fault:
        return writers.failed(task, settings, fault.diagnostic, fault.value)
    except MemoryError:
        return writers.failed(task, settings, whole(task, OUT_OF_MEMORY, "this needs more memory than there is"))
    except Exception as error:
        message = f"gradcli failed on this ({type(error).__name__}: {error}); that is a bug in gradcli"
        return writers.failed(task, settings, whole(task, BUG, message.replace("\n", " "), "please report it"))


def _status(solution: Solution) -> Status:
    return Status.UNCHECKED if solution.check is None else STATUSES[solution.check.verdict]
