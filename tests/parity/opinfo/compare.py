"""Runs a case on torch and on the engine, and names the first thing in which they differ."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
import torch
from torch.testing._internal.opinfo.core import SampleInput

import gradcli.engine as engine
from gradcli.engine.left_out import LeftOutError
from tests.parity.opinfo import convert
from tests.parity.opinfo.cases import DIFFERENTIATED, Case, Operation
from tests.parity.opinfo.convert import Fresh, OutOfScopeError


class Kind(Enum):
    """What differs, most serious first: of several, a case counts as the first."""

    RAISES = "raises where torch computes"
    ACCEPTS = "computes where torch raises"
    ERROR = "another type of error"
    STRUCTURE = "another structure of results"
    DTYPE = "another dtype"
    SHAPE = "another shape"
    VALUES = "other values"
    TRACKED = "another requires_grad"
    GRADIENT = "another gradient"
    SECOND = "another second derivative"
    STRIDES = "other strides"
    NODE = "another name of grad_fn"
    MESSAGE = "another message"


@dataclass(frozen=True, slots=True)
class Miss:
    """A difference between torch and the engine."""

    kind: Kind
    detail: str = ""


@dataclass(slots=True)
class Outcome:
    """What a library gave for a case."""

    structure: Any = None
    outputs: list[Any] = field(default_factory=list)
    processed: list[Any] = field(default_factory=list)
    """What of the outputs is compared by value and differentiated: without what torch leaves open, as a sign."""
    error: Exception | None = None
    gradients: list[Any] = field(default_factory=list)
    second: list[Any] = field(default_factory=list)
    underived: Exception | None = None
    """What was raised when it was differentiated."""


RANDOM_MEMORY = {"empty", "empty_like", "new_empty", "empty_strided", "new_empty_strided", "empty_permuted"}
"""Operations whose values are what happens to lie in memory."""

TOLERANCES = {"float64": (1e-7, 1e-7), "float32": (1.3e-6, 1e-5), "float16": (1e-3, 1e-3)}
"""Relative and absolute, by dtype: those of torch.testing.assert_close."""


def compared(operation: Operation, case: Case, sample: SampleInput) -> Miss | None:
    """The first difference, None where there is none. Raises OutOfScopeError where the case is none for the engine."""
    theirs, ours = operation.forms[case.form]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        expected = _run(torch, theirs, convert.of_torch(), sample, case, sample.output_process_fn_grad)
        if any(not _in_scope(each) for each in expected.outputs):
            raise OutOfScopeError("the result is complex or sparse")
        found = _run(engine, ours, convert.of_engine(), sample, case, None)
    return _difference(expected, found, case)


def _in_scope(output: Any) -> bool:
    if not isinstance(output, torch.Tensor):
        return not isinstance(output, complex)
    return not output.is_complex() and output.layout is torch.strided and output.dtype is not torch.bfloat16


def _run(
    library: Any, function: Callable[..., Any], fresh: Fresh, sample: SampleInput, case: Case, process: Any
) -> Outcome:
    try:
        first, arguments, keywords = fresh(sample.input), fresh(sample.args), fresh(sample.kwargs)
        if process is None:
            process = convert.function(sample.output_process_fn_grad)
    except LeftOutError as error:
        raise OutOfScopeError(str(error)) from None
    if case.form == "i":
        first = first.clone()
    library.manual_seed(0)
    found = Outcome()
    try:
        result = function(first, *arguments, **keywords)
    except LeftOutError as error:
        raise OutOfScopeError(str(error)) from None
    except Exception as error:
        found.error = error
        return found
    found.structure = _structure(result, library)
    found.outputs = list(_flat(result))
    processed = process(result)
    found.processed = list(_flat(processed))
    if case.dtype in DIFFERENTIATED and fresh.leaves:
        try:
            _differentiate(library, processed, fresh.leaves, found, case.dtype == DIFFERENTIATED[0])
        except LeftOutError as error:
            raise OutOfScopeError(str(error)) from None
        except Exception as error:
            found.underived = error
    return found


def _differentiate(library: Any, result: Any, leaves: Sequence[Any], found: Outcome, twice: bool) -> None:
    total = _weighted(library, _flat(result))
    if total is None:
        return
    found.gradients = list(library.autograd.grad(total, leaves, create_graph=twice, allow_unused=True))
    curved = _weighted(library, found.gradients) if twice else None
    if curved is not None:
        found.second = list(library.autograd.grad(curved, leaves, allow_unused=True))


def _weighted(library: Any, outputs: Any) -> Any:
    """The sum of all outputs that can be differentiated, each element with a weight of its own; None where there is
    none."""
    parts = []
    for each in outputs:
        if isinstance(each, library.Tensor) and each.requires_grad:
            weights = np.cos(np.arange(1.0, each.numel() + 1)).reshape(tuple(each.shape))
            parts.append((each * library.tensor(weights, dtype=each.dtype)).sum())
    return sum(parts[1:], parts[0]) if parts else None


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)) and not isinstance(value, (torch.Size, engine.Size)):
        for each in value:
            yield from _flat(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _flat(each)
    else:
        yield value


def _structure(value: Any, library: Any) -> Any:
    if isinstance(value, library.Tensor):
        return "Tensor"
    if isinstance(value, (list, tuple)) and not isinstance(value, library.Size):
        name = type(value).__name__.rpartition(".")[2]
        return [name, *(_structure(each, library) for each in value)]
    return type(value).__name__


def _difference(expected: Outcome, found: Outcome, case: Case) -> Miss | None:
    if expected.error is not None or found.error is not None:
        return _of_errors(expected.error, found.error)
    if expected.structure != found.structure:
        return Miss(Kind.STRUCTURE, f"{found.structure} instead of {expected.structure}")
    pairs = list(zip(expected.outputs, found.outputs, strict=True))
    tensors = [(theirs, ours) for theirs, ours in pairs if isinstance(theirs, torch.Tensor)]
    compared = list(zip(expected.processed, found.processed, strict=True))
    return (
        _first(tensors, _dtype, _shape)
        or _first([] if case.operation in RANDOM_MEMORY else compared, _values)
        or _first(tensors, _tracked)
        or _of_gradients(expected, found)
        or _first(tensors, _strides, _node)
    )


def _first(pairs: list[tuple[Any, Any]], *checks: Callable[[Any, Any], Miss | None]) -> Miss | None:
    """The first miss that one check after the other finds among pairs of outputs."""
    return next((miss for check in checks for theirs, ours in pairs if (miss := check(theirs, ours))), None)


def _of_errors(expected: Exception | None, found: Exception | None) -> Miss | None:
    if expected is None:
        return Miss(Kind.RAISES, f"{type(found).__name__}: {found}")
    if found is None:
        return Miss(Kind.ACCEPTS, f"{type(expected).__name__}: {expected}")
    said = [f"{type(each).__name__}: {_without_place(str(each))}" for each in (found, expected)]
    if said[0] == said[1]:
        return None
    kind = Kind.MESSAGE if isinstance(found, type(expected)) else Kind.ERROR
    return Miss(kind, f"{said[0]!r} instead of {said[1]!r}")


def _without_place(text: str) -> str:
    """An error's text without where in torch's sources it was raised."""
    return text.split("\nException raised from ")[0].strip()


def _dtype(theirs: Any, ours: Any) -> Miss | None:
    return None if str(theirs.dtype) == str(ours.dtype) else Miss(Kind.DTYPE, f"{ours.dtype}, not {theirs.dtype}")


def _shape(theirs: Any, ours: Any) -> Miss | None:
    a, b = tuple(theirs.shape), tuple(ours.shape)
    return None if a == b else Miss(Kind.SHAPE, f"{b}, not {a}")


def _tracked(theirs: Any, ours: Any) -> Miss | None:
    a, b = theirs.requires_grad, ours.requires_grad
    return None if a == b else Miss(Kind.TRACKED, f"{b}, not {a}")


def _strides(theirs: Any, ours: Any) -> Miss | None:
    """What has no element, or one along a dimension, can have any strides."""
    a, b = ([step for step, size in zip(each.stride(), each.shape, strict=True) if size > 1] for each in (theirs, ours))
    return None if a == b or not theirs.numel() else Miss(Kind.STRIDES, f"{b}, not {a} of {tuple(ours.shape)}")


def _node(theirs: Any, ours: Any) -> Miss | None:
    a, b = (each.grad_fn and each.grad_fn.name() for each in (theirs, ours))
    return None if a == b else Miss(Kind.NODE, f"{b}, not {a}")


def _values(theirs: Any, ours: Any) -> Miss | None:
    if isinstance(theirs, torch.Tensor):
        return None if _close(theirs, ours) else Miss(Kind.VALUES, _told(theirs, ours))
    same = repr(theirs) == repr(ours) or _close(theirs, ours)
    return None if same else Miss(Kind.VALUES, f"{ours!r} instead of {theirs!r}")


def _of_gradients(expected: Outcome, found: Outcome) -> Miss | None:
    for kind, theirs, ours in (
        (Kind.GRADIENT, expected.gradients, found.gradients),
        (Kind.SECOND, expected.second, found.second),
    ):
        if not theirs and not ours:
            continue
        if len(theirs) != len(ours):
            error = expected.underived if not theirs else found.underived
            return Miss(kind, f"{'torch' if not theirs else 'engine'}: {type(error).__name__}: {error}")
        for a, b in zip(theirs, ours, strict=True):
            if (a is None) != (b is None):
                return Miss(kind, f"{b and 'a tensor'} instead of {a if a is None else 'a tensor'}")
            if a is not None and (_shape(a, b) or _dtype(a, b) or not _close(a, b, 10)):
                return Miss(kind, _told(a, b))
    if expected.underived is None and found.underived is not None:
        return Miss(Kind.GRADIENT, f"engine: {type(found.underived).__name__}: {found.underived}")
    if expected.underived is not None and found.underived is None:
        return Miss(Kind.GRADIENT, f"torch: {type(expected.underived).__name__}: {expected.underived}")
    return None


def _array(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().numpy(force=True)
    return value.detach()._array if isinstance(value, engine.Tensor) else np.asarray(value)


def _close(theirs: Any, ours: Any, times: float = 1) -> bool:
    a, b = _array(theirs), _array(ours)
    if a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub":
        return bool(np.all(a == b))
    relative, absolute = TOLERANCES.get(str(a.dtype), (0.0, 0.0))
    if not relative:
        return bool(np.array_equal(a, b))
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return bool(np.allclose(b, a, rtol=relative * times, atol=absolute * times, equal_nan=True))


def _told(theirs: Any, ours: Any) -> str:
    """The first few elements that differ."""
    a, b = np.asarray(_array(theirs)), np.asarray(_array(ours))
    if a.shape != b.shape or a.dtype != b.dtype:
        return f"{b.dtype}{b.shape}, not {a.dtype}{a.shape}"
    apart = ~np.isclose(b.astype(float), a.astype(float), rtol=1e-7, atol=1e-12, equal_nan=True)
    return f"{b[apart][:3].tolist()}, not {a[apart][:3].tolist()}; {int(apart.sum())} of {a.size}"
