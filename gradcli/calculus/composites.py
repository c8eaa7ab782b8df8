"""What calculates each operation of the vocabulary: those that torch lacks, or calls differently, are made of the
engine's operations here, or by their definition in the vocabulary."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, reduce
from typing import Any, Final

from gradcli import engine
from gradcli.calculus.notes import computed
from gradcli.engine import catalogue, dtypes
from gradcli.engine.constants import THIRD
from gradcli.engine.tensor import Tensor
from gradcli.language.parser import parse
from gradcli.operations import OPERATIONS, Operation, vocabulary


def _log(x: Tensor, base: Any = None) -> Any:
    natural = engine.log(x)
    if base is None:
        return natural
    return natural / engine.log(base if isinstance(base, Tensor) else engine.full_like(x.detach(), base))


def _cbrt(x: Tensor) -> Any:
    return engine.sign(x) * engine.abs(x) ** THIRD.of(x)


def _gamma(x: Tensor) -> Any:
    import numpy as np

    array = x.detach()._array
    negative = (array < 0) & (np.floor(np.where(array < 0, array, 0)) % 2 != 0)
    sign = engine.where(engine.tensor(negative), engine.full_like(x.detach(), -1.0), engine.full_like(x.detach(), 1.0))
    return sign * engine.exp(engine.lgamma(x))


def _extremum(name: str, pairwise: str) -> Callable[..., Any]:
    """max and min: of all entries, along a dimension, or of two operands; a 0-dim tensor and a number are two
    operands, too."""

    def of_two(x: Tensor, other: Any) -> Any:
        return getattr(engine, pairwise)(x, other if isinstance(other, Tensor) else engine.full_like(x.detach(), other))

    def extremum(x: Tensor, dim: Any = None, keepdim: Any = False, *more: Any) -> Any:
        if dim is None:
            return getattr(engine, name)(x)
        if not isinstance(keepdim, bool):
            return reduce(of_two, (dim, keepdim, *more), x)
        if isinstance(dim, (Tensor, float, bool)) or x.ndim == 0:
            return of_two(x, dim)
        return getattr(engine, name)(x, dim, keepdim)

    return extremum


def _class_indices(target: Tensor) -> Tensor:
    return target.to(dtypes.int64)


def _cross_entropy(x: Tensor, target: Tensor, **keywords: Any) -> Any:
    probabilities = target.shape == x.shape
    from gradcli.engine.ops import class_loss

    return class_loss.cross_entropy(x, target if probabilities else _class_indices(target), **keywords)


def _nll_loss(x: Tensor, target: Tensor, **keywords: Any) -> Any:
    from gradcli.engine.ops import class_loss

    return class_loss.nll_loss(x, _class_indices(target), **keywords)


def _embedding(indices: Tensor, weight: Tensor) -> Any:
    from gradcli.engine.ops.nn.embedding import embedding

    rows = _class_indices(indices)
    if not (rows == indices).all():
        raise IndexError("the number of a row must be a whole number")
    return embedding(rows, weight)


def _along_last(name: str) -> Callable[..., Any]:
    return lambda x, dim=-1: getattr(engine, name)(x, dim)


def _logsumexp(x: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    return engine.logsumexp(x, tuple(range(x.ndim)) if dim is None else dim, keepdim)


def _layer_norm(
    x: Tensor, normalized_shape: Any = None, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Without a shape, along the last dimension; weight and bias in the dtype of x."""
    from gradcli.engine.ops.nn import normalization

    last = x.shape[-1:] if normalized_shape is None else normalized_shape
    sizes = last if isinstance(last, tuple) else (last,)
    weight, bias = (each if each is None else each.to(x.dtype) for each in (weight, bias))
    return normalization.layer_norm(x, sizes, weight, bias, eps)


def _heaviside(x: Tensor, values: Tensor) -> Any:
    """A step has no slope: torch implements no derivative, and here it is the zero that it is everywhere but at the
    step."""
    return engine.where(
        x > 0, engine.full_like(x.detach(), 1.0), engine.where(x < 0, engine.full_like(x.detach(), 0.0), values)
    )


def _full(size: Any, fill_value: Any, **keywords: Any) -> Any:
    return engine.full(size if isinstance(size, tuple) else (size,), fill_value, **keywords)


def _tensor(data: Any, **keywords: Any) -> Any:
    if not isinstance(data, Tensor):
        return engine.tensor(data, **keywords)
    copy = data.detach().clone()
    return copy.to(keywords["dtype"]) if "dtype" in keywords else copy


def _solve(x: Tensor, other: Tensor) -> Any:
    from gradcli.engine import linalg

    return linalg.solve(x, other)


def _method(name: str) -> Callable[..., Any]:
    return lambda x, *settings: getattr(x, name)(*settings)


def _attribute(name: str) -> Callable[[Tensor], Any]:
    return lambda x: getattr(x, name)


COMPOSITES: Final[dict[str, Callable[..., Any]]] = {
    "log": _log,
    "cbrt": _cbrt,
    "gamma": _gamma,
    "max": _extremum("max", "maximum"),
    "min": _extremum("min", "minimum"),
    "cross_entropy": _cross_entropy,
    "nll_loss": _nll_loss,
    "embedding": _embedding,
    **{name: _attribute(name) for name in ("T", "mT")},
    **{name: _method(name) for name in ("expand", "repeat", "view", "reshape", "flip", "permute", "detach")},
    **{name: _along_last(name) for name in ("softmax", "log_softmax", "cumsum", "cumprod")},
    "softmin": lambda x, dim=-1: engine.softmax(-x, dim),
    "logsumexp": _logsumexp,
    "layer_norm": _layer_norm,
    "heaviside": _heaviside,
    "full": _full,
    "tensor": _tensor,
    "solve": _solve,
    "float": lambda x: x.to(dtypes.float32),
    "double": lambda x: x.to(dtypes.float64),
}


@cache
def function(name: str) -> Callable[..., Any]:
    """What calculates the operation `name` of the vocabulary: an operation of the engine, in torch's own namespace or
    in that of torch.nn.functional, or what the vocabulary defines it by."""
    found: Callable[..., Any] | None = COMPOSITES.get(name) or catalogue.find(name, catalogue.FUNCTIONAL)
    return _by_definition(OPERATIONS[name]) if found is None else found


def _by_definition(operation: Operation) -> Callable[..., Any]:
    """A function that the vocabulary defines by others, as a program of tensors."""
    assert operation.definition is not None, operation.name
    formula = parse(operation.definition, vocabulary()).program.result
    constants = {"pi": math.pi, "e": math.e}
    return lambda *values: computed(
        formula, constants | dict(zip(operation.parameters, values, strict=False)), function
    )
