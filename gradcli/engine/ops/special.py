"""Special functions, and what rules of elementwise operations are made with."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import HALF_ROOT_PI, LOG_PI, PI, PI_SQUARED, TWO_OVER_ROOT_PI, numbers_of
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import (
    argument_error,
    expectations,
    floating,
    meet,
    need_a_tensor,
    of_batch,
    record,
    unary,
)
from gradcli.engine.ops.pointwise import sigmoid
from gradcli.engine.tensor import Tensor

ArrayFunction = Callable[..., Any]


def values(operand: Any) -> Any:
    """The array of a Tensor, anything else as it is: for conditions, which are not differentiated."""
    return operand._array if isinstance(operand, Tensor) else operand


def overloaded(on_tensors: ArrayFunction, on_arrays: ArrayFunction) -> ArrayFunction:
    """A function for rules: recorded when its last operand is a Tensor, computed when it is an array."""

    def function(*operands: Any) -> Any:
        return (on_tensors if isinstance(operands[-1], Tensor) else on_arrays)(*operands)

    return function


def backward_operation(
    name: str, forward: ArrayFunction, *, attributes: Sequence[str] = (), **rules: Any
) -> ArrayFunction:
    """A gradient rule that torch has as an operation of its own: on Tensors it is recorded as `name` with these rules.

    It is called with the inputs that `rules` names, in order, and then with the attributes.
    """
    node_class = derivative(name, attributes=attributes, **rules)
    count = len(node_class.inputs)

    def operation(*operands: Any) -> Any:
        inputs = operands[:count]
        if not any(isinstance(each, Tensor) for each in inputs):
            return forward(*operands)
        array = forward(*[values(each) for each in inputs], *operands[count:])
        return elementwise(node_class, array, dtypes.OF_NUMPY[array.dtype], inputs, operands[count:])

    return operation


def elementwise(
    node_class: type[Node], array: Any, dtype: dtypes.dtype, inputs: tuple[Any, ...], attributes: tuple[Any, ...] = ()
) -> Tensor:
    """Record an elementwise result whose inputs may have been broadcast or converted to `dtype`."""
    result = record(node_class, array, inputs, attributes)
    if result._node is not None:
        result._node.expected = expectations(array, dtype, *inputs)
    return result


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

erf_array: Final = libm(math.erf, "erf")

erf = unary("erf", erf_array, lambda grad, self: TWO_OVER_ROOT_PI.of(self) * np.exp(-(self * self)) * grad)
erfc = unary(
    "erfc", libm(math.erfc, "erfc"), lambda grad, self: -TWO_OVER_ROOT_PI.of(self) * np.exp(-(self * self)) * grad
)

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


erfinv = unary("erfinv", _erfinv_array, _erfinv_gradient)
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


_lgamma_array: Final = libm(_lgamma_of, "lgamma")
lgamma = unary("lgamma", _lgamma_array, lambda grad, self: grad * _digamma(self))
digamma = unary("digamma", _digamma_array, lambda grad, self: grad * _polygamma(1, self))
_digamma: ArrayFunction = overloaded(digamma, _digamma_array)

_PolygammaBackward0 = derivative("PolygammaBackward0", self=lambda grad, self, n: grad * _polygamma(n + 1, self))


def polygamma(n: Any, input: Any) -> Tensor:
    """The n-th derivative of digamma (torch.polygamma); as a method, `x.polygamma(n)`.

    Raises RuntimeError on negative n.
    """
    if isinstance(n, Tensor) and isinstance(input, int):
        n, input = input, n
    if not isinstance(input, Tensor):
        raise argument_error("polygamma", 2, input)
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return record(_PolygammaBackward0, _polygamma_array(n, floating(input)), (input,), (n,))


_polygamma: ArrayFunction = overloaded(polygamma, _polygamma_array)


_MvlgammaBackward0 = derivative(
    "MvlgammaBackward0",
    self=lambda grad, self, p: grad * sum(_digamma(self - i / 2) for i in range(p)),
)


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
    zero = values(x) == 0
    apart = np.where(zero, np.ones_like(values(x)), x)
    slope = _sinc_backward(np.ones_like(values(x)), apart)
    square = PI_SQUARED.of(apart)
    curvature = -square * _sinc(apart) - 2 * slope / apart
    return np.where(zero, np.full_like(values(x), -square / 3), curvature)


sinc = unary("sinc", _sinc_array, lambda grad, self: _sinc_backward(grad, self))
_sinc: ArrayFunction = overloaded(sinc, _sinc_array)
_sinc_backward: ArrayFunction = backward_operation(
    "SincBackwardBackward0",
    _sinc_backward_array,
    grad_output=lambda grad, self: _sinc_backward(grad, self),
    self=lambda grad, grad_output, self: grad * grad_output * _sinc_curvature(self),
)


def _logit_gradient(grad: Any, self: Any, eps: float | None) -> Any:
    x = values(self)
    low, high = (0.0, 1.0) if eps is None else (eps, 1.0 - eps)
    outside = np.full_like(values(grad), np.nan if eps is None else 0)
    return np.where((x < low) | (x > high), outside, grad / (self * (1 - self)))


_LogitBackward0 = derivative("LogitBackward0", self=_logit_gradient)


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """`log(x / (1 - x))`, x limited to [eps, 1 - eps] if given (torch.logit); nan outside [0, 1] otherwise."""
    if not isinstance(input, Tensor):
        raise argument_error("logit", 1, input)
    array = floating(input)
    limited = array if eps is None else np.clip(array, eps, 1 - eps)
    return record(_LogitBackward0, np.log(limited / (1 - limited)), (input,), (eps,))


def _entr_array(x: Any) -> Any:
    apart = np.where(x > 0, x, 1)
    found = np.where(x > 0, -apart * np.log(apart), np.where(x == 0, 0, np.where(x < 0, -np.inf, x)))
    return found.astype(x.dtype)[()]


entr = unary("entr", _entr_array, lambda grad, self: grad * -(1 + np.log(self)), node="SpecialEntrBackward0")

# Of two tensors.


def _xlogy_array(x: Any, y: Any) -> Any:
    return np.where(np.isnan(y), y, np.where(x == 0, 0, x * np.log(y))).astype(np.result_type(x, y))[()]


def _xlogy_of_self(grad: Any, self: Any, other: Any) -> Any:
    kept = ~((values(self) == 0) & (values(other) <= 0))
    safe = np.where(kept, other, np.ones_like(values(other)))
    return grad * np.where(kept, np.log(safe), np.zeros_like(values(safe)))


_XlogyBackward0 = derivative("XlogyBackward0", self=_xlogy_of_self, other=lambda grad, self, other: grad * self / other)
_XlogyBackward1 = derivative(
    "XlogyBackward1", attributes=("self",), other=lambda grad, other, self: grad * self / other
)


def _xlogy_by_number(grad: Any, self: Any, other: float) -> Any:
    logarithm = numbers_of(grad).log(other)
    if other > 0:
        return grad * logarithm
    return np.where(values(self) == 0, np.zeros_like(values(grad)), grad * logarithm)


_XlogyBackward2 = derivative("XlogyBackward2", self=_xlogy_by_number)


def xlogy(input: Any, other: Any) -> Tensor:
    """`input * log(other)`, 0 where the input is 0 (torch.xlogy). One of the two may be a number."""
    need_a_tensor("xlogy", input, other)
    a, b, dtype = float_meet(input, other)
    array = _xlogy_array(a, b)
    if not isinstance(input, Tensor):
        return record(_XlogyBackward1, array, (other,), (input,))
    if not isinstance(other, Tensor):
        return record(_XlogyBackward2, array, (input,), (other,))
    return elementwise(_XlogyBackward0, array, dtype, (input, other))


def float_meet(first: Any, second: Any) -> tuple[Any, Any, dtypes.dtype]:
    """The arrays of two operands in the dtype in which they meet, integers in the default dtype."""
    a, b, dtype = meet(first, second)
    if not dtype.is_floating_point:
        dtype = dtypes.get_default_dtype()
        a, b = dtype.cast(a), dtype.cast(b)
    return a, b, dtype


def _sigmoid_array(x: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


sigmoid_of: Final = overloaded(sigmoid, _sigmoid_array)
"""The sigmoid of an array or a Tensor, for rules."""
