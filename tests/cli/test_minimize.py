"""`gradcli minimize EXPR` on the command line."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from gradcli.cli.minimize import EXAMPLES
from gradcli.cli.program import run
from tests.cli.process import gradcli

REGRESSION = Path(__file__).parents[2] / "samples" / "regression"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs the command in this process: its exit status, and what it writes to both streams."""

    def minimize(*arguments: str) -> tuple[int, str, str]:
        status = run(["minimize", *arguments])
        written = capsys.readouterr()
        assert "bug in gradcli" not in written.err
        return status, written.out, written.err

    return minimize


@pytest.fixture
def parsed(call: Call) -> Callable[..., dict[str, Any]]:
    """Runs the command for its JSON object."""

    def minimize(*arguments: str) -> dict[str, Any]:
        _, out, _ = call(*arguments, "--json")
        found: dict[str, Any] = json.loads(out)
        return found

    return minimize


def test_the_rows_are_point_value_gradient_curvature_and_check(call: Call) -> None:
    status, out, err = call("(x - 3)^2 + (y + 1)^2", "x=0", "y=0")
    assert (status, err) == (0, "")
    assert out == (
        "at     x = 3  y = -1\n"
        "f      0      minimum, 1 step, 3 evaluations\n"
        "grad   x: 0  y: 0\n"
        "curve  2, 2   eigenvalues of the Hessian\n"
        "check  value, gradient and the signs of the curvature are certified\n"
    )


def test_kinks_bounds_and_what_has_no_minimum_are_said(call: Call) -> None:
    assert "minimum at a kink" in call("abs(x)", "x=3")[1]
    assert "x at a bound, beyond which it falls on" in call("x^2", "x=3", "--bounds", "x=1:5")[1]
    status, out, _ = call("e^x", "x=0")
    assert status == 1
    assert "there is no minimum: it falls on towards 0 as x -> -inf\n" in out
    assert "it falls without bound as x -> -inf" in call("x^3", "x=3")[1]
    assert "there is no maximum: it rises without bound" in call("x^2", "x=3", "--maximize")[1]


def test_steps_that_are_too_long_get_the_advice_to_shorten_them(call: Call) -> None:
    status, out, _ = call("(x - 3)^2", "x=0", "--method", "sgd", "--lr", "1.5")
    assert status == 1
    assert "diverged: the steps are too long; try --lr 0.15\n" in out


def test_quiet_is_the_point_as_the_command_takes_it_again(call: Call) -> None:
    assert call("cos(x) + y^2", "x=1", "y=2", "-q")[1] == "x=3.141592653589793\ny=0\n"
    assert call("sum((w - [1, 2])^2)", "w=[0,0]", "-q")[1] == "w=[1, 2]\n"


def test_the_json_object_has_the_point_and_why_it_is_the_end(parsed: Callable[..., dict[str, Any]]) -> None:
    found = parsed("(x - 3)^2 + (y + 1)^2", "x=0", "y=0")
    assert (found["at"], found["value"], found["grad"]) == ({"x": 3.0, "y": -1.0}, 0.0, {"x": 0.0, "y": 0.0})
    assert (found["steps"], found["evaluations"], found["hessians"]) == (1, 3, 1)
    assert (found["reason"], found["kind"], found["found"]) == ("converged", "minimum", True)
    assert (found["eigenvalues"], found["certified_signs"]) == ([2.0, 2.0], True)
    assert found["check"]["verdict"] == "agrees"
    assert parsed("abs(x)", "x=3")["sides"] == {"x": {"below": -1.0, "above": 1.0}}
    assert parsed("x^2", "x=3", "--bounds", "x=1:5")["at_bound"] == ["x"]
    assert parsed("x^3", "x=3")["reason"] == "unbounded"
    assert parsed("x y", "x=3")["error"]["code"] == "E350"


def test_unchecked_nothing_is_certified(parsed: Callable[..., dict[str, Any]]) -> None:
    found = parsed("(x - 3)^2", "x=0", "--no-check")
    assert "check" not in found
    assert found["at"] == {"x": 3.0}


# Histories


def test_a_history_has_every_step(call: Call, tmp_path: Path) -> None:
    table, lines = tmp_path / "h.csv", tmp_path / "h.jsonl"
    for file in (table, lines):
        assert call(
            "(x - 3)^2 + sum(w^2)", "x=0", "w=[1,2]", "--method", "sgd", "--steps", "5", "--history", str(file)
        )[0]
    with table.open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[:2] == [["step", "value", "slope", "x", "w[0]", "w[1]"], ["0", "14.0", "6.0", "0.0", "1.0", "2.0"]]
    assert len(rows) == 7
    moments = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [moment["step"] for moment in moments] == list(range(6))
    assert [moment["value"] for moment in moments] == [float(row[1]) for row in rows[1:]]


def test_a_history_is_no_file_that_is_read_and_has_a_known_kind(call: Call, tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    data.write_text("u\n1\n2\n")
    status, _, err = call("mean((x - u)^2)", "x=0", "--data", str(data), "--history", str(data))
    assert (status, data.read_text()) == (2, "u\n1\n2\n")
    assert "would be overwritten" in err
    status, _, err = call("x^2", "x=1", "--history", str(tmp_path / "h.txt"))
    assert (status, list(tmp_path.iterdir())) == (2, [data])
    assert ".csv, .jsonl, .png, .svg or .pdf" in err


def test_a_history_is_drawn_as_a_path_or_as_values(call: Call, tmp_path: Path) -> None:
    path, values = tmp_path / "path.svg", tmp_path / "values.svg"
    assert call("(x - 1)^2 + 4 (y + x)^2", "x=0", "y=1", "--history", str(path))[0] == 0
    assert call("(x - 1)^2 + sum(w^2)", "x=0", "w=[1,2]", "--history", str(values))[0] == 0
    assert "gradient" in path.read_text(encoding="utf-8")  # arrows over contours
    drawn = values.read_text(encoding="utf-8")
    assert "step" in drawn
    assert "gradient" not in drawn
    for each in (path, values):
        ElementTree.fromstring(each.read_text(encoding="utf-8"))


def test_a_history_replaces_nothing_where_the_search_fails(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "h.csv"
    file.write_text("kept")
    assert call("log(x)", "x=-1", "--history", str(file))[0] == 2
    assert file.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [file]


# Data


def columns(name: str) -> dict[str, Any]:
    with (REGRESSION / name).open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {title: np.array([float(row[title]) for row in rows]) for title in rows[0]}


def test_linear_regression_is_one_line(parsed: Callable[..., dict[str, Any]]) -> None:
    data = columns("line.csv")
    found = parsed("mean((w*x + b - y)^2)", "w=0", "b=0", "--data", str(REGRESSION / "line.csv"))
    design = np.stack([data["x"], np.ones_like(data["x"])], axis=1)
    closed, *_ = np.linalg.lstsq(design, data["y"], rcond=None)
    assert [found["at"]["w"], found["at"]["b"]] == pytest.approx(closed.tolist(), rel=1e-13)
    assert found["kind"] == "minimum"


def test_logistic_regression_is_one_line_and_its_gradient_is_zero(parsed: Callable[..., dict[str, Any]]) -> None:
    data = columns("exam.csv")
    text = "mean(softplus(-y*(a*hours + b*slept + c)))"
    found = parsed(text, "a=0", "b=0", "c=0", "--data", str(REGRESSION / "exam.csv"))
    at = found["at"]
    design = np.stack([data["hours"], data["slept"], np.ones_like(data["y"])], axis=1)
    margin = data["y"] * (design @ [at["a"], at["b"], at["c"]])
    gradient = -(design * (data["y"] / (1 + np.exp(margin)))[:, None]).mean(axis=0)
    assert np.abs(gradient).max() < 1e-15
    assert (found["kind"], found["certified_signs"], len(found["eigenvalues"])) == ("minimum", True, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no rows"),
        ("u,v\n1\n", "row 2 has 1 cells"),
        ("u,u\n1,2\n", "two columns called u"),
        ("u\nred\n", "no column of numbers"),
    ],
)
def test_data_that_is_no_table_of_numbers_is_refused(call: Call, tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "d.csv"
    file.write_text(content)
    status, out, err = call("mean((x - u)^2)", "x=0", "--data", str(file))
    assert (status, out) == (2, "")
    assert said in err
    assert call("x^2", "x=0", "--data", str(tmp_path / "none.csv"))[0] == 2


# Bad input


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x^2"], "give one: gradcli minimize 'x^2' x=1"),
        (["x y", "x=pi/2"], "gradcli minimize 'x y' x=pi/2 y=1"),
        (["[x, x]", "x=1"], "reduce it"),
        (["log(x)", "x=-1"], "the function is nan at the start"),
        (["x^2", "x=3", "--bounds", "y=0:1"], "y, which is not varied"),
        (["x^2", "x=3", "--bounds", "x=5:1"], "write x=1:5"),
        (["x^2", "x=9", "--bounds", "x=1:5"], "as in x=5"),
        (["x^2", "x=9", "--wrt", "q"], "its variables: x"),
        (["x^2", "x=9", "--bounds", "x"], "write NAME=LOW:HIGH"),
        (["x^2", "x=3", "--lr", "1"], "bfgs finds its own steps"),
        (["x^2", "x=3", "--method", "sgd", "--lr", "-1"], "no learning rate"),
        (["x^2", "x=3", "--method", "sgd", "--lr", "nan"], "no learning rate"),
        (["x^2", "x=3", "--tol", "-1"], "no tolerance"),
        (["x^2", "x=3", "--method", "newton"], "newton"),
        (["x^2", "x=1:5"], "is a range of points"),
    ],
)
def test_what_cannot_be_done_says_what_to_write(call: Call, arguments: list[str], said: str) -> None:
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert said in err


# The process


def test_the_help_begins_with_examples_that_work(tmp_path: Path, call: Call) -> None:
    assert gradcli("minimize", "--help").out.startswith(EXAMPLES)
    for line in EXAMPLES.splitlines()[1:]:
        assert call(*shlex.split(line)[2:])[0] == 0


def test_at_the_time_limit_the_best_point_so_far_is_shown_and_the_history_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "h.jsonl"
    arguments = ("sum(cos(w)) + sum(w^2)", "w=ones(2000)", "--method", "sgd", "--lr", "1e-9", "--steps", "10000000")
    outcome = gradcli("minimize", *arguments, "--timeout", "1", "--history", str(file), "--tol", "0")
    assert outcome.status == 1
    assert outcome.out.startswith("at     w = [")
    assert "minimum not reached" in outcome.out
    assert "takes more than 1 s (--timeout)" in outcome.err
    assert list(tmp_path.iterdir()) == [file]
    assert all(json.loads(line)["step"] == number for number, line in enumerate(file.read_text().splitlines()))
