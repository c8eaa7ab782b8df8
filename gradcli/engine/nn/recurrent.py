"""Recurrent layers and cells (torch.nn.RNN, LSTM, GRU, RNNCell, LSTMCell, GRUCell)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

from gradcli.engine import dtypes
from gradcli.engine.nn import functional as F
from gradcli.engine.nn import init
from gradcli.engine.nn.layers import empty
from gradcli.engine.nn.module import Module, keep
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.ops.assign import transpose_
from gradcli.engine.ops.join.joining import cat, stack
from gradcli.engine.ops.join.splitting import unbind
from gradcli.engine.ops.nn.recurrent import CELLS, GATES, State, Weights, in_one_node, layer
from gradcli.engine.ops.shape.views import squeeze, transpose, unsqueeze
from gradcli.engine.tensor import Tensor


class RNNBase(Module):
    """What RNN, LSTM and GRU share: layers of cells over a sequence, in one direction or both.

    The parameters `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0` (and `weight_hr_l0`), `…_l0_reverse`,
    `…_l1` and so on start uniform within `1 / sqrt(hidden_size)`, with torch's numbers. Raises ValueError and
    TypeError on sizes that are none.
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        keep(locals(), "device", "dtype")
        self._check_settings()
        size = proj_size or hidden_size
        rows = GATES[mode] * hidden_size
        directions = 2 if bidirectional else 1
        self._all_weights: list[list[str]] = []
        for number in range(num_layers):
            entering = size * directions if number else input_size
            shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, entering), "weight_hh": (rows, size)}
            if bias:
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
            if proj_size:
                shapes["weight_hr"] = (proj_size, hidden_size)
            for suffix in ("", "_reverse")[:directions]:
                names = {f"{name}_l{number}{suffix}": shape for name, shape in shapes.items()}
                self._all_weights.append(list(names))
                for name, shape in names.items():
                    setattr(self, name, Parameter(empty(shape, device, dtype)))
        self.reset_parameters()

    def _check_settings(self) -> None:
        dropout = self.dropout
        if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        if dropout > 0 and self.num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
                f"num_layers greater than 1, but got dropout={dropout} and num_layers={self.num_layers}",
                stacklevel=4,
            )
        for name in ("bias", "batch_first", "input_size", "hidden_size", "num_layers"):
            value = getattr(self, name)
            kind = int if name.endswith(("size", "layers")) else bool
            if not isinstance(value, kind):
                raise TypeError(f"{name} should be of type {kind.__name__}, got: {type(value).__name__}")
            if kind is int and value <= 0:
                raise ValueError(f"{name} must be greater than zero")
        if self.proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if self.proj_size >= self.hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        if self.mode not in CELLS:
            raise ValueError(f"Unrecognized RNN mode: {self.mode}")

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters, a list for each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self) -> None:
        """Nothing: on the CPU the parameters need not lie side by side."""

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        usual = {
            "proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0, "bidirectional": False,
        }  # fmt: skip
        others = [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join([str(self.input_size), str(self.hidden_size), *others])

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Any]:
        """The last layer's hidden states, (time, batch, size), and all layers' last ones, (layers, batch, size).

        `batch_first` exchanges the input's and the output's first two dimensions; without a batch there is none.
        `hx` (by default zeros) is where the hidden states start. Raises ValueError and RuntimeError on shapes and
        dtypes that do not fit.
        """
        state = None if hx is None else (hx,)
        output, (hidden,) = self._run(input, state)
        return output, hidden

    def _run(self, input: Tensor, state: State | None) -> tuple[Tensor, State]:
        """`forward`, the states always in a tuple."""
        batched = input.dim() == 3
        if input.dim() not in (2, 3):
            raise self._wrong_dimensions(input)
        if state is not None:
            self._check_state_dimensions(input, state)
        if not batched:
            input = unsqueeze(input, 0 if self.batch_first else 1)
            state = None if state is None else tuple(unsqueeze(each, 1) for each in state)
        self._check_input(input)
        batch = input.shape[0 if self.batch_first else 1]
        count = len(self._all_weights)
        shapes = [(count, batch, size) for size in (self.proj_size or self.hidden_size, self.hidden_size)]
        if state is None:
            state = tuple(input.new_zeros(shape) for shape in shapes[: self._states])
        self._check_state(state, shapes)
        output, state = self._layers(input, state)
        if batched:
            return output, state
        return squeeze(output, 0 if self.batch_first else 1), tuple(squeeze(each, 1) for each in state)

    _states = 1

    def _layers(self, input: Tensor, state: State) -> tuple[Tensor, State]:
        if not input.shape[1 if self.batch_first else 0]:
            raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
        if self.batch_first:
            input = transpose(input, 0, 1)
        weights = [self._weights(names) for names in self._all_weights]
        if self.proj_size and input.dtype is dtypes.float32:
            warnings.warn(
                "LSTM with projections is not supported with oneDNN. Using default implementation.", stacklevel=5
            )
        whole = in_one_node(self.mode, input, weights[0])
        parts = [[each[i] for i in range(len(each))] if whole else unbind(each) for each in state]
        starts = list(zip(*parts, strict=True))
        ends: list[State] = []
        directions = 2 if self.bidirectional else 1
        for number in range(self.num_layers):
            if number and self.dropout:
                input = F.dropout(input, self.dropout, self.training)
            outputs = []
            for direction in range(directions):
                index = number * directions + direction
                output, end = layer(self.mode, input, starts[index], weights[index], reverse=direction == 1)
                outputs.append(output)
                ends.append(end)
            input = cat(outputs, -1) if self.bidirectional else outputs[0]
        if self.batch_first:
            input = transpose(input, 0, 1) if self.mode == "LSTM" else transpose_(input, 0, 1)
        return input, tuple(stack(each) for each in zip(*ends, strict=True))

    def _weights(self, names: Sequence[str]) -> Weights:
        found = [getattr(self, name) for name in names]
        projection = found.pop() if self.proj_size else None
        named = dict(zip(("input", "hidden", "input_bias", "hidden_bias"), found, strict=False))
        return Weights(**named, projection=projection)

    # What does not fit.

    def _wrong_dimensions(self, input: Tensor) -> ValueError:
        kind = type(self).__name__
        word = " tensor" if kind == "RNN" else ""
        return ValueError(f"{kind}: Expected input to be 2D or 3D, got {input.dim()}D{word} instead")

    def _check_state_dimensions(self, input: Tensor, state: State) -> None:
        needed = input.dim()
        found = [each.dim() for each in state[: self._states]]
        if any(each != needed for each in found):
            names, dims = "hx", f"{found[0]}-D tensor"
            if self._states == 2:
                names, dims = "hx and cx", f"({found[0]}-D, {found[1]}-D) tensors"
            raise RuntimeError(
                f"For {'batched' if needed == 3 else 'unbatched'} {needed}-D input, {names} should also be {needed}-D "
                f"but got {dims}"
            )

    def _check_input(self, input: Tensor) -> None:
        kind = self.all_weights[0][0].dtype
        if input.dtype is not kind:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({kind}). Convert input: "
                f"input.to({kind}), or convert model: model.to({input.dtype})"
            )
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}"
            )

    def _check_state(self, state: State, shapes: Sequence[tuple[int, ...]]) -> None:
        for number, (each, shape) in enumerate(zip(state, shapes, strict=False)):
            if tuple(each.shape) != shape:
                name = "hidden" if self._states == 1 else f"hidden[{number}]"
                raise RuntimeError(f"Expected {name} size {shape}, got {list(each.shape)}")


def _refuse_projection(keywords: dict[str, Any]) -> None:
    if "proj_size" in keywords:
        raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")


class RNN(RNNBase):
    """Elman's network: `h = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or relu (`nonlinearity`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse_projection(kwargs)
        given = args[3] if len(args) > 3 else kwargs.pop("nonlinearity", "tanh")
        if given not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{given}'. Select from 'tanh' or 'relu'.")
        super().__init__(f"RNN_{given.upper()}", *args[:3], *args[4:], **kwargs)
        self.nonlinearity = given


class LSTM(RNNBase):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997), with a cell state beside the hidden one, and with
    `proj_size` a projection of the hidden one (Sak et al., 2014)."""

    _states = 2

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Any]:
        """As RNNBase's, the states as pairs: hidden ones and the cells'."""
        return self._run(input, None if hx is None else (hx[0], hx[1]))


class GRU(RNNBase):
    """Gated recurrent units (Cho et al., 2014), the reset gate after the product, as torch has them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse_projection(kwargs)
        super().__init__("GRU", *args, **kwargs)


class _RNNCellBase(Module):
    """One step of a layer: (batch, input_size) and the state before to the state after."""

    _mode: ClassVar[str]
    _states = 1

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        keep(locals(), "device", "dtype")
        rows = GATES[self._mode] * hidden_size
        self.weight_ih = Parameter(empty((rows, input_size), device, dtype))
        self.weight_hh = Parameter(empty((rows, hidden_size), device, dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty((rows,), device, dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")

    def _step(self, mode: str, input: Tensor, state: State | None) -> State:
        kind = type(self).__name__
        named = {"input": input}
        if state is not None:
            names = ["hidden"] if self._states == 1 else ["hx[0]", "hx[1]"]
            named |= dict(zip(names, state, strict=False))
        for name, each in named.items():
            if each.dim() not in (1, 2):
                raise ValueError(f"{kind}: Expected {name} to be 1D or 2D, got {each.dim()}D instead")
        batched = input.dim() == 2
        if not batched:
            input = unsqueeze(input, 0)
        if state is None:
            state = (input.new_zeros((len(input), self.hidden_size)),) * self._states
        elif not batched:
            state = tuple(unsqueeze(each, 0) for each in state)
        self._check_sizes(input, state)
        weights = Weights(self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        after = CELLS[mode](weights.of_input(input), state, weights)
        return after if batched else tuple(squeeze(each, 0) for each in after)

    def _check_sizes(self, input: Tensor, state: State) -> None:
        if input.shape[1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.shape[1]} expected {self.input_size}")
        for number, each in enumerate(state):
            if len(each) != len(input):
                raise RuntimeError(f"Input batch size {len(input)} doesn't match hidden{number} batch size {len(each)}")
            if each.shape[1] != self.hidden_size:
                raise RuntimeError(
                    f"hidden{number} has inconsistent hidden_size: got {each.shape[1]}, expected {self.hidden_size}"
                )


class RNNCell(_RNNCellBase):
    """One step of RNN."""

    _mode = "RNN_TANH"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        other = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + other

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The hidden state after the step. Raises RuntimeError and ValueError on shapes that do not fit."""
        mode = f"RNN_{self.nonlinearity.upper()}"
        if mode not in CELLS:
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return self._step(mode, input, None if hx is None else (hx,))[0]


class LSTMCell(_RNNCellBase):
    """One step of LSTM."""

    _mode = "LSTM"
    _states = 2

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> State:
        """The hidden and the cell's state after the step. Raises RuntimeError and ValueError on other shapes."""
        return self._step(self._mode, input, hx)


class GRUCell(_RNNCellBase):
    """One step of GRU."""

    _mode = "GRU"

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The hidden state after the step. Raises RuntimeError and ValueError on shapes that do not fit."""
        return self._step(self._mode, input, None if hx is None else (hx,))[0]
