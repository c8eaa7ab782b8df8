"""Determinants, inverses, powers of square matrices, and linear equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import expecting, record, values_of, zero_gradient
from gradcli.engine.ops.linalg.products import matmul, mt
from gradcli.engine.ops.pointwise import selection
from gradcli.engine.ops.rules import record_outputs
from gradcli.engine.ops.shape import memory
from gradcli.engine.return_types import return_type
from gradcli.engine.tensor import Tensor, wrap

_LinalgInvExBackward0 = derivative(
    "LinalgInvExBackward0",
    results=("inverse",),
    A=lambda grad, inverse: -np.matmul(mt(inverse), np.matmul(grad, mt(inverse))),
)
_ToIdentity = memory.copy_backwards(derivative("CopyBackwards", self=zero_gradient))


class _LinAlgError(RuntimeError):
    """A matrix does not admit what was asked for (torch.linalg.LinAlgError)."""


LinAlgError = _LinAlgError
_slogdet: Final = return_type("slogdet", "sign", "logabsdet")
_linalg_slogdet: Final = return_type("linalg_slogdet", "sign", "logabsdet")


def check_matrix(function: str, matrix: Tensor, name: str = "A") -> None:
    """Raise RuntimeError where it is no matrix, nor a batch of them."""
    if matrix._array.ndim < 2:
        raise RuntimeError(f"{function}: The input tensor {name} must have at least 2 dimensions.")


def check_square(function: str, matrix: Tensor) -> None:
    """Raise RuntimeError where it is no square matrix of floats, nor a batch of them."""
    check_matrix(function, matrix)
    sizes = matrix._array.shape
    if sizes[-1] != sizes[-2]:
        raise RuntimeError(
            f"{function}: A must be batches of square matrices, but they are {sizes[-2]} by {sizes[-1]} matrices"
        )
    check_floats(function, matrix)


def check_floats(function: str, matrix: Tensor) -> None:
    """Raise RuntimeError where it does not hold floats."""
    if not matrix.dtype.is_floating_point:
        raise RuntimeError(f"{function}: Expected a floating point or complex tensor as input. Got {matrix.dtype.word}")


def in_columns(array: Any) -> Any:
    """Matrices with their columns in one piece, as LAPACK leaves them."""
    return mt(np.ascontiguousarray(mt(array)))


def _column(value: Any) -> Any:
    """A number for each matrix, as a matrix of one element for each."""
    return np.reshape(value, (*value.shape, 1, 1))


def _dual(array_function: Callable[..., Any], operation: Callable[..., Any]) -> Callable[..., Any]:
    """A function for rules: of arrays, or, where one is a Tensor, the recorded operation."""

    def function(*values: Any) -> Any:
        if any(isinstance(each, Tensor) for each in values):
            return operation(*[each if isinstance(each, Tensor) else wrap(each) for each in values])
        return array_function(*values)

    return function


# LU.


def lu(array: Any) -> tuple[Any, Any]:
    """The LU factors of each matrix in one array, by partial pivoting, and the rows exchanged, counted from one,
    as in LAPACK."""
    factors = np.copy(array, subok=True)
    size = factors.shape[-1]
    pivots = np.empty(factors.shape[:-1], np.int32)
    for place in np.ndindex(factors.shape[:-2]):
        matrix = factors[place]
        for k in range(size):
            p = k + int(np.argmax(np.abs(matrix[k:, k])))
            pivots[(*place, k)] = p + 1
            if p != k:
                matrix[[k, p]] = matrix[[p, k]]
            if matrix[k, k] != 0:
                matrix[k + 1 :, k] /= matrix[k, k]
                matrix[k + 1 :, k + 1 :] -= np.outer(matrix[k + 1 :, k], matrix[k, k + 1 :])
    return factors, pivots


_BY_LAPACK: Final = 32
"""From how many rows on LAPACK factorises, within NumPy's functions, which do not show the factors."""


def _is_for_lapack(matrix: Tensor) -> bool:
    return matrix._array.dtype.char in "fd" and matrix._array.shape[-1] >= _BY_LAPACK


def _factors_of(matrix: Tensor) -> dict[str, Any]:
    """The LU factors and pivots as nodes save them; None where they are left to whoever asks for them."""
    if matrix.dtype.kind == "O" or _is_for_lapack(matrix):
        return {"LU": None, "pivots": None}
    factors, pivots = lu(matrix._array)
    return {"LU": wrap(factors), "pivots": wrap(pivots)}


def _shows_factors(node_class: type[Node]) -> type[Node]:
    """The class, whose factors that were not saved are computed when they are asked for."""
    for number, name in enumerate(("LU", "pivots")):
        attribute = f"_saved_{name}"
        saved = getattr(node_class, attribute).fget

        def read(node: Any, saved: Any = saved, number: int = number) -> Any:
            value = saved(node)
            return wrap(lu(node._saved_A._array)[number]) if value is None else value

        setattr(node_class, attribute, property(read))
    return node_class


def _sign_of(pivots: Any) -> Any:
    exchanged = pivots != np.arange(1, pivots.shape[-1] + 1)
    return 1 - 2 * (np.sum(exchanged, axis=-1) % 2)


def _check_regular(function: str, factors: Any) -> None:
    zero = np.diagonal(factors, axis1=-2, axis2=-1) == 0
    if np.any(zero):
        batch = np.argwhere(zero)[0]
        where = "" if zero.ndim == 1 else f"(Batch element {int(np.ravel_multi_index(batch[:-1], zero.shape[:-1]))}): "
        if function == "linalg.inv":
            raise _LinAlgError(
                f"{function}: {where}The diagonal element {batch[-1] + 1} is zero, the inversion could not be "
                "completed because the input matrix is singular."
            )
        raise _LinAlgError(f"{function}: {where}The solver failed because the input matrix is singular.")


# Determinants.


def _determinant_gradient(grad: Any, A: Any, result: Any) -> Any:
    if not A.shape[-1]:
        return np.zeros_like(values_of(A))
    if np.all(values_of(result) != 0):
        return _column(grad * result) * mt(inverse_of(A))
    return _column(grad) * _cofactors(A)


def _cofactors(matrix: Any) -> Any:
    """The determinants of the minors with their signs, which are the derivative also where the matrix is singular."""
    size = matrix.shape[-1]
    if size == 1:
        return np.ones_like(values_of(matrix))
    rows = []
    for i in range(size):
        row = []
        for j in range(size):
            minor = np.delete(np.delete(np.arange(size * size).reshape(size, size), i, 0), j, 1)
            flat = np.reshape(matrix, (*matrix.shape[:-2], size * size))
            part = np.reshape(flat[..., minor.ravel()], (*matrix.shape[:-2], size - 1, size - 1))
            row.append(_determinant(part) * (-1) ** (i + j))
        rows.append(np.stack(row, axis=-1))
    return np.stack(rows, axis=-2)


_LinalgDetBackward0 = _shows_factors(
    derivative("LinalgDetBackward0", saves=("A", "LU", "pivots", "result"), A=_determinant_gradient)
)


def det(A: Tensor) -> Tensor:
    """The determinant (torch.linalg.det). Raises RuntimeError where the matrix is not square."""
    check_square("linalg.det", A)
    saved = _factors_of(A)
    factors, pivots = saved.values()
    if factors is None or pivots is None:
        return record(_LinalgDetBackward0, np.linalg.det(A._array), (A,), **saved)
    diagonal = np.diagonal(factors._array, axis1=-2, axis2=-1)
    array = np.prod(diagonal, axis=-1) * _sign_of(pivots._array).astype(A._array.dtype)
    return record(_LinalgDetBackward0, array, (A,), **saved)


def _logarithm_gradient(grads: Any, A: Any) -> Any:
    grad = grads[1]
    if grad is None:
        return None
    return _solved(mt(A), _column(grad) * np.eye(A.shape[-1], dtype=values_of(A).dtype))


_LinalgSlogdetBackward0 = _shows_factors(
    derivative(
        "LinalgSlogdetBackward0",
        saves=("A", "LU", "pivots"),
        outputs=2,
        results=("sign", "logabsdet"),
        A=lambda grad, A, sign: _logarithm_gradient(grad, A),
    )
)


def linalg_slogdet(A: Tensor) -> Any:
    """The sign of the determinant and the logarithm of its absolute value (torch.linalg.slogdet)."""
    check_square("linalg.slogdet", A)
    return _linalg_slogdet(*_sign_and_logarithm(A))


def slogdet(A: Tensor) -> Any:
    """The same under another name (torch.slogdet)."""
    check_square("linalg.slogdet", A)
    return _slogdet(*_sign_and_logarithm(A))


def _sign_and_logarithm(A: Tensor) -> Any:
    saved = _factors_of(A)
    factors, pivots = saved.values()
    if factors is None or pivots is None:
        sign, logarithm = np.linalg.slogdet(A._array)
    else:
        diagonal = np.diagonal(factors._array, axis1=-2, axis2=-1)
        sign = np.prod(np.sign(diagonal), axis=-1) * _sign_of(pivots._array).astype(A._array.dtype)
        logarithm = np.sum(np.log(np.abs(diagonal)), axis=-1)
    return record_outputs(_LinalgSlogdetBackward0, (sign, logarithm), (A,), **saved)


def logdet(A: Tensor) -> Tensor:
    """The logarithm of the determinant, nan of a negative one (torch.logdet)."""
    check_square("logdet", A)
    sign, logarithm = _sign_and_logarithm(A)
    return selection.either(sign.detach() == -1, wrap(sign.dtype.scalar(np.nan)), logarithm)


# Inverses and equations.


def inv(A: Tensor) -> Tensor:
    """The inverse matrix (torch.linalg.inv). Raises _LinAlgError where it is singular."""
    check_square("linalg.inv", A)
    if A.dtype.kind != "O" and not _is_for_lapack(A):
        _check_regular("linalg.inv", lu(A._array)[0])
    inverse = _unless_singular("linalg.inv", A, lambda: np.linalg.inv(A._array))
    return record_outputs(_LinalgInvExBackward0, (in_columns(inverse),), (A,))[0]


def _unless_singular(function: str, matrix: Tensor, compute: Callable[[], Any]) -> Any:
    """What LAPACK computes. Raises _LinAlgError, in torch's words, where it finds a matrix singular."""
    try:
        return compute()
    except np.linalg.LinAlgError:
        if matrix.dtype.kind != "O":
            _check_regular(function, lu(matrix._array)[0])
        raise


def _solution_of(matrix: Any, right: Any) -> Any:
    if matrix.ndim - 1 == right.ndim and matrix.shape[:-1] == right.shape:
        return np.linalg.solve(matrix, right[..., None])[..., 0]
    return in_columns(np.linalg.solve(matrix, right))


def _right_gradient(grad: Any, A: Any) -> Any:
    return _solved(mt(A), grad)


def _matrix_gradient(grad: Any, A: Any, result: Any) -> Any:
    of_right = _solved(mt(A), grad)
    if len(A.shape) - 1 == len(result.shape) and tuple(A.shape[:-1]) == tuple(result.shape):
        return -np.expand_dims(of_right, -1) * np.expand_dims(result, -2)
    return -np.matmul(of_right, mt(result))


_LinalgSolveExBackward0 = _shows_factors(
    derivative("LinalgSolveExBackward0", saves=("A", "LU", "pivots", "result"), A=_matrix_gradient, B=_right_gradient)
)


def solve(A: Tensor, B: Tensor) -> Tensor:
    """The X with `A @ X = B` (torch.linalg.solve). Raises _LinAlgError where A is singular."""
    check_square("linalg.solve", A)
    if A.dtype is not B.dtype:
        raise RuntimeError(
            "linalg.solve: Expected A and B to have the same dtype, but found A of type "
            f"{A.dtype.word} and B of type {B.dtype.word} instead"
        )
    saved = _factors_of(A)
    if saved["LU"] is not None:
        _check_regular("torch.linalg.solve", saved["LU"]._array)
    try:
        array = _unless_singular("torch.linalg.solve", A, lambda: _solution_of(A._array, B._array))
    except ValueError:
        rows, columns = A._array.shape[-2:]
        height, width = B._array.shape[-2:] if B._array.ndim > 1 else (B._array.shape[-1], 1)
        raise RuntimeError(
            "linalg.solve: Incompatible shapes of A and B for the equation AX = B "
            f"({rows}x{columns} and {height}x{width})"
        ) from None
    wanted = A._array.shape if B._array.ndim == 1 else (*array.shape[:-2], *A._array.shape[-2:])
    return expecting(
        record(_LinalgSolveExBackward0, array, (A, B), **saved),
        None if wanted == A._array.shape else (A._array.shape, None),
        None if array.shape == B._array.shape else (B._array.shape, None),
    )


inverse_of = _dual(np.linalg.inv, inv)
_solved = _dual(_solution_of, solve)
_determinant = _dual(lambda array: np.linalg.det(array).astype(array.dtype), det)
inverse = inv


def matrix_power(input: Tensor, n: int) -> Tensor:
    """A square matrix multiplied with itself; of a negative power the inverse (torch.matrix_power)."""
    check_square("linalg.matrix_power", input)
    if n < 0:
        return inv(input) if n == -1 else matrix_power(inv(input), -n)
    if n == 0:
        identity = np.eye(input._array.shape[-1], dtype=input._array.dtype)
        return record(_ToIdentity, np.broadcast_to(identity, input._array.shape).copy(), (input,))
    if n == 1:
        return memory.clone(input)
    if n == 3:
        return matmul(matmul(input, input), input)
    result: Tensor | None = None
    power = input
    while True:
        if n & 1:
            result = power if result is None else matmul(result, power)
        n >>= 1
        if not n:
            assert result is not None
            return result
        power = matmul(power, power)
