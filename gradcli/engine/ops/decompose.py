"""Linear algebra of square matrices: determinants, inverses, equations, factorisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np

from gradcli.engine.node import Node, derivative
from gradcli.engine.ops import selection
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.maps import record_outputs, values_of
from gradcli.engine.return_types import return_type
from gradcli.engine.tensor import Tensor, wrap


class _LinAlgError(RuntimeError):
    """A matrix does not admit what was asked for (torch.linalg.LinAlgError)."""


LinAlgError = _LinAlgError

_slogdet: Final = return_type("slogdet", "sign", "logabsdet")
_linalg_slogdet: Final = return_type("linalg_slogdet", "sign", "logabsdet")
_eigh: Final = return_type("linalg_eigh", "eigenvalues", "eigenvectors")
_svd: Final = return_type("linalg_svd", "U", "S", "Vh")


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


def _mt(value: Any) -> Any:
    return np.swapaxes(value, -2, -1)


def in_columns(array: Any) -> Any:
    """Matrices with their columns in one piece, as LAPACK leaves them."""
    return _mt(np.ascontiguousarray(_mt(array)))


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
    """The LU factors of each matrix in one array, by partial pivoting, and the rows exchanged, counted from one, as
    in LAPACK."""
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
                "completed because "
                "the input matrix is singular."
            )
        raise _LinAlgError(f"{function}: {where}The solver failed because the input matrix is singular.")


# Determinants.


def _determinant_gradient(grad: Any, A: Any, result: Any) -> Any:
    if not A.shape[-1]:
        return np.zeros_like(values_of(A))
    if np.all(values_of(result) != 0):
        return _column(grad * result) * _mt(_inverse(A))
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
    return _solved(_mt(A), _column(grad) * np.eye(A.shape[-1], dtype=values_of(A).dtype))


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
    return selection.where(sign.detach() == -1, wrap(sign.dtype.scalar(np.nan)), logarithm)  # type: ignore[no-any-return]


# Inverses and equations.

_LinalgInvExBackward0 = derivative(
    "LinalgInvExBackward0",
    results=("inverse",),
    A=lambda grad, inverse: -np.matmul(_mt(inverse), np.matmul(grad, _mt(inverse))),
)


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
    return _solved(_mt(A), grad)


def _matrix_gradient(grad: Any, A: Any, result: Any) -> Any:
    of_right = _solved(_mt(A), grad)
    if len(A.shape) - 1 == len(result.shape) and tuple(A.shape[:-1]) == tuple(result.shape):
        return -np.expand_dims(of_right, -1) * np.expand_dims(result, -2)
    return -np.matmul(of_right, _mt(result))


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
    result = record(_LinalgSolveExBackward0, array, (A, B), **saved)
    if result._node is not None:
        wanted = A._array.shape if B._array.ndim == 1 else (*array.shape[:-2], *A._array.shape[-2:])
        result._node.expected = (
            None if wanted == A._array.shape else (A._array.shape, None),
            None if array.shape == B._array.shape else (B._array.shape, None),
        )
    return result


_inverse = _dual(np.linalg.inv, inv)
_solved = _dual(_solution_of, solve)
_determinant = _dual(lambda array: np.linalg.det(array).astype(array.dtype), det)

# Factorisations.


def _cholesky_gradient(grad: Any, L: Any) -> Any:
    inverse = _inverse(L)
    lower = np.tril(np.matmul(_mt(L), grad))
    middle = (lower + _mt(np.tril(lower, -1))) / 2
    return np.matmul(_mt(inverse), np.matmul(middle, inverse))


_LinalgCholeskyExBackward0 = derivative(
    "LinalgCholeskyExBackward0",
    results=("L",),
    self=lambda grad, L, upper: _cholesky_gradient(_mt(grad), _mt(L)) if upper else _cholesky_gradient(grad, L),
)


_CholeskyBackward0 = derivative(
    "CholeskyBackward0",
    self=lambda grad, result, upper: (
        _cholesky_gradient(_mt(grad), _mt(result)) if upper else _cholesky_gradient(grad, result)
    ),
)


def linalg_cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """The lower triangular L with `A = L @ L.T` (torch.linalg.cholesky). Raises _LinAlgError where A is not positive
    definite."""
    check_square("linalg.cholesky", A)
    factor = _cholesky_factor("linalg.cholesky", _mt(A._array) if upper else A._array)
    array = in_columns(_mt(factor) if upper else factor)
    return record_outputs(_LinalgCholeskyExBackward0, (array,), (A,), (upper,))[0]


def cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """The same under another name and node (torch.cholesky)."""
    check_matrix("cholesky", input)
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"cholesky_cpu\" not implemented for '{input.dtype.word}'")
    check_square("cholesky", input)
    factor = _cholesky_factor("cholesky", _mt(input._array) if upper else input._array)
    return record(_CholeskyBackward0, in_columns(_mt(factor) if upper else factor), (input,), (upper,))


def _cholesky_factor(function: str, array: Any) -> Any:
    try:
        return np.linalg.cholesky(np.tril(array) + _mt(np.tril(array, -1)))
    except np.linalg.LinAlgError:
        raise _LinAlgError(
            f"{function}: The factorization could not be completed because the input is not positive-definite (the "
            f"leading minor of order {_first_minor(array)} is not positive-definite)."
        ) from None


def _first_minor(array: Any) -> int:
    """The order of the first leading minor that is not positive definite."""
    for matrix in np.reshape(array, (-1, *array.shape[-2:])):
        for order in range(1, matrix.shape[-1] + 1):
            if np.linalg.eigvalsh(matrix[:order, :order])[0] <= 0:
                return order
    return int(array.shape[-1])


def _eigen_gradient(grads: Any, eigenvalues: Any, eigenvectors: Any) -> Any:
    of_values, of_vectors = grads
    transposed = _mt(eigenvectors)
    identity = np.eye(eigenvalues.shape[-1], dtype=values_of(eigenvalues).dtype)
    middle: Any = None if of_values is None else np.expand_dims(of_values, -1) * identity
    if of_vectors is not None:
        gaps = np.expand_dims(eigenvalues, -2) - np.expand_dims(eigenvalues, -1)
        turned = np.matmul(transposed, of_vectors)  # of which a rotation of the eigenvectors has the skew part alone
        mixed = (turned - _mt(turned)) * ((1 - identity) / 2) / (gaps + identity)
        middle = mixed if middle is None else middle + mixed
    return np.matmul(eigenvectors, np.matmul(middle, transposed))


_LinalgEighBackward0 = derivative(
    "LinalgEighBackward0", outputs=2, results=("eigenvalues", "eigenvectors"), self=_eigen_gradient
)


def eigh(A: Tensor, UPLO: Literal["L", "U"] = "L") -> Any:
    """The eigenvalues of a symmetric matrix, ascending, and the eigenvectors as columns (torch.linalg.eigh)."""
    check_square("linalg.eigh", A)
    eigenvalues, eigenvectors = np.linalg.eigh(A._array, UPLO=UPLO)
    arrays = (eigenvalues, in_columns(eigenvectors))
    return _eigh(*record_outputs(_LinalgEighBackward0, arrays, (A,)))


def eigvalsh(A: Tensor, UPLO: Literal["L", "U"] = "L") -> Tensor:
    """The eigenvalues of a symmetric matrix, ascending (torch.linalg.eigvalsh)."""
    check_matrix("linalg.eigh", A)
    if not A.dtype.is_floating_point:
        raise NotImplementedError(f"\"linalg_eigh_cpu\" not implemented for '{A.dtype.word}'")
    return eigh(A, UPLO)[0]  # type: ignore[no-any-return]


def _singular_gradient(grads: Any, S: Any, U: Any, Vh: Any) -> Any:
    """The derivative of the thin singular value decomposition (Townsend 2016, Differentiating the SVD)."""
    of_u, of_s, of_vh = grads
    size = S.shape[-1]
    if U.shape[-1] > size:
        U, of_u = (None if each is None else each[..., :size] for each in (U, of_u))
    if Vh.shape[-2] > size:
        Vh, of_vh = (None if each is None else each[..., :size, :] for each in (Vh, of_vh))
    identity = np.eye(size, dtype=values_of(S).dtype)
    scale = np.expand_dims(S, -2) * identity
    middle = None if of_s is None else np.expand_dims(of_s, -1) * identity
    squares = S * S
    gaps = np.expand_dims(squares, -2) - np.expand_dims(squares, -1)
    factor = (1 - identity) / (gaps + identity)
    result = None
    if of_u is not None:
        turned = np.matmul(_mt(U), of_u)
        part = np.matmul((turned - _mt(turned)) * factor, scale)
        middle = part if middle is None else middle + part
    if of_vh is not None:
        turned = np.matmul(Vh, _mt(of_vh))
        part = np.matmul(scale, (turned - _mt(turned)) * factor)
        middle = part if middle is None else middle + part
    if middle is not None:
        result = np.matmul(U, np.matmul(middle, Vh))
    inverse = identity / np.expand_dims(S, -2)
    if of_u is not None and U.shape[-2] > size:
        rest = of_u - np.matmul(U, np.matmul(_mt(U), of_u))
        result = result + np.matmul(np.matmul(rest, inverse), Vh)
    if of_vh is not None and Vh.shape[-1] > size:
        rest = of_vh - np.matmul(np.matmul(of_vh, _mt(Vh)), Vh)
        result = result + np.matmul(U, np.matmul(inverse, rest))
    return result


_LinalgSvdBackward0 = derivative("LinalgSvdBackward0", outputs=3, results=("U", "S", "Vh"), A=_singular_gradient)


def svd(A: Tensor, full_matrices: bool = True) -> Any:
    """The singular value decomposition `A = U @ diag(S) @ Vh` (torch.linalg.svd).

    With `full_matrices` the columns of U and the rows of Vh beyond the thin decomposition have no derivative.
    """
    check_matrix("linalg.svd", A)
    check_floats("linalg.svd", A)
    u, s, vh = np.linalg.svd(A._array, full_matrices=full_matrices)
    return _svd(*record_outputs(_LinalgSvdBackward0, (in_columns(u), s, in_columns(vh)), (A,)))


def svdvals(A: Tensor) -> Tensor:
    """The singular values, descending (torch.linalg.svdvals)."""
    return svd(A, False)[1]  # type: ignore[no-any-return]


def matrix_rank(
    A: Tensor,
    tol: Any = None,
    hermitian: bool = False,
    *,
    atol: Any = None,
    rtol: Any = None,
) -> Tensor:
    """The number of singular values above a tolerance: the larger of `atol`, and `rtol` times the largest singular
    value (torch.linalg.matrix_rank).

    `rtol` is the larger of the matrix's sizes times the dtype's epsilon unless either, or `tol` for both, is given.
    """
    check_matrix("torch.linalg.matrix_rank", A, "input")
    if not A.dtype.is_floating_point:
        raise RuntimeError("This function doesn't handle types other than float and double")
    absolute, relative = (values_of(tol), 0.0) if tol is not None else (values_of(atol), values_of(rtol))
    if relative is None:
        relative = max(A._array.shape[-2:]) * np.finfo(A._array.dtype).eps if absolute is None else 0.0
    values = np.abs(np.linalg.eigvalsh(A._array)) if hermitian else np.linalg.svd(A._array, compute_uv=False)
    largest = values.max(axis=-1, keepdims=True, initial=0)
    least, share = (np.asarray(each)[..., None] for each in (0.0 if absolute is None else absolute, relative))
    bound = np.maximum(least, share * largest)
    return wrap(np.count_nonzero(values > bound, axis=-1, keepdims=False))


inverse = inv
