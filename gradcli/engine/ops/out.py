"""`out=`: functions of torch that write their results to tensors that are given.

The catalogue says which functions take it; what the dtype of `out` may be, and what is said where it is another, is the
table of POLICIES.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

from gradcli.engine import dtypes, errors, inplace, modes
from gradcli.engine.dtypes import c_name, dtype
from gradcli.engine.return_types import return_type
from gradcli.engine.tensor import Tensor

_RESIZED: Final = (
    "An output with one or more elements was resized since it had shape {found}, which does not match the required "
    "output shape {needed}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized "
    "unless they have zero elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero "
    "elements with t.resize_(0)."
)
_SAME: Final = "Expected out tensor to have dtype {needed_c}, but got {found_c} instead"
_FOUND: Final = "Found dtype {found} but expected {needed}"
_BOOLEAN: Final = "{name} does not support non-boolean outputs."
_SCALAR_TYPE: Final = "expected scalar_type {needed} but found {found}"
_INPUT_DTYPE: Final = "result dtype {found} does not match input dtype {needed}"
_LIKE_INPUT: Final = (
    "Expected the dtype for input and out to match, but got {needed} for input's dtype and {found} for out's dtype."
)
_SELF: Final = "{name}(): self and result must have the same scalar type"
_OUTPUT_TENSOR: Final = (
    "tensordot: Expected the output tensor to have dtype {needed}, but got an output tensor with dtype {found}"
)
_MULTI_DOT: Final = "multi_dot(): expected out tensor to have dtype {needed_c} but got {found_c}"

POLICIES: Final = {
    _SAME: (
        "msort addmm addmv baddbmm bmm mm matmul cross aminmax argmax argmin sort topk norm softmax log_softmax "
        "inverse slogdet tril triu gather index_add index_copy scatter scatter_add take_along_dim linalg_cholesky "
        "linalg_cross linalg_det linalg_eigh linalg_eigvalsh linalg_inv linalg_matmul linalg_slogdet "
        "linalg_solve linalg_svd linalg_svdvals linalg_vector_norm"
    ),
    _FOUND: (
        "abs ceil floor frac neg round sgn sign trunc clamp clamp_max clamp_min bitwise_not special_round gelu softplus"
    ),
    _BOOLEAN: "signbit isneginf isposinf",
    _SCALAR_TYPE: "cummax cummin logcumsumexp",
    _INPUT_DTYPE: "dot vdot",
    _LIKE_INPUT: "amax amin",
    _SELF: "index_select masked_select",
    _OUTPUT_TENSOR: "inner tensordot",
    _MULTI_DOT: "chain_matmul linalg_multi_dot",
    "linalg.{short} expected out tensor dtype {needed} but got: {found}": "linalg_norm linalg_matrix_norm",
    "{name} only supports bool tensor for result, got: {found}": "all any",
    "{name}: dtype of out: {found} should be same as input: {needed}": "nan_to_num",
    "{name} is not yet implemented for tensors with different dtypes.": "heaviside",
    "self and mat2 must have the same dtype, but got {found} and {needed}": "addbmm",
    "addmv input tensors must have the same dtype, but got {found}, {needed}, and {needed}": "mv",
    "output values must be of same type as input": "kthvalue",
    "expected scalar type '{needed}' but got '{found}' for {result} output": "mode",
    "Expected tensor for 'values' to have the same type as tensor for argument #2 'self'; but type {found_tensor} does "
    "not equal {needed_tensor} (while checking arguments for median)": "median nanmedian",
    "{name}(): self and out expected to have the same dtype, but got self.dtype = {needed} and out.dtype = {found}": (
        "take"
    ),
    "Expected out type to be {needed} but got {found}": "where",
    "expected scalar type {needed} but found {found}": "logsigmoid",
    "{name} expects Long tensor out, got: {found}": "multinomial",
    "torch.frexp() expects mantissa to have dtype {needed_c} but got {found_c}": "frexp",
}
"""By what is said of another dtype, the functions whose results must have that of `out`; the results of all others are
converted to it, where that loses no fraction."""
_SAID_OF: Final = {name: text for text, names in POLICIES.items() for name in names.split()}

_OF_TWO: Final = {"max": "sort", "min": "sort"}
"""The functions whose two results have the dtype that the policy of another function says."""

_CAST: Final = "result type {needed} can't be cast to the desired output type {found}"
_CATENATED: Final = "torch.cat(): input types can't be cast to the desired output type {found}"
_CASTABLE: Final = (
    "{short}: Expected result to be safely castable from {needed} dtype, but got result with dtype {found}"
)
CASTS: Final = {
    "cat": _CATENATED,
    "cholesky": _CASTABLE,
    "column_stack": _CATENATED,
    "diag": "diag: result type {needed} can't be cast to the desired out= type {found}",
    "dstack": _CATENATED,
    "float_power": (
        "the output given to float_power has dtype {found} but the operation's result requires dtype {needed}"
    ),
    "hstack": _CATENATED,
    "ldexp": "ldexp can't be cast to the desired output type {found}",
    "linalg_matrix_power": _CASTABLE,
    "logsumexp": "logsumexp(): Expected floating point type for result tensor, but got: {found}",
    "matrix_power": _CASTABLE,
    "special_logsumexp": "logsumexp(): Expected floating point type for result tensor, but got: {found}",
    "stack": _CATENATED,
    "vstack": _CATENATED,
}
"""What is said where converting the result to the dtype of `out` would lose a fraction, by function."""

_CREATING: Final = "arange linspace logspace empty eye full ones zeros rand randn randint randperm"
CREATING: Final = frozenset(_CREATING.split())
"""The functions that make tensors of a dtype, by default that of `out`, and give `out` another shape without a word."""
IN_ORDER: Final = frozenset({"arange", "linspace", "logspace"})
"""Those of them that fill an `out` of as many elements in the shape that it has."""
OF_OUT: Final = CREATING | {"sum", "prod", "cumsum", "cumprod"}
"""The functions that calculate in the dtype of `out`, unless they are told another."""
SILENT: Final = CREATING | {"bernoulli", "addbmm", "logsigmoid", "multinomial"}
"""The functions that do not warn where they give `out` another shape."""

APART: Final = frozenset({"cat", "gather", "index_select", "kthvalue", "masked_select", "take"})
"""The functions whose result must not be written over an argument, not even exactly over it."""

AS_ATEN: Final = {
    "chain_matmul": "mm",
    "column_stack": "cat",
    "cross": "linalg_cross",
    "diff": "sub",
    "dstack": "cat",
    "float_power": "pow",
    "hstack": "cat",
    "inverse": "linalg_inv_ex",
    "kron": "mul",
    "linalg_cholesky": "linalg_cholesky_ex",
    "linalg_det": "_linalg_det",
    "linalg_eigh": "_linalg_eigh",
    "linalg_eigvalsh": "_linalg_eigh",
    "linalg_inv": "linalg_inv_ex",
    "linalg_matmul": "matmul",
    "linalg_matrix_power": "matmul",
    "linalg_multi_dot": "mm",
    "linalg_slogdet": "_linalg_slogdet",
    "linalg_solve": "_linalg_solve_ex",
    "linalg_svd": "_linalg_svd",
    "linalg_svdvals": "_linalg_svd",
    "matrix_power": "matmul",
    "max": "maximum",
    "min": "minimum",
    "msort": "sort",
    "nanmean": "nansum",
    "norm": "linalg_vector_norm",
    "outer": "mul",
    "logsigmoid": "log_sigmoid_forward",
    "normalize": "div",
    "slogdet": "_linalg_slogdet",
    "special_expit": "sigmoid",
    "special_gammaln": "lgamma",
    "special_multigammaln": "mvlgamma",
    "special_psi": "digamma",
    "square": "pow",
    "take_along_dim": "gather",
    "vstack": "cat",
}
"""What errors call a function that torch makes of another one."""

_UNTRACKED: Final = "floor_divide heaviside inner tensordot softmax log_softmax diag linalg_matrix_norm linalg_norm"
UNTRACKED: Final = CREATING | frozenset(_UNTRACKED.split())
"""The functions that write what is not recorded, whatever requires grad."""


def _called(name: str, out: Any) -> str:
    """The name of a function in the error of what cannot be recorded."""
    if name in ("max", "min") and not isinstance(out, Tensor):
        return name
    known = AS_ATEN.get(name) or (name if name in _OWN_SPECIAL else name.removeprefix("special_"))
    return f"aten::{known}" if name in UNTRACKED else known


_OWN_SPECIAL: Final = ("special_entr", "special_xlog1py")
"""The special functions that torch has in that namespace alone."""


def written(
    function: Callable[..., Any], name: str, out: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """`out`, holding the results. Raises RuntimeError where that would have to be recorded, or loses a fraction."""
    given: Sequence[Any] = out if isinstance(out, (tuple, list)) else (out,)
    for each in given:
        if not isinstance(each, Tensor):
            raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type(each).__name__}")
    if name == "nonzero" and keywords.get("as_tuple"):
        raise RuntimeError("nonzero does not support the out kwarg when as_tuple is True")
    if name in OF_OUT and keywords.setdefault("dtype", given[0].dtype) is not given[0].dtype and name not in CREATING:
        wanted = dtypes.named(keywords["dtype"])
        raise RuntimeError(_SAME.format(needed_c=dtypes.c_name(wanted), found_c=dtypes.c_name(given[0].dtype)))
    if name in UNTRACKED:
        with modes.no_grad():
            result = function(*arguments, **keywords)
    else:
        result = function(*arguments, **keywords)
    results: Sequence[Tensor] = result if isinstance(result, tuple) else (result,)
    if len(results) != len(given):
        raise TypeError(f"{name}(): argument 'out' must be a tuple of {len(results)} tensors")
    tracked = modes.state.enabled and any(each._requires_grad and each.dtype.is_floating_point for each in given)
    if tracked or any(each._requires_grad for each in results):
        raise RuntimeError(
            f"{_called(name, out)}(): functions with out=... arguments don't support automatic differentiation, but "
            "one of the arguments requires grad."
        )
    for position, (target, each) in enumerate(zip(given, results, strict=True)):
        _check_dtype(_OF_TWO.get(name, name) if len(given) > 1 else name, each.dtype, target.dtype, position)
    for target in given:
        _check_memory(target, arguments, wholly=name in APART)
    for target, each in zip(given, results, strict=True):
        if name in IN_ORDER and each.numel() == target.numel():
            each = each.reshape(target.shape)
        _put(target, each, silently=name in SILENT)
    if isinstance(out, Tensor):
        return out
    kind = type(result)
    fields = getattr(kind, "_fields", None)
    return tuple(given) if fields is None else return_type(f"{kind.__name__}_out", *fields)(*given)


def _check_dtype(name: str, needed: dtype, found: dtype, position: int = 0) -> None:
    """Raise RuntimeError or TypeError, in torch's words, where a result cannot go into a tensor of another dtype.

    `position` is the result's among several, of which the second are indices.
    """
    if needed is found or name == "bernoulli":
        return
    text = _SAID_OF.get(name) or (CASTS.get(name, _CAST) if needed.category > found.category else None)
    if text is None:
        return
    said = text.format(
        name=name,
        short=name.removeprefix("linalg_"),
        needed=needed.word,
        found=found.word,
        needed_c=c_name(needed),
        found_c=c_name(found),
        needed_tensor=needed.tensor_name,
        found_tensor=found.tensor_name,
        result="indices" if position else "values",
    )
    raise TypeError(said) if text is _CATENATED else RuntimeError(said)


def _check_memory(target: Tensor, arguments: Sequence[Any], *, wholly: bool) -> None:
    """Raise RuntimeError where an argument lies in part, or `wholly`, where the result is to be written."""
    for each in arguments:
        if isinstance(each, (list, tuple)):
            _check_memory(target, each, wholly=wholly)
        elif isinstance(each, Tensor):
            found = inplace.overlap(target, each)
            if found is inplace.Overlap.PARTIAL or (wholly and found is inplace.Overlap.FULL):
                raise RuntimeError(errors.SHARED_WITH_INPUT)


def _put(target: Tensor, result: Tensor, *, silently: bool) -> None:
    """Write a result to a tensor, which takes its shape, with a warning where it had elements of another."""
    if result._array.shape != target._array.shape:
        if target._requires_grad:
            raise RuntimeError("cannot resize variables that require grad")
        if target.numel() and not silently:
            warnings.warn(
                _RESIZED.format(found=list(target.shape), needed=list(result.shape)), UserWarning, stacklevel=4
            )
        target._array = result._shared_array().astype(target.dtype.numpy)
        return
    inplace.write(target, result._array)
