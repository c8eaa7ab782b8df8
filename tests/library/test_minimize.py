"""`gradcli.minimize`: what the command finds, as Python has it."""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import gradcli
from tests.library.test_solve import command

LINE = Path(__file__).parents[2] / "samples" / "regression" / "line.csv"
SEARCHES: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
    ("(x - 3)^2 + y^2", {"x": 0, "y": 1}, ["x=0", "y=1"]),
    ("x^2", {"x": 3, "bounds": {"x": (1, 5)}}, ["x=3", "--bounds", "x=1:5"]),
    ("x^2", {"x": 3, "bounds": {"x": (None, 5)}}, ["x=3", "--bounds", "x=:5"]),
    ("-x^2", {"x": 3, "maximize": True}, ["x=3", "--maximize"]),
    (
        "x^2",
        {"x": 1, "method": "sgd", "lr": 0.1, "steps": 7},
        ["x=1", "--method", "sgd", "--lr", "0.1", "--steps", "7"],
    ),
    ("abs(x - 1)", {"x": 3}, ["x=3"]),
    ("x^3", {"x": 1}, ["x=1"]),
    ("x^2 + y^2", {"x": 1, "y": 2, "wrt": "x"}, ["x=1", "y=2", "--wrt", "x"]),
    ("sum((x - [1, 2])^2)", {"x": [0, 0], "check": False}, ["x=[0,0]", "--no-check"]),
)


@pytest.mark.parametrize(("text", "options", "arguments"), SEARCHES)
def test_what_is_found_is_the_commands(text: str, options: dict[str, Any], arguments: list[str]) -> None:
    found = gradcli.minimize(text, **options)
    assert found.to_dict() == json.loads(command("minimize", text, *arguments, "--json")[0])
    assert f"{found}\n" == command("minimize", text, *arguments)[0]
    again = pickle.loads(pickle.dumps(found))
    assert (again.to_dict(), repr(again)) == (found.to_dict(), repr(found))
    ElementTree.fromstring(found._repr_html_())


def test_a_minimum_is_true_and_says_what_it_is() -> None:
    found = gradcli.minimize("(x - 3)^2", x=0, history=True)
    assert found
    assert (found.at, found.value, found.kind, found.reason) == ({"x": 3.0}, 0.0, "minimum", "converged")
    assert [moment.step for moment in found.history] == list(range(found.steps + 1))
    assert found.check == "agrees"
    falling = gradcli.minimize("x^3", x=1)
    assert not falling
    assert (falling.kind, falling.history) == (None, ())


def test_data_are_arrays_or_a_file_of_columns() -> None:
    xs = np.array([1.0, 2.0, 3.0])
    found = gradcli.minimize("mean((a x + b - y)^2)", a=0, b=0, data={"x": xs, "y": 2 * xs + 1})
    assert math.isclose(found.at["a"], 2, rel_tol=1e-9)  # type: ignore[arg-type]
    names = LINE.read_text(encoding="utf-8").splitlines()[0].split(",")
    text = f"mean((a {names[0]} + b - {names[1]})^2)"
    assert gradcli.minimize(text, a=0, b=0, data=LINE).kind == "minimum"


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({}, ValueError, "a search needs a start"),
        ({"x": 1, "stesp": 3}, TypeError, "did you mean steps"),
        ({"x": 1, "method": "newton"}, ValueError, "method is one of 'bfgs'"),
        ({"x": 1, "lr": 0.1}, ValueError, "lr goes with method='sgd'"),
        ({"x": 1, "lr": -1, "method": "sgd"}, ValueError, "lr is a number above 0"),
        ({"x": 1, "tol": -1}, ValueError, "tol is a number from 0 up"),
        ({"x": 1, "steps": 0}, ValueError, "steps is from 1"),
        ({"x": 1, "bounds": 3}, TypeError, "bounds are a mapping"),
        ({"x": 1, "bounds": {"x": 3}}, TypeError, "the bounds of x are two numbers"),
        ({"x": 1, "bounds": {"z": (0, 1)}}, ValueError, "z"),
        ({"x": 1, "data": "nowhere.csv"}, OSError, "nowhere.csv"),
    ],
)
def test_misuse_is_named(options: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        gradcli.minimize("x^2", **options)
