"""Recurrent cells and layers, by the steps that torch takes on the CPU.

    UnsafeSplitBackward0      self: the gradients of the parts, joined
    MkldnnRnnLayerBackward0   all inputs: the layer's steps taken once more, recorded, and gone back through

torch records the layers step by step but for an LSTM in float32, which it leaves to a library: a single node.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from gradcli.engine import dtypes, modes
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import requires_grad
from gradcli.engine.ops.join import parted, stack, unbind
from gradcli.engine.ops.maps import record_outputs
from gradcli.engine.ops.matrix import linear
from gradcli.engine.ops.pointwise import add, mul, relu, sigmoid, sub, tanh
from gradcli.engine.tensor import Tensor

State = tuple[Tensor, ...]
"""What a cell hands to its next step, each (batch, size): the hidden state; of an LSTM also the cell's."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The parameters of one layer in one direction: gates by input, gates by state, their biases, and the projection of
    an LSTM's hidden state."""

    input: Tensor
    hidden: Tensor
    input_bias: Tensor | None = None
    hidden_bias: Tensor | None = None
    projection: Tensor | None = None

    def of_input(self, input: Tensor) -> Tensor:
        """What the input adds to the gates."""
        return linear(input, self.input, self.input_bias)

    def of_hidden(self, hidden: Tensor) -> Tensor:
        """What the hidden state adds to the gates."""
        return linear(hidden, self.hidden, self.hidden_bias)


Cell = Callable[[Tensor, State, Weights], State]
"""The state after a step, by what the input adds to the gates, the state before and the weights."""


def _simple(activation: Callable[[Tensor], Tensor]) -> Cell:
    return lambda gates, state, weights: (activation(add(weights.of_hidden(state[0]), gates)),)


def _lstm(gates: Tensor, state: State, weights: Weights) -> State:
    hidden, memory = state
    entering, kept, candidate, leaving = parted(add(weights.of_hidden(hidden), gates), 4)
    memory = add(mul(sigmoid(kept), memory), mul(sigmoid(entering), tanh(candidate)))
    hidden = mul(sigmoid(leaving), tanh(memory))
    return hidden if weights.projection is None else linear(hidden, weights.projection), memory


def _gru(gates: Tensor, state: State, weights: Weights) -> State:
    (hidden,) = state
    reset_in, update_in, new_in = parted(gates, 3)
    reset_before, update_before, new_before = parted(weights.of_hidden(hidden), 3)
    reset = sigmoid(add(reset_before, reset_in))
    update = sigmoid(add(update_before, update_in))
    new = tanh(add(new_in, mul(new_before, reset)))
    return (add(mul(sub(hidden, new), update), new),)


CELLS: Final[dict[str, Cell]] = {
    "RNN_TANH": _simple(tanh),
    "RNN_RELU": _simple(relu),
    "LSTM": _lstm,
    "GRU": _gru,
}
"""The cells, by torch's names."""
GATES: Final = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}
"""How many rows of weights each has for one of the state."""


def layer(mode: str, input: Tensor, state: State, weights: Weights, *, reverse: bool) -> tuple[Tensor, State]:
    """The hidden states of all steps through `input` (time, batch, size), from the last step to the first where
    `reverse`, and the state at the end."""
    given = (input, weights.input, weights.hidden, weights.input_bias, weights.hidden_bias, *state)
    if not (in_one_node(mode, input, weights) and requires_grad(*given)):
        return _steps(mode, input, state, weights, reverse)
    with modes.no_grad():
        output, after = _steps(mode, input, state, weights, reverse)
    arrays = [each._array for each in (output, *after)]
    output, hidden, memory = record_outputs(_MkldnnRnnLayerBackward0, arrays, given, (reverse,))
    return output, (hidden, memory)


def in_one_node(mode: str, input: Tensor, weights: Weights) -> bool:
    """Whether torch leaves the layer to its library."""
    return bool(mode == "LSTM" and input.dtype is dtypes.float32 and weights.projection is None and input._array.size)


def _steps(mode: str, input: Tensor, state: State, weights: Weights, reverse: bool) -> tuple[Tensor, State]:
    cell = CELLS[mode]
    order = -1 if reverse else 1
    outputs = []
    for gates in unbind(weights.of_input(input))[::order]:
        state = cell(gates, state, weights)
        outputs.append(state[0])
    return stack(outputs[::order]), state


_INPUTS: Final = ("input", "weight0", "weight1", "weight2", "weight3", "hx_", "cx_")


def _layer_vjp(self: Node, grad: Any, recording: bool) -> list[Any]:
    """The gradients of a layer's inputs, by its steps, which are taken once more on inputs that lead no further
    back."""
    from gradcli.engine.backward import key_of, walk
    from gradcli.engine.ops.shape import view_as

    saved = dict(zip(self.saved_names, self.saved_tensors(), strict=True))
    inputs: list[Any] = []
    with modes.enable_grad():
        for name, edge in zip(_INPUTS, self.edges, strict=True):
            each = saved[name]
            if recording and edge is not None:
                each = view_as(each, each)
            elif each is not None:
                each = each.detach().requires_grad_(edge is not None)
            inputs.append(each)
        input, *weights, hidden, memory = inputs
        output, state = _steps("LSTM", input, (hidden, memory), Weights(*weights), *self.attributes)
    roots: list[Any] = [
        ((each._node, 0), part) for each, part in zip((output, *state), grad, strict=True) if part is not None
    ]
    targets = [
        None if edge is None else (each if each._node is None else each._node, 0)
        for each, edge in zip(inputs, self.edges, strict=True)
    ]
    wanted = [each for each in targets if each is not None] if recording else None
    arrived = walk(roots, retain_graph=recording, create_graph=recording, wanted=wanted)
    return [None if each is None else arrived[key_of(*each)][1] for each in targets]


_LAYER: Final = "MkldnnRnnLayerBackward0"
_MkldnnRnnLayerBackward0: type[Node] = type(
    _LAYER,
    (derivative(_LAYER, saves=_INPUTS, attributes=("reverse",), outputs=3, **dict.fromkeys(_INPUTS)),),  # type: ignore[arg-type]
    {"__slots__": (), "__module__": "builtins", "__doc__": f"Recorded as {_LAYER}.", "vjp": _layer_vjp},
)
