"""Calls of the functions of torch that take `out=`, and what comes of them with tensors of several kinds there."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

CALLS = {
    "p": (
        "abs absolute acos asin atan sinh cosh tanh asinh atanh ceil cos deg2rad digamma erf erfc erfinv exp "
        "exp2 expm1 floor fix frac lgamma log log10 log1p log2 logit nan_to_num neg negative rad2deg "
        "reciprocal round rsqrt sgn sigmoid sign signbit sin sinc sqrt square tan trunc isneginf isposinf "
        "logical_not msort bernoulli diag diff nonzero frexp linalg.vector_norm special.digamma special.entr "
        "special.erf special.erfc special.erfinv special.exp2 special.expit special.expm1 special.gammaln "
        "special.log1p special.logit special.psi special.round special.sinc nn.functional.gelu "
        "nn.functional.softplus nn.functional.logsigmoid"
    ),
    "p + 1": "acosh",
    "p, q": (
        "add sub mul div divide multiply subtract true_divide atan2 copysign float_power floor_divide fmax "
        "fmin fmod heaviside hypot logaddexp logaddexp2 maximum minimum pow remainder xlogy eq ne lt le gt ge "
        "greater greater_equal less less_equal not_equal logical_and logical_or logical_xor max min inner "
        "ldexp dot vdot ger outer normal special.xlog1py special.xlogy"
    ),
    "i, j": "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift",
    "i": "bitwise_not",
    "A, X, Y": "addbmm",
    "p, p, q": "addcdiv addcmul",
    "A, A, B": "addmm",
    "p, A, q": "addmv",
    "A, p, q": "addr",
    "X, X, Y": "baddbmm",
    "X, Y": "bmm",
    "A, B": "mm matmul kron cross chain_matmul tensordot linalg.cross linalg.matmul",
    "A, p": "mv",
    "A, 2": "matrix_power topk linalg.matrix_power",
    "A > 0, 0": "all any",
    "A, 0": (
        "amax amin argmax argmin cummax cummin cumprod cumsum logcumsumexp median nanmedian logsumexp mean "
        "nanmean nansum prod sum std var softmax log_softmax special.logsumexp"
    ),
    "A, dim=0": "aminmax",
    "A, 1": "kthvalue",
    "A": (
        "mode sort slogdet tril triu linalg.det linalg.matrix_norm linalg.matrix_rank linalg.norm "
        "linalg.slogdet linalg.svdvals"
    ),
    "A, 2, 0": "norm",
    "3": "arange eye ones zeros rand randn randperm",
    "0, 1, 3": "linspace logspace",
    "(3,), 2.": "full",
    "0, 5, (3,)": "randint",
    "[p, q]": "cat concat concatenate column_stack dstack hstack row_stack vstack stack",
    "A @ A.T + torch.eye(3)": "cholesky linalg.cholesky",
    "A + 3 * torch.eye(3)": "inverse linalg.inv",
    "p, 0.2, 0.6": "clamp clip",
    "p, 0.5": "clamp_max clamp_min",
    "p, q, 0.5": "lerp",
    "p, 0.5, 0.": "threshold",
    "A, 0, i.reshape(1, 3)": "gather",
    "A, 0, i, B": "index_add index_copy",
    "A, 0, i": "index_select",
    "p, 2": "multinomial",
    "p, p > 0.3": "masked_select",
    "A, 0, i.reshape(1, 3), 1.": "scatter",
    "A, 0, i.reshape(1, 3), B": "scatter_add",
    "A, i": "take",
    "A, i.reshape(1, 3), 0": "take_along_dim",
    "p > 0.3, p, q": "where",
    "p + 2, 2": "mvlgamma special.multigammaln",
    "1, p": "polygamma special.polygamma",
    "A + A.T": "linalg.eigvalsh",
    "[A, B]": "linalg.multi_dot",
    "A + 3 * torch.eye(3), p": "linalg.solve",
    "p, dim=0": "nn.functional.normalize",
}
"""By their arguments, the functions of torch that are called with them."""
CASES = [(name, arguments) for arguments, names in CALLS.items() for name in names.split()]


def operands(torch: Any) -> dict[str, Any]:
    """What stands for the names in arguments."""
    rows = torch.tensor([[0.2, 0.7, 0.1], [0.5, 0.3, 0.9], [0.8, 0.4, 0.6]])
    return {
        "torch": torch,
        "p": torch.tensor([0.1, 0.5, 0.9]),
        "q": torch.tensor([0.3, 0.6, 0.2]),
        "i": torch.tensor([0, 2, 1]),
        "j": torch.tensor([1, 1, 2]),
        "A": rows,
        "B": rows.flip(0),
        "X": rows.expand(3, 3, 3).clone(),
        "Y": rows.flip(0).expand(3, 3, 3).clone(),
    }


def like(torch: Any, result: Any) -> Any:
    return torch.zeros(tuple(result.shape), dtype=result.dtype)


KINDS: dict[str, Callable[[Any, Any], Any]] = {
    "like the result": like,
    "of int64": lambda torch, result: torch.zeros(tuple(result.shape), dtype=torch.int64),
    "of float64": lambda torch, result: torch.zeros(tuple(result.shape), dtype=torch.float64),
    "of another shape": lambda torch, result: torch.zeros(7, dtype=result.dtype),
    "empty": lambda torch, result: torch.zeros(0, dtype=result.dtype),
    "for tracked operands": like,
    "tracked": lambda torch, result: like(torch, result).requires_grad_(result.dtype.is_floating_point),
}
"""By kind, the tensor that is given for a result."""


def shown(torch: Any, name: str, arguments: str, kind: str) -> str:
    """What a function says when it is given tensors of a kind for its results, or what these hold then."""
    scope = operands(torch)
    function = torch
    for each in name.split("."):
        function = getattr(function, each)
    call = f"function({arguments}, **keywords)"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        result = eval(call, {**scope, "function": function, "keywords": {}})
        results = result if isinstance(result, tuple) else (result,)
        if kind == "for tracked operands":
            for letter in "pqAXY":
                scope[letter].requires_grad_()
        given = [KINDS[kind](torch, each) for each in results]
        out = tuple(given) if isinstance(result, tuple) else given[0]
        torch.manual_seed(0)
        warnings.simplefilter("always")
        try:
            returned = eval(call, {**scope, "function": function, "keywords": {"out": out}})
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    same = all(a is b for a, b in zip(returned if isinstance(returned, tuple) else (returned,), given, strict=True))
    numbers = [[round(float(each), 4) + 0.0 for each in part.detach().flatten().tolist()] for part in given]
    resized = any("was resized since it had shape" in str(each.message) for each in caught)
    kinds = [f"{part.dtype} {tuple(part.shape)}" for part in given]
    return f"{type(returned).__name__} {'itself' if same else 'other'} {kinds} {numbers}{' resized' if resized else ''}"
