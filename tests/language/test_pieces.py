"""Pieces of texts are remembered: what a text reads as does not depend on those that were read before it."""

from __future__ import annotations

import pytest

from gradcli.language import DiagnosticError
from gradcli.language.tokens import NAME, NUMBER, OPERATOR, STRING, SUPERSCRIPT, tokenize

BEYOND_ASCII = (
    "θ² + 2πr",
    "x²ˣ·θ",
    "𝑥 ≤ ½",
    "3½θ",
    "f'(θ)",
    "f″(θ) − 1",
    "‖θ‖",
    "g(θ, reduction='mean – of')",
    "θ # Größe\n",
)


@pytest.mark.parametrize("text", BEYOND_ASCII)
def test_a_text_reads_the_same_again(text: str) -> None:
    """The second time all its pieces are known."""
    assert tokenize(text) == tokenize(text)


@pytest.mark.parametrize("text", BEYOND_ASCII)
def test_tokens_stand_where_the_source_has_them(text: str) -> None:
    """Each begins where the one before it ends, or behind blanks and comments."""
    tokens = tokenize(text)
    place = 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        between = text[place:start].strip()
        assert start >= place
        assert not between or between.startswith("#")
        place = max(place, end)
    assert place == len(text)


def test_kinds_beyond_ascii_are_those_of_the_signs() -> None:
    """Styled letters are names, fractions numbers, raised digits superscripts; a string keeps its characters."""
    tokens = tokenize("𝑥² + ½ + g('−θ')")
    assert list(zip(tokens.kinds, tokens.texts, strict=True))[:9] == [
        (NAME, "x"),
        (SUPERSCRIPT, "²"),
        (OPERATOR, "+"),
        (NUMBER, "1/2"),
        (OPERATOR, "+"),
        (NAME, "g"),
        (OPERATOR, "("),
        (STRING, "'−θ'"),
        (OPERATOR, ")"),
    ]


def test_raised_letters_are_an_exponent_in_brackets() -> None:
    """`²ˣ` is no number, and becomes several tokens."""
    assert list(tokenize("θ²ˣ").texts) == ["theta", "^", "(", "2", "x", ")", ""]


def test_a_prime_is_one_by_what_stands_before_it() -> None:
    """The same character begins a string, is a prime, or is neither."""
    assert list(tokenize("f'(θ)").texts)[:2] == ["f", "'"]
    assert STRING in tokenize("g(θ, 'a')").kinds
    with pytest.raises(DiagnosticError):
        tokenize("θ + '")
