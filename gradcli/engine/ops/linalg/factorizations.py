"""Factorizations: Cholesky, eigenvalues, singular values."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import need_floats, record, values_of
from gradcli.engine.ops.linalg.products import mt
from gradcli.engine.ops.linalg.solve import (
    LinAlgError,
    check_floats,
    check_matrix,
    check_square,
    in_columns,
    inverse_of,
)
from gradcli.engine.ops.rules import record_outputs
from gradcli.engine.return_types import return_type
from gradcli.engine.tensor import Tensor, wrap

_LinalgCholeskyExBackward0 = derivative(
    "LinalgCholeskyExBackward0",
    results=("L",),
    self=lambda grad, L, upper: _cholesky_gradient(mt(grad), mt(L)) if upper else _cholesky_gradient(grad, L),
)
_CholeskyBackward0 = derivative(
    "CholeskyBackward0",
    self=lambda grad, result, upper: (
        _cholesky_gradient(mt(grad), mt(result)) if upper else _cholesky_gradient(grad, result)
    ),
)
_LinalgEighBackward0 = derivative(
    "LinalgEighBackward0",
    outputs=2,
    results=("eigenvalues", "eigenvectors"),
    self=lambda grads, eigenvalues, eigenvectors: _eigen_gradient(grads, eigenvalues, eigenvectors),
)
_LinalgSvdBackward0 = derivative(
    "LinalgSvdBackward0",
    outputs=3,
    results=("U", "S", "Vh"),
    A=lambda grads, S, U, Vh: _singular_gradient(grads, S, U, Vh),
)

_eigh: Final = return_type("linalg_eigh", "eigenvalues", "eigenvectors")
_svd: Final = return_type("linalg_svd", "U", "S", "Vh")


def _cholesky_gradient(grad: Any, L: Any) -> Any:
    inverse = inverse_of(L)
    lower = np.tril(np.matmul(mt(L), grad))
    middle = (lower + mt(np.tril(lower, -1))) / 2
    return np.matmul(mt(inverse), np.matmul(middle, inverse))


def linalg_cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """The lower triangular L with `A = L @ L.T` (torch.linalg.cholesky).
    Raises LinAlgError where A is not positive definite."""
    check_square("linalg.cholesky", A)
    factor = _cholesky_factor("linalg.cholesky", mt(A._array) if upper else A._array)
    array = in_columns(mt(factor) if upper else factor)
    return record_outputs(_LinalgCholeskyExBackward0, (array,), (A,), (upper,))[0]


def cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """The same under another name and node (torch.cholesky)."""
    check_matrix("cholesky", input)
    need_floats("cholesky_cpu", input.dtype)
    check_square("cholesky", input)
    factor = _cholesky_factor("cholesky", mt(input._array) if upper else input._array)
    return record(_CholeskyBackward0, in_columns(mt(factor) if upper else factor), (input,), (upper,))


def _cholesky_factor(function: str, array: Any) -> Any:
    try:
        return np.linalg.cholesky(np.tril(array) + mt(np.tril(array, -1)))
    except np.linalg.LinAlgError:
        raise LinAlgError(
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
    transposed = mt(eigenvectors)
    identity = np.eye(eigenvalues.shape[-1], dtype=values_of(eigenvalues).dtype)
    middle: Any = None if of_values is None else np.expand_dims(of_values, -1) * identity
    if of_vectors is not None:
        gaps = np.expand_dims(eigenvalues, -2) - np.expand_dims(eigenvalues, -1)
        turned = np.matmul(transposed, of_vectors)  # of which a rotation of the eigenvectors has the skew part alone
        mixed = (turned - mt(turned)) * ((1 - identity) / 2) / (gaps + identity)
        middle = mixed if middle is None else middle + mixed
    return np.matmul(eigenvectors, np.matmul(middle, transposed))


def eigh(A: Tensor, UPLO: Literal["L", "U"] = "L") -> Any:
    """The eigenvalues of a symmetric matrix, ascending, and the eigenvectors as columns (torch.linalg.eigh)."""
    check_square("linalg.eigh", A)
    eigenvalues, eigenvectors = np.linalg.eigh(A._array, UPLO=UPLO)
    arrays = (eigenvalues, in_columns(eigenvectors))
    return _eigh(*record_outputs(_LinalgEighBackward0, arrays, (A,)))


def eigvalsh(A: Tensor, UPLO: Literal["L", "U"] = "L") -> Tensor:
    """The eigenvalues of a symmetric matrix, ascending (torch.linalg.eigvalsh)."""
    check_matrix("linalg.eigh", A)
    need_floats("linalg_eigh_cpu", A.dtype)
    eigenvalues: Tensor = eigh(A, UPLO)[0]
    return eigenvalues


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
        turned = np.matmul(mt(U), of_u)
        part = np.matmul((turned - mt(turned)) * factor, scale)
        middle = part if middle is None else middle + part
    if of_vh is not None:
        turned = np.matmul(Vh, mt(of_vh))
        part = np.matmul(scale, (turned - mt(turned)) * factor)
        middle = part if middle is None else middle + part
    if middle is not None:
        result = np.matmul(U, np.matmul(middle, Vh))
    inverse = identity / np.expand_dims(S, -2)
    if of_u is not None and U.shape[-2] > size:
        rest = of_u - np.matmul(U, np.matmul(mt(U), of_u))
        result = result + np.matmul(np.matmul(rest, inverse), Vh)
    if of_vh is not None and Vh.shape[-1] > size:
        rest = of_vh - np.matmul(np.matmul(of_vh, mt(Vh)), Vh)
        result = result + np.matmul(U, np.matmul(inverse, rest))
    return result


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
    singular_values: Tensor = svd(A, False)[1]
    return singular_values


def matrix_rank(
    A: Tensor,
    tol: Any = None,
    hermitian: bool = False,
    *,
    atol: Any = None,
    rtol: Any = None,
) -> Tensor:
    """The number of singular values above a tolerance: the larger of `atol`,
    and `rtol` times the largest singular value (torch.linalg.matrix_rank).

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
