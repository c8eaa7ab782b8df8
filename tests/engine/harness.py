"""Runs samples on the engine, and on the real torch where it is installed, and says in one form what came out."""

from __future__ import annotations

import json
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.engine.samples import CONSTANTS, INPUTS, Sample, compiled, flat, weights

GOLDEN = Path(__file__).parent.parent / "golden" / "operations.json"


@dataclass(frozen=True, slots=True)
class Library:
    """An implementation of torch: its module, its functional namespace, and its autograd.grad."""

    torch: Any
    F: Any
    grad: Any

    def tensor(self, value: Any, dtype: str, requires_grad: bool) -> Any:
        """A leaf of this library."""
        array = np.asarray(value)
        kind = getattr(self.torch, dtype) if array.dtype.kind == "f" else None
        if not array.size:
            return self.torch.zeros(array.shape, dtype=kind, requires_grad=requires_grad)
        return self.torch.tensor(array.tolist(), dtype=kind, requires_grad=requires_grad)


def engine() -> Library:
    """The engine under test."""
    import gradcli.engine as torch
    from gradcli.engine.functional import grad
    from gradcli.engine.ops.matrix import linear

    return Library(torch, SimpleNamespace(linear=linear), grad)


def real() -> Library:
    """The real torch. Raises ImportError where it is not installed."""
    import torch

    return Library(torch, torch.nn.functional, torch.autograd.grad)


def call(
    library: Library, sample: Sample, dtype: str, arrays: dict[str, Any] | None = None
) -> tuple[Any, dict[str, Any]]:
    """The sample's result and its differentiable inputs, by name."""
    arrays = INPUTS if arrays is None else arrays
    names = sample.names
    inputs = {name: library.tensor(arrays[name], dtype, True) for name in names if name in INPUTS}
    constants = {name: library.tensor(CONSTANTS[name], dtype, False) for name in names if name in CONSTANTS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = eval(compiled(sample.source), {"torch": library.torch, "F": library.F, **inputs, **constants})
    return result, inputs


def total(library: Library, result: Any) -> Any:
    """The weighted sum of all differentiable outputs, None where there is none."""
    parts = [
        (each * library.tensor(weights(each.numpy(force=True)), str(each.dtype).removeprefix("torch."), False)).sum()
        for each in flat(result)
        if each.requires_grad
    ]
    return sum(parts[1:], parts[0]) if parts else None


def gradients(library: Library, result: Any, inputs: dict[str, Any], *, create_graph: bool = False) -> dict[str, Any]:
    """The gradient of each input, None where none arrived."""
    number = total(library, result)
    if number is None:
        return dict.fromkeys(inputs)
    found = library.grad(number, list(inputs.values()), create_graph=create_graph, allow_unused=True)
    return dict(zip(inputs, found, strict=True))


def name_of(node: Any) -> str:
    """A node's name as it prints."""
    return "None" if node is None else type(node).__name__


def tree(node: Any) -> Any:
    """The names of a node and of all below it."""
    return [name_of(node), [tree(each) for each, _ in node.next_functions]] if node is not None else None


def saved(node: Any) -> list[str]:
    """The names of the tensors that a node saved."""
    if node is None:
        return []
    names = [each.removeprefix("_saved_") for each in dir(node) if each.startswith("_saved_")]
    plain = set(getattr(node, "attribute_names", ()))
    found = []
    for name in names:
        value = None if name in plain else getattr(node, f"_saved_{name}")
        several = value if isinstance(value, (tuple, list)) else (value,)
        own = name in getattr(node, "saved_names", ())
        if any(hasattr(each, "requires_grad") or (own and each is not None) for each in several):
            found.append(name)
    return sorted(found)


def raises_again(result: Any, library: Library) -> bool | None:
    """Whether a second backward through the first output's graph fails; None where nothing was recorded."""
    outputs = [each for each in flat(result) if each.requires_grad and each.grad_fn is not None]
    if not outputs:
        return None
    seed = library.torch.ones_like(outputs[0].detach())
    outputs[0].backward(seed)
    try:
        outputs[0].backward(seed)
    except RuntimeError:
        return True
    return False


def _number(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def values(tensor: Any) -> Any:
    """A tensor's shape and elements in a form that JSON holds."""
    if tensor is None:
        return None
    array = np.asarray(tensor.numpy(force=True))
    return {"shape": list(array.shape), "values": [_number(each) for each in array.ravel().tolist()]}


def outcome(library: Library, sample: Sample) -> dict[str, Any]:
    """Everything of a sample that is compared."""
    result, inputs = call(library, sample, "float32")
    outputs = flat(result)
    found = {
        "text": repr(result),
        "values": [values(each) for each in outputs],
        "grad_fn": [name_of(each.grad_fn) for each in outputs],
        "graph": tree(outputs[0].grad_fn),
        "saved": saved(outputs[0].grad_fn),
        "gradients": {name: values(each) for name, each in gradients(library, result, inputs).items()},
    }
    result, _ = call(library, sample, "float32")
    found["frees"] = raises_again(result, library)
    return found


def goldens() -> dict[str, Any]:
    """What the real torch gave, by the sample's source."""
    recorded: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))["outcomes"]
    return recorded


def array_of(recorded: dict[str, Any]) -> Any:
    """The array of `values`."""
    return np.array([float(each) for each in recorded["values"]]).reshape(recorded["shape"])
