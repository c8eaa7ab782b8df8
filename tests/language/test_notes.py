"""Readings that people differ on are echoed, and ordinary ones are not."""

from __future__ import annotations

import pytest

from gradcli.language import Vocabulary, parse
from gradcli.language.limits import MAX_NOTES


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1/2x", "1/2x reads as (1/2)*x; write 1/(2*x) for the other reading"),
        ("3a/2x", "3a/2x reads as (3*a/2)*x; write 3*a/(2*x) for the other reading"),
        ("1/2(x+1)", "1/2(x+1) reads as (1/2)*(x + 1); write 1/(2*(x + 1)) for the other reading"),
        ("1/x y", "1/x y reads as (1/x)*y; write 1/(x*y) for the other reading"),
        ("e^2x", "e^2x reads as (e**2)*x; write e**(2*x) for the other reading"),
        ("e^-2x", "e^-2x reads as (e**-2)*x; write e**(-2*x) for the other reading"),
        ("x^1/2", "x^1/2 reads as (x**1)/2; write x**(1/2) for the other reading"),
        ("a/bc", "bc in a/bc reads as one name; write (b*c) for a product"),
        ("√2x", "√2x reads as sqrt(2)*x; write sqrt(2*x) for the other reading"),
        ("sin x/2", "sin x/2 reads as sin(x/2); write sin(x)/2 for the other reading"),
        ("sin x*y", "sin x*y reads as sin(x*y); write sin(x)*y for the other reading"),
        ("sin^-1 x", "sin^-1 x reads as asin(x), the inverse function; write 1/sin(x) for the other reading"),
        ("sin - x", "sin - x reads as sin(-x)"),
        ("f(x)", "f(x) reads as f times the bracket, since f is no function here; a function is written f(x) = …"),
    ],
)
def test_a_reading_that_people_differ_on_is_echoed(vocabulary: Vocabulary, text: str, note: str) -> None:
    parsed = parse(f"1 + {text}", vocabulary)
    assert [found.message for found in parsed.notes] == [note]
    (span,) = [found.span for found in parsed.notes]
    assert span is not None
    assert parsed.source[span.start : span.end] == text


@pytest.mark.parametrize(
    "text",
    [
        "2x/3",
        "x/2",
        "a*b/c",
        "1/2*x",
        "1/2 x",
        "1/2 sin(x)",
        "x^2/2",
        "x²y",
        "x^2 y",
        "x^(2)y",
        "x^2(x+1)",
        "e^(2x)",
        "x^(1/2)",
        "sin 2x",
        "sin(x)/2",
        "√(2)x",
        "√2 x",
        "2 sin x cos x",
        "sin(-x)",
        "x(x+1)",
        "arcsin x",
    ],
)
def test_an_ordinary_reading_is_not_echoed(vocabulary: Vocabulary, text: str) -> None:
    assert parse(text, vocabulary).notes == ()


def test_a_known_name_needs_no_note(vocabulary: Vocabulary) -> None:
    assert parse("a/bc", vocabulary, ["bc"]).notes == ()


def test_a_text_has_a_bounded_number_of_notes(vocabulary: Vocabulary) -> None:
    assert len(parse("+".join(["1/2x"] * 100), vocabulary).notes) == MAX_NOTES
