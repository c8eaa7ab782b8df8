"""Wrong answers written by hand: for each mistake, questions and what comes of it."""

from __future__ import annotations

from typing import Any

from gradcli.language.values import field, frozen


@frozen
class Case:
    """A question, a wrong answer, and the options of the question."""

    function: str
    answer: str
    options: dict[str, Any] = field(default_factory=dict)


def cases(*pairs: tuple[str, str], **options: Any) -> list[Case]:
    """Questions and answers with the same options."""
    return [Case(function, answer, options) for function, answer in pairs]


def at(function: str, answer: str, **values: Any) -> Case:
    """A question about one point."""
    return Case(function, answer, {"at": values})


MATRIX = [[1, 2, 3], [3, 2, 1]]

CASES: dict[str, list[Case]] = {
    "rounded": [
        *cases(("x^3/9", "0.3333x^2"), ("sqrt(2) x^2", "2.83x"), ("e^(x/3)", "0.333e^(x/3)")),
        at("x^2 sin(x)", "2.22", x=1),
        at("x^3/9", "0.0833", x=0.5),
    ],
    "constant-kept": cases(
        ("x^2 + 5", "2x + 5"),
        ("7 - sin(x)", "7 - cos(x)"),
        ("(x^2 + 3)^4", "4(x^2 + 3)^3 (2x + 3)"),
        ("sqrt(x + 2)", "3/(2 sqrt(x + 2))"),
    ),
    "constant-factor-lost": cases(
        ("3 sin(x)", "cos(x)"),
        ("-4 e^x + x", "-e^x + 1"),
        ("x^2 + 5 ln(x)", "2x + 1/x"),
        ("2 pi x^3", "3 pi x^2"),
    ),
    "constant-factor-as-constant": [
        *cases(("a x^2 + x^3", "3x^2"), ("x + b sin(x)", "1"), ("k e^x - x^2", "-2x"), wrt="x"),
    ],
    "other-variable-differentiated": [
        *cases(("x^2 y", "2x y + x^2"), ("a x + x^3", "a + x + 3x^2"), wrt="x"),
        *cases(("sin(x y)", "(x + y) cos(x y)"), ("x^2 + y^3", "2x + 3y^2"), wrt="y"),
    ],
    "sum-minus-lost": cases(
        ("x^3 - sin(x)", "3x^2 + cos(x)"),
        ("e^x - x^2 - ln(x)", "e^x + 2x - 1/x"),
        ("e^(x - x^2)", "(1 + 2x) e^(x - x^2)"),
        ("-sin(x) + x", "cos(x) + 1"),
    ),
    "power-exponent-kept": cases(("x^3", "3x^3"), ("x^5 + x", "5x^5 + 1"), ("sin(x)^4", "4 sin(x)^4 cos(x)")),
    "power-coefficient-missing": cases(("x^3", "x^2"), ("x^7 - x", "x^6 - 1"), ("(2x + 1)^5", "2(2x + 1)^4")),
    "power-lowered-twice": cases(("x^5", "5x^3"), ("2x^4 + 3", "8x^2"), ("sin(x)^6", "6 sin(x)^4 cos(x)")),
    "power-raised": cases(("x^3", "3x^4"), ("x^2 - x", "2x^3 - 1"), ("ln(x)^2", "2 ln(x)^3/x")),
    "power-negative-exponent": cases(("x^-3", "-3x^-2"), ("1/x^4", "-4/x^3"), ("(x + 1)^-2", "-2/(x + 1)")),
    "root-half-missing": cases(
        ("sqrt(x)", "1/sqrt(x)"),
        ("sqrt(x^2 + 1)", "2x/sqrt(x^2 + 1)"),
        ("x + 3 sqrt(x)", "1 + 3/sqrt(x)"),
        ("cbrt(x)", "1/cbrt(x)^2"),
    ),
    "power-distributed": cases(
        ("(x + 3)^2", "2x"),
        ("(x^2 + x)^3", "6x^5 + 3x^2"),
        ("sqrt(x + 4)", "1/(2 sqrt(x))"),
    ),
    "product-as-product": cases(
        ("x^2 sin(x)", "2x cos(x)"),
        ("x e^x ln(x)", "e^x/x"),
        ("(x^2 + 1) (x^3 - x)", "2x (3x^2 - 1)"),
        ("e^(x sin(x))", "cos(x) e^(x sin(x))"),
    ),
    "product-minus": cases(
        ("x^2 sin(x)", "2x sin(x) - x^2 cos(x)"),
        ("x ln(x)", "ln(x) - 1"),
        ("5 x e^x", "5e^x - 5x e^x"),
    ),
    "product-wrong-partners": cases(
        ("x^2 sin(x)", "2x^3 + sin(x) cos(x)"),
        ("x e^x", "x + e^(2x)"),
        ("3x^2 ln(x)", "18x^3 + ln(x)/x"),
    ),
    "product-term-missing": cases(
        ("x^2 sin(x)", "2x sin(x)"),
        ("x^3 ln(x)", "x^2"),
        ("x e^x sin(x)", "e^x sin(x) + x e^x sin(x)"),
    ),
    "product-as-sum": cases(("x^2 sin(x)", "2x + cos(x)"), ("x^3 e^x", "3x^2 + e^x"), ("4x^2 ln(x)", "8x + 1/x")),
    "quotient-as-quotient": cases(
        ("sin(x)/x^2", "cos(x)/(2x)"), ("x/(x^2 + 1)", "1/(2x)"), ("ln(x)/x^3", "1/(3x^3)")
    ),
    "quotient-plus": cases(
        ("sin(x)/x", "(x cos(x) + sin(x))/x^2"),
        ("x/(x + 1)", "(2x + 1)/(x + 1)^2"),
        ("e^x/(2x)", "(2x e^x + 2e^x)/(4x^2)"),
    ),
    "quotient-reversed": cases(
        ("sin(x)/x", "(sin(x) - x cos(x))/x^2"), ("x/(x + 1)", "-1/(x + 1)^2"), ("1/(x^2 + 1)", "2x/(x^2 + 1)^2")
    ),
    "quotient-denominator-not-squared": cases(
        ("sin(x)/x", "(x cos(x) - sin(x))/x"),
        ("x/(2(x + 1))", "1/(x + 1)"),
        ("1/(x^2 + 1)", "-2x/(x^2 + 1)"),
    ),
    "quotient-numerator-squared": cases(
        ("sin(x)/x", "(x cos(x) - sin(x))/sin(x)^2"), ("x/(x + 1)", "1/x^2"), ("3x^2/(x + 1)", "(3x^2 + 6x)/(9x^4)")
    ),
    "quotient-denominator-missing": cases(
        ("sin(x)/x", "x cos(x) - sin(x)"), ("x^2/(x + 1)", "x^2 + 2x"), ("1/sin(x)", "-cos(x)")
    ),
    "reciprocal-of-derivative": cases(("1/(x^2 + 1)", "1/(2x)"), ("1/sin(x)", "1/cos(x)"), ("3/ln(x)", "3x")),
    "chain-inner-missing": [
        *cases(
            ("sin(x^2)", "cos(x^2)"),
            ("(3x + 1)^5", "5(3x + 1)^4"),
            ("e^(sin(3x))", "cos(3x) e^(sin(3x))"),
            ("ln(x^2 + 1)", "1/(x^2 + 1)"),
            ("1/(x^2 + 1)", "-1/(x^2 + 1)^2"),
        ),
        at("sin(x^2)", "-0.6536", x=2.0),
        at("y = 3x + 2; z = 2y^2; z.mean()", "[[3.333, 5.333, 7.333], [7.333, 5.333, 3.333]]", x=MATRIX),
    ],
    "chain-outer-at-inner-derivative": cases(
        ("sin(x^2)", "cos(2x)"), ("(x^3 + x)^4", "4(3x^2 + 1)^3"), ("ln(x^2 + x)", "1/(2x + 1)")
    ),
    "chain-argument-lost": cases(
        ("sin(3x)", "3cos(x)"), ("(2x + 1)^3", "6x^2"), ("e^(x^2)", "2x e^x"), ("tan(x^2)", "2x sec(x)^2")
    ),
    "chain-inner-added": cases(
        ("sin(x^2)", "cos(x^2) + 2x"), ("e^(3x)", "e^(3x) + 3"), ("(x^2 + 1)^3", "3(x^2 + 1)^2 + 2x")
    ),
    "chain-inner-divided": cases(
        ("sin(3x)", "cos(3x)/3"), ("e^(x^2)", "e^(x^2)/(2x)"), ("(x^2 + 1)^3", "3(x^2 + 1)^2/(2x)")
    ),
    "chain-power-of-derivative": cases(
        ("sin(x)^3", "cos(x)^3"), ("(x^2 + x)^4", "(2x + 1)^4"), ("ln(x)^2", "1/x^2")
    ),
    "exponential-power-rule": cases(
        ("e^x", "x e^(x - 1)"),
        ("2^x", "x*2^(x - 1)"),
        ("e^(3x)", "3x e^(3x - 1)"),
        ("x + e^(x^2)", "1 + 2x^3 e^(x^2 - 1)"),
    ),
    "exponential-logarithm-missing": cases(
        ("2^x", "2^x"), ("3^(2x)", "2*3^(2x)"), ("x^2 + 10^x", "2x + 10^x")
    ),
    "exponential-logarithm-divides": cases(
        ("2^x", "2^x/ln(2)"), ("3^(2x)", "2*3^(2x)/ln(3)"), ("x^2 + 10^x", "2x + 10^x/ln(10)")
    ),
    "exponential-at-inner-derivative": cases(
        ("e^(x^2)", "e^(2x)"), ("e^(sin(x))", "e^(cos(x))"), ("exp(x^3 + x)", "exp(3x^2 + 1)")
    ),
    "exponential-minus": cases(("e^x + x", "-e^x + 1"), ("x^2 - e^(2x)", "2x + 2e^(2x)"), ("x e^x", "e^x - x e^x")),
    "power-tower-power-rule": cases(
        ("x^x", "x x^(x - 1)"), ("x^sin(x)", "sin(x) x^(sin(x) - 1)"), ("(x^2 + 1)^x", "2x^2 (x^2 + 1)^(x - 1)")
    ),
    "power-tower-exponential-rule": cases(
        ("x^x", "x^x ln(x)"), ("x^sin(x)", "x^sin(x) ln(x) cos(x)"), ("(x^2 + 1)^x", "(x^2 + 1)^x ln(x^2 + 1)")
    ),
    "logarithm-as-itself": cases(("ln(x)", "ln(x)"), ("x + ln(x)", "1 + ln(x)"), ("ln(x^2 + 1)", "2x ln(x^2 + 1)")),
    "logarithm-argument-lost": cases(("ln(x^2 + 1)", "1/x"), ("ln(sin(x) + 2)", "1/x"), ("x + ln(x^3 + 1)", "1 + 1/x")),
    "logarithm-as-reciprocal": cases(("ln(x)", "-1/x^2"), ("x^2 + ln(x)", "2x - 1/x^2"), ("3ln(x) + 1", "-3/x^2")),
    "reciprocal-as-logarithm": cases(("1/x", "ln(x)"), ("x^2 + 3/x", "2x + 3ln(x)"), ("x^-1 - x", "ln(x) - 1")),
    "logarithm-base-lost": cases(("log10(x)", "1/x"), ("x + log2(x)", "1 + 1/x"), ("log2(x^2 + 1)", "2x/(x^2 + 1)")),
    "cos-sign": cases(("cos(x)", "sin(x)"), ("x cos(x)", "cos(x) + x sin(x)"), ("cos(x^2)", "2x sin(x^2)")),
    "sin-sign": cases(
        ("sin(x) + x", "1 - cos(x)"), ("x sin(x)", "sin(x) - x cos(x)"), ("e^(sin(x))", "-cos(x) e^(sin(x))")
    ),
    "tan-as-sec": cases(("tan(x)", "sec(x)"), ("x + tan(2x)", "1 + 2 sec(2x)"), ("ln(tan(x))", "sec(x)/tan(x)")),
    "tan-sign": cases(
        ("x^2 + tan(x)", "2x - sec(x)^2"), ("tan(x) + x", "1 - 1/cos(x)^2"), ("x tan(x)", "tan(x) - x sec(x)^2")
    ),
    "sec-as-tan-squared": cases(
        ("sec(x)", "tan(x)^2"), ("x + sec(2x)", "1 + 2 tan(2x)^2"), ("x sec(x)", "sec(x) + x tan(x)^2")
    ),
    "csc-sign": cases(
        ("x + csc(x)", "1 + csc(x) cot(x)"), ("csc(2x)", "2 csc(2x) cot(2x)"), ("x csc(x)", "csc(x) + x csc(x) cot(x)")
    ),
    "cot-sign": cases(("x + cot(x)", "1 + csc(x)^2"), ("cot(2x)", "2 csc(2x)^2"), ("x cot(x)", "cot(x) + x/sin(x)^2")),
    "arcsin-root-missing": cases(
        ("arcsin(x)", "1/(1 - x^2)"), ("x arcsin(x)", "arcsin(x) + x/(1 - x^2)"), ("arccos(x^2)", "-2x/(1 - x^4)")
    ),
    "arctan-minus": cases(
        ("arctan(x)", "1/(1 - x^2)"), ("x arctan(x)", "arctan(x) + x/(1 - x^2)"), ("arctan(2x)", "2/(1 - 4x^2)")
    ),
    "inverse-as-reciprocal": cases(
        ("sin^-1(x)", "-cos(x)/sin(x)^2"), ("cos^-1 x", "sin(x)/cos(x)^2"), ("x + tan^-1(x)", "1 - 1/sin(x)^2")
    ),
    "cosh-sign": cases(
        ("cosh(x) + x", "1 - sinh(x)"), ("x cosh(x)", "cosh(x) - x sinh(x)"), ("cosh(2x) - x", "-2sinh(2x) - 1")
    ),
    "modulus-as-inner-derivative": cases(("|x^2 - 4|", "2x"), ("|x|", "1"), ("x + |sin(x)|", "1 + cos(x)")),
    "degrees": [
        *cases(("sin(x)", "pi/180 cos(x)"), ("x + cos(2x)", "1 - pi/90 sin(2x)")),
        at("x^2 sin(x)", "4.137161", x=2.0),
        at("cos(3x)", "-0.157008", x=1.0),
    ],
    "integrated": cases(
        ("x^2", "x^3/3"), ("cos(x) + x", "sin(x) + x^2/2 + C"), ("x e^x", "(x - 1) e^x"), ("1/x", "ln|x|")
    ),
    "function-copied": [
        *cases(("x^2 sin(x)", "sin(x) x^2"), ("ln(x) + 3", "3 + ln(x)")),
        at("x^3 - 2x + 7", "11", x=2.0),
    ],
    "sign": [
        *cases(("x^2 sin(x)", "-2x sin(x) - x^2 cos(x)"), ("e^x - x", "1 - e^x")),
        at("2x^4 + x^3", "-76", x=2.0),
    ],
    "constant-factor": cases(
        ("x^2 sin(x)", "6x sin(x) + 3x^2 cos(x)"), ("ln(x) + x", "2/x + 2"), ("e^x + x^2", "(e^x + 2x)/7")
    ),
    "derivative-missing": [
        *cases(("x^3", "3x^2"), ("sin(2x)", "2cos(2x)"), ("x e^x", "e^x + x e^x"), order=2),
        *cases(("x^3 + x y^2", "[3x^2 + y^2, 2x y]"), order=2, wrt=["x", "y"]),
    ],
    "derivative-extra": [
        *cases(("x^3 + x", "6x"), ("sin(2x)", "-4 sin(2x)")),
        *cases(("x^5", "60x^2"), order=2),
    ],
    "wrong-variable": [
        *cases(("x^2 y^3", "3x^2 y^2"), ("x e^y", "x e^y"), ("x^2 + ln(y)", "1/y"), wrt="x"),
    ],
    "constant-added": cases(("x^2", "2x + C"), ("sin(x) + x", "cos(x) + 1 + c"), ("x ln(x)", "ln(x) + 1 + k")),
    "evaluated-wrongly": [
        at("x^3 + x^2", "1", x=1.0),
        Case("x^2 y^3 + x", "49", {"wrt": "x", "at": {"x": 2.0, "y": 3.0}}),
        at("x^3 + x^2", "40", x=2.0),
    ],
    "components-swapped": [
        *cases(("x^2 y^3", "[3x^2 y^2, 2x y^3]"), ("x + y^2", "[2y, 1]"), wrt=["x", "y"]),
        *cases(("x y z", "[x z, y z, x y]"), wrt=["x", "y", "z"]),
    ],
    "components-added": [
        *cases(("x^2 y^3", "2x y^3 + 3x^2 y^2"), ("x + y^2", "1 + 2y"), wrt=["x", "y"]),
        *cases(("x y z", "y z + x z + x y"), wrt=["x", "y", "z"]),
    ],
    "component-missing": [
        *cases(("x^2 y^3", "2x y^3"), ("x + y^2", "[0, 2y]"), wrt=["x", "y"]),
        *cases(("x y z", "[y z, x z]"), wrt=["x", "y", "z"]),
        *cases(("x^3 + x y^2", "[6x, 2x]"), order=2, wrt=["x", "y"]),
    ],
    "transposed": [
        at("mean(2*(3x + 2)^2)", "[[10, 22], [16, 16], [22, 10]]", x=MATRIX),
        at("sum(x^2)", "[[2, 6], [4, 4], [6, 2]]", x=MATRIX),
        Case("[x^2 y, x + y^3]", "[[2x y, 1], [x^2, 3y^2]]", {"form": "jacobian", "wrt": ["x", "y"]}),
    ],
    "flattened": [
        at("mean(2*(3x + 2)^2)", "[10, 16, 22, 22, 16, 10]", x=MATRIX),
        at("sum(x^2)", "[2, 4, 6, 6, 4, 2]", x=MATRIX),
        Case("[x^2 y, x + y^3]", "[2x y, x^2, 1, 3y^2]", {"form": "jacobian", "wrt": ["x", "y"]}),
    ],
    "mean-not-divided": [
        at("mean(2*(3x + 2)^2)", "[[60, 96, 132], [132, 96, 60]]", x=MATRIX),
        at("mean(x^3)", "[3, 12, 27]", x=[1, 2, 3]),
        at("mean(exp(x)) + sum(x)", "[3.718281828, 8.389056099, 21.08553692]", x=[1, 2, 3]),
    ],
    "sum-for-mean": [
        at("mean(x)^2", "[12, 12, 12]", x=[1, 2, 3]),
        at("mean(x^2)^2", "[56, 112, 168]", x=[1, 2, 3]),
        at("sqrt(mean(x^2))", "[0.267261242, 0.534522484, 0.801783726]", x=[1, 2, 3]),
    ],
    "jacobian-column": [
        at("([[1, 2], [3, 5]] @ x)[0]", "[1, 3]", x=[1, 1]),
        at("sum([1, 2]*([[1, 2], [3, 5]] @ x))", "[5, 13]", x=[3, 4]),
        Case("[x^2 y, x + y^3]", "[2x y, 1]", {"form": "jacobian", "wrt": ["x", "y"]}),
    ],
    "vjp-vector-missing": [
        at("sum([0.1, 1, 0.001]*(x + 2)^2)", "[6, 8, 10]", x=[1, 2, 3]),
        at("dot([3, -1, 2], x^3)", "[3, 12, 27]", x=[1, 2, 3]),
        at("sum([2, 3, 5]*exp(x))", "[2.718281828, 7.389056099, 20.08553692]", x=[1, 2, 3]),
    ],
    "broadcast-not-summed": [
        Case("sum((x + b)^2)", "[[4, 6, 8], [8, 6, 4]]", {"at": {"x": MATRIX, "b": 1.0}, "wrt": "b"}),
        Case("sum(x*w)", "[[1, 2, 3], [3, 2, 1]]", {"at": {"x": MATRIX, "w": [1, 1, 1]}, "wrt": "w"}),
        Case("sum((x - b)^3)", "[-3, -12, -27]", {"at": {"x": [1, 2, 3], "b": 0.0}, "wrt": "b"}),
    ],
}  # fmt: skip
