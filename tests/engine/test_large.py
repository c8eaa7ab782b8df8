"""Arrays of size: what spares them memory and time gives what the plain rules give."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli.engine as torch
from gradcli.engine import large, threads

ROWS, COLUMNS = 300, 256
assert ROWS * COLUMNS > large.LARGE

ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "add number": lambda x, y: x + 2,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "square by mul": lambda x, y: x * x,
    "div": lambda x, y: x / y,
    "neg": lambda x, y: -x,
    "exp": lambda x, y: torch.exp(x),
    "log": lambda x, y: torch.log(x),
    "tanh": lambda x, y: torch.tanh(x),
    "relu": lambda x, y: torch.relu(x - 1),
    "sigmoid": lambda x, y: torch.sigmoid(x),
    "square": lambda x, y: x**2,
    "cube": lambda x, y: x**3,
    "root": lambda x, y: x**0.5,
    "chain": lambda x, y: torch.tanh(x) * torch.exp(-(x**2)) - y / x,
}


def numbers(dtype: Any, seed: int, *shape: int) -> Any:
    torch.manual_seed(seed)
    return torch.rand(*(shape or (ROWS, COLUMNS)), dtype=dtype) + 0.5


def gradients(function: Any, weights: Any, *arguments: Any) -> list[Any]:
    """The result and the gradients of the arguments, weighted."""
    inputs = [each.clone().requires_grad_() for each in arguments]
    result = function(*inputs)
    result.backward(weights)
    return [result.detach().numpy(), *[None if each.grad is None else each.grad.numpy() for each in inputs]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_is_what_it_is_row_by_row(name: str, dtype: Any) -> None:
    x, y, weights = (numbers(dtype, seed) for seed in range(3))
    whole = gradients(ELEMENTWISE[name], weights, x, y)
    rows = [gradients(ELEMENTWISE[name], weights[i], x[i], y[i]) for i in range(ROWS)]
    for i, found in enumerate(whole):
        if found is not None:
            np.testing.assert_array_equal(found, np.stack([row[i] for row in rows]))


@pytest.mark.parametrize("function", [torch.exp, torch.tanh])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_what_threads_share_is_what_one_computes(function: Any, dtype: Any) -> None:
    x = torch.linspace(-3, 3, (1 << 19) + 7, dtype=dtype)
    parts = [function(part) for part in torch.split(x, 10_000)]
    np.testing.assert_array_equal(function(x).numpy(), torch.cat(parts).numpy())


@pytest.mark.parametrize("exponent", [4, 5, 7, 16])
def test_whole_powers_are_off_by_no_more_roundings_than_factors(exponent: int) -> None:
    x = numbers(torch.float64, 0)
    found, slope = gradients(lambda x: x**exponent, torch.ones_like(x), x)
    array = x.numpy()
    np.testing.assert_allclose(found, array**exponent, rtol=(exponent + 1) * 2**-53)
    np.testing.assert_allclose(slope, exponent * array ** (exponent - 1), rtol=(exponent + 2) * 2**-53)


def test_operands_that_are_transposed_or_broadcast_take_the_plain_way() -> None:
    x, y = numbers(torch.float32, 0), numbers(torch.float32, 1, COLUMNS, ROWS)
    product, of_x, of_y = gradients(lambda x, y: x * y.T, torch.ones_like(x), x, y)
    assert np.array_equal(product, x.numpy() * y.numpy().T)
    assert np.array_equal(of_x, y.numpy().T)
    assert np.array_equal(of_y, x.numpy().T)
    row = numbers(torch.float32, 2, COLUMNS)
    of_row = gradients(lambda x, y: x * y, torch.ones_like(x), x, row)[2]
    np.testing.assert_allclose(of_row, x.numpy().sum(axis=0), rtol=1e-5)


def test_a_gradient_that_others_hold_is_not_written_over() -> None:
    x = numbers(torch.float32, 0).requires_grad_()
    seen = []
    y = x * 3
    y.register_hook(lambda grad: seen.append(grad))
    given = torch.ones_like(x)
    (-y).backward(given, retain_graph=True)
    (-y).backward(given)
    assert torch.equal(given, torch.ones_like(x))
    assert all(torch.equal(each, -torch.ones_like(x)) for each in seen)
    assert torch.equal(x.grad, torch.full_like(x, -6))


def test_leaves_of_one_gradient_do_not_share_memory() -> None:
    a, b = numbers(torch.float32, 0).requires_grad_(), numbers(torch.float32, 1).requires_grad_()
    (a + b).exp().sum().backward()
    assert not np.shares_memory(a.grad.numpy(), b.grad.numpy())
    (a + a).backward(torch.ones_like(a))
    assert torch.equal(a.grad, b.grad + 2)


def test_gradients_of_a_chain_are_written_over_each_other() -> None:
    x = numbers(torch.float64, 0).requires_grad_()
    y = x
    for _ in range(20):
        y = -y
    y = y.sum()
    tracemalloc.start()
    y.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert torch.equal(x.grad, torch.ones_like(x))
    assert peak < 3 * x.grad.numpy().nbytes


def test_slices_add_their_gradients_in_their_places() -> None:
    x = numbers(torch.float64, 0).requires_grad_()
    ((x[1:] - x[:-1]) ** 2).sum().backward()
    array = x.detach().numpy()
    expected = np.zeros_like(array)
    difference = 2 * (array[1:] - array[:-1])
    expected[1:] += difference
    expected[:-1] -= difference
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-15)
    x.grad = None
    total = x.sum()
    for i in (0, 5, 5, -1):
        total = total + (x[i] * i).sum() + x[:, 3].sum()
    total.backward()
    expected = np.ones_like(array)
    expected[5] += 10
    expected[-1] -= 1
    expected[:, 3] += 4
    np.testing.assert_array_equal(x.grad.numpy(), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("far", [0, 3, 1000])
def test_log_softmax_of_large_rows_is_that_of_each(dtype: Any, far: float) -> None:
    torch.manual_seed(0)
    x, weights = torch.randn(ROWS, COLUMNS, dtype=dtype), torch.randn(ROWS, COLUMNS, dtype=dtype)
    x[7] += far
    x[8] -= far
    whole = gradients(lambda x: torch.log_softmax(x, -1), weights, x)
    rows = [gradients(lambda x: torch.log_softmax(x, -1), weights[i], x[i]) for i in range(ROWS)]
    for i, found in enumerate(whole):
        expected = np.stack([row[i] for row in rows])
        np.testing.assert_allclose(found, expected, rtol=0, atol=20 * np.finfo(expected.dtype).eps)


def test_log_softmax_of_large_rows_has_a_second_derivative() -> None:
    x = numbers(torch.float64, 0).requires_grad_()
    weights = numbers(torch.float64, 1)
    (slope,) = torch.autograd.grad((torch.log_softmax(x, 1) * weights).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad((slope * weights).sum(), x)
    softmax = torch.softmax(x.detach(), 1)
    expected = -weights.sum(1, keepdim=True) * softmax * (weights - (softmax * weights).sum(1, keepdim=True))
    np.testing.assert_allclose(second.numpy(), expected.numpy(), rtol=1e-10, atol=1e-12)


def test_log_softmax_shows_what_torch_saves() -> None:
    x = numbers(torch.float32, 0).requires_grad_()
    node = torch.log_softmax(x, 1).grad_fn
    assert [name for name in dir(node) if name.startswith("_saved_")] == ["_saved_dim", "_saved_result"]


def test_nan_and_infinities_go_through_large_rows() -> None:
    x = torch.zeros(ROWS, COLUMNS)
    x[0, 0], x[1, 1], x[2, 2] = float("nan"), float("inf"), float("-inf")
    found = torch.log_softmax(x, 1).numpy()
    with np.errstate(all="ignore"):
        expected = np.stack([torch.log_softmax(row, 0).numpy() for row in x])
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_choosing_by_bits_is_choosing(dtype: Any) -> None:
    array = np.array([1.5, -2, np.nan, np.inf, -np.inf, -0.0, 0.0, 3], dtype)
    mask = np.array([1, 0, 1, 1, 0, 0, 1, 0], bool)
    np.testing.assert_array_equal(large.kept_unless(mask, array), np.where(mask, dtype(0), array))


# Linear algebra.


def test_large_matrices_are_factorised_by_lapack_and_show_their_factors() -> None:
    torch.manual_seed(0)
    a = torch.randn(40, 40, dtype=torch.float64, requires_grad=True)
    sign, logarithm = torch.linalg.slogdet(a)
    determinant = torch.linalg.det(a)
    assert (sign * logarithm.exp() / determinant).item() == pytest.approx(1)
    for node in (logarithm.grad_fn, determinant.grad_fn):
        diagonal = node._saved_LU.diagonal().abs().log().sum()
        assert diagonal.item() == pytest.approx(logarithm.item())
        assert node._saved_pivots.dtype is torch.int32
    (of_logarithm,) = torch.autograd.grad(logarithm, a)
    np.testing.assert_allclose(of_logarithm.numpy(), np.linalg.inv(a.detach().numpy()).T, rtol=1e-9)


def test_large_singular_matrices_are_refused_as_small_ones_are() -> None:
    zeros = torch.zeros(40, 40)
    with pytest.raises(RuntimeError, match=r"linalg.inv: The diagonal element 1 is zero"):
        torch.linalg.inv(zeros)
    with pytest.raises(RuntimeError, match="The solver failed because the input matrix is singular"):
        torch.linalg.solve(zeros, zeros)
    assert torch.linalg.det(zeros).item() == 0
    assert torch.logdet(zeros).item() == -np.inf


# Single entries.


def test_an_entry_that_is_read_is_a_view() -> None:
    matrix = torch.zeros(3, 4)
    entry = matrix[1, -1]
    assert entry.shape == ()
    assert entry._base is matrix
    matrix[1, 3] = 5
    assert entry.item() == 5
    entry.fill_(7)
    assert matrix[1, 3].item() == 7


def test_writing_an_entry_counts_as_a_write() -> None:
    matrix = torch.ones(2, 2)
    x = torch.ones(2, 2, requires_grad=True)
    y = (x * matrix).sum()
    matrix[0, 1] = 2
    assert matrix._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


def test_a_write_to_what_has_a_history_is_recorded() -> None:
    x = torch.ones(2, 2, requires_grad=True)
    y = x * 1
    y[0, 0] = 5
    y.sum().backward()
    assert x.grad.tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize("index", [(3, 0), (0, -5), (0, 0, 0)])
def test_entries_out_of_bounds_are_refused_in_words(index: tuple[int, ...]) -> None:
    matrix = torch.zeros(3, 4)
    with pytest.raises(IndexError, match=r"out of bounds|too many indices"):
        matrix[index]
    with pytest.raises(IndexError, match=r"out of bounds|too many indices"):
        matrix[index] = 1
    assert matrix._version == 0


def test_entries_take_numbers_of_any_size() -> None:
    matrix = torch.zeros(2, 2)
    matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1] = 2, float("inf"), float("nan"), True
    assert str(matrix.tolist()) == "[[2.0, inf], [nan, 1.0]]"


# Memory and threads.


def test_memory_is_given_again_when_nobody_holds_it() -> None:
    shape = (1 << 20,)
    first = large.empty(shape, np.dtype(np.float32))
    view = first[5:]
    second = large.empty(shape, np.dtype(np.float32))
    assert not np.shares_memory(first, second)
    address = first.ctypes.data
    del first
    assert large.empty(shape, np.dtype(np.float32)).ctypes.data != address
    del view
    assert address in {large.empty(shape, np.dtype(np.float32)).ctypes.data for _ in range(len(large._buffers))}


def test_no_more_than_so_much_memory_is_kept() -> None:
    held = [large.empty((1 << 22,), np.dtype(np.float64)) for _ in range(4)]
    assert sum(entry[0].nbytes for entry in large._buffers) <= large.KEPT
    assert len({each.ctypes.data for each in held}) == 4


def test_every_block_is_done_once_by_some_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    threads._forget()
    done: list[slice] = []
    blocks = [slice(i, i + 1) for i in range(50)]
    threads.share(done.append, blocks)
    assert sorted(each.start for each in done) == list(range(50))
    threads._forget()


def test_an_error_in_a_helping_thread_is_raised() -> None:
    def refuse(block: slice) -> None:
        raise ValueError(threading.current_thread().name)

    with pytest.raises(ValueError, match=r"Thread|gradcli"):
        threads.share(refuse, [slice(0, 1), slice(1, 2)])
