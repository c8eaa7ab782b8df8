"""The tree read entry by entry: as formulas by SymPy, as certified numbers in balls, and what each refuses."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest

from gradcli.calculus.balls import Unknown, certify
from gradcli.calculus.balls.numbers import nearest_float
from gradcli.calculus.entries import NoForm
from gradcli.calculus.entries.builders import BUILDERS
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.results import Question, Request
from gradcli.calculus.symbolic import formulas
from gradcli.calculus.symbolic.elements import ELEMENTWISE
from gradcli.language import parse
from gradcli.operations import TABLE, vocabulary


def question(text: str, request: Request = Request.GRADIENT, order: int = 1, **point: object) -> Question:
    arrays = {name: np.asarray(value, np.float64) for name, value in point.items()}
    program = parse(text, vocabulary(), tuple(arrays)).program
    return Question(program, arrays, tuple(arrays), request, order)


def numbers(asked: Question) -> list[float]:
    """The certified derivatives; nan where there is none."""
    shapes = {variables: np.shape(array) for variables, array in evaluate(asked)[0].derivatives.items()}
    entries = [entry for array in certify(asked, shapes).derivatives.values() for entry in array.ravel()]
    return [float("nan") if isinstance(entry, Unknown) else nearest_float(entry) for entry in entries]


def test_every_builder_that_the_vocabulary_names_exists() -> None:
    named = {each.symbolic for each in TABLE if each.symbolic is not None}
    assert named
    assert named <= {*ELEMENTWISE, *BUILDERS}


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("2x^4 + x^3 + 3x^2 + 5x + 1", "8*x**3 + 3*x**2 + 6*x + 5"),
        ("x^2 sin(x)", "x*(x*cos(x) + 2*sin(x))"),
        ("(x+1)^10", "10*(x + 1)**9"),
        ("ln x", "1/x"),
        ("sqrt(x)", "1/(2*sqrt(x))"),
        ("e^(2x)", "2*exp(2*x)"),
        ("relu(x)", "where(x > 0, 1, 0)"),
        ("abs(x)", "sign(x)"),
        ("where(x > 0, x^2, -x)", "where(x > 0, 2*x, -1)"),
        ("floor(x) x", "floor(x)"),
        ("lgamma(x)", "digamma(x)"),
        ("0.5 x^2", "x"),
        ("5", "0"),
        ("y = x + 1; y^2", "2*x + 2"),
    ],
)
def test_formula_reads_as_a_person_writes_it(text: str, formula: str) -> None:
    assert formulas(question(text, x=1.5)).derivatives == {("x",): formula}


@pytest.mark.parametrize(
    "text", ["x^x", "sin(x)/x", "gelu(x)", "atan(x^2)", "sec(x)", "erf(x)", "max(x, 2)", "sinc(x)", "x!"]
)
def test_formula_parses_back_to_the_same_derivative(text: str) -> None:
    asked = question(text, x=1.25)
    for formula in formulas(asked).derivatives.values():
        again = numbers(question(f"({formula})*z", x=1.25, z=1.0))
        assert again[1] == pytest.approx(numbers(asked)[0], rel=1e-15)


def test_formula_of_a_power_with_two_variables() -> None:
    found = formulas(question("x^y", x=2.0, y=3.0)).derivatives
    assert found == {("x",): "x**(y - 1)*y", ("y",): "x**y*log(x)"}


def test_no_formula_for_tensors_nor_where_it_is_long() -> None:
    assert formulas(question("sum(x^2)", x=[1, 2])).derivatives == {}
    assert formulas(question("*".join(f"sin({k}x)" for k in range(2, 40)), x=1.0)).derivatives == {}


def test_constant_named_by_the_user_is_not_mistaken_for_e() -> None:
    assert formulas(question("exp(1)*e*x", x=1.0, e=2.0)).derivatives.get(("x",)) != "e*e"


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("sum(x)", {"x": [1, 2, 3]}, [1, 1, 1]),
        ("mean(x^2)", {"x": [1, 2]}, [1, 2]),
        ("prod(x)", {"x": [2, 3, 4]}, [12, 8, 6]),
        ("norm(x)", {"x": [3, 4]}, [0.6, 0.8]),
        ("var(x)", {"x": [1, 2, 6]}, [-2, -1, 3]),
        ("std(x)", {"x": [1, 3]}, [-np.sqrt(0.5), np.sqrt(0.5)]),
        ("max(x)", {"x": [1, 5, 2]}, [0, 1, 0]),
        ("min(x, 0).sum()", {"x": [[1, 5], [2, 3]]}, [1, 0, 0, 1]),
        ("max(x, dim=0).sum()", {"x": [[1, 5], [2, 3]]}, [0, 1, 1, 0]),
        ("softmax(x, 0)[0]", {"x": [0, 0]}, [0.25, -0.25]),
        ("logsumexp(x, 0)", {"x": [0, 0]}, [0.5, 0.5]),
        ("log_softmax(x, 0)[1]", {"x": [0, 0]}, [-0.5, 0.5]),
        ("layer_norm(x, eps=2)[0]", {"x": [1, 0]}, [8 / 27, -8 / 27]),
        ("cumsum(x, 0).sum()", {"x": [1, 1, 1]}, [3, 2, 1]),
        ("cumprod(x, 0)[2]", {"x": [2, 3, 4]}, [12, 8, 6]),
        ("(x @ x).sum()", {"x": [[1, 2], [3, 4]]}, [7, 11, 9, 13]),
        ("x @ y", {"x": [1, 2], "y": [3, 4]}, [3, 4, 1, 2]),
        ("det(x)", {"x": [[1, 2], [3, 5]]}, [5, -3, -2, 1]),
        ("trace(inverse(x))", {"x": [[2, 0], [0, 4]]}, [-0.25, 0, 0, -0.0625]),
        ("x.T[0, 1]", {"x": [[1, 2], [3, 4]]}, [0, 0, 1, 0]),
        ("x[1:, 0].sum()", {"x": [[1, 2], [3, 4]]}, [0, 0, 1, 0]),
        ("x[-1]^2", {"x": [1, 3]}, [0, 6]),
        ("reshape(x, 4)[3]", {"x": [[1, 2], [3, 4]]}, [0, 0, 0, 1]),
        ("cat([x, y], 0).sum()", {"x": [1], "y": [2, 3]}, [1, 1, 1]),
        ("stack([x, x^2], 0)[1].sum()", {"x": [1, 2]}, [2, 4]),
        ("triu(x).sum()", {"x": [[1, 2], [3, 4]]}, [1, 1, 0, 1]),
        ("mse_loss(x, [0, 0])", {"x": [1, 2]}, [1, 2]),
        ("l1_loss(x, [0, 0], reduction='sum')", {"x": [1, -2]}, [1, -1]),
        ("smooth_l1_loss(x, [0, 0], reduction='sum')", {"x": [0.5, -2]}, [0.5, -1]),
        ("cross_entropy(x, 1*[0])", {"x": [[0, 0]]}, [-0.5, 0.5]),
        ("detach(x) x", {"x": 3}, [3]),
        ("clamp(x, min=0)", {"x": 3}, [1]),
        ("clamp(x, 0, 1)", {"x": 3}, [0]),
        ("(x > 1) x", {"x": 3}, [1]),
    ],
)
def test_derivative_of_tensor_program(text: str, point: dict[str, object], expected: list[float]) -> None:
    assert numbers(question(text, **point)) == pytest.approx(expected, abs=1e-15)


def test_hessian_and_higher_orders() -> None:
    assert numbers(question("x^2 y", Request.HESSIAN, x=3.0, y=2.0)) == [4, 6, 6, 0]
    assert numbers(question("x^5", order=3, x=2.0)) == [240]


def test_jacobian_has_an_entry_for_each_pair() -> None:
    assert numbers(question("x^2", Request.JACOBIAN, x=[1.0, 2.0])) == [2, 0, 0, 4]


@pytest.mark.parametrize(
    "text",
    [
        "9^9^9^9 x",
        "x^(10^(10^10))",
        "(2x)^(10^9)",
        "((((2x)^999)^999)^999)^999",
        "(1/3)^(10^9) x",
        "factorial(10^9) x",
        "gamma(10^9 + 1/2) x",
        "lgamma(10^15) x",
        "exp(exp(exp(exp(5)))) x",
        "exp(exp(exp(exp(5 x))))",
        "sin(10^300 x)",
        "log(123456789012345678901234567890123456789012345678901) x",
        "2^0.123456789012345678 x",
        "; ".join(["y = x + x", *["y = y + y"] * 60, "y"]),
        "; ".join(["y = x + 1", *["y = y * y + x"] * 60, "y"]),
        "; ".join(["y = sin(x)", *["y = sin(y) * y"] * 60, "y"]),
    ],
)
def test_dangerous_magnitudes_end(text: str) -> None:
    asked = question(text, x=1.0)
    assert formulas(asked) is not None
    with suppress(NoForm):
        assert len(certify(asked, {("x",): ()}).derivatives) == 1


def test_a_sum_of_20_000_terms_is_differentiated() -> None:
    assert numbers(question(" + ".join(["x"] * 20_000), x=1.0)) == [20_000]


@pytest.mark.parametrize("text", ["randn(3).sum() * x[0]", "x.grad.sum()", "rand(2).sum() * x[0]"])
def test_what_has_no_form_says_so(text: str) -> None:
    with pytest.raises(NoForm) as caught:
        certify(question(text, x=[1.0, 2.0]), {("x",): (2,)})
    assert caught.value.reason


@pytest.mark.parametrize("text", ["median(x)", "argmax(x) * x[0]", "sum(x[x > 1])"])
def test_what_depends_on_an_order_has_numbers_and_no_formula(text: str) -> None:
    asked = question(text, x=[0.5, 2.0])
    assert formulas(asked).derivatives == {}
    assert not any(np.isnan(numbers(asked)))


def test_importing_the_check_does_not_import_sympy() -> None:
    program = "import sys, gradcli.calculus.check; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
