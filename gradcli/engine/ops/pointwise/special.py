"""Special functions, elementwise: error functions, gamma functions, sinc, logit, entropies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine.constants import HALF_ROOT_PI, LOG_PI, PI, PI_SQUARED, TWO_OVER_ROOT_PI, numbers_of
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import (
    ArrayFunction,
    Operation,
    backward_operation,
    elementwise,
    float_meet,
    floating,
    named,
    need_a_tensor,
    need_tensor,
    of_batch,
    overloaded,
    record,
    unary,
    values_of,
)
from gradcli.engine.tensor import Tensor

erf = unary("erf", lambda x: erf_array(x), lambda grad, self: TWO_OVER_ROOT_PI.of(self) * np.exp(-(self * self)) * grad)
erfc = unary(
    "erfc", lambda x: _erfc_array(x), lambda grad, self: -TWO_OVER_ROOT_PI.of(self) * np.exp(-(self * self)) * grad
)
erfinv = unary("erfinv", lambda y: _erfinv_array(y), lambda grad, self: _erfinv_gradient(grad, self))
lgamma = unary("lgamma", lambda x: _lgamma_array(x), lambda grad, self: grad * _digamma(self))
digamma = unary("digamma", lambda x: _digamma_array(x), lambda grad, self: grad * _polygamma(1, self))
sinc = unary("sinc", lambda x: _sinc_array(x), lambda grad, self: _sinc_backward(grad, self))
entr = unary(
    "entr", lambda x: _entr_array(x), lambda grad, self: grad * -(1 + np.log(self)), node="SpecialEntrBackward0"
)
_PolygammaBackward0 = derivative("PolygammaBackward0", self=lambda grad, self, n: grad * _polygamma(n + 1, self))
_MvlgammaBackward0 = derivative(
    "MvlgammaBackward0",
    self=lambda grad, self, p: grad * sum(_digamma(self - i / 2) for i in range(p)),
)
_sinc_backward: ArrayFunction = backward_operation(
    "SincBackwardBackward0",
    lambda grad, x: _sinc_backward_array(grad, x),
    grad_output=lambda grad, self: _sinc_backward(grad, self),
    self=lambda grad, grad_output, self: grad * grad_output * _sinc_curvature(self),
)
_LogitBackward0 = derivative("LogitBackward0", self=lambda grad, self, eps: _logit_gradient(grad, self, eps))


def of_elements(name: str, x: Any, *arguments: Any) -> Any:
    """A function that NumPy has not, of an array of objects: the elements' method of that name."""
    return np.frompyfunc(lambda each: getattr(each, name)(*arguments), 1, 1)(x)


def libm(function: Callable[[float], float], name: str) -> ArrayFunction:
    """A function of Python floats as a function of arrays, computed in float64; of objects, their method `name`."""

    def apply(x: Any) -> Any:
        if x.dtype.kind == "O":
            return of_elements(name, x)
        if not isinstance(x, np.generic) and type(x) is not np.ndarray:
            return of_batch(apply, x)
        if not x.ndim:
            return x.dtype.type(function(float(x)))
        found = np.fromiter(map(function, x.ravel().tolist()), np.float64, x.size)
        return found.reshape(x.shape).astype(x.dtype)

    return apply


# The error function.

erf_array: Final[ArrayFunction] = libm(math.erf, "erf")
_erfc_array: Final[ArrayFunction] = libm(math.erfc, "erfc")

_CENTRAL: Final = (
    (
        *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4),
        *(1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0),
    ),
    (
        *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4),
        *(5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
    ),
)

_MIDDLE: Final = (
    (
        *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0),
        *(3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0),
    ),
    (
        *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1),
        *(6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0),
    ),
)

_TAIL: Final = (
    (
        *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2),
        *(2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0),
    ),
    (
        *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4),
        *(1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0),
    ),
)


def _ratio(coefficients: tuple[Sequence[float], Sequence[float]], x: Any) -> Any:
    numerator, denominator = coefficients
    return np.polyval(numerator, x) / np.polyval(denominator, x)


def _erfinv_array(y: Any) -> Any:
    """The inverse error function by Wichura's algorithm AS241 for normal quantiles (Applied Statistics 37, 1988)."""
    if y.dtype.kind == "O":
        return of_elements("erfinv", y)
    x = y.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):
        quantile = x / 2
        central = _ratio(_CENTRAL, 0.180625 - quantile * quantile) * quantile
        distance = np.sqrt(-np.log((1 - np.abs(x)) / 2))
        tail = np.where(distance <= 5, _ratio(_MIDDLE, distance - 1.6), _ratio(_TAIL, distance - 5))
        found = np.where(np.abs(quantile) <= 0.425, central, np.copysign(tail, x)) / math.sqrt(2)
    found = np.where(np.abs(x) == 1, np.copysign(np.inf, x), np.where(np.abs(x) > 1, np.nan, found))
    return found.astype(y.dtype)[()]


def _erfinv_gradient(grad: Any, self: Any) -> Any:
    inverse = _erfinv(self)
    return HALF_ROOT_PI.of(grad) * np.exp(inverse * inverse) * grad


_erfinv: ArrayFunction = overloaded(erfinv, _erfinv_array)


# The gamma function.


def _lgamma_of(x: float) -> float:
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


_BERNOULLI: Final = (
    *(1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330),
    *(854513 / 138, -236364091 / 2730),
)
"""The Bernoulli numbers of even order from the second on."""


def _asymptotic(n: int, x: Any) -> Any:
    """psi^(n) for large x (Abramowitz and Stegun 6.3.18 and 6.4.11)."""
    if n == 0:
        series = sum(b / (2 * k * x ** (2 * k)) for k, b in enumerate(_BERNOULLI, 1))
        return np.log(x) - 1 / (2 * x) - series
    leading = float(math.factorial(n - 1))
    series = leading / x**n + n * leading / (2 * x ** (n + 1))
    for k, b in enumerate(_BERNOULLI, 1):
        series = series + b * (math.factorial(2 * k + n - 1) / math.factorial(2 * k)) / x ** (2 * k + n)
    return -series if n % 2 == 0 else series


def _cotangent_derivative(n: int, x: Any) -> Any:
    """The n-th derivative of pi*cot(pi*x), a polynomial in the cotangent: its derivative is -pi*(1 + cot**2)."""
    cotangent = 1 / np.tan(np.pi * (x - np.round(x)))
    polynomial = np.poly1d([1.0, 0.0])
    for _ in range(n):
        polynomial = -polynomial.deriv() * np.poly1d([1.0, 0.0, 1.0])
    return np.pi ** (n + 1) * polynomial(cotangent)


def _polygamma_array(n: int, x: Any) -> Any:
    """The n-th derivative of digamma: recurrence up to where the asymptotic series serves, reflection below 0."""
    if x.dtype.kind == "O":
        return of_elements("polygamma", x, n)
    given = x.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):
        argument = np.where(given < 0, 1 - given, given)
        enough = 10 + n
        factor = float((-1) ** (n + 1) * math.factorial(n))
        total = np.zeros(given.shape)
        for _ in range(enough):
            small = argument < enough
            total = total + np.where(small, factor / argument ** (n + 1), 0)
            argument = np.where(small, argument + 1, argument)
        found = total + _asymptotic(n, argument)
        found = np.where(np.isposinf(given), np.inf if n == 0 else 0.0, found)
        found = np.where(given < 0, (-1) ** n * found - _cotangent_derivative(n, given), found)
        pole = -np.copysign(np.inf, given) if n == 0 else np.copysign(np.inf, factor)
        found = np.where(given == 0, pole, found)
        if n:
            found = np.where((given < 0) & (given == np.floor(given)) & np.isfinite(given), pole, found)
        else:
            found = np.where((given < 0) & (given == np.floor(given)), np.nan, found)
    return found.astype(x.dtype)[()]


def _digamma_array(x: Any) -> Any:
    return _polygamma_array(0, x)


_lgamma_array: Final[ArrayFunction] = libm(_lgamma_of, "lgamma")
_digamma: ArrayFunction = overloaded(digamma, _digamma_array)


def polygamma(n: Any, input: Any) -> Tensor:
    """The n-th derivative of digamma (torch.polygamma); as a method, `x.polygamma(n)`.

    Raises RuntimeError on negative n.
    """
    if isinstance(n, Tensor) and isinstance(input, int):
        n, input = input, n
    need_tensor("polygamma", input, 2)
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return record(_PolygammaBackward0, _polygamma_array(n, floating(input)), (input,), (n,))


_polygamma: ArrayFunction = overloaded(polygamma, _polygamma_array)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension p (torch.mvlgamma)."""
    array = floating(input)
    constant = p * (p - 1) / 4 * LOG_PI.of(array)
    total = sum(_lgamma_array(array - i / 2) for i in range(p))
    return record(_MvlgammaBackward0, total + constant, (input,), (p,))


# sinc, logit and entropy.


def _sinc_array(x: Any) -> Any:
    scaled = x * PI.of(x)
    zero = scaled == 0
    return np.where(zero, 1, np.sin(scaled) / np.where(zero, 1, scaled)).astype(x.dtype)[()]


def _sinc_backward_array(grad: Any, x: Any) -> Any:
    scaled = x * PI.of(x)
    zero = x == 0
    slope = (scaled * np.cos(scaled) - np.sin(scaled)) / np.where(zero, 1, scaled * x)
    return grad * np.where(zero, 0, slope).astype(x.dtype)


def _sinc_curvature(x: Any) -> Any:
    """The second derivative of sinc, -pi**2 sinc(x) - 2 sinc'(x)/x, whose limit at 0 is -pi**2/3."""
    zero = values_of(x) == 0
    apart = np.where(zero, np.ones_like(values_of(x)), x)
    slope = _sinc_backward(np.ones_like(values_of(x)), apart)
    square = PI_SQUARED.of(apart)
    curvature = -square * _sinc(apart) - 2 * slope / apart
    return np.where(zero, np.full_like(values_of(x), -square / 3), curvature)


_sinc: ArrayFunction = overloaded(sinc, _sinc_array)


def _logit_gradient(grad: Any, self: Any, eps: float | None) -> Any:
    x = values_of(self)
    low, high = (0.0, 1.0) if eps is None else (eps, 1.0 - eps)
    outside = np.full_like(values_of(grad), np.nan if eps is None else 0)
    return np.where((x < low) | (x > high), outside, grad / (self * (1 - self)))


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """`log(x / (1 - x))`, x limited to [eps, 1 - eps] if given (torch.logit); nan outside [0, 1] otherwise."""
    need_tensor("logit", input)
    array = floating(input)
    limited = array if eps is None else np.clip(array, eps, 1 - eps)
    return record(_LogitBackward0, np.log(limited / (1 - limited)), (input,), (eps,))


def _entr_array(x: Any) -> Any:
    apart = np.where(x > 0, x, 1)
    found = np.where(x > 0, -apart * np.log(apart), np.where(x == 0, 0, np.where(x < 0, -np.inf, x)))
    return found.astype(x.dtype)[()]


# Of two operands.


def _times_logarithm(
    name: str, node: str, logarithm: ArrayFunction, least: int, argument: ArrayFunction, help: str
) -> Operation:
    """`input * logarithm(other)`, 0 where the input is 0, of which one may be a number.

    `least` is where the logarithm begins, `argument(other)` is what it divides its derivative by.
    """

    def of_self(grad: Any, self: Any, other: Any) -> Any:
        kept = ~((values_of(self) == 0) & (values_of(other) <= least))
        safe = np.where(kept, other, np.full_like(values_of(other), least + 1))
        return grad * np.where(kept, logarithm(safe), np.zeros_like(values_of(safe)))

    def by_number(grad: Any, self: Any, other: float) -> Any:
        found = getattr(numbers_of(grad), logarithm.__name__)(other)
        if other > least:
            return grad * found
        return np.where(values_of(self) == 0, np.zeros_like(values_of(grad)), grad * found)

    by_tensor = derivative(
        f"{node}Backward0", self=of_self, other=lambda grad, self, other: grad * self / argument(other)
    )
    of_number = derivative(
        f"{node}Backward1", attributes=("self",), other=lambda grad, other, self: grad * self / argument(other)
    )
    with_number = derivative(f"{node}Backward2", self=by_number)

    def operation(input: Any, other: Any) -> Tensor:
        need_a_tensor(name, input, other)
        a, b, dtype = float_meet(input, other)
        found = np.where(np.isnan(b), b, np.where(a == 0, 0, a * logarithm(b)))
        array = found.astype(np.result_type(a, b))[()]
        if not isinstance(input, Tensor):
            return record(of_number, array, (other,), (input,))
        if not isinstance(other, Tensor):
            return record(with_number, array, (input,), (other,))
        return elementwise(by_tensor, array, dtype, (input, other))

    return named(operation, name.removeprefix("special_"), help)


xlogy = _times_logarithm(
    "xlogy",
    "Xlogy",
    np.log,
    0,
    lambda other: other,
    "`input * log(other)`, 0 where the input is 0 (torch.xlogy). One of the two may be a number.",
)
xlog1py = _times_logarithm(
    "special_xlog1py",
    "SpecialXlog1Py",
    np.log1p,
    -1,
    lambda other: other + 1,
    "`input * log1p(other)`, 0 where the input is 0 (torch.special.xlog1py). One of the two may be a number.",
)
