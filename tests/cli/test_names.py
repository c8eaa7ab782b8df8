"""Names at the doors of the command line: read alike, refused alike, and said where they are not used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.process import gradcli

UNUSED = "'zz' is given a value, and the formula does not use it"


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["π x", "π=1.5", "x=2", "-q"], "2\n1.5\n"),
        (["θ^2 x", "θ=3", "x=2", "--wrt", "θ", "-q"], "12\n"),
        (["ｘ₁^2 𝜃", "x1=3", "ϑ=2", "--wrt", "theta,𝑥₁", "-q"], "9\n12\n"),
        (["gamma(x+1)", "γ=2", "x=3", "--wrt", "gamma", "-q"], "4\n"),
        (["γ(x+1)", "x=0", "--digits", "6", "-q"], "-0.577216\n"),
    ],
)
def test_a_name_is_one_name_however_it_is_written(arguments: list[str], out: str) -> None:
    outcome = gradcli(*arguments)
    assert (outcome.status, outcome.out) == (0, out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sin(x)", "sin=1.5", "x=2"], "'sin' is a function, and cannot be bound"),
        (["x", "x=2", "float32=1"], "'float32' is a dtype, and cannot be bound"),
        (["x^2", "x=2", "--wrt", "sin"], "'sin' is a function, and cannot be differentiated by"),
        (["x^2", "x=2", "--wrt", "1x"], "'1x' is no name"),
        (["explain", "x^2", "x=2", "--wrt", "х"], "only looks like x"),
        (["check", "x^2", "2x", "--wrt", "1x"], "'1x' is no name"),
        (["check", "sin(x)", "1", "--at", "sin=1"], "'sin' is a function, and cannot be bound"),
        (["check", "θ^2", "2", "--at", "θ=1", "--at", "theta=1"], "theta is given twice"),
        (["batch", "-", "--wrt", "sin"], "'sin' is a function, and cannot be differentiated by"),
        (["θ", "θ=1", "theta=2"], "theta is given twice"),
        (["gamma(x) + gamma", "x=1"], "is a function here, and a variable elsewhere"),
    ],
)
def test_what_cannot_be_bound_is_refused(arguments: list[str], message: str) -> None:
    outcome = gradcli(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
    assert "\nhelp:  " in outcome.err


def test_a_file_of_values_names_variables_as_a_formula_does(tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_text('{"π": 1.5, "ｘ₁": 2}', encoding="utf-8")
    assert gradcli("π x1", "--bind", str(file), "-q").out == "2\n1.5\n"
    outcome = gradcli("π x1", "x₁=3", "--bind", str(file))
    assert (outcome.status, "x1 is given twice" in outcome.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "message", "caret"),
    [
        ('{"x": 1,\n "sin": 2}', "'sin' is a function, and cannot be bound", ' "sin": 2}'),
        ('{"1x": 1}', "'1x' is no name", '{"1x": 1}'),
        ('{"θ": 1, "theta": 2}', "theta is given twice: θ and theta are one name", '{"θ": 1, "theta": 2}'),
        ('{"x": 1, "x": 2}', "x is given twice", '{"x": 1, "x": 2}'),
        ('{"\\u0445": 1}', "CYRILLIC SMALL LETTER HA", '{"\\u0445": 1}'),
    ],
)
def test_a_file_of_values_with_a_name_that_cannot_be_bound_is_refused_there(
    text: str, message: str, caret: str, tmp_path: Path
) -> None:
    file = tmp_path / "values.json"
    file.write_text(text, encoding="utf-8")
    outcome = gradcli("x", "--bind", str(file))
    assert (outcome.status, outcome.out) == (2, "")
    assert f"{file}: {message}" in outcome.err or (str(file) in outcome.err and message in outcome.err)
    assert f"\n  {caret}\n" in outcome.err
    assert "^" in outcome.err


def test_an_object_is_no_value(tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_text('{"x": {}}', encoding="utf-8")
    outcome = gradcli("x", "--bind", str(file))
    assert (outcome.status, "the value of x is neither a number nor a tensor" in outcome.err) == (2, True)


def test_a_value_that_is_not_used_is_said_and_fails_nothing() -> None:
    outcome = gradcli("x^2", "x=3", "zz=1")
    assert (outcome.status, outcome.err) == (0, f"note:  {UNUSED}\n")
    assert "df/dx  6" in outcome.out
    found = json.loads(gradcli("x^2 at x=3, zz=1", "--json").out)
    assert (found["grad"], found["warnings"]) == ({"x": 6}, [UNUSED])
    explained = gradcli("explain", "x^2", "x=3", "zz=1")
    assert (explained.status, explained.err) == (0, f"note:  {UNUSED}\n")
    judged = gradcli("check", "x^2", "6", "--at", "x=3", "--at", "zz=1")
    assert (judged.status, judged.err) == (0, f"note:  {UNUSED}\n")


def test_a_column_that_is_not_used_is_said_once_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("expr,θ,zz\nθ^2,1,2\ntheta,3,4\n", encoding="utf-8")
    outcome = gradcli("batch", "a.csv", "-j", "1", folder=tmp_path)
    assert outcome.status == 0
    assert outcome.out == "a.csv:2  f = 1  df/dtheta = 2  agrees\na.csv:3  f = 3  df/dtheta = 1  agrees\n"
    assert outcome.err.count("a.csv: the column zz is used by no expression") == 1


def test_a_key_says_of_a_question_what_it_does_not_use_and_grades_all_the_same(tmp_path: Path) -> None:
    key = '[q1]\nfunction = "θ^2 x₁"\nwrt = "𝜃"\nat = { "θ" = 3, "x₁" = 1, zz = 1 }\n'
    (tmp_path / "k.toml").write_text(key, encoding="utf-8")
    (tmp_path / "a.csv").write_text("student,q1\nada,6\nbob,6\n", encoding="utf-8")
    outcome = gradcli("grade", "k.toml", "a.csv", "-j", "1", folder=tmp_path)
    assert outcome.status == 0
    assert outcome.err.count(f"k.toml: q1: {UNUSED}") == 1
    assert "2 answers: 2 correct" in outcome.err


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ('"1x" = 3', "k.toml:3:8: E119 q1: '1x' is no name"),
        ("sin = 3", "k.toml:3:8: E119 q1: 'sin' is a function, and cannot be bound"),
        ('"θ" = 3, theta = 2', "k.toml:3:17: E122 q1: theta is given twice: θ and theta are one name"),
    ],
)
def test_a_key_with_a_name_that_cannot_be_bound_is_refused_there(at: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "k.toml").write_text(f'[q1]\nfunction = "θ^2"\nat = {{ {at} }}\n', encoding="utf-8")
    outcome = gradcli("grade", "k.toml", "-", stdin="student,q1\nada,6\n", folder=tmp_path)
    assert outcome.status == 2
    assert message in outcome.err
