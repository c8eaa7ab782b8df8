"""Initial weights and dropped elements are torch's, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcli.engine as engine

LAYERS = [
    f"nn.Linear({sizes}{options}).{name}"
    for sizes in ("3, 4", "784, 128", "10, 1", "1, 1", "33, 17")
    for options in ("", ", dtype=torch.float64")
    for name in ("weight", "bias")
]
DROPOUTS = [
    f"F.dropout(torch.ones({count}, dtype=torch.{dtype}), {p})"
    for count in (5, 16, 100, 10_000)
    for dtype in ("float32", "float64")
    for p in (0.1, 0.5, 0.9)
] + ["nn.Dropout(0.3)(torch.ones(7, 9))", "nn.Dropout()(nn.Dropout(0.1)(torch.ones(50)))"]
INITIALISERS = [
    f"nn.init.{call.format(tensor=f'torch.empty({shape})')}"
    for shape in ("3, 4", "20, 30", "100, 64")
    for call in (
        "uniform_({tensor}, -0.2, 0.7)",
        "normal_({tensor}, 1.5, 0.3)",
        "xavier_uniform_({tensor}, gain=2.0)",
        "xavier_normal_({tensor})",
        "kaiming_uniform_({tensor}, a=0.1, mode='fan_out')",
        "kaiming_normal_({tensor}, nonlinearity='relu')",
        "trunc_normal_({tensor}, 0.1, 0.5, -1.0, 1.0)",
    )
]


def seeded(torch: Any, source: str, seed: int) -> Any:
    """The array that the expression draws after the seed."""
    torch.manual_seed(seed)
    return eval(source, {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}).detach().numpy()


def test_parameters_of_a_small_network() -> None:
    engine.manual_seed(0)
    nn = engine.nn
    network = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert [parameter.tolist() for parameter in network.parameters()] == [
        [
            [-0.005293981172144413, 0.37932288646698],
            [-0.5819807648658752, -0.5203874707221985],
            [-0.27234524488449097, 0.1896158903837204],
        ],
        [-0.014010033570230007, 0.5606575012207031, -0.06275151669979095],
        [[0.1527741253376007, -0.1744827926158905, -0.11348707973957062]],
        [-0.55157071352005],
    ]


def test_dropout_keeps_the_elements_that_torch_keeps() -> None:
    kept = seeded(engine, "F.dropout(torch.ones(20), 0.5)", 1)
    assert kept.tolist() == [2, 2, 2, 2, 0, 2, 2, 0, 0, 2, 0, 2, 0, 2, 2, 2, 0, 2, 0, 0]


@pytest.mark.torch
@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("source", [*LAYERS, *DROPOUTS, *INITIALISERS])
def test_numbers_are_torchs_bit_for_bit(source: str, seed: int, live_torch: Any) -> None:
    found, expected = seeded(engine, source, seed), seeded(live_torch, source, seed)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)


@pytest.mark.torch
def test_orthogonal_matrices_are_torchs_but_for_rounding(live_torch: Any) -> None:
    # LAPACK's QR rounds as the machine's library does.
    source = "nn.init.orthogonal_(torch.empty(20, 30))"
    np.testing.assert_allclose(seeded(engine, source, 3), seeded(live_torch, source, 3), rtol=0, atol=1e-6)
