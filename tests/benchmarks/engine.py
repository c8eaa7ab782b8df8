"""How fast the engine builds a graph and goes back through it, beside torch, HIPS autograd, MyGrad and micrograd.

    python -m tests.benchmarks.engine [ROUNDS]

needs the extra `bench` (and torch 2.13.0 for its rows). All run in one process with one thread each, in turn, after
their results were compared; the table gives the medians, and the median of the ratios, round by round. The bounds are
what the project set itself.
"""

from __future__ import annotations

import os

if __name__ == "__main__":
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import importlib.util
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import gradcli.engine

Step = Callable[[], Any]
"""One calculation with its backward pass; returns what is compared: a number, or an array."""


def polynomial(torch: Any) -> Step:
    """Document 001's polynomial at 2."""
    x = torch.tensor(2.0, requires_grad=True)

    def step() -> Any:
        x.grad = None
        (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
        return x.grad.item()

    return step


def autograd_polynomial() -> Step:
    """The polynomial in HIPS autograd, whose `grad` builds the graph and goes back through it."""
    from autograd import grad

    slope = grad(lambda x: 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1)
    return lambda: float(slope(2.0))


def mygrad_polynomial() -> Step:
    """The polynomial in MyGrad."""
    import mygrad

    x = mygrad.tensor(2.0)

    def step() -> Any:
        (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
        return float(x.grad)

    return step


def micrograd_polynomial() -> Step:
    """The polynomial in micrograd, which knows numbers alone."""
    from micrograd.engine import Value

    def step() -> Any:
        x = Value(2.0)
        (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
        return x.grad

    return step


def matrix_steps(torch: Any) -> Step:
    """Document 001's steps on a 2×3 matrix: 3x + 2, twice its square, the mean."""
    x = torch.tensor([[1.0, 2, 3], [3, 2, 1]], requires_grad=True)

    def step() -> Any:
        x.grad = None
        y = 3 * x + 2
        (2 * y**2).mean().backward()
        return x.grad.numpy()

    return step


def chain(torch: Any, length: int = 100_000) -> Step:
    """A chain of operations, one number after the other."""
    x = torch.tensor(1.0, requires_grad=True)

    def step() -> Any:
        x.grad = None
        y = x
        for _ in range(length // 2):
            y = y * 1.00001
            y = y + 0.00001
        y.backward()
        return x.grad.item()

    return step


def network(torch: Any) -> Step:
    """Document 003's network on 64 images: forward, backward, a step of SGD; the loss is compared."""
    nn = torch.nn
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    )
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.003)
    images, labels = torch.randn(64, 784), torch.randint(0, 10, (64,))

    def step() -> Any:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


@dataclass(frozen=True)
class Pair:
    """Two ways to calculate the same; `bound` is what ours / the peer's time should not pass."""

    name: str
    peer_name: str
    ours: Callable[[], Step]
    peer: Callable[[], Step]
    bound: float
    repeated: int
    """How often a step is run in a round."""


def pairs() -> list[Pair]:
    """The rows whose peers are installed."""
    ours = gradcli.engine
    found = []
    for module, peer, bound in [
        ("autograd", autograd_polynomial, 0.15),
        ("mygrad", mygrad_polynomial, 0.2),
        ("micrograd", micrograd_polynomial, 1.7),
    ]:
        if importlib.util.find_spec(module):
            found.append(Pair("polynomial of document 001", module, lambda: polynomial(ours), peer, bound, 100))
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        for name, make, bound, repeated in [
            ("polynomial of document 001", polynomial, 0.35, 100),
            ("2x3 steps of document 001", matrix_steps, 0.5, 100),
            ("chain of 100,000 operations", chain, 0.6, 1),
            ("network of document 003", network, 1.0, 10),
        ]:
            found.append(Pair(name, "torch", _made(make, ours), _made(make, torch), bound, repeated))
    return found


def _made(make: Callable[[Any], Step], library: Any) -> Callable[[], Step]:
    return lambda: make(library)


def seconds(step: Step, repeated: int) -> float:
    """The mean time of a step over one round."""
    start = time.perf_counter()
    for _ in range(repeated):
        step()
    return (time.perf_counter() - start) / repeated


def measure(pair: Pair, rounds: int) -> tuple[float, float, float]:
    """The two medians and the median of the ratios. Raises AssertionError where the results differ."""
    ours, peer = pair.ours(), pair.peer()
    for _ in range(3):
        np.testing.assert_allclose(ours(), peer(), rtol=2e-5)
    times = [(seconds(ours, pair.repeated), seconds(peer, pair.repeated)) for _ in range(rounds)]
    first, second = zip(*times, strict=True)
    return statistics.median(first), statistics.median(second), statistics.median(a / b for a, b in times)


def main(rounds: int = 31) -> None:
    """Print the tables."""
    title = f"build and backward, {rounds} rounds"
    print(f"{title:30} {'peer':10} {'ours':>11} {'peer':>11} {'ratio':>6} {'bound':>6}")
    for pair in pairs():
        ours, peer, ratio = measure(pair, min(rounds, 11) if pair.repeated == 1 else rounds)
        row = f"{pair.name:30} {pair.peer_name:10} {ours * 1e6:8.1f} us {peer * 1e6:8.1f} us"
        print(f"{row} {ratio:6.2f} {pair.bound:6.2f}", flush=True)
    print("\nchain, time and memory per operation")
    for length in (1_000, 10_000, 100_000, 1_000_000):
        step = chain(gradcli.engine, length)
        step()
        spent = min(seconds(step, max(1, 100_000 // length)) for _ in range(3))
        tracemalloc.start()
        step()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{length:>10,} {spent / length * 1e6:8.2f} us {peak / length:8.0f} bytes", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
