"""What goes entry by entry has the derivative of each entry, and is checked as the numbers that it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.formula_checks import _at_places, with_formulas
from gradcli.calculus.results import Formulas, Method, Request, Verdict
from gradcli.language import DiagnosticError, parse
from gradcli.operations import vocabulary
from gradcli.problem import Problem, Solution, solve


def solved(text: str, order: int = 1, wrt: tuple[str, ...] | None = None, **values: object) -> Solution:
    bindings = {
        name: parse(value, vocabulary()).program.result if isinstance(value, str) else np.asarray(value, float)
        for name, value in values.items()
    }
    return solve(Problem(text, bindings, wrt, order=order))


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("x^2", {"x": [1, 2, 3]}, {"x": [2, 4, 6]}),
        ("x^2", {"x": [[1, 2], [3, 4]]}, {"x": [[2, 4], [6, 8]]}),
        ("a*x + b", {"a": 2, "x": [1, 2], "b": 1}, {"a": [1, 2], "x": [2, 2], "b": [1, 1]}),
        ("x*y", {"x": [1, 2], "y": [3, 4]}, {"x": [3, 4], "y": [1, 2]}),
        ("x * [1, 2, 3]", {"x": [4, 5, 6]}, {"x": [1, 2, 3]}),
        ("x * [[1], [2]]", {"x": [[1, 1], [1, 1]]}, {"x": [[1, 1], [2, 2]]}),
        ("x * sum([1, 2]) + mean([3, 4])", {"x": [4, 5]}, {"x": [3, 3]}),
        ("c = [1, 2] * 3; y = x^2; c*y", {"x": [1, 2]}, {"x": [6, 24]}),
        ("d/dx (x^3)", {"x": [1, 2]}, {"x": [6, 12]}),
        ("where(x > 0, x^2, -x)", {"x": [1, -1]}, {"x": [2, -1]}),
        ("3 + 0*x", {"x": [1, 2]}, {"x": [0, 0]}),
    ],
)
def test_each_entry_has_its_own_derivative(
    text: str, values: dict[str, object], expected: dict[str, list[object]]
) -> None:
    solution = solved(text, **values)
    assert solution.request is Request.DIAGONAL
    found = {variables: array.tolist() for variables, array in solution.numbers.derivatives.items()}
    assert found == {(name,): numbers for name, numbers in expected.items()}
    assert solution.check is not None
    assert solution.check.verdict is Verdict.AGREES
    assert solution.check.method is Method.EXACT


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x / norm(x)", {"x": [1, 2]}),
        ("softmax(x, 0)", {"x": [1, 2]}),
        ("cumsum(x, 0)", {"x": [1, 2]}),
        ("x - mean(x)", {"x": [1, 2]}),
        ("flip(x, 0)", {"x": [1, 2]}),
        ("x @ [[1, 0], [0, 1]]", {"x": [1, 2]}),
        ("x + y", {"x": [1, 2], "y": [[1], [2]]}),
        ("m = mean(x); x - m", {"x": [1, 2]}),
        ("[x[1], x[0]]", {"x": [1, 2]}),
    ],
)
def test_what_mixes_entries_needs_a_scalar_as_in_torch(text: str, values: dict[str, object]) -> None:
    with pytest.raises(DiagnosticError) as caught:
        solved(text, **values)
    assert caught.value.diagnostic.code == "E310"


def test_constant_tensors_used_both_as_entries_and_as_a_whole_are_told_apart() -> None:
    solution = solved("v*x + sum(v)", wrt=("x",), x=[1, 2], v=[3, 4])
    assert solution.numbers.value.tolist() == [10, 15]
    assert solution.check is not None
    assert solution.check.verdict is Verdict.AGREES
    shared = solved("g(a) = a*x + sum(a); g(v)", wrt=("x",), x=[1, 2], v=[3, 4])  # one node in both places
    assert shared.numbers.value.tolist() == [10, 15]
    assert shared.check is not None
    assert shared.check.verdict is Verdict.AGREES


def test_higher_orders_go_entry_by_entry() -> None:
    assert solved("x^8", 7, x=[1, 2]).numbers.derivatives["x", "x", "x", "x", "x", "x", "x"].tolist() == [40320, 80640]


def test_the_formula_is_that_of_a_number() -> None:
    assert solved("x^2", x=[1, 2]).formulas.derivatives == {("x",): "2*x"}
    assert solved("x / norm(v)", wrt=("x",), x=[1, 2], v=[3, 4]).formulas.derivatives == {}


def test_entries_are_certified_as_they_are_written() -> None:
    solution = solved("x^2", x="[1/3, 0.1]")
    assert solution.check is not None
    assert solution.check.verdict is Verdict.AGREES
    assert solution.numbers.derivatives["x",].tolist() == [2 / 3, 0.2]


def test_an_entry_on_a_kink_is_counted_and_said_once() -> None:
    solution = solved("relu(x)", x=[-1, 0, 1])
    assert solution.check is not None
    assert solution.check.verdict is Verdict.UNDECIDED
    assert solution.check.reason == "relu(x) has a kink at 0; torch's convention gives 0 (1 of 3 entries)"
    assert [note.message for note in solution.notes if "kink" in note.message] == []


def test_an_entry_that_overflows_is_corrected() -> None:
    solution = solved("exp(x)", x=[1, 1000])
    assert solution.check is not None
    assert solution.check.verdict is Verdict.CORRECTED
    assert solution.numbers.texts_of(("x",))[1,].endswith("e+434")


def test_of_many_entries_some_are_checked() -> None:
    solution = solved("x^2", x=np.linspace(0, 1, 300))
    assert solution.check is not None
    assert (solution.check.method, solution.check.entries, solution.check.of) == (Method.EXACT_SAMPLED, 16, 300)
    assert solution.numbers.derivatives["x",].shape == (300,)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=5))
def test_the_diagonal_is_the_gradient_of_the_sum(entries: list[float]) -> None:
    text = "sin(x) * exp(x) + x^3"
    alone = solved(text, x=entries).evaluation
    summed = solved(f"sum({text})", x=entries).evaluation
    assert alone is not None
    assert summed is not None
    assert np.array_equal(alone.derivatives["x",], summed.derivatives["x",])


def test_a_list_without_variables_is_a_value() -> None:
    solution = solved("[1, 2] * 3")
    assert solution.numbers.value.tolist() == [3, 6]
    assert not solution.numbers.derivatives
    assert solution.check is not None
    assert solution.check.verdict is Verdict.AGREES


def exact_texts(text: str, **values: object) -> dict[object, str]:
    bindings = {
        name: parse(value, vocabulary()).program.result if isinstance(value, str) else np.asarray(value, float)
        for name, value in values.items()
    }
    solution = solve(Problem(text, bindings), exact=True)
    assert solution.exact is not None
    return dict(solution.exact.texts)


def test_each_entry_has_its_own_exact_value() -> None:
    assert exact_texts("sin(x)", x="[pi/4, pi/3]") == {
        ((), (0,)): "sqrt(2)/2",
        ((), (1,)): "sqrt(3)/2",
        (("x",), (0,)): "sqrt(2)/2",
        (("x",), (1,)): "1/2",
    }
    assert exact_texts("x^2*y", x="[[1/3], [2]]", y="1/7") == {
        ((), (0, 0)): "1/63",
        ((), (1, 0)): "4/7",
        (("x",), (0, 0)): "2/21",
        (("x",), (1, 0)): "4/7",
        (("y",), (0, 0)): "1/9",
        (("y",), (1, 0)): "4",
    }
    with np.errstate(divide="ignore"):  # as the command does
        assert exact_texts("1/x", x=[0, 4]) == {((), (1,)): "1/4", (("x",), (1,)): "-1/16"}


def test_of_a_long_list_formulas_are_compared_where_entries_are_checked_alone() -> None:
    x = np.arange(1.0, 1001)
    solution = solve(Problem("x^2 + c", {"x": x, "c": np.asarray(3.0)}))
    assert solution.evaluation is not None
    found, question = solution.check, solution.evaluation.question
    assert found is not None
    assert solution.formulas.derivatives == {("x",): "2*x", ("c",): "1"}
    few = _at_places(question, [(4,), (9,)], (1000,))
    assert few is not None
    assert few.point["x"].tolist() == [5, 10]
    assert few.point["c"].tolist() == 3
    wrong = Formulas({("x",): "3*x"})
    checked, _ = with_formulas(found, wrong, question)
    assert checked.verdict is Verdict.DIFFERS
