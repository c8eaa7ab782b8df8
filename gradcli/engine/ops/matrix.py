"""Matrix products."""

from __future__ import annotations

import math
import warnings
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.node import derivative
from gradcli.engine.ops import pointwise, reduce, shape
from gradcli.engine.ops.declare import argument_error, expectations, record
from gradcli.engine.ops.maps import Map, dimensions, linear_map
from gradcli.engine.ops.overloads import taking_numbers_first
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor, wrap


def _t(value: Any) -> Any:
    """The matrix (or each of a batch) transposed."""
    return shape.t(value) if isinstance(value, Tensor) else value.T


def _mt(value: Any) -> Any:
    return np.swapaxes(value, -2, -1)


def _mat2_gradient(grad: Any, mat1: Any, strides: tuple[int, int]) -> Any:
    """`mat1.T @ grad`, laid out in columns where `mat2` was, as a transposed weight is (torch's mm_mat2_backward)."""
    if strides[0] == 1 and strides[1] == mat1.shape[1] and not isinstance(grad, Tensor):
        return np.matmul(grad.T, mat1).T
    return np.matmul(_t(mat1), grad)


def _strides(matrix: Tensor) -> tuple[int, int]:
    """The strides of a matrix in elements."""
    rows, columns = matrix._array.strides
    return rows // matrix._array.itemsize, columns // matrix._array.itemsize


_MmBackward0 = derivative(
    "MmBackward0",
    self=lambda grad, mat2: np.matmul(grad, _t(mat2)),
    mat2=lambda grad, self, mat2_sym_strides: _mat2_gradient(grad, self, mat2_sym_strides),
)
_MvBackward0 = derivative(
    "MvBackward0",
    self=lambda grad, vec: np.outer(grad, vec),
    vec=lambda grad, self: np.matmul(_t(self), grad),
)
_DotBackward0 = derivative(
    "DotBackward0", self=lambda grad, tensor: grad * tensor, tensor=lambda grad, self: grad * self
)
_BmmBackward0 = derivative(
    "BmmBackward0",
    self=lambda grad, mat2: np.matmul(grad, _mt(mat2)),
    mat2=lambda grad, self: np.matmul(_mt(self), grad),
)


def _times(value: Any, factor: Any) -> Any:
    return value if factor == 1 else value * factor


_AddmmBackward0 = derivative(
    "AddmmBackward0",
    self=lambda grad, beta: _times(grad, beta),
    mat1=lambda grad, mat2, alpha: _times(np.matmul(grad, _t(mat2)), alpha),
    mat2=lambda grad, mat1, alpha, mat2_sym_strides: _times(_mat2_gradient(grad, mat1, mat2_sym_strides), alpha),
)
_AddmvBackward0 = derivative(
    "AddmvBackward0",
    self=lambda grad, beta: _times(grad, beta),
    mat=lambda grad, vec, alpha: _times(np.outer(grad, vec), alpha),
    vec=lambda grad, mat, alpha: _times(np.matmul(_t(mat), grad), alpha),
)
_AddrBackward0 = derivative(
    "AddrBackward0",
    self=lambda grad, beta: _times(grad, beta),
    vec1=lambda grad, vec2, alpha: _times(np.matmul(grad, vec2), alpha),
    vec2=lambda grad, vec1, alpha: _times(np.matmul(_t(grad), vec1), alpha),
)
_BaddbmmBackward0 = derivative(
    "BaddbmmBackward0",
    self=lambda grad, beta: _times(grad, beta),
    batch1=lambda grad, batch2, alpha: _times(np.matmul(grad, _mt(batch2)), alpha),
    batch2=lambda grad, batch1, alpha: _times(np.matmul(_mt(batch1), grad), alpha),
)


def _word(tensor: Tensor) -> str:
    return dtypes.c_name(tensor.dtype)


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices (torch.mm). Raises RuntimeError where shapes or dtypes do not fit."""
    for name, each in (("self", input), ("mat2", mat2)):
        if each._array.ndim != 2:
            raise RuntimeError(f"{name} must be a matrix")
    _check_inner(input, mat2)
    if input.dtype is not mat2.dtype:
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {_word(input)} != {_word(mat2)}")
    return record(_MmBackward0, np.matmul(input._array, mat2._array), (input, mat2), (_strides(mat2),))


def _check_inner(first: Tensor, second: Tensor) -> None:
    (n, k), (other_k, m) = first._array.shape, second._array.shape
    if k != other_k:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{k} and {other_k}x{m})")


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """The product of a matrix and a vector (torch.mv). Raises RuntimeError where shapes or dtypes do not fit."""
    if input._array.ndim != 2 or vec._array.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {input._array.ndim}, {vec._array.ndim}")
    rows, columns = input._array.shape
    if vec._array.shape[0] != columns:
        size = vec._array.shape[0]
        raise RuntimeError(f"size mismatch, got input ({rows}), mat ({rows}x{columns}), vec ({size})")
    if input.dtype is not vec.dtype:
        raise RuntimeError(
            f"addmv input tensors must have the same dtype, but got {vec.dtype.word}, {input.dtype.word}, and "
            f"{vec.dtype.word}"
        )
    return record(_MvBackward0, np.matmul(input._array, vec._array), (input, vec))


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of two vectors' products (torch.dot). Raises RuntimeError where shapes or dtypes do not fit."""
    a, b = input._array, tensor._array
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    if input.dtype is not tensor.dtype:
        raise RuntimeError(
            f"dot : expected both vectors to have same dtype, but found {input.dtype.word} and {tensor.dtype.word}"
        )
    if a.shape != b.shape:
        n, m = a.size, b.size
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{n}] and src [{m}] to have the same number of elements, but "
            f"got {n} and "
            f"{m} elements respectively"
        )
    return record(_DotBackward0, np.dot(a, b), (input, tensor))


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices (torch.bmm). Raises RuntimeError where shapes or dtypes do not fit."""
    for name, each in (("batch1", input), ("batch2", mat2)):
        if each._array.ndim != 3:
            raise RuntimeError(f"{name} must be a 3D tensor")
    expected = [input._array.shape[0], input._array.shape[2]]
    got = list(mat2._array.shape[:2])
    if expected != got:
        raise RuntimeError(f"Expected size for first two dimensions of batch2 tensor to be: {expected} but got: {got}.")
    if input.dtype is not mat2.dtype:
        raise RuntimeError(f"expected scalar type {input.dtype.word} but found {mat2.dtype.word}")
    return record(_BmmBackward0, np.matmul(input._array, mat2._array), (input, mat2))


def scaled(array: Any, factor: Any) -> Any:
    """The array times a number, in its own dtype; of integers times the whole part, as torch has it."""
    if factor == 1:
        return array
    kind = array.dtype
    if kind.kind in "iub":
        return array * np.asarray(int(factor)).astype(kind)
    return array * (kind.type(factor) if kind.kind == "f" else factor)


def _product(first: Any, second: Any) -> Any:
    """The product of matrices, of float16 in float32."""
    return np.matmul(wide(first), wide(second))


def _added(
    node: Any, product: Any, added: Tensor, factors: tuple[Tensor, Tensor], beta: Any, alpha: Any, *further: Any
) -> Tensor:
    """`beta * added + alpha * product`, recorded with the sizes and dtypes that the gradient of `added` must have.

    Of integers the factors are whole numbers, and of float16 all is computed in float32.
    """
    narrow = added.dtype.kind != "f" or added.dtype is dtypes.float16
    array = scaled(product, alpha)
    if beta != 0:
        try:
            array = array + scaled(added._array, beta)
        except ValueError:
            shape.expand(added, product.shape)
            raise
    array = added.dtype.cast(array) if narrow else array
    result = record(node, array, (added, *factors), (beta, alpha, *further))
    if result._node is not None and added._array.shape != array.shape:
        result._node.expected = ((added._array.shape, None), None, None)
    return result


@taking_numbers_first("beta", "alpha")
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * mat1 @ mat2` (torch.addmm)."""
    for name, each in (("mat1", mat1), ("mat2", mat2)):
        if each._array.ndim != 2:
            raise RuntimeError(f"{name} must be a matrix, got {each._array.ndim}-D tensor")
    for name, each in (("self", input), ("mat1", mat1)):
        if each.dtype is not mat2.dtype:
            raise RuntimeError(
                f"{name} and mat2 must have the same dtype, but got {each.dtype.word} and {mat2.dtype.word}"
            )
    _check_inner(mat1, mat2)
    product = _product(mat1._array, mat2._array)
    return _added(_AddmmBackward0, product, input, (mat1, mat2), beta, alpha, _strides(mat2))


@taking_numbers_first("beta", "alpha")
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * mat @ vec` (torch.addmv)."""
    product = mv(wrap(wide(mat._array)), wrap(wide(vec._array)))._array
    return _added(_AddmvBackward0, product, input, (mat, vec), beta, alpha)


@taking_numbers_first("beta", "alpha")
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * outer(vec1, vec2)` (torch.addr)."""
    return _added(_AddrBackward0, np.outer(wide(vec1._array), wide(vec2._array)), input, (vec1, vec2), beta, alpha)


@taking_numbers_first("beta", "alpha")
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * bmm(batch1, batch2)` (torch.baddbmm)."""
    product = bmm(wrap(wide(batch1._array)), wrap(wide(batch2._array)))._array
    return _added(_BaddbmmBackward0, product, input, (batch1, batch2), beta, alpha)


# matmul.


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product of vectors, matrices and batches of them, recorded by the steps that torch takes
    (torch.matmul)."""
    for position, (name, each) in enumerate((("input", input), ("other", other)), start=1):
        if not isinstance(each, Tensor):
            raise argument_error("matmul", position, each, name)
    a, b = input._array.ndim, other._array.ndim
    if a == 0 or b == 0:
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {a}D and {b}D")
    if a == 1 and b == 1:
        return dot(input, other)
    if a == 2 and b == 1:
        return mv(input, other)
    if a == 1 and b == 2:
        return shape.squeeze_of_product(mm(shape.unsqueeze(input, 0), other), 0)  # type: ignore[no-any-return]
    if a == 2 and b == 2:
        return mm(input, other)
    if _folds(input, other):
        return _folded(input, other)
    return _batched(input, other)


def _folds(first: Tensor, second: Tensor) -> bool:
    """Whether torch multiplies the larger operand as one matrix rather than as a batch (should_fold of
    LinearAlgebra.cpp)."""
    larger = first if first._array.ndim >= second._array.ndim else second
    smaller = second if larger is first else first
    if smaller._array.ndim > 2:
        return False
    if smaller._requires_grad:
        return True
    if first._array.ndim == 2:
        return False
    array = larger._array if larger is first else np.swapaxes(larger._array, -2, -1)
    if array.size == 0:
        return True
    sizes, strides = array.shape, array.strides
    return all(strides[i] == strides[i + 1] * sizes[i + 1] for i in range(len(sizes) - 2))


def _folded(first: Tensor, second: Tensor) -> Tensor:
    swapped = first._array.ndim < second._array.ndim
    larger = shape.matrix_transpose(second) if swapped else first
    smaller = (shape.t(first) if first._array.ndim == 2 else first) if swapped else second
    sizes = larger._array.shape
    matrix = shape.reshape(larger, (math.prod(sizes[:-1]), sizes[-1]))
    if smaller._array.ndim == 1:
        return shape.unsafe_view(mv(matrix, smaller), sizes[:-1])
    product = shape.unsafe_view(mm(matrix, smaller), (*sizes[:-1], smaller._array.shape[1]))
    return shape.contiguous(shape.matrix_transpose(product)) if swapped else product


def _batched(first: Tensor, second: Tensor) -> Tensor:
    a, b = first._array.shape, second._array.shape
    rows, inner = (a[-2], a[-1]) if len(a) > 1 else (1, a[-1])
    other_inner, columns = (b[-2], b[-1]) if len(b) > 1 else (b[-1], 1)
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise errors.sizes_must_match(a[:-2], b[:-2]) from None
    count = math.prod(batch)
    left = shape.reshape(shape.expand(first, (*batch, rows, inner)), (count, rows, inner))
    if len(b) == 1:
        second = shape.unsqueeze(second, 1)
    right = shape.reshape(shape.expand(second, (*batch, other_inner, columns)), (count, other_inner, columns))
    sizes = (*batch, *((rows,) if len(a) > 1 else ()), *((columns,) if len(b) > 1 else ()))
    return shape.unsafe_view(bmm(left, right), sizes)


# Other products.


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """All products of the elements of two vectors (torch.outer)."""
    for name, each in (("self", input), ("vec2", vec2)):
        if each._array.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {each._array.ndim}-D")
    return pointwise.mul(shape.reshape(input, (input._array.size, 1)), vec2)


def inner(input: Tensor, other: Tensor) -> Tensor:
    """The sums of products over the last dimensions (torch.inner)."""
    if input._array.ndim == 0 or other._array.ndim == 0:
        return pointwise.mul(input, other)
    if input._array.shape[-1] != other._array.shape[-1]:
        raise RuntimeError(
            f"inner() the last dimension must match on both input tensors but got shapes {list(input._array.shape)} "
            "and "
            f"{list(other._array.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """The sums of products over `dims` dimensions, or over the two lists of them (torch.tensordot)."""
    if isinstance(dims, int):
        first, second = tuple(range(a._array.ndim - dims, a._array.ndim)), tuple(range(dims))
    else:
        pair = [(each,) if isinstance(each, int) else tuple(each) for each in dims]
        first, second = (dimensions(t, d) if d else () for t, d in zip((a, b), pair, strict=True))
    for i, j in zip(first, second, strict=True):
        if a._array.shape[i] != b._array.shape[j]:
            if a._array.shape[i] == 1:
                return tensordot(a, reduce.sum(b, j, True, dtype=b.dtype), (first, second))
            if b._array.shape[j] == 1:
                return tensordot(reduce.sum(a, i, True, dtype=a.dtype), b, (first, second))
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {a._array.shape[i]} in dim {i} and second "
                "has size "
                f"{b._array.shape[j]} in dim {j}"
            )
    rows = [i for i in range(a._array.ndim) if i not in first]
    columns = [i for i in range(b._array.ndim) if i not in second]
    left, right = shape.permute(a, (*rows, *first)), shape.permute(b, (*second, *columns))
    sizes = (*[a._array.shape[i] for i in rows], *[b._array.shape[i] for i in columns])
    if not rows and not columns:
        return shape.view(dot(_flat(left), _flat(right)), ())
    summed = math.prod([a._array.shape[i] for i in first])
    count = math.prod([a._array.shape[i] for i in rows])
    product = mm(shape.reshape(left, (count, summed)), shape.reshape(right, (summed, math.prod(sizes[len(rows) :]))))
    return shape.reshape(product, sizes)


def _flat(value: Tensor) -> Tensor:
    return value if value._array.ndim == 1 else shape.reshape(value, (value._array.size,))


def kron(input: Tensor, other: Tensor) -> Tensor:
    """The Kronecker product (torch.kron)."""
    ndim = max(input._array.ndim, other._array.ndim)
    a = (1,) * (ndim - input._array.ndim) + input._array.shape
    b = (1,) * (ndim - other._array.ndim) + other._array.shape
    left = shape.unsafe_view(input, tuple(n for size in a for n in (size, 1)))
    right = shape.unsafe_view(other, tuple(n for size in b for n in (1, size)))
    return shape.unsafe_view(pointwise.mul(left, right), tuple(m * n for m, n in zip(a, b, strict=True)))


_LinalgCrossBackward0 = derivative(
    "LinalgCrossBackward0",
    self=lambda grad, other, dim: _cross(other, grad, dim),
    other=lambda grad, self, dim: _cross(grad, self, dim),
)


def _cross(first: Any, second: Any, dim: int) -> Any:
    if isinstance(first, Tensor) or isinstance(second, Tensor):
        one, two = [each if isinstance(each, Tensor) else wrap(each) for each in (first, second)]
        return cross(one, two, dim)
    return np.cross(first, second, axis=dim)


CROSS_WITHOUT_DIM: Final = (
    "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or simply "
    "use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross in a future "
    "release."
)


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross product of vectors of three, along the first dimension of that length unless one is given
    (torch.cross)."""
    if dim is not None:
        return linalg_cross(input, other, dim)
    warnings.warn(CROSS_WITHOUT_DIM, UserWarning, stacklevel=2)
    if 3 not in input._array.shape:
        raise RuntimeError("no dimension of size 3 in input")
    return linalg_cross(input, other, input._array.shape.index(3))


def linalg_cross(input: Tensor, other: Tensor, dim: int = -1) -> Tensor:
    """The cross product of vectors of three along a dimension, by default the last (torch.linalg.cross)."""
    at = input._dimension(dim)
    if input._array.shape[at] != 3 or (other._array.ndim == input._array.ndim and other._array.shape[at] != 3):
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input._array.shape[at]} and "
            f"{other._array.shape[at]}"
        )
    ndim = input._array.ndim
    if ndim != other._array.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    array = np.ascontiguousarray(np.cross(input._array, other._array, axis=at - ndim))
    result = record(_LinalgCrossBackward0, array, (input, other), (at - ndim,))
    if result._node is not None:
        result._node.expected = expectations(array, result.dtype, input, other)
    return result


_ToIdentity = shape.copy_backwards(derivative("CopyBackwards", self=lambda grad: np.zeros_like(grad)))


def matrix_power(input: Tensor, n: int) -> Tensor:
    """A square matrix multiplied with itself; of a negative power the inverse (torch.matrix_power)."""
    from gradcli.engine.ops.decompose import check_square, inv

    check_square("linalg.matrix_power", input)
    if n < 0:
        return inv(input) if n == -1 else matrix_power(inv(input), -n)
    if n == 0:
        identity = np.eye(input._array.shape[-1], dtype=input._array.dtype)
        return record(_ToIdentity, np.broadcast_to(identity, input._array.shape).copy(), (input,))
    if n == 1:
        return shape.clone(input)
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


def multi_dot(tensors: Any) -> Tensor:
    """The product of several matrices (torch.linalg.multi_dot), the first and the last of which may be vectors."""
    given = list(tensors)
    if len(given) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(given)}")
    product = given[0]
    for each in given[1:]:
        product = matmul(product, each)
    return shape.view(product, product.shape)


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input @ weight.T + bias` (torch.nn.functional.linear), recorded by the steps that torch takes."""
    transposed = shape.t(weight)
    array = input._array
    if bias is None or weight._array.ndim != 2 or (array.ndim > 2 and not array.flags.c_contiguous):
        product = matmul(input, transposed)
        return product if bias is None else pointwise.add(product, bias)
    if array.ndim == 2:
        return addmm(bias, input, transposed)
    sizes = array.shape
    matrix = shape.view(input, (math.prod(sizes[:-1]), sizes[-1])) if sizes else input
    return shape.view(addmm(bias, matrix, transposed), (*sizes[:-1], weight._array.shape[0]))


_trace: Map = linear_map(
    "TraceBackward0",
    lambda array: np.trace(array, dtype=None if array.dtype.kind in "fO" else np.int64),
    lambda grad, self_sym_sizes: grad * np.eye(*self_sym_sizes, dtype=_dtype(grad)),
)


def _dtype(value: Any) -> Any:
    return value.dtype.numpy if isinstance(value, Tensor) else value.dtype


def trace(input: Tensor) -> Tensor:
    """The sum of a matrix's diagonal (torch.trace)."""
    if input._array.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input._array.ndim}")
    return _trace(input)  # type: ignore[no-any-return]
