"""What older releases print otherwise than torch 2.13.0, and is no difference of the engine's.

Each allowance rewrites a text so that the older and the newer form of it become one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import whitespace
from typing import Final

from gradcli.language.values import frozen

OLDER_TORCH: Final = "older torch"
OLDER_NUMPY: Final = "older NumPy"
OLDER_MATPLOTLIB: Final = "older Matplotlib"
GPU: Final = "recorded on a GPU"
COLAB: Final = "Colab keeps no text of errors"
SPACING: Final = "other spacing"

RENAMED: Final = {
    "AsStrided": "Transpose",
    "Copy": "ToCopy",
    "Det": "LinalgDet",
    "Inverse": "LinalgInvEx",
    "Norm": "LinalgVectorNorm",
    "NumpyT": "Permute",
    "ReshapeAlias": "View",
    "SWhere": "Where",
    "Svd": "LinalgSvd",
    "Symeig": "LinalgEigh",
    "UnsafeView": "View",
}
"""Nodes that had another name, without `Backward` and the number; torch 0.4 also put `Th` before the names."""
REWORDED: Final = (
    (
        r"Trying to backward through the graph a second time.*",
        "Trying to backward through the graph a second time",
    ),
    (r"which is output (\d+) of (\w+?)(?:Backward\d*)?, is at version", r"which is output \1 of \2, is at version"),
    (r"set_detect_anomaly\(True(?:, check_nan=False)?\)", "set_detect_anomaly(True)"),
    (r"a leaf Variable that requires grad (?:is being|has been) used in an in-place operation", "leaf in place"),
    (r"only (?:one element tensors can be|integer tensors of a single element).*", "only one element"),
    (
        r"Can't call numpy\(\) on (?:Variable|Tensor) that requires grad\. Use (?:var|tensor)\.detach",
        "numpy() of tracked",
    ),
    (r"^(\w*Error): size mismatch.*|mat1 and mat2 shapes cannot be multiplied.*", "shapes"),
    (r"Output (\d+) of (\w+?)(?:Backward\d*)? is a view", r"Output \1 of \2 is a view"),
)
"""Error texts that have changed: what they said at any time, and one form for all."""


DROPPED: Final = re.compile(
    r"unexpected keyword argument 'names'"
    r"|object has no attribute '(?:names|rename_?|refine_names|align_as|align_to)'"
)
"""What torch 2.13.0 says, too, of what older releases had: names of dimensions."""


@frozen
class Allowance:
    """A rewriting, with the note that says why it was needed. It is made where `sign` is found in the recorded text."""

    note: str
    apply: Callable[[str], str]
    sign: str = ""


def _nodes(text: str) -> str:
    return re.sub(r"<(?:Th)?(\w+?)Backwards?\d*(?=[ >])", lambda it: f"<{RENAMED.get(it[1], it[1])}Backward", text)


def _messages(text: str) -> str:
    for older, now in REWORDED:
        text = re.sub(older, now, text)
    return text


def _devices(text: str) -> str:
    return re.sub(r",\s+device='cuda(?::\d+)?'", "", text)


def _scalars(text: str) -> str:
    return re.sub(r"\bnp\.(?:float|int|uint|bool|str)\w*\(([^()]*)\)", r"\1", text)


def _abridged(text: str) -> str:
    """Since NumPy 2.2, an array that is not shown in full tells its shape."""
    return re.sub(r",\s+shape=\([\d, ]*\)", "", text)


def _classes(text: str) -> str:
    """Classes were in one module and are in another; `type(x)` prints where."""
    return re.sub(r"\btorch\.(?:\w+\.)+(?=[A-Z]\w*'?>?)", "torch.", text)


def _typed(text: str) -> str:
    """Until torch 0.4, a tensor's class told its elements' type."""
    return re.sub(r"\btorch\.(?:\w+\.)*(?:Float|Double|Half|Byte|Char|Short|Int|Long)Tensor\b", "torch.Tensor", text)


def _of_linear(text: str) -> str:
    """Layers of vectors and batches added the bias to a product, and are views of one operation's result now."""
    return re.sub(r"<(?:Add|View)Backward\d*(?=[ >])", "<LinearBackward", text)


def _axes(text: str) -> str:
    """Matplotlib's axes were known by their address, and now by their title."""
    return re.sub(r"<matplotlib\.axes\.\S+ at 0x\S+>|<Axes: .*?>", "<Axes>", text)


def _masks(text: str) -> str:
    """Until torch 1.2, comparisons gave bytes."""
    return re.sub(r"\bTrue\b", "1", re.sub(r"\bFalse\b", "0", re.sub(r",\s+dtype=torch\.(?:uint8|bool)", "", text)))


def _tables(text: str) -> str:
    """Until torch 0.4, tensors were printed as tables with a line for the type; compared are their numbers."""
    *tables, rest = re.split(r"\n\[torch\.\w+ of size [\dx]+\]", text)
    text = "".join(map(_as_tensor, tables)) + rest
    text = re.sub(r"tensor\(([^()=]*?)(?:,\s+\w+=[\w.<>]+)*\)", _numbers_alone, text)
    return re.sub(r"(?<=[( ])-?\d[\d.e+-]*", lambda it: f"{float(it[0]):.4f}", text)


def _as_tensor(text: str) -> str:
    """A text that ends in the numbers of a table, with these in the brackets of a tensor."""
    before = text.rstrip(f"0123456789.e+-{whitespace}")
    return f"{before.removesuffix('Variable containing:')}tensor({text[len(before) :].strip()})"


def _numbers_alone(tensor: re.Match[str]) -> str:
    return " ".join(["", "tensor", *re.split(r"[\[\],\s]+", tensor[1].strip("[] \n"))]) + " "


def _modules(text: str) -> str:
    """Until torch 0.4, modules did not print their bias, and put a space before their brackets."""
    text = re.sub(r"Linear ?\((\d+) -> (\d+)\)", r"Linear(in_features=\1, out_features=\2)", text)
    return re.sub(r"(Linear\([^()]*), bias=True\)", r"\1)", re.sub(r"\b(\w+) \(", r"\1(", text))


def _loaded(text: str) -> str:
    """Until torch 1.2, load_state_dict returned None."""
    return re.sub(r"\n?^<All keys matched successfully>$", "", text, flags=re.MULTILINE)


def _bare(text: str) -> str:
    """torch 0.4 printed neither requires_grad nor grad_fn."""
    return re.sub(r",\s+(?:requires_grad=True|grad_fn=<\w+>)", "", text)


def _settings(text: str) -> str:
    """Optimisers have more settings than they had, and print them."""
    later = "capturable|decoupled_weight_decay|differentiable|foreach|fused|maximize"
    return re.sub(rf"\n[ \t]+(?:{later}): \w+", "", text)


def _parameters(text: str) -> str:
    """A ParameterList named its items' types as they were before dtypes."""
    return text.replace("torch.FloatTensor of size", "torch.float32 of size")


def _untold(text: str) -> str:
    return re.sub(r"^(\w+(?:Error|Exception)): .*", r"\1", text, flags=re.MULTILINE | re.DOTALL)


def spaced(text: str) -> str:
    """Any run of space as one, and none beside brackets: torch 0.4 put a column for the sign before every number, and
    lines are broken elsewhere where a number is longer."""
    return re.sub(r"(?<=[\[(]) | (?=[\])])", "", re.sub(r"\s+", " ", text))


ALLOWANCES: Final = (
    Allowance(GPU, _devices),
    Allowance(OLDER_NUMPY, _scalars),
    Allowance(OLDER_NUMPY, _abridged, r"\.\.\., "),
    Allowance(OLDER_TORCH, _classes),
    Allowance(OLDER_TORCH, _nodes),
    Allowance(OLDER_TORCH, _messages),
    Allowance(OLDER_TORCH, _typed, r"\btorch\.(?:\w+\.)*(?:Float|Double|Half|Byte|Char|Short|Int|Long)Tensor\b"),
    Allowance(OLDER_TORCH, _of_linear, r"<AddBackward\d*>"),
    Allowance(OLDER_MATPLOTLIB, _axes, r"<matplotlib\.axes\."),
    Allowance(OLDER_TORCH, _masks, r"dtype=torch\.uint8"),
    Allowance(OLDER_TORCH, _tables, r"\n\[torch\.\w+Tensor of size"),
    Allowance(OLDER_TORCH, _modules, r"Linear ?\((?:\d+ ->|in_features=\d+, out_features=\d+\))"),
    Allowance(OLDER_TORCH, _loaded),
    Allowance(OLDER_TORCH, _bare, r"\A(?![\s\S]*(?:-\d|grad_fn|requires_grad))[\s\S]*tensor\(\[+ +\d"),
    Allowance(OLDER_TORCH, _settings, r"Parameter Group \d"),
    Allowance(OLDER_TORCH, _parameters, r"Parameter containing: \["),
    Allowance(COLAB, _untold, r"^\w+: ignored$"),
    Allowance(SPACING, spaced),
)
"""The allowances in the order in which they are tried."""
