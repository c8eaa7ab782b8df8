"""At kinks, ties and poles the gradient is torch's; calls that do not fit fail in torch's words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engine import edges, harness

ENGINE = harness.engine()
RECORDED = harness.ON_TENSORS.recorded()

every_edge = pytest.mark.parametrize("edge", edges.EDGES, ids=str)
every_error = pytest.mark.parametrize("source", edges.ERRORS)


def assert_gradients_agree(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """The gradients agree, nan being equal to nan, or the errors do."""
    assert found.keys() == expected.keys()
    if "error" in expected:
        assert found == expected
        return
    for name, gradient in expected.items():
        np.testing.assert_allclose(harness.array_of(found[name]), harness.array_of(gradient), rtol=2e-6, err_msg=name)


@every_edge
def test_gradient_at_an_edge_is_torchs(edge: edges.Edge) -> None:
    assert_gradients_agree(edges.gradients_at(ENGINE, edge), RECORDED["edges"][str(edge)])


@pytest.mark.torch
@every_edge
def test_gradient_at_an_edge_is_torchs_live(edge: edges.Edge, torch_library: harness.Library) -> None:
    assert_gradients_agree(edges.gradients_at(ENGINE, edge), edges.gradients_at(torch_library, edge))


@every_error
def test_error_is_torchs(source: str) -> None:
    assert edges.error_text(ENGINE, source) == RECORDED["errors"][source]


@pytest.mark.torch
@every_error
def test_error_is_torchs_live(source: str, torch_library: harness.Library) -> None:
    assert edges.error_text(ENGINE, source) == edges.error_text(torch_library, source)


def test_gradient_of_a_singular_determinant_is_its_cofactors() -> None:
    torch = ENGINE.torch
    matrix = torch.tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)
    (gradient,) = ENGINE.grad(matrix.det(), matrix)
    assert gradient.tolist() == [[4.0, -2.0], [-2.0, 1.0]]


def test_second_derivative_of_a_product_with_two_zeros_is_the_product_of_the_others() -> None:
    torch = ENGINE.torch
    x = torch.tensor([0.0, 0.0, 3.0], requires_grad=True)
    (first,) = ENGINE.grad(x.prod(), x, create_graph=True)
    (second,) = ENGINE.grad(first[0], x)
    assert first.tolist() == [0.0, 0.0, 0.0]
    assert second.tolist() == [0.0, 3.0, 0.0]
