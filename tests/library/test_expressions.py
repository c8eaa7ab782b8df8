"""`gradcli.Expression`: read once, called with numbers, arrays and tensors."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradcli
from gradcli import Expression, engine


def test_numbers_give_a_number_and_arrays_an_array() -> None:
    f = Expression("x^2 y")
    assert f(x=3, y=2) == 18.0
    assert type(f(x=3, y=2)) is float
    found = f(x=np.array([[1.0], [2.0]]), y=[1, 10, 100])
    assert isinstance(found, np.ndarray)
    assert found.tolist() == [[1.0, 10.0, 100.0], [4.0, 40.0, 400.0]]


def test_tensors_keep_their_graph() -> None:
    x = engine.tensor([1.0, 2.0], requires_grad=True)
    value = Expression("sum(x^3)")(x=x)
    assert isinstance(value, engine.Tensor)
    value.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [3.0, 12.0]


def test_gradients_of_tensors_can_be_differentiated_again() -> None:
    x = engine.tensor(2.0, dtype=engine.float64, requires_grad=True)
    first = Expression("x^3").grad(x=x)["x"]
    assert isinstance(first, engine.Tensor)
    first.backward()
    assert x.grad is not None
    assert x.grad.item() == 12.0
    plain = Expression("x^3").grad(x=engine.tensor(2.0))["x"]
    assert isinstance(plain, engine.Tensor)
    assert not plain.requires_grad


def test_the_gradient_is_recorded_where_recording_is_off_around_it() -> None:
    with engine.no_grad():
        assert Expression("x^3").grad(2) == {"x": 12.0}


def test_gradients_of_scalars_have_the_variables_shapes() -> None:
    found = Expression("sum(x^2) y").grad(x=[[1, 2], [3, 4]], y=2)
    assert found["x"].tolist() == [[4.0, 8.0], [12.0, 16.0]]  # type: ignore[union-attr]
    assert found["y"] == 30.0


def test_where_the_formula_goes_entry_by_entry_so_do_its_derivatives() -> None:
    xs = np.linspace(0, 1, 5)
    found = Expression("a sin(x)").grad(x=xs, a=2)
    assert np.allclose(found["x"], 2 * np.cos(xs))
    assert np.allclose(found["a"], np.sin(xs))
    program = Expression("y = x^2; y*x").grad(x=xs)
    assert np.allclose(program["x"], 3 * xs**2)


@pytest.mark.parametrize("text", ["x @ [[1, 2], [3, 4]]", "x/sum(x)", "flip(x, 0)", "y = softmax(x, 0); y*2"])
def test_where_it_does_not_there_is_no_gradient(text: str) -> None:
    with pytest.raises(gradcli.DiagnosticError, match=r"the output has shape \(2,\), and a gradient"):
        Expression(text).grad(x=[1, 2])


@settings(max_examples=15, deadline=None)
@given(st.floats(-3, 3), st.floats(0.1, 3))
def test_the_gradient_is_the_derivatives_value(x: float, y: float) -> None:
    f = _F
    gradient = f.grad(x=x, y=y)
    for name in f.names:
        assert math.isclose(gradient[name], f.derivative(name)(x=x, y=y), rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]


_F = Expression("x^2 sin(x y) + exp(-x)/y + x y")


def test_derivatives_are_expressions_whatever_their_length() -> None:
    f = Expression("x^2 y")
    assert str(f.derivative("x")) == "2*x*y"
    assert f.derivative("x").derivative("y") == Expression("2*x", names="x,y")
    assert f.derivative("x", 2) == f.derivative("x").derivative("x")
    assert str(Expression("x^3").derivative()) == "3*x**2"
    long = Expression("tan(x)^9 sin(x)^7 cos(x)^5 exp(x^2) log(x)^4 sqrt(x+1)").derivative(order=2)
    assert len(str(long)) > 200
    assert f.derivative("x") is f.derivative("x")


def test_a_derivative_is_a_function_of_the_same_variables() -> None:
    slope = Expression("x + y").derivative("x")
    assert str(slope) == "1"
    assert str(Expression("x^2 + y^2 = 25").derivative("x", of="y")) == "-x/y"
    assert str(Expression("x^2 + y^2 = 25").derivative("x")) == "-x/y"


def test_words_can_be_variables() -> None:
    assert Expression("e x").names == ("x",)
    f = Expression("e x", names="e")
    assert f.names == ("e", "x")
    assert f(e=2, x=3) == 6.0
    assert f.derivative("e")(x=5) == 5.0
    again = pickle.loads(pickle.dumps(f))
    assert again == f
    assert again.names == ("e", "x")
    assert hash(again) == hash(f)


@pytest.mark.parametrize(
    "text", ["x^2 y", "y = 3x+2; z = 2y^2; z.mean()", "x^2 + y^2 = 25", "rate(x+1)", "f(x) = x^2; f(4)+x"]
)
def test_copies_read_as_the_original(text: str) -> None:
    f = Expression(text, names="rate")
    for other in (copy.copy(f), copy.deepcopy(f), pickle.loads(pickle.dumps(f))):
        assert str(other) == str(f)
        assert other.names == f.names


def test_texts_and_formulas() -> None:
    f = Expression("y = x^2/2; y + sin(x)")
    assert f.latex() == r"\frac{x^{2}}{2} + \sin\left(x\right)"
    assert f.paper() == "x²/2 + sin(x)"
    assert f.mathml().startswith("<math>")
    assert repr(f) == "Expression('y = x**2/2; y + sin(x)')"
    assert f._repr_latex_() == r"$\displaystyle \frac{x^{2}}{2} + \sin\left(x\right)$"
    assert gradcli.parse(r"\frac{x}{2}") == Expression("x/2")


def test_single_precision_stays() -> None:
    found = Expression("x/3")(x=np.array([1, 2], np.float32))
    assert isinstance(found, np.ndarray)
    assert found.dtype == np.float32
    mixed = Expression("x/y")(x=np.array([1], np.float32), y=np.array([3.0]))
    assert isinstance(mixed, np.ndarray)
    assert mixed.dtype == np.float64


def test_whole_numbers_and_texts_are_values() -> None:
    assert Expression("x^2")(x="1/2") == 0.25
    assert Expression("x/2")(np.array([1, 2])).tolist() == [0.5, 1.0]  # type: ignore[union-attr]
    assert Expression("x > 2")(x=3) is True


def test_numbers_without_a_value_are_nan_and_nobody_is_warned() -> None:
    assert math.isnan(Expression("log(x)")(-1))  # type: ignore[arg-type]
    assert Expression("1/x")(0) == math.inf


@pytest.mark.parametrize(
    ("arguments", "values", "said"),
    [
        ((), {}, "x has no value: Expression('x*y') has the variables x, y"),
        ((), {"x": 1}, "y has no value"),
        ((), {"x": 1, "y": 2, "z": 3}, "z is no variable of it"),
        ((1, 2), {}, r"has several variables, which need their names: (x=…, y=…)"),
        ((), {"x": None, "y": 2}, "the value of x is a number"),
    ],
)
def test_wrong_calls_are_named(arguments: tuple[Any, ...], values: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError) as caught:
        Expression("x y")(*arguments, **values)
    assert said in str(caught.value)


def test_what_cannot_be_calculated_is_located() -> None:
    f = Expression("1 + x @ y")
    with pytest.raises(gradcli.DiagnosticError) as caught:
        f(x=[1, 2], y=[1, 2, 3])
    assert str(caught.value).splitlines()[1:3] == ["  1 + x @ y", "      ^^^^^"]
    with pytest.raises(gradcli.DiagnosticError, match="call it with them"):
        Expression("x^2 at x=3")
    with pytest.raises(gradcli.DiagnosticError, match="there is no formula of the derivative"):
        Expression("digamma(x)").derivative("x")
    with pytest.raises(TypeError, match="an expression is a text"):
        Expression(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="which variable it is differentiated by is not said: there are x, y"):
        Expression("x y").derivative()


def test_an_expression_goes_where_texts_go() -> None:
    f = Expression("x^2")
    assert gradcli.solve(f, x=3).value == 9.0
    assert gradcli.check(f, f.derivative("x"))
    assert gradcli.explain(f).derivative == {"x": "2*x"}
