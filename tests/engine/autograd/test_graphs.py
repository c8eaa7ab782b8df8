"""What the graph costs: depth, memory, cycles, and the graphs of gradients."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
import weakref
from typing import Any

import pytest

import gradcli.engine as torch
from tests.engine.autograd.derivative_graphs import GRAPHS, described

MILLION = 1_000_000


def chain(length: int) -> tuple[Any, Any]:
    x = torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(length):
        y = y + 1
    return x, y


def test_a_chain_of_a_million_operations_goes_backward_and_away() -> None:
    program = (
        "import sys, gradcli.engine as torch\n"
        "x = torch.tensor(1., requires_grad=True)\n"
        "y = x\n"
        f"for _ in range({MILLION}): y = y + 1\n"
        "y.backward()\n"
        "del y\n"
        "print(x.grad, sys.getrecursionlimit())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("tensor(1.) 1000\n", "", 0)


def test_a_deep_graph_that_never_goes_backward_is_let_go() -> None:
    x, y = chain(200_000)
    last = weakref.ref(y.grad_fn)
    del y
    assert last() is None
    assert x.grad is None


def test_memory_is_linear_in_the_length_of_the_chain() -> None:
    def bytes_of(length: int) -> int:
        gc.collect()
        tracemalloc.start()
        x, y = chain(length)
        y.backward()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert x.grad.item() == 1
        return peak

    short, long = bytes_of(10_000), bytes_of(100_000)
    assert long / short < 11


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        result = x.exp()
        ctx.save_for_backward(x, result)
        return result

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * ctx.saved_tensors[1]


def everyday(x: Any) -> Any:
    return (x.exp() * x.sin() + x**2).softmax(0).max(dim=0).values.sum()


def with_retained_gradient(x: Any) -> Any:
    y = x * 2
    y.retain_grad()
    return (y * y).sum()


def with_hook(x: Any) -> Any:
    y = x * 2
    y.register_hook(lambda grad: grad * 2)
    return (y * y).sum()


def with_function(x: Any) -> Any:
    return Exp.apply(x).sum()


def with_gradient_of_gradient(x: Any) -> Any:
    return torch.autograd.grad((x.sigmoid() ** 3).sum(), x, create_graph=True)[0].sum()


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(
    "calculation", [everyday, with_retained_gradient, with_hook, with_function, with_gradient_of_gradient]
)
def test_no_reference_cycle_keeps_a_graph_alive(calculation: Any, backward: bool) -> None:
    x = torch.tensor([0.5, 1.5], requires_grad=True)
    calculation(x).backward()  # what is made once and kept, is made now
    gc.collect()
    gc.disable()
    try:
        y = calculation(x)
        last = weakref.ref(y.grad_fn)
        first = weakref.ref(y.grad_fn.next_functions[0][0])
        if backward:
            y.backward()
        del y
        assert last() is None
        assert first() is None
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("expression", list(GRAPHS))
def test_gradient_is_recorded_as_torch_records_it(expression: str) -> None:
    assert described(torch, expression) == GRAPHS[expression]


@pytest.mark.torch
@pytest.mark.parametrize("expression", list(GRAPHS))
def test_recorded_graphs_are_those_of_the_real_torch(expression: str, live_torch: Any) -> None:
    assert described(live_torch, expression) == GRAPHS[expression]
