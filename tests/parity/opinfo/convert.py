"""Torch's samples on the engine: tensors with their memory and strides, names by where torch has them, and functions of
torch's table with the engine in torch's place."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.testing import _utils
from torch.testing._internal.common_utils import freeze_rng_state

import gradcli.engine as engine
from gradcli.engine.tensor import wrap

NAMESPACES = {
    torch: engine,
    torch.nn.functional: engine.nn.functional,
    torch.linalg: engine.linalg,
    torch.special: engine.special,
    torch.Tensor: engine.Tensor,
}
"""Torch's places of operations, and the engine's."""


_MOST_DIMENSIONS = 64


class OutOfScopeError(Exception):
    """A sample asks for what the engine leaves out on purpose: complex numbers, another device, a layout."""


class Fresh:
    """Copies of a sample's values for one run of one library: what is one tensor in the sample is one in the copy."""

    def __init__(self, tensor: Callable[[torch.Tensor], Any], other: Callable[[Any], Any]) -> None:
        self._tensor = tensor
        self._other = other
        self.leaves: list[Any] = []
        """The tensors that require grad, in the order in which they come."""
        self._seen: dict[int, tuple[Any, Any]] = {}

    def __call__(self, value: Any) -> Any:
        """The copy of a value, tensors within tuples, lists and dicts included."""
        if isinstance(value, torch.Tensor):
            if id(value) not in self._seen:
                self._seen[id(value)] = (value, self._leaf(value))
            return self._seen[id(value)][1]
        if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
            return type(value)(*map(self, value)) if hasattr(value, "_fields") else type(value)(map(self, value))
        if isinstance(value, dict):
            return {key: self(each) for key, each in value.items()}
        return self._other(value)

    def _leaf(self, value: torch.Tensor) -> Any:
        made = self._tensor(value)
        if value.requires_grad:
            made.requires_grad_()
            self.leaves.append(made)
        return made


def of_torch() -> Fresh:
    """Copies for torch itself."""
    return Fresh(_torch_copy, lambda value: value)


def of_engine() -> Fresh:
    """Copies for the engine."""
    return Fresh(_engine_copy, other)


def _torch_copy(value: torch.Tensor) -> torch.Tensor:
    storage = value.detach().untyped_storage().clone()
    made = torch.empty(0, dtype=value.dtype)
    return made.set_(storage, value.storage_offset(), value.shape, value.stride())  # type: ignore[call-overload]


def _engine_copy(value: torch.Tensor) -> Any:
    if value.layout is not torch.strided or value.device.type != "cpu":
        raise OutOfScopeError(f"a tensor of {value.layout} on {value.device}")
    if value.ndim > _MOST_DIMENSIONS:
        raise OutOfScopeError(f"a tensor of {value.ndim} dimensions, where NumPy has {_MOST_DIMENSIONS}")
    kind = _dtype(value.dtype)
    storage = value.detach().untyped_storage()
    memory = np.empty(storage.nbytes(), np.uint8)
    if storage.nbytes():
        memory[:] = torch.empty(0, dtype=torch.uint8).set_(storage).numpy()  # type: ignore[call-overload]
    width = kind.itemsize
    array = np.ndarray(
        tuple(value.shape),
        kind.numpy,
        memory if value.numel() else np.empty(0, np.uint8),
        value.storage_offset() * width if value.numel() else 0,
        tuple(step * width for step in value.stride()),
    )
    if any(step == 0 and size > 1 for step, size in zip(value.stride(), value.shape, strict=True)):
        array.flags.writeable = False  # as NumPy makes what is broadcast
    return wrap(array)


def _dtype(value: torch.dtype) -> Any:
    found = {repr(each): each for each in engine.dtypes.ALL}.get(repr(value))
    if found is None:
        raise OutOfScopeError(repr(value))
    return found


def other(value: Any) -> Any:
    """The engine's counterpart of what is no tensor."""
    if isinstance(value, torch.dtype):
        return _dtype(value)
    if isinstance(value, torch.Size):
        return engine.Size(value)
    if isinstance(value, torch.device):
        return engine.device(str(value))
    if isinstance(value, complex):
        raise OutOfScopeError("a complex number")
    if isinstance(value, torch.Generator):
        return engine.Generator().manual_seed(value.initial_seed())
    if isinstance(value, slice):
        return slice(*map(of_engine(), (value.start, value.stop, value.step)))
    if isinstance(value, (torch.layout, torch.memory_format)):
        return getattr(engine, str(value).removeprefix("torch."))
    return function(value) if callable(value) else value


def operation(dotted: str) -> Any:
    """The engine's operation of a name below torch (`nn.functional.relu`). Raises AttributeError where there is none,
    LeftOutNameError where it is left out."""
    found: Any = engine
    for part in dotted.split("."):
        found = getattr(found, part)
    return found


def function(value: Callable[..., Any]) -> Callable[..., Any]:
    """The engine's counterpart of a function: the one of the same name, or the same code with the engine in torch's
    place. Raises OutOfScopeError where it has none."""
    if value is torch:
        return engine
    if isinstance(value, types.ModuleType):
        return NAMESPACES.get(value, value)  # type: ignore[return-value]
    if value in (torch.Tensor, torch.Generator):
        return getattr(engine, value.__name__)  # type: ignore[no-any-return]
    if isinstance(value, partial):
        return partial(
            function(value.func), *map(other, value.args), **{k: other(v) for k, v in value.keywords.items()}
        )
    if value in (freeze_rng_state, _utils.freeze_rng_state):  # each case is seeded anew
        return nullcontext
    if isinstance(value, types.FunctionType) and _is_of_tests(value):
        return _rebound(value)
    for place, ours in NAMESPACES.items():
        name = getattr(value, "__name__", "")
        if name and getattr(place, name, None) is value:
            return getattr(ours, name)  # type: ignore[no-any-return]
    if _is_plain(value):
        return value
    raise OutOfScopeError(f"the function {value!r}")


def _is_of_tests(value: types.FunctionType) -> bool:
    return value.__module__.startswith("torch.testing")


def _is_plain(value: Any) -> bool:
    module = getattr(value, "__module__", "") or ""
    return isinstance(value, type) or module in ("builtins", "math", "itertools") or module.startswith("numpy")


def _rebound(value: types.FunctionType) -> Callable[..., Any]:
    """The same code, its global and enclosed names converted."""
    wanted = _names_of(value.__code__)
    names = {name: _converted(each) for name, each in value.__globals__.items() if name in wanted}
    names["__builtins__"] = __builtins__
    cells = None
    if value.__closure__ is not None:
        cells = tuple(types.CellType(_converted(cell.cell_contents)) for cell in value.__closure__)
    made = types.FunctionType(value.__code__, names, value.__name__, None, cells)
    made.__defaults__ = None if value.__defaults__ is None else tuple(map(_converted, value.__defaults__))
    made.__kwdefaults__ = {name: _converted(each) for name, each in (value.__kwdefaults__ or {}).items()} or None
    return made


def _names_of(code: types.CodeType) -> set[str]:
    found = set(code.co_names)
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            found |= _names_of(each)
    return found


def _converted(value: Any) -> Any:
    if value is torch:
        return engine
    if value is math or value is np or isinstance(value, type):
        return engine.Tensor if value is torch.Tensor else value
    return of_engine()(value)
