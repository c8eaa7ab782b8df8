"""High orders: as mpmath has them, by Taylor series as by recorded passes, and never without end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, arb_series, ctx
from mpmath import mp, mpf

from gradcli.calculus import differentiate
from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.engine import BallRun, nearest_derivative, run
from gradcli.calculus.balls.jets import series_of
from gradcli.calculus.balls.point import exact_values
from gradcli.calculus.check import check
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.results import Check, Question, Verdict
from gradcli.engine import tensor
from gradcli.engine.ops import pointwise
from gradcli.language import parse, walk
from gradcli.language.tree import Call
from gradcli.operations import TABLE, vocabulary

BITS = 200
DIGITS = 60
SPOKEN_FOR = (Verdict.AGREES, Verdict.CORRECTED)


def question(text: str, order: int, dtype: str = "float64", **values: str) -> Question:
    """A derivative of a text by all its variables, each of which has a decimal as its value."""
    point = {name: np.asarray(float(value), dtype) for name, value in values.items()}
    program = parse(text, vocabulary(), tuple(point)).program
    return Question(program, point, tuple(point), order=order)


def checked(text: str, order: int, dtype: str = "float64", digits: int | None = None, **values: str) -> Check:
    """The check of such a question."""
    return check(evaluate(question(text, order, dtype, **values))[0], digits=digits)


def on_balls(asked: Question) -> BallRun:
    """The answer by the engine's rules on balls."""
    with ctx.workprec(BITS):
        point = exact_values(asked)
    return run(asked, point, BITS)


# Against mpmath.

FUNCTIONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "ln(1+x)": (mpmath.log1p, "0"),
    "1/x": (lambda x: 1 / x, "0.37"),
    "sin(x)*exp(x)": (lambda x: mpmath.sin(x) * mpmath.exp(x), "0.37"),
    "x^3/(e^x - 1)": (lambda x: x**3 / mpmath.expm1(x), "0.02"),
    "x^2.5/(1.7^2.5 + x^2.5)": (lambda x: x ** mpf("2.5") / (mpf("1.7") ** mpf("2.5") + x ** mpf("2.5")), "1.3"),
    "tan(x)": (mpmath.tan, "0.37"),
    "sec(x)": (mpmath.sec, "0.37"),
    "asin(x)": (mpmath.asin, "0.37"),
    "acos(x^2)": (lambda x: mpmath.acos(x**2), "0.37"),
    "atan(x)": (mpmath.atan, "0.37"),
    "sinh(x)/x": (lambda x: mpmath.sinh(x) / x, "0.37"),
    "tanh(x)": (mpmath.tanh, "1.9"),
    "asinh(x)": (mpmath.asinh, "0.37"),
    "acosh(x)": (mpmath.acosh, "1.37"),
    "atanh(x)": (mpmath.atanh, "0.37"),
    "sqrt(sin(x)*exp(x)/(1 + x^2))": (lambda x: mpmath.sqrt(mpmath.sin(x) * mpmath.exp(x) / (1 + x**2)), "0.37"),
    "cbrt(x)": (mpmath.cbrt, "0.37"),
    "x^x": (lambda x: x**x, "1"),
    "2^x*cos(3x)": (lambda x: 2**x * mpmath.cos(3 * x), "0.37"),
    "erf(x)": (mpmath.erf, "0.37"),
    "x*erfc(-x/sqrt(2))/2": (lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2, "0.37"),
    "exp(sin(x))": (lambda x: mpmath.exp(mpmath.sin(x)), "0.37"),
    "sigmoid(x)^2": (lambda x: (1 + mpmath.exp(-x)) ** -2, "0.37"),
    "atan2(x, 1 - x)": (lambda x: mpmath.atan2(x, 1 - x), "0.37"),
    "exp(-1/x^2)": (lambda x: mpmath.exp(-1 / x**2), "0.37"),
}


@pytest.mark.parametrize("text", FUNCTIONS)
def test_a_derivative_of_high_order_is_that_of_mpmath(text: str) -> None:
    function, x = FUNCTIONS[text]
    with mp.workdps(DIGITS):
        coefficients = mpmath.taylor(function, mpf(x), 20)
        true = {order: coefficients[order] * mpmath.factorial(order) for order in (3, 5, 8, 12, 20)}
    for order, number in true.items():
        found = checked(text, order, x=x)
        assert found.verdict in SPOKEN_FOR, (order, found.reason)
        assert found.numbers is not None
        shown = float(found.numbers.derivatives[("x",) * order])
        assert shown == pytest.approx(float(number), rel=1e-15)


@pytest.mark.parametrize("text", ["ln(1+x)", "1/x", "sin(x)*exp(x)", "x^x"])
def test_the_engines_own_number_of_high_order_is_right(text: str) -> None:
    function, x = FUNCTIONS[text]
    with mp.workdps(DIGITS):
        true = float(mpmath.taylor(function, mpf(x), 20)[20] * mpmath.factorial(20))
    assert float(evaluate(question(text, 20, x=x))[0].derivatives[("x",) * 20]) == true


@pytest.mark.parametrize("x", ["1.37", "-1.37"])
def test_the_gamma_functions_derivatives_are_polygammas(x: str) -> None:
    for order in (3, 5, 8, 12, 20):
        with mp.workdps(DIGITS):
            true = float(mpmath.psi(order - 1, mpf(x)))
        found = checked("lgamma(x)", order, x=x)
        assert found.verdict in SPOKEN_FOR
        assert found.numbers is not None
        assert float(found.numbers.derivatives[("x",) * order]) == pytest.approx(true, rel=1e-15)


def test_sixty_sines_in_each_other_have_a_fiftieth_derivative() -> None:
    text = "x"
    for _ in range(60):
        text = f"sin({text})"
    assert checked(text, 50, x="0.5").verdict is Verdict.AGREES


# The Taylor series of the first gradient, against recorded passes.

SCALAR = ("trigonometry", "elementary", "elementwise", "activation")
ONE_NUMBER = [
    each.name for each in TABLE if each.category in SCALAR and each.required == 1 and each.name not in ("clamp",)
]
"""Functions of one number."""
MORE = [
    *("atan2(x, y)", "atan2(y, x)", "hypot(x, y)", "pow(x, y)", "pow(y, x)", "x^x", "2^x", "x^3", "x^-2.5", "x^y"),
    *("xlogy(x, y)", "xlogy(y, x)", "logaddexp(x, y)", "logaddexp(2x, x^2)", "fmod(5x, y)", "fmod(5y, x)"),
    *("remainder(5x, y)", "5y % x", "maximum(x^2, y)", "minimum(x^2, y)", "fmax(x, y)*x", "fmin(x, y)*x"),
    *("heaviside(x, 0.5)*x^3", "clamp(x, -0.5, 0.5)^2", "clamp(x^3, min=-0.1)*x", "where(x > y, x^3, exp(x))"),
    *("softplus(x, 2)", "gelu(x, approximate='tanh')", "elu(x - 2, 1.3)", "leaky_relu(x, 0.2)*x", "log(x, 3)"),
    *("sum([x, x^2, 1])^2", "mean([x, exp(x)])", "prod([x, x^2, y])", "var([x, x^2, y])", "std([x, x^2, y])"),
    *("norm([x, exp(x), y])", "norm([x, exp(x), y], 3)", "max([x, x^3])*x", "min([x, x^3])*x", "median([x, x^2, y])"),
    *("logsumexp([x, x^2, y])", "softmax([x, x^2, y])[0]", "log_softmax([x, x^2, y])[1]", "cumprod([x, y, x])[2]"),
    *("det([[x, 1], [2, exp(x)]])", "inverse([[x, 1], [2, exp(x)]])[0, 1]", "solve([[x, 1], [2, y]], [x, 1])[0]"),
    *("trace([[x, 1], [2, exp(x)]] @ [[y, x], [x, 3]])", "dot([x, x^2], [y, exp(x)])"),
    "det([[x, 1, 2], [x^2, y, 0], [3, x, 1]])",
    *("mse_loss([x, x^2], [0.1, 0.2])", "smooth_l1_loss([x, 3x], [0.1, 0.2])", "huber_loss([x, 3x], [0.1, 0.2])"),
    *("binary_cross_entropy(sigmoid([x, x^2]), [0, 1])", "cross_entropy([[x, x^2, y]], [1])", "kl_div([x], [0.4])"),
    *("x.detach()*x^2*sin(x)", "tensor(x)*x^3", "clone(x)^3", "sum(tril([[x, 1], [x^2, exp(x)]]))"),
]  # fmt: skip
"""What a sample of an operation of several arguments is."""
POINTS = (("0.3137", (2, 3, 4)), ("1.9211", (3,)), ("-0.6137", (3,)))
"""Values of x, and the orders that are asked for there."""


def texts() -> list[str]:
    """A text for every scalar operation, and more."""
    return [f"{name}(x)*x" if name in ("sign", "floor") else f"{name}(x)" for name in ONE_NUMBER] + MORE


def values(text: str, x: str) -> dict[str, str]:
    """Values of the variables of a text."""
    return {"x": x, "y": "0.8311"} if re.search(r"(?<![a-z])y(?![a-z])", text) else {"x": x}


def test_every_scalar_operation_is_among_the_samples() -> None:
    called = {
        each.function
        for text in texts()
        for each in walk(question(text, 1, **values(text, "1")).program.result)
        if isinstance(each, Call)
    }
    operators = {"pow", "remainder"}
    assert {each.name for each in TABLE if each.category in SCALAR} - called - operators == set()


@pytest.mark.parametrize("text", texts())
def test_taylor_series_give_what_recorded_passes_give(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    for asked in [question(text, order, **values(text, x)) for x, some in POINTS for order in some]:
        with monkeypatch.context() as patch:
            patch.setattr(differentiate, "MANY", 10**9)
            recorded, floats = on_balls(asked), evaluate(asked)[0]
            patch.setattr(differentiate, "MANY", -1)
            patch.setattr(differentiate, "ALWAYS", 1)
            series, nearest = on_balls(asked), evaluate(asked)[0]
        if recorded.value[()].is_finite():  # outside the domain there is nothing to compare
            compared += len(asked.wrt)
            for variables in recorded.derivatives:
                assert_one(recorded.derivatives[variables][()], series.derivatives[variables][()])
                assert nearest.derivatives[variables] == pytest.approx(
                    floats.derivatives[variables], rel=1e-6, abs=1e-9
                )
    assert compared


def assert_one(recorded: arb, series: arb) -> None:
    """Two balls are narrow, or hold zero, and may be one number."""
    assert series.overlaps(recorded)
    for each in (recorded, series):
        assert numbers.accuracy(each) >= numbers.NARROW or each.contains(0)


@pytest.mark.parametrize("text", ["x.detach()*x^2*exp(x)", "tensor(x)*x^2*exp(x)"])
def test_what_is_detached_does_not_move(text: str) -> None:
    x, n = mpf("0.37"), 12
    true = x * (x**2 + 2 * n * x + n * (n - 1)) * mpmath.exp(x)  # Leibniz's rule, and x before it a constant
    found = evaluate(question(text, n, x="0.37"))[0].derivatives[("x",) * n]
    assert float(found) == pytest.approx(float(true), rel=1e-14)


def test_a_singular_matrix_that_moves_has_no_series_and_no_crash() -> None:
    asked = question("sum(inverse([[x, 1], [1, x]]))*sin(x)*exp(x)", 12, x="1")
    with pytest.raises(Failure):
        evaluate(asked)


# Wrong rules.

WRONG = 1.000001


def rule_of(function: Callable[[Any], Any]) -> Any:
    """The class of nodes that a function records."""
    return type(function(tensor(0.5, requires_grad=True))._node)


@pytest.mark.parametrize(("text", "order"), [("sin(x)", 5), ("sin(x)*exp(x)", 5), ("sin(x)*exp(x)", 12)])
def test_a_wrong_rule_differs_at_a_high_order(text: str, order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(text, order, x="0.37").verdict in SPOKEN_FOR
    sine = rule_of(pointwise.sin)
    monkeypatch.setattr(sine, "rules", (lambda grad, values: grad * np.cos(values[0]) * WRONG,))
    for digits in (None, 18):
        assert checked(text, order, digits=digits, x="0.37").verdict is Verdict.DIFFERS


def test_a_wrong_rule_that_only_a_later_pass_asks_for_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    cosine = rule_of(pointwise.cos)
    monkeypatch.setattr(cosine, "rules", (lambda grad, values: -grad * np.sin(values[0]) * WRONG,))
    for order in (2, 5, 12):
        assert checked("sin(x)*exp(x)", order, x="0.37").verdict is Verdict.DIFFERS


# What floats lose, and what cannot be done.


@pytest.mark.parametrize(
    ("text", "order", "dtype", "point"),
    [
        ("x^3/(e^x - 1)", 3, "float64", {"x": "0.001"}),
        ("x^n/(k^n + x^n)", 3, "float32", {"x": "1.3", "n": "2.5", "k": "1.7"}),
        ("x^n/(k^n + x^n)", 20, "float32", {"x": "1.3", "n": "2.5", "k": "1.7"}),
        ("gelu(x)", 2, "float64", {"x": "1e160"}),
        ("gelu(x)", 20, "float64", {"x": "1e160"}),
        ("tanh(x)", 20, "float64", {"x": "1e160"}),
        ("(1 - cos(x))/x^2", 12, "float64", {"x": "1e-3"}),
        ("sin(x)^2 + cos(x)^2", 12, "float64", {"x": "0.37"}),
    ],
)
def test_what_floats_lose_is_given_back(text: str, order: int, dtype: str, point: dict[str, str]) -> None:
    found = checked(text, order, dtype, **point)
    assert found.verdict in SPOKEN_FOR, found.reason


def test_where_nothing_is_differentiable_the_derivatives_are_zero() -> None:
    found = evaluate(question("all(y<1)", 3, y="inf"))[0]
    assert found.derivatives[("y",) * 3] == 0
    assert check(found).verdict is Verdict.UNDECIDED


def test_a_comparison_that_is_too_near_to_call_leaves_nan_and_a_note() -> None:
    found = evaluate(question("abs(sin(pi*x))*exp(x)", 12, x="1"))[0]
    assert np.isnan(found.derivatives[("x",) * 12])
    assert [note.message for note in found.notes] == [
        "derivative 12 by x is not known here: a comparison is too near to call"
    ]


def test_what_is_too_much_to_calculate_is_said_and_located() -> None:
    text = "sum(sin(x*linspace(0, 1, 1000))*exp(x*linspace(0, 1, 1000)))"
    with pytest.raises(Failure, match="too much to calculate") as caught:
        evaluate(question(text, 12, x="0.37"))
    assert (caught.value.span.start, caught.value.span.end) == (0, len(text))


@pytest.mark.parametrize("text", ["logaddexp(sinc(x), x)*exp(x)*sin(x)", "prod([x, x^2, exp(x)])"])
def test_a_gap_in_a_formula_is_no_difference(text: str) -> None:
    found = checked(text, 12, x="0")
    assert found.verdict in (*SPOKEN_FOR, Verdict.UNDECIDED), found.reason


@pytest.mark.parametrize(("text", "x"), [("x^x", "1"), ("x^(x - 1)", "1"), ("logsigmoid(x)*sin(x)", "0")])
def test_where_rules_decide_something_the_orders_are_right(text: str, x: str) -> None:
    for order in (2, 3, 5, 12):
        assert checked(text, order, x=x).verdict is Verdict.AGREES


@pytest.mark.parametrize("text", ["tanh(x)", "tanhshrink(x)", "hardtanh(x)", "relu6(x)", "hardsigmoid(x)"])
def test_flat_tails_do_not_differ(text: str) -> None:
    for order in (1, 2, 5):
        for x in ("30", "1e5", "1e100"):
            found = checked(text, order, x=x)
            assert found.verdict in SPOKEN_FOR, (order, x, found.reason)


# Jets alone.


def test_a_number_that_the_series_does_not_know_is_unknown() -> None:
    found, doubt = nearest_derivative(question("sqrt(x)*sin(x)*exp(x)", 12, x="0"))
    assert np.isnan(found)
    assert doubt is not None


def test_the_length_of_series_is_put_back() -> None:
    before = ctx.cap
    with series_of(30):
        assert arb_series([1]).prec == 31
    assert ctx.cap == before
