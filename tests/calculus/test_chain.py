"""The quick witness: SymPy's derivative of each operation, joined by the chain rule in numbers."""

from __future__ import annotations

import numpy as np
import pytest
from gradcli.calculus.symbolic.chain import agreement

from gradcli.calculus.results import Evaluation, Method, Request, Verdict
from gradcli.language.values import replace
from gradcli.problem import DiagnosticError, Problem, solve
from tests.calculus.generator import Generator

SEEDS = range(5_000, 5_300)


def evaluated(text: str, request: Request = Request.GRADIENT, **point: object) -> Evaluation:
    """The engine's answer alone."""
    values = {name: np.asarray(value, np.float64) for name, value in point.items()}
    found = solve(Problem(text, values, request=request), check=False, formulas=False).evaluation
    assert found is not None
    return found


def with_wrong_entry(evaluation: Evaluation, factor: float) -> Evaluation:
    """The same answer, its first derivative entry that is not zero multiplied."""
    wrong = {names: np.array(array, np.float64, order="C") for names, array in evaluation.derivatives.items()}
    for array in wrong.values():
        flat = array.reshape(-1)
        nonzero = np.flatnonzero(flat)
        if nonzero.size:
            flat[nonzero[0]] *= factor
            return replace(evaluation, derivatives=wrong)
    raise AssertionError("every derivative is zero")


def test_confirms_most_random_expressions_and_never_a_wrong_answer() -> None:
    confirmed = tried = 0
    for seed in SEEDS:
        generator = Generator(seed)
        text, point = generator.scalar(3), generator.point()
        try:
            evaluation = evaluated(text, **point)
        except DiagnosticError as error:
            raise AssertionError(text) from error
        if not any(np.any(array) for array in evaluation.derivatives.values()):
            continue
        tried += 1
        if agreement(evaluation) is None:
            continue
        confirmed += 1
        assert agreement(with_wrong_entry(evaluation, 1 + 1e-12)) is None, text
    assert confirmed >= 0.85 * tried


@pytest.mark.parametrize(
    ("text", "request_", "point"),
    [
        ("x^2 sin(x)", Request.GRADIENT, {"x": 2.0}),
        ("x^y + y^x", Request.GRADIENT, {"x": 2.0, "y": 3.0}),
        ("mean(2*(3x+2)^2)", Request.GRADIENT, {"x": [[1.0, 2, 3], [3, 2, 1]]}),
        ("[x*y, x/y, sin(x)]", Request.JACOBIAN, {"x": 2.0, "y": 3.0}),
        ("max(x)", Request.GRADIENT, {"x": [1.0, 5, 3]}),
        ("cross_entropy(x, 2)", Request.GRADIENT, {"x": [1.0, 5, 3]}),
    ],
)
def test_confirms_by_the_chain(text: str, request_: Request, point: dict[str, object]) -> None:
    check = agreement(evaluated(text, request_, **point))
    assert check is not None
    assert (check.verdict, check.method) == (Verdict.AGREES, Method.CHAIN)
    assert (
        check.entries
        == check.of
        == sum(array.size for array in evaluated(text, request_, **point).derivatives.values())
    )


def test_weighs_the_outputs_by_the_cotangent() -> None:
    problem = Problem("x^2", {"x": np.array([1.0, 2, 3])}, request=Request.VJP, cotangent=np.array([0.1, 1, 10]))
    check = solve(problem, quick=True).check
    assert check is not None
    assert (check.verdict, check.method, check.entries) == (Verdict.AGREES, Method.CHAIN, 3)


@pytest.mark.parametrize("text", ["abs(x)", "max(x, 0)", "floor(x)", "sqrt(x)", "x^0.5"])
def test_says_nothing_at_a_kink_or_the_edge_of_a_domain(text: str) -> None:
    assert agreement(evaluated(text, x=0.0)) is None


def test_a_quick_check_falls_back_to_the_whole_formula() -> None:
    point = {"x": np.asarray(0.0)}
    assert solve(Problem("abs(x)", point), quick=True).check == solve(Problem("abs(x)", point)).check
    hessian = solve(Problem("x^3", {"x": np.asarray(2.0)}, request=Request.HESSIAN), quick=True).check
    assert hessian is not None
    assert hessian.method is Method.SYMBOLIC
