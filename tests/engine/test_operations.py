"""Every sample gives torch's value, text, graph and gradient, and passes gradcheck and gradgradcheck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.engine import harness
from tests.engine.harness import SUITES, Suite
from tests.engine.samples import Sample, flat, weights

ENGINE = harness.engine()
GOLDENS = {suite.name: suite.recorded()["outcomes"] for suite in SUITES}

PAIRS = [(suite, sample) for suite in SUITES for sample in suite.samples]


# A sum over a pole is inf or nan, in torch's silence; NumPy reports it from within its own modules.
at_poles = pytest.mark.filterwarnings("ignore:(invalid value|overflow) encountered in reduce:RuntimeWarning")


def of_all(pairs: list[tuple[Suite, Sample]]) -> Any:
    """A test of each of the samples."""
    parameters = [
        pytest.param(suite, sample, id=f"{suite.name}: {sample}", marks=at_poles if suite is harness.ON_POINTS else ())
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


def differentiable(suite: Suite, sample: Sample) -> list[str]:
    """The inputs of a sample that have a gradient at all."""
    recorded = GOLDENS[suite.name][str(sample)]["gradients"]
    return [name for name in sample.inputs if recorded[name] is not None]


SMOOTH = [
    (suite, sample)
    for suite, sample in PAIRS
    if sample.smooth and suite is not harness.IN_DOUBLE and differentiable(suite, sample)
]
"""The samples whose derivatives are held to differences; those of IN_DOUBLE are the same as those of ON_TENSORS."""


def as_function(sample: Sample) -> tuple[Callable[..., Any], list[Any]]:
    """A sample as a function of its differentiable inputs, in float64, and the inputs."""
    inputs = {name: ENGINE.tensor(elements, "float64", True) for name, elements in sample.inputs.items()}
    constants = harness.constants(ENGINE, sample, "float64")

    def function(*operands: Any) -> Any:
        return ENGINE.evaluate(sample.source, {**dict(zip(inputs, operands, strict=True)), **constants})

    return function, list(inputs.values())


@of_all(SMOOTH)
def test_gradient_passes_gradcheck(suite: Suite, sample: Sample) -> None:
    function, inputs = as_function(sample)
    assert ENGINE.torch.autograd.gradcheck(function, inputs, eps=1e-5, atol=1e-8, rtol=1e-6)


@of_all(SMOOTH)
def test_second_derivatives_pass_gradgradcheck(suite: Suite, sample: Sample) -> None:
    function, inputs = as_function(sample)
    cotangents = [
        ENGINE.tensor(weights(each.numpy(force=True)), "float64", True)
        for each in flat(function(*inputs))
        if each.requires_grad
    ]
    assert ENGINE.torch.autograd.gradgradcheck(function, inputs, cotangents, eps=1e-5, atol=1e-7, rtol=1e-5)


def test_gradcheck_refuses_a_gradient_that_is_wrong_by_a_millionth() -> None:
    torch = ENGINE.torch
    x = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)

    def nearly_sine(x: Any) -> Any:
        return x.sin() + (1e-5 * x).detach()

    with pytest.raises(torch.autograd.gradcheck.__globals__["GradcheckError"], match="Jacobian mismatch"):
        torch.autograd.gradcheck(nearly_sine, x, eps=1e-5, atol=1e-8, rtol=1e-6)


@pytest.mark.parametrize("number", [lambda x: x.sum(), lambda x: x[0] * x[1]])
def test_gradgradcheck_draws_cotangents_for_single_numbers(number: Callable[[Any], Any]) -> None:
    torch = ENGINE.torch
    assert torch.autograd.gradgradcheck(number, torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True))


@every_sample
def test_create_graph_does_not_change_the_gradient(suite: Suite, sample: Sample) -> None:
    result, inputs = harness.call(ENGINE, sample, suite.dtype)
    plain = harness.gradients(ENGINE, result, inputs)
    result, inputs = harness.call(ENGINE, sample, suite.dtype)
    recorded = harness.gradients(ENGINE, result, inputs, create_graph=True)
    for name, gradient in plain.items():
        assert_same(suite, harness.values(recorded[name]), harness.values(gradient), name)
