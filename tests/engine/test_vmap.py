"""vmap and Jacobians at once give what one example, or one row, after another gives, to second order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import pytest

import gradcli.engine as torch
from gradcli.engine import func, functional
from gradcli.engine.batching.rows import batched_gradients
from gradcli.engine.func import vmap
from tests.engine import harness
from tests.engine.functions import FUNCTIONS
from tests.engine.operations import OPERATIONS
from tests.engine.samples import CONSTANTS, Sample, flat, weights

ENGINE = harness.engine()
REFUSED = {"A[A > 1]", "x.nonzero()"}
"""What torch does not map either, as the shapes of the results depend on the numbers."""
SAMPLES = [each for each in (*OPERATIONS, *FUNCTIONS) if each.inputs and each.source not in REFUSED]
BATCH = np.array([1.0, 0.99, 0.985])
"""By what the inputs of a sample are multiplied, to have three examples on the same side of each kink."""

IN_TURN = {
    *("cross", "matrix_power", "det", "slogdet", "logdet", "inverse", "inv", "solve", "cholesky", "eigvalsh", "eigh"),
    *("svdvals", "svd", "norm", "block_diag", "as_strided", "masked_fill", "max_pool1d", "max_pool2d"),
    *("max_pool1d_with_indices", "max_pool2d_with_indices", "adaptive_max_pool1d", "adaptive_max_pool2d"),
    *("adaptive_max_pool1d_with_indices", "adaptive_max_pool2d_with_indices"),
}
"""The operations of which some samples are computed for one example after another."""

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)


def _leaves(sample: Sample, factors: Any = None) -> list[Any]:
    """The differentiable inputs, as batches where there are factors."""
    arrays = [np.asarray(each) for each in sample.inputs.values()]
    if factors is not None:
        arrays = [np.stack([each * factor for factor in factors]) for each in arrays]
    return [ENGINE.tensor(each, "float64", True) for each in arrays]


def _called(sample: Sample) -> Callable[..., tuple[Any, ...]]:
    constants = {name: ENGINE.tensor(CONSTANTS[name], "float64", False) for name in sample.names if name in CONSTANTS}

    def function(*inputs: Any) -> tuple[Any, ...]:
        result = ENGINE.evaluate(sample.source, {**constants, **dict(zip(sample.inputs, inputs, strict=True))})
        return tuple(each for each in flat(result) if isinstance(each, torch.Tensor))

    return function


def _weighed(outputs: Any) -> Any:
    """One number of all outputs that can be differentiated, None where there is none."""
    parts = [
        (each * torch.tensor(weights(each.detach().numpy()))).sum()
        for each in outputs
        if each is not None and each.requires_grad and each.dtype.is_floating_point
    ]
    return sum(parts) if parts else None


def _derived(sample: Sample, outputs: Any, inputs: list[Any]) -> Iterator[Any]:
    """The outputs, and where they are smooth the gradients of their weighted sum and the gradients of those."""
    yield from outputs
    for _ in range(2 if sample.smooth else 0):
        total = _weighed(outputs)
        if total is None:
            return
        outputs = torch.autograd.grad(total, inputs, create_graph=True, allow_unused=True)
        yield from outputs


def _assert_alike(found: Any, expected: Any) -> None:
    """Two tensors agree, None standing for zeros."""
    a, b = [None if each is None else each.detach().numpy() for each in (found, expected)]
    if a is not None and b is not None:
        assert a.shape == b.shape
        assert a.dtype == b.dtype
    np.testing.assert_allclose(0 if a is None else a, 0 if b is None else b, rtol=1e-9, atol=1e-11)


@every_sample
def test_vmap_gives_what_each_example_gives(sample: Sample) -> None:
    calls = []
    function = _called(sample)

    def counted(*inputs: Any) -> tuple[Any, ...]:
        calls.append(inputs)
        return function(*inputs)

    inputs = _leaves(sample, BATCH)
    mapped = vmap(counted)(*inputs)
    if not any(f"{name}(" in sample.source for name in IN_TURN):
        assert len(calls) == 1
    found = list(_derived(sample, mapped, inputs))
    inputs = _leaves(sample, BATCH)
    rows = [function(*[each[i] for each in inputs]) for i in range(len(BATCH))]
    expected = list(_derived(sample, [torch.stack(list(each)) for each in zip(*rows, strict=True)], inputs))
    for one, other in zip(found, expected, strict=True):
        _assert_alike(one, other)


@contextmanager
def _walks() -> Iterator[mock.Mock]:
    """Counts the walks over the graph."""
    with mock.patch.object(functional, "walk", side_effect=functional.walk) as counted:
        yield counted


@pytest.mark.parametrize("create_graph", [False, True], ids=["plain", "recorded"])
@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.smooth], ids=str)
def test_rows_at_once_are_the_rows_one_by_one(sample: Sample, create_graph: bool) -> None:
    inputs = _leaves(sample)
    for output in _called(sample)(*inputs):
        size = output.numel()
        if size < 2 or not output.requires_grad:
            continue
        units = torch.eye(size, dtype=output.dtype).reshape(size, *output.shape)
        with _walks() as walks:
            found = batched_gradients([output], inputs, [units], create_graph, True)
        assert walks.call_count == 1
        rows = [torch.autograd.grad(output, inputs, unit, True, create_graph, allow_unused=True) for unit in units]
        for one, column in zip(found, zip(*rows, strict=True), strict=True):
            other = None if column[0] is None else torch.stack(list(column))
            _assert_alike(one, other)
            if other is not None and other.requires_grad and one is not None:
                for total in zip(*[_second(each, inputs) for each in (one, other)], strict=True):
                    _assert_alike(*total)


def _second(tensor: Any, inputs: list[Any]) -> Any:
    return torch.autograd.grad(_weighed([tensor]), inputs, retain_graph=True, allow_unused=True)


# Together with other transformations.

W = torch.tensor([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]], dtype=torch.float64)
BATCHES = torch.tensor([[0.3, 1.2, -0.7], [2.1, 0.4, 0.9]], dtype=torch.float64)

FUNCTIONS_OF_ONE: dict[str, Callable[[Any], Any]] = {
    "vector": lambda x: torch.tanh(W @ x),
    "sorted": lambda x: x.sort().values * x.argmax(),
    "written": lambda x: _written(x.sin(), x),
    "loss": lambda x: torch.nn.functional.cross_entropy((W @ x).unsqueeze(0), (x[:1] > 1).long()).unsqueeze(0),
    "in turn": lambda x: torch.linalg.inv(torch.outer(x, x) + torch.eye(3, dtype=torch.float64))[0],
}


def _written(y: Any, x: Any) -> Any:
    y[0] = x[1] * x[2]
    y *= 2
    return y


@pytest.mark.parametrize("transformed", [func.jacrev, func.jacfwd, lambda f: func.hessian(lambda x: f(x).sum())])
@pytest.mark.parametrize("name", FUNCTIONS_OF_ONE)
def test_derivatives_of_each_example(transformed: Callable[..., Any], name: str) -> None:
    derivative = transformed(FUNCTIONS_OF_ONE[name])
    _assert_alike(vmap(derivative)(BATCHES), torch.stack([derivative(each) for each in BATCHES]))


@pytest.mark.parametrize("name", FUNCTIONS_OF_ONE)
def test_derivatives_of_all_examples(name: str) -> None:
    function = FUNCTIONS_OF_ONE[name]

    def one_by_one(batch: Any) -> Any:
        return torch.stack([function(each) for each in batch])

    for derivative in (func.jacrev, func.jacfwd, lambda f: func.hessian(lambda x: f(x).sum())):
        _assert_alike(derivative(vmap(function))(BATCHES), derivative(one_by_one)(BATCHES))


def test_gradients_for_each_pair_of_examples_reach_what_is_captured() -> None:
    weights, inputs = W.clone().requires_grad_(), BATCHES.clone().requires_grad_()

    def loss(row: Any, x: Any) -> Any:
        return ((row * x).sum() * weights).tanh().sum() + (weights[0] * x).sum().exp()

    pairs = vmap(vmap(func.grad(loss, argnums=(0, 1)), in_dims=(None, 0)), in_dims=(0, None))
    found = pairs(weights, inputs)
    expected = [[func.grad(loss, argnums=(0, 1))(row, x) for x in inputs] for row in weights]
    for i in range(2):
        whole = torch.stack([torch.stack([each[i] for each in row]) for row in expected])
        _assert_alike(found[i], whole)
        for one, other in zip(_second(found[i], [weights, inputs]), _second(whole, [weights, inputs]), strict=True):
            _assert_alike(one, other)


def test_what_is_not_an_example_comes_out_of_vmap_with_its_gradient() -> None:
    weights = torch.ones(3, requires_grad=True)
    mapped = vmap(lambda x: weights * 2)(torch.zeros(4))
    mapped.sum().backward()
    assert weights.grad is not None
    assert weights.grad.tolist() == [8.0, 8.0, 8.0]


def test_a_function_that_cannot_take_all_at_once_draws_once_for_each_example() -> None:
    def drawing(x: Any) -> Any:
        drawn = torch.rand(2)
        return torch.linalg.inv(x) @ drawn.double(), drawn

    matrices = torch.eye(2, dtype=torch.float64).expand(3, 2, 2)
    torch.manual_seed(3)
    _, drawn = vmap(drawing, randomness="different")(matrices)
    torch.manual_seed(3)
    assert drawn.tolist() == torch.rand(3, 2).tolist()
    torch.manual_seed(3)
    _, drawn = vmap(drawing, randomness="same")(matrices)
    torch.manual_seed(3)
    assert drawn.tolist() == [torch.rand(2).tolist()] * 3


def test_rows_of_size_are_taken_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcli.engine.batching.rows.ELEMENTS", 24)
    x = torch.linspace(-1, 1, 10)
    with _walks() as walks:
        jacobian = torch.autograd.functional.jacobian(torch.tanh, x)
    assert walks.call_count == 5
    np.testing.assert_allclose(jacobian.numpy(), np.diag(1 - np.tanh(x.numpy()) ** 2), rtol=1e-6)


def test_products_in_blocks_are_the_whole_products() -> None:
    generator = np.random.default_rng(1)
    matrix, vectors = torch.tensor(generator.normal(size=(90, 100))), torch.tensor(generator.normal(size=(70, 100)))
    assert 1 << 18 < vectors.numel() * 90 <= 1 << 22
    mapped = vmap(lambda x: matrix @ x)(vectors)
    np.testing.assert_allclose(mapped.numpy(), vectors.numpy() @ matrix.numpy().T, rtol=1e-9, atol=1e-12)
