"""Holds a recorded text against the one that the engine gave: words exactly, numbers to the printed digit."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal
from enum import IntEnum
from itertools import pairwise, zip_longest
from typing import Final

from gradcli.language.values import frozen
from gradcli.replay.versions import ALLOWANCES, Allowance, spaced

NUMBER: Final = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
FEWEST_DECIMALS: Final = 4
"""From so many digits after the point on, the last one may be a unit off: torch prints four of about seven that a
float32 holds. With fewer, a unit would be much more than rounding."""
MANY_DECIMALS: Final = 9
"""From so many digits after the point on, a number is printed in full: a neighbour differs in many of the last ones."""
CERTAIN: Final = 6
"""A float32 holds so many digits for certain (C's FLT_DIG). What is printed beyond them is rounding, and sums of many
numbers are rounded otherwise on other processors."""
SINGLE: Final = 10.0**-CERTAIN
_TELLING: Final = 4
"""How many significant digits make it unlikely that two random numbers agree by chance."""


class Likeness(IntEnum):
    """How like two texts are, the likest first."""

    SAME = 0
    LAST_DIGIT = 1
    FORM = 2
    OTHER = 3


@frozen
class OutputComparison:
    """How like two texts are; with which allowances; and how far apart, relatively, their numbers are at most."""

    likeness: Likeness
    notes: tuple[str, ...] = ()
    apart: float = 0.0


def compare(recorded: str, found: str) -> OutputComparison:
    """Compare two texts, making the allowances for other versions only where they are needed."""
    recorded, found = tidy(recorded), tidy(found)
    plain = _likeness(recorded, found)
    if plain <= Likeness.LAST_DIGIT:
        return OutputComparison(plain)
    possible = [each for each in ALLOWANCES if re.search(each.sign, recorded, re.MULTILINE)]
    needed = possible
    best = _allowing(needed, recorded, found)
    if best >= plain:
        return OutputComparison(plain, apart=_apart(recorded, found))
    for allowance in possible:
        fewer = [each for each in needed if each is not allowance]
        if _allowing(fewer, recorded, found) == best:
            needed = fewer
    return OutputComparison(best, tuple(dict.fromkeys(each.note for each in needed)), _apart(recorded, found))


def have_same_form(first: str, second: str) -> bool:
    """Whether two texts are the same but for their numbers and the space around them."""
    return compare(first, second).likeness <= Likeness.FORM


def stable_numbers_agree(recorded: str, first: str, second: str) -> bool:
    """Whether the numbers that two runs with different seeds share are the recorded ones. All have the same form.

    Only numbers with a few significant digits tell: a 0 or a 2 can be shared by chance.
    """
    texts = [NUMBER.findall(spaced(tidy(text))) for text in (recorded, first, second)]
    return all(
        _are_close(told, one)
        for told, one, other in zip_longest(*texts, fillvalue="")
        if one == other and len(re.sub(r"[eE].*|\D", "", one).strip("0")) >= _TELLING
    )


_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_OBJECT: Final = re.compile(r"<([\w.]+?)(?: object)? at 0x[0-9a-fA-F]+>")
_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{6,}")
_FUNCTION: Final = re.compile(r"<(?:function|built-in (?:function|method)) (\w+)(?: of type object)?(?: at 0x…)?>")
"""A function: torch's own are built in, where the engine's are Python's."""
_MODULE: Final = re.compile(r"<module '(?:torch|gradcli\.engine)((?:\.\w+)*)' from '[^']*'>")
_PLACE: Final = re.compile(r"\(<?[^()\n]*>?, line (\d+)\)")
_WARNING: Final = re.compile(r"^\S.*?:\d+: (\w+: .*)$", re.MULTILINE)
_TRIGGER: Final = re.compile(r"(?<!\s)\s*\(Triggered internally at .*\)$", re.MULTILINE)


def tidy(text: str) -> str:
    """The text without what may differ in any case: colours, overwritten lines, addresses, the places of torch's
    modules and what its functions are made of, space at the ends."""
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1].rstrip() for line in _ANSI.sub("", text).split("\n")]
    text = _OBJECT.sub(r"<\1 at 0x…>", "\n".join(lines).strip("\n"))
    text = _FUNCTION.sub(r"<function \1 at 0x…>", _ADDRESS.sub("0x…", text))
    return _PLACE.sub(r"(cell, line \1)", _MODULE.sub(r"<module 'torch\1' from '…'>", text))


def split_warnings(stderr: str) -> tuple[list[str], str]:
    """The warnings on stderr, without the places that they come from, and what else there is."""
    lines = tidy(stderr).split("\n")
    starts = [number for number, line in enumerate(lines) if _WARNING.match(line)]
    found: list[str] = []
    rest = lines[: starts[0]] if starts else lines
    for start, end in pairwise([*starts, len(lines)]):
        # The text may have several lines; the line of the source follows it, indented, where it is known.
        source = next((number for number in range(start + 1, end) if lines[number].startswith("  ")), None)
        text = "\n".join(lines[start : start + 1 if source is None else source])
        found.append(_TRIGGER.sub("", _WARNING.sub(r"\1", text, count=1)))
        rest += lines[start + 1 if source is None else source + 1 : end]
    return found, "\n".join(rest).strip()


def _allowing(allowances: list[Allowance], recorded: str, found: str) -> Likeness:
    for allowance in allowances:
        recorded, found = allowance.apply(recorded), allowance.apply(found)
    return _likeness(recorded, found)


def _likeness(recorded: str, found: str) -> Likeness:
    if recorded == found:
        return Likeness.SAME
    if _skeleton(spaced(recorded)) != _skeleton(spaced(found)):
        return Likeness.OTHER
    if len(recorded.split("\n")) != len(found.split("\n")):
        return Likeness.FORM
    close = all(_are_close(*pair) for pair in zip(NUMBER.findall(recorded), NUMBER.findall(found), strict=True))
    return Likeness.LAST_DIGIT if close and _widths_agree(recorded, found) else Likeness.FORM


def _widths_agree(recorded: str, found: str) -> bool:
    """Whether the space is the same where it is not beside a number, whose sign may take a column of it."""
    texts = [re.sub(r"(?<! ) +(?=#)", " ", _skeleton(text)) for text in (recorded, found)]
    return texts[0] == texts[1]


def _skeleton(text: str) -> str:
    return NUMBER.sub("#", text)


def _are_close(first: str, second: str) -> bool:
    """Whether two printed numbers are the same to the last digit, or a unit of it apart."""
    if first == second:
        return True
    try:
        return _are_neighbours_in_print(first, second)
    except ArithmeticError:  # exponents beyond those of decimal numbers
        return False


def _are_neighbours_in_print(first: str, second: str) -> bool:
    decimals = _decimals(first), _decimals(second)
    x, y = Decimal(first), Decimal(second)
    if decimals[0] == decimals[1] and FEWEST_DECIMALS <= decimals[0] < MANY_DECIMALS:
        unit = max(x.as_tuple().exponent, y.as_tuple().exponent)
        beyond = len(x.as_tuple().digits) > CERTAIN and math.isclose(x, y, rel_tol=SINGLE)
        return beyond or abs(x - y) <= Decimal(1).scaleb(int(unit))
    if x == y:
        return decimals[0] == decimals[1] and "." in first and "." in second
    return max(decimals) >= MANY_DECIMALS and _are_neighbours(float(x), float(y))


def _decimals(number: str) -> int:
    return len(number.partition(".")[2].lower().partition("e")[0])


def _are_neighbours(x: float, y: float) -> bool:
    """Whether two numbers printed in full agree in the digits that their precision (maybe float32) has for certain."""
    if _is_single(x) and _is_single(y):
        return math.isclose(x, y, rel_tol=SINGLE)
    return abs(x - y) <= 4 * math.ulp(max(abs(x), abs(y)))


def _is_single(x: float) -> bool:
    try:
        return bool(struct.unpack("f", struct.pack("f", x))[0] == x)
    except OverflowError:
        return False


def _apart(recorded: str, found: str) -> float:
    """The largest relative difference between the numbers, pair by pair; infinite where there are not as many."""
    numbers = [[float(each) for each in NUMBER.findall(text)] for text in (recorded, found)]
    if len(numbers[0]) != len(numbers[1]):
        return math.inf
    return max((abs(x - y) / max(abs(x), abs(y)) for x, y in zip(*numbers, strict=True) if x != y), default=0.0)
