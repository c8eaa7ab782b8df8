"""Functions of whole tensors on arrays of formulas: reductions, linear algebra, shapes, joins, creation."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from gradcli.calculus.entries.arguments import Arguments
from gradcli.calculus.entries.arithmetic import (
    MAX_CREATED,
    MAX_DETERMINANT,
    Arithmetic,
    Element,
    Entries,
    NoForm,
    Value,
    each_entry,
    scalar,
)

if TYPE_CHECKING:
    from gradcli.calculus.entries.reading import Reading

Builder: TypeAlias = Callable[["Reading", Arguments], Value]
Fold: TypeAlias = Callable[[list[Element]], Element]


def fold(values: Entries, function: Fold, dims: tuple[int, ...] | None, keepdim: bool) -> Entries:
    """`function` of the entries along `dims` (all of them if None)."""
    if values.ndim == 0 or (dims is None and not keepdim):
        return scalar(function(list(values.ravel())))
    axes = tuple(range(values.ndim)) if dims is None else tuple(dim % values.ndim for dim in dims)
    kept = [axis for axis in range(values.ndim) if axis not in axes]
    shape = tuple(values.shape[axis] for axis in kept)
    rows = values.transpose(kept + list(axes)).reshape(math.prod(shape), -1)
    result = np.empty(len(rows), object)
    for at, row in enumerate(rows):
        result[at] = function(list(row))
    return np.expand_dims(result.reshape(shape), axes) if keepdim else result.reshape(shape)


def _folded(name: str) -> Builder:
    def build(reading: Reading, given: Arguments) -> Value:
        return fold(given.tensor("x"), _fold(reading, name), given.integers("dim"), given.flag("keepdim"))

    return build


def _fold(reading: Reading, name: str) -> Fold:
    arithmetic = reading.arithmetic
    folds: Mapping[str, Fold] = {
        "sum": arithmetic.add,
        "prod": arithmetic.multiply,
        "mean": lambda row: _mean(reading, row),
        "amax": lambda row: _largest(reading, row),
        "amin": lambda row: arithmetic.negative(_largest(reading, [arithmetic.negative(entry) for entry in row])),
        "logsumexp": lambda row: _log_sum_exp(reading, row),
    }
    return folds[name]


def _mean(reading: Reading, row: list[Element]) -> Element:
    if not row:
        raise NoForm("the mean of no entries")
    return reading.arithmetic.divide(reading.arithmetic.add(row), reading.arithmetic.number(len(row)))


def _largest(reading: Reading, row: list[Element]) -> Element:
    if not row:
        raise NoForm("the largest of no entries")
    if len(row) == 1:
        return row[0]
    return reading.arithmetic.largest(row)


def _log_sum_exp(reading: Reading, row: list[Element]) -> Element:
    arithmetic = reading.arithmetic
    return arithmetic.apply("log", arithmetic.add([arithmetic.apply("exp", entry) for entry in row]))


def minus(arithmetic: Arithmetic, left: Element, right: Element) -> Element:
    """left - right."""
    return arithmetic.add((left, arithmetic.negative(right)))


def along(reading: Reading, values: Entries, dim: int, function: Callable[[list[Element]], list[Element]]) -> Entries:
    """`function` of each row along `dim`, in place of the row."""
    if values.ndim == 0:
        return scalar(function([values[()]])[0])
    moved = np.moveaxis(values, dim, -1)
    result = np.empty(moved.shape, object)
    for at in np.ndindex(moved.shape[:-1]):
        for index, entry in enumerate(function(list(moved[at]))):
            result[(*at, index)] = entry
    return np.moveaxis(result, -1, dim)


def softmax(reading: Reading, row: list[Element]) -> list[Element]:
    """exp(x)/sum(exp(x))."""
    arithmetic = reading.arithmetic
    if len(row) == 1:
        return [arithmetic.number(1)]
    exponentials = [arithmetic.apply("exp", entry) for entry in row]
    total = arithmetic.add(exponentials)
    return [arithmetic.divide(entry, total) for entry in exponentials]


def log_softmax(reading: Reading, row: list[Element]) -> list[Element]:
    """x - log(sum(exp(x)))."""
    total = _log_sum_exp(reading, row)
    return [minus(reading.arithmetic, entry, total) for entry in row]


def _layer_norm(reading: Reading, given: Arguments) -> Value:
    values = given.tensor("x")
    sizes = given.integers("normalized_shape") or values.shape[-1:]
    if not sizes or values.shape[values.ndim - len(sizes) :] != sizes:
        raise NoForm("the last dimensions of x are others")
    arithmetic, eps = reading.arithmetic, given.number("eps", 1e-5)

    def normal(row: list[Element]) -> list[Element]:
        middle = _mean(reading, row)
        centred = [minus(arithmetic, entry, middle) for entry in row]
        variance = _mean(reading, [arithmetic.apply("square", entry) for entry in centred])
        scale = arithmetic.apply("rsqrt", arithmetic.add((variance, arithmetic.number(eps))))
        return [arithmetic.multiply((entry, scale)) for entry in centred]

    result = along(reading, values.reshape(-1, math.prod(sizes)), 1, normal).reshape(values.shape)
    if given.has("weight"):
        result = reading.entrywise(lambda a, b: arithmetic.multiply((a, b)), result, given.tensor("weight"))
    if given.has("bias"):
        result = reading.entrywise(lambda a, b: arithmetic.add((a, b)), result, given.tensor("bias"))
    return result


def _running(reading: Reading, combine: Callable[..., Element]) -> Callable[[list[Element]], list[Element]]:
    def run(row: list[Element]) -> list[Element]:
        result = row[:1]
        for entry in row[1:]:
            result.append(combine(result[-1], entry))
        return result

    return run


def _along(name: str) -> Builder:
    def build(reading: Reading, given: Arguments) -> Value:
        arithmetic = reading.arithmetic
        functions: Mapping[str, Callable[[list[Element]], list[Element]]] = {
            "softmax": lambda row: softmax(reading, row),
            "softmin": lambda row: softmax(reading, [arithmetic.negative(entry) for entry in row]),
            "log_softmax": lambda row: log_softmax(reading, row),
            "cumsum": _running(reading, lambda left, right: arithmetic.add((left, right))),
            "cumprod": _running(reading, lambda left, right: arithmetic.multiply((left, right))),
        }
        return along(reading, given.tensor("x"), given.integer("dim", -1), functions[name])

    return build


def _extremum(name: str, pairwise: str) -> Builder:
    def build(reading: Reading, given: Arguments) -> Value:
        if not given.has("dim"):
            return _folded(name)(reading, given)
        if given.rest and not given.is_flag("keepdim"):
            operands = [given.tensor("x"), given.tensor("dim"), *(reading.entries(each) for each in given.rest)]
            return functools.reduce(lambda left, right: reading.apply(pairwise, left, right), operands)
        second = given.tensor("dim")
        if not _is_dimension(given):
            return reading.apply(pairwise, given.tensor("x"), second)
        return _folded(name)(reading, given)

    return build


def _place(name: str) -> Builder:
    """The index of the first largest or smallest entry."""

    def build(reading: Reading, given: Arguments) -> Value:
        arithmetic, symbol = reading.arithmetic, ">" if name == "argmax" else "<"

        def place(row: list[Element]) -> Element:
            best = 0
            for at, entry in enumerate(row):
                if arithmetic.real(arithmetic.compare(symbol, entry, row[best])):
                    best = at
            return arithmetic.number(best)

        return fold(given.tensor("x"), place, given.integers("dim"), given.flag("keepdim"))

    return build


def _median(reading: Reading, given: Arguments) -> Value:
    def middle(row: list[Element]) -> Element:
        return row[reading.arithmetic.ordered(row)[(len(row) - 1) // 2]]

    return fold(given.tensor("x"), middle, given.integers("dim"), given.flag("keepdim"))


def _truths(name: str) -> Builder:
    """Whether all entries, or any, are not zero."""

    def build(reading: Reading, given: Arguments) -> Value:
        arithmetic, symbol = reading.arithmetic, "!=" if name == "all" else "=="

        def truth(row: list[Element]) -> Element:
            product = arithmetic.multiply([arithmetic.compare(symbol, each, arithmetic.number(0)) for each in row])
            return product if name == "all" else minus(arithmetic, arithmetic.number(1), product)

        return fold(given.tensor("x"), truth, given.integers("dim"), given.flag("keepdim"))

    return build


def _is_dimension(given: Arguments) -> bool:
    """Whether the second argument of max is a dimension: a whole number, for a tensor that has dimensions."""
    return given.is_whole("dim") and given.tensor("x").ndim > 0


def _variance(reading: Reading, given: Arguments) -> Value:
    correction = given.number("correction", 1.0 if given.flag("unbiased", True) else 0.0)
    arithmetic = reading.arithmetic

    def variance(row: list[Element]) -> Element:
        if len(row) <= correction:
            raise NoForm("the variance of too few entries")
        mean = _mean(reading, row)
        squares = [arithmetic.apply("square", minus(arithmetic, entry, mean)) for entry in row]
        return arithmetic.divide(arithmetic.add(squares), arithmetic.number(len(row) - correction))

    dims = given.integers("dim")
    if given.is_flag("dim"):  # var(x, unbiased)
        correction, dims = (1.0 if given.flag("dim") else 0.0), None
    return fold(given.tensor("x"), variance, dims, given.flag("keepdim"))


def _norm(reading: Reading, given: Arguments) -> Value:
    order = 2.0 if given.text("p", "") in ("fro", "2") else given.number("p", 2.0)
    arithmetic = reading.arithmetic

    def norm(row: list[Element]) -> Element:
        absolute = [arithmetic.apply("abs", entry) for entry in row]
        if math.isinf(order):
            largest = _largest(reading, absolute if order > 0 else [arithmetic.negative(entry) for entry in absolute])
            return largest if order > 0 else arithmetic.negative(largest)
        if order == 0:
            return arithmetic.add([arithmetic.compare("!=", entry, arithmetic.number(0)) for entry in row])
        if order == 1:
            return arithmetic.add(absolute)
        if order == 2:
            return arithmetic.apply("sqrt", arithmetic.add([arithmetic.apply("square", entry) for entry in row]))
        exponent = arithmetic.number(order)
        powers = [arithmetic.power(entry, exponent) for entry in absolute]
        return arithmetic.power(arithmetic.add(powers), arithmetic.divide(arithmetic.number(1), exponent))

    return fold(given.tensor("x"), norm, given.integers("dim"), given.flag("keepdim"))


# Linear algebra


def matrix_product(reading: Reading, left: Entries, right: Entries) -> Entries:
    """`left @ right`, with NumPy's rules for vectors and batches."""
    if left.ndim == 0 or right.ndim == 0:
        raise NoForm("a matrix product with a scalar")
    rows = left[None, :] if left.ndim == 1 else left
    columns = right[:, None] if right.ndim == 1 else right
    if rows.shape[-1] != columns.shape[-2]:
        raise NoForm("a matrix product of shapes that do not fit")
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    rows = np.broadcast_to(rows, batch + rows.shape[-2:])
    columns = np.broadcast_to(columns, batch + columns.shape[-2:])
    result = np.empty((*batch, rows.shape[-2], columns.shape[-1]), object)
    for at in np.ndindex(batch):
        result[at] = _multiply_matrices(reading, rows[at], columns[at])
    if right.ndim == 1:
        result = result[..., 0]
    if left.ndim == 1:
        result = result[..., 0, :] if right.ndim > 1 else result[..., 0]
    return result if isinstance(result, np.ndarray) else scalar(result)


def _multiply_matrices(reading: Reading, left: Entries, right: Entries) -> Entries:
    arithmetic = reading.arithmetic
    result = np.empty((left.shape[0], right.shape[1]), object)
    for i, j in np.ndindex(result.shape):
        pairs = zip(left[i], right[:, j], strict=True)
        result[i, j] = arithmetic.add([arithmetic.multiply(pair) for pair in pairs])
    return result


def _product(first: str, second: str) -> Builder:
    return lambda reading, given: matrix_product(reading, given.tensor(first), given.tensor(second))


def _inner(reading: Reading, given: Arguments) -> Value:
    return matrix_product(reading, given.tensor("x"), np.moveaxis(given.tensor("other"), -1, 0))


def _outer(reading: Reading, given: Arguments) -> Value:
    left, right = given.tensor("x"), given.tensor("vec2")
    return reading.elementwise(lambda a, b: reading.arithmetic.multiply((a, b)), left[:, None], right[None, :])


def _trace(reading: Reading, given: Arguments) -> Value:
    return scalar(reading.arithmetic.add(list(np.diagonal(given.tensor("x")))))


def _minor(matrix: Entries, row: int, column: int) -> Entries:
    return np.delete(np.delete(matrix, row, 0), column, 1)


def determinant(reading: Reading, matrix: Entries) -> Element:
    """The determinant: expanded along the first row where that is short, by elimination otherwise."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise NoForm("the determinant of what is no square matrix")
    arithmetic = reading.arithmetic
    if len(matrix) == 0:
        return arithmetic.number(1)
    if len(matrix) > MAX_DETERMINANT:
        _, pivots, swaps = _eliminated(arithmetic, matrix, np.empty((len(matrix), 0), object))
        product = arithmetic.multiply(pivots)
        return arithmetic.negative(product) if swaps % 2 else product
    if len(matrix) == 1:
        return matrix[0, 0]
    terms = []
    for column, entry in enumerate(matrix[0]):
        product = arithmetic.multiply((entry, determinant(reading, _minor(matrix, 0, column))))
        terms.append(arithmetic.negative(product) if column % 2 else product)
    return arithmetic.add(terms)


def _eliminated(arithmetic: Arithmetic, matrix: Entries, right: Entries) -> tuple[Entries, list[Element], int]:
    """The solution of `matrix @ x = right` by Gauss and Jordan, the pivots, and how many rows changed places."""
    rows = np.concatenate([matrix, right], axis=1)
    pivots: list[Element] = []
    swaps = 0
    for at in range(len(rows)):
        best = at + arithmetic.pivot(list(rows[at:, at]))
        if best != at:
            rows[[at, best]] = rows[[best, at]]
            swaps += 1
        pivots.append(rows[at, at])
        for column in range(at + 1, rows.shape[1]):
            rows[at, column] = quotient = arithmetic.divide(rows[at, column], pivots[-1])
            for row in range(len(rows)):
                if row != at:
                    product = arithmetic.multiply((rows[row, at], quotient))
                    rows[row, column] = minus(arithmetic, rows[row, column], product)
    return rows[:, len(rows) :], pivots, swaps


def _inverted(reading: Reading, matrix: Entries) -> Entries:
    if matrix.ndim == 2 and len(matrix) > MAX_DETERMINANT:
        size = len(matrix)
        return _eliminated(reading.arithmetic, matrix, held(reading, np.eye(size)))[0]
    total = determinant(reading, matrix)
    result = np.empty(matrix.shape, object)
    for i, j in np.ndindex(matrix.shape):
        cofactor = determinant(reading, _minor(matrix, j, i))
        signed = reading.arithmetic.negative(cofactor) if (i + j) % 2 else cofactor
        result[i, j] = reading.arithmetic.divide(signed, total)
    return result


def _solve(reading: Reading, given: Arguments) -> Value:
    matrix, right = given.tensor("x"), given.tensor("other")
    if matrix.ndim == 2 and len(matrix) > MAX_DETERMINANT and right.ndim in (1, 2) and len(right) == len(matrix):
        solved = _eliminated(reading.arithmetic, matrix, right.reshape(len(right), -1))[0]
        return solved.reshape(right.shape)
    return matrix_product(reading, _inverted(reading, matrix), right)


def _diagonal(reading: Reading, given: Arguments) -> Value:
    values, offset = given.tensor("x"), given.integer("diagonal", 0)
    if values.ndim == 2:
        return np.array(np.diagonal(values, offset))
    size = len(values) + abs(offset)
    result = full(reading, (size, size), 0.0)
    for at, entry in enumerate(values):
        result[at + max(-offset, 0), at + max(offset, 0)] = entry
    return result


def _triangle(keep: Callable[[Any, int], Any]) -> Builder:
    def build(reading: Reading, given: Arguments) -> Value:
        values = given.tensor("x")
        mask = keep(np.ones(values.shape, bool), given.integer("diagonal", 0))
        return np.where(mask, values, full(reading, values.shape, 0.0))

    return build


# Shapes


def _flattened(reading: Reading, given: Arguments) -> Value:
    values = given.tensor("x")
    if values.ndim == 0:
        return values.reshape(1)
    start, end = given.integer("start_dim", 0) % values.ndim, given.integer("end_dim", -1) % values.ndim
    return values.reshape((*values.shape[:start], -1, *values.shape[end + 1 :]))


def _squeezed(reading: Reading, given: Arguments) -> Value:
    values, dims = given.tensor("x"), given.integers("dim")
    if dims is None:
        return values.squeeze()
    return values.squeeze(tuple(dim % values.ndim for dim in dims if values.shape[dim] == 1))


def _expanded(reading: Reading, given: Arguments) -> Value:
    values, sizes = given.tensor("x"), given.sizes()
    new = len(sizes) - values.ndim
    shape = tuple(values.shape[at - new] if size == -1 else size for at, size in enumerate(sizes))
    return np.broadcast_to(values, shape)


def _rolled(reading: Reading, given: Arguments) -> Value:
    shifts, dims = given.integers("shifts") or (0,), given.integers("dims")
    return np.roll(given.tensor("x"), shifts if dims else shifts[0], dims)


# Creation


def _bound(count: int) -> None:
    """Raise NoForm where so many entries are too many to be made, or no number of entries."""
    if not 0 <= count <= MAX_CREATED:
        raise NoForm("a tensor of too many entries")


def full(reading: Reading, shape: tuple[int, ...], value: float) -> Entries:
    """One number in a shape."""
    _bound(math.prod(shape))
    result = np.empty(shape, object)
    result[...] = reading.arithmetic.number(value)
    return result


def held(reading: Reading, values: Any) -> Entries:
    """An array of numbers."""
    _bound(values.size)
    return each_entry(lambda value: reading.arithmetic.number(float(value)), values)


def _numbered(reading: Reading, values: list[Fraction]) -> Entries:
    """A vector of exact numbers."""
    result = np.empty(len(values), object)
    result[:] = [reading.arithmetic.number(value) for value in values]
    return result


def _eye(reading: Reading, given: Arguments) -> Value:
    rows = given.integer("n", 0)
    columns = given.integer("m", rows)
    _bound(rows * columns)
    return held(reading, np.eye(rows, columns))


def _arange(reading: Reading, given: Arguments) -> Value:
    start, step = given.number("start", 0.0), given.number("step", 1.0)
    if not given.has("end"):
        start, end = 0.0, start
    else:
        end = given.number("end", 0.0)
    count = math.ceil((end - start) / step)
    _bound(count)
    first, distance = Fraction(repr(start)), Fraction(repr(step))
    return _numbered(reading, [first + distance * at for at in range(count)])


def _linspace(reading: Reading, given: Arguments) -> Value:
    steps = given.integer("steps", 0)
    _bound(steps)
    start, end = Fraction(repr(given.number("start", 0.0))), Fraction(repr(given.number("end", 0.0)))
    return _numbered(reading, [start + (end - start) * at / max(1, steps - 1) for at in range(steps)])


def _embedded(reading: Reading, given: Arguments) -> Value:
    table, numbers = given.tensor("weight"), given.tensor("indices")
    places = np.array([reading.arithmetic.real(each) for each in numbers.ravel()])
    if table.ndim != 2 or not all(place.is_integer() and 0 <= place < len(table) for place in places.tolist()):
        raise NoForm("a row that the table has is expected")
    return table[places.astype(int).reshape(numbers.shape)]


def _clamped(reading: Reading, given: Arguments) -> Value:
    values = given.tensor("x")
    if given.has("min"):
        values = reading.apply("maximum", values, given.tensor("min"))
    return reading.apply("minimum", values, given.tensor("max")) if given.has("max") else values


def _gelu(reading: Reading, given: Arguments) -> Value:
    name = "gelu_tanh" if given.text("approximate", "none") == "tanh" else "gelu"
    return reading.apply(name, given.tensor("x"))


def _rounded(reading: Reading, given: Arguments) -> Value:
    if given.has("decimals"):
        raise NoForm("rounding to decimals")
    return reading.apply("round", given.tensor("x"))


BUILDERS: Mapping[str, Builder] = {
    **{name: _folded(name) for name in ("sum", "prod", "mean", "amax", "amin", "logsumexp")},
    **{name: _along(name) for name in ("softmax", "softmin", "log_softmax", "cumsum", "cumprod")},
    "layer_norm": _layer_norm,
    "max": _extremum("amax", "maximum"),
    "min": _extremum("amin", "minimum"),
    **{name: _place(name) for name in ("argmax", "argmin")},
    **{name: _truths(name) for name in ("all", "any")},
    "median": _median,
    "var": _variance,
    "std": lambda reading, given: reading.apply("sqrt", _variance(reading, given)),
    "norm": _norm,
    "clamp": _clamped,
    "gelu": _gelu,
    "round": _rounded,
    "matmul": _product("x", "other"),
    "dot": _product("x", "other"),
    "mm": _product("x", "mat2"),
    "bmm": _product("x", "mat2"),
    "mv": _product("x", "vec"),
    "inner": _inner,
    "outer": _outer,
    "t": lambda reading, given: given.tensor("x").T,
    "T": lambda reading, given: given.tensor("x").T,
    "mT": lambda reading, given: np.swapaxes(given.tensor("x"), -1, -2),
    "trace": _trace,
    "det": lambda reading, given: scalar(determinant(reading, given.tensor("x"))),
    "inverse": lambda reading, given: _inverted(reading, given.tensor("x")),
    "solve": _solve,
    "diag": _diagonal,
    "tril": _triangle(np.tril),
    "triu": _triangle(np.triu),
    **dict.fromkeys(("reshape", "view"), lambda reading, given: given.tensor("x").reshape(given.sizes())),
    "flatten": _flattened,
    "ravel": lambda reading, given: given.tensor("x").reshape(-1),
    "squeeze": _squeezed,
    "unsqueeze": lambda reading, given: np.expand_dims(given.tensor("x"), given.integer("dim", 0)),
    "transpose": lambda reading, given: np.swapaxes(
        given.tensor("x"), given.integer("dim0", 0), given.integer("dim1", 1)
    ),
    "permute": lambda reading, given: np.transpose(given.tensor("x"), given.sizes()),
    "expand": _expanded,
    "repeat": lambda reading, given: np.tile(given.tensor("x"), given.sizes()),
    "flip": lambda reading, given: np.flip(given.tensor("x"), given.sizes()),
    "roll": _rolled,
    "embedding": _embedded,
    "cat": lambda reading, given: np.concatenate(given.tensors("tensors"), given.integer("dim", 0)),
    "stack": lambda reading, given: np.stack(given.tensors("tensors"), given.integer("dim", 0)),
    "tensor": lambda reading, given: reading.apply("detach", given.tensor("data")),
    "zeros": lambda reading, given: full(reading, given.sizes(), 0.0),
    "ones": lambda reading, given: full(reading, given.sizes(), 1.0),
    "full": lambda reading, given: full(reading, given.integers("size") or (), given.number("fill_value", 0.0)),
    "eye": _eye,
    "arange": _arange,
    "linspace": _linspace,
    "zeros_like": lambda reading, given: full(reading, given.tensor("x").shape, 0.0),
    "ones_like": lambda reading, given: full(reading, given.tensor("x").shape, 1.0),
    "clone": lambda reading, given: given.tensor("x"),
}
"""Names of builders in the vocabulary to what builds the entries."""
