"""A line in parts, without the shell's quotes: expressions, the values after them, options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

_VALUE: Final = re.compile(r"([^\W\d]\w*)=(?!=)\S+")
_OPTION: Final = re.compile(r"(--[A-Za-z][\w-]+|-[A-Za-z])(=.*)?", re.DOTALL)
_QUOTED: Final = re.compile(r"(?:^|\s)['\"]")
_COLON: Final = re.compile(r":\s*([A-Za-z?]\w*|\?)\s*(.*)", re.DOTALL)


class Words(NamedTuple):
    """The expressions, the operands NAME=VALUE after them, and the options with their values."""

    texts: tuple[str, ...]
    values: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def bound(self) -> frozenset[str]:
        """The names that get values, as they are written."""
        return frozenset(each.partition("=")[0] for each in self.values)


def command_of(text: str) -> tuple[str, str] | None:
    """The name of the command that a line calls, and what follows it; None of a line that calls none."""
    if not text.startswith(":"):
        return None
    found = _COLON.fullmatch(text)
    return ("", text[1:]) if found is None else (found[1], found[2].strip())


def taken_apart(text: str, options: Mapping[str, bool], *, is_plain: bool = False) -> Words:
    """The parts of a line. `options` are those that there are, and whether a value follows each. A plain line calls no
    command, and a letter with a minus is mathematics there.

    Words that begin with quotes are as in a shell. Else what has no blanks around its `=` is a value where it stands
    at the end, and its name is one of what is before it; and commas outside brackets separate expressions.
    """
    shell = _shell_words(text)
    pieces = re.findall(r"\S+\s*", text) if shell is None else shell
    short = [] if is_plain else [each for each in options if len(each) == 2]
    operands, found = _without_options(pieces, options, short)
    if shell is not None:
        count = next((at for at, each in enumerate(operands) if _VALUE.fullmatch(each) and at), len(operands))
        return Words(tuple(operands[:count]), tuple(operands[count:]), tuple(found))
    count = len(operands)
    while count > 1 and _VALUE.fullmatch(operands[count - 1].strip().rstrip(",")):
        count -= 1
    expression = "".join(operands[:count]).strip()
    values = [each.strip().rstrip(",") for each in operands[count:]]
    if values and not _belong(values, expression):
        expression, values = "".join(operands).strip(), []
    return Words(commas(expression.rstrip(",") if values else expression), tuple(values), tuple(found))


def _belong(values: list[str], expression: str) -> bool:
    """Whether each value is that of a name in the expression: in `x^2 + x y=3` the last word is half an equation."""
    names = set(re.findall(r"[^\W\d]\w*", expression))
    return "at" not in names and all(each.partition("=")[0] in names for each in values)


def _shell_words(text: str) -> list[str] | None:
    """The words of a line with quotes as a shell has them: a prime, as in f'(x), is none."""
    if not _QUOTED.search(text):
        return None
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _without_options(
    pieces: list[str], options: Mapping[str, bool], short: Collection[str]
) -> tuple[list[str], list[str]]:
    """The operands, and the options with their values; of those with one letter only these are options."""
    operands: list[str] = []
    found: list[str] = []
    ahead = list(pieces)
    while ahead:
        piece = ahead.pop(0)
        match = _OPTION.fullmatch(piece.strip())
        if match is None or (len(match[1]) == 2 and match[1] not in short):
            operands.append(piece)
            continue
        found.append(piece.strip())
        if options.get(match[1], False) and match[2] is None and ahead:
            found.append(ahead.pop(0).strip())
    return operands, found


def commas(text: str) -> tuple[str, ...]:
    """The expressions between the commas that are outside brackets; those of `at` do not count."""
    if re.search(r"\bat\b", text):
        return (text,)
    found, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            found.append(text[start:place].strip())
            start = place + 1
    return (*found, text[start:].strip())


def is_call(text: str, names: Collection[str]) -> str | None:
    """The command's name with which a line without a colon begins, as `plot x^2`; None where it may be mathematics."""
    found = re.match(r"([A-Za-z]+)(?:\s+(?![-+*/^=<>|,;)])|$)", text)
    return found[1] if found is not None and found[1] in names else None
