"""Convolutions and pooling beyond torch's samples: any split of a batch gives the same, derivatives to third order, and
layers that wait for their first input."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli.engine as torch
from gradcli.engine.ops.nn import convolution

nn = torch.nn
F = torch.nn.functional


def numbers(seed: int, *shape: int, dtype: Any = np.float64) -> Any:
    """A tensor of numbers that requires a gradient."""
    array = np.random.default_rng(seed).uniform(-1, 1, shape).astype(dtype)
    return torch.from_numpy(array).requires_grad_()


def by_definition(x: Any, w: Any, stride: int, padding: int, dilation: int, groups: int) -> Any:
    """The sums of products, one by one."""
    wide = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    sizes = [(size - dilation * (k - 1) - 1) // stride + 1 for size, k in zip(wide.shape[2:], w.shape[2:], strict=True)]
    found = np.zeros((len(x), len(w), *sizes))
    channels = w.shape[1]
    for n, o, i, j in np.ndindex(found.shape):
        first = o // (len(w) // groups) * channels
        rows = slice(i * stride, i * stride + dilation * (w.shape[2] - 1) + 1, dilation)
        columns = slice(j * stride, j * stride + dilation * (w.shape[3] - 1) + 1, dilation)
        found[n, o, i, j] = np.sum(wide[n, first : first + channels, rows, columns] * w[o])
    return found


SETTINGS = list(itertools.product((1, 2), (0, 1), (1, 2), (1, 2)))


@pytest.mark.parametrize(("stride", "padding", "dilation", "groups"), SETTINGS)
def test_a_convolution_is_the_sums_of_products(stride: int, padding: int, dilation: int, groups: int) -> None:
    x, w = numbers(1, 2, 4, 6, 5), numbers(2, 6, 4 // groups, 2, 3)
    found = F.conv2d(x, w, None, stride, padding, dilation, groups)
    expected = by_definition(x.detach().numpy(), w.detach().numpy(), stride, padding, dilation, groups)
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_of_a_batch_give_what_the_whole_gives(dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = numbers(3, 7, 2, 8, 8, dtype=dtype), numbers(4, 4, 2, 3, 3, dtype=dtype)

    def all_three() -> list[Any]:
        y = F.conv2d(x, w, padding=1)
        return [each.detach().numpy() for each in (y, *torch.autograd.grad((y * y).sum(), (x, w)))]

    whole = all_three()
    monkeypatch.setattr(convolution, "_BLOCK", 2 * 2 * 9 * 64)
    for one, other in zip(whole, all_three(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-5)


CONVOLUTIONS: list[Callable[..., Any]] = [
    lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 0), dilation=(1, 2)),
    lambda x, w, b: F.conv2d(x, w[:, :1], b, groups=2, padding="same"),
    lambda x, w, b: F.conv1d(x[:, :, 0], w[:, :, 0], b, padding=1),
    lambda x, w, b: F.max_pool2d(F.conv2d(x, w, b), 2, 1, 1),
    lambda x, w, b: F.avg_pool2d(F.conv2d(x, w, b), 2, 1, 1, count_include_pad=False),
    lambda x, w, b: F.adaptive_avg_pool2d(F.conv2d(x, w, b), (3, 2)),
    lambda x, w, b: F.adaptive_max_pool2d(F.conv2d(x, w, b), (3, 2)),
    lambda x, w, b: F.conv2d(F.pad(x, (1, 2, 0, 1), mode="reflect"), w, b),
    lambda x, w, b: F.conv2d(F.pad(x, (1, 2, 0, 1), mode="replicate"), w, b),
    lambda x, w, b: F.conv2d(F.pad(x, (1, 2, 0, 1), mode="circular"), w, b),
]


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("function", CONVOLUTIONS)
def test_derivatives_of_first_and_second_order_are_differences(function: Callable[..., Any]) -> None:
    operands = numbers(5, 1, 2, 4, 5), numbers(6, 2, 2, 2, 3), numbers(7, 2)
    assert torch.autograd.gradcheck(function, operands)
    assert torch.autograd.gradgradcheck(function, operands)


def test_the_third_derivative_of_a_cube_is_that_of_its_formula() -> None:
    x, w = numbers(8, 1, 1, 3, 3), numbers(9, 1, 1, 2, 2)
    total = (F.conv2d(x, w) ** 3).sum()
    for _ in range(3):
        (derivative,) = torch.autograd.grad(total, w, create_graph=True)
        total = derivative.sum()
    windows = np.lib.stride_tricks.sliding_window_view(x.detach().numpy()[0, 0], (2, 2))
    assert total.item() == pytest.approx(6 * np.sum(windows.sum((2, 3)) ** 3), rel=1e-12)


def test_the_largest_of_nan_is_nan_and_of_nothing_but_minus_infinity_the_first() -> None:
    x = torch.tensor([[[1.0, float("nan")], [2.0, 0.0]]])
    assert torch.isnan(F.max_pool2d(x, 2)).all()
    values, indices = F.max_pool2d(torch.full((1, 2, 2), float("-inf")), 2, 1, 1, return_indices=True)
    assert (values == float("-inf")).all()
    assert indices.tolist() == [[[0, 0, 1], [0, 0, 1], [2, 2, 3]]]


def test_channels_last_stay_last() -> None:
    x = numbers(10, 2, 5, 6, 3).permute(0, 3, 1, 2)
    for y in (F.max_pool2d(x, 2), F.avg_pool2d(x, 2), F.conv2d(x, numbers(11, 4, 3, 2, 2))):
        assert y.stride()[1] == 1


def test_a_lazy_layer_is_a_plain_one_from_its_first_input_on() -> None:
    network = nn.Sequential(nn.LazyConv2d(2, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
    twin = copy.deepcopy(network)
    assert network[0].has_uninitialized_params()
    assert network(torch.zeros(2, 1, 5, 5)).shape == (2, 3)
    assert [type(each) for each in network] == [nn.Conv2d, nn.ReLU, nn.Flatten, nn.Linear]
    assert type(twin[0]) is nn.LazyConv2d
    twin.load_state_dict(network.state_dict())
    assert torch.equal(twin(torch.ones(1, 1, 5, 5)), network(torch.ones(1, 1, 5, 5)))


REFUSED: list[Callable[[Any], Any]] = [
    lambda w: w.numel(), lambda w: w + 1, lambda w: 2 * w, lambda w: -w, lambda w: w[0], lambda w: w.sum(),
    lambda w: w.tolist(), lambda w: bool(w), lambda w: w == w, lambda w: w.detach(),
]  # fmt: skip


@pytest.mark.parametrize("read", REFUSED)
def test_what_has_no_shape_yet_cannot_be_read(read: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter in"):
        read(nn.LazyLinear(2).weight)


def test_what_has_no_shape_yet_says_so() -> None:
    weight = nn.LazyLinear(2, dtype=torch.float64).weight
    with pytest.raises(RuntimeError, match="Can't access the shape of an uninitialized parameter"):
        str(weight.shape)
    assert weight.dtype is torch.float64
    assert weight.size() == (0,)
