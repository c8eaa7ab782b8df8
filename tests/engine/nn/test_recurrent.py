"""Recurrent layers and embeddings: their gradients, of both orders, and the LSTM that is one node."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import gradcli.engine as torch

nn = torch.nn

LAYERS = {
    "rnn": lambda: nn.RNN(2, 3, num_layers=2),
    "relu": lambda: nn.RNN(2, 2, nonlinearity="relu", bias=False),
    "lstm": lambda: nn.LSTM(2, 2, bidirectional=True),
    "projected": lambda: nn.LSTM(2, 3, proj_size=1),
    "gru": lambda: nn.GRU(2, 2, batch_first=True),
}


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_of_both_orders_are_those_of_differences(name):
    torch.manual_seed(1)
    layer = LAYERS[name]().double()
    x = torch.randn(2, 2, 2, dtype=torch.float64, requires_grad=True)

    def run(x, *weights):
        output, state = torch_call(layer, x, weights)
        return output, *(state if isinstance(state, tuple) else (state,))

    inputs = (x, *layer.parameters())
    assert torch.autograd.gradcheck(run, inputs)
    assert torch.autograd.gradgradcheck(lambda x: run(x, *inputs[1:]), (x,))


def torch_call(layer, x, weights):
    """The layer's results with other weights in place of its own."""
    names = [name for name, _ in layer.named_parameters()]
    changed = copy.copy(layer)
    changed._parameters = dict(zip(names, weights, strict=True))
    return changed(x)


def test_an_lstm_in_one_node_has_the_gradients_of_its_steps():
    torch.manual_seed(1)
    single = nn.LSTM(2, 3)
    double = copy.deepcopy(single).double()
    found = []
    for layer, dtype in ((single, torch.float32), (double, torch.float64)):
        torch.manual_seed(2)
        x = torch.randn(4, 2, 2).to(dtype).requires_grad_()
        output, (hidden, cell) = layer(x)
        first = torch.autograd.grad(
            (output**2).sum() + hidden.sum() + (cell**3).sum(), [x, *layer.parameters()], create_graph=True
        )
        second = torch.autograd.grad(sum((each**2).sum() for each in first), [x, *layer.parameters()])
        found.append([each.detach().numpy() for each in (*first, *second)])
    assert len(found[0]) == 10
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_second_derivatives_through_a_layer_that_is_taken_twice():
    torch.manual_seed(1)
    single = nn.LSTM(2, 2)
    double = copy.deepcopy(single).double()
    found = []
    for layer, dtype in ((single, torch.float32), (double, torch.float64)):
        x = torch.ones(3, 1, 2, dtype=dtype)
        output = layer(layer(x)[0])[0]
        weight = layer.weight_hh_l0
        (first,) = torch.autograd.grad((output**2).sum(), weight, create_graph=True)
        (second,) = torch.autograd.grad((first**2).sum(), weight)
        found.append([first.detach().numpy(), second.numpy()])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_nothing_is_recorded_where_nothing_requires_a_gradient():
    layer = nn.LSTM(2, 2).requires_grad_(False)
    output, state = layer(torch.ones(3, 1, 2))
    assert output.grad_fn is None
    assert [each.grad_fn for each in state] == [None, None]


def test_only_what_requires_a_gradient_gets_one():
    layer = nn.LSTM(2, 2)
    layer.weight_ih_l0.requires_grad_(False)
    layer(torch.ones(3, 1, 2))[0].sum().backward()
    assert layer.weight_ih_l0.grad is None
    assert layer.weight_hh_l0.grad.abs().sum() > 0


def test_dropout_lies_between_layers_and_only_in_training():
    torch.manual_seed(1)
    layer = nn.GRU(2, 4, num_layers=2, dropout=0.5)
    x = torch.ones(3, 1, 2)
    assert not torch.equal(layer(x)[0], layer(x)[0])
    layer.eval()
    assert torch.equal(layer(x)[0], layer(x)[0])


def test_a_state_can_be_loaded_and_continues_a_sequence():
    layer, other = nn.GRU(2, 3), nn.GRU(2, 3)
    other.load_state_dict(layer.state_dict())
    x = torch.randn(4, 1, 2)
    whole, _ = layer(x)
    first, state = other(x[:2])
    rest, _ = other(x[2:], state)
    assert torch.allclose(whole, torch.cat([first, rest]), atol=1e-6)


def test_second_derivatives_of_embeddings():
    torch.manual_seed(1)
    weight = torch.randn(4, 2, dtype=torch.float64, requires_grad=True)
    rows = torch.tensor([[0, 2], [2, 3]])

    def run(weight):
        return nn.functional.embedding(rows, weight) ** 3

    assert torch.autograd.gradcheck(run, (weight,))
    assert torch.autograd.gradgradcheck(run, (weight,))


def test_what_is_sparse_or_packed_is_left_out():
    with pytest.raises(NotImplementedError, match="sparse=True"):
        nn.Embedding(3, 2, sparse=True)
    with pytest.raises(NotImplementedError, match="pack_padded_sequence"):
        nn.utils.rnn.pack_padded_sequence(torch.ones(2, 1), [2])
