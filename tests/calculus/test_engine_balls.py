"""The engine's rules on balls: every operation runs there, forward and backward, as on floats, and as mpmath has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, ctx, fmpq

from gradcli.calculus.balls.element import NoBalls, Undecided
from gradcli.calculus.balls.engine import BallRun, run
from gradcli.calculus.balls.numbers import decimal
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.results import Evaluation, Question, Request
from gradcli.engine.ops import pointwise
from gradcli.language import parse, walk
from gradcli.language.tree import Call
from gradcli.operations import TABLE, Operation, vocabulary
from tests.calculus.generator import REDUCTIONS
from tests.calculus.test_samples import READ
from tests.engine.samples import CONSTANTS

BITS = 200
ON_FLOATS_ALONE = {
    "rand": "random numbers: another run draws others",
    "randn": "random numbers: another run draws others",
    "manual_seed": "random numbers: another run draws others",
}
"""Operations that do not run on balls, and why."""

VALUES: dict[str, Any] = {
    "x": "0.7137",
    "y": "1.3211",
    "v": ["0.311", "0.508", "1.242"],
    "m": [["0.63", "-0.49", "1.2"], ["-1.25", "0.32", "-0.15"], ["1.9", "0.77", "-0.61"]],
}


def exact(value: Any) -> Any:
    """A decimal, or nested lists of them, as rationals."""
    if isinstance(value, str):
        if value in ("inf", "-inf", "nan"):
            return value
        return -decimal(value[1:]) if value.startswith("-") else decimal(value)
    return np.array([exact(each) for each in value], object)


def question(text: str, request: Request = Request.GRADIENT, order: int = 1, **values: Any) -> Question:
    """The derivatives of a text by its variables, which have the values of VALUES unless others are given."""
    names = [name for name in VALUES if re.search(rf"(?<![\w.]){name}(?![\w(=])", text)]
    point = {name: np.asarray(values.get(name, VALUES[name]), np.float64) for name in names}
    program = parse(text, vocabulary(), tuple(names)).program
    return Question(program, point, tuple(names), request, order)


def on_balls(asked: Question, bits: int = BITS, **values: Any) -> BallRun:
    """The answer on balls, at the decimals that the values of the variables are written as."""
    point = {name: exact(values.get(name, VALUES[name])) for name in asked.point}
    return run(asked, {name: float(value) if isinstance(value, str) else value for name, value in point.items()}, bits)


def assert_alike(floats: Evaluation, balls: BallRun, tolerance: float = 1e-9) -> None:
    """The engine's numbers are in the balls, but for what floats lose; nan and infinities are the same."""
    pairs = [(floats.value, balls.value)]
    pairs += [(floats.derivatives[names], balls.derivatives[names]) for names in floats.derivatives]
    assert set(floats.derivatives) == set(balls.derivatives)
    for found, certified in pairs:
        assert found.shape == certified.shape
        numbers = np.array([number(each) for each in certified.ravel()]).reshape(found.shape)
        np.testing.assert_allclose(found.astype(float), numbers, rtol=tolerance, atol=1e-12)


def number(ball: arb) -> float:
    """A ball as a float. Fails where it says nothing."""
    assert ball.is_finite() or ball.is_nan() or ball.is_exact(), "an unknown"
    if ball.is_finite():
        return float(ball)
    return np.nan if ball.is_nan() else np.inf if ball > 0 else -np.inf


ONE_NUMBER = [
    each
    for each in TABLE
    if each.category in ("trigonometry", "elementary", "elementwise", "activation")
    and each.required == 1
    and each.name != "clamp"
]
"""Functions of one number."""
MORE = [
    *("atan2(x, y)", "atan2(x, 0.1)", "hypot(x, y)", "hypot(x, 3)", "maximum(x, y)", "minimum(x, y)", "fmax(x, y)"),
    *("fmin(x, y)", "logaddexp(x, y)", "xlogy(x, y)", "xlogy(x, 2)", "xlogy(0, x)", "pow(x, y)", "fmod(y, x)"),
    *("remainder(y, x)", "remainder(-y, x)", "heaviside(x, 0.5)*y", "x // 0.3", "x % 0.3", "5 // x", "0.3 % x"),
    *("leaky_relu(x - 1)", "leaky_relu(x - 1, 0.2)", "elu(x - 2, 1.3)", "softplus(x, 2)", "softplus(x, 2, 1)"),
    *("hardtanh(x, -0.3, 0.4)", "gelu(x, approximate='tanh')", "log(x, 3)", "log(x, y)", "x^3", "x^0.5", "2^x", "x^y"),
    *("x^-1", "x^(1/3)", "x^-0.5", "x^round(2.5)", "pi*x", "e^x", "tau*x", "(0.1 + 0.2 - 0.3)*x", "sqrt(2)*x"),
    *("norm(v, 1)", "norm(v, 3)", "norm(v, inf)", "norm(v - 1, inf)", "norm(v, 0.5)", "norm(v, 1.5)", "norm(m)"),
    *("std(m, 0)[1]", "var(m, 1)[0]", "var(v, unbiased=False)", "sum(max(m, 0))", "sum(min(m, 1))", "max(x, 0.3, y)"),
    *("sum(amax(m, 1))", "argmax(v)*x", "argmin(m, 0)[1]*x", "median(v)", "sum(median(m, 0))", "prod(m, 0)[1]"),
    *("cumprod(m, 0)[2, 1]", "logsumexp(m)", "all(v > 0)*x", "any(v > 1)*x", "m[0, 1]*x", "m[1:, 0][0]*v[2]"),
    *("sum(layer_norm(m, [3, 3])^3)", "layer_norm(m, 3, v, v - 1)[1, 2]"),
    *("v[-1]", "sum(m[[0, 2]])", "sum(tensor([1, 2, x]))", "x.detach()*x", "sum(cat([v, v[:2]])^2)"),
    *("float(x)^2", "double(x)", "clamp(x, 0.1)", "clamp(x, 0.1, 0.5)", "clamp(x, min=0.9)", "sum(clamp(v, x, y))"),
    *("where(x > 0.5, x^2, y)", "where(v > 1, v, 0.1)[0]", "isnan(x)", "logical_and(x > 0, y > 0)", "x >= y"),
    *(
        "sum(conv2d(unsqueeze(m, 0), [[[[0.5, x], [2, y]]]], [0.1], 2, 1, [1, 2])^2)",
        "sum(max_pool1d(m, 2, padding=1)^2)",
    ),
    *("sum(conv1d(m, m[:, None, :2], v, padding=1, groups=3)^2)", "sum(max_pool2d(unsqueeze(m, 0), 2, 1)^2)"),
    "sum(avg_pool2d(unsqueeze(m, 0), 2, 2, 1, count_include_pad=False)^2)",
    "sum(avg_pool1d(m, 2, ceil_mode=True)^2)",
    "mse_loss(v, [0.1, 0.2, 0.3], reduction='sum')",
    "sum(mse_loss(v, [0.1, 0.2, 0.3], reduction='none')^2)",
    "huber_loss(v, [0.1, 3, 0.3], delta=0.3)",
    "smooth_l1_loss(v, [0.1, 3, 0.3], beta=0.3)",
    "binary_cross_entropy(sigmoid(v), [0, 1, 0.5], reduction='sum')",
    "cross_entropy(m, [0, 2, 1])",
    "cross_entropy(m, softmax(m, 1))",
    "nll_loss(m, [0, 2, 1], reduction='sum')",
    "kl_div(v, [0.2, 0.3, 0.5], log_target=True)",
    *(
        "sum(eye(2)*x)",
        "sum(linspace(0, 1, 5)*x)",
        "sum(arange(0, 1, 0.1)*x)",
        "sum(full(3, 0.1)*x)",
        "sum(tril(m, -1))",
    ),
    *("sum(diag(m, 1))", "sum(roll(m, [1, 2], [0, 1])[0])", "sum(view(m, [9])^2)", "sum(sin(argmax(v))*x)"),
]
"""What a sample of an operation of several arguments is, besides the random expressions' REDUCTIONS."""


def texts() -> Iterator[str]:
    """An expression or several of each operation."""
    yield from MORE
    yield from (each.replace("V", "v").replace("M", "m").replace("S", "x") for each in REDUCTIONS)


def called(text: str) -> set[str]:
    """The operations of a text."""
    return {each.function for each in walk(question(text).program.result) if isinstance(each, Call)}


@pytest.mark.parametrize("text", list(texts()))
def test_an_expression_has_the_floats_value_and_derivatives_of_first_and_second_order(text: str) -> None:
    rounded = 1e-6 if {"float", "argmax"} & called(text) else 1e-9  # these are float32 in floats
    first = Request.GRADIENT if evaluate(question(text, Request.JACOBIAN))[0].value.size == 1 else Request.JACOBIAN
    for request in (first, Request.HESSIAN) if first is Request.GRADIENT else (first,):
        asked = question(text, request)
        assert_alike(evaluate(asked)[0], on_balls(asked), rounded)


POINTS = ("0.7137", "-0.6137", "1.9211", "-2.37", "25.3")


@pytest.mark.parametrize("operation", ONE_NUMBER, ids=lambda each: each.name)
def test_a_function_of_one_number_has_the_floats_derivatives_to_the_third_order(operation: Operation) -> None:
    for x in POINTS:
        for order in (1, 2, 3):
            asked = question(f"{operation.name}(x)", order=order, x=x)
            floats = evaluate(asked)[0]
            defined = np.isfinite(floats.value)  # elsewhere a derivative of some order may be a number, or none
            if defined or order == 1:
                assert_alike(floats, on_balls(asked, x=x), 1e-6 if order == 3 or operation.name == "float" else 1e-9)


SPECIAL = ("0", "1", "-1", "0.5", "-0.5", "2", "-2", "3", "-3", "1.5", "2.5", "-2.5", "6", "inf", "-inf", "nan")


@pytest.mark.parametrize("operation", ONE_NUMBER, ids=lambda each: each.name)
def test_poles_edges_and_infinities_are_those_of_floats(operation: Operation) -> None:
    for x in SPECIAL:
        asked = question(f"{operation.name}(x)", x=x)
        assert_alike(evaluate(asked)[0], on_balls(asked, x=x))


@pytest.mark.parametrize("name", READ, ids=str)
def test_a_sample_of_the_engine_has_the_floats_value_and_jacobian(name: str) -> None:
    sample, program = READ[name]
    values = {**sample.inputs, **{each: CONSTANTS[each] for each in sample.names if each in CONSTANTS}}
    point = {each: np.asarray(elements, np.float64) + 0.0 for each, elements in values.items()}  # -0.0 is 0 in balls
    asked = Question(program, point, tuple(sample.inputs), Request.JACOBIAN)
    if name in NO_QUESTION:
        with pytest.raises(Failure):
            evaluate(asked)
        return
    floats = evaluate(asked)[0]
    assert_alike(floats, run(asked, point, BITS), 1e-6 if "float" in sample.source else 1e-9)


NO_QUESTION = {
    *("torch.where(m, x, y)", "torch.where(m, x, 0.)", "torch.where(mm, M, x)", "torch.where(m, j, 0)"),
    "F.binary_cross_entropy(x, torch.tensor([1.0, 0.0], dtype=x.dtype)), x=[0.0, 1.0]",
}
"""Samples that are no questions of ours: a mask is a number where it is a variable, and so is what `x.dtype` is of."""


def test_every_operation_runs_on_balls_or_stands_on_the_list() -> None:
    run_here = {each.name for each in ONE_NUMBER}.union(*[called(text) for text in texts()])
    assert {each.name for each in TABLE} - run_here == set(ON_FLOATS_ALONE)


@pytest.mark.parametrize("name", ON_FLOATS_ALONE)
def test_what_stands_on_the_list_says_that_it_has_no_balls(name: str) -> None:
    asked = question(f"sum({name}(3))*x" if name != "manual_seed" else "manual_seed(3)")
    with pytest.raises(NoBalls, match=ON_FLOATS_ALONE[name].split(":")[0]):
        on_balls(asked)


# Against mpmath, at sixty digits.


def third_root(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def normal(x: Any) -> Any:
    return (1 + mpmath.erf(x / mpmath.sqrt(2))) / 2


def gate(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def inverse_error(x: Any) -> Any:
    return mpmath.findroot(lambda y: mpmath.erf(y) - x, mpmath.erfinv(x))


TRIGONOMETRIC = ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth")
INVERSE = ("asin", "acos", "atan", "asec", "acsc", "acot", "asinh", "acosh", "atanh", "asech", "acsch", "acoth")
INSIDE, OUTSIDE = ("0.3137", "-0.71"), ("1.7137", "-2.31")
MPMATH: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    **{name: (getattr(mpmath, name), (*INSIDE, *OUTSIDE)) for name in TRIGONOMETRIC},
    **{name: (getattr(mpmath, name), INSIDE) for name in INVERSE},
    "asec": (mpmath.asec, OUTSIDE),
    "acsc": (mpmath.acsc, OUTSIDE),
    "acosh": (mpmath.acosh, OUTSIDE[:1]),
    "asech": (mpmath.asech, INSIDE[:1]),
    "acoth": (mpmath.acoth, OUTSIDE),
    "sinc": (mpmath.sincpi, (*INSIDE, *OUTSIDE)),
    "deg2rad": (mpmath.radians, INSIDE),
    "rad2deg": (mpmath.degrees, INSIDE),
    "exp": (mpmath.exp, INSIDE),
    "exp2": (lambda x: mpmath.mpf(2) ** x, INSIDE),
    "expm1": (mpmath.expm1, ("0.3137", "-40")),
    "log": (mpmath.log, OUTSIDE[:1]),
    "log1p": (mpmath.log1p, INSIDE),
    "log2": (lambda x: mpmath.log(x, 2), OUTSIDE[:1]),
    "log10": (mpmath.log10, OUTSIDE[:1]),
    "sqrt": (mpmath.sqrt, OUTSIDE[:1]),
    "cbrt": (third_root, (*INSIDE, *OUTSIDE)),
    "rsqrt": (lambda x: 1 / mpmath.sqrt(x), OUTSIDE[:1]),
    "reciprocal": (lambda x: 1 / x, INSIDE),
    "square": (lambda x: x * x, INSIDE),
    "abs": (abs, INSIDE),
    "frac": (lambda x: x - mpmath.floor(x) - (x < 0), OUTSIDE),
    "erf": (mpmath.erf, (*INSIDE, *OUTSIDE)),
    "erfc": (mpmath.erfc, (*INSIDE, "7.5")),
    "erfinv": (inverse_error, INSIDE),
    "lgamma": (lambda x: mpmath.log(abs(mpmath.gamma(x))), (*INSIDE, *OUTSIDE)),
    "digamma": (mpmath.digamma, (*INSIDE, *OUTSIDE)),
    "gamma": (mpmath.gamma, (*INSIDE, *OUTSIDE)),
    "factorial": (mpmath.factorial, (*INSIDE, *OUTSIDE)),
    "logit": (lambda x: mpmath.log(x / (1 - x)), INSIDE[:1]),
    "sigmoid": (gate, ("0.3137", "-0.71", "33", "-40")),
    "relu": (lambda x: max(x, 0), INSIDE),
    "relu6": (lambda x: min(max(x, 0), 6), OUTSIDE),
    "leaky_relu": (lambda x: x if x > 0 else x / 100, OUTSIDE),
    "elu": (lambda x: x if x > 0 else mpmath.expm1(x), OUTSIDE),
    "selu": (
        lambda x: (
            mpmath.mpf("1.0507009873554804934193349852946")
            * (x if x > 0 else mpmath.mpf("1.6732632423543772848170429916717") * mpmath.expm1(x))
        ),
        OUTSIDE,
    ),
    "gelu": (lambda x: x * normal(x), (*INSIDE, *OUTSIDE)),
    "silu": (lambda x: x * gate(x), (*INSIDE, *OUTSIDE)),
    "mish": (lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))), (*INSIDE, *OUTSIDE)),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), (*INSIDE, *OUTSIDE)),
    "softsign": (lambda x: x / (1 + abs(x)), (*INSIDE, *OUTSIDE)),
    "logsigmoid": (lambda x: -mpmath.log1p(mpmath.exp(-x)), (*INSIDE, *OUTSIDE)),
    "hardtanh": (lambda x: min(max(x, -1), 1), (*INSIDE, *OUTSIDE)),
    "hardsigmoid": (lambda x: x / 6 + mpmath.mpf(1) / 2, (*INSIDE, *OUTSIDE)),
    "tanhshrink": (lambda x: x - mpmath.tanh(x), (*INSIDE, *OUTSIDE)),
    "clone": (lambda x: x, INSIDE),
    "double": (lambda x: x, INSIDE),
    "float": (lambda x: x, INSIDE),
}
"""Functions of one number by mpmath, and where they are compared."""
PLAIN = {"sign", "floor", "ceil", "round", "trunc", "detach"}
"""Functions that are constant around almost every number: the floats' values are exact."""


def test_mpmath_has_every_function_of_one_number() -> None:
    assert {each.name for each in ONE_NUMBER} - PLAIN <= set(MPMATH) | {"logical_not", "isnan"}


@pytest.mark.parametrize("name", MPMATH)
def test_a_function_of_one_number_has_sixty_digits(name: str) -> None:
    function, points = MPMATH[name]
    for x in points:
        found = on_balls(question(f"{name}(x)", x=x), x=x)
        with mpmath.workdps(75):
            value = mpmath.mpf(x)
            assert_near(found.value[()], function(value))
            assert_near(found.derivatives[("x",)][()], mpmath.diff(function, value))


MPMATH_OF_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "atan2(x, y)": mpmath.atan2,
    "hypot(x, y)": mpmath.hypot,
    "x^y": lambda x, y: x**y,
    "xlogy(x, y)": lambda x, y: x * mpmath.log(y),
    "logaddexp(x, y)": lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
    "x/y + pi*x - e^y": lambda x, y: x / y + mpmath.pi * x - mpmath.exp(y),
    "log(x, y)": lambda x, y: mpmath.log(x) / mpmath.log(y),
    "gelu(x, approximate='tanh')*y": lambda x, y: (
        y * x / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)))
    ),
    "softplus(x, 0.1)*y": lambda x, y: y * mpmath.log1p(mpmath.exp(x / 10)) * 10,
    "std([x, y, 0.1])": lambda x, y: mpmath.sqrt(
        sum((each - (x + y + mpmath.mpf("0.1")) / 3) ** 2 for each in (x, y, mpmath.mpf("0.1"))) / 2
    ),
    "mse_loss([x, y, 0.1], [0, 0, 0])": lambda x, y: (x**2 + y**2 + mpmath.mpf("0.01")) / 3,
    "norm([x, y], 3)": lambda x, y: mpmath.cbrt(x**3 + y**3),
}


@pytest.mark.parametrize("text", MPMATH_OF_TWO)
def test_a_function_of_two_numbers_has_sixty_digits(text: str) -> None:
    found = on_balls(question(text))
    function = MPMATH_OF_TWO[text]
    with mpmath.workdps(75):
        x, y = mpmath.mpf(VALUES["x"]), mpmath.mpf(VALUES["y"])
        assert_near(found.value[()], function(x, y))
        assert_near(found.derivatives[("x",)][()], mpmath.diff(lambda each: function(each, y), x))
        assert_near(found.derivatives[("y",)][()], mpmath.diff(lambda each: function(x, each), y))


def assert_near(ball: arb, expected: Any) -> None:
    """The ball is narrow, and what mpmath has is in it but for its own error at 75 digits."""
    assert ball.rel_accuracy_bits() > BITS - 60 or ball.is_exact()
    middle = mpmath.mpf(ball.mid())
    assert abs(middle - expected) <= mpmath.mpf(10) ** -42 * max(1, abs(expected))
    assert abs(middle - expected) <= 2 * mpmath.mpf(ball.rad()) + mpmath.mpf(10) ** -55 * max(1, abs(expected))


# What balls say that floats cannot.


def holds(ball: arb, number: fmpq) -> bool:
    """Whether a rational is in a ball."""
    with ctx.workprec(4 * BITS):
        return bool((ball * number.q - number.p).contains(0))


def test_numbers_are_what_is_written() -> None:
    assert on_balls(question("sin(pi)*x + 0.1 + 0.2 - 0.3")).value[()].contains(0)
    found = on_balls(question("(0.1 + 0.2 - 0.3)*x"))
    assert found.value[()].is_zero()
    assert found.derivatives[("x",)][()].is_zero()
    assert holds(on_balls(question("x*10"), x="0.1").value[()], fmpq(1))


def test_what_cancels_in_floats_is_given_back_at_a_higher_precision() -> None:
    asked = question("(1 - cos(x))/x^2", x="1e-8")
    found = on_balls(asked, 256, x="1e-8")
    assert abs(evaluate(asked)[0].derivatives[("x",)] + 1 / 12e8) > 1
    assert abs(float(found.derivatives[("x",)][()]) + 1 / 12e8) < 1e-18
    assert abs(float(found.value[()]) - 0.5) < 1e-15


def test_what_overflows_in_floats_is_a_number() -> None:
    found = on_balls(question("x/sqrt(1 + x^2)", x="1e200"), 1500, x="1e200")
    assert float(found.value[()]) == 1
    assert found.derivatives[("x",)][()] > 0


@pytest.mark.parametrize(
    "text",
    [
        "where(sin(pi) > 0, x, 2x)",
        "floor(pi/pi*x)",
        "max(x*pi, pi*x + 0)",
        "round(pi*x/(2*pi))",
        "sum(max([x*pi, pi*x], 0))",
        "relu(x - pi/pi)",
        "x^(pi/pi)*where(cos(pi) == -1, 1, 2)",
    ],
)
def test_a_tie_that_balls_cannot_tell_is_undecided(text: str) -> None:
    with pytest.raises(Undecided):
        on_balls(question(text, x="1"), x="1")


@pytest.mark.parametrize(
    "text",
    [
        "softmax([sin(x), sin(x), x])[0]",
        "log_softmax([sin(x), sin(x), x])[0]",
        "logsumexp([sin(x), sin(x)])",
        "cross_entropy([sin(x), sin(x)], 1)",
        "mish(x*sin(pi)) + x",
        "logsigmoid(x*sin(pi))",
        "det([[sqrt(x), 2], [sqrt(x), 3]])",
        "sum(inverse([[sqrt(x), 2], [sqrt(x), 3]]))",
        "sum(solve([[sqrt(x), 2], [sqrt(x), 3]], [x, 1]))",
        "max([0.1, 0.1, x - 7])*x",
        "max(pi, pi)*x",
    ],
)
def test_a_tie_that_does_not_matter_is_not_asked(text: str) -> None:
    asked = question(text)
    assert_alike(evaluate(asked)[0], on_balls(asked))


def test_exact_ties_are_decided() -> None:
    assert number(on_balls(question("max(x, 1)", x="1"), x="1").derivatives[("x",)][()]) == 0.5
    assert number(on_balls(question("relu(x)", x="0"), x="0").derivatives[("x",)][()]) == 0
    assert number(on_balls(question("round(x)*x", x="2.5"), x="2.5").value[()]) == 5
    assert number(on_balls(question("sum(amax([x, x, 0.1], 0))", x="0.3"), x="0.3").derivatives[("x",)][()]) == 1


def test_a_ball_that_holds_a_pole_is_unknown_and_not_nan() -> None:
    found = on_balls(question("1/sin(pi*x)", x="1"), x="1").value[()]
    assert not found.is_nan()
    assert not found.is_finite()
    assert not found.is_exact()


def test_the_branch_that_is_not_taken_need_not_be_defined() -> None:
    found = on_balls(question("where(x > 0, 1/x, x^2)", x="0"), x="0")
    assert number(found.value[()]) == 0
    found = on_balls(question("where(x > 0, log(x), x^2)", x="-3"), x="-3")
    assert number(found.derivatives[("x",)][()]) == -6


def test_a_wrong_rule_shows_whatever_the_point(monkeypatch: pytest.MonkeyPatch) -> None:
    sine = type(pointwise.sin(leaf())._node)
    for factor in (-1, 0, 2, 1 + 1e-12):
        right = on_balls(question("sin(x)"))
        with monkeypatch.context() as patch:
            patch.setattr(sine, "rules", (lambda grad, values, by=factor: grad * np.cos(values[0]) * by,))
            wrong = on_balls(question("sin(x)"))
        assert wrong.value[()].overlaps(right.value[()])
        assert not wrong.derivatives[("x",)][()].overlaps(right.derivatives[("x",)][()])


def leaf() -> Any:
    """A tensor that requires a gradient."""
    import gradcli.engine as torch

    return torch.tensor(0.5, requires_grad=True)


def test_the_point_may_be_balls() -> None:
    asked = question("x^2")
    with ctx.workprec(BITS):
        third = arb(fmpq(1, 3))
    found = run(asked, {"x": np.array(third, object)}, BITS).derivatives[("x",)][()]
    assert holds(found, fmpq(2, 3))


def test_cotangents_and_jacobians_have_the_shapes_of_floats() -> None:
    asked = question("v*x", Request.JACOBIAN)
    assert on_balls(asked).derivatives[("v",)].shape == (3, 3)
    weighted = Question(asked.program, asked.point, asked.wrt, Request.VJP, cotangent=np.array([0.1, 1, 10]))
    found = on_balls(weighted)
    assert_alike(evaluate(weighted)[0], found)
    assert holds(found.derivatives[("v",)][0], fmpq(1, 10) * decimal(VALUES["x"]))


def test_the_engine_is_as_it_was_after_a_run_on_balls() -> None:
    import gradcli.engine as torch

    before = torch.get_default_dtype()
    with pytest.raises(Undecided):
        on_balls(question("floor(pi/pi*x)", x="1"), x="1")
    assert torch.get_default_dtype() is before
    with pytest.raises(TypeError, match="can't convert"):
        torch.tensor(np.array([1], object))
