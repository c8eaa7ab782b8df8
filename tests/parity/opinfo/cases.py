"""The cases: each sample and each error input of each operation of torch's table that the engine has, in each dtype and
each form of call."""

from __future__ import annotations

import hashlib
import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import OpInfo, SampleInput

from gradcli.engine.left_out import LeftOutError
from gradcli.engine.tensor import Tensor
from tests.parity.opinfo import convert
from tests.parity.opinfo.convert import OutOfScopeError

DTYPES = ("float64", "float32", "float16", "int64", "bool", "uint8")
DIFFERENTIATED = ("float64", "float32")
"""The dtypes whose gradients are compared; those of the first to second order."""
ERRORS = "errors"
"""Stands in a case for the dtype of an error input."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sample in a form of call. Its name is the same in each run of the same torch: the table's seeds are fixed."""

    operation: str
    dtype: str
    number: int
    form: str

    def __str__(self) -> str:
        return f"{self.operation} {self.dtype} {self.number}{self.form}"

    @property
    def in_ci(self) -> bool:
        """Whether it is in the third that CI runs."""
        return hashlib.sha256(str(self).encode()).digest()[0] % 3 == 0


class Operation:
    """An entry of torch's table, and what the engine has for it."""

    def __init__(self, info: OpInfo) -> None:
        self.info = info
        self.name = info.name + (f".{info.variant_test_name}" if info.variant_test_name else "")

    @cached_property
    def forms(self) -> dict[str, tuple[Callable[..., Any], Callable[..., Any]]]:
        """By form (`f` function, `m` method, `i` in place), how torch and how the engine are called; only those that
        the engine has."""
        found = {}
        with _unless_missing():
            found["f"] = (self.info.op, self._function())
        for form, method in (("m", self.info.get_method()), ("i", self.info.get_inplace())):
            with _unless_missing():
                if method is not None and "f" in found:
                    found[form] = (method, self._method(method))
        return found

    def _function(self) -> Callable[..., Any]:
        if _is_own(self.info.op):
            return convert.function(self.info.op)
        dotted = self.info.name.replace("__", "Tensor.__", 1) if self.info.name.startswith("__") else self.info.name
        return convert.operation(dotted)  # type: ignore[no-any-return]

    def _method(self, method: Any) -> Callable[..., Any]:
        if _is_own(method):
            return convert.function(method)
        return getattr(Tensor, method.__name__)  # type: ignore[no-any-return]

    def samples(self, dtype: str) -> Iterator[SampleInput]:
        """The samples of a dtype; of floats that are differentiated, such as require grad."""
        kind = getattr(torch, dtype)
        if kind not in self.info.dtypes:
            return
        _seed()
        tracked = dtype in DIFFERENTIATED and bool(self.info.supports_autograd)
        yield from self.info.sample_inputs("cpu", kind, requires_grad=tracked)

    def errors(self) -> Iterator[SampleInput]:
        """The inputs that torch refuses."""
        if self.info.error_inputs_func is not None:
            _seed()
            for each in self.info.error_inputs("cpu"):
                yield each.sample_input


def _seed() -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)


def _is_own(function: Any) -> bool:
    """Whether the table itself defines it, around functions of torch."""
    return str(getattr(function, "__module__", "")).startswith("torch.testing")


class _unless_missing:  # noqa: N801 (reads as one)
    """Leaves out what the engine has not."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool:
        return isinstance(error, (LeftOutError, AttributeError, OutOfScopeError))


def operations() -> dict[str, Operation]:
    """The operations of torch's table that the engine has, by name."""
    found = [Operation(info) for info in op_db]
    return {each.name: each for each in found if each.forms}


@cache
def known_operations() -> dict[str, Operation]:
    """The same, found once a process."""
    return operations()


def cases_of(operation: Operation, dtype: str) -> Iterator[tuple[Case, SampleInput]]:
    """An operation's cases in a dtype, or its error inputs, with their samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = list(operation.errors() if dtype == ERRORS else operation.samples(dtype))
    for number, sample in enumerate(samples):
        for form in operation.forms if dtype != ERRORS else "f":
            yield Case(operation.name, dtype, number, form), sample
