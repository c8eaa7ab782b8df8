"""The autograd engine: torch's names, messages and semantics on NumPy. `import gradcli.engine as torch` runs a
torch.autograd tutorial."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from math import e, inf, nan, pi
from typing import Any

from gradcli.engine import catalogue, methods  # noqa: F401 (methods gives Tensor its operators)
from gradcli.engine.dtypes import bool_ as bool
from gradcli.engine.dtypes import (
    dtype,
    float16,
    float32,
    float64,
    get_default_dtype,
    int8,
    int16,
    int32,
    int64,
    set_default_dtype,
    uint8,
)
from gradcli.engine.functional import backward
from gradcli.engine.gradients import grad
from gradcli.engine.modes import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from gradcli.engine.tensor import Size, Tensor

warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"gradcli\.engine(\.|$)")
sys.meta_path.append(catalogue.LeftOutModules)

float = float32
double = float64
half = float16
int = int32
long = int64
short = int16
newaxis = None

__version__ = "2.13.0"
"""The torch release whose visible behaviour this engine has."""


def tensor(*arguments: Any, **keywords: Any) -> Tensor:
    """A tensor of the given data, copied (torch.tensor; see creation.tensor)."""
    from gradcli.engine.creation import tensor as create

    return create(*arguments, **keywords)


def __getattr__(name: str) -> Any:
    found: Any = catalogue.find(name, catalogue.FUNCTIONS)
    if found is None and name in NAMESPACES:
        found = import_module(f"gradcli.engine.{name}")
    if found is None:
        raise AttributeError(f"module 'torch' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *catalogue.FUNCTIONS, *catalogue.ALIASES, *NAMESPACES})


NAMESPACES = (
    "accelerator",
    "autograd",
    "backends",
    "cuda",
    "func",
    "linalg",
    "nn",
    "optim",
    "random",
    "special",
    "storage",
    "utils",
    "version",
)
"""The namespaces of torch that are imported when they are asked for."""

__all__ = [
    "Size",
    "Tensor",
    "backward",
    "bool",
    "double",
    "dtype",
    "e",
    "enable_grad",
    "float",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "grad",
    "half",
    "inf",
    "inference_mode",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "linalg",
    "long",
    "nan",
    "newaxis",
    "no_grad",
    "pi",
    "set_default_dtype",
    "set_grad_enabled",
    "short",
    "tensor",
    "uint8",
]
