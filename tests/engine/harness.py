"""Runs samples on the engine, and on the real torch where it is installed, and says in one form what came out."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np

from tests.engine.functions import FUNCTIONS
from tests.engine.making import MAKING
from tests.engine.operations import OPERATIONS
from tests.engine.samples import CONSTANTS, Sample, compiled, flat, weights

GOLDEN = Path(__file__).parent.parent / "golden"


@dataclass(frozen=True, slots=True)
class Library:
    """An implementation of torch: its module, torch.nn.functional, torch.special, and torch.autograd.grad."""

    torch: Any
    F: Any
    S: Any
    grad: Any

    def evaluate(self, source: str, inputs: Mapping[str, Any], warned: list[str] | None = None) -> Any:
        """What a text over `torch`, `F`, `S` and the inputs gives. The texts of its warnings are added to `warned`, but
        for those of torch's C++, which come once a process."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                return eval(compiled(source), {"torch": self.torch, "F": self.F, "S": self.S, **inputs})
            finally:
                if warned is not None:
                    texts = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
                    warned.extend(text for text in texts if "(Triggered internally" not in text)

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

    return Library(torch, torch.nn.functional, torch.special, torch.autograd.grad)


def real() -> Library:
    """The real torch. Raises ImportError where it is not installed."""
    import torch

    return Library(torch, torch.nn.functional, torch.special, torch.autograd.grad)


@dataclass(frozen=True, slots=True)
class Suite:
    """Samples that are recorded in one file, in one dtype.

    `weigh` gives the weights by which an output is summed up before it is differentiated; `relative` and `absolute`
    say how near the engine comes to torch.
    """

    name: str
    samples: list[Sample]
    dtype: str
    weigh: Callable[[Any], Any]
    relative: float
    absolute: float

    def recorded(self) -> dict[str, Any]:
        """What the real torch gave: "outcomes" by the sample's text, and what else the file holds."""
        found: dict[str, Any] = json.loads((GOLDEN / f"{self.name}.json").read_text(encoding="utf-8"))
        return found


ALIKE_IN_DOUBLE = [sample for sample in OPERATIONS if sample.double]
ON_TENSORS = Suite("operations", OPERATIONS, "float32", weights, 2e-6, 2e-6)
IN_DOUBLE = Suite("double", ALIKE_IN_DOUBLE, "float64", weights, 1e-11, 1e-12)
ON_POINTS = Suite("functions", FUNCTIONS, "float64", np.ones_like, 1e-9, 1e-12)
OF_MAKING = Suite("making", MAKING, "float32", weights, 2e-6, 2e-6)
SUITES = [ON_TENSORS, IN_DOUBLE, ON_POINTS, OF_MAKING]


def call(
    library: Library,
    sample: Sample,
    dtype: str,
    arrays: Mapping[str, Any] | None = None,
    warned: list[str] | None = None,
) -> tuple[Any, dict[str, Any]]:
    """The sample's result and its differentiable inputs, by name."""
    arrays = sample.inputs if arrays is None else arrays
    inputs = {name: library.tensor(elements, dtype, True) for name, elements in arrays.items()}
    return library.evaluate(sample.source, {**inputs, **constants(library, sample, dtype)}, warned), inputs


def constants(library: Library, sample: Sample, dtype: str) -> dict[str, Any]:
    """The sample's inputs that no gradient goes to, by name."""
    return {name: library.tensor(CONSTANTS[name], dtype, False) for name in sample.names if name in CONSTANTS}


def total(library: Library, result: Any, weigh: Callable[[Any], Any] = weights) -> Any:
    """The weighted sum of all differentiable outputs, None where there is none."""
    parts = [
        (each * library.tensor(weigh(each.numpy(force=True)), str(each.dtype).removeprefix("torch."), False)).sum()
        for each in flat(result)
        if each.requires_grad
    ]
    return sum(parts[1:], parts[0]) if parts else None


def gradients(
    library: Library,
    result: Any,
    inputs: dict[str, Any],
    *,
    weigh: Callable[[Any], Any] = weights,
    create_graph: bool = False,
) -> dict[str, Any]:
    """The gradient of each input, None where none arrived."""
    number = total(library, result, weigh)
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
    """The names of the tensors that a node saved; of the engine, also of the numbers that stand for one."""
    if node is None:
        return []
    names = [each.removeprefix("_saved_") for each in dir(node) if each.startswith("_saved_")]
    plain = set(getattr(node, "attribute_names", ()))
    found = []
    for name in names:
        value = None if name in plain else getattr(node, f"_saved_{name}")
        several = value if isinstance(value, (tuple, list)) else (value,)
        own = name in getattr(node, "saved_names", ())
        if any(hasattr(each, "requires_grad") or (own and isinstance(each, Number)) for each in several):
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


def outcome(library: Library, suite: Suite, sample: Sample) -> dict[str, Any]:
    """Everything of a sample that is compared."""
    warned: list[str] = []
    result, inputs = call(library, sample, suite.dtype, warned=warned)
    outputs = flat(result)
    found = {
        "warned": warned,
        "text": repr(result),
        "values": [values(each) for each in outputs],
        "name": [each.grad_fn and each.grad_fn.name() for each in outputs],
        "grad_fn": [name_of(each.grad_fn) for each in outputs],
        "graph": tree(outputs[0].grad_fn),
        "saved": saved(outputs[0].grad_fn),
        "gradients": {
            name: values(each) for name, each in gradients(library, result, inputs, weigh=suite.weigh).items()
        },
    }
    result, _ = call(library, sample, suite.dtype)
    found["frees"] = raises_again(result, library)
    return found


def array_of(recorded: dict[str, Any]) -> Any:
    """The array of `values`."""
    return np.array([float(each) for each in recorded["values"]]).reshape(recorded["shape"])
