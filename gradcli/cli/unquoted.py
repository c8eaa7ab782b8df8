"""What a shell makes of an expression without quotes: several words, the names of files in the place of a star; and
what begins with a command's name, or nearly."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import click

from gradcli.cli import terminal
from gradcli.cli.program import COMMANDS, OPTIONS, Misuse, called
from gradcli.cli.typos import misspelt_command, near_command

_JOINING_AFTER: Final = re.compile(r"[-+*/^(\[,=<>|·×]$")
_JOINING_BEFORE: Final = re.compile(r"^(?:[-+*/^)\],=<>|·×]|!=)")
_BEFORE_VALUES: Final = ("where", "for", "with", "when", "if")
"""Words that people write before values."""
_LONE_OPERATOR: Final = re.compile(r"[-+*/^=<>]+")


def warn_of_command(word: str, bindings: Sequence[str]) -> None:
    """Note that a word which is read as a variable is nearly a command, where nothing gives it a value."""
    near = near_command(word)
    if near is not None and word not in {each.partition("=")[0].strip() for each in bindings}:
        terminal.message(f"note:  {word} is read as a variable; for the command: gradcli {near}")


def joined(operands: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The expression that the words make together, and the bindings after it, with a note that says so.

    Raises Misuse where the words may mean something else, or nothing.
    """
    _refuse_command(operands)
    _refuse_values_first(operands)
    words, bindings = _apart(operands)
    if any(os.path.exists(each) for each in words if re.search(r"\w", each)):
        raise Misuse(
            f"unexpected argument {words[1]!r}: the shell seems to have put file names in the place of a *",
            "quote the expression: gradcli '2*x' x=3",
        )
    text = _read_together(words)
    if text is None and len(words) >= 4 and words[-2] == "=" and words[-3].isidentifier():
        binding = "".join(words[-3:])
        raise Misuse(
            f"a value is given in one word, {binding}, and an equation in quotes",
            f"did you mean {_whole([' '.join(words[:-3]), binding, *bindings])}?",
        )
    if text is None and len(words) > 1 and words[-1] in _BEFORE_VALUES and bindings:
        raise Misuse(
            f"unexpected argument {words[-1]!r}: after the expression come values, NAME=VALUE",
            f"did you mean {_whole([' '.join(words[:-1]), *bindings])}?",
        )
    if text is None:
        stray = next(each for each in operands[1:] if "=" not in each)
        raise Misuse(
            f"unexpected argument {stray!r}: after the expression come values, NAME=VALUE",
            f"quote the expression: {_whole([' '.join(words), *bindings])}",
        )
    terminal.message(f"note:  the words are read as one expression: {_whole([text, *bindings])}")
    return text, bindings


def _apart(operands: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    """The words of the expression, and the bindings after it; those after `at` belong to it."""
    from gradcli.cli.operands import is_binding

    count = len(operands)
    while count > 1 and operands[count - 1] != "=" and is_binding(operands[count - 1]):
        count -= 1
    if "at" in operands[:count]:
        count = len(operands)
    return list(operands[:count]), operands[count:]


def _refuse_command(operands: tuple[str, ...]) -> None:
    """Raise Misuse where the first word is a command, or nearly one, and what follows does not go on with a sum."""
    word, *rest = operands
    if _LONE_OPERATOR.fullmatch(rest[0]) or word in {each.partition("=")[0] for each in rest}:
        return
    words = [*rest, *_options()]
    if word in COMMANDS:
        raise Misuse(f"the command {word} goes before its options", f"gradcli {shlex.join([word, *words])}")
    near = near_command(word)
    if near is not None:
        raise misspelt_command(word, near, words)


def _refuse_values_first(operands: tuple[str, ...]) -> None:
    """Raise Misuse where values come before the one operand that is none."""
    from gradcli.cli.operands import is_binding

    values = [each for each in operands if is_binding(each)]
    others = [each for each in operands if each not in values]
    if len(others) == 1 and is_binding(operands[0]):
        raise Misuse("the expression goes before the values", f"did you mean {_whole([*others, *values])}?")


def _read_together(words: Sequence[str]) -> str | None:
    """The text that the words are, if it can be read, and nothing else can be meant."""
    if words[0] == "-" or not _is_one(words):  # what is piped in, or a minus
        return None
    text = " ".join(words)
    if _is_readable(text):
        return text
    if "at" in words:
        place = words.index("at")
        values = ", ".join(each.strip(",") for each in words[place + 1 :])
        text = " ".join([*words[: place + 1], values])
        if _is_readable(text):
            return text
    return None


def _is_one(words: Sequence[str]) -> bool:
    """Whether each word goes on with what is before it: by an operator, within brackets, as a function's argument, or
    with `at`."""
    from gradcli.operations import OPERATIONS

    if "at" in words:
        place = words.index("at")
        return 0 < place < len(words) - 1
    open_brackets = 0
    for left, right in pairwise(words):
        open_brackets += sum(left.count(each) for each in "([{") - sum(left.count(each) for each in ")]}")
        goes_on = _JOINING_AFTER.search(left) or _JOINING_BEFORE.search(right)
        if not (goes_on or open_brackets > 0 or left in OPERATIONS):
            return False
    return True


def _is_readable(text: str) -> bool:
    from gradcli.language import DiagnosticError, parse
    from gradcli.operations import vocabulary

    try:
        parse(text, vocabulary())
    except DiagnosticError:
        return False
    return True


def _whole(words: Sequence[str]) -> str:
    """The call with these operands and the options that were given."""
    context = click.get_current_context(silent=True)
    expression, *rest = words
    quoted = "'" + expression + "'" if "'" not in expression else shlex.quote(expression)
    others = shlex.join([*rest, *_options()])
    return f"{called(context)} {quoted} {others}".rstrip()


def _options() -> list[str]:
    """The options of this call, with their values, as they were given."""
    context = click.get_current_context(silent=True)
    given: list[str] = [] if context is None else context.meta.get(OPTIONS, [])
    return given
