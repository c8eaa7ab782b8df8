"""Statements, bindings, and the names whose values must come from outside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.language import (
    Diagnostic,
    DiagnosticError,
    Expr,
    Vocabulary,
    free_names,
    line_and_column,
    parse,
    parse_binding,
    to_text,
    walk,
)
from gradcli.language.tree import Call, Name, Negation

Reader = Callable[..., str]
Refuser = Callable[..., Diagnostic]


def test_statements_are_separated_by_semicolons_or_newlines(read: Reader) -> None:
    expected = "y = 3*x + 2; z = 2*y**2; mean(z)"
    assert read("y = 3x+2; z = 2y^2; z.mean()") == expected
    assert read("\n# a comment\ny = 3x+2  # another\n;;z = 2y^2\n\nz.mean();\n") == expected


def test_the_value_of_a_last_assignment_counts(read: Reader) -> None:
    assert read("y = 3x") == "3*x"
    assert read("y = 3x; z = y^2") == "y = 3*x; y**2"


def test_a_newline_inside_brackets_is_a_blank(read: Reader) -> None:
    assert read("(x\n+ 1)*[1,\n2]") == "(x + 1)*[1, 2]"


def test_bindings_come_with_the_problem(read: Reader) -> None:
    assert read("x^2 + y at x=2, y=[1,2,3]") == "x**2 + y at x=2, y=[1, 2, 3]"
    assert read("y = x^2; y at x = 2*pi") == "y = x**2; y at x=2*pi"
    assert read("x^2 at x=2,\n") == "x**2 at x=2"


def test_constants_may_be_assigned_and_bound(read: Reader) -> None:
    assert read("e = 3; e x") == "e = 3; e*x"
    assert read("e x at e=3") == "e*x at e=3"


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("sin = 2", "E119", "sin"),
        ("x at sin=2", "E119", "sin"),
        ("for = 2", "E119", "for"),
        ("2 = x", "E127", "2 = x"),
        ("x = 2 = 3", "E127", "x = 2 ="),
        ("x + 1; 2", "E123", "x + 1"),
        ("x at x=1, x=2", "E122", "x"),
        ("x at x=y", "E121", "y"),
        ("x at", "E120", ""),
        ("x at 2", "E120", "2"),
        ("x at x=2 y=3", "E120", "y"),
        ("x at x=2; y", "E120", "y"),
        ("at x=2", "E101", "at"),
        ("x^2, x=2", "E109", ","),
        ("x at x=3,5", "E109", "3,5"),
    ],
)
def test_a_misplaced_statement_or_binding_is_located(refuse: Refuser, text: str, code: str, part: str) -> None:
    diagnostic = refuse(text)
    assert diagnostic.code == code
    assert text[diagnostic.span.start : diagnostic.span.end] == part


def test_a_missing_at_is_suggested(refuse: Refuser) -> None:
    assert refuse("x^2, x=2").help == "write at before the bindings, as in x^2 at x=2"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("x=2", "x", "2"),
        ("x=2*pi", "x", "2*pi"),
        ("x=sqrt(2)", "x", "sqrt(2)"),
        ("x=[[1,2],[3,4]]", "x", "[[1, 2], [3, 4]]"),
        ("x=-1", "x", "-1"),
        ("x = 1e3", "x", "1e3"),
        ("x=-inf", "x", "-inf"),
        ("x=nan", "x", "nan"),
        ("e=3", "e", "3"),
        ("π=3", "pi", "3"),
        ("T=3", "T", "3"),
        ("x=tensor([1], dtype=torch.float32)", "x", "tensor([1], dtype=float32)"),
    ],
)
def test_a_binding_of_the_command_line(vocabulary: Vocabulary, text: str, name: str, value: str) -> None:
    binding = parse_binding(text, vocabulary)
    assert (binding.name, to_text(binding.value)) == (name, value)


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("x=abc", "E121", "abc"),
        ("x==2", "E120", "=="),
        ("x=", "E101", ""),
        ("=2", "E120", "="),
        ("2=x", "E120", "2"),
        ("x", "E120", "x"),
        ("", "E120", ""),
        ("sin=2", "E119", "sin"),
        ("at=2", "E119", "at"),
        ("x=3,5", "E109", "3,5"),
        ("x=1,000", "E109", "1,000"),
        ("x=2, y=3", "E120", ","),
        ("x=2=3", "E120", "="),
        ("x=2)", "E104", ")"),
    ],
)
def test_what_is_no_binding_is_located_and_helped(vocabulary: Vocabulary, text: str, code: str, part: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        parse_binding(text, vocabulary)
    diagnostic = caught.value.diagnostic
    assert (diagnostic.code, text[diagnostic.span.start : diagnostic.span.end]) == (code, part)
    assert diagnostic.help or code == "E104"


def test_free_names_come_in_order_without_assigned_ones(vocabulary: Vocabulary) -> None:
    program = parse("y = b*x + a; x = 1; x*y*b*e", vocabulary).program
    assert free_names(program, vocabulary.constants) == ("b", "x", "a")


def test_a_constant_is_free_only_where_it_is_bound(vocabulary: Vocabulary) -> None:
    program = parse("e*x", vocabulary).program
    assert free_names(program, vocabulary.constants) == ("x",)
    assert free_names(program, vocabulary.constants, bound=["e"]) == ("e", "x")
    bound_here = parse("e*x at e=3", vocabulary).program
    assert free_names(bound_here, vocabulary.constants) == ("e", "x")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("y*x + exp(-x) + pi at x=1, y=2", ("y", "x", "pi")),
        ("sum(a@b, dim=1) at a=[[pi]], b=[[1]]", ("a", "b")),
        ("2", ()),
        ("sin^k(x) at k=2, x=1", None),
        ("x.where(c, y) at x=1, c=1, y=2", None),
        ("z = y; x*z at x=1, y=2", None),
    ],
)
def test_names_are_told_with_the_program_where_text_and_tree_have_one_order(
    vocabulary: Vocabulary, text: str, names: tuple[str, ...] | None
) -> None:
    parsed = parse(text, vocabulary)
    assert parsed.names == names
    assert names is None or names == free_names(parsed.program)


def test_a_tree_of_any_height_is_written() -> None:
    tree: Expr = Name("x")
    for _ in range(2_000):
        tree = Negation(Call("sin", (tree,)))
    assert to_text(tree) == "-sin(" * 2_000 + "x" + ")" * 2_000


def test_walk_visits_every_expression_before_those_below_it(vocabulary: Vocabulary) -> None:
    result = parse("-x[1:n, ...] + where(a < 2, [b], c.shape)**sum(d, dim=k)", vocabulary).program.result
    visited = [to_text(node) for node in walk(result)]
    assert visited[:5] == [to_text(result), "-x[1:n, ...]", "x[1:n, ...]", "x", "1"]
    assert [text for text in visited if text.isalpha()] == ["x", "n", "a", "b", "c", "d", "k"]


def test_lines_and_columns_count_from_one() -> None:
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)
    assert line_and_column("ab\n", 3) == (2, 1)
