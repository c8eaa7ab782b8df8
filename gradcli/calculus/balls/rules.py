"""What SymPy says of every operation.

Made by `python -m gradcli.calculus.symbolic.rules`, not by hand.
"""

from __future__ import annotations

from typing import Any, Final

from flint import fmpq

from gradcli.calculus.balls.functions import (
    Rule,
    flat,
    native,
    pi,
    positive,
    positive_off_zero,
    sign_off_zero,
    zero,
    zero_off_zero,
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


def _power_2_slope_0(x: Any, y: Any) -> Any:
    return (power_(x, (y - 1)) * y)


def _power_2_slope_1(x: Any, y: Any) -> Any:
    return (power_(x, y) * log_(x))


def _polygamma_2_slope_0(n: Any, x: Any) -> Any:
    return 0


def _polygamma_2_slope_1(n: Any, x: Any) -> Any:
    return polygamma_((n + 1), x)


def _acos_1_slope_0(x: Any) -> Any:
    return (-divide_(1, sqrt_((1 - power_(x, 2)))))


def _acosh_1_slope_0(x: Any) -> Any:
    return divide_(1, (sqrt_((x - 1)) * sqrt_((x + 1))))


def _acot_1_slope_0(x: Any) -> Any:
    return (-divide_(1, (power_(x, 2) + 1)))


def _acoth_1_slope_0(x: Any) -> Any:
    return (-divide_(1, ((x - 1) * (x + 1))))


def _acsc_1_slope_0(x: Any) -> Any:
    x0 = divide_(1, power_(x, 2))
    return (-divide_(x0, sqrt_((1 - x0))))


def _acsch_1_slope_0(x: Any) -> Any:
    x0 = divide_(1, power_(x, 2))
    return (-divide_(x0, sqrt_((x0 + 1))))


def _asec_1_slope_0(x: Any) -> Any:
    x0 = divide_(1, power_(x, 2))
    return divide_(x0, sqrt_((1 - x0)))


def _asech_1_slope_0(x: Any) -> Any:
    return (-divide_(1, (x * sqrt_((1 - power_(x, 2))))))


def _asin_1_slope_0(x: Any) -> Any:
    return divide_(1, sqrt_((1 - power_(x, 2))))


def _asinh_1_slope_0(x: Any) -> Any:
    return divide_(1, sqrt_((power_(x, 2) + 1)))


def _atan_1_slope_0(x: Any) -> Any:
    return divide_(1, (power_(x, 2) + 1))


def _atan2_2_slope_0(x: Any, y: Any) -> Any:
    return divide_(y, (power_(x, 2) + power_(y, 2)))


def _atan2_2_slope_1(x: Any, y: Any) -> Any:
    return (-divide_(x, (power_(x, 2) + power_(y, 2))))


def _atanh_1_slope_0(x: Any) -> Any:
    return (-divide_(1, ((x - 1) * (x + 1))))


def _cbrt_1_value(x: Any) -> Any:
    return (power_(abs_(x), Q1_3) * sign_(x))


def _cbrt_1_slope_0(x: Any) -> Any:
    return divide_(power_(sign_off_zero(x), 2), (3 * power_(abs_(x), Q2_3)))


def _ceil_1_value(x: Any) -> Any:
    return (-floor_((-x)))


def _ceil_1_slope_0(x: Any) -> Any:
    return flat((-x))


def _cos_1_slope_0(x: Any) -> Any:
    return (-sin_(x))


def _cosh_1_slope_0(x: Any) -> Any:
    return sinh_(x)


def _cot_1_slope_0(x: Any) -> Any:
    return (0 - power_(cot_(x), 2) - 1)


def _coth_1_slope_0(x: Any) -> Any:
    return (-divide_(1, power_(sinh_(x), 2)))


def _csc_1_slope_0(x: Any) -> Any:
    return (-(cot_(x) * csc_(x)))


def _csch_1_slope_0(x: Any) -> Any:
    return (-(coth_(x) * csch_(x)))


def _deg2rad_1_value(x: Any) -> Any:
    return divide_((pi() * x), 180)


def _deg2rad_1_slope_0(x: Any) -> Any:
    return divide_(pi(), 180)


def _digamma_1_value(x: Any) -> Any:
    return polygamma_(0, x)


def _digamma_1_slope_0(x: Any) -> Any:
    return polygamma_(1, x)


def _elu_1_value(x: Any) -> Any:
    return (x if positive(x) else expm1_(x))


def _elu_1_slope_0(x: Any) -> Any:
    return (1 if positive_off_zero(x) else exp_(x))


def _elu_2_value(x: Any, y: Any) -> Any:
    return (x if positive(x) else (y * expm1_(x)))


def _elu_2_slope_0(x: Any, y: Any) -> Any:
    return (1 if positive_off_zero(x) else (y * exp_(x)))


def _elu_2_slope_1(x: Any, y: Any) -> Any:
    return (0 if positive_off_zero(x) else expm1_(x))


def _erf_1_slope_0(x: Any) -> Any:
    return divide_((2 * exp_((-power_(x, 2)))), sqrt_(pi()))


def _erfc_1_slope_0(x: Any) -> Any:
    return (-divide_((2 * exp_((-power_(x, 2)))), sqrt_(pi())))


def _erfinv_1_slope_0(x: Any) -> Any:
    return divide_((sqrt_(pi()) * exp_(power_(erfinv_(x), 2))), 2)


def _exp_1_slope_0(x: Any) -> Any:
    return exp_(x)


def _exp2_1_value(x: Any) -> Any:
    return power_(2, x)


def _exp2_1_slope_0(x: Any) -> Any:
    return (power_(2, x) * log_(2))


def _expm1_1_slope_0(x: Any) -> Any:
    return exp_(x)


def _factorial_1_value(x: Any) -> Any:
    return gamma_((x + 1))


def _factorial_1_slope_0(x: Any) -> Any:
    x0 = (x + 1)
    return (gamma_(x0) * polygamma_(0, x0))


def _fmax_2_slope_0(x: Any, y: Any) -> Any:
    return positive_off_zero((x - y))


def _fmax_2_slope_1(x: Any, y: Any) -> Any:
    return positive_off_zero((y - x))


def _fmin_2_slope_0(x: Any, y: Any) -> Any:
    return positive_off_zero((y - x))


def _fmin_2_slope_1(x: Any, y: Any) -> Any:
    return positive_off_zero((x - y))


def _fmod_2_value(x: Any, y: Any) -> Any:
    return (x - (y * (floor_(divide_(x, y)) if positive(divide_(x, y)) else (-floor_((-divide_(x, y)))))))


def _fmod_2_slope_0(x: Any, y: Any) -> Any:
    return (1 - (y * (divide_(flat(divide_(x, y)), y) if positive_off_zero(divide_(x, y)) else divide_(flat((-divide_(x, y))), y))))


def _fmod_2_slope_1(x: Any, y: Any) -> Any:
    return (0 - (y * ((-divide_((x * flat(divide_(x, y))), power_(y, 2))) if positive_off_zero(divide_(x, y)) else (-divide_((x * flat((-divide_(x, y)))), power_(y, 2))))) - (floor_(divide_(x, y)) if positive_off_zero(divide_(x, y)) else (-floor_((-divide_(x, y))))))


def _frac_1_value(x: Any) -> Any:
    return (x - (floor_(x) if positive(x) else (-floor_((-x)))))


def _frac_1_slope_0(x: Any) -> Any:
    return (1 - (flat(x) if positive_off_zero(x) else flat((-x))))


def _gamma_1_slope_0(x: Any) -> Any:
    return (gamma_(x) * polygamma_(0, x))


def _gelu_1_value(x: Any) -> Any:
    x0 = divide_(x, 2)
    return (x0 * erfc_((-(sqrt_(2) * x0))))


def _gelu_1_slope_0(x: Any) -> Any:
    x0 = divide_((sqrt_(2) * x), 2)
    return (divide_((x0 * exp_((-divide_(power_(x, 2), 2)))), sqrt_(pi())) + divide_(erfc_((-x0)), 2))


def _gelu_tanh_1_value(x: Any) -> Any:
    return divide_(x, (1 + exp_((-divide_((2 * sqrt_(2) * (divide_((8943 * power_(x, 3)), 200000) + x)), sqrt_(pi()))))))


def _gelu_tanh_1_slope_0(x: Any) -> Any:
    x0 = divide_(sqrt_(2), sqrt_(pi()))
    x1 = (x0 * (divide_((8943 * power_(x, 3)), 200000) + x))
    return (divide_((x * x0 * (divide_((26829 * power_(x, 2)), 200000) + 1) * power_(sech_(x1), 2)), 2) + divide_(1, (1 + exp_((-(2 * x1))))))


def _hardsigmoid_1_value(x: Any) -> Any:
    return (-maximum_((-maximum_((divide_(x, 6) + Q1_2), 0)), (-1)))


def _hardsigmoid_1_slope_0(x: Any) -> Any:
    return (Q1_6 if positive_off_zero((1 - maximum_((divide_(x, 6) + Q1_2), 0))) and positive_off_zero((divide_(x, 6) + Q1_2)) else 0)


def _hardtanh_1_value(x: Any) -> Any:
    return (-maximum_((-maximum_(x, (-1))), (-1)))


def _hardtanh_1_slope_0(x: Any) -> Any:
    return (1 if positive_off_zero((x + 1)) and positive_off_zero((1 - maximum_(x, (-1)))) else 0)


def _hardtanh_2_value(x: Any, y: Any) -> Any:
    return (-maximum_((-maximum_(x, y)), (-1)))


def _hardtanh_2_slope_0(x: Any, y: Any) -> Any:
    return (1 if positive_off_zero((1 - maximum_(x, y))) and positive_off_zero((x - y)) else 0)


def _hardtanh_2_slope_1(x: Any, y: Any) -> Any:
    return (1 if positive_off_zero((1 - maximum_(x, y))) and positive_off_zero((y - x)) else 0)


def _hardtanh_3_value(x: Any, y: Any, z: Any) -> Any:
    return (-maximum_((-maximum_(x, y)), (-z)))


def _hardtanh_3_slope_0(x: Any, y: Any, z: Any) -> Any:
    return (1 if positive_off_zero((x - y)) and positive_off_zero((z - maximum_(x, y))) else 0)


def _hardtanh_3_slope_1(x: Any, y: Any, z: Any) -> Any:
    return (1 if positive_off_zero((y - x)) and positive_off_zero((z - maximum_(x, y))) else 0)


def _hardtanh_3_slope_2(x: Any, y: Any, z: Any) -> Any:
    return positive_off_zero((maximum_(x, y) - z))


def _heaviside_2_value(x: Any, y: Any) -> Any:
    return ((y * zero(x)) + positive(x))


def _heaviside_2_slope_0(x: Any, y: Any) -> Any:
    return 0


def _heaviside_2_slope_1(x: Any, y: Any) -> Any:
    return zero_off_zero(x)


def _hypot_2_value(x: Any, y: Any) -> Any:
    return sqrt_((power_(x, 2) + power_(y, 2)))


def _hypot_2_slope_0(x: Any, y: Any) -> Any:
    return divide_(x, sqrt_((power_(x, 2) + power_(y, 2))))


def _hypot_2_slope_1(x: Any, y: Any) -> Any:
    return divide_(y, sqrt_((power_(x, 2) + power_(y, 2))))


def _is_zero_1_value(x: Any) -> Any:
    return zero(x)


def _is_zero_1_slope_0(x: Any) -> Any:
    return 0


def _leaky_relu_1_value(x: Any) -> Any:
    return (x if positive(x) else divide_(x, 100))


def _leaky_relu_1_slope_0(x: Any) -> Any:
    return (1 if positive_off_zero(x) else Q1_100)


def _leaky_relu_2_value(x: Any, y: Any) -> Any:
    return (x if positive(x) else (x * y))


def _leaky_relu_2_slope_0(x: Any, y: Any) -> Any:
    return (1 if positive_off_zero(x) else y)


def _leaky_relu_2_slope_1(x: Any, y: Any) -> Any:
    return (0 if positive_off_zero(x) else x)


def _lgamma_1_slope_0(x: Any) -> Any:
    return polygamma_(0, x)


def _log_1_slope_0(x: Any) -> Any:
    return divide_(1, x)


def _log_2_value(x: Any, y: Any) -> Any:
    return divide_(log_(x), log_(y))


def _log_2_slope_0(x: Any, y: Any) -> Any:
    return divide_(1, (x * log_(y)))


def _log_2_slope_1(x: Any, y: Any) -> Any:
    return (-divide_(log_(x), (y * power_(log_(y), 2))))


def _log10_1_value(x: Any) -> Any:
    return divide_(log_(x), log_(10))


def _log10_1_slope_0(x: Any) -> Any:
    return divide_(1, (x * log_(10)))


def _log1p_1_slope_0(x: Any) -> Any:
    return divide_(1, (x + 1))


def _log2_1_value(x: Any) -> Any:
    return divide_(log_(x), log_(2))


def _log2_1_slope_0(x: Any) -> Any:
    return divide_(1, (x * log_(2)))


def _logaddexp_2_value(x: Any, y: Any) -> Any:
    return log_((exp_(x) + exp_(y)))


def _logaddexp_2_slope_0(x: Any, y: Any) -> Any:
    x0 = exp_(x)
    return divide_(x0, (x0 + exp_(y)))


def _logaddexp_2_slope_1(x: Any, y: Any) -> Any:
    x0 = exp_(y)
    return divide_(x0, (x0 + exp_(x)))


def _logical_and_2_value(x: Any, y: Any) -> Any:
    return ((1 - zero(x)) * (1 - zero(y)))


def _logical_and_2_slope_0(x: Any, y: Any) -> Any:
    return 0


def _logical_and_2_slope_1(x: Any, y: Any) -> Any:
    return 0


def _logical_not_1_value(x: Any) -> Any:
    return zero(x)


def _logical_not_1_slope_0(x: Any) -> Any:
    return 0


def _logical_or_2_value(x: Any, y: Any) -> Any:
    return (1 - (zero(x) * zero(y)))


def _logical_or_2_slope_0(x: Any, y: Any) -> Any:
    return 0


def _logical_or_2_slope_1(x: Any, y: Any) -> Any:
    return 0


def _logit_1_value(x: Any) -> Any:
    return log_(divide_(x, (1 - x)))


def _logit_1_slope_0(x: Any) -> Any:
    return (-divide_(1, (x * (x - 1))))


def _logsigmoid_1_value(x: Any) -> Any:
    return (-log1p_(exp_((-x))))


def _logsigmoid_1_slope_0(x: Any) -> Any:
    x0 = exp_((-x))
    return divide_(x0, (x0 + 1))


def _minimum_2_slope_0(x: Any, y: Any) -> Any:
    return positive_off_zero((y - x))


def _minimum_2_slope_1(x: Any, y: Any) -> Any:
    return positive_off_zero((x - y))


def _mish_1_value(x: Any) -> Any:
    return (x * tanh_(log1p_(exp_(x))))


def _mish_1_slope_0(x: Any) -> Any:
    x0 = exp_(x)
    x1 = log1p_(x0)
    return (divide_((x * x0 * power_(sech_(x1), 2)), (x0 + 1)) + tanh_(x1))


def _positive_1_value(x: Any) -> Any:
    return positive(x)


def _positive_1_slope_0(x: Any) -> Any:
    return 0


def _rad2deg_1_value(x: Any) -> Any:
    return divide_((180 * x), pi())


def _rad2deg_1_slope_0(x: Any) -> Any:
    return divide_(180, pi())


def _reciprocal_1_value(x: Any) -> Any:
    return divide_(1, x)


def _reciprocal_1_slope_0(x: Any) -> Any:
    return (-divide_(1, power_(x, 2)))


def _relu_1_value(x: Any) -> Any:
    return maximum_(x, 0)


def _relu_1_slope_0(x: Any) -> Any:
    return positive_off_zero(x)


def _relu6_1_value(x: Any) -> Any:
    return (-maximum_((-maximum_(x, 0)), (-6)))


def _relu6_1_slope_0(x: Any) -> Any:
    return (1 if positive_off_zero(x) and positive_off_zero((6 - maximum_(x, 0))) else 0)


def _remainder_2_value(x: Any, y: Any) -> Any:
    return (x - (y * floor_(divide_(x, y))))


def _remainder_2_slope_0(x: Any, y: Any) -> Any:
    return (1 - flat(divide_(x, y)))


def _remainder_2_slope_1(x: Any, y: Any) -> Any:
    x0 = divide_(x, y)
    return ((x0 * flat(x0)) - floor_(x0))


def _rsqrt_1_value(x: Any) -> Any:
    return divide_(1, sqrt_(x))


def _rsqrt_1_slope_0(x: Any) -> Any:
    return (-divide_(1, (2 * power_(x, Q3_2))))


def _sec_1_slope_0(x: Any) -> Any:
    return (tan_(x) * sec_(x))


def _sech_1_slope_0(x: Any) -> Any:
    return (-(tanh_(x) * sech_(x)))


def _selu_1_value(x: Any) -> Any:
    return divide_((5253504936777402467096674926473 * (x if positive(x) else divide_((16732632423543772848170429916717 * expm1_(x)), 10000000000000000000000000000000))), 5000000000000000000000000000000)


def _selu_1_slope_0(x: Any) -> Any:
    return divide_((5253504936777402467096674926473 * (1 if positive_off_zero(x) else divide_((16732632423543772848170429916717 * exp_(x)), 10000000000000000000000000000000))), 5000000000000000000000000000000)


def _sigmoid_1_value(x: Any) -> Any:
    return divide_(1, (1 + exp_((-x))))


def _sigmoid_1_slope_0(x: Any) -> Any:
    x0 = exp_((-x))
    return divide_(x0, power_((x0 + 1), 2))


def _silu_1_value(x: Any) -> Any:
    return divide_(x, (1 + exp_((-x))))


def _silu_1_slope_0(x: Any) -> Any:
    x0 = exp_((-x))
    x1 = (x0 + 1)
    return (divide_((x * x0), power_(x1, 2)) + divide_(1, x1))


def _sin_1_slope_0(x: Any) -> Any:
    return cos_(x)


def _sinc_1_value(x: Any) -> Any:
    return divide_(sin_((pi() * x)), (pi() * x))


def _sinc_1_slope_0(x: Any) -> Any:
    x0 = (pi() * x)
    return (pi() * (divide_(cos_(x0), (pi() * x)) - divide_(sin_(x0), (power_(pi(), 2) * power_(x, 2)))))


def _sinh_1_slope_0(x: Any) -> Any:
    return cosh_(x)


def _softplus_1_value(x: Any) -> Any:
    return (x if positive((x - 20)) else log1p_(exp_(x)))


def _softplus_1_slope_0(x: Any) -> Any:
    return (1 if positive_off_zero((x - 20)) else divide_(exp_(x), (exp_(x) + 1)))


def _softplus_2_value(x: Any, y: Any) -> Any:
    return (x if positive(((x * y) - 20)) else divide_(log1p_(exp_((x * y))), y))


def _softplus_2_slope_0(x: Any, y: Any) -> Any:
    return (1 if positive_off_zero(((x * y) - 20)) else divide_(exp_((x * y)), (exp_((x * y)) + 1)))


def _softplus_2_slope_1(x: Any, y: Any) -> Any:
    return (0 if positive_off_zero(((x * y) - 20)) else (divide_((x * exp_((x * y))), (y * (exp_((x * y)) + 1))) - divide_(log1p_(exp_((x * y))), power_(y, 2))))


def _softplus_3_value(x: Any, y: Any, z: Any) -> Any:
    return (x if positive(((x * y) - z)) else divide_(log1p_(exp_((x * y))), y))


def _softplus_3_slope_0(x: Any, y: Any, z: Any) -> Any:
    return (1 if positive_off_zero(((x * y) - z)) else divide_(exp_((x * y)), (exp_((x * y)) + 1)))


def _softplus_3_slope_1(x: Any, y: Any, z: Any) -> Any:
    return (0 if positive_off_zero(((x * y) - z)) else (divide_((x * exp_((x * y))), (y * (exp_((x * y)) + 1))) - divide_(log1p_(exp_((x * y))), power_(y, 2))))


def _softplus_3_slope_2(x: Any, y: Any, z: Any) -> Any:
    return (0 if positive_off_zero(((x * y) - z)) else 0)


def _softsign_1_value(x: Any) -> Any:
    return divide_(x, (abs_(x) + 1))


def _softsign_1_slope_0(x: Any) -> Any:
    x0 = (abs_(x) + 1)
    return (divide_(1, x0) - divide_((x * sign_off_zero(x)), power_(x0, 2)))


def _sqrt_1_slope_0(x: Any) -> Any:
    return divide_(1, (2 * sqrt_(x)))


def _square_1_value(x: Any) -> Any:
    return power_(x, 2)


def _square_1_slope_0(x: Any) -> Any:
    return (2 * x)


def _tan_1_slope_0(x: Any) -> Any:
    return (power_(tan_(x), 2) + 1)


def _tanh_1_slope_0(x: Any) -> Any:
    return power_(sech_(x), 2)


def _tanhshrink_1_value(x: Any) -> Any:
    return (x - tanh_(x))


def _tanhshrink_1_slope_0(x: Any) -> Any:
    return power_(tanh_(x), 2)


def _trunc_1_value(x: Any) -> Any:
    return (floor_(x) if positive(x) else (-floor_((-x))))


def _trunc_1_slope_0(x: Any) -> Any:
    return (flat(x) if positive_off_zero(x) else flat((-x)))


def _xlogy_2_slope_0(x: Any, y: Any) -> Any:
    return log_(y)


def _xlogy_2_slope_1(x: Any, y: Any) -> Any:
    return divide_(x, y)


RULES: Final[dict[tuple[str, int], Rule]] = {
    ("power", 2): Rule(None, (_power_2_slope_0, _power_2_slope_1,)),
    ("polygamma", 2): Rule(None, (_polygamma_2_slope_0, _polygamma_2_slope_1,)),
    ("acos", 1): Rule(None, (_acos_1_slope_0,)),
    ("acosh", 1): Rule(None, (_acosh_1_slope_0,)),
    ("acot", 1): Rule(None, (_acot_1_slope_0,)),
    ("acoth", 1): Rule(None, (_acoth_1_slope_0,)),
    ("acsc", 1): Rule(None, (_acsc_1_slope_0,)),
    ("acsch", 1): Rule(None, (_acsch_1_slope_0,)),
    ("asec", 1): Rule(None, (_asec_1_slope_0,)),
    ("asech", 1): Rule(None, (_asech_1_slope_0,)),
    ("asin", 1): Rule(None, (_asin_1_slope_0,)),
    ("asinh", 1): Rule(None, (_asinh_1_slope_0,)),
    ("atan", 1): Rule(None, (_atan_1_slope_0,)),
    ("atan2", 2): Rule(None, (_atan2_2_slope_0, _atan2_2_slope_1,)),
    ("atanh", 1): Rule(None, (_atanh_1_slope_0,)),
    ("cbrt", 1): Rule(_cbrt_1_value, (_cbrt_1_slope_0,)),
    ("ceil", 1): Rule(_ceil_1_value, (_ceil_1_slope_0,)),
    ("cos", 1): Rule(None, (_cos_1_slope_0,)),
    ("cosh", 1): Rule(None, (_cosh_1_slope_0,)),
    ("cot", 1): Rule(None, (_cot_1_slope_0,)),
    ("coth", 1): Rule(None, (_coth_1_slope_0,)),
    ("csc", 1): Rule(None, (_csc_1_slope_0,)),
    ("csch", 1): Rule(None, (_csch_1_slope_0,)),
    ("deg2rad", 1): Rule(_deg2rad_1_value, (_deg2rad_1_slope_0,)),
    ("digamma", 1): Rule(_digamma_1_value, (_digamma_1_slope_0,)),
    ("elu", 1): Rule(_elu_1_value, (_elu_1_slope_0,)),
    ("elu", 2): Rule(_elu_2_value, (_elu_2_slope_0, _elu_2_slope_1,)),
    ("erf", 1): Rule(None, (_erf_1_slope_0,)),
    ("erfc", 1): Rule(None, (_erfc_1_slope_0,)),
    ("erfinv", 1): Rule(None, (_erfinv_1_slope_0,)),
    ("exp", 1): Rule(None, (_exp_1_slope_0,)),
    ("exp2", 1): Rule(_exp2_1_value, (_exp2_1_slope_0,)),
    ("expm1", 1): Rule(None, (_expm1_1_slope_0,)),
    ("factorial", 1): Rule(_factorial_1_value, (_factorial_1_slope_0,)),
    ("fmax", 2): Rule(None, (_fmax_2_slope_0, _fmax_2_slope_1,)),
    ("fmin", 2): Rule(None, (_fmin_2_slope_0, _fmin_2_slope_1,)),
    ("fmod", 2): Rule(_fmod_2_value, (_fmod_2_slope_0, _fmod_2_slope_1,)),
    ("frac", 1): Rule(_frac_1_value, (_frac_1_slope_0,)),
    ("gamma", 1): Rule(None, (_gamma_1_slope_0,)),
    ("gelu", 1): Rule(_gelu_1_value, (_gelu_1_slope_0,)),
    ("gelu_tanh", 1): Rule(_gelu_tanh_1_value, (_gelu_tanh_1_slope_0,)),
    ("hardsigmoid", 1): Rule(_hardsigmoid_1_value, (_hardsigmoid_1_slope_0,)),
    ("hardtanh", 1): Rule(_hardtanh_1_value, (_hardtanh_1_slope_0,)),
    ("hardtanh", 2): Rule(_hardtanh_2_value, (_hardtanh_2_slope_0, _hardtanh_2_slope_1,)),
    ("hardtanh", 3): Rule(_hardtanh_3_value, (_hardtanh_3_slope_0, _hardtanh_3_slope_1, _hardtanh_3_slope_2,)),
    ("heaviside", 2): Rule(_heaviside_2_value, (_heaviside_2_slope_0, _heaviside_2_slope_1,)),
    ("hypot", 2): Rule(_hypot_2_value, (_hypot_2_slope_0, _hypot_2_slope_1,)),
    ("is_zero", 1): Rule(_is_zero_1_value, (_is_zero_1_slope_0,)),
    ("leaky_relu", 1): Rule(_leaky_relu_1_value, (_leaky_relu_1_slope_0,)),
    ("leaky_relu", 2): Rule(_leaky_relu_2_value, (_leaky_relu_2_slope_0, _leaky_relu_2_slope_1,)),
    ("lgamma", 1): Rule(None, (_lgamma_1_slope_0,)),
    ("log", 1): Rule(None, (_log_1_slope_0,)),
    ("log", 2): Rule(_log_2_value, (_log_2_slope_0, _log_2_slope_1,)),
    ("log10", 1): Rule(_log10_1_value, (_log10_1_slope_0,)),
    ("log1p", 1): Rule(None, (_log1p_1_slope_0,)),
    ("log2", 1): Rule(_log2_1_value, (_log2_1_slope_0,)),
    ("logaddexp", 2): Rule(_logaddexp_2_value, (_logaddexp_2_slope_0, _logaddexp_2_slope_1,)),
    ("logical_and", 2): Rule(_logical_and_2_value, (_logical_and_2_slope_0, _logical_and_2_slope_1,)),
    ("logical_not", 1): Rule(_logical_not_1_value, (_logical_not_1_slope_0,)),
    ("logical_or", 2): Rule(_logical_or_2_value, (_logical_or_2_slope_0, _logical_or_2_slope_1,)),
    ("logit", 1): Rule(_logit_1_value, (_logit_1_slope_0,)),
    ("logsigmoid", 1): Rule(_logsigmoid_1_value, (_logsigmoid_1_slope_0,)),
    ("minimum", 2): Rule(None, (_minimum_2_slope_0, _minimum_2_slope_1,)),
    ("mish", 1): Rule(_mish_1_value, (_mish_1_slope_0,)),
    ("positive", 1): Rule(_positive_1_value, (_positive_1_slope_0,)),
    ("rad2deg", 1): Rule(_rad2deg_1_value, (_rad2deg_1_slope_0,)),
    ("reciprocal", 1): Rule(_reciprocal_1_value, (_reciprocal_1_slope_0,)),
    ("relu", 1): Rule(_relu_1_value, (_relu_1_slope_0,)),
    ("relu6", 1): Rule(_relu6_1_value, (_relu6_1_slope_0,)),
    ("remainder", 2): Rule(_remainder_2_value, (_remainder_2_slope_0, _remainder_2_slope_1,)),
    ("rsqrt", 1): Rule(_rsqrt_1_value, (_rsqrt_1_slope_0,)),
    ("sec", 1): Rule(None, (_sec_1_slope_0,)),
    ("sech", 1): Rule(None, (_sech_1_slope_0,)),
    ("selu", 1): Rule(_selu_1_value, (_selu_1_slope_0,)),
    ("sigmoid", 1): Rule(_sigmoid_1_value, (_sigmoid_1_slope_0,)),
    ("silu", 1): Rule(_silu_1_value, (_silu_1_slope_0,)),
    ("sin", 1): Rule(None, (_sin_1_slope_0,)),
    ("sinc", 1): Rule(_sinc_1_value, (_sinc_1_slope_0,)),
    ("sinh", 1): Rule(None, (_sinh_1_slope_0,)),
    ("softplus", 1): Rule(_softplus_1_value, (_softplus_1_slope_0,)),
    ("softplus", 2): Rule(_softplus_2_value, (_softplus_2_slope_0, _softplus_2_slope_1,)),
    ("softplus", 3): Rule(_softplus_3_value, (_softplus_3_slope_0, _softplus_3_slope_1, _softplus_3_slope_2,)),
    ("softsign", 1): Rule(_softsign_1_value, (_softsign_1_slope_0,)),
    ("sqrt", 1): Rule(None, (_sqrt_1_slope_0,)),
    ("square", 1): Rule(_square_1_value, (_square_1_slope_0,)),
    ("tan", 1): Rule(None, (_tan_1_slope_0,)),
    ("tanh", 1): Rule(None, (_tanh_1_slope_0,)),
    ("tanhshrink", 1): Rule(_tanhshrink_1_value, (_tanhshrink_1_slope_0,)),
    ("trunc", 1): Rule(_trunc_1_value, (_trunc_1_slope_0,)),
    ("xlogy", 2): Rule(None, (_xlogy_2_slope_0, _xlogy_2_slope_1,)),
}
"""Operations by name and number of operands."""
