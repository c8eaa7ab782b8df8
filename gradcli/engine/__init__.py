"""The autograd engine: torch's names, messages and semantics on NumPy. `import gradcli.engine as torch` runs a torch.autograd tutorial."""

from __future__ import annotations

import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"gradcli\.engine(\.|$)")

from gradcli.engine import linalg, methods  # noqa: E402
from gradcli.engine.creation import tensor  # noqa: E402
from gradcli.engine.dtypes import bool_ as bool  # noqa: A004, E402
from gradcli.engine.dtypes import (  # noqa: E402
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
from gradcli.engine.functional import backward, grad  # noqa: E402
from gradcli.engine.modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled  # noqa: E402
from gradcli.engine.printing import set_printoptions  # noqa: E402
from gradcli.engine.tensor import Size, Tensor  # noqa: E402

float = float32  # noqa: A001 (torch's name)
double = float64
half = float16
int = int32  # noqa: A001 (torch's name)
long = int64
short = int16

__version__ = "2.13.0"
"""The torch release whose visible behaviour this engine has."""

_LATER = ("creation", "random", "ops.activation", "ops.loss", "ops.special")
"""Modules of operations that are looked into when a name is first asked for."""


def _collect(module: ModuleType) -> None:
    for name in getattr(module, "FUNCTIONS", module.METHODS):
        globals().setdefault(name, getattr(module, name))
    for alias, name in module.ALIASES.items():
        globals().setdefault(alias, getattr(module, name))


for _module in methods.MODULES:
    _collect(_module)


def __getattr__(name: str) -> Any:
    for later in _LATER:
        module = import_module(f"gradcli.engine.{later}")
        if name in module.FUNCTIONS or name in module.ALIASES:
            value = getattr(module, module.ALIASES.get(name, name))
            globals()[name] = value
            return value
    raise AttributeError(f"module 'torch' has no attribute {name!r}")


__all__ = [
    "Size",
    "Tensor",
    "backward",
    "bool",
    "double",
    "dtype",
    "enable_grad",
    "float",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "grad",
    "half",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_grad_enabled",
    "linalg",
    "long",
    "no_grad",
    "set_default_dtype",
    "set_grad_enabled",
    "set_printoptions",
    "short",
    "tensor",
    "uint8",
]
