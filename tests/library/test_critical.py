"""`gradcli.critical_points`, `taylor` and `tangent`: what the commands find, as Python has it."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any
from xml.etree import ElementTree

import pytest

import gradcli
from tests.library.test_solve import command

SEARCHES: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
    ("x^3 - 3x", {"x": (-2, 2)}, ["x=-2:2"]),
    ("x^4 - a x^2", {"x": "-3:3", "a": 2, "digits": 20}, ["x=-3:3", "a=2", "--digits", "20"]),
    ("x^2 - y^2", {"x": (-1, 1), "y": (-1, 1)}, ["x=-1:1", "y=-1:1"]),
    ("abs(x) + 1/(x - 1)", {"x": (-2, 0.5)}, ["x=-2:0.5"]),
    ("e^x", {}, []),
    ("floor(x)", {"x": (0, 1.5)}, ["x=0:1.5"]),
)
NEARBY: tuple[tuple[Any, str, tuple[int, ...], dict[str, Any], list[str]], ...] = (
    (gradcli.taylor, "sin(x)", (5,), {}, ["--taylor", "5"]),
    (gradcli.taylor, "e^x", (2,), {"x": 1, "exact": True}, ["x=1", "--taylor", "2", "--exact"]),
    (gradcli.taylor, "x y^2", (2,), {"x": 1, "y": 2, "digits": 20}, ["x=1", "y=2", "--taylor", "2", "--digits", "20"]),
    (gradcli.tangent, "x^2", (), {"x": 3}, ["x=3", "--tangent"]),
    (gradcli.tangent, "sin(x)", (), {"x": "pi/4", "exact": True}, ["x=pi/4", "--tangent", "--exact"]),
    (gradcli.tangent, "x^2 + y^2 = 25", (), {"x": 3, "y": 4}, ["x=3", "y=4", "--tangent"]),
    (gradcli.tangent, "x y", (), {"x": 1, "y": 2}, ["x=1", "y=2", "--tangent"]),
)


@pytest.mark.parametrize(("text", "options", "arguments"), SEARCHES)
def test_the_points_are_the_commands(text: str, options: dict[str, Any], arguments: list[str]) -> None:
    found = gradcli.critical_points(text, **options)
    assert found.to_dict() == json.loads(command("critical", text, *arguments, "--json")[0])
    out, err = command("critical", text, *arguments)
    assert f"{found}\n" == out
    assert "".join(f"note:  {note}\n" for note in found.notes) == err
    again = pickle.loads(pickle.dumps(found))
    assert (again.to_dict(), str(again), repr(again)) == (found.to_dict(), str(found), repr(found))
    page = "".join(ElementTree.fromstring(found._repr_html_()).itertext())
    assert all(note in page for note in found.notes)


def test_each_point_says_what_it_is() -> None:
    found = gradcli.critical_points("sin(x)", x="0:2pi")
    assert [(each.exact, each.value, each.kind, each.proved, each.alone) for each in found] == [
        ({"x": "pi/2"}, 1.0, "maximum", True, True),
        ({"x": "3*pi/2"}, -1.0, "minimum", True, True),
    ]
    assert found[0].at == {"x": math.pi / 2}
    assert found[-1:] == (found[1],)
    assert (len(found), found.complete, found.least, found.greatest) == (2, True, -1.0, 1.0)
    (kink,) = gradcli.critical_points("abs(x)", x=(-1, 1))
    assert (kink.is_kink, kink.is_degenerate, kink.kind) == (True, False, "minimum")
    assert repr(kink) == "Critical(x=0.0, kind='minimum')"
    assert not gradcli.critical_points("x", x=(-1, 1))


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"x": 1}, ValueError, "there is no variable to search over"),
        ({"x": [-2, 2]}, ValueError, "a range is a tuple or a text"),
        ({"x": (2, -2)}, ValueError, "the range from 2 to -2 is reversed"),
        ({"x": ("a", 1)}, ValueError, "depends on 'a'"),
        ({"x": (0, 1), "z": 1}, TypeError, r"critical_points\(\) got z=…"),
        ({"x": (0, 1), "digits": 0}, ValueError, "digits is from 1"),
        ({"x": (0, 1), "seconds": 0}, ValueError, "seconds is a number above 0"),
    ],
)
def test_misuse_is_named(options: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        gradcli.critical_points("x^2", **options)


@pytest.mark.parametrize(("function", "text", "order", "options", "arguments"), NEARBY)
def test_polynomials_and_tangents_are_the_commands(
    function: Any, text: str, order: tuple[int, ...], options: dict[str, Any], arguments: list[str]
) -> None:
    found = function(text, *order, **options)
    assert found.to_dict() == json.loads(command(text, *arguments, "--json")[0])
    assert f"{found}\n" == command(text, *arguments)[0]
    again = pickle.loads(pickle.dumps(found))
    assert (again.to_dict(), repr(again)) == (found.to_dict(), repr(found))
    assert found._repr_latex_() == rf"$\displaystyle {found.latex()}$"
    assert found.check


def test_a_polynomial_is_an_expression_and_coefficients() -> None:
    series = gradcli.taylor("sin(x)", 3, x="pi/2")
    assert (series.at, series.order) == ({"x": "pi/2"}, 3)
    assert series.coefficients == {(0,): 1.0, (1,): 0.0, (2,): -0.5, (3,): 0.0}
    assert series.expression(x=math.pi / 2) == 1.0
    assert repr(series) == "TaylorPolynomial('1 - (x - pi/2)**2/2', order=3, at={'x': 'pi/2'})"
    assert gradcli.taylor("x^2", 0, x=3).coefficients == {(0,): 9.0}
    with pytest.raises(ValueError, match="n is from 0 to 50, and not 51"):
        gradcli.taylor("x^2", 51)


def test_a_vertical_tangent_is_told_apart() -> None:
    line = gradcli.tangent("x^2 + y^2 = 25", x=5, y=0)
    assert (line.equation, line.vertical, line.slope, line.constant) == ("x = 5", True, {"x": 1.0}, 5.0)
    assert not gradcli.tangent("x^2", x=1).vertical
