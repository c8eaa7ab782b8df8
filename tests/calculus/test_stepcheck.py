"""The rules' derivative against both witnesses."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.calculus.results import Array, Verdict
from gradcli.calculus.stepcheck import POINTS, confirm
from gradcli.calculus.steps import RULES, explain
from gradcli.language import parse
from gradcli.language.values import replace
from gradcli.operations import vocabulary
from gradcli.render.steps import confirmation_row

FORGOTTEN = {**RULES, "chain": replace(RULES["chain"], apply=lambda given: given.partials[0])}
"""The rules with the inner derivative forgotten."""


@pytest.mark.parametrize("point", [{}, {"x": np.array(2.0)}], ids=["points of our own", "values given"])
def test_a_wrong_derivation_is_shown_to_differ(point: dict[str, Array]) -> None:
    program = parse("sin(3x)", vocabulary()).program
    found = confirm(program, explain(program, "x", rules=FORGOTTEN), point, ("x",))
    assert found.check.verdict is Verdict.DIFFERS
    row = confirmation_row(found)
    assert row.value.startswith("DIFFERS: by the rules the derivative is ")
    assert ", by SymPy's derivatives " in row.value


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ln(x - 20)", ("x",)),
        ("asin(4x)", ("x",)),
        ("sqrt(-x)", ("x",)),
        ("mean(x)*s", ("x", "s")),
        ("sum(5)*x", ("x",)),
        ("mean((w*x - t)^2)", ("w", "x", "t")),
    ],
)
def test_points_are_found_where_the_expression_is_defined(text: str, names: tuple[str, ...]) -> None:
    program = parse(text, vocabulary(), names).program
    for name in names:
        found = confirm(program, explain(program, name), {}, names)
        assert (found.check.verdict, found.points) == (Verdict.AGREES, POINTS), name


def test_where_no_point_is_found_the_check_is_undecided() -> None:
    program = parse("ln(x - 1e6)", vocabulary()).program
    found = confirm(program, explain(program, "x"), {}, ("x",))
    assert found.check.verdict is Verdict.UNDECIDED
    assert confirmation_row(found).value == "undecided: no point was found at which it could be compared"
