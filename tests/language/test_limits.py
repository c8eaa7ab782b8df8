"""Long texts are read (quadratic time would take minutes over them), and what goes past a limit is a Diagnostic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.language import Diagnostic, DiagnosticError, Vocabulary, codes, parse, to_text
from gradcli.language.limits import MAX_DEPTH, MAX_LENGTH
from gradcli.language.tree import Product, Sum

Refuser = Callable[..., Diagnostic]
MANY = 100_000
SEVERAL = 30_000


def test_a_sum_of_100_000_terms_is_one_node(vocabulary: Vocabulary) -> None:
    result = parse("+".join(["x"] * MANY), vocabulary).program.result
    assert isinstance(result, Sum)
    assert len(result.terms) == MANY


def test_a_product_of_100_000_factors_is_one_node(vocabulary: Vocabulary) -> None:
    result = parse(" ".join(["x"] * MANY), vocabulary).program.result
    assert isinstance(result, Product)
    assert len(result.factors) == MANY


_NESTINGS = {
    "brackets": ("(", "x", ")"),
    "calls": ("sin(", "x", ")"),
    "method arguments": ("x.sum(", "x", ")"),
    "keyword arguments": ("sum(x, dim=", "x", ")"),
    "indices": ("x[", "x", "]"),
    "lists": ("[", "x", "]"),
    "bars": ("|", "x", "|"),
    "signs": ("-", "x", ""),
    "powers": ("x^", "x", ""),
    "prefix functions": ("sin ", "x", ""),
    "function powers": ("sin^(", "2", ") x"),
    "roots": ("√", "x", ""),
    "comparisons of sums of products": ("(1 < 2 + 3*", "x", ")"),
    "methods": ("", "x", ".T"),
    "superscripts": ("", "x", "² "),
    "bracketed methods": ("(", "x", ".T.T.T)"),
    "tuples": ("zeros((2, ", "x", "))"),
}


@pytest.mark.parametrize("nesting", _NESTINGS)
def test_nesting_100_000_deep_is_a_diagnostic_at_once(refuse: Refuser, nesting: str) -> None:
    before, middle, after = _NESTINGS[nesting]
    diagnostic = refuse(before * MANY + middle + after * MANY)
    assert diagnostic.code == codes.TOO_DEEP


@pytest.mark.parametrize("nesting", _NESTINGS)
def test_the_deepest_nesting_leaves_the_stack_to_spare(vocabulary: Vocabulary, nesting: str) -> None:
    before, middle, after = _NESTINGS[nesting]
    deepest = 0
    for count in range(MAX_DEPTH + 1, 0, -1):
        try:
            program = parse(before * count + middle + after * count, vocabulary).program
        except DiagnosticError as error:
            assert error.diagnostic.code == codes.TOO_DEEP  # noqa: PT017
            continue
        deepest = count
        assert parse(to_text(program), vocabulary).program is not None
        break
    assert deepest >= MAX_DEPTH // 4


@pytest.mark.parametrize(
    "text",
    [
        "9" * MANY,
        "0." + "1" * MANY,
        "a" * MANY + "(x)",
        "x" + "!" * MANY,
        "<".join(["x"] * MANY),
        "at " * MANY,
        "_" * MANY,
        "(" + "\n" * MANY,
        "'a'" * MANY,
        "1." * MANY,
        "x" * (MAX_LENGTH + 1),
    ],
    ids=range(11),
)
def test_a_long_mistake_is_a_diagnostic_at_once(refuse: Refuser, text: str) -> None:
    assert len(refuse(text).message) < 200


@pytest.mark.parametrize(
    "text",
    [
        "/x ".join(["x"] * SEVERAL),
        "sin x" + "/x" * SEVERAL,
        "sin x " * SEVERAL,
        "+".join(["1/2x"] * SEVERAL),
        "x=1;" * SEVERAL,
        "[" + "[1, 2]," * SEVERAL + "]",
        "x*" + "+" * SEVERAL + "x",
        "x at " + ", ".join(f"x{place}=1" for place in range(MANY // 10)),
        "x" + " " * MANY * 10,
        "x #" + "#" * MANY * 10,
    ],
    ids=range(10),
)
def test_a_long_text_is_read(vocabulary: Vocabulary, text: str) -> None:
    to_text(parse(text, vocabulary).program)


def test_a_number_of_400_digits_is_too_large(refuse: Refuser) -> None:
    assert refuse("9" * 400).message == "the number is too large for a float"


def test_the_length_limit_is_named(refuse: Refuser) -> None:
    diagnostic = refuse(" " * (MAX_LENGTH + 1))
    assert diagnostic.code == codes.TOO_LONG
    assert str(MAX_LENGTH) in diagnostic.message
