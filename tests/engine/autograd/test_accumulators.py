"""Each leaf has one AccumulateGrad, which is torch's way: what hangs on it stays."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import pytest

import gradcli.engine as torch
from gradcli.engine import modes


def leaf(value: float = 3.0) -> Any:
    return torch.tensor(value, requires_grad=True)


def test_next_functions_show_the_same_object_each_time() -> None:
    x = leaf()
    y = x * x
    first, second = (each for each, _ in y.grad_fn.next_functions)
    assert first is second
    assert first is y.grad_fn.next_functions[0][0]
    assert first is (x + 1).grad_fn.next_functions[0][0]
    assert first.variable is x


def test_leaves_have_one_each() -> None:
    x, y = leaf(1.0), leaf(1.0)
    first, second = (each for each, _ in (x * y).grad_fn.next_functions)
    assert first is not second
    assert first != second


def test_a_graph_that_has_shown_it_keeps_it_with_its_hooks() -> None:
    x = leaf()
    y = x**2
    heard: list[Any] = []
    y.grad_fn.next_functions[0][0].register_hook(lambda inputs, outputs: heard.append((inputs, outputs)))
    identity = id(y.grad_fn.next_functions[0][0])
    gc.collect()
    assert id(y.grad_fn.next_functions[0][0]) == identity
    y.backward()
    assert heard == [((), (torch.tensor(6.0),))]


def test_it_ends_with_its_graph_and_leaves_no_cycle() -> None:
    x = leaf()
    gc.collect()
    gc.disable()
    try:
        y = x * 2
        accumulator = weakref.ref(y.grad_fn.next_functions[0][0])
        assert accumulator() is not None
        del y
        assert accumulator() is None
        reference = weakref.ref(x)
        del x
        assert reference() is None
    finally:
        gc.enable()


def test_hooks_run_around_the_accumulation_in_torchs_order() -> None:
    x = leaf()
    y = x * x
    accumulator = y.grad_fn.next_functions[0][0]
    said: list[str] = []
    x.register_hook(lambda grad: said.append(f"tensor {grad.item():g}"))
    x.register_post_accumulate_grad_hook(lambda tensor: said.append(f"post {tensor.grad.item():g}"))
    accumulator.register_prehook(lambda grads: (said.append(f"before {grads[0].item():g}"), (grads[0] * 10,))[1])
    accumulator.register_hook(lambda inputs, grads: said.append(f"after {grads[0].item():g}"))
    y.backward()
    assert said == ["tensor 6", "before 6", "post 60", "after 60"]
    assert x.grad.item() == 60


def test_a_removed_hook_is_silent() -> None:
    x = leaf()
    y = x * x
    handle = y.grad_fn.next_functions[0][0].register_prehook(lambda grads: (grads[0] * 10,))
    handle.remove()
    y.backward()
    assert x.grad.item() == 6


def test_what_a_hook_after_it_returns_must_be_nothing() -> None:
    x = leaf()
    y = x * x
    y.grad_fn.next_functions[0][0].register_hook(lambda inputs, grads: grads)
    with pytest.raises(RuntimeError, match=r"incorrect number of values \(got 1, but expected 0\)"):
        y.backward()


def test_hooks_see_tensors_of_a_recorded_backward_pass() -> None:
    x = leaf()
    y = x**3
    y.grad_fn.next_functions[0][0].register_prehook(lambda grads: (grads[0] * 2,))
    with pytest.warns(UserWarning, match="reference cycle"):
        y.backward(create_graph=True)
    assert x.grad.item() == 54
    assert x.grad.grad_fn is not None


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_leaf_whose_accumulator_was_shown_is_copied_without_it(copied: Any) -> None:
    x = leaf()
    accumulator = (x * 2).grad_fn.next_functions[0][0]
    twin = copied(x)
    assert twin.item() == 3
    assert twin.requires_grad
    assert (twin * 2).grad_fn.next_functions[0][0] is not accumulator


def test_plain_leaves_carry_nothing() -> None:
    x = leaf()
    (x * x).backward()
    assert x._extras is None


def trace_of(calculation: Any) -> list[tuple[str, tuple[Any, ...]]]:
    found: list[tuple[str, tuple[Any, ...]]] = []
    with modes.traced(lambda node, inputs: found.append((node.name(), inputs))):
        calculation()
    return found


def test_a_trace_is_told_of_every_node_with_its_inputs() -> None:
    x, y = leaf(), torch.tensor(2.0)
    found = trace_of(lambda: torch.sin(x) * 2 + x**3 - x / y + torch.stack([x, y]).unbind()[1])
    assert [name for name, _ in found] == [
        *("SinBackward0", "MulBackward0", "PowBackward0", "AddBackward0", "DivBackward0", "SubBackward0"),
        *("StackBackward0", "UnbindBackward0", "AddBackward0"),
    ]
    assert found[0][1] == (x,)
    assert found[1][1][1] == 2
    assert found[4][1][1] is y


def test_a_trace_ends_and_sees_nothing_that_is_not_recorded() -> None:
    x = leaf()

    def unrecorded() -> None:
        with torch.no_grad():
            x * torch.sin(x)

    assert trace_of(unrecorded) == []
    assert modes.state.trace is None
    assert modes.state.plain


@pytest.mark.parametrize("calculate", [lambda x: x * x, lambda x: 2 - x, torch.sin, torch.exp, lambda x: x**3])
def test_a_trace_changes_nothing_that_is_recorded(calculate: Any) -> None:
    x = leaf(0.5)
    plain = calculate(x)
    with modes.traced(lambda node, inputs: None):
        traced = calculate(x)
    assert (plain.item(), plain.grad_fn.name()) == (traced.item(), traced.grad_fn.name())
    assert torch.autograd.grad(plain, x) == torch.autograd.grad(traced, x)
