"""Any text gives a program or a Diagnostic, and a tree printed reads as the same tree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.language import DiagnosticError, Vocabulary, free_names, parse, parse_binding, to_text, walk
from gradcli.language import tree as t

_PIECES = [
    "x",
    "y",
    "z",
    "T",
    "f",
    "d",
    "dx",
    "e",
    "pi",
    "π",
    "θ",
    "ab",
    "foo",
    "sin",
    "cos",
    "ln",
    "log2",
    "sqrt",
    "relu",
    "sum",
    "mean",
    "where",
    "tensor",
    "zeros",
    "torch",
    ".",
    "F",
    "nn",
    "np",
    "True",
    "None",
    "at",
    "=",
    "==",
    "<",
    "<=",
    "≤",
    "!=",
    ";",
    ",",
    ":",
    "...",
    "(",
    ")",
    "[",
    "]",
    "|",
    "|",
    "!",
    "'",
    '"',
    "+",
    "-",
    "−",
    "*",
    "×",
    "/",
    "÷",
    "//",
    "%",
    "@",
    "^",
    "**",
    "√",
    "∛",
    "²",
    "⁻¹",
    "0",
    "1",
    "2",
    "3.5",
    ".5",
    "5.",
    "1e3",
    "1_0",
    "0x1",
    "1e999",
    ".T",
    ".mean()",
    ".foo",
    "dim=",
    "#",
    "_",
    "__",
    "$",
    "х",
    "\n",
    "and",
    "for",
]
_VARIABLES = ("x", "y", "d", "dx", "T", "foo")


def _reads_or_refuses(text: str, vocabulary: Vocabulary) -> None:
    try:
        parsed = parse(text, vocabulary, _VARIABLES)
    except DiagnosticError as error:
        diagnostic = error.diagnostic
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        return
    known = {*_VARIABLES, *(binding.name for binding in parsed.program.bindings)}
    printed = to_text(parsed.program)
    assert printed.isascii()
    assert parse(printed, vocabulary, known).program == parsed.program
    assert parsed.names is None or parsed.names == free_names(parsed.program)
    for node in walk(parsed.program.result):
        assert 0 <= node.span.start < node.span.end <= len(text)


@given(text=st.text())
def test_any_text_reads_or_is_refused(vocabulary: Vocabulary, text: str) -> None:
    _reads_or_refuses(text, vocabulary)


@given(text=st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_any_text_of_the_languages_own_pieces_reads_or_is_refused(vocabulary: Vocabulary, text: str) -> None:
    _reads_or_refuses(text, vocabulary)


@given(text=st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join))
def test_any_spaced_text_of_the_languages_own_pieces_reads_or_is_refused(vocabulary: Vocabulary, text: str) -> None:
    _reads_or_refuses(text, vocabulary)


@given(
    text=st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=8).map(lambda pieces: "x=" + "".join(pieces)))
)
def test_any_binding_reads_or_is_refused(vocabulary: Vocabulary, text: str) -> None:
    try:
        binding = parse_binding(text, vocabulary)
    except DiagnosticError:
        return
    assert parse_binding(f"{binding.name}={to_text(binding.value)}", vocabulary) == binding


_numbers = st.sampled_from(["0", "1", "2", "0.5", "3.0", "2e3", "1e-3"]).map(lambda text: t.Number(text, float(text)))
_names = st.sampled_from(["x", "y", "theta", "e", "d", "dx", "T", "F", "foo"]).map(t.Name)


def _sums(values: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Sum]:
    later = st.lists(st.builds(t.Term, values, st.booleans()), min_size=1, max_size=3)
    return st.builds(lambda first, rest: t.Sum((t.Term(first), *rest)), values, later)


def _products(values: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Product]:
    later = st.lists(st.builds(t.Factor, values, st.sampled_from(["*", "/", "//", "%", "@"])), min_size=1, max_size=3)
    return st.builds(lambda first, rest: t.Product((t.Factor(first), *rest)), values, later)


def _indices(values: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Index]:
    optional = st.none() | values
    items = st.one_of(
        values, st.builds(t.Slice, optional, optional, optional), st.just(t.IndexEllipsis()), st.just(t.Constant(None))
    )
    return st.builds(t.Index, values, st.lists(items, min_size=1, max_size=3).map(tuple))


def _calls(values: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Call]:
    keyword = st.builds(t.Keyword, st.just("keepdim"), st.just(t.Constant(True)) | values)
    return st.one_of(
        st.builds(
            lambda name, value: t.Call(name, (value,)), st.sampled_from(["sin", "factorial", "abs", "T", "t"]), values
        ),
        st.builds(lambda a, b, c: t.Call("where", (a, b, c)), values, values, values),
        st.builds(lambda value, word: t.Call("sum", (value,), (word,)), values, keyword),
    )


def _larger(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        _sums(values),
        _products(values),
        _indices(values),
        _calls(values),
        st.builds(t.Negation, values),
        st.builds(t.Power, values, values),
        st.builds(t.Comparison, values, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), values),
        st.builds(t.Attribute, values, st.just("shape")),
        st.builds(lambda value: t.TensorLiteral((value, value)), values),
    )


_trees = st.recursive(_numbers | _names, _larger, max_leaves=12)


@given(expr=_trees)
def test_a_tree_printed_reads_as_the_same_tree(vocabulary: Vocabulary, expr: t.Expr) -> None:
    text = to_text(expr)
    parsed = parse(text, vocabulary, ["theta", "foo", "d", "dx", "T", "F"])
    assert parsed.program.result == expr
    assert parsed.notes == ()


@given(expr=_trees)
def test_no_brackets_are_printed_that_do_not_count(vocabulary: Vocabulary, expr: t.Expr) -> None:
    text = to_text(expr)
    for place, character in enumerate(text):
        if character != "(" or text[max(place - 1, 0)].isalnum() or text[place + 1].isdigit():
            continue
        without = _without_bracket(text, place)
        try:
            assert parse(without, vocabulary, ["theta", "foo", "d", "dx", "T", "F"]).program.result != expr
        except DiagnosticError:
            continue


def _without_bracket(text: str, opened: int) -> str:
    depth = 0
    for place in range(opened, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return text[:opened] + text[opened + 1 : place] + text[place + 1 :]
    pytest.fail("an unclosed bracket was printed")
