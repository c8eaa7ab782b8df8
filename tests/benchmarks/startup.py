"""How fast a one-liner starts: whole processes, in turn, medians and ratios.

    python -m tests.benchmarks.startup [RUNS]

Every row pairs gradcli with a peer that does the unavoidable part of the same work; the pairs are run alternately,
so that a machine whose speed drifts slows both. The torch rows appear where torch is installed.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

POLYNOMIAL = "2*x**4 + x**3 + 3*x**2 + 5*x + 1"
CHECKED = ["-m", "gradcli", POLYNOMIAL, "x=2"]
UNCHECKED = [*CHECKED, "--no-check"]
HELP = ["-m", "gradcli", "--help"]
CERTIFIED = [*CHECKED, "-q"]
TORCH = (
    "import torch; x = torch.tensor(2.0, requires_grad=True); y = 2*x**4 + x**3 + 3*x**2 + 5*x + 1; y.backward(); "
    "print(y, x.grad)"
)


@dataclass(frozen=True)
class Pair:
    """Two commands; `bound` is what the ratio of the first to the second must not pass."""

    name: str
    ours: list[str]
    peer: list[str]
    bound: float


PAIRS = [
    Pair("--help / import click", HELP, ["-c", "import click"], 1.25),
    Pair("without the check / import numpy, click", UNCHECKED, ["-c", "import numpy, click"], 1.05),
    Pair("the check alone (-q) / import numpy, click, flint", CERTIFIED, ["-c", "import numpy, click, flint"], 1.35),
    Pair("check and formula / import numpy, click, sympy", CHECKED, ["-c", "import numpy, click, sympy"], 1.0),
]
TORCH_PAIRS = [
    Pair("without the check / the same in torch", UNCHECKED, ["-c", TORCH], 1 / 10),
    Pair("check and formula / the same in torch", CHECKED, ["-c", TORCH], 1 / 3),
]


def seconds(arguments: list[str]) -> float:
    """The wall time of one process, with compiled bytecode kept as an installation has it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def measure(pair: Pair, runs: int) -> tuple[float, float, float]:
    """The two medians and the median of the ratios, pair by pair, after one warm-up."""
    seconds(pair.ours), seconds(pair.peer)
    times = [(seconds(pair.ours), seconds(pair.peer)) for _ in range(runs)]
    ours, peer = zip(*times, strict=True)
    return statistics.median(ours), statistics.median(peer), statistics.median(a / b for a, b in times)


def main(runs: int = 21) -> None:
    """Print the table."""
    pairs = PAIRS + (TORCH_PAIRS if importlib.util.find_spec("torch") else [])
    print(f"{'whole process, median of ' + str(runs):50} {'ours':>8} {'peer':>8} {'ratio':>6} {'bound':>6}")
    for pair in pairs:
        ours, peer, ratio = measure(pair, runs)
        print(f"{pair.name:50} {ours * 1000:5.0f} ms {peer * 1000:5.0f} ms {ratio:6.2f} {pair.bound:6.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
