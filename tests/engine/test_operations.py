"""Every sample gives torch's value, text, graph and gradient, and its derivatives are those that differences show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engine import harness
from tests.engine.samples import INPUTS, SAMPLES, Sample, differences, flat, weights

ENGINE = harness.engine()
GOLDENS = harness.goldens()

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)


def assert_same(found: Any, expected: Any, what: str) -> None:
    """Two recorded tensors agree to a few units in the last place of float32."""
    assert (found is None) == (expected is None), what
    if expected is not None:
        assert found["shape"] == expected["shape"], what
        np.testing.assert_allclose(
            harness.array_of(found), harness.array_of(expected), rtol=2e-6, atol=2e-6, err_msg=what
        )


def assert_outcomes_agree(sample: Sample, found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Everything of a sample that is compared agrees with torch."""
    assert found["grad_fn"] == expected["grad_fn"]
    assert found["saved"] == expected["saved"]
    assert found["frees"] == expected["frees"]
    if sample.graph:
        assert found["graph"] == expected["graph"]
    if sample.text:
        assert found["text"] == expected["text"]
    assert len(found["values"]) == len(expected["values"])
    for one, other in zip(found["values"], expected["values"], strict=True):
        assert_same(one, other, "value")
    assert found["gradients"].keys() == expected["gradients"].keys()
    for name, gradient in expected["gradients"].items():
        assert_same(found["gradients"][name], gradient, f"gradient of {name}")


@every_sample
def test_gives_what_torch_gave(sample: Sample) -> None:
    assert_outcomes_agree(sample, harness.outcome(ENGINE, sample), GOLDENS[sample.source])


@pytest.mark.torch
@every_sample
def test_gives_what_torch_gives(sample: Sample, torch_library: harness.Library) -> None:
    assert_outcomes_agree(sample, harness.outcome(ENGINE, sample), harness.outcome(torch_library, sample))


def weighted(sample: Sample, arrays: dict[str, Any]) -> float:
    """The weighted sum of the sample's outputs, in float64."""
    result, _ = harness.call(ENGINE, sample, "float64", arrays)
    return float(
        sum((each.numpy(force=True) * weights(each._array)).sum() for each in flat(result) if each.requires_grad)
    )


def differentiable(sample: Sample) -> list[str]:
    """The inputs of a sample that have a gradient at all."""
    recorded = GOLDENS[sample.source]["gradients"]
    return [name for name in sample.names if name in INPUTS and recorded[name] is not None]


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.smooth], ids=str)
def test_gradient_is_that_of_differences(sample: Sample) -> None:
    result, inputs = harness.call(ENGINE, sample, "float64")
    gradients = harness.gradients(ENGINE, result, inputs)
    for name in differentiable(sample):
        expected = differences(lambda arrays: weighted(sample, arrays), INPUTS, name)
        np.testing.assert_allclose(gradients[name].numpy(), expected, rtol=1e-6, atol=1e-7, err_msg=name)


def directional(sample: Sample, arrays: dict[str, Any]) -> Any:
    """The sum of all gradients' elements, weighted: a number whose gradient is a Hessian-vector product. None where
    it is constant."""
    result, inputs = harness.call(ENGINE, sample, "float64", arrays)
    gradients = harness.gradients(ENGINE, result, inputs, create_graph=True)
    parts = [
        (each * ENGINE.tensor(weights(each.numpy(force=True)), "float64", False)).sum()
        for each in gradients.values()
        if each is not None
    ]
    return (sum(parts[1:], parts[0]) if parts else None), inputs


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.smooth and each.twice], ids=str)
def test_second_order_is_that_of_differences_of_the_first(sample: Sample) -> None:
    number, inputs = directional(sample, INPUTS)
    if number is None:
        assert not differentiable(sample)
        return
    names = differentiable(sample)
    if number.requires_grad:
        leaves = [inputs[name] for name in names]
        found = ENGINE.grad(number, leaves, allow_unused=True)
    else:
        found = [None] * len(names)
    for name, gradient in zip(names, found, strict=True):
        expected = differences(lambda arrays: float(directional(sample, arrays)[0].detach()), INPUTS, name)
        computed = np.zeros_like(expected) if gradient is None else gradient.numpy()
        np.testing.assert_allclose(computed, expected, rtol=1e-5, atol=1e-6, err_msg=name)


@every_sample
def test_create_graph_does_not_change_the_gradient(sample: Sample) -> None:
    result, inputs = harness.call(ENGINE, sample, "float32")
    plain = harness.gradients(ENGINE, result, inputs)
    result, inputs = harness.call(ENGINE, sample, "float32")
    recorded = harness.gradients(ENGINE, result, inputs, create_graph=True)
    for name, gradient in plain.items():
        assert_same(harness.values(recorded[name]), harness.values(gradient), name)
