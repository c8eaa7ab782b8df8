"""Right answers in forms that SymPy makes, and wrong ones a little away from them."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest
import sympy

from gradcli.homework import Judge, Verdict, make_question

FUNCTIONS = [
    "x**3*(x - 2)**2",
    "(x**2 + 1)**3/(x + 3)",
    "(2*x - 1)/(x**2 + x + 1)",
    "1/(x*(x + 1)*(x + 2))",
    "sin(x)**3*cos(x)**2",
    "sin(2*x)*cos(3*x)",
    "sin(x)/(2 + cos(x))",
    "tan(x)**2",
    "x**2*exp(-x)*sin(x)",
    "exp(2*x)*(x**2 - x)",
    "exp(x)/(1 + exp(x))",
    "log(x)*log(x + 1)",
    "log(x**2*(x + 1)**3)",
    "x**3*log(5*x)",
    "sqrt(x)*(x + 1)**2",
    "sqrt(x**2 + 4)/x",
    "x**(2/3)*(x - 1)",
    "sinh(x)*cosh(2*x)",
    "atan(x**2)*x",
    "asin(x)*sqrt(1 - x**2)",
]
REWRITES: dict[str, Callable[[sympy.Expr], sympy.Expr]] = {
    "as it is": lambda expression: expression,
    "expanded": sympy.expand,
    "factored": sympy.factor,
    "over one denominator": sympy.together,
    "without common factors": sympy.cancel,
    "with angles taken apart": lambda expression: sympy.expand_trig(sympy.expand(expression)),
    "with sines and cosines as exponentials taken back": lambda expression: sympy.fu(expression),
    "with logarithms taken apart": lambda expression: sympy.expand_log(expression, force=True),
    "with powers gathered": sympy.powsimp,
    "with roots below gone": sympy.radsimp,
    "collected by x": lambda expression: sympy.collect(sympy.expand(expression), sympy.Symbol("x")),
    "simplified": sympy.simplify,
}
SHIFTS = ["1e-9", "1e-7*x", "sin(pi*x)/100", "x*(x-1)*(x-2)*(x+1)/1000", "exp(-1000*(x-0.7)^2)", "1e-25"]
X = sympy.Symbol("x", positive=True)


@cache
def judge(function: str) -> Judge:
    return Judge(make_question(function))


def derivative(function: str) -> sympy.Expr:
    """SymPy's derivative, with our names: the function is one of the table above."""
    names = {"x": X, **{name: getattr(sympy, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt")}}
    names |= {name: getattr(sympy, name) for name in ("sinh", "cosh", "atan", "asin")}
    return sympy.diff(
        sympy.parse_expr(function.replace("2/3", "Rational(2, 3)"), names | {"Rational": sympy.Rational}), X
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_right_answer_is_right_in_every_form(function: str) -> None:
    found = derivative(function)
    for name, rewrite in REWRITES.items():
        answer = str(rewrite(found))
        judgement = judge(function).judge(answer)
        assert judgement.verdict is Verdict.CORRECT, (name, answer, judgement)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_little_more_than_the_right_answer_is_wrong(function: str) -> None:
    found = derivative(function)
    for shift in SHIFTS:
        for rewrite in (sympy.expand, sympy.together):
            answer = f"{rewrite(found)} + {shift}"
            assert judge(function).judge(answer).verdict is Verdict.WRONG, answer


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_right_answer_with_one_number_changed_is_wrong(function: str) -> None:
    found = sympy.expand(derivative(function))
    generator = random.Random(function)
    terms = list(sympy.Add.make_args(found))
    for _ in range(3):
        changed = generator.randrange(len(terms))
        factor = generator.choice([-1, 2, sympy.Rational(1, 2), sympy.Rational(101, 100)])
        answer = str(sympy.Add(*(factor * term if at == changed else term for at, term in enumerate(terms))))
        assert judge(function).judge(answer).verdict is Verdict.WRONG, answer
