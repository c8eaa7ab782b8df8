"""What SymPy says of every operation.

Made by `python -m gradcli.calculus.symbolic.rules`, not by hand.
"""

from __future__ import annotations

from typing import Final

from flint import fmpq

from gradcli.calculus.balls.functions import (
    Rule, flat, let, native, pi, positive, positive_off_zero, sign_off_zero, zero, zero_off_zero
)

abs_ = native("abs")
cos_ = native("cos")
cosh_ = native("cosh")
cot_ = native("cot")
coth_ = native("coth")
csc_ = native("csc")
csch_ = native("csch")
divide_ = native("divide")
erfc_ = native("erfc")
erfinv_ = native("erfinv")
exp_ = native("exp")
expm1_ = native("expm1")
floor_ = native("floor")
gamma_ = native("gamma")
log_ = native("log")
log1p_ = native("log1p")
maximum_ = native("maximum")
polygamma_ = native("polygamma")
power_ = native("power")
sec_ = native("sec")
sech_ = native("sech")
sign_ = native("sign")
sin_ = native("sin")
sinh_ = native("sinh")
sqrt_ = native("sqrt")
tan_ = native("tan")
tanh_ = native("tanh")
Q1_2 = fmpq(1, 2)
Q1_3 = fmpq(1, 3)
Q1_6 = fmpq(1, 6)
Q1_100 = fmpq(1, 100)
Q2_3 = fmpq(2, 3)
Q3_2 = fmpq(3, 2)

RULES: Final[dict[tuple[str, int], Rule]] = {
    ("power", 2): (None, lambda x, y: (power_(x, (y - 1)) * y), lambda x, y: (power_(x, y) * log_(x))),
    ("polygamma", 2): (None, lambda n, x: 0, lambda n, x: polygamma_((n + 1), x)),
    ("acos", 1): (None, lambda x: (-divide_(1, sqrt_((1 - power_(x, 2)))))),
    ("acosh", 1): (None, lambda x: divide_(1, (sqrt_((x - 1)) * sqrt_((x + 1))))),
    ("acot", 1): (None, lambda x: (-divide_(1, (power_(x, 2) + 1)))),
    ("acoth", 1): (None, lambda x: (-divide_(1, ((x - 1) * (x + 1))))),
    ("acsc", 1): (None, let(lambda x: divide_(1, power_(x, 2)), lambda x, x0: (-divide_(x0, sqrt_((1 - x0)))))),
    ("acsch", 1): (None, let(lambda x: divide_(1, power_(x, 2)), lambda x, x0: (-divide_(x0, sqrt_((x0 + 1)))))),
    ("asec", 1): (None, let(lambda x: divide_(1, power_(x, 2)), lambda x, x0: divide_(x0, sqrt_((1 - x0))))),
    ("asech", 1): (None, lambda x: (-divide_(1, (x * sqrt_((1 - power_(x, 2))))))),
    ("asin", 1): (None, lambda x: divide_(1, sqrt_((1 - power_(x, 2))))),
    ("asinh", 1): (None, lambda x: divide_(1, sqrt_((power_(x, 2) + 1)))),
    ("atan", 1): (None, lambda x: divide_(1, (power_(x, 2) + 1))),
    ("atan2", 2): (
        None,
        lambda x, y: divide_(y, (power_(x, 2) + power_(y, 2))),
        lambda x, y: (-divide_(x, (power_(x, 2) + power_(y, 2)))),
    ),
    ("atanh", 1): (None, lambda x: (-divide_(1, ((x - 1) * (x + 1))))),
    ("cbrt", 1): (
        lambda x: (power_(abs_(x), Q1_3) * sign_(x)),
        lambda x: divide_(power_(sign_off_zero(x), 2), (3 * power_(abs_(x), Q2_3))),
    ),
    ("ceil", 1): (lambda x: (-floor_((-x))), lambda x: flat((-x))),
    ("cos", 1): (None, lambda x: (-sin_(x))),
    ("cosh", 1): (None, lambda x: sinh_(x)),
    ("cot", 1): (None, lambda x: (0 - power_(cot_(x), 2) - 1)),
    ("coth", 1): (None, lambda x: (-divide_(1, power_(sinh_(x), 2)))),
    ("csc", 1): (None, lambda x: (-(cot_(x) * csc_(x)))),
    ("csch", 1): (None, lambda x: (-(coth_(x) * csch_(x)))),
    ("deg2rad", 1): (lambda x: divide_((pi() * x), 180), lambda x: divide_(pi(), 180)),
    ("digamma", 1): (lambda x: polygamma_(0, x), lambda x: polygamma_(1, x)),
    ("elu", 1): (lambda x: (x if positive(x) else expm1_(x)), lambda x: (1 if positive_off_zero(x) else exp_(x))),
    ("elu", 2): (
        lambda x, y: (x if positive(x) else (y * expm1_(x))),
        lambda x, y: (1 if positive_off_zero(x) else (y * exp_(x))),
        lambda x, y: (0 if positive_off_zero(x) else expm1_(x)),
    ),
    ("erf", 1): (None, lambda x: divide_((2 * exp_((-power_(x, 2)))), sqrt_(pi()))),
    ("erfc", 1): (None, lambda x: (-divide_((2 * exp_((-power_(x, 2)))), sqrt_(pi())))),
    ("erfinv", 1): (None, lambda x: divide_((sqrt_(pi()) * exp_(power_(erfinv_(x), 2))), 2)),
    ("exp", 1): (None, lambda x: exp_(x)),
    ("exp2", 1): (lambda x: power_(2, x), lambda x: (power_(2, x) * log_(2))),
    ("expm1", 1): (None, lambda x: exp_(x)),
    ("factorial", 1): (
        lambda x: gamma_((x + 1)),
        let(lambda x: (x + 1), lambda x, x0: (gamma_(x0) * polygamma_(0, x0))),
    ),
    ("fmax", 2): (None, lambda x, y: positive_off_zero((x - y)), lambda x, y: positive_off_zero((y - x))),
    ("fmin", 2): (None, lambda x, y: positive_off_zero((y - x)), lambda x, y: positive_off_zero((x - y))),
    ("fmod", 2): (
        lambda x, y: (x - (y * (floor_(divide_(x, y)) if positive(divide_(x, y)) else (-floor_((-divide_(x, y))))))),
        lambda x, y: (1 - (y * (divide_(flat(divide_(x, y)), y) if positive_off_zero(divide_(x, y)) else divide_(flat((-divide_(x, y))), y)))),
        lambda x, y: (0 - (y * ((-divide_((x * flat(divide_(x, y))), power_(y, 2))) if positive_off_zero(divide_(x, y)) else (-divide_((x * flat((-divide_(x, y)))), power_(y, 2))))) - (floor_(divide_(x, y)) if positive_off_zero(divide_(x, y)) else (-floor_((-divide_(x, y)))))),
    ),
    ("frac", 1): (
        lambda x: (x - (floor_(x) if positive(x) else (-floor_((-x))))),
        lambda x: (1 - (flat(x) if positive_off_zero(x) else flat((-x)))),
    ),
    ("gamma", 1): (None, lambda x: (gamma_(x) * polygamma_(0, x))),
    ("gelu", 1): (
        let(lambda x: divide_(x, 2), lambda x, x0: (x0 * erfc_((-(sqrt_(2) * x0))))),
        let(lambda x: divide_((sqrt_(2) * x), 2), lambda x, x0: (divide_((x0 * exp_((-divide_(power_(x, 2), 2)))), sqrt_(pi())) + divide_(erfc_((-x0)), 2))),
    ),
    ("gelu_tanh", 1): (
        lambda x: divide_(x, (1 + exp_((-divide_((2 * sqrt_(2) * (divide_((8943 * power_(x, 3)), 200000) + x)), sqrt_(pi())))))),
        let(lambda x: divide_(sqrt_(2), sqrt_(pi())), let(lambda x, x0: (x0 * (divide_((8943 * power_(x, 3)), 200000) + x)), lambda x, x0, x1: (divide_((x * x0 * (divide_((26829 * power_(x, 2)), 200000) + 1) * power_(sech_(x1), 2)), 2) + divide_(1, (1 + exp_((-(2 * x1)))))))),
    ),
    ("hardsigmoid", 1): (
        lambda x: (-maximum_((-maximum_((divide_(x, 6) + Q1_2), 0)), (-1))),
        lambda x: (Q1_6 if positive_off_zero((1 - maximum_((divide_(x, 6) + Q1_2), 0))) and positive_off_zero((divide_(x, 6) + Q1_2)) else 0),
    ),
    ("hardtanh", 1): (
        lambda x: (-maximum_((-maximum_(x, (-1))), (-1))),
        lambda x: (1 if positive_off_zero((x + 1)) and positive_off_zero((1 - maximum_(x, (-1)))) else 0),
    ),
    ("hardtanh", 2): (
        lambda x, y: (-maximum_((-maximum_(x, y)), (-1))),
        lambda x, y: (1 if positive_off_zero((1 - maximum_(x, y))) and positive_off_zero((x - y)) else 0),
        lambda x, y: (1 if positive_off_zero((1 - maximum_(x, y))) and positive_off_zero((y - x)) else 0),
    ),
    ("hardtanh", 3): (
        lambda x, y, z: (-maximum_((-maximum_(x, y)), (-z))),
        lambda x, y, z: (1 if positive_off_zero((x - y)) and positive_off_zero((z - maximum_(x, y))) else 0),
        lambda x, y, z: (1 if positive_off_zero((y - x)) and positive_off_zero((z - maximum_(x, y))) else 0),
        lambda x, y, z: positive_off_zero((maximum_(x, y) - z)),
    ),
    ("heaviside", 2): (lambda x, y: ((y * zero(x)) + positive(x)), lambda x, y: 0, lambda x, y: zero_off_zero(x)),
    ("hypot", 2): (
        lambda x, y: sqrt_((power_(x, 2) + power_(y, 2))),
        lambda x, y: divide_(x, sqrt_((power_(x, 2) + power_(y, 2)))),
        lambda x, y: divide_(y, sqrt_((power_(x, 2) + power_(y, 2)))),
    ),
    ("is_zero", 1): (lambda x: zero(x), lambda x: 0),
    ("leaky_relu", 1): (
        lambda x: (x if positive(x) else divide_(x, 100)),
        lambda x: (1 if positive_off_zero(x) else Q1_100),
    ),
    ("leaky_relu", 2): (
        lambda x, y: (x if positive(x) else (x * y)),
        lambda x, y: (1 if positive_off_zero(x) else y),
        lambda x, y: (0 if positive_off_zero(x) else x),
    ),
    ("lgamma", 1): (None, lambda x: polygamma_(0, x)),
    ("log", 1): (None, lambda x: divide_(1, x)),
    ("log", 2): (
        lambda x, y: divide_(log_(x), log_(y)),
        lambda x, y: divide_(1, (x * log_(y))),
        lambda x, y: (-divide_(log_(x), (y * power_(log_(y), 2)))),
    ),
    ("log10", 1): (lambda x: divide_(log_(x), log_(10)), lambda x: divide_(1, (x * log_(10)))),
    ("log1p", 1): (None, lambda x: divide_(1, (x + 1))),
    ("log2", 1): (lambda x: divide_(log_(x), log_(2)), lambda x: divide_(1, (x * log_(2)))),
    ("logaddexp", 2): (
        lambda x, y: log_((exp_(x) + exp_(y))),
        let(lambda x, y: exp_(x), lambda x, y, x0: divide_(x0, (x0 + exp_(y)))),
        let(lambda x, y: exp_(y), lambda x, y, x0: divide_(x0, (x0 + exp_(x)))),
    ),
    ("logical_and", 2): (lambda x, y: ((1 - zero(x)) * (1 - zero(y))), lambda x, y: 0, lambda x, y: 0),
    ("logical_not", 1): (lambda x: zero(x), lambda x: 0),
    ("logical_or", 2): (lambda x, y: (1 - (zero(x) * zero(y))), lambda x, y: 0, lambda x, y: 0),
    ("logit", 1): (lambda x: log_(divide_(x, (1 - x))), lambda x: (-divide_(1, (x * (x - 1))))),
    ("logsigmoid", 1): (
        lambda x: (-log1p_(exp_((-x)))),
        let(lambda x: exp_((-x)), lambda x, x0: divide_(x0, (x0 + 1))),
    ),
    ("minimum", 2): (None, lambda x, y: positive_off_zero((y - x)), lambda x, y: positive_off_zero((x - y))),
    ("mish", 1): (
        lambda x: (x * tanh_(log1p_(exp_(x)))),
        let(lambda x: exp_(x), let(lambda x, x0: log1p_(x0), lambda x, x0, x1: (divide_((x * x0 * power_(sech_(x1), 2)), (x0 + 1)) + tanh_(x1)))),
    ),
    ("positive", 1): (lambda x: positive(x), lambda x: 0),
    ("rad2deg", 1): (lambda x: divide_((180 * x), pi()), lambda x: divide_(180, pi())),
    ("reciprocal", 1): (lambda x: divide_(1, x), lambda x: (-divide_(1, power_(x, 2)))),
    ("relu", 1): (lambda x: maximum_(x, 0), lambda x: positive_off_zero(x)),
    ("relu6", 1): (
        lambda x: (-maximum_((-maximum_(x, 0)), (-6))),
        lambda x: (1 if positive_off_zero(x) and positive_off_zero((6 - maximum_(x, 0))) else 0),
    ),
    ("remainder", 2): (
        lambda x, y: (x - (y * floor_(divide_(x, y)))),
        lambda x, y: (1 - flat(divide_(x, y))),
        let(lambda x, y: divide_(x, y), lambda x, y, x0: ((x0 * flat(x0)) - floor_(x0))),
    ),
    ("rsqrt", 1): (lambda x: divide_(1, sqrt_(x)), lambda x: (-divide_(1, (2 * power_(x, Q3_2))))),
    ("sec", 1): (None, lambda x: (tan_(x) * sec_(x))),
    ("sech", 1): (None, lambda x: (-(tanh_(x) * sech_(x)))),
    ("selu", 1): (
        lambda x: divide_((5253504936777402467096674926473 * (x if positive(x) else divide_((16732632423543772848170429916717 * expm1_(x)), 10000000000000000000000000000000))), 5000000000000000000000000000000),
        lambda x: divide_((5253504936777402467096674926473 * (1 if positive_off_zero(x) else divide_((16732632423543772848170429916717 * exp_(x)), 10000000000000000000000000000000))), 5000000000000000000000000000000),
    ),
    ("sigmoid", 1): (
        lambda x: divide_(1, (1 + exp_((-x)))),
        let(lambda x: exp_((-x)), lambda x, x0: divide_(x0, power_((x0 + 1), 2))),
    ),
    ("silu", 1): (
        lambda x: divide_(x, (1 + exp_((-x)))),
        let(lambda x: exp_((-x)), let(lambda x, x0: (x0 + 1), lambda x, x0, x1: (divide_((x * x0), power_(x1, 2)) + divide_(1, x1)))),
    ),
    ("sin", 1): (None, lambda x: cos_(x)),
    ("sinc", 1): (
        lambda x: divide_(sin_((pi() * x)), (pi() * x)),
        let(lambda x: (pi() * x), lambda x, x0: (pi() * (divide_(cos_(x0), (pi() * x)) - divide_(sin_(x0), (power_(pi(), 2) * power_(x, 2)))))),
    ),
    ("sinh", 1): (None, lambda x: cosh_(x)),
    ("softplus", 1): (
        lambda x: (x if positive((x - 20)) else log1p_(exp_(x))),
        lambda x: (1 if positive_off_zero((x - 20)) else divide_(exp_(x), (exp_(x) + 1))),
    ),
    ("softplus", 2): (
        lambda x, y: (x if positive(((x * y) - 20)) else divide_(log1p_(exp_((x * y))), y)),
        lambda x, y: (1 if positive_off_zero(((x * y) - 20)) else divide_(exp_((x * y)), (exp_((x * y)) + 1))),
        lambda x, y: (0 if positive_off_zero(((x * y) - 20)) else (divide_((x * exp_((x * y))), (y * (exp_((x * y)) + 1))) - divide_(log1p_(exp_((x * y))), power_(y, 2)))),
    ),
    ("softplus", 3): (
        lambda x, y, z: (x if positive(((x * y) - z)) else divide_(log1p_(exp_((x * y))), y)),
        lambda x, y, z: (1 if positive_off_zero(((x * y) - z)) else divide_(exp_((x * y)), (exp_((x * y)) + 1))),
        lambda x, y, z: (0 if positive_off_zero(((x * y) - z)) else (divide_((x * exp_((x * y))), (y * (exp_((x * y)) + 1))) - divide_(log1p_(exp_((x * y))), power_(y, 2)))),
        lambda x, y, z: (0 if positive_off_zero(((x * y) - z)) else 0),
    ),
    ("softsign", 1): (
        lambda x: divide_(x, (abs_(x) + 1)),
        let(lambda x: (abs_(x) + 1), lambda x, x0: (divide_(1, x0) - divide_((x * sign_off_zero(x)), power_(x0, 2)))),
    ),
    ("sqrt", 1): (None, lambda x: divide_(1, (2 * sqrt_(x)))),
    ("square", 1): (lambda x: power_(x, 2), lambda x: (2 * x)),
    ("tan", 1): (None, lambda x: (power_(tan_(x), 2) + 1)),
    ("tanh", 1): (None, lambda x: power_(sech_(x), 2)),
    ("tanhshrink", 1): (lambda x: (x - tanh_(x)), lambda x: power_(tanh_(x), 2)),
    ("trunc", 1): (
        lambda x: (floor_(x) if positive(x) else (-floor_((-x)))),
        lambda x: (flat(x) if positive_off_zero(x) else flat((-x))),
    ),
    ("xlogy", 2): (None, lambda x, y: log_(y), lambda x, y: divide_(x, y)),
}
"""Operations by name and number of operands."""
