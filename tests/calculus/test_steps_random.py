"""The rules' derivatives against the engine's gradients, on random expressions over every operation that has rules."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from gradcli import engine
from gradcli.calculus.evaluate import Evaluator
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.notes import kink_notes
from gradcli.calculus.results import Question
from gradcli.calculus.steps import Unexplained, derivatives, explain
from gradcli.engine import dtypes
from gradcli.engine.tensor import wrap
from gradcli.language import Expr, free_names, parse, to_text
from gradcli.operations import TABLE, vocabulary
from tests.calculus.generator import Generator

CHUNKS = 10
EACH = 100
QUICK = 3
"""How many of the chunks the ordinary run has."""
TOLERANCE = 1e-9

REAL = ("trigonometry", "elementary", "elementwise", "activation", "logical", "copy")
"""The categories of functions of real numbers."""
WITHOUT_A_RULE = {"digamma": "its derivative, the trigamma function, has no name in the vocabulary"}


class RealGenerator(Generator):
    """Expressions of scalars, in which tensors are brought together by sums and means only."""

    def other(self, depth: int) -> str:
        if self.random.random() < 0.5:
            kind = self.random.choice(
                ["where({} > 0.3, {}, {})", "clamp({}, -1, 1.5)", "max({}, {}, {})", "min({}, {})"]
            )
            self.used.add(kind.partition("(")[0])
            return kind.format(*(self.scalar(depth) for _ in range(3)))
        return self.random.choice(["sum", "mean"]) + f"({self.vector(depth)})"

    def vector(self, depth: int) -> str:
        if depth <= 0:
            return "v"
        form = self.random.choice(
            ["V*v", "V + v", "V/(v^2 + 1)", "sin(V)", "S*V", "V^2", "tanh(V)", "V - S", "relu(V)"]
        )
        return form.replace("V", f"({self.vector(depth - 1)})").replace("S", self.scalar(0))


def value(tree: Expr, point: dict[str, np.ndarray]) -> np.ndarray:
    leaves = {name: wrap(array[()], dtypes.float64) for name, array in point.items()}
    with np.errstate(all="ignore"), engine.no_grad():
        evaluator = Evaluator(leaves, dtypes.float64)
        return np.asarray(evaluator.tensor(evaluator.visit(tree))._array)


def compared(seed: int, tally: Counter[str]) -> None:
    """One expression, by each of its variables."""
    generator = RealGenerator(seed)
    text = generator.scalar(3)
    point = generator.point()
    program = parse(text, vocabulary(), point).program
    for name in ("x", "y", "v"):
        if name not in free_names(program):
            continue
        question = Question(program, point, (name,))
        evaluation, evaluator = evaluate(question)
        if kink_notes(question, evaluator.value_of):
            tally["kink"] += 1
            continue
        try:
            account = explain(program, name, shapes={each: array.shape for each, array in point.items()})
        except Unexplained as refused:
            tally[refused.code] += 1
            continue
        expected = evaluation.derivatives[name,]
        found = value(account.result, point)
        if not (np.all(np.isfinite(expected)) and np.all(np.isfinite(found))):
            tally["not finite"] += 1
            continue
        assert np.allclose(found, expected, rtol=TOLERANCE, atol=1e-300), (
            text,
            name,
            to_text(account.result),
            found,
            expected,
        )
        tally["agrees"] += 1


@pytest.mark.parametrize(
    "chunk", [pytest.param(chunk, marks=[pytest.mark.slow] * (chunk >= QUICK)) for chunk in range(CHUNKS)]
)
def test_the_rules_give_the_engines_gradient(chunk: int) -> None:
    tally: Counter[str] = Counter()
    for seed in range(chunk * EACH, (chunk + 1) * EACH):
        compared(seed, tally)
    assert tally["agrees"] >= 0.8 * sum(tally.values())


def real_operations() -> list[str]:
    return [each.name for each in TABLE if each.category in REAL and each.name not in WITHOUT_A_RULE]


CALLS = {
    **{each.name: f"{each.name}(x)" for each in TABLE if each.required == 1},
    **{each.name: f"{each.name}(x, y)" for each in TABLE if each.required == 2},
    "clamp": "clamp(x, -1, y)",
    "where": "where(x > y, x^2, y)",
}
INSIDE = (0.37, -0.61, 1.83, -2.37)
"""Points of which every function is defined at one."""


@pytest.mark.parametrize("name", real_operations())
def test_every_function_of_real_numbers_has_its_rule(name: str) -> None:
    program = parse(CALLS[name], vocabulary(), ["x", "y"]).program
    compared_at = 0
    for x in INSIDE:
        point = {"x": np.array(x), "y": np.array(1.29)}
        wrt = tuple(each for each in ("x", "y") if each in CALLS[name].partition("(")[2])
        question = Question(program, point, wrt)
        evaluation, evaluator = evaluate(question)
        if kink_notes(question, evaluator.value_of) or not math.isfinite(float(evaluation.value)):
            continue
        for each in wrt:
            found = float(value(explain(program, each).result, point))
            expected = float(evaluation.derivatives[each,])
            assert math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=1e-300), (each, x)
        compared_at += 1
    assert compared_at


def test_the_exceptions_are_refused_with_their_reason() -> None:
    for name, reason in WITHOUT_A_RULE.items():
        with pytest.raises(Unexplained, match=name) as refused:
            explain(parse(f"{name}(x)", vocabulary()).program, "x")
        assert refused.value.message.endswith("its derivative has no name in the vocabulary"), reason


def test_the_table_has_no_rule_for_an_operation_that_is_not_there() -> None:
    names = {each.name for each in TABLE}
    assert derivatives.FURTHER.keys() | derivatives.DEFAULTS.keys() | derivatives.CHOICES.keys() <= names
