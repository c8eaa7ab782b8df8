"""Readings that people differ on are echoed, and ordinary ones are not."""

from __future__ import annotations

import pytest

from gradcli.language import Vocabulary, parse
from gradcli.language.limits import MAX_NOTES


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1/2x", "1/2x reads as (1/2)*x; write 1/(2*x) for the other reading"),
        ("3a/2x", "a/2x reads as (a/2)*x; write a/(2*x) for the other reading"),
        ("1/2(x+1)", "1/2(x+1) reads as (1/2)*(x + 1); write 1/(2*(x + 1)) for the other reading"),
        ("1/x y", "1/x y reads as (1/x)*y; write 1/(x*y) for the other reading"),
        ("e^2x", "e^2x reads as (e**2)*x; write e**(2*x) for the other reading"),
        ("e^-2x", "e^-2x reads as (e**-2)*x; write e**(-2*x) for the other reading"),
        ("x^1/2", "x^1/2 reads as (x**1)/2; write x**(1/2) for the other reading"),
        ("a/bc", "bc reads as one name; write (b*c) for the other reading"),
        ("√2x", "√2x reads as sqrt(2)*x; write sqrt(2*x) for the other reading"),
        ("sin x/2", "sin x/2 reads as sin(x/2); write sin(x)/2 for the other reading"),
        ("sin x*y", "sin x*y reads as sin(x)*y; write sin(x*y) for the other reading"),
        ("sin^-1 x", "sin^-1 x reads as asin(x); write 1/sin(x) for the other reading"),
        ("y/sin^-1 x", "sin^-1 x reads as asin(x); write (1/sin(x)) for the other reading"),
        ("x√2y", "√2y reads as sqrt(2)*y; write (sqrt(2*y)) for the other reading"),
        ("2(1/2x)", "1/2x reads as (1/2)*x; write 1/(2*x) for the other reading"),
        ("f(x)", "f(x) reads as f times the bracket, since f is no function here; a function is written f(x) = …"),
    ],
)
def test_a_reading_that_people_differ_on_is_echoed(vocabulary: Vocabulary, text: str, note: str) -> None:
    parsed = parse(f"1 + {text}", vocabulary)
    assert [found.message for found in parsed.notes] == [note]
    (span,) = [found.span for found in parsed.notes]
    assert span is not None
    assert parsed.source[span.start : span.end] == note.partition(" reads as ")[0]


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


LONG = "(a + b + c + d + e1 + f1 + g1 + h1 + i1 + j1 + k1 + l1 + m1 + n1 + o1)"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"1/2{LONG}", "1/2(…) reads as (1/2)*(…); write 1/(2*("),
        (f"sin x {LONG}", "sin x (…) reads as sin(x)*(…); write sin(x*("),
        (f"√2{LONG}", "√2(…) reads as sqrt(2)*(…); write sqrt(2*("),
        (f"{LONG}/2x", "(…)/2x reads as ((…)/2)*x; write ("),
        (f"ln x/{LONG}", "ln x/(…) reads as log(x)/(…); write log(x/("),
        (f"1/2{LONG}{LONG}{LONG}", "1/2(…)(…)(…) reads as (1/2)*(…)*(…)*(…); others read 1/(…)"),
    ],
)
def test_a_long_text_is_quoted_without_what_stands_in_its_brackets(
    vocabulary: Vocabulary, text: str, note: str
) -> None:
    (found,) = parse(text, vocabulary).notes
    assert found.message.startswith(note)
    assert found.other is not None
    quotation = found.message.partition(" reads as ")[0]
    assert quotation.count("(") == quotation.count(")")


def test_a_note_carries_the_whole_text_in_the_other_reading(vocabulary: Vocabulary) -> None:
    (note,) = parse("y = 1/2x; y^2 + 1", vocabulary).notes
    assert note.other == parse("(1/(2*x))^2 + 1", vocabulary).program.result
    first, second = parse("1/2x + e^2x", vocabulary).notes
    assert first.other == parse("1/(2*x) + e**2*x", vocabulary).program.result
    assert second.other == parse("1/2*x + e**(2*x)", vocabulary).program.result


def test_a_constant_that_is_a_variable_is_noted_and_so_is_tau(vocabulary: Vocabulary) -> None:
    assert [note.message for note in parse("e^x", vocabulary, ["e"]).notes] == [
        "e is a variable, since it is given a value; write exp(1) for the constant"
    ]
    assert [note.message for note in parse("x/τ", vocabulary).notes] == [
        "tau reads as the constant 2*pi; give it a value for a variable"
    ]
    assert "is a variable" in parse("x/τ", vocabulary, ["tau"]).notes[0].message


def test_a_known_name_needs_no_note(vocabulary: Vocabulary) -> None:
    assert parse("a/bc", vocabulary, ["bc"]).notes == ()


def test_a_text_has_a_bounded_number_of_notes(vocabulary: Vocabulary) -> None:
    assert len(parse("+".join(["1/2x"] * 100), vocabulary).notes) == MAX_NOTES
