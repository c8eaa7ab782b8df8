"""Both readings of every operation, the engine's and the balls', are held to numbers that were worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.balls import numbers
from gradcli.calculus.results import Verdict
from gradcli.language import parse, walk
from gradcli.language.tree import Call
from gradcli.operations import TABLE, vocabulary
from gradcli.problem import Problem, Solution, solve
from tests.calculus.certified import Entry, entries, problem
from tests.calculus.expressions import FUNCTIONS, PAIRS, TooLarge
from tests.calculus.oracle import is_right

V, W, M = [1.0, 2.0, 4.0], [1.0, 10.0], [[1.0, 2.0], [3.0, 4.0]]
WEIGHTS = "[[1, 10], [100, 1000]]"
LN2 = math.log(2)
STD = math.sqrt(7 / 3)
Row = tuple[str, dict[str, Any], float, dict[str, Any]]

REDUCTIONS: list[Row] = [
    ("sum(v^2)", {"v": V}, 21, {"v": [2, 4, 8]}),
    ("mean(v^2)", {"v": V}, 7, {"v": [2 / 3, 4 / 3, 8 / 3]}),
    ("prod(v)", {"v": V}, 8, {"v": [8, 4, 2]}),
    ("prod(v)", {"v": [0.0, 2, 4]}, 0, {"v": [8, 0, 0]}),
    ("var(v)", {"v": V}, 7 / 3, {"v": [-4 / 3, -1 / 3, 5 / 3]}),
    ("std(v)", {"v": V}, STD, {"v": [-2 / 3 / STD, -1 / 6 / STD, 5 / 6 / STD]}),
    ("norm(v)", {"v": [3.0, 4]}, 5, {"v": [0.6, 0.8]}),
    ("norm(v, 1)", {"v": [3.0, -4]}, 7, {"v": [1, -1]}),
    ("max(v)", {"v": V}, 4, {"v": [0, 0, 1]}),
    ("min(v)", {"v": V}, 1, {"v": [1, 0, 0]}),
    ("max(x, y, 3)", {"x": 5.0, "y": 4.0}, 5, {"x": 1, "y": 0}),
    ("sum(amax(m, 0)*[1, 10])", {"m": M}, 43, {"m": [[0, 0], [1, 10]]}),
    ("sum(amin(m, 1)*[1, 10])", {"m": M}, 31, {"m": [[1, 0], [10, 0]]}),
    ("v[argmax(v)]*3", {"v": V}, 12, {"v": [0, 0, 3]}),
    ("v[argmin(v)]^2", {"v": V}, 1, {"v": [2, 0, 0]}),
    ("median(v)", {"v": V}, 2, {"v": [0, 1, 0]}),
    ("median(v)", {"v": [4.0, 1, 2, 8]}, 2, {"v": [0, 0, 1, 0]}),
    ("logsumexp(v, 0)", {"v": [0.0, 0]}, LN2, {"v": [0.5, 0.5]}),
    ("sum(cumsum(v, 0)*[1, 10, 100])", {"v": V}, 731, {"v": [111, 110, 100]}),
    ("sum(cumprod(v, 0)*[1, 10, 100])", {"v": V}, 821, {"v": [821, 410, 200]}),
    ("softmax([x, 0], 0)[0]", {"x": 0.0}, 0.5, {"x": 0.25}),
    ("log_softmax([x, 0], 0)[0]", {"x": 0.0}, -LN2, {"x": 0.5}),
    ("softmin([x, 0], 0)[0]", {"x": 0.0}, 0.5, {"x": -0.25}),
    ("layer_norm([x, 0], eps=2)[0]", {"x": 1.0}, 1 / 3, {"x": 8 / 27}),
    ("layer_norm([x, 0], [2], [3, 1], [1, 0], eps=2)[0]", {"x": 1.0}, 2, {"x": 8 / 9}),
    ("where(all(v > 0), v[0], v[1])", {"v": V}, 1, {"v": [1, 0, 0]}),
    ("where(any(v > 3), v[2]^2, 0)", {"v": V}, 16, {"v": [0, 0, 8]}),
]
LINEAR: list[Row] = [
    ("sum(matmul(m, w))", {"m": M, "w": W}, 64, {"m": [[1, 10], [1, 10]], "w": [4, 6]}),
    ("sum(mv(m, w))", {"m": M, "w": W}, 64, {"m": [[1, 10], [1, 10]], "w": [4, 6]}),
    ("sum(mm(m, m))", {"m": M}, 54, {"m": [[7, 11], [9, 13]]}),
    ("sum(bmm(unsqueeze(m, 0), unsqueeze(m, 0)))", {"m": M}, 54, {"m": [[7, 11], [9, 13]]}),
    ("dot(v, [1, 10, 100])", {"v": V}, 421, {"v": [1, 10, 100]}),
    ("inner(v, v)", {"v": V}, 21, {"v": [2, 4, 8]}),
    ("sum(outer(w, w))", {"w": W}, 121, {"w": [22, 22]}),
    ("sum(kron(w, m))", {"w": W, "m": M}, 110, {"w": [10, 10], "m": [[11, 11], [11, 11]]}),
    ("sum(cross(v, [1, 0, 2])*[1, 10, 100])", {"v": V}, -176, {"v": [-20, -98, 10]}),
    ("sum(cross(m, m, dim=0))", {"m": [[1.0, 2], [3, 4], [5, 6]]}, 0, {"m": [[0, 0], [0, 0], [0, 0]]}),
    ("einsum('ij,j->', m, w)", {"m": M, "w": W}, 64, {"m": [[1, 10], [1, 10]], "w": [4, 6]}),
    ("sum(einsum('ij,jk', m, m))", {"m": M}, 54, {"m": [[7, 11], [9, 13]]}),
    ("einsum('ii', m)", {"m": M}, 5, {"m": [[1, 0], [0, 1]]}),
    ("sum(einsum('...i->i...', m)*[[1, 10], [100, 1000]])", {"m": M}, 4231, {"m": [[1, 100], [10, 1000]]}),
    ("conv2d([m], k)[0, 0, 0]", {"m": M, "k": [[[[1.0, 2], [0, 1]]]]}, 9, {"m": [[1, 2], [0, 1]], "k": [[M]]}),
    (
        "sum(conv1d([v], [[w]], [0.5], padding=1)*[1, 10, 100, 1000])",
        {"v": V, "w": W},
        8975.5,
        {"v": [20, 200, 2000], "w": [4210, 421]},
    ),
    ("sum(max_pool2d([m], 2))", {"m": M}, 4, {"m": [[0, 0], [0, 1]]}),
    ("sum(max_pool1d([v], 2, 1)*[1, 10])", {"v": V}, 42, {"v": [0, 1, 10]}),
    ("sum(avg_pool2d([m], 2))", {"m": M}, 2.5, {"m": [[0.25, 0.25], [0.25, 0.25]]}),
    ("sum(avg_pool1d([v], 2, 1)*[1, 10])", {"v": V}, 31.5, {"v": [0.5, 5.5, 5]}),
    (f"sum(torch.t(m)*{WEIGHTS})", {"m": M}, 4231, {"m": [[1, 100], [10, 1000]]}),
    (f"sum(m.T*{WEIGHTS})", {"m": M}, 4231, {"m": [[1, 100], [10, 1000]]}),
    (f"sum(m.mT*{WEIGHTS})", {"m": M}, 4231, {"m": [[1, 100], [10, 1000]]}),
    ("trace(m @ m)", {"m": M}, 29, {"m": [[2, 6], [4, 8]]}),
    ("det(m)", {"m": M}, -2, {"m": [[4, -3], [-2, 1]]}),
    ("sum(inverse(m)*[[1, 1], [1, 1]])", {"m": M}, 0, {"m": [[-0.5, 0.5], [0.5, -0.5]]}),
    ("sum(solve(m, b))", {"m": M, "b": [5.0, 6]}, 0.5, {"m": [[-2, 2.25], [2, -2.25]], "b": [-0.5, 0.5]}),
    ("sum(diag(m)*[1, 10])", {"m": M}, 41, {"m": [[1, 0], [0, 10]]}),
    ("sum(tril(m))", {"m": M}, 8, {"m": [[1, 0], [1, 1]]}),
    ("sum(triu(m))", {"m": M}, 7, {"m": [[1, 1], [0, 1]]}),
]
SHAPES: list[Row] = [
    *(
        (f"sum({text}*[1, 10, 100, 1000])", {"m": M}, 4321.0, {"m": [[1, 10], [100, 1000]]})
        for text in ("reshape(m, 4)", "view(m, 4)", "flatten(m)", "ravel(m)")
    ),
    ("sum(squeeze(unsqueeze(v, 0))*[1, 10, 100])", {"v": V}, 421, {"v": [1, 10, 100]}),
    (f"sum(transpose(m, 0, 1)*{WEIGHTS})", {"m": M}, 4231, {"m": [[1, 100], [10, 1000]]}),
    (f"sum(permute(m, 1, 0)*{WEIGHTS})", {"m": M}, 4231, {"m": [[1, 100], [10, 1000]]}),
    (f"sum(expand(w, 2, 2)*{WEIGHTS})", {"w": W}, 10201, {"w": [101, 1010]}),
    ("sum(repeat(w, 2)*[1, 10, 100, 1000])", {"w": W}, 10201, {"w": [101, 1010]}),
    ("sum(flip(v, 0)*[1, 10, 100])", {"v": V}, 124, {"v": [100, 10, 1]}),
    ("sum(roll(v, 1)*[1, 10, 100])", {"v": V}, 214, {"v": [10, 100, 1]}),
    (f"sum(embedding([1, 0], m)*{WEIGHTS})", {"m": M}, 2143, {"m": [[100, 1000], [1, 10]]}),
    (f"sum(embedding([1, 1], m)*{WEIGHTS})", {"m": M}, 4343, {"m": [[0, 0], [101, 1010]]}),
    ("sum(cat([v, w])*[1, 10, 100, 1000, 10000])", {"v": V, "w": W}, 101421, {"v": [1, 10, 100], "w": [1000, 10000]}),
    (f"sum(stack([w, w^2])*{WEIGHTS})", {"w": W}, 100201, {"w": [201, 20010]}),
]
LOSSES: list[Row] = [
    ("mse_loss(w, [2, 2])", {"w": [1.0, 5]}, 5, {"w": [-1, 3]}),
    ("l1_loss(w, [2, 2])", {"w": [1.0, 5]}, 2, {"w": [-0.5, 0.5]}),
    ("smooth_l1_loss(w, [2, 2])", {"w": [1.5, 5]}, 1.3125, {"w": [-0.25, 0.5]}),
    ("huber_loss(w, [2, 2], delta=2)", {"w": [1.0, 5]}, 2.25, {"w": [-0.5, 1]}),
    ("binary_cross_entropy(x, 1)", {"x": 0.5}, LN2, {"x": -2}),
    ("binary_cross_entropy_with_logits(x, 1)", {"x": 0.0}, LN2, {"x": -0.5}),
    ("cross_entropy([x, 0], 0)", {"x": 0.0}, LN2, {"x": -0.5}),
    ("nll_loss(v, 1)", {"v": V}, -2, {"v": [0, -1, 0]}),
    ("kl_div(x, 0.5)", {"x": -1.0}, 0.5 * (1 - LN2), {"x": -0.5}),
]
MADE: list[Row] = [
    ("tensor(x)^2", {"x": 3.0}, 9, {"x": 0}),
    ("tensor(x)*x", {"x": 3.0}, 9, {"x": 3}),
    ("sum(v*zeros(3) + v*ones(3))", {"v": V}, 7, {"v": [1, 1, 1]}),
    ("sum(v*zeros_like(v) + v*ones_like(v))", {"v": V}, 7, {"v": [1, 1, 1]}),
    ("sum(v*full(3, 2.5))", {"v": V}, 17.5, {"v": [2.5, 2.5, 2.5]}),
    ("sum(eye(2)*m)", {"m": M}, 5, {"m": [[1, 0], [0, 1]]}),
    ("sum(v*arange(3))", {"v": V}, 10, {"v": [0, 1, 2]}),
    ("sum(v*linspace(0, 1, 3))", {"v": V}, 5, {"v": [0, 0.5, 1]}),
    ("where(logical_and(x > 1, x < 3), x^2, 0)", {"x": 2.0}, 4, {"x": 4}),
    ("where(logical_or(x > 3, x < 1), x^2, 5x)", {"x": 2.0}, 10, {"x": 5}),
    ("where(logical_not(x > 3), x^2, 5x)", {"x": 2.0}, 4, {"x": 4}),
    ("where(isnan(x), 0, x^2)", {"x": 3.0}, 9, {"x": 6}),
    ("detach(x)*x", {"x": 3.0}, 9, {"x": 3}),
    ("clone(x)^2", {"x": 3.0}, 9, {"x": 6}),
    ("float(x)^2", {"x": 3.0}, 9, {"x": 6}),
    ("double(x)^2", {"x": 3.0}, 9, {"x": 6}),
    ("clamp(x, -1, 1)*x", {"x": 3.0}, 3, {"x": 1}),
    ("clamp(x, min=5)*x", {"x": 3.0}, 15, {"x": 5}),
]
CONVENTIONS: list[Row] = [
    ("round(0.5) + round(1.5) + round(2.5) + round(-0.5) + 0*x", {"x": 1.0}, 4, {"x": 0}),
    ("x^round(2.5)", {"x": 3.0}, 9, {"x": 6}),
    ("x^round(3.5)", {"x": -3.0}, 81, {"x": -108}),
    ("x^floor(2.9)", {"x": -3.0}, 9, {"x": -6}),
    ("(-x)^3", {"x": 2.0}, -8, {"x": -12}),
    ("x^0", {"x": 0.0}, 1, {"x": 0}),
    ("round(x)*x", {"x": 2.4}, 4.8, {"x": 2}),
    ("round(x)*x", {"x": -2.6}, 7.8, {"x": -3}),
    ("x % 3 + 3x", {"x": -1.0}, -1, {"x": 4}),
    ("fmod(x, 3) + 3x", {"x": -1.0}, -4, {"x": 4}),
    ("x // 3 + x", {"x": -1.0}, -2, {"x": 1}),
    ("trunc(x)*x + frac(x)", {"x": -2.5}, 4.5, {"x": -1}),
    ("sign(x)*x^2", {"x": -3.0}, -9, {"x": 6}),
    ("heaviside(x, 0.5)*x", {"x": 2.0}, 2, {"x": 1}),
    ("xlogy(x, 0.5)", {"x": 0.0}, 0, {"x": -LN2}),
    ("atan2(y, x)", {"y": 1.0, "x": -1.0}, 0.75 * math.pi, {"y": -0.5, "x": -0.5}),
    ("sinc(x)", {"x": 0.0}, 1, {"x": 0}),
    ("smooth_l1_loss(x, 0)", {"x": 1.0}, 0.5, {"x": 1}),
    ("elu(x)", {"x": 0.0}, 0, {"x": 1}),
    ("softplus(x)", {"x": 30.0}, 30, {"x": 1}),
    ("sech(2x)", {"x": 1e16}, 0, {"x": 0}),
    ("csch(x)", {"x": -1e300}, 0, {"x": 0}),
    ("coth(x)", {"x": 1e16}, 1, {"x": 0}),
    ("cbrt(x)", {"x": -8.0}, -2, {"x": 1 / 12}),
    ("x/x", {"x": 1e-320}, 1, {"x": 0}),
    ("gelu(x)", {"x": 1e160}, 1e160, {"x": 1}),
    ("hypot(x, y)", {"x": 3e200, "y": 4e200}, 5e200, {"x": 0.6, "y": 0.8}),
    ("asec(x)", {"x": 2.0}, math.pi / 3, {"x": 1 / math.sqrt(12)}),
    ("factorial(x)/6", {"x": 3.0}, 1, {"x": 11 / 6 - 0.5772156649015329}),
    ("log(x, 2)", {"x": 8.0}, 3, {"x": 1 / (8 * LN2)}),
]
"""Where two readings could part: ties, signs, integer powers, branches, sizes beyond those of floats."""
ROWS = [*REDUCTIONS, *LINEAR, *SHAPES, *LOSSES, *MADE, *CONVENTIONS]
RANDOM = {"rand", "randn", "manual_seed"}
"""Operations without a number to work out."""
CLOSE = 1e-12


def solved(text: str, point: dict[str, Any]) -> Solution:
    return solve(Problem(text, {name: np.asarray(value, np.float64) for name, value in point.items()}), formulas=False)


@pytest.mark.parametrize(("text", "point", "value", "gradients"), ROWS)
def test_both_readings_are_what_was_worked_out(
    text: str, point: dict[str, Any], value: float, gradients: dict[str, Any]
) -> None:
    solution = solved(text, point)
    assert solution.evaluation is not None
    assert solution.check is not None
    assert solution.check.verdict in (Verdict.AGREES, Verdict.CORRECTED), solution.check.reason
    expected = {(): value} | {(name,): gradient for name, gradient in gradients.items()}
    for variables, right in expected.items():
        shown = solution.numbers.derivatives[variables] if variables else solution.numbers.value
        np.testing.assert_allclose(shown, right, rtol=CLOSE, atol=1e-300)
        if solution.check.verdict is Verdict.AGREES:
            engine = solution.evaluation.derivatives[variables] if variables else solution.evaluation.value
            np.testing.assert_allclose(engine, right, rtol=1e-9, atol=1e-300)


EXTREME = ["0.37", "-1.9", "2.3", "1e-12", "-1e-12", "30", "-30", "1e8", "-1e8", "1e300", "-1e-300", "0.999999999"]
SLOW = {"digamma", "lgamma", "gamma", "factorial"}
"""Functions that take mpmath long at the thousands of digits that the last of these ask for."""
PAIRS_OF_POINTS = [("0.37", "0.61"), ("-2.9", "1.3"), ("1e10", "3"), ("1e-200", "1e-190"), ("3e200", "4e200")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_one_number_are_their_definitions(name: str) -> None:
    points = [x for x in EXTREME if not (name in SLOW and "e" in x)]
    assert sum(agree(f"{name}(x)", FUNCTIONS[name], {"x": x}) for x in points) >= 3


@pytest.mark.parametrize("name", PAIRS)
def test_functions_of_two_numbers_are_their_definitions(name: str) -> None:
    points = [{"x": x, "y": y} for x, y in PAIRS_OF_POINTS]
    assert sum(agree(f"{name}(x, y)", PAIRS[name], point) for point in points) >= 3


def agree(text: str, meaning: Any, point: dict[str, str]) -> bool:
    """Whether the definition has a value and derivatives, which both readings then must have, too."""
    try:
        true = list(entries(meaning, point))
    except (TooLarge, ValueError, ZeroDivisionError, TypeError):
        return False
    solution = solve(problem(text, point, digits=17), formulas=False)
    assert solution.check is not None
    if any(entry.true is None for entry in true):
        assert solution.check.verdict is Verdict.UNDECIDED, (text, point)
        return False
    assert solution.check.verdict in (Verdict.AGREES, Verdict.CORRECTED), (text, point, solution.check.reason)
    for entry in true:
        assert is_right(entry.shown(solution, 17), entry.true), (text, point, entry)
        if solution.check.verdict is Verdict.AGREES:
            assert _is_near(entry, solution), (text, point, entry)
    return True


def _is_near(entry: Entry, solution: Solution) -> bool:
    """Whether the engine's float is the true number."""
    assert solution.evaluation is not None
    evaluation = solution.evaluation
    engine = evaluation.derivatives[entry.variables] if entry.variables else evaluation.value
    return bool(abs(float(engine) - entry.true) <= 1e-9 * abs(entry.true))


def test_every_operation_is_held_to_a_number() -> None:
    names = {name for row in ROWS for name in called(row[0], row[1])} | set(FUNCTIONS) | set(PAIRS)
    assert {each.name for each in TABLE} - names == RANDOM


def called(text: str, point: dict[str, Any]) -> set[str]:
    program = parse(text, vocabulary(), point).program
    return {node.function for node in walk(program.result) if isinstance(node, Call)}


def test_the_numbers_of_the_balls_are_exact_where_they_are_rational() -> None:
    for text, point, right in (("x^3/3", {"x": 0.3}, "0.09"), ("(x + 0.2)^2", {"x": 0.1}, "0.6")):
        check = solved(text, point).check
        assert check is not None
        (found,) = check.certified.values()
        assert found[()] == numbers.decimal(right)
