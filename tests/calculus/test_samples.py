"""The samples of the engine's operations before both exact witnesses: SymPy's derivatives in balls, which never see
the engine, and the engine's own rules on balls.

A sample's text is parsed as a user's would be, where the vocabulary knows its words. The sums that are differentiated
are weighted, so that no entry of a gradient stands for another. The certified numbers are held to the engine's floats,
too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from flint import ctx

from gradcli.calculus.balls import Certified, Unknown, certify, numbers
from gradcli.calculus.balls.element import NoBalls
from gradcli.calculus.balls.engine import BallRun, run
from gradcli.calculus.balls.numbers import Undecided
from gradcli.calculus.balls.point import exact_values
from gradcli.calculus.entries import NoForm
from gradcli.calculus.results import Question, Request
from gradcli.language import parse, walk
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.tree import Call, Program
from gradcli.operations import OPERATIONS, TABLE, vocabulary
from tests.engine import harness
from tests.engine.samples import CONSTANTS, Sample, flat, weights

ENGINE = harness.engine()
BITS = 128


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
    "torch.ones(2, 4).view(torch.float64)": "view takes a shape, and no dtype",
    "F.binary_cross_entropy(x, torch.tensor([1.0, 0.0], dtype=x.dtype))": "dtype= takes a name",
}
"""Samples that mean something else to us than to torch, and what."""
NO_FORM = {
    "A.norm(p='nuc')": "of singular values",
    "torch.linalg.det(G)": "a batch of matrices",
    "torch.linalg.inv(G)": "a batch of matrices",
    "torch.linalg.solve(G, K.T)": "a batch of matrices",
    "s[()]": "an empty index",
}
"""Samples that have no certified form though their operation has one, and why."""


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


def question_of(sample: Sample, program: Program, cotangent: Any) -> Question:
    """What is asked of a sample: the derivatives of its output, weighted."""
    point = {name: np.asarray(elements, np.float64) for name, elements in sample.inputs.items()}
    held = {name: np.asarray(CONSTANTS[name], np.float64) for name in sample.names if name in CONSTANTS}
    return Question(program, {**point, **held}, tuple(point), Request.VJP, cotangent=cotangent)


def certified(question: Question) -> Certified:
    """The certified answer."""
    return certify(question, {(name,): np.shape(question.point[name]) for name in question.wrt})


def on_balls(question: Question) -> BallRun | None:
    """The engine's answer on balls; None where balls do not decide something."""
    with ctx.workprec(BITS):
        point = exact_values(question)
    try:
        return run(question, point, BITS)
    except Undecided:
        return None


@pytest.mark.parametrize("name", READ, ids=str)
def test_certified_numbers_are_those_of_the_engine(name: str) -> None:
    sample, program = READ[name]
    result, inputs = harness.call(ENGINE, sample, "float64")
    output = flat(result)[0]
    value = np.asarray(output.numpy(force=True))
    question = question_of(sample, program, weights(value))
    found = certified(question)
    if not is_finite(question):
        assert found.value[()] == Unknown("an input is not finite")
        return
    assert_alike(found.value, value, sample.smooth, **precision(value))
    if sample.smooth or sample.source in CONSTANT_IN_PART:
        for wrt, gradient in harness.gradients(ENGINE, (output,), inputs).items():
            floats = np.zeros(np.shape(sample.inputs[wrt])) if gradient is None else gradient.numpy()
            assert_alike(found.derivatives[(wrt,)], floats, sample.smooth, **precision(value))


@pytest.mark.parametrize("name", READ, ids=str)
def test_both_exact_witnesses_overlap(name: str) -> None:
    sample, program = READ[name]
    result, _ = harness.call(ENGINE, sample, "float64")
    question = question_of(sample, program, weights(np.asarray(flat(result)[0].numpy(force=True))))
    others = certified(question)
    if has_mask(sample):
        with pytest.raises(NoBalls, match="boolean"):
            on_balls(question)
        return
    own = on_balls(question)
    if own is None or not is_finite(question):
        assert not sample.smooth
        return
    pairs = list(both_defined(own.value, others.value))
    for variables, array in own.derivatives.items():
        pairs.extend(both_defined(array, others.derivatives[variables]))
    assert all(numbers.overlap(mine, theirs) for mine, theirs in pairs)
    assert pairs or not sample.smooth or own.value.size == 0


def has_mask(sample: Sample) -> bool:
    """Whether a mask takes part as such: to us it is a variable, and numbers are no conditions."""
    return "where" in sample.source and any(np.asarray(CONSTANTS.get(name, 0)).dtype == bool for name in sample.names)


def is_finite(question: Question) -> bool:
    """Whether the point is."""
    return all(bool(np.isfinite(value).all()) for value in question.point.values())


def both_defined(own: Any, others: Any) -> Iterator[tuple[Any, Any]]:
    """The entries that both witnesses know."""
    assert own.shape == others.shape
    for mine, theirs in zip(own.ravel(), others.ravel(), strict=True):
        if theirs is not None and not isinstance(theirs, Unknown) and mine.is_finite():
            yield mine, theirs


def precision(value: Any) -> dict[str, float]:
    """How near a value in its dtype comes to the certified one; functions of integers give float32."""
    return {"rtol": 1e-6, "atol": 0.0} if value.dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-12}


def assert_alike(found: Any, floats: Any, all_known: bool, **precision: float) -> None:
    """Every certified number is the engine's; `all_known` asks that all are."""
    assert found.shape == floats.shape
    for entry, number in zip(found.ravel(), floats.ravel(), strict=True):
        if isinstance(entry, Unknown):
            assert not all_known, entry
        elif entry is not None:
            np.testing.assert_allclose(numbers.nearest_float(entry), number, **precision)


def test_what_has_no_form_says_so() -> None:
    for sample in (each for suite in harness.SUITES for each in suite.samples if each.source in NO_FORM):
        with pytest.raises((NoForm, NoBalls, DiagnosticError)):
            certified(question_of(sample, parse(sample.source, vocabulary(), sample.names).program, None))


NOT_OF_SAMPLES = {
    *("sec", "csc", "cot", "asec", "acsc", "acot", "sech", "csch", "coth", "asech", "acsch", "acoth"),
    *("cbrt", "gamma", "factorial"),
}
"""What torch has not."""


def test_every_operation_with_a_formula_is_in_a_sample() -> None:
    compared = {name for _, program in READ.values() for name in called(program)}
    assert {each.name for each in TABLE if each.symbolic and each.name not in compared} == NOT_OF_SAMPLES
