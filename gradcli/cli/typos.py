"""What somebody may have meant who named a command or an option that there is not, gave a file in the place of an
expression, or left an expression without quotes, of which a shell makes several words and the names of files."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import click

from gradcli.cli import terminal
from gradcli.cli.commands import ARGUMENTS, COMMANDS, DEFAULT, OPERANDS, OPTIONS
from gradcli.cli.misuse import Misuse, called, help_call, is_binding

SHORTEST: Final = 3
"""The letters that a word has at least that is nearly a command: shorter ones are variables."""
STEM: Final = 4
"""The letters from which the beginning of a command stands for it, and the other way round (`evaluate`)."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]*")
_NEGATED: Final = re.compile(r"-[A-Za-z]\w*")
TAKERS: Final = {
    ".txt": "batch",
    ".csv": "batch",
    ".jsonl": "batch",
    ".ndjson": "batch",
    ".py": "run",
    ".grad": "run",
    ".ipynb": "replay",
    ".toml": "grade",
}
"""The command that takes files of a kind, by their extension."""
FILE_LIKE: Final = re.compile(r"[^\s()=]+(?:" + "|".join(map(re.escape, TAKERS)) + ")", re.IGNORECASE)
_JOINING_AFTER: Final = re.compile(r"[-+*/^(\[,=<>|·×]$")
_JOINING_BEFORE: Final = re.compile(r"^(?:[-+*/^)\],=<>|·×]|!=)")
_BEFORE_VALUES: Final = ("where", "for", "with", "when", "if")
"""Words that people write before values."""
_LONE_OPERATOR: Final = re.compile(r"[-+*/^=<>]+")


def near_command(word: str) -> str | None:
    """The command that a word nearly is; None for a command itself, for functions, and where none is near."""
    if word in COMMANDS or len(word) < SHORTEST or not _WORD.fullmatch(word):
        return None
    near = nearest(word.lower(), COMMANDS)
    if near is None:
        return None
    from gradcli.operations import OPERATIONS

    return None if word in OPERATIONS else near


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that takes the fewest slips of the hand from `word`, of those that take few; None where none does.

    A slip is a letter too many, too few, wrong, or before its neighbour. One is few, two are in more than five letters.
    """
    most = 1 if len(word) <= 5 else 2
    scored = [(slips(word, each), each) for each in candidates]
    few = [(count, each) for count, each in scored if count <= most]
    if few:
        return min(few, key=lambda pair: pair[0])[1]
    stems = [
        each
        for _, each in scored
        if min(len(word), len(each)) >= STEM and (each.startswith(word) or word.startswith(each))
    ]
    return stems[0] if len(stems) == 1 else None


def slips(written: str, meant: str) -> int:
    """The optimal string alignment distance: the letters too many, too few, wrong, or before their neighbour."""
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for i, letter in enumerate(written, 1):
        row = [i]
        for j, other in enumerate(meant, 1):
            best = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and written[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


def unknown_command(word: str) -> Misuse:
    """That there is no such command, and which may be meant."""
    near = near_command(word)
    if near is not None:
        return Misuse(f"there is no command {word!r}", f"did you mean {near}?  gradcli help {near}")
    from gradcli.operations import OPERATIONS

    if word in OPERATIONS:
        return Misuse(f"there is no command {word!r}", f"it is a function: gradcli functions {word}")
    return Misuse(f"there is no command {word!r}", "gradcli help lists those there are")


def misspelt_command(word: str, meant: str, words: Sequence[str]) -> Misuse:
    """That a call begins with what is nearly a command, with the call as it is meant."""
    return Misuse(f"there is no command {word!r}", f"did you mean {meant}?  gradcli {shlex.join([meant, *words])}")


def unknown_option(option: str, known: Sequence[str], ctx: click.Context) -> Misuse:
    """That a command has no such option, and which may be meant; where it could be an expression, how to say so."""
    before: list[str] = ctx.meta[OPERANDS]
    if before and ctx.command.name == DEFAULT:  # the option may be another command's
        meant = near_command(before[0])
        if meant is not None:
            given = list(ctx.meta[ARGUMENTS])
            given.remove(before[0])
            return misspelt_command(before[0], meant, given)
        if (file := file_given(ctx.meta[ARGUMENTS], before[0])) is not None:
            return file
    hints = []
    of_all = ["--version"] if ctx.command.name == DEFAULT else []
    near = _near_option(option, [*known, *of_all])
    if near is not None:
        hints.append(f"did you mean {near}?")
    elif _NEGATED.fullmatch(option) and any(each.name == "operands" for each in ctx.command.params):
        if before and "=" not in before[0]:
            hints.append(f"if it belongs to the expression, quote both together: '{before[0]} {option}'")
        else:
            values = shlex.join([each for each in ctx.meta[ARGUMENTS] if "=" in each and each[0] != "-"]) or "x=2"
            hints.append(f"an expression that looks like an option goes after --: {called(ctx)} -- {option} {values}")
    elif ctx.command.name != DEFAULT and option in _options_of_default(ctx):
        hints.append(f"{option} is an option of gradcli {DEFAULT}")
    hints.append(f"{help_call(ctx)} lists the options")
    return Misuse(f"{called(ctx)} has no option {option}", "\n       ".join(hints))


def _options_of_default(ctx: click.Context) -> list[str]:
    program = ctx.find_root().command
    command = program.get_command(ctx, DEFAULT) if isinstance(program, click.Group) else None
    return [] if command is None else [name for parameter in command.params for name in parameter.opts]


def _near_option(option: str, known: Sequence[str]) -> str | None:
    if option.startswith("--") or len(option) > 2:
        bare = option.lstrip("-")
        near = nearest(bare.lower(), [each[2:] for each in known if each.startswith("--")])
        return None if near is None else f"--{near}"
    return option.swapcase() if option.swapcase() in known else None


def file_given(arguments: Sequence[str], name: str) -> Misuse | None:
    """That `name` is a file, or looks like one, and so is no expression, with the call that takes it; None where it is
    an expression, or other operands of the call are none of files."""
    taker = TAKERS.get(os.path.splitext(name)[1].lower())
    if taker is None or not FILE_LIKE.fullmatch(name):
        return None
    words = [taker, *arguments]
    if taker == "grade" and len(arguments) == 1:
        words.append("ANSWERS")
    if os.path.isfile(name):
        return Misuse(f"{name} is a file, and this takes an expression", f"did you mean gradcli {shlex.join(words)}?")
    return Misuse(
        f"{name} looks like the name of a file, and there is none here",
        f"gradcli {taker} takes files, and `gradcli help {taker}` says which",
    )


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
    """Whether each word continues what is before it: by an operator, in brackets, as an argument, or with `at`."""
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
