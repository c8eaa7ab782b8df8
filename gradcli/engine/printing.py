"""torch's tensor text: number formats, summarising, wrapping and the suffixes (torch/_tensor_str.py, 2.13.0)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradcli.engine import dtypes, modes

if TYPE_CHECKING:
    from gradcli.engine.tensor import Tensor


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """How tensors print. `sci_mode` None lets the values decide."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, threshold=1000, edgeitems=2),
    "full": PrintOptions(threshold=math.inf),
}
_options = _PROFILES["default"]


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: Literal["default", "short", "full"] | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors print (torch.set_printoptions)."""
    global _options
    if profile is not None:
        _options = _PROFILES[profile]
    given: dict[str, Any] = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    _options = replace(_options, **{key: value for key, value in given.items() if value is not None}, sci_mode=sci_mode)


class _Formatter:
    """The one format in which all elements of a tensor print."""

    def __init__(self, values: Any) -> None:
        self.floating = np.issubdtype(values.dtype, np.floating)
        self.whole = True
        self.scientific = False
        self.width = 1
        if not self.floating:
            self.width = max((len(str(value)) for value in values.ravel().tolist()), default=1)
            return
        with np.errstate(all="ignore"):
            finite = values[np.isfinite(values) & (values != 0)].astype(np.float64)
        if not finite.size:
            return
        magnitudes = np.abs(finite)
        low, high = float(magnitudes.min()), float(magnitudes.max())
        self.whole = bool((finite == np.ceil(finite)).all())
        self.scientific = high / low > 1000.0 or high > 1.0e8 or (not self.whole and low < 1.0e-4)
        if _options.sci_mode is not None:
            self.scientific = _options.sci_mode
        self.width = max(len(self._bare(value)) for value in finite.tolist())
        if self.whole and not self.scientific:
            self.width += 1

    def _bare(self, value: float) -> str:
        if self.scientific:
            return f"{value:.{_options.precision}e}"
        return f"{value:.0f}" if self.whole else f"{value:.{_options.precision}f}"

    def format(self, value: Any) -> str:
        if not self.floating:
            return str(value).rjust(self.width)
        text = self._bare(value)
        if self.whole and not self.scientific and math.isfinite(value):
            text += "."
        return text.rjust(self.width)


def _vector_text(values: Any, indent: int, summarize: bool, formatter: _Formatter) -> str:
    per_line = max(1, math.floor((_options.linewidth - indent) / (formatter.width + 2)))
    edge = _options.edgeitems
    if summarize and not edge:
        cells = ["..."]
    elif summarize and len(values) > 2 * edge:
        head = [formatter.format(value) for value in values[:edge].tolist()]
        tail = [formatter.format(value) for value in values[-edge:].tolist()]
        cells = [*head, " ...", *tail]
    else:
        cells = [formatter.format(value) for value in values.tolist()]
    lines = [cells[i : i + per_line] for i in range(0, len(cells), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(", ".join(line) for line in lines) + "]"


def _array_text(values: Any, indent: int, summarize: bool, formatter: _Formatter) -> str:
    if values.ndim == 0:
        return formatter.format(values.item())
    if values.ndim == 1:
        return _vector_text(values, indent, summarize, formatter)
    edge = _options.edgeitems
    if summarize and len(values) > 2 * edge:
        head = [_array_text(values[i], indent + 1, summarize, formatter) for i in range(edge)]
        tail = [
            _array_text(values[i], indent + 1, summarize, formatter) for i in range(len(values) - edge, len(values))
        ]
        rows = [*head, "...", *tail]
    else:
        rows = [_array_text(row, indent + 1, summarize, formatter) for row in values]
    text: str = "[" + ("," + "\n" * (values.ndim - 1) + " " * (indent + 1)).join(rows) + "]"
    return text


def _edges(values: Any) -> Any:
    """The part of a summarised tensor that is shown."""
    edge = _options.edgeitems
    for axis, size in enumerate(values.shape):
        if size > 2 * edge:
            values = np.concatenate([values.take(range(edge), axis), values.take(range(size - edge, size), axis)], axis)
    return values


def tensor_text(tensor: Tensor, prefix: str = "tensor(") -> str:
    """The text of a tensor, as torch's repr gives it."""
    if modes.state.batches is not None and modes.state.batches.is_member(tensor):
        return str(modes.state.batches.text_of(tensor))
    array = np.asarray(tensor._array)
    suffixes = []
    if array.size == 0:
        text = "[]"
        if array.ndim != 1:
            suffixes.append(f"size={tuple(array.shape)}")
        if tensor.dtype is not dtypes.get_default_dtype():
            suffixes.append(f"dtype={tensor.dtype}")
    else:
        summarize = array.size > _options.threshold
        if not _options.edgeitems:
            suffixes.append(f"size={tuple(array.shape)}")
        text = _array_text(array, len(prefix), summarize, _Formatter(_edges(array) if summarize else array))
        if tensor.dtype not in (dtypes.get_default_dtype(), dtypes.int64, dtypes.bool_):
            suffixes.append(f"dtype={tensor.dtype}")
    if tensor._node is not None:
        suffixes.append(f"grad_fn=<{type(tensor._node).__name__}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    return _add_suffixes(prefix + text, suffixes, len(prefix))


def _add_suffixes(text: str, suffixes: list[str], indent: int) -> str:
    width = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if width + len(suffix) + 2 > _options.linewidth:
            text += ",\n" + " " * indent + suffix
            width = indent + len(suffix)
        else:
            text += ", " + suffix
            width += len(suffix) + 2
    return text + ")"
