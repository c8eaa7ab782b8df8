"""The namespace torch.nn: modules for small networks. What is left out says so when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gradcli.engine.nn import functional, init, parameter, utils
from gradcli.engine.nn.activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Softsign,
    Tanh,
    Tanhshrink,
    Threshold,
)
from gradcli.engine.nn.containers import ModuleDict, ModuleList, ParameterList, Sequential
from gradcli.engine.nn.embedding import Embedding
from gradcli.engine.nn.layers import (
    CosineSimilarity,
    Dropout,
    Flatten,
    Identity,
    LazyLinear,
    Linear,
    PairwiseDistance,
    Unflatten,
)
from gradcli.engine.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from gradcli.engine.nn.module import Module
from gradcli.engine.nn.normalization import BatchNorm1d, BatchNorm2d, LayerNorm
from gradcli.engine.nn.parameter import Buffer, Parameter, UninitializedParameter
from gradcli.engine.nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNBase, RNNCell


def __getattr__(name: str) -> Any:
    if name == "modules":
        return import_module(__name__)
    from gradcli.engine.left_out import missing

    raise missing("torch.nn", name)


__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Buffer",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "HuberLoss",
    "Identity",
    "KLDivLoss",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LazyLinear",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "PReLU",
    "PairwiseDistance",
    "Parameter",
    "ParameterList",
    "RNNBase",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softmin",
    "Softplus",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
    "Unflatten",
    "UninitializedParameter",
    "functional",
    "init",
    "parameter",
    "utils",
]
