"""Square brackets, which group in LaTeX where they hold one expression, and make a list of several."""

from __future__ import annotations

from gradcli.language.latex.scanner import CLOSING, OPENING, Token
from gradcli.language.limits import MAX_DEPTH
from gradcli.language.tokens import NAME, NUMBER, OPERATOR


def group_in_square_brackets(tokens: list[Token], source: str) -> None:
    """Make square brackets without a comma what they mean in LaTeX: brackets. `v[0]` stays an index."""
    opened: list[tuple[int, bool]] = []
    for place, (kind, text, start, end, closed) in enumerate(tokens):
        if kind != OPERATOR:
            continue
        if len(opened) > MAX_DEPTH:
            return  # which the parser says
        if text in OPENING:
            written = text == "[" and (source[start] == "[" or source.startswith("\\lbrack", start))
            opened.append((place, written))
        elif text == "," and opened:
            opened[-1] = (opened[-1][0], False)
        elif text in CLOSING and opened:
            first, groups = opened.pop()
            if groups and text == "]" and first + 1 < place and not _is_index(tokens, first, place):
                tokens[first] = (OPERATOR, "(", *tokens[first][2:])
                tokens[place] = (OPERATOR, ")", start, end, closed)


def _is_index(tokens: list[Token], first: int, last: int) -> bool:
    """Whether brackets touch a name before them, and hold a whole number or a slice."""
    before, opening = tokens[first - 1] if first else None, tokens[first]
    if before is None or before[0] != NAME or before[3] != opening[2]:
        return False
    inside = tokens[first + 1 : last]
    return any(text == ":" for _, text, *_ in inside) or all(
        (kind == NUMBER and text.isdigit()) or text == "-" for kind, text, *_ in inside
    )
