"""The forms of SymPy's derivatives: decimals as they were written, the shortest of a few forms, none that says more
than the derivative does."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.formula import narrowed, value
from gradcli.calculus.entries import scalar
from gradcli.calculus.entries.reading import Reading
from gradcli.calculus.results import Question
from gradcli.calculus.symbolic import formulas
from gradcli.calculus.symbolic.decimals import Decimal, decimal, decimal_text, exact, folded
from gradcli.calculus.symbolic.domains import conditions, same_domain
from gradcli.calculus.symbolic.elements import SymPyArithmetic, gradient
from gradcli.calculus.symbolic.forms import readable, shortest
from gradcli.calculus.symbolic.printer import LanguagePrinter
from gradcli.language import parse
from gradcli.operations import vocabulary
from gradcli.problem import Problem, read
from tests.benchmarks import generated
from tests.benchmarks.formulas import MANUAL

X = sympy.Symbol("x", real=True)


def formula(text: str, order: int = 1) -> str:
    """The derivative by the first variable."""
    found = read(Problem(text))
    question = Question(found.parsed.program, dict.fromkeys(found.names, np.zeros(())), found.wrt, order=order)
    return formulas(question, full=True).derivatives[(found.wrt[0],) * order]


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("sin(3.14159*x)", "3.14159*cos(3.14159*x)"),
        ("6.67e-11 x^2", "1.334e-10*x"),
        ("6.67e-11 x y", "6.67e-11*y"),
        ("0.5 x^2", "x"),
        ("0.5 x^2 + x/3", "x + 1/3"),
        ("x^1.5", "1.5*x**0.5"),
        ("x^0.5", "0.5/x**0.5"),
        ("2.0 x^2.0", "4*x"),
        ("0.1 x^2/3", "0.2*x/3"),
        ("x^2/1.5", "2*x/1.5"),
        ("2.5 x + 1.5 x^2 + 0.5x", "3*x + 3"),
        ("5.972e24 x", "5.972e24"),
        ("1e3 x", "1000"),
        ("-0.25 x^2", "-0.5*x"),
        ("exp(-0.5 x^2)", "-x*exp(-0.5*x**2)"),
        ("x sqrt(2.5)", "sqrt(2.5)"),
        ("x ln(2.5)", "log(2.5)"),
        ("1.1^x", "1.1**x*log(1.1)"),
        ("where(x > 0.5, x^2, 0.3x)", "where(x > 0.5, 2*x, 0.3)"),
        ("where(0.5 > 0.3, x^2, x)", "2*x"),
        ("3.14159265358979*x^2*2.71828182845905", "2*3.14159265358979*2.71828182845905*x"),
        ("x/2 + 0.75", "1/2"),
        ("x^(1/3)", "1/(3*x**(2/3))"),
    ],
)
def test_decimals_stay_what_was_written_and_exact(text: str, derivative: str) -> None:
    found = formula(text)
    assert _same_number(found, derivative) if "3.14159265358979" in text else found == derivative


def _same_number(found: str, expected: str) -> bool:
    """Whether two products have the same factors, in whatever order."""
    return sorted(found.split("*")) == sorted(expected.split("*"))


def test_second_derivatives_join_their_numbers() -> None:
    assert formula("x^2.5", 2) == "3.75*x**0.5"
    assert formula("sin(0.3x)", 2) == "-0.09*sin(0.3*x)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.25", "0.25"),
        ("120", "120"),
        ("5.972e24", "5.972e24"),
        ("6.67e-11", "6.67e-11"),
        ("0.0001", "0.0001"),
        ("12345678.5", "12345678.5"),
        ("2e-5", "2e-5"),
    ],
)
def test_decimal_text_is_as_people_write_it_and_exact(value: str, text: str) -> None:
    assert decimal_text(sympy.Rational(value)) == text
    assert Fraction(text) == Fraction(value)


def test_what_does_not_end_has_no_decimal_text() -> None:
    assert decimal_text(sympy.Rational(1, 3)) is None


def test_folding_changes_no_value() -> None:
    half, tenth = decimal(sympy.Rational("0.5")), decimal(sympy.Rational("0.1"))
    expression = half * X**half / X + tenth * X / 3 + 2 * tenth * X + half**3 + sympy.sin(half * tenth * X) / half
    assert sympy.simplify(exact(folded(expression)) - exact(expression)) == 0


def test_a_decimal_can_be_sent_to_a_process() -> None:
    number = Decimal(sympy.Rational("0.1"))
    assert pickle.loads(pickle.dumps(number)).value == number.value


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("2x^4 + x^3 + 5x + 1", "8*x**3 + 3*x**2 + 5"),
        ("(x + 1)^10", "10*(x + 1)**9"),
        ("x^2 sin(x)", "x*(x*cos(x) + 2*sin(x))"),
        ("(x + 1)/(x - 1)", "-2/(x - 1)**2"),
        ("((x - 1)/(x + 1))^4", "8*(x - 1)**3/(x + 1)**5"),
        ("x^x", "x**x*(log(x) + 1)"),
        ("ln((1 + x)/(1 - x))", "2/((1 - x)*(x + 1))"),
        ("x/sqrt(x^2 + 1)", "1/(x**2 + 1)**(3/2)"),
        ("sin(x) cos(x)", "cos(2*x)"),
        ("sinh(x) cosh(x)", "cosh(2*x)"),
        ("tan(2x)", "2*sec(2*x)**2"),
        ("ln(x + sqrt(x^2 + 1))", "1/sqrt(x**2 + 1)"),
        ("1/x^2", "-2/x**3"),
        ("1 - x^3", "-3*x**2"),
        ("x - x^3", "1 - 3*x**2"),
        ("cbrt(x)", "1/(3*abs(x)**(2/3))"),
        ("max(x^2, y)", "2*x*where(x**2 > y, 1, 0)"),
    ],
)
def test_the_shortest_of_a_few_forms_is_shown(text: str, derivative: str) -> None:
    assert formula(text) == derivative


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("(x^2 - 1)/(x - 1)", 1),
        ("x/(x^2 + x)", 0),
        ("sin(x) tan(x)/sec(x)", None),
        ("sqrt(x)^2", -1),
        ("x^2/x^3", 0),
        ("asin(x) + x sqrt(1 - x^2)", 1),
        ("exp(ln(x))", -1),
    ],
)
def test_no_form_has_a_value_where_the_derivative_has_none(text: str, hole: int | None) -> None:
    expression, plain = _derivative(text, "x")
    assert same_domain(plain, _sympy(shortest(expression, frozenset({"x"})), ("x",)))
    if hole is not None and _value(LanguagePrinter(frozenset()).text(plain), {"x": hole}) is None:
        assert _value(formula(text), {"x": hole}) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1 / X, X**-3, True),
        (X / X**2, 1 / X, True),
        ((X**2 - 1) / (X - 1), X + 1, False),
        (1 / (X**2 - 1), 1 / ((X - 1) * (X + 1)), True),
        (1 / (X**2 + 1), sympy.Integer(1), True),
        (1 / (sympy.exp(X) + 1), sympy.Integer(1), True),
        (sympy.log(X) / X, sympy.log(X), True),
        (sympy.sqrt(X), X, False),
        (1 / sympy.sqrt(X), sympy.sqrt(X), False),
        (sympy.tan(X), sympy.sin(X) / sympy.cos(X), True),
        (1 / sympy.tan(X), sympy.cot(X), False),
        (1 / (X + sympy.sqrt(X**2 + 1)), sympy.Integer(1), True),
        (1 / (2 * X - 1), 1 / (X - sympy.Rational(1, 2)), True),
    ],
)
def test_domains_are_compared_by_what_must_hold(one: object, other: object, same: bool) -> None:
    assert same_domain(one, other) is same


def test_conditions_name_their_kinds() -> None:
    assert conditions(sympy.sqrt(X) / (X - 1)) == {("nonnegative", X), ("nonzero", X - 1)}


TEXTS = [
    *(text for text in MANUAL if "factorial" not in text and "gamma" not in text),
    *(each.text for each in generated.formulas(60, seed=11)),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_form_that_is_chosen_is_the_derivative_and_has_its_domain(text: str) -> None:
    found = read(Problem(text))
    name = found.names[0]
    expression, plain = _derivative(text, name)
    chosen = shortest(expression, frozenset(found.names))
    written = LanguagePrinter(frozenset(found.names)).text(plain)
    grid = ("-2", "-1", "0", "1", "2", "0.5", "-1.25", "4") if len(found.names) == 1 else ("-1", "0", "1.5")
    places = list(product(grid, repeat=len(found.names)))[:32]
    for place in places:
        point = {each: numbers.from_float(float(number)) for each, number in zip(found.names, place, strict=True)}
        asked, shown = _at(written, point), _at(chosen, point)
        assert (asked is None) == (shown is None), (written, chosen, place)
        assert asked is None or numbers.overlap(asked, shown), (written, chosen, place)


def _derivative(text: str, name: str) -> tuple[object, object]:
    """SymPy's derivative, and that in the form in which it is differentiated."""
    found = read(Problem(text))
    symbols = {each: sympy.Symbol(each, real=True) for each in found.names}
    environment = {each: scalar(symbol) for each, symbol in symbols.items()}
    whole = Reading(SymPyArithmetic(), environment).program(found.parsed.program)[()]
    expression = gradient(whole, [symbols[name]])[symbols[name]]
    return expression, readable(expression)


def _sympy(text: str, names: tuple[str, ...]) -> object:
    """Our text as SymPy's expression."""
    environment = {name: scalar(sympy.Symbol(name, real=True)) for name in names}
    return Reading(SymPyArithmetic(), environment).program(parse(text, vocabulary(), names).program)[()]


def _value(text: str, point: dict[str, float]) -> object:
    return _at(text, {name: numbers.from_float(float(number)) for name, number in point.items()})


def _at(text: str, point: dict[str, object]) -> object:
    """The certified value of a formula, None where it has none."""
    expression = parse(text, vocabulary(), tuple(point)).program.result
    return narrowed(lambda: value(expression, point))
