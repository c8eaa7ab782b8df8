"""BallArray: NumPy's array of balls, on which the engine's forward and backward rules run as they stand.

It is an array of objects that all are balls, and NumPy's functions on it mean what they mean on floats: `np.exp` is
each ball's `exp`, a comparison gives bools, a result without dimensions is an array still, and numbers beside it are
balls. What NumPy can only do with floats (the LAPACK functions but det, inv and solve) raises NoBalls.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, Final

import numpy as np

from gradcli.calculus.balls import matrices
from gradcli.calculus.balls.element import ELEMENT, OPERATION, Ball, NoBalls, Work, ball, whole_number
from gradcli.calculus.balls.literal import Literal


class BallArray(np.ndarray[Any, Any]):
    """An array of balls (see the module's docstring); `BallArray.of(values)` makes one."""

    @staticmethod
    def of(values: Any) -> BallArray:
        """An array, a number or a ball as an array of balls of its shape: the same memory where it holds them
        already."""
        if isinstance(values, BallArray):
            return values
        if isinstance(values, (np.ndarray, list, tuple)):
            array = np.asarray(values, object)
            found = np.empty(array.shape, object)
            found[...] = _BALL(array)
        else:
            found = np.empty((), object)
            found[()] = ball(values)
        return found.view(BallArray)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if not all(isinstance(each, _OPERANDS) for each in inputs):
            return NotImplemented
        return _ufunc(ufunc, method, inputs, keywords)

    def __array_function__(self, function: Callable[..., Any], types: Any, arguments: Any, keywords: Any) -> Any:
        if not all(issubclass(each, np.ndarray) for each in types):
            return NotImplemented
        answer = FUNCTIONS.get(function)
        if answer is not None:
            return answer(*arguments, **keywords)
        if (getattr(function, "__module__", None) or "").startswith("numpy.linalg"):
            raise NoBalls(f"{function.__name__} is computed in floats alone")
        plain = super().__array_function__(function, types, arguments, keywords)
        return _held(plain)

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return BallArray.of(found) if isinstance(found, Ball) else found

    def __setitem__(self, key: Any, value: Any) -> None:
        plain = _plain(BallArray.of(value))
        super().__setitem__(key, plain if plain.ndim else plain[()])

    def __bool__(self) -> bool:
        return bool(np.ndarray.item(self))

    def item(self, *position: Any) -> Any:
        """One element, as a number."""
        return Literal(super().item(*position))

    def tolist(self) -> Any:
        """The elements as nested lists of numbers."""
        return _numbers(super().tolist())

    def astype(self, dtype: Any, *arguments: Any, **keywords: Any) -> Any:
        """The elements in another dtype: bools and integers where the balls decide them.

        Floats of any width stand for real numbers, which the balls are already.
        """
        kind = np.dtype(dtype).kind
        if kind == "b":
            return np.asarray(self != 0)[()]
        if kind in "iu":
            return np.asarray(_WHOLE(_plain(self)), object).astype(dtype)[()]
        return self

    def argsort(self, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
        """The order along an axis, stable, nan last."""
        return np.apply_along_axis(_order, axis, _plain(self))

    def sort(self, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> None:
        """Sort in place."""
        self[...] = np.take_along_axis(self, self.argsort(axis), axis)

    def argmax(self, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
        """The position of the first of the largest along an axis."""
        return _position(self, axis, keepdims, lambda a, b: a > b)

    def argmin(self, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
        """The position of the first of the smallest along an axis."""
        return _position(self, axis, keepdims, lambda a, b: a < b)

    def round(self, decimals: Any = 0, out: Any = None) -> Any:
        """The nearest whole numbers, halves to the even one."""
        if decimals:
            raise NoBalls("rounding to decimals")
        return np.rint(self)


_OPERANDS: Final = (np.ndarray, np.generic, bool, int, float, list, tuple, Ball)
"""What meets balls: a Tensor answers itself."""

_BALL: Final = np.frompyfunc(ball, 1, 1)
_WHOLE: Final = np.frompyfunc(lambda each: whole_number(each.trunc().arb), 1, 1)


def _plain(value: Any) -> Any:
    """A BallArray as the array of objects that it is."""
    return value.view(np.ndarray) if isinstance(value, BallArray) else value


def _held(value: Any) -> Any:
    """What NumPy made of balls, as BallArrays."""
    if isinstance(value, Ball):
        return BallArray.of(value)
    if isinstance(value, np.ndarray) and value.dtype == object and not isinstance(value, BallArray):
        return BallArray.of(value)
    if isinstance(value, (tuple, list)):
        return type(value)(_held(each) for each in value)
    return value


def _numbers(value: Any) -> Any:
    return [_numbers(each) for each in value] if isinstance(value, list) else Literal(value)


# NumPy's ufuncs.


def _methods(count: int, *names: str, **others: str) -> dict[np.ufunc, Any]:
    """The ufuncs that call the elements' methods of the same names, or of others."""
    table = {**{name: name for name in names}, **others}
    return {
        getattr(np, ufunc): np.frompyfunc(lambda first, *more, name=name: getattr(first, name)(*more), count, 1)
        for ufunc, name in table.items()
    }


_OF_BALLS: Final = {
    **_methods(
        1,
        *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal", "conjugate"),
        *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
        *("sign", "floor", "ceil", "trunc", "rint", "fabs", "absolute"),
        *("deg2rad", "rad2deg", "radians", "degrees"),
        positive="__pos__",
    ),
    **_methods(
        2,
        *("arctan2", "hypot", "logaddexp", "logaddexp2", "maximum", "minimum", "fmax", "fmin", "fmod", "copysign"),
        floor_divide="__floordiv__",
        remainder="__mod__",
    ),
    # The operator asks the second operand, too.
    **dict.fromkeys((np.power, np.float_power), np.frompyfunc(operator.pow, 2, 1)),
}
_TESTS: Final = _methods(1, "isnan", "isinf", "isfinite", "signbit")
_TRUTH: Final = frozenset((np.logical_and, np.logical_or, np.logical_not, np.logical_xor))
_COMPARISONS: Final = frozenset((np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal))
_OF_OBJECTS: Final = _COMPARISONS | {np.add, np.subtract, np.multiply, np.true_divide, np.negative, np.matmul}
"""NumPy's own on arrays of objects: the elements' operators."""


def _ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Answer NumPy's `__array_ufunc__`. Raises NoBalls on what balls have not."""
    keywords = {
        name: value
        for name, value in keywords.items()
        if name != "dtype" and not (name == "where" and value is True) and not (name == "out" and value is None)
    }
    if ufunc in _TRUTH:
        return getattr(ufunc, method)(*[_truths(each) for each in inputs], **keywords)
    out = keywords.pop("out", ())
    if out:
        keywords["out"] = tuple([_plain(each) for each in out])
    called = _OF_BALLS.get(ufunc) or _TESTS.get(ufunc) or ufunc
    if called is ufunc and ufunc not in _OF_OBJECTS and getattr(np, ufunc.__name__, None) is ufunc:
        raise NoBalls(f"{ufunc.__name__} is not defined for balls")
    if method == "at":
        add_at: Any = ufunc.at
        return add_at(_plain(inputs[0]), *inputs[1:-1], _operand(inputs[-1]))
    Work.spend(OPERATION + ELEMENT * max([each.size for each in inputs if isinstance(each, np.ndarray)], default=1))
    found = _called(called, method, inputs, keywords)
    if method == "reduce":
        found = BallArray.of(found)
    if out:
        return out[0] if len(out) == 1 else out
    if ufunc in _COMPARISONS or ufunc in _TESTS:
        return np.asarray(found, bool)[()]
    return _held(found)


def _called(called: Any, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    if method == "__call__" or method == "outer":
        return getattr(called, method)(*[_operand(each) for each in inputs], **keywords)
    array = _operand(inputs[0])
    axes = keywords.get("axis", 0)
    if method != "reduce" or called.identity is not None:
        return getattr(called, method)(array, *inputs[1:], **keywords)
    axes = tuple(range(array.ndim)) if axes is None else axes if isinstance(axes, tuple) else (axes,)
    keepdims = keywords.get("keepdims", False)
    for axis in sorted((each % array.ndim for each in axes), reverse=True):
        array = called.reduce(array, axis=axis, keepdims=keepdims)
    return array


def _operand(value: Any) -> Any:
    """An operand as a plain array of objects that are balls, or of what meets balls."""
    if isinstance(value, BallArray):
        return _plain(value)
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value if value.dtype.kind == "b" else _plain(BallArray.of(value))
    return _plain(BallArray.of(value))


def _truths(value: Any) -> Any:
    """Whether elements are not zero."""
    return (value != 0) if isinstance(value, BallArray) else value


# NumPy's functions.


def _where(condition: Any, *choices: Any) -> Any:
    condition = _truths(condition)
    if not choices:
        return np.where(condition)
    return _held(np.where(condition, *[_operand(each) for each in choices]))


def _clip(a: Any, low: Any = None, high: Any = None, **keywords: Any) -> Any:
    found = BallArray.of(a)
    if low is not None:
        found = np.maximum(found, low)
    return found if high is None else np.minimum(found, high)


def _full_like(a: Any, fill_value: Any, *arguments: Any, shape: Any = None, **keywords: Any) -> Any:
    return BallArray.of(np.broadcast_to(_operand(fill_value), np.shape(a) if shape is None else shape).copy())


def _joined(join: Callable[..., Any]) -> Callable[..., Any]:
    return lambda arrays, axis=0, **keywords: _held(join([_operand(each) for each in arrays], axis=axis))


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    largest = np.finfo(np.float64).max
    up, down = (largest if posinf is None else posinf), (-largest if neginf is None else neginf)
    bounded = np.where(np.isinf(x), np.where(np.isnan(x) | (x < 0), down, up), x)
    return np.where(np.isnan(x), nan, bounded)


def _matrices(function: Callable[..., Any], *arrays: Any) -> Any:
    """A function of matrices on stacks of them."""
    plain = [_operand(each) for each in arrays]
    stack = np.broadcast_shapes(*[each.shape[:-2] for each in plain])
    whole = [np.broadcast_to(each, (*stack, *each.shape[-2:])) for each in plain]
    results = [function(*[each[position] for each in whole]) for position in np.ndindex(*stack)]
    first = np.shape(results[0]) if results else ()
    found = np.empty((len(results), *first), object)
    for i, result in enumerate(results):
        found[i, ...] = result
    return BallArray.of(found.reshape((*stack, *first)))


def _solve(a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return _solve(a, np.reshape(BallArray.of(b), (-1, 1)))[..., 0]
    return _matrices(matrices.solution, a, b)


def _order(row: Any) -> Any:
    def compare(i: int, j: int) -> int:
        a, b = row[i], row[j]
        if a.isnan() or b.isnan():
            return int(a.isnan()) - int(b.isnan())
        return int(a > b) - int(a < b) if a is not b else 0

    return np.array(sorted(range(len(row)), key=cmp_to_key(compare)), np.int64)


def _position(array: BallArray, axis: Any, keepdims: bool, better: Callable[[Ball, Ball], bool]) -> Any:
    def first(row: Any) -> int:
        best = 0
        for i, each in enumerate(row):
            if row[best].isnan():
                break
            if each.isnan() or better(each, row[best]):
                best = i
        return best

    if axis is None:
        flat = first(_plain(array).ravel())
        return np.full((1,) * array.ndim, flat) if keepdims else np.int64(flat)
    found = np.apply_along_axis(first, axis, _plain(array))
    return np.expand_dims(found, axis) if keepdims else found[()]


def _array_equal(a: Any, b: Any, **keywords: Any) -> bool:
    return np.shape(a) == np.shape(b) and bool(np.all(BallArray.of(a) == b))


FUNCTIONS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    np.where: _where,
    np.clip: _clip,
    np.zeros_like: lambda a, *arguments, **keywords: _full_like(a, 0, **keywords),
    np.ones_like: lambda a, *arguments, **keywords: _full_like(a, 1, **keywords),
    np.full_like: _full_like,
    np.concatenate: _joined(np.concatenate),
    np.stack: _joined(np.stack),
    np.round: lambda a, decimals=0, **keywords: a.round(decimals),
    np.nan_to_num: _nan_to_num,
    np.argsort: lambda a, axis=-1, **keywords: a.argsort(axis),
    np.sort: lambda a, axis=-1, **keywords: np.take_along_axis(a, a.argsort(axis), axis),
    np.argmax: lambda a, axis=None, out=None, keepdims=False: a.argmax(axis, keepdims=bool(keepdims)),
    np.argmin: lambda a, axis=None, out=None, keepdims=False: a.argmin(axis, keepdims=bool(keepdims)),
    np.array_equal: _array_equal,
    np.linalg.det: lambda a: _matrices(matrices.determinant, a),
    np.linalg.inv: lambda a: _matrices(matrices.inverse, a),
    np.linalg.solve: _solve,
}
