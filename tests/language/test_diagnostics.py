"""What cannot be read says where, what, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.language import Diagnostic, Vocabulary, codes, for_name

Refuser = Callable[..., Diagnostic]


def test_an_operator_where_a_value_belongs(refuse: Refuser) -> None:
    diagnostic = refuse("2*x + * 3")
    assert (diagnostic.code, diagnostic.message) == ("E101", "expected a value, found '*'")
    assert (diagnostic.span.start, diagnostic.span.end) == (6, 7)


def test_a_text_that_ends_too_early(refuse: Refuser) -> None:
    diagnostic = refuse("2*x +  ")
    assert diagnostic.message == "expected a value, found the end of the expression"
    assert (diagnostic.span.start, diagnostic.span.end) == (5, 5)


@pytest.mark.parametrize("text", ["", "  ", "# only a comment", ";\n;"])
def test_no_expression(refuse: Refuser, text: str) -> None:
    assert refuse(text).code == codes.EMPTY


@pytest.mark.parametrize(
    ("text", "code", "part", "help_part"),
    [
        ("(x+1", codes.UNCLOSED, "(", "add ')'"),
        ("2*((x+1)", codes.UNCLOSED, "(", "add ')'"),
        ("[1, 2", codes.UNCLOSED, "[", "add ']'"),
        ("|x + 1", codes.UNCLOSED, "|", "add '|'"),
        ("sin(x", codes.UNCLOSED, "(", "add ')'"),
        ("(x; y", codes.UNCLOSED, "(", "add ')'"),
        ("(x + 1 at x=1", codes.UNCLOSED, "(", "add ')'"),
        ("x+1)", codes.UNOPENED, ")", ""),
        ("(x]", codes.UNOPENED, "]", "closes the '('"),
        ("x[1)", codes.UNOPENED, ")", "closes the '['"),
        ("()", codes.EXPECTED_VALUE, ")", ""),
        ("x[]", codes.EXPECTED_VALUE, "]", ""),
        ("2 3", codes.EXPECTED_OPERATOR, "3", "write *3"),
        ("x 2", codes.EXPECTED_OPERATOR, "2", "write x*2 or x^2"),
        ("(x)2", codes.EXPECTED_OPERATOR, "2", "write *2"),
        ("x!!", codes.EXPECTED_OPERATOR, "!!", "(x!)!"),
        ("1.2.3", codes.MALFORMED_NUMBER, "1.2.3", ""),
        ("0x10", codes.MALFORMED_NUMBER, "0x10", "decimal digits"),
        ("2e+", codes.EXPECTED_VALUE, "", ""),
        ("1e999", codes.NUMBER_RANGE, "1e999", "inf"),
        ("1e-999", codes.NUMBER_RANGE, "1e-999", ""),
        ("1,000", codes.COMMA, "1,000", "write 1000 or 1_000"),
        ("2x + 3,5", codes.COMMA, "3,5", "write 3.5"),
        ("foo(x)", codes.UNKNOWN_FUNCTION, "foo", ""),
        ("sine(x)", codes.UNKNOWN_FUNCTION, "sine", "did you mean sin"),
        ("xsin(x)", codes.UNKNOWN_FUNCTION, "xsin", "did you mean x*sin(...)?"),
        ("np.sin(x)", codes.UNKNOWN_FUNCTION, "np.", "write sin(...)"),
        ("torch.linalg.norm(x)", codes.UNKNOWN_FUNCTION, "norm", "norm(x, p) takes all entries"),
        ("torch.sinn(x)", codes.UNKNOWN_FUNCTION, "sinn", "did you mean sin"),
        ("x.meam()", codes.UNKNOWN_ATTRIBUTE, "meam", "did you mean mean?"),
        ("x.foo", codes.UNKNOWN_ATTRIBUTE, "foo", ""),
        ("x.", codes.UNKNOWN_ATTRIBUTE, "", ""),
        ("x.mean", codes.MISSING_ARGUMENT, "mean", "write .mean()"),
        ("sin(x, y)", codes.ARGUMENT_COUNT, "sin(x, y)", "write sin(x)"),
        ("where(x > 0, x)", codes.ARGUMENT_COUNT, "where(x > 0, x)", "write where(condition, x, y)"),
        ("zeros()", codes.ARGUMENT_COUNT, "zeros()", ""),
        ("sum(x, foo=1)", codes.KEYWORD, "foo", "it has x, dim, keepdim"),
        ("sum(x, dmi=1)", codes.KEYWORD, "dmi", "did you mean dim?"),
        ("sum(dim=0, x)", codes.KEYWORD, "x", "before"),
        ("sum(x, dim=0, dim=1)", codes.KEYWORD, "dim", ""),
        ("sum(x, 0, dim=1)", codes.KEYWORD, "dim", ""),
        ("sin", codes.MISSING_ARGUMENT, "sin", "write sin(x)"),
        ("sin + 1", codes.MISSING_ARGUMENT, "sin", "write sin(x)"),
        ("relu x", codes.MISSING_ARGUMENT, "relu", "relu(...)"),
        ("sin^2", codes.MISSING_ARGUMENT, "sin", "write sin(x)"),
        ("sqrt^-1 x", codes.NO_INVERSE, "sqrt", "1/sqrt(x)"),
        ("a < b < c", codes.CHAINED_COMPARISON, "<", "(a < b)*(b < c)"),
        ("x^2 = 3", codes.EQUATION, "x^2 = 3", "=="),
        ("__import__('os')", codes.NAME, "__import__", ""),
        ("x.__class__", codes.NAME, "__class__", ""),
        ("x and y", codes.NAME, "and", "multiply conditions"),
        ("sin^True x", codes.EXPECTED_VALUE, "True", ""),
        ("True + 1", codes.EXPECTED_VALUE, "True", ""),
        ("'abc'", codes.EXPECTED_VALUE, "'abc'", "arguments"),
        ("x\n+1; y", codes.STATEMENT, "x", ""),
    ],
)
def test_a_mistake_is_located_and_helped(refuse: Refuser, text: str, code: str, part: str, help_part: str) -> None:
    diagnostic = refuse(text)
    assert (diagnostic.code, text[diagnostic.span.start : diagnostic.span.end]) == (code, part)
    assert help_part in (diagnostic.help or "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sin(x, y)", "sin takes 1 argument, got 2"),
        ("ln(x, y, z)", "ln takes 1 to 2 arguments, got 3"),
        ("where(x, y)", "where takes 3 arguments, got 2"),
        ("zeros()", "zeros takes at least 1 argument, got 0"),
        ("x.sin(2)", "sin takes 1 argument, got 2"),
    ],
)
def test_a_wrong_number_of_arguments_is_counted(refuse: Refuser, text: str, message: str) -> None:
    assert refuse(text).message == message


@pytest.mark.parametrize(
    ("text", "row", "message"),
    [
        ("[[1, 2], [3]]", "[3]", "expected sequence of length 2 at dim 1 (got 1)"),
        ("[[1, 2], [3, 4], [5, 6, 7]]", "[5, 6, 7]", "expected sequence of length 2 at dim 1 (got 3)"),
        ("[[[1, 2], [3]]]", "[3]", "expected sequence of length 2 at dim 2 (got 1)"),
        ("sin([[1, 2], [3]])", "[3]", "expected sequence of length 2 at dim 1 (got 1)"),
        ("[[[1, 2]], [[1]]]", "[[1]]", "expected sequence of length 2 at dim 2 (got 1)"),
        ("[[1, 2], 3]", "3", "expected a list of length 2 at dim 1, found a number"),
        ("[[1, 2], [[1], [2]]]", "[[1], [2]]", "the rows of a tensor are nested alike, and this one is not"),
    ],
)
def test_a_ragged_literal_is_an_error_at_the_offending_row(refuse: Refuser, text: str, row: str, message: str) -> None:
    diagnostic = refuse(text)
    assert (diagnostic.code, diagnostic.message) == (codes.RAGGED, message)
    assert text[diagnostic.span.start : diagnostic.span.end] == row


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\\", "REVERSE SOLIDUS"),
        ("\0", "NULL"),
        ("\x1b", "ESCAPE"),
        ("\u200b", "ZERO WIDTH SPACE"),
        ("\ufeff", "ZERO WIDTH NO-BREAK SPACE"),
        ("日", "CJK UNIFIED IDEOGRAPH-65E5"),
        ("\ud800", "U+D800"),
        ('"', "QUOTATION MARK"),
    ],
)
def test_a_stray_character_is_named_by_its_unicode_name(refuse: Refuser, character: str, name: str) -> None:
    diagnostic = refuse(f"x + {character}2")
    assert diagnostic.code == codes.STRAY_CHARACTER
    assert f"({name})" in diagnostic.message
    assert (diagnostic.span.start, diagnostic.span.end) == (4, 5)


@pytest.mark.parametrize(
    ("character", "alike", "name"),
    [
        ("х", "x", "CYRILLIC SMALL LETTER HA"),
        ("Α", "A", "GREEK CAPITAL LETTER ALPHA"),
        ("ₓ", "x", "LATIN SUBSCRIPT SMALL LETTER X"),
        ("—", "-", "EM DASH"),
    ],
)
def test_a_lookalike_is_named_with_what_it_looks_like(refuse: Refuser, character: str, alike: str, name: str) -> None:
    diagnostic = refuse(f"{character}+1")
    assert diagnostic.code == codes.LOOKALIKE_CHARACTER
    assert name in diagnostic.message
    assert diagnostic.help == f"type {alike} on the keyboard"


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("xy", "did you mean x*y?"),
        ("sinx", "did you mean sin(x)?"),
        ("sin2x", "did you mean sin(2*x)?"),
        ("rat", "did you mean rate?"),
        ("qqq", None),
    ],
)
def test_an_unbound_name_is_offered_what_it_may_be(vocabulary: Vocabulary, name: str, help_: str | None) -> None:
    assert for_name(name, {"x", "y", "rate"}, vocabulary.functions) == help_


def test_codes_are_distinct() -> None:
    values = [value for name, value in vars(codes).items() if name.isupper()]
    assert len(values) == len(set(values)) > 20
