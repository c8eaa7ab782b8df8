"""Spellings of other programs and of haste: `%e^x`, `math.sin(x)`, `50% x`, `matrix([a],[b])`, `2 1/2`, `(x+1)2`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from gradcli.homework.reading.text import Edit, Written, closing, joined, outside
from gradcli.language.values import frozen

MOST_DOUBTS: Final = 3
"""Doubtful places of which all choices are tried; of more, all of them one way or the other."""

_MODULE: Final = re.compile(r"(?<![\w.])(?:math|Math|np|numpy|sp|sympy|cmath|jnp|torch|scipy)\.(?=[A-Za-z_])")
_MAXIMA: Final = re.compile(r"%(?=(?:e|pi|gamma|phi)(?![A-Za-z0-9_]))")
_PERCENT: Final = re.compile(r"(?<![\w.])([0-9]+(?:[.,][0-9]+)?)(?:\\%|%)(?=\s*[A-Za-z(\\]|\s*[-+*)]|\s*\Z)")
_MATRIX: Final = re.compile(r"(?<![\w.])(?:matrix|array|vector|vec|list|column|col|row|c)\s*(?=\()", re.IGNORECASE)
_INDEX: Final = re.compile(r"\s*(?:None|[-0-9:.\s]*)\s*")
_CALLED: Final = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]+\Z")
"""A function as Mathematica has it, before its square bracket."""
_MIXED: Final = re.compile(r"(?<![\w.^/,])([0-9]+)\s+([0-9]+)\s*/\s*([0-9]+)(?![0-9.])")
_MIXED_LATEX: Final = re.compile(
    r"(?<![\w.^/,{])([0-9]+)\s*\\[dt]?frac\s*(?:\{\s*([0-9]+)\s*\}|\s([0-9])|([0-9]))\s*(?:\{\s*([0-9]+)\s*\}|([0-9]))"
)
_ARC: Final = re.compile(
    r"(?<![A-Za-z\\])arc[\s-]+(?=(?:sinh?|cosh?|tanh?|cot|sec|csc|sen|tg|ctg)(?![A-Za-z])|(?:sin|cos|tan)[A-Za-z]\b)",
    re.IGNORECASE,
)
_HAS_POWERS: Final = re.compile(r"\^|\*\*|[⁰¹²³⁴-⁹ⁿˣ]")
"""Powers as one writes them: a text that has some has hardly lost one, as `(x+1)2` may have."""
_BEHIND_BRACKET: Final = re.compile(r"\)\s*([0-9]+(?:\.[0-9]+)?)(?![0-9_^.])")
_PI: Final = re.compile(r"(?<![A-Za-z_\\])(?:Pi|PI)(?![A-Za-z0-9_])")
_BRACED_INDEX: Final = re.compile(r"(?<=[A-Za-z])_\{(\w+)\}")
_BEHIND_NAME: Final = re.compile(r"(?<![A-Za-z_\\])([A-Za-z])([0-9]{1,2})(?![0-9A-Za-z_.^(])")
PERCENT_NOTE: Final = "the sign % is read as hundredths"


@frozen
class Ambiguity:
    """A place that may be meant in two ways; `is_open` says that nobody can tell in which."""

    start: int
    end: int
    first: str
    other: str
    is_open: bool = True


@frozen
class Spelled:
    """An answer in spellings of ours.

    `others` are what it may be besides. Where `doubts` says what may be meant in two ways, the first reading is no
    better than the others.
    """

    written: Written
    others: tuple[Written, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def spelled(written: Written, names: Collection[str], is_list: bool) -> Spelled:
    """The answer in spellings of ours; `names` are the question's variables, `is_list` says that it asks for a list."""
    if "." in written.text:
        written = written.substituted(_MODULE, "")
    if "arc" in written.text and "arc" not in names:
        written = written.substituted(_ARC, "arc")
    if "P" in written.text and "Pi" not in names and "PI" not in names:
        written = written.substituted(_PI, "pi")
    written = _with_indices(written, names)
    notes: tuple[str, ...] = ()
    if "%" in written.text:
        written = written.substituted(_MAXIMA, "")
        notes = (PERCENT_NOTE,) if _PERCENT.search(written.text) else ()
        written = written.substituted(_PERCENT, r"(\1/100)")
    if is_list:
        written = _with_braced_lists(_without_matrix(written))
    if "[" in written.text and "\\" not in written.text:
        written = written.edited(_groups(written.text, names))
    doubts = sorted(_ambiguities(written.text, names), key=lambda each: each.start)
    if not doubts:
        return Spelled(written, notes=notes)
    first, *others = (written.edited(edits) for edits in _choices(doubts))
    told = tuple(
        f"{written.text[each.start : each.end]} is {each.first} or {each.other}" for each in doubts if each.is_open
    )
    return Spelled(first, tuple(others), told, notes)


def _with_indices(written: Written, names: Collection[str]) -> Written:
    """The question's names of several letters as the question writes them: `Int_0` for `Int_{0}`."""
    if "_{" not in written.text:
        return written
    if "\\" not in written.text and "$" not in written.text:
        return written.substituted(_BRACED_INDEX, r"_\1 ")
    for name in names:
        letters, _, index = name.partition("_")
        if index and len(letters) > 1:
            braced = re.compile(rf"(?<![A-Za-z\\]){re.escape(letters)}_\{{{re.escape(index)}\}}")
            written = written.substituted(braced, f"{name} ")
    return written


def _ambiguities(text: str, names: Collection[str]) -> Iterator[Ambiguity]:
    """`2 1/2` is 2 + 1/2 or a product, `(x+1)2` a product or a power, and so is `x2`."""
    mixed = _MIXED.finditer(text) if "/" in text else ()
    mixed_latex = _MIXED_LATEX.finditer(text) if "\\" in text else ()
    for found in (*mixed, *mixed_latex):
        whole, above, below = (each for each in found.groups() if each is not None)
        yield Ambiguity(found.start(), found.end(), f"({whole}+{above}/{below})", f"({whole}*{above}/{below})")
    has_powers = _HAS_POWERS.search(text) is not None
    for found in _BEHIND_BRACKET.finditer(text) if ")" in text else ():
        yield Ambiguity(found.start(), found.end(), f")*{found[1]}", f")^{found[1]}", not has_powers)
    if "\\" in text:
        return
    for found in _BEHIND_NAME.finditer(text):
        name, number = found.groups()
        if name in names and name + number not in names and f"{name}_{number}" not in names:
            yield Ambiguity(found.start(), found.end(), f"{name}^{number}", f"{name}*{number}")


def _choices(doubts: Sequence[Ambiguity]) -> Iterator[list[Edit]]:
    """What may stand in the places, first in all of them what is likelier."""
    count = len(doubts)
    masks = range(2**count) if count <= MOST_DOUBTS else (0, 2**count - 1)
    for mask in masks:
        yield [
            (each.start, each.end, each.other if mask >> place & 1 else each.first) for place, each in enumerate(doubts)
        ]


def _without_matrix(written: Written) -> Written:
    """`matrix([a,b],[c,d])`, `Matrix([[a,b],[c,d]])` and `vector(a,b)` as lists."""
    found = _MATRIX.search(written.text)
    if found is None or found.end() == len(written.text):
        return written
    close = closing(written.text, found.end())
    if close is None:
        return written
    inner = written.part(found.end() + 1, close)
    is_one = inner.text.lstrip().startswith("[") and closing(inner.text.strip(), 0) == len(inner.text.strip()) - 1
    middle = (inner,) if is_one else ("[", inner, "]")
    return joined((written.part(0, found.start()), *middle, written.part(close + 1)))


def _with_braced_lists(written: Written) -> Written:
    """`{a, b}` as a list."""
    if "\\" in written.text or "{" not in written.text:
        return written
    edits: list[Edit] = []
    for at, character in enumerate(written.text):
        close = closing(written.text, at) if character == "{" else None
        if close is not None and any(
            written.text[at + 1 : close][each] == "," for each in outside(written.text[at + 1 : close])
        ):
            edits += ((at, at + 1, "["), (close, close + 1, "]"))
    return written.edited(sorted(edits))


def _groups(text: str, names: Collection[str]) -> Iterator[Edit]:
    """Square brackets that only group, as round ones: `2[x+1]`, `Sin[x]`; neither lists nor indices."""
    edits: list[Edit] = []
    for at, character in enumerate(text):
        close = closing(text, at) if character == "[" else None
        if close is None:
            continue
        inner = text[at + 1 : close]
        is_list = any(inner[each] in ",;" for each in outside(inner)) and not text[:at].rstrip()[-1:].isalpha()
        is_called = _CALLED.search(text[:at]) is not None
        is_index = (
            at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_]") and _INDEX.fullmatch(inner) and not is_called
        )
        is_row = at + 1 < len(text) and (inner.lstrip()[:1] == "[" or text[:at].rstrip()[-1:] in ("[", ","))
        if not (
            is_list or is_index or is_row or not inner.strip() or not (text[:at].strip() or text[close + 1 :].strip())
        ):
            edits += ((at, at + 1, "("), (close, close + 1, ")"))
    yield from sorted(edits)
