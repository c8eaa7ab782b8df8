"""The samples of the engine's operations, read as formulas: SymPy's values and gradients are the engine's.

A sample's text is parsed as a user's would be; where the vocabulary knows its words it is read by SymPy, which never
sees the engine. The sums that are differentiated are weighted, so that no entry of a gradient stands for another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.results import Question, Request
from gradcli.calculus.symbolic import Derivation, NoSymbolicForm, Undefined, derive, evaluate
from gradcli.calculus.symbolic.elements import as_expression
from gradcli.language import parse, walk
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.tree import Call, Program
from gradcli.operations import OPERATIONS, TABLE, Operation, vocabulary
from tests.engine import harness
from tests.engine.samples import CONSTANTS, Sample, flat, weights

ENGINE = harness.engine()


READ_OTHERWISE = {
    "x.where(m, y)": "where(condition, x, y) is a function of its condition",
    "j ^ 3": "^ is a power",
    "m ^ mm": "^ is a power",
    "torch.linalg.norm(A, 1)": "norm is torch.norm: of the entries",
    "torch.linalg.norm(A, 2)": "norm is torch.norm: of the entries",
    "torch.linalg.norm(A, float('inf'))": "inf is written inf",
    "x.norm(p=float('inf'))": "inf is written inf",
    "n.norm(p=float('-inf'))": "inf is written inf",
    "x[m]": "what a name stands for is a number: a mask is written out",
    "M[mm]": "what a name stands for is a number: a mask is written out",
    "A[m]": "what a name stands for is a number: a mask is written out",
    "A[:, m]": "what a name stands for is a number: a mask is written out",
    "A[m, 0]": "what a name stands for is a number: a mask is written out",
    "A[(0, 1)]": "brackets make a vector, here of indices",
}
"""Samples that mean something else to us than to torch, and what."""
NO_FORM = {
    "A.norm(p='nuc')": "of singular values",
    "x.norm(p=0)": "counts",
    "torch.linalg.det(G)": "a batch of matrices",
    "torch.linalg.inv(G)": "a batch of matrices",
    "torch.linalg.solve(G, K.T)": "a batch of matrices",
    "s[()]": "an empty index",
    "A[A > 1]": "the size depends on a variable",
    "torch.xlogy(x, 0.0)": "the logarithm of zero",
    "torch.fmod(j, 2)": "jumps at the integers",
    "F.cross_entropy(x, torch.tensor([0, -100]), reduction='mean')": "an ignored class",
    "F.cross_entropy(x, torch.tensor([0, -100]), reduction='sum')": "an ignored class",
    "F.cross_entropy(x, torch.tensor([0, -100]), reduction='none')": "an ignored class",
}
"""Samples that SymPy has no reading of though it has one of the operation, and why."""


CONSTANT_IN_PART = {"x * x.detach()", "x.detach()"}
"""Samples whose gradient is a formula's though it is not that of differences."""


def read(sample: Sample) -> Program | None:
    """The sample in the user's language; None where the vocabulary does not know its words, or SymPy has no reading
    of one."""
    if sample.source in READ_OTHERWISE or sample.source in NO_FORM:
        return None
    try:
        program = parse(sample.source, vocabulary(), sample.names).program
    except DiagnosticError:
        return None
    return program if all(OPERATIONS[name].symbolic for name in called(program)) else None


def called(program: Program) -> Iterable[str]:
    """The operations of a program."""
    return (each.function for each in walk(program.result) if isinstance(each, Call))


READ: dict[str, tuple[Sample, Program]] = {
    str(sample): (sample, program)
    for suite in harness.SUITES
    if suite is not harness.IN_DOUBLE
    for sample in suite.samples
    if (program := read(sample)) is not None
}


def derived(sample: Sample, program: Program, cotangent: Any) -> Derivation:
    """The weighted derivatives by SymPy."""
    point = {name: np.asarray(elements, np.float64) for name, elements in sample.inputs.items()}
    held = {name: np.asarray(CONSTANTS[name]) for name in sample.names if name in CONSTANTS}
    question = Question(program, {**point, **held}, tuple(point), Request.VJP, cotangent=cotangent)
    return derive(question)


def number(expression: Any, derivation: Derivation) -> float:
    value = evaluate(as_expression(expression), derivation.values)
    return float("nan") if isinstance(value, Undefined) else float(value)


@pytest.mark.parametrize("name", READ, ids=str)
def test_sympy_has_the_value_and_the_gradient(name: str) -> None:
    sample, program = READ[name]
    result, inputs = harness.call(ENGINE, sample, "float64")
    output = flat(result)[0]
    value = np.asarray(output.numpy(force=True))
    derivation = derived(sample, program, weights(value))
    formulas = derivation.reading.seen(program.result)
    assert formulas is not None
    assert formulas.shape == value.shape
    found = np.array([number(each, derivation) for each in formulas.ravel()])
    defined = np.full(found.shape, True) if sample.smooth else ~np.isnan(found)
    np.testing.assert_allclose(found[defined], value.ravel()[defined], **precision(value))
    if sample.smooth or sample.source in CONSTANT_IN_PART:
        assert_gradients_agree(derivation, harness.gradients(ENGINE, (output,), inputs), **precision(value))


def precision(value: Any) -> dict[str, float]:
    """How near a value in its dtype comes to SymPy's; functions of integers give float32."""
    return {"rtol": 1e-6, "atol": 0.0} if value.dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-12}


def assert_gradients_agree(derivation: Derivation, gradients: dict[str, Any], **precision: float) -> None:
    """Every entry that SymPy derived is the engine's."""
    for entry in derivation.entries:
        gradient = gradients[entry.variables[0]]
        expected = 0.0 if gradient is None else gradient.numpy()[entry.position]
        np.testing.assert_allclose(number(entry.expression, derivation), expected, **precision)


def test_what_has_no_form_says_so() -> None:
    for sample in (each for suite in harness.SUITES for each in suite.samples if each.source in NO_FORM):
        with pytest.raises((NoSymbolicForm, DiagnosticError)):
            derived(sample, parse(sample.source, vocabulary(), sample.names).program, None)


NOT_OF_SAMPLES = {
    *("sec", "csc", "cot", "asec", "acsc", "acot", "sech", "csch", "coth", "asech", "acsch", "acoth"),
    *("cbrt", "gamma", "factorial"),
}
"""What torch has not: test_random_expressions holds it to SymPy."""


@pytest.mark.parametrize("operation", [each for each in TABLE if each.symbolic], ids=lambda each: each.name)
def test_every_operation_with_a_formula_is_in_a_sample(operation: Operation) -> None:
    compared = any(operation.name in called(program) for _, program in READ.values())
    assert compared != (operation.name in NOT_OF_SAMPLES)
