"""What is shown of each verdict: in rows, quietly, as JSON, in the records of a batch."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from gradcli.batch import writers
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Task
from gradcli.calculus.entries import NoForm
from gradcli.calculus.results import Check, Method, Numbers, Request, Verdict
from gradcli.language.values import replace
from gradcli.problem import Problem, Solution, solve
from gradcli.render.objects import solution_object, to_json
from gradcli.render.text import check_row, quiet_lines, rows
from gradcli.streams.formats import Format

ONE = np.asarray(0.5)
LOST = "float64 loses every digit here (the engine has f = 0, df/dx = 1e+08); shown is exact arithmetic"


def solved(text: str, **settings: Any) -> Solution:
    return solve(Problem(text, **settings), formulas=False)


def judged(text: str, check: Check) -> Solution:
    """A solution whose engine's numbers are real and whose check is that one."""
    return replace(solve(Problem(text), check=False, formulas=False), check=check)


def lines(solution: Solution, digits: int | None = None) -> list[tuple[str, str]]:
    check = check_row(solution)
    table = [*rows(solution, digits, 72), *([] if check is None else [check])]
    return [(row.label, row.value) for row in table]


@pytest.fixture
def corrected() -> Solution:
    numbers = Numbers(ONE, {("x",): np.asarray(-8.333333333333334e-10)})
    return judged(
        "(1-cos(x))/x^2 at x=1e-8",
        Check(Verdict.CORRECTED, Method.EXACT, 1, 1, np.inf, LOST, numbers),
    )


def test_a_corrected_number_is_what_every_form_shows(corrected: Solution) -> None:
    assert lines(corrected) == [("f", "0.5"), ("df/dx", "-8.33333e-10"), ("check", f"corrected: {LOST}")]
    assert quiet_lines(corrected, None) == ["-8.333333333333334e-10"]
    task = Task(0, "f", 1)
    assert writers.record(corrected, task, BatchSettings()) == (
        f"f:1  f = 0.5  df/dx = -8.33333e-10  corrected: {LOST}\n"
    )
    csv = writers.record(corrected, task, BatchSettings(Format.CSV))
    assert csv == f'f,1,,(1 - cos(x))/x**2,0.5,df/dx=-8.333333333333334e-10,corrected,,"{LOST}"\n'


def test_json_says_what_the_engine_had(corrected: Solution) -> None:
    found = solution_object(corrected)
    assert (found["schema"], found["value"], found["grad"]) == (2, 0.5, {"x": -8.333333333333334e-10})
    assert found["engine"] == {"value": 0.0, "grad": {"x": 99999999.99999999}}
    assert found["check"] == {
        **{"verdict": "corrected", "method": "exact", "entries": 1, "of": 1, "max_error": "inf"},
        "reason": LOST,
    }
    assert json.loads(to_json(found)) == found


def test_where_the_engine_is_right_json_does_not_repeat_it() -> None:
    assert "engine" not in solution_object(solved("x^2 at x=3"))
    assert "engine" not in solution_object(solved("x sin(x) at x=0.1"))
    assert "engine" not in solution_object(solved("sum(x^2) at x=[0.1, 1/3]"))


def test_a_number_outside_the_range_of_floats_is_a_text_everywhere() -> None:
    solution = solved("[x^1000, x] at x=3", request=Request.JACOBIAN)
    assert lines(solution)[:2] == [("f", "[1.32207e+477, 3]"), ("df/dx", "[4.4069e+479, 1]")]
    found = solution_object(solution)
    assert (found["value"], found["jacobian"]) == (["1.32207e+477", 3.0], {"x": ["4.4069e+479", 1.0]})
    assert found["engine"] == {"value": ["inf", 3.0], "jacobian": {"x": ["inf", "nan"]}}
    assert quiet_lines(solution, None) == ["[4.4069e+479, 1]"]


def test_a_tiny_number_is_a_text_too() -> None:
    solution = solved("exp(-x) at x=1000")
    assert lines(solution)[:2] == [("f", "5.07596e-435"), ("df/dx", "-5.07596e-435")]
    assert solution_object(solution)["value"] == "5.07596e-435"


def test_many_digits_are_certified_and_strings_in_json() -> None:
    solution = solved("x/7 at x=1", digits=40)
    assert lines(solution, 40)[0] == ("f", "0.1428571428571428571428571428571428571429")
    found = solution_object(solution)
    assert found["value"] == found["grad"]["x"] == "0.1428571428571428571428571428571428571429"


def test_seventeen_digits_are_those_of_the_number_and_not_of_the_float() -> None:
    solution = solved("x y at x=0.1, y=3", digits=17)
    assert lines(solution, 17)[:3] == [("f", "0.3"), ("df/dx", "3"), ("df/dy", "0.1")]
    assert solution_object(solution)["value"] == 0.3


def test_what_is_not_certified_has_seventeen_digits_and_is_undecided() -> None:
    solution = solved("abs(x) + 1/3 at x=0", digits=40)
    assert lines(solution, 40) == [
        ("f", "0.3333333333333333333333333333333333333333"),
        ("df/dx", "0"),
        ("check", "undecided: abs(x) has a kink at 0; torch's convention gives 0"),
    ]
    assert solution_object(solution)["grad"] == {"x": "0"}


def test_a_kink_is_said_once() -> None:
    solution = solved("abs(x) at x=0")
    assert solution.notes == ()
    assert solution_object(solution)["warnings"] == []
    assert "kink" in solution_object(solution)["check"]["reason"]


def test_what_differs_shows_both_numbers() -> None:
    reason = "df/dx is 6.5 by the engine's rules and 6 by SymPy's derivatives"
    solution = judged("x^2 at x=3", Check(Verdict.DIFFERS, Method.EXACT, 1, 1, 0.08, reason))
    assert lines(solution)[-1] == ("check", f"DIFFERS: {reason}")


@pytest.fixture
def no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def certify(*arguments: object) -> None:
        raise NoForm("there is none in this test")

    monkeypatch.setattr("gradcli.calculus.check.certify", certify)


@pytest.mark.usefixtures("no_form")
def test_finite_differences_say_how_many_digits_they_vouch_for_and_no_more_are_shown() -> None:
    solution = solved("sin(x) at x=0.123")
    check = solution.check
    assert check is not None
    assert (check.verdict, check.method) == (Verdict.AGREES, Method.NUMERIC)
    assert check.digits is not None
    assert lines(solution)[-1][1] == f"agrees with finite differences to {check.digits} digits"
    shown = float(quiet_lines(solution, None)[0])
    assert float(f"{shown:.{check.digits}g}") == shown
    assert abs(shown - math.cos(0.123)) <= 10.0**-check.digits * shown


@pytest.mark.usefixtures("no_form")
def test_of_them_more_digits_are_not_had() -> None:
    check = solved("sin(x) at x=0.123", digits=30).check
    assert check is not None
    assert check.verdict is Verdict.UNDECIDED
    assert "no more can be certified" in (check.reason or "")


def test_a_value_without_variables_is_certified() -> None:
    assert lines(solved("1/3 + 1/6")) == [("f", "0.5"), ("check", "agrees with exact arithmetic")]
