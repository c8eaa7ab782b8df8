"""Exact values: what is known by hand, that each is the certified number, and that none is said where none is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcli.calculus.balls.certify import Unknown, formula_at
from gradcli.calculus.exact import MAX_LENGTH, is_number
from gradcli.calculus.rationals import fraction_text, integer_text
from gradcli.calculus.results import Exact, Question, Request, Variables
from gradcli.language import DiagnosticError, parse
from gradcli.language.tree import Program
from gradcli.operations import vocabulary
from gradcli.problem import Problem, Solution, solve
from gradcli.render.numbers import texts_in_rows
from tests.calculus.generator import Generator


def solved(text: str, point: str = "", *, full: bool = False, **more: object) -> Solution:
    """A problem at a point that is written as `x=pi/4, y=[1, 2]`."""
    at = f"{text} at {point}" if point else text
    return solve(Problem(at, **more), formulas=False, exact=True, full=full)  # type: ignore[arg-type]


def exact(text: str, point: str = "", **more: object) -> Exact:
    found = solved(text, point, **more).exact
    assert found is not None
    return found


def values(text: str, point: str = "", **more: object) -> tuple[str | None, ...]:
    """The exact texts of a value and of the derivatives, in order."""
    solution = solved(text, point, **more)
    assert solution.exact is not None
    keys: list[tuple[Variables, tuple[int, ...]]] = [((), place) for place in np.ndindex(solution.numbers.value.shape)]
    if solution.of is not None:
        keys = []
    for variables, array in solution.numbers.derivatives.items():
        keys += [(variables, place) for place in np.ndindex(array.shape)]
    return tuple(solution.exact.texts.get(key) for key in keys)


TABLE: list[tuple[str, str, tuple[str, ...]]] = [
    ("x^2 + x + 1", "x=1/2", ("7/4", "2")),
    ("x^3", "x=1/2", ("1/8", "3/4")),
    ("x^3", "x=0.1", ("1/1000", "3/100")),
    ("1/x", "x=3", ("1/3", "-1/9")),
    ("x/(1 + x)", "x=1/3", ("1/4", "9/16")),
    ("x^4", "x=-2/3", ("16/81", "-32/27")),
    ("2x", "x=3", ("6", "2")),
    ("x^-3", "x=2", ("1/8", "-3/16")),
    ("(x^2 - 1)/(x - 2)", "x=1/3", ("8/15", "-2/25")),
    ("0.1 + 0.2 + x", "x=0.3", ("3/5", "1")),
    ("sin(x)", "x=pi/6", ("1/2", "sqrt(3)/2")),
    ("sqrt(x)", "x=[2, 3, 4]", ("sqrt(2)", "sqrt(3)", "2", "sqrt(2)/4", "sqrt(3)/6", "1/4")),
    ("sqrt(x) y", "x=[2, 3], y=1/3", ("sqrt(2)/3", "sqrt(3)/3", "sqrt(2)/12", "sqrt(3)/18", "sqrt(2)", "sqrt(3)")),
    ("sin(x)", "x=pi/4", ("sqrt(2)/2", "sqrt(2)/2")),
    ("cos(x)", "x=pi/4", ("sqrt(2)/2", "-sqrt(2)/2")),
    ("cos(x)", "x=pi/3", ("1/2", "-sqrt(3)/2")),
    ("cos(x)", "x=pi", ("-1", "0")),
    ("tan(x)", "x=pi/3", ("sqrt(3)", "4")),
    ("tan(x)", "x=pi/4", ("1", "2")),
    ("tan(x)", "x=pi/6", ("sqrt(3)/3", "4/3")),
    ("sec(x)", "x=pi/3", ("2", "2*sqrt(3)")),
    ("csc(x)", "x=pi/6", ("2", "-2*sqrt(3)")),
    ("cot(x)", "x=pi/6", ("sqrt(3)", "-4")),
    ("sin(x)", "x=pi/12", ("sqrt(6)/4 - sqrt(2)/4", "sqrt(2)/4 + sqrt(6)/4")),
    ("cos(x)", "x=pi/5", ("1/4 + sqrt(5)/4", "-sqrt(5/8 - sqrt(5)/8)")),
    ("sin(x)", "x=1", ("sin(1)", "cos(1)")),
    ("sin(x)/x", "x=pi/2", ("2/pi", "-4/pi**2")),
    ("x sin(x)", "x=pi/3", ("sqrt(3)*pi/6", "pi/6 + sqrt(3)/2")),
    ("sin(x)^2 + cos(x)^2", "x=1", ("1", "0")),
    ("sin(x)^2", "x=pi/8", ("1/2 - sqrt(2)/4", "sqrt(2)/2")),
    ("asin(x)", "x=1/2", ("pi/6", "2*sqrt(3)/3")),
    ("acos(x)", "x=1/2", ("pi/3", "-2*sqrt(3)/3")),
    ("atan(x)", "x=1", ("pi/4", "1/2")),
    ("atan(x)", "x=sqrt(3)", ("pi/3", "1/4")),
    ("sqrt(x)", "x=8", ("2*sqrt(2)", "sqrt(2)/8")),
    ("sqrt(x)", "x=4", ("2", "1/4")),
    ("sqrt(x)", "x=1/4", ("1/2", "1")),
    ("sqrt(x)", "x=2", ("sqrt(2)", "sqrt(2)/4")),
    ("x^2", "x=sqrt(2)", ("2", "2*sqrt(2)")),
    ("x^3", "x=sqrt(2)", ("2*sqrt(2)", "6")),
    ("1/x", "x=sqrt(2)", ("sqrt(2)/2", "-1/2")),
    ("1/(1 + x)", "x=sqrt(2)", ("sqrt(2) - 1", "2*sqrt(2) - 3")),
    ("cbrt(x)", "x=-8", ("-2", "1/12")),
    ("cbrt(x)", "x=2", ("2**(1/3)", "2**(1/3)/6")),
    ("x^(1/3)", "x=5", ("5**(1/3)", "5**(1/3)/15")),
    ("x^(2/3)", "x=8", ("4", "1/3")),
    ("sqrt(3 + 2sqrt(x))", "x=2", ("1 + sqrt(2)", "(2 - sqrt(2))/4")),
    ("(1 + sqrt(x))^60", "x=2", ("(1 + sqrt(2))**60", "15*sqrt(2)*(1 + sqrt(2))**59")),
    ("exp(x)", "x=0", ("1", "1")),
    ("exp(x)", "x=1", ("e", "e")),
    ("exp(x)", "x=2", ("exp(2)", "exp(2)")),
    ("exp(x)", "x=log(3)", ("3", "3")),
    ("exp(2x)", "x=log(3)", ("9", "18")),
    ("x exp(x)", "x=1", ("e", "2*e")),
    ("log(x)", "x=e", ("1", "exp(-1)")),
    ("log(x)", "x=2", ("log(2)", "1/2")),
    ("log(x)", "x=0.1", ("-log(10)", "10")),
    ("log(x)/log(2)", "x=8", ("3", "1/(8*log(2))")),
    ("log2(x)", "x=32", ("5", "1/(32*log(2))")),
    ("log10(x)", "x=1000", ("3", "1/(1000*log(10))")),
    ("x log(x)", "x=2", ("2*log(2)", "log(2) + 1")),
    ("2^x", "x=3", ("8", "8*log(2)")),
    ("2^x", "x=1/2", ("sqrt(2)", "sqrt(2)*log(2)")),
    ("x^x", "x=2", ("4", "4*log(2) + 4")),
    ("cosh(x)", "x=log(2)", ("5/4", "3/4")),
    ("sinh(x)", "x=log(3)", ("4/3", "5/3")),
    ("tanh(x)", "x=log(2)", ("3/5", "16/25")),
    ("asinh(x)", "x=3/4", ("log(2)", "4/5")),
    ("gamma(x)", "x=5", ("24", "24*digamma(1) + 50")),
    ("erf(x)", "x=0", ("0", "2/sqrt(pi)")),
    ("sigmoid(x)", "x=0", ("1/2", "1/4")),
    ("sigmoid(x)", "x=1", ("e/(1 + e)", "e/(1 + e)**2")),
    ("softplus(x)", "x=0", ("log(2)", "1/2")),
    ("gelu(x)", "x=0", ("0", "1/2")),
    ("sinc(x)", "x=1/2", ("2/pi", "-4/pi")),
    ("relu(x)", "x=1/3", ("1/3", "1")),
    ("|x - 2|", "x=sqrt(2)", ("2 - sqrt(2)", "-1")),
    ("abs(x)", "x=-pi", ("pi", "-1")),
    ("max(x, 3)", "x=pi", ("pi", "1")),
    ("floor(x) x", "x=pi", ("3*pi", "3")),
    ("where(x > 1, x^2, x^3)", "x=sqrt(3)", ("3", "2*sqrt(3)")),
    ("x^10000", "x=2", ("2**10000", "625*2**10003")),
    ("x^100", "x=10", ("10**100", "10**101")),
    ("sqrt(8)", "", ("2*sqrt(2)",)),
    ("1/3 + 1/6", "", ("1/2",)),
    ("sin(pi/4)", "", ("sqrt(2)/2",)),
    ("y = x^2; sin(y)", "x=sqrt(pi)/2", ("sqrt(2)/2", "sqrt(2)*sqrt(pi)/2")),
    ("d/dx sin(x)", "x=pi/4", ("sqrt(2)/2", "-sqrt(2)/2")),
    ("x^y", "x=2, y=1/2", ("sqrt(2)", "sqrt(2)/4", "sqrt(2)*log(2)")),
    ("atan2(y, x)", "x=1, y=sqrt(3)", ("pi/3", "1/4", "-sqrt(3)/4")),
    ("hypot(x, y)", "x=1, y=1", ("sqrt(2)", "sqrt(2)/2", "sqrt(2)/2")),
    ("x^2 + y^2 = 25", "x=3, y=4", ("-3/4",)),
    ("x^2 + y^2 = 2", "x=1/2, y=sqrt(7)/2", ("-sqrt(7)/7",)),
    ("x@x", "x=[sqrt(2), 1/2]", ("9/4", "2*sqrt(2)", "1")),
    ("sum(exp(x))", "x=[0, 1]", ("1 + e", "1", "e")),
    ("det(m)", "m=[[1, sqrt(2)], [pi, 3]]", ("3 - sqrt(2)*pi", "3", "-pi", "-sqrt(2)", "1")),
    ("norm(x)", "x=[1, 2]", ("sqrt(5)", "sqrt(5)/5", "2*sqrt(5)/5")),
]


@pytest.mark.parametrize(("text", "point", "expected"), TABLE)
def test_exact_values_are_those_known_by_hand(text: str, point: str, expected: tuple[str, ...]) -> None:
    assert values(text, point) == expected


@pytest.mark.parametrize(
    ("text", "point", "more", "expected"),
    [
        ("sin(x)", "x=pi/6", {"order": 3}, ("1/2", "-sqrt(3)/2")),
        ("exp(x y)", "x=1/2, y=2", {"request": Request.HESSIAN}, ("e", "4*e", "2*e", "2*e", "e/4")),
        ("[x^2, x y]", "x=1/3, y=pi", {"request": Request.JACOBIAN}, ("1/9", "pi/3", "2/3", "pi", "0", "1/3")),
        (
            "[x^2, sqrt(x)]",
            "x=2",
            {"request": Request.VJP, "cotangent": np.array([0.5, 4.0])},
            ("4", "sqrt(2)", "sqrt(2) + 2"),
        ),
        ("x^2 y^3", "x=sqrt(2), y=1/3", {"partial": ("x", "y")}, ("2/27", "2*sqrt(2)/3")),
        ("x^2 + y^2 = 2", "x=1/2, y=sqrt(7)/2", {"order": 2}, ("-16*sqrt(7)/49",)),
        ("x y", "x=0.5, y=0.25", {"dtype": "float32"}, ("1/8", "1/4", "1/2")),
        ("x^2", "x=0.1", {"dtype": "float32"}, ("1/100", "1/5")),
        ("x^2 y", "x=1/3, y=2", {"wrt": ("y",)}, ("2/9", "1/9")),
    ],
)
def test_every_kind_of_derivative_has_exact_values(
    text: str, point: str, more: dict[str, object], expected: tuple[str, ...]
) -> None:
    assert values(text, point, **more) == expected


@pytest.mark.parametrize("seeds", [range(8), pytest.param(range(8, 80), marks=pytest.mark.slow)])
def test_every_exact_text_is_the_certified_number(seeds: range) -> None:
    asked = 0
    for seed in seeds:
        text = Generator(seed).scalar(3)
        point = {"x": "sqrt(2)", "y": "1/3", "v": "[1/2, pi/4]", "m": "[[1, 2], [3, 1/2]]"}
        names = [name for name in point if name in text]
        program = parse(text, vocabulary(), names).program
        bindings = {name: parse(point[name], vocabulary()).program.result for name in names}
        asked += _held(text, bindings, program)
    assert asked > len(seeds)


def _held(text: str, bindings: dict[str, object], program: Program) -> int:
    """How many exact texts there were, each of which must be the certified number."""
    try:
        solution = solve(Problem(text, bindings), formulas=False, exact=True)  # type: ignore[arg-type]
    except DiagnosticError:  # it has no derivative
        return 0
    assert solution.check is not None
    assert solution.exact is not None
    for (variables, place), written in solution.exact.texts.items():
        array = solution.check.certified[variables] if variables else solution.check.certified_value
        anywhere = Question(program, {}, ())
        asked = formula_at(written, anywhere)
        assert asked is not None, (text, written)
        assert not isinstance(asked[1].value[()], Unknown), (text, written)
        assert is_number(written, array[place], anywhere), (text, written)
    return len(solution.exact.texts)


def test_a_text_that_is_another_number_is_refused() -> None:
    solution = solved("sin(x)", "x=1")
    assert solution.check is not None
    number = solution.check.certified_value[()]
    anywhere = Question(solution.program, {}, ())
    assert is_number("sin(1)", number, anywhere)
    assert not is_number("sin(1) + 1e-18", number, anywhere)
    assert not is_number("0.8414709848", number, anywhere)
    assert not is_number("not a number", number, anywhere)


def test_where_something_switches_nothing_exact_is_said_of_the_derivative() -> None:
    assert values("relu(x)", "x=0") == ("0", None)
    assert values("max(x, y) + sqrt(2)", "x=3, y=3") == ("sqrt(2) + 3", None, None)
    assert values("1/x", "x=0") == (None, None)
    assert values("x^2", "x=nan") == (None, None)


def test_at_a_singular_point_the_derivative_is_exact_where_it_exists() -> None:
    assert values("x |x|", "x=0") == ("0", "0")


def test_long_values_are_left_out_with_their_length_and_full_has_them() -> None:
    text, point = "(1+sqrt(x))^9/(x^9+x^8+sqrt(x+1)+1/sqrt(x-1))", "x=7"
    short = exact(text, point)
    assert (("x",), ()) not in short.texts
    assert short.lengths[("x",), ()] > MAX_LENGTH
    assert len(exact(text, point, full=True).texts[("x",), ()]) == short.lengths[("x",), ()]


@pytest.mark.parametrize(
    ("text", "point", "reason"),
    [
        ("x^(10^9)", "x=3", "a number of too many digits"),
        ("sin(x)", "x=1e30", "a function of a number of too many digits"),
        ("x^2 + y^2 = 25", "x=1, y=4.899", "there are no exact values: the point was moved onto the curve"),
    ],
)
def test_why_there_is_no_exact_value_is_said(text: str, point: str, reason: str) -> None:
    assert any(note.message.endswith(reason) for note in solved(text, point).notes)


def test_a_variable_called_e_keeps_its_letter() -> None:
    assert values("exp(x) e", "x=1, e=2") == ("2*exp(1)", "2*exp(1)", "exp(1)")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2**10000, "2**10000"),
        (10**100, "10**100"),
        (7 * 10**300, "7*10**300"),
        (10000 * 2**9999, "625*2**10003"),
        (100 * 7**99, "100*7**99"),
        (-(10**20), "-10**20"),
        (12345678901234567890123, "12345678901234567890123"),
        (123456, "123456"),
        (0, "0"),
    ],
)
def test_huge_whole_numbers_are_written_as_powers(number: int, text: str) -> None:
    assert integer_text(number) == text


def test_a_whole_number_is_what_is_written() -> None:
    for seed in range(300):
        number = 2 ** (seed % 70) * 3 ** (seed % 41) * 5 ** (seed % 67) * (seed + 1)
        product = math.prod(int(base) ** int(power or 1) for base, _, power in _factors(integer_text(number)))
        assert product == number


def _factors(text: str) -> list[tuple[str, str, str]]:
    return [part.partition("^") for part in text.replace("**", "^").split("*")]


def test_a_fraction_has_brackets_where_it_is_divided_by_a_product() -> None:
    assert fraction_text(1, 3 * 10**40) == "1/(3*10**40)"
    assert fraction_text(-7, 4) == "-7/4"
    assert fraction_text(-1, 10**40) == "-1/10**40"


def test_exact_texts_stand_in_rows_as_numbers_do() -> None:
    texts = {(0, 0): "1/2", (0, 1): "sqrt(2)", (1, 0): "3", (1, 1): "pi"}
    assert texts_in_rows(texts, (2, 2)) == "[[    1/2, sqrt(2)],\n [      3,      pi]]"
    assert texts_in_rows({(0,): "1/2", (1,): "e"}, (2,)) == "[1/2, e]"
    assert texts_in_rows({(): "e"}, ()) == "e"
