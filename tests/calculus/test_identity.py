"""Identities proved by arithmetic of polynomials, and what must never be proved."""

from __future__ import annotations

import pytest

from gradcli.calculus.identity import Prover
from gradcli.language import Expr, parse
from gradcli.operations import vocabulary

EQUAL = """
2x | x + x
(x+1)^20 | (x^2+2x+1)^10
1/(1+x) - 1/(x-1) | -2/(x^2-1)
(x^3-1)/(x-1) | x^2+x+1
x/(x+1) | 1 - 1/(x+1)
1/(1+1/(1+1/x)) | (x+1)/(2x+1)
0.1x + 0.2x | 0.3x
sqrt(12) | 2sqrt(3)
sqrt(x)*sqrt(x) | x
x^(3/2) | x*sqrt(x)
x/sqrt(x^2+1) | x*sqrt(x^2+1)/(x^2+1)
sqrt(4x+4) | 2sqrt(x+1)
sqrt(x^2) | |x|
|x|*|x| | x^2
x/|x| | sign(x)
|x y| | |x|*|y|
sqrt(x^2-1) | sqrt(x-1)*sqrt(x+1)
-x/sqrt(1-x^2) | -x/(sqrt(1-x)*sqrt(1+x))
cbrt(x)^3 | x
cbrt(x)^2 | |x|^(2/3)
ln(x^2) | 2ln|x|
ln(6x) | ln(2) + ln(3) + ln(x)
ln(x/y) + ln(y) | ln(x)
ln(e^x) | x
e^(ln(x)) | x
log10(x) | ln(x)/ln(10)
e^(2x+1) | e*e^x*e^x
2^x*3^x | 6^x
x^x | e^(x ln(x))
x^(x-1)*x | x^x
sin(x)^2 + cos(x)^2 | 1
sin(2x) | 2sin(x)*cos(x)
cos(3x) | 4cos(x)^3 - 3cos(x)
sin(x+y) | sin(x)*cos(y) + cos(x)*sin(y)
tan(x/2) | sin(x)/(1+cos(x))
sec(x)^2 | 1 + tan(x)^2
cot(x) | cos(x)/sin(x)
sin(x+pi/3) | sin(x)/2 + sqrt(3)/2*cos(x)
cos(pi/2-x) | sin(x)
sin(x+pi/12) | sin(x)*cos(pi/12) + cos(x)*sin(pi/12)
cos(sin(x))^2 + sin(sin(x))^2 | 1
cos(asin(x)) | sqrt(1-x^2)
sin(atan(x)) | x/sqrt(1+x^2)
acos(x) + asin(x) | pi/2
asin(-x) | -asin(x)
1 - tanh(x)^2 | sech(x)^2
cosh(2x) | 2cosh(x)^2 - 1
asinh(x) | ln(x + sqrt(x^2+1))
atanh(x) | ln((1+x)/(1-x))/2
sigmoid(x)*(1-sigmoid(x)) | e^x/(1+e^x)^2
sigmoid(x) | (1+tanh(x/2))/2
logaddexp(0, x) | ln(1+e^x)
1/(x ln(x) ln(ln(x))) | 1/(ln(x^x)*ln(ln(x)))
gamma(x+1)*2 | gamma(1+x) + gamma(x+1)
"""

DIFFERENT = """
2x | 3x
x | |x|
sqrt(x^2) | x
ln(x^2) | 2ln(x) + 1e-30
1/x | 1/|x|
x^(1/3) | cbrt(x) + 1
sin(x) | cos(x)
sin(x)^2 | sin(x^2)
tan(x) | sin(x)
e^x | e^x + 10^-40
(x^9)^9 | x^80
sqrt(2) | 1.41421356237309504880
pi | 3.14159265358979323846
e | 2.71828182845904523536
where(x > 0, ln(x), 0) + |x| | where(x > 0, ln(x), 0) + x
max(x, 1) | max(1, 2x)
atan2(x, 1) | atan2(1, x)
sin(1e-9x) | 1e-9sin(x)
x y | x + y
0 | 1e-50
"""

OUT_OF_REACH = [
    "9^9^9",
    "(10^10000)^10000*x",
    "(x+y+z+1)^200 + 1/(x+2y)^200",
    "*".join(f"(x+{n})" for n in range(1, 300)),
    "x^(1/1009)",
    "sqrt(1000000007*1000000009*x)",
    "sin(" * 90 + "x" + ")" * 90,
    "x % 2",
    "[x, 1]",
]


def read(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


def pairs(table: str) -> list[tuple[str, str]]:
    return [tuple(line.split(" | ", 1)) for line in table.strip().splitlines()]  # type: ignore[misc]


@pytest.mark.parametrize(("left", "right"), pairs(EQUAL))
def test_an_identity_is_proved_from_both_sides(left: str, right: str) -> None:
    assert Prover(read(left)).proves(read(right))
    assert Prover(read(right)).proves(read(left))


@pytest.mark.parametrize(("left", "right"), pairs(DIFFERENT))
def test_what_differs_is_never_proved(left: str, right: str) -> None:
    assert not Prover(read(left)).proves(read(right))
    assert not Prover(read(right)).proves(read(left))


@pytest.mark.parametrize("text", OUT_OF_REACH)
def test_what_is_out_of_reach_is_given_up_quietly(text: str) -> None:
    assert not Prover(read("x^2 + 1")).proves(read(text))
    assert not Prover(read(text)).proves(read("x^2 + 1"))


def test_signs_come_from_where_the_function_is_defined() -> None:
    assert not Prover(read("1/x")).proves(read("1/|x|"))
    assert Prover(read("1/x"), where=[read("ln(x)")]).proves(read("1/|x|"))
    assert Prover(read("1/x"), positive=["x"]).proves(read("1/|x|"))
    assert not Prover(read("1/x"), where=[read("ln|x|")]).proves(read("1/|x|"))


def test_what_one_answer_says_of_signs_is_forgotten_for_the_next() -> None:
    prover = Prover(read("2x"))
    assert prover.proves(read("2sqrt(x)^2"))
    assert not prover.proves(read("2|x|"))
