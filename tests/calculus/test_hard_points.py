"""At points where floats fail, what is shown is right to its last digit, or said to be undecided, which is rare."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from gradcli.calculus.results import Request, Verdict
from gradcli.problem import Solution, solve
from tests.calculus.certified import Coordinates, entries, problem
from tests.calculus.hard_points import Hard, hard_points
from tests.calculus.oracle import is_right
from tests.cli.process import gradcli

POINTS = list(hard_points())
SPOKEN_FOR = (Verdict.AGREES, Verdict.CORRECTED)
MOST_UNDECIDED = 0.03


def request(hard: Hard) -> Request:
    return Request.HESSIAN if hard.hessian else Request.GRADIENT


def solved(hard: Hard, digits: int) -> Solution:
    asked = problem(hard.text, hard.point, request=request(hard), order=hard.order, dtype=hard.dtype, digits=digits)
    return solve(asked, formulas=False)


def test_there_are_three_hundred_points_and_more() -> None:
    assert len(set(map(str, POINTS))) == len(POINTS) >= 300


@pytest.mark.parametrize("hard", POINTS, ids=str)
def test_what_is_shown_is_right_to_its_last_digit(hard: Hard) -> None:
    true = list(entries(hard.function, hard.point, request(hard), hard.order))
    for digits in (6, 17):
        solution = solved(hard, digits)
        assert solution.check is not None
        assert solution.check.verdict is not Verdict.DIFFERS, solution.check.reason
        if any(entry.true is None for entry in true):
            assert solution.check.verdict is Verdict.UNDECIDED
        if solution.check.verdict in SPOKEN_FOR:
            for entry in true:
                shown = entry.shown(solution, digits)
                assert is_right(shown, entry.true), (entry, shown)


def test_undecided_is_rare() -> None:
    undecided = [str(hard) for hard in POINTS if verdict(hard) not in SPOKEN_FOR]
    assert len(undecided) <= MOST_UNDECIDED * len(POINTS), undecided


def verdict(hard: Hard) -> Verdict:
    check = solved(hard, 6).check
    assert check is not None
    return check.verdict


def as_json(hard: Hard) -> str:
    content: dict[str, Any] = {"expr": hard.text, "at": hard.point, "dtype": hard.dtype}
    if hard.hessian:
        content["request"] = "hessian"
    if hard.order > 1:
        content["order"] = hard.order
    return json.dumps(content)


def test_a_batch_says_the_same() -> None:
    outcome = gradcli("batch", "-", "--from", "jsonl", "--to", "jsonl", stdin="\n".join(map(as_json, POINTS)))
    records = [json.loads(line) for line in outcome.out.splitlines()]
    for hard, record in zip(POINTS, records, strict=True):
        assert record["check"]["verdict"] == verdict(hard).value, hard


@pytest.mark.parametrize("digits", [6, 17])
def test_the_command_shows_what_the_batch_has(digits: int) -> None:
    chosen = [each for each in POINTS if each.order == 1 and not each.hessian and each.dtype == "float64"][::300]
    batch = gradcli(
        "batch", "-", "--from", "jsonl", "--to", "jsonl", "--digits", str(digits), stdin="\n".join(map(as_json, chosen))
    )
    for hard, line in zip(chosen, batch.out.splitlines(), strict=True):
        known = json.loads(line)
        outcome = gradcli(hard.text, *operands(hard.point), "--json", "--digits", str(digits))
        alone = json.loads(outcome.out)
        for field in ("value", "grad", "engine", "check"):
            assert alone.get(field) == known.get(field), (hard, field)


def operands(point: Coordinates) -> list[str]:
    return [
        f"{name}={value if isinstance(value, str) else '[' + ', '.join(value) + ']'}" for name, value in point.items()
    ]


def row(text: str, point: dict[str, Any], value: str | None, gradient: dict[str, Any], **more: Any) -> Any:
    return pytest.param(text, point, value, gradient, more, id=f"{text} {more or ''}")


DECIDED = [
    row("(1-cos(x))/x^2", {"x": "1e-8"}, "0.5", {"x": "-8.33333e-10"}),
    row("(exp(x)-1)/x", {"x": "1e-10"}, "1", {"x": "0.5"}),
    row("((x+1e16)-1e16)^2", {"x": "3"}, "9", {"x": "6"}),
    row("sin(x)/x", {"x": "0.01"}, "0.999983", {"x": "-0.0033333"}),
    row("expm1(x)", {"x": "-40"}, "-1", {"x": "4.24835e-18"}),
    row("sigmoid(x)", {"x": "33"}, "1", {"x": "4.65889e-15"}),
    row("tanh(x)", {"x": "17"}, "1", {"x": "6.85563e-15"}),
    row("softmax(x)[0]", {"x": ["40", "0"]}, "1", {"x": ["4.24835e-18", "-4.24835e-18"]}),
    row("x^round(2.5)", {"x": "3"}, "9", {"x": "6"}),
    row("tensor(x)^2", {"x": "3"}, "9", {"x": "0"}),
    row("sum(cat([v, w]))", {"v": ["1", "2"], "w": ["3"]}, "6", {"v": ["1", "1"], "w": ["1"]}),
    row("norm(x)", {"x": ["1e200", "1e200"]}, "1.41421e+200", {"x": ["0.707107", "0.707107"]}),
    row("norm(x)", {"x": "1e200"}, "1e+200", {"x": "1"}),
    row("x^1000", {"x": "3"}, "1.32207e+477", {"x": "4.4069e+479"}),
    row("0.1+0.2-0.3+x", {"x": "0"}, "0", {"x": "1"}),
    row("gelu(x)", {"x": "1e160"}, "1e+160", {"x": "1"}),
    row("x/sqrt(1+x^2)", {"x": "1e200"}, "1", {"x": "1e-600"}),
]
"""Rows of the issue's table of inputs that failed, and of their kinds, with the right numbers to six digits."""


@pytest.mark.parametrize(("text", "point", "value", "gradient", "more"), DECIDED)
def test_inputs_of_the_issue_have_the_right_numbers(
    text: str, point: dict[str, Any], value: str, gradient: dict[str, Any], more: dict[str, Any]
) -> None:
    solution = solve(problem(text, point, digits=6, **more), formulas=False)
    assert solution.check is not None
    assert solution.check.verdict in SPOKEN_FOR, solution.check.reason
    shown = {(): value} | {(name,): decimals for name, decimals in gradient.items()}
    for variables, decimals in shown.items():
        one = isinstance(decimals, str)
        for at, decimal in enumerate([decimals] if one else decimals):
            position = () if one else (at,)
            assert shown_at(solution, variables, position) == decimal


def shown_at(solution: Solution, variables: tuple[str, ...], position: tuple[int, ...]) -> str:
    numbers = solution.numbers
    text = numbers.texts.get((variables, position))
    array = numbers.derivatives[variables] if variables else numbers.value
    return text if text is not None else format(float(array[position]), ".6g")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("asec(x/x)", {"x": "1.76"}),
        ("sec(tan(sign(asin(x))))", {"x": "1"}),
        ("e^(-x)", {"x": "inf"}),
        ("abs(x)", {"x": "0"}),
        ("1/x", {"x": "0"}),
        ("max(2.2, ceil(y))", {"y": "2"}),
        ("where(floor(x) > 1, x, 0)", {"x": "2"}),
        ("ln(x)", {"x": "-1"}),
        ("x*nan", {"x": "1"}),
    ],
)
def test_inputs_of_the_issue_without_a_derivative_are_undecided(text: str, point: dict[str, str]) -> None:
    check = solve(problem(text, point), formulas=False).check
    assert check is not None
    assert check.verdict is Verdict.UNDECIDED
    assert check.reason


@pytest.mark.parametrize(
    ("text", "point", "more"),
    [
        ("(x^x)^0", {"x": "-7"}, {}),
        ("sech(2x)", {"x": "1e16"}, {}),
        ("y/(y-x)", {"x": "-1", "y": "1e8"}, {}),
        ("csch(x)", {"x": "-1e300"}, {"request": Request.HESSIAN}),
        ("gelu(x)", {"x": "1e160"}, {"order": 2}),
        ("atan(min(x, y)/(1.5x))", {"x": "1e-300", "y": "-0.5"}, {}),
        ("x^3/(2.5 + x^3)", {"x": "1.25"}, {"order": 3, "dtype": "float32"}),
        ("(sqrt(x+1)-sqrt(x))^2", {"x": "1e4"}, {}),
    ],
)
def test_inputs_of_the_issue_that_are_right_do_not_differ(
    text: str, point: dict[str, str], more: dict[str, Any]
) -> None:
    check = solve(problem(text, point, **more), formulas=False).check
    assert check is not None
    assert check.verdict is not Verdict.DIFFERS, check.reason


def test_all_zeros_of_a_hessian_are_certified() -> None:
    asked = problem("(x/(x*y))*((y+y)-y^(-1))", {"x": "1e-8", "y": "-3.06"}, request=Request.HESSIAN)
    solution = solve(asked, formulas=False)
    assert solution.check is not None
    assert solution.check.verdict in SPOKEN_FOR, solution.check.reason
    assert float(solution.numbers.derivatives["x", "x"]) == float(solution.numbers.derivatives["x", "y"]) == 0


def test_higher_orders_of_the_issue_are_checked() -> None:
    for text, x, order in (("ln(1+x)", "0", 6), ("1/x", "2", 8)):
        found = Counter(
            solve(problem(text, {"x": x}, order=each), formulas=False).check.verdict  # type: ignore[union-attr]
            for each in range(1, order + 1)
        )
        assert sum(found[each] for each in SPOKEN_FOR) == order, found
