"""How fast the engine is on tensors of size, and how much memory it takes at most, beside torch.

    python -m tests.benchmarks.tensors [ROUNDS [NAME...]]

needs torch 2.13.0; with NAMEs, only the rows whose names contain one of them run. All run in one process with two
threads each, in turn, after their results were compared; the table gives the medians, and the median of the ratios,
round by round; beside it the ratio of the least times, which other work on the machine disturbs less. Peaks of memory,
which Linux alone tells, are those of a few steps in a process of their own, above what it has before them. The bounds
are what the project set itself.
"""

from __future__ import annotations

import os

if __name__ == "__main__":
    os.environ.update(OMP_NUM_THREADS="2", OPENBLAS_NUM_THREADS="2", MKL_NUM_THREADS="2")

import importlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.engine import Step, network

THREADS = 2
Make = Callable[[Any], Step]
"""A calculation by a library, ready to run."""


def log_softmax(torch: Any) -> Step:
    """The logarithm of the softmax of a thousand rows of a thousand numbers, forward and backward."""
    torch.manual_seed(0)
    x, weights = torch.randn(1000, 1000, requires_grad=True), torch.randn(1000, 1000)

    def step() -> Any:
        x.grad = None
        torch.log_softmax(x, dim=1).backward(weights)
        return x.grad.numpy()

    return step


def logdet(torch: Any) -> Step:
    """The logarithm of a determinant of 300 rows, and the inverse, which is its gradient."""
    torch.manual_seed(0)
    a = torch.randn(300, 300, dtype=torch.float64)
    matrix = (a @ a.T / 300 + torch.eye(300, dtype=torch.float64)).requires_grad_()

    def step() -> Any:
        matrix.grad = None
        torch.logdet(matrix).backward()
        return matrix.grad.numpy()

    return step


def slices(torch: Any) -> Step:
    """How much neighbours in an image differ: four slices, two differences."""
    torch.manual_seed(0)
    image = torch.randn(1000, 1000, requires_grad=True)

    def step() -> Any:
        image.grad = None
        down, across = image[1:] - image[:-1], image[:, 1:] - image[:, :-1]
        ((down**2).sum() + (across**2).sum()).backward()
        return image.grad.numpy()

    return step


def elementwise(size: int, dtype: str) -> Make:
    """tanh(x)*exp(-x**2), forward and backward."""

    def make(torch: Any) -> Step:
        x = torch.linspace(-3, 3, size, dtype=getattr(torch, dtype), requires_grad=True)

        def step() -> Any:
            x.grad = None
            (torch.tanh(x) * torch.exp(-(x**2))).sum().backward()
            return x.grad.numpy()

        return step

    return make


def entries_read(torch: Any) -> Step:
    """The sum of a matrix's entries, read one by one."""
    matrix = torch.arange(900.0).reshape(30, 30)

    def step() -> Any:
        total = 0.0
        for i in range(30):
            for j in range(30):
                total += matrix[i, j].item()
        return total

    return step


def entries_written(torch: Any) -> Step:
    """A matrix written entry by entry."""

    def step() -> Any:
        matrix = torch.zeros(30, 30)
        for i in range(30):
            for j in range(30):
                matrix[i, j] = i - j
        return matrix.numpy()

    return step


def polynomial_mean(torch: Any) -> Step:
    """Document 001's polynomial at a million points, and the mean."""
    x = torch.linspace(-3, 3, 1_000_000, requires_grad=True)

    def step() -> Any:
        x.grad = None
        (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).mean().backward()
        return x.grad.numpy()

    return step


def graph_of_numbers(torch: Any) -> Step:
    """A thousand operations on numbers, each on the results of two that came before."""
    x, y = torch.tensor(0.5, requires_grad=True), torch.tensor(-0.3, requires_grad=True)

    def step() -> Any:
        x.grad = y.grad = None
        values = [x, y]
        for i in range(250):
            a, b = values[-1], values[-2 - i % 5] if i > 5 else values[0]
            values.append(torch.tanh(a * b + 0.1) - b)
        values[-1].backward()
        return np.array([x.grad.item(), y.grad.item()])

    return step


def adam(torch: Any) -> Step:
    """A step of Adam along the gradients of document 003's network."""
    nn = torch.nn
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model(torch.randn(64, 784)).square().sum().backward()

    def step() -> Any:
        optimizer.step()
        return model[0].weight.detach().numpy()

    return step


def attention(torch: Any) -> Step:
    """Softmax attention of 128 positions of 64 numbers."""
    torch.manual_seed(0)
    query, key, value = (torch.randn(128, 64, requires_grad=True) for _ in range(3))

    def step() -> Any:
        query.grad = key.grad = value.grad = None
        weights = torch.softmax(query @ key.T / 8, dim=-1)
        (weights @ value).square().sum().backward()
        return np.stack([query.grad.numpy(), key.grad.numpy(), value.grad.numpy()])

    return step


def jacobian(vectorize: bool) -> Make:
    """The Jacobian of a layer of 100 in, 100 out."""

    def make(torch: Any) -> Step:
        torch.manual_seed(0)
        weights, x = torch.randn(100, 100) / 10, torch.randn(100)
        return lambda: torch.autograd.functional.jacobian(
            lambda x: torch.tanh(weights @ x), x, vectorize=vectorize
        ).numpy()

    return make


def hessian(vectorize: bool) -> Make:
    """The Hessian of Rosenbrock's function of 100 variables."""

    def make(torch: Any) -> Step:
        x = torch.linspace(-1, 1, 100)

        def rosenbrock(x: Any) -> Any:
            return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

        return lambda: torch.autograd.functional.hessian(rosenbrock, x, vectorize=vectorize).numpy()

    return make


def convolution(torch: Any) -> Step:
    """A convolution of 32 colour images of 28 by 28, 16 kernels of 3 by 3, forward and backward."""
    torch.manual_seed(0)
    images = torch.randn(32, 3, 28, 28, requires_grad=True)
    kernels, bias = torch.randn(16, 3, 3, 3, requires_grad=True), torch.randn(16, requires_grad=True)

    def step() -> Any:
        images.grad = kernels.grad = bias.grad = None
        torch.nn.functional.conv2d(images, kernels, bias, padding=1).square().mean().backward()
        return np.concatenate([each.grad.numpy().ravel() for each in (images, kernels, bias)])

    return step


@dataclass(frozen=True)
class Row:
    """A calculation; `bound` is what ours / torch's time should not pass."""

    name: str
    make: Make
    bound: float
    repeated: int
    """How often a step is run in a round."""


ROWS = [
    Row("log_softmax 1000x1000", log_softmax, 1.5, 3),
    Row("logdet 300", logdet, 1.5, 2),
    Row("slices of 1000x1000", slices, 1.0, 2),
    Row("tanh(x)*exp(-x**2) 10^6 float32", elementwise(10**6, "float32"), 1.0, 3),
    Row("tanh(x)*exp(-x**2) 10^6 float64", elementwise(10**6, "float64"), 1.0, 2),
    Row("tanh(x)*exp(-x**2) 10^7 float32", elementwise(10**7, "float32"), 0.6, 1),
    Row("tanh(x)*exp(-x**2) 10^7 float64", elementwise(10**7, "float64"), 0.6, 1),
    Row("entries read", entries_read, 2.0, 2),
    Row("entries written", entries_written, 2.0, 2),
    Row("polynomial mean 10^6", polynomial_mean, 0.8, 2),
    Row("graph of 1,000 numbers", graph_of_numbers, 0.45, 2),
    Row("network step", network, 1.0, 10),
    Row("Adam step", adam, 0.95, 10),
    Row("softmax attention 128x64", attention, 1.5, 10),
    Row("Jacobian 100 to 100", jacobian(False), 0.5, 1),
    Row("Jacobian 100 to 100, vectorize", jacobian(True), 0.5, 1),
    Row("Hessian of 100", hessian(False), 0.5, 1),
    Row("Hessian of 100, vectorize", hessian(True), 0.5, 1),
    Row("conv2d 32x3x28x28", convolution, 2.5, 3),
]


def seconds(step: Step, repeated: int) -> float:
    """The mean time of a step over one round, after one that finds the caches as the round leaves them."""
    step()
    start = time.perf_counter()
    for _ in range(repeated):
        step()
    return (time.perf_counter() - start) / repeated


@dataclass(frozen=True)
class Times:
    """Seconds of a step in each round, ours and torch's."""

    ours: list[float]
    torch: list[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios, round by round."""
        return statistics.median(a / b for a, b in zip(self.ours, self.torch, strict=True))

    @property
    def least(self) -> float:
        """The ratio of the least times."""
        return min(self.ours) / min(self.torch)


def measure(row: Row, ours: Any, torch: Any, rounds: int) -> Times:
    """The times of a row. Raises AssertionError where the results differ."""
    first, second = row.make(ours), row.make(torch)
    for _ in range(3):
        result = second()
        np.testing.assert_allclose(first(), result, rtol=1e-4, atol=1e-5 * np.max(np.abs(result)))
    pairs = [(seconds(first, row.repeated), seconds(second, row.repeated)) for _ in range(rounds)]
    return Times([own for own, _ in pairs], [other for _, other in pairs])


def peak(module: str, name: str) -> float:
    """The most megabytes that a few steps of a row take, in a process of its own, above what is there before them."""
    command = [
        sys.executable,
        "-c",
        f"from tests.benchmarks.tensors import print_peak; print_peak({module!r}, {name!r})",
    ]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


def print_peak(module: str, name: str) -> None:
    """Make a row's tensors, take three steps, and print by how many kilobytes the process grew at most. Linux alone
    tells, and forgets, the most memory that a process had."""
    library = importlib.import_module(module)
    if module == "torch":
        library.set_num_threads(THREADS)
    step = next(row for row in ROWS if row.name == name).make(library)
    Path("/proc/self/clear_refs").write_text("5")
    before = most_memory()
    for _ in range(3):
        step()
    print(most_memory() - before)


def most_memory() -> int:
    """The most memory that this process had, in kilobytes."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


def line(row: Row, ours: Any, torch: Any, rounds: int) -> str:
    """A row of the table."""
    try:
        row.make(ours)()
    except (NotImplementedError, AttributeError) as error:
        return f"{row.name:32} missing: {error}"
    times = measure(row, ours, torch, rounds)
    peaks = [peak(module, row.name) for module in (ours.__name__, "torch")]
    medians = [f"{statistics.median(each) * 1e3:8.2f} ms" for each in (times.ours, times.torch)]
    verdict = "" if times.ratio <= row.bound else "over"
    ratios = f"{times.ratio:6.2f} {times.least:6.2f} {row.bound:6.2f} {verdict:4}"
    return f"{row.name:32} {' '.join(medians)} {ratios} {peaks[0]:6.1f} MB {peaks[1]:6.1f} MB"


def main(rounds: int = 15, *names: str) -> None:
    """Print the table."""
    import torch

    ours = importlib.import_module("gradcli.engine")
    torch.set_num_threads(THREADS)
    title = f"{THREADS} threads, {rounds} rounds"
    print(
        f"{title:32} {'ours':>11} {'torch':>11} {'ratio':>6} {'least':>6} {'bound':>6} {'':4} {'peak':>9} {'torch':>9}"
    )
    for row in ROWS:
        if not names or any(name in row.name for name in names):
            print(line(row, ours, torch, rounds), flush=True)


if __name__ == "__main__":
    main(*(int(each) if each.isdecimal() else each for each in sys.argv[1:]))  # type: ignore[arg-type]
