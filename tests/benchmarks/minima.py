"""How many evaluations a minimum takes, beside SciPy's BFGS: same functions, same starts, same tolerance.

    python -m tests.benchmarks.minima [--each]

The functions are the distinct ones of samples/batch/test_functions.csv, each from three starts: those of the file, and
where it has fewer, points between them, moved a little. SciPy's gtol is 1e-8, and so is our tolerance. An evaluation is
one of value and gradient together; ours include those that look at what was found (steps beyond the tolerance, kinks,
saddles). `with Hessians` counts each Hessian, with which the kind of the point is told, as one evaluation more than
there are variables. The medians are over the starts from which both arrive at a gradient of 1e-8. `--each` prints every
start.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from gradcli.calculus.minimize.objective import Objective
from gradcli.calculus.results import Question
from gradcli.minimum import Minimum, SearchPlan, minimize
from gradcli.problem import Problem, read

FUNCTIONS: Final = Path(__file__).parents[2] / "samples" / "batch" / "test_functions.csv"
STARTS: Final = 3
TOLERANCE: Final = 1e-8
NAMES: Final = ("x", "y", "z")


def cases() -> Iterator[tuple[str, str, dict[str, float]]]:
    """The functions' titles and texts with three starts each."""
    rows: dict[str, list[dict[str, str]]] = {}
    with FUNCTIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["expr"], []).append(row)
    for text, of in rows.items():
        chooser = random.Random(text)
        points = list(dict.fromkeys(tuple(float(row[name]) for name in NAMES if row[name]) for row in of))[:STARTS]
        while len(points) < STARTS:
            middle = [statistics.mean(each) for each in zip(*points, strict=True)]
            points.append(tuple(round(each + chooser.uniform(-1, 1), 2) for each in middle))
        for point in points:
            yield of[0]["id"].rpartition(" ")[0], text, dict(zip(NAMES, point, strict=False))


@dataclass(frozen=True)
class Side:
    """What one program found: the value, the largest entry of the gradient, and what it took."""

    value: float
    slope: float
    evaluations: int
    hessians: int = 0

    @property
    def arrived(self) -> bool:
        """Whether the gradient is as small as was asked for."""
        return self.slope <= TOLERANCE


def ours(text: str, start: dict[str, float], *, check: bool = False) -> Minimum:
    """What gradcli finds."""
    return minimize(problem(text, start), SearchPlan(check=check))


def side_of(found: Minimum) -> Side:
    """What of it is compared."""
    slope = max(float(np.abs(each).max()) for each in found.grad.values())
    return Side(found.value, slope, found.evaluations, found.hessians * (1 + len(found.at)))


def problem(text: str, start: dict[str, float]) -> Problem:
    """A function with its start."""
    return Problem(text, {name: np.asarray(value) for name, value in start.items()})


def scipys(text: str, start: dict[str, float]) -> Side:
    """What SciPy's BFGS finds with our engine's gradients."""
    from scipy.optimize import minimize as scipy_minimize

    found = read(problem(text, start))
    objective = Objective(Question(found.parsed.program, found.point, found.wrt))

    def function(x: Any) -> tuple[float, Any]:
        sample = objective.at(np.array(x))
        return sample.value, sample.gradient

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = scipy_minimize(function, objective.start, jac=True, method="BFGS", options={"gtol": TOLERANCE})
    return Side(float(result.fun), float(np.abs(result.jac).max()), objective.evaluations)


def main() -> None:
    """Print the table."""
    both: list[tuple[Side, Side]] = []
    reasons: dict[str, int] = {}
    arrived = [0, 0]
    for title, text, start in cases():
        found = ours(text, start)
        mine, theirs = side_of(found), scipys(text, start)
        arrived[0] += mine.arrived
        arrived[1] += theirs.arrived
        reasons[found.reason.value] = reasons.get(found.reason.value, 0) + 1
        if mine.arrived and theirs.arrived:
            both.append((mine, theirs))
        if "--each" in sys.argv:
            point = ", ".join(f"{each:g}" for each in start.values())
            print(
                f"{title[:18]:18} {point:18} {found.reason.value:10} {found.kind or '':10}"
                f"{mine.value:12.5g} {mine.slope:8.1e} {mine.evaluations:5d} {mine.hessians:4d}"
                f" | {theirs.value:12.5g} {theirs.slope:8.1e} {theirs.evaluations:5d}"
            )
    print(f"gradient at most {TOLERANCE:g}: gradcli {arrived[0]}, SciPy {arrived[1]}, both {len(both)}")
    print("ended:", ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items())))
    for label, numbers in (
        ("gradcli", [mine.evaluations for mine, _ in both]),
        ("with Hessians", [mine.evaluations + mine.hessians for mine, _ in both]),
        ("SciPy BFGS", [theirs.evaluations for _, theirs in both]),
    ):
        print(f"{label:14} median {statistics.median(numbers):5g}   mean {statistics.mean(numbers):6.2f}")


if __name__ == "__main__":
    main()
