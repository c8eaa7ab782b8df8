"""The namespace torch.nn: modules for small networks. What is left out says so when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from gradcli.engine.left_out import missing
from gradcli.engine.nn import functional, init, parameter, utils
from gradcli.engine.nn.module import Module
from gradcli.engine.nn.parameter import Buffer, Parameter, UninitializedParameter

_PLACES: Final = {
    "activations": (
        "CELU ELU GELU GLU SELU Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish PReLU "
        "ReLU ReLU6 Sigmoid SiLU Softmax Softmin Softplus Softsign Tanh Tanhshrink Threshold"
    ),
    "containers": "ModuleDict ModuleList ParameterList Sequential",
    "convolution": "Conv1d Conv2d",
    "embedding": "Embedding",
    "layers": "CosineSimilarity Dropout Flatten Identity Linear PairwiseDistance Unflatten",
    "lazy": "LazyConv1d LazyConv2d LazyLinear",
    "losses": ("BCELoss BCEWithLogitsLoss CrossEntropyLoss HuberLoss KLDivLoss L1Loss MSELoss NLLLoss SmoothL1Loss"),
    "normalization": "BatchNorm1d BatchNorm2d LayerNorm",
    "pooling": (
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool1d AdaptiveMaxPool2d AvgPool1d AvgPool2d "
        "MaxPool1d MaxPool2d"
    ),
    "recurrent": "GRU LSTM RNN GRUCell LSTMCell RNNBase RNNCell",
}
"""By module, the layers and losses that it has: it is imported when one of them is first asked for."""
_HOMES: Final = {name: home for home, names in _PLACES.items() for name in names.split()}

__all__ = ["Buffer", "Module", "Parameter", "UninitializedParameter", "functional", "init", "parameter", "utils"]
__all__ += sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name == "modules":
        return import_module(__name__)
    if name not in _HOMES:
        raise missing("torch.nn", name)
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
