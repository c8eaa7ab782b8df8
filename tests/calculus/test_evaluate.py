"""Values and gradients against numbers worked out by hand or by Python's math: neither the engine nor SymPy has a say.

Both witnesses read the same tree, so a misreading would go unnoticed between them; here it would not.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gradcli.calculus import differentiate
from gradcli.calculus.results import Request
from gradcli.problem import DiagnosticError, Problem, Solution, solve


def calculate(text: str, request: Request = Request.GRADIENT, **point: Any) -> Solution:
    bindings = {name: np.asarray(value, np.float64) for name, value in point.items()}
    return solve(Problem(text, bindings, request=request), check=False, formulas=False)


def value_and_gradients(text: str, **point: Any) -> tuple[Any, list[Any]]:
    evaluation = calculate(text, **point).evaluation
    assert evaluation is not None
    return evaluation.value.tolist(), [array.tolist() for array in evaluation.derivatives.values()]


@pytest.mark.parametrize(
    ("text", "point", "value", "gradients"),
    [
        ("2x^4 + x^3 + 3x^2 + 5x + 1", {"x": 2}, 63, [93]),
        ("1/2x", {"x": 4}, 2, [0.5]),
        ("1/(2x)", {"x": 4}, 0.125, [-1 / 32]),
        ("2^3^2 x", {"x": 1}, 512, [512]),
        ("-x^2", {"x": 3}, -9, [-6]),
        ("2^-x", {"x": 1}, 0.5, [-0.5 * math.log(2)]),
        ("sin 2x cos 3x", {"x": 0}, 0, [2]),
        ("sin^2 x", {"x": 1}, math.sin(1) ** 2, [2 * math.sin(1) * math.cos(1)]),
        ("sin^-1 x", {"x": 0.6}, math.asin(0.6), [1.25]),
        ("log(x)", {"x": 2}, math.log(2), [0.5]),
        ("log(x, 10)", {"x": 100}, 2, [1 / (100 * math.log(10))]),
        ("log(x, b)", {"x": 8, "b": 2}, 3, [1 / (8 * math.log(2)), -3 / (2 * math.log(2))]),
        ("x!", {"x": 4}, 24, [24 * (1 + 1 / 2 + 1 / 3 + 1 / 4 - 0.5772156649015329)]),
        ("|x| + |y|", {"x": -2, "y": 3}, 5, [-1, 1]),
        ("√x", {"x": 9}, 3, [1 / 6]),
        ("cbrt(x)", {"x": -8}, -2, [1 / 12]),
        ("sec(x)", {"x": 0}, 1, [0]),
        ("acot(x)", {"x": 1}, math.pi / 4, [-0.5]),
        ("gamma(x)", {"x": 5}, 24, [24 * (25 / 12 - 0.5772156649015329)]),
        ("max(x, y, z)", {"x": 1, "y": 2, "z": 3}, 3, [0, 0, 1]),
        ("min(x, y, z, 0.5)", {"x": 1, "y": 2, "z": 3}, 0.5, [0, 0, 0]),
        ("max(x, 0)", {"x": -1}, 0, [0]),
        ("sum(max(A, dim=0))", {"A": [[1, 2], [3, 0]]}, 5, [[[0, 1], [1, 0]]]),
        ("x // 2", {"x": 5}, 2, [0]),
        ("x % 3", {"x": 5}, 2, [1]),
        ("7 % x", {"x": 3}, 1, [-2]),
        ("relu(x)", {"x": math.inf}, math.inf, [1]),
        ("heaviside(x, 0.5)", {"x": 2}, 1, [0]),
        ("where(x > 0, x^2, -x)", {"x": 3}, 9, [6]),
        ("x at x=3", {}, 3, [1]),
        ("e^x", {"x": 1}, math.e, [math.e]),
        ("e x", {"e": 5, "x": 2}, 10, [2, 5]),
        ("τ x", {"x": 1}, math.tau, [math.tau]),
        ("y = 3x+2; z = 2y^2; z.mean()", {"x": [[1, 2, 3], [3, 2, 1]]}, 140, [[[10, 16, 22], [22, 16, 10]]]),
        ("x = x + 1; x^2", {"x": 2}, 9, [6]),
        ("h @ W @ h", {"W": [[1, 2], [3, 4]], "h": [1, 1]}, 10, [[7, 13], [[1, 1], [1, 1]]]),
        ("sum(x[1:] * x[:-1])", {"x": [1, 2, 3]}, 8, [[2, 4, 2]]),
        ("x[[0, 2]].sum()", {"x": [1, 2, 4]}, 5, [[1, 0, 1]]),
        ("x[x > 1].sum()", {"x": [1, 2, 4]}, 6, [[0, 1, 1]]),
        ("A.T[0] @ v", {"A": [[1, 2], [3, 4]], "v": [1, 10]}, 31, [[[1, 0], [10, 0]], [1, 3]]),
        ("var([x, y, 3])", {"x": 1, "y": 2}, 1, [-1, 0]),
        ("norm(x, 1)", {"x": [1, -2]}, 3, [[1, -1]]),
        ("sum(cumsum(x))", {"x": [1, 2, 3]}, 10, [[3, 2, 1]]),
        ("softmax(x)[0]", {"x": [0, 0]}, 0.5, [[0.25, -0.25]]),
        ("cross_entropy(x, 1)", {"x": [0, 0]}, math.log(2), [[0.5, -0.5]]),
        ("det(A)", {"A": [[1, 2], [3, 4]]}, -2, [[[4, -3], [-2, 1]]]),
        ("sum(x.detach() * x)", {"x": [2, 3]}, 13, [[2, 3]]),
    ],
)
def test_values_and_gradients_are_those_worked_out_by_hand(
    text: str, point: dict[str, Any], value: Any, gradients: list[Any]
) -> None:
    found_value, found_gradients = value_and_gradients(text, **point)
    assert found_value == pytest.approx(value, rel=1e-12, abs=1e-15)
    for found, expected in zip(found_gradients, gradients, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("x + 1", "AddBackward0"),
        ("1 - x", "RsubBackward1"),
        ("1/x", "MulBackward0"),
        ("x^2", "PowBackward0"),
        ("x^x", "PowBackward1"),
        ("2^x", "PowBackward2"),
        ("ln x", "LogBackward0"),
        ("[x, 2x].mean()", "MeanBackward0"),
    ],
)
def test_the_node_is_torchs(text: str, nodes: str) -> None:
    evaluation = calculate(text, x=0.7).evaluation
    assert evaluation is not None
    assert evaluation.grad_fn == nodes


@pytest.mark.parametrize(
    ("text", "point", "message", "place"),
    [
        ("x + y", {"x": [1, 2, 3], "y": [1, 2]}, "The size of tensor a (3) must match", "x + y"),
        ("1 + A @ B", {"A": [[1, 2, 3]], "B": [[1, 2, 3]]}, "mat1 and mat2 shapes cannot be multiplied", "A @ B"),
        ("sum(x, y)", {"x": [1, 2], "y": 0}, "dim is a setting, and y is a variable", "y"),
        ("leaky_relu(x, a)", {"x": 1, "a": 0.1}, "negative_slope is a setting", "a"),
        ("x[0.5]", {"x": [1, 2]}, "a whole number is needed", "0.5"),
        ("x @ 2", {"x": [1, 2]}, "@ multiplies matrices", "x @ 2"),
        ("reshape(x, 4)", {"x": [1, 2]}, "shape '[4]' is invalid for input of size 2", "reshape(x, 4)"),
        ("x.grad", {"x": 1}, "is for programs", "x.grad"),
    ],
)
def test_what_cannot_be_calculated_is_located(text: str, point: dict[str, Any], message: str, place: str) -> None:
    with pytest.raises(DiagnosticError) as raised:
        calculate(text, **point)
    diagnostic = raised.value.diagnostic
    assert message in diagnostic.message
    assert diagnostic.source[diagnostic.span.start : diagnostic.span.end] == place


@pytest.mark.parametrize(
    ("text", "value", "gradients"),
    [
        ("sum(cat([v, w]))", 6, [[1, 1], [1]]),
        ("sum(cat((v, w, v))^2)", 19, [[4, 8], [6]]),
        ("sum(concat(tensors=[w, v], dim=0)*[1, 10, 100])", 213, [[1], [10, 100]]),
        ("sum(cat([expand(w, 2, 1), [v, v]], 1)[1])", 6, [[1], [1, 1]]),
        ("sum(stack([v, [3, 4]])[0]) + sum(w)", 6, [[1, 1], [1]]),
    ],
)
def test_a_list_of_tensors_may_have_tensors_of_unequal_sizes(text: str, value: float, gradients: list[Any]) -> None:
    found, derivatives = value_and_gradients(text, v=[1, 2], w=[3])
    assert found == value
    assert sorted(derivatives) == sorted(gradients)


def test_tensor_of_a_variable_is_a_copy_without_a_gradient_and_an_exponent_is_rounded_to_even() -> None:
    assert value_and_gradients("tensor(x)^2", x=3) == (9, [0])
    assert value_and_gradients("x*tensor(x)", x=3) == (9, [3])
    assert value_and_gradients("x^round(2.5)", x=3) == (9, [6])
    assert value_and_gradients("x^round(3.5)", x=3) == (81, [108])


def test_a_rule_that_fails_in_the_backward_pass_is_an_error_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def singular(*_: Any) -> None:
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setitem(differentiate._DERIVATIVES, Request.GRADIENT, singular)
    with pytest.raises(DiagnosticError) as raised:
        calculate("det(A)", A=[[1, 2], [2, 4]])
    assert raised.value.diagnostic.message == "the derivative cannot be calculated here: Singular matrix"


def test_a_jacobian_has_a_row_for_each_output_and_a_hessian_is_symmetric() -> None:
    jacobian = calculate("[x*y, x^2]", Request.JACOBIAN, x=2, y=3).evaluation
    hessian = calculate("x^2 y^3", Request.HESSIAN, x=2, y=3).evaluation
    assert jacobian is not None
    assert hessian is not None
    assert {key: array.tolist() for key, array in jacobian.derivatives.items()} == {("x",): [3, 4], ("y",): [2, 0]}
    assert hessian.derivatives["x", "y"] == hessian.derivatives["y", "x"] == 108


def test_without_values_there_are_formulas_alone() -> None:
    solution = solve(Problem("x^2 y"))
    assert solution.evaluation is None
    assert solution.formulas.derivatives == {("x",): "2*x*y", ("y",): "x**2"}
