"""Which formulas are shown, in which form and in which style: `--full`, `--simplify`, `--form`, `--style`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gradcli.calculus.results import Formulas, Question, Shape
from gradcli.calculus.symbolic import formulas
from gradcli.cli.reshaping import Reshaping
from gradcli.language import parse, to_text
from gradcli.operations import vocabulary
from gradcli.problem import Problem, read, solve
from gradcli.render.spelling import Spelling, spelled
from tests.cli.process import gradcli

LONG = "(x+1)(x+2)(x+3) sin(x)^20 cos(3x) exp(-x^2)/((1+x^2) ln(x+7) (x^3+2x+1))"


def asked(text: str) -> Question:
    found = read(Problem(text))
    return Question(found.parsed.program, dict.fromkeys(found.names, np.zeros(())), found.wrt)


def reshaped(text: str, shape: Shape, *, full: bool = False, **limits: float) -> Formulas:
    question = asked(text)
    return Reshaping(shape, full=full, **limits)(question, formulas(question, full=full))  # type: ignore[arg-type]


def test_a_long_formula_is_printed_with_full_and_the_text_says_so() -> None:
    shown = gradcli(LONG)
    assert shown.status == 0
    assert "characters (--full prints it)\n" in shown.out
    length = int(shown.out.split("a formula of ")[1].split()[0])
    full = gradcli(LONG, "--full").out
    assert len(full) == len("df/dx  \n") + length
    assert full.startswith("df/dx  ")


def test_a_long_formula_stands_beside_its_number_with_full() -> None:
    assert "characters (--full prints it)\ncheck  agrees" in gradcli(LONG, "x=1").out
    assert "-0.167165    = (" in gradcli(LONG, "x=1", "--full").out


def test_machines_get_the_length_in_json_and_the_whole_with_q() -> None:
    found = json.loads(gradcli(LONG, "--json").out)
    assert "derivative" not in found
    assert len(gradcli(LONG, "-q").out.strip()) == found["derivative_length"]["x"]


def test_what_has_no_formula_says_why() -> None:
    outcome = gradcli("median([x, 2, 3])")
    assert outcome.status == 2
    assert outcome.err.startswith("error: there is no formula of the derivative: ")
    assert "help:  give the variables values to calculate it: x=…" in outcome.err


@pytest.mark.parametrize(
    ("shape", "text", "formula"),
    [
        (Shape.EXPAND, "(x + 1)^3", "3*x**2 + 6*x + 3"),
        (Shape.FACTOR, "x^4/4 - x^2/2", "x*(x - 1)*(x + 1)"),
        (Shape.TOGETHER, "ln(x) + ln(x + 1)", "(2*x + 1)/(x*(x + 1))"),
        (Shape.SIMPLIFY, "tanh(x)^2 + sech(x)^2 + x", "1"),
        (Shape.SIMPLIFY, "0.1 sin(x)^2 + 0.1cos(x)^2 + 0.25 x^2", "0.5*x"),
    ],
)
def test_a_form_that_is_asked_for_is_sympys(shape: Shape, text: str, formula: str) -> None:
    found = reshaped(text, shape)
    assert found.derivatives == {("x",): formula}
    assert found.notes == ()


def test_a_form_that_takes_too_long_leaves_the_shortest_and_a_note() -> None:
    text = "*".join(f"(sin({k}x) + cos({k + 1}x^2))^3" for k in range(1, 6))
    found = reshaped(text, Shape.SIMPLIFY, full=True, seconds=0.3)
    assert found.derivatives == formulas(asked(text), full=True).derivatives
    assert [note.message for note in found.notes] == [
        "SymPy's simplify takes more than 0.3 s: shown is the shortest of a few forms"
    ]


def test_a_form_with_values_where_the_derivative_has_none_is_noted() -> None:
    found = reshaped("(x^2 - 1)/(x - 1)", Shape.FACTOR)
    assert found.derivatives == {("x",): "1"}
    assert "may have a value where the derivative has none" in found.notes[0].message


def test_a_form_is_checked_like_any_formula() -> None:
    outcome = gradcli("(x^2 - 1)^2", "x=3", "--form", "expand")
    assert outcome.out.splitlines()[1:] == ["df/dx  96   = 4*x**3 - 4*x", "check  agrees with SymPy"]


@pytest.mark.parametrize("spelling", Spelling)
@pytest.mark.parametrize("text", ["x^2 sin(3x)/(1+sqrt(x))", "0.1 exp(-x) θ^2 ln|x|", "x^n/rate", "gamma(x) + x1 y"])
def test_each_style_reads_back_to_the_same_formula(text: str, spelling: Spelling) -> None:
    plain = solve(Problem(text))
    for variables, written in spelled(plain, spelling).formulas.derivatives.items():
        again = parse(written, vocabulary(), ("x", "n", "rate", "theta", "x1", "y"))
        assert to_text(again.program.result) == plain.formulas.derivatives[variables]
        assert again.notes == ()


def test_paper_and_latex_are_what_they_are_called() -> None:
    solution = solve(Problem("x^2 sin(3x)"))
    paper, latex = (spelled(solution, each).formulas.derivatives["x",] for each in (Spelling.PAPER, Spelling.LATEX))
    assert paper == "x(3x cos(3x) + 2 sin(3x))"
    assert latex.startswith("x \\left(3 x \\cos")


def test_a_style_is_for_json_too() -> None:
    assert json.loads(gradcli("x^2", "--json", "--style", "paper").out)["derivative"] == {"x": "2x"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x^2", "--simplify", "--form", "factor"], "--simplify and --form exclude each other"),
        (["x^2", "x=1", "--simplify", "--no-check"], "--simplify and --form ask for formulas"),
        (["x^2", "--form", "short"], "'short' is not one of"),
        (["x^2", "--style", "tex"], "'tex' is not one of"),
    ],
)
def test_options_that_contradict_each_other_are_refused(arguments: list[str], message: str) -> None:
    outcome = gradcli(*arguments)
    assert outcome.status == 2
    assert message in outcome.err
