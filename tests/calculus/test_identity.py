"""Identities proved by arithmetic of polynomials, and what must never be proved."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from gradcli.calculus.identity import Prover, is_zero
from gradcli.calculus.identity.algebra import Algebra
from gradcli.calculus.identity.limits import TableSize
from gradcli.calculus.identity.ratios import Table
from gradcli.calculus.identity.reading import RatioReader
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
(a+b+c+d+f+g)^8*(a-b)^3 | (g+f+d+c+b+a)^8*(a-b)*(a^2-2a*b+b^2)
(a+b+c+d)^1000 | (a+b+c+d)^999*a + (a+b+c+d)^999*(b+c+d)
gamma((x^2-1)/(x-1)) | gamma(x+1)
erf(x/(x+1)) | erf(1 - 1/(x+1))
e^(x/(x+1)) | e*e^(-1/(x+1))
e^(0.123x)*e^(0.0371x) | e^(0.1601x)
sqrt(1-cos(x)^2) | |sin(x)|
ln(sin(2x)) | ln(2) + ln|sin(x)| + ln|cos(x)|
ln(tan(x)) | ln|sin(x)| - ln|cos(x)|
cos(pi/7)^2 + sin(pi/7)^2 | 1
sin(100x) | 2sin(50x)*cos(50x)
1000cos(1000x) + cos(x) | cos(x) + 1000cos(1000x)
sin(x)^1000 | sin(x)^998*(1-cos(x)^2)
x^(1/2)*x^(1/3) | x^(5/6)
sin(x/sqrt(2)) | sin(sqrt(2)*x/2)
sqrt(x^3-3x^2+3x-1) | sqrt(x-1)*|x-1|
atan(sqrt(3)) + asin(-1/2) | pi/6
where(2 > 1, x, ln(x)) | x
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
1/(|x|-x) | 1/(x-|x|)
sqrt(x*y) | sqrt(x)*sqrt(y) + 1e-30
sin(x)*|cos(x)| | |sin(x)|*cos(x)
where(|x| > 0, 1, 2) | 1
where(x > 0, ln(x) + |x+1|, |x+1|) | where(x > 0, ln(x) + x + 1, x + 1)
cos(x)^3 | cos(x^3)
(a+b+c+d)^1000 | (a+b+c+d)^1000 + 1
"""

OUT_OF_REACH = [
    "9^9^9",
    "(10^10000)^10000*x",
    "(x+y+z+1)^200 + 1/(x+2y)^200",
    "*".join(f"(x+{n})" for n in range(1, 300)),
    "x^(1/1009)",
    "sqrt(1000000007*1000000009*x)",
    "sin(" * 90 + "x" + ")" * 90,
    "square(" * 80 + "10^3000*x" + ")" * 80,
    "square(" * 30 + "x+1" + ")" * 30,
    "1/(a+b)^24 + 1/(b+c)^24 + 1/(c+d)^24 + 1/(d+f)^24",
    "+".join(f"1/(x+{n}y+z^{n})" for n in range(1, 40)),
    "((10^300*x+10^-300)^24*(10^300*y+10^-299)^24)^24",
    "1/(sin(x)+cos(y)+tan(z))^20 + 1/(1+sin(2x)+cos(3y)+tan(4z))^20",
    "x^(1/59) + x^(1/58) + x^(1/57)",
    "exp(x^9999/(x^2-y)) + (x^10000+y)/(x-y)",
    "|(a+b+c+d)^20| + ln((a+b+c+d)^20 - (a-b-c-d)^18)",
    "x % 2",
    "[x, 1]",
]

ZERO = """
sin(x)^2 + cos(x)^2 - 1 | x=3/10
((x+1)-1)-x | x=1/3
(x^2-2)/(x+1) | x=sqrt(2)
sin(x) - sqrt(3)/2 | x=pi/3
cos(x) | x=-5pi/2
tan(x) - 1 | x=pi/4
sin(pi/6) - 1/2 |
sin(2pi/3)*cos(5pi/6) + 3/4 |
sin(pi/5) - sin(4pi/5) |
ln(e^2) - 2 |
exp(ln(2)) - 2 |
ln(4/9) + 2ln(3/2) |
ln(sqrt(2)) - ln(2)/2 |
log10(1000) - 3 |
sqrt(2)*sqrt(3) - sqrt(6) |
(sqrt(3+2sqrt(2)))^2 - 3 - 2sqrt(2) |
|1-sqrt(2)| - sqrt(2) + 1 |
|x| + x | x=-1/2
x^x - 4 | x=2
2^x - sqrt(2) | x=1/2
cbrt(x) + 2 | x=-8
x^2 - x*y | x=pi; y=pi
e^x - e^2*e | x=3
gamma(x) - gamma(3) | x=3
acos(x) | x=1
atan(x) - pi/4 | x=1
where(x > 2, ln(x-5), x-1) | x=1
sign(x) | x=0
"""

NOT_ZERO = """
sqrt(x)^2 - x | x=-1
x/x - 1 | x=0
0*(1/x) | x=0
0*ln(x) | x=0
ln(x) - ln(x) | x=-2
ln(x^2) - 2ln(x) | x=-1
x^(1/2) - x^(1/2) | x=-4
tan(x) - tan(x) | x=pi/2
gamma(x) - gamma(x) | x=-1
asin(x) - asin(x) | x=2
asin(1+x) - asin(1+x) | x=1e-59
acosh(x) - acosh(x) | x=1/2
atanh(x) - atanh(x) | x=2
log1p(x) - log1p(x) | x=-1
acot(x) - acot(x) | x=0
0*sqrt(1-sqrt(2)) |
0/(sqrt(2)*sqrt(3) - sqrt(6)) |
0/(sin(1)^2 + cos(1)^2 - 1) |
0/(sqrt(3+2sqrt(2)) - 1 - sqrt(2)) |
ln(sqrt(3+2sqrt(2)) - 1 - sqrt(2))*0 |
y - y | x=1
atan2(x, x) - atan2(x, x) | x=0
where(x > 0, ln(x-1), 0)*0 | x=1/2
pi - 3.14159265358979323846 |
ln(2) - 0.6931471805599453094172321214581765680755 |
sin(x) | x=1e-50
e^pi - pi^e |
x*10^-300 | x=1e-50
"""


def read(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


def at(text: str) -> dict[str, Expr | Fraction]:
    values: dict[str, Expr | Fraction] = {}
    for name, _, value in (each.strip().partition("=") for each in text.split(";") if each.strip()):
        rational = set(value) <= set("0123456789./-e") and value != "e"
        values[name] = Fraction(value) if rational else read(value)
    return values


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


@pytest.mark.parametrize("line", ZERO.strip().splitlines())
def test_what_is_exactly_zero_at_a_point_is_proved_to_be(line: str) -> None:
    text, _, values = line.rpartition("|")
    assert is_zero(read(text), at(values))


@pytest.mark.parametrize("line", NOT_ZERO.strip().splitlines())
def test_what_is_not_zero_or_has_no_value_is_never_called_zero(line: str) -> None:
    text, _, values = line.rpartition("|")
    assert not is_zero(read(text), at(values))


@pytest.mark.parametrize("text", OUT_OF_REACH)
def test_what_is_out_of_reach_at_a_point_is_not_called_zero(text: str) -> None:
    values: dict[str, Expr | Fraction] = dict.fromkeys("abcdfxyz", Fraction(22, 7))
    assert not is_zero(read(text), values)


@pytest.mark.parametrize(("text", "terms"), [("(a+b+c+d)^1000", 1), ("(a+b+c+d)^4", 35), ("(a+1)^1000*(a+b)", 2)])
def test_a_power_too_large_to_be_multiplied_out_is_one_of_a_generator(text: str, terms: int) -> None:
    assert len(RatioReader(Algebra(Table(TableSize()), splitting=False)).read(read(text)).above) == terms


def test_a_one_liner_without_a_check_does_not_load_the_prover() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "gradcli", "x^2", "x=3", "--no-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "numpy" in done.stderr
    assert "flint" not in done.stderr
