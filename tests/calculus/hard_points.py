"""Points at which floats lose digits, overflow, or take a nan from elsewhere; beside each text, the same in mpmath."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import mp, mpf

Function = Callable[..., Any]


@dataclass(frozen=True)
class Hard:
    """A text, the same as a function of mpmath numbers, and a point: decimals, or lists of them.

    `order` is that of the derivative; with `hessian` all second derivatives are asked for.
    """

    text: str
    function: Function
    point: Mapping[str, str | Sequence[str]]
    order: int = 1
    hessian: bool = False
    dtype: str = "float64"

    def __str__(self) -> str:
        asked = " hessian" * self.hessian + f" order {self.order}" * (self.order > 1)
        at = " ".join(
            f"{name}={value if isinstance(value, str) else list(value)}" for name, value in self.point.items()
        )
        return f"{self.text} at {at}{asked}{' float32' * (self.dtype == 'float32')}"


SMALL = [sign + size for size in ("1e-2", "1e-4", "1e-8", "1e-12") for sign in ("", "-")]
LARGE = ["1e2", "1e4", "1e8", "1e12"]
BOTH = [*LARGE, *("-" + each for each in LARGE)]
NEAR_ONE = ["1.01", "0.99", "1.0001", "0.9999", "1.00000001", "0.99999999", "1.000000000001", "0.999999999999"]
ABOVE_ZERO = ["1e-2", "1e-4", "1e-8", "1e-12"]

LIMITS: list[tuple[str, Function, list[str]]] = [
    ("(1-cos(x))/x^2", lambda x: (1 - mp.cos(x)) / x**2, SMALL),
    ("sin(x)/x", lambda x: mp.sin(x) / x, SMALL),
    ("(exp(x)-1)/x", lambda x: (mp.exp(x) - 1) / x, SMALL),
    ("(tan(x)-sin(x))/x^3", lambda x: (mp.tan(x) - mp.sin(x)) / x**3, SMALL),
    ("(x-sin(x))/x^3", lambda x: (x - mp.sin(x)) / x**3, SMALL),
    ("ln(1+x)/x", lambda x: mp.log(1 + x) / x, SMALL),
    ("(1+x)^(1/x)", lambda x: (1 + x) ** (1 / x), SMALL),
    ("(cosh(x)-1)/x^2", lambda x: (mp.cosh(x) - 1) / x**2, SMALL),
    ("(exp(x)-1-x)/x^2", lambda x: (mp.exp(x) - 1 - x) / x**2, SMALL),
    ("(atan(x)-x)/x^3", lambda x: (mp.atan(x) - x) / x**3, SMALL),
    ("(sqrt(1+x)-1)/x", lambda x: (mp.sqrt(1 + x) - 1) / x, SMALL),
    ("(exp(x)-exp(-x))/(2x)", lambda x: (mp.exp(x) - mp.exp(-x)) / (2 * x), SMALL),
    ("tan(x)/x", lambda x: mp.tan(x) / x, SMALL),
    ("asin(x)/x", lambda x: mp.asin(x) / x, SMALL),
    ("(2^x-1)/x", lambda x: (mpf(2) ** x - 1) / x, SMALL),
    ("1/x - 1/sin(x)", lambda x: 1 / x - 1 / mp.sin(x), SMALL),
    ("1/x - 1/(exp(x)-1)", lambda x: 1 / x - 1 / (mp.exp(x) - 1), SMALL),
    ("((x+1)^10-1)/x", lambda x: ((x + 1) ** 10 - 1) / x, SMALL),
    ("(sinh(x)-x)/x^3", lambda x: (mp.sinh(x) - x) / x**3, SMALL),
    ("(cos(x)-1+x^2/2)/x^4", lambda x: (mp.cos(x) - 1 + x**2 / 2) / x**4, SMALL),
    ("ln(x)/(x-1)", lambda x: mp.log(x) / (x - 1), NEAR_ONE),
    ("(x^3-1)/(x-1)", lambda x: (x**3 - 1) / (x - 1), NEAR_ONE),
    ("(sqrt(x)-1)/(x-1)", lambda x: (mp.sqrt(x) - 1) / (x - 1), NEAR_ONE),
    ("x^x", lambda x: x**x, ABOVE_ZERO),
    ("x ln(x)", lambda x: x * mp.log(x), ABOVE_ZERO),
    ("sqrt(x+1)-sqrt(x)", lambda x: mp.sqrt(x + 1) - mp.sqrt(x), LARGE),
    ("(sqrt(x+1)-sqrt(x))^2", lambda x: (mp.sqrt(x + 1) - mp.sqrt(x)) ** 2, LARGE),
    ("x*(sqrt(x^2+1)-x)", lambda x: x * (mp.sqrt(x**2 + 1) - x), BOTH),
    ("(1+1/x)^x", lambda x: (1 + 1 / x) ** x, BOTH),
    ("x ln(1+1/x)", lambda x: x * mp.log(1 + 1 / x), BOTH),
    ("x^2*(1-cos(1/x))", lambda x: x**2 * (1 - mp.cos(1 / x)), BOTH),
    ("x sin(1/x)", lambda x: x * mp.sin(1 / x), BOTH),
    ("pi/2 - atan(x)", lambda x: mp.pi / 2 - mp.atan(x), LARGE),
    ("ln(x+1)-ln(x)", lambda x: mp.log(x + 1) - mp.log(x), LARGE),
]
"""Textbook limits, on the way to them."""

SECOND_ORDERS = [
    "(1-cos(x))/x^2",
    "sin(x)/x",
    "(exp(x)-1)/x",
    "ln(1+x)/x",
    "(tan(x)-sin(x))/x^3",
    "x*(sqrt(x^2+1)-x)",
    "sqrt(x+1)-sqrt(x)",
    "(1+x)^(1/x)",
]
"""Limits of which second derivatives are asked for as well."""


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x))


def normal(x: Any) -> Any:
    """The normal distribution function, which does not cancel in its lower tail."""
    return mp.erfc(-x / mp.sqrt(2)) / 2


TAILS: list[tuple[str, Function, list[str]]] = [
    ("sigmoid(x)", sigmoid, ["33", "40", "-40", "100", "-700", "800"]),
    ("tanh(x)", mp.tanh, ["17", "-17", "20", "300", "1e-9", "400"]),
    ("expm1(x)", mp.expm1, ["-40", "-18", "-100", "1e-10", "-1e-15", "700"]),
    ("log1p(x)", lambda x: mp.log(1 + x), ["1e-10", "-1e-15", "1e300", "-0.9999999999"]),
    ("coth(x)", mp.coth, ["10", "-20", "30", "1e-5", "300"]),
    ("tanhshrink(x)", lambda x: x - mp.tanh(x), ["1e-3", "-1e-6", "1e-9", "1e-100", "20"]),
    ("acosh(x)", mp.acosh, ["1.000000001", "1.0000000000001", "1e10", "1e300"]),
    ("asinh(x)", mp.asinh, ["1e-9", "1e300", "-1e300", "-1e8"]),
    ("atanh(x)", mp.atanh, ["0.999999999999", "-0.9999999", "1e-12"]),
    ("gelu(x)", lambda x: x * normal(x), ["-6", "-10", "-20", "10", "30", "1e-8"]),
    ("silu(x)", lambda x: x * sigmoid(x), ["-40", "40", "-700", "100"]),
    ("mish(x)", lambda x: x * mp.tanh(softplus(x)), ["-40", "-20", "40", "100"]),
    ("softplus(x)", lambda x: x if x > 20 else softplus(x), ["-40", "-700", "19", "21", "300"]),
    ("logsigmoid(x)", lambda x: -softplus(-x), ["40", "-40", "700", "-800"]),
    ("erf(x)", mp.erf, ["6", "-10", "1e-10", "25"]),
    ("erfc(x)", mp.erfc, ["6", "10", "26", "-6"]),
    ("sech(x)", mp.sech, ["20", "-300", "700", "710", "800"]),
    ("csch(x)", mp.csch, ["20", "-300", "700", "1e-8", "800"]),
    ("softsign(x)", lambda x: x / (1 + abs(x)), ["1e10", "-1e200", "1e-12"]),
    ("digamma(x)", mp.digamma, ["1e-6", "1e8", "-0.9999999", "1.4616321449683622"]),
    ("lgamma(x)", lambda x: mp.log(abs(mp.gamma(x))), ["2.0000001", "1e-9", "-2.5", "50"]),
    ("logit(x)", lambda x: mp.log(x / (1 - x)), ["1e-12", "0.5000000001", "0.999999999999"]),
    ("x/sqrt(1+x^2)", lambda x: x / mp.sqrt(1 + x**2), ["1e200", "-1e200", "1e8", "1e-200"]),
    ("sin(pi x)", lambda x: mp.sin(mp.pi * x), ["1e8", "123456789.5", "1000000.5"]),
    ("cos(x)", mp.cos, ["1e22", "1e300", "1.5707963267948966"]),
    ("sinc(x)", lambda x: mp.sin(mp.pi * x) / (mp.pi * x), ["1e-9", "1e-5", "3.0000000001"]),
    ("exp(x)/(1+exp(x))", lambda x: mp.exp(x) / (1 + mp.exp(x)), ["710", "1000", "-800"]),
    ("ln(exp(x)+1)", softplus, ["800", "-40", "-800"]),
    ("ln(cosh(x))", lambda x: mp.log(mp.cosh(x)), ["800", "-1000", "1e-8"]),
    ("1/(exp(1/x)-1)", lambda x: 1 / (mp.exp(1 / x) - 1), ["1e-2", "1e-3", "1e12", "-1e-3"]),
    ("sin(x)^2+cos(x)^2 + x", lambda x: x + 1, ["1", "1e8"]),
    ("((x+1e16)-1e16)^2", lambda x: x**2, ["3", "0.1"]),
    ("x^1000/x^999", lambda x: x, ["3", "0.001"]),
    ("exp(x)*exp(-x)*x", lambda x: x, ["800", "-800", "3"]),
    ("x^80/80!", lambda x: x**80 / mp.factorial(80), ["64", "1"]),
    ("cbrt(x+1)-cbrt(x)", lambda x: mp.cbrt(x + 1) - mp.cbrt(x), ["1e4", "1e12"]),
]
"""What cancels in torch's rules, tails, and overflow on the way."""

MASKS: list[tuple[str, Function, list[str]]] = [
    ("where(x > 0, sqrt(x), x)", lambda x: mp.sqrt(x) if x > 0 else x, ["-1", "4", "-1e-300"]),
    ("where(x > 0, ln(x), x^2)", lambda x: mp.log(x) if x > 0 else x**2, ["-3", "2"]),
    ("where(x == 0, 1, sin(x)/x)", lambda x: mp.sin(x) / x if x else mpf(1), ["0", "1e-9"]),
    ("where(x > 0, x, 1/0)", lambda x: x, ["2"]),
    ("where(x < 700, exp(x), 0)", lambda x: mp.exp(x) if x < 700 else mpf(0), ["800", "1"]),
    ("where(abs(x) < 1, asin(x), 2x)", lambda x: mp.asin(x) if abs(x) < 1 else 2 * x, ["3", "0.5"]),
    ("where(x > 0, x^0.5, -x)", lambda x: mp.sqrt(x) if x > 0 else -x, ["-2", "9"]),
    ("clamp(x, 0, 1)*1e8 + x^2", lambda x: min(max(x, 0), 1) * mpf("1e8") + x**2, ["0.5", "2", "-3"]),
    ("relu(x - 1e8) + x", lambda x: max(x - mpf("1e8"), 0) + x, ["1e8", "100000001", "5"]),
    ("max(x, 1e-300)*x", lambda x: max(x, mpf("1e-300")) * x, ["2", "1e-301"]),
    ("where(x > 1, 1/(x-1), 0) + x", lambda x: (1 / (x - 1) if x > 1 else 0) + x, ["0.5", "1.00000001"]),
    ("heaviside(x, 0.5)*x^2", lambda x: x**2 if x > 0 else mpf(0), ["3", "-3"]),
]
"""Branches, among them such as are not taken and not defined."""

MIXED: list[tuple[str, Function, dict[str, str | list[str]]]] = [
    (
        "((a*b*c*d*g + 1e12) - 1e12)^2",
        lambda a, b, c, d, g: (a * b * c * d * g) ** 2,
        {"a": "0.3", "b": "0.7", "c": "1.1", "d": "0.123456789", "g": "2.7"},
    ),
    ("1e13*v[0] + exp(v[1])", lambda v, w: mpf("1e13") * v + mp.exp(w), {"v": ["1", "2"]}),
    ("norm(v)", mp.hypot, {"v": ["1e200", "2e200"]}),
    ("norm(v)", mp.hypot, {"v": ["3e-200", "4e-200"]}),
    ("hypot(x, y)", mp.hypot, {"x": "3e200", "y": "4e200"}),
    ("hypot(x, y)", mp.hypot, {"x": "1e-200", "y": "1e-190"}),
    ("softmax(v)[0]", lambda v, w: 1 / (1 + mp.exp(w - v)), {"v": ["40", "0"]}),
    ("softmax(v)[1]", lambda v, w: 1 / (1 + mp.exp(v - w)), {"v": ["40", "0"]}),
    ("log_softmax(v, 0)[0]", lambda v, w: -mp.log(1 + mp.exp(w - v)), {"v": ["50", "0"]}),
    ("logsumexp(v, 0)", lambda v, w: mp.log(mp.exp(v) + mp.exp(w)), {"v": ["1000", "900"]}),
    ("logaddexp(x, y)", lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), {"x": "50", "y": "-50"}),
    ("cross_entropy(v, 0)", lambda v, w: mp.log(1 + mp.exp(w - v)), {"v": ["45", "0"]}),
    ("var(v)", lambda v, w: (v - w) ** 2 / 2, {"v": ["1e9", "1000000001"]}),
    ("std(v)", lambda v, w: abs(v - w) / mp.sqrt(2), {"v": ["1e9", "1000000003"]}),
    ("atan2(y, x)", lambda y, x: mp.atan2(y, x), {"y": "1e200", "x": "1e200"}),
    ("atan2(y, x)", lambda y, x: mp.atan2(y, x), {"y": "1e-200", "x": "-3e-200"}),
    ("y/(y-x)", lambda x, y: y / (y - x), {"x": "-1", "y": "1e8"}),
    ("(x+y) - x", lambda x, y: y + 0 * x, {"x": "1e17", "y": "0.3"}),
    ("(x^2 - y^2)/(x - y)", lambda x, y: (x**2 - y**2) / (x - y), {"x": "1.0000001", "y": "1"}),
    ("x*y/(x + y)", lambda x, y: x * y / (x + y), {"x": "1e200", "y": "3e200"}),
    ("sqrt(x^2 + y^2) - x", lambda x, y: mp.sqrt(x**2 + y**2) - x, {"x": "1e8", "y": "1"}),
    ("ln(x/y)", lambda x, y: mp.log(x / y), {"x": "1e-200", "y": "1e200"}),
    ("x^y", lambda x, y: x**y, {"x": "1.0000001", "y": "1e9"}),
    ("x^y", lambda x, y: x**y, {"x": "3", "y": "1000"}),
    ("det([[x, y], [y, x]])", lambda x, y: x**2 - y**2, {"x": "1.00000001", "y": "1"}),
    ("exp(x) sin(y) + 1e-20 y", lambda x, y: mp.exp(x) * mp.sin(y) + mpf("1e-20") * y, {"x": "-60", "y": "2"}),
    ("mean([x, 1e16, -1e16, y])", lambda x, y: (x + y) / 4, {"x": "0.1", "y": "3"}),
    ("prod([x, y, 1e-200])", lambda x, y: x * y * mpf("1e-200"), {"x": "1e-200", "y": "1e150"}),
    ("mse_loss([x, y], [1e8, 0])", lambda x, y: ((x - mpf("1e8")) ** 2 + y**2) / 2, {"x": "1e8", "y": "1e-8"}),
    (
        "binary_cross_entropy_with_logits(x, y)",
        lambda x, y: softplus(x) - x * y,
        {"x": "45", "y": "1"},
    ),
]
"""Several variables, of sizes far apart."""

HESSIANS: list[tuple[str, Function, dict[str, str | list[str]]]] = [
    ("(x/(x*y))*((y+y)-y^(-1))", lambda x, y: 2 - 1 / y**2 + 0 * x, {"x": "1e-8", "y": "-3.06"}),
    ("y/(y-x)", lambda x, y: y / (y - x), {"x": "-1", "y": "1e6"}),
    ("hypot(x, y)", mp.hypot, {"x": "3e100", "y": "4e100"}),
    ("hypot(x, y)", mp.hypot, {"x": "1e8", "y": "1"}),
    ("atan2(y, x)", lambda y, x: mp.atan2(y, x), {"y": "1", "x": "1e8"}),
    ("logaddexp(x, y)", lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), {"x": "40", "y": "0"}),
    ("x^y", lambda x, y: x**y, {"x": "1.0000001", "y": "1000000"}),
    ("sigmoid(x*y)", lambda x, y: sigmoid(x * y), {"x": "20", "y": "2"}),
    ("tanh(x + y)", lambda x, y: mp.tanh(x + y), {"x": "10", "y": "9"}),
    ("(1 - cos(x*y))/y^2", lambda x, y: (1 - mp.cos(x * y)) / y**2, {"x": "2", "y": "1e-6"}),
    ("exp(x)*exp(-x)*y^2", lambda x, y: y**2 + 0 * x, {"x": "20", "y": "3"}),
    ("sqrt(x^2 + y^2) - x", lambda x, y: mp.sqrt(x**2 + y**2) - x, {"x": "1e6", "y": "1"}),
    ("softmax(v)[0]", lambda v, w: 1 / (1 + mp.exp(w - v)), {"v": ["40", "0"]}),
    ("logsumexp(v, 0)", lambda v, w: mp.log(mp.exp(v) + mp.exp(w)), {"v": ["30", "0"]}),
    ("where(x > 0, sqrt(x), x^2)*y", lambda x, y: (mp.sqrt(x) if x > 0 else x**2) * y, {"x": "-2", "y": "3"}),
    ("(x - y)^2*1e-200", lambda x, y: (x - y) ** 2 * mpf("1e-200"), {"x": "1", "y": "1.00000001"}),
]
"""All second derivatives."""

THIRD_ORDERS: list[tuple[str, Function, dict[str, str | list[str]]]] = [
    (
        "2*6.6e-34*x^3/(3e8)^2/(exp(6.6e-34*x/(1.38e-23*300)) - 1)",
        lambda x: (
            2 * mpf("6.6e-34") * x**3 / mpf("3e8") ** 2 / (mp.exp(mpf("6.6e-34") * x / (mpf("1.38e-23") * 300)) - 1)
        ),
        {"x": "1e12"},
    ),
    ("sin(x)/x", lambda x: mp.sin(x) / x, {"x": "1e-4"}),
    ("ln(1+x)", lambda x: mp.log(1 + x), {"x": "1e-8"}),
    ("sigmoid(x)", sigmoid, {"x": "30"}),
    ("1/(1+x^2)", lambda x: 1 / (1 + x**2), {"x": "1e8"}),
]
"""Third derivatives; the first is Planck's law."""

SINGLES: list[tuple[str, Function, list[str]]] = [
    ("(1-cos(x))/x^2", lambda x: (1 - mp.cos(x)) / x**2, ["0.01", "0.0001"]),
    ("sigmoid(x)", sigmoid, ["20", "-20", "90"]),
    ("tanh(x)", mp.tanh, ["9", "-12", "0.1"]),
    ("expm1(x)", mp.expm1, ["-20", "0.0001"]),
    ("sqrt(x+1)-sqrt(x)", lambda x: mp.sqrt(x + 1) - mp.sqrt(x), ["10000", "100000000"]),
    ("x/sqrt(1+x^2)", lambda x: x / mp.sqrt(1 + x**2), ["1e30"]),
    ("exp(x)", mp.exp, ["88", "100", "-110"]),
    ("x^2", lambda x: x**2, ["0.1", "3", "1e-30"]),
    ("where(x > 0, sqrt(x), x)", lambda x: mp.sqrt(x) if x > 0 else x, ["-1"]),
    ("softplus(x)", lambda x: x if x > 20 else softplus(x), ["-20", "19"]),
    ("erfc(x)", mp.erfc, ["4", "9"]),
    ("x^3/(1+x^3)", lambda x: x**3 / (1 + x**3), ["1000", "0.001"]),
]
"""In float32."""


def hard_points() -> Iterator[Hard]:
    """All of them."""
    for text, function, points in (*LIMITS, *TAILS, *MASKS):
        for x in points:
            yield Hard(text, function, {"x": x})
            if text in SECOND_ORDERS:
                yield Hard(text, function, {"x": x}, order=2)
    for text, function, points in TAILS:
        yield Hard(text, function, {"x": points[0]}, order=2)
    for text, function, point in MIXED:
        yield Hard(text, function, point)
    for text, function, point in HESSIANS:
        yield Hard(text, function, point, hessian=True)
    for text, function, point in THIRD_ORDERS:
        yield Hard(text, function, point, order=3)
    for text, function, points in SINGLES:
        for x in points:
            yield Hard(text, function, {"x": x}, dtype="float32")
