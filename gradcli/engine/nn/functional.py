"""The namespace torch.nn.functional: activations and losses are found in the catalogue, the rest is here."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import catalogue, dtypes
from gradcli.engine import inplace as in_place
from gradcli.engine.node import Node
from gradcli.engine.ops.declare import argument_error
from gradcli.engine.ops.join.grids import broadcast_tensors
from gradcli.engine.ops.linalg import products
from gradcli.engine.ops.linalg.norm import norm
from gradcli.engine.ops.pointwise import arithmetic, elementary, selection
from gradcli.engine.ops.pointwise.selection import clamp_min
from gradcli.engine.ops.reduce import softmax as softmaxes
from gradcli.engine.tensor import Tensor, wrap

_OF_TORCH: Final = frozenset({"celu", "prelu", "selu", "threshold", "sigmoid", "tanh"}).union(
    *(catalogue.ONLY_FUNCTIONS[module].split() for module in ("ops.nn.convolution", "ops.nn.pooling"))
)
"""The functions of torch itself that are here, too."""
_NAMES: Final = _OF_TORCH | {name for names in catalogue.ONLY_FUNCTIONAL.values() for name in names.split()}
_WRITTEN: Final = frozenset({"relu_", "leaky_relu_", "elu_", "selu_", "celu_", "hardtanh_", "threshold_"})
"""The functions that write their result to the input, as others do with `inplace=True`."""
_NODES_OF_WRITES: Final = {"LeakyReluBackward0", "EluBackward0", "CeluBackward0", "ThresholdBackward0"}
"""The nodes that torch calls `…Backward1` where the result was written to the input."""


def __getattr__(name: str) -> Any:
    if name in _WRITTEN:
        found: Any = functools.partial(globals().get(name[:-1]) or __getattr__(name[:-1]), inplace=True)
    else:
        operation = catalogue.find(name, catalogue.FUNCTIONAL) if name in _NAMES else None
        if operation is None:
            from gradcli.engine.left_out import missing

            raise missing("torch.nn.functional", name)
        found = _with_inplace(operation)
    globals()[name] = found
    return found


def _with_inplace(operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The operation, its argument `inplace` honoured where it has one."""
    code = operation.__code__
    names = code.co_varnames[: code.co_argcount]
    if "inplace" not in names:
        return operation
    position = names.index("inplace") - 1

    @functools.wraps(operation)
    def function(input: Tensor, *settings: Any, inplace: bool = False, **keywords: Any) -> Tensor:
        if len(settings) > position:
            inplace = settings[position]
            settings = settings[:position]
        return _written(operation, input, *settings, **keywords) if inplace else operation(input, *settings, **keywords)

    return function


def _written(operation: Callable[..., Tensor], input: Tensor, *settings: Any, **keywords: Any) -> Tensor:
    """The result of an operation, written to its input, with the name that torch has for the node then."""
    result = in_place.apply(input, operation, *settings, **keywords)
    node = result._node
    if node is not None and type(node).__name__ in _NODES_OF_WRITES:
        _rename(node, type(node).__name__.replace("Backward0", "Backward1"))
    return result


def _rename(node: Node, name: str) -> None:
    """Give a node the name that torch has for it here."""
    kind: Any = type(node)
    node.__class__ = _renamed(name, kind)


@functools.cache
def _renamed(name: str, node_class: type[Node]) -> Any:
    return type(name, (node_class,), {"__slots__": (), "__doc__": node_class.__doc__})


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES, *_WRITTEN})


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input @ weight.T + bias`: (…, in), (out, in), (out,) to (…, out). Raises RuntimeError where they do not fit."""
    for position, (name, value) in enumerate((("input", input), ("weight", weight)), 1):
        if not isinstance(value, Tensor):
            raise argument_error("linear", position, value, name)
    return products.linear(input, weight, bias)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The input where it is positive, else 0 (F.relu)."""
    return _written(elementary.relu, input) if inplace else elementary.relu(input)


def _dimension(name: str, ndim: int) -> int:
    """The dimension that torch chooses where none is given, with its warning."""
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        UserWarning,
        stacklevel=4,
    )
    return 0 if ndim in (0, 1, 3) else 1


def softmax(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """`exp(input)` divided by its sum along `dim` (F.softmax). Warns where no dimension is given."""
    result: Tensor = softmaxes.softmax(input, _dimension("softmax", input.ndim) if dim is None else dim, dtype=dtype)
    return result


def log_softmax(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The logarithm of the softmax (F.log_softmax). Warns where no dimension is given."""
    result: Tensor = softmaxes.log_softmax(
        input, _dimension("log_softmax", input.ndim) if dim is None else dim, dtype=dtype
    )
    return result


def softmin(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The softmax of the negated input (F.softmin). Warns where no dimension is given."""
    at = _dimension("softmin", input.ndim) if dim is None else dim
    result: Tensor = softmaxes.softmax(arithmetic.neg(input), at, dtype=dtype)
    return result


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Elements set to 0 with probability `p`, the others divided by `1 - p`; outside training the input (F.dropout).

    Raises ValueError on p outside [0, 1]. The numbers are torch's.
    """
    from gradcli.engine.random.sampling import bernoulli_array

    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if p == 0 or not training or not input.numel():
        return input
    kind = input.dtype.numpy
    if p == 1:
        factors = wrap(kind.type(0))
    else:
        kept = bernoulli_array(input.shape, 1 - p).astype(kind)
        factors = wrap((kept / kind.type(1 - p))[()])
    return _written(arithmetic.mul, input, factors) if inplace else arithmetic.mul(input, factors)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Integers of shape (…) as rows of zeros with a one, (…, num_classes) (F.one_hot).

    By default there are as many classes as the largest integer asks for.
    Raises RuntimeError on a tensor that is not int64, and on classes outside [0, num_classes).
    """
    if tensor.dtype is not dtypes.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    classes = tensor._array
    if not classes.size and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if classes.size and classes.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and classes.max() >= count:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap((classes[..., None] == np.arange(count)).astype(np.int64))


def normalize(
    input: Tensor,
    p: float = 2.0,
    dim: Any = 1,
    eps: float = 1e-12,
    out: Tensor | None = None,
) -> Tensor:
    """The input divided by its p-norm along `dim`, which is taken as `eps` where it is smaller (F.normalize)."""
    size = clamp_min(norm(input, p, dim, keepdim=True), eps)
    result: Tensor = catalogue.accepting_out(arithmetic.div, "div")(input, size.expand_as(input), out=out)
    return result


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle along `dim`, a norm below `eps` being taken as `eps` (F.cosine_similarity)."""
    units = [
        arithmetic.div(each, selection.clamp(norm(each, 2, dim, keepdim=True), min=eps))
        for each in broadcast_tensors(x1, x2)
    ]
    result: Tensor = arithmetic.mul(*units).sum(dim)
    return result


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of `x1 - x2 + eps` along the last dimension (F.pairwise_distance)."""
    difference = arithmetic.add(arithmetic.sub(x1, x2), eps)
    result: Tensor = norm(difference, p, difference.ndim - 1, keepdim)
    if result._node is not None:
        _rename(result._node, "NormBackward1")
    return result
