"""Where an answer holds: `2x, x > 0`, `2x for x ≠ 0`, `1/x (x > 0)`; and answers in pieces, `2x if x > 0 else -2x`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gradcli.homework.reading.text import Written, joined, outside, split
from gradcli.language.values import frozen

COMPARISON: Final = re.compile(
    r"<=|>=|!=|/=|<>|==|[<>=≤≥≠∈∉⩽⩾]|\\(?:leqslant|geqslant|leq|geq|neq|ne|le|ge|lt|gt|in|notin|not)(?![A-Za-z])"
)
_SIGNS: Final = {
    **{"≤": "<=", "⩽": "<=", "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\lt": "<", "≠": "!=", "/=": "!="},
    **{"≥": ">=", "⩾": ">=", "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\gt": ">", "<>": "!=", "=": "=="},
    **{"\\ne": "!=", "\\neq": "!="},
}
_ORDER: Final = ("<", ">", "<=", ">=", "!=", "==")
_WORDS: Final = (
    "for|if|when|whenever|where|with|provided(?: that)?|on|as long as|unless|valid (?:for|on|if|when)"
    "|defined (?:for|on)"
    "|für|wenn|falls|sofern|mit|auf|pour|si|quand|avec|sur|per|se|con|para|cuando|als|voor|om|för|gdy|dla|при|если"
)
_WORD: Final = re.compile(
    rf"(?:(?<=[\s)\]}}0-9.,;])|\A)(?:{_WORDS})(?=[\s(:])\s*:?|\\(?:text|mathrm|textrm|mbox|textnormal)\s*\{{\s*(?:{_WORDS})\s*:?\s*\}}"
    r"|\s\|\s(?=[^|]*[<>≤≥≠][^|]*\Z)|\\mid(?![A-Za-z])",
    re.IGNORECASE,
)
_OTHERWISE: Final = re.compile(
    r"(?:and\s+|,\s*)?(?:otherwise|else|sonst|ansonsten|sinon|altrimenti|anders|true|in all other cases|elsewhere"
    r"|annars)"
    r"|\\(?:text|mathrm|textrm|mbox)\s*\{\s*(?:otherwise|else|sonst|sinon)\.?\s*\}",
    re.IGNORECASE,
)
_EVERYWHERE: Final = re.compile(r"\b(?:(?:all|every|any|each|alle|jedes|tout|todo|ogni|real)\b|reell)", re.IGNORECASE)
_ELSE: Final = re.compile(r"(?<=\s)(?:else|otherwise)(?=\s)")
_IF: Final = re.compile(r"(?<=[\s)\]])if(?=[\s(])")
_TOGETHER: Final = re.compile(
    r"\s(?:and|und|et|e|y|&&?|∧)\s|&&|∧|\\(?:land|wedge|quad)(?![A-Za-z])|\\text\s*\{\s*(?:and|und)\s*\}", re.IGNORECASE
)
_JOINED: Final = re.compile(r"\s(?:and|or|und|oder|et|ou)\s|\\text\s*\{\s*(?:and|or|und|oder)\s*\}", re.IGNORECASE)
_EITHER: Final = re.compile(
    r"\s(?:or|oder|ou|o|\|\||∨)\s|\\(?:lor|vee)(?![A-Za-z])|\\text\s*\{\s*or\s*\}", re.IGNORECASE
)
_CALLED: Final = re.compile(r"(?:piecewise|cases|if|wenn|iif)\s*(?=[(\[])", re.IGNORECASE)
_NOWHERE: Final = "nan"
"""What an answer in pieces is worth where none of its conditions holds."""
MOST_PIECES: Final = 12


@frozen
class Conditioned:
    """An answer without the conditions on it.

    `conditions` are those on the whole, for a note. `has_pieces` says that the answer is one of several expressions by
    what holds; in its text, which is in our notation then, `nan` stands for none.
    """

    written: Written
    conditions: tuple[str, ...] = ()
    has_pieces: bool = False


def without_conditions(written: Written) -> Conditioned:
    """The answer, and where it is said to hold. The text as it stands where nothing of the kind is in it."""
    if COMPARISON.search(written.text) is None and not _says_everywhere(written.text):
        return Conditioned(written)
    pieces = _called(written) or _chosen(written)
    if pieces:
        return Conditioned(_in_pieces(pieces), has_pieces=True)
    listed = _listed(_unbraced(written))
    if len(listed) > 1 and all(condition is not None for _, condition in listed[:-1]):
        return Conditioned(_in_pieces(listed), has_pieces=True)
    if len(listed) == 1 and listed[0][1] is not None:
        expression, condition = listed[0]
        assert condition is not None
        return Conditioned(expression, (condition.stripped().text,))
    end = _trailing(written)
    return Conditioned(written) if end is None else Conditioned(written.part(0, end[0]), (end[1],))


Piece = tuple[Written, Written | None]
"""An expression, and when it holds; None for otherwise, or where nothing is said."""


def _chosen(written: Written) -> list[Piece]:
    """`a if c else b`, nested to the right."""
    found: list[Piece] = []
    for _ in range(MOST_PIECES):
        either, other = _first(written, _IF), _first(written, _ELSE)
        if either is None or other is None or other.start() < either.end():
            break
        condition = written.part(either.end(), other.start())
        found.append((written.part(0, either.start()), condition.part(0, len(condition.text.rstrip(" ,;\n")))))
        written = written.part(other.end())
    return [*found, (written, None)] if found else []


def _called(written: Written) -> list[Piece]:
    """`Piecewise((a, c), (b, True))`, `piecewise(c, a, b)`, `Piecewise[{{a, c}, {b, d}}]`, `IF(c, a, b)`."""
    called = _CALLED.match(written.text)
    if called is None or written.text[-1:] not in (")", "]"):
        return []
    parts = split(_bracketless(written.part(called.end())), ",;")
    if len(parts) == 1:
        parts = split(_bracketless(parts[0]), ",;")
    inner = [split(_bracketless(part), ",;") for part in parts]
    if all(len(each) == 2 and part.text.strip()[:1] in "([{" for each, part in zip(inner, parts, strict=True)):
        return [(first, None if _is_otherwise(second.text) else second) for first, second in inner]
    pairs: list[Piece] = [(value, condition) for condition, value in zip(parts[::2], parts[1::2], strict=False)]
    if not all(condition is not None and COMPARISON.search(condition.text) for _, condition in pairs):
        return []
    return [*pairs, (parts[-1], None)] if len(parts) % 2 else pairs


def _listed(written: Written) -> list[Piece]:
    """Expressions with conditions after each, one after the other; nothing where an expression has none."""
    found: list[Piece] = []
    for part in _parts(written):
        expression, condition = _parted(part)
        if expression is None:
            if not found:
                return []
            last, before = found[-1]
            found[-1] = (last, condition if before is None else _both(before, condition))
        else:
            found.append((expression, condition))
    if not found or len(found) > MOST_PIECES:
        return []
    *rest, (last, condition) = found
    if condition is not None and _is_otherwise(condition.text):
        return [*rest, (last, None)] if rest else []
    return found


def _parts(written: Written) -> Iterator[Written]:
    """What stands between commas, semicolons and line ends, or between two conditions: `a for c and b for d`."""
    for part in split(written, ",;\n"):
        if sum(1 for _ in _WORD.finditer(part.text)) > 1:
            yield from _apart(part, _JOINED)
        elif not part.is_blank:
            yield part


def _parted(part: Written) -> Piece | tuple[None, Written]:
    """A part of a list as an expression, a condition, or both."""
    text = part.text.strip()
    word = _first(part, _WORD)
    behind = part.part(word.end()) if word is not None else None
    if (
        word is not None
        and behind is not None
        and (_is_condition(behind.text) or not part.text[: word.start()].strip())
    ):
        before = part.part(0, word.start())
        return (None, behind) if before.is_blank else (before, behind)
    otherwise = re.search(rf"(?:{_OTHERWISE.pattern})\s*\Z", part.text, re.IGNORECASE)
    if otherwise is not None:
        before, behind = part.part(0, otherwise.start()), part.part(otherwise.start())
        return (None, behind) if before.is_blank else (before, behind)
    bracketed = _bracketed(part)
    if bracketed is not None:
        return bracketed
    return (None, part) if _is_condition(text) else (part, None)


def _bracketed(part: Written) -> tuple[Written, Written] | None:
    """`2x (x > 0)` as the expression and the condition."""
    text = part.text.rstrip()
    if text[-1:] not in (")", "]"):
        return None
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] in ")]}") - (text[at] in "([{")
        if depth == 0:
            break
    inner = part.part(at + 1, len(text) - 1)
    word = _WORD.match(inner.text.lstrip())
    before = text[:at].rstrip()
    if not before or not (_is_condition(inner.text) or (word is not None and COMPARISON.search(inner.text))):
        return None
    if before[-1:] in ("+", "-", "*", "/", "^", "·") or (before[-1:].isalpha() and text[at - 1] != " "):
        return None
    return part.part(0, at), _without_word(inner)


def _trailing(written: Written) -> tuple[int, str] | None:
    """Where conditions begin that end a text of several expressions, as a list of components is; and what they say."""
    parts = split(written, ",;\n")
    last = parts[-1]
    expression, condition = _parted(last)
    if condition is None or (len(parts) == 1 and expression is None):
        return None
    before = sum(len(part.text) + 1 for part in parts[:-1])
    start = before - 1 if expression is None else before + len(expression.text)
    return start, condition.stripped().text


def _is_condition(text: str) -> bool:
    """Whether a text compares something at its top level, or says that something holds everywhere."""
    places = set(outside(text))
    compared = any(found.start() in places for found in COMPARISON.finditer(text))
    return compared or _says_everywhere(text)


def _says_everywhere(text: str) -> bool:
    """Whether a text speaks of all numbers."""
    return "ℝ" in text or "\\mathbb" in text.lower() or _EVERYWHERE.search(text) is not None


def _is_otherwise(text: str) -> bool:
    return _OTHERWISE.fullmatch(text.strip()) is not None


def _without_word(condition: Written) -> Written:
    word = _WORD.match(condition.text.lstrip())
    return condition if word is None else condition.stripped().part(word.end())


def _both(first: Written, second: Written | None) -> Written:
    return first if second is None else joined((first, " and ", second))


def _unbraced(written: Written) -> Written:
    """The text without a brace around it, or one that only opens."""
    text = written.stripped().text
    if text.startswith("{"):
        return written.stripped().part(1, len(text) - text.endswith("}"))
    return written


def _bracketless(written: Written) -> Written:
    """What stands in the brackets that are all of a text; the text where there are none."""
    inner = written.stripped()
    if inner.text[:1] in ("(", "[", "{") and inner.text[-1:] in (")", "]", "}"):
        return inner.part(1, len(inner.text) - 1)
    return inner


def _first(written: Written, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match outside brackets."""
    found = list(pattern.finditer(written.text))
    if not found:
        return None
    places = set(outside(written.text))
    return next((each for each in found if each.start() in places), None)


# In our own notation


def _in_pieces(pieces: Sequence[Piece]) -> Written:
    """`where(c, a, where(d, b, …))`."""
    parts: list[Written | str] = []
    *conditional, (last, condition) = pieces
    if condition is not None:
        conditional = [*pieces]
    for expression, given in conditional:
        assert given is not None
        parts += ("where(", _condition(given), ", ", expression.stripped(), ", ")
    parts.append(_NOWHERE if condition is not None else last.stripped())
    parts.append(")" * len(conditional))
    return joined(parts)


def _condition(written: Written) -> Written:
    """A condition in our notation: comparisons in pairs, multiplied where they hold together."""
    either = _apart(written, _EITHER)
    if len(either) > 1:
        negated = [joined(("(1 - ", _condition(each), ")")) for each in either]
        return joined(("(1 - ", *_between(negated, "*"), ")"))
    return joined(_between([each for part in _apart(written, _TOGETHER) for each in _pairs(part)], "*"))


def _pairs(written: Written) -> list[Written]:
    """The comparisons of neighbours in a chain: `0 < x < 1` is two."""
    signs = list(COMPARISON.finditer(written.text))
    ends = [0, *(found.end() for found in signs)]
    starts = [*(found.start() for found in signs), len(written.text)]
    operands = [written.part(start, end).stripped() for start, end in zip(ends, starts, strict=True)]
    found = []
    for sign, left, right in zip(signs, operands, operands[1:], strict=False):
        name = _SIGNS.get(sign[0], sign[0])
        found.append(joined(("(", left, f" {name if name in _ORDER else '=='} ", right, ")")))
    return found or [written]


def _apart(written: Written, pattern: re.Pattern[str]) -> list[Written]:
    found, start = [], 0
    for match in pattern.finditer(written.text):
        found.append(written.part(start, match.start()))
        start = match.end()
    return [each for each in (*found, written.part(start)) if not each.is_blank]


def _between(parts: Iterable[Written], sign: str) -> Iterator[Written | str]:
    for count, part in enumerate(parts):
        if count:
            yield sign
        yield part
