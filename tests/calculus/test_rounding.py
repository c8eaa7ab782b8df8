"""Right second derivatives that rounding moves far, relative to their size, are never called wrong; wrong ones are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from gradcli.calculus import crosscheck, evaluate
from gradcli.calculus.results import Array, Question, Request, Variables, Verdict
from gradcli.language import parse
from gradcli.language.values import replace
from gradcli.operations import vocabulary
from tests.calculus.generator import Generator

FOUND = [
    (1_030_155, "logaddexp(sum(mm((m @ m), m)), pow(((x)^2 + 0.5), sin(0.5)))"),
    (1_031_505, "sin(cumprod(([x, y, 2]), 0)[2])"),
    (2, "sinc(leaky_relu(x))"),
    (1_031_796, "sigmoid(sum(mv((exp(0.3*m)), v)))"),
    (3, "prod([x, y, 2])"),
    (5, "det((m + (m[:, 1])))"),
    (7, "xlogy(cumprod((v), 0)[2], 16.5)"),
]
"""Expressions that random search found, with the seeds of their points."""


def evaluated(seed: int, text: str) -> evaluate.Evaluation:
    point = Generator(seed).point()
    program = parse(text, vocabulary(), point).program
    used = {name: value for name, value in point.items() if name in text}
    return evaluate.evaluate(Question(program, used, tuple(used), Request.HESSIAN))[0]


@pytest.mark.parametrize(("seed", "text"), FOUND)
def test_a_right_second_derivative_is_never_called_wrong(seed: int, text: str) -> None:
    assert crosscheck.check(evaluated(seed, text)).verdict is not Verdict.DIFFERS


@pytest.mark.parametrize(("seed", "text"), [row for row in FOUND if "det" not in row[1] and "logaddexp" not in row[1]])
def test_a_wrong_second_derivative_is_called_wrong(seed: int, text: str) -> None:
    evaluation = evaluated(seed, text)
    spoiled: Mapping[Variables, Array] = {
        variables: np.asarray(array) * (1 + 1e-4) for variables, array in evaluation.derivatives.items()
    }
    assert crosscheck.check(replace(evaluation, derivatives=spoiled)).verdict is Verdict.DIFFERS
