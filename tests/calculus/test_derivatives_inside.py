"""Derivatives inside an expression: engine, certified numbers, formulas, rules and closed forms say the same."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

import numpy as np
import pytest

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Unknown, certify
from gradcli.calculus.check import check
from gradcli.calculus.evaluate import Failure, value_at
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.identity.proof import Prover
from gradcli.calculus.results import Check, Evaluation, Question, Request, Verdict
from gradcli.calculus.steps import carried_out, explain
from gradcli.calculus.symbolic import formulas
from gradcli.language import parse, to_text
from gradcli.language.rewriting import substituted
from gradcli.language.tree import Derivative, Number, Program
from gradcli.operations import vocabulary

CLOSE = 1e-9
Values = Mapping[str, object]

SAME: list[tuple[str, str, Values]] = [
    # one derivative
    ("diff(x^2, x)", "2x", {"x": 1.5}),
    ("diff(x^2 sin(x), x)", "2x sin(x) + x^2 cos(x)", {"x": 0.7}),
    ("diff(exp(x), x)", "exp(x)", {"x": -1.2}),
    ("diff(ln(x), x)", "1/x", {"x": 3}),
    ("diff(sqrt(x), x)", "1/(2 sqrt(x))", {"x": 2.25}),
    ("diff(x^x, x)", "x^x (ln(x) + 1)", {"x": 1.3}),
    ("diff(tan(x), x)", "1 + tan(x)^2", {"x": 0.4}),
    ("diff(atan(x), x)", "1/(1 + x^2)", {"x": 2}),
    ("diff(1/x, x)", "-1/x^2", {"x": -0.5}),
    ("diff(abs(x), x)", "sign(x)", {"x": -2}),
    ("diff(relu(x), x)", "where(x > 0, 1, 0)", {"x": 2}),
    ("diff(where(x > 1, x^2, x^3), x)", "where(x > 1, 2x, 3x^2)", {"x": 0.5}),
    ("diff(max(x, y), x)", "1 + 0*x*y", {"x": 3, "y": 2}),
    ("diff(floor(x) x, x)", "floor(x)", {"x": 2.5}),
    ("diff(erf(x), x)", "2/sqrt(pi) exp(-x^2)", {"x": 0.3}),
    ("diff(sigmoid(x), x)", "sigmoid(x) (1 - sigmoid(x))", {"x": 0.8}),
    ("diff(7, x) + x", "x", {"x": 2}),
    ("diff(y, x) + x", "x + 0*y", {"x": 2, "y": 5}),
    ("diff(x^2, z) + x", "x", {"x": 2}),
    ("diff(cosh(x), x)", "sinh(x)", {"x": 1.2}),
    ("diff(log2(x), x)", "1/(x ln(2))", {"x": 5}),
    ("diff(asin(x), x)", "1/sqrt(1 - x^2)", {"x": 0.6}),
    # orders
    ("diff(x^5, x, 2)", "20x^3", {"x": 1.1}),
    ("diff(x^5, x, 5)", "120 + 0*x", {"x": 1.1}),
    ("diff(x^5, x, 6)", "0*x", {"x": 1.1}),
    ("diff(sin(x), x, 3)", "-cos(x)", {"x": 0.2}),
    ("diff(exp(2x), x, 6)", "64 exp(2x)", {"x": 0.1}),
    ("diff(ln(x), x, 4)", "-6/x^4", {"x": 2}),
    ("diff(x exp(x), x, 7)", "(x + 7) exp(x)", {"x": 0.3}),
    ("diff(1/x, x, 3)", "-6/x^4", {"x": -1.5}),
    # nested
    ("diff(x*diff(exp(x), x), x)", "exp(x) + x exp(x)", {"x": 1}),
    ("diff(diff(x^4, x), x)", "12x^2", {"x": 1.7}),
    ("diff(sin(diff(x^3, x)), x)", "6x cos(3x^2)", {"x": 0.4}),
    ("diff(diff(x^2 y^3, x), y)", "6x y^2", {"x": 2, "y": 3}),
    (
        "diff(diff(diff(sin(x*y*z), x), y), z)",
        "(1 - (x*y*z)^2) cos(x*y*z) - 3x*y*z sin(x*y*z)",
        {"x": 1, "y": 2, "z": 3},
    ),
    ("diff(x^2, x) diff(x^3, x)", "6x^3", {"x": 1.2}),
    ("diff(x^3, x)^2 / diff(x, x)", "9x^4", {"x": 1.2}),
    ("exp(diff(ln(x), x))", "exp(1/x)", {"x": 2}),
    ("diff(exp(x*y), x) / y", "exp(x*y)", {"x": 0.3, "y": 1.1}),
    ("diff(atan2(y, x), x)", "-y/(x^2 + y^2)", {"x": -1.5, "y": 3}),
    ("diff(diff(atan2(y, x), x), y)", "(y^2 - x^2)/(x^2 + y^2)^2", {"x": -1.5, "y": 3}),
    ("diff(diff(x^y, x), y)", "x^(y - 1) (1 + y ln(x))", {"x": 1.5, "y": 2.5}),
    ("diff(x^y, y, 2)", "x^y ln(x)^2", {"x": 1.5, "y": 2.5}),
    # names of a program
    ("y = x^2; diff(x*y, x)", "3x^2", {"x": 2}),
    ("y = x^2; z = sin(y); diff(z, x)", "2x cos(x^2)", {"x": 0.6}),
    ("y = x^2; diff(x*y, y)", "x", {"x": 2}),
    ("y = x; diff(x*y, y)", "x", {"x": 2}),
    ("y = x; x = 3x; diff(x*y, x)", "x", {"x": 2}),
    ("x = 2t; y = x^2; diff(x*y, x)", "12t^2", {"t": 1.5}),
    ("y = 3; z = y*x; y = 7; diff(z^2, x) + y", "18x + 7", {"x": 2}),
    ("y = diff(x^3, x); w = diff(y*x, x); w", "9x^2", {"x": 1.4}),
    ("y = x^2; y = y + x; diff(y^2, x)", "2(x^2 + x)(2x + 1)", {"x": 0.5}),
    ("a = x; b = a^2; diff(diff(b*x, x), x)", "6x", {"x": 0.5}),
    # functions of one's own
    ("f(u) = u^2 + 1; f'(x)", "2x", {"x": 3}),
    ("f(u) = u^3; f''(2) x", "12x", {"x": 3}),
    ("f(x) = x^2; x f'(3x)", "6x^2", {"x": 0.5}),
    ("f(u, v) = u v^2; diff(f(x, y), y)", "2x*y", {"x": 2, "y": 3}),
    ("f(u) = sin(u); g(u) = f(u)^2; g'(x)", "sin(2x)", {"x": 0.7}),
    ("f(u) = u^2; diff(f'(x) f(x), x)", "6x^2", {"x": 1.5}),
    # vector calculus
    ("laplacian(x^2 y)", "2y + 0*x", {"x": 1, "y": 2}),
    ("div([x^2, x*y], [x, y])", "3x + 0*y", {"x": 2, "y": 1}),
    ("sum(grad(x^2 y, [x, y]))", "2x*y + x^2", {"x": 2, "y": 1}),
    ("curl([0, x^2], [x, y])", "2x + 0*y", {"x": 2, "y": 1}),
    ("sum(diff([x, x^2, x^3], x))", "1 + 2x + 3x^2", {"x": 2}),
    ("sum(diff([cos(t), sin(t)], t)^2)", "1 + 0*t", {"t": 0.4}),
    # tensors
    ("sum(x*diff(x^2, x))", "sum(2x^2)", {"x": [2.0, 3.0]}),
    ("sum(diff(sum(x^2), x)*x)", "sum(2x^2)", {"x": [2.0, 3.0]}),
    ("sum(diff(sin(x)*y, x))", "sum(cos(x)*y)", {"x": [0.5, 1.0], "y": [2.0, -1.0]}),
    ("sum(diff(x^4, x, 2))", "sum(12x^2)", {"x": [[0.5, 1.0], [2.0, 3.0]]}),
    ("diff(sum(x)^2, x)[0]", "2 sum(x)", {"x": [1.0, 2.0, 4.0]}),
    ("diff(mean(x^2), x) @ x", "2 mean(x^2)", {"x": [1.0, 2.0]}),
    ("diff(x @ x, x) @ x", "2 (x @ x)", {"x": [1.0, 2.0]}),
    ("y = 2x; sum(diff(y^2, x))", "sum(8x)", {"x": [1.0, 2.0]}),
    ("sum(diff(t*x, t)^2)", "sum(x^2) + 0*t", {"t": 0.5, "x": [1.0, 2.0]}),
    # zeros and special points
    ("diff(sin(x), x)^2 + sin(x)^2 - 1", "0*x", {"x": 0.7}),
    ("diff(abs(x)^3, x)", "3x abs(x)", {"x": 0}),
    ("diff(x^3, x)", "3x^2", {"x": 0}),
    ("diff(x^2, x, 2) - 2", "0*x", {"x": 1}),
    ("diff(sin(x)/x, x)", "(x cos(x) - sin(x))/x^2", {"x": 1e-4}),
    ("diff((1 - cos(x))/x^2, x)", "sin(x)/x^2 - 2(1 - cos(x))/x^3", {"x": 1e-6}),
    ("x - diff(exp(x), x)", "x - exp(x)", {"x": 100}),
    ("diff(x^2/2 - cos(x), x)", "x + sin(x)", {"x": -3}),
]  # fmt: skip


def asked(text: str, values: Values, **settings: object) -> Question:
    point = {name: np.asarray(value, np.float64) for name, value in values.items()}
    program = parse(text, vocabulary(), tuple(point)).program
    return Question(program, point, tuple(point), **settings)  # type: ignore[arg-type]


def answered(question: Question) -> tuple[Evaluation, Check]:
    evaluation, evaluator = evaluate(question)
    return evaluation, check(evaluation, lambda point: value_at(question, point), evaluator.value_of)


def shown(evaluation: Evaluation, found: Check) -> dict[tuple[str, ...], np.ndarray]:
    numbers_ = found.numbers
    assert numbers_ is not None
    return {(): numbers_.value, **numbers_.derivatives}


def test_the_table_is_long_enough() -> None:
    assert len(SAME) >= 80
    assert len({text for text, _, _ in SAME}) == len(SAME)


@pytest.mark.parametrize(("text", "closed", "values"), SAME, ids=[text for text, _, _ in SAME])
def test_value_and_gradient_are_those_of_the_closed_form(text: str, closed: str, values: Values) -> None:
    evaluation, found = answered(asked(text, values))
    assert found.verdict in (Verdict.AGREES, Verdict.CORRECTED), found.reason
    ours = shown(evaluation, found)
    theirs = shown(*answered(asked(closed, values)))
    assert ours.keys() == theirs.keys()
    for variables, array in theirs.items():
        np.testing.assert_allclose(ours[variables], array, rtol=1e-12, atol=1e-300, err_msg=str(variables))


SMOOTH = [
    (text, closed, values) for text, closed, values in SAME
    if all(np.ndim(each) == 0 for each in values.values()) and values.get("x") != 0 and "[" not in text
]  # fmt: skip


@pytest.mark.parametrize(("text", "closed", "values"), SMOOTH, ids=[text for text, _, _ in SMOOTH])
def test_the_second_derivatives_are_those_of_the_closed_form(text: str, closed: str, values: Values) -> None:
    evaluation, found = answered(asked(text, values, request=Request.HESSIAN))
    other, expected = answered(asked(closed, values, request=Request.HESSIAN))
    assert found.verdict in (Verdict.AGREES, Verdict.CORRECTED), found.reason
    ours, theirs = shown(evaluation, found), shown(other, expected)
    for variables, array in theirs.items():
        np.testing.assert_allclose(ours[variables], array, rtol=1e-10, atol=1e-300, err_msg=str(variables))


@pytest.mark.parametrize(("text", "closed", "values"), SMOOTH, ids=[text for text, _, _ in SMOOTH])
def test_sympys_formula_has_the_certified_value(text: str, closed: str, values: Values) -> None:
    question = asked(text, values)
    certified = certify(question, {(name,): () for name in values}).derivatives
    for variables, formula in formulas(question).derivatives.items():
        program = parse(formula, vocabulary(), tuple(values)).program
        value = certify(Question(program, question.point, ()), {}).value[()]
        assert not isinstance(value, Unknown)
        assert numbers.overlap(value, certified[variables][()]), formula


@pytest.mark.parametrize("order", [1, 2, 4, 9])
def test_higher_orders_of_the_whole_are_certified(order: int) -> None:
    evaluation, found = answered(asked("x diff(sin(2x), x)", {"x": 0.3}, order=order))
    expected = answered(asked("2x cos(2x)", {"x": 0.3}, order=order))[0]
    assert found.verdict is Verdict.AGREES, found.reason
    key = ("x",) * order
    np.testing.assert_allclose(evaluation.derivatives[key], expected.derivatives[key], rtol=1e-9)


# Where there is no derivative


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("diff(abs(x), x)", {"x": 0}),
        ("x*diff(abs(x), x)", {"x": 0}),
        ("diff(sqrt(x), x)", {"x": 0}),
        ("diff(ln(x), x)", {"x": -1}),
        ("diff(1/x, x)", {"x": 0}),
        ("diff(abs(x)^3, x, 3)", {"x": 0}),
        ("diff(relu(x), x)", {"x": 0}),
        ("diff(floor(x), x)", {"x": 2}),
        ("diff(sign(x), x)", {"x": 0}),
        ("diff(where(x > 0, x + 1, x), x)", {"x": 0}),
        ("diff(max(x, y), x)", {"x": 1, "y": 1}),
        ("f(u) = abs(u); f'(x)", {"x": 0}),
    ],
)
def test_no_number_is_certified_where_there_is_no_derivative(text: str, values: Values) -> None:
    _, found = answered(asked(text, values))
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason


def test_the_certified_derivative_does_not_come_from_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong value of the engine is found out."""
    question = asked("x*diff(sin(x), x)", {"x": 0.7})
    evaluation, _ = evaluate(question)
    wrong = Evaluation(question, evaluation.value * 1.001, evaluation.grad_fn, evaluation.derivatives)
    assert check(wrong).verdict is not Verdict.AGREES


# Errors and limits


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("diff(x*sum(x), x)", {"x": [1.0, 2.0]}),
        ("diff(softmax(x, 0), x)", {"x": [1.0, 2.0]}),
        ("diff(sum(x^2), x, 2)", {"x": [1.0, 2.0]}),
        ("diff(x + [[1, 2], [3, 4]], x)", {"x": [1.0, 2.0]}),
    ],
)
def test_a_derivative_without_a_shape_is_refused_where_it_stands(text: str, values: Values) -> None:
    question = asked(text, values)
    with pytest.raises(Failure) as caught:
        evaluate(question)
    assert caught.value.code == "E313"
    assert "shape" in caught.value.message


def test_high_orders_inside_an_expression_end() -> None:
    with pytest.raises(Failure) as caught:
        evaluate(asked("diff(exp(sin(x))/x, x, 18)", {"x": 1.0}))
    assert caught.value.code == "E307"


def test_a_derivative_of_a_number_needs_no_gradient() -> None:
    evaluation, found = answered(asked("f(u) = u^3; f'(2)", {}))
    assert evaluation.grad_fn is None
    assert evaluation.value == 12
    assert found.verdict is Verdict.AGREES


# Rules and proofs


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("diff(x^2 sin(x), x)", "2x sin(x) + x^2 cos(x)"),
        ("diff(diff(x^2 y^3, x), y)", "6x y^2"),
        ("diff(x^5, x, 3)", "60x^2"),
        ("x*diff(ln(x), x)", "1 + 0*x"),
        ("f(u) = u^3; f'(2x)", "12x^2"),
    ],
)
def test_the_prover_reads_derivatives(text: str, closed: str) -> None:
    expression, other = (parse(each, vocabulary(), ("x", "y")).program.result for each in (text, closed))
    assert Prover(other).proves(expression)
    assert not Prover(other).proves(parse(f"{closed} + 1", vocabulary(), ("x", "y")).program.result)


def test_a_derivative_inside_is_carried_out_as_a_step() -> None:
    program = parse("y = x^2; x*diff(x*y, x)", vocabulary(), ("x",)).program
    account = explain(program, "x")
    (carried,) = account.carried
    assert to_text(carried.derivative) == "diff(x*y, x)"
    assert to_text(carried.result) == "3*x**2"
    assert to_text(account.result) == "9*x**2"


def test_a_derivative_at_a_point_is_carried_out_there() -> None:
    expression = parse("f(u) = u^2 + u; f'(3x)", vocabulary(), ("x",)).program.result
    assert to_text(carried_out(expression)) == "6*x + 1"


def test_a_value_in_the_place_of_the_variable_is_where_the_derivative_is_taken() -> None:
    expression = parse("x + diff(x^2 y, x)", vocabulary(), ("x", "y")).program.result
    three = substituted(expression, {"x": Number("3", 3.0), "y": Number("2", 2.0)})
    evaluation, _ = evaluate(Question(Program((), three), {}, ()))
    assert evaluation.value == 3 + 12


# Random expressions

UNARY = ("sin({})", "cos({})", "exp({}/4)", "({})^2", "atan({})", "tanh({})", "sqrt(1 + ({})^2)", "ln(2 + ({})^2)")
BINARY = ("({}) + ({})", "({}) * ({})", "({}) - ({})", "({}) / (3 + ({})^2)")


def random_text(chooser: random.Random, depth: int) -> str:
    if depth == 0:
        return chooser.choice(("x", "x", "y", "2", "0.5"))
    if chooser.random() < 0.5:
        return chooser.choice(UNARY).format(random_text(chooser, depth - 1))
    return chooser.choice(BINARY).format(random_text(chooser, depth - 1), random_text(chooser, depth - 1))


@pytest.mark.parametrize("seed", range(40))
def test_a_random_expressions_derivative_is_its_gradient(seed: int) -> None:
    chooser = random.Random(seed)
    text = random_text(chooser, 4)
    values = {"x": round(chooser.uniform(-2, 2), 3), "y": round(chooser.uniform(-2, 2), 3)}
    plain = asked(text, values)
    inner = Program((), Derivative(plain.program.result, "x"))
    gradient = evaluate(plain)[0].derivatives[("x",)]
    second = evaluate(asked(text, values, request=Request.HESSIAN))[0].derivatives
    evaluation, found = answered(Question(inner, plain.point, ("x", "y")))
    np.testing.assert_allclose(evaluation.value, gradient, rtol=CLOSE, atol=1e-13)
    for name in ("x", "y"):
        np.testing.assert_allclose(evaluation.derivatives[(name,)], second[("x", name)], rtol=CLOSE, atol=1e-12)
    assert found.verdict in (Verdict.AGREES, Verdict.CORRECTED), found.reason
    assert math.isfinite(float(evaluation.value))
