"""Zeros that are proved, of scalars and of tensors, and what is only nearly zero, which never is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli.calculus.balls import Unknown, numbers
from gradcli.calculus.balls.zeros import MAX_ENTRIES, MAX_FAILURES, ZeroProver
from gradcli.calculus.results import Request, Verdict
from gradcli.language import parse
from gradcli.language.tree import Expr
from gradcli.operations import vocabulary
from gradcli.problem import Problem, Solution, solve

GRADIENT, HESSIAN, JACOBIAN, VJP = Request.GRADIENT, Request.HESSIAN, Request.JACOBIAN, Request.VJP
MATRIX = [[0.1, 0.2, 0.7], [1.5, -2, 0.25]]


def expression(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


def solved(
    text: str, point: dict[str, Any], request: Request = GRADIENT, *, check: bool = True, **options: Any
) -> Solution:
    """The answer to a question of floats and expressions."""
    bindings = {name: expression(v) if isinstance(v, str) else np.asarray(v, np.float64) for name, v in point.items()}
    return solve(Problem(text, bindings, request=request, **options), check=check, formulas=False)


def prover(text: str, point: dict[str, Any], request: Request = GRADIENT, **options: Any) -> ZeroProver:
    """The prover alone, with nothing before it that knows the numbers."""
    evaluation = solved(text, point, request, check=False, **options).evaluation
    assert evaluation is not None
    return ZeroProver(evaluation.question)


ZERO: list[tuple[str, dict[str, Any], Request]] = [
    ("sin(x)^2 + cos(x)^2", {"x": 0.3}, GRADIENT),
    ("sin(x)^2 + cos(x)^2", {"x": "pi/5"}, HESSIAN),
    ("log(x*y) - log(x) - log(y)", {"x": 2, "y": 3}, GRADIENT),
    ("y = exp(x); y*exp(-x)", {"x": 3}, GRADIENT),
    ("sum(softmax(x, 0))", {"x": [1, 2, 3]}, GRADIENT),
    ("sum(softmax(x, 0))", {"x": [0.1, 0.2, 0.3]}, HESSIAN),
    ("sum(softmax(x, 0))", {"x": list(range(12))}, GRADIENT),
    ("sum(softmax(x, 0))", {"x": list(range(-20, 20))}, GRADIENT),
    ("sum(softmax(x, 1))", {"x": MATRIX}, GRADIENT),
    ("sum(softmax(x, 1), 1)", {"x": MATRIX}, JACOBIAN),
    ("sum(softmax(a @ x, 0))", {"a": [[1, 2], [0.5, 3]], "x": [0.1, 0.2]}, GRADIENT),
    ("sum(log_softmax(x, 0) - x) + 3*logsumexp(x, 0)", {"x": [1, 2, 3]}, GRADIENT),
    ("sum(x/sum(x))", {"x": [0.1, 0.2, 0.4]}, GRADIENT),
    ("x @ x - sum(x^2)", {"x": [0.1, 0.2, 0.3]}, GRADIENT),
    ("norm(x)^2 - sum(x^2)", {"x": [1, 2, 3]}, HESSIAN),
    ("norm(x/norm(x))", {"x": [1, 2, 4]}, HESSIAN),
    ("norm(x/norm(x), inf) - 1", {"x": [1]}, GRADIENT),
    ("sum((x - mean(x))/std(x))", {"x": [1, 2, 4]}, GRADIENT),
    ("trace(inverse(x) @ x)", {"x": [[1, 2], [3, 5]]}, GRADIENT),
    ("sum(sqrt(x)^2 - x)", {"x": "[2, pi]"}, GRADIENT),
    ("max(exp(x)) - exp(x[2])", {"x": [3, -1, 5]}, GRADIENT),
    ("where(x > y, exp(x)*exp(-x), x)", {"x": "sqrt(2)", "y": "sqrt(1.9)"}, GRADIENT),
    ("sum(softplus(x) - log1p(exp(x)))", {"x": [1, 2]}, GRADIENT),
]


@pytest.mark.parametrize(("text", "point", "request_"), ZERO)
def test_every_derivative_that_is_zero_is_found_to_be(text: str, point: dict[str, Any], request_: Request) -> None:
    found = solved(text, point, request_, wrt=("x",)).check
    assert found is not None
    assert found.verdict in (Verdict.AGREES, Verdict.CORRECTED), found.reason
    entries = [each for array in found.certified.values() for each in np.ravel(array)]
    assert entries
    assert all(not isinstance(each, Unknown) and numbers.is_zero(each) for each in entries)


VALUES: list[tuple[str, dict[str, Any]]] = [
    ("softmax(x, 0) - exp(x)/sum(exp(x))", {"x": [0.1, 0.2, 0.3]}),
    ("sin(x)^2 + cos(x)^2 - 1 + x - detach(x)", {"x": MATRIX}),
    ("max(exp(x)) - exp(x[1])", {"x": [0.1, 0.3, 0.2]}),
    ("log(x) + log(y) - log(x*y)", {"x": [2, 3], "y": 5}),
    ("log(4*x) - 2*log(2) - log(x)", {"x": "pi/4"}),
]


@pytest.mark.parametrize(("text", "point"), VALUES)
def test_every_entry_of_a_value_that_is_zero_is_found_to_be(text: str, point: dict[str, Any]) -> None:
    solution = solved(text, point, JACOBIAN, wrt=("x",))
    assert solution.check is not None
    assert solution.check.verdict in (Verdict.AGREES, Verdict.CORRECTED), solution.check.reason
    assert not np.any(solution.numbers.value)


WEIGHTED: list[tuple[str, list[float], bool]] = [
    ("softmax(x, 0)", [0.1, 0.1, 0.1], True),
    ("softmax(x, 0)", [0.1, 0.1, 0.1 + 1e-15], False),
    ("x/sum(x)", [-3, -3, -3], True),
    ("x/sum(x)", [1, 2, 1], False),
    ("x/sum(x)", [1e-320, 1e-320, 1e-320], False),
    ("x/sum(x)", [float("inf"), 1, 1], False),
]


@pytest.mark.parametrize(("text", "cotangent", "is_zero"), WEIGHTED)
def test_a_weighted_sum_is_zero_by_its_weights(text: str, cotangent: list[float], is_zero: bool) -> None:
    asked = prover(text, {"x": [1, 2, 3]}, VJP, cotangent=np.array(cotangent, np.float64))
    assert [asked.is_proved_zero(("x",), (at,)) for at in range(3)] == [is_zero] * 3


NOT_ZERO: list[tuple[str, dict[str, Any], Request, tuple[int, ...]]] = [
    ("sin(x)^2 + cos(x)^2 + 1e-50*x", {"x": 0.3}, GRADIENT, ()),
    ("sum(softmax(x, 0)) + 1e-50*x[1]", {"x": [1, 2, 3]}, GRADIENT, (1,)),
    ("sum(softmax(x, 0))*(1 + 1e-40*x[0])", {"x": [1, 2, 3]}, GRADIENT, (0,)),
    ("sum(x/sum(x)) + exp(-900*x[0])", {"x": [1, 2]}, GRADIENT, (0,)),
    ("norm(x)^2 - (1 + 1e-45)*sum(x^2)", {"x": [1, 2]}, HESSIAN, (1, 1)),
    ("softplus(x) - log1p(exp(x))", {"x": 300}, GRADIENT, ()),
    ("sum(softplus(x) - log1p(exp(x)))", {"x": [1, 300]}, GRADIENT, (1,)),
    ("sum(x - detach(x))", {"x": [1, 2]}, GRADIENT, (0,)),
    ("sum(softmax(x, 1), 1)*x[0]", {"x": [[1, 2], [3, 4]]}, JACOBIAN, (0, 0, 0)),
    ("max(x) - x[0] + 1e-40*x[1]", {"x": [3, 2]}, GRADIENT, (1,)),
    ("where(x > 1 + 1e-100, 0*x, x)", {"x": 1}, GRADIENT, ()),
]


@pytest.mark.parametrize(("text", "point", "request_", "position"), NOT_ZERO)
def test_what_is_nearly_zero_is_never_proved(
    text: str, point: dict[str, Any], request_: Request, position: tuple[int, ...]
) -> None:
    variables = ("x", "x") if request_ is HESSIAN else ("x",)
    asked = prover(text, point, request_)
    assert not asked.is_proved_zero(variables, position)


def test_entries_beside_one_that_is_not_zero_are_proved_all_the_same() -> None:
    asked = prover("sum(softmax(x, 0)) + 1e-50*x[1]", {"x": [1, 2, 3]})
    assert [asked.is_proved_zero(("x",), (at,)) for at in range(3)] == [True, False, True]


def test_a_variable_may_be_called_as_anything_is() -> None:
    asked = prover("e*exp(-log(e)) + v0 - v0 + sum(v1/sum(v1))", {"e": 3, "v0": 2, "v1": [1, 2]})
    assert asked.is_proved_zero(("e",), ())
    assert asked.is_proved_zero(("v0",), ())
    assert asked.is_proved_zero(("v1",), (1,))


def test_no_more_is_tried_where_proofs_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Expr] = []
    monkeypatch.setattr("gradcli.calculus.balls.zeros.is_zero", lambda formula, values: tried.append(formula))
    asked = prover("sum(x^3)", {"x": list(range(1, 20))})
    assert not any(asked.is_proved_zero(("x",), (at,)) for at in range(19))
    assert len(tried) == MAX_FAILURES


@pytest.mark.parametrize("text", ["sum(x - x)", "sum(softmax(x, 0))", "x[0] - x[0]"])
def test_what_is_too_large_is_not_written_out(text: str) -> None:
    assert not prover(text, {"x": [1] * (MAX_ENTRIES + 1)}).is_proved_zero(("x",), (0,))


def test_what_grows_too_long_is_not_proved() -> None:
    asked = prover("sum(softmax(a @ x, 0))", {"a": np.ones((50, 50)), "x": [1] * 50})
    assert not asked.is_proved_zero(("x",), (0,))


def test_what_has_no_form_is_not_proved() -> None:
    assert not prover("median(x) - median(x)", {"x": [1, 2, 3]}).is_proved_zero(("x",), (0,))
