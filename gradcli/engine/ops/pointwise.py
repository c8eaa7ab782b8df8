"""Arithmetic, powers and the elementary functions, elementwise."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors, large
from gradcli.engine.constants import DEGREE, LOG_2, LOG_10, RADIAN, numbers_of
from gradcli.engine.large import is_large
from gradcli.engine.node import derivative, unchanged
from gradcli.engine.ops.declare import (
    Binary,
    argument_error,
    expectations,
    meet,
    need_a_tensor,
    need_tensor_first,
    need_tensors,
    no_derivative,
    number_type,
    record,
    unary,
)
from gradcli.engine.ops.overloads import reordered
from gradcli.engine.tensor import Tensor, wrap

Operation = Callable[..., Tensor]
_ndarray: Final = np.ndarray

# Arithmetic.

ADD: Final = Binary("add", operator.add, "AddBackward0", scalar_node="AddBackward1", self=unchanged, other=unchanged)
SUB: Final = Binary(
    "sub", operator.sub, "SubBackward0", scalar_node="SubBackward1", self=unchanged, other=lambda grad: -grad
)
MUL: Final = Binary(
    "mul",
    operator.mul,
    "MulBackward0",
    scalar_node="MulBackward1",
    self=lambda grad, other: grad * other,
    other=lambda grad, self: grad * self,
)
DIV: Final = Binary(
    "div",
    operator.truediv,
    "DivBackward0",
    scalar_node="DivBackward1",
    floating_result=True,
    self=lambda grad, other: grad / other,
    other=lambda grad, self, other: -grad * ((self / other) / other),
)


_AddBackward0 = derivative("AddBackward0", self=lambda grad: grad, other=lambda grad, alpha: grad * alpha)
_SubBackward0 = derivative("SubBackward0", self=lambda grad: grad, other=lambda grad, alpha: -grad * alpha)


def _with_alpha(combine: Operation, node_class: Any, first: Any, second: Any, alpha: Any) -> Tensor:
    a, b, dtype = meet(first, second)
    if dtype.category < dtypes.FLOATING and isinstance(alpha, float):
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    factor = dtype.cast(np.asarray(alpha)) if dtype.category < dtypes.FLOATING else dtype.scalar(alpha)
    result = record(node_class, combine(a, b * factor), (first, second), (alpha,))
    if result._node is not None:
        result._node.expected = expectations(result._array, dtype, first, second)
    return result


def add(input: Any, other: Any, *deprecated: Any, alpha: Any = 1) -> Tensor:
    """`input + alpha * other` (torch.add); `add(input, alpha, other)` is the same, with a warning."""
    if deprecated:
        return reordered(add, ("alpha",), (input, other, *deprecated))
    if alpha != 1:
        return _with_alpha(operator.add, _AddBackward0, input, other, alpha)
    return ADD(*_tensor_first(input, other))


def _tensor_first(first: Any, second: Any) -> tuple[Any, Any]:
    if isinstance(first, Tensor):
        return first, second
    return wrap(dtypes.of_number(first).scalar(first)), second


def _refuse_bools(first: Any, second: Any) -> None:
    """Raise RuntimeError where one of two operands of a subtraction is a truth value, or both are."""
    bools = [isinstance(each, bool) or getattr(each, "dtype", None) is dtypes.bool_ for each in (first, second)]
    if all(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if any(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )


def sub(input: Any, other: Any, *deprecated: Any, alpha: Any = 1) -> Tensor:
    """`input - alpha * other` (torch.sub); `sub(input, alpha, other)` is the same, with a warning.

    Raises RuntimeError on two bool tensors.
    """
    if deprecated:
        return reordered(sub, ("alpha",), (input, other, *deprecated))
    _refuse_bools(input, other)
    if alpha != 1:
        return _with_alpha(operator.sub, _SubBackward0, input, other, alpha)
    return SUB(*_tensor_first(input, other))


def mul(input: Any, other: Any) -> Tensor:
    """`input * other` (torch.mul)."""
    return MUL(*_tensor_first(input, other))


def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """`input / other`, rounded by `rounding_mode` `'floor'` or `'trunc'` if given (torch.div)."""
    if rounding_mode is None:
        return DIV(*_tensor_first(input, other))
    return _rounded_division(input, other, rounding_mode)


_DivBackward2 = derivative(
    "DivBackward2",
    self=lambda grad, other: np.zeros_like(grad),
    other=lambda grad, self, other: np.zeros_like(grad),
)


def _rounded_division(first: Any, second: Any, mode: str) -> Tensor:
    a, b, dtype = meet(first, second)
    quotient = np.floor_divide(a, b) if mode == "floor" else dtype.cast(np.trunc(a / b))
    return recorded_binary(_DivBackward2, quotient, dtype, first, second)


def recorded_binary(node_class: Any, array: Any, dtype: dtypes.dtype, first: Any, second: Any) -> Tensor:
    """The Tensor of an operation's array, its operands of any kind that meets in `dtype`."""
    result = record(node_class, array, (first, second))
    if result._node is not None:
        result._node.expected = expectations(array, dtype, first, second)
    return result


_RsubBackward0 = derivative("RsubBackward0", self=lambda grad: -grad, other=lambda grad: grad)
_RsubBackward1 = derivative("RsubBackward1", self=lambda grad: -grad)


def rsub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """`other - alpha * input` (torch.rsub)."""
    need_tensor_first("rsub", input, other)
    _refuse_bools(input, other)
    if alpha != 1:
        return _negated_sub(input, other, alpha)
    a, b, dtype = meet(input, other)
    if isinstance(other, Tensor):
        return recorded_binary(_RsubBackward0, b - a, dtype, input, other)
    return record(_RsubBackward1, b - a, (input,))


_RsubOfNumber = derivative("RsubBackward1", self=lambda grad, alpha: -grad * alpha)
_RsubOfTensor = derivative("RsubBackward0", self=lambda grad, alpha: -grad * alpha, other=lambda grad: grad)


def _negated_sub(input: Tensor, other: Any, alpha: Any) -> Tensor:
    a, b, dtype = meet(input, other)
    factor = dtype.cast(np.asarray(alpha))
    if not isinstance(other, Tensor):
        return record(_RsubOfNumber, b - a * factor, (input,), (alpha,))
    result = record(_RsubOfTensor, b - a * factor, (input, other), (alpha,))
    if result._node is not None:
        result._node.expected = expectations(result._array, dtype, input, other)
    return result


_NegBackward0 = derivative("NegBackward0", elementwise=True, self=lambda grad: -grad)


def _negative(array: Any) -> Any:
    return large.apply(np.negative, array) if is_large(array) else -array


def neg(input: Tensor) -> Tensor:
    """`-input` (torch.neg). Raises RuntimeError on bools."""
    if input.dtype is dtypes.bool_:
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or `logical_not()` operator instead."
        )
    return record(_NegBackward0, _negative(input._array), (input,))


def rdiv(input: Tensor, other: Any) -> Tensor:
    """`other / input` for a number: the reciprocal, then the product, as torch records it."""
    return mul(reciprocal(input), other)


# Powers.


def _power_of_number_gradient(grad: Any, self: Any, exponent: Any) -> Any:
    if exponent == 0:
        return np.zeros_like(grad)
    if exponent == 2 and grad.__class__ is not Tensor:
        return grad * (exponent * self)
    power = self ** (exponent - 1) if isinstance(self, Tensor) else power_array(self, exponent - 1)
    return grad * (exponent * power)


def _power_base_gradient(grad: Any, self: Any, exponent: Any) -> Any:
    power = self ** (exponent - 1)
    lost = ~np.isfinite(values_of(power))  # 0 times an infinity is no number; 0 times a number is, and its derivatives
    lost = lost & (values_of(exponent) == 0) if np.any(lost) else lost
    return np.where(lost, np.zeros_like(values_of(self)), grad * (exponent * power))


def _power_exponent_gradient(grad: Any, self: Any, exponent: Any, result: Any) -> Any:
    defined = (values_of(self) == 0) & (values_of(exponent) >= 0)
    return np.where(defined, np.zeros_like(values_of(result)), grad * (result * np.log(self)))


def _number_power_gradient(grad: Any, self: Any, exponent: Any, result: Any) -> Any:
    if self == 0:
        return np.where(values_of(exponent) >= 0, np.zeros_like(values_of(result)), grad * (result * np.log(self)))
    return grad * (result * numbers_of(grad).log(self))


def values_of(value: Any) -> Any:
    """The array of a Tensor, anything else as it is: for conditions, which are not differentiated."""
    return value._array if isinstance(value, Tensor) else value


PowBackward0 = derivative("PowBackward0", elementwise=True, self=_power_of_number_gradient)
_PowBackward1 = derivative("PowBackward1", self=_power_base_gradient, exponent=_power_exponent_gradient)
_PowBackward2 = derivative("PowBackward2", attributes=("self",), exponent=_number_power_gradient)


_SMALL_POWERS: Final[dict[float, Callable[[Any], Any]]] = {
    2: lambda base: base * base if base.__class__ is not _ndarray else _square(base),
    3: lambda base: base * base * base,
    1: lambda base: base * 1,
    0.5: np.sqrt,
    -1: lambda base: 1 / base,
    -2: lambda base: 1 / (base * base),
    -0.5: lambda base: 1 / np.sqrt(base),
}
"""The products that torch's kernel uses for the small exponents."""


def power_array(base: Any, exponent: Any) -> Any:
    """The array `base ** exponent` for a number exponent, rounded as torch rounds it."""
    small = _SMALL_POWERS.get(exponent)
    if small is not None:
        return small(base)
    if type(base) is _ndarray and exponent in _WHOLE_POWERS and is_large(base, _BY_SQUARING):
        return _by_squaring(base, exponent)
    return base**exponent


def _square(array: Any) -> Any:
    return large.apply(operator.mul, array, array) if is_large(array) else array * array


_WHOLE_POWERS: Final = range(4, 17)
_BY_SQUARING: Final = 1 << 13
"""From how many elements on powers are products; a block of an array of size has as many."""


def _by_squaring(base: Any, exponent: Any) -> Any:
    """The power to a whole number by squaring, off by no more roundings than there are factors: NumPy's takes a hundred
    times as long for float32."""
    power, square, rest = None, base, int(exponent)
    while rest:
        if rest & 1:
            power = square if power is None else power * square
        rest >>= 1
        if rest:
            square = square * square
    return power


def pow(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent`, either of them a number (torch.pow). Raises RuntimeError on negative integer powers of
    integers."""
    if not isinstance(exponent, Tensor):
        need_tensor_first("pow", input, exponent)
        return _power_of_number(input, exponent)
    a, b, dtype = meet(input, exponent)
    array = np.power(a, b) if dtype.kind not in "iu" else _whole_power(a, b)
    if not isinstance(input, Tensor):
        return record(_PowBackward2, array, (exponent,), (input,))
    return _recorded_power(array, dtype, input, exponent)


def _whole_power(base: Any, exponent: Any) -> Any:
    """Integers to integer powers; to a negative one 1, -1 or, of what is greater, 0."""
    negative = exponent < 0
    power = np.power(base, np.where(negative, exponent.dtype.type(0), exponent))
    if not np.any(negative):
        return power
    unit = np.where(exponent % 2 == 0, base * base, base)
    return np.where(negative, np.where(np.abs(base) == 1, unit, base.dtype.type(0)), power)[()]


def _recorded_power(array: Any, dtype: dtypes.dtype, base: Tensor, exponent: Tensor) -> Tensor:
    result = record(_PowBackward1, array, (base, exponent))
    if result._node is not None:
        result._node.expected = expectations(array, dtype, base, exponent)
    return result


def _power_of_number(base: Tensor, exponent: Any) -> Tensor:
    if base.dtype.is_floating_point:
        array = base._array
    else:
        if not isinstance(exponent, float) and exponent < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        array = meet(base, exponent)[0]
    return record(PowBackward0, power_array(array, exponent), (base,), (exponent,))


def square(input: Tensor) -> Tensor:
    """`input ** 2` (torch.square)."""
    return _power_of_number(input, 2)


def float_power(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent` in float64 (torch.float_power)."""
    need_a_tensor("float_power", input, exponent)
    return pow(
        input.to(dtypes.float64) if isinstance(input, Tensor) else float(input),
        exponent.to(dtypes.float64) if isinstance(exponent, Tensor) else exponent,
    )


# Elementary functions.

exp = unary("exp", np.exp, lambda grad, result: grad * result)
exp2 = unary("exp2", np.exp2, lambda grad, result: grad * result * LOG_2.of(grad))
expm1 = unary("expm1", np.expm1, lambda grad, result: grad * (result + 1))
log = unary("log", np.log, lambda grad, self: grad / self)
log2 = unary("log2", np.log2, lambda grad, self: grad / (self * LOG_2.of(grad)))
log10 = unary("log10", np.log10, lambda grad, self: grad / (self * LOG_10.of(grad)))
log1p = unary("log1p", np.log1p, lambda grad, self: grad / (self + 1), node="Log1PBackward0")
sqrt = unary("sqrt", np.sqrt, lambda grad, result: grad / (2 * result))
rsqrt = unary("rsqrt", lambda x: 1 / np.sqrt(x), lambda grad, result: -0.5 * grad * result**3)
reciprocal = unary("reciprocal", lambda x: 1 / x, lambda grad, result: -grad * (result * result))

sin = unary("sin", np.sin, lambda grad, self: grad * np.cos(self))
cos = unary("cos", np.cos, lambda grad, self: grad * -np.sin(self))
tan = unary("tan", np.tan, lambda grad, result: grad * (1 + result**2))
asin = unary("asin", np.arcsin, lambda grad, self: grad * _rsqrt(1 - self * self))
acos = unary("acos", np.arccos, lambda grad, self: grad * -_rsqrt(1 - self * self))
atan = unary("atan", np.arctan, lambda grad, self: grad / (self * self + 1))
sinh = unary("sinh", np.sinh, lambda grad, self: grad * np.cosh(self))
cosh = unary("cosh", np.cosh, lambda grad, self: grad * np.sinh(self))
tanh = unary(
    "tanh",
    lambda x: np.float32(math.tanh(x)) if x.__class__ is np.float32 else _tanh(x),
    lambda grad, result: _twice("tanh", grad, result) if grad.__class__ is Tensor else grad * one_minus_square(result),
)
asinh = unary("asinh", np.arcsinh, lambda grad, self: grad * _rsqrt(self * self + 1))
acosh = unary("acosh", np.arccosh, lambda grad, self: grad * _rsqrt(self * self - 1))
atanh = unary("atanh", np.arctanh, lambda grad, self: grad / (1 - self * self))


def _tanh(x: Any) -> Any:
    """The numbers nearest to the tanh, of float32 by way of float64, but without a whole array of that."""
    if x.dtype != np.float32:
        return np.tanh(x)
    if is_large(x):
        return large.apply(np.tanh, x, dtype=np.float64, casting="same_kind")
    return np.tanh(x, dtype=np.float64).astype(np.float32)


def one_minus_square(y: Any) -> Any:
    """The array `1 - y**2`, rounded once as torch's fused kernel does: where y is near 1 nothing else is left of it."""
    if y.__class__ is np.float32:
        return np.float32(1 - float(y) * float(y))
    if y.dtype == np.float32:
        return (1 - np.square(y, dtype=np.float64)).astype(np.float32)
    return 1 - y * y


def _twice(name: str, grad: Tensor, result: Tensor) -> Any:
    """The gradient rule of `name` in a recorded backward pass, where torch records it as an operation of its own."""
    from gradcli.engine.ops import twice

    return getattr(twice, f"{name}_backward")(grad, result)


def _rsqrt(value: Any) -> Any:
    return rsqrt(value) if isinstance(value, Tensor) else 1 / np.sqrt(value)


def _sgn(value: Any) -> Any:
    return sgn(value) if isinstance(value, Tensor) else _sign(value)


def _sign(value: Any) -> Any:
    """The sign, 0 of nan, as torch's kernel has it."""
    if value.dtype.kind == "O":
        return np.where(np.isnan(value), 0, np.sign(value))
    if value.dtype.kind == "b":
        return value.copy()
    return np.subtract(value > 0, value < 0, dtype=value.dtype)


def _zeros(grad: Any) -> Any:
    return np.zeros_like(grad)


abs = unary("abs", np.abs, lambda grad, self: grad * _sgn(self), integers=True)
sign = unary("sign", _sign, _zeros, integers=True)
sgn = unary("sgn", _sign, lambda grad, self, result: _zeros(grad), integers=True)
floor = unary("floor", np.floor, _zeros, integers=True)
ceil = unary("ceil", np.ceil, _zeros, integers=True)
_rounded = unary("round", np.round, _zeros, integers=True)
_RoundBackward1 = derivative("RoundBackward1", attributes=("decimals",), self=_zeros)
trunc = unary("trunc", np.trunc, _zeros, integers=True)
frac = unary("frac", lambda x: x - np.trunc(x), lambda grad: grad)
deg2rad = unary("deg2rad", np.deg2rad, lambda grad: grad * DEGREE.of(grad), node="Deg2RadBackward0")
rad2deg = unary("rad2deg", np.rad2deg, lambda grad: grad * RADIAN.of(grad), node="Rad2DegBackward0")


def round(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """The nearest integers, halves to the even one, or the nearest numbers of so many decimals (torch.round)."""
    if decimals is None:
        return _rounded(input)
    if decimals == 0:
        return record(_RoundBackward1, np.round(input._array), (input,), (decimals,))
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f'"round_vml_cpu" not implemented for {input.dtype.word!r}')
    array, scale = input._array, input.dtype.numpy.type(10.0 ** max(decimals, -decimals))
    result = np.rint(array * scale) / scale if decimals > 0 else np.rint(array / scale) * scale
    return record(_RoundBackward1, result, (input,), (decimals,))


def _relu_gradient(grad: Any, result: Any) -> Any:
    mask = result <= 0
    if is_large(grad, _MANY) and grad.shape == mask.shape:
        return large.kept_unless(mask, grad)
    return np.where(mask, grad.dtype.type(0), grad)


_MANY: Final = 1 << 10
"""From how many elements on a choice by bits is quicker than one by conditions."""


def _sigmoid_array(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


sigmoid = unary(
    "sigmoid",
    _sigmoid_array,
    lambda grad, result: (
        _twice("sigmoid", grad, result) if grad.__class__ is Tensor else (grad * (1 - result)) * result
    ),
)
relu = unary(
    "relu",
    lambda x: np.maximum(x, x.dtype.type(0)),
    lambda grad, result: _twice("relu", grad, result) if grad.__class__ is Tensor else _relu_gradient(grad, result),
    integers=True,
)


# Comparisons: results are bool and nothing is recorded.


def _comparison(name: str, compare: Callable[[Any, Any], Any]) -> Operation:
    def operation(input: Any, other: Any) -> Tensor:
        need_tensor_first(name, input, other)
        a, b, _ = meet(input, other)
        try:
            found = compare(a, b)
        except ValueError:
            raise errors.sizes_must_match(np.shape(a), np.shape(b)) from None
        return wrap(np.bool_(found) if isinstance(found, bool) else found, dtypes.bool_)

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"Elementwise comparison (torch.{name}); the result is bool."
    return operation


eq = _comparison("eq", operator.eq)
ne = _comparison("ne", operator.ne)
lt = _comparison("lt", operator.lt)
le = _comparison("le", operator.le)
gt = _comparison("gt", operator.gt)
ge = _comparison("ge", operator.ge)


SHIFTS: Final[dict[Any, str]] = {np.left_shift: "lshift_cpu", np.right_shift: "rshift_cpu"}
"""The kernels that torch's errors name."""


def _bitwise(name: str, combine: Callable[[Any, Any], Any]) -> Operation:
    kernel, refusal = (f"{name}_cpu", RuntimeError) if combine not in SHIFTS else (SHIFTS[combine], NotImplementedError)

    def operation(input: Any, other: Any) -> Tensor:
        need_a_tensor(name, input, other)
        a, b, dtype = meet(input, other)
        if dtype.is_floating_point:
            raise refusal(f'"{kernel}" not implemented for {dtype.word!r}')
        return wrap(combine(a, b))

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"Elementwise {name} of bools or integers (torch.{name})."
    return operation


bitwise_and = _bitwise("bitwise_and", operator.and_)
bitwise_or = _bitwise("bitwise_or", operator.or_)
bitwise_xor = _bitwise("bitwise_xor", operator.xor)
bitwise_left_shift = _bitwise("bitwise_left_shift", np.left_shift)
bitwise_right_shift = _bitwise("bitwise_right_shift", np.right_shift)


def bitwise_not(input: Tensor) -> Tensor:
    """Elementwise not of bools or integers (torch.bitwise_not)."""
    return wrap(~input._array)


def _logical(name: str, combine: Callable[..., Any]) -> Operation:
    def operation(input: Tensor, *other: Tensor) -> Tensor:
        for position, each in enumerate((input, *other), 1):
            if not isinstance(each, Tensor):
                raise argument_error(name, position, each, "input" if position == 1 else "other")
        return wrap(combine(input._array, *[each._array for each in other]))

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"Elementwise {name} (torch.{name}); the result is bool."
    return operation


logical_and = _logical("logical_and", np.logical_and)
logical_or = _logical("logical_or", np.logical_or)
logical_xor = _logical("logical_xor", np.logical_xor)
logical_not = _logical("logical_not", np.logical_not)
isnan = _logical("isnan", np.isnan)
isinf = _logical("isinf", np.isinf)
isfinite = _logical("isfinite", np.isfinite)

# Remainders.

_RemainderBackward0 = derivative("RemainderBackward0", self=lambda grad: grad)
_RemainderBackward1 = derivative(
    "RemainderBackward1",
    saves=("self", "other"),
    self=lambda grad: grad,
    other=lambda grad, self, other: -grad * _quotient(self, other, "floor"),
)
_FmodBackward0 = derivative("FmodBackward0", self=lambda grad: grad)
_FmodBackward1 = derivative(
    "FmodBackward1",
    saves=("self", "other"),
    self=lambda grad: grad,
    other=lambda grad, self, other: -grad * _quotient(self, other, "trunc"),
)


def _quotient(self: Any, other: Any, mode: str) -> Any:
    """The whole quotient, which in a recorded backward pass is recorded, too, with a derivative of zero."""
    if isinstance(self, Tensor):
        return _rounded_division(self, other, mode)
    return np.floor(self / other) if mode == "floor" else np.trunc(self / other)


def _refuse_zero(divisor: Any, dtype: dtypes.dtype) -> None:
    """Raise RuntimeError where an integer would be divided by zero."""
    if dtype.category <= dtypes.INTEGER and not np.all(divisor):
        raise RuntimeError("ZeroDivisionError")


def remainder(input: Any, other: Any) -> Tensor:
    """`input - other * floor(input / other)` (torch.remainder)."""
    need_a_tensor("remainder", input, other)
    a, b, dtype = meet(input, other)
    _refuse_zero(b, dtype)
    if number_type(input):
        return record(_NumberRemainder, _remainder(a, b), (input, other))
    if number_type(other):
        return record(_RemainderBackward0, _remainder(a, b), (input,))
    return recorded_binary(_RemainderBackward1, _remainder(a, b), dtype, input, other)


def _remainder(a: Any, b: Any) -> Any:
    """The remainder of floored division, which unlike NumPy's keeps the dividend's sign on a zero, as torch's does."""
    if np.result_type(a, b).kind not in "fO":
        return np.remainder(a, b)
    rest = np.fmod(a, b)
    return np.where((rest != 0) & ((rest < 0) != (b < 0)), rest + b, rest)[()]


def fmod(input: Any, other: Any) -> Tensor:
    """`input - other * trunc(input / other)` (torch.fmod)."""
    need_tensor_first("fmod", input, other)
    a, b, dtype = meet(input, other)
    _refuse_zero(b, dtype)
    if number_type(other):
        return record(_FmodBackward0, np.fmod(a, b), (input,))
    return recorded_binary(_FmodBackward1, np.fmod(a, b), dtype, input, other)


_FloorDivide: Final = no_derivative("floor_divide")
_NumberRemainder: Final = no_derivative("remainder")


def floor_divide(input: Any, other: Any) -> Tensor:
    """`floor(input / other)`; its derivative is not implemented, as in torch (torch.floor_divide). Raises
    RuntimeError on integer zeros."""
    a, b, _ = meet(input, other)
    if np.result_type(a, b).kind not in "fO" and not np.all(b):
        raise RuntimeError("ZeroDivisionError")
    return record(_FloorDivide, np.floor_divide(a, b), (input, other))


# Two variables.

_Atan2Backward0 = derivative(
    "Atan2Backward0",
    self=lambda grad, self, other: grad * _zero_where_both(self, other, other),
    other=lambda grad, self, other: grad * -_zero_where_both(self, other, self),
)


def _zero_where_both(self: Any, other: Any, numerator: Any) -> Any:
    squares = self * self + other * other
    origin = values_of(squares) == 0
    return np.where(origin, np.zeros_like(values_of(squares)), numerator / squares)


_HypotBackward0 = derivative(
    "HypotBackward0",
    self=lambda grad, self, result: grad * (self / result),
    other=lambda grad, other, result: grad * (other / result),
)


def _float_meet(first: Any, second: Any) -> tuple[Any, Any, dtypes.dtype]:
    a, b, dtype = meet(first, second)
    if not dtype.is_floating_point:
        dtype = dtypes.get_default_dtype()
        a, b = dtype.cast(a), dtype.cast(b)
    return a, b, dtype


def atan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input), in radians (torch.atan2)."""
    need_tensors("atan2", input, other)
    a, b, dtype = _float_meet(input, other)
    return recorded_binary(_Atan2Backward0, np.arctan2(a, b), dtype, input, other)


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """`sqrt(input**2 + other**2)` (torch.hypot)."""
    need_tensors("hypot", input, other)
    a, b, dtype = _float_meet(input, other)
    return recorded_binary(_HypotBackward0, np.hypot(a, b), dtype, input, other)


def positive(input: Tensor) -> Tensor:
    """The tensor itself (torch.positive)."""
    return input
