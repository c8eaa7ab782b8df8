"""What programs print, as the documented JSON objects."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.tensor import Tensor
from gradcli.language import Diagnostic, line_and_column
from gradcli.program import Output
from gradcli.render.numbers import plain
from gradcli.render.objects import SCHEMA, error_object


def output_object(output: Output, file: str, source: str) -> dict[str, Any]:
    """Something printed: its text, and the value where one tensor or number was printed."""
    line, _ = line_and_column(source, output.span.start)
    found: dict[str, Any] = {"schema": SCHEMA, "source": {"file": file, "line": line}, "text": output.text}
    if len(output.values) == 1:
        found |= _value(output.values[0])
    return found


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, (bool, int, float)):
        return {"value": plain(value)}
    if not isinstance(value, Tensor):
        return {}
    array = np.asarray(value.detach().numpy())
    found = {"value": plain(array), "shape": list(array.shape), "dtype": str(array.dtype)}
    if value.grad_fn is not None:
        found["grad_fn"] = type(value.grad_fn).__name__
    if value.requires_grad:
        found["requires_grad"] = True
    return found


def failure_object(diagnostic: Diagnostic, file: str) -> dict[str, Any]:
    """What stopped a program."""
    line, _ = line_and_column(diagnostic.source, diagnostic.span.start)
    error = error_object(diagnostic)
    return {"schema": SCHEMA, "source": {"file": file, "line": line}, "error": error["error"]}
