"""Every sample gives torch's value, text, graph and gradient, and its derivatives are those that differences show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.engine import harness
from tests.engine.harness import SUITES, Suite
from tests.engine.samples import Sample, differences, flat, weights

ENGINE = harness.engine()
GOLDENS = {suite.name: suite.recorded()["outcomes"] for suite in SUITES}

PAIRS = [(suite, sample) for suite in SUITES for sample in suite.samples]


# A sum over a pole is inf or nan, in torch's silence; NumPy reports it from within its own modules.
at_poles = pytest.mark.filterwarnings("ignore:(invalid value|overflow) encountered in reduce:RuntimeWarning")


def of_all(pairs: list[tuple[Suite, Sample]]) -> Any:
    """A test of each of the samples."""
    parameters = [
        pytest.param(suite, sample, id=str(sample), marks=at_poles if suite is harness.ON_POINTS else ())
        for suite, sample in pairs
    ]
    return pytest.mark.parametrize(("suite", "sample"), parameters)


every_sample = of_all(PAIRS)


def assert_same(suite: Suite, found: Any, expected: Any, what: str) -> None:
    """Two recorded tensors agree to what the suite promises."""
    assert (found is None) == (expected is None), what
    if expected is not None:
        assert found["shape"] == expected["shape"], what
        np.testing.assert_allclose(
            harness.array_of(found),
            harness.array_of(expected),
            rtol=suite.relative,
            atol=suite.absolute,
            err_msg=what,
        )


def assert_outcomes_agree(suite: Suite, sample: Sample, found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Everything of a sample that is compared agrees with torch."""
    if sample.node:
        assert found["name"] == expected["name"]
        assert found["grad_fn"] == expected["grad_fn"]
        assert found["saved"] == expected["saved"]
    assert found["warned"] == expected["warned"]
    assert found["frees"] == expected["frees"]
    if sample.graph:
        assert found["graph"] == expected["graph"]
    if sample.text:
        assert found["text"] == expected["text"]
    assert len(found["values"]) == len(expected["values"])
    for one, other in zip(found["values"], expected["values"], strict=True):
        assert_same(suite, one, other, "value")
    assert found["gradients"].keys() == expected["gradients"].keys()
    for name, gradient in expected["gradients"].items():
        assert_same(suite, found["gradients"][name], gradient, f"gradient of {name}")


@every_sample
def test_gives_what_torch_gave(suite: Suite, sample: Sample) -> None:
    found = harness.outcome(ENGINE, suite, sample)
    assert_outcomes_agree(suite, sample, found, GOLDENS[suite.name][str(sample)])


@pytest.mark.torch
@every_sample
def test_gives_what_torch_gives(suite: Suite, sample: Sample, torch_library: harness.Library) -> None:
    live = harness.outcome(torch_library, suite, sample)
    assert_outcomes_agree(suite, sample, harness.outcome(ENGINE, suite, sample), live)
    assert_outcomes_agree(suite, sample, GOLDENS[suite.name][str(sample)], live)


def weighted(sample: Sample, arrays: Mapping[str, Any]) -> float:
    """The weighted sum of the sample's outputs, in float64."""
    result, _ = harness.call(ENGINE, sample, "float64", arrays)
    return float(
        sum((each.numpy(force=True) * weights(each._array)).sum() for each in flat(result) if each.requires_grad)
    )


def differentiable(suite: Suite, sample: Sample) -> list[str]:
    """The inputs of a sample that have a gradient at all."""
    recorded = GOLDENS[suite.name][str(sample)]["gradients"]
    return [name for name in sample.inputs if recorded[name] is not None]


@of_all([(suite, sample) for suite, sample in PAIRS if sample.smooth])
def test_gradient_is_that_of_differences(suite: Suite, sample: Sample) -> None:
    result, inputs = harness.call(ENGINE, sample, "float64")
    gradients = harness.gradients(ENGINE, result, inputs)
    for name in differentiable(suite, sample):
        expected = differences(lambda arrays: weighted(sample, arrays), sample.inputs, name)
        np.testing.assert_allclose(gradients[name].numpy(), expected, rtol=1e-6, atol=1e-8, err_msg=name)


def directional(sample: Sample, arrays: Mapping[str, Any]) -> Any:
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


@of_all([(suite, sample) for suite, sample in PAIRS if sample.smooth and sample.twice])
def test_second_order_is_that_of_differences_of_the_first(suite: Suite, sample: Sample) -> None:
    number, inputs = directional(sample, sample.inputs)
    names = differentiable(suite, sample)
    if number is None:
        assert not names
        return
    if number.requires_grad:
        leaves = [inputs[name] for name in names]
        found = ENGINE.grad(number, leaves, allow_unused=True)
    else:
        found = [None] * len(names)
    for name, gradient in zip(names, found, strict=True):
        expected = differences(lambda arrays: float(directional(sample, arrays)[0].detach()), sample.inputs, name)
        computed = np.zeros_like(expected) if gradient is None else gradient.numpy()
        np.testing.assert_allclose(computed, expected, rtol=1e-5, atol=1e-7, err_msg=name)


@every_sample
def test_create_graph_does_not_change_the_gradient(suite: Suite, sample: Sample) -> None:
    result, inputs = harness.call(ENGINE, sample, suite.dtype)
    plain = harness.gradients(ENGINE, result, inputs)
    result, inputs = harness.call(ENGINE, sample, suite.dtype)
    recorded = harness.gradients(ENGINE, result, inputs, create_graph=True)
    for name, gradient in plain.items():
        assert_same(suite, harness.values(recorded[name]), harness.values(gradient), name)
