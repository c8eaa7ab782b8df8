"""The table of derivatives: of every function of real numbers, by each of its arguments.

Formulas are written in our own language over the names of the operation's parameters. At kinks they give what torch
gives; between the jumps of a step the slope is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

FUNCTIONS: Final[Mapping[str, str]] = {
    "sin": "cos(x)",
    "cos": "-sin(x)",
    "tan": "sec(x)**2",
    "sec": "sec(x)*tan(x)",
    "csc": "-csc(x)*cot(x)",
    "cot": "-csc(x)**2",
    "asin": "1/sqrt(1 - x**2)",
    "acos": "-1/sqrt(1 - x**2)",
    "atan": "1/(1 + x**2)",
    "asec": "1/(abs(x)*sqrt(x**2 - 1))",
    "acsc": "-1/(abs(x)*sqrt(x**2 - 1))",
    "acot": "-1/(1 + x**2)",
    "sinh": "cosh(x)",
    "cosh": "sinh(x)",
    "tanh": "1 - tanh(x)**2",
    "sech": "-sech(x)*tanh(x)",
    "csch": "-csch(x)*coth(x)",
    "coth": "-csch(x)**2",
    "asinh": "1/sqrt(x**2 + 1)",
    "acosh": "1/sqrt(x**2 - 1)",
    "atanh": "1/(1 - x**2)",
    "asech": "-1/(x*sqrt(1 - x**2))",
    "acsch": "-1/(abs(x)*sqrt(1 + x**2))",
    "acoth": "1/(1 - x**2)",
    "sinc": "cos(pi*x)/x - sin(pi*x)/(pi*x**2)",
    "deg2rad": "pi/180",
    "rad2deg": "180/pi",
    "exp": "exp(x)",
    "exp2": "exp2(x)*log(2)",
    "expm1": "exp(x)",
    "log": "1/x",
    "log1p": "1/(1 + x)",
    "log2": "1/(x*log(2))",
    "log10": "1/(x*log(10))",
    "sqrt": "1/(2*sqrt(x))",
    "cbrt": "1/(3*cbrt(x)**2)",
    "rsqrt": "-1/(2*x*sqrt(x))",
    "square": "2*x",
    "abs": "sign(x)",
    "sign": "0",
    "floor": "0",
    "ceil": "0",
    "round": "0",
    "trunc": "0",
    "frac": "1",
    "erf": "2/sqrt(pi)*exp(-x**2)",
    "erfc": "-2/sqrt(pi)*exp(-x**2)",
    "erfinv": "sqrt(pi)/2*exp(erfinv(x)**2)",
    "lgamma": "digamma(x)",
    "gamma": "gamma(x)*digamma(x)",
    "factorial": "gamma(x + 1)*digamma(x + 1)",
    "logit": "1/(x*(1 - x))",
    "sigmoid": "sigmoid(x)*(1 - sigmoid(x))",
    "relu": "where(x > 0, 1, 0)",
    "relu6": "where(logical_and(x > 0, x < 6), 1, 0)",
    "leaky_relu": "where(x > 0, 1, negative_slope)",
    "elu": "where(x > 0, 1, alpha*exp(x))",
    "selu": "1.0507009873554804934193349852946*where(x > 0, 1, 1.6732632423543772848170429916717*exp(x))",
    "gelu": "(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)",
    "silu": "sigmoid(x)*(1 + x*(1 - sigmoid(x)))",
    "mish": "tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))**2)",
    "softplus": "sigmoid(beta*x)",
    "softsign": "1/(1 + abs(x))**2",
    "logsigmoid": "sigmoid(-x)",
    "hardtanh": "where(logical_and(x > min_val, x < max_val), 1, 0)",
    "hardsigmoid": "where(logical_and(x > -3, x < 3), 1/6, 0)",
    "tanhshrink": "tanh(x)**2",
    "clone": "1",
    "float": "1",
    "double": "1",
}
"""Functions of one variable; further parameters (`beta`, `alpha`) are constants."""

PARTIALS: Final[Mapping[str, Mapping[str, str]]] = {
    "atan2": {"x": "other/(x**2 + other**2)", "other": "-x/(x**2 + other**2)"},
    "hypot": {"x": "x/hypot(x, other)", "other": "other/hypot(x, other)"},
    "logaddexp": {"x": "sigmoid(x - other)", "other": "sigmoid(other - x)"},
    "xlogy": {"x": "log(other)", "other": "x/other"},
    "fmod": {"x": "1", "other": "-trunc(x/other)"},
    "remainder": {"x": "1", "other": "-floor(x/other)"},
    "clamp": {
        "x": "where(logical_and(x >= min, x <= max), 1, 0)",
        "min": "where(logical_and(x < min, min < max), 1, 0)",
        "max": "where(logical_or(x > max, min > max), 1, 0)",
    },
    "heaviside": {"x": "0", "values": "where(x == 0, 1, 0)"},
}
"""Functions of several variables: the partial derivative by each."""

DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "leaky_relu": {"negative_slope": "0.01"},
    "elu": {"alpha": "1"},
    "softplus": {"beta": "1"},
    "hardtanh": {"min_val": "-1", "max_val": "1"},
}
"""What the further parameters are where they are not given."""

DEFINITIONS: Final[Mapping[str, str]] = {
    "log": "log(x)/log(base)",
    "softplus": "where(beta*x > threshold, x, log(1 + exp(beta*x))/beta)",
    "gelu": "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
    "dot": "sum(x*other)",
    "norm": "sqrt(sum(x**2))",
    "logsumexp": "log(sum(exp(x)))",
    "mse_loss": "mean((x - target)**2)",
    "l1_loss": "mean(abs(x - target))",
    "smooth_l1_loss": "mean(where(abs(x - target) < 1, (x - target)**2/2, abs(x - target) - 1/2))",
    "binary_cross_entropy": "-mean(target*log(x) + (1 - target)*log(1 - x))",
    "binary_cross_entropy_with_logits": "mean(softplus(x) - target*x)",
}
"""Functions that are differentiated by what they stand for.

`log`, `softplus` and `gelu` only where they have the further argument that makes them more than a function of x."""

FURTHER: Final[Mapping[str, str]] = {"log": "base", "softplus": "threshold", "gelu": "approximate"}
"""The argument of which a function's definition speaks, and its rule does not."""

WITHOUT: Final[Mapping[str, Mapping[str, str]]] = {
    "clamp": {"min": "minimum(x, max)", "max": "maximum(x, min)"},
}
"""What a function stands for where an argument is not given."""

CHOICES: Final[Mapping[str, Literal["<", ">"]]] = {
    "maximum": ">",
    "fmax": ">",
    "max": ">",
    "minimum": "<",
    "fmin": "<",
    "min": "<",
}
"""Functions that are one of their arguments, and the comparison by which they choose."""

STEPS: Final = frozenset({"logical_and", "logical_or", "logical_not", "isnan"})
"""Functions that are 0 or 1: their slope is 0 wherever they have one."""
