"""Derivatives, functions of one's own, equations and ranges: what they read as, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.language import DiagnosticError, Vocabulary, codes, parse, parse_binding, to_text, walk
from gradcli.language.conventions import Conventions
from gradcli.language.limits import MAX_NOTES
from gradcli.language.ranges import combinations, count, points
from gradcli.language.scopes import Scope, free_names
from gradcli.language.tree import (
    BOUND,
    NOWHERE,
    Call,
    Derivative,
    Equation,
    Expr,
    Factor,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Range,
    Sum,
    Term,
)
from tests.language.conftest import Reader, Refuser
from tests.language.operator_table import READINGS, REFUSALS


@pytest.mark.parametrize(("text", "bound", "expected", "note"), READINGS, ids=[row[0] for row in READINGS])
def test_a_text_reads_as_its_plain_form(
    vocabulary: Vocabulary, text: str, bound: str, expected: str, note: str
) -> None:
    parsed = parse(text, vocabulary, bound.split())
    assert to_text(parsed.program) == expected
    assert [each.message for each in parsed.notes[:1]] == ([note] if note else [])
    assert parse(expected, vocabulary, bound.split()).program == parsed.program


@pytest.mark.parametrize(
    ("text", "bound", "code", "where", "message"), REFUSALS, ids=[row[0] or "nothing" for row in REFUSALS]
)
def test_what_means_nothing_is_refused_where_it_stands(
    vocabulary: Vocabulary, text: str, bound: str, code: str, where: str, message: str
) -> None:
    with pytest.raises(DiagnosticError) as raised:
        parse(text, vocabulary, bound.split())
    found = raised.value.diagnostic
    assert (found.code, text[found.span.start : found.span.end], found.message) == (code, where, message)


NAMES = st.sampled_from(["x", "y", "z"])
LEAVES = st.one_of(NAMES.map(Name), st.integers(0, 9).map(lambda value: Number(str(value), float(value))))


def _derivative(expression: Expr, variable: str, order: int) -> Expr:
    return Scope().derivative(expression, variable, order, NOWHERE)


def _at(expression: Expr, variable: str, order: int, point: Expr) -> Expr:
    return Scope().bound(expression, variable, order, point, NOWHERE)


def _above(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    orders = st.integers(1, 3)
    return st.one_of(
        st.lists(st.builds(Term, trees, st.booleans()), min_size=2, max_size=3).map(
            lambda terms: Sum((Term(terms[0].value), *terms[1:]))
        ),
        st.lists(trees, min_size=2, max_size=3).map(lambda values: Product(tuple(map(Factor, values)))),
        st.builds(Power, trees, trees),
        st.builds(Negation, trees),
        trees.map(lambda tree: Call("sin", (tree,))),
        st.builds(_derivative, trees, NAMES, orders),
        st.builds(_at, trees, NAMES, orders, trees),
        st.builds(_at, trees, NAMES, orders, trees),
    )


TREES = st.recursive(LEAVES, _above, max_leaves=12)


@given(TREES)
@settings(max_examples=400, deadline=None)
def test_the_text_of_a_tree_with_derivatives_reads_as_the_tree(vocabulary: Vocabulary, tree: Expr) -> None:
    assert parse(to_text(tree), vocabulary).program.result == tree


@given(TREES, st.sampled_from(["x", "y"]), TREES)
@settings(max_examples=200, deadline=None)
def test_a_function_of_any_body_is_written_out_as_it_reads(
    vocabulary: Vocabulary, body: Expr, parameter: str, argument: Expr
) -> None:
    text = f"f({parameter}) = {to_text(body)}; f({to_text(argument)})"
    read = parse(text, vocabulary).program.result
    assert parse(to_text(read), vocabulary).program.result == read
    assert free_names(read) - free_names(argument) <= free_names(body) - {parameter}


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_bound_names_are_bound_by_one_derivative_around_them(tree: Expr) -> None:
    for node in walk(tree):
        if isinstance(node, Derivative) and node.point is not None:
            inner = [each.variable for each in walk(node.expression) if isinstance(each, Derivative)]
            assert node.variable.endswith(BOUND)
            assert node.variable not in inner
    assert not any(name.endswith(BOUND) for name in free_names(tree))


def test_the_body_of_a_call_has_the_span_of_the_call(vocabulary: Vocabulary) -> None:
    text = "f(x) = x^2; 1 + f(y)"
    result = parse(text, vocabulary).program.result
    assert isinstance(result, Sum)
    span = result.terms[1].value.span
    assert text[span.start : span.end] == "f(y)"


def test_definitions_are_kept_as_they_are_written(vocabulary: Vocabulary) -> None:
    program = parse("f(x) = x^2 + 1; g(u, v) = u f(v); g(1, 2)", vocabulary).program
    assert [to_text(each) for each in program.definitions] == ["f(x) = x**2 + 1", "g(u, v) = u*(v**2 + 1)"]
    assert program.definitions[1].parameters == ("u", "v")


def test_a_function_hides_the_value_of_its_name_and_says_so(vocabulary: Vocabulary) -> None:
    parsed = parse("f(x) = x^2; f(3)", vocabulary, ["f"])
    assert to_text(parsed.program) == "3**2"
    assert [note.message for note in parsed.notes] == ["f is a function here: its value is not used"]


def test_names_of_a_program_with_functions_are_those_of_the_tree(vocabulary: Vocabulary) -> None:
    assert parse("f(x) = x y; f(z)", vocabulary).names is None
    assert parse("diff(x^2, x, at=3)", vocabulary).names is None
    assert parse("d/dx x y", vocabulary).names == ("x", "y")


def test_calls_that_double_are_counted_before_they_are_written_out(refuse: Refuser) -> None:
    doubling = "".join(f"f{n}(x) = f{n - 1}(x)*f{n - 1}(x); " for n in range(1, 60))
    assert refuse(f"f0(x) = x; {doubling} f59(x)").code == codes.TOO_LARGE


def test_assigned_names_that_double_are_counted_before_they_are_written_out(refuse: Refuser) -> None:
    doubling = "".join(f"a{n} = a{n - 1}*a{n - 1}; " for n in range(1, 60))
    assert refuse(f"{doubling} diff(a59, a0, at=1)").code == codes.TOO_LARGE


def test_calls_count_as_levels(refuse: Refuser) -> None:
    assert refuse(f"f(x) = (x + 1)^2; {'f(' * 60}x{')' * 60}").code == codes.TOO_DEEP


def test_many_entries_of_one_operator_are_counted(refuse: Refuser) -> None:
    assert refuse(f"hessian({'*'.join(f'x{n}' for n in range(300))})").code == codes.TOO_LARGE


def test_a_value_that_was_reassigned_cannot_be_written_out(refuse: Refuser) -> None:
    found = refuse("a = 2; x = 3; y = a x; a = 5; diff(y, x, at=1)")
    assert (found.code, found.message) == (codes.NAME, "'a' stands for something else here than where it is used")


def test_a_derivative_is_by_the_latest_value_of_a_name(read: Reader) -> None:
    assert read("x = t; y = x^2; x = 3; d/dx (x y)") == "x = t; y = x**2; x = 3; diff(x_1*y, x_1, at=x)"


def test_notes_on_derivatives_are_bounded(vocabulary: Vocabulary) -> None:
    assert len(parse(" + ".join(["d/dx y"] * 100), vocabulary).notes) == MAX_NOTES


def test_a_lone_assignment_is_an_equation_where_one_is_asked_for(vocabulary: Vocabulary) -> None:
    asked = Conventions(equation=True)
    assert parse("x = y^2", vocabulary, (), asked).program.result == Equation(
        Name("x"), Power(Name("y"), Number("2", 2.0))
    )
    program = parse("a = 3; y = a x^2 at x=2", vocabulary, (), asked).program
    assert (len(program.assignments), to_text(program)) == (1, "a = 3; y = a*x**2 at x=2")
    assert isinstance(program.result, Equation)
    assert not isinstance(parse("y = 2; y = 3x", vocabulary, (), asked).program.result, Equation)
    assert not isinstance(parse("x = y^2", vocabulary).program.result, Equation)


def test_one_binding_may_be_a_range(vocabulary: Vocabulary) -> None:
    found = parse_binding("x=0:1:0.1", vocabulary)
    assert isinstance(found, Range)
    assert (found.name, to_text(found.start), to_text(found.stop)) == ("x", "0", "1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:1:0.1", ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]),
        ("0:1:0.3", ["0", "0.3", "0.6", "0.9"]),
        ("0..3", ["0", "1", "2", "3"]),
        ("2:0:-1", ["2", "1", "0"]),
        ("1/3:1:1/3", ["1/3", "2/3", "1"]),
        ("-1:1", ["-1", "0", "1"]),
        ("0:pi:pi/2", ["0", "0 + 1*(pi/2)", "0 + 2*(pi/2)"]),
    ],
)
def test_the_points_of_a_range_are_exact_and_have_both_ends(
    vocabulary: Vocabulary, text: str, expected: list[str]
) -> None:
    (found,) = parse(f"x at x={text}", vocabulary).program.ranges
    assert list(points(found)) == expected
    assert count(found) == len(expected)


def test_several_ranges_give_every_combination(vocabulary: Vocabulary) -> None:
    given_ = parse("x y at x=0:1, y=5:7", vocabulary).program.ranges
    assert list(combinations(given_)) == [("0", "5"), ("0", "6"), ("0", "7"), ("1", "5"), ("1", "6"), ("1", "7")]


def test_a_name_that_a_range_binds_is_a_variable(vocabulary: Vocabulary) -> None:
    assert to_text(parse("rate(x + 1) at rate=1:3, x=2", vocabulary).program) == "rate*(x + 1) at x=2, rate=1:3"
