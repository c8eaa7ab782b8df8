"""Matplotlib takes tensors where it takes arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli.engine as torch

pytest.importorskip("matplotlib").use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 (after the choice of where it draws)

X = torch.linspace(-1, 1, 5)
Y = X**2
COLUMNS, ROWS = torch.meshgrid(X, X, indexing="ij")
HEIGHTS = COLUMNS**2 + ROWS**2
PAIRS = [[-1.0, 1.0], [-0.5, 0.25], [0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]


def in_space() -> Any:
    return plt.figure().add_subplot(projection="3d")


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        (lambda: plt.plot(X, Y)[0].get_xydata(), PAIRS),
        (lambda: plt.scatter(X, Y, c=Y).get_offsets(), PAIRS),
        (lambda: plt.stem(X, Y).markerline.get_xydata(), PAIRS),
        (lambda: [each.get_height() for each in plt.bar(X, Y)], [1.0, 0.25, 0.0, 0.25, 1.0]),
        (lambda: plt.hist(Y, bins=2)[0], [3, 2]),
        (lambda: plt.imshow(HEIGHTS).get_array()[0], [2.0, 1.25, 1.0, 1.25, 2.0]),
        (lambda: plt.contour(COLUMNS, ROWS, HEIGHTS, levels=[0.5, 1.0]).levels, [0.5, 1.0]),
        (lambda: plt.errorbar(X, Y, yerr=Y)[0].get_xydata(), PAIRS),
        (lambda: plt.axhline(Y.mean()).get_ydata(), [0.5, 0.5]),
        (lambda: in_space().plot_surface(COLUMNS, ROWS, HEIGHTS).axes.zz_dataLim.x1, 2.0),
        (lambda: in_space().scatter(X, Y, X)._offsets3d[0], [-1.0, -0.5, 0.0, 0.5, 1.0]),
    ],
)
def test_a_picture_shows_the_numbers_of_tensors(drawn: Callable[[], Any], shown: Any) -> None:
    plt.figure()
    try:
        np.testing.assert_allclose(np.asarray(drawn()), shown)
    finally:
        plt.close("all")


@pytest.mark.filterwarnings("ignore:Converting a tensor with requires_grad")
def test_a_tensor_that_requires_grad_is_not_drawn() -> None:
    with pytest.raises(RuntimeError, match=r"Use tensor\.detach"):
        plt.plot(X.clone().requires_grad_())
    plt.close("all")


def test_the_sums_that_torchs_tensors_refuse_are_those_of_arrays() -> None:
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert np.sum(matrix) == 10
    assert np.max(matrix, axis=0).tolist() == [3.0, 4.0]
    assert np.all(matrix > 0)
