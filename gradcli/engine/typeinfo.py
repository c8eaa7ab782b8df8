"""What tensors and dtypes are: questions, meeting dtypes, limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor


def is_tensor(obj: Any) -> bool:
    """Whether `obj` is a Tensor (torch.is_tensor)."""
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Whether the tensor's elements are floating point (torch.is_floating_point)."""
    return input.dtype.is_floating_point


def real(input: Tensor) -> Tensor:
    """The tensor itself: its numbers are real (torch.real)."""
    return input


def imag(input: Tensor) -> Tensor:
    """Raises RuntimeError: there are no complex numbers (torch.imag)."""
    found: Tensor = input.imag
    return found


class layout:
    """How the elements of tensors lie in memory (torch.layout): `torch.strided` is the one kind."""

    __module__ = "torch"

    def __repr__(self) -> str:
        return "torch.strided"


strided = layout()


def typename(obj: Any) -> str:
    """The name of a value's type as torch's messages have it (torch.typename)."""
    if isinstance(obj, Tensor):
        return obj.dtype.tensor_name
    kind = obj if isinstance(obj, type) else type(obj)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    if kind.__module__.startswith("gradcli.engine."):
        return f"torch.{kind.__module__.removeprefix('gradcli.engine.')}.{kind.__qualname__}"
    return f"{kind.__module__}.{kind.__qualname__}"


def numel(input: Tensor) -> int:
    """The number of elements (torch.numel)."""
    return int(input._array.size)


def result_type(tensor: Any, other: Any) -> dtypes.dtype:
    """The dtype in which two tensors or numbers meet (torch.result_type). Raises TypeError on anything else."""
    from gradcli.engine.ops.declare import common_dtype, number_type

    if not all(isinstance(each, Tensor) or number_type(each) for each in (tensor, other)):
        from gradcli.engine.ops.signatures import invalid_combination

        raise invalid_combination("result_type", tensor, other)
    return common_dtype(tensor, other)


def promote_types(type1: dtypes.dtype, type2: dtypes.dtype) -> dtypes.dtype:
    """The smallest dtype that holds both (torch.promote_types)."""
    return dtypes.promote(dtypes.named(type1), dtypes.named(type2))


def can_cast(from_: dtypes.dtype, to: dtypes.dtype) -> bool:
    """Whether a result of one dtype may be written to a tensor of the other (torch.can_cast)."""
    return from_.category <= to.category


@dataclass(frozen=True, slots=True, repr=False)
class finfo:
    """The limits of a floating-point dtype, the default one if none is named (torch.finfo).

    Raises TypeError for another dtype.
    """

    dtype: str
    bits: int
    eps: float
    max: float
    min: float
    tiny: float
    smallest_normal: float
    resolution: float

    def __init__(self, type: dtypes.dtype | None = None) -> None:
        of = type or dtypes.get_default_dtype()
        if not of.is_floating_point:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        info = np.finfo(of.numpy)
        for name in ("eps", "max", "min", "tiny", "smallest_normal"):
            object.__setattr__(self, name, float(getattr(info, name)))
        object.__setattr__(self, "dtype", of.name)
        object.__setattr__(self, "bits", int(info.bits))
        object.__setattr__(self, "resolution", 10.0 ** -int(info.precision))

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


@dataclass(frozen=True, slots=True, repr=False)
class iinfo:
    """The limits of an integer dtype (torch.iinfo). Raises TypeError for another dtype."""

    dtype: str
    bits: int
    max: int
    min: int

    def __init__(self, type: dtypes.dtype) -> None:
        if type.category != dtypes.INTEGER:
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        info = np.iinfo(type.numpy)
        object.__setattr__(self, "dtype", type.name)
        for name in ("bits", "max", "min"):
            object.__setattr__(self, name, int(getattr(info, name)))

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


for _each in (finfo, iinfo):
    _each.__module__ = "torch"


def is_inference(input: Tensor) -> bool:
    """Whether a tensor was made in inference mode (torch.is_inference)."""
    return input.is_inference()
