"""In-place random numbers: the same as torch's, from the same generators."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.inplace import commit, is_recorded, stand_in, write
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import record, zero_gradient
from gradcli.engine.ops.shape.views import expand
from gradcli.engine.random import sampling
from gradcli.engine.random.generator import chosen
from gradcli.engine.tensor import Tensor

_BernoulliBackward1 = derivative("BernoulliBackward1", self=zero_gradient, p=zero_gradient)
_BernoulliBackward2 = derivative("BernoulliBackward2", self=zero_gradient)

_NODES: Final = {
    name: derivative(f"{name}Backward{number}", self=zero_gradient)
    for name, number in (("Uniform", 0), ("Normal", 0), ("Exponential", 0))
}

_RANDOM: Final = tuple(derivative(f"RandomBackward{number}", self=zero_gradient) for number in range(3))


def _replace(target: Tensor, node_class: type[Node], array: Any, recorded: bool, *operands: Any) -> Tensor:
    """Write drawn numbers; the gradients of what was there, and of the operands, are zero."""
    if not recorded:
        write(target, array)
        return target
    old = stand_in(target)
    result = record(node_class, array.astype(target.dtype.numpy), (old, *operands))
    commit(target, old, result, (old, *operands))
    return target


def uniform_(input: Tensor, low: float = 0.0, to: float = 1.0, *, generator: Any = None, **keywords: Any) -> Tensor:
    """Numbers from [low, to) (torch.Tensor.uniform_, whose first bound is called `from`)."""
    recorded = is_recorded(input)
    start = keywords.pop("from", low)
    if keywords:
        raise TypeError(f"uniform_() got an unexpected keyword argument {next(iter(keywords))!r}")
    array = sampling.uniform_array(input._array.shape, input.dtype, start, to, generator)
    return _replace(input, _NODES["Uniform"], array, recorded)


def normal_(input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Tensor:
    """Normal numbers (torch.Tensor.normal_)."""
    recorded = is_recorded(input)
    array = sampling.normal_array(input._array.shape, input.dtype, mean, std, generator)
    return _replace(input, _NODES["Normal"], array, recorded)


def exponential_(input: Tensor, lambd: float = 1.0, *, generator: Any = None) -> Tensor:
    """Exponentially distributed numbers (torch.Tensor.exponential_)."""
    recorded = is_recorded(input)
    array = sampling.exponential_array(input._array.shape, input.dtype, lambd, generator)
    return _replace(input, _NODES["Exponential"], array, recorded)


def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """Ones with probability `p`, a number or a tensor of them, else zeros (torch.Tensor.bernoulli_)."""
    if isinstance(p, Tensor):
        recorded = is_recorded(input, p)
        drawn = sampling.bernoulli(expand(p.detach(), input._array.shape), generator=generator)._array
        return _replace(input, _BernoulliBackward1, np.asarray(drawn), recorded, p)
    recorded = is_recorded(input)
    drawn = sampling.bernoulli_array(input._array.shape, p, generator)
    return _replace(input, _BernoulliBackward2, np.asarray(drawn), recorded)


def random_(input: Tensor, *bounds: Any, generator: Any = None) -> Tensor:
    """Integers: from [low, high), from low on where high is None, from [0, high), or of the dtype's whole range
    (torch.Tensor.random_)."""
    recorded = is_recorded(input)
    shape, kind = input._array.shape, input.dtype
    if bounds:
        first, last = (0, bounds[0]) if len(bounds) == 1 else bounds
        low, high = int(first), _largest(kind) + 1 if last is None else int(last)
        array = sampling.integer_array(shape, kind, low, high, generator)
        return _replace(input, _RANDOM[1 if len(bounds) == 1 else 0], array, recorded)
    wide = kind in (dtypes.float64, dtypes.int64)
    source = chosen(generator)
    count = math.prod(shape)
    words = source.long_words(count) if wide else source.words(count)
    drawn = words.astype(np.uint64) % np.uint64(_largest(kind) + 1)
    return _replace(input, _RANDOM[2], drawn.astype(kind.numpy).reshape(shape), recorded)


def _largest(kind: dtypes.dtype) -> int:
    """The largest number that `random_` draws: of a float, the last up to which it holds all integers."""
    if kind.is_floating_point:
        return int(2 ** (np.finfo(kind.numpy).nmant + 1))
    return 1 if kind is dtypes.bool_ else int(np.iinfo(kind.numpy).max)
