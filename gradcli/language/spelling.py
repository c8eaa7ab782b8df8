"""Tokens as their writer meant them, where that depends on who wrote them, or on which names are variables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from gradcli.language.conventions import Conventions
from gradcli.language.habits import SPLIT_EXPONENT, Choice
from gradcli.language.tokens import NAME, NUMBER, Token, Tokens, has_bases, in_columns, with_bases
from gradcli.language.values import replace
from gradcli.language.vocabulary import Vocabulary

FOREIGN: Final = {
    **{"sen": "sin", "cosen": "cos", "tang": "tan", "cotg": "cot", "cotan": "cot"},
    **{"arcsen": "asin", "asen": "asin", "arccotg": "acot", "arcctg": "acot", "arctang": "atan"},
    **{"senh": "sinh", "tgh": "tanh", "cth": "coth", "ctgh": "coth", "cotgh": "coth"},
    **{"arsh": "asinh", "arch": "acosh", "arth": "atanh", "arcth": "acoth", "arcsenh": "asinh", "arctgh": "atanh"},
}
"""Names of functions in other languages, beside those that are in the vocabulary (`tg`, `ctg`, `arctg`, `sh`, `ch`)."""
CONSTANTS: Final = frozenset({"e", "pi", "tau"})
"""The constants that people write between letters."""
EULER: Final = "E reads as e"
"""The note on `E^x` in an answer."""


def respelt(
    tokens: Tokens, source: str, vocabulary: Vocabulary, variables: Collection[str], conventions: Conventions
) -> tuple[Tokens, tuple[str, ...]]:
    """The tokens as they were meant, and what is to be said of that."""
    if "log" in source and has_bases(source) and not tokens.closed:  # LaTeX has bases of its own
        tokens = with_bases(tokens, source, lambda name: name in variables or name in vocabulary.functions)
    return _of_answer(tokens, variables) if conventions.answer else (tokens, ())


def _of_answer(tokens: Tokens, variables: Collection[str]) -> tuple[Tokens, tuple[str, ...]]:
    """`sen` for sin, `x:2` for x/2 outside square brackets, and `E^x` for e^x where E is no variable."""
    is_euler = "E" in tokens.texts and "E" not in variables and "e" not in variables
    if not is_euler and ":" not in tokens.texts and FOREIGN.keys().isdisjoint(tokens.texts):
        return tokens, ()
    texts = list(tokens.texts)
    notes: tuple[str, ...] = ()
    depth = 0
    for place, text in enumerate(texts):
        if text in ("[", "]"):
            depth += 1 if text == "[" else -1
        elif text == ":" and depth == 0:
            texts[place] = "/"
        elif text in FOREIGN and text not in variables and tokens.kinds[place] == NAME:
            texts[place] = FOREIGN[text]
        elif text == "E" and is_euler and texts[place + 1] in ("^", "**", "²"):
            texts[place] = "e"
            notes = (EULER,)
    return replace(tokens, texts=texts), notes


def compounds(tokens: Tokens, vocabulary: Vocabulary, names: Collection[str]) -> list[int]:
    """The positions of the names that may consist of several.

    The name of a function may only where one of the text's names begins or ends it.
    """
    ends = (*names, *CONSTANTS)
    return [
        position
        for position, text in enumerate(tokens.texts)
        if len(text) > 1
        and tokens.kinds[position] == NAME
        and text not in names
        and (vocabulary.function(text) is None or text.startswith(ends) or text.endswith(ends))
    ]


def split_names(tokens: Tokens, chosen: Collection[Choice]) -> Tokens:
    """The tokens with `x3` as `x` and `3` where that is chosen; in LaTeX they stand apart already."""
    places = {offset for offset, habit in chosen if habit == SPLIT_EXPONENT}
    if not places or tokens.closed:
        return tokens
    found: list[Token] = []
    for kind, text, start, end in tokens.each():
        if start in places and kind == NAME and text[1:].isdigit():
            found += [(NAME, text[0], start, start + 1), (NUMBER, text[1:], start + 1, end)]
        else:
            found.append((kind, text, start, end))
    return in_columns(found)
